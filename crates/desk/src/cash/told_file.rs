//! What was read of a bank's file as a whole: what it is, of which accounts and days, its control totals, why it is refused.

use std::collections::BTreeMap;

use dunwell_formats::bank::{self, BankFile, ControlTotal, Format, Payment, ReturnKind};
use dunwell_formats::currency::CurrencyCode;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::record::MAX_AMOUNT;
use serde::Serialize;

use super::told::{Told, credits, date_of, our_account};
use crate::import::{FileProblem, ImportFile};

/// Problems and warnings that are kept in the history, of each.
const MOST_KEPT: usize = 100;

/// What was read of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BankFileReport {
    /// The file as it was named.
    pub file: String,
    /// The line of the history of bank files; null for a dry run, and for a file that could not be opened.
    pub bank_file: Option<String>,
    /// The import, by which all of it can be reversed; null when nothing was recorded.
    pub import: Option<String>,
    /// The format; null where it is none of those that are read.
    pub format: Option<&'static str>,
    /// The version within the format.
    pub version: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Statements and reports in it.
    pub statements: usize,
    /// The accounts they are of, and the days they cover.
    pub accounts: Vec<AccountTold>,
    /// Entries of all kinds.
    pub entries: usize,
    /// Payments within batch bookings.
    pub payments: usize,
    /// What the credits come to, by currency.
    pub credits: Vec<Money>,
    /// What the debits come to, by currency.
    pub debits: Vec<Money>,
    /// Payments of payers that it tells as booked.
    pub receipts: usize,
    /// Credits and returns that were told before.
    pub duplicate_entries: u64,
    /// Whether every control total that binds is right.
    pub control_totals_ok: bool,
    /// Every control total that the file states, those that are wrong first.
    pub control_totals: Vec<TotalTold>,
    /// What its bookings are called, and how they come back.
    pub codes: Vec<CodeTold>,
    /// What is out of order without loss.
    pub warnings: Vec<FileProblem>,
    /// Why nothing of it was used; empty when it was read.
    pub problems: Vec<FileProblem>,
    /// What came of it; null for a dry run, and where it was refused.
    pub outcome: Option<FileOutcome>,
}

/// An account of ours that a file tells of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountTold {
    /// The account, as the bank names it.
    pub account: String,
    /// The first day it is told of; null where the file says none.
    pub from: Option<Date>,
    /// The last day.
    pub to: Option<Date>,
}

/// What came of a file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FileOutcome {
    /// Receipts recorded.
    pub receipts: u64,
    /// Receipts about which a person is asked.
    pub exceptions: u64,
    /// Bookings recorded that undo an earlier credit.
    pub returns: u64,
    /// Receipts that were taken back.
    pub taken_back: u64,
    /// Credits and returns that were told before.
    pub told_before: u64,
    /// Receipts that another file told before, and of which this one says more: who paid, or what for.
    pub said_more: u64,
    /// Refunds of ours that the bank has paid, by this file.
    pub refunds_confirmed: u64,
    /// Refunds of ours that came back by it.
    pub refunds_returned: u64,
    /// Payments of refunds of ours that do not fit them, and are asked about from now on.
    pub refunds_asked: u64,
    /// Final statements that are asked about from now on.
    pub statements_asked: u64,
}

/// How often bookings have a code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CodeTold {
    /// The list and the code: `bai2 165`, `nacha_sec CCD`; `returned R01`, `changed C01` where a payment came back or the bank
    /// wants its data changed.
    pub code: String,
    /// How many entries, and payments of batches, have it.
    pub count: u64,
}

/// A control total of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TotalTold {
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
    /// Whether it is what was counted.
    pub foots: bool,
    /// Whether it refuses the file when it is wrong.
    pub binding: bool,
}

/// Of a file of which nothing was read, and why.
pub(super) fn unread(file: &ImportFile, code: &'static str, message: String) -> BankFileReport {
    let problem = FileProblem { code, line: 0, message };
    BankFileReport {
        file: file.name.clone(),
        bank_file: None,
        import: None,
        format: None,
        version: String::new(),
        sha256: String::new(),
        statements: 0,
        accounts: Vec::new(),
        entries: 0,
        payments: 0,
        credits: Vec::new(),
        debits: Vec::new(),
        receipts: 0,
        duplicate_entries: 0,
        control_totals_ok: false,
        control_totals: Vec::new(),
        codes: Vec::new(),
        warnings: Vec::new(),
        problems: vec![problem],
        outcome: None,
    }
}

/// Money of a currency that no book can hold: the file is refused, for what is left out would be lost without a word.
fn unknown_currencies(read: &BankFile) -> Vec<FileProblem> {
    let mut unknown: BTreeMap<String, u64> = BTreeMap::new();
    for entry in read.entries() {
        let batch = entry.batch.iter().map(|payment| payment.currency);
        for currency in std::iter::once(entry.currency).chain(batch) {
            if Currency::parse(currency.as_str()).is_none() {
                unknown.entry(currency.to_string()).or_insert(entry.place.line);
            }
        }
    }
    let problem = |(currency, line)| FileProblem {
        code: "unknown_currency",
        line,
        message: format!("{currency} is no currency of ISO 4217: ask the bank what it means"),
    };
    unknown.into_iter().map(problem).collect()
}

/// Bookings of days to come: they count from their day on, and until then what they pay is open.
pub(super) fn of_days_to_come(told: &[Told], today: Date) -> Option<FileProblem> {
    let to_come: Vec<&Told> = told.iter().filter(|told| told.booked_on > today).collect();
    let last = to_come.iter().map(|told| told.booked_on).max()?;
    let message = format!(
        "{} credits are booked after {today}, the last on {last}: until its day each pays nothing; ask the bank whether \
         the days are right",
        to_come.len()
    );
    Some(FileProblem { code: "day_in_future", line: to_come[0].line, message })
}

/// An amount that no book can hold refuses the file likewise.
fn too_large(read: &BankFile) -> Option<FileProblem> {
    let large = read.entries().find(|entry| entry.amount > MAX_AMOUNT)?;
    let message = format!("{} minor units are more than a book can hold; the most is {MAX_AMOUNT}", large.amount);
    Some(FileProblem { code: "bad_amount", line: large.place.line, message })
}

/// What the bookings of a file are called, by code.
fn codes(read: &BankFile) -> Vec<CodeTold> {
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let came_back = |payment: &Payment| {
        let returned = payment.returned.as_deref()?;
        let how = match returned.kind {
            ReturnKind::Return => "returned",
            ReturnKind::Dishonoured => "dishonoured",
            ReturnKind::Contested => "contested",
            ReturnKind::NotificationOfChange => "changed",
            ReturnKind::RefusedChange => "refused_change",
        };
        Some(format!("{how} {}", returned.code))
    };
    for entry in read.entries() {
        let parts = entry.batch.iter().map(|part| (&part.codes, &part.payment));
        for (codes, payment) in std::iter::once((&entry.codes, &entry.payment)).chain(parts) {
            let called = codes.iter().map(|code| format!("{} {}", code.list, code.code));
            called.chain(came_back(payment)).for_each(|code| *counts.entry(code).or_default() += 1);
        }
    }
    counts.into_iter().map(|(code, count)| CodeTold { code, count }).collect()
}

pub(super) fn report_of(file: &ImportFile, read: &BankFile, sha256: &[u8; 32], accepted: bool) -> BankFileReport {
    let place = |problem: &bank::Problem| FileProblem {
        code: problem.code,
        line: problem.place.line,
        message: problem.message.clone(),
    };
    let total = |total: &ControlTotal| TotalTold {
        name: total.name,
        of: total.of.clone(),
        line: total.place.line,
        stated: total.stated.to_string(),
        counted: total.counted.to_string(),
        foots: total.foots(),
        binding: total.binding,
    };
    let mut control_totals: Vec<TotalTold> = read.controls.iter().map(total).collect();
    control_totals.sort_by_key(|total| total.foots);
    let mut problems: Vec<FileProblem> = Vec::new();
    if let Some(why) = &read.refused {
        problems.push(FileProblem { code: why.code(), line: 0, message: why.to_string() });
    }
    problems.extend(read.problems.iter().map(place));
    if matches!(read.format, Some(Format::Csv | Format::Xlsx))
        && let Some(nameless) = read.statements.iter().find(|statement| statement.key.account.is_empty())
    {
        let message = "the file does not say of which account it is; name the account in a profile".to_owned();
        problems.push(FileProblem { code: "no_account", line: nameless.place.line, message });
    }
    problems.extend(unknown_currencies(read));
    problems.extend(too_large(read));
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
        bank_file: None,
        import: None,
        format: read.format.map(Format::name),
        version: read.version.clone(),
        sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
        statements: read.statements.len(),
        accounts: accounts(read),
        entries: read.entries().count(),
        payments: read.entries().map(|entry| entry.batch.len()).sum(),
        credits: sums.iter().filter_map(|(code, credits, _)| money(*code, *credits)).collect(),
        debits: sums.iter().filter_map(|(code, _, debits)| money(*code, *debits)).collect(),
        receipts: credits(read).len(),
        duplicate_entries: 0,
        control_totals_ok: read.control_totals_ok(),
        control_totals,
        codes: codes(read),
        warnings: read.warnings.iter().map(place).collect(),
        problems,
        outcome: None,
    }
}

/// The accounts of a file, each with the days that its statements and entries are of.
fn accounts(read: &BankFile) -> Vec<AccountTold> {
    let mut accounts: BTreeMap<&str, Option<(Date, Date)>> = BTreeMap::new();
    for statement in &read.statements {
        let of_entries = statement.entries.iter().filter_map(|entry| entry.booking_day);
        let days = [statement.from, statement.as_of, statement.to].into_iter().flatten().chain(of_entries);
        let known = accounts.entry(our_account(statement)).or_default();
        for day in days.filter_map(date_of) {
            let (from, to) = known.unwrap_or((day, day));
            *known = Some((from.min(day), to.max(day)));
        }
    }
    let told = |(account, days): (&str, Option<(Date, Date)>)| AccountTold {
        account: account.to_owned(),
        from: days.map(|days| days.0),
        to: days.map(|days| days.1),
    };
    accounts.into_iter().map(told).collect()
}

/// What is kept of a report in the history: as much as a person can read of what is wrong with a file.
pub(super) fn kept(report: &BankFileReport) -> BankFileReport {
    let mut kept = report.clone();
    kept.control_totals.truncate(MOST_KEPT);
    for list in [&mut kept.problems, &mut kept.warnings] {
        let more = list.len().saturating_sub(MOST_KEPT);
        list.truncate(MOST_KEPT);
        if more > 0 {
            list.push(FileProblem { code: "more", line: 0, message: format!("and {more} more") });
        }
    }
    kept
}
