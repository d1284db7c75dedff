//! Where it is kept: a book in SQLite (embedded, the default) or PostgreSQL. The only crate with SQL.
//!
//! [`record`] is the only writer of facts, [`facts`] the only reader for rules, `views` has one file a screen, [`verify`]
//! recomputes current state from the journals and compares it to the cent; [`access`] keeps who may come in, which is no
//! fact of the book. Both databases behave the same.

pub mod access;
pub mod book;
mod bulk;
pub mod db;
pub mod facts;
pub mod fault;
pub mod faults;
mod journal;
pub mod read;
pub mod record;
pub mod seal;
pub mod testing;
pub mod verify;
pub mod views;
mod words;

#[cfg(test)]
mod example;
#[cfg(test)]
mod schema_tests;
