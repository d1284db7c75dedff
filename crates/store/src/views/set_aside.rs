//! Receipts that were set aside: money on our account that no customer paid, by whom, when and why.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Money;
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date};

/// A receipt that is set aside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetAsideView {
    /// The receipt.
    #[serde(serialize_with = "json::entry")]
    pub receipt: EntryId,
    /// What people call it.
    pub document: String,
    /// What came in.
    pub amount: Money,
    /// The day it counts for.
    pub value_on: Date,
    /// Why, as a code.
    pub reason: String,
    /// Why, in a person's words; null where none were given, or they are erased.
    pub because: Option<String>,
    /// The day since which it is set aside.
    pub set_aside_on: Date,
    /// By whom.
    pub by: String,
    /// The debit that takes it out of the control balance, by which the list is paged.
    #[serde(serialize_with = "json::entry")]
    pub item: EntryId,
}

/// Items of one kind are found by their external ids: '$' follows '#'.
const LIST: &str = "
select e.entry, i.document, e.currency, e.amount, e.value_day, s.external_id, t.text, s.posting_day, b.actor, s.item
from item s
join movement m on m.book = s.book and m.account = s.account and m.item = s.item and m.delta < 0
join bank_entry e on e.book = s.book and e.account = s.account and e.item = m.other_item
join item i on i.book = e.book and i.account = e.account and i.item = e.item
join batch b on b.batch = s.item / 1048576
left join activity a on a.book = s.book and a.account = 0 and a.kind = 'receipt_set_aside'
    and a.entry between s.item / 1048576 * 1048576 and s.item / 1048576 * 1048576 + 1048575 and a.subject = e.entry
left join note_text t on t.book = a.book and t.account = 0 and t.entry = a.entry
where s.book = $1 and s.source = '@bank' and s.external_id >= 'set_aside#' and s.external_id < 'set_aside$'
    and s.reversed_by is null and s.item < $2
order by s.item desc limit $3";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[LIST];

type Columns = (i64, String, String, i64, i64, String, Option<String>, i64, String, i64);

impl Reading {
    /// The receipts that are set aside, the newest first: at most `most` before the item given.
    pub async fn receipts_set_aside(&mut self, before: Option<EntryId>, most: i64) -> Result<Vec<SetAsideView>> {
        let before = before.map_or(i64::MAX, |before| before.0);
        let rows: Vec<Columns> = self.rows(LIST, &[Bind::Int(before), Bind::Int(most)]).await?;
        rows.into_iter().map(view).collect()
    }
}

/// The reason, as the external id of what sets a receipt aside ends with it.
pub(super) fn reason_of(external_id: &str) -> String {
    external_id.rsplit('#').next().unwrap_or_default().to_owned()
}

fn view(row: Columns) -> Result<SetAsideView> {
    let (receipt, document, code, minor, value, external_id, because, on, by, item) = row;
    Ok(SetAsideView {
        receipt: EntryId(receipt),
        document,
        amount: Money::new(minor, currency(&code)?),
        value_on: date(value),
        reason: reason_of(&external_id),
        because,
        set_aside_on: date(on),
        by,
        item: EntryId(item),
    })
}
