//! Amounts and days as a language writes them.

use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, decimal};

use crate::model::Language;

/// The typographic minus: as wide as a digit, unlike the hyphen.
pub(crate) const MINUS: char = '\u{2212}';

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The sign of a currency where readers know it; others are written by their code.
fn symbol(currency: Currency) -> Option<&'static str> {
    match currency.code() {
        "USD" => Some("$"),
        "EUR" => Some("€"),
        "GBP" => Some("£"),
        _ => None,
    }
}

/// The currency in words for a total's label; its code where we have no word.
pub(crate) fn currency_words(currency: Currency, language: Language) -> String {
    let (en, de) = match currency.code() {
        "USD" => ("US dollars", "US-Dollar"),
        "EUR" => ("euros", "Euro"),
        "GBP" => ("pounds sterling", "Pfund Sterling"),
        "CHF" => ("Swiss francs", "Schweizer Franken"),
        "JPY" => ("Japanese yen", "Japanische Yen"),
        code => return code.to_owned(),
    };
    language.pick(en, de).to_owned()
}

/// An amount with its currency: `$1,234.56`, `CHF 1,234.56`; `1.234,56 €`, `1.234,56 CHF`.
pub(crate) fn amount(minor: i128, currency: Currency, language: Language) -> String {
    let digits = grouped(minor.unsigned_abs(), currency, language);
    let sign = if minor < 0 { MINUS.to_string() } else { String::new() };
    match (language, symbol(currency)) {
        (Language::En, Some(symbol)) => format!("{sign}{symbol}{digits}"),
        (Language::En, None) => format!("{sign}{currency}\u{a0}{digits}"),
        (Language::De, symbol) => format!("{sign}{digits}\u{a0}{}", symbol.unwrap_or(currency.code())),
    }
}

/// The digits of an amount with the marks of a language.
fn grouped(units: u128, currency: Currency, language: Language) -> String {
    let (thousands, point) = language.pick((',', '.'), ('.', ','));
    let scale = 10u128.pow(u32::from(currency.exponent()));
    let whole = (units / scale).to_string();
    let mut out = String::with_capacity(whole.len() * 4 / 3 + 6);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place).is_multiple_of(3) {
            out.push(thousands);
        }
        out.push(digit);
    }
    if scale > 1 {
        let width = usize::from(currency.exponent());
        out.push(point);
        out.push_str(&format!("{:0width$}", units % scale));
    }
    out
}

/// An amount for machines: a plain decimal with a point.
pub(crate) fn machine_amount(minor: i64, currency: Currency) -> String {
    decimal(minor, currency.exponent())
}

/// A sum for machines; sums may exceed what one amount can hold.
pub(crate) fn machine_sum(minor: i128, currency: Currency) -> String {
    let sign = if minor < 0 { "-" } else { "" };
    let plain: String = grouped(minor.unsigned_abs(), currency, Language::En).replace(',', "");
    format!("{sign}{plain}")
}

/// A day in a table: `24 Jul 2026`, `24.07.2026`.
pub(crate) fn day(day: Date, language: Language) -> String {
    match language {
        Language::En => format!("{}\u{a0}{}\u{a0}{}", day.day(), &month(day)[..3], day.year()),
        Language::De => german(day),
    }
}

/// A day in a sentence: `24 July 2026`, `24.07.2026`.
pub(crate) fn long_day(day: Date, language: Language) -> String {
    match language {
        Language::En => format!("{}\u{a0}{}\u{a0}{}", day.day(), month(day), day.year()),
        Language::De => german(day),
    }
}

/// The English name of a day's month.
fn month(day: Date) -> &'static str {
    MONTHS[usize::try_from(day.month() - 1).unwrap_or_default().min(11)]
}

/// A day as Germany writes it.
fn german(day: Date) -> String {
    format!("{:02}.{:02}.{}", day.day(), day.month(), day.year())
}

impl Language {
    /// The one of two that belongs to this language.
    pub(crate) fn pick<T>(self, en: T, de: T) -> T {
        match self {
            Self::En => en,
            Self::De => de,
        }
    }
}

/// Whether a character shows nothing and can only mislead: controls, and marks that reverse or hide the text around them.
pub(crate) fn is_invisible(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{ad}' | '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}
