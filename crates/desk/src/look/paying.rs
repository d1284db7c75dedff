//! How they pay: what the contract says against what they do, month by month; promises kept of those made; and the family.

use dunwell_rules::account::EntryId;
use dunwell_rules::assessment::Assessment;
use dunwell_rules::calendar::{Date, days_between};
use dunwell_rules::facts::{AccountFacts, MonthFacts};
use dunwell_rules::money::Money;
use dunwell_rules::promise::PromiseState;
use dunwell_rules::terms::Terms;
use dunwell_rules::trend::Trend;
use dunwell_store::read::{AccountChoice, Reading};
use serde::Serialize;

use crate::desk::Desk;
use crate::judge::Judge;
use crate::look::account::facts_of;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::{Refusal, Result};

/// How an account pays.
#[derive(Debug, Clone, Serialize)]
pub struct Paying {
    /// Customer number.
    pub account: String,
    /// The day.
    pub on: String,
    /// The contract's terms, as the account has them.
    pub terms: Option<String>,
    /// Days from document to the last due date by those terms, for a document of the day.
    pub contract_days: Option<i64>,
    /// One entry a currency, by code.
    pub currencies: Vec<PayingCurrency>,
    /// Promises of the last 366 days, over all currencies.
    pub promises: PromiseCount,
    /// The account it belongs to.
    pub parent: Option<Relative>,
    /// The accounts that belong to it, in the order they were opened.
    pub children: Vec<Relative>,
    /// Whether there are more children than are shown.
    pub more_children: bool,
}

/// How an account pays in one currency.
#[derive(Debug, Clone, Serialize)]
pub struct PayingCurrency {
    /// The currency.
    pub currency: String,
    /// Average days late of the last 12 whole months, weighted by amount, in tenths of a day; null when nothing was paid.
    pub average_days_late_tenths: Option<i64>,
    /// Contract days and average days late together: the terms they take, in tenths of a day.
    pub real_days_tenths: Option<i64>,
    /// The last payment: its day and amount.
    pub last_payment: Option<(String, Money)>,
    /// The trend in words and numbers.
    pub trend: Trend,
    /// The 12 whole months before the day's month, oldest first; months without a payment too.
    pub months: Vec<MonthPoint>,
}

/// One month of the chart.
#[derive(Debug, Clone, Serialize)]
pub struct MonthPoint {
    /// The month, as `2026-10`.
    pub month: String,
    /// Due lines paid to zero.
    pub lines: i64,
    /// Their original amounts.
    pub amount: Money,
    /// How many of them were paid late.
    pub late_lines: i64,
    /// Average days late weighted by amount, in tenths of a day; null when nothing was paid.
    pub days_late_tenths: Option<i64>,
    /// The most days late of one line.
    pub longest_days_late: i64,
}

/// Promises by what became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct PromiseCount {
    /// Whose time is over, but for those withdrawn or replaced.
    pub made: i64,
    /// Kept in full, by the day or within the grace.
    pub kept: i64,
    /// Kept in part or not at all.
    pub broken: i64,
    /// Still running.
    pub open: i64,
}

/// An account of the same family.
#[derive(Debug, Clone, Serialize)]
pub struct Relative {
    /// Customer number.
    pub account: String,
    /// Name; null when unknown or erased.
    pub name: Option<String>,
    /// What it owes and what of it is past due, by currency.
    pub balances: Vec<RelativeBalance>,
}

/// What a relative owes in one currency.
#[derive(Debug, Clone, Serialize)]
pub struct RelativeBalance {
    /// Everything open, less unapplied credits.
    pub balance: Money,
    /// What is past due.
    pub past_due: Money,
}

/// Children that are shown at most.
const CHILDREN: usize = 50;

/// How the account `code` pays, as it stood on the day `on`.
pub async fn how_they_pay(desk: &Desk, code: &str, on: Date) -> Result<Paying> {
    let judge = Judge::of(desk, policy_in_force(desk).await?.policy, on, false).await?;
    let mut reading = desk.book.read().await?;
    let facts = facts_of(&mut reading, code, on).await?;
    paying_of(&mut reading, &judge, &facts).await
}

/// How an account pays, given its facts.
pub(super) async fn paying_of(reading: &mut Reading, judge: &Judge, facts: &[AccountFacts]) -> Result<Paying> {
    let on = judge.day;
    let code = &facts.first().expect("an account has at least one currency").code;
    let account = reading.account(code).await?.ok_or_else(|| Refusal::UnknownAccount(code.clone()))?;
    let contract_days = account.terms.as_deref().and_then(|terms| contract_days(terms, on));
    let mut promises = PromiseCount::default();
    let mut currencies = Vec::with_capacity(facts.len());
    for facts in facts {
        let assessment = judge.assess(facts);
        count(&mut promises, &assessment);
        currencies.push(currency(facts, assessment.trend, contract_days));
    }
    let parent = match reading.parent_of(account.entry).await? {
        Some(parent) => relative(reading, judge, parent).await?,
        None => None,
    };
    let found = reading.children_of(account.entry, i64::try_from(CHILDREN + 1).unwrap_or(i64::MAX)).await?;
    let mut children = Vec::new();
    for child in found.iter().take(CHILDREN) {
        children.extend(relative(reading, judge, *child).await?);
    }
    Ok(Paying {
        account: account.account,
        on: on.to_string(),
        terms: account.terms,
        contract_days,
        currencies,
        promises,
        parent,
        children,
        more_children: found.len() > CHILDREN,
    })
}

/// Days to the last due date of a document of the day; nothing where the terms cannot be read.
fn contract_days(terms: &str, on: Date) -> Option<i64> {
    let terms = Terms::parse(terms).ok()?;
    terms.parts().iter().map(|part| days_between(on, part.due.due_date(on))).max()
}

fn currency(facts: &AccountFacts, trend: Trend, contract_days: Option<i64>) -> PayingCurrency {
    let average = trend.last_12.average_days_late_tenths;
    let last = facts.last_payment.as_ref();
    PayingCurrency {
        currency: facts.currency.to_string(),
        average_days_late_tenths: average,
        real_days_tenths: average.zip(contract_days).map(|(late, days)| late + days * 10),
        last_payment: last.map(|payment| (payment.day.to_string(), payment.amount)),
        months: months(facts),
        trend,
    }
}

/// The 12 whole months before the day's month, oldest first.
fn months(facts: &AccountFacts) -> Vec<MonthPoint> {
    let this = i64::from(facts.as_of.year()) * 12 + i64::from(facts.as_of.month()) - 1;
    let number = |month: &MonthFacts| i64::from(month.year) * 12 + i64::from(month.month) - 1;
    let point = |wanted: i64| {
        let month = facts.months.iter().find(|month| number(month) == wanted);
        let value = |of: fn(&MonthFacts) -> i64| month.map_or(0, of);
        let (amount, amount_days) = (value(|month| month.amount), value(|month| month.amount_days_late));
        // Tenths, rounded half up.
        let (amount_wide, tenths) = (i128::from(amount), i128::from(amount_days) * 10);
        let average = (amount > 0).then(|| (2 * tenths + amount_wide) / (2 * amount_wide));
        MonthPoint {
            month: format!("{:04}-{:02}", wanted.div_euclid(12), wanted.rem_euclid(12) + 1),
            lines: value(|month| month.lines),
            amount: Money::new(amount, facts.currency),
            late_lines: value(|month| month.late_lines),
            days_late_tenths: average.and_then(|average| i64::try_from(average).ok()),
            longest_days_late: value(|month| month.longest_days_late),
        }
    };
    (this - 12..this).map(point).collect()
}

fn count(promises: &mut PromiseCount, assessment: &Assessment) {
    for promise in &assessment.promises {
        match promise.state {
            PromiseState::Open { .. } => promises.open += 1,
            PromiseState::Kept | PromiseState::KeptLate => {
                (promises.made, promises.kept) = (promises.made + 1, promises.kept + 1)
            }
            PromiseState::PartiallyKept | PromiseState::Broken => {
                (promises.made, promises.broken) = (promises.made + 1, promises.broken + 1);
            }
            PromiseState::Withdrawn | PromiseState::Superseded => {}
        }
    }
}

async fn relative(reading: &mut Reading, judge: &Judge, account: EntryId) -> Result<Option<Relative>> {
    let Some(view) = reading.account_by_id(account).await? else { return Ok(None) };
    let facts = reading.facts(AccountChoice::Ids(&[account]), judge.day).await?;
    let balance = |facts: &AccountFacts| {
        let assessment = judge.assess(facts);
        RelativeBalance { balance: assessment.balance, past_due: assessment.past_due }
    };
    Ok(Some(Relative { account: view.account, name: view.name, balances: facts.iter().map(balance).collect() }))
}
