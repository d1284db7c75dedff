//! Who writes, who is written to, and on what paper.

use serde::{Deserialize, Serialize};

/// The language of a document: its words, its dates and its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// English: `20 Nov 2026`, `$1,234.56`.
    #[default]
    En,
    /// German with the formal Sie: `20.11.2026`, `1.234,56 €`.
    De,
}

impl Language {
    /// The ISO 639 code, as the `lang` of a page and of a PDF.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::De => "de",
        }
    }

    /// Reads a language tag by its first part: `de-AT` is German. `None` for a language that documents are not written in.
    pub fn parse(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::En),
            "de" => Some(Self::De),
            _ => None,
        }
    }
}

/// The paper a document is laid out for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Paper {
    /// ISO A4, 210 x 297 mm.
    #[default]
    A4,
    /// US letter, 8.5 x 11 in.
    Letter,
}

/// The seller that the document speaks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Sender {
    /// The legal name.
    pub legal_name: String,
    /// The postal address, line by line.
    pub address_lines: Vec<String>,
    /// Who answers where the account has no contact of its own: a person or a department.
    pub contact: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// Registration and tax ids where the law wants them, each as it is to be printed, for instance `VAT DE123456789`.
    pub registration_ids: Vec<String>,
    /// Where to pay, one block a way of paying, the preferred one first.
    pub remit_to: Vec<RemitTo>,
}

/// A way of paying.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RemitMethod {
    /// A US bank transfer over ACH.
    Ach,
    /// A bank transfer or wire; SEPA in the euro area.
    BankTransfer,
    /// A check by post.
    Check,
    /// A payment page.
    Online,
}

/// One block of the pay box: the document adds the heading and the reference to quote in its own language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RemitTo {
    /// The way of paying.
    pub method: RemitMethod,
    /// Bank, account, address or page, line by line, as it is to be printed.
    pub lines: Vec<String>,
}

/// The customer written to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct Customer {
    /// The legal name.
    pub legal_name: String,
    /// The person or department it is for, for instance `Accounts payable, Dana Whitfield`.
    pub attention: Option<String>,
    /// The name to greet by, for instance `Dana`; without it the letter opens formally.
    pub greeting_name: Option<String>,
    /// The postal address, line by line.
    pub address_lines: Vec<String>,
}

/// The person the customer can call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(default)]
pub struct ContactPerson {
    /// The name.
    pub name: String,
    /// The role or department.
    pub role: Option<String>,
    /// The telephone number, with extension.
    pub phone: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
}
