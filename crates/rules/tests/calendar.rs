//! Business calendars, held against a published list for every day of 24 years.

mod reference;

use std::collections::BTreeSet;

use dunwell_rules::calendar::{Calendar, Date, add_days, day_number, days_between, from_day_number};
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn calendar(name: &str) -> Calendar {
    Calendar::named(name).unwrap()
}

/// The listed holidays of one calendar of the reference file.
fn listed(text: &str, list: &str) -> BTreeSet<Date> {
    let rows = text.lines().skip(1).filter_map(|line| line.split_once(','));
    rows.filter(|(name, _)| *name == list).map(|(_, rest)| day(&rest[..10])).collect()
}

fn agrees(name: &str, holidays: &BTreeSet<Date>) {
    let calendar = calendar(name);
    assert!(holidays.len() > 100, "the list of {name} was read");
    for number in day_number(day("2012-01-01"))..=day_number(day("2035-12-31")) {
        let date = from_day_number(number);
        let weekend = matches!(date.weekday().to_monday_one_offset(), 6 | 7);
        let expected = !weekend && !holidays.contains(&date);
        assert_eq!(calendar.is_business_day(date), expected, "{name} {date} {:?}", calendar.holiday(date));
    }
}

#[test]
fn every_day_of_2012_to_2035_is_as_the_published_lists_say() {
    let Some(text) = reference::shared("reference/bank_holidays_fed_target_2012_2035.csv") else { return };
    let table = [
        ("us-fed", "FED"),
        ("target", "ECB"),
        ("us-federal", "country:US"),
        ("gb", "country:GB"),
        ("ca", "country:CA"),
    ];
    for (name, list) in table {
        agrees(name, &listed(&text, list));
    }
}

#[test]
fn england_adds_easter_monday_and_the_summer_bank_holiday() {
    let (england, kingdom) = (calendar("gb-england"), calendar("gb"));
    let mut added = Vec::new();
    for number in day_number(day("2012-01-01"))..=day_number(day("2035-12-31")) {
        let date = from_day_number(number);
        assert!(kingdom.is_business_day(date) || !england.is_business_day(date), "{date}");
        if kingdom.is_business_day(date) && !england.is_business_day(date) {
            added.push(england.holiday(date).unwrap());
        }
    }
    assert_eq!(added.iter().filter(|name| **name == "Easter Monday").count(), 24);
    assert_eq!(added.iter().filter(|name| **name == "Summer Bank Holiday").count(), 24);
    assert_eq!(added.len(), 48);
    assert_eq!(england.holiday(day("2025-08-25")), Some("Summer Bank Holiday"));
    assert_eq!(england.holiday(day("2025-04-21")), Some("Easter Monday"));
}

#[test]
fn germany_and_ireland_keep_their_days() {
    let table = [
        ("de", "2025-05-29", Some("Christi Himmelfahrt")),
        ("de", "2025-06-09", Some("Pfingstmontag")),
        ("de", "2025-10-03", Some("Tag der Deutschen Einheit")),
        ("de", "2017-10-31", Some("Reformationstag")),
        ("de", "2018-10-31", None),
        ("de", "2024-05-20", Some("Pfingstmontag")),
        ("ie", "2025-02-03", Some("Saint Brigid's Day")),
        ("ie", "2030-02-01", Some("Saint Brigid's Day")),
        ("ie", "2030-02-04", None),
        ("ie", "2022-02-07", None),
        ("ie", "2022-03-18", Some("Day of Remembrance")),
        ("ie", "2025-10-27", Some("October Holiday")),
        ("ie", "2025-04-18", None),
    ];
    for (name, date, holiday) in table {
        assert_eq!(calendar(name).holiday(day(date)), holiday, "{name} {date}");
    }
}

#[test]
fn the_plain_calendars_know_their_weekends() {
    let (friday, saturday, sunday) = (day("2025-07-04"), day("2025-07-05"), day("2025-07-06"));
    let open = |name: &str| [friday, saturday, sunday].map(|date| calendar(name).is_business_day(date));
    assert_eq!(open("every-day"), [true, true, true]);
    assert_eq!(open("mon-fri"), [true, false, false]);
    assert_eq!(open("sun-thu"), [false, false, true]);
    assert_eq!(open("us-fed"), [false, false, false]);
    assert_eq!(Calendar::every_day(), calendar("every-day"));
}

#[test]
fn a_calendar_goes_by_the_names_it_lists_and_no_other() {
    for name in Calendar::NAMES {
        assert_eq!(calendar(name).name(), name);
    }
    assert_eq!(Calendar::named("us"), None);
    assert_eq!(Calendar::named("US-FED"), None);
}

#[test]
fn a_book_adds_holidays_of_its_own() {
    let book = calendar("mon-fri").with_holidays([day("2025-12-24"), day("2025-12-31"), day("2025-12-24")]);
    assert!(!book.is_business_day(day("2025-12-24")));
    assert!(book.is_business_day(day("2025-12-23")));
    assert_eq!(book.on_or_after(day("2025-12-31")), day("2026-01-01"));
    assert_eq!(book.on_or_before(day("2025-12-24")), day("2025-12-23"));
}

#[test]
fn business_days_are_counted_over_weekends_and_holidays() {
    let fed = calendar("us-fed");
    assert_eq!(fed.on_or_after(day("2025-07-04")), day("2025-07-07"));
    assert_eq!(fed.on_or_before(day("2025-07-06")), day("2025-07-03"));
    assert_eq!(fed.on_or_after(day("2025-07-07")), day("2025-07-07"));
    assert_eq!(fed.add_business_days(day("2025-07-03"), 1), day("2025-07-07"));
    assert_eq!(fed.add_business_days(day("2025-07-07"), -1), day("2025-07-03"));
    assert_eq!(fed.add_business_days(day("2025-07-05"), 0), day("2025-07-05"));
    assert_eq!(fed.add_business_days(day("2025-07-05"), 1), day("2025-07-07"));
    assert_eq!(fed.business_days_between(day("2025-07-03"), day("2025-07-07")), 1);
    assert_eq!(fed.business_days_between(day("2025-07-07"), day("2025-07-03")), -1);
    assert_eq!(fed.business_days_between(day("2025-07-04"), day("2025-07-06")), 0);
    assert_eq!(calendar("mon-fri").add_business_days(day("2025-02-20"), 1), day("2025-02-21"));
}

#[test]
fn the_end_of_time_stops_the_walk_instead_of_failing() {
    let fed = calendar("us-federal");
    assert_eq!(add_days(Date::MAX, 30), Date::MAX);
    assert_eq!(add_days(Date::MIN, i64::MIN), Date::MIN);
    assert_eq!(add_days(day("2025-01-01"), i64::MAX), Date::MAX);
    assert!(fed.add_business_days(Date::MAX, 5) <= Date::MAX);
    assert!(fed.on_or_after(Date::MAX) <= Date::MAX);
    assert!(fed.on_or_before(Date::MIN) >= Date::MIN);
}

proptest! {
    #[test]
    fn counting_business_days_undoes_adding_them(name in 0..Calendar::NAMES.len(), start in 15_000i64..25_000, n in -400i64..400) {
        let calendar = calendar(Calendar::NAMES[name]);
        let from = from_day_number(start);
        let to = calendar.add_business_days(from, n);
        if n > 0 || calendar.is_business_day(from) {
            prop_assert_eq!(calendar.business_days_between(from, to), n);
        }
        prop_assert!(n == 0 || calendar.is_business_day(to));
        prop_assert!(days_between(from, to).signum() == n.signum());
    }

    #[test]
    fn a_rolled_day_is_the_nearest_business_day_on_its_side(name in 0..Calendar::NAMES.len(), start in 15_000i64..25_000) {
        let calendar = calendar(Calendar::NAMES[name]);
        let date = from_day_number(start);
        let (before, after) = (calendar.on_or_before(date), calendar.on_or_after(date));
        prop_assert!(calendar.is_business_day(before) && calendar.is_business_day(after));
        prop_assert!(before <= date && date <= after);
        for number in day_number(before) + 1..day_number(after) {
            prop_assert!(before == after || !calendar.is_business_day(from_day_number(number)));
        }
    }
}

#[test]
fn a_book_may_have_another_weekend_and_holidays_of_its_own_and_they_are_written_and_read_again() {
    let plain = calendar("de");
    assert_eq!((plain.written().as_str(), plain.weekend()), ("de", vec!["sat", "sun"]));
    let own = plain.with_weekend(&["fri"]).unwrap().with_holidays([day("2026-12-31"), day("2026-12-24")]);
    assert_eq!(own.written(), "de weekend=fri holidays=2026-12-24,2026-12-31");
    assert_eq!(Calendar::read(&own.written()), Some(own.clone()));
    let works = ["2026-12-24", "2026-12-25", "2026-12-27", "2026-12-28"].map(|on| own.is_business_day(day(on)));
    assert_eq!(works, [false, false, true, true], "added, of the place and Friday, Sunday, Monday");
    let none = calendar("mon-fri").with_weekend(&[]).unwrap();
    assert_eq!((none.written().as_str(), none.is_business_day(day("2026-12-26"))), ("mon-fri weekend=", true));
    assert_eq!(Calendar::read("mon-fri weekend="), Some(none));
    for bad in ["", "mars", "de weekend=mon,tue,wed,thu,fri,sat,sun", "de weekend=fr", "de holidays=24.12.2026", "de x"]
    {
        assert_eq!(Calendar::read(bad), None, "{bad}");
    }
}
