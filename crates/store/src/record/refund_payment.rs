//! What a bank paid under the id of a refund of ours: each booking is known by its key whatever file tells of it. The one that
//! pays the refund is kept so that another is told from it; one that does not fit is asked about until a person says what it is.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Money;

use super::{BOOK_ACCOUNT, Deed, Recording, json, tables};
use crate::bulk::Kind::{Int, Text};
use crate::bulk::{Cell, Keyed, fetch};
use crate::db::on_tx;
use crate::fault::Result;

const KNOWN: Keyed = Keyed {
    key: &[("book", Int), ("bank_key", Text)],
    statement: "select p.bank_key from key cross join refund_payment p \
        where p.book = key.book and p.bank_key = key.bank_key",
    lock: None,
};
/// The question of a booking that pays its refund: none.
const PAYS: &str = "";
const PAID: &str =
    "select count(*) from refund_payment where book = $1 and account = $2 and refund = $3 and question = ''";
const SEEN: &str = "update refund_payment set asked_on = null where book = $1 and entry = $2 and asked_on is not null";
const FORGET_WORDS: &str = "delete from note_text where book = $1 and account = 0 and entry in (select a.entry from activity a \
     where a.book = $1 and a.account = 0 and a.kind = 'refund_payment_seen' \
     and a.subject in (select entry from refund_payment where book = $1 and import = $2))";
const FORGET: &str = "delete from refund_payment where book = $1 and import = $2";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[PAID, SEEN, FORGET_WORDS, FORGET];
/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&KNOWN];

/// A debit of a bank that names a refund of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefundPayment {
    /// By what it is known whatever file tells of it.
    pub key: String,
    /// Whose refund it names.
    pub account: EntryId,
    /// The refund.
    pub refund: EntryId,
    /// What was paid, above zero.
    pub amount: Money,
    /// The day it was booked.
    pub booked_on: Date,
    /// Our account, as the bank names it.
    pub bank_account: String,
    /// What a person is asked, as a code; empty where it pays the refund.
    pub question: &'static str,
}

impl NewRefundPayment {
    /// The same as the booking that pays the refund: nothing is asked.
    pub fn paying(self) -> Self {
        Self { question: PAYS, ..self }
    }
}

impl Recording {
    /// Which of these keys were told before.
    pub async fn refund_payment_keys(&mut self, keys: &[&str]) -> Result<BTreeSet<String>> {
        let book = self.envelope.book;
        let cells: Vec<Cell<'_>> = keys.iter().flat_map(|key| [book.into(), (*key).into()]).collect();
        let found: Vec<(String,)> = fetch(self.tx().await?, &KNOWN, &cells).await?;
        Ok(found.into_iter().map(|(key,)| key).collect())
    }

    /// Whether the booking that paid a refund is known.
    pub async fn refund_paid_by_a_booking(&mut self, account: EntryId, refund: EntryId) -> Result<bool> {
        let book = self.envelope.book;
        let known: i64 = on_tx!(self.tx().await?, c => sqlx::query_scalar(PAID).bind(book).bind(account.0).bind(refund.0)
            .fetch_one(c).await?);
        Ok(known > 0)
    }

    /// Records a booking of which the key is not known, and asks about it from the day on unless it pays its refund. A key told
    /// twice is refused by the database.
    pub fn tell_refund_payment(&mut self, row: &NewRefundPayment, on: Date) -> Result<EntryId> {
        let (book, booked) = (self.envelope.book, day_number(row.booked_on));
        let detail = serde_json::json!({ "key": row.key, "account": row.account.0, "refund": row.refund.0,
            "booking_day": booked, "bank_account": row.bank_account, "question": row.question });
        let entry = self.journal_deed(Deed {
            kind: "refund_payment",
            currency: Some(row.amount.currency.code()),
            amount: Some(row.amount.minor),
            day: day_number(on),
            detail: json(&detail)?,
            ..Deed::default()
        })?;
        let cells: [Cell<'_>; 12] = [
            book.into(),
            entry.into(),
            (&row.key).into(),
            self.import.into(),
            row.account.0.into(),
            row.refund.0.into(),
            row.amount.currency.code().into(),
            row.amount.minor.into(),
            booked.into(),
            (&row.bank_account).into(),
            row.question.into(),
            (row.question != PAYS).then(|| day_number(on)).into(),
        ];
        self.put(&tables::REFUND_PAYMENT, &cells);
        Ok(EntryId(entry))
    }

    /// A person has seen a booking, and says what it is. `false` when it is not asked about.
    pub async fn see_refund_payment(&mut self, entry: EntryId, because: &str, on: Date) -> Result<bool> {
        let book = self.envelope.book;
        let seen = on_tx!(self.tx().await?, c => sqlx::query(SEEN).bind(book).bind(entry.0)
            .execute(c).await?.rows_affected());
        if seen == 0 {
            return Ok(false);
        }
        let note = self.journal_deed(Deed {
            kind: "refund_payment_seen",
            subject: Some(entry.0),
            day: day_number(on),
            words: Some(because),
            ..Deed::default()
        })?;
        self.write_note(BOOK_ACCOUNT.0, note, Some(because));
        Ok(true)
    }

    /// Bookings that an import told were never told. Answers how many there were.
    pub(super) async fn forget_refund_payments(&mut self, import: EntryId) -> Result<u64> {
        let book = self.envelope.book;
        Ok(on_tx!(self.tx().await?, c => {
            sqlx::query(FORGET_WORDS).bind(book).bind(import.0).execute(&mut *c).await?;
            sqlx::query(FORGET).bind(book).bind(import.0).execute(&mut *c).await?.rows_affected()
        }))
    }
}
