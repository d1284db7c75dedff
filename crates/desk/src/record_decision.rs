//! Turning a rule's answer into what the store records: the decision, the step it makes, the tasks it asks for.

use dunwell_rules::account::EntryId;
use dunwell_rules::approval::Role;
use dunwell_rules::assessment::Assessment;
use dunwell_rules::decision::{Decision, NextAction, Step, WaitReason};
use dunwell_rules::facts::AccountFacts;
use dunwell_rules::notice::OwnNotice;
use dunwell_rules::policy::{NoticePolicy, StepRule};
use dunwell_rules::worklist::TaskKind;
use dunwell_store::record::{NewDecision, NewStep, NewStepHow, NewTask};
use sha2::{Digest, Sha256};

use crate::judge::Judge;
use crate::refusal::Result;
use crate::write_notice::{LetterCase, Stationery, write_notice};

/// The row to record for a decision; where today's step stands already it makes none.
pub fn new_decision(
    judge: &Judge,
    facts: &AccountFacts,
    assessment: &Assessment,
    decision: &Decision,
    own: OwnNotice,
    stationery: &Stationery<'_>,
) -> Result<NewDecision> {
    let mut tasks = tasks_of(facts, decision);
    let step = match decision.action.step() {
        Some(step) if own == OwnNotice::None => {
            let how = how(judge, facts, assessment, decision, step, stationery)?;
            if let NewStepHow::Notice(notice) = &how {
                tasks.extend(notice.missing.iter().filter_map(|what| missing_task(facts, what)));
            }
            let ladder = judge.policy.notices.for_account(&facts.code, facts.segment.as_deref());
            let items = carried(assessment, decision, &ladder);
            Some(NewStep { rung: step.id.to_string(), cycle: step.cycle, items, how })
        }
        _ => None,
    };
    Ok(NewDecision {
        account: facts.account,
        currency: facts.currency,
        version: decision.version,
        action: decision.action.code().into(),
        rule: decision.rule.to_string(),
        detail: serde_json::to_string(decision).expect("a decision is plain data"),
        step,
        withdraw_today: own == OwnNotice::Withdraw,
        tasks,
    })
}

fn how(
    judge: &Judge,
    facts: &AccountFacts,
    assessment: &Assessment,
    decision: &Decision,
    step: &Step,
    stationery: &Stationery<'_>,
) -> Result<NewStepHow> {
    if let NextAction::Propose(_) = decision.action {
        let role = step.approver.unwrap_or(Role::Manager).code().into();
        return Ok(NewStepHow::Proposal { role, request_sha256: request_hash(facts, decision, step) });
    }
    if step.task_instead {
        return Ok(NewStepHow::Task { kind: TaskKind::ReviewOldDebt.code().into() });
    }
    if step.letter.is_none() {
        return Ok(NewStepHow::Task { kind: TaskKind::Call.code().into() });
    }
    let ladder = judge.policy.notices.for_account(&facts.code, facts.segment.as_deref());
    let rule = rule_of(&ladder.step, step);
    let case = LetterCase { facts, assessment, step: rule, ladder: &ladder };
    Ok(NewStepHow::Notice(Box::new(write_notice(case, stationery)?)))
}

/// The ladder's rule of a decided step.
///
/// Panics when the ladder has none: decisions only choose steps of their own ladder.
pub fn rule_of<'a>(ladder: &'a [StepRule], step: &Step) -> &'a StepRule {
    ladder.iter().find(|rule| rule.id == step.id.0).expect("a decided step stands on its ladder")
}

/// What a signature is bound to: this step, of this account, for these items, at these amounts.
pub fn request_hash(facts: &AccountFacts, decision: &Decision, step: &Step) -> [u8; 32] {
    let mut hash = Sha256::new();
    let items = decision.carries.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
    let amount = decision.inputs.collectible;
    hash.update(format!("{}|{}|{}|{}|{}|{items}", facts.code, facts.currency, step.id, step.cycle, amount));
    hash.finalize().into()
}

/// The due lines a step carries: item, line, amount asked. An instalment that the step does not reach is not among them.
pub fn carried(assessment: &Assessment, decision: &Decision, ladder: &NoticePolicy) -> Vec<(EntryId, i64, i64)> {
    let Some(step) = decision.action.step() else { return Vec::new() };
    let rule = rule_of(&ladder.step, step);
    let of_items = assessment.lines.iter().filter(|line| line.free > 0 && decision.carries.contains(&line.item));
    let lines = of_items.filter(|line| ladder.reaches(rule, line.days_past_due));
    lines.map(|line| (line.item, line.line, line.free)).collect()
}

/// What a wait asks a person to do.
fn tasks_of(facts: &AccountFacts, decision: &Decision) -> Vec<NewTask> {
    let NextAction::Wait(wait) = &decision.action else { return Vec::new() };
    let kind = match wait {
        WaitReason::CashUnapplied { .. } => TaskKind::ApplyCash,
        WaitReason::DisputedInFull => TaskKind::DisputeFollowUp,
        WaitReason::LadderDone => TaskKind::LadderDone,
        WaitReason::NothingPastDue
        | WaitReason::PromiseOpen { .. }
        | WaitReason::BelowMinimum { .. }
        | WaitReason::NotBefore { .. }
        | WaitReason::Forbidden { .. }
        | WaitReason::BankFeedStale { .. }
        | WaitReason::ApprovalPending { .. } => return Vec::new(),
    };
    let key = format!("{}/{}", kind.code(), facts.currency);
    vec![NewTask {
        account: facts.account,
        kind: kind.code().into(),
        key,
        currency: Some(facts.currency),
        opens_on: None,
    }]
}

/// One task asks for what letters lack: the sender once for the book, contact and address once for the account.
pub fn missing_task(facts: &AccountFacts, what: &str) -> Option<NewTask> {
    let (account, kind) = match what {
        "sender" => (EntryId(0), TaskKind::MissingSender),
        "contact" => (facts.account, TaskKind::MissingContact),
        "address" => (facts.account, TaskKind::MissingAddress),
        _ => return None,
    };
    Some(NewTask { account, kind: kind.code().into(), key: kind.code().into(), currency: None, opens_on: None })
}
