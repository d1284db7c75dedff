//! The lines of an aging export as documents of ours: kinds, due lines, amounts in minor units.

use std::collections::HashMap;

use dunwell_formats::aging_export::{AgingExport, AgingLine, ItemKind as LineKind};
use dunwell_formats::amount::Decimal;
use dunwell_formats::day::Day;
use dunwell_rules::calendar::Date;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Currency;
use serde_json::{Map, Value};

use crate::import::cells::MAX_AMOUNT;
use crate::import::report::{Code, Refused};

/// An open document of the export; several lines of it are its instalments.
#[derive(Debug, Clone)]
pub(super) struct Document {
    /// The first line it was read from.
    pub(super) line: u64,
    /// How many lines it was read from.
    pub(super) rows: u64,
    pub(super) account: String,
    pub(super) account_name: String,
    pub(super) kind: ItemKind,
    pub(super) document: String,
    pub(super) document_date: Date,
    /// Due dates with what is open of each; the date is `None` where the file has none.
    pub(super) due: Vec<(Option<Date>, i64)>,
    pub(super) currency: Currency,
    /// What is open, above or equal to zero on either side.
    pub(super) open: i64,
    /// The original amount, where the file has it and the document has one line.
    pub(super) original: Option<i64>,
    pub(super) terms: Option<String>,
    pub(super) po_number: Option<String>,
    pub(super) custom: Option<String>,
}

/// What makes two documents the same: account, currency, side, number.
pub(super) type Key = (String, Currency, bool, String);

impl Document {
    pub(super) fn key(&self) -> Key {
        (self.account.clone(), self.currency, self.kind.is_debit(), self.document.clone())
    }
}

/// A day of the reader as a date.
pub(super) fn date(day: Day) -> Option<Date> {
    Date::new(day.year, i8::try_from(day.month).ok()?, i8::try_from(day.day).ok()?).ok()
}

/// The documents of an export, in its order, and the lines that are none.
pub(super) fn documents(export: &AgingExport, default: Currency) -> (Vec<Document>, Vec<(u64, Refused)>) {
    let mut documents: Vec<Document> = Vec::with_capacity(export.lines.len());
    let mut places: HashMap<(Key, ItemKind), usize> = HashMap::new();
    let mut rejects = Vec::new();
    for line in &export.lines {
        let read = match document(line, default) {
            Ok(read) => read,
            Err(refused) => {
                rejects.push((line.line_no, refused));
                continue;
            }
        };
        let key = (read.key(), read.kind);
        match places.get(&key) {
            Some(place) => {
                let known = &mut documents[*place];
                known.rows += 1;
                known.open = known.open.saturating_add(read.open);
                known.due.extend(read.due);
                known.original = None;
            }
            None => {
                places.insert(key, documents.len());
                documents.push(read);
            }
        }
    }
    (documents, rejects)
}

/// One line as a document.
fn document(line: &AgingLine, default: Currency) -> Result<Document, Refused> {
    let currency = match line.currency.as_deref() {
        Some(code) => Currency::parse(code).ok_or_else(|| {
            refuse("currency", code, Code::UnknownCurrency, "is no ISO 4217 code; mend it in the source")
        })?,
        None => default,
    };
    let open = minor(line.open_amount, currency, "open amount")?;
    let original = line.original_amount.map(|amount| minor(amount, currency, "original amount")).transpose()?;
    let due = line.due_date.and_then(date);
    let Some(document_date) = line.document_date.and_then(date).or(due) else {
        return Err(refuse("document date", "", Code::MissingValue, "is empty; add the date column to the report"));
    };
    let kind = match (line.kind, open < 0) {
        (LineKind::Invoice, false) => ItemKind::Invoice,
        (LineKind::DebitMemo | LineKind::Journal | LineKind::CreditMemo | LineKind::Payment, false)
            if open > 0 || matches!(line.kind, LineKind::DebitMemo | LineKind::Journal) =>
        {
            ItemKind::DebitMemo
        }
        (LineKind::Payment, _) => ItemKind::Receipt,
        (LineKind::Journal, true) => ItemKind::Adjustment,
        (LineKind::Invoice | LineKind::DebitMemo | LineKind::CreditMemo | LineKind::Journal, _) => ItemKind::CreditMemo,
    };
    let account = line.account.clone().unwrap_or_else(|| line.account_name.clone());
    if account.trim().is_empty() {
        return Err(refuse("customer", "", Code::MissingValue, "is empty; add the customer to the report"));
    }
    // A document without a number is told by its kind and day.
    let document =
        if line.document.is_empty() { format!("{} {document_date}", kind.code()) } else { line.document.clone() };
    let original = original.filter(|original| original.signum() == open.signum() && original.abs() >= open.abs());
    Ok(Document {
        line: line.line_no,
        rows: 1,
        account,
        account_name: line.account_name.clone(),
        kind,
        document,
        document_date,
        due: vec![(due, open.abs())],
        currency,
        open: open.abs(),
        original: original.map(i64::abs),
        terms: line.terms.clone(),
        po_number: line.po_number.clone(),
        custom: custom(&line.extra),
    })
}

/// The columns that are not understood, as JSON.
fn custom(extra: &[(String, String)]) -> Option<String> {
    let members: Map<String, Value> =
        extra.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str()))).collect();
    (!members.is_empty()).then(|| Value::Object(members).to_string())
}

fn minor(amount: Decimal, currency: Currency, what: &str) -> Result<i64, Refused> {
    let exponent = u32::from(currency.exponent());
    match amount.minor_units(exponent) {
        Some(minor) if minor.unsigned_abs() <= MAX_AMOUNT.unsigned_abs() => Ok(minor),
        Some(_) => {
            Err(refuse(what, &amount.to_string(), Code::AmountTooLarge, "is larger than is kept; check the source"))
        }
        None => {
            let message =
                format!("has more decimals than {currency} has ({exponent}), or is too large; round it in the source");
            Err(refuse(what, &amount.to_string(), Code::TooManyDecimals, &message))
        }
    }
}

fn refuse(column: &str, value: &str, code: Code, message: &str) -> Refused {
    Refused { column: column.to_owned(), value: value.to_owned(), code, message: format!("{column} {message}") }
}
