//! Delimited text (CSV, TSV, semicolons, pipes), read row by row for imports.
//!
//! For importers of any size: memory does not grow with the file. Finds the encoding, the delimiter and the header row
//! by content; hands out each row with the physical line it begins on. What is wrong with one row is said of that row and
//! never stops the others. Absent on purpose: types of cells (see [`crate::amount`] and [`crate::day`]).
//!
//! ```
//! use dunwell_formats::table::{Row, TableOptions, TableReader};
//! let text = "Open items\n\nCustomer;Amount\nNordlicht GmbH;1.234,56\n";
//! let mut table = TableReader::open(text.as_bytes(), &TableOptions::wanting(["Customer", "Amount"])).unwrap();
//! let amount = table.column("amount").unwrap();
//! let mut row = Row::default();
//! assert!(table.read(&mut row).unwrap());
//! assert_eq!((row.line(), row.cell(amount)), (4, "1.234,56"));
//! ```

mod row;
mod source;
mod split;

use std::collections::VecDeque;
use std::io::{self, Read};

pub use row::{CellKind, Row, RowProblem};
pub use source::Encoding;

use crate::header::header_key;
use source::{Source, looks_like_utf8};
use split::{Dialect, Found, take_row};

/// The limits of a table; what exceeds one is refused by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The longest row in bytes, line ends inside quotes included.
    pub row_bytes: usize,
    /// The most cells in a row.
    pub cells: usize,
    /// The header row is looked for in so many rows from the beginning.
    pub header_within_rows: usize,
}

impl Limits {
    /// One mebibyte a row, 1,024 cells, the header within 200 rows.
    pub const STANDARD: Self = Self { row_bytes: 1024 * 1024, cells: 1024, header_within_rows: 200 };
}

/// What the caller knows about a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableOptions {
    /// The delimiter, or `None` to find it: comma, semicolon, tab or pipe.
    pub delimiter: Option<u8>,
    /// The encoding, or `None` to find it.
    pub encoding: Option<Encoding>,
    /// Header names of which the header row has the most; case, blanks and punctuation do not count. With none, the
    /// first row that is not blank is the header.
    pub wanted: Vec<String>,
    /// The physical line of the header row, or `None` to find it by the wanted names.
    pub header_line: Option<u64>,
    /// The limits.
    pub limits: Limits,
}

impl TableOptions {
    /// Everything found by content, with these header names wanted.
    pub fn wanting<S: Into<String>>(wanted: impl IntoIterator<Item = S>) -> Self {
        let wanted = wanted.into_iter().map(Into::into).collect();
        Self { delimiter: None, encoding: None, wanted, header_line: None, limits: Limits::STANDARD }
    }
}

/// Why a table cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum TableError {
    /// The input failed.
    #[error("cannot read: {0}")]
    Io(#[from] io::Error),
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It is no text: a workbook, an archive, a PDF, or no file a table could be in.
    #[error("not a text file: {looks_like}")]
    NotText {
        /// What it looks like.
        looks_like: &'static str,
    },
    /// No row has any of the wanted header names.
    #[error("no header row: none of {} found in the first {within} rows", wanted.join(", "))]
    NoHeader {
        /// The header names looked for.
        wanted: Vec<String>,
        /// How many rows were looked at.
        within: usize,
    },
}

impl TableError {
    /// A stable code for reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Io(_) => "cannot_read",
            Self::Empty => "empty_file",
            Self::NotText { .. } => "not_text",
            Self::NoHeader { .. } => "no_header",
        }
    }
}

/// Reads a table row by row.
pub struct TableReader<R> {
    source: Source<R>,
    buffer: Vec<u8>,
    start: usize,
    line: u64,
    dialect: Dialect,
    /// Whether UTF-8 or Windows-1252 is still to be told by the first text that is not ASCII.
    undecided: bool,
    limits: Limits,
    headers: Vec<String>,
    header_line: u64,
    titles: Vec<Row>,
    ahead: VecDeque<Row>,
}

impl<R: Read> TableReader<R> {
    /// Opens a table: finds encoding, delimiter and header row.
    pub fn open(input: R, options: &TableOptions) -> Result<Self, TableError> {
        let mut table = Self::start(input, options)?;
        table.find_header(&options.wanted, options.header_line)?;
        Ok(table)
    }

    /// Opens a table without looking for a header: every row is handed out, and none is uneven.
    pub fn open_without_header(input: R, options: &TableOptions) -> Result<Self, TableError> {
        Self::start(input, options)
    }

    fn start(input: R, options: &TableOptions) -> Result<Self, TableError> {
        let mut buffer = Vec::new();
        let source = Source::open(input, options.encoding, &mut buffer)?;
        if buffer.is_empty() {
            return Err(TableError::Empty);
        }
        if let Some(looks_like) = no_text(&buffer) {
            return Err(TableError::NotText { looks_like });
        }
        let newline = if buffer.contains(&b'\n') || !buffer.contains(&b'\r') { b'\n' } else { b'\r' };
        let windows_1252 = source.encoding == Some(Encoding::Windows1252);
        let mut dialect = Dialect { delimiter: b',', newline, windows_1252 };
        dialect.delimiter = options.delimiter.unwrap_or_else(|| find_delimiter(&buffer, dialect, options));
        Ok(Self {
            undecided: source.encoding.is_none(),
            source,
            buffer,
            start: 0,
            line: 1,
            dialect,
            limits: options.limits,
            headers: Vec::new(),
            header_line: 0,
            titles: Vec::new(),
            ahead: VecDeque::new(),
        })
    }

    /// Takes the row with the most wanted names as the header; rows before it are titles, rows behind it wait.
    fn find_header(&mut self, wanted: &[String], line: Option<u64>) -> Result<(), TableError> {
        let keys: Vec<String> = wanted.iter().map(|name| header_key(name)).collect();
        let mut rows = Vec::new();
        let mut best: Option<(usize, usize)> = None;
        let mut row = Row::default();
        while rows.len() < self.limits.header_within_rows && self.take(&mut row)? {
            let found = row.cells().filter(|cell| keys.contains(&header_key(cell))).count();
            let fits = match line {
                Some(line) => row.line == line,
                None if keys.is_empty() => !row.is_blank(),
                None => found > 0,
            };
            if fits && best.is_none_or(|(_, most)| found > most) {
                best = Some((rows.len(), found));
            }
            rows.push(row.clone());
            if best.is_some_and(|(_, most)| line.is_some() || most >= keys.len()) {
                break;
            }
        }
        let Some((at, _)) = best else {
            return Err(TableError::NoHeader { wanted: wanted.to_vec(), within: rows.len() });
        };
        self.ahead.extend(rows.drain(at + 1..));
        if let Some(header) = rows.pop() {
            self.headers = header.cells().map(str::to_owned).collect();
            self.header_line = header.line;
        }
        rows.retain(|row| !row.is_blank());
        self.titles = rows;
        Ok(())
    }

    /// The header cells in order, without blanks around them.
    pub fn headers(&self) -> &[String] {
        &self.headers
    }

    /// The physical line of the header row; 0 when there is none.
    pub fn header_line(&self) -> u64 {
        self.header_line
    }

    /// The rows before the header that are not blank.
    pub fn title_rows(&self) -> &[Row] {
        &self.titles
    }

    /// The column (from 0) of a header name; case, blanks and punctuation do not count. The first of several.
    pub fn column(&self, name: &str) -> Option<usize> {
        let key = header_key(name);
        self.headers.iter().position(|header| header_key(header) == key)
    }

    /// The delimiter.
    pub fn delimiter(&self) -> u8 {
        self.dialect.delimiter
    }

    /// The encoding. Text that was all ASCII so far counts as UTF-8.
    pub fn encoding(&self) -> Encoding {
        match self.source.encoding {
            Some(encoding) => encoding,
            None if self.dialect.windows_1252 => Encoding::Windows1252,
            None => Encoding::Utf8,
        }
    }

    /// Reads the next row that is not blank; `false` at the end. Fails only when the input does.
    pub fn read(&mut self, row: &mut Row) -> io::Result<bool> {
        loop {
            match self.ahead.pop_front() {
                Some(next) => *row = next,
                None => {
                    if !self.take(row)? {
                        return Ok(false);
                    }
                }
            }
            if row.is_blank() {
                continue;
            }
            let expected = self.headers.len();
            let found = row.len();
            if expected > 0 && found != expected && row.problem.is_none() {
                let blank_rest = found > expected && (expected..found).all(|column| row.cell(column).is_empty());
                if !blank_rest {
                    row.note(RowProblem::Uneven { expected, found });
                }
            }
            return Ok(true);
        }
    }

    /// Takes the next row off the input, blank or not.
    fn take(&mut self, row: &mut Row) -> io::Result<bool> {
        loop {
            let rest = &self.buffer[self.start..];
            if rest.is_empty() && self.source.ended() {
                return Ok(false);
            }
            let found = if rest.is_empty() {
                Found::Incomplete
            } else {
                take_row(rest, self.source.ended(), self.dialect, &self.limits, row)
            };
            let Found::Row { bytes, lines } = found else {
                self.refill()?;
                continue;
            };
            if self.undecided && !rest[..bytes].is_ascii() {
                self.undecided = false;
                if !looks_like_utf8(rest) {
                    self.dialect.windows_1252 = true;
                    continue;
                }
            }
            row.line = self.line;
            self.start += bytes;
            self.line += lines;
            if matches!(row.problem, Some(RowProblem::TooLong { .. })) {
                self.skip_line()?;
            }
            if self.utf16() && row.problem.is_none() && row.text.contains('\u{fffd}') {
                row.note(RowProblem::Undecodable);
            }
            return Ok(true);
        }
    }

    /// Whether the text was UTF-16 and is transcoded.
    fn utf16(&self) -> bool {
        matches!(self.source.encoding, Some(Encoding::Utf16Le | Encoding::Utf16Be))
    }

    /// Reads more, forgetting what was handed out.
    fn refill(&mut self) -> io::Result<()> {
        self.buffer.drain(..self.start);
        self.start = 0;
        self.source.fill(&mut self.buffer)
    }

    /// Passes over the rest of a line that was cut for its length.
    fn skip_line(&mut self) -> io::Result<()> {
        let taken_whole = self.start > 0 && self.buffer.get(self.start - 1) == Some(&self.dialect.newline);
        if taken_whole {
            return Ok(());
        }
        loop {
            let rest = &self.buffer[self.start..];
            match memchr::memchr(self.dialect.newline, rest) {
                Some(at) => {
                    self.start += at + 1;
                    return Ok(());
                }
                None if self.source.ended() => {
                    self.start = self.buffer.len();
                    return Ok(());
                }
                None => {
                    self.start = self.buffer.len();
                    self.refill()?;
                }
            }
        }
    }
}

/// What a file that is no text looks like.
fn no_text(sample: &[u8]) -> Option<&'static str> {
    match sample {
        [b'P', b'K', 3, 4, ..] => return Some("a workbook (.xlsx) or an archive"),
        [0xD0, 0xCF, 0x11, 0xE0, ..] => return Some("an old workbook (.xls)"),
        [b'%', b'P', b'D', b'F', ..] => return Some("a PDF"),
        [0x1F, 0x8B, ..] => return Some("a compressed file"),
        [0x89, b'P', b'N', b'G', ..] | [0xFF, 0xD8, 0xFF, ..] => return Some("a picture"),
        _ => {}
    }
    let strange = sample.iter().filter(|byte| matches!(byte, 0..=8 | 14..=31 | 127)).count();
    (strange * 20 > sample.len()).then_some("binary data")
}

/// The delimiter by which a sample makes the best table: most wanted names in one row, else most rows of equal length.
fn find_delimiter(sample: &[u8], dialect: Dialect, options: &TableOptions) -> u8 {
    let keys: Vec<String> = options.wanted.iter().map(|name| header_key(name)).collect();
    let mut best = (b',', (0, 0));
    for delimiter in [b',', b';', b'\t', b'|'] {
        let dialect = Dialect { delimiter, ..dialect };
        let mut row = Row::default();
        let mut rest = sample;
        let (mut most, mut widths) = (0, std::collections::BTreeMap::<usize, usize>::new());
        for _ in 0..options.limits.header_within_rows {
            let Found::Row { bytes, .. } = take_row(rest, true, dialect, &options.limits, &mut row) else { break };
            rest = &rest[bytes.min(rest.len())..];
            most = most.max(row.cells().filter(|cell| keys.contains(&header_key(cell))).count());
            if row.len() > 1 {
                *widths.entry(row.len()).or_default() += row.len();
            }
            if rest.is_empty() {
                break;
            }
        }
        let score = (most, widths.values().copied().max().unwrap_or(0));
        if score > best.1 {
            best = (delimiter, score);
        }
    }
    best.0
}
