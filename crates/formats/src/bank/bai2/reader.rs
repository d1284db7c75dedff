//! From records to statements.

use std::borrow::Cow;
use std::collections::HashMap;

use super::entry::entry;
use super::fields::{count, day, funds, some_text, text, whole};
use super::records::{Fields, Record, RecordError, Records};
use super::totals::{Check, number, sum};
use super::type_codes::{Level, balance_kind, type_code};
use crate::bank::{
    Balance, BankAccount, BankFile, Format, Place, ReadOptions, Refusal, Standing, Statement, StatementKey, Summary,
};
use crate::currency::CurrencyCode;
use crate::day::{Day, DayError};

/// Reads a BAI2 file; what it can be refused for is in [`Refusal`], wrong totals are the caller's to weigh.
pub(in crate::bank) fn read(bytes: &[u8], options: &ReadOptions) -> BankFile {
    let bytes = plain(bytes);
    let mut reader = Reader::new(options);
    let mut records = Records::new(&bytes, options.limits.record_bytes);
    let mut record = Record::default();
    loop {
        let step = match records.next(&mut record) {
            Ok(false) => break,
            Ok(true) => reader.take(&record),
            Err(RecordError::TooLong(place)) => {
                let limit = format!("{place}: a record of more than {} bytes", options.limits.record_bytes);
                Err(Refusal::TooLarge { limit })
            }
            Err(RecordError::NoRecord(place)) => Err(unreadable(place, "no BAI2 record begins here")),
        };
        if let Err(refusal) = step {
            return reader.finish(Some(refusal));
        }
    }
    let refused = reader.unfinished(Place::line(records.line()));
    reader.finish(refused)
}

/// The text without its byte order mark, from UTF-16 where it is that.
pub(super) fn plain(bytes: &[u8]) -> Cow<'_, [u8]> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => Cow::Borrowed(rest),
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => {
            let encoding = if bytes[0] == 0xFF { encoding_rs::UTF_16LE } else { encoding_rs::UTF_16BE };
            Cow::Owned(encoding.decode_with_bom_removal(bytes).0.into_owned().into_bytes())
        }
        bytes => Cow::Borrowed(bytes),
    }
}

/// A file that is no BAI2 file from a place on.
fn unreadable(place: Place, reason: &str) -> Refusal {
    Refusal::NotReadable { place, reason: reason.to_owned() }
}

/// What a group header says.
struct Group {
    originator: String,
    standing: Standing,
    as_of: Option<Day>,
    time: String,
    currency: CurrencyCode,
    sum: i128,
    records: u64,
    accounts: u64,
}

/// An account block at hand.
pub(super) struct Account {
    pub(super) statement: Statement,
    pub(super) currency: CurrencyCode,
    pub(super) sum: i128,
    pub(super) records: u64,
    pub(super) sequence: u32,
}

/// Follows the records of a file.
struct Reader<'o> {
    options: &'o ReadOptions,
    file: BankFile,
    open: bool,
    headers: u64,
    group: Option<Group>,
    account: Option<Account>,
    /// The last sequence given under a key.
    sequences: HashMap<StatementKey, u32>,
    entries: usize,
    sum: i128,
    records: u64,
    groups: u64,
}

impl<'o> Reader<'o> {
    fn new(options: &'o ReadOptions) -> Self {
        Self {
            options,
            file: BankFile { format: Some(Format::Bai2), ..BankFile::default() },
            open: false,
            headers: 0,
            group: None,
            account: None,
            sequences: HashMap::new(),
            entries: 0,
            sum: 0,
            records: 0,
            groups: 0,
        }
    }

    /// Takes one record.
    fn take(&mut self, record: &Record) -> Result<(), Refusal> {
        let place = record.place();
        if !self.open && record.code != 1 {
            return Err(unreadable(place, "a file header (01) must stand first"));
        }
        self.records += record.physical;
        if let Some(group) = &mut self.group {
            group.records += record.physical;
        }
        if let Some(account) = &mut self.account {
            account.records += record.physical;
        }
        if record.raw_lines > 0 {
            self.file.warn(&self.options.limits, "line_without_record_code", place, || {
                format!("{} line(s) without record code are read as its text", record.raw_lines)
            });
        }
        match record.code {
            1 => self.file_header(record),
            2 => self.group_header(record),
            3 => self.account_header(record),
            16 => self.detail(record),
            49 => self.account_trailer(record),
            98 => self.group_trailer(record),
            _ => self.file_trailer(record),
        }
    }

    fn file_header(&mut self, record: &Record) -> Result<(), Refusal> {
        let place = record.place();
        if self.open {
            return Err(unreadable(place, "a file header (01) within a file"));
        }
        let mut fields = Fields::new(&record.parts);
        let (sender, receiver) = (some_text(fields.bytes()), some_text(fields.bytes()));
        let (created, time, id) = (fields.bytes(), text(fields.bytes()), some_text(fields.bytes()));
        let version = fields.nth_bytes(2);
        if version == b"3" {
            let message = "version 3 of the format (X9.121) is read as version 2";
            self.file.warn(&self.options.limits, "version_3", place, || message.to_owned());
        } else if !matches!(version, b"2" | b"") {
            return Err(unreadable(place, &format!("version {:?} of the format; version 2 is read", text(version))));
        }
        if self.headers == 0 {
            let created = self.day(created, place, "creation date");
            self.file.version = if version == b"3" { "3" } else { "2" }.to_owned();
            (self.file.sender, self.file.receiver, self.file.created) = (sender, receiver, created);
            (self.file.created_time, self.file.id) = (time, id);
        }
        self.open = true;
        self.headers += 1;
        (self.sum, self.groups, self.records) = (0, 0, record.physical);
        Ok(())
    }

    fn group_header(&mut self, record: &Record) -> Result<(), Refusal> {
        let place = record.place();
        if self.group.is_some() {
            return Err(Refusal::Truncated { place, missing: "the trailer (98) of the group before".to_owned() });
        }
        let mut fields = Fields::new(&record.parts);
        let (_receiver, originator, status) = (fields.bytes(), fields.bytes(), fields.bytes());
        let (as_of, time, currency, modifier) = (fields.bytes(), fields.bytes(), fields.bytes(), fields.bytes());
        let standing = match (status, modifier) {
            (b"2", _) => Standing::Deleted,
            (b"3", _) => Standing::Correction,
            (b"4", _) => Standing::Test,
            (_, b"1") => Standing::Interim,
            (_, b"3") => Standing::Intraday,
            _ => Standing::Final,
        };
        if as_of.is_empty() {
            self.file.problem(&self.options.limits, "no_as_of_date", place, || {
                "a group without as-of date: its statements cannot be known again".to_owned()
            });
        }
        if !matches!(status, b"" | b"1" | b"2" | b"3" | b"4") {
            self.file.warn(&self.options.limits, "group_status", place, || {
                format!("{:?} is no group status; read as an update", text(status))
            });
        }
        let originator = match text(originator) {
            none if none.is_empty() => self.file.sender.clone().unwrap_or_default(),
            originator => originator,
        };
        let group = Group {
            originator,
            standing,
            as_of: self.day(as_of, place, "as-of date"),
            time: text(time),
            currency: self.currency(currency, CurrencyCode::USD, place),
            sum: 0,
            records: record.physical,
            accounts: 0,
        };
        self.group = Some(group);
        self.groups += 1;
        Ok(())
    }

    fn account_header(&mut self, record: &Record) -> Result<(), Refusal> {
        let place = record.place();
        if self.account.is_some() {
            return Err(Refusal::Truncated { place, missing: "the trailer (49) of the account before".to_owned() });
        }
        self.count_in(1)?;
        let mut fields = Fields::new(&record.parts);
        let (number, currency) = (text(fields.bytes()), fields.bytes());
        let Some(group) = &self.group else {
            return Err(unreadable(place, "an account (03) outside of a group"));
        };
        let (fallback, as_of) = (group.currency, group.as_of);
        let key = StatementKey {
            originator: group.originator.clone(),
            account: number.chars().filter(|letter| !letter.is_whitespace()).collect(),
            statement: as_of.map(|day| day.to_string()).unwrap_or_default(),
        };
        let statement = Statement {
            place,
            standing: group.standing,
            account: BankAccount {
                number: Some(number.clone()),
                bank: Some(group.originator.clone()),
                ..BankAccount::default()
            },
            as_of,
            as_of_time: group.time.clone(),
            to: as_of,
            key,
            ..Statement::default()
        };
        if number.is_empty() {
            self.file.problem(&self.options.limits, "no_account", place, || "an account without number".to_owned());
        }
        let currency = self.currency(currency, fallback, place);
        if let Some(group) = &mut self.group {
            group.accounts += 1;
        }
        let sequence = self.sequences.get(&statement.key).copied().unwrap_or(0);
        let mut account = Account { statement, currency, sum: 0, records: record.physical, sequence };
        account.statement.currency = Some(currency);
        self.summaries(&mut account, fields);
        let summaries = account.statement.balances.len() + account.statement.summaries.len();
        self.account = Some(account);
        self.count_in(summaries)
    }

    /// Reads the balances and sums of an account header, four fields each.
    fn summaries(&mut self, account: &mut Account, mut fields: Fields) {
        let limits = &self.options.limits;
        while let Some(field) = fields.next() {
            // An empty type code takes its three fields along, unless a surplus comma ends the line.
            if field.bytes.is_empty() && field.ends_part {
                continue;
            }
            let code = count(field.bytes).filter(|_| field.bytes.len() == 3).and_then(|code| u16::try_from(code).ok());
            if code.is_none() && !field.bytes.is_empty() {
                self.file.problem(limits, "bad_type_code", field.place, || {
                    format!("{:?} is no type code; the rest of the record is passed over", text(field.bytes))
                });
                return;
            }
            let (amount, items) = (fields.bytes(), fields.bytes());
            let funds = funds(&mut fields);
            let Some(code) = code else { continue };
            let value = if amount.is_empty() { None } else { whole(amount) };
            if value.is_none() && !amount.is_empty() {
                self.file.problem(limits, "bad_amount", field.place, || format!("{:?} is no amount", text(amount)));
            }
            let funds = match funds {
                Ok(funds) => funds,
                Err(why) => {
                    self.file.problem(limits, "bad_funds", field.place, || {
                        format!("{why}; the rest of the record is passed over")
                    });
                    account.sum += i128::from(value.unwrap_or(0));
                    return;
                }
            };
            account.sum += i128::from(value.unwrap_or(0));
            let (known, place, currency) = (type_code(code), field.place, account.currency);
            let (code, meaning) = (text(field.bytes), known.meaning);
            if known.level == Level::Status {
                let (kind, day) = (balance_kind(known.code), account.statement.as_of);
                if let Some(amount) = value {
                    account.statement.balances.push(Balance { place, kind, code, meaning, amount, currency, day });
                }
                continue;
            }
            let count = count(items);
            account.statement.summaries.push(Summary { place, code, meaning, amount: value, currency, count, funds });
        }
    }

    /// Counts what takes memory: accounts, their balances and sums, entries.
    fn count_in(&mut self, more: usize) -> Result<(), Refusal> {
        self.entries += more;
        if self.entries > self.options.limits.entries {
            let limit = format!("more than {} accounts, balances and entries", self.options.limits.entries);
            return Err(Refusal::TooLarge { limit });
        }
        Ok(())
    }

    fn detail(&mut self, record: &Record) -> Result<(), Refusal> {
        self.count_in(1)?;
        let Some(account) = &mut self.account else {
            return Err(unreadable(record.place(), "a transaction (16) outside of an account"));
        };
        entry(record, account, &mut self.file, &self.options.limits);
        Ok(())
    }

    fn account_trailer(&mut self, record: &Record) -> Result<(), Refusal> {
        let place = record.place();
        let (Some(account), Some(group)) = (self.account.take(), &mut self.group) else {
            return Err(unreadable(place, "an account trailer (49) outside of an account"));
        };
        let of = format!("account {}", account.statement.key.account);
        let mut fields = Fields::new(&record.parts);
        let (limits, mut check) = (&self.options.limits, Check { name: "account_control_total", of: &of, place });
        group.sum += sum(&mut self.file, limits, &check, &mut fields, account.sum);
        check.name = "account_record_count";
        number(&mut self.file, limits, &check, &mut fields, account.records);
        self.sequences.insert(account.statement.key.clone(), account.sequence);
        self.file.statements.push(account.statement);
        Ok(())
    }

    fn group_trailer(&mut self, record: &Record) -> Result<(), Refusal> {
        let place = record.place();
        if self.account.is_some() {
            return Err(Refusal::Truncated { place, missing: "an account trailer (49)".to_owned() });
        }
        let Some(group) = self.group.take() else {
            return Err(unreadable(place, "a group trailer (98) outside of a group"));
        };
        let of = format!("group {} {}", group.originator, group.as_of.map(|day| day.to_string()).unwrap_or_default());
        let mut fields = Fields::new(&record.parts);
        let (limits, mut check) = (&self.options.limits, Check { name: "group_control_total", of: of.trim(), place });
        self.sum += sum(&mut self.file, limits, &check, &mut fields, group.sum);
        check.name = "group_account_count";
        number(&mut self.file, limits, &check, &mut fields, group.accounts);
        check.name = "group_record_count";
        number(&mut self.file, limits, &check, &mut fields, group.records);
        Ok(())
    }

    fn file_trailer(&mut self, record: &Record) -> Result<(), Refusal> {
        let place = record.place();
        if self.group.is_some() {
            return Err(Refusal::Truncated { place, missing: "a group trailer (98)".to_owned() });
        }
        let of = if self.headers == 1 { "file".to_owned() } else { format!("file {}", self.headers) };
        let mut fields = Fields::new(&record.parts);
        let (limits, mut check) = (&self.options.limits, Check { name: "file_control_total", of: &of, place });
        sum(&mut self.file, limits, &check, &mut fields, self.sum);
        check.name = "file_group_count";
        number(&mut self.file, limits, &check, &mut fields, self.groups);
        check.name = "file_record_count";
        number(&mut self.file, limits, &check, &mut fields, self.records);
        self.open = false;
        Ok(())
    }

    /// What is missing at the end.
    fn unfinished(&self, place: Place) -> Option<Refusal> {
        let missing = match (self.account.is_some(), self.group.is_some(), self.open) {
            (true, ..) => "an account trailer (49)",
            (_, true, _) => "a group trailer (98)",
            (.., true) => "a file trailer (99)",
            _ if self.headers == 0 => return Some(unreadable(place, "there is no record")),
            _ => return None,
        };
        Some(Refusal::Truncated { place, missing: missing.to_owned() })
    }

    /// Hands out what was understood, an unfinished account included.
    fn finish(mut self, refused: Option<Refusal>) -> BankFile {
        self.file.statements.extend(self.account.take().map(|account| account.statement));
        self.file.refused = refused;
        self.file
    }

    fn day(&mut self, bytes: &[u8], place: Place, what: &str) -> Option<Day> {
        match day(bytes) {
            Ok(day) => Some(day),
            Err(DayError::Empty) => None,
            Err(why) => {
                self.file
                    .problem(&self.options.limits, "bad_date", place, || format!("{what} {:?}: {why}", text(bytes)));
                None
            }
        }
    }

    fn currency(&mut self, bytes: &[u8], fallback: CurrencyCode, place: Place) -> CurrencyCode {
        if bytes.is_empty() {
            return fallback;
        }
        CurrencyCode::parse(&text(bytes)).unwrap_or_else(|| {
            self.file.problem(&self.options.limits, "bad_currency", place, || {
                format!("{:?} is no currency; read as {fallback}", text(bytes))
            });
            fallback
        })
    }
}
