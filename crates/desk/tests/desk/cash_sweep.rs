//! Fail the Nth statement of what is done with cash, for N = 1, 2, 3 …, and do it again: the same receipts, the same
//! applications, the same questions as if nothing had happened.
#![cfg(debug_assertions)]

use crate::cash_again::seen;
use crate::common::{INVOICES, day, new_desk, put, read_bank, still};
use crate::remittance::x12;
use crate::sweep::{runtime, sweep_seen};
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::exceptions::cash_exceptions;
use dunwell_desk::cash::import_bank_file::{BankRequest, import_bank_files};
use dunwell_desk::cash::import_remittance::{RemittanceRequest, import_remittances};
use dunwell_desk::import::{ImportFile, ImportKind};
use dunwell_desk::{Desk, Stop};
use dunwell_store::db::Db;
use dunwell_store::testing::{Original, Place};

const TODAY: &str = "2025-03-10";

/// Entries of a day in BAI2: type code, cents, the bank's reference, the customer's, a text.
fn bai2(day: &str, entries: &[(u16, i64, &str, &str, &str)]) -> String {
    let sum: i64 = entries.iter().map(|entry| entry.1).sum();
    let lines: String = entries
        .iter()
        .map(|(code, cents, bank, customer, text)| format!("16,{code},{cents},0,{bank},{customer},{text}\n"))
        .collect();
    let records = entries.len() + 2;
    format!(
        "01,BANK,US,{day},0800,1,,,2/\n02,US,BANK,1,{day},,USD,2/\n03,770001,USD,,,,/\n{lines}49,{sum},{records}/\n\
         98,{sum},1,{}/\n99,{sum},1,{}/\n",
        records + 2,
        records + 4
    )
}

/// Four invoices of two customers; one was paid on the sixth, and one receipt of that day is asked about.
async fn prepared() -> Original {
    let place = Place::sqlite().await;
    let desk = new_desk(place.db(), "main", still).await;
    let rows = format!(
        "{INVOICES}GROC,Groc,I1,invoice,2025-01-10,2025-02-09,USD,900.00,,\nGROC,Groc,I2,invoice,2025-01-11,2025-02-10,USD,100.00,,\n\
         BETA,Beta,I3,invoice,2025-01-10,2025-02-09,USD,300.00,,\nBETA,Beta,I4,invoice,2025-01-12,2025-02-11,USD,410.00,,\n"
    );
    put(&desk, ImportKind::Invoices, &rows, day("2025-03-01")).await;
    let file = bai2("250306", &[(165, 30_000, "B1", "", "BETA I3"), (165, 50_100, "B2", "TRACE9", "WHO PAID THIS")]);
    assert_eq!(read_bank(&desk, &file, day(TODAY)).await.receipts, 2);
    place.into_original().await
}

async fn told(desk: &Desk, db: &Db) -> String {
    format!("{:#}", seen(desk, db).await)
}

async fn import_bank(desk: &Desk, file: &str) -> Result<(), Stop> {
    let files = vec![ImportFile::bytes("bank.bai", file.as_bytes().to_vec())];
    let request = BankRequest::new(files, day(TODAY));
    import_bank_files(desk, &request).await.map(|_| ())
}

#[test]
fn a_bank_file_whose_nth_statement_fails_and_that_is_read_again_makes_the_same_book() {
    runtime().block_on(async {
        let original = prepared().await;
        let entries = [
            (165, 41_000, "F1", "", "BETA I4"),
            (165, 85_000, "F2", "", "GROC I1"),
            (165, 777, "F3", "", "NOBODY"),
            (555, 30_000, "F4", "B1", "RETURNED ITEM BETA I3"),
        ];
        let file = bai2("250307", &entries);
        let import = async |desk: &Desk| import_bank(desk, &file).await;
        let statements = sweep_seen(&original, "desk", import, |_| false, told).await;
        eprintln!("{statements} statements of a bank file, each failed in three ways");
    });
}

#[test]
fn an_advice_whose_nth_statement_fails_and_that_is_read_again_explains_its_receipt_once() {
    runtime().block_on(async {
        let original = prepared().await;
        let advice = x12("TRACE9", "501", &["RMR*IV*I1*PI*401*900**06*-499", "RMR*IV*I2*PI*100*100"]);
        let import = async |desk: &Desk| {
            let files = vec![ImportFile::bytes("advice", advice.clone().into_bytes())];
            let request = RemittanceRequest::new(files, day(TODAY));
            import_remittances(desk, &request).await.map(|_| ())
        };
        let statements = sweep_seen(&original, "desk", import, |_| false, told).await;
        eprintln!("{statements} statements of an advice, each failed in three ways");
    });
}

#[test]
fn a_match_and_its_undoing_whose_nth_statement_fails_are_done_once() {
    runtime().block_on(async {
        let original = prepared().await;
        let first = async |desk: &Desk| {
            let asked = cash_exceptions(desk, None, 9).await?;
            Ok::<_, Stop>(asked.first().map(|asked| asked.receipt.receipt.to_string()))
        };
        let give = async |desk: &Desk| {
            let Some(receipt) = first(desk).await? else { return Ok(()) };
            let documents = vec![("I1".to_owned(), Some("401.00".to_owned())), ("I2".to_owned(), None)];
            let said = ReceiptMatched { account: Some("GROC".into()), documents, ..ReceiptMatched::default() };
            match_receipt(desk, &receipt, &said, day(TODAY)).await.map(|_| ())
        };
        let statements = sweep_seen(&original, "desk", give, |_| false, told).await;
        let take = async |desk: &Desk| {
            let mut found = desk.book.read().await?.receipts_called("B1").await?;
            let Some(receipt) = found.pop() else { return Ok(()) };
            unmatch_receipt(desk, &receipt.receipt.to_string(), None, day(TODAY)).await.map(|_| ())
        };
        let undone = sweep_seen(&original, "desk", take, |answer| matches!(answer, Err(Stop::Refused(_))), told).await;
        eprintln!("{statements} statements of a match and {undone} of its undoing, each failed in three ways");
    });
}
