//! The segments of an interchange, one after the other, without copying.

use memchr::{memchr, memchr2};

use crate::bank::Place;

/// What separates elements and ends segments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Separators {
    element: u8,
    segment: u8,
}

impl Separators {
    /// Those of an interchange: told from its ISA segment, whose sixteenth element is one byte before the end.
    pub(super) fn of_interchange(bytes: &[u8]) -> Option<Self> {
        let element = *bytes.get(3).filter(|byte| byte.is_ascii() && !byte.is_ascii_alphanumeric())?;
        let head = &bytes[..bytes.len().min(400)];
        let last = head.iter().enumerate().filter(|(_, byte)| **byte == element).nth(15)?.0;
        let segment = *head.get(last + 2).filter(|byte| !byte.is_ascii_alphanumeric())?;
        (segment != element).then_some(Self { element, segment })
    }

    /// Those of a fragment in an addenda record: whichever mark ends its first segment.
    pub(super) fn of_fragment(bytes: &[u8]) -> Self {
        let segment = memchr2(b'~', b'\\', bytes).map_or(b'\\', |at| bytes[at]);
        Self { element: b'*', segment }
    }
}

/// Where offsets of the text stand in the file.
pub(super) enum Places<'a> {
    /// The text is the file.
    File {
        /// The text.
        bytes: &'a [u8],
        /// How far lines are counted.
        counted: usize,
        /// The line there.
        line: u64,
        /// Where that line begins.
        begins: usize,
    },
    /// The text is put together from pieces: offset and place of each, by offset.
    Pieces(&'a [(usize, Place)]),
}

impl<'a> Places<'a> {
    pub(super) fn of_file(bytes: &'a [u8]) -> Self {
        Self::File { bytes, counted: 0, line: 1, begins: 0 }
    }

    /// The place of an offset; offsets must not fall.
    fn at(&mut self, offset: usize) -> Place {
        match self {
            Self::File { bytes, counted, line, begins } => {
                while let Some(next) = memchr2(b'\n', b'\r', &bytes[*counted..offset.max(*counted)]) {
                    let end = *counted + next;
                    let pair = bytes[end..].starts_with(b"\r\n") && end + 1 < offset;
                    *counted = end + if pair { 2 } else { 1 };
                    *begins = *counted;
                    *line += 1;
                }
                *counted = offset.max(*counted);
                Place { line: *line, column: (offset - (*begins).min(offset)) as u64 + 1 }
            }
            Self::Pieces(pieces) => {
                let after = pieces.partition_point(|(start, _)| *start <= offset);
                let (start, place) = pieces.get(after.saturating_sub(1)).copied().unwrap_or_default();
                Place { column: place.column + (offset - start.min(offset)) as u64, ..place }
            }
        }
    }
}

/// A segment: its id and its elements.
#[derive(Debug, Clone, Copy)]
pub(super) struct Segment<'a> {
    /// Where it begins.
    pub(super) place: Place,
    bytes: &'a [u8],
    separator: u8,
}

impl<'a> Segment<'a> {
    /// The id: `RMR`.
    pub(super) fn id(&self) -> &'a [u8] {
        self.element(0)
    }

    /// The element of a number, without blanks about it; empty where there is none. Number 0 is the id.
    pub(super) fn element(&self, number: usize) -> &'a [u8] {
        let separator = self.separator;
        self.bytes.split(move |byte| *byte == separator).nth(number).unwrap_or_default().trim_ascii()
    }

    /// The element as text; `None` where it is empty.
    pub(super) fn text(&self, number: usize) -> Option<String> {
        let bytes = self.element(number);
        (!bytes.is_empty()).then(|| String::from_utf8_lossy(bytes).into_owned())
    }
}

/// Goes through the segments.
pub(super) struct Segments<'a> {
    bytes: &'a [u8],
    at: usize,
    separators: Separators,
    places: Places<'a>,
    limit: usize,
}

impl<'a> Segments<'a> {
    pub(super) fn new(bytes: &'a [u8], separators: Separators, places: Places<'a>, limit: usize) -> Self {
        Self { bytes, at: 0, separators, places, limit }
    }

    /// Another interchange may separate otherwise.
    pub(super) fn separate_by(&mut self, separators: Separators) {
        self.separators = separators;
    }

    /// What is left, from the next segment on.
    pub(super) fn rest(&mut self) -> &'a [u8] {
        self.skip_blanks();
        &self.bytes[self.at..]
    }

    fn skip_blanks(&mut self) {
        let rest = &self.bytes[self.at..];
        self.at += rest.iter().position(|byte| !byte.is_ascii_whitespace() && *byte != 0).unwrap_or(rest.len());
    }

    /// The next segment; `None` at the end, and the place of one that is too long.
    pub(super) fn next(&mut self) -> Option<Result<Segment<'a>, Place>> {
        self.skip_blanks();
        let rest = self.bytes.get(self.at..).filter(|rest| !rest.is_empty())?;
        let place = self.places.at(self.at);
        let window = &rest[..rest.len().min(self.limit + 1)];
        let end = match memchr(self.separators.segment, window) {
            Some(end) => end,
            None if window.len() > self.limit => return Some(Err(place)),
            None => window.len(),
        };
        self.at += (end + 1).min(rest.len());
        Some(Ok(Segment { place, bytes: &rest[..end], separator: self.separators.element }))
    }
}
