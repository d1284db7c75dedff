//! The past-due notice.

use dunwell_rules::calendar::Date;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Currency;
use serde::{Deserialize, Serialize};

use super::{ContactPerson, Customer, Language, Paper, Sender, codes};

/// A past-due notice in one currency. Refused by [`Self::check`] when it does not foot.
///
/// It threatens nothing and offers nothing that the caller did not pass.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeDocument {
    /// The notice's number; also the reference to quote.
    pub number: String,
    /// The tone: 1 first reminder, 2 second reminder, 3 formal notice, 4 final demand.
    pub level: u8,
    /// The step of the ladder as the policy names it, for instance `formal_notice`. Not printed.
    pub step_name: String,
    /// The date of the letter; also the creation date of the PDF.
    pub date: Date,
    /// The day by which the money, or from a first reminder an answer, is asked for.
    pub deadline: Date,
    /// The language.
    pub language: Language,
    /// The paper.
    #[serde(default)]
    pub paper: Paper,
    /// The currency of every amount in it.
    #[serde(with = "codes::currency")]
    pub currency: Currency,
    /// The seller.
    pub sender: Sender,
    /// The customer.
    pub customer: Customer,
    /// The customer's account number.
    pub account: String,
    /// The agreed payment terms as the trade writes them, for instance `Net 60`.
    pub terms: Option<String>,
    /// Whom the customer can call.
    pub your_contact: Option<ContactPerson>,
    /// Who signs where it is not the contact, for instance a manager under a final demand.
    #[serde(default)]
    pub signatory: Option<ContactPerson>,
    /// The amount asked for, above zero: what the items ask, less the credits, plus late charges that are demanded.
    pub amount_minor: i64,
    /// The past-due items it asks to be paid, in the order to print.
    pub items: Vec<NoticeItem>,
    /// Unapplied credits set against them, each a line of its own.
    #[serde(default)]
    pub credits: Vec<NoticeCredit>,
    /// Disputed items: named below, not part of the amount.
    #[serde(default)]
    pub disputed: Vec<DisputedItem>,
    /// Promised or planned amounts: named below, not part of the amount.
    #[serde(default)]
    pub promised: Vec<PromisedItem>,
    /// Earlier contacts about this debt, oldest first.
    #[serde(default)]
    pub history: Vec<PastContact>,
    /// Promises that were not kept, oldest first.
    #[serde(default)]
    pub broken_promises: Vec<BrokenPromise>,
    /// Late charges accrued.
    #[serde(default)]
    pub late_charges: Option<LateCharges>,
    /// What will happen without payment, in order.
    #[serde(default)]
    pub consequences: Vec<Consequence>,
    /// The day by which a further dispute is to be raised; `None` names no day.
    #[serde(default)]
    pub dispute_by: Option<Date>,
    /// Whether a written payment plan is offered.
    #[serde(default)]
    pub plan_offered: bool,
    /// What is enclosed.
    #[serde(default)]
    pub enclosures: Vec<Enclosure>,
    /// Who receives a copy, for instance a guarantor, each as it is to be printed.
    #[serde(default)]
    pub copies_to: Vec<String>,
    /// What is missing, by word (`sender`, `contact`, `address`, `remit_to`); the letter shows a placeholder line.
    #[serde(default)]
    pub missing: Vec<String>,
}

/// One item that a notice asks to be paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeItem {
    /// What it is.
    #[serde(with = "codes::item_kind")]
    pub kind: ItemKind,
    /// Its number.
    pub document: String,
    /// The customer's purchase order.
    pub po_number: Option<String>,
    /// The document date.
    pub document_date: Date,
    /// The due date.
    pub due: Date,
    /// Calendar days after the due date on the letter's date.
    pub days_late: i64,
    /// What is open.
    pub open_minor: i64,
    /// What the notice asks of it: open less the disputed, promised and planned part.
    pub asked_minor: i64,
}

/// An unapplied credit that lowers the amount asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoticeCredit {
    /// What it is.
    #[serde(with = "codes::item_kind")]
    pub kind: ItemKind,
    /// Its number.
    pub document: String,
    /// Its date.
    pub date: Date,
    /// What of it is set against the items: below zero.
    pub amount_minor: i64,
}

/// A disputed amount, named in the letter and left out of the amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DisputedItem {
    /// What it is.
    #[serde(with = "codes::item_kind")]
    pub kind: ItemKind,
    /// Its number.
    pub document: String,
    /// The disputed amount.
    pub disputed_minor: i64,
}

/// A promised or planned amount, named in the letter and left out of the amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromisedItem {
    /// The documents it covers; empty when none was named.
    pub documents: Vec<String>,
    /// The amount.
    pub amount_minor: i64,
    /// The day it is to be in the bank.
    pub promised_for: Date,
    /// Whether it is an instalment of a payment plan rather than a promise.
    #[serde(default)]
    pub planned: bool,
}

/// The channel of an earlier contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactChannel {
    /// Mail or letter: we wrote.
    Written,
    /// A call: we called.
    Call,
    /// A visit.
    Visit,
}

/// An earlier contact about this debt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PastContact {
    /// The day.
    pub date: Date,
    /// The channel.
    pub channel: ContactChannel,
}

/// A promise that was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrokenPromise {
    /// The day it was given.
    pub made_on: Date,
    /// The day the money was to be in the bank.
    pub promised_for: Date,
    /// The promised amount.
    pub amount_minor: i64,
}

/// Late charges: interest and fees with their legal or contractual basis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateCharges {
    /// The charges up to the letter's date.
    pub amount_minor: i64,
    /// The law or the clause, as it is to be printed after "under", for instance `section 6 of your credit agreement`.
    pub basis: String,
    /// The formula, as it is to be printed, for instance `1.5% a month`.
    pub formula: String,
    /// The computation line by line; when given it sums to the amount.
    #[serde(default)]
    pub lines: Vec<LateChargeLine>,
    /// What becomes of them.
    pub treatment: ChargeTreatment,
}

/// One line of the computation of late charges.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LateChargeLine {
    /// What was computed, as it is to be printed.
    pub text: String,
    /// The amount.
    pub amount_minor: i64,
}

/// What becomes of accrued late charges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChargeTreatment {
    /// They are told and will be billed apart: not part of the amount.
    BilledApart,
    /// They are waived if the amount arrives by the deadline: not part of the amount.
    WaivedIfPaid,
    /// They are part of the amount asked for.
    Demanded,
}

/// What will happen without payment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consequence {
    /// What.
    pub kind: ConsequenceKind,
    /// From which day; `None` names no day.
    pub on: Option<Date>,
}

/// The consequences a letter can announce; each is a fact the policy will carry out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsequenceKind {
    /// New orders are released against payment in advance only.
    PaymentInAdvance,
    /// New orders are held.
    OrderHold,
    /// Deliveries and services are suspended.
    Suspension,
    /// The credit limit is reviewed.
    CreditLimitReview,
    /// The account is handed to a collection agency.
    AgencyReferral,
    /// Legal action is taken.
    LegalAction,
    /// Something else, as a whole sentence in the letter's language.
    Other(String),
}

/// Something enclosed with the letter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Enclosure {
    /// Copies of these invoices.
    InvoiceCopies(Vec<String>),
    /// Proofs of delivery.
    ProofsOfDelivery,
    /// A statement of account.
    Statement,
    /// Something else, as it is to be printed.
    Other(String),
}
