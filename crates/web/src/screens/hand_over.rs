//! Whose work it is: handing tasks and accounts over, and the mark that somebody is at work on an account.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use dunwell_desk::hand_over::{HandOver, can_be_given_work, hand_over};
use dunwell_desk::rules::rights::Action;
use dunwell_desk::take_account::{Taken, let_go, take_account, taken};
use dunwell_desk::who::entry_of;
use maud::{Markup, html};

use crate::answer::{Answer, Problem, html_response};
use crate::caller::Caller;
use crate::frame;
use crate::posted::{Posted, back_field, form_fields};
use crate::screens::agree::{Asking, Chosen, words_field};
use crate::words::{account_path, count, spoken};

/// What the sheet offers instead of a person.
const NOBODY: &str = "-";

/// `GET /hand-over`: `task` and `account`, each any number of times, or `of` a collector for everything of theirs.
pub(crate) async fn sheet(caller: Caller, asking: Asking, Query(asked): Chosen) -> Answer {
    let every = |name: &str| {
        let values = asked.iter().filter(|(known, value)| known == name && !value.is_empty());
        values.map(|(_, value)| value.clone()).collect::<Vec<_>>()
    };
    let (tasks, accounts, of) = (every("task"), every("account"), every("of").pop());
    let mut reading = caller.desk.book.read().await?;
    let mut named = Vec::new();
    for id in &tasks {
        let task = reading.task(entry_of("task", id)?).await?.ok_or(Problem::NotFound)?;
        let name = task.name.or(task.account).ok_or(Problem::NotFound)?;
        named.push(format!("{name}: {}", spoken(&task.kind).to_lowercase()));
    }
    for code in &accounts {
        let account = reading.account(code).await?.ok_or(Problem::NotFound)?;
        named.push(format!("{}: the whole account", account.name.as_deref().unwrap_or(code)));
    }
    let people = reading.users().await?;
    drop(reading);
    let others = people.iter().filter(|user| can_be_given_work(&user.role) && Some(&user.name) != of.as_ref());
    let heading = if of.is_some() { "Hand over everything" } else { "Hand over" };
    let form = html! {
        form.call method="post" action=(asking.address) {
            (form_fields(&caller))
            (back_field(if of.is_some() { "/team" } else { "/" }))
            @for id in &tasks { input type="hidden" name="task" value=(id); }
            @for code in &accounts { input type="hidden" name="account" value=(code); }
            @if let Some(of) = &of { input type="hidden" name="of" value=(of); }
            header { div { h2 { (heading) } p.sub { (what(of.as_deref(), tasks.len(), accounts.len())) } } }
            div.body {
                @if named.is_empty() && of.is_none() { p { "Tick rows of the worklist first." } }
                @if !named.is_empty() { ul.docs { @for name in &named { li { (name) } } } }
                div.fld {
                    label for="to" { "To" }
                    select id="to" name="to" required {
                        option value="" { "Choose a person" }
                        @for user in others { option value=(user.name) { (user.name) ", " (spoken(&user.role).to_lowercase()) } }
                        option value=(NOBODY) { @if accounts.is_empty() && of.is_none() { "Whoever holds the account" } @else { "Nobody for now" } }
                    }
                }
                (words_field("Why", true))
            }
            footer {
                a.btn href="/" data-close { "Cancel " kbd { "Esc" } }
                button.pri type="submit" { "Hand over " kbd { "Ctrl Enter" } }
            }
        }
    };
    if asking.over_a_page {
        return Ok(html_response(form));
    }
    Ok(frame::page(&caller, "/", heading, &html! { div.alone { h1.sr { (heading) } (form) } }))
}

fn what(of: Option<&str>, tasks: usize, accounts: usize) -> String {
    match of {
        Some(of) => format!("All accounts and tasks of {of}"),
        None if tasks == 0 => count(accounts, "account", "accounts"),
        None if accounts == 0 => count(tasks, "task", "tasks"),
        None => format!("{} and {}", count(tasks, "task", "tasks"), count(accounts, "account", "accounts")),
    }
}

/// `POST /hand-over`.
pub(crate) async fn save(posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let to = fields.needed("to")?;
            let asked = HandOver {
                tasks: fields.every("task"),
                accounts: fields.every("account"),
                all_of: fields.text("of").map(str::to_owned),
                to: (to != NOBODY).then(|| to.to_owned()),
                because: fields.needed("text")?.to_owned(),
            };
            hand_over(&desk, &asked, today).await?;
            Ok(fields.back("/"))
        })
        .await
}

/// Who is at work on an account; none where nobody is.
pub(crate) async fn at_work(caller: &Caller, code: &str) -> Result<Option<Taken>, Problem> {
    Ok(taken(&caller.desk).await?.into_iter().find(|row| row.account == code))
}

/// Who is at work on an account, in words for colleagues.
pub(crate) fn taken_tag(row: Option<&Taken>, caller: &Caller) -> Markup {
    let by = row.and_then(|row| row.taken_by.as_deref());
    html! {
        @if let Some(by) = by { " " span.tag.info { "taken by " @if by == caller.session.user { "you" } @else { (by) } } }
    }
}

/// The button by which an account is taken, or let go again; nothing while somebody else has it.
pub(crate) fn take_button(row: Option<&Taken>, caller: &Caller, code: &str) -> Markup {
    let mine = row.is_some_and(|row| row.state == "taken");
    html! {
        @if caller.may(Action::Log) && (mine || row.is_none()) {
            form.take method="post" action={ (account_path(&code)) "/take" } {
                (form_fields(caller))
                (back_field(&account_path(&code)))
                input type="hidden" name="off" value=[mine.then_some("1")];
                button type="submit" data-key="t" { @if mine { "Let go " } @else { "Take " } kbd { "T" } }
            }
        }
    }
}

/// `POST /accounts/CODE/take`: takes it, or with `off` lets it go. Doing it twice is doing it once.
pub(crate) async fn take(Path(code): Path<String>, posted: Posted) -> Answer {
    let (caller, fields) = posted.unkept();
    if fields.text("off").is_some() {
        let_go(&caller.desk, &code).await?;
    } else {
        take_account(&caller.desk, &code).await?;
    }
    Ok(Redirect::to(&fields.back(&account_path(&code))).into_response())
}
