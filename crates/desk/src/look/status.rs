//! How the book stands: its settings in short, the last day that ran, what was read last, what is sealed and what waits.

use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use dunwell_store::book::Book;
use dunwell_store::db::Db;
use dunwell_store::views::status::{LastImport, SealTail};
use serde::Serialize;

use crate::desk::Desk;
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::Result;

/// The state of a book.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// The program's version.
    pub version: &'static str,
    /// The newest change of the database's form that the program knows.
    pub schema_version: i64,
    /// `sqlite` or `postgres`.
    pub database: &'static str,
    /// The book's name.
    pub book: String,
    /// `rehearsal` or `live`.
    pub mode: &'static str,
    /// The policy in force, by name.
    pub policy: String,
    /// The last day that ran; null before the first.
    pub last_run_day: Option<Date>,
    /// Whether that day covered every account.
    pub last_run_complete: Option<bool>,
    /// The newest import that was not undone.
    pub last_import: Option<LastImport>,
    /// The day of the newest bank statement.
    pub last_bank_statement: Option<Date>,
    /// The earlier of the two: up to there the figures know both what is owed and what was paid.
    pub data_as_of: Option<Date>,
    /// The chain over the journals.
    pub seal: SealTail,
    /// Requests that wait for a second person.
    pub pending_approvals: i64,
}

/// How the book stands now.
pub async fn status(desk: &Desk) -> Result<Status> {
    desk.may(Action::ReadSettings)?;
    let policy = policy_in_force(desk).await?.policy.name;
    let mut reading = desk.book.read().await?;
    let (run, last_import) = (reading.last_run_day().await?, reading.last_import().await?);
    let (seal, pending_approvals) = (reading.seal_tail().await?, reading.pending_requests().await?);
    let settings = desk.settings();
    Ok(Status {
        version: env!("CARGO_PKG_VERSION"),
        schema_version: Book::schema_version(),
        database: match desk.book.db() {
            Db::Sqlite { .. } => "sqlite",
            Db::Pg(_) => "postgres",
        },
        book: settings.name.clone(),
        mode: settings.mode.code(),
        policy,
        last_run_day: run.as_ref().map(|run| run.day),
        last_run_complete: run.as_ref().map(|run| run.complete),
        data_as_of: DataAsOf {
            bank_file: settings.last_bank_statement,
            import: last_import.as_ref().map(|last| last.day),
        }
        .earliest(),
        last_bank_statement: settings.last_bank_statement,
        last_import,
        seal,
        pending_approvals,
    })
}

/// Up to when the figures know what was paid, and what is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DataAsOf {
    /// The day of the newest bank statement; `None` in a book without a bank feed.
    pub bank_file: Option<Date>,
    /// The day of the newest import; `None` before the first.
    pub import: Option<Date>,
}

impl DataAsOf {
    /// The earlier day: what both know.
    pub fn earliest(self) -> Option<Date> {
        self.bank_file.into_iter().chain(self.import).min()
    }
}

/// Up to when the figures of a book know what happened.
pub async fn data_as_of(book: &Book) -> Result<DataAsOf> {
    let import = book.read().await?.last_import().await?;
    Ok(DataAsOf { bank_file: book.settings.last_bank_statement, import: import.map(|import| import.day) })
}
