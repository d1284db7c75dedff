//! Recording what the rules decided, in the day's run.

use std::collections::{BTreeSet, HashMap};

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Currency;

use super::rows::{DecideOutcome, NewDecision};
use super::tasks::Opening;
use super::{Deed, Recording, tables};
use crate::book::refuse_nul;
use crate::bulk::Kind::Int;
use crate::bulk::{Cell, Keyed, fetch};
use crate::db::on_tx;
use crate::fault::{Fault, Result};
use crate::journal::{DecisionRow, JournalRow};

const REVISIONS: Keyed = Keyed {
    key: &[("book", Int), ("account", Int), ("day", Int)],
    statement: "select d.account, d.currency, d.revision, d.account_version from key cross join decision d \
        where d.book = key.book and d.account = key.account and d.day = key.day order by d.revision",
    lock: None,
};
const STEPS: Keyed = Keyed {
    key: &[("book", Int), ("account", Int)],
    statement: "select s.account, s.currency, s.step, s.day, s.cycle, s.rung, s.state from key cross join step s \
        where s.book = key.book and s.account = key.account and s.how <> 'imported' order by s.step",
    lock: None,
};
const RUN_DAY: &str = "select entry from run_day where book = $1 and day = $2";
const DAY_OF_RUN: &str =
    "select r.day, b.mode from run_day r join book b on b.book = r.book where r.book = $1 and r.entry = $2";
const FINISH_RUN_DAY: &str =
    "update run_day set complete = 1, accounts = $3 where book = $1 and day = $2 and complete = 0";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[RUN_DAY, DAY_OF_RUN, FINISH_RUN_DAY];
/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&REVISIONS, &STEPS];

/// A step as the ladder has it: account, currency, step, day, cycle, rung, state.
type StepRow = (i64, String, i64, i64, i64, String, String);

/// What the book holds already about the accounts of some decisions.
#[derive(Debug)]
struct Before {
    day: i64,
    versions: std::collections::BTreeMap<i64, i64>,
    /// The last revision of the day and the version it was decided on.
    revisions: HashMap<(i64, String), (i64, i64)>,
    steps: HashMap<(i64, String), Vec<StepRow>>,
}

impl Recording {
    /// Records decisions of a run's day. Each account is locked and its version compared first: a decision on another version
    /// is stale; one on the version of the day's last revision is unchanged. Nothing recorded here moves a version.
    ///
    /// A fault when the book went live, or back to rehearsal, since it was opened: the notices would be of the other mode.
    ///
    /// A day or a rung of the cycle that has its step already gets no second one: the decision is recorded, and names the
    /// step that stands.
    pub async fn decide(&mut self, run: EntryId, policy: EntryId, rows: &[NewDecision]) -> Result<Vec<DecideOutcome>> {
        let book = self.envelope.book;
        let found: Option<(i64, String)> = on_tx!(self.tx().await?, c => sqlx::query_as(DAY_OF_RUN)
            .bind(book).bind(run.0).fetch_optional(c).await?);
        let Some((day, mode)) = found else { return Err(Fault::new(format!("there is no run {run}"))) };
        if mode != self.mode.code() {
            return Err(Fault::new(format!("the book is {mode} now, which it was not when this run began; run again")));
        }
        let mut before = self.before(day, rows).await?;
        let mut outcomes = Vec::with_capacity(rows.len());
        for row in rows {
            outcomes.push(self.decide_one(&mut before, policy, row).await?);
        }
        self.open_asked(day, rows, &mut outcomes).await?;
        Ok(outcomes)
    }

    async fn before(&mut self, day: i64, rows: &[NewDecision]) -> Result<Before> {
        let accounts: BTreeSet<i64> = rows.iter().map(|row| row.account.0).collect();
        let versions = self.lock(&accounts).await?;
        let book = self.envelope.book;
        let of_day: Vec<Cell<'_>> = accounts.iter().flat_map(|a| [book.into(), (*a).into(), day.into()]).collect();
        let of_any_day: Vec<Cell<'_>> = accounts.iter().flat_map(|a| [book.into(), (*a).into()]).collect();
        let tx = self.tx().await?;
        let revisions: Vec<(i64, String, i64, i64)> = fetch(tx, &REVISIONS, &of_day).await?;
        let steps: Vec<StepRow> = fetch(tx, &STEPS, &of_any_day).await?;
        let mut by_account: HashMap<(i64, String), Vec<StepRow>> = HashMap::new();
        for step in steps {
            by_account.entry((step.0, step.1.clone())).or_default().push(step);
        }
        let revisions = revisions
            .into_iter()
            .map(|(account, currency, revision, version)| ((account, currency), (revision, version)))
            .collect();
        Ok(Before { day, versions, revisions, steps: by_account })
    }

    async fn decide_one(&mut self, before: &mut Before, policy: EntryId, row: &NewDecision) -> Result<DecideOutcome> {
        let key = (row.account.0, row.currency.code().to_owned());
        if before.versions.get(&row.account.0) != Some(&row.version) {
            return Ok(DecideOutcome::Stale);
        }
        let last = before.revisions.get(&key).copied();
        if last.is_some_and(|(_, version)| version == row.version) {
            return Ok(DecideOutcome::Unchanged);
        }
        let revision = last.map_or(1, |(revision, _)| revision + 1);
        before.revisions.insert(key.clone(), (revision, row.version));
        let decision = self.journal_decision(before.day, policy, revision, row)?;
        let mut standing: Vec<StepRow> = before.steps.remove(&key).unwrap_or_default();
        if row.withdraw_today {
            for step in standing.iter_mut().filter(|step| step.3 == before.day && step.6 != "withdrawn") {
                self.withdraw_step(step.0, step.2, before.day, None).await?;
                step.6 = "withdrawn".to_owned();
            }
        }
        let mut outcome = (None, None, None, 0);
        if let Some(new) = &row.step {
            let taken = standing.iter().find(|(_, _, _, day, cycle, rung, state)| {
                *day == before.day || state != "withdrawn" && *cycle == new.cycle && *rung == new.rung
            });
            match taken {
                Some(step) if step.6 == "withdrawn" => {}
                Some(step) => outcome.0 = Some(EntryId(step.2)),
                None => {
                    let made = self.make_step(row.account.0, &key.1, before.day, new)?;
                    let (notice, request) = (made.notice.map(EntryId), made.request.map(EntryId));
                    outcome = (Some(EntryId(made.step)), notice, request, made.tasks);
                }
            }
        }
        let (step, notice, request, tasks) = outcome;
        Ok(DecideOutcome::Recorded { decision: EntryId(decision), revision, step, notice, request, tasks })
    }

    fn journal_decision(&mut self, day: i64, policy: EntryId, revision: i64, row: &NewDecision) -> Result<i64> {
        refuse_nul(&[&row.rule, &row.detail])?;
        let entry = self.next_entry()?;
        self.push(JournalRow::Decision(DecisionRow {
            book: self.envelope.book,
            account: row.account.0,
            entry,
            batch: self.envelope.batch,
            currency: row.currency.code().to_owned(),
            day,
            revision,
            account_version: row.version,
            policy: policy.0,
            action: row.action.clone(),
            rule: row.rule.clone(),
            detail: row.detail.clone(),
        }));
        Ok(entry)
    }

    /// Opens the tasks that recorded decisions ask for besides their steps.
    async fn open_asked(&mut self, day: i64, rows: &[NewDecision], outcomes: &mut [DecideOutcome]) -> Result<()> {
        let mut openings = Vec::new();
        let mut of = Vec::new();
        for (place, row) in rows.iter().enumerate() {
            if !matches!(outcomes[place], DecideOutcome::Recorded { .. }) {
                continue;
            }
            for task in &row.tasks {
                let currency = task.currency.as_ref().map(Currency::code);
                let account = task.account.0;
                openings.push(Opening { account, kind: &task.kind, key: &task.key, currency, step: None, day });
                of.push(place);
            }
        }
        let opened = self.write_tasks(&openings).await?;
        for (place, opened) in of.into_iter().zip(opened) {
            if let DecideOutcome::Recorded { tasks, .. } = &mut outcomes[place] {
                *tasks += u64::from(opened);
            }
        }
        Ok(())
    }

    /// Starts the run of a day; a day that was started before is gone on with.
    pub async fn start_run_day(&mut self, day: Date, policy: EntryId, caught_up: bool) -> Result<EntryId> {
        let (book, day) = (self.envelope.book, day_number(day));
        let known: Option<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(RUN_DAY)
            .bind(book).bind(day).fetch_optional(c).await?);
        if let Some(run) = known {
            return Ok(EntryId(run));
        }
        let entry = self.journal_deed(Deed {
            kind: "run_started",
            subject: Some(policy.0),
            day,
            detail: format!("{{\"caught_up\":{caught_up}}}"),
            ..Deed::default()
        })?;
        let cells: [Cell<'_>; 7] =
            [book.into(), day.into(), entry.into(), policy.0.into(), caught_up.into(), 0.into(), 0.into()];
        self.put(&tables::RUN_DAY, &cells);
        Ok(EntryId(entry))
    }

    /// Says that every account of a day has its decision; a second time is nothing.
    pub async fn finish_run_day(&mut self, day: Date, accounts: i64) -> Result<()> {
        let (book, day) = (self.envelope.book, day_number(day));
        let finished = on_tx!(self.tx().await?, c => sqlx::query(FINISH_RUN_DAY)
            .bind(book).bind(day).bind(accounts).execute(c).await?.rows_affected());
        if finished > 0 {
            let detail = format!("{{\"accounts\":{accounts}}}");
            self.journal_deed(Deed { kind: "run_finished", day, detail, ..Deed::default() })?;
        }
        Ok(())
    }
}
