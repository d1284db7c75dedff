//! A bank file as a whole: control totals, problems, and whether it may be used.

use core::fmt;

use super::entry::{Entry, Side};
use super::statement::Statement;
use super::{Format, Limits};
use crate::amount::Decimal;
use crate::currency::CurrencyCode;
use crate::day::Day;

/// A place in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Place {
    /// The physical line, or the row of a sheet, from 1; 0 for the file as a whole. CR, LF and CRLF each end a line.
    pub line: u64,
    /// The byte within the line, from 1, where it is known; 0 otherwise. Files may hold all records in one line.
    pub column: u64,
}

impl Place {
    /// The file as a whole.
    pub const FILE: Self = Self { line: 0, column: 0 };

    /// A line, without a column.
    pub fn line(line: u64) -> Self {
        Self { line, column: 0 }
    }
}

impl fmt::Display for Place {
    /// `file`, `line 3`, or `line 3, column 17`; column 1 is not said.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.line, self.column) {
            (0, _) => write!(f, "file"),
            (line, 0 | 1) => write!(f, "line {line}"),
            (line, column) => write!(f, "line {line}, column {column}"),
        }
    }
}

/// A bank file as understood.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct BankFile {
    /// The format; `None` when it was not told.
    pub format: Option<Format>,
    /// The version within the format (`2`, `camt.053.001.08`); empty where it has none.
    pub version: String,
    /// Who sent it, as the file says.
    pub sender: Option<String>,
    /// Whom it is for, as the file says.
    pub receiver: Option<String>,
    /// The sender's id of the file (BAI2 file identification number, camt `MsgId`, NACHA file id modifier).
    pub id: Option<String>,
    /// The day it was made, as the file says.
    pub created: Option<Day>,
    /// The time of day it was made as `hhmm`; empty where none is said.
    pub created_time: String,
    /// The statements in the file's order.
    pub statements: Vec<Statement>,
    /// Every control total that the file states, beside what was counted, in the file's order.
    pub controls: Vec<ControlTotal>,
    /// What could not be understood: something is lost by each.
    pub problems: Vec<Problem>,
    /// What is out of order without loss: wrong record counts, missing trailers that carry no total, odd padding.
    pub warnings: Vec<Problem>,
    /// Why nothing of the file may be used, whatever its totals; what was understood up to there is given all the same.
    pub refused: Option<Refusal>,
}

impl BankFile {
    /// A file of which nothing was read.
    pub fn refusing(format: Option<Format>, why: Refusal) -> Self {
        Self { format, refused: Some(why), ..Self::default() }
    }

    /// Lists what is lost; beyond the limit only the last problem counts how many more there are.
    pub(crate) fn problem(
        &mut self,
        limits: &Limits,
        code: &'static str,
        place: Place,
        message: impl FnOnce() -> String,
    ) {
        note(&mut self.problems, limits.problems, code, place, message);
    }

    /// Lists what is out of order without loss, within the same limit.
    pub(crate) fn warn(&mut self, limits: &Limits, code: &'static str, place: Place, message: impl FnOnce() -> String) {
        note(&mut self.warnings, limits.problems, code, place, message);
    }

    /// The control totals that are wrong and bind: the file must not be used unless a person accepts each by name.
    pub fn differing(&self) -> impl Iterator<Item = &ControlTotal> {
        self.controls.iter().filter(|total| total.binding && !total.foots())
    }

    /// Whether every binding control total foots.
    pub fn control_totals_ok(&self) -> bool {
        self.differing().next().is_none()
    }

    /// All entries, statement by statement.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.statements.iter().flat_map(|statement| &statement.entries)
    }

    /// The sums of entries by currency, in the order of the codes, as (currency, credits, debits) in minor units.
    pub fn sums(&self) -> Vec<(CurrencyCode, i128, i128)> {
        let mut sums = std::collections::BTreeMap::<CurrencyCode, (i128, i128)>::new();
        for entry in self.entries() {
            let (credits, debits) = sums.entry(entry.currency).or_default();
            match entry.side {
                Side::Credit => *credits += i128::from(entry.amount),
                Side::Debit => *debits += i128::from(entry.amount),
            }
        }
        sums.into_iter().map(|(currency, (credits, debits))| (currency, credits, debits)).collect()
    }
}

/// Adds to a list of problems, or counts in its last when it is full.
pub(crate) fn note(
    list: &mut Vec<Problem>,
    most: usize,
    code: &'static str,
    place: Place,
    message: impl FnOnce() -> String,
) {
    if list.len() < most {
        list.push(Problem { code, place, message: message() });
        return;
    }
    let more = |count: u64| format!("{count} more of the kind and of others are not listed");
    match list.last_mut() {
        Some(last) if last.code == "more" => {
            let count = last.message.split(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0_u64);
            last.message = more(count + 1);
        }
        _ => list.push(Problem { code: "more", place, message: more(1) }),
    }
}

/// A total that the file states, beside what was counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlTotal {
    /// Its name, the same in every file of the format (`account_control_total`, `batch_entry_hash`, `sum_credits`).
    pub name: &'static str,
    /// What it is of, in words (`account 0975312468`, `batch 3`); `file` for the whole.
    pub of: String,
    /// Where it is stated.
    pub place: Place,
    /// What kind of number it is.
    pub kind: TotalKind,
    /// What the file states.
    pub stated: Decimal,
    /// What was counted.
    pub counted: Decimal,
    /// Whether a difference forbids the use of the file. Record counts that real banks send wrong do not bind.
    pub binding: bool,
}

impl ControlTotal {
    /// Whether both are the same value.
    pub fn foots(&self) -> bool {
        self.stated.same_value(self.counted)
    }
}

impl fmt::Display for ControlTotal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = if self.foots() { "foots" } else { "differs" };
        write!(
            f,
            "{} of {} ({}): {word}, stated {}, counted {}",
            self.name, self.of, self.place, self.stated, self.counted
        )
    }
}

/// What kind of number a control total is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TotalKind {
    /// A sum of amounts. Where the format adds minor units regardless of currency (BAI2), it is an integer.
    Amount,
    /// A number of entries, statements, batches or blocks.
    Count,
    /// A sum of identifications that only serves the check (NACHA entry hash).
    Hash,
    /// A balance that opening balance and entries must come to.
    Balance,
}

/// Something that is wrong or worth knowing, with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable code: `bad_amount`, `bad_date`, `record_out_of_order`, `file_record_count` …
    pub code: &'static str,
    /// Where.
    pub place: Place,
    /// What, in one sentence.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.place, self.message, self.code)
    }
}

/// Why nothing of a file may be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// It is no bank file that is known.
    UnknownFormat,
    /// The bytes are no file of the format, or a damaged one.
    NotReadable {
        /// Where it fails.
        place: Place,
        /// What is wrong.
        reason: String,
    },
    /// The file ends within a statement, or before its trailer.
    Truncated {
        /// The last line.
        place: Place,
        /// What is missing.
        missing: String,
    },
    /// The file is larger, a record longer or entries more than is read.
    TooLarge {
        /// What there is too much of, and how much is read.
        limit: String,
    },
    /// An XML file with a document type declaration, which may hold anything.
    Doctype {
        /// Where.
        place: Place,
    },
    /// An archive that unpacks to far more than it is, or holds what is no bank file.
    Archive {
        /// What is wrong.
        reason: String,
    },
    /// The bank says itself that the answer is an error (OFX status, camt without statement).
    BankError {
        /// The bank's words.
        reason: String,
    },
    /// It takes a profile to read it, and none fits.
    NoProfile {
        /// What is missing.
        reason: String,
    },
    /// It can be read, and nothing in it says what a payment is for.
    NoAdvice {
        /// What was looked for.
        reason: String,
    },
    /// It can be read with a key or a password alone.
    Encrypted {
        /// How to mend it.
        reason: String,
    },
}

impl Refusal {
    /// A stable code for reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownFormat => "unknown_format",
            Self::NotReadable { .. } => "not_readable",
            Self::Truncated { .. } => "truncated",
            Self::TooLarge { .. } => "too_large",
            Self::Doctype { .. } => "doctype",
            Self::Archive { .. } => "archive",
            Self::BankError { .. } => "bank_error",
            Self::NoProfile { .. } => "no_profile",
            Self::NoAdvice { .. } => "no_advice",
            Self::Encrypted { .. } => "encrypted",
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFormat => {
                write!(f, "no bank format that is known; a table takes a profile of its columns")
            }
            Self::NotReadable { place, reason } => write!(f, "not readable at {place}: {reason}"),
            Self::Truncated { place, missing } => write!(f, "the file ends at {place} without {missing}"),
            Self::TooLarge { limit } => write!(f, "too large: {limit}"),
            Self::Doctype { place } => write!(f, "{place}: XML with a document type declaration is not read"),
            Self::Archive { reason } => write!(f, "archive: {reason}"),
            Self::BankError { reason } => write!(f, "the bank answered with an error: {reason}"),
            Self::NoProfile { reason } => write!(f, "no profile: {reason}"),
            Self::NoAdvice { reason } => write!(f, "no remittance advice: {reason}"),
            Self::Encrypted { reason } => write!(f, "encrypted: {reason}"),
        }
    }
}
