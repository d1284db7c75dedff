//! The accounts: chosen by what they are and how they stand, a page at a time, and whole as a file.

use axum::extract::Query;
use dunwell_desk::look::accounts::{Accounts, ListedRow, accounts};
use dunwell_desk::look::page::MOST;
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::listing::{ListChoice, ListOrder};
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::{As, Cell, Sheet, address, links};
use crate::frame;
use crate::screens::views;
use crate::words::{account_path, count, day_of, long_day, money, short_day, spoken};

/// What is asked of the list; the address holds all of it, so that a choice can be kept and sent.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// What a number or a word of a name begins with.
    text: String,
    /// The collector; `-` is nobody.
    collector: String,
    /// The segment.
    segment: String,
    /// Only what is: `past_due`, `disputed`, `promised`, `unapplied`, `stopped`, `incomplete`.
    state: String,
    /// The order: `number` or `name`.
    order: String,
    /// Where the page begins.
    cursor: String,
}

/// The states one may choose by, and how each is called.
const STATES: [(&str, &str); 6] = [
    ("past_due", "Past due"),
    ("disputed", "Disputed"),
    ("promised", "Promised"),
    ("unapplied", "With unapplied cash"),
    ("stopped", "Stopped"),
    ("incomplete", "Incomplete"),
];

impl Asked {
    fn choice(&self) -> Result<ListChoice, Problem> {
        if !self.state.is_empty() && !STATES.iter().any(|(code, _)| *code == self.state) {
            return Err(Problem::NotFound);
        }
        let is = |state: &str| self.state == state;
        Ok(ListChoice {
            collector: self.collector.trim().to_owned(),
            segment: self.segment.trim().to_owned(),
            risk_class: String::new(),
            text: self.text.trim().to_owned(),
            past_due: is("past_due"),
            disputed: is("disputed"),
            promised: is("promised"),
            unapplied: is("unapplied"),
            stopped: is("stopped"),
            incomplete: is("incomplete"),
        })
    }

    fn order(&self) -> Result<ListOrder, Problem> {
        if self.order.is_empty() { Ok(ListOrder::Name) } else { ListOrder::parse(&self.order).ok_or(Problem::NotFound) }
    }

    fn cursor(&self) -> Option<&str> {
        Some(self.cursor.as_str()).filter(|cursor| !cursor.is_empty())
    }

    /// The choice as a query, without the place of the page.
    fn query(&self) -> [(&str, &str); 5] {
        [
            ("text", &self.text),
            ("collector", &self.collector),
            ("segment", &self.segment),
            ("state", &self.state),
            ("order", &self.order),
        ]
    }
}

/// `GET /accounts`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let (choice, order) = (asked.choice()?, asked.order()?);
    let list = accounts(&caller.desk, &choice, order, asked.cursor(), None, caller.today).await?;
    let people = caller.desk.book.read().await?.users().await?;
    let collectors: Vec<&str> =
        people.iter().filter(|user| user.role == "collector").map(|user| user.name.as_str()).collect();
    let own = views::own(&caller, "accounts").await?;
    let query = address("", &asked.query()).trim_start_matches('?').to_owned();
    let main = html! {
        div.head {
            h1 { "Accounts" }
            span.mut { "As of " (long_day(caller.today)) }
            @if caller.may(Action::Export) { (links("/export/accounts", &asked.query())) }
        }
        @if !own.is_empty() { nav.tabs aria-label="Your views" { (views::tabs(&own, &query)) } }
        (filters(&asked, order, &collectors))
        (views::keeper(&caller, "accounts", &query, &own))
        (table(&list, &caller))
        (pages(&asked, &list))
    };
    Ok(frame::page(&caller, "/accounts", "Accounts", &main))
}

fn filters(asked: &Asked, order: ListOrder, collectors: &[&str]) -> Markup {
    let other = Some(asked.collector.as_str()).filter(|name| !["", "-"].contains(name) && !collectors.contains(name));
    html! {
        form.filters method="get" action="/accounts" role="search" aria-label="Choose accounts" {
            div.fld { label for="text" { "Number or name" } input id="text" name="text" type="search" value=(asked.text); }
            div.fld {
                label for="collector" { "Collector" }
                select id="collector" name="collector" {
                    option value="" { "Anybody" }
                    option value="-" selected[asked.collector == "-"] { "Nobody" }
                    @for name in collectors.iter().copied().chain(other) {
                        option value=(name) selected[asked.collector == name] { (name) }
                    }
                }
            }
            div.fld { label for="segment" { "Segment" } input id="segment" name="segment" value=(asked.segment); }
            div.fld {
                label for="state" { "Only" }
                select id="state" name="state" {
                    option value="" { "All" }
                    @for (code, name) in STATES { option value=(code) selected[asked.state == code] { (name) } }
                }
            }
            div.fld {
                label for="order" { "Order" }
                select id="order" name="order" {
                    @for of in [ListOrder::Name, ListOrder::Number] {
                        option value=(of.code()) selected[of == order] { "By " (of.code()) }
                    }
                }
            }
            button type="submit" { "Show" }
        }
    }
}

fn table(list: &Accounts, caller: &Caller) -> Markup {
    if list.accounts.is_empty() {
        return html! { p.empty { "No account on this page is like that. " a.l href="/accounts" { "See all accounts" } } };
    }
    html! {
        div.scroll.page {
            table.t {
                caption.sr { "Accounts" }
                thead { tr {
                    th scope="col" { "Customer" } th scope="col" { "Collector" } th.num scope="col" { "Balance" }
                    th.num scope="col" { "Past due" } th.num scope="col" { "Oldest, days" } th scope="col" { "Last contact" }
                    th scope="col" { "State" }
                } }
                tbody { @for account in &list.accounts { (row(account, caller)) } }
            }
        }
        p.sr role="status" { (count(list.accounts.len(), "account", "accounts")) " on this page" }
    }
}

fn row(account: &ListedRow, caller: &Caller) -> Markup {
    let oldest = account.currencies.iter().filter_map(|of| of.oldest_days_past_due).max();
    html! {
        tr data-account=(account.account) {
            th scope="row" {
                a.nm href={ (account_path(&account.account)) } data-row { (account.name.as_deref().unwrap_or(&account.account)) }
                small { (account.account) @if let Some(city) = &account.city { " · " (city) } }
            }
            td { (account.collector.as_deref().unwrap_or("–")) }
            td.num { @for of in &account.currencies { div { (money(of.balance)) } } }
            td.num { @for of in &account.currencies { div.b[!of.past_due.is_zero()] { (money(of.past_due)) } } }
            td.num { @if let Some(days) = oldest { (days) } @else { "–" } }
            td.nw {
                @match account.last_contact.as_deref().and_then(day_of) {
                    Some(day) => (short_day(day, caller.today)),
                    None => "–",
                }
            }
            td { span.chips { @for state in &account.states { span.tag { (spoken(state)) } } } }
        }
    }
}

fn pages(asked: &Asked, list: &Accounts) -> Markup {
    html! {
        nav.pages aria-label="Pages" {
            @if asked.cursor().is_some() { a.btn href=(address("/accounts", &asked.query())) { "First page" } }
            @if let Some(next) = &list.next_cursor {
                a.btn rel="next" href=(address("/accounts", &[&asked.query()[..], &[("cursor", next)]].concat())) { "Next page" }
            }
        }
    }
}

/// `GET /export/accounts`: every account of the choice, a row for each of its currencies.
pub(crate) async fn export(caller: Caller, Query(asked): Query<Asked>, Query(file): Query<As>) -> Answer {
    caller.desk.may(Action::ReadAccounts)?;
    let (choice, order) = (asked.choice()?, asked.order()?);
    let mut sheet = Sheet::new(
        "accounts",
        [
            "Account",
            "Name",
            "City",
            "Country",
            "Collector",
            "Segment",
            "Risk class",
            "Currency",
            "Balance",
            "Past due",
            "Oldest days past due",
            "Unapplied",
            "Disputed",
            "Promised",
            "Last contact",
            "States",
        ],
    );
    let mut cursor: Option<String> = None;
    loop {
        let list = accounts(&caller.desk, &choice, order, cursor.as_deref(), Some(MOST), caller.today).await?;
        for row in list.accounts.iter().flat_map(rows_of) {
            sheet.push(row)?;
        }
        cursor = list.next_cursor;
        if cursor.is_none() {
            break sheet.file(&caller, file.kind, caller.today).await;
        }
    }
}

/// The rows of an account: one a currency, and one where nothing is open.
fn rows_of(account: &ListedRow) -> Vec<Vec<Cell>> {
    let who = [
        Cell::Text(account.account.clone()),
        Cell::text(account.name.as_deref()),
        Cell::text(account.city.as_deref()),
        Cell::text(account.country.as_deref()),
        Cell::text(account.collector.as_deref()),
        Cell::text(account.segment.as_deref()),
        Cell::text(account.risk_class.as_deref()),
    ];
    let how = [Cell::day(account.last_contact.as_deref()), Cell::Text(account.states.join(", "))];
    let mut figures: Vec<[Cell; 7]> = account
        .currencies
        .iter()
        .map(|of| {
            [
                Cell::Text(of.currency.clone()),
                Cell::Amount(of.balance),
                Cell::Amount(of.past_due),
                Cell::whole(of.oldest_days_past_due),
                Cell::Amount(of.unapplied),
                Cell::Amount(of.disputed),
                Cell::Amount(of.promised),
            ]
        })
        .collect();
    if figures.is_empty() {
        figures.push([const { Cell::Empty }; 7]);
    }
    figures.iter().map(|figures| [&who[..], figures, &how].concat()).collect()
}
