//! Addenda records (7), taken up into the entry before them.

use super::entry::{Batch, Open};
use super::return_codes::meaning;
use crate::bank::fixed::Record;
use crate::bank::{BankFile, EntryStatus, Limits, Original, Party, Refusal, Return, ReturnKind};
use crate::currency::CurrencyCode;
use crate::remittance::x12;

/// The most return addenda of one entry: a return, its dishonour and its contest are three.
const MOST_RETURNS: u32 = 8;

/// Takes an addenda record.
pub(super) fn take(
    record: &Record,
    open: &mut Open,
    batch: &Batch,
    file: &mut BankFile,
    limits: &Limits,
) -> Result<(), Refusal> {
    open.addenda += 1;
    match record.field(2, 3) {
        "05" | "17" => {
            if open.payload.len() + 80 > limits.record_bytes {
                let limit = format!("{}: addenda of more than {} bytes", record.place, limits.record_bytes);
                return Err(Refusal::TooLarge { limit });
            }
            open.pieces.push((open.payload.len(), record.place));
            let piece = record.raw(4, 83);
            open.payload.push_str(piece);
            let missing = 80_usize.saturating_sub(piece.chars().count());
            open.payload.extend(core::iter::repeat_n(' ', missing));
        }
        "02" => terminal(record, open),
        "10" | "11" | "12" | "13" | "14" | "15" | "16" | "18" => international(record, open, batch, file, limits),
        "98" => change(record, open),
        "99" => {
            open.returns += 1;
            if open.returns > MOST_RETURNS {
                file.problem(limits, "too_many_returns", record.place, || {
                    format!("more than {MOST_RETURNS} return addenda to one entry")
                });
                return Ok(());
            }
            returned(record, open, batch);
        }
        other => {
            file.problem(limits, "unknown_addenda", record.place, || format!("{other:?} is no type of addenda"));
        }
    }
    Ok(())
}

/// Reads what the addenda of an entry carry together: X12 into remittance lines, anything else as text.
pub(super) fn finish(open: &mut Open, file: &mut BankFile, limits: &Limits) -> usize {
    if let Some(announced) = open.announced.filter(|announced| *announced != open.addenda) {
        file.warn(limits, "addenda_count", open.entry.place, || {
            format!("{announced} addenda announced, {} are there", open.addenda)
        });
    }
    if open.pieces.is_empty() {
        return 0;
    }
    let mut structured = false;
    if x12::looks_like_fragment(open.payload.as_bytes()) {
        let read = x12::read_fragment(open.payload.as_bytes(), &open.pieces, limits);
        for problem in read.problems {
            file.warn(limits, problem.code, problem.place, || problem.message);
        }
        structured = open.entry.payment.take_advices(read.advices);
    }
    if !structured {
        let ends = open.pieces.iter().skip(1).map(|(end, _)| *end).chain([open.payload.len()]);
        let lines = open.pieces.iter().zip(ends).map(|((from, _), to)| open.payload[*from..to].trim());
        open.entry.payment.text.extend(lines.filter(|line| !line.is_empty()).map(str::to_owned));
    }
    open.entry.payment.remittance.len()
}

/// Terminal data of POS, SHR and MTE entries.
fn terminal(record: &Record, open: &mut Open) {
    let fields = [
        ("reference_1", 4, 10),
        ("reference_2", 11, 13),
        ("terminal", 14, 19),
        ("transaction_serial", 20, 25),
        ("transaction_day", 26, 29),
        ("authorization", 30, 35),
    ];
    let payment = &mut open.entry.payment;
    payment.references.extend(fields.iter().filter_map(|(name, from, to)| Some((*name, record.text(*from, *to)?))));
    let place = [record.field(36, 62), record.field(63, 77), record.field(78, 79)];
    let place: Vec<&str> = place.into_iter().filter(|part| !part.is_empty()).collect();
    if !place.is_empty() {
        payment.text.push(place.join(", "));
    }
}

/// Addenda 10 to 16 and 18 of international entries. The originator is the other side of a credit, the receiver that of a
/// debit.
fn international(record: &Record, open: &mut Open, batch: &Batch, file: &mut BankFile, limits: &Limits) {
    let from_originator = open.code.is_none_or(|code| code.side == crate::bank::Side::Credit && !code.comes_back);
    let payment = &mut open.entry.payment;
    let party = payment.counterparty.get_or_insert_default();
    match record.field(2, 3) {
        "10" => {
            payment.purpose = record.text(4, 6).or_else(|| payment.purpose.take());
            let name = record.text(47, 81);
            if from_originator {
                payment.references.extend(name.map(|name| ("receiver", name)));
            } else {
                party.name = name;
            }
            payment.references.extend(record.text(25, 46).map(|trace| ("foreign_trace", trace)));
            match record.number(7, 24).and_then(|amount| i64::try_from(amount).ok()) {
                Some(0) => {}
                Some(amount) => {
                    let currency = batch.origin_currency.unwrap_or(CurrencyCode::USD);
                    payment.original = Some(Box::new(Original { amount, currency, rate: None }));
                }
                None => file.problem(limits, "bad_amount", record.place, || {
                    format!("the foreign payment amount {:?} is no amount", record.field(7, 24))
                }),
            }
        }
        "11" if from_originator => {
            (party.name, party.address) = (record.text(4, 38), record.text(39, 73).into_iter().collect())
        }
        "12" if from_originator => party.address.extend(address(record)),
        "13" if from_originator => {
            party.bank = record.text(41, 74);
            payment.references.extend(record.text(4, 38).map(|name| ("originating_bank", name)));
        }
        "15" if !from_originator => {
            party.id = record.text(4, 18);
            party.address.extend(record.text(19, 53));
        }
        "16" if !from_originator => party.address.extend(address(record)),
        "14" => payment.references.extend(record.text(4, 38).map(|name| ("receiving_bank", name))),
        "15" => payment.references.extend(record.text(4, 18).map(|id| ("receiver_id", id))),
        "18" => payment.references.extend(record.text(4, 38).map(|name| ("correspondent_bank", name))),
        _ => payment.references.extend(record.text(4, 38).map(|words| ("originator", words))),
    }
}

/// City and state, country and postal code: `JACOBSTOWN*PA\`.
fn address(record: &Record) -> Option<String> {
    let part = |from, to| record.field(from, to).trim_end_matches('\\').replace('*', " ");
    let whole = [part(4, 38), part(39, 73)].join(", ");
    Some(whole.trim_matches([',', ' ']).to_owned()).filter(|whole| !whole.is_empty())
}

/// A notification of change, or its refusal.
fn change(record: &Record, open: &mut Open) {
    let code = record.field(4, 6).to_owned();
    let refused = matches!(&*code, "C61" | "C62" | "C63" | "C64" | "C65" | "C66" | "C67" | "C68" | "C69");
    open.entry.status = EntryStatus::Information;
    let mut details = Vec::new();
    if refused {
        details.extend(record.text(65, 67).map(|code| ("change_code", code)));
        details.extend(record.text(68, 74).map(|number| ("trace_sequence", number)));
    }
    open.entry.payment.returned = Some(Box::new(Return {
        kind: if refused { ReturnKind::RefusedChange } else { ReturnKind::NotificationOfChange },
        meaning: meaning(&code),
        code,
        text: record.text(36, 64).into_iter().collect(),
        original_reference: record.text(7, 21),
        original_bank: record.text(28, 35),
        details,
    }));
    receiver_is_the_other(open);
}

/// A return, its dishonour, or its contest. Of several the last one is the state of the entry; those before it stay as
/// details.
fn returned(record: &Record, open: &mut Open, batch: &Batch) {
    let code = record.field(4, 6).to_owned();
    let number = code.strip_prefix('R').and_then(|number| number.parse::<u8>().ok()).unwrap_or(0);
    let fields: &[(&str, usize, usize)];
    let (kind, text) = match number {
        61..=70 => {
            fields = &[("return_trace", 39, 53), ("return_settlement", 54, 56), ("return_reason", 57, 58)];
            (ReturnKind::Dishonoured, record.text(59, 79))
        }
        71..=77 => {
            fields = &[
                ("original_returned_on", 22, 27),
                ("original_settlement", 36, 38),
                ("return_trace", 39, 53),
                ("return_settlement", 54, 56),
                ("return_reason", 57, 58),
                ("dishonoured_trace", 59, 73),
                ("dishonoured_settlement", 74, 76),
                ("dishonoured_reason", 77, 78),
            ];
            (ReturnKind::Contested, None)
        }
        _ if batch.class == "IAT" => {
            fields = &[("date_of_death", 22, 27), ("forward_amount", 36, 45)];
            (ReturnKind::Return, record.text(46, 79))
        }
        _ => {
            fields = &[("date_of_death", 22, 27)];
            (ReturnKind::Return, record.text(36, 79))
        }
    };
    let mut details: Vec<(&'static str, String)> =
        fields.iter().filter_map(|(name, from, to)| Some((*name, record.text(*from, *to)?))).collect();
    if let Some(before) = open.entry.payment.returned.take() {
        details.push(("earlier_code", before.code));
        details.extend(before.details.into_iter().filter(|(name, _)| *name == "earlier_code"));
    }
    open.entry.payment.returned = Some(Box::new(Return {
        kind,
        meaning: meaning(&code),
        code,
        text: text.into_iter().collect(),
        original_reference: record.text(7, 21),
        original_bank: record.text(28, 35),
        details,
    }));
    open.entry.reversal = true;
    receiver_is_the_other(open);
}

/// What comes back comes from the receiver, whatever transaction code the bank has put on it.
fn receiver_is_the_other(open: &mut Open) {
    if open.code.is_some_and(|code| code.comes_back || code.side == crate::bank::Side::Debit) {
        return;
    }
    let payment = &mut open.entry.payment;
    let mut take = |name: &str| {
        let at = payment.references.iter().position(|(known, _)| *known == name)?;
        Some(payment.references.remove(at).1)
    };
    let receiver = Party { account: take("receiver_account"), name: take("receiver"), ..Party::default() };
    let Some(company) = payment.counterparty.take() else { return };
    payment.references.extend(company.name.map(|name| ("company", name)));
    payment.references.extend(company.id.map(|id| ("company_id", id)));
    payment.counterparty = Some(Box::new(receiver));
}
