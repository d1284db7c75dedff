//! Approvals: a second person's signature, bound to the exact request. Maker is never checker (domain 0; invariant I14).

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::article::with_article;
use crate::calendar::{Date, add_days};
use crate::money::Money;
use crate::policy::BookAmounts;

/// What a person may do in the book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works accounts: calls, promises, disputes.
    Collector,
    /// Sets up credit decisions.
    CreditAnalyst,
    /// Leads the desk; signs what a policy puts before a manager.
    Manager,
    /// Signs within limits and does nothing else.
    Approver,
    /// Sees everything and changes nothing.
    Auditor,
    /// A system: imports and exports.
    Integrator,
    /// Runs the house: users and settings; signs nothing.
    Admin,
}

impl Role {
    /// Every role, in documented order.
    pub const ALL: [Self; 7] = [
        Self::Collector,
        Self::CreditAnalyst,
        Self::Manager,
        Self::Approver,
        Self::Auditor,
        Self::Integrator,
        Self::Admin,
    ];

    /// The word used in policies, JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Collector => "collector",
            Self::CreditAnalyst => "credit_analyst",
            Self::Manager => "manager",
            Self::Approver => "approver",
            Self::Auditor => "auditor",
            Self::Integrator => "integrator",
            Self::Admin => "admin",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// Whether the role may sign anything at all; limits narrow it.
    pub fn may_approve(self) -> bool {
        matches!(self, Self::Manager | Self::Approver)
    }
}

/// The house itself: makes proposals in a run, and never signs.
pub const DESK: &str = "desk";

/// The limits of approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ApprovalPolicy {
    /// Calendar days after the day of a request through which it can be signed.
    pub expires_after_days: i64,
    /// Requests that one person makes of one account and kind within so many calendar days are one matter: a role's limit is
    /// compared with all of them together. 1 adds up what was asked on the same day.
    pub adds_up_days: i64,
    /// Limits by role. A role without one signs any amount.
    pub limit: Vec<ApprovalLimit>,
    /// Limits by role for refunds; a role without one has that of `limit`.
    pub refund_limit: Vec<ApprovalLimit>,
    /// Limits by role for write-offs; a role without one has that of `limit`.
    pub write_off_limit: Vec<ApprovalLimit>,
}

impl Default for ApprovalPolicy {
    fn default() -> Self {
        Self {
            expires_after_days: 30,
            adds_up_days: 30,
            limit: Vec::new(),
            refund_limit: Vec::new(),
            write_off_limit: Vec::new(),
        }
    }
}

impl ApprovalPolicy {
    /// Up to how much a role signs in a matter; `None` is any amount, or nothing where the role does not sign by itself.
    pub fn limit_of(&self, role: Role, matter: Matter) -> Option<&ApprovalLimit> {
        let own = match matter {
            Matter::Refund => &self.refund_limit[..],
            Matter::WriteOff => &self.write_off_limit[..],
            Matter::Other => &[],
        };
        own.iter().chain(&self.limit).find(|limit| limit.role == role)
    }

    /// The last day on which a request of that day can be signed.
    pub fn good_through(&self, requested_on: Date) -> Date {
        add_days(requested_on, self.expires_after_days)
    }

    /// N-13. Whether a request of that day can no longer be signed on the day `on` (policy `expires_after_days`).
    ///
    /// It is withdrawn, never passed over: nobody said no to it. A ladder's step was not made, so its rung is free, and the
    /// next run proposes it anew where the facts still call for it. The passing of the day alone writes nothing.
    pub fn is_expired(&self, requested_on: Date, on: Date) -> bool {
        on > self.good_through(requested_on)
    }
}

/// What a request is about, as far as limits of its own may hold for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Matter {
    /// Money goes back to a customer.
    Refund,
    /// A claim is given up.
    WriteOff,
    /// Anything else: a step of a ladder, a late charge, the first live run.
    Other,
}

/// Up to how much a role signs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalLimit {
    /// The role.
    pub role: Role,
    /// The largest amount it signs, in the book's currency.
    pub up_to: String,
}

/// What lies before a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApprovalRequest {
    /// Who made it; [`DESK`] for a run's proposal.
    pub maker: String,
    /// The role the policy asks for.
    pub needs: Role,
    /// What it is about.
    pub matter: Matter,
    /// The amount at stake.
    pub amount: Money,
    /// What the same maker asked for beside it, of the same account and kind, within the days that the policy adds up:
    /// pending or signed, in the same currency. A step of a ladder has nothing beside it: the ladder makes each once.
    pub beside: Money,
    /// The day it was asked.
    pub requested_on: Date,
    /// Whether it is still to be decided.
    pub state: ApprovalState,
}

/// How a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApprovalState {
    /// It waits.
    Pending,
    /// It was signed.
    Approved,
    /// It was refused.
    Declined,
    /// The facts moved and it was taken back.
    Withdrawn,
}

impl ApprovalState {
    /// Every state, in documented order.
    pub const ALL: [Self; 4] = [Self::Pending, Self::Approved, Self::Declined, Self::Withdrawn];

    /// The word used in JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// Who wants to decide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The name.
    pub name: String,
    /// The role.
    pub role: Role,
    /// Whose hand let them in, where it was another's.
    pub let_in: Option<LetIn>,
}

/// That somebody else made a person's way in: a link by which they set their first secret, an identity that was linked for
/// them. Until they have used what is theirs alone, whoever made it might be who comes in by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LetIn {
    /// Who made it.
    pub by: String,
    /// Whole hours since it was used.
    pub hours_ago: i64,
}

/// So many hours a person whom another let in signs nothing: time for the person, and for everybody who reads the journal or
/// the list of people, to see that it happened.
pub const NEW_WAY_IN_HOURS: i64 = 24;

/// Whether somebody's way in lets them sign what `maker` asked: not within a day of its making by another, and never what
/// the one who made it asks for.
pub fn way_in_allows(let_in: Option<&LetIn>, maker: &str) -> Result<(), ApprovalRefusal> {
    match let_in {
        Some(let_in) if let_in.by == maker => Err(ApprovalRefusal::MakerLetIn(maker.to_string())),
        Some(let_in) if let_in.hours_ago < NEW_WAY_IN_HOURS => Err(ApprovalRefusal::WayInIsNew(let_in.by.clone())),
        Some(_) | None => Ok(()),
    }
}

/// Why a decision is refused. The code is stable.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ApprovalRefusal {
    /// There is no such request.
    #[error("there is no such approval")]
    NotFound,
    /// It was decided already.
    #[error("it is already {}", .0.code())]
    AlreadyDecided(ApprovalState),
    /// The house never signs its own proposals.
    #[error("`desk` can never approve; say who you are with --as")]
    DeskCannotApprove,
    /// The role signs nothing, or not this.
    #[error("{} cannot decide this; it needs {}", with_article(.role.code()), with_article(.needs.code()))]
    RoleCannotApprove {
        /// The actor's role.
        role: Role,
        /// The role asked for.
        needs: Role,
    },
    /// The maker is the checker.
    #[error("{0} made it; a second person decides")]
    MakerIsChecker(String),
    /// The maker made the actor's way in.
    #[error("{0} made it, and made the way in of who wants to sign; a third person decides")]
    MakerLetIn(String),
    /// The actor's way in was made by another less than a day ago.
    #[error("{0} made the way in of who wants to sign less than a day ago; they sign from the day after")]
    WayInIsNew(String),
    /// N-13. It waited too long.
    #[error("it could be signed through {last_day}; what it asked for has to be asked anew")]
    Expired {
        /// The last day on which it could be signed.
        last_day: Date,
    },
    /// The amount is above the role's limit.
    #[error("{amount} is above the limit of {limit} for this role")]
    AboveLimit {
        /// The amount at stake.
        amount: Money,
        /// The role's limit in its currency.
        limit: Money,
    },
    /// The amount is not, but all that its maker asks for in this matter is: a request is not cut into pieces.
    #[error("{amount}, with {beside} asked for beside it, is above the limit of {limit} for this role")]
    TogetherAboveLimit {
        /// The amount at stake.
        amount: Money,
        /// What else was asked for.
        beside: Money,
        /// The role's limit in its currency.
        limit: Money,
    },
    /// The role has a limit, and there is no rate to compare the amount with it.
    #[error("there is no rate to compare {amount} with the limit of this role")]
    LimitNotComparable {
        /// The amount at stake.
        amount: Money,
    },
}

impl ApprovalRefusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "not_found",
            Self::AlreadyDecided(_) => "already_decided",
            Self::Expired { .. } => "request_expired",
            Self::DeskCannotApprove | Self::RoleCannotApprove { .. } => "role_cannot_approve",
            Self::MakerIsChecker(_) => "maker_is_checker",
            Self::MakerLetIn(_) => "maker_let_in",
            Self::WayInIsNew(_) => "way_in_is_new",
            Self::AboveLimit { .. } | Self::TogetherAboveLimit { .. } => "above_limit",
            Self::LimitNotComparable { .. } => "limit_not_comparable",
        }
    }
}

/// Whether `actor` may decide `request` on the day `on`, be it yes or no. Refusals are tested in the order of [`ApprovalRefusal`].
///
/// A manager signs what is put before a manager or an approver; an approver what is put before an approver, and what is
/// put before a manager only where the policy gives approvers a limit in such matters. Declining asks for the same rights as
/// approving.
pub fn may_decide(
    request: Option<&ApprovalRequest>,
    actor: &Actor,
    policy: &ApprovalPolicy,
    amounts: &BookAmounts,
    on: Date,
) -> Result<(), ApprovalRefusal> {
    let request = request.ok_or(ApprovalRefusal::NotFound)?;
    if request.state != ApprovalState::Pending {
        return Err(ApprovalRefusal::AlreadyDecided(request.state));
    }
    if actor.name == DESK {
        return Err(ApprovalRefusal::DeskCannotApprove);
    }
    let limit = policy.limit_of(actor.role, request.matter);
    let standing_in = actor.role == Role::Manager || limit.is_some();
    if !actor.role.may_approve() || !(actor.role == request.needs || standing_in) {
        return Err(ApprovalRefusal::RoleCannotApprove { role: actor.role, needs: request.needs });
    }
    if actor.name == request.maker {
        return Err(ApprovalRefusal::MakerIsChecker(request.maker.clone()));
    }
    way_in_allows(actor.let_in.as_ref(), &request.maker)?;
    if policy.is_expired(request.requested_on, on) {
        return Err(ApprovalRefusal::Expired { last_day: policy.good_through(request.requested_on) });
    }
    let Some(limit) = limit else { return Ok(()) };
    match amounts.read(&limit.up_to, request.amount.currency) {
        None => Err(ApprovalRefusal::LimitNotComparable { amount: request.amount }),
        Some(limit) if request.amount.minor > limit.minor => {
            Err(ApprovalRefusal::AboveLimit { amount: request.amount, limit })
        }
        Some(limit) if request.amount.minor.saturating_add(request.beside.minor) > limit.minor => {
            let (amount, beside) = (request.amount, request.beside);
            Err(ApprovalRefusal::TogetherAboveLimit { amount, beside, limit })
        }
        Some(_) => Ok(()),
    }
}
