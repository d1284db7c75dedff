//! What the server keeps in memory for a moment and never writes down: secrets that are shown once.

use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a secret waits to be shown.
const WAITS: Duration = Duration::from_secs(5 * 60);

/// A secret, with what it is in words.
#[derive(Debug, Clone)]
pub(crate) struct Secret {
    /// What it is.
    pub(crate) what: String,
    /// The secret, and where it is a sign-in link only its token.
    pub(crate) text: String,
}

struct Waiting {
    user: String,
    until: Instant,
    secret: Secret,
}

static WAITING: LazyLock<Mutex<HashMap<String, Waiting>>> = LazyLock::new(Mutex::default);

/// Keeps a secret for the page that its maker is sent to, and answers the number it is asked for by.
pub(crate) fn keep(user: &str, secret: Secret) -> String {
    let id = random();
    let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
    let now = Instant::now();
    waiting.retain(|_, kept| kept.until > now);
    waiting.insert(id.clone(), Waiting { user: user.into(), until: now + WAITS, secret });
    id
}

/// The secret of a number, for its maker, once.
pub(crate) fn take(user: &str, id: &str) -> Option<Secret> {
    let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
    let known = waiting.get(id).is_some_and(|kept| kept.user == user && kept.until > Instant::now());
    known.then(|| waiting.remove(id)).flatten().map(|kept| kept.secret)
}

/// Sixteen random bytes as text.
pub(crate) fn random() -> String {
    let mut bytes = [0_u8; 16];
    // A system without randomness cannot open a session either, so that nobody gets here.
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    let digit = |nibble: u8| char::from(b"0123456789abcdef"[usize::from(nibble)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_shown_once_and_to_its_maker_alone() {
        let id = keep("anna", Secret { what: "key".into(), text: "dw_1".into() });
        assert!(take("ben", &id).is_none());
        assert_eq!(take("anna", &id).map(|secret| secret.text).as_deref(), Some("dw_1"));
        assert!(take("anna", &id).is_none());
    }
}
