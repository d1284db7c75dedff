//! Requests for a second person's signature.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Currency;
use serde::Serialize;
use sqlx::FromRow;

use super::json::{self, MoneyView};
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date, entry};

/// A request and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RequestView {
    /// Its entry: what `approve` and `decline` take.
    #[serde(serialize_with = "json::entry")]
    pub request: EntryId,
    /// The account's entry.
    #[serde(skip)]
    pub account_id: EntryId,
    /// The customer number.
    pub account: Option<String>,
    /// The customer's name.
    pub name: Option<String>,
    /// What is proposed: the ladder step, `finance_charge` or `first_live_run`.
    pub subject: String,
    /// The ladder step it belongs to.
    #[serde(serialize_with = "json::entry_or_null")]
    pub step: Option<EntryId>,
    /// The currency.
    #[serde(skip)]
    pub currency: Option<Currency>,
    /// The amount it is about.
    pub amount: Option<MoneyView>,
    /// Who asks.
    pub maker: String,
    /// The least role that may sign.
    pub role: String,
    /// The day it was asked.
    pub requested_on: Date,
    /// The hash the signature is bound to.
    #[serde(skip)]
    pub request_sha256: Vec<u8>,
    /// `pending`, `approved`, `declined` or `withdrawn`.
    pub state: String,
    /// The day it was decided.
    pub decided_on: Option<Date>,
    /// Who decided.
    pub decided_by: Option<String>,
}

#[derive(FromRow)]
struct Columns {
    request: i64,
    account: i64,
    code: Option<String>,
    name: Option<String>,
    subject: String,
    step: Option<i64>,
    currency: Option<String>,
    amount: Option<i64>,
    maker: String,
    role: String,
    requested_on: i64,
    request_sha256: Vec<u8>,
    state: String,
    decided_on: Option<i64>,
    decided_by: Option<String>,
}

const REQUESTS: &str = "
select r.request, r.account, a.code, p.name, coalesce(s.rung, r.subject) as subject, r.step, r.currency, r.amount, r.maker, r.role, r.requested_on,
    r.request_sha256, r.state, r.decided_on, r.decided_by
from approval_request r
left join account a on a.book = r.book and a.account = r.account
left join party p on p.book = r.book and p.account = r.account
left join step s on s.book = r.book and s.account = r.account and s.step = r.step
where r.book = $1 and r.state = $2
order by r.request";
const REQUEST: &str = "
select r.request, r.account, a.code, p.name, coalesce(s.rung, r.subject) as subject, r.step, r.currency, r.amount, r.maker, r.role, r.requested_on,
    r.request_sha256, r.state, r.decided_on, r.decided_by
from approval_request r
left join account a on a.book = r.book and a.account = r.account
left join party p on p.book = r.book and p.account = r.account
left join step s on s.book = r.book and s.account = r.account and s.step = r.step
where r.book = $1 and r.request = $2";

/// Begins with what waits, and looks at the other requests of those accounts alone.
const BESIDE: &str = "
select r.request, cast(sum(o.amount) as bigint)
from approval_request r
cross join approval_request o
where r.book = $1 and r.state = 'pending' and r.step is null and o.book = r.book and o.account = r.account
    and o.request <> r.request and o.step is null and o.subject = r.subject and o.maker = r.maker
    and o.currency = r.currency and o.state in ('pending', 'approved')
    and o.requested_on > r.requested_on - $2 and o.requested_on < r.requested_on + $2
group by r.request";
const COUNT: &str = "select cast(count(*) as bigint) from approval_request where book = $1 and state = $2";
const ASKED_OF_BOOK: &str = "
select a.detail from approval a
join approval_request r on r.book = a.book and r.account = a.account and r.request = a.request and r.state <> 'withdrawn'
where a.book = $1 and a.account = 0 and a.kind = 'requested' and a.subject = $2 order by a.entry";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[REQUESTS, REQUEST, BESIDE, COUNT, ASKED_OF_BOOK];

impl Reading {
    /// The requests in a state (`pending`, `approved`, `declined`, `withdrawn`), oldest first.
    pub async fn requests(&mut self, state: &str) -> Result<Vec<RequestView>> {
        self.rows(REQUESTS, &[Bind::Text(state)]).await?.into_iter().map(view).collect()
    }

    /// What makers asked for beside each request that waits, of the same account and kind within fewer than `days` days,
    /// pending or approved, in minor units of its currency; a request with nothing beside it is left out. Steps of ladders are.
    pub async fn asked_beside(&mut self, days: i64) -> Result<BTreeMap<EntryId, i64>> {
        let rows: Vec<(i64, i64)> = self.rows(BESIDE, &[Bind::Int(days)]).await?;
        Ok(rows.into_iter().map(|(request, amount)| (EntryId(request), amount)).collect())
    }

    /// How many requests are in a state.
    pub async fn count_requests(&mut self, state: &str) -> Result<i64> {
        let count: Option<(i64,)> = self.row(COUNT, &[Bind::Text(state)]).await?;
        Ok(count.map_or(0, |(count,)| count))
    }

    /// What requests of the book itself asked for under this subject, but for those that were withdrawn: JSON, oldest first.
    pub async fn asked_of_book(&mut self, subject: &str) -> Result<Vec<String>> {
        let rows: Vec<(String,)> = self.rows(ASKED_OF_BOOK, &[Bind::Text(subject)]).await?;
        Ok(rows.into_iter().map(|(detail,)| detail).collect())
    }

    /// One request.
    pub async fn request(&mut self, request: EntryId) -> Result<Option<RequestView>> {
        self.row(REQUEST, &[entry(request)]).await?.map(view).transpose()
    }
}

fn view(row: Columns) -> Result<RequestView> {
    let currency = row.currency.as_deref().map(currency).transpose()?;
    Ok(RequestView {
        request: EntryId(row.request),
        account_id: EntryId(row.account),
        account: row.code,
        name: row.name,
        subject: row.subject,
        step: row.step.map(EntryId),
        currency,
        amount: row.amount.zip(currency).map(|(amount, currency)| MoneyView::new(amount, currency)),
        maker: row.maker,
        role: row.role,
        requested_on: date(row.requested_on),
        request_sha256: row.request_sha256,
        state: row.state,
        decided_on: row.decided_on.map(date),
        decided_by: row.decided_by,
    })
}
