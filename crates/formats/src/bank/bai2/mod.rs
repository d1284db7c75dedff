//! BAI2: Cash Management Balance Reporting Specifications, version 2.
//!
//! **Identity.** A statement is (originator of the group, account, as-of date); a file may report one account in several
//! blocks, whose entries are numbered through. Where the group names no originator, the sender of the file stands in.
//!
//! **Standing.** Group status 2, 3 and 4 are [`Standing::Deleted`], [`Standing::Correction`] and [`Standing::Test`];
//! otherwise the as-of-date modifier says: 1 interim, 3 intraday, and 2, 4 or none final.
//!
//! **Totals.** The account control total adds all amounts of records 03 and 16 as they are signed, the group's adds the
//! totals that its accounts state, the file's those that its groups state; each binds. Counts of records, accounts and
//! groups are compared and warned of, for real banks send them wrong.
//!
//! **Tolerated.** A byte order mark and UTF-16; CR, LF, CRLF, blank lines; several records a line; blanks about fields;
//! an omitted slash, currency (USD), group status (1) or originator; text that goes on in a line without
//! record code; fixed-length records without line ends; several files in one.

mod credit_codes;
mod debit_codes;
mod entry;
mod fields;
mod named;
mod reader;
mod records;
mod totals;
mod type_codes;

pub(super) use reader::read;

/// Whether the bytes begin as a BAI2 file does.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let head = &reader::plain(head)[..];
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace()).unwrap_or(head.len());
    let line = &head[start..head.len().min(start + 200)];
    line.starts_with(b"01,")
        && line
            .split(|byte| matches!(byte, b'\n' | b'\r' | b'/'))
            .next()
            .is_some_and(|header| header.split(|byte| *byte == b',').count() >= 7)
}
