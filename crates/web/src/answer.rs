//! How handlers answer: a page, or a problem in words a person can act on.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use dunwell_desk::{Refusal, Stop};
use dunwell_store::fault::Fault;
use maud::{DOCTYPE, Markup, html};

use crate::refill::Refused;
use crate::words::spoken;

/// What a handler answers.
pub(crate) type Answer = Result<Response, Problem>;

/// Why a page cannot be shown or an act was not done.
#[derive(Debug)]
pub(crate) enum Problem {
    /// The business says no.
    Refused(Refusal),
    /// The database or the disk failed; the words are for the log, not for the page.
    Fault(String),
    /// There is no such page.
    NotFound,
    /// Nobody is signed in.
    SignIn,
    /// The form did not come from a page of ours.
    Forged,
    /// What was sent cannot be read.
    Malformed(String),
    /// The form was sent before with other values, which were recorded.
    SentBefore,
}

impl From<Stop> for Problem {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(refusal) => Self::Refused(refusal),
            Stop::Fault(fault) => fault.into(),
        }
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault.to_string())
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl Problem {
    /// The status code: 404 for what is not there, 403 for what one may not, 409 for facts that moved, else 422.
    pub(crate) fn status(&self) -> StatusCode {
        match self {
            Self::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::SignIn => StatusCode::UNAUTHORIZED,
            Self::Forged => StatusCode::FORBIDDEN,
            Self::Malformed(_) | Self::SentBefore => StatusCode::BAD_REQUEST,
            Self::Refused(refusal) => match refusal {
                Refusal::UnknownAccount(_) | Refusal::UnknownItem { .. } | Refusal::NotFound { .. } => {
                    StatusCode::NOT_FOUND
                }
                Refusal::RoleCannot { .. } => StatusCode::FORBIDDEN,
                Refusal::FactsMoved(_) | Refusal::VersionConflict { .. } => StatusCode::CONFLICT,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            },
        }
    }

    /// What happened, for a person: a heading and a sentence.
    pub(crate) fn words(&self) -> (&'static str, String) {
        match self {
            Self::Refused(refusal) => ("This was not done", refusal.to_string()),
            Self::Fault(_) => {
                ("Something failed", "Nothing was recorded. Try again; the log of the server says more.".into())
            }
            Self::NotFound => ("There is no such page", "The address may be old, or mistyped.".into()),
            Self::SignIn => ("Please sign in", "Your session has ended. Nothing was recorded.".into()),
            Self::Forged => (
                "This was not done",
                "The form did not come from a page of this workbench. Open the page again.".into(),
            ),
            Self::Malformed(why) => ("This was not done", why.clone()),
            Self::SentBefore => (
                "This was not done",
                "This form was sent before with other values, and that was recorded. Open it again to add to it."
                    .into(),
            ),
        }
    }

    /// What a form says that is shown again because of it, with all that was typed. A form of which something was recorded is
    /// not shown again, nor one that is not ours.
    pub(crate) fn of_form(&self) -> Option<Refused> {
        let about = match self {
            Self::Refused(Refusal::BadValue { what, .. }) => Some(*what),
            Self::Refused(Refusal::UnknownAccount(_)) => Some("account"),
            Self::Refused(Refusal::UnknownItem { .. }) => Some("document"),
            Self::Refused(_) | Self::Malformed(_) | Self::Fault(_) => None,
            Self::NotFound | Self::SignIn | Self::Forged | Self::SentBefore => return None,
        };
        Some(Refused { words: spoken(&self.words().1), about })
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        if let Self::Fault(fault) = &self {
            eprintln!("dunwell: {fault}");
        }
        if matches!(self, Self::SignIn) {
            return Redirect::to("/sign-in").into_response();
        }
        let (heading, sentence) = self.words();
        let body = html! {
            section.notice role="alert" { h1 { (heading) } p { (sentence) } p { a.l href="/" { "Back to the worklist" } } }
        };
        let mut response = (self.status(), bare_page(heading, &body)).into_response();
        if let Some(refused) = self.of_form() {
            response.extensions_mut().insert(refused);
        }
        response
    }
}

/// A page without the frame: signing in, and problems.
pub(crate) fn bare_page(title: &str, body: &Markup) -> Response {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head { (crate::frame::head(title)) }
            body.bare { main id="main" { (body) } }
        }
    };
    html_response(page)
}

/// Markup as a response.
pub(crate) fn html_response(markup: Markup) -> Response {
    ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], markup.into_string()).into_response()
}
