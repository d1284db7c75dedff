//! What the ledger makes of items, lines, movements, summaries, months and control totals.

use std::collections::BTreeMap;

use dunwell_rules::calendar::from_day_number;

use super::replay::{Item, Replay};
use super::stored::{Expected, Value};

/// The month of a day as it is stored: year * 12 + month - 1.
fn month_of(day: i64) -> i64 {
    let date = from_day_number(day);
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

/// The item table.
pub(super) fn items(replay: &Replay) -> Expected {
    let row = |(entry, item): (&i64, &Item)| {
        let detail = &item.detail;
        let columns = vec![
            item.kind.code().into(),
            item.currency.clone().into(),
            detail.document.clone().into(),
            detail.document_day.into(),
            item.posting_day.into(),
            item.value_day.into(),
            item.amount.into(),
            detail.terms.clone().into(),
            detail.discount.map(|(day, _)| day).into(),
            detail.discount.map(|(_, amount)| amount).into(),
            detail.po_number.clone().into(),
            detail.business_unit.clone().into(),
            item.source.clone().into(),
            item.external_id.clone().into(),
            detail.row_hash.into(),
            item.import.into(),
            item.settlement.into(),
            item.reversed_by.into(),
        ];
        (vec![item.account.into(), (*entry).into()], columns)
    };
    replay.items.iter().map(row).collect()
}

/// The line table.
pub(super) fn lines(replay: &Replay) -> Expected {
    let mut rows = Expected::new();
    for (entry, item) in &replay.items {
        for (number, line) in (1_i64..).zip(&item.lines) {
            let key = vec![item.account.into(), (*entry).into(), number.into()];
            let columns = vec![
                item.currency.clone().into(),
                item.detail.document_day.into(),
                item.posting_day.into(),
                line.due_day.into(),
                line.amount.into(),
                line.open.into(),
            ];
            rows.insert(key, columns);
        }
    }
    rows
}

/// The movement table.
pub(super) fn movements(replay: &Replay) -> Expected {
    let mut rows = Expected::new();
    for movement in &replay.movements {
        let Some(item) = replay.items.get(&movement.item) else { continue };
        let due_day =
            usize::try_from(movement.line - 1).ok().and_then(|place| item.lines.get(place)).map(|line| line.due_day);
        let key = vec![item.account.into(), movement.item.into(), movement.line.into(), movement.entry.into()];
        let columns = vec![
            item.currency.clone().into(),
            movement.day.into(),
            movement.delta.into(),
            item.posting_day.into(),
            item.detail.document_day.into(),
            due_day.into(),
            movement.other_item.into(),
        ];
        rows.insert(key, columns);
    }
    rows
}

#[derive(Default)]
struct Summary {
    open_debit: i64,
    unapplied: i64,
    open_lines: i64,
    first_document: Option<i64>,
    payment: Option<(i64, i64)>,
}

/// The account_summary table.
pub(super) fn summaries(replay: &Replay) -> Expected {
    let mut sums: BTreeMap<(i64, &str), Summary> = BTreeMap::new();
    for item in replay.items.values() {
        let sum = sums.entry((item.account, &item.currency)).or_default();
        let day = item.detail.document_day;
        sum.first_document = Some(sum.first_document.map_or(day, |first| first.min(day)));
        for line in &item.lines {
            if item.kind.is_debit() {
                sum.open_debit += line.open;
                sum.open_lines += i64::from(line.open != 0);
            } else {
                sum.unapplied += line.open;
            }
        }
        if item.kind.is_payment() && item.reversed_by.is_none() {
            sum.payment = match sum.payment {
                Some((day, paid)) if day == item.value_day => Some((day, paid + item.amount)),
                Some((day, paid)) if day > item.value_day => Some((day, paid)),
                _ => Some((item.value_day, item.amount)),
            };
        }
    }
    let row = |((account, currency), sum): ((i64, &str), Summary)| {
        let columns = vec![
            sum.open_debit.into(),
            sum.unapplied.into(),
            sum.open_lines.into(),
            sum.first_document.into(),
            sum.payment.map(|(day, _)| day).into(),
            sum.payment.map(|(_, paid)| paid).into(),
        ];
        (vec![account.into(), currency.into()], columns)
    };
    sums.into_iter().map(row).collect()
}

/// Whether an item says how the customer pays: a claim that stands.
fn of_months(item: &Item) -> bool {
    item.kind.is_claim() && item.reversed_by.is_none()
}

/// The account_month table: lines, amount, late lines, late amount, days late, amount days late, longest.
pub(super) fn months(replay: &Replay) -> Expected {
    let mut closed: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for (entry, application) in &replay.applications {
        if !replay.taken_back.contains(entry) {
            let day = closed.entry((application.item, application.line)).or_insert(i64::MIN);
            *day = (*day).max(application.value_day);
        }
    }
    let mut sums: BTreeMap<(i64, &str, i64), [i64; 7]> = BTreeMap::new();
    for ((entry, number), day) in closed {
        let Some(item) = replay.items.get(&entry).filter(|item| of_months(item)) else {
            continue;
        };
        let line = usize::try_from(number - 1).ok().and_then(|place| item.lines.get(place));
        let Some(line) = line.filter(|line| line.open == 0 && line.amount > 0) else { continue };
        let late = (day - line.due_day).max(0);
        let sum = sums.entry((item.account, &item.currency, month_of(day))).or_default();
        sum[0] += 1;
        sum[1] += line.amount;
        if late > 0 {
            sum[2] += 1;
            sum[3] += line.amount;
            sum[4] += late;
            sum[5] += line.amount.saturating_mul(late);
            sum[6] = sum[6].max(late);
        }
    }
    let row = |((account, currency, month), sum): ((i64, &str, i64), [i64; 7])| {
        (vec![account.into(), currency.into(), month.into()], sum.into_iter().map(Value::from).collect())
    };
    sums.into_iter().map(row).collect()
}

/// The control_day table.
pub(super) fn control(replay: &Replay) -> Expected {
    let row = |((currency, day), (debits, credits)): (&(String, i64), &(i64, i64))| {
        let columns = vec![(debits - credits).into(), (*debits).into(), (*credits).into()];
        (vec![currency.clone().into(), (*day).into()], columns)
    };
    replay.control.iter().map(row).collect()
}
