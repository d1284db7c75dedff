//! A lockbox file as delimited text: a row for each check, or for each document that a check pays.

use std::collections::HashMap;

use super::layout::{LockboxCsvProfile, LockboxField};
use crate::amount::parse_amount;
use crate::bank::{
    BankAccount, BankCode, BankFile, Entry, EntryStatus, Format, Funds, Party, Payment, Place, ReadOptions, Refusal,
    Side, Standing, Statement, StatementKey,
};
use crate::currency::CurrencyCode;
use crate::day::{DateFormat, Day, parse_day};
use crate::remittance::{DocumentKind, DocumentRef, RemittanceLine};
use crate::table::{Row, TableOptions, TableReader};

/// Reads a lockbox CSV by the profile of `options`.
pub(in crate::bank) fn read(bytes: &[u8], options: &ReadOptions) -> BankFile {
    let refusing = |why| BankFile::refusing(Some(Format::LockboxCsv), why);
    let profile = &options.lockbox_csv;
    let wanted = TableOptions::wanting(profile.columns.iter().map(|(_, name)| name.clone()));
    let mut table = match TableReader::open(bytes, &wanted) {
        Ok(table) => table,
        Err(why) => return refusing(Refusal::NotReadable { place: Place::line(1), reason: why.to_string() }),
    };
    let mut columns = HashMap::new();
    for (field, name) in &profile.columns {
        if let Some(column) = table.column(name) {
            columns.entry(*field).or_insert(column);
        }
    }
    if !columns.contains_key(&LockboxField::CheckAmount) {
        let reason = "no column is the amount of the check".to_owned();
        return refusing(Refusal::NoProfile { reason });
    }
    let mut reader = Reader {
        options,
        profile,
        columns,
        file: BankFile { format: Some(Format::LockboxCsv), ..BankFile::default() },
        statements: HashMap::new(),
        last: None,
        entries: 0,
    };
    let limits = &options.limits;
    reader.file.warn(limits, "no_control_total", Place::FILE, || {
        "the file states no control totals; nothing to reconcile with".to_owned()
    });
    let mut row = Row::default();
    while let Ok(true) = table.read(&mut row) {
        if row.cells().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if let Some(problem) = row.problem() {
            reader.file.problem(limits, problem.code(), Place::line(row.line()), || problem.to_string());
        }
        if reader.entries >= limits.entries {
            reader.file.refused = Some(Refusal::TooLarge { limit: format!("more than {} rows", limits.entries) });
            break;
        }
        reader.entries += 1;
        reader.take(&row);
    }
    reader.file
}

struct Reader<'o> {
    options: &'o ReadOptions,
    profile: &'o LockboxCsvProfile,
    columns: HashMap<LockboxField, usize>,
    file: BankFile,
    /// Where the statement of a key stands in the file.
    statements: HashMap<StatementKey, usize>,
    /// The check of the row before: its marks and its statement.
    last: Option<(Vec<String>, usize)>,
    entries: usize,
}

impl Reader<'_> {
    fn cell<'r>(&self, row: &'r Row, field: LockboxField) -> &'r str {
        self.columns.get(&field).map_or("", |column| row.cell(*column))
    }

    fn text(&self, row: &Row, field: LockboxField) -> Option<String> {
        Some(self.cell(row, field).to_owned()).filter(|text| !text.is_empty())
    }

    fn take(&mut self, row: &Row) {
        let place = Place::line(row.line());
        let day = self.day(row);
        let key = StatementKey {
            originator: self.profile.originator.clone(),
            account: self.cell(row, LockboxField::Lockbox).to_owned(),
            statement: day.map(|day| day.to_string()).unwrap_or_default(),
        };
        let line = self.line(row, place);
        let at = self.statement(&key, place, day);
        let marks = self.marks(row, &key);
        if let Some((_, at)) = self.last.as_ref().filter(|(last, _)| *last == marks && marks.len() > 3) {
            if let Some(entry) = self.file.statements[*at].entries.last_mut() {
                entry.payment.remittance.extend(line);
            }
            return;
        }
        let written = self.cell(row, LockboxField::CheckAmount).to_owned();
        let Some(amount) = self.amount(&written) else {
            self.file
                .problem(&self.options.limits, "bad_amount", place, || format!("{written:?} is no amount of a check"));
            self.last = None;
            return;
        };
        self.last = Some((marks, at));
        let payment = self.payment(row, line);
        let reference = [LockboxField::Batch, LockboxField::Item].map(|field| self.cell(row, field)).join("-");
        let statement = &mut self.file.statements[at];
        statement.entries.push(Entry {
            place,
            sequence: u32::try_from(statement.entries.len() + 1).unwrap_or(u32::MAX),
            reference: Some(reference).filter(|reference| reference.len() > 1),
            status: EntryStatus::Booked,
            amount: amount.abs(),
            currency: self.options.currency.unwrap_or(CurrencyCode::USD),
            side: if amount < 0 { Side::Debit } else { Side::Credit },
            reversal: false,
            booking_day: day,
            value_day: None,
            codes: vec![BankCode { list: "lockbox", code: "6".to_owned(), meaning: "Check in a lockbox" }],
            funds: Funds::Unstated,
            payment,
            batch: Vec::new(),
        });
    }

    /// By what rows are of one check: its item, or its number, account and amount; rows without any are checks of their
    /// own.
    fn marks(&self, row: &Row, key: &StatementKey) -> Vec<String> {
        let cell = |field| self.cell(row, field).to_owned();
        let mut marks = vec![key.account.clone(), key.statement.clone(), cell(LockboxField::Batch)];
        let by_item = !self.cell(row, LockboxField::Item).is_empty();
        if by_item {
            marks.push(cell(LockboxField::Item));
        }
        if !self.cell(row, LockboxField::CheckNumber).is_empty() {
            marks.push(cell(LockboxField::CheckNumber));
            marks.push(cell(LockboxField::Account));
            if !by_item {
                marks.push(cell(LockboxField::CheckAmount));
            }
        }
        marks
    }

    fn payment(&self, row: &Row, line: Option<RemittanceLine>) -> Payment {
        let party = Party {
            name: self.text(row, LockboxField::Payer),
            account: self.text(row, LockboxField::Account),
            bank: self.text(row, LockboxField::Routing),
            id: self.text(row, LockboxField::Customer),
            ..Party::default()
        };
        let check = self.text(row, LockboxField::CheckNumber);
        Payment {
            references: check.clone().map(|number| ("check", number)).into_iter().collect(),
            customer_reference: check,
            counterparty: (party != Party::default()).then(|| Box::new(party)),
            text: self.text(row, LockboxField::Text).into_iter().collect(),
            remittance: line.into_iter().collect(),
            ..Payment::default()
        }
    }

    fn line(&mut self, row: &Row, place: Place) -> Option<RemittanceLine> {
        let number = self.text(row, LockboxField::Document)?;
        let mut amounts = [None, None];
        for (amount, field) in amounts.iter_mut().zip([LockboxField::DocumentAmount, LockboxField::Discount]) {
            let written = self.cell(row, field);
            *amount = self.amount(written);
            if amount.is_none() && !written.is_empty() {
                let message = format!("{written:?} is no amount of a document");
                self.file.problem(&self.options.limits, "bad_amount", place, || message);
            }
        }
        let document = DocumentRef { kind: DocumentKind::Invoice, code: String::new(), number };
        let [paid, discount] = amounts;
        Some(RemittanceLine { place, documents: vec![document], paid, discount, ..RemittanceLine::default() })
    }

    fn statement(&mut self, key: &StatementKey, place: Place, day: Option<Day>) -> usize {
        if let Some(at) = self.statements.get(key) {
            return *at;
        }
        let at = self.file.statements.len();
        self.statements.insert(key.clone(), at);
        self.file.statements.push(Statement {
            place,
            key: key.clone(),
            standing: Standing::Advice,
            account: BankAccount {
                number: Some(key.account.clone()),
                name: Some("lockbox".to_owned()),
                ..BankAccount::default()
            },
            currency: Some(self.options.currency.unwrap_or(CurrencyCode::USD)),
            as_of: day,
            ..Statement::default()
        });
        at
    }

    fn amount(&self, written: &str) -> Option<i64> {
        let exponent = self.options.currency.unwrap_or(CurrencyCode::USD).exponent();
        parse_amount(written, self.profile.marks).ok()?.value.minor_units(exponent)
    }

    fn day(&mut self, row: &Row) -> Option<Day> {
        let written = self.cell(row, LockboxField::DepositDay);
        if written.is_empty() {
            return None;
        }
        let plain = written.len() == 8 && written.bytes().all(|digit| digit.is_ascii_digit());
        let format = if plain { DateFormat::ISO } else { self.profile.date_format };
        match parse_day(written, format) {
            Ok(day) => Some(day),
            Err(why) => {
                let message = format!("{written:?}: {why}");
                self.file.problem(&self.options.limits, "bad_date", Place::line(row.line()), || message);
                None
            }
        }
    }
}
