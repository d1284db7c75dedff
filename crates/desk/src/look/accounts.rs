//! The list of accounts: chosen, sorted, a page at a time, with the figures of the day for the accounts of the page.
//!
//! There is no order by amount: no figure of a day is kept, and sorting by one would look at the whole book.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, days_between};
use dunwell_rules::money::Money;
use dunwell_store::read::{AccountChoice, Reading};
use dunwell_store::views::listing::{ListChoice, ListOrder, ListedAccount, OpenSums};
use serde::Serialize;

use super::page;
use crate::desk::Desk;
use crate::judge::Judge;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::Result;

/// One page of accounts.
#[derive(Debug, Clone, Serialize)]
pub struct Accounts {
    /// The day of the figures.
    pub on: String,
    /// The order: `number` or `name`.
    pub order: &'static str,
    /// The accounts.
    pub accounts: Vec<ListedRow>,
    /// What to ask for the next page with; null on the last.
    pub next_cursor: Option<String>,
}

/// One account of the list.
#[derive(Debug, Clone, Serialize)]
pub struct ListedRow {
    /// Customer number.
    pub account: String,
    /// Name; null when unknown or erased.
    pub name: Option<String>,
    /// The last line of the address: postal code and city, where a source gives them.
    pub city: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// The collector.
    pub collector: Option<String>,
    /// The segment.
    pub segment: Option<String>,
    /// The risk class.
    pub risk_class: Option<String>,
    /// The day of the last contact.
    pub last_contact: Option<String>,
    /// What holds of it: `disputed`, `promised`, `broken_promise`, `unapplied`, `stopped`, `incomplete`.
    pub states: Vec<&'static str>,
    /// One entry a currency with anything open, by code.
    pub currencies: Vec<ListedFigures>,
}

/// What an account owes in one currency.
#[derive(Debug, Clone, Serialize)]
pub struct ListedFigures {
    /// The currency.
    pub currency: String,
    /// Everything open, less unapplied credits.
    pub balance: Money,
    /// What is past due.
    pub past_due: Money,
    /// Days past due of the oldest past-due line.
    pub oldest_days_past_due: Option<i64>,
    /// Unapplied credits, at or below zero.
    pub unapplied: Money,
    /// What is disputed.
    pub disputed: Money,
    /// What is promised and not broken yet.
    pub promised: Money,
}

/// Accounts looked at for one page at most: a page of a rare choice on a past day may be short, and has a next one.
const LOOKED_AT: usize = 2000;

/// A page of the accounts of a choice on the day `on`.
pub async fn accounts(
    desk: &Desk,
    choice: &ListChoice,
    order: ListOrder,
    cursor: Option<&str>,
    limit: Option<usize>,
    on: Date,
) -> Result<Accounts> {
    let (size, mut after) = (page::size(limit)?, page::entry(cursor)?);
    let judge = Judge::of(desk, policy_in_force(desk).await?.policy, on, false).await?;
    let mut reading = desk.book.read().await?;
    let moved = reading.moved_after(on).await?;
    // What is open now does not tell what was past due on a day after which something moved.
    let mut asked = choice.clone();
    asked.past_due &= !moved;
    asked.unapplied &= !moved;
    let (mut rows, mut looked) = (Vec::new(), 0);
    let mut more = true;
    while more && rows.len() <= size && looked < LOOKED_AT {
        let wanted = size + 1 - rows.len();
        let found = reading.list_accounts(&asked, order, after, on, i64::try_from(wanted).unwrap_or(1)).await?;
        more = found.len() == wanted;
        looked += found.len();
        after = found.last().map_or(after, |last| Some(last.account));
        for (account, row) in figures(&mut reading, &judge, &found, moved).await? {
            if holds(choice, &row) {
                rows.push((account, row));
            }
        }
    }
    let cut_short = more && rows.len() <= size;
    let (rows, next) = page::cut(rows, size, |(account, _)| account.to_string());
    let next_cursor = next.or_else(|| after.filter(|_| cut_short).map(|last| last.to_string()));
    let accounts = rows.into_iter().map(|(_, row)| row).collect();
    Ok(Accounts { on: on.to_string(), order: order.code(), accounts, next_cursor })
}

/// Whether the figures of the day are what was chosen.
fn holds(choice: &ListChoice, row: &ListedRow) -> bool {
    let some = |wanted: bool, of: &dyn Fn(&ListedFigures) -> Money| {
        !wanted || row.currencies.iter().any(|figures| !of(figures).is_zero())
    };
    some(choice.past_due, &|figures| figures.past_due)
        && some(choice.unapplied, &|figures| figures.unapplied)
        && some(choice.promised, &|figures| figures.promised)
}

/// The rows of a page. What is disputed and promised is for the rules to say, and only of the accounts that have either.
async fn figures(
    reading: &mut Reading,
    judge: &Judge,
    found: &[ListedAccount],
    moved: bool,
) -> Result<Vec<(EntryId, ListedRow)>> {
    let by_rule = |account: &&ListedAccount| moved || account.disputed || account.promised;
    let assessed = found.iter().filter(by_rule).map(|account| account.account);
    let mut exact = assess(reading, judge, assessed).await?;
    let plain: Vec<EntryId> = found.iter().filter(|a| !by_rule(a)).map(|account| account.account).collect();
    let mut sums = reading.open_sums(&plain, judge.day).await?;
    let row = |account: &ListedAccount| {
        let (currencies, broken) = exact.remove(&account.account).unwrap_or_else(|| {
            let sums = sums.remove(&account.account).unwrap_or_default();
            (sums.iter().map(|sums| of_sums(sums, judge.day)).collect(), false)
        });
        (account.account, listed(account, currencies, broken))
    };
    Ok(found.iter().map(row).collect())
}

/// Figures by currency, and whether a promise is broken.
type Assessed = (Vec<ListedFigures>, bool);

async fn assess(
    reading: &mut Reading,
    judge: &Judge,
    accounts: impl Iterator<Item = EntryId>,
) -> Result<BTreeMap<EntryId, Assessed>> {
    let mut assessed: BTreeMap<EntryId, Assessed> = BTreeMap::new();
    for account in accounts {
        for facts in reading.facts(AccountChoice::Ids(&[account]), judge.day).await? {
            let assessment = judge.assess(&facts);
            let (currencies, broken) = assessed.entry(account).or_default();
            *broken |= assessment.broken_promises() > 0;
            let figures = ListedFigures {
                currency: facts.currency.to_string(),
                balance: assessment.balance,
                past_due: assessment.past_due,
                oldest_days_past_due: assessment.oldest_days_past_due,
                unapplied: assessment.unapplied,
                disputed: assessment.disputed,
                promised: assessment.promised,
            };
            if !(assessment.open().is_zero() && assessment.unapplied.is_zero()) {
                currencies.push(figures);
            }
        }
    }
    Ok(assessed)
}

fn of_sums(sums: &OpenSums, on: Date) -> ListedFigures {
    let money = |minor| Money::new(minor, sums.currency);
    ListedFigures {
        currency: sums.currency.to_string(),
        balance: money(sums.debits_minor + sums.unapplied_minor),
        past_due: money(sums.past_due_minor),
        oldest_days_past_due: sums.oldest_due.map(|due| days_between(due, on)),
        unapplied: money(sums.unapplied_minor),
        disputed: money(0),
        promised: money(0),
    }
}

fn listed(account: &ListedAccount, currencies: Vec<ListedFigures>, broken: bool) -> ListedRow {
    let some = |of: fn(&ListedFigures) -> Money| currencies.iter().any(|figures| !of(figures).is_zero());
    let states = [
        ("disputed", account.disputed),
        ("promised", some(|figures| figures.promised)),
        ("broken_promise", broken),
        ("unapplied", some(|figures| figures.unapplied)),
        ("stopped", account.stopped),
        ("incomplete", account.incomplete),
    ];
    ListedRow {
        account: account.code.clone(),
        name: account.name.clone(),
        city: account.address.last().cloned(),
        country: account.country.clone(),
        collector: account.collector.clone(),
        segment: account.segment.clone(),
        risk_class: account.risk_class.clone(),
        last_contact: account.last_contact.map(|day| day.to_string()),
        states: states.into_iter().filter(|(_, holds)| *holds).map(|(state, _)| state).collect(),
        currencies,
    }
}
