//! Going live: what the first days of a book that rehearsed until now hold back (domain 1.18).
//!
//! The first day on which a live book makes notices is its first live run. It makes at most so many, the largest amounts
//! first, unless opening steps told the book what its customers had been sent. Absent on purpose: reading the book.

use alloc::collections::BTreeSet;
use alloc::string::String;
use alloc::vec::Vec;

use crate::account::EntryId;
use crate::money::Currency;

/// What the going live of a book holds back for one account in one currency on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LiveStart {
    /// Nothing: the book rehearses, it sent notices before this day, or the account has its place in the first live run.
    Over,
    /// The day ran in rehearsal before the book went live: what it would take or propose waits.
    RanInRehearsal,
    /// The first live run, in which the notices of other accounts ask for more: a step with a letter waits.
    Beyond {
        /// How many notices the first live run makes, at most (policy `first_live_run_max_notices`).
        most: i64,
    },
}

/// What a live book did since it went live, looked at from a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SinceLive {
    /// Whether the day ran before that, in rehearsal.
    pub ran_in_rehearsal: bool,
    /// Whether notices were made on an earlier day since.
    pub notices_before: bool,
    /// Notices made on the day itself since, withdrawn or not.
    pub notices_that_day: i64,
    /// Whether the book knows steps that another system made.
    pub opening_steps: bool,
}

/// What the going live of a book means for a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LiveDay {
    /// Nothing.
    Ordinary,
    /// The day ran in rehearsal before the book went live.
    RanInRehearsal,
    /// The first live run.
    First {
        /// How many notices it makes, at most.
        most: i64,
        /// How many of them are still to be made.
        left: i64,
        /// Who may get one of those.
        places: BTreeSet<(EntryId, Currency)>,
    },
}

/// A letter that the first live run would make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AskingLetter {
    /// The account.
    pub account: EntryId,
    /// The customer number.
    pub code: String,
    /// The currency of the letter.
    pub currency: Currency,
    /// What it asks for, minor units of the book's currency; `None` where no rate leads there.
    pub collectible: Option<i64>,
}

impl LiveDay {
    /// What a day is to a book that went live (`since`; `None` while it rehearses), under the policy's
    /// `first_live_run_max_notices`. Nobody has a place in the first live run yet.
    ///
    /// Notices that the day has made already count, so that a run that was cut off and is done again ends at the same
    /// number. A day caught up after the fact makes none; it may be one that was cut off.
    pub fn of(since: Option<SinceLive>, most: i64, catch_up: bool) -> Self {
        match since {
            None => Self::Ordinary,
            Some(since) if since.ran_in_rehearsal => Self::RanInRehearsal,
            Some(since) if since.notices_before || since.opening_steps => Self::Ordinary,
            Some(since) => {
                let left = if catch_up { 0 } else { most.saturating_sub(since.notices_that_day).max(0) };
                Self::First { most, left, places: BTreeSet::new() }
            }
        }
    }

    /// Whether there are places to give.
    pub fn has_places(&self) -> bool {
        matches!(self, Self::First { left: 1.., .. })
    }

    /// Gives the places that are left: to the largest amounts, those without a rate last; the same amounts by customer
    /// number, then currency.
    pub fn give_places(&mut self, mut letters: Vec<AskingLetter>) {
        let Self::First { left, places, .. } = self else { return };
        letters.sort_by(|a, b| {
            let amount = b.collectible.cmp(&a.collectible);
            amount.then_with(|| a.code.cmp(&b.code)).then_with(|| a.currency.cmp(&b.currency))
        });
        let left = usize::try_from(*left).unwrap_or(0);
        *places = letters.into_iter().take(left).map(|letter| (letter.account, letter.currency)).collect();
    }

    /// What the day holds back for one account in one currency.
    pub fn start_of(&self, account: EntryId, currency: Currency) -> LiveStart {
        match self {
            Self::Ordinary => LiveStart::Over,
            Self::RanInRehearsal => LiveStart::RanInRehearsal,
            Self::First { places, .. } if places.contains(&(account, currency)) => LiveStart::Over,
            Self::First { most, .. } => LiveStart::Beyond { most: *most },
        }
    }
}
