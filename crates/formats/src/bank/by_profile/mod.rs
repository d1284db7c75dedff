//! Bank statements as delimited text or workbooks, by a [`StatementProfile`].
//!
//! For banks that send nothing better. Finds the header row below rows of titles, takes money in and out from one signed
//! column, from two, or from an amount and its side, and checks running balances whichever way the rows are ordered.
//!
//! A row with an amount or a day that cannot be read refuses the file.
//! Rows without day and amount are no entries: they are passed over and told.
//!
//! **Identity.** The statement's key is the profile's bank, the account and the days covered. Rows have no identity of
//! their own but their order.

mod check;
mod fit;
mod profile;
mod rows;

use std::collections::{BTreeMap, HashMap};

pub use fit::fitting;
pub use profile::{AmountSign, SHIPPED, StatementColumn, StatementProfile, StatementTitle};

use super::camt::number_entries;
use super::mt940::looks_like_iban;
use super::notes::Notes;
use super::{
    Balance, BalanceKind, BankAccount, BankCode, BankFile, Entry, EntryStatus, Format, Funds, Payment, Place,
    ReadOptions, Refusal, Side, Standing, Statement, StatementKey,
};
use crate::amount::{Marks, detect_marks, parse_amount};
use crate::currency::CurrencyCode;
use crate::day::{DateFormat, Day, detect_format, parse_day};
use crate::header::header_key;
use crate::table::{CellKind, Row};
use StatementColumn as Column;
use check::RowBalance;
use rows::{Table, table};

/// Reads a statement by a profile.
pub fn read(bytes: &[u8], profile: &StatementProfile, options: &ReadOptions) -> BankFile {
    let wanted = profile.headers();
    let table = match table(bytes, &wanted, profile.sheet.as_deref(), &options.limits) {
        Ok(table) => table,
        Err(refused) => return BankFile::refusing(options.format, refused),
    };
    let format = if table.workbook { Format::Xlsx } else { Format::Csv };
    let reading = match Reading::of(&table, profile, options) {
        Ok(reading) => reading,
        Err(refused) => return BankFile::refusing(Some(format), refused),
    };
    let mut file = reading.run(&table);
    file.format = Some(format);
    file.version = profile.source.clone();
    file
}

/// One account of the file.
#[derive(Debug, Default)]
struct Account {
    entries: Vec<Entry>,
    balances: Vec<RowBalance>,
}

/// How a table is read.
struct Reading<'p> {
    profile: &'p StatementProfile,
    options: &'p ReadOptions,
    /// Where each column stands, in the profile's order of its names.
    columns: BTreeMap<Column, Vec<usize>>,
    dates: DateFormat,
    marks: Marks,
    titles: BTreeMap<StatementTitle, (String, CellKind)>,
    notes: Notes,
    accounts: Vec<(String, Account)>,
    /// Where each account is among them.
    places: HashMap<String, usize>,
    unreadable: Option<(Place, String)>,
}

impl<'p> Reading<'p> {
    /// Finds the columns, and how dates and amounts are written.
    fn of(table: &Table, profile: &'p StatementProfile, options: &'p ReadOptions) -> Result<Self, Refusal> {
        let columns = columns(&table.headers, profile);
        if !are_of_a_statement(&columns) {
            let reason = format!("the header has no column of days or none of amounts: {}", table.headers.join(", "));
            return Err(Refusal::NoProfile { reason: reason.chars().take(300).collect() });
        }
        let also = table.others.iter().find(|(_, headers)| are_of_a_statement(&self::columns(headers, profile)));
        if let Some((other, _)) = also {
            let reason = format!(
                "the sheets '{}' and '{other}' are both statements; a profile with `sheet` says which is read",
                table.sheet
            );
            return Err(Refusal::NoProfile { reason });
        }
        let cells = |wanted: &[Column], kind: CellKind| {
            let places: Vec<usize> =
                wanted.iter().filter_map(|column| columns.get(column)).flatten().copied().collect();
            let texts = table
                .rows
                .iter()
                .flat_map(move |row| places.clone().into_iter().map(move |at| (row.kind(at), row.cell(at))));
            texts.filter(move |(found, text)| *found == kind && !text.is_empty()).map(|(_, text)| text)
        };
        let unreadable = |reason: String| Refusal::NotReadable { place: Place::FILE, reason };
        let dates = match profile.date_format {
            Some(format) => format,
            None => detect_format(cells(&[Column::BookingDay, Column::ValueDay], CellKind::Text))
                .map_err(|error| unreadable(error.to_string()))?,
        };
        let marks = match profile.marks.decimal {
            Some(_) => profile.marks,
            None => {
                detect_marks(cells(&[Column::Amount, Column::Credit, Column::Debit, Column::Balance], CellKind::Text))
                    .map_err(|error| unreadable(format!("amounts: {error}")))?
            }
        };
        let titles = titles(table, profile);
        let notes = Notes::up_to(options.limits.problems);
        Ok(Self {
            profile,
            options,
            columns,
            dates,
            marks,
            titles,
            notes,
            accounts: Vec::new(),
            places: HashMap::new(),
            unreadable: None,
        })
    }

    /// The first cell of a column that says something.
    fn cell<'r>(&self, row: &'r Row, column: Column) -> Option<(&'r str, CellKind)> {
        let places = self.columns.get(&column)?.iter();
        places.map(|at| (row.cell(*at), row.kind(*at))).find(|(text, _)| !text.is_empty())
    }

    fn text(&self, row: &Row, column: Column) -> Option<String> {
        self.cell(row, column).map(|(text, _)| text.to_owned())
    }

    /// The minor units of a cell, signed as written.
    fn money(&self, row: &Row, column: Column, currency: CurrencyCode) -> Result<Option<i64>, String> {
        let Some((text, kind)) = self.cell(row, column) else { return Ok(None) };
        let marks = if kind == CellKind::Number { Marks::POINT } else { self.marks };
        let shown = || text.chars().take(40).collect::<String>();
        let amount = parse_amount(text, marks).map_err(|error| format!("'{}': {error}", shown()))?;
        let minor = amount.value.minor_units(currency.exponent());
        minor.map(Some).ok_or_else(|| format!("'{}' has more decimals than {currency}, or is too large", shown()))
    }

    /// The day of a cell.
    fn day(&self, row: &Row, column: Column) -> Result<Option<Day>, String> {
        let Some((text, kind)) = self.cell(row, column) else { return Ok(None) };
        let format = if kind == CellKind::Day { DateFormat::ISO } else { self.dates };
        let day = parse_day(text, format);
        day.map(Some).map_err(|error| format!("'{}': {error}", text.chars().take(40).collect::<String>()))
    }

    /// Reads all rows.
    fn run(mut self, table: &Table) -> BankFile {
        for row in &table.rows {
            let place = Place::line(row.line());
            let first = row.cells().find(|cell| !cell.is_empty()).unwrap_or("");
            if self
                .profile
                .skip
                .iter()
                .any(|word| first.get(..word.len()).is_some_and(|head| head.eq_ignore_ascii_case(word)))
            {
                continue;
            }
            match self.entry(row, place) {
                Ok(Some(_)) => {}
                Ok(None) => self.notes.warning("no_entry", place, "a row without day and amount is passed over"),
                Err(reason) => {
                    self.notes.problem("bad_row", place, reason.clone());
                    self.unreadable.get_or_insert((place, reason));
                }
            }
        }
        self.finish()
    }

    /// A row as an entry of its account; `None` where it is none.
    fn entry(&mut self, row: &Row, place: Place) -> Result<Option<()>, String> {
        if let Some(problem) = row.problem() {
            self.notes.warning(problem.code(), place, problem.to_string());
        }
        let currency = self.currency(row)?;
        let Some(signed) = self.signed(row, currency)? else {
            let day = self.cell(row, Column::BookingDay).or(self.cell(row, Column::ValueDay));
            return if day.is_some() && self.cell(row, Column::Balance).is_none() {
                Err("a row with a day but without an amount".to_owned())
            } else {
                Ok(None)
            };
        };
        let booking_day = self.day(row, Column::BookingDay)?;
        let value_day = self.day(row, Column::ValueDay)?;
        if booking_day.is_none() && value_day.is_none() {
            return Err("a row with an amount but without a day".to_owned());
        }
        let balance = self.money(row, Column::Balance, currency)?;
        let status = self.cell(row, Column::Status).map(|(text, _)| self.profile.value(Column::Status, text));
        let pending = status.is_some_and(|status| status.eq_ignore_ascii_case("pending"));
        let entry = Entry {
            place,
            sequence: 0,
            reference: self.text(row, Column::Reference),
            status: if pending { EntryStatus::Pending } else { EntryStatus::Booked },
            amount: signed.checked_abs().ok_or("the amount is too large")?,
            currency,
            side: if signed < 0 { Side::Debit } else { Side::Credit },
            reversal: false,
            booking_day,
            value_day,
            codes: self
                .text(row, Column::Code)
                .map(|code| BankCode { list: "proprietary", code, meaning: "" })
                .into_iter()
                .collect(),
            funds: Funds::Unstated,
            payment: self.payment(row),
            batch: Vec::new(),
        };
        let number = self.text(row, Column::Account).unwrap_or_default();
        let at = *self.places.entry(number).or_insert_with_key(|number| {
            self.accounts.push((number.clone(), Account::default()));
            self.accounts.len() - 1
        });
        let account = &mut self.accounts[at].1;
        let balance = balance.filter(|_| !pending);
        account.balances.extend(balance.map(|balance| RowBalance {
            place,
            day: booking_day.or(value_day),
            amount: signed,
            balance,
        }));
        account.entries.push(entry);
        Ok(Some(()))
    }

    /// The currency of a row: its own, the titles', the profile's, the caller's.
    fn currency(&self, row: &Row) -> Result<CurrencyCode, String> {
        if let Some((text, _)) = self.cell(row, Column::Currency) {
            return CurrencyCode::parse(text)
                .ok_or_else(|| format!("'{}' is no currency", text.chars().take(20).collect::<String>()));
        }
        let title = self.titles.get(&StatementTitle::Currency).and_then(|(text, _)| CurrencyCode::parse(text));
        let currency = title.or(self.profile.currency).or(self.options.currency);
        currency.ok_or_else(|| "no currency: neither the file nor the profile names one".to_owned())
    }

    /// The amount with its effect on the account; `None` where the row has none.
    fn signed(&self, row: &Row, currency: CurrencyCode) -> Result<Option<i64>, String> {
        let part = |column| Ok::<_, String>(self.money(row, column, currency)?.filter(|minor| *minor != 0));
        let too_large = || "the amount is too large".to_owned();
        match (part(Column::Credit)?, part(Column::Debit)?) {
            (Some(_), Some(_)) => return Err("a row with money in and money out".to_owned()),
            (Some(credit), None) => return credit.checked_abs().map(Some).ok_or_else(too_large),
            (None, Some(debit)) => return debit.checked_abs().map(|minor| Some(-minor)).ok_or_else(too_large),
            (None, None) => {}
        }
        let Some(amount) = self.money(row, Column::Amount, currency)? else { return Ok(None) };
        let Some((text, _)) = self.cell(row, Column::Side) else {
            let turned = self.profile.sign == AmountSign::DebitPositive;
            return if turned { amount.checked_neg().map(Some).ok_or_else(too_large) } else { Ok(Some(amount)) };
        };
        let size = amount.checked_abs().ok_or_else(too_large)?;
        match self.profile.value(Column::Side, text).to_ascii_lowercase().as_str() {
            "credit" => Ok(Some(size)),
            "debit" => Ok(Some(-size)),
            other => Err(format!("'{}' is neither credit nor debit", other.chars().take(20).collect::<String>())),
        }
    }

    /// Who paid for what.
    fn payment(&self, row: &Row) -> Payment {
        let mut payment = Payment {
            bank_reference: self.text(row, Column::Reference),
            customer_reference: self.text(row, Column::CustomerReference),
            end_to_end: self.text(row, Column::EndToEnd).filter(|text| !text.eq_ignore_ascii_case("NOTPROVIDED")),
            ..Payment::default()
        };
        let name = self.text(row, Column::Name);
        let account = self.text(row, Column::NameAccount).map(|text| text.split_whitespace().collect());
        if name.is_some() || account.is_some() {
            let party = payment.counterparty.get_or_insert_default();
            (party.name, party.account) = (name, account);
            party.bank = self.text(row, Column::NameBank);
        }
        payment.references.extend(self.text(row, Column::Mandate).map(|text| ("mandate", text)));
        let places = self.columns.get(&Column::Text).into_iter().flatten();
        payment.text.extend(places.map(|at| row.cell(*at)).filter(|text| !text.is_empty()).map(str::to_owned));
        payment
    }

    /// The accounts as statements, with what their balances come to.
    fn finish(mut self) -> BankFile {
        let mut file = BankFile::default();
        let accounts = core::mem::take(&mut self.accounts);
        let alone = accounts.len() < 2;
        for (number, account) in accounts {
            let statement = self.statement(&number, account, alone, &mut file);
            file.statements.push(statement);
        }
        let unreadable = self.unreadable.take();
        file.refused = unreadable.map(|(place, reason)| Refusal::NotReadable { place, reason });
        number_entries(&mut file.statements);
        self.notes.into_file(&mut file);
        file
    }

    fn statement(&mut self, number: &str, account: Account, alone: bool, file: &mut BankFile) -> Statement {
        let title = |title| self.titles.get(&title).map(|(text, _)| text.clone());
        let number = Some(number.to_owned()).filter(|number| !number.is_empty());
        let number = number.or_else(|| title(StatementTitle::Account)).or_else(|| self.profile.account.clone());
        let number: String = number.unwrap_or_default().split_whitespace().collect();
        let iban = looks_like_iban(&number);
        let days = || account.entries.iter().filter_map(|entry| entry.booking_day.or(entry.value_day));
        let title_day = |wanted| {
            let (text, kind) = self.titles.get(&wanted)?;
            parse_day(text, if *kind == CellKind::Day { DateFormat::ISO } else { self.dates }).ok()
        };
        let from = title_day(StatementTitle::From).filter(|_| alone).or_else(|| days().min());
        let to = title_day(StatementTitle::To).filter(|_| alone).or_else(|| days().max());
        let currency = account.entries.first().map(|entry| entry.currency);
        let mut statement = Statement {
            place: account.entries.first().map_or(Place::FILE, |entry| entry.place),
            key: StatementKey {
                originator: self.profile.bank.clone(),
                account: number.clone(),
                statement: [from, to].into_iter().flatten().map(|day| day.to_string()).collect::<Vec<_>>().join("/"),
            },
            standing: Standing::Interim,
            account: BankAccount {
                iban: Some(number.clone()).filter(|_| iban),
                number: Some(number.clone()).filter(|number| !iban && !number.is_empty()),
                bank: Some(self.profile.bank.clone()),
                owner: title(StatementTitle::Owner),
                name: None,
            },
            currency,
            as_of: to,
            from,
            to,
            ..Statement::default()
        };
        let Some(currency) = currency else { return statement };
        let of = format!("account {number}");
        let several = account.entries.iter().any(|entry| entry.currency != currency);
        let run = check::run(if several { &[] } else { &account.balances }, &of, currency);
        let stated = |wanted| {
            let (text, kind) = self.titles.get(&wanted).filter(|_| alone && !several)?;
            let marks = if *kind == CellKind::Number { Marks::POINT } else { self.marks };
            parse_amount(text, marks).ok()?.value.minor_units(currency.exponent())
        };
        let (opening, closing) = (stated(StatementTitle::OpeningBalance), stated(StatementTitle::ClosingBalance));
        if let (Some(opening), Some(closing)) = (opening, closing) {
            file.controls.push(check::closing(opening, closing, &account.entries, &of, currency, Place::FILE));
        }
        let balance = |kind, code: &str, meaning, amount, day| Balance {
            place: Place::FILE,
            kind,
            code: code.to_owned(),
            meaning,
            amount,
            currency,
            day,
        };
        let opening =
            opening.or(run.opening).map(|amount| balance(BalanceKind::Opening, "opening", "opening", amount, from));
        let closing =
            closing.or(run.closing).map(|amount| balance(BalanceKind::Closing, "closing", "closing", amount, to));
        statement.balances.extend(opening.into_iter().chain(closing));
        file.controls.extend(run.controls);
        statement.entries = account.entries;
        if run.newest_first {
            statement.entries.reverse();
        }
        statement
    }
}

/// Where each column of a profile stands in a header, in the profile's order of its names.
fn columns(headers: &[String], profile: &StatementProfile) -> BTreeMap<Column, Vec<usize>> {
    let keys: Vec<String> = headers.iter().map(|header| header_key(header)).collect();
    let place = |name: &String| keys.iter().position(|key| *key == header_key(name));
    let found =
        profile.columns.iter().map(|(column, names)| (*column, names.iter().filter_map(place).collect::<Vec<_>>()));
    found.filter(|(_, places)| !places.is_empty()).collect()
}

/// Whether columns make a statement: days, and amounts in one column or in those of money in or out.
fn are_of_a_statement(columns: &BTreeMap<Column, Vec<usize>>) -> bool {
    let has = |column| columns.contains_key(&column);
    let days = has(Column::BookingDay) || has(Column::ValueDay);
    days && (has(Column::Amount) || has(Column::Credit) || has(Column::Debit))
}

/// What the rows before the header say: a name in one cell and its value in the next, or both in one behind a colon.
fn titles(table: &Table, profile: &StatementProfile) -> BTreeMap<StatementTitle, (String, CellKind)> {
    let mut found = BTreeMap::new();
    for row in &table.titles {
        let cells = (0..row.len()).map(|at| (row.cell(at), row.kind(at)));
        let cells: Vec<(&str, CellKind)> = cells.filter(|(cell, _)| !cell.is_empty()).collect();
        for (at, (cell, _)) in cells.iter().enumerate() {
            let (name, inside) = cell.split_once(':').map_or((*cell, ""), |(name, value)| (name, value.trim()));
            let next = cells.get(at + 1).copied().unwrap_or(("", CellKind::Text));
            let (value, kind) = if inside.is_empty() { next } else { (inside, CellKind::Text) };
            let key = header_key(name);
            let known = profile.titles.iter().find(|(_, names)| names.iter().any(|name| header_key(name) == key));
            if let Some((title, _)) = known.filter(|_| !value.is_empty()) {
                found.entry(*title).or_insert_with(|| (value.to_owned(), kind));
            }
        }
    }
    found
}
