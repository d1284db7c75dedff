//! A bank's files for the money of a generated book, with the truth kept beside them: who paid what, however badly the payer
//! said so.
//!
//! For the demo's morning and for measuring cash application. Payers write as payers do: most name their invoices, some
//! by digits alone or by their purchase order, some write a wrong number, name one of many, or nothing but themselves; some
//! pay a part, too much, twice, less a claim, in another currency, for a sister company or through somebody else.

use std::collections::{BTreeMap, HashMap, HashSet};

use dunwell_desk::rules::calendar::{Date, add_days};
use dunwell_desk::rules::money::{Currency, Money};

use crate::book::{Account, Book, Document, DocumentKind, Payment};
use crate::chance::Chance;
use crate::files::Span;
use crate::seller::rates;

/// A stream of chance that no account draws from.
const STREAM: u64 = u64::MAX - 7;
/// Percent of the payments of one family on one day that come as one.
const COMBINED_PERCENT: f64 = 60.0;
/// Companies that pay for others. Invented.
const THIRD_PARTIES: [&str; 3] = ["Meridian Pay Services", "Copperline Factoring", "Union Shared Services"];
/// Codes of claims (X12 data element 426): price, damaged goods, short shipment, returned goods.
const CLAIMS: [&str; 4] = ["01", "04", "06", "11"];

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
    /// A trade name that is not the legal one, and the documents.
    TradeName,
    /// The parent pays and names the documents.
    Parent,
    /// Several of a family in one payment of its head, which names the documents.
    Combined,
    /// A company that nobody knows pays and names the documents.
    ThirdParty,
    /// A part of a document, named.
    Partial,
    /// A document less a claim, with the claim's code.
    Deduction,
    /// More than the documents named.
    Over,
    /// The same payment once more the next day.
    Duplicate,
    /// In another currency than the documents named.
    Foreign,
    /// The documents in an advice of its own ([`crate::advised`]).
    Advised,
}

impl Wording {
    /// Every wording that is drawn, with how many payments of a hundred are worded so. [`Wording::Combined`] takes payments of
    /// one day together and [`Wording::Advised`] takes the documents away: they are none of them.
    pub const SHARES: [(Self, f64); 15] = [
        (Self::Documents, 39.0),
        (Self::Digits, 14.0),
        (Self::Orders, 3.0),
        (Self::FirstOnly, 4.0),
        (Self::WrongNumber, 3.0),
        (Self::NameOnly, 11.0),
        (Self::ShortName, 6.0),
        (Self::TradeName, 3.0),
        (Self::Parent, 4.0),
        (Self::ThirdParty, 2.0),
        (Self::Partial, 3.0),
        (Self::Deduction, 3.0),
        (Self::Over, 2.0),
        (Self::Duplicate, 2.0),
        (Self::Foreign, 1.0),
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
            Self::TradeName => "trade_name",
            Self::Parent => "parent",
            Self::Combined => "combined",
            Self::ThirdParty => "third_party",
            Self::Partial => "partial",
            Self::Deduction => "deduction",
            Self::Over => "over",
            Self::Duplicate => "duplicate",
            Self::Foreign => "foreign",
            Self::Advised => "advised",
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
    /// Customer number of whose documents it pays; of the head of the family where they are of several.
    pub account: String,
    /// The amount.
    pub amount: Money,
    /// Documents with what is paid of each, minor units of the documents' currency; nothing for a duplicate.
    pub pays: BTreeMap<String, i64>,
    /// How the payer said so.
    pub wording: Wording,
    /// Who paid, as the bank has it.
    pub payer: String,
    /// What the payer wrote.
    pub said: String,
    /// What was held back of which document, minor units, with the claim's code.
    pub held_back: Option<(String, i64, &'static str)>,
}

impl TrueReceipt {
    /// The payer and what it wrote, as a bank without fields for them has it.
    pub fn text(&self) -> String {
        format!("{} {}", self.payer, self.said).trim().to_owned()
    }
}

/// The credits of the payments of a span of days, each with its truth, by day.
///
/// Payments of which the book does not say what they paid are left out.
pub fn bank_credits(book: &Book, days: &Span) -> Vec<TrueReceipt> {
    let mut chance = Chance::new(book.plan.seed, STREAM);
    let names: HashMap<&str, &str> =
        book.accounts.iter().map(|account| (account.customer.code.as_str(), account.customer.name.as_str())).collect();
    let dollars = dollars(book, *days.end());
    let mut credits = Vec::new();
    for account in &book.accounts {
        let mut pays: HashMap<&str, BTreeMap<String, i64>> = HashMap::new();
        for application in &account.applications {
            let paid = pays.entry(application.credit.as_str()).or_default();
            *paid.entry(application.debit.clone()).or_default() += application.amount.minor;
        }
        for payment in account.payments.iter().filter(|payment| days.contains(&payment.date)) {
            let Some(pays) = pays.remove(payment.number.as_str()) else { continue };
            let wording = worded(account, &pays, &dollars, &mut chance);
            let mut credit = TrueReceipt {
                reference: format!("BNK{}", payment.number.replace(['P', 'M', 'T', '-'], "")),
                day: payment.date,
                account: account.customer.code.clone(),
                amount: payment.amount,
                pays,
                wording,
                payer: String::new(),
                said: String::new(),
                held_back: None,
            };
            credit.pay_otherwise(&dollars, &mut chance);
            credit.write(account, &names, &mut chance);
            let next = add_days(payment.date, 1);
            if wording == Wording::Duplicate && days.contains(&next) {
                let reference = format!("{}D", credit.reference);
                credits.push(TrueReceipt { reference, day: next, pays: BTreeMap::new(), ..credit.clone() });
            }
            credits.push(credit);
        }
    }
    let mut credits = combined(book, credits, &names, &mut chance);
    credits.sort_by(|a, b| (a.day, &a.reference).cmp(&(b.day, &b.reference)));
    credits
}

/// Credits of a day that are of no customer: a deposit comes back, and somebody pays who says nothing that is known. They stand
/// on the first account only so that the control figures have them.
pub(crate) fn strangers(book: &Book, day: Date) -> Vec<TrueReceipt> {
    let Some(first) = book.accounts.first() else { return Vec::new() };
    let told =
        [("HALDEN TOOL HIRE", "DEPOSIT RETURNED", 124_000), ("TILLBROOK LEGAL TRUST ACCT", "SETTLEMENT", 318_550)];
    let stranger = |(place, (payer, said, minor)): (usize, (&str, &str, i64))| TrueReceipt {
        reference: format!("BNKX{:03}", place + 1),
        day,
        account: first.customer.code.clone(),
        amount: Money::new(minor, Currency::USD),
        pays: BTreeMap::new(),
        wording: Wording::NameOnly,
        payer: payer.to_owned(),
        said: said.to_owned(),
        held_back: None,
    };
    told.into_iter().enumerate().map(stranger).collect()
}

/// The last prices of a euro and of a pound in dollars up to a day, in millionths.
fn dollars(book: &Book, on: Date) -> HashMap<Currency, i64> {
    let rates = rates(&book.plan);
    let told = rates.iter().filter(|rate| rate.to == "USD" && rate.day <= on && rate.from != "JPY");
    told.filter_map(|rate| Some((Currency::parse(rate.from)?, rate.micros))).collect()
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

/// The book without the credit memos for discounts of `days`: the desk has to see itself that they were earned.
pub fn without_discounts(mut book: Book, days: &Span) -> Book {
    for account in &mut book.accounts {
        let is_one = |document: &&Document| {
            document.kind == DocumentKind::CreditMemo
                && document.number.starts_with("DSC-")
                && days.contains(&document.date)
        };
        let granted: HashSet<String> =
            account.documents.iter().filter(is_one).map(|document| document.number.clone()).collect();
        account.documents.retain(|document| !granted.contains(&document.number));
        account.applications.retain(|application| !granted.contains(&application.credit));
    }
    book
}

/// The book with these credits as money received, set against nothing.
pub fn with_the_bank(mut book: Book, credits: &[TrueReceipt]) -> Book {
    for account in &mut book.accounts {
        let own = credits.iter().filter(|credit| credit.account == account.customer.code);
        account.payments.extend(own.map(|credit| Payment {
            number: credit.reference.clone(),
            date: credit.day,
            amount: credit.amount,
        }));
    }
    book
}

/// How a payment is worded: as drawn where that can be, else plainly.
fn worded(
    account: &Account,
    pays: &BTreeMap<String, i64>,
    dollars: &HashMap<Currency, i64>,
    chance: &mut Chance,
) -> Wording {
    let mut left = chance.unit() * 100.0;
    let drawn = Wording::SHARES.into_iter().find(|(_, share)| {
        left -= share;
        left < 0.0
    });
    let discounted = || {
        let mut paid = account.documents.iter().filter(|document| pays.contains_key(&document.number));
        paid.any(|document| document.discount.is_some())
    };
    match drawn.map_or(Wording::Documents, |(wording, _)| wording) {
        Wording::FirstOnly if pays.len() < 2 => Wording::Documents,
        Wording::Parent if account.customer.parent.is_none() => Wording::Documents,
        Wording::Partial if pays.len() > 1 || discounted() => Wording::Documents,
        Wording::Deduction if discounted() => Wording::Documents,
        Wording::Foreign if !dollars.contains_key(&account.customer.currency) => Wording::Documents,
        wording => wording,
    }
}

impl TrueReceipt {
    /// Pays a part, more, less a claim or in another currency, where the wording says so.
    fn pay_otherwise(&mut self, dollars: &HashMap<Currency, i64>, chance: &mut Chance) {
        let some = |of: i64, percent: i64| (of * percent / 100).max(1);
        let first = self.pays.iter().next().map(|(document, paid)| (document.clone(), *paid));
        let Some((document, paid)) = first else { return };
        match self.wording {
            Wording::Partial => {
                let part = some(paid, chance.between(25, 75));
                self.amount.minor -= paid - part;
                self.pays.insert(document, part);
            }
            Wording::Over => self.amount.minor += some(self.amount.minor, chance.between(2, 12)),
            Wording::Deduction if paid > 1 => {
                let claim = some(paid, chance.between(2, 10));
                self.amount.minor -= claim;
                self.pays.insert(document.clone(), paid - claim);
                self.held_back = Some((document, claim, *chance.one(&CLAIMS)));
            }
            Wording::Foreign => {
                let micros = i128::from(dollars.get(&self.amount.currency).copied().unwrap_or(1_000_000));
                let minor = i128::from(self.amount.minor) * micros / 1_000_000;
                self.amount = Money::new(i64::try_from(minor).unwrap_or(self.amount.minor), Currency::USD);
            }
            Wording::Deduction
            | Wording::Documents
            | Wording::Digits
            | Wording::Orders
            | Wording::FirstOnly
            | Wording::WrongNumber
            | Wording::NameOnly
            | Wording::ShortName
            | Wording::TradeName
            | Wording::Parent
            | Wording::Combined
            | Wording::ThirdParty
            | Wording::Duplicate
            | Wording::Advised => {}
        }
    }

    /// Writes who pays and what it says.
    fn write(&mut self, account: &Account, names: &HashMap<&str, &str>, chance: &mut Chance) {
        let documents: Vec<&str> = self.pays.keys().map(String::as_str).collect();
        let digits = |number: &str| number.chars().filter(char::is_ascii_digit).collect::<String>();
        let name = account.customer.name.as_str();
        let parent = account.customer.parent.as_deref().and_then(|parent| names.get(parent)).copied();
        let all = documents.join(" ");
        let (who, what) = match self.wording {
            Wording::Documents
            | Wording::Duplicate
            | Wording::Over
            | Wording::Foreign
            | Wording::Deduction
            | Wording::Combined
            | Wording::Advised => (name.to_owned(), all),
            Wording::Parent => (parent.unwrap_or(name).to_owned(), all),
            Wording::ShortName => (cut(name, 16).to_owned(), all),
            Wording::TradeName => (format!("{} Direct", name.split(' ').next().unwrap_or(name)), all),
            Wording::ThirdParty => ((*chance.one(&THIRD_PARTIES)).to_owned(), all),
            Wording::Partial => (name.to_owned(), format!("PART PAYMENT {all}")),
            Wording::Digits => {
                (name.to_owned(), documents.iter().map(|number| digits(number)).collect::<Vec<_>>().join(" "))
            }
            Wording::FirstOnly => (name.to_owned(), documents[0].to_owned()),
            Wording::WrongNumber => (name.to_owned(), swapped(documents[0], chance)),
            Wording::NameOnly => (name.to_owned(), String::new()),
            Wording::Orders => {
                let order = |number: &&str| {
                    account.documents.iter().find(|document| document.number == **number)?.po_number.clone()
                };
                (name.to_owned(), documents.iter().filter_map(order).collect::<Vec<_>>().join(" "))
            }
        };
        let plain = |text: &str| text.replace(['/', ',', '\n'], " ").trim().to_uppercase();
        (self.payer, self.said) = (plain(&who), plain(&what));
    }
}

/// Takes some payments of one family on one day together: its head pays for all of them.
fn combined(
    book: &Book,
    credits: Vec<TrueReceipt>,
    names: &HashMap<&str, &str>,
    chance: &mut Chance,
) -> Vec<TrueReceipt> {
    let heads: HashMap<&str, &str> = book
        .accounts
        .iter()
        .map(|of| (of.customer.code.as_str(), of.customer.parent.as_deref().unwrap_or(&of.customer.code)))
        .collect();
    let mut alone = Vec::new();
    let mut together: BTreeMap<(Date, &str, Currency), Vec<TrueReceipt>> = BTreeMap::new();
    for credit in credits {
        match (credit.wording, heads.get(credit.account.as_str())) {
            (Wording::Documents | Wording::Digits | Wording::Parent, Some(head)) => {
                together.entry((credit.day, head, credit.amount.currency)).or_default().push(credit);
            }
            _ => alone.push(credit),
        }
    }
    for ((_, head, _), mut group) in together {
        let many = group.iter().any(|credit| credit.account != group[0].account);
        if !many || !chance.percent(COMBINED_PERCENT) {
            alone.extend(group);
            continue;
        }
        let mut one = group.remove(0);
        for other in group {
            one.amount.minor += other.amount.minor;
            one.pays.extend(other.pays);
        }
        one.account = head.to_owned();
        one.wording = Wording::Combined;
        one.payer = names.get(head).copied().unwrap_or(head).replace(['/', ',', '\n'], " ").to_uppercase();
        one.said = one.pays.keys().map(String::as_str).collect::<Vec<_>>().join(" ");
        alone.push(one);
    }
    alone
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
