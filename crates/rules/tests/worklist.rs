//! What a collector sees first, who looks after whom, who signs what, and what counts as a contact.

mod case;

use case::{Case, day, entry};
use dunwell_rules::activity::{ActivityKind, Outcome, counts_as_contact};
use dunwell_rules::approval::{
    Actor, ApprovalLimit, ApprovalPolicy, ApprovalRequest, ApprovalState, LetIn, Matter, Role, may_decide,
    way_in_allows,
};
use dunwell_rules::assignment::{AssignableAccount, AssignmentPolicy, CollectorRule, assign};
use dunwell_rules::dispute::{DisputeReason, RootCause};
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::policy::BookAmounts;
use dunwell_rules::worklist::{TaskFacts, TaskKind, WorklistRow, rank, row};

fn task(kind: TaskKind, since: &str) -> TaskFacts {
    TaskFacts {
        entry: None,
        kind,
        since: day(since),
        reason: format!("because of {}", kind.code()),
        snoozed_until: None,
        collector: None,
    }
}

fn row_of(case: &Case, tasks: &[TaskFacts]) -> Option<WorklistRow> {
    row(&case.assess(), &case.facts, tasks, &case.policy.worklist, &case.amounts)
}

#[test]
fn a_row_says_which_rules_gave_its_points_and_why() {
    let case = Case::on("2025-03-24").invoice(1, 1_200_000, "2025-02-04").promise(100, "2025-03-01", "2025-03-05", &[]);
    let row = row_of(&case, &[task(TaskKind::Call, "2025-03-24")]).expect("a row");
    let told: Vec<_> = row.points.iter().map(|p| (p.rule.as_str(), p.points, p.because.as_str())).collect();
    assert_eq!(
        told,
        [
            ("broken_promise", 30, "1 broken promises"),
            ("large", 20, "12,000.00 USD collectible"),
            ("over_30_days", 10, "oldest 48 days past due")
        ]
    );
    assert_eq!((row.total, row.next_action.as_str()), (60, "call the customer"));
}

#[test]
fn an_account_has_one_next_action_and_names_the_others() {
    let case = Case::on("2025-03-24").invoice(1, 1_000, "2025-03-20");
    let tasks = [
        task(TaskKind::Call, "2025-03-01"),
        task(TaskKind::ApplyCash, "2025-03-20"),
        task(TaskKind::MissingContact, "2025-03-02"),
    ];
    let row = row_of(&case, &tasks).expect("a row");
    assert_eq!((row.kind, row.reason.as_str()), (TaskKind::ApplyCash, "because of apply_cash"));
    assert_eq!(row.also, [TaskKind::Call, TaskKind::MissingContact]);
    assert!(row.points.iter().any(|points| points.rule == "quick_win"));
}

#[test]
fn a_snoozed_task_is_back_on_its_day() {
    let case = Case::on("2025-03-24").invoice(1, 1_000, "2025-03-20");
    let snoozed = |until: &str| TaskFacts { snoozed_until: Some(day(until)), ..task(TaskKind::Call, "2025-03-20") };
    assert!(row_of(&case, &[snoozed("2025-03-25")]).is_none());
    assert!(row_of(&case, &[snoozed("2025-03-24")]).is_some());
    assert!(row_of(&case, &[]).is_none());
}

#[test]
fn a_task_that_was_given_to_somebody_puts_the_row_on_their_list() {
    let case =
        Case::on("2025-03-24").invoice(1, 1_000, "2025-03-20").with(|case| case.facts.collector = Some("ann".into()));
    let given = TaskFacts { collector: Some("bob".into()), ..task(TaskKind::CallBack, "2025-03-20") };
    let whose = |tasks: &[TaskFacts]| row_of(&case, tasks).and_then(|row| row.collector);
    assert_eq!(whose(std::slice::from_ref(&given)).as_deref(), Some("bob"));
    let first = task(TaskKind::Call, "2025-03-20");
    assert_eq!(whose(&[given, first]).as_deref(), Some("ann"), "the first task says whose the row is");
}

#[test]
fn a_worklist_is_ranked_by_points_then_age_then_code_within_each_capacity() {
    let of = |code: &str, collector: Option<&str>, cents: i64, due: &str| {
        let case = Case::on("2025-03-24").invoice(1, cents, due).with(|case| {
            case.facts.code = code.to_string();
            case.facts.collector = collector.map(str::to_string);
        });
        row_of(&case, &[task(TaskKind::Call, "2025-03-24")]).expect("a row")
    };
    let rows = vec![
        of("Z", None, 9_000_000, "2025-01-01"),
        of("B", Some("ann"), 100, "2025-03-20"),
        of("A", Some("ann"), 100, "2025-03-20"),
        of("C", Some("ann"), 100, "2025-03-19"),
        of("D", Some("ann"), 2_000_000, "2025-03-20"),
        of("E", Some("bob"), 100, "2025-03-20"),
    ];
    let mut policy = Case::on("2025-03-24").policy.worklist;
    policy.capacity_of.insert("ann".to_string(), 3);
    let ranked = rank(rows.clone(), &policy);
    let told: Vec<_> = ranked.iter().map(|r| (r.row.code.as_str(), r.rank, r.within_capacity)).collect();
    assert_eq!(told, [("D", 1, true), ("C", 2, true), ("A", 3, true), ("B", 4, false), ("E", 1, true), ("Z", 1, true)]);
    let reversed = rank(rows.into_iter().rev().collect(), &policy);
    assert_eq!(reversed, ranked, "the order of the rows does not matter");
}

fn collector(name: &str, segment: Option<&str>, most: Option<i64>) -> CollectorRule {
    CollectorRule {
        name: name.to_string(),
        segment_in: segment.map(str::to_string).into_iter().collect(),
        risk_class_in: Vec::new(),
        code_from: None,
        code_to: None,
        max_accounts: most,
    }
}

#[test]
fn accounts_go_to_the_best_match_with_the_least_load_and_stay_there() {
    let account = |number: i64, segment: Option<&str>, held: Option<&str>| AssignableAccount {
        account: entry(number),
        code: format!("C{number}"),
        segment: segment.map(str::to_string),
        risk_class: None,
        collector: held.map(str::to_string),
    };
    let policy = AssignmentPolicy {
        collector: vec![
            collector("ann", None, None),
            collector("bob", None, Some(1)),
            collector("key", Some("key"), None),
        ],
    };
    let accounts = vec![
        account(1, None, Some("ann")),
        account(2, None, None),
        account(3, None, None),
        account(4, Some("key"), None),
        account(5, None, Some("gone")),
    ];
    let told: Vec<_> = assign(accounts.clone(), &policy).into_iter().map(|a| a.collector.expect("somebody")).collect();
    assert_eq!(told, ["ann", "bob", "ann", "key", "ann"]);
    let nobody = AssignmentPolicy { collector: vec![collector("key", Some("key"), None)] };
    let first = assign(accounts.clone(), &nobody).remove(0);
    assert_eq!((first.collector, first.because.as_str()), (None, "no collector's criteria match"));
    let untouched = assign(accounts, &AssignmentPolicy::default());
    assert_eq!(untouched[4].collector.as_deref(), Some("gone"));
}

#[test]
fn every_refusal_of_a_signature_has_its_code() {
    let policy = Case::on("2025-03-24").policy.approval;
    let amounts = BookAmounts::same(Currency::USD);
    let request = |needs, cents, state| ApprovalRequest {
        maker: "mia".to_string(),
        needs,
        matter: Matter::Other,
        amount: Money::new(cents, Currency::USD),
        beside: Money::zero(Currency::USD),
        requested_on: day("2025-02-22"),
        state,
    };
    let manager = || request(Role::Manager, 1_000_001, ApprovalState::Pending);
    let by = |request: Option<ApprovalRequest>, name: &str, role: Role| {
        let actor = Actor { name: name.to_string(), role, let_in: None };
        may_decide(request.as_ref(), &actor, &policy, &amounts, day("2025-03-24")).map_err(|refusal| refusal.code())
    };
    let old = || ApprovalRequest { requested_on: day("2025-02-21"), ..manager() };
    let at_limit = || request(Role::Manager, 1_000_000, ApprovalState::Pending);
    let euros = ApprovalRequest { amount: Money::new(1, Currency::EUR), ..manager() };
    let told = [
        (by(Some(manager()), "max", Role::Manager), Ok(())),
        (by(None, "max", Role::Manager), Err("not_found")),
        (by(Some(request(Role::Manager, 1, ApprovalState::Declined)), "max", Role::Manager), Err("already_decided")),
        (by(Some(old()), "max", Role::Manager), Err("request_expired")),
        (
            by(Some(ApprovalRequest { state: ApprovalState::Approved, ..old() }), "max", Role::Manager),
            Err("already_decided"),
        ),
        (by(Some(manager()), "desk", Role::Manager), Err("role_cannot_approve")),
        (by(Some(manager()), "col", Role::Collector), Err("role_cannot_approve")),
        (by(Some(manager()), "adm", Role::Admin), Err("role_cannot_approve")),
        (by(Some(manager()), "mia", Role::Manager), Err("maker_is_checker")),
        (by(Some(manager()), "app", Role::Approver), Err("above_limit")),
        (by(Some(at_limit()), "app", Role::Approver), Ok(())),
        (
            by(Some(ApprovalRequest { beside: Money::new(1, Currency::USD), ..at_limit() }), "app", Role::Approver),
            Err("above_limit"),
        ),
        (
            by(Some(ApprovalRequest { beside: Money::new(1, Currency::USD), ..at_limit() }), "max", Role::Manager),
            Ok(()),
        ),
        (by(Some(euros), "app", Role::Approver), Err("limit_not_comparable")),
    ];
    for (place, (answer, expected)) in told.into_iter().enumerate() {
        assert_eq!(answer, expected, "row {place}");
    }

    // Refunds and write-offs have limits of their own where the policy says so, and those of everything else where not.
    let up_to = |role, up_to: &str| vec![ApprovalLimit { role, up_to: up_to.into() }];
    let own = ApprovalPolicy {
        refund_limit: up_to(Role::Approver, "50.00"),
        write_off_limit: up_to(Role::Manager, "20000.00"),
        ..policy.clone()
    };
    let none = ApprovalPolicy { limit: Vec::new(), ..own.clone() };
    let signs = |policy: &ApprovalPolicy, role, matter, cents| {
        let request = ApprovalRequest { matter, ..request(Role::Manager, cents, ApprovalState::Pending) };
        let actor = Actor { name: "sig".to_string(), role, let_in: None };
        may_decide(Some(&request), &actor, policy, &amounts, day("2025-03-24")).map_err(|refusal| refusal.code())
    };
    let told = [
        (signs(&own, Role::Approver, Matter::Refund, 5_000), Ok(())),
        (signs(&own, Role::Approver, Matter::Refund, 5_001), Err("above_limit")),
        (signs(&own, Role::Approver, Matter::WriteOff, 1_000_000), Ok(())),
        (signs(&own, Role::Approver, Matter::WriteOff, 1_000_001), Err("above_limit")),
        (signs(&own, Role::Approver, Matter::Other, 1_000_000), Ok(())),
        (signs(&own, Role::Manager, Matter::WriteOff, 2_000_000), Ok(())),
        (signs(&own, Role::Manager, Matter::WriteOff, 2_000_001), Err("above_limit")),
        (signs(&own, Role::Manager, Matter::Refund, 2_000_001), Ok(())),
        (signs(&policy, Role::Approver, Matter::Refund, 1_000_000), Ok(())),
        (signs(&none, Role::Approver, Matter::Refund, 5_000), Ok(())),
        (signs(&none, Role::Approver, Matter::Other, 1), Err("role_cannot_approve")),
    ];
    for (place, (answer, expected)) in told.into_iter().enumerate() {
        assert_eq!(answer, expected, "row {place} of own limits");
    }
}

#[test]
fn whom_another_let_in_signs_from_the_day_after_and_never_for_that_one() {
    let let_in = |by: &str, hours_ago| Some(LetIn { by: by.to_string(), hours_ago });
    let told = [
        (None, Ok(())),
        (let_in("root", 23), Err("way_in_is_new")),
        (let_in("root", 24), Ok(())),
        (let_in("mia", 23), Err("maker_let_in")),
        (let_in("mia", 24_000), Err("maker_let_in")),
    ];
    for (let_in, expected) in told {
        assert_eq!(way_in_allows(let_in.as_ref(), "mia").map_err(|refusal| refusal.code()), expected, "{let_in:?}");
    }
}

#[test]
fn a_voicemail_is_a_contact_and_a_note_or_an_unanswered_call_is_none() {
    let told = [
        (ActivityKind::Call, Some(Outcome::Reached), true),
        (ActivityKind::Call, Some(Outcome::Voicemail), true),
        (ActivityKind::Call, Some(Outcome::NoAnswer), false),
        (ActivityKind::Call, Some(Outcome::Busy), false),
        (ActivityKind::Mail, Some(Outcome::Returned), false),
        (ActivityKind::Mail, None, true),
        (ActivityKind::Note, None, false),
        (ActivityKind::Note, Some(Outcome::Reached), false),
    ];
    for (kind, outcome, contact) in told {
        assert_eq!(counts_as_contact(kind, outcome), contact, "{kind:?} {outcome:?}");
    }
}

#[test]
fn every_code_is_read_back_as_what_it_was() {
    assert!(Role::ALL.into_iter().all(|role| Role::parse(role.code()) == Some(role)));
    assert!(ActivityKind::ALL.into_iter().all(|kind| ActivityKind::parse(kind.code()) == Some(kind)));
    assert!(Outcome::ALL.into_iter().all(|outcome| Outcome::parse(outcome.code()) == Some(outcome)));
    assert!(DisputeReason::ALL.into_iter().all(|reason| DisputeReason::parse(reason.code()) == Some(reason)));
    assert!(RootCause::ALL.into_iter().all(|cause| RootCause::parse(cause.code()) == Some(cause)));
    assert!(TaskKind::ALL.into_iter().all(|kind| TaskKind::parse(kind.code()) == Some(kind)));
    assert!(ApprovalState::ALL.into_iter().all(|state| ApprovalState::parse(state.code()) == Some(state)));
    assert_eq!(TaskKind::parse("nap"), None);
}
