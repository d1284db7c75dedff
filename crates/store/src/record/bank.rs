//! What banks told: receipts, each known by its key whatever file tells of it, whose they are, and what is asked about them.
//!
//! A receipt is an item of its payer's account, or of account 0 while nobody knows whose it is: then it is unidentified cash,
//! in the control balance and of no account. Giving it to an account, or taking it back, reverses the item and posts it anew
//! there; both are dated, and the key stays.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number, from_day_number};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use sqlx::FromRow;

use super::{BOOK_ACCOUNT, Deed, NewItem, Recording, json, tables};
use crate::bulk::Kind::{Int, Text};
use crate::bulk::{Cell, Keyed, fetch};
use crate::db::on_tx;
use crate::facts::told::{BookedAmount, Nearby, ReceiptTold, receipts_nearby, receipts_told};
use crate::fault::{Fault, Result};

/// The source of receipts that came by a bank's file. No profile can have it: its name begins with a sign that is refused there.
pub const BANK: &str = "@bank";

const KNOWN: Keyed = Keyed {
    key: &[("book", Int), ("bank_key", Text)],
    statement: "select e.bank_key, e.entry from key cross join bank_entry e \
        where e.book = key.book and e.bank_key = key.bank_key",
    lock: None,
};
const OF_NOW: &str = "select account from bank_entry where book = $1 and entry = $2 and item = $3";
/// The day on which receipts of these keys were undone, where they were.
const UNDONE_ON: Keyed = Keyed {
    key: &[("book", Int), ("source", Text), ("bank_key", Text)],
    statement: "select i.external_id, max(r.posting_day) from key cross join item i \
        join ledger r on r.batch = i.reversed_by / 1048576 and r.entry = i.reversed_by \
        where i.book = key.book and i.source = key.source and i.external_id = key.bank_key and i.reversed_by is not null \
        group by i.external_id",
    lock: None,
};
const TAKE: &str =
    "update bank_entry set account = $5, item = 0 where book = $1 and entry = $2 and account = $3 and item = $4";
const STANDS: &str = "update bank_entry set item = $3 where book = $1 and entry = $2";
const ASK: &str = "update bank_entry set asked = $3, asked_on = $4 where book = $1 and entry = $2 and asked <> $3";
const POSTED: &str = "select e.bank_key, e.import, e.currency, e.amount, e.booking_day, e.value_day, i.document, i.custom, \
     i.po_number, i.business_unit, i.row_hash, i.posting_day, coalesce((select r.posting_day from ledger r \
     where r.batch = i.reversed_by / 1048576 and r.entry = i.reversed_by), i.posting_day) as undone_day from bank_entry e \
     join item i on i.book = e.book and i.account = e.account and i.item = e.item where e.book = $1 and e.entry = $2 and e.item = $3";
/// The newest day on which an item moved, or was posted.
const MOVED_LAST: &str = "select max(day) from (select i.posting_day as day from item i \
     where i.book = $1 and i.account = $2 and i.item = $3 \
     union all select m.day from movement m where m.book = $1 and m.account = $2 and m.item = $3) moved";
/// The receipt that stands, or stood last, as an item.
const OF_ITEM: &str = "select e.entry from bank_entry e join ledger g on g.account = e.account and g.entry = e.item \
     where e.book = $1 and g.batch = $2 and g.entry = $3 and g.book = $1";
const OF_IMPORT: &str = "select account, item from bank_entry where book = $1 and import = $2 order by entry";
const FORGET_MARK: &str = "update payer_mark set forgotten_on = $4 \
     where book = $1 and account = $2 and mark = $3 and forgotten_on is null";
const SAME_MARK: &str = "select m.mark from payer_mark m \
     join note_text t on t.book = m.book and t.account = m.account and t.entry = m.mark \
     where m.book = $1 and m.account = $2 and m.kind = $3 and t.text = $4 and m.forgotten_on is null order by m.mark limit 1";
const FILE_BRINGS: &str = "update bank_file set import = $3 where book = $1 and entry = $2";
const FILE_READ: &str = "update bank_file set outcome = $3 where book = $1 and entry = $2";
const UNDONE_WORDS: &str = "delete from note_text where book = $1 and account = 0 \
     and entry in (select entry from bank_entry where book = $1 and import = $2)";
const UNDONE: &str = "delete from bank_entry where book = $1 and import = $2";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    OF_NOW,
    TAKE,
    STANDS,
    ASK,
    POSTED,
    MOVED_LAST,
    OF_ITEM,
    OF_IMPORT,
    FORGET_MARK,
    SAME_MARK,
    FILE_BRINGS,
    FILE_READ,
    UNDONE_WORDS,
    UNDONE,
];
/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&KNOWN, &UNDONE_ON];

/// A credit that a bank booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReceipt {
    /// Whose it is; [`BOOK_ACCOUNT`] while nobody knows.
    pub account: EntryId,
    /// By what it is known whatever file tells of it.
    pub key: String,
    /// The amount, above zero.
    pub amount: Money,
    /// What people call it: the bank's or the payer's reference.
    pub document: String,
    /// The day it was booked: it posts then.
    pub booked_on: Date,
    /// The day it counts for.
    pub value_on: Date,
    /// Our account, as the bank names it; empty where the file does not.
    pub bank_account: String,
    /// What the bank calls it (`bai2 165`).
    pub code: String,
    /// Who paid, from which account, what they wrote, as JSON; erasable.
    pub words: String,
    /// What a person is asked about it from the start, as codes.
    pub asked: Vec<&'static str>,
}

/// A receipt that was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Received {
    /// What the bank said.
    pub entry: EntryId,
    /// The item as which it stands.
    pub item: EntryId,
}

/// By what a payer is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkKind {
    /// A bank account, as the bank writes it.
    BankAccount,
    /// A name, as the bank writes it.
    Name,
}

impl MarkKind {
    /// The word used in JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::BankAccount => "bank_account",
            Self::Name => "name",
        }
    }
}

#[derive(Debug, FromRow)]
pub(super) struct Posted {
    bank_key: String,
    import: Option<i64>,
    currency: String,
    amount: i64,
    booking_day: i64,
    value_day: i64,
    document: String,
    custom: Option<String>,
    po_number: Option<String>,
    business_unit: Option<String>,
    row_hash: i64,
    posting_day: i64,
    undone_day: i64,
}

impl Recording {
    /// Which of these keys the bank told before, each with its entry.
    pub async fn bank_keys(&mut self, keys: &[&str]) -> Result<BTreeMap<String, EntryId>> {
        let book = self.envelope.book;
        let cells: Vec<Cell<'_>> = keys.iter().flat_map(|key| [book.into(), (*key).into()]).collect();
        let found: Vec<(String, i64)> = fetch(self.tx().await?, &KNOWN, &cells).await?;
        Ok(found.into_iter().map(|(key, entry)| (key, EntryId(entry))).collect())
    }

    /// The receipts of these amounts and days that banks told, oldest first.
    pub async fn receipts_told(&mut self, booked: &[BookedAmount]) -> Result<Vec<ReceiptTold>> {
        let book = self.envelope.book;
        receipts_told(self.tx().await?, book, booked).await
    }

    /// The receipts of these amounts that were booked within `days` of these days.
    pub async fn receipts_nearby(&mut self, booked: &[BookedAmount], days: i64) -> Result<Vec<Nearby>> {
        let book = self.envelope.book;
        receipts_nearby(self.tx().await?, book, booked, days).await
    }

    /// Records receipts of which no key is known. A key told twice is refused by the database. One that was told before and
    /// undone posts no earlier than it was undone: until then the book had it.
    pub async fn receive(&mut self, rows: &[NewReceipt]) -> Result<Vec<Received>> {
        let book = self.envelope.book;
        let keys: Vec<Cell<'_>> = rows.iter().flat_map(|row| [book.into(), BANK.into(), (&row.key).into()]).collect();
        let undone: Vec<(String, i64)> = fetch(self.tx().await?, &UNDONE_ON, &keys).await?;
        let undone: BTreeMap<String, i64> = undone.into_iter().collect();
        let items: Vec<NewItem> = rows.iter().map(|row| item_of(row, undone.get(&row.key).copied())).collect();
        let posted = self.post_items(&items, &vec![0; items.len()]).await?;
        let mut received = Vec::with_capacity(rows.len());
        for (row, item) in rows.iter().zip(posted) {
            let (booked, value) = (day_number(row.booked_on), day_number(row.value_on));
            let detail = serde_json::json!({ "key": row.key, "booking_day": booked, "code": row.code,
                "bank_account": row.bank_account, "account": row.account.0, "item": item.0 });
            let entry = self.journal_deed(Deed {
                kind: "bank_entry",
                currency: Some(row.amount.currency.code()),
                amount: Some(row.amount.minor),
                day: value,
                detail: json(&detail)?,
                words: Some(&row.words),
                ..Deed::default()
            })?;
            self.write_note(BOOK_ACCOUNT.0, entry, Some(&row.words));
            let asked = row.asked.join(" ");
            if !asked.is_empty() {
                self.journal_questions(entry, &asked, self.envelope.day)?;
            }
            let asked_on = (!asked.is_empty()).then_some(self.envelope.day);
            let cells: [Cell<'_>; 14] = [
                book.into(),
                entry.into(),
                (&row.key).into(),
                self.import.into(),
                row.amount.currency.code().into(),
                row.amount.minor.into(),
                booked.into(),
                value.into(),
                (&row.code).into(),
                row.account.0.into(),
                item.0.into(),
                (&asked).into(),
                asked_on.into(),
                (&row.bank_account).into(),
            ];
            self.put(&tables::BANK_ENTRY, &cells);
            received.push(Received { entry: EntryId(entry), item });
        }
        Ok(received)
    }

    /// The newest day on which something was set against an item or taken off it, else the day it was posted; `None` where there
    /// is none.
    pub async fn moved_last(&mut self, account: EntryId, item: EntryId) -> Result<Option<Date>> {
        let book = self.envelope.book;
        let day: Option<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(MOVED_LAST).bind(book).bind(account.0)
            .bind(item.0).fetch_one(c).await?);
        Ok(day.map(from_day_number))
    }

    /// The receipt that a bank told and that stands as this item; `None` where it is none.
    pub async fn bank_receipt_of(&mut self, item: EntryId) -> Result<Option<EntryId>> {
        let book = self.envelope.book;
        let found: Option<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(OF_ITEM).bind(book).bind(item.batch())
            .bind(item.0).fetch_optional(c).await?);
        Ok(found.map(EntryId))
    }

    /// Gives the receipt that stands as `item` to an account, or back to nobody ([`BOOK_ACCOUNT`]), from the day on; what it
    /// was applied to is open again, and what was written off or disputed for it is not any more. Answers the new item, `None` when it does not stand as that item any more.
    pub async fn give_receipt(&mut self, received: Received, to: EntryId, on: Date) -> Result<Option<EntryId>> {
        let book = self.envelope.book;
        let (entry, item) = (received.entry.0, received.item.0);
        let was: Option<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(OF_NOW).bind(book).bind(entry).bind(item)
            .fetch_optional(c).await?);
        let Some(was) = was else { return Ok(None) };
        self.undo_what_came_with((EntryId(was), received.item), None, on, "payment_moved").await?;
        if self.reverse(received.item, on).await?.is_err() {
            return Ok(None);
        }
        let Some((made, posted)) = self.post_again((entry, was, item), to, on).await? else { return Ok(None) };
        let detail = serde_json::json!({ "account": to.0, "item": made.0 });
        self.journal_deed(Deed {
            kind: "receipt_given",
            subject: Some(entry),
            currency: Some(&posted.currency),
            amount: Some(posted.amount),
            day: day_number(on),
            detail: json(&detail)?,
            ..Deed::default()
        })?;
        Ok(Some(made))
    }

    /// Posts a receipt again at an account, from the day on; its item is reversed already. `receipt` is its entry, with account
    /// and item as which it stood. Answers the new item, `None` when it does not stand there any more.
    pub(super) async fn post_again(
        &mut self,
        (entry, account, item): (i64, i64, i64),
        to: EntryId,
        on: Date,
    ) -> Result<Option<(EntryId, Posted)>> {
        let book = self.envelope.book;
        let posted: Option<Posted> = on_tx!(self.tx().await?, c => sqlx::query_as(POSTED)
            .bind(book).bind(entry).bind(item).fetch_optional(c).await?);
        let taken = on_tx!(self.tx().await?, c => sqlx::query(TAKE).bind(book).bind(entry).bind(account).bind(item)
            .bind(to.0).execute(c).await?.rows_affected());
        let Some(posted) = posted.filter(|_| taken == 1) else { return Ok(None) };
        let (import, new) = (self.import, posted.at(to, on)?);
        self.import = posted.import;
        let made = self.post_items(std::slice::from_ref(&new), &[posted.row_hash]).await?.remove(0);
        self.import = import;
        on_tx!(self.tx().await?, c => sqlx::query(STANDS).bind(book).bind(entry).bind(made.0)
            .execute(c).await.map(|_| ())?);
        Ok(Some((made, posted)))
    }

    /// Says what a person has to be asked about a receipt from now on; nothing ends the questions. `false` when just that is
    /// asked already.
    pub async fn ask_about(&mut self, entry: EntryId, questions: &[&str], on: Date) -> Result<bool> {
        let (book, day, asked) = (self.envelope.book, day_number(on), questions.join(" "));
        let asked_on = (!questions.is_empty()).then_some(day);
        let changed = on_tx!(self.tx().await?, c => sqlx::query(ASK).bind(book).bind(entry.0).bind(&asked).bind(asked_on)
            .execute(c).await?.rows_affected());
        if changed == 0 {
            return Ok(false);
        }
        self.journal_questions(entry.0, &asked, day)?;
        Ok(true)
    }

    fn journal_questions(&mut self, receipt: i64, asked: &str, day: i64) -> Result<()> {
        let detail = json(&serde_json::json!({ "asked": asked }))?;
        self.journal_deed(Deed { kind: "receipt_asked", subject: Some(receipt), day, detail, ..Deed::default() })?;
        Ok(())
    }

    /// Keeps why a receipt was set against what it was: the rule, how sure it is, by what the payer was known.
    pub fn explain_cash(&mut self, account: EntryId, item: EntryId, on: Date, why: &serde_json::Value) -> Result<()> {
        self.journal_deed(Deed {
            account: account.0,
            kind: "cash_applied",
            subject: Some(item.0),
            day: day_number(on),
            detail: json(why)?,
            ..Deed::default()
        })?;
        Ok(())
    }

    /// Learns by what a payer is known; who said so is the batch's actor. What is known already is answered.
    pub async fn learn_payer(&mut self, account: EntryId, kind: MarkKind, value: &str) -> Result<EntryId> {
        let (book, day) = (self.envelope.book, self.envelope.day);
        let known: Option<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(SAME_MARK).bind(book).bind(account.0)
            .bind(kind.code()).bind(value).fetch_optional(c).await?);
        if let Some(known) = known {
            return Ok(EntryId(known));
        }
        let detail = serde_json::json!({ "kind": kind.code() });
        let entry = self.journal_deed(Deed {
            account: account.0,
            kind: "payer_learned",
            day,
            detail: json(&detail)?,
            words: Some(value),
            ..Deed::default()
        })?;
        self.write_note(account.0, entry, Some(value));
        let cells: [Cell<'_>; 6] =
            [book.into(), account.0.into(), entry.into(), kind.code().into(), day.into(), Cell::Null];
        self.put(&tables::PAYER_MARK, &cells);
        Ok(EntryId(entry))
    }

    /// Forgets by what a payer was known; `false` when it is not known.
    pub async fn forget_payer(&mut self, account: EntryId, mark: EntryId) -> Result<bool> {
        let (book, day) = (self.envelope.book, self.envelope.day);
        let forgotten = on_tx!(self.tx().await?, c => sqlx::query(FORGET_MARK).bind(book).bind(account.0).bind(mark.0)
            .bind(day).execute(c).await?.rows_affected());
        if forgotten == 0 {
            return Ok(false);
        }
        self.journal_deed(Deed {
            account: account.0,
            kind: "payer_forgotten",
            subject: Some(mark.0),
            day,
            ..Deed::default()
        })?;
        Ok(true)
    }

    /// Keeps that a bank's file was handed in, as JSON: what it is, what it tells, its totals as stated and as counted, and why
    /// it is refused where it is.
    pub fn bank_file(&mut self, detail: &serde_json::Value) -> Result<EntryId> {
        let (book, day, text) = (self.envelope.book, self.envelope.day, json(detail)?);
        let entry = self.journal_deed(Deed { kind: "bank_file", day, detail: text.clone(), ..Deed::default() })?;
        let cells: [Cell<'_>; 5] = [book.into(), entry.into(), Cell::Null, (&text).into(), Cell::Null];
        self.put(&tables::BANK_FILE, &cells);
        Ok(EntryId(entry))
    }

    /// Says by which import a file's news can be undone, as soon as it has any.
    pub async fn bank_file_brings(&mut self, file: EntryId, import: EntryId) -> Result<()> {
        let (book, day) = (self.envelope.book, self.envelope.day);
        let detail = json(&serde_json::json!({ "import": import.0 }))?;
        self.journal_deed(Deed { kind: "bank_file_brings", subject: Some(file.0), day, detail, ..Deed::default() })?;
        on_tx!(self.tx().await?, c => sqlx::query(FILE_BRINGS).bind(book).bind(file.0).bind(import.0)
            .execute(c).await.map(|_| ())?);
        Ok(())
    }

    /// Says that a file was read to its end, and what came of it, as JSON.
    pub async fn bank_file_read(&mut self, file: EntryId, outcome: &serde_json::Value) -> Result<()> {
        let (book, day, text) = (self.envelope.book, self.envelope.day, json(outcome)?);
        let detail = text.clone();
        self.journal_deed(Deed { kind: "bank_file_read", subject: Some(file.0), day, detail, ..Deed::default() })?;
        on_tx!(self.tx().await?, c => sqlx::query(FILE_READ).bind(book).bind(file.0).bind(&text)
            .execute(c).await.map(|_| ())?);
        Ok(())
    }

    /// Of receipts that an import told and that is undone, what was written off and disputed for them is undone, whoever said
    /// what they pay. Called while they are set against what they paid; answers how many entries were undone.
    pub(super) async fn undo_what_came_with_import(&mut self, import: EntryId, on: Date) -> Result<u64> {
        let book = self.envelope.book;
        let receipts: Vec<(i64, i64)> = on_tx!(self.tx().await?, c =>
            sqlx::query_as(OF_IMPORT).bind(book).bind(import.0).fetch_all(c).await?);
        let mut undone = 0;
        for (account, item) in receipts {
            undone += self.undo_what_came_with((EntryId(account), EntryId(item)), None, on, "import_undone").await?;
        }
        Ok(undone)
    }

    /// What the bank told in an import that is undone was never told: the file can be read again.
    pub(super) async fn forget_bank_entries(&mut self, import: EntryId) -> Result<()> {
        let book = self.envelope.book;
        on_tx!(self.tx().await?, c => {
            sqlx::query(UNDONE_WORDS).bind(book).bind(import.0).execute(&mut *c).await?;
            sqlx::query(UNDONE).bind(book).bind(import.0).execute(&mut *c).await?;
        });
        Ok(())
    }
}

/// The item of a receipt, which may have been undone on a day.
fn item_of(row: &NewReceipt, undone_on: Option<i64>) -> NewItem {
    let posting_date = undone_on.map_or(row.booked_on, |day| row.booked_on.max(from_day_number(day)));
    let came = (ItemKind::Receipt, row.amount);
    let made = NewItem::made(row.account, came, row.document.clone(), row.value_on, (BANK, row.key.clone()));
    NewItem { posting_date, ..made }
}

impl Posted {
    /// The same receipt at another account, posted on the day it is given, and no earlier than it stood where it was.
    fn at(&self, account: EntryId, on: Date) -> Result<NewItem> {
        let on = on.max(from_day_number(self.posting_day.max(self.undone_day)));
        let currency = Currency::parse(&self.currency).ok_or_else(|| Fault::new("a bank entry is damaged"))?;
        let came = (ItemKind::Receipt, Money::new(self.amount, currency));
        let value_on = from_day_number(self.value_day);
        let made = NewItem::made(account, came, self.document.clone(), value_on, (BANK, self.bank_key.clone()));
        Ok(NewItem {
            posting_date: on.max(from_day_number(self.booking_day)),
            po_number: self.po_number.clone(),
            business_unit: self.business_unit.clone(),
            custom: self.custom.clone(),
            ..made
        })
    }
}
