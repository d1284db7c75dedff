//! What a later file of the bank says of a receipt besides: who paid, or what was written. The first telling stays in the
//! journal; the newest has all that was said, and is what people and rules look at.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};

use super::{BOOK_ACCOUNT, Deed, Recording, tables};
use crate::bulk::Cell;
use crate::db::on_tx;
use crate::fault::Result;

/// Receipts that another import told first, and of which this one said more.
const EXPLAINED: &str = "select distinct w.receipt from receipt_words w \
     join bank_entry e on e.book = w.book and e.entry = w.receipt \
     where w.book = $1 and w.import = $2 and (e.import is null or e.import <> $2) order by w.receipt";
const UNDONE_TEXTS: &str = "delete from note_text where book = $1 and account = 0 and entry in (select w.entry \
     from receipt_words w left join bank_entry e on e.book = w.book and e.entry = w.receipt \
     where w.book = $1 and (w.import = $2 or e.import = $2))";
const UNDONE: &str = "delete from receipt_words where book = $1 and (import = $2 \
     or receipt in (select entry from bank_entry where book = $1 and import = $2))";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[EXPLAINED, UNDONE_TEXTS, UNDONE];

impl Recording {
    /// Keeps what is said of a receipt from now on, as JSON: all that was said before and what a later file says besides.
    pub fn add_words(&mut self, receipt: EntryId, words: &str, on: Date) -> Result<()> {
        let entry = self.journal_deed(Deed {
            kind: "receipt_words",
            subject: Some(receipt.0),
            day: day_number(on),
            words: Some(words),
            ..Deed::default()
        })?;
        self.write_note(BOOK_ACCOUNT.0, entry, Some(words));
        let cells: [Cell<'_>; 4] = [self.envelope.book.into(), entry.into(), receipt.0.into(), self.import.into()];
        self.put(&tables::RECEIPT_WORDS, &cells);
        Ok(())
    }

    /// What an import that is undone said besides was never said, and the receipts that stay are asked about again; what was
    /// said of the import's own receipts goes with them. Answers how many there were.
    pub(super) async fn forget_words(&mut self, import: EntryId, on: Date) -> Result<u64> {
        let book = self.envelope.book;
        let explained: Vec<i64> = on_tx!(self.tx().await?, c =>
            sqlx::query_scalar(EXPLAINED).bind(book).bind(import.0).fetch_all(c).await?);
        for receipt in &explained {
            self.ask_about(EntryId(*receipt), &["words_undone"], on).await?;
        }
        on_tx!(self.tx().await?, c => {
            sqlx::query(UNDONE_TEXTS).bind(book).bind(import.0).execute(&mut *c).await?;
            sqlx::query(UNDONE).bind(book).bind(import.0).execute(&mut *c).await?;
        });
        Ok(explained.len() as u64)
    }
}
