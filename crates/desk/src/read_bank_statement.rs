//! The bank feed: up to which day the bank's statements were read. Nobody is chased on cash that is older than the policy
//! allows (N-9).

use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use serde::Serialize;

use crate::desk::Desk;
use crate::refusal::{Result, by_today};

/// What was said of the bank feed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BankStatementRead {
    /// The day of the statement.
    pub on: String,
    /// `recorded`, or `already_recorded` where a statement of that day or a later one was read before.
    pub state: &'static str,
}

/// Says that the bank file of the day `on` was read; with the first one the book has a bank feed. A day no newer than the
/// newest changes nothing. A day after `today`, which is today in the book's time zone, is refused (`day_in_future`).
pub async fn read_bank_statement(desk: &Desk, on: Date, today: Date) -> Result<BankStatementRead> {
    desk.may(Action::Import)?;
    by_today(on, today)?;
    desk.retrying(|| async {
        let mut recording = desk.record("bank statement", on).await?;
        let newer = recording.bank_statement(on).await?;
        recording.commit().await?;
        let state = if newer { "recorded" } else { "already_recorded" };
        Ok(BankStatementRead { on: on.to_string(), state })
    })
    .await
}
