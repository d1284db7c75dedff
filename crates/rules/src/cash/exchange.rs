//! A receipt in another currency than what it pays: how much of it is turned into that currency, at which dated rate, and what
//! difference that leaves. Each currency is conserved by itself: what leaves the one comes into the other at the rate, rounded
//! half-even to a minor unit, and the difference is named.

use alloc::vec::Vec;

use super::payer::one_of;
use super::{CashPolicy, MAX_CANDIDATES, Owed, PayableLine, Receipt, same_document};
use crate::money::{ConversionError, Money, RateFacts, Rounding, convert, divide};

/// One, as rates count.
const NANO: i128 = 1_000_000_000;

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
    /// Whether the payer names the lines.
    pub named: bool,
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

/// What all of a receipt would pay in the currency of a rate, the likeliest first: what the payer names and nothing else, where
/// anything is named; else each line that is nearly as large, and all that is owed. One of several is no surer than chance would
/// be. It is proposed; a rate is not what the payer said.
pub fn exchange_matches(receipt: &Receipt, owed: &Owed, rate: &RateFacts, policy: &CashPolicy) -> Vec<ExchangeMatch> {
    let left = Money::new(receipt.amount, receipt.currency);
    let currency = if rate.from == receipt.currency { rate.to } else { rate.from };
    let fits = |lines: Vec<PayableLine>, confidence, named| {
        let pays = lines.iter().map(|line| line.open).fold(0, i64::saturating_add);
        let exchange = exchange(left, Money::new(pays, currency), rate, policy, false).ok()?;
        Some(ExchangeMatch { confidence, named, lines, exchange })
    };
    let stated = receipt.remittance.iter().chain(&receipt.stated).map(|line| &line.document);
    let written: Vec<_> = receipt.references.iter().chain(stated).collect();
    let is_named = |line: &&PayableLine| written.iter().any(|text| same_document(text, &line.document).is_some());
    let named: Vec<PayableLine> = owed.lines.iter().filter(is_named).cloned().collect();
    if !named.is_empty() {
        return fits(named, 90, true).into_iter().collect();
    }
    let mut found: Vec<ExchangeMatch> =
        owed.lines.iter().filter_map(|line| fits(alloc::vec![line.clone()], 70, false)).collect();
    if owed.lines.len() > 1 {
        found.extend(fits(owed.lines.clone(), 60, false));
    }
    found.sort_by_key(|found| found.exchange.difference.abs());
    let of = found.len();
    found.truncate(MAX_CANDIDATES);
    found.iter_mut().for_each(|found| found.confidence = one_of(found.confidence, of));
    found
}

/// Whether a receipt pays in another currency by itself: the policy says so (`apply_named_currency`), the payer names what it
/// pays, and nothing of that is disputed.
pub fn pays_abroad_by_itself(found: &ExchangeMatch, policy: &CashPolicy) -> bool {
    policy.apply_named_currency && found.named && found.lines.iter().all(|line| line.disputed == 0)
}

/// Whether a rate that a person states is near the dated one: no more of that apart than the policy's `stated_rate_bp`.
pub fn is_near(stated: &RateFacts, dated: &RateFacts, policy: &CashPolicy) -> bool {
    let dated_nano = match i128::from(dated.rate_nano) {
        nano if dated.from == stated.from => nano,
        nano if nano > 0 => NANO * NANO / nano,
        _ => return true,
    };
    let apart = (i128::from(stated.rate_nano) - dated_nano).abs();
    apart * 10_000 <= dated_nano * i128::from(policy.stated_rate_bp.max(0))
}
