//! What a book is generated from: a seed, its size, and its last day.

use dunwell_desk::rules::calendar::{Date, add_days};
use jiff::ToSpan;

/// What to generate. The same plan gives the same book, byte for byte, on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The seed of all chance.
    pub seed: u64,
    /// How many customers.
    pub accounts: usize,
    /// How many invoices, exactly; credit memos come on top.
    pub invoices: usize,
    /// The last day of the book: nothing is dated after it.
    pub until: Date,
    /// How many months of history, counted back from the last day.
    pub months: u32,
}

impl Plan {
    /// The most months of history; a longer one is cut to it.
    pub const MOST_MONTHS: u32 = 120;

    /// The demo book: 400 customers, 20,000 invoices, 24 months.
    pub fn demo(seed: u64, until: Date) -> Self {
        Self { seed, accounts: 400, invoices: 20_000, until, months: 24 }
    }

    /// The book of the benchmarks: 20,000 customers, 1,000,000 invoices, 24 months. Stream it; do not hold it.
    pub fn benchmark(seed: u64, until: Date) -> Self {
        Self { seed, accounts: 20_000, invoices: 1_000_000, until, months: 24 }
    }

    /// The first day of the history.
    pub fn first_day(&self) -> Date {
        let months = self.months.clamp(1, Self::MOST_MONTHS);
        add_days(self.until.saturating_sub(i64::from(months).months()), 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_history_begins_the_day_after_the_same_day_months_before() {
        assert_eq!(Plan::demo(1, date(2026, 11, 20)).first_day(), date(2024, 11, 21));
        assert_eq!(Plan { months: 0, ..Plan::demo(1, date(2026, 3, 31)) }.first_day(), date(2026, 3, 1));
    }
}
