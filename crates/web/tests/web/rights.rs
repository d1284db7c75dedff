//! The table of rights as HTTP keeps it: every address of the server, by every role and by strangers.
//!
//! An address without an entry cannot exist: the router is built by one function that takes an [`Access`] with every path and
//! writes the table that is walked here, so that whoever adds an address says what it takes, and this test tries it.

use crate::common::{Client, Served, day, noon, put, served};
use dunwell_desk::Desk;
use dunwell_desk::import::ImportKind;
use dunwell_desk::keep_book::{NewBook, make_book};
use dunwell_desk::rules::approval::Role;
use dunwell_desk::rules::rights::may;
use dunwell_web::{Access, Route, all_routes};

/// A path with something in its parameters that is there, or that is not.
fn filled(path: &str, code: &str, id: &str) -> String {
    let part = |part: &str| match part {
        "{code}" => code.to_owned(),
        _ if part.starts_with('{') => id.to_owned(),
        _ => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Asks as a person of the workbench, or as a program, would: with nothing filled in.
async fn asked(client: &Client, route: &Route, path: &str) -> crate::common::Answered {
    let own = [("sec-fetch-site", "same-origin"), ("content-type", "application/json"), ("idempotency-key", path)];
    match (route.method, path.starts_with("/api/")) {
        ("GET", _) => client.get(path).await,
        (method, true) => client.send(method, path, &own, "{}").await,
        _ => client.post_form(path, &[]).await,
    }
}

/// An address that answers for as long as somebody listens.
fn is_stream(route: &Route) -> bool {
    route.path == "/events"
}

#[test]
fn every_address_answers_every_role_as_the_table_of_rights_says() {
    served(async |served| {
        let mut tried = 0;
        for role in Role::ALL {
            for route in all_routes(served.house.clone()) {
                let Access::Act(action) = route.access else { continue };
                let allowed = may(Some(role), action).is_ok();
                if allowed && is_stream(&route) {
                    continue;
                }
                let client = served.signed_in(role).await;
                let path = filled(route.path, "ACME", "999999.1");
                let answer = asked(&client, &route, &path).await;
                let what = format!("{} {path} by {}: {} {}", route.method, role.code(), answer.status, answer.body);
                if allowed {
                    assert!(!matches!(answer.status, 401 | 405 | 500..), "{what}");
                    // A signature may take a fresh proof, and a key of one's own may be nobody else's: never the role.
                    assert!(answer.status != 403 || !answer.body.contains("may not"), "{what}");
                } else {
                    assert_eq!(answer.status, 403, "{what}");
                }
                tried += 1;
            }
        }
        assert!(tried > 300, "{tried} were tried");
    });
}

#[test]
fn a_stranger_is_sent_to_sign_in_and_a_strange_program_is_told_to() {
    served(async |served| {
        let stranger = served.stranger();
        for route in all_routes(served.house.clone()) {
            let Access::Act(_) = route.access else { continue };
            let path = filled(route.path, "ACME", "999999.1");
            let answer = asked(&stranger, &route, &path).await;
            let what = format!("{} {path}: {}", route.method, answer.status);
            if path.starts_with("/api/") {
                assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some("not_signed_in")), "{what}");
            } else {
                assert_eq!(answer.status, 303, "{what}");
                let place = answer.header("location").unwrap_or_default();
                assert!(place.starts_with("/sign-in"), "{what} {place}");
            }
        }
    });
}

#[test]
fn what_another_site_makes_a_browser_send_is_refused() {
    served(async |served| {
        let manager = served.signed_in(Role::Manager).await;
        for route in all_routes(served.house.clone()) {
            if route.method == "GET" {
                continue;
            }
            let path = filled(route.path, "ACME", "999999.1");
            let headers =
                [("sec-fetch-site", "cross-site"), ("content-type", "application/json"), ("idempotency-key", "k")];
            let answer = manager.send(route.method, &path, &headers, "{}").await;
            assert_eq!(answer.status, 403, "{} {path}: {}", route.method, answer.body);
        }
    });
}

/// A second book in the same database, with an account that the first does not have.
async fn other_book(served: &Served) -> Desk {
    let new = NewBook {
        name: "other".into(),
        currency: "USD".into(),
        time_zone: "UTC".into(),
        calendar: "every-day".into(),
        on: day("2024-01-01"),
    };
    let book = make_book(served.place.db(), &new, noon).await.expect("a second book can be made");
    let desk = Desk::house(book, noon);
    let rows = "account,account_name,document,kind,document_date,due_date,currency,amount,settled_on,disputed\n\
        FOREIGN,Secret Customer,S-1,invoice,2025-01-02,2025-02-01,USD,777.77,,\n";
    put(&desk, ImportKind::Invoices, rows, day("2025-03-01")).await;
    desk
}

#[test]
fn what_belongs_to_another_book_is_not_there() {
    served(async |served| {
        let other = other_book(&served).await;
        let import = other.book.read().await.expect("a snapshot").imports().await.expect("imports").remove(0).import;
        let manager = served.signed_in(Role::Manager).await;
        for route in all_routes(served.house.clone()) {
            let Access::Act(_) = route.access else { continue };
            if route.method != "GET" || is_stream(&route) {
                continue;
            }
            for (code, id) in
                [("FOREIGN", import.to_string()), ("NOBODY", "999999.1".into()), ("ACME", import.to_string())]
            {
                let mut path = filled(route.path, code, &id);
                if path.ends_with("/interest") {
                    path.push_str("?rule=contract&rate_bp=100&clause=7");
                }
                let answer = manager.get(&path).await;
                let what = format!("{path}: {} {}", answer.status, answer.body);
                assert!(!answer.body.contains("Secret Customer") && !answer.body.contains("777.77"), "{what}");
                if route.path.contains("{code}") && code != "ACME"
                    || route.path.starts_with("/api/") && route.path.contains("{id}")
                {
                    assert_eq!(answer.status, 404, "{what}");
                }
            }
        }
    });
}

#[test]
fn an_address_that_holds_a_nul_is_refused_and_never_reaches_a_database() {
    served(async |served| {
        let manager = served.signed_in(Role::Manager).await;
        for path in
            ["/accounts/%00", "/accounts/A%00CME/preview", "/?of=%00", "/hand-over?account=%00", "/search?q=%00"]
        {
            assert_eq!(manager.get(path).await.status, 400, "{path}");
        }
        for path in ["/api/v1/accounts/%00/attachments", "/api/v1/accounts?text=%00"] {
            let answer = manager.get(path).await;
            assert_eq!((answer.status, answer.json()["code"].as_str()), (422, Some("nul_character")), "{path}");
        }
        assert_eq!(manager.get("/accounts/%2500").await.status, 404, "a percent sign and two zeros are a text");
    });
}
