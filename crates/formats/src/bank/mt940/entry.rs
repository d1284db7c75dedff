//! From a statement line and what follows it to an entry.

use super::codes::meaning;
use super::fields::Field;
use super::info::{self, Info, looks_like_iban};
use super::line::{StatementLine, statement_line};
use crate::bank::notes::Notes;
use crate::bank::{BankCode, Entry, EntryStatus, Funds, Payment};
use crate::currency::CurrencyCode;

/// Reads `:61:`; `None`, with a problem, where it has no mark or no amount.
pub(super) fn entry(field: &Field<'_>, currency: Option<CurrencyCode>, notes: &mut Notes) -> Option<Entry> {
    let line = match statement_line(field) {
        Ok(line) => line,
        Err(reason) => {
            notes.problem("bad_statement_line", field.place, reason);
            return None;
        }
    };
    let Some(currency) = currency else {
        notes.problem("no_currency", field.place, "no balance names the currency of the entry");
        return None;
    };
    let Some(amount) = line.amount.minor_units(currency.exponent()) else {
        let message = format!("{} has more decimals than {currency}, or is too large", line.amount);
        notes.problem("bad_amount", field.place, message);
        return None;
    };
    if line.value_day.is_none() {
        notes.problem("bad_date", field.place, "the value day is no day");
    } else if line.moved {
        notes.warning(
            "no_such_day",
            field.place,
            "the value day is not in the calendar: the last of the month is meant",
        );
    }
    let mut codes = Vec::new();
    if !line.code.is_empty() {
        codes.push(BankCode { list: "swift", code: line.code.to_owned(), meaning: meaning(line.code) });
    }
    let payment = references(&line, &mut codes);
    Some(Entry {
        place: field.place,
        sequence: 0,
        reference: None,
        status: if line.expected { EntryStatus::Pending } else { EntryStatus::Booked },
        amount,
        currency,
        side: line.side,
        reversal: line.reversal,
        booking_day: line.booking_day,
        value_day: line.value_day,
        codes,
        funds: Funds::Unstated,
        payment,
        batch: Vec::new(),
    })
}

/// The references of a statement line, and its supplementary details: an account, amounts before exchange and charges
/// (`/OCMT/EUR25,00//CHGS/EUR5,00/`), or text.
fn references(line: &StatementLine<'_>, codes: &mut Vec<BankCode>) -> Payment {
    let mut payment = Payment {
        bank_reference: present(line.bank_reference),
        customer_reference: present(line.reference),
        ..Payment::default()
    };
    if !line.behind.is_empty() {
        payment.counterparty.get_or_insert_default().name = Some(line.behind.to_owned());
    }
    for more in &line.more {
        if looks_like_iban(more) {
            payment.counterparty.get_or_insert_default().account = Some((*more).to_owned());
        } else if !info::read_amounts(more, &mut Info { payment: &mut payment, codes, told: 0 }) {
            payment.references.push(("supplementary", (*more).to_owned()));
        }
    }
    // The text is what `:86:` says; what stands behind an amount here is not.
    let behind = std::mem::take(&mut payment.text);
    payment.references.extend(behind.into_iter().map(|text| ("supplementary", text)));
    payment
}

/// A reference, unless it says that there is none or that it stands in `:86:`.
fn present(reference: &str) -> Option<String> {
    let none = matches!(
        reference,
        "" | "NONREF" | "NOREF" | "EREF" | "EREF+" | "KREF+" | "KREF" | "PREF" | "MARF" | "NOTPROVIDED"
    );
    (!none).then(|| reference.to_owned())
}

/// What `:86:` says of the entry before it. A second one goes on with the text of the first, or with tags.
pub(super) fn information(entry: &mut Entry, field: &Field<'_>) {
    let told = entry.payment.charges.len();
    let mut info = Info { payment: &mut entry.payment, codes: &mut entry.codes, told };
    if info.payment.text.is_empty() {
        info::read(&field.lines, &mut info);
    } else if !info::read_tags(&field.lines, &mut info) {
        let lines = field.lines.iter().map(|line| line.trim()).filter(|line| !line.is_empty());
        entry.payment.text.extend(lines.map(str::to_owned));
    }
    entry.reversal |= entry.payment.returned.is_some();
}

/// What the `:NS:` of German and Hungarian banks says, by the two digits that begin each line: 01 to 14 the purpose, 15 and
/// 16 the name, 17 the booking text, 33 and 34 bank and account.
pub(super) fn numbered_lines(entry: &mut Entry, field: &Field<'_>) {
    let payment = &mut entry.payment;
    for line in &field.lines {
        let Some((number, text)) = line.split_at_checked(2) else { continue };
        let text = text.trim();
        if text.is_empty() {
            continue;
        }
        match number {
            "15" => payment.counterparty.get_or_insert_default().name = Some(text.to_owned()),
            "16" => {
                let name = &mut payment.counterparty.get_or_insert_default().name;
                name.get_or_insert_default().push_str(&format!(" {text}"));
            }
            "17" => payment.references.push(("booking_text", text.to_owned())),
            "33" => payment.counterparty.get_or_insert_default().bank = Some(text.to_owned()),
            "34" => payment.counterparty.get_or_insert_default().account = Some(text.to_owned()),
            "01" | "02" | "03" | "04" | "05" | "06" | "07" | "08" | "09" | "10" | "11" | "12" | "13" | "14" => {
                payment.text.push(text.to_owned());
            }
            _ => payment.references.push(("other", (*line).trim().to_owned())),
        }
    }
}
