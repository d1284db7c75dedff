//! The assessment: what an account owes, what of it we may ask for today, and how serious it is.
//!
//! Derived from the facts of one day; stores nothing and changes with the calendar alone. Every figure names the entries
//! it rests on ([`Assessment::cites`]). Absent on purpose: payment plans, which come with their own rules.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::account::EntryId;
use crate::assessment_flags::{flags, seriousness};
use crate::calendar::{Calendar, Date, days_between};
use crate::dispute::disputed_by_line;
use crate::facts::{AccountFacts, CreditFacts, DisputeFacts, LineFacts};
use crate::money::{Currency, Money};
use crate::policy::{BookAmounts, Policy};
use crate::promise::{PromiseStanding, promised_by_line, standings};
use crate::trend::{Trend, trend};

/// One account in one currency, assessed on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assessment {
    /// The account.
    pub account: EntryId,
    /// The day.
    pub as_of: Date,
    /// The currency of every amount.
    pub currency: Currency,
    /// Every open due line, in the order of the facts: oldest due date first.
    pub lines: Vec<LineAssessment>,
    /// Past due + not due + unapplied.
    pub balance: Money,
    /// Open debits whose due date lies before the day.
    pub past_due: Money,
    /// Open debits that are not past due.
    pub not_due: Money,
    /// What of all open debits is disputed.
    pub disputed: Money,
    /// What of all open debits is promised and not yet broken.
    pub promised: Money,
    /// Credits not applied to anything; at or below zero, as it stands beside a balance.
    pub unapplied: Money,
    /// What we may ask for today: past due, less disputed, less promised, less unapplied credits; never below zero.
    pub collectible: Money,
    /// Days past due of the oldest past-due line, disputed or promised though it may be.
    pub oldest_days_past_due: Option<i64>,
    /// Days past due of the oldest line of which something is collectible.
    pub oldest_collectible_days_past_due: Option<i64>,
    /// How every promise stands, in the order of the facts.
    pub promises: Vec<PromiseStanding>,
    /// The payment trend.
    pub trend: Trend,
    /// How serious the delinquency is, and why.
    pub seriousness: SeriousnessFound,
    /// What else a collector should know, in the order of [`Flag::ALL`].
    pub flags: Vec<FlagFound>,
    /// The unapplied credits as citations.
    credits: Vec<Cite>,
    /// The open disputes as citations.
    disputes: Vec<Cite>,
}

/// One open due line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineAssessment {
    /// The item.
    pub item: EntryId,
    /// The instalment, from 1.
    pub line: i64,
    /// The document number.
    pub document: String,
    /// The due date.
    pub due_date: Date,
    /// Calendar days past the due date; 0 on it, negative before it.
    pub days_past_due: i64,
    /// Open, minor units.
    pub open: i64,
    /// Disputed, minor units, at most open.
    pub disputed: i64,
    /// Promised and not yet broken, minor units, at most what is undisputed.
    pub promised: i64,
    /// The day through which the promises hold; `None` when nothing is promised.
    pub promised_through: Option<Date>,
    /// Open less disputed less promised, minor units, whether or not it is due.
    pub free: i64,
}

impl LineAssessment {
    /// Whether its due date lies before the day.
    pub fn is_past_due(&self) -> bool {
        self.days_past_due > 0
    }

    /// What is collectible of it, minor units, before unapplied credits: nothing unless it is past due.
    pub fn collectible(&self) -> i64 {
        if self.is_past_due() { self.free } else { 0 }
    }
}

/// Which journal an entry stands in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Journal {
    /// Items, applications and reversals.
    Ledger,
    /// Contacts, promises, disputes and stops.
    Activity,
    /// Decisions and the steps they made.
    Decision,
    /// Signatures.
    Approval,
}

/// An entry that a figure or a decision rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cite {
    /// The journal.
    pub journal: Journal,
    /// The entry.
    pub entry: EntryId,
    /// The document's number, or what kind of entry it is where it has none.
    pub document: String,
    /// The part of the figure that rests on it; credits are negative.
    pub amount: Money,
}

/// A figure of the assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Figure {
    /// [`Assessment::balance`].
    Balance,
    /// [`Assessment::past_due`].
    PastDue,
    /// [`Assessment::not_due`].
    NotDue,
    /// [`Assessment::disputed`].
    Disputed,
    /// [`Assessment::promised`].
    Promised,
    /// [`Assessment::unapplied`].
    Unapplied,
    /// [`Assessment::collectible`].
    Collectible,
}

/// How serious a delinquency is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Seriousness {
    /// Nothing is past due.
    None,
    /// It deserves no special care.
    Low,
    /// It deserves a look.
    Medium,
    /// It deserves work soon.
    High,
    /// It deserves work first.
    Critical,
}

impl Seriousness {
    /// The word used in policies and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Its place in the order of seriousness, 0 (none) to 4 (critical).
    pub fn rank(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Low => 1,
            Self::Medium => 2,
            Self::High => 3,
            Self::Critical => 4,
        }
    }
}

/// The seriousness with its points and reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeriousnessFound {
    /// The word.
    pub word: Seriousness,
    /// The points of the policy's bands.
    pub points: i64,
    /// What gave the points, one sentence each.
    pub because: Vec<String>,
}

/// Something about an account that a collector should know.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// It pays late as a habit.
    RoutinelyDelinquent,
    /// It is late now and was never late in the last 12 months.
    FirstTimeLate,
    /// Its first document is recent.
    NewAccount,
    /// It paid once and has not for long, with something past due.
    StoppedPaying,
    /// It pays documents in part.
    ShortPayer,
}

impl Flag {
    /// Every flag, in documented order.
    pub const ALL: [Self; 5] =
        [Self::RoutinelyDelinquent, Self::FirstTimeLate, Self::NewAccount, Self::StoppedPaying, Self::ShortPayer];

    /// The word used in policies and JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::RoutinelyDelinquent => "routinely_delinquent",
            Self::FirstTimeLate => "first_time_late",
            Self::NewAccount => "new_account",
            Self::StoppedPaying => "stopped_paying",
            Self::ShortPayer => "short_payer",
        }
    }
}

/// A flag that stands, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlagFound {
    /// Which.
    pub flag: Flag,
    /// The numbers that say so.
    pub because: String,
    /// The entries it rests on; empty where it rests on month summaries and dates alone.
    pub cites: Vec<Cite>,
}

/// Assesses one account on the day of its facts.
pub fn assess(facts: &AccountFacts, policy: &Policy, calendar: &Calendar, amounts: &BookAmounts) -> Assessment {
    let notices = policy.notices.for_account(&facts.code, facts.segment.as_deref());
    let promises = standings(facts, notices.promise_grace_business_days, calendar);
    let lines = assess_lines(facts, &promises);
    let money = |minor: i128| Money::new(saturated(minor), facts.currency);
    let sum = |of: &dyn Fn(&LineAssessment) -> i64| lines.iter().map(|line| i128::from(of(line))).sum::<i128>();
    let past_due = sum(&|line| if line.is_past_due() { line.open } else { 0 });
    let open = sum(&|line| line.open);
    let unapplied = -facts.credits.iter().map(|credit| i128::from(credit.unapplied.max(0))).sum::<i128>();
    let oldest = |of: &dyn Fn(&LineAssessment) -> bool| {
        lines.iter().filter(|line| line.is_past_due() && of(line)).map(|line| line.days_past_due).max()
    };
    let mut account = Assessment {
        account: facts.account,
        as_of: facts.as_of,
        currency: facts.currency,
        balance: money(open + unapplied),
        past_due: money(past_due),
        not_due: money(open - past_due),
        disputed: money(sum(&|line| line.disputed)),
        promised: money(sum(&|line| line.promised)),
        unapplied: money(unapplied),
        collectible: money((sum(&LineAssessment::collectible) + unapplied).max(0)),
        oldest_days_past_due: oldest(&|_| true),
        oldest_collectible_days_past_due: oldest(&|line| line.free > 0),
        lines,
        promises,
        trend: trend(&facts.months, facts.as_of, &policy.assessment),
        seriousness: SeriousnessFound { word: Seriousness::None, points: 0, because: Vec::new() },
        flags: Vec::new(),
        credits: facts.credits.iter().map(|credit| credit_cite(credit, facts.currency)).collect(),
        disputes: facts.disputes.iter().map(|dispute| dispute_cite(dispute, facts)).collect(),
    };
    account.seriousness = seriousness(&account, &policy.seriousness, amounts);
    account.flags = flags(&account, facts, &policy.assessment);
    account
}

fn assess_lines(facts: &AccountFacts, promises: &[PromiseStanding]) -> Vec<LineAssessment> {
    let disputed = disputed_by_line(&facts.lines, &facts.disputes);
    let promised = promised_by_line(facts, promises, &disputed);
    let amounts = disputed.into_iter().zip(promised);
    facts
        .lines
        .iter()
        .zip(amounts)
        .map(|(line, (disputed, promised))| LineAssessment {
            item: line.item,
            line: line.line,
            document: line.document.clone(),
            due_date: line.due_date,
            days_past_due: days_past_due(line, facts.as_of),
            open: line.open.max(0),
            disputed,
            promised: promised.amount,
            promised_through: promised.through,
            free: (line.open.max(0) - disputed - promised.amount).max(0),
        })
        .collect()
}

/// What a refund took out is nobody's late payment: it is open where the credit under it went back, and a person sees to it.
fn days_past_due(line: &LineFacts, on: Date) -> i64 {
    let days = days_between(line.due_date, on);
    if line.kind.is_claim() { days } else { days.min(0) }
}

fn credit_cite(credit: &CreditFacts, currency: Currency) -> Cite {
    let amount = Money::new(-credit.unapplied.max(0), currency);
    Cite { journal: Journal::Ledger, entry: credit.item, document: credit.document.clone(), amount }
}

fn dispute_cite(dispute: &DisputeFacts, facts: &AccountFacts) -> Cite {
    let open: i128 = facts
        .lines
        .iter()
        .filter(|line| crate::dispute::contests(dispute, line))
        .map(|line| i128::from(line.open.max(0)))
        .sum();
    let amount = dispute.amount.map_or(open, |amount| open.min(i128::from(amount.max(0))));
    Cite {
        journal: Journal::Activity,
        entry: dispute.entry,
        document: String::from("dispute"),
        amount: Money::new(saturated(amount), facts.currency),
    }
}

impl Assessment {
    /// Everything open, due or not, before credits.
    pub fn open(&self) -> Money {
        let open = self.lines.iter().map(|line| i128::from(line.open)).sum();
        Money::new(saturated(open), self.currency)
    }

    /// How many promises were not kept in full.
    pub fn broken_promises(&self) -> i64 {
        self.promises.iter().filter(|promise| promise.state.is_broken()).map(|_| 1).sum()
    }

    /// The entries a figure rests on. Their amounts add up to the figure, but for collectible when credits exceed the
    /// lines, where they add up to less than zero.
    pub fn cites(&self, figure: Figure) -> Vec<Cite> {
        let lines = |of: &dyn Fn(&LineAssessment) -> i64| self.line_cites(of);
        match figure {
            Figure::Balance => [lines(&|line| line.open), self.credits.clone()].concat(),
            Figure::PastDue => lines(&|line| if line.is_past_due() { line.open } else { 0 }),
            Figure::NotDue => lines(&|line| if line.is_past_due() { 0 } else { line.open }),
            Figure::Disputed => lines(&|line| line.disputed),
            Figure::Promised => lines(&|line| line.promised),
            Figure::Unapplied => self.credits.clone(),
            Figure::Collectible => [lines(&LineAssessment::collectible), self.credits.clone()].concat(),
        }
    }

    /// The open disputes, with what each may hold back.
    pub fn dispute_cites(&self) -> &[Cite] {
        &self.disputes
    }

    /// The promises that `keep` chooses, with what was promised.
    pub fn promise_cites(&self, keep: impl Fn(&PromiseStanding) -> bool) -> Vec<Cite> {
        let cite = |promise: &PromiseStanding| Cite {
            journal: Journal::Activity,
            entry: promise.entry,
            document: String::from("promise"),
            amount: promise.amount,
        };
        self.promises.iter().filter(|promise| keep(promise)).map(cite).collect()
    }

    /// The lines of which `of` gives an amount, with it.
    pub fn line_cites(&self, of: &dyn Fn(&LineAssessment) -> i64) -> Vec<Cite> {
        let cite = |line: &LineAssessment| Cite {
            journal: Journal::Ledger,
            entry: line.item,
            document: line.document.clone(),
            amount: Money::new(of(line), self.currency),
        };
        self.lines.iter().filter(|line| of(line) != 0).map(cite).collect()
    }
}

/// A sum of minor units; a book that exceeds 64 bits is told the largest amount there is.
pub(crate) fn saturated(minor: i128) -> i64 {
    i64::try_from(minor).unwrap_or(if minor < 0 { i64::MIN } else { i64::MAX })
}
