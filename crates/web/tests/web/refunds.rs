//! A refund by the screens: asked for at the account, signed in plain words, paid by a file; and a write-off.

use crate::common::{day, put, served};
use dunwell_desk::import::ImportKind;
use dunwell_desk::rules::approval::Role;

#[test]
fn a_refund_is_asked_for_signed_and_paid_on_the_screens_and_a_write_off_is_taken_back() {
    served(async |served| {
        let collector = served.signed_in(Role::Collector).await;
        let page = collector.get("/accounts/ACME").await.body;
        assert!(
            page.contains("/accounts/ACME/refund?document=CHQ-77")
                && page.contains("/accounts/ACME/write-off?document=INV-1")
        );
        let sheet = collector.get("/accounts/ACME/refund?document=CHQ-77").await;
        assert!(sheet.status == 200 && sheet.body.contains("name=\"iban\""), "{}", sheet.body);
        let wrong = [("document", "CHQ-77"), ("payee", "Acme"), ("iban", "DE89370400440532013001")];
        let refused = collector.post_form("/accounts/ACME/refund", &wrong).await;
        assert!(refused.status == 422 && refused.body.contains("check digits"), "{} {}", refused.status, refused.body);
        let right =
            [("document", "CHQ-77"), ("amount", "10.00"), ("payee", "Acme"), ("iban", "DE89 3704 0044 0532 0130 00")];
        let asked = collector.post_form("/accounts/ACME/refund", &right).await;
        assert_eq!(asked.status, 303, "{}", asked.body);
        let list = collector.get("/refunds").await.body;
        assert!(
            list.contains("Requested") && list.contains("…3000") && !list.contains("DE89370400440532013000"),
            "{list}"
        );
        assert!(!list.contains("Write the payment file"), "a collector is not offered what they may not do");
        assert_eq!(collector.post_form("/refunds/file", &[]).await.status, 403);
        let history = collector.get("/accounts/ACME").await.body;
        assert!(history.contains("Refund asked for") && !history.contains("DE89370400440532013000"), "{history}");

        let manager = served.signed_in(Role::Manager).await;
        let (_, rest) = list.split_once("href=\"/approvals/").expect("a link to the request");
        let id = rest.split('"').next().expect("an id").to_owned();
        let words = manager.get(&format!("/approvals/{id}")).await.body;
        assert!(words.contains("Pay $10.00 of credit CHQ-77 back to Acme"), "{words}");
        assert_eq!(manager.post_form(&format!("/approvals/{id}/approve"), &[]).await.status, 303);
        assert_eq!(manager.post_form("/refunds/file", &[]).await.header("location"), Some("/refunds?done=written"));
        let list = manager.get("/refunds").await.body;
        let (_, rest) = list.split_once("/refunds/files/").expect("a file to download");
        let path = format!("/refunds/files/{}", rest.split('"').next().expect("a path"));
        let file = manager.get(&path).await;
        assert!(file.body.contains("<IBAN>DE89370400440532013000</IBAN>"), "{}", file.body);
        assert!(file.header("content-disposition").is_some_and(|value| value.starts_with("attachment")));
        assert_eq!(manager.get(&path).await.body, file.body, "byte for byte");
        assert_eq!(collector.get(&path).await.status, 403);

        // 30.00 is above a collector's limit; a manager may alone.
        let much = [("document", "INV-2"), ("amount", "30.00"), ("reason", "small_balance"), ("text", "not worth it")];
        let asked = collector.post_form("/accounts/ACME/write-off", &much).await;
        assert!(asked.header("location").is_some_and(|place| place.starts_with("/approvals?at=")), "{}", asked.body);
        let words = manager.get(asked.header("location").expect("a place")).await.body;
        assert!(words.contains("Give up $30.00 of INV-2") && words.contains("not worth it"), "{words}");
        assert_eq!(
            manager.post_form("/accounts/ACME/write-off", &much).await.header("location"),
            Some("/accounts/ACME")
        );
        let list = manager.get("/write-offs").await.body;
        let (_, rest) = list.split_once("action=\"/write-offs/").expect("a form");
        let id = rest.split('/').next().expect("an id");
        let back = manager.post_form(&format!("/write-offs/{id}/recover"), &[("credit", "CHQ-77")]).await;
        assert_eq!(back.status, 303, "{}", back.body);
        let auditor = served.signed_in(Role::Auditor).await;
        let seen = auditor.get("/write-offs").await;
        assert!(seen.status == 200 && !seen.body.contains("Recover<"), "{}", seen.body);
        assert_eq!(auditor.get("/accounts/ACME/write-off").await.status, 403);
    });
}

#[test]
fn a_credit_is_moved_to_the_account_it_belongs_to_by_whoever_may() {
    served(async |served| {
        let anna = served.signed_in(Role::Collector).await;
        let path = "/accounts/ACME/transfer?document=CHQ-77";
        assert!(anna.get("/accounts/ACME").await.body.contains(path), "it is offered at the credit");
        let sheet = anna.get(path).await.body;
        assert!(sheet.contains("<option value=\"KID\">Acme Kid Ltd"), "the family is proposed: {sheet}");
        let wrong = [("document", "CHQ-77"), ("amount", "80.00"), ("account", "NOBODY")];
        let refused = anna.post_form(path, &wrong).await;
        assert_eq!(refused.status, 404);
        assert!(
            refused.body.contains("value=\"NOBODY\"") && refused.body.contains("value=\"80.00\""),
            "{}",
            refused.body
        );
        assert!(
            refused.body.contains("aria-invalid=\"true\" aria-describedby=\"refused account-hint"),
            "{}",
            refused.body
        );
        let right = [("document", "CHQ-77"), ("amount", "80.00"), ("account", "KID")];
        let moved = anna.post_form(path, &right).await;
        assert_eq!((moved.status, moved.header("location")), (303, Some("/accounts/ACME")), "{}", moved.body);
        let (from, to) = (anna.get("/accounts/ACME").await.body, anna.get("/accounts/KID").await.body);
        assert!(from.contains("−$400.00") && to.contains("CHQ-77") && to.contains("−$80.00"), "{from} {to}");
        let auditor = served.signed_in(Role::Auditor).await;
        assert_eq!(auditor.get(path).await.status, 403);
        assert_eq!(auditor.post_form(path, &right).await.status, 403);
        assert!(!auditor.get("/accounts/ACME").await.body.contains(path));
    });
}

#[test]
fn small_balances_are_looked_at_given_up_and_taken_back_on_their_page_by_whoever_may() {
    served(async |served| {
        let rows = "account,account_name,document,kind,document_date,due_date,currency,amount,settled_on,disputed\n\
            BETA,,S-1,invoice,2025-01-02,2025-01-20,USD,5.00,,\nBETA,,S-2,invoice,2025-01-02,2025-01-20,USD,8.00,,\n\
            KID,,S-3,invoice,2025-01-02,2025-01-20,USD,9.00,,\nKID,,S-4,invoice,2025-01-02,2025-01-20,USD,12.00,,\n";
        put(&served.desk, ImportKind::Invoices, rows, day("2025-03-01")).await;
        let anna = served.signed_in(Role::Collector).await;
        let refused = anna.get("/write-offs/small?below=ten&older_than_days=x&currency=usd").await;
        assert_eq!(refused.status, 422, "{}", refused.body);
        for typed in ["value=\"ten\"", "value=\"x\"", "value=\"usd\"", "aria-invalid=\"true\""] {
            assert!(refused.body.contains(typed), "{typed} is not in {}", refused.body);
        }
        let path = "/write-offs/small?below=9.00&older_than_days=30&currency=USD";
        let look = anna.get(path).await.body;
        assert!(look.contains("2 small balances, $13.00") && look.contains("S-1 $5.00, S-2 $8.00"), "{look}");
        let version = |page: &str| {
            let (_, rest) = page.split_once("name=\"version\" value=\"").expect("a version");
            rest.split('"').next().expect("its value").to_owned()
        };
        let seen = version(&look);
        // Another list than the one that was looked at: the words come back, and the list is the one of now.
        let wider = "/write-offs/small?below=10.00&older_than_days=30&currency=USD";
        let moved = anna.post_form(wider, &[("version", &seen), ("text", "too little to chase")]).await;
        assert!(moved.status == 409 && moved.body.contains("too little to chase"), "{} {}", moved.status, moved.body);
        assert!(moved.body.contains("3 small balances, $22.00"), "{}", moved.body);
        let done = anna.post_form(path, &[("version", &seen), ("text", "too little to chase")]).await;
        let place = done.header("location").expect("a place").to_owned();
        assert!(done.status == 303 && place.starts_with("/write-offs/small?done=written#batch-"), "{}", done.body);

        // With the 13.00 the rest is above a collector's limit; who signs sees which.
        let more = "/write-offs/small?below=20.00";
        let look = anna.get(more).await.body;
        assert!(look.contains("$21.00 and the $13.00 you wrote off lately are above your limit of $25.00"), "{look}");
        let asked = anna.post_form(more, &[("version", &version(&look))]).await;
        let request = asked.header("location").expect("a place").to_owned();
        let manager = served.signed_in(Role::Manager).await;
        let words = manager.get(&request).await.body;
        assert!(
            words.contains("2 small balances, $21.00 together") && words.contains("S-3 $9.00, S-4 $12.00"),
            "{words}"
        );

        let auditor = served.signed_in(Role::Auditor).await;
        let list = auditor.get(path).await;
        assert!(list.status == 200 && list.body.contains("batch") && !list.body.contains("take-back"), "{}", list.body);
        assert!(!list.body.contains("name=\"below\""), "nobody is offered what they may not do");
        assert_eq!(auditor.post_form(path, &[("version", &seen)]).await.status, 403);
        let batch = place.split_once("#batch-").expect("a batch").1;
        let back = format!("/write-offs/small/{batch}/take-back?below=9.00");
        assert_eq!(anna.post_form(&back, &[("reason", " ")]).await.status, 422);
        let taken = anna.post_form(&back, &[("reason", "the wrong ones")]).await;
        assert_eq!(taken.status, 303, "{}", taken.body);
        let page = anna.get(path).await.body;
        assert!(page.contains("Nothing of it stands") && page.contains("2 small balances, $13.00"), "{page}");
    });
}
