//! What people do with an account's open work: tasks done or put off, stops on contact, and what is pinned on top.

use axum::extract::Path;
use dunwell_desk::Desk;
use dunwell_desk::log_activity::{close_task, snooze_task};
use dunwell_desk::look::open_work::{OpenWork, open_work};
use dunwell_desk::open_dispute::{put_on_hold, release_hold};
use dunwell_desk::pin_note::{pin_note, unpin_note};
use dunwell_desk::rules::calendar::add_days;
use dunwell_desk::rules::facts::HoldKind;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::who::entry_of;
use dunwell_store::views::tasks::TaskView;
use maud::{Markup, html};

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::posted::{Fields, Posted, form_fields};
use crate::screens::agree::{Asking, Sheet, date_field, words_field};
use crate::words::{account_path, spoken};

/// What a task is closed with.
const OUTCOMES: [(&str, &str); 3] =
    [("done", "Done"), ("not_needed", "Not needed any more"), ("passed_on", "Passed on to somebody else")];

/// The card of an account's open work; nothing where there is none.
pub(crate) fn card(open: &OpenWork, caller: &Caller) -> Markup {
    if open.tasks.is_empty() && open.disputes.is_empty() && open.stops.is_empty() {
        return html! {};
    }
    let home = account_path(&open.account);
    html! {
        section.card aria-label="Open work" {
            header { h2 { "Open work" } }
            ul.in.work {
                @for stop in &open.stops {
                    li {
                        span { span.tag.bad { "Stop" } " " (spoken(&stop.kind)) span.sub { " since " (stop.since)
                            @if let Some(until) = &stop.until { ", through " (until) } ". " (stop.basis) } }
                        @if caller.may(Action::Hold) { a.btn href={ (home) "/hold" } data-sheet { "Release" } }
                    }
                }
                @for task in &open.tasks {
                    li {
                        span { (spoken(&task.kind)) span.sub { " since " (task.opened_on)
                            @if let Some(until) = task.snoozed_until { ", put off until " (until) } } }
                        @if caller.may(Action::CloseTask) { a.btn href={ (home) "/done?task=" (task.task) } data-sheet { "Done" } }
                    }
                }
                @for dispute in &open.disputes {
                    li {
                        span { "Dispute of " (dispute.document) span.sub { " since " (dispute.since) ", " (spoken(&dispute.reason).to_lowercase()) } }
                        @if caller.may(Action::Dispute) { a.btn href={ (home) "/disputes/" (dispute.dispute) } data-sheet { "Close" } }
                    }
                }
            }
        }
    }
}

/// The tasks to choose from; the first, or the one asked for, is chosen.
fn task_choice(tasks: &[TaskView], asked: Option<&str>) -> Markup {
    let chosen = tasks.iter().position(|task| Some(task.task.to_string().as_str()) == asked).unwrap_or(0);
    html! {
        fieldset.fld {
            legend { "Task" }
            @for (place, task) in tasks.iter().enumerate() {
                label.ck {
                    input type="radio" name="task" value=(task.task) checked[place == chosen];
                    span { (spoken(&task.kind)) span.sub { " since " (task.opened_on) } }
                }
            }
        }
    }
}

/// The task that a sheet was opened for.
#[derive(Debug, serde::Deserialize)]
pub(crate) struct OfTask {
    task: Option<String>,
}

fn no_task() -> Markup {
    html! { p { "No task is open here. What is on the worklist without one, such as a broken promise, leaves it when it is dealt with." } }
}

/// `GET /accounts/CODE/snooze`.
pub(crate) async fn snooze(caller: Caller, asking: Asking, Path(code): Path<String>) -> Answer {
    let open = open_work(&caller.desk, &code, caller.today).await?;
    let tomorrow = add_days(caller.today, 1);
    let body = html! {
        @if open.tasks.is_empty() { (no_task()) } @else {
            (task_choice(&open.tasks, None))
            (date_field("day", "Until", Some(tomorrow), tomorrow, "it is back on the list that day"))
            (words_field("Why", true))
        }
    };
    let heading = "Put off";
    Sheet { caller: &caller, asking: &asking, code: &code, heading, name: &code, button: "Put off" }.around(&body)
}

/// `POST /accounts/CODE/snooze`.
pub(crate) async fn put_off(Path(code): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let task = task_of(&desk, &code, &fields, today).await?;
            let until = fields.day("day")?.ok_or_else(|| Problem::Malformed("Say until when.".into()))?;
            if until <= today {
                return Err(Problem::Malformed("Put it off to a day after today.".into()));
            }
            snooze_task(&desk, task, until, fields.needed("text")?, today).await?;
            Ok(fields.back(&account_path(&code)))
        })
        .await
}

/// The open task that a form names; only one of the account.
async fn task_of(
    desk: &Desk,
    code: &str,
    fields: &Fields,
    today: dunwell_desk::rules::calendar::Date,
) -> Result<dunwell_desk::rules::account::EntryId, Problem> {
    let task = entry_of("task", fields.needed("task")?)?;
    let open = open_work(desk, code, today).await?;
    if open.tasks.iter().any(|known| known.task == task) { Ok(task) } else { Err(Problem::NotFound) }
}

/// `GET /accounts/CODE/done`.
pub(crate) async fn done(
    caller: Caller,
    asking: Asking,
    Path(code): Path<String>,
    axum::extract::Query(of): axum::extract::Query<OfTask>,
) -> Answer {
    let open = open_work(&caller.desk, &code, caller.today).await?;
    let body = html! {
        @if open.tasks.is_empty() { (no_task()) } @else {
            (task_choice(&open.tasks, of.task.as_deref()))
            fieldset.fld {
                legend { "What came of it" }
                @for (place, (code, name)) in OUTCOMES.iter().enumerate() {
                    label.ck { input type="radio" name="outcome" value=(code) checked[place == 0]; span { (name) } }
                }
            }
        }
    };
    let heading = "Close a task";
    Sheet { caller: &caller, asking: &asking, code: &code, heading, name: &code, button: "Close it" }.around(&body)
}

/// `POST /accounts/CODE/done`.
pub(crate) async fn close(Path(code): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let task = task_of(&desk, &code, &fields, today).await?;
            let outcome = fields.needed("outcome")?;
            if !OUTCOMES.iter().any(|(code, _)| *code == outcome) {
                return Err(Problem::Malformed(format!("'{outcome}' is no outcome of a task.")));
            }
            close_task(&desk, task, outcome, today).await?;
            Ok(fields.back(&account_path(&code)))
        })
        .await
}

/// `GET /accounts/CODE/hold`: stopping contact, or releasing a stop that is in force.
pub(crate) async fn hold(caller: Caller, asking: Asking, Path(code): Path<String>) -> Answer {
    let open = open_work(&caller.desk, &code, caller.today).await?;
    let body = html! {
        fieldset.fld {
            legend { "What to do" }
            @for (place, stop) in open.stops.iter().enumerate() {
                label.ck {
                    input type="radio" name="stop" value=(stop.stop) checked[place == 0];
                    span { "Release: " (spoken(&stop.kind).to_lowercase()) span.sub { " since " (stop.since) ", " (stop.basis) } }
                }
            }
            @for kind in HoldKind::ALL {
                @let first = open.stops.is_empty() && kind == HoldKind::DoNotContact;
                label.ck {
                    input type="radio" name="stop" value=(kind.code()) checked[first];
                    span { "Stop contact: " (stop_words(kind)) }
                }
            }
        }
        div.fld {
            label for="text" { "Why" }
            input id="text" name="text" maxlength="400" aria-describedby="why-hint";
            span.hint id="why-hint" { "of a new stop: court and case number, or the person's words" }
        }
        (date_field("day", "Through", None, caller.today, "empty: until somebody releases it"))
        p.sub { "While a stop is in force, no letter leaves and no call is asked for." }
    };
    let heading = "Stop contact";
    Sheet { caller: &caller, asking: &asking, code: &code, heading, name: &code, button: "Save" }.around(&body)
}

fn stop_words(kind: HoldKind) -> &'static str {
    match kind {
        HoldKind::Stay => "insolvency, an automatic stay",
        HoldKind::DoNotContact => "they asked for no contact",
        HoldKind::Sanctions => "a sanctions hit that is not cleared",
    }
}

/// `POST /accounts/CODE/hold`.
pub(crate) async fn stop(Path(code): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let stop = fields.needed("stop")?;
            if HoldKind::parse(stop).is_some() {
                put_on_hold(&desk, &code, stop, fields.needed("text")?, fields.day("day")?, today).await?;
            } else if open_work(&desk, &code, today).await?.stops.iter().any(|known| known.stop == stop) {
                release_hold(&desk, stop, today).await?;
            } else {
                return Err(Problem::NotFound);
            }
            Ok(fields.back(&account_path(&code)))
        })
        .await
}

/// The button that pins an event or takes it off the top again.
pub(crate) fn pin_button(caller: &Caller, code: &str, entry: &str, pinned: bool) -> Markup {
    html! {
        @if caller.may(Action::Note) {
            form.pin method="post" action={ (account_path(&code)) "/pin" } {
                (form_fields(caller))
                input type="hidden" name="entry" value=(entry);
                input type="hidden" name="off" value=[pinned.then_some("1")];
                button.ghost type="submit" { @if pinned { "Unpin" } @else { "Pin" } }
            }
        }
    }
}

/// `POST /accounts/CODE/pin`.
pub(crate) async fn pin(Path(code): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let entry = fields.needed("entry")?;
            if fields.text("off").is_some() {
                unpin_note(&desk, &code, entry, today).await?;
            } else {
                pin_note(&desk, &code, entry, today).await?;
            }
            Ok(account_path(&code))
        })
        .await
}
