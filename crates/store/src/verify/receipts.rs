//! Receipts that banks told: each stands or is known to have gone, and what came with one stands only while it pays.

use std::collections::{BTreeMap, BTreeSet};

use dunwell_rules::account::EntryId;
use dunwell_rules::item::ItemKind;

use super::cash::Cash;
use super::replay::{Application, Replay};
use super::stored::{Differences, Value};
use crate::record::{BANK, places};

/// Places of the columns of `bank_entry` and `bank_return` after their keys.
const CURRENCY: usize = 2;
const AMOUNT: usize = 3;
const ITEM: usize = 8;
const RETURN_RECEIPT: usize = 12;

/// Every receipt that a bank told stands as its item, unless a return took it back.
pub(super) fn standing(cash: &Cash, replay: &Replay) -> Differences {
    let mut differences = Differences::default();
    let returned: BTreeSet<&Value> = cash.bank_return.values().map(|columns| &columns[RETURN_RECEIPT]).collect();
    for (key, columns) in &cash.bank_entry {
        differences.checked += 1;
        let Value::Int(item) = columns[ITEM] else { continue };
        let stands = replay.items.get(&item).is_some_and(|item| item.reversed_by.is_none());
        if !stands && !returned.contains(&key[0]) {
            let Value::Int(receipt) = key[0] else { continue };
            differences.note(|| format!("receipt {}: it is gone, and nothing took it back", EntryId(receipt)));
        }
    }
    differences
}

/// What was written off or disputed for a receipt stands only while the receipt pays the item it is of.
pub(super) fn came_with(replay: &Replay) -> Differences {
    let mut differences = Differences::default();
    let stands = |entry: &i64| replay.items.get(entry).is_some_and(|item| item.reversed_by.is_none());
    let mut pays: BTreeSet<(i64, i64)> = BTreeSet::new();
    // Of each batch and line, the bank's receipts that were set against it there.
    let mut set_with: BTreeMap<(i64, i64, i64), BTreeSet<i64>> = BTreeMap::new();
    for (entry, application) in &replay.applications {
        let Application { item, line, credit_item, .. } = *application;
        if !replay.taken_back.contains(entry) {
            pays.insert((credit_item, item));
        }
        let credit = replay.items.get(&credit_item);
        if credit.is_some_and(|credit| credit.kind == ItemKind::Receipt && credit.source == BANK) {
            set_with.entry((EntryId(*entry).batch(), item, line)).or_default().insert(credit_item);
        }
    }
    for (entry, item) in replay.items.iter().filter(|(_, item)| item.kind == ItemKind::Adjustment) {
        if item.source != BANK || item.reversed_by.is_some() {
            continue;
        }
        differences.checked += 1;
        let receipt = item.external_id.split('#').nth(1).and_then(EntryId::parse).map(|receipt| receipt.0);
        let of = pays.range((*entry, i64::MIN)..=(*entry, i64::MAX)).map(|(_, debit)| *debit).next();
        let fits = receipt.filter(stands).zip(of).is_some_and(|pair| pays.contains(&pair));
        let open: i64 = item.lines.iter().map(|line| line.open).sum();
        if !fits || open != 0 {
            differences.note(|| format!("item {}: the receipt it came with does not pay with it", EntryId(*entry)));
        }
    }
    for (entry, dispute) in replay.disputes.iter().filter(|(_, dispute)| dispute.closed_on.is_none()) {
        let Some(line) = dispute.line.filter(|_| dispute.amount.is_some()) else { continue };
        let Some(receipts) = set_with.get(&(EntryId(*entry).batch(), dispute.item, line)) else { continue };
        differences.checked += 1;
        if stands(&dispute.item) && !receipts.iter().any(|receipt| pays.contains(&(*receipt, dispute.item))) {
            differences.note(|| format!("dispute {}: the receipt it came with does not pay its line", EntryId(*entry)));
        }
    }
    differences
}

/// The applications that stand, by the item they pay.
fn standing_by_item(replay: &Replay) -> BTreeMap<i64, Vec<&Application>> {
    let mut by_item: BTreeMap<i64, Vec<&Application>> = BTreeMap::new();
    for (_, application) in replay.applications.iter().filter(|(entry, _)| !replay.taken_back.contains(entry)) {
        by_item.entry(application.item).or_default().push(application);
    }
    by_item
}

/// What takes a part off a receipt is just what its return says, of one receipt that stands.
pub(super) fn returned_parts(cash: &Cash, replay: &Replay) -> Differences {
    let mut differences = Differences::default();
    let taken = standing_by_item(replay);
    for (entry, item) in &replay.items {
        if item.kind != ItemKind::ReturnedPart || item.reversed_by.is_some() {
            continue;
        }
        differences.checked += 1;
        let credit = match taken.get(entry).map(Vec::as_slice) {
            Some([one]) if one.amount == item.amount => Some(one.credit_item),
            Some(_) | None => None,
        };
        let named = places(&item.external_id);
        let told = named.and_then(|(taken_by, _)| cash.bank_return.get(&vec![taken_by.0.into()]));
        let receipt = named.and_then(|(_, receipt)| cash.bank_entry.get(&vec![receipt.0.into()]));
        let as_told = told.is_some_and(|columns| {
            let same = [Value::from(item.currency.as_str()), item.amount.into(), Value::Null];
            [&columns[CURRENCY], &columns[AMOUNT], &columns[RETURN_RECEIPT]].into_iter().eq(&same)
        });
        let stands = credit.filter(|credit| replay.items.get(credit).is_some_and(|item| item.reversed_by.is_none()));
        if !as_told || stands.is_none() || receipt.map(|columns| &columns[ITEM]) != stands.map(Value::from).as_ref() {
            differences.note(|| format!("item {}: it is not what a return took off a receipt", EntryId(*entry)));
        }
    }
    differences
}

/// What sets a receipt aside is of nobody, and takes off one receipt whole, which stands.
pub(super) fn set_aside(replay: &Replay) -> Differences {
    let mut differences = Differences::default();
    let taken = standing_by_item(replay);
    for (entry, item) in &replay.items {
        if item.kind != ItemKind::SetAside || item.reversed_by.is_some() {
            continue;
        }
        differences.checked += 1;
        let receipt = match taken.get(entry).map(Vec::as_slice) {
            Some([one]) if one.amount == item.amount => replay.items.get(&one.credit_item),
            Some(_) | None => None,
        };
        let fits = receipt.is_some_and(|receipt| {
            let same = (receipt.account, receipt.amount, &receipt.currency) == (0, item.amount, &item.currency);
            same && item.account == 0 && receipt.kind == ItemKind::Receipt && receipt.reversed_by.is_none()
        });
        if !fits {
            differences.note(|| format!("item {}: it sets no receipt aside", EntryId(*entry)));
        }
    }
    differences
}
