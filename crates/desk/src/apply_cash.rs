//! Applying credits to items by hand, and taking applications back.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Money;
use dunwell_rules::rights::Action;
use dunwell_store::record::ItemRow;
use dunwell_store::record::{NewApplication, PostingRefusal};
use serde::Serialize;

use crate::desk::Desk;
use crate::refunds::end::not_refunded;
use crate::refusal::{Refusal, Result, not_posted};
use crate::who::{account_of, amount_of, entry_of, item_of};
use crate::withdraw_moot::withdraw_what_it_made_moot;

/// A credit set against an item, as a person asks for it.
#[derive(Debug, Clone)]
pub struct ApplicationAsked {
    /// The credit's document number.
    pub credit: String,
    /// The item's document number.
    pub item: String,
    /// The amount as typed; `None` is as much as both allow.
    pub amount: Option<String>,
    /// The instalment; `None` is the oldest due first.
    pub line: Option<i64>,
}

/// What was recorded.
#[derive(Debug, Clone, Serialize)]
pub struct Applied {
    /// The entries, one for each line.
    pub entries: Vec<String>,
    /// The credit's document number.
    pub credit: String,
    /// The item's document number.
    pub item: String,
    /// The amount.
    pub amount: dunwell_rules::money::Money,
    /// The day it counts for, where neither document posts later.
    pub on: String,
}

/// Sets a credit of account `code` against one of its items.
pub async fn apply_cash(desk: &Desk, code: &str, asked: &ApplicationAsked, on: Date) -> Result<Applied> {
    apply_to(desk, code, None, asked, on).await
}

/// Sets a credit of account `code` against an item of account `of`, for whom it pays; `None` is its own.
pub async fn apply_to(
    desk: &Desk,
    code: &str,
    of: Option<&str>,
    asked: &ApplicationAsked,
    on: Date,
) -> Result<Applied> {
    desk.may(Action::Apply)?;
    desk.retrying(|| async {
        let mut recording = desk.record("apply", on).await?;
        let account = account_of(&mut recording, code).await?;
        let credit = item_of(&mut recording, &account, &asked.credit).await?;
        let debit = match of {
            Some(other) => {
                let other = account_of(&mut recording, other).await?;
                item_of(&mut recording, &other, &asked.item).await?
            }
            None => item_of(&mut recording, &account, &asked.item).await?,
        };
        let amount = match &asked.amount {
            Some(text) => amount_of(text, debit.amount.currency)?,
            None => Money::new(credit.open.abs().min(debit.open), debit.amount.currency),
        };
        if amount.is_zero() {
            return Err(refused(PostingRefusal::OverApplied, &credit, &debit, amount).into());
        }
        let row = NewApplication {
            credit: credit.item,
            debit: debit.item,
            line: asked.line,
            amount: amount.minor,
            effective: on,
        };
        let outcome = recording.apply(&[row]).await?.remove(0);
        let entries = outcome.map_err(|code| refused(code, &credit, &debit, amount))?;
        withdraw_what_it_made_moot(&mut recording, on).await?;
        recording.commit().await?;
        Ok(Applied {
            entries: entries.iter().map(EntryId::to_string).collect(),
            credit: asked.credit.clone(),
            item: asked.item.clone(),
            amount,
            on: on.to_string(),
        })
    })
    .await
}

/// Says what was refused with both sides' figures.
fn refused(code: PostingRefusal, credit: &ItemRow, debit: &ItemRow, amount: Money) -> Refusal {
    let message = format!(
        "{amount} of {}, of which {} is unapplied, against {}, which has {} open",
        credit.document,
        Money::new(credit.open.abs(), credit.amount.currency),
        debit.document,
        Money::new(debit.open, debit.amount.currency),
    );
    not_posted(code, &message)
}

/// Takes an application back from the day `on`: the item is open again, the credit unapplied.
pub async fn unapply(desk: &Desk, application: &str, on: Date) -> Result<String> {
    desk.may(Action::Unapply)?;
    let entry = entry_of("entry", application)?;
    desk.retrying(|| async {
        let mut recording = desk.record("unapply", on).await?;
        let outcome = recording.unapply(entry, on).await?;
        let undone = outcome.map_err(|code| not_posted(code, &format!("application {application}")))?;
        recording.commit().await?;
        Ok(undone.to_string())
    })
    .await
}

/// Reverses an item or an application on the day `on`; an item's applications are taken back first. Refused
/// (`refund_lives`) is a credit while a refund of it is not called off, and (`taken_back_whole`) a receipt that a bank told:
/// the money is there, whatever it pays.
pub async fn reverse(desk: &Desk, entry: &str, on: Date) -> Result<Vec<String>> {
    desk.may(Action::Reverse)?;
    let id = entry_of("entry", entry)?;
    desk.retrying(|| async {
        let mut recording = desk.record("reverse", on).await?;
        not_refunded(recording.live_refund(id).await?.as_ref())?;
        if let Some(receipt) = recording.bank_receipt_of(id).await? {
            return Err(bank_told(receipt).into());
        }
        let outcome = recording.reverse(id, on).await?;
        let entries = outcome.map_err(|code| not_posted(code, &format!("entry {entry}")))?;
        recording.commit().await?;
        Ok(entries.iter().map(EntryId::to_string).collect())
    })
    .await
}

/// A receipt that a bank told is not reversed alone.
fn bank_told(receipt: EntryId) -> Refusal {
    let message = format!(
        "receipt {receipt} is money that a bank told: `dunwell unmatch {receipt}` takes it off what it pays and off its account, \
         `dunwell match {receipt} --set-aside` says that no customer paid it, `dunwell reverse --import` undoes the file that told it"
    );
    Refusal::Posting { code: PostingRefusal::TakenBackWhole, message }
}
