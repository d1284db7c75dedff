//! The days that ran, and what the book did since it went live.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::live_start::SinceLive;
use serde::Serialize;

use super::json;
use crate::book::{Mode, SETTINGS_ROWS, changes_of_mode};
use crate::fault::Result;
use crate::read::{Bind, Reading, date, day};

/// A day that the run covered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunDayView {
    /// The day.
    pub day: Date,
    /// The entry that started it.
    #[serde(serialize_with = "json::entry")]
    pub entry: EntryId,
    /// The policy it ran under.
    #[serde(serialize_with = "json::entry")]
    pub policy: EntryId,
    /// Whether it was caught up later: it decided, but made no notices.
    pub caught_up: bool,
    /// Whether every account was covered.
    pub complete: bool,
    /// Accounts with anything open.
    pub accounts: i64,
}

const RUN_DAYS: &str = "
select day, entry, policy, caught_up, complete, accounts from run_day where book = $1 order by day";
const LAST_RUN_DAY: &str = "
select day, entry, policy, caught_up, complete, accounts from run_day where book = $1 order by day desc limit 1";
const RUN_DAY: &str = "
select day, entry, policy, caught_up, complete, accounts from run_day where book = $1 and day = $2";

/// Live days come after rehearsed ones, so the newest notice tells whether there was a live one.
const LAST_NOTICE_BEFORE: &str = "
select notice from notice where book = $1 and day < $2 order by day desc, notice desc limit 1";
const NOTICES_THAT_DAY: &str = "
select cast(count(*) as bigint) from notice where book = $1 and day = $2 and notice > $3";
const OPENING_STEP: &str = "select step from step where book = $1 and how = 'imported' limit 1";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[RUN_DAYS, LAST_RUN_DAY, RUN_DAY, LAST_NOTICE_BEFORE, NOTICES_THAT_DAY, OPENING_STEP];

impl Reading {
    /// The days that ran, oldest first.
    pub async fn run_days(&mut self) -> Result<Vec<RunDayView>> {
        Ok(self.rows(RUN_DAYS, &[]).await?.into_iter().map(view).collect())
    }

    /// The newest day that ran.
    pub async fn last_run_day(&mut self) -> Result<Option<RunDayView>> {
        Ok(self.row(LAST_RUN_DAY, &[]).await?.map(view))
    }

    /// What the book did since it went live, as the day `on` sees it; `None` while it rehearses.
    pub async fn since_live(&mut self, on: Date) -> Result<Option<SinceLive>> {
        let settings: Vec<(i64, String)> = self.rows(SETTINGS_ROWS, &[]).await?;
        let Some((Mode::Live, live)) = changes_of_mode(&settings)?.last().copied() else { return Ok(None) };
        let run = self.run_day(on).await?;
        let before: Option<(i64,)> = self.row(LAST_NOTICE_BEFORE, &[day(on)]).await?;
        let that_day: Option<(i64,)> = self.row(NOTICES_THAT_DAY, &[day(on), Bind::Int(live)]).await?;
        let opening: Option<(i64,)> = self.row(OPENING_STEP, &[]).await?;
        Ok(Some(SinceLive {
            ran_in_rehearsal: run.is_some_and(|run| run.entry.0 < live),
            notices_before: before.is_some_and(|(notice,)| notice > live),
            notices_that_day: that_day.map_or(0, |(count,)| count),
            opening_steps: opening.is_some(),
        }))
    }

    /// The run of one day.
    pub async fn run_day(&mut self, on: Date) -> Result<Option<RunDayView>> {
        Ok(self.row(RUN_DAY, &[day(on)]).await?.map(view))
    }
}

fn view((day, entry, policy, caught_up, complete, accounts): (i64, i64, i64, i64, i64, i64)) -> RunDayView {
    RunDayView {
        day: date(day),
        entry: EntryId(entry),
        policy: EntryId(policy),
        caught_up: caught_up != 0,
        complete: complete != 0,
        accounts,
    }
}
