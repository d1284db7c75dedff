//! Where the book is: `--book`, else `DUNWELL_BOOK`, else `dunwell.toml`, else `sqlite:dunwell.db` here.

use std::path::Path;

use dunwell_desk::refusal::by_today;
use dunwell_desk::{Desk, keep_book};
use dunwell_store::db::Db;
use serde::Deserialize;

use crate::cli::{Cli, On};
use crate::clock;
use crate::output::Failure;

/// What `dunwell.toml` in the current folder may say.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    book: Option<String>,
}

/// A database address and, after `#`, the name of a book in it.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) url: String,
    pub(crate) name: Option<String>,
}

impl Place {
    /// The place the command line, the environment or `dunwell.toml` names.
    pub(crate) fn of(cli: &Cli) -> Result<Self, Failure> {
        let given = match &cli.book {
            Some(book) => book.clone(),
            None => configured()?.unwrap_or_else(|| "sqlite:dunwell.db".into()),
        };
        Ok(match given.rsplit_once('#') {
            Some((url, name)) if !name.is_empty() => Self { url: url.into(), name: Some(name.into()) },
            _ => Self { url: given, name: None },
        })
    }

    /// What answers call the book.
    pub(crate) fn label(&self, name: &str) -> String {
        format!("{}#{name}", self.url)
    }
}

fn configured() -> Result<Option<String>, Failure> {
    let path = Path::new("dunwell.toml");
    if !path.exists() {
        return Ok(None);
    }
    let text = std::fs::read_to_string(path).map_err(|error| Failure::io("dunwell.toml", &error))?;
    let config: ConfigFile = toml::from_str(&text)
        .map_err(|error| Failure::usage(format!("dunwell.toml: {}", error.to_string().replace('\n', " "))))?;
    Ok(config.book)
}

/// The user of the command line at work on its book.
pub(crate) async fn desk(cli: &Cli) -> Result<Desk, Failure> {
    let place = Place::of(cli)?;
    let db = Db::connect(&place.url, false).await?;
    let book = keep_book::open_book(&db, place.name.as_deref()).await?;
    Ok(Desk::open(book, &cli.user, clock::now).await?)
}

/// Up to when payments are known, below figures of money; nothing in a book without a bank feed.
pub(crate) fn as_of_bank_file(desk: &Desk) -> String {
    desk.settings().last_bank_statement.map_or_else(String::new, |day| format!("Data as of bank file of {day}\n"))
}

impl On {
    /// The day asked for, else today in the book's time zone.
    pub(crate) fn in_book(self, desk: &Desk) -> dunwell_desk::rules::calendar::Date {
        self.day.unwrap_or_else(|| clock::today(&desk.settings().time_zone))
    }

    /// The same for what is recorded of money: refused (`day_in_future`) is a day after today in the book's time zone.
    pub(crate) fn by_today(self, desk: &Desk) -> Result<dunwell_desk::rules::calendar::Date, Failure> {
        let today = clock::today(&desk.settings().time_zone);
        Ok(by_today(self.in_book(desk), today)?)
    }
}
