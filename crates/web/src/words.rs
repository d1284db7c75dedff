//! How figures and days are written on screens.

use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::money::{Currency, Money};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use crate::gate::percent;

/// The day of an instant (UTC microseconds) in an IANA time zone; in UTC when the machine does not know the zone.
pub(crate) fn day_in_zone(instant: i64, zone: &str) -> Date {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    timestamp(instant).to_zoned(zone).date()
}

/// An instant as the time of its day in a time zone: `14:05`.
pub(crate) fn time_in_zone(instant: i64, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    timestamp(instant).to_zoned(zone).strftime("%H:%M").to_string()
}

fn timestamp(instant: i64) -> Timestamp {
    Timestamp::from_microsecond(instant).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// A day as `20 Nov`, with the year where it is not the year of `today`.
pub(crate) fn short_day(day: Date, today: Date) -> String {
    if day.year() == today.year() { day.strftime("%-d %b").to_string() } else { day.strftime("%-d %b %Y").to_string() }
}

/// A day as `Friday 20 Nov 2026`.
pub(crate) fn long_day(day: Date) -> String {
    day.strftime("%A %-d %b %Y").to_string()
}

/// A day that a view gives as text.
pub(crate) fn day_of(text: &str) -> Option<Date> {
    text.parse().ok()
}

/// The sign that stands before an amount, where a currency has one that no other shares here.
fn sign(currency: Currency) -> Option<&'static str> {
    Some(match currency.code() {
        "USD" => "$",
        "EUR" => "€",
        "GBP" => "£",
        "JPY" => "¥",
        _ => return None,
    })
}

/// What comes first of an account in several currencies: the book's own where there is anything, else the largest number.
/// Amounts of two currencies are not comparable.
pub(crate) fn first_by(amount: Money, own: Currency) -> (bool, i64) {
    (amount.currency == own && amount.minor > 0, amount.minor)
}

/// The address of an account. A customer number is any text: nothing in it may lead to another address.
pub(crate) fn account_path(code: &(impl AsRef<str> + ?Sized)) -> String {
    format!("/accounts/{}", percent(code.as_ref()).replace('/', "%2F"))
}

/// An amount as `$33,864.01`, or `33,864.01 CHF` where the currency has no sign.
pub(crate) fn money(amount: Money) -> String {
    let digits = grouped(amount);
    match sign(amount.currency) {
        Some(sign) if amount.minor < 0 => format!("−{sign}{digits}"),
        Some(sign) => format!("{sign}{digits}"),
        None if amount.minor < 0 => format!("−{digits} {}", amount.currency),
        None => format!("{digits} {}", amount.currency),
    }
}

/// The amount without its sign, in groups of three digits.
fn grouped(amount: Money) -> String {
    let exponent = amount.currency.exponent() as usize;
    let digits = format!("{:0width$}", amount.minor.unsigned_abs(), width = exponent + 1);
    let (whole, rest) = digits.split_at(digits.len() - exponent);
    let mut text = String::with_capacity(digits.len() + 4);
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if exponent > 0 {
        text.push('.');
        text.push_str(rest);
    }
    text
}

/// `1 day`, `2 days`.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {many}") }
}

/// A code as words: `apply_cash` is `Apply cash`.
pub(crate) fn spoken(code: &str) -> String {
    spoken_start(code.replace('_', " "))
}

/// A sentence of the rules as a person says it: `final_demand waits since 2026-10-22; 26.60 USD` is `Final demand waits since
/// 22 Oct; $26.60`. Document numbers and everything else stay as they are.
pub(crate) fn said(sentence: &str, today: Date) -> String {
    let mut words: Vec<String> = Vec::new();
    for word in sentence.split(' ') {
        let core = word.trim_end_matches([';', ',', '.', ')']);
        let rest = &word[core.len()..];
        let is_code = core.contains('_') && core.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        let written = match (day_of(core), Currency::parse(core).and_then(sign)) {
            (Some(day), _) if core.len() == 10 => short_day(day, today),
            (_, Some(sign)) if words.last().is_some_and(|number| is_amount(number)) => {
                let number = words.pop().unwrap_or_default();
                match number.strip_prefix('-') {
                    Some(number) => format!("−{sign}{number}"),
                    None => format!("{sign}{number}"),
                }
            }
            _ if is_code => core.replace('_', " "),
            _ => core.to_owned(),
        };
        words.push(written + rest);
    }
    spoken_start(words.join(" "))
}

fn is_amount(word: &str) -> bool {
    word.ends_with(|last: char| last.is_ascii_digit())
        && word.bytes().all(|byte| byte.is_ascii_digit() || b"-.,".contains(&byte))
}

fn spoken_start(mut words: String) -> String {
    for short in ["iban", "bic"] {
        if words.strip_prefix(short).is_some_and(|rest| !rest.starts_with(|sign: char| sign.is_alphanumeric())) {
            words.replace_range(..short.len(), &short.to_uppercase());
        }
    }
    if let Some(first) = words.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// The aging of an account as a bar, with the figures in words for whoever does not see it.
pub(crate) fn aging_bar(buckets: &[(String, Money)]) -> Markup {
    let total: i64 = buckets.iter().map(|(_, amount)| amount.minor.max(0)).sum();
    let said: Vec<String> = buckets
        .iter()
        .filter(|(_, amount)| amount.minor > 0)
        .map(|(bucket, amount)| format!("{} {}", bucket_words(bucket), money(*amount)))
        .collect();
    let label = if said.is_empty() { "Nothing open".to_owned() } else { said.join(", ") };
    let mut left = 0;
    let mut parts = Vec::new();
    for (place, (_, amount)) in buckets.iter().enumerate().filter(|(_, (_, amount))| amount.minor > 0 && total > 0) {
        // Shares of a thousand: a bar is looked at, not computed with.
        let share = i64::try_from(i128::from(amount.minor) * 1_000 / i128::from(total)).unwrap_or(0).max(12);
        parts.push((place.min(5), left, share));
        left += share;
    }
    html! {
        svg.bar role="img" aria-label=(label) viewBox={ "0 0 " (left.max(1)) " 10" } preserveAspectRatio="none" {
            @for (place, x, width) in parts { rect class={ "b" (place) } x=(x) y="0" width=(width) height="10" {} }
        }
    }
}

/// A bucket's code in words.
pub(crate) fn bucket_words(code: &str) -> String {
    match code {
        "not_due" => "Not due".to_owned(),
        "0" => "Day 0".to_owned(),
        code => match code.strip_prefix("over_") {
            Some(days) => format!("Over {days}"),
            None => code.replace('-', "–"),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_customer_number_leads_to_another_address() {
        assert_eq!(account_path("C-1"), "/accounts/C-1");
        assert_eq!(
            account_path("../policy/drafts/1.5/activate?x"),
            "/accounts/..%2Fpolicy%2Fdrafts%2F1.5%2Factivate%3Fx"
        );
    }

    #[test]
    fn amounts_are_grouped_and_carry_their_currency() {
        let written = |minor, currency| money(Money::new(minor, currency));
        assert_eq!(written(3_386_401, Currency::USD), "$33,864.01");
        assert_eq!(written(-5, Currency::EUR), "−€0.05");
        assert_eq!(written(0, Currency::GBP), "£0.00");
        assert_eq!(written(1_234_567, Currency::parse("JPY").expect("yen")), "¥1,234,567");
        assert_eq!(written(100_000, Currency::parse("KWD").expect("dinar")), "100.000 KWD");
    }

    #[test]
    fn a_sentence_of_the_rules_is_written_as_a_person_says_it() {
        let today = "2026-11-20".parse().expect("a day");
        for (ruled, told) in [
            ("final_demand waits since 2026-10-22; 26.60 USD open", "Final demand waits since 22 Oct; $26.60 open"),
            ("Payment PMT_0097 1,949.42 EUR, applied to INV-1", "Payment PMT_0097 €1,949.42, applied to INV-1"),
            ("made on 2025-12-26", "Made on 26 Dec 2025"),
            ("100.50 CHF lies unapplied", "100.50 CHF lies unapplied"),
            ("", ""),
        ] {
            assert_eq!(said(ruled, today), told);
        }
    }

    #[test]
    fn a_bar_shows_every_bucket_that_holds_something_and_says_it_in_words() {
        let usd = |minor| Money::new(minor, Currency::USD);
        let bar = aging_bar(&[("not_due".into(), usd(100)), ("1-30".into(), usd(0)), ("over_120".into(), usd(300))]);
        let bar = bar.into_string();
        assert_eq!(bar.matches("<rect").count(), 2, "{bar}");
        assert!(bar.contains("Not due $1.00, Over 120 $3.00"), "{bar}");
    }
}
