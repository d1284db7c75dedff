//! NACHA: the file format of the ACH network, in records of 94 characters.
//!
//! **Identity.** A batch is a statement: originator is the originating bank and the company, account the file's immediate
//! destination, statement the effective day and the batch number. An entry is named by its trace number
//! ([`crate::bank::Entry::reference`]), which the network keeps unique; the sequence only numbers it within its key.
//!
//! **Sides** are those of the transaction code: a credit or a debit to the receiver's account; of a return, to the
//! account of the originator it goes back to. The counterparty is the company where a credit comes in, and the receiver
//! where money is collected or comes back.
//!
//! **Information only** are prenotes, entries of zero dollars, notifications of change, enrolments, acknowledgements and
//! accounting advices (ADV): they move no balance.
//!
//! **Addenda.** 05 and 17 are remittance text, or X12 (a whole 820 or bare segments) that is read into structured lines;
//! 02 terminal data; 10 to 18 of international entries; 98 notifications of change and their refusal; 99 returns,
//! dishonoured (R61 to R70) and contested ones (R71 to R77).
//!
//! **Totals.** Counts of entries and addenda, entry hashes, debits and credits of batches and files, and the number of
//! batches bind. The number of blocks is warned of.
//!
//! **Tolerated.** Lines short of 94 characters, records without line ends or several a line, CR, LF, CRLF, filling
//! nines or none, a byte order mark, letters beyond ASCII, several files in one.

mod addenda;
mod codes;
mod entry;
mod reader;
mod return_codes;
mod totals;

pub(super) use reader::read;

/// Whether the bytes begin as a NACHA file does: a header record that states records of 94 characters.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head);
    let start = head.iter().position(|byte| !matches!(byte, b'\r' | b'\n')).unwrap_or(head.len());
    head[start..].starts_with(b"1") && head[start..].get(34..37) == Some(b"094")
}
