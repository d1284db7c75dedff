//! What is taken back of cash takes back all that came with it, and nothing that a bank told is lost.

use std::fmt::Write;

use crate::common::{INVOICES, aging, code, day, desk_as, minor, new_desk, open_on, put, read_bank, ticking, verified};
use dunwell_desk::Desk;
use dunwell_desk::apply_cash::{reverse, unapply};
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::clear_return::{cash_returns, match_return};
use dunwell_desk::cash::exceptions::{cash_exceptions, one_receipt};
use dunwell_desk::cash::import_bank_file::BankReport;
use dunwell_desk::cash::set_aside::{ToSetAside, receipts_set_aside, set_aside};
use dunwell_desk::cash::set_lines::LinePaid;
use dunwell_desk::import::{ImportKind, reverse_import};
use dunwell_desk::keep_book::add_user;
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
    read_bank(desk, text, day(TODAY)).await
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

/// The control balance of the book as of a day: what is open, unapplied and of nobody comes to it.
async fn control(desk: &Desk, on: &str) -> i64 {
    let view = aging(desk, day(on), None).await["currencies"][0].clone();
    assert_eq!(view["balance"], view["control_balance"], "{view:#}");
    minor(&view["control_balance"])
}

fn aside(reason: &str) -> ToSetAside {
    ToSetAside { reason: reason.into(), ..ToSetAside::default() }
}

#[test]
fn what_no_customer_paid_is_set_aside_stays_known_and_is_asked_about_again() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        for (name, role) in [("carla", "collector"), ("mara", "manager"), ("anton", "approver")] {
            add_user(&desk, name, role, day(TODAY)).await.expect("a person");
        }
        let monday = bai2("250307", &[(4_242, "B4", "SOMEBODY"), (1_000, "B5", "INTEREST CREDIT")]);
        let report = read(&desk, &monday).await;
        let [large, small] = [called(&desk, "B4").await, called(&desk, "B5").await];
        let (large, small) = (large.receipt.to_string(), small.receipt.to_string());
        assert_eq!(control(&desk, TODAY).await, 674_758);
        let carla = desk_as(place.db(), "main", "carla", ticking).await;
        let mara = desk_as(place.db(), "main", "mara", ticking).await;
        let anton = desk_as(place.db(), "main", "anton", ticking).await;
        let refused = [
            (code(set_aside(&anton, &small, &aside("interest"), day(TODAY)).await), "role_cannot"),
            (code(set_aside(&carla, &large, &aside("interest"), day(TODAY)).await), "above_limit"),
            (code(set_aside(&carla, &small, &aside("pocket"), day(TODAY)).await), "bad_value"),
            (code(set_aside(&carla, &small, &aside("other"), day(TODAY)).await), "bad_value"),
            (code(set_aside(&carla, "9.9", &aside("interest"), day(TODAY)).await), "not_found"),
        ];
        refused.iter().for_each(|(found, expected)| assert_eq!(found, expected));
        set_aside(&carla, &small, &aside("interest"), day(TODAY)).await.expect("it is small");
        let because = Some("a transfer of our own".to_owned());
        let own = ToSetAside { because, ..aside("own_transfer") };
        set_aside(&mara, &large, &own, day(TODAY)).await.expect("a manager");

        let balances = [control(&desk, "2025-03-08").await, control(&desk, TODAY).await];
        assert_eq!(balances, [674_758, 680_000], "it counts until the day it was set aside");
        assert!(cash_exceptions(&desk, None, 10).await.expect("exceptions").is_empty());
        let list = receipts_set_aside(&desk, None, Some(1)).await.expect("a list");
        let newest = &list.receipts[0];
        let words = (newest.reason.as_str(), newest.because.as_deref(), newest.by.as_str(), newest.amount.minor);
        assert_eq!(words, ("own_transfer", Some("a transfer of our own"), "mara", 4_242));
        let list = receipts_set_aside(&desk, list.next_cursor.as_deref(), Some(1)).await.expect("a list");
        assert_eq!((list.receipts[0].reason.as_str(), list.next_cursor), ("interest", None));
        assert_eq!(read(&desk, &monday).await.receipts, 0, "no file brings it again");
        let given = ReceiptMatched { account: Some("GROC".into()), on_account: true, ..ReceiptMatched::default() };
        assert_eq!(code(match_receipt(&desk, &large, &given, day(TODAY)).await), "set_aside");
        assert_eq!(code(set_aside(&mara, &large, &own, day(TODAY)).await), "set_aside");
        verified(&desk).await;

        unmatch_receipt(&desk, &large, None, day(TODAY)).await.expect("asked again");
        let asked = one_receipt(&desk, &large).await.expect("it is there");
        assert_eq!(
            (asked.asked, asked.set_aside, control(&desk, TODAY).await),
            (vec!["unknown_payer".into()], None, 675_758)
        );
        match_receipt(&desk, &large, &given, day(TODAY)).await.expect("a customer paid after all");
        assert_eq!(code(set_aside(&carla, &large, &aside("interest"), day(TODAY)).await), "above_limit");
        set_aside(&mara, &large, &aside("not_a_customer"), day(TODAY)).await.expect("it lay on account");
        verified(&desk).await;

        let back = bai2("250310", &[]).replace("49,0,2/", "16,555,4242,0,B9,B4,RETURNED/\n49,4242,3/");
        let back = back.replace("98,0,1,4/", "98,4242,1,5/").replace("99,0,1,6/", "99,4242,1,7/");
        assert_eq!(read(&desk, &back).await.returns, 1);
        let asked = cash_returns(&desk, None, 9).await.expect("returns");
        for shown in &asked {
            match_return(&desk, &shown.told.entry.to_string(), &large, day(TODAY)).await.expect("it went back");
        }
        assert_eq!(
            (control(&desk, TODAY).await, receipts_set_aside(&desk, None, None).await.expect("a list").receipts.len()),
            (680_000, 1)
        );
        verified(&desk).await;
        let import = report.files[0].import.clone().expect("an import");
        reverse_import(&desk, &import, day(TODAY)).await.expect("undone");
        assert_eq!(control(&desk, TODAY).await, 680_000);
        verified(&desk).await;
        assert_eq!(read(&desk, &monday).await.receipts, 2, "what was undone comes again");
        assert_eq!(control(&desk, TODAY).await, 674_758);
        verified(&desk).await;
    });
}

#[test]
fn a_receipt_given_to_another_says_what_it_opens_again_and_is_not_taken_back_before_it_was_given() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        read(&desk, &bai2("250307", &[(90_000, "B3", "GROC INV 48129")])).await;
        let receipt = called(&desk, "B3").await.receipt.to_string();
        let given = ReceiptMatched { account: Some("DISC".into()), on_account: true, ..ReceiptMatched::default() };
        let stands = match_receipt(&desk, &receipt, &given, day("2025-03-12")).await.expect("given");
        let reopened: Vec<_> = stands.reopened.iter().map(|line| (&*line.document, line.amount.minor)).collect();
        assert_eq!(reopened, [("INV-48129", 90_000)]);
        assert_eq!(code(unmatch_receipt(&desk, &receipt, None, day("2025-03-11")).await), "bad_value");
        unmatch_receipt(&desk, &receipt, None, day("2025-03-12")).await.expect("on the day it was given");
        let stands = match_receipt(&desk, &receipt, &given, day("2025-03-12")).await.expect("given");
        assert!(stands.reopened.is_empty(), "it paid nothing");
        verified(&desk).await;
    });
}

#[test]
fn a_return_takes_no_smaller_receipt_back_and_one_that_was_set_later_on_one_day() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        read(&desk, &bai2("250307", &[(10_000, "CHK5501", "WHO"), (7_505, "CHK5502", "WHO")])).await;
        let [receipt, smaller] = [called(&desk, "CHK5501").await, called(&desk, "CHK5502").await];
        let paid = ReceiptMatched {
            account: Some("GROC".into()),
            documents: vec![("INV-48131".into(), None)],
            ..ReceiptMatched::default()
        };
        match_receipt(&desk, &receipt.receipt.to_string(), &paid, day("2025-03-10")).await.expect("matched");
        let back = bai2("250308", &[]).replace("49,0,2/", "16,555,10000,0,B9,X9,RETURNED/\n49,10000,3/");
        let back = back.replace("98,0,1,4/", "98,10000,1,5/").replace("99,0,1,6/", "99,10000,1,7/");
        assert_eq!(read(&desk, &back).await.returns, 1);
        let told = cash_returns(&desk, None, 9).await.expect("returns")[0].told.entry.to_string();
        assert_eq!(code(match_return(&desk, &told, &smaller.receipt.to_string(), day(TODAY)).await), "bad_value");
        match_return(&desk, &told, &receipt.receipt.to_string(), day(TODAY)).await.expect("it went back");
        let rows = desk.book.read().await.expect("a reading").journal(&JournalChoice::default(), None, 500).await;
        let rows = rows.expect("rows");
        let undone = rows.iter().filter(|row| ["reversal", "unapplication"].contains(&&*row.kind)).take(2);
        assert_eq!(undone.map(|row| row.day).collect::<Vec<_>>(), [day("2025-03-10"); 2]);
        verified(&desk).await;
    });
}

/// A statement of MT940 with one credit, with its balances; or the same as a report of the day, without.
fn mt940(is_final: bool) -> String {
    let balances = match is_final {
        true => [":60F:C250310USD10,00\r\n", ":62F:C250310USD909,50\r\n"],
        false => [":34F:USD0,\r\n:13D:2503101200+0100\r\n", ""],
    };
    let entry = ":61:2503100310C899,50NTRFE2E-10//B1\r\n:86:GROC INV 48129\r\n";
    format!(":20:M\r\n:25:10020030/1234567\r\n:28C:10/1\r\n{}{entry}{}-\r\n", balances[0], balances[1])
}

#[test]
fn a_receipt_that_a_final_statement_lists_stays_when_the_file_that_told_it_first_is_undone() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let report = read(&desk, &mt940(false)).await.files[0].import.clone().expect("an import");
        let told = read(&desk, &mt940(true)).await;
        assert_eq!((told.receipts, told.statements_asked), (0, 0));
        let paid = (whole(&[("INV-48131", 10_000)]), 0, 0, 10_000);
        assert_eq!(stands(&desk, "GROC").await, paid, "a small rest is written off with it");

        let undone = reverse_import(&desk, &report, day(TODAY)).await.expect("undone");
        let stays: Vec<_> = undone.stays.iter().map(|stays| (&*stays.document, stays.amount.minor)).collect();
        assert_eq!((stays, undone.reversed), (vec![("E2E-10", 89_950)], 0));
        assert_eq!(stands(&desk, "GROC").await, paid, "and it stays");
        verified(&desk).await;
        let again = reverse_import(&desk, &report, day(TODAY)).await.expect("it is undone");
        assert!(again.stays.is_empty());
        assert_eq!(read(&desk, &mt940(false)).await.receipts, 0, "it is known");

        let statement = told.files[0].import.clone().expect("an import");
        reverse_import(&desk, &statement, day(TODAY)).await.expect("undone");
        let open = whole(&[("INV-48129", 90_000), ("INV-48131", 10_000)]);
        assert_eq!(stands(&desk, "GROC").await, (open, 0, 0, 100_000), "nothing tells it any more");
        verified(&desk).await;
        assert_eq!(read(&desk, &mt940(true)).await.receipts, 1);
        assert_eq!(stands(&desk, "GROC").await, paid);
        verified(&desk).await;
    });
}

#[test]
fn a_receipt_takes_the_place_of_a_settlement_that_its_source_said_and_gives_it_back() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let rows = "SETT,Settled Co,INV-6001,invoice,2025-02-01,2025-03-03,USD,300.00,2025-03-05,\n\
                    SETT,Settled Co,INV-6002,invoice,2025-02-01,2025-03-03,USD,70.00,,\n";
        put(&desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2025-03-06")).await;
        let owed = async |on: &str| {
            let view = account(&desk, "SETT", day(on)).await.expect("an account");
            (view.currencies[0].balance.minor, view.currencies[0].unapplied.minor)
        };
        let file =
            bai2("250307", &[(30_000, "B7", "SOMEBODY INV-6001"), (30_000, "B8", "INV-6001\n88,DBNM:Settled Co")]);
        let report = read(&desk, &file).await;
        assert_eq!((report.receipts, report.applied, report.exceptions), (2, 1, 1), "the second is asked: {report:#?}");
        assert_eq!(report.by_rule[0].rule, "C-10");
        assert_eq!(called(&desk, "B8").await.asked, ["paid_before"]);
        assert_eq!(owed(TODAY).await, (7_000 - 30_000, -30_000));
        verified(&desk).await;

        let (first, second) =
            (called(&desk, "B7").await.receipt.to_string(), called(&desk, "B8").await.receipt.to_string());
        unmatch_receipt(&desk, &second, None, day(TODAY)).await.expect("nobody's");
        assert_eq!(owed(TODAY).await, (7_000, 0));
        unmatch_receipt(&desk, &first, None, day("2025-03-11")).await.expect("nobody's");
        let days = [owed("2025-03-06").await, owed(TODAY).await, owed("2025-03-11").await];
        assert_eq!(days, [(7_000, 0); 3], "it is settled as the source says, on every day once");
        verified(&desk).await;

        let document = |amount: Option<&str>| ReceiptMatched {
            account: Some("SETT".into()),
            documents: vec![("INV-6001".into(), amount.map(str::to_owned))],
            on_account: true,
            ..ReceiptMatched::default()
        };
        let part = match_receipt(&desk, &second, &document(Some("299.00")), day("2025-03-11")).await;
        assert_eq!(code(part), "bad_value");
        match_receipt(&desk, &second, &document(None), day("2025-03-11")).await.expect("the money behind it");
        assert_eq!(owed("2025-03-11").await, (7_000, 0));
        verified(&desk).await;
        let import = report.files[0].import.clone().expect("an import");
        reverse_import(&desk, &import, day("2025-03-11")).await.expect("undone");
        assert_eq!(owed("2025-03-11").await, (7_000, 0), "settled without cash again");
        verified(&desk).await;
    });
}
