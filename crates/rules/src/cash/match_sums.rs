//! C-3 to C-6: what only the amounts say.

use alloc::collections::BTreeMap;
use alloc::vec;
use alloc::vec::Vec;

use crate::account::EntryId;
use crate::calendar::Date;

use super::match_named::is_whole_again;
use super::subset::{Found, is_no_chance, sets};
use super::{
    Allocation, Answer, CashPolicy, CashRule, Match, Owed, PayableLine, Question, Receipt, Short, Shortfall, Source,
};

/// The discount that a line earns when it is paid whole on the receipt's value date; 0 when there is none.
pub(super) fn earned_discount(line: &PayableLine, receipt: &Receipt, policy: &CashPolicy) -> i64 {
    match line.discount {
        Some((last_day, amount)) if days_after(receipt, last_day) <= policy.discount_grace_days => {
            amount.clamp(0, line.open)
        }
        _ => 0,
    }
}

/// Calendar days from `day` to the receipt's value date.
fn days_after(receipt: &Receipt, day: crate::calendar::Date) -> i64 {
    crate::calendar::day_number(receipt.value_date) - crate::calendar::day_number(day)
}

/// The whole of `lines` paid by the receipt, at most with the discounts in `discounts`, one for each line.
pub(super) fn paid_whole(rule: CashRule, lines: &[&PayableLine], discounts: &[i64]) -> Match {
    let (mut allocations, mut short) = (Vec::with_capacity(lines.len()), Vec::new());
    for (line, discount) in lines.iter().zip(discounts) {
        if line.open > *discount {
            allocations.push(allocation(Source::Receipt, line, line.open - discount));
        }
        if *discount > 0 {
            short.push(short_of(line, *discount, Shortfall::Discount));
        }
    }
    Match { rule, confidence: rule.confidence(), allocations, short, on_account: 0 }
}

/// An amount set against a line.
pub(super) fn allocation(from: Source, line: &PayableLine, amount: i64) -> Allocation {
    Allocation { from, account: line.account, item: line.item, line: line.line, amount }
}

/// An amount that is missing on a line.
pub(super) fn short_of(line: &PayableLine, amount: i64, why: Shortfall) -> Short {
    Short { account: line.account, item: line.item, line: line.line, amount, why }
}

/// The answer of a match that leaves nothing to ask.
pub(super) fn sure(found: Match) -> Answer {
    Answer { apply: Some(found), questions: Vec::new(), candidates: Vec::new() }
}

/// The answer of several matches that fit equally well.
pub(super) fn ambiguous(mut candidates: Vec<Match>) -> Answer {
    candidates.truncate(super::MAX_CANDIDATES);
    Answer { apply: None, questions: vec![Question::Ambiguous], candidates }
}

/// The lines with only the first open instalment of each document, where a document has several: that is paid first.
fn first_instalments(owed: &Owed) -> Option<Owed> {
    let mut firsts: BTreeMap<EntryId, (Date, i64)> = BTreeMap::new();
    for line in &owed.lines {
        let first = firsts.entry(line.item).or_insert((line.due_date, line.line));
        *first = (*first).min((line.due_date, line.line));
    }
    if firsts.len() == owed.lines.len() {
        return None;
    }
    let first = |line: &&PayableLine| firsts.get(&line.item) == Some(&(line.due_date, line.line));
    let lines: Vec<PayableLine> = owed.lines.iter().filter(first).cloned().collect();
    (lines.len() < owed.lines.len()).then(|| Owed { payer: owed.payer.clone(), lines, ..Owed::default() })
}

/// C-3. One open line is as large as the receipt, whole or less the discount that its terms allow. Of equal instalments of one
/// document the first is meant.
pub(super) fn exact_item(receipt: &Receipt, owed: &Owed, policy: &CashPolicy) -> Option<Answer> {
    let mut found: Vec<Match> = Vec::new();
    let firsts = first_instalments(owed);
    let fits = |line: &&PayableLine| line.open == receipt.amount;
    let first = firsts.as_ref().filter(|firsts| firsts.lines.iter().any(|line| fits(&line)));
    for line in &first.unwrap_or(owed).lines {
        let discount = earned_discount(line, receipt, policy);
        if line.open == receipt.amount {
            found.push(paid_whole(CashRule::ExactItem, &[line], &[0]));
        } else if discount > 0 && line.open - discount == receipt.amount {
            found.push(paid_whole(CashRule::ExactItem, &[line], &[discount]));
        }
    }
    one_of(found)
}

/// C-4. One set of lines adds up to the receipt, all of them whole or all of them less their earned discounts. Of documents in
/// instalments the first ones are tried before the later. It is asked about where the receipt is also what a document came to
/// before a part of it was paid.
pub(super) fn exact_subset(receipt: &Receipt, owed: &Owed, policy: &CashPolicy) -> Option<Answer> {
    let firsts = first_instalments(owed).and_then(|firsts| subset_of(receipt, &firsts, policy));
    firsts.or_else(|| subset_of(receipt, owed, policy))
}

fn subset_of(receipt: &Receipt, owed: &Owed, policy: &CashPolicy) -> Option<Answer> {
    let lines = &owed.lines;
    if lines.len() < 2 || lines.len() > policy.subset_lines {
        return None;
    }
    let discounts: Vec<i64> = lines.iter().map(|line| earned_discount(line, receipt, policy)).collect();
    let whole: Vec<i64> = lines.iter().map(|line| line.open).collect();
    let mut tries = vec![(whole.clone(), vec![0; lines.len()])];
    if discounts.iter().any(|discount| *discount > 0) {
        tries.push((whole.iter().zip(&discounts).map(|(open, discount)| open - discount).collect(), discounts));
    }
    let (mut found, mut meant) = (Vec::new(), true);
    for (amounts, discounts) in tries {
        let places = match sets(&amounts, receipt.amount) {
            Found::None => continue,
            Found::TooMany => return None,
            Found::One(places) => vec![places],
            Found::Several(one, other) => vec![one, other],
        };
        for places in places {
            meant &= is_no_chance(lines.len(), places.len(), receipt.amount, policy.subset_chance);
            let chosen: Vec<&PayableLine> = places.iter().map(|place| &lines[*place]).collect();
            let taken: Vec<i64> = places.iter().map(|place| discounts[*place]).collect();
            let candidate = paid_whole(CashRule::ExactSubset, &chosen, &taken);
            if !found.contains(&candidate) {
                found.push(candidate);
            }
        }
    }
    if let Some(again) = whole_again(receipt, owed).filter(|_| !found.is_empty()) {
        found.push(again);
    }
    if meant { one_of(found) } else { Some(ambiguous(found)) }
}

/// The one document that came to the receipt at first, and of which less is open: it may be paid once more as a whole.
pub(super) fn whole_again(receipt: &Receipt, owed: &Owed) -> Option<Match> {
    let part_paid = |line: &&PayableLine| is_whole_again(receipt.amount, &[line]);
    let item = owed.lines.iter().find(part_paid)?.item;
    let lines: Vec<&PayableLine> = owed.lines.iter().filter(|line| line.item == item).collect();
    let on_account = receipt.amount - lines.iter().map(|line| line.open).sum::<i64>();
    let found = paid_whole(CashRule::ExactItem, &lines, &vec![0; lines.len()]);
    (on_account > 0).then_some(Match { on_account, ..found })
}

/// C-5. The receipt is all that is owed: every open line, less every open credit or none of them.
pub(super) fn balance(receipt: &Receipt, owed: &Owed) -> Option<Answer> {
    let owing = sum(&owed.lines);
    let credits: i64 = owed.credits.iter().map(|credit| credit.unapplied).sum();
    let lines: Vec<&PayableLine> = owed.lines.iter().collect();
    if lines.is_empty() {
        None
    } else if receipt.amount == owing {
        Some(sure(paid_whole(CashRule::Balance, &lines, &vec![0; lines.len()])))
    } else if credits > 0 && receipt.amount == owing - credits {
        let taken: Vec<(Source, i64)> =
            owed.credits.iter().map(|credit| (Source::Credit(credit.item), credit.unapplied)).collect();
        let allocations = spread(receipt.amount, &taken, lines.iter().map(|line| (*line, line.open)));
        let rule = CashRule::Balance;
        Some(sure(Match { rule, confidence: rule.confidence(), allocations, short: Vec::new(), on_account: 0 }))
    } else {
        None
    }
}

/// C-6. The receipt is all that is past due on its value date, where more is owed than that.
pub(super) fn past_due(receipt: &Receipt, owed: &Owed) -> Option<Answer> {
    let lines: Vec<&PayableLine> = owed.lines.iter().filter(|line| line.due_date < receipt.value_date).collect();
    let due: i64 = lines.iter().map(|line| line.open).sum();
    (!lines.is_empty() && due == receipt.amount)
        .then(|| sure(paid_whole(CashRule::PastDue, &lines, &vec![0; lines.len()])))
}

/// Pays `lines` (each with the amount to pay) out of the receipt first, then out of the credits, in their order.
pub(super) fn spread<'a>(
    receipt: i64,
    credits: &[(Source, i64)],
    lines: impl Iterator<Item = (&'a PayableLine, i64)>,
) -> Vec<Allocation> {
    let mut sources: Vec<(Source, i64)> =
        core::iter::once((Source::Receipt, receipt)).chain(credits.iter().copied()).collect();
    let mut allocations = Vec::new();
    for (line, mut left) in lines {
        for (source, money) in &mut sources {
            let amount = left.min(*money);
            if amount > 0 {
                allocations.push(allocation(*source, line, amount));
                *money -= amount;
                left -= amount;
            }
        }
    }
    allocations
}

/// What the lines have open.
pub(super) fn sum(lines: &[PayableLine]) -> i64 {
    lines.iter().map(|line| line.open).sum()
}

/// None, the one, or a question with several.
fn one_of(mut found: Vec<Match>) -> Option<Answer> {
    match found.len() {
        0 => None,
        1 => found.pop().map(sure),
        _ => Some(ambiguous(found)),
    }
}
