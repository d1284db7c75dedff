//! Why an account was, or was not, contacted on a day: the recorded decision, or what the rules say where none was made.

use dunwell_rules::assessment::Cite;
use dunwell_rules::calendar::Date;
use dunwell_rules::decision::{Decision, NotChosen};
use dunwell_rules::facts::AccountFacts;
use dunwell_store::fault::Fault;
use dunwell_store::read::Reading;
use serde::Serialize;

use crate::desk::Desk;
use crate::judge::Judge;
use crate::look::account::facts_of;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::Result;

/// The decision of a day for an account in one currency.
#[derive(Debug, Clone, Serialize)]
pub struct Why {
    /// Customer number.
    pub account: String,
    /// The day.
    pub on: String,
    /// The currency.
    pub currency: String,
    /// Whether the day's run recorded it; otherwise it is what the rules say now about that day.
    pub recorded: bool,
    /// `take`, `propose` or `wait`.
    pub decision: String,
    /// The step taken or proposed.
    pub step: Option<String>,
    /// The rule that decided: `POLICY/STEP` or a wait code.
    pub rule: String,
    /// The policy's name.
    pub policy: String,
    /// In words; the first is the one to show.
    pub reasons: Vec<String>,
    /// The entries it rests on; empty only for N-1.
    pub cites: Vec<Cite>,
    /// Every other answer, and why it was not given.
    pub not_chosen: Vec<NotChosen>,
    /// The account's other currencies.
    pub others: Vec<Why>,
}

/// Explains the day `on`. The currency with the largest collectible amount is on top, the others below it.
pub async fn why(desk: &Desk, code: &str, on: Date) -> Result<Why> {
    let mut reading = desk.book.read().await?;
    let facts = facts_of(&mut reading, code, on).await?;
    let recorded = recorded(&mut reading, &facts, on).await?;
    // Who holds a reading must not wait for another, or many at once wait for ever.
    drop(reading);
    let policy = policy_in_force(desk).await?.policy;
    let judge = match recorded.iter().all(Option::is_some) {
        true => Judge::of(desk, policy, on, false).await?,
        false => Judge::deciding(desk, policy, on, false).await?,
    };
    Ok(explained(&judge, &facts, recorded))
}

/// What the day's run recorded of each currency.
pub(super) async fn recorded(reading: &mut Reading, facts: &[AccountFacts], on: Date) -> Result<Vec<Option<Decision>>> {
    let mut recorded = Vec::with_capacity(facts.len());
    for facts in facts {
        let stored = reading.decision(facts.account, facts.currency, on).await?;
        let stored = stored.map(|row| serde_json::from_str::<Decision>(&row.detail)).transpose();
        let damaged = |error| Fault::new(format!("the decision of {} on {on} is damaged: {error}", facts.code));
        recorded.push(stored.map_err(damaged)?);
    }
    Ok(recorded)
}

/// The explanation of an account, the currency with the largest collectible amount on top.
pub(super) fn explained(judge: &Judge, facts: &[AccountFacts], recorded: Vec<Option<Decision>>) -> Why {
    let explained = facts.iter().zip(recorded).map(|(facts, stored)| explain(judge, facts, stored));
    let mut answers: Vec<(i64, Why)> = explained.collect();
    // The amounts of two currencies are not comparable; the number on the page is what a person sees first.
    answers.sort_by(|(a, x), (b, y)| b.cmp(a).then_with(|| x.currency.cmp(&y.currency)));
    let mut answers = answers.into_iter().map(|(_, why)| why);
    let mut top = answers.next().expect("an account has at least one currency");
    top.others = answers.collect();
    top
}

fn explain(judge: &Judge, facts: &AccountFacts, stored: Option<Decision>) -> (i64, Why) {
    let assessment = judge.assess(facts);
    let recorded = stored.is_some();
    let decision = stored.unwrap_or_else(|| judge.decide(facts, &assessment).decision);
    let why = Why {
        account: facts.code.clone(),
        on: facts.as_of.to_string(),
        currency: facts.currency.to_string(),
        recorded,
        decision: decision.action.code().into(),
        step: decision.action.step().map(|step| step.id.to_string()),
        rule: decision.rule.to_string(),
        policy: decision.policy,
        reasons: decision.reasons,
        cites: decision.cites,
        not_chosen: decision.not_chosen,
        others: Vec::new(),
    };
    (assessment.collectible.minor, why)
}
