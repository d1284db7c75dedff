//! What is kept for looking for payers answers what the whole book would, whatever was recorded meanwhile and by whom.

use crate::common::{INVOICES, day, desk_as, new_desk, put, ticking, verified};
use dunwell_desk::Desk;
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::exceptions::{cash_exceptions, cash_receipt};
use dunwell_desk::cash::import_bank_file::{BankRequest, import_bank_files};
use dunwell_desk::cash::payer_marks::{forget_payer, payer_marks};
use dunwell_desk::erase_people::erase_people;
use dunwell_desk::import::{ImportFile, ImportKind, reverse_import};
use dunwell_desk::open_dispute::{DisputeRaised, close_dispute, open_dispute};
use dunwell_store::testing::on_each_database;
use serde_json::{Value, json};

const TODAY: &str = "2025-03-03";
const BOOK: &str = "kept";
/// How often the deeds are done, each time in another order.
const ORDERS: usize = 4;

/// Credits of a day: cents, the bank's reference, the payer and what was written.
const CREDITS: [(i64, &str, &str); 9] = [
    (90_000, "K1", "SOMEBODY INV 48129"),
    (10_000, "K2", "SOMEBODY"),
    (33_333, "K3", "LARDER MARCH"),
    (77_700, "K4", "INV 70001"),
    (12_345, "K5", "CORNER SHOP"),
    (50_000, "K6", "GROC HOLDING PAYS INV-50001"),
    (43_333, "K7", "NOBODY KNOWS"),
    (10_000, "K8", "PO 4500012345"),
    (20_000, "K9", "INV 48129 48131"),
];

async fn take_in(desk: &Desk, which: &[usize]) -> Option<String> {
    let mut text = String::from("01,BANK,US,250303,0800,1,,,2/\n02,US,BANK,1,250303,,USD,2/\n03,123456,USD,,,,/\n");
    let mut sum = 0;
    for (amount, reference, words) in which.iter().map(|place| CREDITS[*place]) {
        text.push_str(&format!("16,165,{amount},0,{reference},,{words}\n"));
        sum += amount;
    }
    let count = which.len();
    text.push_str(&format!("49,{sum},{}/\n98,{sum},1,{}/\n99,{sum},1,{}/\n", count + 2, count + 4, count + 6));
    let files = vec![ImportFile::bytes("k.bai", text.into_bytes())];
    let request = BankRequest::new(files, day(TODAY));
    let report = import_bank_files(desk, &request).await.expect("a report");
    report.files[0].import.clone()
}

async fn receipt_called(desk: &Desk, reference: &str) -> Option<String> {
    let found = desk.book.read().await.expect("a reading").receipts_called(reference).await.expect("an answer");
    found.first().map(|receipt| receipt.receipt.to_string())
}

/// Gives a receipt to an account and has the payer learned; what is refused by then changes nothing.
async fn give(desk: &Desk, reference: &str, code: &str) {
    let Some(receipt) = receipt_called(desk, reference).await else { return };
    let said =
        ReceiptMatched { account: Some(code.into()), on_account: true, learn: true, ..ReceiptMatched::default() };
    let _ = match_receipt(desk, &receipt, &said, day(TODAY)).await;
}

async fn invoices(desk: &Desk, rows: &str) {
    put(desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day(TODAY)).await;
}

async fn customers(desk: &Desk, rows: &str) {
    put(desk, ImportKind::Customers, &format!("account,name,parent\n{rows}"), day(TODAY)).await;
}

/// One of the deeds that change who may have paid, or what is open.
async fn deed(desk: &Desk, number: usize) {
    match number {
        0 => invoices(desk, "CORN,Corner Shop,INV-70001,invoice,2025-01-10,2025-02-09,USD,777.00,,\n").await,
        1 => customers(desk, "GROC,Groc Holding Inc,\nBETA,Beta Bakers,GROC\n").await,
        2 => invoices(desk, "BETA,Beta,INV-50001,invoice,2025-01-10,2025-02-09,USD,500.00,,\n").await,
        3 => give(desk, "K7", "LARD").await,
        4 => give(desk, "K2", "BETA").await,
        5 => {
            for mark in payer_marks(desk, "LARD").await.expect("marks").marks {
                let _ = forget_payer(desk, "LARD", &mark.mark.to_string(), day(TODAY)).await;
            }
        }
        6 => {
            let raised = DisputeRaised {
                document: "INV-48129".into(),
                line: None,
                amount: Some("40.00".into()),
                reason: "damaged".into(),
            };
            if let Ok(opened) = open_dispute(desk, "GROC", &raised, day(TODAY)).await {
                let _ = close_dispute(desk, &opened.dispute, "valid", day(TODAY)).await;
            }
        }
        7 => {
            let Some(import) = take_in(desk, &[1, 4, 6]).await else { return };
            reverse_import(desk, &import, day(TODAY)).await.expect("undone");
        }
        8 => {
            let Some(receipt) = receipt_called(desk, "K1").await else { return };
            let _ = unmatch_receipt(desk, &receipt, None, day(TODAY)).await;
        }
        9 => drop(take_in(desk, &[0, 1, 2, 3, 4, 5, 6, 7, 8]).await),
        10 => drop(erase_people(desk, "LARD", day(TODAY)).await),
        _ => customers(desk, "BETA,Beta Bakers,\nNEWC,Nobody Knows Ltd,\n").await,
    }
}

const DEEDS: usize = 12;

/// All that is said of the receipts that are asked about, and of each that came in.
async fn said(desk: &Desk) -> Value {
    let mut each = Vec::new();
    for (_, reference, _) in CREDITS {
        if let Some(receipt) = receipt_called(desk, reference).await {
            each.push(serde_json::to_value(cash_receipt(desk, &receipt, None).await.expect("a receipt")));
        }
    }
    let each: Vec<Value> = each.into_iter().map(|shown| shown.expect("plain data")).collect();
    json!([cash_exceptions(desk, None, 100).await.expect("exceptions"), each])
}

#[test]
fn what_a_proposal_says_is_the_same_with_what_is_kept_and_without() {
    on_each_database(async |place| {
        for order in 0..ORDERS {
            let name = format!("{BOOK}{order}");
            let keeps = new_desk(place.db(), &name, ticking).await;
            let rows = "GROC,Groc,INV-48129,invoice,2025-01-10,2025-02-09,USD,900.00,,\n\
                        GROC,Groc,INV-48131,invoice,2025-01-11,2025-02-10,USD,100.00,,\n\
                        BETA,Beta Bakers,INV-50001,invoice,2025-01-10,2025-02-09,USD,100.00,,\n\
                        LARD,The Larder,INV-60001,invoice,2025-01-10,2025-02-09,USD,333.33,,\n\
                        LARD,The Larder,CM-1,credit_memo,2025-01-10,2025-02-09,USD,-100.00,,\n";
            invoices(&keeps, rows).await;
            // Nobody knows these yet, and nothing of what names them is kept.
            take_in(&keeps, &[order, order + 4]).await;
            for turn in 0..DEEDS * 2 {
                // 5 and 7 have no divisor with 12 in common: every deed comes, each time in another order.
                let number = (turn * [1, 5, 7, 11][order] + order) % DEEDS;
                // Every other deed is another's, who keeps nothing.
                let other = desk_as(place.db(), &name, "desk", ticking).await;
                deed(if turn % 2 == 0 { &keeps } else { &other }, number).await;
                let fresh = desk_as(place.db(), &name, "desk", ticking).await;
                assert_eq!(said(&keeps).await, said(&fresh).await, "order {order}, deed {number} at turn {turn}");
            }
            verified(&keeps).await;
        }
    });
}
