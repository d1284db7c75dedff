//! The day's run: re-assess every account with anything open, decide, and record decision, task, proposal and notice.
//!
//! First it withdraws what waits for a person although nothing it asks for is open any more, and what nobody signed in time.
//!
//! Works through the book in chunks, each in one transaction; a chunk that was cut off is done again by the next run, and
//! the unique keys (account, currency, day, revision) make what was already recorded a no-op. A decision made on facts that
//! have moved since is not recorded: the account is read and decided again.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::assessment::Assessment;
use dunwell_rules::calendar::{Calendar, Date};
use dunwell_rules::decision::{Decision, NextAction};
use dunwell_rules::facts::AccountFacts;
use dunwell_rules::notice::OwnNotice;
use dunwell_rules::rights::Action;
use dunwell_store::book::Mode;
use dunwell_store::read::AccountChoice;
use dunwell_store::record::DecideOutcome;
use dunwell_store::record::NewDecision;
use serde::Serialize;

use crate::desk::Desk;
use crate::first_live_run::ask_for_signature;
use crate::judge::Judge;
use crate::put_policy_in_force::{PolicyInForce, policy_in_force};
use crate::record_decision::new_decision;
use crate::refusal::{Refusal, Result, Stop};
use crate::withdraw_moot::withdraw_what_waits_in_vain;
use crate::write_notice::{Stationery, sender_of};

/// Accounts decided in one transaction.
const CHUNK: i64 = 500;
/// How often an account is decided again because its facts moved meanwhile.
const TRIES: u32 = 20;

/// What a run did. Counts are of this call: a repeat on unchanged facts counts nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct RunReport {
    /// The day asked for.
    pub on: String,
    /// The business days worked through.
    pub days: Vec<String>,
    /// Accounts decided, on the last of the days.
    pub accounts: i64,
    /// Those of them with something past due.
    pub past_due_accounts: i64,
    /// Decisions by kind, then by step or wait code.
    pub decisions: DecisionCounts,
    /// Notices frozen into the outbox.
    pub notices: i64,
    /// Tasks opened.
    pub tasks: i64,
    /// Requests put before a manager.
    pub approvals: i64,
    /// Earlier requests and ladder tasks withdrawn because nothing they carry is open any more (N-12), and requests that have
    /// expired (N-13). No decisions.
    pub withdrawn: i64,
}

/// Decisions by kind.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct DecisionCounts {
    /// Steps taken.
    pub take: BTreeMap<String, i64>,
    /// Steps proposed.
    pub propose: BTreeMap<String, i64>,
    /// Waits by code.
    pub wait: BTreeMap<String, i64>,
}

impl DecisionCounts {
    fn count(&mut self, decision: &Decision) {
        let (kind, name) = match &decision.action {
            NextAction::Take(step) => (&mut self.take, step.id.to_string()),
            NextAction::Propose(step) => (&mut self.propose, step.id.to_string()),
            NextAction::Wait(wait) => (&mut self.wait, wait.code().to_string()),
        };
        *kind.entry(name).or_default() += 1;
    }
}

/// Runs the day `on`, after catching up the business days missed since the last run.
///
/// On a day that is no business day nothing is recorded. A day before the last run is refused, except as a dry run, which
/// decides and records nothing.
pub async fn daily_run(desk: &Desk, on: Date, dry_run: bool) -> Result<RunReport> {
    let mut report = RunReport { on: on.to_string(), ..RunReport::default() };
    let calendar = desk.calendar()?;
    if !calendar.is_business_day(on) {
        return Ok(report);
    }
    let policy = policy_in_force(desk).await?;
    if dry_run {
        let judge = Judge::deciding(desk, policy.policy, on, false).await?;
        report.days.push(on.to_string());
        look_only(desk, &judge, &mut report).await?;
        return Ok(report);
    }
    desk.may(Action::Run)?;
    for day in days_to_run(desk, &calendar, on).await? {
        report.days.push(day.to_string());
        run_day(desk, &policy, day, day != on, &mut report).await?;
    }
    desk.seal().await?;
    Ok(report)
}

/// The business days from the last run, or the one that was cut off, up to `on`.
async fn days_to_run(desk: &Desk, calendar: &Calendar, on: Date) -> Result<Vec<Date>> {
    let Some(last) = desk.book.read().await?.last_run_day().await? else { return Ok(vec![on]) };
    if on < last.day {
        return Err(Refusal::RunBeforeLast { last: last.day.to_string() }.into());
    }
    let mut days = Vec::new();
    if last.day == on || !last.complete {
        days.push(last.day);
    }
    let mut day = calendar.add_business_days(last.day, 1);
    // The calendar ends on the last day of 9999: the day after it is that day again.
    while day <= on && days.last() != Some(&day) {
        days.push(day);
        day = calendar.add_business_days(day, 1);
    }
    Ok(days)
}

async fn run_day(
    desk: &Desk,
    policy: &PolicyInForce,
    day: Date,
    caught_up: bool,
    report: &mut RunReport,
) -> Result<()> {
    let judge = Judge::deciding(desk, policy.policy.clone(), day, caught_up).await?;
    let run = desk
        .retrying(|| async {
            let mut recording = desk.record("run", day).await?;
            let run = recording.start_run_day(day, policy.version, caught_up).await?;
            recording.commit().await?;
            Ok(run)
        })
        .await?;
    report.withdrawn += withdraw_what_waits_in_vain(desk, &judge).await?;
    let mut chunk = Chunk { desk, judge: &judge, run, policy: policy.version };
    (report.accounts, report.past_due_accounts) = (0, 0);
    let mut seen = 0;
    let mut after = EntryId(0);
    loop {
        let facts = read_chunk(desk, after, day).await?;
        let Some(last) = facts.last() else { break };
        after = last.account;
        seen += distinct_accounts(&facts);
        chunk.work(facts, report).await?;
    }
    let asked = desk
        .retrying(|| async {
            let mut recording = desk.record("run", day).await?;
            recording.finish_run_day(day, seen).await?;
            let asked = ask_for_signature(desk, &judge, &mut recording).await?;
            recording.commit().await?;
            Ok(asked)
        })
        .await?;
    report.approvals += i64::from(asked);
    Ok(())
}

async fn read_chunk(desk: &Desk, after: EntryId, day: Date) -> Result<Vec<AccountFacts>> {
    Ok(desk.book.read().await?.facts(AccountChoice::After { account: after, limit: CHUNK }, day).await?)
}

fn distinct_accounts(facts: &[AccountFacts]) -> i64 {
    let repeats = facts.windows(2).filter(|pair| pair[0].account == pair[1].account).count();
    (facts.len() - repeats) as i64
}

/// What the chunks of one day's run share.
struct Chunk<'a> {
    desk: &'a Desk,
    judge: &'a Judge,
    run: EntryId,
    policy: EntryId,
}

impl Chunk<'_> {
    /// Decides and records a chunk; what moved meanwhile is read and decided again.
    async fn work(&mut self, mut facts: Vec<AccountFacts>, report: &mut RunReport) -> Result<()> {
        for _ in 0..TRIES {
            let stale = match self.attempt(&facts, report).await {
                Err(Stop::Fault(fault)) if fault.is_retryable() => facts.iter().map(|f| f.account).collect(),
                stale => stale?,
            };
            if stale.is_empty() {
                return Ok(());
            }
            facts = self.desk.book.read().await?.facts(AccountChoice::Ids(&stale), self.judge.day).await?;
        }
        Err(dunwell_store::fault::Fault::new("an account keeps changing while it is decided; run again").into())
    }

    /// One transaction: the accounts whose facts had moved are returned.
    async fn attempt(&mut self, facts: &[AccountFacts], report: &mut RunReport) -> Result<Vec<EntryId>> {
        let judged: Vec<(Assessment, Decision, OwnNotice)> = facts
            .iter()
            .map(|facts| {
                let assessment = self.judge.assess(facts);
                let revision = self.judge.decide(facts, &assessment);
                (assessment, revision.decision, revision.own)
            })
            .collect();
        let stationery = self.stationery(&judged).await?;
        let mut rows: Vec<NewDecision> = Vec::with_capacity(facts.len());
        for (facts, (assessment, decision, own)) in facts.iter().zip(&judged) {
            rows.push(new_decision(self.judge, facts, assessment, decision, *own, &stationery)?);
        }
        let mut recording = self.desk.record("run", self.judge.day).await?;
        let outcomes = recording.decide(self.run, self.policy, &rows).await?;
        recording.commit().await?;
        let mut stale = Vec::new();
        let mut counted = None;
        for ((facts, (assessment, decision, _)), outcome) in facts.iter().zip(&judged).zip(outcomes) {
            match outcome {
                DecideOutcome::Recorded { notice, request, tasks, .. } => {
                    if counted != Some(facts.account) {
                        report.accounts += 1;
                    }
                    count_past_due(report, assessment, counted == Some(facts.account));
                    counted = Some(facts.account);
                    report.decisions.count(decision);
                    report.notices += i64::from(notice.is_some());
                    report.approvals += i64::from(request.is_some());
                    report.tasks += tasks as i64;
                }
                DecideOutcome::Unchanged => {}
                DecideOutcome::Stale => stale.push(facts.account),
            }
        }
        stale.dedup();
        Ok(stale)
    }

    /// Names and addresses of the accounts that get a letter.
    async fn stationery(&self, judged: &[(Assessment, Decision, OwnNotice)]) -> Result<Stationery<'_>> {
        let letters = judged.iter().filter(|(_, decision, _)| decision.action.step().is_some());
        let accounts: Vec<EntryId> = letters.map(|(assessment, _, _)| assessment.account).collect();
        let parties = if accounts.is_empty() {
            Default::default()
        } else {
            self.desk.book.read().await?.parties(&accounts).await?
        };
        Ok(Stationery {
            sender: sender_of(self.desk.settings())?,
            calendar: &self.judge.calendar,
            sent_at_once: self.desk.settings().mode == Mode::Rehearsal,
            parties,
        })
    }
}

fn count_past_due(report: &mut RunReport, assessment: &Assessment, second_currency: bool) {
    if !second_currency && !assessment.past_due.is_zero() {
        report.past_due_accounts += 1;
    }
}

/// Decides every account and records nothing.
async fn look_only(desk: &Desk, judge: &Judge, report: &mut RunReport) -> Result<()> {
    let facts = desk.book.read().await?.facts(AccountChoice::All, judge.day).await?;
    let mut last = None;
    for facts in &facts {
        let assessment = judge.assess(facts);
        let decision = judge.decide(facts, &assessment).decision;
        report.accounts += i64::from(last != Some(facts.account));
        count_past_due(report, &assessment, last == Some(facts.account));
        report.decisions.count(&decision);
        last = Some(facts.account);
    }
    Ok(())
}
