//! Money that went back: the receipt is found and taken back with all that came with it, or a person is asked; whatever the
//! order of the files.

use std::fmt::Write;

use crate::common::{INVOICES, code, day, desk_as, new_desk, put, ticking, verified};
use dunwell_desk::approve::approve;
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::clear_return::{
    cash_return, cash_returns, match_return, match_return_of, see_return, unmatch_return,
};
use dunwell_desk::cash::exceptions::cash_exceptions;
use dunwell_desk::cash::foot_statements::{see_statement, statements_asked};
use dunwell_desk::cash::import_bank_file::{BankReport, BankRequest, import_bank_files};
use dunwell_desk::import::{ImportFile, ImportKind, reverse_import};
use dunwell_desk::keep_book::{add_user, change_settings};
use dunwell_desk::look::account::account;
use dunwell_desk::look::timeline::timeline;
use dunwell_desk::record_call::{CallMade, CallResult, record_call};
use dunwell_desk::refunds::ask::{Payee, RefundAsked, ask_refund};
use dunwell_desk::{Desk, Stop};
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;
use dunwell_store::views::timeline::TimelineOf;

/// A Monday.
const TODAY: &str = "2025-03-10";

async fn book(db: &Db, name: &str) -> Desk {
    let desk = new_desk(db, name, ticking).await;
    let rows = "GROC,Groc,INV-48129,invoice,2025-01-10,2025-02-09,USD,900.00,,\n\
                GROC,Groc,INV-48131,invoice,2025-01-11,2025-02-10,USD,100.00,,\n\
                BETA,Beta Bakers,INV-50001,invoice,2025-01-10,2025-02-09,USD,100.00,,\n";
    put(&desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2025-02-01")).await;
    desk
}

/// A BAI2 file of one account: type code, cents, the bank's reference, the customer's reference, a text.
fn bai2(as_of: &str, entries: &[(u16, i64, &str, &str, &str)]) -> String {
    let mut text = format!("01,BANK,US,{as_of},0800,1,,,2/\n02,US,BANK,1,{as_of},,USD,2/\n03,123456,USD,,,,/\n");
    let mut sum = 0;
    for (code, amount, bank, customer, words) in entries {
        writeln!(text, "16,{code},{amount},0,{bank},{customer},{words}").expect("a string");
        sum += amount;
    }
    let count = entries.len();
    writeln!(text, "49,{sum},{}/\n98,{sum},1,{}/\n99,{sum},1,{}/", count + 2, count + 4, count + 6).expect("a string");
    text
}

async fn read(desk: &Desk, files: &[&String]) -> BankReport {
    let files = files.iter().map(|text| ImportFile::bytes("monday.bai", text.as_bytes().to_vec())).collect();
    let request = BankRequest::new(files, day(TODAY));
    import_bank_files(desk, &request).await.expect("a report")
}

/// What an account owes, credits taken off, and what of those is unapplied.
async fn owed(desk: &Desk, code: &str) -> (i64, i64) {
    let view = account(desk, code, day(TODAY)).await.expect("an account");
    (view.currencies[0].balance.minor, view.currencies[0].unapplied.minor)
}

async fn asked(desk: &Desk) -> Vec<String> {
    let returns = cash_returns(desk, None, 10).await.expect("returns");
    returns.into_iter().flat_map(|shown| shown.told.asked).collect()
}

/// 899.50 that pays INV-48129 but for a small rest, and its return two days later.
fn paid_and_returned() -> (String, String) {
    let paid = bai2("250303", &[(165, 89_950, "B1", "E2E-771", "GROC INV 48129")]);
    let back = bai2("250305", &[(555, 89_950, "B9", "E2E-771", "RETURNED ITEM")]);
    (paid, back)
}

#[test]
fn a_return_takes_back_the_receipt_with_all_that_came_with_it() {
    on_each_database(async |place| {
        let desk = book(place.db(), "main").await;
        let result = CallResult::Promise { amount: "899.50".into(), by: day(TODAY), documents: Vec::new() };
        let call = CallMade { currency: None, person: None, result, text: None };
        record_call(&desk, "GROC", &call, day("2025-03-01")).await.expect("recorded");
        let (paid, back) = paid_and_returned();
        let report = read(&desk, &[&paid]).await;
        assert_eq!((report.receipts, report.applied, report.exceptions), (1, 1, 0), "{report:#?}");
        assert_eq!(owed(&desk, "GROC").await, (10_000, 0), "paid, and the small rest is written off");
        let promised = async || {
            let view = account(&desk, "GROC", day(TODAY)).await.expect("an account");
            view.currencies[0].assessment.promises.iter().map(|promise| promise.state.code()).collect::<Vec<_>>()
        };
        assert_eq!(promised().await, ["kept"]);

        let report = read(&desk, &[&back]).await;
        assert_eq!((report.returns, report.taken_back, report.receipts), (1, 1, 0), "{report:#?}");
        assert_eq!(owed(&desk, "GROC").await, (100_000, 0), "open again, whole");
        assert_eq!(promised().await, ["open"], "it may still be kept");
        let view = account(&desk, "GROC", day(TODAY)).await.expect("an account");
        let line = view.currencies[0].items.iter().find(|line| line.document == "INV-48129").expect("it is open");
        assert_eq!((line.due.as_deref(), line.open.minor), (Some("2025-02-09"), 90_000));
        assert!(asked(&desk).await.is_empty() && cash_exceptions(&desk, None, 9).await.expect("none").is_empty());
        let history = timeline(&desk, "GROC", TimelineOf::Money, None, Some(50)).await.expect("a history");
        let told = history.entries.iter().find(|entry| entry.words.contains("Returned")).expect("the history tells it");
        assert!(told.words.contains("555, Deposited item returned"), "{}", told.words);
        let again = read(&desk, &[&back, &paid, &back]).await;
        assert_eq!((again.returns, again.receipts, again.taken_back), (0, 0, 0), "{again:#?}");
        verified(&desk).await;
    });
}

/// 1,000.00 that pays both invoices of Groc, and a return of a part of it.
fn paid_and_returned_in_part(cents: i64) -> (String, String) {
    let paid = bai2("250303", &[(165, 100_000, "B1", "E2E-771", "GROC INV 48129 INV 48131")]);
    let back = bai2("250305", &[(555, cents, "B9", "E2E-771", "RETURNED ITEM")]);
    (paid, back)
}

#[test]
fn a_return_of_what_was_paid_on_one_document_takes_that_alone_back() {
    on_each_database(async |place| {
        for (number, order) in [[0, 1], [1, 0]].into_iter().enumerate() {
            let desk = book(place.db(), &format!("part {number}")).await;
            let (paid, back) = paid_and_returned_in_part(10_000);
            let files = [&paid, &back];
            for file in order {
                read(&desk, &[files[file]]).await;
            }
            assert_eq!((asked(&desk).await, owed(&desk, "GROC").await), (Vec::new(), (10_000, 0)), "{order:?}");
            let view = account(&desk, "GROC", day(TODAY)).await.expect("an account");
            let open: Vec<_> = view.currencies[0].items.iter().filter(|line| line.open.minor != 0).collect();
            assert_eq!(open.len(), 1, "{open:#?}");
            assert_eq!((open[0].document.as_str(), open[0].due.as_deref()), ("INV-48131", Some("2025-02-10")));
            read(&desk, &[&back, &paid, &back]).await;
            assert_eq!(owed(&desk, "GROC").await, (10_000, 0), "told again");
            verified(&desk).await;
        }
    });
}

#[test]
fn a_part_that_fits_nothing_is_asked_and_a_person_says_what_it_was_paid_on() {
    on_each_database(async |place| {
        let desk = book(place.db(), "asked").await;
        let (paid, _) = paid_and_returned();
        let back = bai2("250305", &[(555, 50_000, "B9", "E2E-771", "RETURNED ITEM")]);
        read(&desk, &[&paid, &back]).await;
        assert_eq!((asked(&desk).await, owed(&desk, "GROC").await), (vec!["no_receipt".to_owned()], (10_000, 0)));
        let shown = cash_returns(&desk, None, 10).await.expect("returns").remove(0);
        let (id, receipt) = (shown.told.entry.to_string(), shown.likely[0].receipt.to_string());
        let say = async |desk: &Desk, documents: &[&str]| {
            let documents: Vec<String> = documents.iter().map(|document| (*document).to_owned()).collect();
            match_return_of(desk, &id, &receipt, &documents, day(TODAY)).await
        };
        for refused in [&[][..], &["INV-48131"], &["INV-50001"], &["INV-48129", "nothing"]] {
            assert_eq!(code(say(&desk, refused).await), "bad_value", "{refused:?}");
        }
        add_user(&desk, "quinn", "auditor", day(TODAY)).await.expect("a user");
        let quinn = desk_as(place.db(), "asked", "quinn", ticking).await;
        assert_eq!(code(say(&quinn, &["INV-48129"]).await), "role_cannot");
        assert_eq!((asked(&desk).await.len(), owed(&desk, "GROC").await), (1, (10_000, 0)), "nothing moved");

        let done = say(&desk, &["INV-48129"]).await.expect("a part goes back");
        assert!(done.told.part && done.told.receipt.is_some_and(|of| of.to_string() == receipt), "{done:#?}");
        // The invoice is open whole, its small rest too; what did not go back of the receipt lies on account.
        assert_eq!((owed(&desk, "GROC").await, asked(&desk).await), ((60_050, -39_950), Vec::new()));
        assert_eq!(code(say(&desk, &["INV-48129"]).await), "already_reversed", "it has its receipt");
        verified(&desk).await;

        unmatch_return(&desk, &id, day(TODAY)).await.expect("taken off it again");
        let taken_off = vec!["part_taken_off".to_owned()];
        assert_eq!((asked(&desk).await, owed(&desk, "GROC").await), (taken_off.clone(), (10_050, -89_950)));
        verified(&desk).await;
        read(&desk, &[&back, &bai2("250307", &[(165, 100, "B7", "E2E-9", "SOMEBODY")])]).await;
        assert_eq!(asked(&desk).await, taken_off, "a person said so");

        // The receipt is taken off its customer: the return is asked about again, and nothing is lost of either.
        say(&desk, &[]).await.expect("what is unapplied is enough");
        assert_eq!(owed(&desk, "GROC").await, (60_050, -39_950));
        unmatch_receipt(&desk, &receipt, None, day(TODAY)).await.expect("of nobody again");
        assert_eq!((asked(&desk).await, owed(&desk, "GROC").await), (vec!["no_receipt".to_owned()], (100_000, 0)));
        verified(&desk).await;
    });
}

#[test]
fn a_part_goes_with_the_import_of_its_return_and_with_that_of_its_receipt() {
    on_each_database(async |place| {
        let (paid, back) = paid_and_returned_in_part(10_000);
        let cases = [("out", 1, (0, -10_000), Vec::new()), ("in", 0, (100_000, 0), vec!["no_receipt".to_owned()])];
        for (name, undone, owes, is_asked) in cases {
            let desk = book(place.db(), name).await;
            let mut imports = Vec::new();
            for file in [&paid, &back] {
                imports.push(read(&desk, &[file]).await.files[0].import.clone().expect("an import"));
            }
            assert_eq!(owed(&desk, "GROC").await, (10_000, 0));
            reverse_import(&desk, &imports[undone], day(TODAY)).await.expect("undone");
            assert_eq!((owed(&desk, "GROC").await, asked(&desk).await), (owes, is_asked), "{name}");
            verified(&desk).await;
        }
    });
}

#[test]
fn files_in_any_order_and_however_often_make_the_same_book() {
    on_each_database(async |place| {
        let (paid, back) = paid_and_returned();
        let anew = bai2("250307", &[(165, 90_000, "B3", "E2E-772", "GROC INV 48129")]);
        let whole = [&paid, &back, &anew];
        let orders: [&[usize]; 5] = [&[0, 1, 2], &[1, 0, 2], &[1, 1, 2, 0, 0, 1], &[2, 1, 0], &[1, 2, 1, 0, 2]];
        for (place_in, order) in orders.into_iter().enumerate() {
            let desk = book(place.db(), &format!("order{place_in}")).await;
            for file in order {
                read(&desk, &[whole[*file]]).await;
            }
            assert_eq!(asked(&desk).await, Vec::<String>::new(), "{order:?}");
            assert_eq!(owed(&desk, "GROC").await, (10_000, 0), "{order:?}");
            verified(&desk).await;
        }
    });
}

#[test]
fn what_went_back_and_was_paid_again_in_one_file_is_taken_in_as_it_happened() {
    on_each_database(async |place| {
        let desk = book(place.db(), "main").await;
        let mt940 = ":20:M\r\n:25:10020030/1234567\r\n:28C:1/1\r\n:60F:C250301USD0,00\r\n\
             :61:2503030303C900,00NTRFE2E-771//B1\r\n:86:GROC INV 48129\r\n\
             :61:2503050305RC900,00NTRFE2E-771//B2\r\n:86:GROC AC04\r\n\
             :61:2503070307C900,00NTRFE2E-771//B3\r\n:86:GROC INV 48129\r\n\
             :62F:C250307USD900,00\r\n-\r\n"
            .to_owned();
        let report = read(&desk, &[&mt940]).await;
        assert!(!report.is_refused(), "{report:#?}");
        assert_eq!(
            (report.receipts, report.returns, report.taken_back, report.exceptions),
            (2, 1, 1, 0),
            "{report:#?}"
        );
        assert_eq!(owed(&desk, "GROC").await, (10_000, 0));
        verified(&desk).await;
    });
}

#[test]
fn a_return_of_no_receipt_or_of_several_is_asked_and_a_person_says_which() {
    on_each_database(async |place| {
        let desk = book(place.db(), "main").await;
        let paid = bai2(
            "250303",
            &[(165, 10_000, "B1", "E2E-771", "GROC INV 48131"), (169, 10_000, "B2", "E2E-771", "BETA INV 50001")],
        );
        let back = bai2("250305", &[(555, 10_000, "B8", "E2E-771", ""), (555, 7_000, "B9", "E2E-779", "FOR SOMEBODY")]);
        read(&desk, &[&paid, &back]).await;
        assert_eq!(asked(&desk).await, ["several_receipts", "no_receipt"]);
        let shown = cash_returns(&desk, None, 10).await.expect("returns");
        assert_eq!(shown.iter().map(|shown| shown.likely.len()).collect::<Vec<_>>(), [2, 0]);
        let (first, second) = (shown[0].told.entry.to_string(), shown[1].told.entry.to_string());
        let beta =
            shown[0].likely.iter().find(|receipt| receipt.account.as_deref() == Some("BETA")).expect("BETA paid");
        let (beta, on) = (beta.receipt.to_string(), day(TODAY));
        add_user(&desk, "quinn", "auditor", on).await.expect("a user");
        let quinn = desk_as(place.db(), "main", "quinn", ticking).await;
        let refused = match_return(&quinn, &first, &beta, on).await;
        assert!(matches!(&refused, Err(Stop::Refused(why)) if why.code() == "role_cannot"), "{refused:?}");
        let part = match_return(&desk, &second, &beta, on).await;
        assert!(matches!(&part, Err(Stop::Refused(why)) if why.code() == "bad_value"), "{part:?}");

        let done = match_return(&desk, &first, &beta, on).await.expect("taken back");
        assert_eq!(done.told.account.as_deref(), Some("BETA"));
        assert_eq!((owed(&desk, "BETA").await, owed(&desk, "GROC").await), ((10_000, 0), (90_000, 0)));
        assert!(match_return(&desk, &first, &beta, on).await.is_err(), "once");
        assert!(see_return(&desk, &second, " ", on).await.is_err(), "why?");
        see_return(&desk, &second, "a supplier's cheque", on).await.expect("seen");
        assert!(asked(&desk).await.is_empty());
        let moved = match_receipt(
            &desk,
            &beta,
            &ReceiptMatched { account: Some("GROC".into()), ..ReceiptMatched::default() },
            on,
        )
        .await;
        assert!(matches!(moved, Err(Stop::Refused(_))), "it went back");
        verified(&desk).await;

        unmatch_return(&desk, &first, on).await.expect("taken off");
        assert_eq!(owed(&desk, "BETA").await, (0, -10_000), "it stands again, set against nothing");
        assert_eq!(asked(&desk).await, ["no_receipt"]);
        assert_eq!(cash_exceptions(&desk, None, 9).await.expect("one")[0].receipt.asked, ["not_returned"]);
        verified(&desk).await;
    });
}

/// A final statement in MT940 with its balances in dollars, and one credit.
fn final_statement(day: &str, opening: &str, closing: &str, credit: &str, text: &str) -> String {
    format!(
        ":20:M\r\n:25:10020030/1234567\r\n:28C:{day}/1\r\n:60F:C2503{day}USD{opening}\r\n\
         :61:2503{day}03{day}C{credit}NTRFE2E-{day}//B1\r\n:86:{text}\r\n:62F:C2503{day}USD{closing}\r\n-\r\n"
    )
}

#[test]
fn a_statement_that_does_not_account_for_its_balances_is_asked_about_until_somebody_says_why() {
    on_each_database(async |place| {
        let desk = book(place.db(), "main").await;
        let monday = final_statement("03", "10,00", "110,00", "100,00", "GROC INV 48131");
        let report = read(&desk, &[&monday]).await;
        assert_eq!((report.receipts, report.statements_asked), (1, 0), "{report:#?}");
        // An advice of the same day tells of a credit that the final statement does not have.
        let advice = ":20:M\r\n:25:10020030/1234567\r\n:28C:9/1\r\n:34F:USD0,\r\n:13D:2503031200+0100\r\n\
             :61:2503030303C7,00NTRFE2E-9//B9\r\n:86:SOMEBODY\r\n-\r\n"
            .to_owned();
        let report = read(&desk, &[&advice]).await;
        assert_eq!((report.receipts, report.statements_asked), (1, 1), "{report:#?}");
        let shown = statements_asked(&desk, None, 9).await.expect("statements");
        assert_eq!((shown[0].unlisted.minor, shown[0].difference.minor), (700, -700));
        let (id, on) = (shown[0].entry.to_string(), day(TODAY));
        assert!(see_statement(&desk, &id, "", on).await.is_err(), "why?");
        see_statement(&desk, &id, "the bank took it back by telephone", on).await.expect("seen");
        assert_eq!(read(&desk, &[&advice, &monday]).await.statements_asked, 0, "the same is not asked again");
        assert!(statements_asked(&desk, None, 9).await.expect("none").is_empty());
        verified(&desk).await;

        let wednesday = final_statement("05", "500,00", "502,00", "2,00", "X");
        let warned = async |file: &String| {
            let report = read(&desk, &[file]).await;
            report.files[0].warnings.iter().filter(|warning| warning.code == "statement_missing").count()
        };
        assert_eq!(warned(&wednesday).await, 1, "Tuesday is missing");
        let tuesday = final_statement("04", "110,00", "500,00", "390,00", "X");
        assert_eq!((warned(&tuesday).await, warned(&wednesday).await), (0, 0));
        verified(&desk).await;
    });
}

#[test]
fn a_report_of_the_day_that_comes_first_is_listed_by_the_final_statement() {
    on_each_database(async |place| {
        let desk = book(place.db(), "main").await;
        let monday = final_statement("03", "10,00", "110,00", "100,00", "GROC INV 48131");
        let report_of_day = monday
            .replace(":60F:C250303USD10,00", ":34F:USD0,\r\n:13D:2503031200+0100")
            .replace(":62F:C250303USD110,00\r\n", "");
        let told = read(&desk, &[&report_of_day]).await;
        assert_eq!((told.receipts, told.statements_asked), (1, 0), "{told:#?}");
        let told = read(&desk, &[&monday]).await;
        assert_eq!((told.receipts, told.statements_asked), (0, 0), "{told:#?}");
        let import = told.files[0].import.clone().expect("the statement is news");
        reverse_import(&desk, &import, day(TODAY)).await.expect("undone");
        verified(&desk).await;
    });
}

#[test]
fn an_import_that_is_undone_told_no_return() {
    on_each_database(async |place| {
        let desk = book(place.db(), "main").await;
        let (paid, back) = paid_and_returned();
        let credits = read(&desk, &[&paid]).await.files[0].import.clone().expect("an import");
        let returns = read(&desk, &[&back]).await.files[0].import.clone().expect("an import");
        reverse_import(&desk, &returns, day(TODAY)).await.expect("undone");
        assert_eq!(owed(&desk, "GROC").await, (10_050, -89_950), "the receipt stands again");
        verified(&desk).await;
        read(&desk, &[&back]).await;
        assert_eq!(owed(&desk, "GROC").await, (100_000, 0));
        reverse_import(&desk, &credits, day(TODAY)).await.expect("undone");
        assert_eq!(asked(&desk).await, ["no_receipt"], "its receipt was never told");
        verified(&desk).await;
        read(&desk, &[&paid]).await;
        assert_eq!((owed(&desk, "GROC").await, asked(&desk).await.len()), ((100_000, 0), 0));
        let shown = cash_return(&desk, "1.0").await.expect("no fault");
        assert!(shown.is_none(), "an entry that is no return");
        verified(&desk).await;
    });
}

const OWN: &str = "[pays_from.transfer]\nname = \"Seller\"\niban = \"DE02120300000000202051\"\n";

#[test]
fn a_refunded_receipt_goes_back_and_one_that_stands_again_is_not_paid_back_twice() {
    on_each_database(async |place| {
        let mut desk = book(place.db(), "main").await;
        let on = day(TODAY);
        desk.book.settings = change_settings(&desk, OWN, on).await.expect("an own account");
        add_user(&desk, "mara", "manager", on).await.expect("a user");
        let mara = desk_as(place.db(), "main", "mara", ticking).await;
        let paid = read(&desk, &[&bai2("250303", &[(165, 70_000, "B1", "E2E-9", "WHOEVER")])]).await;
        let credits = paid.files[0].import.clone().expect("an import");
        let found = cash_exceptions(&desk, None, 9).await.expect("one").remove(0).receipt;
        let receipt = found.receipt.to_string();
        let whole = ReceiptMatched { account: Some("GROC".into()), on_account: true, ..Default::default() };
        match_receipt(&desk, &receipt, &whole, on).await.expect("it is GROC's");
        let payee = Payee { name: "Groc".into(), iban: Some("DE89370400440532013000".into()), ..Payee::default() };
        let asked = RefundAsked { account: "GROC".into(), credit: found.document, amount: None, payee };
        let refund = ask_refund(&desk, &asked, on).await.expect("asked");
        approve(&mara, &refund.request.to_string(), None, on).await.expect("signed");
        assert_eq!(owed(&desk, "GROC").await, (100_000, 0));

        for _ in 0..2 {
            let report = read(&desk, &[&bai2("250305", &[(555, 70_000, "B9", "E2E-9", "RETURNED ITEM")])]).await;
            assert_eq!((report.returns, report.taken_back), (1, 1), "the bank's word is never refused");
            assert_eq!(owed(&desk, "GROC").await, (170_000, 0));
            let import = report.files[0].import.clone().expect("an import");
            reverse_import(&desk, &import, on).await.expect("it was another's");
            assert_eq!(owed(&desk, "GROC").await, (100_000, 0), "it stands again, and is paid back as before");
        }
        let Err(Stop::Refused(refused)) = unmatch_receipt(&mara, &receipt, None, on).await else {
            panic!("it is taken from under the refund")
        };
        assert_eq!(refused.code(), "refund_lives");
        assert!(reverse_import(&mara, &credits, on).await.is_err(), "nor with its import");
        verified(&desk).await;
    });
}

/// A NACHA file of one returned debit: cents and the trace number of the payment that came back.
fn nacha_return(cents: i64, trace: &str) -> String {
    let hash = 12_104_288;
    let lines = [
        "101 231380104 1210428822503050600A094101Our Bank               Us".to_owned(),
        "5200Us Company                          121042882 WEBPAYMENT         250305   1121042880000001".to_owned(),
        format!("626121042882123456789        {cents:010}CUST00000000001Groc                    1121042880000001"),
        format!("799R01{trace:<15}      12104288{:44}121042880000001", ""),
        format!("8200000002{hash:010}{cents:012}{:012}121042882{:25}121042880000001", 0, ""),
        format!("9000001000001{:08}{hash:010}{cents:012}{:012}", 2, 0),
    ];
    lines.iter().map(|line| format!("{line:<94}\n")).collect()
}

#[test]
fn a_returned_entry_of_nacha_finds_the_receipt_that_the_statement_told_by_its_trace() {
    on_each_database(async |place| {
        let desk = book(place.db(), "main").await;
        let paid = bai2("250303", &[(165, 90_000, "091012987654321", "", "GROC INV 48129")]);
        assert_eq!(read(&desk, &[&paid]).await.applied, 1);
        let other = read(&desk, &[&nacha_return(90_000, "091012980000001")]).await;
        assert_eq!((other.returns, other.taken_back), (1, 0), "another payment came back: {other:#?}");
        let report = read(&desk, &[&nacha_return(90_000, "091012987654321")]).await;
        assert_eq!((report.returns, report.taken_back), (1, 1), "{report:#?}");
        assert_eq!(owed(&desk, "GROC").await, (100_000, 0));
        verified(&desk).await;
    });
}
