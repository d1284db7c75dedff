//! Writing off: small balances by whoever the policy trusts, everything else by two people; and taking that back when money
//! comes after all.

use dunwell_rules::calendar::Date;
use dunwell_rules::money::Money;
use dunwell_rules::rights::Action;
use dunwell_rules::write_off::{AskBecause, WriteOffAsked, WriteOffReason, WriteOffWay, recovered, write_off_way};
use dunwell_store::record::{
    NewApplication, NewRequest, NewWriteOff, PostingRefusal, Recording, RequestRow, WriteOffRow,
};
use dunwell_store::views::refunds::WriteOffView;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::desk::Desk;
use crate::judge::Judge;
use crate::look::page;
use crate::put_policy_in_force::policy_in_force;
use crate::refunds::before;
use crate::refusal::{Refusal, Result, by_today, not_posted};
use crate::who::{account_of, amount_of, entry_of, item_of};

/// What a request to write off is called in the approval journal.
pub const SUBJECT: &str = "write_off";

/// What a person wants to write off.
#[derive(Debug, Clone, Default)]
pub struct ToWriteOff {
    /// The customer number.
    pub account: String,
    /// The document number of what is given up.
    pub document: String,
    /// The amount as typed; `None` is all that is open.
    pub amount: Option<String>,
    /// Why, as a code; `None` is a small balance.
    pub reason: Option<String>,
    /// Whether tax is claimed back with it.
    pub tax_relief: bool,
    /// In the person's words; erasable.
    pub words: Option<String>,
}

/// What became of it.
#[derive(Debug, Clone, Serialize)]
pub struct WrittenOff {
    /// The customer number.
    pub account: String,
    /// The document number.
    pub document: String,
    /// The amount.
    pub amount: Money,
    /// The write-off; null while it waits for a signature.
    pub write_off: Option<String>,
    /// The request for a signature; null where the role may alone.
    pub request: Option<String>,
    /// Why a second person is asked: `reason`, `disputed`, `no_limit` or `above_limit`; null where none is.
    pub asked_because: Option<&'static str>,
}

/// A page of write-offs, the newest first.
#[derive(Debug, Clone, Serialize)]
pub struct WriteOffList {
    /// The write-offs.
    pub write_offs: Vec<WriteOffView>,
    /// The cursor to those after them; null on the last page.
    pub next_cursor: Option<String>,
}

/// The write-offs of a book, or of one account.
pub async fn write_offs(
    desk: &Desk,
    account: Option<&str>,
    cursor: Option<&str>,
    limit: Option<usize>,
) -> Result<WriteOffList> {
    desk.may(Action::ReadAccounts)?;
    let size = page::size(limit)?;
    let before = before(cursor)?;
    let mut reading = desk.book.read().await?;
    if let Some(code) = account {
        reading.account(code).await?.ok_or_else(|| Refusal::UnknownAccount(code.into()))?;
    }
    let most = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let rows = reading.write_offs(before, account.unwrap_or(""), most).await?;
    let (write_offs, next_cursor) = page::cut(rows, size, |row| row.write_off.to_string());
    Ok(WriteOffList { write_offs, next_cursor })
}

fn reason_of(code: Option<&str>) -> Result<WriteOffReason> {
    let Some(code) = code else { return Ok(WriteOffReason::SmallBalance) };
    Ok(WriteOffReason::parse(code).ok_or_else(|| Refusal::BadValue {
        what: "reason",
        value: code.into(),
        why: format!("use one of {}", WriteOffReason::ALL.map(WriteOffReason::code).join(", ")),
    })?)
}

/// Writes off an item, or so much of it, on the day `on`; where the policy does not trust this person with it, a second person
/// is asked. Refused when it is a credit (`wrong_side`), more than is open (`over_applied`), and when tax is to be claimed
/// back on what was given away (`bad_value`). A day after `today`, which is today in the book's time zone, is refused
/// (`day_in_future`).
pub async fn write_off(desk: &Desk, asked: &ToWriteOff, on: Date, today: Date) -> Result<WrittenOff> {
    desk.may(Action::WriteOff)?;
    by_today(on, today)?;
    let reason = reason_of(asked.reason.as_deref())?;
    if asked.tax_relief && !reason.is_bad_debt() {
        let why = "tax is claimed back on bad debt: insolvent, uncollectible, time_barred".into();
        return Err(Refusal::BadValue { what: "tax relief", value: reason.code().into(), why }.into());
    }
    let policy = policy_in_force(desk).await?.policy;
    let judge = Judge::of(desk, policy, on, false).await?;
    desk.retrying(|| async {
        let mut recording = desk.record("write off", on).await?;
        let account = account_of(&mut recording, &asked.account).await?;
        recording.lock_account(account.account).await?;
        let item = item_of(&mut recording, &account, &asked.document).await?;
        let currency = item.amount.currency;
        let open = Money::new(item.open, currency);
        let posting = |code: PostingRefusal| not_posted(code, &format!("{}, which has {open} open", item.document));
        if !item.kind.is_claim() {
            return Err(posting(PostingRefusal::WrongSide).into());
        }
        if item.reversed {
            return Err(posting(PostingRefusal::AlreadyReversed).into());
        }
        let amount = match &asked.amount {
            Some(text) => amount_of(text, currency)?,
            None => open,
        };
        let days = judge.policy.approval.adds_up_days;
        let this = WriteOffAsked {
            amount,
            open,
            disputed: recording.disputed_of(account.account, item.item, item.open).await?,
            beside: recording.written_off_alone(account.account, &desk.user, currency, on, days).await?,
            role: desk.role,
            reason,
        };
        let way = write_off_way(&this, &judge.policy.write_off, &judge.amounts(currency));
        let way = way.ok_or_else(|| posting(PostingRefusal::OverApplied))?;
        let new = NewWriteOff {
            account: account.account,
            item: item.item,
            document: item.document.clone(),
            amount,
            reason,
            tax_relief: asked.tax_relief,
            maker: desk.user.clone(),
            request: None,
            batch: None,
            words: asked.words.clone(),
        };
        let (write_off, request, asked_because) = match way {
            WriteOffWay::Alone => {
                (Some(recording.write_off(&new, on).await?.map_err(posting)?.to_string()), None, None)
            }
            WriteOffWay::Ask(because) => {
                (None, Some(ask(&mut recording, &new, because, on).await?), Some(because.code()))
            }
        };
        recording.commit().await?;
        let (account, document) = (asked.account.clone(), asked.document.clone());
        Ok(WrittenOff { account, document, amount, write_off, request, asked_because })
    })
    .await
}

/// Puts a write-off before a second person, bound to item, amount, reason and tax.
async fn ask(recording: &mut Recording, new: &NewWriteOff, because: AskBecause, on: Date) -> Result<String> {
    let detail = json!({ "item": new.item.to_string(), "document": new.document, "reason": new.reason.code(),
        "tax_relief": new.tax_relief, "because": because.code() });
    let request = NewRequest {
        account: new.account,
        subject: SUBJECT.into(),
        amount: new.amount,
        role: "approver".into(),
        request_sha256: bound(new),
        detail: detail.to_string(),
    };
    let request = recording.propose(&request).await?;
    if let Some(words) = &new.words {
        recording.say_why_written_off(new.account, request, words, on)?;
    }
    Ok(request.to_string())
}

/// What a signature under a write-off is bound to.
fn bound(new: &NewWriteOff) -> [u8; 32] {
    let text = format!(
        "write_off|{}|{}|{}|{}|{}",
        new.account,
        new.item,
        new.amount,
        new.reason.code(),
        u8::from(new.tax_relief)
    );
    Sha256::digest(text).into()
}

/// Writes off what is signed. Refused (`facts_moved`) when what was asked is not what would be signed, and when so much is not
/// open any more (`over_applied`).
pub(crate) async fn post_approved(recording: &mut Recording, row: &RequestRow, on: Date) -> Result<()> {
    let moved = || Refusal::FactsMoved(row.request.to_string());
    let detail: Value = serde_json::from_str(&row.detail).map_err(|_| moved())?;
    let asked = &detail["asked"];
    let text = |name: &str| asked[name].as_str().ok_or_else(moved);
    let (Some(amount), Some(currency)) = (row.amount, row.currency) else { return Err(moved().into()) };
    let new = NewWriteOff {
        account: row.account,
        item: entry_of("item", text("item")?)?,
        document: text("document")?.to_owned(),
        amount: Money::new(amount, currency),
        reason: WriteOffReason::parse(text("reason")?).ok_or_else(moved)?,
        tax_relief: asked["tax_relief"].as_bool().unwrap_or(false),
        maker: row.maker.clone(),
        request: Some(row.request),
        batch: None,
        words: None,
    };
    if bound(&new).as_slice() != row.request_sha256 {
        return Err(moved().into());
    }
    let posted = recording.write_off(&new, on).await?;
    posted.map_err(|code| Refusal::Posting {
        code,
        message: format!("{} of {} is not open any more", new.amount, new.document),
    })?;
    Ok(())
}

/// What a write-off came to after it was taken back, in part or whole.
#[derive(Debug, Clone, Serialize)]
pub struct TakenBack {
    /// The write-off.
    pub write_off: String,
    /// The document number that is open again.
    pub document: String,
    /// What was taken back now.
    pub taken_back: Money,
    /// What of it still stands.
    pub stands: Money,
    /// The entries by which the money was set against the document; empty where none came.
    pub applied: Vec<String>,
}

/// Money came in for what was written off: so much of the write-off is taken back by a dated reversal, and the credit of the
/// same account set against the document. `amount` `None` is as much as both allow.
pub async fn recover(desk: &Desk, id: &str, credit: &str, amount: Option<&str>, on: Date) -> Result<TakenBack> {
    desk.may(Action::Apply)?;
    desk.retrying(|| async {
        let mut recording = desk.record("recover", on).await?;
        let row = written_off(&mut recording, id).await?;
        let account = recording.account_code(row.account).await?;
        let account = account_of(&mut recording, &account).await?;
        let money = item_of(&mut recording, &account, credit).await?;
        let posting = |code: PostingRefusal| {
            not_posted(code, &format!("{credit} against {}, of which {} is written off", row.document, stands(&row)))
        };
        if money.kind.is_debit() {
            return Err(posting(PostingRefusal::WrongSide).into());
        }
        if money.amount.currency != row.amount.currency {
            return Err(posting(PostingRefusal::CurrencyMismatch).into());
        }
        let part = match amount {
            Some(text) => amount_of(text, row.amount.currency)?.minor,
            None => recovered(row.stands, money.open),
        };
        take_back(&mut recording, &row, part, None, on).await?;
        let application =
            NewApplication { credit: money.item, debit: row.item, line: None, amount: part, effective: on };
        let entries = recording.apply(&[application]).await?.remove(0).map_err(posting)?;
        recording.commit().await?;
        Ok(TakenBack { applied: entries.iter().map(ToString::to_string).collect(), ..told(&row, part) })
    })
    .await
}

/// Takes a whole write-off back that was a mistake: the document is open again.
pub async fn take_back_write_off(desk: &Desk, id: &str, why: &str, on: Date) -> Result<TakenBack> {
    desk.may(Action::WriteOff)?;
    let why = why.trim();
    if why.is_empty() {
        let why = "say why it is taken back".into();
        return Err(Refusal::BadValue { what: "reason", value: String::new(), why }.into());
    }
    desk.retrying(|| async {
        let mut recording = desk.record("take back write-off", on).await?;
        let row = written_off(&mut recording, id).await?;
        take_back(&mut recording, &row, row.stands, Some(why), on).await?;
        recording.commit().await?;
        Ok(told(&row, row.stands))
    })
    .await
}

async fn written_off(recording: &mut Recording, id: &str) -> Result<WriteOffRow> {
    let row = recording.written_off(entry_of("write-off", id)?).await?;
    Ok(row.ok_or_else(|| Refusal::NotFound { what: "write-off", id: id.into() })?)
}

async fn take_back(recording: &mut Recording, row: &WriteOffRow, part: i64, why: Option<&str>, on: Date) -> Result<()> {
    let taken = recording.take_back_write_off(row, part, on, why).await?;
    let about = || format!("{} of write-off {} of {}", stands(row), row.write_off, row.document);
    Ok(taken.map_err(|code| not_posted(code, &about()))?)
}

fn stands(row: &WriteOffRow) -> Money {
    Money::new(row.stands, row.amount.currency)
}

fn told(row: &WriteOffRow, part: i64) -> TakenBack {
    TakenBack {
        write_off: row.write_off.to_string(),
        document: row.document.clone(),
        taken_back: Money::new(part, row.amount.currency),
        stands: Money::new(row.stands - part, row.amount.currency),
        applied: Vec::new(),
    }
}
