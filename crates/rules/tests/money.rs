//! Currencies, amounts and dated conversion.

mod reference;

use dunwell_rules::calendar::Date;
use dunwell_rules::money::{ConversionError, Currency, Money, RateFacts, Rounding, convert, divide, rate_on};
use proptest::prelude::*;

#[test]
fn exactly_the_codes_of_the_iso_list_are_currencies() {
    let Some(text) = reference::shared("reference/iso_4217.json") else { return };
    let list: serde_json::Value = serde_json::from_str(&text).unwrap();
    let mut codes: Vec<&str> =
        list["4217"].as_array().unwrap().iter().map(|c| c["alpha_3"].as_str().unwrap()).collect();
    // What the standard took up since that edition of the list.
    codes.extend(["XAD", "XCG", "ZWG"]);
    codes.sort_unstable();
    let ours: Vec<Currency> = Currency::all().collect();
    assert_eq!(ours.iter().map(Currency::code).collect::<Vec<_>>(), codes);
    let letters = || b'A'..=b'Z';
    let all = letters().flat_map(|a| letters().flat_map(move |b| letters().map(move |c| vec![a, b, c])));
    let known = all.map(|code| String::from_utf8(code).unwrap()).filter(|code| Currency::parse(code).is_some());
    let withdrawn: Vec<String> = known.filter(|code| !codes.contains(&code.as_str())).collect();
    assert_eq!(
        withdrawn.join(" "),
        "ADP AFA ATS AZM BEF BGL BYB BYR CSD CYP DEM EEK ESP FIM FRF GHC GRD GWP IEP ITL LTL LUF LVL MGF MRO MTL MZM NLG PTE \
         ROL RUR SDD SIT SKK SRG STD TMM TPE TRL VEB VEF YUM ZMK ZWD ZWN ZWR"
    );
    assert!(codes.iter().all(|code| Currency::parse(code).is_some()));
}

#[test]
fn what_is_no_code_is_no_currency() {
    for text in ["", "US", "USDX", "usd", "ZZZ", "U D", "€"] {
        assert_eq!(Currency::parse(text), None, "{text}");
    }
}

#[test]
fn minor_units_have_the_decimals_of_the_standard() {
    let table = [
        ("USD", 2),
        ("EUR", 2),
        ("JPY", 0),
        ("KRW", 0),
        ("CLP", 0),
        ("ISK", 0),
        ("HUF", 2),
        ("KWD", 3),
        ("BHD", 3),
        ("TND", 3),
        ("CLF", 4),
        ("UYW", 4),
        ("UYI", 0),
        ("MRU", 2),
        ("MGA", 2),
        ("XAF", 0),
        ("VND", 0),
        ("IQD", 3),
    ];
    for (code, decimals) in table {
        assert_eq!(Currency::parse(code).unwrap().exponent(), decimals, "{code}");
    }
    let odd = Currency::all().filter(|currency| currency.exponent() != 2).count();
    assert_eq!(odd, 26);
}

#[test]
fn a_tie_goes_to_the_even_unit_or_away_from_zero() {
    let table =
        [(5, 2, 2, 3), (7, 2, 4, 4), (-5, 2, -2, -3), (-7, 2, -4, -4), (1, 2, 0, 1), (-1, 2, 0, -1), (2, 3, 1, 1)];
    for (numerator, denominator, even, up) in table {
        assert_eq!(divide(numerator, denominator, Rounding::HalfEven), even, "{numerator}/{denominator}");
        assert_eq!(divide(numerator, denominator, Rounding::HalfUp), up, "{numerator}/{denominator}");
    }
}

fn rate(from: &str, to: &str, day: &str, rate_nano: i64) -> RateFacts {
    let currency = |code| Currency::parse(code).unwrap();
    RateFacts { from: currency(from), to: currency(to), day: day.parse().unwrap(), rate_nano, source: "ECB".into() }
}

fn money(minor: i64, code: &str) -> Money {
    Money::new(minor, Currency::parse(code).unwrap())
}

#[test]
fn amounts_convert_at_the_rate_in_both_directions_and_between_exponents() {
    let dollar = rate("EUR", "USD", "2025-01-02", 1_032_100_000);
    assert_eq!(convert(money(10_000, "EUR"), &dollar), Ok(money(10_321, "USD")));
    assert_eq!(convert(money(10_321, "USD"), &dollar), Ok(money(10_000, "EUR")));
    let yen = rate("EUR", "JPY", "2025-01-02", 161_500_000_000);
    assert_eq!(convert(money(10_050, "EUR"), &yen), Ok(money(16_231, "JPY")));
    assert_eq!(convert(money(16_231, "JPY"), &yen), Ok(money(10_050, "EUR")));
    let dinar = rate("KWD", "EUR", "2025-01-02", 3_140_000_000);
    assert_eq!(convert(money(1_000, "KWD"), &dinar), Ok(money(314, "EUR")));
    let half = rate("EUR", "USD", "2025-01-02", 500_000_000);
    assert_eq!(convert(money(5, "EUR"), &half), Ok(money(2, "USD")), "2.5 cents go to the even 2");
    assert_eq!(convert(money(7, "EUR"), &half), Ok(money(4, "USD")), "3.5 cents go to the even 4");
    assert_eq!(convert(money(-5, "EUR"), &half), Ok(money(-2, "USD")));
}

#[test]
fn a_wrong_rate_or_too_large_an_amount_is_refused_by_name() {
    let dollar = rate("EUR", "USD", "2025-01-02", 2_000_000_000);
    let (eur, usd) = (Currency::EUR, Currency::USD);
    let other = ConversionError::OtherCurrencies { from: eur, to: usd, asked: Currency::GBP };
    assert_eq!(convert(money(1, "GBP"), &dollar), Err(other));
    assert_eq!(convert(money(i64::MAX, "EUR"), &dollar), Err(ConversionError::TooLarge));
    assert_eq!(convert(money(1, "EUR"), &rate("EUR", "USD", "2025-01-02", 0)), Err(ConversionError::NotPositive));
    let huge = rate("JPY", "CLF", "2025-01-02", i64::MAX);
    assert_eq!(convert(money(i64::MIN, "JPY"), &huge), Err(ConversionError::TooLarge));
}

#[test]
fn the_newest_rate_by_the_day_counts_in_either_direction() {
    let rates = [
        rate("EUR", "USD", "2025-01-02", 1),
        rate("USD", "EUR", "2025-03-01", 2),
        rate("EUR", "USD", "2025-02-01", 3),
        rate("EUR", "GBP", "2025-02-20", 4),
    ];
    let on =
        |day: &str| rate_on(&rates, Currency::EUR, Currency::USD, day.parse::<Date>().unwrap()).map(|r| r.rate_nano);
    assert_eq!(on("2025-01-01"), None);
    assert_eq!(on("2025-01-31"), Some(1));
    assert_eq!(on("2025-02-28"), Some(3));
    assert_eq!(on("2025-03-01"), Some(2));
}

proptest! {
    #[test]
    fn a_conversion_is_never_off_by_more_than_half_a_unit(minor in -1_000_000_000_000i64..1_000_000_000_000, nano in 1i64..50_000_000_000) {
        let rate = rate("EUR", "USD", "2025-01-02", nano);
        let converted = convert(money(minor, "EUR"), &rate).unwrap();
        let exact = i128::from(minor) * i128::from(nano);
        let error = (i128::from(converted.minor) * 1_000_000_000 - exact).abs();
        prop_assert!(error * 2 <= 1_000_000_000);
    }
}
