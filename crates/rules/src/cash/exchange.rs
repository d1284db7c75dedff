//! A receipt in another currency than what it pays: how much of it is turned into that currency, at which dated rate, and what
//! difference that leaves. Each currency is conserved by itself: what leaves the one comes into the other at the rate, rounded
//! half-even to a minor unit, and the difference is named.

use alloc::vec::Vec;

use super::{CashPolicy, Owed, PayableLine, Receipt, same_document};
use crate::money::{ConversionError, Money, RateFacts, Rounding, convert, divide};

/// So much of a receipt turned into the currency of what it pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exchange {
    /// What is taken of the receipt, in its currency, above zero.
    pub gives: Money,
    /// What that comes to at the rate, in the currency of what it pays, above zero.
    pub gets: Money,
    /// What it pays less what it comes to, in minor units of that currency: above zero a currency loss, below it a gain.
    pub difference: i64,
}

/// Why a receipt is not turned into another currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ExchangeRefusal {
    /// The rate does not convert it.
    #[error("{0}")]
    Rate(ConversionError),
    /// It comes to nothing in the other currency, or nothing is to be paid.
    #[error("it comes to nothing in the other currency")]
    Nothing,
    /// What it comes to is further from what it pays than the policy allows.
    #[error("it comes to {gets}, and what it pays is {pays}: further apart than the {allowed} that the policy allows")]
    TooFar {
        /// What the receipt comes to.
        gets: Money,
        /// What it is to pay.
        pays: Money,
        /// How far the two may be apart.
        allowed: Money,
    },
}

/// What a receipt would pay in another currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExchangeMatch {
    /// How sure it is, percent: below what applies by itself.
    pub confidence: u8,
    /// The lines, each paid whole.
    pub lines: Vec<PayableLine>,
    /// The rate, and what it makes of the receipt.
    pub exchange: Exchange,
}

/// How far what comes in by a rate may be from what it pays: the policy's basis points of that, at least one minor unit.
fn allowed(pays: Money, policy: &CashPolicy) -> Money {
    let part =
        divide(i128::from(pays.minor) * i128::from(policy.currency_tolerance_bp.max(0)), 10_000, Rounding::HalfEven);
    Money::new(i64::try_from(part).unwrap_or(i64::MAX).max(1), pays.currency)
}

/// C-8. What of a receipt pays an amount of another currency at a rate. All that is `left` of it pays, unless `keeps_rest`: then
/// only so much as comes to the amount, and the rest stays what it is.
///
/// What remains between the two is a currency difference; it is refused where the policy does not allow so much.
pub fn exchange(
    left: Money,
    pays: Money,
    rate: &RateFacts,
    policy: &CashPolicy,
    keeps_rest: bool,
) -> Result<Exchange, ExchangeRefusal> {
    let asked = convert(pays, rate).map_err(ExchangeRefusal::Rate)?;
    let gives = if keeps_rest && asked.minor < left.minor { asked } else { left };
    let gets = convert(gives, rate).map_err(ExchangeRefusal::Rate)?;
    if gives.minor <= 0 || gets.minor <= 0 || pays.minor <= 0 || gets.currency != pays.currency {
        return Err(ExchangeRefusal::Nothing);
    }
    let (difference, allowed) = (pays.minor - gets.minor, allowed(pays, policy));
    if difference.abs() > allowed.minor {
        return Err(ExchangeRefusal::TooFar { gets, pays, allowed });
    }
    Ok(Exchange { gives, gets, difference })
}

/// What all of a receipt would pay in the currency of a rate, where exactly one thing fits: what the payer names, else the one
/// line that is as large, else all that is owed. It is only ever proposed: a rate is not what the payer said.
pub fn exchange_match(receipt: &Receipt, owed: &Owed, rate: &RateFacts, policy: &CashPolicy) -> Option<ExchangeMatch> {
    let left = Money::new(receipt.amount, receipt.currency);
    let currency = if rate.from == receipt.currency { rate.to } else { rate.from };
    let fits = |lines: Vec<PayableLine>, confidence| {
        let pays = lines.iter().map(|line| line.open).fold(0, i64::saturating_add);
        let exchange = exchange(left, Money::new(pays, currency), rate, policy, false).ok()?;
        Some(ExchangeMatch { confidence, lines, exchange })
    };
    let stated = receipt.remittance.iter().chain(&receipt.stated).map(|line| &line.document);
    let written: Vec<_> = receipt.references.iter().chain(stated).collect();
    let is_named = |line: &&PayableLine| written.iter().any(|text| same_document(text, &line.document).is_some());
    let named: Vec<PayableLine> = owed.lines.iter().filter(is_named).cloned().collect();
    if !named.is_empty() {
        return fits(named, 90);
    }
    let mut alone = owed.lines.iter().filter_map(|line| fits(alloc::vec![line.clone()], 70));
    match (alone.next(), alone.next()) {
        (Some(_), Some(_)) => None,
        (Some(only), None) => Some(only),
        (None, _) => fits(owed.lines.clone(), 60),
    }
}
