//! What is not theirs: ids of another book, ids of nobody, and fields that only the server sets, in every request that records.

use crate::common::{Client, Served, TODAY, day, noon, put, served};
use dunwell_desk::Desk;
use dunwell_desk::daily_run::daily_run;
use dunwell_desk::draft_policy::draft_policy;
use dunwell_desk::import::ImportKind;
use dunwell_desk::keep_book::{NewBook, make_book};
use dunwell_desk::keep_contacts::{Person, add_contact};
use dunwell_desk::log_activity::{Happening, log_activity};
use dunwell_desk::look::journal::{JournalAsked, JournalRow, journal};
use dunwell_desk::open_dispute::{DisputeRaised, open_dispute, put_on_hold};
use dunwell_desk::policy_file::preset;
use dunwell_desk::rules::approval::Role;
use dunwell_desk::take_promise::{PromiseGiven, take_promise};
use dunwell_web::{Access, all_routes};
use serde_json::{Value, json};

/// A second book in the same database, in which something of every kind has happened.
async fn other_book(served: &Served) -> Desk {
    let new = NewBook {
        name: "other".into(),
        currency: "USD".into(),
        time_zone: "UTC".into(),
        calendar: "every-day".into(),
        on: day("2024-01-01"),
    };
    let book = make_book(served.place.db(), &new, noon).await.expect("a second book can be made");
    let (desk, on) = (Desk::house(book, noon), day("2025-03-01"));
    let rows = "account,account_name,document,kind,document_date,due_date,currency,amount,settled_on,disputed\n\
        FOREIGN,Secret Customer,S-1,invoice,2025-01-02,2025-02-01,USD,777.77,,\n\
        FOREIGN,Secret Customer,S-2,invoice,2025-01-03,2025-02-02,USD,50.00,,\n";
    put(&desk, ImportKind::Invoices, rows, on).await;
    daily_run(&desk, on, false).await.expect("the day runs");
    let promise =
        PromiseGiven { amount: "10.00".into(), currency: None, by: day(TODAY), documents: vec![], text: None };
    take_promise(&desk, "FOREIGN", &promise, on).await.expect("a promise");
    let raised = DisputeRaised { document: "S-2".into(), line: None, amount: None, reason: "unstated".into() };
    open_dispute(&desk, "FOREIGN", &raised, on).await.expect("a dispute");
    put_on_hold(&desk, "FOREIGN", "do_not_contact", "asked", None, on).await.expect("a stop");
    let person = Person { name: Some("Secret Customer's clerk".into()), ..Person::default() };
    add_contact(&desk, "FOREIGN", &person, on).await.expect("a person");
    let note = Happening { kind: "note".into(), outcome: None, text: Some("Secret Customer".into()) };
    log_activity(&desk, "FOREIGN", &note, on).await.expect("a note");
    draft_policy(&desk, preset("strict").expect("a preset"), None, on).await.expect("a draft");
    desk
}

/// Everything a book has recorded, newest first.
async fn recorded(desk: &Desk) -> Vec<JournalRow> {
    let asked = JournalAsked::default();
    journal(desk, &asked, None, Some(200)).await.expect("a journal").entries
}

/// One id of every kind of row that the journals have.
fn ids(rows: &[JournalRow]) -> Vec<String> {
    let mut kinds = std::collections::BTreeMap::new();
    for row in rows {
        kinds.insert(format!("{} {}", row.journal, row.kind), row.entry.clone());
    }
    kinds.into_values().collect()
}

/// A body with which the operation would be done, were its address one of this book.
fn whole(document: &Value, path: &str) -> Value {
    let schema = &document["paths"][path]["post"]["requestBody"]["content"]["application/json"]["schema"];
    let needed = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let value = |name: &str| {
        let of = &schema["properties"][name];
        match (of["enum"][0].as_str(), of["format"].as_str(), of["pattern"].as_str(), of["type"].as_str()) {
            (Some(word), ..) => json!(word),
            (_, Some("date"), ..) => json!("2025-03-09"),
            (_, _, Some(_), _) => json!("1.00"),
            (.., Some("integer")) => json!(1),
            (.., Some("array")) => json!(["1.1"]),
            _ => json!("S-1"),
        }
    };
    Value::Object(needed.map(|name| (name.to_owned(), value(name))).collect())
}

async fn post(client: &Client, path: &str, key: &str, body: &Value) -> crate::common::Answered {
    let headers = [("content-type", "application/json"), ("idempotency-key", key), ("sec-fetch-site", "same-origin")];
    client.send("POST", path, &headers, &body.to_string()).await
}

#[test]
fn ids_of_another_book_and_of_nobody_open_and_change_nothing() {
    served(async |served| {
        let other = other_book(&served).await;
        let before = recorded(&other).await;
        let mut foreign = ids(&before);
        assert!(foreign.len() > 8, "{foreign:?}");
        foreign.extend(["999999.1".into(), "0.0".into(), "-1".into(), "x".into()]);
        let document = served.stranger().get("/api/openapi.json").await.json();
        let own = recorded(&served.desk).await.len();
        let manager = served.signed_in(Role::Manager).await;
        let mut asked = 0;
        for route in all_routes(served.house.clone()) {
            if !matches!(route.access, Access::Act(_)) || !route.path.contains("{id}") {
                continue;
            }
            for (number, id) in foreign.iter().enumerate() {
                for code in ["FOREIGN", "ACME"] {
                    let path = route.path.replace("{code}", code).replace("{id}", id);
                    let answer = match (route.method, route.path.starts_with("/api/")) {
                        ("GET", _) => manager.get(&path).await,
                        (_, true) => post(&manager, &path, &number.to_string(), &whole(&document, route.path)).await,
                        _ => manager.post_form(&path, &[("entry", id), ("reason", "x"), ("outcome", "x")]).await,
                    };
                    let what = format!("{} {path}: {} {}", route.method, answer.status, answer.body);
                    assert!(!answer.body.contains("Secret Customer") && !answer.body.contains("777.77"), "{what}");
                    assert!(!matches!(answer.status, 500..), "{what}");
                    // Tasks and papers say of an id that is not there what they say of one that is over: nothing is done.
                    let over = answer.status == 200 && answer.body.contains("\"already_");
                    if route.path.starts_with("/api/") && !over {
                        assert_eq!(answer.status, 404, "{what}");
                    }
                    asked += 1;
                    if !route.path.contains("{code}") {
                        break;
                    }
                }
            }
        }
        assert!(asked > 300, "{asked}");
        assert_eq!(recorded(&other).await.len(), before.len(), "the other book was written to");
        assert_eq!(recorded(&served.desk).await.len(), own, "something was recorded for an id that is none of ours");
    });
}

/// Fields that only the server sets, by their names in answers, journals and tables.
const SERVERS: [&str; 26] = [
    "id",
    "book",
    "entry",
    "actor",
    "user",
    "maker",
    "by",
    "on",
    "day",
    "batch",
    "seal",
    "recorded_at",
    "state",
    "status",
    "command",
    "is_contact",
    "contact",
    "collector",
    "role",
    "scopes",
    "approved",
    "decided_by",
    "drafted_by",
    "source",
    "external_id",
    "import",
];

#[test]
fn a_field_that_only_the_server_sets_is_refused_by_every_operation() {
    served(async |served| {
        let document = served.stranger().get("/api/openapi.json").await.json();
        let manager = served.signed_in(Role::Manager).await;
        let own = recorded(&served.desk).await.len();
        let mut asked = 0;
        for (path, operations) in document["paths"].as_object().expect("paths") {
            let schema = &operations["post"]["requestBody"]["content"]["application/json"]["schema"];
            let Some(known) = schema["properties"].as_object() else { continue };
            for field in SERVERS.into_iter().filter(|field| !known.contains_key(*field)) {
                let mut body = whole(&document, path);
                body[field] = json!("admin");
                let address = path.replace("{code}", "ACME").replace("{id}", "1.1").replace("{name}", "collector");
                let answer = post(&manager, &address, field, &body).await;
                let what = format!("{path} {field}: {}", answer.body);
                // Whom the table of rights does not let do it is told that first.
                if answer.status != 403 {
                    assert_eq!(
                        (answer.status, answer.json()["code"].as_str()),
                        (400, Some("unknown_parameter")),
                        "{what}"
                    );
                    asked += 1;
                }
            }
        }
        assert!(asked > 250, "{asked}");
        assert_eq!(recorded(&served.desk).await.len(), own, "something was recorded");
    });
}

#[test]
fn a_form_with_more_fields_than_its_page_has_is_recorded_as_its_sender_and_no_other() {
    served(async |served| {
        let collector = served.signed_in(Role::Collector).await;
        let more: Vec<(&str, &str)> = SERVERS.iter().map(|field| (*field, "2024-01-02")).collect();
        let forms: [(&str, &[(&str, &str)]); 3] = [
            ("/accounts/ACME/note", &[("text", "a note")]),
            ("/accounts/ACME/promise", &[("amount", "5.00"), ("day", "2025-03-20"), ("currency", "USD")]),
            ("/accounts/ACME/contacts/new", &[("name", "Ann")]),
        ];
        for (path, fields) in forms {
            let known = |name: &str| fields.iter().any(|(field, _)| *field == name);
            let all: Vec<_> = more.iter().filter(|(name, _)| !known(name)).chain(fields).copied().collect();
            let answer = collector.post_form(path, &all).await;
            assert_eq!(answer.status, 303, "{path}: {}", answer.body);
            let row = recorded(&served.desk).await.remove(0);
            let said = (row.actor.as_str(), row.account.as_deref(), row.day.as_str(), row.recorded_at.as_str());
            assert_eq!(said, ("collector", Some("ACME"), TODAY, "2025-03-10T12:00:00Z"), "{path}: {row:?}");
        }
    });
}
