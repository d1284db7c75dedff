//! Everything about one account on a day: figures, aging, open items, assessment, and the next action with its reasons.

use dunwell_rules::aging::{Buckets, DateBasis};
use dunwell_rules::assessment::{Assessment, FlagFound, SeriousnessFound};
use dunwell_rules::calendar::Date;
use dunwell_rules::decision::Decision;
use dunwell_rules::facts::AccountFacts;
use dunwell_rules::money::Money;
use dunwell_rules::promise::PromiseStanding;
use dunwell_rules::trend::Trend;
use dunwell_store::read::{AccountChoice, Reading};
use serde::Serialize;

use crate::desk::Desk;
use crate::judge::Judge;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::{Refusal, Result};

/// One account.
#[derive(Debug, Clone, Serialize)]
pub struct AccountView {
    /// Customer number.
    pub account: String,
    /// Name; null when it was never known or is erased.
    pub name: Option<String>,
    /// The day.
    pub on: String,
    /// The collector it is assigned to.
    pub collector: Option<String>,
    /// One entry a currency, by code.
    pub currencies: Vec<CurrencyView>,
}

/// An account in one currency.
#[derive(Debug, Clone, Serialize)]
pub struct CurrencyView {
    /// The currency.
    pub currency: String,
    /// Everything open, less unapplied credits.
    pub balance: Money,
    /// What is past due.
    pub past_due: Money,
    /// What may be asked for today.
    pub collectible: Money,
    /// What is disputed.
    pub disputed: Money,
    /// What is promised, and not broken yet.
    pub promised: Money,
    /// Unapplied credits, at or below zero.
    pub unapplied: Money,
    /// Every bucket in order.
    pub aging: Vec<BucketView>,
    /// Open lines, oldest due first, then unapplied credits.
    pub items: Vec<ItemView>,
    /// What the figures say about the account.
    pub assessment: AssessmentView,
    /// What the rules say to do.
    pub next_action: NextActionView,
}

/// One bucket.
#[derive(Debug, Clone, Serialize)]
pub struct BucketView {
    /// The bucket's code.
    pub bucket: String,
    /// What is open in it.
    pub amount: Money,
}

/// One open line, or one unapplied credit.
#[derive(Debug, Clone, Serialize)]
pub struct ItemView {
    /// The item.
    pub item: String,
    /// The instalment, from 1.
    pub line: i64,
    /// Document number.
    pub document: String,
    /// Kind.
    pub kind: String,
    /// Customer's purchase order.
    pub po_number: Option<String>,
    /// Document date; a credit's posting date.
    pub date: String,
    /// Due date; null for a credit.
    pub due: Option<String>,
    /// Days past due, never below zero.
    pub days_past_due: i64,
    /// Original amount; below zero for a credit.
    pub amount: Money,
    /// What is open; below zero for a credit.
    pub open: Money,
    /// What of it is disputed.
    pub disputed: Money,
    /// What of it is promised.
    pub promised: Money,
    /// What of it may be asked for today.
    pub collectible: Money,
}

/// What the figures say.
#[derive(Debug, Clone, Serialize)]
pub struct AssessmentView {
    /// Days past due of the oldest past-due line.
    pub oldest_days_past_due: Option<i64>,
    /// How serious it is, with the points that say so.
    pub seriousness: SeriousnessFound,
    /// Flags with their reasons and entries.
    pub flags: Vec<FlagFound>,
    /// The payment trend with its numbers.
    pub trend: Trend,
    /// Promises and how they stand.
    pub promises: Vec<PromiseStanding>,
}

/// What the rules say to do.
#[derive(Debug, Clone, Serialize)]
pub struct NextActionView {
    /// `take`, `propose` or `wait`.
    pub action: String,
    /// The step.
    pub step: Option<String>,
    /// The rule.
    pub rule: String,
    /// Why.
    pub reasons: Vec<String>,
}

/// Everything about the account `code` on the day `on`; refused when there is no such account.
pub async fn account(desk: &Desk, code: &str, on: Date) -> Result<AccountView> {
    // Before the reading: who holds one must not wait for another, or many at once wait for ever.
    let judge = Judge::deciding(desk, policy_in_force(desk).await?.policy, on, false).await?;
    let mut reading = desk.book.read().await?;
    let facts = facts_of(&mut reading, code, on).await?;
    view_of(&mut reading, &judge, &desk.buckets(), &facts).await
}

/// The facts of the account `code`, at least of one currency; refused when there is no such account.
pub(super) async fn facts_of(reading: &mut Reading, code: &str, on: Date) -> Result<Vec<AccountFacts>> {
    let facts = reading.facts(AccountChoice::Codes(&[code]), on).await?;
    if facts.is_empty() { Err(Refusal::UnknownAccount(code.into()).into()) } else { Ok(facts) }
}

/// The view of an account, given its facts.
pub(super) async fn view_of(
    reading: &mut Reading,
    judge: &Judge,
    buckets: &Buckets,
    facts: &[AccountFacts],
) -> Result<AccountView> {
    let first = facts.first().expect("an account has at least one currency");
    let parties = reading.parties(&[first.account]).await?;
    let currencies = facts.iter().map(|facts| {
        let assessment = judge.assess(facts);
        let decision = judge.decide(facts, &assessment).decision;
        currency_view(facts, assessment, decision, buckets)
    });
    Ok(AccountView {
        account: first.code.clone(),
        name: parties.get(&first.account).and_then(|party| party.name.clone()),
        on: judge.day.to_string(),
        collector: first.collector.clone(),
        currencies: currencies.collect(),
    })
}

fn currency_view(facts: &AccountFacts, assessment: Assessment, decision: Decision, buckets: &Buckets) -> CurrencyView {
    CurrencyView {
        currency: facts.currency.to_string(),
        balance: assessment.balance,
        past_due: assessment.past_due,
        collectible: assessment.collectible,
        disputed: assessment.disputed,
        promised: assessment.promised,
        unapplied: assessment.unapplied,
        aging: aging(&assessment, buckets),
        items: items(facts, &assessment),
        next_action: NextActionView {
            action: decision.action.code().into(),
            step: decision.action.step().map(|step| step.id.to_string()),
            rule: decision.rule.to_string(),
            reasons: decision.reasons,
        },
        assessment: AssessmentView {
            oldest_days_past_due: assessment.oldest_days_past_due,
            seriousness: assessment.seriousness,
            flags: assessment.flags,
            trend: assessment.trend,
            promises: assessment.promises,
        },
    }
}

/// The aging of an assessed account, every bucket in order.
pub(crate) fn aging(assessment: &Assessment, buckets: &Buckets) -> Vec<BucketView> {
    let mut amounts = vec![0; buckets.count()];
    for line in &assessment.lines {
        amounts[buckets.bucket_of(line.days_past_due)] += line.open;
    }
    let view = |(bucket, minor)| BucketView { bucket, amount: Money::new(minor, assessment.currency) };
    buckets.codes(DateBasis::Due).into_iter().zip(amounts).map(view).collect()
}

fn items(facts: &AccountFacts, assessment: &Assessment) -> Vec<ItemView> {
    let money = |minor| Money::new(minor, facts.currency);
    let lines = facts.lines.iter().zip(&assessment.lines).map(|(line, assessed)| ItemView {
        item: line.item.to_string(),
        line: line.line,
        document: line.document.clone(),
        kind: line.kind.code().into(),
        po_number: line.po_number.clone(),
        date: line.document_date.to_string(),
        due: Some(line.due_date.to_string()),
        days_past_due: assessed.days_past_due.max(0),
        amount: money(line.amount),
        open: money(line.open),
        disputed: money(assessed.disputed),
        promised: money(assessed.promised),
        collectible: money(assessed.collectible()),
    });
    let credits = facts.credits.iter().map(|credit| ItemView {
        item: credit.item.to_string(),
        line: 1,
        document: credit.document.clone(),
        kind: credit.kind.code().into(),
        po_number: None,
        date: credit.posting_date.to_string(),
        due: None,
        days_past_due: 0,
        amount: money(-credit.amount),
        open: money(-credit.unapplied),
        disputed: money(0),
        promised: money(0),
        collectible: money(0),
    });
    lines.chain(credits).collect()
}
