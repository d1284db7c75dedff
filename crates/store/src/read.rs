//! Reading one consistent state of a book. What every view, the facts and the check of the book stand on; writes nothing.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number, from_day_number};
use dunwell_rules::money::Currency;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, query_as};

use crate::book::Book;
use crate::db::{Db, Tx, on_tx};
use crate::fault::{Fault, Result};
use crate::faults::before_statement;

pub use crate::facts::{AccountChoice, BookedAmount, Nearby, PayerFacts, ReceiptTold, ReturnableRow};
pub use crate::views::aging::{AgingBy, AgingQuestion, AgingView, KnownAt};

/// One snapshot of one book. Everything asked of it answers for the same instant.
#[derive(Debug)]
pub struct Reading {
    pub(crate) tx: Tx,
    pub(crate) book: i64,
}

/// A value bound to a statement.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Bind<'a> {
    /// A number, a day, an amount or an entry.
    Int(i64),
    /// A text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

/// A row either database can hand over.
pub(crate) trait Readable: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin {}
impl<T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin> Readable for T {}

impl Book {
    /// Opens a snapshot of the book to read from.
    pub async fn read(&self) -> Result<Reading> {
        Ok(Reading { tx: self.db.begin_read().await?, book: self.id })
    }

    /// The first row of one statement that needs no snapshot beside its own; `$1` is always the book.
    pub(crate) async fn one_row<T: Readable>(&self, sql: &'static str, binds: &[Bind<'_>]) -> Result<Option<T>> {
        before_statement()?;
        match &self.db {
            Db::Sqlite { readers, .. } => {
                let mut query = query_as(sql).bind(self.id);
                for bind in binds {
                    query = match *bind {
                        Bind::Int(value) => query.bind(value),
                        Bind::Text(value) => query.bind(value.to_owned()),
                        Bind::Bytes(value) => query.bind(value.to_vec()),
                    };
                }
                Ok(query.fetch_optional(readers).await?)
            }
            Db::Pg(pool) => {
                let mut query = query_as(sql).bind(self.id);
                for bind in binds {
                    query = match *bind {
                        Bind::Int(value) => query.bind(value),
                        Bind::Text(value) => query.bind(value.to_owned()),
                        Bind::Bytes(value) => query.bind(value.to_vec()),
                    };
                }
                Ok(query.fetch_optional(pool).await?)
            }
        }
    }
}

impl Reading {
    /// The rows of one statement; `$1` is always the book.
    pub(crate) async fn rows<T: Readable>(&mut self, sql: &'static str, binds: &[Bind<'_>]) -> Result<Vec<T>> {
        let book = self.book;
        on_tx!(&mut self.tx, connection => {
            let mut query = query_as(sql).bind(book);
            for bind in binds {
                query = match *bind {
                    Bind::Int(value) => query.bind(value),
                    Bind::Text(value) => query.bind(value.to_owned()),
                    Bind::Bytes(value) => query.bind(value.to_vec()),
                };
            }
            Ok(query.fetch_all(connection).await?)
        })
    }

    /// The first row of one statement, if there is any; `$1` is always the book.
    pub(crate) async fn row<T: Readable>(&mut self, sql: &'static str, binds: &[Bind<'_>]) -> Result<Option<T>> {
        Ok(self.rows(sql, binds).await?.into_iter().next())
    }
}

/// Every statement that only reads and that both databases take.
#[cfg(test)]
fn statements() -> Vec<&'static str> {
    use crate::views;
    let lists = [
        crate::access::credential::READS,
        crate::access::identity::READS,
        crate::access::key::READS,
        crate::access::request::READS,
        crate::access::saved_view::READS,
        crate::access::session::READS,
        crate::access::taken::READS,
        crate::facts::STATEMENTS,
        crate::facts::cash::STATEMENTS,
        crate::facts::returns::STATEMENTS,
        views::accounts::STATEMENTS,
        views::applied::STATEMENTS,
        views::approvals::STATEMENTS,
        views::attachments::STATEMENTS,
        views::bank_statements::STATEMENTS,
        views::cash::STATEMENTS,
        views::returns::STATEMENTS,
        views::set_aside::STATEMENTS,
        views::changes::STATEMENTS,
        views::contacts::STATEMENTS,
        views::drafts::STATEMENTS,
        views::exchanges::STATEMENTS,
        views::imports::STATEMENTS,
        views::interest::STATEMENTS,
        views::journal::STATEMENTS,
        views::listing::STATEMENTS,
        views::notices::STATEMENTS,
        views::party::STATEMENTS,
        views::payers::STATEMENTS,
        views::paying::STATEMENTS,
        views::remittances::STATEMENTS,
        views::refund_payments::STATEMENTS,
        views::refunds::STATEMENTS,
        views::runs::STATEMENTS,
        views::sales::STATEMENTS,
        views::search::STATEMENTS,
        views::settings::STATEMENTS,
        views::small_balances::STATEMENTS,
        views::statement::STATEMENTS,
        views::status::STATEMENTS,
        views::strip::STATEMENTS,
        views::tasks::STATEMENTS,
        views::team::STATEMENTS,
        views::timeline::STATEMENTS,
        views::told_elsewhere::STATEMENTS,
        views::why::STATEMENTS,
    ];
    let lists = lists.iter().flat_map(|list| list.iter().copied());
    lists.chain(views::aging::statements()).chain(crate::verify::statements()).collect()
}

/// A stored day.
pub(crate) fn date(day: i64) -> Date {
    from_day_number(day)
}

/// A day as it is stored.
pub(crate) fn day(date: Date) -> Bind<'static> {
    Bind::Int(day_number(date))
}

/// An entry as it is stored.
pub(crate) fn entry(entry: EntryId) -> Bind<'static> {
    Bind::Int(entry.0)
}

/// A stored currency; a code that is none is a damaged book.
pub(crate) fn currency(code: &str) -> Result<Currency> {
    Currency::parse(code).ok_or_else(|| damaged("currency", code))
}

/// The fault of a stored word that no version of this program writes.
pub(crate) fn damaged(what: &str, word: &str) -> Fault {
    Fault::new(format!("the book is damaged: '{word}' is no {what}; `dunwell verify` says where"))
}

/// A list of entries kept as a JSON array of numbers or of texts like `412.3`.
pub(crate) fn entries(text: &str) -> Result<Vec<EntryId>> {
    let values: Vec<serde_json::Value> = if text.is_empty() {
        Vec::new()
    } else {
        serde_json::from_str(text).map_err(|_| damaged("list of entries", text))?
    };
    let read = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => EntryId::parse(text),
        value => value.as_i64().map(EntryId),
    };
    values.iter().map(|value| read(value).ok_or_else(|| damaged("list of entries", text))).collect()
}

#[cfg(test)]
mod tests {
    use sqlx::{Executor, SqlSafeStr};

    use super::statements;
    use crate::db::on_tx;
    use crate::fault::Fault;
    use crate::testing::on_each_database;

    #[test]
    fn every_statement_that_reads_is_prepared_by_both_databases() {
        on_each_database(async |place| {
            let mut tx = place.db().begin_read().await.expect("a transaction");
            for statement in statements() {
                let prepared = async {
                    on_tx!(&mut tx, connection => connection.prepare(statement.into_sql_str()).await.map(|_| ())?);
                    Ok::<(), Fault>(())
                };
                let prepared = prepared.await;
                assert!(prepared.is_ok(), "{statement}: {:?}", prepared.err());
            }
        });
    }
}
