//! The answer of the search box: customers, documents and payments by whatever one has in hand.

use axum::extract::Query;
use axum::response::{IntoResponse, Redirect};
use dunwell_desk::look::search::{Found, Hit, search};
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::frame;
use crate::words::{account_path, count, day_of, money, short_day, spoken};

/// Hits that stand together: an id, a name, and which they are.
type Group = (&'static str, &'static str, fn(&Hit) -> bool);

/// What is asked.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// The text.
    #[serde(default)]
    q: String,
}

/// `GET /search`: what was found; the account itself, where the text is its number or nothing else was found.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let found = search(&caller.desk, &asked.q, caller.today, None).await?;
    if let Some(code) = the_one(&found) {
        return Ok(Redirect::to(&account_path(code)).into_response());
    }
    let groups: [Group; 3] = [
        ("customers", "Customers", |hit| hit.kind == "account"),
        ("documents", "Documents", |hit| !matches!(hit.kind, "account" | "payment")),
        ("payments", "Payments", |hit| hit.kind == "payment"),
    ];
    let main = html! {
        div.acc {
            h1 { @if found.text.is_empty() { "Search" } @else if found.hits.is_empty() { "Nothing found for “" (found.text) "”" } @else { "Found for “" (found.text) "”" } }
            @if found.text.is_empty() {
                p.mut { "Type a customer number or name, a document or cheque number, a purchase order, or an amount." }
            } @else if found.hits.is_empty() {
                p.mut { "A name is found by how its words begin, an amount as 12,480.00 or 12480." }
            }
            @for (id, name, of) in groups {
                @let hits: Vec<&Hit> = found.hits.iter().filter(|hit| of(hit)).collect();
                @if !hits.is_empty() { (group(id, name, &hits, &caller)) }
            }
            @if found.more { p.callout.flat { "There is more. Type more of it." } }
        }
    };
    Ok(frame::searched(&caller, "/search", "Search", &found.text, &main))
}

/// The account that the text means beyond doubt.
fn the_one(found: &Found) -> Option<&str> {
    let mut exact =
        found.hits.iter().filter(|hit| hit.kind == "account" && hit.account.eq_ignore_ascii_case(&found.text));
    match (exact.next(), exact.next(), &found.hits[..]) {
        (Some(hit), None, _) => Some(&hit.account),
        (None, _, [only]) if only.kind == "account" => Some(&only.account),
        _ => None,
    }
}

fn group(id: &str, name: &str, hits: &[&Hit], caller: &Caller) -> Markup {
    let are_items = id != "customers";
    html! {
        section.card aria-labelledby=(id) {
            header { h2 id=(id) { (name) } span.sub { (count(hits.len(), "hit", "hits")) } }
            div.scroll {
                table.t {
                    caption.sr { (name) }
                    thead { tr {
                        @if are_items { th scope="col" { "Document" } }
                        th scope="col" { "Customer" }
                        @if are_items {
                            th scope="col" { "Date" } th.num scope="col" { "Amount" } th.num scope="col" { "Open" }
                        }
                        th scope="col" { "Found by" }
                    } }
                    tbody { @for hit in hits { (row(hit, are_items, caller)) } }
                }
            }
        }
    }
}

fn row(hit: &Hit, is_item: bool, caller: &Caller) -> Markup {
    let path = account_path(&hit.account);
    let name = hit.name.as_deref().unwrap_or(&hit.account);
    html! {
        tr data-account=(hit.account) {
            @if is_item {
                th scope="row" {
                    a.nm href=(path) data-row { (hit.document.as_deref().unwrap_or("–")) }
                    small { (spoken(hit.kind)) @if let Some(order) = &hit.po_number { " · order " (order) } }
                }
                td { (name) small { (hit.account) } }
                td.nw { @if let Some(day) = hit.day.as_deref().and_then(day_of) { (short_day(day, caller.today)) } }
                td.num { @if let Some(amount) = hit.amount { (money(amount)) } }
                td.num { @if let Some(open) = hit.open { (money(open)) } }
            } @else {
                th scope="row" { a.nm href=(path) data-row { (name) } small { (hit.account) } }
            }
            td { (spoken(hit.matched)) }
        }
    }
}
