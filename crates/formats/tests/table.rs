//! Delimited text: encodings, delimiters, the header found by content, physical lines, and what is wrong with a row.

use dunwell_formats::table::{Encoding, Limits, Row, RowProblem, TableError, TableOptions, TableReader};

type Read = (u64, Vec<String>, Option<RowProblem>);

fn read_with(bytes: &[u8], options: &TableOptions) -> (Vec<Read>, Encoding, u8) {
    let mut table = TableReader::open(bytes, options).unwrap();
    let mut rows = Vec::new();
    let mut row = Row::default();
    while table.read(&mut row).unwrap() {
        rows.push((row.line(), row.cells().map(str::to_owned).collect(), row.problem().cloned()));
    }
    (rows, table.encoding(), table.delimiter())
}

fn read(text: &str) -> Vec<Read> {
    read_with(text.as_bytes(), &TableOptions::wanting(["Name", "Amount"])).0
}

fn cells(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let marked = if mark { format!("\u{feff}{text}") } else { text.to_owned() };
    marked.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn every_encoding_gives_the_same_rows() {
    let text = "Name;Amount\nMüller & Söhne;12,50\nCafé Zoë;1,00\n";
    let windows: Vec<u8> = text.chars().map(|letter| u32::from(letter) as u8).collect();
    for (bytes, encoding) in [
        (text.as_bytes().to_vec(), Encoding::Utf8),
        (format!("\u{feff}{text}").into_bytes(), Encoding::Utf8),
        (utf16(text, false, true), Encoding::Utf16Le),
        (utf16(text, true, true), Encoding::Utf16Be),
        (utf16(text, false, false), Encoding::Utf16Le),
        (utf16(text, true, false), Encoding::Utf16Be),
        (windows, Encoding::Windows1252),
    ] {
        let (rows, found, delimiter) = read_with(&bytes, &TableOptions::wanting(["Name", "Amount"]));
        assert_eq!(found, encoding);
        assert_eq!(delimiter, b';', "{encoding:?}");
        assert_eq!(rows[0], (2, cells(&["Müller & Söhne", "12,50"]), None), "{encoding:?}");
        assert_eq!(rows[1], (3, cells(&["Café Zoë", "1,00"]), None), "{encoding:?}");
    }
}

#[test]
fn an_encoding_shows_itself_even_after_a_hundred_thousand_plain_rows() {
    let mut bytes = b"Name,Amount\n".to_vec();
    bytes.extend(b"Acre,1.00\n".repeat(100_000));
    bytes.extend(b"M\xfcller,2.00\n");
    let (rows, encoding, _) = read_with(&bytes, &TableOptions::wanting(["Name", "Amount"]));
    assert_eq!(encoding, Encoding::Windows1252);
    assert_eq!(rows.last().unwrap(), &(100_002, cells(&["Müller", "2.00"]), None));
}

#[test]
fn each_delimiter_is_found() {
    for delimiter in [',', ';', '\t', '|'] {
        let text = format!("My list, with; marks\n\nName{delimiter}Amount\nAcre{delimiter}5\n");
        let (rows, _, found) = read_with(text.as_bytes(), &TableOptions::wanting(["name", "amount"]));
        assert_eq!((char::from(found), &rows[0]), (delimiter, &(4, cells(&["Acre", "5"]), None)));
    }
}

#[test]
fn titles_before_the_header_are_kept_apart() {
    let text = "Open items of Acre\nprinted,2026\n\nNo,Name,Amount\n1,Acre,5\n";
    let table = TableReader::open(text.as_bytes(), &TableOptions::wanting(["Name", "Amount"])).unwrap();
    assert_eq!(table.header_line(), 4);
    assert_eq!(table.headers(), ["No", "Name", "Amount"]);
    assert_eq!(table.column("AMOUNT "), Some(2));
    assert_eq!(table.column("Due"), None);
    assert_eq!(table.title_rows().iter().map(Row::line).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn lines_are_physical_lines_whatever_stands_in_quotes() {
    let rows = read("Name,Amount\r\n\"Acre\r\nLtd\",1\r\n\r\n\"a \"\"b\"\"\",2\r\n");
    assert_eq!(rows[0], (2, cells(&["Acre\r\nLtd", "1"]), None));
    assert_eq!(rows[1], (5, cells(&["a \"b\"", "2"]), None));
}

#[test]
fn old_line_ends_are_line_ends() {
    assert_eq!(read("Name,Amount\rAcre,1\rBell,2\r")[1], (3, cells(&["Bell", "2"]), None));
}

#[test]
fn what_is_wrong_with_a_row_never_stops_the_others() {
    let rows = read("Name,Amount\nshort\n\"open,1\nA\0B,2\nlong,3,4\ntrailing,5,\n12\" pipe,6\n\"x\" y,7\nlast,8\n");
    let said: Vec<_> = rows.iter().map(|(line, _, problem)| (*line, problem.as_ref().map(RowProblem::code))).collect();
    let expected = [
        (2, Some("uneven_row")),
        (3, Some("bad_quote")),
        (4, Some("nul_in_text")),
        (5, Some("uneven_row")),
        (6, None),
        (7, None),
        (8, Some("bad_quote")),
        (9, None),
    ];
    assert_eq!(said, expected);
    assert_eq!(rows[7].1, cells(&["last", "8"]));
}

#[test]
fn bytes_that_are_no_text_are_said_of_their_row() {
    let bytes = b"Name,Amount\nM\xc3\xbcller,1\nbad\xff,2\ngood,3\n";
    let (rows, encoding, _) = read_with(bytes, &TableOptions::wanting(["Name", "Amount"]));
    assert_eq!(encoding, Encoding::Utf8);
    assert_eq!(rows[0].2, None);
    assert_eq!((rows[1].0, &rows[1].2), (3, &Some(RowProblem::Undecodable)));
    assert_eq!(rows[2], (4, cells(&["good", "3"]), None));
}

#[test]
fn a_row_beyond_a_limit_is_refused_by_name_and_the_next_is_read() {
    let mut options = TableOptions::wanting(["Name", "Amount"]);
    options.limits = Limits { row_bytes: 100, cells: 4, ..Limits::STANDARD };
    let text =
        format!("Name,Amount\n{},1\nAcre,2\n1,2,3,4,5,6\n\"{}\nBell,3\n", "x".repeat(300_000), "y".repeat(300_000));
    let (rows, ..) = read_with(text.as_bytes(), &options);
    assert_eq!((rows[0].0, &rows[0].2), (2, &Some(RowProblem::TooLong { limit: 100 })));
    assert_eq!(rows[1], (3, cells(&["Acre", "2"]), None));
    assert_eq!((rows[2].0, &rows[2].2), (4, &Some(RowProblem::TooManyCells { limit: 4 })));
    assert_eq!((rows[3].0, &rows[3].2), (5, &Some(RowProblem::TooLong { limit: 100 })));
    assert_eq!(rows[4], (6, cells(&["Bell", "3"]), None));
}

#[test]
fn a_file_that_is_no_table_is_refused_by_name() {
    let code =
        |bytes: &[u8]| TableReader::open(bytes, &TableOptions::wanting(["Name"])).err().map(|error| error.code());
    assert_eq!(code(b""), Some("empty_file"));
    assert_eq!(code(b"PK\x03\x04rest"), Some("not_text"));
    assert_eq!(code(b"%PDF-1.7"), Some("not_text"));
    assert_eq!(code(&[1, 2, 3, 4, 5, 6, 7, 8, 200, 201]), Some("not_text"));
    assert_eq!(code(b"a,b\n1,2\n"), Some("no_header"));
    assert!(matches!(
        TableReader::open(&b"a,b\n"[..], &TableOptions::wanting(["Name"])),
        Err(TableError::NoHeader { within: 1, .. })
    ));
}

#[test]
fn the_public_payment_histories_read_whole() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/ar/ibm_late_payment_histories.csv");
    let Ok(file) = std::fs::File::open(path) else {
        assert!(std::env::var_os("CI").is_none(), "{path} is needed");
        eprintln!("skipped: {path} is not there");
        return;
    };
    let mut table =
        TableReader::open(file, &TableOptions::wanting(["customerID", "invoiceNumber", "InvoiceAmount"])).unwrap();
    let amount = table.column("invoice amount").unwrap();
    let mut row = Row::default();
    let (mut rows, mut cents) = (0, 0);
    while table.read(&mut row).unwrap() {
        assert_eq!(row.problem(), None);
        let read = dunwell_formats::amount::parse_amount(row.cell(amount), dunwell_formats::amount::Marks::POINT);
        cents += read.unwrap().value.minor_units(2).unwrap();
        rows += 1;
        assert_eq!(row.line(), rows + 1);
    }
    assert_eq!((rows, cents), (2_466, 14_770_318));
}
