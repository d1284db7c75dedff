//! Column profiles: how the files of one source are written (TOML, `interfaces.md` section 3).
//!
//! A profile maps header names to canonical columns and says how dates and amounts are written where a file does not
//! tell
//! by itself. Absent on purpose: expressions; what a profile cannot say in words belongs into the source's export.

use std::collections::{BTreeMap, HashMap};

use dunwell_formats::amount::Marks;
use dunwell_formats::day::DateFormat;
use dunwell_formats::header_key;
pub use dunwell_formats::profile_text::ProfileError;
use dunwell_formats::profile_text::{DECIMAL, date_format, mark, marks, refused, source, unread};
use dunwell_rules::money::Currency;
use serde::Deserialize;
use toml::Spanned;

use super::column::Column;

/// The profiles that ship: name and text.
pub const SHIPPED: [(&str, &str); 8] = [
    ("canonical", include_str!("../../profiles/canonical.toml")),
    ("quickbooks", include_str!("../../profiles/quickbooks.toml")),
    ("xero", include_str!("../../profiles/xero.toml")),
    ("netsuite", include_str!("../../profiles/netsuite.toml")),
    ("sap-fbl5n", include_str!("../../profiles/sap-fbl5n.toml")),
    ("business-central", include_str!("../../profiles/business-central.toml")),
    ("erpnext", include_str!("../../profiles/erpnext.toml")),
    ("ibm-late-payments", include_str!("../../profiles/ibm-late-payments.toml")),
];

/// Where the customer number stands in the cell of the account column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountFrom {
    /// The whole cell.
    #[default]
    Cell,
    /// The first word where it holds a digit (`C117 Nordlicht GmbH`), else the whole cell.
    FirstWord,
}

/// The sign of payments in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PaymentSign {
    /// Money received is written above zero; below zero is refused.
    #[default]
    Positive,
    /// Money received is written below zero, as credits are in the source; above zero is refused.
    Negative,
}

/// How the files of one source are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The source's name: external ids are unique in it.
    pub source: String,
    /// How dates are written; `None` is told from the file, and refused where it is ambiguous.
    pub date_format: Option<DateFormat>,
    /// Decimal and thousands marks; an absent decimal mark is told from the file.
    pub marks: Marks,
    /// The decimal mark of a file that does not tell; `None` refuses it.
    pub assumed_decimal_mark: Option<char>,
    /// The currency of rows that name none; `None` is the book's.
    pub currency: Option<Currency>,
    /// Where the customer number stands.
    pub account_from: AccountFrom,
    /// The sign of payments.
    pub payment_sign: PaymentSign,
    /// The sheet of a workbook; `None` is told by the headers.
    pub sheet: Option<String>,
    /// The line of the header row, from 1; `None` is told by the headers.
    pub header_row: Option<u64>,
    pub(super) columns: BTreeMap<Column, Vec<String>>,
    pub(super) constants: BTreeMap<Column, String>,
    pub(super) values: BTreeMap<Column, HashMap<String, String>>,
    /// Header keys of columns that are not kept.
    pub(super) ignore: Vec<String>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileText {
    source: Spanned<String>,
    date_format: Option<Spanned<String>>,
    decimal_mark: Option<Spanned<char>>,
    thousands_mark: Option<Spanned<char>>,
    assumed_decimal_mark: Option<Spanned<char>>,
    currency: Option<Spanned<String>>,
    #[serde(default)]
    account_from: AccountFrom,
    #[serde(default)]
    payment_sign: PaymentSign,
    sheet: Option<String>,
    header_row: Option<u64>,
    #[serde(default)]
    ignore: Vec<String>,
    #[serde(default)]
    columns: BTreeMap<Column, Vec<String>>,
    #[serde(default)]
    constants: BTreeMap<Column, String>,
    #[serde(default)]
    values: BTreeMap<Column, BTreeMap<String, String>>,
}

impl Profile {
    /// A profile that ships; `None` when none has that name.
    ///
    /// Panics if the shipped text does not parse: a bug, which a test would find.
    pub fn shipped(name: &str) -> Option<Self> {
        let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        Some(Self::parse(text).expect("a shipped profile parses"))
    }

    /// Reads a profile; refuses unknown keys, columns and marks with line and column.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let raw: ProfileText = toml::from_str(text).map_err(|error| unread(text, &error))?;
        let source = source(text, &raw.source)?;
        let date_format = raw.date_format.map(|declared| date_format(text, &declared)).transpose()?;
        let currency = raw.currency.map(|code| currency(text, &code)).transpose()?;
        let marks = marks(text, raw.decimal_mark, raw.thousands_mark)?;
        let fold = |map: BTreeMap<String, String>| map.into_iter().map(|(from, to)| (header_key(&from), to)).collect();
        Ok(Self {
            source,
            date_format,
            marks,
            assumed_decimal_mark: mark(text, raw.assumed_decimal_mark, DECIMAL)?,
            currency,
            account_from: raw.account_from,
            payment_sign: raw.payment_sign,
            sheet: raw.sheet,
            header_row: raw.header_row,
            columns: raw.columns,
            constants: raw.constants,
            values: raw.values.into_iter().map(|(column, map)| (column, fold(map))).collect(),
            ignore: raw.ignore.iter().map(|name| header_key(name)).collect(),
        })
    }
}

fn currency(text: &str, code: &Spanned<String>) -> Result<Currency, ProfileError> {
    Currency::parse(code.get_ref()).ok_or_else(|| {
        refused(text, code.span().start, format!("'{}' is no ISO 4217 currency code, such as USD", code.get_ref()))
    })
}
