//! A bank's files for the money of a generated book, with the truth kept beside them: who paid what, however badly the payer
//! said so.
//!
//! For the demo's morning and for measuring cash application. Payers write as payers do: most name their invoices, some
//! by digits alone or by their purchase order, some write a wrong number, name one of many, or nothing but themselves.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write;

use dunwell_desk::rules::calendar::{Date, add_days};
use dunwell_desk::rules::money::Money;

use crate::book::{Account, Book};
use crate::chance::Chance;
use crate::files::Span;

/// A stream of chance that no account draws from.
const STREAM: u64 = u64::MAX - 7;

/// How a payer says what it pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Wording {
    /// Every document by its whole number.
    Documents,
    /// Every document by its digits.
    Digits,
    /// The purchase orders of the documents.
    Orders,
    /// One of several documents.
    FirstOnly,
    /// A document with two digits swapped.
    WrongNumber,
    /// Nothing but the payer's name.
    NameOnly,
    /// The payer's name cut off, and the documents.
    ShortName,
    /// The parent pays and names the documents.
    Parent,
    /// The same payment once more the next day.
    Duplicate,
}

impl Wording {
    /// Every wording, with how many payments of a hundred are worded so.
    pub const SHARES: [(Self, f64); 9] = [
        (Self::Documents, 45.0),
        (Self::Digits, 16.0),
        (Self::Orders, 3.0),
        (Self::FirstOnly, 5.0),
        (Self::WrongNumber, 4.0),
        (Self::NameOnly, 14.0),
        (Self::ShortName, 7.0),
        (Self::Parent, 4.0),
        (Self::Duplicate, 2.0),
    ];

    /// The word used in reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Documents => "documents",
            Self::Digits => "digits",
            Self::Orders => "orders",
            Self::FirstOnly => "first_only",
            Self::WrongNumber => "wrong_number",
            Self::NameOnly => "name_only",
            Self::ShortName => "short_name",
            Self::Parent => "parent",
            Self::Duplicate => "duplicate",
        }
    }
}

/// What a credit in the file really was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrueReceipt {
    /// The bank's reference, by which the receipt is found.
    pub reference: String,
    /// The day it is in the file of.
    pub day: Date,
    /// Customer number of whose documents it pays.
    pub account: String,
    /// The amount.
    pub amount: Money,
    /// Documents with what is paid of each, minor units; nothing for a duplicate.
    pub pays: BTreeMap<String, i64>,
    /// How the payer said so.
    pub wording: Wording,
    /// What the payer wrote.
    pub text: String,
}

/// The credits of the payments of a span of days, each with its truth, by day.
///
/// Payments of which the book does not say what they paid are left out.
pub fn bank_credits(book: &Book, days: &Span) -> Vec<TrueReceipt> {
    let mut chance = Chance::new(book.plan.seed, STREAM);
    let names: HashMap<&str, &str> =
        book.accounts.iter().map(|account| (account.customer.code.as_str(), account.customer.name.as_str())).collect();
    let mut credits = Vec::new();
    for account in &book.accounts {
        let mut pays: HashMap<&str, BTreeMap<String, i64>> = HashMap::new();
        for application in &account.applications {
            let paid = pays.entry(application.credit.as_str()).or_default();
            *paid.entry(application.debit.clone()).or_default() += application.amount.minor;
        }
        for payment in account.payments.iter().filter(|payment| days.contains(&payment.date)) {
            let Some(pays) = pays.remove(payment.number.as_str()) else { continue };
            let wording = worded(account, &pays, &mut chance);
            let text = text(account, &pays, wording, &names, &mut chance);
            let reference = format!("BNK{}", payment.number.replace(['P', 'M', 'T', '-'], ""));
            let credit = TrueReceipt {
                reference,
                day: payment.date,
                account: account.customer.code.clone(),
                amount: payment.amount,
                pays,
                wording,
                text,
            };
            let next = add_days(payment.date, 1);
            if wording == Wording::Duplicate && days.contains(&next) {
                let reference = format!("{}D", credit.reference);
                credits.push(TrueReceipt { reference, day: next, pays: BTreeMap::new(), ..credit.clone() });
            }
            credits.push(credit);
        }
    }
    credits.sort_by(|a, b| (a.day, &a.reference).cmp(&(b.day, &b.reference)));
    credits
}

/// The book without the payments of `days` and without what they were set against: what is known before the bank's file.
///
/// Payments of which the book does not say what they paid stay.
pub fn before_the_bank(book: &Book, days: &Span) -> Book {
    let mut known = book.clone();
    for account in &mut known.accounts {
        let applied: HashSet<&str> =
            account.applications.iter().map(|application| application.credit.as_str()).collect();
        let told: HashSet<String> = account
            .payments
            .iter()
            .filter(|payment| days.contains(&payment.date) && applied.contains(payment.number.as_str()))
            .map(|payment| payment.number.clone())
            .collect();
        account.payments.retain(|payment| !told.contains(&payment.number));
        account.applications.retain(|application| !told.contains(&application.credit));
    }
    known
}

fn worded(account: &Account, pays: &BTreeMap<String, i64>, chance: &mut Chance) -> Wording {
    let mut left = chance.unit() * 100.0;
    let drawn = Wording::SHARES.into_iter().find(|(_, share)| {
        left -= share;
        left < 0.0
    });
    match drawn.map_or(Wording::Documents, |(wording, _)| wording) {
        Wording::FirstOnly if pays.len() < 2 => Wording::Documents,
        Wording::Parent if account.customer.parent.is_none() => Wording::Documents,
        wording => wording,
    }
}

fn text(
    account: &Account,
    pays: &BTreeMap<String, i64>,
    wording: Wording,
    names: &HashMap<&str, &str>,
    chance: &mut Chance,
) -> String {
    let documents: Vec<&str> = pays.keys().map(String::as_str).collect();
    let digits = |number: &str| number.chars().filter(char::is_ascii_digit).collect::<String>();
    let name = account.customer.name.as_str();
    let parent = account.customer.parent.as_deref().and_then(|parent| names.get(parent)).copied();
    let (who, what) = match wording {
        Wording::Documents | Wording::Duplicate => (name, documents.join(" ")),
        Wording::Parent => (parent.unwrap_or(name), documents.join(" ")),
        Wording::ShortName => (cut(name, 16), documents.join(" ")),
        Wording::Digits => (name, documents.iter().map(|number| digits(number)).collect::<Vec<_>>().join(" ")),
        Wording::FirstOnly => (name, documents[0].to_owned()),
        Wording::WrongNumber => (name, swapped(documents[0], chance)),
        Wording::NameOnly => (name, String::new()),
        Wording::Orders => {
            let order = |number: &&str| {
                account.documents.iter().find(|document| document.number == **number)?.po_number.clone()
            };
            (name, documents.iter().filter_map(order).collect::<Vec<_>>().join(" "))
        }
    };
    let plain = |text: &str| text.replace(['/', ',', '\n'], " ");
    format!("{} {}", plain(who), plain(&what)).trim().to_uppercase()
}

fn cut(name: &str, letters: usize) -> &str {
    name.char_indices().nth(letters).map_or(name, |(end, _)| &name[..end])
}

/// A number with two neighbouring digits changed places, somewhere where they differ.
fn swapped(number: &str, chance: &mut Chance) -> String {
    let mut letters: Vec<char> = number.chars().collect();
    let places: Vec<usize> = (1..letters.len())
        .filter(|place| {
            let (a, b) = (letters[place - 1], letters[*place]);
            a.is_ascii_digit() && b.is_ascii_digit() && a != b
        })
        .collect();
    if !places.is_empty() {
        let place = *chance.one(&places);
        letters.swap(place - 1, place);
    }
    letters.into_iter().collect()
}

/// The BAI2 file of a day: an account a currency, each credit a type 165, totals that foot.
pub fn bai2_file(day: Date, credits: &[&TrueReceipt]) -> Vec<u8> {
    let stamp = day.strftime("%y%m%d").to_string();
    let mut text = format!("01,121000248,DUNWELL,{stamp},0600,1,,,2/\n02,DUNWELL,121000248,1,{stamp},,,2/\n");
    let mut by_currency: BTreeMap<String, Vec<&TrueReceipt>> = BTreeMap::new();
    for credit in credits {
        by_currency.entry(credit.amount.currency.to_string()).or_default().push(credit);
    }
    let (mut total, mut records) = (0, 2);
    for (place, (currency, credits)) in by_currency.iter().enumerate() {
        let number = 4_000_100 + place;
        let sum: i64 = credits.iter().map(|credit| credit.amount.minor).sum();
        let _ = writeln!(text, "03,{number},{currency},,,,/");
        for credit in credits {
            let _ = writeln!(text, "16,165,{},0,{},,{}", credit.amount.minor, credit.reference, credit.text);
        }
        let count = credits.len() + 2;
        let _ = writeln!(text, "49,{sum},{count}/");
        total += sum;
        records += count;
    }
    let _ = writeln!(text, "98,{total},{},{}/\n99,{total},1,{}/", by_currency.len(), records, records + 2);
    text.into_bytes()
}
