//! Any accepted file as rows: text by its delimiter, workbooks by the sheet that has a header.

use super::columns::{Columns, Header, all_names, find_header};
use super::{Problem, Refusal, System};
use crate::sheet::{SheetError, is_workbook, read_workbook};
use crate::table::{Row, TableError, TableOptions, TableReader};

/// The most rows that are read from one export.
const MAX_ROWS: usize = 2_000_000;

/// The rows of a file, parted at the header.
pub(super) struct Grid {
    pub(super) titles: Vec<Row>,
    pub(super) header: Row,
    pub(super) columns: Columns,
    pub(super) rows: Vec<Row>,
}

/// Reads the rows and finds the header; problems of single rows are noted.
pub(super) fn read_grid(bytes: &[u8], given: Option<System>, problems: &mut Vec<Problem>) -> Result<Grid, Refusal> {
    let sheets = if is_workbook(bytes) || bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        match read_workbook(bytes) {
            Ok(sheets) => sheets.into_iter().map(|sheet| sheet.rows).collect(),
            Err(SheetError::TooLarge { limit }) => return Err(Refusal::TooLarge { limit }),
            Err(error) => return Err(Refusal::NotReadable { reason: error.to_string() }),
        }
    } else {
        vec![read_text(bytes, problems)?]
    };
    let mut refusal = Refusal::NoHeader;
    for mut rows in sheets {
        match find_header(&rows, given) {
            Header::Found(at, columns) => {
                let below = rows.split_off(at + 1);
                let header = rows.pop().unwrap_or_default();
                return Ok(Grid { titles: rows, header, columns, rows: below });
            }
            Header::SummaryOnly(line) => refusal = Refusal::SummaryOnly { line },
            Header::NoOpenAmount(line) => refusal = Refusal::NoOpenAmount { line },
            Header::Missing => {}
        }
    }
    Err(refusal)
}

/// Reads delimited text.
fn read_text(bytes: &[u8], problems: &mut Vec<Problem>) -> Result<Vec<Row>, Refusal> {
    let unreadable = |error: TableError| Refusal::NotReadable { reason: error.to_string() };
    let mut table = TableReader::open_without_header(bytes, &TableOptions::wanting(all_names())).map_err(unreadable)?;
    let mut rows = Vec::new();
    let mut row = Row::default();
    while table.read(&mut row).map_err(|error| unreadable(error.into()))? {
        if let Some(problem) = row.problem() {
            problems.push(Problem { code: problem.code(), line: row.line(), message: problem.to_string() });
        }
        if rows.len() == MAX_ROWS {
            return Err(Refusal::TooLarge { limit: format!("more than {MAX_ROWS} rows") });
        }
        rows.push(row.clone());
    }
    Ok(rows)
}
