//! The second person: requests, approvals and refusals. Who may sign is the desk's rule; here a request is decided once.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number, from_day_number};
use dunwell_rules::money::Currency;
use sqlx::FromRow;

use super::rows::{NewNotice, NewRequest, RequestRow};
use super::steps::{Asked, NoticeOf};
use super::{Deed, Recording, json};
use crate::book::refuse_nul;
use crate::db::on_tx;
use crate::fault::{Fault, Result};
use crate::journal::{ApprovalRow, JournalRow};

#[derive(Debug, FromRow)]
struct Found {
    request: i64,
    account: i64,
    subject: String,
    step: Option<i64>,
    rung: Option<String>,
    cycle: Option<i64>,
    currency: Option<String>,
    amount: Option<i64>,
    maker: String,
    role: String,
    requested_on: i64,
    request_sha256: Vec<u8>,
    state: String,
    decided_on: Option<i64>,
    decided_by: Option<String>,
    detail: String,
}

const REQUEST: &str = "select r.request, r.account, r.subject, r.step, s.rung, s.cycle, r.currency, r.amount, r.maker, r.role, \
     r.requested_on, r.request_sha256, r.state, r.decided_on, r.decided_by, a.detail from approval_request r \
     join approval a on a.book = r.book and a.account = r.account and a.entry = r.request \
     left join step s on s.book = r.book and s.account = r.account and s.step = r.step \
     where r.book = $1 and r.account = $2 and r.request = $3";
const ITEMS: &str =
    "select item, line, amount from step_item where book = $1 and account = $2 and step = $3 order by item, line";
const DECIDE: &str = "update approval_request set state = $4, decided_on = $5, decided_by = $6 \
     where book = $1 and account = $2 and request = $3 and state = 'pending'";
const SET_STEP: &str = "update step set state = $4, state_day = $5 where book = $1 and account = $2 and step = $3";
const WITHDRAW: &str = "update approval_request set state = 'withdrawn', decided_on = $4 \
     where book = $1 and account = $2 and request = $3 and state = 'pending' and step is null";
const NOTICES_OF_DAY: &str =
    "select count(*) from notice where book = $1 and account = $2 and currency = $3 and day = $4";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[REQUEST, ITEMS, DECIDE, SET_STEP, WITHDRAW, NOTICES_OF_DAY];

impl Recording {
    /// Puts something other than a ladder step before a second person. `detail` is kept in the approval journal.
    pub async fn propose(&mut self, new: &NewRequest) -> Result<EntryId> {
        refuse_nul(&[&new.subject, &new.role])?;
        let charge: serde_json::Value =
            serde_json::from_str(&new.detail).map_err(|_| Fault::new("the detail of a request is no JSON"))?;
        let (currency, amount) = (new.amount.currency, new.amount.minor);
        let detail = serde_json::json!({ "step": null, "currency": currency.code(), "amount": amount, "role": new.role,
            "asked": charge });
        let asked =
            Asked { account: new.account.0, subject: &new.subject, step: None, currency: currency.code(), amount };
        let day = self.envelope.day;
        let entry = self.write_request(asked, &new.role, &new.request_sha256, day, json(&detail)?)?;
        Ok(EntryId(entry))
    }

    /// Locks an account until the recording ends, so that what is read now still holds when it is recorded.
    pub async fn lock_account(&mut self, account: EntryId) -> Result<()> {
        self.lock(&BTreeSet::from([account.0])).await?;
        Ok(())
    }

    /// A request with what it asks for; `None` when the book has none of that id. Its account is locked until the recording
    /// ends, so that nobody else decides it meanwhile.
    pub async fn request(&mut self, request: EntryId) -> Result<Option<RequestRow>> {
        let book = self.envelope.book;
        let Some(account) = self.account_of_approval(request).await? else { return Ok(None) };
        self.lock(&BTreeSet::from([account])).await?;
        let found: Option<Found> = on_tx!(&mut self.tx, c => sqlx::query_as(REQUEST)
            .bind(book).bind(account).bind(request.0).fetch_optional(c).await?);
        let Some(found) = found else { return Ok(None) };
        let items: Vec<(i64, i64, i64)> = match found.step {
            Some(step) => on_tx!(&mut self.tx, c => sqlx::query_as(ITEMS)
                .bind(book).bind(account).bind(step).fetch_all(c).await?),
            None => Vec::new(),
        };
        let currency = found
            .currency
            .as_deref()
            .map(|code| Currency::parse(code).ok_or_else(|| Fault::new(format!("request {request} is damaged"))));
        Ok(Some(RequestRow {
            request: EntryId(found.request),
            account: EntryId(found.account),
            subject: found.subject,
            step: found.step.map(EntryId),
            rung: found.rung,
            cycle: found.cycle,
            items: items.into_iter().map(|(item, line, amount)| (EntryId(item), line, amount)).collect(),
            currency: currency.transpose()?,
            amount: found.amount,
            maker: found.maker,
            role: found.role,
            requested_on: from_day_number(found.requested_on),
            request_sha256: found.request_sha256,
            state: found.state,
            decided_on: found.decided_on.map(from_day_number),
            decided_by: found.decided_by,
            detail: found.detail,
        }))
    }

    /// Approves a request on a day, in the name of the command's actor. Its step is made, or planned where the notice is not
    /// sent yet; the notice carries the day of the approval. `false` when the request is not pending.
    ///
    /// A fault when the account has a notice in that currency on that day already: one a day is the law of the house.
    pub async fn approve(
        &mut self,
        request: EntryId,
        day: Date,
        notice: Option<&NewNotice>,
        comment: Option<&str>,
    ) -> Result<bool> {
        let Some(row) = self.request(request).await?.filter(|row| row.state == "pending") else { return Ok(false) };
        let (book, day_now) = (self.envelope.book, day_number(day));
        let currency = row.currency.map(|currency| currency.code().to_owned()).unwrap_or_default();
        if notice.is_some() {
            let count: i64 = on_tx!(self.tx().await?, c => sqlx::query_scalar(NOTICES_OF_DAY)
                .bind(book).bind(row.account.0).bind(&currency).bind(day_now).fetch_one(c).await?);
            if count > 0 {
                return Err(Fault::new(format!("account {} has a notice on {day} already", row.account)));
            }
        }
        self.sign(&row, "approved", day_now, comment).await?;
        if let (Some(notice), Some(step)) = (notice, row.step) {
            let (cycle, rung) = (row.cycle.unwrap_or(1), row.rung.as_deref().unwrap_or_default());
            let of = NoticeOf { account: row.account.0, step: step.0, currency: &currency, cycle, rung, day: day_now };
            self.make_notice(of, notice)?;
        }
        let state = if notice.is_none_or(|notice| notice.sent) { "made" } else { "planned" };
        self.set_step(&row, state, day_now).await?;
        Ok(true)
    }

    /// Declines a request on a day; the ladder passes its step over. `false` when the request is not pending.
    pub async fn decline(&mut self, request: EntryId, day: Date, comment: Option<&str>) -> Result<bool> {
        let Some(row) = self.request(request).await?.filter(|row| row.state == "pending") else { return Ok(false) };
        self.sign(&row, "declined", day_number(day), comment).await?;
        self.set_step(&row, "declined", day_number(day)).await?;
        Ok(true)
    }

    /// Takes a request that is no step of the ladder back, on a day, and journals why; `false` when it is not pending. It
    /// moves no version, as with [`Self::withdraw_waiting`], which takes the others back with their steps.
    pub async fn withdraw_request(&mut self, request: EntryId, day: Date, because: &str) -> Result<bool> {
        let Some(account) = self.account_of_approval(request).await? else { return Ok(false) };
        self.lock(&BTreeSet::from([account])).await?;
        let (book, day) = (self.envelope.book, day_number(day));
        let withdrawn = on_tx!(self.tx().await?, c => sqlx::query(WITHDRAW).bind(book).bind(account).bind(request.0)
            .bind(day).execute(c).await?.rows_affected());
        if withdrawn == 1 {
            let detail = json(&serde_json::json!({ "because": because }))?;
            let (kind, subject) = ("request_withdrawn", Some(request.0));
            self.journal_deed(Deed { account, kind, subject, day, detail, ..Deed::default() })?;
        }
        Ok(withdrawn == 1)
    }

    async fn sign(&mut self, row: &RequestRow, kind: &str, day: i64, comment: Option<&str>) -> Result<()> {
        refuse_nul(&[comment.unwrap_or_default()])?;
        let (book, account, actor) = (self.envelope.book, row.account.0, self.envelope.actor.clone());
        if account != 0 {
            self.bump([account]).await?;
        }
        let decided = on_tx!(self.tx().await?, c => sqlx::query(DECIDE).bind(book).bind(account).bind(row.request.0)
            .bind(kind).bind(day).bind(&actor).execute(c).await?.rows_affected());
        if decided != 1 {
            return Err(Fault::contended("the request was decided by somebody else"));
        }
        let hash = comment
            .map(|comment| self.keyed_hash(comment).iter().map(|byte| format!("{byte:02x}")).collect::<String>());
        let entry = self.next_entry()?;
        self.push(JournalRow::Approval(ApprovalRow {
            book,
            account,
            entry,
            batch: self.envelope.batch,
            request: row.request.0,
            kind: kind.to_owned(),
            subject: row.subject.clone(),
            actor,
            day,
            request_sha256: row.request_sha256.clone(),
            detail: json(&serde_json::json!({ "comment_hmac": hash }))?,
        }));
        self.write_note(account, entry, comment);
        Ok(())
    }

    async fn set_step(&mut self, row: &RequestRow, state: &str, day: i64) -> Result<()> {
        let (book, account) = (self.envelope.book, row.account.0);
        if let Some(step) = row.step {
            on_tx!(self.tx().await?, c => sqlx::query(SET_STEP).bind(book).bind(account).bind(step.0).bind(state).bind(day)
                .execute(c).await.map(|_| ())?);
        }
        Ok(())
    }
}
