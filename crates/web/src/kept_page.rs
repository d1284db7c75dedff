//! One page as it is kept: its text in pieces, with a hole between every two, whole and compressed.
//!
//! Compressed, every piece is a run of deflate blocks that looks at nothing before it, and what fills a hole is a block that
//! is stored as it is. So a page is compressed once, and filled in without being compressed again.

use std::io::Write;
use std::sync::OnceLock;

use flate2::{Compression, Crc, write::DeflateEncoder};

/// What is filled in whenever the page is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Hole {
    /// The secret of the session that asks.
    Csrf,
    /// A number of its own.
    Once,
}

/// A page with holes.
#[derive(Debug)]
pub(crate) struct KeptPage {
    /// Texts, each with the hole behind it; the last has none.
    pieces: Vec<(Box<[u8]>, Option<Hole>)>,
    size: usize,
    /// The pieces compressed, made when somebody first takes them.
    packed: OnceLock<Vec<Packed>>,
}

#[derive(Debug)]
struct Packed {
    blocks: Box<[u8]>,
    crc: Crc,
}

/// The head of a gzip file without name and time.
const GZIP_HEAD: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255];
/// The last block of a deflate stream, with nothing in it.
const LAST_BLOCK: [u8; 5] = [1, 0, 0, 255, 255];

impl KeptPage {
    /// Cuts a page at its marks.
    pub(crate) fn new(page: &[u8], marks: &[(&str, Hole)]) -> Self {
        let mut pieces = Vec::new();
        let mut rest = page;
        loop {
            let found = marks.iter().filter_map(|(mark, hole)| Some((find(rest, mark.as_bytes())?, mark.len(), *hole)));
            let Some((at, length, hole)) = found.min_by_key(|(at, ..)| *at) else { break };
            pieces.push((rest[..at].into(), Some(hole)));
            rest = &rest[at + length..];
        }
        pieces.push((rest.into(), None));
        Self { pieces, size: page.len(), packed: OnceLock::new() }
    }

    /// About how many bytes it takes in memory.
    pub(crate) fn size(&self) -> usize {
        // A page of markup becomes a fourth of its size or less.
        self.size + self.size / 4
    }

    /// The page with its holes filled: `number` makes the numbers.
    pub(crate) fn filled(&self, csrf: &str, number: impl Fn() -> String) -> Vec<u8> {
        let mut page = Vec::with_capacity(self.size + self.pieces.len() * 64);
        for (text, hole) in &self.pieces {
            page.extend_from_slice(text);
            match hole {
                Some(Hole::Csrf) => page.extend_from_slice(csrf.as_bytes()),
                Some(Hole::Once) => page.extend_from_slice(number().as_bytes()),
                None => {}
            }
        }
        page
    }

    /// The same, compressed with gzip.
    pub(crate) fn filled_gzip(&self, csrf: &str, number: impl Fn() -> String) -> Vec<u8> {
        let packed = self.packed.get_or_init(|| self.pieces.iter().map(|(text, _)| pack(text)).collect());
        let length = packed.iter().map(|piece| piece.blocks.len() + 64).sum::<usize>() + 32;
        let mut page = Vec::with_capacity(length);
        page.extend_from_slice(&GZIP_HEAD);
        let mut crc = Crc::new();
        for ((_, hole), piece) in self.pieces.iter().zip(packed) {
            page.extend_from_slice(&piece.blocks);
            crc.combine(&piece.crc);
            match hole {
                Some(Hole::Csrf) => store(&mut page, &mut crc, csrf),
                Some(Hole::Once) => store(&mut page, &mut crc, &number()),
                None => {}
            }
        }
        page.extend_from_slice(&LAST_BLOCK);
        page.extend_from_slice(&crc.sum().to_le_bytes());
        page.extend_from_slice(&crc.amount().to_le_bytes());
        page
    }
}

fn find(text: &[u8], mark: &[u8]) -> Option<usize> {
    let first = *mark.first()?;
    let mut from = 0;
    while let Some(at) = text.get(from..)?.iter().position(|byte| *byte == first) {
        if text[from + at..].starts_with(mark) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// A piece as deflate blocks, none of them the last, that end on a whole byte.
fn pack(text: &[u8]) -> Packed {
    let mut crc = Crc::new();
    crc.update(text);
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(text.len() / 4 + 64), Compression::fast());
    // Writing to memory does not fail.
    let _ = encoder.write_all(text);
    let _ = encoder.flush();
    Packed { blocks: encoder.get_ref().as_slice().into(), crc }
}

/// Adds a text as a block that is stored as it is. What fills a hole is far below the 65,535 bytes such a block holds.
fn store(page: &mut Vec<u8>, crc: &mut Crc, text: &str) {
    let length = u16::try_from(text.len()).unwrap_or(u16::MAX);
    let text = &text.as_bytes()[..usize::from(length)];
    page.push(0);
    page.extend_from_slice(&length.to_le_bytes());
    page.extend_from_slice(&(!length).to_le_bytes());
    page.extend_from_slice(text);
    crc.update(text);
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::Read;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn a_page_is_filled_anew_each_time_and_the_same_whole_or_compressed() {
        let middle = "<li>line</li>".repeat(500);
        let page = format!("<p>CSRF</p>ONCE{middle}ONCECSRF");
        let kept = KeptPage::new(page.as_bytes(), &[("CSRF", Hole::Csrf), ("ONCE", Hole::Once)]);
        for csrf in ["abc", ""] {
            let numbers = || {
                let next = Cell::new(0);
                move || {
                    next.set(next.get() + 1);
                    format!("n{}", next.get())
                }
            };
            let whole = String::from_utf8(kept.filled(csrf, numbers())).expect("text");
            assert_eq!(whole, format!("<p>{csrf}</p>n1{middle}n2{csrf}"));
            let packed = kept.filled_gzip(csrf, numbers());
            assert!(packed.len() < whole.len() / 10, "{}", packed.len());
            let mut unpacked = String::new();
            GzDecoder::new(packed.as_slice()).read_to_string(&mut unpacked).expect("gzip that any reader takes");
            assert_eq!(unpacked, whole);
        }
    }

    #[test]
    fn a_page_without_marks_is_one_piece() {
        let kept = KeptPage::new(b"", &[("M", Hole::Once)]);
        assert_eq!(kept.filled("x", String::new), b"");
        let mut unpacked = Vec::new();
        GzDecoder::new(kept.filled_gzip("x", String::new).as_slice()).read_to_end(&mut unpacked).expect("gzip");
        assert_eq!(unpacked, b"");
    }
}
