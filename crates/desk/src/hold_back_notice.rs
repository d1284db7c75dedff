//! Holding a planned letter back before it leaves, and letting it go again.
//!
//! The step it belongs to stays planned, so that the ladder neither climbs on nor makes the same letter again while somebody
//! thinks. A letter that has left, or was withdrawn, can be neither held nor released.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use serde::Serialize;

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::who::entry_of;

/// What became of it.
#[derive(Debug, Clone, Serialize)]
pub struct NoticeHeld {
    /// The notice.
    pub notice: String,
    /// `held`, `released` or `unchanged`.
    pub state: &'static str,
}

/// The most letters that are held back or released at once.
pub const MOST_AT_ONCE: usize = 1_000;

/// What became of several.
#[derive(Debug, Clone, Serialize)]
pub struct NoticesHeld {
    /// Each of them, in the order they were made.
    pub notices: Vec<NoticeHeld>,
    /// How many were held or released.
    pub changed: usize,
}

/// Holds several planned notices back with one reason (`hold`), or lets several held ones go, all of them or none: refused
/// as one alone is, and beyond [`MOST_AT_ONCE`].
pub async fn change_notices(desk: &Desk, ids: &[String], hold: Option<&str>, on: Date) -> Result<NoticesHeld> {
    desk.may(if hold.is_some() { Action::HoldBackNotice } else { Action::ReleaseNotice })?;
    let reason = hold.map(reason_of).transpose()?;
    if ids.is_empty() || ids.len() > MOST_AT_ONCE {
        let why = format!("choose 1 to {MOST_AT_ONCE} letters");
        return Err(Refusal::BadValue { what: "notices", value: ids.len().to_string(), why }.into());
    }
    let mut notices = ids.iter().map(|id| entry_of("notice", id)).collect::<Result<Vec<_>>>()?;
    notices.sort_unstable_by_key(|notice| notice.0);
    notices.dedup();
    let done = if reason.is_some() { "held" } else { "released" };
    desk.retrying(|| async {
        let mut recording = desk.record("notices", on).await?;
        let mut states = Vec::new();
        for notice in &notices {
            let changed = match reason {
                Some(reason) => recording.hold_notice(*notice, on, reason).await?,
                None => recording.release_notice(*notice, on).await?,
            };
            if !changed {
                // One that left or was withdrawn before the recording took its account: none of them is changed then.
                changeable(*notice, recording.notice_state(*notice).await?)?;
            }
            states.push(changed);
        }
        recording.commit().await?;
        let state = |changed: bool| if changed { done } else { "unchanged" };
        let notices: Vec<NoticeHeld> = notices
            .iter()
            .zip(&states)
            .map(|(notice, changed)| NoticeHeld { notice: notice.to_string(), state: state(*changed) })
            .collect();
        Ok(NoticesHeld { changed: states.iter().filter(|changed| **changed).count(), notices })
    })
    .await
}

fn reason_of(reason: &str) -> Result<&str> {
    if reason.trim().is_empty() {
        let why = "say why the letter is held back: whoever releases it reads it".into();
        return Err(Refusal::BadValue { what: "reason", value: String::new(), why }.into());
    }
    Ok(reason.trim())
}

/// Refuses a notice that can be neither held nor released any more, or never was.
fn changeable(notice: EntryId, state: Option<String>) -> Result<()> {
    let id = notice.to_string();
    match state {
        None => Err(Refusal::NotFound { what: "notice", id }.into()),
        Some(state) if state == "planned" || state == "held" => Ok(()),
        Some(state) => {
            let why = format!("it is {state}; only a letter that has not left can be held back or released");
            Err(Refusal::BadValue { what: "notice", value: id, why }.into())
        }
    }
}

/// Holds the planned notice `id` back, with a reason; one that is held already is no change. Refused when there is no such
/// notice, when it has left or was withdrawn, and without a reason.
pub async fn hold_back_notice(desk: &Desk, id: &str, reason: &str, on: Date) -> Result<NoticeHeld> {
    change(desk, id, Some(reason_of(reason)?), on).await
}

/// Lets the held notice `id` go; one that is not held is no change. Refused when there is no such notice, and when it has
/// left or was withdrawn.
pub async fn release_notice(desk: &Desk, id: &str, on: Date) -> Result<NoticeHeld> {
    change(desk, id, None, on).await
}

async fn change(desk: &Desk, id: &str, reason: Option<&str>, on: Date) -> Result<NoticeHeld> {
    desk.may(if reason.is_some() { Action::HoldBackNotice } else { Action::ReleaseNotice })?;
    let notice = entry_of("notice", id)?;
    desk.retrying(|| async {
        let mut recording = desk.record("notice", on).await?;
        let changed = match reason {
            Some(reason) => recording.hold_notice(notice, on, reason).await?,
            None => recording.release_notice(notice, on).await?,
        };
        if changed {
            recording.commit().await?;
            let state = if reason.is_some() { "held" } else { "released" };
            return Ok(NoticeHeld { notice: id.into(), state });
        }
        drop(recording);
        let found = desk.book.read().await?.notice(notice).await?;
        changeable(notice, found.map(|found| found.state))?;
        Ok(NoticeHeld { notice: id.into(), state: "unchanged" })
    })
    .await
}
