//! How cash is matched, as a policy says it.

use alloc::string::String;
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::CashRule;
use super::stated_reason::StatedReason;
use crate::money::{Currency, parse_amount};

/// How receipts are matched, as a manager writes it down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CashPolicy {
    /// The rules that are tried, in this order. One left out is not tried.
    pub order: Vec<CashRule>,
    /// Calendar days after its last day on which a discount is still allowed.
    pub discount_grace_days: i64,
    /// A document short or over by no more than this is closed, and what is missing written off; decimal amount of the
    /// receipt's own currency. 0 writes nothing off.
    pub tolerance: String,
    /// At most so many open lines are looked at for a set that adds up.
    pub subset_lines: usize,
    /// A set that adds up is taken only when the sets looked at, times this, are fewer than the amounts they could have
    /// made: one in so many receipts would find a set by chance.
    pub subset_chance: u64,
    /// How far what a receipt comes to in another currency may be from what it pays there, in basis points of that: what is
    /// between the two is a currency difference.
    pub currency_tolerance_bp: i64,
    /// Whether a receipt pays documents in another currency by itself where the payer names them and the dated rate explains
    /// the amount within `currency_tolerance_bp`; else it is proposed.
    pub apply_named_currency: bool,
    /// How far a rate that a person states may be from the dated one, in basis points of that, where one is known.
    pub stated_rate_bp: i64,
    /// What payers' own reasons for paying less mean; they hold before the lists of the formats.
    #[serde(rename = "reason", skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<StatedReason>,
}

impl Default for CashPolicy {
    fn default() -> Self {
        Self {
            order: CashRule::ALL.to_vec(),
            discount_grace_days: 3,
            tolerance: String::from("1.00"),
            subset_lines: 40,
            subset_chance: 1_000,
            currency_tolerance_bp: 100,
            apply_named_currency: false,
            stated_rate_bp: 1_000,
            reasons: Vec::new(),
        }
    }
}

impl CashPolicy {
    /// The tolerance in minor units of a currency; nothing where the policy's amount is finer than its units.
    pub fn tolerance_in(&self, currency: Currency) -> i64 {
        parse_amount(&self.tolerance, currency).map_or(0, |amount| amount.minor.max(0))
    }
}
