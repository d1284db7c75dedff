//! Profiles of banks (TOML): how one bank writes what other banks write in another way.
//!
//! One text is one profile. Its `format` says of what: nothing of tables of statements ([`StatementProfile`]), `lockbox` of
//! the columns of a lockbox transmission, `lockbox-csv` of the header names of a lockbox CSV.

use core::fmt;

use serde::Deserialize;
use toml::Spanned;

use super::lockbox::{LockboxCsvProfile, LockboxProfile};
use super::{Format, StatementProfile};
use crate::amount::Marks;
use crate::currency::CurrencyCode;
use crate::day::DateFormat;

/// A profile of a bank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BankProfile {
    /// How it writes statements as tables.
    Statement(StatementProfile),
    /// Where it puts what in a lockbox transmission.
    Lockbox(LockboxProfile),
    /// How it writes lockbox files as delimited text.
    LockboxCsv(LockboxCsvProfile),
}

/// What is wrong with a profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileError {
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong, and what would do.
    pub message: String,
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl std::error::Error for ProfileError {}

/// The one key that says of what a profile is.
#[derive(Deserialize)]
struct OfWhat {
    format: Option<Spanned<String>>,
}

impl BankProfile {
    /// Reads a profile; refuses what is none, with line and column.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let of: OfWhat = toml::from_str(text).map_err(|error| unread(text, &error))?;
        let Some(format) = of.format else { return StatementProfile::parse(text).map(Self::Statement) };
        match format.get_ref().as_str() {
            "lockbox" => LockboxProfile::parse(text).map(Self::Lockbox),
            "lockbox-csv" => LockboxCsvProfile::parse(text).map(Self::LockboxCsv),
            other => {
                let message = format!(
                    "no profile is of the format '{other}'; write lockbox or lockbox-csv, and nothing for tables of \
                     statements"
                );
                Err(refused(text, format.span().start, message))
            }
        }
    }

    /// The name of its source.
    pub fn source(&self) -> &str {
        match self {
            Self::Statement(profile) => &profile.source,
            Self::Lockbox(profile) => &profile.source,
            Self::LockboxCsv(profile) => &profile.source,
        }
    }

    /// The format of the files that it is of; `None` of statements, which may be text or a workbook.
    pub fn format(&self) -> Option<Format> {
        match self {
            Self::Statement(_) => None,
            Self::Lockbox(_) => Some(Format::Lockbox),
            Self::LockboxCsv(_) => Some(Format::LockboxCsv),
        }
    }

    /// The currency that it names for files that name none.
    pub fn currency(&self) -> Option<CurrencyCode> {
        match self {
            Self::Statement(profile) => profile.currency,
            Self::Lockbox(profile) => profile.currency,
            Self::LockboxCsv(profile) => profile.currency,
        }
    }
}

/// An error at a byte offset, told as line and column.
pub(super) fn refused(text: &str, at: usize, message: String) -> ProfileError {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    ProfileError { line, column, message }
}

/// What the reader of TOML says.
pub(super) fn unread(text: &str, error: &toml::de::Error) -> ProfileError {
    refused(text, error.span().map_or(0, |span| span.start), error.message().replace('\n', " "))
}

/// The name of a source, which is needed.
pub(super) fn source(text: &str, declared: &Spanned<String>) -> Result<String, ProfileError> {
    let source = declared.get_ref().trim().to_owned();
    if source.is_empty() {
        return Err(refused(text, declared.span().start, "the source needs a name".into()));
    }
    Ok(source)
}

/// Decimal and thousands marks, which are not the same.
pub(super) fn marks(
    text: &str,
    decimal: Option<Spanned<char>>,
    thousands: Option<Spanned<char>>,
) -> Result<Marks, ProfileError> {
    let thousands_at = thousands.as_ref().map_or(0, |mark| mark.span().start);
    let marks = Marks { decimal: mark(text, decimal, ".,")?, thousands: mark(text, thousands, ".,' \u{a0}\u{202f}")? };
    if marks.decimal.is_some() && marks.decimal == marks.thousands {
        return Err(refused(text, thousands_at, "one mark cannot be decimal and thousands mark at once".into()));
    }
    Ok(marks)
}

fn mark(text: &str, declared: Option<Spanned<char>>, allowed: &str) -> Result<Option<char>, ProfileError> {
    match declared {
        Some(mark) if !allowed.contains(*mark.get_ref()) => {
            let message = format!("'{}' is no such mark; use one of: {allowed}", mark.get_ref());
            Err(refused(text, mark.span().start, message))
        }
        other => Ok(other.map(Spanned::into_inner)),
    }
}

/// A date format.
pub(super) fn date_format(text: &str, declared: &Spanned<String>) -> Result<DateFormat, ProfileError> {
    DateFormat::parse(declared.get_ref()).ok_or_else(|| {
        let message = format!(
            "'{}' is no date format; write the order of year, month and day, as YYYY-MM-DD, M/D/YYYY or DD.MM.YY",
            declared.get_ref()
        );
        refused(text, declared.span().start, message)
    })
}

/// A currency by its code.
pub(super) fn currency(text: &str, code: &Spanned<String>) -> Result<CurrencyCode, ProfileError> {
    CurrencyCode::parse(code.get_ref()).ok_or_else(|| {
        refused(text, code.span().start, format!("'{}' is no ISO 4217 currency code, such as USD", code.get_ref()))
    })
}
