//! Which bookings of a bank's file were told before by another file.
//!
//! Files overlap: a report of the day, the final statement and a notification each tell of the same credit, with other numbers
//! of the bank's own and with more or fewer words. Other files tell of two credits that are alike but for what the payer
//! wrote. Both are decided here, for bookings that agree in account, days, amount and bank code: two are the same unless
//! something says that they are not.

use alloc::collections::BTreeMap;
use alloc::string::String;
use alloc::vec::Vec;

/// The most bookings that are alike but for their words which are compared on either side; of further ones only those told in
/// the same words are known again.
const MOST: usize = 1_000;

/// What a file says of a booking besides account, days, amount and code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Telling {
    /// The bank's own references.
    pub bank: Vec<String>,
    /// Whether the first of them lasts ([`reference_lasts`]).
    pub bank_is_key: bool,
    /// The end-to-end reference of the payer.
    pub end_to_end: Option<String>,
    /// The customer's reference.
    pub customer_reference: Option<String>,
    /// Who paid, by the names that are said.
    pub payer: Vec<String>,
    /// The payer's bank account.
    pub payer_account: Option<String>,
    /// What the payer wrote, and the documents that the remittance names.
    pub text: String,
}

/// Whether a format promises that the bank's reference of a booking names it for ever: OFX `FITID` (OFX 2.2, 3.2.3), the NACHA
/// trace number, batch and item of a lockbox. `code` is the list and code by which the bank calls the booking (`ofx CREDIT`).
pub fn reference_lasts(code: &str) -> bool {
    let list = code.split(' ').next().unwrap_or_default();
    ["ofx", "nacha_transaction", "lockbox"].contains(&list)
}

/// Days between two bookings of the same money by two files that name our account each in its own way.
pub const TOLD_ELSEWHERE_DAYS: i64 = 4;

/// Whether two bookings of one amount, near in days and of one payer, may be the same money, though they agree in nothing else:
/// one file tells of payments before the bank's statement does and names the bank (NACHA) or a box (lockbox), the other is a
/// statement and names our account. `code` and `other` are the lists and codes by which the banks call them.
pub fn may_be_told_elsewhere(code: &str, other: &str) -> bool {
    let ahead = |code: &str| ["nacha_transaction ", "lockbox "].iter().find(|list| code.starts_with(**list)).copied();
    let (one, other) = (ahead(code), ahead(other));
    (one.is_some() || other.is_some()) && one != other
}

impl Telling {
    /// The same with what is compared: letters and digits, in capitals.
    fn plain(&self) -> Self {
        let one = |text: &Option<String>| text.as_deref().map(plain).filter(|text| !text.is_empty());
        let all = |texts: &[String]| texts.iter().map(|text| plain(text)).filter(|text| !text.is_empty()).collect();
        Self {
            bank: all(&self.bank),
            bank_is_key: self.bank_is_key,
            end_to_end: one(&self.end_to_end),
            customer_reference: one(&self.customer_reference),
            payer: all(&self.payer),
            payer_account: one(&self.payer_account),
            text: plain(&self.text),
        }
    }
}

/// How much says that two tellings are of one booking; `None` when something says that they are of two.
///
/// Where the format promises that the bank's reference lasts, it alone decides. Elsewhere one that differs says nothing, for
/// reports of a day number their entries otherwise than the final statement does. A reference or bank account of the payer
/// that both give and that differs makes them two; so does a name or a text, unless both have a reference of the bank that no
/// other of the alike has: formats write names and texts in their own ways. What only one of them says, and what is cut
/// off, says nothing.
fn alike(told: &Telling, known: &Telling, seldom: impl Fn(&str) -> bool) -> Option<u8> {
    if let (true, true, Some(one), Some(other)) =
        (told.bank_is_key, known.bank_is_key, told.bank.first(), known.bank.first())
    {
        return (one == other).then_some(100);
    }
    let shared = told.bank.iter().any(|reference| known.bank.contains(reference) && seldom(reference));
    let differ = |one: &Option<String>, other: &Option<String>| one.is_some() && other.is_some() && one != other;
    let payers = either(&told.payer, &known.payer);
    let texts = within(&told.text, &known.text);
    let references = differ(&told.end_to_end, &known.end_to_end)
        || differ(&told.customer_reference, &known.customer_reference)
        || differ(&told.payer_account, &known.payer_account);
    let words = payers == Some(false) || texts == Some(false);
    if references || (words && !shared) {
        return None;
    }
    let same = |one: &Option<String>, other: &Option<String>| u8::from(one.is_some() && one == other);
    let references =
        same(&told.end_to_end, &known.end_to_end) + same(&told.customer_reference, &known.customer_reference);
    Some(u8::from(shared) * 16 + references * 4 + u8::from(texts == Some(true)) * 2 + u8::from(payers == Some(true)))
}

/// Whether a file that tells of a known booking again says more of it than is known: who paid, from which account, a reference
/// of the payer, or more of the text. What says otherwise, or less, is no more.
pub fn says_more(told: &Telling, known: &Telling) -> bool {
    let (told, known) = (told.plain(), known.plain());
    let first = |told: &Option<String>, known: &Option<String>| told.is_some() && known.is_none();
    let longer = |told: &str, known: &str| told.len() > known.len() && told.contains(known);
    longer(&told.text, &known.text)
        || (known.payer.is_empty() && !told.payer.is_empty())
        || told.payer.iter().any(|name| known.payer.iter().any(|known| longer(name, known)))
        || first(&told.end_to_end, &known.end_to_end)
        || first(&told.customer_reference, &known.customer_reference)
        || first(&told.payer_account, &known.payer_account)
}

/// Whether one text stands within the other; `None` where one is empty.
fn within(one: &str, other: &str) -> Option<bool> {
    (!one.is_empty() && !other.is_empty()).then(|| one.contains(other) || other.contains(one))
}

/// Whether some name of the one is some name of the other, or stands within it; `None` where one has none.
fn either(one: &[String], other: &[String]) -> Option<bool> {
    let some = one.iter().any(|name| other.iter().any(|other| within(name, other) == Some(true)));
    (!one.is_empty() && !other.is_empty()).then_some(some)
}

fn plain(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Which of the known bookings each of those that a file tells is, by its place; `None` for one that is new. All of them agree
/// in account, days, amount and code, and each of the known is one at most: what a file tells more often than it is known is
/// new, so that after any number of files there are as many as the fullest of them tells.
pub fn told_again(told: &[Telling], known: &[Telling]) -> Vec<Option<usize>> {
    let told: Vec<Telling> = told.iter().map(Telling::plain).collect();
    let known: Vec<Telling> = known.iter().map(Telling::plain).collect();
    let mut pairs = Pairs { of_told: alloc::vec![None; told.len()], of_known: alloc::vec![None; known.len()] };
    // What is told in the same words is the same, and most of what is told again is.
    let mut places: BTreeMap<&Telling, Vec<usize>> = BTreeMap::new();
    for (place, telling) in known.iter().enumerate().rev() {
        places.entry(telling).or_default().push(place);
    }
    for (place, telling) in told.iter().enumerate() {
        if let Some(found) = places.get_mut(telling).and_then(Vec::pop) {
            pairs.join(place, found);
        }
    }
    if pairs.of_known.iter().all(Option::is_some) || pairs.of_told.iter().all(Option::is_some) {
        return pairs.of_told;
    }
    let often = [often(&told), often(&known)];
    let seldom = |reference: &str| often.iter().all(|often| often.get(reference).is_none_or(|count| *count < 2));
    let left: Vec<usize> = (0..told.len()).filter(|place| pairs.of_told[*place].is_none()).take(MOST).collect();
    let free: Vec<usize> = (0..known.len()).filter(|place| pairs.of_known[*place].is_none()).take(MOST).collect();
    let mut candidates: Vec<(usize, Vec<(u8, usize)>)> = left
        .into_iter()
        .map(|place| {
            let score = |other: &usize| alike(&told[place], &known[*other], seldom).map(|score| (score, *other));
            let mut found: Vec<(u8, usize)> = free.iter().filter_map(score).collect();
            found.sort_by_key(|(score, other)| (core::cmp::Reverse(*score), *other));
            (place, found)
        })
        .collect();
    candidates.sort_by_key(|(place, found)| (core::cmp::Reverse(found.first().map(|(score, _)| *score)), *place));
    let choices: BTreeMap<usize, Vec<usize>> =
        candidates.iter().map(|(place, found)| (*place, found.iter().map(|(_, other)| *other).collect())).collect();
    for (place, _) in &candidates {
        pairs.find(*place, &choices, &mut alloc::vec![false; known.len()]);
    }
    pairs.of_told
}

/// How often each reference of the bank stands.
fn often(tellings: &[Telling]) -> BTreeMap<String, u32> {
    let mut often: BTreeMap<String, u32> = BTreeMap::new();
    for reference in tellings.iter().flat_map(|telling| &telling.bank) {
        *often.entry(reference.clone()).or_default() += 1;
    }
    often
}

/// Which is which, both ways.
struct Pairs {
    of_told: Vec<Option<usize>>,
    of_known: Vec<Option<usize>>,
}

impl Pairs {
    fn join(&mut self, told: usize, known: usize) {
        (self.of_told[told], self.of_known[known]) = (Some(known), Some(told));
    }

    /// Finds a known one for a telling, moving others to their next choice where that makes room (an augmenting path), so that
    /// nothing is taken for new only because another took its place.
    fn find(&mut self, told: usize, choices: &BTreeMap<usize, Vec<usize>>, seen: &mut [bool]) -> bool {
        for known in choices.get(&told).into_iter().flatten() {
            if core::mem::replace(&mut seen[*known], true) {
                continue;
            }
            let free = match self.of_known[*known] {
                Some(other) => self.find(other, choices, seen),
                None => true,
            };
            if free {
                self.join(told, *known);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    fn telling(bank: &str, end_to_end: &str, payer: &str, text: &str) -> Telling {
        let some = |text: &str| (!text.is_empty()).then(|| text.to_string());
        Telling {
            bank: some(bank).into_iter().collect(),
            end_to_end: some(end_to_end),
            payer: some(payer).into_iter().collect(),
            text: text.to_string(),
            ..Telling::default()
        }
    }

    #[test]
    fn two_are_the_same_unless_something_says_that_they_are_not() {
        let cases = [
            ("the bank numbers its report otherwise", ["I1", "", "GROC", "INV 1"], ["F1", "", "GROC", "INV 1"], true),
            ("a report without words", ["I1", "", "", ""], ["F1", "E1", "GROC", "INV 1"], true),
            ("a text that is cut off", ["", "", "GROC", "INV 48129 LE"], ["", "", "Groc", "inv 48129 less 2%"], true),
            ("a name that is cut off", ["", "", "GROC FOUND", ""], ["", "", "Groc Foundation", ""], true),
            ("another text", ["A", "", "GROC", "INV 1"], ["B", "", "GROC", "INV 2"], false),
            ("another text under the bank's one number", ["A", "", "GROC", "INV 1"], ["A", "", "GROC", "/INV/2"], true),
            ("another end-to-end reference", ["", "E1", "GROC", ""], ["", "E2", "GROC", ""], false),
            ("another payer", ["", "", "GROC", "PAYMENT"], ["", "", "ACME", "PAYMENT"], false),
            ("nothing but the amount", ["", "", "", ""], ["", "", "", ""], true),
        ];
        for (case, one, other, same) in cases {
            let of = |[bank, reference, payer, text]: [&str; 4]| telling(bank, reference, payer, text);
            assert_eq!(told_again(&[of(one)], &[of(other)]), [same.then_some(0)], "{case}");
            assert_eq!(told_again(&[of(other)], &[of(one)]), [same.then_some(0)], "{case}, the other way round");
        }
    }

    #[test]
    fn more_is_what_was_not_said_before_or_only_in_part() {
        let cases = [
            ("a payer and a text", ["I1", "", "", ""], ["F1", "", "GROC", "INV 1"], true),
            ("the whole of a text", ["", "", "GROC", "INV 48129 LE"], ["", "", "GROC", "inv 48129 less 2%"], true),
            ("the whole of a name", ["", "", "GROC FOUND", ""], ["", "", "Groc Foundation", ""], true),
            ("a reference", ["", "", "GROC", ""], ["", "E1", "GROC", ""], true),
            ("the bank's number alone", ["", "", "GROC", "INV 1"], ["F1", "", "GROC", "INV-1"], false),
            ("another text", ["", "", "GROC", "INV 1"], ["", "", "GROC", "/INV/2"], false),
            ("less", ["", "E1", "GROC", "INV 1"], ["", "", "", ""], false),
        ];
        for (case, known, told, more) in cases {
            let of = |[bank, reference, payer, text]: [&str; 4]| telling(bank, reference, payer, text);
            assert_eq!(says_more(&of(told), &of(known)), more, "{case}");
        }
    }

    #[test]
    fn a_number_that_the_format_promises_to_last_decides_alone() {
        let key = |bank: &str, text: &str| Telling { bank_is_key: true, ..telling(bank, "", "GROC", text) };
        assert_eq!(told_again(&[key("T1", "INV 1")], &[key("T2", "INV 1")]), [None]);
        assert_eq!(told_again(&[key("T1", "INV 1")], &[key("T1", "INV 2")]), [Some(0)]);
    }

    #[test]
    fn what_names_the_bank_or_a_box_may_be_told_by_a_statement_too() {
        let cases = [
            ("nacha_transaction 22", "bai2 165", true),
            ("lockbox receipt", "nacha_transaction 22", true),
            ("camt PMNT/RCDT", "lockbox receipt", true),
            ("nacha_transaction 22", "nacha_transaction 32", false),
            ("bai2 165", "camt PMNT/RCDT", false),
        ];
        for (one, other, same) in cases {
            assert_eq!(may_be_told_elsewhere(one, other), same, "{one}, {other}");
            assert_eq!(may_be_told_elsewhere(other, one), same, "{other}, {one}");
        }
    }

    #[test]
    fn a_number_that_several_have_says_nothing() {
        let known = [telling("0", "", "", "INV 1"), telling("0", "", "", "INV 2")];
        assert_eq!(told_again(&[telling("0", "", "", "INV 3")], &known), [None]);
        assert_eq!(told_again(&[telling("0", "", "", "INV 2")], &known), [Some(1)]);
    }

    #[test]
    fn there_are_as_many_as_the_fullest_file_tells_and_none_is_new_for_want_of_room() {
        let coffee = || telling("", "", "", "COFFEE");
        assert_eq!(told_again(&[coffee(), coffee(), coffee()], &[coffee(), coffee()]), [Some(0), Some(1), None]);
        assert_eq!(told_again(&[coffee()], &[coffee(), coffee()]), [Some(0)]);
        // The one without words could be either; the other only the first.
        let known = [telling("", "", "", "INV 1"), telling("", "", "", "INV 2")];
        let told = [telling("", "", "", ""), telling("", "", "", "INV 1 AND MORE")];
        assert_eq!(told_again(&told, &known), [Some(1), Some(0)]);
    }
}
