//! The bank files that were read: what each told, its control totals as stated and as counted, and why one was taken though they
//! were wrong.

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
use crate::words::{count, money, short_day};

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
        div.head { h1 { "Cash" } span.mut { "Bank files that were read, the newest first" } }
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
    let id = format!("file-{}", file.import.0);
    let number = |name: &str| told[name].as_u64().unwrap_or(0);
    html! {
        section.card aria-labelledby=(id) {
            header {
                h2 id=(id) { (file.file) }
                span.chips {
                    span.tag { (format_words(told)) }
                    @if file.undone { span.tag.bad { "Undone" } }
                    @else if told["control_totals_ok"] == Value::Bool(true) { span.tag.ok { "Control totals right" } }
                    @else { span.tag.warn { "Control totals wrong, accepted" } }
                }
                span.sub { "read on " (short_day(file.day, caller.today)) }
                @if !file.undone && caller.may(Action::UndoImport) {
                    a.l href={ "/imports/" (file.import) "/undo" } { "Undo" span.sr { " the import of " (file.file) } }
                }
            }
            dl.figs {
                div { dt { "Statements" } dd { (number("statements")) } }
                div { dt { "Entries" } dd { (number("entries")) @if number("payments") > 0 { small { (number("payments")) " payments in batches" } } } }
                div { dt { "Came in" } dd { (sums(&told["credits"])) } }
                div { dt { "Went out" } dd { (sums(&told["debits"])) } }
                div { dt { "Told before" } dd { (number("duplicate_entries")) } }
                div { dt { "Import" } dd { (file.import) } }
            }
            (accepted(&file.detail))
            (notes(&told["warnings"]))
        }
    }
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

/// The control totals that are wrong, and why the file was taken all the same.
fn accepted(detail: &Value) -> Markup {
    let wrong = detail["file"]["control_totals"].as_array().map(Vec::as_slice).unwrap_or_default();
    html! {
        @if let Some(reason) = detail["accepted_because"].as_str() { p.in { "Taken all the same, because: " q { (reason) } } }
        @if !wrong.is_empty() { (totals(wrong.iter().map(|total| {
            let part = |name: &str| total[name].as_str().unwrap_or_default().to_owned();
            [part("name"), part("of"), part("stated"), part("counted"), if total["binding"] == Value::Bool(true) { "yes" } else { "no" }.to_owned()]
        }))) }
    }
}

/// Control totals as stated and as counted: name, of what, stated, counted, whether it refuses the file.
pub(crate) fn totals(rows: impl Iterator<Item = [String; 5]>) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label="Control totals, scrolls sideways" {
            table.t {
                caption.sr { "Control totals that are wrong" }
                thead { tr { th scope="col" { "Control total" } th scope="col" { "Of" } th.num scope="col" { "Stated" } th.num scope="col" { "Counted" } th scope="col" { "Refuses the file" } } }
                tbody { @for [name, of, stated, counted, binding] in rows {
                    tr { th scope="row" { (name.replace('_', " ")) } td { (of) } td.num { (stated) } td.num { (counted) } td { (binding) } }
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
