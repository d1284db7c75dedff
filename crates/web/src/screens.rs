//! The screens, one file each. A screen reads views, renders them, and hands forms to the desk's tasks.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod aging;
pub(crate) mod agree;
pub(crate) mod approvals;
pub(crate) mod attachments;
pub(crate) mod call;
pub(crate) mod contacts;
pub(crate) mod documents;
pub(crate) mod import;
pub(crate) mod import_report;
pub(crate) mod journal;
pub(crate) mod me;
pub(crate) mod policy;
pub(crate) mod search;
pub(crate) mod settings;
pub(crate) mod setup;
pub(crate) mod sign_in;
pub(crate) mod status;
pub(crate) mod tasks;
pub(crate) mod worklist;
pub(crate) mod worklist_file;
