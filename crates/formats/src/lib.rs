//! What banks, ERPs and customers send, and what banks are sent: readers that return what they understood and every problem with its line.
//!
//! Pure and knowing nothing of the desk: bytes in, records out. No clock, no files, no network, no floats for money.
//! A parser never panics on what it is given; a wrong control total refuses the whole file.
//!
//! - [`table`] reads delimited text row by row, [`sheet`] the rows of a workbook;
//! - [`amount`] and [`day`] read the text of a cell;
//! - [`currency`] knows the decimals of a currency;
//! - [`aging_export`] reads the aging reports and open-item lists of ERPs;
//! - [`mail`] takes a mail apart into its texts and what is attached;
//! - [`pdf`] takes the text out of a PDF, line by line;
//! - [`profile_text`] reads what profiles of every kind have in common;
//! - [`bank`] reads what banks send, whatever the format, into one shape;
//! - [`payment`] writes the files by which a bank pays others;
//! - [`remittance`] reads what payers say their payments are for.

pub mod aging_export;
pub mod amount;
pub mod bank;
pub mod currency;
pub mod day;
mod header;
mod isolated;
pub mod mail;
pub mod payment;
pub mod pdf;
pub mod profile_text;
pub mod remittance;
pub mod sheet;
pub mod table;
mod unpack;

pub use header::header_key;
pub use isolated::is_isolated;
