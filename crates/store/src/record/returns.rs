//! Bank entries that take receipts back: each known by its key whatever file tells of it, the receipt it found, and what is
//! asked where it found none.
//!
//! A receipt that went back is reversed on the day of its return, with what came with it: its applications, the discount or
//! small rest that was written off for it, the deduction that was disputed for it. The receipt's row stays; taking the
//! return off it again posts it anew.

use std::collections::{BTreeMap, BTreeSet};

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number, from_day_number};
use dunwell_rules::cash::returns::RETURN_RULE;
use dunwell_rules::money::{Currency, Money};
use sqlx::FromRow;

use super::{BOOK_ACCOUNT, Deed, Recording, json, tables};
use crate::bulk::Kind::{Int, Text};
use crate::bulk::{Cell, Keyed, fetch};
use crate::db::on_tx;
use crate::facts::returns::{ReturnableRow, larger, returnable};
use crate::fault::Result;

const KNOWN: Keyed = Keyed {
    key: &[("book", Int), ("bank_key", Text)],
    statement: "select r.bank_key, r.entry from key cross join bank_return r \
        where r.book = key.book and r.bank_key = key.bank_key",
    lock: None,
};
const ASK: &str = "update bank_return set asked = $3, asked_on = $4 where book = $1 and entry = $2 and asked <> $3";
const OF: &str = "select currency, amount, booking_day, document, code, undone, reason, meaning, receipt from bank_return \
     where book = $1 and entry = $2";
const STANDS: &str = "select e.account, e.item from bank_entry e \
     join item i on i.book = e.book and i.account = e.account and i.item = e.item \
     where e.book = $1 and e.entry = $2 and i.reversed_by is null \
     and not exists (select 1 from bank_return r where r.book = e.book and r.receipt = e.entry)";
/// What of a receipt is set against anything.
const USED: &str = "select cast(e.amount + coalesce((select sum(l.open) from line l where l.book = e.book \
     and l.account = e.account and l.item = e.item), 0) as bigint) from bank_entry e where e.book = $1 and e.entry = $2";
const AT: &str = "select e.entry, e.bank_key, e.amount, t.text from bank_entry e \
     join item i on i.book = e.book and i.account = e.account and i.item = e.item \
     left join note_text t on t.book = e.book and t.account = 0 and t.entry = coalesce((select max(w.entry) from receipt_words w \
     where w.book = e.book and w.receipt = e.entry), e.entry) \
     where e.book = $1 and e.bank_account = $2 and e.currency = $3 and e.booking_day between $4 and $5 \
     and i.reversed_by is null order by e.entry";
/// What bookings for this reason say that found no receipt.
const MARKS_AT: &str = "select t.text from bank_return r join note_text t on t.book = r.book and t.account = 0 and t.entry = r.entry \
     where r.book = $1 and r.bank_account = $2 and r.currency = $3 and r.reason = $4 and r.booking_day between $5 and $6 \
     and r.receipt is null order by r.entry";
const HOLDS: &str = "update bank_return set receipt = $3 where book = $1 and entry = $2 and receipt is null";
const LETS_GO: &str = "update bank_return set receipt = null where book = $1 and entry = $2 and receipt = $3";
const PLACE: &str = "select account, item from bank_entry where book = $1 and entry = $2";
const HELD_BY_IMPORT: &str = "select r.entry from bank_return r join bank_entry e on e.book = r.book and e.entry = r.receipt \
     where r.book = $1 and r.import = $2 and (e.import is null or e.import <> $2) order by r.entry";
const LOSE_RECEIPTS: &str = "update bank_return set receipt = null, asked = 'no_receipt', asked_on = $3 where book = $1 \
     and receipt in (select e.entry from bank_entry e where e.book = $1 and e.import = $2)";
const COUNT_OF_IMPORT: &str = "select cast(count(*) as bigint) from bank_return where book = $1 and import = $2";
const FORGET_WORDS: &str = "delete from note_text where book = $1 and account = 0 \
     and entry in (select entry from bank_return where book = $1 and import = $2)";
const FORGET: &str = "delete from bank_return where book = $1 and import = $2";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    ASK,
    OF,
    STANDS,
    USED,
    AT,
    MARKS_AT,
    HOLDS,
    LETS_GO,
    PLACE,
    HELD_BY_IMPORT,
    LOSE_RECEIPTS,
    COUNT_OF_IMPORT,
    FORGET_WORDS,
    FORGET,
];
/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&KNOWN];

/// A booking that undoes an earlier credit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReturn {
    /// By what it is known whatever file tells of it.
    pub key: String,
    /// The amount, above zero.
    pub amount: Money,
    /// What people call it: the reference of the payment it undoes.
    pub document: String,
    /// The day it was booked: it takes a receipt back then.
    pub booked_on: Date,
    /// The day it counts for.
    pub value_on: Date,
    /// Our account, as the bank names it.
    pub bank_account: String,
    /// What the bank calls it (`bai2 555`).
    pub code: String,
    /// How it undoes: `returned` or `contested`.
    pub undone: &'static str,
    /// Why, as the bank's code (`R01`, `AC04`, `555`).
    pub reason: String,
    /// Why, in words; empty where the list of codes does not have it.
    pub meaning: String,
    /// Whom it concerns, its references, what was said, as JSON; erasable.
    pub words: String,
}

/// A receipt that stands, as its bank told it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptAt {
    /// Its entry.
    pub receipt: EntryId,
    /// By what it is known.
    pub key: String,
    /// What came in.
    pub amount: Money,
    /// Its words, as JSON; `None` where they are erased.
    pub words: Option<String>,
}

#[derive(Debug, FromRow)]
pub(super) struct Of {
    pub(super) currency: String,
    pub(super) amount: i64,
    pub(super) booking_day: i64,
    pub(super) document: String,
    code: String,
    undone: String,
    reason: String,
    meaning: String,
    pub(super) receipt: Option<i64>,
}

impl Recording {
    /// Which of these keys of returns the bank told before, each with its entry.
    pub async fn return_keys(&mut self, keys: &[&str]) -> Result<BTreeMap<String, EntryId>> {
        let book = self.envelope.book;
        let cells: Vec<Cell<'_>> = keys.iter().flat_map(|key| [book.into(), (*key).into()]).collect();
        let found: Vec<(String, i64)> = fetch(self.tx().await?, &KNOWN, &cells).await?;
        Ok(found.into_iter().map(|(key, entry)| (key, EntryId(entry))).collect())
    }

    /// Records a return of which the key is not known; it takes nothing back yet.
    pub fn tell_return(&mut self, row: &NewReturn) -> Result<EntryId> {
        let book = self.envelope.book;
        let (booked, value) = (day_number(row.booked_on), day_number(row.value_on));
        let detail = serde_json::json!({ "key": row.key, "booking_day": booked, "bank_account": row.bank_account,
            "document": row.document, "code": row.code, "undone": row.undone, "reason": row.reason,
            "meaning": row.meaning });
        let entry = self.journal_deed(Deed {
            kind: "bank_return",
            currency: Some(row.amount.currency.code()),
            amount: Some(row.amount.minor),
            day: value,
            detail: json(&detail)?,
            words: Some(&row.words),
            ..Deed::default()
        })?;
        self.write_note(BOOK_ACCOUNT.0, entry, Some(&row.words));
        let cells: [Cell<'_>; 17] = [
            book.into(),
            entry.into(),
            (&row.key).into(),
            self.import.into(),
            row.amount.currency.code().into(),
            row.amount.minor.into(),
            booked.into(),
            value.into(),
            (&row.bank_account).into(),
            (&row.document).into(),
            (&row.code).into(),
            row.undone.into(),
            (&row.reason).into(),
            (&row.meaning).into(),
            Cell::Null,
            "".into(),
            Cell::Null,
        ];
        self.put(&tables::BANK_RETURN, &cells);
        Ok(EntryId(entry))
    }

    /// Receipts of one of these amounts booked in so many days up to a day, those that went back too.
    pub async fn returnable(
        &mut self,
        currency: Currency,
        amounts: &[i64],
        booked_by: Date,
    ) -> Result<Vec<ReturnableRow>> {
        let book = self.envelope.book;
        returnable(self.tx().await?, book, currency, amounts, booked_by).await
    }

    /// Receipts larger than an amount, booked in so many days up to a day, whose words hold one of these references.
    pub async fn larger_receipts(
        &mut self,
        amount: Money,
        booked_by: Date,
        references: &[String],
    ) -> Result<Vec<ReturnableRow>> {
        let book = self.envelope.book;
        larger(self.tx().await?, book, amount, booked_by, references).await
    }

    /// Says what a person has to be asked about a return from now on; nothing ends the questions. `false` when just that is
    /// asked already.
    pub async fn ask_about_return(&mut self, entry: EntryId, questions: &[&str], on: Date) -> Result<bool> {
        let (book, day, asked) = (self.envelope.book, day_number(on), questions.join(" "));
        let asked_on = (!questions.is_empty()).then_some(day);
        let changed = on_tx!(self.tx().await?, c => sqlx::query(ASK).bind(book).bind(entry.0).bind(&asked).bind(asked_on)
            .execute(c).await?.rows_affected());
        if changed == 0 {
            return Ok(false);
        }
        let detail = json(&serde_json::json!({ "asked": asked }))?;
        self.journal_deed(Deed { kind: "return_asked", subject: Some(entry.0), day, detail, ..Deed::default() })?;
        Ok(true)
    }

    /// A person has seen a return that takes no receipt of ours back, and says why nothing is to be done. `false` when
    /// nothing is asked about it.
    pub async fn see_return(&mut self, entry: EntryId, because: &str, on: Date) -> Result<bool> {
        if !self.ask_about_return(entry, &[], on).await? {
            return Ok(false);
        }
        let seen = self.journal_deed(Deed {
            kind: "return_seen",
            subject: Some(entry.0),
            day: day_number(on),
            words: Some(because),
            ..Deed::default()
        })?;
        self.write_note(BOOK_ACCOUNT.0, seen, Some(because));
        Ok(true)
    }

    /// Whether nothing of a receipt is set against anything and no refund of it lives; `false` too where it does not stand any
    /// more. Its account is locked until the recording ends.
    pub async fn is_untouched(&mut self, receipt: EntryId) -> Result<bool> {
        let book = self.envelope.book;
        let Some((account, _)) = self.receipt_place(PLACE, receipt).await? else { return Ok(false) };
        self.lock(&BTreeSet::from([account])).await?;
        let Some((_, item)) = self.receipt_place(STANDS, receipt).await? else { return Ok(false) };
        let used: i64 = on_tx!(self.tx().await?, c => sqlx::query_scalar(USED).bind(book).bind(receipt.0)
            .fetch_one(c).await?);
        Ok(used == 0 && self.live_refund(EntryId(item)).await?.is_none())
    }

    /// Receipts of an account of ours that stand, booked between two days, oldest first.
    pub async fn receipts_at(
        &mut self,
        bank_account: &str,
        currency: Currency,
        (from, to): (Date, Date),
    ) -> Result<Vec<ReceiptAt>> {
        let book = self.envelope.book;
        let rows: Vec<(i64, String, i64, Option<String>)> = on_tx!(self.tx().await?, c => sqlx::query_as(AT).bind(book)
            .bind(bank_account).bind(currency.code()).bind(day_number(from)).bind(day_number(to)).fetch_all(c).await?);
        let row = |(receipt, key, minor, words): (i64, String, i64, Option<String>)| ReceiptAt {
            receipt: EntryId(receipt),
            key,
            amount: Money::new(minor, currency),
            words,
        };
        Ok(rows.into_iter().map(row).collect())
    }

    /// What bookings of an account of ours say that found no receipt, told for this reason and booked between two days: their
    /// words, as JSON, where they are not erased.
    pub async fn bookings_without_receipt(
        &mut self,
        (bank_account, reason): (&str, &str),
        currency: Currency,
        (from, to): (Date, Date),
    ) -> Result<Vec<String>> {
        let book = self.envelope.book;
        Ok(on_tx!(self.tx().await?, c => sqlx::query_scalar(MARKS_AT).bind(book).bind(bank_account)
            .bind(currency.code()).bind(reason).bind(day_number(from)).bind(day_number(to)).fetch_all(c).await?))
    }

    /// Takes a receipt back, on the day its return was booked: it is reversed, with what it was set against, what was
    /// written off for it and what was disputed for it. Answers the account it was of; `None` when the return has a receipt
    /// already, or the receipt does not stand any more.
    pub async fn take_back(&mut self, taken_by: EntryId, receipt: EntryId) -> Result<Option<EntryId>> {
        let book = self.envelope.book;
        let Some(of) = self.told_return(taken_by).await?.filter(|of| of.receipt.is_none()) else { return Ok(None) };
        let Some((account, _)) = self.receipt_place(PLACE, receipt).await? else { return Ok(None) };
        self.lock(&BTreeSet::from([account])).await?;
        let Some((account, item)) = self.receipt_place(STANDS, receipt).await? else { return Ok(None) };
        // One that was set against something after it had gone back goes on that day: nothing is taken back in two steps.
        let set_on = self.moved_last(EntryId(account), EntryId(item)).await?;
        let day = from_day_number(of.booking_day);
        let day = set_on.map_or(day, |set_on| day.max(set_on));
        self.undo_what_came_with((EntryId(account), EntryId(item)), None, day, "payment_returned").await?;
        if self.reverse(EntryId(item), day).await?.is_err() {
            return Ok(None);
        }
        on_tx!(self.tx().await?, c => sqlx::query(HOLDS).bind(book).bind(taken_by.0).bind(receipt.0)
            .execute(c).await.map(|_| ())?);
        let told = serde_json::json!({ "return": taken_by.0, "receipt": receipt.0, "rule": RETURN_RULE });
        self.journal_return("receipt_returned", (account, item), &of, told)?;
        self.ask_about(receipt, &[], day).await?;
        self.ask_about_return(taken_by, &[], day).await?;
        Ok(Some(EntryId(account)))
    }

    /// A return as it was told.
    pub(super) async fn told_return(&mut self, taken_by: EntryId) -> Result<Option<Of>> {
        let book = self.envelope.book;
        Ok(on_tx!(self.tx().await?, c => sqlx::query_as(OF).bind(book).bind(taken_by.0).fetch_optional(c).await?))
    }

    /// Journals what a return did to the item of a receipt, with what the bank says of it.
    pub(super) fn journal_return(
        &mut self,
        kind: &'static str,
        (account, item): (i64, i64),
        of: &Of,
        mut told: serde_json::Value,
    ) -> Result<()> {
        for (name, said) in
            [("code", &of.code), ("undone", &of.undone), ("reason", &of.reason), ("meaning", &of.meaning)]
        {
            told[name] = said.as_str().into();
        }
        self.journal_deed(Deed {
            account,
            kind,
            subject: Some(item),
            currency: Some(&of.currency),
            amount: Some(of.amount),
            day: of.booking_day,
            detail: json(&told)?,
            ..Deed::default()
        })?;
        Ok(())
    }

    /// Takes a return off the receipt it took back: the receipt is posted anew where it was, set against nothing, and both
    /// are asked about. Answers the receipt; `None` when the return took none back.
    pub async fn give_back(&mut self, taken_by: EntryId, on: Date) -> Result<Option<EntryId>> {
        let book = self.envelope.book;
        let Some(receipt) = self.told_return(taken_by).await?.and_then(|of| of.receipt) else {
            return self.give_part_back(taken_by, on).await;
        };
        let Some((account, item)) = self.receipt_place(PLACE, EntryId(receipt)).await? else { return Ok(None) };
        self.lock(&BTreeSet::from([account])).await?;
        let let_go = on_tx!(self.tx().await?, c => sqlx::query(LETS_GO).bind(book).bind(taken_by.0).bind(receipt)
            .execute(c).await?.rows_affected());
        if let_go == 0 {
            return Ok(None);
        }
        let again = self.post_again((receipt, account, item), EntryId(account), on).await?;
        let Some((new, _)) = again else { return Ok(None) };
        self.refunded_again(EntryId(account), EntryId(item), new, on).await?;
        let detail = serde_json::json!({ "receipt": receipt, "account": account, "item": new.0 });
        self.journal_deed(Deed {
            kind: "receipt_given_back",
            subject: Some(taken_by.0),
            day: day_number(on),
            detail: json(&detail)?,
            ..Deed::default()
        })?;
        self.ask_about(EntryId(receipt), &["not_returned"], on).await?;
        self.ask_about_return(taken_by, &["no_receipt"], on).await?;
        Ok(Some(EntryId(receipt)))
    }

    /// What returns of an import took back is given back, and what receipts of it went back is not any more: they were never
    /// told. Answers how many returns the import told.
    pub(super) async fn forget_returns(&mut self, import: EntryId, on: Date) -> Result<u64> {
        let book = self.envelope.book;
        let (count, held): (i64, Vec<i64>) = on_tx!(self.tx().await?, c => (
            sqlx::query_scalar(COUNT_OF_IMPORT).bind(book).bind(import.0).fetch_one(&mut *c).await?,
            sqlx::query_scalar(HELD_BY_IMPORT).bind(book).bind(import.0).fetch_all(&mut *c).await?,
        ));
        for taken_by in held {
            self.give_back(EntryId(taken_by), on).await?;
        }
        self.give_parts_back(import, on).await?;
        let day = day_number(on);
        on_tx!(self.tx().await?, c => {
            sqlx::query(FORGET_WORDS).bind(book).bind(import.0).execute(&mut *c).await?;
            sqlx::query(FORGET).bind(book).bind(import.0).execute(&mut *c).await?;
            sqlx::query(LOSE_RECEIPTS).bind(book).bind(import.0).bind(day).execute(&mut *c).await?;
        });
        Ok(count.unsigned_abs())
    }

    /// Account and item of a receipt.
    async fn receipt_place(&mut self, statement: &'static str, receipt: EntryId) -> Result<Option<(i64, i64)>> {
        let book = self.envelope.book;
        Ok(on_tx!(self.tx().await?, c => sqlx::query_as(statement).bind(book).bind(receipt.0).fetch_optional(c).await?))
    }
}
