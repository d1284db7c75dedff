//! What waits for a second person, and whether the one who looks may be that person.

use dunwell_rules::account::EntryId;
use dunwell_rules::approval::{Actor, ApprovalRequest, ApprovalState, Role, may_decide};
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Money, parse_amount};
use dunwell_store::views::approvals::RequestView;
use serde::Serialize;

use crate::desk::Desk;
use crate::judge::Judge;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::{Refusal, Result};
use crate::who::entry_of;

/// A request as the one who looks at it sees it.
#[derive(Debug, Clone, Serialize)]
pub struct Waiting {
    /// The request.
    #[serde(flatten)]
    pub request: RequestView,
    /// Why this user cannot sign it or refuse to; null when they can.
    pub cannot: Option<String>,
}

/// Every request that waits for a signature, oldest first.
pub async fn waiting(desk: &Desk, on: Date) -> Result<Vec<Waiting>> {
    let requests = desk.book.read().await?.requests(ApprovalState::Pending.code()).await?;
    seen_by(desk, requests, on).await
}

/// One request, whatever became of it; refused when there is none of that id.
pub async fn request(desk: &Desk, id: &str, on: Date) -> Result<Waiting> {
    let entry: EntryId = entry_of("request", id)?;
    let found = desk.book.read().await?.request(entry).await?;
    let found = found.ok_or_else(|| Refusal::NotFound { what: "request", id: id.into() })?;
    let mut seen = seen_by(desk, vec![found], on).await?;
    Ok(seen.remove(0))
}

async fn seen_by(desk: &Desk, requests: Vec<RequestView>, on: Date) -> Result<Vec<Waiting>> {
    let judge = Judge::of(desk, policy_in_force(desk).await?.policy, on, false).await?;
    let actor = Actor { name: desk.user.clone(), role: desk.role.unwrap_or(Role::Auditor) };
    let seen = requests.into_iter().map(|request| {
        let currency = request.currency.unwrap_or(desk.settings().currency);
        let amount = request.amount.as_ref().and_then(|view| parse_amount(&view.amount, currency).ok());
        let asked = ApprovalRequest {
            maker: request.maker.clone(),
            needs: Role::parse(&request.role).unwrap_or(Role::Manager),
            amount: amount.unwrap_or_else(|| Money::zero(currency)),
            state: ApprovalState::parse(&request.state).unwrap_or(ApprovalState::Withdrawn),
        };
        let refused = may_decide(Some(&asked), &actor, &judge.policy.approval, &judge.amounts(currency)).err();
        Waiting { request, cannot: refused.map(|refused| refused.to_string()) }
    });
    Ok(seen.collect())
}
