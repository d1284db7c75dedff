//! Small balances of all accounts together: looked at, written off alone or by two, and taken back as a whole.

use crate::common::{INVOICES, PAYMENTS, code, conserved, day, desk_as, new_desk, open_on, put, ticking, verified};
use dunwell_desk::Desk;
use dunwell_desk::approve::approve;
use dunwell_desk::import::ImportKind;
use dunwell_desk::keep_book::add_user;
use dunwell_desk::open_dispute::{DisputeRaised, open_dispute};
use dunwell_desk::write_off_small::{SmallAsked, SmallReport, take_back_small, write_off_small};
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
        let done = write_off_small(&cleo, &below("8.01", true), on, on).await.expect("19.00, under 25.00");
        let batch = done.batch.expect("a batch");
        assert_eq!((open(&desk, "A-1").await, open(&desk, "B-1").await), (0, 0));
        assert!(write_off_small(&cleo, &below("8.01", true), on, on).await.expect("a repeat").items.is_empty());

        // With the 19.00 it is above the limit: one request for the whole, however often it is asked.
        let more = write_off_small(&cleo, &below("20.00", true), on, on).await.expect("asked");
        assert_eq!((more.asked_because, more.batch), (Some("above_limit"), None));
        let request = more.request.expect("a request");
        let again = write_off_small(&cleo, &below("20.00", true), on, on).await.expect("asked again");
        assert_eq!(again.request.as_deref(), Some(request.as_str()));
        assert_eq!(code(approve(&cleo, &request, None, on).await), "role_cannot_approve");
        approve(&mara, &request, None, on).await.expect("signed");
        assert_eq!(open(&desk, "A-3").await, 0);
        conserved(&desk, on).await;
        verified(&desk).await;

        assert_eq!(code(take_back_small(&cleo, &batch, " ", on).await), "bad_value");
        assert_eq!(code(take_back_small(&cleo, "1.0", "a mistake", on).await), "not_found");
        let back = take_back_small(&cleo, &batch, "a mistake", on).await.expect("taken back");
        assert_eq!((back.items, back.taken_back[0].minor), (3, 1_900));
        assert_eq!((open(&desk, "A-1").await, open(&desk, "B-1").await, open(&desk, "A-3").await), (500, 600, 0));
        assert_eq!(take_back_small(&cleo, &batch, "again", on).await.expect("a repeat").items, 0);
        conserved(&desk, on).await;
        verified(&desk).await;
    });
}
