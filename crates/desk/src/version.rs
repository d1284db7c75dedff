//! Versions of what several people may edit: whoever saves says which version they saw, so that nobody's change is lost.
//!
//! A version is a digest of the view that was shown. It needs no counter and no column: what looks the same is the same, and
//! whatever a file, a colleague or a program changed in between has another one.

use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::refusal::{Refusal, Result};

/// The version of a view: 16 hexadecimal digits.
pub fn version_of(view: &impl Serialize) -> String {
    let text = serde_json::to_vec(view).unwrap_or_default();
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// Refuses (`version_conflict`) to change `there` for somebody who saw another version of it; one who names none is let by.
pub(crate) fn unchanged(what: &'static str, there: &impl Serialize, version: &str, seen: Option<&str>) -> Result<()> {
    match seen {
        Some(seen) if seen != version => {
            let current = serde_json::to_value(there).unwrap_or_default();
            Err(Refusal::VersionConflict { what, current: Box::new(current) }.into())
        }
        Some(_) | None => Ok(()),
    }
}
