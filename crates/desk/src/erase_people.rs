//! Erasing personal data of an account: names, addresses, people, words, letters. Figures, decisions and ids stay.

use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;

use crate::desk::Desk;
use crate::refusal::Result;
use crate::who::account_of;

/// Erases what the erasable tables hold of the account; answers how many records were blanked.
pub async fn erase_people(desk: &Desk, code: &str, on: Date) -> Result<u64> {
    desk.may(Action::ErasePeople)?;
    desk.retrying(|| async {
        let mut recording = desk.record("erase", on).await?;
        let account = account_of(&mut recording, code).await?.account;
        let erased = recording.erase_account_people(account, on).await?;
        recording.commit().await?;
        Ok(erased)
    })
    .await
}
