//! The audit list: who recorded what, when, by which command, what was before and after, and which seal covers it.

use dunwell_rules::money::Money;
use dunwell_store::views::journal::{JournalChoice, JournalEntry};
use dunwell_store::views::json::instant_text;
use serde::Serialize;
use serde_json::Value;

use super::page;
use crate::desk::Desk;
use crate::refusal::{Refusal, Result};

/// Which rows are wanted; what is `None` or empty chooses all.
#[derive(Debug, Clone, Default)]
pub struct JournalAsked {
    /// The choice without its account.
    pub choice: JournalChoice,
    /// The customer number.
    pub account: Option<String>,
}

/// One page of the audit list.
#[derive(Debug, Clone, Serialize)]
pub struct JournalPage {
    /// The rows, newest first.
    pub entries: Vec<JournalRow>,
    /// What to ask for the next page with; null on the last.
    pub next_cursor: Option<String>,
}

/// One row of a journal.
#[derive(Debug, Clone, Serialize)]
pub struct JournalRow {
    /// Its entry.
    pub entry: String,
    /// `ledger`, `activity`, `decision` or `approval`.
    pub journal: &'static str,
    /// The journal's own kind: `invoice`, `logged`, `take`, `approved` …
    pub kind: String,
    /// Customer number; null for the book itself.
    pub account: Option<String>,
    /// What it is about: an item, a promise, a task, a request, by its kind.
    pub subject: Option<String>,
    /// The amount.
    pub amount: Option<Money>,
    /// The business day it counts for.
    pub day: String,
    /// Who recorded it.
    pub actor: String,
    /// By which command.
    pub command: String,
    /// The instant.
    pub recorded_at: String,
    /// The seal that covers it; null while it is not sealed.
    pub seal: Option<i64>,
    /// What changed, where the row says both sides.
    pub changes: Vec<Change>,
    /// The rest of the row as the journal keeps it.
    pub detail: Value,
}

/// A field before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The field.
    pub field: String,
    /// Before; null where there was nothing.
    pub before: Value,
    /// After; null where there is nothing.
    pub after: Value,
}

/// A page of the journals; refused when there is no such account.
pub async fn journal(
    desk: &Desk,
    asked: &JournalAsked,
    cursor: Option<&str>,
    limit: Option<usize>,
) -> Result<JournalPage> {
    let (size, before) = (page::size(limit)?, page::entry(cursor)?);
    let mut reading = desk.book.read().await?;
    let mut choice = asked.choice.clone();
    if let Some(code) = &asked.account {
        let account = reading.account(code).await?.ok_or_else(|| Refusal::UnknownAccount(code.clone()))?;
        choice.account = Some(account.entry);
    }
    let rows = reading.journal(&choice, before, size + 1).await?;
    let (rows, next_cursor) = page::cut(rows, size, |row| row.entry.to_string());
    Ok(JournalPage { entries: rows.into_iter().map(shown).collect(), next_cursor })
}

fn shown(row: JournalEntry) -> JournalRow {
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
    JournalRow {
        entry: row.entry.to_string(),
        journal: row.journal.code(),
        changes: changes(&row.kind, &detail),
        kind: row.kind,
        account: row.account,
        subject: row.subject.map(|subject| subject.to_string()),
        amount: row.amount,
        day: row.day.to_string(),
        actor: row.actor,
        command: row.command,
        recorded_at: instant_text(row.recorded_at),
        seal: row.seal,
        detail,
    }
}

/// Fields that a row keeps as a pair.
fn changes(kind: &str, detail: &Value) -> Vec<Change> {
    if !matches!(kind, "account_revised" | "account_assigned" | "task_assigned") {
        return Vec::new();
    }
    let fields = detail.as_object().into_iter().flatten();
    let pair = |(field, pair): (&String, &Value)| match pair.as_array().map(Vec::as_slice) {
        Some([before, after]) => Some(Change { field: field.clone(), before: before.clone(), after: after.clone() }),
        _ => None,
    };
    fields.filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{Change, changes};

    #[test]
    fn a_revision_tells_before_and_after_and_nothing_else_does() {
        let detail = json!({ "collector": [null, "dana"], "because": "load" });
        let expected = Change { field: "collector".into(), before: json!(null), after: json!("dana") };
        assert_eq!(changes("account_assigned", &detail), [expected]);
        assert_eq!(changes("logged", &json!({ "items": [1, 2] })), []);
    }
}
