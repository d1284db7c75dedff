//! The team: what lies on each collector's list, what a day of theirs reaches, and what was done.
//!
//! Capacity is the policy's: rows of a day, `[worklist] capacity`, with exceptions by name in `[worklist.capacity_of]`.

use std::collections::{BTreeMap, BTreeSet};

use dunwell_rules::calendar::{Date, add_days};
use dunwell_rules::money::{Currency, Money};
use serde::Serialize;

use super::worklist::Worklist;
use crate::desk::Desk;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::Result;

/// The team on a day.
#[derive(Debug, Clone, Serialize)]
pub struct Team {
    /// The day.
    pub on: String,
    /// The Monday from which the week is counted.
    pub week_from: String,
    /// Everybody who collects, holds accounts or has work, by name; what is nobody's comes last.
    pub members: Vec<Member>,
}

/// The load of one collector.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Member {
    /// The collector; null for what is nobody's.
    pub collector: Option<String>,
    /// Accounts they hold.
    pub accounts: i64,
    /// Tasks and signatures left on their worklist today.
    pub tasks: i64,
    /// Rows a day of theirs reaches; null for nobody.
    pub capacity: Option<i64>,
    /// Tasks beyond the day's capacity.
    pub beyond: i64,
    /// What may be asked for today on their worklist, by currency code.
    pub to_collect: Vec<Money>,
    /// Tasks done today.
    pub done_today: i64,
    /// Tasks done this week, today included.
    pub done_this_week: i64,
}

/// The team over the worklist `list` of everybody, which must be whole.
pub async fn team(desk: &Desk, list: &Worklist, on: Date) -> Result<Team> {
    let policy = policy_in_force(desk).await?.policy.worklist;
    let monday = add_days(on, -i64::from(on.weekday().to_monday_zero_offset()));
    let mut reading = desk.book.read().await?;
    let held: BTreeMap<Option<String>, i64> = reading.accounts_held().await?.into_iter().collect();
    let done = reading.done_by(monday, on).await?;
    let users = reading.users().await?;
    let collectors = users.into_iter().filter(|user| user.role == "collector").map(|user| Some(user.name));
    let names: BTreeSet<Option<String>> = collectors
        .chain(held.keys().cloned())
        .chain(done.iter().map(|done| done.collector.clone()))
        .chain(list.tasks.iter().map(|task| task.collector.clone()))
        .collect();
    let member = |collector: &Option<String>| {
        let mut to_collect: BTreeMap<Currency, i64> = BTreeMap::new();
        let tasks = list.tasks.iter().filter(|task| task.collector == *collector);
        for task in tasks.clone() {
            *to_collect.entry(task.to_collect.currency).or_default() += task.to_collect.minor;
        }
        let done = done.iter().find(|done| done.collector == *collector);
        let number = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
        let capacity = collector.as_ref().map(|name| *policy.capacity_of.get(name).unwrap_or(&policy.capacity));
        let within = tasks.clone().filter(|task| task.within_capacity).count();
        Member {
            collector: collector.clone(),
            accounts: held.get(collector).copied().unwrap_or(0),
            tasks: number(tasks.clone().count()),
            capacity,
            beyond: number(tasks.count()) - number(within),
            to_collect: to_collect.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect(),
            done_today: done.map_or(0, |done| done.on_the_day),
            done_this_week: done.map_or(0, |done| done.in_all),
        }
    };
    let (nobody, named): (Vec<_>, Vec<_>) = names.iter().partition(|name| name.is_none());
    let members = named.into_iter().chain(nobody).map(member).collect();
    Ok(Team { on: on.to_string(), week_from: monday.to_string(), members })
}
