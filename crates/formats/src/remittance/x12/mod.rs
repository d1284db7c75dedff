//! X12 820, payment order and remittance advice; as a file of its own, or within the addenda of a NACHA entry.
//!
//! Segments read: ISA GS ST BPR TRN CUR REF N1 N3 N4 PER DTM NTE ENT NM1 RMR ADX IT1 SLN SE GE IEA. Each RMR is a line:
//! what is paid (RMR04), what was due (RMR05), the discount taken (RMR06) and adjustments with their reason (RMR07 and
//! RMR08, ADX). An ADX behind an RMR belongs to it, one before any RMR of its entity to the advice. Versions 003 to 008
//! are alike in these. Other segments are counted and passed over.
//!
//! **Separators** are told from the ISA segment; a fragment without ISA has `*` between elements, and `~` or `\` behind
//! segments.
//!
//! **Totals.** Counts of segments, sets and groups that are wrong, and control numbers that differ, are warned of. A set
//! without its trailer refuses the file. Lines that do not come to the payment are no error: see
//! [`super::RemittanceFile::controls`].

mod advice;
mod codes;
mod reader;
mod segments;

pub use reader::read;
pub(crate) use reader::{looks_like_fragment, read_fragment};

/// Whether the bytes begin as an X12 interchange that may hold an 820 does.
pub fn looks_like(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(4096)];
    let start = head.iter().position(|byte| !byte.is_ascii_whitespace() && !matches!(byte, 0xEF | 0xBB | 0xBF));
    start.is_some_and(|start| head[start..].starts_with(b"ISA"))
}
