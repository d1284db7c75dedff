//! Which column of a file is what: the sheet and the header row are picked, then the columns are told.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use dunwell_desk::import::{Beginning, Column, ImportKind, Profile};
use dunwell_desk::rules::rights::Action;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::posted::{Fields, Posted, form_fields};
use crate::uploads::{self, Wanted};
use crate::words::spoken;

/// Columns of a file that may be told what they are.
const COLUMNS: usize = 60;
/// Cells of a row that are shown where the header row is picked.
const CELLS: usize = 4;

/// The sheet and the header row that were picked.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Picked {
    sheet: Option<String>,
    row: Option<u64>,
}

/// The card in which a file's columns are told.
pub(crate) fn card(
    caller: &Caller,
    token: &str,
    wanted: &Wanted,
    kind: ImportKind,
    refused: bool,
    picked: &Picked,
) -> Markup {
    let begins = uploads::begins(&caller.session.user, token);
    let sheet = picked.sheet.as_ref().or(wanted.profile.sheet.as_ref());
    let Some(chosen) = begins.iter().find(|begin| sheet.is_some() && begin.sheet.as_ref() == sheet).or(begins.first())
    else {
        return html! {};
    };
    let row = picked.row.or(wanted.profile.header_row).filter(|row| chosen.rows.iter().any(|(line, _)| line == row));
    let row = row.unwrap_or_else(|| likely_header(chosen, kind));
    let headers =
        chosen.rows.iter().find(|(line, _)| *line == row).map(|(_, cells)| cells.as_slice()).unwrap_or_default();
    let (columns, needed) = kind.column_names();
    let needed = columns.iter().take(needed).map(|column| spoken(column.code())).collect::<Vec<_>>().join(", ");
    html! {
        section.card id="columns" aria-labelledby="columns-title" {
            details.in open[refused || picked.row.is_some()] {
                summary { h2 id="columns-title" { "Which column is what" } " " span.sub { "needed: " (needed) } }
                div.stack {
                    (pick(token, &begins, chosen, row))
                    (told(caller, token, chosen, row, headers, columns))
                }
            }
        }
    }
}

/// The row that is most likely the header: the most names of columns, else the most filled cells; the first of several.
fn likely_header(begin: &Beginning, kind: ImportKind) -> u64 {
    let (columns, _) = kind.column_names();
    let score = |cells: &[String]| {
        let named = cells.iter().filter(|cell| columns.iter().any(|column| same(cell, *column))).count();
        (named, cells.iter().filter(|cell| !cell.is_empty()).count())
    };
    let best = begin.rows.iter().rev().max_by_key(|(_, cells)| score(cells));
    best.map_or(1, |(line, _)| *line)
}

fn pick(token: &str, begins: &[Beginning], chosen: &Beginning, row: u64) -> Markup {
    let named = |cells: &[String]| {
        let filled: Vec<&str> = cells.iter().filter(|cell| !cell.is_empty()).take(CELLS).map(String::as_str).collect();
        filled.join(" · ").chars().take(70).collect::<String>()
    };
    html! {
        form.filters method="get" action={ "/import/" (token) "#columns" } {
            @if begins.iter().any(|begin| begin.sheet.is_some()) {
                div.fld { label for="pick-sheet" { "Sheet" } select id="pick-sheet" name="sheet" {
                    @for begin in begins { option selected[begin.sheet == chosen.sheet] { (begin.sheet.as_deref().unwrap_or_default()) } }
                } }
            }
            div.fld.wide { label for="pick-row" { "Row with the headers" } select id="pick-row" name="row" {
                @for (line, cells) in &chosen.rows { option value=(line) selected[*line == row] { (line) ": " (named(cells)) } }
            } }
            button type="submit" { "Show its columns" }
        }
    }
}

fn told(caller: &Caller, token: &str, chosen: &Beginning, row: u64, headers: &[String], columns: &[Column]) -> Markup {
    html! {
        form.stack method="post" action={ "/import/" (token) "/columns" } {
            (form_fields(caller))
            @if let Some(sheet) = &chosen.sheet { input type="hidden" name="sheet" value=(sheet); }
            input type="hidden" name="row" value=(row);
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
    if let Some(sheet) = fields.text("sheet") {
        text.push_str(&format!("sheet = {}\n", quoted(sheet)));
    }
    if let Some(row) = fields.text("row").and_then(|row| row.parse::<u32>().ok()) {
        text.push_str(&format!("header_row = {row}\n"));
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
