//! Whether a bank's final statement accounts for its balances, and whether one is missing before it.
//!
//! Only final statements are held to it: a report of the day may lack what is booked later. Amounts are in minor units,
//! credits positive. Source: domain 1.7; ISO 20022 `OPBD` and `CLBD`, BAI2 010 and 015, MT940 `:60F:` and `:62F:`.

/// The balances of a final statement beside what was told for its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Footing {
    /// The booked balance at the beginning.
    pub opening: i64,
    /// The booked balance at the end.
    pub closing: i64,
    /// What its booked entries come to.
    pub moved: i64,
    /// What other files told as booked in its days, and no final statement lists.
    pub unlisted: i64,
}

impl Footing {
    /// What the closing balance is above opening balance and entries; nought where the statement foots. Where entries were
    /// told twice in two shapes, or one that never was, it is not nought.
    pub fn difference(self) -> i64 {
        let moved = i128::from(self.moved) + i128::from(self.unlisted);
        let difference = i128::from(self.closing) - i128::from(self.opening) - moved;
        i64::try_from(difference).unwrap_or(if difference < 0 { i64::MIN } else { i64::MAX })
    }
}

/// Whether a statement is missing before one that opens with `opening`: of those that end last before it none closes so.
/// The first statement of an account misses none.
pub fn is_missing_before(opening: i64, closings_before: &[i64]) -> bool {
    !closings_before.is_empty() && !closings_before.contains(&opening)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_foots_when_entries_lead_from_one_balance_to_the_other() {
        let difference = |opening, closing, moved, unlisted| Footing { opening, closing, moved, unlisted }.difference();
        assert_eq!(difference(100, 350, 250, 0), 0);
        assert_eq!(difference(100, 350, 200, 0), 50, "an entry is missing");
        assert_eq!(difference(100, 350, 250, 250), -250, "the same was told twice");
        assert_eq!(difference(-100, -150, -50, 0), 0);
        assert_eq!(difference(i64::MIN, i64::MAX, 0, 0), i64::MAX, "no overflow");
    }

    #[test]
    fn a_statement_is_missing_when_none_before_closes_as_this_one_opens() {
        assert!(!is_missing_before(100, &[]), "the first");
        assert!(!is_missing_before(100, &[90, 100]), "several of a day");
        assert!(is_missing_before(100, &[90]));
    }
}
