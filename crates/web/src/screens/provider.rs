//! Signing in by the organisation's own provider (OpenID Connect): there, and back again.
//!
//! A browser sets out with a cookie of its own beside the `state` that the provider hands back: whoever comes back with another
//! cookie, or a second time, is refused. A browser is led to the provider by links, never by a form: our security policy
//! lets forms go nowhere else.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use dunwell_desk::sign_in::{self as desk, CameBack, Proven, Purpose, SettingOut};
use dunwell_desk::{Desk, Refusal};
use dunwell_sso::{Provider, Trouble};
use dunwell_store::access::identity::IdentityView;
use dunwell_store::book::Book;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem, bare_page};
use crate::caller::Caller;
use crate::frame;
use crate::gate::{cookie_name, percent, session_token};
use crate::house::House;
use crate::kept;
use crate::posted::{ACTS, Posted, form_fields};
use crate::screens::me::proven;
use crate::screens::sign_in::{Wanted, address_of, brand, session_cookie};

/// How long a browser may be at the provider, in seconds; the book decides the same.
const AWAY_SECONDS: u32 = 600;
/// The most characters of a state.
const STATE_CHARACTERS: usize = 64;
/// The most characters of what a provider hands back.
const CODE_CHARACTERS: usize = 4096;
/// What a provider may say no with (RFC 6749, section 4.1.2.1; OpenID Connect Core 1.0, section 3.1.2.6). Anything else is
/// not shown: an address can be written by anybody.
const KNOWN_ERRORS: [&str; 9] = [
    "access_denied",
    "account_selection_required",
    "consent_required",
    "interaction_required",
    "invalid_request",
    "invalid_scope",
    "login_required",
    "server_error",
    "temporarily_unavailable",
];

/// What a browser brings back.
#[derive(Debug, Deserialize)]
pub(crate) struct Said {
    state: Option<String>,
    code: Option<String>,
    iss: Option<String>,
    error: Option<String>,
}

/// The button of the sign-in page, where there is a provider.
pub(crate) fn button(house: &House, next: &str) -> Markup {
    html! {
        @if let Some(provider) = &house.provider {
            p { a.btn.pri href={ "/sign-in/provider?next=" (percent(next)) } { "Sign in with " (provider.name()) } }
            p.sub { "Or by a name and a password of this workbench:" }
        }
    }
}

/// The way to a fresh proof, where there is a provider and the person is linked.
pub(crate) fn proof_link(linked: bool, configured: bool, next: &str) -> Markup {
    html! {
        @if linked && configured {
            p { a.btn.pri href={ "/settings/me/provider/proof?next=" (percent(next)) } { "Sign in again at your organisation" } }
        }
    }
}

fn provider_of(house: &House) -> Result<Arc<Provider>, Problem> {
    house.provider.clone().ok_or(Problem::NotFound)
}

/// The cookie that binds a browser to what it set out for.
fn errand_cookie(house: &House) -> &'static str {
    if house.listening.behind_proxy { "__Host-dunwell-errand" } else { "dunwell-errand" }
}

fn errand_cookie_set(house: &House, value: &str, seconds: u32) -> String {
    let secure = if house.listening.behind_proxy { "; Secure" } else { "" };
    format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", errand_cookie(house))
}

/// What binds this browser to what it set out for, as we hand it out.
fn browser_of(house: &House, headers: &HeaderMap) -> Option<String> {
    let known = session_token(headers, errand_cookie(house));
    known.filter(|known| known.len() == 32 && known.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Whether this may be a state that we handed out.
fn is_state(text: &str) -> bool {
    (1..=STATE_CHARACTERS).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// `GET /sign-in/provider`: to the provider, to sign in.
pub(crate) async fn set_out(
    State(house): State<House>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Answer {
    let sent = send(&house, peer, &headers, (Purpose::SignIn, ""), wanted.place()).await;
    Ok(match sent {
        Ok((url, cookie)) => (AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(&url)).into_response(),
        Err(problem) => refused(&problem, Purpose::SignIn),
    })
}

/// `GET /settings/me/provider/proof`: to the provider, to prove again who is signed in here.
pub(crate) async fn prove(
    State(house): State<House>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    caller: Caller,
    Query(wanted): Query<Wanted>,
) -> Answer {
    let purpose = (Purpose::Proof, caller.session.user.as_str());
    let (url, cookie) = send(&house, peer, &headers, purpose, wanted.place()).await?;
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), Redirect::to(&url)).into_response())
}

/// `POST /settings/me/provider/link`: asks the person to go on to the provider, from where they come back linked.
pub(crate) async fn link(
    State(house): State<House>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    posted: Posted,
) -> Answer {
    let provider = provider_of(&house)?;
    let (caller, _) = posted.unkept();
    proven(&caller)?;
    let purpose = (Purpose::Link, caller.session.user.as_str());
    let (url, cookie) = send(&house, peer, &headers, purpose, "/settings/me").await?;
    let main = html! {
        div.acc.narrow {
            h1 { "Link your sign-in" }
            section.card { div.in.stack {
                p { "Sign in at " (provider.name()) " as yourself. From then on you come in here by that sign-in, as " strong { (caller.session.user) } "." }
                div.acts { a.btn.pri href=(url) { "Go on to " (provider.name()) } a.btn href="/settings/me" { "Cancel" } }
            } }
        }
    };
    let page = frame::page(&caller, "/settings", "Link your sign-in", &main);
    Ok((AppendHeaders([(header::SET_COOKIE, cookie)]), page).into_response())
}

/// `POST /settings/me/provider/unlink`.
pub(crate) async fn unlink(State(house): State<House>, posted: Posted) -> Answer {
    let (caller, _) = posted.unkept();
    proven(&caller)?;
    let (book, now) = (&caller.desk.book, (house.clock)());
    let token = match desk::unlink_identity(&caller.desk, &caller.session.user).await? {
        true => desk::sign_in_again(book, &caller.session, now).await?,
        false => desk::rotate(book, &caller.token, now).await?,
    };
    Ok(gone_on(&house, &token, "/settings/me?done=unlinked"))
}

/// Begins at the provider and keeps what the browser must bring back: the address it goes to, and its cookie.
async fn send(
    house: &House,
    peer: SocketAddr,
    headers: &HeaderMap,
    (purpose, user): (Purpose, &str),
    place: &str,
) -> Result<(String, String), Problem> {
    let provider = provider_of(house)?;
    let now = (house.clock)();
    let book = house.open_book().await?;
    desk::count_setting_out(&book, &address_of(house, peer, headers), now).await?;
    let browser = browser_of(house, headers).unwrap_or_else(kept::random);
    let begun = provider.begin(purpose == Purpose::Proof, now).await.map_err(|why| trouble(&provider, &why))?;
    let out = SettingOut {
        purpose,
        user,
        place,
        state: &begun.state,
        browser: &browser,
        nonce: &begun.nonce,
        verifier: &begun.verifier,
    };
    desk::set_out(&book, &out, now).await?;
    Ok((begun.url, errand_cookie_set(house, &browser, AWAY_SECONDS)))
}

/// `GET /sign-in/provider/back`: from the provider.
pub(crate) async fn come_back(
    State(house): State<House>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
    Query(said): Query<Said>,
) -> Answer {
    let provider = provider_of(&house)?;
    let book = house.open_book().await?;
    // Who never set out from here asks nothing of the book.
    let browser = browser_of(&house, &headers);
    let (Some(browser), Some(state)) = (browser, said.state.as_deref().filter(|state| is_state(state))) else {
        return Ok(refused(&desk::no_way_back().into(), Purpose::SignIn));
    };
    let returned = match desk::come_back(&book, state, &browser, (house.clock)()).await {
        Ok(returned) => returned,
        Err(stop) => return Ok(refused(&stop.into(), Purpose::SignIn)),
    };
    let purpose = returned.purpose;
    let from = address_of(&house, peer, &headers);
    let done = match identified(&provider, &said, &returned, (house.clock)()).await {
        Ok(proven) => act(&house, &book, &headers, returned, &proven, &from).await,
        Err(problem) => Err(problem),
    };
    Ok(done.unwrap_or_else(|problem| refused(&problem, purpose)))
}

/// Who came back, by the provider's word.
async fn identified(provider: &Provider, said: &Said, returned: &CameBack, now: i64) -> Result<Proven, Problem> {
    if let Some(error) = said.error.as_deref() {
        let known = KNOWN_ERRORS.into_iter().find(|known| *known == error).unwrap_or("an error it does not explain");
        return Err(Refusal::ProviderRefused(format!("{} says no: {known}", provider.name())).into());
    }
    let code = said.code.as_deref().filter(|code| !code.is_empty() && code.len() <= CODE_CHARACTERS);
    let nothing = || Refusal::ProviderRefused(format!("{} handed nothing back; begin again", provider.name()));
    let code = code.ok_or_else(nothing)?;
    let who = provider
        .finish(code, said.iss.as_deref(), &returned.nonce, &returned.verifier, now)
        .await
        .map_err(|why| trouble(provider, &why))?;
    Ok(Proven { issuer: who.issuer, subject: who.subject, verified_email: who.verified_email, at: who.proven_at })
}

/// Does what the browser was sent for.
async fn act(
    house: &House,
    book: &Book,
    headers: &HeaderMap,
    returned: CameBack,
    proven: &Proven,
    from: &str,
) -> Answer {
    let held = session_token(headers, cookie_name(house));
    let _turn = ACTS.acquire().await;
    if returned.purpose == Purpose::SignIn {
        let token = desk::sign_in_by(book, proven, from, house.clock).await?;
        // A session that was open in this browser is over: the new one has a token of its own.
        if let Some(held) = held {
            desk::sign_out(book, &held).await?;
        }
        return Ok(gone_on(house, &token, &returned.place));
    }
    let held = held.ok_or(Problem::SignIn)?;
    let now = (house.clock)();
    let session = desk::session(book, &held, now).await?.filter(|session| session.user == returned.user);
    let session = session.ok_or(Refusal::NotSignedIn)?;
    if returned.purpose == Purpose::Proof {
        let token = desk::prove_by(book, &held, proven, from, now).await?;
        return Ok(gone_on(house, &token, &returned.place));
    }
    let at_work = Desk::of(book.clone(), &session.user, session.role, house.clock);
    desk::link_own(&at_work, proven, from).await?;
    let token = desk::rotate(book, &held, now).await?;
    Ok(gone_on(house, &token, "/settings/me?done=linked"))
}

/// On to a place under a session's token; the errand is over.
fn gone_on(house: &House, token: &str, place: &str) -> Response {
    let cookies =
        [(header::SET_COOKIE, session_cookie(house, token)), (header::SET_COOKIE, errand_cookie_set(house, "", 0))];
    (AppendHeaders(cookies), Redirect::to(place)).into_response()
}

/// A trouble with the provider as a refusal; the log of the server has the whole of it.
fn trouble(provider: &Provider, why: &Trouble) -> Problem {
    eprintln!("dunwell: {} ({})", why, provider.issuer());
    let words = match why {
        Trouble::Unreachable(_) | Trouble::Settings(_) => {
            format!("{} cannot be asked just now; the log of the server says more", provider.name())
        }
        Trouble::Declined(_) => {
            format!("{} refused to say who you are; the log of the server says more", provider.name())
        }
        Trouble::Unproven(why) => format!("what {} says of you does not hold: {why}", provider.name()),
    };
    Refusal::ProviderRefused(words).into()
}

/// The page of whom the provider did not help, with the way to try again.
fn refused(problem: &Problem, purpose: Purpose) -> Response {
    if let Problem::Fault(fault) = problem {
        eprintln!("dunwell: {fault}");
    }
    let (_, sentence) = problem.words();
    let (heading, place, words) = match purpose {
        Purpose::SignIn => ("You are not signed in", "/sign-in", "Back to signing in"),
        Purpose::Link => ("Your sign-in was not linked", "/settings/me", "Back to how you sign in"),
        Purpose::Proof => ("That did not prove who you are", "/settings/me", "Back to how you sign in"),
    };
    let body = html! {
        (brand())
        section.notice role="alert" { h1 { (heading) } p { (sentence) } p { a.l href=(place) { (words) } } }
    };
    (problem.status(), bare_page(heading, &body)).into_response()
}

/// The card of one's own sign-in page.
pub(crate) fn card(caller: &Caller, provider: Option<&Provider>, own: &[IdentityView], free: bool) -> Markup {
    let linked = own.iter().find(|identity| identity.subject.is_some());
    if provider.is_none() && own.is_empty() {
        return html! {};
    }
    html! {
        section.card aria-labelledby="provider-title" {
            header {
                h2 id="provider-title" { "Your organisation's sign-in" }
                @if linked.is_some() { span.tag.ok { "Linked" } } @else { span.tag { "Not linked" } }
            }
            div.in.stack {
                @for identity in own { (told(identity)) }
                @if !free { p.sub { "To change it, prove first that it is you." } }
                @else if own.is_empty() {
                    @if let Some(provider) = provider { (act_form(caller, "link", &format!("Link {}", provider.name()))) }
                } @else { (act_form(caller, "unlink", "Unlink")) }
            }
        }
    }
}

fn told(identity: &IdentityView) -> Markup {
    html! {
        @if let Some(subject) = &identity.subject {
            p { "You come in by " (identity.issuer) ", which knows you as " code { (subject) } "." }
        } @else if let Some(email) = &identity.awaited_email {
            p { "Your first sign-in at " (identity.issuer) " as " (email) " links you." }
        }
    }
}

fn act_form(caller: &Caller, what: &str, words: &str) -> Markup {
    html! {
        form method="post" action={ "/settings/me/provider/" (what) } {
            (form_fields(caller))
            button type="submit" { (words) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_anybody_may_write_into_an_address_is_not_shown() {
        let settings = dunwell_sso::Settings {
            issuer: "https://id.example".into(),
            client_id: "dunwell".into(),
            client_secret: None,
            redirect: "https://desk.example/sign-in/provider/back".into(),
            name: "Example".into(),
            contexts: Vec::new(),
            authorities: None,
        };
        let provider = Provider::new(settings).expect("settings");
        let returned = CameBack {
            purpose: Purpose::SignIn,
            user: String::new(),
            place: "/".into(),
            nonce: String::new(),
            verifier: String::new(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        for (error, shown) in [("access_denied", "access_denied"), ("call 555 0100 now", "does not explain")] {
            let said = Said { state: None, code: None, iss: None, error: Some(error.into()) };
            let problem = runtime.block_on(identified(&provider, &said, &returned, 0)).expect_err("refused");
            assert!(problem.words().1.contains(shown), "{problem:?}");
        }
    }
}
