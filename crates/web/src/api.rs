//! The JSON API under `/api/v1`: the desk's tasks and views for programs, over the same rights as screens and command line.
//!
//! One table of [`Operation`]s registers the routes, is what the OpenAPI document is written from, and names what each
//! operation takes; a parameter or field that is not in it is refused. Absent on purpose: what takes a person in the table of
//! rights (signatures by a key, secrets), and deleting anything.

mod act;
mod answering;
mod book;
mod cash;
mod document;
mod events;
mod look;
mod mend;
mod operation;
mod papers;
mod refunds;
mod remittances;
mod returns;
mod shapes;
mod team;
mod trouble;
mod types;

pub(crate) use answering::{answer, no_method, nowhere};
pub(crate) use document::{openapi, page};
pub(crate) use events::events;
use std::sync::LazyLock;

use operation::Operation;

/// Every operation, in the order of the document.
static OPERATIONS: LazyLock<Vec<Operation>> = LazyLock::new(|| {
    let mut all = look::operations();
    all.extend(act::operations());
    all.extend(mend::operations());
    all.extend(book::operations());
    all.extend(cash::operations());
    all.extend(remittances::operations());
    all.extend(returns::operations());
    all.extend(team::operations());
    all.extend(papers::operations());
    all.extend(refunds::operations());
    all
});

/// Every operation, in the order of the document.
pub(crate) fn operations() -> &'static [Operation] {
    &OPERATIONS
}
