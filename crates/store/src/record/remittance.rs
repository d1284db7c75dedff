//! What payers said a payment is for: remittance advices, each recorded once, which wait for their receipt or belong to one.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Money;

use super::{BOOK_ACCOUNT, Deed, Recording, json, tables};
use crate::bulk::Kind::{Int, Text};
use crate::bulk::{Cell, Keyed, fetch};
use crate::db::on_tx;
use crate::fault::Result;
use crate::read::currency;

const KNOWN: Keyed = Keyed {
    key: &[("book", Int), ("advice_key", Text)],
    statement: "select r.advice_key, r.entry, r.content, r.receipt from key cross join remittance r \
        where r.book = key.book and r.advice_key = key.advice_key",
    lock: None,
};
const WAITING: Keyed = Keyed {
    key: &[("book", Int), ("currency", Text), ("amount", Int)],
    statement: "select r.entry, r.currency, r.amount, r.reference, r.paid_day, t.text from key cross join remittance r \
        left join note_text t on t.book = r.book and t.account = 0 and t.entry = r.entry \
        where r.book = key.book and r.currency = key.currency and r.amount = key.amount and r.receipt is null \
        and r.dismissed_on is null",
    lock: None,
};
const JOIN: &str = "update remittance set receipt = $3 where book = $1 and entry = $2 and receipt is null \
     and dismissed_on is null and not exists (select 1 from remittance r where r.book = $1 and r.receipt = $3)";
const DISMISS: &str = "update remittance set dismissed_on = $3 where book = $1 and entry = $2 and receipt is null \
     and dismissed_on is null";
const RELEASE: &str = "update remittance set receipt = null, dismissed_on = null where book = $1 and entry = $2 \
     and (receipt is not null or dismissed_on is not null)";
const BELONGING: &str =
    "select r.receipt from remittance r where r.book = $1 and r.import = $2 and r.receipt is not null order by r.entry";
const UNDONE_WORDS: &str = "delete from note_text where book = $1 and account = 0 \
     and entry in (select entry from remittance where book = $1 and import = $2)";
const UNDONE: &str = "delete from remittance where book = $1 and import = $2";
const WAIT_AGAIN: &str = "update remittance set receipt = null where book = $1 and receipt is not null \
     and receipt in (select entry from bank_entry where book = $1 and import = $2)";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[JOIN, DISMISS, RELEASE, BELONGING, UNDONE_WORDS, UNDONE, WAIT_AGAIN];
/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&KNOWN, &WAITING];

/// What a payer says a payment is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRemittance {
    /// By what it is known whatever file tells of it: payer, reference, day and amount.
    pub key: String,
    /// The payment's amount; zero where the advice only sets credits off.
    pub amount: Money,
    /// The trace, check or wire number: letters in capitals and digits; empty where there is none.
    pub reference: String,
    /// The day of the payment, where it is said.
    pub paid_on: Option<Date>,
    /// What its lines say, hashed: another advice of the same key is told by it.
    pub content: String,
    /// Who pays what, as JSON; erasable.
    pub words: String,
}

/// An advice that is known already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRemittance {
    /// Its entry.
    pub advice: EntryId,
    /// What its lines say, hashed.
    pub content: String,
    /// The receipt it belongs to.
    pub receipt: Option<EntryId>,
}

/// An advice that waits for its receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRemittance {
    /// Its entry.
    pub advice: EntryId,
    /// The payment's amount.
    pub amount: Money,
    /// The trace, check or wire number; empty where there is none.
    pub reference: String,
    /// The day of the payment, where it is said.
    pub paid_on: Option<Date>,
    /// Who pays what, as JSON; `None` where it is erased.
    pub words: Option<String>,
}

impl Recording {
    /// Which of these keys an advice had before.
    pub async fn remittance_keys(&mut self, keys: &[&str]) -> Result<BTreeMap<String, KnownRemittance>> {
        let book = self.envelope.book;
        let cells: Vec<Cell<'_>> = keys.iter().flat_map(|key| [book.into(), (*key).into()]).collect();
        let found: Vec<(String, i64, String, Option<i64>)> = fetch(self.tx().await?, &KNOWN, &cells).await?;
        let known = |(key, advice, content, receipt): (String, i64, String, Option<i64>)| {
            (key, KnownRemittance { advice: EntryId(advice), content, receipt: receipt.map(EntryId) })
        };
        Ok(found.into_iter().map(known).collect())
    }

    /// Records an advice whose key is not known. A key told twice is refused by the database.
    pub fn tell_remittance(&mut self, row: &NewRemittance) -> Result<EntryId> {
        let paid_day = row.paid_on.map(day_number);
        let detail = serde_json::json!({ "key": row.key, "reference": row.reference, "paid_day": paid_day,
            "content": row.content });
        let entry = self.journal_deed(Deed {
            kind: "remittance",
            currency: Some(row.amount.currency.code()),
            amount: Some(row.amount.minor),
            day: self.envelope.day,
            detail: json(&detail)?,
            words: Some(&row.words),
            ..Deed::default()
        })?;
        self.write_note(BOOK_ACCOUNT.0, entry, Some(&row.words));
        let cells: [Cell<'_>; 10] = [
            self.envelope.book.into(),
            entry.into(),
            (&row.key).into(),
            self.import.into(),
            row.amount.currency.code().into(),
            row.amount.minor.into(),
            (&row.reference).into(),
            paid_day.into(),
            (&row.content).into(),
            Cell::Null,
        ];
        self.put(&tables::REMITTANCE, &cells);
        Ok(EntryId(entry))
    }

    /// The advices of these amounts that wait for a receipt, in the order of their entries.
    pub async fn waiting_remittances(&mut self, amounts: &[Money]) -> Result<Vec<WaitingRemittance>> {
        type Row = (i64, String, i64, String, Option<i64>, Option<String>);
        let book = self.envelope.book;
        let mut keys: Vec<(&str, i64)> = amounts.iter().map(|amount| (amount.currency.code(), amount.minor)).collect();
        keys.sort_unstable();
        keys.dedup();
        let cells: Vec<Cell<'_>> =
            keys.iter().flat_map(|(code, minor)| [book.into(), (*code).into(), (*minor).into()]).collect();
        let mut found: Vec<Row> = fetch(self.tx().await?, &WAITING, &cells).await?;
        found.sort_unstable_by_key(|row| row.0);
        let waiting = |(advice, code, minor, reference, paid_day, words): Row| {
            Ok(WaitingRemittance {
                advice: EntryId(advice),
                amount: Money::new(minor, currency(&code)?),
                reference,
                paid_on: paid_day.map(crate::read::date),
                words,
            })
        };
        found.into_iter().map(waiting).collect()
    }

    /// Keeps why a file was taken though a control total of it is wrong.
    pub fn accept_totals(&mut self, import: EntryId, because: &str) -> Result<()> {
        let (day, detail) = (self.envelope.day, json(&serde_json::json!({ "because": because }))?);
        self.journal_deed(Deed { kind: "totals_accepted", subject: Some(import.0), day, detail, ..Deed::default() })?;
        Ok(())
    }

    /// Says that a waiting advice belongs to a receipt, from the day on; `false` when it belongs to one already, or the receipt
    /// has another.
    pub async fn join_remittance(&mut self, advice: EntryId, receipt: EntryId, on: Date) -> Result<bool> {
        let book = self.envelope.book;
        let joined = on_tx!(self.tx().await?, c => sqlx::query(JOIN).bind(book).bind(advice.0).bind(receipt.0)
            .execute(c).await?.rows_affected());
        if joined == 0 {
            return Ok(false);
        }
        let detail = serde_json::json!({ "receipt": receipt.0 });
        self.journal_deed(Deed {
            kind: "remittance_joined",
            subject: Some(advice.0),
            day: day_number(on),
            detail: json(&detail)?,
            ..Deed::default()
        })?;
        Ok(true)
    }

    /// A person says that a waiting advice waits for no receipt of ours, and why. `false` when it does not wait.
    pub async fn dismiss_remittance(&mut self, advice: EntryId, because: &str, on: Date) -> Result<bool> {
        let (book, day) = (self.envelope.book, day_number(on));
        let dismissed = on_tx!(self.tx().await?, c => sqlx::query(DISMISS).bind(book).bind(advice.0).bind(day)
            .execute(c).await?.rows_affected());
        if dismissed == 0 {
            return Ok(false);
        }
        let entry = self.journal_deed(Deed {
            kind: "remittance_dismissed",
            subject: Some(advice.0),
            day,
            words: Some(because),
            ..Deed::default()
        })?;
        self.write_note(BOOK_ACCOUNT.0, entry, Some(because));
        Ok(true)
    }

    /// Takes an advice off its receipt, or back from being dismissed: it waits again. What the receipt is set against stays.
    /// `false` when it waits already.
    pub async fn release_remittance(&mut self, advice: EntryId, on: Date) -> Result<bool> {
        let (book, day) = (self.envelope.book, day_number(on));
        let released = on_tx!(self.tx().await?, c => sqlx::query(RELEASE).bind(book).bind(advice.0)
            .execute(c).await?.rows_affected());
        if released == 0 {
            return Ok(false);
        }
        let kind = "remittance_released";
        self.journal_deed(Deed { kind, subject: Some(advice.0), day, ..Deed::default() })?;
        Ok(true)
    }

    /// What an import that is undone told was never told: its advices go, and whose receipt they explained is asked about
    /// again. Answers how many there were.
    pub(super) async fn forget_remittances(&mut self, import: EntryId, on: Date) -> Result<u64> {
        let book = self.envelope.book;
        let receipts: Vec<i64> = on_tx!(self.tx().await?, c =>
            sqlx::query_scalar(BELONGING).bind(book).bind(import.0).fetch_all(c).await?);
        for receipt in receipts {
            self.ask_about(EntryId(receipt), &["remittance_undone"], on).await?;
        }
        Ok(on_tx!(self.tx().await?, c => {
            sqlx::query(UNDONE_WORDS).bind(book).bind(import.0).execute(&mut *c).await?;
            sqlx::query(UNDONE).bind(book).bind(import.0).execute(&mut *c).await?.rows_affected()
        }))
    }

    /// Advices whose receipt goes with an import that is undone wait again.
    pub(super) async fn let_remittances_wait(&mut self, import: EntryId) -> Result<()> {
        let book = self.envelope.book;
        on_tx!(self.tx().await?, c => sqlx::query(WAIT_AGAIN).bind(book).bind(import.0).execute(c).await.map(|_| ())?);
        Ok(())
    }
}
