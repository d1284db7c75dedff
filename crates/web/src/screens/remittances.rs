//! Remittance advices: taking one in, and those that wait for their receipt: a person says which receipt one explains, or
//! dismisses it.

use axum::extract::{Path, Query};
use dunwell_desk::cash::clear_remittance::{
    dismiss_remittance, join_remittance, receipts_for, release_remittance, remittance,
};
use dunwell_desk::cash::import_remittance::waiting_remittances;
use dunwell_desk::rules::account::EntryId;
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::cash::ReceiptView;
use dunwell_store::views::remittances::RemittanceView;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::address;
use crate::frame;
use crate::posted::{Posted, form_fields};
use crate::screens::advice_in;
use crate::screens::cash::tabs;
use crate::screens::cash_lists::file_links;
use crate::screens::cash_words::receipt_path;
use crate::words::{count, money, short_day};

/// What the page is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    cursor: Option<String>,
    /// The advice about which something was just said.
    done: Option<String>,
    /// The receipt from which a person came to take in its advice.
    #[serde(default)]
    receipt: String,
    /// The import that was just read; empty where nothing in it was new.
    #[serde(default)]
    read: String,
    /// How many of its advices were told before.
    #[serde(default)]
    before: u64,
    /// How many were told before with other lines.
    #[serde(default)]
    other: u64,
}

/// Advices on a page: each is shown with the receipts that it may explain.
const SHOWN: usize = 20;

/// `GET /cash/remittances`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let cursor = asked.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let waiting = waiting_remittances(&caller.desk, cursor, Some(SHOWN)).await?;
    let mut cards = Vec::new();
    for advice in &waiting.remittances {
        let receipts = receipts_for(&caller.desk, advice).await?;
        cards.push(card(&caller, advice, &receipts, cursor.unwrap_or_default()));
    }
    let done = said(&caller, asked.done.as_deref().unwrap_or_default()).await?;
    let came_of = advice_in::came_of(&caller, &asked.read, asked.before, asked.other, &asked.receipt).await?;
    let main = html! {
        div.head { h1 { "Cash" } span.mut { "Remittance advices that wait for their receipt" } (file_links(&caller, "remittances", &[])) }
        (tabs("/cash/remittances"))
        @if let Some(done) = done { (done) }
        div.acc {
            (came_of)
            @if caller.may(Action::Import) { (advice_in::form(&caller, &asked.receipt)) }
            @if cards.is_empty() { p.empty { "No remittance advice waits for its receipt." } }
            @for card in &cards { (card) }
        }
        nav.pages aria-label="Pages" {
            @if cursor.is_some() { a.btn href="/cash/remittances" { "First page" } }
            @if let Some(next) = &waiting.next_cursor {
                a.btn rel="next" href=(address("/cash/remittances", &[("cursor", next)])) { "Next page" }
            }
        }
    };
    Ok(frame::page(&caller, "/cash", "Remittance advices", &main))
}

/// What was just said about an advice, and the way back.
async fn said(caller: &Caller, done: &str) -> Result<Option<Markup>, Problem> {
    if EntryId::parse(done).is_none() {
        return Ok(None);
    }
    let advice = remittance(&caller.desk, done).await?;
    if advice.receipt.is_none() && advice.dismissed_on.is_none() {
        return Ok(None);
    }
    Ok(Some(html! {
        div.done.told role="status" {
            p {
                "The advice of " (money(advice.amount)) " "
                @if let Some(receipt) = advice.receipt {
                    "explains " a.l href=(receipt_path(&receipt, "", "")) { "receipt " (receipt) } "."
                } @else { "is dismissed." }
            }
            @if caller.may(Action::Unapply) {
                form method="post" action={ "/cash/remittances/" (advice.advice) "/release" } {
                    (form_fields(caller))
                    button.btn { "Let it wait again" }
                }
            }
        }
    }))
}

/// An advice with what may be said of it; its forms carry the page they are on.
fn card(caller: &Caller, advice: &RemittanceView, receipts: &[ReceiptView], cursor: &str) -> Markup {
    let id = format!("advice-{}", advice.advice.0);
    let act = |what: &str| address(&format!("/cash/remittances/{}/{what}", advice.advice), &[("cursor", cursor)]);
    let (join, dismiss) = (act("join"), act("dismiss"));
    let list = |name: &str| advice.words.as_ref().and_then(|words| words[name].as_array()).cloned().unwrap_or_default();
    let payer = list("payer").first().and_then(Value::as_str).unwrap_or("a payer who is not named").to_owned();
    html! {
        section.card aria-labelledby=(id) {
            header {
                h2 id=(id) { (money(advice.amount)) " of " (payer) }
                span.sub {
                    @if !advice.reference.is_empty() { (advice.reference) ", " }
                    @if let Some(day) = advice.paid_on { "paid " (short_day(day, caller.today)) ", " }
                    (count(list("remittance").len(), "line", "lines")) ", read " (short_day(advice.day, caller.today))
                    @if let Some(file) = &advice.file { " from " (file) }
                }
            }
            @if caller.may(Action::Apply) {
                @for receipt in receipts { (offered(caller, &join, receipt)) }
                (named(caller, &join, &id))
                (dismissal(caller, &dismiss, &id))
            }
        }
    }
}

/// A receipt of exactly that amount.
fn offered(caller: &Caller, act: &str, receipt: &ReceiptView) -> Markup {
    let whose = receipt.name.as_deref().or(receipt.account.as_deref()).unwrap_or("nobody");
    html! {
        form.in method="post" action=(act) {
            (form_fields(caller))
            input type="hidden" name="receipt" value=(receipt.receipt);
            button.btn { "It explains this receipt" span.sr { ", " (receipt.document) } }
            " " a.l href=(receipt_path(&receipt.receipt, "", "")) { (receipt.document) } " of " (whose)
            ", booked " (short_day(receipt.booked_on, caller.today))
        }
    }
}

/// A receipt of another amount, by its number.
fn named(caller: &Caller, act: &str, id: &str) -> Markup {
    let field = format!("receipt-{id}");
    html! {
        form.in method="post" action=(act) {
            (form_fields(caller))
            label for=(field) { "The number of another receipt that it explains" }
            input.field id=(field) name="receipt" required maxlength="40";
            button.btn { "Join them" }
        }
    }
}

fn dismissal(caller: &Caller, act: &str, id: &str) -> Markup {
    let field = format!("why-{id}");
    html! {
        form.in method="post" action=(act) {
            (form_fields(caller))
            label for=(field) { "Why no receipt comes by it" }
            input.field id=(field) name="reason" required maxlength="500";
            button.btn { "Dismiss it" }
        }
    }
}

fn back(advice: &str) -> String {
    address("/cash/remittances", &[("done", advice)])
}

/// `POST /cash/remittances/ID/join`.
pub(crate) async fn join(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, sent| {
            join_remittance(&desk, &id, sent.text("receipt").unwrap_or_default().trim(), today).await?;
            Ok(back(&id))
        })
        .await
}

/// `POST /cash/remittances/ID/dismiss`.
pub(crate) async fn dismiss(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, sent| {
            dismiss_remittance(&desk, &id, sent.text("reason").unwrap_or_default(), today).await?;
            Ok(back(&id))
        })
        .await
}

/// `POST /cash/remittances/ID/release`.
pub(crate) async fn release(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, _| {
            release_remittance(&desk, &id, today).await?;
            Ok("/cash/remittances".to_owned())
        })
        .await
}
