//! The worklist as a file: a list to work by where there is no screen.

use axum::extract::Query;
use dunwell_desk::look::worklist::worklist;
use dunwell_desk::rules::rights::Action;
use serde::Deserialize;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::export::{As, Cell, Sheet};

/// Whose list is asked for: a name, or `all`.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    of: Option<String>,
}

/// `GET /export/worklist`: the ranked tasks of a person, or of everybody.
pub(crate) async fn export(caller: Caller, Query(asked): Query<Asked>, Query(file): Query<As>) -> Answer {
    caller.desk.may(Action::ReadWorklist)?;
    let whose = asked.of.as_deref().filter(|of| *of != "all");
    let list = worklist(&caller.desk, whose, caller.today, None).await?;
    let mut columns: Vec<String> =
        ["Rank", "Collector", "Reached today", "Account", "Name", "Why", "Reason", "Next action", "Currency"]
            .map(String::from)
            .into();
    columns.extend(["To collect", "Past due", "Oldest days past due", "Points"].map(String::from));
    let mut sheet = Sheet::new("worklist", columns);
    for task in list.tasks {
        sheet.push(vec![
            Cell::Whole(task.rank),
            Cell::text(task.collector.as_deref()),
            Cell::Text(if task.within_capacity { "yes" } else { "no" }.into()),
            Cell::Text(task.account),
            Cell::text(task.name.as_deref()),
            Cell::Text(task.kind),
            Cell::Text(task.reason),
            Cell::Text(task.next_action),
            Cell::Text(task.currency),
            Cell::Amount(task.to_collect),
            Cell::Amount(task.past_due),
            Cell::Whole(task.oldest_days_past_due),
            Cell::Whole(task.total_points),
        ])?;
    }
    sheet.file(&caller, file.kind, caller.today).await
}
