//! Imports against a fresh book on each database.

mod agings;
mod files;
mod ibm;
mod profiles;
mod refusals;
mod repeats;
mod rows;

use dunwell_rules::calendar::Date;
use dunwell_store::facts::AccountChoice;
use dunwell_store::testing::Place;

use super::{ImportFile, ImportKind, ImportReport, ImportRequest, Listener, Profile, import};
use crate::desk::Desk;

/// A day written `2026-03-04`.
fn day(text: &str) -> Date {
    text.parse().expect("a test writes real days")
}

/// The house at work on a fresh book.
async fn desk(place: &Place) -> Desk {
    Desk::open(place.book("main").await, "desk", || 1_700_000_000_000_000).await.expect("the desk opens")
}

fn canonical() -> Profile {
    Profile::shipped("canonical").expect("it ships")
}

/// A request for text files, named `1.csv`, `2.csv` …
fn request(kind: ImportKind, profile: Profile, texts: &[&str]) -> ImportRequest {
    let file =
        |(place, text): (usize, &&str)| ImportFile::bytes(format!("{}.csv", place + 1), text.as_bytes().to_vec());
    ImportRequest::new(kind, texts.iter().enumerate().map(file).collect(), profile, day("2026-06-30"))
}

async fn run(desk: &Desk, request: &ImportRequest) -> ImportReport {
    let report = import(desk, request, Listener::default()).await.expect("no fault");
    assert_eq!(report.read, report.accepted + report.duplicate + report.changed + report.rejected, "{report:?}");
    report
}

/// Imports one canonical text.
async fn put(desk: &Desk, kind: ImportKind, text: &str) -> ImportReport {
    run(desk, &request(kind, canonical(), &[text])).await
}

/// Accepted, duplicate, changed, rejected.
fn counts(report: &ImportReport) -> [u64; 4] {
    [report.accepted, report.duplicate, report.changed, report.rejected]
}

/// What is open on a day: (account, document, open) of debits and of unapplied credits (negative), in a fixed order.
async fn open_on(desk: &Desk, on: &str) -> Vec<(String, String, i64)> {
    let facts = desk.book.read().await.expect("it reads").facts(AccountChoice::All, day(on)).await.expect("facts");
    let mut open = Vec::new();
    for account in &facts {
        open.extend(account.lines.iter().map(|line| (account.code.clone(), line.document.clone(), line.open)));
        open.extend(account.credits.iter().map(|c| (account.code.clone(), c.document.clone(), -c.unapplied)));
    }
    open.sort();
    open
}

/// The book recomputed from its journals says what its tables say.
async fn verified(desk: &Desk) {
    let report = desk.book.verify().await.expect("no fault");
    assert!(report.ok, "{:?}", report.checks.iter().filter(|check| !check.ok).collect::<Vec<_>>());
}
