//! Tokens and keys: random bytes as text, and the hash by which the book knows them.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use dunwell_store::fault::Fault;
use sha2::{Digest, Sha256};

use crate::refusal::Result;

/// Random bytes of the machine.
pub(crate) fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes).map_err(|error| Fault::new(format!("random bytes: {error}")))?;
    Ok(bytes)
}

/// Bytes as text that stands in an address or a header as it is: base64url without padding.
pub(crate) fn text(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A fresh token of 32 random bytes, and its SHA-256.
pub(crate) fn fresh() -> Result<(String, [u8; 32])> {
    let token = text(&random::<32>()?);
    let hash = sha256(&token);
    Ok((token, hash))
}

/// SHA-256 of a token. A token is random and long: it needs no salt, and no slow hash.
pub(crate) fn sha256(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}
