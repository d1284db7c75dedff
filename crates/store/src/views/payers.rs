//! By what an account is known as a payer: bank accounts and names that a person confirmed.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Reading, date, entry};

/// A bank account or a name by which a payer is known, or was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PayerMarkView {
    /// Its entry, by which it is forgotten.
    #[serde(serialize_with = "json::entry")]
    pub mark: EntryId,
    /// `bank_account` or `name`.
    pub kind: String,
    /// As the bank writes it; null once it is erased.
    pub value: Option<String>,
    /// The day it was learned.
    pub learned_on: Date,
    /// Who said so.
    pub learned_by: String,
    /// The day it was forgotten; null while it counts.
    pub forgotten_on: Option<Date>,
    /// Who had it forgotten.
    pub forgotten_by: Option<String>,
}

type Columns = (i64, String, Option<String>, i64, String, Option<i64>, Option<String>);

const MARKS: &str = "
select m.mark, m.kind, t.text, m.learned_on, b.actor, m.forgotten_on,
    (select max(o.actor) from activity f join batch o on o.batch = f.entry / 1048576
    where f.book = m.book and f.account = m.account and f.kind = 'payer_forgotten' and f.subject = m.mark)
from payer_mark m
join batch b on b.batch = m.mark / 1048576
left join note_text t on t.book = m.book and t.account = m.account and t.entry = m.mark
where m.book = $1 and m.account = $2
order by m.mark";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[MARKS];

impl Reading {
    /// By what an account is known as a payer, and was, in the order in which it was learned.
    pub async fn payer_marks(&mut self, account: EntryId) -> Result<Vec<PayerMarkView>> {
        let rows: Vec<Columns> = self.rows(MARKS, &[entry(account)]).await?;
        let view = |(mark, kind, value, learned_on, learned_by, forgotten_on, forgotten_by): Columns| PayerMarkView {
            mark: EntryId(mark),
            kind,
            value,
            learned_on: date(learned_on),
            learned_by,
            forgotten_on: forgotten_on.map(date),
            forgotten_by,
        };
        Ok(rows.into_iter().map(view).collect())
    }
}
