//! What profiles of every kind have in common as TOML text: the name of their source, marks, date formats, currencies, and what is
//! wrong with one, by line and column.

use core::fmt;

use toml::Spanned;

use crate::amount::Marks;
use crate::currency::CurrencyCode;
use crate::day::DateFormat;

/// The decimal marks.
pub const DECIMAL: &str = ".,";

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

/// An error at a byte offset, told as line and column.
pub fn refused(text: &str, at: usize, message: String) -> ProfileError {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    ProfileError { line, column, message }
}

/// What the reader of TOML says.
pub fn unread(text: &str, error: &toml::de::Error) -> ProfileError {
    refused(text, error.span().map_or(0, |span| span.start), error.message().replace('\n', " "))
}

/// The name of a source, which is needed.
pub fn source(text: &str, declared: &Spanned<String>) -> Result<String, ProfileError> {
    let source = declared.get_ref().trim().to_owned();
    if source.is_empty() {
        return Err(refused(text, declared.span().start, "the source needs a name".into()));
    }
    Ok(source)
}

/// Decimal and thousands marks, which are not the same.
pub fn marks(
    text: &str,
    decimal: Option<Spanned<char>>,
    thousands: Option<Spanned<char>>,
) -> Result<Marks, ProfileError> {
    let thousands_at = thousands.as_ref().map_or(0, |mark| mark.span().start);
    let marks =
        Marks { decimal: mark(text, decimal, DECIMAL)?, thousands: mark(text, thousands, ".,' \u{a0}\u{202f}")? };
    if marks.decimal.is_some() && marks.decimal == marks.thousands {
        return Err(refused(text, thousands_at, "one mark cannot be decimal and thousands mark at once".into()));
    }
    Ok(marks)
}

/// One mark of those that are allowed.
pub fn mark(text: &str, declared: Option<Spanned<char>>, allowed: &str) -> Result<Option<char>, ProfileError> {
    match declared {
        Some(mark) if !allowed.contains(*mark.get_ref()) => {
            let message = format!("'{}' is no such mark; use one of: {allowed}", mark.get_ref());
            Err(refused(text, mark.span().start, message))
        }
        other => Ok(other.map(Spanned::into_inner)),
    }
}

/// A date format.
pub fn date_format(text: &str, declared: &Spanned<String>) -> Result<DateFormat, ProfileError> {
    DateFormat::parse(declared.get_ref()).ok_or_else(|| {
        let message = format!(
            "'{}' is no date format; write the order of year, month and day, as YYYY-MM-DD, M/D/YYYY or DD.MM.YY",
            declared.get_ref()
        );
        refused(text, declared.span().start, message)
    })
}

/// A currency by its code.
pub fn currency(text: &str, code: &Spanned<String>) -> Result<CurrencyCode, ProfileError> {
    CurrencyCode::parse(code.get_ref()).ok_or_else(|| {
        refused(text, code.span().start, format!("'{}' is no ISO 4217 currency code, such as USD", code.get_ref()))
    })
}
