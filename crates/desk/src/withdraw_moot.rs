//! Withdrawing what nobody needs to do any more: proposals that wait for a signature and ladder tasks that wait for a
//! collector, once nothing they carry is open, and requests that can no longer be signed.
//!
//! The run does it before it decides, also for accounts that it does not visit because nothing of theirs is open. Its work
//! grows with what waits, never with accounts.

use std::collections::BTreeMap;

use dunwell_rules::approval::{ApprovalPolicy, ApprovalState};
use dunwell_rules::calendar::Date;
use dunwell_rules::climb::is_moot;
use dunwell_store::fault::Fault;
use dunwell_store::record::Recording;
use dunwell_store::views::tasks::WaitingStep;

use crate::desk::Desk;
use crate::first_live_run::{self, ask_again};
use crate::judge::Judge;
use crate::refusal::Result;

/// Steps withdrawn in one transaction.
const CHUNK: usize = 500;
/// How often the steps are looked at again because their accounts changed meanwhile.
const TRIES: u32 = 20;
/// Why, as the activity journal keeps it.
const MOOT: &str = "nothing it carries is open any more";
const EXPIRED: &str = "nobody signed it while it could be signed";

/// Withdraws, as of the judge's day, the steps that wait for a person and ask for nothing any more (N-12), and the requests
/// that have expired (N-13); answers how many. What an earlier call withdrew is not looked at again.
///
/// The request for a signature under the first live run is put anew, for what it asked that still waits.
pub(crate) async fn withdraw_what_waits_in_vain(desk: &Desk, judge: &Judge) -> Result<i64> {
    let (day, policy) = (judge.day, &judge.policy.approval);
    let withdrawn = expired_requests(desk, judge).await?;
    let in_vain = |step: &WaitingStep| match step {
        step if is_moot(step.open) => Some(MOOT),
        step if is_expired(step, policy, day) => Some(EXPIRED),
        _ => None,
    };
    Ok(withdrawn + withdraw_steps(desk, day, in_vain).await?)
}

/// Withdraws, as of `day`, the steps that ask for nothing any more (N-12) of the accounts that a recording has changed so
/// far, as part of it: money that came in and what it made moot are seen together or not at all. Answers how many.
pub(crate) async fn withdraw_what_it_made_moot(recording: &mut Recording, day: Date) -> Result<u64> {
    let mut steps = recording.waiting_steps_of_changed(day).await?;
    steps.retain(|step| is_moot(step.open));
    Ok(if steps.is_empty() { 0 } else { recording.withdraw_waiting(&steps, day, MOOT).await? })
}

/// Withdraws the waiting steps for which `why` names a reason.
async fn withdraw_steps(desk: &Desk, day: Date, why: impl Fn(&WaitingStep) -> Option<&'static str>) -> Result<i64> {
    let mut withdrawn = 0;
    for _ in 0..TRIES {
        let mut by_reason: BTreeMap<&'static str, Vec<WaitingStep>> = BTreeMap::new();
        for step in desk.book.read().await?.waiting_steps(day).await? {
            if let Some(because) = why(&step) {
                by_reason.entry(because).or_default().push(step);
            }
        }
        if by_reason.is_empty() {
            return Ok(withdrawn);
        }
        for (because, steps) in by_reason {
            for chunk in steps.chunks(CHUNK) {
                withdrawn += withdraw(desk, chunk, day, because).await?;
            }
        }
    }
    Err(Fault::new("an account keeps changing while its steps are withdrawn; run again").into())
}

fn is_expired(step: &WaitingStep, policy: &ApprovalPolicy, day: Date) -> bool {
    step.for_signature && policy.is_expired(step.day, day)
}

async fn withdraw(desk: &Desk, steps: &[WaitingStep], day: Date, because: &str) -> Result<i64> {
    let done = desk
        .retrying(|| async {
            let mut recording = desk.record("run", day).await?;
            let done = recording.withdraw_waiting(steps, day, because).await?;
            recording.commit().await?;
            Ok(done)
        })
        .await?;
    Ok(done as i64)
}

/// Withdraws the expired requests that are no step of a ladder; those of a ladder go with their step.
async fn expired_requests(desk: &Desk, judge: &Judge) -> Result<i64> {
    let (day, policy) = (judge.day, &judge.policy.approval);
    let mut pending = desk.book.read().await?.requests(ApprovalState::Pending.code()).await?;
    pending.retain(|request| request.step.is_none() && policy.is_expired(request.requested_on, day));
    let mut withdrawn = 0;
    for request in pending {
        let done = desk
            .retrying(|| async {
                let mut recording = desk.record("run", day).await?;
                let Some(row) = recording.request(request.request).await? else { return Ok(false) };
                let done = recording.withdraw_request(row.request, day, EXPIRED).await?;
                if done && row.subject == first_live_run::SUBJECT {
                    ask_again(desk, judge, &mut recording, &row.detail).await?;
                }
                recording.commit().await?;
                Ok(done)
            })
            .await?;
        withdrawn += i64::from(done);
    }
    Ok(withdrawn)
}
