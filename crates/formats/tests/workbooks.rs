//! Bank statements and remittance advices as workbooks: dates and amounts as a spreadsheet holds them, titles, sheets, and
//! the same file as text.

use dunwell_formats::amount::Marks;
use dunwell_formats::bank::{self, BalanceKind, BankFile, Format, ReadOptions, StatementProfile};
use dunwell_formats::currency::CurrencyCode;
use dunwell_formats::remittance::advice_table::AdviceProfile;
use dunwell_formats::remittance::{self, RemittanceFile};
use rust_xlsxwriter::{ExcelDateTime, Format as Look, Formula, Workbook, Worksheet};

/// A cell of a sheet.
#[derive(Clone, Copy)]
enum Cell {
    Text(&'static str),
    Number(f64),
    /// A day, shown as the format says.
    Day(&'static str, &'static str),
    /// A formula with the value that was kept of it.
    Sum(&'static str, &'static str),
}

use Cell::{Day, Number, Sum, Text};

const NONE: Cell = Text("");

fn fill(sheet: &mut Worksheet, rows: &[&[Cell]]) {
    for (row, cells) in rows.iter().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            let at = (u32::try_from(row).unwrap(), u16::try_from(column).unwrap());
            match *cell {
                Text("") => continue,
                Text(text) => sheet.write_string(at.0, at.1, text),
                Number(number) => sheet.write_number(at.0, at.1, number),
                Day(day, shown) => {
                    let day = ExcelDateTime::parse_from_str(day).unwrap();
                    sheet.write_datetime_with_format(at.0, at.1, &day, &Look::new().set_num_format(shown))
                }
                Sum(formula, value) => sheet.write_formula(at.0, at.1, Formula::new(formula).set_result(value)),
            }
            .unwrap();
        }
    }
}

fn workbook(sheets: &[(&str, &[&[Cell]])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, rows) in sheets {
        fill(book.add_worksheet().set_name(*name).unwrap(), rows);
    }
    book.save_to_buffer().unwrap()
}

fn in_dollars() -> ReadOptions {
    ReadOptions { currency: CurrencyCode::parse("USD"), ..ReadOptions::default() }
}

fn code(file: &BankFile) -> String {
    file.refused.as_ref().map_or_else(|| "accepted".to_owned(), |why| format!("{}: {why}", why.code()))
}

/// What a statement says of its entries: day, value day, cents, payer, words.
fn told(file: &BankFile) -> Vec<String> {
    let day = |day: Option<dunwell_formats::day::Day>| day.map_or_else(String::new, |day| day.to_string());
    file.entries()
        .map(|entry| {
            let payment = &entry.payment;
            let payer = payment.counterparty.as_ref().and_then(|party| party.name.clone()).unwrap_or_default();
            let words = payment.text.join("/");
            format!("{} {} {} {payer} {words}", day(entry.booking_day), day(entry.value_day), entry.signed())
        })
        .collect()
}

const HEADER: &[Cell] =
    &[Text("Date"), Text("Value date"), Text("Payer"), Text("Description"), Text("Amount"), Text("Balance")];

/// A statement with titles above it, days and amounts as a spreadsheet holds them, and a total below.
const STATEMENT: &[&[Cell]] = &[
    &[Text("First Bank")],
    &[],
    &[Text("Account number"), Number(123_456_789.0)],
    &[Text("Currency:"), Text("EUR")],
    &[Text("From"), Day("2026-03-01", "dd/mm/yyyy")],
    &[Text("To"), Day("2026-03-31", "dd/mm/yyyy")],
    &[Text("Opening balance"), Number(100.5)],
    &[Text("Closing balance"), Number(1104.8)],
    &[],
    HEADER,
    &[
        Day("2026-03-04", "d mmm yyyy"),
        Day("2026-03-05", "m/d/yy"),
        Text("Acme"),
        Number(48129.0),
        Number(1010.5),
        Number(1111.0),
    ],
    // Binary arithmetic leaves a trace that is no part of the amount.
    &[
        Day("2026-03-14", "d mmm yyyy"),
        Day("2026-03-14", "m/d/yy"),
        NONE,
        Text("Fee"),
        Number(-6.200_000_000_000_003),
        Sum("F11+E12", "1104.8"),
    ],
    &[Text("Total"), NONE, NONE, NONE, Sum("SUM(E11:E12)", "1004.3")],
];

#[test]
fn a_statement_of_days_and_numbers_with_titles_above_it_is_read() {
    let bytes = workbook(&[("March", STATEMENT)]);
    let file = bank::read(&bytes, &ReadOptions::default());
    assert_eq!((code(&file).as_str(), file.format, file.version.as_str()), ("accepted", Some(Format::Xlsx), "plain"));
    assert_eq!(told(&file), ["2026-03-04 2026-03-05 101050 Acme 48129", "2026-03-14 2026-03-14 -620  Fee"]);
    let statement = &file.statements[0];
    assert_eq!(
        (statement.key.account.as_str(), statement.key.statement.as_str(), statement.entries[0].place.line),
        ("123456789", "2026-03-01/2026-03-31", 11)
    );
    let balance = |kind| statement.balance(kind).map(|balance| balance.amount);
    assert_eq!((balance(BalanceKind::Opening), balance(BalanceKind::Closing)), (Some(10_050), Some(110_480)));
    assert!(file.control_totals_ok() && file.controls.len() >= 2, "{:?}", file.controls);
    // A row that was taken out shows.
    let mut rows = STATEMENT.to_vec();
    rows.remove(10);
    assert!(!bank::read(&workbook(&[("March", &rows)]), &ReadOptions::default()).control_totals_ok());
}

#[test]
fn the_marks_and_days_of_texts_are_not_those_of_numbers() {
    // A profile of decimal commas and days first: the cells that are numbers and days do not take part in it.
    let mut profile = StatementProfile::shipped("plain").unwrap();
    profile.marks = Marks { decimal: Some(','), thousands: Some('.') };
    profile.date_format = dunwell_formats::day::DateFormat::parse("DD.MM.YYYY");
    let options = ReadOptions { profile: Some(Box::new(profile)), ..ReadOptions::default() };
    let mut rows = STATEMENT.to_vec();
    let text_row: &[Cell] = &[Text("20.03.2026"), Text("21.03.2026"), Text("Beta"), Text("INV 7"), Text("1.000,25")];
    rows.insert(12, text_row);
    rows[7] = &[Text("Closing balance"), Text("2.105,05")];
    let file = bank::read(&workbook(&[("March", &rows)]), &options);
    assert_eq!(code(&file), "accepted");
    assert_eq!(told(&file)[2], "2026-03-20 2026-03-21 100025 Beta INV 7");
    let statement = &file.statements[0];
    let balance = |kind| statement.balance(kind).map(|balance| balance.amount);
    assert_eq!((balance(BalanceKind::Opening), balance(BalanceKind::Closing)), (Some(10_050), Some(210_505)));
    assert_eq!(statement.key.statement, "2026-03-01/2026-03-31");
    assert!(file.controls.iter().any(|total| total.name == "closing_balance"), "from both titles: {:?}", file.controls);
    assert!(file.control_totals_ok(), "{:?}", file.controls);
}

#[test]
fn the_sheet_with_the_statement_is_found_or_named_and_two_are_refused() {
    let cover: &[&[Cell]] = &[&[Text("Statements of account")], &[Text("Date"), Day("2026-03-31", "yyyy-mm-dd")]];
    let one = bank::read(&workbook(&[("Cover", cover), ("March", STATEMENT)]), &ReadOptions::default());
    assert_eq!((code(&one).as_str(), one.entries().count()), ("accepted", 2));
    let both = workbook(&[("Cover", cover), ("March", STATEMENT), ("April", STATEMENT)]);
    let two = bank::read(&both, &ReadOptions::default());
    assert_eq!(
        code(&two),
        "no_profile: no profile: the sheets 'March' and 'April' are both statements; a profile with `sheet` says which is \
         read"
    );
    let by = |sheet: &str| {
        let text =
            include_str!("../profiles/plain.toml").replace("[columns]", &format!("sheet = \"{sheet}\"\n[columns]"));
        let profile = StatementProfile::parse(&text).map(Box::new).ok();
        bank::read(&both, &ReadOptions { profile, ..ReadOptions::default() })
    };
    assert_eq!((code(&by("April")).as_str(), by("April").entries().count()), ("accepted", 2));
    assert!(code(&by("May")).ends_with("the profile asks for the sheet 'May'"), "{}", code(&by("May")));
    // A template without rows is no second statement.
    let empty: &[&[Cell]] = &[HEADER];
    let file = bank::read(&workbook(&[("March", STATEMENT), ("Template", empty)]), &ReadOptions::default());
    assert_eq!(code(&file), "accepted");
}

fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn a_statement_in_an_archive_is_read_beside_one_in_text() {
    let march = workbook(&[("March", STATEMENT)]);
    let april =
        b"Account number: 123456789\nCurrency,EUR\n\nDate,Payer,Description,Amount\n2026-04-02,Beta,INV 8,5.00\n";
    let file = bank::read(&zipped(&[("march.xlsx", &march)]), &ReadOptions::default());
    assert_eq!((code(&file).as_str(), file.entries().count(), file.format), ("accepted", 2, Some(Format::Xlsx)));
    let file = bank::read(&zipped(&[("april.csv", april), ("march.xlsx", &march)]), &ReadOptions::default());
    assert_eq!((code(&file).as_str(), file.entries().count()), ("accepted", 3), "{file:?}");
    let bai2 = b"01,BANK,US,260304,0600,1,,,2/\n02,US,BANK,1,260304,,USD,2/\n03,4711,USD,,,,/\n16,165,100,0,B,C,INV 1\n49,100,3/\n98,100,1,5/\n99,100,1,7/\n";
    let file = bank::read(&zipped(&[("a.bai", bai2), ("march.xlsx", &march)]), &ReadOptions::default());
    assert_eq!(
        code(&file),
        "archive: archive: files of several formats in it, bai2 and xlsx; give each by itself",
        "the entries of both may be the same"
    );
}

#[test]
fn a_statement_says_the_same_as_a_workbook_and_as_text() {
    let text = "First Bank\n\nAccount number,123456789\nCurrency:,EUR\nFrom,01/03/2026\nTo,31/03/2026\nOpening balance,100.50\n\
                Closing balance,1104.80\n\nDate,Value date,Payer,Description,Amount,Balance\n\
                04/03/2026,05/03/2026,Acme,48129,\"1,010.50\",\"1,111.00\"\n14/03/2026,14/03/2026,,Fee,-6.20,\"1,104.80\"\nTotal,,,,\"1,004.30\"\n";
    let of_text = bank::read(text.as_bytes(), &ReadOptions::default());
    let of_book = bank::read(&workbook(&[("March", STATEMENT)]), &ReadOptions::default());
    assert_eq!((code(&of_text), &of_text.statements), (code(&of_book), &of_book.statements));
}

const ADVICE: &[&[Cell]] = &[
    &[Text("Remittance advice")],
    &[Text("Payment number"), Number(4_711_000.0)],
    &[Text("Payment date"), Day("2026-03-06", "dd.mm.yyyy")],
    &[Text("Payment amount"), Number(960.5)],
    &[Text("Payer"), Text("Groc Foods LLC")],
    &[],
    &[Text("Invoice"), Text("Invoice date"), Text("Gross amount"), Text("Discount"), Text("Amount paid")],
    &[Number(48129.0), Day("2026-02-04", "d/m/yy"), Number(900.0), Number(18.0), Sum("C8-D8", "882")],
    &[Text("INV-48131"), Day("2026-02-11", "d/m/yy"), Number(78.5), NONE, Number(78.5)],
    &[Text("Total"), NONE, NONE, NONE, Sum("SUM(E8:E9)", "960.5")],
];

fn lines(file: &RemittanceFile) -> Vec<String> {
    let lines = file.advices.iter().flat_map(|advice| &advice.lines);
    lines
        .map(|line| {
            let day = line.document_day.map_or_else(String::new, |day| day.to_string());
            format!("{} {day} {:?} {:?} {:?}", line.documents[0].number, line.due, line.discount, line.paid)
        })
        .collect()
}

#[test]
fn an_advice_of_days_and_numbers_is_read() {
    let file = remittance::read(&workbook(&[("Advice", ADVICE)]), &AdviceProfile::plain(), &in_dollars());
    assert_eq!((&file.refused, &file.problems[..]), (&None, &[][..]));
    assert_eq!(
        lines(&file),
        ["48129 2026-02-04 Some(90000) Some(1800) Some(88200)", "INV-48131 2026-02-11 Some(7850) None Some(7850)"]
    );
    let advice = &file.advices[0];
    assert_eq!((advice.reference.as_deref(), advice.paid), (Some("4711000"), Some(96_050)));
    assert_eq!(advice.payment_day.map(|day| day.to_string()).as_deref(), Some("2026-03-06"));
    assert_eq!(advice.payer.name.as_deref(), Some("Groc Foods LLC"));
    assert!(file.controls.iter().all(|total| total.foots()), "{:?}", file.controls);
    // By a profile of decimal commas the numbers are read as what they are.
    let mut profile = AdviceProfile::plain();
    profile.marks = Marks { decimal: Some(','), thousands: Some('.') };
    let comma = remittance::read(&workbook(&[("Advice", ADVICE)]), &profile, &in_dollars());
    assert_eq!((lines(&comma), comma.advices[0].paid), (lines(&file), Some(96_050)));
}

#[test]
fn the_sheet_with_the_advice_is_found_or_named_and_two_are_refused() {
    let cover: &[&[Cell]] = &[&[Text("Dear supplier")], &[Text("please find our payment on the next sheet")]];
    let plain = AdviceProfile::plain();
    let behind = remittance::read(&workbook(&[("Cover", cover), ("Advice", ADVICE)]), &plain, &in_dollars());
    assert_eq!((&behind.refused, lines(&behind).len()), (&None, 2));
    let both = workbook(&[("March", ADVICE), ("April", ADVICE)]);
    let refused =
        |profile: &AdviceProfile| remittance::read(&both, profile, &in_dollars()).refused.map(|why| why.to_string());
    let why = refused(&plain).unwrap_or_default();
    assert!(why.contains("'March' and 'April' are both advices"), "{why}");
    let named = |sheet: &str| {
        let mut profile = AdviceProfile::plain();
        profile.sheet = Some(sheet.to_owned());
        profile
    };
    assert_eq!(refused(&named("April")), None);
    assert!(refused(&named("May")).is_some_and(|why| why.contains("'May'")));
}
