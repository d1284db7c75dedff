//! How the API says no: RFC 9457 problems, with the codes of the command line's refusals.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use dunwell_desk::{Refusal, Stop};
use dunwell_store::fault::Fault;
use serde_json::{Value, json};

/// Why an operation was not done.
#[derive(Debug)]
pub(crate) struct Trouble {
    status: StatusCode,
    code: String,
    detail: String,
    details: Value,
}

/// The codes that only the API has, with their status and what they mean. Business refusals keep their own codes.
pub(crate) const CODES: [(&str, u16, &str); 18] = [
    ("malformed", 400, "the body or a parameter cannot be read"),
    ("unknown_parameter", 400, "the operation has no such parameter or field"),
    ("idempotency_key_required", 400, "a POST carries an Idempotency-Key of 1 to 255 printable characters"),
    ("not_signed_in", 401, "send Authorization: Bearer dw_…, or the cookie of a session"),
    ("forged", 403, "a request with a session's cookie must come from a page of this server"),
    ("proof_needed", 403, "a signature takes a fresh proof of who signs: sign on the approvals screen"),
    ("role_cannot", 403, "the role may not do it"),
    ("scope_cannot", 403, "the API key is not good for it"),
    ("method_not_allowed", 405, "the address does not take this method; Allow names what it takes"),
    ("no_such_address", 404, "the API has no such address, or a part of it is nothing that could be there"),
    ("version_conflict", 409, "somebody changed it since you looked; details.current is what is there now"),
    ("already_done", 409, "it was done under this key and its answer was lost; details.batch holds what was recorded"),
    ("too_large", 413, "the body is larger than the operation takes"),
    ("content_type", 415, "the body must be application/json"),
    ("nul_character", 422, "an address holds the character NUL, which nothing is called by"),
    ("empty_file", 422, "the body is the file that is read, and it is empty"),
    ("idempotency_key_reused", 422, "the key was used for another body"),
    ("fault", 500, "the server failed; nothing was recorded"),
];

impl Trouble {
    /// A problem of the API's own, by its code in [`CODES`].
    pub(crate) fn own(code: &str, detail: impl Into<String>) -> Self {
        let status = CODES.iter().find(|(known, ..)| *known == code).map_or(500, |(_, status, _)| *status);
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        Self { status, code: code.into(), detail: detail.into(), details: json!({}) }
    }

    /// The same, with what a program needs to mend it.
    pub(crate) fn with(self, details: Value) -> Self {
        Self { details, ..self }
    }

    /// Whether another request with the same key recorded first.
    pub(crate) fn is_claimed(&self) -> bool {
        self.code == "request_claimed"
    }
}

impl From<Refusal> for Trouble {
    fn from(refusal: Refusal) -> Self {
        let status = match &refusal {
            Refusal::UnknownAccount(_) | Refusal::UnknownItem { .. } | Refusal::NotFound { .. } => {
                StatusCode::NOT_FOUND
            }
            Refusal::RoleCannot { .. } | Refusal::ScopeCannot { .. } | Refusal::Approval { .. } => {
                StatusCode::FORBIDDEN
            }
            Refusal::NotSignedIn => StatusCode::UNAUTHORIZED,
            Refusal::FactsMoved(_) | Refusal::RequestClaimed | Refusal::VersionConflict { .. } => StatusCode::CONFLICT,
            Refusal::TooManyAttempts { .. } => StatusCode::TOO_MANY_REQUESTS,
            _ => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let status = match refusal.code() {
            "already_decided" => StatusCode::CONFLICT,
            "not_found" => StatusCode::NOT_FOUND,
            _ => status,
        };
        Self { status, code: refusal.code().into(), detail: refusal.to_string(), details: refusal.details() }
    }
}

impl From<Stop> for Trouble {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(refusal) => refusal.into(),
            Stop::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        eprintln!("dunwell: {fault}");
        Self::own("fault", "Something failed and nothing was recorded; the log of the server says more.")
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let problem = json!({
            "type": format!("/api/docs#problem-{}", self.code),
            "title": self.status.canonical_reason().unwrap_or("Refused"),
            "status": self.status.as_u16(),
            "code": self.code,
            "detail": self.detail,
            "details": self.details,
        });
        let kind = [(header::CONTENT_TYPE, "application/problem+json")];
        let mut response = (self.status, kind, problem.to_string()).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
