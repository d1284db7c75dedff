//! People: users and roles, and what they come in with. The journal tells who was added, whose role changed, whose secret
//! was set or taken away, which key was made or revoked, and by whom; never a secret, a hash of one, or a label.

use super::{Deed, Recording, json, tables};
use crate::book::refuse_nul;
use crate::bulk::Cell;
use crate::db::on_tx;
use crate::fault::Result;

const USER: &str = "select count(*) from app_user where book = $1 and name = $2";
/// Takes the book's row for itself: every recording holds it shared, so that of two that count people, or ask which policy
/// is in force, one waits.
const ALONE: &str = "update book set name = name where book = $1";
const USERS: &str = "select count(*) from app_user where book = $1";
const SET_ROLE: &str = "update app_user set role = $3 where book = $1 and name = $2 and role <> $3";
const SET_PASSWORD: &str = "insert into credential (book, name, password_phc, totp_confirmed, totp_last_step, changed_at) \
     values ($1, $2, $3, 0, 0, $4) on conflict (book, name) do update set password_phc = excluded.password_phc, \
     changed_at = excluded.changed_at";
const CONFIRM_TOTP: &str = "update credential set totp_confirmed = 1, totp_last_step = $3, changed_at = $4 \
     where book = $1 and name = $2 and totp_secret is not null and totp_confirmed = 0";
const RESET_TOTP: &str = "update credential set totp_secret = null, totp_confirmed = 0, changed_at = $3 \
     where book = $1 and name = $2 and totp_secret is not null";
/// Links that nobody came in by yet.
const END_LINKS: &str = "delete from sign_in_link where book = $1 and name = $2 and used_at is null";
const LET_IN: &str = "insert into credential (book, name, totp_confirmed, totp_last_step, changed_at, let_in_by, let_in_at) \
     values ($1, $2, 0, 0, $4, $3, $4) on conflict (book, name) do update set let_in_by = excluded.let_in_by, \
     let_in_at = excluded.let_in_at";
const REVOKE_KEY: &str = "update api_key set revoked_at = $3 where book = $1 and key_id = $2 and revoked_at is null";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] =
    &[USER, ALONE, USERS, SET_ROLE, SET_PASSWORD, CONFIRM_TOTP, RESET_TOTP, END_LINKS, LET_IN, REVOKE_KEY];

/// A one-time link by which a person comes in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// SHA-256 of its token.
    pub token_sha256: [u8; 32],
    /// Who comes in by it.
    pub name: String,
    /// From when on it opens nothing, UTC microseconds.
    pub expires_at: i64,
}

/// An API key to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewKey {
    /// Its id.
    pub id: String,
    /// Whose it is.
    pub name: String,
    /// What it is for.
    pub label: String,
    /// SHA-256 of its secret.
    pub secret_sha256: [u8; 32],
    /// What it is good for, as words.
    pub scopes: Vec<String>,
    /// From when on it opens nothing, UTC microseconds.
    pub expires_at: i64,
}

impl Recording {
    /// Adds a user; `false` when there is one of that name.
    pub async fn add_user(&mut self, name: &str, role: &str) -> Result<bool> {
        refuse_nul(&[name, role])?;
        let book = self.envelope.book;
        let known: i64 = on_tx!(self.tx().await?, c => sqlx::query_scalar(USER)
            .bind(book).bind(name).fetch_one(c).await?);
        if known > 0 {
            return Ok(false);
        }
        self.journal_of_people("user_added", &serde_json::json!({ "name": name, "role": role }))?;
        self.put(&tables::APP_USER, &[book.into(), name.into(), role.into()]);
        Ok(true)
    }

    /// Adds the first user of a book with a password, given as a PHC string: both or neither. `false` when the book knows
    /// anybody already; of two that ask at once one is first.
    pub async fn add_first_user(&mut self, name: &str, role: &str, phc: &str) -> Result<bool> {
        let book = self.envelope.book;
        self.alone().await?;
        let known: i64 = on_tx!(self.tx().await?, c => sqlx::query_scalar(USERS).bind(book).fetch_one(c).await?);
        if known > 0 || !self.add_user(name, role).await? {
            return Ok(false);
        }
        self.set_password(name, phc).await?;
        Ok(true)
    }

    /// Waits until no other recording of the book is under way, and keeps others out until this one ends: what is read after
    /// it still holds when this one commits. Of two that wait for each other one is refused and may try again.
    pub async fn alone(&mut self) -> Result<()> {
        let book = self.envelope.book;
        on_tx!(self.tx().await?, c => sqlx::query(ALONE).bind(book).execute(c).await.map(|_| ())?);
        Ok(())
    }

    /// Gives a user another role; `false` when there is no such user or the role is theirs already.
    pub async fn set_role(&mut self, name: &str, role: &str) -> Result<bool> {
        refuse_nul(&[name, role])?;
        let book = self.envelope.book;
        let changed = on_tx!(self.tx().await?, c => sqlx::query(SET_ROLE).bind(book).bind(name).bind(role)
            .execute(c).await?.rows_affected());
        if changed > 0 {
            self.end_links(name).await?;
            self.journal_of_people("user_role", &serde_json::json!({ "name": name, "role": role }))?;
        }
        Ok(changed > 0)
    }

    /// Sets a user's password, given as a PHC string; one that was there is replaced.
    pub async fn set_password(&mut self, name: &str, phc: &str) -> Result<()> {
        let (book, now) = (self.envelope.book, self.envelope.recorded_at);
        on_tx!(self.tx().await?, c => sqlx::query(SET_PASSWORD).bind(book).bind(name).bind(phc).bind(now)
            .execute(c).await.map(|_| ())?);
        self.end_links(name).await?;
        self.secret_changed(name, "password")
    }

    /// Confirms a second factor that was begun, by the time step of its first code; `false` when there is none to confirm.
    pub async fn confirm_totp(&mut self, name: &str, step: i64) -> Result<bool> {
        let (book, now) = (self.envelope.book, self.envelope.recorded_at);
        let changed = on_tx!(self.tx().await?, c => sqlx::query(CONFIRM_TOTP).bind(book).bind(name).bind(step).bind(now)
            .execute(c).await?.rows_affected());
        if changed > 0 {
            self.end_links(name).await?;
            self.secret_changed(name, "totp")?;
        }
        Ok(changed > 0)
    }

    /// Takes a second factor away, so that a new one can be begun; `false` when there is none.
    pub async fn reset_totp(&mut self, name: &str) -> Result<bool> {
        let (book, now) = (self.envelope.book, self.envelope.recorded_at);
        let changed = on_tx!(self.tx().await?, c => sqlx::query(RESET_TOTP).bind(book).bind(name).bind(now)
            .execute(c).await?.rows_affected());
        if changed > 0 {
            self.end_links(name).await?;
            self.secret_changed(name, "totp_reset")?;
        }
        Ok(changed > 0)
    }

    /// Notes who made the way by which a person sets what they prove themselves with: what another let in signs from the day
    /// after. Kept until another lets them in.
    pub async fn let_in(&mut self, name: &str, by: &str) -> Result<()> {
        let (book, now) = (self.envelope.book, self.envelope.recorded_at);
        on_tx!(self.tx().await?, c => sqlx::query(LET_IN).bind(book).bind(name).bind(by).bind(now)
            .execute(c).await.map(|_| ())?);
        self.journal_of_people("secret_changed", &serde_json::json!({ "name": name, "what": "let_in", "by": by }))
    }

    /// Ends the links of a person that nobody used: what they prove themselves with, or what they may do, has changed.
    pub(super) async fn end_links(&mut self, name: &str) -> Result<()> {
        let book = self.envelope.book;
        on_tx!(self.tx().await?, c => sqlx::query(END_LINKS).bind(book).bind(name).execute(c).await.map(|_| ())?);
        Ok(())
    }

    /// Keeps a one-time link, in the name of the command's actor.
    pub fn put_link(&mut self, link: &NewLink) -> Result<()> {
        let issuer = self.envelope.actor.clone();
        let cells: [Cell<'_>; 5] = [
            self.envelope.book.into(),
            Cell::Blob(&link.token_sha256),
            (&link.name).into(),
            link.expires_at.into(),
            (&issuer).into(),
        ];
        self.put(&tables::SIGN_IN_LINK, &cells);
        self.secret_changed(&link.name, "link")
    }

    /// Keeps an API key, made at the instant of the command.
    pub fn put_key(&mut self, key: &NewKey) -> Result<()> {
        refuse_nul(&[&key.label])?;
        let scopes = key.scopes.join(" ");
        let cells: [Cell<'_>; 8] = [
            self.envelope.book.into(),
            (&key.id).into(),
            (&key.name).into(),
            (&key.label).into(),
            Cell::Blob(&key.secret_sha256),
            (&scopes).into(),
            self.envelope.recorded_at.into(),
            key.expires_at.into(),
        ];
        self.put(&tables::API_KEY, &cells);
        let detail = serde_json::json!({ "key": key.id, "name": key.name, "scopes": key.scopes,
            "expires_at": key.expires_at });
        self.journal_of_people("key_added", &detail)
    }

    /// Revokes an API key; `false` when there is none of that id, or it is revoked already.
    pub async fn revoke_key(&mut self, id: &str) -> Result<bool> {
        let (book, now) = (self.envelope.book, self.envelope.recorded_at);
        let changed = on_tx!(self.tx().await?, c => sqlx::query(REVOKE_KEY).bind(book).bind(id).bind(now)
            .execute(c).await?.rows_affected());
        if changed > 0 {
            self.journal_of_people("key_revoked", &serde_json::json!({ "key": id }))?;
        }
        Ok(changed > 0)
    }

    fn secret_changed(&mut self, name: &str, what: &str) -> Result<()> {
        self.journal_of_people("secret_changed", &serde_json::json!({ "name": name, "what": what }))
    }

    /// Journals a deed of the book itself.
    fn journal_of_people(&mut self, kind: &str, detail: &serde_json::Value) -> Result<()> {
        let day = self.envelope.day;
        self.journal_deed(Deed { kind, day, detail: json(detail)?, ..Deed::default() }).map(|_| ())
    }
}
