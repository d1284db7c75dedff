//! What goes out on paper: statements of account and past-due notices.
//!
//! One data model a document ([`model`]) becomes PDF, HTML, plain text and CSV, so that no two of them can disagree. The
//! caller passes facts; the wording of every level and language lives here. A document that does not foot is refused with
//! both figures and never printed. Absent on purpose: storage, sending, and every decision about what to ask for.

pub mod model;
