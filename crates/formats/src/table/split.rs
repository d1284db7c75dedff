//! Splits ASCII-compatible bytes into rows and cells: quotes, doubled quotes, rows over several lines.

use encoding_rs::WINDOWS_1252;
use memchr::{memchr, memchr_iter};

use super::Limits;
use super::row::{Row, RowProblem};

/// How a table is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Dialect {
    pub(super) delimiter: u8,
    pub(super) newline: u8,
    pub(super) windows_1252: bool,
}

/// What was found at the beginning of the bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A row of so many bytes (its line end included) over so many physical lines.
    Row { bytes: usize, lines: u64 },
    /// The bytes end before the row does.
    Incomplete,
}

/// Reads one row from the beginning of `bytes` into `row`; `ended` says that no more bytes will come.
pub(super) fn take_row(bytes: &[u8], ended: bool, dialect: Dialect, limits: &Limits, row: &mut Row) -> Found {
    row.clear();
    let (line, next) = match memchr(dialect.newline, bytes) {
        Some(at) => (&bytes[..at], at + 1),
        None if ended || bytes.len() > limits.row_bytes => (bytes, bytes.len()),
        None => return Found::Incomplete,
    };
    if line.len() > limits.row_bytes {
        row.note(RowProblem::TooLong { limit: limits.row_bytes });
        return Found::Row { bytes: next, lines: 1 };
    }
    if memchr(b'"', line).is_none() {
        split_plain(strip_return(line), dialect, limits, row);
        return Found::Row { bytes: next, lines: 1 };
    }
    match split_quoted(bytes, ended, dialect, limits, row) {
        Quoted::Whole { bytes, lines } => Found::Row { bytes, lines },
        Quoted::Incomplete => Found::Incomplete,
        Quoted::Bad => {
            row.clear();
            split_plain(strip_return(line), dialect, limits, row);
            row.note(RowProblem::BadQuote);
            Found::Row { bytes: next, lines: 1 }
        }
    }
}

/// The line without the carriage return before its line end.
fn strip_return(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Splits a line that has no quotes: one copy, and the places of its delimiters.
fn split_plain(line: &[u8], dialect: Dialect, limits: &Limits, row: &mut Row) {
    let whole = match std::str::from_utf8(line) {
        Ok(text) if !dialect.windows_1252 || line.is_ascii() => Some(text),
        _ => None,
    };
    let mut from = 0;
    if let Some(text) = whole {
        row.text.push_str(text);
        for at in memchr_iter(dialect.delimiter, line) {
            row.spans.push((from, at as u32));
            from = at as u32 + 1;
        }
        row.spans.push((from, line.len() as u32));
    } else {
        for cell in line.split(|byte| *byte == dialect.delimiter) {
            push_cell(cell, dialect, row);
        }
    }
    if row.spans.len() > limits.cells {
        row.spans.truncate(limits.cells);
        row.note(RowProblem::TooManyCells { limit: limits.cells });
    }
    if memchr(0, line).is_some() {
        row.note(RowProblem::Nul);
    }
}

/// Appends one decoded cell.
fn push_cell(cell: &[u8], dialect: Dialect, row: &mut Row) {
    let from = row.text.len() as u32;
    decode(cell, dialect, row);
    row.spans.push((from, row.text.len() as u32));
}

/// Appends decoded text.
fn decode(bytes: &[u8], dialect: Dialect, row: &mut Row) {
    if dialect.windows_1252 {
        let (text, _) = WINDOWS_1252.decode_without_bom_handling(bytes);
        if text.contains(|mark| ('\u{80}'..='\u{9f}').contains(&mark)) {
            row.note(RowProblem::Undecodable);
        }
        row.text.push_str(&text);
        return;
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => row.text.push_str(text),
        Err(_) => {
            row.text.push_str(&String::from_utf8_lossy(bytes));
            row.note(RowProblem::Undecodable);
        }
    }
}

enum Quoted {
    Whole { bytes: usize, lines: u64 },
    Incomplete,
    Bad,
}

/// Splits a row in which quotes occur; it may go over several lines.
///
/// A quote opens a cell only at its beginning (blanks before it allowed); elsewhere it is text, as in `12" pipe`. After
/// the closing quote only blanks, a delimiter or the line end may follow: anything else is a bad quote, so that a quote
/// left open cannot swallow the rows after it unseen.
fn split_quoted(bytes: &[u8], ended: bool, dialect: Dialect, limits: &Limits, row: &mut Row) -> Quoted {
    let mut at = 0;
    let mut lines = 0;
    loop {
        let start = at + bytes[at..].iter().take_while(|byte| **byte == b' ').count();
        let from = row.text.len() as u32;
        if bytes.get(start) == Some(&b'"') {
            match quoted_cell(bytes, start + 1, ended, dialect, limits, row) {
                Cell::End { at: end, lines: over } => {
                    at = end;
                    lines += over;
                }
                Cell::Incomplete => return Quoted::Incomplete,
                Cell::Bad => return Quoted::Bad,
            }
        } else {
            let rest = &bytes[at..];
            let length = rest.iter().position(|byte| *byte == dialect.delimiter || *byte == dialect.newline);
            let length = match length {
                Some(length) => length,
                None if ended => rest.len(),
                None => return Quoted::Incomplete,
            };
            let ends_line = rest.get(length) != Some(&dialect.delimiter);
            let cell = if ends_line { strip_return(&rest[..length]) } else { &rest[..length] };
            if memchr(0, cell).is_some() {
                row.note(RowProblem::Nul);
            }
            decode(cell, dialect, row);
            at += length;
        }
        if row.spans.len() < limits.cells {
            row.spans.push((from, row.text.len() as u32));
        } else {
            row.text.truncate(from as usize);
            row.note(RowProblem::TooManyCells { limit: limits.cells });
        }
        match bytes.get(at) {
            Some(byte) if *byte == dialect.delimiter => at += 1,
            Some(_) => return Quoted::Whole { bytes: at + 1, lines: lines + 1 },
            None => return Quoted::Whole { bytes: at, lines: lines + 1 },
        }
    }
}

enum Cell {
    /// The place of the delimiter or line end behind the cell, and the line ends inside it.
    End {
        at: usize,
        lines: u64,
    },
    Incomplete,
    Bad,
}

/// Reads a quoted cell; `at` is behind its opening quote.
fn quoted_cell(bytes: &[u8], mut at: usize, ended: bool, dialect: Dialect, limits: &Limits, row: &mut Row) -> Cell {
    let mut lines = 0;
    loop {
        let Some(length) = memchr(b'"', &bytes[at..]) else {
            return if ended || bytes.len() > limits.row_bytes { Cell::Bad } else { Cell::Incomplete };
        };
        let inside = &bytes[at..at + length];
        if at + length > limits.row_bytes {
            return Cell::Bad;
        }
        if memchr(0, inside).is_some() {
            row.note(RowProblem::Nul);
        }
        lines += memchr_iter(dialect.newline, inside).count() as u64;
        decode(inside, dialect, row);
        at += length + 1;
        if bytes.get(at) == Some(&b'"') {
            row.text.push('"');
            at += 1;
            continue;
        }
        let blanks = bytes[at..].iter().take_while(|byte| **byte == b' ').count();
        let rest = &bytes[at + blanks..];
        return match rest {
            [] if ended => Cell::End { at: at + blanks, lines },
            [] | [b'\r'] if !ended => Cell::Incomplete,
            [b'\r'] => Cell::End { at: at + blanks + 1, lines },
            [b'\r', next, ..] if *next == dialect.newline => Cell::End { at: at + blanks + 1, lines },
            [next, ..] if *next == dialect.delimiter || *next == dialect.newline => {
                Cell::End { at: at + blanks, lines }
            }
            _ => Cell::Bad,
        };
    }
}
