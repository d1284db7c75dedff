//! Papers of documents through the binary: attached, listed, taken off, and what is refused.

mod common;

use std::path::Path;

use serde_json::json;

use common::{call, done};

const INVOICES: &str = "account,account_name,document,kind,document_date,due_date,currency,amount,settled_on,disputed\n\
    ACME,Acme Foods,INV-1,invoice,2025-01-02,2025-02-01,USD,12480.00,,\n";
const PAPER: &[u8] = b"%PDF-1.7 signed by the driver";

/// `attach ACME …` on a day.
fn attach<'a>(arguments: &[&'a str]) -> Vec<&'a str> {
    [&["attach", "ACME"][..], arguments, &["--on", "2025-03-10"]].concat()
}

/// The code of a call that is refused.
fn refused(folder: &Path, arguments: &[&str]) -> String {
    let (exit, value) = call(folder, arguments);
    assert_eq!(exit, 3, "{arguments:?}: {value}");
    value["error"]["code"].as_str().expect("a code").to_owned()
}

#[test]
fn a_paper_is_attached_once_listed_and_taken_off_and_refusals_leave_nothing() {
    let place = tempfile::tempdir().expect("a temporary folder");
    let folder = place.path();
    let write = |name: &str, bytes: &[u8]| std::fs::write(folder.join(name), bytes).expect("a file");
    done(folder, &["init"]);
    write("invoices.csv", INVOICES.as_bytes());
    done(folder, &["import", "invoices", "invoices.csv", "--profile", "canonical", "--on", "2025-03-01"]);
    done(folder, &["user", "add", "quinn", "--role", "auditor"]);
    write("pod.pdf", PAPER);
    write("page.pdf", b"<html>no paper");
    for (arguments, code) in [
        (&["INV-1", "page.pdf"][..], "bad_value"),
        (&["INV-1", "pod.pdf", "--kind", "photo"], "bad_value"),
        (&["INV-9", "pod.pdf"], "unknown_item"),
        (&["INV-1", "pod.pdf", "--as", "quinn"], "role_cannot"),
        (&["1.0", "--off"], "not_found"),
    ] {
        assert_eq!(refused(folder, &attach(arguments)), code, "{arguments:?}");
    }
    assert_eq!(refused(folder, &["attachments", "NONE"]), "unknown_account");
    assert_eq!(call(folder, &attach(&["INV-1", "none.pdf"])).0, 1, "a file that is not there is a fault");
    assert_eq!(done(folder, &["attachments", "ACME"])["attachments"], json!([]));

    let kept = done(folder, &attach(&["INV-1", "pod.pdf", "--kind", "pod"]));
    assert_eq!((&kept["state"], &kept["document"]), (&json!("attached"), &json!("INV-1")));
    let again = done(folder, &attach(&["INV-1", "pod.pdf", "--kind", "pod"]));
    assert_eq!((&again["state"], &again["attachment"]), (&json!("unchanged"), &kept["attachment"]));
    let list = done(folder, &["attachments", "ACME"]);
    let [paper] = &list["attachments"].as_array().expect("a list")[..] else { panic!("one paper: {list}") };
    assert_eq!(paper["attachment"], kept["attachment"]);
    let told = [&paper["kind"], &paper["file_name"], &paper["media_type"], &paper["size"], &paper["added_on"]];
    assert_eq!(
        told,
        [&json!("pod"), &json!("pod.pdf"), &json!("application/pdf"), &json!(PAPER.len()), &json!("2025-03-10")]
    );

    let id = kept["attachment"].as_str().expect("an id");
    assert_eq!(done(folder, &attach(&[id, "--off"]))["state"], "removed");
    assert_eq!(refused(folder, &attach(&[id, "--off"])), "not_found", "it is off already");
    assert_eq!(done(folder, &["attachments", "ACME"])["attachments"], json!([]));
    assert_eq!(done(folder, &["verify"])["ok"], true);
}
