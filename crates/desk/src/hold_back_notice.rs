//! Holding a planned letter back before it leaves, and letting it go again.
//!
//! The step it belongs to stays planned, so that the ladder neither climbs on nor makes the same letter again while somebody
//! thinks. A letter that has left, or was withdrawn, can be neither held nor released.

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

/// Holds the planned notice `id` back, with a reason; one that is held already is no change. Refused when there is no such
/// notice, when it has left or was withdrawn, and without a reason.
pub async fn hold_back_notice(desk: &Desk, id: &str, reason: &str, on: Date) -> Result<NoticeHeld> {
    if reason.trim().is_empty() {
        let why = "say why the letter is held back: whoever releases it reads it".into();
        return Err(Refusal::BadValue { what: "reason", value: String::new(), why }.into());
    }
    change(desk, id, Some(reason.trim()), on).await
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
        match found.map(|found| found.state) {
            None => Err(Refusal::NotFound { what: "notice", id: id.into() }.into()),
            Some(state) if state == "planned" || state == "held" => {
                Ok(NoticeHeld { notice: id.into(), state: "unchanged" })
            }
            Some(state) => {
                let why = format!("it is {state}; only a letter that has not left can be held back or released");
                Err(Refusal::BadValue { what: "notice", value: id.into(), why }.into())
            }
        }
    })
    .await
}
