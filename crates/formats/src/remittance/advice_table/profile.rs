//! Profiles of remittance tables: which header means what (TOML).

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use crate::amount::Marks;
use crate::day::DateFormat;
use crate::header::header_key;
use crate::profile_text::{ProfileError, date_format, marks, refused, source, unread};

/// What a column of a remittance holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdviceColumn {
    /// The number of the document that is paid.
    Document,
    /// `invoice`, `credit_memo`, `debit_memo`, or what `[values.kind]` makes of it.
    Kind,
    /// The day of the document.
    DocumentDay,
    /// What the payer takes the document's total to be.
    Due,
    /// The discount taken.
    Discount,
    /// What else is held back; its sign does not count.
    Deduction,
    /// The payer's reason for it.
    Reason,
    /// What is paid on the document.
    Paid,
    /// The currency.
    Currency,
    /// The payer's purchase order.
    PurchaseOrder,
    /// Words that go with the line.
    Text,
    /// The payment that the row belongs to, where a table holds several.
    Payment,
    /// The day on which it is paid.
    PaymentDay,
    /// Who pays.
    Payer,
}

/// What words around a table say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdviceTitle {
    /// The number of the payment.
    Reference,
    /// The day of the payment.
    PaymentDay,
    /// The amount of the payment.
    Paid,
    /// Who pays.
    Payer,
    /// The currency.
    Currency,
}

/// How the remittances of one payer are written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdviceProfile {
    /// The name of the source.
    pub source: String,
    /// The sheet of a workbook; `None` takes the only one with a header, or else the first.
    pub sheet: Option<String>,
    /// How dates are written; `None` is told from the table, and days that stay ambiguous are left out.
    pub date_format: Option<DateFormat>,
    /// Decimal and thousands marks; an absent decimal mark is told from the table.
    pub marks: Marks,
    pub(super) columns: BTreeMap<AdviceColumn, Vec<String>>,
    pub(super) titles: BTreeMap<AdviceTitle, Vec<String>>,
    pub(super) values: BTreeMap<AdviceColumn, BTreeMap<String, String>>,
}

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProfileText {
    source: Spanned<String>,
    sheet: Option<String>,
    date_format: Option<Spanned<String>>,
    decimal_mark: Option<Spanned<char>>,
    thousands_mark: Option<Spanned<char>>,
    columns: Spanned<BTreeMap<AdviceColumn, Vec<String>>>,
    #[serde(default)]
    titles: BTreeMap<AdviceTitle, Vec<String>>,
    #[serde(default)]
    values: BTreeMap<AdviceColumn, BTreeMap<String, String>>,
}

impl AdviceProfile {
    /// The profile that ships: headers as payers' programs write them, in four languages.
    ///
    /// Panics if its text does not parse: a bug, which a test would find.
    pub fn plain() -> Self {
        Self::parse(include_str!("../../../profiles/remittance-plain.toml")).expect("the shipped profile parses")
    }

    /// Reads a profile; refuses unknown keys, columns and marks, and one that maps no document or no amount, with line and column.
    pub fn parse(text: &str) -> Result<Self, ProfileError> {
        let raw: ProfileText = toml::from_str(text).map_err(|error| unread(text, &error))?;
        let columns_at = raw.columns.span().start;
        let columns = raw.columns.into_inner();
        let has = |column| columns.contains_key(&column);
        if !has(AdviceColumn::Document) || !(has(AdviceColumn::Paid) || has(AdviceColumn::Due)) {
            let message = "a remittance needs the columns document, and paid or due".to_owned();
            return Err(refused(text, columns_at, message));
        }
        let fold = |map: BTreeMap<String, String>| map.into_iter().map(|(from, to)| (header_key(&from), to)).collect();
        Ok(Self {
            source: source(text, &raw.source)?,
            sheet: raw.sheet,
            date_format: raw.date_format.map(|declared| date_format(text, &declared)).transpose()?,
            marks: marks(text, raw.decimal_mark, raw.thousands_mark)?,
            columns,
            titles: raw.titles,
            values: raw.values.into_iter().map(|(column, map)| (column, fold(map))).collect(),
        })
    }

    /// The column that a header means: the first whose names have it.
    pub(super) fn column(&self, header: &str) -> Option<AdviceColumn> {
        let key = header_key(header);
        let has = |names: &Vec<String>| names.iter().any(|name| header_key(name) == key);
        self.columns.iter().find(|(_, names)| !key.is_empty() && has(names)).map(|(column, _)| *column)
    }

    /// What a title says.
    pub(super) fn title(&self, name: &str) -> Option<AdviceTitle> {
        let key = header_key(name);
        let has = |names: &Vec<String>| names.iter().any(|name| header_key(name) == key);
        self.titles.iter().find(|(_, names)| !key.is_empty() && has(names)).map(|(title, _)| *title)
    }
}
