//! Importing: a file is sent, read without keeping anything, looked at, and then kept; a whole import can be undone.

use axum::extract::multipart::{Field, Multipart};
use axum::extract::{Path, Query};
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use dunwell_desk::formats::bank::BankProfile;
use dunwell_desk::import::{ImportKind, Missing, Profile, SHIPPED, reverse_import};
use dunwell_desk::rules::account::EntryId;
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::imports::ImportView;
use maud::{Markup, html};
use serde::Deserialize;
use tempfile::NamedTempFile;
use tokio::fs::File;
use tokio::io::AsyncWriteExt;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::frame;
use crate::posted::{Posted, form_fields};
use crate::shown_again::Typed;
use crate::uploads::{self, Holds, Wanted};
use crate::words::{count, day_in_zone, spoken};

/// The most bytes of a file that is sent; larger ones are imported on the command line.
const FILE_BYTES: u64 = 64 * 1024 * 1024;
/// The most bytes of the whole form.
pub(crate) const FORM_BYTES: usize = 65 * 1024 * 1024;
/// Imports on a page.
const PAGE: i64 = 50;

/// What the page is asked for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    kind: Option<String>,
    before: Option<String>,
    undone: Option<u64>,
    /// Receipts that stayed.
    stays: Option<u64>,
}

/// `GET /import`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let before = asked.before.as_deref().and_then(EntryId::parse);
    let imports = caller.desk.book.read().await?.imports_before(before, PAGE).await?;
    let main = html! {
        div.acc.narrow {
            h1 { "Import" }
            @if let Some(undone) = asked.undone {
                p.done role="status" {
                    @if undone == 0 { "It was undone before; nothing is left to reverse." }
                    @else { (count(usize::try_from(undone).unwrap_or(0), "entry", "entries")) " reversed. Nothing was deleted." }
                    @if let Some(stays) = asked.stays {
                        " " (count(usize::try_from(stays).unwrap_or(0), "receipt stays", "receipts stay")) ": a bank statement of another import lists what stays too."
                    }
                }
            }
            @if caller.may(Action::Import) { (form(&caller, asked.kind.as_deref())) }
            (list(&caller, &imports))
        }
    };
    Ok(frame::page(&caller, "/import", "Import", &main))
}

/// What a file may hold: the word, and in words.
const KINDS: [(&str, &str); 10] = [
    ("aging", "Aging export: what is open"),
    ("bank", "A bank's file: statement, day's report, lockbox"),
    ("customers", "Customers"),
    ("contacts", "Contacts"),
    ("invoices", "Invoices and credit memos"),
    ("payments", "Payments"),
    ("applications", "Applications of cash"),
    ("notices", "Notices sent before"),
    ("control-totals", "Control totals"),
    ("rates", "Currency rates"),
];

fn form(caller: &Caller, kind: Option<&str>) -> Markup {
    html! {
        section.card aria-labelledby="send" {
            header { h2 id="send" { "A file" } span.sub { "Nothing is kept before you have seen what it would do" } }
            form.in.stack method="post" action="/import" enctype="multipart/form-data" {
                (form_fields(caller))
                div.g2 {
                    div.fld {
                        label for="kind" { "What it holds" }
                        select id="kind" name="kind" {
                            @for (code, name) in KINDS { option value=(code) selected[kind == Some(code)] { (name) } }
                        }
                    }
                    div.fld {
                        label for="profile" { "Where it comes from" }
                        select id="profile" name="profile" {
                            @for (name, _) in SHIPPED {
                                option value=(name) { @if name == "canonical" { "Tell by its headers" } @else { (name) } }
                            }
                        }
                    }
                    div.fld {
                        label for="missing" { "Items an aging no longer lists" }
                        select id="missing" name="missing" {
                            option value="unknown" { "leave open" }
                            option value="paid" { "were paid: settle them" }
                        }
                    }
                    div.fld {
                        label for="source" { "Name of the source" }
                        input id="source" name="source" maxlength="60";
                        span.hint { "Where it is not the profile's; ids are unique within it" }
                    }
                }
                details.fld {
                    summary { "A profile of your own " span.sub { "instead of the one chosen above" } }
                    label.sr for="own" { "Profile as TOML" }
                    textarea id="own" name="own" spellcheck="false" {}
                }
                label.ck { input type="checkbox" name="strict" value="1"; " Keep nothing if a single row is rejected" }
                div.fld.drop {
                    label for="file" { "File" }
                    input id="file" name="file" type="file" required;
                    span.hint { "CSV, text or XLSX, or what a bank sends (BAI2, camt, MT940, NACHA, OFX …), at most 64 MB. Drop it here, or choose it." }
                }
                div { button.pri type="submit" { "Check the file" } }
            }
        }
    }
}

fn list(caller: &Caller, imports: &[ImportView]) -> Markup {
    let undoes = caller.may(Action::UndoImport);
    let zone = &caller.desk.settings().time_zone;
    html! {
        section.card aria-labelledby="imports" {
            header { h2 id="imports" { "Imports" } }
            @if imports.is_empty() { p.in.mut { "None yet." } }
            @else {
                div.scroll {
                    table.t {
                        caption.sr { "Imports, the newest first" }
                        thead { tr { th scope="col" { "File" } th scope="col" { "What" } th scope="col" { "Source" } th scope="col" { "Read on" }
                            th scope="col" { "State" } } }
                        tbody {
                            @for import in imports {
                                tr {
                                    th scope="row" { (import.file) }
                                    td { (spoken(&import.kind)) }
                                    td { (import.source) }
                                    td.nw { (day_in_zone(import.started_at, zone)) }
                                    td {
                                        @if import.undone_by.is_some() { span.tag { "Undone" } }
                                        @else if undoes { a.l href={ "/imports/" (import.import) "/undo" } { "Undo" span.sr { " the import of " (import.file) } } }
                                        @else { span.tag.ok { "Kept" } }
                                    }
                                }
                            }
                        }
                    }
                }
                @if imports.len() as i64 == PAGE {
                    @if let Some(last) = imports.last() { p.in { a.l href={ "/import?before=" (last.import) } { "Older" } } }
                }
            }
        }
    }
}

/// What a form with a file says, as far as it was read.
#[derive(Debug, Default)]
struct Sent {
    proven: bool,
    texts: Vec<(String, String)>,
    file: Option<(String, NamedTempFile)>,
    typed: Typed,
}

impl Sent {
    fn text(&self, name: &str) -> Option<&str> {
        let found = self.texts.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }
}

fn unreadable(error: impl std::fmt::Display) -> Problem {
    Problem::Malformed(format!("The file cannot be read, or is larger than 64 MB ({error})."))
}

/// `POST /import`: keeps the file for a while and reads it without recording anything.
pub(crate) async fn send(caller: Caller, typed: Typed, mut form: Multipart) -> Answer {
    let mut sent = Sent { typed, ..Sent::default() };
    while let Some(field) = form.next_field().await.map_err(unreadable)? {
        take_in(&mut sent, field, &caller.session.csrf).await?;
    }
    let (name, file) = sent.file.take().ok_or_else(|| Problem::Malformed("Choose a file first.".into()))?;
    let wanted = wanted(&sent, name)?;
    let token = uploads::keep(&caller.session.user, wanted, file)?;
    uploads::work(caller.desk, &token, caller.today, false).await?;
    Ok(Redirect::to(&format!("/import/{token}")).into_response())
}

/// Takes one field in. The session's secret comes first: before it nothing else is read.
async fn take_in(sent: &mut Sent, mut field: Field<'_>, csrf: &str) -> Result<(), Problem> {
    let name = field.name().unwrap_or_default().to_owned();
    if name == "csrf" {
        sent.proven = field.text().await.map_err(unreadable)? == csrf;
        return Ok(());
    }
    if !sent.proven {
        return Err(Problem::Forged);
    }
    if name != "file" {
        let text = field.text().await.map_err(unreadable)?;
        sent.typed.note(&name, &text);
        sent.texts.push((name, text));
        return Ok(());
    }
    let called = field.file_name().unwrap_or_default().rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
    if called.is_empty() {
        return Ok(());
    }
    let kept = uploads::temporary()?;
    let failed = |error: std::io::Error| Problem::Fault(format!("an uploaded file: {error}"));
    let mut out = File::from_std(kept.reopen().map_err(failed)?);
    let mut bytes = 0;
    while let Some(chunk) = field.chunk().await.map_err(unreadable)? {
        bytes += chunk.len() as u64;
        if bytes > FILE_BYTES {
            return Err(Problem::Malformed("The file is larger than 64 MB. Import it on the command line.".into()));
        }
        out.write_all(&chunk).await.map_err(failed)?;
    }
    out.flush().await.map_err(failed)?;
    sent.file = Some((called.chars().filter(|c| !c.is_control()).take(200).collect(), kept));
    Ok(())
}

fn wanted(sent: &Sent, name: String) -> Result<Wanted, Problem> {
    let word = sent.text("kind").unwrap_or("aging");
    let unfit = |error: String| Problem::Malformed(format!("The profile, {error}."));
    let holds = match word {
        "aging" => Holds::Aging,
        "bank" => {
            let own = sent.text("own").map(BankProfile::parse).transpose();
            Holds::Bank(own.map_err(|error| unfit(error.to_string()))?.map(Box::new))
        }
        other => {
            Holds::Rows(ImportKind::parse(other).ok_or_else(|| Problem::Malformed(format!("'{other}' is no import.")))?)
        }
    };
    let profile = match sent.text("own").filter(|_| word != "bank") {
        Some(text) => Profile::parse(text).map_err(|error| unfit(error.to_string()))?,
        None => {
            let shipped = sent.text("profile").unwrap_or("canonical");
            Profile::shipped(shipped).ok_or_else(|| Problem::Malformed(format!("There is no profile '{shipped}'.")))?
        }
    };
    let missing = if sent.text("missing") == Some("paid") { Missing::Paid } else { Missing::Unknown };
    let source = sent.text("source").map(str::to_owned);
    Ok(Wanted { name, holds, profile, source, missing, strict: sent.text("strict").is_some(), accept_totals: None })
}

/// `POST /import/TOKEN/commit`: imports the file that was checked.
pub(crate) async fn commit(Path(token): Path<String>, posted: Posted) -> Answer {
    let (today, user) = (posted.caller.today, posted.caller.session.user.clone());
    posted
        .once(async move |desk, sent| {
            let accepts = sent.text("accept_totals").map(str::to_owned);
            if accepts.is_none() && sent.has("accept_totals") {
                let why = "Say why the totals are accepted though they are wrong.";
                return Err(Problem::Malformed(why.into()));
            }
            if uploads::begin_commit(&user, &token, accepts)? {
                uploads::work(desk, &token, today, true).await?;
            }
            Ok(format!("/import/{token}"))
        })
        .await
}

/// `GET /import/TOKEN/rejects.csv`.
pub(crate) async fn rejects(caller: Caller, Path(token): Path<String>) -> Answer {
    let text = uploads::rejects(&caller.session.user, &token)?;
    let named = "attachment; filename=\"rejects.csv\"";
    Ok(([(header::CONTENT_TYPE, "text/csv; charset=utf-8"), (header::CONTENT_DISPOSITION, named)], text)
        .into_response())
}

/// `GET /imports/ID/undo`.
pub(crate) async fn ask_undo(caller: Caller, Path(id): Path<String>) -> Answer {
    let entry = EntryId::parse(&id).ok_or(Problem::NotFound)?;
    let import = caller.desk.book.read().await?.import(entry).await?.ok_or(Problem::NotFound)?;
    let main = html! {
        div.acc.narrow {
            h1 { "Undo an import" }
            section.card aria-labelledby="which" {
                header { h2 id="which" { (import.file) } span.sub { (spoken(&import.kind)) " of " (import.source) ", " (import.day) } }
                div.in.stack {
                    @if import.undone_by.is_some() { p { "It is undone already." } a.l href="/import" { "Back to the imports" } }
                    @else {
                        p { "Every entry that it brought gets its opposite, posted today. Nothing is deleted, and the journal shows both." }
                        form.acts method="post" action={ "/imports/" (import.import) "/undo" } {
                            (form_fields(&caller))
                            button.pri type="submit" { "Undo the whole import" }
                            a.btn href="/import" { "Cancel" }
                        }
                    }
                }
            }
        }
    };
    Ok(frame::page(&caller, "/import", "Undo an import", &main))
}

/// `POST /imports/ID/undo`.
pub(crate) async fn undo(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, _| {
            let undone = reverse_import(&desk, &id, today).await?;
            let stays = if undone.stays.is_empty() { String::new() } else { format!("&stays={}", undone.stays.len()) };
            Ok(format!("/import?undone={}{stays}", undone.reversed))
        })
        .await
}
