//! The text of a PDF, line by line as it stands on the page, its columns parted by tabs.
//!
//! A PDF knows no lines and no columns: it puts letters at places. Letters of one height are a line, a wide gap parts two
//! cells, and below a row of words over columns each cell stands in the column that it lies under, so that an empty cell
//! stays one. The interpreter is foreign code on hostile input, and a small file may unpack to any size: a caller runs
//! [`text`] in a process of its own, with limits ([`crate::pdf`] itself has none but those of [`PdfLimits`]). Absent on
//! purpose: pictures, hence what is scanned.

mod glyphs;
mod lines;

use core::fmt;

use crate::isolated::isolated;

/// How much of a PDF is read; what exceeds it is refused by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PdfLimits {
    /// Bytes of the file.
    pub bytes: usize,
    /// Pages.
    pub pages: usize,
    /// Letters on all pages.
    pub letters: usize,
}

impl PdfLimits {
    /// What no advice exceeds.
    pub const STANDARD: Self = Self { bytes: 64 << 20, pages: 300, letters: 1_000_000 };
}

/// Why the text of a PDF is not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PdfRefusal {
    /// It has more than is read.
    TooLarge(String),
    /// It is no PDF, or a damaged one.
    Damaged,
    /// It can be read with a password alone.
    Encrypted,
    /// No letter is on its pages: mostly a picture of paper.
    NoText,
}

impl fmt::Display for PdfRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLarge(limit) => f.write_str(limit),
            Self::Damaged => f.write_str("the PDF is damaged; open it and print it to a new PDF, or save its text"),
            Self::Encrypted => f.write_str("the PDF takes a password; open it with that and print it to a new PDF"),
            Self::NoText => f.write_str(
                "the PDF has no text, only pictures; ask the payer for the file itself, or type what it says",
            ),
        }
    }
}

/// Whether bytes begin as a PDF does; a few bytes before that are passed over, as readers of PDF do.
pub fn looks_like(bytes: &[u8]) -> bool {
    memchr::memmem::find(&bytes[..bytes.len().min(1024)], b"%PDF-")
        .is_some_and(|at| at < 512 && !bytes[..at].contains(&b'<'))
}

/// The text of a PDF: a line a row, columns parted by tabs, pages by an empty line.
pub fn text(bytes: &[u8], limits: &PdfLimits) -> Result<String, PdfRefusal> {
    if bytes.len() > limits.bytes {
        let limit = format!("a PDF of {} bytes, at most {} are read", bytes.len(), limits.bytes);
        return Err(PdfRefusal::TooLarge(limit));
    }
    let pages = isolated(|| glyphs::of_pages(bytes, limits)).unwrap_or(Err(PdfRefusal::Damaged))?;
    let text = lines::of_pages(&pages);
    if !text.chars().any(char::is_alphanumeric) {
        return Err(PdfRefusal::NoText);
    }
    Ok(text)
}
