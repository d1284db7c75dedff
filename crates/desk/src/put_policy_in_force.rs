//! Policies: the one in force, what another would change, and putting it in force.

use std::sync::{Arc, Mutex, PoisonError};

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Currency;
use dunwell_rules::policy::Policy;
use dunwell_rules::rights::Action;
use serde::Serialize;
use serde_json::Value;

use crate::desk::Desk;
use crate::policy_file;
use crate::refusal::{Refusal, Result};

/// A policy with the version the book keeps it under.
#[derive(Debug, Clone)]
pub struct PolicyInForce {
    /// The version: the entry that put it in force.
    pub version: EntryId,
    /// Its rules.
    pub policy: Policy,
}

/// The policy in force.
pub async fn policy_in_force(desk: &Desk) -> Result<PolicyInForce> {
    let row = desk.book.read().await?.policy_in_force().await?;
    let row = row.ok_or_else(|| Refusal::NotFound { what: "policy", id: "in force".into() })?;
    Ok(PolicyInForce { version: row.policy, policy: understood(row.text, desk.settings().currency)? })
}

/// A text that was read, in the currency of its book, and the policy it says.
type Understood = (String, Currency, Policy);

/// The policy that a text says. The last one is remembered: a page asks for the same one several times, and reading it takes
/// longer than most of what a page looks up.
fn understood(text: String, currency: Currency) -> Result<Policy> {
    static LAST: Mutex<Option<Arc<Understood>>> = Mutex::new(None);
    let last = LAST.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(last) = last.filter(|last| last.0 == text && last.1 == currency) {
        return Ok(last.2.clone());
    }
    let policy = policy_file::read(&text, currency)?;
    let last = Arc::new((text, currency, policy.clone()));
    *LAST.lock().unwrap_or_else(PoisonError::into_inner) = Some(last);
    Ok(policy)
}

/// One key two policies differ in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyChange {
    /// The key, as `notices.step[2].days_past_due`.
    pub key: String,
    /// What is in force; null where the key is new.
    pub from: Value,
    /// What the other says; null where it is left out.
    pub to: Value,
}

/// The keys in which `to` differs from `from`, in the order of the file's sections.
pub fn difference(from: &Policy, to: &Policy) -> Vec<PolicyChange> {
    let mut changes = Vec::new();
    let tree = |policy: &Policy| serde_json::to_value(policy).expect("a policy is plain data");
    compare("", &tree(from), &tree(to), &mut changes);
    changes
}

fn compare(key: &str, from: &Value, to: &Value, changes: &mut Vec<PolicyChange>) {
    let under = |name: &str| if key.is_empty() { name.into() } else { format!("{key}.{name}") };
    match (from, to) {
        (Value::Object(a), Value::Object(b)) => {
            let names = a.keys().chain(b.keys().filter(|name| !a.contains_key(*name)));
            for name in names {
                let (from, to) = (a.get(name).unwrap_or(&Value::Null), b.get(name).unwrap_or(&Value::Null));
                compare(&under(name), from, to, changes);
            }
        }
        (Value::Array(a), Value::Array(b)) if a.iter().chain(b).any(Value::is_object) => {
            for index in 0..a.len().max(b.len()) {
                let (from, to) = (a.get(index).unwrap_or(&Value::Null), b.get(index).unwrap_or(&Value::Null));
                compare(&format!("{key}[{index}]"), from, to, changes);
            }
        }
        (from, to) if from != to => {
            changes.push(PolicyChange { key: key.into(), from: from.clone(), to: to.clone() });
        }
        _ => {}
    }
}

/// Puts a policy in force from its text; refused with line and column when it does not parse or contradicts itself.
pub async fn activate_policy(desk: &Desk, text: &str, on: Date) -> Result<PolicyInForce> {
    desk.may(Action::ActivatePolicy)?;
    let policy = policy_file::read(text, desk.settings().currency)?;
    let version = desk
        .retrying(|| async {
            let mut recording = desk.record("policy activate", on).await?;
            let version = recording.activate_policy(&policy.name, text).await?;
            recording.commit().await?;
            Ok(version)
        })
        .await?;
    Ok(PolicyInForce { version, policy })
}
