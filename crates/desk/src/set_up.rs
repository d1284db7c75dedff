//! The first minutes of a book: its first person, and the policy it begins with.

use dunwell_rules::approval::Role;
use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use dunwell_store::book::Book;

use crate::desk::{Clock, Desk};
use crate::keep_book::may_be_named;
use crate::policy_file;
use crate::refusal::{Refusal, Result};
use crate::sign_in::password;

/// Makes the first person of a book, an admin with a password. Refused when the book knows anybody (`link_refused`), and
/// when the password is too weak (`password_refused`). The person and the password are recorded in one transaction: who was
/// cut off in between is not half an admin whom nobody can sign in as, and the link opens again.
pub async fn first_admin(book: &Book, name: &str, new_password: &str, on: Date, clock: Clock) -> Result<()> {
    if book.read().await?.count_users().await? > 0 {
        return Err(Refusal::LinkRefused.into());
    }
    may_be_named(name)?;
    password::check(name, new_password)?;
    let phc = password::hash(new_password).await?;
    let house = Desk::house(book.clone(), clock);
    house
        .retrying(|| async {
            let mut recording = house.record("user add", on).await?;
            if !recording.add_first_user(name, Role::Admin.code(), &phc).await? {
                return Err(Refusal::LinkRefused.into());
            }
            recording.commit().await?;
            Ok(())
        })
        .await
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
