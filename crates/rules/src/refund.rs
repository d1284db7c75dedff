//! Refunds: paying a customer's credit back. Where the money goes is checked by its check digits, what may go by its kind.
//!
//! A refund is asked for by one person and signed by another; from the signature on the credit is taken off by a debit of
//! its own, so that it cannot be applied or paid twice. Absent on purpose: files for banks, recording.

use alloc::string::String;

use crate::approval::ApprovalState;
use crate::item::ItemKind;
use crate::money::{Currency, Money};

/// Length of an IBAN by country (ISO 13616, IBAN registry of SWIFT).
const IBAN_LENGTHS: [(&str, usize); 80] = [
    ("AD", 24),
    ("AE", 23),
    ("AL", 28),
    ("AT", 20),
    ("AZ", 28),
    ("BA", 20),
    ("BE", 16),
    ("BG", 22),
    ("BH", 22),
    ("BR", 29),
    ("BY", 28),
    ("CH", 21),
    ("CR", 22),
    ("CY", 28),
    ("CZ", 24),
    ("DE", 22),
    ("DK", 18),
    ("DO", 28),
    ("EE", 20),
    ("EG", 29),
    ("ES", 24),
    ("FI", 18),
    ("FO", 18),
    ("FR", 27),
    ("GB", 22),
    ("GE", 22),
    ("GI", 23),
    ("GL", 18),
    ("GR", 27),
    ("GT", 28),
    ("HR", 21),
    ("HU", 28),
    ("IE", 22),
    ("IL", 23),
    ("IQ", 23),
    ("IS", 26),
    ("IT", 27),
    ("JO", 30),
    ("KW", 30),
    ("KZ", 20),
    ("LB", 28),
    ("LC", 32),
    ("LI", 21),
    ("LT", 20),
    ("LU", 20),
    ("LV", 21),
    ("LY", 25),
    ("MC", 27),
    ("MD", 24),
    ("ME", 22),
    ("MK", 19),
    ("MN", 20),
    ("MR", 27),
    ("MT", 31),
    ("MU", 30),
    ("NL", 18),
    ("NO", 15),
    ("OM", 23),
    ("PK", 24),
    ("PL", 28),
    ("PS", 29),
    ("PT", 25),
    ("QA", 29),
    ("RO", 24),
    ("RS", 22),
    ("SA", 24),
    ("SC", 31),
    ("SE", 24),
    ("SI", 19),
    ("SK", 24),
    ("SM", 27),
    ("ST", 25),
    ("SV", 28),
    ("TL", 23),
    ("TN", 24),
    ("TR", 26),
    ("UA", 29),
    ("VA", 22),
    ("VG", 24),
    ("XK", 20),
];

/// Why a text names no bank account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PayeeError {
    /// No country of the registry, another length than its country has, or other signs than letters and digits.
    #[error("an IBAN has its country, two check digits and as many letters and digits as that country's have")]
    IbanForm,
    /// The check digits do not fit: a digit is wrong or two are swapped (ISO 7064 MOD 97-10).
    #[error("the check digits of the IBAN do not fit; a digit is wrong")]
    IbanCheck,
    /// Not 8 or 11 letters and digits as ISO 9362 has them.
    #[error("a BIC has 8 or 11 letters and digits, as DEUTDEFF or DEUTDEFF500")]
    BicForm,
    /// Not nine digits, or the check digit does not fit (ABA, weights 3 7 1).
    #[error("a routing number has nine digits, and these do not fit their check digit")]
    Routing,
    /// No account number of 1 to 17 letters, digits and hyphens.
    #[error("an account number at a US bank has 1 to 17 letters, digits and hyphens")]
    AccountNumber,
}

/// An IBAN without blanks, in capitals; refused when it cannot be one.
pub fn iban(text: &str) -> Result<String, PayeeError> {
    let plain: String = text.chars().filter(|sign| *sign != ' ').map(|sign| sign.to_ascii_uppercase()).collect();
    let signs = plain.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let length = plain
        .get(..2)
        .and_then(|country| IBAN_LENGTHS.iter().find(|(known, _)| *known == country))
        .map(|(_, length)| *length);
    let digits = plain.as_bytes().get(2..4).is_some_and(|check| check.iter().all(u8::is_ascii_digit));
    if !signs || !digits || length != Some(plain.len()) {
        return Err(PayeeError::IbanForm);
    }
    let turned = plain.bytes().skip(4).chain(plain.bytes().take(4));
    let rest = turned.fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A') + 10) % 97,
    });
    if rest == 1 { Ok(plain) } else { Err(PayeeError::IbanCheck) }
}

/// A BIC in capitals; refused when it cannot be one.
pub fn bic(text: &str) -> Result<String, PayeeError> {
    let plain: String = text.chars().filter(|sign| *sign != ' ').map(|sign| sign.to_ascii_uppercase()).collect();
    let letters = |part: Option<&str>| part.is_some_and(|part| part.bytes().all(|byte| byte.is_ascii_uppercase()));
    let signs = plain.bytes().all(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase());
    let fits = matches!(plain.len(), 8 | 11) && signs && letters(plain.get(4..6));
    if fits { Ok(plain) } else { Err(PayeeError::BicForm) }
}

/// A routing number of a US bank; refused when its check digit does not fit.
pub fn routing_number(text: &str) -> Result<String, PayeeError> {
    let plain = text.trim();
    if plain.len() != 9 || !plain.bytes().all(|byte| byte.is_ascii_digit()) || plain == "000000000" {
        return Err(PayeeError::Routing);
    }
    let weighed = plain.bytes().zip([3_u32, 7, 1].into_iter().cycle());
    let sum: u32 = weighed.map(|(byte, weight)| u32::from(byte - b'0') * weight).sum();
    if sum.is_multiple_of(10) { Ok(plain.into()) } else { Err(PayeeError::Routing) }
}

/// The number of an account at a US bank.
pub fn us_account_number(text: &str) -> Result<String, PayeeError> {
    let plain = text.trim();
    let signs = plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if signs && (1..=17).contains(&plain.len()) { Ok(plain.into()) } else { Err(PayeeError::AccountNumber) }
}

/// By which file a refund is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PaymentKind {
    /// A credit transfer to an IBAN: pain.001 (ISO 20022).
    Pain001,
    /// A credit to an account at a US bank: NACHA, entry class CCD. US dollars alone.
    NachaCcd,
}

impl PaymentKind {
    /// Every kind, in documented order.
    pub const ALL: [Self; 2] = [Self::Pain001, Self::NachaCcd];

    /// The word used in JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Pain001 => "pain.001",
            Self::NachaCcd => "nacha",
        }
    }

    /// Reads the word; `None` when it is neither.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// Whether it pays in that currency.
    pub fn pays_in(self, currency: Currency) -> bool {
        match self {
            Self::Pain001 => true,
            Self::NachaCcd => currency == Currency::USD,
        }
    }
}

/// A credit that is to be paid back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RefundableCredit {
    /// What it is.
    pub kind: ItemKind,
    /// What of it is not applied, above or equal to zero.
    pub unapplied: Money,
    /// What of that other requests ask for already that nobody has answered.
    pub asked: i64,
    /// Whether it was reversed.
    pub reversed: bool,
    /// Whether its account is held because of sanctions.
    pub sanctioned: bool,
}

/// Why a credit is not refunded. The code is stable.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefundRefusal {
    /// Only money that came in, a credit memo or a correction is paid back: no debit, nothing that a source calls settled
    /// without cash, nothing written off.
    #[error("{} is not paid back", crate::article::with_article(.0.code()))]
    NotRefundable(ItemKind),
    /// More than is unapplied, less what is asked for already.
    #[error("{amount} is more than can be paid back: {free} is neither applied nor asked for")]
    NotEnough {
        /// The amount.
        amount: Money,
        /// What can still be asked for.
        free: Money,
    },
    /// The credit stands no more.
    #[error("the credit was reversed")]
    Reversed,
    /// A sanctions hit holds refunds as it holds orders (31 CFR 501).
    #[error("the account is held because of sanctions: nothing is paid to it")]
    Sanctioned,
    /// The way of paying does not know the currency.
    #[error("{} pays no {currency}", .kind.code())]
    WrongCurrency {
        /// The way.
        kind: PaymentKind,
        /// The currency.
        currency: Currency,
    },
}

impl RefundRefusal {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotRefundable(_) => "not_refundable",
            Self::NotEnough { .. } => "over_applied",
            Self::Reversed => "already_reversed",
            Self::Sanctioned => "sanctioned",
            Self::WrongCurrency { .. } => "currency_mismatch",
        }
    }
}

/// RF-1. Whether `amount` of a credit may be asked to be paid back by that kind of file. Tested in the order kind, reversed,
/// sanctions, amount, currency. `amount` is above zero and of the credit's currency.
pub fn may_refund(credit: &RefundableCredit, amount: Money, kind: PaymentKind) -> Result<(), RefundRefusal> {
    if !matches!(credit.kind, ItemKind::Receipt | ItemKind::CreditMemo | ItemKind::Adjustment) {
        return Err(RefundRefusal::NotRefundable(credit.kind));
    }
    if credit.reversed {
        return Err(RefundRefusal::Reversed);
    }
    if credit.sanctioned {
        return Err(RefundRefusal::Sanctioned);
    }
    let free = Money::new((credit.unapplied.minor - credit.asked).max(0), credit.unapplied.currency);
    if amount.minor > free.minor {
        return Err(RefundRefusal::NotEnough { amount, free });
    }
    if !kind.pays_in(amount.currency) {
        return Err(RefundRefusal::WrongCurrency { kind, currency: amount.currency });
    }
    Ok(())
}

/// How a refund ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundEnd {
    /// The bank paid it.
    Confirmed,
    /// It was called off before it was paid: the credit stands again.
    Cancelled,
    /// The bank brought it back: the credit stands again.
    Returned,
}

impl RefundEnd {
    /// Every end, in documented order.
    pub const ALL: [Self; 3] = [Self::Confirmed, Self::Cancelled, Self::Returned];

    /// The word used in JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Confirmed => "confirmed",
            Self::Cancelled => "cancelled",
            Self::Returned => "returned",
        }
    }

    /// Reads the word; `None` when it is none of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|end| end.code() == code)
    }

    /// Whether the credit is the customer's again.
    pub fn gives_back(self) -> bool {
        matches!(self, Self::Cancelled | Self::Returned)
    }
}

/// How a refund stands: never stored, told from its request, its file and its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundState {
    /// It waits for a signature.
    Requested,
    /// It was not signed: refused, or withdrawn.
    NotSigned,
    /// It is signed, and in no payment file yet.
    Approved,
    /// It is in a payment file.
    Filed,
    /// It ended.
    Ended(RefundEnd),
}

impl RefundState {
    /// The word used in JSON and on screens.
    pub fn code(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::NotSigned => "not_signed",
            Self::Approved => "approved",
            Self::Filed => "filed",
            Self::Ended(end) => end.code(),
        }
    }

    /// Every word, in documented order.
    pub const CODES: [&'static str; 7] =
        ["requested", "not_signed", "approved", "filed", "confirmed", "cancelled", "returned"];

    /// RF-2. Whether this end may follow: only what is in a file can be confirmed, what was signed can be called off until it
    /// is paid, and what was in a file, paid or not, can come back.
    pub fn may_end(self, end: RefundEnd) -> bool {
        match end {
            RefundEnd::Confirmed => self == Self::Filed,
            RefundEnd::Cancelled => matches!(self, Self::Approved | Self::Filed),
            RefundEnd::Returned => matches!(self, Self::Filed | Self::Ended(RefundEnd::Confirmed)),
        }
    }
}

/// How a refund stands, told from what was recorded of it.
pub fn refund_state(request: ApprovalState, filed: bool, end: Option<RefundEnd>) -> RefundState {
    match (request, end) {
        (_, Some(end)) => RefundState::Ended(end),
        (ApprovalState::Pending, None) => RefundState::Requested,
        (ApprovalState::Declined | ApprovalState::Withdrawn, None) => RefundState::NotSigned,
        (ApprovalState::Approved, None) if filed => RefundState::Filed,
        (ApprovalState::Approved, None) => RefundState::Approved,
    }
}
