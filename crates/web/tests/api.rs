//! The JSON API: its document is true of every operation, keys open what their scopes say, and a repeat is done once.

mod common;

use common::{Answered, Client, Served, TODAY, served};
use dunwell_desk::api_keys::add_key;
use dunwell_desk::charge_interest::{RuleAsked, charge_interest};
use dunwell_desk::keep_contacts::{Person, add_contact};
use dunwell_desk::look::worklist::worklist;
use dunwell_desk::rules::approval::Role;
use dunwell_desk::rules::rights::Scope;
use serde_json::{Value, json};

/// A program with a key of an integrator or manager.
async fn program(served: &Served, role: Role, scopes: &[Scope]) -> Client {
    let key = add_key(&served.desk_of(role), "a program", scopes, 30).await.expect("a key can be made");
    served.stranger().with_key(&key.secret)
}

async fn post(client: &Client, path: &str, key: &str, body: &Value) -> Answered {
    let headers = [("content-type", "application/json"), ("idempotency-key", key), ("sec-fetch-site", "same-origin")];
    client.send("POST", path, &headers, &body.to_string()).await
}

/// Holds a value against a schema of the document; fails with the place where they differ.
fn hold(document: &Value, schema: &Value, value: &Value, place: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        let named = &document["components"]["schemas"][name.rsplit('/').next().unwrap_or_default()];
        assert!(named.is_object(), "{place}: the document has no {name}");
        return hold(document, named, value, place);
    }
    if let Some(choices) = schema["anyOf"].as_array() {
        let chosen = if value.is_null() { &choices[1] } else { &choices[0] };
        return hold(document, chosen, value, place);
    }
    let fits = match schema["type"].as_str() {
        None => true,
        Some("string") => value.is_string(),
        Some("integer") => value.is_i64(),
        Some("boolean") => value.is_boolean(),
        Some("null") => value.is_null(),
        Some("array") => value.is_array(),
        Some("object") => value.is_object(),
        Some(other) => panic!("{place}: no such type {other}"),
    };
    assert!(fits, "{place}: {value} is no {}", schema["type"]);
    for (number, row) in value.as_array().into_iter().flatten().enumerate() {
        hold(document, &schema["items"], row, &format!("{place}[{number}]"));
    }
    let (Some(fields), Some("object")) = (value.as_object(), schema["type"].as_str()) else { return };
    for needed in schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
        assert!(fields.contains_key(needed), "{place} lacks {needed}");
    }
    for (name, field) in fields {
        let known = schema["properties"].get(name).or_else(|| schema.get("additionalProperties"));
        let known = known.filter(|known| known.is_object());
        hold(
            document,
            known.unwrap_or_else(|| panic!("{place}.{name} is not in the document")),
            field,
            &format!("{place}.{name}"),
        );
    }
}

/// A collector knows a person of the customer, and puts late interest before a manager.
async fn something_waits(served: &Served) {
    let rule = RuleAsked {
        name: "contract".into(),
        annual_rate_bp: Some(1_200),
        clause: Some("Terms of sale, clause 7".into()),
    };
    let desk = served.desk_of(Role::Collector);
    let person = Person { name: Some("Ada Payer".into()), ..Person::default() };
    add_contact(&desk, "ACME", &person, common::day(TODAY)).await.expect("a person is added");
    charge_interest(&desk, "ACME", &rule, true, common::day(TODAY)).await.expect("interest is proposed");
}

/// What an operation is called with, so that it is done: the path's parameters, the query, the body.
async fn call_of(served: &Served, path: &str) -> (String, String, Value) {
    let task = async || {
        let list = worklist(&served.desk, None, common::day(TODAY), None).await.expect("a worklist");
        list.tasks.iter().find_map(|task| task.task.clone()).expect("there is a task")
    };
    let mut reading = served.desk.book.read().await.expect("a snapshot");
    let id = match path {
        _ if path.contains("/imports/") => reading.imports().await.expect("imports")[0].import.to_string(),
        _ if path.contains("/notices/") => {
            let rows = reading.notices(common::day("2025-03-09")).await.expect("notices");
            rows.first().expect("there is a notice").notice.to_string()
        }
        _ if path.contains("/approvals/") => reading
            .requests("pending")
            .await
            .expect("requests")
            .first()
            .expect("there is a request")
            .request
            .to_string(),
        _ if path.contains("/tasks/") => task().await,
        _ => String::new(),
    };
    drop(reading);
    let query = match path {
        "/api/v1/search" => "?q=acme",
        "/api/v1/decisions" => "?account=ACME",
        "/api/v1/notices" => "?on=2025-03-09",
        "/api/v1/aging" => "?by=account",
        "/api/v1/imports" => "?kind=invoices&dry_run=true",
        _ => "",
    };
    let body = match path.rsplit('/').next().unwrap_or_default() {
        "activities" => json!({ "kind": "call", "outcome": "voicemail", "text": "left a message" }),
        "promises" => json!({ "amount": "100.00", "by": "2025-03-20" }),
        "disputes" => json!({ "document": "INV-1", "amount": "10.00" }),
        "holds" => json!({ "kind": "do_not_contact", "until": "2025-03-31", "basis": "asked us to stop" }),
        "contacts" => json!({ "name": "Eve Payer", "mail": "eve@acme.example" }),
        "snooze" => json!({ "until": "2025-03-12", "reason": "on holiday" }),
        "applications" => json!({ "account": "ACME", "credit": "CHQ-77", "item": "INV-1", "amount": "80.00" }),
        _ => json!({}),
    };
    (path.replace("{code}", "ACME").replace("{id}", &id), query.to_owned(), body)
}

#[test]
fn the_document_is_true_of_every_operation() {
    served(async |served| {
        something_waits(&served).await;
        let told = served.stranger().get("/api/openapi.json").await;
        assert_eq!((told.status, told.header("content-type")), (200, Some("application/json")));
        let document = told.json();
        assert_eq!(document["openapi"], "3.1.0");
        let mut called = 0;
        for (path, operations) in document["paths"].as_object().expect("paths") {
            for (method, operation) in operations.as_object().expect("operations") {
                // What takes a fresh proof is called by the test below.
                if path.ends_with("/approve") || path.ends_with("/decline") {
                    continue;
                }
                let client = served.signed_in(Role::Manager).await;
                let (address, query, body) = call_of(&served, path).await;
                let answer = match method.as_str() {
                    "get" => {
                        client.get(&format!("{address}{}", if path.ends_with("imports") { "" } else { &query })).await
                    }
                    _ if path.ends_with("imports") => {
                        let headers = [("idempotency-key", "file"), ("sec-fetch-site", "same-origin")];
                        let rows = "account,document,document_date,due_date,currency,amount\n\
                            ACME,INV-9,2025-03-01,2025-03-31,USD,1.00\nACME,INV-X,never,2025-03-31,USD,1.00\n";
                        client.send("POST", &format!("{address}{query}"), &headers, rows).await
                    }
                    _ => post(&client, &address, path, &body).await,
                };
                let what = format!("{method} {address}");
                let (status, expected) =
                    operation["responses"].as_object().expect("responses").iter().next().expect("one");
                assert_eq!(answer.status.to_string(), *status, "{what}: {}", answer.body);
                let value = answer.json();
                hold(&document, &expected["content"]["application/json"]["schema"], &value, &what);
                if let Some(data) = value["data"].as_array() {
                    assert!(!data.is_empty(), "{what} shows nothing, so that its rows are not checked");
                }
                called += 1;
            }
        }
        assert!(called > 30, "{called}");
        let page = served.stranger().get("/api/docs").await;
        assert!(page.status == 200 && page.body.contains("/api/v1/accounts/{code}/promises"), "{}", page.body);
    });
}

#[test]
fn a_key_opens_what_its_scopes_say_and_never_signs() {
    served(async |served| {
        let reader = program(&served, Role::Manager, &[Scope::Read]).await;
        assert_eq!(reader.get("/api/v1/accounts/ACME").await.status, 200);
        let refused = post(&reader, "/api/v1/accounts/ACME/activities", "k", &json!({ "kind": "call" })).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (403, Some("scope_cannot")));
        assert_eq!(refused.header("content-type"), Some("application/problem+json"));
        let worker = program(&served, Role::Manager, &[Scope::Read, Scope::Work]).await;
        let signed = post(&worker, "/api/v1/approvals/999999.1/approve", "k", &json!({})).await;
        assert_eq!((signed.status, signed.json()["code"].as_str()), (403, Some("scope_cannot")));
        let wrong = served.stranger().with_key("dw_00_wrong").get("/api/v1/accounts").await;
        assert_eq!((wrong.status, wrong.header("www-authenticate")), (401, Some("Bearer")));
        // A key is no way around the session's page check, and a page takes no key.
        assert_eq!(worker.get("/accounts/ACME").await.status, 303);
    });
}

#[test]
fn a_signature_takes_a_person_who_proved_who_they_are() {
    served(async |served| {
        something_waits(&served).await;
        let requests = served.desk.book.read().await.expect("a snapshot").requests("pending").await.expect("requests");
        let path = format!("/api/v1/approvals/{}/approve", requests.first().expect("one waits").request);
        let manager = served.signed_in_before(Role::Manager, 10).await;
        let refused = post(&manager, &path, "k", &json!({})).await;
        assert_eq!((refused.status, refused.json()["code"].as_str()), (403, Some("proof_needed")));
        let proven = served.signed_in(Role::Manager).await;
        let done = post(&proven, &path, "k", &json!({ "comment": "agreed" })).await;
        assert_eq!(done.status, 200, "{}", done.body);
        let document = served.stranger().get("/api/openapi.json").await.json();
        hold(&document, &json!({ "$ref": "#/components/schemas/Answered" }), &done.json(), "approve");
        assert_eq!(done.json()["state"], "approved");
    });
}

#[test]
fn a_repeat_under_one_key_is_answered_and_not_done_again() {
    served(async |served| {
        let program = program(&served, Role::Manager, &[Scope::Read, Scope::Work]).await;
        let path = "/api/v1/accounts/ACME/activities";
        let body = json!({ "kind": "call", "outcome": "voicemail" });
        let bare = program.send("POST", path, &[("content-type", "application/json")], &body.to_string()).await;
        assert_eq!((bare.status, bare.json()["code"].as_str()), (400, Some("idempotency_key_required")));
        let first = post(&program, path, "k-1", &body).await;
        assert_eq!((first.status, first.header("idempotency-replayed")), (201, None), "{}", first.body);
        let again = post(&program, path, "k-1", &body).await;
        assert_eq!((again.status, again.header("idempotency-replayed")), (201, Some("true")));
        assert_eq!(again.body, first.body);
        for (path, body) in [(path.to_owned(), json!({ "kind": "mail" })), (format!("{path}?on={TODAY}"), body.clone())]
        {
            let other = post(&program, &path, "k-1", &body).await;
            assert_eq!((other.status, other.json()["code"].as_str()), (422, Some("idempotency_key_reused")), "{path}");
        }
        let calls = program.get("/api/v1/accounts/ACME/timeline?of=calls").await.json();
        assert_eq!(calls["data"].as_array().map(Vec::len), Some(1), "{calls}");
        // What was refused may be sent again under its key once it is mended.
        assert_eq!(post(&program, path, "k-2", &json!({ "kind": "dance" })).await.status, 422);
        assert_eq!(post(&program, path, "k-2", &json!({ "kind": "mail" })).await.status, 201);
    });
}

#[test]
fn what_an_operation_does_not_know_is_refused_by_name() {
    served(async |served| {
        let collector = served.signed_in(Role::Collector).await;
        for (path, status, code) in [
            ("/api/v1/accounts?colour=red", 400, "unknown_parameter"),
            ("/api/v1/accounts?limit=many", 400, "malformed"),
            ("/api/v1/accounts?limit=201", 422, "bad_value"),
            ("/api/v1/worklist?cursor=nowhere", 422, "bad_value"),
            ("/api/v1/search", 400, "malformed"),
            ("/api/v1/aging?by=moon", 400, "malformed"),
            ("/api/v1/accounts/ACME?on=2025-02-30", 400, "malformed"),
            ("/api/v1/accounts/NOBODY", 404, "unknown_account"),
            ("/api/v1/invoicez", 404, "no_such_address"),
        ] {
            let answer = collector.get(path).await;
            assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{path}");
        }
        let path = "/api/v1/accounts/ACME/promises";
        for (number, (body, status)) in [
            (json!({ "amount": 100, "by": "2025-03-20" }), 400),
            (json!({ "amount": "100.00", "by": "2025-03-20", "colour": "red" }), 400),
            (json!({ "by": "2025-03-20" }), 422),
            (json!({ "amount": "100.001", "by": "2025-03-20" }), 422),
            (json!(["100.00"]), 400),
        ]
        .into_iter()
        .enumerate()
        {
            let answer = post(&collector, path, &format!("k-{number}"), &body).await;
            assert_eq!(answer.status, status, "{body}: {}", answer.body);
        }
    });
}

#[test]
fn pages_follow_each_other_to_the_end() {
    served(async |served| {
        let collector = served.signed_in(Role::Collector).await;
        for (path, field) in [("accounts", "account"), ("worklist", "account"), ("accounts/ACME/timeline", "entry")] {
            let whole = collector.get(&format!("/api/v1/{path}?limit=200")).await.json();
            let rows = |page: &Value| {
                page["data"].as_array().expect("rows").iter().map(|row| row[field].clone()).collect::<Vec<_>>()
            };
            let (mut found, mut cursor) = (Vec::new(), String::new());
            loop {
                let page = collector.get(&format!("/api/v1/{path}?limit=1{cursor}")).await.json();
                found.extend(rows(&page));
                let Some(next) = page["next_cursor"].as_str() else {
                    assert_eq!(page["has_more"], false);
                    break;
                };
                cursor = format!("&cursor={}", common::percent(next));
            }
            assert!(found.len() > 1, "{path}: {found:?}");
            assert_eq!(found, rows(&whole), "{path}");
        }
    });
}

#[test]
fn an_open_worklist_is_told_when_something_is_recorded() {
    served(async |served| {
        let listener = served.signed_in(Role::Collector).await;
        let heard = listener.hear("/events", "event: worklist", async || {
            let collector = served.signed_in(Role::Collector).await;
            let logged = post(&collector, "/api/v1/accounts/ACME/activities", "k", &json!({ "kind": "call" })).await;
            assert_eq!(logged.status, 201, "{}", logged.body);
        });
        assert!(heard.await.contains("event: worklist"));
    });
}
