//! Folders of files that others leave: fetched from a server, and taken in.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use dunwell_desk::take_in_folder::{self, Look, TakenIn};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::cli::Cli;
use crate::cli::folders::{Fetch, Watch};
use crate::clock;
use crate::output::{Failure, Output};
use crate::place::desk;
use crate::sftp::{Keys, RemoteFile, RemoteFolder};

/// The folder on the server into which fetched files are moved.
const DONE: &str = "done";
/// What is known of files that stay on the server, in the folder they are copied into.
const FETCHED: &str = ".fetched";

/// `watch`: looks at the folder until interrupted; with `--once` exit 3 when a file was refused.
pub(crate) async fn watch(cli: &Cli, out: Output, asked: &Watch) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let watched = take_in_folder::hold(&asked.folder)?;
    loop {
        let look = Look {
            folder: &asked.folder,
            now: UNIX_EPOCH + Duration::from_micros(clock::now().unsigned_abs()),
            settled: Duration::from_secs(asked.settled),
            on: asked.on.by_today(&desk)?,
        };
        let taken = take_in_folder::take_in(&desk, &watched, &look).await;
        if asked.once {
            let taken = taken?;
            out.answer(&taken, words);
            return if taken.is_refused() { Err(Failure::Said(3)) } else { Ok(()) };
        }
        match taken {
            Ok(taken) if taken.files.is_empty() => {}
            Ok(taken) => out.answer(&taken, words),
            // What is in the way may be gone at the next look: a full disk, a database that restarts.
            Err(stop) => Failure::from(stop).report(false),
        }
        tokio::time::sleep(Duration::from_secs(asked.every)).await;
    }
}

fn words(taken: &TakenIn) -> String {
    let mut text = String::new();
    for file in &taken.files {
        text.push_str(&format!("{} -> {}", file.file, file.filed));
        match (&file.problems[..], &file.import) {
            ([], Some(_)) => {
                text.push_str(&format!(": {} recorded, {} to be looked at\n", file.recorded, file.exceptions));
            }
            ([], None) => text.push_str(": nothing new\n"),
            ([first, ..], _) => text.push_str(&format!(": refused: {}\n", first.message)),
        }
    }
    for (file, part) in taken.files.iter().flat_map(|file| file.not_read.iter().map(move |part| (file, part))) {
        text.push_str(&format!("{}: not all of it was read: {}\n", file.file, part.message));
    }
    if taken.waiting > 0 {
        text.push_str(&format!("{} still being written\n", taken.waiting));
    }
    if text.is_empty() { "Nothing to read.\n".into() } else { text }
}

/// What a fetch brought.
#[derive(Debug, Default, Serialize)]
struct Fetched {
    /// The files, as they are named here.
    files: Vec<FileFetched>,
    /// Files that grew while they were copied, and are fetched the next time.
    waiting: usize,
    /// Names that are not fetched: they hold signs that are not typed.
    left: Vec<String>,
}

/// A file that was fetched.
#[derive(Debug, Serialize)]
struct FileFetched {
    /// The name on the server.
    name: String,
    /// The file here.
    file: String,
    /// Bytes.
    size: u64,
    /// SHA-256 of its bytes, in hexadecimal.
    sha256: String,
}

/// `fetch`: exit 3 when a file could not be fetched because of its name.
pub(crate) async fn fetch(out: Output, asked: &Fetch) -> Result<(), Failure> {
    let from =
        RemoteFolder::parse(&asked.from).map_err(|why| Failure::usage(format!("{}: an address {why}", asked.from)))?;
    if !asked.into.is_dir() {
        return Err(Failure::usage(format!("there is no folder {}", asked.into.display())));
    }
    let absolute = |path: &PathBuf| std::path::absolute(path).map_err(|error| Failure::io(path.display(), &error));
    let keys = Keys {
        identity: asked.identity.as_ref().map(absolute).transpose()?,
        known_hosts: asked.known_hosts.as_ref().map(absolute).transpose()?,
    };
    let (before, _) = from.list(&keys)?;
    if !before.is_empty() {
        tokio::time::sleep(Duration::from_secs(asked.settled)).await;
    }
    let (files, left) = from.list(&keys)?;
    let mut fetched = Fetched { left, ..Fetched::default() };
    for file in files {
        if !before.contains(&file) {
            fetched.waiting += 1;
            continue;
        }
        match fetch_one(&from, &keys, &file, &asked.into, asked.keep)? {
            Brought::New(file) => fetched.files.push(file),
            Brought::Known => {}
            Brought::Growing => fetched.waiting += 1,
        }
    }
    out.answer(&fetched, |fetched| {
        let mut text: String = fetched.files.iter().map(|file| format!("{} -> {}\n", file.name, file.file)).collect();
        if fetched.waiting > 0 {
            text.push_str(&format!("{} still being written\n", fetched.waiting));
        }
        for name in &fetched.left {
            text.push_str(&format!("left, for the signs in its name: {}\n", name.escape_debug()));
        }
        if text.is_empty() { "Nothing to fetch.\n".into() } else { text }
    });
    if fetched.left.is_empty() { Ok(()) } else { Err(Failure::Said(3)) }
}

enum Brought {
    New(FileFetched),
    /// It stays on the server and was fetched before.
    Known,
    /// It is still being written there.
    Growing,
}

/// Copies a file under a name that nobody reads, then gives it its own; only then it is moved on the server. Stopped in
/// between, it is fetched again, which changes nothing where it is taken in.
fn fetch_one(from: &RemoteFolder, keys: &Keys, file: &RemoteFile, into: &Path, keep: bool) -> Result<Brought, Failure> {
    let part = format!(".{}.part", file.name);
    let path = into.join(&part);
    let io = |error: std::io::Error| Failure::io(path.display(), &error);
    let after = from.get(keys, &file.name, into, &part)?;
    let bytes = fs::read(&path).map_err(io)?;
    let size = bytes.len() as u64;
    if after.as_ref() != Some(file) || file.size != size {
        fs::remove_file(&path).map_err(io)?;
        return Ok(Brought::Growing);
    }
    let sha256: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    let line = format!("{sha256} {}", file.name);
    let list = into.join(FETCHED);
    if keep && fs::read_to_string(&list).is_ok_and(|known| known.lines().any(|known| known == line)) {
        fs::remove_file(&path).map_err(io)?;
        return Ok(Brought::Known);
    }
    File::open(&path).and_then(|file| file.sync_all()).map_err(io)?;
    let named = free_name(into, &file.name);
    fs::rename(&path, &named).map_err(io)?;
    if keep {
        let mut list = OpenOptions::new().create(true).append(true).open(&list).map_err(io)?;
        writeln!(list, "{line}").and_then(|()| list.sync_all()).map_err(io)?;
    } else {
        from.file_away(keys, &file.name, DONE, &format!("{}.{}", file.name, &sha256[..8]))?;
    }
    Ok(Brought::New(FileFetched { name: file.name.clone(), file: named.display().to_string(), size, sha256 }))
}

/// The name in a folder, with a number where it is taken.
fn free_name(into: &Path, name: &str) -> PathBuf {
    let mut names =
        std::iter::once(into.join(name)).chain((2..u32::MAX).map(|number| into.join(format!("{name}.{number}"))));
    names.find(|path| fs::symlink_metadata(path).is_err()).unwrap_or_else(|| into.join(name))
}
