//! The control totals of accounts, groups and files.

use super::fields::{count, text, whole};
use super::records::Fields;
use crate::amount::Decimal;
use crate::bank::{BankFile, ControlTotal, Limits, Place, TotalKind};

/// A number that a trailer states, to be compared.
pub(super) struct Check<'n> {
    /// Its name in reports.
    pub(super) name: &'static str,
    /// What it is of.
    pub(super) of: &'n str,
    /// The trailer.
    pub(super) place: Place,
}

/// Compares a sum; answers what the level above adds up: what is stated, or what was counted where nothing is. A blank stands
/// for nothing: with nothing to add up it is a warning.
pub(super) fn sum(file: &mut BankFile, limits: &Limits, check: &Check, fields: &mut Fields, counted: i128) -> i128 {
    let field = fields.bytes();
    match whole(field) {
        Some(stated) => {
            push(file, check, TotalKind::Amount, i128::from(stated), counted);
            i128::from(stated)
        }
        None => {
            let said = || format!("{} of {}: {:?} is no number", check.name, check.of, text(field));
            if field.trim_ascii().is_empty() && counted == 0 {
                file.warn(limits, "control_total_missing", check.place, said);
            } else {
                file.problem(limits, "control_total_missing", check.place, said);
            }
            counted
        }
    }
}

/// Compares a count; a difference is a warning, for real banks send wrong counts.
pub(super) fn number(file: &mut BankFile, limits: &Limits, check: &Check, fields: &mut Fields, counted: u64) {
    let field = fields.bytes();
    let Some(stated) = count(field) else {
        file.warn(limits, check.name, check.place, || {
            format!("{} of {}: {:?} is no number, {counted} are there", check.name, check.of, text(field))
        });
        return;
    };
    push(file, check, TotalKind::Count, i128::from(stated), i128::from(counted));
    if stated != counted {
        file.warn(limits, check.name, check.place, || {
            format!("{} of {}: {stated} stated, {counted} are there", check.name, check.of)
        });
    }
}

fn push(file: &mut BankFile, check: &Check, kind: TotalKind, stated: i128, counted: i128) {
    file.controls.push(ControlTotal {
        name: check.name,
        of: check.of.to_owned(),
        place: check.place,
        kind,
        stated: Decimal { digits: stated, scale: 0 },
        counted: Decimal { digits: counted, scale: 0 },
        binding: kind == TotalKind::Amount,
    });
}
