//! Amount text as people and programs write it, read as an exact decimal.
//!
//! For importers. Understands thousands marks, decimal commas, trailing minus, parentheses, `CR` and `DR`, currency signs
//! and codes. Nothing is guessed: `1,234` without declared marks may be one thousand two hundred and thirty-four or one
//! and a bit, so it is refused as ambiguous. No floats anywhere, and no currency exponent: that is the caller's knowledge.

use core::fmt;

/// The longest number of digits that is read; more is refused as [`AmountError::TooLong`].
pub const MAX_DIGITS: usize = 30;

/// The longest amount text that is looked at, in bytes; more is refused as [`AmountError::TooLong`].
pub const MAX_TEXT: usize = 120;

/// An exact decimal: `digits` × 10^-`scale`, as it was written (`8.850` keeps its three decimals).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Decimal {
    /// All digits as one signed integer.
    pub digits: i128,
    /// How many of the digits stand after the decimal mark.
    pub scale: u32,
}

impl Decimal {
    /// Nought, without decimals.
    pub const ZERO: Self = Self { digits: 0, scale: 0 };

    /// Whether the value is nought, however many zeros were written.
    pub fn is_zero(&self) -> bool {
        self.digits == 0
    }

    /// Whether the value is below nought.
    pub fn is_negative(&self) -> bool {
        self.digits < 0
    }

    /// The same amount with the other sign.
    pub fn negated(self) -> Self {
        Self { digits: -self.digits, ..self }
    }

    /// The same value without the zeros at its end (`8.850` becomes `8.85`), so that equal values compare equal.
    pub fn normalised(mut self) -> Self {
        while self.scale > 0 && self.digits % 10 == 0 {
            self.digits /= 10;
            self.scale -= 1;
        }
        self
    }

    /// Whether both are the same value, whatever number of decimals each was written with.
    pub fn same_value(self, other: Self) -> bool {
        self.normalised() == other.normalised()
    }

    /// The sum, with the larger number of decimals; `None` when it does not fit.
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let scale = self.scale.max(other.scale);
        let left = self.rescaled(scale)?;
        let right = other.rescaled(scale)?;
        Some(Self { digits: left.checked_add(right)?, scale })
    }

    /// The difference, with the larger number of decimals; `None` when it does not fit.
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(other.negated())
    }

    /// The amount in minor units of a currency with `exponent` decimals (2 for USD, 0 for JPY, 3 for KWD).
    ///
    /// Zeros beyond the exponent are accepted (`8.850` EUR is 885); `None` when other decimals would be lost
    /// (`100.001` USD) or the result does not fit an `i64`.
    pub fn minor_units(&self, exponent: u32) -> Option<i64> {
        let exact = if self.scale > exponent { self.normalised() } else { *self };
        i64::try_from(exact.rescaled(exponent)?).ok()
    }

    /// The nearest amount in minor units, where less than a thousandth of one is lost: the noise of a program that adds
    /// money as binary fractions (`94.010000000021` EUR is 9401). `None` as [`Self::minor_units`] where it is more.
    pub fn near_minor_units(&self, exponent: u32) -> Option<i64> {
        let Some(beyond) = self.scale.checked_sub(exponent).filter(|beyond| *beyond > 0) else {
            return self.minor_units(exponent);
        };
        let unit = 10_i128.checked_pow(beyond)?;
        let near = self.digits.checked_add(unit / 2)?.div_euclid(unit);
        let lost = (self.digits - near * unit).checked_mul(1_000)?;
        if lost.abs() < unit { i64::try_from(near).ok() } else { None }
    }

    /// The digits with `scale` decimals, when nothing is lost and it fits.
    fn rescaled(&self, scale: u32) -> Option<i128> {
        let more = scale.checked_sub(self.scale)?;
        self.digits.checked_mul(10_i128.checked_pow(more)?)
    }
}

impl fmt::Display for Decimal {
    /// Plain: an optional minus, digits, and a point where there are decimals (`-1234.56`).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.digits < 0 { "-" } else { "" };
        let all = self.digits.unsigned_abs().to_string();
        let scale = self.scale as usize;
        if scale == 0 {
            return write!(f, "{sign}{all}");
        }
        let padded = format!("{all:0>width$}", width = scale + 1);
        let (whole, part) = padded.split_at(padded.len() - scale);
        write!(f, "{sign}{whole}.{part}")
    }
}

/// The marks of a column of amounts: declared by the caller, or `None` to be told from each value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Marks {
    /// The decimal mark: `.` or `,`.
    pub decimal: Option<char>,
    /// The thousands mark: `,` `.` a space or an apostrophe. A declared mark is the only one accepted; without it any
    /// mark other than the decimal one may group, as long as it is one and the same and groups by three.
    pub thousands: Option<char>,
}

impl Marks {
    /// `1,234.56`: decimal point, any grouping but a point.
    pub const POINT: Self = Self { decimal: Some('.'), thousands: None };
    /// `1.234,56`: decimal comma, any grouping but a comma.
    pub const COMMA: Self = Self { decimal: Some(','), thousands: None };
    /// Each value must speak for itself.
    pub const DETECT: Self = Self { decimal: None, thousands: None };

    /// The decimal mark, if declared or implied by a declared thousands mark.
    fn decimal_mark(&self) -> Option<char> {
        self.decimal.or(match self.thousands {
            Some(',') => Some('.'),
            Some('.') => Some(','),
            _ => None,
        })
    }
}

/// What an amount text says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Amount {
    /// The signed value.
    pub value: Decimal,
    /// The ISO 4217 code that was written, or that the sign can only mean (`€` is EUR). `None` for no sign or one of
    /// several currencies (`$`, `¥`, `kr`).
    pub currency: Option<String>,
    /// The currency sign or code as written.
    pub sign: Option<String>,
}

/// Why a text is no amount.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// There is nothing but blanks.
    #[error("the amount is empty")]
    Empty,
    /// Something stands there that is no part of an amount.
    #[error("not an amount")]
    NotAnAmount,
    /// One mark followed by three digits: thousands or decimals, nobody can tell.
    #[error("ambiguous: the mark may be decimal or thousands; declare the marks of the column")]
    Ambiguous,
    /// Thousands marks that do not group by three, differ, or stand behind the decimal mark.
    #[error("wrong grouping of digits")]
    Grouping,
    /// A minus and parentheses, or two minuses.
    #[error("more than one sign")]
    Signs,
    /// More digits or text than is read (see [`MAX_DIGITS`]).
    #[error("more than {MAX_DIGITS} digits")]
    TooLong,
}

impl AmountError {
    /// A stable code for reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "amount_empty",
            Self::NotAnAmount => "amount_not_a_number",
            Self::Ambiguous => "amount_ambiguous",
            Self::Grouping => "amount_grouping",
            Self::Signs => "amount_signs",
            Self::TooLong => "amount_too_long",
        }
    }
}

/// Reads an amount.
///
/// Accepts `1,234.56`, `1.234,56`, `1 234,56`, `1'234.56`, a trailing minus, parentheses, `CR` (negative) and `DR`, and
/// a currency sign or code before or behind. Refuses exponents, wrong grouping (`1,23,4.00`; Indian grouping as well),
/// two signs, and what is ambiguous under `marks`.
///
/// ```
/// use dunwell_formats::amount::{parse_amount, Marks};
/// let amount = parse_amount("€ 1.234,56-", Marks::DETECT).unwrap();
/// assert_eq!(amount.value.to_string(), "-1234.56");
/// assert_eq!(amount.currency.as_deref(), Some("EUR"));
/// ```
pub fn parse_amount(text: &str, marks: Marks) -> Result<Amount, AmountError> {
    if let Some(value) = plain(text.as_bytes(), marks) {
        return Ok(Amount { value, currency: None, sign: None });
    }
    if text.len() > MAX_TEXT {
        return Err(AmountError::TooLong);
    }
    let mut rest = text.trim_matches(is_blank);
    if rest.is_empty() {
        return Err(AmountError::Empty);
    }
    let mut negatives = 0_u32;
    let mut sign: Option<String> = None;
    // Each round takes one affix off; an amount has few, so this ends when nothing more comes off.
    loop {
        let before = rest;
        rest = strip_signs(rest, &mut negatives)?;
        if let Some((mark, left)) = strip_currency(rest) {
            if sign.is_some() {
                return Err(AmountError::NotAnAmount);
            }
            sign = Some(mark.to_owned());
            rest = left;
        }
        rest = rest.trim_matches(is_blank);
        if rest == before {
            break;
        }
    }
    if negatives > 1 {
        return Err(AmountError::Signs);
    }
    let value = number(rest, marks)?;
    let value = if negatives == 1 { value.negated() } else { value };
    let currency = sign.as_deref().and_then(currency_of).map(str::to_owned);
    Ok(Amount { value, currency, sign })
}

/// Tells the marks of a column from samples of it: the first value that can only be read in one way decides.
///
/// Refuses with [`AmountError::Ambiguous`] when no value decides but some need a decision, and with
/// [`AmountError::Grouping`] when two values contradict each other. Values that are no amounts are passed over.
pub fn detect_marks<'a>(samples: impl IntoIterator<Item = &'a str>) -> Result<Marks, AmountError> {
    let mut found: Option<char> = None;
    let mut undecided = false;
    for sample in samples {
        let point = parse_amount(sample, Marks::POINT);
        let comma = parse_amount(sample, Marks::COMMA);
        let only = match (&point, &comma) {
            (Ok(a), Ok(b)) if a.value == b.value => continue,
            (Ok(_), Ok(_)) => {
                undecided = true;
                continue;
            }
            (Ok(_), Err(_)) => '.',
            (Err(_), Ok(_)) => ',',
            (Err(_), Err(_)) => continue,
        };
        if found.is_some_and(|mark| mark != only) {
            return Err(AmountError::Grouping);
        }
        found = Some(only);
    }
    match (found, undecided) {
        (Some('.'), _) | (None, false) => Ok(Marks::POINT),
        (Some(_), _) => Ok(Marks::COMMA),
        (None, true) => Err(AmountError::Ambiguous),
    }
}

/// The common case without any affix or grouping: `-1234.56`. Anything else is `None` and takes the long way.
fn plain(text: &[u8], marks: Marks) -> Option<Decimal> {
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    let (negative, body) = if text[0] == b'-' { (true, &text[1..]) } else { (false, text) };
    let decimal = marks.decimal_mark().map_or(b'.', |mark| mark as u8);
    let mut digits: i64 = 0;
    let mut point: Option<usize> = None;
    for (index, &byte) in body.iter().enumerate() {
        if byte.is_ascii_digit() {
            digits = digits * 10 + i64::from(byte - b'0');
        } else if byte == decimal && point.is_none() && index > 0 {
            point = Some(index);
        } else {
            return None;
        }
    }
    let scale = match point {
        None if body.is_empty() => return None,
        None => 0,
        Some(at) => body.len() - at - 1,
    };
    let told = marks.decimal_mark().is_some() || scale != 3;
    if !told || point == Some(body.len() - 1) {
        return None;
    }
    let digits = i128::from(if negative { -digits } else { digits });
    Some(Decimal { digits, scale: u32::try_from(scale).ok()? })
}

/// Blanks as they come in exports: spaces of any width.
fn is_blank(mark: char) -> bool {
    mark.is_whitespace() || matches!(mark, '\u{a0}' | '\u{2007}' | '\u{202f}' | '\u{feff}')
}

/// Takes minus signs, parentheses and CR/DR off either end and counts the negatives among them.
fn strip_signs<'a>(text: &'a str, negatives: &mut u32) -> Result<&'a str, AmountError> {
    let mut rest = text;
    if let Some(inner) = rest.strip_prefix('(') {
        rest = inner.strip_suffix(')').ok_or(AmountError::NotAnAmount)?;
        *negatives += 1;
    }
    const MINUS: [char; 3] = ['-', '\u{2212}', '\u{2013}'];
    if let Some(left) = rest.strip_prefix(MINUS) {
        rest = left;
        *negatives += 1;
    } else if let Some(left) = rest.strip_prefix('+') {
        rest = left;
    }
    if let Some(left) = rest.strip_suffix(MINUS) {
        rest = left;
        *negatives += 1;
    }
    for (word, negative) in [("CR", 1), ("DR", 0), ("Cr", 1), ("Dr", 0), ("cr", 1), ("dr", 0)] {
        let left = rest.strip_suffix(word).filter(|left| left.ends_with(|c: char| c.is_ascii_digit() || is_blank(c)));
        if let Some(left) = left {
            *negatives += negative;
            return Ok(left);
        }
    }
    Ok(rest)
}

/// Signs of several letters first, so that `US$` is not read as `$`.
const SIGNS: [(&str, Option<&str>); 40] = [
    ("US$", Some("USD")),
    ("CA$", Some("CAD")),
    ("NZ$", Some("NZD")),
    ("HK$", Some("HKD")),
    ("NT$", Some("TWD")),
    ("MX$", Some("MXN")),
    ("AU$", Some("AUD")),
    ("SFr.", Some("CHF")),
    ("Fr.", Some("CHF")),
    ("A$", Some("AUD")),
    ("C$", Some("CAD")),
    ("S$", Some("SGD")),
    ("R$", Some("BRL")),
    ("CN¥", Some("CNY")),
    ("JP¥", Some("JPY")),
    ("kr.", None),
    ("Rs.", None),
    ("kr", None),
    ("Rs", None),
    ("zł", Some("PLN")),
    ("Kč", Some("CZK")),
    ("Ft", Some("HUF")),
    ("RM", Some("MYR")),
    ("Rp", Some("IDR")),
    ("лв", Some("BGN")),
    ("$", None),
    ("¥", None),
    ("€", Some("EUR")),
    ("£", Some("GBP")),
    ("₹", Some("INR")),
    ("₺", Some("TRY")),
    ("₽", Some("RUB")),
    ("₩", Some("KRW")),
    ("₪", Some("ILS")),
    ("₫", Some("VND")),
    ("₱", Some("PHP")),
    ("₴", Some("UAH")),
    ("₦", Some("NGN")),
    ("฿", Some("THB")),
    ("¢", None),
];

/// A currency sign or three-letter code at either end, and what is left without it.
fn strip_currency(text: &str) -> Option<(&str, &str)> {
    let first = text.bytes().next()?;
    let last = text.bytes().next_back()?;
    if first.is_ascii_digit() && last.is_ascii_digit() {
        return None;
    }
    if let Some((code, left)) = text.split_at_checked(3)
        && is_code(code)
        && !left.starts_with(|c: char| c.is_alphabetic() || SIGNS.iter().any(|(sign, _)| sign.starts_with(c)))
    {
        return Some((code, left));
    }
    if let Some((left, code)) = text.len().checked_sub(3).and_then(|at| text.split_at_checked(at))
        && is_code(code)
        && !left.ends_with(char::is_alphabetic)
    {
        return Some((code, left));
    }
    for (sign, _) in SIGNS {
        if let Some(left) = text.strip_prefix(sign) {
            return Some((&text[..sign.len()], left));
        }
        if let Some(left) = text.strip_suffix(sign) {
            return Some((&text[left.len()..], left));
        }
    }
    None
}

/// Whether this looks like an ISO 4217 code.
fn is_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// The one currency that a sign or code can mean.
fn currency_of(sign: &str) -> Option<&str> {
    match SIGNS.iter().find(|(known, _)| *known == sign) {
        Some((_, code)) => *code,
        None => Some(sign),
    }
}

/// A number without affixes: digits, one kind of thousands mark, at most one decimal mark.
fn number(text: &str, marks: Marks) -> Result<Decimal, AmountError> {
    let mut seen = Seen::default();
    for mark in text.chars() {
        seen.take(mark)?;
    }
    if seen.digits == 0 {
        return Err(AmountError::NotAnAmount);
    }
    if seen.digits > MAX_DIGITS {
        return Err(AmountError::TooLong);
    }
    let decimal = decide(&seen, marks)?;
    let (whole, part) = match decimal {
        Some(mark) => {
            let (whole, part) = text.rsplit_once(mark).ok_or(AmountError::NotAnAmount)?;
            (whole, part)
        }
        None => (text, ""),
    };
    if !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(AmountError::Grouping);
    }
    if decimal.is_some() && part.is_empty() {
        return Err(AmountError::NotAnAmount);
    }
    let mut digits: i128 = 0;
    for digit in grouped(whole, marks, decimal)?.chain(part.bytes()) {
        digits = digits * 10 + i128::from(digit - b'0');
    }
    let scale = u32::try_from(part.len()).map_err(|_| AmountError::TooLong)?;
    Ok(Decimal { digits, scale })
}

/// What marks a number holds.
#[derive(Default)]
struct Seen {
    digits: usize,
    points: usize,
    commas: usize,
    others: usize,
    last: Option<char>,
    since_last: usize,
    before_first: usize,
    leading_zero: bool,
}

impl Seen {
    fn take(&mut self, mark: char) -> Result<(), AmountError> {
        match mark {
            '0'..='9' => {
                if self.digits == 0 && mark == '0' {
                    self.leading_zero = true;
                }
                self.digits += 1;
                self.since_last += 1;
                if self.last.is_none() {
                    self.before_first += 1;
                }
                return Ok(());
            }
            '.' => self.points += 1,
            ',' => self.commas += 1,
            '\'' | '\u{2019}' => self.others += 1,
            space if is_blank(space) => self.others += 1,
            _ => return Err(AmountError::NotAnAmount),
        }
        self.last = Some(mark);
        self.since_last = 0;
        Ok(())
    }
}

/// The decimal mark that is really there, or `None` for a whole number.
fn decide(seen: &Seen, marks: Marks) -> Result<Option<char>, AmountError> {
    let count = |mark: char| if mark == '.' { seen.points } else { seen.commas };
    if let Some(mark) = marks.decimal_mark() {
        return match count(mark) {
            0 => Ok(None),
            1 => Ok(Some(mark)),
            _ => Err(AmountError::Grouping),
        };
    }
    match (seen.points, seen.commas) {
        (0, 0) => Ok(None),
        (points, commas) if points > 0 && commas > 0 => match seen.last {
            Some(mark @ ('.' | ',')) if count(mark) == 1 => Ok(Some(mark)),
            _ => Err(AmountError::Grouping),
        },
        (points, commas) if points + commas > 1 => Ok(None),
        (points, _) => {
            let mark = if points == 1 { '.' } else { ',' };
            let could_group = seen.since_last == 3 && (1..=3).contains(&seen.before_first) && !seen.leading_zero;
            if seen.others > 0 || seen.last != Some(mark) || !could_group {
                Ok(Some(mark))
            } else {
                Err(AmountError::Ambiguous)
            }
        }
    }
}

/// The digits of a whole number whose thousands marks are one and the same and group by three.
fn grouped<'a>(
    whole: &'a str,
    marks: Marks,
    decimal: Option<char>,
) -> Result<impl Iterator<Item = u8> + 'a, AmountError> {
    let alike = |mark: char| {
        if is_blank(mark) {
            ' '
        } else if mark == '\u{2019}' {
            '\''
        } else {
            mark
        }
    };
    let mut group: Option<char> = None;
    for mark in whole.chars().filter(|mark| !mark.is_ascii_digit()).map(alike) {
        let declared_other = marks.thousands.is_some_and(|declared| alike(declared) != mark);
        if decimal == Some(mark) || declared_other || group.is_some_and(|known| known != mark) {
            return Err(AmountError::Grouping);
        }
        group = Some(mark);
    }
    if group.is_some() {
        let mut parts = whole.split(|mark: char| !mark.is_ascii_digit());
        let first = parts.next().map_or(0, str::len);
        if !(1..=3).contains(&first) || !parts.all(|part| part.len() == 3) {
            return Err(AmountError::Grouping);
        }
    }
    Ok(whole.bytes().filter(u8::is_ascii_digit))
}
