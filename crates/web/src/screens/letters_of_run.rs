//! The letters of a day's run together: held back or released several at once, and all of them in one file.

use std::io::{Cursor, Write};

use axum::extract::Query;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use dunwell_desk::Desk;
use dunwell_desk::documents::model::NoticeDocument;
use dunwell_desk::hold_back_notice::{MOST_AT_ONCE, change_notices};
use dunwell_desk::look::documents::{Documents, DocumentsOf, NoticeRow, documents};
use dunwell_desk::look::page::MOST;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::take_out::{FileTaken, note_taken};
use dunwell_store::views::notices::NoticeView;
use maud::{Markup, html};
use serde::Deserialize;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use zip::write::{SimpleFileOptions, ZipWriter};

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::address;
use crate::posted::{Fields, Posted, back_field, form_fields};
use crate::screens::documents::{PRESS, refused};

/// The most letters in one file; more are written by `dunwell notices`.
const MOST_IN_FILE: usize = 1_000;

/// Days of letters that are packed at once: each may take much memory for a while, and keeps a processor busy.
static PACKING: Semaphore = Semaphore::const_new(1);

/// Whether this person may hold the letter back or let it go.
pub(crate) fn may_change(row: &NoticeRow, caller: &Caller) -> bool {
    row.can_hold && caller.may(Action::HoldBackNotice) || row.can_release && caller.may(Action::ReleaseNotice)
}

/// What can be done with the letters that are ticked, with all that may leave, and the file of all of them. A form that is
/// refused is shown again where it was, on the page that `query` chooses.
pub(crate) fn acts(letters: &Documents, caller: &Caller, of: DocumentsOf<'_>, query: &[(&str, &str)]) -> Markup {
    let may = |action, can: fn(&NoticeRow) -> bool| caller.may(action) && letters.notices.iter().any(can);
    let (holds, releases) =
        (may(Action::HoldBackNotice, |row| row.can_hold), may(Action::ReleaseNotice, |row| row.can_release));
    let day = match of {
        DocumentsOf::Day(day) => Some(day),
        DocumentsOf::Account(_) => None,
    };
    html! {
        @if let Some(day) = day.filter(|_| !letters.notices.is_empty() && caller.may(Action::Export)) {
            p.noprint { a.btn href={ "/documents/letters.zip?on=" (day) } { "All letters of the day as PDF (ZIP)" } }
        }
        @if holds || releases {
            form.filters.card.noprint id="chosen-letters" method="post" action=(address("/documents/hold", query)) {
                (form_fields(caller))
                (back_field(&address("/documents", query)))
                @if let Some(day) = day { input type="hidden" name="on" value=(day); }
                @if holds {
                    div.fld.wide { label for="many-reason" { "Hold back, because" } input id="many-reason" name="reason" maxlength="400"; }
                    button type="submit" { "Hold back ticked" }
                }
                @if releases { button type="submit" formaction=(address("/documents/release", query)) { "Release ticked" } }
                @if day.is_some() { label.ck { input type="checkbox" name="all" value="1"; "all of the day, not only the ticked" } }
            }
        }
    }
}

/// The letters that a form means: the ticked ones, or all of the day that the change can reach.
async fn meant(desk: &Desk, fields: &Fields, can: fn(&NoticeRow) -> bool) -> Result<Vec<String>, Problem> {
    if fields.text("all").is_none() {
        let ticked = fields.every("notice");
        let none = || Problem::Malformed("Tick the letters that are meant first.".into());
        return if ticked.is_empty() { Err(none()) } else { Ok(ticked) };
    }
    let day: Date = fields.day("on")?.ok_or(Problem::NotFound)?;
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let page = documents(desk, DocumentsOf::Day(day), cursor.as_deref(), Some(MOST)).await?;
        ids.extend(page.notices.iter().filter(|row| can(row)).map(|row| row.notice.notice.to_string()));
        cursor = page.next_cursor;
        if cursor.is_none() || ids.len() > MOST_AT_ONCE {
            return Ok(ids);
        }
    }
}

/// `POST /documents/hold`: holds several letters back with one reason, all of them or none.
pub(crate) async fn hold(posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, fields| {
            let ids = meant(&desk, &fields, |row| row.can_hold).await?;
            change_notices(&desk, &ids, Some(fields.needed("reason")?), today).await?;
            Ok(fields.back("/documents"))
        })
        .await
}

/// `POST /documents/release`: lets several held letters go, all of them or none.
pub(crate) async fn release(posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, fields| {
            let ids = meant(&desk, &fields, |row| row.can_release).await?;
            change_notices(&desk, &ids, None, today).await?;
            Ok(fields.back("/documents"))
        })
        .await
}

/// The day whose letters are wanted.
#[derive(Debug, Deserialize)]
pub(crate) struct OfDay {
    on: String,
}

/// `GET /documents/letters.zip?on=DAY`: the letters of a day that are not withdrawn, one PDF each, by account. That they were
/// taken out is journaled before they are.
pub(crate) async fn zip(caller: Caller, Query(asked): Query<OfDay>) -> Answer {
    let day: Date = asked.on.parse().map_err(|_| Problem::NotFound)?;
    // Never closed, so that a turn always comes.
    let _turn = PACKING.acquire().await.ok();
    let mut letters = caller.desk.book.read().await?.notices(day).await?;
    letters.retain(|letter| letter.state != "withdrawn" && letter.content.is_some());
    if letters.is_empty() {
        return Ok(Redirect::to(&format!("/documents?on={day}")).into_response());
    }
    if letters.len() > MOST_IN_FILE {
        let words = format!(
            "{day} has {} letters; a file holds {MOST_IN_FILE}. `dunwell notices --on {day} -o FOLDER` writes them all.",
            letters.len()
        );
        return Err(Problem::Malformed(words));
    }
    let taken = FileTaken { list: "letters", file: "zip", account: None, rows: Some(letters.len()) };
    // Laying out many letters takes a while: it holds nobody up.
    let bytes = spawn_blocking(move || packed(&letters)).await;
    let bytes = bytes.map_err(|error| Problem::Fault(format!("packing letters broke off: {error}")))??;
    note_taken(&caller.desk, taken, caller.today).await?;
    let headers = [
        (header::CONTENT_TYPE, "application/zip".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"letters-{day}.zip\"")),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

fn packed(letters: &[NoticeView]) -> Result<Vec<u8>, Problem> {
    let failed = |error: &dyn std::fmt::Display| Problem::Fault(format!("packing letters: {error}"));
    let mut file = ZipWriter::new(Cursor::new(Vec::new()));
    // PDF is packed already.
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for letter in letters {
        let Some(content) = &letter.content else { continue };
        let document: NoticeDocument = serde_json::from_str(content).map_err(|error| failed(&error))?;
        let pdf = PRESS.notice_pdf(&document).map_err(|error| refused(&error))?;
        let plain = |sign: char| if sign.is_ascii_alphanumeric() || "-_.".contains(sign) { sign } else { '_' };
        let account: String = letter.account.chars().map(plain).collect();
        // The entry tells letters apart whose accounts are written alike.
        let name = format!("{account}-{}-{}.pdf", letter.step, letter.notice);
        file.start_file(name, options).map_err(|error| failed(&error))?;
        file.write_all(&pdf).map_err(|error| failed(&error))?;
    }
    Ok(file.finish().map_err(|error| failed(&error))?.into_inner())
}
