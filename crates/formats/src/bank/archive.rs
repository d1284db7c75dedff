//! Bank files in a ZIP archive, as banks deliver many camt messages at once.
//!
//! All bank files in it are read as one: statements in the order of the archive's names. What has not the look of a bank
//! file (a readme, a PDF beside the statements) is not read and named in a warning; a bank file that cannot be read refuses
//! the whole, and so does an archive without any. A workbook is an archive itself, and is read as a statement by its profile.
//! Bounded: so many members, so many bytes unpacked together, no other archive in an archive, nothing encrypted.

use super::camt::number_entries;
use super::{BankFile, Format, Place, ReadOptions, Refusal, detect, note, read};
use crate::isolated::isolated;
use crate::sheet::{self, SheetError, is_office_archive};
use crate::unpack::{Archive, Bounds, Unfit};

/// The most files that an archive may hold.
const MAX_MEMBERS: usize = 10_000;

/// Whether a file is an archive; a workbook is one too, and is told apart by its members.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") && !is_office_archive(bytes)
}

/// The format of the first file of an archive that is one of a bank; `None` where none is, or it cannot be read.
pub(super) fn first_format(bytes: &[u8]) -> Option<Format> {
    let read = || -> Option<Format> {
        let mut archive = open(bytes, usize::MAX).ok()?;
        for index in 0..archive.len() {
            let Some(name) = archive.name(index).ok()? else { continue };
            let mut head = Vec::new();
            if !is_litter(&name) {
                head = archive.head(index, 4096).ok()?;
            }
            if !head.starts_with(b"PK")
                && let Some(format) = detect(&head)
            {
                return Some(format);
            }
        }
        None
    };
    isolated(read).flatten()
}

/// What systems leave beside files, whatever is in it.
fn is_litter(name: &str) -> bool {
    let last = name.rsplit('/').next().unwrap_or(name);
    name.starts_with("__MACOSX/") || [".DS_Store", "Thumbs.db", "desktop.ini"].contains(&last)
}

/// Reads all files of an archive into one.
pub(super) fn read_archive(bytes: &[u8], options: &ReadOptions) -> BankFile {
    // The reader of the archive is foreign code on hostile input: a panic in it is a damaged file, not our end.
    let members = isolated(|| unpack(bytes, options.limits.bytes));
    let members = members.unwrap_or_else(|| Err(refusal("it is damaged")));
    match members {
        Ok(unpacked) => read_members(unpacked, options),
        Err(refused) => BankFile::refusing(options.format, refused),
    }
}

fn refusal(reason: impl Into<String>) -> Refusal {
    Refusal::Archive { reason: reason.into() }
}

fn open(bytes: &[u8], limit: usize) -> Result<Archive<'_>, Refusal> {
    Archive::open(bytes, Bounds { members: MAX_MEMBERS, bytes: limit as u64 }).map_err(unfit)
}

fn unfit(why: Unfit) -> Refusal {
    match why {
        Unfit::TooLarge(reason) | Unfit::Damaged(reason) => refusal(reason),
    }
}

/// What is in an archive.
struct Unpacked {
    /// The files with their names, by name.
    members: Vec<(String, Vec<u8>)>,
    /// The names of what is not looked at: what systems leave beside files, and papers of an office.
    others: Vec<String>,
}

/// Unpacks all files, by name. What a member claims of its size is not believed: it is cut where the limit is.
fn unpack(bytes: &[u8], limit: usize) -> Result<Unpacked, Refusal> {
    let mut archive = open(bytes, limit)?;
    let mut unpacked = Unpacked { members: Vec::new(), others: Vec::new() };
    for index in 0..archive.len() {
        let Some(name) = archive.name(index).map_err(unfit)? else { continue };
        if is_litter(&name) {
            unpacked.others.push(name);
            continue;
        }
        let content = archive.content(index).map_err(unfit)?;
        if is_paper(&content) {
            unpacked.others.push(name);
            continue;
        }
        if content.starts_with(b"PK\x03\x04") {
            if !is_office_archive(&content) {
                return Err(refusal(format!("'{}' is an archive in an archive", shown(&name))));
            }
            match sheet::unpacked_size(&content, archive.room()) {
                Ok(bytes) => archive.narrow(bytes),
                Err(SheetError::TooLarge { limit }) => {
                    return Err(refusal(format!("'{}': the workbook is too large: {limit}", shown(&name))));
                }
                // Its reader says what is wrong with it.
                Err(SheetError::NotReadable { .. } | SheetError::NoHeader { .. }) => {}
            }
        }
        unpacked.members.push((name, content));
    }
    unpacked.members.sort();
    unpacked.others.sort();
    Ok(unpacked)
}

/// Whether a file is a text or a presentation of an office program, which are archives themselves; they are not opened.
fn is_paper(content: &[u8]) -> bool {
    let has = |part: &[u8]| memchr::memmem::find(content, part).is_some();
    content.starts_with(b"PK\x03\x04")
        && is_office_archive(content)
        && (has(b"word/document") || has(b"ppt/presentation"))
}

/// Whether a file that was refused had not the look of a bank's: its format is told from its bytes, not from its name.
fn is_foreign(content: &[u8], why: &Refusal, options: &ReadOptions) -> bool {
    let binary = || content[..content.len().min(4096)].contains(&0) || content.starts_with(b"%PDF");
    match why {
        Refusal::UnknownFormat => true,
        // Read by the caller's word, and it is not what the caller thought; or a workbook, which may be of anything.
        Refusal::NoProfile { .. } => {
            (options.profile.is_some() || sheet::is_workbook(content)) && detect(content).is_none()
        }
        Refusal::NotReadable { .. } => {
            (options.profile.is_some() || options.format.is_some()) && binary() && detect(content).is_none()
        }
        Refusal::Truncated { .. }
        | Refusal::TooLarge { .. }
        | Refusal::Doctype { .. }
        | Refusal::Archive { .. }
        | Refusal::BankError { .. }
        | Refusal::NoAdvice { .. }
        | Refusal::Encrypted { .. } => false,
    }
}

/// A name for a message: its first 80 characters, without those that steer a terminal.
fn shown(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(80).collect()
}

/// Reads each file and puts what was understood together; the first that is refused refuses the whole, by its name.
fn read_members(unpacked: Unpacked, options: &ReadOptions) -> BankFile {
    let Unpacked { members, mut others } = unpacked;
    let several = members.len() > 1;
    let mut whole: Option<BankFile> = None;
    let mut options = options.clone();
    for (name, content) in members {
        let mut part = read(&content, &options);
        if several && part.refused.as_ref().is_some_and(|why| is_foreign(&content, why, &options)) {
            others.push(name);
            continue;
        }
        drop(content);
        let name = shown(&name);
        if several {
            part.refused = part.refused.map(|why| refusal(format!("'{name}': {why}")));
            part.controls.iter_mut().for_each(|total| total.of = format!("{name}: {}", total.of));
            let notes = part.problems.iter_mut().chain(&mut part.warnings);
            notes.for_each(|note| note.message = format!("{name}: {}", note.message));
        }
        options.limits.entries = options.limits.entries.saturating_sub(part.entries().count());
        match &mut whole {
            None => whole = Some(part),
            Some(file) => join(file, part, options.limits.problems),
        }
    }
    let Some(mut file) = whole else {
        let named: Vec<String> = others.iter().take(5).map(|name| format!("'{}'", shown(name))).collect();
        let of = if named.is_empty() { String::new() } else { format!(": {}", named.join(", ")) };
        return BankFile::refusing(options.format, refusal(format!("no bank file in it{of}")));
    };
    if several {
        number_entries(&mut file.statements);
    }
    for name in others {
        note(&mut file.warnings, options.limits.problems, "not_read", Place::FILE, || {
            format!("'{}' in the archive is no bank statement and was not read", shown(&name))
        });
    }
    file
}

/// Takes another file of the archive in.
fn join(file: &mut BankFile, mut part: BankFile, most: usize) {
    let is_table = |format| matches!(format, Some(Format::Csv | Format::Xlsx));
    let same = file.format == part.format || is_table(file.format) && is_table(part.format);
    if !same && part.refused.is_none() && file.refused.is_none() {
        let [one, other] = [file.format, part.format].map(|format| format.map_or("none", Format::name));
        file.refused = Some(refusal(format!("files of several formats in it, {one} and {other}; give each by itself")));
    }
    file.statements.append(&mut part.statements);
    file.controls.append(&mut part.controls);
    for (list, more) in [(&mut file.problems, part.problems), (&mut file.warnings, part.warnings)] {
        let room = most.saturating_sub(list.len());
        list.extend(more.into_iter().take(room));
    }
    file.refused = file.refused.take().or(part.refused);
}
