//! What a file would bring, or brought: counts, totals against the file's own, rejected rows, and which column is what.

use axum::extract::Path;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect};
use dunwell_desk::import::{AgingImportReport, Column, ImportKind, ImportReport, Profile};
use dunwell_desk::rules::rights::Action;
use maud::{Markup, html};

use crate::answer::{Answer, Problem, html_response};
use crate::caller::Caller;
use crate::frame;
use crate::posted::{Fields, Posted, form_fields};
use crate::uploads::{self, Report, State, Wanted};
use crate::words::spoken;

/// Rejected rows shown; all of them are in the file to download.
const SHOWN: usize = 50;
/// Columns of a file that may be told what they are.
const COLUMNS: usize = 60;

/// `GET /import/TOKEN`, and the same as a fragment while it works.
pub(crate) async fn page(caller: Caller, headers: HeaderMap, Path(token): Path<String>) -> Answer {
    let (wanted, state) = uploads::look(&caller.session.user, &token)?;
    let state = state_of(&caller, &token, &wanted, &state);
    if headers.contains_key("hx-request") {
        return Ok(html_response(state));
    }
    let main = html! { div.acc.narrow { h1 { "Import: " (wanted.name) } (state) } };
    Ok(frame::page(&caller, "/import", "Import", &main))
}

fn state_of(caller: &Caller, token: &str, wanted: &Wanted, state: &State) -> Markup {
    match state {
        State::Working { commits, rows } => working(token, *commits, *rows),
        State::Checked(report) => checked(caller, token, wanted, report),
        State::Imported(report) => imported(caller, token, report),
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

fn checked(caller: &Caller, token: &str, wanted: &Wanted, report: &Report) -> Markup {
    let rows = report.rows();
    let refused = rows.files.iter().any(|file| !file.problems.is_empty());
    let news = rows.accepted + rows.changed;
    html! {
        div.stack {
            section.card aria-labelledby="dry" {
                header { h2 id="dry" { "What it would bring" } span.tag.info { "Nothing is kept yet" } }
                (figures(rows))
                @if let Report::Aging(aging) = report { (footing(aging)) }
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
            @if let Some(kind) = wanted.kind { (mapping(caller, token, kind, refused)) }
        }
    }
}

fn imported(caller: &Caller, token: &str, report: &Report) -> Markup {
    let rows = report.rows();
    html! {
        div.stack {
            section.card aria-labelledby="kept" {
                header { h2 id="kept" { "What it brought" } span.tag.ok { "Imported" } }
                (figures(rows))
                @if let Report::Aging(aging) = report { (footing(aging)) }
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

/// Which column is what, for a file whose headers are not known.
fn mapping(caller: &Caller, token: &str, kind: ImportKind, refused: bool) -> Markup {
    let Some(headers) = uploads::headers(&caller.session.user, token) else { return html! {} };
    let (columns, needed) = kind.column_names();
    html! {
        section.card aria-labelledby="columns" {
            details.in open[refused] {
                summary { h2 id="columns" { "Which column is what" } " " span.sub { "needed: " (columns.iter().take(needed).map(|column| spoken(column.code())).collect::<Vec<_>>().join(", ")) } }
                form.stack method="post" action={ "/import/" (token) "/columns" } {
                    (form_fields(caller))
                    div.g2 {
                        div.fld { label for="map-source" { "Name of the source" } input id="map-source" name="source" maxlength="60" value="own file" required; }
                        div.fld { label for="map-dates" { "Dates are written" } select id="map-dates" name="dates" {
                            option value="" { "tell from the file" } option { "D/M/YYYY" } option { "M/D/YYYY" } option { "YYYY-MM-DD" }
                        } }
                        @for (place, header) in headers.iter().take(COLUMNS).enumerate().filter(|(_, header)| !header.trim().is_empty()) {
                            div.fld {
                                label for={ "map-" (place) } { (header) }
                                input type="hidden" name={ "header_" (place) } value=(header);
                                select id={ "map-" (place) } name={ "column_" (place) } {
                                    option value="" { "not used" }
                                    @for column in columns {
                                        option value=(column.code()) selected[same(header, *column)] { (spoken(column.code())) }
                                    }
                                }
                            }
                        }
                    }
                    div { button type="submit" { "Check the file again" } }
                }
            }
        }
    }
}

/// Whether a header is a column's own name, in whatever case.
fn same(header: &str, column: Column) -> bool {
    header.trim().to_lowercase().replace([' ', '-', '.'], "_") == column.code()
}

/// `POST /import/TOKEN/columns`: reads the file again with the columns as they were told.
pub(crate) async fn map(Path(token): Path<String>, posted: Posted) -> Answer {
    posted.caller.desk.may(Action::Import)?;
    let (caller, fields) = posted.unkept();
    let text = profile_of(&fields)?;
    let profile = Profile::parse(&text).map_err(|error| Problem::Malformed(format!("The columns: {error}.")))?;
    uploads::read_as(&caller.session.user, &token, profile)?;
    uploads::work(caller.desk, &token, caller.today, false).await?;
    Ok(Redirect::to(&format!("/import/{token}")).into_response())
}

/// The profile that the form describes, as TOML.
fn profile_of(fields: &Fields) -> Result<String, Problem> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let mut text = format!("source = {}\n", quoted(fields.needed("source")?));
    if let Some(dates) = fields.text("dates") {
        text.push_str(&format!("date_format = {}\n", quoted(dates)));
    }
    text.push_str("[columns]\n");
    let mut told: Vec<&str> = Vec::new();
    for place in 0..COLUMNS {
        let (header, column) = (fields.text(&format!("header_{place}")), fields.text(&format!("column_{place}")));
        let (Some(header), Some(column)) = (header, column) else { continue };
        if told.contains(&column) {
            return Err(Problem::Malformed(format!("Two columns cannot both be “{}”.", spoken(column))));
        }
        told.push(column);
        text.push_str(&format!("{} = [{}]\n", quoted(column), quoted(header)));
    }
    Ok(text)
}
