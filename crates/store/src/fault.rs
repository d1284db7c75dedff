//! What can go wrong below the rules: the database, the disk, a damaged book. One opaque type with its context.

use std::fmt;

/// An I/O or database failure. Nothing was recorded by the call that returned it.
#[derive(Debug)]
pub struct Fault {
    context: String,
    cause: Option<Box<dyn std::error::Error + Send + Sync>>,
    retry: bool,
    claimed: bool,
}

/// The answer of every call that touches a database.
pub type Result<T> = std::result::Result<T, Fault>;

impl Fault {
    /// A failure without a cause below it, in one sentence.
    pub fn new(context: impl Into<String>) -> Self {
        Self { context: context.into(), cause: None, retry: false, claimed: false }
    }

    /// Another writer was in the way: the same call may succeed when it is made again.
    pub(crate) fn contended(context: impl Into<String>) -> Self {
        Self { context: context.into(), cause: None, retry: true, claimed: false }
    }

    /// Another request with the same idempotency key recorded first: nothing of this one was kept.
    pub(crate) fn claimed() -> Self {
        let context = "another request with this idempotency key was recorded first".into();
        Self { context, cause: None, retry: false, claimed: true }
    }

    /// Whether another request with the same idempotency key recorded first: its answer is the answer.
    pub fn is_claimed(&self) -> bool {
        self.claimed
    }

    /// Whether the same call may succeed when it is made again: another writer was in the way.
    pub fn is_retryable(&self) -> bool {
        self.retry
    }

    /// The same failure, with what was being done when it struck.
    #[must_use]
    pub fn while_doing(mut self, what: &str) -> Self {
        self.context = format!("{what}: {}", self.context);
        self
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.context)?;
        match &self.cause {
            Some(cause) => write!(f, ": {cause}"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}

/// SQLSTATE and SQLite codes after which the whole transaction is worth another try: serialization failure, deadlock,
/// a unique key that a concurrent writer took first, and a busy database file.
const RETRYABLE: &[&str] = &["40001", "40P01", "23505", "5", "261", "517", "2067", "1555"];

impl From<sqlx::Error> for Fault {
    fn from(error: sqlx::Error) -> Self {
        let retry = match &error {
            sqlx::Error::Database(db) => db.code().is_some_and(|code| RETRYABLE.contains(&code.as_ref())),
            _ => false,
        };
        Self { context: "database".into(), cause: Some(Box::new(error)), retry, claimed: false }
    }
}

impl From<sqlx::migrate::MigrateError> for Fault {
    fn from(error: sqlx::migrate::MigrateError) -> Self {
        Self { context: "schema".into(), cause: Some(Box::new(error)), retry: false, claimed: false }
    }
}
