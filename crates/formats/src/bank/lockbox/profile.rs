//! How one bank writes its lockbox files (TOML).

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::layout::{LineSpans, LockboxCsvProfile, LockboxField, LockboxLayout, Span};
use crate::amount::Marks;
use crate::currency::CurrencyCode;
use crate::profile_text::{ProfileError, currency, date_format, marks, refused, source, unread};

/// The columns before these hold type, batch and item in every layout.
const FIRST_FREE: usize = 8;

/// The longest record that a profile may name.
const LONGEST: usize = 1_000;

/// Where one bank puts what in a lockbox transmission.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LockboxProfile {
    /// The name of the source.
    pub source: String,
    /// The currency of the files, which name none; `None` is the caller's.
    pub currency: Option<CurrencyCode>,
    /// The columns.
    pub layout: LockboxLayout,
}

/// Columns as they are written: from and to, from 1 and both included.
type Columns = Spanned<[usize; 2]>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LayoutText {
    source: Spanned<String>,
    #[serde(rename = "format")]
    _format: String,
    currency: Option<Spanned<String>>,
    length: Option<Spanned<usize>>,
    check: Option<CheckText>,
    overflow: Option<OverflowText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CheckText {
    amount: Columns,
    routing: Option<Columns>,
    account: Option<Columns>,
    check: Option<Columns>,
    payer: Option<Columns>,
    #[serde(default)]
    documents: Vec<DocumentText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OverflowText {
    documents: Vec<DocumentText>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DocumentText {
    number: Columns,
    amount: Option<Columns>,
    discount: Option<Columns>,
}

impl LockboxProfile {
    /// Reads a profile; refuses unknown keys, and columns outside of the record or taken twice, with line and column.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let raw: LayoutText = toml::from_str(text).map_err(|error| unread(text, &error))?;
        let mut layout = LockboxLayout::standard();
        if let Some(length) = &raw.length {
            layout.length = *length.get_ref();
            if !(FIRST_FREE + 1..=LONGEST).contains(&layout.length) {
                let message = format!("records are between {} and {LONGEST} columns long", FIRST_FREE + 1);
                return Err(refused(text, length.span().start, message));
            }
        }
        if let Some(check) = &raw.check {
            let mut taken = Taken { text, length: layout.length, spans: Vec::new() };
            layout.amount = taken.take(&check.amount)?;
            layout.routing = taken.may(check.routing.as_ref())?;
            layout.account = taken.may(check.account.as_ref())?;
            layout.check = taken.may(check.check.as_ref())?;
            layout.payer = taken.may(check.payer.as_ref())?;
            layout.in_check = taken.documents(&check.documents)?;
        }
        if let Some(overflow) = &raw.overflow {
            let mut taken = Taken { text, length: layout.length, spans: Vec::new() };
            layout.in_overflow = taken.documents(&overflow.documents)?;
        }
        let currency = raw.currency.map(|code| currency(text, &code)).transpose()?;
        Ok(Self { source: source(text, &raw.source)?, currency, layout })
    }
}

/// The columns of a record that mean something already.
struct Taken<'t> {
    text: &'t str,
    length: usize,
    spans: Vec<Span>,
}

impl Taken<'_> {
    fn take(&mut self, columns: &Columns) -> Result<Span, ProfileError> {
        let [from, to] = *columns.get_ref();
        let refuse = |message: String| Err(refused(self.text, columns.span().start, message));
        if from > to || from < FIRST_FREE || to > self.length {
            return refuse(format!(
                "columns are from and to, between {FIRST_FREE} and {}; before stand type, batch and item",
                self.length
            ));
        }
        if let Some((other, until)) = self.spans.iter().find(|(other, until)| from <= *until && *other <= to) {
            return refuse(format!("columns {from} to {to} are taken already, by {other} to {until}"));
        }
        self.spans.push((from, to));
        Ok((from, to))
    }

    fn may(&mut self, columns: Option<&Columns>) -> Result<Option<Span>, ProfileError> {
        columns.map(|columns| self.take(columns)).transpose()
    }

    fn documents(&mut self, documents: &[DocumentText]) -> Result<Vec<LineSpans>, ProfileError> {
        let take = |document: &DocumentText| {
            Ok(LineSpans {
                number: self.take(&document.number)?,
                amount: self.may(document.amount.as_ref())?,
                discount: self.may(document.discount.as_ref())?,
            })
        };
        documents.iter().map(take).collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CsvText {
    source: Spanned<String>,
    #[serde(rename = "format")]
    _format: String,
    bank: Option<String>,
    currency: Option<Spanned<String>>,
    date_format: Option<Spanned<String>>,
    decimal_mark: Option<Spanned<char>>,
    thousands_mark: Option<Spanned<char>>,
    columns: Option<Spanned<BTreeMap<LockboxField, Vec<String>>>>,
}

impl LockboxCsvProfile {
    /// Reads a profile; refuses unknown keys, columns and marks, and columns without the amount of the check, with line and
    /// column. What it leaves out is as [`LockboxCsvProfile::default`] has it.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let raw: CsvText = toml::from_str(text).map_err(|error| unread(text, &error))?;
        let mut profile = Self { source: source(text, &raw.source)?, ..Self::default() };
        profile.originator = raw.bank.unwrap_or_else(|| profile.source.clone());
        profile.currency = raw.currency.map(|code| currency(text, &code)).transpose()?;
        if let Some(declared) = &raw.date_format {
            profile.date_format = date_format(text, declared)?;
        }
        if raw.decimal_mark.is_some() || raw.thousands_mark.is_some() {
            let named = marks(text, raw.decimal_mark, raw.thousands_mark)?;
            let other = |decimal: char| if decimal == ',' { Marks::COMMA } else { Marks::POINT };
            let usual = match (named.decimal, named.thousands) {
                (Some(decimal), _) => other(decimal),
                (None, Some('.')) => Marks::COMMA,
                (None, _) => Marks::POINT,
            };
            profile.marks = Marks { decimal: usual.decimal, thousands: named.thousands.or(usual.thousands) };
        }
        if let Some(columns) = raw.columns {
            let at = columns.span().start;
            let columns = columns.into_inner();
            if !columns.contains_key(&LockboxField::CheckAmount) {
                return Err(refused(text, at, "no amount of the check: map check_amount".into()));
            }
            profile.columns = columns
                .into_iter()
                .flat_map(|(field, names)| names.into_iter().map(move |name| (field, name)))
                .collect();
        }
        Ok(profile)
    }
}
