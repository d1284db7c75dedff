//! The screens, one file each. A screen reads views, renders them, and hands forms to the desk's tasks.

pub(crate) mod account;
pub(crate) mod call;
pub(crate) mod sign_in;
pub(crate) mod worklist;
