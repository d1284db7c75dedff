//! The desk itself: a book, a user, and a clock given from outside.

use dunwell_rules::aging::Buckets;
use dunwell_rules::approval::Role;
use dunwell_rules::calendar::{Calendar, Date};
use dunwell_store::book::{Book, Settings};
use dunwell_store::record::Command;
use dunwell_store::record::Recording;

use crate::refusal::{Refusal, Result, Stop};

/// Tells the instant, UTC microseconds since 1970. The binary passes the machine's clock, tests pass their own.
pub type Clock = fn() -> i64;

/// How often a task is tried again when another writer was in the way.
const TRIES: u32 = 8;

/// One user at work on one book.
#[derive(Debug, Clone)]
pub struct Desk {
    /// The book.
    pub book: Book,
    /// The user's name; `desk` is the house itself.
    pub user: String,
    /// The user's role; the house has none, and can never approve.
    pub role: Option<Role>,
    /// The clock.
    pub clock: Clock,
}

impl Desk {
    /// The user `name` at work on `book`; refused when the book knows no such user. `desk` is always known.
    pub async fn open(book: Book, name: &str, clock: Clock) -> Result<Self> {
        let role = if name == "desk" {
            None
        } else {
            let role = book.read().await?.user(name).await?;
            Some(role.and_then(|role| Role::parse(&role)).ok_or_else(|| Refusal::UnknownUser(name.into()))?)
        };
        Ok(Self { book, user: name.into(), role, clock })
    }

    /// The book's settings.
    pub fn settings(&self) -> &Settings {
        &self.book.settings
    }

    /// The book's aging buckets; the standard ones where the settings hold none that make sense.
    pub fn buckets(&self) -> Buckets {
        let days: Vec<u32> = self.settings().buckets.iter().filter_map(|days| u32::try_from(*days).ok()).collect();
        Buckets::new(&days).unwrap_or_else(|_| Buckets::standard())
    }

    /// The book's business calendar.
    pub fn calendar(&self) -> Result<Calendar> {
        let name = &self.settings().calendar;
        let calendar = Calendar::named(name).ok_or_else(|| Refusal::BadValue {
            what: "calendar",
            value: name.clone(),
            why: "this version does not know it".into(),
        })?;
        Ok(calendar)
    }

    /// Begins a transaction that records `task` for the business day `on`.
    pub async fn record(&self, task: &str, on: Date) -> Result<Recording> {
        let command = Command { name: task.into(), actor: self.user.clone(), day: on, recorded_at: (self.clock)() };
        Ok(self.book.record(&command).await?)
    }

    /// Seals what was committed, by this task or by one that was cut off.
    pub async fn seal(&self) -> Result<()> {
        self.book.seal((self.clock)()).await?;
        Ok(())
    }

    /// Runs `attempt` again, at most eight times, while another writer is in the way; then seals.
    pub async fn retrying<T>(&self, mut attempt: impl AsyncFnMut() -> Result<T>) -> Result<T> {
        let mut tries = 1;
        loop {
            match attempt().await {
                Err(Stop::Fault(fault)) if fault.is_retryable() && tries < TRIES => tries += 1,
                Ok(done) => {
                    self.seal().await?;
                    return Ok(done);
                }
                stop => return stop,
            }
            tokio::time::sleep(std::time::Duration::from_millis(1 << tries)).await;
        }
    }

    /// Refuses a user whose role may only look.
    pub fn may_record(&self, task: &str) -> Result<()> {
        match self.role {
            Some(role @ (Role::Auditor | Role::Integrator)) if task != "import" || role == Role::Auditor => {
                Err(Refusal::RoleCannot {
                    user: self.user.clone(),
                    role: role.code().into(),
                    task: task.into(),
                    needs: "collector".into(),
                }
                .into())
            }
            _ => Ok(()),
        }
    }
}
