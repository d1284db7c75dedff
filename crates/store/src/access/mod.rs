//! Who may come in: passwords and second factors, sessions, one-time links, failed attempts, API keys, answered requests.
//! Beside it what people keep for themselves: their views, and the mark that they are at work on an account.
//!
//! None of it is a fact of the book: no journal tells it and `verify` does not recompute it. That a person was added, that a
//! role changed, that a secret was set or taken away, and that a key was made or revoked is journaled by `record`.
//! Every change here is one statement that also checks what it needs, so that two at once never both succeed.

pub mod credential;
pub mod failure;
pub mod identity;
pub mod key;
pub mod request;
pub mod saved_view;
pub mod session;
pub mod taken;

use sqlx::{query, query_as};

use crate::book::Book;
use crate::db::on_tx;
use crate::fault::Result;
use crate::read::{Bind, Readable};
use crate::record::grow_version;

/// Sessions, links, attempts and answers without an effect that are long over.
const OLD_SESSIONS: &str = "delete from session where book = $1 and expires_at < $2";
const OLD_LINKS: &str = "delete from sign_in_link where book = $1 and expires_at < $2";
const OLD_FAILURES: &str = "delete from sign_in_failure where book = $1 and window_from < $2";
const OLD_ANSWERS: &str = "delete from idempotent_request where book = $1 and batch is null and recorded_at < $2";

/// Every statement that writes, for the test that prepares them.
#[cfg(test)]
pub(crate) fn statements() -> Vec<&'static str> {
    let own = [OLD_SESSIONS, OLD_LINKS, OLD_FAILURES, OLD_ANSWERS];
    [own.as_slice(), credential::WRITES, failure::WRITES, key::WRITES, request::WRITES, saved_view::WRITES]
        .concat()
        .into_iter()
        .chain([identity::WRITES, session::WRITES, taken::WRITES].concat())
        .collect()
}

impl Book {
    /// Forgets what is long over: sessions and links that ended before `ended`, attempts counted since before `attempts`,
    /// answers of requests that recorded nothing and are older than `answers`. Instants in UTC microseconds.
    pub async fn forget_access(&self, ended: i64, attempts: i64, answers: i64) -> Result<()> {
        for (sql, before) in [
            (OLD_SESSIONS, ended),
            (OLD_LINKS, ended),
            (OLD_FAILURES, attempts),
            (OLD_ANSWERS, answers),
            (taken::OLD, ended),
            (identity::OLD, ended),
        ] {
            self.change_unshown(sql, &[Bind::Int(before)]).await?;
        }
        Ok(())
    }

    /// Runs one statement in a transaction of its own; `$1` is the book. Answers how many rows it changed. What pages show
    /// may depend on it, so that the book's version grows.
    async fn change(&self, sql: &'static str, binds: &[Bind<'_>]) -> Result<u64> {
        self.run(sql, binds, true).await
    }

    /// The same for what no page shows that is kept: sessions, secrets, counted attempts, answered requests.
    async fn change_unshown(&self, sql: &'static str, binds: &[Bind<'_>]) -> Result<u64> {
        self.run(sql, binds, false).await
    }

    async fn run(&self, sql: &'static str, binds: &[Bind<'_>], shown: bool) -> Result<u64> {
        let mut tx = self.db.begin_write().await?;
        let changed = on_tx!(&mut tx, connection => {
            let mut query = query(sql).bind(self.id);
            for bind in binds {
                query = match *bind {
                    Bind::Int(value) => query.bind(value),
                    Bind::Text(value) => query.bind(value.to_owned()),
                    Bind::Bytes(value) => query.bind(value.to_vec()),
                };
            }
            query.execute(connection).await?.rows_affected()
        });
        if shown && changed > 0 {
            grow_version(&mut tx, self.id, 0, (0, 1)).await?;
        }
        tx.commit().await?;
        Ok(changed)
    }

    /// The same as [`Self::change_unshown`], for a statement that returns the row it changed.
    async fn changed<T: Readable>(&self, sql: &'static str, binds: &[Bind<'_>]) -> Result<Option<T>> {
        let mut tx = self.db.begin_write().await?;
        let changed = on_tx!(&mut tx, connection => {
            let mut query = query_as(sql).bind(self.id);
            for bind in binds {
                query = match *bind {
                    Bind::Int(value) => query.bind(value),
                    Bind::Text(value) => query.bind(value.to_owned()),
                    Bind::Bytes(value) => query.bind(value.to_vec()),
                };
            }
            query.fetch_optional(connection).await?
        });
        tx.commit().await?;
        Ok(changed)
    }
}
