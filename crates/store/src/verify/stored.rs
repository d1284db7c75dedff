//! Tables of current state as they are stored, read row by row without a struct each, and compared with what the journals make.

use std::collections::BTreeMap;
use std::fmt;

use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column, FromRow, Row, TypeInfo, ValueRef};

use crate::fault::Result;
use crate::read::Reading;

/// One stored value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    Null,
    Int(i64),
    Text(String),
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("nothing"),
            Self::Int(value) => write!(f, "{value}"),
            Self::Text(value) => write!(f, "'{value}'"),
            Self::Blob(value) => value.iter().try_for_each(|byte| write!(f, "{byte:02x}")),
        }
    }
}

/// A row as it is stored, with the names of its columns.
#[derive(Debug)]
pub(super) struct StoredRow(pub(super) Vec<Value>);

impl<'r> FromRow<'r, SqliteRow> for StoredRow {
    fn from_row(row: &'r SqliteRow) -> sqlx::Result<Self> {
        let value = |column: usize| {
            let raw = row.try_get_raw(column)?;
            let kind = raw.type_info().name().to_owned();
            Ok(match kind.as_str() {
                _ if raw.is_null() => Value::Null,
                "TEXT" => Value::Text(row.try_get(column)?),
                "BLOB" => Value::Blob(row.try_get(column)?),
                _ => Value::Int(row.try_get(column)?),
            })
        };
        row.columns().iter().map(|column| value(column.ordinal())).collect::<sqlx::Result<_>>().map(Self)
    }
}

impl<'r> FromRow<'r, PgRow> for StoredRow {
    fn from_row(row: &'r PgRow) -> sqlx::Result<Self> {
        let value = |column: usize| {
            let raw = row.try_get_raw(column)?;
            let kind = raw.type_info().name().to_owned();
            Ok(match kind.as_str() {
                _ if raw.is_null() => Value::Null,
                "TEXT" => Value::Text(row.try_get(column)?),
                "BYTEA" => Value::Blob(row.try_get(column)?),
                _ => Value::Int(row.try_get(column)?),
            })
        };
        row.columns().iter().map(|column| value(column.ordinal())).collect::<sqlx::Result<_>>().map(Self)
    }
}

/// A table to compare: its name, the columns of its key, then the others, and the statement that reads them in that order.
#[derive(Debug)]
pub(super) struct Compared {
    pub(super) name: &'static str,
    pub(super) key: usize,
    pub(super) columns: &'static [&'static str],
    pub(super) sql: &'static str,
}

/// What the journals make of a table: key to the other columns.
pub(super) type Expected = BTreeMap<Vec<Value>, Vec<Value>>;

/// Differences named in a report at most.
const NAMED: usize = 5;

/// What is wrong, a few of them in words.
#[derive(Debug, Default)]
pub(super) struct Differences {
    pub(super) checked: i64,
    pub(super) wrong: i64,
    pub(super) words: Vec<String>,
}

impl Differences {
    /// Notes one more; `words` is asked only when it will be read.
    pub(super) fn note(&mut self, words: impl FnOnce() -> String) {
        self.wrong += 1;
        if self.words.len() < NAMED {
            self.words.push(words());
        }
    }

    /// Takes in another list.
    pub(super) fn add(&mut self, other: Self) {
        self.checked += other.checked;
        self.wrong += other.wrong;
        let room = NAMED.saturating_sub(self.words.len());
        self.words.extend(other.words.into_iter().take(room));
    }
}

impl Compared {
    /// Compares every stored row with what the journals make.
    pub(super) async fn compare(&self, reading: &mut Reading, mut expected: Expected) -> Result<Differences> {
        let stored: Vec<StoredRow> = reading.rows(self.sql, &[]).await?;
        let mut differences = Differences::default();
        for StoredRow(mut key) in stored {
            differences.checked += 1;
            let rest = key.split_off(self.key.min(key.len()));
            match expected.remove(&key) {
                None => differences.note(|| format!("{} {}: no journal row makes it", self.name, self.named(&key))),
                Some(made) if made == rest => {}
                Some(made) => differences.note(|| self.unequal(&key, &rest, &made)),
            }
        }
        for key in expected.keys() {
            differences.note(|| format!("{} {}: it is missing", self.name, self.named(key)));
        }
        Ok(differences)
    }

    fn named(&self, key: &[Value]) -> String {
        let pairs: Vec<String> = self.columns.iter().zip(key).map(|(name, value)| format!("{name} {value}")).collect();
        pairs.join(", ")
    }

    fn unequal(&self, key: &[Value], stored: &[Value], made: &[Value]) -> String {
        let columns = self.columns[self.key..].iter().zip(stored.iter().zip(made));
        let unequal: Vec<String> = columns
            .filter(|(_, (stored, made))| stored != made)
            .map(|(name, (stored, made))| format!("{name} is {stored}, the journals make {made}"))
            .collect();
        format!("{} {}: {}", self.name, self.named(key), unequal.join("; "))
    }
}
