//! What a collector records by the sheets of the workbench, and the papers and documents of an account.

use crate::common::{Client, served};
use dunwell_desk::rules::approval::Role;

/// A form with a file in it, as a browser sends it.
async fn hand_in(client: &Client, csrf: &str, bytes: &str) -> crate::common::Answered {
    let part = |name: &str, value: &str| {
        format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let file = format!(
        "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../signed.pdf\"\r\n\r\n{bytes}\r\n--edge--\r\n"
    );
    let body = part("csrf", csrf) + &part("document", "INV-1") + &part("kind", "pod") + &file;
    let headers = [("content-type", "multipart/form-data; boundary=edge"), ("sec-fetch-site", "same-origin")];
    client.send("POST", "/accounts/ACME/attachments", &headers, &body).await
}

/// The session's secret, as the forms of a page carry it.
async fn csrf_of(client: &Client) -> String {
    let page = client.get("/accounts/ACME/note").await.body;
    let (_, rest) = page.split_once("name=\"csrf\" value=\"").expect("a form");
    rest.split('"').next().expect("a value").to_owned()
}

#[test]
fn what_is_promised_disputed_and_noted_stands_on_the_account_and_an_auditor_can_record_none_of_it() {
    served(async |served| {
        let anna = served.signed_in(Role::Collector).await;
        let promise = [("amount", "1000"), ("day", "2025-03-14"), ("document", "INV-1"), ("text", "by wire")];
        let saved = anna.post_form("/accounts/ACME/promise", &promise).await;
        assert_eq!((saved.status, saved.header("location")), (303, Some("/accounts/ACME")), "{}", saved.body);
        let dispute = [("document", "INV-2"), ("reason", "price")];
        assert_eq!(anna.post_form("/accounts/ACME/dispute", &dispute).await.status, 303);
        let next = [("text", "ask for Mr Hill"), ("back", "/?at=BETA")];
        let noted = anna.post_form("/accounts/ACME/note", &next).await;
        assert_eq!(noted.header("location"), Some("/?at=BETA"), "the next account of the list");
        let page = anna.get("/accounts/ACME").await.body;
        for words in ["Promised $1,000.00", "by wire", "Dispute of INV-2", "ask for Mr Hill"] {
            assert!(page.contains(words), "{words}: {page}");
        }
        let auditor = served.signed_in(Role::Auditor).await;
        for sheet in ["promise", "dispute", "note", "snooze", "done", "hold", "contacts/new"] {
            let path = format!("/accounts/ACME/{sheet}");
            assert_eq!(auditor.get(&path).await.status, 403, "{sheet}");
            assert_eq!(auditor.post_form(&path, &promise).await.status, 403, "{sheet}");
            assert!(
                !auditor.get("/accounts/ACME").await.body.contains(&format!("\"{path}\"")),
                "{sheet} is not offered"
            );
        }
    });
}

#[test]
fn what_is_refused_says_why_records_nothing_and_never_leads_to_another_site() {
    served(async |served| {
        let anna = served.signed_in(Role::Collector).await;
        let before = anna.get("/accounts/ACME").await.body.matches("<li>").count();
        for (path, fields, words) in [
            ("promise", &[("amount", "1000"), ("day", "2025-03-01")][..], "lies before"),
            ("promise", &[("amount", "lots"), ("day", "2025-03-14")], "amount"),
            ("dispute", &[("reason", "price")], "Choose what is disputed"),
            (
                "dispute",
                &[("document", "INV-1"), ("document", "INV-2"), ("amount", "5"), ("reason", "price")],
                "one document",
            ),
            ("dispute", &[("document", "INV-1"), ("document", "INV-9"), ("reason", "price")], "INV-9"),
            ("note", &[("text", " ")], "filled in"),
            ("contacts/new", &[("name", "Zoe"), ("mail", "zoe")], "name@place.example"),
            ("snooze", &[("task", "1.0"), ("day", "2025-03-14"), ("text", "later")], "no such"),
        ] {
            let answer = anna.post_form(&format!("/accounts/ACME/{path}"), fields).await;
            assert!(answer.status >= 400 && answer.body.contains(words), "{path} {}: {}", answer.status, answer.body);
        }
        assert_eq!(anna.get("/accounts/ACME").await.body.matches("<li>").count(), before);
        for back in ["https://evil.example", "//evil.example", "/\\evil.example", "evil"] {
            let saved = anna.post_form("/accounts/ACME/note", &[("text", back), ("back", back)]).await;
            assert_eq!(saved.header("location"), Some("/accounts/ACME"), "{back}");
        }
    });
}

#[test]
fn a_call_says_who_was_spoken_to_and_a_stop_can_be_put_on_and_released() {
    served(async |served| {
        let anna = served.signed_in(Role::Collector).await;
        assert_eq!(anna.post_form("/accounts/ACME/contacts/new", &[("name", "Dana Whitfield")]).await.status, 303);
        let sheet = anna.get("/accounts/ACME/call").await.body;
        let (before, _) = sheet.split_once("\" selected>Dana").expect("she is offered first");
        let person = before.rsplit('"').next().expect("her entry").to_owned();
        let call = [("outcome", "voicemail"), ("person", person.as_str())];
        assert_eq!(anna.post_form("/accounts/ACME/call", &call).await.status, 303);
        assert!(anna.get("/accounts/ACME").await.body.contains("Call, Dana Whitfield: voicemail"));
        let stop = [("stop", "do_not_contact"), ("text", "asked by mail")];
        assert_eq!(anna.post_form("/accounts/ACME/hold", &stop).await.status, 303);
        let sheet = anna.get("/accounts/ACME/hold").await.body;
        let (_, rest) = sheet.split_once("name=\"stop\" value=\"").expect("the stop in force");
        let id = rest.split('"').next().expect("its entry");
        assert_eq!(anna.post_form("/accounts/ACME/hold", &[("stop", id)]).await.status, 303);
        assert!(anna.get("/accounts/ACME").await.body.contains("Stop released"));
    });
}

#[test]
fn a_letter_and_a_statement_are_shown_in_a_sandbox_with_their_own_style_alone() {
    served(async |served| {
        let anna = served.signed_in(Role::Collector).await;
        assert_eq!(anna.get("/documents").await.status, 200);
        let mut list = String::new();
        for account in ["ACME", "BETA", "KID"] {
            list.push_str(&anna.get(&format!("/documents?account={account}")).await.body);
        }
        let letter = list.split('"').find(|part| part.starts_with("/documents/notices/") && part.ends_with(".pdf"));
        let letter = letter.expect("the runs made one").trim_end_matches(".pdf").to_owned();
        for page in [format!("{letter}.html"), "/accounts/ACME/statement.html".into()] {
            let answer = anna.get(&page).await;
            let policy = answer.header("content-security-policy").unwrap_or_default();
            assert!(
                answer.status == 200 && policy.contains("style-src 'sha256-") && policy.contains("sandbox"),
                "{policy}"
            );
            assert!(!policy.contains("unsafe"), "{policy}");
        }
        for page in [format!("{letter}.pdf"), "/accounts/ACME/statement.pdf".into()] {
            assert!(anna.get(&page).await.body.starts_with("%PDF-"), "{page}");
        }
        assert!(anna.get("/accounts/ACME/statement.csv").await.body.contains("INV-1"));
        assert_eq!(anna.get("/accounts/ACME/statement?kind=activity&from=2026-01-01").await.status, 422);
        let hold = format!("{letter}/hold");
        assert_eq!(anna.post_form(&format!("{letter}/release"), &[]).await.status, 403, "a manager's act");
        assert_eq!(served.signed_in(Role::Auditor).await.post_form(&hold, &[("reason", "x")]).await.status, 403);
    });
}

#[test]
fn a_paper_is_taken_for_what_its_bytes_are_and_can_be_looked_at_and_taken_off() {
    served(async |served| {
        let anna = served.signed_in(Role::Collector).await;
        let csrf = csrf_of(&anna).await;
        let refused = hand_in(&anna, &csrf, "<script>alert(1)</script>").await;
        assert!(refused.status == 422 && refused.body.contains("no PDF, PNG or JPEG"), "{}", refused.body);
        assert_eq!(hand_in(&anna, "another", "%PDF-1.7 signed").await.status, 403);
        let large = format!("%PDF-{}", "x".repeat(10 * 1024 * 1024));
        assert_eq!(hand_in(&anna, &csrf, &large).await.status, 422);
        assert_eq!(hand_in(&anna, &csrf, "%PDF-1.7 signed").await.status, 303);
        assert_eq!(hand_in(&anna, &csrf, "%PDF-1.7 signed").await.status, 303, "the same paper again is no change");
        let page = anna.get("/accounts/ACME").await.body;
        let links: Vec<&str> = page.split('"').filter(|part| part.starts_with("/accounts/ACME/attachments/")).collect();
        let [paper] = links[..] else { panic!("one link: {links:?}") };
        let file = anna.get(paper).await;
        assert_eq!((file.body.as_str(), file.header("content-type")), ("%PDF-1.7 signed", Some("application/pdf")));
        assert_eq!(file.header("x-content-type-options"), Some("nosniff"));
        assert!(file.header("content-disposition").is_some_and(|said| said.contains("filename=\"signed.pdf\"")));
        assert!(served.desk.book.verify().await.expect("a report").ok);
        let auditor = served.signed_in(Role::Auditor).await;
        assert_eq!(auditor.get(paper).await.status, 200);
        assert_eq!(auditor.post_form(&format!("{paper}/remove"), &[]).await.status, 403);
        assert_eq!(anna.post_form(&format!("{paper}/remove"), &[]).await.status, 303);
        assert_eq!(anna.get(paper).await.status, 404);
        assert!(served.desk.book.verify().await.expect("a report").ok);
    });
}

/// The fields of the form that goes to `action`, as the page has them: what a browser would send.
fn fields_of(page: &str, action: &str) -> Vec<(String, String)> {
    let (_, rest) = page.split_once(&format!("action=\"{action}\"")).unwrap_or_else(|| panic!("no form: {page}"));
    let form = rest.split("</form>").next().expect("it ends");
    let of = |tag: &str, name: &str| Some(tag.split_once(&format!("{name}=\""))?.1.split('"').next()?.to_owned());
    let mut fields = Vec::new();
    let mut chosen = String::new();
    for tag in form.split('<').skip(1) {
        let is_off = tag.contains("type=\"checkbox\"") || tag.contains("type=\"radio\"");
        match tag.split([' ', '>']).next().unwrap_or_default() {
            "input" if is_off && !tag.contains(" checked") => {}
            "input" => fields.extend(of(tag, "name").map(|name| (name, of(tag, "value").unwrap_or_default()))),
            "textarea" => {
                let text = tag.split_once('>').expect("it ends").1.trim_start_matches('\n').to_owned();
                fields.extend(of(tag, "name").map(|name| (name, text)));
            }
            "select" => chosen = of(tag, "name").expect("a name"),
            "option" if tag.contains(" selected") => {
                fields.push((chosen.clone(), of(tag, "value").unwrap_or_default()))
            }
            _ => {}
        }
    }
    fields
}

#[test]
fn a_form_that_is_refused_comes_back_as_it_was_typed_and_is_recorded_once_when_it_is_mended() {
    served(async |served| {
        let anna = served.signed_in(Role::Collector).await;
        let (refund, write_off) = ("/accounts/ACME/refund?document=CHQ-77", "/accounts/ACME/write-off?document=INV-2");
        let promise = "/accounts/ACME/promise?currency=USD&amp;document=INV-2";
        type Typed<'a> = &'a [(&'a str, &'a str)];
        let cases: [(&str, Typed<'_>, (&str, &str)); 4] = [
            (
                refund,
                &[
                    ("document", "CHQ-77"),
                    ("amount", "10.00"),
                    ("payee", "Acme & \"Sons\""),
                    ("iban", "DE89370400440532013001"),
                    ("text", "sorry <us>"),
                ],
                ("iban", "DE89370400440532013000"),
            ),
            (
                write_off,
                &[("document", "INV-2"), ("amount", "some"), ("reason", "small_balance"), ("text", "not worth it")],
                ("amount", "1.00"),
            ),
            (
                promise,
                &[
                    ("currency", "USD"),
                    ("document", "INV-2"),
                    ("amount", "lots"),
                    ("day", "2025-03-14"),
                    ("text", "by wire"),
                ],
                ("amount", "100"),
            ),
            ("/accounts/ACME/note", &[("text", "")], ("text", "ask for Mr Hill")),
        ];
        for (action, typed, (wrong, right)) in cases {
            let path = action.replace("&amp;", "&");
            let refused = anna.post_form(&path, typed).await;
            assert!((400..500).contains(&refused.status), "{action} {}: {}", refused.status, refused.body);
            let blamed = "aria-invalid=\"true\" aria-describedby=\"refused";
            let said = refused.body.contains("id=\"refused\" role=\"alert\"");
            assert!(said && refused.body.matches(blamed).count() == 1, "{action}: {}", refused.body);
            let mut fields = fields_of(&refused.body, action);
            for (name, value) in typed {
                let value =
                    value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
                assert!(
                    fields.contains(&((*name).to_owned(), value.clone())),
                    "{action} lost {name}={value}: {fields:?}"
                );
            }
            fields.iter_mut().find(|(name, _)| name == wrong).expect("the field to blame").1 = right.to_owned();
            let mended: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
            let events = async || anna.get("/accounts/ACME").await.body.matches("<li>").count();
            let before = events().await;
            let first = anna.post_form(&path, &mended).await;
            let after = events().await;
            let second = anna.post_form(&path, &mended).await;
            assert_eq!((first.status, second.status), (303, 303), "{action}: {}", first.body);
            assert_eq!(first.header("location"), second.header("location"), "{action}");
            assert!(before < after && after == events().await, "{action} is recorded, and once");
        }
    });
}
