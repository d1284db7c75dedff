//! Profiles of banks (TOML): how one bank writes what other banks write in another way.
//!
//! One text is one profile. Its `format` says of what: nothing of tables of statements ([`StatementProfile`]), `lockbox` of
//! the columns of a lockbox transmission, `lockbox-csv` of the header names of a lockbox CSV.

use serde::Deserialize;
use toml::Spanned;

use super::lockbox::{LockboxCsvProfile, LockboxProfile};
use super::{Format, StatementProfile};
use crate::currency::CurrencyCode;
use crate::profile_text::{ProfileError, refused, unread};

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
