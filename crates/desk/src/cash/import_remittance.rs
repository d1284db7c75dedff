//! Reading what payers sent of their payments: each advice is kept once, and explains the receipt it belongs to as soon as
//! both are there.
//!
//! A file that cannot be read whole keeps nothing. An advice without its receipt waits and is listed; the bank file that
//! brings the receipt finds it.

use dunwell_formats::bank::{Limits, ReadOptions};
use dunwell_formats::currency::CurrencyCode;
use dunwell_formats::remittance::advice_table::AdviceProfile;
use dunwell_formats::remittance::{self, AdviceFormat, RemittanceFile};
use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::rights::Action;
use dunwell_store::record::NewRemittance;
use dunwell_store::views::remittances::RemittanceView;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

use super::import_bank_file::says_why;
use super::join_advice::{Joined, Joining};
use super::pdf_text;
use super::told_advice::{advices, differs};
use crate::desk::Desk;
use crate::import::{FileProblem, ImportFile};
use crate::look::page;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::Result;

/// Advices recorded in one transaction.
const CHUNK: usize = 200;
/// The largest file of advices, in bytes.
const MAX_BYTES: usize = 64 * 1024 * 1024;
/// What is said of a larger one.
const TOO_LARGE: &str = "larger than 64 MiB, the most that is read of remittance advices, and not read; give it in several \
                         files";

/// The source of advices. No profile can have it: its name begins with a sign that is refused there.
const SOURCE: &str = "@remittance";

/// What is to be read, and how.
#[derive(Debug, Clone)]
pub struct RemittanceRequest {
    /// The files, in order.
    pub files: Vec<ImportFile>,
    /// The format; `None` tells it from the bytes.
    pub format: Option<AdviceFormat>,
    /// How tables are written; `None` is the shipped way.
    pub profile: Option<AdviceProfile>,
    /// Why a file is taken though a control total of it is wrong; `None` refuses the file.
    pub accept_totals: Option<String>,
    /// The business day: what is applied is applied on it.
    pub on: Date,
    /// Say what would be read and record nothing.
    pub dry_run: bool,
    /// Keep nothing of any file when one of them, or an advice of one, is refused.
    pub strict: bool,
}

impl RemittanceRequest {
    /// A plain import of `files` on the day `on`.
    pub fn new(files: Vec<ImportFile>, on: Date) -> Self {
        Self { files, format: None, profile: None, accept_totals: None, on, dry_run: false, strict: false }
    }
}

/// What an import of remittance advices did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RemittanceReport {
    /// What was read of each file.
    pub files: Vec<RemittanceFileReport>,
    /// Advices recorded.
    pub advices: u64,
    /// Advices whose receipt was found.
    pub joined: u64,
    /// Advices that wait for their receipt.
    pub waiting: u64,
    /// Receipts of which something was set against lines by what an advice says.
    pub applied: u64,
    /// What of them, by currency.
    pub applied_amount: Vec<Money>,
    /// Receipts found about which a person is asked.
    pub exceptions: u64,
}

impl RemittanceReport {
    /// Whether a file was refused, or an advice of one.
    pub fn is_refused(&self) -> bool {
        self.files.iter().any(|file| !file.problems.is_empty() || !file.rejected.is_empty())
    }
}

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RemittanceFileReport {
    /// The file as it was named.
    pub file: String,
    /// The import, by which all of it can be undone; null when nothing was recorded.
    pub import: Option<String>,
    /// The format and its version; empty where it is none of those that are read.
    pub format: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Advices in it.
    pub advices: usize,
    /// Lines of all advices.
    pub lines: usize,
    /// What the advices pay, by currency.
    pub amounts: Vec<Money>,
    /// Advices that were told before.
    pub duplicate_advices: u64,
    /// Advices that were not kept, and why.
    pub rejected: Vec<FileProblem>,
    /// What is out of order without loss; that lines do not come to their payment among it.
    pub warnings: Vec<FileProblem>,
    /// Why nothing of it was used; empty when it was read.
    pub problems: Vec<FileProblem>,
}

/// Reads files of remittance advices in order. A refused file is in the report, not an error; the others are read.
pub async fn import_remittances(desk: &Desk, request: &RemittanceRequest) -> Result<RemittanceReport> {
    desk.may(Action::Import)?;
    says_why(request.accept_totals.as_deref())?;
    // What is said of one file is known before any of it is kept.
    if request.strict && !request.dry_run && request.files.len() > 1 {
        let tried = read_files(desk, request, false).await?;
        if tried.is_refused() {
            return Ok(tried);
        }
    }
    let report = read_files(desk, request, !request.dry_run).await?;
    desk.seal().await?;
    Ok(report)
}

/// Reads files, and keeps what they tell or only says what that would be.
async fn read_files(desk: &Desk, request: &RemittanceRequest, keeps: bool) -> Result<RemittanceReport> {
    let policy = policy_in_force(desk).await?.policy.cash;
    let mut report = RemittanceReport::default();
    let mut applied: BTreeMap<Currency, i64> = BTreeMap::new();
    let mut tried = Tried::new();
    for file in &request.files {
        let joining = keeps.then(|| Joining::new(desk, &policy, request.on));
        let read = import_one(desk, request, file, joining, &mut tried, &mut report, &mut applied).await?;
        report.files.push(read);
    }
    report.applied_amount = amounts(applied);
    Ok(report)
}

/// A page of remittance advices.
#[derive(Debug, Clone, Serialize)]
pub struct Remittances {
    /// The advices.
    pub remittances: Vec<RemittanceView>,
    /// The cursor of the next page; null on the last.
    pub next_cursor: Option<String>,
}

/// A page of the advices that wait for their receipt, in the order in which they came; an unknown cursor is refused.
pub async fn waiting_remittances(desk: &Desk, cursor: Option<&str>, limit: Option<usize>) -> Result<Remittances> {
    desk.may(Action::ReadAccounts)?;
    let (size, after) = (page::size(limit)?, page::entry(cursor)?);
    let most = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let rows = desk.book.read().await?.waiting_remittances(after, most).await?;
    let (remittances, next_cursor) = page::cut(rows, size, |advice| advice.advice.to_string());
    Ok(Remittances { remittances, next_cursor })
}

fn amounts(of: BTreeMap<Currency, i64>) -> Vec<Money> {
    of.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect()
}

/// Reads one file. Without `joining` it only says what would be kept.
async fn import_one(
    desk: &Desk,
    request: &RemittanceRequest,
    file: &ImportFile,
    joining: Option<Joining<'_>>,
    tried: &mut Tried,
    report: &mut RemittanceReport,
    applied: &mut BTreeMap<Currency, i64>,
) -> Result<RemittanceFileReport> {
    let unread = |code: &'static str, message: String| {
        let problems = vec![FileProblem { code, line: 0, message }];
        RemittanceFileReport { file: file.name.clone(), problems, ..RemittanceFileReport::default() }
    };
    let bytes = match file.read_within(MAX_BYTES as u64) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(unread("too_large", TOO_LARGE.to_owned())),
        Err(error) => return Ok(unread("cannot_read", error.to_string())),
    };
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let base = desk.settings().currency;
    let profile = request.profile.clone().unwrap_or_else(AdviceProfile::plain);
    let limits = Limits { bytes: MAX_BYTES, ..Limits::STANDARD };
    let options = ReadOptions {
        currency: CurrencyCode::parse(base.code()),
        pdf_text: Some(pdf_text::text_of),
        limits,
        ..ReadOptions::default()
    };
    let format = request.format;
    let read = tokio::task::spawn_blocking(move || remittance::read_as(&bytes, format, &profile, &options)).await;
    let read = read.map_err(|error| dunwell_store::fault::Fault::new(format!("a reader stopped: {error}")))?;
    let mut told = report_of(file, &read, &sha256, request.accept_totals.is_some());
    let found = advices(&read, base);
    let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
    for (_, row) in &found.told {
        let sum = sums.entry(row.amount.currency).or_default();
        *sum = sum.saturating_add(row.amount.minor);
    }
    told.amounts = amounts(sums);
    told.rejected = found.rejected;
    told.duplicate_advices = found.repeated;
    if !told.problems.is_empty() {
        return Ok(told);
    }
    let Some(mut joining) = joining else {
        rehearse(desk, request, &found.told, tried, &mut told).await?;
        return Ok(told);
    };
    if request.strict {
        let mut refused = told.clone();
        rehearse(desk, request, &found.told, tried, &mut refused).await?;
        if !refused.rejected.is_empty() {
            return Ok(refused);
        }
    }
    let wrong = read.controls.iter().any(|total| total.binding && !total.foots());
    let accepted = request.accept_totals.as_deref().filter(|_| wrong);
    let mut import = None;
    let mut waiting = Vec::new();
    for chunk in found.told.chunks(CHUNK) {
        waiting.extend(keep(desk, request, (file, sha256, accepted), &mut import, chunk, &mut told, report).await?);
    }
    told.import = import.map(|import| import.to_string());
    for advice in waiting {
        match joining.join(advice, None).await? {
            Joined::Waits => report.waiting += 1,
            Joined::Belongs { applied: amount, asked } => {
                report.joined += 1;
                report.applied += u64::from(amount.minor > 0);
                report.exceptions += u64::from(asked);
                *applied.entry(amount.currency).or_default() += amount.minor;
            }
        }
    }
    Ok(told)
}

/// What the files before have told that is not kept, by the advices' keys.
type Tried = BTreeMap<String, String>;

/// Says which advices are known, or differ from what was told before; keeps nothing.
async fn rehearse(
    desk: &Desk,
    request: &RemittanceRequest,
    rows: &[(u64, NewRemittance)],
    tried: &mut Tried,
    told: &mut RemittanceFileReport,
) -> Result<()> {
    let mut recording = desk.record("import remittance", request.on).await?;
    for chunk in rows.chunks(CHUNK) {
        let keys: Vec<&str> = chunk.iter().map(|(_, row)| row.key.as_str()).collect();
        let known = recording.remittance_keys(&keys).await?;
        for (line, row) in chunk {
            match known.get(&row.key).map(|known| &known.content).or_else(|| tried.get(&row.key)) {
                Some(known) if *known == row.content => told.duplicate_advices += 1,
                Some(_) => told.rejected.push(differs(*line, row)),
                None => drop(tried.insert(row.key.clone(), row.content.clone())),
            }
        }
    }
    Ok(())
}

/// Records advices that are not known yet, in one transaction; answers which of the chunk have no receipt yet.
async fn keep(
    desk: &Desk,
    request: &RemittanceRequest,
    (file, sha256, accepted): (&ImportFile, [u8; 32], Option<&str>),
    import: &mut Option<EntryId>,
    chunk: &[(u64, NewRemittance)],
    told: &mut RemittanceFileReport,
    report: &mut RemittanceReport,
) -> Result<Vec<EntryId>> {
    let (begun, kept) = desk
        .retrying(|| async {
            let mut recording = desk.record("import remittance", request.on).await?;
            let keys: Vec<&str> = chunk.iter().map(|(_, row)| row.key.as_str()).collect();
            let known = recording.remittance_keys(&keys).await?;
            let mut begun = *import;
            let mut kept = Vec::with_capacity(chunk.len());
            for (_, row) in chunk {
                if let Some(known) = known.get(&row.key) {
                    kept.push((known.advice, Some(known.clone())));
                    continue;
                }
                match begun {
                    Some(import) => recording.within_import(import),
                    None => {
                        let started = recording.start_import("remittance", SOURCE, &file.name, sha256).await?;
                        if let Some(because) = accepted {
                            recording.accept_totals(started, because)?;
                        }
                        begun = Some(started);
                    }
                }
                kept.push((recording.tell_remittance(row)?, None));
            }
            recording.commit().await?;
            Ok((begun, kept))
        })
        .await?;
    *import = begun;
    let mut waiting = Vec::new();
    for ((advice, known), (line, row)) in kept.into_iter().zip(chunk) {
        match known {
            None => {
                report.advices += 1;
                waiting.push(advice);
            }
            Some(known) if known.content == row.content => {
                told.duplicate_advices += 1;
                waiting.extend(known.receipt.is_none().then_some(advice));
            }
            Some(_) => told.rejected.push(differs(*line, row)),
        }
    }
    Ok(waiting)
}

fn report_of(file: &ImportFile, read: &RemittanceFile, sha256: &[u8; 32], accepted: bool) -> RemittanceFileReport {
    let place = |problem: &dunwell_formats::bank::Problem| FileProblem {
        code: problem.code,
        line: problem.place.line,
        message: problem.message.clone(),
    };
    let total = |total: &dunwell_formats::bank::ControlTotal| FileProblem {
        code: "control_total",
        line: total.place.line,
        message: format!(
            "{} of {} states {}, what is told comes to {}",
            total.name, total.of, total.stated, total.counted
        ),
    };
    let refused_total = |of: &dunwell_formats::bank::ControlTotal| {
        let FileProblem { code, line, message } = total(of);
        let message = format!(
            "{message}; ask the payer for the file again, or say why it is taken all the same (--accept-totals REASON)"
        );
        FileProblem { code, line, message }
    };
    let wrong = || read.controls.iter().filter(|total| !total.foots());
    let binding = || wrong().filter(|total| total.binding);
    let refused = read.refused.iter().map(|why| FileProblem { code: why.code(), line: 0, message: why.to_string() });
    let problems = refused
        .chain(read.problems.iter().map(place))
        .chain(binding().filter(|_| !accepted).map(refused_total))
        .collect();
    // The readers warn of wrong counts themselves; that lines do not come to their payment is in the totals alone.
    let unfooted = wrong().filter(|total| total.name == "advice_total");
    let taken = binding().filter(|_| accepted);
    let warnings = read.warnings.iter().map(place).chain(unfooted.chain(taken).map(total)).collect();
    RemittanceFileReport {
        file: file.name.clone(),
        format: read.version.clone(),
        sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        advices: read.advices.len(),
        lines: read.advices.iter().map(|advice| advice.lines.len()).sum(),
        warnings,
        problems,
        ..RemittanceFileReport::default()
    }
}
