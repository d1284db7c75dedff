//! Activities: what people log about an account, and which of it is a contact with the customer.

use serde::{Deserialize, Serialize};

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ActivityKind {
    /// A telephone call, in or out.
    Call,
    /// An electronic mail, in or out.
    Mail,
    /// A letter on paper, in or out.
    Letter,
    /// A text message, in or out.
    Text,
    /// A meeting, in person or by video.
    Meeting,
    /// A note for ourselves: no contact.
    Note,
}

impl ActivityKind {
    /// Every kind, in documented order.
    pub const ALL: [Self; 6] = [Self::Call, Self::Mail, Self::Letter, Self::Text, Self::Meeting, Self::Note];

    /// The word used in files, JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Call => "call",
            Self::Mail => "mail",
            Self::Letter => "letter",
            Self::Text => "text",
            Self::Meeting => "meeting",
            Self::Note => "note",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// We spoke with, or wrote to, the person meant.
    Reached,
    /// A message was left on a machine.
    Voicemail,
    /// A message was left with somebody else.
    MessageLeft,
    /// The customer promised a payment.
    Promised,
    /// The customer contests something.
    Disputed,
    /// The customer refuses to pay.
    Refused,
    /// Nobody answered and no message was left.
    NoAnswer,
    /// The line was busy.
    Busy,
    /// The number or address belongs to somebody else.
    WrongContact,
    /// What was sent came back.
    Returned,
}

impl Outcome {
    /// Every outcome, in documented order.
    pub const ALL: [Self; 10] = [
        Self::Reached,
        Self::Voicemail,
        Self::MessageLeft,
        Self::Promised,
        Self::Disputed,
        Self::Refused,
        Self::NoAnswer,
        Self::Busy,
        Self::WrongContact,
        Self::Returned,
    ];

    /// The word used in files, JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Reached => "reached",
            Self::Voicemail => "voicemail",
            Self::MessageLeft => "message_left",
            Self::Promised => "promised",
            Self::Disputed => "disputed",
            Self::Refused => "refused",
            Self::NoAnswer => "no_answer",
            Self::Busy => "busy",
            Self::WrongContact => "wrong_contact",
            Self::Returned => "returned",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// Whether the customer, or a machine of theirs, got our message.
    pub fn reaches_customer(self) -> bool {
        !matches!(self, Self::NoAnswer | Self::Busy | Self::WrongContact | Self::Returned)
    }
}

/// Whether an activity is a contact, so that quiet days count from it (domain 0: contact; domain 1.5).
///
/// A voicemail is one: the customer hears from us. A call nobody answered is none, and neither is a note of our own.
/// An activity logged without an outcome counts: when in doubt we leave the customer in peace.
pub fn counts_as_contact(kind: ActivityKind, outcome: Option<Outcome>) -> bool {
    kind != ActivityKind::Note && outcome.is_none_or(Outcome::reaches_customer)
}
