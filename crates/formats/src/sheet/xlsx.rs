//! XLSX, cell by cell: a sheet that claims a million empty rows costs nothing.

use std::io::{self, Cursor, Read, Seek, SeekFrom};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};

use super::xlsx_check::check;
use super::{MAX_CELLS, MAX_UNPACKED, Sheet, SheetError, plain_number, put};
use crate::day::Day;
use crate::isolated::isolated;
use crate::table::{CellKind, Row};
use crate::unpack::{Archive, Bounds};

/// Reads all visible work sheets.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    sound(|| {
        check(bytes, MAX_UNPACKED)?;
        read_sheets(bytes)
    })
}

/// Whether the directory of an archive has the name that workbooks and other papers of an office have. Where the directory
/// cannot be read, a part of that name speaks for one.
pub(super) fn is_office_archive(bytes: &[u8]) -> bool {
    const CONTENTS: &str = "[Content_Types].xml";
    if memchr::memmem::find(bytes, CONTENTS.as_bytes()).is_none() {
        return false;
    }
    let within = Bounds { members: usize::MAX, bytes: 0 };
    let named = || Archive::open(bytes, within).ok().map(|archive| archive.has(CONTENTS));
    isolated(named).flatten().unwrap_or(true)
}

/// How many bytes a workbook unpacks to; refused as [`read`] refuses it, and where they are more than `most`.
pub(super) fn unpacked_size(bytes: &[u8], most: u64) -> Result<u64, SheetError> {
    sound(|| check(bytes, most.min(MAX_UNPACKED)))
}

/// The readers of archive and sheets are foreign code on hostile input: a panic in them is a damaged file, not our end.
fn sound<T>(read: impl FnOnce() -> Result<T, SheetError>) -> Result<T, SheetError> {
    isolated(read).unwrap_or_else(|| Err(SheetError::NotReadable { reason: "the workbook is damaged".to_owned() }))
}

/// The bytes of a file, of which only so many are given out: many sheets may name one part, and each would unpack it anew.
struct Metered<'b> {
    bytes: Cursor<&'b [u8]>,
    left: u64,
}

impl<'b> Metered<'b> {
    /// Every part a few times over, and what finding the directory takes.
    fn new(bytes: &'b [u8]) -> Self {
        Self { bytes: Cursor::new(bytes), left: (bytes.len() as u64).saturating_mul(4) + 4 * 1024 * 1024 }
    }
}

impl Read for Metered<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.left = self
            .left
            .checked_sub(read as u64)
            .ok_or_else(|| io::Error::other("its sheets name the same parts over and over"))?;
        Ok(read)
    }
}

impl Seek for Metered<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

fn read_sheets(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    let damaged = |error: calamine::XlsxError| SheetError::NotReadable { reason: error.to_string() };
    let mut book: Xlsx<_> = Xlsx::new(Metered::new(bytes)).map_err(damaged)?;
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut sheets = Vec::new();
    let (mut cells, mut letters) = (0_usize, 0_u64);
    for name in names {
        let mut rows: Vec<Row> = Vec::new();
        let mut reader = book.worksheet_cells_reader(&name).map_err(damaged)?;
        while let Some(cell) = reader.next_cell().map_err(damaged)? {
            let Some((text, kind)) = cell_text(cell.get_value()) else { continue };
            cells += 1;
            if cells > MAX_CELLS {
                return Err(SheetError::TooLarge { limit: format!("more than {MAX_CELLS} cells") });
            }
            // Many cells may show one shared text, and each row holds what it shows.
            letters += text.len() as u64;
            if letters > MAX_UNPACKED {
                return Err(SheetError::TooLarge { limit: format!("more than {MAX_UNPACKED} bytes of text") });
            }
            let (at, column) = cell.get_position();
            let line = u64::from(at) + 1;
            if rows.last().is_none_or(|row| row.line() != line) {
                rows.push(Row::at_line(line));
            }
            if let Some(row) = rows.last_mut() {
                put(row, column as usize, &text, kind)?;
            }
        }
        sheets.push(Sheet { name, rows });
    }
    Ok(sheets)
}

/// What a cell shows; `None` for an empty one.
fn cell_text(value: &DataRef<'_>) -> Option<(String, CellKind)> {
    match value {
        DataRef::Empty => None,
        DataRef::String(text) => text_cell(text),
        DataRef::SharedString(text) => text_cell(text),
        DataRef::Int(number) => Some((number.to_string(), CellKind::Number)),
        DataRef::Float(number) => plain_number(*number).map(|text| (text, CellKind::Number)),
        DataRef::Bool(truth) => Some((truth.to_string(), CellKind::Text)),
        DataRef::DateTime(moment) if moment.is_duration() => {
            plain_number(moment.as_f64()).map(|text| (text, CellKind::Number))
        }
        DataRef::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            match Day::new(year.into(), month.into(), day.into()) {
                Ok(day) => Some((day.to_string(), CellKind::Day)),
                Err(_) => plain_number(moment.as_f64()).map(|text| (text, CellKind::Number)),
            }
        }
        DataRef::DateTimeIso(text) => Some((text.clone(), CellKind::Day)),
        DataRef::DurationIso(text) => text_cell(text),
        DataRef::Error(error) => Some((error.to_string(), CellKind::Text)),
    }
}

fn text_cell(text: &str) -> Option<(String, CellKind)> {
    (!text.trim().is_empty()).then(|| (text.to_owned(), CellKind::Text))
}
