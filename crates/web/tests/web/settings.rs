//! The house: how one signs in, settings, status, imports, policies and the first run, by requests against a server.

use crate::common::{Answered, Client, day, noon, percent, served};
use dunwell_desk::policy_file::preset;
use dunwell_desk::rules::approval::Role;
use dunwell_desk::{Desk, keep_book, sign_in};

const PASSWORD: &str = "a long enough sentence";

/// Sends a file as the form of the import page does.
async fn send_file(client: &Client, csrf: &str, kind: &str, text: &str) -> Answered {
    let part =
        |name: &str, value: &str| format!("--XX\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    let file = format!(
        "--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"rows.csv\"\r\n\r\n{text}\r\n--XX--\r\n"
    );
    let body = part("csrf", csrf) + &part("kind", kind) + &file;
    let headers = [("content-type", "multipart/form-data; boundary=XX"), ("sec-fetch-site", "same-origin")];
    client.send("POST", "/import", &headers, &body).await
}

async fn csrf_of(client: &Client) -> String {
    let page = client.get("/settings/me").await.body;
    let after = page.split_once("name=\"csrf\" value=\"").expect("a form").1;
    after.split('"').next().expect("a value").to_owned()
}

fn location(answer: &Answered) -> &str {
    answer.header("location").unwrap_or_else(|| panic!("{} {}", answer.status, answer.body))
}

#[test]
fn a_password_is_set_without_a_proof_once_and_ends_every_other_session() {
    served(async |served| {
        let (one, other) = (served.signed_in(Role::Collector).await, served.signed_in(Role::Collector).await);
        let weak = one.post_form("/settings/me/password", &[("password", "short"), ("again", "short")]).await;
        assert_eq!(weak.status, 422, "{}", weak.body);
        let set = one.post_form("/settings/me/password", &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert_eq!(location(&set), "/settings/me?done=password");
        assert!(set.header("set-cookie").is_some_and(|cookie| cookie.starts_with("dunwell=")));
        assert_eq!(location(&other.get("/").await), "/sign-in");
        let book = &served.desk.book;
        sign_in::sign_in(book, "collector", PASSWORD, None, "here", noon()).await.expect("the password is right");
        // Ten minutes after signing in the password is asked for again.
        let later = served.signed_in_before(Role::Collector, 10).await;
        let refused = later.post_form("/settings/me/password", &[("password", PASSWORD), ("again", PASSWORD)]).await;
        assert_eq!(refused.status, 400, "{}", refused.body);
        let proven = later.post_form("/settings/me/proof", &[("proof", PASSWORD)]).await;
        assert_eq!(location(&proven), "/settings/me?done=proven");
    });
}

#[test]
fn a_key_is_shown_once_and_only_to_roles_that_may_have_one() {
    served(async |served| {
        let manager = served.signed_in(Role::Manager).await;
        let asked = [("label", "ERP"), ("days", "30"), ("scope", "read")];
        let made = manager.post_form("/settings/me/keys", &asked).await;
        let place = location(&made).to_owned();
        assert!(manager.get(&place).await.body.contains("dw_"), "the secret is shown");
        let again = manager.get(&place).await.body;
        assert!(again.contains("shown once, and is not kept") && !again.contains("Copy it now"), "{again}");
        let collector = served.signed_in(Role::Collector).await;
        assert_eq!(collector.post_form("/settings/me/keys", &asked).await.status, 403);
    });
}

#[test]
fn settings_are_kept_by_who_may_and_refused_where_they_make_no_sense() {
    served(async |served| {
        let manager = served.signed_in(Role::Manager).await;
        let of = |zone: &'static str| {
            [
                ("time_zone", zone),
                ("buckets", "15, 30"),
                ("mode", "rehearsal"),
                ("legal_name", "Dunwell & Sons"),
                ("preferred", "online"),
                ("bank_transfer", "IBAN 1"),
                ("online", "https://pay.example"),
            ]
        };
        assert_eq!(manager.post_form("/settings/book", &of("Mars/Olympus")).await.status, 422);
        assert_eq!(
            location(&manager.post_form("/settings/book", &of("Europe/Berlin")).await),
            "/settings?done=settings"
        );
        let book = served.house.db.clone();
        let book = keep_book::open_book(&book, Some("main")).await.expect("the book opens");
        assert_eq!((book.settings.time_zone.as_str(), &book.settings.buckets[..]), ("Europe/Berlin", &[15, 30][..]));
        let sender = book.settings.sender.expect("a sender");
        assert!(sender.find("https://pay.example") < sender.find("IBAN 1"), "the preferred way comes first: {sender}");
        let collector = served.signed_in(Role::Collector).await;
        assert_eq!(collector.post_form("/settings/book", &of("UTC")).await.status, 403);
        assert!(!collector.get("/settings").await.body.contains("Keep settings"));
    });
}

#[test]
fn a_watcher_learns_that_the_book_answers_and_a_person_how_it_stands() {
    served(async |served| {
        let stranger = served.stranger();
        assert_eq!(stranger.get("/healthz").await.status, 200);
        assert_eq!(stranger.get("/readyz").await.body, "ready\n");
        let figures = stranger.get("/metrics").await.body;
        assert!(figures.contains("dunwell_requests_total{class=\"2xx\"}"), "{figures}");
        let page = served.signed_in(Role::Auditor).await.get("/status").await.body;
        assert!(page.contains("Data as of") && page.contains("seal "), "{page}");
        assert_eq!(stranger.get("/status").await.status, 303);
    });
}

#[test]
fn a_file_is_checked_then_kept_once_and_undone_by_a_manager() {
    served(async |served| {
        let client = served.signed_in(Role::Collector).await;
        let csrf = csrf_of(&client).await;
        let rows = "account,document,document_date,due_date,currency,amount\n\
            ACME,INV-90,2025-03-01,2025-03-31,USD,100.00\nACME,INV-91,2025-03-01,2025-02-30,USD,50.00\n";
        assert_eq!(send_file(&client, "wrong", "invoices", rows).await.status, 403);
        let sent = send_file(&client, &csrf, "invoices", rows).await;
        let place = location(&sent).to_owned();
        let checked = client.get(&place).await.body;
        assert!(checked.contains("Nothing is kept yet") && checked.contains("2025-02-30"), "{checked}");
        let known = || async { served.desk.book.read().await.expect("a book").imports().await.expect("imports").len() };
        let before = known().await;
        assert_eq!(served.signed_in(Role::Manager).await.get(&place).await.status, 404, "a file is its sender's");
        let rejects = client.get(&format!("{place}/rejects.csv")).await.body;
        assert!(rejects.starts_with("file,line,column") && rejects.contains("bad_date"), "{rejects}");
        for _ in 0..2 {
            client.post_form(&format!("{place}/commit"), &[]).await;
        }
        assert!(client.get(&place).await.body.contains("What it brought"));
        assert_eq!(known().await, before + 1);
        let manager = served.signed_in(Role::Manager).await;
        let list = manager.get("/import").await.body;
        let undo = list.split_once("href=\"/imports/").expect("an import to undo").1.split('"').next().expect("a path");
        let undo = format!("/imports/{undo}");
        assert!(client.get(&undo).await.status == 403 && manager.get(&undo).await.status == 200);
        assert_eq!(location(&manager.post_form(&undo, &[]).await), "/import?undone=1");
    });
}

#[test]
fn the_columns_of_an_unknown_file_are_told_by_hand() {
    served(async |served| {
        let client = served.signed_in(Role::Collector).await;
        let csrf = csrf_of(&client).await;
        let rows = "Cust;Doc;Booked;Due;Betrag\nACME;INV-92;01/02/2025;28/02/2025;70,00\n";
        let place = location(&send_file(&client, &csrf, "invoices", rows).await).to_owned();
        let refused = client.get(&place).await.body;
        assert!(refused.contains("refused whole") && refused.contains("Betrag"), "{refused}");
        let told = [
            ("source", "own"),
            ("dates", "D/M/YYYY"),
            ("header_0", "Cust"),
            ("column_0", "account"),
            ("header_1", "Doc"),
            ("column_1", "document"),
            ("header_2", "Booked"),
            ("column_2", "document_date"),
            ("header_3", "Due"),
            ("column_3", "due_date"),
            ("header_4", "Betrag"),
            ("column_4", "amount"),
        ];
        assert_eq!(location(&client.post_form(&format!("{place}/columns"), &told).await), place);
        let checked = client.get(&place).await.body;
        assert!(checked.contains("Import 1 row") && checked.contains("70.00"), "{checked}");
    });
}

#[test]
fn a_policy_is_put_in_force_by_another_person_than_its_writer() {
    served(async |served| {
        let house = &served.desk;
        keep_book::add_user(house, "second", "manager", day("2025-03-10")).await.expect("a user can be added");
        let manager = served.signed_in(Role::Manager).await;
        let wrong = manager.post_form("/policy/try", &[("text", "name = 7")]).await;
        assert!(wrong.status == 422 && wrong.body.contains("Line 1"), "{}", wrong.body);
        let text = preset("standard").expect("it ships").replace("quiet_days = 7", "quiet_days = 9");
        let tried = manager.post_form("/policy/try", &[("text", &text)]).await.body;
        assert!(tried.contains("notices.quiet_days") && tried.contains("Put it before a second person"), "{tried}");
        assert_eq!(location(&manager.post_form("/policy/drafts", &[("text", &text)]).await), "/policy?done=drafted");
        let draft = house.book.read().await.expect("a book").policy_drafts().await.expect("drafts").remove(0);
        let activate = format!("/policy/drafts/{}/activate", draft.draft);
        let own = manager.post_form(&activate, &[]).await;
        assert!(own.status == 422 && own.body.contains("Maker is checker"), "{}", own.body);
        assert_eq!(served.signed_in(Role::CreditAnalyst).await.post_form(&activate, &[]).await.status, 403);
        let second = Desk::open(house.book.clone(), "second", noon).await.expect("a user");
        let id = draft.draft.to_string();
        let on = day("2025-03-10");
        dunwell_desk::draft_policy::activate_draft(&second, &id, None, on).await.expect("a second person may");
        let again = dunwell_desk::draft_policy::activate_draft(&second, &id, None, on).await;
        assert!(again.is_err_and(|stop| stop.to_string().contains("already")), "a draft is decided once");
        assert!(manager.get("/policy").await.body.contains("9 days"));
        assert!(house.book.verify().await.expect("no fault").ok);
    });
}

#[test]
fn the_link_of_the_first_run_opens_nothing_once_the_book_knows_anybody() {
    served(async |served| {
        let link = dunwell_web::setup_link();
        let stranger = served.stranger();
        assert_eq!(stranger.get(&link).await.status, 422);
        let body = format!("name=eve&password={}&again={}", percent(PASSWORD), percent(PASSWORD));
        let headers = [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];
        let begun = stranger.send("POST", &link, &headers, &body).await;
        assert_eq!(begun.status, 422, "{}", begun.body);
        assert!(keep_book::users(&served.desk).await.expect("users").iter().all(|user| user.name != "eve"));
    });
}
