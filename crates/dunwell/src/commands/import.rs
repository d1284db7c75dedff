//! Importing files, with a progress bar, a file of rejects, and a report that is printed for refused files too.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use dunwell_desk::Desk;
use dunwell_desk::import::{
    self as desk_import, AgingImportReport, AgingRequest, ImportFile, ImportReport, ImportRequest, Listener,
    Missing as DeskMissing, Profile, Progress, SHIPPED,
};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::{Cli, Import, ImportKind, Missing};
use crate::output::{Failure, Output, table};
use crate::place::desk;

/// `import`: exit 3 when anything was rejected or refused.
pub(crate) async fn import(cli: &Cli, out: Output, asked: &Import) -> Result<(), Failure> {
    fits(asked)?;
    if asked.kind == ImportKind::Bank {
        let clean = super::cash::import_bank(cli, out, asked, files(&asked.files)?).await?;
        return if clean { Ok(()) } else { Err(Failure::Said(3)) };
    }
    if asked.kind == ImportKind::Remittance {
        let clean = super::remittance::import_remittance(cli, out, asked, files(&asked.files)?).await?;
        return if clean { Ok(()) } else { Err(Failure::Said(3)) };
    }
    let profile = profile(asked.profile.as_deref().unwrap_or("canonical"))?;
    let files = files(&asked.files)?;
    let desk = desk(cli).await?;
    let bar = Bar::new(out);
    let mut progress = |progress: Progress<'_>| bar.show(progress);
    let mut rejects = match &asked.rejects {
        Some(path) => Some(File::create(path).map_err(|error| Failure::io(path.display(), &error))?),
        None => None,
    };
    let rejects = rejects.as_mut().map(|file| file as &mut (dyn Write + Send));
    let listener = Listener { progress: Some(&mut progress), rejects };
    let clean = match kind(asked.kind) {
        Some(kind) => {
            let request = ImportRequest {
                kind,
                files,
                profile,
                source: asked.source.clone(),
                on: asked.on.in_book(&desk),
                dry_run: asked.dry_run,
                strict: asked.strict,
            };
            let report = desk_import::import(&desk, &request, listener).await?;
            bar.done();
            out.answer(&report, |report| report_words(report, asked.dry_run));
            report.rejected == 0 && !report.is_refused()
        }
        None => import_aging(&desk, out, &bar, asked, files, profile, listener).await?,
    };
    if clean { Ok(()) } else { Err(Failure::Said(3)) }
}

/// Refuses a flag that says nothing of files of this kind, so that nobody relies on it.
fn fits(asked: &Import) -> Result<(), Failure> {
    let rows = !matches!(asked.kind, ImportKind::Bank | ImportKind::Remittance);
    let foreign = [
        ("--rejects", asked.rejects.is_some() && !rows, "files of rows"),
        ("--source", asked.source.is_some() && !rows, "files of rows"),
        ("--missing", asked.missing.is_some() && asked.kind != ImportKind::Aging, "import aging"),
        ("--format", asked.format.is_some() && rows, "import bank and import remittance"),
        ("--accept-totals", asked.accept_totals.is_some() && rows, "import bank and import remittance"),
    ];
    match foreign.into_iter().find(|(_, given, _)| *given) {
        Some((flag, _, of)) => Err(Failure::usage(format!("{flag} is for {of}; leave it out here"))),
        None => Ok(()),
    }
}

/// What is said of files of which nothing is kept; `None` where something is.
pub(crate) fn nothing_kept(asked: &Import, refused: bool) -> Option<&'static str> {
    match (asked.dry_run, asked.strict && refused) {
        (true, _) => Some("Dry run, nothing kept.\n"),
        (_, true) => Some("Refused whole (--strict), nothing kept.\n"),
        _ => None,
    }
}

/// The format that is typed; `None` is `auto`, told from the bytes.
pub(crate) fn named_format<F: Copy>(
    typed: Option<&str>,
    what: &str,
    all: &[F],
    name: fn(F) -> &'static str,
) -> Result<Option<F>, Failure> {
    let Some(typed) = typed.filter(|typed| *typed != "auto") else { return Ok(None) };
    let found = all.iter().copied().find(|format| name(*format) == typed);
    found.map(Some).ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|format| name(*format)).collect();
        Failure::usage(format!("there is no {what} '{typed}'; there are auto, {}", names.join(", ")))
    })
}

async fn import_aging(
    desk: &Desk,
    out: Output,
    bar: &Bar,
    asked: &Import,
    mut files: Vec<ImportFile>,
    profile: Profile,
    listener: Listener<'_>,
) -> Result<bool, Failure> {
    if files.len() != 1 {
        return Err(Failure::usage("import aging takes one file: an export is a whole by itself"));
    }
    let request = AgingRequest {
        file: files.remove(0),
        profile,
        source: asked.source.clone(),
        on: asked.on.in_book(desk),
        missing: match asked.missing {
            Some(Missing::Paid) => DeskMissing::Paid,
            Some(Missing::Unknown) | None => DeskMissing::Unknown,
        },
        dry_run: asked.dry_run,
        strict: asked.strict,
    };
    let report = desk_import::import_aging(desk, &request, listener).await?;
    bar.done();
    out.answer(&report, |report| aging_words(report, asked.dry_run));
    Ok(report.import.rejected == 0 && !report.import.is_refused())
}

fn kind(kind: ImportKind) -> Option<desk_import::ImportKind> {
    use desk_import::ImportKind as Kind;
    Some(match kind {
        ImportKind::Customers => Kind::Customers,
        ImportKind::Contacts => Kind::Contacts,
        ImportKind::Invoices => Kind::Invoices,
        ImportKind::Payments => Kind::Payments,
        ImportKind::Applications => Kind::Applications,
        ImportKind::Notices => Kind::Notices,
        ImportKind::ControlTotals => Kind::ControlTotals,
        ImportKind::Rates => Kind::Rates,
        ImportKind::Aging | ImportKind::Bank | ImportKind::Remittance => return None,
    })
}

/// A shipped profile by name, or a TOML file.
fn profile(name: &str) -> Result<Profile, Failure> {
    if let Some(profile) = Profile::shipped(name) {
        return Ok(profile);
    }
    let shipped: Vec<&str> = SHIPPED.iter().map(|(name, _)| *name).collect();
    let text = profile_text(name, &shipped)?;
    Profile::parse(&text).map_err(|error| {
        Failure::usage(format!("{name}, line {}, column {}: {}", error.line, error.column, error.message))
    })
}

/// The text of a profile that is none of the shipped: a TOML file.
pub(super) fn profile_text(name: &str, shipped: &[&str]) -> Result<String, Failure> {
    if !name.ends_with(".toml") {
        let shipped = shipped.join(", ");
        return Err(Failure::usage(format!(
            "there is no profile '{name}'; shipped are {shipped}, or give a .toml file"
        )));
    }
    std::fs::read_to_string(name).map_err(|error| Failure::io(name, &error))
}

fn files(paths: &[std::path::PathBuf]) -> Result<Vec<ImportFile>, Failure> {
    paths
        .iter()
        .map(|path| {
            if path == Path::new("-") {
                return ImportFile::standard_input(std::io::stdin().lock())
                    .map_err(|e| Failure::io("standard input", &e));
            }
            std::fs::metadata(path).map_err(|error| Failure::io(path.display(), &error))?;
            Ok(ImportFile::path(path))
        })
        .collect()
}

/// A progress bar on a terminal, and nothing anywhere else.
pub(super) struct Bar(Option<ProgressBar>);

impl Bar {
    fn new(out: Output) -> Self {
        let style = ProgressStyle::with_template("{spinner} {msg} {bytes}/{total_bytes} {eta}");
        Self(out.shows_progress().then(|| {
            let bar = ProgressBar::new(0);
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar
        }))
    }

    fn show(&self, progress: Progress<'_>) {
        if let Some(bar) = &self.0 {
            bar.set_length(progress.size);
            bar.set_position(progress.bytes);
            bar.set_message(format!("{}: {} rows", progress.file, progress.rows));
        }
    }

    /// One that only says what is being worked on, and for how long: nobody knows how far it is.
    pub(super) fn of_work(out: Output, what: String) -> Self {
        let style = ProgressStyle::with_template("{spinner} {msg} {elapsed}");
        Self(out.shows_progress().then(|| {
            let bar = ProgressBar::new_spinner().with_message(what);
            if let Ok(style) = style {
                bar.set_style(style);
            }
            bar.enable_steady_tick(std::time::Duration::from_millis(100));
            bar
        }))
    }

    pub(super) fn done(&self) {
        if let Some(bar) = &self.0 {
            bar.finish_and_clear();
        }
    }
}

fn report_words(report: &ImportReport, dry_run: bool) -> String {
    let mut text = format!(
        "{}{} rows read: {} accepted, {} duplicate, {} changed, {} rejected",
        if dry_run { "Dry run, nothing kept. " } else { "" },
        report.read,
        report.accepted,
        report.duplicate,
        report.changed,
        report.rejected,
    );
    for total in &report.totals {
        text.push_str(&format!(", {} {}", total.amount, total.currency));
    }
    if let Some(import) = &report.import {
        text.push_str(&format!(" (import {import})"));
    }
    text.push('\n');
    for file in report.files.iter().filter(|file| !file.problems.is_empty()) {
        for problem in &file.problems {
            text.push_str(&format!("{}, line {}: {} ({})\n", file.file, problem.line, problem.message, problem.code));
        }
    }
    let shown = report.rejects.iter().take(20).map(|reject| {
        let place = format!("{}:{}", reject.file, reject.line);
        vec![place, reject.column.clone(), reject.value.clone(), format!("{} ({})", reject.message, reject.code)]
    });
    text.push_str(&table(&shown.collect::<Vec<_>>(), &[]));
    if report.rejects.len() > 20 {
        text.push_str("… all of them with --rejects FILE\n");
    }
    text
}

fn aging_words(report: &AgingImportReport, dry_run: bool) -> String {
    let mut text = report_words(&report.import, dry_run);
    let total = report.file_total.as_ref().map_or("none", |total| total.amount.as_str());
    let difference = report.difference.as_ref().map_or("none", |difference| difference.amount.as_str());
    text.push_str(&format!(
        "As of {}: the file's own total is {total}, the difference {difference}; {} items are no longer in it.\n",
        report.as_of, report.missing,
    ));
    for note in &report.notes {
        text.push_str(&format!("line {}: {}\n", note.line, note.message));
    }
    text
}
