//! Pages that a server keeps: they show what the book holds now, whoever wrote it, and each to its own reader alone.

use std::net::SocketAddr;
use std::sync::Arc;

use crate::common::{Answered, Client, Served, TODAY, day, noon, put, served};
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::import::ImportKind;
use dunwell_desk::keep_book::{change_settings, open_book, set_role};
use dunwell_desk::log_activity::{Happening, log_activity};
use dunwell_desk::rules::approval::Role;
use dunwell_desk::{Desk, sign_in};
use dunwell_store::db::Db;
use dunwell_web::House;

/// A page that is kept and offers nothing of an account.
const CASH: &str = "/cash";
/// The pages that are kept.
const PAGES: [&str; 6] = [
    "/",
    "/?view=all&of=all",
    "/?of=collector&at=BETA",
    "/accounts/ACME",
    "/accounts/ACME/preview",
    "/accounts/KID?events=calls",
];

/// A server on the same book that has kept nothing yet.
async fn fresh_server(house: &House) -> (SocketAddr, tokio::task::JoinHandle<()>) {
    let house = House { worklist: Arc::default(), pages: Arc::default(), ..house.clone() };
    let (tell, told) = tokio::sync::oneshot::channel();
    let task = tokio::spawn(async move {
        let ready = |address| tell.send(address).expect("somebody waits for the address");
        dunwell_web::serve(house, ready).await.expect("a server runs");
    });
    (told.await.expect("it listens"), task)
}

/// The values of the hidden fields of a name.
fn values(page: &str, name: &str) -> Vec<String> {
    let begins = format!("name=\"{name}\" value=\"");
    page.split(begins.as_str()).skip(1).map(|rest| rest.split('"').next().unwrap_or_default().to_owned()).collect()
}

/// A page without the numbers of its forms, which are new each time.
fn without_numbers(page: &str) -> String {
    values(page, "once").iter().fold(page.to_owned(), |page, once| page.replace(once.as_str(), "-"))
}

/// Looks at every page twice, so that the second look is at what was kept, and compares with a server that keeps nothing.
async fn shows_what_is(served: &Served, client: &Client, after: &str) {
    let (address, task) = fresh_server(&served.house).await;
    let mut anew = client.clone();
    anew.address = address;
    for path in PAGES.into_iter().chain([CASH]) {
        let fresh = anew.get(path).await;
        for look in 1..=2 {
            let shown = client.get(path).await;
            assert_eq!(shown.status, fresh.status, "{path} after {after}");
            let (shown, fresh) = (without_numbers(&shown.body), without_numbers(&fresh.body));
            assert_eq!(shown, fresh, "{path} after {after}, look {look}");
        }
    }
    task.abort();
}

#[test]
fn what_another_process_records_is_on_the_next_page() {
    served(async |served| {
        let people = [served.signed_in(Role::Collector).await, served.signed_in(Role::Manager).await];
        // A process of its own: other connections, and nothing of the server's memory.
        let db = Db::connect(served.place.url(), false).await.expect("the book opens");
        let book = open_book(&db, Some("main")).await.expect("the book");
        let (house, today) = (Desk::house(book.clone(), noon), day(TODAY));
        let collector = Desk::of(book.clone(), "collector", Role::Collector, noon);
        for change in ["nothing", "a note", "a payment", "another collector", "settings", "a mark", "the run"] {
            match change {
                "a note" => {
                    let words = Some("they pay on Friday".to_owned());
                    let note = Happening { kind: "note".into(), text: words, ..Happening::default() };
                    drop(log_activity(&collector, "ACME", &note, today).await.expect("recorded"));
                }
                "a payment" => {
                    let rows = "account,document,date,currency,amount\nBETA,CHQ-9,2025-03-10,USD,70.00\n";
                    put(&house, ImportKind::Payments, rows, today).await;
                }
                "another collector" => {
                    put(&house, ImportKind::Customers, "account,name,collector\nACME,Acme Foods,manager\n", today)
                        .await;
                }
                "settings" => {
                    drop(change_settings(&house, "buckets = [15, 45]\n", today).await.expect("changed"));
                }
                "a mark" => assert!(book.take("ACME", "manager", noon(), 0).await.expect("no fault")),
                "the run" => drop(daily_run(&house, today, false).await.expect("a run")),
                _ => {}
            }
            for client in &people {
                shows_what_is(&served, client, change).await;
            }
        }
        db.close().await;
    });
}

#[test]
fn a_kept_page_carries_the_secret_and_the_name_of_whoever_asks_and_a_number_of_its_own() {
    served(async |served| {
        let (anna, again) = (served.signed_in(Role::Collector).await, served.signed_in(Role::Collector).await);
        let maria = served.signed_in(Role::Manager).await;
        let mut numbers = Vec::new();
        for (client, name) in [(&anna, "collector"), (&again, "collector"), (&maria, "manager"), (&anna, "collector")] {
            let page = client.get("/accounts/ACME").await.body;
            assert!(page.contains(&format!("<summary>{name}</summary>")), "{page}");
            let secrets = values(&page, "csrf");
            let own = csrf_of(client).await;
            assert!(!secrets.is_empty() && secrets.iter().all(|csrf| *csrf == own), "{secrets:?}");
            numbers.extend(values(&page, "once"));
        }
        let shown = numbers.len();
        assert!(shown > 4 && numbers.iter().all(|once| once.len() == 32), "{numbers:?}");
        numbers.sort();
        numbers.dedup();
        assert_eq!(numbers.len(), shown, "every form has a number of its own");
        // What a form of a kept page records is recorded.
        assert_eq!(anna.post_form("/accounts/ACME/note", &[("text", "kept")]).await.status, 303);
    });
}

/// The session's secret as a page that is never kept carries it.
async fn csrf_of(client: &Client) -> String {
    values(&client.get("/accounts/ACME/note").await.body, "csrf").remove(0)
}

#[test]
fn nobody_sees_a_kept_page_whose_session_has_ended_or_whose_role_has_changed() {
    served(async |served| {
        let anna = served.signed_in(Role::Collector).await;
        let sees = async |client: &Client| -> Vec<Answered> {
            let mut seen = Vec::new();
            for path in PAGES {
                seen.push(client.get(path).await);
            }
            seen
        };
        assert!(sees(&anna).await.iter().all(|page| page.status == 200 && page.body.contains("/call\"")));
        // Their role is changed by another process: what they may not do any more is not offered.
        let admin = served.desk_of(Role::Admin);
        set_role(&admin, "collector", "auditor", day(TODAY)).await.expect("changed");
        for page in sees(&anna).await {
            assert!(page.status != 200 || !page.body.contains("/call\""), "{}", page.body);
        }
        let maria = served.signed_in(Role::Manager).await;
        assert!(sees(&maria).await.iter().all(|page| page.status == 200));
        sign_in::sign_out_everywhere(&served.desk.book, "manager").await.expect("ended");
        for page in sees(&maria).await {
            assert!(page.status == 303 && page.body.is_empty(), "{} {}", page.status, page.body);
        }
        let stranger = served.stranger();
        assert!(sees(&stranger).await.iter().all(|page| page.status == 303));
        let late = served.signed_in_before(Role::Manager, 31).await;
        assert!(sees(&late).await.iter().all(|page| page.status == 303), "not used for half an hour");
    });
}
