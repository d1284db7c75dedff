//! Papers of an account's items: invoice copies, proofs of delivery, others. Handing one in, looking at it, taking it off.

use axum::extract::{FromRequest, FromRequestParts, Multipart, Path, Query, Request};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect};
use dunwell_desk::attach_document::{
    Attachments, KINDS, MOST_BYTES, Paper, attach_document, attached_file, attachments, detach_document,
};
use dunwell_desk::look::account::account;
use dunwell_desk::rules::rights::Action;
use dunwell_store::views::attachments::AttachmentView;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem, html_response};
use crate::caller::Caller;
use crate::frame;
use crate::gate::percent;
use crate::posted::{Posted, form_fields};
use crate::shown_again::Typed;
use crate::words::{account_path, day_of, short_day};

/// What a paper is called.
pub(crate) fn words_of(kind: &str) -> &'static str {
    match kind {
        "invoice" => "Invoice copy",
        "pod" => "Proof of delivery",
        _ => "Other paper",
    }
}

/// What a paper is called where there is little room.
fn short_of(paper: &AttachmentView) -> &'static str {
    match (paper.kind.as_str(), paper.media_type.as_str()) {
        ("pod", _) => "POD",
        ("invoice", "application/pdf") => "PDF",
        ("invoice", _) => "Copy",
        _ => "Paper",
    }
}

/// Links to the papers of a document, for the table of items.
pub(crate) fn links(papers: &Attachments, document: &str) -> Markup {
    html! {
        @for paper in papers.attachments.iter().filter(|paper| paper.document == document && !paper.erased) {
            a.l href={ (account_path(&papers.account)) "/attachments/" (paper.attachment) }
                title={ (words_of(&paper.kind)) " " (paper.file_name.as_deref().unwrap_or_default()) } {
                (short_of(paper)) span.sr { " of " (document) }
            } " "
        }
        @for link in papers.links.links(&papers.account, document) {
            a.l href=(link.url) target="_blank" rel="noopener noreferrer" title={ (words_of(link.kind)) ", elsewhere" } {
                @if link.kind == "pod" { "POD" } @else { "Copy" } " ↗" span.sr { " of " (document) ", opens elsewhere" }
            } " "
        }
    }
}

/// What the sheet was opened for.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    document: Option<String>,
}

/// `GET /accounts/CODE/attachments`: the papers that are there, and the form that hands one in.
pub(crate) async fn sheet(
    caller: Caller,
    headers: HeaderMap,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let papers = attachments(&caller.desk, &code).await?;
    let form = form(&caller, &code, asked.document.as_deref()).await?;
    let body = html! { (form) (list(&caller, &papers)) };
    if headers.contains_key("hx-request") {
        return Ok(html_response(body));
    }
    Ok(frame::page(&caller, "/accounts", "Papers", &html! { div.alone { h1.sr { "Papers" } (body) } }))
}

async fn form(caller: &Caller, code: &str, chosen: Option<&str>) -> Result<Markup, Problem> {
    if !caller.may(Action::AttachDocument) {
        return Ok(html! { header.in { h2 { "Papers" } p.sub { (code) } } });
    }
    let view = account(&caller.desk, code, caller.today).await?;
    let mut documents: Vec<&str> =
        view.currencies.iter().flat_map(|of| &of.items).map(|item| item.document.as_str()).collect();
    documents.dedup();
    Ok(html! {
        form.call method="post" enctype="multipart/form-data" action={ (account_path(&code)) "/attachments" } {
            (form_fields(caller))
            header { div { h2 { "Attach a paper" } p.sub { (view.name.as_deref().unwrap_or(code)) } } }
            div.body {
                div.g2 {
                    div.fld {
                        label for="document" { "Document" }
                        input id="document" name="document" list="documents" required value=[chosen];
                        datalist id="documents" { @for document in documents { option value=(document) {} } }
                    }
                    div.fld {
                        label for="kind" { "What it is" }
                        select id="kind" name="kind" { @for kind in KINDS { option value=(kind) { (words_of(kind)) } } }
                    }
                }
                div.fld {
                    label for="file" { "File" }
                    input id="file" name="file" type="file" required accept=".pdf,.png,.jpg,.jpeg" aria-describedby="file-hint";
                    span.hint id="file-hint" { "PDF, PNG or JPEG, up to " (MOST_BYTES / 1024 / 1024) " MB" }
                }
            }
            footer {
                a.btn href={ (account_path(&code)) } data-close { "Cancel " kbd { "Esc" } }
                button.pri type="submit" { "Attach" }
            }
        }
    })
}

fn list(caller: &Caller, papers: &Attachments) -> Markup {
    html! {
        section.in aria-label="Papers that are there" {
            h3 { "Papers that are there" }
            @if papers.attachments.is_empty() { p.mut { "None yet." } }
            ul.work {
                @for paper in &papers.attachments {
                    @let address = format!("{}/attachments/{}", account_path(&papers.account), paper.attachment);
                    li {
                        span {
                            @if paper.erased { (words_of(&paper.kind)) " of " (paper.document) ", erased" }
                            @else { a.l href=(address) { (words_of(&paper.kind)) " of " (paper.document) } }
                            span.sub { (paper.file_name.as_deref().unwrap_or("no name")) ", " (paper.size.div_euclid(1024) + 1) " kB, "
                                (day_of(&paper.added_on.to_string()).map(|day| short_day(day, caller.today)).unwrap_or_default()) }
                        }
                        @if caller.may(Action::AttachDocument) {
                            form method="post" action={ (address) "/remove" } {
                                (form_fields(caller))
                                button type="submit" { "Take off" span.sr { " " (words_of(&paper.kind)) " of " (paper.document) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A form with a file in it.
pub(crate) struct HandedIn {
    caller: Caller,
    document: String,
    paper: Paper,
}

impl<S: Sync + Send> FromRequest<S> for HandedIn {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let typed = Typed::of(&parts);
        let unread = |why: String| Problem::Malformed(format!("The form cannot be read: {why}"));
        let request = Request::from_parts(parts, body);
        let mut form = Multipart::from_request(request, state).await.map_err(|error| unread(error.body_text()))?;
        let (mut csrf, mut document, mut kind) = (String::new(), String::new(), String::new());
        let mut file = None;
        while let Some(field) = form.next_field().await.map_err(|error| unread(error.body_text()))? {
            let name = field.name().unwrap_or_default().to_owned();
            if name == "file" {
                let file_name = field.file_name().unwrap_or_default().to_owned();
                let bytes = field.bytes().await.map_err(|error| unread(error.body_text()))?;
                file = Some((file_name, bytes.to_vec()));
                continue;
            }
            let text = field.text().await.map_err(|error| unread(error.body_text()))?;
            typed.note(&name, &text);
            match name.as_str() {
                "csrf" => csrf = text,
                "document" => text.trim().clone_into(&mut document),
                "kind" => kind = text,
                // The number of the form: the same bytes again are the same paper, so that nothing is done twice.
                _ => {}
            }
        }
        if csrf != caller.session.csrf {
            return Err(Problem::Forged);
        }
        let (file_name, bytes) = file.ok_or_else(|| Problem::Malformed("Choose a file.".into()))?;
        Ok(Self { caller, document, paper: Paper { kind, file_name, bytes } })
    }
}

/// `POST /accounts/CODE/attachments`.
pub(crate) async fn hand_in(Path(code): Path<String>, form: HandedIn) -> Answer {
    let HandedIn { caller, document, paper } = form;
    attach_document(&caller.desk, &code, &document, &paper, caller.today).await?;
    Ok(Redirect::to(&account_path(&code)).into_response())
}

/// `GET /accounts/CODE/attachments/ID`: the paper itself. What kind of file it is was read from its bytes when it came in; a
/// browser shows it and runs nothing of it.
pub(crate) async fn file(caller: Caller, Path((code, id)): Path<(String, String)>) -> Answer {
    let (paper, bytes) = attached_file(&caller.desk, &code, &id).await?;
    let ending = match paper.media_type.as_str() {
        "application/pdf" => "pdf",
        "image/png" => "png",
        _ => "jpg",
    };
    let headers = [
        (header::CONTENT_TYPE, paper.media_type.clone()),
        (header::CONTENT_DISPOSITION, disposition(&paper, ending)),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox; frame-ancestors 'self'".to_owned()),
    ];
    Ok((headers, bytes).into_response())
}

/// The paper under its own name where that is plain, else under its document's; the name in full as well (RFC 6266).
fn disposition(paper: &AttachmentView, ending: &str) -> String {
    let named = paper.file_name.clone().unwrap_or_else(|| format!("{}.{ending}", paper.document));
    let plain: String = named
        .chars()
        .map(|sign| if sign.is_ascii_alphanumeric() || "-_. ".contains(sign) { sign } else { '_' })
        .collect();
    let full = percent(&named).replace('/', "%2F");
    format!("inline; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

/// `POST /accounts/CODE/attachments/ID/remove`.
pub(crate) async fn remove(Path((code, id)): Path<(String, String)>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, _| async move {
            if !detach_document(&desk, &code, &id, today).await? {
                return Err(Problem::NotFound);
            }
            Ok(account_path(&code))
        })
        .await
}
