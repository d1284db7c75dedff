//! One row of a table: its cells, the physical line it begins on, and what is wrong with it.

/// What is wrong with a row. The row is still handed out, with what could be read of it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RowProblem {
    /// It has more or fewer cells than the header.
    #[error("{found} cells where the header has {expected}")]
    Uneven {
        /// Cells of the header.
        expected: usize,
        /// Cells of this row.
        found: usize,
    },
    /// A quote opens and does not close properly. The next row begins on the next physical line.
    #[error("a quote is not closed properly")]
    BadQuote,
    /// A NUL character stands in the text.
    #[error("a NUL character in the text")]
    Nul,
    /// Bytes that are no text in the encoding of the file; each shows as U+FFFD.
    #[error("bytes that are no text in the encoding of the file")]
    Undecodable,
    /// The row is longer than [`super::Limits::row_bytes`]; its cells are not kept.
    #[error("longer than {limit} bytes")]
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// The row has more cells than [`super::Limits::cells`]; the rest is not kept.
    #[error("more than {limit} cells")]
    TooManyCells {
        /// The limit.
        limit: usize,
    },
}

impl RowProblem {
    /// A stable code for reports.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Uneven { .. } => "uneven_row",
            Self::BadQuote => "bad_quote",
            Self::Nul => "nul_in_text",
            Self::Undecodable => "undecodable_text",
            Self::TooLong { .. } => "row_too_long",
            Self::TooManyCells { .. } => "too_many_cells",
        }
    }
}

/// What a cell is, where its file says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum CellKind {
    /// Text: all that delimited text has.
    #[default]
    Text,
    /// A number of a workbook, as plain decimal text with a point.
    Number,
    /// A date of a workbook, as ISO text.
    Day,
}

/// One row. Reuse it from read to read: it keeps its memory.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    pub(super) line: u64,
    pub(super) text: String,
    pub(super) spans: Vec<(u32, u32)>,
    /// Empty where every cell is text.
    pub(super) kinds: Vec<CellKind>,
    pub(super) problem: Option<RowProblem>,
}

impl Row {
    /// The physical line on which the row begins; the first line of the file is 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many cells it has.
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether it has no cells.
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// The cell in a column (from 0), without blanks around it; empty beyond the last cell.
    pub fn cell(&self, column: usize) -> &str {
        self.raw(column).trim()
    }

    /// The cell in a column (from 0) as it stands; empty beyond the last cell.
    pub fn raw(&self, column: usize) -> &str {
        self.spans.get(column).and_then(|&(from, to)| self.text.get(from as usize..to as usize)).unwrap_or("")
    }

    /// What the cell in a column is; cells of delimited text are all text.
    pub fn kind(&self, column: usize) -> CellKind {
        self.kinds.get(column).copied().unwrap_or_default()
    }

    /// All cells in order, without blanks around them.
    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|column| self.cell(column))
    }

    /// What is wrong with the row, if anything; the first thing found.
    pub fn problem(&self) -> Option<&RowProblem> {
        self.problem.as_ref()
    }

    /// Whether every cell is blank.
    pub(super) fn is_blank(&self) -> bool {
        self.problem.is_none() && self.cells().all(str::is_empty)
    }

    /// A row without cells.
    pub(crate) fn at_line(line: u64) -> Self {
        Self { line, ..Self::default() }
    }

    /// Appends a cell.
    pub(crate) fn push(&mut self, text: &str, kind: CellKind) {
        let from = self.text.len() as u32;
        self.text.push_str(text);
        self.spans.push((from, self.text.len() as u32));
        self.kinds.resize(self.spans.len() - 1, CellKind::Text);
        self.kinds.push(kind);
    }

    pub(super) fn clear(&mut self) {
        self.kinds.clear();
        self.text.clear();
        self.spans.clear();
        self.problem = None;
    }

    pub(super) fn note(&mut self, problem: RowProblem) {
        self.problem.get_or_insert(problem);
    }
}
