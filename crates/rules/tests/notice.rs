//! Which notice step is next, and why an account waits: every wait, every step, the climb and its cycles.

mod case;

use case::{Case, day, entry, policy_of};
use dunwell_rules::calendar::Calendar;
use dunwell_rules::decision::{Decision, NextAction, WaitReason};
use dunwell_rules::facts::{HoldKind, StepState};
use dunwell_rules::item::ItemKind;
use dunwell_rules::live_start::LiveStart;
use dunwell_rules::money::{Currency, RateFacts};
use dunwell_rules::notice::OwnNotice;

const DUE: &str = "2025-02-04";

/// ACME owes 12,000.00 due on 2025-02-04.
fn acme(today: &str) -> Case {
    Case::on(today).invoice(1, 1_200_000, DUE)
}

fn pending(case: Case, id: &str, on: &str) -> Case {
    case.step(id, 1, on, StepState::Pending, &[1])
}

#[test]
fn the_story_of_the_house_is_told_day_by_day() {
    let after_promise =
        |today| acme(today).made("reminder", 1, "2025-02-07", &[1]).promise(1_200_000, "2025-02-12", "2025-02-20", &[]);
    let after_second = |today| after_promise(today).made("second_reminder", 1, "2025-02-24", &[1]);
    let after_call = |today| after_second(today).made("call", 1, "2025-03-03", &[1]).contact("2025-03-03", "call");
    let after_formal = |today| after_call(today).made("formal_notice", 1, "2025-03-10", &[1]);
    let after_final = |today| after_formal(today).made("final_demand", 1, "2025-03-24", &[1]);
    let told = [
        (acme("2025-02-04"), "wait: nothing past due (N-1)"),
        (acme("2025-02-06"), "wait: reminder not before 2025-02-07 (N-6)"),
        (acme("2025-02-07"), "take: reminder (mail), 3 days past due"),
        (after_promise("2025-02-19"), "wait: promised through 2025-02-21 (N-3)"),
        (after_promise("2025-02-21"), "wait: promised through 2025-02-21 (N-3)"),
        (after_promise("2025-02-24"), "take: second_reminder (mail), 20 days past due; promise of 12,000.00 broken"),
        (after_second("2025-02-28"), "wait: call not before 2025-03-03 (N-6)"),
        (after_second("2025-03-03"), "take: call, 27 days past due"),
        (after_call("2025-03-07"), "wait: formal_notice not before 2025-03-10 (N-6)"),
        (after_call("2025-03-10"), "take: formal_notice (mail, letter), 34 days past due"),
        (after_formal("2025-03-20"), "wait: final_demand not before 2025-03-21 (N-6)"),
        (after_formal("2025-03-21"), "propose: final_demand, 45 days past due -> approval needed: manager"),
        (after_final("2025-04-04"), "wait: suspension not before 2025-04-07 (N-6)"),
        (after_final("2025-04-07"), "propose: suspension, 62 days past due -> approval needed: manager"),
        (
            after_final("2025-05-05").made("suspension", 1, "2025-04-08", &[1]),
            "propose: referral, 90 days past due -> approval needed: manager",
        ),
    ];
    for (case, line) in told {
        assert_eq!(case.line(), line, "on {}", case.facts.as_of);
    }
}

#[test]
fn every_wait_answers_with_its_code() {
    let due_now = "2025-02-10";
    let told = [
        (Case::on(due_now), "wait: nothing past due (N-1)"),
        (
            acme(due_now).hold(HoldKind::Stay, "11 USC 362, case 25-1"),
            "wait: stay since 2025-02-10: 11 USC 362, case 25-1 (N-8)",
        ),
        (acme(due_now).dispute(1, None), "wait: disputed in full: 12,000.00 (N-2)"),
        (acme(due_now).promise(1_200_000, "2025-02-10", "2025-02-14", &[]), "wait: promised through 2025-02-17 (N-3)"),
        (
            acme(due_now).credit(ItemKind::Receipt, 1_200_000),
            "wait: apply the cash first: 12,000.00 unapplied covers 12,000.00 (N-4)",
        ),
        (Case::on(due_now).invoice(1, 2_499, DUE), "wait: 24.99 is below the minimum of 25.00 (N-5)"),
        (
            acme(due_now).with(|case| case.facts.last_bank_statement = Some(day("2025-02-04"))),
            "wait: bank feed stale: last statement 2025-02-04, older than 3 business days (N-9)",
        ),
        (
            pending(acme("2025-03-24"), "final_demand", "2025-03-21"),
            "wait: final_demand waits for approval since 2025-03-21 (N-11)",
        ),
        (acme("2025-06-02").made("referral", 1, "2025-05-05", &[1]), "wait: the ladder has no further step (N-7)"),
        (acme("2025-02-05"), "wait: reminder not before 2025-02-07 (N-6)"),
    ];
    for (case, line) in told {
        let decision = case.decide();
        assert_eq!(decision.line(), line);
        assert!(!decision.cites.is_empty() || decision.rule.0 == "N-1", "{line} cites nothing");
        assert_eq!(decision.not_chosen.len(), 9 + 7, "{line} says why each other wait and step is not chosen");
    }
}

/// Removes the causes of the waits one by one: each time the next one in documented order answers.
#[test]
fn waits_are_tested_in_the_documented_order() {
    let all = pending(Case::on("2025-02-06").invoice(1, 1_000, DUE), "suspension", "2025-02-05")
        .hold(HoldKind::DoNotContact, "asked by the customer")
        .dispute(1, None)
        .promise(100_000, "2025-02-05", "2025-02-14", &[])
        .credit(ItemKind::CreditMemo, 5_000)
        .with(|case| case.facts.last_bank_statement = Some(day("2025-01-10")));
    let code = |case: &Case| match case.decide().action {
        NextAction::Wait(wait) => wait.code(),
        NextAction::Take(_) | NextAction::Propose(_) => "step",
    };
    let nothing = all.clone().with(|case| case.facts.lines.clear());
    assert_eq!(code(&nothing), "N-1", "before a stay");
    assert_eq!(code(&all), "N-8");
    let case = all.with(|case| case.facts.holds.clear());
    assert_eq!(code(&case), "N-2");
    let case = case.with(|case| case.facts.disputes.clear());
    assert_eq!(code(&case), "N-3");
    let case = case.with(|case| case.facts.promises.clear());
    assert_eq!(code(&case), "N-4");
    let case = case.with(|case| case.facts.credits.clear());
    assert_eq!(code(&case), "N-5");
    let case = case.with(|case| case.facts.lines[0].open = 2_500);
    assert_eq!(code(&case), "N-9");
    let case = case.with(|case| case.facts.last_bank_statement = None);
    assert_eq!(code(&case), "N-11");
    let case = case.with(|case| case.facts.steps[0].state = StepState::Made { on: day("2025-02-05") });
    let top = case.clone().with(|case| case.facts.steps[0].step = "referral".to_string());
    assert_eq!(code(&top), "N-7");
    let foot = case.with(|case| case.facts.steps.clear());
    assert_eq!(code(&foot), "N-6");
    let told: Vec<String> = acme("2025-02-07").decide().not_chosen.into_iter().map(|other| other.rule.0).collect();
    assert_eq!(told[..10], WaitReason::ORDER);
    assert_eq!(WaitReason::ORDER, ["N-1", "N-8", "N-2", "N-3", "N-4", "N-5", "N-9", "N-11", "N-7", "N-6"]);
}

#[test]
fn a_bank_feed_of_three_business_days_is_fresh_enough() {
    let fed = |last: &str| acme("2025-02-10").with(|case| case.facts.last_bank_statement = Some(day(last)));
    assert_eq!(fed("2025-02-05").line(), "take: reminder (mail), 6 days past due");
    assert_eq!(fed("2025-02-04").decide().rule.0, "N-9");
}

#[test]
fn a_disputed_part_leaves_the_rest_collectible() {
    let case = acme("2025-02-07").dispute(1, Some(1_190_000));
    assert_eq!(case.line(), "take: reminder (mail), 3 days past due");
    assert_eq!(case.decide().inputs.collectible.decimal(), "100.00");
}

#[test]
fn a_promise_for_a_part_stops_that_part_only() {
    let part = acme("2025-02-07").promise(600_000, "2025-02-05", "2025-02-20", &[]);
    assert_eq!(part.line(), "take: reminder (mail), 3 days past due");
    let nearly_all = acme("2025-02-07").promise(1_199_000, "2025-02-05", "2025-02-20", &[]);
    assert_eq!(nearly_all.line(), "wait: 10.00 is below the minimum of 25.00 (N-5)");
}

#[test]
fn days_past_due_are_those_of_the_oldest_collectible_line() {
    let case = Case::on("2025-03-10").invoice(1, 50_000, DUE).invoice(2, 50_000, "2025-03-03").dispute(1, None);
    assert_eq!(case.line(), "take: reminder (mail), 7 days past due");
    assert_eq!(case.decide().carries, [entry(2)]);
    assert_eq!(case.assess().oldest_days_past_due, Some(34));
}

#[test]
fn grace_decides_whether_an_item_counts_and_never_how_old_it_is() {
    let graced = |today| acme(today).with(|case| case.policy.notices.grace_days = 5);
    assert_eq!(graced("2025-02-07").line(), "wait: what is past due lies within the 5 days of grace (N-1)");
    assert_eq!(graced("2025-02-10").line(), "take: reminder (mail), 6 days past due");
    let last_day = graced("2025-02-07").with(|case| case.facts.lines[0].due_date = day("2025-02-02"));
    assert_eq!(last_day.decide().rule.0, "N-1", "5 days past due lie within 5 days of grace");
}

#[test]
fn minimum_amount_and_minimum_percent_must_both_be_reached() {
    let of = |cents| {
        Case::on("2025-02-10")
            .invoice(1, cents, DUE)
            .invoice(2, 100_000 - cents, "2025-03-31")
            .with(|case| case.policy.notices.minimum_percent = 10)
    };
    assert_eq!(of(10_000).line(), "take: reminder (mail), 6 days past due");
    assert_eq!(of(9_999).line(), "wait: 99.99 is below the minimum of 100.00 (10 % of all open) (N-5)");
    assert_eq!(Case::on("2025-02-10").invoice(1, 2_500, DUE).line(), "take: reminder (mail), 6 days past due");
}

#[test]
fn the_minimum_is_converted_into_the_currency_of_the_account_and_is_nothing_without_a_rate() {
    let euros = |cents, rate: Option<i64>| {
        Case::on("2025-02-10").invoice(1, cents, DUE).with(|case| {
            case.facts.currency = Currency::EUR;
            case.amounts.rate = rate.map(|rate_nano| RateFacts {
                from: Currency::USD,
                to: Currency::EUR,
                day: day("2025-02-07"),
                rate_nano,
                source: "ECB".to_string(),
            });
        })
    };
    assert_eq!(euros(1_999, Some(800_000_000)).line(), "wait: 19.99 is below the minimum of 20.00 (N-5)");
    assert_eq!(euros(2_000, Some(800_000_000)).line(), "take: reminder (mail), 6 days past due");
    let decision = euros(1, None).decide();
    assert_eq!(decision.line(), "take: reminder (mail), 6 days past due");
    assert_eq!(decision.inputs.minimum, None);
    let told = decision.not_chosen.iter().find(|other| other.rule.0 == "N-5").expect("N-5 is told");
    assert!(told.because.contains("no rate from USD to EUR, so no minimum amount"), "{}", told.because);
}

#[test]
fn quiet_days_count_over_all_channels_and_people() {
    let told = [
        (acme("2025-02-10").contact("2025-02-04", "call"), "wait: reminder not before 2025-02-11 (N-6)"),
        (acme("2025-02-11").contact("2025-02-04", "call"), "take: reminder (mail), 7 days past due"),
        (acme("2025-02-10").contact("2025-02-08", "meeting"), "wait: reminder not before 2025-02-17 (N-6)"),
    ];
    for (case, line) in told {
        assert_eq!(case.line(), line);
    }
}

#[test]
fn suspension_and_referral_are_no_contact_and_ignore_quiet_days() {
    let case = acme("2025-04-07").made("final_demand", 1, "2025-03-24", &[1]).contact("2025-04-04", "call");
    assert_eq!(case.line(), "propose: suspension, 62 days past due -> approval needed: manager");
}

#[test]
fn dates_to_wait_for_are_business_days() {
    let saturday = acme("2025-02-06").invoice(9, 100, "2025-02-05").with(|case| {
        case.facts.lines.remove(0);
        case.facts.lines[0].open = 500_000;
    });
    assert_eq!(saturday.line(), "wait: reminder not before 2025-02-10 (N-6)");
    let sunday = acme("2025-02-09");
    assert_eq!(sunday.line(), "wait: reminder not before 2025-02-10 (N-6)");
    let every_day = acme("2025-02-09").with(|case| case.calendar = Calendar::every_day());
    assert_eq!(every_day.line(), "take: reminder (mail), 5 days past due");
}

#[test]
fn an_old_debt_climbs_one_rung_at_a_time() {
    let case = acme("2025-03-24").made("reminder", 1, "2025-03-14", &[1]);
    assert_eq!(case.line(), "take: second_reminder (mail), 48 days past due");
}

#[test]
fn nobody_gets_a_first_reminder_at_more_than_sixty_days() {
    assert_eq!(acme("2025-04-04").line(), "take: reminder (mail), 59 days past due");
    let decision = acme("2025-04-07").decide();
    assert!(
        decision.line().starts_with("take: reminder (task), 62 days past due; over 60 days"),
        "{}",
        decision.line()
    );
    let step = decision.action.step().expect("a step");
    assert_eq!((step.letter, step.task_instead), (None, true));
    let open = |today| acme(today).step("reminder", 1, "2025-04-07", StepState::TaskOpen, &[1]);
    assert_eq!(open("2025-04-11").line(), "wait: nothing after reminder before 2025-04-14 (N-6)");
    assert_eq!(open("2025-04-14").line(), "take: second_reminder (mail), 69 days past due");
}

#[test]
fn an_expired_call_counts_as_made_but_not_as_a_contact() {
    let open = |today| acme(today).step("call", 1, "2025-03-03", StepState::TaskOpen, &[1]);
    assert_eq!(open("2025-03-07").line(), "wait: nothing after call before 2025-03-10 (N-6)");
    assert_eq!(open("2025-03-10").line(), "take: formal_notice (mail, letter), 34 days past due");
}

#[test]
fn a_declined_step_is_passed_over_and_the_next_stands_on_its_own_day() {
    let declined =
        |today| acme(today).step("final_demand", 1, "2025-03-21", StepState::Declined { on: day("2025-03-24") }, &[1]);
    assert_eq!(declined("2025-03-25").line(), "wait: suspension not before 2025-04-07 (N-6)");
    assert_eq!(declined("2025-04-07").line(), "propose: suspension, 62 days past due -> approval needed: manager");
}

#[test]
fn a_withdrawn_step_was_never_made() {
    let case =
        acme("2025-02-20").step("reminder", 1, "2025-02-07", StepState::Withdrawn { on: day("2025-02-08") }, &[1]);
    let step = case.decide().action.step().cloned().expect("a step");
    assert_eq!((step.id.0.as_str(), step.cycle), ("reminder", 1));
}

#[test]
fn a_planned_notice_holds_the_ladder_until_it_has_left() {
    let case = acme("2025-03-03").step("reminder", 1, "2025-02-07", StepState::Planned, &[1]);
    assert_eq!(case.line(), "wait: nothing after reminder before 2025-03-04 (N-6)");
}

#[test]
fn paying_what_carried_the_step_walks_the_account_back() {
    let two = |open: &[i64]| {
        Case::on("2025-03-24").invoice(2, 50_000, "2025-03-03").made("reminder", 1, "2025-02-07", &[]).made(
            "second_reminder",
            1,
            "2025-02-24",
            open,
        )
    };
    // Invoice 2 went along with the second reminder: the climb goes on in the same cycle.
    let decision = two(&[2]).decide();
    let step = decision.action.step().expect("a step");
    assert_eq!((step.id.0.as_str(), step.cycle), ("call", 1));
    // Nothing of it is open any more: a new climb begins at its foot.
    let decision = two(&[]).decide();
    let step = decision.action.step().expect("a step");
    assert_eq!((step.id.0.as_str(), step.cycle), ("reminder", 2));
}

#[test]
fn a_new_cycle_starts_at_the_highest_step_a_still_open_item_carried() {
    let case = Case::on("2025-03-31")
        .invoice(2, 50_000, "2025-02-20")
        .made("reminder", 1, "2025-02-07", &[])
        .made("second_reminder", 1, "2025-02-28", &[2])
        .made("call", 1, "2025-03-10", &[]);
    let step = case.decide().action.step().cloned().expect("a step");
    assert_eq!((step.id.0.as_str(), step.cycle), ("call", 2));
}

#[test]
fn a_partial_payment_does_not_reset_the_step() {
    let case =
        acme("2025-02-24").made("reminder", 1, "2025-02-07", &[1]).with(|case| case.facts.lines[0].open = 300_000);
    assert_eq!(case.line(), "take: second_reminder (mail), 20 days past due");
}

#[test]
fn a_disputed_item_keeps_its_place_on_the_ladder() {
    let disputed = acme("2025-02-24").made("reminder", 1, "2025-02-07", &[1]).dispute(1, None);
    assert_eq!(disputed.decide().rule.0, "N-2");
    let settled = disputed.with(|case| case.facts.disputes.clear());
    assert_eq!(settled.line(), "take: second_reminder (mail), 20 days past due");
}

#[test]
fn a_caught_up_day_takes_and_proposes_nothing() {
    let late = |case: Case| case.with(|case| case.catch_up = true).line();
    assert_eq!(late(acme("2025-02-07")), "wait: reminder not before 2025-02-10 (N-6)");
    let formal = acme("2025-03-21").made("formal_notice", 1, "2025-03-10", &[1]);
    assert_eq!(late(formal), "wait: final_demand not before 2025-03-24 (N-6)");
}

#[test]
fn the_first_live_run_holds_letters_back_that_ask_for_less_and_nothing_else() {
    let beyond = |case: Case| case.with(|case| case.live_start = LiveStart::Beyond { most: 50 }).decide();
    let letter = beyond(acme("2025-02-07"));
    assert_eq!(letter.line(), "wait: reminder not before 2025-02-10 (N-6)");
    assert_eq!(letter.notes, ["the first live run makes at most 50 notices, the largest amounts first"]);
    let held = letter.not_chosen.iter().find(|other| other.rule.0 == "standard/reminder").expect("it says why");
    assert_eq!(held.because, "the notices of the first live run ask for more");
    assert!(letter.carries.is_empty());
    let call = acme("2025-03-10").made("second_reminder", 1, "2025-02-20", &[1]);
    assert_eq!(beyond(call).line(), "take: call, 34 days past due");
    let demand = acme("2025-03-21").made("formal_notice", 1, "2025-03-10", &[1]);
    assert!(matches!(beyond(demand).action, NextAction::Propose(_)), "a signature is asked for, nothing is sent");
}

#[test]
fn a_day_that_ran_in_rehearsal_takes_and_proposes_nothing_once_the_book_is_live() {
    let rehearsed = |case: Case| case.with(|case| case.live_start = LiveStart::RanInRehearsal).line();
    assert_eq!(rehearsed(acme("2025-02-07")), "wait: reminder not before 2025-02-10 (N-6)");
    let demand = acme("2025-03-21").made("formal_notice", 1, "2025-03-10", &[1]);
    assert_eq!(rehearsed(demand), "wait: final_demand not before 2025-03-24 (N-6)");
    assert_eq!(rehearsed(acme("2025-02-04")), "wait: nothing past due (N-1)");
}

#[test]
fn a_step_before_due_acts_on_lines_it_reaches_and_once() {
    let strict = |today: &str| {
        acme(today).with(|case| {
            case.policy = case::policy("strict");
            case.facts.segment = Some("new".to_string());
        })
    };
    assert_eq!(strict("2025-01-29").line(), "wait: nothing past due (N-1)");
    assert_eq!(strict("2025-01-30").line(), "take: due_soon (mail), due in 5 days");
    assert_eq!(strict("2025-01-31").dispute(1, None).decide().rule.0, "N-2");
    assert_eq!(strict("2025-02-03").made("due_soon", 1, "2025-01-30", &[1]).line(), "wait: nothing past due (N-1)");
    assert_eq!(
        strict("2025-02-05").made("due_soon", 1, "2025-01-30", &[1]).line(),
        "take: reminder (mail), 1 day past due"
    );
    let other_segment = strict("2025-01-30").with(|case| case.facts.segment = None);
    assert_eq!(other_segment.decide().rule.0, "N-1");
}

#[test]
fn a_step_whose_conditions_do_not_hold_is_passed_over() {
    let case = Case::on("2025-03-24").invoice(1, 20_000, DUE).made("final_demand", 1, "2025-03-10", &[1]);
    let case = case.with(|case| case.policy = case::policy("strict"));
    let decision = case.decide();
    assert_eq!(decision.line(), "wait: referral not before 2025-04-07 (N-6)");
    let told = decision.not_chosen.iter().find(|other| other.rule.0 == "strict/suspension").expect("it is told");
    assert_eq!(told.because, "its conditions do not hold: 200.00 USD collectible");
}

#[test]
fn the_most_specific_scope_wins() {
    let text = r#"
        name = "scoped"
        [notices]
        step = [{ id = "reminder", days_past_due = 3, channels = ["mail"], letter = 1 }]
        [[notices.scope]]
        segment = "public"
        grace_days = 10
        quiet_days = 1
        [[notices.scope]]
        account = "ACME"
        grace_days = 4
    "#;
    let policy = policy_of(text);
    assert_eq!(policy.notices.for_account("OTHER", None).grace_days, 0);
    assert_eq!(policy.notices.for_account("OTHER", Some("public")).grace_days, 10);
    let both = policy.notices.for_account("ACME", Some("public"));
    assert_eq!((both.grace_days, both.quiet_days), (4, 1), "a scope changes only the keys it names");
}

#[test]
fn a_revision_keeps_the_same_notice_and_withdraws_another() {
    let today = "2025-02-07";
    let sent = || acme(today).made("reminder", 1, today, &[1]);
    let own = sent().facts.steps[0].clone();
    assert_eq!(
        sent().invoice(2, 5_000, DUE).revise(Some(&own)),
        ("take: reminder (mail), 3 days past due".to_string(), OwnNotice::Keeps)
    );
    let (line, notice) = sent().promise(1_200_000, today, "2025-02-14", &[]).revise(Some(&own));
    assert_eq!((line.as_str(), notice), ("wait: promised through 2025-02-17 (N-3)", OwnNotice::Withdraw));
}

#[test]
fn a_revision_never_makes_a_second_notice_that_day() {
    let today = "2025-03-24";
    let mut case = acme(today).made("reminder", 1, "2025-03-03", &[1]).made("second_reminder", 1, today, &[1]);
    let own = case.facts.steps[1].clone();
    // The reminder of before turns out to have carried nothing that is open: the next step is another one.
    case.facts.steps[0].open_items.clear();
    let (line, notice) = case.revise(Some(&own));
    assert_eq!((line.as_str(), notice), ("wait: reminder not before 2025-03-25 (N-6)", OwnNotice::Withdraw));
    let withdrawn =
        acme("2025-02-07").step("reminder", 1, "2025-02-07", StepState::Withdrawn { on: day("2025-02-07") }, &[1]);
    let own = withdrawn.facts.steps[0].clone();
    let (line, notice) = withdrawn.revise(Some(&own));
    assert_eq!((line.as_str(), notice), ("wait: reminder not before 2025-02-10 (N-6)", OwnNotice::None));
    assert_eq!(acme("2025-02-07").revise(None).1, OwnNotice::None);
}

#[test]
fn a_decision_is_written_to_json_and_read_back_the_same() {
    for case in [acme("2025-02-07"), acme("2025-02-06"), acme("2025-02-10").hold(HoldKind::Sanctions, "OFAC hit 7")] {
        let decision = case.decide();
        let text = serde_json::to_string(&decision).expect("a decision is JSON");
        assert_eq!(serde_json::from_str::<Decision>(&text).expect("and back"), decision);
        assert_eq!(case.decide(), decision, "the same facts give the same decision");
    }
    let json = serde_json::to_value(acme("2025-02-06").decide()).expect("JSON");
    assert_eq!(json["action"]["wait"]["not_before"]["date"], "2025-02-07");
    assert_eq!(json["inputs"]["collectible"], serde_json::json!({"amount": "12000.00", "currency": "USD"}));
}

#[test]
#[should_panic(expected = "assess on the day you decide")]
fn deciding_on_an_assessment_of_another_day_is_a_bug() {
    let case = acme("2025-02-07");
    let assessment = acme("2025-02-06").assess();
    let day = dunwell_rules::notice::NoticeDay {
        today: day("2025-02-07"),
        calendar: &case.calendar,
        amounts: &case.amounts,
        catch_up: false,
        live_start: case.live_start,
    };
    dunwell_rules::notice::next_action(&assessment, &case.facts, &case.policy, &day);
}

// Defects seen in the code of others (domain.md section 3).

#[test]
fn f1_no_single_last_row_decides_that_a_climb_is_over() {
    // The last item is paid, an earlier one is not: the cycle lives.
    let case = acme("2025-02-24").made("reminder", 1, "2025-02-07", &[1]);
    assert_eq!(case.decide().inputs.cycle, 1);
}

#[test]
fn f2_the_minimum_goes_into_the_account_s_currency_not_the_amount_out_of_it() {
    let yen = |open| {
        Case::on("2025-02-10").invoice(1, open, DUE).with(|case| {
            let (from, to) = (Currency::USD, Currency::parse("JPY").expect("yen"));
            case.facts.currency = to;
            let day = day("2025-02-07");
            case.amounts.rate =
                Some(RateFacts { from, to, day, rate_nano: 150_000_000_000, source: "test".to_string() });
        })
    };
    assert_eq!(
        yen(3_749).line(),
        "wait: 3749 is below the minimum of 3750 (N-5)".replace("3749", "3,749").replace("3750", "3,750")
    );
    assert_eq!(yen(3_750).line(), "take: reminder (mail), 6 days past due");
}

#[test]
fn f3_partial_payers_are_measured_by_what_is_left() {
    let case = acme("2025-02-10").with(|case| case.facts.lines[0].open = 2_000);
    assert_eq!(case.line(), "wait: 20.00 is below the minimum of 25.00 (N-5)");
}

#[test]
fn f4_and_f5_a_daily_run_over_an_old_debt_climbs_no_faster_than_the_quiet_days() {
    let mut case = acme("2025-03-03");
    let mut taken = Vec::new();
    for _ in 0..30 {
        let decision = case.decide();
        if let NextAction::Take(step) = &decision.action {
            taken.push((case.facts.as_of.to_string(), step.id.0.clone()));
            let (id, today) = (step.id.0.clone(), case.facts.as_of.to_string());
            case = case.made(&id, 1, &today, &[1]).contact(&today, "notice");
        }
        case.facts.as_of = case.calendar.add_business_days(case.facts.as_of, 1);
    }
    let told: Vec<(&str, &str)> = taken.iter().map(|(on, step)| (on.as_str(), step.as_str())).collect();
    assert_eq!(
        told,
        [
            ("2025-03-03", "reminder"),
            ("2025-03-10", "second_reminder"),
            ("2025-03-17", "call"),
            ("2025-03-24", "formal_notice")
        ]
    );
}

#[test]
fn f6_age_runs_from_the_due_date_not_the_document_date() {
    let case = acme("2025-02-06").with(|case| case.facts.lines[0].document_date = day("2024-08-01"));
    assert_eq!(case.line(), "wait: reminder not before 2025-02-07 (N-6)");
}
