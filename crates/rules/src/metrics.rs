//! Metrics of a receivables desk: one function each, with its formula and the figures it was fed.
//!
//! Values are hundredths of their unit, rounded half-up. A metric that would divide by nothing is not defined, never 0
//! (`domain.md` 1.14). The caller fetches the sums; net credit sales are invoices + debit memos − credit memos, tax as
//! booked, without the accounts flagged as intercompany. All amounts of one call are minor units of one currency.

use alloc::vec;
use alloc::vec::Vec;

use crate::money::{Rounding, divide};

/// What a metric's value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Days.
    Days,
    /// Percent.
    Percent,
}

impl Unit {
    /// The word used in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::Percent => "percent",
        }
    }
}

/// Why a metric has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NotDefined {
    /// The net credit sales of the period are not above zero.
    #[error("no net credit sales in the period")]
    NoSales,
    /// The period has no days or no months.
    #[error("the period is empty")]
    EmptyPeriod,
    /// Receivables are a credit balance.
    #[error("receivables are a credit balance")]
    CreditBalance,
    /// The sales known do not reach back as far as the receivables.
    #[error("the sales known do not reach back as far as the receivables")]
    SalesTooShort,
    /// Nothing was there to be collected.
    #[error("nothing was there to be collected")]
    NothingToCollect,
    /// No item was closed in the period.
    #[error("nothing was closed in the period")]
    NothingClosed,
    /// No promise fell due in the period.
    #[error("no promise fell due in the period")]
    NoPromises,
    /// The value does not fit.
    #[error("the value is too large")]
    TooLarge,
}

/// A metric's answer, with what it rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// The metric's name, as used in JSON.
    pub name: &'static str,
    /// What the value counts.
    pub unit: Unit,
    /// The value in hundredths of the unit, or why there is none.
    pub hundredths: Result<i64, NotDefined>,
    /// The formula, in the words of the inputs.
    pub formula: &'static str,
    /// The figures fed to it, in the order of the formula.
    pub inputs: Vec<(&'static str, i64)>,
}

/// One calendar month of net credit sales.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthSales {
    /// Net credit sales, minor units.
    pub sales: i64,
    /// Days of the month that count: all of them, or up to the closing day.
    pub days: i64,
}

/// Hundredths of `numerator` ÷ `denominator`, half-up.
fn hundredths(numerator: i128, denominator: i128) -> Result<i64, NotDefined> {
    let scaled = numerator.checked_mul(100).ok_or(NotDefined::TooLarge)?;
    i64::try_from(divide(scaled, denominator, Rounding::HalfUp)).map_err(|_| NotDefined::TooLarge)
}

/// A balance as days of sales.
fn days_of_sales(balance: i128, credit_sales: i64, days: i64) -> Result<i64, NotDefined> {
    if days <= 0 {
        return Err(NotDefined::EmptyPeriod);
    }
    if credit_sales <= 0 {
        return Err(NotDefined::NoSales);
    }
    hundredths(balance.checked_mul(i128::from(days)).ok_or(NotDefined::TooLarge)?, i128::from(credit_sales))
}

/// Days sales outstanding: closing receivables ÷ net credit sales of the period × days.
///
/// For a customer newer than the period the caller passes the days since the first sale (D365: 50,000 ÷ 150,000 × 283 =
/// 94.33). Source: Dynamics 365 credit statistics; JD Edwards.
pub fn dso(closing_receivables: i64, credit_sales: i64, days: i64) -> Measure {
    Measure {
        name: "dso",
        unit: Unit::Days,
        hundredths: days_of_sales(i128::from(closing_receivables), credit_sales, days),
        formula: "closing_receivables / credit_sales * days",
        inputs: vec![("closing_receivables", closing_receivables), ("credit_sales", credit_sales), ("days", days)],
    }
}

/// Best-possible DSO: what is not yet past due ÷ net credit sales × days.
pub fn best_possible_dso(current_receivables: i64, credit_sales: i64, days: i64) -> Measure {
    Measure {
        name: "best_possible_dso",
        unit: Unit::Days,
        hundredths: days_of_sales(i128::from(current_receivables), credit_sales, days),
        formula: "current_receivables / credit_sales * days",
        inputs: vec![("current_receivables", current_receivables), ("credit_sales", credit_sales), ("days", days)],
    }
}

/// Average days delinquent: DSO − best-possible DSO, computed from the past-due balance so that no rounding is doubled.
pub fn average_days_delinquent(
    closing_receivables: i64,
    current_receivables: i64,
    credit_sales: i64,
    days: i64,
) -> Measure {
    let past_due = i128::from(closing_receivables) - i128::from(current_receivables);
    Measure {
        name: "add",
        unit: Unit::Days,
        hundredths: days_of_sales(past_due, credit_sales, days),
        formula: "(closing_receivables - current_receivables) / credit_sales * days",
        inputs: vec![
            ("closing_receivables", closing_receivables),
            ("current_receivables", current_receivables),
            ("credit_sales", credit_sales),
            ("days", days),
        ],
    }
}

/// Countback DSO: takes each month's sales off the closing receivables, newest first, counting that month's days until
/// the receivables are used up; the last month counts in part. Source: Upflow, Gaviti.
///
/// `months` are newest first. A month without sales counts its days while receivables are left.
pub fn countback_dso(closing_receivables: i64, months: &[MonthSales]) -> Measure {
    Measure {
        name: "countback_dso",
        unit: Unit::Days,
        hundredths: countback(closing_receivables, months),
        formula: "days of the newest months whose sales make up closing_receivables, the last in part",
        inputs: vec![
            ("closing_receivables", closing_receivables),
            ("months", i64::try_from(months.len()).unwrap_or(i64::MAX)),
        ],
    }
}

fn countback(closing_receivables: i64, months: &[MonthSales]) -> Result<i64, NotDefined> {
    if closing_receivables < 0 {
        return Err(NotDefined::CreditBalance);
    }
    let mut left = i128::from(closing_receivables);
    let mut days: i64 = 0;
    for month in months {
        if left == 0 {
            break;
        }
        let sales = i128::from(month.sales);
        if sales >= left {
            let part = hundredths(left.checked_mul(i128::from(month.days)).ok_or(NotDefined::TooLarge)?, sales)?;
            return days.checked_mul(100).and_then(|whole| whole.checked_add(part)).ok_or(NotDefined::TooLarge);
        }
        left -= sales;
        days = days.checked_add(month.days).ok_or(NotDefined::TooLarge)?;
    }
    if left > 0 {
        return Err(NotDefined::SalesTooShort);
    }
    days.checked_mul(100).ok_or(NotDefined::TooLarge)
}

/// Collection effectiveness index: what was collected of what could have been, in percent; 100 when nothing is past due.
///
/// (beginning + sales ÷ months − ending total) ÷ (beginning + sales ÷ months − ending current). Source: Oracle.
pub fn collection_effectiveness(
    beginning_receivables: i64,
    credit_sales: i64,
    months: i64,
    ending_total: i64,
    ending_current: i64,
) -> Measure {
    let value = || {
        if months <= 0 {
            return Err(NotDefined::EmptyPeriod);
        }
        if months > 12_000 {
            return Err(NotDefined::TooLarge);
        }
        let months = i128::from(months);
        let due = i128::from(beginning_receivables) * months + i128::from(credit_sales);
        let collected = due - i128::from(ending_total) * months;
        let collectible = due - i128::from(ending_current) * months;
        if collectible <= 0 {
            return Err(NotDefined::NothingToCollect);
        }
        hundredths(collected.checked_mul(100).ok_or(NotDefined::TooLarge)?, collectible)
    };
    Measure {
        name: "cei",
        unit: Unit::Percent,
        hundredths: value(),
        formula: "(beginning_receivables + credit_sales / months - ending_total) / (beginning_receivables + credit_sales / months - ending_current) * 100",
        inputs: vec![
            ("beginning_receivables", beginning_receivables),
            ("credit_sales", credit_sales),
            ("months", months),
            ("ending_total", ending_total),
            ("ending_current", ending_current),
        ],
    }
}

/// Weighted average days late: Σ(amount × days late) ÷ Σ amount over what was closed, days late from the due date to the
/// day of the closing application. Source: Oracle.
pub fn weighted_average_days_late(amount_days_late: i64, amount: i64) -> Measure {
    Measure {
        name: "weighted_average_days_late",
        unit: Unit::Days,
        hundredths: ratio(amount_days_late, amount, NotDefined::NothingClosed),
        formula: "amount_days_late / amount",
        inputs: vec![("amount_days_late", amount_days_late), ("amount", amount)],
    }
}

/// Average days late: Σ days late ÷ lines closed. Source: Oracle.
pub fn average_days_late(days_late: i64, lines: i64) -> Measure {
    Measure {
        name: "average_days_late",
        unit: Unit::Days,
        hundredths: ratio(days_late, lines, NotDefined::NothingClosed),
        formula: "days_late / lines",
        inputs: vec![("days_late", days_late), ("lines", lines)],
    }
}

/// Promise-kept rate: kept ÷ (kept + broken) of the promises that fell due, by count or by amount; open ones do not count.
pub fn promise_kept_rate(kept: i64, broken: i64) -> Measure {
    Measure {
        name: "promise_kept_rate",
        unit: Unit::Percent,
        hundredths: share(kept, i128::from(kept) + i128::from(broken), NotDefined::NoPromises),
        formula: "kept / (kept + broken) * 100",
        inputs: vec![("kept", kept), ("broken", broken)],
    }
}

/// At-risk rate: the share of open receivables that is 90 days past due or more. Source: Upflow.
pub fn at_risk_rate(past_due_90: i64, open: i64) -> Measure {
    Measure {
        name: "at_risk_rate",
        unit: Unit::Percent,
        hundredths: share(past_due_90, i128::from(open), NotDefined::NothingToCollect),
        formula: "past_due_90 / open * 100",
        inputs: vec![("past_due_90", past_due_90), ("open", open)],
    }
}

/// Roll rate: of what stood in a bucket a period ago, the share that stands in the next bucket now.
pub fn roll_rate(rolled: i64, bucket_before: i64) -> Measure {
    Measure {
        name: "roll_rate",
        unit: Unit::Percent,
        hundredths: share(rolled, i128::from(bucket_before), NotDefined::NothingToCollect),
        formula: "rolled / bucket_before * 100",
        inputs: vec![("rolled", rolled), ("bucket_before", bucket_before)],
    }
}

fn ratio(numerator: i64, denominator: i64, empty: NotDefined) -> Result<i64, NotDefined> {
    if denominator <= 0 {
        return Err(empty);
    }
    hundredths(i128::from(numerator), i128::from(denominator))
}

fn share(part: i64, whole: i128, empty: NotDefined) -> Result<i64, NotDefined> {
    if whole <= 0 {
        return Err(empty);
    }
    hundredths(i128::from(part) * 100, whole)
}
