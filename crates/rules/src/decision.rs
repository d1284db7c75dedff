//! Decisions: a rule's answer about one account on one day, with what it saw and what it did not choose.
//!
//! A decision is written to the decision journal as it is here; the same facts, policy and day give the same decision.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::fmt;

use serde::{Deserialize, Serialize};

use crate::account::EntryId;
use crate::approval::Role;
use crate::assessment::Cite;
use crate::calendar::Date;
use crate::money::{Currency, Money};
use crate::policy::Channel;

/// The name of a rule: `N-3`, or `POLICY/STEP` for a step of a ladder.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RuleId(pub String);

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a step, as the policy gives it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StepId(pub String);

impl fmt::Display for StepId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What to do about one account today. Total: every account gets an answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NextAction {
    /// Leave the customer alone today, for this reason.
    Wait(WaitReason),
    /// Do this step; it needs nobody's approval.
    Take(Step),
    /// Put this step before a manager; nothing leaves the house until it is approved.
    Propose(Step),
}

impl NextAction {
    /// `wait`, `take` or `propose`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Wait(_) => "wait",
            Self::Take(_) => "take",
            Self::Propose(_) => "propose",
        }
    }

    /// The step taken or proposed.
    pub fn step(&self) -> Option<&Step> {
        match self {
            Self::Wait(_) => None,
            Self::Take(step) | Self::Propose(step) => Some(step),
        }
    }
}

/// A step of the ladder, to be done for one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    /// Its name.
    pub id: StepId,
    /// The cycle it belongs to, from 1.
    pub cycle: i64,
    /// Days past due of the oldest collectible line; negative for a step before due.
    pub days_past_due: i64,
    /// By which ways it is done.
    pub channels: Vec<Channel>,
    /// The letter's level, where a mail or letter goes out.
    pub letter: Option<i64>,
    /// Who signs it, when it is proposed.
    pub approver: Option<Role>,
    /// Whether it is a contact with the customer.
    pub contact: bool,
    /// Whether a task for a person stands in for a friendly first reminder that comes too late.
    pub task_instead: bool,
}

/// Why no step is due today. Tested in the order N-1, N-8, N-2 to N-5, N-9, N-11, N-7, N-6; the first that holds answers.
/// N-2 to N-5 look at the lines the step is about: past due, or for a step before due the lines it reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// N-1. Nothing is past its due date (and grace) and no step before due is reached.
    NothingPastDue,
    /// N-2. All that is past due is disputed: work the dispute, do not chase the debt.
    DisputedInFull,
    /// N-3. What is left after disputes is promised through this date, grace included.
    PromiseOpen {
        /// The last day of the first of these promises to end.
        last_day: Date,
    },
    /// N-4. Unapplied credits cover what is left: apply the cash first.
    CashUnapplied {
        /// The unapplied credits, above zero.
        credits: Money,
    },
    /// N-5. Less is collectible than the policy's minimum amount or percent.
    BelowMinimum {
        /// What is collectible of the lines in reach.
        collectible: Money,
        /// The greater of minimum amount and percent, in the account's currency.
        minimum: Money,
    },
    /// N-6. Before this date the next step is not ripe, the last contact is too recent, or it is no business day.
    NotBefore {
        /// The first business day on which it may be due.
        date: Date,
    },
    /// N-7. The ladder has no further step: the account belongs to a person now.
    LadderDone,
    /// N-8. The law or a person forbids contact: stay, do-not-contact, sanctions.
    Forbidden {
        /// Which stop, by its word; the basis is in the reasons.
        rule: RuleId,
    },
    /// N-9. The bank feed is older than the policy allows: we do not chase on stale cash.
    BankFeedStale {
        /// The day of the newest statement.
        last_statement: Date,
    },
    /// N-11. A step has lain before a manager since this date.
    ApprovalPending {
        /// The step.
        step: StepId,
        /// Since when.
        since: Date,
    },
}

impl WaitReason {
    /// Every wait code, in the order in which they are tested.
    pub const ORDER: [&'static str; 10] = ["N-1", "N-8", "N-2", "N-3", "N-4", "N-5", "N-9", "N-11", "N-7", "N-6"];

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NothingPastDue => "N-1",
            Self::DisputedInFull => "N-2",
            Self::PromiseOpen { .. } => "N-3",
            Self::CashUnapplied { .. } => "N-4",
            Self::BelowMinimum { .. } => "N-5",
            Self::NotBefore { .. } => "N-6",
            Self::LadderDone => "N-7",
            Self::Forbidden { .. } => "N-8",
            Self::BankFeedStale { .. } => "N-9",
            Self::ApprovalPending { .. } => "N-11",
        }
    }
}

/// A rule's answer about one account in one currency on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The account.
    pub account: EntryId,
    /// The currency.
    pub currency: Currency,
    /// The day.
    pub as_of: Date,
    /// The account's version that was looked at; on another version the decision is stale.
    pub version: i64,
    /// The policy's name.
    pub policy: String,
    /// What to do.
    pub action: NextAction,
    /// The rule that said so.
    pub rule: RuleId,
    /// Why, in sentences; the first is the one to show.
    pub reasons: Vec<String>,
    /// What else is worth knowing, for instance what holds a step back; not part of [`Decision::line`].
    pub notes: Vec<String>,
    /// What the rule saw.
    pub inputs: DecisionInputs,
    /// The entries it rests on; empty only for N-1.
    pub cites: Vec<Cite>,
    /// Everything else that could have been the answer, and why it is not.
    pub not_chosen: Vec<NotChosen>,
    /// The items that a step taken or proposed carries, oldest first; none for a wait.
    pub carries: Vec<EntryId>,
}

/// The figures a decision was made on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionInputs {
    /// Days past due of the oldest collectible line in reach.
    pub days_past_due: Option<i64>,
    /// Everything open, before credits.
    pub open: Money,
    /// What is past due.
    pub past_due: Money,
    /// What is disputed of the lines in reach.
    pub disputed: Money,
    /// What is promised of the lines in reach.
    pub promised: Money,
    /// Unapplied credits, at or below zero.
    pub unapplied: Money,
    /// What is collectible of the lines in reach, less credits.
    pub collectible: Money,
    /// The minimum, in the account's currency; `None` when there is no rate.
    pub minimum: Option<Money>,
    /// The cycle of the next step.
    pub cycle: i64,
    /// The highest step climbed.
    pub position: Option<StepId>,
    /// The last contact, over all channels.
    pub last_contact: Option<Date>,
    /// The newest bank statement, where the book has a feed.
    pub last_bank_statement: Option<Date>,
    /// Whether the day was caught up after the fact, when nothing is taken or proposed.
    pub catch_up: bool,
}

/// An answer that was not chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NotChosen {
    /// The rule: a wait code, or `POLICY/STEP`.
    pub rule: RuleId,
    /// Why it is not the answer.
    pub because: String,
}

impl Decision {
    /// The decision in one line, as stories and lists show it: `wait: promised through 2025-02-21 (N-3)`,
    /// `take: reminder (mail), 3 days past due`.
    pub fn line(&self) -> String {
        let reasons = self.reasons.join("; ");
        match &self.action {
            NextAction::Wait(wait) => format!("wait: {reasons} ({})", wait.code()),
            NextAction::Take(step) => format!("take: {}{}, {reasons}", step.id, step.ways()),
            NextAction::Propose(step) => {
                let role = step.approver.unwrap_or(Role::Manager).code();
                format!("propose: {}, {reasons} -> approval needed: {role}", step.id)
            }
        }
    }
}

impl Step {
    /// ` (mail, letter)`, or nothing when the step's name says it all.
    fn ways(&self) -> String {
        let ways: Vec<&str> = self.channels.iter().map(|way| way.code()).filter(|way| *way != self.id.0).collect();
        if ways.is_empty() { String::new() } else { format!(" ({})", ways.join(", ")) }
    }
}

/// An amount without its currency, as reasons about one account write it: `12,000.00`.
pub(crate) fn plain(amount: Money) -> String {
    let text = amount.to_string();
    text.rsplit_once(' ').map_or(text.clone(), |(number, _)| number.to_string())
}
