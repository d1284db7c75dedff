//! Forms that are refused come back as they were typed: approvals, settings, policy and uploads. Files alone are chosen anew.

use crate::common::{Answered, Client, day, put, served};
use dunwell_desk::import::ImportKind;
use dunwell_desk::rules::approval::Role;
use dunwell_desk::write_off_small::{SmallAsked, write_off_small};

const PASSWORD: &str = "a long enough sentence";

/// Asserts that the page says why, and has all of this.
fn has(answer: &Answered, status: u16, parts: &[&str]) {
    assert_eq!(answer.status, status, "{}", answer.body);
    for part in parts.iter().chain(&["class=\"problem\" id=\"refused\""]) {
        assert!(answer.body.contains(part), "{part} is not in {}", answer.body);
    }
}

async fn secret_of(client: &Client) -> String {
    let page = client.get("/settings/me").await.body;
    let after = page.split_once("name=\"csrf\" value=\"").expect("a form").1;
    after.split('"').next().expect("a value").to_owned()
}

/// Sends a form with a file, as a browser does.
async fn upload(client: &Client, path: &str, fields: &[(&str, &str)], file: &str) -> Answered {
    let secret = secret_of(client).await;
    let all = [("csrf", secret.as_str())].into_iter().chain(fields.iter().copied());
    let mut body: String = all
        .map(|(name, value)| format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"))
        .collect();
    body.push_str(&format!(
        "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"rows.csv\"\r\n\r\n{file}\r\n--XX--\r\n"
    ));
    let headers = [("content-type", "multipart/form-data; boundary=XX"), ("sec-fetch-site", "same-origin")];
    client.send("POST", path, &headers, &body).await
}

#[test]
fn refused_settings_people_keys_policies_and_uploads_come_back_as_they_were_typed() {
    served(async |served| {
        let admin = served.signed_in(Role::Admin).await;
        let book =
            [("time_zone", "Mars/Base"), ("buckets", "10, 20"), ("legal_name", "Typed & Sons"), ("ids", "one\ntwo")];
        let typed = ["value=\"Mars/Base\"", "value=\"10, 20\"", "value=\"Typed &amp; Sons\"", ">\none\ntwo</textarea>"];
        has(&admin.post_form("/settings/book", &book).await, 422, &[&typed[..], &["aria-invalid=\"true\""]].concat());
        has(&admin.post_form("/settings/book?step=you", &book).await, 422, &[&typed[..], &["Keep and go on"]].concat());
        let pays = [("time_zone", "UTC"), ("pays", "1"), ("pays_name", "Typed"), ("pays_iban", "DE1")];
        let refused = admin.post_form("/settings/book", &pays).await;
        has(&refused, 422, &["value=\"Typed\"", "value=\"DE1\"", ">IBAN "]);
        let added = admin.post_form("/settings/people", &[("name", " "), ("role", "credit_analyst")]).await;
        has(&added, 422, &["<option value=\"credit_analyst\" selected>"]);

        let manager = served.signed_in(Role::Manager).await;
        let key = [("label", "Our ERP"), ("days", "x"), ("scope", "read")];
        has(
            &manager.post_form("/settings/me/keys", &key).await,
            422,
            &["value=\"Our ERP\"", "value=\"x\"", "aria-invalid"],
        );
        let text = "name = \"typed\"\nnotices = 7";
        for path in ["/policy/try", "/policy/drafts"] {
            let refused = manager.post_form(path, &[("text", text)]).await;
            assert!(refused.status == 422 && refused.body.contains("notices = 7"), "{path}: {}", refused.body);
        }

        let own = [("kind", "invoices"), ("source", "typed-erp"), ("own", "columns = ["), ("strict", "1")];
        let refused = upload(&manager, "/import", &own, "a,b\n").await;
        has(
            &refused,
            400,
            &["<option value=\"invoices\" selected>", "value=\"typed-erp\"", "columns = [", "Choose the file again."],
        );
        has(&refused, 400, &["<details class=\"fld\" open>", "value=\"1\" checked"]);
        let refused = upload(&manager, "/papers", &[("pattern", "typed.pdf"), ("kind", "pod")], "%PDF-1.4").await;
        has(&refused, 422, &["value=\"typed.pdf\"", "<option value=\"pod\" selected>"]);
        let paper = [("document", "INV-TYPED"), ("kind", "pod")];
        let refused = upload(&manager, "/accounts/ACME/attachments", &paper, "%PDF-1.4").await;
        has(&refused, 404, &["value=\"INV-TYPED\"", "<option value=\"pod\" selected>"]);
        let auditor = served.signed_in(Role::Auditor).await;
        let refused = upload(&auditor, "/import", &own, "a,b\n").await;
        assert!(refused.status == 403 && !refused.body.contains("typed-erp"), "{}", refused.body);
    });
}

#[test]
fn the_name_of_a_view_and_the_preset_of_the_set_up_come_back_as_they_were_chosen() {
    served(async |served| {
        let anna = served.signed_in(Role::Collector).await;
        let name = "a name of more than the forty letters it may have";
        let view = [("place", "accounts"), ("query", "find=Corner%20%26%20Co"), ("name", name), ("back", "/accounts")];
        let path = "/views?place=accounts&query=find%3DCorner%2520%2526%2520Co";
        let typed = format!("value=\"{name}\"");
        has(
            &anna.post_form(path, &view).await,
            422,
            &[&typed, "aria-invalid=\"true\"", "value=\"find=Corner%20%26%20Co\""],
        );

        let admin = served.signed_in(Role::Admin).await;
        let preset = admin.post_form("/setup/policy", &[("preset", "typed")]).await;
        has(&preset, 422, &["value=\"gentle\"", "Begin with this policy", "use standard, strict or gentle"]);
        assert!(!preset.body.contains("value=\"standard\" checked"), "{}", preset.body);
    });
}

#[test]
fn a_signature_that_is_refused_keeps_its_comment_also_where_who_signs_was_asked_first() {
    served(async |served| {
        let rows = "account,account_name,document,kind,document_date,due_date,currency,amount,settled_on,disputed\n\
            BETA,,S-1,invoice,2025-01-02,2025-01-20,USD,14.00,,\nKID,,S-2,invoice,2025-01-02,2025-01-20,USD,15.00,,\n";
        put(&served.desk, ImportKind::Invoices, rows, day("2025-03-01")).await;
        let small = SmallAsked { below: "20".into(), commit: true, ..SmallAsked::default() };
        let on = day(crate::common::TODAY);
        let asked = write_off_small(&served.desk_of(Role::Collector), &small, on, on).await.expect("asked");
        let path = format!("/approvals/{}/approve", asked.request.expect("above a collector's limit"));
        write_off_small(&served.desk_of(Role::Manager), &small, on, on).await.expect("gone before it is signed");
        let manager = served.signed_in(Role::Manager).await;
        let refused = manager.post_form(&path, &[("comment", "as we agreed")]).await;
        has(&refused, 409, &[">\nas we agreed</textarea>", "name=\"comment\""]);

        let set = manager.post_form("/settings/me/password", &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert_eq!(set.status, 303, "{}", set.body);
        let later = served.signed_in_before(Role::Manager, 10).await;
        let old = secret_of(&later).await;
        let refused = later.post_form(&path, &[("comment", "as we agreed"), ("proof", PASSWORD)]).await;
        has(&refused, 409, &[">\nas we agreed</textarea>"]);
        let cookie = refused.header("set-cookie").expect("a session anew");
        let secret = refused.body.split_once("name=\"csrf\" value=\"").expect("a form").1.split('"').next();
        assert!(cookie.starts_with("dunwell=") && secret != Some(&old), "the form bears the new session's secret");
        assert!(!refused.body.contains(PASSWORD), "a password is not sent back");
    });
}
