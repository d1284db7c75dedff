//! Small balances that were written off together: the batches, and how much of each still stands.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Money;
use serde::Serialize;
use sqlx::FromRow;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, damaged, date, entry};

/// A batch of small balances that were written off together, and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SmallBatchView {
    /// The batch.
    #[serde(serialize_with = "json::entry")]
    pub batch: EntryId,
    /// How many documents were written off with it.
    pub items: i64,
    /// How many accounts they are of.
    pub accounts: i64,
    /// What was written off.
    pub total: Money,
    /// How many of them still stand, in whole or in part.
    pub standing: i64,
    /// What of it still stands.
    pub stands: Money,
    /// What was open of each was less than this.
    pub below: Money,
    /// All of it had fallen due at least so many days before.
    pub older_than_days: i64,
    /// Who wrote it off, or asked for it.
    pub maker: String,
    /// The day.
    pub made_on: Date,
    /// The request that was signed; null where the role may alone.
    #[serde(serialize_with = "json::entry_or_null")]
    pub request: Option<EntryId>,
    /// Who signed it; null where the role may alone.
    pub signed_by: Option<String>,
}

#[derive(FromRow)]
struct Columns {
    batch: i64,
    items: i64,
    accounts: i64,
    currency: String,
    total: i64,
    standing: i64,
    stands: i64,
    maker: String,
    made_on: i64,
    request: Option<i64>,
    signed_by: Option<String>,
    detail: String,
}

const BATCHES: &str = "
select b.batch, b.items, b.accounts, b.currency, b.total, b.standing, b.stands, b.maker, b.made_on, b.request,
    q.decided_by as signed_by, a.detail
from (
    select w.batch, count(*) as items, count(distinct w.account) as accounts, min(w.currency) as currency,
        cast(sum(w.amount) as bigint) as total, count(c.item) as standing,
        cast(coalesce(sum(c.amount), 0) as bigint) as stands, min(w.maker) as maker, min(w.made_on) as made_on,
        min(w.request) as request
    from write_off w
    left join item c on c.book = w.book and c.account = w.account and c.item = w.credit_item
        and c.reversed_by is null and w.taken_back_on is null
    where w.book = $1 and w.batch is not null and w.batch < $2
    group by w.batch order by w.batch desc limit $3
) b
join activity a on a.book = $1 and a.account = 0 and a.entry = b.batch
left join approval_request q on q.book = $1 and q.account = 0 and q.request = b.request
order by b.batch desc";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[BATCHES];

impl Reading {
    /// Batches of small balances before one, the newest first.
    pub async fn small_batches(&mut self, before: EntryId, most: i64) -> Result<Vec<SmallBatchView>> {
        self.rows(BATCHES, &[entry(before), Bind::Int(most)]).await?.into_iter().map(view).collect()
    }
}

fn view(row: Columns) -> Result<SmallBatchView> {
    let currency = currency(&row.currency)?;
    let detail: serde_json::Value =
        serde_json::from_str(&row.detail).map_err(|_| damaged("detail of a batch", &row.detail))?;
    Ok(SmallBatchView {
        batch: EntryId(row.batch),
        items: row.items,
        accounts: row.accounts,
        total: Money::new(row.total, currency),
        standing: row.standing,
        stands: Money::new(row.stands, currency),
        below: Money::new(detail["below"].as_i64().unwrap_or(0), currency),
        older_than_days: detail["older_than_days"].as_i64().unwrap_or(0),
        maker: row.maker,
        made_on: date(row.made_on),
        request: row.request.map(EntryId),
        signed_by: row.signed_by,
    })
}
