//! The team: the load of every collector against what a day of theirs reaches, and the way to hand work over.

use axum::extract::{Query, State};
use dunwell_desk::look::team::{Member, Team, team};
use dunwell_desk::rules::rights::Action;
use maud::{Markup, html};

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::{As, Cell, Sheet, address, links};
use crate::frame;
use crate::house::House;
use crate::words::{long_day, money};

async fn team_of(house: &House, caller: &Caller) -> Result<Team, Problem> {
    let (list, ..) = house.worklist_at(&caller.desk, caller.today, |_| None).await?;
    Ok(team(&caller.desk, &list, caller.today).await?)
}

/// `GET /team`.
pub(crate) async fn page(State(house): State<House>, caller: Caller) -> Answer {
    let team = team_of(&house, &caller).await?;
    let longest = team.members.iter().map(|member| member.tasks.max(member.capacity.unwrap_or(0))).max().unwrap_or(0);
    let main = html! {
        div.head {
            h1 { "Team" }
            span.mut { (long_day(caller.today)) }
            @if caller.may(Action::Export) { (links("/export/team", &[])) }
        }
        div.scroll.page tabindex="0" role="region" aria-label="The team, scrolls sideways" {
            table.t.team {
                caption.sr { "What lies on each collector's list, and what was done" }
                thead { tr {
                    th scope="col" { "Collector" } th scope="col" { "To do, of a day's capacity" }
                    th.num scope="col" { "To collect" } th.num scope="col" { "Accounts" }
                    th.num scope="col" { "Done today" } th.num scope="col" { "Done this week" }
                    @if caller.may(Action::Reassign) { th scope="col" { span.sr { "Hand over" } } }
                } }
                tbody { @for member in &team.members { (row(member, longest.max(1), &caller)) } }
            }
        }
        p.sub.pad {
            "Capacity is the number of rows a collector works in a day. The " a.l href="/policy" { "policy" }
            " sets it, for everybody and by name."
        }
    };
    Ok(frame::page(&caller, "/", "Team", &main))
}

fn row(member: &Member, longest: i64, caller: &Caller) -> Markup {
    let whose = member.collector.as_deref();
    html! {
        tr {
            th scope="row" {
                @match whose {
                    Some(name) => a.nm href=(address("/", &[("view", "all"), ("of", name)])) { (name) },
                    None => span.mut { "Nobody" },
                }
            }
            td { (load_bar(member, longest)) }
            td.num.b { @for amount in &member.to_collect { div { (money(*amount)) } } @if member.to_collect.is_empty() { "–" } }
            td.num { (member.accounts) }
            td.num { (member.done_today) }
            td.num { (member.done_this_week) }
            @if caller.may(Action::Reassign) {
                td { @if let Some(name) = whose && (member.accounts > 0 || member.tasks > 0) {
                    a.btn href=(address("/hand-over", &[("of", name)])) data-sheet { "Hand over" span.sr { " everything of " (name) } }
                } }
            }
        }
    }
}

/// Tasks as a bar against the capacity of a day, on one scale for the whole team; the words beside it say the same.
fn load_bar(member: &Member, longest: i64) -> Markup {
    let within = member.tasks - member.beyond;
    let scaled = |number: i64| number.max(0) * 1_000 / longest;
    html! {
        div.load {
            svg.bar viewBox="0 0 1000 10" preserveAspectRatio="none" aria-hidden="true" {
                @if let Some(capacity) = member.capacity { rect.room x="0" y="0" width=(scaled(capacity)) height="10" {} }
                rect.within x="0" y="0" width=(scaled(within)) height="10" {}
                rect.beyond x=(scaled(within)) y="0" width=(scaled(member.beyond)) height="10" {}
            }
            span.nw {
                (member.tasks)
                @if let Some(capacity) = member.capacity { " of " (capacity) }
                @if member.beyond > 0 { span.tag.warn { (member.beyond) " beyond" } }
            }
        }
    }
}

/// `GET /export/team`: a row for each collector and currency.
pub(crate) async fn export(State(house): State<House>, caller: Caller, Query(file): Query<As>) -> Answer {
    caller.desk.may(Action::ReadWorklist)?;
    let team = team_of(&house, &caller).await?;
    let columns = [
        "Collector",
        "Accounts",
        "Tasks",
        "Capacity",
        "Beyond capacity",
        "Done today",
        "Done this week",
        "Currency",
        "To collect",
    ];
    let mut sheet = Sheet::new("team", columns);
    for member in &team.members {
        let own = [
            Cell::text(member.collector.as_deref()),
            Cell::Whole(member.accounts),
            Cell::Whole(member.tasks),
            Cell::whole(member.capacity),
            Cell::Whole(member.beyond),
            Cell::Whole(member.done_today),
            Cell::Whole(member.done_this_week),
        ];
        let amount = |amount: &dunwell_desk::rules::money::Money| {
            vec![Cell::Text(amount.currency.to_string()), Cell::Amount(*amount)]
        };
        let mut amounts: Vec<Vec<Cell>> = member.to_collect.iter().map(amount).collect();
        if amounts.is_empty() {
            amounts.push(vec![Cell::Empty, Cell::Empty]);
        }
        for amount in amounts {
            sheet.push([&own[..], &amount].concat())?;
        }
    }
    sheet.file(&caller, file.kind, caller.today).await
}
