//! BAI's lockbox transmission in fixed columns.

use std::collections::HashMap;

use super::layout::{LineSpans, LockboxLayout, Span};
use crate::amount::Decimal;
use crate::bank::fixed::{Record, Records};
use crate::bank::{
    BankAccount, BankCode, BankFile, ControlTotal, Entry, EntryStatus, Format, Funds, Party, Payment, Place,
    ReadOptions, Refusal, Side, Standing, Statement, StatementKey, TotalKind,
};
use crate::currency::CurrencyCode;
use crate::day::Day;
use crate::remittance::{DocumentKind, DocumentRef, RemittanceLine};

/// Reads a lockbox transmission.
pub(in crate::bank) fn read(bytes: &[u8], options: &ReadOptions) -> BankFile {
    let layout = options.lockbox.clone().unwrap_or_else(|| told(bytes));
    let mut records = Records::new(bytes, layout.length.max(1));
    let mut reader = Reader {
        options,
        check_ends: layout.check_ends(),
        layout,
        file: BankFile { format: Some(Format::Lockbox), ..BankFile::default() },
        currency: options.currency.unwrap_or(CurrencyCode::USD),
        stage: Stage::Before,
        headers: 0,
        statement: None,
        sequences: HashMap::new(),
        batch: Sums::default(),
        service: Sums::default(),
        totals: [false; 2],
        records: 0,
        entries: 0,
    };
    while let Some(record) = records.next() {
        if let Err(refusal) = reader.take(&record) {
            return reader.finish(Some(refusal));
        }
    }
    let refused = reader.unfinished(Place::line(records.line()));
    reader.finish(refused)
}

/// The layout that the check digits of the first routing number speak for.
fn told(bytes: &[u8]) -> LockboxLayout {
    let mut records = Records::new(bytes, 80);
    let valid = |digits: &str| {
        let weights = [3, 7, 1, 3, 7, 1, 3, 7, 1];
        let sum: u32 =
            digits.bytes().zip(weights).map(|(digit, weight)| u32::from(digit.wrapping_sub(b'0')) * weight).sum();
        digits.len() == 9 && digits.bytes().all(|digit| digit.is_ascii_digit()) && sum > 0 && sum.is_multiple_of(10)
    };
    while let Some(record) = records.next() {
        if record.kind() == b'6' {
            let wide =
                !valid(record.raw(18, 26)) && matches!(record.raw(18, 18), "0" | " ") && valid(record.raw(19, 27));
            return if wide { LockboxLayout::wide_routing() } else { LockboxLayout::standard() };
        }
    }
    LockboxLayout::standard()
}

/// Checks and their amounts since the last total.
#[derive(Default)]
struct Sums {
    checks: u64,
    cents: i128,
}

/// How far the file is.
#[derive(PartialEq, Eq)]
enum Stage {
    /// No header yet, or behind a trailer.
    Before,
    /// Behind a header, or checks whose total is still to come.
    Open,
    /// Behind a service total: the trailer may be missing.
    Totalled,
}

struct Reader<'o> {
    options: &'o ReadOptions,
    layout: LockboxLayout,
    check_ends: usize,
    file: BankFile,
    currency: CurrencyCode,
    stage: Stage,
    headers: u64,
    statement: Option<Statement>,
    /// The last sequence given under a key.
    sequences: HashMap<StatementKey, u32>,
    batch: Sums,
    service: Sums,
    /// Whether the file has batch totals, and service totals.
    totals: [bool; 2],
    records: u64,
    entries: usize,
}

fn unreadable(place: Place, reason: &str) -> Refusal {
    Refusal::NotReadable { place, reason: reason.to_owned() }
}

impl Reader<'_> {
    fn take(&mut self, record: &Record) -> Result<(), Refusal> {
        self.records += 1;
        if self.stage == Stage::Before && record.kind() != b'1' {
            return Err(unreadable(record.place, "a header (1) must stand here"));
        }
        match record.kind() {
            b'1' => self.header(record),
            b'2' => Ok(()),
            b'5' => {
                let day = self.day(record, (15, 20));
                self.begin(record.place, record.field(8, 14), day, record.text(31, 40));
                self.count_in(1)
            }
            b'6' => self.check(record),
            b'4' => self.overflow(record),
            b'7' => {
                self.totals[0] = true;
                let (batch, of) = (core::mem::take(&mut self.batch), format!("batch {}", record.field(2, 4)));
                self.total(record, &of, ["batch_item_count", "batch_total"], [(21, 23), (24, 33)], &batch);
                self.count_in(1)
            }
            b'8' => {
                self.close();
                self.totals[1] = true;
                let (service, of) = (core::mem::take(&mut self.service), format!("lockbox {}", record.field(8, 14)));
                self.total(record, &of, ["lockbox_item_count", "lockbox_total"], [(21, 24), (25, 34)], &service);
                self.stage = Stage::Totalled;
                self.count_in(1)
            }
            b'9' => self.trailer(record),
            _ => Err(unreadable(record.place, "no record of a lockbox file begins here")),
        }
    }

    fn header(&mut self, record: &Record) -> Result<(), Refusal> {
        if self.stage == Stage::Open && self.headers > 0 {
            return Err(Refusal::Truncated {
                place: record.place,
                missing: "the trailer (9) of the file before".to_owned(),
            });
        }
        if self.headers == 0 {
            self.file.created = self.day(record, (24, 29));
            self.file.created_time = record.field(30, 33).to_owned();
            (self.file.receiver, self.file.sender) = (record.text(4, 13), record.text(14, 23));
        }
        (self.stage, self.records, self.headers) = (Stage::Open, 1, self.headers + 1);
        (self.batch, self.service, self.totals) = (Sums::default(), Sums::default(), [false; 2]);
        Ok(())
    }

    /// Begins the deposits of a lockbox; the same one again goes on.
    fn begin(&mut self, place: Place, lockbox: &str, day: Option<Day>, origin: Option<String>) {
        let originator = origin.or_else(|| self.file.sender.clone()).unwrap_or_default();
        let key = StatementKey {
            originator: originator.clone(),
            account: lockbox.to_owned(),
            statement: day.map(|day| day.to_string()).unwrap_or_default(),
        };
        if self.statement.as_ref().is_some_and(|statement| statement.key == key) {
            return;
        }
        self.close();
        self.stage = Stage::Open;
        self.statement = Some(Statement {
            place,
            key,
            standing: Standing::Advice,
            account: BankAccount {
                number: Some(lockbox.to_owned()),
                bank: Some(originator),
                name: Some("lockbox".to_owned()),
                ..BankAccount::default()
            },
            currency: Some(self.currency),
            as_of: day,
            ..Statement::default()
        });
    }

    fn close(&mut self) {
        let Some(statement) = self.statement.take() else { return };
        if let Some(last) = statement.entries.last() {
            self.sequences.insert(statement.key.clone(), last.sequence);
        }
        self.file.statements.push(statement);
    }

    fn check(&mut self, record: &Record) -> Result<(), Refusal> {
        if self.statement.is_none() {
            // Some banks send no deposit record: the header's destination and day stand in.
            let (lockbox, day) = (self.file.receiver.clone().unwrap_or_default(), self.file.created);
            self.begin(record.place, &lockbox, day, None);
        }
        self.stage = Stage::Open;
        self.count_in(1)?;
        let amount = self.cents(record, self.layout.amount).unwrap_or(0);
        for sums in [&mut self.batch, &mut self.service] {
            sums.checks += 1;
            sums.cents += i128::from(amount);
        }
        let text = |span: Option<Span>| span.and_then(|(from, to)| record.text(from, to));
        let check = text(self.layout.check);
        let party = Party {
            name: text(self.layout.payer),
            account: text(self.layout.account),
            bank: text(self.layout.routing),
            ..Party::default()
        };
        let mut payment = Payment {
            references: check.clone().map(|number| ("check", number)).into_iter().collect(),
            customer_reference: check,
            counterparty: (party != Party::default()).then(|| Box::new(party)),
            ..Payment::default()
        };
        for spans in self.layout.in_check.clone() {
            payment.remittance.extend(self.line(record, &spans));
        }
        payment.text.extend(record.text(self.check_ends + 1, self.layout.length));
        let reference = format!("{}-{}", record.field(2, 4), record.field(5, 7));
        payment.bank_reference = Some(reference.clone());
        let currency = self.currency;
        let Some(statement) = &mut self.statement else { return Ok(()) };
        let before = statement.entries.last().map(|entry| entry.sequence);
        let sequence = before.unwrap_or_else(|| self.sequences.get(&statement.key).copied().unwrap_or(0)) + 1;
        statement.entries.push(Entry {
            place: record.place,
            sequence,
            reference: Some(reference),
            status: EntryStatus::Booked,
            amount: amount.abs(),
            currency,
            side: if amount < 0 { Side::Debit } else { Side::Credit },
            reversal: false,
            booking_day: statement.as_of,
            value_day: None,
            codes: vec![BankCode { list: "lockbox", code: "6".to_owned(), meaning: "Check in a lockbox" }],
            funds: Funds::Unstated,
            payment,
            batch: Vec::new(),
        });
        Ok(())
    }

    fn overflow(&mut self, record: &Record) -> Result<(), Refusal> {
        let place = record.place;
        if self.statement.as_ref().is_none_or(|statement| statement.entries.is_empty()) {
            return Err(unreadable(place, "an overflow record (4) without a check"));
        }
        let spans = self.layout.in_overflow.clone();
        let mut lines: Vec<RemittanceLine> = Vec::new();
        let words = spans.iter().any(|spans| {
            let line = self.quiet(record, spans);
            let understood = line.is_some();
            lines.extend(line.flatten());
            !understood
        });
        self.count_in(lines.len())?;
        let Some(entry) = self.statement.as_mut().and_then(|statement| statement.entries.last_mut()) else {
            return Ok(());
        };
        if words || lines.is_empty() {
            entry.payment.text.extend(record.text(12, self.layout.length));
        } else {
            entry.payment.remittance.extend(lines);
        }
        Ok(())
    }

    /// A document and its amount; `None` inside where the columns are blank, `None` outside where they hold no amount.
    #[expect(
        clippy::option_option,
        reason = "blank columns and columns that hold something else are different answers"
    )]
    fn quiet(&self, record: &Record, spans: &LineSpans) -> Option<Option<RemittanceLine>> {
        let Some(number) = record.text(spans.number.0, spans.number.1) else {
            let blank = spans.amount.is_none_or(|(from, to)| record.field(from, to).bytes().all(|digit| digit == b'0'));
            return blank.then_some(None);
        };
        let read = |span: Option<Span>| -> Result<Option<i64>, ()> {
            let Some((from, to)) = span.filter(|(from, to)| !record.field(*from, *to).is_empty()) else {
                return Ok(None);
            };
            cents(record.field(from, to)).map(Some).ok_or(())
        };
        let (Ok(paid), Ok(discount)) = (read(spans.amount), read(spans.discount)) else { return None };
        if spans.amount.is_some() && paid.is_none() {
            return None;
        }
        let document = DocumentRef { kind: DocumentKind::Invoice, code: String::new(), number };
        let place = Place { column: spans.number.0 as u64, ..record.place };
        Some(Some(RemittanceLine { place, documents: vec![document], paid, discount, ..RemittanceLine::default() }))
    }

    /// A document of a check record, whose amount must be one.
    fn line(&mut self, record: &Record, spans: &LineSpans) -> Option<RemittanceLine> {
        let line = self.quiet(record, spans);
        if line.is_none() {
            self.file.problem(&self.options.limits, "bad_amount", record.place, || {
                format!(
                    "the document {:?} has no amount that can be read",
                    record.field(spans.number.0, spans.number.1)
                )
            });
        }
        line.flatten()
    }

    fn trailer(&mut self, record: &Record) -> Result<(), Refusal> {
        self.close();
        let [batches, services] = self.totals;
        if batches && self.batch.checks > 0 {
            return Err(Refusal::Truncated {
                place: record.place,
                missing: "the total (7) of the last batch".to_owned(),
            });
        }
        if services && self.service.checks > 0 {
            return Err(Refusal::Truncated { place: record.place, missing: "the last service total (8)".to_owned() });
        }
        if !batches && !services && self.service.checks > 0 {
            // A file without any total cannot be checked: a person may accept it.
            self.push(record, "lockbox_total", "file", TotalKind::Amount, (0, self.service.cents));
        }
        let stated = record.number(2, 7).unwrap_or(0);
        if stated != self.records {
            let counted = self.records;
            self.file.warn(&self.options.limits, "file_record_count", record.place, || {
                format!("file_record_count of file: {stated} stated, {counted} are there")
            });
        }
        self.push(
            record,
            "file_record_count",
            "file",
            TotalKind::Count,
            (i128::from(stated), i128::from(self.records)),
        );
        self.stage = Stage::Before;
        Ok(())
    }

    /// Compares number and amount of a total record.
    fn total(&mut self, record: &Record, of: &str, names: [&'static str; 2], spans: [Span; 2], sums: &Sums) {
        let checks = record.number(spans[0].0, spans[0].1).unwrap_or(0);
        if checks != sums.checks {
            self.file.warn(&self.options.limits, names[0], record.place, || {
                format!("{} of {of}: {checks} stated, {} are there", names[0], sums.checks)
            });
        }
        self.push(record, names[0], of, TotalKind::Count, (i128::from(checks), i128::from(sums.checks)));
        if let Some(cents) = self.cents(record, spans[1]) {
            self.push(record, names[1], of, TotalKind::Amount, (i128::from(cents), sums.cents));
        }
    }

    fn push(
        &mut self,
        record: &Record,
        name: &'static str,
        of: &str,
        kind: TotalKind,
        (stated, counted): (i128, i128),
    ) {
        let scale = if kind == TotalKind::Amount { self.currency.exponent() } else { 0 };
        self.file.controls.push(ControlTotal {
            name,
            of: of.to_owned(),
            place: record.place,
            kind,
            stated: Decimal { digits: stated, scale },
            counted: Decimal { digits: counted, scale },
            binding: kind == TotalKind::Amount,
        });
    }

    fn cents(&mut self, record: &Record, (from, to): Span) -> Option<i64> {
        let read = cents(record.field(from, to));
        if read.is_none() {
            self.file.problem(&self.options.limits, "bad_amount", record.place, || {
                format!("{:?} is no amount (columns {from} to {to})", record.field(from, to))
            });
        }
        read
    }

    fn count_in(&mut self, more: usize) -> Result<(), Refusal> {
        self.entries += more;
        if self.entries > self.options.limits.entries {
            return Err(Refusal::TooLarge {
                limit: format!("more than {} checks and documents", self.options.limits.entries),
            });
        }
        Ok(())
    }

    fn day(&mut self, record: &Record, (from, to): Span) -> Option<Day> {
        let field = record.field(from, to);
        let number = |at: usize| field.get(at..at + 2)?.parse::<u32>().ok();
        let read = || {
            let year = number(0).filter(|_| field.len() == 6)?;
            Day::new(if year >= 70 { 1900 + year } else { 2000 + year }, number(2)?, number(4)?).ok()
        };
        let day = read();
        if day.is_none() {
            self.file.problem(&self.options.limits, "bad_date", record.place, || format!("{field:?} is no date"));
        }
        day
    }

    fn unfinished(&mut self, place: Place) -> Option<Refusal> {
        match self.stage {
            Stage::Before if self.headers == 0 => Some(unreadable(place, "there is no record")),
            Stage::Before => None,
            Stage::Open => {
                Some(Refusal::Truncated { place, missing: "a service total (8) or a trailer (9)".to_owned() })
            }
            Stage::Totalled => {
                self.file.warn(&self.options.limits, "no_trailer", place, || "there is no trailer (9)".to_owned());
                None
            }
        }
    }

    fn finish(mut self, refused: Option<Refusal>) -> BankFile {
        self.close();
        self.file.refused = refused;
        self.file
    }
}

/// Cents with a minus before or behind; blank is nought.
fn cents(field: &str) -> Option<i64> {
    let (digits, negative) = match (field.strip_prefix('-'), field.strip_suffix('-')) {
        (Some(digits), None) | (None, Some(digits)) => (digits, true),
        (None, None) => (field, false),
        (Some(_), Some(_)) => return None,
    };
    if digits.is_empty() && !negative {
        return Some(0);
    }
    if digits.is_empty() || digits.len() > 18 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    digits.parse::<i64>().ok().map(|value| if negative { -value } else { value })
}
