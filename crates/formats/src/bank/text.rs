//! Bytes to text, for formats of text whose encoding is often not the one they say.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

/// The text of a file in the encoding that its first bytes show, else in `declared`, else in UTF-8. Bytes that are no UTF-8
/// are read as Windows-1252, and the answer's second part says that something was no text of its encoding.
pub(super) fn decode<'b>(bytes: &'b [u8], declared: Option<&'static Encoding>) -> (Cow<'b, str>, bool) {
    let encoding = match bytes {
        [0xFE, 0xFF, ..] | [0, b'<', ..] => UTF_16BE,
        [0xFF, 0xFE, ..] | [b'<', 0, ..] => UTF_16LE,
        [0xEF, 0xBB, 0xBF, ..] => UTF_8,
        _ => declared.filter(|named| *named != UTF_16LE && *named != UTF_16BE).unwrap_or(UTF_8),
    };
    let (text, _, wrong) = encoding.decode(bytes);
    if wrong && encoding == UTF_8 {
        return (WINDOWS_1252.decode(bytes).0, true);
    }
    (text, wrong)
}

/// The encoding that an XML declaration at the beginning names.
pub(super) fn declared_in_xml(bytes: &[u8]) -> Option<&'static Encoding> {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    let (_, rest) = head.split_once("encoding=")?;
    let quote = rest.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    Encoding::for_label(rest[1..].split(quote).next()?.as_bytes())
}

/// The text of a file of which nothing is declared.
pub(crate) fn decoded(bytes: &[u8]) -> Cow<'_, str> {
    decode(bytes, None).0
}
