//! The rows of a table, whatever it is: delimited text or a workbook.

use crate::bank::{Limits, Place, Refusal};
use crate::sheet::{SheetError, SheetReader, is_workbook};
use crate::table::{Row, TableError, TableOptions, TableReader};

/// A table with all its rows.
#[derive(Debug)]
pub(super) struct Table {
    /// The header cells.
    pub(super) headers: Vec<String>,
    /// The rows before the header.
    pub(super) titles: Vec<Row>,
    /// The rows behind it.
    pub(super) rows: Vec<Row>,
    /// Whether it is a workbook, whose dates and numbers are told as such.
    pub(super) workbook: bool,
    /// The name of its sheet, and the other sheets with the headers that they have.
    pub(super) sheet: String,
    pub(super) others: Vec<(String, Vec<String>)>,
}

/// Reads a table; refuses what is none, and one of more rows than entries are read.
///
/// Of a workbook the sheet of that name, or the one with the most of the wanted header names.
pub(super) fn table(bytes: &[u8], wanted: &[&str], sheet: Option<&str>, limits: &Limits) -> Result<Table, Refusal> {
    let most = limits.entries;
    let too_many = || Refusal::TooLarge { limit: format!("more than {most} rows") };
    let mut row = Row::default();
    let mut rows = Vec::new();
    if is_workbook(bytes) {
        let mut sheet =
            SheetReader::open_at(bytes, wanted, sheet, None).map_err(|error| sheet_refusal(error, sheet))?;
        while sheet.read(&mut row) {
            if rows.len() >= most {
                return Err(too_many());
            }
            rows.push(core::mem::take(&mut row));
        }
        let (headers, titles) = (sheet.headers().to_vec(), sheet.title_rows().to_vec());
        let (name, others) = (sheet.sheet().to_owned(), sheet.others().to_vec());
        return Ok(Table { headers, titles, rows, workbook: true, sheet: name, others });
    }
    let options = TableOptions::wanting(wanted.iter().copied());
    let mut reader = TableReader::open(bytes, &options).map_err(|error| table_refusal(&error))?;
    while reader.read(&mut row).map_err(|error| table_refusal(&TableError::Io(error)))? {
        if rows.len() >= most {
            return Err(too_many());
        }
        rows.push(row.clone());
    }
    let (headers, titles) = (reader.headers().to_vec(), reader.title_rows().to_vec());
    Ok(Table { headers, titles, rows, workbook: false, sheet: String::new(), others: Vec::new() })
}

fn sheet_refusal(error: SheetError, sheet: Option<&str>) -> Refusal {
    match error {
        SheetError::TooLarge { limit } => Refusal::TooLarge { limit },
        SheetError::NoHeader { .. } => {
            let of = sheet.map_or_else(String::new, |sheet| format!("; the profile asks for the sheet '{sheet}'"));
            Refusal::NoProfile { reason: format!("{error}{of}") }
        }
        SheetError::NotReadable { reason } => Refusal::NotReadable { place: Place::FILE, reason },
    }
}

fn table_refusal(error: &TableError) -> Refusal {
    match error {
        TableError::NoHeader { .. } => Refusal::NoProfile { reason: error.to_string() },
        TableError::Io(_) | TableError::Empty | TableError::NotText { .. } => {
            Refusal::NotReadable { place: Place::FILE, reason: error.to_string() }
        }
    }
}
