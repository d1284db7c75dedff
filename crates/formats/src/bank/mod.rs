//! What banks send, whatever the format, read into one shape.
//!
//! For the desk's `import bank`. [`detect`] tells the format by content, [`read`] reads it: a [`BankFile`] of statements,
//! entries and payments, with every control total that the file states beside what was counted, and every problem with
//! its place. A reader always answers with all that it understood; whether the file may be used is in
//! [`BankFile::refused`] and [`BankFile::differing`], and the caller decides (a person may accept wrong totals with a
//! reason, nobody an unreadable file). Absent on purpose: whose money it is, duplicates between files, and any rule.
//!
//! **Identity.** An entry is the same in every delivery by its statement's [`StatementKey`] and its sequence (or its
//! reference). What the parts of the key are is said in each reader's module.
//!
//! **Signs.** [`Entry::amount`] is never below nought; [`Entry::side`] says what it does to the account's balance.
//! Balances and summaries are signed as the bank states them.
//!
//! **Bounds.** Time and memory are linear in the bytes, and what exceeds [`Limits`] is refused by name.

mod archive;
mod bai2;
pub mod by_profile;
pub mod camt;
mod entry;
mod file;
mod fixed;
mod lines;
pub mod lockbox;
pub mod mt940;
mod nacha;
mod notes;
pub mod ofx;
mod profile;
mod statement;
mod text;

pub use entry::{
    BankCode, BatchPayment, Charge, Entry, EntryStatus, Funds, FundsPart, Original, Party, Payment, Return, ReturnKind,
    Side,
};
pub(crate) use file::note;
pub use file::{BankFile, ControlTotal, Place, Problem, Refusal, TotalKind};
pub use statement::{Balance, BalanceKind, BankAccount, Standing, Statement, StatementKey, Summary};
pub(crate) use text::decoded;

use crate::currency::CurrencyCode;
pub use by_profile::StatementProfile;
pub use profile::BankProfile;

/// The formats of banks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Format {
    /// BAI version 2 balance reporting: comma delimited records 01 to 99.
    Bai2,
    /// NACHA (ACH) files of 94-character records.
    Nacha,
    /// BAI lockbox transmission of 80-column records.
    Lockbox,
    /// A lockbox file of a bank as CSV.
    LockboxCsv,
    /// ISO 20022 camt.052: a report during the day.
    Camt052,
    /// ISO 20022 camt.053: a statement.
    Camt053,
    /// ISO 20022 camt.054: an advice of entries.
    Camt054,
    /// SWIFT MT940: a statement.
    Mt940,
    /// SWIFT MT942: a report during the day.
    Mt942,
    /// OFX and QFX, as SGML or XML.
    Ofx,
    /// A statement as delimited text, by a profile.
    Csv,
    /// A statement as a workbook, by a profile.
    Xlsx,
}

impl Format {
    /// All formats.
    pub const ALL: [Self; 12] = [
        Self::Bai2,
        Self::Nacha,
        Self::Lockbox,
        Self::LockboxCsv,
        Self::Camt052,
        Self::Camt053,
        Self::Camt054,
        Self::Mt940,
        Self::Mt942,
        Self::Ofx,
        Self::Csv,
        Self::Xlsx,
    ];

    /// The name used on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bai2 => "bai2",
            Self::Nacha => "nacha",
            Self::Lockbox => "lockbox",
            Self::LockboxCsv => "lockbox-csv",
            Self::Camt052 => "camt.052",
            Self::Camt053 => "camt.053",
            Self::Camt054 => "camt.054",
            Self::Mt940 => "mt940",
            Self::Mt942 => "mt942",
            Self::Ofx => "ofx",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }

    /// The format of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// What the caller knows about a file.
#[derive(Debug, Clone)]
pub struct ReadOptions {
    /// The format, or `None` to tell it from the bytes.
    pub format: Option<Format>,
    /// The currency where neither the file nor its format names one.
    pub currency: Option<CurrencyCode>,
    /// The columns of a lockbox file's check and overflow records; `None` for what most banks send.
    pub lockbox: Option<lockbox::LockboxLayout>,
    /// The columns of a lockbox CSV.
    pub lockbox_csv: lockbox::LockboxCsvProfile,
    /// How a statement is written that comes as delimited text or as a workbook; `None` reads what a shipped profile fits.
    pub profile: Option<Box<StatementProfile>>,
    /// Takes the text out of a PDF, within limits that are the caller's; `None` refuses PDFs.
    pub pdf_text: Option<PdfText>,
    /// The limits.
    pub limits: Limits,
}

/// What takes the text out of a PDF, line by line as it stands on the page.
pub type PdfText = fn(&[u8]) -> Result<String, Refusal>;

impl Default for ReadOptions {
    /// Everything is told from the file, within [`Limits::STANDARD`].
    fn default() -> Self {
        let lockbox_csv = lockbox::LockboxCsvProfile::default();
        Self {
            format: None,
            currency: None,
            lockbox: None,
            lockbox_csv,
            profile: None,
            pdf_text: None,
            limits: Limits::STANDARD,
        }
    }
}

impl ReadOptions {
    /// The same by a profile: of its format, unless another is named, and in its currency where the file names none.
    pub fn by(mut self, profile: BankProfile) -> Self {
        self.format = self.format.or(profile.format());
        self.currency = profile.currency().or(self.currency);
        match profile {
            BankProfile::Statement(profile) => self.profile = Some(Box::new(profile)),
            BankProfile::Lockbox(profile) => self.lockbox = Some(profile.layout),
            BankProfile::LockboxCsv(profile) => self.lockbox_csv = profile,
        }
        self
    }
}

/// The limits of a bank file; what exceeds one is refused by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest file, in bytes; of an archive, unpacked.
    pub bytes: usize,
    /// The longest record, in bytes, with its continuations (of XML: the longest text of an element).
    pub record_bytes: usize,
    /// The most statements, balances, entries, payments of batches and remittance lines together.
    pub entries: usize,
    /// The most problems that are listed; how many more there are is said in the last.
    pub problems: usize,
}

impl Limits {
    /// 512 MiB a file, 1 MiB a record, 2,000,000 entries, 1,000 problems.
    pub const STANDARD: Self =
        Self { bytes: 512 * 1024 * 1024, record_bytes: 1024 * 1024, entries: 2_000_000, problems: 1_000 };
}

/// Tells the format from the beginning of a file; `None` when it is none of the known.
///
/// Tables are told by [`by_profile::fitting`] and the caller's profile, not here.
pub fn detect(bytes: &[u8]) -> Option<Format> {
    let head = &bytes[..bytes.len().min(4096)];
    if bai2::looks_like(head) {
        return Some(Format::Bai2);
    }
    if nacha::looks_like(head) {
        return Some(Format::Nacha);
    }
    if lockbox::looks_like(head) {
        return Some(Format::Lockbox);
    }
    if archive::is_archive(bytes) {
        return archive::first_format(bytes);
    }
    if ofx::looks_like(head) {
        return Some(Format::Ofx);
    }
    camt::detect(head).or_else(|| mt940::looks_like(head).then_some(Format::Mt940))
}

/// Reads a bank file in the format of `options`, or in the one that [`detect`] tells.
///
/// Total: whatever the bytes, it answers; what cannot be read at all says so in [`BankFile::refused`].
pub fn read(bytes: &[u8], options: &ReadOptions) -> BankFile {
    if bytes.len() > options.limits.bytes {
        let limit = format!("{} bytes, at most {} are read", bytes.len(), options.limits.bytes);
        return BankFile::refusing(options.format, Refusal::TooLarge { limit });
    }
    if archive::is_archive(bytes) {
        return archive::read_archive(bytes, options);
    }
    let Some(format) = options.format.or_else(|| detect(bytes)) else {
        // What is no format of banks may be a table.
        return as_table(bytes, None, options);
    };
    match format {
        Format::Bai2 => bai2::read(bytes, options),
        Format::Nacha => nacha::read(bytes, options),
        Format::Lockbox => lockbox::read(bytes, options),
        Format::LockboxCsv => lockbox::read_csv(bytes, options),
        Format::Camt052 | Format::Camt053 | Format::Camt054 => camt::read(bytes, options),
        Format::Mt940 | Format::Mt942 => mt940::read(bytes, options),
        Format::Ofx => ofx::read(bytes, options),
        Format::Csv | Format::Xlsx => as_table(bytes, Some(format), options),
    }
}

/// A table, by the caller's profile or by the shipped one that fits it; refused where there is neither.
fn as_table(bytes: &[u8], format: Option<Format>, options: &ReadOptions) -> BankFile {
    if let Some(profile) = &options.profile {
        return by_profile::read(bytes, profile, options);
    }
    match by_profile::fitting(bytes, &options.limits) {
        Ok(profile) => by_profile::read(bytes, &profile, options),
        Err(Refusal::UnknownFormat) if format.is_some() => {
            let reason = "a table of a bank is read by a profile of its columns, and none was given".to_owned();
            BankFile::refusing(format, Refusal::NoProfile { reason })
        }
        Err(refused) => BankFile::refusing(format, refused),
    }
}
