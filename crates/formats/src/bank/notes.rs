//! What readers note while they read: problems and warnings, so many at most, and money in minor units.

use super::{BankFile, Place, Problem};
use crate::amount::Decimal;
use crate::currency::CurrencyCode;
use crate::day::Day;

/// Problems and warnings of a file being read, bounded.
#[derive(Debug, Clone)]
pub(super) struct Notes {
    problems: Vec<Problem>,
    warnings: Vec<Problem>,
    more: [usize; 2],
    limit: usize,
}

impl Notes {
    /// None yet; at most `limit` of each kind are listed.
    pub(super) fn up_to(limit: usize) -> Self {
        Self { problems: Vec::new(), warnings: Vec::new(), more: [0, 0], limit }
    }

    /// Something is lost.
    pub(super) fn problem(&mut self, code: &'static str, place: Place, message: impl Into<String>) {
        if self.problems.len() < self.limit {
            self.problems.push(Problem { code, place, message: message.into() });
        } else {
            self.more[0] += 1;
        }
    }

    /// Something is out of order without loss.
    pub(super) fn warning(&mut self, code: &'static str, place: Place, message: impl Into<String>) {
        if self.warnings.len() < self.limit {
            self.warnings.push(Problem { code, place, message: message.into() });
        } else {
            self.more[1] += 1;
        }
    }

    /// Hands everything over to the file, and says how many more there were.
    pub(super) fn into_file(mut self, file: &mut BankFile) {
        for (more, list) in self.more.into_iter().zip([&mut self.problems, &mut self.warnings]) {
            if more > 0 {
                let message = format!("{more} more of these are not listed");
                list.push(Problem { code: "more", place: Place::FILE, message });
            }
        }
        file.problems.append(&mut self.problems);
        file.warnings.append(&mut self.warnings);
    }
}

/// Minor units as the exact decimal that is shown.
pub(super) fn decimal(minor: i128, currency: CurrencyCode) -> Decimal {
    Decimal { digits: minor, scale: currency.exponent() }
}

/// A number of things as the exact decimal that is shown.
pub(super) fn count(number: i128) -> Decimal {
    Decimal { digits: number, scale: 0 }
}

/// The day at the beginning of an ISO date or date and time (`2026-03-04`, `2026-03-04T08:00:00Z`, and the basic form
/// `20260304`); its zone is not looked at, for a bank's day is the day it writes.
pub(super) fn iso_day(text: &str) -> Option<Day> {
    let bytes = text.trim().as_bytes();
    if bytes.len() == 8 {
        return Day::new(digits(&bytes[..4])?, digits(&bytes[4..6])?, digits(&bytes[6..])?).ok();
    }
    if bytes.len() < 10 || bytes[4] != b'-' || bytes[7] != b'-' {
        return None;
    }
    Day::new(digits(&bytes[..4])?, digits(&bytes[5..7])?, digits(&bytes[8..10])?).ok()
}

/// The time of day of an ISO date and time as `hhmm`; empty where there is none.
pub(super) fn iso_time(text: &str) -> String {
    let time = text.trim().split_once('T').map_or("", |(_, time)| time).as_bytes();
    match time {
        [a, b, b':', c, d, ..] if [a, b, c, d].iter().all(|digit| digit.is_ascii_digit()) => {
            [a, b, c, d].into_iter().map(|digit| char::from(*digit)).collect()
        }
        _ => String::new(),
    }
}

/// A number of digits only; `None` for anything else or more than nine.
pub(super) fn digits(bytes: &[u8]) -> Option<u32> {
    if bytes.is_empty() || bytes.len() > 9 {
        return None;
    }
    bytes.iter().try_fold(0, |sum, byte| byte.is_ascii_digit().then(|| sum * 10 + u32::from(byte - b'0')))
}
