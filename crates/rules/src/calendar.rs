//! Days: civil dates as integers, and business calendars.
//!
//! A calendar is a weekend, the holiday rules of a named place (`calendar/holidays.rs`) and the holidays a book adds by
//! hand. Absent on purpose: times of day, and holidays that no rule can compute (a book adds those).

mod holidays;

use alloc::format;
use alloc::string::{String, ToString};
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

/// The weekend of a calendar: a bit for each of its days, Monday the lowest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Weekend(u8);

impl Weekend {
    const NONE: Self = Self(0);
    const FRIDAY_SATURDAY: Self = Self(0b011_0000);
    const SATURDAY_SUNDAY: Self = Self(0b110_0000);
    const WHOLE_WEEK: Self = Self(0b111_1111);

    fn contains(self, day: Date) -> bool {
        self.has(day.weekday())
    }

    fn has(self, day: Weekday) -> bool {
        self.0 & (1 << day.to_monday_zero_offset()) != 0
    }
}

/// The days of the week as calendars are written, Monday first.
const WEEK: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

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
        let (friday, saturday) = (Weekend::FRIDAY_SATURDAY, Weekend::SATURDAY_SUNDAY);
        let (name, weekend, rules): (_, _, &[HolidayRule]) = match name {
            "every-day" => ("every-day", Weekend::NONE, &[]),
            "mon-fri" => ("mon-fri", saturday, &[]),
            "sun-thu" => ("sun-thu", friday, &[]),
            "us-federal" => ("us-federal", saturday, holidays::US_FEDERAL),
            "us-fed" => ("us-fed", saturday, holidays::US_FED),
            "target" => ("target", saturday, holidays::TARGET),
            "gb" => ("gb", saturday, holidays::GB),
            "gb-england" => ("gb-england", saturday, holidays::GB_ENGLAND),
            "de" => ("de", saturday, holidays::DE),
            "ie" => ("ie", saturday, holidays::IE),
            "ca" => ("ca", saturday, holidays::CA),
            _ => return None,
        };
        Some(Self { name, weekend, rules, extra: Vec::new() })
    }

    /// The calendar of a new book: every day is a business day.
    pub fn every_day() -> Self {
        Self { name: "every-day", weekend: Weekend::NONE, rules: &[], extra: Vec::new() }
    }

    /// The same calendar with holidays that the book adds, for instance a company holiday or a new bank holiday.
    #[must_use]
    pub fn with_holidays(mut self, holidays: impl IntoIterator<Item = Date>) -> Self {
        self.extra.extend(holidays);
        self.extra.sort_unstable();
        self.extra.dedup();
        self
    }

    /// The same calendar with another weekend: `mon` to `sun`. `None` when one of them is no day of the week, and when no
    /// day is left to work on.
    #[must_use]
    pub fn with_weekend(mut self, days: &[&str]) -> Option<Self> {
        self.weekend = Weekend::NONE;
        for day in days {
            let (_, day) = WEEK.iter().find(|(code, _)| code == day)?;
            self.weekend.0 |= 1 << day.to_monday_zero_offset();
        }
        (self.weekend != Weekend::WHOLE_WEEK).then_some(self)
    }

    /// The days of its weekend, Monday first, as [`Self::with_weekend`] takes them.
    pub fn weekend(&self) -> Vec<&'static str> {
        WEEK.iter().filter(|(_, day)| self.weekend.has(*day)).map(|(code, _)| *code).collect()
    }

    /// The holidays that the book added, in order.
    pub fn added_holidays(&self) -> &[Date] {
        &self.extra
    }

    /// The calendar as a book keeps it: its name, then its weekend where that is not the name's, then added holidays. For
    /// instance `de weekend=fri,sat holidays=2026-12-24,2026-12-31`.
    pub fn written(&self) -> String {
        let mut text = String::from(self.name);
        if Self::named(self.name).is_none_or(|named| named.weekend != self.weekend) {
            text.push_str(&format!(" weekend={}", self.weekend().join(",")));
        }
        if !self.extra.is_empty() {
            let days: Vec<String> = self.extra.iter().map(ToString::to_string).collect();
            text.push_str(&format!(" holidays={}", days.join(",")));
        }
        text
    }

    /// Reads what [`Self::written`] wrote; `None` when it is no such text.
    pub fn read(text: &str) -> Option<Self> {
        let mut parts = text.split(' ');
        let mut calendar = Self::named(parts.next()?)?;
        for part in parts {
            let (key, values) = part.split_once('=')?;
            let values: Vec<&str> = values.split(',').filter(|value| !value.is_empty()).collect();
            calendar = match key {
                "weekend" => calendar.with_weekend(&values)?,
                "holidays" => {
                    let days: Option<Vec<Date>> = values.iter().map(|day| day.parse().ok()).collect();
                    calendar.with_holidays(days?)
                }
                _ => return None,
            };
        }
        Some(calendar)
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
