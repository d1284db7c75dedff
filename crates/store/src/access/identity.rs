//! Who people are to the organisation's sign-in provider, and browsers that are on their way there. That an identity was
//! awaited, linked or taken away is journaled: see `record`.

use serde::Serialize;

use crate::book::Book;
use crate::fault::Result;
use crate::read::{Bind, Reading};
use crate::views::json;

/// A person's identity at a provider: linked, or awaited. Instants in UTC microseconds, shown as RFC 3339.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IdentityView {
    /// The user.
    pub user: String,
    /// The provider.
    pub issuer: String,
    /// Their number there; `None` while it is awaited.
    pub subject: Option<String>,
    /// The verified e-mail address by whose first sign-in it is linked, while it is awaited.
    pub awaited_email: Option<String>,
    /// When it was awaited or linked.
    #[serde(serialize_with = "json::instant")]
    pub changed_at: i64,
}

/// A browser that is sent to the provider, and what is kept until it comes back.
#[derive(Debug, Clone, Copy)]
pub struct NewErrand<'a> {
    /// SHA-256 of what it brings back.
    pub state_sha256: &'a [u8],
    /// SHA-256 of what only this browser has.
    pub browser_sha256: &'a [u8],
    /// What for.
    pub errand: &'a str,
    /// Who sent it, where somebody is signed in; else empty.
    pub name: &'a str,
    /// Where it goes afterwards.
    pub place: &'a str,
    /// What the ID token must carry.
    pub nonce: &'a str,
    /// The proof that whoever brings the code is who began.
    pub verifier: &'a str,
    /// From when on it is good for nothing, UTC microseconds.
    pub expires_at: i64,
}

/// An errand as it was taken back: it is kept no longer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Errand {
    /// What for.
    pub errand: String,
    /// Who sent it; empty where nobody was signed in.
    pub name: String,
    /// Where it goes afterwards.
    pub place: String,
    /// What the ID token must carry.
    pub nonce: String,
    /// The proof that whoever brings the code is who began.
    pub verifier: String,
}

const IDENTITIES: &str = "select name, issuer, subject, email, changed_at from identity where book = $1 \
     order by name, issuer";
const OWNER: &str = "select i.name from identity i join app_user u on u.book = i.book and u.name = i.name \
     where i.book = $1 and i.issuer = $2 and i.subject = $3";
const AWAITED: &str = "select i.name from identity i join app_user u on u.book = i.book and u.name = i.name \
     where i.book = $1 and i.issuer = $2 and i.email = $3 and i.subject is null";
const SEND: &str = "insert into provider_errand (book, state_sha256, browser_sha256, errand, name, place, nonce, \
     verifier, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
const WAITS: &str = "select count(*) from provider_errand where book = $1 and state_sha256 = $2 \
     and browser_sha256 = $3 and expires_at > $4";
const TAKE_BACK: &str = "delete from provider_errand where book = $1 and state_sha256 = $2 and browser_sha256 = $3 \
     and expires_at > $4 returning errand, name, place, nonce, verifier";
/// Errands nobody came back from.
pub(crate) const OLD: &str = "delete from provider_errand where book = $1 and expires_at < $2";

/// Every statement that reads.
#[cfg(test)]
pub(crate) const READS: &[&str] = &[IDENTITIES, OWNER, AWAITED, WAITS];
/// Every statement that writes.
#[cfg(test)]
pub(crate) const WRITES: &[&str] = &[SEND, TAKE_BACK, OLD];

impl Reading {
    /// Every identity, linked or awaited, by user.
    pub async fn identities(&mut self) -> Result<Vec<IdentityView>> {
        type Row = (String, String, Option<String>, Option<String>, i64);
        let rows: Vec<Row> = self.rows(IDENTITIES, &[]).await?;
        let view = |(user, issuer, subject, awaited_email, changed_at)| IdentityView {
            user,
            issuer,
            subject,
            awaited_email,
            changed_at,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// The user whom a subject of a provider is linked to.
    pub async fn owner_of_identity(&mut self, issuer: &str, subject: &str) -> Result<Option<String>> {
        let row: Option<(String,)> = self.row(OWNER, &[Bind::Text(issuer), Bind::Text(subject)]).await?;
        Ok(row.map(|(name,)| name))
    }

    /// The user who is awaited under a verified e-mail address, given in lower case.
    pub async fn awaited_by_email(&mut self, issuer: &str, email: &str) -> Result<Option<String>> {
        let row: Option<(String,)> = self.row(AWAITED, &[Bind::Text(issuer), Bind::Text(email)]).await?;
        Ok(row.map(|(name,)| name))
    }

    /// Whether an errand of that browser waits to be taken back by `now`: to ask writes nothing, whoever asks.
    pub async fn errand_waits(&mut self, state: &[u8], browser: &[u8], now: i64) -> Result<bool> {
        let binds = [Bind::Bytes(state), Bind::Bytes(browser), Bind::Int(now)];
        let row: Option<(i64,)> = self.row(WAITS, &binds).await?;
        Ok(row.is_some_and(|(waiting,)| waiting > 0))
    }
}

impl Book {
    /// Keeps an errand until its browser comes back.
    pub async fn send_on_errand(&self, new: &NewErrand<'_>) -> Result<()> {
        let binds = [
            Bind::Bytes(new.state_sha256),
            Bind::Bytes(new.browser_sha256),
            Bind::Text(new.errand),
            Bind::Text(new.name),
            Bind::Text(new.place),
            Bind::Text(new.nonce),
            Bind::Text(new.verifier),
            Bind::Int(new.expires_at),
        ];
        self.change_unshown(SEND, &binds).await.map(|_| ())
    }

    /// Takes an errand back, once; `None` when there is none, another browser brings it, or it has expired by `now`.
    pub async fn errand_returned(&self, state: &[u8], browser: &[u8], now: i64) -> Result<Option<Errand>> {
        type Row = (String, String, String, String, String);
        let binds = [Bind::Bytes(state), Bind::Bytes(browser), Bind::Int(now)];
        let row: Option<Row> = self.changed(TAKE_BACK, &binds).await?;
        let errand = |(errand, name, place, nonce, verifier)| Errand { errand, name, place, nonce, verifier };
        Ok(row.map(errand))
    }
}
