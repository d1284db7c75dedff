//! Which reader a remittance advice takes, told from its bytes.

use super::advice_table::{self, AdviceProfile, GridRow, of_text};
use super::{RemittanceFile, edifact, mailed, x12};
use crate::bank::{Place, ReadOptions, Refusal, decoded};
use crate::mail;
use crate::pdf;
use crate::sheet::is_workbook;

/// What a remittance advice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AdviceFormat {
    /// An X12 interchange.
    X12,
    /// An EDIFACT interchange.
    Edifact,
    /// A workbook.
    Workbook,
    /// A mail, with what is attached to it.
    Mail,
    /// A PDF with text in it.
    Pdf,
    /// The HTML of a mail or a page.
    Html,
    /// Text: delimited, in columns, or words.
    Text,
}

impl AdviceFormat {
    /// All formats.
    pub const ALL: [Self; 7] =
        [Self::X12, Self::Edifact, Self::Workbook, Self::Mail, Self::Pdf, Self::Html, Self::Text];

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Self::X12 => "x12-820",
            Self::Edifact => "edifact-remadv",
            Self::Workbook => "xlsx",
            Self::Mail => "mail",
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Text => "text",
        }
    }

    /// The format of a name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// Tells the format; `None` for what is neither text, a mail, a PDF nor a workbook (a picture).
pub fn detect(bytes: &[u8]) -> Option<AdviceFormat> {
    let head = &bytes[..bytes.len().min(4096)];
    let start = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    if start.starts_with(b"ISA") && start.get(3).is_some_and(|mark| !mark.is_ascii_alphanumeric()) {
        return Some(AdviceFormat::X12);
    }
    if edifact::looks_like(head) {
        return Some(AdviceFormat::Edifact);
    }
    if is_workbook(bytes) {
        return Some(AdviceFormat::Workbook);
    }
    // A short mail has the beginning of its PDF where a PDF may have its own.
    if mail::looks_like(bytes) {
        return Some(AdviceFormat::Mail);
    }
    if pdf::looks_like(bytes) {
        return Some(AdviceFormat::Pdf);
    }
    let lower = start.to_ascii_lowercase();
    let has = |word: &[u8]| memchr::memmem::find(&lower, word).is_some();
    if start.starts_with(b"<")
        && (has(b"<html") || has(b"<table") || has(b"<!doctype html") || has(b"<body") || has(b"<div"))
    {
        return Some(AdviceFormat::Html);
    }
    let binary = start.starts_with(&[0xD0, 0xCF, 0x11, 0xE0])
        || start.starts_with(b"PK")
        || start.contains(&0) && !start.starts_with(&[0xFF, 0xFE]);
    (!binary).then_some(AdviceFormat::Text)
}

/// Reads a remittance advice in whatever format it is; tables by a profile.
///
/// Total: whatever the bytes, it answers; what cannot be read says so in [`RemittanceFile::refused`].
pub fn read(bytes: &[u8], profile: &AdviceProfile, options: &ReadOptions) -> RemittanceFile {
    read_as(bytes, None, profile, options)
}

/// The same in a format that the caller knows.
pub fn read_as(
    bytes: &[u8],
    format: Option<AdviceFormat>,
    profile: &AdviceProfile,
    options: &ReadOptions,
) -> RemittanceFile {
    if bytes.len() > options.limits.bytes {
        let limit = format!("{} bytes, at most {} are read", bytes.len(), options.limits.bytes);
        return RemittanceFile::refusing(Refusal::TooLarge { limit });
    }
    match format.or_else(|| detect(bytes)) {
        Some(AdviceFormat::X12) => x12::read(bytes, options),
        Some(AdviceFormat::Edifact) => edifact::read(bytes, options),
        Some(AdviceFormat::Mail) => mailed::read(bytes, profile, options),
        Some(AdviceFormat::Pdf) => match pdf_rows(bytes, options) {
            Ok(rows) => advice_table::of_pdf(&rows, profile, options),
            Err(refused) => RemittanceFile::refusing(refused),
        },
        Some(AdviceFormat::Html) => advice_table::read_html(&decoded(bytes), profile, options),
        Some(AdviceFormat::Workbook | AdviceFormat::Text) => advice_table::read_file(bytes, profile, options),
        None => RemittanceFile::refusing(not_read(bytes)),
    }
}

/// The rows of a PDF, by whatever the caller takes its text out with.
pub(super) fn pdf_rows(bytes: &[u8], options: &ReadOptions) -> Result<Vec<GridRow>, Refusal> {
    let reason = "a PDF; save its text, or give it to a program that reads PDFs".to_owned();
    let none = Refusal::NotReadable { place: Place::FILE, reason };
    let text = options.pdf_text.ok_or(none)?(bytes)?;
    if text.len() > options.limits.bytes {
        let limit = format!("{} bytes of text, at most {} are read", text.len(), options.limits.bytes);
        return Err(Refusal::TooLarge { limit });
    }
    Ok(of_text(&text, &options.limits))
}

/// Why bytes of no known format are not read, and what to do.
pub(super) fn not_read(bytes: &[u8]) -> Refusal {
    let reason = match bytes {
        [0xD0, 0xCF, 0x11, 0xE0, ..] => "a mail of Outlook (.msg) or an old Office file; save it as .eml, .xlsx or CSV",
        [b'P', b'K', ..] => "an archive; unpack it and give its files",
        _ => "neither text, a mail, a PDF nor a workbook",
    };
    Refusal::NotReadable { place: Place::FILE, reason: reason.to_owned() }
}
