//! An entry detail record (6): fields by class of the batch.

use super::codes::{TransactionCode, class, transaction};
use super::totals::Sums;
use crate::bank::fixed::Record;
use crate::bank::{BankCode, BankFile, Entry, EntryStatus, Funds, Limits, Party, Payment, Place, Side};
use crate::currency::CurrencyCode;
use crate::day::Day;

/// What a batch header says.
#[derive(Debug, Clone, Default)]
pub(super) struct Batch {
    /// The company that sends the entries.
    pub(super) company: Party,
    /// The standard entry class.
    pub(super) class: String,
    /// What the company calls the entries (`VENDOR PAY`).
    pub(super) description: String,
    /// The day they take effect.
    pub(super) effective: Option<Day>,
    /// Of an international batch, the currency it was ordered in.
    pub(super) origin_currency: Option<CurrencyCode>,
}

/// An entry at hand, with what its addenda carry.
pub(super) struct Open {
    pub(super) entry: Entry,
    pub(super) code: Option<TransactionCode>,
    /// How many addenda it announces, where its class does.
    pub(super) announced: Option<u64>,
    /// How many there are.
    pub(super) addenda: u64,
    /// How many of them are returns.
    pub(super) returns: u32,
    /// Payment related information of addenda 05 and 17, put together; offset and place of each piece.
    pub(super) payload: String,
    pub(super) pieces: Vec<(usize, Place)>,
}

/// Reads an entry and counts it.
pub(super) fn read(
    record: &Record,
    batch: &Batch,
    sequence: u32,
    sums: &mut Sums,
    file: &mut BankFile,
    limits: &Limits,
) -> Open {
    let place = record.place;
    let written = record.field(2, 3);
    let code = transaction(written);
    if code.is_none() {
        file.problem(limits, "bad_transaction_code", place, || format!("{written:?} is no transaction code"));
    }
    let advice = batch.class == "ADV";
    let (from, to) = if advice { (28, 39) } else { (30, 39) };
    let amount = record.number(from, to).and_then(|amount| i64::try_from(amount).ok()).unwrap_or_else(|| {
        file.problem(limits, "bad_amount", place, || format!("{:?} is no amount", record.field(from, to)));
        0
    });
    let side = code.map_or(Side::Credit, |code| code.side);
    sums.records += 1;
    sums.hash += routing(record, 4, 11, file, limits);
    match side {
        Side::Credit => sums.credit += i128::from(amount),
        Side::Debit => sums.debit += i128::from(amount),
    }
    let trace = if advice { record.text(80, 94).map(|_| record.raw(80, 94).to_owned()) } else { record.text(80, 94) };
    let informs = advice
        || code.is_none_or(|code| code.informs)
        || matches!(&*batch.class, "COR" | "ACK" | "ATX" | "ENR" | "DNE");
    let mut payment =
        Payment { bank_reference: trace.clone(), purpose: Some(batch.description.clone()), ..Payment::default() };
    payment.purpose = payment.purpose.filter(|purpose| !purpose.is_empty());
    let receiver = receiver(record, batch, &mut payment);
    parties(batch, receiver, side, code, &mut payment);
    let entry = Entry {
        place,
        sequence,
        reference: trace,
        status: if informs { EntryStatus::Information } else { EntryStatus::Booked },
        amount,
        currency: CurrencyCode::USD,
        side,
        reversal: code.is_some_and(|code| code.comes_back) || batch.description.starts_with("REVERSAL"),
        booking_day: batch.effective,
        value_day: batch.effective,
        codes: vec![
            BankCode {
                list: "nacha_transaction",
                code: written.to_owned(),
                meaning: code.map_or("", |code| code.meaning),
            },
            BankCode { list: "nacha_sec", code: batch.class.clone(), meaning: class(&batch.class) },
        ],
        funds: Funds::Unstated,
        payment,
        batch: Vec::new(),
    };
    let announced = announced(record, &batch.class);
    Open { entry, code, announced, addenda: 0, returns: 0, payload: String::new(), pieces: Vec::new() }
}

/// How many addenda an entry announces, where its class states a number.
fn announced(record: &Record, class: &str) -> Option<u64> {
    match class {
        "CTX" | "ATX" | "TRX" => record.number(55, 58).filter(|_| !record.field(55, 58).is_empty()),
        "IAT" => record.number(13, 16).filter(|_| !record.field(13, 16).is_empty()),
        _ => None,
    }
}

/// The receiver and the numbers by which the originator knows it, where the class of the batch has them.
fn receiver(record: &Record, batch: &Batch, payment: &mut Payment) -> Party {
    let mut party = Party { bank: record.text(4, 12), account: record.text(13, 29), ..Party::default() };
    let reference = |payment: &mut Payment, name, from, to| {
        payment.references.extend(record.text(from, to).map(|number| (name, number)));
    };
    match &*batch.class {
        "IAT" => party.account = record.text(40, 74),
        "ADV" => {
            party.account = record.text(13, 27);
            party.name = record.text(55, 76);
            reference(payment, "advice_routing", 40, 48);
            reference(payment, "advice_file", 49, 53);
        }
        "CTX" | "ATX" | "TRX" => {
            payment.customer_reference = record.text(40, 54);
            party.name = record.text(59, 74);
        }
        "CIE" | "MTE" if record.field(40, 54).bytes().any(|letter| letter.is_ascii_alphabetic()) => {
            party.name = record.text(40, 61);
            payment.customer_reference = record.text(62, 76);
        }
        "ARC" | "BOC" | "RCK" | "XCK" | "TRC" => {
            payment.customer_reference = record.text(40, 54);
            reference(payment, "check", 40, 54);
            if batch.class == "TRC" {
                reference(payment, "process_control", 55, 60);
                reference(payment, "item_research", 61, 76);
            } else {
                party.name = record.text(55, 76);
            }
        }
        "POP" => {
            payment.customer_reference = record.text(40, 48);
            reference(payment, "check", 40, 48);
            reference(payment, "terminal_city", 49, 52);
            reference(payment, "terminal_state", 53, 54);
            party.name = record.text(55, 76);
        }
        "SHR" => {
            payment.customer_reference = record.text(44, 54);
            reference(payment, "card_expires", 40, 43);
            reference(payment, "card_account", 55, 76);
        }
        _ => {
            payment.customer_reference = record.text(40, 54);
            party.name = record.text(55, 76);
        }
    }
    party
}

/// Who stands on the other side: the company where a credit comes in; the receiver where money is collected from it, and
/// where a payment comes back. The one who is not the counterparty is kept by name.
fn parties(batch: &Batch, receiver: Party, side: Side, code: Option<TransactionCode>, payment: &mut Payment) {
    let back = code.is_some_and(|code| code.comes_back);
    if side == Side::Credit && !back {
        payment.references.extend(receiver.account.map(|account| ("receiver_account", account)));
        payment.references.extend(receiver.name.map(|name| ("receiver", name)));
        payment.counterparty = Some(Box::new(batch.company.clone()));
        return;
    }
    payment.references.extend(batch.company.name.clone().map(|name| ("company", name)));
    payment.references.extend(batch.company.id.clone().map(|id| ("company_id", id)));
    payment.counterparty = Some(Box::new(receiver));
}

/// The eight digits of a routing number for the entry hash.
fn routing(record: &Record, from: usize, to: usize, file: &mut BankFile, limits: &Limits) -> u64 {
    record.number(from, to).unwrap_or_else(|| {
        file.problem(limits, "bad_routing_number", record.place, || {
            format!("{:?} is no routing number", record.field(from, to))
        });
        0
    })
}
