//! Taking in the files that others leave in a folder: a bank's, or remittance advices.
//!
//! A file that was read goes to `done/DAY/`, one that is refused to `refused/DAY/` with a text beside it that says why. What
//! is still being written is left for the next look: it has changed of late, or is named as programs name what they have not
//! finished. Files are filed after they were recorded: whoever is stopped in between reads the file again, which changes
//! nothing (each entry is recorded once), and files it then. What no shipped profile fits is read by the one of the
//! house's own that does ([`own_profiles`]). Source: issue of cash; reliability F8 (partial uploads).

mod own_profiles;

use std::fs::{self, File, Metadata, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use dunwell_store::fault::Fault;
use serde::Serialize;

use crate::cash::import_bank_file::{BankRequest, import_bank_files};
use crate::cash::import_remittance::{RemittanceRequest, import_remittances};
use crate::desk::Desk;
use crate::import::{FileProblem, ImportFile};
use crate::refusal::{Refusal, Result};
use own_profiles::{Choice, OwnProfiles};

/// The folder of the house's own profiles, below the watched one.
const PROFILES: &str = "profiles";

/// What a file is taken for: the folder below the watched one in which it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum InFolder {
    /// Files of banks.
    Bank,
    /// Remittance advices.
    Remittance,
}

impl InFolder {
    /// Every folder, in the order in which they are looked at: what came in before what it is for.
    pub const ALL: [Self; 2] = [Self::Bank, Self::Remittance];

    /// The folder's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Remittance => "remittance",
        }
    }
}

/// A look at a folder.
#[derive(Debug, Clone, Copy)]
pub struct Look<'a> {
    /// The folder, with `bank` and `remittance` below it.
    pub folder: &'a Path,
    /// The time at which it is looked at.
    pub now: SystemTime,
    /// A file that has changed within this time is still being written.
    pub settled: Duration,
    /// The business day: what is applied is applied on it.
    pub on: Date,
}

/// What a look at a folder found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TakenIn {
    /// Files that were filed, in the order they were read.
    pub files: Vec<FileTakenIn>,
    /// Files that are still being written, and are looked at again.
    pub waiting: usize,
}

impl TakenIn {
    /// Whether some file was refused.
    pub fn is_refused(&self) -> bool {
        self.files.iter().any(|file| !file.problems.is_empty())
    }
}

/// A file that was filed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct FileTakenIn {
    /// The file, below the watched folder (`bank/monday.bai`).
    pub file: String,
    /// Where it lies now, below the watched folder.
    pub filed: String,
    /// The import, by which all of it can be undone; null when nothing in it was new.
    pub import: Option<String>,
    /// Receipts or advices in it that were new.
    pub recorded: u64,
    /// How many of them a person is asked about.
    pub exceptions: u64,
    /// Why it was refused; empty when it was read.
    pub problems: Vec<FileProblem>,
    /// What of it was not read: other files of an archive, attachments of a mail. They stay in it, and are named in a text
    /// beside it.
    pub not_read: Vec<FileProblem>,
}

/// By what a part of a file is known that was not read: of an archive, of a mail.
const NOT_READ: [&str; 2] = ["not_read", "attachment_not_read"];

/// The parts that were not read.
fn not_read(warnings: Vec<FileProblem>) -> Vec<FileProblem> {
    warnings.into_iter().filter(|warning| NOT_READ.contains(&warning.code)).collect()
}

/// The watched folder, held against a second watcher until it is dropped.
#[derive(Debug)]
pub struct Watched {
    _lock: File,
}

/// Takes hold of a folder, and makes the folders below it where they are missing. Refused when there is no such folder, when
/// it cannot be written to, and when another program watches it.
pub fn hold(folder: &Path) -> Result<Watched> {
    let bad = |why: String| Refusal::BadValue { what: "folder", value: folder.display().to_string(), why };
    if !folder.is_dir() {
        return Err(bad("there is no such folder".into()).into());
    }
    let made = || -> io::Result<File> {
        for kind in InFolder::ALL {
            fs::create_dir_all(folder.join(kind.name()))?;
            fs::create_dir_all(folder.join(PROFILES).join(kind.name()))?;
        }
        File::create(folder.join(".dunwell-watch"))
    };
    let lock = made().map_err(|error| bad(error.to_string()))?;
    match lock.try_lock() {
        Ok(()) => Ok(Watched { _lock: lock }),
        Err(TryLockError::WouldBlock) => Err(bad("another program watches it".into()).into()),
        Err(TryLockError::Error(error)) => Err(bad(error.to_string()).into()),
    }
}

/// Reads what lies in the folders below the watched one, in the order of the names, and files it.
///
/// A fault of the book or the disk ends the look: the file stays where it is, and is read at the next one.
pub async fn take_in(desk: &Desk, watched: &Watched, look: &Look<'_>) -> Result<TakenIn> {
    desk.may(Action::Import)?;
    let _ = watched;
    let mut taken = TakenIn::default();
    let profiles = look.folder.join(PROFILES);
    let own = OwnProfiles::read(&profiles).map_err(|error| fault(&profiles, &error))?;
    for kind in InFolder::ALL {
        let folder = look.folder.join(kind.name());
        for (name, before) in files_in(&folder).map_err(|error| fault(&folder, &error))? {
            if !is_settled(&before, look) {
                taken.waiting += 1;
                continue;
            }
            let path = folder.join(&name);
            let shown = format!("{}/{}", kind.name(), name.display());
            let read = read(desk, kind, &path, &shown, &own, look.on).await?;
            // What was written to while it was read is read again when it has settled.
            if !is_same(&path, &before) {
                taken.waiting += 1;
                continue;
            }
            let filed = file_away(&folder, &path, look.on, &read).map_err(|error| fault(&path, &error))?;
            let filed = filed.strip_prefix(look.folder).unwrap_or(&filed).display().to_string();
            taken.files.push(FileTakenIn { filed, ..read });
        }
    }
    Ok(taken)
}

fn fault(path: &Path, error: &io::Error) -> Fault {
    Fault::new(format!("{}: {error}", path.display()))
}

/// Plain files with the state in which they lie there, in the order of their names. What programs name for themselves while
/// they write it is left out.
fn files_in(folder: &Path) -> io::Result<Vec<(PathBuf, Metadata)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = PathBuf::from(entry.file_name());
        let told = name.to_string_lossy().to_ascii_lowercase();
        let unfinished = [".part", ".filepart", ".tmp", ".crdownload", "~"].iter().any(|end| told.ends_with(end));
        // Read of the entry itself: what a link points to may lie anywhere.
        let known = entry.metadata()?;
        if known.is_file() && !unfinished && !told.starts_with('.') {
            files.push((name, known));
        }
    }
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    Ok(files)
}

/// Whether a file has not changed for a while, before or after now by the clock of whoever wrote it.
fn is_settled(file: &Metadata, look: &Look<'_>) -> bool {
    let Ok(changed) = file.modified() else { return true };
    let apart = look.now.duration_since(changed).unwrap_or_else(|ahead| ahead.duration());
    apart >= look.settled
}

fn is_same(path: &Path, before: &Metadata) -> bool {
    fs::symlink_metadata(path)
        .is_ok_and(|now| now.len() == before.len() && now.modified().ok() == before.modified().ok())
}

async fn read(
    desk: &Desk,
    kind: InFolder,
    path: &Path,
    shown: &str,
    own: &OwnProfiles,
    on: Date,
) -> Result<FileTakenIn> {
    let file = ImportFile { name: shown.to_owned(), ..ImportFile::path(path) };
    let files = vec![file.clone()];
    let mut taken = FileTakenIn { file: shown.to_owned(), ..FileTakenIn::default() };
    match kind {
        InFolder::Bank => {
            let (profile, unfit) = match own.of_bank(desk, &file, on).await? {
                Choice::Read(profile) => (profile, Vec::new()),
                Choice::Leave(problems) => return Ok(FileTakenIn { problems, ..taken }),
                Choice::Unfit(problems) => (None, problems),
            };
            let request = BankRequest { profile, ..BankRequest::new(files, on) };
            let mut report = import_bank_files(desk, &request).await?;
            (taken.recorded, taken.exceptions) = (report.receipts, report.exceptions);
            if let Some(file) = report.files.pop() {
                (taken.import, taken.problems) = (file.import, file.problems);
                taken.not_read = not_read(file.warnings);
            }
            taken.problems.extend(unfit);
        }
        InFolder::Remittance => {
            let (profile, unfit) = match own.of_remittance(desk, &file, on).await? {
                Choice::Read(profile) => (profile, Vec::new()),
                Choice::Leave(problems) => return Ok(FileTakenIn { problems, ..taken }),
                Choice::Unfit(problems) => (None, problems),
            };
            let request = RemittanceRequest { profile, ..RemittanceRequest::new(files, on) };
            let mut report = import_remittances(desk, &request).await?;
            (taken.recorded, taken.exceptions) = (report.advices, report.exceptions);
            if let Some(file) = report.files.pop() {
                (taken.import, taken.problems) = (file.import, file.problems);
                taken.problems.extend(file.rejected);
                taken.not_read = not_read(file.warnings);
            }
            taken.problems.extend(unfit);
        }
    }
    Ok(taken)
}

/// Moves a file to where it is kept, under a name that is free there; a refused one gets a text beside it that says why.
fn file_away(folder: &Path, path: &Path, on: Date, read: &FileTakenIn) -> io::Result<PathBuf> {
    let problems = &read.problems;
    let kept = folder.join(if problems.is_empty() { "done" } else { "refused" }).join(on.to_string());
    fs::create_dir_all(&kept)?;
    let name = path.file_name().unwrap_or_default();
    let numbered = |number: u32| {
        let mut numbered = name.to_owned();
        numbered.push(format!(".{number}"));
        kept.join(numbered)
    };
    let mut places = std::iter::once(kept.join(name)).chain((2..).map(numbered));
    let place = places.find(|place| fs::symlink_metadata(place).is_err()).unwrap_or_else(|| kept.join(name));
    for (ending, said) in [(".why.txt", problems), (".not-read.txt", &read.not_read)] {
        if said.is_empty() {
            continue;
        }
        let mut beside = place.clone().into_os_string();
        beside.push(ending);
        let mut why = File::create(beside)?;
        for problem in said {
            let at = if problem.line > 0 { format!("line {}: ", problem.line) } else { String::new() };
            writeln!(why, "{at}{} ({})", problem.message, problem.code)?;
        }
        why.sync_all()?;
    }
    fs::rename(path, &place)?;
    Ok(place)
}
