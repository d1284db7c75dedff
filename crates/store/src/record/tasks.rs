//! Tasks for people, and the ladder steps that were made before the book was ours.

use std::collections::{BTreeSet, HashSet};

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Currency;

use super::rows::NewTask;
use super::{Deed, Recording, json, tables};
use crate::book::refuse_nul;
use crate::bulk::Kind::Int;
use crate::bulk::{Cell, Keyed, fetch};
use crate::db::on_tx;
use crate::fault::Result;

const OPEN_KEYS: Keyed = Keyed {
    key: &[("book", Int), ("account", Int)],
    statement: "select t.account, t.task_key from key cross join task t \
        where t.book = key.book and t.account = key.account and t.closed_on is null",
    lock: None,
};
const CLOSE_TASK: &str = "update task set closed_on = $4, closed_by = $5, outcome = $6 \
     where book = $1 and account = $2 and task = $3 and closed_on is null";
const STEP_MADE: &str = "update step set state = 'made', state_day = $4 where book = $1 and account = $2 \
     and step = (select t.step from task t where t.book = $1 and t.account = $2 and t.task = $3) and state = 'task_open'";
const SNOOZE: &str = "update task set snoozed_until = $4 \
     where book = $1 and account = $2 and task = $3 and closed_on is null";
const REASSIGN: &str = "update task set collector = $4 \
     where book = $1 and account = $2 and task = $3 and closed_on is null";
const HANDS: &str = "select collector from task where book = $1 and account = $2 and task = $3 and closed_on is null";
const IMPORTED: &str = "select step from step where book = $1 and account = $2 and currency = $3 and rung = $4 and day = $5 \
     and how = 'imported'";
const LAST_CYCLE: &str =
    "select cast(coalesce(max(cycle), 1) as bigint) from step where book = $1 and account = $2 and currency = $3";
const LINES_PAST_DUE: &str = "select item, line, open from line where book = $1 and account = $2 and currency = $3 \
     and open > 0 and due_day < $4 order by item, line";
const LINES_OF_ITEM: &str =
    "select item, line, open from line where book = $1 and account = $2 and item = $3 and amount >= 0 order by line";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] =
    &[CLOSE_TASK, STEP_MADE, SNOOZE, REASSIGN, HANDS, IMPORTED, LAST_CYCLE, LINES_PAST_DUE, LINES_OF_ITEM];
/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&OPEN_KEYS];

/// A task to open, with the step it stands for.
#[derive(Debug)]
pub(super) struct Opening<'a> {
    pub(super) account: i64,
    pub(super) kind: &'a str,
    pub(super) key: &'a str,
    pub(super) currency: Option<&'a str>,
    pub(super) step: Option<i64>,
    pub(super) day: i64,
}

impl Recording {
    /// Opens tasks on the command's day; one whose key the account has open already is left out. Answers how many are new.
    pub async fn open_tasks(&mut self, rows: &[NewTask]) -> Result<u64> {
        let day = self.envelope.day;
        let openings: Vec<Opening<'_>> = rows
            .iter()
            .map(|row| Opening {
                account: row.account.0,
                kind: &row.kind,
                key: &row.key,
                currency: row.currency.as_ref().map(Currency::code),
                step: None,
                day: row.opens_on.map_or(day, day_number),
            })
            .collect();
        Ok(self.write_tasks(&openings).await?.iter().filter(|opened| **opened).count() as u64)
    }

    /// Opens tasks whose key is not open on their account; answers for each whether it is new.
    pub(super) async fn write_tasks(&mut self, openings: &[Opening<'_>]) -> Result<Vec<bool>> {
        let accounts: BTreeSet<i64> = openings.iter().map(|opening| opening.account).collect();
        let book = self.envelope.book;
        let keys: Vec<Cell<'_>> = accounts.iter().flat_map(|account| [book.into(), (*account).into()]).collect();
        let open: Vec<(i64, String)> = fetch(self.tx().await?, &OPEN_KEYS, &keys).await?;
        let mut open: HashSet<(i64, String)> = open.into_iter().collect();
        let mut opened = Vec::with_capacity(openings.len());
        for opening in openings {
            let new = open.insert((opening.account, opening.key.to_owned()));
            if new {
                self.open_task(opening)?;
            }
            opened.push(new);
        }
        Ok(opened)
    }

    /// Opens a task whose key is known not to be open on its account.
    pub(super) fn open_task(&mut self, opening: &Opening<'_>) -> Result<()> {
        let detail = serde_json::json!({ "kind": opening.kind, "key": opening.key, "step": opening.step });
        let entry = self.journal_deed(Deed {
            account: opening.account,
            kind: "task_opened",
            subject: opening.step,
            currency: opening.currency,
            day: opening.day,
            detail: json(&detail)?,
            ..Deed::default()
        })?;
        let cells: [Cell<'_>; 13] = [
            self.envelope.book.into(),
            opening.account.into(),
            entry.into(),
            opening.kind.into(),
            opening.key.into(),
            opening.currency.into(),
            opening.step.into(),
            opening.day.into(),
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
        ];
        self.put(&tables::TASK, &cells);
        Ok(())
    }

    /// Closes a task; a step it stands for is made on that day. `false` when there is no such task open.
    pub async fn close_task(&mut self, task: EntryId, day: Date, outcome: &str) -> Result<bool> {
        let Some(account) = self.account_of_activity(task).await? else { return Ok(false) };
        self.close_task_of(account, task.0, day_number(day), outcome).await
    }

    /// The same, where the account is known.
    pub(super) async fn close_task_of(&mut self, account: i64, task: i64, day: i64, outcome: &str) -> Result<bool> {
        refuse_nul(&[outcome])?;
        let book = self.envelope.book;
        self.lock(&BTreeSet::from([account])).await?;
        let by = EntryId::new(self.envelope.batch, self.envelope.rows).0;
        let (closed, made) = on_tx!(self.tx().await?, c => {
            let closed = sqlx::query(CLOSE_TASK).bind(book).bind(account).bind(task).bind(day).bind(by).bind(outcome)
                .execute(&mut *c).await?.rows_affected();
            let made = match closed {
                0 => 0,
                _ => sqlx::query(STEP_MADE).bind(book).bind(account).bind(task).bind(day)
                    .execute(&mut *c).await?.rows_affected(),
            };
            (closed, made)
        });
        if closed == 0 {
            return Ok(false);
        }
        if account != 0 {
            self.bump([account]).await?;
        }
        let detail = serde_json::json!({ "outcome": outcome, "step_made": made > 0 });
        self.journal_deed(Deed {
            account,
            kind: "task_closed",
            subject: Some(task),
            day,
            detail: json(&detail)?,
            ..Deed::default()
        })?;
        Ok(true)
    }

    /// Puts a task aside until a day, with a reason; `false` when there is no such task open.
    pub async fn snooze(&mut self, task: EntryId, until: Date, reason: &str) -> Result<bool> {
        let (book, until) = (self.envelope.book, day_number(until));
        let Some(account) = self.account_of_activity(task).await? else { return Ok(false) };
        let snoozed = on_tx!(self.tx().await?, c => sqlx::query(SNOOZE)
            .bind(book).bind(account).bind(task.0).bind(until).execute(c).await?.rows_affected());
        if snoozed == 0 {
            return Ok(false);
        }
        let entry = self.journal_deed(Deed {
            account,
            kind: "task_snoozed",
            subject: Some(task.0),
            day: self.envelope.day,
            detail: format!("{{\"until\":{until}}}"),
            words: Some(reason),
            ..Deed::default()
        })?;
        self.write_note(account, entry, Some(reason));
        Ok(true)
    }

    /// Gives an open task to a person, or back to whoever holds its account; `None` when there is no such task open, `false`
    /// when it is theirs already. The words are erasable.
    pub async fn assign_task(&mut self, task: EntryId, to: Option<&str>, words: &str) -> Result<Option<bool>> {
        refuse_nul(&[to.unwrap_or_default(), words])?;
        let book = self.envelope.book;
        let Some(account) = self.account_of_activity(task).await? else { return Ok(None) };
        self.lock(&BTreeSet::from([account])).await?;
        let from: Option<Option<String>> = on_tx!(self.tx().await?, c => sqlx::query_scalar(HANDS)
            .bind(book).bind(account).bind(task.0).fetch_optional(c).await?);
        let Some(from) = from else { return Ok(None) };
        if from.as_deref() == to {
            return Ok(Some(false));
        }
        on_tx!(self.tx().await?, c => sqlx::query(REASSIGN)
            .bind(book).bind(account).bind(task.0).bind(to.map(str::to_owned)).execute(c).await?
            .rows_affected());
        let words = Some(words).filter(|words| !words.is_empty());
        let entry = self.journal_deed(Deed {
            account,
            kind: "task_assigned",
            subject: Some(task.0),
            day: self.envelope.day,
            detail: json(&serde_json::json!({ "collector": [from, to] }))?,
            words,
            ..Deed::default()
        })?;
        self.write_note(account, entry, words);
        Ok(Some(true))
    }

    /// Records a step that was made before the book was ours, so that the ladder goes on from it; it counts as a contact of
    /// that day. Without items it carries what was past due that day and is still open. The same (account, currency, step,
    /// day) again is the same step.
    pub async fn opening_step(
        &mut self,
        account: EntryId,
        currency: Currency,
        rung: &str,
        day: Date,
        items: &[EntryId],
    ) -> Result<EntryId> {
        let (book, account, day, code) = (self.envelope.book, account.0, day_number(day), currency.code());
        self.lock(&BTreeSet::from([account])).await?;
        let (known, cycle): (Option<i64>, i64) = on_tx!(self.tx().await?, c => (
            sqlx::query_scalar(IMPORTED).bind(book).bind(account).bind(code).bind(rung).bind(day)
                .fetch_optional(&mut *c).await?,
            sqlx::query_scalar(LAST_CYCLE).bind(book).bind(account).bind(code).fetch_one(&mut *c).await?,
        ));
        if let Some(step) = known {
            return Ok(EntryId(step));
        }
        let mut carried: Vec<(i64, i64, i64)> = Vec::new();
        on_tx!(self.tx().await?, c => {
            for item in items {
                let lines: Vec<(i64, i64, i64)> = sqlx::query_as(LINES_OF_ITEM).bind(book).bind(account).bind(item.0)
                    .fetch_all(&mut *c).await?;
                carried.extend(lines);
            }
            if items.is_empty() {
                carried = sqlx::query_as(LINES_PAST_DUE).bind(book).bind(account).bind(code).bind(day)
                    .fetch_all(&mut *c).await?;
            }
        });
        self.bump([account]).await?;
        let detail = serde_json::json!({ "rung": rung, "cycle": cycle, "items": carried });
        let step = self.journal_deed(Deed {
            account,
            kind: "step_imported",
            currency: Some(code),
            day,
            detail: json(&detail)?,
            ..Deed::default()
        })?;
        let row =
            super::steps::StepCells { account, step, currency: code, cycle, rung, day, how: "imported", state: "made" };
        self.put(&tables::STEP, &row.cells(book));
        let cells: Vec<Cell<'_>> = carried.iter().flat_map(|carried| row.item_cells(book, *carried)).collect();
        self.put(&tables::STEP_ITEM, &cells);
        self.write_contact(account, step, day, "notice", None);
        Ok(EntryId(step))
    }
}
