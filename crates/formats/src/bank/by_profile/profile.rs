//! Bank profiles: how the statements of one bank are written as a table (TOML).
//!
//! A profile maps header names to what a statement holds, and says how dates, amounts and signs are written where a file
//! does not tell by itself. Absent on purpose: expressions; what a profile cannot say in words belongs into the bank's
//! export.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::amount::Marks;
use crate::currency::CurrencyCode;
use crate::day::DateFormat;
use crate::header::header_key;
use crate::profile_text::{ProfileError, currency, date_format, marks, refused, source, unread};

/// The profiles that ship: name and text.
pub const SHIPPED: [(&str, &str); 2] = [
    ("plain", include_str!("../../../profiles/plain.toml")),
    ("csv-camt", include_str!("../../../profiles/csv-camt.toml")),
];

/// What a column of a statement holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementColumn {
    /// The day it was booked.
    BookingDay,
    /// The day from which it bears interest.
    ValueDay,
    /// The amount with its sign, or without where `side` says it.
    Amount,
    /// Money in; its sign does not count.
    Credit,
    /// Money out; its sign does not count.
    Debit,
    /// Whether the amount is money in or out: `credit`, `debit`, or what `[values.side]` makes of it.
    Side,
    /// The currency of the amount.
    Currency,
    /// The balance of the account after the entry.
    Balance,
    /// The account, where a file holds several.
    Account,
    /// The bank's reference of the entry.
    Reference,
    /// A check number, or the customer's own reference.
    CustomerReference,
    /// The end-to-end reference.
    EndToEnd,
    /// The mandate of a direct debit.
    Mandate,
    /// Who paid, or was paid.
    Name,
    /// Their account.
    NameAccount,
    /// Their bank.
    NameBank,
    /// What the payer wrote. Several columns make several lines.
    Text,
    /// What the bank calls the entry.
    Code,
    /// `booked`, `pending`, or what `[values.status]` makes of it.
    Status,
}

/// What a row before the header says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatementTitle {
    /// The account.
    Account,
    /// Its holder.
    Owner,
    /// Its currency.
    Currency,
    /// The balance before the first entry.
    OpeningBalance,
    /// The balance after the last entry.
    ClosingBalance,
    /// The first day covered.
    From,
    /// The last day covered.
    To,
}

/// Which sign money in has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AmountSign {
    /// Money in is above zero.
    #[default]
    CreditPositive,
    /// Money in is below zero, as on statements of cards.
    DebitPositive,
}

/// How the statements of one bank are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementProfile {
    /// The name of the source.
    pub source: String,
    /// The bank: part of the key of its statements; the source where it is not given.
    pub bank: String,
    /// The account of files that name none.
    pub account: Option<String>,
    /// The currency of files that name none.
    pub currency: Option<CurrencyCode>,
    /// The sheet of a workbook; `None` takes the one with the most of the headers, and refuses several statements.
    pub sheet: Option<String>,
    /// How dates are written; `None` is told from the file, and refused where it is ambiguous.
    pub date_format: Option<DateFormat>,
    /// Decimal and thousands marks; an absent decimal mark is told from the file.
    pub marks: Marks,
    /// Which sign money in has.
    pub sign: AmountSign,
    /// Rows whose first cell begins with one of these are no entries (`Total`).
    pub skip: Vec<String>,
    pub(super) columns: BTreeMap<StatementColumn, Vec<String>>,
    pub(super) titles: BTreeMap<StatementTitle, Vec<String>>,
    pub(super) values: BTreeMap<StatementColumn, BTreeMap<String, String>>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileText {
    source: Spanned<String>,
    bank: Option<String>,
    account: Option<String>,
    currency: Option<Spanned<String>>,
    sheet: Option<String>,
    date_format: Option<Spanned<String>>,
    decimal_mark: Option<Spanned<char>>,
    thousands_mark: Option<Spanned<char>>,
    #[serde(default)]
    sign: AmountSign,
    #[serde(default)]
    skip: Vec<String>,
    columns: Spanned<BTreeMap<StatementColumn, Vec<String>>>,
    #[serde(default)]
    titles: BTreeMap<StatementTitle, Vec<String>>,
    #[serde(default)]
    values: BTreeMap<StatementColumn, BTreeMap<String, String>>,
}

impl StatementProfile {
    /// A profile that ships; `None` when none has that name.
    ///
    /// Panics if the shipped text does not parse: a bug, which a test would find.
    pub fn shipped(name: &str) -> Option<Self> {
        let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        Some(Self::parse(text).expect("a shipped profile parses"))
    }

    /// Reads a profile; refuses unknown keys, columns and marks, and a profile that maps no day or no amount, with line and
    /// column.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let raw: ProfileText = toml::from_str(text).map_err(|error| unread(text, &error))?;
        let date_format = raw.date_format.map(|declared| date_format(text, &declared)).transpose()?;
        let currency = raw.currency.map(|code| currency(text, &code)).transpose()?;
        let marks = marks(text, raw.decimal_mark, raw.thousands_mark)?;
        let columns_at = raw.columns.span().start;
        let columns = raw.columns.into_inner();
        let has = |column| columns.contains_key(&column);
        if !has(StatementColumn::BookingDay) && !has(StatementColumn::ValueDay) {
            return Err(refused(text, columns_at, "no column of days: map booking_day or value_day".into()));
        }
        let two = has(StatementColumn::Credit) && has(StatementColumn::Debit);
        if !has(StatementColumn::Amount) && !two {
            return Err(refused(text, columns_at, "no amounts: map amount, or credit and debit".into()));
        }
        let source = source(text, &raw.source)?;
        let fold = |map: BTreeMap<String, String>| map.into_iter().map(|(from, to)| (value_key(&from), to)).collect();
        Ok(Self {
            bank: raw.bank.unwrap_or_else(|| source.clone()),
            source,
            account: raw.account,
            currency,
            sheet: raw.sheet,
            date_format,
            marks,
            sign: raw.sign,
            skip: raw.skip,
            columns,
            titles: raw.titles,
            values: raw.values.into_iter().map(|(column, map)| (column, fold(map))).collect(),
        })
    }

    /// All header names that the profile knows, by which the header row is found.
    pub(super) fn headers(&self) -> Vec<&str> {
        self.columns.values().flatten().map(String::as_str).collect()
    }

    /// What a value of a column means by the profile's table; the value itself where the table does not have it.
    pub(super) fn value<'v>(&'v self, column: StatementColumn, text: &'v str) -> &'v str {
        let table = self.values.get(&column);
        table.and_then(|table| table.get(&value_key(text))).map_or(text, String::as_str)
    }
}

/// A value as tables compare it: letters, digits and signs in lower case, for `-` and `+` may be values.
fn value_key(text: &str) -> String {
    let key = header_key(text);
    if key.is_empty() { text.trim().to_owned() } else { key }
}
