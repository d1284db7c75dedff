//! Money: integer minor units of an ISO 4217 currency. Two currencies are never added; a dated rate converts between them.

use alloc::{format, string::String};
use core::fmt;

use crate::calendar::Date;

/// An ISO 4217 currency.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// The currencies of ISO 4217 list one, in the order of their codes.
const CODES: [[u8; 3]; 184] = [
    *b"AED", *b"AFN", *b"ALL", *b"AMD", *b"ANG", *b"AOA", *b"ARS", *b"AUD", *b"AWG", *b"AZN", *b"BAM", *b"BBD",
    *b"BDT", *b"BGN", *b"BHD", *b"BIF", *b"BMD", *b"BND", *b"BOB", *b"BOV", *b"BRL", *b"BSD", *b"BTN", *b"BWP",
    *b"BYN", *b"BZD", *b"CAD", *b"CDF", *b"CHE", *b"CHF", *b"CHW", *b"CLF", *b"CLP", *b"CNY", *b"COP", *b"COU",
    *b"CRC", *b"CUC", *b"CUP", *b"CVE", *b"CZK", *b"DJF", *b"DKK", *b"DOP", *b"DZD", *b"EGP", *b"ERN", *b"ETB",
    *b"EUR", *b"FJD", *b"FKP", *b"GBP", *b"GEL", *b"GHS", *b"GIP", *b"GMD", *b"GNF", *b"GTQ", *b"GYD", *b"HKD",
    *b"HNL", *b"HRK", *b"HTG", *b"HUF", *b"IDR", *b"ILS", *b"INR", *b"IQD", *b"IRR", *b"ISK", *b"JMD", *b"JOD",
    *b"JPY", *b"KES", *b"KGS", *b"KHR", *b"KMF", *b"KPW", *b"KRW", *b"KWD", *b"KYD", *b"KZT", *b"LAK", *b"LBP",
    *b"LKR", *b"LRD", *b"LSL", *b"LYD", *b"MAD", *b"MDL", *b"MGA", *b"MKD", *b"MMK", *b"MNT", *b"MOP", *b"MRU",
    *b"MUR", *b"MVR", *b"MWK", *b"MXN", *b"MXV", *b"MYR", *b"MZN", *b"NAD", *b"NGN", *b"NIO", *b"NOK", *b"NPR",
    *b"NZD", *b"OMR", *b"PAB", *b"PEN", *b"PGK", *b"PHP", *b"PKR", *b"PLN", *b"PYG", *b"QAR", *b"RON", *b"RSD",
    *b"RUB", *b"RWF", *b"SAR", *b"SBD", *b"SCR", *b"SDG", *b"SEK", *b"SGD", *b"SHP", *b"SLE", *b"SLL", *b"SOS",
    *b"SRD", *b"SSP", *b"STN", *b"SVC", *b"SYP", *b"SZL", *b"THB", *b"TJS", *b"TMT", *b"TND", *b"TOP", *b"TRY",
    *b"TTD", *b"TWD", *b"TZS", *b"UAH", *b"UGX", *b"USD", *b"USN", *b"UYI", *b"UYU", *b"UYW", *b"UZS", *b"VED",
    *b"VES", *b"VND", *b"VUV", *b"WST", *b"XAD", *b"XAF", *b"XAG", *b"XAU", *b"XBA", *b"XBB", *b"XBC", *b"XBD",
    *b"XCD", *b"XCG", *b"XDR", *b"XOF", *b"XPD", *b"XPF", *b"XPT", *b"XSU", *b"XTS", *b"XUA", *b"XXX", *b"YER",
    *b"ZAR", *b"ZMW", *b"ZWG", *b"ZWL",
];

/// Currencies of ISO 4217 list three that were withdrawn since 1999: statements and invoices of their time are in them.
const WITHDRAWN: [[u8; 3]; 46] = [
    *b"ADP", *b"AFA", *b"ATS", *b"AZM", *b"BEF", *b"BGL", *b"BYB", *b"BYR", *b"CSD", *b"CYP", *b"DEM", *b"EEK",
    *b"ESP", *b"FIM", *b"FRF", *b"GHC", *b"GRD", *b"GWP", *b"IEP", *b"ITL", *b"LTL", *b"LUF", *b"LVL", *b"MGF",
    *b"MRO", *b"MTL", *b"MZM", *b"NLG", *b"PTE", *b"ROL", *b"RUR", *b"SDD", *b"SIT", *b"SKK", *b"SRG", *b"STD",
    *b"TMM", *b"TPE", *b"TRL", *b"VEB", *b"VEF", *b"YUM", *b"ZMK", *b"ZWD", *b"ZWN", *b"ZWR",
];

impl Currency {
    /// US dollar, the default of a new book.
    pub const USD: Self = Self(*b"USD");
    /// Euro.
    pub const EUR: Self = Self(*b"EUR");
    /// Pound sterling.
    pub const GBP: Self = Self(*b"GBP");

    /// Reads a three-letter code in capitals; `None` when it is no currency of ISO 4217, in force or withdrawn since 1999.
    pub fn parse(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        let known = CODES.binary_search(&bytes).is_ok() || WITHDRAWN.binary_search(&bytes).is_ok();
        known.then_some(Self(bytes))
    }

    /// Every currency of list one, in the order of the codes.
    pub fn all() -> impl Iterator<Item = Self> {
        CODES.iter().map(|code| Self(*code))
    }

    /// The three-letter code.
    pub fn code(&self) -> &str {
        core::str::from_utf8(&self.0).expect("three ASCII letters")
    }

    /// Decimals of the minor unit (ISO 4217 list one): 2 for USD, 0 for JPY, 3 for KWD, 4 for CLF.
    ///
    /// Units of account and metals for which the standard names no minor unit (XDR, XAU …) are kept with two decimals, and so
    /// are currencies that were withdrawn.
    pub fn exponent(self) -> u8 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

/// An amount in minor units of one currency. Debits are positive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    /// The amount in minor units: cents for USD, yen for JPY.
    pub minor: i64,
    /// The currency.
    pub currency: Currency,
}

impl Money {
    /// An amount of minor units.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Nothing, in `currency`.
    pub fn zero(currency: Currency) -> Self {
        Self::new(0, currency)
    }

    /// Whether it is exactly nothing.
    pub fn is_zero(self) -> bool {
        self.minor == 0
    }

    /// The amount as a plain decimal with the currency's decimals and no thousands marks: `-1234.50`, `1200` for yen.
    pub fn decimal(self) -> String {
        decimal(self.minor, self.currency.exponent())
    }
}

/// Writes `minor` with `exponent` decimals.
pub fn decimal(minor: i64, exponent: u8) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let units = minor.unsigned_abs();
    if exponent == 0 {
        return format!("{sign}{units}");
    }
    let scale = 10u64.pow(u32::from(exponent));
    format!("{sign}{}.{:0width$}", units / scale, units % scale, width = usize::from(exponent))
}

impl fmt::Display for Money {
    /// `33,864.01 USD`: thousands marks and the code, as stories and reasons write it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = self.decimal();
        let (sign, digits) = plain.strip_prefix('-').map_or(("", plain.as_str()), |rest| ("-", rest));
        let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, d)| (w, Some(d)));
        f.write_str(sign)?;
        for (place, digit) in whole.chars().enumerate() {
            if place > 0 && (whole.len() - place).is_multiple_of(3) {
                f.write_str(",")?;
            }
            write!(f, "{digit}")?;
        }
        if let Some(fraction) = fraction {
            write!(f, ".{fraction}")?;
        }
        write!(f, " {}", self.currency)
    }
}

/// Why a text is no amount of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// The text is not digits with at most one decimal point and an optional leading minus.
    #[error("not a decimal number")]
    NotANumber,
    /// It has more decimals than the currency's minor unit, and they are not zeros.
    #[error("more decimals than the currency has")]
    TooManyDecimals,
    /// It does not fit into 64-bit minor units.
    #[error("too large")]
    TooLarge,
}

/// Reads a plain decimal (`-1234.50`) as minor units of `currency`. Zeros beyond the currency's decimals are accepted.
pub fn parse_amount(text: &str, currency: Currency) -> Result<Money, AmountError> {
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() && fraction.is_empty() || !all_digits(whole) || !all_digits(fraction) {
        return Err(AmountError::NotANumber);
    }
    let exponent = usize::from(currency.exponent());
    let (kept, excess) = fraction.split_at(fraction.len().min(exponent));
    if excess.bytes().any(|b| b != b'0') {
        return Err(AmountError::TooManyDecimals);
    }
    let mut minor: i64 = 0;
    let padding = core::iter::repeat_n(b'0', exponent - kept.len());
    for digit in whole.bytes().chain(kept.bytes()).chain(padding) {
        minor =
            minor.checked_mul(10).and_then(|m| m.checked_add(i64::from(digit - b'0'))).ok_or(AmountError::TooLarge)?;
    }
    Ok(Money::new(if negative { -minor } else { minor }, currency))
}

/// How a fraction of a minor unit is rounded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rounding {
    /// To the nearest unit; a tie goes to the even one, so that many conversions do not drift.
    HalfEven,
    /// To the nearest unit; a tie goes away from zero, as invoices, interest and discounts are rounded in trade.
    HalfUp,
}

/// Divides `numerator` by `denominator`, rounded to a whole number as `rounding` says.
///
/// Panics if `denominator` is not above zero: the caller's bug.
pub fn divide(numerator: i128, denominator: i128, rounding: Rounding) -> i128 {
    assert!(denominator > 0, "divide by a positive number");
    let floor = numerator.div_euclid(denominator);
    let rest = numerator.rem_euclid(denominator);
    let up = match rest.cmp(&(denominator - rest)) {
        core::cmp::Ordering::Less => false,
        core::cmp::Ordering::Greater => true,
        core::cmp::Ordering::Equal => match rounding {
            Rounding::HalfEven => floor % 2 != 0,
            Rounding::HalfUp => numerator > 0,
        },
    };
    floor + i128::from(up)
}

/// An exchange rate of one day, with the source it was taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateFacts {
    /// The currency one unit of which is priced.
    pub from: Currency,
    /// The currency of the price.
    pub to: Currency,
    /// The day the rate holds from, until a newer one.
    pub day: Date,
    /// Units of `to` for one unit of `from`, in billionths: 1.0837 is 1,083,700,000. Above zero.
    pub rate_nano: i64,
    /// Who published it.
    pub source: String,
}

/// Why an amount was not converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ConversionError {
    /// The rate speaks of other currencies.
    #[error("the rate is {from} to {to}; it does not price {asked}")]
    OtherCurrencies {
        /// The rate's priced currency.
        from: Currency,
        /// The rate's price currency.
        to: Currency,
        /// The amount's currency.
        asked: Currency,
    },
    /// The rate is zero or below.
    #[error("a rate is above zero")]
    NotPositive,
    /// The result does not fit into 64-bit minor units.
    #[error("too large")]
    TooLarge,
}

/// Billionths in a whole: the scale of [`RateFacts::rate_nano`].
const NANO: i128 = 1_000_000_000;

/// Converts `amount` at `rate`, in either direction of the rate, rounded half-even to a minor unit of the other currency.
///
/// Against the rate's direction the amount is divided by it, not multiplied by a rounded inverse.
pub fn convert(amount: Money, rate: &RateFacts) -> Result<Money, ConversionError> {
    if rate.rate_nano <= 0 {
        return Err(ConversionError::NotPositive);
    }
    let price = i128::from(rate.rate_nano);
    let (target, times, over) = if amount.currency == rate.from {
        (rate.to, price, NANO)
    } else if amount.currency == rate.to {
        (rate.from, NANO, price)
    } else {
        return Err(ConversionError::OtherCurrencies { from: rate.from, to: rate.to, asked: amount.currency });
    };
    let scale = |currency: Currency| 10i128.pow(u32::from(currency.exponent()));
    let numerator = i128::from(amount.minor)
        .checked_mul(times)
        .and_then(|n| n.checked_mul(scale(target)))
        .ok_or(ConversionError::TooLarge)?;
    let minor = divide(numerator, over * scale(amount.currency), Rounding::HalfEven);
    Ok(Money::new(i64::try_from(minor).map_err(|_| ConversionError::TooLarge)?, target))
}

/// The newest rate between two currencies, in either direction, that holds on `day`; `None` when there is none by then.
///
/// Of two rates of one day the one in the direction asked wins, then the one named last.
pub fn rate_on(rates: &[RateFacts], from: Currency, to: Currency, day: Date) -> Option<&RateFacts> {
    rates
        .iter()
        .filter(|rate| rate.day <= day)
        .filter(|rate| (rate.from, rate.to) == (from, to) || (rate.from, rate.to) == (to, from))
        .max_by_key(|rate| (rate.day, rate.from == from))
}
