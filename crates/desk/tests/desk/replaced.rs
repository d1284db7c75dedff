//! Entries that a bank replaces or deletes after it told them: one payment is never two receipts, and what is in use is asked.

use std::slice;

use crate::common::{INVOICES, day, new_desk, put, read_bank, ticking, verified};
use dunwell_desk::Desk;
use dunwell_desk::cash::clear_exception::unmatch_receipt;
use dunwell_desk::cash::clear_return::{cash_returns, match_return};
use dunwell_desk::cash::exceptions::cash_exceptions;
use dunwell_desk::cash::import_bank_file::BankReport;
use dunwell_desk::import::{ImportKind, reverse_import};
use dunwell_desk::look::account::account;
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;

const TODAY: &str = "2025-03-10";

async fn book(db: &Db, name: &str) -> Desk {
    let desk = new_desk(db, name, ticking).await;
    let rows = "GROC,Groc,INV-48129,invoice,2025-01-10,2025-02-09,USD,900.00,,\n";
    put(&desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2025-02-01")).await;
    desk
}

/// A transaction: the bank's reference, the amount, what was written, and what it corrects how.
fn entry(id: &str, amount: &str, memo: &str, corrects: Option<(&str, &str)>) -> String {
    let corrects =
        corrects.map_or_else(String::new, |(id, action)| format!("<CORRECTFITID>{id}<CORRECTACTION>{action}"));
    format!("<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20250303<TRNAMT>{amount}<FITID>{id}{corrects}<MEMO>{memo}</STMTTRN>")
}

async fn read(desk: &Desk, entries: &[String]) -> BankReport {
    let text = format!(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO\
         </STATUS></SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD\
         <BANKACCTFROM><BANKID>1<ACCTID>4711<ACCTTYPE>CHECKING</BANKACCTFROM>\
         <BANKTRANLIST><DTSTART>20250301<DTEND>20250310{}</BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>",
        entries.concat()
    );
    read_bank(desk, &text, day(TODAY)).await
}

/// What stands of nobody and at Groc, minor units.
async fn money(desk: &Desk) -> (i64, i64) {
    let nobodys = desk.book.read().await.expect("a reading").unidentified_cash().await.expect("sums");
    let groc = account(desk, "GROC", day(TODAY)).await.expect("an account");
    (nobodys.iter().map(|sum| sum.minor).sum(), groc.currencies[0].balance.minor)
}

#[test]
fn an_entry_that_is_replaced_is_one_receipt_whatever_file_comes_first_and_however_often() {
    on_each_database(async |place| {
        let first = entry("FIT-F1", "120.00", "SOMEBODY", None);
        let again = entry("FIT-F2", "130.00", "SOMEBODY", Some(("FIT-F1", "REPLACE")));
        let both = [first.clone(), again.clone()];
        let orders: [&[&[String]]; 4] =
            [&[&both[..1], &both[1..]], &[&both[1..], &both[..1]], &[&both[..], &both[..]], &[&both[..1], &both[..]]];
        for (number, files) in orders.into_iter().enumerate() {
            let desk = book(place.db(), &format!("order {number}")).await;
            for _ in 0..2 {
                for file in files {
                    read(&desk, file).await;
                }
            }
            assert_eq!(money(&desk).await, (13_000, 90_000), "order {number}");
            assert_eq!(cash_exceptions(&desk, None, 9).await.expect("exceptions").len(), 1);
            verified(&desk).await;
        }
    });
}

#[test]
fn a_credit_that_a_debit_replaces_is_no_receipt_any_more() {
    on_each_database(async |place| {
        let desk = book(place.db(), "debit").await;
        let first = entry("FIT-F1", "120.00", "SOMEBODY", None);
        let fee = entry("FIT-F2", "-120.00", "SOMEBODY", Some(("FIT-F1", "REPLACE")));
        assert_eq!(read(&desk, slice::from_ref(&first)).await.receipts, 1);
        assert_eq!(read(&desk, slice::from_ref(&fee)).await.taken_back, 1);
        let again = read(&desk, &[first, fee]).await;
        assert_eq!((again.receipts, again.taken_back, money(&desk).await), (0, 0, (0, 90_000)));
        // Both in one file leave nothing, and what is in use is asked about.
        let (one, other) =
            (entry("FIT-H1", "11.00", "X", None), entry("FIT-H2", "-11.00", "X", Some(("FIT-H1", "REPLACE"))));
        assert_eq!(read(&desk, &[one, other]).await.receipts, 0);
        let used = entry("FIT-K1", "900.00", "GROC INV 48129", None);
        assert_eq!(read(&desk, &[used]).await.applied, 1);
        let fee = entry("FIT-K2", "-900.00", "GROC INV 48129", Some(("FIT-K1", "REPLACE")));
        let report = read(&desk, slice::from_ref(&fee)).await;
        assert_eq!((report.taken_back, report.files[0].warnings[0].code), (0, "replaces_what_is_in_use"));
        assert_eq!(money(&desk).await, (0, 0), "it still pays what it paid");
        let asked = cash_exceptions(&desk, None, 9).await.expect("exceptions").remove(0).receipt;
        unmatch_receipt(&desk, &asked.receipt.to_string(), None, day(TODAY)).await.expect("let go");
        assert_eq!((read(&desk, &[fee]).await.taken_back, money(&desk).await), (1, (0, 90_000)));
        verified(&desk).await;
    });
}

#[test]
fn a_credit_is_no_receipt_where_the_debit_that_replaces_it_was_read_first() {
    on_each_database(async |place| {
        let desk = book(place.db(), "debit first").await;
        let first = entry("FIT-F1", "120.00", "SOMEBODY", None);
        let fee = entry("FIT-F2", "-120.00", "SOMEBODY", Some(("FIT-F1", "REPLACE")));
        for _ in 0..2 {
            let told = read(&desk, slice::from_ref(&fee)).await;
            assert_eq!((told.receipts, told.taken_back, money(&desk).await), (0, 0, (0, 90_000)));
        }
        assert!(cash_returns(&desk, None, 9).await.expect("returns").is_empty(), "nobody is asked");
        for files in [vec![first.clone()], vec![first.clone(), fee.clone()], vec![first.clone()]] {
            let report = read(&desk, &files).await;
            assert_eq!((report.receipts, report.files[0].warnings[0].code), (0, "replaced"), "{report:#?}");
            assert_eq!(money(&desk).await, (0, 90_000));
        }
        verified(&desk).await;
        // Another payment that is alike in all but the bank's key is one, and so is the same where both came in one file.
        assert_eq!(read(&desk, &[entry("FIT-G1", "120.00", "SOMEBODY", None)]).await.receipts, 1);
        let (one, other) =
            (entry("FIT-H1", "11.00", "X", None), entry("FIT-H2", "-11.00", "X", Some(("FIT-H1", "REPLACE"))));
        read(&desk, &[one.clone(), other]).await;
        assert_eq!((read(&desk, &[one]).await.receipts, money(&desk).await), (0, (12_000, 90_000)));
        // The debit's file is undone: nothing replaces the credit any more.
        let told = read(&desk, &[entry("FIT-K2", "-30.00", "Y", Some(("FIT-K1", "REPLACE")))]).await;
        let import = told.files[0].import.clone().expect("an import");
        reverse_import(&desk, &import, day(TODAY)).await.expect("undone");
        assert_eq!(read(&desk, &[entry("FIT-K1", "30.00", "Y", None)]).await.receipts, 1);
        verified(&desk).await;
    });
}

#[test]
fn what_is_in_use_is_asked_about_when_the_bank_replaces_or_deletes_it() {
    on_each_database(async |place| {
        let desk = book(place.db(), "in use").await;
        let first = entry("FIT-F1", "900.00", "GROC INV 48129", None);
        assert_eq!(read(&desk, slice::from_ref(&first)).await.applied, 1);
        let other = entry("FIT-F2", "800.00", "GROC INV 48129", Some(("FIT-F1", "REPLACE")));
        let report = read(&desk, slice::from_ref(&other)).await;
        assert_eq!((report.receipts, report.taken_back), (0, 0));
        assert_eq!(report.files[0].warnings[0].code, "replaces_what_is_in_use");
        let asked = cash_exceptions(&desk, None, 9).await.expect("exceptions").remove(0).receipt;
        assert_eq!((asked.asked, money(&desk).await), (vec!["replaced_by_bank".to_owned()], (0, 0)));
        verified(&desk).await;
        unmatch_receipt(&desk, &asked.receipt.to_string(), None, day(TODAY)).await.expect("let go");
        let report = read(&desk, &[other]).await;
        assert_eq!((report.receipts, report.taken_back, money(&desk).await), (1, 1, (0, 10_000)), "{report:#?}");
        verified(&desk).await;

        // What replaced it is deleted: it is in use as well.
        let gone = entry("FIT-F3", "800.00", "GROC INV 48129", Some(("FIT-F2", "DELETE")));
        assert_eq!(read(&desk, slice::from_ref(&gone)).await.taken_back, 0);
        let asked = cash_returns(&desk, None, 9).await.expect("returns").remove(0);
        assert_eq!((asked.told.asked.as_slice(), asked.likely.len()), (["receipt_in_use".to_owned()].as_slice(), 1));
        assert_eq!(read(&desk, &[gone]).await.taken_back, 0, "asked once");
        let receipt = asked.likely[0].receipt.to_string();
        match_return(&desk, &asked.told.entry.to_string(), &receipt, day(TODAY)).await.expect("a person says so");
        assert_eq!(money(&desk).await, (0, 90_000));
        verified(&desk).await;

        // Two are alike; the bank's own key tells which of them is deleted, however short it is.
        let (one, two) = (entry("7", "55.00", "ALIKE PAID 2025A", None), entry("8", "55.00", "ALIKE PAID 2025B", None));
        read(&desk, &[one, two]).await;
        let second = entry("9", "55.00", "ALIKE PAID 2025A", Some(("8", "DELETE")));
        assert_eq!(read(&desk, slice::from_ref(&second)).await.taken_back, 1);
        let left = cash_exceptions(&desk, None, 9).await.expect("exceptions");
        assert_eq!(left.iter().map(|asked| asked.receipt.document.as_str()).collect::<Vec<_>>(), ["7"]);
        let first = entry("10", "55.00", "ALIKE PAID 2025B", Some(("7", "DELETE")));
        assert_eq!(read(&desk, &[first]).await.taken_back, 1);
        verified(&desk).await;

        // What nobody has used goes by itself, whichever is told first.
        let unused = entry("FIT-G1", "70.00", "SOMEBODY", None);
        let deleted = entry("FIT-G2", "70.00", "SOMEBODY", Some(("FIT-G1", "DELETE")));
        read(&desk, slice::from_ref(&deleted)).await;
        read(&desk, &[unused.clone(), deleted]).await;
        assert_eq!((money(&desk).await, read(&desk, &[unused]).await.receipts), ((0, 90_000), 0));
        verified(&desk).await;
    });
}
