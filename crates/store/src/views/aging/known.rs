//! An aging as it was known at a seal: from the journals that the seals up to it took in, not from what is kept.

use std::collections::{BTreeMap, BTreeSet};

use dunwell_rules::aging::{Aging, DateBasis};
use dunwell_rules::calendar::day_number;

use super::kept::Agings;
use super::{AgingQuestion, KnownAt};
use crate::fault::Result;
use crate::journal::{JournalRow, rows_of_batches};
use crate::read::{Bind, Reading, currency as parse_currency};
use crate::verify::replay::{Item, Replay};

const SEALED: &str = "select batch from seal_member where book = $1 and seal <= $2 order by batch";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[SEALED];

/// The book's agings, each account's, and the control balances by currency.
pub(super) type Known = (Agings, Agings, BTreeMap<String, i64>);

/// Ages what was open on the day, by what the seals had taken in.
pub(super) async fn agings(reading: &mut Reading, question: &AgingQuestion, known: KnownAt) -> Result<Known> {
    let sealed: Vec<(i64,)> = reading.rows(SEALED, &[Bind::Int(known.seal)]).await?;
    let sealed: BTreeSet<i64> = sealed.into_iter().map(|(batch,)| batch).collect();
    let rows = match (sealed.first(), sealed.last()) {
        (Some(first), Some(last)) => rows_of_batches(&mut reading.tx, *first, *last).await?,
        _ => Vec::new(),
    };
    let rows: Vec<JournalRow> = rows.into_iter().filter(|row| sealed.contains(&row.key().0)).collect();
    let replay = Replay::of(rows.iter());
    let on = day_number(question.on);
    let mut control: BTreeMap<String, i64> = BTreeMap::new();
    for ((code, day), (debits, credits)) in &replay.control {
        let balance = control.entry(code.clone()).or_default();
        if *day <= on {
            *balance += debits - credits;
        }
    }
    let open = open_on(&replay, on);
    let disputed = disputed_on(&replay, on, &open);
    let (mut book, mut units) = (Agings::new(), Agings::new());
    for ((entry, number), open) in open.into_iter().filter(|(_, open)| *open != 0) {
        let item = &replay.items[&entry];
        let currency = parse_currency(&item.currency)?;
        let disputed = disputed.get(&(entry, number)).copied().unwrap_or(0);
        let add = |agings: &mut Agings, unit: i64| {
            let aging =
                agings.entry((unit, item.currency.clone())).or_insert_with(|| Aging::new(currency, &question.buckets));
            match (open > 0, item.account) {
                (true, _) => {
                    aging.add_line(&question.buckets, on - basis_day(item, number, question.basis), open, disputed)
                }
                (false, 0) => aging.add_unidentified(-open),
                (false, _) => aging.add_unapplied(-open),
            }
        };
        add(&mut book, 0);
        if item.account != 0 {
            add(&mut units, item.account);
        }
    }
    for code in control.keys() {
        let currency = parse_currency(code)?;
        book.entry((0, code.clone())).or_insert_with(|| Aging::new(currency, &question.buckets));
    }
    Ok((book, units, control))
}

fn place(number: i64) -> usize {
    usize::try_from(number - 1).unwrap_or(usize::MAX)
}

fn basis_day(item: &Item, number: i64, basis: DateBasis) -> i64 {
    match basis {
        DateBasis::Due => item.lines.get(place(number)).map_or(item.posting_day, |line| line.due_day),
        DateBasis::Document => item.detail.document_day,
        DateBasis::Posting => item.posting_day,
    }
}

/// What was open of each line posted by the day.
fn open_on(replay: &Replay, on: i64) -> BTreeMap<(i64, i64), i64> {
    let mut open = BTreeMap::new();
    for (entry, item) in replay.items.iter().filter(|(_, item)| item.posting_day <= on) {
        for (number, line) in (1..).zip(&item.lines) {
            open.insert((*entry, number), line.open);
        }
    }
    for movement in replay.movements.iter().filter(|movement| movement.day > on) {
        if let Some(open) = open.get_mut(&(movement.item, movement.line)) {
            *open -= movement.delta;
        }
    }
    open
}

/// The disputed part of each line, a dispute of an item spread over its lines, oldest due first.
fn disputed_on(replay: &Replay, on: i64, open: &BTreeMap<(i64, i64), i64>) -> BTreeMap<(i64, i64), i64> {
    let mut standing: Vec<_> = replay
        .disputes
        .iter()
        .filter(|(_, dispute)| dispute.since <= on && dispute.closed_on.is_none_or(|closed| closed > on))
        .collect();
    standing.sort_by_key(|(entry, dispute)| (dispute.since, **entry));
    let mut disputed: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    for (_, dispute) in standing {
        let Some(item) = replay.items.get(&dispute.item).filter(|item| item.kind.is_debit()) else { continue };
        let mut lines: Vec<(i64, i64)> = (1..).zip(&item.lines).map(|(number, line)| (line.due_day, number)).collect();
        lines.sort_unstable();
        let mut left = dispute.amount.unwrap_or(i64::MAX);
        for (_, number) in lines.into_iter().filter(|(_, number)| dispute.line.is_none_or(|line| line == *number)) {
            let taken = disputed.entry((dispute.item, number)).or_default();
            let open = open.get(&(dispute.item, number)).copied().unwrap_or(0).max(0);
            let more = left.min(open - *taken).max(0);
            *taken += more;
            left -= more;
        }
    }
    disputed
}
