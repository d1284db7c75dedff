//! Entries (`Ntry`) and the transactions in them (`TxDtls`).

use super::money::{Money, money, money_at, other, shortened, side};
use super::payment::{Frame, bank_codes, charges, original, payment, present};
use super::remittance::remitted;
use super::tree::Node;
use crate::bank::notes::{Notes, count, iso_day};
use crate::bank::{BatchPayment, ControlTotal, Entry, EntryStatus, Funds, Original, Place, Side, TotalKind};
use crate::currency::CurrencyCode;
use crate::day::Day;

/// A transaction as read when its element ended, before the entry around it is known in full.
#[derive(Debug)]
pub(super) struct Detail {
    place: Place,
    amount: Option<Money>,
    side: Side,
    reversal: bool,
    codes: Vec<crate::bank::BankCode>,
    payment: crate::bank::Payment,
}

impl Detail {
    /// How many lines of remittance it has.
    pub(super) fn lines(&self) -> usize {
        self.payment.remittance.len()
    }
}

/// What is known of the entry around a transaction while it is read: amount and side stand before the transactions.
#[derive(Debug, Clone)]
pub(super) struct Around {
    /// The currency of the entry.
    pub(super) currency: CurrencyCode,
    /// Its side.
    pub(super) side: Side,
    /// Whether it is a reversal.
    pub(super) reversal: bool,
}

impl Around {
    /// Of an entry that may not have ended yet.
    pub(super) fn of(entry: Node<'_, '_>, account: Option<CurrencyCode>) -> Option<Self> {
        let amount = money(entry.child("Amt")?, account).ok()?;
        let side = side(entry)?;
        let side = if amount.negative { other(side) } else { side };
        Some(Self { currency: amount.currency, side, reversal: is_reversal(entry) })
    }
}

fn is_reversal(entry: Node<'_, '_>) -> bool {
    matches!(entry.text_at(&["RvslInd"]), Some("true" | "1"))
}

/// Reads a transaction.
pub(super) fn detail(node: Node<'_, '_>, around: &Around, own_account: &str, place: Place) -> Detail {
    let own = node.child("Amt").and_then(|amount| money(amount, Some(around.currency)).ok());
    let amount = own.or_else(|| {
        let paths: [&[&str]; 4] = [
            &["AmtDtls", "TxAmt", "Amt"],
            &["AmtDtls", "CntrValAmt", "Amt"],
            &["AmtDtls", "InstdAmt", "Amt"],
            &["AmtDtls", "AnncdPstngAmt", "Amt"],
        ];
        let all = || paths.into_iter().filter_map(|path| money_at(node, path, Some(around.currency)));
        all().find(|amount| amount.currency == around.currency).or_else(|| all().next())
    });
    let amount = amount.or_else(|| {
        let minor = remitted(node, around.currency)?;
        Some(Money { minor, currency: around.currency, negative: false })
    });
    let side = side(node).unwrap_or(around.side);
    let frame = Frame { currency: around.currency, side, reversal: around.reversal, own_account };
    let mut payment = payment(node, frame);
    payment.remittance.iter_mut().for_each(|line| line.place = place);
    let same = |original: &crate::bank::Original| {
        original.rate.is_none()
            && amount.is_some_and(|own| (own.minor, own.currency) == (original.amount, original.currency))
    };
    payment.original = payment.original.filter(|original| !same(original));
    Detail {
        place,
        side: if amount.is_some_and(|amount| amount.negative) { other(side) } else { side },
        amount,
        reversal: around.reversal || payment.returned.is_some(),
        codes: node.child("BkTxCd").map(bank_codes).unwrap_or_default(),
        payment,
    }
}

/// Reads an entry with the transactions that were read before it ended; `None`, with a problem, where amount or side is
/// missing.
pub(super) fn entry(
    node: Node<'_, '_>,
    details: Vec<Detail>,
    account: Option<CurrencyCode>,
    place: Place,
    notes: &mut Notes,
    controls: &mut Vec<ControlTotal>,
) -> Option<Entry> {
    let amount = match node
        .child("Amt")
        .ok_or_else(|| "the entry has no amount".to_owned())
        .and_then(|amount| money(amount, account))
    {
        Ok(amount) => amount,
        Err(message) => {
            notes.problem("bad_amount", place, message);
            return None;
        }
    };
    let Some(stated) = side(node) else {
        notes.problem("bad_side", place, "the entry says neither CRDT nor DBIT");
        return None;
    };
    if amount.negative {
        notes.warning("negative_amount", place, "an amount below nought: its side is turned");
    }
    let mut entry = Entry {
        place,
        sequence: 0,
        reference: node.text_at(&["NtryRef"]).and_then(present),
        status: status(node, place, notes),
        amount: amount.minor,
        currency: amount.currency,
        side: if amount.negative { other(stated) } else { stated },
        reversal: is_reversal(node),
        booking_day: day(node, "BookgDt", place, notes),
        value_day: day(node, "ValDt", place, notes),
        codes: node.child("BkTxCd").map(bank_codes).unwrap_or_default(),
        funds: funds(node),
        payment: crate::bank::Payment::default(),
        batch: Vec::new(),
    };
    batch_controls(node, details.len(), place, controls);
    place_details(&mut entry, details, node, notes);
    finish(&mut entry, node);
    Some(entry)
}

/// What the entry says beside its transactions.
fn finish(entry: &mut Entry, node: Node<'_, '_>) {
    let reference = node.text_at(&["AcctSvcrRef"]).and_then(present);
    entry.payment.bank_reference = reference.or_else(|| entry.payment.bank_reference.take());
    let mut charges = charges(node, entry.currency);
    charges.retain(|charge| !entry.payment.charges.contains(charge));
    entry.payment.charges.append(&mut charges);
    if entry.payment.original.is_none() && entry.batch.is_empty() {
        entry.payment.original = original(node, entry.currency)
            .filter(|from| from.rate.is_some() || (from.amount, from.currency) != (entry.amount, entry.currency))
            .map(Box::new);
    }
    entry.reversal |= entry.payment.returned.is_some();
    for batch in node.all("NtryDtls").chain([node]).filter_map(|around| around.child("Btch")) {
        for (name, tag) in [("message", "MsgId"), ("payment_information", "PmtInfId")] {
            let known = |text: &String| entry.payment.references.iter().any(|(_, other)| other == text);
            let text = batch.text_at(&[tag]).and_then(present).filter(|text| !known(text));
            entry.payment.references.extend(text.map(|text| (name, text)));
        }
    }
    if let Some(more) = node.string_at(&["AddtlNtryInf"]) {
        if entry.payment.text.is_empty() && entry.payment.remittance.is_empty() {
            entry.payment.text.push(more);
        } else {
            entry.payment.references.push(("additional", more));
        }
    }
}

/// Puts transactions where they belong: the only one into the entry, several into its batch.
fn place_details(entry: &mut Entry, mut details: Vec<Detail>, node: Node<'_, '_>, notes: &mut Notes) {
    if details.len() == 1
        && let Some(only) = details.pop_if(|only| is_whole(entry, only, node))
    {
        return fold(entry, only, node, notes);
    }
    // Some banks write every transaction of a debit as a credit (to the creditor): then the entry's side is meant.
    let turned = details.iter().all(|detail| detail.side != entry.side);
    let mut sum = Some(0_i128);
    for mut detail in details {
        if turned {
            detail.side = entry.side;
        }
        let Some(amount) = detail.amount else {
            notes.warning("detail_without_amount", detail.place, "a transaction of a batch without an amount");
            merge(&mut entry.payment, detail.payment);
            sum = None;
            continue;
        };
        let signed = if detail.side == entry.side { i128::from(amount.minor) } else { -i128::from(amount.minor) };
        sum = sum.filter(|_| amount.currency == entry.currency).map(|sum| sum + signed);
        let sequence = u32::try_from(entry.batch.len() + 1).unwrap_or(u32::MAX);
        entry.batch.push(BatchPayment {
            place: detail.place,
            sequence,
            amount: amount.minor,
            currency: amount.currency,
            side: detail.side,
            reversal: detail.reversal,
            codes: if detail.codes == entry.codes { Vec::new() } else { detail.codes },
            payment: detail.payment,
        });
    }
    if !entry.batch.is_empty() && sum.is_some_and(|sum| sum != i128::from(entry.amount)) {
        notes.warning("details_do_not_foot", entry.place, "the transactions do not come to the amount of the entry");
    }
}

/// Makes a transaction the entry's own.
fn fold(entry: &mut Entry, only: Detail, node: Node<'_, '_>, notes: &mut Notes) {
    let own = only.amount.filter(|own| (own.minor, own.currency) != (entry.amount, entry.currency));
    let same_currency = own.filter(|own| own.currency == entry.currency);
    let explained = same_currency.is_some_and(|own| charges_explain(entry, own, &only, node));
    // Of one above its entry the charges may be told in part: others were taken on the way.
    let in_part = own.is_some_and(|own| own.minor > entry.amount) && !only.payment.charges.is_empty();
    if same_currency.is_some() && !explained && !in_part {
        let message = "the amount of the transaction is not that of the entry";
        notes.warning("details_do_not_foot", only.place, message);
    }
    // What was changed into the currency of its entry, what charges were taken for and what came back was sent as it is told.
    let sent = own.filter(|_| same_currency.is_none() || explained || only.payment.returned.is_some());
    entry.payment = only.payment;
    if let (None, Some(Money { minor, currency, .. })) = (&entry.payment.original, sent) {
        entry.payment.original = Some(Box::new(Original { amount: minor, currency, rate: None }));
    }
    if entry.codes.is_empty() {
        entry.codes = only.codes;
    }
}

/// Whether the only transaction that is told is the whole of its entry: it is not below the entry, or by its charges alone, or
/// it came back and is not one of several: banks add charges to what comes back, and not all of them say which.
fn is_whole(entry: &Entry, only: &Detail, node: Node<'_, '_>) -> bool {
    let Some(own) = only.amount.filter(|own| own.currency == entry.currency) else { return true };
    let came_back = only.payment.returned.is_some() && transactions(node).is_none_or(|number| number <= 1);
    own.minor >= entry.amount || came_back || charges_explain(entry, own, only, node)
}

/// Whether a transaction comes to its entry with what banks took, or without it.
fn charges_explain(entry: &Entry, own: Money, only: &Detail, node: Node<'_, '_>) -> bool {
    let mut all = charges(node, entry.currency);
    all.retain(|charge| !only.payment.charges.contains(charge));
    all.extend_from_slice(&only.payment.charges);
    let taken = all.iter().filter(|charge| charge.currency == entry.currency);
    let taken: i128 = taken.map(|charge| i128::from(charge.amount)).sum();
    (i128::from(entry.amount) - i128::from(own.minor)).abs() == taken.abs()
}

/// What a transaction without an amount says goes to the entry.
fn merge(into: &mut crate::bank::Payment, mut from: crate::bank::Payment) {
    into.text.append(&mut from.text);
    into.remittance.append(&mut from.remittance);
    into.references.append(&mut from.references);
    into.references.extend(from.end_to_end.take().map(|text| ("end_to_end", text)));
    into.counterparty = into.counterparty.take().or(from.counterparty);
    into.behind = into.behind.take().or(from.behind);
    into.returned = into.returned.take().or(from.returned);
}

/// What a batch says of itself. Neither binds: banks count transactions that they then leave out, and add charges.
fn batch_controls(node: Node<'_, '_>, found: usize, place: Place, controls: &mut Vec<ControlTotal>) {
    let several = node.all("NtryDtls").count() > 1;
    if let (Some(stated), false) = (transactions(node), several || found == 0) {
        controls.push(ControlTotal {
            name: "batch_transactions",
            of: format!("entry at {place}"),
            place,
            kind: TotalKind::Count,
            stated: count(stated.into()),
            counted: count(found as i128),
            binding: false,
        });
    }
}

/// How many transactions its first batch says that it has.
fn transactions(node: Node<'_, '_>) -> Option<u32> {
    let batch = node.all("NtryDtls").filter_map(|details| details.child("Btch")).next();
    batch.or_else(|| node.child("Btch"))?.text_at(&["NbOfTxs"])?.parse().ok()
}

/// How far the entry has come.
fn status(node: Node<'_, '_>, place: Place, notes: &mut Notes) -> EntryStatus {
    const PATHS: [&[&str]; 3] = [&["Sts", "Cd"], &["Sts", "Prtry"], &["Sts"]];
    match PATHS.into_iter().find_map(|path| node.text_at(path)) {
        Some("BOOK") | None => EntryStatus::Booked,
        Some("PDNG" | "FUTR") => EntryStatus::Pending,
        Some("INFO") => EntryStatus::Information,
        Some(unknown) => {
            let message = format!("the status '{}' is not known: taken as pending", shortened(unknown));
            notes.warning("unknown_status", place, message);
            EntryStatus::Pending
        }
    }
}

/// A day of the entry; a warning where it is no day.
fn day(node: Node<'_, '_>, name: &str, place: Place, notes: &mut Notes) -> Option<Day> {
    let text = node.text_at(&[name, "Dt"]).or_else(|| node.text_at(&[name, "DtTm"]))?;
    let day = iso_day(text);
    if day.is_none() {
        notes.problem("bad_date", place, format!("'{}' is no date", shortened(text)));
    }
    day
}

/// When the funds may be used, where the entry says it.
fn funds(node: Node<'_, '_>) -> Funds {
    let Some(first) = node.child("Avlbty") else { return Funds::Unstated };
    match (first.text_at(&["Dt", "NbOfDays"]), first.text_at(&["Dt", "ActlDt"]).and_then(iso_day)) {
        (Some("0"), _) => Funds::Immediate,
        (Some("1"), _) => Funds::NextDay,
        (Some(_), _) => Funds::TwoDaysOrMore,
        (None, Some(day)) => Funds::From { day: Some(day), time: String::new() },
        (None, None) => Funds::Unstated,
    }
}
