//! By what a payer is known: what a person had the desk learn as they matched a receipt, looked at and forgotten again.

use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use dunwell_store::views::payers::PayerMarkView;
use serde::Serialize;

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::who::{account_of, entry_of};

/// By what an account is known as a payer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PayerMarks {
    /// The customer number.
    pub account: String,
    /// What counts and what was forgotten, in the order in which it was learned.
    pub marks: Vec<PayerMarkView>,
}

/// By what the account `code` is known as a payer, and was.
pub async fn payer_marks(desk: &Desk, code: &str) -> Result<PayerMarks> {
    desk.may(Action::ReadAccounts)?;
    let mut reading = desk.book.read().await?;
    let account = reading.account(code).await?.ok_or_else(|| Refusal::UnknownAccount(code.into()))?;
    Ok(PayerMarks { marks: reading.payer_marks(account.entry).await?, account: account.account })
}

/// Forgets a mark of the account `code` on the day `on`: no receipt is known by it any more, and what was applied stays so.
/// Refused (`not_found`) where the account has no such mark, or it is forgotten already.
pub async fn forget_payer(desk: &Desk, code: &str, mark: &str, on: Date) -> Result<PayerMarks> {
    desk.may(Action::Apply)?;
    let id = entry_of("mark", mark)?;
    desk.retrying(|| async {
        let mut recording = desk.record("forget payer", on).await?;
        let account = account_of(&mut recording, code).await?;
        if !recording.forget_payer(account.account, id).await? {
            return Err(Refusal::NotFound { what: "mark", id: mark.into() }.into());
        }
        recording.commit().await?;
        Ok(())
    })
    .await?;
    payer_marks(desk, code).await
}
