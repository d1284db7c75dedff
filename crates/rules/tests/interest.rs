//! Late interest: golden cases of the statutory packs and of contract rates (reliability L17, L18).

#![allow(clippy::inconsistent_digit_grouping, reason = "amounts are written as units and hundredths")]

use dunwell_rules::calendar::{Date, add_days, days_between};
use dunwell_rules::interest::{
    AgreedRate, ContractRate, InterestCharge, InterestError, InterestRule, InterestSegment, OpenAmount, StatutoryPack,
    late_interest,
};
use dunwell_rules::money::{Currency, Money};
use proptest::prelude::*;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn pack(id: &str) -> &'static StatutoryPack {
    StatutoryPack::named(id).unwrap()
}

fn opens(rows: &[(&str, i64)]) -> Vec<OpenAmount> {
    rows.iter().map(|(date, open)| OpenAmount { day: day(date), open: *open }).collect()
}

fn statutory(id: &str, due: &str, rows: &[(&str, i64)], on: &str) -> Result<InterestCharge, InterestError> {
    let pack = pack(id);
    late_interest(InterestRule::Statutory(pack), pack.currency, day(due), &opens(rows), day(on))
}

fn contract(rate: AgreedRate, due: &str, rows: &[(&str, i64)], on: &str) -> InterestCharge {
    let rate = ContractRate { rate, clause: "clause 7.2 of the order".into() };
    late_interest(InterestRule::Contract(&rate), Currency::USD, day(due), &opens(rows), day(on)).unwrap()
}

/// First day, last day, days, principal, rate of each segment.
fn rows(charge: &InterestCharge) -> Vec<(String, String, i64, i64, i64)> {
    let row = |s: &InterestSegment| (s.from.to_string(), s.to.to_string(), s.days, s.principal, s.rate_bp);
    charge.segments.iter().map(row).collect()
}

fn row(from: &str, to: &str, days: i64, principal: i64, rate_bp: i64) -> (String, String, i64, i64, i64) {
    (from.into(), to.into(), days, principal, rate_bp)
}

#[test]
fn the_british_rate_is_fixed_by_the_half_year_in_which_interest_starts() {
    let charge = statutory("uk-lpa-1998", "2023-12-15", &[("2023-11-15", 100_000)], "2024-03-01").unwrap();
    assert_eq!(rows(&charge), [row("2023-12-16", "2024-03-01", 77, 100_000, 1_300)]);
    assert_eq!(charge.interest, Money::new(27_42, Currency::GBP));
    assert_eq!(charge.fixed_sum, Some(Money::new(70_00, Currency::GBP)));
    assert_eq!(charge.segments[0].reference.unwrap().from, day("2023-07-01"));
    assert_eq!(charge.rule, "uk-lpa-1998");

    // Due on 31 December: interest starts on 1 January and takes that half-year's rate; due a day earlier, it does not.
    let charge = statutory("uk-lpa-1998", "2023-12-31", &[("2023-12-01", 100_000)], "2024-01-30").unwrap();
    assert_eq!((charge.segments[0].rate_bp, charge.interest.minor), (1_325, 10_89));
    let charge = statutory("uk-lpa-1998", "2023-12-30", &[("2023-12-01", 100_000)], "2024-01-29").unwrap();
    assert_eq!((charge.segments[0].rate_bp, charge.interest.minor), (1_300, 10_68));
}

#[test]
fn the_fixed_sums_change_at_the_pence_the_law_names() {
    let table = [
        ("uk-lpa-1998", 1, 40_00),
        ("uk-lpa-1998", 999_99, 40_00),
        ("uk-lpa-1998", 1_000_00, 70_00),
        ("uk-lpa-1998", 9_999_99, 70_00),
        ("uk-lpa-1998", 10_000_00, 100_00),
        ("ie-late-payments", 999_99, 40_00),
        ("ie-late-payments", 1_000_00, 40_00),
        ("ie-late-payments", 1_000_01, 70_00),
        ("ie-late-payments", 9_999_99, 70_00),
        ("ie-late-payments", 10_000_00, 70_00),
        ("ie-late-payments", 10_000_01, 100_00),
        ("de-bgb-288", 1, 40_00),
        ("de-bgb-288", 99_999_99, 40_00),
    ];
    for (id, debt, sum) in table {
        assert_eq!(pack(id).fixed_sum(debt).minor, sum, "{id} {debt}");
        let charge = statutory(id, "2024-02-01", &[("2024-01-01", debt)], "2024-02-02").unwrap();
        assert_eq!(charge.fixed_sum, Some(Money::new(sum, pack(id).currency)), "{id} {debt}");
    }
}

#[test]
fn the_german_rate_follows_each_half_year() {
    let charge = statutory("de-bgb-288", "2023-12-15", &[("2023-11-15", 100_000)], "2024-07-31").unwrap();
    let expected = [
        row("2023-12-16", "2023-12-31", 16, 100_000, 1_212),
        row("2024-01-01", "2024-06-30", 182, 100_000, 1_262),
        row("2024-07-01", "2024-07-31", 31, 100_000, 1_237),
    ];
    assert_eq!(rows(&charge), expected);
    assert_eq!(charge.interest, Money::new(78_75, Currency::EUR));
    assert_eq!(charge.segments.iter().map(|segment| segment.charged).sum::<i64>(), 78_75);
    let below_zero = statutory("de-bgb-288", "2022-06-30", &[("2022-06-01", 100_000)], "2022-07-30").unwrap();
    assert_eq!(below_zero.segments[0].rate_bp, 812, "-0.88 % and 9 points");
}

#[test]
fn the_irish_rate_is_the_one_of_the_day_payment_was_due() {
    let june = statutory("ie-late-payments", "2024-06-30", &[("2024-05-31", 500_000)], "2024-12-31").unwrap();
    assert_eq!(rows(&june), [row("2024-07-01", "2024-12-31", 184, 500_000, 1_250)]);
    assert_eq!(june.interest.minor, 315_07);
    let july = statutory("ie-late-payments", "2024-07-01", &[("2024-05-31", 500_000)], "2024-12-31").unwrap();
    assert_eq!(rows(&july), [row("2024-07-02", "2024-12-31", 183, 500_000, 1_225)]);
    assert_eq!(july.interest.minor, 307_09);
}

#[test]
fn a_leap_day_is_a_day_and_a_year_has_365() {
    let charge = statutory("uk-lpa-1998", "2024-02-28", &[("2024-01-29", 1_234_567)], "2024-03-01").unwrap();
    assert_eq!((charge.segments[0].days, charge.interest.minor), (2, 8_96));
    let leap_year = contract(AgreedRate::Annual(1_000), "2024-01-01", &[("2024-01-01", 100_000)], "2025-01-01");
    assert_eq!((leap_year.segments[0].days, leap_year.interest.minor), (366, 100_27));
    let year = contract(AgreedRate::Annual(1_000), "2025-01-01", &[("2025-01-01", 100_000)], "2026-01-01");
    assert_eq!((year.segments[0].days, year.interest.minor), (365, 100_00));
}

#[test]
fn a_contract_rate_is_annual_or_twelve_times_monthly_and_shows_its_clause() {
    let annual = contract(AgreedRate::Annual(1_200), "2024-01-31", &[("2024-01-01", 100_000)], "2024-03-01");
    assert_eq!((annual.segments[0].days, annual.interest.minor), (30, 9_86));
    let monthly = contract(AgreedRate::Monthly(150), "2025-01-31", &[("2025-01-01", 100_000)], "2025-03-02");
    assert_eq!((monthly.segments[0].rate_bp, monthly.interest.minor), (1_800, 14_79));
    assert_eq!(monthly.clause.as_deref(), Some("clause 7.2 of the order"));
    assert_eq!((monthly.rule, monthly.fixed_sum, monthly.citation), ("contract", None, None));
}

#[test]
fn partial_payments_lower_the_principal_and_a_paid_debt_keeps_its_interest() {
    let open = [("2024-05-10", 1_000_000), ("2024-06-25", 400_000), ("2024-07-20", 0)];
    let charge = statutory("de-bgb-288", "2024-06-10", &open, "2024-12-31").unwrap();
    let expected = [
        row("2024-06-11", "2024-06-25", 15, 1_000_000, 1_262),
        row("2024-06-26", "2024-06-30", 5, 400_000, 1_262),
        row("2024-07-01", "2024-07-20", 20, 400_000, 1_237),
    ];
    assert_eq!(rows(&charge), expected);
    assert_eq!((charge.interest.minor, charge.debt.minor), (85_89, 1_000_000));
    let much_later = statutory("de-bgb-288", "2024-06-10", &open, "2031-12-31").unwrap();
    assert_eq!(much_later, charge, "what a paid debt earned stays the same for ever, and needs no later rate");
}

#[test]
fn a_debt_paid_by_its_due_date_earns_nothing() {
    let paid = [("2024-05-10", 100_000), ("2024-06-10", 0)];
    let charge = statutory("uk-lpa-1998", "2024-06-10", &paid, "2024-12-31").unwrap();
    assert_eq!((charge.segments.len(), charge.interest.minor, charge.fixed_sum), (0, 0, None));
    let today = statutory("uk-lpa-1998", "2024-06-10", &[("2024-05-10", 100_000)], "2024-06-10").unwrap();
    assert_eq!((today.interest.minor, today.fixed_sum), (0, None));
    let part = [("2024-05-10", 200_000), ("2024-06-01", 99_999)];
    let charge = statutory("uk-lpa-1998", "2024-06-10", &part, "2024-06-11").unwrap();
    assert_eq!((charge.debt.minor, charge.fixed_sum.unwrap().minor), (99_999, 40_00), "the debt is what was unpaid");
}

#[test]
fn a_day_without_a_known_rate_is_refused_by_the_day_it_begins() {
    let open = [("2026-05-01", 100_000)];
    let unknown = |from: &str| Err(InterestError::RateUnknown { from: day(from) });
    assert_eq!(statutory("de-bgb-288", "2026-06-01", &open, "2026-07-01"), unknown("2026-07-01"));
    assert!(statutory("de-bgb-288", "2026-06-01", &open, "2026-06-30").is_ok());
    assert_eq!(statutory("ie-late-payments", "2026-07-01", &open, "2026-08-01"), unknown("2026-07-01"));
    assert!(statutory("ie-late-payments", "2026-06-30", &open, "2026-08-01").is_ok(), "its rate was fixed in June");
    assert_eq!(statutory("uk-lpa-1998", "2026-12-31", &open, "2027-01-31"), unknown("2027-01-01"));
    assert_eq!(statutory("de-bgb-288", "2014-12-01", &[("2014-11-01", 1)], "2014-12-24"), unknown("2014-12-02"));
}

#[test]
fn disordered_or_negative_open_amounts_are_refused() {
    for open in [
        [("2024-05-10", 5), ("2024-05-10", 4)],
        [("2024-05-10", 5), ("2024-05-09", 4)],
        [("2024-05-10", 5), ("2024-05-11", -1)],
    ] {
        let refused = statutory("uk-lpa-1998", "2024-06-10", &open, "2024-07-31");
        assert_eq!(refused, Err(InterestError::OpenAmountsUnordered), "{open:?}");
    }
    let huge = statutory("uk-lpa-1998", "1999-06-10", &[("1999-01-01", i64::MAX)], "2024-07-31");
    assert!(huge.is_err());
    let rate = ContractRate { rate: AgreedRate::Annual(u32::MAX), clause: String::new() };
    let open = opens(&[("2024-01-01", i64::MAX)]);
    let charge = late_interest(InterestRule::Contract(&rate), Currency::USD, day("2024-01-01"), &open, Date::MAX);
    assert_eq!(charge, Err(InterestError::TooLarge));
}

#[test]
fn every_half_year_of_a_table_has_one_row_with_its_source() {
    for id in StatutoryPack::NAMES {
        let pack = pack(id);
        assert!(pack.citation.url.starts_with("https://"), "{id}");
        for pair in pack.rates.windows(2) {
            let days = days_between(pair[0].from, pair[1].from);
            assert!((107..=184).contains(&days), "{id} {} to {}", pair[0].from, pair[1].from);
            assert!(pair[1].from.day() == 1 && [1, 7].contains(&pair[1].from.month()), "{id} {}", pair[1].from);
        }
        for rate in pack.rates {
            assert!(rate.source.url.starts_with("http") && !rate.source.title.is_empty(), "{id} {}", rate.from);
        }
        let last = pack.rates.last().unwrap();
        assert!((180..=183).contains(&days_between(last.from, pack.known_through)), "{id}");
    }
    assert_eq!(StatutoryPack::named("us"), None);
}

#[test]
fn the_german_base_rate_moves_with_the_rate_of_the_european_central_bank() {
    // BGB 247(1): base rate and main refinancing rate move by the same points; before 2 points of change they differ by 0.88.
    let (base, central) = (pack("de-bgb-288"), pack("ie-late-payments"));
    for rate in base.rates {
        let reference = central.reference_on(rate.from).unwrap();
        assert_eq!(reference.reference_bp - rate.reference_bp, 88, "{}", rate.from);
    }
}

proptest! {
    #[test]
    fn the_sum_of_the_days_is_the_closed_form_within_half_a_cent(
        id in 0usize..3,
        start in 0i64..3_600,
        principals in prop::collection::vec((1i64..60, 0i64..5_000_000), 1..6),
        late in 0i64..500,
    ) {
        let pack = pack(StatutoryPack::NAMES[id]);
        let due = add_days(day("2015-01-01"), start);
        let on = add_days(due, late).min(pack.known_through);
        let mut date = add_days(due, -10);
        let mut open = Vec::new();
        for (days, amount) in principals {
            open.push(OpenAmount { day: date, open: amount });
            date = add_days(date, days);
        }
        let charge = late_interest(InterestRule::Statutory(pack), pack.currency, due, &open, on).unwrap();
        let mut exact: i128 = 0;
        let mut next = add_days(due, 1);
        while next <= on {
            let fixed = match id { 0 => add_days(due, 1), 1 => next, _ => due };
            let rate = pack.rates.iter().rev().find(|rate| rate.from <= fixed).unwrap().reference_bp + pack.margin_bp;
            let principal = open.iter().rev().find(|amount| amount.day < next).map_or(0, |amount| amount.open);
            exact += i128::from(principal) * i128::from(rate);
            next = add_days(next, 1);
        }
        let daily: i128 = charge.segments.iter().flat_map(InterestSegment::daily).map(|(_, part)| part).sum();
        prop_assert_eq!(daily, exact);
        let error = i128::from(charge.interest.minor) * InterestSegment::PARTS - exact;
        prop_assert!(error.abs() * 2 <= InterestSegment::PARTS);
        prop_assert_eq!(charge.segments.iter().map(|segment| segment.charged).sum::<i64>(), charge.interest.minor);
        for segment in &charge.segments {
            prop_assert!(segment.charged >= 0 && segment.days == days_between(segment.from, segment.to) + 1);
        }
    }
}
