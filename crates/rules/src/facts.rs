//! Facts: what the rules look at. One account in one currency, as it stood on one day; read by the store, never changed here.
//!
//! Amounts are minor units of the account's currency in these facts. Lists are in the order their doc names, so that an
//! answer never depends on how a database happened to return rows.

use alloc::string::String;
use alloc::vec::Vec;

use crate::account::{DebtorKind, EntryId};
use crate::calendar::Date;
use crate::item::ItemKind;
use crate::money::{Currency, Money};

/// One account in one currency on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFacts {
    /// The account.
    pub account: EntryId,
    /// The customer number people know it by.
    pub code: String,
    /// The day these facts hold for (effective date).
    pub as_of: Date,
    /// The currency of every amount in them.
    pub currency: Currency,
    /// Counts the changes of the account; a decision on another version is stale.
    pub version: i64,
    /// The customer segment policies speak of.
    pub segment: Option<String>,
    /// The risk class, where a source gives one.
    pub risk_class: Option<String>,
    /// What the debtor is in law.
    pub debtor_kind: DebtorKind,
    /// The collector it is assigned to.
    pub collector: Option<String>,
    /// Open debit lines, oldest due date first, then document date, item, line.
    pub lines: Vec<LineFacts>,
    /// Credits with something unapplied, oldest posting day first, then item.
    pub credits: Vec<CreditFacts>,
    /// Disputes open on the day, oldest first.
    pub disputes: Vec<DisputeFacts>,
    /// Promises made by the day and promised for at most 366 days before it, oldest first.
    pub promises: Vec<PromiseFacts>,
    /// Legal and personal stops in force on the day.
    pub holds: Vec<HoldFacts>,
    /// Contacts of the 92 days up to and including the day, over all channels, oldest first.
    pub contacts: Vec<ContactFacts>,
    /// Ladder steps taken, proposed or imported that carried an item still open on the day, and those of the newest
    /// cycle; oldest first.
    pub steps: Vec<StepFacts>,
    /// The payment history by month: the 12 whole calendar months before the month of the day, oldest first.
    /// A month without anything closed is left out.
    pub months: Vec<MonthFacts>,
    /// The document date of the account's first item in this currency.
    pub first_document: Option<Date>,
    /// The last payment up to the day.
    pub last_payment: Option<PaymentFacts>,
    /// The day of the newest bank statement read up to the day, where the book has a bank feed.
    pub last_bank_statement: Option<Date>,
}

/// One open due line of a debit item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    /// The item.
    pub item: EntryId,
    /// The instalment, from 1.
    pub line: i64,
    /// The document number.
    pub document: String,
    /// What kind of debit it is.
    pub kind: ItemKind,
    /// The document date.
    pub document_date: Date,
    /// The due date.
    pub due_date: Date,
    /// The customer's purchase order, where known.
    pub po_number: Option<String>,
    /// The line's original amount, minor units.
    pub amount: i64,
    /// What is open of it on the day, minor units, above zero.
    pub open: i64,
}

/// One credit item with something unapplied.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CreditFacts {
    /// The item.
    pub item: EntryId,
    /// The document number.
    pub document: String,
    /// What kind of credit it is.
    pub kind: ItemKind,
    /// The day it posted.
    pub posting_date: Date,
    /// The original amount, minor units, above zero.
    pub amount: i64,
    /// What is unapplied on the day, minor units, above zero.
    pub unapplied: i64,
}

/// A dispute open on the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DisputeFacts {
    /// The entry that opened it.
    pub entry: EntryId,
    /// The disputed item.
    pub item: EntryId,
    /// The disputed line; `None` when the whole item is.
    pub line: Option<i64>,
    /// The disputed amount, minor units; `None` is the whole open amount.
    pub amount: Option<i64>,
    /// The day it was raised.
    pub since: Date,
    /// What the customer says, as a reason code (`unstated` when unknown).
    pub reason: String,
}

/// A promise to pay, as given; its standing on the day is derived.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PromiseFacts {
    /// The entry that recorded it.
    pub entry: EntryId,
    /// The promised amount, minor units.
    pub amount: i64,
    /// The day it was given.
    pub made_on: Date,
    /// The day the money is to be in our bank.
    pub promised_for: Date,
    /// The items it covers; empty means the oldest past-due first.
    pub items: Vec<EntryId>,
    /// The day it was withdrawn or replaced by a newer promise, if by this day.
    pub ended_on: Option<Date>,
    /// Payments effective from `made_on` to the day: applied to the covered items, or to any item of the account when the
    /// promise names none, and what is left unapplied of receipts of that time; oldest first.
    pub payments: Vec<PaymentFacts>,
}

/// Money that came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaymentFacts {
    /// The entry of the application, or of the credit where it is not applied.
    pub entry: EntryId,
    /// The day it counts for.
    pub day: Date,
    /// The amount.
    pub amount: Money,
    /// The item that was paid; `None` for what lies unapplied.
    pub item: Option<EntryId>,
    /// The number of the paying document.
    pub document: String,
}

/// A stop that the law or a person put on contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HoldFacts {
    /// The entry that set it.
    pub entry: EntryId,
    /// Which stop.
    pub kind: HoldKind,
    /// From this day on.
    pub since: Date,
    /// Through this day; `None` until it is released.
    pub until: Option<Date>,
    /// The law, court and case number, or the person's words.
    pub basis: String,
}

/// The stops that forbid contact (wait code N-8).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HoldKind {
    /// An automatic stay of insolvency law (11 USC 362 and its like).
    Stay,
    /// The customer, or a person of ours, asked for no contact.
    DoNotContact,
    /// A sanctions hit not yet cleared.
    Sanctions,
}

impl HoldKind {
    /// Every stop, in documented order.
    pub const ALL: [Self; 3] = [Self::Stay, Self::DoNotContact, Self::Sanctions];

    /// The word used in files, JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Stay => "stay",
            Self::DoNotContact => "do_not_contact",
            Self::Sanctions => "sanctions",
        }
    }

    /// Reads the word; `None` when it is not one of them.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }
}

/// One contact with the customer, by whichever channel and whoever made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactFacts {
    /// The journal entry.
    pub entry: EntryId,
    /// The day.
    pub day: Date,
    /// `call`, `mail`, `letter`, `notice`, `meeting` …
    pub channel: String,
    /// The ladder step whose notice it was, when it was one.
    pub notice: Option<EntryId>,
}

/// One rung of the ladder that was climbed, proposed, or told to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StepFacts {
    /// The entry that made it.
    pub entry: EntryId,
    /// The policy's step id.
    pub step: String,
    /// The climb it belongs to, from 1.
    pub cycle: i64,
    /// The day of the decision, or the day the source says it was sent.
    pub day: Date,
    /// What became of it by the day.
    pub state: StepState,
    /// The items it carried that are still open on the day.
    pub open_items: Vec<EntryId>,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepState {
    /// The notice was sent (in a rehearsing book: the run committed), the task was closed, or a source system told us.
    Made {
        /// The day it counts from.
        on: Date,
    },
    /// The task lies with a collector since the step's day; it expires by policy.
    TaskOpen,
    /// The notice is planned, in a live book, and has not left yet.
    Planned,
    /// It lies before a manager since the step's day.
    Pending,
    /// The manager said no: the ladder passes it over.
    Declined {
        /// The day of the refusal.
        on: Date,
    },
    /// It was withdrawn before it left: it occupies its day, not its step.
    Withdrawn {
        /// The day it was withdrawn.
        on: Date,
    },
}

/// What was closed (paid to zero) in one calendar month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct MonthFacts {
    /// The year.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: i8,
    /// Due lines closed.
    pub lines: i64,
    /// Their original amounts, minor units.
    pub amount: i64,
    /// How many of them closed after their due date.
    pub late_lines: i64,
    /// The original amounts of those.
    pub late_amount: i64,
    /// Sum of days late over the lines; a line closed by its due date counts 0.
    pub days_late: i64,
    /// Sum over the lines of original amount × days late, minor units × days.
    pub amount_days_late: i64,
    /// The most days late of one line.
    pub longest_days_late: i64,
}
