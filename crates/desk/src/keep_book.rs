//! Making a book and keeping its settings: base currency, calendar, sender, mode, people.

use dunwell_documents::model::Sender;
use dunwell_rules::approval::Role;
use dunwell_rules::calendar::{Calendar, Date};
use dunwell_rules::rights::{Action, may_be_given};
use dunwell_store::book::{Book, Created, Mode, Opened, Settings};
use dunwell_store::db::Db;
use dunwell_store::views::settings::UserView;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::desk::{Clock, Desk};
use crate::holidays_file::MOST_HOLIDAYS;
use crate::look::settings::SettingsView;
use crate::paper_links::PaperLinks;
use crate::pays_from::PaysFrom;
use crate::policy_file;
use crate::refusal::{Refusal, Result};
use crate::version::unchanged;
use crate::who::currency_of;

/// Name of the book that `init` makes unless told otherwise.
pub const DEFAULT_BOOK: &str = "main";

/// The most characters a person's name has.
const NAME_LENGTH: usize = 100;

/// What a new book is made with.
#[derive(Debug, Clone)]
pub struct NewBook {
    /// Its name in the database.
    pub name: String,
    /// Base currency, ISO 4217.
    pub currency: String,
    /// IANA time zone.
    pub time_zone: String,
    /// Business calendar by name.
    pub calendar: String,
    /// The day its policy comes into force.
    pub on: Date,
}

/// Makes a book in `rehearsal`, with the policy `standard` in force; refused when it exists (`book_exists`).
pub async fn make_book(db: &Db, new: &NewBook, clock: Clock) -> Result<Book> {
    let settings = Settings {
        name: new.name.clone(),
        currency: currency_of(&new.currency)?,
        time_zone: new.time_zone.clone(),
        calendar: known_calendar(&new.calendar)?,
        buckets: vec![30, 60, 90, 120],
        mode: Mode::Rehearsal,
        sender: None,
        first_open_day: None,
        last_bank_statement: None,
        paper_links: None,
        pays_from: None,
    };
    let book = match Book::create(db, &settings, clock()).await? {
        Created::Made(book) => book,
        Created::Exists(name) => return Err(Refusal::BookExists(name).into()),
    };
    let desk = Desk::house(book.clone(), clock);
    let (name, text) = policy_file::PRESETS[0];
    let mut recording = desk.record("init", new.on).await?;
    recording.activate_policy(name, text).await?;
    recording.commit().await?;
    desk.seal().await?;
    Ok(book)
}

/// Opens the named book, or the only one.
pub async fn open_book(db: &Db, name: Option<&str>) -> Result<Book> {
    match Book::open(db, name).await? {
        Opened::Book(book) => Ok(book),
        Opened::None => Err(Refusal::UnknownBook(Vec::new()).into()),
        Opened::NotNamed(books) => Err(Refusal::BookNotNamed(books).into()),
        Opened::Unknown(books) => Err(Refusal::UnknownBook(books).into()),
    }
}

/// Settings as a file gives them; what is left out stays as it is.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct SettingsFile {
    /// Business calendar by name. Another one has its own weekend unless `weekend` is said; added holidays stay.
    pub calendar: Option<String>,
    /// The days of the weekend, `mon` to `sun`, where they are not the calendar's.
    pub weekend: Option<Vec<String>>,
    /// The holidays that the book adds, all of them.
    pub holidays: Option<Vec<Date>>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// `rehearsal` or `live`.
    pub mode: Option<String>,
    /// Upper ends of the aging buckets, in days.
    pub buckets: Option<Vec<i64>>,
    /// Who writes the letters.
    pub sender: Option<Sender>,
    /// Where copies of documents lie outside the book; one left out of it is taken away.
    pub papers: Option<PaperLinks>,
    /// The bank accounts that the book pays from; one left out of it is taken away.
    pub pays_from: Option<PaysFrom>,
}

/// Takes new settings from a TOML text; refused with the line of the first problem.
pub async fn change_settings(desk: &Desk, text: &str, on: Date) -> Result<Settings> {
    desk.may(Action::ChangeSettings)?;
    let file: SettingsFile = toml::from_str(text).map_err(|error| Refusal::BadValue {
        what: "settings file",
        value: String::new(),
        why: error.to_string().replace('\n', " "),
    })?;
    keep_settings(desk, file, on).await
}

/// Takes new settings; what is left out stays as it is. Refused (`bad_value`) with the first that makes no sense.
pub async fn keep_settings(desk: &Desk, file: SettingsFile, on: Date) -> Result<Settings> {
    keep_settings_seen(desk, file, None, on).await
}

/// The same, for somebody who looked at the settings before: refused (`version_conflict`) when they are no longer as in the
/// version that was `seen`.
pub async fn keep_settings_seen(desk: &Desk, file: SettingsFile, seen: Option<&str>, on: Date) -> Result<Settings> {
    desk.may(Action::ChangeSettings)?;
    let changed = changed_settings(desk, file)?;
    desk.retrying(|| async {
        let mut recording = desk.record("settings", on).await?;
        if seen.is_some() {
            let now = open_book(desk.book.db(), Some(&desk.settings().name)).await?.settings;
            let there = SettingsView::of(&now);
            unchanged("book's settings", &there, &there.version, seen)?;
        }
        recording.put_settings(&changed).await?;
        recording.commit().await?;
        Ok(())
    })
    .await?;
    Ok(changed)
}

/// The settings in which two views differ, each with its two values as text.
pub fn settings_that_differ(one: &SettingsView, other: &SettingsView) -> Vec<(String, String, String)> {
    let plain = |view: &SettingsView| serde_json::to_value(view).unwrap_or_default();
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let (one, other) = (plain(one), plain(other));
    let fields = one.as_object().into_iter().flatten().filter(|(name, _)| *name != "version");
    let differing = fields.filter(|(name, value)| other[name.as_str()] != **value);
    differing.map(|(name, value)| (name.clone(), text(value), text(&other[name.as_str()]))).collect()
}

/// The settings as they would be with those of `file`; refused (`bad_value`) with the first that makes no sense.
pub fn changed_settings(desk: &Desk, file: SettingsFile) -> Result<Settings> {
    let refused = |what: &'static str, value: &str, why: String| Refusal::BadValue { what, value: value.into(), why };
    let mut settings = desk.settings().clone();
    settings.calendar = changed_calendar(desk, &file)?;
    if let Some(zone) = file.time_zone {
        settings.time_zone = zone;
    }
    if let Some(mode) = &file.mode {
        settings.mode = Mode::parse(mode)
            .ok_or_else(|| refused("mode", mode, "use rehearsal (nothing leaves the house) or live".into()))?;
    }
    if let Some(buckets) = file.buckets {
        let rising = buckets.is_sorted_by(|a, b| a < b) && buckets.first().is_some_and(|first| *first > 0);
        if !rising || buckets.len() > 8 {
            let why = "give one to eight rising numbers of days, as [30, 60, 90, 120]".into();
            return Err(refused("buckets", &format!("{buckets:?}"), why).into());
        }
        settings.buckets = buckets;
    }
    if let Some(sender) = &file.sender {
        settings.sender = Some(serde_json::to_string(sender).expect("a sender is plain text"));
    }
    if let Some(papers) = &file.papers {
        settings.paper_links = papers.kept()?;
    }
    if let Some(own) = &file.pays_from {
        settings.pays_from = own.kept()?;
    }
    Ok(settings)
}

/// The calendar with the changes of a file, as the book keeps it.
fn changed_calendar(desk: &Desk, file: &SettingsFile) -> Result<String> {
    let before = desk.calendar()?;
    let name = file.calendar.as_deref().unwrap_or(before.name());
    known_calendar(name)?;
    let weekend = match (&file.weekend, &file.calendar) {
        (Some(days), _) => Some(days.iter().map(String::as_str).collect::<Vec<_>>()),
        (None, Some(_)) => None,
        (None, None) => Some(before.weekend()),
    };
    let holidays = file.holidays.clone().unwrap_or_else(|| before.added_holidays().to_vec());
    if holidays.len() > MOST_HOLIDAYS {
        let why = format!("a book adds at most {MOST_HOLIDAYS}");
        return Err(Refusal::BadValue { what: "holidays", value: holidays.len().to_string(), why }.into());
    }
    let named = Calendar::named(name).unwrap_or_else(Calendar::every_day);
    let Some(weekend) = weekend else { return Ok(named.with_holidays(holidays).written()) };
    let refused = || Refusal::BadValue {
        what: "weekend",
        value: weekend.join(", "),
        why: "name days of the week as mon, tue, wed, thu, fri, sat, sun, and leave one to work on".into(),
    };
    Ok(named.with_weekend(&weekend).ok_or_else(refused)?.with_holidays(holidays).written())
}

fn known_calendar(name: &str) -> Result<String> {
    match Calendar::named(name) {
        Some(_) => Ok(name.into()),
        None => Err(Refusal::BadValue {
            what: "calendar",
            value: name.into(),
            why: format!("use one of {}", Calendar::NAMES.join(", ")),
        }
        .into()),
    }
}

/// A person of the book.
#[derive(Debug, Clone, Serialize)]
pub struct Person {
    /// The name `--as` takes.
    pub name: String,
    /// The role.
    pub role: String,
}

/// Adds a person; refused when the name is taken, the role unknown, or the role unites duties that must be separate.
pub async fn add_user(desk: &Desk, name: &str, role: &str, on: Date) -> Result<Person> {
    desk.may(Action::ManageUsers)?;
    let role = role_to_give(role)?;
    may_be_named(name)?;
    desk.retrying(|| async {
        let mut recording = desk.record("user add", on).await?;
        if !recording.add_user(name, role.code()).await? {
            return Err(Refusal::UserExists(name.into()).into());
        }
        recording.commit().await?;
        Ok(Person { name: name.into(), role: role.code().into() })
    })
    .await
}

/// Whether a person may bear the name: 1 to 100 characters, and not the house's.
pub(crate) fn may_be_named(name: &str) -> Result<()> {
    if name == "desk" || name.trim().is_empty() || name.chars().count() > NAME_LENGTH {
        let why = "`desk` is the house itself; give a person's name of 1 to 100 characters".into();
        return Err(Refusal::BadValue { what: "name", value: name.into(), why }.into());
    }
    Ok(())
}

/// Gives a person another role, from their next request on; the role they have already changes nothing. Nobody changes
/// their own (`own_role`).
pub async fn set_role(desk: &Desk, name: &str, role: &str, on: Date) -> Result<Person> {
    desk.may(Action::ManageUsers)?;
    let role = role_to_give(role)?;
    if name == desk.user {
        return Err(Refusal::OwnRole(name.into()).into());
    }
    desk.retrying(|| async {
        known_user(desk, name).await?;
        let mut recording = desk.record("user role", on).await?;
        recording.set_role(name, role.code()).await?;
        recording.commit().await?;
        Ok(Person { name: name.into(), role: role.code().into() })
    })
    .await
}

/// The people of the book with their roles, by name.
pub async fn users(desk: &Desk) -> Result<Vec<UserView>> {
    desk.may(Action::ReadUsers)?;
    Ok(desk.book.read().await?.users().await?)
}

/// The role of a user; refused when the book knows no such user.
pub(crate) async fn known_user(desk: &Desk, name: &str) -> Result<String> {
    let role = if name.contains('\0') { None } else { desk.book.read().await?.user(name).await? };
    Ok(role.ok_or_else(|| Refusal::UnknownUser(name.into()))?)
}

fn role_to_give(role: &str) -> Result<Role> {
    let known = Role::parse(role).ok_or_else(|| Refusal::BadValue {
        what: "role",
        value: role.into(),
        why: format!("use one of {}", Role::ALL.map(Role::code).join(", ")),
    })?;
    may_be_given(known).map_err(Refusal::DutiesNotSeparate)?;
    Ok(known)
}
