//! Policies by two people: one writes, another puts in force. Maker is never checker (domain 0).

use dunwell_rules::account::EntryId;
use dunwell_rules::approval::{ApprovalRefusal, way_in_allows};
use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use dunwell_store::views::drafts::DraftView;

use crate::desk::Desk;
use crate::policy_file;
use crate::put_policy_in_force::PolicyInForce;
use crate::refusal::{Refusal, Result};
use crate::sign_in::hand_of_another;
use crate::version::unchanged;

/// Puts a policy before a second person; refused with line and column when it does not parse or contradicts itself, and
/// (`version_conflict`) when another policy is in force than the one that was `seen` when it was written.
pub async fn draft_policy(desk: &Desk, text: &str, seen: Option<&str>, on: Date) -> Result<EntryId> {
    desk.may(Action::DraftPolicy)?;
    let policy = policy_file::read(text, desk.settings().currency)?;
    desk.retrying(|| async {
        let mut recording = desk.record("policy draft", on).await?;
        still_in_force(desk, seen).await?;
        let draft = recording.draft_policy(&policy.name, text, &desk.user)?;
        recording.commit().await?;
        Ok(draft)
    })
    .await
}

/// The policies that wait for a second person, oldest first.
pub async fn drafts(desk: &Desk) -> Result<Vec<DraftView>> {
    desk.may(Action::ReadPolicy)?;
    Ok(desk.book.read().await?.policy_drafts().await?)
}

/// Puts a drafted policy in force. Refused to whoever wrote it (`maker_is_checker`), to the house (`role_cannot_approve`),
/// when it is decided already (`already_decided`), and when another policy is in force than the one that was `seen` beside it
/// (`version_conflict`): what the draft changes has to be looked at anew.
pub async fn activate_draft(desk: &Desk, draft: &str, seen: Option<&str>, on: Date) -> Result<PolicyInForce> {
    desk.may(Action::ActivatePolicy)?;
    let known = waiting(desk, draft).await?;
    if desk.role.is_none() {
        return Err(refused(&ApprovalRefusal::DeskCannotApprove).into());
    }
    if known.drafted_by == desk.user {
        return Err(refused(&ApprovalRefusal::MakerIsChecker(known.drafted_by)).into());
    }
    way_in_allows(hand_of_another(desk).await?.as_ref(), &known.drafted_by).map_err(|no| refused(&no))?;
    let policy = policy_file::read(&known.text, desk.settings().currency)?;
    let version = desk
        .retrying(|| async {
            let mut recording = desk.record("policy activate", on).await?;
            if seen.is_some() {
                // Two drafts that were looked at beside the same policy must not both come into force.
                recording.alone().await?;
            }
            if !recording.end_draft(known.draft, true, &desk.user).await? {
                return Err(decided().into());
            }
            still_in_force(desk, seen).await?;
            let version = recording.activate_policy(&known.name, &known.text).await?;
            recording.commit().await?;
            Ok(version)
        })
        .await?;
    Ok(PolicyInForce { version, policy })
}

/// Ends a draft that is not to come into force: its writer takes it back, or whoever may put policies in force declines it.
pub async fn decline_draft(desk: &Desk, draft: &str, on: Date) -> Result<()> {
    let known = waiting(desk, draft).await?;
    desk.may(if known.drafted_by == desk.user { Action::DraftPolicy } else { Action::ActivatePolicy })?;
    desk.retrying(|| async {
        let mut recording = desk.record("policy decline", on).await?;
        if !recording.end_draft(known.draft, false, &desk.user).await? {
            return Err(decided().into());
        }
        recording.commit().await?;
        Ok(())
    })
    .await
}

async fn still_in_force(desk: &Desk, seen: Option<&str>) -> Result<()> {
    let Some(there) = desk.book.read().await?.policy_in_force().await? else { return Ok(()) };
    unchanged("policy", &there, &there.policy.to_string(), seen)
}

async fn waiting(desk: &Desk, draft: &str) -> Result<DraftView> {
    let not_found = || Refusal::NotFound { what: "draft", id: draft.to_owned() };
    let id = EntryId::parse(draft).ok_or_else(not_found)?;
    let known = desk.book.read().await?.policy_draft(id).await?.ok_or_else(not_found)?;
    if known.state == "waiting" { Ok(known) } else { Err(decided().into()) }
}

fn refused(refusal: &ApprovalRefusal) -> Refusal {
    Refusal::Approval { code: refusal.code(), message: refusal.to_string() }
}

fn decided() -> Refusal {
    Refusal::Approval { code: "already_decided", message: "this draft is decided already".into() }
}
