//! What a return looks at: receipts that it may take back.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::cash::returns::RETURNED_WITHIN_DAYS;
use dunwell_rules::money::{Currency, Money};
use sqlx::FromRow;

use crate::db::{Tx, on_tx};
use crate::fault::Result;
use crate::read::{Reading, date};

/// Receipts that stand, or that another return took back; one that a person reversed is none.
const RETURNABLE: &str = "
select e.entry, e.bank_key, e.currency, e.amount, e.booking_day, e.bank_account, i.document, t.text, r.booking_day as back_on
from bank_entry e
join item i on i.book = e.book and i.account = e.account and i.item = e.item
left join bank_return r on r.book = e.book and r.receipt = e.entry
left join note_text t on t.book = e.book and t.account = 0 and t.entry = coalesce((select max(w.entry) from receipt_words w where w.book = e.book
    and w.receipt = e.entry), e.entry)
where e.book = $1 and e.currency = $2 and e.amount = $3 and e.booking_day between $4 and $5
    and (i.reversed_by is null or r.entry is not null)
order by e.booking_day desc, e.entry
limit 1000";

/// Larger receipts that say a reference.
const LARGER: &str = "
select e.entry, e.bank_key, e.currency, e.amount, e.booking_day, e.bank_account, i.document, t.text, r.booking_day as back_on
from bank_entry e
join item i on i.book = e.book and i.account = e.account and i.item = e.item
left join bank_return r on r.book = e.book and r.receipt = e.entry
join note_text t on t.book = e.book and t.account = 0 and t.entry = coalesce((select max(w.entry) from receipt_words w where w.book = e.book
    and w.receipt = e.entry), e.entry)
where e.book = $1 and e.currency = $2 and e.amount > $3 and e.booking_day between $4 and $5
    and (i.reversed_by is null or r.entry is not null) and lower(t.text) like $6
order by e.booking_day desc, e.entry
limit 100";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[RETURNABLE, LARGER];

/// A receipt that a return may take back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReturnableRow {
    /// Its entry.
    pub receipt: EntryId,
    /// By what it is known.
    pub key: String,
    /// The amount.
    pub amount: Money,
    /// The day it was booked.
    pub booked_on: Date,
    /// Our account, as the bank names it; empty where that was not kept.
    pub bank_account: String,
    /// What people call it.
    pub document: String,
    /// Its words, as JSON; `None` where they are erased.
    pub words: Option<String>,
    /// The day on which another return took it back.
    pub taken_back_on: Option<Date>,
}

#[derive(Debug, FromRow)]
struct Columns {
    entry: i64,
    bank_key: String,
    amount: i64,
    booking_day: i64,
    bank_account: String,
    document: String,
    text: Option<String>,
    back_on: Option<i64>,
}

/// Receipts of one of these amounts booked in so many days up to a day ([`RETURNED_WITHIN_DAYS`]), those that went back too;
/// of each amount the newest thousand.
pub(crate) async fn returnable(
    tx: &mut Tx,
    book: i64,
    currency: Currency,
    amounts: &[i64],
    booked_by: Date,
) -> Result<Vec<ReturnableRow>> {
    let last = day_number(booked_by);
    let mut found: Vec<Columns> = Vec::new();
    for amount in amounts {
        let rows: Vec<Columns> = on_tx!(&mut *tx, c => sqlx::query_as(RETURNABLE).bind(book).bind(currency.code())
            .bind(amount).bind(last - RETURNED_WITHIN_DAYS).bind(last).fetch_all(c).await?);
        found.extend(rows);
    }
    Ok(found.into_iter().map(|row| a_row(row, currency)).collect())
}

fn a_row(row: Columns, currency: Currency) -> ReturnableRow {
    ReturnableRow {
        receipt: EntryId(row.entry),
        key: row.bank_key,
        amount: Money::new(row.amount, currency),
        booked_on: date(row.booking_day),
        bank_account: row.bank_account,
        document: row.document,
        words: row.text,
        taken_back_on: row.back_on.map(date),
    }
}

/// The most references by which larger receipts are looked for.
const MOST_REFERENCES: usize = 10;

/// Receipts larger than an amount, booked in so many days up to a day, whose words hold one of these references as it is
/// written, those that went back too; at most a hundred a reference. References with signs that text is searched by are left out.
pub(crate) async fn larger(
    tx: &mut Tx,
    book: i64,
    amount: Money,
    booked_by: Date,
    references: &[String],
) -> Result<Vec<ReturnableRow>> {
    let last = day_number(booked_by);
    let plain = |text: &&String| text.bytes().all(|byte| byte.is_ascii_graphic() && !b"%_\\\"".contains(&byte));
    let mut found: Vec<ReturnableRow> = Vec::new();
    for reference in references.iter().filter(plain).take(MOST_REFERENCES) {
        let like = format!("%{}%", reference.to_ascii_lowercase());
        let rows: Vec<Columns> = on_tx!(&mut *tx, c => sqlx::query_as(LARGER).bind(book).bind(amount.currency.code())
            .bind(amount.minor).bind(last - RETURNED_WITHIN_DAYS).bind(last).bind(&like).fetch_all(c).await?);
        for row in rows {
            if !found.iter().any(|known| known.receipt.0 == row.entry) {
                found.push(a_row(row, amount.currency));
            }
        }
    }
    Ok(found)
}

impl Reading {
    /// Receipts of one of these amounts booked in so many days up to a day, those that went back too.
    pub async fn returnable(
        &mut self,
        currency: Currency,
        amounts: &[i64],
        booked_by: Date,
    ) -> Result<Vec<ReturnableRow>> {
        let book = self.book;
        returnable(&mut self.tx, book, currency, amounts, booked_by).await
    }

    /// Receipts larger than an amount, booked in so many days up to a day, whose words hold one of these references.
    pub async fn larger_receipts(
        &mut self,
        amount: Money,
        booked_by: Date,
        references: &[String],
    ) -> Result<Vec<ReturnableRow>> {
        let book = self.book;
        larger(&mut self.tx, book, amount, booked_by, references).await
    }
}
