//! Signing in: by a one-time link, or by name, password and code. And signing out.

use std::net::SocketAddr;

use axum::extract::{ConnectInfo, Form, Path, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use dunwell_desk::{Refusal, Stop, sign_in as desk};
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem, bare_page};
use crate::gate::cookie_name;
use crate::house::House;
use crate::posted::Posted;
use crate::screens::provider;

/// Where to go after signing in.
#[derive(Debug, Deserialize)]
pub(crate) struct Wanted {
    next: Option<String>,
}

impl Wanted {
    /// The address, when it is one of ours: a path, never another host.
    pub(crate) fn place(&self) -> &str {
        let next = self.next.as_deref().unwrap_or("/");
        let begins = next.starts_with('/') && !next.starts_with("//");
        if begins && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') { next } else { "/" }
    }
}

/// What is typed to sign in.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    name: String,
    password: String,
    totp: Option<String>,
    next: Option<String>,
}

/// `GET /sign-in`.
pub(crate) async fn page(State(house): State<House>, Query(wanted): Query<Wanted>) -> Answer {
    Ok(form(&house, None, "", wanted.place(), false))
}

fn form(house: &House, problem: Option<&str>, name: &str, next: &str, asks_code: bool) -> Response {
    let body = html! {
        (brand())
        h1 { "Sign in" }
        @if let Some(problem) = problem { p.problem role="alert" { (problem) } }
        (provider::button(house, next))
        form.fields method="post" action="/sign-in" {
            input type="hidden" name="next" value=(next);
            div.fld { label for="name" { "Name" } input id="name" name="name" value=(name) autocomplete="username" required autofocus; }
            div.fld {
                label for="password" { "Password" }
                input id="password" name="password" type="password" autocomplete="current-password" required;
            }
            div.fld {
                label for="totp" { "Code " span.sub { @if asks_code { "of your second factor" } @else { "if you have a second factor" } } }
                input id="totp" name="totp" inputmode="numeric" autocomplete="one-time-code" required[asks_code];
            }
            button.pri type="submit" { "Sign in" }
        }
        p.sub { "No password yet? Ask an administrator for a one-time link: " code { "dunwell user link NAME" } "." }
    };
    bare_page("Sign in", &body)
}

pub(crate) fn brand() -> Markup {
    html! {
        div.brand {
            svg width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" {
                rect.mark width="20" height="20" rx="5" {}
                path.stroke d="M5 13.5 8.6 9l2.6 2.6L15 6.5" {}
            }
            "Dunwell"
        }
    }
}

/// `POST /sign-in`.
pub(crate) async fn sign_in(
    State(house): State<House>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Answer {
    let book = house.open_book().await?;
    let code = typed.totp.as_deref().map(str::trim).filter(|code| !code.is_empty());
    let wanted = Wanted { next: typed.next.clone() };
    let (name, from) = (typed.name.trim(), address_of(&house, peer, &headers));
    match desk::sign_in(&book, name, &typed.password, code, &from, (house.clock)()).await {
        Ok(token) => Ok(signed_in(&house, &token, wanted.place())),
        Err(Stop::Refused(refusal)) => {
            let asks_code = matches!(refusal, Refusal::TotpRequired);
            let status = Problem::Refused(refusal.clone()).status();
            Ok((status, form(&house, Some(&refusal.to_string()), name, wanted.place(), asks_code)).into_response())
        }
        Err(stop) => Err(stop.into()),
    }
}

/// Whose attempts are counted: the peer, or behind a proxy the client that the proxy itself saw, which it names last.
pub(crate) fn address_of(house: &House, peer: SocketAddr, headers: &HeaderMap) -> String {
    let named = headers.get_all("x-forwarded-for").iter().filter_map(|value| value.to_str().ok()).next_back();
    let last = named.and_then(|hops| hops.rsplit(',').next()).map(str::trim).filter(|hop| !hop.is_empty());
    match last {
        Some(hop) if house.listening.behind_proxy => hop.to_owned(),
        _ => peer.ip().to_string(),
    }
}

/// `GET /sign-in/link/TOKEN`: a page with a button, so that no mail program that looks at links uses it up.
pub(crate) async fn link_page(Path(token): Path<String>) -> Answer {
    let body = html! {
        (brand())
        h1 { "Sign in" }
        p { "This link works once." }
        form method="post" action={ "/sign-in/link/" (token) } {
            button.pri type="submit" autofocus { "Sign in" }
        }
    };
    Ok(bare_page("Sign in", &body))
}

/// `POST /sign-in/link/TOKEN`.
pub(crate) async fn redeem(State(house): State<House>, Path(token): Path<String>) -> Answer {
    let book = house.open_book().await?;
    match desk::redeem_link(&book, &token, (house.clock)()).await {
        Ok(session) => Ok(signed_in(&house, &session, "/")),
        Err(Stop::Refused(refusal)) => {
            let status = Problem::Refused(refusal.clone()).status();
            Ok((status, form(&house, Some(&refusal.to_string()), "", "/", false)).into_response())
        }
        Err(stop) => Err(stop.into()),
    }
}

/// `POST /sign-out`.
pub(crate) async fn sign_out(State(house): State<House>, posted: Posted) -> Answer {
    desk::sign_out(&posted.caller.desk.book, &posted.caller.token).await?;
    Ok((AppendHeaders([(header::SET_COOKIE, cookie(&house, "", 0))]), Redirect::to("/sign-in")).into_response())
}

pub(crate) fn signed_in(house: &House, token: &str, place: &str) -> Response {
    (AppendHeaders([(header::SET_COOKIE, session_cookie(house, token))]), Redirect::to(place)).into_response()
}

/// The cookie of a session that begins or goes on under a new token.
pub(crate) fn session_cookie(house: &House, token: &str) -> String {
    // As long as the longest session: the book decides earlier.
    cookie(house, token, 12 * 60 * 60)
}

fn cookie(house: &House, value: &str, seconds: u32) -> String {
    let secure = if house.listening.behind_proxy { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", cookie_name(house))
}

#[cfg(test)]
mod tests {
    use super::Wanted;

    #[test]
    fn signing_in_never_leads_to_another_host() {
        for (next, place) in [
            (Some("/accounts/C1?x=1"), "/accounts/C1?x=1"),
            (Some("//evil.example"), "/"),
            (Some("https://evil.example"), "/"),
            (Some("/\\evil.example"), "/"),
            (Some("/\t/evil.example"), "/"),
            (None, "/"),
        ] {
            assert_eq!(Wanted { next: next.map(str::to_owned) }.place(), place, "{next:?}");
        }
    }
}
