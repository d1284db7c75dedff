//! Remittance advices: which wait for their receipt, and which belongs to a receipt.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date, entry};

/// What a payer said a payment is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RemittanceView {
    /// Its entry.
    #[serde(serialize_with = "json::entry")]
    pub advice: EntryId,
    /// The payment's amount; zero where it only sets credits off.
    pub amount: Money,
    /// The trace, check or wire number; empty where there is none.
    pub reference: String,
    /// The day of the payment, where it is said.
    pub paid_on: Option<Date>,
    /// The business day on which it was read.
    pub day: Date,
    /// The file it came in.
    pub file: Option<String>,
    /// The import, by which all of the file can be undone.
    #[serde(serialize_with = "json::entry_or_null")]
    pub import: Option<EntryId>,
    /// The receipt it belongs to; null while it waits for one.
    #[serde(serialize_with = "json::entry_or_null")]
    pub receipt: Option<EntryId>,
    /// The day on which a person dismissed it; null where nobody did.
    pub dismissed_on: Option<Date>,
    /// Who pays what, as the advice says; null where it is erased.
    pub words: Option<serde_json::Value>,
}

type Columns =
    (i64, i64, String, String, Option<i64>, i64, Option<String>, Option<i64>, Option<i64>, Option<i64>, Option<String>);

/// One advice a row; which and in which order is the caller's.
macro_rules! advices {
    ($which:literal) => {
        concat!(
            "select r.entry, r.amount, r.currency, r.reference, r.paid_day, cast(coalesce(m.day, 0) as bigint), m.file, r.import, \
             r.receipt, r.dismissed_on, t.text \
             from remittance r \
             left join import m on m.book = r.book and m.import = r.import \
             left join note_text t on t.book = r.book and t.account = 0 and t.entry = r.entry \
             where r.book = $1 ",
            $which
        )
    };
}

const WAITING: &str =
    advices!("and r.receipt is null and r.dismissed_on is null and r.entry > $2 order by r.entry limit $3");
const ONE: &str = advices!("and r.entry = $2");
const OF_RECEIPT: &str = advices!("and r.receipt = $2");
const OF_IMPORT: &str = advices!("and r.import = $2 order by r.entry");
const RECEIPTS: &str = "
select e.entry from bank_entry e
where e.book = $1 and e.currency = $2 and e.amount = $3
    and not exists (select 1 from remittance r where r.book = e.book and r.receipt = e.entry)
order by e.entry";
/// Applications of receipts that an advice of the import explains, made by another import and not taken back.
const APPLIED_ELSEWHERE: &str = "
select r.receipt from remittance r
join bank_entry e on e.book = r.book and e.entry = r.receipt
join movement m on m.book = e.book and m.account = e.account and m.item = e.item
join ledger g on g.batch = m.entry / 1048576 and g.entry = m.entry
where r.book = $1 and r.import = $2 and g.kind = 'application' and coalesce(g.import, 0) <> $2
    and not exists (select 1 from ledger u where u.book = g.book and u.reverses = g.entry)
order by r.receipt limit 1";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[WAITING, ONE, OF_RECEIPT, OF_IMPORT, RECEIPTS, APPLIED_ELSEWHERE];

impl Reading {
    /// Advices that wait for their receipt, in the order in which they came: at most `most` after the one given.
    pub async fn waiting_remittances(&mut self, after: Option<EntryId>, most: i64) -> Result<Vec<RemittanceView>> {
        let after = after.unwrap_or(EntryId(0));
        self.rows(WAITING, &[entry(after), Bind::Int(most)]).await?.into_iter().map(view).collect()
    }

    /// An advice by its entry.
    pub async fn remittance(&mut self, advice: EntryId) -> Result<Option<RemittanceView>> {
        self.row(ONE, &[entry(advice)]).await?.map(view).transpose()
    }

    /// The advice that belongs to a receipt.
    pub async fn remittance_of(&mut self, receipt: EntryId) -> Result<Option<RemittanceView>> {
        self.row(OF_RECEIPT, &[entry(receipt)]).await?.map(view).transpose()
    }

    /// The advices of an import, in the order of the file.
    pub async fn remittances_of_import(&mut self, import: EntryId) -> Result<Vec<RemittanceView>> {
        self.rows(OF_IMPORT, &[entry(import)]).await?.into_iter().map(view).collect()
    }

    /// The receipts of exactly an amount that no advice explains yet.
    pub async fn receipts_without_remittance(&mut self, amount: Money) -> Result<Vec<EntryId>> {
        let binds = [Bind::Text(amount.currency.code()), Bind::Int(amount.minor)];
        let rows: Vec<(i64,)> = self.rows(RECEIPTS, &binds).await?;
        Ok(rows.into_iter().map(|(receipt,)| EntryId(receipt)).collect())
    }

    /// A receipt that an advice of the import explains and that another import set against what it pays.
    pub async fn remittance_applied_elsewhere(&mut self, import: EntryId) -> Result<Option<EntryId>> {
        let row: Option<(i64,)> = self.row(APPLIED_ELSEWHERE, &[entry(import)]).await?;
        Ok(row.map(|(receipt,)| EntryId(receipt)))
    }
}

fn view(row: Columns) -> Result<RemittanceView> {
    let (advice, amount, code, reference, paid_day, day, file, import, receipt, dismissed_on, words) = row;
    let currency: Currency = currency(&code)?;
    Ok(RemittanceView {
        advice: EntryId(advice),
        amount: Money::new(amount, currency),
        reference,
        paid_on: paid_day.map(date),
        day: date(day),
        file,
        import: import.map(EntryId),
        receipt: receipt.map(EntryId),
        dismissed_on: dismissed_on.map(date),
        words: words.and_then(|words| serde_json::from_str(&words).ok()),
    })
}
