//! Refunds: a customer's credit paid back, by two people and one payment file.
//!
//! [`ask`]: one person says how much of which credit goes to whose bank account. [`crate::approve`] signs it, and takes the
//! credit off. [`pay`] writes the payment file of all that is signed. [`end`] says that the bank paid, or that it came to
//! nothing, by hand or by what a bank file tells.

pub mod ask;
pub mod end;
pub mod pay;

use dunwell_rules::account::EntryId;
use dunwell_store::views::refunds::{RefundFileView, RefundView};
use serde::Serialize;

use crate::desk::Desk;
use crate::look::page;
use crate::refusal::{Refusal, Result};
use crate::who::entry_of;
use dunwell_rules::refund::RefundState;
use dunwell_rules::rights::Action;

/// A page of refunds, the newest first.
#[derive(Debug, Clone, Serialize)]
pub struct RefundList {
    /// The refunds.
    pub refunds: Vec<RefundView>,
    /// The cursor to those after them; null on the last page.
    pub next_cursor: Option<String>,
}

/// A page of payment files, the newest first.
#[derive(Debug, Clone, Serialize)]
pub struct RefundFileList {
    /// The files.
    pub files: Vec<RefundFileView>,
    /// The cursor to those after them; null on the last page.
    pub next_cursor: Option<String>,
}

/// The refunds of a book, or of one account, in a state or in any.
pub async fn refunds(
    desk: &Desk,
    account: Option<&str>,
    state: Option<&str>,
    cursor: Option<&str>,
    limit: Option<usize>,
) -> Result<RefundList> {
    desk.may(Action::ReadAccounts)?;
    if let Some(unknown) = state.filter(|state| !RefundState::CODES.contains(state)) {
        let why = format!("use one of {}", RefundState::CODES.join(", "));
        return Err(Refusal::BadValue { what: "state", value: unknown.into(), why }.into());
    }
    let size = page::size(limit)?;
    let before = before(cursor)?;
    let mut reading = desk.book.read().await?;
    if let Some(code) = account {
        reading.account(code).await?.ok_or_else(|| Refusal::UnknownAccount(code.into()))?;
    }
    let most = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let rows = reading.refunds(before, account.unwrap_or(""), state.unwrap_or(""), most).await?;
    let (refunds, next_cursor) = page::cut(rows, size, |row| row.refund.to_string());
    Ok(RefundList { refunds, next_cursor })
}

/// One refund; refused when there is none of that id.
pub async fn refund(desk: &Desk, id: &str) -> Result<RefundView> {
    desk.may(Action::ReadAccounts)?;
    let found = desk.book.read().await?.refund(entry_of("refund", id)?).await?;
    Ok(found.ok_or_else(|| unknown(id))?)
}

/// The payment files of a book.
pub async fn refund_files(desk: &Desk, cursor: Option<&str>, limit: Option<usize>) -> Result<RefundFileList> {
    desk.may(Action::ReadAccounts)?;
    let size = page::size(limit)?;
    let most = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let rows = desk.book.read().await?.refund_files(before(cursor)?, most).await?;
    let (files, next_cursor) = page::cut(rows, size, |row| row.file.to_string());
    Ok(RefundFileList { files, next_cursor })
}

/// The entry before which a page begins.
pub(crate) fn before(cursor: Option<&str>) -> Result<EntryId> {
    let read = |text: &str| EntryId::parse(text).ok_or_else(|| page::unknown(text));
    Ok(cursor.map(read).transpose()?.unwrap_or(EntryId(i64::MAX)))
}

fn unknown(id: &str) -> Refusal {
    Refusal::NotFound { what: "refund", id: id.into() }
}
