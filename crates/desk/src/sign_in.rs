//! Signing in and out: names and passwords, second factors, one-time links, sessions.
//!
//! For whoever serves screens. A token is 32 random bytes, shown once; the book keeps its SHA-256. Instants are arguments,
//! UTC microseconds. Absent on purpose: cookies and addresses, which are HTTP's; what a person may do, which is the table
//! of rights; the talk with a sign-in provider (OIDC), which ends in [`sign_in_by`].

mod identity;
pub(crate) mod password;
mod secrets;
pub(crate) mod token;
mod totp;
mod vault;

use std::time::Duration;

use dunwell_rules::approval::{DESK, LetIn, Role};
use dunwell_rules::rights::Action;
use dunwell_store::access::credential::Credential;
use dunwell_store::access::session::{NewSession, SessionRow};
use dunwell_store::book::Book;
use dunwell_store::record::NewLink;
use dunwell_store::views::changes::BookVersion;

use crate::desk::Desk;
use crate::keep_book::known_user;
use crate::refusal::{Refusal, Result};

pub use identity::{
    CameBack, Proven, Purpose, SettingOut, await_identity, come_back, count_setting_out, identities, link_identity,
    link_own, no_way_back, own_identities, prove_by, set_out, sign_in_by, unlink_identity,
};
pub use secrets::{TotpEnrolment, begin_totp, confirm_totp, reset_totp, set_password};
pub use vault::{seal_again, use_key_file};

const SECOND: i64 = 1_000_000;
const MINUTE: i64 = 60 * SECOND;
/// A session nobody used for so long is over.
const IDLE: i64 = 30 * MINUTE;
/// A session this old is over, used or not.
const LONGEST: i64 = 12 * 60 * MINUTE;
/// How long a proof of identity counts as fresh, for signatures and secrets.
const FRESH: i64 = 5 * MINUTE;
/// The window in which attempts are counted.
const WINDOW: i64 = 15 * MINUTE;
/// Attempts that fail, of one name and from one address, before the window must pass.
const ATTEMPTS_OF_NAME: i64 = 5;
const ATTEMPTS_OF_ADDRESS: i64 = 20;
/// The longest life of a link: a week.
const LONGEST_LINK_MINUTES: u32 = 7 * 24 * 60;
/// How long a look waits for the note that the session was seen, while another writer works on the book.
const SEEN_WAITS: Duration = Duration::from_millis(200);

/// A person who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The user.
    pub user: String,
    /// Their role, as it is now.
    pub role: Role,
    /// What every form carries: a request without it was forged by another site.
    pub csrf: String,
    /// Whether they proved who they are within the last five minutes; else [`elevate`] comes first.
    pub elevated: bool,
    /// Whether they have a password; who has neither it, nor a second factor, nor an identity elsewhere came by a link.
    pub has_password: bool,
    /// Whether they have confirmed a second factor.
    pub has_totp: bool,
    /// Whether an identity of theirs at the organisation's sign-in provider is linked.
    pub has_identity: bool,
    /// When the session ends whatever happens, UTC microseconds.
    pub expires_at: i64,
}

/// Makes a one-time link for `user` and answers its token. It opens one session within so many minutes (at most a week).
pub async fn make_link(desk: &Desk, user: &str, minutes: u32) -> Result<String> {
    desk.may(Action::InviteUser)?;
    if !(1..=LONGEST_LINK_MINUTES).contains(&minutes) {
        let why = format!("give 1 to {LONGEST_LINK_MINUTES} minutes");
        return Err(Refusal::BadValue { what: "life of a link", value: minutes.to_string(), why }.into());
    }
    known_user(desk, user).await?;
    let (token, token_sha256) = token::fresh()?;
    let expires_at = (desk.clock)() + i64::from(minutes) * MINUTE;
    let link = NewLink { token_sha256, name: user.into(), expires_at };
    desk.retrying(|| async {
        let mut recording = desk.record("user link", desk.clock_day()).await?;
        recording.put_link(&link)?;
        recording.commit().await?;
        Ok(())
    })
    .await?;
    Ok(token)
}

/// Signs in by a link: answers the session's token. A link that is unknown, used or expired is refused (`link_refused`).
///
/// A link proves who came only where the house made it, by whoever runs commands on its machine, and where there is nothing
/// better. Who comes by another person's link sets a secret of their own first ([`LetIn`]), and who has a password, a second factor or a linked identity proves
/// it by that before they sign or change secrets, so that nobody who can make a link signs in another's name.
pub async fn redeem_link(book: &Book, token: &str, now: i64) -> Result<String> {
    let (name, issuer) = book.redeem_link(&token::sha256(token), now).await?.ok_or(Refusal::LinkRefused)?;
    // Whoever runs commands on the house's machine is the house.
    let proves = issuer == DESK && !has_secret(book, &name).await?;
    open_session(book, &name, now, if proves { now } else { 0 }).await
}

/// Signs in by name and password, with a code of the second factor where one is confirmed: answers the session's token.
///
/// A wrong name and a wrong password take the same time and get the same answer (`sign_in_refused`). A right password
/// without its code is told so (`totp_required`); a code is good once. The sixth attempt of a name, and the twenty-first
/// from an address, within 15 minutes is refused with the seconds to wait (`too_many_attempts`), right or wrong.
pub async fn sign_in(
    book: &Book,
    name: &str,
    password: &str,
    totp: Option<&str>,
    from: &str,
    now: i64,
) -> Result<String> {
    book.forget_access(now - LONGEST, now - WINDOW, now - 7 * 24 * 60 * MINUTE).await?;
    let (by_name, by_address) = (attempt_key("name", name), attempt_key("address", from));
    count_attempt(book, &by_address, ATTEMPTS_OF_ADDRESS, now).await?;
    count_attempt(book, &by_name, ATTEMPTS_OF_NAME, now).await?;
    let credential = credential_of(book, name).await?;
    let phc = credential.as_ref().and_then(|known| known.password_phc.clone());
    if !password::matches(password, phc).await? {
        return Err(Refusal::SignInRefused.into());
    }
    let proven = match credential.filter(|known| known.totp_confirmed) {
        Some(known) => second_factor(book, name, &known, totp, now).await,
        None => Ok(()),
    };
    // A password without its code is half a sign-in, and no failure.
    if matches!(&proven, Err(crate::Stop::Refused(Refusal::TotpRequired))) {
        book.forgive_attempt(&by_name).await?;
        book.forgive_attempt(&by_address).await?;
    }
    proven?;
    book.clear_attempts(&by_name).await?;
    book.forgive_attempt(&by_address).await?;
    open_session(book, name, now, now).await
}

/// Signs a person in whom the caller has proven otherwise: by a password that was just set, for instance. Refused when the
/// book knows no such user.
pub async fn sign_in_as(book: &Book, name: &str, now: i64) -> Result<String> {
    let known = if name.contains('\0') { None } else { book.read().await?.user(name).await? };
    known.ok_or_else(|| Refusal::UnknownUser(name.into()))?;
    open_session(book, name, now, now).await
}

/// Opens a session for somebody who ended all of theirs by what they changed themselves; `before` is the one they did it in.
/// It is as good a proof of who they are as that one was.
pub async fn sign_in_again(book: &Book, before: &Session, now: i64) -> Result<String> {
    open_session(book, &before.user, now, if before.elevated { now } else { 0 }).await
}

/// The session of a token; `None` when there is none, or it was not used for 30 minutes, or it is 12 hours old.
pub async fn session(book: &Book, token: &str, now: i64) -> Result<Option<Session>> {
    Ok(session_at(book, token, now).await?.map(|(session, _)| session))
}

/// The same, with the book's version as of the same instant.
pub async fn session_at(book: &Book, token: &str, now: i64) -> Result<Option<(Session, BookVersion)>> {
    let token_sha256 = token::sha256(token);
    let Some((row, version)) = book.glance(&token_sha256).await? else { return Ok(None) };
    let Some((row, role)) = running(row, now) else { return Ok(None) };
    if now - row.seen_at >= MINUTE {
        // A page does not wait for a long import to note that it was looked at: the next one notes it.
        let _ = tokio::time::timeout(SEEN_WAITS, book.session_seen(&token_sha256, now)).await;
    }
    let session = Session {
        elevated: now - row.elevated_at < FRESH,
        user: row.name,
        role,
        csrf: row.csrf,
        has_password: row.has_password,
        has_totp: row.has_totp,
        has_identity: row.has_identity,
        expires_at: row.expires_at,
    };
    Ok(Some((session, version)))
}

/// Gives a session a new token and a new form secret; the old token opens nothing any more.
pub async fn rotate(book: &Book, token: &str, now: i64) -> Result<String> {
    let token_sha256 = token::sha256(token);
    live(book, &token_sha256, now).await?.ok_or(Refusal::NotSignedIn)?;
    rotated(book, &token_sha256, 0).await
}

/// Proves again who is signed in, by a code where a second factor is confirmed, else by the password; answers the session's
/// new token. Attempts are counted by name, apart from those of signing in (`too_many_attempts`).
pub async fn elevate(book: &Book, token: &str, totp_or_password: &str, now: i64) -> Result<String> {
    let token_sha256 = token::sha256(token);
    let (row, _) = live(book, &token_sha256, now).await?.ok_or(Refusal::NotSignedIn)?;
    // Counted apart from signing in: who is not signed in cannot use up the attempts of somebody who is.
    let by_name = attempt_key("proof", &row.name);
    count_attempt(book, &by_name, ATTEMPTS_OF_NAME, now).await?;
    let credential = credential_of(book, &row.name).await?.ok_or(Refusal::SignInRefused)?;
    if credential.totp_confirmed {
        second_factor(book, &row.name, &credential, Some(totp_or_password), now).await?;
    } else if !password::matches(totp_or_password, credential.password_phc).await? {
        return Err(Refusal::SignInRefused.into());
    }
    book.clear_attempts(&by_name).await?;
    rotated(book, &token_sha256, now).await
}

/// Ends a session; `false` when there is none of that token.
pub async fn sign_out(book: &Book, token: &str) -> Result<bool> {
    Ok(book.close_session(&token::sha256(token)).await?)
}

/// Ends every session of a person; answers how many there were.
pub async fn sign_out_everywhere(book: &Book, name: &str) -> Result<u64> {
    Ok(book.close_sessions_of(name).await?)
}

async fn open_session(book: &Book, name: &str, now: i64, elevated_at: i64) -> Result<String> {
    let ((token, token_sha256), (csrf, _)) = (token::fresh()?, token::fresh()?);
    let expires_at = now + LONGEST;
    let new = NewSession { token_sha256: &token_sha256, name, csrf: &csrf, now, elevated_at, expires_at };
    book.open_session(&new).await?;
    Ok(token)
}

async fn rotated(book: &Book, token_sha256: &[u8], elevated_at: i64) -> Result<String> {
    let ((token, new_sha256), (csrf, _)) = (token::fresh()?, token::fresh()?);
    if book.rotate_session(token_sha256, &new_sha256, &csrf, elevated_at).await? {
        Ok(token)
    } else {
        Err(Refusal::NotSignedIn.into())
    }
}

/// The session that still runs, and the role of its owner.
async fn live(book: &Book, token_sha256: &[u8], now: i64) -> Result<Option<(SessionRow, Role)>> {
    let seen = book.glance(token_sha256).await?;
    Ok(seen.and_then(|(row, _)| running(row, now)))
}

/// A session that is not over, with the role of its owner.
fn running(row: SessionRow, now: i64) -> Option<(SessionRow, Role)> {
    let runs = now < row.expires_at && now - row.seen_at < IDLE;
    let role = Role::parse(&row.role).filter(|_| runs)?;
    Some((row, role))
}

/// Whether a person has something to prove themselves with: a password, a second factor, a linked identity.
async fn has_secret(book: &Book, name: &str) -> Result<bool> {
    let known = credential_of(book, name).await?;
    let identities = book.read().await?.identities().await?;
    Ok(known.is_some_and(|known| known.password_phc.is_some() || known.totp_confirmed)
        || identities.iter().any(|identity| identity.user == name && identity.subject.is_some()))
}

/// Who lets the person at work in by what they set now: the maker of the link they came by, where it is the first secret of
/// their own. `None` where they have one, and where the house made the link.
async fn first_let_in_by(desk: &Desk) -> Result<Option<String>> {
    if has_secret(&desk.book, &desk.user).await? {
        return Ok(None);
    }
    Ok(desk.book.read().await?.issuer_of_used_link(&desk.user).await?)
}

/// Whose hand let the person at work in, where it was another's: it bars them from signing for a day, and
/// from signing what that one asked for until somebody else lets them in.
pub(crate) async fn hand_of_another(desk: &Desk) -> Result<Option<LetIn>> {
    let known = credential_of(&desk.book, &desk.user).await?;
    let let_in = known.and_then(|known| known.let_in);
    Ok(let_in.map(|(by, at)| LetIn { by, hours_ago: ((desk.clock)() - at).div_euclid(60 * MINUTE) }))
}

async fn credential_of(book: &Book, name: &str) -> Result<Option<Credential>> {
    if name.contains('\0') {
        return Ok(None);
    }
    Ok(book.read().await?.credential(name).await?)
}

/// Uses a code up: refused without one, when it is wrong, and when it or a later one was used before.
async fn second_factor(book: &Book, name: &str, known: &Credential, code: Option<&str>, now: i64) -> Result<()> {
    let code = code.filter(|code| !code.trim().is_empty()).ok_or(Refusal::TotpRequired)?;
    let secret = vault::open(book, name, known.totp_secret.as_deref().unwrap_or_default())?;
    let step = totp::step_of(&secret, code, now).ok_or(Refusal::SignInRefused)?;
    if book.use_totp(name, step).await? { Ok(()) } else { Err(Refusal::SignInRefused.into()) }
}

/// Under what an attempt is counted: a hash, so that nothing strangers type is kept.
fn attempt_key(what: &str, value: &str) -> String {
    format!("{what} {}", token::text(&token::sha256(value)))
}

async fn count_attempt(book: &Book, key: &str, limit: i64, now: i64) -> Result<()> {
    let attempts = book.count_attempt(key, now, now - WINDOW).await?;
    if attempts.counted <= limit {
        return Ok(());
    }
    let left = (attempts.since + WINDOW - now).max(1);
    Err(Refusal::TooManyAttempts { retry_after_seconds: (left + SECOND - 1) / SECOND }.into())
}
