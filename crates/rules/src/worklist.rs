//! The worklist: what a collector sees first, and why. Additive points with named rules; no hidden score.
//!
//! An account in one currency has at most one row, with the one thing to do next.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cmp::Ordering;

use serde::{Deserialize, Serialize};

use crate::account::EntryId;
use crate::assessment::Assessment;
use crate::calendar::Date;
use crate::condition::Conditions;
use crate::facts::AccountFacts;
use crate::money::{Currency, Money};
use crate::policy::BookAmounts;

/// What gives points, and how much a collector can do in a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WorklistPolicy {
    /// Rows a collector works in a day; the rest is beyond the day's capacity and says so.
    pub capacity: i64,
    /// Collectors with another capacity, by name.
    pub capacity_of: BTreeMap<String, i64>,
    /// The rules, each adding its points where all its conditions hold.
    pub rule: Vec<PointRule>,
}

impl Default for WorklistPolicy {
    fn default() -> Self {
        Self { capacity: 40, capacity_of: BTreeMap::new(), rule: Vec::new() }
    }
}

/// One rule of points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointRule {
    /// The rule's name.
    pub id: String,
    /// The points it adds; negative ones push an account down.
    pub points: i64,
    /// When; all must hold.
    #[serde(default)]
    pub when: Conditions,
    /// Only for rows whose next action is one of these kinds; all kinds when empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub task_in: Vec<TaskKind>,
}

/// What there is to do. In the order of precedence: an account's one next action is the first of these it has a task for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TaskKind {
    /// Unapplied credits cover the debt: apply the cash before anybody asks for money.
    ApplyCash,
    /// A step lies before a second person.
    ApprovalWaiting,
    /// A promise was broken and nothing was done since.
    BrokenPromise,
    /// The ladder asks for a call.
    Call,
    /// A debt too old for a friendly first reminder: a person looks and takes the first step.
    ReviewOldDebt,
    /// The customer asked to be called again on this day.
    CallBack,
    /// The customer asked for invoices, orders or proofs of delivery.
    SendDocuments,
    /// The customer says the money is on its way: look whether it came.
    CheckPayment,
    /// All that is past due is disputed: work the dispute.
    DisputeFollowUp,
    /// The ladder has no further step: a person decides.
    LadderDone,
    /// The notice has no address to go to.
    MissingAddress,
    /// The notice has no contact person to go to.
    MissingContact,
    /// The book has no sender, which letters need.
    MissingSender,
}

impl TaskKind {
    /// Every kind, in order of precedence.
    pub const ALL: [Self; 13] = [
        Self::ApplyCash,
        Self::ApprovalWaiting,
        Self::BrokenPromise,
        Self::Call,
        Self::ReviewOldDebt,
        Self::CallBack,
        Self::SendDocuments,
        Self::CheckPayment,
        Self::DisputeFollowUp,
        Self::LadderDone,
        Self::MissingAddress,
        Self::MissingContact,
        Self::MissingSender,
    ];

    /// The word used in policies, JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::ApplyCash => "apply_cash",
            Self::ApprovalWaiting => "approval_waiting",
            Self::BrokenPromise => "broken_promise",
            Self::Call => "call",
            Self::ReviewOldDebt => "review_old_debt",
            Self::CallBack => "call_back",
            Self::SendDocuments => "send_documents",
            Self::CheckPayment => "check_payment",
            Self::DisputeFollowUp => "dispute_follow_up",
            Self::LadderDone => "ladder_done",
            Self::MissingAddress => "missing_address",
            Self::MissingContact => "missing_contact",
            Self::MissingSender => "missing_sender",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The one next action, as a collector reads it.
    pub fn next_action(self) -> &'static str {
        match self {
            Self::ApplyCash => "apply the cash first",
            Self::ApprovalWaiting => "ask for the signature",
            Self::BrokenPromise => "call about the broken promise",
            Self::Call => "call the customer",
            Self::ReviewOldDebt => "review the old debt and make first contact",
            Self::CallBack => "call back as agreed",
            Self::SendDocuments => "send the documents",
            Self::CheckPayment => "look whether the payment came",
            Self::DisputeFollowUp => "work the dispute",
            Self::LadderDone => "decide what comes after the last step",
            Self::MissingAddress => "find the postal address",
            Self::MissingContact => "find a contact person",
            Self::MissingSender => "enter the sender of the book's letters",
        }
    }

    /// Its place in the order of precedence, from 0.
    fn precedence(self) -> usize {
        Self::ALL.iter().position(|kind| *kind == self).unwrap_or(Self::ALL.len())
    }
}

/// A task of an account that is open on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaskFacts {
    /// The entry that made it; `None` for what the day's decision makes.
    pub entry: Option<EntryId>,
    /// What there is to do.
    pub kind: TaskKind,
    /// Since when.
    pub since: Date,
    /// Why, in a sentence.
    pub reason: String,
    /// Laid aside until this day; on that day it is back.
    pub snoozed_until: Option<Date>,
    /// Who it was given to; `None` is whoever holds the account.
    pub collector: Option<String>,
}

/// Points with their rule and reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Points {
    /// The rule's name.
    pub rule: String,
    /// What it added.
    pub points: i64,
    /// The comparisons that held.
    pub because: String,
}

/// One row before ranking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorklistRow {
    /// The account.
    pub account: EntryId,
    /// The customer number.
    pub code: String,
    /// The currency.
    pub currency: Currency,
    /// Whose list it is on: who the first task was given to, or who holds the account.
    pub collector: Option<String>,
    /// What may be asked for.
    pub to_collect: Money,
    /// What is past due.
    pub past_due: Money,
    /// Days past due of the oldest past-due line.
    pub oldest_days_past_due: i64,
    /// What there is to do.
    pub kind: TaskKind,
    /// The one next action.
    pub next_action: String,
    /// Why it is on the list.
    pub reason: String,
    /// Other tasks of the same account that wait behind the one shown.
    pub also: Vec<TaskKind>,
    /// The points, in the order of the policy's rules.
    pub points: Vec<Points>,
    /// Their sum.
    pub total: i64,
}

/// One row of a ranked worklist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RankedRow {
    /// The rank in the collector's list, from 1.
    pub rank: i64,
    /// Whether the collector's capacity of the day reaches it.
    pub within_capacity: bool,
    /// The row.
    pub row: WorklistRow,
}

/// The account's row: its first task in order of precedence, then of age; `None` when nothing is to be done today.
pub fn row(
    account: &Assessment,
    facts: &AccountFacts,
    tasks: &[TaskFacts],
    policy: &WorklistPolicy,
    amounts: &BookAmounts,
) -> Option<WorklistRow> {
    let mut open: Vec<&TaskFacts> =
        tasks.iter().filter(|task| task.snoozed_until.is_none_or(|until| until <= account.as_of)).collect();
    open.sort_by_key(|task| (task.kind.precedence(), task.since, task.entry));
    let (first, others) = open.split_first()?;
    let points = points(first.kind, account, facts, policy, amounts);
    let mut also: Vec<TaskKind> = others.iter().map(|task| task.kind).filter(|kind| *kind != first.kind).collect();
    also.dedup();
    Some(WorklistRow {
        account: account.account,
        code: facts.code.clone(),
        currency: account.currency,
        collector: first.collector.clone().or_else(|| facts.collector.clone()),
        to_collect: account.collectible,
        past_due: account.past_due,
        oldest_days_past_due: account.oldest_days_past_due.unwrap_or(0),
        kind: first.kind,
        next_action: first.kind.next_action().to_string(),
        reason: first.reason.clone(),
        also,
        total: points.iter().map(|points| points.points).fold(0, i64::saturating_add),
        points,
    })
}

/// The points of one account: each rule whose conditions all hold adds its own.
pub fn points(
    kind: TaskKind,
    account: &Assessment,
    facts: &AccountFacts,
    policy: &WorklistPolicy,
    amounts: &BookAmounts,
) -> Vec<Points> {
    let mut points = Vec::new();
    for rule in policy.rule.iter().filter(|rule| rule.task_in.is_empty() || rule.task_in.contains(&kind)) {
        let found = rule.when.look(account, facts, amounts);
        if found.iter().all(|condition| condition.holds) {
            let mut because: Vec<String> = found.into_iter().map(|condition| condition.because).collect();
            because.dedup();
            if because.is_empty() {
                because.push(format!("task {}", kind.code()));
            }
            points.push(Points { rule: rule.id.clone(), points: rule.points, because: because.join(", ") });
        }
    }
    points
}

/// Ranks rows within each collector's list; rows of nobody come last, as a list of their own.
///
/// The answer is ordered by collector, then rank, and does not depend on the order of `rows`.
pub fn rank(mut rows: Vec<WorklistRow>, policy: &WorklistPolicy) -> Vec<RankedRow> {
    rows.sort_by(|a, b| by_collector(a, b).then_with(|| by_points(a, b)));
    let mut ranked: Vec<RankedRow> = Vec::with_capacity(rows.len());
    for row in rows {
        let rank = match ranked.last() {
            Some(last) if last.row.collector == row.collector => last.rank + 1,
            _ => 1,
        };
        let capacity = row.collector.as_ref().and_then(|name| policy.capacity_of.get(name)).unwrap_or(&policy.capacity);
        ranked.push(RankedRow { rank, within_capacity: rank <= *capacity, row });
    }
    ranked
}

/// Collectors by name, bytewise; nobody last.
fn by_collector(a: &WorklistRow, b: &WorklistRow) -> Ordering {
    (a.collector.is_none(), &a.collector).cmp(&(b.collector.is_none(), &b.collector))
}

/// The order of a worklist: most points first, then the oldest debt, then by customer number and currency code.
///
/// Amounts break no tie: two currencies cannot be compared, and amounts that matter have given points already.
pub fn by_points(a: &WorklistRow, b: &WorklistRow) -> Ordering {
    b.total
        .cmp(&a.total)
        .then_with(|| b.oldest_days_past_due.cmp(&a.oldest_days_past_due))
        .then_with(|| a.code.cmp(&b.code))
        .then_with(|| a.currency.code().cmp(b.currency.code()))
}
