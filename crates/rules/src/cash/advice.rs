//! Which receipt a remittance advice belongs to, and what is left to say of a receipt that was set against lines before its
//! advice came.

use alloc::string::String;
use alloc::vec;
use alloc::vec::Vec;

use super::{
    Answer, CashPolicy, CashRule, Deduction, Owed, Question, Receipt, RemittanceLine, hold_full_satisfaction,
    match_named, reference_key, same_document,
};
use crate::calendar::{Date, day_number};

/// The shortest payment reference by which a receipt is known, leading zeros not counted: check numbers have three digits.
const MIN_REFERENCE: usize = 3;

/// Calendar days that may lie between the day of payment that an advice states and the receipt's value date, where the two
/// find each other without a reference: a check in the mail takes that long.
pub const ADVICE_DAYS: i64 = 10;

/// J-1. Whether the payment reference of an advice (a trace, check or wire number) stands among what the bank tells of a
/// receipt. Amounts are compared by the caller: they are equal or it is another payment.
pub fn same_payment(reference: &str, written: &[String]) -> bool {
    let reference = payment_key(reference);
    reference.len() >= MIN_REFERENCE && written.iter().any(|text| payment_key(text) == reference)
}

/// A payment reference for comparison: letters in capitals and digits, zeros before a number left out.
fn payment_key(written: &str) -> String {
    let key = reference_key(written);
    if key.bytes().all(|byte| byte.is_ascii_digit()) { key.trim_start_matches('0').into() } else { key }
}

/// J-2. Whether an advice without such a reference is near enough to a receipt of its amount, whose payer is known by other
/// things and owes every document that the advice names. An advice that states no day finds nothing.
pub fn near_enough(paid_on: Option<Date>, value_date: Date) -> bool {
    paid_on.is_some_and(|day| (day_number(value_date) - day_number(day)).abs() <= ADVICE_DAYS)
}

/// What becomes of a receipt whose advice comes after some of it was set against lines.
///
/// `receipt` has what is unapplied as its amount and the advice as its remittance; `applied` is what it was set against, by
/// document. What the advice explains already is left as it is, the rest is applied by C-1. Where more was set against a
/// document than the advice says, or against one it does not name, nothing is done and a person is asked.
pub fn explain(receipt: &Receipt, applied: &[(String, i64)], owed: &Owed, policy: &CashPolicy) -> Answer {
    let nothing = |questions| Answer { apply: None, questions, candidates: Vec::new() };
    if !policy.order.contains(&CashRule::RemittanceLines) {
        return super::apply(&Receipt { remittance: Vec::new(), ..receipt.clone() }, owed, policy);
    }
    let left = match less_applied(&receipt.remittance, applied) {
        Ok(left) => left,
        Err(document) => return nothing(vec![Question::AdviceDiffers { document }]),
    };
    if left.is_empty() && receipt.amount == 0 {
        return nothing(Vec::new());
    }
    let rest = Receipt { remittance: left, ..receipt.clone() };
    match match_named::remittance(&rest, owed, policy) {
        Some(answer) => hold_full_satisfaction(answer, &rest, owed),
        None => nothing(vec![Question::DoesNotFoot { difference: -receipt.amount }]),
    }
}

/// The lines of an advice less what is applied already; the document on which the two contradict each other.
pub(super) fn less_applied(lines: &[RemittanceLine], applied: &[(String, i64)]) -> Result<Vec<RemittanceLine>, String> {
    let mut lines: Vec<RemittanceLine> = lines.to_vec();
    for (document, amount) in applied {
        let mut left = *amount;
        let mut named = false;
        for line in lines.iter_mut().filter(|line| same_document(&line.document, document).is_some()) {
            named = true;
            match &mut line.paid {
                Some(paid) => {
                    let taken = left.min((*paid).max(0));
                    *paid -= taken;
                    left -= taken;
                }
                // What the line pays is all that is open less what is held back, and less is open already.
                None => left = 0,
            }
        }
        if !named || left > 0 {
            return Err(document.clone());
        }
    }
    lines.retain(|line| line.paid != Some(0) || line.discount > 0 || !line.deductions.is_empty());
    Ok(lines)
}

impl Receipt {
    /// The same without the amounts that are said of it, where all of them together are more than `most`, in minor units: no
    /// payment is that large, and their sums might not be numbers any more. The documents are still named.
    pub fn within(mut self, most: i64) -> Self {
        let held =
            |held: &[Deduction]| -> u128 { held.iter().map(|held| u128::from(held.amount.unsigned_abs())).sum() };
        let line = |line: &RemittanceLine| {
            let (paid, discount) = (line.paid.unwrap_or(0).unsigned_abs(), line.discount.unsigned_abs());
            u128::from(paid) + u128::from(discount) + held(&line.deductions)
        };
        let lines: u128 = self.remittance.iter().chain(&self.stated).map(line).sum();
        let said = lines + held(&self.held_back) + u128::from(self.charges.unsigned_abs());
        if said > u128::from(most.unsigned_abs()) {
            let named = core::mem::take(&mut self.remittance).into_iter().chain(core::mem::take(&mut self.stated));
            let unknown = |document: &String| !document.is_empty() && !self.references.contains(document);
            let named: Vec<String> = named.map(|line| line.document).filter(unknown).collect();
            self.references.extend(named);
            self.held_back.clear();
            self.charges = 0;
        }
        self
    }
}
