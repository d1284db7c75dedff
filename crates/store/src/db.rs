//! The two databases behind one door: connecting, migrating, and dispatching one SQL text to either.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::pool::PoolOptions;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Database, PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use crate::fault::{Fault, Result};
use crate::faults::{after_commit, before_statement};
use crate::words;

/// Readers a process keeps open at most.
const READERS: u32 = 16;
/// How long a writer waits for another process's write transaction before it gives up.
const BUSY: Duration = Duration::from_secs(60);
/// Rows the embedded database reads ahead of whoever takes them.
const ROWS_AHEAD: usize = 1024;

/// Whether the file says which migrations it has, and which it has.
const APPLIED_TABLE: &str = "select 1 from sqlite_master where type = 'table' and name = '_sqlx_migrations'";
const APPLIED: &str = "select version from _sqlx_migrations where success";

/// A database that holds one or several books.
#[derive(Debug, Clone)]
pub enum Db {
    /// An embedded file: one writer connection, several readers.
    Sqlite {
        /// The only connection that writes.
        writer: SqlitePool,
        /// Connections that read.
        readers: SqlitePool,
    },
    /// A PostgreSQL server.
    Pg(PgPool),
}

/// A transaction on either database.
#[derive(Debug)]
pub enum Tx {
    /// On the embedded file.
    Sqlite(Transaction<'static, Sqlite>),
    /// On the server.
    Pg(Transaction<'static, Postgres>),
}

/// Runs one body against either database: `on_tx!(tx, c => query(SQL).bind(1).execute(&mut *c).await?)`.
/// `c` is a `&mut SqliteConnection` or a `&mut PgConnection`.
macro_rules! on_tx {
    ($tx:expr, $conn:ident => $body:expr) => {{
        $crate::faults::before_statement()?;
        match $tx {
            $crate::db::Tx::Sqlite(transaction) => {
                let $conn = &mut **transaction;
                $body
            }
            $crate::db::Tx::Pg(transaction) => {
                let $conn = &mut **transaction;
                $body
            }
        }
    }};
}
pub(crate) use on_tx;

/// A pool that keeps its connections for as long as it is there. One that lets them go when they are old or idle has a task for
/// that, which may count itself round and then takes a core for ever and never ends (sqlx 0.9.0, its issue 3645).
fn kept<D: Database>() -> PoolOptions<D> {
    PoolOptions::new().max_lifetime(None).idle_timeout(None)
}

impl Db {
    /// Connects to `sqlite:PATH` or `postgres://…` and brings the schema up to date.
    ///
    /// `create` makes a missing SQLite file; without it a missing file is a fault that names the file.
    pub async fn connect(url: &str, create: bool) -> Result<Self> {
        let db = match url.strip_prefix("sqlite:") {
            Some(path) => Self::open_file(Path::new(path), create).await?,
            None if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                let options: PgConnectOptions = url.parse::<PgConnectOptions>()?;
                let pool: PgPoolOptions = kept().max_connections(READERS);
                Self::Pg(pool.connect_with(options).await?)
            }
            None => return Err(Fault::new(format!("'{url}' is neither sqlite:PATH nor postgres://…"))),
        };
        db.migrate().await?;
        words::fill(&db).await?;
        Ok(db)
    }

    async fn open_file(path: &Path, create: bool) -> Result<Self> {
        if !create && !path.exists() {
            return Err(Fault::new(format!("there is no book at {}; `dunwell init` makes one", path.display())));
        }
        let options = SqliteConnectOptions::new()
            .filename(PathBuf::from(path))
            .create_if_missing(create)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(BUSY)
            .statement_cache_capacity(400)
            .row_buffer_size(ROWS_AHEAD)
            .pragma("trusted_schema", "OFF")
            .pragma("cache_size", "-65536")
            .pragma("wal_autocheckpoint", "8192")
            .pragma("temp_store", "MEMORY");
        // What a large transaction changes must fit, or its pages are written and read again before it ends.
        let writing = options.clone().pragma("cache_size", "-262144");
        let writer: SqlitePoolOptions = kept().max_connections(1);
        let writer = writer.connect_with(writing).await?;
        // A connection to a file does not break while it lies idle: it is not tried before each use.
        let readers: SqlitePoolOptions = kept().max_connections(READERS).test_before_acquire(false);
        let readers = readers.connect_with(options).await?;
        Ok(Self::Sqlite { writer, readers })
    }

    /// The file of an embedded book; `None` on a server.
    pub fn file(&self) -> Option<PathBuf> {
        match self {
            Self::Sqlite { writer, .. } => Some(writer.connect_options().get_filename().to_owned()),
            Self::Pg(_) => None,
        }
    }

    async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { writer, .. } => migrate_file(writer).await?,
            Self::Pg(pool) => sqlx::migrate!("migrations/postgres").run(pool).await?,
        }
        Ok(())
    }

    /// Opens a transaction that may write. On SQLite it takes the write lock at once (`BEGIN IMMEDIATE`).
    pub async fn begin_write(&self) -> Result<Tx> {
        before_statement()?;
        Ok(match self {
            Self::Sqlite { writer, .. } => Tx::Sqlite(writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Pg(pool) => Tx::Pg(pool.begin().await?),
        })
    }

    /// Opens a transaction that reads one consistent state of the book.
    pub async fn begin_read(&self) -> Result<Tx> {
        before_statement()?;
        Ok(match self {
            Self::Sqlite { readers, .. } => Tx::Sqlite(readers.begin().await?),
            Self::Pg(pool) => Tx::Pg(pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?),
        })
    }

    /// Closes every connection; on SQLite this folds the write-ahead log into the file.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Pg(pool) => pool.close().await,
        }
    }
}

/// Brings an embedded file up to date. Of several processes that open it at once one does the work and the others wait:
/// the write lock is taken before it is seen what is lacking. A file that is up to date is only read, so that nobody who
/// opens it waits for a writer.
async fn migrate_file(writer: &SqlitePool) -> Result<()> {
    let migrator = sqlx::migrate!("migrations/sqlite");
    let known: Option<i64> = sqlx::query_scalar(APPLIED_TABLE).fetch_optional(writer).await?;
    let applied: Vec<i64> = match known {
        Some(_) => sqlx::query_scalar(APPLIED).fetch_all(writer).await?,
        None => Vec::new(),
    };
    if migrator.iter().all(|migration| applied.contains(&migration.version)) {
        return Ok(migrator.run(writer).await?);
    }
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await?;
    // Each migration is a savepoint of this transaction.
    migrator.run(&mut *tx).await?;
    Ok(tx.commit().await?)
}

impl Tx {
    /// Makes everything written in the transaction durable.
    pub async fn commit(self) -> Result<()> {
        before_statement()?;
        match self {
            Self::Sqlite(transaction) => transaction.commit().await?,
            Self::Pg(transaction) => transaction.commit().await?,
        }
        after_commit()
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode};
    use sqlx::{Connection, SqliteConnection};

    use super::Db;

    /// A book's file as the first version of this program left it.
    async fn old_file(number: usize) -> PathBuf {
        let file = std::env::temp_dir().join(format!("dunwell-old-{}-{number}.db", std::process::id()));
        let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
        let mut connection = SqliteConnection::connect_with(&options.journal_mode(SqliteJournalMode::Wal))
            .await
            .expect("a fresh SQLite file");
        sqlx::migrate!("migrations/sqlite").run_to(1, &mut connection).await.expect("the first migration");
        connection.close().await.expect("it closes");
        file
    }

    #[tokio::test]
    async fn several_processes_that_first_open_an_old_file_at_once_all_find_it_up_to_date() {
        for number in 0..5 {
            let file = old_file(number).await;
            let url = format!("sqlite:{}", file.display());
            let openers: Vec<_> = (0..4)
                .map(|_| {
                    let url = url.clone();
                    std::thread::spawn(move || {
                        let runtime =
                            tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
                        runtime.block_on(async {
                            Db::connect(&url, false).await.expect("the file opens").close().await;
                        });
                    })
                })
                .collect();
            for opener in openers {
                opener.join().expect("the file opens");
            }
            for end in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{}{end}", file.display()));
            }
        }
    }
}
