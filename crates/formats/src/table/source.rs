//! Bytes in, ASCII-compatible bytes out: finds the encoding and turns UTF-16 into UTF-8 while it streams.

use std::io::{self, Read};

use encoding_rs::{Decoder, UTF_16BE, UTF_16LE};

/// How many bytes are read at a time.
const CHUNK: usize = 64 * 1024;

/// How the text of a file is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// UTF-16, little end first.
    Utf16Le,
    /// UTF-16, big end first.
    Utf16Be,
    /// Windows-1252, which covers ISO 8859-1.
    Windows1252,
}

/// The input, decoded as far as splitting needs it.
pub(super) struct Source<R> {
    input: R,
    raw: Vec<u8>,
    decoder: Option<Decoder>,
    ended: bool,
    /// Told from a byte order mark, from the zeros of UTF-16, or by the caller; `None` is UTF-8 or Windows-1252.
    pub(super) encoding: Option<Encoding>,
}

impl<R: Read> Source<R> {
    /// Reads the beginning of the input into `sample` and finds the encoding.
    pub(super) fn open(mut input: R, given: Option<Encoding>, sample: &mut Vec<u8>) -> io::Result<Self> {
        let mut raw = Vec::new();
        let taken = read_up_to(&mut input, &mut raw, CHUNK)?;
        let (marked, skip) = match raw[..] {
            [0xEF, 0xBB, 0xBF, ..] => (Some(Encoding::Utf8), 3),
            [0xFF, 0xFE, ..] => (Some(Encoding::Utf16Le), 2),
            [0xFE, 0xFF, ..] => (Some(Encoding::Utf16Be), 2),
            _ => (None, 0),
        };
        let encoding = given.or(marked).or_else(|| utf16_by_zeros(&raw));
        let decoder = match encoding {
            Some(Encoding::Utf16Le) => Some(UTF_16LE.new_decoder_without_bom_handling()),
            Some(Encoding::Utf16Be) => Some(UTF_16BE.new_decoder_without_bom_handling()),
            _ => None,
        };
        raw.drain(..skip);
        let mut source = Self { input, raw, decoder, ended: taken < CHUNK, encoding };
        source.hand_over(sample);
        Ok(source)
    }

    /// Whether nothing more will come.
    pub(super) fn ended(&self) -> bool {
        self.ended
    }

    /// Appends more bytes to `buffer`.
    pub(super) fn fill(&mut self, buffer: &mut Vec<u8>) -> io::Result<()> {
        if self.decoder.is_none() {
            self.ended = read_up_to(&mut self.input, buffer, CHUNK)? < CHUNK;
            return Ok(());
        }
        self.ended = read_up_to(&mut self.input, &mut self.raw, CHUNK)? < CHUNK;
        self.hand_over(buffer);
        Ok(())
    }

    /// Moves what was read to `buffer`, as UTF-8 when it is UTF-16.
    fn hand_over(&mut self, buffer: &mut Vec<u8>) {
        let Some(decoder) = &mut self.decoder else {
            buffer.append(&mut self.raw);
            return;
        };
        let room = decoder.max_utf8_buffer_length(self.raw.len()).unwrap_or(self.raw.len() * 3 + 16);
        let mut text = String::with_capacity(room);
        let _ = decoder.decode_to_string(&self.raw, &mut text, self.ended);
        self.raw.clear();
        buffer.extend_from_slice(text.as_bytes());
    }
}

/// Reads until `limit` bytes came or the input ended.
fn read_up_to(input: &mut impl Read, buffer: &mut Vec<u8>, limit: usize) -> io::Result<usize> {
    let limit = u64::try_from(limit).unwrap_or(u64::MAX);
    input.by_ref().take(limit).read_to_end(buffer)
}

/// UTF-16 without a mark: of Western text every other byte is zero.
fn utf16_by_zeros(raw: &[u8]) -> Option<Encoding> {
    let pairs = raw.len().min(4096) / 2;
    if pairs < 4 {
        return None;
    }
    let zeros = |offset: usize| raw.iter().skip(offset).step_by(2).take(pairs).filter(|byte| **byte == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    if odd * 10 >= pairs * 7 && even * 10 <= pairs {
        Some(Encoding::Utf16Le)
    } else if even * 10 >= pairs * 7 && odd * 10 <= pairs {
        Some(Encoding::Utf16Be)
    } else {
        None
    }
}

/// Whether the first text that is not ASCII speaks for UTF-8 rather than Windows-1252.
pub(super) fn looks_like_utf8(bytes: &[u8]) -> bool {
    let (mut good, mut bad) = (0_usize, 0_usize);
    for chunk in bytes.utf8_chunks() {
        good += chunk.valid().chars().filter(|mark| !mark.is_ascii()).count();
        bad += usize::from(!chunk.invalid().is_empty());
    }
    // A multi-byte character may be cut at the end of what was read.
    good >= bad.saturating_sub(1) && good > 0
}
