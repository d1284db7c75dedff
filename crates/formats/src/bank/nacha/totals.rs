//! The control totals of batches and files.

use crate::amount::Decimal;
use crate::bank::fixed::Record;
use crate::bank::{BankFile, ControlTotal, Limits, TotalKind};

/// What is counted between a header and its control record.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sums {
    /// Entries and addenda.
    pub(super) records: u64,
    /// The routing numbers of entries, without check digits.
    pub(super) hash: u64,
    /// Debits in cents.
    pub(super) debit: i128,
    /// Credits in cents.
    pub(super) credit: i128,
}

impl Sums {
    pub(super) fn add(&mut self, other: &Self) {
        self.records += other.records;
        self.hash += other.hash;
        self.debit += other.debit;
        self.credit += other.credit;
    }
}

/// Which positions of a control record hold what, and under which names they are reported.
pub(super) struct Layout {
    /// Count, hash, debit and credit: their names.
    pub(super) names: [&'static str; 4],
    /// Their positions.
    pub(super) positions: [(usize, usize); 4],
}

/// The control record of a batch; that of an accounting advice has longer amounts.
pub(super) fn of_batch(advice: bool) -> Layout {
    let names = ["batch_entry_addenda_count", "batch_entry_hash", "batch_total_debit", "batch_total_credit"];
    let amounts = if advice { [(21, 40), (41, 60)] } else { [(21, 32), (33, 44)] };
    Layout { names, positions: [(5, 10), (11, 20), amounts[0], amounts[1]] }
}

/// The control record of a file; that of a file of accounting advices has longer amounts.
pub(super) fn of_file(advice: bool) -> Layout {
    let names = ["file_entry_addenda_count", "file_entry_hash", "file_total_debit", "file_total_credit"];
    let amounts = if advice { [(32, 51), (52, 71)] } else { [(32, 43), (44, 55)] };
    Layout { names, positions: [(14, 21), (22, 31), amounts[0], amounts[1]] }
}

/// Compares the four totals of a control record; all bind.
pub(super) fn compare(file: &mut BankFile, limits: &Limits, record: &Record, of: &str, layout: &Layout, sums: &Sums) {
    let counted = [i128::from(sums.records), i128::from(sums.hash % 10_000_000_000), sums.debit, sums.credit];
    let kinds = [(TotalKind::Count, 0), (TotalKind::Hash, 0), (TotalKind::Amount, 2), (TotalKind::Amount, 2)];
    for (index, (kind, scale)) in kinds.into_iter().enumerate() {
        let (name, (from, to)) = (layout.names[index], layout.positions[index]);
        let total = number(file, limits, record, name, from, to);
        push(file, record, name, of, kind, (total, counted[index], scale), true);
    }
}

/// Compares a count.
pub(super) fn count(
    file: &mut BankFile,
    limits: &Limits,
    record: &Record,
    (name, of): (&'static str, &str),
    (from, to): (usize, usize),
    counted: u64,
    binding: bool,
) {
    let stated = number(file, limits, record, name, from, to);
    push(file, record, name, of, TotalKind::Count, (stated, i128::from(counted), 0), binding);
    if !binding && stated != i128::from(counted) {
        file.warn(limits, name, record.place, || format!("{name} of {of}: {stated} stated, {counted} are there"));
    }
}

/// What is stated; −1, which nothing comes to, where it is no number.
fn number(file: &mut BankFile, limits: &Limits, record: &Record, name: &str, from: usize, to: usize) -> i128 {
    let field = record.field(from, to);
    let stated = record.number(from, to).filter(|_| !field.is_empty());
    if stated.is_none() {
        file.problem(limits, "control_total_missing", record.place, || format!("{name}: {field:?} is no number"));
    }
    stated.map_or(-1, i128::from)
}

fn push(
    file: &mut BankFile,
    record: &Record,
    name: &'static str,
    of: &str,
    kind: TotalKind,
    (stated, counted, scale): (i128, i128, u32),
    binding: bool,
) {
    file.controls.push(ControlTotal {
        name,
        of: of.to_owned(),
        place: record.place,
        kind,
        stated: Decimal { digits: stated, scale },
        counted: Decimal { digits: counted, scale },
        binding,
    });
}
