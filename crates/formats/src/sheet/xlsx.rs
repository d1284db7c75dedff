//! XLSX, cell by cell: a sheet that claims a million empty rows costs nothing.

use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};

use super::{MAX_CELLS, MAX_UNPACKED, Sheet, SheetError, plain_number, put};
use crate::day::Day;
use crate::table::{CellKind, Row};

/// Reads all visible work sheets.
pub(super) fn read(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    if unpacked_size(bytes) > MAX_UNPACKED {
        return Err(SheetError::TooLarge { limit: format!("it unpacks to more than {MAX_UNPACKED} bytes") });
    }
    // The reader of the archive is foreign code on hostile input: a panic in it is a damaged file, not our end.
    catch_unwind(AssertUnwindSafe(|| read_sheets(bytes)))
        .unwrap_or_else(|_| Err(SheetError::NotReadable { reason: "the workbook is damaged".to_owned() }))
}

fn read_sheets(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    let damaged = |error: calamine::XlsxError| SheetError::NotReadable { reason: error.to_string() };
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
    let names: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    let mut sheets = Vec::new();
    let mut cells = 0_usize;
    for name in names {
        let mut rows: Vec<Row> = Vec::new();
        let mut reader = book.worksheet_cells_reader(&name).map_err(damaged)?;
        while let Some(cell) = reader.next_cell().map_err(damaged)? {
            let Some((text, kind)) = cell_text(cell.get_value()) else { continue };
            cells += 1;
            if cells > MAX_CELLS {
                return Err(SheetError::TooLarge { limit: format!("more than {MAX_CELLS} cells") });
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

/// The size that the archive's directory states for its files, unpacked.
fn unpacked_size(bytes: &[u8]) -> u64 {
    let entries = memchr::memmem::find_iter(bytes, b"PK\x01\x02");
    let size = |at: usize| -> Option<u64> {
        let field: [u8; 4] = bytes.get(at + 24..at + 28)?.try_into().ok()?;
        Some(u64::from(u32::from_le_bytes(field)))
    };
    entries.filter_map(size).fold(0, u64::saturating_add)
}
