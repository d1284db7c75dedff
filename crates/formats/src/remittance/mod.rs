//! Remittance advice: what a payer says its payment is for.
//!
//! The lines are the same whether they came within a bank file (addenda of a NACHA entry, structured remittance of a
//! camt transaction, overflow records of a lockbox) or as a paper of their own. Absent on purpose: whose invoices they
//! name and whether the amounts are right; that is the matching's work.

pub mod advice_table;
pub mod edifact;
mod mailed;
pub mod references;
mod told;
pub mod x12;

pub use told::{AdviceFormat, detect, read, read_as};
use told::{not_read, pdf_rows};

use crate::amount::Decimal;
use crate::bank::{ControlTotal, Limits, Party, Place, Problem, Refusal, TotalKind, note};
use crate::currency::CurrencyCode;
use crate::day::Day;

/// A file of remittance advices as understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemittanceFile {
    /// The format and its version (`x12-820 005010`, `edifact-remadv D96A`).
    pub version: String,
    /// Who sent it, as the envelope says.
    pub sender: Option<String>,
    /// Whom it is for, as the envelope says.
    pub receiver: Option<String>,
    /// The sender's number of the file.
    pub id: Option<String>,
    /// The advices in the file's order.
    pub advices: Vec<RemittanceAdvice>,
    /// Every control total that the file states, beside what was counted. That the lines of an advice do not come to its
    /// payment is in here as well (`advice_total`); it never binds, for it is an exception and no error.
    pub controls: Vec<ControlTotal>,
    /// What could not be understood: something is lost by each.
    pub problems: Vec<Problem>,
    /// What is out of order without loss.
    pub warnings: Vec<Problem>,
    /// Why nothing of the file may be used; what was understood up to there is given all the same.
    pub refused: Option<Refusal>,
}

impl RemittanceFile {
    /// A file of which nothing was read.
    pub fn refusing(why: Refusal) -> Self {
        Self { refused: Some(why), ..Self::default() }
    }

    /// Lists what is lost, within the limit.
    pub(crate) fn problem(
        &mut self,
        limits: &Limits,
        code: &'static str,
        place: Place,
        message: impl FnOnce() -> String,
    ) {
        note(&mut self.problems, limits.problems, code, place, message);
    }

    /// Lists what is out of order without loss, within the limit.
    pub(crate) fn warn(&mut self, limits: &Limits, code: &'static str, place: Place, message: impl FnOnce() -> String) {
        note(&mut self.warnings, limits.problems, code, place, message);
    }
}

/// One payment and what its payer says it is for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemittanceAdvice {
    /// Where it begins.
    pub place: Place,
    /// The reference by which the advice and the money find each other (X12 `TRN02`): a trace, check or wire number.
    pub reference: Option<String>,
    /// The amount of the payment in minor units of `currency`; `None` where it is not said.
    pub paid: Option<i64>,
    /// The currency of all amounts.
    pub currency: Option<CurrencyCode>,
    /// How it is paid, as the format codes it (`ACH`, `CHK`, `FWT`, `NON`).
    pub method: Option<String>,
    /// The day on which it is paid.
    pub payment_day: Option<Day>,
    /// Who pays: name, account and bank as far as they are said.
    pub payer: Party,
    /// Who is paid.
    pub payee: Party,
    /// Documents and numbers that the advice names as a whole.
    pub references: Vec<DocumentRef>,
    /// The lines.
    pub lines: Vec<RemittanceLine>,
    /// Differences that belong to no line.
    pub adjustments: Vec<Adjustment>,
    /// Words that go with the whole.
    pub text: Vec<String>,
    /// Who sent it, where it came by mail: a hint of the payer, and no more.
    pub sent_by: Option<String>,
    /// The number of the mail that it came by.
    pub sent_as: Option<String>,
}

impl RemittanceAdvice {
    /// What lines and adjustments come to, in minor units; lines that do not say what is paid count as nought.
    pub fn lines_total(&self) -> i128 {
        let lines: i128 = self.lines.iter().filter_map(|line| line.paid).map(i128::from).sum();
        lines + self.adjustments.iter().map(|adjustment| i128::from(adjustment.amount)).sum::<i128>()
    }

    /// The payment beside its lines, where it is stated; it never binds, for a difference is an exception and no error.
    pub(crate) fn total_control(&self) -> Option<ControlTotal> {
        let (paid, currency) = self.paid.zip(self.currency)?;
        let decimal = |digits| Decimal { digits, scale: currency.exponent() };
        Some(ControlTotal {
            name: "advice_total",
            of: self.reference.clone().unwrap_or_else(|| "the advice".to_owned()),
            place: self.place,
            kind: TotalKind::Amount,
            stated: decimal(paid.into()),
            counted: decimal(self.lines_total()),
            binding: false,
        })
    }
}

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
    /// The list the code is of: `x12` (data element 426), `edifact` (data element 4465); empty where it is the payer's own.
    pub list: &'static str,
    /// What the code means in its code list; empty where it is not known.
    pub meaning: &'static str,
    /// The document the adjustment names (a claim, a debit memo).
    pub document: Option<DocumentRef>,
    /// Words that go with it.
    pub text: String,
}
