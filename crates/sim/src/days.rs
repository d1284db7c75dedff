//! The days of a book as numbers, and which of them are business days of the seller: quick, for millions of look-ups.

use dunwell_desk::rules::calendar::{Calendar, Date, day_number, from_day_number};

use crate::plan::Plan;

/// The seller's business calendar, by name.
pub const CALENDAR: &str = "us-federal";

/// Days kept before and after the history.
const MARGIN: i64 = 400;

/// The days of a plan. A day is its number since 1970-01-01.
pub(crate) struct Days {
    pub(crate) calendar: Calendar,
    /// First and last day of the history.
    pub(crate) first: i64,
    pub(crate) last: i64,
    business: Vec<bool>,
}

impl Days {
    /// The days of a plan.
    ///
    /// Panics if the rules no longer know the seller's calendar: a bug, which every test would find.
    pub(crate) fn of(plan: &Plan) -> Self {
        let calendar = Calendar::named(CALENDAR).expect("the seller's calendar is known");
        let (first, last) = (day_number(plan.first_day()), day_number(plan.until));
        let business = (first - MARGIN..=last + MARGIN).map(|day| calendar.is_business_day(from_day_number(day)));
        Self { business: business.collect(), calendar, first, last }
    }

    /// Whether work is done on a day; beyond the margins every day counts as one.
    fn is_business_day(&self, day: i64) -> bool {
        let place = usize::try_from(day - self.first + MARGIN).ok();
        place.and_then(|place| self.business.get(place)).copied().unwrap_or(true)
    }

    /// The day, or the next business day.
    pub(crate) fn on_or_after(&self, mut day: i64) -> i64 {
        while !self.is_business_day(day) {
            day += 1;
        }
        day
    }

    /// The day, or the business day before it.
    pub(crate) fn on_or_before(&self, mut day: i64) -> i64 {
        while !self.is_business_day(day) {
            day -= 1;
        }
        day
    }

    /// The next day that is this weekday, Monday being 0, or the business day after it.
    pub(crate) fn weekday_on_or_after(&self, day: i64, weekday: u8) -> i64 {
        let today = (day + 3).rem_euclid(7);
        self.on_or_after(day + (i64::from(weekday) - today).rem_euclid(7))
    }

    /// The last business day of the month, not before the day.
    pub(crate) fn month_end_on_or_after(&self, day: i64) -> i64 {
        let end = |day: i64| self.on_or_before(day_number(from_day_number(day).last_of_month()));
        match end(day) {
            end if end >= day => end,
            _ => end(day + 7),
        }
    }
}

/// A day as a date.
pub(crate) fn date(day: i64) -> Date {
    from_day_number(day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_fall_on_business_days_never_before_the_day() {
        let days = Days::of(&Plan::demo(1, jiff::civil::date(2026, 11, 20)));
        for day in days.first..=days.last {
            for weekday in 0..5 {
                let run = days.weekday_on_or_after(day, weekday);
                assert!(run >= day && days.calendar.is_business_day(date(run)));
            }
            let end = days.month_end_on_or_after(day);
            assert!(end >= day && days.calendar.is_business_day(date(end)), "{}", date(day));
        }
        // 2026-05-25 is Memorial Day, a Monday.
        let monday = day_number(jiff::civil::date(2026, 5, 23));
        assert_eq!(date(days.weekday_on_or_after(monday, 0)), jiff::civil::date(2026, 5, 26));
    }
}
