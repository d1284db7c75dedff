//! Making a step of the ladder: the notice, the task or the request it becomes, and withdrawing it again.

use std::collections::BTreeSet;

use dunwell_rules::calendar::{Date, day_number};

use super::rows::{NewNotice, NewStep, NewStepHow};
use super::tasks::Opening;
use super::{Deed, Recording, json, tables};
use crate::book::refuse_nul;
use crate::bulk::Kind::Int;
use crate::bulk::{Cell, Keyed, fetch};
use crate::db::on_tx;
use crate::fault::Result;
use crate::journal::{ApprovalRow, JournalRow};
use crate::views::tasks::{Waiting, WaitingStep, waiting_step};

/// A row of the step table.
#[derive(Debug)]
pub(super) struct StepCells<'a> {
    pub(super) account: i64,
    pub(super) step: i64,
    pub(super) currency: &'a str,
    pub(super) cycle: i64,
    pub(super) rung: &'a str,
    pub(super) day: i64,
    pub(super) how: &'a str,
    pub(super) state: &'a str,
}

impl<'a> StepCells<'a> {
    pub(super) fn cells(&self, book: i64) -> [Cell<'a>; 10] {
        [
            book.into(),
            self.account.into(),
            self.step.into(),
            self.currency.into(),
            self.cycle.into(),
            self.rung.into(),
            self.day.into(),
            self.how.into(),
            self.state.into(),
            self.day.into(),
        ]
    }

    pub(super) fn item_cells(&self, book: i64, (item, line, amount): (i64, i64, i64)) -> [Cell<'a>; 6] {
        [book.into(), self.account.into(), self.step.into(), item.into(), line.into(), amount.into()]
    }
}

/// What a second person is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asked<'a> {
    pub(super) account: i64,
    pub(super) subject: &'a str,
    pub(super) step: Option<i64>,
    pub(super) currency: &'a str,
    pub(super) amount: i64,
}

/// What a step became.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Made {
    pub(super) step: i64,
    pub(super) notice: Option<i64>,
    pub(super) request: Option<i64>,
    pub(super) tasks: u64,
}

/// Where a notice belongs.
#[derive(Debug, Clone, Copy)]
pub(super) struct NoticeOf<'a> {
    pub(super) account: i64,
    pub(super) step: i64,
    pub(super) currency: &'a str,
    pub(super) cycle: i64,
    pub(super) rung: &'a str,
    pub(super) day: i64,
}

const WITHDRAW_STEP: &str =
    "update step set state = 'withdrawn', state_day = $4 where book = $1 and account = $2 and step = $3";
const WITHDRAW_NOTICE: &str =
    "update notice set state = 'withdrawn', state_day = $4 where book = $1 and account = $2 and step = $3";
const FORGET_CONTACT: &str = "delete from contact_day where book = $1 and account = $2 and notice in \
     (select n.notice from notice n where n.book = $1 and n.account = $2 and n.step = $3)";
const WITHDRAW_TASK: &str = "update task set closed_on = $4, closed_by = $5, outcome = 'withdrawn' \
     where book = $1 and account = $2 and step = $3 and closed_on is null";
const WITHDRAW_REQUEST: &str = "update approval_request set state = 'withdrawn', decided_on = $4 \
     where book = $1 and account = $2 and step = $3 and state = 'pending'";

const WAITING: Keyed = Keyed {
    key: &[("book", Int), ("account", Int), ("step", Int)],
    statement: "select s.account, s.step from key cross join step s where s.book = key.book and s.account = key.account \
        and s.step = key.step and s.state in ('task_open', 'pending')",
    lock: None,
};

/// The ladder steps of an account that wait for a person and were made by the day, with what was open on it of what they
/// carry.
const WAITING_OF: Keyed = Keyed {
    key: &[("book", Int), ("account", Int), ("day", Int)],
    statement: "select s.account, s.step, s.currency, s.day, s.state, v.version, (\
            select cast(coalesce(sum(l.open - coalesce((\
                select sum(m.delta) from movement m \
                where m.book = l.book and m.account = l.account and m.item = l.item and m.line = l.line and m.day > key.day\
            ), 0)), 0) as bigint) \
            from step_item i cross join line l \
            where i.book = s.book and i.account = s.account and i.step = s.step \
                and l.book = i.book and l.account = i.account and l.item = i.item and l.line = i.line\
        ) \
        from key cross join step s cross join account_state v \
        where s.book = key.book and s.account = key.account and s.day <= key.day and s.state in ('task_open', 'pending') \
        and v.book = s.book and v.account = s.account and (\
            exists (select 1 from task t where t.book = s.book and t.account = s.account and t.step = s.step \
                and t.closed_on is null) \
            or exists (select 1 from approval_request r where r.book = s.book and r.account = s.account \
                and r.step = s.step and r.state = 'pending')) \
        order by s.account, s.step",
    lock: None,
};

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[WITHDRAW_STEP, WITHDRAW_NOTICE, FORGET_CONTACT, WITHDRAW_TASK, WITHDRAW_REQUEST];
/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&WAITING, &WAITING_OF];

impl Recording {
    /// Makes a step of a decision.
    pub(super) fn make_step(&mut self, account: i64, currency: &str, day: i64, new: &NewStep) -> Result<Made> {
        let book = self.envelope.book;
        let (how, state) = match &new.how {
            NewStepHow::Notice(notice) if notice.sent => ("notice", "made"),
            NewStepHow::Notice(_) => ("notice", "planned"),
            NewStepHow::Task { .. } => ("task", "task_open"),
            NewStepHow::Proposal { .. } => ("proposal", "pending"),
        };
        refuse_nul(&[&new.rung])?;
        let items: Vec<(i64, i64, i64)> =
            new.items.iter().map(|(item, line, amount)| (item.0, *line, *amount)).collect();
        let detail =
            serde_json::json!({ "rung": new.rung, "cycle": new.cycle, "how": how, "state": state, "items": items });
        let step = self.journal_deed(Deed {
            account,
            kind: "step",
            currency: Some(currency),
            day,
            detail: json(&detail)?,
            ..Deed::default()
        })?;
        let row = StepCells { account, step, currency, cycle: new.cycle, rung: &new.rung, day, how, state };
        self.put(&tables::STEP, &row.cells(book));
        let cells: Vec<Cell<'_>> = items.iter().flat_map(|item| row.item_cells(book, *item)).collect();
        self.put(&tables::STEP_ITEM, &cells);
        let mut made = Made { step, ..Made::default() };
        match &new.how {
            NewStepHow::Notice(notice) => {
                let of = NoticeOf { account, step, currency, cycle: new.cycle, rung: &new.rung, day };
                made.notice = Some(self.make_notice(of, notice)?);
            }
            NewStepHow::Task { kind } => {
                let key = format!("step {currency} {} {}", new.cycle, new.rung);
                let opening = Opening { account, kind, key: &key, currency: Some(currency), step: Some(step), day };
                self.open_task(&opening)?;
                made.tasks = 1;
            }
            NewStepHow::Proposal { role, request_sha256 } => {
                let amount = items.iter().map(|(_, _, amount)| amount).sum();
                made.request = Some(self.make_request(row, role, request_sha256, amount)?);
            }
        }
        Ok(made)
    }

    /// Puts a notice into the outbox with its frozen facts; a sent one counts as a contact.
    pub(super) fn make_notice(&mut self, of: NoticeOf<'_>, new: &NewNotice) -> Result<i64> {
        let book = self.envelope.book;
        let content_hash = self.keyed_hash(&new.content);
        let state = if new.sent { "sent" } else { "planned" };
        let detail = serde_json::json!({ "rung": of.rung, "cycle": of.cycle, "level": new.level, "channels": new.channels,
            "missing": new.missing, "state": state });
        let notice = self.journal_deed(Deed {
            account: of.account,
            kind: "notice",
            subject: Some(of.step),
            currency: Some(of.currency),
            amount: Some(new.amount),
            day: of.day,
            detail: json(&detail)?,
            words: Some(&new.content),
        })?;
        let (channels, missing) = (new.channels.join(","), new.missing.join(","));
        let cells: [Cell<'_>; 15] = [
            book.into(),
            of.account.into(),
            notice.into(),
            of.step.into(),
            of.currency.into(),
            of.day.into(),
            of.cycle.into(),
            of.rung.into(),
            new.level.into(),
            (&channels).into(),
            new.amount.into(),
            (&missing).into(),
            state.into(),
            of.day.into(),
            (&content_hash).into(),
        ];
        self.put(&tables::NOTICE, &cells);
        let cells: [Cell<'_>; 4] = [book.into(), of.account.into(), notice.into(), (&new.content).into()];
        self.put(&tables::NOTICE_CONTENT, &cells);
        if new.sent {
            self.write_contact(of.account, notice, of.day, "notice", Some(notice));
        }
        Ok(notice)
    }

    /// Puts a proposed step before a second person.
    fn make_request(&mut self, step: StepCells<'_>, role: &str, sha256: &[u8; 32], amount: i64) -> Result<i64> {
        let detail = serde_json::json!({ "step": step.step, "rung": step.rung, "cycle": step.cycle,
            "currency": step.currency, "amount": amount, "role": role });
        let asked =
            Asked { account: step.account, subject: "step", step: Some(step.step), currency: step.currency, amount };
        self.write_request(asked, role, sha256, step.day, json(&detail)?)
    }

    /// Writes a request and its journal row.
    pub(super) fn write_request(
        &mut self,
        asked: Asked<'_>,
        role: &str,
        sha256: &[u8; 32],
        day: i64,
        detail: String,
    ) -> Result<i64> {
        let (book, entry) = (self.envelope.book, self.next_entry()?);
        let maker = self.envelope.actor.clone();
        self.push(JournalRow::Approval(ApprovalRow {
            book,
            account: asked.account,
            entry,
            batch: self.envelope.batch,
            request: entry,
            kind: "requested".to_owned(),
            subject: asked.subject.to_owned(),
            actor: maker.clone(),
            day,
            request_sha256: sha256.to_vec(),
            detail,
        }));
        let cells: [Cell<'_>; 14] = [
            book.into(),
            asked.account.into(),
            entry.into(),
            asked.subject.into(),
            asked.step.map_or(Cell::Null, Cell::from),
            asked.currency.into(),
            asked.amount.into(),
            (&maker).into(),
            role.into(),
            day.into(),
            Cell::Blob(sha256),
            "pending".into(),
            Cell::Null,
            Cell::Null,
        ];
        self.put(&tables::APPROVAL_REQUEST, &cells);
        Ok(entry)
    }

    /// The ladder steps of the accounts this recording has changed so far that wait for a person and were made by the day,
    /// with what was open on it of what they carry.
    pub async fn waiting_steps_of_changed(&mut self, on: Date) -> Result<Vec<WaitingStep>> {
        let (book, day) = (self.envelope.book, day_number(on));
        let changed: Vec<i64> = self.bumped.iter().copied().collect();
        let keys: Vec<Cell<'_>> =
            changed.iter().flat_map(|account| [book.into(), (*account).into(), day.into()]).collect();
        let rows: Vec<Waiting> = fetch(self.tx().await?, &WAITING_OF, &keys).await?;
        rows.into_iter().map(waiting_step).collect()
    }

    /// Withdraws steps that wait for a person, on a day, and journals why. Each account is locked and its version compared
    /// first: the step of an account that has moved since it was looked at is left, and so is one that waits no longer.
    /// Answers how many were withdrawn. It moves no version: what the run itself records is no fact about the customer.
    pub async fn withdraw_waiting(&mut self, steps: &[WaitingStep], day: Date, because: &str) -> Result<u64> {
        let book = self.envelope.book;
        let versions = self.lock(&steps.iter().map(|step| step.account.0).collect()).await?;
        let keys: Vec<Cell<'_>> =
            steps.iter().flat_map(|step| [book.into(), step.account.0.into(), step.step.0.into()]).collect();
        let waiting: Vec<(i64, i64)> = fetch(self.tx().await?, &WAITING, &keys).await?;
        let waiting: BTreeSet<(i64, i64)> = waiting.into_iter().collect();
        let mut withdrawn = 0;
        for step in steps {
            let unmoved = versions.get(&step.account.0) == Some(&step.version);
            if unmoved && waiting.contains(&(step.account.0, step.step.0)) {
                self.withdraw_step(step.account.0, step.step.0, day_number(day), Some(because)).await?;
                withdrawn += 1;
            }
        }
        Ok(withdrawn)
    }

    /// Withdraws a step with its notice, task and request. The day stays taken, the rung is free again.
    pub(super) async fn withdraw_step(
        &mut self,
        account: i64,
        step: i64,
        day: i64,
        because: Option<&str>,
    ) -> Result<()> {
        let book = self.envelope.book;
        let detail = because.map(|because| json(&serde_json::json!({ "because": because }))).transpose()?;
        let entry = self.journal_deed(Deed {
            account,
            kind: "step_withdrawn",
            subject: Some(step),
            day,
            detail: detail.unwrap_or_default(),
            ..Deed::default()
        })?;
        on_tx!(self.tx().await?, c => {
            sqlx::query(FORGET_CONTACT).bind(book).bind(account).bind(step).execute(&mut *c).await?;
            for statement in [WITHDRAW_STEP, WITHDRAW_NOTICE, WITHDRAW_REQUEST] {
                sqlx::query(statement).bind(book).bind(account).bind(step).bind(day).execute(&mut *c).await?;
            }
            sqlx::query(WITHDRAW_TASK).bind(book).bind(account).bind(step).bind(day).bind(entry).execute(&mut *c).await?;
        });
        Ok(())
    }
}
