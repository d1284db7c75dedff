//! The house's own profiles, by which a watched folder reads what no shipped profile fits.
//!
//! TOML files in `profiles/bank` and `profiles/remittance` below the watched folder, apart from the folders into which others
//! write: a profile decides what an amount is. They are read anew at each look. A file that is read without them is never
//! read by one of them, but for lockbox transmissions, whose columns a file does not tell. Where one profile fits, the file is
//! read by it; where several do, it is refused with their names, for nobody guesses.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use dunwell_formats::bank::{BankProfile, Format};
use dunwell_formats::remittance::advice_table::AdviceProfile;
use dunwell_rules::calendar::Date;

use super::InFolder;
use crate::cash::import_bank_file::{BankFileReport, BankRequest, import_bank_files};
use crate::cash::import_remittance::{RemittanceFileReport, RemittanceRequest, import_remittances};
use crate::desk::Desk;
use crate::import::{FileProblem, ImportFile};
use crate::refusal::Result;

/// The largest profile, in bytes.
const MAX_BYTES: u64 = 256 * 1024;
/// The most profiles of a folder.
const MOST: usize = 100;

/// Profiles by the names of their files; in the place of one that cannot be read stands why.
#[derive(Debug, Default)]
pub(super) struct OwnProfiles {
    bank: Vec<(String, std::result::Result<BankProfile, String>)>,
    remittance: Vec<(String, std::result::Result<AdviceProfile, String>)>,
}

/// How a file is read.
#[derive(Debug)]
pub(super) enum Choice<P> {
    /// By this profile, or as the shipped ones read it.
    Read(Option<P>),
    /// As the shipped ones read it, which refuses it; and these say why the house's own do not fit either.
    Unfit(Vec<FileProblem>),
    /// Not at all, for these reasons: it could be read in several ways.
    Leave(Vec<FileProblem>),
}

impl OwnProfiles {
    /// The profiles below a folder, in the order of their names; none where there is no such folder.
    pub(super) fn read(folder: &Path) -> io::Result<Self> {
        let bank = texts(&folder.join(InFolder::Bank.name()))?;
        let remittance = texts(&folder.join(InFolder::Remittance.name()))?;
        let of_bank = |text: String| BankProfile::parse(&text).map_err(|why| why.to_string());
        let of_remittance = |text: String| AdviceProfile::parse(&text).map_err(|why| why.to_string());
        Ok(Self {
            bank: bank.into_iter().map(|(name, text)| (name, text.and_then(of_bank))).collect(),
            remittance: remittance.into_iter().map(|(name, text)| (name, text.and_then(of_remittance))).collect(),
        })
    }

    /// By which profile a bank file is read.
    pub(super) async fn of_bank(&self, desk: &Desk, file: &ImportFile, on: Date) -> Result<Choice<BankProfile>> {
        if self.bank.is_empty() {
            return Ok(Choice::Read(None));
        }
        let told = try_bank(desk, file, None, on).await?;
        let in_columns = told.format == Some(Format::Lockbox.name());
        let unread = ["unknown_format", "no_profile", "archive"];
        let unfit = told.problems.iter().any(|problem| unread.contains(&problem.code));
        if !unfit && !in_columns && told.warnings.iter().all(|warning| warning.code != super::NOT_READ[0]) {
            return Ok(Choice::Read(None));
        }
        let mut tried = Tried::default();
        for (name, profile) in &self.bank {
            let profile = match profile {
                Ok(profile) if in_columns != (profile.format() == Some(Format::Lockbox)) => continue,
                Ok(profile) => profile,
                Err(why) => {
                    tried.unfit(name, 0, why);
                    continue;
                }
            };
            let told = try_bank(desk, file, Some(profile.clone()), on).await?;
            match told.problems.first() {
                Some(problem) => tried.unfit(name, problem.line, &problem.message),
                None if told.entries == 0 => tried.unfit(name, 0, "no entry is found"),
                None => tried.fitting.push((name.clone(), profile.clone())),
            }
        }
        let partly = tried.fitting.is_empty() && !unfit && !in_columns;
        Ok(if partly { Choice::Read(None) } else { tried.choice(unfit) })
    }

    /// By which profile a file of advices is read, or what is attached to a mail. One that the shipped profile takes for a
    /// table, and one of a format that is no table, needs none.
    pub(super) async fn of_remittance(
        &self,
        desk: &Desk,
        file: &ImportFile,
        on: Date,
    ) -> Result<Choice<AdviceProfile>> {
        if self.remittance.is_empty() {
            return Ok(Choice::Read(None));
        }
        let told = try_advice(desk, file, None, on).await?;
        let unread = ["not_readable", "no_profile", "no_advice"];
        let unfit = told.problems.iter().any(|problem| unread.contains(&problem.code));
        let partly = told.warnings.iter().any(|warning| warning.code == super::NOT_READ[1]);
        if !unfit && !partly && !in_mail(&told.format).starts_with("text ") {
            return Ok(Choice::Read(None));
        }
        let mut tried = Tried::default();
        for (name, profile) in &self.remittance {
            let profile = match profile {
                Ok(profile) => profile,
                Err(why) => {
                    tried.unfit(name, 0, why);
                    continue;
                }
            };
            let told = try_advice(desk, file, Some(profile.clone()), on).await?;
            match told.problems.first() {
                Some(problem) => tried.unfit(name, problem.line, &problem.message),
                None if in_mail(&told.format) != format!("table {}", profile.source) => {
                    tried.unfit(name, 0, "its headers are not there");
                }
                None => tried.fitting.push((name.clone(), profile.clone())),
            }
        }
        // Words are read without a table: no profile needs to fit them.
        let words = tried.fitting.is_empty() && !unfit;
        Ok(if words { Choice::Read(None) } else { tried.choice(unfit) })
    }
}

/// The format of what is read of a mail, or of a file that is none.
fn in_mail(format: &str) -> &str {
    format.strip_prefix("mail, ").unwrap_or(format)
}

/// What came of trying profiles on a file.
struct Tried<P> {
    fitting: Vec<(String, P)>,
    unfit: Vec<FileProblem>,
}

impl<P> Default for Tried<P> {
    fn default() -> Self {
        Self { fitting: Vec::new(), unfit: Vec::new() }
    }
}

impl<P> Tried<P> {
    fn unfit(&mut self, name: &str, line: u64, why: &str) {
        self.unfit.push(FileProblem { code: "no_profile", line, message: format!("{name}: {why}") });
    }

    /// The one that fits; `refused` says whether the file is refused without any. A file that could be read without is left
    /// where one that is of its format does not fit, or cannot be read itself.
    fn choice(mut self, refused: bool) -> Choice<P> {
        match self.fitting.len() {
            0 if refused => Choice::Unfit(self.unfit),
            0 if self.unfit.is_empty() => Choice::Read(None),
            0 => Choice::Leave(self.unfit),
            1 => Choice::Read(self.fitting.pop().map(|(_, profile)| profile)),
            _ => {
                let names: Vec<&str> = self.fitting.iter().map(|(name, _)| name.as_str()).collect();
                let message = format!("{} fit; read it by one of them on the command line", names.join(" and "));
                Choice::Leave(vec![FileProblem { code: "no_profile", line: 0, message }])
            }
        }
    }
}

async fn try_bank(desk: &Desk, file: &ImportFile, profile: Option<BankProfile>, on: Date) -> Result<BankFileReport> {
    let files = vec![file.clone()];
    let request = BankRequest { profile, dry_run: true, ..BankRequest::new(files, on) };
    let mut report = import_bank_files(desk, &request).await?;
    Ok(report.files.pop().expect("a report has what was asked"))
}

async fn try_advice(
    desk: &Desk,
    file: &ImportFile,
    profile: Option<AdviceProfile>,
    on: Date,
) -> Result<RemittanceFileReport> {
    let request = RemittanceRequest { profile, dry_run: true, ..RemittanceRequest::new(vec![file.clone()], on) };
    let mut report = import_remittances(desk, &request).await?;
    Ok(report.files.pop().unwrap_or_default())
}

/// The texts of the TOML files of a folder, by their names below the watched one.
fn texts(folder: &Path) -> io::Result<Vec<(String, std::result::Result<String, String>)>> {
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries?,
    };
    let mut names = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".toml") && !name.starts_with('.') && entry.metadata()?.is_file() {
            names.push(name);
        }
    }
    names.sort();
    names.truncate(MOST);
    let kind = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let read = |name: &String| {
        let mut text = String::new();
        let opened = File::open(folder.join(name)).and_then(|file| file.take(MAX_BYTES + 1).read_to_string(&mut text));
        match opened {
            Ok(_) if text.len() as u64 > MAX_BYTES => Err("larger than 256 KiB".to_owned()),
            Ok(_) => Ok(text),
            Err(error) => Err(error.to_string()),
        }
    };
    Ok(names.into_iter().map(|name| (format!("profiles/{kind}/{name}"), read(&name))).collect())
}
