//! Going live: what a rehearsal made stops counting. Steps that were imported, and contacts that people logged, stay.

use dunwell_rules::worklist::TaskKind;

use super::{Deed, Recording};
use crate::book::{Mode, SETTINGS_ROWS, changes_of_mode};
use crate::bulk::Kind::Int;
use crate::bulk::{self, Cell, Keyed, Kind};
use crate::db::on_tx;
use crate::fault::{Fault, Result};

/// What is withdrawn, the day it is withdrawn as of, and the entry that says so.
const KEY: &[(&str, Kind)] = &[("book", Int), ("account", Int), ("id", Int), ("day", Int), ("entry", Int)];

const FORGET_CONTACTS: Keyed = Keyed {
    key: KEY,
    statement: "delete from contact_day where (book, account, entry) in (select n.book, n.account, n.notice \
        from key cross join notice n where n.book = key.book and n.account = key.account and n.step = key.id)",
    lock: None,
};
const WITHDRAW_STEPS: Keyed = Keyed {
    key: KEY,
    statement: "update step set state = 'withdrawn', state_day = key.day from key \
        where step.book = key.book and step.account = key.account and step.step = key.id",
    lock: None,
};
const WITHDRAW_NOTICES: Keyed = Keyed {
    key: KEY,
    statement: "update notice set state = 'withdrawn', state_day = key.day from key \
        where notice.book = key.book and notice.account = key.account and notice.step = key.id",
    lock: None,
};
const WITHDRAW_REQUESTS: Keyed = Keyed {
    key: KEY,
    statement: "update approval_request set state = 'withdrawn', decided_on = key.day from key \
        where approval_request.book = key.book and approval_request.account = key.account \
        and approval_request.step = key.id and approval_request.state = 'pending'",
    lock: None,
};
const WITHDRAW_TASKS: Keyed = Keyed {
    key: KEY,
    statement: "update task set closed_on = key.day, closed_by = key.entry, outcome = 'withdrawn' from key \
        where task.book = key.book and task.account = key.account and task.step = key.id and task.closed_on is null",
    lock: None,
};
const CLOSE_TASKS: Keyed = Keyed {
    key: KEY,
    statement: "update task set closed_on = key.day, closed_by = key.entry, outcome = 'withdrawn' from key \
        where task.book = key.book and task.account = key.account and task.task = key.id and task.closed_on is null",
    lock: None,
};
const NEWEST_BATCH: &str = "select max(batch) from batch where book = $1";
const REHEARSED_STEPS: &str = "select account, step, day from step \
     where book = $1 and step > $2 and how <> 'imported' and state <> 'withdrawn' order by account, step";
const LADDERS_DONE: &str = "select account, task, opened_on from task \
     where book = $1 and task > $2 and kind = $3 and closed_on is null order by account, task";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[NEWEST_BATCH, REHEARSED_STEPS, LADDERS_DONE];
/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] =
    &[&FORGET_CONTACTS, &WITHDRAW_STEPS, &WITHDRAW_NOTICES, &WITHDRAW_REQUESTS, &WITHDRAW_TASKS, &CLOSE_TASKS];

/// A step or task that the rehearsal made: its account, its entry, its day.
type Rehearsed = (i64, i64, i64);

impl Recording {
    /// Withdraws every step of the rehearsal that ends now, with its notice, contact day, task and pending request, and
    /// closes the tasks of ladders that only the rehearsal had climbed to their end. Each is withdrawn as of the command's
    /// day, or as of its own day where that is later. The book's row is locked by the change of its mode: no other
    /// recording is under way.
    pub(super) async fn close_rehearsal(&mut self) -> Result<()> {
        let (book, batch) = (self.envelope.book, self.envelope.batch);
        let kind = TaskKind::LadderDone.code();
        let (newest, settings): (Option<i64>, Vec<(i64, String)>) = on_tx!(self.tx().await?, c => (
            sqlx::query_scalar(NEWEST_BATCH).bind(book).fetch_one(&mut *c).await?,
            sqlx::query_as(SETTINGS_ROWS).bind(book).fetch_all(&mut *c).await?,
        ));
        // What is withdrawn here must stand before this batch in the journals, so that `verify` reads it in that order.
        if newest.is_some_and(|newest| newest > batch) {
            return Err(Fault::contended("a recording that began later was done first"));
        }
        let changes = changes_of_mode(&settings)?;
        let since = changes.iter().rev().find(|(mode, _)| *mode == Mode::Rehearsal).map_or(0, |(_, entry)| *entry);
        let (steps, ladders): (Vec<Rehearsed>, Vec<Rehearsed>) = on_tx!(self.tx().await?, c => (
            sqlx::query_as(REHEARSED_STEPS).bind(book).bind(since).fetch_all(&mut *c).await?,
            sqlx::query_as(LADDERS_DONE).bind(book).bind(since).bind(kind).fetch_all(&mut *c).await?,
        ));
        self.bump(steps.iter().chain(&ladders).map(|(account, ..)| *account)).await?;
        let steps = self.journal_each("step_withdrawn", "{\"going_live\":true}", &steps)?;
        for statement in [&FORGET_CONTACTS, &WITHDRAW_STEPS, &WITHDRAW_NOTICES, &WITHDRAW_REQUESTS, &WITHDRAW_TASKS] {
            bulk::change(self.tx().await?, statement, &steps).await?;
        }
        let ladders = self.journal_each("task_closed", "{\"outcome\":\"withdrawn\",\"step_made\":false}", &ladders)?;
        bulk::change(self.tx().await?, &CLOSE_TASKS, &ladders).await?;
        Ok(())
    }

    /// Journals a deed for each of what is withdrawn (account, id, its own day); answers the keys of the statements.
    fn journal_each(&mut self, kind: &str, detail: &str, rows: &[Rehearsed]) -> Result<Vec<Cell<'static>>> {
        let book = self.envelope.book;
        let mut keys: Vec<Cell<'static>> = Vec::with_capacity(rows.len() * KEY.len());
        for (account, id, own_day) in rows {
            let (account, day) = (*account, self.envelope.day.max(*own_day));
            let detail = detail.to_owned();
            let entry =
                self.journal_deed(Deed { account, kind, subject: Some(*id), day, detail, ..Deed::default() })?;
            keys.extend([book, account, *id, day, entry].map(Cell::Int));
        }
        Ok(keys)
    }
}
