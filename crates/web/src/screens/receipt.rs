//! One receipt: what the bank told, who may have paid, and what it pays. A person takes a proposal, ticks lines until nothing is
//! left over, or leaves it on account; and takes all of that back.

use axum::extract::{Path, Query};
use dunwell_desk::cash::clear_exception::{match_receipt, unmatch_receipt};
use dunwell_desk::cash::exceptions::{PossiblePayer, ReceiptShown, cash_receipt_in, one_receipt};
use dunwell_desk::cash::queue::next_exception;
use dunwell_desk::look::search::search;
use dunwell_desk::rules::money::Money;
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::refunds::RefundView;
use dunwell_store::views::returns::ReturnView;
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

use crate::answer::{Answer, Problem};
use crate::assets::CASH;
use crate::caller::Caller;
use crate::export::address;
use crate::frame;
use crate::posted::{Posted, form_fields};
use crate::screens::cash::cleared;
use crate::screens::cash_words::{self, choice, receipt_path, tags};
use crate::screens::receipt_form::{form, said};
use crate::screens::{receipt_exchange, receipt_figures};
use crate::screens::{returns, set_aside};
use crate::words::{account_path, money, short_day, spoken};

/// Accounts shown for a text that was looked for.
const FOUND: usize = 12;

/// What is asked of the page; the queue it belongs to goes along.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    /// The account whose lines are looked at.
    account: String,
    /// The currency whose lines are looked at; the receipt's own where empty.
    currency: String,
    /// A text by which the payer is looked for.
    find: String,
    /// The order of the queue.
    order: String,
    /// What the queue is asked.
    question: String,
    /// The receipt that was just cleared.
    done: String,
}

/// `GET /cash/ID`.
pub(crate) async fn page(caller: Caller, Path(id): Path<String>, Query(asked): Query<Asked>) -> Answer {
    Ok(frame::page(&caller, "/cash", "Receipt", &whole(&caller, &id, &asked).await?))
}

async fn whole(caller: &Caller, id: &str, asked: &Asked) -> Result<Markup, Problem> {
    let found = payers_found(caller, &asked.find).await?;
    let account = match (&asked.account, &found[..]) {
        (code, _) if !code.is_empty() => Some(code.as_str()),
        (_, [(only, _)]) => Some(only.as_str()),
        _ => None,
    };
    let lines_in = Some(asked.currency.as_str()).filter(|code| !code.is_empty());
    let shown = cash_receipt_in(&caller.desk, id, account, lines_in).await?;
    let choice = choice(&asked.order, &asked.question)?;
    let next = next_exception(&caller.desk, choice, &shown.exception.receipt).await?;
    let done = cleared(caller, &asked.done).await?;
    Ok(html! {
        div.acc.receipt {
            div.ttl {
                h1 { (money(shown.exception.receipt.amount)) " " span.mut { "from " (payer_words(&shown)) } }
                (tags(&shown.exception.receipt.asked))
                div.r.noprint {
                    a.btn href=(address("/cash", &[("order", &asked.order), ("question", &asked.question)])) { "All of them" }
                    @if let Some(next) = next {
                        a.btn href=(receipt_path(&next, &asked.order, &asked.question)) data-key="]" { "Next " kbd { "]" } }
                    }
                }
            }
            @if let Some(done) = done { (done) }
            (figures(caller, &shown))
            (receipt_figures::card(caller.today, &shown.exception.figures))
            div.two {
                div.stack {
                    (payers(asked, id, &shown, &found))
                    (form(caller, &shown, [&asked.order, &asked.question]))
                }
                div.stack {
                    section.card aria-labelledby="told" { header { h2 id="told" { "What the bank told" } } (cash_words::told(&shown.exception.receipt)) }
                    section.card aria-labelledby="advice" { header {
                        h2 id="advice" { "Remittance advice" }
                        @if shown.exception.receipt.remittance.is_none() && caller.may(Action::Import) {
                            a.l href={ (address("/cash/remittances", &[("receipt", id)])) "#take-in" } { "Take one in" }
                        }
                    } (cash_words::remittance(&shown.exception.receipt)) }
                    (stands(caller, &shown))
                    (set_aside::card(caller, &shown, [&asked.order, &asked.question]))
                }
            }
        }
        script type="module" src=(CASH.address) {}
    })
}

fn payer_words(shown: &ReceiptShown) -> &str {
    let receipt = &shown.exception.receipt;
    cash_words::payer(receipt).or(receipt.name.as_deref()).unwrap_or("somebody the bank does not name")
}

fn figures(caller: &Caller, shown: &ReceiptShown) -> Markup {
    let receipt = &shown.exception.receipt;
    let day = |day| short_day(day, caller.today);
    let applied = Money::new(receipt.amount.minor - receipt.unapplied.minor, receipt.amount.currency);
    html! {
        dl.card.figs {
            div { dt { "Came in" } dd { (money(receipt.amount)) small { (receipt.document) } } }
            div { dt { "Set against lines" } dd { (money(applied)) } }
            div { dt { "Not set" } dd { (money(receipt.unapplied)) } }
            div { dt { "Customer" } dd {
                @match &receipt.account {
                    Some(code) => { a.to href=(account_path(code)) { (receipt.name.as_deref().unwrap_or(code)) } small { (code) } },
                    None => { "Not known" small { "of nobody yet" } },
                }
            } }
            div { dt { "Value day" } dd { (day(receipt.value_on)) small { "booked " (day(receipt.booked_on)) } } }
            div { dt { "Asked since" } dd { (receipt.asked_on.map_or_else(|| "Not asked".to_owned(), day)) } }
        }
    }
}

/// Customer numbers and names for a text; none for an empty one.
pub(crate) async fn payers_found(caller: &Caller, text: &str) -> Result<Vec<(String, Option<String>)>, Problem> {
    let found = search(&caller.desk, text, caller.today, Some(FOUND)).await?;
    let exact = found.hits.iter().find(|hit| hit.kind == "account" && hit.account.eq_ignore_ascii_case(&found.text));
    if let Some(hit) = exact {
        return Ok(vec![(hit.account.clone(), hit.name.clone())]);
    }
    let mut accounts: Vec<(String, Option<String>)> = Vec::new();
    for hit in found.hits {
        if !accounts.iter().any(|(code, _)| *code == hit.account) {
            accounts.push((hit.account, hit.name));
        }
    }
    Ok(accounts)
}

/// Who may have paid, the likeliest first, and a box to look for somebody else.
fn payers(asked: &Asked, id: &str, shown: &ReceiptShown, found: &[(String, Option<String>)]) -> Markup {
    let path = |code: &str| {
        let query = [("account", code), ("order", &asked.order), ("question", &asked.question)];
        address(&format!("/cash/{id}"), &query)
    };
    let here = |code: &str| shown.looked_at.as_deref() == Some(code);
    html! {
        section.card aria-labelledby="payers" {
            header { h2 id="payers" { "Who may have paid" } }
            @if shown.exception.payers.is_empty() { p.in.mut { "Nothing it says leads to a customer. Look for one below." } }
            @if !shown.exception.payers.is_empty() || !found.is_empty() { ul.payers {
                @for payer in &shown.exception.payers {
                    li.on[here(&payer.account)] {
                        a.nm href=(path(&payer.account)) aria-current=[here(&payer.account).then_some("true")] {
                            (payer.name.as_deref().unwrap_or(&payer.account))
                        }
                        span.sub { (payer.account) " · " (for_it(payer, shown)) }
                    }
                }
                @for (code, name) in found.iter().filter(|(code, _)| !shown.exception.payers.iter().any(|payer| payer.account == *code)) {
                    li { a.nm href=(path(code)) { (name.as_deref().unwrap_or(code)) } span.sub { (code) " · looked for" } }
                }
            } }
            form.inline.in method="get" action={ "/cash/" (id) } role="search" aria-label="Look for the payer" {
                input type="hidden" name="order" value=(asked.order);
                input type="hidden" name="question" value=(asked.question);
                label for="find" data-key="f" { "Somebody else " kbd { "F" } }
                input.find id="find" name="find" type="search" value=(asked.find) placeholder="Name, number, document or amount" autocomplete="off";
                button type="submit" { "Look" }
                @if !asked.find.is_empty() && found.is_empty() { span.mut role="status" { "Nobody found for “" (asked.find) "”." } }
            }
        }
    }
}

/// What speaks for a payer, and how much is proposed there.
fn for_it(payer: &PossiblePayer, shown: &ReceiptShown) -> String {
    let speaks: Vec<String> = payer.evidence.iter().map(|code| cash_words::evidence(code)).collect();
    let why = match (&shown.exception.receipt.account, speaks.is_empty()) {
        (_, false) => format!("speaks for it: {}", speaks.join(", ")),
        (Some(code), true) if *code == payer.account => "it is theirs".to_owned(),
        (_, true) => "looked for".to_owned(),
    };
    match payer.proposals.iter().map(|proposal| proposal.confidence).max() {
        Some(_) if payer.proposals.len() > 1 => format!("{why} · {} proposals", payer.proposals.len()),
        Some(sure) => format!("{why} · a proposal, {sure} % sure"),
        None => why,
    }
}

/// What it is set against and why, and the form that takes it back.
fn stands(caller: &Caller, shown: &ReceiptShown) -> Markup {
    let receipt = &shown.exception.receipt;
    let Some(code) = &receipt.account else { return html! {} };
    html! {
        section.card aria-labelledby="stands" {
            header { h2 id="stands" { "What it is set against" } }
            @if shown.applied.is_empty() && shown.exchanges.is_empty() { p.in.mut { "Nothing: it lies on the account of " (code) "." } }
            @else if !shown.applied.is_empty() {
                div.in {
                    table.mini {
                        caption.sr { "Documents it pays" }
                        thead { tr { th scope="col" { "Document" } th.num scope="col" { "Set against it" } } }
                        tbody { @for applied in &shown.applied { tr { th scope="row" { (applied.document) } td.num { (money(applied.amount)) } } } }
                    }
                }
            }
            (receipt_exchange::stands(&shown.exchanges))
            (why(caller, shown))
            @if !receipt.unapplied.is_zero() && receipt.asked.is_empty() && caller.may(Action::Apply) {
                p.in { a.l href={ (account_path(code)) "/credits/" (receipt.item.to_string()) "?of=" } { "Pay somebody else's documents with what is left" } }
            }
            @if let Some(refund) = &shown.refund { (paid_back(caller, refund)) }
            @else if let Some(taken_by) = &shown.returned_by { (went_back(caller, taken_by)) }
            @else if caller.may(Action::Unapply) {
                form.in method="post" action={ "/cash/" (receipt.receipt) "/unmatch" } {
                    (form_fields(caller))
                    input type="hidden" name="version" value=(shown.version);
                    button type="submit" data-key="u" { "Take it back from " (code) " " kbd { "U" } }
                    p.hint { "What it pays is open again with its due dates, and it is nobody's until somebody says whose it is." }
                }
            }
        }
    }
}

/// Why it cannot be taken back: a refund pays it back.
fn paid_back(caller: &Caller, refund: &RefundView) -> Markup {
    let first = match refund.state {
        "requested" | "approved" => "call it off first",
        _ => "the bank has to bring it back first",
    };
    html! {
        p.in.hint {
            "It stays here: a refund of " (money(refund.amount)) " was asked for on " (short_day(refund.asked_on, caller.today)) " and is "
            (spoken(refund.state).to_lowercase()) ". To take the receipt back, " (first) ". "
            a.l href={ (address("/refunds", &[("account", &refund.account)])) "#refund-" (refund.refund) } { "The refund" }
        }
    }
}

/// That a return took it back, and the form that takes the return off it.
fn went_back(caller: &Caller, taken_by: &ReturnView) -> Markup {
    html! {
        p.in { "It went back on " (short_day(taken_by.booked_on, caller.today)) ": "
            (if taken_by.meaning.is_empty() { &taken_by.reason } else { &taken_by.meaning }) "." }
        @if caller.may(Action::Unapply) { (returns::release_form(caller, taken_by, "")) }
    }
}

/// Who set it against what it pays, and why.
fn why(caller: &Caller, shown: &ReceiptShown) -> Markup {
    let Some(matched) = &shown.matched else { return html! {} };
    let who = if matched.by_hand { "Matched by " } else { "Applied by a rule, in the name of " };
    let who = format!("{who}{} on {}", matched.by, short_day(matched.on, caller.today));
    let by_rule = |because: &&Value| because["rule"].as_str().is_some_and(|rule| rule.starts_with("C-"));
    let Some(because) = shown.because.as_ref().filter(|_| !shown.applied.is_empty()).filter(by_rule) else {
        return html! {
            div.in {
                h3 { "Why" }
                p { (who) ", line by line." }
                @for short in shown.short_of() { p { (money(short.amount)) " short of " (short.document) ": " (cash_words::shortfall(&short.why)) } }
            }
        };
    };
    let rule = because["rule"].as_str().unwrap_or_default();
    let speaks = because["payer"].as_array().into_iter().flatten().filter_map(|code| code.as_str());
    let speaks: Vec<String> = speaks.map(cash_words::evidence).collect();
    html! {
        div.in {
            h3 { "Why" }
            p { (who) "." }
            p { (cash_words::rule(rule)) ", " (because["confidence"]) " % sure. " span.sub { "Rule " (rule) } }
            @for short in shown.short_of() { p { (money(short.amount)) " short of " (short.document) ": " (cash_words::shortfall(&short.why)) } }
            @if !speaks.is_empty() { p.sub { "The payer is known by " (speaks.join(", ")) "." } }
            @if because["payer_rule"] == "W-2" { p.sub { "Whoever paid is known as somebody else too, and names documents of this account: it pays for another. Rule W-2" } }
        }
    }
}

/// `POST /cash/ID/match`: takes a proposal, sets it against lines, or leaves it on account, and goes on to the next.
pub(crate) async fn match_it(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, sent| {
            let (order, question) = (sent.text("order").unwrap_or_default(), sent.text("question").unwrap_or_default());
            let said = said(&sent)?;
            // What comes next is asked first: once it is cleared, it has no place in the queue any more.
            let before = one_receipt(&desk, &id).await?;
            let next = next_exception(&desk, choice(order, question)?, &before).await?;
            match_receipt(&desk, &id, &said, today).await?;
            let place = next.map_or_else(|| "/cash".to_owned(), |next| format!("/cash/{next}"));
            Ok(address(&place, &[("done", &id), ("order", order), ("question", question)]))
        })
        .await
}

/// `POST /cash/ID/unmatch`.
pub(crate) async fn unmatch(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, sent| {
            unmatch_receipt(&desk, &id, sent.text("version"), today).await?;
            Ok(format!("/cash/{id}"))
        })
        .await
}
