//! The road every import takes: files open one after another, rows are mapped and gathered, batches are recorded.

use std::collections::HashMap;
use std::io;

use dunwell_formats::table::Row;
use dunwell_rules::account::EntryId;
use dunwell_store::fault::Fault;
use dunwell_store::record::Recording;

use super::cells::Cells;
use super::open::{ImportFile, OpenFile};
use super::report::{Code, ImportReport, Outcome, Refused, Tally};
use super::row_hash::identity;
use super::{ImportRequest, Listener, Progress};
use crate::desk::Desk;
use crate::refusal::Result;

/// The most rows of an import whose transaction must be one: strict ones. A row makes up to five journal rows, of which
/// a transaction holds 2^20.
const ONE_TRANSACTION_ROWS: u64 = 150_000;
/// How often a batch is tried again when another writer was in the way.
const TRIES: u32 = 8;

/// One kind of import: how a row is read, and how a batch of them is recorded.
pub(super) trait Rows: Send {
    /// What a row means.
    type Row: Send + Sync;

    /// Rows recorded in one transaction.
    const BATCH_ROWS: usize = 20_000;

    /// Reads one row; refuses it with the cell, the reason and the remedy.
    fn map(&mut self, cells: &Cells<'_>) -> std::result::Result<Self::Row, Refused>;

    /// What the row is in its source, and a hash of its content: the same row twice is a duplicate, another content
    /// under
    /// the same id is refused.
    fn identity<'a>(&self, row: &'a Self::Row) -> (&'a str, i64);

    /// Records a batch. Called again with the same rows when another writer was in the way.
    async fn record(
        &mut self,
        session: &mut Session,
        rows: &[(u64, Self::Row)],
        outcome: &mut Outcome,
    ) -> dunwell_store::fault::Result<()>;

    /// The last transaction was rolled back: forget what it made.
    fn forget(&mut self) {}
}

/// A transaction of an import.
pub(super) struct Session {
    /// Where to record.
    pub(super) recording: Recording,
    /// The import that rows carry, once there is one.
    import: Option<EntryId>,
    about: About,
}

/// What the import is called in the book.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub(super) kind: String,
    pub(super) source: String,
    pub(super) files: String,
    pub(super) sha256: [u8; 32],
}

impl Session {
    /// Must be called before anything is recorded: begins the import, once. A file without news leaves no trace.
    pub(super) async fn begin_import(&mut self) -> dunwell_store::fault::Result<()> {
        if self.import.is_none() {
            let about = &self.about;
            let import = self.recording.start_import(&about.kind, &about.source, &about.files, about.sha256).await?;
            self.recording.within_import(import);
            self.import = Some(import);
        }
        Ok(())
    }
}

/// Opens the transactions of an import one after another: one for each batch, or a single one that is kept or dropped.
pub(super) struct Transactions<'a> {
    desk: &'a Desk,
    request_day: dunwell_rules::calendar::Date,
    about: About,
    import: Option<EntryId>,
    open: Option<Session>,
    single: bool,
    dry_run: bool,
}

impl<'a> Transactions<'a> {
    pub(super) fn new(
        desk: &'a Desk,
        on: dunwell_rules::calendar::Date,
        about: About,
        single: bool,
        dry_run: bool,
    ) -> Self {
        Self { desk, request_day: on, about, import: None, open: None, single: single || dry_run, dry_run }
    }

    /// The transaction of the next batch.
    pub(super) async fn begin(&mut self) -> Result<Session> {
        if let Some(session) = self.open.take() {
            return Ok(session);
        }
        let mut recording = self.desk.record(&format!("import {}", self.about.kind), self.request_day).await?;
        if let Some(import) = self.import {
            recording.within_import(import);
        }
        Ok(Session { recording, import: self.import, about: self.about.clone() })
    }

    /// Ends a batch: commits it, or leaves the single transaction open.
    pub(super) async fn end(&mut self, session: Session) -> dunwell_store::fault::Result<()> {
        if self.single {
            self.open = Some(session);
            return Ok(());
        }
        let import = session.import;
        session.recording.commit().await?;
        self.import = import;
        Ok(())
    }

    /// Rolls a dry run back, so that it may go on beyond the size of one transaction.
    fn roll_back(&mut self) {
        self.open = None;
    }

    /// Ends the import: the single transaction is committed when it is to be kept. Answers the import's id.
    pub(super) async fn finish(mut self, keep: bool) -> dunwell_store::fault::Result<Option<EntryId>> {
        if let Some(session) = self.open.take()
            && keep
            && !self.dry_run
        {
            let import = session.import;
            session.recording.commit().await?;
            self.import = import;
        }
        Ok(self.import)
    }
}

/// Imports the files of a request as rows of one kind.
pub(super) async fn run<R: Rows>(
    desk: &Desk,
    request: &ImportRequest,
    sha256: [u8; 32],
    listener: Listener<'_>,
    rows: R,
) -> Result<ImportReport> {
    let about = About {
        kind: request.kind.code().to_owned(),
        source: source_of(request).to_owned(),
        files: request.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join(", "),
        sha256,
    };
    let Listener { progress, rejects } = listener;
    let mut drive = Drive {
        desk,
        request,
        rows,
        progress,
        tally: Tally::new(rejects).map_err(written)?,
        transactions: Transactions::new(desk, request.on, about, request.strict, request.dry_run),
        seen: HashMap::new(),
        batch: Vec::new(),
        in_transaction: 0,
    };
    for file in &request.files {
        drive.tally.begin_file(&file.name);
        drive.file(file).await?;
        if drive.is_over() {
            break;
        }
    }
    drive.finish().await
}

/// The source the rows belong to.
pub(super) fn source_of(request: &ImportRequest) -> &str {
    request.source.as_deref().unwrap_or(&request.profile.source)
}

/// A failure of the rejects file.
pub(super) fn written(error: io::Error) -> Fault {
    Fault::new(format!("the rejects file cannot be written: {error}"))
}

struct Drive<'a, 'l, R: Rows> {
    desk: &'a Desk,
    request: &'a ImportRequest,
    rows: R,
    progress: Option<&'l mut (dyn FnMut(Progress<'_>) + Send)>,
    tally: Tally<'l>,
    transactions: Transactions<'a>,
    /// Identity of the rows so far: content hash and line.
    seen: HashMap<u128, (i64, u64)>,
    batch: Vec<(u64, R::Row)>,
    in_transaction: u64,
}

impl<R: Rows> Drive<'_, '_, R> {
    /// Whether a strict import has outgrown its transaction.
    fn is_over(&self) -> bool {
        self.request.strict && self.tally.report.read > ONE_TRANSACTION_ROWS
    }

    async fn file(&mut self, file: &ImportFile) -> Result<()> {
        let settings = self.desk.settings();
        let opened = OpenFile::open(file, self.request.kind, &self.request.profile, settings.currency);
        let mut open = match opened {
            Ok(open) => open,
            Err(refused) => {
                self.tally.refuse_file(refused.code, refused.line, refused.message);
                return Ok(());
            }
        };
        let size = file.size();
        let mut row = Row::default();
        loop {
            match open.read(&mut row) {
                Ok(true) => self.row(&row, &open).map_err(written)?,
                Ok(false) => break,
                Err(error) => {
                    self.tally.refuse_file(
                        Code::CannotRead,
                        row.line(),
                        format!("reading stopped here: {error}; the rows before it stay"),
                    );
                    break;
                }
            }
            if self.batch.len() >= R::BATCH_ROWS {
                self.record().await?;
                self.tell(&file.name, open.bytes_read(), size);
                if self.is_over() {
                    let message = format!(
                        "--strict takes at most {ONE_TRANSACTION_ROWS} rows, which are one transaction; split the file"
                    );
                    self.tally.refuse_file(Code::StrictTooLarge, row.line(), message);
                    return Ok(());
                }
            }
        }
        self.record().await?;
        self.tell(&file.name, open.bytes_read(), size);
        Ok(())
    }

    fn tell(&mut self, file: &str, bytes: u64, size: u64) {
        if let Some(progress) = &mut self.progress {
            progress(Progress { file, rows: self.tally.report.read, bytes, size });
        }
    }

    /// Maps one row and puts it into the batch, or counts it as duplicate or rejected.
    fn row(&mut self, row: &Row, open: &OpenFile) -> io::Result<()> {
        self.tally.report.read += 1;
        let line = row.line();
        if let Some(problem) = row.problem() {
            let message = format!("{problem}; mend the row in the file or export it again");
            let refused =
                Refused { column: String::new(), value: String::new(), code: Code::Row(problem.code()), message };
            return self.tally.reject(line, refused);
        }
        let mapped = match self.rows.map(&Cells { binding: &open.binding, row }) {
            Ok(mapped) => mapped,
            Err(refused) => return self.tally.reject(line, refused),
        };
        let (id, hash) = self.rows.identity(&mapped);
        match self.seen.insert(identity(id), (hash, line)) {
            None => self.batch.push((line, mapped)),
            Some((known, first)) if known == hash => {
                self.seen.insert(identity(id), (known, first));
                self.tally.report.duplicate += 1;
            }
            Some((known, first)) => {
                self.seen.insert(identity(id), (known, first));
                let refused = Refused {
                    column: String::new(),
                    value: id.to_owned(),
                    code: Code::ConflictingRows,
                    message: format!(
                        "the same id stands on line {first} with other content; keep one of the rows, or give them \
                            ids of their own"
                    ),
                };
                return self.tally.reject(line, refused);
            }
        }
        Ok(())
    }

    /// Records the batch, again when another writer was in the way.
    async fn record(&mut self) -> Result<()> {
        if self.batch.is_empty() {
            return Ok(());
        }
        if self.request.dry_run && self.in_transaction + self.batch.len() as u64 > ONE_TRANSACTION_ROWS {
            self.transactions.roll_back();
            self.rows.forget();
            self.in_transaction = 0;
        }
        self.in_transaction += self.batch.len() as u64;
        let mut tries = 1;
        loop {
            match self.attempt().await {
                Ok(outcome) => {
                    self.batch.clear();
                    self.tally.add(outcome).map_err(written)?;
                    return Ok(());
                }
                Err(crate::refusal::Stop::Fault(fault))
                    if fault.is_retryable() && !self.transactions.single && tries < TRIES =>
                {
                    self.rows.forget();
                    tries += 1;
                    tokio::time::sleep(std::time::Duration::from_millis(1 << tries)).await;
                }
                Err(stop) => return Err(stop),
            }
        }
    }

    async fn attempt(&mut self) -> Result<Outcome> {
        let mut session = self.transactions.begin().await?;
        let mut outcome = Outcome::default();
        self.rows.record(&mut session, &self.batch, &mut outcome).await?;
        self.transactions.end(session).await?;
        Ok(outcome)
    }

    /// Ends the import and answers its report.
    async fn finish(mut self) -> Result<ImportReport> {
        let refused = self.tally.report.is_refused();
        let keep = !(self.request.strict && refused);
        if !keep {
            let report = &self.tally.report;
            let message = format!(
                "{} of {} rows are rejected, or a file is refused: with --strict nothing is kept; mend them and \
                    import again",
                report.rejected, report.read
            );
            self.tally.refuse_file(Code::StrictNothingKept, 0, message);
        }
        let import = self.transactions.finish(keep).await?;
        let mut report = self.tally.finish().map_err(written)?;
        report.import = import.map(|import| import.to_string());
        Ok(report)
    }
}
