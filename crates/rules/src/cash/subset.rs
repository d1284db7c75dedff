//! Sets of amounts that add up to a sum: bounded search, and how likely chance alone would find one.

use alloc::vec::Vec;

/// What a search for sets found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Found {
    /// No set, all of them looked at.
    None,
    /// Exactly one: the places of its amounts, ascending.
    One(Vec<usize>),
    /// Two, where there may be more.
    Several(Vec<usize>, Vec<usize>),
    /// The search ended at its limit: it does not know.
    TooMany,
}

/// The most sets looked at: some milliseconds.
const STEPS: u64 = 400_000;

/// Looks for sets of at least two `amounts` (each above zero) that add up to `sum`.
pub(super) fn sets(amounts: &[i64], sum: i64) -> Found {
    let mut order: Vec<usize> = (0..amounts.len()).collect();
    order.sort_by_key(|place| core::cmp::Reverse(amounts[*place]));
    let sorted: Vec<i64> = order.iter().map(|place| amounts[*place]).collect();
    let mut rest: Vec<i64> = alloc::vec![0; sorted.len() + 1];
    for place in (0..sorted.len()).rev() {
        rest[place] = rest[place + 1].saturating_add(sorted[place]);
    }
    let mut search = Search { amounts: &sorted, rest: &rest, chosen: Vec::new(), found: Vec::new(), steps: 0 };
    search.look(0, sum);
    if search.steps >= STEPS && search.found.len() < 2 {
        return Found::TooMany;
    }
    let mut found = search.found.into_iter().map(|set| {
        let mut places: Vec<usize> = set.into_iter().map(|place| order[place]).collect();
        places.sort_unstable();
        places
    });
    match (found.next(), found.next()) {
        (None, _) => Found::None,
        (Some(one), None) => Found::One(one),
        (Some(one), Some(other)) => Found::Several(one, other),
    }
}

struct Search<'a> {
    /// Descending.
    amounts: &'a [i64],
    /// The sum of the amounts from a place on.
    rest: &'a [i64],
    chosen: Vec<usize>,
    found: Vec<Vec<usize>>,
    steps: u64,
}

impl Search<'_> {
    /// Tries every set of the amounts from `from` on, until two are found or the steps are used up.
    fn look(&mut self, from: usize, left: i64) {
        if left == 0 {
            if self.chosen.len() >= 2 {
                self.found.push(self.chosen.clone());
            }
            return;
        }
        for place in from..self.amounts.len() {
            self.steps += 1;
            if self.found.len() >= 2 || self.steps >= STEPS || self.rest[place] < left {
                return;
            }
            if self.amounts[place] <= left {
                self.chosen.push(place);
                self.look(place + 1, left - self.amounts[place]);
                self.chosen.pop();
            }
        }
    }
}

/// Whether chance would find a set of `chosen` out of `lines` amounts less than once in `one_in` sums.
///
/// There are as many sets of that many lines or fewer as the binomials say, and they could make any sum up to `sum`: when the
/// sets are much fewer than the sums, one that fits was meant.
pub(super) fn is_no_chance(lines: usize, chosen: usize, sum: i64, one_in: u64) -> bool {
    let mut sets: u128 = 0;
    let mut binomial: u128 = 1;
    // The complement of a set is as telling as the set itself.
    let size = chosen.min(lines.saturating_sub(chosen)).max(1);
    for k in 1..=size {
        binomial = binomial.saturating_mul((lines - k + 1) as u128) / k as u128;
        sets = sets.saturating_add(binomial);
    }
    sets.saturating_mul(u128::from(one_in)) <= u128::from(sum.unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_set_is_told_from_none_and_from_several() {
        assert_eq!(sets(&[100, 250, 500], 600), Found::One([0, 2].into()));
        assert_eq!(sets(&[100, 250, 500], 601), Found::None);
        assert_eq!(sets(&[100, 250, 500], 500), Found::None, "one line is no set");
        assert!(matches!(sets(&[100, 200, 300, 400], 500), Found::Several(..)));
        assert_eq!(sets(&[], 5), Found::None);
    }

    #[test]
    fn a_search_that_would_not_end_says_so() {
        let amounts: Vec<i64> = (0..60).map(|n| 1_000_000 + 2 * n).collect();
        assert_eq!(sets(&amounts, 30_000_001), Found::TooMany);
    }

    #[test]
    fn few_lines_and_large_sums_are_no_chance() {
        assert!(is_no_chance(5, 2, 1_234_567, 10_000), "15 sets, 1,234,567 sums");
        assert!(!is_no_chance(40, 4, 1_234_567, 10_000), "102,090 sets");
        assert!(!is_no_chance(5, 2, 99_999, 10_000), "a small sum");
    }
}
