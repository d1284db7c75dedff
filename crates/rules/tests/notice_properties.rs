//! Properties of assessment and notices, over arbitrary accounts.

mod case;

use case::{Case, entry};
use dunwell_rules::assessment::Figure;
use dunwell_rules::calendar::add_days;
use dunwell_rules::climb::is_lapsed;
use dunwell_rules::decision::{Decision, NextAction, WaitReason};
use dunwell_rules::facts::{HoldFacts, HoldKind, PaymentFacts, StepFacts, StepState};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Money;
use proptest::prelude::*;

const TODAY: &str = "2025-03-24";
const STEPS: [&str; 9] = [
    "reminder",
    "second_reminder",
    "call",
    "formal_notice",
    "final_demand",
    "suspension",
    "referral",
    "due_soon",
    "unknown",
];

/// What a strategy draws, as plain numbers, so that a failure shrinks to something a person can read.
#[derive(Debug, Clone)]
struct Drawn {
    lines: Vec<(i64, i64, i64)>,
    credits: Vec<i64>,
    disputes: Vec<(usize, Option<i64>)>,
    promises: Vec<(i64, i64, i64, i64, bool)>,
    steps: Vec<(usize, i64, i64, u8, Vec<bool>)>,
    contacts: Vec<i64>,
    hold: bool,
    feed: Option<i64>,
    policy: usize,
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let line = (1i64..500_000, 0i64..=100, -40i64..200);
    let promise = (0i64..600_000, 0i64..40, -20i64..20, 0i64..600_000, any::<bool>());
    let step = (0..STEPS.len(), 1i64..4, 0i64..90, 0u8..6, prop::collection::vec(any::<bool>(), 4));
    (
        (
            prop::collection::vec(line, 0..5),
            prop::collection::vec(1i64..300_000, 0..3),
            prop::collection::vec((0usize..5, prop::option::of(0i64..500_000)), 0..3),
            prop::collection::vec(promise, 0..3),
        ),
        (
            prop::collection::vec(step, 0..6),
            prop::collection::vec(0i64..90, 0..3),
            prop::bool::weighted(0.1),
            prop::option::weighted(0.3, 0i64..10),
            0usize..3,
        ),
    )
        .prop_map(|((lines, credits, disputes, promises), (steps, contacts, hold, feed, policy))| Drawn {
            lines,
            credits,
            disputes,
            promises,
            steps,
            contacts,
            hold,
            feed,
            policy,
        })
}

fn state(kind: u8, on: dunwell_rules::calendar::Date) -> StepState {
    match kind {
        0 | 1 => StepState::Made { on },
        2 => StepState::TaskOpen,
        3 => StepState::Planned,
        4 => StepState::Pending,
        _ if on.day() % 2 == 0 => StepState::Declined { on },
        _ => StepState::Withdrawn { on },
    }
}

fn build(drawn: &Drawn) -> Case {
    let mut case = Case::on(TODAY);
    let ago = |days: i64| add_days(case::day(TODAY), -days);
    for (place, (amount, open, late)) in drawn.lines.iter().enumerate() {
        let number = i64::try_from(place).expect("few lines") + 1;
        case = case.invoice(number, *amount, &ago(*late).to_string());
        let line = case.facts.lines.iter_mut().find(|line| line.item == entry(number)).expect("just pushed");
        line.open = (amount * open / 100).max(1);
    }
    for cents in &drawn.credits {
        case = case.credit(ItemKind::Receipt, *cents);
    }
    for (place, amount) in &drawn.disputes {
        case = case.dispute(i64::try_from(*place).expect("few") + 1, *amount);
    }
    for (cents, made, ahead, paid, ended) in &drawn.promises {
        let paid_on = ago(made / 2).to_string();
        let by = add_days(ago(*made), ahead + 20).to_string();
        case = case.promise(*cents, &ago(*made).to_string(), &by, &[(&paid_on, *paid)]);
        case.facts.promises.last_mut().expect("just pushed").ended_on = ended.then(|| ago(*made / 3));
    }
    for (step, cycle, days, kind, open) in &drawn.steps {
        let open: Vec<i64> = (1..)
            .zip(open)
            .filter(|(number, open)| **open && *number <= drawn.lines.len() as i64)
            .map(|(n, _)| n)
            .collect();
        case = case.step(STEPS[*step], *cycle, &ago(*days).to_string(), state(*kind, ago(*days)), &open);
    }
    case.facts.steps.sort_by_key(|step| (step.day, step.entry));
    for days in &drawn.contacts {
        case = case.contact(&ago(*days).to_string(), "call");
    }
    if drawn.hold {
        let since = case.facts.as_of;
        case.facts.holds.push(HoldFacts {
            entry: entry(900),
            kind: HoldKind::Stay,
            since,
            until: None,
            basis: "court".to_string(),
        });
    }
    case.facts.last_bank_statement = drawn.feed.map(ago);
    case.policy = case::policy(["standard", "strict", "gentle"][drawn.policy]);
    case
}

/// Pays `cents` of the line of item `number`: less is open, and what is closed is carried by no step any more.
fn pay(case: &Case, number: i64, cents: i64) -> Case {
    let mut paid = case.clone();
    let Some(place) = paid.facts.lines.iter().position(|line| line.item == entry(number)) else { return paid };
    let line = &mut paid.facts.lines[place];
    let taken = cents.min(line.open);
    line.open -= taken;
    if line.open == 0 {
        paid.facts.lines.remove(place);
        paid.facts.disputes.retain(|dispute| dispute.item != entry(number));
        for step in &mut paid.facts.steps {
            step.open_items.retain(|item| *item != entry(number));
        }
    }
    let (day, currency) = (paid.facts.as_of, paid.facts.currency);
    for promise in &mut paid.facts.promises {
        let amount = Money::new(taken, currency);
        let (entry, document) = (entry(950), "PAY".to_string());
        promise.payments.push(PaymentFacts { entry, day, amount, item: None, document });
    }
    paid
}

/// How far up the ladder the next step stands; the ladder's end for an account that has climbed it all.
fn height(case: &Case, decision: &Decision) -> usize {
    let policy = case.policy.notices.for_account(&case.facts.code, None);
    let position = decision.inputs.position.as_ref().and_then(|step| policy.rung(&step.0));
    position.map_or(0, |rung| rung + 1)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_account_gets_an_answer_that_says_why(drawn in drawn()) {
        let case = build(&drawn);
        let decision = case.decide();
        prop_assert!(!decision.reasons.is_empty());
        prop_assert!(!decision.cites.is_empty() || decision.rule.0 == "N-1");
        prop_assert_eq!(decision.action.step().is_some(), !decision.carries.is_empty());
        prop_assert_eq!(&case.decide(), &decision);
        let text = serde_json::to_string(&decision).expect("JSON");
        prop_assert_eq!(serde_json::from_str::<Decision>(&text).expect("back"), decision);
    }

    #[test]
    fn figures_add_up_and_none_is_below_zero(drawn in drawn()) {
        let account = build(&drawn).assess();
        prop_assert!(account.collectible.minor >= 0);
        prop_assert!(account.unapplied.minor <= 0);
        prop_assert_eq!(account.balance.minor, account.past_due.minor + account.not_due.minor + account.unapplied.minor);
        for line in &account.lines {
            prop_assert!(line.disputed >= 0 && line.promised >= 0 && line.free >= 0);
            prop_assert_eq!(line.disputed + line.promised + line.free, line.open);
        }
        for (figure, amount) in [
            (Figure::Balance, account.balance), (Figure::PastDue, account.past_due), (Figure::NotDue, account.not_due),
            (Figure::Disputed, account.disputed), (Figure::Promised, account.promised), (Figure::Unapplied, account.unapplied),
        ] {
            let cited: i64 = account.cites(figure).iter().map(|cite| cite.amount.minor).sum();
            prop_assert_eq!(cited, amount.minor, "{:?}", figure);
        }
        let cited: i64 = account.cites(Figure::Collectible).iter().map(|cite| cite.amount.minor).sum();
        prop_assert_eq!(cited.max(0), account.collectible.minor);
    }

    #[test]
    fn nothing_is_taken_for_what_is_disputed_promised_or_stayed(drawn in drawn()) {
        let case = build(&drawn);
        let decision = case.decide();
        if decision.action.step().is_some() {
            prop_assert!(case.facts.holds.is_empty());
            prop_assert!(decision.inputs.collectible.minor > 0);
            for item in &decision.carries {
                let account = case.assess();
                prop_assert!(account.lines.iter().any(|line| line.item == *item && line.free > 0));
            }
        }
        if let NextAction::Take(step) = &decision.action {
            prop_assert!(step.approver.is_none(), "N-10: what a manager signs is never taken");
        }
    }

    #[test]
    fn a_wait_for_a_date_waits_for_a_business_day_to_come(drawn in drawn()) {
        let case = build(&drawn);
        if let NextAction::Wait(WaitReason::NotBefore { date }) = case.decide().action {
            prop_assert!(date > case.facts.as_of && case.calendar.is_business_day(date));
        }
    }

    #[test]
    fn the_next_step_stands_one_rung_above_the_climb(drawn in drawn()) {
        let case = build(&drawn);
        let decision = case.decide();
        let policy = case.policy.notices.for_account(&case.facts.code, None);
        if let Some(step) = decision.action.step() {
            let rung = policy.rung(&step.id.0).expect("a rung of this ladder");
            let from = height(&case, &decision);
            let account = case.assess();
            let skipped = &policy.step[from.min(rung)..rung];
            prop_assert!(from <= rung);
            prop_assert!(skipped.iter().all(|rule| rule.is_before_due() || !rule.when.hold(&account, &case.facts, &case.amounts)));
            let approval = &case.policy.approval;
            let lapsed = |other: &StepFacts| is_lapsed(other, approval, case.facts.as_of);
            let same = case.facts.steps.iter().filter(|other| other.cycle == step.cycle && other.step == step.id.0);
            prop_assert!(same.into_iter().all(|other| matches!(other.state, StepState::Withdrawn { .. }) || lapsed(other)), "one notice a cycle and step");
        }
    }

    #[test]
    fn paying_never_worsens_the_next_step(drawn in drawn(), number in 1i64..5, cents in 1i64..600_000) {
        let case = build(&drawn);
        let paid = pay(&case, number, cents);
        let (before, after) = (case.decide(), paid.decide());
        prop_assert!(height(&paid, &after) <= height(&case, &before));
        // Money for another invoice also keeps a promise over no named item, which then shields less of what is due.
        if case.facts.promises.is_empty() {
            prop_assert!(paid.assess().collectible.minor <= case.assess().collectible.minor);
        }
        prop_assert!(paid.assess().oldest_days_past_due <= case.assess().oldest_days_past_due);
    }
}
