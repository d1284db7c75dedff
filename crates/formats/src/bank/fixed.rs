//! Records of a fixed number of characters: NACHA's 94, lockbox's 80.

use std::borrow::Cow;

use encoding_rs::WINDOWS_1252;

use super::Place;
use super::lines::line_length;

/// One record.
pub(super) struct Record<'a> {
    /// Where it begins.
    pub(super) place: Place,
    text: Cow<'a, str>,
    /// Whether each character is one byte.
    narrow: bool,
}

impl Record<'_> {
    /// The record type: its first character.
    pub(super) fn kind(&self) -> u8 {
        self.text.as_bytes().first().copied().unwrap_or(b' ')
    }

    /// The characters from one position to another, both from 1 and included, without blanks about them; a record that is
    /// cut short has blanks there.
    pub(super) fn field(&self, from: usize, to: usize) -> &str {
        self.raw(from, to).trim_matches([' ', '\0'])
    }

    /// The same with its blanks.
    pub(super) fn raw(&self, from: usize, to: usize) -> &str {
        if from == 0 || to < from {
            return "";
        }
        if self.narrow {
            let end = to.min(self.text.len());
            return self.text.get((from - 1).min(end)..end).unwrap_or_default();
        }
        let offset =
            |position: usize| self.text.char_indices().nth(position).map_or(self.text.len(), |(offset, _)| offset);
        &self.text[offset(from - 1)..offset(to)]
    }

    /// The field as text; `None` where it is blank.
    pub(super) fn text(&self, from: usize, to: usize) -> Option<String> {
        let field = self.field(from, to);
        (!field.is_empty()).then(|| field.to_owned())
    }

    /// The field as a number; blank is nought, anything else that is no number is `None`.
    pub(super) fn number(&self, from: usize, to: usize) -> Option<u64> {
        let field = self.field(from, to);
        field.bytes().try_fold(0_u64, |value, digit| {
            if digit.is_ascii_digit() { value.checked_mul(10)?.checked_add(u64::from(digit - b'0')) } else { None }
        })
    }

    /// Whether it only fills a block.
    pub(super) fn is_filler(&self) -> bool {
        self.text.len() > 20 && self.text.bytes().all(|byte| byte == b'9')
    }
}

/// Goes through the records.
pub(super) struct Records<'a> {
    bytes: &'a [u8],
    at: usize,
    line: u64,
    rest: &'a [u8],
    column: u64,
    length: usize,
}

impl<'a> Records<'a> {
    /// Begins; records have at most `length` characters.
    pub(super) fn new(bytes: &'a [u8], length: usize) -> Self {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        Self { bytes, at: 0, line: 0, rest: &[], column: 1, length }
    }

    /// The last line that was looked at.
    pub(super) fn line(&self) -> u64 {
        self.line
    }

    /// The next record that is not blank.
    pub(super) fn next(&mut self) -> Option<Record<'a>> {
        while self.rest.iter().all(|byte| matches!(byte, b' ' | b'\t' | 0 | 0x1A)) {
            self.take_line()?;
        }
        let place = Place { line: self.line, column: self.column };
        let bytes = &self.rest[..self.rest.len().min(self.length)];
        if bytes.is_ascii() {
            self.advance(bytes.len());
            let text = core::str::from_utf8(bytes).unwrap_or_default();
            return Some(Record { place, text: Cow::Borrowed(text), narrow: true });
        }
        // A letter beyond ASCII takes several bytes of the line, but one place of the record.
        let window = &self.rest[..self.rest.len().min(4 * self.length)];
        let valid = match core::str::from_utf8(window) {
            Ok(text) => text,
            Err(wrong) => core::str::from_utf8(&window[..wrong.valid_up_to()]).unwrap_or_default(),
        };
        if valid.len() > bytes.len() || valid.len() == window.len() {
            let end = valid.char_indices().nth(self.length).map_or(valid.len(), |(end, _)| end);
            self.advance(end);
            return Some(Record { place, text: Cow::Borrowed(&valid[..end]), narrow: false });
        }
        self.advance(bytes.len());
        let text = WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
        Some(Record { place, text: Cow::Owned(text), narrow: false })
    }

    fn advance(&mut self, bytes: usize) {
        self.rest = &self.rest[bytes..];
        self.column += bytes as u64;
    }

    /// Takes the next line; `None` at the end.
    fn take_line(&mut self) -> Option<()> {
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let (length, ending) = line_length(rest);
        self.rest = &rest[..length];
        self.at += length + ending;
        self.line += 1;
        self.column = 1;
        Some(())
    }
}
