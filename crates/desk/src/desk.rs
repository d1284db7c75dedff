//! The desk itself: a book, a user, and a clock given from outside.

use std::sync::Arc;

use dunwell_rules::aging::Buckets;
use dunwell_rules::approval::Role;
use dunwell_rules::calendar::{Calendar, Date, from_day_number};
use dunwell_rules::rights::{Action, Scope, may};
use dunwell_store::access::request::RequestClaim;
use dunwell_store::book::{Book, Settings};
use dunwell_store::record::Command;
use dunwell_store::record::Recording;

use crate::cash::kept_books::KeptBooks;
use crate::refusal::{Refusal, Result, Stop};

/// Tells the instant, UTC microseconds since 1970. The binary passes the machine's clock, tests pass their own.
pub type Clock = fn() -> i64;

/// The name of the house itself.
const HOUSE: &str = "desk";
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
    /// What the API key at work is good for, beside its owner's role; `None` where a person or the house is at work.
    pub scopes: Option<Vec<Scope>>,
    /// The request that is being answered, where it carries an idempotency key: what is recorded claims the key.
    pub request: Option<RequestClaim>,
    /// What looking for payers needs of the whole book, kept between tasks and shared by clones.
    pub books: Arc<KeptBooks>,
}

impl Desk {
    /// The house at work on `book`.
    pub fn house(book: Book, clock: Clock) -> Self {
        Self { book, user: HOUSE.into(), role: None, clock, scopes: None, request: None, books: Arc::default() }
    }

    /// A person of that name and role at work on `book`, whoever proved it: a session, for instance.
    pub fn of(book: Book, user: &str, role: Role, clock: Clock) -> Self {
        Self { book, user: user.into(), role: Some(role), clock, scopes: None, request: None, books: Arc::default() }
    }

    /// The user `name` at work on `book`; refused when the book knows no such user. `desk` is always known.
    pub async fn open(book: Book, name: &str, clock: Clock) -> Result<Self> {
        if name == HOUSE {
            return Ok(Self::house(book, clock));
        }
        let role = book.read().await?.user(name).await?;
        let role = role.and_then(|role| Role::parse(&role)).ok_or_else(|| Refusal::UnknownUser(name.into()))?;
        Ok(Self::of(book, name, role, clock))
    }

    /// The same at work with what a process keeps of this book for all of its tasks.
    pub fn keeping(self, books: &Arc<KeptBooks>) -> Self {
        Self { books: Arc::clone(books), ..self }
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
        let calendar = Calendar::read(name).ok_or_else(|| Refusal::BadValue {
            what: "calendar",
            value: name.clone(),
            why: "this version does not know it".into(),
        })?;
        Ok(calendar)
    }

    /// Begins a transaction that records `task` for the business day `on`.
    pub async fn record(&self, task: &str, on: Date) -> Result<Recording> {
        let command = Command { name: task.into(), actor: self.user.clone(), day: on, recorded_at: (self.clock)() };
        let mut recording = self.book.record(&command).await?;
        if let Some(request) = &self.request {
            recording.claim(request.clone());
        }
        Ok(recording)
    }

    /// The day of the desk's clock, UTC: for what belongs to no business day, such as people and closed months.
    pub fn clock_day(&self) -> Date {
        from_day_number((self.clock)().div_euclid(86_400_000_000))
    }

    /// Seals what was committed, by this task or by one that was cut off.
    pub async fn seal(&self) -> Result<()> {
        self.book.seal((self.clock)()).await?;
        Ok(())
    }

    /// Runs `attempt` again, at most eight times, while another writer is in the way; then seals.
    pub async fn retrying<T, F>(&self, mut attempt: impl FnMut() -> F) -> Result<T>
    where
        F: Future<Output = Result<T>>,
    {
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

    /// Whether this user may do it: refused by the table of rights (`role_cannot`), and to an API key whose scopes do not
    /// reach that far (`scope_cannot`). Every task of the desk asks here first.
    pub fn may(&self, action: Action) -> Result<()> {
        may(self.role, action).map_err(|refused| Refusal::RoleCannot {
            user: self.user.clone(),
            role: refused.role.map_or("the house", Role::code).into(),
            task: action.code().into(),
            needs: refused.needs.code().into(),
        })?;
        self.within_scope(action)
    }

    /// Whether the key at work is good for it; a person needs no key. For tasks whose role is decided by an amount as well.
    pub fn within_scope(&self, action: Action) -> Result<()> {
        let Some(scopes) = &self.scopes else { return Ok(()) };
        match action.scope() {
            Some(scope) if scopes.contains(&scope) => Ok(()),
            needs => {
                let needs = needs.map_or("a person", Scope::code).into();
                Err(Refusal::ScopeCannot { user: self.user.clone(), task: action.code().into(), needs }.into())
            }
        }
    }
}
