//! Stored decisions: what the rules answered on a day, and the documents they rest on.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Currency;

use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date, day, entry};

/// A decision as it was recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredDecision {
    /// Its entry.
    pub decision: EntryId,
    /// The account.
    pub account: EntryId,
    /// The currency.
    pub currency: Currency,
    /// The day.
    pub day: Date,
    /// The revision of that day, from 1.
    pub revision: i64,
    /// The account's version the rules looked at.
    pub account_version: i64,
    /// The policy it was decided under.
    pub policy: EntryId,
    /// `take`, `propose` or `wait`.
    pub action: String,
    /// `standard/reminder`, `N-3`.
    pub rule: String,
    /// The whole answer, JSON.
    pub detail: String,
}

const DECISION: &str = "
select entry, account, currency, day, revision, account_version, policy, action, rule, detail
from decision
where book = $1 and account = $2 and currency = $3 and day = $4
order by revision desc limit 1";
const DECISIONS_OF_ACCOUNT: &str = "
select d.entry, d.account, d.currency, d.day, d.revision, d.account_version, d.policy, d.action, d.rule, d.detail
from decision d
where d.book = $1 and d.account = $2 and d.day = $3
    and d.revision = (select max(n.revision) from decision n
        where n.book = d.book and n.account = d.account and n.currency = d.currency and n.day = d.day)
order by d.currency";
const DECISIONS_OF_DAY: &str = "
select d.entry, d.account, d.currency, d.day, d.revision, d.account_version, d.policy, d.action, d.rule, d.detail
from decision d
where d.book = $1 and d.day = $2
    and d.revision = (select max(n.revision) from decision n
        where n.book = d.book and n.account = d.account and n.currency = d.currency and n.day = d.day)
order by d.account, d.currency";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[DECISION, DECISIONS_OF_ACCOUNT, DECISIONS_OF_DAY];

type Columns = (i64, i64, String, i64, i64, i64, i64, String, String, String);

impl Reading {
    /// The newest revision of the decision for an account, a currency and a day.
    pub async fn decision(&mut self, account: EntryId, code: Currency, on: Date) -> Result<Option<StoredDecision>> {
        self.row(DECISION, &[entry(account), Bind::Text(code.code()), day(on)]).await?.map(stored).transpose()
    }

    /// The newest revisions of an account's decisions of a day, by currency.
    pub async fn decisions_of(&mut self, account: EntryId, on: Date) -> Result<Vec<StoredDecision>> {
        self.rows(DECISIONS_OF_ACCOUNT, &[entry(account), day(on)]).await?.into_iter().map(stored).collect()
    }

    /// The newest revisions of all decisions of a day, by account, then currency.
    pub async fn decisions_of_day(&mut self, on: Date) -> Result<Vec<StoredDecision>> {
        self.rows(DECISIONS_OF_DAY, &[day(on)]).await?.into_iter().map(stored).collect()
    }
}

fn stored(
    (decision, account, code, day, revision, account_version, policy, action, rule, detail): Columns,
) -> Result<StoredDecision> {
    Ok(StoredDecision {
        decision: EntryId(decision),
        account: EntryId(account),
        currency: currency(&code)?,
        day: date(day),
        revision,
        account_version,
        policy: EntryId(policy),
        action,
        rule,
        detail,
    })
}
