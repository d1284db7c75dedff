//! What a file would bring, or brought: counts, totals against the file's own, and rejected rows.

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use dunwell_desk::import::{AgingImportReport, ImportReport};
use dunwell_desk::rules::rights::Action;
use maud::{Markup, html};

use crate::answer::{Answer, html_response};
use crate::caller::Caller;
use crate::frame;
use crate::posted::form_fields;
use crate::screens::bank_report;
use crate::screens::import_columns::{self, Picked};
use crate::uploads::{self, Holds, Report, State, Wanted};

/// Rejected rows shown; all of them are in the file to download.
const SHOWN: usize = 50;

/// `GET /import/TOKEN`, and the same as a fragment while it works.
pub(crate) async fn page(
    caller: Caller,
    headers: HeaderMap,
    Path(token): Path<String>,
    Query(picked): Query<Picked>,
) -> Answer {
    let Ok((wanted, state)) = uploads::look(&caller.session.user, &token) else { return Ok(gone(&caller)) };
    let state = state_of(&caller, &token, &wanted, &state, &picked);
    if headers.contains_key("hx-request") {
        return Ok(html_response(state));
    }
    let main = html! { div.acc.narrow { h1 { "Import: " (wanted.name) } (state) } };
    Ok(frame::page(&caller, "/import", "Import", &main))
}

/// A file that is not kept any more: it is old, or the server was started again.
fn gone(caller: &Caller) -> Response {
    let main = html! {
        div.acc.narrow {
            h1 { "Import" }
            section.card { div.in.stack {
                p.problem role="alert" { "This file is not kept any more: it was sent more than half an hour ago, or the server was started again since." }
                p { "What was imported of it is in the list of imports. Send the file again: rows that are in the book already are told apart, and only the rest is imported." }
                p { a.btn href="/import" { "Imports" } }
            } }
        }
    };
    (StatusCode::NOT_FOUND, frame::page(caller, "/import", "Import", &main)).into_response()
}

fn state_of(caller: &Caller, token: &str, wanted: &Wanted, state: &State, picked: &Picked) -> Markup {
    match state {
        State::Working { commits, rows } => working(token, *commits, *rows),
        State::Checked(Report::Bank(report)) => bank_report::checked(caller, token, report),
        State::Imported(Report::Bank(report)) => bank_report::imported(caller, report),
        State::Checked(Report::Rows(rows)) => checked(caller, token, wanted, rows, None, picked),
        State::Checked(Report::Aging(aging)) => checked(caller, token, wanted, &aging.import, Some(aging), picked),
        State::Imported(Report::Rows(rows)) => imported(caller, token, rows, None),
        State::Imported(Report::Aging(aging)) => imported(caller, token, &aging.import, Some(aging)),
        State::Failed(why) => html! {
            section.card { div.in.stack { p.problem role="alert" { (why) } p { a.l href="/import" { "Send the file again" } } } }
        },
    }
}

fn working(token: &str, commits: bool, rows: u64) -> Markup {
    html! {
        section.card hx-get={ "/import/" (token) } hx-trigger="every 1s" hx-swap="outerHTML" {
            header { h2 { @if commits { "Importing" } @else { "Reading" } } }
            div.in.stack role="status" {
                p { (rows) " rows so far." }
                p { a.l href={ "/import/" (token) } { "Look again" } }
            }
        }
    }
}

fn checked(
    caller: &Caller,
    token: &str,
    wanted: &Wanted,
    rows: &ImportReport,
    aging: Option<&AgingImportReport>,
    picked: &Picked,
) -> Markup {
    let refused = rows.files.iter().any(|file| !file.problems.is_empty());
    let news = rows.accepted + rows.changed;
    html! {
        div.stack {
            section.card aria-labelledby="dry" {
                header { h2 id="dry" { "What it would bring" } span.tag.info { "Nothing is kept yet" } }
                (figures(rows))
                @if let Some(aging) = aging { (footing(aging)) }
                div.in.stack {
                    (problems(rows))
                    @if refused { p { "The file is refused whole. Mend it, or say below what its columns are." } }
                    @else if news == 0 { p { "There is nothing new in it." } }
                    @else {
                        form.acts method="post" action={ "/import/" (token) "/commit" } {
                            (form_fields(caller))
                            button.pri type="submit" { "Import " (news) @if news == 1 { " row" } @else { " rows" } }
                            a.btn href="/import" { "Leave it" }
                        }
                    }
                }
            }
            (rejected(token, rows))
            @if let Holds::Rows(kind) = wanted.holds { (import_columns::card(caller, token, wanted, kind, refused, picked)) }
        }
    }
}

fn imported(caller: &Caller, token: &str, rows: &ImportReport, aging: Option<&AgingImportReport>) -> Markup {
    html! {
        div.stack {
            section.card aria-labelledby="kept" {
                header { h2 id="kept" { "What it brought" } span.tag.ok { "Imported" } }
                (figures(rows))
                @if let Some(aging) = aging { (footing(aging)) }
                div.in.stack {
                    (problems(rows))
                    p {
                        @match &rows.import {
                            Some(import) => {
                                "Import " (import) ". "
                                @if caller.may(Action::UndoImport) { a.l href={ "/imports/" (import) "/undo" } { "Undo it" } }
                            }
                            None => "Nothing was recorded."
                        }
                    }
                    div.acts { a.btn href="/import" { "Another file" } a.btn href="/" { "Worklist" } }
                }
            }
            (rejected(token, rows))
        }
    }
}

fn figures(rows: &ImportReport) -> Markup {
    let counts = [
        ("Read", rows.read),
        ("New", rows.accepted),
        ("Corrected", rows.changed),
        ("Known already", rows.duplicate),
        ("Rejected", rows.rejected),
    ];
    html! {
        dl.figs {
            @for (name, count) in counts { div { dt.sub { (name) } dd { (count) } } }
            @for total in &rows.totals { div { dt.sub { "Total " (total.currency) } dd { (total.amount) } } }
        }
    }
}

/// What an aging says of itself.
fn footing(aging: &AgingImportReport) -> Markup {
    html! {
        dl.kv.in {
            dt { "As of" } dd { (aging.as_of) }
            dt { "The file's own total" }
            dd { @if let Some(total) = &aging.file_total { (total.amount) " " (total.currency) } @else { "it states none" } }
            @if let Some(left) = &aging.difference {
                dt { "Its total less its lines" }
                dd { (left.amount) " " (left.currency) @if left.amount.trim_matches(['0', '.', '-']).is_empty() { " " span.tag.ok { "foots" } } }
            }
            dt { "Items it no longer lists" } dd { (aging.missing) }
        }
        @if !aging.notes.is_empty() {
            ul.in.ev { @for note in aging.notes.iter().take(SHOWN) { li { span.sub { "line " (note.line) } span { (note.message) } } } }
        }
    }
}

fn problems(rows: &ImportReport) -> Markup {
    html! {
        @for problem in rows.files.iter().flat_map(|file| &file.problems) {
            p.problem role="alert" { @if problem.line > 0 { "Line " (problem.line) ": " } (problem.message) }
        }
    }
}

fn rejected(token: &str, rows: &ImportReport) -> Markup {
    if rows.rejects.is_empty() {
        return html! {};
    }
    html! {
        section.card aria-labelledby="rejects" {
            header {
                h2 id="rejects" { "Rejected rows" }
                a.btn href={ "/import/" (token) "/rejects.csv" } { "Download all " (rows.rejected) " as CSV" }
            }
            div.scroll {
                table.t {
                    caption.sr { "Rejected rows with their reasons" }
                    thead { tr { th scope="col" { "Line" } th scope="col" { "Column" } th scope="col" { "Value" } th scope="col" { "Why" } } }
                    tbody {
                        @for reject in rows.rejects.iter().take(SHOWN) {
                            tr { th scope="row" { (reject.line) } td { (reject.column) } td { (reject.value) } td { (reject.message) } }
                        }
                    }
                }
            }
            @if rows.rejects.len() > SHOWN { p.in.sub { "The first " (SHOWN) " are shown." } }
        }
    }
}
