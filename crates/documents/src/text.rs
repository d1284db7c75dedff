//! A sheet as plain text: for the text part of a mail, for a terminal and for people who read with a screen reader.

use crate::numbers::{MINUS, is_invisible};
use crate::sheet::{Block, Cell, ColumnKind, RowKind, Sheet, Span, Table};

/// Characters in a line of prose.
const PROSE_WIDTH: usize = 78;
/// Characters a column of words may take before it wraps.
const WORDS_WIDTH: usize = 26;

/// The text of a sheet.
pub(crate) fn page(sheet: &Sheet) -> String {
    let mut lines: Vec<String> = vec![sheet.sender_name.clone()];
    lines.extend(sheet.sender_lines.iter().cloned());
    lines.push(String::new());
    lines.extend(sheet.addressee.iter().cloned());
    lines.push(String::new());
    let label_width = sheet.meta.iter().map(|(label, _)| width(label)).max().unwrap_or_default();
    lines.extend(sheet.meta.iter().map(|(label, value)| format!("{}  {value}", padded(label, label_width, false))));
    lines.push(String::new());
    lines.extend(wrapped(&sheet.heading, PROSE_WIDTH));
    lines.push("=".repeat(width(&sheet.heading).min(PROSE_WIDTH)));
    for block in &sheet.blocks {
        lines.push(String::new());
        part(block, &mut lines);
    }
    lines.push(String::new());
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        if at > 0 {
            text.push('\n');
        }
        text.extend(line.trim_end().chars().filter_map(plain_char));
    }
    text
}

/// What plain text keeps of a character: no line breaks, controls or reversing marks out of data, simple spaces and minus signs.
fn plain_char(char: char) -> Option<char> {
    match char {
        '\u{a0}' | '\u{202f}' => Some(' '),
        MINUS => Some('-'),
        other if is_invisible(other) => None,
        other => Some(other),
    }
}

/// One part of the sheet.
fn part(block: &Block, lines: &mut Vec<String>) {
    match block {
        Block::Missing { text } => lines.extend(wrapped(&format!("*** {text} ***"), PROSE_WIDTH)),
        Block::Text { spans } => lines.extend(wrapped(&words(spans), PROSE_WIDTH)),
        Block::Fine { text } => lines.extend(wrapped(text, PROSE_WIDTH)),
        Block::Signature { lines: signed } => lines.extend(signed.iter().cloned()),
        Block::Figures { figures } => {
            let label = figures.iter().map(|figure| width(&figure.label)).max().unwrap_or_default();
            let value = figures.iter().map(|figure| width(&figure.value)).max().unwrap_or_default();
            lines.extend(figures.iter().map(|figure| {
                format!("{}  {}", padded(&figure.label, label, false), padded(&figure.value, value, true))
            }));
        }
        Block::Table(table) => grid(table, lines),
        Block::Pay { blocks, note } => {
            for way in blocks {
                lines.push(format!("{}:", way.title));
                lines.extend(way.lines.iter().map(|line| format!("  {}", words(line))));
            }
            lines.extend(wrapped(note, PROSE_WIDTH));
        }
    }
}

/// Words without their weight.
fn words(spans: &[Span]) -> String {
    spans.iter().map(|span| span.text.as_str()).collect()
}

/// Text and tag of a cell.
fn cell_text(cell: &Cell) -> String {
    match &cell.tag {
        Some(tag) => format!("{} ({tag})", cell.text),
        None => cell.text.clone(),
    }
}

/// A table in columns of characters.
fn grid(table: &Table, lines: &mut Vec<String>) {
    lines.extend(table.caption.iter().cloned());
    let mut widths: Vec<usize> = table.columns.iter().map(|column| width(&column.title)).collect();
    for row in &table.rows {
        let mut at = 0;
        for cell in &row.cells {
            if cell.span == 1
                && let Some(column) = widths.get_mut(at)
            {
                *column = (*column).max(width(&cell_text(cell)));
            }
            at += cell.span;
        }
    }
    for (column, kind) in widths.iter_mut().zip(table.columns.iter().map(|column| column.kind)) {
        if matches!(kind, ColumnKind::Name | ColumnKind::Words) {
            *column = (*column).min(WORDS_WIDTH);
        }
    }
    let titles: Vec<Cell> = table.columns.iter().map(|column| Cell::new(&column.title)).collect();
    print_row(table, &widths, &titles, lines);
    lines.push("-".repeat(widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1)));
    for row in &table.rows {
        if row.kind == RowKind::Section {
            lines.push(String::new());
        }
        print_row(table, &widths, &row.cells, lines);
    }
}

/// One row over as many lines as its longest cell needs.
fn print_row(table: &Table, widths: &[usize], cells: &[Cell], lines: &mut Vec<String>) {
    let mut at = 0;
    let mut set: Vec<(usize, bool, Vec<String>)> = Vec::with_capacity(cells.len());
    for cell in cells {
        let end = (at + cell.span).min(widths.len());
        let room = widths[at.min(end)..end].iter().sum::<usize>() + 2 * (end - at.min(end)).saturating_sub(1);
        let kind = table.columns.get(at).map_or(ColumnKind::Words, |column| column.kind);
        let right = cell.span == 1 && matches!(kind, ColumnKind::Number | ColumnKind::Share);
        set.push((room, right, wrapped(&cell_text(cell), room.max(1))));
        at += cell.span;
    }
    let height = set.iter().map(|(_, _, lines)| lines.len()).max().unwrap_or_default();
    for at in 0..height {
        let line: Vec<String> = set
            .iter()
            .map(|(room, right, lines)| padded(lines.get(at).map_or("", String::as_str), *room, *right))
            .collect();
        lines.push(line.join("  "));
    }
}

/// Characters of a text.
fn width(text: &str) -> usize {
    text.chars().count()
}

/// A text filled with spaces to a width.
fn padded(text: &str, room: usize, right: bool) -> String {
    let fill = " ".repeat(room.saturating_sub(width(text)));
    if right { format!("{fill}{text}") } else { format!("{text}{fill}") }
}

/// A text in lines of at most `room` characters; a longer word is cut.
fn wrapped(text: &str, room: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split([' ', '\n', '\r', '\t']).filter(|word| !word.is_empty()) {
        let mut word: Vec<char> = word.chars().collect();
        if !line.is_empty() && width(&line) + 1 + word.len() > room {
            lines.push(std::mem::take(&mut line));
        }
        while word.len() > room {
            let rest = word.split_off(room);
            lines.push(word.into_iter().collect());
            word = rest;
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.extend(word);
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}
