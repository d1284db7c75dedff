//! What banks told before: by it another telling of the same booking is known.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Currency;
use sqlx::FromRow;

use crate::bulk::Kind::{Int, Text};
use crate::bulk::{Cell, Keyed, fetch};
use crate::db::Tx;
use crate::fault::Result;
use crate::read::{Reading, currency, date};

const TOLD: Keyed = Keyed {
    key: &[("book", Int), ("currency", Text), ("amount", Int), ("booking_day", Int)],
    statement: "select e.entry, e.currency, e.amount, e.booking_day, e.value_day, e.bank_account, e.code, e.bank_key, t.text \
        from key cross join bank_entry e \
        left join note_text t on t.book = e.book and t.account = 0 and t.entry = coalesce((select max(w.entry) from receipt_words w \
        where w.book = e.book and w.receipt = e.entry), e.entry) \
        where e.book = key.book and e.currency = key.currency and e.amount = key.amount \
        and e.booking_day = key.booking_day order by e.entry",
    lock: None,
};

const NEARBY: Keyed = Keyed {
    key: &[("book", Int), ("currency", Text), ("amount", Int), ("from_day", Int), ("to_day", Int)],
    statement: "select distinct e.currency, e.amount, e.booking_day, e.code, e.account from key cross join bank_entry e \
        where e.book = key.book and e.currency = key.currency and e.amount = key.amount \
        and e.booking_day between key.from_day and key.to_day",
    lock: None,
};

/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&TOLD, &NEARBY];

/// An amount that a bank booked on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct BookedAmount {
    /// Its currency.
    pub currency: Currency,
    /// The amount, in minor units.
    pub minor: i64,
    /// The day it was booked.
    pub booked_on: Date,
}

/// What was told of a receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptTold {
    /// The amount and the day it was booked.
    pub booked: BookedAmount,
    /// The day it counts for.
    pub value_on: Date,
    /// Our account, as the bank names it.
    pub bank_account: String,
    /// What the bank calls it.
    pub code: String,
    /// Its entry.
    pub receipt: EntryId,
    /// By what it is known.
    pub key: String,
    /// Who paid and what they wrote, as JSON; `None` where it is erased.
    pub words: Option<String>,
}

/// A receipt that a bank booked near a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Nearby {
    /// The amount and the day it was booked.
    pub booked: BookedAmount,
    /// What the bank calls it.
    pub code: String,
    /// Whose it is.
    pub account: EntryId,
}

#[derive(Debug, FromRow)]
struct Columns {
    entry: i64,
    currency: String,
    amount: i64,
    booking_day: i64,
    value_day: i64,
    bank_account: String,
    code: String,
    bank_key: String,
    text: Option<String>,
}

/// The receipts of these amounts and days that banks told, oldest first.
pub(crate) async fn receipts_told(tx: &mut Tx, book: i64, booked: &[BookedAmount]) -> Result<Vec<ReceiptTold>> {
    let booked: BTreeSet<&BookedAmount> = booked.iter().collect();
    let keys = booked.iter().flat_map(|key| -> [Cell<'_>; 4] {
        [book.into(), key.currency.code().into(), key.minor.into(), day_number(key.booked_on).into()]
    });
    let found: Vec<Columns> = fetch(tx, &TOLD, &keys.collect::<Vec<_>>()).await?;
    found.into_iter().map(told).collect()
}

/// The receipts of these amounts that were booked within `days` of these days.
pub(crate) async fn receipts_nearby(tx: &mut Tx, book: i64, booked: &[BookedAmount], days: i64) -> Result<Vec<Nearby>> {
    let booked: BTreeSet<&BookedAmount> = booked.iter().collect();
    let keys = booked.iter().flat_map(|key| -> [Cell<'_>; 5] {
        let day = day_number(key.booked_on);
        [book.into(), key.currency.code().into(), key.minor.into(), (day - days).into(), (day + days).into()]
    });
    let found: Vec<(String, i64, i64, String, i64)> = fetch(tx, &NEARBY, &keys.collect::<Vec<_>>()).await?;
    let row = |(code, minor, day, bank_code, account): (String, i64, i64, String, i64)| {
        let booked = BookedAmount { currency: currency(&code)?, minor, booked_on: date(day) };
        Ok(Nearby { booked, code: bank_code, account: EntryId(account) })
    };
    found.into_iter().map(row).collect()
}

fn told(row: Columns) -> Result<ReceiptTold> {
    let booked =
        BookedAmount { currency: currency(&row.currency)?, minor: row.amount, booked_on: date(row.booking_day) };
    Ok(ReceiptTold {
        booked,
        value_on: date(row.value_day),
        bank_account: row.bank_account,
        code: row.code,
        receipt: EntryId(row.entry),
        key: row.bank_key,
        words: row.text,
    })
}

impl Reading {
    /// The receipts of these amounts and days that banks told, oldest first.
    pub async fn receipts_told(&mut self, booked: &[BookedAmount]) -> Result<Vec<ReceiptTold>> {
        let book = self.book;
        receipts_told(&mut self.tx, book, booked).await
    }
}
