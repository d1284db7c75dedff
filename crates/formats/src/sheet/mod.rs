//! The rows of a workbook (XLSX, or the SpreadsheetML that some systems name `.xls`), in the shape of [`crate::table`].
//!
//! For imports that may be given a workbook instead of a text file. Takes the first visible sheet that has the wanted
//! headers. A number arrives as plain decimal text with a point ([`CellKind::Number`], to be read with
//! [`crate::amount::Marks::POINT`]), a date as ISO text ([`CellKind::Day`]), whatever the country. `line` is the row number
//! that the spreadsheet shows. Absent on purpose: formulas (their last values are read), old binary `.xls`.

mod spreadsheet_ml;
mod xlsx;
mod xlsx_check;

use crate::header::header_key;
use crate::table::{CellKind, Limits, Row};

/// The most cells that are read from one workbook.
pub const MAX_CELLS: usize = 20_000_000;

/// The most bytes that a workbook may unpack to, and the most of text in its cells.
pub const MAX_UNPACKED: u64 = 500_000_000;

/// The most files that a workbook, which is an archive, may hold.
pub const MAX_FILES: usize = 1_000;

/// Why a workbook cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SheetError {
    /// It is no workbook of a known kind, or a damaged one.
    #[error("not a readable workbook: {reason}")]
    NotReadable {
        /// What is wrong.
        reason: String,
    },
    /// It is larger than is read.
    #[error("the workbook is too large: {limit}")]
    TooLarge {
        /// Which limit it exceeds.
        limit: String,
    },
    /// No sheet has any of the wanted header names.
    #[error("no sheet with a header row: none of {} found", wanted.join(", "))]
    NoHeader {
        /// The header names looked for.
        wanted: Vec<String>,
    },
}

impl SheetError {
    /// A stable code for reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotReadable { .. } => "not_readable",
            Self::TooLarge { .. } => "too_large",
            Self::NoHeader { .. } => "no_header",
        }
    }
}

/// One sheet with its rows that are not blank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The name on its tab.
    pub name: String,
    /// Its rows in order.
    pub rows: Vec<Row>,
}

/// Whether these first bytes of a file are those of a workbook rather than of text.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || spreadsheet_ml::is_spreadsheet_ml(bytes)
}

/// Whether an archive is a workbook: then its directory has `[Content_Types].xml`. So have other papers of an office.
pub(crate) fn is_office_archive(bytes: &[u8]) -> bool {
    xlsx::is_office_archive(bytes)
}

/// How many bytes a workbook in an archive unpacks to; refused by name as [`read_workbook`] refuses it, and where they are
/// more than `most`.
pub(crate) fn unpacked_size(bytes: &[u8], most: u64) -> Result<u64, SheetError> {
    xlsx::unpacked_size(bytes, most)
}

/// All visible sheets of a workbook.
///
/// Refused by name: more than [`MAX_FILES`] files in it, more than [`MAX_UNPACKED`] bytes or more than a hundred times its
/// own size unpacked, more than [`MAX_CELLS`] cells, and numbers stated in it that are far from what is there.
pub fn read_workbook(bytes: &[u8]) -> Result<Vec<Sheet>, SheetError> {
    if bytes.starts_with(b"PK\x03\x04") {
        xlsx::read(bytes)
    } else if spreadsheet_ml::is_spreadsheet_ml(bytes) {
        spreadsheet_ml::read(bytes)
    } else if bytes.starts_with(&[0xD0, 0xCF, 0x11, 0xE0]) {
        Err(SheetError::NotReadable { reason: "an old binary .xls; save it as .xlsx".to_owned() })
    } else {
        Err(SheetError::NotReadable { reason: "neither XLSX nor SpreadsheetML".to_owned() })
    }
}

/// Reads the rows of one sheet below its header row, like [`crate::table::TableReader`].
#[derive(Debug, Clone)]
pub struct SheetReader {
    sheet: String,
    headers: Vec<String>,
    header_line: u64,
    titles: Vec<Row>,
    rows: std::vec::IntoIter<Row>,
    others: Vec<(String, Vec<String>)>,
}

impl SheetReader {
    /// Opens the first sheet that has the most of the wanted header names in one row.
    pub fn open<S: AsRef<str>>(bytes: &[u8], wanted: &[S]) -> Result<Self, SheetError> {
        Self::open_at(bytes, wanted, None, None)
    }

    /// The same on the sheet of that name, and with the header on the row that the spreadsheet shows as `line`, where they
    /// are given. Refused as a header that is not there when there is no such sheet or row.
    pub fn open_at<S: AsRef<str>>(
        bytes: &[u8],
        wanted: &[S],
        name: Option<&str>,
        line: Option<u64>,
    ) -> Result<Self, SheetError> {
        let keys: Vec<String> = wanted.iter().map(|name| header_key(name.as_ref())).collect();
        let mut best: Option<(usize, Sheet, usize)> = None;
        let mut others: Vec<(String, Vec<String>)> = Vec::new();
        for sheet in read_workbook(bytes)?.into_iter().filter(|sheet| name.is_none_or(|name| sheet.name == name)) {
            let mut own: (usize, usize) = (0, 0);
            for (at, row) in sheet.rows.iter().take(Limits::STANDARD.header_within_rows).enumerate() {
                let named = row.cells().filter(|cell| keys.contains(&header_key(cell))).count();
                let found = line.map_or(named, |line| usize::from(row.line() == line) * (named + 1));
                if found > own.0 {
                    own = (found, at);
                }
                if found > best.as_ref().map_or(0, |(most, ..)| *most) {
                    best = Some((found, Sheet { name: sheet.name.clone(), rows: Vec::new() }, at));
                }
            }
            if own.0 > 0 && sheet.rows.len() > own.1 + 1 {
                others.push((sheet.name.clone(), sheet.rows[own.1].cells().map(str::to_owned).collect()));
            }
            if let Some((_, kept, _)) = best.as_mut().filter(|(_, kept, _)| kept.name == sheet.name) {
                *kept = sheet;
            }
        }
        let Some((_, mut sheet, at)) = best else {
            return Err(SheetError::NoHeader { wanted: wanted.iter().map(|name| name.as_ref().to_owned()).collect() });
        };
        let rows = sheet.rows.split_off(at + 1);
        let header = sheet.rows.pop().unwrap_or_default();
        others.retain(|(name, _)| *name != sheet.name);
        Ok(Self {
            sheet: sheet.name,
            headers: header.cells().map(str::to_owned).collect(),
            header_line: header.line(),
            titles: sheet.rows,
            rows: rows.into_iter(),
            others,
        })
    }

    /// The name of the sheet.
    pub fn sheet(&self) -> &str {
        &self.sheet
    }

    /// The other sheets that have rows below a row with some of the wanted header names: name, and the cells of that row.
    pub fn others(&self) -> &[(String, Vec<String>)] {
        &self.others
    }

    /// The header cells in order.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The row number of the header as the spreadsheet shows it.
    pub fn header_line(&self) -> u64 {
        self.header_line
    }

    /// The rows before the header that are not blank.
    pub fn title_rows(&self) -> &[Row] {
        &self.titles
    }

    /// The column (from 0) of a header name; case, blanks and punctuation do not count.
    pub fn column(&self, name: &str) -> Option<usize> {
        let key = header_key(name);
        self.headers.iter().position(|header| header_key(header) == key)
    }

    /// Reads the next row that is not blank; `false` at the end.
    pub fn read(&mut self, row: &mut Row) -> bool {
        match self.rows.next() {
            Some(next) => {
                *row = next;
                true
            }
            None => false,
        }
    }
}

/// A number of a spreadsheet as plain decimal text of at most 15 significant digits, which is all a spreadsheet keeps:
/// so 0.30000000000000004, the trace of binary arithmetic, reads 0.3. `None` for what no amount can be.
fn plain_number(value: f64) -> Option<String> {
    if !value.is_finite() || value.abs() >= 1e28 {
        return None;
    }
    let scientific = format!("{value:.14e}");
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let negative = mantissa.starts_with('-');
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    if digits.is_empty() || exponent < -20 {
        return Some("0".to_owned());
    }
    let whole = usize::try_from(exponent + 1).unwrap_or(0);
    let mut text = String::from(if negative { "-" } else { "" });
    if whole == 0 {
        text.push_str("0.");
        text.extend(core::iter::repeat_n('0', usize::try_from(-exponent - 1).unwrap_or(0)));
        text.push_str(digits);
    } else if digits.len() <= whole {
        text.push_str(digits);
        text.extend(core::iter::repeat_n('0', whole - digits.len()));
    } else {
        text.push_str(&digits[..whole]);
        text.push('.');
        text.push_str(&digits[whole..]);
    }
    Some(text)
}

/// Puts a cell into its column, filling the gap before it; refuses columns beyond the limit.
fn put(row: &mut Row, column: usize, text: &str, kind: CellKind) -> Result<(), SheetError> {
    if column >= Limits::STANDARD.cells {
        return Err(SheetError::TooLarge { limit: format!("more than {} columns", Limits::STANDARD.cells) });
    }
    while row.len() < column {
        row.push("", CellKind::Text);
    }
    row.push(text, kind);
    Ok(())
}
