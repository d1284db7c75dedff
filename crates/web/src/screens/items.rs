//! The open items of an account: the whole table, whose lines can be ticked, and the few of a preview.

use dunwell_desk::attach_document::Attachments;
use dunwell_desk::look::account::{CurrencyView, ItemView};
use dunwell_desk::refunds::ask::is_refundable;
use dunwell_desk::rules::money::Money;
use dunwell_desk::rules::rights::Action;
use maud::{Markup, html};

use crate::caller::Caller;
use crate::export::address;
use crate::screens::account::day;
use crate::screens::attachments::links;
use crate::words::{account_path, count, money};

/// Open items that a preview shows.
const FEW_ITEMS: usize = 8;

/// The state of a line in a word.
fn state(item: &ItemView) -> Markup {
    html! {
        @if item.open.minor < 0 { span.tag.ok { "Credit" } }
        @else if item.disputed.minor > 0 { span.tag.warn { "Disputed" } }
        @else if item.promised.minor > 0 { span.tag.info { "Promised" } }
        @else if item.days_past_due > 0 { span.tag { "Past due" } }
        @else { span.mut { "Open" } }
    }
}

/// What ends a line otherwise than by payment: a credit is paid back or moved to whose it is, a debt given up.
fn way_out(code: &str, item: &ItemView, caller: &Caller) -> Markup {
    let ways: &[(Action, &str, &str)] = match item.open.minor {
        i64::MIN..=-1 if is_refundable(&item.kind) => {
            &[(Action::RequestRefund, "refund", "Refund…"), (Action::Apply, "transfer", "Move…")]
        }
        1.. => &[(Action::WriteOff, "write-off", "Write off…")],
        _ => &[],
    };
    let place = |sheet: &str| address(&format!("{}/{sheet}", account_path(&code)), &[("document", &item.document)]);
    html! {
        @for (action, sheet, words) in ways {
            @if caller.may(*action) { " " a.l.noprint href=(place(sheet)) data-sheet { (words) span.sr { " " (item.document) } } }
        }
    }
}

fn days_late(item: &ItemView) -> Markup {
    html! { @if item.due.is_none() { "" } @else if item.days_past_due > 0 { (item.days_past_due) } @else { "not due" } }
}

/// Whether lines can be ticked: there are acts to do on them.
fn may_choose(caller: &Caller) -> bool {
    caller.may(Action::Promise) && caller.may(Action::Dispute)
}

/// What can be done with the lines that are ticked. Without a script the sheets list the documents themselves.
fn with_chosen(code: &str, of: &CurrencyView, caller: &Caller) -> Markup {
    if !may_choose(caller) {
        return html! {};
    }
    html! {
        form.chosen.noprint method="get" action={ (account_path(&code)) "/promise" } id={ "chosen-" (of.currency) } data-sheet {
            input type="hidden" name="currency" value=(of.currency);
            output.sub data-sum=(of.currency) data-exponent=(of.balance.currency.exponent()) { "Tick lines to act on them." }
            button type="submit" { "Promise these" }
            button type="submit" formaction={ (account_path(&code)) "/dispute" } { "Dispute these" }
        }
    }
}

/// The open items in one currency, with their totals and what can be done with those that are ticked.
pub(crate) fn items(code: &str, of: &CurrencyView, caller: &Caller, papers: &Attachments) -> Markup {
    let form = format!("chosen-{}", of.currency);
    let total = |value: fn(&ItemView) -> i64| of.items.iter().map(value).sum::<i64>();
    let sum = |minor| money(Money::new(minor, of.balance.currency));
    html! {
        section.card aria-label={ "Open items in " (of.currency) } {
            header {
                h2 { "Open items" }
                span.sub { (count(of.items.len(), "line", "lines")) }
                @if caller.may(Action::ReadDocuments) { a.l href={ (account_path(&code)) "/attachments" } data-sheet { "Papers" } }
            }
            (with_chosen(code, of, caller))
            div.scroll tabindex="0" role="region" aria-label="Open items, scrolls sideways" {
                table.t {
                    thead { tr {
                        th scope="col" { span.sr { "Choose" } } th scope="col" { "Document" } th.xs scope="col" { "PO" } th.xs scope="col" { "Date" }
                        th.xs scope="col" { "Due" } th.num scope="col" { "Days late" } th.num.xs scope="col" { "Amount" }
                        th.num scope="col" { "Open" } th scope="col" { "Status" }
                    } }
                    tbody {
                        @for item in &of.items {
                            tr {
                                td { @if item.open.minor > 0 && may_choose(caller) {
                                    label.pick { input type="checkbox" name="document" value=(item.document) form=(form)
                                        data-minor=(item.open.minor) aria-label={ "Choose " (item.document) }; }
                                } }
                                th.b scope="row" { (item.document) " " (links(papers, &item.document)) }
                                td.xs.mut { (item.po_number.as_deref().unwrap_or("none")) }
                                td.xs.nw { (day(Some(&item.date), caller)) }
                                td.xs.nw { (day(item.due.as_deref(), caller)) }
                                td.num.bad[item.days_past_due > 30] { (days_late(item)) }
                                td.num.xs { (money(item.amount)) }
                                td.num.b { (money(item.open)) }
                                td {
                                    (state(item))
                                    @if item.open.minor < 0 && caller.may(Action::Apply) {
                                        " " a.l href={ (account_path(&code)) "/credits/" (item.item) } { "Match" span.sr { " credit " (item.document) } }
                                    }
                                    (way_out(code, item, caller))
                                }
                            }
                        }
                    }
                    tfoot { tr {
                        td {} th scope="row" { "Total" } td.xs {} td.xs {} td.xs {} td {}
                        td.num.xs { (sum(total(|item| item.amount.minor))) } td.num { (sum(total(|item| item.open.minor))) } td {}
                    } }
                }
            }
        }
    }
}

/// The first open items in one currency.
pub(crate) fn items_few(of: &CurrencyView) -> Markup {
    html! {
        section aria-label={ "Open items in " (of.currency) } {
            h3 { "Open items " span.n { (of.items.len()) } }
            table.mini {
                thead { tr { th scope="col" { "Document" } th.num scope="col" { "Days late" } th.num scope="col" { "Open" } } }
                tbody {
                    @for item in of.items.iter().take(FEW_ITEMS) {
                        tr {
                            th scope="row" { (item.document) @if item.disputed.minor > 0 { " " span.tag.warn { "disputed" } } }
                            td.num { (days_late(item)) }
                            td.num { (money(item.open)) }
                        }
                    }
                }
            }
        }
    }
}
