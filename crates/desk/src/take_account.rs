//! Taking an account: a mark for colleagues that somebody is at work on it, so that nobody else calls the same customer.
//!
//! It is no fact of the book and forbids nothing: it fades after half an hour, and goes with the work that is recorded.

use dunwell_rules::rights::Action;
use dunwell_store::views::json::instant_text;
use serde::Serialize;

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};

/// How long a mark lasts, in microseconds: half an hour.
pub const LASTS: i64 = 30 * 60 * 1_000_000;

/// How long a mark is not renewed, in microseconds: a minute.
const FRESH: i64 = 60 * 1_000_000;

/// Who is at work on an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Customer number.
    pub account: String,
    /// Who took it; null for nobody.
    pub taken_by: Option<String>,
    /// When, RFC 3339; null for nobody.
    pub taken_at: Option<String>,
    /// `taken`, `taken_by_another` or `free`.
    pub state: &'static str,
}

/// Takes an account for whoever asks; taking it again renews the mark, where it is a minute old. Another's mark stands until
/// it fades.
pub async fn take_account(desk: &Desk, code: &str) -> Result<Taken> {
    desk.may(Action::Log)?;
    let now = (desk.clock)();
    known(desk, code).await?;
    let marks = desk.book.read().await?.taken(now - FRESH).await?;
    if !marks.iter().any(|row| row.account == code && row.by == desk.user) {
        desk.book.take(code, &desk.user, now, now - LASTS).await?;
    }
    state(desk, code).await
}

/// Takes one's own mark off; another's stays.
pub async fn let_go(desk: &Desk, code: &str) -> Result<Taken> {
    desk.may(Action::Log)?;
    known(desk, code).await?;
    desk.book.let_go(code, &desk.user).await?;
    state(desk, code).await
}

/// The accounts that somebody is at work on, by customer number.
pub async fn taken(desk: &Desk) -> Result<Vec<Taken>> {
    let rows = desk.book.read().await?.taken((desk.clock)() - LASTS).await?;
    let view = |row: dunwell_store::access::taken::TakenRow| Taken {
        state: if row.by == desk.user { "taken" } else { "taken_by_another" },
        account: row.account,
        taken_by: Some(row.by),
        taken_at: Some(instant_text(row.at)),
    };
    Ok(rows.into_iter().map(view).collect())
}

async fn state(desk: &Desk, code: &str) -> Result<Taken> {
    let found = taken(desk).await?.into_iter().find(|row| row.account == code);
    Ok(found.unwrap_or(Taken { account: code.into(), taken_by: None, taken_at: None, state: "free" }))
}

async fn known(desk: &Desk, code: &str) -> Result<()> {
    let unknown = || Refusal::UnknownAccount(code.into());
    if code.contains('\0') {
        return Err(unknown().into());
    }
    desk.book.read().await?.account(code).await?.ok_or_else(unknown)?;
    Ok(())
}
