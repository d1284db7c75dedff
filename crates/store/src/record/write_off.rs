//! Write-offs: a credit of its own kind closes what is given up; what comes in later takes it back by a dated reversal.
//!
//! The credit is nobody's money. It is applied to the one debit it was made for and never apart from it: whoever reverses the
//! debit reverses it too, and nobody takes its application back alone.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::write_off::WriteOffReason;
use sqlx::FromRow;

use super::rows::{NewApplication, NewItem, PostingRefusal};
use super::{BOOK_ACCOUNT, Deed, Recording, json, tables};
use crate::bulk::Cell;
use crate::db::on_tx;
use crate::fault::{Fault, Result};

const FIND: &str = "select w.write_off, w.account, w.item, w.credit_item, i.document, w.currency, w.amount, w.recovered, \
     w.taken_back_on, c.amount as stands, c.reversed_by from write_off w \
     join item i on i.book = w.book and i.account = w.account and i.item = w.item \
     left join item c on c.book = w.book and c.account = w.account and c.item = w.credit_item \
     where w.book = $1 and w.account = $2 and w.write_off = $3";
const MADE_ALONE: &str = "select cast(coalesce(sum(amount - recovered), 0) as bigint) from write_off \
     where book = $1 and account = $2 and maker = $3 and currency = $4 and made_on > $5 and made_on < $6 and request is null \
     and taken_back_on is null";
const DISPUTED: &str =
    "select line, amount from dispute where book = $1 and account = $2 and item = $3 and closed_on is null";
const MADE_ALONE_ANYWHERE: &str = "select cast(coalesce(sum(amount - recovered), 0) as bigint) from write_off \
     where book = $1 and maker = $2 and currency = $3 and made_on > $4 and made_on < $5 and request is null \
     and taken_back_on is null";
const OF_BATCH: &str = "select write_off from write_off where book = $1 and batch = $2 order by account, write_off";
const SAME_REQUEST: &str = "select request from approval_request where book = $1 and account = 0 and state = 'pending' \
     and request_sha256 = $2 order by request limit 1";
const SET: &str = "update write_off set credit_item = $4, recovered = $5, taken_back_on = $6 \
     where book = $1 and account = $2 and write_off = $3 and recovered = $7 and taken_back_on is null";

const CODE: &str = "select code from account where book = $1 and account = $2";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[FIND, MADE_ALONE, MADE_ALONE_ANYWHERE, OF_BATCH, SAME_REQUEST, DISPUTED, SET, CODE];

/// A write-off to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewWriteOff {
    /// Whose debit it is.
    pub account: EntryId,
    /// The debit.
    pub item: EntryId,
    /// Its document number.
    pub document: String,
    /// The amount, above zero.
    pub amount: Money,
    /// Why.
    pub reason: WriteOffReason,
    /// Whether tax is claimed back with it.
    pub tax_relief: bool,
    /// Who asked for it; the actor of the recording where nobody signed.
    pub maker: String,
    /// The request that was signed; `None` where the role may alone.
    pub request: Option<EntryId>,
    /// The batch of small balances it is of; `None` where it is written off by itself.
    pub batch: Option<EntryId>,
    /// A person's words; erasable.
    pub words: Option<String>,
}

/// A write-off as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WriteOffRow {
    /// The write-off.
    pub write_off: EntryId,
    /// Whose debit it is.
    pub account: EntryId,
    /// The debit.
    pub item: EntryId,
    /// Its document number.
    pub document: String,
    /// The credit that closes it; `None` when nothing stands of it.
    pub credit: Option<EntryId>,
    /// What was written off.
    pub amount: Money,
    /// What came in for it later.
    pub recovered: i64,
    /// What of it still stands: nothing once it was taken back, or its debit reversed.
    pub stands: i64,
}

#[derive(Debug, FromRow)]
struct Found {
    write_off: i64,
    account: i64,
    item: i64,
    credit_item: Option<i64>,
    document: String,
    currency: String,
    amount: i64,
    recovered: i64,
    taken_back_on: Option<i64>,
    stands: Option<i64>,
    reversed_by: Option<i64>,
}

impl Recording {
    /// Writes off so much of a debit on a day. Refused when so much is not open any more.
    pub async fn write_off(
        &mut self,
        new: &NewWriteOff,
        on: Date,
    ) -> Result<std::result::Result<EntryId, PostingRefusal>> {
        let book = self.envelope.book;
        let place = self.envelope.rows;
        let external = format!("write_off/{}", EntryId::new(self.envelope.batch, place));
        let credit = match self.close_by_write_off(new, &external, on).await? {
            Ok(credit) => credit,
            Err(refused) => return Ok(Err(refused)),
        };
        let detail = serde_json::json!({ "item": new.item.0, "credit_item": credit.0, "reason": new.reason.code(),
            "tax_relief": i64::from(new.tax_relief), "maker": new.maker, "request": new.request.map(|request| request.0),
            "batch": new.batch.map(|batch| batch.0) });
        let entry = self.journal_deed(Deed {
            account: new.account.0,
            kind: "written_off",
            subject: Some(new.item.0),
            currency: Some(new.amount.currency.code()),
            amount: Some(new.amount.minor),
            day: day_number(on),
            detail: json(&detail)?,
            words: new.words.as_deref(),
        })?;
        self.write_note(new.account.0, entry, new.words.as_deref());
        let cells: [Cell<'_>; 15] = [
            book.into(),
            new.account.0.into(),
            entry.into(),
            new.request.map(|request| request.0).into(),
            new.item.0.into(),
            credit.0.into(),
            new.amount.currency.code().into(),
            new.amount.minor.into(),
            0.into(),
            new.reason.code().into(),
            i64::from(new.tax_relief).into(),
            (&new.maker).into(),
            day_number(on).into(),
            Cell::Null,
            new.batch.map(|batch| batch.0).into(),
        ];
        self.put(&tables::WRITE_OFF, &cells);
        Ok(Ok(EntryId(entry)))
    }

    /// Posts the credit of a write-off and closes so much of its debit with it.
    async fn close_by_write_off(
        &mut self,
        new: &NewWriteOff,
        external: &str,
        on: Date,
    ) -> Result<std::result::Result<EntryId, PostingRefusal>> {
        let (written, document) = ((ItemKind::WriteOff, new.amount), format!("WO-{}", new.document));
        let item = NewItem::made(new.account, written, document, on, ("dunwell", external.to_owned()));
        let credit = self.post_items(&[item], &[0]).await?.remove(0);
        let amount = new.amount.minor;
        let row = NewApplication { credit, debit: new.item, line: None, amount, effective: on };
        Ok(self.apply(&[row]).await?.remove(0).map(|_| credit))
    }

    /// Keeps, in a person's words, why a second person is asked to write off.
    pub fn say_why_written_off(&mut self, account: EntryId, request: EntryId, words: &str, on: Date) -> Result<()> {
        let entry = self.journal_deed(Deed {
            account: account.0,
            kind: "write_off_asked",
            subject: Some(request.0),
            day: day_number(on),
            words: Some(words),
            ..Deed::default()
        })?;
        self.write_note(account.0, entry, Some(words));
        Ok(())
    }

    /// Says that a credit is another account's from now on; the postings say how.
    pub fn credit_transferred(
        &mut self,
        from: EntryId,
        item: EntryId,
        to: EntryId,
        amount: Money,
        on: Date,
    ) -> Result<()> {
        let detail = json(&serde_json::json!({ "to": to.0 }))?;
        self.journal_deed(Deed {
            account: from.0,
            kind: "credit_transferred",
            subject: Some(item.0),
            currency: Some(amount.currency.code()),
            amount: Some(amount.minor),
            day: day_number(on),
            detail,
            ..Deed::default()
        })?;
        Ok(())
    }

    /// The customer number of an account.
    pub async fn account_code(&mut self, account: EntryId) -> Result<String> {
        let book = self.envelope.book;
        let code: Option<String> = on_tx!(self.tx().await?, c => sqlx::query_scalar(CODE).bind(book).bind(account.0)
            .fetch_optional(c).await?);
        code.ok_or_else(|| Fault::new(format!("there is no account {account}")))
    }

    /// A write-off; `None` when the book has none of that id. Its account is locked until the recording ends.
    pub async fn written_off(&mut self, write_off: EntryId) -> Result<Option<WriteOffRow>> {
        let Some(account) = self.account_of_activity(write_off).await? else { return Ok(None) };
        self.lock(&BTreeSet::from([account])).await?;
        let book = self.envelope.book;
        let found: Option<Found> = on_tx!(self.tx().await?, c => sqlx::query_as(FIND)
            .bind(book).bind(account).bind(write_off.0).fetch_optional(c).await?);
        let Some(row) = found else { return Ok(None) };
        let currency = Currency::parse(&row.currency).ok_or_else(|| Fault::new("a write-off is damaged"))?;
        let stands = row.stands.filter(|_| row.reversed_by.is_none() && row.taken_back_on.is_none()).unwrap_or(0);
        Ok(Some(WriteOffRow {
            write_off: EntryId(row.write_off),
            account: EntryId(row.account),
            item: EntryId(row.item),
            document: row.document,
            credit: row.credit_item.map(EntryId),
            amount: Money::new(row.amount, currency),
            recovered: row.recovered,
            stands,
        }))
    }

    /// What a person wrote off of an account without a signature in fewer than `days` days before or after `on`, minor units, less what
    /// came in for it or was taken back. Ask with the account locked.
    pub async fn written_off_alone(
        &mut self,
        account: EntryId,
        maker: &str,
        currency: Currency,
        on: Date,
        days: i64,
    ) -> Result<i64> {
        let (book, on) = (self.envelope.book, day_number(on));
        Ok(on_tx!(self.tx().await?, c => sqlx::query_scalar(MADE_ALONE).bind(book).bind(account.0).bind(maker)
            .bind(currency.code()).bind(on - days).bind(on + days).fetch_one(c).await?))
    }

    /// The same over all accounts of the book.
    pub async fn written_off_alone_anywhere(
        &mut self,
        maker: &str,
        currency: Currency,
        on: Date,
        days: i64,
    ) -> Result<i64> {
        let (book, on) = (self.envelope.book, day_number(on));
        Ok(on_tx!(self.tx().await?, c => sqlx::query_scalar(MADE_ALONE_ANYWHERE).bind(book).bind(maker)
            .bind(currency.code()).bind(on - days).bind(on + days).fetch_one(c).await?))
    }

    /// Begins a batch of small balances that are written off together; `chosen_by` says how they were chosen.
    pub fn begin_small_balances(
        &mut self,
        sum: Money,
        chosen_by: &serde_json::Value,
        words: Option<&str>,
        on: Date,
    ) -> Result<EntryId> {
        let entry = self.journal_deed(Deed {
            kind: "small_balances",
            currency: Some(sum.currency.code()),
            amount: Some(sum.minor),
            day: day_number(on),
            detail: json(chosen_by)?,
            words,
            ..Deed::default()
        })?;
        self.write_note(BOOK_ACCOUNT.0, entry, words);
        Ok(EntryId(entry))
    }

    /// The write-offs of a batch, by account; none where there is no such batch.
    pub async fn write_offs_of(&mut self, batch: EntryId) -> Result<Vec<EntryId>> {
        let book = self.envelope.book;
        let found: Vec<i64> =
            on_tx!(self.tx().await?, c => sqlx::query_scalar(OF_BATCH).bind(book).bind(batch.0).fetch_all(c).await?);
        Ok(found.into_iter().map(EntryId).collect())
    }

    /// The request of the book itself that waits for a signature under just this; `None` when there is none.
    pub async fn pending_request(&mut self, request_sha256: &[u8; 32]) -> Result<Option<EntryId>> {
        let book = self.envelope.book;
        let found: Option<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(SAME_REQUEST).bind(book)
            .bind(request_sha256.to_vec()).fetch_optional(c).await?);
        Ok(found.map(EntryId))
    }

    /// What is disputed of an item of which so much is open, minor units.
    pub async fn disputed_of(&mut self, account: EntryId, item: EntryId, open: i64) -> Result<i64> {
        let book = self.envelope.book;
        let found: Vec<(Option<i64>, Option<i64>)> = on_tx!(self.tx().await?, c => sqlx::query_as(DISPUTED)
            .bind(book).bind(account.0).bind(item.0).fetch_all(c).await?);
        Ok(found.iter().map(|(_, amount)| amount.unwrap_or(open)).fold(0, i64::saturating_add).min(open))
    }

    /// Takes a write-off back on a day for what came in: its credit is reversed, and posted anew for what still stands. The
    /// debit is open for the amount again. `why` `None` says that money came in; words say that it was a mistake, and then
    /// all of it is taken back. Contended when somebody else changed it meanwhile.
    pub async fn take_back_write_off(
        &mut self,
        row: &WriteOffRow,
        amount: i64,
        on: Date,
        why: Option<&str>,
    ) -> Result<std::result::Result<(), PostingRefusal>> {
        let (Some(credit), true) = (row.credit, amount > 0 && amount <= row.stands) else {
            return Ok(Err(PostingRefusal::OverApplied));
        };
        let (book, left) = (self.envelope.book, row.stands - amount);
        let place = EntryId::new(self.envelope.batch, self.envelope.rows);
        if let Err(refused) = self.reverse_own(credit, on).await? {
            return Ok(Err(refused));
        }
        let mut stands = None;
        if left > 0 {
            let rest = NewWriteOff {
                account: row.account,
                item: row.item,
                document: row.document.clone(),
                amount: Money::new(left, row.amount.currency),
                reason: WriteOffReason::SmallBalance,
                tax_relief: false,
                maker: String::new(),
                request: None,
                batch: None,
                words: None,
            };
            match self.close_by_write_off(&rest, &format!("write_off/{}/{place}", row.write_off), on).await? {
                Ok(credit) => stands = Some(credit),
                Err(refused) => return Ok(Err(refused)),
            }
        }
        let recovered = if why.is_none() { row.recovered + amount } else { row.recovered };
        let over = (left == 0).then_some(day_number(on));
        let set = on_tx!(self.tx().await?, c => sqlx::query(SET).bind(book).bind(row.account.0).bind(row.write_off.0)
            .bind(stands.map(|credit| credit.0)).bind(recovered).bind(over).bind(row.recovered)
            .execute(c).await?.rows_affected());
        if set != 1 {
            return Err(Fault::contended("the write-off was changed by somebody else"));
        }
        let detail = serde_json::json!({ "credit_item": stands.map(|credit| credit.0), "recovered": recovered,
            "over": left == 0 });
        let entry = self.journal_deed(Deed {
            account: row.account.0,
            kind: if why.is_none() { "write_off_recovered" } else { "write_off_taken_back" },
            subject: Some(row.write_off.0),
            currency: Some(row.amount.currency.code()),
            amount: Some(amount),
            day: day_number(on),
            detail: json(&detail)?,
            words: why,
        })?;
        self.write_note(row.account.0, entry, why);
        Ok(Ok(()))
    }
}
