//! Date text as people and programs write it, read as a calendar day.
//!
//! For importers. A column's order of day, month and year is declared, or told from the column itself; a column that
//! could be read both ways is refused with samples, for nobody may guess whether 3/4 is in March or in April.

use core::fmt;

/// A calendar day of the Gregorian calendar, 1900 to 2199.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day {
    /// The year with its century.
    pub year: i16,
    /// The month, 1 to 12.
    pub month: u8,
    /// The day of the month, from 1.
    pub day: u8,
}

impl Day {
    /// A day that exists; refuses 30 February and years outside 1900 to 2199.
    pub fn new(year: u32, month: u32, day: u32) -> Result<Self, DayError> {
        let year_fits = (1900..=2199).contains(&year);
        if !year_fits || !(1..=12).contains(&month) || day < 1 || day > days_in_month(year, month) {
            return Err(DayError::NoSuchDay);
        }
        match (i16::try_from(year), u8::try_from(month), u8::try_from(day)) {
            (Ok(year), Ok(month), Ok(day)) => Ok(Self { year, month, day }),
            _ => Err(DayError::NoSuchDay),
        }
    }

    /// The day that a spreadsheet's serial number means: days since 1899-12-30, or since 1904-01-01 where the workbook
    /// says so. A time of day must be cut off before. Serial 60 of the 1900 system (a 29 February that never was) and
    /// smaller ones are refused, for nobody's receivables are that old.
    pub fn from_excel_serial(serial: i64, since_1904: bool) -> Result<Self, DayError> {
        let days = if since_1904 { serial.checked_add(1_462).ok_or(DayError::NoSuchDay)? } else { serial };
        if !(61..=109_571).contains(&days) {
            return Err(DayError::NoSuchDay);
        }
        let mut left = u32::try_from(days - 61).map_err(|_| DayError::NoSuchDay)?;
        let (mut year, mut month) = (1900, 3);
        while left >= days_in_month(year, month) {
            left -= days_in_month(year, month);
            (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
        }
        Self::new(year, month, left + 1)
    }
}

impl fmt::Display for Day {
    /// ISO 8601: `2026-03-04`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

/// The length of a month in days.
fn days_in_month(year: u32, month: u32) -> u32 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// In which order a date names its parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Order {
    /// `2026-03-04`, `20260304`.
    YearMonthDay,
    /// `3/4/2026`, `Mar 4, 2026`.
    MonthDayYear,
    /// `4.3.2026`, `4-Mar-2026`.
    DayMonthYear,
}

/// How the dates of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct DateFormat {
    /// The order of the parts.
    pub order: Order,
    /// Whether years have two digits: 70 to 99 are of the last century, 00 to 69 of this one. Refused otherwise.
    pub two_digit_years: bool,
}

impl DateFormat {
    /// `2026-03-04`.
    pub const ISO: Self = Self { order: Order::YearMonthDay, two_digit_years: false };
    /// `3/4/2026` in March.
    pub const MONTH_FIRST: Self = Self { order: Order::MonthDayYear, two_digit_years: false };
    /// `3/4/2026` in April.
    pub const DAY_FIRST: Self = Self { order: Order::DayMonthYear, two_digit_years: false };

    /// Reads a declaration such as `Y-M-D`, `YYYYMMDD`, `M/D/Y`, `MM/DD/YYYY`, `D.M.Y`, `D-MMM-YYYY`, `D.M.YY`.
    ///
    /// Only the order of the letters counts, and whether the year is exactly `YY`; `None` when a letter is missing.
    pub fn parse(declared: &str) -> Option<Self> {
        let mut letters: Vec<(char, u32)> = Vec::new();
        for letter in declared.chars().map(|letter| letter.to_ascii_uppercase()) {
            match letters.last_mut() {
                Some((known, count)) if *known == letter => *count += 1,
                _ if matches!(letter, 'Y' | 'M' | 'D') => letters.push((letter, 1)),
                _ if letter.is_alphanumeric() => return None,
                _ => {}
            }
        }
        let order = match letters.iter().map(|(letter, _)| *letter).collect::<Vec<_>>()[..] {
            ['Y', 'M', 'D'] => Order::YearMonthDay,
            ['M', 'D', 'Y'] => Order::MonthDayYear,
            ['D', 'M', 'Y'] => Order::DayMonthYear,
            _ => return None,
        };
        Some(Self { order, two_digit_years: letters.contains(&('Y', 2)) })
    }
}

/// Why a text is no date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DayError {
    /// There is nothing but blanks.
    #[error("the date is empty")]
    Empty,
    /// It does not look like a date of the declared format.
    #[error("not a date of the declared format")]
    NotADate,
    /// A date that no calendar has, such as 30 February.
    #[error("there is no such day")]
    NoSuchDay,
    /// A year without its century where the format does not declare it.
    #[error("a year of two digits: declare it or write four")]
    TwoDigitYear,
}

impl DayError {
    /// A stable code for reports.
    pub fn code(self) -> &'static str {
        match self {
            Self::Empty => "date_empty",
            Self::NotADate => "date_not_a_date",
            Self::NoSuchDay => "date_no_such_day",
            Self::TwoDigitYear => "date_two_digit_year",
        }
    }
}

/// Why no format could be told from a column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FormatError {
    /// Every value could be read day first or month first.
    #[error("ambiguous: {} can be read day first or month first; declare the date format", samples.join(", "))]
    Ambiguous {
        /// Up to three of the values.
        samples: Vec<String>,
    },
    /// Some values can only be day first and others only month first.
    #[error("mixed: {day_first} is day first, {month_first} is month first")]
    Mixed {
        /// A value that can only be day first.
        day_first: String,
        /// A value that can only be month first.
        month_first: String,
    },
}

/// Reads a date in the declared format.
///
/// An ISO day (`2026-03-04`, with or without a time of day) reads the same in every format, for it cannot be mistaken.
/// Month names in English and German are read in any place; separators may be `-`, `/`, `.` or blanks. A time of day
/// behind a blank or `T` is cut off as it stands, without changing zones.
///
/// ```
/// use dunwell_formats::day::{parse_day, DateFormat};
/// assert_eq!(parse_day("4. März 2026", DateFormat::DAY_FIRST).unwrap().to_string(), "2026-03-04");
/// assert!(parse_day("30.2.2026", DateFormat::DAY_FIRST).is_err());
/// ```
pub fn parse_day(text: &str, format: DateFormat) -> Result<Day, DayError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(DayError::Empty);
    }
    if let Some(parts) = iso(text) {
        return Day::new(parts[0], parts[1], parts[2]);
    }
    let parts = split(text).ok_or(DayError::NotADate)?;
    parts.read(format)
}

/// Tells the format of a column from its values; blank values and values that are no dates are passed over.
///
/// Month names, four-digit years in front, and dotted dates (`4.3.2026` is day first wherever it is written) need no
/// telling. Refuses when every telling value could be either (see [`FormatError`]).
pub fn detect_format<'a>(samples: impl IntoIterator<Item = &'a str>) -> Result<DateFormat, FormatError> {
    let mut day_first: Option<&str> = None;
    let mut month_first: Option<&str> = None;
    let mut dotted = false;
    let mut doubtful: Vec<String> = Vec::new();
    let mut fallback = DateFormat::ISO;
    for sample in samples {
        let text = sample.trim();
        if text.is_empty() || iso(text).is_some() {
            continue;
        }
        let Some(parts) = split(text) else { continue };
        if parts.read(DateFormat::ISO).is_ok() {
            continue;
        }
        let as_day = parts.read(DateFormat::DAY_FIRST);
        let as_month = parts.read(DateFormat::MONTH_FIRST);
        match (as_day, as_month) {
            (Ok(a), Ok(b)) if a == b => fallback = DateFormat::DAY_FIRST,
            (Ok(_), Ok(_)) => {
                dotted |= parts.separator == '.';
                if doubtful.len() < 3 {
                    doubtful.push(text.to_owned());
                }
            }
            (Ok(_), Err(_)) => day_first = day_first.or(Some(text)),
            (Err(_), Ok(_)) => month_first = month_first.or(Some(text)),
            (Err(_), Err(_)) => {}
        }
    }
    match (day_first, month_first) {
        (Some(day), Some(month)) => {
            Err(FormatError::Mixed { day_first: day.to_owned(), month_first: month.to_owned() })
        }
        (Some(_), None) => Ok(DateFormat::DAY_FIRST),
        (None, Some(_)) => Ok(DateFormat::MONTH_FIRST),
        (None, None) if doubtful.is_empty() => Ok(fallback),
        (None, None) if dotted => Ok(DateFormat::DAY_FIRST),
        (None, None) => Err(FormatError::Ambiguous { samples: doubtful }),
    }
}

/// The parts of `2026-03-04`, alone or followed by a time of day.
fn iso(text: &str) -> Option<[u32; 3]> {
    let bytes = text.as_bytes();
    let head = bytes.get(..10)?;
    if head[4] != b'-' || head[7] != b'-' || !is_clock(bytes.get(10..)?) {
        return None;
    }
    let number = |from: usize, to: usize| -> Option<u32> {
        head[from..to].iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
    };
    Some([number(0, 4)?, number(5, 7)?, number(8, 10)?])
}

/// Whether this is nothing, or a time of day behind a blank or `T`.
fn is_clock(rest: &[u8]) -> bool {
    match rest {
        [] => true,
        [b'T' | b't' | b' ', clock @ ..] => {
            clock.first().is_some_and(u8::is_ascii_digit)
                && clock.iter().all(|byte| byte.is_ascii_digit() || b":.,+-ZzAaPpMm UTCG".contains(byte))
        }
        _ => false,
    }
}

/// A date taken apart but not yet put in order.
struct Parts {
    numbers: Vec<(u32, usize)>,
    month_name: Option<u32>,
    separator: char,
}

/// Takes a date apart; `None` when it has not the shape of one.
fn split(text: &str) -> Option<Parts> {
    if text.len() > 40 {
        return None;
    }
    let mut parts = Parts { numbers: Vec::new(), month_name: None, separator: ' ' };
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let class = |mark: char| {
            if mark.is_ascii_digit() {
                0
            } else if mark.is_alphabetic() {
                1
            } else {
                2
            }
        };
        let end = rest.find(|mark| class(mark) != class(first)).unwrap_or(rest.len());
        let (token, tail) = rest.split_at(end);
        match class(first) {
            0 => parts.numbers.push((token.parse().ok()?, token.len())),
            1 if parts.is_whole() && token.eq_ignore_ascii_case("t") => {
                return is_clock(rest.as_bytes()).then_some(parts);
            }
            1 => parts.name(token)?,
            _ if parts.is_whole() && token == " " => return is_clock(rest.as_bytes()).then_some(parts),
            _ if tail.is_empty() && !parts.is_whole() => return None,
            _ => parts.separate(token)?,
        }
        rest = tail;
    }
    parts.is_whole().then_some(parts)
}

impl Parts {
    /// Whether year, month and day are all there.
    fn is_whole(&self) -> bool {
        let wanted = if self.month_name.is_some() { 2 } else { 3 };
        self.numbers.len() == wanted || (self.month_name.is_none() && matches!(self.numbers[..], [(_, 8)]))
    }

    /// Takes a month name, or passes over an ordinal ending or a German or English filler.
    fn name(&mut self, token: &str) -> Option<()> {
        if let Some(month) = month_of(token) {
            if self.month_name.replace(month).is_some() {
                return None;
            }
            return Some(());
        }
        let filler = ["st", "nd", "rd", "th", "of"].iter().any(|word| token.eq_ignore_ascii_case(word));
        (filler && !self.numbers.is_empty()).then_some(())
    }

    /// Takes what stands between two parts.
    fn separate(&mut self, token: &str) -> Option<()> {
        let mark = token.trim();
        match mark {
            "" => Some(()),
            "-" | "/" | "." | "," => {
                if self.separator == ' ' || self.month_name.is_some() || mark == "," {
                    self.separator = mark.chars().next()?;
                    return Some(());
                }
                (self.separator == mark.chars().next()?).then_some(())
            }
            _ => None,
        }
    }

    /// Puts the parts in order.
    fn read(&self, format: DateFormat) -> Result<Day, DayError> {
        let two = |(number, length): (u32, usize)| match length {
            4 => Ok(number),
            2 if format.two_digit_years => Ok(if number >= 70 { 1900 + number } else { 2000 + number }),
            2 => Err(DayError::TwoDigitYear),
            _ => Err(DayError::NotADate),
        };
        let short = |(number, length): (u32, usize)| if length <= 2 { Ok(number) } else { Err(DayError::NotADate) };
        match (self.month_name, &self.numbers[..]) {
            (None, &[(number, 8)]) if format.order == Order::YearMonthDay => {
                Day::new(number / 10_000, number / 100 % 100, number % 100)
            }
            (Some(month), &[first, last]) if first.1 == 4 => Day::new(first.0, month, short(last)?),
            (Some(month), &[first, last]) => Day::new(two(last)?, month, short(first)?),
            (None, &[first, middle, last]) => match format.order {
                Order::YearMonthDay => Day::new(two(first)?, short(middle)?, short(last)?),
                Order::MonthDayYear => Day::new(two(last)?, short(first)?, short(middle)?),
                Order::DayMonthYear => Day::new(two(last)?, short(middle)?, short(first)?),
            },
            _ => Err(DayError::NotADate),
        }
    }
}

/// The month that a name or its abbreviation means, in English or German.
fn month_of(name: &str) -> Option<u32> {
    const NAMES: [&[&str]; 12] = [
        &["january", "januar", "jänner", "jan", "jän"],
        &["february", "februar", "feber", "feb", "febr"],
        &["march", "märz", "maerz", "mar", "mär", "mrz"],
        &["april", "apr"],
        &["may", "mai"],
        &["june", "juni", "jun"],
        &["july", "juli", "jul"],
        &["august", "aug"],
        &["september", "sep", "sept"],
        &["october", "oktober", "oct", "okt"],
        &["november", "nov"],
        &["december", "dezember", "dec", "dez"],
    ];
    let lower = name.to_lowercase();
    let index = NAMES.iter().position(|names| names.contains(&lower.as_str()))?;
    u32::try_from(index + 1).ok()
}
