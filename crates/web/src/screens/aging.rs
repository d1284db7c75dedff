//! Aged receivables of any day: the book beside its control balance, by collector, unit or account, and the lines behind
//! every total.

use axum::extract::Query;
use dunwell_desk::Refusal;
use dunwell_desk::rules::aging::DateBasis;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::money::Currency;
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::aging::lines::{AgedLine, LinePlace, LinesOf, LinesQuestion};
use dunwell_store::views::aging::{AgingBy, AgingCurrency, AgingGroup, AgingQuestion, AgingView};
use dunwell_store::views::json::MoneyView;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::{As, Cell, Sheet, address, amount_of, links};
use crate::frame;
use crate::words::{account_path, aging_bar, bucket_words, count, long_day, money, short_day, spoken};

/// Groups of a page.
const GROUPS: usize = 100;
/// Lines of a page, and of one look for a file.
const LINES: usize = 100;
const LINES_OF_FILE: usize = 2_000;

/// What is asked of an aging, and of the lines behind one of its totals.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// The day; today where none is given.
    on: String,
    /// `book`, `collector`, `unit` or `account`.
    by: String,
    /// `due`, `document` or `posting`.
    basis: String,
    /// Where the page begins.
    cursor: String,
    /// Lines: the code of a bucket, `unapplied`, `unidentified` or `balance`.
    bucket: String,
    /// Lines: the currency.
    currency: String,
    /// Lines: only of this collector; `-` is nobody.
    collector: String,
    /// Lines: only of this business unit; `-` is none.
    unit: String,
    /// Lines: only of this customer number.
    account: String,
}

impl Asked {
    fn day(&self, caller: &Caller) -> Result<Date, Problem> {
        if self.on.is_empty() {
            return Ok(caller.today);
        }
        let why = || "write it as 2026-11-20".to_owned();
        self.on.parse().map_err(|_| Refusal::BadValue { what: "on", value: self.on.clone(), why: why() }.into())
    }

    fn by(&self) -> Result<AgingBy, Problem> {
        if self.by.is_empty() { Ok(AgingBy::Book) } else { AgingBy::parse(&self.by).ok_or(Problem::NotFound) }
    }

    fn basis(&self) -> Result<DateBasis, Problem> {
        if self.basis.is_empty() { Ok(DateBasis::Due) } else { DateBasis::parse(&self.basis).ok_or(Problem::NotFound) }
    }

    fn cursor(&self) -> Option<&str> {
        Some(self.cursor.as_str()).filter(|cursor| !cursor.is_empty())
    }

    fn query(&self) -> [(&str, &str); 3] {
        [("on", &self.on), ("by", &self.by), ("basis", &self.basis)]
    }

    /// What chooses lines, without the place of the page.
    fn lines_query(&self) -> [(&str, &str); 7] {
        [
            ("bucket", &self.bucket),
            ("currency", &self.currency),
            ("on", &self.on),
            ("basis", &self.basis),
            ("collector", &self.collector),
            ("unit", &self.unit),
            ("account", &self.account),
        ]
    }
}

async fn aging_of(caller: &Caller, asked: &Asked, by: AgingBy) -> Result<AgingView, Problem> {
    let question = AgingQuestion {
        on: asked.day(caller)?,
        known_at: None,
        by,
        basis: asked.basis()?,
        buckets: caller.desk.buckets(),
    };
    Ok(caller.desk.book.read().await?.aging(&question).await?)
}

/// The groups of an aging, whatever it is broken down by.
fn groups_of(view: &AgingView) -> &[AgingGroup] {
    [&view.accounts, &view.collectors, &view.units].into_iter().find(|groups| !groups.is_empty()).map_or(&[], |of| of)
}

/// `GET /aging`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let by = asked.by()?;
    let view = aging_of(&caller, &asked, by).await?;
    let all = groups_of(&view);
    let from = asked
        .cursor()
        .map_or(0, |last| all.partition_point(|group| group.code.as_deref().is_some_and(|code| code <= last)));
    let shown = &all[from..all.len().min(from + GROUPS)];
    let next = shown.last().and_then(|last| last.code.as_deref()).filter(|_| from + GROUPS < all.len());
    let main = html! {
        div.head {
            h1 { "Aging" }
            span.mut { "On " (long_day(view.on)) ", by " (view.date_basis) " date" }
            @if caller.may(Action::Export) { (links("/export/aging", &asked.query())) }
        }
        (filters(&asked, &view, &caller))
        @if view.currencies.is_empty() { p.empty { "Nothing was ever posted to this book." } }
        @for of in &view.currencies { (currency_card(of, shown, by, &asked)) }
        nav.pages aria-label="Pages" {
            @if from > 0 { a.btn href=(address("/aging", &asked.query())) { "First page" } }
            @if let Some(next) = next {
                a.btn rel="next" href=(address("/aging", &[&asked.query()[..], &[("cursor", next)]].concat())) { "Next page" }
            }
        }
    };
    Ok(frame::page(&caller, "/aging", "Aging", &main))
}

fn filters(asked: &Asked, view: &AgingView, caller: &Caller) -> Markup {
    html! {
        form.filters method="get" action="/aging" aria-label="Choose an aging" {
            div.fld { label for="on" { "On" } input id="on" name="on" type="date" value=(view.on) max=(caller.today); }
            div.fld {
                label for="by" { "Broken down by" }
                select id="by" name="by" {
                    @for by in AgingBy::ALL { option value=(by.code()) selected[by.code() == view.by] { (spoken(by.code())) } }
                }
            }
            div.fld {
                label for="basis" { "Age counted from" }
                select id="basis" name="basis" {
                    @for basis in DateBasis::ALL {
                        option value=(basis.code()) selected[basis.code() == view.date_basis] { (spoken(basis.code())) " date" }
                    }
                }
            }
            @if !asked.cursor.is_empty() { input type="hidden" name="cursor" value=""; }
            button type="submit" { "Show" }
        }
    }
}

fn currency_card(book: &AgingCurrency, groups: &[AgingGroup], by: AgingBy, asked: &Asked) -> Markup {
    let id = format!("aging-{}", book.currency);
    let of_currency = |group: &AgingGroup| group.currencies.iter().position(|of| of.currency == book.currency);
    let amounts: Vec<_> =
        book.buckets.iter().filter_map(|part| Some((part.bucket.clone(), amount_of(&part.amount)?))).collect();
    html! {
        section.card.wide aria-labelledby=(id) {
            header { h2 id=(id) { (book.currency) } (control(book)) }
            div.in { (aging_bar(&amounts)) }
            div.scroll {
                table.t {
                    caption.sr { "Aged receivables in " (book.currency) }
                    thead { tr {
                        th scope="col" { @if by == AgingBy::Book { "Book" } @else { (spoken(by.code())) } }
                        @for part in &book.buckets { th.num scope="col" { (bucket_words(&part.bucket)) } }
                        th.num scope="col" { "Unapplied" } th.num scope="col" { "Unidentified" } th.num scope="col" { "Balance" }
                        th.num scope="col" { "Of it disputed" }
                    } }
                    tbody {
                        @for group in groups {
                            @if let Some(place) = of_currency(group) {
                                tr { (group_head(group, by)) (figures(&group.currencies[place], Some(group), by, asked)) }
                            }
                        }
                        @if by == AgingBy::Book { tr { th scope="row" { "The whole book" } (figures(book, None, by, asked)) } }
                    }
                    @if by != AgingBy::Book {
                        tfoot { tr { th scope="row" { "The whole book" } (figures(book, None, by, asked)) } }
                    }
                }
            }
        }
    }
}

/// The control balance beside ours, and the ERP's where it sent one.
fn control(book: &AgingCurrency) -> Markup {
    let ours = amount_of(&book.balance);
    let kept = book.control_balance.as_ref().and_then(amount_of);
    let difference = ours.zip(kept).map(|(ours, kept)| ours.minor - kept.minor);
    html! {
        p.sub {
            "Balance " (shown(&book.balance))
            @if let Some(control) = &book.control_balance {
                " · control balance " (shown(control))
                @match difference { Some(0) => { " · no difference" } _ => { " · " strong.bad { "they differ" } } }
            }
            @if let Some(erp) = &book.erp {
                " · ERP (" (erp.source) ") " (shown(&erp.control_total)) ", difference " (shown(&erp.difference))
            }
        }
    }
}

fn shown(view: &MoneyView) -> String {
    amount_of(view).map_or_else(|| view.amount.clone(), money)
}

fn group_head(group: &AgingGroup, by: AgingBy) -> Markup {
    let code = group.code.as_deref();
    html! {
        th scope="row" {
            @match (by, code) {
                (AgingBy::Account, Some(code)) => {
                    a.nm href={ (account_path(&code)) } { (group.name.as_deref().unwrap_or(code)) } small { (code) }
                }
                (_, Some(code)) => (code),
                (_, None) => "None",
            }
        }
    }
}

/// The amounts of a row, each a link to its lines.
fn figures(of: &AgingCurrency, group: Option<&AgingGroup>, by: AgingBy, asked: &Asked) -> Markup {
    let code = group.map_or("", |group| group.code.as_deref().unwrap_or("-"));
    let key = match by {
        AgingBy::Book | AgingBy::Account => "account",
        AgingBy::Collector => "collector",
        AgingBy::Unit => "unit",
    };
    let cell = |bucket: &str, amount: &MoneyView| {
        let lines =
            [("bucket", bucket), ("currency", &of.currency), ("on", &asked.on), ("basis", &asked.basis), (key, code)];
        let is_zero = amount_of(amount).is_some_and(|amount| amount.is_zero());
        html! {
            td.num { @if is_zero { span.mut { "–" } } @else { a.to href=(address("/aging/lines", &lines)) { (shown(amount)) } } }
        }
    };
    html! {
        @for part in &of.buckets { (cell(&part.bucket, &part.amount)) }
        (cell("unapplied", &of.unapplied))
        (cell("unidentified", &of.unidentified))
        (cell("balance", &of.balance))
        td.num { (disputed(of, by, code)) }
    }
}

/// The disputed part, which leads to the accounts that dispute: a dispute is worked by account, not by line.
fn disputed(of: &AgingCurrency, by: AgingBy, code: &str) -> Markup {
    let accounts = match by {
        AgingBy::Account if !code.is_empty() => account_path(&code),
        AgingBy::Collector => address("/accounts", &[("state", "disputed"), ("collector", code)]),
        AgingBy::Book | AgingBy::Account | AgingBy::Unit => address("/accounts", &[("state", "disputed")]),
    };
    let is_zero = amount_of(&of.disputed).is_some_and(|amount| amount.is_zero());
    html! { @if is_zero { span.mut { "–" } } @else { a.to href=(accounts) { (shown(&of.disputed)) } } }
}

/// The question behind a total, and what its words are.
async fn question_of(caller: &Caller, asked: &Asked) -> Result<LinesQuestion, Problem> {
    let (basis, buckets) = (asked.basis()?, caller.desk.buckets());
    let account = match asked.account.as_str() {
        "" => None,
        code => {
            let found = caller.desk.book.read().await?.account(code).await?;
            Some(found.ok_or_else(|| Refusal::UnknownAccount(code.into()))?.entry)
        }
    };
    Ok(LinesQuestion {
        on: asked.day(caller)?,
        of: LinesOf::parse(&asked.bucket, &buckets, basis).ok_or(Problem::NotFound)?,
        currency: Currency::parse(&asked.currency).ok_or(Problem::NotFound)?,
        basis,
        buckets,
        account,
        collector: asked.collector.clone(),
        unit: asked.unit.clone(),
    })
}

/// The total that the lines make up, as the aging says it.
async fn total_of(caller: &Caller, asked: &Asked) -> Result<Option<MoneyView>, Problem> {
    let (by, code) = match (&*asked.account, &*asked.collector, &*asked.unit) {
        ("", "", "") => (AgingBy::Book, ""),
        ("", "", unit) => (AgingBy::Unit, unit),
        ("", collector, _) => (AgingBy::Collector, collector),
        (account, ..) => (AgingBy::Account, account),
    };
    let view = aging_of(caller, asked, by).await?;
    let group = groups_of(&view).iter().find(|group| group.code.as_deref().unwrap_or("-") == code);
    let currencies = if by == AgingBy::Book { Some(&view.currencies) } else { group.map(|group| &group.currencies) };
    let of = currencies.and_then(|all| all.iter().find(|of| of.currency == asked.currency));
    Ok(of.and_then(|of| match &*asked.bucket {
        "unapplied" => Some(of.unapplied.clone()),
        "unidentified" => Some(of.unidentified.clone()),
        "balance" => Some(of.balance.clone()),
        code => of.buckets.iter().find(|part| part.bucket == code).map(|part| part.amount.clone()),
    }))
}

/// `GET /aging/lines`: the lines behind one total.
pub(crate) async fn lines(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let question = question_of(&caller, &asked).await?;
    let after = place(&asked)?;
    let asked_for = i64::try_from(LINES + 1).unwrap_or(i64::MAX);
    let mut rows = caller.desk.book.read().await?.aging_lines(&question, after, asked_for).await?;
    let more = rows.len() > LINES;
    rows.truncate(LINES);
    let next = rows.last().filter(|_| more).map(|last| last.place.text());
    let total = total_of(&caller, &asked).await?;
    let whose = [&asked.account, &asked.collector, &asked.unit].into_iter().find(|of| !of.is_empty());
    let name = name_of(&asked.bucket);
    let main = html! {
        div.head {
            h1 { (name) ", " (asked.currency) @if let Some(whose) = whose { ", " @if whose == "-" { "of nobody" } @else { (whose) } } }
            @if let Some(total) = &total { span.b { (shown(total)) } }
            span.mut { "On " (long_day(question.on)) ", by " (question.basis.code()) " date" }
            @if caller.may(Action::Export) { (links("/export/aging-lines", &asked.lines_query())) }
        }
        @if rows.is_empty() { p.empty { "No lines." } } @else { (lines_table(&rows, &caller)) }
        nav.pages aria-label="Pages" {
            a.btn href=(address("/aging", &[("on", &asked.on), ("basis", &asked.basis)])) { "Back to the aging" }
            @if after.is_some() { a.btn href=(address("/aging/lines", &asked.lines_query())) { "First page" } }
            @if let Some(next) = &next {
                a.btn rel="next" href=(address("/aging/lines", &[&asked.lines_query()[..], &[("cursor", next)]].concat())) { "Next page" }
            }
        }
    };
    Ok(frame::page(&caller, "/aging", "Lines of an aging", &main))
}

fn place(asked: &Asked) -> Result<Option<LinePlace>, Problem> {
    asked.cursor().map(|cursor| LinePlace::parse(cursor).ok_or(Problem::NotFound)).transpose()
}

/// The name of a total: `61–90 days`.
fn name_of(code: &str) -> String {
    match code {
        "unapplied" => "Unapplied credits".to_owned(),
        "unidentified" => "Unidentified cash".to_owned(),
        "balance" => "Balance".to_owned(),
        "not_due" | "0" => bucket_words(code),
        days => format!("{} days", bucket_words(days)),
    }
}

fn lines_table(rows: &[AgedLine], caller: &Caller) -> Markup {
    html! {
        div.scroll.page {
            table.t {
                caption.sr { "Lines, by account and due date" }
                thead { tr {
                    th scope="col" { "Document" } th scope="col" { "Customer" } th scope="col" { "Dated" } th scope="col" { "Due" }
                    th.num scope="col" { "Days" } th.num scope="col" { "Amount" } th.num scope="col" { "Open" }
                } }
                tbody {
                    @for line in rows {
                        tr {
                            th scope="row" { (line.document) small { (spoken(&line.kind)) @if line.line > 1 { ", instalment " (line.line) } } }
                            td {
                                @match &line.account {
                                    Some(code) => { a.nm href={ (account_path(&code)) } { (line.name.as_deref().unwrap_or(code)) } small { (code) } }
                                    None => "Nobody yet",
                                }
                            }
                            td.nw { (short_day(line.document_date, caller.today)) }
                            td.nw { (short_day(line.due_date, caller.today)) }
                            td.num { (line.days) }
                            td.num { (shown(&line.amount)) }
                            td.num.b { (shown(&line.open)) }
                        }
                    }
                }
            }
        }
        p.sr role="status" { (count(rows.len(), "line", "lines")) " on this page" }
    }
}

/// `GET /export/aging`: every row of the breakdown, and the book, in each currency.
pub(crate) async fn export(caller: Caller, Query(asked): Query<Asked>, Query(file): Query<As>) -> Answer {
    caller.desk.may(Action::ReadAging)?;
    let by = asked.by()?;
    let view = aging_of(&caller, &asked, by).await?;
    let codes = caller.desk.buckets().codes(asked.basis()?);
    let mut columns: Vec<String> = ["Of", "Name", "Currency"].map(String::from).into();
    columns.extend(codes.iter().map(|code| bucket_words(code)));
    columns.extend(["Unapplied", "Unidentified", "Balance", "Disputed"].map(String::from));
    let mut sheet = Sheet::new("aging", columns);
    let row = |code: &str, name: Option<&str>, of: &AgingCurrency| {
        let mut row = vec![Cell::Text(code.into()), Cell::text(name), Cell::Text(of.currency.clone())];
        row.extend(of.buckets.iter().map(|part| Cell::amount(&part.amount)));
        row.extend([&of.unapplied, &of.unidentified, &of.balance, &of.disputed].map(Cell::amount));
        row
    };
    for group in groups_of(&view) {
        for of in &group.currencies {
            sheet.push(row(group.code.as_deref().unwrap_or("none"), group.name.as_deref(), of))?;
        }
    }
    for of in &view.currencies {
        sheet.push(row("book", None, of))?;
    }
    sheet.file(&caller, file.kind, view.on).await
}

/// `GET /export/aging-lines`: every line behind a total.
pub(crate) async fn export_lines(caller: Caller, Query(asked): Query<Asked>, Query(file): Query<As>) -> Answer {
    caller.desk.may(Action::ReadAging)?;
    let question = question_of(&caller, &asked).await?;
    let columns = [
        "Account",
        "Name",
        "Document",
        "Kind",
        "Instalment",
        "Document date",
        "Posting date",
        "Due date",
        "Days",
        "Currency",
        "Amount",
        "Open",
    ];
    let mut sheet = Sheet::new("aging-lines", columns);
    let limit = i64::try_from(LINES_OF_FILE).unwrap_or(i64::MAX);
    let mut after = None;
    let mut reading = caller.desk.book.read().await?;
    loop {
        let rows = reading.aging_lines(&question, after, limit).await?;
        for line in &rows {
            sheet.push(vec![
                Cell::text(line.account.as_deref()),
                Cell::text(line.name.as_deref()),
                Cell::Text(line.document.clone()),
                Cell::Text(line.kind.clone()),
                Cell::Whole(line.line),
                Cell::Day(line.document_date),
                Cell::Day(line.posting_date),
                Cell::Day(line.due_date),
                Cell::Whole(line.days),
                Cell::Text(line.open.currency.clone()),
                Cell::amount(&line.amount),
                Cell::amount(&line.open),
            ])?;
        }
        after = rows.last().filter(|_| rows.len() == LINES_OF_FILE).map(|last| last.place);
        if after.is_none() {
            break sheet.file(&caller, file.kind, question.on).await;
        }
    }
}
