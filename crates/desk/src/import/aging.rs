//! An ERP's aging export as a picture of what is open: new documents are posted, what got smaller is settled.
//!
//! The file must add up to its own total. Credits and payments stay items of their own. Where the source used a credit
//! and
//! debits of the same account got smaller, the credit is applied to them, oldest due first; the rest of what got
//! smaller is
//! settled. What the source shows as more open than the book is a conflict: it is rejected with both figures.

mod change;
mod lines;

use std::collections::HashSet;
use std::sync::Arc;

use dunwell_formats::aging_export::{AgingExport, AgingOptions, Problem, Refusal as FileRefusal, System, read_aging};
use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Currency;
use dunwell_rules::rights::Action;
use dunwell_store::facts::AccountChoice;
use serde::Serialize;

use super::Listener;
use super::drive::{About, Transactions, written};
use super::open::{ImportFile, MAX_IN_MEMORY, digest};
use super::profile::Profile;
use super::report::{Code, FileProblem, ImportReport, Outcome, Tally};
use crate::desk::Desk;
use crate::refusal::Result;

use change::Snapshot;
use lines::{Document, documents};

/// The most lines of one export: they are one transaction.
const MOST_LINES: usize = 150_000;

/// What an item of the book means that the export no longer lists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Missing {
    /// It was paid or cancelled: settle it.
    Paid,
    /// Nobody knows: leave it open.
    #[default]
    Unknown,
}

/// An aging export to be imported.
#[derive(Debug, Clone)]
pub struct AgingRequest {
    /// The file.
    pub file: ImportFile,
    /// How it is written, as far as it does not tell by itself; `canonical` leaves everything to the file.
    pub profile: Profile,
    /// The source, where it is not the profile's or the system's.
    pub source: Option<String>,
    /// The day of the export where its title rows name none.
    pub on: Date,
    /// What missing items mean.
    pub missing: Missing,
    /// Say what would happen and record nothing.
    pub dry_run: bool,
    /// Keep nothing when anything is rejected.
    pub strict: bool,
}

/// What the import of an aging did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgingImportReport {
    /// As of any import.
    #[serde(flatten)]
    pub import: ImportReport,
    /// The day of the export.
    pub as_of: String,
    /// The file's own total; null when it states none.
    pub file_total: Option<AmountOf>,
    /// The file's own total less what its lines add up to; anything but 0.00 refuses the file. Null without a total.
    pub difference: Option<AmountOf>,
    /// Items of the book that the file no longer lists, and that were settled or left.
    pub missing: u64,
    /// What is worth knowing and refused nothing.
    pub notes: Vec<FileProblem>,
}

/// An amount as JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AmountOf {
    /// Decimal amount.
    pub amount: String,
    /// ISO 4217 code.
    pub currency: String,
}

/// Imports an aging export. Importing it again changes nothing.
pub async fn import_aging(desk: &Desk, request: &AgingRequest, listener: Listener<'_>) -> Result<AgingImportReport> {
    desk.may(Action::Import)?;
    let mut tally = Tally::new(listener.rejects).map_err(written)?;
    tally.begin_file(&request.file.name);
    let bytes: Arc<[u8]> = match request.file.read_within(MAX_IN_MEMORY) {
        Ok(Some(bytes)) => bytes.into(),
        Ok(None) => {
            let message = "larger than 1 GiB, the most that is read of an aging; split it by customer";
            tally.refuse_file(Code::TooLarge, 0, message.to_owned());
            return report(tally, request.on, None, 0);
        }
        Err(error) => {
            tally.refuse_file(Code::CannotRead, 0, format!("cannot be read: {error}"));
            return report(tally, request.on, None, 0);
        }
    };
    let export = read_aging(&bytes, &options(request));
    let as_of = export.as_of.and_then(lines::date).unwrap_or(request.on);
    let currency = desk.settings().currency;
    if let Some(refusal) = &export.refused {
        let (code, message) = refused(refusal);
        tally.refuse_file(code, 0, message);
        return report(tally, as_of, Some((&export, currency)), 0);
    }
    if export.lines.len() > MOST_LINES {
        let message = format!("an aging is one transaction of at most {MOST_LINES} lines; split it by customer");
        tally.refuse_file(Code::StrictTooLarge, 0, message);
        return report(tally, as_of, Some((&export, currency)), 0);
    }
    tally.report.read = export.lines.len() as u64;
    let source = source_of(request, &export);
    let (documents, rejects) = documents(&export, request.profile.currency.unwrap_or(currency));
    for (line, refused) in rejects {
        tally.reject(line, refused).map_err(written)?;
    }
    let about = About {
        kind: "aging".to_owned(),
        source,
        files: request.file.name.clone(),
        sha256: digest(std::slice::from_ref(&request.file)),
    };
    let already = tally.report.rejected;
    let (outcome, missing, import) = record(desk, request, &about, as_of, &documents, already).await?;
    let rejected = already + outcome.rejects.len() as u64;
    tally.add(outcome).map_err(written)?;
    if request.strict && rejected > 0 {
        let message =
            format!("{rejected} rows are rejected: with --strict nothing is kept; mend them and import again");
        tally.refuse_file(Code::StrictNothingKept, 0, message);
    }
    tally.report.import = import.map(|import| import.to_string());
    report(tally, as_of, Some((&export, currency)), missing)
}

/// Records the whole picture in one transaction, again when another writer was in the way.
async fn record(
    desk: &Desk,
    request: &AgingRequest,
    about: &About,
    as_of: Date,
    documents: &[Document],
    rejected: u64,
) -> Result<(Outcome, u64, Option<EntryId>)> {
    desk.retrying(|| async {
        let facts = desk.book.read().await?.facts(AccountChoice::All, as_of).await?;
        let mut transactions = Transactions::new(desk, request.on, about.clone(), true, request.dry_run);
        let mut session = transactions.begin().await?;
        let mut outcome = Outcome::default();
        let mut snapshot = Snapshot::new(&about.source, as_of, desk.calendar()?, &facts);
        snapshot.compare(&mut session, documents, &mut outcome).await?;
        let listed: HashSet<_> = documents.iter().map(Document::key).collect();
        let missing = snapshot.missing(&mut session, &listed, request.missing).await?;
        snapshot.record(&mut session, &mut outcome).await?;
        transactions.end(session).await?;
        let keep = !(request.strict && rejected + outcome.rejects.len() as u64 > 0);
        let import = transactions.finish(keep).await?;
        Ok((outcome, missing, import))
    })
    .await
}

fn options(request: &AgingRequest) -> AgingOptions {
    AgingOptions {
        system: System::from_name(&request.profile.source),
        date_format: request.profile.date_format,
        marks: request.profile.marks,
        currency: request.profile.currency.map(|currency| currency.to_string()),
    }
}

/// The source of the rows: as asked, else the profile's, else the system that the file was told to come from.
fn source_of(request: &AgingRequest, export: &AgingExport) -> String {
    match &request.source {
        Some(source) => source.clone(),
        None if request.profile.source == "canonical" && export.system != System::Generic => {
            export.system.name().to_owned()
        }
        None => request.profile.source.clone(),
    }
}

fn refused(refusal: &FileRefusal) -> (Code, String) {
    let (code, remedy) = match refusal {
        FileRefusal::GrandTotalDiffers(_) => (Code::TotalMismatch, "export it again, whole and unchanged"),
        FileRefusal::NoHeader | FileRefusal::NoOpenAmount { .. } => {
            (Code::MissingColumn, "export the detail report with document numbers and open balances")
        }
        FileRefusal::AmbiguousDates { .. } => (Code::AmbiguousDateOrder, "declare date_format in a profile"),
        FileRefusal::AmbiguousAmounts { .. } => (Code::AmbiguousDecimalMark, "declare decimal_mark in a profile"),
        FileRefusal::TooLarge { .. } => (Code::TooLarge, "split it"),
        FileRefusal::SummaryOnly { .. } | FileRefusal::NotReadable { .. } | FileRefusal::Truncated { .. } => {
            (Code::Row(refusal.code()), "export it again")
        }
    };
    (code, format!("{refusal}; {remedy}"))
}

/// The report with the file's own figures.
fn report(
    tally: Tally<'_>,
    as_of: Date,
    export: Option<(&AgingExport, Currency)>,
    missing: u64,
) -> Result<AgingImportReport> {
    let import = tally.finish().map_err(written)?;
    let (mut file_total, mut difference, mut notes) = (None, None, Vec::new());
    if let Some((export, book_currency)) = export {
        let worst = export.file_totals.iter().find(|total| !total.foots()).or(export.file_totals.first());
        if let Some(total) = worst {
            let code = total.currency.clone();
            let code = code.or_else(|| export.lines.iter().find_map(|line| line.currency.clone()));
            let currency = code.unwrap_or_else(|| book_currency.to_string());
            let left = total.stated.checked_sub(total.found).map_or_else(String::new, |left| left.to_string());
            file_total = Some(AmountOf { amount: total.stated.to_string(), currency: currency.clone() });
            difference = Some(AmountOf { amount: left, currency });
        }
        let note = |problem: &Problem| FileProblem {
            code: problem.code,
            line: problem.line,
            message: problem.message.clone(),
        };
        notes = export.problems.iter().map(note).collect();
    }
    Ok(AgingImportReport { import, as_of: as_of.to_string(), file_total, difference, missing, notes })
}
