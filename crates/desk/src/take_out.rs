//! Taking a list or a document out of the book as a file: it is in the activity journal before the file leaves.

use dunwell_rules::calendar::Date;
use dunwell_store::record::TakenOut;

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};

/// A file that somebody takes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileTaken<'a> {
    /// The list or document: `accounts`, `letters`, `statement`.
    pub list: &'static str,
    /// The kind of file: `csv`, `xlsx`, `pdf`, `txt`, `zip`.
    pub file: &'static str,
    /// The customer number, for a document of one account.
    pub account: Option<&'a str>,
    /// Its rows; `None` for a document.
    pub rows: Option<usize>,
}

/// Journals that the user takes a file out on the day `on`, once for each file; whoever hands it over does so afterwards.
/// Whether they may is asked where the file is made. Refused for an account the book does not know (`unknown_account`).
pub async fn note_taken(desk: &Desk, taken: FileTaken<'_>, on: Date) -> Result<()> {
    let account = match taken.account {
        None => None,
        Some(code) => {
            let known = desk.book.read().await?.account(code).await?;
            Some(known.ok_or_else(|| Refusal::UnknownAccount(code.into()))?.entry)
        }
    };
    let rows = taken.rows.and_then(|rows| i64::try_from(rows).ok());
    let out = TakenOut { list: taken.list, file: taken.file, account, rows };
    desk.retrying(|| async {
        let mut recording = desk.record("take out", on).await?;
        recording.take_out(&out)?;
        recording.commit().await?;
        Ok(())
    })
    .await
}
