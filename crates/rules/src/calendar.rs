//! Days: civil dates as integers, and business calendars.
//!
//! A calendar is a weekend, the holiday rules of a named place (`calendar/holidays.rs`) and the holidays a book adds by
//! hand. Absent on purpose: times of day, and holidays that no rule can compute (a book adds those).

mod holidays;

use alloc::vec::Vec;

pub use jiff::civil::Date;
use jiff::civil::{Weekday, date};

use self::holidays::HolidayRule;

/// Days from 1970-01-01 to `day`: how business days are stored.
pub fn day_number(day: Date) -> i64 {
    i64::from((day - date(1970, 1, 1)).get_days())
}

/// The date `number` days after 1970-01-01, kept inside the years -9999 to 9999: in a damaged book any number may stand.
pub fn from_day_number(number: i64) -> Date {
    add_days(date(1970, 1, 1), number)
}

/// Calendar days from `from` to `to`; negative when `to` is earlier.
pub fn days_between(from: Date, to: Date) -> i64 {
    day_number(to) - day_number(from)
}

/// The date `days` calendar days after `day` (before it when negative), kept inside the years -9999 to 9999.
pub fn add_days(day: Date, days: i64) -> Date {
    match jiff::Span::new().try_days(days) {
        Ok(span) => day.saturating_add(span),
        Err(_) if days < 0 => Date::MIN,
        Err(_) => Date::MAX,
    }
}

/// The weekend of a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Weekend {
    None,
    SaturdaySunday,
    FridaySaturday,
}

impl Weekend {
    fn contains(self, day: Date) -> bool {
        match self {
            Self::None => false,
            Self::SaturdaySunday => matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday),
            Self::FridaySaturday => matches!(day.weekday(), Weekday::Friday | Weekday::Saturday),
        }
    }
}

/// Which days are business days: a weekend, the holidays of a place, and holidays added by the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    name: &'static str,
    weekend: Weekend,
    rules: &'static [HolidayRule],
    /// Holidays of the book, sorted, no date twice.
    extra: Vec<Date>,
}

impl Calendar {
    /// The calendars known by name, in documented order.
    ///
    /// `every-day` has no weekend and no holiday and is the default of a new book; `mon-fri` and `sun-thu` have a
    /// weekend only; `us-federal` moves a Saturday holiday to Friday, `us-fed` (Federal Reserve banks) does not move
    /// it; `target` is the euro payment system; `gb` has the holidays of all the United Kingdom, `gb-england` those of
    /// England and Wales; `de` the nationwide holidays of Germany; `ie` Ireland; `ca` the days common to all of Canada.
    pub const NAMES: [&'static str; 11] =
        ["every-day", "mon-fri", "sun-thu", "us-federal", "us-fed", "target", "gb", "gb-england", "de", "ie", "ca"];

    /// The calendar of that name; `None` when it is not one of [`Self::NAMES`].
    pub fn named(name: &str) -> Option<Self> {
        use Weekend::{FridaySaturday, SaturdaySunday};
        let (name, weekend, rules): (_, _, &[HolidayRule]) = match name {
            "every-day" => ("every-day", Weekend::None, &[]),
            "mon-fri" => ("mon-fri", SaturdaySunday, &[]),
            "sun-thu" => ("sun-thu", FridaySaturday, &[]),
            "us-federal" => ("us-federal", SaturdaySunday, holidays::US_FEDERAL),
            "us-fed" => ("us-fed", SaturdaySunday, holidays::US_FED),
            "target" => ("target", SaturdaySunday, holidays::TARGET),
            "gb" => ("gb", SaturdaySunday, holidays::GB),
            "gb-england" => ("gb-england", SaturdaySunday, holidays::GB_ENGLAND),
            "de" => ("de", SaturdaySunday, holidays::DE),
            "ie" => ("ie", SaturdaySunday, holidays::IE),
            "ca" => ("ca", SaturdaySunday, holidays::CA),
            _ => return None,
        };
        Some(Self { name, weekend, rules, extra: Vec::new() })
    }

    /// The calendar of a new book: every day is a business day.
    pub fn every_day() -> Self {
        Self { name: "every-day", weekend: Weekend::None, rules: &[], extra: Vec::new() }
    }

    /// The same calendar with holidays that the book adds, for instance a company holiday or a new bank holiday.
    #[must_use]
    pub fn with_holidays(mut self, holidays: impl IntoIterator<Item = Date>) -> Self {
        self.extra.extend(holidays);
        self.extra.sort_unstable();
        self.extra.dedup();
        self
    }

    /// The name it is known by.
    pub fn name(&self) -> &'static str {
        self.name
    }

    /// Whether work is done on `day`: it is no weekend day and no holiday.
    pub fn is_business_day(&self, day: Date) -> bool {
        !self.weekend.contains(day) && self.extra.binary_search(&day).is_err() && self.holiday(day).is_none()
    }

    /// The name of the holiday that the calendar's place keeps on `day`, moved days included; holidays added by the book
    /// have no name.
    pub fn holiday(&self, day: Date) -> Option<&'static str> {
        self.rules.iter().find(|rule| rule.falls_on(day)).map(|rule| rule.name)
    }

    /// `day` itself if it is a business day, else the next one.
    pub fn on_or_after(&self, day: Date) -> Date {
        self.walk(day, Date::tomorrow)
    }

    /// `day` itself if it is a business day, else the one before it.
    pub fn on_or_before(&self, day: Date) -> Date {
        self.walk(day, Date::yesterday)
    }

    /// Steps from `day` to a business day; the end of the calendar's years counts as one, so that the walk ends.
    fn walk(&self, day: Date, step: fn(Date) -> Result<Date, jiff::Error>) -> Date {
        let mut day = day;
        while !self.is_business_day(day) {
            match step(day) {
                Ok(next) => day = next,
                Err(_) => return day,
            }
        }
        day
    }

    /// The `n`th business day after `day` (before it when `n` is negative); `day` itself when `n` is 0.
    pub fn add_business_days(&self, day: Date, n: i64) -> Date {
        let step = if n < 0 { Date::yesterday } else { Date::tomorrow };
        let mut day = day;
        for _ in 0..n.unsigned_abs() {
            match step(day) {
                Ok(next) => day = self.walk(next, step),
                Err(_) => return day,
            }
        }
        day
    }

    /// Business days after `from` up to and including `to`; negative when `to` is earlier: those after `to` up to `from`.
    ///
    /// It undoes [`Self::add_business_days`]: from any day to a business day it is the `n` that leads there.
    pub fn business_days_between(&self, from: Date, to: Date) -> i64 {
        if to < from {
            return -self.business_days_between(to, from);
        }
        let mut count = 0;
        for number in day_number(from) + 1..=day_number(to) {
            count += i64::from(self.is_business_day(from_day_number(number)));
        }
        count
    }
}
