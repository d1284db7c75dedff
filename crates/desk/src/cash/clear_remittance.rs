//! What a person does about a remittance advice: say which receipt it explains, dismiss it, or let it wait again.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use dunwell_store::views::cash::ReceiptView;
use dunwell_store::views::remittances::RemittanceView;

use super::exceptions::receipt_of;
use super::join_advice::{Joined, Joining};
use super::set_aside::not_set_aside;
use crate::desk::Desk;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::{Refusal, Result};
use crate::who::entry_of;

/// The most receipts that are offered for an advice.
const MOST_OFFERED: usize = 20;

/// An advice, whether it waits or not; refused when the book has none of that id.
pub async fn remittance(desk: &Desk, advice: &str) -> Result<RemittanceView> {
    desk.may(Action::ReadAccounts)?;
    let found = desk.book.read().await?.remittance(entry_of("remittance advice", advice)?).await?;
    Ok(found.ok_or_else(|| Refusal::NotFound { what: "remittance advice", id: advice.into() })?)
}

/// Receipts of exactly the amount of a waiting advice that no other advice explains, oldest first.
pub async fn receipts_for(desk: &Desk, advice: &RemittanceView) -> Result<Vec<ReceiptView>> {
    desk.may(Action::ReadAccounts)?;
    let mut reading = desk.book.read().await?;
    let mut receipts = Vec::new();
    for receipt in reading.receipts_without_remittance(advice.amount).await?.into_iter().take(MOST_OFFERED) {
        receipts.extend(reading.receipt(receipt).await?);
    }
    Ok(receipts)
}

/// Says that a waiting advice explains a receipt, on the day `on`: where nothing of the receipt is set against anything, or a
/// person is asked about it, it is decided on again by what the advice says. Refused (`advice_state`) when the advice does
/// not wait, the receipt has an advice already, or the two are in different currencies.
pub async fn join_remittance(desk: &Desk, advice: &str, receipt: &str, on: Date) -> Result<RemittanceView> {
    desk.may(Action::Apply)?;
    let view = remittance(desk, advice).await?;
    let mut reading = desk.book.read().await?;
    let to = receipt_of(&mut reading, receipt).await?;
    if !waits(&view) {
        return Err(stands(&view).into());
    }
    if to.amount.currency != view.amount.currency {
        let why = format!("advice {advice} pays {}, and receipt {receipt} is {}", view.amount, to.amount);
        return Err(refused(why).into());
    }
    not_set_aside(&to)?;
    if let Some(other) = reading.remittance_of(to.receipt).await? {
        return Err(refused(format!("receipt {receipt} is explained by advice {} already", other.advice)).into());
    }
    drop(reading);
    let policy = policy_in_force(desk).await?.policy.cash;
    match Joining::new(desk, &policy, on).join(view.advice, Some(to.receipt)).await? {
        Joined::Belongs { .. } => {
            desk.seal().await?;
            remittance(desk, advice).await
        }
        Joined::Waits => Err(refused(format!("advice {advice} or receipt {receipt} was joined meanwhile")).into()),
    }
}

/// Says that a waiting advice waits for no receipt of ours, and why. Refused (`advice_state`) when it does not wait.
pub async fn dismiss_remittance(desk: &Desk, advice: &str, because: &str, on: Date) -> Result<RemittanceView> {
    desk.may(Action::Apply)?;
    let view = remittance(desk, advice).await?;
    if because.trim().is_empty() {
        let why = "say why no receipt comes by it".into();
        return Err(Refusal::BadValue { what: "reason", value: String::new(), why }.into());
    }
    change(desk, &view, "dismiss remittance", on, Some(because.trim())).await
}

/// Lets an advice wait again that a person dismissed, or that belongs to a receipt: what the receipt is set against stays, and
/// `unmatch` takes that back. Refused (`advice_state`) when it waits already.
pub async fn release_remittance(desk: &Desk, advice: &str, on: Date) -> Result<RemittanceView> {
    desk.may(Action::Unapply)?;
    let view = remittance(desk, advice).await?;
    change(desk, &view, "release remittance", on, None).await
}

/// Dismisses an advice for a reason, or lets it wait again without one.
async fn change(
    desk: &Desk,
    of: &RemittanceView,
    task: &str,
    on: Date,
    because: Option<&str>,
) -> Result<RemittanceView> {
    let advice: EntryId = of.advice;
    desk.retrying(|| async {
        let mut recording = desk.record(task, on).await?;
        let changed = match because {
            Some(because) => recording.dismiss_remittance(advice, because, on).await?,
            None => recording.release_remittance(advice, on).await?,
        };
        if !changed {
            return Err(stands(of).into());
        }
        recording.commit().await?;
        Ok(())
    })
    .await?;
    remittance(desk, &advice.to_string()).await
}

fn waits(advice: &RemittanceView) -> bool {
    advice.receipt.is_none() && advice.dismissed_on.is_none()
}

fn stands(advice: &RemittanceView) -> Refusal {
    let id = advice.advice;
    refused(match (advice.receipt, advice.dismissed_on) {
        (Some(receipt), _) => {
            format!("advice {id} explains receipt {receipt}; `dunwell remittance release {id}` first")
        }
        (None, Some(day)) => format!("advice {id} was dismissed on {day}; `dunwell remittance release {id}` first"),
        (None, None) => format!("advice {id} waits for its receipt already"),
    })
}

fn refused(message: String) -> Refusal {
    Refusal::Ruled { code: "advice_state", message }
}
