//! Trying a policy on a day's book before it is put in force: which decisions it would change. Nothing is recorded.

use dunwell_rules::calendar::Date;
use dunwell_rules::policy::Policy;
use dunwell_store::read::AccountChoice;
use serde::Serialize;

use crate::desk::Desk;
use crate::judge::Judge;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::Result;

/// A decision that two policies make differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedDecision {
    /// Customer number.
    pub account: String,
    /// Currency.
    pub currency: String,
    /// What the policy in force decides, in one line.
    pub now: String,
    /// What the other would decide.
    pub then: String,
}

/// The accounts whose decision of the day `on` would be another under `policy`, by account and currency.
pub async fn simulate_policy(desk: &Desk, policy: Policy, on: Date) -> Result<Vec<ChangedDecision>> {
    let now = Judge::of(desk, policy_in_force(desk).await?.policy, on, false).await?;
    let then = Judge { policy, ..now.clone() };
    let facts = desk.book.read().await?.facts(AccountChoice::All, on).await?;
    let mut changed = Vec::new();
    for facts in &facts {
        let decide = |judge: &Judge| judge.decide(facts, &judge.assess(facts)).decision;
        let (ours, theirs) = (decide(&now), decide(&then));
        if ours.action != theirs.action {
            changed.push(ChangedDecision {
                account: facts.code.clone(),
                currency: facts.currency.to_string(),
                now: ours.line(),
                then: theirs.line(),
            });
        }
    }
    Ok(changed)
}
