//! Refunds: asked for, taken off the credit once they are signed, put into a payment file, ended.
//!
//! The debit that takes the credit off is posted with the signature and applied to the credit in full: from then on nobody
//! else can apply or refund it, whoever is at work at the same time. A refund that is called off or comes back reverses its
//! debit, which gives the credit back. Whom it is paid to is an erasable note; a payment file is one of the book's.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::refund::{PaymentKind, RefundEnd};
use sqlx::FromRow;

use super::rows::{NewApplication, NewItem, NewRequest, PostingRefusal};
use super::settle::hex;
use super::{BOOK_ACCOUNT, Deed, Recording, json, tables};
use crate::bulk::Cell;
use crate::db::on_tx;
use crate::fault::{Fault, Result};

/// The source of items that the desk itself makes.
const SOURCE: &str = "dunwell";

const FIND: &str = "select r.refund, r.account, r.request, q.state, r.credit_item, r.kind, r.currency, r.amount, r.item, r.file, \
     r.ended, t.text from refund r \
     join approval_request q on q.book = r.book and q.account = r.account and q.request = r.request \
     left join note_text t on t.book = r.book and t.account = r.account and t.entry = r.refund \
     where r.book = $1 and r.account = $2 and r.refund = $3";
const OF_REQUEST: &str = "select refund from refund where book = $1 and account = $2 and request = $3";
/// What other requests ask for of a credit that nobody has answered.
const ASKED: &str = "select cast(coalesce(sum(r.amount), 0) as bigint) from refund r \
     join approval_request q on q.book = r.book and q.account = r.account and q.request = r.request \
     where r.book = $1 and r.account = $2 and r.credit_item = $3 and q.state = 'pending'";
const SET_ITEM: &str =
    "update refund set item = $4 where book = $1 and account = $2 and refund = $3 and item is null and ended is null";
/// A refund is in one file, and in none once it has ended.
const SET_FILE: &str = "update refund set file = $4 where book = $1 and account = $2 and refund = $3 \
     and item is not null and file is null and ended is null";
const SET_END: &str = "update refund set ended = $4, ended_on = $5 where book = $1 and account = $2 and refund = $3 \
     and coalesce(ended, '') = $6";

/// A refund of a credit that waits, is signed or was paid. A credit that was entered again carries what it carried before.
const LIVE: &str = "select r.refund from refund r \
     join approval_request q on q.book = r.book and q.account = r.account and q.request = r.request \
     where r.book = $1 and coalesce(r.ended, 'confirmed') = 'confirmed' and q.state in ('pending', 'approved') \
     and (r.credit_item = $2 or exists (select 1 from movement m where m.book = r.book and m.account = r.account \
     and m.item = r.item and m.other_item = $2)) order by r.refund limit 1";
/// The same of any credit that an import brought and that stands.
const LIVE_OF_IMPORT: &str = "select r.refund from refund r \
     join approval_request q on q.book = r.book and q.account = r.account and q.request = r.request \
     join item c on c.book = r.book and c.account = r.account and c.reversed_by is null and (c.item = r.credit_item \
     or c.item in (select m.other_item from movement m where m.book = r.book and m.account = r.account and m.item = r.item)) \
     join ledger g on g.batch = c.item / 1048576 and g.entry = c.item \
     where r.book = $1 and coalesce(r.ended, 'confirmed') = 'confirmed' and q.state in ('pending', 'approved') \
     and g.import = $2 order by r.refund limit 1";
/// Where an import posted anything.
const ACCOUNTS_OF_IMPORT: &str = "select distinct account from ledger where batch >= $1 and book = $2 and import = $3";
/// What refunds that are signed and neither called off nor brought back took off a credit.
const TOOK_OFF: &str = "select r.item, r.amount from refund r where r.book = $1 and r.account = $2 \
     and r.item is not null and coalesce(r.ended, 'confirmed') = 'confirmed' \
     and (r.credit_item = $3 or exists (select 1 from movement m where m.book = r.book and m.account = r.account \
     and m.item = r.item and m.other_item = $3)) order by r.refund";

const SANCTIONED: &str = "select count(*) from hold where book = $1 and account = $2 and kind = 'sanctions' \
     and released_on is null and (until is null or until >= $3)";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    FIND,
    OF_REQUEST,
    ASKED,
    SET_ITEM,
    SET_FILE,
    SET_END,
    LIVE,
    TOOK_OFF,
    LIVE_OF_IMPORT,
    ACCOUNTS_OF_IMPORT,
    SANCTIONED,
];

/// A refund that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefund {
    /// Whose credit it is.
    pub account: EntryId,
    /// The credit.
    pub credit: EntryId,
    /// Its document number.
    pub document: String,
    /// The amount, above zero.
    pub amount: Money,
    /// By which file it is paid.
    pub kind: PaymentKind,
    /// The least role that may sign.
    pub role: String,
    /// Whom it is paid to, where, and what they read, as JSON; erasable.
    pub payee: String,
}

/// A refund as it was asked for, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefundRow {
    /// The refund.
    pub refund: EntryId,
    /// Whose credit it is.
    pub account: EntryId,
    /// The request for a signature.
    pub request: EntryId,
    /// How the request stands.
    pub request_state: String,
    /// The credit.
    pub credit: EntryId,
    /// By which file it is paid.
    pub kind: PaymentKind,
    /// The amount.
    pub amount: Money,
    /// The debit that takes the credit off.
    pub item: Option<EntryId>,
    /// The payment file it is in.
    pub file: Option<EntryId>,
    /// How it ended.
    pub ended: Option<RefundEnd>,
    /// Whom it is paid to; `None` once it was erased.
    pub payee: Option<String>,
}

/// A payment file as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRefundFile {
    /// Of which kind.
    pub kind: PaymentKind,
    /// By what the bank knows it again.
    pub message_id: String,
    /// The day on which the bank is to pay.
    pub pays_on: Date,
    /// Sums by currency, as JSON.
    pub sums: serde_json::Value,
    /// SHA-256 of the file.
    pub sha256: [u8; 32],
    /// The file; erasable with the people it pays.
    pub text: String,
    /// What it pays: account and refund.
    pub refunds: Vec<(EntryId, EntryId)>,
}

#[derive(Debug, FromRow)]
struct Found {
    refund: i64,
    account: i64,
    request: i64,
    state: String,
    credit_item: i64,
    kind: String,
    currency: String,
    amount: i64,
    item: Option<i64>,
    file: Option<i64>,
    ended: Option<String>,
    text: Option<String>,
}

impl Found {
    fn into_row(self) -> Result<RefundRow> {
        let damaged = || Fault::new(format!("refund {} is damaged", EntryId(self.refund)));
        let ended = self.ended.as_deref().map(|end| RefundEnd::parse(end).ok_or_else(damaged));
        Ok(RefundRow {
            kind: PaymentKind::parse(&self.kind).ok_or_else(damaged)?,
            amount: Money::new(self.amount, Currency::parse(&self.currency).ok_or_else(damaged)?),
            ended: ended.transpose()?,
            refund: EntryId(self.refund),
            account: EntryId(self.account),
            request: EntryId(self.request),
            request_state: self.state,
            credit: EntryId(self.credit_item),
            item: self.item.map(EntryId),
            file: self.file.map(EntryId),
            payee: self.text,
        })
    }
}

impl Recording {
    /// Puts a refund before a second person; the signature is bound to account, credit, amount and payee. Answers the refund
    /// and its request.
    pub async fn ask_refund(&mut self, subject: &str, new: &NewRefund) -> Result<(EntryId, EntryId)> {
        let (book, day) = (self.envelope.book, self.envelope.day);
        let asked = serde_json::json!({ "credit": new.credit.to_string(), "document": new.document,
            "kind": new.kind.code() });
        let request = NewRequest {
            account: new.account,
            subject: subject.to_owned(),
            amount: new.amount,
            role: new.role.clone(),
            request_sha256: self.refund_sha256(new.account, new.credit, new.amount, new.kind, &new.payee),
            detail: asked.to_string(),
        };
        let request = self.propose(&request).await?;
        let detail = serde_json::json!({ "request": request.0, "credit_item": new.credit.0, "kind": new.kind.code() });
        let entry = self.journal_deed(Deed {
            account: new.account.0,
            kind: "refund_asked",
            subject: Some(new.credit.0),
            currency: Some(new.amount.currency.code()),
            amount: Some(new.amount.minor),
            day,
            detail: json(&detail)?,
            words: Some(&new.payee),
        })?;
        self.write_note(new.account.0, entry, Some(&new.payee));
        let cells: [Cell<'_>; 13] = [
            book.into(),
            new.account.0.into(),
            entry.into(),
            request.0.into(),
            new.credit.0.into(),
            new.kind.code().into(),
            new.amount.currency.code().into(),
            new.amount.minor.into(),
            day.into(),
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
        ];
        self.put(&tables::REFUND, &cells);
        Ok((EntryId(entry), request))
    }

    /// What a signature under a refund is bound to. The payee goes in by its keyed hash: the journals keep no bank account.
    pub fn refund_sha256(
        &self,
        account: EntryId,
        credit: EntryId,
        amount: Money,
        kind: PaymentKind,
        payee: &str,
    ) -> [u8; 32] {
        use sha2::{Digest, Sha256};
        let payee = hex(&self.keyed_hash(payee));
        Sha256::digest(format!("refund|{account}|{credit}|{amount}|{}|{payee}", kind.code())).into()
    }

    /// A refund; `None` when the book has none of that id. Its account is locked until the recording ends.
    pub async fn refund(&mut self, refund: EntryId) -> Result<Option<RefundRow>> {
        let Some(account) = self.account_of_activity(refund).await? else { return Ok(None) };
        self.lock(&BTreeSet::from([account])).await?;
        let book = self.envelope.book;
        let found: Option<Found> = on_tx!(self.tx().await?, c => sqlx::query_as(FIND)
            .bind(book).bind(account).bind(refund.0).fetch_optional(c).await?);
        found.map(Found::into_row).transpose()
    }

    /// The refund that a request asks for.
    pub async fn refund_of(&mut self, account: EntryId, request: EntryId) -> Result<Option<RefundRow>> {
        let book = self.envelope.book;
        let found: Option<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(OF_REQUEST)
            .bind(book).bind(account.0).bind(request.0).fetch_optional(c).await?);
        match found {
            Some(refund) => self.refund(EntryId(refund)).await,
            None => Ok(None),
        }
    }

    /// What requests that nobody has answered ask for of a credit, minor units. Ask with the account locked.
    pub async fn refunds_asked(&mut self, account: EntryId, credit: EntryId) -> Result<i64> {
        let book = self.envelope.book;
        Ok(on_tx!(self.tx().await?, c => sqlx::query_scalar(ASKED)
            .bind(book).bind(account.0).bind(credit.0).fetch_one(c).await?))
    }

    /// The oldest refund of a credit that waits for a signature, is signed, in a payment file or paid; the credit is not to
    /// be taken away from under it. The credit's account is locked until the recording ends, as whoever asks for a refund
    /// locks it: nobody asks for one between this answer and what is done by it.
    pub async fn live_refund(&mut self, credit: EntryId) -> Result<Option<RefundRow>> {
        let of = self.accounts_of_entries(&BTreeSet::from([credit.0])).await?;
        self.lock(&of.into_iter().map(|(_, account)| account).collect()).await?;
        self.live(LIVE, credit).await
    }

    /// The same of any credit that an import brought and that stands; every account of the import is locked.
    pub async fn live_refund_of_import(&mut self, import: EntryId) -> Result<Option<RefundRow>> {
        let book = self.envelope.book;
        let of: Vec<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(ACCOUNTS_OF_IMPORT).bind(import.batch())
            .bind(book).bind(import.0).fetch_all(c).await?);
        self.lock(&of.into_iter().collect()).await?;
        self.live(LIVE_OF_IMPORT, import).await
    }

    /// Sets a credit that stands again against what refunds took off it, so that it is not paid back twice.
    pub(super) async fn refunded_again(
        &mut self,
        account: EntryId,
        credit: EntryId,
        again: EntryId,
        on: Date,
    ) -> Result<()> {
        let book = self.envelope.book;
        let took_off: Vec<(i64, i64)> = on_tx!(self.tx().await?, c => sqlx::query_as(TOOK_OFF).bind(book)
            .bind(account.0).bind(credit.0).fetch_all(c).await?);
        for (debit, amount) in took_off {
            let application =
                NewApplication { credit: again, debit: EntryId(debit), line: None, amount, effective: on };
            // Refused where another credit was set against it meanwhile: then nothing of it is open.
            let _ = self.apply(&[application]).await?;
        }
        Ok(())
    }

    async fn live(&mut self, statement: &'static str, of: EntryId) -> Result<Option<RefundRow>> {
        let book = self.envelope.book;
        let found: Option<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(statement).bind(book).bind(of.0)
            .fetch_optional(c).await?);
        match found {
            Some(refund) => self.refund(EntryId(refund)).await,
            None => Ok(None),
        }
    }

    /// Whether an account is held because of sanctions on a day.
    pub async fn is_sanctioned(&mut self, account: EntryId, on: Date) -> Result<bool> {
        let book = self.envelope.book;
        let holds: i64 = on_tx!(self.tx().await?, c => sqlx::query_scalar(SANCTIONED)
            .bind(book).bind(account.0).bind(day_number(on)).fetch_one(c).await?);
        Ok(holds > 0)
    }

    /// Takes the credit off: posts the debit of a refund on the day it was signed and applies the credit to it in full.
    /// Refused when so much of the credit is not unapplied any more.
    pub async fn post_refund(
        &mut self,
        row: &RefundRow,
        on: Date,
    ) -> Result<std::result::Result<EntryId, PostingRefusal>> {
        let (book, amount) = (self.envelope.book, row.amount.minor);
        let (paid, document) = ((ItemKind::Refund, row.amount), format!("RF{}", row.refund));
        let item = NewItem::made(row.account, paid, document, on, (SOURCE, format!("refund/{}", row.refund)));
        let debit = self.post_items(&[item], &[0]).await?.remove(0);
        let application = NewApplication { credit: row.credit, debit, line: None, amount, effective: on };
        if let Err(refused) = self.apply(&[application]).await?.remove(0) {
            return Ok(Err(refused));
        }
        let set = on_tx!(self.tx().await?, c => sqlx::query(SET_ITEM).bind(book).bind(row.account.0).bind(row.refund.0)
            .bind(debit.0).execute(c).await?.rows_affected());
        if set != 1 {
            return Err(Fault::contended("the refund was changed by somebody else"));
        }
        let detail = json(&serde_json::json!({ "item": debit.0 }))?;
        self.journal_deed(Deed {
            account: row.account.0,
            kind: "refund_posted",
            subject: Some(row.refund.0),
            currency: Some(row.amount.currency.code()),
            amount: Some(amount),
            day: day_number(on),
            detail,
            ..Deed::default()
        })?;
        Ok(Ok(debit))
    }

    /// The entry under which the next payment file will stand, for its message id. Nothing may be journaled before the file.
    pub fn next_refund_file(&self) -> EntryId {
        EntryId::new(self.envelope.batch, self.envelope.rows)
    }

    /// Keeps a payment file and puts its refunds into it. Contended when one of them is in another file by now, or has ended.
    pub async fn keep_refund_file(&mut self, new: &NewRefundFile, on: Date) -> Result<EntryId> {
        let (book, day, sums) = (self.envelope.book, day_number(on), new.sums.to_string());
        let pays: Vec<(i64, i64)> = new.refunds.iter().map(|(account, refund)| (account.0, refund.0)).collect();
        let detail = serde_json::json!({ "kind": new.kind.code(), "message_id": new.message_id,
            "pays_on": day_number(new.pays_on), "sums": sums, "sha256": hex(&new.sha256), "refunds": pays });
        let entry = self.journal_deed(Deed {
            kind: "refund_file",
            day,
            detail: json(&detail)?,
            words: Some(&new.text),
            ..Deed::default()
        })?;
        self.write_note(BOOK_ACCOUNT.0, entry, Some(&new.text));
        let cells: [Cell<'_>; 9] = [
            book.into(),
            entry.into(),
            new.kind.code().into(),
            (&new.message_id).into(),
            day_number(new.pays_on).into(),
            day.into(),
            i64::try_from(new.refunds.len()).unwrap_or(i64::MAX).into(),
            (&sums).into(),
            Cell::Blob(&new.sha256),
        ];
        self.put(&tables::REFUND_FILE, &cells);
        for (account, refund) in pays {
            let set = on_tx!(self.tx().await?, c => sqlx::query(SET_FILE).bind(book).bind(account).bind(refund).bind(entry)
                .execute(c).await?.rows_affected());
            if set != 1 {
                return Err(Fault::contended("a refund is in another file by now"));
            }
        }
        Ok(EntryId(entry))
    }

    /// Ends a refund on a day. One that is called off or came back gives the credit back: its debit is reversed.
    pub async fn end_refund(&mut self, row: &RefundRow, end: RefundEnd, on: Date, why: Option<&str>) -> Result<()> {
        let book = self.envelope.book;
        let before = row.ended.map_or("", RefundEnd::code);
        let set = on_tx!(self.tx().await?, c => sqlx::query(SET_END).bind(book).bind(row.account.0).bind(row.refund.0)
            .bind(end.code()).bind(day_number(on)).bind(before).execute(c).await?.rows_affected());
        if set != 1 {
            return Err(Fault::contended("the refund was changed by somebody else"));
        }
        if let Some(item) = row.item.filter(|_| end.gives_back()) {
            // Reversed already where an import took it back: the credit stands again all the same.
            let _ = self.reverse_own(item, on).await?;
        }
        let detail = json(&serde_json::json!({ "ended": end.code() }))?;
        let entry = self.journal_deed(Deed {
            account: row.account.0,
            kind: "refund_ended",
            subject: Some(row.refund.0),
            currency: Some(row.amount.currency.code()),
            amount: Some(row.amount.minor),
            day: day_number(on),
            detail,
            words: why,
        })?;
        self.write_note(row.account.0, entry, why);
        Ok(())
    }
}
