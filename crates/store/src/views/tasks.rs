//! Tasks of people, and the queue the worklist ranks.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Reading, currency, date, day, entry};

/// A task that was open on the day asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskView {
    /// Its entry.
    #[serde(serialize_with = "json::entry")]
    pub task: EntryId,
    /// The account's entry; `0.0` is the book itself.
    #[serde(skip)]
    pub account_id: EntryId,
    /// The customer number; null for a task of the book.
    pub account: Option<String>,
    /// The customer's name.
    pub name: Option<String>,
    /// `call`, `apply_cash` …
    pub kind: String,
    /// The key that is open at most once per account.
    pub key: String,
    /// The currency, where it matters.
    #[serde(serialize_with = "json::currency_or_null")]
    pub currency: Option<Currency>,
    /// The ladder step it belongs to.
    #[serde(serialize_with = "json::entry_or_null")]
    pub step: Option<EntryId>,
    /// The day it was opened.
    pub opened_on: Date,
    /// Hidden until this day.
    pub snoozed_until: Option<Date>,
    /// Whose it is: its own collector's, or the account's.
    pub collector: Option<String>,
}

/// A ladder step that waits for a person: for a signature, or for a collector to do its task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingStep {
    /// The account.
    pub account: EntryId,
    /// The step.
    pub step: EntryId,
    /// The day it was made.
    pub day: Date,
    /// Whether it waits for a signature; else for a task.
    pub for_signature: bool,
    /// The account's version when it was looked at.
    pub version: i64,
    /// What was open on the day asked of the lines it carries.
    pub open: Money,
}

const OPEN_TASKS: &str = "
select t.task, t.account, a.code, p.name, t.kind, t.task_key, t.currency, t.step, t.opened_on, t.snoozed_until,
    coalesce(t.collector, a.collector)
from task t
left join account a on a.book = t.book and a.account = t.account
left join party p on p.book = t.book and p.account = t.account
where t.book = $1 and t.opened_on <= $2 and (t.closed_on is null or t.closed_on > $2)
order by t.account, t.task";
const OPEN_TASKS_OF: &str = "
select t.task, t.account, a.code, p.name, t.kind, t.task_key, t.currency, t.step, t.opened_on, t.snoozed_until,
    coalesce(t.collector, a.collector)
from task t
left join account a on a.book = t.book and a.account = t.account
left join party p on p.book = t.book and p.account = t.account
where t.book = $1 and t.account = $2 and t.opened_on <= $3 and (t.closed_on is null or t.closed_on > $3)
order by t.task";
const TASK: &str = "
select t.task, t.account, a.code, p.name, t.kind, t.task_key, t.currency, t.step, t.opened_on, t.snoozed_until,
    coalesce(t.collector, a.collector)
from task t
left join account a on a.book = t.book and a.account = t.account
left join party p on p.book = t.book and p.account = t.account
where t.book = $1 and t.task = $2 and t.closed_on is null";

/// Begins with the open tasks and the pending requests: its work does not grow with accounts, nor with what was settled.
const WAITING_STEPS: &str = "
select s.account, s.step, s.currency, s.day, s.state, v.version, (
    select cast(coalesce(sum(l.open - coalesce((
        select sum(m.delta)
        from movement m
        where m.book = l.book and m.account = l.account and m.item = l.item and m.line = l.line and m.day > $2
    ), 0)), 0) as bigint)
    from step_item i
    cross join line l
    where i.book = s.book and i.account = s.account and i.step = s.step
        and l.book = i.book and l.account = i.account and l.item = i.item and l.line = i.line
)
from (
    select t.account, t.step from task t where t.book = $1 and t.closed_on is null and t.step is not null
    union
    select r.account, r.step from approval_request r where r.book = $1 and r.state = 'pending' and r.step is not null
) w
cross join step s
cross join account_state v
where s.book = $1 and s.account = w.account and s.step = w.step and s.day <= $2 and s.state in ('task_open', 'pending')
    and v.book = s.book and v.account = s.account
order by s.account, s.step";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[OPEN_TASKS, OPEN_TASKS_OF, TASK, WAITING_STEPS];

type Columns = (
    i64,
    i64,
    Option<String>,
    Option<String>,
    String,
    String,
    Option<String>,
    Option<i64>,
    i64,
    Option<i64>,
    Option<String>,
);

impl Reading {
    /// The tasks open on a day, snoozed ones too, by account, then task.
    pub async fn open_tasks(&mut self, on: Date) -> Result<Vec<TaskView>> {
        self.rows(OPEN_TASKS, &[day(on)]).await?.into_iter().map(view).collect()
    }

    /// The tasks of an account open on a day, snoozed ones too, oldest first.
    pub async fn open_tasks_of(&mut self, account: EntryId, on: Date) -> Result<Vec<TaskView>> {
        self.rows(OPEN_TASKS_OF, &[entry(account), day(on)]).await?.into_iter().map(view).collect()
    }

    /// The ladder steps that wait for a person now and were made by the day, with what was open on it of what they carry.
    pub async fn waiting_steps(&mut self, on: Date) -> Result<Vec<WaitingStep>> {
        let rows: Vec<Waiting> = self.rows(WAITING_STEPS, &[day(on)]).await?;
        rows.into_iter().map(waiting_step).collect()
    }

    /// One task, while it is open.
    pub async fn task(&mut self, task: EntryId) -> Result<Option<TaskView>> {
        self.row(TASK, &[entry(task)]).await?.map(view).transpose()
    }
}

/// Account, step, currency, day, state, the account's version, what is open.
pub(crate) type Waiting = (i64, i64, String, i64, String, i64, i64);

/// A waiting step as it was read.
pub(crate) fn waiting_step((account, step, code, made_on, state, version, open): Waiting) -> Result<WaitingStep> {
    let open = Money::new(open, currency(&code)?);
    let (account, step, day, for_signature) = (EntryId(account), EntryId(step), date(made_on), state == "pending");
    Ok(WaitingStep { account, step, day, for_signature, version, open })
}

fn view(
    (task, account_id, account, name, kind, key, code, step, opened_on, snoozed_until, collector): Columns,
) -> Result<TaskView> {
    Ok(TaskView {
        task: EntryId(task),
        account_id: EntryId(account_id),
        account,
        name,
        kind,
        key,
        currency: code.as_deref().map(currency).transpose()?,
        step: step.map(EntryId),
        opened_on: date(opened_on),
        snoozed_until: snoozed_until.map(date),
        collector,
    })
}
