//! Opening and closing disputes, and putting legal or personal stops on contact.

use dunwell_rules::calendar::Date;
use dunwell_rules::dispute::DisputeReason;
use dunwell_rules::facts::HoldKind;
use dunwell_rules::rights::Action;
use dunwell_store::record::{NewDispute, NewHold};
use serde::Serialize;

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::who::{account_of, amount_of, entry_of, item_of, known_or_done};

/// A dispute as a person raises it.
#[derive(Debug, Clone)]
pub struct DisputeRaised {
    /// The disputed document.
    pub document: String,
    /// The disputed instalment; `None` is the whole item.
    pub line: Option<i64>,
    /// The disputed amount as typed; `None` is all that is open.
    pub amount: Option<String>,
    /// What the customer says, as a reason code.
    pub reason: String,
}

/// What was recorded.
#[derive(Debug, Clone, Serialize)]
pub struct DisputeOpened {
    /// The dispute.
    pub dispute: String,
    /// Customer number.
    pub account: String,
    /// The disputed document.
    pub document: String,
    /// The disputed amount; null is all that is open.
    pub amount: Option<dunwell_rules::money::Money>,
    /// The reason code.
    pub reason: String,
}

/// Opens a dispute on the day `on`; what is not disputed stays collectible.
pub async fn open_dispute(desk: &Desk, code: &str, raised: &DisputeRaised, on: Date) -> Result<DisputeOpened> {
    let mut opened = open_disputes(desk, code, std::slice::from_ref(raised), on).await?;
    Ok(opened.remove(0))
}

/// Opens several disputes of an account at once, all of them or none.
pub async fn open_disputes(desk: &Desk, code: &str, raised: &[DisputeRaised], on: Date) -> Result<Vec<DisputeOpened>> {
    desk.may(Action::Dispute)?;
    let reasons = raised.iter().map(|raised| reason_of(&raised.reason)).collect::<Result<Vec<_>>>()?;
    desk.retrying(|| async {
        let mut recording = desk.record("dispute", on).await?;
        let account = account_of(&mut recording, code).await?;
        let mut rows = Vec::with_capacity(raised.len());
        let mut amounts = Vec::with_capacity(raised.len());
        for (raised, reason) in raised.iter().zip(&reasons) {
            let item = item_of(&mut recording, &account, &raised.document).await?;
            if !item.kind.is_debit() {
                let message = format!("{} is a credit; only what is owed can be disputed", raised.document);
                let code = dunwell_store::record::PostingRefusal::WrongSide;
                return Err(Refusal::Posting { code, message }.into());
            }
            let amount = raised.amount.as_deref().map(|text| amount_of(text, item.amount.currency)).transpose()?;
            amounts.push(amount);
            rows.push(NewDispute {
                account: account.account,
                item: item.item,
                line: raised.line,
                amount: amount.map(|money| money.minor),
                since: on,
                reason: reason.code().into(),
            });
        }
        let disputes = recording.disputes(&rows).await?;
        recording.commit().await?;
        let opened = disputes.iter().zip(raised).zip(amounts);
        Ok(opened
            .map(|((dispute, raised), amount)| DisputeOpened {
                dispute: dispute.to_string(),
                account: code.into(),
                document: raised.document.clone(),
                amount,
                reason: raised.reason.clone(),
            })
            .collect())
    })
    .await
}

fn reason_of(code: &str) -> Result<DisputeReason> {
    let reason = DisputeReason::parse(code).ok_or_else(|| Refusal::BadValue {
        what: "reason",
        value: code.into(),
        why: format!("use one of {}", DisputeReason::ALL.map(DisputeReason::code).join(", ")),
    })?;
    Ok(reason)
}

/// Closes a dispute with what was found; `false` when it is closed already, refused when there is none of that id.
pub async fn close_dispute(desk: &Desk, dispute: &str, outcome: &str, on: Date) -> Result<bool> {
    desk.may(Action::Dispute)?;
    let dispute = entry_of("dispute", dispute)?;
    desk.retrying(|| async {
        let mut recording = desk.record("dispute", on).await?;
        let closed = recording.close_dispute(dispute, on, outcome).await?;
        known_or_done(&mut recording, "dispute", dispute, closed).await?;
        recording.commit().await?;
        Ok(closed)
    })
    .await
}

/// Puts a stop on contact from the day `on`; it forbids every step (N-8) until it ends or is released.
pub async fn put_on_hold(
    desk: &Desk,
    code: &str,
    kind: &str,
    basis: &str,
    until: Option<Date>,
    on: Date,
) -> Result<String> {
    desk.may(Action::Hold)?;
    let kind = HoldKind::parse(kind).ok_or_else(|| Refusal::BadValue {
        what: "stop",
        value: kind.into(),
        why: format!("use one of {}", HoldKind::ALL.map(HoldKind::code).join(", ")),
    })?;
    desk.retrying(|| async {
        let mut recording = desk.record("hold", on).await?;
        let account = account_of(&mut recording, code).await?.account;
        let hold = recording.hold(&NewHold { account, kind, since: on, until, basis: basis.into() }).await?;
        recording.commit().await?;
        Ok(hold.to_string())
    })
    .await
}

/// Releases a stop; `false` when it is released already, refused when there is none of that id.
pub async fn release_hold(desk: &Desk, hold: &str, on: Date) -> Result<bool> {
    desk.may(Action::Hold)?;
    let hold = entry_of("stop", hold)?;
    desk.retrying(|| async {
        let mut recording = desk.record("hold", on).await?;
        let released = recording.release_hold(hold, on).await?;
        known_or_done(&mut recording, "stop", hold, released).await?;
        recording.commit().await?;
        Ok(released)
    })
    .await
}
