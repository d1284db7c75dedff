//! C-9. Money on our account that no customer paid: it is set aside for a reason, leaves the control balance, and stays known.

use alloc::string::String;

use crate::approval::Role;
use crate::money::Money;
use crate::policy::BookAmounts;
use crate::write_off::WriteOffPolicy;

/// Why money is no customer's payment (domain 0, unidentified cash; nobody is made to give interest to a customer).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SetAsideReason {
    /// Somebody paid who is no customer: a tax office, an insurer, a supplier.
    NotACustomer,
    /// The bank's interest.
    Interest,
    /// A transfer between our own accounts, or a deposit that came back.
    OwnTransfer,
    /// Meant for another company, to which it is passed on or sent back.
    OtherCompany,
    /// The same money was told by another file already.
    ToldTwice,
    /// Something else: the words say what.
    Other,
}

impl SetAsideReason {
    /// Every reason, in documented order.
    pub const ALL: [Self; 6] =
        [Self::NotACustomer, Self::Interest, Self::OwnTransfer, Self::OtherCompany, Self::ToldTwice, Self::Other];

    /// The word used in JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotACustomer => "not_a_customer",
            Self::Interest => "interest",
            Self::OwnTransfer => "own_transfer",
            Self::OtherCompany => "other_company",
            Self::ToldTwice => "told_twice",
            Self::Other => "other",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }

    /// Whether a person has to say in words what it is.
    pub fn needs_words(self) -> bool {
        matches!(self, Self::Other)
    }
}

/// Why somebody may not set so much aside.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{amount} is more than {} sets aside ({}); a manager does", .role.map_or("desk", Role::code), .limit.as_ref().map_or_else(|| String::from("nothing"), |limit| alloc::format!("up to {limit}")))]
pub struct SetAsideRefusal {
    /// What was to be set aside.
    pub amount: Money,
    /// The person's role; `None` is the house.
    pub role: Option<Role>,
    /// What the role writes off alone; `None` where it is nothing, or nothing in this currency.
    pub limit: Option<Money>,
}

/// C-9. Whether a role sets so much aside: up to what the policy lets it write off alone (`[[write_off.alone]]`), a manager
/// any amount, because money that is taken out of the receivables could hide a payment that was taken.
pub fn may_set_aside(
    role: Option<Role>,
    amount: Money,
    policy: &WriteOffPolicy,
    amounts: &BookAmounts,
) -> Result<(), SetAsideRefusal> {
    if role == Some(Role::Manager) {
        return Ok(());
    }
    let limit = policy.alone.iter().find(|limit| Some(limit.role) == role);
    let limit = limit.and_then(|limit| amounts.read(&limit.up_to, amount.currency));
    match limit {
        Some(limit) if amount.minor <= limit.minor => Ok(()),
        limit => Err(SetAsideRefusal { amount, role, limit }),
    }
}
