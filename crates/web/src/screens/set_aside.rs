//! Receipts that no customer paid: the form that sets one aside, and the list of those that are.

use axum::extract::{Path, Query};
use dunwell_desk::cash::exceptions::{ReceiptShown, one_receipt};
use dunwell_desk::cash::queue::next_exception;
use dunwell_desk::cash::set_aside::{ToSetAside, receipts_set_aside, set_aside};
use dunwell_desk::rules::cash::set_aside::SetAsideReason;
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::set_aside::SetAsideView;
use dunwell_store::views::told_elsewhere::ToldElsewhere;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::export::address;
use crate::frame;
use crate::posted::{Posted, form_fields};
use crate::screens::cash::tabs;
use crate::screens::cash_lists::file_links;
use crate::screens::cash_words::{choice, receipt_path};
use crate::words::{money, short_day};

/// What the list is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    cursor: Option<String>,
}

/// `GET /cash/aside`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let cursor = asked.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    let list = receipts_set_aside(&caller.desk, cursor, None).await?;
    let main = html! {
        div.head { h1 { "Cash" } span.mut { "Money that no customer paid: it is in no balance, and no file brings it again" } (file_links(&caller, "aside", &[])) }
        (tabs("/cash/aside"))
        @if list.receipts.is_empty() { p.empty { "No receipt is set aside." } }
        @else {
            div.scroll tabindex="0" role="region" aria-label="Receipts set aside, scrolls sideways" {
                table.t {
                    caption.sr { "Receipts that were set aside, the newest first" }
                    thead { tr {
                        th scope="col" { "Receipt" } th.num scope="col" { "Came in" } th scope="col" { "Value day" }
                        th scope="col" { "Why" } th scope="col" { "Set aside" }
                    } }
                    tbody { @for aside in &list.receipts { (row(&caller, aside)) } }
                }
            }
        }
        nav.pages aria-label="Pages" {
            @if cursor.is_some() { a.btn href="/cash/aside" { "First page" } }
            @if let Some(next) = &list.next_cursor { a.btn rel="next" href=(address("/cash/aside", &[("cursor", next)])) { "Older" } }
        }
    };
    Ok(frame::page(&caller, "/cash", "Set aside", &main))
}

fn row(caller: &Caller, aside: &SetAsideView) -> Markup {
    html! {
        tr {
            th scope="row" { a.to href=(receipt_path(&aside.receipt, "", "")) { (aside.document) } }
            td.num.b { (money(aside.amount)) }
            td.nw { (short_day(aside.value_on, caller.today)) }
            td { (words(&aside.reason)) @if let Some(because) = &aside.because { small { (because) } } }
            td { (short_day(aside.set_aside_on, caller.today)) small { "by " (aside.by) } }
        }
    }
}

/// A reason in words.
fn words(code: &str) -> &'static str {
    match SetAsideReason::parse(code) {
        Some(SetAsideReason::NotACustomer) => "Not from a customer",
        Some(SetAsideReason::Interest) => "Interest",
        Some(SetAsideReason::OwnTransfer) => "Between our own accounts",
        Some(SetAsideReason::OtherCompany) => "Meant for another company",
        Some(SetAsideReason::ToldTwice) => "Told twice by the bank",
        Some(SetAsideReason::Other) | None => "Something else",
    }
}

/// On the page of a receipt: that it is set aside, or the form that does it where it may be.
pub(crate) fn card(caller: &Caller, shown: &ReceiptShown, queue: [&str; 2]) -> Markup {
    let receipt = &shown.exception.receipt;
    if let Some(reason) = &receipt.set_aside {
        return html! {
            section.card aria-labelledby="aside" {
                header { h2 id="aside" { "Set aside" } }
                p.in { (words(reason)) ". It is in no balance, and no file brings it again." }
                @if caller.may(Action::Unapply) {
                    form.in method="post" action={ "/cash/" (receipt.receipt) "/unmatch" } {
                        (form_fields(caller))
                        input type="hidden" name="version" value=(shown.version);
                        button type="submit" { "Ask about it again" }
                    }
                }
            }
        };
    }
    let untouched = receipt.unapplied == receipt.amount && shown.refund.is_none() && shown.returned_by.is_none();
    if !untouched || !caller.may(Action::SetAside) {
        return html! {};
    }
    html! {
        section.card aria-labelledby="aside" {
            header { h2 id="aside" { "No customer paid it" } }
            @for told in &shown.told_elsewhere { p.callout.flat { (told_words(told, caller)) } }
            form.in method="post" action={ "/cash/" (receipt.receipt) "/set-aside" } {
                (form_fields(caller))
                input type="hidden" name="version" value=(shown.version);
                input type="hidden" name="order" value=(queue[0]);
                input type="hidden" name="question" value=(queue[1]);
                label for="aside-reason" { "What it is" }
                select id="aside-reason" name="reason" required {
                    option value="" { "Choose" }
                    @for reason in SetAsideReason::ALL { option value=(reason.code()) { (words(reason.code())) } }
                }
                label for="aside-because" { "In your words" }
                input id="aside-because" name="because" autocomplete="off" maxlength="500";
                button type="submit" { "Set it aside" }
                p.hint { "It leaves the balance and this list, and stays on file with the reason. It can be asked about again." }
            }
        }
    }
}

/// Which receipts of another file may be the same money.
fn told_words(told: &ToldElsewhere, caller: &Caller) -> Markup {
    html! {
        @match told.receipts {
            1 => { a href={ "/cash/" (told.receipt) } { "A receipt" } " of " (short_day(told.booked_on, caller.today)) " is of this amount" },
            many => { (many) " receipts of " (short_day(told.booked_on, caller.today)) " come to just this amount" },
        }
        @if let Some(file) = &told.file { ", told by " (file) }
        ". If that is the same money, set this one aside as told twice."
    }
}

/// `POST /cash/ID/set-aside`: sets it aside, and goes on to the next.
pub(crate) async fn set_it_aside(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, sent| {
            let (order, question) = (sent.text("order").unwrap_or_default(), sent.text("question").unwrap_or_default());
            let text = |name: &str| sent.text(name).map(str::to_owned);
            let asked = ToSetAside {
                reason: text("reason").unwrap_or_default(),
                because: text("because"),
                version: text("version"),
            };
            let before = one_receipt(&desk, &id).await?;
            let next = next_exception(&desk, choice(order, question)?, &before).await?;
            set_aside(&desk, &id, &asked, today).await?;
            let place = next.map_or_else(|| "/cash".to_owned(), |next| format!("/cash/{next}"));
            Ok(address(&place, &[("done", &id), ("order", order), ("question", question)]))
        })
        .await
}
