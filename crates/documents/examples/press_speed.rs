//! How fast statements are printed, and whether memory stays flat: `cargo run --release --example press_speed -- ours 1000`.
//! `bare` prints the same number of pages through typst alone: the same rows as a plain table in the same typeface. CPU time is
//! for the caller to read; the peak of memory is printed after a tenth of the pages and after all.

use dunwell_documents::Renderer;
use dunwell_documents::model::{Language, StatementDocument};
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

#[path = "../tests/documents/common/mod.rs"]
#[expect(dead_code, reason = "the tests' documents are more than one benchmark needs")]
mod common;

/// Rows of a page.
const ROWS: i64 = 20;

fn main() {
    let mut arguments = std::env::args().skip(1);
    let bare = arguments.next().as_deref() == Some("bare");
    let pages: i64 = arguments.next().and_then(|pages| pages.parse().ok()).unwrap_or(1_000);
    let (renderer, mut world) = (Renderer::new(), Bare::new());
    let mut bytes = 0;
    for page in 0..pages {
        let statement = statement(page);
        bytes +=
            if bare { world.print(&statement) } else { renderer.statement_pdf(&statement).expect("it foots").len() };
        if page + 1 == pages / 10 || page + 1 == pages {
            println!("{} pages, {bytes} bytes, peak memory {}", page + 1, peak_memory());
        }
    }
}

/// A statement of one page that no other is like.
fn statement(page: i64) -> StatementDocument {
    let mut statement = common::statement(Language::En);
    let open = |row: i64| 10_000 + page * 7 + row;
    statement.number = format!("S-{page}");
    statement.rows = (0..ROWS)
        .map(|row| common::row(&format!("INV-{}", page * ROWS + row), None, "2026-07-24", "2026-09-22", open(row)))
        .collect();
    let sum = (0..ROWS).map(open).sum();
    let figures = &mut statement.figures;
    (figures.balance_minor, figures.past_due_minor, figures.pay_now_minor) = (sum, sum, sum);
    figures.disputed_minor = 0;
    for bucket in &mut statement.aging {
        bucket.amount_minor = if bucket.bucket == "31-60" { sum } else { 0 };
    }
    statement
}

/// The most memory this process had, where the system says so.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(|| "unknown".to_owned(), |line| line.trim().to_owned())
}

/// Typst with a font and a page, and nothing of ours.
struct Bare {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: Vec<Font>,
    page: Source,
}

impl Bare {
    fn new() -> Self {
        let fonts: Vec<Font> = Font::iter(Bytes::new(ttf_inter::REGULAR)).collect();
        let path = VirtualPath::new("/page.typ").expect("a path without dots");
        let main = RootedPath::new(VirtualRoot::Project, path).intern();
        Self {
            library: LazyHash::new(Library::default()),
            book: LazyHash::new(FontBook::from_fonts(&fonts)),
            fonts,
            page: Source::new(main, String::new()),
        }
    }

    fn print(&mut self, statement: &StatementDocument) -> usize {
        let mut text = String::from(
            "#set document(title: \"Statement\")\n#set text(font: \"Inter V\", size: 10pt)\n= Statement\n\
             #table(columns: 6, table.header[Document][Date][Due][Days late][Amount][Open],\n",
        );
        for row in &statement.rows {
            let due = row.due.map(|day| day.to_string()).unwrap_or_default();
            let (amount, open) = (row.amount_minor, row.open_minor);
            text.push_str(&format!(
                "[{}],[{}],[{due}],[{}],[{amount}],[{open}],\n",
                row.document, row.date, row.days_late
            ));
        }
        text.push(')');
        self.page.replace(&text);
        let document = typst::compile::<PagedDocument>(&*self).output.expect("a plain page compiles");
        let standards = PdfStandards::new(&[PdfStandard::Ua_1]).expect("one standard contradicts no other");
        let pdf = typst_pdf::pdf(&document, &PdfOptions { standards, ..PdfOptions::default() }).expect("a PDF");
        comemo::evict(3);
        pdf.len()
    }
}

impl World for Bare {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.page.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.page.id() { Ok(self.page.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, _id: FileId) -> FileResult<Bytes> {
        Err(FileError::AccessDenied)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
