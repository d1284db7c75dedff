//! The gate before every address: who is it, may they, and does the form come from us. And the headers of every answer.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use dunwell_desk::rules::approval::ApprovalState;
use dunwell_desk::rules::rights::{Action, may};
use dunwell_desk::{Desk, look, sign_in};
use tokio::sync::Semaphore;

use crate::answer::Problem;
use crate::caller::Caller;
use crate::house::House;

/// What an address takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Nobody needs to be signed in.
    Open,
    /// A session whose role the table of rights lets do this.
    Act(Action),
}

/// The cookie of a session. Behind a proxy that speaks TLS its name binds it to this host and to TLS; on loopback a browser
/// would not send such a cookie back.
pub(crate) fn cookie_name(house: &House) -> &'static str {
    if house.listening.behind_proxy { "__Host-dunwell" } else { "dunwell" }
}

/// Requests of signed-in people that are worked on at the same time; others wait their turn. A view may read inside another
/// view's reading, two deep: seven leave two of the book's sixteen connections free for the innermost, so that requests never
/// wait for each other in a circle.
static AT_WORK: Semaphore = Semaphore::const_new(7);

/// Lets a request through, or answers it.
pub(crate) async fn gate(State((house, access)): State<(House, Access)>, request: Request, next: Next) -> Response {
    if !matches!(*request.method(), Method::GET | Method::HEAD) && !from_our_pages(request.headers()) {
        return Problem::Forged.into_response();
    }
    let Access::Act(action) = access else { return next.run(request).await };
    // Never closed, so that a permit always comes.
    let _at_work = AT_WORK.acquire().await.ok();
    let wanted = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let looks = request.method() == Method::GET && request.headers().get("hx-request").is_none();
    match caller(&house, request.headers(), action).await {
        Ok(caller) => {
            let mut request = request;
            request.extensions_mut().insert(caller);
            next.run(request).await
        }
        Err(Problem::SignIn) if looks && wanted != "/" => {
            let back: String = percent(&wanted);
            Redirect::to(&format!("/sign-in?next={back}")).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

async fn caller(house: &House, headers: &HeaderMap, action: Action) -> Result<Caller, Problem> {
    let token = session_token(headers, cookie_name(house)).ok_or(Problem::SignIn)?;
    let book = house.open_book().await?;
    let now = (house.clock)();
    let session = sign_in::session(&book, &token, now).await?.ok_or(Problem::SignIn)?;
    let desk = Desk::of(book, &session.user, session.role, house.clock);
    desk.may(action)?;
    let today = house.today(&desk);
    let data_as_of = look::status::data_as_of(&desk.book).await?;
    let signs = may(Some(session.role), Action::Approve).is_ok();
    let pending = ApprovalState::Pending.code();
    let waiting = if signs { desk.book.read().await?.count_requests(pending).await? } else { 0 };
    Ok(Caller { desk, session, token, today, data_as_of, waiting })
}

/// The session's token, out of the cookies.
pub(crate) fn session_token(headers: &HeaderMap, name: &str) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = cookies.flat_map(|cookies| cookies.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
}

/// Whether a browser says that the request comes from a page of this server. One that says nothing is refused: every browser
/// that runs the workbench says it.
pub(crate) fn from_our_pages(headers: &HeaderMap) -> bool {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    match text(HeaderName::from_static("sec-fetch-site")) {
        Some(site) => site == "same-origin",
        None => match (text(header::ORIGIN), text(header::HOST)) {
            (Some(origin), Some(host)) => origin.split_once("://").is_some_and(|(_, from)| from == host),
            _ => false,
        },
    }
}

/// A text as the value of a query.
pub(crate) fn percent(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    text.bytes().fold(String::new(), |mut written, byte| {
        if plain(byte) {
            written.push(char::from(byte));
        } else {
            written.push_str(&format!("%{byte:02X}"));
        }
        written
    })
}

/// A sheet that was sent by the script is told where to go next, instead of being led there: the script goes there itself.
pub(crate) async fn told(request: Request, next: Next) -> Response {
    let by_script = request.headers().contains_key("hx-request");
    let mut response = next.run(request).await;
    if by_script
        && response.status() == StatusCode::SEE_OTHER
        && let Some(place) = response.headers_mut().remove(header::LOCATION)
    {
        *response.status_mut() = StatusCode::NO_CONTENT;
        response.headers_mut().insert(HeaderName::from_static("dunwell-location"), place);
    }
    response
}

/// The headers that every answer carries: nothing but our own files runs, is loaded, or frames a page. An answer may be
/// stricter about itself, as a printed document is.
pub(crate) async fn guarded(request: Request, next: Next) -> Response {
    // Secrets are shown there, once: a browser must not bring them back.
    let is_secret = request.uri().path().starts_with("/settings");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; \
             connect-src 'self'; form-action 'self'; frame-src 'self'; object-src 'self'; base-uri 'none'; \
             frame-ancestors 'self'",
        ),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    let kept = if is_secret { "no-store" } else { "private, no-cache" };
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static(kept));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        pairs.collect()
    }

    #[test]
    fn a_form_from_another_site_is_known_by_what_the_browser_says() {
        for (pairs, ours) in [
            (&[("sec-fetch-site", "same-origin")][..], true),
            (&[("sec-fetch-site", "cross-site"), ("origin", "http://127.0.0.1"), ("host", "127.0.0.1")], false),
            (&[("sec-fetch-site", "same-site")], false),
            (&[("origin", "http://127.0.0.1:8321"), ("host", "127.0.0.1:8321")], true),
            (&[("origin", "http://evil.example"), ("host", "127.0.0.1:8321")], false),
            (&[("origin", "null"), ("host", "127.0.0.1:8321")], false),
            (&[("host", "127.0.0.1:8321")], false),
            (&[], false),
        ] {
            assert_eq!(from_our_pages(&headers(pairs)), ours, "{pairs:?}");
        }
    }

    #[test]
    fn the_session_is_found_among_other_cookies_and_never_by_the_end_of_a_name() {
        let found = |cookies| session_token(&headers(&[("cookie", cookies)]), "dunwell");
        assert_eq!(found("a=1; dunwell=abc; b=2").as_deref(), Some("abc"));
        assert_eq!(found("notdunwell=abc"), None);
        assert_eq!(found(""), None);
    }
}
