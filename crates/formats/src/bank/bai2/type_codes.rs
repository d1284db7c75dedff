//! What a BAI2 type code means, and which way its money goes.

use super::{credit_codes, debit_codes};
use crate::bank::{BalanceKind, Side};

/// On which level a code reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// A balance or another state of the account.
    Status,
    /// A sum of entries of a kind.
    Summary,
    /// One entry.
    Detail,
    /// One entry that undoes an earlier one: a return or a reversal.
    Undo,
}

/// A type code understood.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TypeCode {
    /// Three digits.
    pub(super) code: u16,
    /// The level; for a code that is not in the list, by its range.
    pub(super) level: Level,
    /// Which way its money goes; `None` for a status and for what carries no money.
    pub(super) side: Option<Side>,
    /// What it means; empty for a code that is not in the list (a bank's own).
    pub(super) meaning: &'static str,
}

/// Looks a code up. Total: codes that are not in the list go by their range (700 to 799 are of loans; of the 900s a bank's
/// own, 900 to 919 are a status, 920 to 959 credits and 960 to 999 debits).
pub(super) fn type_code(code: u16) -> TypeCode {
    let list = if code < 400 { credit_codes::CODES } else { debit_codes::CODES };
    let known = list.binary_search_by_key(&code, |(listed, ..)| *listed).ok().map(|at| &list[at]);
    let side = match code {
        100..=399 | 720..=759 | 920..=959 => Some(Side::Credit),
        400..=699 | 760..=799 | 960..=999 => Some(Side::Debit),
        _ => None,
    };
    let by_range = if side.is_some() { Level::Detail } else { Level::Status };
    let (level, meaning) = known.map_or((by_range, ""), |(_, level, meaning)| (*level, *meaning));
    TypeCode { code, level, side, meaning }
}

/// Which of the balances that every format has a status code is.
pub(super) fn balance_kind(code: u16) -> BalanceKind {
    match code {
        10 => BalanceKind::Opening,
        15 => BalanceKind::Closing,
        30 => BalanceKind::InterimClosing,
        40 => BalanceKind::OpeningAvailable,
        45 => BalanceKind::ClosingAvailable,
        _ => BalanceKind::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_within_their_range() {
        for list in [credit_codes::CODES, debit_codes::CODES] {
            assert!(list.is_sorted_by(|left, right| left.0 < right.0));
        }
        assert!(credit_codes::CODES.iter().all(|(code, level, _)| (*code < 100) == (*level == Level::Status)));
        assert_eq!(credit_codes::CODES.len() + debit_codes::CODES.len(), 469);
    }

    #[test]
    fn a_code_says_which_way_its_money_goes() {
        let told = |code| (type_code(code).side, type_code(code).meaning);
        assert_eq!(told(165), (Some(Side::Credit), "Preauthorized ACH credit"));
        assert_eq!(told(555), (Some(Side::Debit), "Deposited item returned"));
        assert_eq!(type_code(555).level, Level::Undo);
        assert_eq!((told(940), told(970), told(905)), ((Some(Side::Credit), ""), (Some(Side::Debit), ""), (None, "")));
        assert_eq!(told(890), (None, "Contains non-monetary information"));
    }
}
