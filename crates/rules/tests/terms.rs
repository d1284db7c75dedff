//! Payment terms: spellings, due dates, instalments and discounts.

#![allow(clippy::inconsistent_digit_grouping, reason = "amounts are written as units and hundredths")]

use dunwell_rules::calendar::{Calendar, Date};
use dunwell_rules::terms::{Discount, DueRule, Part, Remainder, Roll, Terms, TermsError};
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn terms(text: &str) -> Terms {
    Terms::parse(text).unwrap_or_else(|problem| panic!("{problem}"))
}

/// The due dates and amounts as text: `2025-02-14 100.00`.
fn schedule(text: &str, document_date: &str, amount: i64, calendar: &str) -> Vec<(String, i64)> {
    let lines = terms(text).schedule(day(document_date), amount, &Calendar::named(calendar).unwrap());
    lines.into_iter().map(|line| (line.due_date.to_string(), line.amount)).collect()
}

#[test]
fn the_spellings_of_the_trade_are_understood() {
    let table = [
        ("Net 30", "net 30"),
        ("NET30", "net 30"),
        ("N30", "net 30"),
        ("n/30", "net 30"),
        ("30 days", "net 30"),
        ("30 days net", "net 30"),
        ("Net 30 days", "net 30"),
        ("net-30", "net 30"),
        ("30D", "net 30"),
        ("Payment due within 30 days of invoice date", "net 30"),
        ("30 days from the date of invoice", "net 30"),
        ("net 0", "net 0"),
        ("2/10 net 30", "2/10 net 30"),
        ("2/10 n/30", "2/10 net 30"),
        ("2/10, n/30", "2/10 net 30"),
        ("2% 10 net 30", "2/10 net 30"),
        ("2% 10, Net 30", "2/10 net 30"),
        ("2% 10 days, net 30 days", "2/10 net 30"),
        ("1.5/10 net 45", "1.5/10 net 45"),
        ("2% discount if paid within 10 days, net 30", "2/10 net 30"),
        ("Net 30, 2% 10 days", "2/10 net 30"),
        ("NET 30 EOM", "net 30 then end of month"),
        ("30 days EOM", "net 30 then end of month"),
        ("net 30, then end of month", "net 30 then end of month"),
        ("45 jours fin de mois", "net 45 then end of month"),
        ("EOM+30", "end of month then 30 days"),
        ("EOM + 30 days", "end of month then 30 days"),
        ("30 days after end of month", "end of month then 30 days"),
        ("30 days from EOM", "end of month then 30 days"),
        ("end of month, then 30 days", "end of month then 30 days"),
        ("EOM", "end of month"),
        ("2/10 n/30 EOM", "2/10 net 30 then end of month"),
        ("15th prox", "15th of next month"),
        ("15 prox.", "15th of next month"),
        ("Prox 15", "15th of next month"),
        ("15th of the following month", "15th of next month"),
        ("15. des Folgemonats", "15th of next month"),
        ("15th prox, cut-off 25", "15th of next month cut-off 25"),
        ("22nd of month cutoff 10", "22nd of month cut-off 10"),
        ("3rd of month +2", "3rd of month +2"),
        ("Due on receipt", "due on receipt"),
        ("Due upon receipt", "due on receipt"),
        ("sofort fällig", "due on receipt"),
        ("zahlbar sofort ohne Abzug", "due on receipt"),
        ("immediate", "due on receipt"),
        ("COD", "cash on delivery"),
        ("Cash on delivery", "cash on delivery"),
        ("CIA", "cash in advance"),
        ("Vorkasse", "cash in advance"),
        ("Prepayment", "cash in advance"),
        ("30 Tage netto", "net 30"),
        ("14 Tage 2% Skonto, 30 Tage netto", "2/14 net 30"),
        ("14 Tage 2,5 % Skonto, 30 Tage netto", "2.5/14 net 30"),
        ("2% Skonto innerhalb 14 Tagen, 30 Tage netto", "2/14 net 30"),
        ("zahlbar innerhalb von 14 Tagen mit 2% Skonto oder 30 Tage netto", "2/14 net 30"),
        ("3 instalments net 30/60/90", "3 instalments net 30/60/90"),
        ("3 equal installments 30/60/90 days", "3 instalments net 30/60/90"),
        ("net 30/60/90", "3 instalments net 30/60/90"),
        ("30/60/90 days", "3 instalments net 30/60/90"),
        ("3 Raten 30/60/90 Tage", "3 instalments net 30/60/90"),
        ("2 instalments: due on receipt, net 30", "2 instalments: due on receipt, net 30"),
        ("50% net 30, 50% net 60", "2 instalments net 30/60"),
        ("30% due on receipt, 70% net 60", "30% due on receipt, 70% net 60"),
        ("33.33% net 30, 66.67% EOM+30", "33.33% net 30, 66.67% end of month then 30 days"),
        ("100% net 30", "net 30"),
        ("net 30/60/90, remainder first", "3 instalments net 30/60/90, remainder first"),
        ("net 30, following business day", "net 30, following business day"),
        ("2/10 net 30/60/90", "2/10 3 instalments net 30/60/90"),
        ("2/10 30% net 20, 70% net 60", "2/10 30% net 20, 70% net 60"),
        ("2/10 net 30 next business day", "2/10 net 30, following business day"),
        ("EOM, preceding business day", "end of month, preceding business day"),
    ];
    for (spelling, canonical) in table {
        assert_eq!(terms(spelling).to_string(), canonical, "{spelling}");
        assert_eq!(terms(canonical), terms(spelling), "{canonical}");
    }
}

#[test]
fn due_dates_follow_the_calendar_to_the_day() {
    let table = [
        ("net 30", "2025-01-15", "2025-02-14"),
        ("net 30", "2024-01-30", "2024-02-29"),
        ("net 30", "2023-01-30", "2023-03-01"),
        ("net 0", "2025-01-15", "2025-01-15"),
        ("net 366", "2024-02-29", "2025-03-01"),
        ("net 30 EOM", "2025-01-15", "2025-02-28"),
        ("net 30 EOM", "2024-01-15", "2024-02-29"),
        ("net 30 EOM", "2025-01-31", "2025-03-31"),
        ("net 30 EOM", "2025-12-02", "2026-01-31"),
        ("EOM+30", "2025-01-15", "2025-03-02"),
        ("EOM+30", "2024-01-31", "2024-03-01"),
        ("EOM+30", "2024-02-01", "2024-03-30"),
        ("EOM", "2024-02-01", "2024-02-29"),
        ("EOM+10", "2025-11-30", "2025-12-10"),
        ("15th prox", "2025-01-31", "2025-02-15"),
        ("15th prox", "2025-12-01", "2026-01-15"),
        ("31st prox", "2025-01-10", "2025-02-28"),
        ("30th prox", "2024-01-10", "2024-02-29"),
        ("15th prox, cut-off 25", "2025-01-25", "2025-02-15"),
        ("15th prox, cut-off 25", "2025-01-26", "2025-03-15"),
        ("15th of month", "2025-01-15", "2025-01-15"),
        ("15th of month", "2025-01-16", "2025-02-15"),
        ("20th of month cut-off 10", "2025-01-10", "2025-01-20"),
        ("20th of month cut-off 10", "2025-12-11", "2026-01-20"),
        ("31st of month", "2025-02-28", "2025-02-28"),
        ("3rd of month +2", "2025-11-20", "2026-01-03"),
        ("due on receipt", "2025-01-15", "2025-01-15"),
        ("COD", "2025-01-15", "2025-01-15"),
        ("CIA", "2025-01-15", "2025-01-15"),
    ];
    for (text, document_date, due_date) in table {
        assert_eq!(
            schedule(text, document_date, 100, "every-day"),
            [(due_date.to_owned(), 100)],
            "{text} {document_date}"
        );
    }
}

#[test]
fn a_due_date_rolls_only_where_the_terms_say_so() {
    let table = [
        ("net 30", "2025-07-05"),
        ("net 30, following business day", "2025-07-07"),
        ("net 30, preceding business day", "2025-07-03"),
    ];
    for (text, due_date) in table {
        assert_eq!(schedule(text, "2025-06-05", 100, "us-fed"), [(due_date.to_owned(), 100)], "{text}");
    }
    assert_eq!(terms("net 30").with_roll(Roll::Following), terms("net 30, following business day"));
}

#[test]
fn instalments_share_the_amount_and_the_odd_cents_have_a_place() {
    let dates = ["2025-01-31", "2025-03-02", "2025-04-01"];
    let rows = |amounts: [i64; 3]| -> Vec<(String, i64)> {
        dates.iter().zip(amounts).map(|(date, amount)| (date.to_string(), amount)).collect()
    };
    assert_eq!(schedule("net 30/60/90", "2025-01-01", 10_000, "every-day"), rows([3_333, 3_333, 3_334]));
    assert_eq!(
        schedule("net 30/60/90, remainder first", "2025-01-01", 10_000, "every-day"),
        rows([3_334, 3_333, 3_333])
    );
    assert_eq!(schedule("net 30/60/90", "2025-01-01", -10_000, "every-day"), rows([-3_333, -3_333, -3_334]));
    let thirds = schedule("30% due on receipt, 70% net 60", "2025-01-01", 99_99, "every-day");
    assert_eq!(thirds, [("2025-01-01".to_owned(), 29_99), ("2025-03-02".to_owned(), 70_00)]);
    assert_eq!(schedule("net 30/60/90", "2025-01-01", 1, "every-day"), [("2025-04-01".to_owned(), 1)]);
    assert_eq!(schedule("net 30/60/90", "2025-01-01", 0, "every-day"), [("2025-04-01".to_owned(), 0)]);
}

#[test]
fn a_discount_has_a_last_day_and_a_rounded_amount() {
    let table = [
        ("2/10 net 30", 100_000, Some(("2025-01-25", 2_000))),
        ("2/10 net 30", 1_025, Some(("2025-01-25", 21))),
        ("2/10 net 30", -1_025, Some(("2025-01-25", -21))),
        ("2.5/14 net 30", 99_99, Some(("2025-01-29", 2_50))),
        ("net 30", 100_000, None),
    ];
    for (text, amount, expected) in table {
        let discount = terms(text).discount(day("2025-01-15"), amount);
        assert_eq!(discount, expected.map(|(date, minor)| (day(date), minor)), "{text} {amount}");
    }
}

#[test]
fn payment_first_is_known_for_cash_in_advance_only() {
    assert!(terms("CIA").needs_payment_first());
    assert!(terms("30% CIA, 70% net 30").needs_payment_first());
    assert!(!terms("COD").needs_payment_first());
    assert!(!terms("due on receipt").needs_payment_first());
}

#[test]
fn what_is_not_understood_is_refused_and_says_what_is() {
    let unknown = [
        "",
        "30",
        "soon",
        "net",
        "net thirty",
        "30/60",
        "2/10",
        "2% 10 days",
        "net 30 net 60",
        "net 30 cut-off 5",
        "50% net 30",
        "prox",
        "th prox",
        "net 30 €",
        "1/10 2/20 net 30",
        "instalments net 30/60",
        "EOM EOM",
        "net -",
    ];
    for text in unknown {
        let problem = Terms::parse(text).unwrap_err();
        assert!(matches!(problem, TermsError::NotUnderstood { .. }), "{text}: {problem:?}");
        assert!(problem.to_string().contains("2/10 net 30") && problem.to_string().contains("EOM+30"));
    }
    let range = |what, value, least, most| TermsError::OutOfRange { what, value, least, most };
    let table = [
        ("net 3651", range("days", 3_651, 0, 3_650)),
        ("net 30.5", range("days", 30, 0, 3_650)),
        ("32nd prox", range("the day of the month", 32, 0, 31)),
        ("0 prox", range("the day of the month", 0, 1, 31)),
        ("15th of month cut-off 20", range("the cut-off", 20, 1, 15)),
        ("15th of month +25", range("months ahead", 25, 0, 24)),
        ("100/10 net 30", range("the discount in hundredths of a percent", 10_000, 1, 9_999)),
        ("50% net 30, 40% net 60", TermsError::SharesNotWhole { sum_bp: 9_000 }),
        ("3 instalments net 30/60", TermsError::CountDiffers { stated: 3, listed: 2 }),
        ("2/40 net 30", TermsError::DiscountAfterDue),
    ];
    for (text, problem) in table {
        assert_eq!(Terms::parse(text), Err(problem), "{text}");
    }
    assert!(Terms::parse(&"net 30 ".repeat(100)).is_err());
    assert_eq!(Terms::new(&[], Remainder::Last, None, Roll::None), Err(range("instalments", 0, 1, 60)));
}

#[test]
fn the_end_of_time_is_a_due_date_not_a_crash() {
    for text in ["net 3650", "net 30 EOM", "EOM+30", "15th prox cut-off 1", "31st of month +24"] {
        for edge in [Date::MAX, Date::MIN] {
            let lines =
                terms(text).with_roll(Roll::Following).schedule(edge, i64::MAX, &Calendar::named("de").unwrap());
            assert_eq!(lines.len(), 1, "{text}");
        }
    }
}

fn due_rules() -> impl Strategy<Value = DueRule> {
    prop_oneof![
        Just(DueRule::OnReceipt),
        Just(DueRule::CashOnDelivery),
        Just(DueRule::CashInAdvance),
        (0u16..400).prop_map(|days| DueRule::Net { days }),
        (0u16..400).prop_map(|days| DueRule::NetThenEndOfMonth { days }),
        (0u16..400).prop_map(|days| DueRule::EndOfMonthThenNet { days }),
        (1u8..=31, 0u8..5, prop::option::of(1u8..=31)).prop_map(|(day, months, cut_off)| {
            let cut_off = cut_off.map(|last| if months == 0 { last.min(day) } else { last });
            DueRule::DayOfMonth { day, months, cut_off }
        }),
    ]
}

fn any_terms() -> impl Strategy<Value = Terms> {
    let discount = prop::option::of((1u32..5_000, 0u16..60).prop_map(|(rate_bp, days)| Discount { rate_bp, days }));
    let roll = prop::sample::select(vec![Roll::None, Roll::Following, Roll::Preceding]);
    let remainder = prop::sample::select(vec![Remainder::Last, Remainder::First]);
    let parts = prop::collection::vec((1u32..1_000, due_rules()), 1..6);
    (parts, any::<bool>(), discount, roll, remainder).prop_map(|(drawn, equal, discount, roll, remainder)| {
        let mut parts: Vec<Part> = drawn.iter().map(|(weight, due)| Part { weight: *weight, due: *due }).collect();
        if equal {
            parts.iter_mut().for_each(|part| part.weight = 1);
        } else {
            let others: u32 = parts[1..].iter().map(|part| part.weight).sum();
            parts[0].weight = 10_000 - others;
        }
        Terms::new(&parts, remainder, discount, roll).or_else(|_| Terms::new(&parts, remainder, None, roll)).unwrap()
    })
}

proptest! {
    #[test]
    fn the_lines_add_up_to_the_amount_and_never_change_its_sign(terms in any_terms(), amount in any::<i64>(), start in -20_000i64..40_000) {
        let date = dunwell_rules::calendar::from_day_number(start);
        let lines = terms.schedule(date, amount, &Calendar::named("target").unwrap());
        prop_assert!(!lines.is_empty());
        prop_assert_eq!(lines.iter().map(|line| i128::from(line.amount)).sum::<i128>(), i128::from(amount));
        for line in &lines {
            prop_assert!(line.amount.signum() == amount.signum());
        }
    }

    #[test]
    fn canonical_text_reads_back_as_the_same_terms(terms in any_terms()) {
        let text = terms.to_string();
        prop_assert_eq!(Terms::parse(&text), Ok(terms), "{}", text);
    }

    #[test]
    fn no_text_makes_the_reader_fail(text in "[0-9netomdays%/+,.: -]{0,40}|\\PC{0,40}") {
        if let Ok(terms) = Terms::parse(&text) {
            prop_assert_eq!(Terms::parse(&terms.to_string()), Ok(terms));
        }
    }
}
