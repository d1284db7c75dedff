//! Assignment: which collector looks after which account, by stated criteria and by load (responsibility R2).

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::account::EntryId;

/// Who takes which accounts.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AssignmentPolicy {
    /// The collectors, in the order in which a tie is broken.
    pub collector: Vec<CollectorRule>,
}

/// What one collector takes. Criteria left out match every account; all that are named must match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CollectorRule {
    /// The user's name.
    pub name: String,
    /// Segments.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segment_in: Vec<String>,
    /// Risk classes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub risk_class_in: Vec<String>,
    /// The first customer number, compared bytewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_from: Option<String>,
    /// The last customer number, compared bytewise; numbers that begin with it are still in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code_to: Option<String>,
    /// The most accounts the collector holds; no bound when left out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_accounts: Option<i64>,
}

/// An account to be assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssignableAccount {
    /// The account.
    pub account: EntryId,
    /// The customer number.
    pub code: String,
    /// The segment.
    pub segment: Option<String>,
    /// The risk class.
    pub risk_class: Option<String>,
    /// Who holds it now.
    pub collector: Option<String>,
}

/// Who holds an account from now on, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assignment {
    /// The account.
    pub account: EntryId,
    /// The collector; `None` when nobody's criteria match or nobody has room.
    pub collector: Option<String>,
    /// Why.
    pub because: String,
}

impl CollectorRule {
    /// Whether the account meets all criteria.
    pub fn matches(&self, account: &AssignableAccount) -> bool {
        let named = |list: &[String], value: &Option<String>| {
            list.is_empty() || value.as_ref().is_some_and(|value| list.contains(value))
        };
        named(&self.segment_in, &account.segment)
            && named(&self.risk_class_in, &account.risk_class)
            && self.code_from.as_ref().is_none_or(|from| account.code >= *from)
            && self.code_to.as_ref().is_none_or(|to| account.code <= *to || account.code.starts_with(to.as_str()))
    }

    /// How many criteria it names: more is more specific.
    fn criteria(&self) -> i64 {
        let named = [
            !self.segment_in.is_empty(),
            !self.risk_class_in.is_empty(),
            self.code_from.is_some() || self.code_to.is_some(),
        ];
        named.into_iter().map(i64::from).sum()
    }
}

/// Assigns accounts, in the order of their customer numbers.
///
/// An account stays with a collector of the policy whose criteria it still meets, so that customers keep their person.
/// Any other goes to the collector with the most specific matching criteria; of several, the one with the fewest
/// accounts; of several, the first in the policy. A collector at `max_accounts` takes no further account. With no
/// collector in the policy every account stays where it is.
pub fn assign(mut accounts: Vec<AssignableAccount>, policy: &AssignmentPolicy) -> Vec<Assignment> {
    accounts.sort_by(|a, b| a.code.cmp(&b.code).then(a.account.cmp(&b.account)));
    let mut load: BTreeMap<&str, i64> = BTreeMap::new();
    for account in &accounts {
        if let Some(rule) = current(account, policy) {
            *load.entry(rule.name.as_str()).or_insert(0) += 1;
        }
    }
    let mut assignments = Vec::with_capacity(accounts.len());
    for account in accounts {
        let (collector, because) = if policy.collector.is_empty() {
            (account.collector.clone(), "the policy names no collectors".to_string())
        } else if let Some(rule) = current(&account, policy) {
            (Some(rule.name.clone()), format!("stays with {}", rule.name))
        } else {
            choose(&account, policy, &mut load)
        };
        assignments.push(Assignment { account: account.account, collector, because });
    }
    assignments
}

/// The rule of the collector who holds the account now, if it still matches.
fn current<'a>(account: &AssignableAccount, policy: &'a AssignmentPolicy) -> Option<&'a CollectorRule> {
    let holder = account.collector.as_deref()?;
    policy.collector.iter().find(|rule| rule.name == holder && rule.matches(account))
}

fn choose<'a>(
    account: &AssignableAccount,
    policy: &'a AssignmentPolicy,
    load: &mut BTreeMap<&'a str, i64>,
) -> (Option<String>, String) {
    let held = |rule: &CollectorRule, load: &BTreeMap<&str, i64>| load.get(rule.name.as_str()).copied().unwrap_or(0);
    let has_room = |rule: &&CollectorRule| rule.max_accounts.is_none_or(|most| held(rule, load) < most);
    let matching: Vec<&CollectorRule> = policy.collector.iter().filter(|rule| rule.matches(account)).collect();
    let Some(rule) = matching.iter().copied().filter(has_room).min_by_key(|rule| (-rule.criteria(), held(rule, load)))
    else {
        let why =
            if matching.is_empty() { "no collector's criteria match" } else { "every matching collector is full" };
        return (None, why.to_string());
    };
    let before = held(rule, load);
    *load.entry(rule.name.as_str()).or_insert(0) += 1;
    let accounts = if before == 1 { "account" } else { "accounts" };
    (Some(rule.name.clone()), format!("meets the criteria of {}, who held {before} {accounts}", rule.name))
}
