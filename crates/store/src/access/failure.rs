//! Attempts to sign in, counted by name and by address. An attempt is counted before it is looked at: a hundred at once are
//! a hundred, whatever comes of them.

use crate::book::Book;
use crate::fault::Result;
use crate::read::Bind;

/// How many attempts were counted, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempts {
    /// Attempts in the window, this one included.
    pub counted: i64,
    /// When the window began, UTC microseconds.
    pub since: i64,
}

const COUNT: &str = "insert into sign_in_failure (book, attempt_key, failures, window_from) values ($1, $2, 1, $3) \
     on conflict (book, attempt_key) do update set \
     failures = case when sign_in_failure.window_from <= $4 then 1 else sign_in_failure.failures + 1 end, \
     window_from = case when sign_in_failure.window_from <= $4 then $3 else sign_in_failure.window_from end \
     returning failures, window_from";
const FORGIVE: &str = "update sign_in_failure set failures = failures - 1 \
     where book = $1 and attempt_key = $2 and failures > 0";
const CLEAR: &str = "delete from sign_in_failure where book = $1 and attempt_key = $2";

/// Every statement that writes.
#[cfg(test)]
pub(crate) const WRITES: &[&str] = &[COUNT, FORGIVE, CLEAR];

impl Book {
    /// Counts an attempt. A window that began at or before `expired` is over, and a new one begins with this attempt.
    pub async fn count_attempt(&self, key: &str, now: i64, expired: i64) -> Result<Attempts> {
        let binds = [Bind::Text(key), Bind::Int(now), Bind::Int(expired)];
        let row: Option<(i64, i64)> = self.changed(COUNT, &binds).await?;
        Ok(row.map_or(Attempts { counted: 1, since: now }, |(counted, since)| Attempts { counted, since }))
    }

    /// Takes one attempt back: it was no failure.
    pub async fn forgive_attempt(&self, key: &str) -> Result<()> {
        self.change_unshown(FORGIVE, &[Bind::Text(key)]).await.map(|_| ())
    }

    /// Forgets every attempt of the key.
    pub async fn clear_attempts(&self, key: &str) -> Result<()> {
        self.change_unshown(CLEAR, &[Bind::Text(key)]).await.map(|_| ())
    }
}
