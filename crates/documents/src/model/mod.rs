//! The data of documents: facts only, ready to be frozen as JSON and rendered later to the same bytes.
//!
//! Amounts are integer minor units of the document's one currency (`…_minor`), debits positive; days are civil dates,
//! written `YYYY-MM-DD`. Serialised field names are part of the frozen copies in a book: add fields, never rename them.

mod codes;
mod footing;
mod notice;
mod party;
mod statement;

pub use footing::{DocumentRefused, Figure};
pub use notice::{
    BrokenPromise, ChargeTreatment, Consequence, ConsequenceKind, ContactChannel, DisputedItem, Enclosure,
    LateChargeLine, LateCharges, NoticeCredit, NoticeDocument, NoticeItem, PastContact, PromisedItem,
};
pub use party::{ContactPerson, Customer, Language, Paper, RemitMethod, RemitTo, Sender};
pub use statement::{
    AgingBucket, LastPayment, StatementDocument, StatementFigures, StatementKind, StatementRow, StatementSection,
};
