//! Money on our account that no customer paid: a person sets it aside for a reason. It leaves the queue and the control balance,
//! stays known, so that no file brings it again, and is asked about anew when that is taken back (`unmatch_receipt`).

use dunwell_rules::calendar::Date;
use dunwell_rules::cash::set_aside::{SetAsideReason, may_set_aside};
use dunwell_rules::money::Money;
use dunwell_rules::rights::Action;
use dunwell_store::record::{BOOK_ACCOUNT, Received};
use dunwell_store::views::cash::ReceiptView;
use dunwell_store::views::set_aside::SetAsideView;
use serde::Serialize;

use super::clear_exception::moved;
use super::exceptions::{receipt_of, version_of_receipt};
use crate::desk::Desk;
use crate::judge::Judge;
use crate::look::page;
use crate::put_policy_in_force::policy_in_force;
use crate::refunds::end::not_refunded;
use crate::refusal::{Refusal, Result};
use crate::version::unchanged;
use crate::withdraw_moot::withdraw_what_it_made_moot;

/// What a person says of a receipt that no customer paid.
#[derive(Debug, Clone, Default)]
pub struct ToSetAside {
    /// Why, as a code of [`SetAsideReason`].
    pub reason: String,
    /// In the person's words; erasable. `other` needs them.
    pub because: Option<String>,
    /// The version of the receipt that was looked at; `None` does not ask.
    pub version: Option<String>,
}

/// A receipt that was set aside.
#[derive(Debug, Clone, Serialize)]
pub struct SetAside {
    /// The receipt.
    pub receipt: String,
    /// What came in, all of which is set aside.
    pub amount: Money,
    /// Why, as a code.
    pub reason: &'static str,
}

/// A page of the receipts that are set aside.
#[derive(Debug, Clone, Serialize)]
pub struct SetAsideList {
    /// The receipts, the newest set aside first.
    pub receipts: Vec<SetAsideView>,
    /// The cursor of the next page; null on the last.
    pub next_cursor: Option<String>,
}

/// Sets a receipt aside on the day `on`. Refused (`set_aside`) when it is already, (`receipt_in_use`) when it is set against
/// lines or went back, (`refund_lives`), and (`above_limit`) when the role may not set so much aside.
pub async fn set_aside(desk: &Desk, receipt: &str, asked: &ToSetAside, on: Date) -> Result<SetAside> {
    desk.may(Action::SetAside)?;
    let reason = SetAsideReason::parse(&asked.reason).ok_or_else(|| no_reason(&asked.reason))?;
    let words = asked.because.as_deref().map(str::trim).filter(|words| !words.is_empty());
    if reason.needs_words() && words.is_none() {
        let why = "say in words what the money is".into();
        return Err(Refusal::BadValue { what: "because", value: String::new(), why }.into());
    }
    let judge = Judge::of(desk, policy_in_force(desk).await?.policy, on, false).await?;
    desk.retrying(|| async {
        let found = receipt_of(&mut desk.book.read().await?, receipt).await?;
        unchanged("receipt", &found, &version_of_receipt(&found), asked.version.as_deref())?;
        not_set_aside(&found)?;
        if found.unapplied != found.amount {
            return Err(in_use(&found).into());
        }
        let (policy, amounts) = (&judge.policy.write_off, judge.amounts(found.amount.currency));
        may_set_aside(desk.role, found.amount, policy, &amounts)
            .map_err(|refused| Refusal::Ruled { code: "above_limit", message: refused.to_string() })?;
        let mut recording = desk.record("set receipt aside", on).await?;
        let mut received = Received { entry: found.receipt, item: found.item };
        not_refunded(recording.live_refund(received.item).await?.as_ref())?;
        if found.account_id != BOOK_ACCOUNT {
            let given = recording.give_receipt(received, BOOK_ACCOUNT, on).await?;
            received.item = given.ok_or_else(|| moved(receipt))?;
        }
        let money = (found.document.as_str(), found.amount);
        let set = recording.set_aside(received, money, (reason, words), on).await?;
        set.map_err(|_| moved(receipt))?;
        recording.ask_about(found.receipt, &[], on).await?;
        withdraw_what_it_made_moot(&mut recording, on).await?;
        recording.commit().await?;
        Ok(SetAside { receipt: receipt.to_owned(), amount: found.amount, reason: reason.code() })
    })
    .await
}

/// The receipts that are set aside; an unknown cursor is refused.
pub async fn receipts_set_aside(desk: &Desk, cursor: Option<&str>, limit: Option<usize>) -> Result<SetAsideList> {
    desk.may(Action::ReadAccounts)?;
    let (size, before) = (page::size(limit)?, page::entry(cursor)?);
    let most = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let rows = desk.book.read().await?.receipts_set_aside(before, most).await?;
    let (receipts, next_cursor) = page::cut(rows, size, |row| row.item.to_string());
    Ok(SetAsideList { receipts, next_cursor })
}

/// Refuses what would be done with a receipt that is set aside.
pub(super) fn not_set_aside(receipt: &ReceiptView) -> std::result::Result<(), Refusal> {
    let Some(reason) = &receipt.set_aside else { return Ok(()) };
    let id = receipt.receipt;
    let message = format!("receipt {id} is set aside ({reason}); `dunwell unmatch {id}` takes that back first");
    Err(Refusal::Ruled { code: "set_aside", message })
}

fn in_use(receipt: &ReceiptView) -> Refusal {
    let (id, used) = (receipt.receipt, receipt.amount.minor - receipt.unapplied.minor);
    let used = Money::new(used, receipt.amount.currency);
    let message = format!("{used} of receipt {id} is set against lines, or it went back; `dunwell unmatch {id}` first");
    Refusal::Ruled { code: "receipt_in_use", message }
}

fn no_reason(text: &str) -> Refusal {
    let why = format!("give one of {}", SetAsideReason::ALL.map(SetAsideReason::code).join(", "));
    Refusal::BadValue { what: "reason", value: text.into(), why }
}
