//! API keys: made by a user for a program, shown once, good for what its scopes say and never for more than its owner's role.

use dunwell_rules::approval::Role;
use dunwell_rules::rights::{Action, Scope, may};
use dunwell_store::access::key::KeyView;
use dunwell_store::book::Book;
use dunwell_store::record;
use serde::Serialize;

use crate::desk::{Clock, Desk};
use crate::refusal::{Refusal, Result};
use crate::sign_in::token;

const MINUTE: i64 = 60_000_000;
const DAY: i64 = 24 * 60 * MINUTE;
/// The longest life of a key.
const MOST_DAYS: u32 = 366;
/// The most characters of a label.
const LABEL_LENGTH: usize = 100;

/// A key as it is made. The secret is shown here and never again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NewKey {
    /// Its id, by which it is listed and revoked.
    pub id: String,
    /// What a program sends as bearer: `dw_<id>_<secret>`.
    pub secret: String,
    /// Whose role it has.
    pub user: String,
    /// What it is for.
    pub label: String,
    /// What it is good for.
    pub scopes: Vec<&'static str>,
    /// From when on it opens nothing, RFC 3339.
    pub expires_at: String,
}

/// Who holds a key that is good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// The key's id.
    pub key: String,
    /// Its owner.
    pub user: String,
    /// The owner's role, as it is now.
    pub role: Role,
    /// What the key is good for.
    pub scopes: Vec<Scope>,
}

impl KeyHolder {
    /// The key at work on a book: as its owner, within its scopes.
    pub fn at_work(&self, book: Book, clock: Clock) -> Desk {
        Desk { scopes: Some(self.scopes.clone()), ..Desk::of(book, &self.user, self.role, clock) }
    }
}

/// Makes a key of one's own, good for `days` (1 to 366). Refused without a scope, with one that the owner's role makes
/// nothing of, and without a label (`bad_value`).
pub async fn add_key(desk: &Desk, label: &str, scopes: &[Scope], days: u32) -> Result<NewKey> {
    desk.may(Action::ManageKeys)?;
    let refused = |what, value: &str, why: &str| Refusal::BadValue { what, value: value.into(), why: why.into() };
    let label = label.trim();
    if label.is_empty() || label.chars().count() > LABEL_LENGTH || label.contains('\0') {
        return Err(refused("label", label, "say in 1 to 100 characters what the key is for").into());
    }
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(refused("life of a key", &days.to_string(), "give 1 to 366 days").into());
    }
    let useful = |scope: Scope| {
        Action::ALL.into_iter().any(|action| action.scope() == Some(scope) && may(desk.role, action).is_ok())
    };
    if let Some(useless) = scopes.iter().find(|scope| !useful(**scope)) {
        return Err(refused("scope", useless.code(), "the owner's role may do nothing of it").into());
    }
    let scopes: Vec<&'static str> =
        Scope::ALL.into_iter().filter(|scope| scopes.contains(scope)).map(Scope::code).collect();
    if scopes.is_empty() {
        return Err(refused("scope", "", "give at least one of read, work, import, admin").into());
    }
    let id: String = token::random::<8>()?.iter().map(|byte| format!("{byte:02x}")).collect();
    let (secret, secret_sha256) = token::fresh()?;
    let expires_at = (desk.clock)() + i64::from(days) * DAY;
    let key = record::NewKey {
        id: id.clone(),
        name: desk.user.clone(),
        label: label.into(),
        secret_sha256,
        scopes: scopes.iter().map(|scope| (*scope).into()).collect(),
        expires_at,
    };
    desk.retrying(|| async {
        let mut recording = desk.record("key add", desk.clock_day()).await?;
        recording.put_key(&key)?;
        recording.commit().await?;
        Ok(())
    })
    .await?;
    Ok(NewKey {
        secret: format!("dw_{id}_{secret}"),
        id,
        user: key.name,
        label: key.label,
        scopes,
        expires_at: dunwell_store::views::json::instant_text(expires_at),
    })
}

/// Revokes a key, from the next request on: one's own, or as an admin anybody's. `false` when it is revoked already.
pub async fn revoke_key(desk: &Desk, id: &str) -> Result<bool> {
    let known = desk.book.read().await?.keys().await?;
    let known = known.into_iter().find(|key| key.id == id).ok_or(Refusal::NotFound { what: "key", id: id.into() })?;
    desk.may(if known.user == desk.user { Action::ManageKeys } else { Action::ResetSecrets })?;
    desk.retrying(|| async {
        let mut recording = desk.record("key revoke", desk.clock_day()).await?;
        let revoked = recording.revoke_key(id).await?;
        recording.commit().await?;
        Ok(revoked)
    })
    .await
}

/// The keys, oldest first, without their secrets: one's own, and everybody's for those who may see people.
pub async fn keys(desk: &Desk) -> Result<Vec<KeyView>> {
    let everybody = desk.may(Action::ReadUsers).is_ok();
    let keys = desk.book.read().await?.keys().await?;
    Ok(keys.into_iter().filter(|key| everybody || key.user == desk.user).collect())
}

/// Who holds the key that a program sends; `None` when it is none, wrong, expired or revoked.
pub async fn authenticate_key(book: &Book, bearer: &str, now: i64) -> Result<Option<KeyHolder>> {
    let Some((id, secret)) = bearer.strip_prefix("dw_").and_then(|rest| rest.split_once('_')) else { return Ok(None) };
    if !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let key = book.read().await?.key(id, &token::sha256(secret)).await?;
    let Some(key) = key.filter(|key| key.revoked_at.is_none() && now < key.expires_at) else { return Ok(None) };
    let Some(role) = Role::parse(&key.role) else { return Ok(None) };
    if key.last_used_at.is_none_or(|used| now - used >= MINUTE) {
        // A program that only looks does not wait for a long import: the next request notes it.
        let waits = std::time::Duration::from_millis(200);
        let _ = tokio::time::timeout(waits, book.key_used(id, now)).await;
    }
    let scopes = key.scopes.iter().filter_map(|scope| Scope::parse(scope)).collect();
    Ok(Some(KeyHolder { key: key.id, user: key.user, role, scopes }))
}
