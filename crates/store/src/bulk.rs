//! Many rows at once: the only module that builds SQL text, from names that are constants of this crate.
//!
//! On SQLite rows go in as multi-row inserts of a few constant sizes, so that each statement is prepared once; on PostgreSQL
//! a large load is a `COPY`. Both answer the same errors for the same rows.

use std::fmt::Write;

use sha2::{Digest, Sha256};
use sqlx::{Arguments, AssertSqlSafe, FromRow, PgConnection, Postgres, Sqlite, SqliteConnection};

use crate::db::Tx;
use crate::fault::{Fault, Result};
use crate::faults::before_statement;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A 64-bit integer.
    Int,
    /// Text.
    Text,
    /// Bytes.
    Blob,
}

impl Kind {
    /// The type as PostgreSQL calls it.
    fn postgres(self) -> &'static str {
        match self {
            Self::Int => "bigint",
            Self::Text => "text",
            Self::Blob => "bytea",
        }
    }
}

/// One value for a column.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Cell<'a> {
    /// Nothing.
    Null,
    /// A number.
    Int(i64),
    /// Text.
    Text(&'a str),
    /// Bytes.
    Blob(&'a [u8]),
}

impl From<i64> for Cell<'_> {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Cell<'_> {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<Option<i64>> for Cell<'_> {
    fn from(value: Option<i64>) -> Self {
        value.map_or(Self::Null, Self::Int)
    }
}

impl<'a> From<&'a str> for Cell<'a> {
    fn from(value: &'a str) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<&'a String> for Cell<'a> {
    fn from(value: &'a String) -> Self {
        Self::Text(value)
    }
}

impl<'a> From<Option<&'a str>> for Cell<'a> {
    fn from(value: Option<&'a str>) -> Self {
        value.map_or(Self::Null, Self::Text)
    }
}

impl<'a> From<&'a Option<String>> for Cell<'a> {
    fn from(value: &'a Option<String>) -> Self {
        Self::from(value.as_deref())
    }
}

impl<'a> From<&'a Vec<u8>> for Cell<'a> {
    fn from(value: &'a Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl<'a> From<&'a Option<Vec<u8>>> for Cell<'a> {
    fn from(value: &'a Option<Vec<u8>>) -> Self {
        value.as_ref().map_or(Self::Null, |bytes| Self::Blob(bytes))
    }
}

/// A value that waits for its row to be written.
#[derive(Debug, Clone)]
pub(crate) enum Kept {
    /// Nothing.
    Null,
    /// A number.
    Int(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl From<&Cell<'_>> for Kept {
    fn from(cell: &Cell<'_>) -> Self {
        match cell {
            Cell::Null => Self::Null,
            Cell::Int(value) => Self::Int(*value),
            Cell::Text(value) => Self::Text((*value).to_owned()),
            Cell::Blob(value) => Self::Blob(value.to_vec()),
        }
    }
}

impl<'a> From<&'a Kept> for Cell<'a> {
    fn from(kept: &'a Kept) -> Self {
        match kept {
            Kept::Null => Self::Null,
            Kept::Int(value) => Self::Int(*value),
            Kept::Text(value) => Self::Text(value),
            Kept::Blob(value) => Self::Blob(value),
        }
    }
}

/// A table and its columns, in the order their cells are given.
#[derive(Debug)]
pub(crate) struct Table {
    /// The table's name.
    pub(crate) name: &'static str,
    /// Columns and what they hold.
    pub(crate) columns: &'static [(&'static str, Kind)],
    /// What follows the values: nothing, or an `on conflict` clause.
    pub(crate) tail: &'static str,
}

/// Rows of one statement; every load is cut into these, largest first, so that few statements are prepared.
const CHUNKS: [usize; 5] = [256, 64, 16, 4, 1];
/// From this many rows on PostgreSQL is given a `COPY`.
const COPY_FROM: usize = 24;
/// Keys of one statement, largest first.
const KEYS: [usize; 4] = [512, 64, 8, 1];

impl Table {
    /// The insert statement of `rows` rows; `numbered` writes `$1` for PostgreSQL, else `?`.
    fn insert_sql(&self, rows: usize, numbered: bool) -> String {
        // A failed insert ends the whole recording, so SQLite need not keep what it would take to undo one statement.
        let mut sql = format!("insert {}into {} (", if numbered { "" } else { "or fail " }, self.name);
        for (place, (column, _)) in self.columns.iter().enumerate() {
            sql.push_str(if place == 0 { "" } else { ", " });
            sql.push_str(column);
        }
        sql.push_str(") values ");
        let mut number = 0;
        for row in 0..rows {
            sql.push_str(if row == 0 { "(" } else { ", (" });
            for place in 0..self.columns.len() {
                sql.push_str(if place == 0 { "" } else { ", " });
                number += 1;
                if numbered {
                    write!(sql, "${number}").expect("a string takes what is written");
                } else {
                    sql.push('?');
                }
            }
            sql.push(')');
        }
        sql.push_str(self.tail);
        sql
    }

    fn copy_sql(&self) -> String {
        let columns: Vec<&str> = self.columns.iter().map(|(column, _)| *column).collect();
        format!("copy {} ({}) from stdin", self.name, columns.join(", "))
    }
}

/// Inserts rows; `cells` holds them one after the other. Answers how many the database says it wrote.
pub(crate) async fn insert(tx: &mut Tx, table: &Table, cells: &[Cell<'_>]) -> Result<u64> {
    debug_assert_eq!(cells.len() % table.columns.len(), 0, "whole rows of {}", table.name);
    if cells.is_empty() {
        return Ok(0);
    }
    if cells.iter().any(|cell| matches!(cell, Cell::Text(text) if text.contains('\0'))) {
        return Err(Fault::new("text with a NUL character cannot be recorded"));
    }
    match tx {
        Tx::Sqlite(transaction) => insert_sqlite(transaction, table, cells).await,
        Tx::Pg(transaction) => {
            if cells.len() / table.columns.len() >= COPY_FROM && table.tail.is_empty() {
                copy(transaction, table, cells).await
            } else {
                insert_postgres(transaction, table, cells).await
            }
        }
    }
}

/// Cuts rows into runs of the constant sizes.
fn chunks<'c, 'a>(cells: &'c [Cell<'a>], width: usize) -> impl Iterator<Item = (usize, &'c [Cell<'a>])> {
    let mut rest = cells;
    std::iter::from_fn(move || {
        let rows = CHUNKS.into_iter().find(|rows| rows * width <= rest.len())?;
        let (chunk, after) = rest.split_at(rows * width);
        rest = after;
        Some((rows, chunk))
    })
}

async fn insert_sqlite(c: &mut SqliteConnection, table: &Table, cells: &[Cell<'_>]) -> Result<u64> {
    let mut written = 0;
    let (mut sql, mut sized) = (String::new(), 0);
    for (rows, chunk) in chunks(cells, table.columns.len()) {
        before_statement()?;
        if sized != rows {
            (sql, sized) = (table.insert_sql(rows, false), rows);
        }
        let query = sqlx::query_with(AssertSqlSafe(sql.as_str()), sqlite_arguments(chunk)?);
        written += query.execute(&mut *c).await?.rows_affected();
    }
    Ok(written)
}

async fn insert_postgres(c: &mut PgConnection, table: &Table, cells: &[Cell<'_>]) -> Result<u64> {
    let mut written = 0;
    let (mut sql, mut sized) = (String::new(), 0);
    for (rows, chunk) in chunks(cells, table.columns.len()) {
        before_statement()?;
        if sized != rows {
            (sql, sized) = (table.insert_sql(rows, true), rows);
        }
        let arguments = postgres_arguments(chunk, table.columns)?;
        let query = sqlx::query_with(AssertSqlSafe(sql.as_str()), arguments);
        written += query.execute(&mut *c).await?.rows_affected();
    }
    Ok(written)
}

async fn copy(c: &mut PgConnection, table: &Table, cells: &[Cell<'_>]) -> Result<u64> {
    const PIECE: usize = 1 << 18;
    before_statement()?;
    let mut stream = c.copy_in_raw(&table.copy_sql()).await?;
    let mut text = String::with_capacity(PIECE + 4096);
    for row in cells.chunks(table.columns.len()) {
        for (place, cell) in row.iter().enumerate() {
            if place > 0 {
                text.push('\t');
            }
            push_copied(&mut text, *cell);
        }
        text.push('\n');
        if text.len() >= PIECE {
            stream.send(std::mem::take(&mut text).into_bytes()).await?;
        }
    }
    stream.send(text.into_bytes()).await?;
    Ok(stream.finish().await?)
}

/// Writes a value in PostgreSQL's text format of `COPY`.
fn push_copied(text: &mut String, cell: Cell<'_>) {
    match cell {
        Cell::Null => text.push_str("\\N"),
        Cell::Int(value) => write!(text, "{value}").expect("a string takes what is written"),
        Cell::Blob(value) => {
            text.push_str("\\\\x");
            for byte in value {
                write!(text, "{byte:02x}").expect("a string takes what is written");
            }
        }
        Cell::Text(value) => {
            for letter in value.chars() {
                match letter {
                    '\\' => text.push_str("\\\\"),
                    '\n' => text.push_str("\\n"),
                    '\r' => text.push_str("\\r"),
                    '\t' => text.push_str("\\t"),
                    other => text.push(other),
                }
            }
        }
    }
}

/// A statement over a list of keys, which it reads as the rows of a table `key`: `select … from key cross join …`, or
/// `update … from key where …`.
#[derive(Debug)]
pub(crate) struct Keyed {
    /// The columns of `key`.
    pub(crate) key: &'static [(&'static str, Kind)],
    /// The statement after `with key as (…)`.
    pub(crate) statement: &'static str,
    /// The alias whose rows are locked for the transaction (PostgreSQL; on SQLite a writer has the whole file).
    pub(crate) lock: Option<&'static str>,
}

impl Keyed {
    /// The statement of `keys` keys; `numbered` writes `$1` for PostgreSQL, which must also be told the types.
    fn sql(&self, keys: usize, numbered: bool) -> String {
        let names: Vec<&str> = self.key.iter().map(|(name, _)| *name).collect();
        let mut sql = format!("with key ({}) as (values ", names.join(", "));
        for place in 0..keys * names.len() {
            let column = place % names.len();
            sql.push_str(match (place, column) {
                (0, _) => "(",
                (_, 0) => "), (",
                _ => ", ",
            });
            match (numbered, self.key[column].1) {
                (false, _) => sql.push('?'),
                (true, kind) if place < names.len() => {
                    write!(sql, "cast(${} as {})", place + 1, kind.postgres()).expect("a string takes what is written");
                }
                (true, _) => write!(sql, "${}", place + 1).expect("a string takes what is written"),
            }
        }
        sql.push_str(")) ");
        sql.push_str(self.statement);
        if let (Some(alias), true) = (self.lock, numbered) {
            write!(sql, " for update of {alias}").expect("a string takes what is written");
        }
        sql
    }

    /// Cuts keys into runs of the constant sizes; a short run is filled up with keys of nulls, which match nothing.
    fn runs<'c, 'a>(&self, keys: &'c [Cell<'a>]) -> impl Iterator<Item = (usize, Vec<Cell<'a>>)> + use<'c, 'a> {
        let width = self.key.len();
        debug_assert_eq!(keys.len() % width, 0, "whole keys");
        let mut rest = keys;
        std::iter::from_fn(move || {
            let left = rest.len() / width;
            let size = KEYS.into_iter().rev().find(|size| *size >= left).unwrap_or(KEYS[0]);
            let (now, after) = rest.split_at((size * width).min(rest.len()));
            rest = after;
            let mut run = now.to_vec();
            run.resize(size * width, Cell::Null);
            (left > 0).then_some((size, run))
        })
    }
}

/// Reads the rows of every key, in no order across runs of keys; inside a run in the statement's own. `keys` holds them one
/// after the other; a key that comes twice answers twice.
pub(crate) async fn fetch<T>(tx: &mut Tx, select: &Keyed, keys: &[Cell<'_>]) -> Result<Vec<T>>
where
    T: for<'r> FromRow<'r, sqlx::sqlite::SqliteRow> + for<'r> FromRow<'r, sqlx::postgres::PgRow> + Send + Unpin,
{
    let mut found = Vec::new();
    for (size, run) in select.runs(keys) {
        before_statement()?;
        match tx {
            Tx::Sqlite(transaction) => {
                let query = sqlx::query_as_with(AssertSqlSafe(select.sql(size, false)), sqlite_arguments(&run)?);
                found.extend(query.fetch_all(&mut **transaction).await?);
            }
            Tx::Pg(transaction) => {
                let arguments = postgres_arguments(&run, select.key)?;
                let query = sqlx::query_as_with(AssertSqlSafe(select.sql(size, true)), arguments);
                found.extend(query.fetch_all(&mut **transaction).await?);
            }
        }
    }
    Ok(found)
}

/// Changes the rows of every key; answers how many were changed.
pub(crate) async fn change(tx: &mut Tx, update: &Keyed, keys: &[Cell<'_>]) -> Result<u64> {
    let mut changed = 0;
    for (size, run) in update.runs(keys) {
        before_statement()?;
        changed += match tx {
            Tx::Sqlite(transaction) => {
                let query = sqlx::query_with(AssertSqlSafe(update.sql(size, false)), sqlite_arguments(&run)?);
                query.execute(&mut **transaction).await?.rows_affected()
            }
            Tx::Pg(transaction) => {
                let arguments = postgres_arguments(&run, update.key)?;
                let query = sqlx::query_with(AssertSqlSafe(update.sql(size, true)), arguments);
                query.execute(&mut **transaction).await?.rows_affected()
            }
        };
    }
    Ok(changed)
}

fn sqlite_arguments(cells: &[Cell<'_>]) -> Result<<Sqlite as sqlx::Database>::Arguments> {
    let mut arguments = <Sqlite as sqlx::Database>::Arguments::default();
    arguments.reserve(cells.len(), 0);
    for cell in cells {
        match cell {
            Cell::Null => arguments.add(None::<i64>),
            Cell::Int(value) => arguments.add(*value),
            Cell::Text(value) => arguments.add(*value),
            Cell::Blob(value) => arguments.add(*value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// The cells of rows of `columns`: PostgreSQL must know of what kind a null is.
fn postgres_arguments(cells: &[Cell<'_>], columns: &[(&str, Kind)]) -> Result<<Postgres as sqlx::Database>::Arguments> {
    let mut arguments = <Postgres as sqlx::Database>::Arguments::default();
    for (cell, (_, kind)) in cells.iter().zip(columns.iter().cycle()) {
        match (cell, kind) {
            (Cell::Null, Kind::Int) => arguments.add(None::<i64>),
            (Cell::Null, Kind::Text) => arguments.add(None::<&str>),
            (Cell::Null, Kind::Blob) => arguments.add(None::<&[u8]>),
            (Cell::Int(value), _) => arguments.add(*value),
            (Cell::Text(value), _) => arguments.add(*value),
            (Cell::Blob(value), _) => arguments.add(*value),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

/// Feeds a journal row to a hash: the table's name and every column, each with its kind and length.
pub(crate) fn hash_row(hash: &mut Sha256, table: &Table, cells: &[Cell<'_>]) {
    let mut bytes = Vec::with_capacity(512);
    let text = |bytes: &mut Vec<u8>, tag: u8, value: &[u8]| {
        bytes.push(tag);
        bytes.extend_from_slice(&(value.len() as u64).to_be_bytes());
        bytes.extend_from_slice(value);
    };
    text(&mut bytes, b'r', table.name.as_bytes());
    for cell in cells {
        match cell {
            Cell::Null => bytes.push(b'n'),
            Cell::Int(value) => {
                bytes.push(b'i');
                bytes.extend_from_slice(&value.to_be_bytes());
            }
            Cell::Text(value) => text(&mut bytes, b't', value.as_bytes()),
            Cell::Blob(value) => text(&mut bytes, b'b', value),
        }
    }
    hash.update(&bytes);
}

/// Every statement a table or a keyed statement may become on the database of `tx`, for the test that prepares them all.
#[cfg(test)]
pub(crate) fn statements(postgres: bool, tables: &[&Table], keyed: &[&Keyed]) -> Vec<String> {
    let inserts = tables.iter().flat_map(|table| CHUNKS.map(|rows| table.insert_sql(rows, postgres)));
    let keyed = keyed.iter().flat_map(|statement| KEYS.map(|keys| statement.sql(keys, postgres)));
    inserts.chain(keyed).collect()
}
