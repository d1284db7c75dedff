//! Metrics, held against published examples.

#![allow(clippy::inconsistent_digit_grouping, reason = "amounts are written as units and hundredths")]

use dunwell_rules::metrics::{
    Measure, MonthSales, NotDefined, Unit, at_risk_rate, average_days_delinquent, average_days_late, best_possible_dso,
    collection_effectiveness, countback_dso, dso, promise_kept_rate, roll_rate, weighted_average_days_late,
};

fn value(measure: &Measure) -> i64 {
    measure.hundredths.unwrap()
}

#[test]
fn dso_gives_the_published_figures() {
    // Dynamics 365 credit statistics: 12 months, 6 months, and a customer of 283 days. JD Edwards: 90 days.
    let table = [
        (50_000, 150_000, 365, 121_67),
        (50_000, 150_000, 183, 61_00),
        (50_000, 150_000, 283, 94_33),
        (10_869, 17_674, 90, 55_35),
    ];
    for (receivables, sales, days, hundredths) in table {
        assert_eq!(value(&dso(receivables, sales, days)), hundredths, "{receivables}/{sales}*{days}");
    }
    let measure = dso(50_000, 150_000, 365);
    assert_eq!((measure.name, measure.unit), ("dso", Unit::Days));
    assert_eq!(measure.inputs, [("closing_receivables", 50_000), ("credit_sales", 150_000), ("days", 365)]);
}

#[test]
fn average_days_delinquent_is_dso_less_the_best_possible() {
    assert_eq!(value(&best_possible_dso(30_000, 150_000, 365)), 73_00);
    assert_eq!(value(&average_days_delinquent(50_000, 30_000, 150_000, 365)), 48_67);
    assert_eq!(value(&average_days_delinquent(50_000, 50_000, 150_000, 365)), 0);
}

#[test]
fn countback_uses_up_the_newest_months_first() {
    let months = [(40_000, 31), (30_000, 28), (60_000, 31)].map(|(sales, days)| MonthSales { sales, days });
    let table = [
        (0, 0),
        (20_000, 15_50),
        (40_000, 31_00),
        (55_000, 45_00),
        (70_000, 59_00),
        (100_000, 74_50),
        (130_000, 90_00),
    ];
    for (receivables, hundredths) in table {
        assert_eq!(value(&countback_dso(receivables, &months)), hundredths, "{receivables}");
    }
    let quiet = [(0, 30), (10_000, 31)].map(|(sales, days)| MonthSales { sales, days });
    assert_eq!(value(&countback_dso(5_000, &quiet)), 45_50);
    let returned = [(-1_000, 30), (10_000, 31)].map(|(sales, days)| MonthSales { sales, days });
    assert_eq!(value(&countback_dso(9_000, &returned)), 61_00);
}

#[test]
fn collection_effectiveness_is_100_when_nothing_is_past_due() {
    assert_eq!(value(&collection_effectiveness(100_000, 90_000, 1, 60_000, 60_000)), 100_00);
    assert_eq!(value(&collection_effectiveness(100_000, 90_000, 1, 80_000, 50_000)), 78_57);
    assert_eq!(value(&collection_effectiveness(100_000, 90_000, 3, 80_000, 50_000)), 62_50);
}

#[test]
fn days_late_and_rates_are_weighted_as_defined() {
    // 1,000.00 ten days late and 3,000.00 two days late: 4.00 by amount, 6.00 by count.
    assert_eq!(value(&weighted_average_days_late(1_600_000, 400_000)), 4_00);
    assert_eq!(value(&average_days_late(12, 2)), 6_00);
    assert_eq!(value(&weighted_average_days_late(-500, 100)), -5_00);
    assert_eq!(value(&promise_kept_rate(7, 2)), 77_78);
    assert_eq!(value(&promise_kept_rate(0, 2)), 0);
    assert_eq!(value(&at_risk_rate(25, 200)), 12_50);
    assert_eq!(value(&roll_rate(1, 3)), 33_33);
}

#[test]
fn what_would_divide_by_nothing_is_not_defined_never_zero() {
    let table = [
        (dso(50_000, 0, 365), NotDefined::NoSales),
        (dso(50_000, -1, 365), NotDefined::NoSales),
        (dso(50_000, 150_000, 0), NotDefined::EmptyPeriod),
        (best_possible_dso(0, 0, 365), NotDefined::NoSales),
        (average_days_delinquent(0, 0, 0, 365), NotDefined::NoSales),
        (countback_dso(-1, &[]), NotDefined::CreditBalance),
        (countback_dso(1, &[]), NotDefined::SalesTooShort),
        (countback_dso(50, &[MonthSales { sales: 49, days: 31 }]), NotDefined::SalesTooShort),
        (collection_effectiveness(0, 0, 1, 0, 0), NotDefined::NothingToCollect),
        (collection_effectiveness(100, 0, 1, 100, 100), NotDefined::NothingToCollect),
        (collection_effectiveness(100, 0, 0, 100, 100), NotDefined::EmptyPeriod),
        (weighted_average_days_late(0, 0), NotDefined::NothingClosed),
        (average_days_late(0, 0), NotDefined::NothingClosed),
        (promise_kept_rate(0, 0), NotDefined::NoPromises),
        (at_risk_rate(0, 0), NotDefined::NothingToCollect),
        (roll_rate(0, 0), NotDefined::NothingToCollect),
    ];
    for (measure, reason) in table {
        assert_eq!(measure.hundredths, Err(reason), "{measure:?}");
    }
}

#[test]
fn the_largest_figures_are_refused_not_wrapped() {
    assert_eq!(dso(i64::MAX, 1, i64::MAX).hundredths, Err(NotDefined::TooLarge));
    assert_eq!(average_days_delinquent(i64::MAX, i64::MIN, 1, i64::MAX).hundredths, Err(NotDefined::TooLarge));
    assert_eq!(
        collection_effectiveness(i64::MAX, i64::MAX, i64::MAX, 0, i64::MIN).hundredths,
        Err(NotDefined::TooLarge)
    );
    let endless = [MonthSales { sales: i64::MIN, days: i64::MAX }; 3];
    assert!(countback_dso(i64::MAX, &endless).hundredths.is_err());
    assert!(promise_kept_rate(i64::MAX, i64::MAX).hundredths.is_ok());
}
