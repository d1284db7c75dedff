//! Coming in by the organisation's own sign-in provider: who people are there, and browsers on their way there and back.
//!
//! A user is somebody before they come this way: nobody is added, and no role is given, by what a provider says. A person is
//! known by their number at the provider (issuer and subject). It is linked by themselves while they are signed in, by an
//! administrator who names the number, or by the first sign-in with the verified e-mail address that an administrator awaits.

use dunwell_rules::rights::Action;
use dunwell_store::access::identity::{Errand, IdentityView, NewErrand};
use dunwell_store::book::Book;

use super::{
    ATTEMPTS_OF_ADDRESS, LONGEST, MINUTE, Session, WINDOW, attempt_key, count_attempt, first_let_in_by, live,
    open_session, rotated, token,
};
use crate::desk::{Clock, Desk};
use crate::keep_book::known_user;
use crate::refusal::{Refusal, Result};

/// How long a browser may be at the provider.
const AWAY: i64 = 10 * MINUTE;
/// The longest address of a provider, subject and e-mail address, in bytes.
const ISSUER_BYTES: usize = 500;
const SUBJECT_BYTES: usize = 255;
const EMAIL_BYTES: usize = 254;

/// Why a browser is sent to the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// To sign somebody in.
    SignIn,
    /// To link who comes back to the person who is signed in here.
    Link,
    /// To prove again who is signed in here.
    Proof,
}

impl Purpose {
    const ALL: [Self; 3] = [Self::SignIn, Self::Link, Self::Proof];

    fn code(self) -> &'static str {
        match self {
            Self::SignIn => "sign_in",
            Self::Link => "link",
            Self::Proof => "proof",
        }
    }
}

/// A browser that sets out.
#[derive(Debug, Clone, Copy)]
pub struct SettingOut<'a> {
    /// Why.
    pub purpose: Purpose,
    /// Who is signed in; empty for a sign-in.
    pub user: &'a str,
    /// Where it goes afterwards.
    pub place: &'a str,
    /// What it brings back.
    pub state: &'a str,
    /// What only this browser has.
    pub browser: &'a str,
    /// What the ID token must carry.
    pub nonce: &'a str,
    /// The proof that whoever brings the code is who began.
    pub verifier: &'a str,
}

/// A browser that came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CameBack {
    /// Why it was sent.
    pub purpose: Purpose,
    /// Who was signed in; empty for a sign-in.
    pub user: String,
    /// Where it goes.
    pub place: String,
    /// What the ID token must carry.
    pub nonce: String,
    /// The proof that whoever brings the code is who began.
    pub verifier: String,
}

/// Who somebody is at a provider, which said so in an ID token that was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proven {
    /// The provider.
    pub issuer: String,
    /// Their number there.
    pub subject: String,
    /// Their e-mail address, where the provider verified it.
    pub verified_email: Option<String>,
    /// When they proved there who they are, UTC microseconds; `None` where the provider does not say.
    pub at: Option<i64>,
}

/// Counts, by address like an attempt to sign in, that somebody wants to the provider, before the provider is asked and
/// anything is kept: strangers do not fill the book (`too_many_attempts`). Who comes in is forgiven.
pub async fn count_setting_out(book: &Book, from: &str, now: i64) -> Result<()> {
    count_attempt(book, &attempt_key("provider", from), ATTEMPTS_OF_ADDRESS, now).await
}

/// Sends a browser to the provider, once it was counted ([`count_setting_out`]): what it must bring back is kept for ten
/// minutes.
pub async fn set_out(book: &Book, out: &SettingOut<'_>, now: i64) -> Result<()> {
    book.forget_access(now - LONGEST, now - WINDOW, now - 7 * 24 * 60 * MINUTE).await?;
    let (state, browser) = (token::sha256(out.state), token::sha256(out.browser));
    let errand = NewErrand {
        state_sha256: &state,
        browser_sha256: &browser,
        errand: out.purpose.code(),
        name: out.user,
        place: out.place,
        nonce: out.nonce,
        verifier: out.verifier,
        expires_at: now + AWAY,
    };
    Ok(book.send_on_errand(&errand).await?)
}

/// Why a browser that comes back is not taken: no errand of it waits.
pub fn no_way_back() -> Refusal {
    let why = "this way in was used already, is older than ten minutes, or was begun in another browser; begin again";
    Refusal::ProviderRefused(why.into())
}

/// Takes back a browser that was sent: once, from the same browser, within ten minutes; else refused (`provider_refused`).
pub async fn come_back(book: &Book, state: &str, browser: &str, now: i64) -> Result<CameBack> {
    let (state, browser) = (token::sha256(state), token::sha256(browser));
    // Looked for first: a stranger without an errand makes nobody write.
    let waits = book.read().await?.errand_waits(&state, &browser, now).await?;
    let returned = if waits { book.errand_returned(&state, &browser, now).await? } else { None };
    let Errand { errand, name: user, place, nonce, verifier } = returned.ok_or_else(no_way_back)?;
    let purpose = Purpose::ALL.into_iter().find(|purpose| purpose.code() == errand).ok_or_else(no_way_back)?;
    Ok(CameBack { purpose, user, place, nonce, verifier })
}

/// Signs in who the provider says it is: answers the session's token. Refused for a stranger (`identity_unknown`).
///
/// The proof of who they are is as old as the provider says; where it says nothing it is none, and is asked for before
/// somebody signs or changes secrets.
pub async fn sign_in_by(book: &Book, proven: &Proven, from: &str, clock: Clock) -> Result<String> {
    let now = clock();
    let known = book.read().await?.owner_of_identity(&proven.issuer, &proven.subject).await?;
    let name = match known {
        Some(name) => name,
        None => awaited(book, proven, clock).await?.ok_or(Refusal::IdentityUnknown)?,
    };
    book.forgive_attempt(&attempt_key("provider", from)).await?;
    open_session(book, &name, now, proven.at.unwrap_or(0).min(now)).await
}

/// Links whoever is awaited under the verified e-mail address, if anybody is.
async fn awaited(book: &Book, proven: &Proven, clock: Clock) -> Result<Option<String>> {
    let Some(email) = proven.verified_email.as_deref().map(str::to_lowercase) else { return Ok(None) };
    if email.contains('\0') {
        return Ok(None);
    }
    let Some(name) = book.read().await?.awaited_by_email(&proven.issuer, &email).await? else { return Ok(None) };
    let desk = Desk::open(book.clone(), &name, clock).await?;
    let link = Change::LinkAwaited { issuer: &proven.issuer, subject: &proven.subject, email: &email };
    Ok(changed(&desk, &name, link).await?.then_some(name))
}

/// Proves again who is signed in, by the provider: answers the session's new token. Refused when somebody else comes back
/// (`provider_refused`), and when the provider does not say that they proved it just now.
pub async fn prove_by(book: &Book, session_token: &str, proven: &Proven, from: &str, now: i64) -> Result<String> {
    let token_sha256 = token::sha256(session_token);
    let (row, _) = live(book, &token_sha256, now).await?.ok_or(Refusal::NotSignedIn)?;
    let owner = book.read().await?.owner_of_identity(&proven.issuer, &proven.subject).await?;
    if owner.as_deref() != Some(row.name.as_str()) {
        let why = format!("somebody else came back from there; sign in there as yourself, {}", row.name);
        return Err(Refusal::ProviderRefused(why).into());
    }
    let at = proven.at.filter(|at| now - at < super::FRESH).ok_or_else(|| {
        let why = "it does not say that you proved who you are within the last five minutes (auth_time)";
        Refusal::ProviderRefused(why.into())
    })?;
    book.forgive_attempt(&attempt_key("provider", from)).await?;
    rotated(book, &token_sha256, at.min(now)).await
}

/// Links whoever came back from the provider to the person at work. A caller who shows screens asks for a fresh proof first.
pub async fn link_own(desk: &Desk, proven: &Proven, from: &str) -> Result<()> {
    desk.may(Action::ChangeOwnSecrets)?;
    link(desk, &desk.user, &proven.issuer, &proven.subject).await?;
    Ok(desk.book.forgive_attempt(&attempt_key("provider", from)).await?)
}

/// Links `name` to a subject of a provider, as an administrator. Refused when either has a link already (`identity_linked`).
pub async fn link_identity(desk: &Desk, name: &str, issuer: &str, subject: &str) -> Result<()> {
    desk.may(Action::ResetSecrets)?;
    known_user(desk, name).await?;
    let issuer = issuer_named(issuer)?;
    if subject.is_empty() || subject.len() > SUBJECT_BYTES || subject.contains('\0') {
        let why = format!("give 1 to {SUBJECT_BYTES} bytes, as the provider writes it (sub)");
        return Err(Refusal::BadValue { what: "subject", value: subject.into(), why }.into());
    }
    link(desk, name, issuer, subject).await
}

async fn link(desk: &Desk, name: &str, issuer: &str, subject: &str) -> Result<()> {
    if let Some(owner) = desk.book.read().await?.owner_of_identity(issuer, subject).await? {
        let why = if owner == name { "it is linked already" } else { "it is linked to another user" };
        return Err(Refusal::IdentityLinked(why).into());
    }
    match changed(desk, name, Change::Link { issuer, subject }).await? {
        true => Ok(()),
        false => Err(Refusal::IdentityLinked("another identity is linked; take that one away first").into()),
    }
}

/// Awaits `name` under a verified e-mail address, as an administrator: the first sign-in with it links them. Refused when
/// they have a link already, or another user is awaited under it (`identity_linked`).
pub async fn await_identity(desk: &Desk, name: &str, issuer: &str, email: &str) -> Result<String> {
    desk.may(Action::ResetSecrets)?;
    known_user(desk, name).await?;
    let issuer = issuer_named(issuer)?;
    let email = email.trim().to_lowercase();
    let parts = email.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty());
    if !parts || email.len() > EMAIL_BYTES || email.contains(char::is_whitespace) || email.contains('\0') {
        let why = "write it as anna@example.com".to_owned();
        return Err(Refusal::BadValue { what: "e-mail address", value: email, why }.into());
    }
    let awaited = desk.book.read().await?.awaited_by_email(issuer, &email).await?;
    if awaited.is_some_and(|other| other != name) {
        return Err(Refusal::IdentityLinked("another user is awaited under this e-mail address").into());
    }
    match changed(desk, name, Change::Await { issuer, email: &email }).await? {
        true => Ok(email),
        false => Err(Refusal::IdentityLinked("an identity is linked; take that one away first").into()),
    }
}

/// Takes the identities of `name` away, one's own or as an administrator another's, and ends their sessions; `false` when
/// there is none. A caller who shows screens signs who did it to themselves in again ([`super::sign_in_again`]).
pub async fn unlink_identity(desk: &Desk, name: &str) -> Result<bool> {
    let own = desk.user == name;
    desk.may(if own { Action::ChangeOwnSecrets } else { Action::ResetSecrets })?;
    known_user(desk, name).await?;
    let unlinked = changed(desk, name, Change::Unlink).await?;
    if unlinked {
        desk.book.close_sessions_of(name).await?;
    }
    Ok(unlinked)
}

/// Every identity, linked or awaited, for who may see the people of the book.
pub async fn identities(desk: &Desk) -> Result<Vec<IdentityView>> {
    desk.may(Action::ReadSettings)?;
    Ok(desk.book.read().await?.identities().await?)
}

/// The identities of the person of a session.
pub async fn own_identities(book: &Book, session: &Session) -> Result<Vec<IdentityView>> {
    let all = book.read().await?.identities().await?;
    Ok(all.into_iter().filter(|identity| identity.user == session.user).collect())
}

fn issuer_named(issuer: &str) -> Result<&str> {
    let issuer = issuer.trim();
    if issuer.is_empty() || issuer.len() > ISSUER_BYTES || issuer.contains(char::is_whitespace) || issuer.contains('\0')
    {
        let why = "give the provider's address as it writes it itself".to_owned();
        return Err(Refusal::BadValue { what: "issuer", value: issuer.into(), why }.into());
    }
    Ok(issuer)
}

/// A change of identities that is recorded.
#[derive(Debug, Clone, Copy)]
enum Change<'a> {
    Await { issuer: &'a str, email: &'a str },
    Link { issuer: &'a str, subject: &'a str },
    LinkAwaited { issuer: &'a str, subject: &'a str, email: &'a str },
    Unlink,
}

/// Records one change of the identities of `name`; `false` when it changes nothing. Whoever gave them this way in lets them in:
/// another person by linking or awaiting them, or by the link they came by where it is the first they prove themselves with.
async fn changed(desk: &Desk, name: &str, change: Change<'_>) -> Result<bool> {
    let hand = match change {
        Change::Link { .. } if desk.user == name => first_let_in_by(desk).await?,
        Change::Link { .. } => Some(desk.user.clone()),
        Change::Await { .. } | Change::LinkAwaited { .. } | Change::Unlink => None,
    };
    desk.retrying(|| async {
        let mut recording = desk.record("user identity", desk.clock_day()).await?;
        let (changed, by) = match change {
            Change::Await { issuer, email } => (recording.await_identity(issuer, name, email).await?, None),
            Change::Link { issuer, subject } => (recording.link_identity(issuer, name, subject).await?, hand.clone()),
            Change::LinkAwaited { issuer, subject, email } => {
                let asked_by = recording.link_awaited(issuer, name, subject, email).await?;
                (asked_by.is_some(), asked_by.filter(|by| by != name))
            }
            Change::Unlink => (recording.unlink_identities(name).await?, None),
        };
        if let (true, Some(by)) = (changed, &by) {
            recording.let_in(name, by).await?;
        }
        recording.commit().await?;
        Ok(changed)
    })
    .await
}
