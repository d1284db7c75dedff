//! SpreadsheetML 2003: one XML file, often named `.xls` (NetSuite, SAP). No entities are expanded, no DOCTYPE is read.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{MAX_CELLS, Sheet, SheetError, plain_number, put};
use crate::table::{CellKind, Row};

/// Whether a file begins like SpreadsheetML.
pub(super) fn is_spreadsheet_ml(bytes: &[u8]) -> bool {
    let head = decode(&bytes[..bytes.len().min(4096)]);
    let head = head.trim_start_matches('\u{feff}').trim_start();
    head.starts_with('<') && head.contains("Workbook") && head.contains("urn:schemas-microsoft-com:office:spreadsheet")
}

/// The text, in the encoding that its first bytes show or its declaration names.
fn decode(bytes: &[u8]) -> String {
    let encoding: &'static Encoding = match bytes {
        [0xFE, 0xFF, ..] => UTF_16BE,
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => UTF_16LE,
        _ => {
            let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]).to_lowercase();
            let latin = head.contains("windows-1252") || head.contains("iso-8859-1");
            if latin { WINDOWS_1252 } else { UTF_8 }
        }
    };
    encoding.decode(bytes).0.into_owned()
}

/// What is being read.
#[derive(Default)]
struct State {
    sheets: Vec<Sheet>,
    row: u64,
    column: usize,
    kind: String,
    text: String,
    in_data: bool,
    cells: usize,
}

/// Reads all sheets.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    let damaged = |reason: String| SheetError::NotReadable { reason };
    let text = decode(bytes);
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}').trim_start());
    let mut state = State::default();
    let mut open = 0_usize;
    loop {
        match reader.read_event().map_err(|error| damaged(error.to_string()))? {
            Event::Eof if open > 0 => return Err(damaged("the file ends before its end tag".to_owned())),
            Event::Eof => return Ok(state.sheets),
            Event::DocType(_) => return Err(damaged("a DOCTYPE is not accepted".to_owned())),
            Event::Start(tag) => {
                open += 1;
                if open > 100 {
                    return Err(damaged("nested too deeply".to_owned()));
                }
                state.open(&tag);
            }
            Event::Empty(tag) => {
                state.open(&tag);
                state.close(tag.local_name().as_ref())?;
            }
            Event::End(tag) => {
                open = open.saturating_sub(1);
                state.close(tag.local_name().as_ref())?;
            }
            Event::Text(part) if state.in_data => state.text.push_str(&part.xml10_content()),
            Event::CData(part) if state.in_data => state.text.push_str(&part.xml10_content()),
            Event::GeneralRef(part) if state.in_data => {
                let mark = part.resolve_char_ref().map_err(|error| damaged(error.to_string()))?;
                match mark {
                    Some(mark) => state.text.push(mark),
                    None => state.text.push_str(quick_xml::escape::resolve_predefined_entity(&part).unwrap_or("")),
                }
            }
            Event::Text(_)
            | Event::CData(_)
            | Event::GeneralRef(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_) => {}
        }
    }
}

/// An attribute by its local name.
fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag.attributes().with_checks(false).flatten().find(|each| each.key.local_name().as_ref() == name)?;
    found.normalized_value(quick_xml::XmlVersion::Implicit1_0).ok().map(|value| value.into_owned())
}

impl State {
    /// A tag opens: takes its place and kind.
    fn open(&mut self, tag: &BytesStart<'_>) {
        let index = || attribute(tag, "Index").and_then(|text| text.parse::<u32>().ok()).filter(|index| *index > 0);
        match tag.local_name().as_ref() {
            "Worksheet" => {
                let name = attribute(tag, "Name").unwrap_or_default();
                self.sheets.push(Sheet { name, rows: Vec::new() });
                self.row = 0;
            }
            "Row" => {
                self.row = index().map_or(self.row + 1, u64::from);
                self.column = 0;
            }
            "Cell" => {
                self.column = index().map_or(self.column + 1, |index| index as usize);
                self.text.clear();
                self.kind.clear();
            }
            "Data" => {
                self.in_data = true;
                self.kind = attribute(tag, "Type").unwrap_or_default();
            }
            _ => {}
        }
    }

    /// A tag closes: a cell is put into its row.
    fn close(&mut self, name: &str) -> Result<(), SheetError> {
        match name {
            "Data" => self.in_data = false,
            "Cell" if !self.text.trim().is_empty() => {
                self.cells += 1;
                if self.cells > MAX_CELLS {
                    return Err(SheetError::TooLarge { limit: format!("more than {MAX_CELLS} cells") });
                }
                let number = || self.text.trim().parse::<f64>().ok().and_then(plain_number);
                let (text, kind) = match self.kind.as_str() {
                    "Number" => match number() {
                        Some(plain) => (plain, CellKind::Number),
                        None => (self.text.clone(), CellKind::Text),
                    },
                    "DateTime" => (self.text.trim().to_owned(), CellKind::Day),
                    _ => (self.text.clone(), CellKind::Text),
                };
                let (line, column) = (self.row, self.column.saturating_sub(1));
                let Some(sheet) = self.sheets.last_mut() else { return Ok(()) };
                if sheet.rows.last().is_none_or(|row| row.line() != line) {
                    sheet.rows.push(Row::at_line(line));
                }
                if let Some(row) = sheet.rows.last_mut() {
                    put(row, column, &text, kind)?;
                }
            }
            _ => {}
        }
        Ok(())
    }
}
