//! The people of an account, kept by hand: adding one, changing one, and who asked to be left alone.

use axum::extract::Path;
use axum::http::HeaderMap;
use dunwell_desk::keep_contacts::{Person, add_contact, change_contact, stop_contact};
use dunwell_desk::look::contacts::contacts;
use dunwell_store::views::accounts::ContactView;
use maud::{Markup, html};

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::posted::{Fields, Posted};
use crate::screens::agree::Sheet;
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
    }
}

/// `GET /accounts/CODE/contacts/new`.
pub(crate) async fn new(caller: Caller, headers: HeaderMap, Path(code): Path<String>) -> Answer {
    let people = contacts(&caller.desk, &code).await?;
    let action = format!("{}/contacts/new", account_path(&people.account));
    let heading = "Add a person";
    Sheet { caller: &caller, headers: &headers, code: &code, action: &action, heading, name: &code, button: "Add" }
        .around(&fields(None))
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
pub(crate) async fn edit(caller: Caller, headers: HeaderMap, Path((code, id)): Path<(String, String)>) -> Answer {
    let people = contacts(&caller.desk, &code).await?;
    let row = people.contacts.iter().find(|row| row.contact.contact.to_string() == id).ok_or(Problem::NotFound)?;
    let action = format!("{}/contacts/{id}", account_path(&code));
    let body = html! {
        (fields(Some(&row.contact)))
        label.ck {
            input type="checkbox" name="stopped" value="1" checked[row.contact.do_not_contact];
            span { "Asked not to be contacted" }
        }
        p.sub { "A file that says something else of this person later wins again." }
    };
    let heading = "Change a person";
    Sheet { caller: &caller, headers: &headers, code: &code, action: &action, heading, name: &code, button: "Save" }
        .around(&body)
}

/// `POST /accounts/CODE/contacts/ID`.
pub(crate) async fn change(Path((code, id)): Path<(String, String)>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            change_contact(&desk, &code, &id, &person_of(&fields), today).await?;
            stop_contact(&desk, &code, &id, fields.text("stopped").is_some(), today).await?;
            Ok(fields.back(&account_path(&code)))
        })
        .await
}
