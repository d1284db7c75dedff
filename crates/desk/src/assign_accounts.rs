//! Assigning accounts to collectors, by the criteria and the load that the policy in force states.
//!
//! The rule looks at the whole book; what it changes is recorded some thousand accounts at a time, each in one transaction.
//! A call that was cut off is gone on with by the next: who was assigned stays, and the others follow in the same order.

use std::collections::{BTreeMap, BTreeSet};

use dunwell_rules::account::EntryId;
use dunwell_rules::assignment::{AssignableAccount, AssignmentPolicy, assign};
use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use dunwell_store::fault::Fault;
use dunwell_store::record::NewAssignment;
use serde::Serialize;

use crate::desk::Desk;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::Result;

/// Accounts recorded in one transaction.
const CHUNK: usize = 2_000;
/// How often the rule is asked again because accounts changed while it thought.
const TRIES: u32 = 20;

/// Who got which accounts.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct AssignReport {
    /// Accounts whose collector changed, or would change, by customer number.
    pub assigned: Vec<Assigned>,
    /// Customer numbers of the accounts that nobody holds now.
    pub unassigned: Vec<String>,
    /// What each collector holds now: those of the policy in its order, then others by name.
    pub load: Vec<Load>,
}

/// One account that changed hands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assigned {
    /// The customer number.
    pub account: String,
    /// Who held it; null for nobody.
    pub from: Option<String>,
    /// Who holds it now; null for nobody.
    pub to: Option<String>,
    /// Why.
    pub because: String,
}

/// How many accounts a collector holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Load {
    /// The collector.
    pub collector: String,
    /// The accounts.
    pub accounts: i64,
}

/// Assigns the accounts of the book by the policy in force; a second call changes nothing. A dry run records nothing.
///
/// A policy without collectors leaves every account where it is. A customer file that names a collector is believed over
/// an assignment whenever it comes; one that names none leaves it.
pub async fn assign_accounts(desk: &Desk, on: Date, dry_run: bool) -> Result<AssignReport> {
    if !dry_run {
        desk.may(Action::Assign)?;
    }
    let policy = policy_in_force(desk).await?.policy.assignment;
    let mut report = AssignReport::default();
    for _ in 0..TRIES {
        let plan = Plan::of(desk, &policy).await?;
        let moved = if dry_run { BTreeSet::new() } else { record(desk, &plan.changes, on).await? };
        let done = plan.changes.into_iter().filter(|change| !moved.contains(&change.seen.account));
        report.assigned.extend(done.map(|change| Assigned {
            account: change.seen.code,
            from: change.seen.collector,
            to: change.collector,
            because: change.because,
        }));
        if moved.is_empty() {
            (report.unassigned, report.load) = (plan.unassigned, plan.load);
            report.assigned.sort_by(|a, b| a.account.cmp(&b.account));
            return Ok(report);
        }
    }
    Err(Fault::new("accounts keep changing while they are assigned; assign again").into())
}

/// What the rule says of the whole book.
#[derive(Debug)]
struct Plan {
    /// Changes only, by customer number.
    changes: Vec<NewAssignment>,
    unassigned: Vec<String>,
    load: Vec<Load>,
}

impl Plan {
    async fn of(desk: &Desk, policy: &AssignmentPolicy) -> Result<Self> {
        let accounts = desk.book.read().await?.assignable_accounts().await?;
        let mut seen: BTreeMap<EntryId, AssignableAccount> =
            accounts.iter().map(|account| (account.account, account.clone())).collect();
        let mut held: BTreeMap<String, i64> = BTreeMap::new();
        let (mut changes, mut unassigned) = (Vec::new(), Vec::new());
        for assignment in assign(accounts, policy) {
            let Some(seen) = seen.remove(&assignment.account) else { continue };
            match &assignment.collector {
                Some(collector) => *held.entry(collector.clone()).or_default() += 1,
                None => unassigned.push(seen.code.clone()),
            }
            if seen.collector != assignment.collector {
                let (collector, because) = (assignment.collector, assignment.because);
                changes.push(NewAssignment { seen, collector, because, words: None });
            }
        }
        let mut load: Vec<Load> = Vec::new();
        for rule in &policy.collector {
            let accounts = held.remove(&rule.name).unwrap_or(0);
            load.push(Load { collector: rule.name.clone(), accounts });
        }
        load.extend(held.into_iter().map(|(collector, accounts)| Load { collector, accounts }));
        Ok(Self { changes, unassigned, load })
    }
}

/// Records the changes; answers the accounts that were no longer as the rule saw them.
async fn record(desk: &Desk, changes: &[NewAssignment], on: Date) -> Result<BTreeSet<EntryId>> {
    let mut moved = BTreeSet::new();
    for chunk in changes.chunks(CHUNK) {
        let left = desk
            .retrying(|| async {
                let mut recording = desk.record("assign", on).await?;
                let left = recording.assign_collectors(chunk).await?;
                recording.commit().await?;
                Ok(left)
            })
            .await?;
        moved.extend(left);
    }
    Ok(moved)
}
