//! The closed vocabulary of conditions that policies speak: comparisons with plain names. All that are named must hold.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::assessment::{Assessment, Flag, Seriousness};
use crate::calendar::days_between;
use crate::facts::AccountFacts;
use crate::money::Money;
use crate::policy::BookAmounts;
use crate::trend::TrendWord;

/// The conditions of one rule or step. A key left out is no condition; amounts are in the book's currency.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Conditions {
    /// The oldest past-due line is at least so many days past due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_days_past_due_at_least: Option<i64>,
    /// The oldest past-due line is at most so many days past due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_days_past_due_at_most: Option<i64>,
    /// At least this is collectible.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collectible_at_least: Option<String>,
    /// At least this is past due, disputed or promised though it may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub past_due_at_least: Option<String>,
    /// At least this is disputed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub disputed_at_least: Option<String>,
    /// At least this lies unapplied.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unapplied_at_least: Option<String>,
    /// At least so many promises of the last 366 days were broken, wholly or in part.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub broken_promises_at_least: Option<i64>,
    /// The account's risk class is one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk_class_in: Option<Vec<String>>,
    /// The account's segment is this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub segment_is: Option<String>,
    /// The payment trend is this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trend_is: Option<TrendWord>,
    /// The delinquency is at least so serious.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seriousness_at_least: Option<Seriousness>,
    /// The assessment raised this flag.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub flag_is: Option<Flag>,
    /// The last contact is at least so many calendar days ago, or there was none in the last 92 days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub days_since_contact_at_least: Option<i64>,
}

/// One condition looked at: whether it holds, and the sentence that says so.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConditionFound {
    /// Whether it holds.
    pub holds: bool,
    /// What was compared, as a person reads it.
    pub because: String,
}

impl Conditions {
    /// Whether there is no condition, so that the rule always holds.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The amounts named, with their keys.
    pub fn amounts(&self) -> impl Iterator<Item = (&'static str, &str)> {
        [
            ("collectible_at_least", &self.collectible_at_least),
            ("past_due_at_least", &self.past_due_at_least),
            ("disputed_at_least", &self.disputed_at_least),
            ("unapplied_at_least", &self.unapplied_at_least),
        ]
        .into_iter()
        .filter_map(|(key, amount)| Some((key, amount.as_deref()?)))
    }

    /// Looks at every condition, in documented order. The rule holds when all of them do.
    pub fn look(&self, account: &Assessment, facts: &AccountFacts, amounts: &BookAmounts) -> Vec<ConditionFound> {
        let mut found = Vec::new();
        self.look_at_figures(account, amounts, &mut found);
        self.look_at_account(account, facts, &mut found);
        found
    }

    /// Whether all conditions hold.
    pub fn hold(&self, account: &Assessment, facts: &AccountFacts, amounts: &BookAmounts) -> bool {
        self.look(account, facts, amounts).iter().all(|condition| condition.holds)
    }

    fn look_at_figures(&self, account: &Assessment, amounts: &BookAmounts, found: &mut Vec<ConditionFound>) {
        let oldest = account.oldest_days_past_due.unwrap_or(0);
        if let Some(bound) = self.oldest_days_past_due_at_least {
            found.push(ConditionFound { holds: oldest >= bound, because: format!("oldest {oldest} days past due") });
        }
        if let Some(bound) = self.oldest_days_past_due_at_most {
            found.push(ConditionFound { holds: oldest <= bound, because: format!("oldest {oldest} days past due") });
        }
        for (key, bound) in self.amounts() {
            let (word, amount) = match key {
                "collectible_at_least" => ("collectible", account.collectible),
                "past_due_at_least" => ("past due", account.past_due),
                "disputed_at_least" => ("disputed", account.disputed),
                _ => ("unapplied", Money::new(account.unapplied.minor.saturating_neg(), account.currency)),
            };
            found.push(match amounts.read(bound, account.currency) {
                Some(bound) => {
                    ConditionFound { holds: amount.minor >= bound.minor, because: format!("{amount} {word}") }
                }
                None => ConditionFound {
                    holds: false,
                    because: format!("no rate from {} to {} to compare {word}", amounts.book, account.currency),
                },
            });
        }
    }

    fn look_at_account(&self, account: &Assessment, facts: &AccountFacts, found: &mut Vec<ConditionFound>) {
        if let Some(bound) = self.broken_promises_at_least {
            let broken = account.broken_promises();
            found.push(ConditionFound { holds: broken >= bound, because: format!("{broken} broken promises") });
        }
        if let Some(classes) = &self.risk_class_in {
            let class = facts.risk_class.as_deref();
            let because = class.map_or("no risk class".to_string(), |class| format!("risk class {class}"));
            found.push(ConditionFound { holds: class.is_some_and(|c| classes.iter().any(|k| k == c)), because });
        }
        if let Some(segment) = &self.segment_is {
            let because = facts.segment.as_deref().map_or("no segment".to_string(), |s| format!("segment {s}"));
            found.push(ConditionFound { holds: facts.segment.as_ref() == Some(segment), because });
        }
        if let Some(trend) = self.trend_is {
            let word = account.trend.word;
            found.push(ConditionFound { holds: word == trend, because: format!("payment trend {}", word.code()) });
        }
        if let Some(bound) = self.seriousness_at_least {
            let word = account.seriousness.word;
            found.push(ConditionFound {
                holds: word.rank() >= bound.rank(),
                because: format!("seriousness {}", word.code()),
            });
        }
        if let Some(flag) = self.flag_is {
            let raised = account.flags.iter().find(|found| found.flag == flag);
            let because = raised.map_or_else(|| format!("not {}", flag.code()), |found| found.because.clone());
            found.push(ConditionFound { holds: raised.is_some(), because });
        }
        if let Some(bound) = self.days_since_contact_at_least {
            let days = facts.contacts.iter().map(|contact| days_between(contact.day, account.as_of)).min();
            let because =
                days.map_or("no contact in 92 days".to_string(), |days| format!("last contact {days} days ago"));
            found.push(ConditionFound { holds: days.is_none_or(|days| days >= bound), because });
        }
    }
}
