//! Cash: the receipts that a person is asked about, by age or amount, and how cash stands. And a bank's file is sent from here.

use axum::extract::Query;
use dunwell_desk::cash::queue::{CashFigures, CashQueue, QUESTIONS, QueueChoice, cash_figures, cash_queue};
use dunwell_desk::look::page::MOST;
use dunwell_desk::rules::calendar::days_between;
use dunwell_desk::rules::money::{Currency, Money};
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::cash::{QueueOrder, ReceiptView};
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::{As, Cell, Sheet, address, links};
use crate::frame;
use crate::posted::form_fields;
use crate::screens::cash_words::{self, amounts, receipt_path, tags};
use crate::words::{account_path, count, money, short_day};

/// The pages of cash: the address, and its name.
const PAGES: [(&str, &str); 8] = [
    ("/cash", "To be looked at"),
    ("/cash/files", "Bank files"),
    ("/cash/remittances", "Remittances"),
    ("/cash/returns", "Went back"),
    ("/cash/aside", "Set aside"),
    ("/refunds", "Refunds"),
    ("/write-offs", "Write-offs"),
    ("/write-offs/small", "Small balances"),
];

/// What is asked of the queue; the address holds all of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// The order: `age` or `amount`.
    order: String,
    /// Only what is asked this.
    question: String,
    /// Where the page begins.
    cursor: String,
    /// The receipt that was just cleared.
    done: String,
}

impl Asked {
    fn choice(&self) -> Result<QueueChoice<'_>, Problem> {
        cash_words::choice(&self.order, &self.question)
    }

    fn query(&self) -> [(&str, &str); 2] {
        [("order", &self.order), ("question", &self.question)]
    }
}

/// `GET /cash`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let choice = asked.choice()?;
    let cursor = Some(asked.cursor.as_str()).filter(|cursor| !cursor.is_empty());
    let queue = cash_queue(&caller.desk, choice, cursor, None).await?;
    let figures = cash_figures(&caller.desk).await?;
    let done = cleared(&caller, &asked.done).await?;
    let main = html! {
        div.head {
            h1 { "Cash" }
            span.mut { (as_of(&caller, &figures)) }
            @if caller.may(Action::Export) { (links("/export/cash", &asked.query())) }
        }
        (tabs("/cash"))
        @if let Some(done) = done { (done) }
        (strip(&caller, &figures))
        (filters(&asked, choice.order, &figures))
        (table(&caller, &asked, &queue, &figures))
        nav.pages aria-label="Pages" {
            @if cursor.is_some() { a.btn href=(address("/cash", &asked.query())) { "First page" } }
            @if let Some(next) = &queue.next_cursor {
                a.btn rel="next" href=(address("/cash", &[&asked.query()[..], &[("cursor", next)]].concat())) { "Next page" }
            }
        }
        @if caller.may(Action::Import) { (drop(&caller)) }
    };
    Ok(frame::page(&caller, "/cash", "Cash", &main))
}

/// The pages of cash, in the order in which money takes them.
pub(crate) fn tabs(here: &str) -> Markup {
    html! {
        nav.tabs aria-label="Cash" {
            @for (path, name) in PAGES {
                a href=(path) aria-current=[(path == here).then_some("page")] { (name) }
            }
        }
    }
}

/// How old the figures are: the newest bank file.
fn as_of(caller: &Caller, figures: &CashFigures) -> String {
    match &figures.bank_file {
        Some(file) => format!("Data as of bank file of {} ({})", short_day(file.day, caller.today), file.file),
        None => "No bank file was read yet".to_owned(),
    }
}

/// What became of the receipt that was just cleared.
pub(crate) async fn cleared(caller: &Caller, done: &str) -> Result<Option<Markup>, Problem> {
    let Some(entry) = dunwell_desk::rules::account::EntryId::parse(done) else { return Ok(None) };
    let Some(receipt) = caller.desk.book.read().await?.receipt(entry).await? else { return Ok(None) };
    let applied = Money::new(receipt.amount.minor - receipt.unapplied.minor, receipt.amount.currency);
    let whose = receipt.name.as_deref().or(receipt.account.as_deref()).unwrap_or("nobody");
    if receipt.set_aside.is_some() {
        return Ok(Some(html! {
            p.done.told role="status" {
                (money(receipt.amount)) " set aside: no customer paid it. "
                a.l href={ "/cash/" (receipt.receipt) } { "Look at it, or ask about it again" }
            }
        }));
    }
    Ok(Some(html! {
        p.done.told role="status" {
            (money(receipt.amount)) " of " (whose) ": " (money(applied)) " set against what it pays"
            @if !receipt.unapplied.is_zero() { ", " (money(receipt.unapplied)) " left on account" }
            ". " a.l href={ "/cash/" (receipt.receipt) } { "Look at it, or take it back" }
        }
    }))
}

fn strip(caller: &Caller, figures: &CashFigures) -> Markup {
    let own = caller.desk.settings().currency;
    let accounts: i64 = figures.unapplied.iter().map(|sum| sum.accounts).sum();
    let unapplied: Vec<Money> = figures.unapplied.iter().map(|sum| sum.amount).collect();
    html! {
        dl.kp {
            div { dt { "To be looked at" } dd { (count(usize::try_from(figures.asked).unwrap_or(0), "receipt", "receipts")) } }
            div { dt { "They come to" } dd { (amounts(&own_first(&figures.asked_amount, own))) } }
            div { dt { "Asked the longest" } dd {
                @match figures.asked_since {
                    Some(day) => { (count(days(caller, day), "day", "days")) small { "since " (short_day(day, caller.today)) } },
                    None => "–",
                }
            } }
            div { dt { "Of nobody yet" } dd { (amounts(&own_first(&figures.unidentified, own))) } }
            div { dt { "Unapplied on accounts" } dd {
                (amounts(&own_first(&unapplied, own)))
                @if accounts > 0 { small { a.l href="/accounts?state=unapplied" { (count(usize::try_from(accounts).unwrap_or(0), "account", "accounts")) } } }
            } }
        }
    }
}

/// The book's own currency first.
fn own_first(list: &[Money], own: Currency) -> Vec<Money> {
    let (first, rest): (Vec<Money>, Vec<Money>) = list.iter().partition(|amount| amount.currency == own);
    first.into_iter().chain(rest).collect()
}

fn days(caller: &Caller, since: dunwell_desk::rules::calendar::Date) -> usize {
    usize::try_from(days_between(since, caller.today)).unwrap_or(0)
}

fn filters(asked: &Asked, order: QueueOrder, figures: &CashFigures) -> Markup {
    let often = |code: &str| figures.questions.iter().find(|of| of.question == code).map_or(0, |of| of.receipts);
    html! {
        form.filters method="get" action="/cash" role="search" aria-label="Choose receipts" {
            div.fld.wide {
                label for="question" { "Asked" }
                select id="question" name="question" {
                    option value="" { "Anything (" (figures.asked) ")" }
                    @for code in QUESTIONS {
                        option value=(code) selected[asked.question == code] { (cash_words::question(code)) " (" (often(code)) ")" }
                    }
                }
            }
            div.fld {
                label for="order" { "Order" }
                select id="order" name="order" {
                    option value="age" selected[order == QueueOrder::Age] { "Longest asked first" }
                    option value="amount" selected[order == QueueOrder::Amount] { "Largest first" }
                }
            }
            button type="submit" { "Show" }
        }
    }
}

fn table(caller: &Caller, asked: &Asked, queue: &CashQueue, figures: &CashFigures) -> Markup {
    if queue.receipts.is_empty() {
        return html! {
            p.empty {
                @if figures.asked == 0 { "Nothing to be looked at: whatever came in is set against what it pays, or on account." }
                @else { "No receipt is asked that. " a.l href="/cash" { "See all of them" } }
            }
        };
    }
    html! {
        div.scroll.page tabindex="0" role="region" aria-label="Receipts, scrolls sideways" {
            table.t {
                caption.sr { "Receipts that a person is asked about" }
                thead { tr {
                    th scope="col" { "Who paid, as the bank says" } th.num scope="col" { "Came in" } th scope="col" { "Why it is here" }
                    th scope="col" { "Customer" } th scope="col" { "Value day" } th.num scope="col" { "Days asked" }
                } }
                tbody {
                    @for (place, receipt) in queue.receipts.iter().enumerate() { (row(caller, asked, receipt, place == 0)) }
                }
            }
        }
        p.sr role="status" { (count(queue.receipts.len(), "receipt", "receipts")) " on this page" }
    }
}

fn row(caller: &Caller, asked: &Asked, receipt: &ReceiptView, first: bool) -> Markup {
    let name = cash_words::payer(receipt).unwrap_or("The bank names nobody");
    html! {
        tr.on[first] data-account=(receipt.receipt) {
            th scope="row" {
                a.nm href=(receipt_path(&receipt.receipt, &asked.order, &asked.question)) data-row { (name) }
                small { (receipt.document) }
            }
            td.num {
                span.b { (money(receipt.amount)) }
                @if receipt.unapplied != receipt.amount { small { (money(receipt.unapplied)) " not set" } }
            }
            td { (tags(&receipt.asked)) }
            td {
                @match &receipt.account {
                    Some(code) => { a.to href=(account_path(code)) { (receipt.name.as_deref().unwrap_or(code)) } },
                    None => span.mut { "not known" },
                }
            }
            td.nw { (short_day(receipt.value_on, caller.today)) }
            td.num { @if let Some(day) = receipt.asked_on { (days(caller, day)) } }
        }
    }
}

/// A bank's file, dropped where cash is worked.
fn drop(caller: &Caller) -> Markup {
    html! {
        section.card.wide aria-labelledby="send" {
            header { h2 id="send" { "A bank's file" } span.sub { "Nothing is kept before you have seen what it would do" } }
            form.in.stack method="post" action="/import" enctype="multipart/form-data" {
                (form_fields(caller))
                input type="hidden" name="kind" value="bank";
                div.fld.drop {
                    label for="file" { "File" }
                    input id="file" name="file" type="file" required;
                    span.hint { "BAI2, camt.052/.053/.054, MT940/942, NACHA, lockbox, OFX or QFX. Its format is told from the file. Drop it here, or choose it." }
                }
                div { button.pri type="submit" { "Check the file" } }
            }
        }
    }
}

/// `GET /export/cash`: every receipt of the choice.
pub(crate) async fn export(caller: Caller, Query(asked): Query<Asked>, Query(file): Query<As>) -> Answer {
    let choice = asked.choice()?;
    let columns = [
        "Receipt",
        "Payer",
        "Document",
        "Came in",
        "Currency",
        "Not set",
        "Asked",
        "Asked since",
        "Account",
        "Name",
        "Booked on",
        "Value day",
        "Bank code",
    ];
    let mut sheet = Sheet::new("cash", columns);
    let mut cursor: Option<String> = None;
    loop {
        let queue = cash_queue(&caller.desk, choice, cursor.as_deref(), Some(MOST)).await?;
        for receipt in &queue.receipts {
            sheet.push(cells(receipt))?;
        }
        cursor = queue.next_cursor;
        if cursor.is_none() {
            break sheet.file(&caller, file.kind, caller.today).await;
        }
    }
}

fn cells(receipt: &ReceiptView) -> Vec<Cell> {
    vec![
        Cell::Text(receipt.receipt.to_string()),
        Cell::text(cash_words::payer(receipt)),
        Cell::Text(receipt.document.clone()),
        Cell::Amount(receipt.amount),
        Cell::Text(receipt.amount.currency.to_string()),
        Cell::Amount(receipt.unapplied),
        Cell::Text(receipt.asked.iter().map(|code| cash_words::question(code)).collect::<Vec<_>>().join(", ")),
        receipt.asked_on.map_or(Cell::Empty, Cell::Day),
        Cell::text(receipt.account.as_deref()),
        Cell::text(receipt.name.as_deref()),
        Cell::Day(receipt.booked_on),
        Cell::Day(receipt.value_on),
        Cell::Text(receipt.code.clone()),
    ]
}
