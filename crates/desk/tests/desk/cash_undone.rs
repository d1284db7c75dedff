//! What is taken back of cash takes back all that came with it, and nothing that a bank told is lost.

use std::fmt::Write;

use crate::common::{INVOICES, code, day, new_desk, open_on, put, ticking, verified};
use dunwell_desk::Desk;
use dunwell_desk::apply_cash::{reverse, unapply};
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::import_bank_file::{BankReport, BankRequest, import_bank_files};
use dunwell_desk::cash::set_lines::LinePaid;
use dunwell_desk::import::{ImportFile, ImportKind, reverse_import};
use dunwell_desk::look::account::account;
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;
use dunwell_store::views::cash::ReceiptView;
use dunwell_store::views::journal::{JournalChoice, JournalEntry};

/// A Monday.
const TODAY: &str = "2025-03-10";

/// DISC owes 5,000.00, less 2 % until the eleventh, and 800.00; GROC 900.00 and 100.00.
async fn book(db: &Db) -> Desk {
    let desk = new_desk(db, "main", ticking).await;
    let rows = "DISC,Discount Taker Inc,INV-9001,invoice,2025-03-01,2025-03-31,USD,5000.00,2025-03-11,100.00\n\
                DISC,Discount Taker Inc,INV-9002,invoice,2025-03-01,2025-03-31,USD,800.00,,\n\
                GROC,Groc,INV-48129,invoice,2025-01-10,2025-02-09,USD,900.00,,\n\
                GROC,Groc,INV-48131,invoice,2025-01-11,2025-02-10,USD,100.00,,\n";
    let head = INVOICES.replace("settled_on,disputed", "discount_date,discount_amount");
    put(&desk, ImportKind::Invoices, &format!("{head}{rows}"), day("2025-03-01")).await;
    desk
}

/// A BAI2 file of one account: cents, the bank's reference, a text.
fn bai2(as_of: &str, credits: &[(i64, &str, &str)]) -> String {
    let mut text = format!("01,BANK,US,{as_of},0800,1,,,2/\n02,US,BANK,1,{as_of},,USD,2/\n03,123456,USD,,,,/\n");
    let mut sum = 0;
    for (amount, reference, words) in credits {
        writeln!(text, "16,165,{amount},0,{reference},,{words}").expect("a string");
        sum += amount;
    }
    let count = credits.len();
    writeln!(text, "49,{sum},{}/\n98,{sum},1,{}/\n99,{sum},1,{}/", count + 2, count + 4, count + 6).expect("a string");
    text
}

async fn read(desk: &Desk, text: &str) -> BankReport {
    let files = vec![ImportFile::bytes("monday.bai", text.as_bytes().to_vec())];
    let request =
        BankRequest { files, format: None, profile: None, accept_totals: None, on: day(TODAY), dry_run: false };
    import_bank_files(desk, &request).await.expect("a report")
}

async fn called(desk: &Desk, document: &str) -> ReceiptView {
    let mut found = desk.book.read().await.expect("a reading").receipts_called(document).await.expect("an answer");
    found.remove(0)
}

/// What is open of each document, and what of an account is disputed, unapplied, and owed in all.
async fn stands(desk: &Desk, code: &str) -> (Vec<(String, i64)>, i64, i64, i64) {
    let open = open_on(desk, day(TODAY)).await.into_iter().filter(|row| row.0 == code);
    let open = open.map(|(_, document, minor)| (document, minor)).filter(|row| row.0.starts_with("INV")).collect();
    let view = account(desk, code, day(TODAY)).await.expect("an account");
    let of = &view.currencies[0];
    (open, of.disputed.minor, of.unapplied.minor, of.balance.minor)
}

fn whole(documents: &[(&str, i64)]) -> Vec<(String, i64)> {
    documents.iter().map(|(document, minor)| ((*document).to_owned(), *minor)).collect()
}

/// 4,900.00 pays INV-9001 with its discount, 700.00 INV-9002 with the rest disputed: by a person each.
async fn discount_and_deduction(desk: &Desk) -> String {
    let report = read(desk, &bai2("250310", &[(490_000, "B1", "PMT 9001"), (70_000, "B2", "XYZ")])).await;
    let by_rule = ReceiptMatched { account: Some("DISC".into()), ..ReceiptMatched::default() };
    match_receipt(desk, &called(desk, "B1").await.receipt.to_string(), &by_rule, day(TODAY)).await.expect("matched");
    let view = account(desk, "DISC", day(TODAY)).await.expect("an account");
    let line = view.currencies[0].items.iter().find(|line| line.document == "INV-9002").expect("it is open");
    let line = LinePaid {
        item: line.item.to_string(),
        line: 1,
        amount: Some("700.00".into()),
        held_back: Some("damaged".into()),
    };
    let by_line = ReceiptMatched { account: Some("DISC".into()), lines: vec![line], ..ReceiptMatched::default() };
    match_receipt(desk, &called(desk, "B2").await.receipt.to_string(), &by_line, day(TODAY)).await.expect("matched");
    assert_eq!(stands(desk, "DISC").await, (whole(&[("INV-9002", 10_000)]), 10_000, 0, 10_000));
    report.files[0].import.clone().expect("an import")
}

#[test]
fn undoing_a_file_undoes_the_discounts_and_disputes_that_a_person_made_with_its_receipts() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let import = discount_and_deduction(&desk).await;
        reverse_import(&desk, &import, day(TODAY)).await.expect("undone");
        let open = whole(&[("INV-9001", 500_000), ("INV-9002", 80_000)]);
        assert_eq!(stands(&desk, "DISC").await, (open, 0, 0, 580_000));
        verified(&desk).await;
    });
}

#[test]
fn an_application_taken_back_alone_takes_the_small_rest_and_the_dispute_of_its_line_with_it() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        discount_and_deduction(&desk).await;
        read(&desk, &bai2("250310", &[(89_950, "B3", "GROC INV 48129")])).await;
        assert_eq!(stands(&desk, "GROC").await.0, whole(&[("INV-48131", 10_000)]), "the small rest is written off");
        let journal = async |minor: i64| {
            let mut reading = desk.book.read().await.expect("a reading");
            let rows = reading.journal(&JournalChoice::default(), None, 500).await.expect("rows");
            let found = |row: &&JournalEntry| {
                row.kind == "application" && row.amount.is_some_and(|amount| amount.minor == minor)
            };
            rows.iter().find(found).expect("an application").entry.to_string()
        };
        assert_eq!(code(unapply(&desk, &journal(50).await, day(TODAY)).await), "taken_back_whole", "the rest alone");
        for minor in [490_000, 70_000, 89_950] {
            unapply(&desk, &journal(minor).await, day(TODAY)).await.expect("taken back");
        }
        let open = whole(&[("INV-9001", 500_000), ("INV-9002", 80_000)]);
        assert_eq!(stands(&desk, "DISC").await, (open, 0, -560_000, 20_000));
        let open = whole(&[("INV-48129", 90_000), ("INV-48131", 10_000)]);
        assert_eq!(stands(&desk, "GROC").await, (open, 0, -89_950, 10_050));
        verified(&desk).await;
    });
}

#[test]
fn a_document_that_its_source_changes_keeps_no_small_rest_that_does_not_fit() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        read(&desk, &bai2("250310", &[(89_950, "B3", "GROC INV 48129")])).await;
        let changed = "GROC,Groc,INV-48129,invoice,2025-01-10,2025-02-09,USD,899.50,,\n";
        put(&desk, ImportKind::Invoices, &format!("{INVOICES}{changed}"), day(TODAY)).await;
        assert_eq!(stands(&desk, "GROC").await, (whole(&[("INV-48131", 10_000)]), 0, 0, 10_000));
        verified(&desk).await;
    });
}

#[test]
fn a_receipt_that_a_bank_told_is_not_reversed_alone() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let monday = bai2("250310", &[(89_950, "B3", "GROC INV 48129"), (4_242, "B4", "SOMEBODY")]);
        read(&desk, &monday).await;
        for document in ["B3", "B4"] {
            let receipt = called(&desk, document).await;
            assert_eq!(code(reverse(&desk, &receipt.item.to_string(), day(TODAY)).await), "taken_back_whole");
        }
        let receipt = called(&desk, "B3").await.receipt.to_string();
        unmatch_receipt(&desk, &receipt, None, day(TODAY)).await.expect("it is there");
        verified(&desk).await;
    });
}
