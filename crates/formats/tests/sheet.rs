//! Workbooks: kinds of cells, the header found on any sheet, damage and excess refused by name.

use dunwell_formats::sheet::{SheetReader, is_workbook, read_workbook};
use dunwell_formats::table::{CellKind, Row};

fn file(name: &str) -> Vec<u8> {
    std::fs::read(std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/aging").join(name)).unwrap()
}

/// SpreadsheetML around the rows given.
fn workbook(sheets: &[&str]) -> Vec<u8> {
    let sheets: String =
        sheets.iter().map(|rows| format!("<Worksheet ss:Name=\"s\"><Table>{rows}</Table></Worksheet>")).collect();
    let space = "urn:schemas-microsoft-com:office:spreadsheet";
    format!("<?xml version=\"1.0\"?><Workbook xmlns=\"{space}\" xmlns:ss=\"{space}\">{sheets}</Workbook>").into_bytes()
}

#[test]
fn a_workbook_reads_like_a_table() {
    let mut sheet = SheetReader::open(&file("quickbooks.xlsx"), &["Num", "Due date", "Open balance"]).unwrap();
    assert_eq!((sheet.sheet(), sheet.header_line()), ("Aging", 5));
    let (due, open) = (sheet.column("due date").unwrap(), sheet.column("OPEN BALANCE").unwrap());
    assert_eq!(sheet.title_rows().len(), 3);
    let mut row = Row::default();
    assert!(sheet.read(&mut row) && sheet.read(&mut row));
    assert_eq!(row.line(), 7);
    assert_eq!((row.cell(due), row.kind(due)), ("2026-04-01", CellKind::Day));
    assert_eq!((row.cell(open), row.kind(open)), ("4250.1", CellKind::Number));
    let mut rest = 0;
    while sheet.read(&mut row) {
        rest += 1;
    }
    assert_eq!((rest, row.cell(open)), (3, "4129.8"));
}

#[test]
fn the_sheet_with_the_header_is_found() {
    let cover = "<Row><Cell><Data ss:Type=\"String\">Cover</Data></Cell></Row>";
    let cells = |cells: [&str; 2]| {
        let cells = cells.map(|cell| format!("<Cell><Data ss:Type=\"String\">{cell}</Data></Cell>")).concat();
        format!("<Row>{cells}</Row>")
    };
    let list = cells(["Name", "Terms"]) + &cells(["A &amp; B &#38; C", "Net 30"]);
    let mut sheet = SheetReader::open(&workbook(&[cover, &list]), &["name"]).unwrap();
    let mut row = Row::default();
    assert!(sheet.read(&mut row));
    assert_eq!(row.cells().collect::<Vec<_>>(), ["A & B & C", "Net 30"]);
    assert_eq!(row.line(), 2);
}

#[test]
fn what_is_no_sound_workbook_is_refused_by_name() {
    let code = |bytes: &[u8]| SheetReader::open(bytes, &["name"]).err().map(|error| error.code());
    let whole = file("quickbooks.xlsx");
    assert_eq!(code(&whole[..whole.len() - 40]), Some("not_readable"));
    assert_eq!(code(&whole), Some("no_header"));
    assert_eq!(code(b"name,amount\n"), Some("not_readable"));
    let sound = workbook(&["<Row><Cell ss:Index=\"2000\"><Data ss:Type=\"String\">x</Data></Cell></Row>"]);
    assert_eq!(code(&sound), Some("too_large"));
    let cut = workbook(&["<Row><Cell><Data ss:Type=\"String\">name</Data></Cell></Row>"]);
    assert_eq!(code(&cut[..cut.len() - 20]), Some("not_readable"));
    let text = String::from_utf8(cut).unwrap();
    let doctype = text.replace("<Workbook", "<!DOCTYPE x [<!ENTITY a \"b\">]><Workbook");
    assert_eq!(code(doctype.as_bytes()), Some("not_readable"));
    let deep = text.replace("<Row>", &format!("{}<Row>", "<a>".repeat(200)));
    assert_eq!(code(deep.as_bytes()), Some("not_readable"));
}

#[test]
fn a_far_away_cell_costs_nothing() {
    let far = "<Row ss:Index=\"4000000000\"><Cell><Data ss:Type=\"Number\">1E+2</Data></Cell></Row>";
    let sheets = read_workbook(&workbook(&[far])).unwrap();
    assert_eq!((sheets[0].rows[0].line(), sheets[0].rows[0].cell(0)), (4_000_000_000, "100"));
}

#[test]
fn a_workbook_is_told_from_text() {
    assert!(is_workbook(&file("quickbooks.xlsx")) && is_workbook(&file("netsuite.xls")));
    assert!(!is_workbook(&file("netsuite.csv")) && !is_workbook(b"") && !is_workbook(b"<html></html>"));
}
