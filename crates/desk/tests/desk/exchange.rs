//! A receipt in another currency than what it pays: proposed at the dated rate, taken by a person, and taken back whole.

use crate::common::{INVOICES, day, new_desk, put, ticking, verified};
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::exceptions::cash_receipt;
use dunwell_desk::cash::import_bank_file::{BankRequest, import_bank_files};
use dunwell_desk::import::{ImportFile, ImportKind, reverse_import};
use dunwell_desk::look::account::account;
use dunwell_desk::put_policy_in_force::activate_policy;
use dunwell_desk::rules::account::EntryId;
use dunwell_desk::{Desk, Stop};
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;

const TODAY: &str = "2025-03-04";
/// 920.00 EUR of the third of March, of a payer whose name is known.
const FILE: &str = "01,BANK,US,250303,0800,1,,,2/\n02,US,BANK,1,250303,,EUR,2/\n03,123456,EUR,,,,/\n\
    16,165,92000,0,B1,,GROC GMBH INV 48129\n49,92000,3/\n98,92000,1,5/\n99,92000,1,7/\n";

/// A customer that owes 1,000.00 and 40.00 USD, and paid 920.00 EUR.
async fn book(db: &Db) -> (Desk, String) {
    let desk = new_desk(db, "exchange", ticking).await;
    let rows = "GROC,Groc GmbH,INV-48129,invoice,2025-01-10,2025-02-09,USD,1000.00,,\n\
                GROC,Groc GmbH,INV-48130,invoice,2025-01-11,2025-02-10,USD,40.00,,\n";
    put(&desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2025-02-01")).await;
    let file = ImportFile::bytes("monday.bai", FILE.as_bytes().to_vec());
    let files = vec![file];
    let request = BankRequest::new(files, day(TODAY));
    let report = import_bank_files(&desk, &request).await.expect("a report");
    assert_eq!((report.receipts, report.applied), (1, 0), "{report:?}");
    let called = desk.book.read().await.expect("a reading").receipts_called("B1").await.expect("an answer");
    (desk, called[0].receipt.to_string())
}

async fn rates(desk: &Desk) {
    let rows = "from,to,date,rate,source\nEUR,USD,2025-02-28,1.0837,ECB\nEUR,USD,2025-03-04,1.2,ECB\n";
    put(desk, ImportKind::Rates, rows, day(TODAY)).await;
}

fn said(documents: &[(&str, Option<&str>)]) -> ReceiptMatched {
    let documents =
        documents.iter().map(|(document, amount)| ((*document).into(), amount.map(str::to_owned))).collect();
    ReceiptMatched { account: Some("GROC".into()), documents, ..ReceiptMatched::default() }
}

/// Currency, balance and unapplied of an account, where anything is.
async fn stands(desk: &Desk) -> Vec<(String, i64, i64)> {
    let view = account(desk, "GROC", day(TODAY)).await.expect("an account");
    let mut rows = Vec::new();
    for of in &view.currencies {
        rows.push((of.balance.currency.to_string(), of.balance.minor, of.unapplied.minor));
    }
    rows.retain(|(_, balance, unapplied)| (*balance, *unapplied) != (0, 0));
    rows
}

fn refused(answer: Result<impl std::fmt::Debug, Stop>) -> String {
    match answer {
        Err(Stop::Refused(refusal)) => refusal.code().to_owned(),
        other => panic!("a refusal: {other:?}"),
    }
}

#[test]
fn a_receipt_pays_what_is_owed_in_another_currency_at_the_dated_rate_and_is_taken_back_whole() {
    on_each_database(async |place| {
        let (desk, receipt) = book(place.db()).await;
        let owed = vec![("USD".to_owned(), 104_000, 0)];
        assert_eq!(refused(match_receipt(&desk, &receipt, &said(&[("INV-48129", None)]), day(TODAY)).await), "no_rate");

        rates(&desk).await;
        let shown = cash_receipt(&desk, &receipt, Some("GROC")).await.expect("a receipt");
        let [proposal] = &shown.exchange_proposals[..] else { panic!("one proposal: {shown:?}") };
        assert_eq!((proposal.exchanged.gets.minor, proposal.exchanged.difference.minor), (99_700, 300));
        assert_eq!(proposal.exchanged.rate.to_string(), "1 EUR = 1.0837 USD, ECB of 2025-02-28", "of the value day");

        let both = match_receipt(&desk, &receipt, &said(&[("INV-48129", None), ("INV-48130", None)]), day(TODAY)).await;
        assert_eq!(refused(both), "currency_difference");
        let whole = ReceiptMatched { proposal: Some(proposal.proposal.clone()), ..said(&[]) };
        let done = match_receipt(&desk, &receipt, &whole, day(TODAY)).await.expect("matched");
        assert_eq!((done.applied.minor, done.unapplied.minor), (92_000, 0));
        assert_eq!(stands(&desk).await, [("USD".to_owned(), 4_000, 0)]);
        verified(&desk).await;
        let report = desk.book.verify().await.expect("a report");
        assert!(report.checks.iter().any(|check| check.id == "I17" && check.checked == 1));

        let shown = cash_receipt(&desk, &receipt, None).await.expect("a receipt");
        let [exchange] = &shown.exchanges[..] else { panic!("one conversion: {shown:?}") };
        assert_eq!((exchange.difference.minor, exchange.pays[0].amount.minor), (300, 99_700));
        assert!(shown.exchange_proposals.is_empty() && shown.applied.is_empty());

        unmatch_receipt(&desk, &receipt, None, day(TODAY)).await.expect("taken back");
        assert_eq!(stands(&desk).await, owed);
        verified(&desk).await;
    });
}

#[test]
fn a_person_states_the_rate_and_the_rest_stays_in_the_receipts_currency() {
    on_each_database(async |place| {
        let (desk, receipt) = book(place.db()).await;
        let odd = ReceiptMatched { rate: Some("1,2".into()), ..said(&[("INV-48129", None)]) };
        assert_eq!(refused(match_receipt(&desk, &receipt, &odd, day(TODAY)).await), "bad_value");
        let rest = ReceiptMatched { rate: Some("1.1".into()), on_account: true, ..said(&[("INV-48130", None)]) };
        let done = match_receipt(&desk, &receipt, &rest, day(TODAY)).await.expect("matched");
        let exchanged = done.exchanged.expect("a conversion");
        assert_eq!((exchanged.gives.minor, exchanged.gets.minor, done.unapplied.minor), (3_636, 4_000, 88_364));
        assert!(exchanged.rate.source.contains("stated by"), "{exchanged:?}");
        verified(&desk).await;

        // A gain: 883.64 EUR at 1.139 are 1,006.47 USD.
        let gain = ReceiptMatched { rate: Some("1.139".into()), ..said(&[("INV-48129", None)]) };
        let done = match_receipt(&desk, &receipt, &gain, day(TODAY)).await.expect("matched");
        assert_eq!(done.exchanged.expect("a conversion").difference.minor, -647);
        assert_eq!(stands(&desk).await, []);
        verified(&desk).await;

        // Nothing of a conversion is taken back by itself; the file it came by takes all of it along.
        let shown = cash_receipt(&desk, &receipt, None).await.expect("a receipt");
        let item: EntryId = shown.exception.receipt.item;
        let mut recording = desk.record("test", day(TODAY)).await.expect("a recording");
        let made = recording.items_by_document(shown.exception.receipt.account_id, "FX-B1").await.expect("items");
        assert_eq!(made.len(), 5, "two conversions, and a gain");
        for of in &made {
            assert!(recording.reverse(of.item, day(TODAY)).await.expect("an answer").is_err(), "{of:?}");
        }
        drop(recording);
        assert_ne!(item, made[0].item);
        let files = desk.book.read().await.expect("a reading").bank_files(None, 5).await.expect("files");
        reverse_import(&desk, &files[0].import.expect("an import").to_string(), day(TODAY)).await.expect("undone");
        assert_eq!(stands(&desk).await, [("USD".to_owned(), 104_000, 0)]);
        verified(&desk).await;
    });
}

/// The policy `standard` with documents that are named in another currency paid by themselves.
async fn paying_abroad(desk: &Desk) {
    let preset = dunwell_desk::policy_file::preset("standard").expect("it ships");
    let text = format!("{preset}\n[cash]\napply_named_currency = true\n");
    activate_policy(desk, &text, day(TODAY)).await.expect("in force");
}

#[test]
fn a_document_that_is_named_in_another_currency_is_paid_by_itself_where_the_policy_says_so() {
    on_each_database(async |place| {
        let (desk, first) = book(place.db()).await;
        rates(&desk).await;
        paying_abroad(&desk).await;
        unmatch_receipt(&desk, &first, None, day(TODAY)).await.expect("nobody's");
        let file = |cents: &str, reference: &str, words: &str| {
            let text = FILE.replace("92000", cents).replace("B1", reference);
            text.replace("GROC GMBH INV 48129", words).into_bytes()
        };
        let read = async |text: Vec<u8>| {
            let files = vec![ImportFile::bytes("tuesday.bai", text)];
            let request = BankRequest::new(files, day(TODAY));
            import_bank_files(&desk, &request).await.expect("a report")
        };
        // 922.00 EUR are 999.17 USD: nothing is named, and a person is asked.
        let report = read(file("92200", "B3", "GROC GMBH MARCH")).await;
        assert_eq!((report.applied, report.exceptions), (0, 1), "{report:#?}");
        // 921.00 EUR are 998.09 USD, and the document is named: it is paid.
        let report = read(file("92100", "B2", "GROC GMBH INV 48129")).await;
        assert_eq!((report.applied, report.exceptions), (1, 0), "{report:#?}");
        assert_eq!(report.by_rule.iter().map(|by| by.rule).collect::<Vec<_>>(), ["C-8"]);
        let called = desk.book.read().await.expect("a reading").receipts_called("B2").await.expect("an answer");
        let shown = cash_receipt(&desk, &called[0].receipt.to_string(), None).await.expect("it");
        let because = shown.because.expect("why");
        assert_eq!((because["rule"].as_str(), shown.exchanges.len(), shown.lines.len()), (Some("C-8"), 1, 0));
        let again = read(file("92300", "B4", "GROC GMBH INV 48129")).await;
        assert_eq!(
            (again.applied, again.exceptions),
            (0, 1),
            "it is paid, and nothing else is taken for it: {again:#?}"
        );
        verified(&desk).await;
    });
}

#[test]
fn a_rate_that_is_stated_is_bounded_by_the_dated_one() {
    on_each_database(async |place| {
        let (desk, receipt) = book(place.db()).await;
        let at = |rate: &str| ReceiptMatched { rate: Some(rate.into()), ..said(&[("INV-48129", None)]) };
        rates(&desk).await;
        // 1.0837 is dated; 10 % of it is the bound.
        let far = match_receipt(&desk, &receipt, &at("1.2"), day(TODAY)).await;
        let Err(Stop::Refused(refusal)) = far else { panic!("it is refused: {far:?}") };
        assert_eq!(refusal.code(), "rate_too_far");
        let message = refusal.to_string();
        assert!(message.contains("1.2 USD") && message.contains("1.0837 USD"), "{message}");
        match_receipt(&desk, &receipt, &at("1.087"), day(TODAY)).await.expect("it is near");
        verified(&desk).await;
    });
}
