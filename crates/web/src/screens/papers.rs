//! Attaching many papers at once: the files of a folder, each to the document that its name tells.

use axum::extract::{FromRequest, FromRequestParts, Multipart, Request};
use axum::response::IntoResponse;
use dunwell_desk::attach_document::{KINDS, MOST_BYTES, Paper};
use dunwell_desk::attach_folder::{FileTaken, FilesTaken, NamePattern, attach_by_name, may_attach};
use maud::{Markup, html};

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::frame;
use crate::posted::form_fields;
use crate::screens::attachments::words_of;
use crate::shown_again::Typed;
use crate::words::{account_path, count, spoken};

/// The most files at once; more are attached on the command line.
const MOST_FILES: usize = 500;
/// The pattern that the form begins with.
const PATTERN: &str = "{document}.pdf";

/// `GET /papers`.
pub(crate) async fn page(caller: Caller) -> Answer {
    Ok(shown(&caller, PATTERN, KINDS[0], &html! {}))
}

fn shown(caller: &Caller, pattern: &str, kind: &str, result: &Markup) -> axum::response::Response {
    let main = html! {
        div.acc.narrow {
            h1 { "Papers by file name" }
            (result)
            section.card aria-labelledby="send" {
                header { h2 id="send" { "Files" } span.sub { "The same file twice is one paper" } }
                form.in.stack method="post" action="/papers" enctype="multipart/form-data" {
                    (form_fields(caller))
                    div.g2 {
                        div.fld {
                            label for="pattern" { "How their names tell the document" }
                            input id="pattern" name="pattern" value=(pattern) required aria-describedby="pattern-hint";
                            span.hint id="pattern-hint" { "{document}, and {account} where several accounts have the number: {account}_{document}_pod.pdf" }
                        }
                        div.fld {
                            label for="kind" { "What they are" }
                            select id="kind" name="kind" { @for word in KINDS { option value=(word) selected[word == kind] { (words_of(word)) } } }
                        }
                    }
                    div.fld.drop {
                        label for="files" { "Files" }
                        input id="files" name="file" type="file" multiple required accept=".pdf,.png,.jpg,.jpeg" aria-describedby="files-hint";
                        span.hint id="files-hint" { "PDF, PNG or JPEG, up to " (MOST_BYTES / 1024 / 1024) " MB each and 64 MB together; choose all files of a folder, or drop them here" }
                    }
                    div { button.pri type="submit" { "Attach" } }
                }
            }
        }
    };
    frame::page(caller, "/documents", "Papers by file name", &main)
}

/// A form with several files in it.
pub(crate) struct Sent {
    caller: Caller,
    pattern: String,
    kind: String,
    files: Vec<(String, Vec<u8>)>,
}

impl<S: Sync + Send> FromRequest<S> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let typed = Typed::of(&parts);
        let unread = |why: String| Problem::Malformed(format!("The form cannot be read: {why}"));
        let request = Request::from_parts(parts, body);
        let mut form = Multipart::from_request(request, state).await.map_err(|error| unread(error.body_text()))?;
        let mut sent = Self { caller, pattern: PATTERN.into(), kind: KINDS[0].into(), files: Vec::new() };
        let mut proven = false;
        while let Some(field) = form.next_field().await.map_err(|error| unread(error.body_text()))? {
            let name = field.name().unwrap_or_default().to_owned();
            if name != "csrf" && !proven {
                return Err(Problem::Forged);
            }
            if name == "file" {
                let called = field.file_name().unwrap_or_default().to_owned();
                let bytes = field.bytes().await.map_err(|error| unread(error.body_text()))?;
                if !called.is_empty() {
                    sent.files.push((called, bytes.to_vec()));
                }
                continue;
            }
            let text = field.text().await.map_err(|error| unread(error.body_text()))?;
            typed.note(&name, &text);
            match name.as_str() {
                "csrf" => proven = text == sent.caller.session.csrf,
                "pattern" => sent.pattern = text,
                "kind" => sent.kind = text,
                // The number of the form: the same bytes again are the same paper, so that nothing is done twice.
                _ => {}
            }
        }
        Ok(sent)
    }
}

/// `POST /papers`.
pub(crate) async fn attach(sent: Sent) -> Answer {
    let Sent { caller, pattern, kind, files } = sent;
    may_attach(&caller.desk, &kind)?;
    let names = NamePattern::parse(&pattern)?;
    if files.is_empty() || files.len() > MOST_FILES {
        let words = format!("Choose one to {MOST_FILES} files; more are attached by `dunwell attach-folder`.");
        return Err(Problem::Malformed(words));
    }
    let mut taken = FilesTaken::default();
    for (file_name, bytes) in files {
        let paper = Paper { kind: kind.clone(), file_name, bytes };
        taken.add(attach_by_name(&caller.desk, &names, &paper, false, caller.today).await?);
    }
    Ok(shown(&caller, &pattern, &kind, &result(&taken)).into_response())
}

fn result(taken: &FilesTaken) -> Markup {
    let left: Vec<&FileTaken> = taken.files.iter().filter(|file| !file.message.is_empty()).collect();
    html! {
        section.card aria-labelledby="result" {
            header { h2 id="result" { "What became of them" } }
            p.in role="status" {
                (count(taken.attached, "paper", "papers")) " attached, " (taken.unchanged) " there already, "
                (taken.left) " left alone."
            }
            @if !left.is_empty() {
                div.scroll { table.t {
                    caption.sr { "Files that were left alone" }
                    thead { tr { th scope="col" { "File" } th scope="col" { "Why" } th scope="col" { "" span.sr { "Account" } } } }
                    tbody { @for file in left {
                        tr {
                            th scope="row" { (file.file) }
                            td { (spoken(file.state)) ": " (file.message) }
                            td { @if let Some(account) = &file.account { a.l href=(account_path(account)) { (account) } } }
                        }
                    } }
                } }
            }
        }
    }
}
