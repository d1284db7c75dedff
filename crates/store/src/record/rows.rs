//! What the desk asks to have recorded: plain rows, without SQL. Days are dates, amounts minor units above zero.

use dunwell_rules::account::{DebtorKind, EntryId};
use dunwell_rules::assignment::AssignableAccount;
use dunwell_rules::calendar::Date;
use dunwell_rules::facts::HoldKind;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};

/// Who does what, for which business day, at which instant: the envelope of a batch.
#[derive(Debug, Clone)]
pub struct Command {
    /// The task as a collector says it: `import invoices`, `run`, `apply`.
    pub name: String,
    /// The user; `desk` is the house itself.
    pub actor: String,
    /// The business day of the command (`--on`).
    pub day: Date,
    /// The instant, UTC microseconds since 1970.
    pub recorded_at: i64,
}

/// A customer as a debtor; names and addresses go to the erasable tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewAccount {
    /// Customer number, unique in the book.
    pub code: String,
    /// Name; a second spelling becomes an alias.
    pub name: Option<String>,
    /// Postal address, one line each.
    pub address: Vec<String>,
    /// Customer number of the parent; it must exist.
    pub parent: Option<String>,
    /// Segment policies speak of.
    pub segment: Option<String>,
    /// Risk class.
    pub risk_class: Option<String>,
    /// Language of documents (`en`, `de`).
    pub language: Option<String>,
    /// Usual currency.
    pub currency: Option<Currency>,
    /// Payment terms, canonical text.
    pub terms: Option<String>,
    /// Assigned collector.
    pub collector: Option<String>,
    /// What the debtor is in law.
    pub debtor_kind: DebtorKind,
    /// Business unit.
    pub business_unit: Option<String>,
    /// ISO 3166 country.
    pub country: Option<String>,
    /// Intercompany accounts stay out of metrics.
    pub intercompany: bool,
    /// Made from an invoice row, without master data yet.
    pub incomplete: bool,
    /// Registration ids as JSON (`{"vat":"…"}`), company data.
    pub registration: Option<String>,
    /// Unknown columns as JSON; erasable.
    pub custom: Option<String>,
    /// The source system.
    pub source: String,
}

/// A person at the customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewContact {
    /// The account.
    pub account: EntryId,
    /// The source system.
    pub source: String,
    /// Unique in the source.
    pub external_id: String,
    /// Name.
    pub name: Option<String>,
    /// Role: `accounts_payable`, `purchaser`, `owner` …
    pub role: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// Preferred channel.
    pub channel: Option<String>,
    /// Asked not to be contacted.
    pub do_not_contact: bool,
}

/// Who holds an account from now on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAssignment {
    /// The account as the rules saw it.
    pub seen: AssignableAccount,
    /// The collector from now on; `None` when nobody holds it.
    pub collector: Option<String>,
    /// Why.
    pub because: String,
    /// A person's own words beside it; erasable.
    pub words: Option<String>,
}

/// A due line of a new debit item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewLine {
    /// Due date.
    pub due: Date,
    /// Amount, minor units.
    pub amount: i64,
}

/// A document to post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewItem {
    /// The account.
    pub account: EntryId,
    /// Kind.
    pub kind: ItemKind,
    /// Original amount.
    pub amount: Money,
    /// Document number.
    pub document: String,
    /// Document date.
    pub document_date: Date,
    /// Posting day; the store moves it to the first open day when its month is closed.
    pub posting_date: Date,
    /// Value day: interest, days late and promises use it.
    pub value_date: Date,
    /// Due lines of a debit, summing to the amount; empty for a credit.
    pub lines: Vec<NewLine>,
    /// Payment terms, canonical text.
    pub terms: Option<String>,
    /// Last day of the cash discount and its amount.
    pub discount: Option<(Date, i64)>,
    /// Customer's purchase order.
    pub po_number: Option<String>,
    /// Business unit.
    pub business_unit: Option<String>,
    /// Unknown columns as JSON.
    pub custom: Option<String>,
    /// The source system.
    pub source: String,
    /// Unique in the source among items that are not reversed.
    pub external_id: String,
}

impl NewItem {
    /// An item that the desk makes itself on a day, under an id of its own in a source: without terms or anything of an ERP. A
    /// debit is due on that day.
    pub fn made(
        account: EntryId,
        (kind, amount): (ItemKind, Money),
        document: String,
        on: Date,
        (source, external_id): (&str, String),
    ) -> Self {
        let lines = if kind.is_debit() { vec![NewLine { due: on, amount: amount.minor }] } else { Vec::new() };
        Self {
            account,
            kind,
            amount,
            document,
            document_date: on,
            posting_date: on,
            value_date: on,
            lines,
            terms: None,
            discount: None,
            po_number: None,
            business_unit: None,
            custom: None,
            source: source.to_owned(),
            external_id,
        }
    }
}

/// A credit set against a due line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewApplication {
    /// The credit item.
    pub credit: EntryId,
    /// The debit item.
    pub debit: EntryId,
    /// The due line; `None` spreads over the item's open lines, oldest due first.
    pub line: Option<i64>,
    /// Amount, minor units.
    pub amount: i64,
    /// The day it counts for; the store never lets it precede either item's posting day.
    pub effective: Date,
}

/// Why an application or reversal was refused; nothing of it was recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PostingRefusal {
    /// More than is open on the debit, or unapplied of the credit.
    OverApplied,
    /// Two currencies.
    CurrencyMismatch,
    /// No such item, line or application in the book.
    NotFound,
    /// It is reversed already.
    AlreadyReversed,
    /// A debit where a credit is needed, or the other way round.
    WrongSide,
    /// A refund or a write-off: it is taken back as a whole, by its own command.
    TakenBackWhole,
}

impl PostingRefusal {
    /// The stable code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::OverApplied => "over_applied",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::NotFound => "not_found",
            Self::AlreadyReversed => "already_reversed",
            Self::WrongSide => "wrong_side",
            Self::TakenBackWhole => "taken_back_whole",
        }
    }
}

/// A dispute of an item, a line, or a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDispute {
    /// The account.
    pub account: EntryId,
    /// The disputed item.
    pub item: EntryId,
    /// The disputed line; `None` is the whole item.
    pub line: Option<i64>,
    /// The disputed amount; `None` is the whole open amount.
    pub amount: Option<i64>,
    /// The day it was raised.
    pub since: Date,
    /// Reason code.
    pub reason: String,
}

/// A promise to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPromise {
    /// The account.
    pub account: EntryId,
    /// The amount.
    pub amount: Money,
    /// The day it was given.
    pub made_on: Date,
    /// The day the money is to be in our bank.
    pub promised_for: Date,
    /// The items covered; empty is the oldest past due first.
    pub items: Vec<EntryId>,
    /// Who said it, by which method: erasable words.
    pub words: Option<String>,
}

/// A stop on contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewHold {
    /// The account.
    pub account: EntryId,
    /// Which stop.
    pub kind: HoldKind,
    /// From this day.
    pub since: Date,
    /// Through this day.
    pub until: Option<Date>,
    /// Law, court and case number, or a person's words.
    pub basis: String,
}

/// Something that happened with the customer: a call, a mail, a note.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewActivity {
    /// The account.
    pub account: EntryId,
    /// `call`, `mail`, `letter`, `meeting`, `note` …
    pub kind: String,
    /// `voicemail`, `spoke`, `no_answer` …
    pub outcome: Option<String>,
    /// Whether it counts as a contact for quiet days.
    pub is_contact: bool,
    /// The day.
    pub day: Date,
    /// Erasable words.
    pub text: Option<String>,
    /// The person of the account it was with, where that is known; the journal keeps the entry, never the name.
    pub person: Option<EntryId>,
}

/// How a ladder step is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NewStepHow {
    /// A notice goes out now.
    Notice(Box<NewNotice>),
    /// A collector's task.
    Task {
        /// `call`, `review_old_debt` …
        kind: String,
    },
    /// A request before a manager; `role` is the least role that may sign.
    Proposal {
        /// The least role.
        role: String,
        /// SHA-256 of the canonical request.
        request_sha256: [u8; 32],
    },
}

/// A notice with its frozen content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewNotice {
    /// Letter level, 1 to 4.
    pub level: i64,
    /// `mail`, `letter`.
    pub channels: Vec<String>,
    /// The amount asked for, minor units.
    pub amount: i64,
    /// What the letter lacks: `sender`, `contact`, `address`.
    pub missing: Vec<String>,
    /// The frozen facts, JSON; erasable.
    pub content: String,
    /// Whether it counts as sent when it is recorded (a rehearsing book).
    pub sent: bool,
}

/// One step of the ladder made by a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewStep {
    /// The policy's step id.
    pub rung: String,
    /// The climb, from 1.
    pub cycle: i64,
    /// Carried items: item, line, amount.
    pub items: Vec<(EntryId, i64, i64)>,
    /// How.
    pub how: NewStepHow,
}

/// One answer of the rules to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDecision {
    /// The account.
    pub account: EntryId,
    /// The currency.
    pub currency: Currency,
    /// The account's version the rules looked at. The decision is stale, and is not recorded, when it has moved.
    pub version: i64,
    /// `take`, `propose` or `wait`.
    pub action: String,
    /// `standard/reminder`, `N-3`.
    pub rule: String,
    /// The whole answer as JSON: inputs, reasons, cites, what was not chosen.
    pub detail: String,
    /// The step to make; `None` for a wait, or where today's step stands already.
    pub step: Option<NewStep>,
    /// Withdraw the step already made today.
    pub withdraw_today: bool,
    /// Tasks the decision asks for besides the step.
    pub tasks: Vec<NewTask>,
}

/// One thing for a person to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTask {
    /// The account; `EntryId(0)` is the book itself.
    pub account: EntryId,
    /// `call`, `apply_cash`, `missing_sender` …
    pub kind: String,
    /// At most one open task of a key per account.
    pub key: String,
    /// The currency, where it matters.
    pub currency: Option<Currency>,
    /// The day it comes up; `None` is the day it is recorded for.
    pub opens_on: Option<Date>,
}

/// An account as it stands, with what an import compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// The account.
    pub account: EntryId,
    /// Customer number.
    pub code: String,
    /// Name; `None` when it was never known or is erased.
    pub name: Option<String>,
    /// The parent account.
    pub parent: Option<EntryId>,
    /// Segment.
    pub segment: Option<String>,
    /// Risk class.
    pub risk_class: Option<String>,
    /// Language of documents.
    pub language: Option<String>,
    /// Usual currency.
    pub currency: Option<Currency>,
    /// Payment terms, canonical text.
    pub terms: Option<String>,
    /// Assigned collector.
    pub collector: Option<String>,
    /// What the debtor is in law.
    pub debtor_kind: DebtorKind,
    /// Business unit.
    pub business_unit: Option<String>,
    /// Country.
    pub country: Option<String>,
    /// Whether it stays out of metrics.
    pub intercompany: bool,
    /// Whether it was made from an invoice row, without master data yet.
    pub incomplete: bool,
    /// Registration ids as JSON.
    pub registration: Option<String>,
    /// [`Recording::account_hash`](super::Recording::account_hash) of the row it was last made from.
    pub row_hash: i64,
}

/// An item as it stands, with what an import compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    /// The item.
    pub item: EntryId,
    /// Its account.
    pub account: EntryId,
    /// Kind.
    pub kind: ItemKind,
    /// Original amount, above or equal to zero.
    pub amount: Money,
    /// What is open (a debit) or unapplied (a credit), minor units, above or equal to zero.
    pub open: i64,
    /// Document number.
    pub document: String,
    /// Document date.
    pub document_date: Date,
    /// Posting day.
    pub posting_date: Date,
    /// Value day.
    pub value_date: Date,
    /// Payment terms, canonical text.
    pub terms: Option<String>,
    /// The source system.
    pub source: String,
    /// Its id in the source.
    pub external_id: String,
    /// The hash the caller gave when it was posted or revised.
    pub row_hash: i64,
    /// The settlement credit that a source's "settled on" posted.
    pub settlement: Option<EntryId>,
    /// Whether it is reversed.
    pub reversed: bool,
}

/// What became of a row that is put by its external id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PutOutcome {
    /// It was not there.
    New,
    /// It is there with the same content; nothing was recorded.
    Unchanged,
    /// Its content was replaced.
    Changed,
}

/// What became of a changed item.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revised {
    /// The same item, with newer fields: the journal row that says so.
    Fields(EntryId),
    /// The amount, the kind, the currency, the account or the due lines changed: the old item is reversed and this one
    /// took its applications. A settlement of the old item is reversed too; post it again when the source still says settled.
    Reentered {
        /// The new item.
        item: EntryId,
        /// What of the old applications no longer fits and is on account now, minor units.
        on_account: i64,
        /// Whether a settlement of the old item was reversed.
        settlement_reversed: bool,
    },
    /// The item is reversed already: nothing was recorded.
    AlreadyReversed,
    /// There is no such item in the book.
    NotFound,
}

/// What became of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DecideOutcome {
    /// It is recorded.
    Recorded {
        /// The decision's journal row.
        decision: EntryId,
        /// From 1 within account, currency and day.
        revision: i64,
        /// The step made; the one that stands already where today or this cycle has it.
        step: Option<EntryId>,
        /// The notice made.
        notice: Option<EntryId>,
        /// The request put before a second person.
        request: Option<EntryId>,
        /// Tasks opened, the step's own among them.
        tasks: u64,
    },
    /// The account moved while the rules thought: decide again.
    Stale,
    /// The last revision of the day was decided on the same version: nothing was recorded.
    Unchanged,
}

/// A request for a second person's signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRow {
    /// The request.
    pub request: EntryId,
    /// The account.
    pub account: EntryId,
    /// What it asks for: `step` …
    pub subject: String,
    /// The proposed step.
    pub step: Option<EntryId>,
    /// The policy's step id.
    pub rung: Option<String>,
    /// The climb, from 1.
    pub cycle: Option<i64>,
    /// Carried items: item, line, amount.
    pub items: Vec<(EntryId, i64, i64)>,
    /// The currency.
    pub currency: Option<Currency>,
    /// The amount, minor units.
    pub amount: Option<i64>,
    /// Who made it.
    pub maker: String,
    /// The least role that may sign.
    pub role: String,
    /// The day it was made.
    pub requested_on: Date,
    /// SHA-256 of the canonical request.
    pub request_sha256: Vec<u8>,
    /// `pending`, `approved`, `declined` or `withdrawn`.
    pub state: String,
    /// The day it was decided.
    pub decided_on: Option<Date>,
    /// Who decided.
    pub decided_by: Option<String>,
    /// What was asked for, JSON, as the approval journal keeps it.
    pub detail: String,
}

/// Something other than a ladder step to put before a second person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewRequest {
    /// The account.
    pub account: EntryId,
    /// What it asks for: `finance_charge` …
    pub subject: String,
    /// The amount.
    pub amount: Money,
    /// The least role that may sign.
    pub role: String,
    /// SHA-256 of the canonical request.
    pub request_sha256: [u8; 32],
    /// What exactly is asked for, JSON.
    pub detail: String,
}
