//! The form of a receipt: proposals to take, open lines to tick with an amount each, and what is left over. It is counted on the
//! server; the script beside it counts along.

use dunwell_desk::cash::clear_exception::ReceiptMatched;
use dunwell_desk::cash::exceptions::{OpenLine, Proposal, ProposedLine, ReceiptShown};
use dunwell_desk::cash::set_lines::LinePaid;
use dunwell_desk::rules::calendar::days_between;
use dunwell_desk::rules::money::Currency;
use dunwell_desk::rules::rights::Action;
use maud::{Markup, html};

use crate::answer::Problem;
use crate::caller::Caller;
use crate::export::address;
use crate::posted::{Fields, form_fields};
use crate::screens::cash_words;
use crate::screens::{receipt_exchange, receipt_short};
use crate::words::{account_path, count, money, short_day};

/// Open lines that are shown, oldest due date first; others are named on the command line.
const SHOWN: usize = 200;

/// What the form says.
pub(crate) fn said(sent: &Fields) -> Result<ReceiptMatched, Problem> {
    let text = |name: &str| sent.text(name).map(str::to_owned);
    let act = sent.text("act");
    let (on_account, as_it_is) = (act == Some("on_account"), act == Some("as_it_is"));
    let proposal = text("proposal");
    let lines = match (act, &proposal) {
        (Some("reason"), _) => receipt_short::reasons_of(sent)?,
        (Some("on_account" | "as_it_is"), _) | (_, Some(_)) => Vec::new(),
        (_, None) => lines_of(sent),
    };
    if lines.is_empty() && !on_account && !as_it_is && proposal.is_none() {
        let why = "Tick what it pays, take a proposal, or leave it on account.";
        return Err(refused("lines", why));
    }
    Ok(ReceiptMatched {
        account: text("account"),
        documents: Vec::new(),
        lines,
        proposal,
        currency: text("currency"),
        rate: text("rate").filter(|rate| !rate.trim().is_empty()),
        as_it_is,
        on_account: on_account || sent.has("rest"),
        learn: sent.has("learn"),
        version: text("version"),
    })
}

pub(crate) fn refused(what: &'static str, why: &str) -> Problem {
    dunwell_desk::Refusal::BadValue { what, value: String::new(), why: why.to_owned() }.into()
}

/// The lines that are ticked or have an amount, in the order of the form.
pub(crate) fn lines_of(sent: &Fields) -> Vec<LinePaid> {
    let ticked = sent.every("line");
    let shown = sent.every("shown");
    let of = |place: &String| {
        let amount = sent.text(&format!("pays {place}")).map(str::to_owned);
        let (item, line) = place.split_once('/')?;
        if amount.is_none() && !ticked.contains(place) {
            return None;
        }
        let held_back = sent.text(&format!("held {place}")).map(str::to_owned);
        Some(LinePaid { item: item.to_owned(), line: line.parse().ok()?, amount, held_back })
    };
    shown.iter().filter_map(of).collect()
}

/// The form, or what it would show to whoever may only look. `queue` is the order and the question of the queue it belongs to.
pub(crate) fn form(caller: &Caller, shown: &ReceiptShown, queue: [&str; 2]) -> Markup {
    let receipt = &shown.exception.receipt;
    let Some(code) = &shown.looked_at else { return html! {} };
    let payer = shown.exception.payers.iter().find(|payer| payer.account == *code);
    let name = payer.and_then(|payer| payer.name.as_deref()).unwrap_or(code);
    let proposals: &[Proposal] = payer.map_or(&[], |payer| &payer.proposals);
    let abroad = &shown.exchange_proposals;
    let currency = Currency::parse(&shown.lines_in).unwrap_or(receipt.amount.currency);
    let choice = receipt_exchange::currencies(shown, queue);
    if !caller.may(Action::Apply) {
        return html! {
            (receipt_short::card(shown, false)) (proposed(proposals, false)) (receipt_exchange::proposed(abroad, false))
            (choice) (lines(caller, &shown.lines, (code, currency), false))
        };
    }
    if receipt.set_aside.is_some() {
        return lines(caller, &shown.lines, (code, currency), false);
    }
    let moves = receipt.account.as_deref() != Some(code.as_str());
    if shown.returned_by.is_some() || (moves && shown.refund.is_some()) {
        let why = if moves {
            "A refund pays it back: it cannot be given to another account."
        } else {
            "It went back: there is nothing to set against lines."
        };
        return html! { p.callout.flat { (why) } (lines(caller, &shown.lines, (code, receipt.amount.currency), false)) };
    }
    let left = if moves { receipt.amount } else { receipt.unapplied };
    // Where it is refused, it is shown again among the lines of the same account.
    let lines_in = if receipt_exchange::is_abroad(shown) { shown.lines_in.as_str() } else { "" };
    let query = [("account", code.as_str()), ("currency", lines_in), ("order", queue[0]), ("question", queue[1])];
    let action = address(&format!("/cash/{}/match", receipt.receipt), &query);
    html! {
        form.stack id="match" method="post" action=(action) data-left=[shown.left_there.map(|left| left.minor)]
            data-currency=(currency) data-exponent=(currency.exponent()) data-whole[receipt_exchange::is_abroad(shown)] {
            (form_fields(caller))
            input type="hidden" name="account" value=(code);
            input type="hidden" name="version" value=(shown.version);
            input type="hidden" name="order" value=(queue[0]);
            input type="hidden" name="question" value=(queue[1]);
            @if moves && !shown.applied.is_empty() {
                p.callout.flat { "It pays " (paid_now(shown)) " now: once it is " (name) "'s, that is open again." }
            }
            div.card.settle {
                output.b id="difference" {
                    "Not set against anything: " (money(left))
                    @if let Some(there) = shown.left_there.filter(|there| there.currency != left.currency) { ", which comes to " (money(there)) }
                }
                div.acts {
                    @if !shown.lines.is_empty() && !left.is_zero() { button.pri type="submit" data-key="m" { "Match what is ticked " kbd { "M" } } }
                    @if left.is_zero() { button type="submit" name="act" value="as_it_is" data-key="o" { "Leave it as it is " kbd { "O" } } }
                    @else { button type="submit" name="act" value="on_account" data-key="o" {
                        @if moves { "On account of " (name) " " } @else { "Leave it on account " }
                        kbd { "O" }
                    } }
                }
                div.chips {
                    @if !left.is_zero() { label.ck { input type="checkbox" name="rest" value="1"; " What is left over stays on account" } }
                    label.ck { input type="checkbox" name="learn" value="1" data-key="r"; span { " Know this payer from now on " kbd { "R" } } }
                }
            }
            (receipt_short::card(shown, left.is_zero()))
            (receipt_short::paid_in_full(&receipt.asked))
            (proposed(proposals, true))
            (receipt_exchange::proposed(abroad, true))
            (choice)
            (receipt_exchange::rate_fields(shown))
            @if !left.is_zero() { (lines(caller, &shown.lines, (code, currency), true)) }
        }
    }
}

/// The documents that a receipt pays, in words.
fn paid_now(shown: &ReceiptShown) -> String {
    let documents: Vec<&str> = shown.applied.iter().map(|applied| applied.document.as_str()).collect();
    documents.join(", ")
}

/// What the rules propose, each to be taken as it is.
fn proposed(proposals: &[Proposal], takes: bool) -> Markup {
    if proposals.is_empty() {
        return html! {};
    }
    html! {
        section.card aria-labelledby="proposals" {
            header { h2 id="proposals" { "What it may pay" } span.sub { (count(proposals.len(), "proposal", "proposals")) } }
            @for (place, proposal) in proposals.iter().enumerate() {
                div.proposal {
                    div {
                        p.b { (cash_words::rule(proposal.rule)) " " (sure(proposal, proposals.len())) }
                        p.sub { "Rule " (proposal.rule) @for code in &proposal.asked { " · " (cash_words::question(code)) } }
                        ul { @for line in &proposal.lines { li { (proposed_line(line)) } } }
                        @if !proposal.on_account.is_zero() { p { (money(proposal.on_account)) " stays on account" } }
                        @if !proposal.short.is_zero() { p { (money(proposal.short)) " is short of what it names" } }
                    }
                    @if takes {
                        button.pri[place == 0] type="submit" name="proposal" value=(proposal.proposal) data-key=[(place == 0).then_some(" ")] {
                            "Take it" @if place == 0 { " " kbd { "Space" } } span.sr { ", proposal " (place + 1) }
                        }
                    }
                }
            }
        }
    }
}

/// How sure a proposal is; one of several that fit alike is not sure at all.
fn sure(proposal: &Proposal, of: usize) -> Markup {
    html! {
        @if of > 1 && (proposal.asked.contains(&"ambiguous") || proposal.asked.contains(&"short")) { span.tag.warn { "One of " (of) " that fit" } }
        @else { span.tag.ok[proposal.confidence >= 95] { (proposal.confidence) " % sure" } }
    }
}

fn proposed_line(line: &ProposedLine) -> Markup {
    html! {
        span.b { (line.document) } ": " (money(line.pays))
        @if line.pays != line.open { " of " (money(line.open)) " open" }
        @if let Some(credit) = &line.from_credit { ", from credit " (credit) }
        @if let Some((amount, why)) = &line.short { "; " (money(*amount)) " short: " (cash_words::shortfall(why)) }
    }
}

/// The open lines of the payer in a currency, each to be ticked with an amount.
pub(crate) fn lines(caller: &Caller, list: &[OpenLine], (code, currency): (&str, Currency), ticks: bool) -> Markup {
    let family = list.iter().any(|line| line.account != code);
    html! {
        section.card aria-labelledby="lines" {
            header { h2 id="lines" { "Open lines of " (code) @if family { " and those it pays for" } } span.sub { (count(list.len(), "line", "lines")) } }
            @if list.is_empty() { p.in.mut { "Nothing is open there in " (currency) "." } }
            @else {
                div.scroll tabindex="0" role="region" aria-label="Open lines, scrolls sideways" {
                    table.t.lines {
                        caption.sr { "Open lines, oldest due date first" }
                        thead { tr {
                            @if ticks { th scope="col" { span.sr { "Choose" } } }
                            th scope="col" { "Document" } th.xs scope="col" { "PO" } th scope="col" { "Due" } th.num.xs scope="col" { "Days late" }
                            th.num scope="col" { "Open" }
                            @if ticks { th scope="col" { "It pays" } th scope="col" { "If short" } }
                        } }
                        tbody { @for line in list.iter().take(SHOWN) { (row(caller, line, code, ticks)) } }
                    }
                }
                @if list.len() > SHOWN { p.in.sub { "The oldest " (SHOWN) " are shown. Others are named on the command line: dunwell match." } }
            }
        }
    }
}

fn row(caller: &Caller, line: &OpenLine, code: &str, ticks: bool) -> Markup {
    let place = format!("{}/{}", line.item, line.line);
    let late = days_between(line.due, caller.today).max(0);
    html! {
        tr {
            @if ticks {
                td {
                    input type="hidden" name="shown" value=(place);
                    label.pick { input type="checkbox" name="line" value=(place) data-row data-pays=(line.open.minor)
                        aria-label={ "It pays " (line.document) }; }
                }
            }
            th scope="row" {
                (line.document) @if line.line > 1 { span.sub { " instalment " (line.line) } }
                @if line.account != code { small { a.l href=(account_path(&line.account)) { (line.account) } } }
                @if !line.disputed.is_zero() { small { span.tag.warn { (money(line.disputed)) " disputed" } } }
                @if let Some((amount, until)) = line.discount.zip(line.discount_until) {
                    small { "discount " (money(amount)) " until " (short_day(until, caller.today)) }
                }
            }
            td.xs.mut { (line.po_number.as_deref().unwrap_or("none")) }
            td.nw { (short_day(line.due, caller.today)) }
            td.num.xs { @if late > 0 { (late) } @else { "not due" } }
            td.num.b { (money(line.open)) }
            @if ticks {
                td { input.pays name={ "pays " (place) } inputmode="decimal" autocomplete="off" aria-label={ "Amount for " (line.document) }; }
                td.held {
                    (receipt_short::held(&place, &line.document))
                }
            }
        }
    }
}
