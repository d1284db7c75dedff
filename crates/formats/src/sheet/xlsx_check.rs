//! Whether an XLSX may be handed to its reader: unpacked once under a count, and without what would cost memory unseen.
//!
//! The reader reserves memory by numbers that the file states, and an allocation that fails ends the whole program: such
//! numbers are held against what is there first. The `count` of the shared texts and the dimension of a sheet are not held
//! against anything, for nothing is reserved by them.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use super::{MAX_CELLS, MAX_FILES, SheetError};
use crate::unpack::{Archive, Bounds, Unfit};

/// Some programs state a few texts more than they write; so many more cost nothing.
const MORE_STATED: u64 = 100_000;

/// The most cell formats; spreadsheets themselves know 65,490.
const MAX_FORMATS: u64 = 100_000;

/// The most elements among the formats, and the longest of them: each format holds copies of what it refers to.
const MAX_FORMAT_ELEMENTS: u64 = 1_000_000;
const MAX_FORMAT_BYTES: usize = 4_096;

/// Unpacks a workbook once within `most` bytes and looks at what it states; answers the bytes it unpacks to.
pub(super) fn check(bytes: &[u8], most: u64) -> Result<u64, SheetError> {
    let mut archive = Archive::open(bytes, Bounds { members: MAX_FILES, bytes: most }).map_err(unfit)?;
    for index in 0..archive.len() {
        let Some(name) = archive.name(index).map_err(unfit)? else { continue };
        // The reader looks for these names in whatever folder the workbook says, in capitals or not.
        let name = name.to_lowercase();
        let looked_at = archive.read(index, |input| {
            if name.ends_with("sharedstrings.xml") {
                check_texts(input)
            } else if name.ends_with("styles.xml") {
                check_formats(input)
            } else {
                Ok(())
            }
        });
        looked_at.map_err(unfit)??;
    }
    Ok(most - archive.room())
}

fn unfit(why: Unfit) -> SheetError {
    match why {
        Unfit::TooLarge(limit) => SheetError::TooLarge { limit },
        Unfit::Damaged(reason) => SheetError::NotReadable { reason },
    }
}

/// Shows the opening tags of an XML text. What is no XML is left to the reader of the workbook, which says so.
fn each_tag(
    input: &mut dyn BufRead,
    mut look: impl FnMut(&BytesStart<'_>) -> Result<(), SheetError>,
) -> Result<(), SheetError> {
    let mut xml = Reader::from_reader(input);
    let config = xml.config_mut();
    config.check_end_names = false;
    config.check_comments = false;
    config.expand_empty_elements = true;
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match xml.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => look(&tag)?,
            Ok(Event::Eof) | Err(_) => return Ok(()),
            Ok(_) => {}
        }
    }
}

/// The shared texts: as many as are stated, or nearly, and no more than cells are read.
fn check_texts(input: &mut dyn BufRead) -> Result<(), SheetError> {
    let (mut stated, mut there) = (0_u64, 0_u64);
    each_tag(input, |tag| {
        match tag.local_name().as_ref() {
            "sst" => {
                // As it is written: what one reader takes for an attribute another passes over.
                let written = tag.attributes_raw();
                for (at, name) in written.match_indices("uniqueCount") {
                    let rest = written[at + name.len()..].trim_start_matches(|mark: char| !mark.is_ascii_digit());
                    let digits = rest.find(|mark: char| !mark.is_ascii_digit()).map_or(rest, |end| &rest[..end]);
                    stated = stated.max(if digits.is_empty() { 0 } else { digits.parse().unwrap_or(u64::MAX) });
                }
            }
            "si" => there += 1,
            _ => {}
        }
        if there > MAX_CELLS as u64 {
            return Err(SheetError::TooLarge { limit: format!("more than {MAX_CELLS} shared texts") });
        }
        Ok(())
    })?;
    if stated > there.saturating_add(MORE_STATED) {
        return Err(SheetError::NotReadable {
            reason: format!("it states {stated} shared texts, and {there} are there"),
        });
    }
    Ok(())
}

/// The formats of cells: no more of them, and none longer, than spreadsheets write.
fn check_formats(input: &mut dyn BufRead) -> Result<(), SheetError> {
    let too_large = |limit: String| Err(SheetError::TooLarge { limit });
    let (mut formats, mut elements) = (0_u64, 0_u64);
    each_tag(input, |tag| {
        elements += 1;
        formats += u64::from(tag.local_name().as_ref() == "xf");
        if formats > MAX_FORMATS {
            return too_large(format!("more than {MAX_FORMATS} cell formats"));
        }
        if elements > MAX_FORMAT_ELEMENTS {
            return too_large(format!("more than {MAX_FORMAT_ELEMENTS} elements of cell formats"));
        }
        if tag.len() > MAX_FORMAT_BYTES {
            return too_large(format!("a cell format of more than {MAX_FORMAT_BYTES} bytes"));
        }
        Ok(())
    })
}
