//! The one box: type what you have in hand, and find the customer, the document or the payment it belongs to.
//!
//! A text is looked for as a customer number, a name, a document or cheque number, a purchase order and, where it reads as
//! one, an amount. Answers come in that order; among amounts what is open comes first.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::read::Reading;
use dunwell_store::views::search::{AccountFound, ItemFound};
use serde::Serialize;

use super::page;
use crate::desk::Desk;
use crate::refusal::Result;

/// What was found.
#[derive(Debug, Clone, Serialize)]
pub struct Found {
    /// The text, without space around it.
    pub text: String,
    /// The day that open amounts are for.
    pub on: String,
    /// What was found, what fits best first.
    pub hits: Vec<Hit>,
    /// Whether there may be more than are shown: type more of it.
    pub more: bool,
}

/// One thing that was found.
#[derive(Debug, Clone, Serialize)]
pub struct Hit {
    /// `account`, `payment`, or the kind of the document: `invoice`, `credit_memo` …
    pub kind: &'static str,
    /// Customer number.
    pub account: String,
    /// The customer's name; null when unknown or erased.
    pub name: Option<String>,
    /// The document's entry; null for an account.
    pub item: Option<String>,
    /// The document number, or the payment's reference; null for an account.
    pub document: Option<String>,
    /// The customer's purchase order.
    pub po_number: Option<String>,
    /// The original amount.
    pub amount: Option<Money>,
    /// What was open on the day; below zero for a credit not applied.
    pub open: Option<Money>,
    /// The document date.
    pub day: Option<String>,
    /// Why it is here: `number`, `name`, `document`, `reference`, `po_number`, `open_amount` or `amount`.
    pub matched: &'static str,
}

/// Numbers of documents shorter than this are looked for as they are, not as a beginning.
const SHORT: usize = 2;

/// Looks a text up on the day `on`; nothing is found by an empty one.
pub async fn search(desk: &Desk, text: &str, on: Date, limit: Option<usize>) -> Result<Found> {
    let (size, text) = (page::size(limit)?, text.trim());
    let mut hits =
        Hits { most: size, hits: Vec::new(), accounts: BTreeSet::new(), items: BTreeSet::new(), more: false };
    if !text.is_empty() && !text.contains('\0') {
        let mut reading = desk.book.read().await?;
        hits.look(&mut reading, text, on).await?;
    }
    Ok(Found { text: text.into(), on: on.to_string(), hits: hits.hits, more: hits.more })
}

/// What was found so far.
struct Hits {
    most: usize,
    hits: Vec<Hit>,
    accounts: BTreeSet<EntryId>,
    items: BTreeSet<EntryId>,
    more: bool,
}

impl Hits {
    async fn look(&mut self, reading: &mut Reading, text: &str, on: Date) -> Result<()> {
        let asked = i64::try_from(self.most + 1).unwrap_or(i64::MAX);
        for spelling in spellings(text) {
            let found = reading.accounts_of_number(&spelling, asked).await?;
            self.add_accounts(found, "number");
        }
        for spelling in spellings(text) {
            let found = reading.items_of_number(&spelling, on, asked).await?;
            self.add_items(found.into_iter().filter(|item| close(text, &item.document)), None);
            let found = reading.items_of_order(&spelling, on, asked).await?;
            let fits = |item: &ItemFound| item.po_number.as_deref().is_some_and(|number| close(text, number));
            self.add_items(found.into_iter().filter(fits), Some("po_number"));
        }
        let amounts = amounts(text);
        for (exponent, minor) in &amounts {
            for signed in BTreeSet::from([*minor, -*minor]).into_iter().rev() {
                let found = reading.items_of_open(signed, on, asked).await?;
                self.add_items(
                    found.into_iter().filter(|item| item.currency.exponent() == *exponent),
                    Some("open_amount"),
                );
            }
        }
        for (exponent, minor) in &amounts {
            let mut found = reading.items_of_amount(*minor, on, asked).await?;
            found.retain(|item| item.currency.exponent() == *exponent);
            found.sort_by_key(|item| item.open_minor == 0);
            self.add_items(found, Some("amount"));
        }
        let found = reading.accounts_of_name(text, asked).await?;
        self.add_accounts(found, "name");
        Ok(())
    }

    fn add_accounts(&mut self, found: impl IntoIterator<Item = AccountFound>, matched: &'static str) {
        for account in found {
            if self.accounts.insert(account.account) {
                self.add(Hit {
                    kind: "account",
                    account: account.code,
                    name: account.name,
                    item: None,
                    document: None,
                    po_number: None,
                    amount: None,
                    open: None,
                    day: None,
                    matched,
                });
            }
        }
    }

    fn add_items(&mut self, found: impl IntoIterator<Item = ItemFound>, matched: Option<&'static str>) {
        for item in found {
            let payment = item.kind.is_payment();
            let own = if payment { "reference" } else { "document" };
            if self.items.insert(item.item) {
                self.add(Hit {
                    kind: if payment { "payment" } else { item.kind.code() },
                    account: item.account.code,
                    name: item.account.name,
                    item: Some(item.item.to_string()),
                    document: Some(item.document),
                    po_number: item.po_number,
                    amount: Some(Money::new(item.amount_minor, item.currency)),
                    open: Some(Money::new(item.open_minor, item.currency)),
                    day: Some(item.day.to_string()),
                    matched: matched.unwrap_or(own),
                });
            }
        }
    }

    fn add(&mut self, hit: Hit) {
        if self.hits.len() < self.most {
            self.hits.push(hit);
        } else {
            self.more = true;
        }
    }
}

/// The text as it was typed, and in capitals where that is another text: numbers are compared by bytes.
fn spellings(text: &str) -> BTreeSet<String> {
    BTreeSet::from([text.to_owned(), text.to_uppercase()])
}

/// Whether a number is meant: it is the text, or the text is long enough to be a beginning.
fn close(text: &str, number: &str) -> bool {
    text.chars().count() > SHORT || number.eq_ignore_ascii_case(text)
}

/// The text read as an amount: for each number of decimals a currency may have, the minor units.
///
/// Thousands may be parted by commas, points, blanks or apostrophes, and the currency may stand before or behind. Of a comma
/// and a point the last parts the decimals; one alone does where one or two digits follow, and a point also where it can be
/// the point of three decimals. `12.480` is therefore read both ways.
fn amounts(text: &str) -> Vec<(u8, i64)> {
    let blank = |c: char| matches!(c, '\u{a0}' | '\'' | '’');
    let is_code = |word: &&str| Currency::parse(&word.to_uppercase()).is_some();
    let words = text.split_whitespace().filter(|word| !is_code(word)).collect::<String>();
    let plain: String = words.trim_matches(|c: char| "$€£¥".contains(c)).chars().filter(|c| !blank(*c)).collect();
    let mut found = Vec::new();
    for (marks, decimal) in [(',', '.'), ('.', ',')] {
        let (whole, part) = plain.rsplit_once(decimal).unwrap_or((&plain, ""));
        let is_read = if plain.contains(decimal) {
            decimal == '.' || part.len() <= 2 && !part.is_empty()
        } else {
            decimal == '.' || plain.contains(marks)
        };
        let grouped = !whole.contains(marks) || in_thousands(whole, marks);
        if is_read && grouped && !part.contains(marks) {
            for amount in minor_units(&whole.replace(marks, ""), part) {
                if !found.contains(&amount) {
                    found.push(amount);
                }
            }
        }
    }
    found
}

/// Whether marks part the digits in threes, from the right; the first group may be shorter.
fn in_thousands(whole: &str, mark: char) -> bool {
    let mut groups = whole.split(mark);
    groups.next().is_some_and(|first| (1..=3).contains(&first.len())) && groups.all(|group| group.len() == 3)
}

/// The minor units for each number of decimals a currency may have; nothing for what is no number above zero.
fn minor_units(whole: &str, part: &str) -> Vec<(u8, i64)> {
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 12 || !digits(whole) || !digits(part) {
        return Vec::new();
    }
    let minor = |exponent: u8| {
        let missing = usize::from(exponent).checked_sub(part.len())?;
        format!("{whole}{part}{}", "0".repeat(missing)).parse::<i64>().ok().filter(|minor| *minor > 0)
    };
    [2, 0, 3, 4].into_iter().filter_map(|exponent| minor(exponent).map(|minor| (exponent, minor))).collect()
}

#[cfg(test)]
mod tests {
    use super::amounts;

    #[test]
    fn an_amount_is_read_however_it_is_typed() {
        for text in [
            "12480",
            "12,480.00",
            "12 480.00",
            "12'480,00",
            "12480,0",
            "12480.00",
            "12.480,00",
            "$12,480.00",
            "12,480 USD",
        ] {
            assert_eq!(amounts(text).first(), Some(&(2, 1_248_000)), "{text}");
        }
        assert_eq!(amounts("12480"), [(2, 1_248_000), (0, 12_480), (3, 12_480_000), (4, 124_800_000)]);
        let three = [(3, 1_234), (4, 12_340), (2, 123_400), (0, 1_234), (3, 1_234_000), (4, 12_340_000)];
        assert_eq!(amounts("1.234"), three, "three decimals, or thousands");
        assert_eq!(amounts("1.234.567,89"), [(2, 123_456_789), (3, 1_234_567_890), (4, 12_345_678_900)]);
        for text in ["", "0", "INV-1", "12.34.56", "-5", "1234567890123", "12.34567", "1,2,3", "12,48,000"] {
            assert_eq!(amounts(text), [], "{text}");
        }
    }
}
