//! What screens, the command line and the API show: one file a screen. A view serialises straight to the JSON of the contract.

pub mod accounts;
pub mod aging;
pub mod applied;
pub mod approvals;
pub mod attachments;
pub mod bank_statements;
pub mod cash;
pub mod changes;
pub mod contacts;
pub mod drafts;
pub mod exchanges;
pub mod imports;
pub mod interest;
pub mod journal;
pub mod json;
pub mod listing;
pub mod notices;
pub mod party;
pub mod payers;
pub mod paying;
#[cfg(test)]
mod plans;
pub mod refund_payments;
pub mod refunds;
pub mod remittances;
pub mod returns;
pub mod runs;
pub mod sales;
pub mod search;
pub mod set_aside;
pub mod settings;
pub mod small_balances;
pub mod statement;
pub mod status;
pub mod strip;
pub mod tasks;
pub mod team;
pub mod timeline;
pub mod told_elsewhere;
pub mod why;

/// Every statement over keys of the views, for the test that prepares them.
#[cfg(test)]
pub(crate) fn keyed() -> Vec<&'static crate::bulk::Keyed> {
    [crate::facts::cash::KEYED, crate::facts::told::KEYED, listing::KEYED, search::KEYED, timeline::KEYED].concat()
}
