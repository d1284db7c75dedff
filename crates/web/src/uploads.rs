//! Files on their way into the book: kept for half an hour, read on a thread of their own, committed once.
//!
//! A file is told by a random token and belongs to the person who sent it. What is known of it is in memory alone: a server
//! that starts again has forgotten it, and the file is sent again; what was committed is in the book, and a file sent again
//! brings only what it did not bring before. A file that is being read is never given up for another, and reading always
//! ends: whatever breaks off is told as broken off.

use std::collections::HashMap;
use std::fs::File;
use std::io::Write;
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use dunwell_desk::Desk;
use dunwell_desk::cash::import_bank_file::{BankReport, BankRequest, import_bank_files};
use dunwell_desk::formats::bank::BankProfile;
use dunwell_desk::import::{
    AgingImportReport, AgingRequest, Beginning, Content, ImportFile, ImportKind, ImportReport, ImportRequest, Listener,
    Missing, Profile, Progress, beginnings, import, import_aging,
};
use dunwell_desk::rules::calendar::Date;
use tempfile::NamedTempFile;
use tokio::runtime::Handle;
use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;

use crate::answer::Problem;
use crate::kept::random;

/// How long a file is kept.
const KEPT: Duration = Duration::from_secs(30 * 60);
/// The most files that are kept of one person; the oldest that is not being read goes.
const MOST: usize = 5;
/// Rows of a sheet that are shown, to tell the header row by.
const ROWS_SHOWN: usize = 25;
/// How long a page waits for the work before it says that it goes on.
const PATIENCE: Duration = Duration::from_millis(1_500);

/// What a file is, and how it is to be read.
#[derive(Debug, Clone)]
pub(crate) struct Wanted {
    /// The file's name, as it was sent.
    pub(crate) name: String,
    /// What it holds.
    pub(crate) holds: Holds,
    /// How it is written.
    pub(crate) profile: Profile,
    /// The source, where it is not the profile's.
    pub(crate) source: Option<String>,
    /// What the items mean that an aging no longer lists.
    pub(crate) missing: Missing,
    /// Keep nothing when anything is rejected.
    pub(crate) strict: bool,
    /// Why a bank's control totals are accepted though they are wrong.
    pub(crate) accept_totals: Option<String>,
}

/// What a file holds.
#[derive(Debug, Clone)]
pub(crate) enum Holds {
    /// An aging.
    Aging,
    /// Rows of that kind.
    Rows(ImportKind),
    /// What a bank sent, with a profile of one's own where it is a table or a lockbox file.
    Bank(Option<Box<BankProfile>>),
}

/// What reading a file came to.
#[derive(Debug, Clone)]
pub(crate) enum Report {
    /// Of rows.
    Rows(ImportReport),
    /// Of an aging.
    Aging(AgingImportReport),
    /// Of what a bank sent.
    Bank(BankReport),
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
    /// How the sheets of the file begin.
    begins: Vec<Beginning>,
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

/// Keeps a file and answers its token; refused while the most files of one person are all being read.
pub(crate) fn keep(user: &str, wanted: Wanted, file: NamedTempFile) -> Result<String, Problem> {
    let token = random();
    let mut uploads = uploads();
    let own = uploads.values().filter(|kept| kept.user == user).count();
    let ended = |kept: &&(&String, &Upload)| kept.1.user == user && !matches!(kept.1.state, State::Working { .. });
    let mut idle: Vec<(Instant, String)> =
        uploads.iter().filter(|kept| ended(&kept)).map(|(token, kept)| (kept.until, token.clone())).collect();
    idle.sort();
    let too_many = (own + 1).saturating_sub(MOST);
    if too_many > idle.len() {
        let words = format!("{MOST} files of yours are being read. Wait until one is done, and send this one again.");
        return Err(Problem::Malformed(words));
    }
    for (_, old) in idle.iter().take(too_many) {
        uploads.remove(old);
    }
    let upload = Upload {
        user: user.into(),
        until: Instant::now() + KEPT,
        wanted,
        state: State::Working { commits: false, rows: 0 },
        file,
        rejects: None,
        begins: Vec::new(),
    };
    uploads.insert(token.clone(), upload);
    Ok(token)
}

/// Removes the files of everybody from the disk: the server ends, and nobody can ask for them any more.
pub(crate) fn forget_all() {
    uploads().clear();
}

/// A person's file: what it is, and how far it is.
pub(crate) fn look(user: &str, token: &str) -> Result<(Wanted, State), Problem> {
    let uploads = uploads();
    let kept = uploads.get(token).filter(|kept| kept.user == user).ok_or(Problem::NotFound)?;
    Ok((kept.wanted.clone(), kept.state.clone()))
}

/// How many files of the workbench are being read now.
pub(crate) fn being_read() -> usize {
    uploads().values().filter(|kept| matches!(kept.state, State::Working { .. })).count()
}

/// How the sheets of a person's file begin; nothing of a file that could not be read.
pub(crate) fn begins(user: &str, token: &str) -> Vec<Beginning> {
    uploads().get(token).filter(|kept| kept.user == user).map(|kept| kept.begins.clone()).unwrap_or_default()
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

/// Says that a checked file is to be imported, and why wrong control totals are accepted; `false` when it is under way or done
/// already.
pub(crate) fn begin_commit(user: &str, token: &str, accept_totals: Option<String>) -> Result<bool, Problem> {
    let mut uploads = uploads();
    let kept = uploads.get_mut(token).filter(|kept| kept.user == user).ok_or(Problem::NotFound)?;
    match &kept.state {
        State::Checked(_) => {
            kept.wanted.accept_totals = accept_totals;
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
    let mut reading =
        Reading { token: token.to_owned(), commits, runtime: Handle::current(), rejects: None, ended: None };
    let out = temporary()?;
    let rejects = out.reopen().map_err(|error| Problem::Fault(format!("the rejects: {error}")))?;
    reading.rejects = Some(out);
    let known =
        uploads().get(token).map(|kept| (kept.wanted.clone(), kept.file.path().to_owned(), kept.begins.is_empty()));
    let (wanted, path, new) = known.ok_or(Problem::NotFound)?;
    let file = ImportFile { name: wanted.name.clone(), content: Content::Path(path) };
    let working = spawn_blocking(move || {
        let (runtime, name) = (reading.runtime.clone(), reading.token.clone());
        reading.ended = Some(runtime.block_on(async {
            let _turn = TURNS.acquire().await;
            if new {
                let begins = beginnings(&file, ROWS_SHOWN);
                if let Some(kept) = uploads().get_mut(&name) {
                    kept.begins = begins;
                }
            }
            read(desk, &name, wanted, file, on, commits, rejects).await
        }));
        drop(reading);
    });
    let _ = tokio::time::timeout(PATIENCE, working).await;
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
    let Wanted { holds, profile, source, missing, strict, accept_totals, .. } = wanted;
    let dry_run = !commits;
    Ok(match holds {
        Holds::Rows(kind) => {
            let request = ImportRequest { kind, files: vec![file], profile, source, on, dry_run, strict };
            Report::Rows(import(&desk, &request, listener).await?)
        }
        Holds::Bank(profile) => {
            let profile = profile.map(|profile| *profile);
            let request = BankRequest { profile, accept_totals, dry_run, ..BankRequest::new(vec![file], on) };
            let report = import_bank_files(&desk, &request).await?;
            if dry_run && report.is_refused() {
                // It is refused as it stands, whatever a person says of it then: that is kept as it is anywhere else.
                import_bank_files(&desk, &BankRequest { dry_run: false, ..request }).await?;
            }
            Report::Bank(report)
        }
        Holds::Aging => {
            let request = AgingRequest { file, profile, source, on, missing, dry_run, strict };
            Report::Aging(import_aging(&desk, &request, listener).await?)
        }
    })
}

/// A file that is being read. When it goes, by whatever way, what became of the file is said.
struct Reading {
    token: String,
    commits: bool,
    runtime: Handle,
    rejects: Option<NamedTempFile>,
    /// `None` until it ended, and for ever where it broke off.
    ended: Option<Result<Report, Problem>>,
}

impl Drop for Reading {
    fn drop(&mut self) {
        // Nobody may come by again: the file goes all the same, half an hour from now.
        self.runtime.spawn(async {
            tokio::time::sleep(KEPT + Duration::from_secs(1)).await;
            drop(uploads());
        });
        let mut uploads = uploads();
        let Some(kept) = uploads.get_mut(&self.token) else { return };
        kept.until = Instant::now() + KEPT;
        kept.state = match self.ended.take() {
            Some(Ok(report)) if self.commits => State::Imported(report),
            Some(Ok(report)) => State::Checked(report),
            Some(Err(problem)) => {
                if let Problem::Fault(fault) = &problem {
                    eprintln!("dunwell: {fault}");
                }
                State::Failed(problem.words().1)
            }
            None => State::Failed(
                "Reading the file broke off; the log of the server says more. What was kept is in the list of imports, \
                 and the file sent again brings the rest."
                    .into(),
            ),
        };
        kept.rejects = self.rejects.take();
    }
}

#[cfg(test)]
mod tests {
    use dunwell_desk::import::{Missing, Profile};

    use super::*;

    fn wanted(name: &str) -> Wanted {
        let profile = Profile::shipped("canonical").expect("it ships");
        let (name, missing) = (name.to_owned(), Missing::Unknown);
        Wanted { name, holds: Holds::Aging, profile, source: None, missing, strict: false, accept_totals: None }
    }

    fn sent(user: &str, name: &str) -> Result<String, Problem> {
        keep(user, wanted(name), temporary().expect("a temporary file"))
    }

    fn breaks_off(token: &str) {
        let runtime = Handle::current();
        drop(Reading { token: token.into(), commits: true, runtime, rejects: None, ended: None });
    }

    #[tokio::test]
    async fn a_file_that_is_being_read_is_not_given_up_for_another() {
        let tokens: Vec<String> = (0..MOST).map(|nth| sent("ann", &nth.to_string()).expect("there is room")).collect();
        assert!(matches!(sent("ann", "one more"), Err(Problem::Malformed(_))), "all of them are being read");
        assert!(sent("ben", "another's").is_ok(), "it counts by person");
        breaks_off(&tokens[1]);
        sent("ann", "one more").expect("one is done, and goes");
        let kept: Vec<bool> = tokens.iter().map(|token| look("ann", token).is_ok()).collect();
        assert_eq!(kept, [true, false, true, true, true]);
    }

    #[tokio::test]
    async fn reading_that_breaks_off_is_told_and_the_file_may_be_read_again() {
        let token = sent("cleo", "rows.csv").expect("there is room");
        breaks_off(&token);
        let (_, state) = look("cleo", &token).expect("it is there");
        assert!(matches!(&state, State::Failed(why) if why.contains("broke off")), "{state:?}");
        read_as("cleo", &token, wanted("rows.csv").profile).expect("it is read again");
    }
}
