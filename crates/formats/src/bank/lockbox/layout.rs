//! Where a bank puts what in its lockbox files.

use serde::Deserialize;

use crate::amount::Marks;
use crate::currency::CurrencyCode;
use crate::day::{DateFormat, Order};

/// Columns of a record, from and to, from 1 and both included.
pub type Span = (usize, usize);

/// Where a document and its amount stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LineSpans {
    /// The number of the document.
    pub number: Span,
    /// What is paid on it, in cents.
    pub amount: Option<Span>,
    /// The discount taken, in cents.
    pub discount: Option<Span>,
}

/// The columns of check (6) and overflow (4) records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockboxLayout {
    /// The length of all records.
    pub length: usize,
    /// The amount of the check, in cents.
    pub amount: Span,
    /// The routing number of the payer's bank.
    pub routing: Option<Span>,
    /// The payer's account.
    pub account: Option<Span>,
    /// The number of the check.
    pub check: Option<Span>,
    /// The payer's name.
    pub payer: Option<Span>,
    /// Documents within a check record.
    pub in_check: Vec<LineSpans>,
    /// Documents within an overflow record.
    pub in_overflow: Vec<LineSpans>,
}

impl LockboxLayout {
    /// What most banks send: amount 8-17, routing number 18-26, account 27-36, check 37-45; and in an overflow record three
    /// documents of ten columns from column 12, each with an amount of ten.
    pub fn standard() -> Self {
        let slot =
            |from: usize| LineSpans { number: (from, from + 9), amount: Some((from + 10, from + 19)), discount: None };
        Self {
            length: 80,
            amount: (8, 17),
            routing: Some((18, 26)),
            account: Some((27, 36)),
            check: Some((37, 45)),
            payer: None,
            in_check: Vec::new(),
            in_overflow: vec![slot(12), slot(32), slot(52)],
        }
    }

    /// As [`Self::standard`], with ten columns for the routing number: account 28-37, check 38-46 (SAP's format).
    pub fn wide_routing() -> Self {
        Self { routing: Some((18, 27)), account: Some((28, 37)), check: Some((38, 46)), ..Self::standard() }
    }

    /// The last column that means something in a check record; what follows is text.
    pub(super) fn check_ends(&self) -> usize {
        let spans = [Some(self.amount), self.routing, self.account, self.check, self.payer];
        let lines = self.in_check.iter().flat_map(|line| [Some(line.number), line.amount, line.discount]);
        spans.into_iter().chain(lines).flatten().map(|(_, to)| to).max().unwrap_or(7)
    }
}

/// What a column of a lockbox CSV holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockboxField {
    /// The number of the lockbox.
    Lockbox,
    /// The day of the deposit.
    DepositDay,
    /// The batch.
    Batch,
    /// The check within its batch.
    Item,
    /// The amount of the check.
    CheckAmount,
    /// The number of the check.
    CheckNumber,
    /// The routing number of the payer's bank.
    Routing,
    /// The payer's account.
    Account,
    /// The payer's name.
    Payer,
    /// The number by which we know the customer.
    Customer,
    /// A document that is paid.
    Document,
    /// What is paid on it.
    DocumentAmount,
    /// The discount taken on it.
    Discount,
    /// Words.
    Text,
}

/// Which header names mean what, and how days and amounts are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockboxCsvProfile {
    /// The name of the source; empty of what US banks use.
    pub source: String,
    /// The currency of the files, which name none; `None` is the caller's.
    pub currency: Option<CurrencyCode>,
    /// Header names by field; of several that the file has, the first. Case, blanks and punctuation do not count.
    pub columns: Vec<(LockboxField, String)>,
    /// The date format; `YYYYMMDD` and ISO days read in every format.
    pub date_format: DateFormat,
    /// Decimal and thousands marks.
    pub marks: Marks,
    /// Who sends it: the originator of the statements' key.
    pub originator: String,
}

impl Default for LockboxCsvProfile {
    /// The names that US banks use, days with the month first, decimal points.
    fn default() -> Self {
        use LockboxField as Field;
        let names = [
            (Field::Lockbox, &["Lockbox Number", "Lockbox", "Lockbox ID", "Box Number"][..]),
            (Field::DepositDay, &["Deposit Date", "Process Date", "Processing Date", "Date"]),
            (Field::Batch, &["Batch Number", "Batch", "Batch ID"]),
            (Field::Item, &["Item Number", "Item", "Transaction Number", "Transaction", "Sequence Number", "Sequence"]),
            (Field::CheckAmount, &["Check Amount", "Remittance Amount", "Payment Amount", "Item Amount"]),
            (Field::CheckNumber, &["Check Number", "Check No", "Check", "Check #", "Serial Number"]),
            (Field::Routing, &["Routing Number", "ABA", "RT Number", "Transit Routing Number", "RT", "ABA Number"]),
            (Field::Account, &["Account Number", "Account", "DDA Number", "Payer Account", "Checking Account"]),
            (Field::Payer, &["Remitter Name", "Remitter", "Payer Name", "Payer", "Payor", "Drawer"]),
            (Field::Customer, &["Customer Number", "Customer ID", "Customer"]),
            (Field::Document, &["Invoice Number", "Invoice", "Invoice No", "Document Number", "Document"]),
            (Field::DocumentAmount, &["Invoice Amount", "Amount Paid", "Invoice Amount Paid", "Net Amount"]),
            (Field::Discount, &["Discount Amount", "Discount"]),
            (Field::Text, &["Comments", "Comment", "Memo", "Notes"]),
        ];
        let columns = names.iter().flat_map(|(field, names)| names.iter().map(|name| (*field, (*name).to_owned())));
        Self {
            source: String::new(),
            currency: None,
            columns: columns.collect(),
            date_format: DateFormat { order: Order::MonthDayYear, two_digit_years: true },
            marks: Marks::POINT,
            originator: String::new(),
        }
    }
}
