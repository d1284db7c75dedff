//! From records to batches and their entries.

use std::collections::HashMap;

use super::addenda;
use super::entry::{self, Batch, Open};
use super::totals::{Sums, compare, count, of_batch, of_file};
use crate::bank::fixed::{Record, Records};
use crate::bank::{
    BankAccount, BankFile, Format, Party, Place, ReadOptions, Refusal, Standing, Statement, StatementKey,
};
use crate::currency::CurrencyCode;
use crate::day::Day;

/// Reads a NACHA file.
pub(in crate::bank) fn read(bytes: &[u8], options: &ReadOptions) -> BankFile {
    let mut records = Records::new(bytes, 94);
    let mut reader = Reader {
        options,
        file: BankFile { format: Some(Format::Nacha), ..BankFile::default() },
        destination: String::new(),
        open: false,
        headers: 0,
        filling: false,
        batch: None,
        entry: None,
        spare: String::new(),
        sequences: HashMap::new(),
        entries: 0,
        sums: Sums::default(),
        batches: 0,
        records: 0,
        advice: false,
    };
    while let Some(record) = records.next() {
        if let Err(refusal) = reader.take(&record) {
            return reader.finish(Some(refusal));
        }
    }
    let refused = reader.unfinished(Place::line(records.line()));
    reader.finish(refused)
}

/// A batch at hand.
struct OpenBatch {
    statement: Statement,
    batch: Batch,
    sums: Sums,
    sequence: u32,
}

/// Follows the records of a file.
struct Reader<'o> {
    options: &'o ReadOptions,
    file: BankFile,
    destination: String,
    open: bool,
    headers: u64,
    /// Whether the file has ended, so that only filling may follow.
    filling: bool,
    batch: Option<OpenBatch>,
    entry: Option<Open>,
    /// The memory of the last entry's addenda, to be used again.
    spare: String,
    /// The last sequence given under a key.
    sequences: HashMap<StatementKey, u32>,
    entries: usize,
    sums: Sums,
    batches: u64,
    records: u64,
    advice: bool,
}

fn unreadable(place: Place, reason: &str) -> Refusal {
    Refusal::NotReadable { place, reason: reason.to_owned() }
}

impl Reader<'_> {
    fn take(&mut self, record: &Record) -> Result<(), Refusal> {
        if self.filling && record.is_filler() {
            return Ok(());
        }
        self.records += 1;
        let place = record.place;
        if !self.open && record.kind() != b'1' {
            return Err(unreadable(place, "a file header (1) must stand here"));
        }
        match record.kind() {
            b'1' => self.file_header(record),
            b'5' => self.batch_header(record),
            b'6' => self.detail(record),
            b'7' => {
                let (Some(open), Some(batch)) = (&mut self.entry, &mut self.batch) else {
                    return Err(unreadable(place, "an addenda record (7) without an entry"));
                };
                batch.sums.records += 1;
                addenda::take(record, open, &batch.batch, &mut self.file, &self.options.limits)
            }
            b'8' => self.batch_control(record),
            b'9' => self.file_control(record),
            _ => Err(unreadable(place, "no record of a NACHA file begins here")),
        }
    }

    fn file_header(&mut self, record: &Record) -> Result<(), Refusal> {
        if self.open {
            return Err(Refusal::Truncated {
                place: record.place,
                missing: "the control (9) of the file before".to_owned(),
            });
        }
        if !matches!(record.field(35, 37), "094" | "94") {
            return Err(unreadable(record.place, "the header states no records of 94 characters"));
        }
        self.destination = record.field(4, 13).to_owned();
        if self.headers == 0 {
            self.file.version = record.field(40, 40).to_owned();
            self.file.sender = record.text(64, 86).or_else(|| record.text(14, 23));
            self.file.receiver = record.text(41, 63).or_else(|| record.text(4, 13));
            self.file.id = record.text(34, 34);
            self.file.created = self.day(record, 24, 29, "creation date");
            self.file.created_time = record.field(30, 33).to_owned();
        }
        (self.open, self.filling, self.headers) = (true, false, self.headers + 1);
        (self.sums, self.batches, self.records, self.advice) = (Sums::default(), 0, 1, false);
        Ok(())
    }

    fn batch_header(&mut self, record: &Record) -> Result<(), Refusal> {
        let place = record.place;
        if self.batch.is_some() {
            return Err(Refusal::Truncated { place, missing: "the control (8) of the batch before".to_owned() });
        }
        let class = record.field(51, 53).to_owned();
        let international = class == "IAT" || record.field(5, 20) == "IATCOR";
        let company = Party {
            name: if international { None } else { record.text(5, 20) },
            id: record.text(41, 50),
            bank: record.text(80, 87),
            ..Party::default()
        };
        let effective = self.day(record, 70, 75, "effective entry date");
        let number = record.field(88, 94).to_owned();
        let odfi_and_company = [record.field(80, 87), record.field(41, 50)].join(" ");
        let key = StatementKey {
            originator: odfi_and_company.trim().to_owned(),
            account: self.destination.clone(),
            statement: [effective.map(|day| day.to_string()).unwrap_or_default(), number.clone()]
                .join(" ")
                .trim()
                .to_owned(),
        };
        let statement = Statement {
            place,
            standing: Standing::Advice,
            account: BankAccount { bank: Some(self.destination.clone()), ..BankAccount::default() },
            currency: Some(CurrencyCode::USD),
            number: Some(number),
            as_of: effective,
            key,
            ..Statement::default()
        };
        let batch = Batch {
            company,
            description: record.field(54, 63).to_owned(),
            effective,
            origin_currency: if international { CurrencyCode::parse(record.field(64, 66)) } else { None },
            class,
        };
        self.advice |= batch.class == "ADV";
        self.batches += 1;
        self.entries += 1;
        self.within_limit()?;
        let sequence = self.sequences.get(&statement.key).copied().unwrap_or(0);
        self.batch = Some(OpenBatch { statement, batch, sums: Sums::default(), sequence });
        Ok(())
    }

    fn detail(&mut self, record: &Record) -> Result<(), Refusal> {
        self.close_entry()?;
        let Some(open) = &mut self.batch else {
            return Err(unreadable(record.place, "an entry (6) outside of a batch"));
        };
        self.entries += 1;
        open.sequence += 1;
        let limits = &self.options.limits;
        let mut entry = entry::read(record, &open.batch, open.sequence, &mut open.sums, &mut self.file, limits);
        entry.payload = core::mem::take(&mut self.spare);
        self.entry = Some(entry);
        Ok(())
    }

    /// Ends the entry at hand: what its addenda carry is known now.
    fn close_entry(&mut self) -> Result<(), Refusal> {
        if let (Some(mut entry), Some(batch)) = (self.entry.take(), &mut self.batch) {
            self.entries += addenda::finish(&mut entry, &mut self.file, &self.options.limits);
            batch.statement.entries.push(entry.entry);
            self.spare = entry.payload;
            self.spare.clear();
        }
        self.within_limit()
    }

    fn within_limit(&self) -> Result<(), Refusal> {
        if self.entries > self.options.limits.entries {
            let limit = format!("more than {} batches, entries and remittance lines", self.options.limits.entries);
            return Err(Refusal::TooLarge { limit });
        }
        Ok(())
    }

    fn batch_control(&mut self, record: &Record) -> Result<(), Refusal> {
        self.close_entry()?;
        let Some(batch) = self.batch.take() else {
            return Err(unreadable(record.place, "a batch control (8) outside of a batch"));
        };
        let number = batch.statement.number.clone().unwrap_or_default();
        let limits = &self.options.limits;
        let layout = of_batch(batch.batch.class == "ADV");
        compare(&mut self.file, limits, record, &format!("batch {number}"), &layout, &batch.sums);
        if record.field(88, 94) != number {
            self.file.warn(limits, "batch_number", record.place, || {
                format!("batch {number:?} is closed as {:?}", record.field(88, 94))
            });
        }
        self.sums.add(&batch.sums);
        self.sequences.insert(batch.statement.key.clone(), batch.sequence);
        self.file.statements.push(batch.statement);
        Ok(())
    }

    fn file_control(&mut self, record: &Record) -> Result<(), Refusal> {
        if self.batch.is_some() {
            return Err(Refusal::Truncated { place: record.place, missing: "a batch control (8)".to_owned() });
        }
        let of = if self.headers == 1 { "file".to_owned() } else { format!("file {}", self.headers) };
        let limits = &self.options.limits;
        let blocks = self.records.div_ceil(10);
        count(&mut self.file, limits, record, ("file_batch_count", &of), (2, 7), self.batches, true);
        count(&mut self.file, limits, record, ("file_block_count", &of), (8, 13), blocks, false);
        compare(&mut self.file, limits, record, &of, &of_file(self.advice), &self.sums);
        (self.open, self.filling) = (false, true);
        Ok(())
    }

    fn unfinished(&self, place: Place) -> Option<Refusal> {
        let missing = match (self.batch.is_some(), self.open) {
            (true, _) => "a batch control (8)",
            (_, true) => "a file control (9)",
            _ if self.headers == 0 => return Some(unreadable(place, "there is no record")),
            _ => return None,
        };
        Some(Refusal::Truncated { place, missing: missing.to_owned() })
    }

    /// Hands out what was understood, an unfinished batch included.
    fn finish(mut self, refused: Option<Refusal>) -> BankFile {
        let closed = self.close_entry();
        self.file.statements.extend(self.batch.take().map(|batch| batch.statement));
        self.file.refused = refused.or(closed.err());
        self.file
    }

    /// A day as `YYMMDD`; blank or noughts are none.
    fn day(&mut self, record: &Record, from: usize, to: usize, what: &str) -> Option<Day> {
        let field = record.field(from, to);
        if field.bytes().all(|digit| digit == b'0') {
            return None;
        }
        let number = |at: usize| field.get(at..at + 2)?.parse::<u32>().ok();
        let read = || {
            let year = number(0).filter(|_| field.len() == 6)?;
            Day::new(if year >= 70 { 1900 + year } else { 2000 + year }, number(2)?, number(4)?).ok()
        };
        let day = read();
        if day.is_none() {
            self.file
                .problem(&self.options.limits, "bad_date", record.place, || format!("{what}: {field:?} is no date"));
        }
        day
    }
}
