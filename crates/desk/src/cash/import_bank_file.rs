//! Reading what a bank sent: each credit becomes a receipt once, whatever file tells of it, and is applied to what it pays.
//!
//! A file whose control totals are wrong is refused whole, unless a person accepts it and says why; what it told is reported
//! all the same. Receipts are recorded and applied some at a time, each time in one transaction, so that a file that is cut
//! off is read again from its beginning and changes nothing it changed before.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use dunwell_formats::bank::{self, BankFile, Format, ReadOptions, Standing};
use dunwell_formats::currency::CurrencyCode;
use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::CashPolicy;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::rights::Action;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::apply_receipt::{self, Decided, Outcome};
use super::told::{Told, credits, date_of};
use super::who_paid::{OpenBook, Payers};
use crate::desk::Desk;
use crate::import::{FileProblem, ImportFile};
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::{Refusal, Result, Stop};
use crate::withdraw_moot::withdraw_moot_steps;

/// Receipts recorded in one transaction.
const CHUNK: usize = 100;
/// How often a receipt is decided again because what it pays was paid meanwhile.
const TRIES: u32 = 8;

/// What is to be read, and how.
#[derive(Debug, Clone)]
pub struct BankRequest {
    /// The files, in order.
    pub files: Vec<ImportFile>,
    /// The format; `None` tells it from the bytes.
    pub format: Option<Format>,
    /// Why wrong control totals are accepted; `None` refuses the file.
    pub accept_totals: Option<String>,
    /// The business day: what is applied is applied on it.
    pub on: Date,
    /// Say what would be read and record nothing.
    pub dry_run: bool,
}

/// What an import of bank files did.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct BankReport {
    /// What was read of each file.
    pub files: Vec<BankFileReport>,
    /// Receipts recorded.
    pub receipts: u64,
    /// Receipts of which something was set against what it pays.
    pub applied: u64,
    /// Receipts of which something stays on an account, or of nobody.
    pub on_account: u64,
    /// Receipts about which a person is asked.
    pub exceptions: u64,
    /// What came in, by currency.
    pub received: Vec<Money>,
    /// What of it was applied, by currency.
    pub applied_amount: Vec<Money>,
}

impl BankReport {
    /// Whether nothing of some file was used.
    pub fn is_refused(&self) -> bool {
        self.files.iter().any(|file| !file.problems.is_empty())
    }
}

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BankFileReport {
    /// The file as it was named.
    pub file: String,
    /// The import, by which all of it can be reversed; null when nothing was recorded.
    pub import: Option<String>,
    /// The format; null where it is none of those that are read.
    pub format: Option<&'static str>,
    /// The version within the format.
    pub version: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Accounts reported.
    pub statements: usize,
    /// Entries of all kinds.
    pub entries: usize,
    /// Payments within batch bookings.
    pub payments: usize,
    /// What the credits come to, by currency.
    pub credits: Vec<Money>,
    /// What the debits come to, by currency.
    pub debits: Vec<Money>,
    /// Credits that were told before.
    pub duplicate_entries: u64,
    /// Whether every control total that binds is right.
    pub control_totals_ok: bool,
    /// Every control total that is wrong.
    pub control_totals: Vec<WrongTotal>,
    /// What is out of order without loss.
    pub warnings: Vec<FileProblem>,
    /// Why nothing of it was used; empty when it was read.
    pub problems: Vec<FileProblem>,
}

/// A control total that is not what the entries come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WrongTotal {
    /// Its name.
    pub name: &'static str,
    /// What it is of.
    pub of: String,
    /// Where it is stated.
    pub line: u64,
    /// What the file states.
    pub stated: String,
    /// What was counted.
    pub counted: String,
    /// Whether it refuses the file.
    pub binding: bool,
}

/// Reads bank files in order. A refused file is in the report, not an error; the others are read.
pub async fn import_bank_files(desk: &Desk, request: &BankRequest) -> Result<BankReport> {
    desk.may(Action::Import)?;
    if request.accept_totals.as_deref().is_some_and(|reason| reason.trim().is_empty()) {
        let why = "say why the totals are accepted though they are wrong".into();
        return Err(Refusal::BadValue { what: "reason", value: String::new(), why }.into());
    }
    let policy = policy_in_force(desk).await?.policy.cash;
    let mut report = BankReport::default();
    let mut sums = Sums::default();
    for file in &request.files {
        let read = import_one(desk, request, file, &policy, &mut report, &mut sums).await?;
        report.files.push(read);
    }
    report.received = sums.received.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect();
    report.applied_amount = sums.applied.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect();
    if report.applied > 0 {
        withdraw_moot_steps(desk, request.on).await?;
    }
    desk.seal().await?;
    Ok(report)
}

/// What came in and what was applied, by currency.
#[derive(Default)]
struct Sums {
    received: BTreeMap<Currency, i64>,
    applied: BTreeMap<Currency, i64>,
}

async fn import_one(
    desk: &Desk,
    request: &BankRequest,
    file: &ImportFile,
    policy: &CashPolicy,
    report: &mut BankReport,
    sums: &mut Sums,
) -> Result<BankFileReport> {
    let bytes = match file.read_whole() {
        Ok(bytes) => bytes,
        Err(error) => return Ok(unreadable(file, &error)),
    };
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let base = CurrencyCode::parse(desk.settings().currency.code());
    let options = ReadOptions { format: request.format, currency: base, ..ReadOptions::default() };
    let read = tokio::task::spawn_blocking(move || bank::read(&bytes, &options)).await;
    let read = read.map_err(|error| dunwell_store::fault::Fault::new(format!("a reader stopped: {error}")))?;
    let mut told = report_of(file, &read, &sha256, request.accept_totals.is_some());
    if !told.problems.is_empty() || request.dry_run {
        return Ok(told);
    }
    let mut taking = Taking { desk, request, policy, import: None, file, sha256, read: &read, look: None };
    for chunk in credits(&read).chunks(CHUNK) {
        let outcomes = taking.take(chunk, &told).await?;
        told.duplicate_entries += (chunk.len() - outcomes.len()) as u64;
        for (amount, outcome) in outcomes {
            report.receipts += 1;
            report.applied += u64::from(outcome.applied > 0);
            report.on_account += u64::from(outcome.on_account > 0);
            report.exceptions += u64::from(outcome.asked);
            *sums.received.entry(amount.currency).or_default() += amount.minor;
            *sums.applied.entry(amount.currency).or_default() += outcome.applied;
        }
    }
    taking.say_how_fresh().await?;
    told.import = taking.import.map(|import| import.to_string());
    Ok(told)
}

/// A file that is being taken in.
struct Taking<'a> {
    desk: &'a Desk,
    request: &'a BankRequest,
    policy: &'a CashPolicy,
    import: Option<EntryId>,
    file: &'a ImportFile,
    sha256: [u8; 32],
    read: &'a BankFile,
    /// What is open, as far as it was looked at.
    look: Option<Look>,
}

/// Who may have paid, and what is open in the currencies that came up so far.
struct Look {
    payers: Payers,
    books: BTreeMap<Currency, OpenBook>,
}

impl Look {
    async fn at(desk: &Desk) -> Result<Self> {
        let payers = Payers::of(desk.book.read().await?.payers().await?);
        Ok(Self { payers, books: BTreeMap::new() })
    }

    /// Decides on a receipt, and takes what it pays off what is open.
    async fn decide(&mut self, desk: &Desk, told: &Told, policy: &CashPolicy) -> Result<Decided> {
        let book = match self.books.entry(told.amount.currency) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                new.insert(OpenBook::of(desk.book.read().await?.owed_in(told.amount.currency).await?))
            }
        };
        let decided = apply_receipt::decide(told, &self.payers, book, policy);
        book.take_off(&decided);
        Ok(decided)
    }
}

impl Taking<'_> {
    /// Records some credits, those known already left out; answers what became of each.
    async fn take(&mut self, chunk: &[Told], about: &BankFileReport) -> Result<Vec<(Money, Outcome)>> {
        let mut tries = 1;
        loop {
            match self.attempt(chunk, about).await {
                Ok(Some(outcomes)) => return Ok(outcomes),
                Ok(None) if tries < TRIES => {}
                Ok(None) => {
                    let message = "what a receipt pays keeps changing; import the file again";
                    return Err(dunwell_store::fault::Fault::new(message).into());
                }
                Err(Stop::Fault(fault)) if fault.is_retryable() && tries < TRIES => {}
                Err(stop) => return Err(stop),
            }
            tries += 1;
            tokio::time::sleep(std::time::Duration::from_millis(1 << tries)).await;
        }
    }

    /// The same once; `None` when what a receipt pays was paid meanwhile.
    async fn attempt(&mut self, chunk: &[Told], about: &BankFileReport) -> Result<Option<Vec<(Money, Outcome)>>> {
        let mut recording = self.desk.record("import bank", self.request.on).await?;
        let keys: Vec<&str> = chunk.iter().map(|told| told.key.as_str()).collect();
        let known = recording.bank_keys(&keys).await?;
        let new: Vec<&Told> = chunk.iter().filter(|told| !known.contains_key(&told.key)).collect();
        if new.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let import = match self.import {
            Some(import) => {
                recording.within_import(import);
                import
            }
            None => {
                let import =
                    recording.start_import("bank", dunwell_store::record::BANK, &self.file.name, self.sha256).await?;
                let accepted = &self.request.accept_totals;
                let detail = json!({ "file": about, "accepted_because": accepted });
                recording.bank_file(import, &detail)?;
                import
            }
        };
        // What is open is read once and kept up while the file is taken in. It may be old: whoever paid the same line
        // meanwhile makes the application fail, and then it is read again.
        let mut look = match self.look.take() {
            Some(look) => look,
            None => Look::at(self.desk).await?,
        };
        let mut outcomes = Vec::with_capacity(new.len());
        for told in new {
            let decided = look.decide(self.desk, told, self.policy).await?;
            match apply_receipt::record(&mut recording, told, &decided, self.request.on).await? {
                Ok(outcome) => outcomes.push((told.amount, outcome)),
                Err(_) => return Ok(None),
            }
        }
        recording.commit().await?;
        (self.import, self.look) = (Some(import), Some(look));
        Ok(Some(outcomes))
    }

    /// The newest day for which the bank told what was booked.
    async fn say_how_fresh(&self) -> Result<()> {
        let told = |standing: Standing| !matches!(standing, Standing::Test | Standing::Deleted);
        let days = self.read.statements.iter().filter(|statement| told(statement.standing));
        let newest = days.filter_map(|statement| statement.to.or(statement.as_of)).filter_map(date_of).max();
        let Some(day) = newest.filter(|day| *day <= self.request.on) else { return Ok(()) };
        self.desk
            .retrying(|| async {
                let mut recording = self.desk.record("bank statement", self.request.on).await?;
                recording.bank_statement(day).await?;
                recording.commit().await?;
                Ok(())
            })
            .await
    }
}

fn unreadable(file: &ImportFile, error: &std::io::Error) -> BankFileReport {
    let problem = FileProblem { code: "cannot_read", line: 0, message: error.to_string() };
    BankFileReport {
        file: file.name.clone(),
        import: None,
        format: None,
        version: String::new(),
        sha256: String::new(),
        statements: 0,
        entries: 0,
        payments: 0,
        credits: Vec::new(),
        debits: Vec::new(),
        duplicate_entries: 0,
        control_totals_ok: false,
        control_totals: Vec::new(),
        warnings: Vec::new(),
        problems: vec![problem],
    }
}

fn report_of(file: &ImportFile, read: &BankFile, sha256: &[u8; 32], accepted: bool) -> BankFileReport {
    let place = |problem: &bank::Problem| FileProblem {
        code: problem.code,
        line: problem.place.line,
        message: problem.message.clone(),
    };
    let wrong = read.controls.iter().filter(|total| !total.foots()).map(|total| WrongTotal {
        name: total.name,
        of: total.of.clone(),
        line: total.place.line,
        stated: total.stated.to_string(),
        counted: total.counted.to_string(),
        binding: total.binding,
    });
    let mut problems: Vec<FileProblem> = Vec::new();
    if let Some(why) = &read.refused {
        problems.push(FileProblem { code: why.code(), line: 0, message: why.to_string() });
    }
    problems.extend(read.problems.iter().map(place));
    if !accepted {
        problems.extend(read.differing().map(|total| FileProblem {
            code: "control_total",
            line: total.place.line,
            message: format!(
                "{} of {} states {}, the entries come to {}; ask the bank for the file again, or accept it with \
                 --accept-totals REASON",
                total.name, total.of, total.stated, total.counted
            ),
        }));
    }
    let money =
        |code: CurrencyCode, minor: i128| Some(Money::new(i64::try_from(minor).ok()?, Currency::parse(code.as_str())?));
    let sums = read.sums();
    BankFileReport {
        file: file.name.clone(),
        import: None,
        format: read.format.map(Format::name),
        version: read.version.clone(),
        sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        statements: read.statements.len(),
        entries: read.entries().count(),
        payments: read.entries().map(|entry| entry.batch.len()).sum(),
        credits: sums.iter().filter_map(|(code, credits, _)| money(*code, *credits)).collect(),
        debits: sums.iter().filter_map(|(code, _, debits)| money(*code, *debits)).collect(),
        duplicate_entries: 0,
        control_totals_ok: read.control_totals_ok(),
        control_totals: wrong.collect(),
        warnings: read.warnings.iter().map(place).collect(),
        problems,
    }
}
