//! What a receipt is set against, why, and who set it so.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Money;
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Reading, currency, date, entry};

/// What of a receipt is set against a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppliedView {
    /// The item.
    #[serde(serialize_with = "json::entry")]
    pub item: EntryId,
    /// The document number.
    pub document: String,
    /// The instalment.
    pub line: i64,
    /// The amount.
    pub amount: Money,
}

/// Something that paid a document, or took a part of it off.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PaidByView {
    /// The receipt, where a bank told it; null for any other credit.
    #[serde(serialize_with = "json::entry_or_null")]
    pub receipt: Option<EntryId>,
    /// The number of the credit.
    pub document: String,
    /// What kind of credit, as a code.
    pub kind: String,
    /// The day from which it counts.
    pub on: Date,
    /// How much.
    pub amount: Money,
}

/// Who set a receipt against what it pays, the last time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MatchedView {
    /// Who: a person who said so, or whoever read the file of which a rule made it.
    pub by: String,
    /// Whether a person said so, and no rule by itself.
    pub by_hand: bool,
    /// The business day.
    pub on: Date,
    /// When.
    #[serde(serialize_with = "json::instant")]
    pub recorded_at: i64,
}

const APPLIED: &str = "
select g.item, i.document, g.line, i.currency, cast(sum(g.amount) as bigint)
from movement m
join ledger g on g.batch = m.entry / 1048576 and g.entry = m.entry
join item i on i.book = g.book and i.account = g.account and i.item = g.item
where m.book = $1 and m.account = $2 and m.item = $3 and g.kind = 'application'
    and i.kind not in ('exchanged', 'currency_gain', 'set_aside')
    and not exists (select 1 from ledger r where r.book = g.book and r.reverses = g.entry)
group by i.document, g.item, g.line, i.currency
order by g.item, g.line";
const WHY: &str = "
select detail from activity where book = $1 and account = $2 and kind = 'cash_applied' and subject = $3
order by entry desc limit 1";
/// The last of what stands of it; what reads a file sets receipts against lines by rules alone.
const WHO: &str = "
select b.actor, b.command, b.day, b.recorded_at
from movement m
join ledger g on g.batch = m.entry / 1048576 and g.entry = m.entry
join batch b on b.batch = g.batch
where m.book = $1 and m.account = $2 and m.item = $3 and g.kind = 'application' and g.credit_item = $3
    and not exists (select 1 from ledger r where r.book = g.book and r.reverses = g.entry)
order by m.entry desc limit 1";

const PAID_BY: &str = "
select e.entry, c.document, c.kind, m.day, g.currency, cast(sum(g.amount) as bigint)
from movement m
join ledger g on g.batch = m.entry / 1048576 and g.entry = m.entry
join item c on c.book = g.book and c.account = g.credit_account and c.item = g.credit_item
left join bank_entry e on e.book = c.book and e.account = c.account and e.item = c.item
where m.book = $1 and m.account = $2 and m.item = $3 and g.kind = 'application' and g.item = $3
    and not exists (select 1 from ledger r where r.book = g.book and r.reverses = g.entry)
group by m.day, c.item, e.entry, c.document, c.kind, g.currency
order by m.day, c.item";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[APPLIED, WHY, WHO, PAID_BY];

type PaidByRow = (Option<i64>, String, String, i64, String, i64);

impl Reading {
    /// What a receipt that stands as this item of an account is set against; what was taken back is left out, and what was turned
    /// into another currency ([`Self::exchanges_of`]). What of it went back is a line of its own (`BACK-…`).
    pub async fn applied_of(&mut self, account: EntryId, item: EntryId) -> Result<Vec<AppliedView>> {
        let rows: Vec<(i64, String, i64, String, i64)> = self.rows(APPLIED, &[entry(account), entry(item)]).await?;
        rows.into_iter()
            .map(|(item, document, line, code, amount)| {
                Ok(AppliedView { item: EntryId(item), document, line, amount: Money::new(amount, currency(&code)?) })
            })
            .collect()
    }

    /// What a document of an account was paid by, the first first; what was taken back is left out.
    pub async fn paid_by(&mut self, account: EntryId, item: EntryId) -> Result<Vec<PaidByView>> {
        let rows: Vec<PaidByRow> = self.rows(PAID_BY, &[entry(account), entry(item)]).await?;
        rows.into_iter()
            .map(|(receipt, document, kind, day, code, amount)| {
                let (receipt, amount) = (receipt.map(EntryId), Money::new(amount, currency(&code)?));
                Ok(PaidByView { receipt, document, kind, on: date(day), amount })
            })
            .collect()
    }

    /// Why the receipt that stands as an item of an account was last set against what it pays, as it was kept; `None` where it
    /// never was, or a person named the documents.
    pub async fn why_applied(&mut self, account: EntryId, item: EntryId) -> Result<Option<serde_json::Value>> {
        let row: Option<(String,)> = self.row(WHY, &[entry(account), entry(item)]).await?;
        Ok(row.and_then(|(detail,)| serde_json::from_str(&detail).ok()))
    }

    /// Who set the receipt that stands as an item of an account against what it pays, the last time; `None` where it pays nothing.
    pub async fn matched_by(&mut self, account: EntryId, item: EntryId) -> Result<Option<MatchedView>> {
        let row: Option<(String, String, i64, i64)> = self.row(WHO, &[entry(account), entry(item)]).await?;
        Ok(row.map(|(by, command, day, recorded_at)| MatchedView {
            by,
            by_hand: !command.starts_with("import "),
            on: date(day),
            recorded_at,
        }))
    }
}
