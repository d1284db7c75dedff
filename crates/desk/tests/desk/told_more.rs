//! What a later file says besides of a receipt that was told before is kept with it, and the receipt is decided again.

use crate::common::{INVOICES, bai2_of_one, day, new_desk, put, read_bank, ticking, verified};
use dunwell_desk::Desk;
use dunwell_desk::cash::exceptions::cash_exceptions;
use dunwell_desk::cash::import_bank_file::BankReport;
use dunwell_desk::import::{ImportKind, reverse_import};
use dunwell_desk::look::account::account;
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;

const TODAY: &str = "2025-03-10";

async fn read(desk: &Desk, file: &str) -> BankReport {
    read_bank(desk, file, day(TODAY)).await
}

/// Receipts that are new, and receipts of which more is said.
fn figures(report: &BankReport) -> (u64, u64) {
    (report.receipts, report.files[0].outcome.as_ref().map_or(0, |outcome| outcome.said_more))
}

async fn book(db: &Db) -> Desk {
    let desk = new_desk(db, "main", ticking).await;
    let rows = format!("{INVOICES}GROC,Groc,INV-48129,invoice,2025-01-05,2025-02-04,USD,1000.00,,\n");
    put(&desk, ImportKind::Invoices, &rows, day(TODAY)).await;
    desk
}

/// What Groc owes.
async fn owed(desk: &Desk) -> i64 {
    account(desk, "GROC", day(TODAY)).await.expect("an account").currencies[0].balance.minor
}

async fn asked(desk: &Desk) -> Vec<String> {
    let asked = cash_exceptions(desk, None, 9).await.expect("exceptions");
    asked.iter().map(|exception| exception.receipt.asked.join(" ")).collect()
}

#[test]
fn a_statement_says_what_the_report_of_the_day_did_not_and_the_receipt_is_applied() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let (report, statement) = (bai2_of_one(3, "I1", ""), bai2_of_one(2, "F1", "GROC INV-48129"));
        assert_eq!(figures(&read(&desk, &report).await), (1, 0));
        assert_eq!((asked(&desk).await, owed(&desk).await), (vec!["unknown_payer".to_owned()], 100_000));
        let said = read(&desk, &statement).await;
        assert_eq!(figures(&said), (0, 1), "{said:#?}");
        assert_eq!((asked(&desk).await, owed(&desk).await), (Vec::new(), 0));
        for again in [&statement, &report, &bai2_of_one(3, "I2", "GROC INV")] {
            assert_eq!(figures(&read(&desk, again).await), (0, 0), "no more than is known");
        }
        verified(&desk).await;

        let import = said.files[0].import.clone().expect("an import");
        reverse_import(&desk, &import, day(TODAY)).await.expect("undone");
        assert_eq!(
            (asked(&desk).await, owed(&desk).await),
            (vec!["words_undone".to_owned()], 0),
            "the money is Groc's"
        );
        verified(&desk).await;
        assert_eq!(figures(&read(&desk, &statement).await), (0, 1), "the file can be read again");
        assert_eq!(asked(&desk).await, Vec::<String>::new());
        verified(&desk).await;
    });
}

#[test]
fn what_a_later_file_said_tells_the_receipt_from_one_that_is_alike() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        read(&desk, &bai2_of_one(3, "I1", "")).await;
        assert_eq!(figures(&read(&desk, &bai2_of_one(2, "F1", "GROC INV-48129")).await), (0, 1));
        let other = read(&desk, &bai2_of_one(2, "F2", "BETA INV-50001")).await;
        assert_eq!(figures(&other), (1, 0), "another payment of as much: {other:#?}");
        verified(&desk).await;
    });
}

#[test]
fn a_report_that_is_undone_takes_with_it_what_was_said_of_its_receipt_besides() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let first = read(&desk, &bai2_of_one(3, "I1", "")).await;
        let later = bai2_of_one(3, "I2", "GROC INV-48129");
        assert_eq!(figures(&read(&desk, &later).await), (0, 1));
        let import = first.files[0].import.clone().expect("an import");
        reverse_import(&desk, &import, day(TODAY)).await.expect("undone");
        assert_eq!((asked(&desk).await, owed(&desk).await), (Vec::new(), 100_000));
        verified(&desk).await;
        assert_eq!((figures(&read(&desk, &later).await), owed(&desk).await), ((1, 0), 0));
        verified(&desk).await;
    });
}
