//! The screens, one file each. A screen reads views, renders them, and hands forms to the desk's tasks.

pub(crate) mod account;
pub(crate) mod accounts;
pub(crate) mod approvals;
pub(crate) mod agree;
pub(crate) mod call;
pub(crate) mod contacts;
pub(crate) mod me;
pub(crate) mod settings;
pub(crate) mod sign_in;
pub(crate) mod status;
pub(crate) mod tasks;
pub(crate) mod worklist;
