//! Importing files: customers, contacts, invoices, payments, applications, notices, rates, control totals, agings.
//!
//! For whoever brings a company's receivables in. A [`Profile`] says which column is what; a row is read, checked, and
//! recorded in a batch with others; a bad row is rejected with its line, column, value, reason and remedy and never
//! stops
//! the others. Every row has an id in its source, so that reading a file again, or going on after being killed, changes
//! nothing. Absent on purpose: guesses. What a file does not tell unambiguously is refused, and the profile can say it.

mod accounts;
mod aging;
mod applications;
mod cells;
mod column;
mod contacts;
mod customers;
mod drive;
mod figures;
mod invoices;
mod notices;
mod open;
mod payments;
mod profile;
mod report;
mod row_hash;
mod undo;

#[cfg(test)]
mod tests;

use std::io::Write;

use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;

use crate::desk::Desk;
use crate::refusal::Result;

pub use aging::{AgingImportReport, AgingRequest, Missing, import_aging};
pub use column::{Column, ImportKind};
pub use open::{Beginning, Content, ImportFile, MAX_IN_MEMORY, beginnings};
pub use profile::{AccountFrom, PaymentSign, Profile, ProfileError, SHIPPED};
pub use report::{Code, FileProblem, FileReport, ImportReport, MAX_REJECTS, Reject, Total};
pub use undo::{Undone, reverse_import};

/// What is to be imported, and how.
#[derive(Debug, Clone)]
pub struct ImportRequest {
    /// What the rows are.
    pub kind: ImportKind,
    /// The files, in order.
    pub files: Vec<ImportFile>,
    /// How they are written.
    pub profile: Profile,
    /// The source, where it is not the profile's.
    pub source: Option<String>,
    /// The business day of the command: reversals and corrections post on it.
    pub on: Date,
    /// Say what would happen and record nothing.
    pub dry_run: bool,
    /// Keep nothing when anything is rejected.
    pub strict: bool,
}

impl ImportRequest {
    /// A plain import of `files` with `profile` on the day `on`.
    pub fn new(kind: ImportKind, files: Vec<ImportFile>, profile: Profile, on: Date) -> Self {
        Self { kind, files, profile, source: None, on, dry_run: false, strict: false }
    }
}

/// How far an import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress<'a> {
    /// The file being read.
    pub file: &'a str,
    /// Rows read of all files so far.
    pub rows: u64,
    /// Bytes read of this file.
    pub bytes: u64,
    /// Its size in bytes; 0 when unknown.
    pub size: u64,
}

/// Where an import tells how far it is, and writes every rejected row.
#[derive(Default)]
pub struct Listener<'a> {
    /// Called about every 20,000 rows.
    pub progress: Option<&'a mut (dyn FnMut(Progress<'_>) + Send)>,
    /// Takes every rejected row as CSV with a header.
    pub rejects: Option<&'a mut (dyn Write + Send)>,
}

/// Imports files. The business key that makes it safe to repeat is (source, external id) of each row.
///
/// A refused file or row is in the report, not an error: what is accepted stays, unless the request is strict.
pub async fn import(desk: &Desk, request: &ImportRequest, listener: Listener<'_>) -> Result<ImportReport> {
    desk.may(Action::Import)?;
    let source = drive::source_of(request);
    let sha256 = open::digest(&request.files);
    let book = || desk.book.clone();
    let report = match request.kind {
        ImportKind::Customers => drive::run(desk, request, sha256, listener, customers::Customers::new(source)).await,
        ImportKind::Contacts => drive::run(desk, request, sha256, listener, contacts::Contacts::new(source)).await,
        ImportKind::Invoices => {
            let rows = invoices::Invoices::new(book(), desk.calendar()?, request);
            drive::run(desk, request, sha256, listener, rows).await
        }
        ImportKind::Payments => drive::run(desk, request, sha256, listener, payments::Payments::new(request)).await,
        ImportKind::Applications => {
            drive::run(desk, request, sha256, listener, applications::Applications::new(source)).await
        }
        ImportKind::Notices => {
            drive::run(desk, request, sha256, listener, notices::Notices::new(book(), request.on)).await
        }
        ImportKind::Rates => drive::run(desk, request, sha256, listener, figures::Rates::new(source)).await,
        ImportKind::ControlTotals => {
            drive::run(desk, request, sha256, listener, figures::ControlTotals::new(source)).await
        }
    }?;
    if !request.dry_run {
        desk.seal().await?;
    }
    Ok(report)
}
