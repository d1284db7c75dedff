//! Going live: what a rehearsal made is withdrawn in one recording, what really happened stays, and the journals tell it.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Currency;
use dunwell_store::book::{Book, Mode, Opened};
use dunwell_store::db::Db;
use dunwell_store::record::{NewActivity, NewStepHow, NewTask};
use dunwell_store::testing::{Place, on_each_database};

use crate::foot::{assert_foots, one, rows};
use crate::run::{decide, decision, notice, step};
use crate::{day, document, on, open, post};

/// Changes the mode as of a day.
async fn set_mode(book: &Book, mode: Mode, date: Date) {
    let settings = dunwell_store::book::Settings { mode, ..book.settings.clone() };
    let mut recording = on(book, date).await;
    recording.put_settings(&settings).await.expect("settings");
    recording.commit().await.expect("a commit");
}

/// The book as a new command opens it.
async fn reopened(db: &Db) -> Book {
    match Book::open(db, None).await.expect("opened") {
        Opened::Book(book) => book,
        other => panic!("{other:?}"),
    }
}

async fn assert_sound(book: &Book) {
    let report = book.verify().await.expect("no fault");
    let failed: Vec<_> = report.checks.iter().filter(|check| !check.ok).collect();
    assert!(report.ok, "{failed:#?}");
    assert_foots(book).await;
}

/// Three accounts with a sent notice, an open call and a proposal of 10 February; ACME has an opening step and a real call,
/// and a ladder that was climbed to its end.
async fn rehearsed(place: &Place) -> (Book, EntryId) {
    let book = place.book("main").await;
    let mut recording = on(&book, day(2, 10)).await;
    let policy = recording.activate_policy("standard", "").await.expect("a policy");
    let run = recording.start_run_day(day(2, 10), policy, false).await.expect("a run");
    recording.commit().await.expect("a commit");
    let ways = [
        NewStepHow::Notice(Box::new(notice())),
        NewStepHow::Task { kind: "call".to_owned() },
        NewStepHow::Proposal { role: "manager".to_owned(), request_sha256: [3; 32] },
    ];
    for (code, how) in ["ACME", "BOLT", "COIL"].into_iter().zip(ways) {
        let account = open(&book, code).await;
        let item = post(&book, &[document(account, ItemKind::Invoice, code, 100, day(1, 5), day(2, 4))]).await[0];
        let mut recording = on(&book, day(2, 10)).await;
        decide(&mut recording, run, &decision(account, 2, Some(step("reminder", vec![(item, 1, 100)], how)))).await;
        if code == "ACME" {
            recording.opening_step(account, Currency::USD, "due_soon", day(2, 1), &[item]).await.expect("a step");
            let done = NewTask {
                account,
                kind: "ladder_done".to_owned(),
                key: "done".to_owned(),
                currency: None,
                opens_on: None,
            };
            assert_eq!(recording.open_tasks(&[done]).await.expect("a task"), 1);
            let call = NewActivity {
                account,
                kind: "call".to_owned(),
                outcome: None,
                is_contact: true,
                day: day(2, 5),
                text: None,
                person: None,
            };
            recording.log(&call).await.expect("logged");
        }
        recording.commit().await.expect("a commit");
    }
    (book, run)
}

#[test]
fn going_live_withdraws_what_was_rehearsed_and_keeps_what_really_happened() {
    on_each_database(async |place: &Place| {
        let (book, _) = rehearsed(place).await;
        let versions = "select cast(sum(version) as bigint) from account_state where account <> 0";
        let before = one(&book, versions).await;
        set_mode(&book, Mode::Live, day(2, 11)).await;
        let steps: Vec<(String, String, i64)> =
            rows(&book, "select how, state, state_day from step order by how").await;
        let (then, now) = (day_number(day(2, 1)), day_number(day(2, 11)));
        let step = |how: &str, state: &str, day| (how.to_owned(), state.to_owned(), day);
        let withdrawn = ["notice", "proposal", "task"].map(|how| step(how, "withdrawn", now));
        assert_eq!(steps, [&[step("imported", "made", then)], &withdrawn[..]].concat());
        let notices: Vec<(String, i64)> = rows(&book, "select state, state_day from notice").await;
        assert_eq!(notices, [("withdrawn".to_owned(), now)]);
        let requests: Vec<(String, i64)> = rows(&book, "select state, decided_on from approval_request").await;
        assert_eq!(requests, [("withdrawn".to_owned(), now)]);
        assert_eq!(one(&book, "select count(*) from task where outcome = 'withdrawn'").await, 2);
        let contacts: Vec<(i64, String)> = rows(&book, "select day, channel from contact_day order by day").await;
        let called = (day_number(day(2, 5)), "call".to_owned());
        assert_eq!(contacts, [(then, "notice".to_owned()), called], "the imported notice and the real call");
        assert_eq!(one(&book, versions).await, before + 3, "each account is decided anew");
        assert_sound(&book).await;
    });
}

#[test]
fn going_live_twice_and_back_to_rehearsal_touch_no_step() {
    on_each_database(async |place: &Place| {
        let (book, _) = rehearsed(place).await;
        set_mode(&book, Mode::Live, day(2, 11)).await;
        let deeds = "select count(*) from activity where kind = 'step_withdrawn'";
        assert_eq!(one(&book, deeds).await, 3);
        let live = reopened(place.db()).await;
        let mut recording = on(&live, day(2, 12)).await;
        let run = recording.start_run_day(day(2, 12), EntryId(1), false).await.expect("a run");
        let accounts: Vec<(i64, i64, i64)> = rows(
            &live,
            "select l.account, l.item, s.version from line l join account_state s on s.account = l.account",
        )
        .await;
        let (account, item, version) = accounts[0];
        let planned = dunwell_store::record::NewNotice { sent: false, ..notice() };
        let how = NewStepHow::Notice(Box::new(planned));
        let row = decision(EntryId(account), version, Some(step("reminder", vec![(EntryId(item), 1, 100)], how)));
        decide(&mut recording, run, &row).await;
        recording.commit().await.expect("a commit");
        // The book opened first still believes that it rehearses: what counts is the book.
        set_mode(&book, Mode::Live, day(2, 13)).await;
        set_mode(&live, Mode::Rehearsal, day(2, 14)).await;
        set_mode(&live, Mode::Live, day(2, 15)).await;
        assert_eq!(one(&book, deeds).await, 3, "a live step stays, whatever the mode becomes");
        assert_eq!(one(&book, "select count(*) from notice where state = 'planned'").await, 1);
        assert_sound(&live).await;
    });
}

#[test]
fn a_run_that_began_in_rehearsal_records_nothing_in_a_live_book() {
    on_each_database(async |place: &Place| {
        let (book, run) = rehearsed(place).await;
        set_mode(&book, Mode::Live, day(2, 11)).await;
        let account = open(&book, "LATE").await;
        let mut recording = on(&book, day(2, 11)).await;
        let refused = recording.decide(run, EntryId(1), &[decision(account, 1, None)]).await;
        assert!(refused.is_err_and(|fault| fault.to_string().contains("run again")));
        drop(recording);
        let live = reopened(place.db()).await;
        let mut recording = on(&live, day(2, 11)).await;
        recording.decide(run, EntryId(1), &[decision(account, 1, None)]).await.expect("a run of the live book");
    });
}

#[test]
fn what_was_done_since_going_live_is_told_from_the_journal() {
    on_each_database(async |place: &Place| {
        let (book, _) = rehearsed(place).await;
        let since = async |date| book.read().await.expect("a snapshot").since_live(date).await.expect("no fault");
        assert_eq!(since(day(2, 10)).await, None, "the book rehearses");
        set_mode(&book, Mode::Live, day(2, 11)).await;
        let that_day = since(day(2, 10)).await.expect("the book is live");
        assert!(that_day.ran_in_rehearsal && !that_day.notices_before);
        assert_eq!((that_day.notices_that_day, that_day.opening_steps), (0, true), "a rehearsed notice does not count");
        let next = since(day(2, 12)).await.expect("the book is live");
        assert!(!next.ran_in_rehearsal && !next.notices_before);
        set_mode(&book, Mode::Rehearsal, day(2, 12)).await;
        assert_eq!(since(day(2, 12)).await, None);
    });
}
