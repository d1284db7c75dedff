//! C-10. The money behind a settlement: a receipt that pays a document of which its source said that it was settled.

use super::reference::{NamedAs, same_document};
use super::{ClosedDocument, Owed, Receipt};
use crate::account::EntryId;

/// The rule's id.
pub const SETTLED_RULE: &str = "C-10";

/// How sure it is, percent: the document is named, and the amount is the settlement's.
pub const SETTLED_CONFIDENCE: u8 = 99;

/// A document of which its source said that it was settled, without the cash behind it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SettledDocument {
    /// Whose it is.
    pub account: EntryId,
    /// The document.
    pub item: EntryId,
    /// How much the settlement is, above zero.
    pub amount: i64,
}

/// C-10. The one document that a receipt names, by its whole number or its digits, and that its source settled with exactly the
/// receipt's amount: the receipt takes the settlement's place. `None` where two are, or none is (interfaces, section 3).
pub fn settled_by_source(receipt: &Receipt, owed: &Owed) -> Option<SettledDocument> {
    only(receipt, &mut owed.closed.iter(), false)
}

/// C-10. The same where nothing else says who paid: the document is named in full then.
pub fn settled_and_named<'a>(
    receipt: &Receipt,
    mut closed: impl Iterator<Item = &'a ClosedDocument>,
) -> Option<SettledDocument> {
    only(receipt, &mut closed, true)
}

fn only(
    receipt: &Receipt,
    closed: &mut dyn Iterator<Item = &ClosedDocument>,
    in_full: bool,
) -> Option<SettledDocument> {
    let settled = |closed: &&ClosedDocument| closed.settled.is_some_and(|settled| settled.amount == receipt.amount);
    let named = |closed: &&ClosedDocument| {
        let lines = receipt.remittance.iter().map(|line| &line.document);
        let written = receipt.references.iter().chain(lines);
        let best = written.filter_map(|written| same_document(written, &closed.document)).max();
        matches!(best, Some(NamedAs::Whole)) || !in_full && best.is_some() && closed.amount == receipt.amount
    };
    // Few are settled by their source, and all that was closed is looked through.
    let mut found = closed.filter(settled).filter(named).filter_map(|closed| closed.settled);
    found.next().filter(|_| found.next().is_none())
}
