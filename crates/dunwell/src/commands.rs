//! One function a command: parse what is left to parse, call the desk, print the answer.

pub(crate) mod access;
pub(crate) mod attach;
pub(crate) mod book;
pub(crate) mod cash;
pub(crate) mod contact;
pub(crate) mod day;
pub(crate) mod demo;
mod exchange;
pub(crate) mod folders;
pub(crate) mod import;
pub(crate) mod look;
pub(crate) mod people;
pub(crate) mod policy;
mod receipt;
pub(crate) mod refunds;
pub(crate) mod remittance;
pub(crate) mod reports;
pub(crate) mod returns;
pub(crate) mod serve;
pub(crate) mod set_aside;
pub(crate) mod shell;
pub(crate) mod sso;
pub(crate) mod team;
