//! Bank files at the desk: each credit once, applied with its reason, or asked about; and what a person then says.

use std::fmt::Write;

use crate::common::{INVOICES, day, new_desk, put, ticking, verified};
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::exceptions::{cash_exceptions, cash_receipt};
use dunwell_desk::cash::import_bank_file::{BankReport, BankRequest, import_bank_files};
use dunwell_desk::cash::queue::{CashQueue, QueueChoice, bank_files, cash_figures, cash_queue, next_exception};
use dunwell_desk::cash::set_lines::LinePaid;
use dunwell_desk::import::{ImportFile, ImportKind, reverse_import};
use dunwell_desk::look::account::account;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::{Desk, Stop};
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;
use dunwell_store::views::cash::{BankFileView, QueueOrder};
use serde_json::json;

/// A Monday.
const TODAY: &str = "2025-03-03";

/// Three customers; two of them owe a hundred each.
pub(crate) async fn book(db: &Db) -> Desk {
    let desk = new_desk(db, "cash", ticking).await;
    let rows = "GROC,Groc,INV-48129,invoice,2025-01-10,2025-02-09,USD,900.00,,\n\
                GROC,Groc,INV-48131,invoice,2025-01-11,2025-02-10,USD,100.00,,\n\
                BETA,Beta Bakers,INV-50001,invoice,2025-01-10,2025-02-09,USD,100.00,,\n\
                LARD,The Larder,INV-60001,invoice,2025-01-10,2025-02-09,USD,333.33,,\n";
    put(&desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2025-02-01")).await;
    desk
}

/// A BAI2 file of one account: credits of so many cents with the bank's reference and a text.
pub(crate) fn bai2(as_of: &str, credits: &[(i64, &str, &str)], control: i64) -> String {
    let mut text = format!("01,BANK,US,{as_of},0800,1,,,2/\n02,US,BANK,1,{as_of},,USD,2/\n03,123456,USD,,,,/\n");
    let mut sum = control;
    for (amount, reference, words) in credits {
        writeln!(text, "16,165,{amount},0,{reference},,{words}").expect("a string");
        sum += amount;
    }
    let count = credits.len();
    writeln!(text, "49,{sum},{}/\n98,{sum},1,{}/\n99,{sum},1,{}/", count + 2, count + 4, count + 6).expect("a string");
    text
}

pub(crate) async fn read(desk: &Desk, files: &[String], accept: Option<&str>, on: Date) -> BankReport {
    let files = files.iter().map(|text| ImportFile::bytes("monday.bai", text.clone().into_bytes())).collect();
    let accept_totals = accept.map(str::to_owned);
    let request = BankRequest { accept_totals, ..BankRequest::new(files, on) };
    import_bank_files(desk, &request).await.expect("a report")
}

fn figures(report: &BankReport) -> (u64, u64, u64, u64) {
    (report.receipts, report.applied, report.on_account, report.exceptions)
}

pub(crate) async fn open(desk: &Desk, code: &str) -> (i64, i64) {
    let view = account(desk, code, day(TODAY)).await.expect("an account");
    (view.currencies[0].balance.minor, view.currencies[0].unapplied.minor)
}

/// What GROC owes and what it has unapplied, as of four days.
async fn as_of_days(desk: &Desk) -> Vec<(i64, i64)> {
    let mut days = Vec::new();
    for on in ["2025-03-03", "2025-03-04", "2025-03-05", "2025-03-06"] {
        let view = account(desk, "GROC", day(on)).await.expect("an account");
        days.push((view.currencies[0].balance.minor, view.currencies[0].unapplied.minor));
    }
    days
}

#[test]
fn what_is_undone_and_done_again_as_of_an_earlier_day_leaves_the_days_between_as_they_were() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let paid = bai2("250303", &[(90_000, "B1", "GROC INV 48129")], 0);
        let first = read(&desk, std::slice::from_ref(&paid), None, day(TODAY)).await;
        let paid_on_each = vec![(10_000, 0); 4];
        assert_eq!(as_of_days(&desk).await, paid_on_each);

        reverse_import(&desk, first.files[0].import.as_ref().expect("an import"), day("2025-03-05"))
            .await
            .expect("undone");
        let again = read(&desk, &[paid], None, day(TODAY)).await;
        assert_eq!(figures(&again), (1, 1, 0, 0));
        assert_eq!(
            as_of_days(&desk).await,
            paid_on_each,
            "the file, undone on the fifth and read again as of the third"
        );

        let called = desk.book.read().await.expect("a reading").receipts_called("B1").await.expect("an answer");
        let receipt = called[0].receipt.to_string();
        let whole = ReceiptMatched {
            account: Some("GROC".into()),
            documents: vec![("INV-48129".into(), None)],
            ..ReceiptMatched::default()
        };
        unmatch_receipt(&desk, &receipt, None, day("2025-03-06")).await.expect("taken back");
        match_receipt(&desk, &receipt, &whole, day(TODAY)).await.expect("given again");
        assert_eq!(
            as_of_days(&desk).await,
            paid_on_each,
            "the receipt, taken back on the sixth and given as of the third"
        );
        verified(&desk).await;
    });
}

#[test]
fn money_of_a_currency_that_is_none_refuses_the_file_by_its_name() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let marks = bai2("250303", &[(90_000, "B1", "GROC INV 48129")], 0).replace("USD", "QQQ");
        let report = read(&desk, &[marks], None, day(TODAY)).await;
        let [problem] = &report.files[0].problems[..] else { panic!("one problem: {report:?}") };
        assert_eq!((problem.code, problem.line, report.files[0].entries), ("unknown_currency", 4, 1));
        assert!(problem.message.contains("QQQ"), "{}", problem.message);
        assert_eq!(figures(&report), (0, 0, 0, 0));
        verified(&desk).await;
    });
}

#[test]
fn a_bank_file_is_applied_with_reasons_and_read_again_changes_nothing() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let monday = bai2(
            "250303",
            &[(90_000, "B1", "GROC INV 48129"), (10_000, "B2", "SOMEBODY"), (33_333, "B3", "LARDER MARCH")],
            0,
        );
        let report = read(&desk, std::slice::from_ref(&monday), None, day(TODAY)).await;
        assert_eq!(figures(&report), (3, 2, 1, 1), "{report:#?}");
        assert_eq!((open(&desk, "GROC").await, open(&desk, "LARD").await), ((10_000, 0), (0, 0)));
        let again = read(&desk, &[monday.clone(), monday], None, day(TODAY)).await;
        assert_eq!(figures(&again), (0, 0, 0, 0));
        assert_eq!(again.files.iter().map(|file| file.duplicate_entries).collect::<Vec<_>>(), [3, 3]);
        assert!(again.files[0].import.is_none(), "a file without news is nothing to be undone");
        let files = bank_files(&desk, None, None).await.expect("a history").files;
        let came = |file: &BankFileView| {
            let outcome = file.outcome.as_ref().expect("read to its end");
            (file.state, outcome["receipts"].as_i64(), outcome["told_before"].as_i64(), file.import.is_some())
        };
        let nothing_new = ("read", Some(0), Some(3), false);
        assert_eq!(
            files.iter().map(came).collect::<Vec<_>>(),
            [nothing_new, nothing_new, ("read", Some(3), Some(0), true)],
            "each handing in is a line"
        );
        let first = &files[2];
        assert_eq!((first.by.as_str(), first.sha256.len(), &first.sha256), ("desk", 64, &files[0].sha256));
        let account = json!([{ "account": "123456", "from": "2025-03-03", "to": "2025-03-03" }]);
        assert_eq!(first.detail["file"]["accounts"], account);
        verified(&desk).await;
    });
}

#[test]
fn the_receipts_of_one_file_come_to_what_they_come_to_when_each_has_a_file_of_its_own() {
    let credits = [
        (60_000, "B1", "GROC INV 48129"),
        (30_000, "B2", "GROC INV 48129"),
        (9_999, "B3", "GROC INV 48131"),
        (10_000, "B5", "BETA BAKERS INV 50001"),
        (10_100, "B6", "BETA BAKERS INV 50001"),
        (33_333, "B7", "SOMEBODY"),
        (33_300, "B8", "LARD INV 60001"),
    ];
    on_each_database(async |place| {
        let mut seen = Vec::new();
        for (book, size) in [("together", credits.len()), ("alone", 1)] {
            let desk = new_desk(place.db(), book, ticking).await;
            let rows = "GROC,Groc,INV-48129,invoice,2025-01-10,2025-02-09,USD,900.00,,\n\
                        GROC,Groc,INV-48131,invoice,2025-01-11,2025-02-10,USD,100.00,,\n\
                        BETA,Beta Bakers,INV-50001,invoice,2025-01-10,2025-02-09,USD,100.00,,\n\
                        LARD,The Larder,INV-60001,invoice,2025-01-10,2025-02-09,USD,333.33,,\n";
            put(&desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2025-02-01")).await;
            let files: Vec<String> = credits.chunks(size).map(|some| bai2("250303", some, 0)).collect();
            let report = read(&desk, &files, None, day(TODAY)).await;
            let mut asked: Vec<(String, Vec<String>)> = Vec::new();
            for exception in cash_exceptions(&desk, None, 20).await.expect("exceptions") {
                asked.push((exception.receipt.document, exception.receipt.asked));
            }
            asked.sort();
            let mut owed = Vec::new();
            for code in ["GROC", "BETA", "LARD"] {
                owed.push(open(&desk, code).await);
            }
            verified(&desk).await;
            seen.push((figures(&report), asked, owed));
        }
        assert_eq!(seen[0], seen[1]);
        assert_eq!(seen[0].0.1, 4, "what pays something: {seen:#?}");
    });
}

#[test]
fn equal_credits_count_as_often_as_the_fullest_file_of_the_day_says() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let one = bai2("250303", &[(500, "B1", "COFFEE")], 0);
        let two = bai2("250303", &[(500, "B7", "COFFEE"), (500, "B8", "COFFEE")], 0);
        let other_day = bai2("250304", &[(500, "B1", "COFFEE")], 0);
        let receipts = async |files: &[String]| read(&desk, files, None, day("2025-03-04")).await.receipts;
        assert_eq!(receipts(&[one.clone(), two.clone(), one.clone()]).await, 2);
        assert_eq!(receipts(&[other_day, two]).await, 1);
        verified(&desk).await;
    });
}

#[test]
fn a_file_whose_totals_are_wrong_is_refused_whole_unless_a_person_says_why_it_is_taken() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let wrong = bai2("250303", &[(90_000, "B1", "GROC INV 48129")], 5);
        let refused = read(&desk, std::slice::from_ref(&wrong), None, day(TODAY)).await;
        assert!(refused.is_refused() && !refused.files[0].control_totals_ok, "{refused:#?}");
        assert_eq!((refused.files[0].entries, figures(&refused)), (1, (0, 0, 0, 0)));
        let named: Vec<&str> =
            refused.files[0].control_totals.iter().filter(|total| !total.foots).map(|total| total.name).collect();
        assert!(!named.is_empty(), "each total is named");
        let right: Vec<_> = refused.files[0].control_totals.iter().filter(|total| total.foots).collect();
        assert!(right.iter().any(|total| total.stated == total.counted && total.name.ends_with("count")), "{right:#?}");
        let codes: Vec<_> = refused.files[0].codes.iter().map(|told| (told.code.as_str(), told.count)).collect();
        assert_eq!(codes, [("bai2 165", 1)]);
        let files = bank_files(&desk, None, None).await.expect("a history").files;
        let why = &files[0].detail["file"]["problems"][0];
        assert_eq!((files.len(), files[0].state, why["code"].as_str()), (1, "refused", Some("control_total")));
        verified(&desk).await;
        let taken = read(&desk, &[wrong], Some("the bank confirmed it by telephone"), day(TODAY)).await;
        assert_eq!(figures(&taken), (1, 1, 0, 0));
        verified(&desk).await;
    });
}

#[test]
fn a_person_says_whose_a_receipt_is_and_next_time_the_desk_knows() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let on = day(TODAY);
        read(&desk, &[bai2("250303", &[(10_000, "B2", "SOMEBODY")], 0)], None, on).await;
        let asked = cash_exceptions(&desk, None, 10).await.expect("exceptions");
        assert_eq!((asked.len(), asked[0].receipt.asked.as_slice()), (1, ["unknown_payer".to_owned()].as_slice()));
        let payers: Vec<&str> = asked[0].payers.iter().map(|payer| payer.account.as_str()).collect();
        assert_eq!(payers, ["GROC", "BETA"], "both owe a hundred");
        let sure = asked[0].payers.iter().flat_map(|payer| payer.proposals.iter().map(|found| found.confidence));
        assert_eq!(sure.collect::<Vec<_>>(), [30, 30], "a stranger's amount says little");
        let receipt = asked[0].receipt.receipt.to_string();
        let nothing = ReceiptMatched::default();
        assert!(matches!(match_receipt(&desk, &receipt, &nothing, on).await, Err(Stop::Refused(_))), "of whom?");
        let said = ReceiptMatched { account: Some("BETA".into()), learn: true, ..ReceiptMatched::default() };
        let stands = match_receipt(&desk, &receipt, &said, on).await.expect("matched");
        assert_eq!((stands.applied.minor, stands.unapplied.minor), (10_000, 0));
        assert!(cash_exceptions(&desk, None, 10).await.expect("exceptions").is_empty());
        assert_eq!((open(&desk, "BETA").await, open(&desk, "GROC").await), ((0, 0), (100_000, 0)));
        verified(&desk).await;

        unmatch_receipt(&desk, &receipt, None, on).await.expect("taken back");
        assert_eq!(open(&desk, "BETA").await, (10_000, 0), "open again, and the cash is nobody's");
        assert_eq!(cash_exceptions(&desk, None, 10).await.expect("exceptions").len(), 1);
        let part = ReceiptMatched {
            account: Some("GROC".into()),
            documents: vec![("INV-48129".into(), Some("60.00".into())), ("INV-48131".into(), None)],
            ..ReceiptMatched::default()
        };
        let stands = match_receipt(&desk, &receipt, &part, on).await.expect("matched");
        assert_eq!((stands.applied.minor, stands.unapplied.minor), (10_000, 0));
        let too_much = ReceiptMatched { documents: vec![("INV-48129".into(), Some("1.00".into()))], ..part };
        assert!(
            matches!(match_receipt(&desk, &receipt, &too_much, on).await, Err(Stop::Refused(_))),
            "nothing is left"
        );
        verified(&desk).await;
    });
}

#[test]
fn a_person_goes_by_the_queue_takes_a_proposal_or_sets_lines_and_every_cent_is_accounted_for() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let on = day(TODAY);
        let told = [(10_000, "B1", "SOMEBODY"), (95_000, "B2", "SOMEBODY ELSE"), (40_000, "B3", "NOBODY")];
        read(&desk, &[bai2("250303", &told, 0)], None, on).await;
        let by_amount = QueueChoice { order: QueueOrder::Amount, question: "unknown_payer" };
        let first = cash_queue(&desk, by_amount, None, Some(2)).await.expect("a page");
        let amounts = |queue: &CashQueue| queue.receipts.iter().map(|row| row.amount.minor).collect::<Vec<_>>();
        assert_eq!(amounts(&first), [95_000, 40_000]);
        let second = cash_queue(&desk, by_amount, first.next_cursor.as_deref(), Some(2)).await.expect("a page");
        assert_eq!((amounts(&second), second.next_cursor.is_none()), (vec![10_000], true));
        let short = QueueChoice { question: "short", ..by_amount };
        assert!(cash_queue(&desk, short, None, None).await.expect("a page").receipts.is_empty());
        assert!(cash_queue(&desk, QueueChoice { question: "why", ..by_amount }, None, None).await.is_err());
        let figures = cash_figures(&desk).await.expect("figures");
        assert_eq!((figures.asked, figures.unidentified[0].minor), (3, 145_000));

        let [large, _, small] =
            [&first.receipts[0], &first.receipts[1], &second.receipts[0]].map(|row| row.receipt.to_string());
        assert_eq!(
            next_exception(&desk, by_amount, &second.receipts[0]).await.expect("one"),
            Some(first.receipts[0].receipt)
        );
        let shown = cash_receipt(&desk, &small, Some("BETA")).await.expect("it is there");
        let beta = shown.exception.payers.iter().find(|payer| payer.account == "BETA").expect("it owes that much");
        let said = |said: ReceiptMatched| ReceiptMatched { account: Some("BETA".into()), ..said };
        let gone = said(ReceiptMatched { proposal: Some("0123456789abcdef".into()), ..ReceiptMatched::default() });
        assert_eq!(code(match_receipt(&desk, &small, &gone, on).await), "bad_value", "it is not what was shown");
        let take =
            ReceiptMatched { proposal: Some(beta.proposals[0].proposal.clone()), version: Some(shown.version), ..gone };
        assert_eq!(match_receipt(&desk, &small, &take, on).await.expect("matched").unapplied.minor, 0);
        assert_eq!(code(match_receipt(&desk, &small, &take, on).await), "version_conflict", "it was done meanwhile");

        let lines = cash_receipt(&desk, &large, Some("GROC")).await.expect("it is there").lines;
        let line = |place: usize, amount: &str, held_back: Option<&str>| LinePaid {
            item: lines[place].item.clone(),
            line: lines[place].line,
            amount: Some(amount.into()),
            held_back: held_back.map(str::to_owned),
        };
        let groc = |lines: Vec<LinePaid>, on_account| ReceiptMatched {
            account: Some("GROC".into()),
            lines,
            on_account,
            ..ReceiptMatched::default()
        };
        for (wrong, why) in [
            (groc(vec![line(0, "900.00", None)], false), "fifty are left"),
            (groc(vec![line(0, "900.00", Some("price"))], true), "nothing is held back"),
            (groc(vec![line(0, "900.00", None), line(1, "50.00", Some("because"))], false), "no reason"),
        ] {
            assert_eq!(code(match_receipt(&desk, &large, &wrong, on).await), "bad_value", "{why}");
        }
        let too_much = groc(vec![line(0, "900.00", None), line(1, "60.00", None)], false);
        assert_eq!(code(match_receipt(&desk, &large, &too_much, on).await), "over_applied");
        assert_eq!(open(&desk, "GROC").await, (100_000, 0), "nothing of that was recorded");
        let whole = groc(vec![line(0, "900.00", None), line(1, "50.00", Some("short_shipment"))], false);
        match_receipt(&desk, &large, &whole, on).await.expect("matched");
        let groc = account(&desk, "GROC", on).await.expect("an account");
        let of = &groc.currencies[0];
        assert_eq!((of.balance.minor, of.disputed.minor, of.unapplied.minor), (5_000, 5_000, 0));
        verified(&desk).await;
    });
}

/// The code of a refusal.
pub(crate) fn code<T: std::fmt::Debug>(answer: Result<T, Stop>) -> String {
    match answer {
        Err(Stop::Refused(refusal)) => refusal.code().to_owned(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_document_that_is_paid_is_not_paid_again_with_what_happens_to_be_as_large() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        read(&desk, &[bai2("250303", &[(90_000, "B1", "GROC INV 48129")], 0)], None, day(TODAY)).await;
        let twin = "GROC,Groc,INV-48999,invoice,2025-01-10,2025-02-09,USD,900.00,,\n";
        put(&desk, ImportKind::Invoices, &format!("{INVOICES}{twin}"), day(TODAY)).await;
        let asked = async || {
            let asked = cash_exceptions(&desk, None, 10).await.expect("exceptions");
            asked.into_iter().flat_map(|asked| asked.receipt.asked).collect::<Vec<_>>()
        };
        // The bank tells of the first payment's twin a day later, while another document of the same amount is open.
        let again = bai2("250304", &[(90_000, "B2", "GROC INV 48129")], 0);
        assert_eq!(figures(&read(&desk, &[again], None, day("2025-03-04")).await), (1, 0, 1, 1));
        assert_eq!(asked().await, ["paid_before"]);
        // Twice in one file.
        let twice = bai2("250305", &[(33_333, "B3", "LARD INV 60001"), (33_333, "B4", "LARD INV-60001")], 0);
        assert_eq!(figures(&read(&desk, &[twice], None, day("2025-03-05")).await), (2, 1, 1, 1));
        assert_eq!(asked().await, ["paid_before", "paid_before"]);
        verified(&desk).await;
    });
}

/// The state of each bank file, the newest first.
async fn states(desk: &Desk) -> Vec<BankFileView> {
    bank_files(desk, None, None).await.expect("files").files
}

#[test]
fn a_file_that_was_broken_off_is_shown_as_read_again_once_it_was_read_whole() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let told = |files: &[BankFileView]| files.iter().map(|file| file.state).collect::<Vec<_>>();
        let monday = bai2("250303", &[(10_000, "B2", "SOMEBODY")], 0);
        let files = vec![ImportFile::bytes("monday.bai", monday.clone().into_bytes())];
        let dry = BankRequest { dry_run: true, ..BankRequest::new(files, day(TODAY)) };
        let sha256 = import_bank_files(&desk, &dry).await.expect("a report").files[0].sha256.clone();
        // The program was stopped as soon as it had said that the file was handed in.
        let mut recording = desk.record("import bank", day(TODAY)).await.expect("a recording");
        let detail = json!({ "file": { "file": "monday.bai", "sha256": sha256 }, "accepted_because": null });
        recording.bank_file(&detail).expect("told");
        recording.commit().await.expect("committed");
        let tuesday = bai2("250302", &[(11_000, "B9", "SOMEBODY ELSE")], 0);
        read(&desk, &[tuesday], None, day(TODAY)).await;
        assert_eq!(told(&states(&desk).await), ["read", "broken_off"], "another file mends nothing");

        let whole = read(&desk, &[monday], None, day(TODAY)).await;
        let shown = states(&desk).await;
        assert_eq!(told(&shown), ["read", "read", "read_again"]);
        assert_eq!((shown[2].read_again_by, shown[0].read_again_by), (Some(shown[0].bank_file), None));
        let import = whole.files[0].import.as_ref().expect("an import");
        reverse_import(&desk, import, day(TODAY)).await.expect("undone");
        assert_eq!(told(&states(&desk).await), ["undone", "read", "broken_off"]);
        verified(&desk).await;
    });
}
