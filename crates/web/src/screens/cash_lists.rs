//! The lists of cash as files, beside the queue's: bank files, advices that wait, what went back, what is set aside, refunds and
//! write-offs, each whole.

use axum::extract::{Path, Query};
use dunwell_desk::cash::clear_return::{returns_page, returns_settled};
use dunwell_desk::cash::import_remittance::waiting_remittances;
use dunwell_desk::cash::queue::bank_files;
use dunwell_desk::cash::set_aside::receipts_set_aside;
use dunwell_desk::look::page::MOST;
use dunwell_desk::refunds::refunds;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::money::Money;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::write_offs::write_offs;
use dunwell_store::views::cash::BankFileView;
use dunwell_store::views::refunds::{RefundView, WriteOffView};
use dunwell_store::views::remittances::RemittanceView;
use dunwell_store::views::returns::ReturnView;
use dunwell_store::views::set_aside::SetAsideView;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::{As, Cell, Sheet, links};

/// What is asked of a list, as its page asks it.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    state: String,
    account: String,
}

/// The links to a list as a file, for those who may take one out.
pub(crate) fn file_links(caller: &Caller, list: &str, query: &[(&str, &str)]) -> Markup {
    html! { @if caller.may(Action::Export) { (links(&format!("/export/cash/{list}"), query)) } }
}

/// `GET /export/cash/{list}`.
pub(crate) async fn export(
    caller: Caller,
    Path(list): Path<String>,
    Query(asked): Query<Asked>,
    Query(file): Query<As>,
) -> Answer {
    let desk = &caller.desk;
    let (state, account) = (Some(&*asked.state).filter(|text| !text.is_empty()), Some(&*asked.account));
    let account = account.filter(|text| !text.is_empty());
    let mut cursor: Option<String> = None;
    let mut sheet = match &*list {
        "files" => Sheet::new("bank-files", FILES),
        "remittances" => Sheet::new("remittances", ADVICES),
        "returns" => Sheet::new("went-back", RETURNS),
        "aside" => Sheet::new("set-aside", ASIDE),
        "refunds" => Sheet::new("refunds", REFUNDS),
        "write-offs" => Sheet::new("write-offs", WRITE_OFFS),
        _ => return Err(Problem::NotFound),
    };
    loop {
        let (at, most) = (cursor.as_deref(), Some(MOST));
        cursor = match &*list {
            "files" => {
                let page = bank_files(desk, at, most).await?;
                add(&mut sheet, &page.files, bank_file)?;
                page.next_cursor
            }
            "remittances" => {
                let page = waiting_remittances(desk, at, most).await?;
                add(&mut sheet, &page.remittances, advice)?;
                page.next_cursor
            }
            "returns" => {
                let page = match state {
                    Some(_) => returns_settled(desk, at, most).await?,
                    None => returns_page(desk, at, most).await?,
                };
                add(&mut sheet, &page.returns, |shown| went_back(&shown.told))?;
                page.next_cursor
            }
            "aside" => {
                let page = receipts_set_aside(desk, at, most).await?;
                add(&mut sheet, &page.receipts, aside)?;
                page.next_cursor
            }
            "refunds" => {
                let page = refunds(desk, account, state, at, most).await?;
                add(&mut sheet, &page.refunds, refund)?;
                page.next_cursor
            }
            _ => {
                let page = write_offs(desk, account, at, most).await?;
                add(&mut sheet, &page.write_offs, write_off)?;
                page.next_cursor
            }
        };
        if cursor.is_none() {
            return sheet.file(&caller, file.kind, caller.today).await;
        }
    }
}

fn add<T>(sheet: &mut Sheet, rows: &[T], cells: impl Fn(&T) -> Vec<Cell>) -> Result<(), Problem> {
    rows.iter().try_for_each(|row| sheet.push(cells(row)))
}

fn text(text: &str) -> Cell {
    Cell::text(Some(text).filter(|text| !text.is_empty()))
}

fn day(day: Option<Date>) -> Cell {
    day.map_or(Cell::Empty, Cell::Day)
}

/// An amount and its currency.
fn money(amount: Money) -> [Cell; 2] {
    [Cell::Amount(amount), Cell::Text(amount.currency.to_string())]
}

const FILES: [&str; 11] = [
    "Bank file",
    "File",
    "Handed in on",
    "By",
    "State",
    "Format",
    "Statements",
    "Entries",
    "Receipts, new",
    "Import",
    "SHA-256",
];

fn bank_file(file: &BankFileView) -> Vec<Cell> {
    let (told, came) = (&file.detail["file"], file.outcome.as_ref());
    vec![
        Cell::Text(file.bank_file.to_string()),
        text(&file.file),
        Cell::Day(file.day),
        text(&file.by),
        text(file.state),
        Cell::text(told["format"].as_str()),
        Cell::whole(told["statements"].as_i64()),
        Cell::whole(told["entries"].as_i64()),
        Cell::whole(came.and_then(|came| came["receipts"].as_i64())),
        file.import.map_or(Cell::Empty, |import| Cell::Text(import.to_string())),
        text(&file.sha256),
    ]
}

const ADVICES: [&str; 7] = ["Advice", "Amount", "Currency", "Reference", "Paid on", "Told on", "File"];

fn advice(advice: &RemittanceView) -> Vec<Cell> {
    let mut cells = vec![Cell::Text(advice.advice.to_string())];
    cells.extend(money(advice.amount));
    cells.extend([
        text(&advice.reference),
        day(advice.paid_on),
        Cell::Day(advice.day),
        Cell::text(advice.file.as_deref()),
    ]);
    cells
}

const RETURNS: [&str; 13] = [
    "Return",
    "Document",
    "Amount",
    "Currency",
    "Booked on",
    "Value day",
    "Our account",
    "Code",
    "Reason",
    "Meaning",
    "Receipt",
    "Account",
    "Asked since",
];

fn went_back(told: &ReturnView) -> Vec<Cell> {
    let mut cells = vec![Cell::Text(told.entry.to_string()), text(&told.document)];
    cells.extend(money(told.amount));
    cells.extend([
        Cell::Day(told.booked_on),
        Cell::Day(told.value_on),
        text(&told.bank_account),
        text(&told.code),
        text(&told.reason),
        text(&told.meaning),
        told.receipt.map_or(Cell::Empty, |receipt| Cell::Text(receipt.to_string())),
        Cell::text(told.account.as_deref()),
        day(told.asked_on),
    ]);
    cells
}

const ASIDE: [&str; 9] =
    ["Receipt", "Document", "Amount", "Currency", "Value day", "Why", "In words", "Set aside on", "By"];

fn aside(aside: &SetAsideView) -> Vec<Cell> {
    let mut cells = vec![Cell::Text(aside.receipt.to_string()), text(&aside.document)];
    cells.extend(money(aside.amount));
    cells.extend([
        Cell::Day(aside.value_on),
        text(&aside.reason),
        Cell::text(aside.because.as_deref()),
        Cell::Day(aside.set_aside_on),
        text(&aside.by),
    ]);
    cells
}

const REFUNDS: [&str; 16] = [
    "Refund",
    "Account",
    "Name",
    "Credit",
    "Amount",
    "Currency",
    "Paid by",
    "Payee",
    "Account ends",
    "End-to-end id",
    "State",
    "Asked on",
    "Asked by",
    "Signed on",
    "Signed by",
    "Pays on",
];

fn refund(refund: &RefundView) -> Vec<Cell> {
    let mut cells = vec![
        Cell::Text(refund.refund.to_string()),
        text(&refund.account),
        Cell::text(refund.name.as_deref()),
        text(&refund.credit),
    ];
    cells.extend(money(refund.amount));
    cells.extend([
        text(refund.kind),
        Cell::text(refund.payee.as_deref()),
        Cell::text(refund.payee_account_ends.as_deref()),
        text(&refund.end_to_end_id),
        text(refund.state),
        Cell::Day(refund.asked_on),
        text(&refund.maker),
        day(refund.decided_on),
        Cell::text(refund.decided_by.as_deref()),
        day(refund.pays_on),
    ]);
    cells
}

const WRITE_OFFS: [&str; 12] = [
    "Write-off",
    "Account",
    "Name",
    "Document",
    "Amount",
    "Currency",
    "Recovered",
    "Stands",
    "Reason",
    "Made on",
    "By",
    "Taken back on",
];

fn write_off(off: &WriteOffView) -> Vec<Cell> {
    let mut cells = vec![
        Cell::Text(off.write_off.to_string()),
        text(&off.account),
        Cell::text(off.name.as_deref()),
        text(&off.document),
    ];
    cells.extend(money(off.amount));
    cells.extend([
        Cell::Amount(off.recovered),
        Cell::Amount(off.stands),
        text(&off.reason),
        Cell::Day(off.made_on),
        text(&off.maker),
        day(off.taken_back_on),
    ]);
    cells
}
