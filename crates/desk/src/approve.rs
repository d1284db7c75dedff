//! Signing and refusing requests: the second person's part. What is signed is decided again first, on the facts of the day.

use dunwell_rules::account::EntryId;
use dunwell_rules::approval::{Actor, ApprovalRequest, ApprovalState, Matter, Role, may_decide};
use dunwell_rules::calendar::Date;
use dunwell_rules::decision::{Decision, NextAction};
use dunwell_rules::facts::AccountFacts;
use dunwell_rules::live_start::LiveStart;
use dunwell_rules::money::Money;
use dunwell_rules::notice::{NoticeDay, next_action};
use dunwell_rules::rights::Action;
use dunwell_store::book::Mode;
use dunwell_store::read::AccountChoice;
use dunwell_store::record::{BOOK_ACCOUNT, NewNotice, Recording, RequestRow};
use serde::Serialize;

use crate::charge_interest;
use crate::desk::Desk;
use crate::first_live_run;
use crate::judge::Judge;
use crate::put_policy_in_force::policy_in_force;
use crate::record_decision::{missing_task, rule_of};
use crate::refunds;
use crate::refusal::{Refusal, Result};
use crate::sign_in::hand_of_another;
use crate::who::entry_of;
use crate::write_notice::{LetterCase, Stationery, sender_of, write_notice};
use crate::write_off_small;
use crate::write_offs;

/// What became of a request.
#[derive(Debug, Clone, Serialize)]
pub struct Answered {
    /// The request.
    pub id: String,
    /// Customer number; the book's name for what is asked of the book itself.
    pub account: String,
    /// The step, `finance_charge`, `refund`, `write_off` or `first_live_run`.
    pub subject: String,
    /// `approved` or `declined`.
    pub state: String,
    /// Who signed.
    pub by: String,
    /// The day.
    pub on: String,
}

/// Signs a request. A proposed step happens now: its notice is recorded as of `on`. Refused to the house, to the maker, to
/// roles and above limits that may not, once it has expired (`request_expired`), and when the facts no longer call for the step (`facts_moved`).
pub async fn approve(desk: &Desk, request: &str, comment: Option<&str>, on: Date) -> Result<Answered> {
    desk.within_scope(Action::Approve)?;
    let id = entry_of("request", request)?;
    desk.retrying(|| async {
        let mut recording = desk.record("approve", on).await?;
        let (row, judge) = allowed(desk, &mut recording, id, on).await?;
        let code = account_code(desk, row.account).await?;
        let notice = match row.subject.as_str() {
            charge_interest::SUBJECT => {
                charge_interest::post_approved(&mut recording, &row, on).await?;
                None
            }
            refunds::ask::SUBJECT => {
                refunds::ask::post_approved(&mut recording, &row, on).await?;
                None
            }
            write_offs::SUBJECT => {
                write_offs::post_approved(&mut recording, &row, on).await?;
                None
            }
            write_off_small::SUBJECT => {
                write_off_small::post_approved(&mut recording, &row, on).await?;
                None
            }
            // The signature is all there is to it: each notice is looked at again when it is sent.
            first_live_run::SUBJECT => None,
            _ => {
                let (notice, facts) = proposed_notice(desk, &judge, &row, &code).await?;
                let missing = notice.iter().flat_map(|notice| &notice.missing);
                let tasks: Vec<_> = missing.filter_map(|what| missing_task(&facts, what)).collect();
                recording.open_tasks(&tasks).await?;
                notice
            }
        };
        recording.approve(id, on, notice.as_ref(), comment).await?;
        recording.commit().await?;
        Ok(answered(desk, &row, code, "approved", on))
    })
    .await
}

/// Refuses a request: the ladder passes the step over, and the next one stands on its own day.
pub async fn decline(desk: &Desk, request: &str, comment: Option<&str>, on: Date) -> Result<Answered> {
    desk.within_scope(Action::Decline)?;
    let id = entry_of("request", request)?;
    desk.retrying(|| async {
        let mut recording = desk.record("decline", on).await?;
        let (row, _) = allowed(desk, &mut recording, id, on).await?;
        let code = account_code(desk, row.account).await?;
        recording.decline(id, on, comment).await?;
        recording.commit().await?;
        Ok(answered(desk, &row, code, "declined", on))
    })
    .await
}

/// The request, when this user may decide it. The account stays locked until the recording ends.
async fn allowed(desk: &Desk, recording: &mut Recording, id: EntryId, on: Date) -> Result<(RequestRow, Judge)> {
    let row = recording.request(id).await?;
    let row = row.ok_or_else(|| Refusal::NotFound { what: "request", id: id.to_string() })?;
    let policy = policy_in_force(desk).await?;
    let judge = Judge::of(desk, policy.policy, on, false).await?;
    let currency = row.currency.unwrap_or(desk.settings().currency);
    let beside = desk.book.read().await?.asked_beside(judge.policy.approval.adds_up_days).await?;
    let beside = beside.get(&row.request).copied().unwrap_or(0);
    let asked = ApprovalRequest {
        maker: row.maker.clone(),
        needs: Role::parse(&row.role).unwrap_or(Role::Manager),
        matter: matter_of(&row.subject),
        amount: Money::new(row.amount.unwrap_or(0), currency),
        beside: Money::new(beside, currency),
        requested_on: row.requested_on,
        state: ApprovalState::parse(&row.state).unwrap_or(ApprovalState::Withdrawn),
    };
    // The house has no role: the rule refuses it by name whatever role stands beside it.
    let let_in = hand_of_another(desk).await?;
    let actor = Actor { name: desk.user.clone(), role: desk.role.unwrap_or(Role::Auditor), let_in };
    may_decide(Some(&asked), &actor, &judge.policy.approval, &judge.amounts(currency), on)
        .map_err(|refused| Refusal::Approval { code: refused.code(), message: refused.to_string() })?;
    Ok((row, judge))
}

/// What a request is about, by its subject.
pub(crate) fn matter_of(subject: &str) -> Matter {
    match subject {
        refunds::ask::SUBJECT => Matter::Refund,
        write_offs::SUBJECT | write_off_small::SUBJECT => Matter::WriteOff,
        _ => Matter::Other,
    }
}

/// The customer number; the name of the book for what is asked of the book itself.
async fn account_code(desk: &Desk, account: EntryId) -> Result<String> {
    if account == BOOK_ACCOUNT {
        return Ok(desk.settings().name.clone());
    }
    let parties = desk.book.read().await?.parties(&[account]).await?;
    Ok(parties.get(&account).map_or_else(|| account.to_string(), |party| party.code.clone()))
}

fn answered(desk: &Desk, row: &RequestRow, account: String, state: &str, on: Date) -> Answered {
    Answered {
        id: row.request.to_string(),
        account,
        subject: row.rung.clone().unwrap_or_else(|| row.subject.clone()),
        state: state.into(),
        by: desk.user.clone(),
        on: on.to_string(),
    }
}

/// Decides the account again without the pending request: the same step must still be what the rules propose.
async fn proposed_notice(
    desk: &Desk,
    judge: &Judge,
    row: &RequestRow,
    code: &str,
) -> Result<(Option<NewNotice>, AccountFacts)> {
    let facts = desk.book.read().await?.facts(AccountChoice::Ids(&[row.account]), judge.day).await?;
    let facts = facts.into_iter().find(|facts| Some(facts.currency) == row.currency);
    let mut facts = facts.ok_or_else(|| Refusal::FactsMoved(code.into()))?;
    facts.steps.retain(|step| Some(step.entry) != row.step);
    let assessment = judge.assess(&facts);
    let amounts = judge.amounts(facts.currency);
    let day = NoticeDay {
        today: judge.day,
        calendar: &judge.calendar,
        amounts: &amounts,
        catch_up: false,
        live_start: LiveStart::Over,
    };
    let decision = next_action(&assessment, &facts, &judge.policy, &day);
    let step =
        still_proposed(&decision, row).ok_or_else(|| Refusal::FactsMoved(format!("{code} ({})", decision.line())))?;
    if step.letter.is_none() {
        return Ok((None, facts));
    }
    let ladder = judge.policy.notices.for_account(&facts.code, facts.segment.as_deref());
    let stationery = Stationery {
        sender: sender_of(desk.settings())?,
        calendar: &judge.calendar,
        sent_at_once: desk.settings().mode == Mode::Rehearsal,
        parties: desk.book.read().await?.parties(&[facts.account]).await?,
    };
    let case =
        LetterCase { facts: &facts, assessment: &assessment, step: rule_of(&ladder.step, step), ladder: &ladder };
    let notice = write_notice(case, &stationery)?;
    Ok((Some(notice), facts))
}

fn still_proposed<'a>(decision: &'a Decision, row: &RequestRow) -> Option<&'a dunwell_rules::decision::Step> {
    match &decision.action {
        NextAction::Propose(step) if Some(&step.id.0) == row.rung.as_ref() => Some(step),
        NextAction::Propose(_) | NextAction::Take(_) | NextAction::Wait(_) => None,
    }
}
