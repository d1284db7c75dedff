//! The demo through the desk's own front door: nothing is rejected, the book foots with its control figures, and the last
//! day leaves work to do.

use dunwell_desk::cash::exceptions::cash_exceptions;
use dunwell_desk::cash::import_bank_file::import_bank_files;
use dunwell_desk::{Desk, keep_book};
use dunwell_sim::{BOOK_NAME, Plan, make_demo, new_book};
use dunwell_store::testing::Place;
use jiff::civil::date;

fn noon() -> i64 {
    1_795_000_000_000_000
}

#[tokio::test]
async fn the_demo_imports_without_a_reject_and_leaves_work_to_do() {
    let plan = Plan { accounts: 60, invoices: 1_500, ..Plan::demo(42, date(2026, 11, 20)) };
    let place = Place::sqlite().await;
    let book = keep_book::make_book(place.db(), &new_book(&plan), noon).await.expect("a new book");
    assert_eq!(book.settings.name, BOOK_NAME);
    let desk = Desk::open(book, "desk", noon).await.expect("the house");
    let report = make_demo(desk.clone(), &plan, |_| {}).await.expect("a demo");
    assert!(report.rejected == 0 && report.rejects.is_empty(), "{:?}", report.rejects);
    assert_eq!(report.accounts, 60);
    assert!(report.documents > 1_500 && report.payments > 700 && report.applications > 1_400, "{report:?}");
    // 22 October to 20 November 2026 without weekends and Veterans Day.
    assert_eq!(report.days_run, 21);
    assert!(report.notices > 0 && report.tasks > 0 && report.approvals > 0 && report.disputes > 0);
    assert!(report.signed > 0, "the manager signed something");
    assert!(proposals(&desk).await > 0, "something waits for the manager");
    let mut reading = desk.book.read().await.expect("the book");
    let control = reading.control_totals().await.expect("control figures");
    assert!(control.len() >= 2 && control.iter().all(|figure| figure.ours == figure.amount), "{control:?}");
    let verified = desk.book.verify().await.expect("a verified book");
    assert!(verified.ok, "{verified:?}");
}

#[tokio::test]
async fn the_demo_s_last_morning_applies_the_banks_files_and_leaves_exceptions() {
    let plan = Plan { accounts: 100, invoices: 6_000, months: 9, ..Plan::demo(42, date(2026, 11, 20)) };
    let place = Place::sqlite().await;
    let book = keep_book::make_book(place.db(), &new_book(&plan), noon).await.expect("a new book");
    let desk = Desk::open(book, "desk", noon).await.expect("the house");
    let morning = make_demo(desk.clone(), &plan, |_| {}).await.expect("a demo").morning;
    let report = &morning.report;
    assert!(!report.is_refused() && report.files.iter().all(|file| file.control_totals_ok), "{report:#?}");
    assert_eq!(morning.files.len(), 2, "a bank at home and one abroad");
    assert!(report.applied > report.exceptions && report.exceptions > 0, "{report:#?}");
    assert_eq!(report.by_rule.iter().map(|by| by.receipts).sum::<u64>(), report.applied, "each by a rule");
    assert!(report.by_rule.len() > 1 && !report.asked.is_empty(), "{report:#?}");
    let waiting = cash_exceptions(&desk, None, 200).await.expect("exceptions");
    assert_eq!(waiting.len() as u64, report.exceptions, "they wait for a person");

    let control = async || desk.book.read().await.expect("the book").control_totals().await.expect("control figures");
    let before = control().await;
    assert!(before.iter().all(|figure| figure.ours == figure.amount), "{before:?}");
    let again = import_bank_files(&desk, &morning.request(plan.until)).await.expect("a report");
    assert_eq!((again.receipts, again.applied, again.exceptions), (0, 0, 0), "the same files once more: nothing");
    assert_eq!(control().await, before);
    assert!(desk.book.verify().await.expect("a report").ok);
}

async fn proposals(desk: &Desk) -> usize {
    desk.book.read().await.expect("the book").requests("pending").await.expect("requests").len()
}
