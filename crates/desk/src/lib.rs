//! What the desk does: the imperative shell around the rules. One file a task, named as a collector says it.
//!
//! Every task reads facts, asks the rules, records facts and decision in one transaction, and seals what it committed.
//! No branch in here is a business rule, and nothing leaves the house from inside a transaction.

pub mod api_keys;
pub mod apply_cash;
pub mod approve;
pub mod assign_accounts;
pub mod attach_document;
pub mod attach_folder;
pub mod cash;
pub mod charge_interest;
pub mod close_month;
pub mod currency;
pub mod daily_run;
pub mod desk;
pub mod draft_policy;
pub mod erase_people;
pub mod first_live_run;
pub mod hand_over;
pub mod hold_back_notice;
pub mod holidays_file;
pub mod idempotency;
pub mod import;
pub mod judge;
pub mod keep_book;
pub mod keep_contacts;
pub mod keep_view;
pub mod log_activity;
pub mod look;
pub mod open_dispute;
pub mod paper_links;
pub mod pays_from;
pub mod pin_note;
pub mod policy_file;
pub mod policy_text;
pub mod put_policy_in_force;
pub mod read_bank_statement;
pub mod record_call;
pub mod record_decision;
pub mod refunds;
pub mod refusal;
pub mod set_up;
pub mod sign_in;
pub mod simulate_policy;
pub mod take_account;
pub mod take_in_folder;
pub mod take_out;
pub mod take_promise;
mod touched;
pub mod transfer_credit;
pub mod version;
pub mod who;
mod withdraw_moot;
pub mod write_notice;
pub mod write_off_small;
pub mod write_offs;
pub mod write_statement;

pub use desk::{Clock, Desk};
pub use refusal::{Refusal, Stop};

/// The documents, for those who call the desk and print what it wrote.
pub use dunwell_documents as documents;
/// The readers, for those who name a format.
pub use dunwell_formats as formats;
/// The rules, for those who call the desk and speak of days, money and kinds.
pub use dunwell_rules as rules;
