//! The bank files that were handed in: when and by whom, what each told, its control totals as stated and as counted, what came
//! of it, and why one was refused, or taken though its totals were wrong.

use axum::extract::Query;
use dunwell_desk::cash::queue::{BankFiles, bank_files};
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::cash::BankFileView;
use dunwell_store::views::json::MoneyView;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::export::{address, amount_of};
use crate::frame;
use crate::screens::cash::tabs;
use crate::screens::cash_lists::file_links;
use crate::words::{count, day_of, money, short_day, time_in_zone};

/// What the page is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    cursor: Option<String>,
}

/// `GET /cash/files`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let cursor = asked.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let BankFiles { files, next_cursor } = bank_files(&caller.desk, cursor, None).await?;
    let main = html! {
        div.head { h1 { "Cash" } span.mut { "Bank files that were handed in, the newest first" } (file_links(&caller, "files", &[])) }
        (tabs("/cash/files"))
        div.acc {
            @if files.is_empty() { p.empty { "None yet. " a.l href="/import?kind=bank" { "Read one" } } }
            @for file in &files { (card(&caller, file)) }
        }
        nav.pages aria-label="Pages" {
            @if cursor.is_some() { a.btn href="/cash/files" { "First page" } }
            @if let Some(next) = &next_cursor { a.btn rel="next" href=(address("/cash/files", &[("cursor", next)])) { "Older" } }
        }
    };
    Ok(frame::page(&caller, "/cash", "Bank files", &main))
}

fn card(caller: &Caller, file: &BankFileView) -> Markup {
    let told = &file.detail["file"];
    let id = format!("file-{}", file.bank_file.0);
    let zone = &caller.desk.settings().time_zone;
    let number = |name: &str| told[name].as_u64().unwrap_or(0);
    html! {
        section.card aria-labelledby=(id) {
            header {
                h2 id=(id) { (file.file) }
                span.chips {
                    span.tag { (format_words(told)) }
                    (state(file))
                    @if told["control_totals_ok"] == Value::Bool(true) { span.tag.ok { "Control totals right" } }
                    @else if file.state == "refused" { span.tag.bad { "Control totals wrong or not there" } }
                    @else { span.tag.warn { "Control totals wrong, accepted" } }
                }
                span.sub { "handed in on " (short_day(file.day, caller.today)) " by " (file.by) ", " (time_in_zone(file.recorded_at, zone)) }
                @if let Some(import) = file.import.filter(|_| !file.undone && caller.may(Action::UndoImport)) {
                    a.l href={ "/imports/" (import) "/undo" } { "Undo" span.sr { " the import of " (file.file) } }
                }
            }
            @for problem in told["problems"].as_array().into_iter().flatten() {
                p.problem.in { "Refused: " @if problem["line"].as_u64().is_some_and(|line| line > 0) { "line " (problem["line"]) ": " } (problem["message"].as_str().unwrap_or_default()) }
            }
            dl.figs {
                div { dt { "Statements" } dd { (number("statements")) } }
                div { dt { "Entries" } dd { (number("entries")) @if number("payments") > 0 { small { (number("payments")) " payments in batches" } } } }
                div { dt { "Came in" } dd { (sums(&told["credits"])) } }
                div { dt { "Went out" } dd { (sums(&told["debits"])) } }
                (came_of(file))
                @if let Some(import) = file.import { div { dt { "Import" } dd { (import) } } }
            }
            (of_accounts(told, caller))
            (accepted(&format!("{} ({})", file.file, file.bank_file), &file.detail))
            (notes(&told["warnings"]))
            @if let Some(outcome) = &file.outcome { (notes(&outcome["warnings"])) }
            p.in.sub { "SHA-256 " code { (file.sha256) } }
        }
    }
}

fn state(file: &BankFileView) -> Markup {
    html! { @match file.state {
        "undone" => { span.tag.bad { "Undone" } },
        "refused" => { span.tag.bad { "Refused" } },
        "read_again" => { span.tag.ok { "Broken off, then read again whole" } },
        "broken_off" => { span.tag.warn { "Not read to its end: hand it in again" } },
        _ => { span.tag.ok { "Read" } },
    } }
}

/// What came of a file, as far as it was kept.
fn came_of(file: &BankFileView) -> Markup {
    let outcome = file.outcome.as_ref();
    let told = |name: &str| outcome.and_then(|outcome| outcome[name].as_u64());
    let before = told("told_before").or_else(|| file.detail["file"]["duplicate_entries"].as_u64());
    html! {
        @if let Some(new) = told("receipts") { div { dt { "Receipts, new" } dd { (new) } } }
        div { dt { "Told before" } dd { (before.unwrap_or(0)) } }
        @if let Some(more) = told("said_more").filter(|more| *more > 0) { div { dt { "Of them with more words" } dd { (more) } } }
        @if let Some(back) = told("returns").filter(|back| *back > 0) { div { dt { "Went back" } dd { (back) } } }
        @if let Some(paid) = told("refunds_confirmed").filter(|paid| *paid > 0) { div { dt { "Our refunds, paid" } dd { (paid) } } }
        @if let Some(back) = told("refunds_returned").filter(|back| *back > 0) { div { dt { "Our refunds, came back" } dd { (back) } } }
    }
}

/// The accounts a file tells of, each with its days.
fn of_accounts(told: &Value, caller: &Caller) -> Markup {
    let day = |value: &Value| value.as_str().and_then(day_of);
    html! { @for account in told["accounts"].as_array().into_iter().flatten() {
        p.in {
            "Account " (account["account"].as_str().unwrap_or_default())
            @if let (Some(from), Some(to)) = (day(&account["from"]), day(&account["to"])) {
                ", " (short_day(from, caller.today)) @if from != to { " to " (short_day(to, caller.today)) }
            }
        }
    } }
}

/// What it is: the format and its version.
pub(crate) fn format_words(told: &Value) -> String {
    let part = |name: &str| told[name].as_str().unwrap_or_default();
    let (format, version) = (part("format"), part("version"));
    // The version of some formats names the format too.
    if version.starts_with(format) { version.to_owned() } else { format!("{format} {version}").trim().to_owned() }
}

fn sums(amounts: &Value) -> Markup {
    let amounts = amounts.as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        @if amounts.is_empty() { "Nothing" }
        @for amount in amounts {
            @let of = |name: &str| amount[name].as_str().unwrap_or_default().to_owned();
            @let view = MoneyView { amount: of("amount"), currency: of("currency") };
            span.amt { @match amount_of(&view) { Some(amount) => (money(amount)), None => { (view.amount) " " (view.currency) } } }
        }
    }
}

/// The control totals, and why the file was taken though one is wrong.
fn accepted(of: &str, detail: &Value) -> Markup {
    let told = detail["file"]["control_totals"].as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        @if let Some(reason) = detail["accepted_because"].as_str() { p.in { "Taken all the same, because: " q { (reason) } } }
        @if !told.is_empty() {
            @let wrong = told.iter().any(|total| total["foots"] != Value::Bool(true));
            details.in open[wrong] {
                summary { (count(told.len(), "control total", "control totals")) }
                (totals(of, told.iter().map(|total| {
                    let part = |name: &str| total[name].as_str().unwrap_or_default().to_owned();
                    let is = |name: &str| total[name] == Value::Bool(true);
                    [part("name"), part("of"), part("stated"), part("counted"), stands(is("foots"), is("binding")).to_owned()]
                })))
            }
        }
    }
}

/// How a control total stands.
pub(crate) fn stands(foots: bool, binding: bool) -> &'static str {
    match (foots, binding) {
        (true, _) => "Right",
        (false, true) => "Wrong, refuses the file",
        (false, false) => "Wrong, does not refuse the file",
    }
}

/// Control totals of a file as stated and as counted: name, of what, stated, counted, how it stands.
pub(crate) fn totals(of: &str, rows: impl Iterator<Item = [String; 5]>) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label={ "Control totals of " (of) ", scrolls sideways" } {
            table.t {
                caption.sr { "Control totals as stated and as counted" }
                thead { tr { th scope="col" { "Control total" } th scope="col" { "Of" } th.num scope="col" { "Stated" } th.num scope="col" { "Counted" } th scope="col" { "Is" } } }
                tbody { @for [name, of, stated, counted, stands] in rows {
                    tr { th scope="row" { (name.replace('_', " ")) } td { (of) } td.num { (stated) } td.num { (counted) } td { (stands) } }
                } }
            }
        }
    }
}

fn notes(warnings: &Value) -> Markup {
    let warnings = warnings.as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        @if !warnings.is_empty() {
            details.in {
                summary { (count(warnings.len(), "thing is", "things are")) " out of order, without loss" }
                ul.ev { @for warning in warnings { li { span.sub { "line " (warning["line"]) } span { (warning["message"].as_str().unwrap_or_default()) } } } }
            }
        }
    }
}
