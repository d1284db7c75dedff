//! What goes out on paper: statements of account and past-due notices.
//!
//! One data model a document ([`model`]) becomes PDF, HTML, plain text and CSV, so that no two of them can disagree. The
//! caller passes facts; the wording of every level and language lives here. A document that does not foot is refused with
//! both figures and never printed. Absent on purpose: storage, sending, and every decision about what to ask for.

mod compose;
mod html;
pub mod model;
mod numbers;
mod press;
mod sheet;
mod table;
mod text;

pub use table::no_formula;

use model::{DocumentRefused, NoticeDocument, StatementDocument};
use press::Press;

/// Why a document could not be rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// The document does not foot or asks for nothing: a refusal, the caller's data is wrong.
    #[error(transparent)]
    Refused(#[from] DocumentRefused),
    /// The layout engine failed: a fault, with its own words.
    #[error("layout: {0}")]
    Layout(String),
}

/// Renders documents. Making one builds the fonts and the layout library: make one and use it for all documents.
///
/// Every method checks first that the document foots and refuses it otherwise. The same document gives the same bytes.
/// It can be shared between threads.
pub struct Renderer {
    press: Press,
}

impl Default for Renderer {
    fn default() -> Self {
        Self::new()
    }
}

impl Renderer {
    /// Sets up fonts and layout library, once.
    pub fn new() -> Self {
        Self { press: Press::new() }
    }

    /// A statement as a tagged PDF (PDF/UA-1).
    ///
    /// # Errors
    /// Refused when it does not foot; a layout fault otherwise.
    pub fn statement_pdf(&self, statement: &StatementDocument) -> Result<Vec<u8>, RenderError> {
        statement.check()?;
        self.press.print(&compose::statement_sheet(statement))
    }

    /// A notice as a tagged PDF (PDF/UA-1).
    ///
    /// # Errors
    /// Refused when it does not foot; a layout fault otherwise.
    pub fn notice_pdf(&self, notice: &NoticeDocument) -> Result<Vec<u8>, RenderError> {
        notice.check()?;
        self.press.print(&compose::notice_sheet(notice))
    }

    /// A statement as a self-contained HTML page.
    ///
    /// # Errors
    /// Refused when it does not foot.
    pub fn statement_html(&self, statement: &StatementDocument) -> Result<String, RenderError> {
        statement.check()?;
        Ok(html::page(&compose::statement_sheet(statement)))
    }

    /// A notice as a self-contained HTML page.
    ///
    /// # Errors
    /// Refused when it does not foot.
    pub fn notice_html(&self, notice: &NoticeDocument) -> Result<String, RenderError> {
        notice.check()?;
        Ok(html::page(&compose::notice_sheet(notice)))
    }

    /// A statement as plain text.
    ///
    /// # Errors
    /// Refused when it does not foot.
    pub fn statement_text(&self, statement: &StatementDocument) -> Result<String, RenderError> {
        statement.check()?;
        Ok(text::page(&compose::statement_sheet(statement)))
    }

    /// A notice as plain text.
    ///
    /// # Errors
    /// Refused when it does not foot.
    pub fn notice_text(&self, notice: &NoticeDocument) -> Result<String, RenderError> {
        notice.check()?;
        Ok(text::page(&compose::notice_sheet(notice)))
    }

    /// A statement as CSV, one line a row, amounts as plain decimals; texts cannot become formulas in a spreadsheet.
    ///
    /// # Errors
    /// Refused when it does not foot.
    pub fn statement_csv(&self, statement: &StatementDocument) -> Result<String, RenderError> {
        statement.check()?;
        table::statement_csv(statement)
    }
}
