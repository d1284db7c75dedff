//! Cash: bank files into receipts, receipts to those who paid, and against what they paid, with a reason for every cent.
//!
//! [`import_bank_file`] reads what a bank sent; [`who_paid`] looks for the payer; [`apply_receipt`] records what the rules
//! say (`rules::cash`); [`queue`] and [`exceptions`] are
//! what a person looks at, [`clear_exception`] what they do about a receipt that is asked about.

pub mod apply_credit;
mod apply_receipt;
pub mod clear_exception;
pub mod clear_remittance;
pub mod clear_return;
pub mod exceptions;
pub mod exchange;
pub mod figures;
pub mod foot_statements;
pub mod import_bank_file;
pub mod import_remittance;
mod join_advice;
pub mod kept_books;
mod open_book;
mod open_books;
pub mod paid_refunds;
pub mod payer_marks;
pub mod pdf_text;
pub mod queue;
mod replaced;
pub mod set_aside;
pub mod set_lines;
pub mod short_lines;
mod take_back;
mod told;
mod told_advice;
mod told_again;
mod told_file;
mod told_more;
mod told_returns;
mod tries;
mod who_paid;

use dunwell_rules::cash::CashRule;
use dunwell_rules::cash::settled::SETTLED_RULE;

/// The name of a rule that sets receipts against what they pay (`C-2`: `references`); `None` for an id that is none.
pub(crate) fn rule_name(id: &str) -> Option<&'static str> {
    match id {
        exchange::RULE => Some("exchange"),
        SETTLED_RULE => Some("settlement_replaced"),
        id => CashRule::ALL.into_iter().find(|rule| rule.id() == id).map(CashRule::code),
    }
}
