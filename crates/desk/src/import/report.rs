//! What an import answers: counts, totals, every rejected row with its reason and remedy (`interfaces.md` section 2).

use std::collections::BTreeMap;
use std::io::{self, Write};

use dunwell_documents::no_formula;
use dunwell_rules::money::{Currency, Money, decimal};
use serde::Serialize;

/// The most rejects a report lists; all of them go to the rejects file.
pub const MAX_REJECTS: usize = 1_000;

/// Why a row or a file was refused. Each has a stable code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Code {
    /// The file has no column for what every row must have.
    MissingColumn,
    /// The file cannot be opened or read.
    CannotRead,
    /// The file is no table or workbook, or is empty.
    NotReadable,
    /// Standard input is larger than is read.
    TooLarge,
    /// Day and month cannot be told apart.
    AmbiguousDateOrder,
    /// Decimal and thousands marks cannot be told apart.
    AmbiguousDecimalMark,
    /// Rows were rejected and `--strict` keeps nothing.
    StrictNothingKept,
    /// More rows than one transaction takes.
    StrictTooLarge,
    /// A file's own total is not what its rows add up to.
    TotalMismatch,
    /// The row is damaged: the reader's own code.
    Row(&'static str),
    /// A cell that must be filled is empty.
    MissingValue,
    /// No date, or one that no calendar has.
    BadDate,
    /// No amount.
    BadAmount,
    /// More decimals than the currency has.
    TooManyDecimals,
    /// Larger than is kept.
    AmountTooLarge,
    /// No ISO 4217 code.
    UnknownCurrency,
    /// The amount's own sign and the currency column disagree.
    CurrencyConflict,
    /// No kind of document that can be imported here.
    BadKind,
    /// Neither yes nor no.
    BadFlag,
    /// Not one of the words of this column.
    BadWord,
    /// Longer than is kept.
    TooLong,
    /// Terms that cannot be read.
    BadTerms,
    /// Neither a due date nor terms.
    NoDueDate,
    /// Settled before the document was written.
    SettledBeforeDocument,
    /// A settled credit.
    CreditSettled,
    /// A negative payment (or a positive one where the source writes them negative).
    PaymentSign,
    /// The amount must be above zero.
    NotPositive,
    /// The external id stands in the file before, with other content.
    ConflictingRows,
    /// No such account in the book.
    UnknownAccount,
    /// No such parent account in the book or the file.
    UnknownParent,
    /// An account would be its own parent.
    ParentCycle,
    /// No such document on the account.
    UnknownDocument,
    /// Several documents share the number.
    AmbiguousDocument,
    /// The item was reversed.
    ItemReversed,
    /// More than is open, or unapplied.
    OverApplied,
    /// Two currencies.
    CurrencyMismatch,
    /// A debit where a credit is needed, or the other way round.
    WrongSide,
    /// An aging shows more open than the book.
    OpenHigher,
    /// A credit of an aging got smaller and no debit of its account did.
    CreditUsedElsewhere,
}

impl Code {
    /// The stable code in JSON.
    pub fn code(self) -> &'static str {
        match self {
            Self::MissingColumn => "missing_column",
            Self::CannotRead => "cannot_read",
            Self::NotReadable => "not_readable",
            Self::TooLarge => "too_large",
            Self::AmbiguousDateOrder => "ambiguous_date_order",
            Self::AmbiguousDecimalMark => "ambiguous_decimal_mark",
            Self::StrictNothingKept => "strict_nothing_kept",
            Self::StrictTooLarge => "strict_too_large",
            Self::TotalMismatch => "total_mismatch",
            Self::Row(code) => code,
            Self::MissingValue => "missing_value",
            Self::BadDate => "bad_date",
            Self::BadAmount => "bad_amount",
            Self::TooManyDecimals => "too_many_decimals",
            Self::AmountTooLarge => "amount_too_large",
            Self::UnknownCurrency => "unknown_currency",
            Self::CurrencyConflict => "currency_conflict",
            Self::BadKind => "bad_kind",
            Self::BadFlag => "bad_flag",
            Self::BadWord => "bad_word",
            Self::TooLong => "too_long",
            Self::BadTerms => "bad_terms",
            Self::NoDueDate => "no_due_date",
            Self::SettledBeforeDocument => "settled_before_document",
            Self::CreditSettled => "credit_settled",
            Self::PaymentSign => "payment_sign",
            Self::NotPositive => "not_positive",
            Self::ConflictingRows => "conflicting_rows",
            Self::UnknownAccount => "unknown_account",
            Self::UnknownParent => "unknown_parent",
            Self::ParentCycle => "parent_cycle",
            Self::UnknownDocument => "unknown_document",
            Self::AmbiguousDocument => "ambiguous_document",
            Self::ItemReversed => "item_reversed",
            Self::OverApplied => "over_applied",
            Self::CurrencyMismatch => "currency_mismatch",
            Self::WrongSide => "wrong_side",
            Self::OpenHigher => "open_higher",
            Self::CreditUsedElsewhere => "credit_used_elsewhere",
        }
    }
}

/// One rejected row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The file as it was named.
    pub file: String,
    /// The physical line; the first of the file is 1.
    pub line: u64,
    /// The header of the column; empty where the whole row is meant.
    pub column: String,
    /// The cell as it stands.
    pub value: String,
    /// Stable code.
    pub code: &'static str,
    /// Why, and how to mend it.
    pub message: String,
}

/// Something that refuses a file whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileProblem {
    /// Stable code.
    pub code: &'static str,
    /// The physical line; 0 for the file as a whole.
    pub line: u64,
    /// Why, and how to mend it.
    pub message: String,
}

/// One file of an import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileReport {
    /// The file as it was named.
    pub file: String,
    /// Why nothing of it was used; empty when it was read.
    pub problems: Vec<FileProblem>,
}

/// What was accepted or changed, in one currency: debits and payments positive, credit memos negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Total {
    /// ISO 4217 code.
    pub currency: String,
    /// Decimal amount.
    pub amount: String,
}

/// What an import did. `read` = `accepted` + `duplicate` + `changed` + `rejected`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ImportReport {
    /// The import, by which all of it can be reversed; null when nothing was recorded.
    pub import: Option<String>,
    /// Rows read.
    pub read: u64,
    /// Rows that were new.
    pub accepted: u64,
    /// Rows known already, with the same content.
    pub duplicate: u64,
    /// Rows known already, with other content: corrected.
    pub changed: u64,
    /// Rows refused.
    pub rejected: u64,
    /// What was accepted or changed, by currency code.
    pub totals: Vec<Total>,
    /// The rejected rows, at most 1,000, in the order of the files.
    pub rejects: Vec<Reject>,
    /// The files.
    pub files: Vec<FileReport>,
}

impl ImportReport {
    /// Whether a row or a file was refused: the command exits with 3.
    pub fn is_refused(&self) -> bool {
        self.rejected > 0 || self.files.iter().any(|file| !file.problems.is_empty())
    }
}

/// A refused row, before its file and line are known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) column: String,
    pub(super) value: String,
    pub(super) code: Code,
    pub(super) message: String,
}

/// What a batch of rows came to.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    pub(super) accepted: u64,
    pub(super) duplicate: u64,
    pub(super) changed: u64,
    pub(super) rejects: Vec<(u64, Refused)>,
    pub(super) totals: BTreeMap<Currency, i128>,
}

impl Outcome {
    /// Counts a row as new.
    pub(super) fn accept(&mut self, amount: Option<Money>) {
        self.accepted += 1;
        self.add(amount);
    }

    /// Counts a row as corrected.
    pub(super) fn change(&mut self, amount: Option<Money>) {
        self.changed += 1;
        self.add(amount);
    }

    /// Counts a row as refused.
    pub(super) fn reject(&mut self, line: u64, refused: Refused) {
        self.rejects.push((line, refused));
    }

    fn add(&mut self, amount: Option<Money>) {
        if let Some(money) = amount {
            *self.totals.entry(money.currency).or_default() += i128::from(money.minor);
        }
    }
}

/// Gathers the report while the files are read.
pub(super) struct Tally<'a> {
    pub(super) report: ImportReport,
    totals: BTreeMap<Currency, i128>,
    rejects_out: Option<&'a mut (dyn Write + Send)>,
}

impl<'a> Tally<'a> {
    /// An empty report; every reject is also written to `rejects_out` as CSV.
    pub(super) fn new(mut rejects_out: Option<&'a mut (dyn Write + Send)>) -> io::Result<Self> {
        if let Some(out) = &mut rejects_out {
            out.write_all(b"file,line,column,value,code,message\n")?;
        }
        Ok(Self { report: ImportReport::default(), totals: BTreeMap::new(), rejects_out })
    }

    /// Begins a file.
    pub(super) fn begin_file(&mut self, file: &str) {
        self.report.files.push(FileReport { file: file.to_owned(), problems: Vec::new() });
    }

    /// Refuses the current file whole.
    pub(super) fn refuse_file(&mut self, code: Code, line: u64, message: String) {
        if let Some(file) = self.report.files.last_mut() {
            file.problems.push(FileProblem { code: code.code(), line, message });
        }
    }

    /// The current file's name.
    fn file(&self) -> String {
        self.report.files.last().map_or_else(String::new, |file| file.file.clone())
    }

    /// Counts a rejected row of the current file.
    pub(super) fn reject(&mut self, line: u64, refused: Refused) -> io::Result<()> {
        let reject = Reject {
            file: self.file(),
            line,
            column: refused.column,
            value: refused.value,
            code: refused.code.code(),
            message: refused.message,
        };
        if let Some(out) = &mut self.rejects_out {
            write_reject(out, &reject)?;
        }
        self.report.rejected += 1;
        if self.report.rejects.len() < MAX_REJECTS {
            self.report.rejects.push(reject);
        }
        Ok(())
    }

    /// Adds what a batch of the current file came to.
    pub(super) fn add(&mut self, outcome: Outcome) -> io::Result<()> {
        self.report.accepted += outcome.accepted;
        self.report.duplicate += outcome.duplicate;
        self.report.changed += outcome.changed;
        for (currency, minor) in outcome.totals {
            *self.totals.entry(currency).or_default() += minor;
        }
        for (line, refused) in outcome.rejects {
            self.reject(line, refused)?;
        }
        Ok(())
    }

    /// The whole report.
    pub(super) fn finish(mut self) -> io::Result<ImportReport> {
        if let Some(out) = &mut self.rejects_out {
            out.flush()?;
        }
        self.report.totals = self
            .totals
            .into_iter()
            .map(|(currency, minor)| Total { currency: currency.to_string(), amount: wide_decimal(minor, currency) })
            .collect();
        let report = &mut self.report;
        report.rejects.sort_by(|a, b| {
            let place = |file: &str| report.files.iter().position(|known| known.file == file);
            (place(&a.file), a.line).cmp(&(place(&b.file), b.line))
        });
        Ok(self.report)
    }
}

/// A sum of many amounts, which may not fit 64 bits.
pub(super) fn wide_decimal(minor: i128, currency: Currency) -> String {
    match i64::try_from(minor) {
        Ok(minor) => decimal(minor, currency.exponent()),
        Err(_) => dunwell_formats::amount::Decimal { digits: minor, scale: u32::from(currency.exponent()) }.to_string(),
    }
}

/// One line of the rejects file.
fn write_reject(out: &mut dyn Write, reject: &Reject) -> io::Result<()> {
    let line = reject.line.to_string();
    let cells = [&reject.file, &line, &reject.column, &reject.value, reject.code, &reject.message];
    for (place, cell) in cells.into_iter().enumerate() {
        if place > 0 {
            out.write_all(b",")?;
        }
        let cell = &no_formula(cell);
        if cell.contains([',', '"', '\n', '\r']) {
            write!(out, "\"{}\"", cell.replace('"', "\"\""))?;
        } else {
            out.write_all(cell.as_bytes())?;
        }
    }
    out.write_all(b"\n")
}
