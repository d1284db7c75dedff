//! Withdrawing what nobody needs to do any more: proposals that wait for a signature and ladder tasks that wait for a
//! collector, once nothing they carry is open.
//!
//! The run does it before it decides, also for accounts that it does not visit because nothing of theirs is open. Its work
//! grows with what waits, never with accounts.

use dunwell_rules::calendar::Date;
use dunwell_rules::climb::is_moot;
use dunwell_store::fault::Fault;
use dunwell_store::views::tasks::WaitingStep;

use crate::desk::Desk;
use crate::refusal::Result;

/// Steps withdrawn in one transaction.
const CHUNK: usize = 500;
/// How often the steps are looked at again because their accounts changed meanwhile.
const TRIES: u32 = 20;
/// Why, as the activity journal keeps it.
const BECAUSE: &str = "nothing it carries is open any more";

/// Withdraws, as of `day`, the steps that wait for a person and ask for nothing any more (N-12); answers how many. What an
/// earlier call withdrew is not looked at again.
pub(crate) async fn withdraw_moot_steps(desk: &Desk, day: Date) -> Result<i64> {
    let mut withdrawn = 0;
    for _ in 0..TRIES {
        let waiting = desk.book.read().await?.waiting_steps(day).await?;
        let moot: Vec<WaitingStep> = waiting.into_iter().filter(|step| is_moot(step.open)).collect();
        if moot.is_empty() {
            return Ok(withdrawn);
        }
        for chunk in moot.chunks(CHUNK) {
            let done = desk
                .retrying(|| async {
                    let mut recording = desk.record("run", day).await?;
                    let done = recording.withdraw_waiting(chunk, day, BECAUSE).await?;
                    recording.commit().await?;
                    Ok(done)
                })
                .await?;
            withdrawn += done as i64;
        }
    }
    Err(Fault::new("an account keeps changing while its steps are withdrawn; run again").into())
}
