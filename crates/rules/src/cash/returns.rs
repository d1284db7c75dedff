//! Money that comes and goes back: which entry of a bank takes a receipt back, and which receipt that is.
//!
//! A wrong answer would reverse somebody's payment, so only what a bank or a payer gives a payment as its own (end-to-end id,
//! trace, check number, the bank's reference) finds a receipt, together with the account it came to and its amount. What
//! finds none, several, or one that went back before is asked. Amounts are in minor units. Source: domain 1.7, issue of cash;
//! ISO 20022 `RvslInd` and `RtrInf`, Nacha operating rules (returns, dishonoured and contested returns), BAI2 type codes 555
//! to 566, MT940 `RC` and `RD`.

use alloc::string::String;
use alloc::vec::Vec;

use super::reference_key;
use crate::account::EntryId;
use crate::calendar::{Date, day_number};
use crate::money::Currency;

/// The rule's id in reasons.
pub const RETURN_RULE: &str = "C-7";

/// The rule's id in reasons, of a part of a receipt.
pub const PART_RULE: &str = "C-11";

/// A receipt booked longer before its return than this many days is not found: direct debits without a mandate may come back
/// for 13 months, nothing for longer.
pub const RETURNED_WITHIN_DAYS: i64 = 400;

/// The shortest reference that names one payment, in letters and digits.
const MIN_REFERENCE: usize = 4;

/// How a bank calls an entry that undoes another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Undone {
    /// The bank takes a booking back, or the payment came back.
    Returned,
    /// The first bank refuses the return: the payment stands.
    Dishonoured,
    /// The other bank insists: the payment is back after all.
    Contested,
}

impl Undone {
    /// The word used in JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Returned => "returned",
            Self::Dishonoured => "dishonoured",
            Self::Contested => "contested",
        }
    }
}

/// What an entry that undoes another does to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It takes a receipt back.
    TakesBack,
    /// It brings money: it is a receipt of its own.
    Receipt,
}

/// What an entry that undoes another does: money out takes a receipt back, unless it says that a return is refused; money in
/// is a receipt like any other, also when the payment it brings was here before.
pub fn effect(money_out: bool, undone: Undone) -> Effect {
    match (money_out, undone) {
        (true, Undone::Returned | Undone::Contested) => Effect::TakesBack,
        (true, Undone::Dishonoured) | (false, _) => Effect::Receipt,
    }
}

/// An entry that takes a receipt back, as the bank tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// What may have come in: the entry's amount, and where banks took something for the return, what it was before.
    pub amounts: Vec<i64>,
    /// The currency.
    pub currency: Currency,
    /// The day it was booked.
    pub booked_on: Date,
    /// Our account, as the bank names it; empty where it is not known.
    pub bank_account: String,
    /// The bank's own key of the entry that it deletes, where it says one: nothing else names it as surely.
    pub of_entry: Option<String>,
    /// What names the payment, as written.
    pub references: Vec<String>,
}

/// A receipt that may have come back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returnable {
    /// Its entry.
    pub receipt: EntryId,
    /// What is the same of it and of its equals in the same file.
    pub content: String,
    /// The amount that came in.
    pub amount: i64,
    /// The currency.
    pub currency: Currency,
    /// The day it was booked.
    pub booked_on: Date,
    /// Our account, as the bank named it; empty where it is not known.
    pub bank_account: String,
    /// The bank's own key of its entry, where the bank has one.
    pub entry: Option<String>,
    /// What names the payment, as written.
    pub references: Vec<String>,
    /// The day on which another entry took it back.
    pub taken_back_on: Option<Date>,
}

/// Which receipt an entry takes back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakesBack {
    /// This one.
    Receipt(EntryId),
    /// None that is known: its file may not have been read yet.
    NoReceipt,
    /// More than one, and nothing tells them apart.
    SeveralReceipts,
    /// One that another entry took back by then: two files may tell of the same return.
    TakenBackBefore,
}

impl TakesBack {
    /// What a person is asked, as a code; `None` when nothing is.
    pub fn question(self) -> Option<&'static str> {
        match self {
            Self::Receipt(_) => None,
            Self::NoReceipt => Some("no_receipt"),
            Self::SeveralReceipts => Some("several_receipts"),
            Self::TakenBackBefore => Some("taken_back_before"),
        }
    }
}

/// C-7. Which receipt an entry takes back: the only one of its amount, currency and account, booked in the 400 days up to the
/// entry, that has the bank's own key of the entry that is deleted, else that shares a reference with it. Of receipts that are
/// equal in all that the bank said the first is as good as any.
pub fn takes_back(returned: &Returned, receipts: &[Returnable]) -> TakesBack {
    let may_be: Vec<&Returnable> = receipts.iter().filter(|receipt| may_be(returned, receipt)).collect();
    let is_entry = |receipt: &&Returnable| returned.of_entry.is_some() && receipt.entry == returned.of_entry;
    let mut named: Vec<&Returnable> = may_be.iter().copied().filter(is_entry).collect();
    if named.is_empty() {
        named = may_be.into_iter().filter(|receipt| shares_reference(returned, receipt)).collect();
    }
    let doubtful = named.iter().any(|receipt| receipt.taken_back_on.is_some_and(|day| day >= returned.booked_on));
    let mut standing = named.iter().filter(|receipt| receipt.taken_back_on.is_none());
    let Some(first) = standing.next() else {
        return if named.is_empty() { TakesBack::NoReceipt } else { TakesBack::TakenBackBefore };
    };
    if doubtful {
        return TakesBack::TakenBackBefore;
    }
    let mut least = first.receipt;
    for other in standing {
        if other.content != first.content {
            return TakesBack::SeveralReceipts;
        }
        least = least.min(other.receipt);
    }
    TakesBack::Receipt(least)
}

/// C-11, first half. Of which receipt an entry takes a part back that takes none back whole: the only one that is larger, of its
/// currency and account, booked in the 400 days up to the entry, and shares a reference with it. `None` where another that
/// shares one fits, went back or is as large, where the bank names an entry that it deletes, and where it took something for the
/// return, so that nobody knows how much of the receipt came back.
pub fn takes_part_of(returned: &Returned, receipts: &[Returnable]) -> Option<EntryId> {
    let [amount] = returned.amounts[..] else { return None };
    if returned.of_entry.is_some() {
        return None;
    }
    let mut named = receipts.iter().filter(|receipt| is_near(returned, receipt) && shares_reference(returned, receipt));
    let only = named.next().filter(|_| named.next().is_none())?;
    (only.amount > amount && only.taken_back_on.is_none()).then_some(only.receipt)
}

/// Of which receipts an entry may take a part back, the newest first: those that are larger, stand and share a reference with
/// it; at most [`super::MAX_CANDIDATES`].
pub fn likely_whole_of(returned: &Returned, receipts: &[Returnable]) -> Vec<EntryId> {
    let most = returned.amounts.iter().max().copied().unwrap_or(0);
    let fits =
        |receipt: &&Returnable| receipt.amount > most && receipt.taken_back_on.is_none() && is_near(returned, receipt);
    let mut likely: Vec<&Returnable> =
        receipts.iter().filter(fits).filter(|receipt| shares_reference(returned, receipt)).collect();
    likely.sort_by_key(|receipt| (day_number(returned.booked_on) - day_number(receipt.booked_on), receipt.receipt));
    likely.truncate(super::MAX_CANDIDATES);
    likely.into_iter().map(|receipt| receipt.receipt).collect()
}

/// C-11, second half. Which document a part of a receipt was paid on: the only one on which the receipt pays just that much.
/// `paid` is what it pays, document by document.
pub fn paid_by_part(amount: i64, paid: &[(EntryId, i64)]) -> Option<EntryId> {
    let mut fits = paid.iter().filter(|(_, paid)| *paid == amount);
    fits.next().filter(|_| fits.next().is_none()).map(|(document, _)| *document)
}

/// What a person may choose from: receipts of the amount that stand, those that share a reference first, then the newest; at
/// most [`super::MAX_CANDIDATES`].
pub fn likely(returned: &Returned, receipts: &[Returnable]) -> Vec<EntryId> {
    let mut likely: Vec<&Returnable> =
        receipts.iter().filter(|receipt| may_be(returned, receipt) && receipt.taken_back_on.is_none()).collect();
    likely.sort_by_key(|receipt| {
        let days_before = day_number(returned.booked_on) - day_number(receipt.booked_on);
        (!shares_reference(returned, receipt), days_before, receipt.receipt)
    });
    likely.truncate(super::MAX_CANDIDATES);
    likely.into_iter().map(|receipt| receipt.receipt).collect()
}

fn may_be(returned: &Returned, receipt: &Returnable) -> bool {
    returned.amounts.contains(&receipt.amount) && is_near(returned, receipt)
}

/// Whether a receipt is of the currency and account and was booked in the days up to the return.
fn is_near(returned: &Returned, receipt: &Returnable) -> bool {
    let days = day_number(returned.booked_on) - day_number(receipt.booked_on);
    let unknown = returned.bank_account.is_empty() || receipt.bank_account.is_empty();
    returned.currency == receipt.currency
        && (0..=RETURNED_WITHIN_DAYS).contains(&days)
        && (unknown || returned.bank_account == receipt.bank_account)
}

fn shares_reference(returned: &Returned, receipt: &Returnable) -> bool {
    let keys = |references: &[String]| -> Vec<String> {
        references.iter().map(|written| reference_key(written)).filter(|key| names_a_payment(key)).collect()
    };
    let known = keys(&receipt.references);
    keys(&returned.references).iter().any(|key| known.contains(key))
}

/// Whether a reference names one payment: long enough, with a digit, and none of the words for "none".
fn names_a_payment(key: &str) -> bool {
    key.len() >= MIN_REFERENCE && key.bytes().any(|b| b.is_ascii_digit()) && key.bytes().any(|b| b != b'0')
}

#[cfg(test)]
mod tests {
    use alloc::string::ToString;
    use alloc::vec;

    use jiff::civil::date;

    use super::*;

    fn returned(reference: &str) -> Returned {
        Returned {
            amounts: vec![10_000],
            currency: Currency::USD,
            booked_on: date(2025, 3, 10),
            bank_account: "123".to_string(),
            of_entry: None,
            references: vec![reference.to_string()],
        }
    }

    fn receipt(id: i64, reference: &str) -> Returnable {
        Returnable {
            receipt: EntryId(id),
            content: id.to_string(),
            amount: 10_000,
            currency: Currency::USD,
            booked_on: date(2025, 3, 3),
            bank_account: "123".to_string(),
            entry: None,
            references: vec!["other 9".to_string(), reference.to_string()],
            taken_back_on: None,
        }
    }

    #[test]
    fn the_one_receipt_of_amount_account_and_reference_is_taken_back() {
        type Change = fn(&mut Returnable);
        let answer = |change: Change| {
            let mut other = receipt(1, "E2E-771");
            change(&mut other);
            takes_back(&returned("e2e 771"), &[other])
        };
        let table: [(Change, TakesBack); 9] = [
            (|_| {}, TakesBack::Receipt(EntryId(1))),
            (|it| it.amount = 10_001, TakesBack::NoReceipt),
            (|it| it.currency = Currency::EUR, TakesBack::NoReceipt),
            (|it| it.bank_account = "124".into(), TakesBack::NoReceipt),
            (|it| it.bank_account = "".into(), TakesBack::Receipt(EntryId(1))),
            (|it| it.references = vec!["E2E-772".into()], TakesBack::NoReceipt),
            (|it| it.booked_on = date(2025, 3, 11), TakesBack::NoReceipt),
            (|it| it.booked_on = date(2024, 2, 1), TakesBack::NoReceipt),
            (|it| it.taken_back_on = Some(date(2025, 3, 5)), TakesBack::TakenBackBefore),
        ];
        for (place, (change, want)) in table.into_iter().enumerate() {
            assert_eq!(answer(change), want, "row {place}");
        }
    }

    #[test]
    fn what_has_two_answers_is_asked_and_equals_are_one_answer() {
        let entry = returned("E2E-771");
        let (one, mut two) = (receipt(1, "E2E-771"), receipt(2, "E2E-771"));
        assert_eq!(takes_back(&entry, &[two.clone(), one.clone()]), TakesBack::SeveralReceipts);
        two.content.clone_from(&one.content);
        assert_eq!(takes_back(&entry, &[two.clone(), one.clone()]), TakesBack::Receipt(EntryId(1)));
        two.taken_back_on = Some(date(2025, 3, 5));
        assert_eq!(takes_back(&entry, &[two.clone(), one.clone()]), TakesBack::Receipt(EntryId(1)), "paid again");
        two.taken_back_on = Some(date(2025, 3, 10));
        assert_eq!(takes_back(&entry, &[two, one]), TakesBack::TakenBackBefore, "told twice, perhaps");
        for reference in ["", "771", "NONREF", "0000"] {
            assert_eq!(takes_back(&returned(reference), &[receipt(1, reference)]), TakesBack::NoReceipt, "{reference}");
        }
    }

    #[test]
    fn a_part_is_of_the_only_larger_receipt_that_shares_a_reference() {
        type Change = fn(&mut Returned, &mut Returnable);
        let answer = |change: Change, others: &[Returnable]| {
            let (mut entry, mut only) = (returned("E2E-771"), Returnable { amount: 15_000, ..receipt(1, "E2E-771") });
            change(&mut entry, &mut only);
            let all: Vec<Returnable> = others.iter().cloned().chain([only]).collect();
            takes_part_of(&entry, &all).map(|found| found.0)
        };
        assert_eq!(answer(|_, _| {}, &[]), Some(1));
        let table: [Change; 7] = [
            |_, it| it.amount = 10_000,
            |_, it| it.amount = 9_999,
            |_, it| it.currency = Currency::EUR,
            |_, it| it.references = vec!["E2E-772".into()],
            |_, it| it.taken_back_on = Some(date(2025, 3, 5)),
            |entry, _| entry.amounts.push(9_500),
            |entry, _| entry.of_entry = Some("8".into()),
        ];
        for (place, change) in table.into_iter().enumerate() {
            assert_eq!(answer(change, &[]), None, "row {place}");
        }
        assert_eq!(answer(|_, _| {}, &[receipt(2, "other")]), Some(1));
        assert_eq!(answer(|_, _| {}, &[receipt(2, "E2E-771")]), None, "one of another amount shares it");
        let paid = [(EntryId(1), 7), (EntryId(2), 5), (EntryId(3), 5)];
        assert_eq!(
            (paid_by_part(7, &paid), paid_by_part(5, &paid), paid_by_part(12, &paid)),
            (Some(EntryId(1)), None, None)
        );
    }

    #[test]
    fn the_banks_own_key_of_an_entry_goes_before_every_reference() {
        let keyed = |id, entry: &str| Returnable { entry: Some(entry.to_string()), ..receipt(id, "E2E-771") };
        let all = [keyed(1, "7"), keyed(2, "8"), keyed(3, "9")];
        assert_eq!(takes_back(&returned("E2E-771"), &all), TakesBack::SeveralReceipts, "the reference is of all");
        let deletes = |entry: &str| Returned { of_entry: Some(entry.to_string()), ..returned("E2E-771") };
        assert_eq!(takes_back(&deletes("8"), &all), TakesBack::Receipt(EntryId(2)), "as short as it is");
        assert_eq!(takes_back(&deletes("6"), &all), TakesBack::SeveralReceipts, "none has it: the reference counts");
        assert_eq!(
            takes_back(&deletes("8"), &[keyed(1, "8"), keyed(2, "8")]),
            TakesBack::SeveralReceipts,
            "two have it"
        );
        let other = Returnable { amount: 10_001, ..keyed(2, "8") };
        assert_eq!(takes_back(&deletes("8"), &[other]), TakesBack::NoReceipt, "of another amount it is asked");
    }

    #[test]
    fn a_person_chooses_from_receipts_of_the_amount() {
        let mut newer = receipt(2, "nothing");
        newer.booked_on = date(2025, 3, 9);
        let mut gone = receipt(3, "E2E-771");
        gone.taken_back_on = Some(date(2025, 3, 9));
        let older = receipt(4, "nothing");
        let all = [older, gone, newer, receipt(1, "E2E-771")];
        assert_eq!(likely(&returned("E2E-771"), &all), [EntryId(1), EntryId(2), EntryId(4)]);
    }

    #[test]
    fn money_out_takes_back_unless_the_return_is_refused() {
        assert_eq!(effect(true, Undone::Returned), Effect::TakesBack);
        assert_eq!(effect(true, Undone::Contested), Effect::TakesBack);
        assert_eq!(effect(true, Undone::Dishonoured), Effect::Receipt);
        assert_eq!(effect(false, Undone::Returned), Effect::Receipt, "presented again");
    }
}
