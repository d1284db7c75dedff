//! Requests that carry an idempotency key: claimed in the transaction of what they did, answered a moment later.

use crate::book::Book;
use crate::fault::Result;
use crate::read::{Bind, Reading};

/// A request as it claims its key. One value is one attempt: it may record in several transactions, another may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestClaim {
    /// The user or API key who asks.
    pub principal: String,
    /// Method and route.
    pub route: String,
    /// The key the client chose.
    pub key: String,
    /// SHA-256 of the body.
    pub body_sha256: [u8; 32],
    /// Random: tells this attempt from another one of the same key.
    pub attempt: [u8; 16],
}

/// A request that was claimed or answered before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestKept {
    /// SHA-256 of its body.
    pub body_sha256: Vec<u8>,
    /// The newest batch it recorded; `None` when it recorded nothing.
    pub batch: Option<i64>,
    /// Its answer: status, content type, body. `None` when it was not stored: the process died, or is just about to.
    pub answer: Option<(i64, String, Vec<u8>)>,
    /// When it was claimed or answered, UTC microseconds.
    pub recorded_at: i64,
}

const REQUEST: &str = "select body_sha256, batch, status, content_type, response, recorded_at from idempotent_request \
     where book = $1 and principal = $2 and route = $3 and request_key = $4";
/// Writes nothing where another attempt holds the key.
pub(crate) const CLAIM: &str = "insert into idempotent_request \
     (book, principal, route, request_key, body_sha256, attempt, batch, recorded_at) \
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (book, principal, route, request_key) do update set \
     batch = excluded.batch where idempotent_request.attempt = excluded.attempt";
const ANSWER: &str = "insert into idempotent_request \
     (book, principal, route, request_key, body_sha256, attempt, status, content_type, response, recorded_at) \
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) on conflict (book, principal, route, request_key) do update set \
     status = excluded.status, content_type = excluded.content_type, response = excluded.response \
     where idempotent_request.attempt = excluded.attempt and idempotent_request.status is null";

/// Every statement that reads.
#[cfg(test)]
pub(crate) const READS: &[&str] = &[REQUEST];
/// Every statement that writes.
#[cfg(test)]
pub(crate) const WRITES: &[&str] = &[CLAIM, ANSWER];

impl Reading {
    /// What is kept of a request; `None` when the key is new.
    pub async fn request_kept(&mut self, principal: &str, route: &str, key: &str) -> Result<Option<RequestKept>> {
        type Row = (Vec<u8>, Option<i64>, Option<i64>, Option<String>, Option<Vec<u8>>, i64);
        let binds = [Bind::Text(principal), Bind::Text(route), Bind::Text(key)];
        let row: Option<Row> = self.row(REQUEST, &binds).await?;
        Ok(row.map(|(body_sha256, batch, status, content_type, response, recorded_at)| RequestKept {
            body_sha256,
            batch,
            answer: status.map(|status| (status, content_type.unwrap_or_default(), response.unwrap_or_default())),
            recorded_at,
        }))
    }
}

impl Book {
    /// Keeps the answer of a request; one that is kept already stays. `false` when another attempt holds the key.
    pub async fn keep_answer(
        &self,
        claim: &RequestClaim,
        (status, content_type, response): (i64, &str, &[u8]),
        now: i64,
    ) -> Result<bool> {
        let binds = [
            Bind::Text(&claim.principal),
            Bind::Text(&claim.route),
            Bind::Text(&claim.key),
            Bind::Bytes(&claim.body_sha256),
            Bind::Bytes(&claim.attempt),
            Bind::Int(status),
            Bind::Text(content_type),
            Bind::Bytes(response),
            Bind::Int(now),
        ];
        Ok(self.change_unshown(ANSWER, &binds).await? > 0)
    }
}
