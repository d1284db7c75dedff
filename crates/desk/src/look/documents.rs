//! The letters of an account and of a day's run, before they leave and after: what they ask, how they stand, what is in them.
//!
//! Statements of account are written when somebody asks for one and are not kept, so there is no list of them.

use dunwell_rules::calendar::Date;
use dunwell_store::fault::Fault;
use dunwell_store::views::notices::NoticeView;
use serde::Serialize;
use serde_json::Value;

use super::page;
use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::who::entry_of;

/// Which letters are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentsOf<'a> {
    /// Those that a day made.
    Day(Date),
    /// Those of an account, by its customer number.
    Account(&'a str),
}

/// One page of letters.
#[derive(Debug, Clone, Serialize)]
pub struct Documents {
    /// Of a day in the order they were made, of an account the newest first.
    pub notices: Vec<NoticeRow>,
    /// What to ask for the next page with; null on the last.
    pub next_cursor: Option<String>,
}

/// A letter without its text.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeRow {
    /// The notice as it stands.
    #[serde(flatten)]
    pub notice: NoticeView,
    /// `planned`, `waiting` (planned, and it lacks something), `held`, `sent` or `withdrawn`.
    pub standing: &'static str,
    /// Whether it can be held back.
    pub can_hold: bool,
    /// Whether it can be released.
    pub can_release: bool,
}

/// A letter with its text.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeShown {
    /// How it stands.
    #[serde(flatten)]
    pub row: NoticeRow,
    /// The frozen facts it is printed from; null when they are erased.
    pub content: Option<Value>,
}

/// A page of letters.
pub async fn documents(
    desk: &Desk,
    of: DocumentsOf<'_>,
    cursor: Option<&str>,
    limit: Option<usize>,
) -> Result<Documents> {
    let size = page::size(limit)?;
    let asked = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let mut reading = desk.book.read().await?;
    let (notices, next_cursor) = match of {
        DocumentsOf::Day(on) => {
            let rows = reading.notice_page(on, page::entry(cursor)?, asked).await?;
            page::cut(rows, size, |row| row.notice.to_string())
        }
        DocumentsOf::Account(code) => {
            let before = page::day_and_entry(cursor)?;
            let account = reading.account(code).await?.ok_or_else(|| Refusal::UnknownAccount(code.into()))?;
            let rows = reading.notice_page_of(account.entry, before, asked).await?;
            page::cut(rows, size, |row| page::after_day(row.day, row.notice))
        }
    };
    Ok(Documents { notices: notices.into_iter().map(standing).collect(), next_cursor })
}

/// One letter with its text; refused when there is none of that id.
pub async fn notice(desk: &Desk, id: &str) -> Result<NoticeShown> {
    let entry = entry_of("notice", id)?;
    let found = desk.book.read().await?.notice(entry).await?;
    let mut notice = found.ok_or_else(|| Refusal::NotFound { what: "notice", id: id.into() })?;
    let content = notice.content.take().map(|content| serde_json::from_str(&content)).transpose();
    let content = content.map_err(|error| Fault::new(format!("notice {id} is damaged: {error}")))?;
    Ok(NoticeShown { row: standing(notice), content })
}

fn standing(notice: NoticeView) -> NoticeRow {
    let standing = match notice.state.as_str() {
        "planned" if !notice.missing.is_empty() => "waiting",
        "planned" => "planned",
        "held" => "held",
        "sent" => "sent",
        _ => "withdrawn",
    };
    let (can_hold, can_release) = (notice.state == "planned", notice.state == "held");
    NoticeRow { notice, standing, can_hold, can_release }
}
