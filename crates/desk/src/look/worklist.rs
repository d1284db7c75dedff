//! The worklist of a day: open tasks and signatures waited for, ranked by the policy's points, with reasons.
//!
//! A task whose cause is gone (the cash was applied, the dispute closed, the debt paid) is not shown: the list is derived for
//! the day from the facts, and nothing is written because time passed.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::aging::Buckets;
use dunwell_rules::assessment::Assessment;
use dunwell_rules::calendar::Date;
use dunwell_rules::facts::AccountFacts;
use dunwell_rules::money::Money;
use dunwell_rules::worklist::{Points, RankedRow, TaskFacts, TaskKind, WorklistRow, rank, row};
use dunwell_store::read::{AccountChoice, Reading};
use dunwell_store::views::tasks::TaskView;
use serde::Serialize;

use crate::desk::Desk;
use crate::judge::Judge;
use crate::look::account::{BucketView, aging};
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::Result;

/// Ranked tasks.
#[derive(Debug, Clone, Serialize)]
pub struct Worklist {
    /// The day.
    pub on: String,
    /// Tasks, by collector, then rank.
    pub tasks: Vec<WorklistTask>,
    /// What the book itself lacks, such as the sender of its letters.
    pub book_tasks: Vec<BookTask>,
}

/// One account's next task.
#[derive(Debug, Clone, Serialize)]
pub struct WorklistTask {
    /// From 1 within the collector's list.
    pub rank: i64,
    /// Whose list it is on; null where the account is nobody's.
    pub collector: Option<String>,
    /// Whether it lies within what the collector can do in a day.
    pub within_capacity: bool,
    /// Customer number.
    pub account: String,
    /// Name.
    pub name: Option<String>,
    /// Currency.
    pub currency: String,
    /// What may be asked for today.
    pub to_collect: Money,
    /// What is past due.
    pub past_due: Money,
    /// Days past due of the oldest past-due line.
    pub oldest_days_past_due: i64,
    /// Every bucket in order, for the account in this currency.
    pub aging: Vec<BucketView>,
    /// The task's id; null for a signature waited for.
    pub task: Option<String>,
    /// What kind of task it is.
    pub kind: String,
    /// Why it is here.
    pub reason: String,
    /// The one thing to do next.
    pub next_action: String,
    /// Points by named rule, which add up to the rank.
    pub points: Vec<Points>,
    /// Their sum.
    pub total_points: i64,
}

/// A task of the book itself.
#[derive(Debug, Clone, Serialize)]
pub struct BookTask {
    /// The task's id.
    pub task: String,
    /// What kind it is.
    pub kind: String,
    /// The one thing to do.
    pub next_action: String,
}

/// The worklist of the day `on`, of one collector or of all.
pub async fn worklist(desk: &Desk, collector: Option<&str>, on: Date, limit: Option<usize>) -> Result<Worklist> {
    let judge = Judge::of(desk, policy_in_force(desk).await?.policy, on, false).await?;
    let mut reading = desk.book.read().await?;
    let open = reading.open_tasks(on).await?;
    let rows = rows(&mut reading, &judge, &desk.buckets(), &open).await?;
    let ours = rows.iter().filter(|found| collector.is_none() || found.row.collector.as_deref() == collector);
    let mut list = ranked(ours, &judge, book_tasks(&open));
    list.tasks.truncate(limit.unwrap_or(usize::MAX));
    Ok(list)
}

/// A row before ranking, with what its view adds.
#[derive(Debug, Clone)]
pub(super) struct FoundRow {
    pub(super) row: WorklistRow,
    task: Option<EntryId>,
    name: Option<String>,
    aging: Vec<BucketView>,
}

/// The rows of the accounts that `open` tasks and pending requests are about.
pub(super) async fn rows(
    reading: &mut Reading,
    judge: &Judge,
    buckets: &Buckets,
    open: &[TaskView],
) -> Result<Vec<FoundRow>> {
    let by_account = tasks_by_account(reading, open, judge.day).await?;
    let accounts: Vec<EntryId> = by_account.keys().copied().collect();
    rows_of(reading, judge, buckets, &by_account, &accounts).await
}

/// The rows of some accounts, given what is queued for them.
pub(super) async fn rows_of(
    reading: &mut Reading,
    judge: &Judge,
    buckets: &Buckets,
    queued: &BTreeMap<EntryId, Vec<Queued>>,
    accounts: &[EntryId],
) -> Result<Vec<FoundRow>> {
    let facts = reading.facts(AccountChoice::Ids(accounts), judge.day).await?;
    let parties = reading.parties(accounts).await?;
    let mut rows = Vec::new();
    for facts in &facts {
        let Some(queued) = queued.get(&facts.account) else { continue };
        let assessment = judge.assess(facts);
        let tasks = standing_tasks(queued, facts, &assessment);
        let amounts = judge.amounts(facts.currency);
        if let Some(row) = row(&assessment, facts, &tasks, &judge.policy.worklist, &amounts) {
            let is_task = row.kind != TaskKind::ApprovalWaiting;
            let task = tasks.iter().find(|task| is_task && task.kind == row.kind).and_then(|task| task.entry);
            let name = parties.get(&row.account).and_then(|party| party.name.clone());
            rows.push(FoundRow { row, task, name, aging: aging(&assessment, buckets) });
        }
    }
    Ok(rows)
}

/// Rows ranked by the policy's points, by collector.
pub(super) fn ranked<'a>(
    rows: impl Iterator<Item = &'a FoundRow>,
    judge: &Judge,
    book_tasks: Vec<BookTask>,
) -> Worklist {
    let rows: Vec<&FoundRow> = rows.collect();
    let found: BTreeMap<_, &FoundRow> =
        rows.iter().map(|found| ((found.row.account, found.row.currency), *found)).collect();
    let ranked = rank(rows.iter().map(|found| found.row.clone()).collect(), &judge.policy.worklist);
    let tasks = ranked.into_iter().filter_map(|ranked| {
        let found = found.get(&(ranked.row.account, ranked.row.currency))?;
        Some(view(ranked, found))
    });
    Worklist { on: judge.day.to_string(), tasks: tasks.collect(), book_tasks }
}

/// The tasks of the book itself among open tasks.
pub(super) fn book_tasks(open: &[TaskView]) -> Vec<BookTask> {
    open.iter().filter(|task| task.account_id == EntryId(0)).filter_map(book_task).collect()
}

/// A task with the currency it is about; `None` is any of the account's.
pub(super) type Queued = (Option<String>, TaskFacts);

/// What is queued for each account: open tasks, and signatures waited for.
pub(super) async fn tasks_by_account(
    reading: &mut Reading,
    open: &[TaskView],
    on: Date,
) -> Result<BTreeMap<EntryId, Vec<Queued>>> {
    let mut queue: BTreeMap<EntryId, Vec<Queued>> = BTreeMap::new();
    for task in open.iter().filter(|task| task.account_id != EntryId(0)) {
        let Some(kind) = TaskKind::parse(&task.kind) else { continue };
        let facts = TaskFacts {
            entry: Some(task.task),
            kind,
            since: task.opened_on,
            reason: String::new(),
            snoozed_until: task.snoozed_until,
            collector: task.collector.clone(),
        };
        let currency = task.currency.map(|currency| currency.to_string());
        queue.entry(task.account_id).or_default().push((currency, facts));
    }
    for request in reading.requests("pending").await?.into_iter().filter(|request| request.requested_on <= on) {
        let facts = TaskFacts {
            entry: Some(request.request),
            kind: TaskKind::ApprovalWaiting,
            since: request.requested_on,
            reason: format!("{} waits for a signature since {}", request.subject, request.requested_on),
            snoozed_until: None,
            collector: None,
        };
        let currency = request.currency.map(|currency| currency.to_string());
        queue.entry(request.account_id).or_default().push((currency, facts));
    }
    Ok(queue)
}

/// The tasks of this currency whose cause still stands, with the reason as it reads today.
fn standing_tasks(queued: &[Queued], facts: &AccountFacts, assessment: &Assessment) -> Vec<TaskFacts> {
    let currency = facts.currency.to_string();
    let ours = queued.iter().filter(|(of, _)| of.as_ref().is_none_or(|of| *of == currency));
    ours.filter_map(|(_, task)| {
        let reason = reason_today(task, assessment)?;
        Some(TaskFacts { reason, ..task.clone() })
    })
    .collect()
}

/// Why the task is on the list today; `None` where its cause is gone.
fn reason_today(task: &TaskFacts, assessment: &Assessment) -> Option<String> {
    let collectible = assessment.collectible;
    let days = assessment.oldest_days_past_due.unwrap_or(0);
    let unit = if days == 1 { "day" } else { "days" };
    let to_collect =
        (!collectible.is_zero()).then(|| format!("{collectible} to collect, oldest {days} {unit} past due"));
    match task.kind {
        TaskKind::ApplyCash => {
            let credits = -assessment.unapplied.minor;
            (credits > 0).then(|| format!("{} lies unapplied", Money::new(credits, assessment.currency)))
        }
        TaskKind::DisputeFollowUp => {
            (!assessment.disputed.is_zero()).then(|| format!("{} is disputed", assessment.disputed))
        }
        TaskKind::ApprovalWaiting => to_collect.map(|amount| format!("{}; {amount}", task.reason)),
        TaskKind::BrokenPromise => {
            (assessment.broken_promises() > 0).then(|| format!("{} promises broken", assessment.broken_promises()))
        }
        TaskKind::Call | TaskKind::ReviewOldDebt | TaskKind::LadderDone => to_collect,
        TaskKind::CallBack => Some(format!("to be called again on {}", task.since)),
        TaskKind::SendDocuments => Some(format!("asked for documents on {}", task.since)),
        TaskKind::CheckPayment => to_collect.map(|amount| format!("a payment was announced; {amount}")),
        TaskKind::MissingAddress | TaskKind::MissingContact | TaskKind::MissingSender => {
            Some(format!("missing since {}", task.since))
        }
    }
}

fn view(ranked: RankedRow, found: &FoundRow) -> WorklistTask {
    let RankedRow { rank, within_capacity, row } = ranked;
    WorklistTask {
        rank,
        collector: row.collector,
        within_capacity,
        account: row.code,
        name: found.name.clone(),
        currency: row.currency.to_string(),
        to_collect: row.to_collect,
        past_due: row.past_due,
        oldest_days_past_due: row.oldest_days_past_due,
        aging: found.aging.clone(),
        task: found.task.map(|task| task.to_string()),
        kind: row.kind.code().into(),
        reason: row.reason,
        next_action: row.next_action,
        points: row.points,
        total_points: row.total,
    }
}

fn book_task(task: &TaskView) -> Option<BookTask> {
    let kind = TaskKind::parse(&task.kind)?;
    Some(BookTask { task: task.task.to_string(), kind: task.kind.clone(), next_action: kind.next_action().into() })
}
