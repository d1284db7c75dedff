//! Reads an export row by row: items, groups filled down, totals compared.

use std::collections::HashMap;

use super::classify::{RowClass, TotalName, classify, is_bucket};
use super::columns::{Columns, Field};
use super::grid::{Grid, read_grid};
use super::totals::{Book, Column};
use super::{AgingExport, AgingLine, AgingOptions, ItemKind, Problem, Refusal, System, titles};
use crate::amount::{Amount, Decimal, Marks, detect_marks, parse_amount};
use crate::day::{DateFormat, Day, FormatError, detect_format, parse_day};
use crate::header::header_key;
use crate::table::{CellKind, Row};

/// Reads an aging export from the bytes of its file.
///
/// Never panics and always answers: with what was understood, every problem by code and line, and a refusal where
/// nothing of the file may be used (see [`Refusal`]).
///
/// ```
/// use dunwell_formats::aging_export::{read_aging, AgingOptions, System};
/// let file = "Posting Date,Party,Voucher Type,Voucher No,Due Date,Outstanding Amount,Currency\n\
///             2026-03-01,ACME,Sales Invoice,SINV-1,2026-03-31,1200.50,EUR\n\
///             Total,,,,,1200.50,\n";
/// let export = read_aging(file.as_bytes(), &AgingOptions::default());
/// assert_eq!(export.system, System::ErpNext);
/// assert!(export.refused.is_none() && export.grand_total_stated());
/// assert_eq!(export.lines[0].open_amount.to_string(), "1200.50");
/// ```
pub fn read_aging(bytes: &[u8], options: &AgingOptions) -> AgingExport {
    let mut export = AgingExport {
        system: options.system.unwrap_or(System::Generic),
        as_of: None,
        company: None,
        lines: Vec::new(),
        file_totals: Vec::new(),
        group_totals: Vec::new(),
        problems: Vec::new(),
        refused: None,
    };
    let grid = match read_grid(bytes, options.system, &mut export.problems) {
        Ok(grid) => grid,
        Err(refusal) => {
            export.refused = Some(refusal);
            return export;
        }
    };
    let as_of_text = titles::as_of_text(&grid.titles);
    export.system = grid.columns.layout.system;
    export.company = titles::company(&grid.titles);
    let format = date_format(&grid, options, as_of_text.as_deref());
    export.as_of = as_of_text.and_then(|text| titles::as_of(&text, format.as_ref().ok().copied()));
    let writing = match (format, amount_marks(&grid, options)) {
        (Ok(format), Ok(marks)) => Writing { format, marks },
        (Err(refusal), _) | (_, Err(refusal)) => {
            export.refused = Some(refusal);
            return export;
        }
    };
    let mut reading = Reading::new(&grid.columns, writing, options, &mut export);
    reading.account = grid.titles.iter().find_map(|row| titles::account_in(&joined(row)));
    for row in &grid.rows {
        reading.take(row, &grid.header);
    }
    let book = reading.book;
    let last_line = grid.rows.last().map_or(0, Row::line);
    let settled = book.settle(export.system, last_line, &mut export.problems);
    export.file_totals = settled.file;
    export.group_totals = settled.groups;
    export.refused = settled.refused;
    export.problems.sort_by_key(|problem| problem.line);
    if grid.columns.layout.numbered_names {
        split_numbered_names(&mut export.lines);
    }
    export
}

/// The cells of a row in one text.
fn joined(row: &Row) -> String {
    row.cells().filter(|cell| !cell.is_empty()).collect::<Vec<_>>().join(" ")
}

/// How the file writes dates and amounts.
#[derive(Clone, Copy)]
struct Writing {
    format: DateFormat,
    marks: Marks,
}

/// The cells of some fields that are text, over all rows.
fn samples<'a>(grid: &'a Grid, fields: &'a [Field]) -> impl Iterator<Item = &'a str> {
    let columns: Vec<usize> = fields.iter().filter_map(|field| grid.columns.index(*field)).collect();
    grid.rows.iter().flat_map(move |row| {
        let text: Vec<&str> = columns
            .iter()
            .filter(|column| row.kind(**column) == CellKind::Text)
            .map(|column| row.cell(*column))
            .collect();
        text
    })
}

/// The date format declared, or told from the dates of all rows and of the title.
fn date_format(grid: &Grid, options: &AgingOptions, as_of: Option<&str>) -> Result<DateFormat, Refusal> {
    if let Some(format) = options.date_format {
        return Ok(format);
    }
    let fields = [Field::DocumentDate, Field::PostingDate, Field::DueDate];
    let numeric = |text: &&str| text.chars().all(|mark| !mark.is_alphabetic());
    detect_format(samples(grid, &fields).chain(as_of.filter(numeric))).map_err(|error| {
        let samples = match error {
            FormatError::Ambiguous { samples } => samples,
            FormatError::Mixed { day_first, month_first } => vec![day_first, month_first],
        };
        Refusal::AmbiguousDates { samples }
    })
}

/// The marks declared, or told from the amounts of all rows.
fn amount_marks(grid: &Grid, options: &AgingOptions) -> Result<Marks, Refusal> {
    if options.marks != Marks::DETECT {
        return Ok(options.marks);
    }
    let fields = [Field::Open, Field::LocalOpen, Field::Original, Field::LocalOriginal];
    detect_marks(samples(grid, &fields)).map_err(|_| {
        let marked = samples(grid, &fields).filter(|text| text.contains(['.', ',']));
        Refusal::AmbiguousAmounts { samples: marked.take(3).map(str::to_owned).collect() }
    })
}

/// The reading of the rows below the header.
struct Reading<'a> {
    columns: &'a Columns,
    writing: Writing,
    options: &'a AgingOptions,
    export: &'a mut AgingExport,
    book: Book,
    /// The headings of the groups being read, the innermost last.
    groups: Vec<String>,
    /// The customer number of a title row above.
    account: Option<String>,
    kinds: HashMap<String, ItemKind>,
    /// Where an invoice of a row-per-line file stands, by its number and customer.
    seen: HashMap<(String, String), usize>,
}

impl<'a> Reading<'a> {
    fn new(columns: &'a Columns, writing: Writing, options: &'a AgingOptions, export: &'a mut AgingExport) -> Self {
        let kinds = columns.layout.kinds.iter().map(|(name, kind)| (header_key(name), *kind)).collect();
        let book = Book::default();
        Self { columns, writing, options, export, book, groups: Vec::new(), account: None, kinds, seen: HashMap::new() }
    }

    fn problem(&mut self, code: &'static str, row: &Row, message: String) {
        self.export.problems.push(Problem { code, line: row.line(), message });
    }

    /// Takes one row; of a damaged row nothing is used, its problem is noted already.
    fn take(&mut self, row: &Row, header: &Row) {
        if row.problem().is_some() {
            return;
        }
        match classify(row, self.columns, header) {
            RowClass::Decoration => {}
            RowClass::Heading(label) => self.heading(&label),
            RowClass::Total(name) => self.total(row, &name),
            RowClass::Item => self.item(row),
            RowClass::NoAmount => self.problem("missing_amount", row, format!("no open amount: {}", joined(row))),
        }
    }

    /// A heading opens a group: of a bucket, or of a customer whose name fills down.
    fn heading(&mut self, label: &str) {
        if let Some(account) = titles::account_in(label) {
            self.account = Some(account);
        }
        self.book.open_group(label);
        self.groups.push(label.to_owned());
    }

    /// The customer whose group is being read.
    fn group(&self) -> Option<&str> {
        self.groups.last().map(String::as_str).filter(|label| !is_bucket(label))
    }

    /// A total closes its group; the group around it goes on.
    fn total(&mut self, row: &Row, name: &TotalName) {
        let label = self.total_label(row);
        let mut stated = Vec::new();
        for (column, field, currency) in
            [(Column::Open, Field::Open, Field::Currency), (Column::LocalOpen, Field::LocalOpen, Field::LocalCurrency)]
        {
            match self.amount(row, field) {
                Ok(None) => {}
                Ok(Some(amount)) => {
                    let own = self.columns.cell(row, currency);
                    let local_only = column == Column::LocalOpen && !self.columns.has(Field::Open);
                    let other = if local_only { self.columns.cell(row, Field::Currency) } else { "" };
                    let code = [own, other].into_iter().find(|code| is_code(code)).map(str::to_owned);
                    stated.push((column, code.or(amount.currency), amount.value));
                }
                Err(message) => self.problem("bad_amount", row, message),
            }
        }
        self.book.add_total(row.line(), name, &label, &stated);
        if let TotalName::Of(name) = name {
            let key = header_key(name);
            let closed = self.groups.iter().rposition(|group| header_key(group) == key);
            self.groups.truncate(closed.unwrap_or(0));
        }
    }

    /// The words of a total row: its first cell, with the customer where that is only stars.
    fn total_label(&self, row: &Row) -> String {
        let amounts = [Field::Open, Field::LocalOpen, Field::Original, Field::LocalOriginal];
        let amounts: Vec<usize> = amounts.iter().filter_map(|field| self.columns.index(*field)).collect();
        let first = (0..row.len()).find(|column| !row.cell(*column).is_empty());
        let words = first.filter(|column| !amounts.contains(column)).map_or("", |column| row.cell(column));
        let party = [Field::Account, Field::Name].map(|field| self.columns.cell(row, field));
        match party.into_iter().find(|party| !party.is_empty() && *party != words) {
            Some(party) => format!("{words} {party}").trim().to_owned(),
            None if words.is_empty() => "(no words)".to_owned(),
            None => words.to_owned(),
        }
    }

    /// An amount cell: `None` when blank.
    fn amount(&self, row: &Row, field: Field) -> Result<Option<Amount>, String> {
        let Some(column) = self.columns.index(field) else { return Ok(None) };
        let text = row.cell(column);
        if text.is_empty() {
            return Ok(None);
        }
        let marks = if row.kind(column) == CellKind::Number { Marks::POINT } else { self.writing.marks };
        let header = &self.columns.headers[column];
        parse_amount(text, marks).map(Some).map_err(|error| format!("{header}: {text}: {error}"))
    }

    /// A date cell: `None` when blank, a problem noted when it is no date.
    fn date(&mut self, row: &Row, field: Field) -> Option<Day> {
        let column = self.columns.index(field)?;
        let text = row.cell(column);
        if text.is_empty() {
            return None;
        }
        let read = match row.kind(column) {
            CellKind::Number => {
                let whole = text.split('.').next().unwrap_or(text);
                match whole.parse::<i64>() {
                    Ok(serial) if whole.len() < 7 => Day::from_excel_serial(serial, false),
                    _ => parse_day(text, self.writing.format),
                }
            }
            CellKind::Text | CellKind::Day => parse_day(text, self.writing.format),
        };
        match read {
            Ok(day) => Some(day),
            Err(error) => {
                let message = format!("{}: {text}: {error}", self.columns.headers[column]);
                self.problem("bad_date", row, message);
                None
            }
        }
    }

    /// The amount first invoiced, in the currency of the open amount that counts where the file has it so.
    fn original(&mut self, row: &Row, in_document_currency: bool) -> Option<Decimal> {
        let fields = match in_document_currency {
            true => [Field::Original, Field::LocalOriginal],
            false => [Field::LocalOriginal, Field::Original],
        };
        for field in fields {
            match self.amount(row, field) {
                Ok(None) => {}
                Ok(Some(amount)) => return Some(amount.value),
                Err(message) => {
                    self.problem("bad_amount", row, message);
                    return None;
                }
            }
        }
        None
    }

    fn text(&self, row: &Row, field: Field) -> Option<String> {
        Some(self.columns.cell(row, field)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    /// An item is read, its amounts added up, and kept unless it is no open receivable.
    fn item(&mut self, row: &Row) {
        let (open, local) = match (self.amount(row, Field::Open), self.amount(row, Field::LocalOpen)) {
            (Ok(open), Ok(local)) => (open, local),
            (Err(message), _) | (_, Err(message)) => return self.problem("bad_amount", row, message),
        };
        let Some(chosen) = open.clone().or_else(|| local.clone()) else { return };
        let original = self.original(row, open.is_some());
        let kind_text = self.text(row, Field::Kind).unwrap_or_default();
        let kind = self.kind(&kind_text, chosen.value);
        let sign = self.sign(row, kind, chosen.value);
        let account = self.text(row, Field::Account).or_else(|| self.account.clone());
        let name = self.text(row, Field::Name).or_else(|| self.group().map(str::to_owned));
        let name = name.or_else(|| account.clone()).unwrap_or_default();
        let local_currency = self.text(row, Field::LocalCurrency);
        let currency = match (&open, &local) {
            (Some(_), _) => self.text(row, Field::Currency),
            (None, _) if self.columns.has(Field::Open) => local_currency.clone(),
            (None, _) => local_currency.clone().or_else(|| self.text(row, Field::Currency)),
        };
        let currency = currency.or_else(|| chosen.currency.clone()).or_else(|| self.options.currency.clone());
        let line = AgingLine {
            line_no: row.line(),
            account,
            account_name: name,
            document: self.text(row, Field::Document).unwrap_or_default(),
            kind_text,
            kind,
            document_date: self.date(row, Field::DocumentDate).or_else(|| self.date(row, Field::PostingDate)),
            due_date: self.date(row, Field::DueDate),
            po_number: self.text(row, Field::Po),
            currency,
            original_amount: original.map(|amount| signed(amount, sign)),
            open_amount: signed(chosen.value, sign),
            terms: self.text(row, Field::Terms),
            extra: self.columns.extra(row),
        };
        self.keep(row, line, open, local.map(|amount| (amount, local_currency)));
    }

    /// Adds a line up and keeps it; lines that are no open receivable and repeats are left out by name.
    fn keep(&mut self, row: &Row, line: AgingLine, open: Option<Amount>, local: Option<(Amount, Option<String>)>) {
        if self.columns.layout.row_per_line && !line.document.is_empty() {
            let key = (line.document.clone(), line.account_name.clone());
            if let Some(first) = self.seen.get(&key) {
                let first = &self.export.lines[*first];
                if !first.open_amount.same_value(line.open_amount) {
                    let message = format!(
                        "{}: {} here, {} on line {}",
                        key.0, line.open_amount, first.open_amount, first.line_no
                    );
                    self.problem("repeated_row_differs", row, message);
                }
                return;
            }
            if let Some(reason) = self.no_receivable(row) {
                return self.problem("no_receivable", row, format!("{}: {reason}", line.document));
            }
            self.seen.insert(key, self.export.lines.len());
        }
        let mut amounts = Vec::new();
        let flipped = |amount: Decimal| {
            if line.open_amount.is_negative() != amount.is_negative() { amount.negated() } else { amount }
        };
        if let Some(open) = &open {
            amounts.push((Column::Open, line.currency.as_deref(), flipped(open.value)));
        }
        if let Some((local, currency)) = &local {
            let own = currency.as_deref().or(if open.is_none() { line.currency.as_deref() } else { None });
            amounts.push((Column::LocalOpen, own, flipped(local.value)));
        }
        self.book.add_item(&amounts, [line.account.as_deref().unwrap_or(""), &line.account_name]);
        let cleared = self.columns.cell(row, Field::Clearing);
        if !cleared.is_empty() {
            return self.problem("cleared_item", row, format!("{}: cleared by {cleared}", line.document));
        }
        if line.account_name.is_empty() {
            self.problem("no_customer", row, format!("{}: no customer", line.document));
        }
        self.export.lines.push(line);
    }

    /// Why a row of an invoice list is no receivable: not issued, or what we owe.
    fn no_receivable(&self, row: &Row) -> Option<String> {
        let status = self.columns.cell(row, Field::Status);
        if ["draft", "submitted", "deleted", "voided"].contains(&status.to_lowercase().as_str()) {
            return Some(format!("status {status}"));
        }
        let kind = self.columns.cell(row, Field::Kind);
        let owed = ["bill", "accpay", "purchase"].iter().any(|word| kind.to_lowercase().starts_with(word));
        owed.then(|| format!("type {kind}"))
    }

    /// The kind of an item: by its system's words, by ordinary words, else by its sign.
    fn kind(&self, text: &str, open: Decimal) -> ItemKind {
        let key = header_key(text);
        let has = |words: &[&str]| words.iter().any(|word| key.contains(word));
        let kind = match self.kinds.get(&key) {
            Some(kind) => *kind,
            None if has(&["credit", "gutschrift", "avoir"]) => ItemKind::CreditMemo,
            None if has(&["payment", "receipt", "deposit", "zahlung", "paiement", "betaling"]) => ItemKind::Payment,
            None if has(&["journal", "buchungssatz"]) => ItemKind::Journal,
            None if has(&["debit", "finance", "refund", "lastschrift", "reminder"]) => ItemKind::DebitMemo,
            None if open.is_negative() => ItemKind::CreditMemo,
            None => ItemKind::Invoice,
        };
        match kind {
            ItemKind::Invoice if open.is_negative() => ItemKind::CreditMemo,
            kind => kind,
        }
    }

    /// Whether an amount is to change its sign: a credit that its file writes without a minus.
    fn sign(&self, row: &Row, kind: ItemKind, open: Decimal) -> bool {
        let side = header_key(self.columns.cell(row, Field::Side));
        let credit_side = ["h", "c", "credit", "haben", "avoir"].contains(&side.as_str());
        let credit_kind = matches!(kind, ItemKind::CreditMemo | ItemKind::Payment);
        !open.is_negative() && (credit_side || (self.columns.layout.unsigned_credits && credit_kind))
    }
}

/// The amount, with its sign changed if so told and it is not negative yet.
fn signed(amount: Decimal, change: bool) -> Decimal {
    if change && !amount.is_negative() { amount.negated() } else { amount }
}

/// Whether this looks like an ISO 4217 code.
fn is_code(text: &str) -> bool {
    text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// Parts `C117 Blue Harbor` into number and name, when most customers of the file are written so.
///
/// Of `C100 Parent : C117 Child` the child is the customer.
fn split_numbered_names(lines: &mut [AgingLine]) {
    let numbered = lines.iter().filter(|line| number_of(&line.account_name).is_some()).count();
    let named = lines.iter().filter(|line| !is_nobody(&line.account_name)).count();
    if numbered * 2 <= named {
        return;
    }
    for line in lines.iter_mut().filter(|line| line.account.is_none()) {
        if let Some((number, name)) = number_of(&line.account_name) {
            line.account = Some(number.to_owned());
            line.account_name = name.to_owned();
        }
    }
}

/// Whether the name stands for no customer (`- No Customer -`).
fn is_nobody(name: &str) -> bool {
    name.starts_with('-') && name.ends_with('-')
}

/// The number and the name of `C117 Name`.
fn number_of(name: &str) -> Option<(&str, &str)> {
    let last = name.rsplit(" : ").next().unwrap_or(name);
    let (number, rest) = last.split_once(' ')?;
    let digits = number.trim_start_matches(|mark: char| mark.is_ascii_uppercase() || mark == '-');
    let numbered = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    (numbered && !rest.trim().is_empty()).then(|| (number, rest.trim().trim_start_matches("- ")))
}
