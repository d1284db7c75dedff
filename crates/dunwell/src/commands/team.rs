//! Whose work it is: the team's load, handing over, taking an account, and views of one's own.

use dunwell_desk::hand_over::hand_over as handing;
use dunwell_desk::keep_view::{SavedView, ViewState, drop_view, keep_view, move_view, rename_view, saved_views};
use dunwell_desk::look;
use dunwell_desk::look::team::Member;
use dunwell_desk::take_account::{let_go, take_account};

use crate::cli::team::{HandOver, View};
use crate::cli::{Cli, On};
use crate::output::{Failure, Output, table};
use crate::place::desk;

/// `team`.
pub(crate) async fn team(cli: &Cli, out: Output, on: On) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let on = on.in_book(&desk);
    let list = look::worklist::worklist(&desk, None, on, None).await?;
    let team = look::team::team(&desk, &list, on).await?;
    out.answer(&team, |team| {
        let titles = ["collector", "tasks", "capacity", "beyond", "accounts", "done today", "this week", "to collect"];
        let mut rows = vec![titles.map(String::from).to_vec()];
        rows.extend(team.members.iter().map(member_row));
        table(&rows, &[1, 2, 3, 4, 5, 6])
    });
    Ok(())
}

fn member_row(member: &Member) -> Vec<String> {
    let amounts: Vec<String> = member.to_collect.iter().map(ToString::to_string).collect();
    vec![
        member.collector.clone().unwrap_or_else(|| "(nobody)".into()),
        member.tasks.to_string(),
        member.capacity.map_or_else(String::new, |capacity| capacity.to_string()),
        member.beyond.to_string(),
        member.accounts.to_string(),
        member.done_today.to_string(),
        member.done_this_week.to_string(),
        amounts.join(", "),
    ]
}

/// `hand-over`.
pub(crate) async fn hand_over(cli: &Cli, out: Output, asked: &HandOver) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let work = dunwell_desk::hand_over::HandOver {
        tasks: asked.tasks.clone(),
        accounts: asked.accounts.clone(),
        all_of: asked.all_of.clone(),
        to: asked.to.clone(),
        because: asked.because.clone(),
    };
    let done = handing(&desk, &work, asked.on.in_book(&desk)).await?;
    out.answer(&done, |done| {
        let to = done.to.as_deref().unwrap_or("nobody");
        let (accounts, tasks) = (done.accounts.len(), done.tasks.len());
        format!("To {to}: {accounts} accounts and {tasks} tasks; {} were theirs already.", done.unchanged)
    });
    Ok(())
}

/// `take`.
pub(crate) async fn take(cli: &Cli, out: Output, account: &str, off: bool) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let state = if off { let_go(&desk, account).await? } else { take_account(&desk, account).await? };
    out.answer(&state, |state| match &state.taken_by {
        Some(by) => format!("{} is taken by {by}.", state.account),
        None => format!("{} is free.", state.account),
    });
    Ok(())
}

/// `view`.
pub(crate) async fn view(cli: &Cli, out: Output, asked: &View) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let state = match asked {
        View::List => {
            let views = saved_views(&desk).await?;
            out.answer(&views, |views| {
                let row = |view: &SavedView| vec![view.place.clone(), view.name.clone(), view.query.clone()];
                let rows: Vec<Vec<String>> = views.iter().map(row).collect();
                if rows.is_empty() { "No views are kept.".into() } else { table(&rows, &[]) }
            });
            return Ok(());
        }
        View::Keep { place, name, query } => {
            let view = SavedView { place: place.clone(), name: name.clone(), query: query.clone() };
            keep_view(&desk, &view).await?
        }
        View::Rename { place, name, to } => rename_view(&desk, place, name, to).await?,
        View::Move { place, name, later } => move_view(&desk, place, name, !later).await?,
        View::Drop { place, name } => drop_view(&desk, place, name).await?,
    };
    out.answer(&state, |state: &ViewState| format!("{} of the {}: {}.", state.name, state.place, state.state));
    Ok(())
}
