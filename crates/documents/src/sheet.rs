//! The sheet: a document composed into words, in its language, before any page, markup or character cell.
//!
//! Statements and notices are each composed once into a sheet; PDF, HTML and text only lay it out. So no two outputs can
//! say different things. All values here are plain text: nothing in them is ever read as markup.

use serde::Serialize;

use crate::model::{Language, Paper};

/// One document, composed.
#[derive(Debug, Serialize)]
pub(crate) struct Sheet {
    pub(crate) lang: &'static str,
    pub(crate) paper: &'static str,
    /// Year, month, day of the document: the creation date of its PDF.
    pub(crate) date: [i16; 3],
    /// The title of the file or page.
    pub(crate) title: String,
    /// The heading on the page.
    pub(crate) heading: String,
    pub(crate) sender_name: String,
    pub(crate) sender_lines: Vec<String>,
    pub(crate) addressee: Vec<String>,
    /// Label and value pairs beside the address.
    pub(crate) meta: Vec<(String, String)>,
    pub(crate) blocks: Vec<Block>,
    /// What stands in the foot of each page, left of the page number.
    pub(crate) footer: String,
    /// The words around the page number: `Page`, `of`.
    pub(crate) page_words: [&'static str; 2],
}

/// A part of the sheet, from top to bottom.
#[derive(Debug, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub(crate) enum Block {
    /// A visible line that something is missing.
    Missing { text: String },
    /// A paragraph.
    Text { spans: Vec<Span> },
    /// The headline figures side by side.
    Figures { figures: Vec<HeadlineFigure> },
    /// A table.
    Table(Table),
    /// The pay box.
    Pay { blocks: Vec<PayBlock>, note: String },
    /// The name and reach of the person who signs.
    Signature { lines: Vec<String> },
    /// Small print.
    Fine { text: String },
}

/// A piece of a paragraph.
#[derive(Debug, Clone, Serialize, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) text: String,
    pub(crate) strong: bool,
}

/// One headline figure.
#[derive(Debug, Serialize)]
pub(crate) struct HeadlineFigure {
    pub(crate) label: String,
    pub(crate) value: String,
    /// The figure that asks to be paid.
    pub(crate) emphasis: bool,
}

/// A table with a header row that repeats on every page.
#[derive(Debug, Serialize)]
pub(crate) struct Table {
    pub(crate) caption: Option<String>,
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    /// The longest number in characters: a page makes its letters smaller rather than let numbers collide.
    pub(crate) widest_number: usize,
}

/// One column.
#[derive(Debug, Serialize)]
pub(crate) struct Column {
    pub(crate) title: String,
    pub(crate) kind: ColumnKind,
}

/// How a column is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ColumnKind {
    /// Words that name the line: takes most of the free width.
    Name,
    /// Words: takes the free width, breaks anywhere rather than overflow.
    Words,
    /// A date: as wide as it is.
    Day,
    /// A number: right-aligned, as wide as it is.
    Number,
    /// A number that shares the free width evenly.
    Share,
}

/// One row.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) kind: RowKind,
    pub(crate) cells: Vec<Cell>,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum RowKind {
    /// A line.
    Line,
    /// A name over the lines that follow.
    Section,
    /// A sum.
    Total,
}

/// One cell.
#[derive(Debug, Serialize, Default)]
pub(crate) struct Cell {
    pub(crate) text: String,
    /// A word of warning after the text, for instance `disputed`.
    pub(crate) tag: Option<String>,
    pub(crate) strong: bool,
    /// Columns it spans, at least 1.
    pub(crate) span: usize,
}

/// One way of paying.
#[derive(Debug, Serialize)]
pub(crate) struct PayBlock {
    pub(crate) title: String,
    pub(crate) lines: Vec<Vec<Span>>,
}

/// Plain words.
pub(crate) fn plain(text: impl Into<String>) -> Span {
    Span { text: text.into(), strong: false }
}

/// Words that stand out.
pub(crate) fn strong(text: impl Into<String>) -> Span {
    Span { text: text.into(), strong: true }
}

impl Cell {
    /// A cell of plain text.
    pub(crate) fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), span: 1, ..Self::default() }
    }

    /// A cell that stands out.
    pub(crate) fn strong(text: impl Into<String>) -> Self {
        Self { strong: true, ..Self::new(text) }
    }

    /// The same cell over several columns.
    pub(crate) fn over(self, span: usize) -> Self {
        Self { span, ..self }
    }
}

impl Column {
    /// A column with its title.
    pub(crate) fn new(title: impl Into<String>, kind: ColumnKind) -> Self {
        Self { title: title.into(), kind }
    }
}

impl Table {
    /// A table of these columns and rows.
    pub(crate) fn new(caption: Option<String>, columns: Vec<Column>, rows: Vec<Row>) -> Self {
        let mut widest_number = 0;
        for row in &rows {
            let mut at = 0;
            for cell in &row.cells {
                let kind = columns.get(at).map(|column| column.kind);
                if cell.span == 1 && matches!(kind, Some(ColumnKind::Number | ColumnKind::Share)) {
                    widest_number = widest_number.max(cell.text.chars().count());
                }
                at += cell.span;
            }
        }
        Self { caption, columns, rows, widest_number }
    }
}

/// The name of a paper as the page layout knows it.
pub(crate) fn paper_name(paper: Paper) -> &'static str {
    match paper {
        Paper::A4 => "a4",
        Paper::Letter => "us-letter",
    }
}

/// The words around a page number.
pub(crate) fn page_words(language: Language) -> [&'static str; 2] {
    match language {
        Language::En => ["Page", "of"],
        Language::De => ["Seite", "von"],
    }
}
