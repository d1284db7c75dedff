//! Tables at the desk: a bank's statement as text and as a workbook is the same receipts, an advice as a workbook explains
//! one, and a file that is too large is told so without being read.

use std::fs::File;
use std::time::{Duration, Instant};

use crate::common::{INVOICES, code, day, new_desk, put, ticking, verified};
use dunwell_desk::Desk;
use dunwell_desk::cash::import_bank_file::{BankReport, BankRequest, import_bank_files};
use dunwell_desk::cash::import_remittance::{RemittanceReport, RemittanceRequest, import_remittances};
use dunwell_desk::formats::bank::BankProfile;
use dunwell_desk::import::{ImportFile, ImportKind};
use dunwell_store::db::Db;
use dunwell_store::testing::on_each_database;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

/// A Monday.
const TODAY: &str = "2025-03-03";

async fn book(db: &Db, name: &str) -> Desk {
    let desk = new_desk(db, name, ticking).await;
    let rows = "GROC,Groc,INV-48129,invoice,2025-01-10,2025-02-09,USD,900.00,,\n\
                GROC,Groc,INV-48131,invoice,2025-01-11,2025-02-10,USD,100.25,,\n\
                BETA,Beta Bakers,INV-50001,invoice,2025-01-10,2025-02-09,USD,100.00,,\n";
    put(&desk, ImportKind::Invoices, &format!("{INVOICES}{rows}"), day("2025-02-01")).await;
    desk
}

async fn banked(desk: &Desk, file: ImportFile) -> BankReport {
    let files = vec![file];
    let request = BankRequest::new(files, day(TODAY));
    import_bank_files(desk, &request).await.expect("a report")
}

async fn told(desk: &Desk, file: ImportFile) -> RemittanceReport {
    let request = RemittanceRequest::new(vec![file], day(TODAY));
    import_remittances(desk, &request).await.expect("a report")
}

/// What a row of the statement says: day, payer, text, amount.
const ROWS: [(&str, &str, &str, f64); 4] = [
    ("2025-03-03", "Groc", "INV-48129", 900.0),
    ("2025-03-03", "Groc", "INV-48131", 100.25),
    // Two payments that nothing tells apart are two.
    ("2025-03-03", "Gamma", "thank you", 7.5),
    ("2025-03-03", "Gamma", "thank you", 7.5),
];

/// The statement as delimited text, days and amounts as a bank writes them.
fn as_text() -> ImportFile {
    let mut text = "Account number: 4711\nCurrency,USD\n\nDate,Payer,Description,Amount\n".to_owned();
    for (day, payer, words, amount) in ROWS {
        text.push_str(&format!("{day},{payer},{words},{amount:.2}\n"));
    }
    ImportFile::bytes("statement.csv", text.into_bytes())
}

/// The same as a workbook, days and amounts as a spreadsheet holds them.
fn as_workbook() -> Vec<u8> {
    let mut book = Workbook::new();
    let shown = Format::new().set_num_format("d mmm yyyy");
    let sheet = book.add_worksheet();
    let titles = [("Account number", "4711"), ("Currency", "USD")];
    for (row, (name, value)) in (0..).zip(titles) {
        sheet.write_string(row, 0, name).expect("a title");
        sheet.write_string(row, 1, value).expect("its value");
    }
    for (column, header) in (0..).zip(["Date", "Payer", "Description", "Amount"]) {
        sheet.write_string(3, column, header).expect("a header");
    }
    for (row, (day, payer, words, amount)) in (4..).zip(ROWS) {
        let day = ExcelDateTime::parse_from_str(day).expect("a day");
        sheet.write_datetime_with_format(row, 0, &day, &shown).expect("a day");
        sheet.write_string(row, 1, payer).expect("a payer");
        sheet.write_string(row, 2, words).expect("words");
        sheet.write_number(row, 3, amount).expect("an amount");
    }
    book.save_to_buffer().expect("a workbook")
}

#[test]
fn the_entries_of_a_statement_are_one_receipt_each_as_text_and_as_a_workbook() {
    on_each_database(async |place| {
        for (name, text_first) in [("text_first", true), ("book_first", false)] {
            let desk = book(place.db(), name).await;
            let workbook = || ImportFile::bytes("statement.xlsx", as_workbook());
            let (first, second) = if text_first { (as_text(), workbook()) } else { (workbook(), as_text()) };
            let report = banked(&desk, first).await;
            assert!(!report.is_refused(), "{report:#?}");
            assert_eq!((report.receipts, report.applied), (4, 2), "{name}");
            let again = banked(&desk, second).await;
            assert!(!again.is_refused(), "{again:#?}");
            assert_eq!((again.receipts, again.files[0].duplicate_entries, again.files[0].entries), (0, 4, 4), "{name}");
            verified(&desk).await;
        }
    });
}

#[test]
fn an_advice_as_a_workbook_says_what_a_receipt_is_for() {
    on_each_database(async |place| {
        let desk = book(place.db(), "advice_workbook").await;
        let mut book = Workbook::new();
        let cover = book.add_worksheet();
        cover.write_string(0, 0, "Payment of 3 March, see the next sheet").expect("a cover");
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "Payment number").expect("a title");
        sheet.write_number(0, 1, 4_711_000.0).expect("its value");
        for (column, header) in (0..).zip(["Invoice", "Amount paid"]) {
            sheet.write_string(2, column, header).expect("a header");
        }
        for (row, (document, paid)) in (3..).zip([("INV-48129", 900.0), ("INV-48131", 100.25)]) {
            sheet.write_string(row, 0, document).expect("a document");
            sheet.write_number(row, 1, paid).expect("an amount");
        }
        let report = told(&desk, ImportFile::bytes("advice.xlsx", book.save_to_buffer().expect("a workbook"))).await;
        assert!(!report.is_refused(), "{report:#?}");
        assert_eq!((report.advices, report.waiting, report.files[0].lines), (1, 1, 2));
        let text = "Account number: 4711\nCurrency,USD\n\nDate,Payer,Description,Amount,Check number\n\
                    2025-03-03,Somebody,payment,1000.25,4711000\n";
        let report = banked(&desk, ImportFile::bytes("statement.csv", text.as_bytes().to_vec())).await;
        assert_eq!((report.receipts, report.applied, report.exceptions), (1, 1, 0), "{report:#?}");
        verified(&desk).await;
    });
}

/// What a bank writes in a lockbox file of its own header names.
const LOCKBOX: &str = "Postfach;Tag;Nr;Scheckbetrag;Schecknummer;Aussteller;Rechnung;Bezahlt\n\
                       77;03.03.2025;1;1.000,25;1077;Groc;INV-48129;900,00\n\
                       77;03.03.2025;1;1.000,25;1077;Groc;INV-48131;100,25\n";

#[test]
fn a_lockbox_file_is_read_by_the_profile_of_its_bank() {
    on_each_database(async |place| {
        let desk = book(place.db(), "lockbox_profile").await;
        let text = "source = \"nord\"\nformat = \"lockbox-csv\"\ndate_format = \"DD.MM.YYYY\"\ndecimal_mark = \",\"\n\
                    [columns]\nlockbox = [\"Postfach\"]\ndeposit_day = [\"Tag\"]\nitem = [\"Nr\"]\n\
                    check_amount = [\"Scheckbetrag\"]\ncheck_number = [\"Schecknummer\"]\npayer = [\"Aussteller\"]\n\
                    document = [\"Rechnung\"]\ndocument_amount = [\"Bezahlt\"]\n";
        let mut request = BankRequest {
            profile: Some(BankProfile::parse(text).expect("a profile")),
            ..BankRequest::new(vec![ImportFile::bytes("lockbox.csv", LOCKBOX.as_bytes().to_vec())], day(TODAY))
        };
        let report = import_bank_files(&desk, &request).await.expect("a report");
        assert!(!report.is_refused(), "{report:#?}");
        assert_eq!((report.receipts, report.applied, report.exceptions), (1, 1, 0), "{report:#?}");
        assert_eq!(report.files[0].format, Some("lockbox-csv"));
        // Another format than that of the profile is refused, and nothing is read.
        request.format = Some(dunwell_desk::formats::bank::Format::Bai2);
        assert_eq!(code(import_bank_files(&desk, &request).await), "bad_value");
        request.format = Some(dunwell_desk::formats::bank::Format::LockboxCsv);
        assert_eq!(import_bank_files(&desk, &request).await.expect("a report").receipts, 0, "once is enough");
        verified(&desk).await;
    });
}

/// A file of that size of which nothing is on the disk.
fn sparse(name: &str, size: u64) -> ImportFile {
    let path = std::env::temp_dir().join(format!("dunwell-{}-{name}", std::process::id()));
    File::create(&path).and_then(|file| file.set_len(size)).expect("a sparse file");
    ImportFile::path(path)
}

#[test]
fn a_file_that_is_too_large_is_refused_without_being_read() {
    on_each_database(async |place| {
        let desk = book(place.db(), "too_large").await;
        let begun = Instant::now();
        let bank = sparse("statement.bai", 4 << 30);
        let report = banked(&desk, bank.clone()).await;
        let advice = sparse("advice.csv", 65 << 20);
        let advised = told(&desk, advice.clone()).await;
        assert!(begun.elapsed() < Duration::from_secs(2), "{:?}", begun.elapsed());
        for file in [&bank, &advice] {
            std::fs::remove_file(&file.name).expect("tidied up");
        }
        let why = &report.files[0].problems[0];
        assert_eq!(
            (why.code, why.message.as_str()),
            (
                "too_large",
                "larger than 512 MiB, the most that is read of a bank file, and not read; ask the bank for files of fewer \
                 days or accounts"
            )
        );
        let why = &advised.files[0].problems[0];
        assert_eq!(
            (why.code, why.message.as_str()),
            (
                "too_large",
                "larger than 64 MiB, the most that is read of remittance advices, and not read; give it in several files"
            )
        );
    });
}
