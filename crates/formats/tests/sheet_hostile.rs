//! Workbooks that nobody sends in good faith, made here: each is refused by name, in time, and without the memory it asks for.

use std::io::{Cursor, Write};
use std::time::{Duration, Instant};

use dunwell_formats::bank::{self, ReadOptions};
use dunwell_formats::remittance::{self, advice_table::AdviceProfile};
use dunwell_formats::sheet::{MAX_FILES, MAX_UNPACKED, SheetError, read_workbook};
use zip::write::SimpleFileOptions;

const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

/// The parts of a workbook of one sheet, of which `parts` replace or add some.
fn parts(parts: &[(&str, String)]) -> Vec<(String, String)> {
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |inner: &str| format!("<Relationships>{inner}</Relationships>");
    let mut all = vec![
        ("[Content_Types].xml".to_owned(), TYPES.to_owned()),
        ("_rels/.rels".to_owned(), relations(&relation("r1", "officeDocument", "xl/workbook.xml"))),
        (
            "xl/workbook.xml".to_owned(),
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"A\" sheetId=\"1\" r:id=\"r1\"/>\
                 </sheets></workbook>"
            ),
        ),
        ("xl/_rels/workbook.xml.rels".to_owned(), relations(&relation("r1", "worksheet", "worksheets/sheet1.xml"))),
        ("xl/sharedStrings.xml".to_owned(), texts("count=\"1\" uniqueCount=\"1\"", "<si><t>Name</t></si>")),
        ("xl/worksheets/sheet1.xml".to_owned(), sheet("", "<c r=\"A1\" t=\"s\"><v>0</v></c>")),
    ];
    for (name, content) in parts {
        all.retain(|(known, _)| known != name);
        all.push(((*name).to_owned(), content.clone()));
    }
    all
}

fn texts(counts: &str, texts: &str) -> String {
    format!("<sst xmlns=\"{MAIN}\" {counts}>{texts}</sst>")
}

fn sheet(dimension: &str, cells: &str) -> String {
    format!("<worksheet xmlns=\"{MAIN}\">{dimension}<sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>")
}

fn zipped(parts: &[(String, String)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(name.as_str(), SimpleFileOptions::default()).unwrap();
        archive.write_all(content.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn workbook(with: &[(&str, String)]) -> Vec<u8> {
    zipped(&parts(with))
}

/// Why a workbook is refused; told within seconds, and as a bank statement and as an advice refused alike.
fn refused(what: &str, bytes: &[u8]) -> String {
    let begun = Instant::now();
    let error = read_workbook(bytes).map(|sheets| sheets.len()).unwrap_err();
    assert!(begun.elapsed() < Duration::from_secs(5), "{what}: {:?}", begun.elapsed());
    if error.code() == "too_large" {
        let untold = bank::read(bytes, &ReadOptions::default()).refused.map(|why| why.code());
        assert_eq!(untold, Some("too_large"), "{what}, without a profile");
    }
    let profile = bank::StatementProfile::shipped("plain").map(Box::new);
    let of_bank = bank::read(bytes, &ReadOptions { profile, ..ReadOptions::default() }).refused.map(|why| why.code());
    let of_advice = remittance::read(bytes, &AdviceProfile::plain(), &ReadOptions::default()).refused;
    assert_eq!((of_bank, of_advice.map(|why| why.code())), (Some(error.code()), Some(error.code())), "{what}");
    error.to_string()
}

#[test]
fn the_workbook_that_the_others_are_made_of_is_read() {
    let sheets = read_workbook(&workbook(&[])).unwrap();
    assert_eq!((sheets[0].name.as_str(), sheets[0].rows[0].cell(0)), ("A", "Name"));
}

#[test]
fn texts_that_are_stated_and_not_there_are_refused_before_memory_is_kept_for_them() {
    for stated in ["4000000000", "18446744073709551615", "99999999999999999999999999"] {
        let shared = texts(&format!("count=\"1\" uniqueCount=\"{stated}\""), "<si><t>Name</t></si>");
        let bytes = workbook(&[("xl/sharedStrings.xml", shared.clone())]);
        assert!(bytes.len() < 4_096);
        let why = refused(stated, &bytes);
        assert!(why.contains("it states ") && why.ends_with(" shared texts, and 1 are there"), "{why}");
        // The name in capitals and in another folder, as the workbook may say where its parts are.
        let mut moved = parts(&[("xl/sharedStrings.xml", shared)]);
        moved.iter_mut().for_each(|(name, _)| *name = name.replace("xl/shared", "XL\\SHARED"));
        assert_eq!(refused(stated, &zipped(&moved)), why);
    }
    // A few more than there are is how some programs write; nothing is kept by the count of uses, nor by the dimension.
    let shared = texts("count=\"4000000000\" uniqueCount=\"9\"", "<si><t>Name</t></si>");
    let far = sheet("<dimension ref=\"A1:XFD1048576\"/>", "<c r=\"A1\" t=\"s\"><v>0</v></c>");
    let sound = workbook(&[("xl/sharedStrings.xml", shared), ("xl/worksheets/sheet1.xml", far)]);
    assert_eq!(read_workbook(&sound).unwrap()[0].rows[0].cell(0), "Name");
}

#[test]
fn a_file_that_unpacks_to_more_than_its_header_says_is_refused() {
    let long = sheet("", &"<c r=\"A1\" t=\"s\"><v>0</v></c>".repeat(1_000));
    let mut bytes = workbook(&[("xl/worksheets/sheet1.xml", long.clone())]);
    let size = u32::try_from(long.len()).unwrap().to_le_bytes();
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, &size).collect();
    assert_eq!(places.len(), 2, "the header of the file and the directory");
    for at in places {
        bytes[at..at + 4].copy_from_slice(&100_u32.to_le_bytes());
    }
    let why = refused("a false size", &bytes);
    assert!(why.contains("larger than its declared"), "{why}");
}

#[test]
fn what_was_packed_more_than_a_hundred_times_is_refused_whatever_its_headers_say() {
    let bytes = workbook(&[("xl/media/picture.bin", " ".repeat(40 * 1024 * 1024))]);
    assert!(bytes.len() < 100 * 1024);
    assert!(refused("blanks", &bytes).ends_with("too large: it unpacks to more than 100 times its size"));
    // The same in a text that is read.
    let blanks = texts("", &format!("<si><t>{}</t></si>", " ".repeat(40 * 1024 * 1024)));
    let why = refused("blanks that are read", &workbook(&[("xl/sharedStrings.xml", blanks)]));
    assert!(why.ends_with("100 times its size"), "{why}");
    // Small ones do no harm, however well they are packed.
    assert!(read_workbook(&workbook(&[("xl/media/picture.bin", " ".repeat(8 * 1024 * 1024))])).is_ok());
    assert_eq!(MAX_UNPACKED, 500_000_000);
}

#[test]
fn a_workbook_of_more_than_a_thousand_files_is_refused() {
    let of = |more: usize| {
        let mut all = parts(&[]);
        all.extend((0..more).map(|number| (format!("xl/media/{number}.png"), String::new())));
        zipped(&all)
    };
    assert!(read_workbook(&of(MAX_FILES - 6)).is_ok());
    for more in [MAX_FILES - 5, 2_000, 20_000] {
        assert!(refused("files", &of(more)).ends_with("too large: more than 1000 files in it"));
    }
}

#[test]
fn formats_and_cells_that_would_be_copied_over_and_over_are_refused() {
    let formats =
        |inner: String| workbook(&[("xl/styles.xml", format!("<styleSheet xmlns=\"{MAIN}\">{inner}</styleSheet>"))]);
    let many = formats(format!("<cellXfs>{}</cellXfs>", "<xf/>".repeat(100_001)));
    assert!(refused("formats", &many).ends_with("more than 100000 cell formats"));
    let long = formats(format!("<numFmts><numFmt numFmtId=\"200\" formatCode=\"{}\"/></numFmts>", "0".repeat(5_000)));
    assert!(refused("a format", &long).ends_with("a cell format of more than 4096 bytes"));
    // One text of a megabyte, shown by a thousand cells.
    let text: String = (0..200_000).map(|number| format!("{number:05}")).collect();
    let cells: String =
        (1..=600).map(|row| format!("</row><row r=\"{row}\"><c r=\"A{row}\" t=\"s\"><v>0</v></c>")).collect();
    let shown = workbook(&[
        ("xl/sharedStrings.xml", texts("", &format!("<si><t>{text}</t></si>"))),
        ("xl/worksheets/sheet1.xml", sheet("", &cells)),
    ]);
    assert!(matches!(read_workbook(&shown), Err(SheetError::TooLarge { limit }) if limit.ends_with("bytes of text")));
}

#[test]
fn sheets_that_name_one_part_over_and_over_are_refused() {
    let noise: String = (0..400_000_u32).map(|number| format!("{:08x}", number.wrapping_mul(2_654_435_761))).collect();
    let long = sheet(&format!("<!--{noise}-->"), "<c r=\"A1\" t=\"s\"><v>0</v></c>");
    let sheets: String =
        (0..100).map(|number| format!("<sheet name=\"S{number}\" sheetId=\"{number}\" r:id=\"r1\"/>")).collect();
    let book = format!("<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{sheets}</sheets></workbook>");
    let bytes = workbook(&[("xl/worksheets/sheet1.xml", long), ("xl/workbook.xml", book)]);
    let why = refused("one part, a hundred sheets", &bytes);
    assert!(why.contains("its sheets name the same parts over and over"), "{why}");
}
