//! The invariants of `reliability.md` section 4, each a check of its own.

use std::collections::{BTreeMap, BTreeSet};

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::from_day_number;
use dunwell_rules::item::{ItemKind, RECEIVABLE, UNAPPLIED, UNIDENTIFIED};

use super::Check;
use super::journals::Journals;
use super::notices::Asked;
use super::replay::Replay;
use super::stored::Differences;
use crate::fault::Result;
use crate::journal::{JournalRow, LedgerRow};
use crate::read::Reading;

const CONTROL: &str = "
select currency, cast(sum(amount) as bigint) from control_day where book = $1 group by currency order by currency";
const OPEN: &str = "
select currency, cast(sum(open) as bigint) from line where book = $1 group by currency order by currency";
const LINES: &str = "select account, item, line, amount, open from line where book = $1";
const NOTICES: &str =
    "select account, currency, day, cycle, rung, step, state from notice where book = $1 order by notice";

/// What I10 promises.
const LADDER: &str = "at most one notice per account, currency and day; no climb falls back; no step asked for what was \
     disputed, promised or stayed";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[CONTROL, OPEN, LINES, NOTICES];

fn ledger(journals: &Journals) -> impl Iterator<Item = &LedgerRow> {
    journals.rows.iter().filter_map(|row| match row {
        JournalRow::Ledger(row) => Some(row),
        JournalRow::Activity(_) | JournalRow::Decision(_) | JournalRow::Approval(_) => None,
    })
}

/// What the journals alone can answer.
pub(super) fn of_journals(journals: &Journals, replay: &Replay) -> Vec<Check> {
    vec![
        Check::new("I1", "every posting debits one ledger account and credits another", balanced(journals)),
        Check::new("I5", "no credit is applied beyond its amount", applied(replay)),
        Check::new("I6", "every business key made one entry", keys(journals, replay)),
        Check::new("I7", "every batch has the rows that were recorded", present(journals)),
        Check::new("I14", "every change has an actor, and no maker signed his own", actors(journals)),
    ]
}

/// The two ledger accounts a posting must name: debit, then credit.
fn sides(row: &LedgerRow, replay_kind: Option<ItemKind>) -> Option<(&'static str, &'static str)> {
    Some(match (row.kind.as_str(), replay_kind) {
        ("application", _) => (UNAPPLIED, RECEIVABLE),
        ("unapplication", _) => (RECEIVABLE, UNAPPLIED),
        (_, Some(kind)) if kind.is_debit() => (RECEIVABLE, kind.contra()),
        (_, Some(kind)) => (kind.contra(), UNAPPLIED),
        _ => return None,
    })
}

fn balanced(journals: &Journals) -> Differences {
    let mut differences = Differences::default();
    let kinds: BTreeMap<i64, ItemKind> =
        ledger(journals).filter_map(|row| Some((row.entry, ItemKind::parse(&row.kind)?))).collect();
    for row in ledger(journals) {
        differences.checked += 1;
        let own = (row.debit.as_str(), row.credit.as_str());
        let fits = match row.kind.as_str() {
            "reversal" => sides_of(&kinds, row.item).is_some_and(|(debit, credit)| own == (credit, debit)),
            _ => sides(row, ItemKind::parse(&row.kind)).is_some_and(|sides| own == sides) || row.debit == UNIDENTIFIED,
        };
        if !fits || row.amount < 0 {
            differences.note(|| format!("ledger {}: it does not balance", EntryId(row.entry)));
        }
    }
    differences
}

fn sides_of(kinds: &BTreeMap<i64, ItemKind>, item: i64) -> Option<(&'static str, &'static str)> {
    let kind = *kinds.get(&item)?;
    Some(if kind.is_debit() { (RECEIVABLE, kind.contra()) } else { (kind.contra(), UNAPPLIED) })
}

fn applied(replay: &Replay) -> Differences {
    let mut differences = Differences::default();
    let mut sums: BTreeMap<i64, i64> = BTreeMap::new();
    for (entry, application) in &replay.applications {
        if !replay.taken_back.contains(entry) {
            *sums.entry(application.credit_item).or_default() += application.amount;
        }
    }
    for (credit, sum) in sums {
        differences.checked += 1;
        let amount = replay.items.get(&credit).map_or(0, |item| item.amount);
        if sum > amount {
            differences.note(|| format!("item {}: {sum} applied of {amount}", EntryId(credit)));
        }
    }
    differences
}

fn keys(journals: &Journals, replay: &Replay) -> Differences {
    let mut differences = Differences::default();
    let mut items: BTreeSet<(&str, &str)> = BTreeSet::new();
    for (entry, item) in replay.items.iter().filter(|(_, item)| item.reversed_by.is_none()) {
        differences.checked += 1;
        if !items.insert((&item.source, &item.external_id)) {
            differences
                .note(|| format!("item {}: '{}' of {} is there twice", EntryId(*entry), item.external_id, item.source));
        }
    }
    let mut decisions = BTreeSet::new();
    let mut signed = BTreeSet::new();
    let mut reversed = BTreeSet::new();
    for row in &journals.rows {
        let (entry, new) = match row {
            JournalRow::Decision(row) => {
                (row.entry, decisions.insert((row.account, row.currency.as_str(), row.day, row.revision)))
            }
            JournalRow::Approval(row) if row.kind != "requested" => (row.entry, signed.insert(row.request)),
            JournalRow::Ledger(row) => (row.entry, row.reverses.is_none_or(|entry| reversed.insert(entry))),
            JournalRow::Approval(_) | JournalRow::Activity(_) => continue,
        };
        differences.checked += 1;
        if !new {
            differences.note(|| format!("entry {}: it was there already", EntryId(entry)));
        }
    }
    differences
}

fn present(journals: &Journals) -> Differences {
    let hashes = &journals.hashes;
    let mut differences = Differences { checked: hashes.checked, wrong: hashes.wrong, words: hashes.words.clone() };
    let mut places: BTreeMap<i64, i64> = BTreeMap::new();
    for row in &journals.rows {
        let (batch, entry) = row.key();
        let place = places.entry(batch).or_default();
        if EntryId(entry).batch() != batch || EntryId(entry).place() != *place {
            differences.note(|| format!("entry {}: it is not where batch {batch} put it", EntryId(entry)));
        }
        *place += 1;
    }
    differences
}

fn actors(journals: &Journals) -> Differences {
    let mut differences = Differences::default();
    for batch in journals.batches.values() {
        differences.checked += 1;
        if batch.actor.is_empty() || batch.command.is_empty() {
            differences.note(|| format!("batch {}: nobody did it", batch.batch));
        }
    }
    let mut makers: BTreeMap<i64, &str> = BTreeMap::new();
    for row in &journals.rows {
        let JournalRow::Approval(row) = row else { continue };
        differences.checked += 1;
        let actor = journals.batches.get(&row.batch).map(|batch| batch.actor.as_str());
        if actor != Some(row.actor.as_str()) {
            differences.note(|| format!("approval {}: {} did not do it", EntryId(row.entry), row.actor));
        }
        if row.kind == "requested" {
            makers.insert(row.request, &row.actor);
        } else if row.kind == "approved" && makers.get(&row.request) == Some(&row.actor.as_str()) {
            differences.note(|| format!("approval {}: {} signed his own request", EntryId(row.entry), row.actor));
        }
    }
    differences
}

/// What the tables must answer for; `asked` is what [`super::notices`] found of I10.
pub(super) async fn of_tables(reading: &mut Reading, replay: &Replay, asked: Asked) -> Result<Vec<Check>> {
    let control: Vec<(String, i64)> = reading.rows(CONTROL, &[]).await?;
    let open: Vec<(String, i64)> = reading.rows(OPEN, &[]).await?;
    let lines: Vec<(i64, i64, i64, i64, i64)> = reading.rows(LINES, &[]).await?;
    let (mut in_bounds, partition) = (bounds(&lines), partition(&lines, replay));
    in_bounds.add(on_every_day(replay));
    let (mut daily, once) = notices(reading).await?;
    daily.add(asked.found);
    let ladder = format!("{LADDER} ({} left alone)", asked.left);
    Ok(vec![
        Check::new(
            "I2",
            "the control balance is the sum of what is open, per currency",
            control_is_open(&control, &open),
        ),
        Check::new("I3", "every open due line is in exactly one bucket", partition),
        Check::new("I4", "nothing is, or was on any day, open beyond its amount or on the wrong side", in_bounds),
        Check::new("I10", &ladder, daily),
        Check::new("I11", "each rung of a climb made at most one notice", once),
    ])
}

fn control_is_open(control: &[(String, i64)], open: &[(String, i64)]) -> Differences {
    let mut differences = Differences::default();
    let sum = |of: &[(String, i64)], code: &str| of.iter().find(|(known, _)| known == code).map_or(0, |(_, sum)| *sum);
    let codes: BTreeSet<&str> = control.iter().chain(open).map(|(code, _)| code.as_str()).collect();
    for code in codes {
        differences.checked += 1;
        let (control, open) = (sum(control, code), sum(open, code));
        if control != open {
            differences.note(|| format!("{code}: control {control}, open {open} minor units"));
        }
    }
    differences
}

/// A line is in a bucket by its own due day: it must be there once, of a document that is there, with a day.
fn partition(lines: &[(i64, i64, i64, i64, i64)], replay: &Replay) -> Differences {
    let mut differences = Differences::default();
    let mut seen = BTreeSet::new();
    for (account, item, line, _, open) in lines.iter().filter(|line| line.4 > 0) {
        differences.checked += 1;
        let known = replay.items.get(item).is_some_and(|known| known.account == *account && known.kind.is_debit());
        if !known || !seen.insert((item, line)) {
            differences.note(|| format!("line {line} of item {}: {open} open, of no debit", EntryId(*item)));
        }
    }
    differences
}

fn bounds(lines: &[(i64, i64, i64, i64, i64)]) -> Differences {
    let mut differences = Differences::default();
    for (_, item, line, amount, open) in lines {
        differences.checked += 1;
        let fits = if *amount >= 0 { (0..=*amount).contains(open) } else { (*amount..=0).contains(open) };
        if !fits {
            differences.note(|| format!("line {line} of item {}: {open} open of {amount}", EntryId(*item)));
        }
    }
    differences
}

/// What was open of a line at the end of each day on which it moved.
fn on_every_day(replay: &Replay) -> Differences {
    let mut differences = Differences::default();
    let mut moved: Vec<(i64, i64, i64, i64)> =
        replay.movements.iter().map(|moved| (moved.item, moved.line, moved.day, moved.delta)).collect();
    moved.sort_unstable();
    for of_line in moved.chunk_by(|one, next| (one.0, one.1) == (next.0, next.1)) {
        let (item, number, ..) = of_line[0];
        let place = usize::try_from(number - 1).ok();
        let Some(line) = place.and_then(|place| replay.items.get(&item)?.lines.get(place)) else { continue };
        differences.checked += 1;
        let mut open = line.amount;
        for of_day in of_line.chunk_by(|one, next| one.2 == next.2) {
            open += of_day.iter().map(|moved| moved.3).sum::<i64>();
            if !(line.amount.min(0)..=line.amount.max(0)).contains(&open) {
                let (day, item) = (from_day_number(of_day[0].2), EntryId(item));
                differences.note(|| format!("line {number} of item {item}: {open} open of {} on {day}", line.amount));
                break;
            }
        }
    }
    differences
}

async fn notices(reading: &mut Reading) -> Result<(Differences, Differences)> {
    type Row = (i64, String, i64, i64, String, i64, String);
    let rows: Vec<Row> = reading.rows(NOTICES, &[]).await?;
    let (mut daily, mut once) = (Differences::default(), Differences::default());
    let (mut days, mut rungs) = (BTreeSet::new(), BTreeSet::new());
    for (account, currency, day, cycle, rung, step, state) in &rows {
        daily.checked += 1;
        once.checked += 1;
        if !days.insert((account, currency, day)) {
            daily.note(|| format!("account {account}: two notices in {currency} on one day"));
        }
        if state != "withdrawn" && !rungs.insert((account, currency, cycle, rung)) {
            once.note(|| format!("account {account}: two notices for {rung} of climb {cycle} (step {step})"));
        }
    }
    Ok((daily, once))
}
