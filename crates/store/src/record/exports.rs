//! What was taken out of the book as a file: who took which list or document, how many rows, when. A deed like any other.

use dunwell_rules::account::EntryId;

use super::{Deed, Recording, json};
use crate::fault::Result;

/// A file that leaves the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenOut {
    /// The list or document: `accounts`, `statement`.
    pub list: &'static str,
    /// The kind of file: `csv`, `xlsx`, `pdf`, `txt`.
    pub file: &'static str,
    /// The account it is about; `None` for a list over the book.
    pub account: Option<EntryId>,
    /// Its rows; `None` for a document.
    pub rows: Option<i64>,
}

impl Recording {
    /// Journals that a file leaves the book, taken by the command's actor. It is a deed of the book, also where the file is
    /// about one account: nothing of the account changes.
    pub fn take_out(&mut self, taken: &TakenOut) -> Result<()> {
        let day = self.envelope.day;
        let detail = json(&serde_json::json!({ "list": taken.list, "file": taken.file, "rows": taken.rows }))?;
        let subject = taken.account.map(|account| account.0);
        self.journal_deed(Deed { kind: "taken_out", subject, day, detail, ..Deed::default() }).map(|_| ())
    }
}
