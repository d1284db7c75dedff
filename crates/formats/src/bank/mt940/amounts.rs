//! Amounts, marks, dates and balances as SWIFT writes them: `C190825EUR1111,10`.

use crate::amount::Decimal;
use crate::bank::Side;
use crate::bank::notes::digits;
use crate::currency::CurrencyCode;
use crate::day::Day;

/// A decimal of SWIFT: digits with a comma (`500,`), which some banks leave out, a point some write instead, and no digit
/// before it where FinTS delivers it (`,02`). Answers it with what stands behind; `None` where no number stands first, or one
/// with marks between its thousands, which SWIFT has not.
pub(super) fn decimal(text: &str) -> Option<(Decimal, &str)> {
    let mut value = Decimal::ZERO;
    let mut mark = false;
    let mut taken = 0;
    let mut any = false;
    for byte in text.bytes() {
        match byte {
            b'0'..=b'9' => {
                value.digits = value.digits.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
                value.scale += u32::from(mark);
                any = true;
            }
            b',' | b'.' if any && !mark => mark = true,
            b',' if !mark && text.as_bytes().get(1).is_some_and(u8::is_ascii_digit) => mark = true,
            _ => break,
        }
        taken += 1;
        if taken > 30 {
            return None;
        }
    }
    let rest = &text[taken..];
    let goes_on = rest.starts_with([',', '.']) && rest.as_bytes().get(1).is_some_and(u8::is_ascii_digit);
    (any && !goes_on).then_some((value, rest))
}

/// The day of six digits `YYMMDD`: 70 to 99 are of the last century. Answers whether the day had to be moved: banks that
/// count months of 30 days write a 30 February, which is the last day of that month.
pub(super) fn day(text: &str) -> Option<(Day, bool)> {
    let text = text.as_bytes().get(..6)?;
    let (year, month, day) = (digits(&text[..2])?, digits(&text[2..4])?, digits(&text[4..6])?);
    let year = if year >= 70 { 1900 + year } else { 2000 + year };
    month_end(year, month, day)
}

/// The day, or the last one of February where it names a 29th or 30th that is not there.
fn month_end(year: u32, month: u32, day: u32) -> Option<(Day, bool)> {
    match Day::new(year, month, day) {
        Ok(day) => Some((day, false)),
        Err(_) if month == 2 && matches!(day, 29 | 30) => {
            let last = Day::new(year, 2, 29).or_else(|_| Day::new(year, 2, 28)).ok()?;
            Some((last, true))
        }
        Err(_) => None,
    }
}

/// The booking day of four digits `MMDD`, in the year that brings it next to the value day: an entry of January with a
/// value day in December is of the year after.
pub(super) fn entry_day(text: &str, value: Day) -> Option<Day> {
    let text = text.as_bytes().get(..4)?;
    let (month, day) = (digits(&text[..2])?, digits(&text[2..4])?);
    let months = i64::from(month) - i64::from(value.month);
    let year = u32::try_from(value.year).ok()?;
    let year = match months {
        ..=-7 => year + 1,
        7.. => year - 1,
        _ => year,
    };
    month_end(year, month, day).map(|(day, _)| day)
}

/// A balance: mark, day, currency, amount. `None` for anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SwiftBalance {
    pub(super) day: Option<Day>,
    /// The currency; `None` where the bank leaves it out.
    pub(super) currency: Option<CurrencyCode>,
    /// Signed: an overdrawn account is negative.
    pub(super) amount: Decimal,
}

/// Reads `C190825EUR1111,10`.
pub(super) fn balance(text: &str) -> Option<SwiftBalance> {
    let (side, rest) = side(text.trim())?;
    let (day_text, rest) = rest.split_at_checked(6)?;
    let named = rest.get(..3).and_then(CurrencyCode::parse);
    let rest = if named.is_some() { &rest[3..] } else { rest };
    let (amount, _) = decimal(rest)?;
    let day = day(day_text).map(|(day, _)| day);
    let amount = if side == Side::Debit { amount.negated() } else { amount };
    Some(SwiftBalance { day, currency: named, amount })
}

/// The mark `C` or `D` and what stands behind it.
pub(super) fn side(text: &str) -> Option<(Side, &str)> {
    if let Some(rest) = text.strip_prefix('C') {
        return Some((Side::Credit, rest));
    }
    text.strip_prefix('D').map(|rest| (Side::Debit, rest))
}

/// A number of entries and their sum, as in `:90C:12EUR3456,78`; some banks leave the number out where there are none.
pub(super) fn tally(text: &str) -> Option<(u32, Option<CurrencyCode>, Decimal)> {
    let text = text.trim();
    let end = text.find(|mark: char| !mark.is_ascii_digit())?;
    let rest = &text[end..];
    let currency = rest.get(..3).and_then(CurrencyCode::parse);
    let (amount, _) = decimal(if currency.is_some() { &rest[3..] } else { rest })?;
    let number = match end {
        0 if amount.digits == 0 => 0,
        _ => digits(text.get(..end)?.as_bytes())?,
    };
    Some((number, currency, amount))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_booking_day_is_in_the_year_next_to_the_value_day() {
        let read = |value: &str, entry: &str| entry_day(entry, day(value).unwrap().0).map(|day| day.to_string());
        assert_eq!(read("251231", "0102").as_deref(), Some("2026-01-02"));
        assert_eq!(read("260102", "1231").as_deref(), Some("2025-12-31"));
        assert_eq!(read("260301", "0228").as_deref(), Some("2026-02-28"));
        assert_eq!(read("240301", "0229").as_deref(), Some("2024-02-29"));
        assert_eq!(read("260301", "1301"), None);
    }

    #[test]
    fn a_thirtieth_of_february_is_its_last_day() {
        assert_eq!(day("260230").map(|(day, moved)| (day.to_string(), moved)), Some(("2026-02-28".to_owned(), true)));
        assert_eq!(day("260431"), None);
    }

    #[test]
    fn decimals_may_lack_their_comma_or_what_is_behind_it() {
        let read = |text: &str| decimal(text).map(|(value, rest)| format!("{value} {rest}"));
        assert_eq!(read("500,NTRF").as_deref(), Some("500 NTRF"));
        assert_eq!(read("500NTRF").as_deref(), Some("500 NTRF"));
        assert_eq!(read("000473,17").as_deref(), Some("473.17 "));
        assert_eq!(read(",5").as_deref(), Some("0.5 "));
        assert_eq!(read(","), None);
        assert_eq!(read("1.020,00NTRF"), None, "no mark stands between thousands");
    }

    #[test]
    fn a_tally_of_nothing_may_lack_its_number() {
        let read = |text: &str| tally(text).map(|(number, _, sum)| (number, sum.digits));
        assert_eq!(read("2EUR,02"), Some((2, 2)));
        assert_eq!(read("EUR,00"), Some((0, 0)));
        assert_eq!(read("EUR1,00"), None);
    }
}
