//! Bank files in a ZIP archive, as banks deliver many camt messages at once.
//!
//! Everything in it is read as one file: statements in the order of the archive's names. What is no bank file refuses the
//! whole. Bounded: so many members, so many bytes unpacked together, no archive in an archive, nothing encrypted.

use std::io::{Cursor, Read};
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::camt::number_entries;
use super::{BankFile, ReadOptions, Refusal, read};

/// The most files that an archive may hold.
const MAX_MEMBERS: usize = 10_000;

/// Whether a file is an archive; a workbook is one too, and is told apart by its members.
pub(super) fn is_archive(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") && !is_workbook(bytes)
}

/// Whether an archive is a workbook: then it holds `[Content_Types].xml`.
fn is_workbook(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, b"[Content_Types].xml").is_some()
}

/// The first file of an archive, as far as `detect` looks at it; `None` where it cannot be read.
pub(super) fn first_head(bytes: &[u8]) -> Option<Vec<u8>> {
    let read = || -> Option<Vec<u8>> {
        refuse_many(bytes).ok()?;
        let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).ok()?;
        for index in 0..archive.len() {
            let member = archive.by_index(index).ok()?;
            if member.is_file() {
                let mut head = Vec::new();
                member.take(4096).read_to_end(&mut head).ok()?;
                return Some(head);
            }
        }
        None
    };
    catch_unwind(AssertUnwindSafe(read)).ok().flatten()
}

/// Reads all files of an archive into one.
pub(super) fn read_archive(bytes: &[u8], options: &ReadOptions) -> BankFile {
    // The reader of the archive is foreign code on hostile input: a panic in it is a damaged file, not our end.
    let members = catch_unwind(AssertUnwindSafe(|| unpack(bytes, options.limits.bytes)));
    let members = members.unwrap_or_else(|_| Err(refusal("it is damaged")));
    match members {
        Ok(members) => read_members(members, options),
        Err(refused) => BankFile::refusing(options.format, refused),
    }
}

fn refusal(reason: impl Into<String>) -> Refusal {
    Refusal::Archive { reason: reason.into() }
}

/// Refuses an archive of too many members before its directory is read into memory.
fn refuse_many(bytes: &[u8]) -> Result<(), Refusal> {
    if memchr::memmem::find_iter(bytes, b"PK\x01\x02").take(MAX_MEMBERS + 1).count() > MAX_MEMBERS {
        return Err(refusal(format!("more than {MAX_MEMBERS} files in it")));
    }
    Ok(())
}

/// Unpacks all files, by name. What a member claims of its size is not believed: it is cut where the limit is.
fn unpack(bytes: &[u8], limit: usize) -> Result<Vec<(String, Vec<u8>)>, Refusal> {
    refuse_many(bytes)?;
    let damaged = |error: &dyn std::fmt::Display| refusal(error.to_string());
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut members = Vec::new();
    let mut left = limit;
    for index in 0..archive.len() {
        let member = archive.by_index(index).map_err(|error| damaged(&error))?;
        let name = member.name().map_err(|error| damaged(&error))?.into_owned();
        // What Macs add beside each file is no file of the bank.
        if !member.is_file() || name.starts_with("__MACOSX/") || name.ends_with(".DS_Store") {
            continue;
        }
        let mut content = Vec::new();
        let one_more = (left as u64).saturating_add(1);
        member.take(one_more).read_to_end(&mut content).map_err(|error| damaged(&error))?;
        if content.len() > left {
            return Err(refusal(format!("it unpacks to more than {limit} bytes")));
        }
        left -= content.len();
        if content.starts_with(b"PK\x03\x04") {
            return Err(refusal(format!("'{}' is an archive in an archive", shown(&name))));
        }
        members.push((name, content));
    }
    members.sort();
    Ok(members)
}

/// A name for a message: its first 80 characters, without those that steer a terminal.
fn shown(name: &str) -> String {
    name.chars().filter(|letter| !letter.is_control()).take(80).collect()
}

/// Reads each file and puts what was understood together; the first that is refused refuses the whole, by its name.
fn read_members(members: Vec<(String, Vec<u8>)>, options: &ReadOptions) -> BankFile {
    let several = members.len() > 1;
    let mut whole: Option<BankFile> = None;
    let mut options = options.clone();
    for (name, content) in members {
        let mut part = read(&content, &options);
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
    let Some(mut file) = whole else { return BankFile::refusing(options.format, refusal("no file in it")) };
    if several {
        number_entries(&mut file.statements);
    }
    file
}

/// Takes another file of the archive in.
fn join(file: &mut BankFile, mut part: BankFile, most: usize) {
    if file.format != part.format && part.refused.is_none() && file.refused.is_none() {
        file.refused = Some(refusal("files of several formats in it"));
    }
    file.statements.append(&mut part.statements);
    file.controls.append(&mut part.controls);
    for (list, more) in [(&mut file.problems, part.problems), (&mut file.warnings, part.warnings)] {
        let room = most.saturating_sub(list.len());
        list.extend(more.into_iter().take(room));
    }
    file.refused = file.refused.take().or(part.refused);
}
