//! The load of each collector: the accounts they hold, and what was done on their lists.

use dunwell_rules::calendar::{Date, day_number};

use crate::fault::Result;
use crate::read::{Reading, day};

/// A collector's name, and a number.
type Counted = (Option<String>, i64);

/// What was done on the list of a collector.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DoneBy {
    /// Whose list it was on; `None` for nobody's.
    pub collector: Option<String>,
    /// Tasks closed on the day.
    pub on_the_day: i64,
    /// Tasks closed from the first day asked to the last.
    pub in_all: i64,
}

const ACCOUNTS_HELD: &str =
    "select collector, cast(count(*) as bigint) from account where book = $1 group by collector order by collector";
const DONE_BY: &str = "
select coalesce(t.collector, a.collector), cast(sum(case when t.closed_on = $3 then 1 else 0 end) as bigint),
    cast(count(*) as bigint)
from task t
left join account a on a.book = t.book and a.account = t.account
where t.book + 0 = $1 and t.closed_on >= $2 and t.closed_on <= $3 and t.outcome <> 'withdrawn'
group by coalesce(t.collector, a.collector)";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[ACCOUNTS_HELD, DONE_BY];

impl Reading {
    /// How many accounts each collector holds; `None` is nobody.
    pub async fn accounts_held(&mut self) -> Result<Vec<Counted>> {
        self.rows(ACCOUNTS_HELD, &[]).await
    }

    /// The tasks closed by people's work on the days `from` to `on`, by whose list they were on.
    pub async fn done_by(&mut self, from: Date, on: Date) -> Result<Vec<DoneBy>> {
        debug_assert!(day_number(from) <= day_number(on), "the week begins before its day");
        let rows: Vec<(Option<String>, i64, i64)> = self.rows(DONE_BY, &[day(from), day(on)]).await?;
        let done = |(collector, on_the_day, in_all)| DoneBy { collector, on_the_day, in_all };
        Ok(rows.into_iter().map(done).collect())
    }
}
