//! Pinning what every colleague must see first: a note, a call, a promise on top of an account's timeline.

use dunwell_rules::rights::Action;
use dunwell_store::record::{MOST_PINS, Pinned};
use serde::Serialize;

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::who::{account_of, entry_of, known_or_done};
use dunwell_rules::calendar::Date;

/// What became of it.
#[derive(Debug, Clone, Serialize)]
pub struct PinState {
    /// Customer number.
    pub account: String,
    /// The entry.
    pub entry: String,
    /// `pinned`, `already_pinned`, `unpinned` or `not_pinned`.
    pub state: &'static str,
}

/// Pins an activity of the account `code`; the same again is no change. Refused are an entry that is no activity of the
/// account, and one more than the account may have.
pub async fn pin_note(desk: &Desk, code: &str, entry: &str, on: Date) -> Result<PinState> {
    desk.may(Action::Note)?;
    let id = entry_of("activity", entry)?;
    desk.retrying(|| async {
        let mut recording = desk.record("pin", on).await?;
        let account = account_of(&mut recording, code).await?.account;
        let state = match recording.pin(account, id).await? {
            Pinned::Pinned => "pinned",
            Pinned::Already => "already_pinned",
            Pinned::NotFound => return Err(Refusal::NotFound { what: "activity", id: entry.into() }.into()),
            Pinned::Full => {
                let why = format!("{MOST_PINS} are pinned on {code} already; take one off with `dunwell pin --off`");
                return Err(Refusal::BadValue { what: "pin", value: entry.into(), why }.into());
            }
        };
        recording.commit().await?;
        Ok(PinState { account: code.into(), entry: entry.into(), state })
    })
    .await
}

/// Takes a pinned entry off the top again; one that is not pinned is no change.
pub async fn unpin_note(desk: &Desk, code: &str, entry: &str, on: Date) -> Result<PinState> {
    desk.may(Action::Note)?;
    let id = entry_of("activity", entry)?;
    desk.retrying(|| async {
        let mut recording = desk.record("unpin", on).await?;
        let account = account_of(&mut recording, code).await?.account;
        let unpinned = recording.unpin(account, id).await?;
        known_or_done(&mut recording, "activity", id, unpinned).await?;
        let state = if unpinned { "unpinned" } else { "not_pinned" };
        recording.commit().await?;
        Ok(PinState { account: code.into(), entry: entry.into(), state })
    })
    .await
}
