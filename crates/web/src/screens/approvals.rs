//! Approvals: what waits for a second person, why it was proposed, and the form that signs it or refuses to.
//!
//! Who signs proves anew who they are, unless they did within five minutes: a workbench left open signs nothing.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dunwell_desk::approve;
use dunwell_desk::first_live_run;
use dunwell_desk::look::approvals::{AskedFor, Waiting, asked_for, request, waiting};
use dunwell_desk::look::why::{Why, why};
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::{Refusal, Stop, sign_in};
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem, html_response};
use crate::caller::Caller;
use crate::export::{As, Cell, Sheet, amount_of, links};
use crate::frame;
use crate::house::House;
use crate::posted::{Fields, Posted, form_fields};
use crate::screens::provider::proof_link;
use crate::screens::sign_in::session_cookie;
use crate::screens::small_balances;
use crate::shown_again::filled;
use crate::words::{account_path, count, money, said, short_day, spoken};

/// Requests of a page at most, oldest first: what lies beyond comes up when these are decided.
const ROWS: usize = 200;

/// What is asked of the list.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// The request to begin at.
    at: Option<String>,
    /// What was just done: `approved` or `declined`.
    done: Option<String>,
}

/// What a person says to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Approve,
    Decline,
}

impl Verdict {
    /// The last part of its address.
    fn path(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Decline => "decline",
        }
    }
}

/// `GET /approvals`.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let list = waiting(&caller.desk, caller.today).await?;
    let at = asked.at.as_deref();
    let chosen = list.iter().find(|row| Some(row.request.request.to_string().as_str()) == at).or_else(|| list.first());
    let preview = match chosen {
        Some(row) => Some(preview_of(&caller, row).await?),
        None => None,
    };
    let done = asked.done.as_deref().and_then(|done| match done {
        "approved" => Some("Approved. It is recorded, and happens now."),
        "declined" => Some("Declined. It is recorded, and will not happen."),
        _ => None,
    });
    let main = html! {
        div.wl {
            div {
                div.head {
                    h1 { "Approvals" }
                    span.mut { (count(list.len(), "request waits", "requests wait")) " for a second person" }
                    @if caller.may(Action::Export) { (links("/export/approvals", &[])) }
                }
                @if let Some(done) = done { p.done.told role="status" { (done) } }
                (table(&list, chosen, &caller))
                @if list.len() > ROWS { p.sub.pad { "The oldest " (ROWS) " of " (list.len()) ". The file holds all of them." } }
                @if caller.may(Action::ReadJournal) {
                    p.pad { a.l href="/journal?journal=approval" { "What was decided" } }
                }
            }
            aside.peek id="preview" aria-label="Selected request" aria-live="polite" { @if let Some(preview) = preview { (preview) } }
        }
    };
    Ok(frame::page(&caller, "/approvals", "Approvals", &main))
}

fn table(list: &[Waiting], chosen: Option<&Waiting>, caller: &Caller) -> Markup {
    if list.is_empty() {
        return html! { p.empty { "Nothing waits for a signature." } };
    }
    html! {
        table.q.ap id="approvals" {
            caption.sr { "Requests, oldest first" }
            thead { tr {
                th scope="col" { "Request" } th scope="col" { "Customer" } th.num scope="col" { "Amount" }
                th scope="col" { "Since" } th scope="col" { "Good through" } th scope="col" { "Made by" } th scope="col" { "Needs" }
            } }
            tbody {
                @for row in list.iter().take(ROWS) {
                    @let of = &row.request;
                    @let path = format!("/approvals/{}", of.request);
                    tr.on[chosen.is_some_and(|other| other.request.request == of.request)] data-account=(of.request) {
                        th scope="row" {
                            a.nm href=(path) data-row hx-get={ (path) "/preview" } hx-trigger="focus" hx-target="#preview" { (spoken(&of.subject)) }
                            @if row.cannot.is_some() { small { "not yours to sign" } }
                        }
                        td.why { (whose(row)) @if let Some(code) = &of.account { small { (code) } } }
                        td.num.cc { (amount(row)) }
                        td.hide { (short_day(of.requested_on, caller.today)) }
                        td.hide { (good_through(row, caller.today)) }
                        td.hide { (of.maker) }
                        td.hide { (spoken(&of.role)) }
                    }
                }
            }
        }
    }
}

/// Whom it is about: the customer, or the book itself.
fn whose(row: &Waiting) -> &str {
    row.request.name.as_deref().or(row.request.account.as_deref()).unwrap_or("The whole book")
}

/// The last day on which it can be signed, and whether that day has passed.
fn good_through(row: &Waiting, today: Date) -> Markup {
    html! { (short_day(row.good_through, today)) @if row.expired { " " span.tag.warn { "Expired" } } }
}

fn amount(row: &Waiting) -> String {
    row.request.amount.as_ref().and_then(amount_of).map_or_else(|| "–".to_owned(), money)
}

/// `GET /approvals/ID`: one request as a page of its own, for a phone and for whoever was sent its address.
pub(crate) async fn one(caller: Caller, Path(id): Path<String>) -> Answer {
    let row = request(&caller.desk, &id, caller.today).await?;
    let main = html! {
        div.acc.narrow {
            h1 { "Approval: " (spoken(&row.request.subject)) }
            section.card { div.in { (preview_of(&caller, &row).await?) } }
            p { a.l href="/approvals" { "All that waits" } }
        }
    };
    Ok(frame::page(&caller, "/approvals", "Approval", &main))
}

/// `GET /approvals/ID/preview`: the fragment beside the list.
pub(crate) async fn preview(caller: Caller, Path(id): Path<String>) -> Answer {
    let row = request(&caller.desk, &id, caller.today).await?;
    Ok(html_response(preview_of(&caller, &row).await?))
}

async fn preview_of(caller: &Caller, row: &Waiting) -> Result<Markup, Problem> {
    let of = &row.request;
    // The decision of the day it was asked on is the one that asks.
    let because = match (&of.account, of.step) {
        (Some(code), Some(_)) => Some(why(&caller.desk, code, of.requested_on).await?),
        _ => None,
    };
    let words = asked_words(caller, row).await?;
    Ok(html! {
        div.stack {
            div {
                h2.big { @if let Some(code) = &of.account { a href={ (account_path(&code)) } { (whose(row)) } } @else { (whose(row)) } }
                p.sub { @if let Some(code) = &of.account { (code) " · " } (spoken(&of.subject)) }
            }
            dl.kv {
                dt { "Amount" } dd { (amount(row)) }
                @if let Some(beside) = row.beside.as_ref().and_then(amount_of) {
                    dt { "Beside it" } dd { (money(beside)) " asked for by the same person; limits count both" }
                }
                dt { "Waits since" } dd { (short_day(of.requested_on, caller.today)) }
                dt { "Good through" } dd { (good_through(row, caller.today)) }
                dt { "Made by" } dd { (of.maker) }
                dt { "Needs" } dd { (spoken(&of.role)) }
            }
            @if let Some(because) = &because { (reasons(because, of.currency.map(|currency| currency.to_string()), caller.today)) }
            @if let Some(words) = &words { (words) }
            @if of.subject == first_live_run::SUBJECT {
                p.callout.flat { "Once this is signed, notices leave the house. Each is looked at again on the day it is sent." }
            }
            (verdict(caller, row))
        }
    })
}

/// What a refund, a write-off or small balances ask for, in plain words.
async fn asked_words(caller: &Caller, row: &Waiting) -> Result<Option<Markup>, Problem> {
    Ok(match asked_for(&caller.desk, &row.request).await? {
        Some(AskedFor::Refund(refund)) => Some(html! {
            section.do aria-label="What is asked" {
                h3 { "What is asked" }
                p { "Pay " (money(refund.amount)) " of credit " (refund.credit) " back to "
                    (refund.payee.as_deref().unwrap_or("a payee who was erased"))
                    @if let Some(ends) = &refund.payee_account_ends { ", account ending " (ends) } ", by " (refund.kind) "." }
                p.sub { "Signing takes the credit off at once. The next payment file pays it. Call a number you know before you trust a bank account." }
            }
        }),
        Some(AskedFor::WriteOff { document, reason, tax_relief, because, words }) => Some(html! {
            section.do aria-label="What is asked" {
                h3 { "What is asked" }
                p { "Give up " (amount(row)) " of " (document) ": " (spoken(&reason).to_lowercase()) "." @if tax_relief { " Tax is claimed back with it." } }
                @if let Some(words) = &words { blockquote { (words) } }
                p.sub { "It needs a signature because of: " (spoken(&because).to_lowercase()) ". What comes in later takes it back." }
            }
        }),
        Some(AskedFor::SmallBalances { items, because, words }) => Some(html! {
            section.do aria-label="What is asked" {
                h3 { "What is asked" }
                p { "Give up " (count(items.len(), "small balance", "small balances")) ", " (amount(row)) " together:" }
                (small_balances::by_account(&items))
                @if let Some(words) = &words { blockquote { (words) } }
                p.sub { "It needs a signature because of: " (spoken(&because).to_lowercase()) ". What moved until then is left out." }
            }
        }),
        None => None,
    })
}

/// Why the rules proposed it: the decision in the currency of the request.
fn reasons(top: &Why, currency: Option<String>, today: Date) -> Markup {
    let of = currency.and_then(|currency| top.others.iter().find(|other| other.currency == currency)).unwrap_or(top);
    html! {
        section.do aria-label="Why it was proposed" {
            h3 { "Why" }
            ul { @for reason in &of.reasons { li { (said(reason, today)) } } }
            p.sub { "Rule " (of.rule) " of policy " (of.policy) ", decided on " (of.on) }
            @if !of.not_chosen.is_empty() {
                details {
                    summary { "Why nothing else" }
                    ul { @for other in &of.not_chosen { li { (other.rule) ": " (said(&other.because, today)) } } }
                }
            }
        }
    }
}

/// The form of a decision, for whoever may make it; otherwise why not.
fn verdict(caller: &Caller, row: &Waiting) -> Markup {
    let path = format!("/approvals/{}", row.request.request);
    if let Some(cannot) = &row.cannot {
        return html! { p.sub { "You cannot decide this: " (cannot) "." } };
    }
    if !caller.may(Action::Approve) {
        return html! { p.sub { "You can look at this; it takes another role to sign." } };
    }
    html! {
        form.stack method="post" action={ (path) "/approve" } {
            (form_fields(caller))
            div.fld {
                label for="comment" data-key="y" { "Comment " span.sub { "kept with the decision" } " " kbd { "Y" } }
                textarea id="comment" name="comment" maxlength="2000" {}
            }
            div.acts {
                button.pri type="submit" { "Approve " kbd { "Ctrl Enter" } }
                button type="submit" formaction={ (path) "/decline" } { "Decline" }
            }
        }
    }
}

/// `POST /approvals/ID/approve`.
pub(crate) async fn approve_it(State(house): State<House>, Path(id): Path<String>, posted: Posted) -> Answer {
    decide(&house, id, posted, Verdict::Approve).await
}

/// `POST /approvals/ID/decline`.
pub(crate) async fn decline_it(State(house): State<House>, Path(id): Path<String>, posted: Posted) -> Answer {
    decide(&house, id, posted, Verdict::Decline).await
}

async fn decide(house: &House, id: String, mut posted: Posted, verdict: Verdict) -> Answer {
    let session = posted.caller.session.clone();
    let proof = posted.take("proof");
    let (mut cookie, mut token) = (None, String::new());
    if !session.elevated {
        let Some(proof) = proof.filter(|_| session.has_password || session.has_totp) else {
            return Ok(ask(house, &posted, &id, verdict, None));
        };
        let book = &posted.caller.desk.book;
        match sign_in::elevate(book, &posted.caller.token, &proof, (house.clock)()).await {
            Ok(new) => {
                cookie = Some(session_cookie(house, &new));
                token = new;
            }
            Err(Stop::Refused(refusal)) => return Ok(ask(house, &posted, &id, verdict, Some(&refusal))),
            Err(stop) => return Err(stop.into()),
        }
    }
    let (today, caller, sent) = (posted.caller.today, posted.caller.clone(), posted.fields().clone());
    let (request, way) = (id.clone(), verdict.path());
    let answer = posted.once(move |desk, fields| async move {
        let comment = fields.text("comment");
        let answered = match verdict {
            Verdict::Approve => approve::approve(&desk, &id, comment, today).await?,
            Verdict::Decline => approve::decline(&desk, &id, comment, today).await?,
        };
        Ok(format!("/approvals?done={}", answered.state))
    });
    // The old token opens nothing any more: the new one is handed over even where the decision is refused, and the form that
    // is shown again bears the new session's secret.
    let mut response = match (answer.await, cookie.is_some()) {
        (Ok(response), _) => response,
        (Err(problem), false) => return Err(problem),
        (Err(problem), true) => {
            let again = renewed(house, caller, &token, &request, way, (&sent, &problem)).await?;
            again.unwrap_or_else(|| problem.into_response())
        }
    };
    if let Some(cookie) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

/// The request with the form as it was sent, for the session that has just begun; `None` where it cannot be sent again.
async fn renewed(
    house: &House,
    mut caller: Caller,
    token: &str,
    id: &str,
    way: &str,
    (sent, problem): (&Fields, &Problem),
) -> Result<Option<Response>, Problem> {
    let session = sign_in::session(&caller.desk.book, token, (house.clock)()).await?;
    let (Some(session), Some(why)) = (session, problem.of_form()) else { return Ok(None) };
    caller.session = session;
    token.clone_into(&mut caller.token);
    let page = one(caller, Path(id.to_owned())).await?;
    Ok(filled(page, &format!("/approvals/{id}/{way}"), sent.sent(), &why, problem.status()).await)
}

/// The page between the decision and its recording: prove who you are, or learn how to be able to.
fn ask(
    house: &House,
    posted: &Posted,
    id: &str,
    verdict: Verdict,
    refused: Option<&Refusal>,
) -> axum::response::Response {
    let caller = &posted.caller;
    let session = &caller.session;
    let by_code = session.has_totp;
    let path = format!("/approvals/{id}");
    let main = html! {
        div.acc.narrow {
            h1 { "Is it you?" }
            @if session.has_identity && house.provider.is_some() {
                p { "A signature is made by somebody who proved who they are within the last five minutes. Nothing is recorded yet: sign in once more, then sign." }
                (proof_link(true, true, &path))
            }
            @if !(session.has_password || session.has_totp) {
                @if !session.has_identity {
                    p { "A signature is made by somebody who proved who they are within the last five minutes. You came by a link and have no password: set one, then sign." }
                    div { a.btn.pri href="/settings/me" { "Set a password" } }
                } @else if house.provider.is_none() {
                    p { "A signature is made by somebody who proved who they are within the last five minutes. You sign in by your organisation, which this workbench is not connected to just now. Ask an administrator." }
                }
            } @else {
                p { "A signature is made by somebody who proved who they are within the last five minutes. Nothing is recorded yet." }
                @if let Some(refused) = refused { p.problem role="alert" { (refused) } }
                form.stack method="post" action={ (path) "/" (verdict.path()) } {
                    (form_fields(caller))
                    input type="hidden" name="comment" value=(posted.text("comment").unwrap_or_default());
                    div.fld {
                        label for="proof" { @if by_code { "Code of your second factor" } @else { "Password" } }
                        @if by_code { input id="proof" name="proof" inputmode="numeric" autocomplete="one-time-code" required autofocus; }
                        @else { input id="proof" name="proof" type="password" autocomplete="current-password" required autofocus; }
                    }
                    div.acts {
                        button.pri type="submit" { @if verdict == Verdict::Approve { "Approve" } @else { "Decline" } }
                        a.btn href=(path) { "Back" }
                    }
                }
            }
        }
    };
    let page = frame::page(caller, "/approvals", "Is it you?", &main);
    let status = if refused.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    (status, page).into_response()
}

/// `GET /export/approvals`: everything that waits.
pub(crate) async fn export(caller: Caller, Query(file): Query<As>) -> Answer {
    caller.desk.may(Action::ReadApprovals)?;
    let columns =
        ["Request", "Subject", "Account", "Name", "Currency", "Amount", "Since", "Good through", "Made by", "Needs"];
    let mut sheet = Sheet::new("approvals", columns);
    for row in waiting(&caller.desk, caller.today).await? {
        let of = row.request;
        sheet.push(vec![
            Cell::Text(of.request.to_string()),
            Cell::Text(of.subject),
            Cell::text(of.account.as_deref()),
            Cell::text(of.name.as_deref()),
            Cell::text(of.amount.as_ref().map(|amount| amount.currency.as_str())),
            of.amount.as_ref().map_or(Cell::Empty, Cell::amount),
            Cell::Day(of.requested_on),
            Cell::Day(row.good_through),
            Cell::Text(of.maker),
            Cell::Text(of.role),
        ])?;
    }
    sheet.file(&caller, file.kind, caller.today).await
}
