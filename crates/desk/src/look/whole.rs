//! What an account's page shows of its facts, read once: figures, explanation, how they pay, what stands open. Each part is
//! what its own function answers; together they are of one instant, and cost one look at the facts instead of four.

use dunwell_rules::calendar::Date;

use super::account::{AccountView, facts_of, view_of};
use super::open_work::{OpenWork, open_work_of};
use super::paying::{Paying, paying_of};
use super::why::{Why, explained, recorded};
use crate::desk::Desk;
use crate::judge::Judge;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::Result;

/// An account from all sides.
#[derive(Debug, Clone)]
pub struct WholeAccount {
    /// Figures, items, next action: [`super::account::account`].
    pub view: AccountView,
    /// The decision of the day: [`super::why::why`].
    pub why: Why,
    /// How they pay: [`super::paying::how_they_pay`].
    pub paying: Paying,
    /// Tasks, disputes and stops: [`super::open_work::open_work`].
    pub open: OpenWork,
}

/// The account `code` from all sides on the day `on`; refused when there is no such account.
pub async fn whole_account(desk: &Desk, code: &str, on: Date) -> Result<WholeAccount> {
    // Before the reading: who holds one must not wait for another, or many at once wait for ever.
    let judge = Judge::deciding(desk, policy_in_force(desk).await?.policy, on, false).await?;
    let mut reading = desk.book.read().await?;
    let facts = facts_of(&mut reading, code, on).await?;
    let view = view_of(&mut reading, &judge, &desk.buckets(), &facts).await?;
    let paying = paying_of(&mut reading, &judge, &facts).await?;
    let open = open_work_of(&mut reading, &facts, on).await?;
    let recorded = recorded(&mut reading, &facts, on).await?;
    Ok(WholeAccount { view, why: explained(&judge, &facts, recorded), paying, open })
}

/// The figures of the account `code` and the decision of the day; refused when there is no such account.
pub async fn view_and_why(desk: &Desk, code: &str, on: Date) -> Result<(AccountView, Why)> {
    let judge = Judge::deciding(desk, policy_in_force(desk).await?.policy, on, false).await?;
    let mut reading = desk.book.read().await?;
    let facts = facts_of(&mut reading, code, on).await?;
    let view = view_of(&mut reading, &judge, &desk.buckets(), &facts).await?;
    let recorded = recorded(&mut reading, &facts, on).await?;
    Ok((view, explained(&judge, &facts, recorded)))
}
