//! Days: civil dates as integers, and business calendars.

pub use jiff::civil::Date;
use jiff::civil::date;

/// Days from 1970-01-01 to `day`: how business days are stored.
pub fn day_number(day: Date) -> i64 {
    i64::from((day - date(1970, 1, 1)).get_days())
}

/// The date `number` days after 1970-01-01.
///
/// Panics outside the years -9999 to 9999: a stored day never is.
pub fn from_day_number(number: i64) -> Date {
    date(1970, 1, 1).checked_add(jiff::Span::new().days(number)).expect("a stored day lies in the calendar")
}

/// Calendar days from `from` to `to`; negative when `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    day_number(to) - day_number(from)
}
