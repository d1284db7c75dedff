//! Bank entries that took receipts back, or should have: what is asked about them.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Money;
use serde::Serialize;
use sqlx::FromRow;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date, entry};
use crate::record::places;

/// A booking that undoes an earlier credit, as a bank told it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnView {
    /// Its entry, by which `match` takes it.
    #[serde(rename = "return", serialize_with = "json::entry")]
    pub entry: EntryId,
    /// What people call it: the reference of the payment it undoes.
    pub document: String,
    /// The amount that went out.
    pub amount: Money,
    /// The day it was booked.
    pub booked_on: Date,
    /// The day it counts for.
    pub value_on: Date,
    /// Our account, as the bank names it.
    pub bank_account: String,
    /// What the bank calls it (`bai2 555`).
    pub code: String,
    /// How it undoes: `returned` or `contested`.
    pub undone: String,
    /// Why, as the bank's code.
    pub reason: String,
    /// Why, in words; empty where the list of codes does not have it.
    pub meaning: String,
    /// The receipt it took back; null while none is found.
    #[serde(serialize_with = "json::entry_or_null")]
    pub receipt: Option<EntryId>,
    /// Whether it took a part of that receipt, which stands and pays on with the rest.
    pub part: bool,
    /// The customer number of whose receipt it was.
    pub account: Option<String>,
    /// Whom it concerns, its references and what was said, as the bank told it; null where it is erased.
    pub words: Option<serde_json::Value>,
    /// What a person is asked, as codes.
    pub asked: Vec<String>,
    /// The day since which it is asked.
    pub asked_on: Option<Date>,
}

#[derive(FromRow)]
struct Columns {
    entry: i64,
    document: String,
    currency: String,
    amount: i64,
    booking_day: i64,
    value_day: i64,
    bank_account: String,
    code: String,
    undone: String,
    reason: String,
    meaning: String,
    receipt: Option<i64>,
    part: Option<String>,
    account: Option<String>,
    words: Option<String>,
    asked: String,
    asked_on: Option<i64>,
}

/// One return a row; the order is the caller's.
macro_rules! returns {
    ($which:literal) => {
        concat!(
            "select r.entry, r.document, r.currency, r.amount, r.booking_day, r.value_day, r.bank_account, r.code, \
             r.undone, r.reason, r.meaning, r.receipt, p.external_id as part, a.code as account, t.text as words, \
             r.asked, r.asked_on \
             from bank_return r \
             left join bank_entry e on e.book = r.book and e.entry = r.receipt \
             left join item p on p.book = r.book and p.source = '@bank' and p.reversed_by is null \
             and p.external_id >= 'returned_part#' || cast(r.entry as text) || '#' \
             and p.external_id < 'returned_part#' || cast(r.entry as text) || '$' \
             left join account a on a.book = r.book and a.account = coalesce(e.account, p.account) \
             left join note_text t on t.book = r.book and t.account = 0 and t.entry = r.entry \
             where r.book = $1 ",
            $which
        )
    };
}

const RETURN: &str = returns!("and r.entry = $2");
const OF_RECEIPT: &str = returns!("and r.receipt = $2");
const ASKED: &str = returns!(
    "and r.asked_on is not null and (r.asked_on > $2 or r.asked_on = $2 and r.entry > $3) \
     order by r.asked_on, r.entry limit $4"
);
const SETTLED: &str =
    returns!("and (r.receipt is not null or p.item is not null) and r.entry < $2 order by r.entry desc limit $3");
const ASKED_COUNT: &str = "select cast(count(*) as bigint) from bank_return where book = $1 and asked_on is not null";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[RETURN, OF_RECEIPT, ASKED, SETTLED, ASKED_COUNT];

impl Reading {
    /// A return by its entry.
    pub async fn bank_return(&mut self, id: EntryId) -> Result<Option<ReturnView>> {
        self.row(RETURN, &[entry(id)]).await?.map(view).transpose()
    }

    /// The return that took a receipt back.
    pub async fn return_of(&mut self, receipt: EntryId) -> Result<Option<ReturnView>> {
        self.row(OF_RECEIPT, &[entry(receipt)]).await?.map(view).transpose()
    }

    /// Returns about which a person is asked, the longest asked first: at most `most` after the one given (day, return).
    pub async fn returns_asked(&mut self, after: Option<(Date, EntryId)>, most: i64) -> Result<Vec<ReturnView>> {
        let (day, id) = after.map_or((i64::MIN, 0), |(day, id)| (day_number(day), id.0));
        let rows: Vec<Columns> = self.rows(ASKED, &[Bind::Int(day), Bind::Int(id), Bind::Int(most)]).await?;
        rows.into_iter().map(view).collect()
    }

    /// Returns that took a receipt back, the newest first: at most `most`, and where `before` is given those older than it.
    pub async fn returns_settled(&mut self, before: Option<EntryId>, most: i64) -> Result<Vec<ReturnView>> {
        let before = before.map_or(i64::MAX, |id| id.0);
        let rows: Vec<Columns> = self.rows(SETTLED, &[Bind::Int(before), Bind::Int(most)]).await?;
        rows.into_iter().map(view).collect()
    }

    /// How many returns a person is asked about.
    pub async fn returns_asked_count(&mut self) -> Result<i64> {
        let row: Option<(i64,)> = self.row(ASKED_COUNT, &[]).await?;
        Ok(row.map_or(0, |(count,)| count))
    }
}

fn view(row: Columns) -> Result<ReturnView> {
    let part = row.part.as_deref().and_then(places);
    Ok(ReturnView {
        entry: EntryId(row.entry),
        document: row.document,
        amount: Money::new(row.amount, currency(&row.currency)?),
        booked_on: date(row.booking_day),
        value_on: date(row.value_day),
        bank_account: row.bank_account,
        code: row.code,
        undone: row.undone,
        reason: row.reason,
        meaning: row.meaning,
        receipt: row.receipt.map(EntryId).or(part.map(|(_, receipt)| receipt)),
        part: part.is_some(),
        account: row.account,
        words: row.words.and_then(|words| serde_json::from_str(&words).ok()),
        asked: row.asked.split_whitespace().map(str::to_owned).collect(),
        asked_on: row.asked_on.map(date),
    })
}
