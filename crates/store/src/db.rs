//! The two databases behind one door: connecting, migrating, and dispatching one SQL text to either.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, Postgres, Sqlite, SqlitePool, Transaction};

use crate::fault::{Fault, Result};
use crate::faults::{after_commit, before_statement};
use crate::words;

/// Readers a process keeps open at most.
const READERS: u32 = 16;
/// How long a writer waits for another process's write transaction before it gives up.
const BUSY: Duration = Duration::from_secs(60);
/// Rows the embedded database reads ahead of whoever takes them.
const ROWS_AHEAD: usize = 1024;

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

impl Db {
    /// Connects to `sqlite:PATH` or `postgres://…` and brings the schema up to date.
    ///
    /// `create` makes a missing SQLite file; without it a missing file is a fault that names the file.
    pub async fn connect(url: &str, create: bool) -> Result<Self> {
        let db = match url.strip_prefix("sqlite:") {
            Some(path) => Self::open_file(Path::new(path), create).await?,
            None if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                let options: PgConnectOptions = url.parse::<PgConnectOptions>()?;
                Self::Pg(PgPoolOptions::new().max_connections(READERS).connect_with(options).await?)
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
        let writer = SqlitePoolOptions::new().max_connections(1).connect_with(writing).await?;
        let readers = SqlitePoolOptions::new().max_connections(READERS).connect_with(options).await?;
        Ok(Self::Sqlite { writer, readers })
    }

    async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { writer, .. } => sqlx::migrate!("migrations/sqlite").run(writer).await?,
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
