//! Totals that a file states, compared with what its lines add up to.

use std::collections::{BTreeMap, HashMap};

use super::classify::TotalName;
use super::{Problem, Refusal, StatedTotal, System};
use crate::amount::Decimal;
use crate::header::header_key;

/// Which amount column is added up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Column {
    Open,
    LocalOpen,
}

/// Sums of lines by column and currency; the currency `None` adds up all lines whatever theirs.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums(BTreeMap<(Column, Option<String>), Decimal>);

impl Sums {
    fn add(&mut self, column: Column, currency: Option<&str>, amount: Decimal) {
        let mut add = |key: Option<String>| {
            let sum = self.0.entry((column, key)).or_default();
            // A sum beyond all reason saturates: it then foots nowhere, which is the refusal it deserves.
            *sum = sum.checked_add(amount).unwrap_or(Decimal { digits: i128::MAX, scale: 0 });
        };
        add(None);
        if let Some(currency) = currency {
            add(Some(currency.to_owned()));
        }
    }

    fn get(&self, column: Column, currency: Option<&str>) -> Decimal {
        self.0.get(&(column, currency.map(str::to_owned))).copied().unwrap_or_default()
    }

    fn since(&self, start: &Self, column: Column, currency: Option<&str>) -> Decimal {
        let (now, then) = (self.get(column, currency), start.get(column, currency));
        now.checked_sub(then).unwrap_or(now)
    }
}

/// A total row as read.
struct TotalRow {
    line: u64,
    name: TotalName,
    label: String,
    column: Column,
    currency: Option<String>,
    stated: Decimal,
    /// The sum since the last total row.
    of_segment: Decimal,
    /// The sum of the group or customer that the row names, where it names a known one.
    of_named: Option<Decimal>,
    /// The sum of all lines so far.
    of_all: Decimal,
    /// How many items stood above it.
    items: usize,
}

/// A group that is open.
struct Group {
    key: String,
    start: Sums,
    items: usize,
}

/// Follows the lines of a file and its totals.
#[derive(Default)]
pub(super) struct Book {
    sums: Sums,
    parties: HashMap<String, Sums>,
    segment: Sums,
    after_total: bool,
    groups: Vec<Group>,
    closed: usize,
    items: usize,
    rows: Vec<TotalRow>,
}

impl Book {
    /// A heading opens a group.
    pub(super) fn open_group(&mut self, label: &str) {
        self.groups.push(Group { key: header_key(label), start: self.sums.clone(), items: self.items });
    }

    /// A line is read; `parties` are the number and name of its customer.
    pub(super) fn add_item(&mut self, amounts: &[(Column, Option<&str>, Decimal)], parties: [&str; 2]) {
        if self.after_total {
            self.segment = self.sums.clone();
            self.after_total = false;
        }
        self.items += 1;
        let [number, name] = parties.map(header_key);
        for (column, currency, amount) in amounts {
            self.sums.add(*column, *currency, *amount);
            if !number.is_empty() {
                self.parties.entry(number.clone()).or_default().add(*column, *currency, *amount);
            }
            if !name.is_empty() && name != number {
                self.parties.entry(name.clone()).or_default().add(*column, *currency, *amount);
            }
        }
    }

    /// A total row is read, with what it states by column.
    pub(super) fn add_total(
        &mut self,
        line: u64,
        name: &TotalName,
        label: &str,
        stated: &[(Column, Option<String>, Decimal)],
    ) {
        let key = match name {
            TotalName::Of(of) => header_key(of),
            TotalName::Bare | TotalName::Stars(_) => String::new(),
        };
        let group = self.groups.iter().rposition(|group| !key.is_empty() && group.key == key);
        for (column, currency, amount) in stated {
            let currency = currency.as_deref();
            let of_named = match group {
                Some(at) => Some(self.sums.since(&self.groups[at].start, *column, currency)),
                None => self.parties.get(&key).map(|sums| sums.get(*column, currency)),
            };
            self.rows.push(TotalRow {
                line,
                name: name.clone(),
                label: label.to_owned(),
                column: *column,
                currency: currency.map(str::to_owned),
                stated: *amount,
                of_segment: self.sums.since(&self.segment, *column, currency),
                of_named,
                of_all: self.sums.get(*column, currency),
                items: self.items,
            });
        }
        if let Some(at) = group {
            self.groups.truncate(at);
            self.closed += 1;
        }
        self.after_total = true;
    }

    /// Parts the totals into those of the file and those of groups, and compares each.
    ///
    /// Where the `system` ends every report with a grand total, a total of a group or customer is never the file's: a file
    /// cut off after its first group would have one too.
    pub(super) fn settle(self, system: System, last_line: u64, problems: &mut Vec<Problem>) -> Settled {
        let ends_with_total = matches!(system, System::QuickBooks | System::Xero | System::NetSuite);
        let most_stars = self.rows.iter().map(|row| row.stars()).max().unwrap_or(0);
        let mut settled = Settled { file: Vec::new(), groups: Vec::new(), refused: None };
        for (at, row) in self.rows.iter().enumerate() {
            let later = || self.rows[at + 1..].iter().any(|other| other.is_like(row) && other.line > row.line);
            let earlier = || self.rows[..at].iter().any(|other| other.is_like(row) && other.foots_segment());
            let is_last = row.items == self.items;
            let whole = match &row.name {
                TotalName::Of(_) => {
                    let covers_all = row.of_named.is_none_or(|sum| !ends_with_total && sum.same_value(row.of_all));
                    covers_all && is_last && !self.rows[at + 1..].iter().any(|other| other.line > row.line)
                }
                TotalName::Stars(stars) if most_stars > 1 => *stars == most_stars,
                TotalName::Stars(_) | TotalName::Bare => {
                    let all = row.stated.same_value(row.of_all);
                    is_last && (all || !(later() || row.foots_segment() && earlier()))
                }
            };
            let found = if whole { row.of_all } else { row.of_named.unwrap_or(row.of_segment) };
            let total = StatedTotal {
                line: row.line,
                label: row.label.clone(),
                currency: row.currency.clone(),
                stated: row.stated,
                found,
            };
            if whole {
                if !total.foots() && settled.refused.is_none() {
                    settled.refused = Some(Refusal::GrandTotalDiffers(Box::new(total.clone())));
                }
                settled.file.push(total);
                continue;
            }
            if !total.foots() {
                let message = format!("{}: stated {}, its lines add up to {}", total.label, total.stated, total.found);
                problems.push(Problem { code: "group_total_differs", line: total.line, message });
            }
            settled.groups.push(total);
        }
        if settled.file.is_empty() {
            let left_open = self.groups.last().is_some_and(|group| self.items > group.items);
            let cut = ends_with_total && !settled.groups.is_empty() || self.closed > 0 && left_open;
            if cut && settled.refused.is_none() {
                settled.refused = Some(Refusal::Truncated { line: last_line });
            }
            let message = "the file states no grand total; nothing to reconcile with".to_owned();
            problems.push(Problem { code: "no_grand_total", line: 0, message });
        }
        settled
    }
}

/// Totals compared.
pub(super) struct Settled {
    pub(super) file: Vec<StatedTotal>,
    pub(super) groups: Vec<StatedTotal>,
    pub(super) refused: Option<Refusal>,
}

impl TotalRow {
    fn stars(&self) -> usize {
        match self.name {
            TotalName::Stars(stars) => stars,
            TotalName::Of(_) | TotalName::Bare => 0,
        }
    }

    fn foots_segment(&self) -> bool {
        self.stated.same_value(self.of_segment)
    }

    /// Whether both total the same column and currency in the same manner.
    fn is_like(&self, other: &Self) -> bool {
        let same_manner = matches!(
            (&self.name, &other.name),
            (TotalName::Of(_), TotalName::Of(_))
                | (TotalName::Bare, TotalName::Bare)
                | (TotalName::Stars(_), TotalName::Stars(_))
        );
        same_manner && self.column == other.column && self.currency == other.currency
    }
}
