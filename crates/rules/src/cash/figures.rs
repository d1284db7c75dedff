//! What a question about a receipt is about, in figures, so that a person need not add up: they are told of a receipt as it
//! stands, whole or set against lines in part.
//!
//! `receipt` has all that came in as its amount; `applied` is what it is set against, by document; `owed` is what its payer
//! has open now.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::advice::less_applied;
use super::match_named::{Named, stated};
use super::reference::{NamedAs, same_document, same_shape};
use super::{CashPolicy, ClosedDocument, Owed, Question, Receipt};

/// What the lines of a remittance advice come to beside what came in, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AdviceFooting {
    /// What the lines come to, credits taken off.
    pub stated: i64,
    /// What came in.
    pub came_in: i64,
}

impl AdviceFooting {
    /// The lines less what came in: above zero when they are more.
    pub fn difference(&self) -> i64 {
        self.stated - self.came_in
    }
}

/// What was paid beyond what documents have open, in minor units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Overpayment {
    /// The documents, in the order in which they are named.
    pub documents: Vec<String>,
    /// What was open of them.
    pub open: i64,
    /// How much is over, above zero.
    pub over: i64,
}

/// The figures of `does_not_foot`; `None` where no advice has lines, or they contradict what the receipt is set against
/// (`advice_differs`). A line without an amount pays all that is open of its document.
pub fn advice_footing(
    receipt: &Receipt,
    applied: &[(String, i64)],
    owed: &Owed,
    policy: &CashPolicy,
) -> Option<AdviceFooting> {
    if receipt.remittance.is_empty() {
        return None;
    }
    let left = less_applied(&receipt.remittance, applied).ok()?;
    let set: i64 = applied.iter().map(|(_, amount)| amount).sum();
    let rest = Receipt { remittance: left, stated: Vec::new(), ..receipt.clone() };
    Some(AdviceFooting { stated: set + stated(&rest, owed, policy), came_in: receipt.amount })
}

/// The figures of `overpaid`; `None` where nothing is over. By the lines of the advice, where it has any, else by all that the
/// payer names and all that the receipt is set against.
pub fn overpayment(receipt: &Receipt, applied: &[(String, i64)], owed: &Owed) -> Option<Overpayment> {
    let named = Named::of(&owed.lines);
    let called = |written: &str| {
        let open = named.lines(written).first().map(|line| line.document.as_str());
        let set = || applied.iter().map(|(document, _)| document.as_str());
        open.or_else(|| set().find(|document| same_document(written, document).is_some()))
    };
    let was_open = |document: &str| {
        let set = applied.iter().filter(|(known, _)| known == document).map(|(_, amount)| amount);
        let open = owed.lines.iter().filter(|line| line.document == document).map(|line| &line.open);
        set.chain(open).sum::<i64>()
    };
    let mut paid: Vec<(&str, i64)> = Vec::new();
    let mut add = |document, amount| match paid.iter_mut().find(|(known, _)| *known == document) {
        Some((_, sum)) => *sum += amount,
        None => paid.push((document, amount)),
    };
    let by_advice = !receipt.remittance.is_empty();
    if by_advice {
        let lines = receipt.remittance.iter().filter_map(|line| Some((called(&line.document)?, line.paid?)));
        lines.filter(|(_, amount)| *amount > 0).for_each(|(document, amount)| add(document, amount));
        paid.retain(|(document, amount)| *amount > was_open(document));
    } else {
        let written = receipt.references.iter().filter_map(|written| called(written));
        written.chain(applied.iter().map(|(document, _)| document.as_str())).for_each(|document| add(document, 0));
    }
    let open: i64 = paid.iter().map(|(document, _)| was_open(document)).sum();
    let came = if by_advice { paid.iter().map(|(_, amount)| amount).sum() } else { receipt.amount };
    let documents: Vec<String> = paid.iter().map(|(document, _)| (*document).to_string()).collect();
    (!documents.is_empty() && came > open).then(|| Overpayment { documents, open, over: came - open })
}

/// The figures of `paid_before`: the closed documents that the payer names, by a line of the advice, by their whole number, or
/// by its digits and the receipt's amount. Those that the receipt itself paid are none of them.
pub fn named_and_paid<'a>(receipt: &Receipt, applied: &[(String, i64)], owed: &'a Owed) -> Vec<&'a ClosedDocument> {
    let named = |closed: &&ClosedDocument| {
        let advised = receipt.remittance.iter().any(|line| same_document(&line.document, &closed.document).is_some());
        let how = receipt.references.iter().filter_map(|written| same_document(written, &closed.document)).max();
        advised || how == Some(NamedAs::Whole) || how.is_some() && closed.amount == receipt.amount
    };
    let is_its_own = |closed: &&ClosedDocument| applied.iter().any(|(document, _)| *document == closed.document);
    owed.closed.iter().filter(named).filter(|closed| !is_its_own(closed)).collect()
}

/// The figures of `unknown_reference`: what the payer names that is nothing of its own, each once. Of an advice every line; of
/// what is written elsewhere what has the shape of its own document numbers, the same letters before as many digits.
pub fn unknown_references<'a>(receipt: &'a Receipt, owed: &Owed) -> Vec<&'a str> {
    let named = Named::of(&owed.lines);
    let closed = || owed.closed.iter().map(|closed| closed.document.as_str());
    let ours = || owed.lines.iter().map(|line| line.document.as_str()).chain(closed());
    let is_known = |written: &str| {
        let mut others = closed().chain(owed.credits.iter().map(|credit| credit.document.as_str()));
        named.is_named(written) || others.any(|document| same_document(written, document).is_some())
    };
    let is_ours = |written: &str| ours().any(|document| same_shape(written, document));
    let lines = receipt.remittance.iter().map(|line| line.document.as_str()).filter(|written| !written.is_empty());
    let written = receipt.references.iter().map(String::as_str).filter(|written| is_ours(written));
    let mut unknown: Vec<&str> = Vec::new();
    for written in lines.chain(written).filter(|written| !is_known(written)) {
        if unknown.iter().all(|known| same_document(written, known) != Some(NamedAs::Whole)) {
            unknown.push(written);
        }
    }
    unknown
}

/// What is asked of a receipt of which nothing fits: what it names in the form of the payer's own documents is not known, or
/// nothing tells what it pays.
pub(super) fn nothing_fits(receipt: &Receipt, owed: &Owed) -> Vec<Question> {
    let unknown = unknown_references(receipt, owed);
    let asked: Vec<Question> =
        unknown.into_iter().map(|written| Question::UnknownReference { written: written.into() }).collect();
    if asked.is_empty() { Vec::from([Question::NothingFits]) } else { asked }
}
