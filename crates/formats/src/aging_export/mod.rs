//! Aging reports and open-item lists as ERPs export them, read into one shape.
//!
//! For the desk's `import aging`. Reads CSV, TSV, SAP's pipe list, XLSX and SpreadsheetML; finds the header row by
//! content, fills group rows down, drops totals but verifies them. A file that does not reconcile to its own grand total
//! is refused with both figures; a file that states no total says so ([`AgingExport::grand_total_stated`]), and none is
//! invented. Credits and payments stay items of their own and are never netted.
//!
//! One file a source system holds its header names and habits; the reading itself is common to all.

mod business_central;
mod classify;
mod columns;
mod erpnext;
mod generic;
mod grid;
mod netsuite;
mod quickbooks;
mod reader;
mod sap_fbl5n;
mod titles;
mod totals;
mod xero;

use crate::amount::{Decimal, Marks};
use crate::day::{DateFormat, Day};

pub use reader::read_aging;

/// The system a file comes from, told by its header names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum System {
    /// QuickBooks Online or Desktop: A/R Aging Detail.
    QuickBooks,
    /// Xero: invoice export or Aged Receivables Detail.
    Xero,
    /// NetSuite: A/R Aging Detail.
    NetSuite,
    /// SAP: FBL5N or Manage Customer Line Items.
    SapFbl5n,
    /// Microsoft Dynamics 365 Business Central: customer ledger entries.
    BusinessCentral,
    /// ERPNext: Accounts Receivable.
    ErpNext,
    /// None of the known; read by the names of its columns alone.
    Generic,
}

impl System {
    /// The name used in profiles and reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::QuickBooks => "quickbooks",
            Self::Xero => "xero",
            Self::NetSuite => "netsuite",
            Self::SapFbl5n => "sap-fbl5n",
            Self::BusinessCentral => "business-central",
            Self::ErpNext => "erpnext",
            Self::Generic => "generic",
        }
    }

    /// The system of a profile name.
    pub fn from_name(name: &str) -> Option<Self> {
        layouts().into_iter().map(|layout| layout.system).find(|system| system.name() == name)
    }
}

/// The layouts known, in the order in which equal matches are decided.
fn layouts() -> [&'static columns::Layout; 8] {
    [
        &quickbooks::LAYOUT,
        &netsuite::LAYOUT,
        &xero::EXPORT,
        &xero::AGED_DETAIL,
        &sap_fbl5n::LAYOUT,
        &business_central::LAYOUT,
        &erpnext::LAYOUT,
        &generic::LAYOUT,
    ]
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ItemKind {
    /// A sale on account.
    Invoice,
    /// A credit given to the customer.
    CreditMemo,
    /// A charge that is no sale: finance charge, returned payment, refund.
    DebitMemo,
    /// Money received and not yet (wholly) applied.
    Payment,
    /// A journal entry of either sign.
    Journal,
}

/// One open item of the export.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgingLine {
    /// The physical line (or sheet row) it was read from; of several, the first.
    pub line_no: u64,
    /// The customer's number in the source, if the file has one.
    pub account: Option<String>,
    /// The customer's name; the number where the file has no name.
    pub account_name: String,
    /// The document number; empty where the source gives none.
    pub document: String,
    /// The kind as the file words it; empty where it says nothing.
    pub kind_text: String,
    /// The kind understood.
    pub kind: ItemKind,
    /// The document date.
    pub document_date: Option<Day>,
    /// The due date.
    pub due_date: Option<Day>,
    /// The customer's purchase order number.
    pub po_number: Option<String>,
    /// The ISO 4217 currency of the amounts, where the file says it or the caller did.
    pub currency: Option<String>,
    /// The amount first invoiced; debits positive.
    pub original_amount: Option<Decimal>,
    /// What is still open; debits positive, credits and payments negative.
    pub open_amount: Decimal,
    /// Payment terms as written.
    pub terms: Option<String>,
    /// Columns that are not understood, by their header names; blank cells are left out.
    pub extra: Vec<(String, String)>,
}

/// A total that the file states, beside what its lines add up to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatedTotal {
    /// The physical line of the total row.
    pub line: u64,
    /// The words of the total row, or the column it totals where it has none.
    pub label: String,
    /// The currency, where the file says one.
    pub currency: Option<String>,
    /// What the file states.
    pub stated: Decimal,
    /// What its lines add up to.
    pub found: Decimal,
}

impl StatedTotal {
    /// Whether the total foots.
    pub fn foots(&self) -> bool {
        self.stated.same_value(self.found)
    }
}

/// Something that is wrong or worth knowing, with its line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable code: `group_total_differs`, `bad_amount`, `bad_date`, `no_grand_total` …
    pub code: &'static str,
    /// The physical line; 0 for the file as a whole.
    pub line: u64,
    /// What and where, in one sentence.
    pub message: String,
}

/// Why nothing of the file may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The lines do not add up to the file's own grand total.
    GrandTotalDiffers(Box<StatedTotal>),
    /// No row names the columns of an aging report.
    NoHeader,
    /// A list of balances without documents: a detail export is needed.
    SummaryOnly {
        /// The line of its header.
        line: u64,
    },
    /// A list of documents that does not say what is still open of them (such as Xero's import template).
    NoOpenAmount {
        /// The line of its header.
        line: u64,
    },
    /// The bytes are no table and no workbook, or a damaged one.
    NotReadable {
        /// What is wrong.
        reason: String,
    },
    /// The dates could be day first or month first, or are both.
    AmbiguousDates {
        /// Some of the dates.
        samples: Vec<String>,
    },
    /// The amounts could have decimal points or decimal commas, or have both.
    AmbiguousAmounts {
        /// Some of the amounts.
        samples: Vec<String>,
    },
    /// The file ends too early: groups or customers before have totals, and no grand total follows.
    Truncated {
        /// The last line.
        line: u64,
    },
    /// The file is larger than is read at once.
    TooLarge {
        /// What there is too much of, and how much is read.
        limit: String,
    },
}

impl Refusal {
    /// A stable code for reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::GrandTotalDiffers(_) => "grand_total_differs",
            Self::NoHeader => "no_header",
            Self::SummaryOnly { .. } => "summary_only",
            Self::NoOpenAmount { .. } => "no_open_amount",
            Self::NotReadable { .. } => "not_readable",
            Self::AmbiguousDates { .. } => "ambiguous_dates",
            Self::AmbiguousAmounts { .. } => "ambiguous_amounts",
            Self::Truncated { .. } => "truncated",
            Self::TooLarge { .. } => "too_large",
        }
    }
}

impl core::fmt::Display for Refusal {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::GrandTotalDiffers(total) => write!(
                f,
                "the file's own total is {}{}{} (line {}), its lines add up to {}",
                total.stated,
                if total.currency.is_some() { " " } else { "" },
                total.currency.as_deref().unwrap_or(""),
                total.line,
                total.found
            ),
            Self::NoHeader => write!(f, "no header row with a document number and an open amount was found"),
            Self::SummaryOnly { line } => {
                write!(f, "line {line}: a summary by customer without documents; export the detail report")
            }
            Self::NoOpenAmount { line } => {
                write!(f, "line {line}: documents without an open amount; export the aging detail or the open items")
            }
            Self::NotReadable { reason } => write!(f, "not readable: {reason}"),
            Self::AmbiguousDates { samples } => {
                write!(f, "day and month cannot be told apart ({}); declare the date format", samples.join(", "))
            }
            Self::AmbiguousAmounts { samples } => {
                write!(f, "decimal and thousands marks cannot be told apart ({}); declare them", samples.join(", "))
            }
            Self::Truncated { line } => {
                write!(f, "the file ends (line {line}) before its grand total")
            }
            Self::TooLarge { limit } => write!(f, "too large: {limit}"),
        }
    }
}

/// An aging export as understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgingExport {
    /// The system it comes from.
    pub system: System,
    /// The day it was made for, from its title rows.
    pub as_of: Option<Day>,
    /// The company it was made for, from its title rows.
    pub company: Option<String>,
    /// The open items in the file's order.
    pub lines: Vec<AgingLine>,
    /// Grand totals that the file states, each compared with its lines.
    pub file_totals: Vec<StatedTotal>,
    /// Group totals that the file states, each compared with its lines.
    pub group_totals: Vec<StatedTotal>,
    /// Every problem with its line.
    pub problems: Vec<Problem>,
    /// Why nothing of the file may be used, if so; the lines are what was understood all the same.
    pub refused: Option<Refusal>,
}

impl AgingExport {
    /// Whether the file states a grand total (which then was compared).
    pub fn grand_total_stated(&self) -> bool {
        !self.file_totals.is_empty()
    }
}

/// What the caller knows about a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgingOptions {
    /// The system, or `None` to tell it from the header names.
    pub system: Option<System>,
    /// The date format, or `None` to tell it from the dates.
    pub date_format: Option<DateFormat>,
    /// Decimal and thousands marks, as far as they are known.
    pub marks: Marks,
    /// The currency of lines that state none.
    pub currency: Option<String>,
}

impl Default for AgingOptions {
    /// Everything is told from the file.
    fn default() -> Self {
        Self { system: None, date_format: None, marks: Marks::DETECT, currency: None }
    }
}
