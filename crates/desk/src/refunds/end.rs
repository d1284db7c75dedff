//! How a refund ends: the bank paid it, it was called off, or the bank brought it back.

use dunwell_rules::account::EntryId;
use dunwell_rules::approval::ApprovalState;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Money;
use dunwell_rules::refund::{RefundEnd, RefundState, refund_state};
use dunwell_rules::rights::Action;
use dunwell_store::record::RefundRow;
use dunwell_store::views::refunds::RefundView;

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::who::entry_of;

/// Why a request that its maker takes back is withdrawn.
const CALLED_OFF: &str = "whoever asked for it called it off";

fn state_of(row: &RefundRow) -> RefundState {
    let request = ApprovalState::parse(&row.request_state).unwrap_or(ApprovalState::Withdrawn);
    refund_state(request, row.file.is_some(), row.ended)
}

/// Refuses (`refund_lives`) to take a credit away from under a refund of it that waits, is signed or was paid: the money would
/// go out, and the credit could be paid back once more. Only the bank, which brings the credit itself back, may.
pub(crate) fn not_refunded(live: Option<&RefundRow>) -> Result<()> {
    let Some(row) = live else { return Ok(()) };
    let (id, state) = (row.refund, state_of(row));
    let first = match state {
        RefundState::Ended(_) => format!("once the bank brings it back, `dunwell refund returned {id}` first"),
        _ => format!("`dunwell refund cancel {id}` first"),
    };
    let message = format!("refund {id} pays {} of it back and is {}: {first}", row.amount, state.code());
    Err(Refusal::Ruled { code: "refund_lives", message }.into())
}

/// Ends a refund on the day `on`; how, is the person's word. The credit is the customer's again after all but a confirmation.
///
/// What still waits for a signature is called off by whoever may ask for it. What is in a payment file is called off by those
/// alone who may write one: the bank has to be told as well. Refused (`refund_state`) where the end does not follow from how
/// it stands, so that a repeat is refused too.
pub async fn end_refund(desk: &Desk, id: &str, end: RefundEnd, why: Option<&str>, on: Date) -> Result<RefundView> {
    desk.may(Action::EndRefund)?;
    let refund = entry_of("refund", id)?;
    desk.retrying(|| async {
        let mut recording = desk.record("refund end", on).await?;
        let row = recording.refund(refund).await?.ok_or_else(|| super::unknown(id))?;
        let state = state_of(&row);
        if (state, end) == (RefundState::Requested, RefundEnd::Cancelled) {
            recording.withdraw_request(row.request, on, why.unwrap_or(CALLED_OFF)).await?;
            recording.commit().await?;
            return Ok(());
        }
        if state == RefundState::Filed && end == RefundEnd::Cancelled {
            desk.may(Action::PayRefunds)?;
        }
        if !state.may_end(end) {
            let message = format!("refund {id} is {}; it cannot be {}", state.code().replace('_', " "), end.code());
            return Err(Refusal::Ruled { code: "refund_state", message }.into());
        }
        recording.end_refund(&row, end, on, why).await?;
        recording.commit().await?;
        Ok(())
    })
    .await?;
    super::refund(desk, id).await
}

/// An entry of a bank with an end-to-end id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SeenAtBank {
    /// The id, as the bank gives it back.
    pub(crate) end_to_end_id: String,
    /// What was booked.
    pub(crate) amount: Money,
}

impl SeenAtBank {
    /// Whether an id looks like one that a payment file of ours gave.
    pub(crate) fn is_ours(id: &str) -> bool {
        refund_of(id).is_some()
    }
}

fn refund_of(id: &str) -> Option<EntryId> {
    id.trim().strip_prefix("RF").and_then(EntryId::parse)
}

/// What an entry of a bank is to a refund of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It names none of ours, or tells nothing new of it: nothing changes.
    Other,
    /// It names one of ours and does not fit it: a person is to be asked, nothing changes.
    Misfit {
        /// Whose refund it names.
        account: EntryId,
        /// The refund.
        refund: EntryId,
        /// `other_amount`, or `not_to_be_paid` where nobody had the bank pay it.
        question: &'static str,
    },
    /// The refund ended by it.
    Ended {
        /// Whose refund it was.
        account: EntryId,
        /// The refund.
        refund: EntryId,
    },
    /// The refund had ended so before, or was paid and came back: this is what ended it told again, or another booking.
    EndedBefore {
        /// Whose refund it was.
        account: EntryId,
        /// The refund.
        refund: EntryId,
    },
}

/// Ends, on the day `on`, the refund that a bank booked, by its end-to-end id. An id that is none of ours changes nothing, and
/// neither does an entry that does not fit the refund.
pub(crate) async fn end_seen(desk: &Desk, seen: &SeenAtBank, end: RefundEnd, on: Date) -> Result<Seen> {
    let Some(refund) = refund_of(&seen.end_to_end_id) else { return Ok(Seen::Other) };
    desk.retrying(|| async {
        let mut recording = desk.record("import bank", on).await?;
        let Some(row) = recording.refund(refund).await? else { return Ok(Seen::Other) };
        let misfit = |question| Seen::Misfit { account: row.account, refund, question };
        if row.amount != seen.amount {
            return Ok(misfit("other_amount"));
        }
        let state = state_of(&row);
        // One that came back was paid before.
        if row.ended == Some(end) || state == RefundState::Ended(RefundEnd::Returned) {
            return Ok(Seen::EndedBefore { account: row.account, refund });
        }
        if !state.may_end(end) {
            return Ok(misfit("not_to_be_paid"));
        }
        recording.end_refund(&row, end, on, None).await?;
        recording.commit().await?;
        Ok(Seen::Ended { account: row.account, refund })
    })
    .await
}
