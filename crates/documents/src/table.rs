//! A statement as CSV: its machine-readable twin, one line a row, no words in a language.

use crate::RenderError;
use crate::model::{StatementDocument, StatementKind, StatementRow};
use crate::numbers::{machine_amount, machine_sum};

/// The columns. New ones are added at the end.
const COLUMNS: [&str; 15] = [
    "statement",
    "as_of",
    "account",
    "line",
    "date",
    "kind",
    "document",
    "po_number",
    "due_date",
    "days_late",
    "currency",
    "amount",
    "paid",
    "open",
    "balance",
];

/// The CSV of a statement that foots. Amounts are plain decimals; texts that a spreadsheet would run as a formula get a
/// leading apostrophe.
pub(crate) fn statement_csv(statement: &StatementDocument) -> Result<String, RenderError> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let fault = |error: csv::Error| RenderError::Layout(error.to_string());
    out.write_record(COLUMNS.iter().copied().chain(["disputed"])).map_err(fault)?;
    let opening = match statement.kind {
        StatementKind::OpenItem => None,
        StatementKind::Activity { opening_minor, .. } => Some(i128::from(opening_minor)),
    };
    let elsewhere: i128 = statement.children.iter().map(|child| i128::from(child.opening_minor)).sum();
    let own = (statement.account.as_str(), statement.rows.as_slice(), opening.map(|opening| opening - elsewhere));
    let children = statement
        .children
        .iter()
        .map(|child| (child.account.as_str(), child.rows.as_slice(), opening.map(|_| i128::from(child.opening_minor))));
    for (account, rows, opening) in std::iter::once(own).chain(children) {
        if let Some(opening) = opening {
            out.write_record(balance_line(statement, account, "opening", opening)).map_err(fault)?;
        }
        let mut running = opening.unwrap_or_default();
        for row in rows {
            let moved = if opening.is_some() { row.amount_minor } else { row.open_minor };
            running += i128::from(moved);
            out.write_record(item_line(statement, account, row, running)).map_err(fault)?;
        }
        if opening.is_some() {
            out.write_record(balance_line(statement, account, "closing", running)).map_err(fault)?;
        }
    }
    let bytes = out.into_inner().map_err(|error| RenderError::Layout(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| RenderError::Layout(error.to_string()))
}

/// A line of the statement.
fn item_line(statement: &StatementDocument, account: &str, row: &StatementRow, running: i128) -> [String; 16] {
    let money = |minor: i64| machine_amount(minor, statement.currency);
    let open_item = statement.kind == StatementKind::OpenItem;
    let only_open_item = |minor: i64| if open_item { money(minor) } else { String::new() };
    [
        no_formula(&statement.number),
        statement.as_of.to_string(),
        no_formula(account),
        "item".to_owned(),
        row.date.to_string(),
        row.kind.code().to_owned(),
        no_formula(&row.document),
        no_formula(row.po_number.as_deref().unwrap_or_default()),
        row.due.map(|due| due.to_string()).unwrap_or_default(),
        row.days_late.to_string(),
        statement.currency.code().to_owned(),
        money(row.amount_minor),
        only_open_item(row.paid_minor),
        only_open_item(row.open_minor),
        machine_sum(running, statement.currency),
        only_open_item(row.disputed_minor),
    ]
}

/// An opening or closing balance.
fn balance_line(statement: &StatementDocument, account: &str, line: &str, balance: i128) -> [String; 16] {
    let mut cells: [String; 16] = Default::default();
    cells[0] = no_formula(&statement.number);
    cells[1] = statement.as_of.to_string();
    cells[2] = no_formula(account);
    cells[3] = line.to_owned();
    cells[10] = statement.currency.code().to_owned();
    cells[14] = machine_sum(balance, statement.currency);
    cells
}

/// A text that no table program takes for a formula: an apostrophe stands before a sign that would start one.
///
/// That is so at the start of the text, and after a semicolon, a tab or a line break: where a country's table program parts
/// cells by one of those, what follows is a cell of its own.
pub fn no_formula(text: &str) -> String {
    let mut safe = String::with_capacity(text.len() + 1);
    let mut starts = true;
    for sign in text.chars() {
        if starts && matches!(sign, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠') {
            safe.push('\'');
        }
        safe.push(sign);
        starts = matches!(sign, ';' | '\t' | '\r' | '\n') || starts && matches!(sign, ' ' | '"');
    }
    safe
}
