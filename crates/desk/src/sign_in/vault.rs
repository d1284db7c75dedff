//! Secrets that must be read again: the seeds of second factors. They lie in the book sealed (XChaCha20-Poly1305), under a
//! key that is not in it: who takes the book away, or a copy of it, cannot make anybody's codes.
//!
//! The key lies in a file of its own. The file may hold several, one a line: the first seals, each opens what it sealed. It is
//! made when the first second factor is begun, readable by its owner alone, and never made anew while the book holds
//! anything sealed under another: what is missing then is the file, and a fault says so.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{KeyInit, XChaCha20Poly1305};
use dunwell_store::book::Book;
use dunwell_store::fault::Fault;
use sha2::{Digest, Sha256};

use super::token;
use crate::refusal::{Refusal, Result};

/// How a line of a key file begins.
const MARK: &str = "dunwell-key-1";
/// What a sealed secret begins with: the way it is sealed.
const SEALED: u8 = 1;
/// Bytes of what tells keys apart, and of what is drawn anew for each secret.
const ID: usize = 8;
const NONCE: usize = 24;
/// Bytes of a seed that an earlier version kept as it is; a sealed one is longer.
const OPEN: usize = 20;

/// Where the key lies, when it does not lie beside the book.
static KEY_FILE: OnceLock<PathBuf> = OnceLock::new();

/// Says where the key lies; without it beside the file of an embedded book, with `.key` at its end. Good for the process:
/// what is said later changes nothing.
pub fn use_key_file(path: PathBuf) {
    let _ = KEY_FILE.set(path);
}

/// A key, and what tells it from others.
struct Key {
    id: [u8; ID],
    cipher: XChaCha20Poly1305,
}

impl Key {
    fn new(bytes: &[u8; 32]) -> Self {
        let hash: [u8; 32] = Sha256::digest([b"dunwell key ".as_slice(), bytes].concat()).into();
        let mut id = [0; ID];
        id.copy_from_slice(&hash[..ID]);
        Self { id, cipher: XChaCha20Poly1305::new(&(*bytes).into()) }
    }
}

/// The seed of `name` as the book keeps it. Makes the key file where there is none yet and nothing lies sealed. Refused
/// where nobody said where the key lies and the book is no file (`totp_refused`).
pub(super) async fn seal(book: &Book, name: &str, seed: &[u8]) -> Result<Vec<u8>> {
    let place = place(book).ok_or(Refusal::TotpRefused(
        "this server has no key file to keep its secret under; whoever runs it sets DUNWELL_KEY_FILE",
    ))?;
    let keys = match read(&place)? {
        Some(keys) => keys,
        None if book.read().await?.totp_secrets().await?.iter().any(|(_, kept)| kept.len() > OPEN) => {
            return Err(missing(&place).into());
        }
        None => make(&place)?,
    };
    sealed_by(first(&keys, &place)?, name, seed)
}

/// The seed of `name` as it was. A fault where its key is not there: nothing is lost while the file is in a backup.
pub(super) fn open(book: &Book, name: &str, kept: &[u8]) -> Result<Vec<u8>> {
    if kept.len() == OPEN {
        return Ok(kept.to_vec());
    }
    let place = place(book).ok_or_else(|| {
        Fault::new("second factors lie sealed in this book, and nobody said under which key: set DUNWELL_KEY_FILE")
    })?;
    let keys = read(&place)?.ok_or_else(|| missing(&place))?;
    let (id, nonce, text) = parts(kept).ok_or_else(|| damaged(name))?;
    let key = keys.iter().find(|key| key.id == id).ok_or_else(|| {
        let file = place.display();
        Fault::new(format!("the second factor of {name} lies sealed under a key that {file} does not hold: {RESCUE}"))
    })?;
    let opened = key.cipher.decrypt(&nonce.into(), Payload { msg: text, aad: &bound_to(name) });
    Ok(opened.map_err(|_| damaged(name))?)
}

/// Seals what does not lie under the first key: seeds that an earlier version kept open, and those of a key that was replaced.
/// Answers how many. Without a place for a key, and where a key is missing, nothing is changed.
pub async fn seal_again(book: &Book) -> Result<u64> {
    let Some(place) = place(book) else { return Ok(0) };
    let secrets = book.read().await?.totp_secrets().await?;
    let mut done = 0;
    for (name, kept) in secrets {
        let under = match read(&place)? {
            Some(keys) => keys.first().map(|key| key.id),
            None => None,
        };
        let is_under = parts(&kept).is_some_and(|(id, ..)| kept.len() > OPEN && Some(id) == under);
        if is_under {
            continue;
        }
        let seed = open(book, &name, &kept)?;
        let sealed = seal(book, &name, &seed).await?;
        done += u64::from(book.reseal_totp(&name, &kept, &sealed).await?);
    }
    Ok(done)
}

/// What a person can do whose key is gone.
const RESCUE: &str = "put the key file back from its backup, or let an admin reset the second factor";

fn missing(place: &Path) -> Fault {
    Fault::new(format!(
        "second factors lie sealed in this book, and their key file {} is not there: {RESCUE}",
        place.display()
    ))
}

fn damaged(name: &str) -> Fault {
    Fault::new(format!("the second factor of {name} is damaged in the book; an admin resets it"))
}

fn place(book: &Book) -> Option<PathBuf> {
    KEY_FILE.get().cloned().or_else(|| {
        let mut beside = book.db().file()?.into_os_string();
        beside.push(".key");
        Some(beside.into())
    })
}

fn first<'a>(keys: &'a [Key], place: &Path) -> Result<&'a Key> {
    Ok(keys.first().ok_or_else(|| Fault::new(format!("{} holds no key", place.display())))?)
}

/// What a secret is bound to, so that nobody's is put in another's place.
fn bound_to(name: &str) -> Vec<u8> {
    [b"dunwell totp ".as_slice(), name.as_bytes()].concat()
}

fn sealed_by(key: &Key, name: &str, seed: &[u8]) -> Result<Vec<u8>> {
    let nonce = token::random::<NONCE>()?;
    let text = key.cipher.encrypt(&nonce.into(), Payload { msg: seed, aad: &bound_to(name) });
    let text = text.map_err(|_| Fault::new("a secret could not be sealed"))?;
    Ok([[SEALED].as_slice(), &key.id, &nonce, &text].concat())
}

/// The key's mark, the nonce and the text of a sealed secret.
fn parts(kept: &[u8]) -> Option<([u8; ID], [u8; NONCE], &[u8])> {
    let (way, rest) = kept.split_first()?;
    let (id, rest) = rest.split_first_chunk::<ID>()?;
    let (nonce, text) = rest.split_first_chunk::<NONCE>()?;
    (*way == SEALED).then_some((*id, *nonce, text))
}

/// The keys of a file; `None` where there is no file.
fn read(place: &Path) -> Result<Option<Vec<Key>>> {
    let text = match std::fs::read_to_string(place) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Fault::new(format!("the key file {}: {error}", place.display())).into()),
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let keys = lines.map(|line| {
        let bytes = line.strip_prefix(MARK).and_then(|rest| URL_SAFE_NO_PAD.decode(rest.trim()).ok());
        let bytes: Option<[u8; 32]> = bytes.and_then(|bytes| bytes.try_into().ok());
        bytes.map(|bytes| Key::new(&bytes))
    });
    let keys: Option<Vec<Key>> = keys.collect();
    let keys = keys.filter(|keys| !keys.is_empty());
    Ok(Some(keys.ok_or_else(|| Fault::new(format!("{} is no key file of Dunwell", place.display())))?))
}

/// Makes a key file that its owner alone can read: whole, or not there. Of two processes at once one makes it, and both read it.
fn make(place: &Path) -> Result<Vec<Key>> {
    let broken = |error: std::io::Error| Fault::new(format!("the key file {}: {error}", place.display()));
    let line = format!("{MARK} {}\n", token::text(&token::random::<32>()?));
    let mut draft = place.as_os_str().to_owned();
    draft.push(format!(".{}", token::text(&token::random::<8>()?)));
    let draft = PathBuf::from(draft);
    let mut file = private(&draft).map_err(broken)?;
    let written = file.write_all(line.as_bytes()).and_then(|()| file.sync_all());
    let linked = written.and_then(|()| std::fs::hard_link(&draft, place));
    std::fs::remove_file(&draft).map_err(broken)?;
    match linked {
        Ok(()) => {}
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
        Err(error) => return Err(broken(error).into()),
    }
    Ok(read(place)?.ok_or_else(|| missing(place))?)
}

#[cfg(unix)]
fn private(path: &Path) -> std::io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn private(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> PathBuf {
        let name = token::text(&token::random::<8>().expect("random bytes"));
        let folder = std::env::temp_dir().join(format!("dunwell-vault-{name}"));
        std::fs::create_dir(&folder).expect("a fresh folder");
        folder
    }

    #[test]
    fn a_key_file_is_made_once_and_its_owner_alone_reads_it() {
        let folder = folder();
        let place = folder.join("book.key");
        assert!(read(&place).expect("no fault").is_none());
        let made = make(&place).expect("a key");
        let again = make(&place).expect("the same key");
        assert_eq!((made.len(), made[0].id), (1, again[0].id), "a key that is there is never replaced");
        assert_eq!(std::fs::read_dir(&folder).expect("a folder").count(), 1, "no draft is left");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(std::fs::metadata(&place).expect("the file").permissions().mode() & 0o777, 0o600);
        }
        std::fs::write(&place, "not a key").expect("written");
        assert!(read(&place).is_err());
        std::fs::remove_dir_all(folder).expect("gone");
    }

    #[test]
    fn what_is_sealed_opens_for_its_owner_under_its_key_and_not_when_it_was_touched() {
        let (key, other) = (Key::new(&[7; 32]), Key::new(&[8; 32]));
        let seed = [5_u8; OPEN];
        let kept = sealed_by(&key, "ann", &seed).expect("sealed");
        assert!(kept.len() > OPEN && !kept.windows(4).any(|part| part == [5; 4]), "the seed is not in it");
        let opened = |key: &Key, name: &str, kept: &[u8]| {
            let (id, nonce, text) = parts(kept)?;
            let payload = Payload { msg: text, aad: &bound_to(name) };
            if id == key.id { key.cipher.decrypt(&nonce.into(), payload).ok() } else { None }
        };
        assert_eq!(opened(&key, "ann", &kept), Some(seed.to_vec()));
        assert_eq!(opened(&key, "ben", &kept), None, "nobody's secret is put in another's place");
        assert_eq!(opened(&other, "ann", &kept), None);
        let mut touched = kept.clone();
        *touched.last_mut().expect("bytes") ^= 1;
        assert_eq!(opened(&key, "ann", &touched), None);
    }
}
