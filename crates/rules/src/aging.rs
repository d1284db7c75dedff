//! Aging: open debits by how long they are past due, beside unapplied and unidentified cash, per currency.
//!
//! For reports and statements. The aging invariant (`domain.md` 1.15) is a function here: a report that does not meet its
//! control balance fails. Absent on purpose: conversion between currencies, and the choice of lines, which is a query.

use alloc::format;
use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use crate::money::Currency;

/// Which date of an item its age is counted from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum DateBasis {
    /// The due date of each line.
    #[default]
    Due,
    /// The document date.
    Document,
    /// The posting date.
    Posting,
}

impl DateBasis {
    /// Every basis, in documented order.
    pub const ALL: [Self; 3] = [Self::Due, Self::Document, Self::Posting];

    /// The word used on the command line and in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Due => "due",
            Self::Document => "document",
            Self::Posting => "posting",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.code() == code)
    }
}

/// Why a list of days is no set of buckets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BucketsError {
    /// There is no last day at all.
    #[error("name at least one number of days, for instance 30,60,90,120")]
    Empty,
    /// More than [`Buckets::MOST`] last days.
    #[error("at most 24 buckets")]
    TooMany,
    /// The last days do not rise, or the first is not above 0.
    #[error("the days of the buckets must rise and start above 0")]
    NotRising,
}

/// Aging buckets: the last day of each, in rising order. Bucket 0 holds what has no age; the last is open-ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buckets {
    last_days: Vec<u32>,
}

impl Buckets {
    /// The most last days a set may have.
    pub const MOST: usize = 24;

    /// The buckets of a new book: 1-30, 31-60, 61-90, 91-120, over 120.
    pub fn standard() -> Self {
        Self { last_days: vec![30, 60, 90, 120] }
    }

    /// Buckets that end on these days.
    pub fn new(last_days: &[u32]) -> Result<Self, BucketsError> {
        let Some(first) = last_days.first() else { return Err(BucketsError::Empty) };
        if last_days.len() > Self::MOST {
            return Err(BucketsError::TooMany);
        }
        if *first == 0 || last_days.windows(2).any(|pair| pair[0] >= pair[1]) {
            return Err(BucketsError::NotRising);
        }
        Ok(Self { last_days: last_days.to_vec() })
    }

    /// The last day of each closed bucket, in rising order.
    pub fn last_days(&self) -> &[u32] {
        &self.last_days
    }

    /// How many buckets there are, the first (no age) and the open-ended last counted.
    pub fn count(&self) -> usize {
        self.last_days.len() + 2
    }

    /// The bucket of an age in days: 0 for an age of 0 or less (due today or later), 1 for the first bucket of days.
    pub fn bucket_of(&self, days: i64) -> usize {
        if days <= 0 {
            return 0;
        }
        self.last_days.partition_point(|last| i64::from(*last) < days) + 1
    }

    /// The codes, in order: `not_due` (`0` when ages are not counted from the due date), `1-30` …, `over_120`.
    pub fn codes(&self, basis: DateBasis) -> Vec<String> {
        let mut codes = vec![String::from(if basis == DateBasis::Due { "not_due" } else { "0" })];
        let mut first = 1;
        for last in &self.last_days {
            codes.push(if first == *last { format!("{last}") } else { format!("{first}-{last}") });
            first = last + 1;
        }
        codes.push(format!("over_{}", first - 1));
        codes
    }
}

impl Default for Buckets {
    fn default() -> Self {
        Self::standard()
    }
}

/// What one bucket holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct BucketTotal {
    /// Open amounts, minor units.
    pub amount: i64,
    /// Due lines counted: an item paid in instalments counts once in each bucket it has an open line for.
    pub items: i64,
}

/// Why an aging is refused: it does not meet its control balance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("aging adds up to {balance} but the control balance is {control} ({currency}, minor units)")]
pub struct AgingBreak {
    /// The currency.
    pub currency: Currency,
    /// What the aging adds up to, minor units.
    pub balance: i64,
    /// What the control total says, minor units.
    pub control: i64,
}

/// One aging in one currency: an accumulator that lines and credits are added to.
///
/// Amounts are minor units; sums stop at the ends of 64 bits instead of wrapping, and then fail [`Self::check`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aging {
    /// The currency of every amount.
    pub currency: Currency,
    /// One total for each bucket, in the order of [`Buckets::codes`].
    pub buckets: Vec<BucketTotal>,
    /// Credits on account, at most 0.
    pub unapplied: i64,
    /// Cash of no account yet, at most 0; at book level only.
    pub unidentified: i64,
    /// The disputed part of what the buckets hold: a cross-cut, not a bucket.
    pub disputed: i64,
}

impl Aging {
    /// An aging of nothing.
    pub fn new(currency: Currency, buckets: &Buckets) -> Self {
        let empty = vec![BucketTotal::default(); buckets.count()];
        Self { currency, buckets: empty, unapplied: 0, unidentified: 0, disputed: 0 }
    }

    /// Adds one open due line of `days` of age, `disputed` of its `open` amount being contested.
    ///
    /// `disputed` counts up to what is open. A line with nothing open is not counted.
    pub fn add_line(&mut self, buckets: &Buckets, days: i64, open: i64, disputed: i64) {
        self.add_total(
            buckets,
            days,
            BucketTotal { amount: open, items: i64::from(open != 0) },
            disputed.clamp(0, open.max(0)),
        );
    }

    /// Adds lines that a query has already summed: `total` of one age, `disputed` of it contested.
    pub fn add_total(&mut self, buckets: &Buckets, days: i64, total: BucketTotal, disputed: i64) {
        let bucket = &mut self.buckets[buckets.bucket_of(days)];
        bucket.amount = bucket.amount.saturating_add(total.amount);
        bucket.items = bucket.items.saturating_add(total.items);
        self.disputed = self.disputed.saturating_add(disputed);
    }

    /// Adds a credit of an account of which `unapplied` (zero or above) is free.
    pub fn add_unapplied(&mut self, unapplied: i64) {
        self.unapplied = self.unapplied.saturating_sub(unapplied);
    }

    /// Adds cash of no account, `amount` zero or above.
    pub fn add_unidentified(&mut self, amount: i64) {
        self.unidentified = self.unidentified.saturating_sub(amount);
    }

    /// Adds another aging of the same currency and buckets, for instance an account's to its book's.
    ///
    /// Panics if currency or buckets differ: the caller's bug.
    pub fn add(&mut self, other: &Self) {
        assert!(self.currency == other.currency && self.buckets.len() == other.buckets.len(), "add like to like");
        for (bucket, more) in self.buckets.iter_mut().zip(&other.buckets) {
            bucket.amount = bucket.amount.saturating_add(more.amount);
            bucket.items = bucket.items.saturating_add(more.items);
        }
        self.unapplied = self.unapplied.saturating_add(other.unapplied);
        self.unidentified = self.unidentified.saturating_add(other.unidentified);
        self.disputed = self.disputed.saturating_add(other.disputed);
    }

    /// The open debits: what all the buckets hold.
    pub fn open(&self) -> i64 {
        self.buckets.iter().fold(0, |sum: i64, bucket| sum.saturating_add(bucket.amount))
    }

    /// What is past due (aged at all): every bucket but the first.
    pub fn aged(&self) -> i64 {
        self.buckets[1..].iter().fold(0, |sum: i64, bucket| sum.saturating_add(bucket.amount))
    }

    /// The balance: Σ buckets + unapplied + unidentified.
    pub fn balance(&self) -> i64 {
        self.open().saturating_add(self.unapplied).saturating_add(self.unidentified)
    }

    /// The aging invariant (`domain.md` 1.15): the balance is the control balance of the same day and knowledge.
    pub fn check(&self, control: i64) -> Result<(), AgingBreak> {
        if self.balance() == control {
            return Ok(());
        }
        Err(AgingBreak { currency: self.currency, balance: self.balance(), control })
    }
}
