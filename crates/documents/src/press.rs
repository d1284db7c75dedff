//! The press: typst set up once, with our template and our font and nothing else.
//!
//! It reads no disk, no network, no packages, no system fonts and no clock. Data enters as the bytes of one JSON file that
//! the template reads as values; it is never spliced into markup.

use std::sync::LazyLock;

use serde_json::Value;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::RenderError;
use crate::numbers::is_invisible;
use crate::sheet::Sheet;

/// The template: how any sheet is laid out on pages.
const TEMPLATE: &str = include_str!("../templates/sheet.typ");

/// The name of the template and of the data beside it.
static MAIN: LazyLock<FileId> = LazyLock::new(|| file_id("/sheet.typ"));
static DATA: LazyLock<FileId> = LazyLock::new(|| file_id("/sheet.json"));

/// How many compilations an unused memoised result outlives: what every document shares stays warm, the rest is dropped.
const KEEP_MEMOISED: usize = 3;

/// The name of a file of our own.
fn file_id(path: &str) -> FileId {
    let path = VirtualPath::new(path).expect("a constant path without dots");
    RootedPath::new(VirtualRoot::Project, path).intern()
}

/// Typst's library, our fonts and our template, built once.
pub(crate) struct Press {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    template: Source,
    standards: PdfStandards,
}

/// The press with the data of one document: all that typst can see.
struct Job<'a> {
    press: &'a Press,
    data: Bytes,
}

impl Press {
    /// Sets the press up.
    pub(crate) fn new() -> Self {
        let fonts: Vec<Font> = Font::iter(Bytes::new(ttf_inter::REGULAR)).collect();
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            template: Source::new(*MAIN, TEMPLATE.to_owned()),
            standards: PdfStandards::new(&[PdfStandard::Ua_1]).expect("one standard contradicts no other"),
        }
    }

    /// Lays a sheet out and writes it as a tagged PDF. The same sheet gives the same bytes.
    pub(crate) fn print(&self, sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
        let fault = |error: serde_json::Error| RenderError::Layout(error.to_string());
        let mut data = serde_json::to_value(sheet).map_err(fault)?;
        self.make_printable(&mut data);
        let job = Job { press: self, data: Bytes::new(serde_json::to_vec(&data).map_err(fault)?) };
        let printed = job.print(sheet);
        comemo::evict(KEEP_MEMOISED);
        printed
    }

    /// Leaves in every text only what can be printed: PDF/UA refuses a file with a character that the font lacks, and a
    /// letter with one mark too few is better than none.
    fn make_printable(&self, value: &mut Value) {
        match value {
            Value::String(text) if !text.bytes().all(|byte| matches!(byte, b' '..=b'~')) => {
                *text = text.chars().filter_map(|char| self.printable(char)).collect();
            }
            Value::Array(values) => values.iter_mut().for_each(|value| self.make_printable(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.make_printable(value)),
            _ => {}
        }
    }

    /// The character itself, a space for white space, a question mark for a letter the font lacks, nothing for a control.
    fn printable(&self, char: char) -> Option<char> {
        if is_invisible(char) {
            return char.is_whitespace().then_some(' ');
        }
        let known = self.fonts.iter().any(|font| font.info().coverage.contains(u32::from(char)));
        Some(if known { char } else { '?' })
    }
}

impl Job<'_> {
    /// Compiles and exports; the caller evicts memoised results whatever came out.
    fn print(&self, sheet: &Sheet) -> Result<Vec<u8>, RenderError> {
        let document = typst::compile::<PagedDocument>(self).output.map_err(|errors| layout_error(&errors))?;
        let [year, month, day] = sheet.date;
        let created = Datetime::from_ymd_hms(i32::from(year), month as u8, day as u8, 0, 0, 0);
        let options = PdfOptions {
            ident: Smart::Custom(format!("{}\n{}", sheet.sender_name, sheet.title)),
            creator: Smart::Custom(Some("Dunwell".to_owned())),
            timestamp: created.map(Timestamp::new_utc),
            standards: self.press.standards.clone(),
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&document, &options).map_err(|errors| layout_error(&errors))
    }
}

/// The engine's complaints in one line.
fn layout_error(errors: &[SourceDiagnostic]) -> RenderError {
    let mut messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    messages.dedup();
    RenderError::Layout(messages.join("; "))
}

impl World for Job<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.press.book
    }

    fn main(&self) -> FileId {
        *MAIN
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == *MAIN { Ok(self.press.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == *DATA { Ok(self.data.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.press.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
