//! One's own sign-in: password, second factor, API keys. What opens doors is asked for again before it is changed.

use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{AppendHeaders, IntoResponse, Redirect};
use dunwell_desk::api_keys::{self, NewKey};
use dunwell_desk::rules::rights::{Action, Scope, may};
use dunwell_desk::{Refusal, sign_in as desk};
use dunwell_store::access::key::KeyView;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::frame;
use crate::house::House;
use crate::kept::{self, Secret};
use crate::posted::{Fields, Posted, form_fields};
use crate::screens::provider;
use crate::screens::sign_in::session_cookie;
use crate::words::day_in_zone;

/// How long a new key is good for unless told otherwise, in days.
const KEY_DAYS: u32 = 90;

/// What the page is asked to say.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
    shown: Option<String>,
}

/// `GET /settings/me`.
pub(crate) async fn page(State(house): State<House>, caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let done = match asked.done.as_deref() {
        Some("password") => Some("Your password is set. Every other session of yours has ended."),
        Some("factor") => Some("The second factor is confirmed: signing in asks for its code from now on."),
        Some("linked") => Some("You are linked: from now on you can come in by your organisation's sign-in."),
        Some("unlinked") => Some("You are not linked to your organisation's sign-in any more."),
        Some("revoked") => Some("The key opens nothing any more."),
        Some("proven") => Some("Thank you. For five minutes you can change how you sign in."),
        Some(_) | None => None,
    };
    let shown = asked.shown.as_deref().and_then(|id| kept::take(&caller.session.user, id));
    let gone = asked.shown.is_some() && shown.is_none();
    let body = html! {
        @if let Some(done) = done { p.done role="status" { (done) } }
        @if let Some(secret) = &shown { (secret_card(secret)) }
        @if gone { p.callout { "What stood here was shown once, and is not kept." } }
    };
    whole(&house, &caller, &body).await
}

/// A secret that is shown here and never again.
pub(crate) fn secret_card(secret: &Secret) -> Markup {
    html! {
        section.card aria-labelledby="secret" {
            header { h2 id="secret" { (secret.what) } span.tag.warn { "Shown once" } }
            div.in { p.code { code { (secret.text) } } p.sub { "Copy it now. It is not kept anywhere, and cannot be shown again." } }
        }
    }
}

async fn whole(house: &House, caller: &Caller, top: &Markup) -> Answer {
    let manages = caller.may(Action::ManageKeys);
    let keys = if manages { api_keys::keys(&caller.desk).await? } else { Vec::new() };
    let own: Vec<KeyView> = keys.into_iter().filter(|key| key.user == caller.session.user).collect();
    let free = is_free(caller);
    let identities = desk::own_identities(&caller.desk.book, &caller.session).await?;
    let main = html! {
        div.acc.narrow {
            h1 { "How you sign in" }
            (top)
            @if !free { (proof(caller, house.provider.is_some())) }
            (password(caller, free))
            (factor(caller, free))
            (provider::card(caller, house.provider.as_deref(), &identities, free))
            @if manages { (keys_card(caller, &own, free)) }
        }
    };
    Ok(frame::page(caller, "/settings", "How you sign in", &main))
}

/// Whether what opens doors may be changed now: after a fresh proof, or while there is nothing to prove it by.
fn is_free(caller: &Caller) -> bool {
    let session = &caller.session;
    session.elevated || !(session.has_password || session.has_totp || session.has_identity)
}

/// Refuses an act that opens doors to somebody whose proof of who they are is older than five minutes.
pub(crate) fn proven(caller: &Caller) -> Result<(), Problem> {
    if is_free(caller) {
        return Ok(());
    }
    Err(Problem::Malformed("Prove first that it is you: open “How you sign in” and give your password or code.".into()))
}

fn proof(caller: &Caller, has_provider: bool) -> Markup {
    let by_code = caller.session.has_totp;
    let typed = by_code || caller.session.has_password;
    html! {
        section.card aria-labelledby="proof" {
            header { h2 id="proof" { "Is it you?" } }
            @if caller.session.has_identity {
                div.in {
                    @if has_provider { p { "Sign in once more where you sign in every day." } }
                    @else { p { "You sign in by your organisation, which this workbench is not connected to just now. Ask an administrator." } }
                    (provider::proof_link(true, has_provider, "/settings/me?done=proven"))
                }
            }
            @if typed { form.in.stack method="post" action="/settings/me/proof" {
                (form_fields(caller))
                p { "To change how you sign in, give your " @if by_code { "code" } @else { "password" } " again." }
                div.fld {
                    label for="proof-text" { @if by_code { "Code of your second factor" } @else { "Password" } }
                    @if by_code { input id="proof-text" name="proof" inputmode="numeric" autocomplete="one-time-code" required; }
                    @else { input id="proof-text" name="proof" type="password" autocomplete="current-password" required; }
                }
                div { button.pri type="submit" { "Go on" } }
            } }
        }
    }
}

fn password(caller: &Caller, free: bool) -> Markup {
    html! {
        section.card aria-labelledby="password-title" {
            header {
                h2 id="password-title" { "Password" }
                @if caller.session.has_password { span.tag.ok { "Set" } } @else { span.tag { "None yet" } }
            }
            @if free {
                form.in.stack method="post" action="/settings/me/password" {
                    (form_fields(caller))
                    div.g2 {
                        div.fld {
                            label for="password" { "New password" }
                            input id="password" name="password" type="password" autocomplete="new-password" minlength="12" required;
                            span.hint { "12 characters or more" }
                        }
                        div.fld {
                            label for="again" { "Again" }
                            input id="again" name="again" type="password" autocomplete="new-password" required;
                        }
                    }
                    div { button type="submit" { "Set password" } }
                }
            } @else { p.in.sub { "Prove first that it is you." } }
        }
    }
}

fn factor(caller: &Caller, free: bool) -> Markup {
    html! {
        section.card aria-labelledby="factor-title" {
            header {
                h2 id="factor-title" { "Second factor" }
                @if caller.session.has_totp { span.tag.ok { "Confirmed" } } @else { span.tag { "None yet" } }
            }
            div.in {
                @if caller.session.has_totp { p { "Signing in asks for a code of your authenticator. If you lose it, an administrator resets it." } }
                @else if free {
                    form.stack method="post" action="/settings/me/factor" {
                        (form_fields(caller))
                        p { "A code of an authenticator on your phone, beside the password." }
                        div { button type="submit" { "Begin" } }
                    }
                } @else { p.sub { "Prove first that it is you." } }
            }
        }
    }
}

fn keys_card(caller: &Caller, keys: &[KeyView], free: bool) -> Markup {
    let now = (caller.desk.clock)();
    let zone = &caller.desk.settings().time_zone;
    html! {
        section.card aria-labelledby="keys-of-mine" {
            header { h2 id="keys-of-mine" { "API keys" } span.sub { "for programs that work in your name" } }
            @if keys.is_empty() { p.in.mut { "None yet." } }
            @else {
                div.scroll {
                    table.t {
                        caption.sr { "Your API keys" }
                        thead { tr { th scope="col" { "For" } th scope="col" { "Key" } th scope="col" { "Good for" } th scope="col" { "Until" }
                            th scope="col" { "Last used" } th scope="col" { span.sr { "Revoke" } } } }
                        tbody { @for key in keys { (key_row(caller, key, now, zone)) } }
                    }
                }
            }
            @if free { (key_form(caller)) } @else { p.in.sub { "To add one, prove first that it is you." } }
        }
    }
}

fn key_row(caller: &Caller, key: &KeyView, now: i64, zone: &str) -> Markup {
    html! {
        tr {
            th scope="row" { (key.label) }
            td { code { "dw_" (key.id) "_…" } }
            td { (key.scopes.join(", ")) }
            td {
                @if key.revoked_at.is_some() { span.tag { "Revoked" } }
                @else if key.expires_at <= now { span.tag { "Expired" } }
                @else { (day_in_zone(key.expires_at, zone)) }
            }
            td { @if let Some(used) = key.last_used_at { (day_in_zone(used, zone)) } @else { span.mut { "never" } } }
            td {
                @if key.revoked_at.is_none() && key.expires_at > now {
                    form method="post" action="/settings/me/keys/revoke" {
                        (form_fields(caller))
                        input type="hidden" name="key" value=(key.id);
                        button type="submit" { "Revoke" span.sr { " " (key.label) } }
                    }
                }
            }
        }
    }
}

fn key_form(caller: &Caller) -> Markup {
    let role = Some(caller.session.role);
    let useful = |scope: Scope| Action::ALL.into_iter().any(|act| act.scope() == Some(scope) && may(role, act).is_ok());
    html! {
        form.in.stack method="post" action="/settings/me/keys" {
            (form_fields(caller))
            div.g2 {
                div.fld { label for="label" { "What it is for" } input id="label" name="label" maxlength="100" required; }
                div.fld {
                    label for="days" { "Good for days" }
                    input id="days" name="days" type="number" min="1" max="366" value=(KEY_DAYS) required;
                }
            }
            fieldset.checks {
                legend { "May" }
                @for scope in Scope::ALL.into_iter().filter(|scope| useful(*scope)) {
                    label.ck { input type="checkbox" name="scope" value=(scope.code()) checked[scope == Scope::Read]; " " (scope_words(scope)) }
                }
            }
            div { button type="submit" { "Add key" } }
        }
    }
}

fn scope_words(scope: Scope) -> &'static str {
    match scope {
        Scope::Read => "read and export",
        Scope::Work => "record what people record, and run the day",
        Scope::Import => "import files",
        Scope::Admin => "settings and people",
    }
}

/// `POST /settings/me/proof`.
pub(crate) async fn prove(State(house): State<House>, posted: Posted) -> Answer {
    let (caller, fields) = posted.unkept();
    let proof = raw(&fields, "proof")?;
    let token = desk::elevate(&caller.desk.book, &caller.token, &proof, (house.clock)()).await?;
    Ok(renewed(&house, &token, "/settings/me?done=proven"))
}

/// `POST /settings/me/password`: afterwards every session of theirs is over but a new one, which is theirs.
pub(crate) async fn set_password(State(house): State<House>, posted: Posted) -> Answer {
    let (caller, fields) = posted.unkept();
    proven(&caller)?;
    let password = raw(&fields, "password")?;
    if raw(&fields, "again")? != password {
        return Err(Problem::Malformed("The two passwords differ. Type them again.".into()));
    }
    let (book, user) = (&caller.desk.book, &caller.session.user);
    desk::set_password(&caller.desk, user, &password).await?;
    desk::sign_out_everywhere(book, user).await?;
    let token = desk::sign_in_as(book, user, (house.clock)()).await?;
    Ok(renewed(&house, &token, "/settings/me?done=password"))
}

/// `POST /settings/me/factor`: shows the secret, and asks for the first code.
pub(crate) async fn begin_factor(posted: Posted) -> Answer {
    let (caller, _) = posted.unkept();
    proven(&caller)?;
    let begun = desk::begin_totp(&caller.desk).await?;
    let spaced: Vec<String> =
        begun.secret_base32.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    let main = html! {
        div.acc.narrow {
            h1 { "Second factor" }
            section.card aria-labelledby="begun" {
                header { h2 id="begun" { "Tell your authenticator" } span.tag.warn { "Shown once" } }
                div.in.stack {
                    p { "Type this secret into your authenticator (time based, 6 digits), or open the address on the phone." }
                    p.code { code { (spaced.join(" ")) } }
                    p.code { code { (begun.otpauth_url) } }
                    (code_form(&caller, None))
                }
            }
        }
    };
    Ok(frame::page(&caller, "/settings", "Second factor", &main))
}

fn code_form(caller: &Caller, problem: Option<&str>) -> Markup {
    html! {
        form.stack method="post" action="/settings/me/factor/confirm" {
            (form_fields(caller))
            @if let Some(problem) = problem { p.problem id="code-problem" role="alert" { (problem) } }
            div.fld {
                label for="code" { "The code it shows now" }
                input id="code" name="code" inputmode="numeric" autocomplete="one-time-code" required autofocus
                    aria-describedby=[problem.map(|_| "code-problem")];
            }
            div.acts { button.pri type="submit" { "Confirm" } a.btn href="/settings/me" { "Cancel" } }
        }
    }
}

/// `POST /settings/me/factor/confirm`.
pub(crate) async fn confirm_factor(State(house): State<House>, posted: Posted) -> Answer {
    let (caller, fields) = posted.unkept();
    let code = fields.needed("code")?;
    match desk::confirm_totp(&caller.desk, code).await {
        Ok(()) => {
            let token = desk::rotate(&caller.desk.book, &caller.token, (house.clock)()).await?;
            Ok(renewed(&house, &token, "/settings/me?done=factor"))
        }
        Err(dunwell_desk::Stop::Refused(refusal @ Refusal::TotpRefused(_))) => {
            let main = html! {
                div.acc.narrow { h1 { "Second factor" } section.card { div.in { (code_form(&caller, Some(&refusal.to_string()))) } } }
            };
            let page = frame::page(&caller, "/settings", "Second factor", &main);
            Ok((Problem::Refused(refusal).status(), page).into_response())
        }
        Err(stop) => Err(stop.into()),
    }
}

/// `POST /settings/me/keys`.
pub(crate) async fn add_key(posted: Posted) -> Answer {
    proven(&posted.caller)?;
    posted
        .once(async |desk, fields| {
            let days = fields.needed("days")?;
            let why = || "give 1 to 366 days".to_owned();
            let refused = |_| Refusal::BadValue { what: "days", value: days.into(), why: why() };
            let days: u32 = days.parse().map_err(refused)?;
            let scopes: Vec<Scope> = fields.every("scope").iter().filter_map(|code| Scope::parse(code)).collect();
            let NewKey { secret, label, .. } = api_keys::add_key(&desk, fields.needed("label")?, &scopes, days).await?;
            let shown = kept::keep(&desk.user, Secret { what: format!("The new key: {label}"), text: secret });
            Ok(format!("/settings/me?shown={shown}"))
        })
        .await
}

/// `POST /settings/me/keys/revoke`: one's own.
pub(crate) async fn revoke_key(posted: Posted) -> Answer {
    posted
        .once(async |desk, fields| {
            let id = fields.needed("key")?;
            let own = api_keys::keys(&desk).await?.into_iter().any(|key| key.id == id && key.user == desk.user);
            if !own {
                return Err(Refusal::NotFound { what: "key", id: id.into() }.into());
            }
            api_keys::revoke_key(&desk, id).await?;
            Ok("/settings/me?done=revoked".to_owned())
        })
        .await
}

/// A field as it was typed, blanks and all.
fn raw(fields: &Fields, name: &'static str) -> Result<String, Problem> {
    fields.every(name).into_iter().next().map_or_else(|| fields.needed(name).map(str::to_owned), Ok)
}

fn renewed(house: &House, token: &str, place: &str) -> axum::response::Response {
    (AppendHeaders([(header::SET_COOKIE, session_cookie(house, token))]), Redirect::to(place)).into_response()
}
