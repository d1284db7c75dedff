//! Keeping the people of an account by hand: adding one, changing what is known of one, noting that one asked to be left alone.
//!
//! A person whom a file brought can be changed too; the next file that says something else of them wins again.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use dunwell_store::record::{NewContact, PutOutcome};
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::desk::Desk;
use crate::look::contacts::contacts;
use crate::refusal::{Refusal, Result};
use crate::version::unchanged;
use crate::who::{account_of, entry_of};

/// The source of people whom somebody typed in.
const SOURCE: &str = "desk";

/// What is given of a person. `None` leaves a field as it is, an empty text takes it away.
#[derive(Debug, Clone, Default)]
pub struct Person {
    /// Name.
    pub name: Option<String>,
    /// `accounts_payable`, `purchaser`, `owner` …
    pub role: Option<String>,
    /// Mail address.
    pub mail: Option<String>,
    /// Telephone number.
    pub phone: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// Language.
    pub language: Option<String>,
    /// Preferred channel.
    pub channel: Option<String>,
    /// Whether they asked not to be contacted.
    pub do_not_contact: Option<bool>,
}

/// What became of it.
#[derive(Debug, Clone, Serialize)]
pub struct ContactKept {
    /// Customer number.
    pub account: String,
    /// `added`, `changed` or `unchanged`.
    pub state: &'static str,
}

/// Adds a person to the account `code`. Somebody of the same name there (or without a name of the same mail or number) is
/// the same person, and is changed. Refused without name, mail and number, and with an address or a time zone that is none.
pub async fn add_contact(desk: &Desk, code: &str, person: &Person, on: Date) -> Result<ContactKept> {
    desk.may(Action::EditContact)?;
    check(person)?;
    let named = [&person.name, &person.mail, &person.phone].into_iter().flatten().find(|text| !text.trim().is_empty());
    let Some(named) = named else {
        let why = "give a name, a mail address or a telephone number".into();
        return Err(Refusal::BadValue { what: "contact", value: String::new(), why }.into());
    };
    desk.retrying(|| async {
        let mut recording = desk.record("contact", on).await?;
        let account = account_of(&mut recording, code).await?.account;
        let key = recording.contact_key(&format!("{code}\u{1f}{}", named.trim().to_lowercase()));
        let mut row = NewContact {
            account,
            source: SOURCE.into(),
            external_id: key,
            name: None,
            role: None,
            mail: None,
            phone: None,
            time_zone: None,
            language: None,
            channel: None,
            do_not_contact: false,
        };
        take(&mut row, person);
        let outcome = recording.put_contacts(&[row]).await?;
        recording.commit().await?;
        Ok(kept(code, outcome.first()))
    })
    .await
}

/// Changes what is given of a person of the account `code`; refused when there is none of that id there, or they are erased,
/// and (`version_conflict`) when they are no longer as they were in the version that was `seen`.
pub async fn change_contact(
    desk: &Desk,
    code: &str,
    contact: &str,
    person: &Person,
    seen: Option<&str>,
    on: Date,
) -> Result<ContactKept> {
    check(person)?;
    desk.may(Action::EditContact)?;
    let id = entry_of("contact", contact)?;
    desk.retrying(|| async {
        let mut recording = desk.record("contact", on).await?;
        let account = account_of(&mut recording, code).await?.account;
        // Nobody changes the account's people between the look and the change.
        recording.lock_account(account).await?;
        let mut row = known(desk, account, id, contact).await?;
        if seen.is_some() {
            let people = contacts(desk, code).await?.contacts;
            let there = people.into_iter().find(|there| there.contact.contact == id);
            let there = there.ok_or_else(|| Refusal::NotFound { what: "contact", id: contact.into() })?;
            unchanged("contact", &there, &there.version, seen)?;
        }
        take(&mut row, person);
        let outcome = recording.put_contacts(&[row]).await?;
        recording.commit().await?;
        Ok(kept(code, outcome.first()))
    })
    .await
}

/// Notes that a person asked not to be contacted, or with `stopped` unset that they may be again.
pub async fn stop_contact(desk: &Desk, code: &str, contact: &str, stopped: bool, on: Date) -> Result<ContactKept> {
    let person = Person { do_not_contact: Some(stopped), ..Person::default() };
    change_contact(desk, code, contact, &person, None, on).await
}

async fn known(desk: &Desk, account: EntryId, contact: EntryId, id: &str) -> Result<NewContact> {
    let found = desk.book.read().await?.contact(account, contact).await?;
    Ok(found.ok_or_else(|| Refusal::NotFound { what: "contact", id: id.into() })?)
}

fn kept(code: &str, outcome: Option<&PutOutcome>) -> ContactKept {
    let state = match outcome {
        Some(PutOutcome::New) => "added",
        Some(PutOutcome::Changed) => "changed",
        Some(PutOutcome::Unchanged) | None => "unchanged",
    };
    ContactKept { account: code.into(), state }
}

/// Takes over what is given.
fn take(row: &mut NewContact, person: &Person) {
    row.do_not_contact = person.do_not_contact.unwrap_or(row.do_not_contact);
    let fields = [
        (&mut row.name, &person.name),
        (&mut row.role, &person.role),
        (&mut row.mail, &person.mail),
        (&mut row.phone, &person.phone),
        (&mut row.time_zone, &person.time_zone),
        (&mut row.language, &person.language),
        (&mut row.channel, &person.channel),
    ];
    for (field, given) in fields {
        if let Some(given) = given {
            *field = Some(given.trim().to_owned()).filter(|text| !text.is_empty());
        }
    }
}

fn check(person: &Person) -> Result<()> {
    let refused =
        |what, value: &str, why: &str| Err(Refusal::BadValue { what, value: value.into(), why: why.into() }.into());
    if let Some(mail) = person.mail.as_deref().map(str::trim).filter(|mail| !mail.is_empty()) {
        let whole = mail.split_once('@').is_some_and(|(who, place)| !who.is_empty() && place.contains('.'));
        if !whole || mail.contains(char::is_whitespace) {
            return refused("mail address", mail, "it is not of the form name@place.example");
        }
    }
    if let Some(zone) = person.time_zone.as_deref().map(str::trim).filter(|zone| !zone.is_empty())
        && TimeZone::get(zone).is_err()
    {
        return refused("time zone", zone, "it is no IANA name, as America/Chicago");
    }
    Ok(())
}
