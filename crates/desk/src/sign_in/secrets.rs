//! A person's password and second factor: set by themselves, or replaced by an admin. That it happened is journaled.

use dunwell_rules::rights::Action;

use super::{first_let_in_by, password, token, totp, vault};
use crate::desk::Desk;
use crate::keep_book::known_user;
use crate::refusal::{Refusal, Result};

/// A second factor to be confirmed: what an authenticator is told. Shown once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TotpEnrolment {
    /// The secret in base 32.
    pub secret_base32: String,
    /// The same as an address, for a QR code.
    pub otpauth_url: String,
}

/// Sets the password of `name`: one's own, or as an admin another's, whose sessions then end, and whom the admin lets in by
/// it ([`dunwell_rules::approval::LetIn`]). Refused when it is too weak (`password_refused`). A caller who shows screens asks for a fresh proof first (`Session::elevated`).
pub async fn set_password(desk: &Desk, name: &str, new_password: &str) -> Result<()> {
    let own = desk.user == name;
    desk.may(if own { Action::ChangeOwnSecrets } else { Action::ResetSecrets })?;
    known_user(desk, name).await?;
    password::check(name, new_password)?;
    let phc = password::hash(new_password).await?;
    // Whoever replaces a password knows it.
    let hand = if own { first_let_in_by(desk).await? } else { Some(desk.user.clone()) };
    desk.retrying(|| async {
        let mut recording = desk.record("user password", desk.clock_day()).await?;
        if let Some(by) = &hand {
            recording.let_in(name, by).await?;
        }
        recording.set_password(name, &phc).await?;
        recording.commit().await?;
        Ok(())
    })
    .await?;
    if !own {
        desk.book.close_sessions_of(name).await?;
    }
    Ok(())
}

/// Begins a second factor for oneself; it counts once [`confirm_totp`] has seen a code. Refused when one is confirmed
/// already (`totp_refused`): an admin resets it.
pub async fn begin_totp(desk: &Desk) -> Result<TotpEnrolment> {
    desk.may(Action::ChangeOwnSecrets)?;
    let secret = token::random::<20>()?;
    let sealed = vault::seal(&desk.book, &desk.user, &secret).await?;
    if !desk.book.begin_totp(&desk.user, &sealed, (desk.clock)()).await? {
        return Err(Refusal::TotpRefused("there is a second factor already; an admin can reset it").into());
    }
    let secret_base32 = totp::base32(&secret);
    let label = format!("{} ({})", desk.user, desk.settings().name);
    let otpauth_url =
        format!("otpauth://totp/Dunwell:{}?secret={secret_base32}&issuer=Dunwell", percent_encoded(&label));
    Ok(TotpEnrolment { secret_base32, otpauth_url })
}

/// Confirms the second factor by its first code; from then on a sign-in asks for one. Refused without one begun, and when
/// the code is wrong (`totp_refused`).
pub async fn confirm_totp(desk: &Desk, code: &str) -> Result<()> {
    desk.may(Action::ChangeOwnSecrets)?;
    let refused = || Refusal::TotpRefused("there is no second factor to confirm; begin one");
    let known = desk.book.read().await?.credential(&desk.user).await?.ok_or_else(refused)?;
    let secret = known.totp_secret.filter(|_| !known.totp_confirmed).ok_or_else(refused)?;
    let wrong = || Refusal::TotpRefused("the code is wrong; check the clock of the device, and type the next one");
    let secret = vault::open(&desk.book, &desk.user, &secret)?;
    let step = totp::step_of(&secret, code, (desk.clock)()).ok_or_else(wrong)?;
    let hand = first_let_in_by(desk).await?;
    let confirmed = desk
        .retrying(|| async {
            let mut recording = desk.record("user totp", desk.clock_day()).await?;
            if let Some(by) = &hand {
                recording.let_in(&desk.user, by).await?;
            }
            let confirmed = recording.confirm_totp(&desk.user, step).await?;
            recording.commit().await?;
            Ok(confirmed)
        })
        .await?;
    if confirmed { Ok(()) } else { Err(refused().into()) }
}

/// Takes the second factor of `name` away and ends their sessions, as when a phone is lost; `false` when there is none.
pub async fn reset_totp(desk: &Desk, name: &str) -> Result<bool> {
    desk.may(Action::ResetSecrets)?;
    known_user(desk, name).await?;
    let reset = desk
        .retrying(|| async {
            let mut recording = desk.record("user totp", desk.clock_day()).await?;
            let reset = recording.reset_totp(name).await?;
            recording.commit().await?;
            Ok(reset)
        })
        .await?;
    if reset {
        desk.book.close_sessions_of(name).await?;
    }
    Ok(reset)
}

/// A text as a part of an address.
fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
