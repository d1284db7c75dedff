//! What stands open with one account beside its items: tasks, disputes, and stops on contact.

use dunwell_rules::calendar::Date;
use dunwell_rules::facts::AccountFacts;
use dunwell_rules::money::Money;
use dunwell_store::read::Reading;
use dunwell_store::views::tasks::TaskView;
use serde::Serialize;

use crate::desk::Desk;
use crate::look::account::facts_of;
use crate::refusal::Result;

/// What stands open with an account.
#[derive(Debug, Clone, Serialize)]
pub struct OpenWork {
    /// Customer number.
    pub account: String,
    /// Its open tasks, snoozed ones too, oldest first.
    pub tasks: Vec<TaskView>,
    /// Its open disputes, oldest first.
    pub disputes: Vec<OpenDispute>,
    /// The stops in force, oldest first.
    pub stops: Vec<StopInForce>,
}

/// A dispute that is not closed.
#[derive(Debug, Clone, Serialize)]
pub struct OpenDispute {
    /// The dispute.
    pub dispute: String,
    /// The disputed document.
    pub document: String,
    /// The disputed amount; null is all that is open of the document.
    pub amount: Option<Money>,
    /// The day it was raised.
    pub since: String,
    /// The reason code.
    pub reason: String,
}

/// A stop on contact.
#[derive(Debug, Clone, Serialize)]
pub struct StopInForce {
    /// The stop.
    pub stop: String,
    /// `stay`, `do_not_contact` or `sanctions`.
    pub kind: String,
    /// From this day on.
    pub since: String,
    /// Through this day; null until it is released.
    pub until: Option<String>,
    /// The law, court and case number, or the person's words.
    pub basis: String,
}

/// What stands open with the account `code` on the day `on`; refused when there is no such account.
pub async fn open_work(desk: &Desk, code: &str, on: Date) -> Result<OpenWork> {
    let mut reading = desk.book.read().await?;
    let facts = facts_of(&mut reading, code, on).await?;
    open_work_of(&mut reading, &facts, on).await
}

/// What stands open with an account, given its facts.
pub(super) async fn open_work_of(reading: &mut Reading, facts: &[AccountFacts], on: Date) -> Result<OpenWork> {
    let first = facts.first().expect("an account has at least one currency");
    let tasks = reading.open_tasks_of(first.account, on).await?;
    let stops = first.holds.iter().map(|hold| StopInForce {
        stop: hold.entry.to_string(),
        kind: hold.kind.code().into(),
        since: hold.since.to_string(),
        until: hold.until.map(|day| day.to_string()),
        basis: hold.basis.clone(),
    });
    let mut disputes = Vec::new();
    for facts in facts {
        disputes.extend(facts.disputes.iter().map(|dispute| {
            let document = facts.lines.iter().find(|line| line.item == dispute.item);
            OpenDispute {
                dispute: dispute.entry.to_string(),
                document: document.map_or_else(|| "a document that is paid".into(), |line| line.document.clone()),
                amount: dispute.amount.map(|minor| Money::new(minor, facts.currency)),
                since: dispute.since.to_string(),
                reason: dispute.reason.clone(),
            }
        }));
    }
    Ok(OpenWork { account: first.code.clone(), tasks, disputes, stops: stops.collect() })
}
