//! The generated book as plain data: customers, people, documents, money received, what was applied, what happened.

use dunwell_desk::rules::account::DebtorKind;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::money::{Currency, Money};

use crate::customers::profiles;
use crate::days::Days;
use crate::history::history;
use crate::payers::Payer;
use crate::plan::Plan;

/// The kind of business a customer does with the seller; policies speak of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Segment {
    /// Few large companies.
    Key,
    /// Companies of middling size.
    Mid,
    /// Small firms, also sole proprietors.
    Small,
    /// Public bodies.
    Public,
    /// Customers abroad.
    Export,
}

impl Segment {
    /// Every segment, in documented order.
    pub const ALL: [Self; 5] = [Self::Key, Self::Mid, Self::Small, Self::Public, Self::Export];

    /// The word used in files.
    pub fn code(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Mid => "mid",
            Self::Small => "small",
            Self::Public => "public",
            Self::Export => "export",
        }
    }
}

/// Where letters go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address {
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub postal_code: &'static str,
    /// Town.
    pub city: &'static str,
    /// State; empty where addresses have none.
    pub region: &'static str,
}

/// A customer of the seller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    /// Customer number, unique in the book.
    pub code: String,
    /// Legal name, invented.
    pub name: String,
    /// Customer number of the company it belongs to.
    pub parent: Option<String>,
    /// Segment.
    pub segment: Segment,
    /// How it pays. No file says so: it is what the desk has to find out.
    pub payer: Payer,
    /// Risk class, `A` to `D`.
    pub risk_class: &'static str,
    /// Business unit of the seller that sells to it.
    pub business_unit: &'static str,
    /// Language of letters: `en` or `de`.
    pub language: &'static str,
    /// The currency it is billed in.
    pub currency: Currency,
    /// Payment terms.
    pub terms: &'static str,
    /// The collector who looks after it.
    pub collector: &'static str,
    /// What it is in law.
    pub debtor_kind: DebtorKind,
    /// ISO 3166.
    pub country: &'static str,
    /// Its postal address, where the seller has one.
    pub address: Option<Address>,
    /// Company registration number, invented.
    pub registration_id: Option<String>,
    /// VAT id, invented.
    pub vat_id: Option<String>,
}

/// A person at a customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Unique in the book.
    pub id: String,
    /// First and last name.
    pub name: String,
    /// `accounts payable`, `buyer` or `owner`.
    pub role: &'static str,
    /// Mail address in the domain `example`.
    pub mail: Option<String>,
    /// Telephone number from a range kept for fiction.
    pub phone: Option<String>,
    /// IANA time zone.
    pub time_zone: &'static str,
    /// Preferred channel.
    pub channel: &'static str,
    /// Whether the person asked not to be contacted.
    pub do_not_contact: bool,
}

/// What a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DocumentKind {
    /// A sale on open terms.
    Invoice,
    /// Goods returned, a price put right, or a discount for early payment.
    CreditMemo,
}

/// An invoice or a credit memo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// What it is.
    pub kind: DocumentKind,
    /// Document number, unique in the book.
    pub number: String,
    /// Document date, a business day.
    pub date: Date,
    /// When it falls due; `None` for a credit memo, and for an invoice in instalments, whose terms say it.
    pub due: Option<Date>,
    /// Amount, above zero for credit memos too.
    pub amount: Money,
    /// Payment terms; `None` for a credit memo.
    pub terms: Option<&'static str>,
    /// Last day and amount of the discount for early payment.
    pub discount: Option<(Date, i64)>,
    /// The customer's purchase order, where the seller was told.
    pub po_number: Option<String>,
}

/// Money received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payment {
    /// Our number of it, unique in the book.
    pub number: String,
    /// The day it reached the bank.
    pub date: Date,
    /// Amount, above zero.
    pub amount: Money,
}

/// What was set against what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Application {
    /// Number of the payment or credit memo.
    pub credit: String,
    /// Number of the invoice.
    pub debit: String,
    /// Amount, above zero.
    pub amount: Money,
    /// The day it was applied: neither before the credit nor before the invoice.
    pub date: Date,
}

/// Something that no file brings in: people record it at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Happening {
    /// The day.
    pub day: Date,
    /// What happened.
    pub what: What,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A collector called.
    Call {
        /// The outcome's code: `reached`, `voicemail` …
        outcome: &'static str,
    },
    /// The customer promised a payment.
    Promise {
        /// How much.
        amount: Money,
        /// By when.
        by: Date,
        /// Numbers of the invoices promised.
        documents: Vec<String>,
    },
    /// The customer contests an invoice.
    Dispute {
        /// Number of the invoice.
        document: String,
        /// The reason's code.
        reason: &'static str,
        /// How much is contested; `None` is all that is open.
        amount: Option<Money>,
    },
    /// What became of a dispute.
    DisputeClosed {
        /// Number of the invoice.
        document: String,
        /// `credited` or `upheld`: whether the customer or the seller was right.
        outcome: &'static str,
    },
}

/// Something that happened, with the account it happened on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// The day.
    pub day: Date,
    /// Customer number.
    pub account: String,
    /// The collector who looks after the account.
    pub collector: &'static str,
    /// What happened.
    pub what: What,
}

/// A customer with everything that ever happened on its account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The customer.
    pub customer: Customer,
    /// Its people; some accounts have none.
    pub contacts: Vec<Contact>,
    /// Invoices by date, then credit memos by date.
    pub documents: Vec<Document>,
    /// Money received, by date.
    pub payments: Vec<Payment>,
    /// What was set against what, by credit.
    pub applications: Vec<Application>,
    /// Calls, promises and disputes, by day.
    pub happenings: Vec<Happening>,
}

/// A whole book in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Book {
    /// What it was generated from.
    pub plan: Plan,
    /// The accounts, in the order of their numbers; a parent comes before its children.
    pub accounts: Vec<Account>,
}

impl Book {
    /// Generates the book of `plan`. Large books are better streamed: see [`accounts`].
    pub fn generate(plan: &Plan) -> Self {
        Self { plan: *plan, accounts: accounts(plan).collect() }
    }

    /// Everything that no file brings in, by day, then account.
    pub fn events(&self) -> Vec<Event> {
        let mut events: Vec<Event> = Vec::new();
        for account in &self.accounts {
            events.extend(account.happenings.iter().map(|happening| Event {
                day: happening.day,
                account: account.customer.code.clone(),
                collector: account.customer.collector,
                what: happening.what.clone(),
            }));
        }
        events.sort_by_key(|event| event.day);
        events
    }
}

/// The accounts of a plan one by one, each with its whole history: a book of any size in the memory of its customers alone.
pub fn accounts(plan: &Plan) -> impl Iterator<Item = Account> + use<> {
    let plan = *plan;
    let days = Days::of(&plan);
    let profiles = profiles(&plan, &days);
    profiles.into_iter().enumerate().map(move |(place, profile)| history(&plan, &days, place, profile))
}
