//! The days that ran.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Reading, date, day};

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

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[RUN_DAYS, LAST_RUN_DAY, RUN_DAY];

impl Reading {
    /// The days that ran, oldest first.
    pub async fn run_days(&mut self) -> Result<Vec<RunDayView>> {
        Ok(self.rows(RUN_DAYS, &[]).await?.into_iter().map(view).collect())
    }

    /// The newest day that ran.
    pub async fn last_run_day(&mut self) -> Result<Option<RunDayView>> {
        Ok(self.row(LAST_RUN_DAY, &[]).await?.map(view))
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
