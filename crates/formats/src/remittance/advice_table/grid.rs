//! Where the rows of a remittance come from: delimited text, workbooks, HTML tables, and text in aligned columns.

use crate::bank::{Limits, Place, Refusal};
use crate::sheet::{SheetError, is_workbook, read_workbook};
use crate::table::{CellKind, Row, TableOptions, TableReader};

/// A cell with what it is.
pub(in crate::remittance) type Cell = (String, CellKind);

/// A row with its place.
#[derive(Debug, Clone, Default)]
pub(in crate::remittance) struct GridRow {
    pub(in crate::remittance) place: Place,
    pub(in crate::remittance) cells: Vec<Cell>,
}

impl GridRow {
    /// A cell; empty beyond the last.
    pub(in crate::remittance) fn cell(&self, at: usize) -> (&str, CellKind) {
        self.cells.get(at).map_or(("", CellKind::Text), |(text, kind)| (text.as_str(), *kind))
    }

    /// The cells that say something, with what they are.
    pub(super) fn said_as(&self) -> impl Iterator<Item = (&str, CellKind)> {
        self.cells.iter().map(|(text, kind)| (text.as_str(), *kind)).filter(|(text, _)| !text.is_empty())
    }

    /// The cells that say something.
    pub(in crate::remittance) fn said(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(|(text, _)| text.as_str()).filter(|text| !text.is_empty())
    }
}

fn grid_row(row: &Row) -> GridRow {
    let cells = (0..row.len()).map(|at| (row.cell(at).to_owned(), row.kind(at))).collect();
    GridRow { place: Place::line(row.line()), cells }
}

/// The rows of a file of delimited text or of a workbook; of a workbook those of the sheet of that name, of the only one
/// that `is_header` finds a header on, or of the first with any. Refused where several have a header, and where none has
/// the name.
pub(super) fn of_file(
    bytes: &[u8],
    sheet: Option<&str>,
    is_header: impl Fn(&[GridRow]) -> bool,
    limits: &Limits,
) -> Result<Vec<GridRow>, Refusal> {
    let unreadable = |reason: String| Refusal::NotReadable { place: Place::FILE, reason };
    let mut rows = Vec::new();
    if is_workbook(bytes) {
        let sheets = read_workbook(bytes).map_err(|error| match error {
            SheetError::TooLarge { limit } => Refusal::TooLarge { limit },
            SheetError::NotReadable { .. } | SheetError::NoHeader { .. } => unreadable(error.to_string()),
        })?;
        let mut of_sheets: Vec<(String, Vec<GridRow>)> = Vec::new();
        for found in sheets.into_iter().filter(|found| sheet.is_none_or(|name| found.name == name)) {
            let rows: Vec<GridRow> = found.rows.iter().take(limits.entries.saturating_add(1)).map(grid_row).collect();
            of_sheets.extend((!rows.is_empty()).then_some((found.name, rows)));
        }
        if let Some(name) = sheet.filter(|_| of_sheets.is_empty()) {
            return Err(Refusal::NoProfile { reason: format!("there is nothing on a sheet '{name}'") });
        }
        let with: Vec<usize> = (0..of_sheets.len()).filter(|at| is_header(&of_sheets[*at].1)).collect();
        if let [one, other, ..] = with[..] {
            let reason = format!(
                "the sheets '{}' and '{}' are both advices; a profile with `sheet` says which is read",
                of_sheets[one].0, of_sheets[other].0
            );
            return Err(Refusal::NoProfile { reason });
        }
        let at = with.first().copied().unwrap_or(0);
        rows = of_sheets.into_iter().nth(at).map(|(_, rows)| rows).unwrap_or_default();
    } else {
        let options = TableOptions::wanting(core::iter::empty::<String>());
        let mut table =
            TableReader::open_without_header(bytes, &options).map_err(|error| unreadable(error.to_string()))?;
        let mut row = Row::default();
        while rows.len() <= limits.entries && table.read(&mut row).map_err(|error| unreadable(error.to_string()))? {
            rows.push(grid_row(&row));
        }
    }
    if rows.len() > limits.entries {
        return Err(Refusal::TooLarge { limit: format!("more than {} rows", limits.entries) });
    }
    Ok(rows)
}

/// The rows of text whose columns are parted by tabs, bars or two blanks and more.
pub(in crate::remittance) fn of_text(text: &str, limits: &Limits) -> Vec<GridRow> {
    let lines = text.lines().take(limits.entries).zip(1..);
    lines
        .map(|(line, number)| {
            let line = line.trim_end();
            let parts: Vec<&str> = if line.contains(['\t', '|']) {
                line.trim_matches('|').split(['\t', '|']).collect()
            } else {
                line.split("  ").filter(|part| !part.trim().is_empty()).collect()
            };
            let cells = parts.into_iter().map(|part| (part.trim().to_owned(), CellKind::Text)).collect();
            GridRow { place: Place::line(number), cells }
        })
        .collect()
}

/// The rows of all tables of an HTML text, and what stands outside of them as rows of one cell. Scripts and styles are
/// passed over; entities are resolved.
pub(in crate::remittance) fn of_html(html: &str, limits: &Limits, quotes: Quotes) -> Vec<GridRow> {
    let most = limits.entries;
    let (quotes, quoted) = (quotes == Quotes::Read, 0);
    let mut page =
        Page { rows: Vec::new(), row: None, cell: None, outside: String::new(), line: 1, most, quotes, quoted };
    let mut rest = html;
    while let Some(at) = memchr::memchr(b'<', rest.as_bytes()) {
        page.text(&rest[..at]);
        rest = &rest[at..];
        if let Some(tail) = rest.strip_prefix("<!--") {
            let end = memchr::memmem::find(tail.as_bytes(), b"-->").map_or(tail.len(), |end| end + 3);
            page.pass(&tail[..end]);
            rest = &tail[end..];
            continue;
        }
        let Some(end) = memchr::memchr(b'>', rest.as_bytes()) else { break };
        let tag = &rest[1..end];
        page.pass(tag);
        rest = &rest[end + 1..];
        let name: String = tag
            .chars()
            .take_while(|mark| mark.is_ascii_alphanumeric() || *mark == '/')
            .collect::<String>()
            .to_ascii_lowercase();
        if matches!(name.as_str(), "script" | "style") {
            let close = format!("</{name}");
            let until = find_ignoring_case(rest, &close).unwrap_or(rest.len());
            page.pass(&rest[..until]);
            rest = &rest[until..];
            continue;
        }
        if page.quotes(&name, tag) {
            page.tag(&name);
        }
    }
    page.text(rest);
    page.end_row();
    page.rows
}

/// What is done with the parts of an HTML text that quote another mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::remittance) enum Quotes {
    /// They are read as all else is.
    Read,
    /// They are passed over.
    Pass,
}

fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    memchr::memchr_iter(b'<', bytes)
        .find(|at| bytes.get(*at..at + wanted.len()).is_some_and(|found| found.eq_ignore_ascii_case(wanted.as_bytes())))
}

fn find_ignoring_case_in(text: &str, word: &str) -> bool {
    text.to_ascii_lowercase().contains(word)
}

/// An HTML text being read.
struct Page {
    rows: Vec<GridRow>,
    row: Option<GridRow>,
    cell: Option<String>,
    outside: String,
    line: u64,
    most: usize,
    /// Whether quotes are read.
    quotes: bool,
    /// How many block quotes are open since one that quotes a mail.
    quoted: usize,
}

impl Page {
    fn pass(&mut self, text: &str) {
        self.line += memchr::memchr_iter(b'\n', text.as_bytes()).count() as u64;
    }

    /// Whether a tag is read: it stands in no quote, or quotes are.
    fn quotes(&mut self, name: &str, tag: &str) -> bool {
        let begins = || ["cite", "quote_", "_quote"].iter().any(|word| find_ignoring_case_in(tag, word));
        match name {
            "blockquote" if !self.quotes && (self.quoted > 0 || begins()) => {
                self.end_row();
                self.quoted += 1;
            }
            "/blockquote" if self.quoted > 0 => self.quoted -= 1,
            _ => return self.quoted == 0,
        }
        false
    }

    fn text(&mut self, text: &str) {
        self.pass(text);
        if self.quoted > 0 {
            return;
        }
        let into = self.cell.as_mut().unwrap_or(&mut self.outside);
        for word in text.split_whitespace() {
            if !into.is_empty() && !into.ends_with('\n') {
                into.push(' ');
            }
            into.push_str(&resolved(word));
        }
    }

    fn tag(&mut self, name: &str) {
        match name {
            "tr" | "/table" | "/tr" => {
                self.end_row();
                if name == "tr" {
                    self.row = Some(GridRow { place: Place::line(self.line), cells: Vec::new() });
                }
            }
            "td" | "th" => {
                self.end_cell();
                self.cell = Some(String::new());
            }
            "/td" | "/th" => self.end_cell(),
            "br" | "br/" | "p" | "/p" | "div" | "/div" | "li" | "h1" | "h2" | "h3" if self.cell.is_none() => {
                self.end_row()
            }
            _ => {}
        }
    }

    fn end_cell(&mut self) {
        if let Some(cell) = self.cell.take()
            && let Some(row) = self.row.as_mut().filter(|row| row.cells.len() < 1_024)
        {
            row.cells.push((cell.trim().to_owned(), CellKind::Text));
        }
    }

    /// A row ends, or a line of text outside of tables.
    fn end_row(&mut self) {
        self.end_cell();
        let outside = core::mem::take(&mut self.outside);
        let full = self.rows.len() >= self.most;
        if !outside.trim().is_empty() && !full {
            let cells = vec![(outside.trim().to_owned(), CellKind::Text)];
            self.rows.push(GridRow { place: Place::line(self.line), cells });
        }
        self.rows.extend(self.row.take().filter(|row| !row.cells.is_empty() && !full));
    }
}

/// A word with its entities resolved.
fn resolved(word: &str) -> String {
    if !word.contains('&') {
        return word.to_owned();
    }
    let known = [
        ("&nbsp;", " "),
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&apos;", "'"),
        ("&euro;", "€"),
        ("&pound;", "£"),
        ("&#160;", " "),
        ("&#8364;", "€"),
        ("&minus;", "-"),
        ("&auml;", "ä"),
        ("&ouml;", "ö"),
        ("&uuml;", "ü"),
        ("&szlig;", "ß"),
        ("&eacute;", "é"),
        ("&amp;", "&"),
    ];
    known.into_iter().fold(word.to_owned(), |word, (entity, mark)| word.replace(entity, mark))
}
