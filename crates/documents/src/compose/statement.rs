//! The statement of account in words.

use dunwell_rules::item::ItemKind;

use super::{addressee, contact_facts, missing_block, pay_block, sender_lines, sender_name};
use crate::model::{Language, StatementDocument, StatementKind, StatementRow};
use crate::numbers::{amount, currency_words, day, long_day};
use crate::sheet::{
    Block, Cell, Column, ColumnKind, HeadlineFigure, Row, RowKind, Sheet, Table, page_words, paper_name,
};

/// Composes a statement. The caller has checked that it foots.
pub(crate) fn statement_sheet(statement: &StatementDocument) -> Sheet {
    let language = statement.language;
    let heading = match statement.kind {
        StatementKind::OpenItem => language.pick("Statement of account", "Kontoauszug").to_owned(),
        StatementKind::Activity { from, .. } => format!(
            "{} {} {} {}",
            language.pick("Statement of account,", "Kontoauszug vom"),
            long_day(from, language),
            language.pick("to", "bis"),
            long_day(statement.as_of, language)
        ),
    };
    let as_of = statement.as_of;
    Sheet {
        lang: language.code(),
        paper: paper_name(statement.paper),
        date: [as_of.year(), i16::from(as_of.month()), i16::from(as_of.day())],
        title: format!(
            "{} {} · {}",
            language.pick("Statement", "Kontoauszug"),
            statement.number,
            statement.customer.legal_name
        ),
        heading,
        sender_name: sender_name(&statement.sender, language),
        sender_lines: sender_lines(&statement.sender),
        addressee: addressee(&statement.customer, language),
        meta: meta(statement),
        blocks: blocks(statement),
        footer: format!(
            "{} · {} {}",
            sender_name(&statement.sender, language),
            language.pick("Statement", "Kontoauszug"),
            statement.number
        ),
        page_words: page_words(language),
    }
}

/// The facts beside the address.
fn meta(statement: &StatementDocument) -> Vec<(String, String)> {
    let language = statement.language;
    let mut meta = vec![
        (language.pick("Statement", "Auszug Nr.").to_owned(), statement.number.clone()),
        (language.pick("As of", "Stand").to_owned(), day(statement.as_of, language)),
        (language.pick("Account", "Kundennummer").to_owned(), statement.account.clone()),
    ];
    if let Some(terms) = &statement.terms {
        meta.push((language.pick("Terms", "Zahlungsziel").to_owned(), terms.clone()));
    }
    meta.extend(contact_facts(statement.your_contact.as_ref(), &statement.sender, language));
    meta
}

/// Everything under the heading.
fn blocks(statement: &StatementDocument) -> Vec<Block> {
    let language = statement.language;
    let mut blocks = Vec::new();
    blocks.extend(missing_block(&statement.missing, language));
    blocks.push(Block::Figures { figures: figures(statement) });
    blocks.push(Block::Table(match statement.kind {
        StatementKind::OpenItem => open_items(statement),
        StatementKind::Activity { opening_minor, closing_minor, .. } => {
            activity(statement, opening_minor, closing_minor)
        }
    }));
    if !statement.aging.is_empty() {
        blocks.push(Block::Table(aging(statement)));
    }
    blocks.extend(pay_block(&statement.sender, &statement.account, language));
    blocks.push(Block::Fine { text: fine_print(statement) });
    blocks
}

/// The headline figures; unapplied credits only where there are any.
fn figures(statement: &StatementDocument) -> Vec<HeadlineFigure> {
    let language = statement.language;
    let figures = &statement.figures;
    let figure = |label: &str, minor: i64, emphasis: bool| HeadlineFigure {
        label: label.to_owned(),
        value: amount(i128::from(minor), statement.currency, language),
        emphasis,
    };
    let mut shown = vec![
        figure(language.pick("Balance", "Saldo"), figures.balance_minor, false),
        figure(language.pick("Past due", "Überfällig"), figures.past_due_minor, false),
        figure(language.pick("Of which in dispute", "Davon strittig"), figures.disputed_minor, false),
    ];
    if figures.unapplied_minor != 0 {
        shown.push(figure(language.pick("Unapplied credits", "Offene Gutschriften"), figures.unapplied_minor, false));
    }
    shown.push(figure(
        language.pick("Please pay now", "Jetzt zu zahlen"),
        figures.pay_now_minor,
        figures.pay_now_minor > 0,
    ));
    shown
}

/// The open items with running balances, section by section.
fn open_items(statement: &StatementDocument) -> Table {
    let language = statement.language;
    let columns = vec![
        Column::new(language.pick("Date", "Datum"), ColumnKind::Day),
        Column::new(language.pick("Document", "Beleg"), ColumnKind::Name),
        Column::new(language.pick("Your PO", "Ihre Bestellung"), ColumnKind::Words),
        Column::new(language.pick("Due", "Fällig"), ColumnKind::Day),
        Column::new(language.pick("Days late", "Tage"), ColumnKind::Number),
        Column::new(language.pick("Amount", "Betrag"), ColumnKind::Number),
        Column::new(language.pick("Paid", "Bezahlt"), ColumnKind::Number),
        Column::new(language.pick("Open", "Offen"), ColumnKind::Number),
        Column::new(language.pick("Balance", "Saldo"), ColumnKind::Number),
    ];
    let money = |minor: i128| amount(minor, statement.currency, language);
    let line = |row: &StatementRow, running: &mut i128| {
        *running += i128::from(row.open_minor);
        let late = if row.days_late > 0 { row.days_late.to_string() } else { String::new() };
        Row {
            kind: RowKind::Line,
            cells: vec![
                Cell::new(day(row.date, language)),
                document_cell(row, language),
                Cell::new(po_words(row, language)),
                Cell::new(row.due.map(|due| day(due, language)).unwrap_or_default()),
                Cell::new(late),
                Cell::new(money(i128::from(row.amount_minor))),
                Cell::new(money(i128::from(row.paid_minor))),
                Cell::strong(money(i128::from(row.open_minor))),
                Cell::new(money(*running)),
            ],
        }
    };
    let total = |label: String, minor: i128| Row {
        kind: RowKind::Total,
        cells: vec![Cell::new(label).over(7), Cell::new(money(minor)), Cell::new("")],
    };
    let mut rows = sections(statement, 9, line, &total, |row| row.open_minor, 0);
    rows.push(total(total_label(statement), i128::from(statement.figures.balance_minor)));
    Table::new(Some(language.pick("Open items", "Offene Posten").to_owned()), columns, rows)
}

/// The movements between the opening and the closing balance.
fn activity(statement: &StatementDocument, opening_minor: i64, closing_minor: i64) -> Table {
    let language = statement.language;
    let columns = vec![
        Column::new(language.pick("Date", "Datum"), ColumnKind::Day),
        Column::new(language.pick("Document", "Beleg"), ColumnKind::Name),
        Column::new(language.pick("Your PO", "Ihre Bestellung"), ColumnKind::Words),
        Column::new(language.pick("Due", "Fällig"), ColumnKind::Day),
        Column::new(language.pick("Amount", "Betrag"), ColumnKind::Number),
        Column::new(language.pick("Balance", "Saldo"), ColumnKind::Number),
    ];
    let money = |minor: i128| amount(minor, statement.currency, language);
    let line = |row: &StatementRow, running: &mut i128| {
        *running += i128::from(row.amount_minor);
        Row {
            kind: RowKind::Line,
            cells: vec![
                Cell::new(day(row.date, language)),
                document_cell(row, language),
                Cell::new(row.po_number.clone().unwrap_or_default()),
                Cell::new(row.due.map(|due| day(due, language)).unwrap_or_default()),
                Cell::strong(money(i128::from(row.amount_minor))),
                Cell::new(money(*running)),
            ],
        }
    };
    let total = |label: String, minor: i128| Row {
        kind: RowKind::Total,
        cells: vec![Cell::new(label).over(5), Cell::new(money(minor))],
    };
    let mut rows = vec![total(language.pick("Opening balance", "Anfangssaldo").to_owned(), i128::from(opening_minor))];
    let elsewhere: i128 = statement.children.iter().map(|child| i128::from(child.opening_minor)).sum();
    let own_opening = i128::from(opening_minor) - elsewhere;
    rows.extend(sections(statement, 6, line, &total, |row| row.amount_minor, own_opening));
    let closing =
        format!("{}, {}", language.pick("Closing balance", "Endsaldo"), currency_words(statement.currency, language));
    rows.push(total(closing, i128::from(closing_minor)));
    Table::new(Some(language.pick("Activity", "Kontobewegungen").to_owned()), columns, rows)
}

/// The account's own lines, then each child's under its name with a subtotal; running balances start anew in each.
fn sections(
    statement: &StatementDocument,
    width: usize,
    line: impl Fn(&StatementRow, &mut i128) -> Row,
    total: &impl Fn(String, i128) -> Row,
    moved: impl Fn(&StatementRow) -> i64,
    own_opening: i128,
) -> Vec<Row> {
    let language = statement.language;
    let subtotal = language.pick("Subtotal", "Zwischensumme");
    let section = |name: String| Row { kind: RowKind::Section, cells: vec![Cell::new(name).over(width)] };
    let mut rows = Vec::new();
    let mut running = own_opening;
    if statement.children.is_empty() || !statement.rows.is_empty() {
        if !statement.children.is_empty() {
            rows.push(section(format!("{} · {}", statement.account, statement.customer.legal_name)));
        }
        rows.extend(statement.rows.iter().map(|row| line(row, &mut running)));
        if !statement.children.is_empty() {
            let own: i128 = own_opening + statement.rows.iter().map(|row| i128::from(moved(row))).sum::<i128>();
            rows.push(total(format!("{subtotal} {}", statement.account), own));
        }
    }
    for child in &statement.children {
        rows.push(section(format!("{} · {}", child.account, child.name)));
        let mut running = i128::from(child.opening_minor);
        rows.extend(child.rows.iter().map(|row| line(row, &mut running)));
        rows.push(total(format!("{subtotal} {}", child.account), i128::from(child.subtotal_minor)));
    }
    rows
}

/// The label of the last row.
fn total_label(statement: &StatementDocument) -> String {
    let language = statement.language;
    format!("{}, {}", language.pick("Total", "Summe"), currency_words(statement.currency, language))
}

/// Kind and number, marked when disputed.
fn document_cell(row: &StatementRow, language: Language) -> Cell {
    let mut cell = Cell::new(format!("{} {}", kind_name(row.kind, language), row.document));
    cell.tag = match row.disputed_minor {
        0 => None,
        part if part == row.open_minor => Some(language.pick("disputed", "strittig").to_owned()),
        _ => Some(language.pick("disputed in part", "teilweise strittig").to_owned()),
    };
    cell
}

/// The purchase order, or that none was given; credits have none.
fn po_words(row: &StatementRow, language: Language) -> String {
    match &row.po_number {
        Some(po) if !po.trim().is_empty() => po.clone(),
        _ if row.kind == ItemKind::Invoice => language.pick("none given", "keine").to_owned(),
        _ => String::new(),
    }
}

/// A kind of document in words.
pub(super) fn kind_name(kind: ItemKind, language: Language) -> &'static str {
    let (en, de) = match kind {
        ItemKind::Invoice => ("Invoice", "Rechnung"),
        ItemKind::DebitMemo => ("Debit memo", "Belastung"),
        ItemKind::FinanceCharge => ("Late charge", "Verzugskosten"),
        ItemKind::Refund => ("Refund", "Erstattung"),
        ItemKind::Exchanged | ItemKind::Converted => ("Currency conversion", "Währungsumrechnung"),
        ItemKind::CurrencyGain | ItemKind::CurrencyLoss => ("Currency difference", "Kursdifferenz"),
        ItemKind::SetAside => ("Set aside", "Ausgesondert"),
        ItemKind::ReturnedPart => ("Returned payment", "Rückläufer"),
        ItemKind::CreditMemo => ("Credit memo", "Gutschrift"),
        ItemKind::Receipt => ("Payment", "Zahlung"),
        ItemKind::Settlement => ("Settlement", "Ausgleich"),
        ItemKind::Adjustment => ("Adjustment", "Korrektur"),
        ItemKind::WriteOff => ("Write-off", "Ausbuchung"),
    };
    language.pick(en, de)
}

/// The aging row: buckets, credits where there are any, and the balance they sum to.
fn aging(statement: &StatementDocument) -> Table {
    let language = statement.language;
    let money = |minor: i64| Cell::strong(amount(i128::from(minor), statement.currency, language));
    let mut columns: Vec<Column> = statement
        .aging
        .iter()
        .map(|bucket| Column::new(bucket_name(&bucket.bucket, language), ColumnKind::Share))
        .collect();
    let mut cells: Vec<Cell> = statement.aging.iter().map(|bucket| money(bucket.amount_minor)).collect();
    if statement.figures.unapplied_minor != 0 {
        columns.push(Column::new(language.pick("Credits", "Gutschriften"), ColumnKind::Share));
        cells.push(money(statement.figures.unapplied_minor));
    }
    columns.push(Column::new(language.pick("Balance", "Saldo"), ColumnKind::Share));
    cells.push(money(statement.figures.balance_minor));
    let caption = language.pick("By age", "Nach Alter").to_owned();
    Table::new(Some(caption), columns, vec![Row { kind: RowKind::Line, cells }])
}

/// A bucket's code in words; a code we do not know is shown as it is.
fn bucket_name(code: &str, language: Language) -> String {
    if code == "not_due" {
        return language.pick("Not due", "Nicht fällig").to_owned();
    }
    let days = language.pick("days", "Tage");
    if let Some(over) = code.strip_prefix("over_") {
        return format!("{} {over} {days}", language.pick("Over", "Über"));
    }
    match code.split_once('-') {
        Some((from, to)) => format!("{from}–{to} {days}"),
        None => code.to_owned(),
    }
}

/// Last payment, cut-off, how to contest.
fn fine_print(statement: &StatementDocument) -> String {
    let language = statement.language;
    let mut sentences = Vec::new();
    if let Some(payment) = statement.last_payment {
        let money = amount(i128::from(payment.amount_minor), statement.currency, language);
        let on = long_day(payment.date, language);
        sentences.push(language.pick(
            format!("Last payment received: {money} on {on}."),
            format!("Letzter Zahlungseingang: {money} am {on}."),
        ));
    }
    if let Some(cut_off) = statement.cut_off {
        let after = long_day(cut_off, language);
        sentences.push(language.pick(
            format!("Payments after {after} are not shown."),
            format!("Zahlungen nach dem {after} sind nicht berücksichtigt."),
        ));
    }
    sentences.push(match statement.contest_within_days {
        Some(days) => language.pick(
            format!("If an item is wrong, reply within {days} days with its number and the reason; undisputed items stay due."),
            format!(
                "Ist ein Posten falsch, teilen Sie uns bitte innerhalb von {days} Tagen Belegnummer und Grund mit; \
                 unstrittige Posten bleiben fällig."
            ),
        ),
        None => language
            .pick(
                "If an item is wrong, reply with its number and the reason; undisputed items stay due.",
                "Ist ein Posten falsch, teilen Sie uns bitte Belegnummer und Grund mit; unstrittige Posten bleiben fällig.",
            )
            .to_owned(),
    });
    sentences.join(" ")
}
