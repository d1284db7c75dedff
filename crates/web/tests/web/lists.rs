//! Lists, their files, the search box, and signatures: by requests against a server.

use crate::common::{Client, Served, TODAY, day, put, served};
use dunwell_desk::charge_interest::{RuleAsked, charge_interest};
use dunwell_desk::import::ImportKind;
use dunwell_desk::look::journal::{JournalAsked, journal};
use dunwell_desk::rules::approval::Role;
use dunwell_desk::sign_in::set_password;
use dunwell_store::views::journal::JournalChoice;

/// A name that a table program would run.
const HOSTILE: &str = "=HYPERLINK(\"http://evil.example\";\"pay\")";
const PASSWORD: &str = "long enough to be one";

/// Interest that the collector puts before a manager: the request's id.
async fn proposed(served: &Served) -> String {
    let rule = RuleAsked { name: "contract".into(), annual_rate_bp: Some(800), clause: Some("§ 7".into()) };
    let desk = served.desk_of(Role::Collector);
    let charges = charge_interest(&desk, "ACME", &rule, true, day(TODAY)).await.expect("interest is proposed");
    charges.requests[0].clone()
}

async fn pending(served: &Served) -> usize {
    served.desk.book.read().await.expect("a reading").requests("pending").await.expect("the requests").len()
}

#[test]
fn a_request_is_offered_to_who_may_sign_it_and_signed_once() {
    served(async |served| {
        let id = proposed(&served).await;
        let path = format!("/approvals/{id}/approve");
        let before = pending(&served).await;
        let maker = served.signed_in(Role::Collector).await;
        let page = maker.get(&format!("/approvals/{id}")).await;
        assert!(page.status == 200 && !page.body.contains("formaction"), "{}", page.body);
        assert_eq!(maker.post_form(&path, &[]).await.status, 403, "a collector signs nothing");
        let manager = served.signed_in(Role::Manager).await;
        let page = manager.get("/approvals").await;
        assert!(page.body.contains("Acme Foods GmbH") && page.body.contains("Finance charge"), "{}", page.body);
        assert!(manager.get(&format!("/approvals/{id}")).await.body.contains("formaction"));
        let done = manager.post_form(&path, &[("comment", "agreed by phone")]).await;
        assert_eq!((done.status, done.header("location")), (303, Some("/approvals?done=approved")));
        assert_eq!(pending(&served).await, before - 1);
        let again = manager.post_form(&path, &[]).await;
        assert!(again.status == 422 && again.body.contains("already approved"), "{}", again.body);
    });
}

#[test]
fn a_signature_takes_a_fresh_proof_and_a_wrong_one_signs_nothing() {
    served(async |served| {
        let id = proposed(&served).await;
        let path = format!("/approvals/{id}/decline");
        let before = pending(&served).await;
        let by_link: Client = served.signed_in_before(Role::Manager, 10).await;
        let asked = by_link.post_form(&path, &[]).await;
        assert!(asked.body.contains("/settings/me") && !asked.body.contains("name=\"proof\""), "{}", asked.body);
        set_password(&served.desk_of(Role::Manager), "manager", PASSWORD).await.expect("a password is set");
        let manager = served.signed_in_before(Role::Manager, 10).await;
        let asked = manager.post_form(&path, &[("comment", "not now")]).await;
        assert!(asked.status == 200 && asked.body.contains("name=\"proof\""), "{}", asked.body);
        assert!(asked.body.contains("value=\"not now\""), "what was typed is kept: {}", asked.body);
        let wrong = manager.post_form(&path, &[("proof", "wrong")]).await;
        assert_eq!((wrong.status, pending(&served).await), (422, before));
        let done = manager.post_form(&path, &[("comment", "not now"), ("proof", PASSWORD)]).await;
        assert_eq!((done.status, done.header("location")), (303, Some("/approvals?done=declined")));
        assert!(done.header("set-cookie").is_some_and(|cookie| cookie.contains("HttpOnly")), "{:?}", done.headers);
        assert_eq!(pending(&served).await, before - 1);
        assert_eq!(manager.get("/approvals").await.status, 303, "the old token opens nothing any more");
    });
}

#[test]
fn the_box_finds_and_a_customer_number_leads_straight_there() {
    served(async |served| {
        let client = served.signed_in(Role::Auditor).await;
        let sent = client.get("/search?q=acme").await;
        assert_eq!((sent.status, sent.header("location")), (303, Some("/accounts/ACME")));
        for text in ["12,480.00", "CHQ-77", "INV-3"] {
            let page = client.get(&format!("/search?q={}", crate::common::percent(text))).await;
            assert!(page.status == 200 && page.body.contains("href=\"/accounts/"), "{text}: {}", page.body);
        }
        let none = client.get("/search?q=zzz%3Cscript%3E").await;
        assert!(none.body.contains("Nothing found for") && !none.body.contains("<script>"), "{}", none.body);
    });
}

#[test]
fn lists_leave_the_house_whole_and_no_name_runs_in_them() {
    served(async |served| {
        let rows = format!("account,name,collector\nEVIL,\"{}\",collector\n", HOSTILE.replace('"', "\"\""));
        put(&served.desk, ImportKind::Customers, &rows, day(TODAY)).await;
        let client = served.signed_in(Role::Auditor).await;
        let page = client.get("/accounts?text=EVIL").await;
        assert!(page.body.contains("=HYPERLINK") && !page.body.contains("Acme Foods"), "{}", page.body);
        let file = client.get("/export/accounts?as=csv").await;
        assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"accounts-2025-03-10.csv\""));
        assert!(file.body.contains("\"'=HYPERLINK(\"\"http"), "{}", file.body);
        assert!(file.body.contains("ACME,Acme Foods GmbH"), "{}", file.body);
        for list in ["accounts", "approvals", "aging", "journal", "worklist", "aging-lines"] {
            let path = format!("/export/{list}?as=xlsx&bucket=balance&currency=USD");
            let file = client.get(&path).await;
            assert!(file.status == 200 && file.body.starts_with("PK"), "{list}: {}", file.status);
        }
        assert_eq!(client.get("/export/accounts?state=everything").await.status, 404);
        assert_eq!(client.get("/accounts/ACME/statement.pdf").await.status, 200);
        assert_eq!(client.get("/accounts/ACME/statement.html").await.status, 200);
        // Each file that left is in the journal, and no page that was looked at.
        let choice = JournalChoice { command: "take out".into(), ..JournalChoice::default() };
        let told =
            journal(&served.desk, &JournalAsked { choice, account: None }, None, None).await.expect("the journal");
        let rows = told.entries;
        assert_eq!(rows.len(), 8, "{rows:?}");
        assert!(rows.iter().all(|row| row.actor == "auditor" && row.kind == "taken_out"), "{rows:?}");
        let first = &rows.last().expect("the first").detail;
        assert_eq!((first["list"].as_str(), first["file"].as_str()), (Some("accounts"), Some("csv")), "{first}");
        assert!(first["rows"].as_i64().is_some_and(|rows| rows >= 2), "{first}");
        assert!(served.desk.book.verify().await.expect("verified").ok);
    });
}

#[test]
fn every_total_of_an_aging_leads_to_its_lines_and_the_journal_says_who_did_what() {
    served(async |served| {
        let client = served.signed_in(Role::Auditor).await;
        let page = client.get("/aging?by=account").await;
        assert!(page.status == 200 && page.body.contains("no difference"), "{}", page.body);
        assert!(page.body.contains("/aging/lines?bucket=31-60&amp;currency=USD&amp;account=ACME"), "{}", page.body);
        let lines = client.get("/aging/lines?bucket=31-60&currency=USD&account=ACME").await;
        assert!(lines.body.contains("INV-1") && lines.body.contains("$12,480.00"), "{}", lines.body);
        assert!(!lines.body.contains("INV-3"), "{}", lines.body);
        assert_eq!(client.get("/aging/lines?bucket=nothing&currency=USD").await.status, 404);
        let journal = client.get("/journal?journal=ledger&account=ACME").await;
        assert!(journal.status == 200 && journal.body.contains("import"), "{}", journal.body);
        let next = client.get("/journal?cursor=nonsense").await;
        assert_eq!(next.status, 422);
    });
}
