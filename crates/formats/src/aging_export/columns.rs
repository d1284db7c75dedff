//! What the columns of an export mean, and which row is the header.

use std::collections::HashMap;

use super::{ItemKind, System, layouts};
use crate::header::header_key;
use crate::table::Row;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Field {
    Account,
    Name,
    Document,
    Kind,
    DocumentDate,
    PostingDate,
    DueDate,
    Po,
    /// The currency of [`Field::Open`].
    Currency,
    LocalCurrency,
    Original,
    LocalOriginal,
    /// The open amount in the currency of the document.
    Open,
    /// The open amount in the book's own currency; the only one in many exports.
    LocalOpen,
    Terms,
    /// Debit or credit, where amounts are written without a sign.
    Side,
    Status,
    /// The document that cleared the item: filled only when it is no longer open.
    Clearing,
    /// Known and of no use: line details, ages, buckets.
    Passed,
}

/// How one system writes its export.
pub(super) struct Layout {
    pub(super) system: System,
    /// Header names of each field, in the languages known.
    pub(super) columns: &'static [(Field, &'static [&'static str])],
    /// Header names of which one must be there, for the file to be of this system; empty for any.
    pub(super) telling: &'static [&'static str],
    /// What the system calls its documents.
    pub(super) kinds: &'static [(&'static str, ItemKind)],
    /// Whether an invoice comes with one row for each of its lines, its totals repeated.
    pub(super) row_per_line: bool,
    /// Whether credits and payments may be written without a minus.
    pub(super) unsigned_credits: bool,
    /// Whether a customer is written `C117 Name`.
    pub(super) numbered_names: bool,
}

/// The columns of one file.
pub(super) struct Columns {
    pub(super) layout: &'static Layout,
    pub(super) headers: Vec<String>,
    fields: Vec<Option<Field>>,
}

impl Columns {
    /// Reads a header row by a layout; `None` where the row is no header of it.
    fn read(row: &Row, layout: &'static Layout, names: &HashMap<String, Field>) -> Option<Self> {
        let mut fields: Vec<Option<Field>> = Vec::with_capacity(row.len());
        for cell in row.cells() {
            let field = names.get(&header_key(cell)).copied();
            let taken = field.is_some_and(|field| field != Field::Passed && fields.contains(&Some(field)));
            fields.push(if taken { None } else { field });
        }
        let told = layout.telling.is_empty()
            || row.cells().any(|cell| layout.telling.iter().any(|name| header_key(name) == header_key(cell)));
        let headers = row.cells().map(str::to_owned).collect();
        told.then_some(Self { layout, headers, fields })
    }

    /// Whether the file has this field.
    pub(super) fn has(&self, field: Field) -> bool {
        self.fields.contains(&Some(field))
    }

    /// The column of a field.
    pub(super) fn index(&self, field: Field) -> Option<usize> {
        self.fields.iter().position(|known| *known == Some(field))
    }

    /// The cell of a field; empty where there is none.
    pub(super) fn cell<'a>(&self, row: &'a Row, field: Field) -> &'a str {
        self.index(field).map_or("", |column| row.cell(column))
    }

    /// How many different fields are known.
    fn known(&self) -> usize {
        self.fields.iter().flatten().filter(|field| **field != Field::Passed).count()
    }

    /// Whether there is an open amount.
    fn has_open(&self) -> bool {
        self.has(Field::Open) || self.has(Field::LocalOpen)
    }

    /// Whether this is enough for a list of open items.
    fn is_enough(&self) -> bool {
        self.has(Field::Document) && self.has_open() && self.known() >= 4
    }

    /// The cells whose columns are not understood, with their header names.
    pub(super) fn extra(&self, row: &Row) -> Vec<(String, String)> {
        let unknown = |column: &usize| match self.fields.get(*column).copied().flatten() {
            None => true,
            Some(Field::PostingDate) => self.has(Field::DocumentDate),
            Some(Field::Status) => true,
            Some(Field::LocalOpen | Field::LocalCurrency) => self.has(Field::Open),
            Some(Field::LocalOriginal) => self.has(Field::Original),
            Some(_) => false,
        };
        (0..self.headers.len())
            .filter(unknown)
            .filter(|column| !self.headers[*column].is_empty() && !row.cell(*column).is_empty())
            .map(|column| (self.headers[column].clone(), row.cell(column).to_owned()))
            .collect()
    }
}

/// What was found when looking for the header row.
pub(super) enum Header {
    /// The header stands in this row.
    Found(usize, Columns),
    /// A row names customers and balances but no documents.
    SummaryOnly(u64),
    /// A row names documents but no open amount.
    NoOpenAmount(u64),
    Missing,
}

/// Finds the header row by content: the first row that fits a known system best, else any list of open items.
pub(super) fn find_header(rows: &[Row], given: Option<System>) -> Header {
    let mut summary = None;
    let mut documents = None;
    let known: Vec<_> = layouts().into_iter().map(|layout| (layout, names_of(layout))).collect();
    for (at, row) in rows.iter().take(200).enumerate() {
        let mut best: Option<Columns> = None;
        for (layout, names) in &known {
            let wanted = given.is_none_or(|system| system == layout.system || layout.system == System::Generic);
            let Some(columns) = wanted.then(|| Columns::read(row, layout, names)).flatten() else { continue };
            let party = columns.has(Field::Name) || columns.has(Field::Account);
            if columns.is_enough() {
                let generic = layout.system == System::Generic;
                if best.as_ref().is_none_or(|best| !generic && columns.known() > best.known()) {
                    best = Some(columns);
                }
            } else if party && columns.has_open() && !columns.has(Field::Document) {
                summary = summary.or(Some(row.line()));
            } else if party && columns.has(Field::Document) && columns.known() >= 4 {
                documents = documents.or(Some(row.line()));
            }
        }
        if let Some(columns) = best {
            return Header::Found(at, columns);
        }
    }
    match (documents, summary) {
        (Some(line), _) => Header::NoOpenAmount(line),
        (None, Some(line)) => Header::SummaryOnly(line),
        (None, None) => Header::Missing,
    }
}

/// The fields of a layout by the keys of their header names.
fn names_of(layout: &Layout) -> HashMap<String, Field> {
    let mut names = HashMap::new();
    for (field, aliases) in layout.columns {
        for alias in *aliases {
            names.entry(header_key(alias)).or_insert(*field);
            debug_assert!(!header_key(alias).is_empty(), "an alias needs letters or digits");
        }
    }
    names
}

/// All header names of all systems, by which a delimiter is told.
pub(super) fn all_names() -> Vec<String> {
    let columns = layouts().into_iter().flat_map(|layout| layout.columns);
    columns.flat_map(|(_, aliases)| aliases.iter().map(|alias| (*alias).to_owned())).collect()
}
