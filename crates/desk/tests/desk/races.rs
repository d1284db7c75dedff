//! Several processes at one book: two runs of a day at once, a run while cash is applied, and many clients that apply the same
//! credits to the same invoices. Each client has connections of its own, as a process has.

use std::collections::BTreeMap;
use std::sync::{Arc, Barrier};
use std::thread::JoinHandle;
use std::time::Duration;

use crate::common::{
    INVOICES, PAYMENTS, assert_same, cents, conserved, day, desk_as, new_desk, open_on, picture, put, still, verified,
};
use dunwell_desk::apply_cash::{ApplicationAsked, apply_cash};
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::draft_policy::{activate_draft, draft_policy};
use dunwell_desk::import::ImportKind;
use dunwell_desk::policy_file::preset;
use dunwell_desk::put_policy_in_force::policy_in_force;
use dunwell_desk::rules::approval::Role;
use dunwell_desk::{Desk, Stop};
use dunwell_rules::decision::Decision;
use dunwell_store::db::Db;
use dunwell_store::read::AccountChoice;
use dunwell_store::testing::{Place, on_each_database};

const TODAY: &str = "2025-03-10";

/// One invoice of 100.00 an account, `late` days past due.
fn invoices(accounts: usize, late: i64) -> String {
    let due = crate::common::before(day(TODAY), late);
    let document = crate::common::before(due, 30);
    let rows = (0..accounts).map(|n| format!("A{n:03},Name,I{n:03},invoice,{document},{due},USD,100.00,,\n"));
    format!("{INVOICES}{}", rows.collect::<String>())
}

/// Another process: a thread with a runtime and connections of its own.
fn process<T: Send + 'static>(
    place: &Place,
    book: &str,
    work: impl AsyncFnOnce(Desk) -> T + Send + 'static,
) -> JoinHandle<T> {
    let (url, book) = (place.url().to_owned(), book.to_owned());
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let db = Db::connect(&url, false).await.expect("a second process connects");
            let answer = work(desk_as(&db, &book, "desk", still).await).await;
            db.close().await;
            answer
        })
    })
}

#[test]
fn two_runs_of_a_day_at_once_send_one_notice_an_account() {
    on_each_database(async |place| {
        let alone = new_desk(place.db(), "alone", still).await;
        put(&alone, ImportKind::Invoices, &invoices(40, 10), day(TODAY)).await;
        let quiet = daily_run(&alone, day(TODAY), false).await.expect("a run");
        assert_eq!(quiet.notices, 40);
        let expected = picture(&alone, day(TODAY)).await;
        for round in 0..3 {
            let book = format!("round {round}");
            let desk = new_desk(place.db(), &book, still).await;
            put(&desk, ImportKind::Invoices, &invoices(40, 10), day(TODAY)).await;
            let start = Arc::new(Barrier::new(2));
            let runs = [Arc::clone(&start), start].map(|start| {
                process(place, &book, async move |desk: Desk| {
                    start.wait();
                    daily_run(&desk, day(TODAY), false).await
                })
            });
            let ended = runs.map(|run| run.join().expect("no panic").expect("both runs end"));
            let notices: i64 = ended.iter().map(|report| report.notices).sum();
            assert_eq!(notices, 40, "round {round}: both runs together");
            verified(&desk).await;
            assert_same(&expected, &picture(&desk, day(TODAY)).await, &format!("round {round}"));
        }
    });
}

#[test]
fn a_draft_waits_for_a_policy_that_is_being_put_in_force_and_is_refused_then() {
    on_each_database(async |place| {
        let desk = new_desk(place.db(), "main", still).await;
        let manager = |desk: &Desk, name: &str| Desk::of(desk.book.clone(), name, Role::Manager, desk.clock);
        let standard = preset("standard").expect("it ships");
        let text = |days: u8| standard.replace("quiet_days = 7", &format!("quiet_days = {days}"));
        let seen = policy_in_force(&desk).await.expect("a policy").version.to_string();
        let draft = draft_policy(&manager(&desk, "maker"), &text(8), None, day(TODAY)).await.expect("a draft");
        let mut other = desk.record("policy activate", day(TODAY)).await.expect("a recording");
        other.activate_policy("standard", &text(9)).await.expect("a policy");
        let deciding = process(place, "main", async move |desk: Desk| {
            activate_draft(&manager(&desk, "checker"), &draft.to_string(), Some(&seen), day(TODAY)).await
        });
        tokio::time::sleep(Duration::from_millis(500)).await;
        other.commit().await.expect("a commit");
        match deciding.join().expect("no panic") {
            Err(Stop::Refused(refusal)) => assert_eq!(refusal.code(), "version_conflict"),
            Err(Stop::Fault(fault)) => panic!("{fault}"),
            Ok(_) => panic!("another policy is in force than the one that was seen"),
        }
    });
}

/// What a run may say of an account of this race: by how far its payment had come when it was decided.
fn fits(decision: &Decision, behind: i64) -> bool {
    let step = decision.action.step().is_some();
    let (collectible, unapplied) = (decision.inputs.collectible.minor, decision.inputs.unapplied.minor);
    match behind {
        0 => step && (collectible, unapplied) == (10_000, 0),
        1 => decision.rule.0 == "N-4" && unapplied == -10_000,
        _ => decision.rule.0 == "N-1" && collectible == 0,
    }
}

async fn versions(desk: &Desk, codes: &[String]) -> BTreeMap<String, i64> {
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let mut reading = desk.book.read().await.expect("a snapshot");
    let facts = reading.facts(AccountChoice::Codes(&codes), day(TODAY)).await.expect("facts");
    facts.into_iter().map(|facts| (facts.code, facts.version)).collect()
}

/// Receives 100.00 of every account and applies it, ten accounts at a time.
async fn cash_in(desk: Desk, start: Arc<Barrier>, codes: Vec<String>) {
    start.wait();
    for some in codes.chunks(10) {
        for code in some {
            let row = format!("{PAYMENTS}{code},R{},2025-03-09,USD,100.00\n", &code[1..]);
            put(&desk, ImportKind::Payments, &row, day(TODAY)).await;
        }
        for code in some {
            let (credit, item) = (format!("R{}", &code[1..]), format!("I{}", &code[1..]));
            let asked = ApplicationAsked { credit, item, amount: None, line: None };
            apply_cash(&desk, code, &asked, day(TODAY)).await.expect("it is applied");
        }
    }
}

#[test]
fn a_run_while_cash_is_applied_decides_on_the_facts_as_they_stand() {
    on_each_database(async |place| {
        let mut raced = 0;
        for round in 0..3 {
            let book = format!("round {round}");
            let desk = new_desk(place.db(), &book, still).await;
            put(&desk, ImportKind::Invoices, &invoices(60, 10), day(TODAY)).await;
            let mut codes: Vec<String> = (0..60).map(|n| format!("A{n:03}")).collect();
            let first = versions(&desk, &codes).await;
            // The run goes through the accounts in order, the payer comes towards it.
            codes.reverse();
            let start = Arc::new(Barrier::new(2));
            let (started, payers) = (Arc::clone(&start), codes.clone());
            let paying = process(place, &book, async move |desk: Desk| cash_in(desk, started, payers).await);
            start.wait();
            while !paying.is_finished() {
                daily_run(&desk, day(TODAY), false).await.expect("a run among payments");
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            paying.join().expect("every payment is applied");
            let mut reading = desk.book.read().await.expect("a snapshot");
            for name in reading.account_names().await.expect("names") {
                for stored in reading.decisions_of(name.account, day(TODAY)).await.expect("decisions") {
                    let decision: Decision = serde_json::from_str(&stored.detail).expect("a decision is JSON");
                    let behind = stored.account_version - first[&name.code];
                    assert_eq!(decision.version, stored.account_version);
                    assert!(fits(&decision, behind), "{} at {behind} changes: {decision:#?}", name.code);
                    raced += i64::from(behind > 0);
                }
            }
            notices_precede_payments(&desk, place).await;
            daily_run(&desk, day(TODAY), false).await.expect("the last run");
            verified(&desk).await;
            conserved(&desk, day(TODAY)).await;
            assert!(open_on(&desk, day(TODAY)).await.is_empty(), "everything is paid");
        }
        assert!(raced > 0, "payments came between a run's reading and its end at least once in three rounds");
    });
}

/// No account got a notice after its payment was recorded. Batches tell the order of commits on SQLite alone.
async fn notices_precede_payments(desk: &Desk, place: &Place) {
    if !place.url().starts_with("sqlite:") {
        return;
    }
    let mut reading = desk.book.read().await.expect("a snapshot");
    for notice in reading.notices(day(TODAY)).await.expect("notices") {
        let receipts = reading.items_of_document(notice.account_id, &format!("R{}", &notice.account[1..])).await;
        for receipt in receipts.expect("receipts") {
            assert!(notice.notice.batch() < receipt.item.batch(), "{} was dunned after it paid", notice.account);
        }
    }
}

#[test]
fn sixteen_clients_that_apply_the_same_credits_to_the_same_invoices_never_apply_too_much() {
    on_each_database(async |place| {
        let desk = new_desk(place.db(), "main", still).await;
        let mut rows = String::from(INVOICES);
        for number in 0..3 {
            rows.push_str(&format!("ACME,Acme,I{number},invoice,2025-01-05,2025-02-04,USD,100.00,,\n"));
        }
        put(&desk, ImportKind::Invoices, &rows, day(TODAY)).await;
        let receipts: String = (0..3).map(|n| format!("ACME,R{n},2025-03-01,USD,{}\n", cents(8_000 + n))).collect();
        put(&desk, ImportKind::Payments, &format!("{PAYMENTS}{receipts}"), day(TODAY)).await;
        let start = Arc::new(Barrier::new(16));
        let clients = (0..16_usize).map(|client| {
            let start = Arc::clone(&start);
            process(place, "main", async move |desk: Desk| {
                start.wait();
                let mut applied = 0;
                for turn in 0..9_usize {
                    let (credit, item) = ((client + turn) % 3, (client + turn / 3) % 3);
                    let (credit, item) = (format!("R{credit}"), format!("I{item}"));
                    let amount = Some("9.00".to_owned());
                    let asked = ApplicationAsked { credit, item, amount, line: None };
                    match apply_cash(&desk, "ACME", &asked, day(TODAY)).await {
                        Ok(_) => applied += 900,
                        Err(Stop::Refused(refused)) => assert_eq!(refused.code(), "over_applied", "{refused}"),
                        Err(Stop::Fault(fault)) => panic!("client {client}: {fault}"),
                    }
                }
                applied
            })
        });
        let clients: Vec<_> = clients.collect();
        let mut applied = 0;
        for client in clients {
            applied += client.join().expect("no panic");
        }
        let open = open_on(&desk, day(TODAY)).await;
        let unapplied: i64 = open.iter().filter(|(_, document, _)| document.starts_with('R')).map(|row| row.2).sum();
        let owed: i64 = open.iter().filter(|(_, document, _)| document.starts_with('I')).map(|row| row.2).sum();
        assert!(open.iter().all(|(_, document, open)| document.starts_with('I') == (*open > 0)), "{open:?}");
        assert_eq!(-unapplied, 24_003 - applied, "what was answered as applied is applied");
        assert_eq!(owed, 30_000 - applied);
        // 8 of 9.00 fit into each credit; the clients ask for far more.
        assert_eq!(applied, 3 * 8 * 900);
        conserved(&desk, day(TODAY)).await;
        verified(&desk).await;
    });
}
