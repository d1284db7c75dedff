//! What was refused is mended, not typed again: a form that could not be recorded is shown again on the page it came from,
//! with every value as it was typed, and why. One way for every form: an address that takes a form names the page that has it
//! ([`crate::routes`]), which is rendered anew and filled ([`crate::refill`]). With a script a dialog stays open as it is, and
//! takes the sentence out of the same answer.

use std::convert::Infallible;
use std::sync::{Arc, Mutex, PoisonError};

use axum::body::{Body, to_bytes};
use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::answer::Problem;
use crate::refill::{Refused, refilled};
use crate::routes::FORM_BYTES;

/// Does what the form asks for; where it is refused, answers with `page`, asked for at the form's own address, filled again.
/// The query of that address is the page's: a form carries in its action what its page was opened with.
pub(crate) async fn shown_again<F>(request: Request, next: Next, page: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let (parts, body) = request.into_parts();
    let Ok(bytes) = to_bytes(body, FORM_BYTES).await else {
        return Problem::Malformed("The form is too large to be read.".into()).into_response();
    };
    let request = |body: Body| Request::from_parts(parts.clone(), body);
    let answer = next.run(request(bytes.clone().into())).await;
    let Some(why) = answer.extensions().get::<Refused>().cloned() else { return answer };
    let Ok(Form(sent)) = Form::<Vec<(String, String)>>::from_request(request(bytes.into()), &()).await else {
        return answer;
    };
    again(parts, answer, page, &sent, &why).await
}

/// The same for a form with files in it, which is not read before: the handler notes what it reads of it ([`Typed`]). Files are
/// chosen anew, as browsers ask for that.
pub(crate) async fn upload_shown_again<F>(mut request: Request, next: Next, page: impl FnOnce(Request) -> F) -> Response
where
    F: Future<Output = Response>,
{
    let typed = Typed::default();
    request.extensions_mut().insert(typed.clone());
    let (parts, body) = request.into_parts();
    let answer = next.run(Request::from_parts(parts.clone(), body)).await;
    let Some(mut why) = answer.extensions().get::<Refused>().cloned() else { return answer };
    let sent = typed.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if !why.words.starts_with("Choose") && !sent.without_file {
        why.words.push_str(" Choose the file again.");
    }
    again(parts, answer, page, &sent.fields, &why).await
}

/// What a form with files in it said, as far as it was read.
#[derive(Debug, Clone, Default)]
pub(crate) struct Typed(Arc<Mutex<Noted>>);

#[derive(Debug, Clone, Default)]
struct Noted {
    fields: Vec<(String, String)>,
    /// Nobody chose a file: there is none to be chosen again.
    without_file: bool,
}

impl Typed {
    /// What is noted for a request; nothing of it is shown where its address takes no files.
    pub(crate) fn of(parts: &Parts) -> Self {
        parts.extensions.get::<Self>().cloned().unwrap_or_default()
    }

    /// Notes a field.
    pub(crate) fn note(&self, name: &str, value: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fields.push((name.to_owned(), value.to_owned()));
    }

    /// Notes whether a file was chosen.
    pub(crate) fn with_file(&self, chosen: bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).without_file = !chosen;
    }
}

impl<S: Sync> FromRequestParts<S> for Typed {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(parts))
    }
}

/// The page with what was sent, or the refusal alone where there is no such page any more.
async fn again<F>(
    parts: Parts,
    answer: Response,
    page: impl FnOnce(Request) -> F,
    sent: &[(String, String)],
    why: &Refused,
) -> Response
where
    F: Future<Output = Response>,
{
    let action = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
    let mut looks = Request::from_parts(parts, Body::empty());
    *looks.method_mut() = Method::GET;
    filled(page(looks).await, &action, sent, why, answer.status()).await.unwrap_or(answer)
}

/// The page with the form filled; `None` where there is no such page any more.
pub(crate) async fn filled(
    page: Response,
    action: &str,
    sent: &[(String, String)],
    why: &Refused,
    status: StatusCode,
) -> Option<Response> {
    if page.status() != StatusCode::OK {
        return None;
    }
    let bytes = to_bytes(page.into_body(), usize::MAX).await.ok()?;
    let filled = refilled(std::str::from_utf8(&bytes).ok()?, action, sent, why);
    let html = (header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    Some((status, [html], filled).into_response())
}
