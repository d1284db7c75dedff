//! The running balance: every row must come from the one before, whichever way the rows are ordered.

use core::cmp::Ordering;

use crate::bank::notes::decimal;
use crate::bank::{ControlTotal, Entry, EntryStatus, Place, TotalKind};
use crate::currency::CurrencyCode;
use crate::day::Day;

/// An entry's balance as its row states it.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowBalance {
    pub(super) place: Place,
    /// The day of the entry.
    pub(super) day: Option<Day>,
    /// The signed amount of the entry.
    pub(super) amount: i64,
    /// The balance after it.
    pub(super) balance: i64,
}

/// What the running balances come to.
#[derive(Debug, Default)]
pub(super) struct Run {
    /// Whether the newest row stands first.
    pub(super) newest_first: bool,
    /// The balance before the first entry in time.
    pub(super) opening: Option<i64>,
    /// The balance after the last entry in time.
    pub(super) closing: Option<i64>,
    /// A control total for each row that does not come from the one before; one for all where every row does.
    pub(super) controls: Vec<ControlTotal>,
}

/// The most rows that are named one by one.
const NAMED: usize = 20;

/// Checks the running balances of one account, in the order of the file.
pub(super) fn run(rows: &[RowBalance], of: &str, currency: CurrencyCode) -> Run {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Run::default() };
    let breaks = |newest_first: bool| rows.windows(2).filter(|pair| step(pair, newest_first).is_none()).count();
    // Where neither way foots better, the days tell.
    let newest_first = match breaks(true).cmp(&breaks(false)) {
        Ordering::Less => true,
        Ordering::Greater => false,
        Ordering::Equal => first.day > last.day,
    };
    let (oldest, newest) = if newest_first { (last, first) } else { (first, last) };
    let mut run = Run {
        newest_first,
        opening: oldest.balance.checked_sub(oldest.amount),
        closing: Some(newest.balance),
        controls: Vec::new(),
    };
    let control = |place, of, stated, counted| ControlTotal {
        name: "running_balance",
        of,
        place,
        kind: TotalKind::Balance,
        stated: decimal(stated, currency),
        counted: decimal(counted, currency),
        binding: true,
    };
    for pair in rows.windows(2).filter(|pair| step(pair, newest_first).is_none()).take(NAMED) {
        let (before, after) = if newest_first { (pair[1], pair[0]) } else { (pair[0], pair[1]) };
        let counted = i128::from(before.balance) + i128::from(after.amount);
        run.controls.push(control(
            after.place,
            format!("{of}, row {}", after.place.line),
            after.balance.into(),
            counted,
        ));
    }
    if run.controls.is_empty() {
        let opening = run.opening.map(i128::from).unwrap_or_default();
        let counted = rows.iter().fold(opening, |sum, row| sum + i128::from(row.amount));
        run.controls.push(control(newest.place, of.to_owned(), newest.balance.into(), counted));
    }
    run
}

/// The step from one row to the next in time, where it holds.
fn step(pair: &[RowBalance], newest_first: bool) -> Option<()> {
    let (before, after) = if newest_first { (&pair[1], &pair[0]) } else { (&pair[0], &pair[1]) };
    (before.balance.checked_add(after.amount)? == after.balance).then_some(())
}

/// The closing balance of the titles beside the opening one and the entries.
pub(super) fn closing(
    opening: i64,
    closing: i64,
    entries: &[Entry],
    of: &str,
    currency: CurrencyCode,
    place: Place,
) -> ControlTotal {
    let booked = entries.iter().filter(|entry| entry.status == EntryStatus::Booked);
    let counted = booked.fold(i128::from(opening), |sum, entry| sum + i128::from(entry.signed()));
    ControlTotal {
        name: "closing_balance",
        of: of.to_owned(),
        place,
        kind: TotalKind::Balance,
        stated: decimal(closing.into(), currency),
        counted: decimal(counted, currency),
        binding: true,
    }
}
