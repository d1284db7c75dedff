//! The journal: every row that was ever recorded, newest first, with who, when, by which command, and the seal over it.

use axum::extract::Query;
use dunwell_desk::Refusal;
use dunwell_desk::look::journal::{JournalAsked, JournalPage, JournalRow, journal};
use dunwell_desk::look::page::MOST;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::journal::JournalChoice;
use dunwell_store::views::timeline::Journal;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::{As, Cell, Sheet, address, links};
use crate::frame;
use crate::words::{account_path, count, money, spoken};

/// What is asked of the journal.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// One of the four journals.
    journal: String,
    /// One customer number.
    account: String,
    /// Who recorded it.
    actor: String,
    /// By which command.
    command: String,
    /// Recorded on this day or later, in the book's time zone.
    from: String,
    /// Recorded on this day or earlier.
    to: String,
    /// Where the page begins.
    cursor: String,
}

impl Asked {
    fn choice(&self, caller: &Caller) -> Result<JournalAsked, Problem> {
        let zone = &caller.desk.settings().time_zone;
        let journal = match self.journal.as_str() {
            "" => None,
            code => Some(Journal::parse(code).ok_or(Problem::NotFound)?),
        };
        let end = day("to", &self.to)?.map(|last| start_of(last.tomorrow().unwrap_or(last), zone));
        let choice = JournalChoice {
            journal,
            account: None,
            actor: self.actor.trim().to_owned(),
            command: self.command.trim().to_owned(),
            from: day("from", &self.from)?.map(|first| start_of(first, zone)),
            to: end,
        };
        let account = Some(self.account.trim().to_owned()).filter(|code| !code.is_empty());
        Ok(JournalAsked { choice, account })
    }

    fn cursor(&self) -> Option<&str> {
        Some(self.cursor.as_str()).filter(|cursor| !cursor.is_empty())
    }

    fn query(&self) -> [(&str, &str); 6] {
        [
            ("journal", &self.journal),
            ("account", &self.account),
            ("actor", &self.actor),
            ("command", &self.command),
            ("from", &self.from),
            ("to", &self.to),
        ]
    }
}

fn day(what: &'static str, text: &str) -> Result<Option<Date>, Problem> {
    let read = |text: &str| {
        let why = "write it as 2026-11-20".to_owned();
        text.parse().map_err(|_| Refusal::BadValue { what, value: text.into(), why }.into())
    };
    Some(text.trim()).filter(|text| !text.is_empty()).map(read).transpose()
}

/// The instant a day begins in a time zone, UTC microseconds.
fn start_of(day: Date, zone: &str) -> i64 {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    day.to_zoned(zone).map_or(0, |start| start.timestamp().as_microsecond())
}

/// `GET /journal`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let list = journal(&caller.desk, &asked.choice(&caller)?, asked.cursor(), None).await?;
    let main = html! {
        div.head {
            h1 { "Journal" }
            span.mut { "Everything that was recorded, newest first" }
            @if caller.may(Action::Export) { (links("/export/journal", &asked.query())) }
        }
        (filters(&asked))
        @if list.entries.is_empty() { p.empty { "Nothing was recorded that is like that. " a.l href="/journal" { "See everything" } } }
        @else { (table(&list)) }
        nav.pages aria-label="Pages" {
            @if asked.cursor().is_some() { a.btn href=(address("/journal", &asked.query())) { "First page" } }
            @if let Some(next) = &list.next_cursor {
                a.btn rel="next" href=(address("/journal", &[&asked.query()[..], &[("cursor", next)]].concat())) { "Next page" }
            }
        }
    };
    Ok(frame::page(&caller, "/journal", "Journal", &main))
}

fn filters(asked: &Asked) -> Markup {
    html! {
        form.filters method="get" action="/journal" aria-label="Choose rows of the journal" {
            div.fld {
                label for="journal" { "Journal" }
                select id="journal" name="journal" {
                    option value="" { "All four" }
                    @for of in Journal::ALL { option value=(of.code()) selected[asked.journal == of.code()] { (spoken(of.code())) } }
                }
            }
            div.fld { label for="account" { "Customer number" } input id="account" name="account" value=(asked.account); }
            div.fld { label for="actor" { "Who" } input id="actor" name="actor" value=(asked.actor); }
            div.fld { label for="command" { "Command" } input id="command" name="command" value=(asked.command); }
            div.fld { label for="from" { "Recorded from" } input id="from" name="from" type="date" value=(asked.from); }
            div.fld { label for="to" { "Recorded to" } input id="to" name="to" type="date" value=(asked.to); }
            button type="submit" { "Show" }
        }
    }
}

fn table(list: &JournalPage) -> Markup {
    html! {
        div.scroll.page {
            table.t {
                caption.sr { "Rows of the journals, newest first" }
                thead { tr {
                    th scope="col" { "Entry" } th scope="col" { "Recorded" } th scope="col" { "Who" } th scope="col" { "What" }
                    th scope="col" { "Customer" } th scope="col" { "Counts for" } th.num scope="col" { "Amount" }
                    th scope="col" { "Seal" } th scope="col" { "Before and after" }
                } }
                tbody { @for row in &list.entries { (line(row)) } }
            }
        }
        p.sr role="status" { (count(list.entries.len(), "row", "rows")) " on this page" }
    }
}

fn line(row: &JournalRow) -> Markup {
    html! {
        tr {
            th scope="row" { (row.entry) }
            td.nw { time datetime=(row.recorded_at) { (instant(&row.recorded_at)) } small { "UTC" } }
            td { (row.actor) small { (row.command) } }
            td { (spoken(&row.kind)) small { (row.journal) @if let Some(subject) = &row.subject { " · " (subject) } } }
            td { @if let Some(code) = &row.account { a.l href={ (account_path(&code)) } { (code) } } @else { "The book" } }
            td.nw { (row.day) }
            td.num { @if let Some(amount) = row.amount { (money(amount)) } }
            td.nw { @if let Some(seal) = row.seal { (seal) } @else { span.tag { "Not sealed yet" } } }
            td {
                @for change in &row.changes {
                    div { (spoken(&change.field)) ": " (plain(&change.before)) " → " (plain(&change.after)) }
                }
                details { summary { "The row" } pre.row { (row.detail.to_string()) } }
            }
        }
    }
}

/// An instant as `2026-11-20 09:30:00`.
fn instant(text: &str) -> String {
    text.get(..19).unwrap_or(text).replace('T', " ")
}

/// A value as a person reads it; nothing is `nothing`.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// `GET /export/journal`: every row of the choice.
pub(crate) async fn export(caller: Caller, Query(asked): Query<Asked>, Query(file): Query<As>) -> Answer {
    caller.desk.may(Action::ReadJournal)?;
    let choice = asked.choice(&caller)?;
    let columns = [
        "Entry",
        "Recorded at",
        "Who",
        "Command",
        "Journal",
        "Kind",
        "Account",
        "About",
        "Counts for",
        "Currency",
        "Amount",
        "Seal",
        "Row",
    ];
    let mut sheet = Sheet::new("journal", columns);
    let mut cursor: Option<String> = None;
    loop {
        let list = journal(&caller.desk, &choice, cursor.as_deref(), Some(MOST)).await?;
        for row in list.entries {
            sheet.push(vec![
                Cell::Text(row.entry),
                Cell::Text(row.recorded_at),
                Cell::Text(row.actor),
                Cell::Text(row.command),
                Cell::Text(row.journal.into()),
                Cell::Text(row.kind),
                Cell::text(row.account.as_deref()),
                Cell::text(row.subject.as_deref()),
                Cell::day(Some(&row.day)),
                row.amount.map_or(Cell::Empty, |amount| Cell::Text(amount.currency.to_string())),
                row.amount.map_or(Cell::Empty, Cell::Amount),
                Cell::whole(row.seal),
                Cell::Text(row.detail.to_string()),
            ])?;
        }
        cursor = list.next_cursor;
        if cursor.is_none() {
            break sheet.file(&caller, file.kind, caller.today).await;
        }
    }
}
