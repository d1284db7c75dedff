//! Files as programs write them: encodings, delimiters, marks, date orders, workbooks' texts.

use dunwell_store::testing::on_each_database;

use super::{ImportKind, canonical, counts, day, open_on, run};
use crate::import::{ImportFile, ImportRequest, Listener, Progress, import};

const TEXT: &str = "account,account_name,document,document_date,due_date,amount\nA,Müller & Söhne,R-1,2026-05-01,2026-05-31,\"1,234.50\"\n";

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let units = mark.then_some(0xFEFF).into_iter().chain(text.encode_utf16());
    units.flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

fn windows_1252(text: &str) -> Vec<u8> {
    text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("Latin-1")).collect()
}

#[test]
fn every_encoding_and_delimiter_gives_the_same_row() {
    let with = |delimiter: &str| TEXT.replace("\"1,234.50\"", "1234.50").replace(',', delimiter);
    let files: Vec<(&str, Vec<u8>)> = vec![
        ("UTF-8", TEXT.as_bytes().to_vec()),
        ("UTF-8 with a mark", [b"\xEF\xBB\xBF", TEXT.as_bytes()].concat()),
        ("UTF-16 little end first", utf16(TEXT, false, true)),
        ("UTF-16 big end first", utf16(TEXT, true, true)),
        ("UTF-16 without a mark", utf16(TEXT, false, false)),
        ("Windows-1252", windows_1252(TEXT)),
        ("CR LF", TEXT.replace('\n', "\r\n").into_bytes()),
        ("semicolons", with(";").into_bytes()),
        ("tabs", with("\t").into_bytes()),
        ("pipes", with("|").into_bytes()),
        ("decimal comma", TEXT.replace("\"1,234.50\"", "\"1.234,50\"").into_bytes()),
        ("euro sign", TEXT.replace("\"1,234.50\"", "\"$ 1,234.50\"").into_bytes()),
        ("blanks group", TEXT.replace("\"1,234.50\"", "\"1 234,50\"").into_bytes()),
        ("day first", TEXT.replace("2026-05-01", "01/05/2026").replace("2026-05-31", "31/05/2026").into_bytes()),
        ("month first", TEXT.replace("2026-05-01", "05/01/2026").replace("2026-05-31", "05/31/2026").into_bytes()),
        ("month names", TEXT.replace("2026-05-01", "1. Mai 2026").replace("2026-05-31", "31 May 2026").into_bytes()),
        ("title rows", format!("Acme Ltd\nInvoices\n\n{TEXT}").into_bytes()),
    ];
    on_each_database(async |place| {
        for (name, bytes) in &files {
            let desk = crate::desk::Desk::open(place.book(name).await, "desk", || 0).await.unwrap();
            let file = ImportFile::bytes(*name, bytes.clone());
            let request = ImportRequest::new(ImportKind::Invoices, vec![file], canonical(), day("2026-06-30"));
            let report = run(&desk, &request).await;
            assert_eq!(counts(&report), [1, 0, 0, 0], "{name}: {report:?}");
            assert_eq!(open_on(&desk, "2026-06-30").await, [("A".into(), "R-1".into(), 123_450)], "{name}");
            let account = desk.book.read().await.unwrap().account("A").await.unwrap().unwrap();
            assert_eq!(account.name.as_deref(), Some("Müller & Söhne"), "{name}");
        }
    });
}

#[test]
fn trailing_minus_and_parentheses_are_credits() {
    on_each_database(async |place| {
        let desk = super::desk(place).await;
        let text = "account;document;document_date;due_date;amount\nA;C1;2026-05-01;;12,50-\nA;C2;2026-05-01;;(7,25)\nA;I1;2026-05-01;2026-05-31;1.000,00\n";
        let report = super::put(&desk, ImportKind::Invoices, text).await;
        assert_eq!(counts(&report), [3, 0, 0, 0], "{report:?}");
        let wanted = [
            ("A".to_owned(), "C1".to_owned(), -1_250),
            ("A".into(), "C2".into(), -725),
            ("A".into(), "I1".into(), 100_000),
        ];
        assert_eq!(open_on(&desk, "2026-06-30").await, wanted);
    });
}

#[test]
fn unknown_columns_are_kept_with_the_document() {
    let binding = |row: &str| {
        let text = format!("account,document,document_date,due_date,amount,Farbe \"x\",,Farbe \"x\"\n{row}\n");
        let file = ImportFile::bytes("f", text.into_bytes());
        let currency = dunwell_rules::money::Currency::USD;
        let opened = crate::import::open::OpenFile::open(&file, ImportKind::Invoices, &canonical(), currency);
        let mut open = opened.map_err(|refused| refused.message).unwrap();
        let mut row = dunwell_formats::table::Row::default();
        assert!(open.read(&mut row).unwrap());
        let cells = crate::import::cells::Cells { binding: &open.binding, row: &row };
        cells.custom().unwrap()
    };
    assert_eq!(binding("A,I,2026-05-01,2026-05-31,1.00,,,"), None);
    let json = binding("A,I,2026-05-01,2026-05-31,1.00,röt,b\\c,2").expect("three columns are filled");
    let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(value, serde_json::json!({"Farbe \"x\"": "röt", "column_7": "b\\c", "Farbe \"x\"_2": "2"}));
}

#[test]
fn progress_is_told_and_a_large_file_is_several_batches() {
    on_each_database(async |place| {
        let desk = super::desk(place).await;
        let mut text = "account,document,document_date,due_date,amount\n".to_owned();
        for number in 0..40_100 {
            text.push_str(&format!("A{},D{number},2026-05-01,2026-05-31,1.00\n", number % 100));
        }
        let mut told = Vec::new();
        let mut tell = |progress: Progress<'_>| told.push((progress.rows, progress.bytes, progress.size));
        let listener = Listener { progress: Some(&mut tell), rejects: None };
        let report =
            import(&desk, &super::request(ImportKind::Invoices, canonical(), &[&text]), listener).await.unwrap();
        assert_eq!(report.accepted, 40_100);
        assert_eq!(told.iter().map(|(rows, ..)| *rows).collect::<Vec<_>>(), [20_000, 40_000, 40_100]);
        assert_eq!(told[2].1, told[2].2);
    });
}
