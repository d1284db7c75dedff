//! What a bank paid under the id of a refund of ours.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Money;
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date, entry};

/// A debit of a bank that names a refund of ours.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RefundPaymentView {
    /// Its entry, by which `match` takes it.
    #[serde(rename = "refund_payment", serialize_with = "json::entry")]
    pub entry: EntryId,
    /// The refund it names.
    #[serde(serialize_with = "json::entry")]
    pub refund: EntryId,
    /// Whose refund it is, as a customer number.
    pub account: String,
    /// What was to be paid.
    pub refund_amount: Money,
    /// What the bank paid.
    pub amount: Money,
    /// The day it was booked.
    pub booked_on: Date,
    /// Our account, as the bank names it.
    pub bank_account: String,
    /// What is asked: `other_amount`, `not_to_be_paid` where nobody had the bank pay it, `paid_twice` where another booking paid
    /// it; empty where it is the one that did.
    pub question: String,
    /// The day since which a person is asked; null once it was seen.
    pub asked_on: Option<Date>,
}

type Columns = (i64, i64, String, i64, String, i64, String, i64, String, String, Option<i64>);

/// One booking a row; the order is the caller's.
macro_rules! payments {
    ($which:literal) => {
        concat!(
            "select p.entry, p.refund, a.code, r.amount, r.currency, p.amount, p.currency, p.booking_day, p.bank_account, \
             p.question, p.asked_on from refund_payment p \
             join refund r on r.book = p.book and r.account = p.account and r.refund = p.refund \
             join account a on a.book = p.book and a.account = p.account where p.book = $1 ",
            $which
        )
    };
}

const ONE: &str = payments!("and p.entry = $2");
const ASKED: &str = payments!(
    "and p.asked_on is not null and (p.asked_on > $2 or p.asked_on = $2 and p.entry > $3) \
     order by p.asked_on, p.entry limit $4"
);

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[ONE, ASKED];

impl Reading {
    /// A booking by its entry.
    pub async fn refund_payment(&mut self, id: EntryId) -> Result<Option<RefundPaymentView>> {
        self.row(ONE, &[entry(id)]).await?.map(view).transpose()
    }

    /// Bookings that are asked about, the longest asked first: at most `most` after the one given (day, booking).
    pub async fn refund_payments_asked(
        &mut self,
        after: Option<(Date, EntryId)>,
        most: i64,
    ) -> Result<Vec<RefundPaymentView>> {
        let (day, id) = after.map_or((i64::MIN, 0), |(day, id)| (day_number(day), id.0));
        let rows: Vec<Columns> = self.rows(ASKED, &[Bind::Int(day), Bind::Int(id), Bind::Int(most)]).await?;
        rows.into_iter().map(view).collect()
    }
}

fn view(row: Columns) -> Result<RefundPaymentView> {
    let (id, refund, account, wanted, wanted_in, paid, paid_in, booked, bank_account, question, asked_on) = row;
    Ok(RefundPaymentView {
        entry: EntryId(id),
        refund: EntryId(refund),
        account,
        refund_amount: Money::new(wanted, currency(&wanted_in)?),
        amount: Money::new(paid, currency(&paid_in)?),
        booked_on: date(booked),
        bank_account,
        question,
        asked_on: asked_on.map(date),
    })
}
