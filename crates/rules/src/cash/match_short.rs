//! A receipt below what the documents named have open, where what is missing can be told: instalments that are not paid yet,
//! a credit that the payer took, a disputed amount, a document left out, or what the payer wrote that it takes.

use alloc::vec;
use alloc::vec::Vec;

use super::match_named::{asking_short, pay};
use super::match_sums::{short_of, spread, sure};
use super::{Answer, CashPolicy, CashRule, Match, Owed, PayableLine, Receipt, Shortfall, Source};

/// The most ways of paying instalments that are looked at.
const MOST_WAYS: usize = 10_000;
/// The most credits of which some are looked at.
const MOST_CREDITS: usize = 8;

/// What is missing, where it can be told; tried in this order: what the payer wrote, later instalments and credits taken, what
/// is disputed, a document left out.
pub(super) fn explained(
    receipt: &Receipt,
    owed: &Owed,
    named: &[&PayableLine],
    earned: &[i64],
    policy: &CashPolicy,
) -> Option<Answer> {
    let missing = named.iter().map(|line| line.open).sum::<i64>() - receipt.amount;
    as_written(receipt, named, earned, missing)
        .or_else(|| netted(receipt, owed, named, policy))
        .or_else(|| disputed(receipt, named, missing))
        .or_else(|| left_out(receipt, named, missing))
}

/// The documents whole, or of those in instalments the first ones, less credits that the payer took without naming them: none,
/// one or all of them, else some of a few. Taken where only one way of that comes to the receipt, and chance would hardly have
/// made one.
fn netted(receipt: &Receipt, owed: &Owed, named: &[&PayableLine], policy: &CashPolicy) -> Option<Answer> {
    let documents = documents(named);
    let ways = instalment_ways(&documents)?;
    let credits: Vec<(Source, i64)> =
        owed.credits.iter().map(|credit| (Source::Credit(credit.item), credit.unapplied)).collect();
    let mut few: Vec<Vec<(Source, i64)>> = vec![Vec::new()];
    few.extend(credits.iter().map(|credit| vec![*credit]));
    if credits.len() > 1 {
        few.push(credits.clone());
    }
    let some = || -> Vec<Vec<(Source, i64)>> {
        let chosen = |set: usize| credits.iter().enumerate().filter(move |(place, _)| set >> place & 1 == 1);
        (0..1_usize << credits.len()).map(|set| chosen(set).map(|(_, credit)| *credit).collect()).collect()
    };
    let found = one_way(receipt, &ways, &few, policy);
    let sets = if found.is_none() && credits.len() <= MOST_CREDITS { some() } else { Vec::new() };
    let (counts, taken) = found.or_else(|| one_way(receipt, &ways, &sets, policy))?;
    let paid = documents.iter().zip(counts).flat_map(|(lines, count)| lines.iter().take(*count).copied());
    let allocations = spread(receipt.amount, taken, paid.map(|line| (line, line.open)));
    let rule = CashRule::References;
    Some(sure(Match { rule, confidence: rule.confidence(), allocations, short: Vec::new(), on_account: 0 }))
}

/// How many instalments of each document are paid, and the credits taken.
type OneWay<'w> = (&'w [usize], &'w [(Source, i64)]);

/// The one way, less the one set of credits, that comes to the receipt; `None` where there are several, or chance could have
/// made one.
fn one_way<'w>(
    receipt: &Receipt,
    ways: &'w [(i64, Vec<usize>)],
    takings: &'w [Vec<(Source, i64)>],
    policy: &CashPolicy,
) -> Option<OneWay<'w>> {
    let tried = ways.len().saturating_mul(takings.len());
    let meant = (tried as u64).saturating_mul(policy.subset_chance) <= receipt.amount.unsigned_abs();
    if tried > MOST_WAYS || !meant {
        return None;
    }
    let fits = |sum: i64, taken: &[(Source, i64)]| {
        sum.saturating_sub(taken.iter().map(|(_, amount)| amount).sum::<i64>()) == receipt.amount
    };
    let mut fitting = ways.iter().flat_map(|way| {
        takings.iter().filter(|taken| fits(way.0, taken)).map(|taken| (way.1.as_slice(), taken.as_slice()))
    });
    fitting.next().filter(|_| fitting.next().is_none())
}

/// The lines by document, each document's oldest first.
fn documents<'a>(named: &[&'a PayableLine]) -> Vec<Vec<&'a PayableLine>> {
    let mut documents: Vec<Vec<&PayableLine>> = Vec::new();
    for line in named {
        match documents.iter_mut().find(|lines| lines[0].item == line.item) {
            Some(lines) => lines.push(line),
            None => documents.push(vec![line]),
        }
    }
    for lines in &mut documents {
        lines.sort_by_key(|line| (line.due_date, line.line));
    }
    documents
}

/// Every way of paying the first instalments of each document, at least one of each: the sum, and how many of each. `None`
/// where there are too many.
fn instalment_ways(documents: &[Vec<&PayableLine>]) -> Option<Vec<(i64, Vec<usize>)>> {
    let mut ways: Vec<(i64, Vec<usize>)> = vec![(0, Vec::new())];
    for lines in documents {
        if ways.len().saturating_mul(lines.len()) > MOST_WAYS {
            return None;
        }
        let mut longer = Vec::with_capacity(ways.len() * lines.len());
        for (sum, counts) in &ways {
            let mut sum = *sum;
            for (place, line) in lines.iter().enumerate() {
                sum = sum.saturating_add(line.open);
                longer.push((sum, counts.iter().copied().chain([place + 1]).collect()));
            }
        }
        ways = longer;
    }
    Some(ways)
}

/// What the payer wrote that it takes: a percentage of each document, or an amount off the only one.
fn as_written(receipt: &Receipt, named: &[&PayableLine], earned: &[i64], missing: i64) -> Option<Answer> {
    if let Some(rate) = receipt.discount_bp.filter(|rate| (1..10_000).contains(rate)) {
        let part = |line: &&PayableLine| (i128::from(line.open) * i128::from(rate) + 5_000) / 10_000;
        let parts: Vec<i64> = named.iter().filter_map(|line| i64::try_from(part(line)).ok()).collect();
        if parts.len() == named.len() && parts.iter().sum::<i64>() == missing {
            let mut found = pay(receipt, named, &parts, Shortfall::UnearnedDiscount);
            for short in &mut found.short {
                let of = named.iter().position(|line| (line.item, line.line) == (short.item, short.line));
                if of.is_some_and(|place| earned[place] >= short.amount) {
                    short.why = Shortfall::Discount;
                }
            }
            return Some(asking_short(found));
        }
    }
    let held: i64 = receipt.held_back.iter().map(|held| held.amount).sum();
    let ([line], true) = (named, held > 0 && held == missing) else { return None };
    let mut found = pay(receipt, &[line], &[missing], Shortfall::Unexplained);
    let why = |held: &super::Deduction| Shortfall::Deduction { stated: held.stated.clone(), reason: held.reason };
    found.short = receipt.held_back.iter().map(|held| short_of(line, held.amount, why(held))).collect();
    Some(asking_short(found))
}

/// Exactly what is disputed of the documents: it is being worked on, and nobody is asked again.
fn disputed(receipt: &Receipt, named: &[&PayableLine], missing: i64) -> Option<Answer> {
    let disputed: Vec<i64> = named.iter().map(|line| line.disputed.clamp(0, line.open)).collect();
    let all = disputed.iter().sum::<i64>();
    (all > 0 && all == missing).then(|| sure(pay(receipt, named, &disputed, Shortfall::Disputed)))
}

/// Exactly one of several documents: it is named and not paid, and a person is asked why.
fn left_out(receipt: &Receipt, named: &[&PayableLine], missing: i64) -> Option<Answer> {
    let mut exact = named.iter().filter(|line| line.open == missing);
    let left = exact.next().filter(|_| exact.next().is_none() && named.len() > 1)?;
    let short: Vec<i64> = named.iter().map(|line| if core::ptr::eq(*line, *left) { missing } else { 0 }).collect();
    Some(asking_short(pay(receipt, named, &short, Shortfall::Unexplained)))
}
