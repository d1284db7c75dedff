//! Requests that carry an idempotency key are done once, whatever the network does to their answers.
//!
//! How it goes. Before it does anything the caller asks [`earlier_answer`]. A new key is done: the caller puts the claim on
//! [`Desk::request`](crate::Desk), and the first transaction that records something for it writes the claim with it. After
//! that the caller keeps the answer with [`keep_answer`].
//!
//! - *The process dies before the commit*: neither effect nor claim is there; a repeat does it.
//! - *It dies between commit and answer*: the claim says which batch was recorded; a repeat is told that it was done.
//! - *Two at once*: both may begin, one commits. The other's transaction is rolled back whole and refused
//!   (`request_claimed`); its caller asks [`earlier_answer`] again.
//! - *A refusal or a fault* claims nothing: the key may be used again once what was wrong is mended.
//!
//! A task that records in several transactions (an import, a run, an assignment) holds one claim over all of them. It is
//! safe to repeat by its business keys whether it was done in whole or in part, so a caller does it again rather than
//! answer that it was done: it leaves the claim out, and keeps the answer alone.

use std::time::Duration;

use dunwell_store::book::Book;
use sha2::{Digest, Sha256};

use crate::refusal::{Refusal, Result};
use crate::sign_in::token;

pub use dunwell_store::access::request::RequestClaim;

/// How often, and how far apart, an answer is looked for that is just being kept.
const LOOKS: u32 = 5;
const APART: Duration = Duration::from_millis(80);
/// The most characters of a key.
const KEY_LENGTH: usize = 255;

/// An answer as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAnswer {
    /// The status of HTTP.
    pub status: u16,
    /// The type of the body.
    pub content_type: String,
    /// The body.
    pub body: Vec<u8>,
}

/// What is known of a request by its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier {
    /// Nothing: do it.
    None,
    /// It was done and answered: send this again.
    Same(StoredAnswer),
    /// It was done and its answer was lost: say so, with the batch that holds what it recorded.
    AlreadyDone {
        /// The newest batch of it.
        batch: i64,
    },
    /// The key was used for another body: refuse it.
    Different,
}

/// The claim of a request: who asks, by which method and route, under which key, with which body. Refused when the key is
/// empty, longer than 255 characters or not printable ASCII (`bad_value`).
pub fn claim(principal: &str, route: &str, key: &str, body: &[u8]) -> Result<RequestClaim> {
    if key.is_empty() || key.len() > KEY_LENGTH || !key.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        let why = "use 1 to 255 printable ASCII characters, a UUID for instance".into();
        return Err(Refusal::BadValue { what: "idempotency key", value: key.escape_default().to_string(), why }.into());
    }
    Ok(RequestClaim {
        principal: principal.into(),
        route: route.into(),
        key: key.into(),
        body_sha256: Sha256::digest(body).into(),
        attempt: token::random::<16>()?,
    })
}

/// What came of the request when it was asked before. It waits up to half a second for an answer that is just being kept.
pub async fn earlier_answer(book: &Book, claim: &RequestClaim) -> Result<Earlier> {
    let mut looks = 1;
    loop {
        let kept = book.read().await?.request_kept(&claim.principal, &claim.route, &claim.key).await?;
        let Some(kept) = kept else { return Ok(Earlier::None) };
        if kept.body_sha256 != claim.body_sha256 {
            return Ok(Earlier::Different);
        }
        if let Some((status, content_type, body)) = kept.answer {
            let status = u16::try_from(status).unwrap_or(500);
            return Ok(Earlier::Same(StoredAnswer { status, content_type, body }));
        }
        if looks == LOOKS {
            return Ok(Earlier::AlreadyDone { batch: kept.batch.unwrap_or(0) });
        }
        looks += 1;
        tokio::time::sleep(APART).await;
    }
}

/// Keeps the answer of a request that was done; `false` when another attempt holds the key, whose answer stays.
pub async fn keep_answer(book: &Book, claim: &RequestClaim, answer: &StoredAnswer, now: i64) -> Result<bool> {
    Ok(book.keep_answer(claim, (i64::from(answer.status), &answer.content_type, &answer.body), now).await?)
}
