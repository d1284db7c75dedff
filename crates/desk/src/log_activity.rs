//! Logging what happened with a customer: calls, mails, letters, meetings, notes; closing and putting off tasks.

use dunwell_rules::account::EntryId;
use dunwell_rules::activity::{ActivityKind, Outcome, counts_as_contact};
use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use dunwell_store::record::NewActivity;
use serde::Serialize;

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::who::account_of;

/// Something that happened with a customer.
#[derive(Debug, Clone, Default)]
pub struct Happening {
    /// `call`, `mail`, `letter`, `meeting`, `note` …
    pub kind: String,
    /// `spoke`, `voicemail`, `no_answer` …
    pub outcome: Option<String>,
    /// The words; erasable.
    pub text: Option<String>,
}

/// What was logged.
#[derive(Debug, Clone, Serialize)]
pub struct Logged {
    /// The entry in the activity journal.
    pub entry: String,
    /// Customer number.
    pub account: String,
    /// The kind.
    pub kind: String,
    /// Whether it counts as a contact: it keeps the next one away for the policy's quiet days.
    pub contact: bool,
    /// The day.
    pub on: String,
}

/// Logs a happening on `code`. A call closes the account's open call tasks.
pub async fn log_activity(desk: &Desk, code: &str, happening: &Happening, on: Date) -> Result<Logged> {
    let kind = ActivityKind::parse(&happening.kind).ok_or_else(|| Refusal::BadValue {
        what: "kind of contact",
        value: happening.kind.clone(),
        why: format!("use one of {}", ActivityKind::ALL.map(ActivityKind::code).join(", ")),
    })?;
    desk.may(if kind == ActivityKind::Note { Action::Note } else { Action::Log })?;
    let outcome = happening.outcome.as_deref().map(|text| {
        Outcome::parse(text).ok_or_else(|| Refusal::BadValue {
            what: "outcome",
            value: text.into(),
            why: format!("use one of {}", Outcome::ALL.map(Outcome::code).join(", ")),
        })
    });
    let contact = counts_as_contact(kind, outcome.transpose()?);
    desk.retrying(|| async {
        let mut recording = desk.record("log", on).await?;
        let account = account_of(&mut recording, code).await?.account;
        let row = NewActivity {
            account,
            kind: happening.kind.clone(),
            outcome: happening.outcome.clone(),
            is_contact: contact,
            day: on,
            text: happening.text.clone(),
            person: None,
        };
        let entry = recording.log(&row).await?;
        recording.commit().await?;
        Ok(Logged {
            entry: entry.to_string(),
            account: code.into(),
            kind: happening.kind.clone(),
            contact,
            on: on.to_string(),
        })
    })
    .await
}

/// Closes a task with what came of it; `false` when it is closed already.
pub async fn close_task(desk: &Desk, task: EntryId, outcome: &str, on: Date) -> Result<bool> {
    desk.may(Action::CloseTask)?;
    desk.retrying(|| async {
        let mut recording = desk.record("done", on).await?;
        let done = recording.close_task(task, on, outcome).await?;
        recording.commit().await?;
        Ok(done)
    })
    .await
}

/// Puts a task off to a later day; `false` when it is closed already.
pub async fn snooze_task(desk: &Desk, task: EntryId, until: Date, reason: &str, on: Date) -> Result<bool> {
    desk.may(Action::Snooze)?;
    desk.retrying(|| async {
        let mut recording = desk.record("snooze", on).await?;
        let done = recording.snooze(task, until, reason).await?;
        recording.commit().await?;
        Ok(done)
    })
    .await
}
