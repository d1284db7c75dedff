//! Write-offs: giving up what a customer owes, item by item, with a reason, and taking it back when money comes after all.
//!
//! A small amount is written off by the role that the policy trusts with it; anything else asks a second person. A written-off
//! line is closed by a credit of its own kind, which is nobody's money: it is never applied elsewhere nor paid back. A credit
//! of a customer is never written off (unclaimed property law: it is refunded, applied or handed to the state).

use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use crate::approval::{ApprovalLimit, Role};
use crate::calendar::{Date, day_number};
use crate::item::ItemKind;
use crate::money::Money;
use crate::policy::BookAmounts;

/// Why something is written off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WriteOffReason {
    /// So little that asking for it costs more.
    SmallBalance,
    /// The customer is insolvent.
    Insolvent,
    /// All ways of collecting were tried, an agency's too.
    Uncollectible,
    /// The claim is barred by time.
    TimeBarred,
    /// We agreed to take less.
    Agreed,
    /// The customer was right, and no credit memo comes.
    Conceded,
}

impl WriteOffReason {
    /// Every reason, in documented order.
    pub const ALL: [Self; 6] =
        [Self::SmallBalance, Self::Insolvent, Self::Uncollectible, Self::TimeBarred, Self::Agreed, Self::Conceded];

    /// The word used in JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::SmallBalance => "small_balance",
            Self::Insolvent => "insolvent",
            Self::Uncollectible => "uncollectible",
            Self::TimeBarred => "time_barred",
            Self::Agreed => "agreed",
            Self::Conceded => "conceded",
        }
    }

    /// Reads the word; `None` when it is none of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// Whether tax that was paid on the sale may be claimed back with it (bad-debt relief): the debt was not given away.
    pub fn is_bad_debt(self) -> bool {
        matches!(self, Self::Insolvent | Self::Uncollectible | Self::TimeBarred)
    }
}

/// Who writes off how much without asking.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct WriteOffPolicy {
    /// The largest amount that a role writes off of one account, together with all that the same person wrote off of it
    /// within the days that the approval policy adds up. A role without one asks for every cent.
    pub alone: Vec<ApprovalLimit>,
}

/// What is to be written off, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WriteOffAsked {
    /// The amount, above zero.
    pub amount: Money,
    /// What is open of the item.
    pub open: Money,
    /// What is disputed of it.
    pub disputed: i64,
    /// What the same person wrote off of the account without asking, within the days that count together.
    pub beside: i64,
    /// The person's role; `None` is the house.
    pub role: Option<Role>,
    /// Why.
    pub reason: WriteOffReason,
}

/// Whether a second person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WriteOffWay {
    /// W-1. It is small enough for this role.
    Alone,
    /// W-2. A second person signs.
    Ask(AskBecause),
}

/// Why a second person is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AskBecause {
    /// A reason other than a small balance gives a claim up.
    Reason,
    /// What the customer disputes is settled by the dispute, or by two people.
    Disputed,
    /// The policy trusts the role with nothing, or with nothing in this currency.
    NoLimit,
    /// The amount, or what was written off within the days that count together, is above the role's limit.
    AboveLimit {
        /// The limit in the item's currency.
        limit: Money,
    },
}

impl AskBecause {
    /// The word used in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::Disputed => "disputed",
            Self::NoLimit => "no_limit",
            Self::AboveLimit { .. } => "above_limit",
        }
    }
}

/// W-1, W-2. Whether a write-off needs a second person. `None` when it is more than is open: nobody writes that off.
pub fn write_off_way(asked: &WriteOffAsked, policy: &WriteOffPolicy, amounts: &BookAmounts) -> Option<WriteOffWay> {
    if asked.amount.minor <= 0 || asked.amount.minor > asked.open.minor {
        return None;
    }
    if asked.reason != WriteOffReason::SmallBalance {
        return Some(WriteOffWay::Ask(AskBecause::Reason));
    }
    if asked.amount.minor > asked.open.minor - asked.disputed {
        return Some(WriteOffWay::Ask(AskBecause::Disputed));
    }
    let limit = policy.alone.iter().find(|limit| Some(limit.role) == asked.role);
    let limit = limit.and_then(|limit| amounts.read(&limit.up_to, asked.amount.currency));
    Some(match limit {
        None => WriteOffWay::Ask(AskBecause::NoLimit),
        Some(limit) if asked.amount.minor.saturating_add(asked.beside) > limit.minor => {
            WriteOffWay::Ask(AskBecause::AboveLimit { limit })
        }
        Some(_) => WriteOffWay::Alone,
    })
}

/// What counts as a small balance where many are written off together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SmallBalances {
    /// What is open of an item is less than this.
    pub below: Money,
    /// All of it fell due at least so many calendar days ago.
    pub older_than_days: i64,
}

/// What is open of an item, as a batch of small balances looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenBalance {
    /// What kind of item it is.
    pub kind: ItemKind,
    /// What is open of it, above zero.
    pub open: Money,
    /// The latest due date among its open lines.
    pub due: Date,
    /// What is disputed of it.
    pub disputed: i64,
    /// What the account has on account in that currency: it is applied first, not written off around.
    pub on_account: i64,
}

/// W-4. Whether an item is written off with a batch of small balances on a day: a claim of less than so much, all of it due so
/// long ago, nothing of it disputed, and nothing on account that may pay it.
pub fn is_small_balance(item: &OpenBalance, asked: &SmallBalances, today: Date) -> bool {
    item.kind.is_claim()
        && item.open.currency == asked.below.currency
        && (1..asked.below.minor).contains(&item.open.minor)
        && day_number(today).saturating_sub(day_number(item.due)) >= asked.older_than_days.max(0)
        && item.disputed == 0
        && item.on_account == 0
}

/// W-3. How much of a write-off is taken back when `received` came in for it: never more than still stands.
pub fn recovered(stands: i64, received: i64) -> i64 {
    received.clamp(0, stands.max(0))
}
