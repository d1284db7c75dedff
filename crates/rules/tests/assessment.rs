//! What an account owes and what may be asked for: figures, promises, disputes, trend, seriousness, flags.

mod case;

use case::{Case, day, entry};
use dunwell_rules::assessment::{Figure, Flag, Seriousness};
use dunwell_rules::facts::{MonthFacts, PaymentFacts};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Money;
use dunwell_rules::promise::PromiseState;
use dunwell_rules::trend::TrendWord;

const TODAY: &str = "2025-03-24";

#[test]
fn figures_say_what_is_owed_contested_promised_and_left() {
    let account = Case::on(TODAY)
        .invoice(1, 100_000, "2025-02-04")
        .invoice(2, 50_000, "2025-03-10")
        .invoice(3, 30_000, TODAY)
        .credit(ItemKind::CreditMemo, 5_000)
        .dispute(1, Some(40_000))
        .promise(70_000, "2025-03-20", "2025-03-28", &[])
        .assess();
    let figures = [
        (account.balance, "1750.00"),
        (account.past_due, "1500.00"),
        (account.not_due, "300.00"),
        (account.disputed, "400.00"),
        (account.promised, "700.00"),
        (account.unapplied, "-50.00"),
        (account.collectible, "350.00"),
    ];
    for (figure, expected) in figures {
        assert_eq!(figure.decimal(), expected);
    }
    // The promise names no item: it covers the oldest undisputed debt first.
    let promised: Vec<i64> = account.lines.iter().map(|line| line.promised).collect();
    assert_eq!(promised, [60_000, 10_000, 0]);
    assert_eq!((account.oldest_days_past_due, account.oldest_collectible_days_past_due), (Some(48), Some(14)));
    let cited: Vec<_> =
        account.cites(Figure::Collectible).iter().map(|c| (c.document.clone(), c.amount.minor)).collect();
    assert_eq!(cited[0], ("INV-2".to_string(), 40_000));
    assert_eq!(cited[1].1, -5_000);
}

#[test]
fn an_invoice_due_today_is_not_past_due() {
    let account = Case::on(TODAY).invoice(1, 100, TODAY).assess();
    assert_eq!((account.past_due.minor, account.oldest_days_past_due), (0, None));
    assert_eq!(account.seriousness.word, Seriousness::None);
}

#[test]
fn credits_beyond_the_debt_make_nothing_collectible_and_never_less() {
    let account = Case::on(TODAY).invoice(1, 100, "2025-03-01").credit(ItemKind::Receipt, 900).assess();
    assert_eq!((account.collectible.minor, account.balance.minor), (0, -800));
}

#[test]
fn a_dispute_is_never_larger_than_what_is_open_and_two_do_not_overlap() {
    let account =
        Case::on(TODAY).invoice(1, 10_000, "2025-03-01").dispute(1, Some(8_000)).dispute(1, Some(8_000)).assess();
    assert_eq!((account.disputed.minor, account.collectible.minor), (10_000, 0));
}

#[test]
fn a_named_promise_covers_its_items_only() {
    let account = Case::on(TODAY)
        .invoice(1, 100_000, "2025-02-04")
        .invoice(2, 50_000, "2025-03-10")
        .promise(80_000, "2025-03-20", "2025-03-28", &[])
        .with(|case| case.facts.promises[0].items = vec![entry(2)])
        .assess();
    assert_eq!(account.lines.iter().map(|line| line.promised).collect::<Vec<_>>(), [0, 50_000]);
}

#[test]
fn every_standing_of_a_promise_follows_from_dates_and_money() {
    // Promised for Thursday 2025-03-20; one business day of grace ends on Friday the 21st.
    let of = |today: &str, payments: &[(&str, i64)]| {
        let account =
            Case::on(today).invoice(1, 100_000, "2025-02-04").promise(50_000, "2025-03-10", "2025-03-20", payments);
        account.assess().promises[0].state
    };
    let open = PromiseState::Open { last_day: day("2025-03-21") };
    let told = [
        (of("2025-03-21", &[]), open),
        (of("2025-03-24", &[]), PromiseState::Broken),
        (of("2025-03-21", &[("2025-03-20", 20_000)]), open),
        (of("2025-03-24", &[("2025-03-20", 20_000)]), PromiseState::PartiallyKept),
        (of("2025-03-20", &[("2025-03-20", 50_000)]), PromiseState::Kept),
        (of("2025-03-24", &[("2025-03-12", 20_000), ("2025-03-21", 30_000)]), PromiseState::KeptLate),
        (of("2025-03-31", &[("2025-03-24", 50_000)]), PromiseState::Broken),
        (of("2025-03-31", &[("2025-03-09", 50_000)]), PromiseState::Broken),
    ];
    for (place, (state, expected)) in told.into_iter().enumerate() {
        assert_eq!(state, expected, "row {place}");
    }
}

#[test]
fn what_came_for_a_promise_is_no_longer_kept_from_being_collected() {
    let account = Case::on("2025-03-18")
        .invoice(1, 80_000, "2025-02-04")
        .promise(50_000, "2025-03-10", "2025-03-20", &[("2025-03-17", 20_000)])
        .assess();
    assert_eq!((account.promised.minor, account.collectible.minor), (30_000, 50_000));
}

#[test]
fn a_promise_ended_before_it_was_broken_is_withdrawn_or_superseded_and_a_broken_one_stays_broken() {
    let ended = |on: &str, newer: bool| {
        let mut case =
            Case::on("2025-03-31").invoice(1, 80_000, "2025-02-04").promise(50_000, "2025-03-10", "2025-03-20", &[]);
        case.facts.promises[0].ended_on = Some(day(on));
        if newer {
            case = case.promise(50_000, on, "2025-04-10", &[]);
        }
        case.assess().promises[0].state
    };
    assert_eq!(ended("2025-03-14", false), PromiseState::Withdrawn);
    assert_eq!(ended("2025-03-14", true), PromiseState::Superseded);
    assert_eq!(ended("2025-03-25", true), PromiseState::Broken);
}

#[test]
fn one_payment_keeps_one_promise() {
    let mut case = Case::on("2025-03-24")
        .invoice(1, 200_000, "2025-02-04")
        .promise(50_000, "2025-03-10", "2025-03-20", &[("2025-03-12", 50_000)])
        .promise(50_000, "2025-03-11", "2025-03-20", &[]);
    let payments: Vec<PaymentFacts> = case.facts.promises[0].payments.clone();
    case.facts.promises[1].payments = payments;
    let states: Vec<&str> = case.assess().promises.iter().map(|promise| promise.state.code()).collect();
    assert_eq!(states, ["kept", "broken"]);
}

#[test]
fn a_reversed_receipt_opens_the_promise_again() {
    let kept = Case::on("2025-03-18").invoice(1, 80_000, "2025-02-04").promise(
        50_000,
        "2025-03-10",
        "2025-03-20",
        &[("2025-03-17", 50_000)],
    );
    assert_eq!(kept.assess().promises[0].state, PromiseState::Kept);
    let reversed = kept.with(|case| case.facts.promises[0].payments.clear());
    assert_eq!(reversed.assess().promises[0].state, PromiseState::Open { last_day: day("2025-03-21") });
}

fn month(year: i16, month: i8, lines: i64, days_late: i64) -> MonthFacts {
    MonthFacts {
        year,
        month,
        lines,
        amount: 1_000 * lines,
        late_lines: if days_late > 0 { lines } else { 0 },
        late_amount: if days_late > 0 { 1_000 * lines } else { 0 },
        days_late: days_late * lines,
        amount_days_late: 1_000 * lines * days_late,
        longest_days_late: days_late,
    }
}

#[test]
fn the_trend_compares_three_months_with_the_nine_before() {
    let of = |before: i64, now: i64| {
        let months = vec![
            month(2024, 6, 5, before),
            month(2024, 11, 5, before),
            month(2024, 12, 5, now),
            month(2025, 2, 5, now),
        ];
        Case::on(TODAY).with(|case| case.facts.months = months).assess().trend
    };
    assert_eq!(of(5, 8).word, TrendWord::Worsening);
    assert_eq!(of(5, 7).word, TrendWord::Stable);
    assert_eq!(of(8, 5).word, TrendWord::Improving);
    let trend = of(5, 8);
    assert_eq!(trend.because, "8.0 days late in the last 3 months, 5.0 in the 9 before");
    assert_eq!((trend.last_3.lines, trend.last_6.lines, trend.last_12.lines), (10, 15, 20));
    assert_eq!(trend.last_12.average_days_late_tenths, Some(65));
    assert_eq!((trend.last_12.late_share_permille, trend.last_12.longest_days_late), (Some(1000), 8));
}

#[test]
fn a_trend_over_nothing_is_not_defined_rather_than_stable() {
    let trend = Case::on(TODAY).assess().trend;
    assert_eq!(trend.word, TrendWord::NotDefined);
    assert_eq!((trend.last_3.average_days_late_tenths, trend.last_3.late_share_permille), (None, None));
    let current_month = Case::on(TODAY).with(|case| case.facts.months = vec![month(2025, 3, 9, 9)]).assess().trend;
    assert_eq!(current_month.last_3.lines, 0, "the month of the day is not whole yet");
    assert_eq!(current_month.last_12.lines, 0, "the month of the day is not whole yet");
}

#[test]
fn seriousness_adds_the_bands_of_amount_age_and_trend() {
    let of = |cents, due: &str| Case::on(TODAY).invoice(1, cents, due).assess().seriousness;
    assert_eq!(of(99_999, "2025-03-20").word, Seriousness::Low);
    assert_eq!(of(100_000, "2025-03-01").word, Seriousness::Medium);
    assert_eq!(of(1_000_000, "2025-02-04").word, Seriousness::High);
    let worst = of(5_000_000, "2024-12-01");
    assert_eq!((worst.word, worst.points, worst.because.len()), (Seriousness::Critical, 6, 2));
}

#[test]
fn flags_stand_with_the_numbers_and_entries_that_say_so() {
    let base = || Case::on(TODAY).invoice(1, 50_000, "2025-02-04").invoice(2, 50_000, "2025-02-10");
    let flags = |case: &Case| case.assess().flags.iter().map(|found| found.flag).collect::<Vec<_>>();
    assert_eq!(flags(&base()), []);
    let habit = base().with(|case| case.facts.months = vec![month(2025, 1, 6, 9), month(2024, 9, 6, 0)]);
    assert_eq!(flags(&habit), [Flag::RoutinelyDelinquent]);
    let never = base().with(|case| case.facts.months = vec![month(2025, 1, 6, 0)]);
    assert_eq!(flags(&never), [Flag::FirstTimeLate]);
    let new = base().with(|case| case.facts.first_document = Some(day("2025-01-05")));
    assert_eq!(flags(&new), [Flag::NewAccount]);
    assert_eq!(new.assess().flags[0].cites[0].document, "INV-1");
    let stopped = base().with(|case| {
        let amount = Money::new(700, case.facts.currency);
        let (entry, document) = (entry(77), "RC-77".to_string());
        case.facts.last_payment = Some(PaymentFacts { entry, day: day("2025-01-01"), amount, item: None, document });
    });
    assert_eq!(flags(&stopped), [Flag::StoppedPaying]);
    assert!(stopped.assess().flags[0].cites.iter().any(|cite| cite.entry == entry(77)));
    let short = base().with(|case| case.facts.lines.iter_mut().for_each(|line| line.open -= 100));
    assert_eq!(flags(&short), [Flag::ShortPayer]);
}
