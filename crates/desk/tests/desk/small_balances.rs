//! Small balances of all accounts together: looked at, written off alone or by two, and taken back as a whole.

use std::sync::{Arc, Barrier};
use std::thread::JoinHandle;

use crate::common::{INVOICES, PAYMENTS, code, conserved, day, desk_as, new_desk, open_on, put, ticking, verified};
use dunwell_desk::Desk;
use dunwell_desk::approve::approve;
use dunwell_desk::import::ImportKind;
use dunwell_desk::keep_book::add_user;
use dunwell_desk::open_dispute::{DisputeRaised, open_dispute};
use dunwell_desk::write_off_small::{SmallAsked, SmallReport, small_batches, take_back_small, write_off_small};
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;

const TODAY: &str = "2025-03-03";

/// Two customers owe small balances: ACME 5.00, 8.00 and 15.00, BETA 6.00. Left out are what is disputed (BETA B-2), of a customer
/// with money on account (CORP), in another currency, not due yet, and large.
async fn book(db: &Db) -> Desk {
    let desk = new_desk(db, "small", ticking).await;
    for (name, role) in [("cleo", "collector"), ("mara", "manager"), ("quin", "auditor")] {
        add_user(&desk, name, role, day("2024-01-01")).await.expect("a user");
    }
    let due = "2025-01-10,2025-02-09";
    let rows = [
        format!("ACME,Acme,A-1,invoice,{due},USD,5.00,,"),
        format!("ACME,Acme,A-2,invoice,{due},USD,8.00,,"),
        format!("ACME,Acme,A-3,invoice,{due},USD,15.00,,"),
        format!("ACME,Acme,A-4,invoice,{due},USD,900.00,,"),
        format!("BETA,Beta,B-1,invoice,{due},USD,6.00,,"),
        format!("BETA,Beta,B-2,invoice,{due},USD,4.00,,"),
        format!("CORP,Corp,C-1,invoice,{due},USD,3.00,,"),
        format!("ACME,Acme,E-1,invoice,{due},EUR,7.00,,"),
        "ACME,Acme,A-5,invoice,2025-01-10,2025-06-09,USD,2.00,,".to_owned(),
    ];
    put(&desk, ImportKind::Invoices, &format!("{INVOICES}{}\n", rows.join("\n")), day("2025-02-01")).await;
    let paid = "CORP,P-1,2025-02-20,USD,500.00\n";
    put(&desk, ImportKind::Payments, &format!("{PAYMENTS}{paid}"), day("2025-02-20")).await;
    let raised = DisputeRaised { document: "B-2".into(), line: None, amount: None, reason: "price".into() };
    open_dispute(&desk, "BETA", &raised, day("2025-02-20")).await.expect("a dispute");
    desk
}

fn below(amount: &str, commit: bool) -> SmallAsked {
    SmallAsked { below: amount.into(), commit, words: Some("in our words".into()), ..SmallAsked::default() }
}

/// Another process: a thread with a runtime and connections of its own, which begins with the others.
fn at_once(url: &str, book: &str, start: &Arc<Barrier>, asked: SmallAsked) -> JoinHandle<SmallReport> {
    let (url, book, start) = (url.to_owned(), book.to_owned(), Arc::clone(start));
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let db = Db::connect(&url, false).await.expect("another process connects");
            let desk = desk_as(&db, &book, "cleo", ticking).await;
            start.wait();
            let report = write_off_small(&desk, &asked, day(TODAY), day(TODAY)).await.expect("no fault");
            db.close().await;
            report
        })
    })
}

#[test]
fn two_batches_of_one_person_at_once_do_not_pass_the_limit_together() {
    on_each_database(async |place| {
        for round in 0..6 {
            let book = format!("race {round}");
            let desk = new_desk(place.db(), &book, ticking).await;
            add_user(&desk, "cleo", "collector", day("2024-01-01")).await.expect("a user");
            // 15.00 and 16.00, of two accounts: each is under 25.00, and both are not.
            let rows = "ACME,Acme,A-1,invoice,2025-01-10,2025-02-09,USD,15.00,,\n\
                BETA,Beta,B-1,invoice,2024-11-10,2024-12-10,USD,16.00,,\n";
            put(&desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2025-02-01")).await;
            let start = Arc::new(Barrier::new(2));
            let young = at_once(place.url(), &book, &start, below("15.50", true));
            let old = SmallAsked { older_than_days: Some(60), ..below("20.00", true) };
            let old = at_once(place.url(), &book, &start, old);
            let reports = [young, old].map(|client| client.join().expect("no panic"));
            let alone = reports.iter().filter(|report| report.batch.is_some()).count();
            let asked = reports.iter().filter(|report| report.asked_because == Some("above_limit")).count();
            assert_eq!((alone, asked), (1, 1), "round {round}: {reports:?}");
            let beside: Vec<i64> =
                reports.iter().map(|report| report.beside.minor).filter(|minor| *minor > 0).collect();
            assert!(beside == [1_500] || beside == [1_600], "{beside:?}");
            verified(&desk).await;
        }
    });
}

fn documents(report: &SmallReport) -> Vec<&str> {
    report.items.iter().map(|item| item.document.as_str()).collect()
}

async fn open(desk: &Desk, document: &str) -> i64 {
    open_on(desk, day(TODAY)).await.iter().filter(|row| row.1 == document).map(|row| row.2).sum()
}

#[test]
fn small_balances_are_written_off_together_alone_or_by_two_and_taken_back_as_a_whole() {
    on_each_database(async |place| {
        let (db, on) = (place.db(), day(TODAY));
        let desk = book(db).await;
        let (cleo, mara) = (desk_as(db, "small", "cleo", ticking).await, desk_as(db, "small", "mara", ticking).await);
        let quin = desk_as(db, "small", "quin", ticking).await;
        assert_eq!(code(write_off_small(&quin, &below("10.00", false), on, on).await), "role_cannot");
        assert_eq!(code(write_off_small(&cleo, &below("ten", false), on, on).await), "bad_value");
        assert_eq!(code(write_off_small(&cleo, &below("10.00", true), day("2025-03-04"), on).await), "day_in_future");
        let old = SmallAsked { older_than_days: Some(23), ..below("10.00", false) };
        assert!(write_off_small(&cleo, &old, on, on).await.expect("a look").items.is_empty(), "due 22 days ago");

        let look = write_off_small(&cleo, &below("8.01", false), on, on).await.expect("a look");
        assert_eq!((documents(&look), look.accounts, look.total.minor), (vec!["A-1", "A-2", "B-1"], 2, 1_900));
        assert_eq!((look.asked_because, look.batch, open(&desk, "A-1").await), (None, None, 500), "nothing is done");
        // What is confirmed is what was looked at.
        let other = SmallAsked { version: Some(look.version.clone()), ..below("16.00", true) };
        assert_eq!(code(write_off_small(&cleo, &other, on, on).await), "version_conflict");
        let seen = SmallAsked { version: Some(look.version), ..below("8.01", true) };
        let done = write_off_small(&cleo, &seen, on, on).await.expect("19.00, under 25.00");
        let batch = done.batch.expect("a batch");
        assert_eq!((open(&desk, "A-1").await, open(&desk, "B-1").await), (0, 0));
        assert!(write_off_small(&cleo, &below("8.01", true), on, on).await.expect("a repeat").items.is_empty());

        // With the 19.00 it is above the limit: one request for the whole, however often it is asked.
        let more = write_off_small(&cleo, &below("20.00", true), on, on).await.expect("asked");
        assert_eq!((more.asked_because, more.batch), (Some("above_limit"), None));
        assert_eq!((more.limit.map(|limit| limit.minor), more.beside.minor), (Some(2_500), 1_900));
        let request = more.request.expect("a request");
        let again = write_off_small(&cleo, &below("20.00", true), on, on).await.expect("asked again");
        assert_eq!(again.request.as_deref(), Some(request.as_str()));
        assert_eq!(code(approve(&cleo, &request, None, on).await), "role_cannot_approve");
        approve(&mara, &request, None, on).await.expect("signed");
        assert_eq!(open(&desk, "A-3").await, 0);
        let batches = small_batches(&quin, None, None).await.expect("a list").batches;
        let told: Vec<_> =
            batches.iter().map(|of| (of.items, of.stands.minor, of.maker.as_str(), of.signed_by.as_deref())).collect();
        assert_eq!(told, [(1, 1_500, "cleo", Some("mara")), (3, 1_900, "cleo", None)]);
        conserved(&desk, on).await;
        verified(&desk).await;

        assert_eq!(code(take_back_small(&cleo, &batch, " ", on).await), "bad_value");
        assert_eq!(code(take_back_small(&cleo, "1.0", "a mistake", on).await), "not_found");
        let back = take_back_small(&cleo, &batch, "a mistake", on).await.expect("taken back");
        assert_eq!((back.items, back.taken_back[0].minor), (3, 1_900));
        assert_eq!((open(&desk, "A-1").await, open(&desk, "B-1").await, open(&desk, "A-3").await), (500, 600, 0));
        let after = small_batches(&cleo, None, Some(1)).await.expect("a page");
        let rest = small_batches(&cleo, after.next_cursor.as_deref(), Some(1)).await.expect("the next page");
        assert_eq!((rest.batches[0].standing, rest.batches[0].stands.minor, rest.next_cursor), (0, 0, None));
        assert_eq!(take_back_small(&cleo, &batch, "again", on).await.expect("a repeat").items, 0);
        conserved(&desk, on).await;
        verified(&desk).await;
    });
}
