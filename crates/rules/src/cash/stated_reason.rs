//! What a payer's reason for paying less means: by the policy's own codes, else by the list the code is of, else by its words.
//!
//! A code is written with the list it is of, as `x12 06` (X12 data element 426) or `edifact 4` (UN/EDIFACT data element
//! 4465), and without one where the payer uses its own.

use alloc::string::String;

use serde::{Deserialize, Serialize};

use crate::dispute::DisputeReason;

/// A reason as a payer writes it, and what it means: an entry of `[[cash.reason]]`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StatedReason {
    /// The payer's code or words, in any case; a code of a list also with it (`x12 86`).
    pub stated: String,
    /// The reason of the dispute that it opens.
    pub means: DisputeReason,
}

/// The reason of a payer's code and words. What says nothing we can work on, or two things at once, is
/// [`DisputeReason::Unstated`]: the words are kept beside it.
pub fn reason_of(code: &str, words: &str, own: &[StatedReason]) -> DisputeReason {
    let (code, words) = (code.trim(), words.trim());
    let said = [code, bare(code), words].map(str::to_lowercase);
    let listed = own.iter().find(|reason| {
        let stated = reason.stated.trim().to_lowercase();
        !stated.is_empty() && said.contains(&stated)
    });
    if let Some(reason) = listed {
        return reason.means;
    }
    match code.split_once(' ') {
        Some(("x12", number)) => of_x12(number.trim()),
        Some(("edifact", number)) => of_edifact(number.trim()),
        _ => DisputeReason::Unstated,
    }
    .or_else(|| of_words(code))
    .or_else(|| of_words(words))
}

/// A code without the list it is of, as the payer wrote it.
pub fn bare(code: &str) -> &str {
    code.strip_prefix("x12 ").or_else(|| code.strip_prefix("edifact ")).unwrap_or(code)
}

impl DisputeReason {
    /// This reason, or another where nothing is stated.
    fn or_else(self, other: impl FnOnce() -> Self) -> Self {
        if self == Self::Unstated { other() } else { self }
    }
}

/// X12 data element 426.
fn of_x12(code: &str) -> DisputeReason {
    match code {
        "01" | "03" | "09" | "29" => DisputeReason::Price,
        "02" | "16" | "28" | "56" | "57" | "71" => DisputeReason::Allowance,
        "04" | "05" => DisputeReason::Damaged,
        "06" | "22" => DisputeReason::ShortShipment,
        "11" | "12" | "13" | "14" | "15" | "72" => DisputeReason::Returned,
        "18" | "61" => DisputeReason::WrongCustomer,
        "19" => DisputeReason::Duplicate,
        "24" | "43" => DisputeReason::DiscountNotTaken,
        "30" | "31" | "32" | "46" | "54" => DisputeReason::Freight,
        "38" | "48" => DisputeReason::Service,
        "39" => DisputeReason::PurchaseOrder,
        "42" | "59" | "70" | "73" => DisputeReason::NotReceived,
        "55" => DisputeReason::Tax,
        _ => DisputeReason::Unstated,
    }
}

/// UN/EDIFACT data element 4465.
fn of_edifact(code: &str) -> DisputeReason {
    match code {
        "2" | "3" | "17" => DisputeReason::Damaged,
        "4" => DisputeReason::ShortShipment,
        "5" => DisputeReason::Price,
        "6" => DisputeReason::NotReceived,
        "15" | "16" => DisputeReason::Returned,
        "19" | "21" => DisputeReason::Allowance,
        "20" | "24" => DisputeReason::Service,
        "22" | "26" => DisputeReason::Tax,
        _ => DisputeReason::Unstated,
    }
}

/// Beginnings of words that tell a reason, English and German; several words must follow one another.
const WORDS: [(&str, DisputeReason); 53] = [
    ("price", DisputeReason::Price),
    ("pricing", DisputeReason::Price),
    ("overcharge", DisputeReason::Price),
    ("preis", DisputeReason::Price),
    ("short ship", DisputeReason::ShortShipment),
    ("short deliver", DisputeReason::ShortShipment),
    ("shortage", DisputeReason::ShortShipment),
    ("shortship", DisputeReason::ShortShipment),
    ("quantity", DisputeReason::ShortShipment),
    ("qty", DisputeReason::ShortShipment),
    ("fehlmenge", DisputeReason::ShortShipment),
    ("minderlieferung", DisputeReason::ShortShipment),
    ("damage", DisputeReason::Damaged),
    ("defect", DisputeReason::Damaged),
    ("broken", DisputeReason::Damaged),
    ("beschädig", DisputeReason::Damaged),
    ("mangel", DisputeReason::Damaged),
    ("mängel", DisputeReason::Damaged),
    ("return", DisputeReason::Returned),
    ("retoure", DisputeReason::Returned),
    ("rücksendung", DisputeReason::Returned),
    ("not received", DisputeReason::NotReceived),
    ("never received", DisputeReason::NotReceived),
    ("proof of delivery", DisputeReason::NotReceived),
    ("pod", DisputeReason::NotReceived),
    ("nicht erhalten", DisputeReason::NotReceived),
    ("service", DisputeReason::Service),
    ("repair", DisputeReason::Service),
    ("purchase order", DisputeReason::PurchaseOrder),
    ("bestellnummer", DisputeReason::PurchaseOrder),
    ("duplicate", DisputeReason::Duplicate),
    ("billed twice", DisputeReason::Duplicate),
    ("doppelt", DisputeReason::Duplicate),
    ("tax", DisputeReason::Tax),
    ("taxes", DisputeReason::Tax),
    ("vat", DisputeReason::Tax),
    ("mwst", DisputeReason::Tax),
    ("steuer", DisputeReason::Tax),
    ("freight", DisputeReason::Freight),
    ("shipping", DisputeReason::Freight),
    ("postage", DisputeReason::Freight),
    ("fracht", DisputeReason::Freight),
    ("versandkosten", DisputeReason::Freight),
    ("porto", DisputeReason::Freight),
    ("allowance", DisputeReason::Allowance),
    ("rebate", DisputeReason::Allowance),
    ("promotion", DisputeReason::Allowance),
    ("advertis", DisputeReason::Allowance),
    ("bonus", DisputeReason::Allowance),
    ("werbe", DisputeReason::Allowance),
    ("already paid", DisputeReason::AlreadyPaid),
    ("bereits bezahlt", DisputeReason::AlreadyPaid),
    ("discount", DisputeReason::DiscountNotTaken),
];

/// The one reason that words tell.
fn of_words(text: &str) -> DisputeReason {
    let lower = text.to_lowercase();
    let apart = |letter: Option<char>| !letter.is_some_and(char::is_alphanumeric);
    // Short ones are words of their own, the others may go on: `returned`, `freight-in`.
    let tells = |word: &str| {
        lower.match_indices(word).any(|(at, _)| {
            let ends = word.len() > 3 || apart(lower[at + word.len()..].chars().next());
            ends && apart(lower[..at].chars().next_back())
        })
    };
    let mut told = WORDS.iter().filter(|(word, _)| tells(word)).map(|(_, reason)| *reason);
    let Some(first) = told.next() else { return DisputeReason::Unstated };
    if told.all(|other| other == first) { first } else { DisputeReason::Unstated }
}
