//! Late interest: what a debt earns from the day after it was due, day by day, from dated rates with their sources.
//!
//! Statutory packs (United Kingdom, Germany, Ireland) and a rate agreed in the contract. Simple interest, actual days over
//! 365, never compounded; it is rounded once, half-up, on the whole charge. What is computed here is proposed, not posted:
//! approval and waiver are the desk's. Engineering input, not legal advice: counsel switches a pack on.
//!
//! The principal is given as dated open amounts, so that an item paid long ago still yields what it earned.

mod rates;

use alloc::string::String;
use alloc::vec::Vec;

use jiff::civil::date;

use crate::calendar::{Date, add_days, days_between};
use crate::money::{Currency, Money, Rounding, divide};

/// Where a figure was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// Who says it, and what.
    pub title: &'static str,
    /// The page.
    pub url: &'static str,
}

/// A reference rate from a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReferenceRate {
    /// The first day it holds.
    pub from: Date,
    /// The rate, basis points a year.
    pub reference_bp: i32,
    /// Where it was read.
    pub source: &'static Source,
}

/// Which reference rate a day of lateness is charged at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RateMode {
    /// The rate of the day interest starts (the day after the due date) holds until the debt is paid.
    FixedWhenInterestStarts,
    /// The rate of the due date holds until the debt is paid.
    FixedOnDueDate,
    /// Each day is charged at the rate of its own half-year.
    Floating,
}

/// One band of a fixed sum: it applies to debts up to a size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FixedSum {
    /// The largest debt of the band, minor units of the pack's currency; `None` for the last band.
    pub debt_to: Option<i64>,
    /// The sum, minor units of the pack's currency.
    pub sum: i64,
}

/// A country's rule for late payment between businesses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatutoryPack {
    /// The name policies use, for instance `uk-lpa-1998`.
    pub id: &'static str,
    /// The law.
    pub citation: Source,
    /// The currency of the fixed sums.
    pub currency: Currency,
    /// What is added to the reference rate, basis points.
    pub margin_bp: i32,
    /// Which reference rate counts.
    pub mode: RateMode,
    /// The reference rates, oldest first.
    pub rates: &'static [ReferenceRate],
    /// The last day the newest reference rate holds.
    pub known_through: Date,
    /// The fixed sum by the size of the debt, smallest first.
    pub fixed_sums: &'static [FixedSum],
}

/// Late Payment of Commercial Debts (Interest) Act 1998: base rate of the last 31 December or 30 June before interest
/// starts, plus 8 points, fixed; 40, 70 or 100 pounds.
static UK_LPA_1998: StatutoryPack = StatutoryPack {
    id: "uk-lpa-1998",
    citation: Source {
        title: "Late Payment of Commercial Debts (Interest) Act 1998, s. 5A; Rate of Interest (No. 3) Order 2002 (SI 2002/1675)",
        url: "https://www.legislation.gov.uk/ukpga/1998/20",
    },
    currency: Currency::GBP,
    margin_bp: 800,
    mode: RateMode::FixedWhenInterestStarts,
    rates: rates::BANK_OF_ENGLAND,
    known_through: date(2026, 12, 31),
    fixed_sums: &[
        FixedSum { debt_to: Some(99_999), sum: 4_000 },
        FixedSum { debt_to: Some(999_999), sum: 7_000 },
        FixedSum { debt_to: None, sum: 10_000 },
    ],
};

/// Paragraphs 247 and 288(2) and (5) of the German civil code: base rate of each half-year plus 9 points; 40 euro.
static DE_BGB_288: StatutoryPack = StatutoryPack {
    id: "de-bgb-288",
    citation: Source {
        title: "Bürgerliches Gesetzbuch, 247, 288(2) and (5)",
        url: "https://www.gesetze-im-internet.de/bgb/__288.html",
    },
    currency: Currency::EUR,
    margin_bp: 900,
    mode: RateMode::Floating,
    rates: rates::BASISZINSSATZ,
    known_through: date(2026, 6, 30),
    fixed_sums: &[FixedSum { debt_to: None, sum: 4_000 }],
};

/// S.I. 580/2012: ECB main refinancing rate of the half-year of the payment date, that is the day payment was due, plus
/// 8 points; one rate for a late payment (the ministry's reading); 40, 70 or 100 euro, whose bands include 1,000 and 10,000.
static IE_LATE_PAYMENTS: StatutoryPack = StatutoryPack {
    id: "ie-late-payments",
    citation: Source {
        title: "European Communities (Late Payment in Commercial Transactions) Regulations 2012 (S.I. 580/2012), reg. 9 and Schedule",
        url: "https://www.irishstatutebook.ie/eli/2012/si/580/made/en/print",
    },
    currency: Currency::EUR,
    margin_bp: 800,
    mode: RateMode::FixedOnDueDate,
    rates: rates::ECB_MAIN_REFINANCING,
    known_through: date(2026, 6, 30),
    fixed_sums: &[
        FixedSum { debt_to: Some(100_000), sum: 4_000 },
        FixedSum { debt_to: Some(1_000_000), sum: 7_000 },
        FixedSum { debt_to: None, sum: 10_000 },
    ],
};

impl StatutoryPack {
    /// The names of the packs, in documented order.
    pub const NAMES: [&'static str; 3] = ["uk-lpa-1998", "de-bgb-288", "ie-late-payments"];

    /// The pack of that name; `None` when it is not one of [`Self::NAMES`].
    pub fn named(id: &str) -> Option<&'static Self> {
        [&UK_LPA_1998, &DE_BGB_288, &IE_LATE_PAYMENTS].into_iter().find(|pack| pack.id == id)
    }

    /// The reference rate that holds on `day`; refused where no rate is known.
    pub fn reference_on(&self, day: Date) -> Result<&'static ReferenceRate, InterestError> {
        if day > self.known_through {
            return Err(InterestError::RateUnknown { from: add_days(self.known_through, 1) });
        }
        let next = self.rates.partition_point(|rate| rate.from <= day);
        next.checked_sub(1).map(|place| &self.rates[place]).ok_or(InterestError::RateUnknown { from: day })
    }

    /// The fixed sum for a debt of `size` minor units.
    pub fn fixed_sum(&self, size: i64) -> Money {
        let band = self.fixed_sums.iter().find(|band| band.debt_to.is_none_or(|largest| size <= largest));
        Money::new(band.map_or(0, |band| band.sum), self.currency)
    }
}

/// A rate the parties agreed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractRate {
    /// The rate.
    pub rate: AgreedRate,
    /// The clause it stands in, as the customer would be shown it.
    pub clause: String,
}

/// How an agreed rate is put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgreedRate {
    /// Basis points a year.
    Annual(u32),
    /// Basis points a month: twelve times that a year, charged by days like an annual rate.
    Monthly(u32),
}

impl AgreedRate {
    /// Basis points a year.
    pub fn annual_bp(self) -> i64 {
        match self {
            Self::Annual(bp) => i64::from(bp),
            Self::Monthly(bp) => 12 * i64::from(bp),
        }
    }
}

/// The rule a debt is charged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InterestRule<'a> {
    /// The law of a country.
    Statutory(&'static StatutoryPack),
    /// A clause of the contract.
    Contract(&'a ContractRate),
}

/// What was open of a debt from the end of a day on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenAmount {
    /// The day.
    pub day: Date,
    /// The open amount at its end, minor units, zero or above.
    pub open: i64,
}

/// Why no interest was computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InterestError {
    /// No reference rate is known from this day on: the rule's table needs its next row.
    #[error("no reference rate is known from {from} on")]
    RateUnknown {
        /// The first day without a rate.
        from: Date,
    },
    /// An open amount is below zero, or the days of the open amounts do not rise.
    #[error("open amounts must be zero or above, one a day, oldest first")]
    OpenAmountsUnordered,
    /// The charge does not fit into 64-bit minor units.
    #[error("too large")]
    TooLarge,
}

/// Days of one principal at one rate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterestSegment {
    /// The first day charged.
    pub from: Date,
    /// The last day charged.
    pub to: Date,
    /// Days charged, both ends included.
    pub days: i64,
    /// The principal, minor units.
    pub principal: i64,
    /// The rate, basis points a year.
    pub rate_bp: i64,
    /// The exact interest: this many of [`InterestSegment::PARTS`] of a minor unit.
    pub exact: i128,
    /// The segment's share of the rounded charge, minor units; the shares add up to the charge.
    pub charged: i64,
    /// The reference rate behind it; `None` for an agreed rate.
    pub reference: Option<ReferenceRate>,
}

impl InterestSegment {
    /// Parts of a minor unit that [`Self::exact`] counts: 365 days × 10,000 basis points.
    pub const PARTS: i128 = 3_650_000;

    /// The days of the segment with the exact interest of each, in [`Self::PARTS`] of a minor unit.
    pub fn daily(&self) -> impl Iterator<Item = (Date, i128)> {
        let each = i128::from(self.principal) * i128::from(self.rate_bp);
        let first = self.from;
        (0..self.days).map(move |day| (add_days(first, day), each))
    }
}

/// The interest of one debt line through a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterestCharge {
    /// The pack's name, or `contract`.
    pub rule: &'static str,
    /// The law; `None` for an agreed rate.
    pub citation: Option<Source>,
    /// The clause of an agreed rate.
    pub clause: Option<String>,
    /// The segments, oldest first. Days on which nothing was open are in none.
    pub segments: Vec<InterestSegment>,
    /// The interest, rounded half-up once.
    pub interest: Money,
    /// What was open when the due date had passed: the size of the debt.
    pub debt: Money,
    /// The fixed sum, in the pack's currency; `None` for an agreed rate or when the debt was never late.
    pub fixed_sum: Option<Money>,
}

/// The interest of a debt that was due on `due_date`, through and including `on`.
///
/// A day is charged on what was open at the end of the day before: money that arrives on a day stops the interest of the
/// next one, so that a payment n days after the due date costs n days. `open` holds the open amount from the due date (or
/// before) on, oldest first, one row for each change. Nothing is charged when nothing was open past the due date.
///
/// Source: `domain.md` 1.12 and 2.11; reliability L17, L18.
pub fn late_interest(
    rule: InterestRule<'_>,
    currency: Currency,
    due_date: Date,
    open: &[OpenAmount],
    on: Date,
) -> Result<InterestCharge, InterestError> {
    if open.iter().any(|amount| amount.open < 0) || open.windows(2).any(|pair| pair[0].day >= pair[1].day) {
        return Err(InterestError::OpenAmountsUnordered);
    }
    let debt = open_at_end_of(open, due_date);
    let mut segments = Vec::new();
    for (position, amount) in open.iter().enumerate() {
        let ends = open.get(position + 1).map_or(on, |next| next.day.min(on));
        let from = add_days(amount.day.max(due_date), 1);
        if amount.open > 0 && from <= ends {
            charge_span(rule, due_date, amount.open, from, ends, &mut segments)?;
        }
    }
    let interest = share_out(&mut segments)?;
    let (id, citation, clause, fixed_sum) = match rule {
        InterestRule::Statutory(pack) => {
            let late = debt > 0 && on > due_date;
            (pack.id, Some(pack.citation), None, late.then(|| pack.fixed_sum(debt)))
        }
        InterestRule::Contract(contract) => ("contract", None, Some(contract.clause.clone()), None),
    };
    Ok(InterestCharge {
        rule: id,
        citation,
        clause,
        segments,
        interest: Money::new(interest, currency),
        debt: Money::new(debt, currency),
        fixed_sum,
    })
}

/// What was open at the end of `day`.
fn open_at_end_of(open: &[OpenAmount], day: Date) -> i64 {
    let next = open.partition_point(|amount| amount.day <= day);
    next.checked_sub(1).map_or(0, |place| open[place].open)
}

/// Adds the segments of one principal over a span of days: one for each rate.
fn charge_span(
    rule: InterestRule<'_>,
    due_date: Date,
    principal: i64,
    from: Date,
    to: Date,
    segments: &mut Vec<InterestSegment>,
) -> Result<(), InterestError> {
    let pack = match rule {
        InterestRule::Statutory(pack) => pack,
        InterestRule::Contract(contract) => {
            return add_segment(segments, from, to, principal, contract.rate.annual_bp(), None);
        }
    };
    let rate_bp = |reference: &ReferenceRate| i64::from(reference.reference_bp + pack.margin_bp).max(0);
    let fixed = match pack.mode {
        RateMode::FixedWhenInterestStarts => Some(add_days(due_date, 1)),
        RateMode::FixedOnDueDate => Some(due_date),
        RateMode::Floating => None,
    };
    if let Some(day) = fixed {
        let reference = pack.reference_on(day)?;
        return add_segment(segments, from, to, principal, rate_bp(reference), Some(*reference));
    }
    let mut start = from;
    while start <= to {
        let reference = pack.reference_on(start)?;
        let next = pack.rates.iter().find(|rate| rate.from > start).map(|rate| add_days(rate.from, -1));
        let end = next.unwrap_or(pack.known_through).min(to);
        add_segment(segments, start, end, principal, rate_bp(reference), Some(*reference))?;
        start = add_days(end, 1);
    }
    Ok(())
}

fn add_segment(
    segments: &mut Vec<InterestSegment>,
    from: Date,
    to: Date,
    principal: i64,
    rate_bp: i64,
    reference: Option<ReferenceRate>,
) -> Result<(), InterestError> {
    let days = days_between(from, to) + 1;
    let exact = i128::from(principal)
        .checked_mul(i128::from(rate_bp))
        .and_then(|yearly| yearly.checked_mul(i128::from(days)))
        .ok_or(InterestError::TooLarge)?;
    segments.push(InterestSegment { from, to, days, principal, rate_bp, exact, charged: 0, reference });
    Ok(())
}

/// Rounds the whole charge once and gives each segment the part that the running total rounds to.
fn share_out(segments: &mut [InterestSegment]) -> Result<i64, InterestError> {
    let mut exact: i128 = 0;
    let mut charged: i64 = 0;
    for segment in segments {
        exact = exact.checked_add(segment.exact).ok_or(InterestError::TooLarge)?;
        let total = divide(exact, InterestSegment::PARTS, Rounding::HalfUp);
        let total = i64::try_from(total).map_err(|_| InterestError::TooLarge)?;
        segment.charged = total - charged;
        charged = total;
    }
    Ok(charged)
}
