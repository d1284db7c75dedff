//! The tasks of the desk over real books, on both databases. One program, for a program a file is minutes of linking.

mod approvals;
mod cash;
mod cash_again;
mod cash_short;
mod cash_undone;
mod common;
mod exchange;
mod hand_over;
mod idempotency;
mod identities;
mod kept_books;
mod look;
mod properties;
mod races;
mod refunds;
mod remittance;
mod replaced;
mod returns;
mod rights;
mod sign_in;
mod small_balances;
mod sweep;
mod told_again;
mod told_more;
mod way_in;
mod work;
