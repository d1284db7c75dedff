//! What stands in the fields of a BAI2 record: amounts, days, funds, text.

use encoding_rs::WINDOWS_1252;

use super::records::Fields;
use crate::bank::{Funds, FundsPart};
use crate::day::{Day, DayError};

/// A whole number with an optional sign; `None` when it is none, or beyond 18 digits.
pub(super) fn whole(bytes: &[u8]) -> Option<i64> {
    let (negative, digits) = match bytes {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() {
        return None;
    }
    let significant = &digits[digits.iter().position(|digit| *digit != b'0').unwrap_or(digits.len())..];
    if significant.len() > 18 {
        return None;
    }
    let value = significant
        .iter()
        .try_fold(0_i64, |value, digit| digit.is_ascii_digit().then(|| value * 10 + i64::from(digit - b'0')))?;
    Some(if negative { -value } else { value })
}

/// A count without sign.
pub(super) fn count(bytes: &[u8]) -> Option<u64> {
    whole(bytes).and_then(|value| u64::try_from(value).ok())
}

/// `YYMMDD`, or `YYYYMMDD` as some banks write; years 70 to 99 are of the last century.
pub(super) fn day(bytes: &[u8]) -> Result<Day, DayError> {
    let number = |part: &[u8]| -> Result<u32, DayError> {
        part.iter().try_fold(0, |value, digit| {
            if digit.is_ascii_digit() { Ok(value * 10 + u32::from(digit - b'0')) } else { Err(DayError::NotADate) }
        })
    };
    match bytes.len() {
        0 => Err(DayError::Empty),
        6 => {
            let year = number(&bytes[..2])?;
            Day::new(if year >= 70 { 1900 + year } else { 2000 + year }, number(&bytes[2..4])?, number(&bytes[4..])?)
        }
        8 => Day::new(number(&bytes[..4])?, number(&bytes[4..6])?, number(&bytes[6..])?),
        _ => Err(DayError::NotADate),
    }
}

/// Text as UTF-8, or as Windows-1252 where it is none.
pub(super) fn text(bytes: &[u8]) -> String {
    match core::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

/// Text, where there is any.
pub(super) fn some_text(bytes: &[u8]) -> Option<String> {
    (!bytes.is_empty()).then(|| text(bytes))
}

/// The funds type and the fields that belong to it; what is wrong with them in words.
pub(super) fn funds(fields: &mut Fields) -> Result<Funds, String> {
    let kind = fields.bytes();
    match kind {
        b"" | b"Z" | b"z" => Ok(Funds::Unstated),
        b"0" => Ok(Funds::Immediate),
        b"1" => Ok(Funds::NextDay),
        b"2" => Ok(Funds::TwoDaysOrMore),
        b"V" | b"v" => {
            let (from, time) = (fields.bytes(), fields.bytes());
            match day(from) {
                Ok(from) => Ok(Funds::From { day: Some(from), time: text(time) }),
                Err(DayError::Empty) => Ok(Funds::From { day: None, time: text(time) }),
                Err(why) => Err(format!("the value date {}: {why}", text(from))),
            }
        }
        b"S" | b"s" => {
            let mut parts = Vec::with_capacity(3);
            for days in 0..3 {
                parts.push(part(days, fields.bytes())?);
            }
            Ok(Funds::Parts(parts))
        }
        b"D" | b"d" => {
            let times = fields.bytes();
            let times = count(times).ok_or_else(|| format!("{:?} is no number of distributions", text(times)))?;
            let mut parts = Vec::new();
            for _ in 0..times {
                let Some(days) = fields.next() else { return Err("fewer distributions than announced".to_owned()) };
                let days = count(days.bytes)
                    .and_then(|days| u32::try_from(days).ok())
                    .ok_or_else(|| format!("{:?} is no number of days", text(days.bytes)))?;
                parts.push(part(days, fields.bytes())?);
            }
            Ok(Funds::Parts(parts))
        }
        other => Err(format!("{:?} is no funds type", text(other))),
    }
}

/// One part of an amount; an empty amount is nought.
fn part(days: u32, amount: &[u8]) -> Result<FundsPart, String> {
    let amount = if amount.is_empty() { Some(0) } else { whole(amount) };
    amount
        .map(|amount| FundsPart { days, amount })
        .ok_or_else(|| "an amount of the funds distribution is no number".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_days_are_read_exactly() {
        assert_eq!((whole(b"+000834000"), whole(b"-5"), whole(b"00")), (Some(834_000), Some(-5), Some(0)));
        assert_eq!(
            (whole(b""), whole(b"1.00"), whole(b"1234567890123456789"), whole(b"--1")),
            (None, None, None, None)
        );
        assert_eq!(day(b"040620").unwrap().to_string(), "2004-06-20");
        assert_eq!(day(b"20260304").unwrap().to_string(), "2026-03-04");
        assert!(day(b"040631").is_err());
    }
}
