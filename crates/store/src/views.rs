//! What screens, the command line and the API show: one file a screen. A view serialises straight to the JSON of the contract.

pub mod accounts;
pub mod aging;
pub mod approvals;
pub mod imports;
pub mod interest;
pub mod json;
pub mod notices;
pub mod party;
pub mod runs;
pub mod sales;
pub mod settings;
pub mod statement;
pub mod tasks;
pub mod why;
