//! Looking, without recording: the worklist, one account, and why. The same views serve the command line, API and screens.

pub mod account;
pub mod why;
pub mod worklist;
