//! The gate before every address: who is it, may they, and does the form come from us. And the headers of every answer.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Redirect, Response};
use dunwell_desk::rules::approval::ApprovalState;
use dunwell_desk::rules::rights::{Action, may};
use dunwell_desk::sign_in::Session;
use dunwell_desk::{Desk, look, sign_in};
use dunwell_store::views::changes::BookVersion;
use tokio::sync::Semaphore;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::house::House;
use crate::kept_pages::{Asked, Frame, Moment, serve, takes_gzip};

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

/// Requests of signed-in people that are worked on at the same time; others wait their turn. Who looks holds one of the
/// book's sixteen connections at a time and waits for nobody while holding it; of those who record, four at a time, each may
/// hold two. Twelve at work never need more than there are, so that requests never wait for each other in a circle. A page
/// that is kept takes no turn: it asks one question.
static AT_WORK: Semaphore = Semaphore::const_new(12);

/// What stands before one address.
#[derive(Debug, Clone)]
pub(crate) struct Door {
    /// The house behind it.
    pub(crate) house: House,
    /// What it takes.
    pub(crate) access: Access,
    /// Whether its page may be kept: it depends on the address, on who asks and on the book, and on nothing else.
    pub(crate) keeps: bool,
}

/// Lets a request through, or answers it.
pub(crate) async fn gate(State(door): State<Door>, request: Request, next: Next) -> Response {
    if holds_nul(request.uri()) {
        return Problem::Malformed(NUL.into()).into_response();
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) && !from_our_pages(request.headers()) {
        return Problem::Forged.into_response();
    }
    let Access::Act(action) = door.access else { return next.run(request).await };
    let wanted = request.uri().path_and_query().map_or("/", |path| path.as_str()).to_owned();
    let by_script = request.headers().get("hx-request").is_some();
    let looks = request.method() == Method::GET && !by_script;
    let keeps = door.keeps && request.method() == Method::GET;
    match answered(&door.house, action, keeps, request, next).await {
        Ok(response) => response,
        Err(Problem::SignIn) if looks && wanted != "/" => {
            let back: String = percent(&wanted);
            Redirect::to(&format!("/sign-in?next={back}")).into_response()
        }
        Err(problem) => problem.into_response(),
    }
}

async fn answered(house: &House, action: Action, keeps: bool, request: Request, next: Next) -> Answer {
    let token = session_token(request.headers(), cookie_name(house)).ok_or(Problem::SignIn)?;
    let frame = house.pages.frame();
    let book = match &frame {
        Some((_, frame)) => frame.book.clone(),
        None => house.open_book().await?,
    };
    let now = (house.clock)();
    let (session, version) = sign_in::session_at(&book, &token, now).await?.ok_or(Problem::SignIn)?;
    if may(Some(session.role), action).is_err() {
        // The desk says it in words.
        Desk::of(book, &session.user, session.role, house.clock).may(action)?;
    }
    let moment = Moment::new(now, version);
    let asked = Asked::of(&request, &session);
    let gzip = takes_gzip(request.headers());
    if keeps && let Some(page) = house.pages.find(&asked, moment) {
        return Ok(serve(&page, &session.csrf, gzip));
    }
    // Never closed, so that a permit always comes.
    let _at_work = AT_WORK.acquire().await.ok();
    let frame = match frame {
        Some((known, frame)) if known == version => frame,
        _ => framed(house, version).await?,
    };
    let csrf = session.csrf.clone();
    let mut caller = caller(house, &frame, session, token);
    if keeps {
        caller.keep();
    }
    let mut request = request;
    request.extensions_mut().insert(caller);
    let response = next.run(request).await;
    if keeps {
        return Ok(house.pages.answer(asked, moment, response, &csrf, gzip).await);
    }
    Ok(response)
}

/// What every page shows of the book, read anew and kept for its version.
async fn framed(house: &House, version: BookVersion) -> Result<Arc<Frame>, Problem> {
    let book = house.open_book().await?;
    let data_as_of = look::status::data_as_of(&book).await?;
    let waiting = book.read().await?.count_requests(ApprovalState::Pending.code()).await?;
    let frame = Arc::new(Frame { book, data_as_of, waiting });
    house.pages.keep_frame(version, &frame);
    Ok(frame)
}

fn caller(house: &House, frame: &Frame, session: Session, token: String) -> Caller {
    let desk = Desk::of(frame.book.clone(), &session.user, session.role, house.clock).keeping(&house.books);
    let today = house.today(&desk);
    let signs = may(Some(session.role), Action::Approve).is_ok();
    let waiting = if signs { frame.waiting } else { 0 };
    Caller { desk, session, token, waiting, today, data_as_of: frame.data_as_of, is_kept: false }
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

/// Why an address that holds the character of code 0 is refused.
pub(crate) const NUL: &str = "The address holds the character NUL (%00), which nothing here is called by.";

/// Whether a path or a query holds the character of code 0 once it is decoded: no database looks for it, and one of them
/// takes it for a fault.
pub(crate) fn holds_nul(uri: &Uri) -> bool {
    uri.path_and_query().is_some_and(|asked| asked.as_str().contains("%00"))
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
