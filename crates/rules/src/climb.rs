//! The climb: where an account stands on the notice ladder, derived from the steps that were made.
//!
//! The position is the highest step made that carried an item still open; a cycle ends when no item that its highest step
//! carried is open (domain 0: cycle; domain 1.2). Paying walks the account back; nothing is stored.

use crate::account::EntryId;
use crate::approval::ApprovalPolicy;
use crate::calendar::{Calendar, Date};
use crate::facts::{AccountFacts, StepFacts, StepState};
use crate::money::Money;
use crate::policy::NoticePolicy;

/// Where an account stands on the ladder on a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Climb {
    /// The cycle that the next step belongs to, from 1.
    pub cycle: i64,
    /// The highest rung climbed by an item still open, from 0; `None` at the foot of the ladder.
    pub position: Option<usize>,
    /// The newest step made that carried an item still open: its entry and the day it counts from.
    pub last_made: Option<(EntryId, Date)>,
    /// What holds the ladder still: the lowest step under way that carries an item still open.
    pub under_way: Option<UnderWay>,
}

/// A step that is neither made nor given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnderWay {
    /// The entry that made it.
    pub entry: EntryId,
    /// Its step id.
    pub step: alloc::string::String,
    /// Since when.
    pub since: Date,
    /// What it waits for.
    pub wait: UnderWayKind,
}

/// What a step under way waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnderWayKind {
    /// A second person's signature.
    Signature,
    /// A collector to do the task; on this day it counts as made.
    Task {
        /// The day its business days are over.
        expires: Date,
    },
    /// The notice to leave the house.
    Dispatch,
}

/// The day from which a step counts as made; `None` when it does not (yet).
///
/// A declined step counts: the climb passes over it. An open task counts from the day it expires.
pub fn made_on(step: &StepFacts, policy: &NoticePolicy, calendar: &Calendar, today: Date) -> Option<Date> {
    match step.state {
        StepState::Made { on } | StepState::Declined { on } => Some(on),
        StepState::TaskOpen => Some(expiry(step, policy, calendar)).filter(|expires| *expires <= today),
        StepState::Planned | StepState::Pending | StepState::Withdrawn { .. } => None,
    }
}

/// The day on which an open task of a step counts as made, though not as a contact.
pub fn expiry(step: &StepFacts, policy: &NoticePolicy, calendar: &Calendar) -> Date {
    calendar.add_business_days(step.day, policy.call_expires_business_days)
}

/// N-12. Whether a step that waits for a person, for a signature or for a collector's task, asks for nothing any more:
/// nothing of what it carries is open (domain 1.2: paying walks the account back). `open` is what is open of it on the day.
///
/// Such a step is withdrawn. It was not made, so its rung is free again when the debt comes back.
pub fn is_moot(open: Money) -> bool {
    open.minor <= 0
}

/// Whether a step waits for a signature that can no longer be given (N-13): it stands as little as a withdrawn one.
pub fn is_lapsed(step: &StepFacts, approval: &ApprovalPolicy, today: Date) -> bool {
    step.state == StepState::Pending && approval.is_expired(step.day, today)
}

/// Where the account stands. `ignored` is the entry of a step that is being decided anew.
pub fn climb(
    facts: &AccountFacts,
    policy: &NoticePolicy,
    approval: &ApprovalPolicy,
    calendar: &Calendar,
    ignored: Option<EntryId>,
) -> Climb {
    let steps = || facts.steps.iter().filter(|step| Some(step.entry) != ignored);
    let gone =
        |step: &StepFacts| matches!(step.state, StepState::Withdrawn { .. }) || is_lapsed(step, approval, facts.as_of);
    let standing = || steps().filter(|step| !gone(step));
    let newest = steps().map(|step| step.cycle).max();
    let cycle = match newest {
        None => 1,
        Some(newest) => {
            let of_cycle = || standing().filter(|step| step.cycle == newest);
            let highest = of_cycle().map(|step| policy.rung(&step.step)).max();
            let alive = highest.is_none_or(|highest| {
                of_cycle().any(|step| policy.rung(&step.step) == highest && !step.open_items.is_empty())
            });
            if alive { newest } else { newest.saturating_add(1) }
        }
    };
    let carried = || standing().filter(|step| !step.open_items.is_empty());
    let made = || carried().filter_map(|step| Some((step, made_on(step, policy, calendar, facts.as_of)?)));
    let position = made().filter_map(|(step, _)| policy.rung(&step.step)).max();
    let last_made = made().map(|(step, on)| (step.entry, on)).max_by_key(|(entry, on)| (*on, *entry));
    let under_way = carried()
        .filter_map(|step| Some((policy.rung(&step.step), under_way(step, policy, calendar, facts.as_of)?)))
        .min_by_key(|(rung, step)| (rung.is_none(), *rung, step.entry))
        .map(|(_, step)| step);
    Climb { cycle, position, last_made, under_way }
}

fn under_way(step: &StepFacts, policy: &NoticePolicy, calendar: &Calendar, today: Date) -> Option<UnderWay> {
    let wait = match step.state {
        StepState::Pending => UnderWayKind::Signature,
        StepState::Planned => UnderWayKind::Dispatch,
        StepState::TaskOpen => {
            let expires = expiry(step, policy, calendar);
            (expires > today).then_some(UnderWayKind::Task { expires })?
        }
        StepState::Made { .. } | StepState::Declined { .. } | StepState::Withdrawn { .. } => return None,
    };
    Some(UnderWay { entry: step.entry, step: step.step.clone(), since: step.day, wait })
}
