//! Passwords and second factors of people. Setting, confirming and taking them away is journaled: see `record`.

use crate::book::Book;
use crate::fault::Result;
use crate::read::{Bind, Reading};

/// What a person proves who they are with. Hashes and secrets only; the caller compares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credential {
    /// The password as a PHC string (argon2id); `None` where there is none.
    pub password_phc: Option<String>,
    /// The secret of the time-based code (RFC 6238); `None` where there is none.
    pub totp_secret: Option<Vec<u8>>,
    /// Whether a first code was shown, so that codes are asked for.
    pub totp_confirmed: bool,
    /// The time step of the last code that was used: it and every earlier one are refused.
    pub totp_last_step: i64,
}

const CREDENTIAL: &str =
    "select password_phc, totp_secret, totp_confirmed, totp_last_step from credential where book = $1 and name = $2";
const BEGIN_TOTP: &str = "insert into credential (book, name, totp_secret, totp_confirmed, totp_last_step, changed_at) \
     values ($1, $2, $3, 0, 0, $4) on conflict (book, name) do update set totp_secret = excluded.totp_secret, \
     changed_at = excluded.changed_at where credential.totp_confirmed = 0";
const USE_TOTP: &str = "update credential set totp_last_step = $3 \
     where book = $1 and name = $2 and totp_confirmed = 1 and totp_last_step < $3";

/// Every statement that reads.
#[cfg(test)]
pub(crate) const READS: &[&str] = &[CREDENTIAL];
/// Every statement that writes.
#[cfg(test)]
pub(crate) const WRITES: &[&str] = &[BEGIN_TOTP, USE_TOTP];

impl Reading {
    /// What `name` proves itself with; `None` where nothing was set yet.
    pub async fn credential(&mut self, name: &str) -> Result<Option<Credential>> {
        type Row = (Option<String>, Option<Vec<u8>>, i64, i64);
        let row: Option<Row> = self.row(CREDENTIAL, &[Bind::Text(name)]).await?;
        Ok(row.map(|(password_phc, totp_secret, confirmed, totp_last_step)| Credential {
            password_phc,
            totp_secret,
            totp_confirmed: confirmed != 0,
            totp_last_step,
        }))
    }
}

impl Book {
    /// Keeps a new secret that is not confirmed yet; `false` when one is confirmed already.
    pub async fn begin_totp(&self, name: &str, secret: &[u8], now: i64) -> Result<bool> {
        let binds = [Bind::Text(name), Bind::Bytes(secret), Bind::Int(now)];
        Ok(self.change(BEGIN_TOTP, &binds).await? > 0)
    }

    /// Uses the code of a time step up; `false` when it or a later one was used before.
    pub async fn use_totp(&self, name: &str, step: i64) -> Result<bool> {
        Ok(self.change(USE_TOTP, &[Bind::Text(name), Bind::Int(step)]).await? > 0)
    }
}
