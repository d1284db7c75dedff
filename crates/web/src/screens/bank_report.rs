//! What a bank's file would bring, or brought: what it tells, its control totals, what is new, what was applied and what is asked.

use dunwell_desk::cash::import_bank_file::{BankFileReport, BankReport};
use dunwell_desk::rules::rights::Action;
use maud::{Markup, html};

use crate::caller::Caller;
use crate::posted::form_fields;
use crate::screens::bank_files::{stands, totals};
use crate::screens::cash_words::{self, amounts};
use crate::words::{count, spoken};

/// What the problem of a wrong control total is called.
const WRONG_TOTAL: &str = "control_total";
/// Warnings and problems shown of a file.
const SHOWN: usize = 20;

/// What the dry run says of each file, and the form that reads it for good.
pub(crate) fn checked(caller: &Caller, token: &str, report: &BankReport) -> Markup {
    html! { div.stack { @for (place, file) in report.files.iter().enumerate() { (checked_file(caller, token, file, place)) } } }
}

fn checked_file(caller: &Caller, token: &str, file: &BankFileReport, place: usize) -> Markup {
    if is_unread(file) {
        return unread(file, place);
    }
    let id = format!("dry-{place}");
    html! {
        section.card aria-labelledby=(id) {
            header {
                h2 id=(id) { (file.file) }
                @if file.problems.is_empty() { span.tag.info { "Nothing is kept yet" } } @else { span.tag.bad { "Refused" } }
            }
            (told(file))
            div.in.stack {
                @if !file.problems.is_empty() { (refused(caller, token, file)) }
                @else if file.receipts as u64 <= file.duplicate_entries && file.receipts > 0 {
                    p { "Every payment in it was told before. Reading it again changes nothing." }
                    (commit(caller, token, "Read it all the same"))
                }
                @else { (commit(caller, token, "Read it in")) }
            }
        }
    }
}

/// Whether a file is refused for more than its control totals: then nothing that is counted of it means anything.
fn is_unread(file: &BankFileReport) -> bool {
    file.problems.iter().any(|problem| problem.code != WRONG_TOTAL)
}

/// A file that is refused, and why.
fn unread(file: &BankFileReport, place: usize) -> Markup {
    let id = format!("refused-{place}");
    html! {
        section.card aria-labelledby=(id) {
            header { h2 id=(id) { (file.file) } span.tag.bad { "Refused" } }
            div.in.stack {
                @for problem in file.problems.iter().take(SHOWN) {
                    p.problem role="alert" { @if problem.line > 0 { "Line " (problem.line) ": " (problem.message) } @else { (spoken(&problem.message)) } }
                }
                @if file.problems.len() > SHOWN { p.sub { "And " (file.problems.len() - SHOWN) " more." } }
                p { "The file is refused whole; nothing of it was used." }
                p { a.btn href="/import?kind=bank" { "Another file" } }
            }
        }
    }
}

fn commit(caller: &Caller, token: &str, name: &str) -> Markup {
    html! {
        form.acts method="post" action={ "/import/" (token) "/commit" } {
            (form_fields(caller))
            button.pri type="submit" { (name) }
            a.btn href="/cash" { "Leave it" }
        }
    }
}

/// Wrong control totals, and the form in which a person says why the file is taken all the same.
fn refused(caller: &Caller, token: &str, file: &BankFileReport) -> Markup {
    html! {
        p.problem role="alert" { "Its control totals are wrong, so it is refused whole. Ask the bank for the file again; or take it all the same, and say why." }
        (totals(&file.file, file.control_totals.iter().filter(|total| !total.foots).map(|total| [
            total.name.to_owned(), total.of.clone(), total.stated.clone(), total.counted.clone(),
            stands(total.foots, total.binding).to_owned(),
        ])))
        form.stack method="post" action={ "/import/" (token) "/commit" } {
            (form_fields(caller))
            div.fld {
                label for="accept" { "Why it is taken all the same" }
                input id="accept" name="accept_totals" maxlength="500" required;
                span.hint { "Kept with the file. Who confirmed it, and how." }
            }
            div.acts { button type="submit" { "Take it all the same" } a.btn href="/cash" { "Leave it" } }
        }
    }
}

fn told(file: &BankFileReport) -> Markup {
    let new = (file.receipts as u64).saturating_sub(file.duplicate_entries);
    html! {
        dl.figs {
            div { dt { "Format" } dd { (file.format.unwrap_or("Not known")) @if !file.version.is_empty() { small { (file.version) } } } }
            div { dt { "Statements" } dd { (file.statements) small { (count(file.entries, "entry", "entries")) } } }
            div { dt { "Came in" } dd { (amounts(&file.credits)) } }
            div { dt { "Went out" } dd { (amounts(&file.debits)) } }
            @if file.problems.is_empty() { div { dt { "Payments, new" } dd { (new) small { (file.duplicate_entries) " told before" } } } }
            @else { div { dt { "Payments" } dd { (file.receipts) } } }
            div { dt { "Control totals" } dd { @if file.control_totals_ok { span.tag.ok { "Right" } } @else { span.tag.bad { "Wrong" } } } }
        }
        @if !file.warnings.is_empty() {
            details.in {
                summary { (count(file.warnings.len(), "thing is", "things are")) " out of order, without loss" }
                ul.ev { @for warning in file.warnings.iter().take(SHOWN) { li { span.sub { "line " (warning.line) } span { (warning.message) } } } }
            }
        }
    }
}

/// What it brought.
pub(crate) fn imported(caller: &Caller, report: &BankReport) -> Markup {
    html! {
        div.stack { @for (place, file) in report.files.iter().enumerate() { @if !file.problems.is_empty() { (unread(file, place)) } @else {
            section.card aria-labelledby={ "kept-" (place) } {
                header { h2 id={ "kept-" (place) } { "What it brought" } span.tag.ok { "Read in" } }
                dl.figs {
                    div { dt { "Receipts" } dd { (report.receipts) small { (file.duplicate_entries) " told before" } } }
                    div { dt { "They come to" } dd { (amounts(&report.received)) } }
                    div { dt { "Set against lines" } dd { (report.applied) " of them" small { (amounts(&report.applied_amount)) } } }
                    div { dt { "Something on account" } dd { (report.on_account) } }
                    div { dt { "To be looked at" } dd { (report.exceptions) } }
                    div { dt { "Control totals" } dd { @if file.control_totals_ok { span.tag.ok { "Right" } } @else { span.tag.warn { "Accepted" } } } }
                }
                (by_rule(report))
                div.in.stack {
                    @if report.returns > 0 { p { (count(usize::try_from(report.returns).unwrap_or(0), "booking takes", "bookings take")) " a payment back; " (report.taken_back) " taken back, and what they paid is open again." } }
                    @let said_more = file.outcome.as_ref().map_or(0, |outcome| outcome.said_more);
                    @if said_more > 0 { p { "It says more of " (count(usize::try_from(said_more).unwrap_or(0), "receipt that was", "receipts that were")) " told before." } }
                    @if report.refunds_confirmed > 0 { p { "The bank has paid " (count(usize::try_from(report.refunds_confirmed).unwrap_or(0), "refund", "refunds")) " of ours." } }
                    @if report.refunds_returned > 0 { p { (count(usize::try_from(report.refunds_returned).unwrap_or(0), "refund", "refunds")) " of ours came back: the credit is the customer's again." } }
                    @if report.refunds_asked > 0 { p.callout.flat { (count(usize::try_from(report.refunds_asked).unwrap_or(0), "payment does", "payments do")) " not fit the refund they name." } }
                    @if report.statements_asked > 0 { p.callout.flat { (count(usize::try_from(report.statements_asked).unwrap_or(0), "statement does", "statements do")) " not account for its balances." } }
                    p {
                        @match &file.import {
                            Some(import) => {
                                "Import " (import) ". "
                                @if caller.may(Action::UndoImport) { a.l href={ "/imports/" (import) "/undo" } { "Undo it" } }
                            },
                            None => "It tells nothing that can be undone. That it was handed in is kept among the bank files.",
                        }
                    }
                    div.acts {
                        @if report.exceptions > 0 { a.btn.pri href="/cash" { "Look at what is asked" } }
                        a.btn href="/import?kind=bank" { "Another file" } a.btn href="/cash/files" { "Bank files" }
                    }
                }
            }
        } } }
    }
}

/// What was set against lines by which rule, and what is asked how often.
fn by_rule(report: &BankReport) -> Markup {
    html! {
        @if !report.by_rule.is_empty() || !report.asked.is_empty() {
            div.scroll tabindex="0" role="region" aria-label="By rule and by question, scrolls sideways" {
                table.t {
                    caption.sr { "By rule and by question" }
                    thead { tr { th scope="col" { "Why" } th.num scope="col" { "Receipts" } th.num scope="col" { "Set against lines" } } }
                    tbody {
                        @for by in &report.by_rule {
                            tr { th scope="row" { (cash_words::rule(by.rule)) " " span.sub { "Rule " (by.rule) } } td.num { (by.receipts) } td.num { (amounts(&by.applied)) } }
                        }
                        @for asked in &report.asked {
                            tr { th scope="row" { "To be looked at: " (cash_words::question(asked.question)) } td.num { (asked.receipts) } td.num { "–" } }
                        }
                    }
                }
            }
        }
    }
}
