//! Forms that were sent: read once, done once.
//!
//! Every form carries the session's secret (`csrf`) and a number of its own (`once`). What is recorded for a form claims its
//! number in the same transaction, so that a double click, a second tab or a repeated request is answered as the first was.

use axum::extract::{Form, FromRequest, FromRequestParts, Request};
use axum::response::{IntoResponse, Redirect};
use dunwell_desk::idempotency::{self, Earlier, StoredAnswer};
use dunwell_desk::{Desk, Refusal};
use maud::{Markup, html};
use tokio::sync::Semaphore;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::kept::random;
use crate::kept_pages::ONCE_MARK;

/// Acts that are recorded at once. Who records holds a connection while asking for another: more at once than half the
/// connections there are would wait for each other for ever.
pub(crate) static ACTS: Semaphore = Semaphore::const_new(4);

/// A form that came from a page of ours, with who sent it.
pub(crate) struct Posted {
    /// Who sent it.
    pub(crate) caller: Caller,
    /// Where to.
    path: String,
    fields: Fields,
}

/// The fields of a form, in the order they stand.
#[derive(Debug, Clone)]
pub(crate) struct Fields(Vec<(String, String)>);

impl Fields {
    /// The first value of a field; none where it is missing or blank.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.trim()).filter(|value| !value.is_empty())
    }

    /// All of it, as it was sent.
    pub(crate) fn sent(&self) -> &[(String, String)] {
        &self.0
    }

    /// Whether the form has a field, blank or not.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(known, _)| known == name)
    }

    /// The value of a field the form cannot do without.
    pub(crate) fn needed(&self, name: &'static str) -> Result<&str, Problem> {
        let why = "it must be filled in".to_owned();
        self.text(name).ok_or_else(|| Refusal::BadValue { what: name, value: String::new(), why }.into())
    }

    /// Every value of a field that may stand several times.
    pub(crate) fn every(&self, name: &str) -> Vec<String> {
        self.0
            .iter()
            .filter(|(known, value)| known == name && !value.is_empty())
            .map(|(_, value)| value.clone())
            .collect()
    }

    /// Where to go once it is done: an address of this workbench that the form names, or `otherwise`.
    pub(crate) fn back(&self, otherwise: &str) -> String {
        let ours = |path: &&str| {
            let begins = path.starts_with('/') && !path.starts_with("//");
            begins && path.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\')
        };
        self.text("back").filter(ours).unwrap_or(otherwise).to_owned()
    }

    /// A day; none where it is missing, refused where it is no day.
    pub(crate) fn day(&self, name: &'static str) -> Result<Option<dunwell_desk::rules::calendar::Date>, Problem> {
        let read = |text: &str| {
            let why = "write it as 2026-11-20".to_owned();
            text.parse().map_err(|_| Refusal::BadValue { what: name, value: text.into(), why }.into())
        };
        self.text(name).map(read).transpose()
    }
}

impl<S: Sync + Send> FromRequest<S> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let caller = Caller::from_request_parts(&mut parts, state).await?;
        let path = parts.uri.path().to_owned();
        let request = Request::from_parts(parts, body);
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(request, state)
            .await
            .map_err(|error| Problem::Malformed(format!("The form cannot be read: {error}")))?;
        let fields = Fields(fields);
        if fields.text("csrf") != Some(caller.session.csrf.as_str()) {
            return Err(Problem::Forged);
        }
        Ok(Self { caller, path, fields })
    }
}

impl Posted {
    /// The fields of a form whose words must leave no trace, not even a hash: passwords and codes. What is done for it must
    /// be safe to do twice.
    pub(crate) fn unkept(self) -> (Caller, Fields) {
        (self.caller, self.fields)
    }

    /// The first value of a field.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.fields.text(name)
    }

    /// The fields as they were sent, for the page that is shown when they cannot be recorded.
    pub(crate) fn fields(&self) -> &Fields {
        &self.fields
    }

    /// Takes a field out, so that nothing of it is kept with the form: a password, or a code.
    pub(crate) fn take(&mut self, name: &str) -> Option<String> {
        let taken = self.fields.text(name).map(str::to_owned);
        self.fields.0.retain(|(known, _)| known != name);
        taken
    }

    /// Does `act` once for this form and goes where it says; a form that was sent before goes where it went then.
    pub(crate) async fn once<F>(self, act: impl FnOnce(Desk, Fields) -> F) -> Answer
    where
        F: Future<Output = Result<String, Problem>>,
    {
        let Self { caller, path, fields } = self;
        let mut desk = caller.desk;
        let sent: Vec<String> =
            fields.0.iter().filter(|(name, _)| name != "csrf").map(|(name, value)| format!("{name}={value}")).collect();
        let principal = format!("user:{}", desk.user);
        let claim = idempotency::claim(&principal, &path, fields.needed("once")?, sent.join("\n").as_bytes())?;
        if let Some(place) = earlier(&desk, &claim).await? {
            return Ok(Redirect::to(&place).into_response());
        }
        desk.request = Some(claim.clone());
        let _turn = ACTS.acquire().await;
        let place = match act(desk.clone(), fields).await {
            Ok(place) => place,
            // Another request of the same form was faster: it is answered alike.
            Err(Problem::Refused(Refusal::RequestClaimed)) => {
                earlier(&desk, &claim).await?.unwrap_or_else(|| "/".into())
            }
            Err(problem) => return Err(problem),
        };
        let answer =
            StoredAnswer { status: 303, content_type: "text/uri-list".into(), body: place.clone().into_bytes() };
        idempotency::keep_answer(&desk.book, &claim, &answer, (desk.clock)()).await?;
        Ok(Redirect::to(&place).into_response())
    }
}

/// Where the same form went when it was sent before.
async fn earlier(desk: &Desk, claim: &idempotency::RequestClaim) -> Result<Option<String>, Problem> {
    Ok(match idempotency::earlier_answer(&desk.book, claim).await? {
        Earlier::None => None,
        Earlier::Same(answer) => Some(String::from_utf8(answer.body).unwrap_or_else(|_| "/".into())),
        Earlier::AlreadyDone { .. } => Some("/".into()),
        Earlier::Different => return Err(Problem::SentBefore),
    })
}

/// Where a form goes once it is done. On the worklist the script puts the next account of the list here.
pub(crate) fn back_field(place: &str) -> Markup {
    html! { input type="hidden" name="back" value=(place); }
}

/// The hidden fields of every form.
pub(crate) fn form_fields(caller: &Caller) -> Markup {
    let once = if caller.is_kept { ONCE_MARK.clone() } else { random() };
    html! {
        input type="hidden" name="csrf" value=(caller.session.csrf);
        input type="hidden" name="once" value=(once);
    }
}
