//! Cash: bank files into receipts, receipts to those who paid, and against what they paid, with a reason for every cent.
//!
//! [`import_bank_file`] reads what a bank sent; [`who_paid`] looks for the payer; [`apply_receipt`] records what the rules
//! say (`rules::cash`); [`clear_exception`] is what a
//! person does about a receipt that is asked about.

mod apply_receipt;
pub mod clear_exception;
pub mod import_bank_file;
mod told;
mod who_paid;
