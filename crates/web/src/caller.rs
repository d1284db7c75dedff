//! Who asks: the person of the session, at work on the book as it is now.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use dunwell_desk::Desk;
use dunwell_desk::look::status::DataAsOf;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::rights::{Action, may};
use dunwell_desk::sign_in::Session;

use crate::answer::Problem;
use crate::kept_pages::CSRF_MARK;

/// A signed-in person with a book before them. The gate puts it beside every request it lets through.
#[derive(Debug, Clone)]
pub(crate) struct Caller {
    /// The desk they work at.
    pub(crate) desk: Desk,
    /// Their session.
    pub(crate) session: Session,
    /// Their session's token, for signing out.
    pub(crate) token: String,
    /// How many requests wait for a signature, for somebody who may sign; 0 for everybody else.
    pub(crate) waiting: i64,
    /// Today in the book's time zone.
    pub(crate) today: Date,
    /// Up to when the figures know what happened.
    pub(crate) data_as_of: DataAsOf,
    /// Whether the page they get is kept: its forms then carry marks, which are filled in whenever it is shown.
    pub(crate) is_kept: bool,
}

impl Caller {
    /// The page they get is kept: what belongs to their session alone stands in it as a mark.
    pub(crate) fn keep(&mut self) {
        self.session.csrf.clone_from(&CSRF_MARK);
        self.is_kept = true;
    }

    /// Whether the table of rights lets them do it: what it does not is not offered.
    pub(crate) fn may(&self, action: Action) -> bool {
        may(Some(self.session.role), action).is_ok()
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or(Problem::SignIn)
    }
}
