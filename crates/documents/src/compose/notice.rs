//! The past-due notice in words: what every level and language lays out in the same order.

use dunwell_rules::item::ItemKind;

use super::letter::Letter;
use super::statement::kind_name;
use super::{addressee, contact_facts, missing_block, pay_block, sender_lines, sender_name};
use crate::model::{ChargeTreatment, ContactPerson, NoticeDocument};
use crate::numbers::{amount, currency_words, day};
use crate::sheet::{Block, Cell, Column, ColumnKind, Row, RowKind, Sheet, Span, Table, page_words, paper_name, plain};

/// Composes a notice. The caller has checked that it foots.
pub(crate) fn notice_sheet(notice: &NoticeDocument) -> Sheet {
    let language = notice.language;
    let letter = Letter::new(notice);
    let word = language.pick("Notice", "Schreiben");
    Sheet {
        lang: language.code(),
        paper: paper_name(notice.paper),
        date: [notice.date.year(), i16::from(notice.date.month()), i16::from(notice.date.day())],
        title: format!("{} · {} {}", letter.heading(), word, notice.number),
        heading: letter.heading(),
        sender_name: sender_name(&notice.sender, language),
        sender_lines: sender_lines(&notice.sender),
        addressee: addressee(&notice.customer, language),
        meta: meta(notice),
        blocks: blocks(notice, &letter),
        footer: format!("{} · {word} {}", sender_name(&notice.sender, language), notice.number),
        page_words: page_words(language),
    }
}

/// The facts beside the address.
fn meta(notice: &NoticeDocument) -> Vec<(String, String)> {
    let language = notice.language;
    let mut meta = vec![
        (language.pick("Notice", "Schreiben").to_owned(), notice.number.clone()),
        (language.pick("Date", "Datum").to_owned(), day(notice.date, language)),
        (language.pick("Account", "Kundennummer").to_owned(), notice.account.clone()),
    ];
    if let Some(terms) = &notice.terms {
        meta.push((language.pick("Terms", "Zahlungsziel").to_owned(), terms.clone()));
    }
    meta.extend(contact_facts(notice.your_contact.as_ref(), &notice.sender, language));
    meta
}

/// Everything under the heading, in the order a reader needs it.
fn blocks(notice: &NoticeDocument, letter: &Letter) -> Vec<Block> {
    let mut blocks = Vec::new();
    blocks.extend(missing_block(&notice.missing, notice.language));
    let mut say = |spans: Vec<Span>| {
        if !spans.is_empty() {
            blocks.push(Block::Text { spans });
        }
    };
    say(vec![plain(letter.greeting())]);
    say(letter.opening());
    blocks.push(Block::Table(items(notice)));
    let mut say = |spans: Vec<Span>| {
        if !spans.is_empty() {
            blocks.push(Block::Text { spans });
        }
    };
    say(letter.request());
    say(letter.late_charges());
    if let Some(table) = charge_lines(notice) {
        blocks.push(Block::Table(table));
    }
    for spans in [letter.consequences(), letter.left_out(), letter.way_out()] {
        if !spans.is_empty() {
            blocks.push(Block::Text { spans });
        }
    }
    blocks.extend(pay_block(&notice.sender, &notice.number, notice.language));
    blocks.push(Block::Signature { lines: signature(notice, letter) });
    blocks.push(Block::Fine { text: letter.fine_print() });
    blocks
}

/// The items asked for, credits and demanded charges as lines of their own, and the amount they sum to.
fn items(notice: &NoticeDocument) -> Table {
    let language = notice.language;
    let money = |minor: i64| amount(i128::from(minor), notice.currency, language);
    let in_part = notice.items.iter().any(|item| item.asked_minor != item.open_minor);
    let only_invoices = notice.items.iter().all(|item| item.kind == ItemKind::Invoice) && notice.credits.is_empty();
    let document =
        if only_invoices { language.pick("Invoice", "Rechnung") } else { language.pick("Document", "Beleg") };
    let mut columns = vec![
        Column::new(document, ColumnKind::Words),
        Column::new(language.pick("Your PO", "Ihre Bestellung"), ColumnKind::Words),
        Column::new(language.pick("Document date", "Belegdatum"), ColumnKind::Words),
        Column::new(language.pick("Due date", "Fällig am"), ColumnKind::Words),
        Column::new(language.pick("Days late", "Tage überfällig"), ColumnKind::Number),
        Column::new(language.pick("Open", "Offen"), ColumnKind::Number),
    ];
    if in_part {
        columns.push(Column::new(language.pick("Please pay", "Zu zahlen"), ColumnKind::Number));
    }
    let name = |kind: ItemKind, number: &str| match only_invoices {
        true => number.to_owned(),
        false => format!("{} {number}", kind_name(kind, language)),
    };
    let mut rows: Vec<Row> = Vec::with_capacity(notice.items.len() + notice.credits.len() + 2);
    for item in &notice.items {
        let po = item.po_number.as_deref().filter(|po| !po.trim().is_empty());
        let mut cells = vec![
            Cell::new(name(item.kind, &item.document)),
            Cell::new(po.unwrap_or(language.pick("none given", "keine"))),
            Cell::new(day(item.document_date, language)),
            Cell::new(day(item.due, language)),
            Cell::new(item.days_late.to_string()),
            Cell::new(money(item.open_minor)),
        ];
        if in_part {
            cells.push(Cell::new(money(item.asked_minor)));
        }
        rows.push(Row { kind: RowKind::Line, cells });
    }
    let width = columns.len();
    for credit in &notice.credits {
        let mut cells =
            vec![Cell::new(name(credit.kind, &credit.document)), Cell::new(""), Cell::new(day(credit.date, language))];
        cells.extend((cells.len()..width - 1).map(|_| Cell::new("")));
        cells.push(Cell::new(money(credit.amount_minor)));
        rows.push(Row { kind: RowKind::Line, cells });
    }
    if let Some(charges) = notice.late_charges.as_ref().filter(|charges| charges.treatment == ChargeTreatment::Demanded)
    {
        let label = language.pick("Late charges", "Verzugszinsen und Kosten");
        let cells = vec![Cell::new(label).over(width - 1), Cell::new(money(charges.amount_minor))];
        rows.push(Row { kind: RowKind::Line, cells });
    }
    let label = format!("{}, {}", language.pick("Please pay", "Zu zahlen"), currency_words(notice.currency, language));
    let cells = vec![Cell::new(label).over(width - 1), Cell::new(money(notice.amount_minor))];
    rows.push(Row { kind: RowKind::Total, cells });
    Table::new(None, columns, rows)
}

/// The computation of late charges, where the caller gave one.
fn charge_lines(notice: &NoticeDocument) -> Option<Table> {
    let language = notice.language;
    let charges = notice.late_charges.as_ref().filter(|charges| !charges.lines.is_empty())?;
    let money = |minor: i64| amount(i128::from(minor), notice.currency, language);
    let columns = vec![
        Column::new(language.pick("Late charges", "Verzugszinsen und Kosten"), ColumnKind::Words),
        Column::new(language.pick("Amount", "Betrag"), ColumnKind::Number),
    ];
    let mut rows: Vec<Row> = charges
        .lines
        .iter()
        .map(|line| Row {
            kind: RowKind::Line,
            cells: vec![Cell::new(&line.text), Cell::new(money(line.amount_minor))],
        })
        .collect();
    let total = vec![Cell::new(language.pick("Total", "Summe")), Cell::new(money(charges.amount_minor))];
    rows.push(Row { kind: RowKind::Total, cells: total });
    Some(Table::new(None, columns, rows))
}

/// Who signs and how to reach them.
fn signature(notice: &NoticeDocument, letter: &Letter) -> Vec<String> {
    let mut lines = vec![letter.closing().to_owned()];
    match notice.signatory.as_ref().or(notice.your_contact.as_ref()) {
        Some(person) => {
            lines.push(person.name.clone());
            let reach = reach(person);
            if !reach.is_empty() {
                lines.push(reach);
            }
        }
        None => {
            let name = notice.sender.contact.clone().unwrap_or_else(|| sender_name(&notice.sender, notice.language));
            lines.push(name);
        }
    }
    lines
}

/// Role, telephone and mail in one line.
fn reach(person: &ContactPerson) -> String {
    let parts: Vec<&str> =
        [&person.role, &person.phone, &person.mail].into_iter().flatten().map(String::as_str).collect();
    parts.join(" · ")
}
