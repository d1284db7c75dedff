//! From byte offsets to lines, for readers that see a file as one text.

use memchr::memchr2;

use super::Place;

/// Counts lines from offset to offset; cheap when offsets mostly grow, as they do while a file is read.
#[derive(Debug, Clone)]
pub(super) struct Lines<'s> {
    bytes: &'s [u8],
    at: usize,
    line: u64,
    begins: usize,
}

impl<'s> Lines<'s> {
    /// At the beginning of a text.
    pub(super) fn of(text: &'s str) -> Self {
        Self { bytes: text.as_bytes(), at: 0, line: 1, begins: 0 }
    }

    /// The line and column of an offset. CR, LF and CRLF each end a line. An offset before the last one asked for counts
    /// anew from the beginning: ask for places in the order of the file.
    pub(super) fn place(&mut self, offset: usize) -> Place {
        let offset = offset.min(self.bytes.len());
        if offset < self.at {
            (self.at, self.line, self.begins) = (0, 1, 0);
        }
        for index in self.at..offset {
            let ends = match self.bytes[index] {
                b'\n' => true,
                b'\r' => self.bytes.get(index + 1) != Some(&b'\n'),
                _ => false,
            };
            if ends {
                self.line += 1;
                self.begins = index + 1;
            }
        }
        self.at = offset;
        Place { line: self.line, column: (offset - self.begins) as u64 + 1 }
    }
}

/// How long the first line is, and how long the CR, LF or CRLF that ends it; 0 where the text ends without one.
pub(super) fn line_length(bytes: &[u8]) -> (usize, usize) {
    match memchr2(b'\n', b'\r', bytes) {
        Some(end) if bytes[end..].starts_with(b"\r\n") => (end, 2),
        Some(end) => (end, 1),
        None => (bytes.len(), 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_line_end_counts_once_and_going_back_counts_anew() {
        let mut lines = Lines::of("ab\r\ncd\ref\n\ng");
        let at = |lines: &mut Lines<'_>, offset| (lines.place(offset).line, lines.place(offset).column);
        assert_eq!(at(&mut lines, 1), (1, 2));
        assert_eq!(at(&mut lines, 4), (2, 1));
        assert_eq!(at(&mut lines, 8), (3, 2));
        assert_eq!(at(&mut lines, 11), (5, 1));
        assert_eq!(at(&mut lines, 0), (1, 1));
        assert_eq!(at(&mut lines, 99), (5, 2));
    }
}
