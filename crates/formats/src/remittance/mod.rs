//! Remittance advice: what a payer says its payment is for.
//!
//! The lines are the same whether they came within a bank file (addenda of a NACHA entry, structured remittance of a
//! camt transaction, overflow records of a lockbox) or as a paper of their own. Absent on purpose: whose invoices they
//! name and whether the amounts are right; that is the matching's work.

use crate::bank::Place;
use crate::day::Day;

/// One line of a remittance: a document, or several, with what is paid on it and what is held back.
///
/// Amounts are minor units of the payment's currency and signed: a credit memo that the payer nets is negative in `paid`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemittanceLine {
    /// Where it stands in the file.
    pub place: Place,
    /// The documents it names; the first is the one that is paid.
    pub documents: Vec<DocumentRef>,
    /// What the payer pays on it.
    pub paid: Option<i64>,
    /// What the payer takes the document's total to be.
    pub due: Option<i64>,
    /// The discount the payer takes; positive lowers the payment.
    pub discount: Option<i64>,
    /// Other differences between due and paid, with their reasons.
    pub adjustments: Vec<Adjustment>,
    /// The date of the document, as the payer states it.
    pub document_day: Option<Day>,
    /// Words that go with the line.
    pub text: Vec<String>,
}

/// A document that a payer names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentRef {
    /// What it is, as far as the code tells.
    pub kind: DocumentKind,
    /// The code as written (`IV`, `CINV`); empty where the format has none.
    pub code: String,
    /// The number as written.
    pub number: String,
}

/// What kind of document is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// An invoice of ours.
    Invoice,
    /// A credit memo of ours, or the payer's claim to one.
    CreditMemo,
    /// A debit memo, of either side.
    DebitMemo,
    /// A statement of account.
    Statement,
    /// The payer's purchase order.
    PurchaseOrder,
    /// A contract or an agreement.
    Contract,
    /// A bill of lading or another shipping document.
    Shipment,
    /// An account or customer number.
    Account,
    /// A reference by which the creditor asked to be paid (ISO 11649 `RF`, QR reference, OCR line).
    CreditorReference,
    /// Any other, or none stated.
    Other,
}

/// A difference between what is due and what is paid, with the payer's reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adjustment {
    /// The amount in minor units: negative lowers the payment, positive raises it.
    pub amount: i64,
    /// The payer's reason code as written; empty where none is given.
    pub code: String,
    /// What the code means in its code list; empty where it is not known.
    pub meaning: &'static str,
    /// The document the adjustment names (a claim, a debit memo).
    pub document: Option<DocumentRef>,
    /// Words that go with it.
    pub text: String,
}
