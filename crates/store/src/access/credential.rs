//! Passwords and second factors of people. Setting, confirming and taking them away is journaled: see `record`.

use crate::book::Book;
use crate::fault::Result;
use crate::read::{Bind, Reading};

/// What a person proves who they are with. Hashes and secrets only; the caller compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The password as a PHC string (argon2id); `None` where there is none.
    pub password_phc: Option<String>,
    /// The secret of the time-based code (RFC 6238), as it is kept: sealed by the caller; `None` where there is none.
    pub totp_secret: Option<Vec<u8>>,
    /// Whether a first code was shown, so that codes are asked for.
    pub totp_confirmed: bool,
    /// The time step of the last code that was used: it and every earlier one are refused.
    pub totp_last_step: i64,
    /// Who else made the way by which the first of it was set, and when that was, UTC microseconds.
    pub let_in: Option<(String, i64)>,
}

const CREDENTIAL: &str = "select password_phc, totp_secret, totp_confirmed, totp_last_step, let_in_by, let_in_at from credential \
     where book = $1 and name = $2";
/// The newest link of a person, not of the house, that somebody came in by: a session that it opened may still run, whatever
/// link was used after it. A used link is kept for as long.
const LINK_USED: &str = "select issued_by from sign_in_link where book = $1 and name = $2 and used_at is not null \
     and issued_by <> 'desk' order by used_at desc, token_sha256 limit 1";
const BEGIN_TOTP: &str = "insert into credential (book, name, totp_secret, totp_confirmed, totp_last_step, changed_at) \
     values ($1, $2, $3, 0, 0, $4) on conflict (book, name) do update set totp_secret = excluded.totp_secret, \
     changed_at = excluded.changed_at where credential.totp_confirmed = 0";
const TOTP_SECRETS: &str =
    "select name, totp_secret from credential where book = $1 and totp_secret is not null order by name";
const RESEAL_TOTP: &str = "update credential set totp_secret = $4 where book = $1 and name = $2 and totp_secret = $3";
const USE_TOTP: &str = "update credential set totp_last_step = $3 \
     where book = $1 and name = $2 and totp_confirmed = 1 and totp_last_step < $3";

/// Every statement that reads.
#[cfg(test)]
pub(crate) const READS: &[&str] = &[CREDENTIAL, LINK_USED, TOTP_SECRETS];
/// Every statement that writes.
#[cfg(test)]
pub(crate) const WRITES: &[&str] = &[BEGIN_TOTP, RESEAL_TOTP, USE_TOTP];

impl Reading {
    /// What `name` proves itself with; `None` where nothing was set yet.
    pub async fn credential(&mut self, name: &str) -> Result<Option<Credential>> {
        type Row = (Option<String>, Option<Vec<u8>>, i64, i64, Option<String>, Option<i64>);
        let row: Option<Row> = self.row(CREDENTIAL, &[Bind::Text(name)]).await?;
        Ok(row.map(|(password_phc, totp_secret, confirmed, totp_last_step, let_in_by, let_in_at)| Credential {
            password_phc,
            totp_secret,
            totp_confirmed: confirmed != 0,
            totp_last_step,
            let_in: let_in_by.zip(let_in_at),
        }))
    }

    /// Every secret of a time-based code, as it is kept, by name.
    pub async fn totp_secrets(&mut self) -> Result<Vec<(String, Vec<u8>)>> {
        self.rows(TOTP_SECRETS, &[]).await
    }

    /// The person who made the link by which `name` came in last; `None` where the house did, or no link is known.
    pub async fn issuer_of_used_link(&mut self, name: &str) -> Result<Option<String>> {
        let row: Option<(String,)> = self.row(LINK_USED, &[Bind::Text(name)]).await?;
        Ok(row.map(|(issuer,)| issuer))
    }
}

impl Book {
    /// Keeps a new secret that is not confirmed yet; `false` when one is confirmed already.
    pub async fn begin_totp(&self, name: &str, secret: &[u8], now: i64) -> Result<bool> {
        let binds = [Bind::Text(name), Bind::Bytes(secret), Bind::Int(now)];
        Ok(self.change_unshown(BEGIN_TOTP, &binds).await? > 0)
    }

    /// Keeps a secret as it is sealed anew; `false` when it is not as it was any more.
    pub async fn reseal_totp(&self, name: &str, from: &[u8], to: &[u8]) -> Result<bool> {
        let binds = [Bind::Text(name), Bind::Bytes(from), Bind::Bytes(to)];
        Ok(self.change_unshown(RESEAL_TOTP, &binds).await? > 0)
    }

    /// Uses the code of a time step up; `false` when it or a later one was used before.
    pub async fn use_totp(&self, name: &str, step: i64) -> Result<bool> {
        Ok(self.change_unshown(USE_TOTP, &[Bind::Text(name), Bind::Int(step)]).await? > 0)
    }
}
