//! How an account pays and whom it belongs to: its months, its parent and its children.

use dunwell_rules::account::EntryId;

use crate::fault::Result;
use crate::read::{Bind, Reading, entry};

const PARENT: &str = "
select up.account
from account a
cross join account up
where a.book = $1 and a.account = $2 and up.book = a.book and up.account = a.parent";
const CHILDREN: &str = "
select account from account where book = $1 and parent is not null and parent = $2 order by account limit $3";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[PARENT, CHILDREN];

impl Reading {
    /// The parent of an account.
    pub async fn parent_of(&mut self, account: EntryId) -> Result<Option<EntryId>> {
        let row: Option<(i64,)> = self.row(PARENT, &[entry(account)]).await?;
        Ok(row.map(|(parent,)| EntryId(parent)))
    }

    /// At most `limit` accounts whose parent it is, in the order they were opened.
    pub async fn children_of(&mut self, account: EntryId, limit: i64) -> Result<Vec<EntryId>> {
        let rows: Vec<(i64,)> = self.rows(CHILDREN, &[entry(account), Bind::Int(limit)]).await?;
        Ok(rows.into_iter().map(|(child,)| EntryId(child)).collect())
    }
}
