//! Holiday rules: fixed days with their observance, nth weekdays, and days counted from Easter.

use jiff::civil::{Date, Weekday, date};

use super::add_days;

/// One holiday of a place, in the years it is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct HolidayRule {
    /// The holiday's name.
    pub(super) name: &'static str,
    /// The first year it is kept.
    since: i16,
    /// The years it is not kept on its usual day, because a single date replaced it.
    except: &'static [i16],
    /// The day.
    on: HolidayDay,
}

/// How a holiday's day is found in a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum HolidayDay {
    /// Month, day, and what happens when it falls on a weekend.
    Fixed(i8, i8, Observance),
    /// Month, weekday, and which one of the month: 1 is the first, -1 the last.
    Nth(i8, Weekday, i8),
    /// Days after Easter Sunday of the western churches.
    Easter(i64),
    /// The first Monday of February, or 1 February where that is a Friday (Ireland, from 2023).
    SaintBrigid,
    /// One date only.
    Once(Date),
}

/// What happens to a fixed holiday on a weekend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Observance {
    /// It is lost: nothing is moved.
    NotMoved,
    /// Sunday is kept on Monday; Saturday is not moved (Federal Reserve banks).
    SundayToMonday,
    /// Saturday is kept on Friday, Sunday on Monday (5 U.S.C. 6103).
    NearestWeekday,
    /// Saturday and Sunday are kept on the Monday after.
    NextMonday,
    /// Saturday and Sunday are kept two days later: Christmas and Boxing Day in the United Kingdom, which never collide so.
    TwoDaysLater,
}

impl HolidayRule {
    /// Whether the holiday is kept on `day`, which is no weekend day.
    pub(super) fn falls_on(&self, day: Date) -> bool {
        // A January holiday may be kept on the last day of the year before.
        self.day_in(day.year()) == Some(day) || day.month() == 12 && self.day_in(day.year() + 1) == Some(day)
    }

    /// The day it is kept for its day in `year`; `None` when it is not kept in that year.
    fn day_in(&self, year: i16) -> Option<Date> {
        if year < self.since || self.except.contains(&year) {
            return None;
        }
        match self.on {
            HolidayDay::Fixed(month, day, observance) => Some(observed(Date::new(year, month, day).ok()?, observance)),
            HolidayDay::Nth(month, weekday, nth) => {
                Date::new(year, month, 1).ok()?.nth_weekday_of_month(nth, weekday).ok()
            }
            HolidayDay::Easter(offset) => Some(add_days(easter(year)?, offset)),
            HolidayDay::SaintBrigid => {
                let first = Date::new(year, 2, 1).ok()?;
                if first.weekday() == Weekday::Friday {
                    return Some(first);
                }
                first.nth_weekday_of_month(1, Weekday::Monday).ok()
            }
            HolidayDay::Once(day) => (day.year() == year).then_some(day),
        }
    }
}

/// The day on which a fixed holiday is kept.
fn observed(day: Date, observance: Observance) -> Date {
    let weekday = day.weekday();
    let moved = match observance {
        Observance::NotMoved => 0,
        Observance::SundayToMonday => i64::from(weekday == Weekday::Sunday),
        Observance::NearestWeekday => i64::from(weekday == Weekday::Sunday) - i64::from(weekday == Weekday::Saturday),
        Observance::NextMonday => match weekday {
            Weekday::Saturday => 2,
            Weekday::Sunday => 1,
            _ => 0,
        },
        Observance::TwoDaysLater => {
            if matches!(weekday, Weekday::Saturday | Weekday::Sunday) {
                2
            } else {
                0
            }
        }
    };
    add_days(day, moved)
}

/// Easter Sunday by the Gregorian reckoning (Meeus, Jones and Butcher); `None` before the calendar's first whole year.
fn easter(year: i16) -> Option<Date> {
    if year < 1583 {
        return None;
    }
    let y = i32::from(year);
    let (golden, century, rest) = (y % 19, y / 100, y % 100);
    let correction = (century + 8) / 25;
    let epact = (19 * golden + century - century / 4 - (century - correction + 1) / 3 + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let day = epact + weekday - 7 * late + 114;
    Date::new(year, i8::try_from(day / 31).ok()?, i8::try_from(day % 31 + 1).ok()?).ok()
}

/// A rule for every year.
const fn every(name: &'static str, on: HolidayDay) -> HolidayRule {
    since(name, i16::MIN, on)
}

/// A rule from a year on.
const fn since(name: &'static str, since: i16, on: HolidayDay) -> HolidayRule {
    HolidayRule { name, since, except: &[], on }
}

/// A rule for every year but some.
const fn except(name: &'static str, except: &'static [i16], on: HolidayDay) -> HolidayRule {
    HolidayRule { name, since: i16::MIN, except, on }
}

use HolidayDay::{Easter, Fixed, Nth, Once};
use Observance::{NearestWeekday, NextMonday, NotMoved, SundayToMonday, TwoDaysLater};
use Weekday::{Monday, Thursday};

/// Federal holidays of the United States (5 U.S.C. 6103).
pub(super) const US_FEDERAL: &[HolidayRule] = &[
    every("New Year's Day", Fixed(1, 1, NearestWeekday)),
    every("Martin Luther King Jr. Day", Nth(1, Monday, 3)),
    every("Washington's Birthday", Nth(2, Monday, 3)),
    every("Memorial Day", Nth(5, Monday, -1)),
    since("Juneteenth", 2021, Fixed(6, 19, NearestWeekday)),
    every("Independence Day", Fixed(7, 4, NearestWeekday)),
    every("Labor Day", Nth(9, Monday, 1)),
    every("Columbus Day", Nth(10, Monday, 2)),
    every("Veterans Day", Fixed(11, 11, NearestWeekday)),
    every("Thanksgiving Day", Nth(11, Thursday, 4)),
    every("Christmas Day", Fixed(12, 25, NearestWeekday)),
];

/// Holidays of the Federal Reserve banks (frbservices.org): as the federal ones, but a Saturday holiday is not moved.
pub(super) const US_FED: &[HolidayRule] = &[
    every("New Year's Day", Fixed(1, 1, SundayToMonday)),
    every("Martin Luther King Jr. Day", Nth(1, Monday, 3)),
    every("Washington's Birthday", Nth(2, Monday, 3)),
    every("Memorial Day", Nth(5, Monday, -1)),
    since("Juneteenth", 2021, Fixed(6, 19, SundayToMonday)),
    every("Independence Day", Fixed(7, 4, SundayToMonday)),
    every("Labor Day", Nth(9, Monday, 1)),
    every("Columbus Day", Nth(10, Monday, 2)),
    every("Veterans Day", Fixed(11, 11, SundayToMonday)),
    every("Thanksgiving Day", Nth(11, Thursday, 4)),
    every("Christmas Day", Fixed(12, 25, SundayToMonday)),
];

/// Closing days of TARGET, the payment system of the euro (ECB decision of 14 December 2000).
pub(super) const TARGET: &[HolidayRule] = &[
    every("New Year's Day", Fixed(1, 1, NotMoved)),
    every("Good Friday", Easter(-2)),
    every("Easter Monday", Easter(1)),
    every("Labour Day", Fixed(5, 1, NotMoved)),
    every("Christmas Day", Fixed(12, 25, NotMoved)),
    every("Christmas Holiday", Fixed(12, 26, NotMoved)),
];

/// Bank holidays common to all of the United Kingdom (Banking and Financial Dealings Act 1971, and proclamations).
pub(super) const GB: &[HolidayRule] = &[
    every("New Year's Day", Fixed(1, 1, NextMonday)),
    every("Good Friday", Easter(-2)),
    except("May Day", &[2020], Nth(5, Monday, 1)),
    every("May Day", Once(date(2020, 5, 8))),
    except("Spring Bank Holiday", &[2012, 2022], Nth(5, Monday, -1)),
    every("Spring Bank Holiday", Once(date(2012, 6, 4))),
    every("Diamond Jubilee of Elizabeth II", Once(date(2012, 6, 5))),
    every("Spring Bank Holiday", Once(date(2022, 6, 2))),
    every("Platinum Jubilee of Elizabeth II", Once(date(2022, 6, 3))),
    every("State Funeral of Queen Elizabeth II", Once(date(2022, 9, 19))),
    every("Coronation of Charles III", Once(date(2023, 5, 8))),
    every("Christmas Day", Fixed(12, 25, TwoDaysLater)),
    every("Boxing Day", Fixed(12, 26, TwoDaysLater)),
];

/// Bank holidays of England and Wales: those of the United Kingdom, Easter Monday and the summer bank holiday.
pub(super) const GB_ENGLAND: &[HolidayRule] = &{
    let mut rules = [every("Easter Monday", Easter(1)); GB.len() + 2];
    let mut place = 0;
    while place < GB.len() {
        rules[place] = GB[place];
        place += 1;
    }
    rules[place] = every("Summer Bank Holiday", Nth(8, Monday, -1));
    rules
};

/// Public holidays that all the German states keep. A holiday on a weekend is not moved.
pub(super) const DE: &[HolidayRule] = &[
    every("Neujahr", Fixed(1, 1, NotMoved)),
    every("Karfreitag", Easter(-2)),
    every("Ostermontag", Easter(1)),
    every("Tag der Arbeit", Fixed(5, 1, NotMoved)),
    every("Christi Himmelfahrt", Easter(39)),
    every("Pfingstmontag", Easter(50)),
    since("Tag der Deutschen Einheit", 1990, Fixed(10, 3, NotMoved)),
    every("Reformationstag", Once(date(2017, 10, 31))),
    every("Erster Weihnachtstag", Fixed(12, 25, NotMoved)),
    every("Zweiter Weihnachtstag", Fixed(12, 26, NotMoved)),
];

/// Public holidays of Ireland (Organisation of Working Time Act 1997, second schedule). One on a weekend is not moved.
pub(super) const IE: &[HolidayRule] = &[
    every("New Year's Day", Fixed(1, 1, NotMoved)),
    since("Saint Brigid's Day", 2023, HolidayDay::SaintBrigid),
    every("Saint Patrick's Day", Fixed(3, 17, NotMoved)),
    every("Day of Remembrance", Once(date(2022, 3, 18))),
    every("Easter Monday", Easter(1)),
    every("May Day", Nth(5, Monday, 1)),
    every("June Holiday", Nth(6, Monday, 1)),
    every("August Holiday", Nth(8, Monday, 1)),
    every("October Holiday", Nth(10, Monday, -1)),
    every("Christmas Day", Fixed(12, 25, NotMoved)),
    every("Saint Stephen's Day", Fixed(12, 26, NotMoved)),
];

/// Holidays that all of Canada keeps. New Year's Day and Christmas Day on a weekend are kept on the Monday after; Canada
/// Day is not moved here, so that a book which closes on 2 July adds that day itself.
pub(super) const CA: &[HolidayRule] = &[
    every("New Year's Day", Fixed(1, 1, NextMonday)),
    every("Good Friday", Easter(-2)),
    every("Canada Day", Fixed(7, 1, NotMoved)),
    every("Labour Day", Nth(9, Monday, 1)),
    every("Christmas Day", Fixed(12, 25, NextMonday)),
];
