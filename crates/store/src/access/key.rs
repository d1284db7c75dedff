//! API keys: who holds them, what they are good for, until when. Making and revoking one is journaled: see `record`.

use serde::Serialize;

use crate::book::Book;
use crate::fault::Result;
use crate::read::{Bind, Reading};
use crate::views::json;

/// An API key without its secret. Instants in UTC microseconds, shown as RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KeyView {
    /// Its id, which is a part of the key itself.
    pub id: String,
    /// The user who made it and whose role it has.
    pub user: String,
    /// The user's role now.
    pub role: String,
    /// What it is for, in its owner's words.
    pub label: String,
    /// What it is good for.
    pub scopes: Vec<String>,
    /// When it was made.
    #[serde(serialize_with = "json::instant")]
    pub created_at: i64,
    /// From when on it opens nothing.
    #[serde(serialize_with = "json::instant")]
    pub expires_at: i64,
    /// When it was revoked.
    #[serde(serialize_with = "json::instant_if_any")]
    pub revoked_at: Option<i64>,
    /// When it was last used, to the minute.
    #[serde(serialize_with = "json::instant_if_any")]
    pub last_used_at: Option<i64>,
}

const KEYS: &str = "select k.key_id, k.name, u.role, k.label, k.scopes, k.created_at, k.expires_at, k.revoked_at, \
     k.last_used_at from api_key k join app_user u on u.book = k.book and u.name = k.name \
     where k.book = $1 order by k.created_at, k.key_id";
const KEY: &str = "select k.key_id, k.name, u.role, k.label, k.scopes, k.created_at, k.expires_at, k.revoked_at, \
     k.last_used_at from api_key k join app_user u on u.book = k.book and u.name = k.name \
     where k.book = $1 and k.key_id = $2 and k.secret_sha256 = $3";
const USED: &str = "update api_key set last_used_at = $3 where book = $1 and key_id = $2";

/// Every statement that reads.
#[cfg(test)]
pub(crate) const READS: &[&str] = &[KEYS, KEY];
/// Every statement that writes.
#[cfg(test)]
pub(crate) const WRITES: &[&str] = &[USED];

type Row = (String, String, String, String, String, i64, i64, Option<i64>, Option<i64>);

impl Reading {
    /// Every key, oldest first; revoked and expired ones too.
    pub async fn keys(&mut self) -> Result<Vec<KeyView>> {
        let rows: Vec<Row> = self.rows(KEYS, &[]).await?;
        Ok(rows.into_iter().map(view).collect())
    }

    /// The key of an id and the SHA-256 of its secret; `None` when they do not belong together.
    pub async fn key(&mut self, id: &str, secret_sha256: &[u8]) -> Result<Option<KeyView>> {
        let row: Option<Row> = self.row(KEY, &[Bind::Text(id), Bind::Bytes(secret_sha256)]).await?;
        Ok(row.map(view))
    }
}

impl Book {
    /// Says that a key was used.
    pub async fn key_used(&self, id: &str, now: i64) -> Result<()> {
        self.change_unshown(USED, &[Bind::Text(id), Bind::Int(now)]).await.map(|_| ())
    }
}

fn view(row: Row) -> KeyView {
    let (id, user, role, label, scopes, created_at, expires_at, revoked_at, last_used_at) = row;
    let scopes = scopes.split(' ').filter(|scope| !scope.is_empty()).map(str::to_owned).collect();
    KeyView { id, user, role, label, scopes, created_at, expires_at, revoked_at, last_used_at }
}
