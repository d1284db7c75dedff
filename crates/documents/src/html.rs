//! A sheet as one self-contained HTML page: readable on a screen, printable on A4 and US letter, no script, nothing fetched.

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::numbers::is_invisible;
use crate::sheet::{Block, Cell, ColumnKind, Row, RowKind, Sheet, Span, Table};

/// The look, printed into the page.
const STYLE: &str = include_str!("../templates/sheet.css");

/// The page of a sheet. Every value is escaped; controls and marks that reverse text are left out.
pub(crate) fn page(sheet: &Sheet) -> String {
    let size = if sheet.paper == "a4" { "A4" } else { "letter" };
    let paper = format!("@page{{size:{size};margin:15mm}}");
    let markup = html! {
        (DOCTYPE)
        html lang=(sheet.lang) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (sheet.title) }
                style { (PreEscaped(STYLE)) (PreEscaped(paper)) }
            }
            body {
                main {
                    header.sender {
                        p.name { (sheet.sender_name) }
                        p { (lines(&sheet.sender_lines)) }
                    }
                    div.parties {
                        address { (lines(&sheet.addressee)) }
                        dl { @for (label, value) in &sheet.meta { dt { (label) } dd { (value) } } }
                    }
                    h1 { (sheet.heading) }
                    @for block in &sheet.blocks { (part(block)) }
                }
            }
        }
    };
    markup.into_string().chars().filter(|char| *char == '\n' || !is_invisible(*char)).collect()
}

/// Lines with breaks between them.
fn lines(lines: &[String]) -> Markup {
    html! { @for (at, line) in lines.iter().enumerate() { @if at > 0 { br; } (line) } }
}

/// One part of the sheet.
fn part(block: &Block) -> Markup {
    match block {
        Block::Missing { text } => html! { p.missing role="note" { (text) } },
        Block::Text { spans } => html! { p { (runs(spans)) } },
        Block::Figures { figures } => html! {
            dl.figures {
                @for figure in figures {
                    div.now[figure.emphasis] { dt { (figure.label) } dd { (figure.value) } }
                }
            }
        },
        Block::Table(table) => table_markup(table),
        Block::Pay { blocks, note } => html! {
            section.pay {
                @for way in blocks {
                    div {
                        h2 { (way.title) }
                        p { @for (at, line) in way.lines.iter().enumerate() { @if at > 0 { br; } (runs(line)) } }
                    }
                }
                p.note { (note) }
            }
        },
        Block::Signature { lines: signed } => html! { p.signature { (lines(signed)) } },
        Block::Fine { text } => html! { p.fine { (text) } },
    }
}

/// Words, some of them strong.
fn runs(spans: &[Span]) -> Markup {
    html! { @for span in spans { @if span.strong { strong { (span.text) } } @else { (span.text) } } }
}

/// The class of a column's cells.
fn column_class(kind: ColumnKind) -> Option<&'static str> {
    match kind {
        ColumnKind::Name | ColumnKind::Words => None,
        ColumnKind::Day => Some("day"),
        ColumnKind::Number | ColumnKind::Share => Some("number"),
    }
}

/// A table with column headers.
fn table_markup(table: &Table) -> Markup {
    html! {
        div.wide {
            table {
                @if let Some(caption) = &table.caption { caption { (caption) } }
                thead {
                    tr { @for column in &table.columns { th scope="col" class=[column_class(column.kind)] { (column.title) } } }
                }
                tbody { @for row in &table.rows { (row_markup(table, row)) } }
            }
        }
    }
}

/// One row; the name over a section and the label of a sum are row headers.
fn row_markup(table: &Table, row: &Row) -> Markup {
    let mut at = 0;
    let placed: Vec<(usize, &Cell)> = row
        .cells
        .iter()
        .map(|cell| {
            let here = at;
            at += cell.span;
            (here, cell)
        })
        .collect();
    let class = match row.kind {
        RowKind::Line => None,
        RowKind::Section => Some("section"),
        RowKind::Total => Some("total"),
    };
    html! {
        tr class=[class] {
            @for (here, cell) in placed {
                @let kind = table.columns.get(here).map_or(ColumnKind::Words, |column| column.kind);
                @let span = (cell.span > 1).then_some(cell.span);
                @if row.kind != RowKind::Line && here == 0 {
                    th scope=(if row.kind == RowKind::Section { "rowgroup" } else { "row" }) colspan=[span] { (cell.text) }
                } @else {
                    td class=[column_class(kind)] colspan=[span] {
                        @if cell.strong { strong { (cell.text) } } @else { (cell.text) }
                        @if let Some(tag) = &cell.tag { " " em { (tag) } }
                    }
                }
            }
        }
    }
}
