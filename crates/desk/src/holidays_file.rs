//! Reading the holidays that a book adds to its calendar: a list with a day on each line, or a calendar file (iCalendar).

use dunwell_rules::calendar::{Date, add_days};

use crate::refusal::{Refusal, Result};

/// The most holidays that a book adds.
pub const MOST_HOLIDAYS: usize = 1_000;
/// The most days of one entry of a calendar file.
const LONGEST: i64 = 31;

/// Reads holidays. In a list a day stands first on its line, as `2026-12-24 Christmas Eve`; blank lines and those that
/// begin with `#` are passed over. Of a calendar file (RFC 5545) the days of its entries are taken; what else it holds, as
/// the rules of a time zone, is passed over. Refused with the line of what is no day, of an entry that repeats (write its
/// days out), lasts longer than 31 days or has no end in the file, and beyond [`MOST_HOLIDAYS`].
pub fn read_holidays(text: &str) -> Result<Vec<Date>> {
    let mut days = if text.contains("BEGIN:VCALENDAR") { of_calendar(text)? } else { of_list(text)? };
    days.sort_unstable();
    days.dedup();
    match days.len() {
        0..=MOST_HOLIDAYS => Ok(days),
        count => Err(refused("", 0, &format!("there are {count} days; a book adds at most {MOST_HOLIDAYS}"))),
    }
}

fn refused(value: &str, line: usize, why: &str) -> crate::refusal::Stop {
    let why = if line == 0 { why.to_owned() } else { format!("line {line}: {why}") };
    Refusal::BadValue { what: "holidays", value: value.chars().take(60).collect(), why }.into()
}

fn of_list(text: &str) -> Result<Vec<Date>> {
    let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|(place, line)| {
            let day = line.split([' ', '\t', ',', ';']).next().unwrap_or_default();
            day.parse().map_err(|_| refused(line, place + 1, "begin each line with a day, as 2026-12-24"))
        })
        .collect()
}

/// An entry of a calendar file, as far as it was read.
#[derive(Default)]
struct Entry {
    /// The line it begins on.
    line: usize,
    first: Option<Date>,
    /// The day after the last one.
    end: Option<Date>,
}

fn of_calendar(text: &str) -> Result<Vec<Date>> {
    let mut days = Vec::new();
    let mut entry: Option<Entry> = None;
    for (place, line) in text.lines().map(str::trim_end).enumerate() {
        let day = || day_of(line).ok_or_else(|| refused(line, place + 1, "this is no day"));
        let Some(open) = &mut entry else {
            entry = (line == "BEGIN:VEVENT").then(|| Entry { line: place + 1, ..Entry::default() });
            continue;
        };
        if line.starts_with("DTSTART") {
            open.first = Some(day()?);
        } else if line.starts_with("DTEND") {
            open.end = Some(day()?);
        } else if line.starts_with("RRULE") || line.starts_with("RDATE") {
            return Err(refused(line, place + 1, "the entry repeats; export the calendar with its days written out"));
        } else if line == "END:VEVENT" {
            days.extend(days_of(open)?);
            entry = None;
        }
    }
    match entry {
        None => Ok(days),
        Some(entry) => Err(refused("", entry.line, "the entry has no end; the file is not whole")),
    }
}

fn days_of(entry: &Entry) -> Result<Vec<Date>> {
    let Some(first) = entry.first else { return Ok(Vec::new()) };
    let end = entry.end.unwrap_or(first);
    if end > add_days(first, LONGEST) {
        return Err(refused("", entry.line, &format!("the entry lasts longer than {LONGEST} days")));
    }
    let more = (1..LONGEST).map(|more| add_days(first, more)).take_while(|day| *day < end);
    Ok(std::iter::once(first).chain(more).collect())
}

/// The day of a line such as `DTSTART;VALUE=DATE:20261224`.
fn day_of(line: &str) -> Option<Date> {
    let digits = line.rsplit(':').next()?.get(..8)?;
    let part = |from: usize, to: usize| digits.get(from..to)?.parse::<i16>().ok();
    Date::new(part(0, 4)?, i8::try_from(part(4, 6)?).ok()?, i8::try_from(part(6, 8)?).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::read_holidays;

    fn texts(text: &str) -> Vec<String> {
        read_holidays(text).expect("days").iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_list_and_a_calendar_file_tell_days() {
        assert_eq!(texts("# 2026\n2026-12-31 New Year's Eve\n\n2026-12-24\n2026-12-24"), ["2026-12-24", "2026-12-31"]);
        let calendar = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261228\r\nDTEND;VALUE=DATE:20261231\r\n\
                        END:VEVENT\r\nBEGIN:VEVENT\r\nDTSTART:20270104T000000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        assert_eq!(texts(calendar), ["2026-12-28", "2026-12-29", "2026-12-30", "2027-01-04"]);
    }

    #[test]
    fn the_rules_of_a_time_zone_are_no_days_and_the_longest_entry_is_taken_whole() {
        let zone = "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nBEGIN:STANDARD\nDTSTART:16010101T030000\nRRULE:FREQ=YEARLY\n\
                    END:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nDTEND:20270124\nDTSTART:20261224\nEND:VEVENT\nEND:VCALENDAR";
        let days = texts(zone);
        assert_eq!((days.len(), days[0].as_str(), days[30].as_str()), (31, "2026-12-24", "2027-01-23"));
    }

    #[test]
    fn what_is_no_day_is_refused_with_its_line() {
        let refused = |text: &str| read_holidays(text).expect_err("no day").to_string();
        assert!(refused("2026-12-24\n24.12.2026").contains("line 2"));
        let entry = |lines: &str| refused(&format!("BEGIN:VCALENDAR\nBEGIN:VEVENT\n{lines}"));
        assert!(entry("DTSTART:20261301").contains("line 3"));
        assert!(entry("DTSTART:20261224\nRRULE:FREQ=YEARLY").contains("repeats"));
        assert!(
            entry("DTSTART:20261224\nDTEND:20270125\nEND:VEVENT").contains("line 2: the entry lasts longer than 31")
        );
        assert!(entry("DTSTART:20261224").contains("no end"));
    }
}
