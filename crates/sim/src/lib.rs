//! Books that never were: seeded customers who buy, pay late, contest and promise, for the demo, tests and benchmarks.
//!
//! The same [`Plan`] gives the same book, byte for byte, on every machine: chance comes from a seeded stream for each
//! customer, and the arithmetic is exact everywhere. A small book is generated whole ([`Book::generate`]), a large one is
//! streamed account by account ([`accounts`], [`stream_files`]). Everything in it is invented. Absent on purpose: anything
//! the desk itself does. The simulation makes what comes from outside; the desk then works it through its own front door.

mod advices;
mod bank;
mod bank_files;
mod book;
mod chance;
mod customers;
mod days;
mod demo;
mod fates;
mod files;
mod history;
mod names;
mod notices;
mod payers;
mod plan;
mod seller;

pub use advices::{Advice, advised};
pub use bank::{TrueReceipt, Wording, bank_credits, before_the_bank, with_the_bank, without_discounts};
pub use bank_files::{bai2_file, bank_files, camt_file};
pub use book::{
    Account, Address, Application, Book, Contact, Customer, Document, DocumentKind, Event, Happening, Payment, Segment,
    What, accounts,
};
pub use days::CALENDAR;
pub use demo::{BOOK_NAME, DemoReport, Morning, TIME_ZONE, make_demo, new_book};
pub use files::{ControlFigures, Sinks, Span, rates_csv, stream_files};
pub use payers::Payer;
pub use plan::Plan;
pub use seller::{AUDITOR, COLLECTORS, MANAGER, RateOfDay, rates, sender_toml};
