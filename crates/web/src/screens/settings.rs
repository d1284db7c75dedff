//! Settings: who works in the book, and how the book is set.

use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse;
use dunwell_desk::documents::model::{RemitMethod, RemitTo, Sender};
use dunwell_desk::keep_book::{self, SettingsFile};
use dunwell_desk::look::settings::SettingsView;
use dunwell_desk::rules::approval::Role;
use dunwell_desk::rules::calendar::Calendar;
use dunwell_desk::rules::rights::{Action, may_be_given};
use dunwell_desk::{Refusal, sign_in};
use dunwell_store::access::identity::IdentityView;
use dunwell_store::book::{Mode, Settings};
use dunwell_store::views::settings::UserView;
use jiff::tz::TimeZone;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::frame;
use crate::house::House;
use crate::kept::{self, Secret};
use crate::posted::{Fields, Posted, form_fields};
use crate::screens::me::{proven, secret_card};
use crate::screens::{settings_more, settings_pays, setup};
use crate::words::{day_in_zone, spoken};

/// How long a one-time link made here is good for, in minutes.
const LINK_MINUTES: u32 = 24 * 60;

/// What the page is asked to say.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    done: Option<String>,
    shown: Option<String>,
}

/// `GET /settings`.
pub(crate) async fn page(
    caller: Caller,
    State(house): State<House>,
    headers: HeaderMap,
    Query(asked): Query<Asked>,
) -> Answer {
    let users = if caller.may(Action::ReadUsers) { keep_book::users(&caller.desk).await? } else { Vec::new() };
    let identities = if users.is_empty() { Vec::new() } else { sign_in::identities(&caller.desk).await? };
    let shown = asked.shown.as_deref().and_then(|id| kept::take(&caller.session.user, id));
    let gone = asked.shown.is_some() && shown.is_none();
    let main = html! {
        div.acc.narrow {
            div.ttl { h1 { "Settings" } div.r { a.btn href="/settings/me" { "How you sign in" } a.btn href="/status" { "Status" } } }
            @if let Some(done) = asked.done.as_deref().and_then(done) { p.done role="status" { (done) } }
            @if let Some(secret) = shown { (secret_card(&link(&house, &headers, secret))) }
            @if gone { p.callout { "What stood here was shown once, and is not kept." } }
            @if caller.may(Action::ReadUsers) { (people(&caller, &users, &identities)) }
            (book(&caller, &SettingsView::of(caller.desk.settings()).version))
        }
    };
    Ok(frame::page(&caller, "/settings", "Settings", &main))
}

/// Which page has the form of the book's settings.
#[derive(Debug, Deserialize)]
pub(crate) struct FormOf {
    step: Option<String>,
}

/// The page that has the form of the book's settings: this one, or a step of setting up.
pub(crate) async fn page_of_form(
    caller: Caller,
    house: State<House>,
    headers: HeaderMap,
    Query(of): Query<FormOf>,
) -> Answer {
    match of.step {
        Some(step) => setup::step(caller, Path(step)).await,
        None => page(caller, house, headers, Query(Asked { done: None, shown: None })).await,
    }
}

fn done(what: &str) -> Option<&'static str> {
    Some(match what {
        "settings" => "The settings are kept.",
        "setup" => "The house is set up. Add the people who work here: a manager first, then collectors.",
        "user" => "The person is added. Make a one-time link so that they can sign in.",
        "role" => "The role counts from their next request on.",
        "unlinked" => "They are not linked to the organisation's sign-in any more, and are signed out.",
        "factor" => "They have no second factor any more, and are signed out.",
        _ => return None,
    })
}

/// The link under the address this browser came by.
fn link(house: &House, headers: &HeaderMap, secret: Secret) -> Secret {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let scheme = if house.listening.behind_proxy { "https" } else { "http" };
    Secret { text: format!("{scheme}://{host}/sign-in/link/{}", secret.text), ..secret }
}

fn people(caller: &Caller, users: &[UserView], identities: &[IdentityView]) -> Markup {
    let manages = caller.may(Action::ManageUsers);
    html! {
        section.card aria-labelledby="people" {
            header { h2 id="people" { "People" } }
            div.scroll {
                table.t {
                    caption.sr { "Who may sign in" }
                    thead { tr { th scope="col" { "Name" } th scope="col" { "Role" } @if manages { th scope="col" { "Sign-in" } } } }
                    tbody {
                        @for user in users {
                            tr {
                                th scope="row" {
                                    (user.name)
                                    @for identity in identities.iter().filter(|identity| identity.user == user.name) {
                                        small { @if identity.subject.is_some() { "signs in by " } @else { "is awaited from " } (identity.issuer) }
                                    }
                                    @if let (Some(by), Some(at)) = (&user.let_in_by, user.let_in_at) {
                                        small { "let in by " (by) " on " (day_in_zone(at, &caller.desk.settings().time_zone)) }
                                    }
                                }
                                td { (role_cell(caller, user, manages)) }
                                @if manages { td { (sign_in_cell(caller, user, identities)) } }
                            }
                        }
                    }
                }
            }
            @if manages {
                form.in.stack method="post" action="/settings/people" {
                    (form_fields(caller))
                    h3 { "Add a person" }
                    div.g2 {
                        div.fld { label for="new-name" { "Name" } input id="new-name" name="name" maxlength="100" autocomplete="off" required; }
                        div.fld { label for="new-role" { "Role" } select id="new-role" name="role" { (roles(Role::Collector.code())) } }
                    }
                    div { button type="submit" { "Add" } }
                }
            }
        }
    }
}

fn role_cell(caller: &Caller, user: &UserView, manages: bool) -> Markup {
    if !manages || user.name == caller.session.user {
        return html! { (spoken(&user.role)) };
    }
    html! {
        form.inline method="post" action={ "/settings/people/" (path_part(&user.name)) "/role" } {
            (form_fields(caller))
            select name="role" aria-label={ "Role of " (user.name) } { (roles(&user.role)) }
            button type="submit" { "Change" span.sr { " the role of " (user.name) } }
        }
    }
}

fn sign_in_cell(caller: &Caller, user: &UserView, identities: &[IdentityView]) -> Markup {
    let linked = identities.iter().any(|identity| identity.user == user.name);
    let act = |what: &str, name: &str| {
        html! {
            form method="post" action={ "/settings/people/" (path_part(&user.name)) "/" (what) } {
                (form_fields(caller))
                button type="submit" { (name) span.sr { " for " (user.name) } }
            }
        }
    };
    html! {
        div.inline {
            @if caller.may(Action::InviteUser) { (act("link", "One-time link")) }
            @if caller.may(Action::ResetSecrets) && user.name != caller.session.user { (act("reset", "Reset second factor")) }
            @if linked && caller.may(Action::ResetSecrets) && user.name != caller.session.user { (act("unlink", "Unlink sign-in")) }
        }
    }
}

/// The roles that may be given, as options.
fn roles(chosen: &str) -> Markup {
    html! {
        @for role in Role::ALL.into_iter().filter(|role| may_be_given(*role).is_ok()) {
            option value=(role.code()) selected[role.code() == chosen] { (spoken(role.code())) }
        }
    }
}

/// A name as a part of a path.
fn path_part(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

fn book(caller: &Caller, version: &str) -> Markup {
    let settings = caller.desk.settings();
    let sender = sender_of(settings);
    html! {
        section.card aria-labelledby="book" {
            header { h2 id="book" { "The book" } span.sub { (settings.name) " · kept in " (settings.currency) } }
            @if caller.may(Action::ChangeSettings) {
                form.in.stack method="post" action="/settings/book" {
                    (form_fields(caller))
                    input type="hidden" name="version" value=(version);
                    (book_fields(settings))
                    (settings_more::fields(&caller.desk))
                    (settings_pays::fields(&caller.desk))
                    h3 { "Who writes the letters" }
                    (sender_fields(sender.as_ref()))
                    div { button.pri type="submit" { "Keep settings" } }
                }
            } @else { (book_words(settings, sender.as_ref())) }
        }
    }
}

fn book_words(settings: &Settings, sender: Option<&Sender>) -> Markup {
    html! {
        dl.kv.in {
            dt { "Time zone" } dd { (settings.time_zone) }
            dt { "Calendar" } dd { (settings_more::calendar_words(settings)) }
            dt { "Aging buckets end at" } dd { (days(&settings.buckets)) " days" }
            dt { "Mode" } dd { (spoken(settings.mode.code())) }
            dt { "Letters from" } dd { (sender.map_or("nobody yet", |sender| sender.legal_name.as_str())) }
        }
    }
}

fn days(buckets: &[i64]) -> String {
    buckets.iter().map(i64::to_string).collect::<Vec<_>>().join(", ")
}

pub(crate) fn book_fields(settings: &Settings) -> Markup {
    html! {
        div.g2 {
            div.fld {
                label for="zone" { "Time zone" }
                input id="zone" name="time_zone" value=(settings.time_zone) required;
                span.hint { "As in Europe/Berlin; it decides which day today is" }
            }
            div.fld {
                label for="calendar" { "Business calendar" }
                select id="calendar" name="calendar" {
                    @for name in Calendar::NAMES { option value=(name) selected[name == settings_more::calendar_of(settings).name()] { (name) } }
                }
            }
            div.fld {
                label for="buckets" { "Aging buckets end at days" }
                input id="buckets" name="buckets" value=(days(&settings.buckets)) required;
                span.hint { "Rising, at most eight" }
            }
            div.fld {
                label for="mode" { "Mode" }
                select id="mode" name="mode" {
                    option value="rehearsal" selected[settings.mode == Mode::Rehearsal] { "Rehearsal: nothing leaves the house" }
                    option value="live" selected[settings.mode == Mode::Live] { "Live: notices are delivered" }
                }
            }
        }
    }
}

/// The ways of paying as the form names them.
const WAYS: [(RemitMethod, &str, &str); 4] = [
    (RemitMethod::BankTransfer, "bank_transfer", "Bank transfer"),
    (RemitMethod::Ach, "ach", "ACH"),
    (RemitMethod::Check, "check", "Cheque by post"),
    (RemitMethod::Online, "online", "Payment page"),
];

pub(crate) fn sender_fields(sender: Option<&Sender>) -> Markup {
    let text = |of: fn(&Sender) -> Option<&str>| sender.and_then(of).unwrap_or_default();
    let lines = |of: fn(&Sender) -> &[String]| sender.map(|sender| of(sender).join("\n")).unwrap_or_default();
    let pay = |way: RemitMethod| {
        let block = sender.and_then(|sender| sender.remit_to.iter().find(|block| block.method == way));
        block.map(|block| block.lines.join("\n")).unwrap_or_default()
    };
    let preferred = sender.and_then(|sender| sender.remit_to.first()).map(|block| block.method);
    html! {
        div.g2 {
            div.fld { label for="legal" { "Legal name" } input id="legal" name="legal_name" value=(text(|s| Some(&s.legal_name))); span.hint { "Without it letters are refused" } }
            div.fld { label for="s-contact" { "Contact" } input id="s-contact" name="contact" value=(text(|s| s.contact.as_deref())); }
            div.fld { label for="s-phone" { "Telephone" } input id="s-phone" name="phone" type="tel" value=(text(|s| s.phone.as_deref())); }
            div.fld { label for="s-mail" { "Mail" } input id="s-mail" name="mail" type="email" value=(text(|s| s.mail.as_deref())); }
            div.fld { label for="s-address" { "Address, line by line" } textarea id="s-address" name="address" { (lines(|s| &s.address_lines)) } }
            div.fld { label for="s-ids" { "Registration and tax ids, line by line" } textarea id="s-ids" name="ids" { (lines(|s| &s.registration_ids)) } }
        }
        h3 { "Where to pay" }
        div.fld {
            label for="preferred" { "Preferred way" }
            select id="preferred" name="preferred" {
                @for (way, code, name) in WAYS { option value=(code) selected[preferred == Some(way)] { (name) } }
            }
        }
        div.g2 {
            @for (way, code, name) in WAYS {
                div.fld { label for={ "way-" (code) } { (name) } textarea id={ "way-" (code) } name=(code) { (pay(way)) } }
            }
        }
    }
}

pub(crate) fn sender_of(settings: &Settings) -> Option<Sender> {
    settings.sender.as_deref().and_then(|text| serde_json::from_str(text).ok())
}

/// `POST /settings/book`.
pub(crate) async fn keep(posted: Posted) -> Answer {
    let today = posted.caller.today;
    let (caller, sent) = (posted.caller.clone(), posted.fields().clone());
    let answer = posted
        .once(async move |desk, fields| {
            keep_book::keep_settings_seen(&desk, settings_of(&fields)?, fields.text("version"), today).await?;
            Ok(fields
                .text("then")
                .filter(|then| *then == "/setup/step/file")
                .unwrap_or("/settings?done=settings")
                .to_owned())
        })
        .await;
    match answer {
        Err(Problem::Refused(Refusal::VersionConflict { .. })) => conflict(caller, &sent),
        answer => answer,
    }
}

/// The form again, with what was typed and what a colleague set meanwhile, side by side.
fn conflict(mut caller: Caller, sent: &Fields) -> Answer {
    let there = SettingsView::of(caller.desk.settings());
    let typed = keep_book::changed_settings(&caller.desk, settings_of(sent)?)?;
    let differs = keep_book::settings_that_differ(&there, &SettingsView::of(&typed));
    caller.desk.book.settings = typed;
    let main = html! {
        div.acc.narrow {
            h1 { "Settings" }
            div.problem role="alert" {
                p { b { "Somebody changed the settings while your form was open." } " Nothing of yours is recorded yet. "
                    "Keep settings again to record what stands in the form, or change it first." }
                table.t {
                    caption.sr { "What is set now, and what you typed" }
                    thead { tr { th scope="col" { "Setting" } th scope="col" { "There now" } th scope="col" { "You typed" } } }
                    tbody { @for (name, now, yours) in &differs { tr { th scope="row" { (spoken(name)) } td { (now) } td { (yours) } } } }
                }
            }
            (book(&caller, &there.version))
        }
    };
    Ok((StatusCode::CONFLICT, frame::page(&caller, "/settings", "Settings", &main)).into_response())
}

fn settings_of(fields: &Fields) -> Result<SettingsFile, Problem> {
    let zone = fields.needed("time_zone")?;
    let refused = |what: &'static str, value: &str, why: &str| {
        Problem::Refused(Refusal::BadValue { what, value: value.into(), why: why.into() })
    };
    if TimeZone::get(zone).is_err() {
        return Err(refused("time zone", zone, "use a name of the IANA list, as Europe/Berlin or America/New_York"));
    }
    let buckets = fields.text("buckets").map(|text| {
        let ends = text.split([',', ' ']).filter(|end| !end.is_empty());
        let read: Result<Vec<i64>, _> = ends.map(str::parse).collect();
        read.map_err(|_| refused("buckets", text, "give numbers of days, as 30, 60, 90, 120"))
    });
    let mut file = SettingsFile {
        calendar: fields.text("calendar").map(str::to_owned),
        time_zone: Some(zone.to_owned()),
        mode: fields.text("mode").map(str::to_owned),
        buckets: buckets.transpose()?,
        sender: sender_from(fields),
        ..SettingsFile::default()
    };
    settings_more::read(fields, &mut file)?;
    settings_pays::read(fields, &mut file);
    Ok(file)
}

fn sender_from(fields: &Fields) -> Option<Sender> {
    let text = |name: &str| fields.text(name).map(str::to_owned);
    let lines = |name: &str| -> Vec<String> {
        let text = fields.text(name).unwrap_or_default();
        text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    };
    let preferred = fields.text("preferred");
    let mut ways: Vec<(bool, RemitTo)> = WAYS
        .into_iter()
        .map(|(method, code, _)| (Some(code) != preferred, RemitTo { method, lines: lines(code) }))
        .filter(|(_, block)| !block.lines.is_empty())
        .collect();
    ways.sort_by_key(|(later, _)| *later);
    Some(Sender {
        legal_name: text("legal_name")?,
        address_lines: lines("address"),
        contact: text("contact"),
        phone: text("phone"),
        mail: text("mail"),
        registration_ids: lines("ids"),
        remit_to: ways.into_iter().map(|(_, block)| block).collect(),
    })
}

/// `POST /settings/people`.
pub(crate) async fn add_person(posted: Posted) -> Answer {
    proven(&posted.caller)?;
    let today = posted.caller.today;
    posted
        .once(async move |desk, fields| {
            keep_book::add_user(&desk, fields.needed("name")?, fields.needed("role")?, today).await?;
            Ok("/settings?done=user".to_owned())
        })
        .await
}

/// `POST /settings/people/NAME/role`.
pub(crate) async fn change_role(Path(name): Path<String>, posted: Posted) -> Answer {
    proven(&posted.caller)?;
    let today = posted.caller.today;
    posted
        .once(async move |desk, fields| {
            keep_book::set_role(&desk, &name, fields.needed("role")?, today).await?;
            Ok("/settings?done=role".to_owned())
        })
        .await
}

/// `POST /settings/people/NAME/link`.
pub(crate) async fn make_link(Path(name): Path<String>, posted: Posted) -> Answer {
    proven(&posted.caller)?;
    posted
        .once(async move |desk, _| {
            let text = sign_in::make_link(&desk, &name, LINK_MINUTES).await?;
            let what = format!("A link that signs {name} in once, within 24 hours");
            Ok(format!("/settings?shown={}", kept::keep(&desk.user, Secret { what, text })))
        })
        .await
}

/// `POST /settings/people/NAME/unlink`: who somebody is at the organisation's sign-in provider.
pub(crate) async fn unlink(Path(name): Path<String>, posted: Posted) -> Answer {
    proven(&posted.caller)?;
    posted
        .once(async move |desk, _| {
            sign_in::unlink_identity(&desk, &name).await?;
            Ok("/settings?done=unlinked".to_owned())
        })
        .await
}

/// `POST /settings/people/NAME/reset`: the second factor of somebody who lost it.
pub(crate) async fn reset_factor(Path(name): Path<String>, posted: Posted) -> Answer {
    proven(&posted.caller)?;
    posted
        .once(async move |desk, _| {
            sign_in::reset_totp(&desk, &name).await?;
            Ok("/settings?done=factor".to_owned())
        })
        .await
}
