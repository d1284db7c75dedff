//! Receipts as banks told them: what is asked about them, and whose they are; the files they came from.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Money;
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date, entry};

/// A receipt as a bank told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptView {
    /// Its entry, by which `match` takes it.
    #[serde(serialize_with = "json::entry")]
    pub receipt: EntryId,
    /// What people call it.
    pub document: String,
    /// The amount that came in.
    pub amount: Money,
    /// What of it is set against nothing.
    pub unapplied: Money,
    /// The day it was booked.
    pub booked_on: Date,
    /// The day it counts for.
    pub value_on: Date,
    /// What the bank calls it.
    pub code: String,
    /// The customer number of the payer; null while nobody knows whose it is.
    pub account: Option<String>,
    /// The name of the account.
    pub name: Option<String>,
    /// Who paid and what they wrote, as the bank told it; null where it is erased.
    pub words: Option<serde_json::Value>,
    /// What a person is asked, as codes.
    pub asked: Vec<String>,
    /// The day since which it is asked.
    pub asked_on: Option<Date>,
    /// The item as which it stands.
    #[serde(serialize_with = "json::entry")]
    pub item: EntryId,
    /// The account's id, for whoever acts on it.
    #[serde(skip)]
    pub account_id: EntryId,
}

/// What of a receipt is set against a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppliedView {
    /// The document number.
    pub document: String,
    /// The instalment.
    pub line: i64,
    /// The amount.
    pub amount: Money,
}

/// A bank's file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BankFileView {
    /// The import, by which all of it can be reversed.
    #[serde(serialize_with = "json::entry")]
    pub import: EntryId,
    /// The file's name.
    pub file: String,
    /// The business day on which it was read.
    pub day: Date,
    /// Counts and control totals, as the import answered them.
    pub detail: serde_json::Value,
    /// Whether the import is undone.
    pub undone: bool,
}

type Columns = (
    i64,
    String,
    String,
    i64,
    i64,
    i64,
    i64,
    String,
    Option<String>,
    Option<String>,
    Option<String>,
    String,
    Option<i64>,
    i64,
    i64,
);

/// One receipt a row; the order is the caller's.
macro_rules! receipts {
    ($which:literal) => {
        concat!(
            "select e.entry, i.document, e.currency, e.amount, \
             cast(coalesce((select -sum(l.open) from line l where l.book = e.book and l.account = e.account \
             and l.item = e.item), 0) as bigint), \
             e.booking_day, e.value_day, e.code, a.code, p.name, t.text, e.asked, e.asked_on, e.item, e.account \
             from bank_entry e \
             join item i on i.book = e.book and i.account = e.account and i.item = e.item \
             left join account a on a.book = e.book and a.account = e.account \
             left join party p on p.book = e.book and p.account = e.account \
             left join note_text t on t.book = e.book and t.account = 0 and t.entry = e.entry \
             where e.book = $1 ",
            $which
        )
    };
}

const RECEIPT: &str = receipts!("and e.entry = $2");
const ASKED: &str = receipts!(
    "and e.asked_on is not null and (e.asked_on > $2 or e.asked_on = $2 and e.entry > $3) order by e.asked_on, e.entry limit $4"
);
const OF_ITEM: &str = receipts!("and e.account = $2 and e.item = $3");
const APPLIED: &str = "
select i.document, g.line, i.currency, cast(sum(g.amount) as bigint)
from movement m
join ledger g on g.batch = m.entry / 1048576 and g.entry = m.entry
join item i on i.book = g.book and i.account = g.account and i.item = g.item
where m.book = $1 and m.account = $2 and m.item = $3 and g.kind = 'application'
    and not exists (select 1 from ledger r where r.book = g.book and r.reverses = g.entry)
group by i.document, g.item, g.line, i.currency
order by g.item, g.line";
const BY_DOCUMENT: &str = receipts!("and i.document = $2 order by e.entry");
const FILES: &str = "
select f.import, m.file, m.day, f.detail, m.undone_by
from bank_file f
join import m on m.book = f.book and m.import = f.import
where f.book = $1 and f.entry < $2
order by f.entry desc limit $3";
const ASKED_COUNT: &str = "select cast(count(*) as bigint) from bank_entry where book = $1 and asked_on is not null";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[RECEIPT, ASKED, OF_ITEM, APPLIED, BY_DOCUMENT, FILES, ASKED_COUNT];

impl Reading {
    /// A receipt by its entry.
    pub async fn receipt(&mut self, receipt: EntryId) -> Result<Option<ReceiptView>> {
        self.row(RECEIPT, &[entry(receipt)]).await?.map(view).transpose()
    }

    /// The receipt that stands as an item of an account.
    pub async fn receipt_of_item(&mut self, account: EntryId, item: EntryId) -> Result<Option<ReceiptView>> {
        self.row(OF_ITEM, &[entry(account), entry(item)]).await?.map(view).transpose()
    }

    /// The receipts that people call by this number, oldest first.
    pub async fn receipts_called(&mut self, document: &str) -> Result<Vec<ReceiptView>> {
        let rows: Vec<Columns> = self.rows(BY_DOCUMENT, &[Bind::Text(document)]).await?;
        rows.into_iter().map(view).collect()
    }

    /// What a receipt that stands as this item of an account is set against, what was taken back left out.
    pub async fn applied_of(&mut self, account: EntryId, item: EntryId) -> Result<Vec<AppliedView>> {
        let rows: Vec<(String, i64, String, i64)> = self.rows(APPLIED, &[entry(account), entry(item)]).await?;
        rows.into_iter()
            .map(|(document, line, code, amount)| {
                Ok(AppliedView { document, line, amount: Money::new(amount, currency(&code)?) })
            })
            .collect()
    }

    /// Receipts about which a person is asked, the longest asked first: at most `most` after the one given (day, receipt).
    pub async fn cash_exceptions(&mut self, after: Option<(Date, EntryId)>, most: i64) -> Result<Vec<ReceiptView>> {
        let (day, id) = after.map_or((i64::MIN, 0), |(day, id)| (dunwell_rules::calendar::day_number(day), id.0));
        let rows: Vec<Columns> = self.rows(ASKED, &[Bind::Int(day), Bind::Int(id), Bind::Int(most)]).await?;
        rows.into_iter().map(view).collect()
    }

    /// How many receipts a person is asked about.
    pub async fn cash_exception_count(&mut self) -> Result<i64> {
        let row: Option<(i64,)> = self.row(ASKED_COUNT, &[]).await?;
        Ok(row.map_or(0, |(count,)| count))
    }

    /// Bank files read, newest first: at most `most`, and where `before` is given those older than its import.
    pub async fn bank_files(&mut self, before: Option<EntryId>, most: i64) -> Result<Vec<BankFileView>> {
        type Row = (i64, String, i64, String, Option<i64>);
        let before = before.map_or(i64::MAX, |import| import.0);
        let rows: Vec<Row> = self.rows(FILES, &[Bind::Int(before), Bind::Int(most)]).await?;
        let view = |(import, file, day, detail, undone_by): Row| BankFileView {
            import: EntryId(import),
            file,
            day: date(day),
            detail: serde_json::from_str(&detail).unwrap_or_default(),
            undone: undone_by.is_some(),
        };
        Ok(rows.into_iter().map(view).collect())
    }
}

fn view(row: Columns) -> Result<ReceiptView> {
    let (
        receipt,
        document,
        code,
        amount,
        unapplied,
        booked,
        value,
        bank_code,
        account,
        name,
        words,
        asked,
        asked_on,
        item,
        id,
    ) = row;
    let currency = currency(&code)?;
    Ok(ReceiptView {
        receipt: EntryId(receipt),
        document,
        amount: Money::new(amount, currency),
        unapplied: Money::new(unapplied, currency),
        booked_on: date(booked),
        value_on: date(value),
        code: bank_code,
        account,
        name,
        words: words.and_then(|words| serde_json::from_str(&words).ok()),
        asked: asked.split_whitespace().map(str::to_owned).collect(),
        asked_on: asked_on.map(date),
        item: EntryId(item),
        account_id: EntryId(id),
    })
}
