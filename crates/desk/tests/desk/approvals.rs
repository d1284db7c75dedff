//! Requests for a second person: how long they can be signed, and what is added up before a limit is asked.

use crate::common::{INVOICES, code, day, desk_as, new_desk, put, ticking, verified};
use dunwell_desk::Desk;
use dunwell_desk::approve::{approve, decline};
use dunwell_desk::charge_interest::{RuleAsked, charge_interest};
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::import::ImportKind;
use dunwell_desk::keep_book::add_user;
use dunwell_desk::look::approvals::waiting;
use dunwell_desk::rules::calendar::{Date, add_days};
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;

/// The day on which interest is asked for.
const ASKED: &str = "2025-03-03";

/// A customer with two invoices that are a year late, and people: `cleo`, a collector; `mara`, a manager; `abe`, an approver.
async fn book(db: &Db) -> Desk {
    let desk = new_desk(db, "approvals", ticking).await;
    for (name, role) in [("cleo", "collector"), ("mara", "manager"), ("abe", "approver")] {
        add_user(&desk, name, role, day("2024-01-01")).await.expect("a user");
    }
    let rows = "ACME,,INV-1,invoice,2024-01-10,2024-03-03,USD,90000.00,,\n\
                ACME,,INV-2,invoice,2024-01-11,2024-03-03,USD,60000.00,,\n";
    put(&desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2024-01-11")).await;
    desk
}

/// `cleo` asks for the interest of both invoices, 8 % a year: 7,200.00 and 4,800.00.
async fn asks(db: &Db, on: Date) -> Vec<String> {
    let cleo = desk_as(db, "approvals", "cleo", ticking).await;
    let rule = RuleAsked { name: "contract".into(), annual_rate_bp: Some(800), clause: Some("terms, 7".into()) };
    charge_interest(&cleo, "ACME", &rule, true, on).await.expect("interest is asked for").requests
}

/// What is left to ask of the smaller invoice a month later, asked by `cleo`: 60,000.00 at 8 %, a little over 4,800.00.
async fn waiting_of(db: &Db, on: Date) -> String {
    let ids = asks(db, on).await;
    ids.last().expect("the smaller invoice is asked for last").clone()
}

#[test]
fn a_request_for_interest_expires_is_withdrawn_by_the_run_and_can_be_asked_for_again() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let asked = day(ASKED);
        let ids = asks(db, asked).await;
        let mara = desk_as(db, "approvals", "mara", ticking).await;
        let (last, late) = (add_days(asked, 30), add_days(asked, 31));
        let seen = |list: Vec<dunwell_desk::look::approvals::Waiting>| {
            list.into_iter().map(|row| (row.good_through, row.expired, row.cannot.is_none())).collect::<Vec<_>>()
        };
        let good = waiting(&mara, last).await.expect("a list");
        assert_eq!(seen(good), [(last, false, true), (last, false, true)]);
        let lapsed = waiting(&mara, late).await.expect("a list");
        assert_eq!(seen(lapsed), [(last, true, false), (last, true, false)]);
        assert_eq!(code(approve(&mara, &ids[0], None, late).await), "request_expired");
        assert_eq!(code(decline(&mara, &ids[0], None, late).await), "request_expired");
        assert_eq!(code(approve(&mara, &ids[0], None, last).await), "done", "the last day counts");

        daily_run(&desk, late, false).await.expect("a run");
        verified(&desk).await;
        let ours = |list: Vec<dunwell_desk::look::approvals::Waiting>| {
            list.into_iter().filter(|row| row.request.subject == "finance_charge").count()
        };
        assert_eq!(ours(waiting(&mara, late).await.expect("a list")), 0);
        assert_eq!(code(approve(&mara, &ids[1], None, last).await), "already_decided");
        let again = asks(db, late).await;
        assert_eq!(again.len(), 2, "what is left of the one, and all of the other");
        assert_eq!(daily_run(&desk, late, false).await.expect("a repeat").withdrawn, 0);
        verified(&desk).await;
    });
}

#[test]
fn pieces_of_one_matter_are_added_up_before_a_limit_is_asked() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let ids = asks(db, day(ASKED)).await;
        let abe = desk_as(db, "approvals", "abe", ticking).await;
        // 7,200.00 and 4,800.00 each lie under the approver's limit of 10,000.00; together they do not.
        let list = waiting(&abe, day(ASKED)).await.expect("a list");
        assert!(list.iter().all(|row| row.cannot.is_some() && row.beside.is_some()), "{list:?}");
        for id in &ids {
            assert_eq!(code(approve(&abe, id, None, day(ASKED)).await), "above_limit");
        }
        let mara = desk_as(db, "approvals", "mara", ticking).await;
        assert_eq!(code(approve(&mara, &ids[0], None, day(ASKED)).await), "done");
        assert_eq!(code(approve(&abe, &ids[1], None, day(ASKED)).await), "above_limit", "what was signed counts on");
        // A month later what was signed is another matter.
        let later = add_days(day(ASKED), 30);
        assert_eq!(code(decline(&mara, &ids[1], None, later).await), "done");
        let small = waiting_of(db, later).await;
        assert_eq!(code(approve(&abe, &small, None, later).await), "done");
        verified(&desk).await;
    });
}
