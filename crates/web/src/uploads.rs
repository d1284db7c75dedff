//! Files on their way into the book: kept for half an hour, read on a thread of their own, committed once.
//!
//! A file is told by a random token and belongs to the person who sent it. What is known of it is in memory alone: a server
//! that starts again has forgotten it, and the file is sent again; what was committed is in the book.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use dunwell_desk::Desk;
use dunwell_desk::import::{
    AgingImportReport, AgingRequest, Content, ImportFile, ImportKind, ImportReport, ImportRequest, Listener, Missing,
    Profile, Progress, import, import_aging,
};
use dunwell_desk::rules::calendar::Date;
use tempfile::NamedTempFile;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::answer::Problem;
use crate::kept::random;

/// How long a file is kept.
const KEPT: Duration = Duration::from_secs(30 * 60);
/// The most files that are kept of one person; the oldest goes.
const MOST: usize = 5;
/// How long a page waits for the work before it says that it goes on.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// What a file is, and how it is to be read.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The file's name, as it was sent.
    pub(crate) name: String,
    /// What its rows are; `None` for an aging.
    pub(crate) kind: Option<ImportKind>,
    /// How it is written.
    pub(crate) profile: Profile,
    /// The source, where it is not the profile's.
    pub(crate) source: Option<String>,
    /// What the items mean that an aging no longer lists.
    pub(crate) missing: Missing,
    /// Keep nothing when anything is rejected.
    pub(crate) strict: bool,
}

/// What reading a file came to.
#[derive(Debug, Clone)]
pub(crate) enum Report {
    /// Of rows.
    Rows(ImportReport),
    /// Of an aging.
    Aging(AgingImportReport),
}

impl Report {
    /// What every import answers.
    pub(crate) fn rows(&self) -> &ImportReport {
        match self {
            Self::Rows(report) => report,
            Self::Aging(report) => &report.import,
        }
    }
}

/// How far a file is.
#[derive(Debug, Clone)]
pub(crate) enum State {
    /// It is being read; `commits` where it is for good.
    Working { commits: bool, rows: u64 },
    /// The dry run ended.
    Checked(Report),
    /// It was imported.
    Imported(Report),
    /// It ended without an answer.
    Failed(String),
}

struct Upload {
    user: String,
    until: Instant,
    wanted: Wanted,
    state: State,
    file: NamedTempFile,
    rejects: Option<NamedTempFile>,
}

/// Files that are read at once, by screens and programs together: each may take much memory for a while.
pub(crate) static TURNS: Semaphore = Semaphore::const_new(2);
static UPLOADS: LazyLock<Mutex<HashMap<String, Upload>>> = LazyLock::new(Mutex::default);

fn uploads() -> MutexGuard<'static, HashMap<String, Upload>> {
    let mut uploads = UPLOADS.lock().unwrap_or_else(PoisonError::into_inner);
    let now = Instant::now();
    // What is being read stays until it is done.
    uploads.retain(|_, upload| upload.until > now || matches!(upload.state, State::Working { .. }));
    uploads
}

/// A file that nobody reads but this process.
pub(crate) fn temporary() -> Result<NamedTempFile, Problem> {
    NamedTempFile::with_prefix("dunwell-import-").map_err(|error| Problem::Fault(format!("a temporary file: {error}")))
}

/// Keeps a file and answers its token.
pub(crate) fn keep(user: &str, wanted: Wanted, file: NamedTempFile) -> String {
    let token = random();
    let mut uploads = uploads();
    let mut own: Vec<(Instant, String)> =
        uploads.iter().filter(|(_, kept)| kept.user == user).map(|(token, kept)| (kept.until, token.clone())).collect();
    own.sort();
    for (_, old) in own.iter().rev().skip(MOST - 1) {
        uploads.remove(old);
    }
    let upload = Upload {
        user: user.into(),
        until: Instant::now() + KEPT,
        wanted,
        state: State::Working { commits: false, rows: 0 },
        file,
        rejects: None,
    };
    uploads.insert(token.clone(), upload);
    // Nobody may come by again: the file goes all the same.
    tokio::spawn(async {
        tokio::time::sleep(KEPT + Duration::from_secs(1)).await;
        drop(self::uploads());
    });
    token
}

/// A person's file: what it is, and how far it is.
pub(crate) fn look(user: &str, token: &str) -> Result<(Wanted, State), Problem> {
    let uploads = uploads();
    let kept = uploads.get(token).filter(|kept| kept.user == user).ok_or(Problem::NotFound)?;
    Ok((kept.wanted.clone(), kept.state.clone()))
}

/// The headers of a person's file.
pub(crate) fn headers(user: &str, token: &str) -> Option<Vec<String>> {
    let path = uploads().get(token).filter(|kept| kept.user == user)?.file.path().to_owned();
    dunwell_desk::import::first_row(&ImportFile::path(path))
}

/// The rejected rows of a person's file, as CSV.
pub(crate) fn rejects(user: &str, token: &str) -> Result<Vec<u8>, Problem> {
    let path = {
        let uploads = uploads();
        let kept = uploads.get(token).filter(|kept| kept.user == user).ok_or(Problem::NotFound)?;
        kept.rejects.as_ref().ok_or(Problem::NotFound)?.path().to_owned()
    };
    std::fs::read(path).map_err(|error| Problem::Fault(format!("the rejects: {error}")))
}

/// Reads a file again in another way: a new dry run is due.
pub(crate) fn read_as(user: &str, token: &str, profile: Profile) -> Result<(), Problem> {
    let mut uploads = uploads();
    let kept = uploads.get_mut(token).filter(|kept| kept.user == user).ok_or(Problem::NotFound)?;
    match &kept.state {
        State::Checked(_) | State::Failed(_) => {
            kept.wanted.profile = profile;
            kept.state = State::Working { commits: false, rows: 0 };
            Ok(())
        }
        State::Working { .. } => Err(Problem::Malformed("The file is being read. Wait until it is done.".into())),
        State::Imported(_) => Err(Problem::Malformed("The file is imported already.".into())),
    }
}

/// Says that a checked file is to be imported; `false` when it is under way or done already.
pub(crate) fn begin_commit(user: &str, token: &str) -> Result<bool, Problem> {
    let mut uploads = uploads();
    let kept = uploads.get_mut(token).filter(|kept| kept.user == user).ok_or(Problem::NotFound)?;
    match &kept.state {
        State::Checked(_) => {
            kept.state = State::Working { commits: true, rows: 0 };
            Ok(true)
        }
        State::Working { commits: true, .. } | State::Imported(_) => Ok(false),
        State::Working { commits: false, .. } => {
            Err(Problem::Malformed("The dry run is not over. Wait until it is done.".into()))
        }
        State::Failed(why) => Err(Problem::Malformed(why.clone())),
    }
}

/// Reads the file on a thread of its own, so that it holds nobody up, and waits a moment for it to end.
pub(crate) async fn work(desk: Desk, token: &str, on: Date, commits: bool) -> Result<(), Problem> {
    let out = temporary()?;
    let rejects = out.reopen().map_err(|error| Problem::Fault(format!("the rejects: {error}")))?;
    let Some((wanted, path)) = uploads().get(token).map(|kept| (kept.wanted.clone(), kept.file.path().to_owned()))
    else {
        return Err(Problem::NotFound);
    };
    let file = ImportFile { name: wanted.name.clone(), content: Content::Path(path) };
    let (runtime, name) = (Handle::current(), token.to_owned());
    let reading: JoinHandle<Result<Report, Problem>> = spawn_blocking(move || {
        runtime.block_on(async {
            let _turn = TURNS.acquire().await;
            read(desk, &name, wanted, file, on, commits, rejects).await
        })
    });
    let name = token.to_owned();
    let ending = tokio::spawn(async move { end(&name, commits, reading.await, out) });
    let _ = tokio::time::timeout(PATIENCE, ending).await;
    Ok(())
}

async fn read(
    mut desk: Desk,
    token: &str,
    wanted: Wanted,
    file: ImportFile,
    on: Date,
    commits: bool,
    mut rejects: File,
) -> Result<Report, Problem> {
    // Several transactions, safe to repeat by the rows' own keys: no request's number is claimed for them.
    desk.request = None;
    let mut progress = |progress: Progress<'_>| {
        if let Some(kept) = uploads().get_mut(token) {
            kept.state = State::Working { commits, rows: progress.rows };
        }
    };
    let listener = Listener { progress: Some(&mut progress), rejects: Some(&mut rejects as &mut (dyn Write + Send)) };
    let Wanted { kind, profile, source, missing, strict, .. } = wanted;
    let dry_run = !commits;
    Ok(match kind {
        Some(kind) => {
            let request = ImportRequest { kind, files: vec![file], profile, source, on, dry_run, strict };
            Report::Rows(import(&desk, &request, listener).await?)
        }
        None => {
            let request = AgingRequest { file, profile, source, on, missing, dry_run, strict };
            Report::Aging(import_aging(&desk, &request, listener).await?)
        }
    })
}

fn end(
    token: &str,
    commits: bool,
    read: Result<Result<Report, Problem>, tokio::task::JoinError>,
    rejects: NamedTempFile,
) {
    let mut uploads = uploads();
    let Some(kept) = uploads.get_mut(token) else { return };
    kept.state = match read {
        Ok(Ok(report)) if commits => State::Imported(report),
        Ok(Ok(report)) => State::Checked(report),
        Ok(Err(problem)) => {
            if let Problem::Fault(fault) = &problem {
                eprintln!("dunwell: {fault}");
            }
            State::Failed(problem.words().1)
        }
        Err(error) => {
            eprintln!("dunwell: an import broke off: {error}");
            State::Failed(
                "Reading the file broke off; the log of the server says more. What was kept is in the list of imports."
                    .into(),
            )
        }
    };
    kept.rejects = Some(rejects);
}
