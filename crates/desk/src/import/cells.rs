//! The cells of a row by their canonical columns: bound once for a file, then read row by row.

use std::collections::HashMap;

use dunwell_formats::amount::{self, Decimal, Marks};
use dunwell_formats::day::{DateFormat, parse_day};
use dunwell_formats::header_key;
use dunwell_formats::table::{CellKind, Row};
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};

use super::column::{Column, ImportKind};
use super::profile::{AccountFrom, Profile};
use super::report::{Code, Refused};

/// The largest amount of a document, minor units: sums over a book stay far inside 64 bits. The store keeps no larger
/// one.
pub(super) const MAX_AMOUNT: i64 = 1_000_000_000_000_000;
/// The longest text that is kept of a cell with a meaning, in bytes.
const MAX_TEXT: usize = 1_000;
/// The longest text of unknown columns that is kept with a row, in bytes.
const MAX_CUSTOM: usize = 16_384;

/// Where the canonical columns stand in one file, and how its dates and amounts are written.
#[derive(Debug)]
pub(super) struct Binding {
    at: [Option<usize>; Column::COUNT],
    constants: HashMap<Column, String>,
    values: HashMap<Column, HashMap<String, String>>,
    /// Unknown columns: where they stand, and their name as the beginning of a JSON member.
    custom: Vec<(usize, String)>,
    headers: Vec<String>,
    pub(super) dates: DateFormat,
    pub(super) marks: Marks,
    currency: Currency,
    account_from: AccountFrom,
}

impl Binding {
    /// Finds the columns of `kind` in the headers of a file.
    ///
    /// Refuses a file without a required column, naming what was looked for and the headers found.
    pub(super) fn new(
        kind: ImportKind,
        profile: &Profile,
        headers: &[String],
        book_currency: Currency,
    ) -> Result<Self, String> {
        let keys: Vec<String> = headers.iter().map(|header| header_key(header)).collect();
        let (columns, required) = kind.columns();
        let mut at = [None; Column::COUNT];
        for (place, column) in columns.iter().enumerate() {
            let names = names_of(kind, profile, *column);
            let found = names.iter().find_map(|name| keys.iter().position(|key| *key == header_key(name)));
            at[*column as usize] = found;
            if place < required && found.is_none() && !profile.constants.contains_key(column) {
                let headers = headers.iter().map(|header| format!("'{header}'")).collect::<Vec<_>>().join(", ");
                return Err(format!(
                    "no column for {}: looked for {}; the headers found are {headers}; name it in a profile under \
                        [columns]",
                    column.code(),
                    names.join(", "),
                ));
            }
        }
        Ok(Self {
            at,
            constants: profile.constants.iter().map(|(column, text)| (*column, text.clone())).collect(),
            values: profile.values.iter().map(|(column, map)| (*column, map.clone())).collect(),
            custom: custom_columns(headers, &keys, &at, profile),
            headers: headers.to_vec(),
            dates: profile.date_format.unwrap_or(DateFormat::ISO),
            marks: profile.marks,
            currency: profile.currency.unwrap_or(book_currency),
            account_from: profile.account_from,
        })
    }

    /// The columns of the file whose canonical column `is` one of a sort.
    pub(super) fn places(&self, kind: ImportKind, is: fn(Column) -> bool) -> Vec<usize> {
        let (columns, _) = kind.columns();
        columns.iter().filter(|column| is(**column)).filter_map(|column| self.at[*column as usize]).collect()
    }

    /// The header of a column as the file has it, else its canonical name.
    fn header(&self, column: Column) -> String {
        self.at[column as usize].map_or_else(|| column.code().to_owned(), |place| self.headers[place].clone())
    }
}

/// The header names of a column, the profile's first, then ours.
pub(super) fn names_of(kind: ImportKind, profile: &Profile, column: Column) -> Vec<String> {
    let declared = profile.columns.get(&column).cloned().unwrap_or_default();
    let ours = std::iter::once(column.code()).chain(column.also(kind).iter().copied());
    declared.into_iter().chain(ours.map(str::to_owned)).collect()
}

/// The columns that no canonical column took; a repeated header gets a number behind it.
fn custom_columns(
    headers: &[String],
    keys: &[String],
    at: &[Option<usize>; Column::COUNT],
    profile: &Profile,
) -> Vec<(usize, String)> {
    let mut named: HashMap<&str, usize> = HashMap::new();
    let mut custom = Vec::new();
    for (place, header) in headers.iter().enumerate() {
        if at.contains(&Some(place)) || profile.ignore.contains(&keys[place]) {
            continue;
        }
        let times = named.entry(header.as_str()).or_default();
        *times += 1;
        let name = match (header.is_empty(), *times) {
            (true, _) => format!("column_{}", place + 1),
            (false, 1) => header.clone(),
            (false, times) => format!("{header}_{times}"),
        };
        custom.push((place, format!("{}:", json_text(&name))));
    }
    custom
}

/// A text as JSON.
fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// One row under a binding.
pub(super) struct Cells<'a> {
    pub(super) binding: &'a Binding,
    pub(super) row: &'a Row,
}

impl<'a> Cells<'a> {
    /// The text of a column: the profile's constant, else the cell through the profile's value map; `None` when blank.
    pub(super) fn text(&self, column: Column) -> Option<&'a str> {
        if let Some(constant) = self.binding.constants.get(&column) {
            return Some(constant);
        }
        let text = self.row.cell(self.binding.at[column as usize]?);
        let mapped = match self.binding.values.get(&column) {
            Some(map) => map.get(&header_key(text)).map_or(text, String::as_str),
            None => text,
        };
        (!mapped.is_empty()).then_some(mapped)
    }

    /// The text of a column that must be filled.
    pub(super) fn required(&self, column: Column) -> Result<&'a str, Refused> {
        match self.short(column)? {
            Some(text) => Ok(text),
            None => Err(self.refuse(column, Code::MissingValue, "is empty; fill it in the file or in the source")),
        }
    }

    /// The text of a column, refused when it is longer than is kept.
    pub(super) fn short(&self, column: Column) -> Result<Option<&'a str>, Refused> {
        match self.text(column) {
            Some(text) if text.len() > MAX_TEXT => {
                Err(self.refuse(column, Code::TooLong, &format!("is longer than {MAX_TEXT} bytes; shorten it")))
            }
            text => Ok(text),
        }
    }

    /// The same as an owned text.
    pub(super) fn owned(&self, column: Column) -> Result<Option<String>, Refused> {
        Ok(self.short(column)?.map(str::to_owned))
    }

    /// The customer number, as the profile says where it stands.
    pub(super) fn account(&self, column: Column) -> Result<&'a str, Refused> {
        let text = self.required(column)?;
        Ok(match self.binding.account_from {
            AccountFrom::Cell => text,
            AccountFrom::FirstWord => match text.split_once(char::is_whitespace) {
                Some((word, _)) if word.bytes().any(|byte| byte.is_ascii_digit()) => word,
                _ => text,
            },
        })
    }

    /// The customer's name; without the number where both stand in one cell.
    pub(super) fn account_name(&self) -> Result<Option<String>, Refused> {
        let Some(text) = self.short(Column::AccountName)? else { return Ok(None) };
        if self.binding.account_from == AccountFrom::FirstWord
            && let Some((word, rest)) = text.split_once(char::is_whitespace)
            && word.bytes().any(|byte| byte.is_ascii_digit())
        {
            return Ok(Some(rest.trim().to_owned()));
        }
        Ok(Some(text.to_owned()))
    }

    /// The date of a column; `None` when blank.
    pub(super) fn date(&self, column: Column) -> Result<Option<Date>, Refused> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let day = parse_day(text, self.binding.dates).map_err(|error| {
            self.refuse(
                column,
                Code::BadDate,
                &format!("{error}; write it as 2026-03-04 or declare date_format in a profile"),
            )
        })?;
        // A day of the reader exists in the calendar.
        let month = i8::try_from(day.month).unwrap_or(1);
        let day_of_month = i8::try_from(day.day).unwrap_or(1);
        let date = Date::new(day.year, month, day_of_month);
        date.map(Some).map_err(|error| self.refuse(column, Code::BadDate, &error.to_string()))
    }

    /// The date of a column that must be filled.
    pub(super) fn required_date(&self, column: Column) -> Result<Date, Refused> {
        match self.date(column)? {
            Some(date) => Ok(date),
            None => Err(self.refuse(column, Code::MissingValue, "is empty; fill it in the file or in the source")),
        }
    }

    /// The value of a column of amounts, with the currency its sign names; `None` when blank.
    fn value(&self, column: Column) -> Result<Option<amount::Amount>, Refused> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let place = self.binding.at[column as usize];
        let number = place.is_some_and(|place| self.row.kind(place) == CellKind::Number);
        let marks = if number { Marks::POINT } else { self.binding.marks };
        amount::parse_amount(text, marks).map(Some).map_err(|error| {
            self.refuse(
                column,
                Code::BadAmount,
                &format!("{error}; declare decimal_mark in a profile if the file's is another"),
            )
        })
    }

    /// The exact decimal of a column that must be filled.
    pub(super) fn decimal(&self, column: Column) -> Result<Decimal, Refused> {
        match self.value(column)? {
            Some(amount) => Ok(amount.value),
            None => Err(self.refuse(column, Code::MissingValue, "is empty; fill it in the file or in the source")),
        }
    }

    /// The amount in the row's currency: its column, else the amount's own sign, else the profile's or the book's.
    pub(super) fn money(&self, column: Column) -> Result<Money, Refused> {
        let Some(amount) = self.value(column)? else {
            return Err(self.refuse(column, Code::MissingValue, "is empty; fill it in the file or in the source"));
        };
        let signed = amount.currency.as_deref().and_then(Currency::parse);
        let named = self.currency(Column::Currency)?;
        if let (Some(named), Some(signed)) = (named, signed)
            && named != signed
        {
            let message = format!("is written in {signed} but the row says {named}; mend one of them");
            return Err(self.refuse(column, Code::CurrencyConflict, &message));
        }
        let currency = named.or(signed).unwrap_or(self.binding.currency);
        self.minor(column, amount.value, currency)
    }

    /// The amount of a second column in a currency already known; `None` when blank.
    pub(super) fn minor_in(&self, column: Column, currency: Currency) -> Result<Option<i64>, Refused> {
        match self.value(column)? {
            Some(amount) => Ok(Some(self.minor(column, amount.value, currency)?.minor)),
            None => Ok(None),
        }
    }

    fn minor(&self, column: Column, value: Decimal, currency: Currency) -> Result<Money, Refused> {
        let exponent = u32::from(currency.exponent());
        match value.minor_units(exponent) {
            Some(minor) if (-MAX_AMOUNT..=MAX_AMOUNT).contains(&minor) => Ok(Money::new(minor, currency)),
            _ if value.normalised().scale > exponent => {
                let message = format!("has more decimals than {currency} has ({exponent}); round it in the source");
                Err(self.refuse(column, Code::TooManyDecimals, &message))
            }
            _ => Err(self.refuse(
                column,
                Code::AmountTooLarge,
                "is larger than is kept (10^15 minor units); check the source",
            )),
        }
    }

    /// The currency a column names; `None` when blank.
    pub(super) fn currency(&self, column: Column) -> Result<Option<Currency>, Refused> {
        let Some(text) = self.text(column) else { return Ok(None) };
        let parsed = Currency::parse(text).or_else(|| Currency::parse(&text.to_ascii_uppercase()));
        match parsed {
            Some(currency) => Ok(Some(currency)),
            None => Err(self.refuse(
                column,
                Code::UnknownCurrency,
                "is no ISO 4217 code, such as USD; map it in a profile under [values.currency]",
            )),
        }
    }

    /// The currency of the row, or the default.
    pub(super) fn currency_or_default(&self) -> Result<Currency, Refused> {
        Ok(self.currency(Column::Currency)?.unwrap_or(self.binding.currency))
    }

    /// Yes or no; a blank is no.
    pub(super) fn flag(&self, column: Column) -> Result<bool, Refused> {
        let Some(text) = self.text(column) else { return Ok(false) };
        const YES: [&str; 8] = ["yes", "y", "true", "t", "1", "x", "ja", "oui"];
        const NO: [&str; 8] = ["no", "n", "false", "f", "0", "-", "nein", "non"];
        if YES.iter().any(|word| text.eq_ignore_ascii_case(word)) {
            Ok(true)
        } else if NO.iter().any(|word| text.eq_ignore_ascii_case(word)) {
            Ok(false)
        } else {
            Err(self.refuse(
                column,
                Code::BadFlag,
                &format!("is neither yes nor no; map it in a profile under [values.{}]", column.code()),
            ))
        }
    }

    /// The unknown columns that are filled, as a JSON object; `None` when all are blank.
    pub(super) fn custom(&self) -> Result<Option<String>, Refused> {
        let mut json = String::new();
        for (place, name) in &self.binding.custom {
            let text = self.row.cell(*place);
            if text.is_empty() {
                continue;
            }
            json.push(if json.is_empty() { '{' } else { ',' });
            json.push_str(name);
            if text.bytes().all(|byte| (0x20..0x7f).contains(&byte) && byte != b'"' && byte != b'\\') {
                json.push('"');
                json.push_str(text);
                json.push('"');
            } else {
                json.push_str(&json_text(text));
            }
        }
        if json.len() > MAX_CUSTOM {
            let message =
                format!("the unknown columns hold more than {MAX_CUSTOM} bytes; list them under ignore in a profile");
            return Err(Refused { column: String::new(), value: String::new(), code: Code::TooLong, message });
        }
        Ok((!json.is_empty()).then(|| json + "}"))
    }

    /// The header of a column as the file has it.
    pub(super) fn header(&self, column: Column) -> String {
        self.binding.header(column)
    }

    /// A refusal of one cell: the message names the column and says the rest.
    pub(super) fn refuse(&self, column: Column, code: Code, message: &str) -> Refused {
        let header = self.binding.header(column);
        let value = self.text(column).unwrap_or("");
        let shown: String = value.chars().take(200).collect();
        Refused { message: format!("{header} {message}"), column: header, value: shown, code }
    }
}
