//! Whatever bytes come, a reader answers; and amounts survive being written and read.

use dunwell_formats::aging_export::{AgingOptions, read_aging};
use dunwell_formats::amount::{AmountError, Decimal, Marks, detect_marks, parse_amount};
use dunwell_formats::day::{DateFormat, Day, detect_format, parse_day};
use dunwell_formats::sheet::{SheetReader, read_workbook};
use dunwell_formats::table::{Row, TableOptions, TableReader};
use proptest::prelude::*;

/// Reads a table to its end and answers how many rows came.
fn rows_of(bytes: &[u8], wanted: &[&str]) -> usize {
    let Ok(mut table) = TableReader::open(bytes, &TableOptions::wanting(wanted.iter().copied())) else { return 0 };
    let mut row = Row::default();
    let mut count = 0;
    let mut line = 0;
    while table.read(&mut row).unwrap() {
        assert!(row.line() > line, "lines only grow");
        line = row.line();
        count += row.cells().count().min(1);
    }
    count
}

/// Text in which the marks that readers care about are frequent.
fn tricky() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        Just(b"\"".to_vec()),
        Just(b",".to_vec()),
        Just(b"|".to_vec()),
        Just(b"\n".to_vec()),
        Just(b"\r\n".to_vec()),
        Just(b"\r".to_vec()),
        Just(b"\0".to_vec()),
        Just(b"Total - ".to_vec()),
        Just(b"Customer,Date,Document Number,Due Date,Open Balance\n".to_vec()),
        Just(b"31.07.2026".to_vec()),
        Just(b"1.234,56-".to_vec()),
        Just(vec![0xFF]),
        Just(vec![0xC3, 0xA4]),
        "[ -~]{0,8}".prop_map(String::into_bytes),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn whole_file(path: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aging").join(path)).unwrap()
}

proptest! {
    #[test]
    fn arbitrary_bytes_panic_no_reader(bytes in prop::collection::vec(any::<u8>(), 0..2000)) {
        rows_of(&bytes, &["a"]);
        rows_of(&bytes, &[]);
        let _ = read_workbook(&bytes);
        let _ = SheetReader::open(&bytes, &["a"]);
        read_aging(&bytes, &AgingOptions::default());
    }

    #[test]
    fn tricky_text_panics_no_reader(bytes in tricky()) {
        rows_of(&bytes, &["Customer"]);
        rows_of(&bytes, &[]);
        read_aging(&bytes, &AgingOptions::default());
    }

    #[test]
    fn damaged_exports_panic_no_reader(
        at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(), which in 0..5_usize,
    ) {
        let names = ["quickbooks.xlsx", "netsuite.xls", "netsuite.csv", "sap_pipe_de.txt", "sap_nl_utf16.txt"];
        let mut bytes = whole_file(names[which]);
        let place = at.index(bytes.len());
        bytes[place] = byte;
        read_aging(&bytes, &AgingOptions::default());
        bytes.truncate(cut.index(bytes.len()));
        read_aging(&bytes, &AgingOptions::default());
    }

    #[test]
    fn arbitrary_text_panics_no_cell_reader(text in any::<String>(), marked in "[0-9.,' ()+$€A-Z-]{0,14}") {
        for text in [&text, &marked] {
            for marks in [Marks::DETECT, Marks::POINT, Marks::COMMA, Marks { decimal: None, thousands: Some('\'') }] {
                let _ = parse_amount(text, marks);
            }
            for format in [DateFormat::ISO, DateFormat::DAY_FIRST, DateFormat::MONTH_FIRST] {
                let _ = parse_day(text, format);
            }
            let _ = DateFormat::parse(text);
            let _ = detect_format([text.as_str()]);
            let _ = detect_marks([text.as_str()]);
        }
    }

    #[test]
    fn an_amount_written_is_the_amount_read(digits in -10_i128.pow(20)..10_i128.pow(20), scale in 0_u32..6) {
        let value = Decimal { digits, scale };
        prop_assert_eq!(parse_amount(&value.to_string(), Marks::POINT).unwrap().value, value);
        let plain = value.to_string();
        let body = plain.trim_start_matches('-');
        let (whole, part) = body.split_once('.').unwrap_or((body, ""));
        let mut grouped = String::new();
        for (index, digit) in whole.chars().enumerate() {
            if index > 0 && (whole.len() - index) % 3 == 0 {
                grouped.push('.');
            }
            grouped.push(digit);
        }
        let decimals = if part.is_empty() { String::new() } else { format!(",{part}") };
        let written = format!("EUR {grouped}{decimals}{}", if digits < 0 { "-" } else { "" });
        let read = parse_amount(&written, Marks::COMMA).unwrap();
        prop_assert_eq!(read.value, value);
        prop_assert_eq!(read.currency.as_deref(), Some("EUR"));
    }

    #[test]
    fn what_is_read_without_declared_marks_is_right_under_one_of_them(text in "[0-9]{1,4}[.,' ]?[0-9]{0,4}[.,]?[0-9]{0,4}") {
        match parse_amount(&text, Marks::DETECT) {
            Ok(read) => {
                let either = [Marks::POINT, Marks::COMMA].map(|marks| parse_amount(&text, marks));
                prop_assert!(either.contains(&Ok(read)), "{}", text);
            }
            Err(AmountError::Ambiguous) => {
                let either = [Marks::POINT, Marks::COMMA].map(|marks| parse_amount(&text, marks).unwrap().value);
                prop_assert!(!either[0].same_value(either[1]), "{}", text);
            }
            Err(_) => {}
        }
    }

    #[test]
    fn a_day_written_is_the_day_read(serial in 61_i64..109_571) {
        let day = Day::from_excel_serial(serial, false).unwrap();
        let (year, month, date) = (day.year, day.month, day.day);
        for (text, format) in [
            (day.to_string(), DateFormat::ISO),
            (format!("{month}/{date}/{year}"), DateFormat::MONTH_FIRST),
            (format!("{date}.{month}.{year}"), DateFormat::DAY_FIRST),
            (format!("{year}{month:02}{date:02}"), DateFormat::ISO),
        ] {
            prop_assert_eq!(parse_day(&text, format), Ok(day), "{}", text);
        }
    }

    #[test]
    fn rows_written_with_quotes_are_the_rows_read(cells in prop::collection::vec("[a-z,\"\n;é]{0,6}", 2..5), rows in 1..40_usize) {
        let quoted: Vec<String> = cells.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
        let header: Vec<String> = (0..cells.len()).map(|index| format!("head{index}")).collect();
        let file = format!("{}\n{}", header.join(","), format!("{}\n", quoted.join(",")).repeat(rows));
        let mut options = TableOptions::wanting(header);
        options.delimiter = Some(b',');
        let mut table = TableReader::open(file.as_bytes(), &options).unwrap();
        let mut row = Row::default();
        let mut line = 2;
        let breaks = cells.iter().map(|cell| cell.matches('\n').count() as u64).sum::<u64>();
        while table.read(&mut row).unwrap() {
            prop_assert_eq!(row.problem(), None);
            prop_assert_eq!(row.line(), line);
            for (index, cell) in cells.iter().enumerate() {
                prop_assert_eq!(row.raw(index), cell.as_str());
            }
            line += 1 + breaks;
        }
        if cells.iter().any(|cell| !cell.trim().is_empty()) {
            prop_assert_eq!(line, 2 + rows as u64 * (1 + breaks));
        }
    }
}
