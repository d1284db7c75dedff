//! Amounts and days, one row of a table for each way of writing and each refusal.

use dunwell_formats::amount::{AmountError, Marks, detect_marks, parse_amount};
use dunwell_formats::day::{DateFormat, Day, DayError, FormatError, detect_format, parse_day};

#[test]
fn amounts_read_as_they_are_meant() {
    for (text, value, currency) in [
        ("1,234.56", "1234.56", None),
        ("1.234,56", "1234.56", None),
        ("1 234,56", "1234.56", None),
        ("1\u{202f}234,56", "1234.56", None),
        ("1'234.56", "1234.56", None),
        ("1’234’567.50", "1234567.50", None),
        ("1.234,56-", "-1234.56", None),
        ("(12.00)", "-12.00", None),
        ("($1,012.00)", "-1012.00", None),
        ("$(12.00)", "-12.00", None),
        ("12.00 CR", "-12.00", None),
        ("12.00CR", "-12.00", None),
        ("12.00 DR", "12.00", None),
        ("$4,250.00", "4250.00", None),
        ("-$300.00", "-300.00", None),
        ("$-300.00", "-300.00", None),
        ("€ 12", "12", Some("EUR")),
        ("12,5 €", "12.5", Some("EUR")),
        ("USD 5", "5", Some("USD")),
        ("5,00- EUR", "-5.00", Some("EUR")),
        ("US$ 7.10", "7.10", Some("USD")),
        ("£1,000,000", "1000000", Some("GBP")),
        ("1.234.567", "1234567", None),
        ("0,123", "0.123", None),
        ("1234,567", "1234.567", None),
        ("8.850,0", "8850.0", None),
        (".5", "0.5", None),
        ("+7", "7", None),
        ("\u{2212}7", "-7", None),
        ("  42  ", "42", None),
    ] {
        let amount = parse_amount(text, Marks::DETECT).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(amount.value.to_string(), value, "{text}");
        assert_eq!(amount.currency.as_deref(), currency, "{text}");
    }
}

#[test]
fn amounts_that_are_none_are_refused_by_name() {
    for (text, error) in [
        ("", AmountError::Empty),
        ("  ", AmountError::Empty),
        ("1,234", AmountError::Ambiguous),
        ("1.234", AmountError::Ambiguous),
        ("-$1,234", AmountError::Ambiguous),
        ("1,23,4.00", AmountError::Grouping),
        ("1,234.56.78", AmountError::Grouping),
        ("1.234,567.89", AmountError::Grouping),
        ("12 34,5", AmountError::Grouping),
        ("-5-", AmountError::Signs),
        ("(-5)", AmountError::Signs),
        ("-5 CR", AmountError::Signs),
        ("(5", AmountError::NotAnAmount),
        ("n/a", AmountError::NotAnAmount),
        ("1e5", AmountError::NotAnAmount),
        ("USD", AmountError::NotAnAmount),
        ("$€5", AmountError::NotAnAmount),
        ("5.", AmountError::NotAnAmount),
        ("1234567890123456789012345678901", AmountError::TooLong),
    ] {
        assert_eq!(parse_amount(text, Marks::DETECT).unwrap_err(), error, "{text}");
    }
}

#[test]
fn declared_marks_settle_what_is_ambiguous_and_refuse_the_others() {
    assert_eq!(parse_amount("1,234", Marks::POINT).unwrap().value.to_string(), "1234");
    assert_eq!(parse_amount("1,234", Marks::COMMA).unwrap().value.to_string(), "1.234");
    assert_eq!(parse_amount("1.234,56", Marks::POINT).unwrap_err(), AmountError::Grouping);
    let declared = Marks { decimal: Some('.'), thousands: Some('\'') };
    assert_eq!(parse_amount("1'234.5", declared).unwrap().value.to_string(), "1234.5");
    assert_eq!(parse_amount("1,234.5", declared).unwrap_err(), AmountError::Grouping);
}

#[test]
fn a_column_of_amounts_tells_its_marks_or_is_refused() {
    assert_eq!(detect_marks(["1,234", "12.50"]), Ok(Marks::POINT));
    assert_eq!(detect_marks(["1.234", "12,50"]), Ok(Marks::COMMA));
    assert_eq!(detect_marks(["12", "1200"]), Ok(Marks::POINT));
    assert_eq!(detect_marks(["1,234", "5,678"]), Err(AmountError::Ambiguous));
    assert_eq!(detect_marks(["12.50", "12,50"]), Err(AmountError::Grouping));
}

#[test]
fn minor_units_lose_nothing() {
    let minor = |text: &str, exponent| parse_amount(text, Marks::POINT).unwrap().value.minor_units(exponent);
    assert_eq!(minor("8.850", 2), Some(885));
    assert_eq!(minor("100.001", 2), None);
    assert_eq!(minor("100", 0), Some(100));
    assert_eq!(minor("-1.5", 3), Some(-1500));
    assert_eq!(minor("99999999999999999999", 2), None);
}

#[test]
fn days_read_as_their_format_says() {
    let day = |year, month, day| Ok(Day { year, month, day });
    for (text, declared, read) in [
        ("2026-03-04", "Y-M-D", day(2026, 3, 4)),
        ("2026-03-04T23:59:59Z", "Y-M-D", day(2026, 3, 4)),
        ("2026-03-04 10:00", "M/D/Y", day(2026, 3, 4)),
        ("20260304", "YYYYMMDD", day(2026, 3, 4)),
        ("3/4/2026", "M/D/Y", day(2026, 3, 4)),
        ("3/4/2026", "D/M/Y", day(2026, 4, 3)),
        ("03/04/2026 12:00:00 AM", "M/D/Y", day(2026, 3, 4)),
        ("4.3.2026", "D.M.Y", day(2026, 3, 4)),
        ("4-Mar-2026", "D-MMM-YYYY", day(2026, 3, 4)),
        ("4. März 2026", "D.M.Y", day(2026, 3, 4)),
        ("Mar 4, 2026", "M/D/Y", day(2026, 3, 4)),
        ("July 31, 2026", "M/D/Y", day(2026, 7, 31)),
        ("31st of July 2026", "D/M/Y", day(2026, 7, 31)),
        ("04.03.26", "DD.MM.YY", day(2026, 3, 4)),
        ("29.2.2024", "D.M.Y", day(2024, 2, 29)),
        ("29.2.2026", "D.M.Y", Err(DayError::NoSuchDay)),
        ("30.2.2026", "D.M.Y", Err(DayError::NoSuchDay)),
        ("13/13/2026", "M/D/Y", Err(DayError::NoSuchDay)),
        ("2026-02-30", "Y-M-D", Err(DayError::NoSuchDay)),
        ("04.03.26", "D.M.Y", Err(DayError::TwoDigitYear)),
        ("", "D.M.Y", Err(DayError::Empty)),
        ("soon", "D.M.Y", Err(DayError::NotADate)),
        ("1/2/2026/3", "D.M.Y", Err(DayError::NotADate)),
        ("1/2-2026", "D.M.Y", Err(DayError::NotADate)),
        ("123/1/2026", "D.M.Y", Err(DayError::NotADate)),
        ("20260304", "D.M.Y", Err(DayError::NotADate)),
        ("4.3.2026 about", "D.M.Y", Err(DayError::NotADate)),
    ] {
        let format = DateFormat::parse(declared).unwrap();
        assert_eq!(parse_day(text, format), read, "{text} as {declared}");
    }
    assert_eq!(DateFormat::parse("M/Y"), None);
    assert_eq!(DateFormat::parse("epoch"), None);
}

#[test]
fn a_column_of_dates_tells_its_format_or_is_refused() {
    assert_eq!(detect_format(["1/2/2026", "1/13/2026"]), Ok(DateFormat::MONTH_FIRST));
    assert_eq!(detect_format(["1/2/2026", "13/1/2026"]), Ok(DateFormat::DAY_FIRST));
    assert_eq!(detect_format(["1.2.2026"]), Ok(DateFormat::DAY_FIRST));
    assert_eq!(detect_format(["2026-01-02", ""]), Ok(DateFormat::ISO));
    assert_eq!(detect_format(["5/5/2026"]), Ok(DateFormat::DAY_FIRST));
    assert_eq!(detect_format(["20260102"]), Ok(DateFormat::ISO));
    let ambiguous = detect_format(["1/2/2026", "3/4/2026", "5/6/2026", "7/8/2026"]).unwrap_err();
    let samples = ["1/2/2026", "3/4/2026", "5/6/2026"].map(str::to_owned).to_vec();
    assert_eq!(ambiguous, FormatError::Ambiguous { samples });
    assert!(matches!(detect_format(["1/13/2026", "13/1/2026"]), Err(FormatError::Mixed { .. })));
}

#[test]
fn spreadsheet_serials_are_days() {
    let day = |serial, since_1904| Day::from_excel_serial(serial, since_1904).map(|day| day.to_string());
    assert_eq!(day(46_234, false).as_deref(), Ok("2026-07-31"));
    assert_eq!(day(44_772, true).as_deref(), Ok("2026-07-31"));
    assert_eq!(day(45_351, false).as_deref(), Ok("2024-02-29"));
    assert_eq!(day(60, false), Err(DayError::NoSuchDay));
    assert_eq!(day(-1, false), Err(DayError::NoSuchDay));
}
