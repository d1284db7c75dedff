//! Money that went back and found no receipt, bank statements that do not account for their balances, and payments that do not
//! fit the refund they name: what a person says about each.

use axum::extract::{Path, Query};
use dunwell_desk::cash::clear_return::{
    ReturnShown, match_return_of, returns_page, returns_settled, see_return, unmatch_return,
};
use dunwell_desk::cash::foot_statements::{see_statement, statements_page};
use dunwell_desk::cash::paid_refunds::{refund_payments_page, see_refund_payment};
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::bank_statements::BankStatementView;
use dunwell_store::views::cash::ReceiptView;
use dunwell_store::views::refund_payments::RefundPaymentView;
use dunwell_store::views::returns::ReturnView;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::export::address;
use crate::frame;
use crate::posted::{Posted, form_fields};
use crate::screens::cash::tabs;
use crate::screens::cash_lists::file_links;
use crate::screens::cash_words::receipt_path;
use crate::words::{money, short_day};

/// The list of returns that took a receipt back, as an address names it.
const TAKEN_BACK: &str = "taken_back";

/// What the page is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    cursor: Option<String>,
    /// `taken_back`: those that took a receipt back, instead of those that a person is asked about.
    state: Option<String>,
}

/// `GET /cash/returns`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let cursor = asked.cursor.as_deref().filter(|cursor| !cursor.is_empty());
    if asked.state.as_deref() == Some(TAKEN_BACK) {
        return taken_back(&caller, cursor).await;
    }
    let returns = returns_page(&caller.desk, cursor, None).await?;
    let statements = statements_page(&caller.desk, None, None).await?.bank_statements;
    let payments = refund_payments_page(&caller.desk, None, None).await?.refund_payments;
    let main = html! {
        div.head { h1 { "Cash" } span.mut { "Money that went back without its receipt, statements that do not foot, payments that do not fit their refund" } (file_links(&caller, "returns", &[])) }
        (tabs("/cash/returns"))
        (states(None))
        div.acc {
            @if returns.returns.is_empty() && statements.is_empty() && payments.is_empty() { p.empty { "Nothing to be looked at." } }
            @for shown in &returns.returns { (went_back(&caller, shown, cursor.unwrap_or_default())) }
            @if cursor.is_none() {
                @for shown in &payments { (payment(&caller, shown)) }
                @for shown in &statements { (statement(&caller, shown)) }
            }
        }
        nav.pages aria-label="Pages" {
            @if cursor.is_some() { a.btn href="/cash/returns" { "First page" } }
            @if let Some(next) = &returns.next_cursor {
                a.btn rel="next" href=(address("/cash/returns", &[("cursor", next)])) { "Next page" }
            }
        }
    };
    Ok(frame::page(&caller, "/cash", "Went back", &main))
}

/// The two lists.
fn states(state: Option<&str>) -> Markup {
    html! {
        nav.chips.pad aria-label="Which" {
            a.l href="/cash/returns" aria-current=[state.is_none().then_some("true")] { "To be looked at" }
            a.l href={ "/cash/returns?state=" (TAKEN_BACK) } aria-current=[state.map(|_| "true")] { "Took a receipt back" }
        }
    }
}

/// The returns that took a receipt back, the newest first: each can be taken off it again.
async fn taken_back(caller: &Caller, cursor: Option<&str>) -> Answer {
    let list = returns_settled(&caller.desk, cursor, None).await?;
    let main = html! {
        div.head { h1 { "Cash" } span.mut { "Money that went back, with the receipt that it took back" } (file_links(caller, "returns", &[("state", TAKEN_BACK)])) }
        (tabs("/cash/returns"))
        (states(Some(TAKEN_BACK)))
        div.acc {
            @if list.returns.is_empty() { p.empty { "No receipt went back." } }
            @for ReturnShown { told, .. } in &list.returns { (settled(caller, told, cursor.unwrap_or_default())) }
        }
        nav.pages aria-label="Pages" {
            @if cursor.is_some() { a.btn href={ "/cash/returns?state=" (TAKEN_BACK) } { "First page" } }
            @if let Some(next) = &list.next_cursor {
                a.btn rel="next" href=(address("/cash/returns", &[("state", TAKEN_BACK), ("cursor", next)])) { "Older" }
            }
        }
    };
    Ok(frame::page(caller, "/cash", "Went back", &main))
}

fn settled(caller: &Caller, told: &ReturnView, cursor: &str) -> Markup {
    let id = format!("return-{}", told.entry.0);
    html! {
        section.card aria-labelledby=(id) {
            header {
                h2 id=(id) { (money(told.amount)) " went back: " (told.document) }
                span.sub { "booked " (short_day(told.booked_on, caller.today)) " on account " (told.bank_account) }
            }
            p.in {
                "Why: " (why(told)) ". "
                @if let Some(receipt) = &told.receipt {
                    "It took back " @if told.part { "a part of " } a.l href=(receipt_path(receipt, "", "")) { "the receipt" } " of " (told.account.as_deref().unwrap_or("nobody")) "."
                }
            }
            @if caller.may(Action::Unapply) { (release_form(caller, told, cursor)) }
        }
    }
}

/// The bank's code and what it means.
fn why(told: &ReturnView) -> String {
    [&*told.reason, &*told.meaning].into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(", ")
}

/// The form that takes a return off the receipt it took back.
pub(crate) fn release_form(caller: &Caller, told: &ReturnView, cursor: &str) -> Markup {
    let action =
        address(&format!("/cash/returns/{}/release", told.entry), &[("state", TAKEN_BACK), ("cursor", cursor)]);
    html! {
        form.in method="post" action=(action) {
            (form_fields(caller))
            button type="submit" { "Take the return off it" span.sr { ": " (told.document) } }
            p.hint {
                @if told.part { "What it took lies unapplied on the receipt again, and both are to be looked at." }
                @else { "The receipt stands again where it was, set against nothing, and both are to be looked at." }
            }
        }
    }
}

/// `POST /cash/returns/ID/release`.
pub(crate) async fn release(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, _| {
            unmatch_return(&desk, &id, today).await?;
            Ok("/cash/returns".to_owned())
        })
        .await
}

/// What is asked about a return, in words.
fn question(code: &str) -> &'static str {
    match code {
        "several_receipts" => "Several receipts fit",
        "receipt_in_use" => "The bank deletes a receipt that is in use",
        "part_taken_off" => "Taken off the receipt of which it was a part",
        "taken_back_before" => "The receipt that fits went back before",
        _ => "No receipt fits",
    }
}

fn went_back(caller: &Caller, shown: &ReturnShown, cursor: &str) -> Markup {
    let (told, id) = (&shown.told, format!("return-{}", shown.told.entry.0));
    let act = address(&format!("/cash/returns/{}", told.entry), &[("cursor", cursor)]);
    html! {
        section.card aria-labelledby=(id) {
            header {
                h2 id=(id) { (money(told.amount)) " went back: " (told.document) }
                span.chips { @for code in &told.asked { span.tag.warn { (question(code)) } } }
                span.sub { "booked " (short_day(told.booked_on, caller.today)) " on account " (told.bank_account) }
            }
            p.in { "Why: " (why(told)) }
            @if caller.may(Action::Unapply) {
                @for receipt in &shown.likely { (take(caller, &act, told, receipt)) }
                (reason(caller, &act, &id))
            }
        }
    }
}

/// A receipt that a return may take back.
fn take(caller: &Caller, act: &str, told: &ReturnView, receipt: &ReceiptView) -> Markup {
    let whose = receipt.account.as_deref().unwrap_or("nobody's");
    let part = receipt.amount.minor > told.amount.minor;
    let field = format!("part-{}-{}", told.entry.0, receipt.receipt.0);
    html! {
        form.in method="post" action=(act) {
            (form_fields(caller))
            input type="hidden" name="receipt" value=(receipt.receipt);
            @if part {
                label for=(field) { "Documents it was paid on" span.sr { ", of " (receipt.document) } }
                input.field id=(field) name="documents" maxlength="500" aria-describedby={ (field) "-hint" };
                span.hint id={ (field) "-hint" } { "With commas between them. Empty: what is unapplied, or the only one of just this amount." }
            }
            button.btn { @if part { "Take this part back" } @else { "Take it back" } span.sr { " from " (whose) ", " (receipt.document) } }
            " " a.l href=(receipt_path(&receipt.receipt, "", "")) { (receipt.document) } " of " (whose) ", "
            (money(receipt.amount)) ", booked " (short_day(receipt.booked_on, caller.today))
        }
    }
}

/// Why nothing is to be done.
fn reason(caller: &Caller, act: &str, id: &str) -> Markup {
    let field = format!("why-{id}");
    html! {
        form.in method="post" action=(act) {
            (form_fields(caller))
            label for=(field) { "Why nothing is to be done" }
            input.field id=(field) name="reason" required maxlength="500";
            button.btn { "Nothing to be done" }
        }
    }
}

fn statement(caller: &Caller, shown: &BankStatementView) -> Markup {
    let id = format!("statement-{}", shown.entry.0);
    html! {
        section.card aria-labelledby=(id) {
            header {
                h2 id=(id) { "Statement " (shown.statement) " of account " (shown.bank_account) }
                span.chips { span.tag.warn { "Does not account for its balances" } }
                span.sub { (short_day(shown.from, caller.today)) " to " (short_day(shown.to, caller.today)) }
            }
            dl.figs {
                div { dt { "Opens with" } dd { (money(shown.opening)) } }
                div { dt { "Entries" } dd { (money(shown.moved)) } }
                div { dt { "Told elsewhere" } dd { (money(shown.unlisted)) } }
                div { dt { "Closes with" } dd { (money(shown.closing)) } }
                div { dt { "Not accounted for" } dd { (money(shown.difference)) } }
            }
            @if caller.may(Action::Unapply) { (reason(caller, &format!("/cash/statements/{}", shown.entry), &id)) }
        }
    }
}

fn payment(caller: &Caller, shown: &RefundPaymentView) -> Markup {
    let id = format!("payment-{}", shown.entry.0);
    html! {
        section.card aria-labelledby=(id) {
            header {
                h2 id=(id) { (money(shown.amount)) " was paid for the refund of " (money(shown.refund_amount)) " to " (shown.account) }
                span.chips { span.tag.warn {
                    @match shown.question.as_str() {
                        "other_amount" => { "Not the amount of the refund" }
                        "paid_twice" => { "Paid before by another booking" }
                        _ => { "Nobody had it paid" }
                    }
                } }
                span.sub { "booked " (short_day(shown.booked_on, caller.today)) " on account " (shown.bank_account) }
            }
            p.in { "Ask the bank what it is; where the refund is paid by it, confirm it at " a.l href="/refunds" { "refund " (shown.refund) } ". Then say here what it was." }
            @if caller.may(Action::Unapply) { (reason(caller, &format!("/cash/refund-payments/{}", shown.entry), &id)) }
        }
    }
}

/// `POST /cash/refund-payments/ID`: what a payment that does not fit its refund is.
pub(crate) async fn payment_seen(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, sent| {
            see_refund_payment(&desk, &id, sent.text("reason").unwrap_or_default(), today).await?;
            Ok("/cash/returns".to_owned())
        })
        .await
}

/// `POST /cash/returns/ID`: which receipt it takes back, or why nothing is to be done.
pub(crate) async fn settle(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, sent| {
            match sent.text("receipt").filter(|receipt| !receipt.is_empty()) {
                Some(receipt) => {
                    let documents = sent.text("documents").unwrap_or_default();
                    let documents = documents.split(',').map(str::trim).filter(|document| !document.is_empty());
                    let documents: Vec<String> = documents.map(str::to_owned).collect();
                    match_return_of(&desk, &id, receipt, &documents, today).await?
                }
                None => see_return(&desk, &id, sent.text("reason").unwrap_or_default(), today).await?,
            };
            Ok("/cash/returns".to_owned())
        })
        .await
}

/// `POST /cash/statements/ID`: why it does not account for its balances.
pub(crate) async fn seen(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, sent| {
            see_statement(&desk, &id, sent.text("reason").unwrap_or_default(), today).await?;
            Ok("/cash/returns".to_owned())
        })
        .await
}
