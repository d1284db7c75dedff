//! What waits for a second person, and whether the one who looks may be that person.

use dunwell_rules::account::EntryId;
use dunwell_rules::approval::{Actor, ApprovalRequest, ApprovalState, Role, may_decide};
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Money, parse_amount};
use dunwell_store::views::approvals::RequestView;
use dunwell_store::views::json::MoneyView;
use dunwell_store::views::refunds::RefundView;
use serde::Serialize;

use crate::approve::matter_of;
use crate::desk::Desk;
use crate::judge::Judge;
use crate::put_policy_in_force::policy_in_force;
use crate::refunds;
use crate::refusal::{Refusal, Result};
use crate::sign_in::hand_of_another;
use crate::who::entry_of;
use crate::write_off_small::{self, SmallItem, small_asked};
use crate::write_offs;

/// A request as the one who looks at it sees it.
#[derive(Debug, Clone, Serialize)]
pub struct Waiting {
    /// The request.
    #[serde(flatten)]
    pub request: RequestView,
    /// What its maker asked for beside it: of the same account and kind, within the days that the policy adds up. A limit is
    /// compared with both together. Null where there is nothing.
    pub beside: Option<MoneyView>,
    /// The last day on which it can be signed, by the policy in force; the next run withdraws what lies longer.
    pub good_through: Date,
    /// Whether that day has passed while it still waited.
    pub expired: bool,
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

/// What a request of a kind of its own asks for.
#[derive(Debug, Clone)]
pub enum AskedFor {
    /// A credit is to be paid back.
    Refund(Box<RefundView>),
    /// A debt is to be given up.
    WriteOff {
        /// The document number.
        document: String,
        /// Why, as a code.
        reason: String,
        /// Whether tax is claimed back with it.
        tax_relief: bool,
        /// Why it needs a signature, as a code.
        because: String,
        /// In the maker's words.
        words: Option<String>,
    },
    /// Small balances are to be given up together.
    SmallBalances {
        /// What is open of each document.
        items: Vec<SmallItem>,
        /// Why it needs a signature, as a code.
        because: String,
        /// In the maker's words.
        words: Option<String>,
    },
}

/// What a refund or a write-off, or one of small balances, asks for; none where the request is of another kind.
pub async fn asked_for(desk: &Desk, request: &RequestView) -> Result<Option<AskedFor>> {
    let mut reading = desk.book.read().await?;
    if request.subject == refunds::ask::SUBJECT {
        let refund = reading.refund_of_request(request.request).await?;
        return Ok(refund.map(|refund| AskedFor::Refund(Box::new(refund))));
    }
    let small = request.subject == write_off_small::SUBJECT;
    if !small && request.subject != write_offs::SUBJECT {
        return Ok(None);
    }
    let asked = reading.asked_in(request.request).await?;
    let text = |name: &str| asked[name].as_str().unwrap_or_default().to_owned();
    if small {
        let items = small_asked(desk, &asked, request.currency.unwrap_or(desk.settings().currency)).await?;
        let words = reading.words_of_write_off(request.account_id, request.request).await?;
        return Ok(Some(AskedFor::SmallBalances { items, because: text("because"), words }));
    }
    Ok(Some(AskedFor::WriteOff {
        document: text("document"),
        reason: text("reason"),
        tax_relief: asked["tax_relief"].as_bool().unwrap_or(false),
        because: text("because"),
        words: reading.words_of_write_off(request.account_id, request.request).await?,
    }))
}

async fn seen_by(desk: &Desk, requests: Vec<RequestView>, on: Date) -> Result<Vec<Waiting>> {
    let judge = Judge::of(desk, policy_in_force(desk).await?.policy, on, false).await?;
    let let_in = hand_of_another(desk).await?;
    let actor = Actor { name: desk.user.clone(), role: desk.role.unwrap_or(Role::Auditor), let_in };
    let beside = desk.book.read().await?.asked_beside(judge.policy.approval.adds_up_days).await?;
    let seen = requests.into_iter().map(|request| {
        let currency = request.currency.unwrap_or(desk.settings().currency);
        let amount = request.amount.as_ref().and_then(|view| parse_amount(&view.amount, currency).ok());
        let asked = ApprovalRequest {
            maker: request.maker.clone(),
            needs: Role::parse(&request.role).unwrap_or(Role::Manager),
            matter: matter_of(&request.subject),
            amount: amount.unwrap_or_else(|| Money::zero(currency)),
            beside: Money::new(beside.get(&request.request).copied().unwrap_or(0), currency),
            requested_on: request.requested_on,
            state: ApprovalState::parse(&request.state).unwrap_or(ApprovalState::Withdrawn),
        };
        let policy = &judge.policy.approval;
        let refused = may_decide(Some(&asked), &actor, policy, &judge.amounts(currency), on).err();
        let good_through = policy.good_through(request.requested_on);
        let expired = asked.state == ApprovalState::Pending && policy.is_expired(request.requested_on, on);
        let beside = (!asked.beside.is_zero()).then(|| MoneyView::new(asked.beside.minor, currency));
        Waiting { request, beside, good_through, expired, cannot: refused.map(|refused| refused.to_string()) }
    });
    Ok(seen.collect())
}
