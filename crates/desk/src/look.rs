//! Looking, without recording: the worklist, one account, and why. The same views serve the command line, API and screens.

pub mod account;
pub mod accounts;
pub mod approvals;
pub mod contacts;
pub mod documents;
pub mod journal;
pub mod kept_worklist;
pub mod open_work;
pub mod page;
pub mod paying;
pub mod search;
pub mod settings;
pub mod status;
pub mod strip;
pub mod team;
pub mod timeline;
pub mod whole;
pub mod why;
pub mod worklist;
