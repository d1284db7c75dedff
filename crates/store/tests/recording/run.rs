//! The run's decisions, approvals, and the books after any sequence of operations.

use dunwell_rules::account::EntryId;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Currency;
use dunwell_store::book::Book;
use dunwell_store::record::{DecideOutcome, NewDecision, NewNotice, NewStep, NewStepHow, NewTask, Recording};
use dunwell_store::testing::{Place, on_each_database};
use proptest::prelude::{Strategy, any};
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::foot::{assert_foots, one, rows};
use crate::{application, day, document, on, open, post};

pub(crate) fn notice() -> NewNotice {
    NewNotice {
        level: 1,
        channels: vec!["mail".to_owned()],
        amount: 100,
        missing: vec!["sender".to_owned()],
        content: "{\"to\":\"Ada\"}".to_owned(),
        sent: true,
    }
}

pub(crate) fn step(rung: &str, items: Vec<(EntryId, i64, i64)>, how: NewStepHow) -> NewStep {
    NewStep { rung: rung.to_owned(), cycle: 1, items, how }
}

pub(crate) fn decision(account: EntryId, version: i64, step: Option<NewStep>) -> NewDecision {
    NewDecision {
        account,
        currency: Currency::USD,
        version,
        action: if step.is_some() { "take" } else { "wait" }.to_owned(),
        rule: "standard/reminder".to_owned(),
        detail: "{}".to_owned(),
        step,
        withdraw_today: false,
        tasks: Vec::new(),
    }
}

/// An account with one invoice, and a run of 10 February.
async fn book_with_run(place: &Place) -> (Book, EntryId, EntryId, EntryId) {
    let book = place.book("main").await;
    let acme = open(&book, "ACME").await;
    let item = post(&book, &[document(acme, ItemKind::Invoice, "INV-1", 100, day(1, 5), day(2, 4))]).await[0];
    let mut recording = on(&book, day(2, 10)).await;
    let policy = recording.activate_policy("standard", "").await.expect("a policy");
    let run = recording.start_run_day(day(2, 10), policy, false).await.expect("a run");
    assert_eq!(recording.start_run_day(day(2, 10), policy, false).await.expect("the same"), run);
    recording.commit().await.expect("a commit");
    (book, acme, item, run)
}

pub(crate) async fn decide(recording: &mut Recording, run: EntryId, row: &NewDecision) -> DecideOutcome {
    recording.decide(run, EntryId(1), std::slice::from_ref(row)).await.expect("no fault").remove(0)
}

#[test]
fn a_decision_is_recorded_once_for_a_version_and_never_on_stale_facts() {
    on_each_database(async |place: &Place| {
        let (book, acme, item, run) = book_with_run(place).await;
        let mut row =
            decision(acme, 2, Some(step("reminder", vec![(item, 1, 100)], NewStepHow::Notice(Box::new(notice())))));
        row.tasks.push(NewTask {
            account: acme,
            kind: "missing_sender".to_owned(),
            key: "s".to_owned(),
            currency: None,
            opens_on: None,
        });
        let mut recording = on(&book, day(2, 10)).await;
        let stale = NewDecision { version: 1, ..row.clone() };
        assert_eq!(decide(&mut recording, run, &stale).await, DecideOutcome::Stale);
        let outcome = decide(&mut recording, run, &row).await;
        let DecideOutcome::Recorded { revision, step: Some(made), notice: Some(_), tasks, .. } = outcome else {
            panic!("{outcome:?}")
        };
        assert_eq!((revision, tasks), (1, 1));
        assert_eq!(decide(&mut recording, run, &row).await, DecideOutcome::Unchanged);
        recording.commit().await.expect("a commit");
        let mut recording = on(&book, day(2, 10)).await;
        assert_eq!(decide(&mut recording, run, &row).await, DecideOutcome::Unchanged);
        recording
            .hold(&dunwell_store::record::NewHold {
                account: acme,
                kind: dunwell_rules::facts::HoldKind::Stay,
                since: day(2, 10),
                until: None,
                basis: "court".to_owned(),
            })
            .await
            .expect("a hold");
        recording.commit().await.expect("a commit");
        let mut recording = on(&book, day(2, 10)).await;
        let again = NewDecision { version: 3, ..row.clone() };
        let outcome = decide(&mut recording, run, &again).await;
        assert!(
            matches!(&outcome, DecideOutcome::Recorded { revision: 2, step: Some(known), notice: None, .. } if *known == made),
            "the day has its step: {outcome:?}"
        );
        recording.commit().await.expect("a commit");
        assert_eq!(one(&book, "select count(*) from notice").await, 1);
        assert_eq!(one(&book, "select count(*) from contact_day").await, 1);
        assert_foots(&book).await;
    });
}

#[test]
fn a_withdrawn_notice_takes_its_day_but_not_its_rung() {
    on_each_database(async |place: &Place| {
        let (book, acme, item, run) = book_with_run(place).await;
        let with_notice = |version| {
            decision(
                acme,
                version,
                Some(step("reminder", vec![(item, 1, 100)], NewStepHow::Notice(Box::new(notice())))),
            )
        };
        let mut recording = on(&book, day(2, 10)).await;
        decide(&mut recording, run, &with_notice(2)).await;
        recording.post_settlements(&[(item, day(2, 10))]).await.expect("settled");
        recording.commit().await.expect("a commit");
        let mut recording = on(&book, day(2, 10)).await;
        let mut withdraw = with_notice(3);
        withdraw.withdraw_today = true;
        let outcome = decide(&mut recording, run, &withdraw).await;
        assert!(matches!(outcome, DecideOutcome::Recorded { step: None, notice: None, .. }), "{outcome:?}");
        let run = recording.start_run_day(day(2, 11), EntryId(1), false).await.expect("a run");
        let outcome = decide(&mut recording, run, &with_notice(3)).await;
        assert!(matches!(outcome, DecideOutcome::Recorded { notice: Some(_), .. }), "the rung is free: {outcome:?}");
        recording.finish_run_day(day(2, 11), 1).await.expect("finished");
        recording.commit().await.expect("a commit");
        assert_eq!(one(&book, "select count(*) from contact_day").await, 1, "a withdrawn notice is no contact");
        assert_eq!(one(&book, "select count(*) from notice where state = 'withdrawn'").await, 1);
    });
}

#[test]
fn a_request_is_decided_once_and_its_step_follows() {
    on_each_database(async |place: &Place| {
        let (book, acme, item, run) = book_with_run(place).await;
        let how = NewStepHow::Proposal { role: "manager".to_owned(), request_sha256: [3; 32] };
        let mut recording = on(&book, day(2, 10)).await;
        let outcome =
            decide(&mut recording, run, &decision(acme, 2, Some(step("demand", vec![(item, 1, 100)], how)))).await;
        let DecideOutcome::Recorded { request: Some(request), .. } = outcome else { panic!("{outcome:?}") };
        recording.commit().await.expect("a commit");
        let mut recording = on(&book, day(2, 12)).await;
        let row = recording.request(request).await.expect("found").expect("the request");
        assert_eq!((row.maker.as_str(), row.role.as_str(), row.amount), ("desk", "manager", Some(100)));
        assert_eq!(row.items, [(item, 1, 100)]);
        assert_eq!(recording.request(item).await.expect("looked up"), None);
        assert!(recording.approve(request, day(2, 12), Some(&notice()), Some("go")).await.expect("approved"));
        assert!(!recording.approve(request, day(2, 12), None, None).await.expect("once"));
        assert!(!recording.decline(request, day(2, 12), None).await.expect("once"));
        recording.commit().await.expect("a commit");
        let state: Vec<(String,)> = rows(&book, "select state from step").await;
        assert_eq!(state, [("made".to_owned(),)]);
        assert_eq!(one(&book, "select day from notice").await, dunwell_rules::calendar::day_number(day(2, 12)));
        let mut recording = on(&book, day(2, 12)).await;
        let how = NewStepHow::Proposal { role: "manager".to_owned(), request_sha256: [4; 32] };
        let run = recording.start_run_day(day(2, 12), EntryId(1), false).await.expect("a run");
        let outcome =
            decide(&mut recording, run, &decision(acme, 3, Some(step("stop", vec![(item, 1, 100)], how)))).await;
        let DecideOutcome::Recorded { request: Some(request), .. } = outcome else { panic!("{outcome:?}") };
        assert!(recording.approve(request, day(2, 12), Some(&notice()), None).await.is_err(), "one notice a day");
        assert!(recording.decline(request, day(2, 12), None).await.expect("declined"));
        recording.commit().await.expect("a commit");
    });
}

#[test]
fn a_waiting_step_is_withdrawn_once_and_never_on_an_account_that_moved() {
    on_each_database(async |place: &Place| {
        let (book, acme, item, run) = book_with_run(place).await;
        let how = NewStepHow::Proposal { role: "manager".to_owned(), request_sha256: [3; 32] };
        let mut recording = on(&book, day(2, 10)).await;
        decide(&mut recording, run, &decision(acme, 2, Some(step("demand", vec![(item, 1, 100)], how)))).await;
        recording.commit().await.expect("a commit");
        let waiting = async |date| book.read().await.expect("a snapshot").waiting_steps(date).await.expect("steps");
        let seen = waiting(day(2, 12)).await;
        assert_eq!((seen.len(), seen[0].account, seen[0].open.minor), (1, acme, 100));
        let credit = post(&book, &[document(acme, ItemKind::CreditMemo, "CM-1", 100, day(2, 12), day(2, 12))]).await[0];
        let mut recording = on(&book, day(2, 12)).await;
        let row = application(credit, item, 100, day(2, 12));
        recording.apply(&[row]).await.expect("no fault").remove(0).expect("applied");
        recording.commit().await.expect("a commit");
        assert_eq!(waiting(day(2, 11)).await[0].open.minor, 100, "the day before it was open");
        let paid = waiting(day(2, 12)).await;
        assert_eq!(paid[0].open.minor, 0);
        let mut recording = on(&book, day(2, 12)).await;
        assert_eq!(recording.withdraw_waiting(&seen, day(2, 12), "moved").await.expect("no fault"), 0);
        assert_eq!(recording.withdraw_waiting(&paid, day(2, 12), "paid").await.expect("no fault"), 1);
        assert_eq!(recording.withdraw_waiting(&paid, day(2, 12), "again").await.expect("no fault"), 0);
        recording.commit().await.expect("a commit");
        assert!(waiting(day(2, 12)).await.is_empty());
        let told: Vec<(String,)> = rows(&book, "select detail from activity where kind = 'step_withdrawn'").await;
        assert_eq!(told, [("{\"because\":\"paid\"}".to_owned(),)]);
        let states: Vec<(String, String)> =
            rows(&book, "select s.state, r.state from step s, approval_request r where r.step = s.step").await;
        assert_eq!(states, [("withdrawn".to_owned(), "withdrawn".to_owned())]);
        assert!(book.verify().await.expect("a report").ok);
    });
}

#[test]
fn a_step_task_is_made_by_the_call_and_an_imported_step_is_put_once() {
    on_each_database(async |place: &Place| {
        let (book, acme, item, run) = book_with_run(place).await;
        let mut recording = on(&book, day(2, 10)).await;
        let opening = recording.opening_step(acme, Currency::USD, "reminder", day(2, 9), &[]).await.expect("a step");
        let again = recording.opening_step(acme, Currency::USD, "reminder", day(2, 9), &[item]).await.expect("a step");
        assert_eq!(opening, again);
        recording.commit().await.expect("a commit");
        let mut recording = on(&book, day(2, 10)).await;
        let row = decision(acme, 3, Some(step("call", vec![(item, 1, 100)], NewStepHow::Task { kind: "call".into() })));
        let outcome = decide(&mut recording, run, &row).await;
        assert!(matches!(outcome, DecideOutcome::Recorded { tasks: 1, .. }), "{outcome:?}");
        let call = dunwell_store::record::NewActivity {
            account: acme,
            kind: "call".to_owned(),
            outcome: Some("voicemail".to_owned()),
            is_contact: true,
            day: day(2, 11),
            text: None,
            person: None,
        };
        recording.log(&call).await.expect("logged");
        recording.commit().await.expect("a commit");
        let state: Vec<(String, String)> = rows(&book, "select rung, state from step order by rung").await;
        let made = |rung: &str| (rung.to_owned(), "made".to_owned());
        assert_eq!(state, [made("call"), made("reminder")]);
        assert_eq!(one(&book, "select count(*) from step_item").await, 2);
    });
}

/// One thing done to the book: which, on what, how much, when.
type Op = (u8, usize, usize, i64, i8);

async fn perform(book: &Book, accounts: &[EntryId], known: &mut Vec<EntryId>, number: usize, op: Op) {
    let (kind, first, second, amount, date) = op;
    let date = day(3, date);
    let mut recording = on(book, date).await;
    let account = accounts[first % accounts.len()];
    let pick = |at: usize| known.get(at % known.len().max(1)).copied().unwrap_or(EntryId(1));
    let (left, right) = (pick(first), pick(second));
    let name = format!("D{number}");
    match kind % 8 {
        0 | 1 => {
            let mut row = document(account, ItemKind::Invoice, &name, amount, date, day(3, 20));
            if amount > 1 && second % 2 == 0 {
                row.lines = [(day(3, 10), amount / 2), (day(4, 10), amount - amount / 2)]
                    .map(|(due, amount)| dunwell_store::record::NewLine { due, amount })
                    .to_vec();
            }
            known.extend(recording.post_items(&[row], &[1]).await.expect("posted"));
        }
        2 => {
            let kind = if second % 2 == 0 { ItemKind::Receipt } else { ItemKind::CreditMemo };
            let row = document(account, kind, &name, amount, date, date);
            known.extend(recording.post_items(&[row], &[1]).await.expect("posted"));
        }
        3 | 4 => {
            let rows = [application(left, right, amount, date), application(right, left, amount, date)];
            for made in recording.apply(&rows).await.expect("no fault").into_iter().flatten() {
                known.extend(made);
            }
        }
        5 => known.extend(recording.unapply(left, date).await.expect("no fault").ok()),
        6 => {
            let _refused = recording.reverse(left, date).await.expect("no fault");
            known.extend(recording.post_settlements(&[(right, date)]).await.expect("no fault"));
        }
        _ => {
            let row = document(account, ItemKind::Invoice, &name, amount, date, day(3, 15));
            let revised = recording.revise_item(left, &row, 2, date).await.expect("no fault");
            if let dunwell_store::record::Revised::Reentered { item, .. } = revised {
                known.push(item);
            }
        }
    }
    recording.commit().await.expect("a commit");
}

#[test]
fn the_books_foot_after_any_sequence_of_operations() {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(6);
    on_each_database(async |place: &Place| {
        let mut runner = TestRunner::deterministic();
        let op = (any::<u8>(), 0..60usize, 0..60usize, 0..500i64, 1..28i8);
        let ops = proptest::collection::vec(op, 60);
        for case in 0..cases {
            let book = place.book(&format!("case-{case}")).await;
            let accounts = [open(&book, "A").await, open(&book, "B").await];
            let ops: Vec<Op> = ops.new_tree(&mut runner).expect("a case").current();
            let mut known = Vec::new();
            for (number, op) in ops.into_iter().enumerate() {
                perform(&book, &accounts, &mut known, number, op).await;
            }
            assert_foots(&book).await;
        }
        let kinds = one(&place.book("last").await, "select count(distinct kind) from ledger").await;
        assert_eq!(kinds, 7, "invoices, receipts, memos, settlements, applications, and both ways back");
    });
}
