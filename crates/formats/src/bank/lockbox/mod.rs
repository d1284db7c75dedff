//! Lockbox files: the checks a bank took out of a company's post box, and what they pay.
//!
//! [`crate::bank::Format::Lockbox`] is BAI's transmission in records of 80 columns: 1 header, 2 service, 5 deposit, 6
//! check, 4 overflow of a check, 7 batch total, 8 service total, 9 trailer. Banks agree on all but 6 and 4, whose columns
//! are a [`LockboxLayout`]. [`crate::bank::Format::LockboxCsv`] is a table with a row for each check, or for each document
//! a check pays, by the columns of a [`LockboxCsvProfile`]. Both can be given as a profile ([`crate::bank::BankProfile`]).
//!
//! **Identity.** A statement is (origin, lockbox, deposit day); its checks are numbered through, whatever batch they are
//! in. An entry's reference is batch and item (`003-017`).
//!
//! **Totals.** Amounts of batches and services bind. Numbers of checks and of records are warned of. A CSV states no
//! totals, and says so.
//!
//! **Remittance.** Document number and amount of the layout's columns; what stands elsewhere in records 6 and 4 is kept
//! as text.

mod csv;
mod fixed;
mod layout;
mod profile;

pub(super) use csv::read as read_csv;
pub(super) use fixed::read;
pub use layout::{LineSpans, LockboxCsvProfile, LockboxField, LockboxLayout, Span};
pub use profile::LockboxProfile;

/// Whether the bytes begin as a lockbox transmission does: a header with a date, then a service or deposit record.
pub(super) fn looks_like(head: &[u8]) -> bool {
    let mut records = super::fixed::Records::new(head, 80);
    let (Some(first), Some(second)) = (records.next(), records.next()) else { return false };
    let dated = first.field(24, 29).len() == 6 && first.number(24, 29).is_some();
    first.kind() == b'1' && dated && first.number(2, 3).is_some() && matches!(second.kind(), b'2' | b'5')
}
