//! The first minutes of a book: its first person, and the policy it begins with.

use dunwell_rules::approval::Role;
use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use dunwell_store::book::Book;

use crate::desk::{Clock, Desk};
use crate::keep_book::add_user;
use crate::policy_file;
use crate::refusal::{Refusal, Result};
use crate::sign_in::{password, set_password};

/// Makes the first person of a book, an admin with a password. Refused when the book knows anybody (`link_refused`), and
/// when the password is too weak (`password_refused`).
pub async fn first_admin(book: &Book, name: &str, new_password: &str, on: Date, clock: Clock) -> Result<()> {
    if book.read().await?.count_users().await? > 0 {
        return Err(Refusal::LinkRefused.into());
    }
    password::check(name, new_password)?;
    add_user(&Desk::house(book.clone(), clock), name, Role::Admin.code(), on).await?;
    set_password(&Desk::of(book.clone(), name, Role::Admin, clock), name, new_password).await
}

/// Puts a preset in force for a book that has run no day yet; afterwards it takes two people
/// ([`draft_policy`](crate::draft_policy)). Refused (`bad_value`) for a name that no preset has.
pub async fn choose_policy(desk: &Desk, preset: &str, on: Date) -> Result<()> {
    desk.may(Action::ChangeSettings)?;
    let refused = |why: &str| Refusal::BadValue { what: "policy", value: preset.into(), why: why.into() };
    let text = policy_file::preset(preset).ok_or_else(|| refused("use standard, strict or gentle"))?;
    if desk.book.read().await?.last_run_day().await?.is_some() {
        return Err(refused("the book has run a day; from then on a second person puts policies in force").into());
    }
    let policy = policy_file::read(text, desk.settings().currency)?;
    desk.retrying(|| async {
        let mut recording = desk.record("policy activate", on).await?;
        recording.activate_policy(&policy.name, text).await?;
        recording.commit().await?;
        Ok(())
    })
    .await
}
