//! What a row below the header is: an item, a group heading, a total, a repeated header, or decoration.

use super::columns::{Columns, Field};
use crate::header::header_key;
use crate::table::{CellKind, Row};

/// What a row is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RowClass {
    /// Dashes, percentages, a header repeated on a new page.
    Decoration,
    /// A heading, or any lone text.
    Heading(String),
    /// A total.
    Total(TotalName),
    /// An item.
    Item,
    /// An item without an amount.
    NoAmount,
}

/// What a total row says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum TotalName {
    /// Of a group by name.
    Of(String),
    /// A bare `Total`, or no words at all.
    Bare,
    /// So many stars, as SAP marks its levels.
    Stars(usize),
}

/// Tells what a row is.
pub(super) fn classify(row: &Row, columns: &Columns, header: &Row) -> RowClass {
    let filled: Vec<(usize, &str)> = row.cells().enumerate().filter(|(_, cell)| !cell.is_empty()).collect();
    if filled.iter().all(|(_, cell)| cell.len() >= 2 && cell.chars().all(|mark| "-=_+|".contains(mark))) {
        return RowClass::Decoration;
    }
    if filled.iter().skip(1).all(|(_, cell)| cell.ends_with('%')) && filled.len() > 1 {
        return RowClass::Decoration;
    }
    let repeats = filled.iter().filter(|(column, cell)| header_key(header.cell(*column)) == header_key(cell)).count();
    if repeats == filled.len() && repeats >= 3 {
        return RowClass::Decoration;
    }
    let Some(&(first, label)) = filled.first() else { return RowClass::Decoration };
    let amount = |field: Field| !columns.cell(row, field).is_empty();
    let has_amount = amount(Field::Open) || amount(Field::LocalOpen);
    if label.chars().all(|mark| mark == '*') && has_amount {
        return RowClass::Total(TotalName::Stars(label.len()));
    }
    let text_only = row.kind(first) == CellKind::Text;
    if text_only && let Some(of) = total_label(label) {
        let document = columns.cell(row, Field::Document);
        if has_amount && (document.is_empty() || document == label) {
            return RowClass::Total(if of.is_empty() { TotalName::Bare } else { TotalName::Of(of) });
        }
    }
    let dated = [Field::DocumentDate, Field::PostingDate, Field::DueDate]
        .iter()
        .any(|field| looks_dated(columns.cell(row, *field)));
    let document = !columns.cell(row, Field::Document).is_empty();
    let kind = !columns.cell(row, Field::Kind).is_empty();
    match (document || dated || (kind && has_amount), has_amount) {
        (true, true) => RowClass::Item,
        (true, false) if filled.len() >= 3 => RowClass::NoAmount,
        (false, true) => RowClass::Total(party(row, columns).map_or(TotalName::Bare, TotalName::Of)),
        (_, false) => RowClass::Heading(filled.iter().map(|(_, cell)| *cell).collect::<Vec<_>>().join(" ")),
    }
}

/// Whether a cell could hold a date: it has digits and is short.
fn looks_dated(cell: &str) -> bool {
    cell.len() <= 30 && cell.chars().filter(char::is_ascii_digit).count() >= 3
}

/// The customer named in a row, by number or else by name.
fn party(row: &Row, columns: &Columns) -> Option<String> {
    let named = |field: Field| Some(columns.cell(row, field)).filter(|cell| !cell.is_empty()).map(str::to_owned);
    named(Field::Account).or_else(|| named(Field::Name))
}

/// What a `Total …` label names; empty for a bare one; `None` when it is no total.
pub(super) fn total_label(label: &str) -> Option<String> {
    const WORDS: [&str; 12] = [
        "grand total",
        "overall total",
        "report total",
        "gesamtsumme",
        "gesamtbetrag",
        "gesamt",
        "total général",
        "total general",
        "eindtotaal",
        "totaal",
        "summe",
        "total",
    ];
    let label = label.trim_matches(|mark: char| matches!(mark, '\'' | '"' | '*' | ':') || mark.is_whitespace());
    let lowered = label.to_lowercase();
    let word = WORDS.iter().find(|word| {
        let rest = lowered.strip_prefix(**word);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    });
    if let Some(word) = word {
        let rest: String = label.chars().skip(word.chars().count()).collect();
        let mut rest = rest.trim_start_matches(|mark: char| matches!(mark, '-' | ':' | '–') || mark.is_whitespace());
        for filler in ["for ", "of ", "für ", "pour ", "voor "] {
            rest = rest.strip_prefix(filler).unwrap_or(rest);
        }
        return Some(rest.trim().to_owned());
    }
    None
}

/// Whether a heading names an age bucket rather than a customer.
pub(super) fn is_bucket(label: &str) -> bool {
    let lowered = label.to_lowercase();
    if matches!(lowered.as_str(), "current" | "not due" | "nicht fällig" | "older" | "aktuell" | "laufend") {
        return true;
    }
    let words = ["past due", "days", "tage", "überfällig", "month"];
    let ranged = lowered.starts_with(|mark: char| mark.is_ascii_digit() || mark == '>' || mark == '<');
    let marks = lowered.chars().all(|mark| mark.is_ascii_digit() || " -–><=+".contains(mark));
    marks
        || (ranged || lowered.starts_with("over ") || lowered.starts_with("über ") || lowered.starts_with("more than "))
            && words.iter().any(|word| lowered.contains(word))
}
