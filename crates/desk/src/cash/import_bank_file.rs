//! Reading what a bank sent: each credit becomes a receipt once, whatever file tells of it, and is applied to what it pays.
//!
//! A file whose control totals are wrong is refused whole, unless a person accepts it and says why; what it told is reported
//! all the same. Receipts are recorded and applied some at a time, each time in one transaction, so that a file that is cut
//! off is read again from its beginning and changes nothing it changed before.

use std::collections::{BTreeMap, BTreeSet};

use dunwell_formats::bank::{self, BankFile, BankProfile, Format, Limits, ReadOptions, Standing};
use dunwell_formats::currency::CurrencyCode;
use dunwell_formats::day::Day;
use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::CashPolicy;
use dunwell_rules::cash::told_again::TOLD_ELSEWHERE_DAYS;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::rights::Action;
use dunwell_store::read::BookedAmount;
use dunwell_store::record::{BANK, Recording};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use super::apply_receipt::{self, Outcome};
use super::foot_statements::Footed;
use super::open_books::OpenBooks;
use super::take_back::{by_day, listed_by};
use super::told::{Told, credits, date_of};
use super::told_again::{amounts, booked, know, know_anew};
pub use super::told_file::{AccountTold, BankFileReport, CodeTold, FileOutcome, TotalTold};
use super::told_file::{kept, of_days_to_come, report_of, unread};
use super::told_returns::returns;
use super::tries::Tries;
use crate::desk::Desk;
use crate::import::{FileProblem, ImportFile};
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::{Refusal, Result};
use crate::withdraw_moot::withdraw_what_it_made_moot;

/// What is said of a file that is larger than [`Limits::STANDARD`] allows.
const TOO_LARGE: &str = "larger than 512 MiB, the most that is read of a bank file, and not read; ask the bank for files of \
                         fewer days or accounts";

/// Receipts recorded in one transaction.
const CHUNK: usize = 100;

/// What is to be read, and how.
#[derive(Debug, Clone)]
pub struct BankRequest {
    /// The files, in order.
    pub files: Vec<ImportFile>,
    /// The format; `None` tells it from the bytes.
    pub format: Option<Format>,
    /// How a bank writes its tables of statements or its lockbox files; `None` reads tables that a shipped profile fits, and
    /// lockbox files as most banks write them.
    pub profile: Option<BankProfile>,
    /// Why wrong control totals are accepted; `None` refuses the file.
    pub accept_totals: Option<String>,
    /// The business day: what is applied is applied on it.
    pub on: Date,
    /// Say what would be read and record nothing.
    pub dry_run: bool,
    /// Keep nothing of any file when one of them is refused.
    pub strict: bool,
}

impl BankRequest {
    /// A plain import of `files` on the day `on`.
    pub fn new(files: Vec<ImportFile>, on: Date) -> Self {
        Self { files, format: None, profile: None, accept_totals: None, on, dry_run: false, strict: false }
    }
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
    /// Bookings recorded that undo an earlier credit.
    pub returns: u64,
    /// Receipts that were taken back.
    pub taken_back: u64,
    /// Final statements that are asked about from now on: they do not account for their balances.
    pub statements_asked: u64,
    /// Refunds of ours that the bank has paid, by these files.
    pub refunds_confirmed: u64,
    /// Refunds of ours that came back by them.
    pub refunds_returned: u64,
    /// Payments of refunds of ours that do not fit them, and are asked about from now on.
    pub refunds_asked: u64,
    /// What came in, by currency.
    pub received: Vec<Money>,
    /// What of it was applied, by currency.
    pub applied_amount: Vec<Money>,
    /// The same by the rule that found what is paid, in the order of their ids.
    pub by_rule: Vec<AppliedByRule>,
    /// What is asked, the most asked first; a receipt may be asked about more than once.
    pub asked: Vec<AskedOften>,
}

/// What a rule applied.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AppliedByRule {
    /// Its id: `C-1` to `C-6`.
    pub rule: &'static str,
    /// Its name.
    pub name: &'static str,
    /// Receipts it applied.
    pub receipts: u64,
    /// What of them is set against lines, by currency.
    pub applied: Vec<Money>,
}

/// A question and how often it is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskedOften {
    /// The question, as a code.
    pub question: &'static str,
    /// Receipts it is asked about.
    pub receipts: u64,
}

impl BankReport {
    /// Whether nothing of some file was used.
    pub fn is_refused(&self) -> bool {
        self.files.iter().any(|file| !file.problems.is_empty())
    }

    fn add(&mut self, of_file: &FileOutcome) {
        self.receipts += of_file.receipts;
        self.exceptions += of_file.exceptions;
        self.returns += of_file.returns;
        self.taken_back += of_file.taken_back;
        self.statements_asked += of_file.statements_asked;
        self.refunds_confirmed += of_file.refunds_confirmed;
        self.refunds_returned += of_file.refunds_returned;
        self.refunds_asked += of_file.refunds_asked;
    }
}

/// Reads bank files in order. A refused file is in the report, not an error; the others are read.
pub async fn import_bank_files(desk: &Desk, request: &BankRequest) -> Result<BankReport> {
    desk.may(Action::Import)?;
    says_why(request.accept_totals.as_deref())?;
    let of_profile = request.profile.as_ref().and_then(BankProfile::format);
    if let (Some(format), Some(of)) = (request.format, of_profile.filter(|of| Some(*of) != request.format)) {
        let why = format!("the profile is of {}; leave the format out", of.name());
        return Err(Refusal::BadValue { what: "format", value: format.name().to_owned(), why }.into());
    }
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
async fn read_files(desk: &Desk, request: &BankRequest, keeps: bool) -> Result<BankReport> {
    let policy = policy_in_force(desk).await?.policy.cash;
    let mut report = BankReport::default();
    let mut sums = Sums::default();
    for file in &request.files {
        let read = import_one(desk, request, file, &policy, keeps, &mut report, &mut sums).await?;
        report.files.push(read);
    }
    sums.tell(&mut report);
    Ok(report)
}

/// Refuses to accept wrong totals for no reason.
pub(super) fn says_why(accept_totals: Option<&str>) -> Result<()> {
    if accept_totals.is_some_and(|reason| reason.trim().is_empty()) {
        let why = "say why the totals are accepted though they are wrong".into();
        return Err(Refusal::BadValue { what: "reason", value: String::new(), why }.into());
    }
    Ok(())
}

/// A rule by its id and its word.
pub(super) type RuleNamed = (&'static str, &'static str);

/// What came in and what was applied, by currency.
#[derive(Default)]
struct Sums {
    received: BTreeMap<Currency, i64>,
    applied: BTreeMap<Currency, i64>,
    by_rule: BTreeMap<RuleNamed, (u64, BTreeMap<Currency, i64>)>,
    asked: BTreeMap<&'static str, u64>,
}

impl Sums {
    fn count(&mut self, amount: Money, outcome: &Outcome) {
        *self.received.entry(amount.currency).or_default() += amount.minor;
        *self.applied.entry(amount.currency).or_default() += outcome.applied;
        if let Some(rule) = outcome.rule {
            let (receipts, applied) = self.by_rule.entry(rule).or_default();
            *receipts += 1;
            *applied.entry(amount.currency).or_default() += outcome.applied;
        }
        for question in &outcome.asked {
            *self.asked.entry(question).or_default() += 1;
        }
    }

    fn tell(self, report: &mut BankReport) {
        let amounts = |of: BTreeMap<Currency, i64>| -> Vec<Money> {
            of.into_iter().map(|(currency, minor)| Money::new(minor, currency)).collect()
        };
        report.received = amounts(self.received);
        report.applied_amount = amounts(self.applied);
        let by_rule = self.by_rule.into_iter().map(|((rule, name), (receipts, applied))| AppliedByRule {
            rule,
            name,
            receipts,
            applied: amounts(applied),
        });
        report.by_rule = by_rule.collect();
        report.asked = self.asked.into_iter().map(|(question, receipts)| AskedOften { question, receipts }).collect();
        report.asked.sort_by_key(|asked| std::cmp::Reverse(asked.receipts));
    }
}

async fn import_one(
    desk: &Desk,
    request: &BankRequest,
    file: &ImportFile,
    policy: &CashPolicy,
    keeps: bool,
    report: &mut BankReport,
    sums: &mut Sums,
) -> Result<BankFileReport> {
    let bytes = match file.read_within(Limits::STANDARD.bytes as u64) {
        Ok(Some(bytes)) => bytes,
        Ok(None) => return Ok(unread(file, "too_large", TOO_LARGE.to_owned())),
        Err(error) => return Ok(unread(file, "cannot_read", error.to_string())),
    };
    let sha256: [u8; 32] = Sha256::digest(&bytes).into();
    let base = CurrencyCode::parse(desk.settings().currency.code());
    let options = ReadOptions { format: request.format, currency: base, ..ReadOptions::default() };
    let options = match request.profile.clone() {
        Some(profile) => options.by(profile),
        None => options,
    };
    let read = tokio::task::spawn_blocking(move || bank::read(&bytes, &options)).await;
    let read = read.map_err(|error| dunwell_store::fault::Fault::new(format!("a reader stopped: {error}")))?;
    let mut told = report_of(file, &read, &sha256, request.accept_totals.is_some());
    let credits = known_credits(desk, &read).await?;
    told.duplicate_entries = credits.iter().filter(|told| told.known).count() as u64;
    told.warnings.extend(of_days_to_come(&credits, request.on));
    if !keeps || request.strict && !told.problems.is_empty() {
        return Ok(told);
    }
    let handed_in = hand_in(desk, request, &told).await?;
    told.bank_file = Some(handed_in.to_string());
    if !told.problems.is_empty() {
        return Ok(told);
    }
    let claimed = credits.iter().map(|told| told.key.clone()).collect();
    let mut taking =
        Taking { desk, request, policy, handed_in, import: None, file, sha256, read: &read, look: None, claimed };
    let (footed, outcome) = taking.read_whole(credits, report, sums).await?;
    report.add(&outcome);
    // What is kept with the file is what was known before it; what is answered is counted as it is recorded.
    told.duplicate_entries = outcome.told_before;
    told.warnings.extend(footed.warnings);
    told.import = taking.import.map(|import| import.to_string());
    told.outcome = Some(outcome);
    Ok(told)
}

/// Keeps that a file was handed in, whatever comes of it.
async fn hand_in(desk: &Desk, request: &BankRequest, told: &BankFileReport) -> Result<EntryId> {
    let detail = json!({ "file": kept(told), "accepted_because": &request.accept_totals });
    desk.retrying(|| async {
        let mut recording = desk.record("import bank", request.on).await?;
        let entry = recording.bank_file(&detail)?;
        recording.commit().await?;
        Ok(entry)
    })
    .await
}

/// The credits that a file tells, each with whether it was told before.
async fn known_credits(desk: &Desk, read: &BankFile) -> Result<Vec<Told>> {
    let mut told = credits(read);
    let known = desk.book.read().await?.receipts_told(&amounts(&told)).await?;
    know(&mut told, &known, &BTreeSet::new());
    Ok(told)
}

/// A file that is being taken in.
pub(super) struct Taking<'a> {
    pub(super) desk: &'a Desk,
    pub(super) request: &'a BankRequest,
    pub(super) policy: &'a CashPolicy,
    handed_in: EntryId,
    pub(super) import: Option<EntryId>,
    file: &'a ImportFile,
    sha256: [u8; 32],
    pub(super) read: &'a BankFile,
    /// What is open, as far as it was looked at.
    pub(super) look: Option<OpenBooks>,
    /// The keys of the file's credits.
    claimed: BTreeSet<String>,
}

impl Taking<'_> {
    /// Takes in all that the file tells, and keeps what came of it.
    async fn read_whole(
        &mut self,
        credits: Vec<Told>,
        report: &mut BankReport,
        sums: &mut Sums,
    ) -> Result<(Footed, FileOutcome)> {
        let mut of_file = FileOutcome::default();
        let replaced = self.replace(credits).await?;
        of_file.taken_back += replaced.taken_back;
        let refunds = self.settle_refunds(replaced.credits).await?;
        (of_file.refunds_confirmed, of_file.refunds_returned) = (refunds.confirmed, refunds.returned);
        of_file.refunds_asked = refunds.asked;
        let mut days = by_day(refunds.left, returns(self.read));
        for day in &mut days {
            let back = self.take_returns(&day.returns).await?;
            of_file.told_before += back.known;
            of_file.returns += back.amounts.len() as u64;
            of_file.taken_back += back.took_back;
            for chunk in day.credits.chunks_mut(CHUNK) {
                let outcomes = self.take(chunk).await?;
                of_file.told_before += (chunk.len() - outcomes.len()) as u64;
                for (amount, outcome) in outcomes {
                    of_file.receipts += 1;
                    of_file.exceptions += u64::from(!outcome.asked.is_empty());
                    report.applied += u64::from(outcome.applied > 0);
                    report.on_account += u64::from(outcome.on_account > 0);
                    sums.count(amount, &outcome);
                }
                of_file.said_more += self.hear_more(chunk).await?;
            }
            // Also what an earlier attempt, cut off, left waiting.
            of_file.taken_back += self.settle_waiting(day).await?;
        }
        let mut footed = self.foot_statements(&listed_by(&days)).await?;
        footed.warnings.extend(replaced.left_out);
        of_file.statements_asked = footed.asked;
        self.say_how_fresh().await?;
        self.say_what_came(&of_file, &footed.warnings).await?;
        Ok((footed, of_file))
    }

    /// Keeps what came of the file, with what was found out of order on the way.
    async fn say_what_came(&self, of_file: &FileOutcome, warnings: &[FileProblem]) -> Result<()> {
        let (desk, mut outcome) = (self.desk, json!(of_file));
        outcome["warnings"] = json!(warnings);
        desk.retrying(|| async {
            let mut recording = desk.record("import bank", self.request.on).await?;
            recording.bank_file_read(self.handed_in, &outcome).await?;
            recording.commit().await?;
            Ok(())
        })
        .await
    }

    /// Records some credits, those known already left out; answers what became of each.
    async fn take(&mut self, chunk: &mut [Told]) -> Result<Vec<(Money, Outcome)>> {
        let mut tries = Tries::default();
        loop {
            let answer = self.attempt(chunk).await;
            if let Some(outcomes) = tries.settled(answer).await? {
                return Ok(outcomes);
            }
        }
    }

    /// The same once; `None` when what a receipt pays was paid meanwhile.
    async fn attempt(&mut self, chunk: &mut [Told]) -> Result<Option<Vec<(Money, Outcome)>>> {
        let mut recording = self.desk.record("import bank", self.request.on).await?;
        know_anew(&mut recording, chunk, &mut self.claimed).await?;
        let new: Vec<&Told> = chunk.iter().filter(|told| !told.known).collect();
        if new.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let import = self.enter(&mut recording).await?;
        // What is open is read once and kept up while the file is taken in. It may be old: whoever paid the same line
        // meanwhile makes the application fail, and then it is read again.
        let mut look = match self.look.take() {
            Some(look) => look,
            None => OpenBooks::at(self.desk, &mut self.desk.book.read().await?).await?,
        };
        look.look_for_closed(&mut self.desk.book.read().await?, &new).await?;
        let booked: Vec<BookedAmount> = new.iter().map(|told| booked(told)).collect();
        let nearby = recording.receipts_nearby(&booked, TOLD_ELSEWHERE_DAYS).await?;
        let amounts: Vec<Money> = new.iter().map(|told| told.amount).collect();
        let mut waiting = recording.waiting_remittances(&amounts).await?;
        let (mut decided, mut advices) = (Vec::with_capacity(new.len()), Vec::with_capacity(new.len()));
        for told in new {
            let (of, advice) = look.decide(self.desk, (told, &nearby), &mut waiting, self.policy).await?;
            decided.push((told, of));
            advices.push(advice);
        }
        let Ok(outcomes) = apply_receipt::record(&mut recording, &decided, self.request.on).await? else {
            return Ok(None);
        };
        for (advice, outcome) in advices.into_iter().zip(&outcomes) {
            if let (Some(advice), Some(receipt)) = (advice, outcome.receipt) {
                // Somebody may have said meanwhile what the advice explains: then it was decided by what is not so any more.
                if !recording.join_remittance(advice, receipt, self.request.on).await? {
                    return Ok(None);
                }
            }
        }
        let outcomes = decided.iter().zip(outcomes).map(|((told, _), outcome)| (told.amount, outcome)).collect();
        withdraw_what_it_made_moot(&mut recording, self.request.on).await?;
        recording.commit().await?;
        (self.import, self.look) = (Some(import), Some(look));
        Ok(Some(outcomes))
    }

    /// Makes a recording part of the file's import; the first one starts it.
    pub(super) async fn enter(&self, recording: &mut Recording) -> Result<EntryId> {
        if let Some(import) = self.import {
            recording.within_import(import);
            return Ok(import);
        }
        let import = recording.start_import("bank", BANK, &self.file.name, self.sha256).await?;
        recording.bank_file_brings(self.handed_in, import).await?;
        Ok(import)
    }

    /// The newest day for which the bank told what was booked.
    async fn say_how_fresh(&self) -> Result<()> {
        // An advice, a lockbox and a NACHA file tell single payments: they say nothing of those that they leave out.
        let told = |standing: Standing| !matches!(standing, Standing::Test | Standing::Deleted | Standing::Advice);
        let of_account = self.read.statements.iter().filter(|statement| told(statement.standing));
        let reach = of_account.filter_map(|statement| {
            let day = |day: Option<Day>| day.and_then(date_of);
            let to = day(statement.to.or(statement.as_of))?;
            let begun = day(statement.from).is_none_or(|from| from <= self.request.on);
            (to <= self.request.on || begun && statement.from.is_some()).then(|| to.min(self.request.on))
        });
        let Some(day) = reach.max() else { return Ok(()) };
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
