//! Passwords, hashed with argon2id (RFC 9106; 19 MiB, two passes, one lane: OWASP's first choice), as PHC strings.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use dunwell_store::fault::Fault;
use tokio::sync::Semaphore;

use super::token;
use crate::refusal::{Refusal, Result};

/// The fewest and the most characters of a password.
const FEWEST: usize = 12;
const MOST: usize = 256;
/// How many passwords are hashed at once: each takes 19 MiB and a core.
static AT_ONCE: Semaphore = Semaphore::const_new(4);

/// Whether a new password of `name` is strong enough: length above all; neither the name nor one character again and again.
pub(crate) fn check(name: &str, password: &str) -> Result<()> {
    let length = password.chars().count();
    let first = password.chars().next();
    let why = if length < FEWEST {
        "it has fewer than 12 characters"
    } else if length > MOST {
        "it has more than 256 characters"
    } else if password.trim().to_lowercase() == name.trim().to_lowercase() {
        "it is the name"
    } else if password.chars().all(|character| Some(character) == first) {
        "it is one character again and again"
    } else {
        return Ok(());
    };
    Err(Refusal::PasswordRefused(why).into())
}

/// The PHC string of a password, with a random salt.
pub(crate) async fn hash(password: &str) -> Result<String> {
    let (password, salt) = (password.to_owned(), token::random::<16>()?);
    blocking(move || {
        let hashed: PasswordHash = argon2()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(broken)?;
        Ok(hashed.to_string())
    })
    .await
}

/// Whether the password is the one of the PHC string. Without one it is hashed all the same, and is wrong: both take the
/// same time.
pub(super) async fn matches(password: &str, phc: Option<String>) -> Result<bool> {
    if password.chars().count() > MOST {
        return Ok(false);
    }
    let password = password.to_owned();
    blocking(move || match phc {
        Some(phc) => {
            let known = PasswordHash::new(&phc).map_err(broken)?;
            Ok(argon2()?.verify_password(password.as_bytes(), &known).is_ok())
        }
        None => {
            let hashed: PasswordHash =
                argon2()?.hash_password_with_salt(password.as_bytes(), b"nobody's salt: 0").map_err(broken)?;
            Ok(hashed.to_string().is_empty())
        }
    })
    .await
}

fn argon2() -> Result<Argon2<'static>> {
    let params = Params::new(19_456, 2, 1, None).map_err(broken)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

fn broken(error: impl std::fmt::Display) -> Fault {
    Fault::new(format!("password hash: {error}"))
}

/// Hashes beside the tasks that serve: a few at a time, the others wait.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let _permit = AT_ONCE.acquire().await.map_err(broken)?;
    tokio::task::spawn_blocking(work).await.map_err(broken)?
}

#[cfg(test)]
mod tests {
    use super::{check, hash, matches};

    #[test]
    fn a_password_needs_length_and_is_neither_the_name_nor_one_character() {
        for (name, password, why) in [
            ("ann", "short", Some("fewer than 12")),
            ("ann", "elevenchars", Some("fewer than 12")),
            ("ann", "twelve chars", None),
            ("ann", "zwölf Zeich…", None),
            ("Maximiliane.K", "maximiliane.k", Some("the name")),
            ("ann", "aaaaaaaaaaaaaaaa", Some("one character")),
            ("ann", &"ab".repeat(129), Some("more than 256")),
        ] {
            let refused = check(name, password).err().map(|stop| stop.to_string());
            match why {
                Some(why) => {
                    assert!(refused.as_ref().is_some_and(|said| said.contains(why)), "{password}: {refused:?}")
                }
                None => assert_eq!(refused, None, "{password}"),
            }
        }
    }

    #[tokio::test]
    async fn a_hash_is_argon2id_with_its_own_salt_and_takes_its_password_alone() {
        let (one, two) = (hash("correct horse").await.expect("a hash"), hash("correct horse").await.expect("a hash"));
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, two, "each has its own salt");
        assert!(matches("correct horse", Some(one.clone())).await.expect("compared"));
        assert!(!matches("correct horsf", Some(one)).await.expect("compared"));
        assert!(!matches("correct horse", None).await.expect("compared"));
    }
}
