//! Who is at work on an account just now, so that two people do not call the same customer. A mark that fades, no fact.

use crate::book::{Book, refuse_nul};
use crate::fault::Result;
use crate::read::{Bind, Reading};

/// An account that somebody is at work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenRow {
    /// The customer number.
    pub account: String,
    /// Who took it.
    pub by: String,
    /// When, UTC microseconds.
    pub at: i64,
}

const TAKE: &str = "insert into taken (book, account, taken_by, taken_at) \
     select a.book, a.account, $3, $4 from account a where a.book = $1 and a.code = $2 \
     on conflict (book, account) do update set taken_by = $3, taken_at = $4 \
     where taken.taken_by = $3 or taken.taken_at <= $5";
const LET_GO: &str = "delete from taken where book = $1 and taken_by = $3 \
     and account = (select a.account from account a where a.book = $1 and a.code = $2)";
const TAKEN: &str = "select a.code, t.taken_by, t.taken_at from taken t \
     join account a on a.book = t.book and a.account = t.account where t.book = $1 and t.taken_at > $2 order by a.code";
const MARK: &str = "select cast(count(*) as bigint), cast(coalesce(max(taken_at), 0) as bigint) \
     from taken where book = $1 and taken_at > $2";
/// Marks that faded long ago.
pub(super) const OLD: &str = "delete from taken where book = $1 and taken_at < $2";

/// Every statement that reads.
#[cfg(test)]
pub(crate) const READS: &[&str] = &[TAKEN, MARK];
/// Every statement that writes.
#[cfg(test)]
pub(crate) const WRITES: &[&str] = &[TAKE, LET_GO, OLD];

impl Reading {
    /// The accounts taken after an instant, by customer number.
    pub async fn taken(&mut self, after: i64) -> Result<Vec<TakenRow>> {
        let rows: Vec<(String, String, i64)> = self.rows(TAKEN, &[Bind::Int(after)]).await?;
        Ok(rows.into_iter().map(|(account, by, at)| TakenRow { account, by, at }).collect())
    }

    /// What changes whenever an account is taken or let go: how many are taken since an instant, and when the last was.
    pub async fn taken_mark(&mut self, after: i64) -> Result<(i64, i64)> {
        Ok(self.row(MARK, &[Bind::Int(after)]).await?.unwrap_or_default())
    }
}

impl Book {
    /// Marks an account as taken by somebody; a mark of another from `faded` or before is over. `false` when another holds
    /// it, or there is no such account.
    pub async fn take(&self, account: &str, by: &str, now: i64, faded: i64) -> Result<bool> {
        refuse_nul(&[account, by])?;
        let binds = [Bind::Text(account), Bind::Text(by), Bind::Int(now), Bind::Int(faded)];
        Ok(self.change(TAKE, &binds).await? > 0)
    }

    /// Takes the mark of that person off; `false` when there is none.
    pub async fn let_go(&self, account: &str, by: &str) -> Result<bool> {
        refuse_nul(&[account, by])?;
        Ok(self.change(LET_GO, &[Bind::Text(account), Bind::Text(by)]).await? > 0)
    }
}
