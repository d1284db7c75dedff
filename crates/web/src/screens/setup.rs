//! The first run: a link that works while nobody can sign in, and three steps that may be skipped.

use std::sync::{Mutex, PoisonError};

use axum::extract::{Form, Path, State};
use axum::response::IntoResponse;
use dunwell_desk::policy_file::{self, PRESETS};
use dunwell_desk::set_up::{choose_policy, first_admin};
use dunwell_desk::{Refusal, Stop, sign_in};
use maud::{Markup, html};
use serde::Deserialize;
use tokio::sync::Mutex as Turn;

use crate::answer::{Answer, Problem, bare_page};
use crate::caller::Caller;
use crate::frame;
use crate::house::House;
use crate::kept;
use crate::posted::{Posted, form_fields};
use crate::screens::policy::words;
use crate::screens::settings::{book_fields, sender_fields, sender_of};
use crate::screens::sign_in::{brand, signed_in};
use crate::words::{day_in_zone, spoken};

/// The token of the link; none before it is asked for, and after it was used.
static TOKEN: Mutex<Option<String>> = Mutex::new(None);
/// One person is the first.
static TURN: Turn<()> = Turn::const_new(());

/// Makes the link by which the first person of a book comes in, and answers its path. A link made before opens nothing any
/// more; nor does one once the book knows anybody.
pub fn setup_link() -> String {
    let token = kept::random();
    *TOKEN.lock().unwrap_or_else(PoisonError::into_inner) = Some(token.clone());
    format!("/setup/{token}")
}

fn is_known(token: &str) -> bool {
    TOKEN.lock().unwrap_or_else(PoisonError::into_inner).as_deref() == Some(token)
}

/// What the first person types.
#[derive(Debug, Deserialize)]
pub(crate) struct First {
    name: String,
    password: String,
    again: String,
}

/// `GET /setup/TOKEN`.
pub(crate) async fn page(State(house): State<House>, Path(token): Path<String>) -> Answer {
    let people = house.open_book().await?.read().await?.count_users().await?;
    if people > 0 || !is_known(&token) {
        return Err(Refusal::LinkRefused.into());
    }
    Ok(bare_page("Set up", &first_form(&token, "", None)))
}

fn first_form(token: &str, name: &str, problem: Option<&str>) -> Markup {
    html! {
        (brand())
        h1 { "Set up" }
        p { "You are the first here: you will run the house, add people and keep the settings." }
        @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
        form.fields method="post" action={ "/setup/" (token) } {
            div.fld { label for="name" { "Your name" } input id="name" name="name" value=(name) maxlength="100" autocomplete="username" required autofocus; }
            div.fld {
                label for="password" { "Password" }
                input id="password" name="password" type="password" autocomplete="new-password" minlength="12" required;
                span.hint { "12 characters or more" }
            }
            div.fld { label for="again" { "Again" } input id="again" name="again" type="password" autocomplete="new-password" required; }
            button.pri type="submit" { "Begin" }
        }
    }
}

/// `POST /setup/TOKEN`: makes the first admin and signs them in.
pub(crate) async fn begin(State(house): State<House>, Path(token): Path<String>, Form(first): Form<First>) -> Answer {
    let _turn = TURN.lock().await;
    if !is_known(&token) {
        return Err(Refusal::LinkRefused.into());
    }
    let name = first.name.trim();
    let again = |problem: String| {
        let status = axum::http::StatusCode::UNPROCESSABLE_ENTITY;
        Ok((status, bare_page("Set up", &first_form(&token, name, Some(&problem)))).into_response())
    };
    if first.password != first.again {
        return again("The two passwords differ.".into());
    }
    let book = house.open_book().await?;
    let now = (house.clock)();
    let today = house.shown_day.unwrap_or_else(|| day_in_zone(now, &book.settings.time_zone));
    match first_admin(&book, name, &first.password, today, house.clock).await {
        Ok(()) => {}
        Err(Stop::Refused(refusal @ (Refusal::PasswordRefused(_) | Refusal::BadValue { .. }))) => {
            return again(refusal.to_string());
        }
        Err(stop) => return Err(stop.into()),
    }
    *TOKEN.lock().unwrap_or_else(PoisonError::into_inner) = None;
    let session = sign_in::sign_in_as(&book, name, now).await?;
    Ok(signed_in(&house, &session, "/setup/step/you"))
}

/// `GET /setup/step/you`, `/file`, `/policy`.
pub(crate) async fn step(caller: Caller, Path(step): Path<String>) -> Answer {
    step_of(&caller, &step)
}

/// The step of the policy, shown again where the form was refused.
pub(crate) async fn policy_step(caller: Caller) -> Answer {
    step_of(&caller, "policy")
}

fn step_of(caller: &Caller, step: &str) -> Answer {
    let (number, title, body, next) = match step {
        "you" => (1, "You and your company", you(caller), "/setup/step/file"),
        "file" => (2, "What customers owe", file(), "/setup/step/policy"),
        "policy" => (3, "How the desk asks for it", policy(caller)?, "/settings?done=setup"),
        _ => return Err(Problem::NotFound),
    };
    let main = html! {
        div.acc.narrow {
            div.ttl { h1 { (title) } span.sub { "step " (number) " of 3" } div.r { a.btn href=(next) { "Skip" } } }
            (body)
        }
    };
    Ok(frame::page(caller, "/settings", title, &main))
}

fn you(caller: &Caller) -> Markup {
    let settings = caller.desk.settings();
    html! {
        section.card aria-labelledby="company" {
            header { h2 id="company" { "The book, and who writes its letters" } }
            form.in.stack method="post" action="/settings/book?step=you" {
                (form_fields(caller))
                input type="hidden" name="then" value="/setup/step/file";
                (book_fields(settings))
                (sender_fields(sender_of(settings).as_ref()))
                div { button.pri type="submit" { "Keep and go on" } }
            }
        }
    }
}

fn file() -> Markup {
    html! {
        section.card aria-labelledby="own" {
            header { h2 id="own" { "Your own file" } }
            div.in.stack {
                p { "The aging report of your ledger, with document numbers, as CSV or XLSX. It is checked first; nothing is kept before you have seen what it would do." }
                div.acts { a.btn.pri href="/import?kind=aging" { "Import an aging" } a.btn href="/import?kind=customers" { "Import customers" } }
                p { a.l href="/setup/step/policy" { "Go on to the policy" } }
            }
        }
        section.card aria-labelledby="sample" {
            header { h2 id="sample" { "A sample first" } }
            p.in { "To look around without a file of yours, stop this server and run " code { "dunwell demo" } ": it makes a book of its own, full of customers, and leaves this one alone." }
        }
    }
}

fn policy(caller: &Caller) -> Result<Markup, Problem> {
    let currency = caller.desk.settings().currency;
    let read = PRESETS.iter().map(|(name, text)| policy_file::read(text, currency).map(|policy| (*name, policy)));
    let presets = read.collect::<Result<Vec<_>, _>>()?;
    Ok(html! {
        form.stack method="post" action="/setup/policy" {
            (form_fields(caller))
            @for (place, (name, policy)) in presets.iter().enumerate() {
                section.card aria-labelledby={ "preset-" (name) } {
                    header { label.ck { input type="radio" name="preset" value=(name) checked[place == 0]; " " span.b id={ "preset-" (name) } { (spoken(name)) } } }
                    div.in.stack {
                        p { (policy.about) }
                        details { summary { "Its ladder and limits" } (words(policy)) }
                    }
                }
            }
            div { button.pri type="submit" { "Begin with this policy" } }
            p.sub { "Later a policy is changed by two people: one writes, another puts in force." }
        }
    })
}

/// `POST /setup/policy`.
pub(crate) async fn keep_policy(posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, fields| {
            choose_policy(&desk, fields.needed("preset")?, today).await?;
            Ok("/settings?done=setup".to_owned())
        })
        .await
}
