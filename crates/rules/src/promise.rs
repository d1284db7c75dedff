//! Promises to pay: how each one stands on a day, derived from its own facts and the money that came.
//!
//! Nothing of it is stored: a reversed receipt re-opens a promise by itself (domain 1.6, 2.3; invariant I12).

use alloc::collections::BTreeMap;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::account::EntryId;
use crate::calendar::{Calendar, Date};
use crate::facts::{AccountFacts, PromiseFacts};
use crate::money::Money;

/// How a promise stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PromiseState {
    /// It may still be kept: through this day, grace included.
    Open {
        /// The last day on which it is not broken: its day plus the grace in business days.
        last_day: Date,
    },
    /// The whole amount came by the promised day.
    Kept,
    /// The whole amount came after the promised day, within the grace.
    KeptLate,
    /// A part came within the grace, the rest did not.
    PartiallyKept,
    /// Nothing came within the grace.
    Broken,
    /// It was withdrawn before it was kept or broken.
    Withdrawn,
    /// It was replaced by a newer one before it was kept or broken.
    Superseded,
}

impl PromiseState {
    /// The word used in JSON and on screens.
    pub fn code(self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Kept => "kept",
            Self::KeptLate => "kept_late",
            Self::PartiallyKept => "partially_kept",
            Self::Broken => "broken",
            Self::Withdrawn => "withdrawn",
            Self::Superseded => "superseded",
        }
    }

    /// Whether the customer's word was not kept in full: broken, or kept in part only.
    pub fn is_broken(self) -> bool {
        matches!(self, Self::Broken | Self::PartiallyKept)
    }
}

/// A promise on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseStanding {
    /// The entry that recorded it.
    pub entry: EntryId,
    /// What was promised.
    pub amount: Money,
    /// The day the money was to be in our bank.
    pub promised_for: Date,
    /// The last day of its grace.
    pub last_day: Date,
    /// How it stands.
    pub state: PromiseState,
    /// What came for it by the day, at most the promised amount.
    pub paid: Money,
    /// What it still keeps from being collected: promised and not yet paid while open, otherwise nothing.
    pub outstanding: Money,
}

/// How the account's promises stand on the day of the facts, in the order of the facts.
///
/// A payment keeps one promise only: promises that name items are served before those that do not, each group in the
/// order of the facts. A payment that came after a promise ended, or after its grace, does not keep it.
pub fn standings(facts: &AccountFacts, grace_business_days: i64, calendar: &Calendar) -> Vec<PromiseStanding> {
    let mut used: BTreeMap<(EntryId, Option<EntryId>), i64> = BTreeMap::new();
    let mut standings: Vec<(usize, PromiseStanding)> = Vec::with_capacity(facts.promises.len());
    for named in [true, false] {
        for (place, promise) in facts.promises.iter().enumerate() {
            if promise.items.is_empty() != named {
                let last_day = last_day(promise.promised_for, grace_business_days, calendar);
                standings.push((place, standing(promise, facts, last_day, &mut used)));
            }
        }
    }
    standings.sort_by_key(|(place, _)| *place);
    standings.into_iter().map(|(_, standing)| standing).collect()
}

/// The last day on which a promise for `promised_for` is not broken: so many business days later, or the day itself.
pub fn last_day(promised_for: Date, grace_business_days: i64, calendar: &Calendar) -> Date {
    if grace_business_days <= 0 {
        return promised_for;
    }
    calendar.add_business_days(promised_for, grace_business_days)
}

fn standing(
    promise: &PromiseFacts,
    facts: &AccountFacts,
    last_day: Date,
    used: &mut BTreeMap<(EntryId, Option<EntryId>), i64>,
) -> PromiseStanding {
    let amount = promise.amount.max(0);
    let (mut paid, mut paid_in_time) = (0i64, 0i64);
    for payment in &promise.payments {
        let ended = promise.ended_on.is_some_and(|ended| payment.day > ended);
        if payment.day < promise.made_on || payment.day > last_day || payment.day > facts.as_of || ended {
            continue;
        }
        let used = used.entry((payment.entry, payment.item)).or_insert(0);
        let taken = (payment.amount.minor.max(0) - *used).clamp(0, amount - paid);
        *used += taken;
        paid += taken;
        if payment.day <= promise.promised_for {
            paid_in_time += taken;
        }
    }
    let state = state(promise, facts, last_day, (amount, paid, paid_in_time));
    let outstanding = if matches!(state, PromiseState::Open { .. }) { amount - paid } else { 0 };
    PromiseStanding {
        entry: promise.entry,
        amount: Money::new(amount, facts.currency),
        promised_for: promise.promised_for,
        last_day,
        state,
        paid: Money::new(paid, facts.currency),
        outstanding: Money::new(outstanding, facts.currency),
    }
}

/// The state, given what was promised, what came within the grace, and what came by the promised day.
fn state(
    promise: &PromiseFacts,
    facts: &AccountFacts,
    last_day: Date,
    (amount, paid, paid_in_time): (i64, i64, i64),
) -> PromiseState {
    if paid_in_time >= amount {
        return PromiseState::Kept;
    }
    if paid >= amount {
        return PromiseState::KeptLate;
    }
    match promise.ended_on {
        Some(ended) if ended <= last_day => {
            let replaced = facts.promises.iter().any(|other| other.entry != promise.entry && other.made_on == ended);
            if replaced { PromiseState::Superseded } else { PromiseState::Withdrawn }
        }
        _ if facts.as_of <= last_day => PromiseState::Open { last_day },
        _ if paid > 0 => PromiseState::PartiallyKept,
        _ => PromiseState::Broken,
    }
}

/// What open promises keep from being collected, by line in the order of `facts.lines`, minor units.
///
/// A promise covers its named items, else the oldest lines first (which are the oldest past due first), and of each line
/// no more than is open, undisputed and not yet covered. `disputed` is the disputed amount by line.
pub fn promised_by_line(facts: &AccountFacts, standings: &[PromiseStanding], disputed: &[i64]) -> Vec<Covered> {
    let mut covered: Vec<Covered> = facts.lines.iter().map(|_| Covered::default()).collect();
    for (promise, standing) in facts.promises.iter().zip(standings) {
        let mut left = standing.outstanding.minor;
        for ((line, covered), disputed) in facts.lines.iter().zip(&mut covered).zip(disputed) {
            if left > 0 && (promise.items.is_empty() || promise.items.contains(&line.item)) {
                let taken = left.min(line.open.max(0) - disputed - covered.amount).max(0);
                if taken > 0 {
                    covered.amount += taken;
                    covered.through = Some(covered.through.map_or(standing.last_day, |day| day.min(standing.last_day)));
                    left -= taken;
                }
            }
        }
    }
    covered
}

/// What open promises cover of one line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Covered {
    /// The covered amount, minor units.
    pub amount: i64,
    /// The first day on which one of them may turn out broken is the day after this.
    pub through: Option<Date>,
}
