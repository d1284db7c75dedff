//! Books: making one, opening one by name, and its settings.

use dunwell_rules::calendar::{Date, day_number, from_day_number};
use dunwell_rules::money::Currency;
use sqlx::FromRow;

use crate::bulk::Kind::{Blob, Int, Text};
use crate::bulk::{self, Cell, Table};
use crate::db::{Db, Tx, on_tx};
use crate::fault::{Fault, Result};

/// Whether anything leaves the house.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Nothing leaves: a notice counts as sent when its run commits.
    Rehearsal,
    /// Notices are planned and delivered.
    Live,
}

impl Mode {
    /// The word used in JSON and the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Rehearsal => "rehearsal",
            Self::Live => "live",
        }
    }

    /// Reads the word; `None` when it is neither.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Rehearsal, Self::Live].into_iter().find(|mode| mode.code() == code)
    }
}

/// What a book is set to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The book's name, unique in its database.
    pub name: String,
    /// Base currency.
    pub currency: Currency,
    /// IANA time zone: decides which day today is.
    pub time_zone: String,
    /// Business calendar, as the desk writes it.
    pub calendar: String,
    /// Upper ends of the aging buckets in days, ascending: 30, 60, 90, 120.
    pub buckets: Vec<i64>,
    /// Rehearsal or live.
    pub mode: Mode,
    /// The sender of letters as JSON.
    pub sender: Option<String>,
    /// The first day that is not in a closed month; earlier facts post on it.
    pub first_open_day: Option<Date>,
    /// The day of the newest bank statement read.
    pub last_bank_statement: Option<Date>,
    /// Where copies of documents lie outside the book: patterns of addresses by kind of paper, as JSON.
    pub paper_links: Option<String>,
    /// The bank accounts that the book pays from, as JSON.
    pub pays_from: Option<String>,
}

/// Settings as the book keeps them: name, currency, time zone, calendar, buckets, mode, sender, first open day, day of the
/// newest bank statement, links to papers, own bank accounts.
pub(crate) type SettingsRow = (
    String,
    String,
    String,
    String,
    String,
    String,
    Option<String>,
    Option<i64>,
    Option<i64>,
    Option<String>,
    Option<String>,
);

/// An open book. Cheap to clone; every clone speaks of the same book.
#[derive(Debug, Clone)]
pub struct Book {
    /// What it is set to, as it was when it was opened.
    pub settings: Settings,
    /// Where it is.
    pub(crate) db: Db,
    /// Its number in the database.
    pub(crate) id: i64,
    /// The key of every hash of erasable words in the journals.
    pub(crate) secret: Vec<u8>,
}

/// The answer to making a book.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it, for as long as it takes to look into it")]
pub enum Created {
    /// It was made.
    Made(Book),
    /// A book of this name is there already; nothing was recorded.
    Exists(String),
}

/// The answer to opening a book.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it, for as long as it takes to look into it")]
pub enum Opened {
    /// Here it is.
    Book(Book),
    /// The database holds no book.
    None,
    /// No name was given and there are several.
    NotNamed(Vec<String>),
    /// There is no book of that name; these there are.
    Unknown(Vec<String>),
}

#[derive(Debug, FromRow)]
struct BookRow {
    book: i64,
    name: String,
    currency: String,
    time_zone: String,
    calendar: String,
    buckets: String,
    mode: String,
    sender: Option<String>,
    first_open_day: Option<i64>,
    last_bank_statement: Option<i64>,
    paper_links: Option<String>,
    pays_from: Option<String>,
    secret: Vec<u8>,
}

const BOOK: Table = Table {
    name: "book",
    columns: &[
        ("book", Int),
        ("name", Text),
        ("currency", Text),
        ("time_zone", Text),
        ("calendar", Text),
        ("buckets", Text),
        ("mode", Text),
        ("sender", Text),
        ("first_open_day", Int),
        ("last_bank_statement", Int),
        ("paper_links", Text),
        ("pays_from", Text),
        ("secret", Blob),
        ("created_at", Int),
    ],
    tail: "",
};

const BOOKS: &str = "select book, name, currency, time_zone, calendar, buckets, mode, sender, first_open_day, \
     last_bank_statement, paper_links, pays_from, secret from book order by name";
const NEXT_BOOK: &str = "select cast(coalesce(max(book), 0) + 1 as bigint) from book";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[BOOKS, NEXT_BOOK, SETTINGS_ROWS];
/// Every table this module inserts into.
#[cfg(test)]
pub(crate) const TABLES: &[&Table] = &[&BOOK];

impl Book {
    /// Makes a book with the user `desk`; refused when one of that name is there. Repeating it is safe.
    pub async fn create(db: &Db, settings: &Settings, recorded_at: i64) -> Result<Created> {
        refuse_nul(&[&settings.name, &settings.time_zone, &settings.calendar])?;
        let mut secret = vec![0_u8; 32];
        getrandom::fill(&mut secret).map_err(|error| Fault::new(format!("random bytes: {error}")))?;
        let mut tx = db.begin_write().await?;
        if books(&mut tx).await?.iter().any(|book| book.name == settings.name) {
            return Ok(Created::Exists(settings.name.clone()));
        }
        let id: i64 = on_tx!(&mut tx, c => sqlx::query_scalar(NEXT_BOOK).fetch_one(c).await?);
        let buckets = buckets_text(&settings.buckets);
        let cells: [Cell<'_>; 14] = [
            id.into(),
            (&settings.name).into(),
            settings.currency.code().into(),
            (&settings.time_zone).into(),
            (&settings.calendar).into(),
            (&buckets).into(),
            settings.mode.code().into(),
            (&settings.sender).into(),
            settings.first_open_day.map(day_number).into(),
            settings.last_bank_statement.map(day_number).into(),
            (&settings.paper_links).into(),
            (&settings.pays_from).into(),
            (&secret).into(),
            recorded_at.into(),
        ];
        bulk::insert(&mut tx, &BOOK, &cells).await?;
        tx.commit().await?;
        Ok(Created::Made(Self { settings: settings.clone(), db: db.clone(), id, secret }))
    }

    /// Opens the book `name`, or the only one there is.
    pub async fn open(db: &Db, name: Option<&str>) -> Result<Opened> {
        let mut tx = db.begin_read().await?;
        let mut found = books(&mut tx).await?;
        let names: Vec<String> = found.iter().map(|book| book.name.clone()).collect();
        let place = match name {
            Some(name) => match names.iter().position(|known| known == name) {
                Some(place) => place,
                None => return Ok(Opened::Unknown(names)),
            },
            None if found.is_empty() => return Ok(Opened::None),
            None if found.len() > 1 => return Ok(Opened::NotNamed(names)),
            None => 0,
        };
        let row = found.swap_remove(place);
        Ok(Opened::Book(Self { id: row.book, secret: row.secret.clone(), settings: settings(row)?, db: db.clone() }))
    }

    /// The number of the newest migration this program knows.
    pub fn schema_version() -> i64 {
        sqlx::migrate!("migrations/sqlite").iter().map(|migration| migration.version).max().unwrap_or(0)
    }

    /// The database the book is in.
    pub fn db(&self) -> &Db {
        &self.db
    }
}

async fn books(tx: &mut Tx) -> Result<Vec<BookRow>> {
    Ok(on_tx!(tx, c => sqlx::query_as(BOOKS).fetch_all(c).await?))
}

/// Bucket ends as they are stored.
pub(crate) fn buckets_text(buckets: &[i64]) -> String {
    let ends: Vec<String> = buckets.iter().map(i64::to_string).collect();
    ends.join(",")
}

fn settings(row: BookRow) -> Result<Settings> {
    let damaged = |what: &str| Fault::new(format!("the book '{}' is damaged: {what}", row.name));
    let buckets: std::result::Result<Vec<i64>, _> =
        row.buckets.split(',').filter(|end| !end.is_empty()).map(str::parse).collect();
    Ok(Settings {
        currency: Currency::parse(&row.currency).ok_or_else(|| damaged("currency"))?,
        buckets: buckets.map_err(|_| damaged("buckets"))?,
        mode: Mode::parse(&row.mode).ok_or_else(|| damaged("mode"))?,
        first_open_day: row.first_open_day.map(from_day_number),
        last_bank_statement: row.last_bank_statement.map(from_day_number),
        paper_links: row.paper_links,
        pays_from: row.pays_from,
        name: row.name,
        time_zone: row.time_zone,
        calendar: row.calendar,
        sender: row.sender,
    })
}

/// The changes of mode that the settings rows of the activity journal tell: the mode, and the entry that set it, oldest first.
/// `rows` are entry and detail by entry. A book begins in rehearsal.
pub(crate) fn changes_of_mode(rows: &[(i64, String)]) -> Result<Vec<(Mode, i64)>> {
    let mut changes: Vec<(Mode, i64)> = Vec::new();
    for (entry, detail) in rows {
        let damaged = || Fault::new(format!("activity {entry}: its settings are damaged"));
        let detail: serde_json::Value = serde_json::from_str(detail).map_err(|_| damaged())?;
        let mode = detail["mode"].as_str().and_then(Mode::parse).ok_or_else(damaged)?;
        if changes.last().map_or(Mode::Rehearsal, |(before, _)| *before) != mode {
            changes.push((mode, *entry));
        }
    }
    Ok(changes)
}

/// The settings of a book as they were journaled: entry and detail, oldest first.
pub(crate) const SETTINGS_ROWS: &str =
    "select entry, detail from activity where book = $1 and account = 0 and kind = 'settings' order by entry";

/// Refuses text with a NUL byte, which PostgreSQL cannot hold.
pub(crate) fn refuse_nul(texts: &[&str]) -> Result<()> {
    match texts.iter().find(|text| text.contains('\0')) {
        Some(_) => Err(Fault::new("text with a NUL character cannot be recorded")),
        None => Ok(()),
    }
}
