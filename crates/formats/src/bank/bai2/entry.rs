//! A transaction detail record (16) as an entry.

use super::fields::{funds, some_text, text, whole};
use super::named;
use super::reader::Account;
use super::records::{Fields, Record};
use super::type_codes::{Level, TypeCode, type_code};
use crate::bank::{
    BankCode, BankFile, Entry, EntryStatus, Funds, Limits, Party, Payment, Place, Return, ReturnKind, Side,
};
use crate::currency::CurrencyCode;
use crate::remittance::x12;

/// Reads a detail into the account at hand; whatever is wrong with it, its amount counts in the account's sum.
pub(super) fn entry(record: &Record, account: &mut Account, file: &mut BankFile, limits: &Limits) {
    let place = record.place();
    let mut fields = Fields::new(&record.parts);
    let (written, amount) = (fields.bytes(), fields.bytes());
    let code = whole(written).filter(|_| written.len() == 3).and_then(|code| u16::try_from(code).ok());
    let code = code.map(type_code);
    if code.is_none() {
        file.problem(limits, "bad_type_code", place, || format!("{:?} is no type code", text(written)));
    }
    let signed = if amount.is_empty() { Some(0) } else { whole(amount) };
    if signed.is_none() {
        file.problem(limits, "bad_amount", place, || format!("{:?} is no amount", text(amount)));
    }
    let signed = signed.unwrap_or(0);
    account.sum += i128::from(signed);
    let funds = funds(&mut fields).unwrap_or_else(|why| {
        file.problem(limits, "bad_funds", place, || why);
        Funds::Unstated
    });
    let value_day = match &funds {
        Funds::From { day, .. } => *day,
        Funds::Unstated | Funds::Immediate | Funds::NextDay | Funds::TwoDaysOrMore | Funds::Parts(_) => None,
    };
    let side = side(code, signed);
    if let (Some(code), None) = (code, side)
        && (code.meaning.is_empty() || signed != 0)
    {
        file.warn(limits, "type_code_without_side", place, || {
            format!("type code {:03} is neither credit nor debit: {signed} is read as information only", code.code)
        });
    }
    if code.is_some_and(|code| code.level == Level::Summary) {
        file.warn(limits, "summary_code_in_detail", place, || {
            format!("type code {} is a sum, yet it stands in a transaction", text(written))
        });
    }
    account.sequence += 1;
    let side_or_credit = side.unwrap_or(Side::Credit);
    let mut payment = payment(fields, side_or_credit, code);
    // The amounts of EDI within an entry have no currency of their own: they are dollars.
    if account.currency == CurrencyCode::USD {
        take_edi(&mut payment, place, file, limits);
    }
    account.statement.entries.push(Entry {
        place,
        sequence: account.sequence,
        reference: None,
        status: if side.is_some() { EntryStatus::Booked } else { EntryStatus::Information },
        amount: signed.abs(),
        currency: account.currency,
        side: side_or_credit,
        reversal: code.is_some_and(|code| code.level == Level::Undo),
        booking_day: account.statement.as_of,
        value_day,
        codes: vec![BankCode { list: "bai2", code: text(written), meaning: code.map_or("", |code| code.meaning) }],
        funds,
        payment,
        batch: Vec::new(),
    });
}

/// The side of an amount: that of its code, the other one where it is negative.
fn side(code: Option<TypeCode>, signed: i64) -> Option<Side> {
    let side = code?.side?;
    Some(match (side, signed < 0) {
        (Side::Credit, false) | (Side::Debit, true) => Side::Credit,
        (Side::Debit, false) | (Side::Credit, true) => Side::Debit,
    })
}

/// Reads the references and the text.
fn payment(mut fields: Fields, side: Side, code: Option<TypeCode>) -> Payment {
    let mut payment = Payment {
        bank_reference: some_text(fields.bytes()),
        customer_reference: some_text(fields.bytes()),
        ..Payment::default()
    };
    for line in fields.text().filter(|line| !line.is_empty()) {
        payment.text.push(text(line));
    }
    let mut party = Party::default();
    for at in 0..payment.text.len() {
        tagged(at, &mut payment, side, &mut party);
    }
    named::read(&mut payment, side, &mut party);
    if party != Party::default() {
        payment.counterparty = Some(Box::new(party));
    }
    if code.is_some_and(|code| code.level == Level::Undo) {
        payment.returned = returned(&payment.text, code.map_or("", |code| code.meaning));
    }
    payment
}

/// Reads the remittance of an ACH payment that the bank has put into the text (`RMR*IV*48129**1000.00\`), as it stands in the
/// payment's addenda. A text goes on in the next record within a word too. The words around it stay text.
fn take_edi(payment: &mut Payment, place: Place, file: &mut BankFile, limits: &Limits) {
    let joined = payment.text.concat();
    let Some(line) = segment(&joined, "RMR*") else { return };
    let begins = ["ISA*", "ST*820*"].iter().filter_map(|id| segment(&joined, id)).fold(line, usize::min);
    let end = joined.rfind(['\\', '~']).map_or(joined.len(), |at| at + 1);
    let unended = joined[end.max(begins)..].contains('*');
    let end = if unended { joined.len() } else { end.max(begins) };
    let read = x12::read_fragment(&joined.as_bytes()[begins..end], &[(0, place)], limits);
    // What was not read as a line stays text.
    let segments = joined.match_indices("RMR*").filter(|(at, _)| begins_word(&joined, *at)).count();
    let lines: usize = read.advices.iter().map(|advice| advice.lines.len()).sum();
    let whole = !unended && read.problems.is_empty() && lines >= segments;
    for problem in read.problems {
        file.warn(limits, problem.code, problem.place, || problem.message);
    }
    let text = std::mem::take(&mut payment.text);
    let named = payment.take_advices(read.advices);
    let words = match named && whole {
        true => [&joined[..begins], &joined[end..]].map(|words| words.trim().to_owned()).to_vec(),
        false => text,
    };
    payment.text.splice(0..0, words.into_iter().filter(|words| !words.is_empty()));
}

/// Where a segment of EDI begins: its id, and no word before it.
fn segment(text: &str, id: &str) -> Option<usize> {
    text.match_indices(id).map(|(at, _)| at).find(|at| begins_word(text, *at))
}

fn begins_word(text: &str, at: usize) -> bool {
    !text[..at].ends_with(char::is_alphabetic)
}

/// Reads a line of text that names what it holds, as many banks write: `EREF: 4711`. The line stays text as well.
fn tagged(at: usize, payment: &mut Payment, side: Side, party: &mut Party) {
    let line = &payment.text[at];
    let Some((tag, value)) = line.split_once(':').filter(|(tag, _)| tag.len() == 4) else { return };
    let value = value.trim();
    if value.is_empty() {
        return;
    }
    let value = value.to_owned();
    match (tag, side) {
        ("EREF", _) if value != "NOTPROVIDED" => payment.end_to_end = Some(value),
        ("CREF", _) => payment.references.push(("customer", value)),
        ("CHKN", _) => payment.references.push(("check", value)),
        ("DBNM", Side::Credit) | ("CRNM", Side::Debit) => party.name = Some(value),
        ("DACT", Side::Credit) | ("CACT", Side::Debit) => party.account = Some(value),
        ("DABA" | "DBIC", Side::Credit) | ("CABA" | "CBIC", Side::Debit) => party.bank = Some(value),
        ("IDNM", _) => party.id = Some(value),
        _ => {}
    }
}

/// Why it came back, where the text says it with a code of NACHA's (`Reason: "R02"`).
fn returned(lines: &[String], meaning: &'static str) -> Option<Box<Return>> {
    let code = lines.iter().find_map(|line| {
        let line = line.to_ascii_uppercase();
        let words = line.split(|letter: char| !letter.is_ascii_alphanumeric());
        words
            .filter(|word| word.len() == 3 && word.starts_with('R'))
            .find(|word| word[1..].bytes().all(|digit| digit.is_ascii_digit()))
            .map(str::to_owned)
    })?;
    Some(Box::new(Return {
        kind: ReturnKind::Return,
        code,
        meaning,
        text: Vec::new(),
        original_reference: None,
        original_bank: None,
        details: Vec::new(),
    }))
}
