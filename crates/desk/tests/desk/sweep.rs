//! Fail the Nth statement of a task, for N = 1, 2, 3 … until none is left to fail; do the task again; the book must be the
//! one that nothing happened to, byte by byte. So no statement leaves half of something behind, and no answer that is lost
//! after a commit makes a second letter, posting or signature.
#![cfg(debug_assertions)]

use std::time::{Duration, Instant};

use crate::common::{INVOICES, PAYMENTS, cents, day, desk_as, new_desk, put, still, try_put, verified};
use dunwell_desk::approve::approve;
use dunwell_desk::assign_accounts::assign_accounts;
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::import::ImportKind;
use dunwell_desk::policy_file::preset;
use dunwell_desk::put_policy_in_force::activate_policy;
use dunwell_desk::{Desk, Stop, keep_book};
use dunwell_store::db::Db;
use dunwell_store::faults::{Failing, failing};
use dunwell_store::testing::{Original, Place, dump};

const TODAY: &str = "2025-03-10";

/// Rows of ten accounts, past due between 2 and 90 days: some disputed, one settled, one that owes next to nothing.
fn invoices() -> String {
    invoices_of(|_| None)
}

/// The same rows; those of the numbers that `settled` answers a day for are settled on that day.
fn invoices_of(settled: impl Fn(usize) -> Option<&'static str>) -> String {
    let mut rows = String::from(INVOICES);
    for (number, due) in [2, 4, 5, 16, 21, 31, 46, 47, 61, 90].into_iter().enumerate() {
        let due = crate::common::before(day(TODAY), due);
        let (document, disputed) = (crate::common::before(due, 30), if number == 5 { "yes" } else { "" });
        let amount = if number == 2 { 900 } else { 100_000 + 700 * number as i64 };
        let (amount, settled) = (cents(amount), settled(number).unwrap_or_default());
        rows.push_str(&format!(
            "A{number},Name {number},I{number},invoice,{document},{due},USD,{amount},{settled},{disputed}\n"
        ));
        rows.push_str(&format!("A{number},Name {number},S{number},invoice,{document},{due},USD,50.00,{due},\n"));
    }
    rows
}

/// A book that has run once, so that some steps are taken and some proposals lie before a manager.
async fn prepared(run: bool) -> Original {
    place_prepared(run).await.into_original().await
}

async fn place_prepared(run: bool) -> Place {
    let place = Place::sqlite().await;
    let desk = new_desk(place.db(), "main", still).await;
    keep_book::add_user(&desk, "mara", "manager", day(TODAY)).await.expect("a manager");
    put(&desk, ImportKind::Invoices, &invoices(), day(TODAY)).await;
    put(&desk, ImportKind::Payments, &format!("{PAYMENTS}A4,R4,2025-03-01,USD,100.00\n"), day(TODAY)).await;
    if run {
        for back in [41, 29, 21, 14, 0] {
            daily_run(&desk, crate::common::before(day(TODAY), back), false).await.expect("a run");
        }
    }
    place
}

/// Sweeps a task; the book must be the same byte by byte. `again` says whether the answer of a second try is one that a person
/// may see after a lost answer.
async fn sweep(
    original: &Original,
    user: &str,
    task: impl AsyncFn(&Desk) -> Result<(), Stop>,
    again: impl Fn(&Result<(), Stop>) -> bool,
) -> u64 {
    sweep_seen(original, user, task, again, async |_, db| dump(db).await).await
}

/// The same for a task that leaves a line of its own whenever it is tried: what is seen of the book must be the same.
pub(crate) async fn sweep_seen(
    original: &Original,
    user: &str,
    task: impl AsyncFn(&Desk) -> Result<(), Stop>,
    again: impl Fn(&Result<(), Stop>) -> bool,
    seen: impl AsyncFn(&Desk, &Db) -> String,
) -> u64 {
    let faultless = original.copy().await;
    let db = faultless.open().await;
    let desk = desk_as(&db, "main", user, still).await;
    let counted = failing(0, Failing::Once, task(&desk)).await;
    counted.answer.expect("nothing fails without a fault");
    verified(&desk).await;
    let expected = seen(&desk, &db).await;
    db.close().await;
    assert!(counted.statements > 15, "the task sends statements: {}", counted.statements);
    let began = Instant::now();
    for nth in 1..=counted.statements + 1 {
        for how in [Failing::Once, Failing::FromThenOn, Failing::Contended] {
            let copy = original.copy().await;
            let db = copy.open().await;
            let desk = desk_as(&db, "main", user, still).await;
            let struck = failing(nth, how, task(&desk)).await;
            let untouched = how != Failing::Contended && nth > counted.statements;
            assert!(!untouched || !struck.struck && struck.answer.is_ok(), "{how:?} {nth}: {:?}", struck.answer);
            if struck.answer.is_err() {
                let second = task(&desk).await;
                assert!(second.is_ok() || again(&second), "{how:?} {nth}: {second:?}");
            }
            desk.seal().await.expect("it seals");
            let found = seen(&desk, &db).await;
            assert!(found == expected, "{how:?}, statement {nth}: {}", first_difference(&expected, &found));
            if how == Failing::Once {
                verified(&desk).await;
            }
            db.close().await;
        }
    }
    assert!(began.elapsed() < Duration::from_secs(600), "a sweep ends");
    counted.statements
}

fn first_difference(expected: &str, found: &str) -> String {
    let mut pairs = expected.lines().zip(found.lines());
    match pairs.find(|(a, b)| a != b) {
        Some((a, b)) => format!("expected\n{a}\nfound\n{b}"),
        None => format!("{} lines, found {}", expected.lines().count(), found.lines().count()),
    }
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime")
}

#[test]
fn a_run_whose_nth_statement_fails_and_that_is_run_again_makes_the_same_book() {
    runtime().block_on(async {
        let original = prepared(false).await;
        let run = async |desk: &Desk| daily_run(desk, day(TODAY), false).await.map(|_| ());
        let statements = sweep(&original, "desk", run, |_| false).await;
        eprintln!("{statements} statements of a run, each failed in three ways");
    });
}

#[test]
fn a_run_that_catches_up_a_day_and_whose_nth_statement_fails_makes_the_same_book() {
    runtime().block_on(async {
        let place = place_prepared(false).await;
        let desk = desk_as(place.db(), "main", "desk", still).await;
        daily_run(&desk, crate::common::before(day(TODAY), 2), false).await.expect("a run");
        let original = place.into_original().await;
        let run = async |desk: &Desk| daily_run(desk, day(TODAY), false).await.map(|_| ());
        let statements = sweep(&original, "desk", run, |_| false).await;
        eprintln!("{statements} statements of a run over two days, each failed in three ways");
    });
}

#[test]
fn a_book_that_goes_live_and_whose_nth_statement_fails_goes_live_once() {
    runtime().block_on(async {
        let place = place_prepared(true).await;
        let desk = desk_as(place.db(), "main", "desk", still).await;
        let policy = preset("standard").expect("it ships").replace("max_notices = 50", "max_notices = 2");
        activate_policy(&desk, &policy, day(TODAY)).await.expect("a policy");
        let original = place.into_original().await;
        let go_live = async |desk: &Desk| {
            keep_book::change_settings(desk, "mode = \"live\"", day(TODAY)).await?;
            let book = keep_book::open_book(desk.book.db(), Some("main")).await?;
            let desk = Desk::open(book, "desk", still).await?;
            daily_run(&desk, crate::common::before(day(TODAY), -1), false).await.map(|_| ())
        };
        let statements = sweep(&original, "desk", go_live, |_| false).await;
        eprintln!("{statements} statements of going live and the first live run, each failed in three ways");
    });
}

#[test]
fn a_run_that_withdraws_what_is_paid_and_whose_nth_statement_fails_makes_the_same_book() {
    runtime().block_on(async {
        let place = place_prepared(true).await;
        let desk = desk_as(place.db(), "main", "desk", still).await;
        // Paid in full since: the call of A4 and the proposals of A6 to A9, for two of which nothing else is open.
        let paid = invoices_of(|number| [4, 6, 7, 8, 9].contains(&number).then_some(TODAY));
        put(&desk, ImportKind::Invoices, &paid, day(TODAY)).await;
        let waiting = desk.book.read().await.expect("a snapshot").waiting_steps(day(TODAY)).await.expect("steps");
        let moot = waiting.iter().filter(|step| step.open.is_zero()).count();
        assert!(moot >= 3, "{waiting:?}");
        let original = place.into_original().await;
        let run = async |desk: &Desk| daily_run(desk, day(TODAY), false).await.map(|_| ());
        let statements = sweep(&original, "desk", run, |_| false).await;
        eprintln!("{statements} statements of a run that withdraws {moot} steps, each failed in three ways");
    });
}

#[test]
fn an_assignment_whose_nth_statement_fails_and_that_is_repeated_makes_the_same_book() {
    runtime().block_on(async {
        let place = place_prepared(false).await;
        let desk = desk_as(place.db(), "main", "desk", still).await;
        let policy = preset("standard").expect("it ships");
        let collectors = "[[assignment.collector]]\nname = \"mara\"\nmax_accounts = 4\n\n[[assignment.collector]]\n\
            name = \"jon\"\ncode_from = \"A2\"\n";
        activate_policy(&desk, &format!("{policy}\n{collectors}"), day(TODAY)).await.expect("a policy");
        let original = place.into_original().await;
        let task = async |desk: &Desk| assign_accounts(desk, day(TODAY), false).await.map(|_| ());
        let statements = sweep(&original, "desk", task, |_| false).await;
        eprintln!("{statements} statements of an assignment, each failed in three ways");
    });
}

#[test]
fn an_import_whose_nth_statement_fails_and_that_is_repeated_makes_the_same_book() {
    runtime().block_on(async {
        let original = prepared(false).await;
        let text = format!(
            "{INVOICES}A1,Name 1,I1,invoice,2025-01-05,2025-03-06,USD,800.00,,\nA2,Name 2,S2,invoice,2025-02-03,2025-03-05,USD,50.00,,\n\
             A5,Name 5,I5,invoice,2025-01-07,2025-02-07,USD,1035.00,,\nB1,New,N1,invoice,2025-02-01,2025-03-01,USD,10.00,2025-03-02,yes\n\
             B2,New too,N2,credit_memo,2025-02-01,,USD,10.00,,\n"
        );
        let import = async |desk: &Desk| try_put(desk, ImportKind::Invoices, &text, day(TODAY)).await.map(|_| ());
        let statements = sweep(&original, "desk", import, |_| false).await;
        eprintln!("{statements} statements of an import, each failed in three ways");
    });
}

#[test]
fn a_signature_whose_nth_statement_fails_is_given_once() {
    runtime().block_on(async {
        let original = prepared(true).await;
        let first = original.copy().await;
        let db = first.open().await;
        let desk = desk_as(&db, "main", "desk", still).await;
        let requests = desk.book.read().await.expect("a snapshot").requests("pending").await.expect("requests");
        let request = requests.first().expect("a proposal waits").request.to_string();
        db.close().await;
        let sign = async |manager: &Desk| approve(manager, &request, Some("go on"), day(TODAY)).await.map(|_| ());
        let signed_already =
            |answer: &Result<(), Stop>| matches!(answer, Err(Stop::Refused(r)) if r.code() == "already_decided");
        let statements = sweep(&original, "mara", sign, signed_already).await;
        eprintln!("{statements} statements of a signature, each failed in three ways");
    });
}
