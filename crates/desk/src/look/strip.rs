//! The strip of figures over a worklist: to collect, past due of balance, promised, in dispute, committed today, done and left.

use std::collections::BTreeMap;

use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::views::strip::StripSums;
use serde::Serialize;

use super::worklist::{Worklist, WorklistTask};
use crate::desk::Desk;
use crate::refusal::Result;

/// The figures of a collector's day.
#[derive(Debug, Clone, Serialize)]
pub struct Strip {
    /// The day.
    pub on: String,
    /// Whose; null for everybody's.
    pub collector: Option<String>,
    /// One entry a currency with anything open or promised, by code.
    pub currencies: Vec<StripFigures>,
    /// Tasks closed on the day.
    pub done: i64,
    /// Tasks and signatures left on the worklist.
    pub left: usize,
}

/// The figures in one currency.
#[derive(Debug, Clone, Serialize)]
pub struct StripFigures {
    /// The currency.
    pub currency: String,
    /// What may be asked for today on the worklist's accounts.
    pub to_collect: Money,
    /// What is past due, over all the collector's accounts.
    pub past_due: Money,
    /// Everything open, less unapplied credits.
    pub balance: Money,
    /// Promises for the day or later, as they were given.
    pub promised: Money,
    /// What is contested of what is open.
    pub disputed: Money,
    /// Promises given on the day.
    pub committed_today: Money,
}

/// The figures over the worklist `list` of `collector`, or of all; `list` must be whole, not cut by a limit.
pub async fn strip(desk: &Desk, collector: Option<&str>, list: &Worklist, on: Date) -> Result<Strip> {
    let whose = collector.unwrap_or_default();
    let mut reading = desk.book.read().await?;
    let sums = reading.strip_sums(whose, on).await?;
    let done = reading.tasks_done(whose, on).await?;
    Ok(figures(collector, list.tasks.iter(), &sums, done, on))
}

/// The strip made of the tasks left on the collector's list, the sums over their accounts by currency, and what was done.
pub(super) fn figures<'a>(
    collector: Option<&str>,
    left: impl Iterator<Item = &'a WorklistTask>,
    sums: &[StripSums],
    done: i64,
    on: Date,
) -> Strip {
    let mut to_collect: BTreeMap<Currency, i64> = BTreeMap::new();
    let mut count = 0;
    for task in left {
        *to_collect.entry(task.to_collect.currency).or_default() += task.to_collect.minor;
        count += 1;
    }
    let figures = sums.iter().map(|sums| {
        let money = |minor| Money::new(minor, sums.currency);
        StripFigures {
            currency: sums.currency.to_string(),
            to_collect: money(to_collect.get(&sums.currency).copied().unwrap_or(0)),
            past_due: money(sums.past_due_minor),
            balance: money(sums.balance_minor),
            promised: money(sums.promised_minor),
            disputed: money(sums.disputed_minor),
            committed_today: money(sums.committed_minor),
        }
    });
    Strip { on: on.to_string(), collector: collector.map(Into::into), currencies: figures.collect(), done, left: count }
}
