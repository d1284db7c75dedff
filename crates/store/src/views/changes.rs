//! What changed lately: batches that were committed, and the accounts a batch touched. For whoever keeps a copy of a view.

use dunwell_rules::account::EntryId;

use crate::fault::Result;
use crate::read::{Bind, Reading};

const NEWEST: &str = "
select batch from batch where book = $1 order by batch desc limit $2";
const TOUCHED: &str = "
select account from ledger where batch = $2 and book = $1
union select credit_account from ledger where batch = $2 and book = $1
union select account from activity where batch = $2 and book = $1
union select account from decision where batch = $2 and book = $1
union select account from approval where batch = $2 and book = $1";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[NEWEST, TOUCHED];

impl Reading {
    /// The newest batches of the book, newest first; `most` of them.
    pub async fn newest_batches(&mut self, most: i64) -> Result<Vec<i64>> {
        let rows: Vec<(i64,)> = self.rows(NEWEST, &[Bind::Int(most)]).await?;
        Ok(rows.into_iter().map(|(batch,)| batch).collect())
    }

    /// The accounts of which a batch recorded something; `EntryId(0)` is the book itself.
    pub async fn accounts_touched_by(&mut self, batch: i64) -> Result<Vec<EntryId>> {
        let rows: Vec<(i64,)> = self.rows(TOUCHED, &[Bind::Int(batch)]).await?;
        Ok(rows.into_iter().map(|(account,)| EntryId(account)).collect())
    }
}
