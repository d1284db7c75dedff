//! From a request to an answer: who asks, may they, is it well formed, was it done before.

use std::collections::HashMap;

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use dunwell_desk::api_keys::authenticate_key;
use dunwell_desk::idempotency::{self, Earlier, RequestClaim, StoredAnswer};
use dunwell_desk::refusal::by_today;
use dunwell_desk::{Desk, sign_in};
use serde_json::{Map, Value, json};

use super::document::path_type;
use super::operation::{Asked, Body, Field, Operation, day_of};
use super::trouble::Trouble;
use super::types::{fits, fits_text, said};
use crate::gate::{NUL, cookie_name, from_our_pages, holds_nul, session_token};
use crate::house::House;
use crate::posted::ACTS;

/// The most bytes of a JSON body, and of a file that is read in.
const JSON_BYTES: usize = 256 * 1024;
const FILE_BYTES: usize = 64 * 1024 * 1024;
/// The most characters of an idempotency key.
const MOST_KEY: usize = 255;
/// The type of every answer.
const JSON: &str = "application/json";

/// Who asks.
struct Asker {
    desk: Desk,
    /// Under whose name idempotency keys are kept.
    principal: String,
    elevated: bool,
}

/// Answers one request.
pub(crate) async fn answer(house: House, operation: &'static Operation, request: Request) -> Response {
    match answered(&house, operation, request).await {
        Ok(response) => response,
        Err(trouble) => trouble.into_response(),
    }
}

async fn answered(house: &House, operation: &'static Operation, request: Request) -> Result<Response, Trouble> {
    let nul = holds_nul(request.uri());
    let (mut parts, body) = request.into_parts();
    let asker = asker(house, &parts).await?;
    asker.desk.may(operation.action)?;
    let limit = if matches!(operation.body, Body::File) { FILE_BYTES } else { JSON_BYTES };
    let file = to_bytes(body, limit)
        .await
        .map_err(|_| Trouble::own("too_large", format!("The body must have at most {limit} bytes.")))?;
    let path = Path::from_request_parts(&mut parts, &()).await;
    let path: HashMap<String, String> = path.map_or_else(|_| HashMap::new(), |Path(path)| path);
    if let Some((name, value)) = path.iter().find(|(name, value)| !fits_text(path_type(name), value)) {
        let words = format!("There is no {value}: {name} must be {}.", said(path_type(name)));
        return Err(Trouble::own("no_such_address", words));
    }
    let query = query_of(operation, &mut parts).await?;
    let claim = match operation.method {
        "POST" => Some(claim_of(&asker, &parts, &file)?),
        _ => None,
    };
    let today = house.today(&asker.desk);
    let on = match query.get("on").filter(|text| !text.is_empty()) {
        Some(text) => day_of("on", text)?,
        None => today,
    };
    let fields = fields_of(operation, &parts.headers, &file)?;
    if nul {
        return Err(Trouble::own("nul_character", NUL));
    }
    // What does not fit the document is said first, and only then what the business refuses.
    if operation.method == "POST" {
        by_today(on, today)?;
    }
    let asked = Asked { desk: asker.desk, on, elevated: asker.elevated, path, query, fields, file };
    match claim {
        Some(claim) => once(operation, asked, claim).await,
        None => {
            let done = (operation.does)(asked).await?;
            Ok((StatusCode::OK, [(header::CONTENT_TYPE, JSON)], done.to_string()).into_response())
        }
    }
}

/// A method that an address does not take: a problem for programs, a page for people.
pub(crate) async fn no_method(uri: Uri, method: Method) -> Response {
    if uri.path().starts_with("/api/") {
        let words = format!("{} does not take {method}; the Allow header names what it takes.", uri.path());
        return Trouble::own("method_not_allowed", words).into_response();
    }
    StatusCode::METHOD_NOT_ALLOWED.into_response()
}

/// An address that is none: a problem for programs, a page for people.
pub(crate) async fn nowhere(uri: Uri) -> Response {
    if uri.path().starts_with("/api/") {
        return Trouble::own("no_such_address", format!("There is no {}; see /api/docs.", uri.path())).into_response();
    }
    crate::answer::Problem::NotFound.into_response()
}

/// A key where one is sent, else a session. A browser sends its cookie along with whatever another site makes it ask, so a
/// session's request that changes something must come from a page of ours.
async fn asker(house: &House, parts: &Parts) -> Result<Asker, Trouble> {
    let unknown = || Trouble::own("not_signed_in", "Send an API key as bearer, or the cookie of a session.");
    let (book, now) = (house.open_book().await?, (house.clock)());
    if let Some(value) = parts.headers.get(header::AUTHORIZATION) {
        let bearer = value.to_str().ok().and_then(|text| text.split_once(' '));
        let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, key)| key.trim());
        let holder = authenticate_key(&book, bearer.ok_or_else(unknown)?, now).await?.ok_or_else(unknown)?;
        let principal = format!("key:{}", holder.key);
        return Ok(Asker { desk: holder.at_work(book, house.clock).keeping(&house.books), principal, elevated: false });
    }
    let token = session_token(&parts.headers, cookie_name(house)).ok_or_else(unknown)?;
    if !matches!(parts.method, Method::GET | Method::HEAD) && !from_our_pages(&parts.headers) {
        return Err(Trouble::own("forged", "The request did not come from a page of this server."));
    }
    let session = sign_in::session(&book, &token, now).await?.ok_or_else(unknown)?;
    let desk = Desk::of(book, &session.user, session.role, house.clock).keeping(&house.books);
    Ok(Asker { principal: format!("user:{}", session.user), desk, elevated: session.elevated })
}

async fn query_of(operation: &Operation, parts: &mut Parts) -> Result<HashMap<String, String>, Trouble> {
    let pairs = Query::<Vec<(String, String)>>::from_request_parts(parts, &()).await;
    let Query(pairs) = pairs.map_err(|error| Trouble::own("malformed", format!("The query: {error}.")))?;
    for (name, value) in &pairs {
        let known = operation.query.iter().find(|field| field.name == name);
        let known = known.ok_or_else(|| unknown(name, &operation.query))?;
        if !fits_text(&known.of, value) {
            let words = format!("{name} '{value}' is refused: it must be {}.", said(&known.of));
            return Err(Trouble::own("malformed", words));
        }
    }
    let given = pairs.len();
    let query: HashMap<String, String> = pairs.into_iter().collect();
    if query.len() < given {
        return Err(Trouble::own("malformed", "The query gives a parameter more than once."));
    }
    for field in operation.query.iter().filter(|field| field.needed) {
        if !query.contains_key(field.name) {
            return Err(Trouble::own("malformed", format!("The query needs {}: {}.", field.name, field.words)));
        }
    }
    Ok(query)
}

fn unknown(name: &str, known: &[Field]) -> Trouble {
    let names: Vec<&str> = known.iter().map(|field| field.name).collect();
    Trouble::own("unknown_parameter", format!("There is no '{name}' here.")).with(json!({ "known": names }))
}

/// The fields of a JSON body: each known, each of its type, and all that are needed.
fn fields_of(operation: &Operation, headers: &HeaderMap, body: &Bytes) -> Result<Map<String, Value>, Trouble> {
    let known = match &operation.body {
        Body::Fields(known) => known,
        Body::None if !matches!(&body[..], b"" | b"{}") => {
            return Err(Trouble::own("malformed", "This operation takes no body."));
        }
        Body::File if body.is_empty() && !headers.contains_key(header::CONTENT_TYPE) => {
            return Err(Trouble::own("malformed", "The body is the file; there is none."));
        }
        Body::File if body.is_empty() => return Err(Trouble::own("empty_file", "The body is the file; it is empty.")),
        Body::None | Body::File => return Ok(Map::new()),
    };
    let mut fields = Map::new();
    if !body.is_empty() {
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if kind.split(';').next().map(str::trim) != Some(JSON) {
            return Err(Trouble::own("content_type", format!("Send the body as {JSON}.")));
        }
        let read = serde_json::from_slice(body);
        fields = read.map_err(|error| Trouble::own("malformed", format!("The body is no JSON object: {error}.")))?;
    }
    let of = |name: &String| known.iter().find(|field| field.name == name).ok_or_else(|| unknown(name, known));
    // What the operation does not know is said first, whatever else is wrong.
    let given = fields.iter().map(|(name, value)| Ok((of(name)?, value))).collect::<Result<Vec<_>, Trouble>>()?;
    for (field, value) in given {
        let left_out = value.is_null() && !field.needed;
        if !left_out && !fits(&field.of, value) {
            return Err(Trouble::own("malformed", format!("{} must be {}, not {value}.", field.name, said(&field.of))));
        }
    }
    match known.iter().find(|field| field.needed && !fields.contains_key(field.name)) {
        None => Ok(fields),
        Some(field) => Err(Trouble::own("malformed", format!("The body needs {}: {}.", field.name, field.words))),
    }
}

fn claim_of(asker: &Asker, parts: &Parts, body: &Bytes) -> Result<RequestClaim, Trouble> {
    let key = parts.headers.get("idempotency-key").and_then(|key| key.to_str().ok()).unwrap_or_default();
    let printable = key.len() <= MOST_KEY && key == key.trim() && key.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    if key.is_empty() || !printable {
        let words = "Send an Idempotency-Key, a UUID for instance: a repeat under it is answered and not done again.";
        return Err(Trouble::own("idempotency_key_required", words));
    }
    // What the query says is part of what is asked.
    let query = parts.uri.query().unwrap_or_default().as_bytes();
    let whole = [query, b"\n", body].concat();
    Ok(idempotency::claim(&asker.principal, &format!("POST {}", parts.uri.path()), key, &whole)?)
}

/// Does it once under its key. A task of several transactions is safe to repeat by its own business keys, and holds no claim.
async fn once(operation: &'static Operation, mut asked: Asked, claim: RequestClaim) -> Result<Response, Trouble> {
    let desk = asked.desk.clone();
    if let Some(response) = earlier(&desk, &claim).await? {
        return Ok(response);
    }
    asked.desk.request = (!operation.repeatable).then(|| claim.clone());
    let _turn = if operation.repeatable { None } else { ACTS.acquire().await.ok() };
    let done = match (operation.does)(asked).await {
        // Another request under the key was faster: both are answered alike.
        Err(trouble) if trouble.is_claimed() => return earlier(&desk, &claim).await?.ok_or(trouble),
        done => done?,
    };
    let answer =
        StoredAnswer { status: operation.status, content_type: JSON.into(), body: done.to_string().into_bytes() };
    idempotency::keep_answer(&desk.book, &claim, &answer, (desk.clock)()).await?;
    Ok(sent(answer))
}

/// The answer to the same request made before, if there was one.
async fn earlier(desk: &Desk, claim: &RequestClaim) -> Result<Option<Response>, Trouble> {
    match idempotency::earlier_answer(&desk.book, claim).await? {
        Earlier::None => Ok(None),
        Earlier::Same(answer) => {
            let mut response = sent(answer);
            response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
            Ok(Some(response))
        }
        Earlier::AlreadyDone { batch } => {
            let words = "It was done under this key, and its answer was lost.";
            Err(Trouble::own("already_done", words).with(json!({ "batch": batch })))
        }
        Earlier::Different => {
            Err(Trouble::own("idempotency_key_reused", "This key was used for another body: use a new one."))
        }
    }
}

fn sent(answer: StoredAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    (status, [(header::CONTENT_TYPE, answer.content_type)], answer.body).into_response()
}
