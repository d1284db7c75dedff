//! Fresh databases for tests: a SQLite file, and a PostgreSQL database where `DUNWELL_TEST_POSTGRES` names a server.
//! Every test of a store runs on both through [`on_each_database`]. What fails here panics: it is a test's own trouble.

mod copies;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use dunwell_rules::calendar::Date;
use dunwell_rules::money::Currency;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::book::{Book, Created, Mode, Settings};
use crate::db::Db;
use crate::record::Command;

pub use copies::{Copy, Original, access_texts, census, dump};

/// Numbers the databases of this process.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// A fresh database, gone when it is dropped.
#[derive(Debug)]
pub struct Place {
    url: String,
    db: Db,
    file: Option<PathBuf>,
    server: Option<(String, String)>,
}

impl Place {
    /// A fresh SQLite file in the temporary folder.
    pub async fn sqlite() -> Self {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let file = std::env::temp_dir().join(format!("dunwell-test-{}-{number}.db", std::process::id()));
        remove(&file);
        let url = format!("sqlite:{}", file.display());
        let db = Db::connect(&url, true).await.expect("a fresh SQLite file");
        Self { url, db, file: Some(file), server: None }
    }

    /// A fresh database on the server that `DUNWELL_TEST_POSTGRES` names; `None` without one.
    pub async fn postgres() -> Option<Self> {
        let server = std::env::var("DUNWELL_TEST_POSTGRES").ok()?;
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("dunwell_test_{}_{number}", std::process::id());
        let mut admin = PgConnection::connect(&server).await.expect("the test server answers");
        for sql in [format!("drop database if exists {name} with (force)"), format!("create database {name}")] {
            sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await.expect("a fresh PostgreSQL database");
        }
        admin.close().await.expect("the test server says goodbye");
        let (host, _) = server.rsplit_once('/').expect("DUNWELL_TEST_POSTGRES ends in /DATABASE");
        let url = format!("{host}/{name}");
        let db = Db::connect(&url, true).await.expect("the fresh PostgreSQL database answers");
        Some(Self { url, db, file: None, server: Some((server, name)) })
    }

    /// What `--book` takes.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The open database.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// Makes a book of that name: USD, UTC, rehearsal, every day a business day.
    pub async fn book(&self, name: &str) -> Book {
        match Book::create(&self.db, &settings(name), 0).await.expect("a book can be made") {
            Created::Made(book) => book,
            Created::Exists(name) => panic!("the fresh database has a book {name}"),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        drop_database(self.file.as_deref(), self.server.take());
    }
}

/// Removes a file, and drops a database on its server.
fn drop_database(file: Option<&Path>, server: Option<(String, String)>) {
    if let Some(file) = file {
        remove(file);
    }
    if let Some((server, name)) = server {
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async move {
                if let Ok(mut admin) = PgConnection::connect(&server).await {
                    let sql = format!("drop database if exists {name} with (force)");
                    let _ = sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut admin).await;
                }
            });
        });
        let _ = dropping.join();
    }
}

fn remove(file: &Path) {
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
}

/// The settings of a test's book.
pub fn settings(name: &str) -> Settings {
    Settings {
        name: name.to_owned(),
        currency: Currency::USD,
        time_zone: "UTC".to_owned(),
        calendar: "every-day".to_owned(),
        buckets: vec![30, 60, 90, 120],
        mode: Mode::Rehearsal,
        sender: None,
        first_open_day: None,
        last_bank_statement: None,
        paper_links: None,
        pays_from: None,
    }
}

/// A command of the desk on a day.
pub fn command(name: &str, day: Date) -> Command {
    Command { name: name.to_owned(), actor: "desk".to_owned(), day, recorded_at: 1_700_000_000_000_000 }
}

/// Runs a test on a fresh SQLite file, then on a fresh PostgreSQL database. Without a server the second half is left out
/// with a message, except where `CI` is set: there it fails.
pub fn on_each_database(test: impl AsyncFn(&Place)) {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let place = Place::sqlite().await;
        test(&place).await;
        place.db.close().await;
        drop(place);
        match Place::postgres().await {
            Some(place) => {
                test(&place).await;
                place.db.close().await;
            }
            None if std::env::var_os("CI").is_some() => {
                panic!("CI tests on PostgreSQL: DUNWELL_TEST_POSTGRES is not set")
            }
            None => eprintln!("skipped on PostgreSQL: DUNWELL_TEST_POSTGRES is not set"),
        }
    });
}
