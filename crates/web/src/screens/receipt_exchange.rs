//! A receipt that pays in another currency, as its page shows it: the currencies to choose from, what it would pay there, the
//! rate, and what it was turned into.

use dunwell_desk::cash::exceptions::ReceiptShown;
use dunwell_desk::cash::exchange::{ExchangeProposal, Exchanged};
use dunwell_desk::rules::money::Money;
use dunwell_store::views::exchanges::{ExchangeView, RateView};
use maud::{Markup, html};

use crate::export::address;
use crate::words::{count, money};

/// Whether the lines of another currency than the receipt's are shown.
pub(crate) fn is_abroad(shown: &ReceiptShown) -> bool {
    shown.exception.receipt.amount.currency.code() != shown.lines_in
}

/// The currencies in which the payer owes anything, each with the address of its lines; nothing where there is no choice.
pub(crate) fn currencies(shown: &ReceiptShown, queue: [&str; 2]) -> Markup {
    let receipt = &shown.exception.receipt;
    let own = receipt.amount.currency.to_string();
    let account = shown.looked_at.as_deref().unwrap_or_default();
    let others = shown.open_in.iter().filter(|code| **code != own);
    let all: Vec<&String> = std::iter::once(&own).chain(others).collect();
    if all.len() < 2 {
        return html! {};
    }
    let path = |code: &str| {
        let query = [("account", account), ("currency", code), ("order", queue[0]), ("question", queue[1])];
        address(&format!("/cash/{}", receipt.receipt), &query)
    };
    html! {
        nav.chips aria-label="Currency of the lines" {
            @for code in all {
                a.btn href=(path(code)) aria-current=[(*code == shown.lines_in).then_some("true")] { "Lines in " (code) }
            }
        }
    }
}

/// The fields of a form whose lines are in another currency: which, and at what rate.
pub(crate) fn rate_fields(shown: &ReceiptShown) -> Markup {
    if !is_abroad(shown) {
        return html! {};
    }
    let own = shown.exception.receipt.amount.currency;
    html! {
        input type="hidden" name="currency" value=(shown.lines_in);
        div.fld {
            label for="rate" { (shown.lines_in) " for one " (own) }
            input id="rate" name="rate" inputmode="decimal" autocomplete="off" aria-describedby="rate-hint";
            span.hint id="rate-hint" {
                @match &shown.rate {
                    Some(rate) => { "Empty takes the dated rate: " (rate_words(rate)) "." },
                    None => { "No rate is known by its value day: state the bank's, or import rates." },
                }
            }
        }
    }
}

/// What it would pay in another currency, each to be taken as it is.
pub(crate) fn proposed(proposals: &[ExchangeProposal], takes: bool) -> Markup {
    if proposals.is_empty() {
        return html! {};
    }
    html! {
        section.card aria-labelledby="abroad" {
            header { h2 id="abroad" { "What it may pay in another currency" } span.sub { (count(proposals.len(), "proposal", "proposals")) } }
            @for proposal in proposals {
                div.proposal {
                    div {
                        p.b { (money(proposal.exchanged.gives)) " come to " (money(proposal.exchanged.gets)) " " span.tag { (proposal.confidence) " % sure" } }
                        p.sub { "Rule " (proposal.rule) " · " (rate_words(&proposal.exchanged.rate)) }
                        ul { @for line in &proposal.lines { li { span.b { (line.document) } ": " (money(line.pays)) } } }
                        (difference(&proposal.exchanged))
                    }
                    @if takes { button type="submit" name="proposal" value=(proposal.proposal) { "Take it" span.sr { ", " (proposal.exchanged.gets.currency) } } }
                }
            }
        }
    }
}

/// What a receipt was turned into.
pub(crate) fn stands(exchanges: &[ExchangeView]) -> Markup {
    html! {
        @for exchange in exchanges {
            div.in {
                h3 { (money(exchange.gives)) " turned into " (money(exchange.gets)) }
                p.sub { (rate_words(&exchange.rate)) "." }
                table.mini {
                    caption.sr { "Documents it pays in another currency" }
                    thead { tr { th scope="col" { "Document" } th.num scope="col" { "Set against it" } } }
                    tbody { @for applied in &exchange.pays { tr { th scope="row" { (applied.document) } td.num { (money(applied.amount)) } } } }
                }
                (left_between(exchange.difference))
            }
        }
    }
}

fn difference(exchanged: &Exchanged) -> Markup {
    left_between(exchanged.difference)
}

fn left_between(difference: Money) -> Markup {
    let amount = money(Money::new(difference.minor.abs(), difference.currency));
    html! {
        @if difference.minor > 0 { p { "Currency loss " (amount) ", closed with it" } }
        @else if difference.minor < 0 { p { "Currency gain " (amount) ", taken off it" } }
    }
}

fn rate_words(rate: &RateView) -> String {
    format!("1 {} = {} {} ({}, {})", rate.from, rate.rate, rate.to, rate.source, rate.day)
}
