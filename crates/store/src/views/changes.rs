//! What changed lately: batches that were committed, and the accounts a batch touched. For whoever keeps a copy of a view.

use dunwell_rules::account::EntryId;

use crate::fault::Result;
use crate::read::{Bind, Reading};

/// How often a book was changed. Two readings of one version show the same book; whoever keeps what it showed compares
/// versions. It only grows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct BookVersion {
    /// Recordings that were committed.
    pub batches: i64,
    /// Changes beside the journals that pages show: views that people keep, marks that they are at work on an account.
    pub others: i64,
}

const VERSION: &str = "
select cast(coalesce(sum(batches), 0) as bigint), cast(coalesce(sum(others), 0) as bigint)
from book_version where book = $1";
const NEWEST: &str = "
select batch from batch where book = $1 order by batch desc limit $2";
/// What says nothing of any account is left out: exports, people and their secrets, policies that are not in force.
/// `book + 0` keeps to the rows of the batch: by the book, the index of a whole journal would be walked.
const TOUCHED: &str = "
select account from ledger where batch = $2 and book + 0 = $1
union select credit_account from ledger where batch = $2 and book + 0 = $1
union select account from activity where batch = $2 and book + 0 = $1
    and kind not in ('taken_out', 'secret_changed', 'user_added', 'policy_drafted', 'policy_draft_ended')
union select account from decision where batch = $2 and book + 0 = $1
union select account from approval where batch = $2 and book + 0 = $1
limit $3";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[VERSION, NEWEST, TOUCHED];

impl Reading {
    /// The newest batches of the book, newest first; `most` of them.
    pub async fn newest_batches(&mut self, most: i64) -> Result<Vec<i64>> {
        let rows: Vec<(i64,)> = self.rows(NEWEST, &[Bind::Int(most)]).await?;
        Ok(rows.into_iter().map(|(batch,)| batch).collect())
    }

    /// How often the book was changed, as of this reading.
    pub async fn version(&mut self) -> Result<BookVersion> {
        let row: Option<(i64, i64)> = self.row(VERSION, &[]).await?;
        let (batches, others) = row.unwrap_or_default();
        Ok(BookVersion { batches, others })
    }

    /// The accounts of which a batch recorded something, at most `most` of them; `EntryId(0)` is the book itself.
    pub async fn accounts_touched_by(&mut self, batch: i64, most: i64) -> Result<Vec<EntryId>> {
        let rows: Vec<(i64,)> = self.rows(TOUCHED, &[Bind::Int(batch), Bind::Int(most)]).await?;
        Ok(rows.into_iter().map(|(account,)| EntryId(account)).collect())
    }
}
