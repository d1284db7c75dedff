//! The records of a BAI2 file: found in lines, within lines, and joined with their continuations.
//!
//! A record ends with a slash, or with its line where its text has none. Several records may share a line; a slash within
//! a text ends nothing unless a whole record follows it. A line that begins with no record code goes on with the text of
//! the line before. Nothing is copied.

use memchr::{memchr, memchr2};

use crate::bank::Place;
use crate::bank::lines::line_length;

/// A stretch of a record within one line: the record's own fields, or those of one continuation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Part<'a> {
    /// Where it begins.
    pub(super) place: Place,
    /// Its fields, without record code and slash.
    pub(super) bytes: &'a [u8],
}

/// A logical record: itself and its continuations.
#[derive(Debug, Default)]
pub(super) struct Record<'a> {
    /// The record code: 1, 2, 3, 16, 49, 98 or 99.
    pub(super) code: u8,
    /// Its fields, part by part.
    pub(super) parts: Vec<Part<'a>>,
    /// How many physical records it takes, continuations included.
    pub(super) physical: u64,
    /// How many lines without record code went on with its text.
    pub(super) raw_lines: u64,
}

impl Record<'_> {
    /// Where it begins.
    pub(super) fn place(&self) -> Place {
        self.parts.first().map_or(Place::FILE, |part| part.place)
    }
}

/// Why no further record can be read.
#[derive(Debug)]
pub(super) enum RecordError {
    /// A record is longer than the limit.
    TooLong(Place),
    /// Something stands where only a record may.
    NoRecord(Place),
}

/// A stretch of a line: with a record code, or without.
struct Piece<'a> {
    code: Option<u8>,
    part: Part<'a>,
}

/// Goes through the records of a file.
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    /// Where the next line begins.
    at: usize,
    line: u64,
    /// The rest of the line at hand.
    rest: &'a [u8],
    column: u64,
    /// The length of physical records in a file without line ends.
    fixed: Option<usize>,
    ahead: Option<Piece<'a>>,
    /// Whether the record at hand is a transaction, whose text may hold anything.
    in_text: bool,
    /// Whether such a text has not ended with a slash yet.
    unended: bool,
    limit: usize,
}

impl<'a> Records<'a> {
    /// Begins; a byte order mark must be cut off before.
    pub(super) fn new(bytes: &'a [u8], limit: usize) -> Self {
        let fixed = fixed_length(bytes);
        Self { bytes, at: 0, line: 0, rest: &[], column: 1, fixed, ahead: None, in_text: false, unended: false, limit }
    }

    /// The last line that was looked at.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// Reads the next record into `record`; `false` at the end.
    pub(super) fn next(&mut self, record: &mut Record<'a>) -> Result<bool, RecordError> {
        record.parts.clear();
        record.physical = 0;
        record.raw_lines = 0;
        let Some(first) = self.piece() else { return Ok(false) };
        let Some(code) = first.code.filter(|code| *code != 88) else {
            return Err(RecordError::NoRecord(first.part.place));
        };
        record.code = code;
        record.physical = 1;
        let mut length = first.part.bytes.len();
        record.parts.push(first.part);
        while let Some(piece) = self.piece() {
            match piece.code {
                Some(88) => record.physical += 1,
                None if self.in_text => record.raw_lines += 1,
                None => return Err(RecordError::NoRecord(piece.part.place)),
                Some(_) => {
                    self.ahead = Some(piece);
                    break;
                }
            }
            length += piece.part.bytes.len() + 3;
            if length > self.limit {
                return Err(RecordError::TooLong(piece.part.place));
            }
            record.parts.push(piece.part);
        }
        if length > self.limit {
            return Err(RecordError::TooLong(record.place()));
        }
        Ok(true)
    }

    /// The next stretch that is not blank.
    fn piece(&mut self) -> Option<Piece<'a>> {
        if let Some(piece) = self.ahead.take() {
            return Some(piece);
        }
        let mut begins_line = false;
        loop {
            let blank = blanks(self.rest);
            self.rest = &self.rest[blank..];
            self.column += blank as u64;
            if !self.rest.is_empty() {
                break;
            }
            self.take_line()?;
            begins_line = true;
        }
        let place = Place { line: self.line, column: self.column };
        // Within a line a record was found by its shape already; a line of text may begin like a record by chance.
        let certain = |code: u8| !begins_line || !self.unended || code == 88 || shaped(code, self.rest);
        let code = record_code(self.rest).filter(|code| certain(*code));
        if let Some(code) = code
            && code != 88
        {
            self.in_text = code == 16;
        }
        let end = self.end_of_record();
        let whole = &self.rest[..end];
        self.rest = &self.rest[end..];
        self.column += end as u64;
        self.unended = self.in_text && !trimmed(whole).ends_with(b"/");
        let bytes = without_slash(if code.is_some() { whole.get(3..).unwrap_or_default() } else { whole });
        Some(Piece { code, part: Part { place, bytes } })
    }

    /// How long the record at the beginning of the rest of the line is, its slash included.
    fn end_of_record(&self) -> usize {
        let mut from = 0;
        while let Some(slash) = memchr(b'/', &self.rest[from..]) {
            let end = from + slash + 1;
            let tail = &self.rest[end..];
            let gap = blanks(tail);
            let follows = &tail[gap..];
            if follows.is_empty() {
                return self.rest.len();
            }
            if let Some(code) = record_code(follows) {
                let certain = if code == 88 { gap > 0 || !self.in_text } else { shaped(code, follows) };
                if certain {
                    return end;
                }
            }
            from = end;
        }
        self.rest.len()
    }

    /// Takes the next line; `None` at the end of the file.
    fn take_line(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (length, ending) = match self.fixed {
            Some(length) => (length.min(rest.len()), 0),
            None => line_length(rest),
        };
        self.rest = &rest[..length];
        self.at += length + ending;
        self.line += 1;
        self.column = 1;
        Some(())
    }
}

/// The physical record length that the header states, where the file has no line ends and has it truly.
fn fixed_length(bytes: &[u8]) -> Option<usize> {
    let head = &bytes[..bytes.len().min(200)];
    if memchr2(b'\n', b'\r', head).is_some() {
        return None;
    }
    let end = memchr(b'/', head)?;
    let length: usize =
        core::str::from_utf8(head[..end].split(|byte| *byte == b',').nth(6)?).ok()?.trim().parse().ok()?;
    let second = bytes.get(length..)?;
    (length > end && record_code(second).is_some() && memchr2(b'\n', b'\r', bytes).is_none()).then_some(length)
}

/// How many blanks stand at the beginning.
fn blanks(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !is_blank(*byte)).unwrap_or(bytes.len())
}

/// Blanks, tabs, NULs, and the old mark of a file's end.
fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | 0 | 0x1A)
}

/// Without the blanks at both ends.
pub(super) fn trimmed(bytes: &[u8]) -> &[u8] {
    let start = blanks(bytes);
    let end = bytes.iter().rposition(|byte| !is_blank(*byte)).map_or(start, |last| last + 1);
    &bytes[start..end.max(start)]
}

/// Without the slash that ends a record, and the blanks about it.
fn without_slash(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().rposition(|byte| !is_blank(*byte)).map_or(0, |last| last + 1);
    let bytes = &bytes[..end];
    bytes.strip_suffix(b"/").unwrap_or(bytes)
}

/// The record code at the beginning, if one stands there.
fn record_code(bytes: &[u8]) -> Option<u8> {
    let code = match bytes.get(..2)? {
        b"01" => 1,
        b"02" => 2,
        b"03" => 3,
        b"16" => 16,
        b"49" => 49,
        b"88" => 88,
        b"98" => 98,
        b"99" => 99,
        _ => return None,
    };
    matches!(bytes.get(2), None | Some(b',' | b'/')).then_some(code)
}

/// Whether what follows a record code has the shape of such a record, so that no text can be meant.
fn shaped(code: u8, bytes: &[u8]) -> bool {
    let body = bytes.get(3..).unwrap_or_default();
    let head = &body[..body.len().min(160)];
    let digits = |field: &[u8]| field.iter().all(u8::is_ascii_digit);
    let mut fields = head.split(|byte| *byte == b',');
    let mut sum_and_counts = |counts: usize| {
        let sum = trimmed(fields.next().unwrap_or_default());
        let plain = sum.strip_prefix(b"-").or_else(|| sum.strip_prefix(b"+")).unwrap_or(sum);
        let last = fields.clone().nth(counts - 1).unwrap_or_default();
        let ended = trimmed(last.split(|byte| *byte == b'/').next().unwrap_or_default());
        digits(plain)
            && fields.clone().take(counts - 1).all(|field| digits(trimmed(field)))
            && digits(ended)
            && !last.is_empty()
    };
    match code {
        16 => {
            let field = trimmed(fields.next().unwrap_or_default());
            field.len() == 3 && digits(field) && fields.next().is_some()
        }
        49 => sum_and_counts(1),
        98 | 99 => sum_and_counts(2),
        3 => fields.clone().take(2).count() == 2,
        1 | 2 => fields.clone().take(6).count() == 6,
        _ => false,
    }
}

/// A field and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Field<'a> {
    /// The bytes without the blanks about them.
    pub(super) bytes: &'a [u8],
    /// Where it begins.
    pub(super) place: Place,
    /// Whether it ends its part.
    pub(super) ends_part: bool,
}

/// Goes through the fields of a record; a continuation goes on with the next field.
pub(super) struct Fields<'r, 'a> {
    parts: &'r [Part<'a>],
    part: usize,
    at: usize,
}

impl<'r, 'a> Fields<'r, 'a> {
    /// Begins with the field behind the record code.
    pub(super) fn new(parts: &'r [Part<'a>]) -> Self {
        Self { parts, part: 0, at: 0 }
    }

    /// The next field; `None` behind the last.
    pub(super) fn next(&mut self) -> Option<Field<'a>> {
        let part = self.parts.get(self.part)?;
        let rest = part.bytes.get(self.at..).unwrap_or_default();
        let place = Place { line: part.place.line, column: part.place.column + 3 + self.at as u64 };
        let comma = memchr(b',', rest);
        let (bytes, ends_part) = match comma {
            Some(comma) => {
                self.at += comma + 1;
                (&rest[..comma], false)
            }
            None => {
                self.part += 1;
                self.at = 0;
                (rest, true)
            }
        };
        Some(Field { bytes: trimmed(bytes), place, ends_part })
    }

    /// The bytes of the next field; none when there is no further.
    pub(super) fn bytes(&mut self) -> &'a [u8] {
        self.next().map_or(&[], |field| field.bytes)
    }

    /// The bytes of the field behind `skipped` others.
    pub(super) fn nth_bytes(&mut self, skipped: usize) -> &'a [u8] {
        for _ in 0..skipped {
            self.next();
        }
        self.bytes()
    }

    /// All that is left, a line a part, commas and slashes included.
    pub(super) fn text(self) -> impl Iterator<Item = &'a [u8]> + use<'r, 'a> {
        let at = self.at;
        self.parts.get(self.part..).unwrap_or_default().iter().enumerate().map(move |(index, part)| {
            let from = if index == 0 { at } else { 0 };
            trimmed(part.bytes.get(from..).unwrap_or_default())
        })
    }
}
