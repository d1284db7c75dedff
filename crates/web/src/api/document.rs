//! The OpenAPI 3.1 document, written from the table of operations, and a page of it for people.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde_json::{Map, Value, json};

use super::operation::{Body, Field, Operation, Shape};
use super::trouble::CODES;
use super::{operations, shapes};
use crate::answer::bare_page;

/// `GET /api/openapi.json`.
pub(crate) async fn openapi() -> Response {
    ([(header::CONTENT_TYPE, "application/json")], document().to_string()).into_response()
}

fn document() -> Value {
    let mut paths = Map::new();
    for operation in operations() {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method.to_lowercase()] = described(operation);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Dunwell",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The credit and collections desk for programs. Amounts are decimal strings with their currency, days \
                            are YYYY-MM-DD, instants RFC 3339 in UTC. What is refused is answered as an RFC 9457 problem with \
                            the code of the command line.",
            "license": { "name": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "security": [{ "key": [] }, { "session": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "key": { "type": "http", "scheme": "bearer", "bearerFormat": "dw_ID_SECRET" },
                "session": { "type": "apiKey", "in": "cookie", "name": "dunwell" },
            },
            "schemas": shapes::schemas(),
        },
    })
}

fn described(operation: &Operation) -> Value {
    let mut parameters: Vec<Value> = path_parameters(operation.path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }))
        .collect();
    parameters.extend(operation.query.iter().map(|field| parameter(field, "query")));
    if operation.method == "POST" {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "a repeat under the same key is answered as the first was, with Idempotency-Replayed: true",
            "schema": { "type": "string", "minLength": 1, "maxLength": 255 },
        }));
    }
    let problem = json!({
        "description": "not done",
        "content": { "application/problem+json": { "schema": shapes::schema("Problem") } },
    });
    let mut described = json!({
        "operationId": operation_id(operation),
        "summary": operation.summary,
        "description": rights_words(operation),
        "parameters": parameters,
        "responses": {
            operation.status.to_string(): {
                "description": "done",
                "content": { "application/json": { "schema": shapes::answer(operation.answer) } },
            },
            "default": problem,
        },
    });
    match operation.body {
        Body::None => {}
        Body::Fields(fields) => {
            let needed: Vec<&str> = fields.iter().filter(|field| field.needed).map(|field| field.name).collect();
            let properties: Map<String, Value> = fields.iter().map(|f| (f.name.to_owned(), worded(f))).collect();
            let schema = json!({
                "type": "object", "properties": properties, "required": needed, "additionalProperties": false,
            });
            let content = json!({ "application/json": { "schema": schema } });
            described["requestBody"] = json!({ "required": !needed.is_empty(), "content": content });
        }
        Body::File => {
            let content = json!({ "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } });
            described["requestBody"] = json!({ "required": true, "content": content });
        }
    }
    described
}

fn parameter(field: &Field, place: &str) -> Value {
    json!({
        "name": field.name, "in": place, "required": field.needed, "description": field.words,
        "schema": shapes::schema(field.of),
    })
}

fn worded(field: &Field) -> Value {
    let mut schema = shapes::schema(field.of);
    schema["description"] = json!(field.words);
    schema
}

/// `get_accounts_code_items`.
fn operation_id(operation: &Operation) -> String {
    let path = operation.path.trim_start_matches("/api/v1/").replace(['{', '}'], "").replace('/', "_");
    format!("{}_{path}", operation.method.to_lowercase())
}

fn rights_words(operation: &Operation) -> String {
    let scope =
        operation.action.scope().map_or("a person, no key".to_owned(), |scope| format!("scope `{}`", scope.code()));
    format!("Takes the right `{}`; {scope}.", operation.action.code())
}

fn path_parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{').and_then(|part| part.strip_suffix('}')))
}

/// `GET /api/docs`: the same for people, without a script.
pub(crate) async fn page() -> Response {
    let all = operations();
    let body = html! {
        article.doc {
            h1 { "The API" }
            p {
                "Every operation below lies under this server's address, takes "
                code { "Authorization: Bearer dw_…" }
                " and answers JSON. " a.l href="/api/openapi.json" { "The OpenAPI 3.1 document" } " says the same to programs."
            }
            p { "A POST carries an " code { "Idempotency-Key" } "; lists take " code { "limit" } " and " code { "cursor" } "." }
            h2 { "Operations" }
            nav aria-label="Operations" { ul {
                @for operation in all {
                    li { a.l href={ "#" (operation_id(operation)) } { code { (operation.method) " " (operation.path) } } }
                }
            } }
            @for operation in all { (section_of(operation)) }
            h2 { "Problems" }
            p { "Business refusals keep the codes of the command line. These are the API's own:" }
            table.t {
                thead { tr { th scope="col" { "Code" } th scope="col" { "Status" } th scope="col" { "Meaning" } } }
                tbody { @for (code, status, words) in CODES {
                    tr id={ "problem-" (code) } { th scope="row" { code { (code) } } td { (status) } td { (words) } }
                } }
            }
        }
    };
    bare_page("The API", &body)
}

fn section_of(operation: &Operation) -> maud::Markup {
    let fields = match operation.body {
        Body::Fields(fields) => fields,
        Body::None | Body::File => &[],
    };
    let answer = match operation.answer {
        Shape::One(of) => of.to_owned(),
        Shape::List(of, _) => format!("a page of {of}"),
    };
    html! {
        section id=(operation_id(operation)) {
            h3 { code { (operation.method) " " (operation.path) } }
            p { (operation.summary) " " (rights_words(operation).replace('`', "")) " Answers " (operation.status) ", " (answer) "." }
            @if !operation.query.is_empty() || !fields.is_empty() {
                table.t {
                    thead { tr { th scope="col" { "Name" } th scope="col" { "Where" } th scope="col" { "Type" } th scope="col" { "Meaning" } } }
                    tbody {
                        @for (place, field) in operation.query.iter().map(|f| ("query", f)).chain(fields.iter().map(|f| ("body", f))) {
                            tr {
                                th scope="row" { code { (field.name) } }
                                td { (place) @if field.needed { ", needed" } } td { (field.of) } td { (field.words) }
                            }
                        }
                    }
                }
            }
        }
    }
}
