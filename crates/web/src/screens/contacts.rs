//! The people of an account, kept by hand: adding one, changing one, and who asked to be left alone.

use axum::extract::Path;
use axum::http::StatusCode;
use dunwell_desk::Refusal;
use dunwell_desk::keep_contacts::{Person, add_contact, change_contact};
use dunwell_desk::look::contacts::{ContactRow, contacts};
use dunwell_store::views::accounts::ContactView;
use maud::{Markup, html};

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::posted::{Fields, Posted};
use crate::screens::agree::{Asking, Sheet};
use crate::words::account_path;

/// Roles that people have at a customer.
const ROLES: [&str; 6] = ["accounts_payable", "controller", "owner", "purchaser", "receiving", "legal"];

fn field(name: &str, label: &str, kind: &str, value: Option<&str>) -> Markup {
    html! {
        div.fld { label for=(name) { (label) } input id=(name) name=(name) type=(kind) maxlength="200" value=[value]; }
    }
}

fn fields(person: Option<&ContactView>) -> Markup {
    let of = |value: fn(&ContactView) -> Option<&str>| person.and_then(value);
    html! {
        (field("name", "Name", "text", of(|person| person.name.as_deref())))
        div.g2 {
            div.fld {
                label for="role" { "Role" }
                input id="role" name="role" maxlength="60" list="roles" value=[of(|person| person.role.as_deref())];
                datalist id="roles" { @for role in ROLES { option value=(role) {} } }
            }
            (field("phone", "Telephone", "tel", of(|person| person.phone.as_deref())))
            (field("mail", "Mail address", "email", of(|person| person.mail.as_deref())))
            (field("time_zone", "Time zone, as America/Chicago", "text", of(|person| person.time_zone.as_deref())))
            (field("language", "Language, as en", "text", of(|person| person.language.as_deref())))
            (field("channel", "Preferred channel", "text", of(|person| person.channel.as_deref())))
        }
    }
}

/// What the form says of a person: a field that is left empty takes away what was there.
fn person_of(fields: &Fields) -> Person {
    let text = |name: &str| Some(fields.text(name).unwrap_or_default().to_owned());
    Person {
        name: text("name"),
        role: text("role"),
        mail: text("mail"),
        phone: text("phone"),
        time_zone: text("time_zone"),
        language: text("language"),
        channel: text("channel"),
        do_not_contact: None,
    }
}

/// `GET /accounts/CODE/contacts/new`.
pub(crate) async fn new(caller: Caller, asking: Asking, Path(code): Path<String>) -> Answer {
    // Refused for a customer who is not there.
    contacts(&caller.desk, &code).await?;
    let heading = "Add a person";
    Sheet { caller: &caller, asking: &asking, code: &code, heading, name: &code, button: "Add" }.around(&fields(None))
}

/// `POST /accounts/CODE/contacts/new`.
pub(crate) async fn add(Path(code): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            add_contact(&desk, &code, &person_of(&fields), today).await?;
            Ok(fields.back(&account_path(&code)))
        })
        .await
}

/// `GET /accounts/CODE/contacts/ID`.
pub(crate) async fn edit(caller: Caller, asking: Asking, Path((code, id)): Path<(String, String)>) -> Answer {
    let row = person(&caller, &code, &id).await?;
    sheet_of(&caller, &asking, &code, &row, &html! {}, &row.contact)
}

async fn person(caller: &Caller, code: &str, id: &str) -> Result<ContactRow, Problem> {
    let people = contacts(&caller.desk, code).await?;
    people.contacts.into_iter().find(|row| row.contact.contact.to_string() == id).ok_or(Problem::NotFound)
}

/// The form of a person as they are in `row`, filled with what `shown` says.
fn sheet_of(
    caller: &Caller,
    asking: &Asking,
    code: &str,
    row: &ContactRow,
    before: &Markup,
    shown: &ContactView,
) -> Answer {
    let body = html! {
        (before)
        input type="hidden" name="version" value=(row.version);
        (fields(Some(shown)))
        label.ck {
            input type="checkbox" name="stopped" value="1" checked[shown.do_not_contact];
            span { "Asked not to be contacted" }
        }
        p.sub { "A file that says something else of this person later wins again." }
    };
    let heading = "Change a person";
    Sheet { caller, asking, code, heading, name: code, button: "Save" }.around(&body)
}

/// `POST /accounts/CODE/contacts/ID`.
pub(crate) async fn change(asking: Asking, Path((code, id)): Path<(String, String)>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    let (caller, sent) = (posted.caller.clone(), posted.fields().clone());
    let (account, contact) = (code.clone(), id.clone());
    let answer = posted
        .once(move |desk, fields| async move {
            let person = Person { do_not_contact: Some(fields.text("stopped").is_some()), ..person_of(&fields) };
            change_contact(&desk, &account, &contact, &person, fields.text("version"), today).await?;
            Ok(fields.back(&account_path(&account)))
        })
        .await;
    match answer {
        Err(Problem::Refused(Refusal::VersionConflict { .. })) => conflict(&caller, &asking, &code, &id, &sent).await,
        answer => answer,
    }
}

/// The form again, with what was typed and what a colleague recorded meanwhile, side by side: saving it once more takes what
/// was typed.
async fn conflict(caller: &Caller, asking: &Asking, code: &str, id: &str, sent: &Fields) -> Answer {
    let row = person(caller, code, id).await?;
    let (there, typed) = (&row.contact, person_of(sent));
    let mine = ContactView {
        contact: there.contact,
        name: typed.name,
        role: typed.role,
        mail: typed.mail,
        phone: typed.phone,
        time_zone: typed.time_zone,
        language: typed.language,
        channel: typed.channel,
        do_not_contact: sent.text("stopped").is_some(),
    };
    let lines: [(&str, &Option<String>, &Option<String>); 7] = [
        ("Name", &there.name, &mine.name),
        ("Role", &there.role, &mine.role),
        ("Telephone", &there.phone, &mine.phone),
        ("Mail address", &there.mail, &mine.mail),
        ("Time zone", &there.time_zone, &mine.time_zone),
        ("Language", &there.language, &mine.language),
        ("Preferred channel", &there.channel, &mine.channel),
    ];
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let quiet = |quiet: bool| if quiet { "yes" } else { "no" };
    let before = html! {
        div.notice role="alert" {
            p { b { "Somebody changed this person while your form was open." } " Nothing of yours is recorded yet. "
                "Save again to record what you typed, or take over what is there now." }
            table.t {
                caption.sr { "What is there now, and what you typed" }
                thead { tr { th scope="col" { "Field" } th scope="col" { "There now" } th scope="col" { "You typed" } } }
                tbody {
                    @for (label, now, typed) in lines { @if text(now) != text(typed) {
                        tr { th scope="row" { (label) } td { (text(now)) } td { (text(typed)) } }
                    } }
                    @if there.do_not_contact != mine.do_not_contact {
                        tr { th scope="row" { "Asked not to be contacted" } td { (quiet(there.do_not_contact)) } td { (quiet(mine.do_not_contact)) } }
                    }
                }
            }
        }
    };
    let mut page = sheet_of(caller, asking, code, &row, &before, &mine)?;
    *page.status_mut() = StatusCode::CONFLICT;
    Ok(page)
}
