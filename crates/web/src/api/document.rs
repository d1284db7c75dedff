//! The OpenAPI 3.1 document, written from the table of operations, and a page of it for people.

use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::html;
use serde_json::{Map, Value, json};

use super::operation::{Body, Field, Operation, Shape};
use super::trouble::CODES;
use super::types::schema;
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
            "responses": noes(),
        },
    })
}

fn described(operation: &Operation) -> Value {
    let mut parameters: Vec<Value> = path_parameters(operation.path)
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": path_schema(name) }))
        .collect();
    parameters.extend(operation.query.iter().map(|field| parameter(field, "query")));
    if operation.method == "POST" {
        parameters.push(json!({
            "name": "Idempotency-Key", "in": "header", "required": true,
            "description": "a repeat under the same key is answered as the first was, with Idempotency-Replayed: true",
            "schema": { "type": "string", "pattern": "^[!-~]([ -~]{0,253}[!-~])?$" },
        }));
    }
    let mut described = json!({
        "operationId": operation_id(operation),
        "summary": operation.summary,
        "description": rights_words(operation),
        "parameters": parameters,
        "responses": responses(operation),
    });
    match &operation.body {
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

/// What an operation answers: when it is done, and every way it says no.
fn responses(operation: &Operation) -> Value {
    let mut done = json!({
        "description": "done",
        "content": { "application/json": { "schema": shapes::answer(operation.answer) } },
    });
    let posts = operation.method == "POST";
    if posts {
        let replayed =
            json!({ "description": "the answer of the same request made before", "schema": { "const": "true" } });
        done["headers"] = json!({ "Idempotency-Replayed": replayed });
    }
    let links = links(operation);
    if !links.is_empty() {
        done["links"] = Value::Object(links);
    }
    let mut all = Map::from_iter([(operation.status.to_string(), done)]);
    for (status, ..) in NOES.iter().filter(|(_, of_posts, _)| posts || !of_posts) {
        all.insert(status.to_string(), json!({ "$ref": format!("#/components/responses/{status}") }));
    }
    Value::Object(all)
}

/// The ways of saying no: the status, whether only operations that record have it, and what it means.
const NOES: [(u16, bool, &str); 10] = [
    (400, false, "what was sent does not fit this document"),
    (401, false, "nobody is signed in, or the key is not good"),
    (403, false, "the role may not do it, or the key is not good for it"),
    (404, false, "what the request names is not there"),
    (409, true, "facts moved, or it was done or decided before"),
    (413, true, "the body is larger than the operation takes"),
    (415, true, "the body is not of the type that the operation takes"),
    (422, false, "refused by a rule of the business, or a key that was used for another body"),
    (429, true, "too many attempts; Retry-After says when to try again"),
    (500, false, "the server failed; nothing was recorded"),
];

/// [`NOES`] as the document's own responses.
fn noes() -> Value {
    let problem = |words: &str| {
        json!({
            "description": words, "content": { "application/problem+json": { "schema": schema("Problem") } },
        })
    };
    let mut all: Map<String, Value> =
        NOES.iter().map(|(status, _, words)| (status.to_string(), problem(words))).collect();
    let schemes = json!({ "description": "how to sign in", "required": true, "schema": { "const": "Bearer" } });
    all["401"]["headers"] = json!({ "WWW-Authenticate": schemes });
    Value::Object(all)
}

/// Where to go on from a list: its first row names what the operations below its address take.
fn links(operation: &Operation) -> Map<String, Value> {
    let Shape::List(of, _) = operation.answer else { return Map::new() };
    let Some((_, row)) = NAMED_BY.iter().find(|(shape, _)| *shape == of) else { return Map::new() };
    let below = operation.path.to_owned() + "/{";
    let takes = operations().iter().filter(|other| other.path.starts_with(&below));
    let link = |other: &Operation| {
        let inherited = path_parameters(operation.path).map(|name| (name, format!("$request.path.{name}")));
        let own = path_parameters(other.path).last().map(|name| (name, format!("$response.body#/data/0/{row}")));
        let parameters: Map<String, Value> =
            inherited.chain(own).map(|(name, from)| (name.to_owned(), json!(from))).collect();
        json!({ "operationId": operation_id(other), "parameters": parameters })
    };
    takes.map(|other| (operation_id(other), link(other))).collect()
}

/// The field by which a row of a list is named.
const NAMED_BY: [(&str, &str); 9] = [
    ("ListedAccount", "account"),
    ("Contact", "contact"),
    ("Task", "task"),
    ("Notice", "notice"),
    ("Approval", "request"),
    ("Import", "import"),
    ("User", "name"),
    ("PolicyDraft", "draft"),
    ("Receipt", "receipt"),
];

fn parameter(field: &Field, place: &str) -> Value {
    json!({
        "name": field.name, "in": place, "required": field.needed, "description": field.words,
        "schema": schema(&field.of),
    })
}

fn worded(field: &Field) -> Value {
    let of = if field.needed { field.of.clone() } else { format!("{}?", field.of) };
    let mut schema = schema(&of);
    schema["description"] = json!(field.words);
    schema
}

/// The schema of a parameter of a path.
fn path_schema(name: &str) -> Value {
    schema(path_type(name))
}

/// The type of a part of an address, by its name.
pub(crate) fn path_type(name: &str) -> &'static str {
    match name {
        "id" => "id",
        "month" => "month",
        _ => "name",
    }
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
    let fields: &[Field] = match &operation.body {
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
