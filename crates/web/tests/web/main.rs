//! The workbench and the API, by requests against a server. One program, for a program a file is minutes of linking.

mod api;
mod as_typed;
mod cash;
mod common;
mod foreign;
mod forms;
mod kept;
mod lists;
mod many;
mod papers;
mod refunds;
mod rights;
mod settings;
mod team;
