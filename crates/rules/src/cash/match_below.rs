//! A receipt below what the documents named have open, where nothing tells why: what lies on which line is a person's to say.

use alloc::vec;
use alloc::vec::Vec;

use super::match_named::{asking_short, pay, why_short};
use super::match_sums::spread;
use super::reference::same_document;
use super::{Answer, CashPolicy, CashRule, MAX_CANDIDATES, Match, PayableLine, Question, Receipt, Shortfall};

/// What banks took off on the way, where that is just what is missing, is written off. Else one document is paid as far as it
/// goes. Several are asked about: nothing says on which of them the shortfall lies.
pub(super) fn below(receipt: &Receipt, named: &[&PayableLine], open: i64, policy: &CashPolicy) -> Answer {
    let missing = open - receipt.amount;
    let last = named.len() - 1;
    let one_document = named.iter().all(|line| line.item == named[0].item);
    if one_document && last > 0 {
        return instalments(receipt, named);
    }
    let charged = missing == receipt.charges;
    if last > 0 && missing > policy.tolerance_in(receipt.currency) && !charged {
        let questions = vec![Question::Short { amount: missing }];
        return Answer { apply: None, questions, candidates: together(receipt, named, missing) };
    }
    let why = if charged { Shortfall::BankCharge } else { why_short(missing, named[last], receipt, policy) };
    let mut short = vec![0; named.len()];
    short[last] = missing.min(named[last].open);
    asking_short(pay(receipt, named, &short, why))
}

/// The documents paid together, with all that is missing on one line: first on the line of which the payer wrote that so much
/// is paid, then on the youngest, since the oldest are paid first. Where no line is that large, the oldest are paid as far as
/// the receipt goes.
fn together(receipt: &Receipt, named: &[&PayableLine], missing: i64) -> Vec<Match> {
    let mut oldest_first = named.to_vec();
    oldest_first.sort_by_key(|line| (line.due_date, line.item.0, line.line));
    let held: i64 = receipt.held_back.iter().map(|held| held.amount).sum();
    let why = match &receipt.held_back[..] {
        [one] if held == missing => Shortfall::Deduction { stated: one.stated.clone(), reason: one.reason },
        _ => Shortfall::Unexplained,
    };
    let on = |short_of: &PayableLine| {
        let short = |line: &&PayableLine| if core::ptr::eq(*line, short_of) { missing } else { 0 };
        pay(receipt, &oldest_first, &oldest_first.iter().map(short).collect::<Vec<_>>(), why.clone())
    };
    let stated = |line: &PayableLine| {
        let says = |said: &super::RemittanceLine| {
            said.paid == Some(line.open - missing) && same_document(&said.document, &line.document).is_some()
        };
        receipt.stated.iter().any(says)
    };
    let mut large: Vec<&PayableLine> = oldest_first.iter().rev().copied().filter(|line| line.open >= missing).collect();
    large.sort_by_key(|line| !stated(line));
    if large.is_empty() {
        let mut left = receipt.amount;
        let short = oldest_first.iter().map(|line| {
            let paid = left.min(line.open);
            left -= paid;
            line.open - paid
        });
        return vec![pay(receipt, &oldest_first, &short.collect::<Vec<_>>(), Shortfall::Unexplained)];
    }
    large.into_iter().take(MAX_CANDIDATES).map(on).collect()
}

/// A document in instalments pays its oldest first; when the receipt ends inside one, that is asked.
fn instalments(receipt: &Receipt, named: &[&PayableLine]) -> Answer {
    let rule = CashRule::References;
    let allocations = spread(receipt.amount, &[], named.iter().map(|line| (*line, line.open)));
    let last =
        allocations.last().and_then(|a| named.iter().find(|line| line.line == a.line).map(|line| line.open - a.amount));
    let questions = last.filter(|left| *left > 0).map(|amount| Question::Short { amount }).into_iter().collect();
    let found = Match { rule, confidence: rule.confidence(), allocations, short: Vec::new(), on_account: 0 };
    Answer { apply: Some(found), questions, candidates: Vec::new() }
}
