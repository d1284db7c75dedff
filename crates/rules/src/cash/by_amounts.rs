//! A payer of whom only the name speaks, and whose open lines account for the receipt.

use super::payer::{Candidate, Evidence};
use super::{Answer, CashPolicy, Owed, Receipt, apply};

/// The one account with a name like the payer's, when what it owes accounts for the receipt to the cent and nothing has to be
/// asked: the amounts are the second thing that speaks for it. `None` where two names are alike, or where a person would have
/// to be asked.
///
/// `likely` are the accounts of which nothing strong enough speaks; `owed` says what one of them, and those it pays for, owe.
pub fn by_amounts(
    receipt: &Receipt,
    likely: &[Candidate],
    owed: impl FnOnce(&Candidate) -> Owed,
    policy: &CashPolicy,
) -> Option<(Candidate, Answer)> {
    let mut named = likely.iter().filter(|who| who.evidence.contains(&Evidence::NameLike));
    let who = named.next().filter(|_| named.next().is_none())?;
    let answer = apply(receipt, &owed(who), policy);
    if answer.apply.is_none() || !answer.questions.is_empty() {
        return None;
    }
    let mut who = who.clone();
    who.evidence.push(Evidence::Amount);
    Some((who, answer))
}
