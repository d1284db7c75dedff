//! The history of one account in words a collector reads, newest first, with the pinned notes on top.

use dunwell_rules::calendar::{Date, from_day_number};
use dunwell_store::views::accounts::ContactView;
use dunwell_store::views::json::instant_text;
use dunwell_store::views::timeline::{AppliedTo, HistoryRow, Journal, TimelineOf};
use serde::Serialize;
use serde_json::Value;

use super::page;
use crate::cash::rule_name;
use crate::desk::Desk;
use crate::refusal::{Refusal, Result};

/// One page of an account's history.
#[derive(Debug, Clone, Serialize)]
pub struct Timeline {
    /// Customer number.
    pub account: String,
    /// Name; null when it was never known or is erased.
    pub name: Option<String>,
    /// The choice: `all`, `calls`, `mail`, `money`, `decisions` or `notes`.
    pub of: String,
    /// What people pinned, the last pinned first; on the first page only.
    pub pinned: Vec<TimelineEntry>,
    /// The history, newest first.
    pub entries: Vec<TimelineEntry>,
    /// What to ask for the next page with; null on the last.
    pub next_cursor: Option<String>,
}

/// One thing that happened.
#[derive(Debug, Clone, Serialize)]
pub struct TimelineEntry {
    /// Its entry.
    pub entry: String,
    /// The business day.
    pub day: String,
    /// The instant it was recorded.
    pub recorded_at: String,
    /// Who recorded it.
    pub actor: String,
    /// What sort it is, for its sign and its filter: `calls`, `mail`, `money`, `decisions`, `notes` or `other`.
    pub of: &'static str,
    /// The journal's own kind: `logged`, `invoice`, `take`, `requested` …
    pub kind: String,
    /// What happened, in one line.
    pub words: String,
    /// What was said or written, where somebody wrote it down and it is not erased.
    pub text: Option<String>,
    /// Whether it is pinned on top.
    pub pinned: bool,
    /// What it is about.
    pub links: Vec<Link>,
}

/// Something an entry leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    /// `document`, `promise`, `dispute`, `task`, `step`, `notice`, `request` or `stop`.
    pub kind: &'static str,
    /// Its entry; for documents that a payment was applied to, the document number.
    pub id: String,
}

/// A page of the history of the account `code`, with what is pinned on top of the first one.
pub async fn timeline(
    desk: &Desk,
    code: &str,
    of: TimelineOf,
    cursor: Option<&str>,
    limit: Option<usize>,
) -> Result<Timeline> {
    let (size, before) = (page::size(limit)?, page::day_and_entry(cursor)?);
    let mut reading = desk.book.read().await?;
    let account = reading.account(code).await?.ok_or_else(|| Refusal::UnknownAccount(code.into()))?;
    let asked = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let rows = reading.history(account.entry, of, before, asked).await?;
    let pinned = reading.pinned(account.entry).await?;
    let (rows, next_cursor) = page::cut(rows, size, |row| page::after_day(row.day, row.entry));
    let is_pinned = |row: &HistoryRow| pinned.iter().any(|pin| pin.entry == row.entry);
    let people = reading.contacts(account.entry).await?;
    let entries = rows.iter().map(|row| told(row, is_pinned(row), &people)).collect();
    let on_top =
        if before.is_none() { pinned.iter().map(|row| told(row, true, &people)).collect() } else { Vec::new() };
    Ok(Timeline {
        account: account.account,
        name: account.name,
        of: of.code().into(),
        pinned: on_top,
        entries,
        next_cursor,
    })
}

/// One row in words.
fn told(row: &HistoryRow, pinned: bool, people: &[ContactView]) -> TimelineEntry {
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let (of, words) = match row.journal {
        Journal::Ledger => ("money", posted(row)),
        Journal::Activity => done(row, &detail, people),
        Journal::Decision => ("decisions", decided(row, &detail)),
        Journal::Approval => ("decisions", signed(row)),
    };
    TimelineEntry {
        entry: row.entry.to_string(),
        day: row.day.to_string(),
        recorded_at: instant_text(row.recorded_at),
        actor: row.actor.clone(),
        of,
        kind: row.kind.clone(),
        words,
        // Whom a refund is paid to is a bank account: the list of refunds shows its end.
        text: row.text.clone().filter(|_| row.kind != "refund_asked"),
        pinned,
        links: links(row),
    }
}

/// An amount as a person reads it; nothing where there is none.
fn amount(row: &HistoryRow) -> String {
    row.amount.map_or_else(String::new, |amount| format!(" {amount}"))
}

/// The document it is about, after a space.
fn document(row: &HistoryRow) -> String {
    row.document.as_ref().map_or_else(String::new, |document| format!(" {document}"))
}

/// A code such as `credit_memo` as words: `Credit memo`.
fn title(code: &str) -> String {
    let words = code.replace('_', " ");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// Documents that a line of words names at most.
const NAMED: usize = 4;

fn list(documents: &[AppliedTo]) -> String {
    let named = documents.iter().take(NAMED).map(|applied| applied.document.as_str()).collect::<Vec<_>>().join(", ");
    match documents.len().saturating_sub(NAMED) {
        0 => named,
        more => format!("{named} and {more} more"),
    }
}

/// The rule that made an application, after a space: ` by C-2 references`.
fn by_rule(rule: Option<&str>) -> String {
    let name = |rule| rule_name(rule).map(|name| format!(" {}", name.replace('_', " "))).unwrap_or_default();
    rule.map_or_else(String::new, |rule| format!(" by {rule}{}", name(rule)))
}

fn posted(row: &HistoryRow) -> String {
    let groups = row.applied_to.chunk_by(|one, next| one.rule == next.rule);
    let groups: Vec<String> =
        groups.map(|group| format!("{}{}", list(group), by_rule(group[0].rule.as_deref()))).collect();
    let applied = if groups.is_empty() { String::new() } else { format!(", applied to {}", groups.join(", and to ")) };
    let other = row.other.as_deref().unwrap_or("a credit of another account");
    match row.kind.as_str() {
        "application" => {
            format!("{other}:{} applied to{}{}", amount(row), document(row), by_rule(row.rule.as_deref()))
        }
        "unapplication" => format!("{other}:{} taken back from{}", amount(row), document(row)),
        "reversal" => format!("Reversed:{}{}", document(row), amount(row)),
        "receipt" => format!("Payment{}{}{applied}", document(row), amount(row)),
        "settlement" => format!("Paid, says the source:{}{}{applied}", document(row), amount(row)),
        kind => format!("{}{}{}{applied}", title(kind), document(row), amount(row)),
    }
}

fn text<'a>(detail: &'a Value, name: &str) -> &'a str {
    detail.get(name).and_then(Value::as_str).unwrap_or_default()
}

fn date(detail: &Value, name: &str) -> Option<Date> {
    detail.get(name).and_then(Value::as_i64).map(from_day_number)
}

/// A word after a colon, where there is one.
fn after(word: &str) -> String {
    if word.is_empty() { String::new() } else { format!(": {}", word.replace('_', " ")) }
}

fn done(row: &HistoryRow, detail: &Value, people: &[ContactView]) -> (&'static str, String) {
    match row.kind.as_str() {
        "logged" => logged(detail, people),
        "promised" => {
            let day = date(detail, "promised_for").map_or_else(String::new, |day| format!(" for {day}"));
            ("calls", format!("Promised{}{day}", amount(row)))
        }
        "promise_ended" => ("calls", format!("Promise{} withdrawn", amount(row))),
        "disputed" => ("calls", format!("Dispute of{}{}{}", document(row), amount(row), after(text(detail, "reason")))),
        "dispute_closed" => ("calls", format!("Dispute of{} closed{}", document(row), after(text(detail, "outcome")))),
        "notice" => {
            let channels = detail.get("channels").and_then(Value::as_array).into_iter().flatten();
            let channels = channels.filter_map(Value::as_str).collect::<Vec<_>>().join(" and ");
            let words = format!("{}{} by {channels}", title(text(detail, "rung")), amount(row));
            ("mail", if text(detail, "state") == "sent" { words } else { format!("{words}, planned") })
        }
        "notice_held" => ("mail", "Notice held back".into()),
        "notice_released" => ("mail", "Notice released".into()),
        "step_imported" => ("mail", format!("{}, made before this book", title(text(detail, "rung")))),
        "taken_out" => {
            let rows =
                detail.get("rows").and_then(Value::as_i64).map(|rows| format!(", {rows} rows")).unwrap_or_default();
            ("other", format!("Taken out as {}: {}{rows}", text(detail, "file").to_uppercase(), text(detail, "list")))
        }
        "request_withdrawn" => ("decisions", format!("Request withdrawn{}", after(text(detail, "because")))),
        "step_withdrawn" => ("mail", format!("Step withdrawn{}", after(text(detail, "because")))),
        "receipt_returned" | "receipt_part_returned" => {
            let why = [text(detail, "reason"), text(detail, "meaning")].into_iter().filter(|word| !word.is_empty());
            let why = why.collect::<Vec<_>>().join(", ");
            let how = match (row.kind.as_str(), text(detail, "undone")) {
                ("receipt_part_returned", _) => "A part returned",
                (_, "contested") => "Returned after all",
                (_, _) => "Returned",
            };
            let why = if why.is_empty() { why } else { format!(": {why}") };
            ("money", format!("{how}:{}{}{why}", document(row), amount(row)))
        }
        "refund_asked" => ("money", format!("Refund asked for:{}{}", document(row), amount(row))),
        "refund_posted" => ("money", format!("Refund signed:{}, the credit is taken off", amount(row))),
        "refund_ended" => ("money", format!("Refund {}:{}", text(detail, "ended"), amount(row))),
        "written_off" => {
            ("money", format!("Written off:{}{}{}", document(row), amount(row), after(text(detail, "reason"))))
        }
        "write_off_recovered" => ("money", format!("Write-off recovered:{}", amount(row))),
        "write_off_taken_back" => ("money", format!("Write-off taken back:{}", amount(row))),
        "write_off_asked" => ("money", "Write-off asked for".into()),
        "credit_transferred" => ("money", format!("Credit moved to another account:{}", amount(row))),
        "item_revised" => ("money", format!("{}: the source changed it", document(row).trim_start())),
        "item_reentered" => ("money", format!("{}: entered again{}", document(row).trim_start(), amount(row))),
        "held" => ("decisions", format!("Stop{}", stop_words(detail))),
        "hold_released" => ("decisions", "Stop released".into()),
        "account_assigned" => ("decisions", assigned(detail)),
        "task_assigned" => ("decisions", format!("Task: {}", assigned(detail))),
        "task_opened" => ("other", format!("Task: {}", text(detail, "kind").replace('_', " "))),
        "task_closed" => {
            let task = row.other.as_deref().unwrap_or_default().replace('_', " ");
            ("other", format!("Task closed, {task}{}", after(text(detail, "outcome"))))
        }
        "task_snoozed" => {
            let until = date(detail, "until").map_or_else(String::new, |day| format!(" until {day}"));
            ("other", format!("Task put off{until}"))
        }
        "alias" => ("other", "Another spelling of the name".into()),
        "attached" => {
            let what = match text(detail, "kind") {
                "invoice" => "Invoice copy",
                "pod" => "Proof of delivery",
                _ => "Paper",
            };
            ("other", format!("{what} attached to{}", document(row)))
        }
        "detached" => ("other", "Attached paper taken off".into()),
        "erased" => ("other", "People and words erased".into()),
        kind => ("other", title(kind)),
    }
}

/// What was logged; with whom, where that is known and they are not erased.
fn logged(detail: &Value, people: &[ContactView]) -> (&'static str, String) {
    let kind = text(detail, "kind");
    let person = detail.get("person").and_then(Value::as_i64);
    let person = people.iter().find(|known| Some(known.contact.0) == person).and_then(|known| known.name.as_deref());
    let with = person.map_or_else(String::new, |name| format!(", {name}"));
    let of = match kind {
        "mail" | "letter" | "text" => "mail",
        "note" => "notes",
        _ => "calls",
    };
    (of, format!("{}{with}{}", title(kind), after(text(detail, "outcome"))))
}

fn stop_words(detail: &Value) -> String {
    let until = date(detail, "until").map_or_else(String::new, |day| format!(" until {day}"));
    format!("{}{until}", after(text(detail, "kind")))
}

fn assigned(detail: &Value) -> String {
    let hands: Vec<Option<&str>> =
        detail.get("collector").and_then(Value::as_array).into_iter().flatten().map(Value::as_str).collect();
    let name = |place: usize| hands.get(place).copied().flatten().unwrap_or("nobody");
    format!("Assigned to {}, before {}{}", name(1), name(0), after(text(detail, "because")))
}

fn decided(row: &HistoryRow, detail: &Value) -> String {
    let rule = row.document.as_deref().unwrap_or_default();
    let because = detail.get("reasons").and_then(Value::as_array).and_then(|reasons| reasons.first());
    let because = because.and_then(Value::as_str).unwrap_or_default();
    let verb = match row.kind.as_str() {
        "take" => "Decided",
        "propose" => "Proposed",
        _ => "Waited",
    };
    let because = if because.is_empty() { String::new() } else { format!(": {because}") };
    format!("{verb} ({rule}){because}")
}

fn signed(row: &HistoryRow) -> String {
    let what = row.other.as_deref().or(row.document.as_deref()).unwrap_or_default().replace('_', " ");
    match row.kind.as_str() {
        "requested" => format!("Asked to approve: {what}{}", amount(row)),
        "approved" => format!("Approved: {what}{}", amount(row)),
        _ => format!("Declined: {what}{}", amount(row)),
    }
}

fn links(row: &HistoryRow) -> Vec<Link> {
    let own = |kind| Some(Link { kind, id: row.entry.to_string() });
    let subject = |kind| row.subject.map(|id| Link { kind, id: id.to_string() });
    let first = match (row.journal, row.kind.as_str()) {
        (Journal::Ledger, _)
        | (
            Journal::Activity,
            "item_revised" | "item_reentered" | "receipt_returned" | "receipt_part_returned" | "attached",
        ) => subject("document"),
        (Journal::Activity, "promised") => own("promise"),
        (Journal::Activity, "promise_ended") => subject("promise"),
        (Journal::Activity, "disputed") => own("dispute"),
        (Journal::Activity, "dispute_closed") => subject("dispute"),
        (Journal::Activity, "notice") => own("notice"),
        (Journal::Activity, "notice_held" | "notice_released") => subject("notice"),
        (Journal::Activity, "step_imported") => own("step"),
        (Journal::Activity, "step_withdrawn") => subject("step"),
        (Journal::Activity, "request_withdrawn") => subject("request"),
        (Journal::Activity, "task_opened") => own("task"),
        (Journal::Activity, "task_closed" | "task_snoozed" | "task_assigned") => subject("task"),
        (Journal::Activity, "held") => own("stop"),
        (Journal::Activity, "hold_released") => subject("stop"),
        (Journal::Approval, _) => subject("request"),
        (Journal::Activity | Journal::Decision, _) => None,
    };
    let step = (row.journal == Journal::Activity && row.kind == "notice").then(|| subject("step")).flatten();
    let disputed = (row.journal == Journal::Activity && row.kind == "disputed").then(|| subject("document")).flatten();
    let applied = row.applied_to.iter().map(|applied| Link { kind: "document", id: applied.document.clone() });
    first.into_iter().chain(step).chain(disputed).chain(applied).collect()
}
