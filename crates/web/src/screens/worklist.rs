//! The worklist: saved views, the strip of figures, the ranked table, and the selected account beside it.

use axum::extract::{Query, State};
use dunwell_desk::look::strip::Strip;
use dunwell_desk::look::worklist::{BookTask, Worklist, WorklistTask};
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::rights::Action;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::Answer;
use crate::caller::Caller;
use crate::export::links;
use crate::frame;
use crate::house::House;
use crate::screens::account::{preview_of, tag_of};
use crate::words::{account_path, aging_bar, count, long_day, money, said};

/// Rows of a page at most: what lies beyond is work of another day, and every other page has a search box.
const ROWS: usize = 200;

/// What is asked of the worklist; each part of it is in the address, so that a view can be kept and sent.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Asked {
    /// The saved view.
    #[serde(default)]
    view: View,
    /// Whose list: a name, or `all`; otherwise the caller's own, where they have one.
    of: Option<String>,
    /// The account to begin at.
    at: Option<String>,
}

/// A saved view.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum View {
    /// What the day's capacity reaches.
    #[default]
    Today,
    /// Promises that were broken.
    Broken,
    /// What is disputed.
    Disputes,
    /// What waits for a signature.
    Signatures,
    /// Everything on the list.
    All,
}

impl View {
    const ALL: [Self; 5] = [Self::Today, Self::Broken, Self::Disputes, Self::Signatures, Self::All];

    fn code(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Broken => "broken",
            Self::Disputes => "disputes",
            Self::Signatures => "signatures",
            Self::All => "all",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Broken => "Broken promises",
            Self::Disputes => "Disputes",
            Self::Signatures => "Signatures",
            Self::All => "All",
        }
    }

    fn shows(self, task: &WorklistTask) -> bool {
        match self {
            Self::Today => task.within_capacity,
            Self::Broken => task.kind == "broken_promise",
            Self::Disputes => task.kind == "dispute_follow_up",
            Self::Signatures => task.kind == "approval_waiting",
            Self::All => true,
        }
    }
}

/// `GET /`.
pub(crate) async fn page(State(house): State<House>, caller: Caller, Query(asked): Query<Asked>) -> Answer {
    let (of, user) = (asked.of.clone(), caller.session.user.clone());
    let whose = move |list: &Worklist| match of {
        Some(of) => Some(of).filter(|name| name != "all"),
        None => list.tasks.iter().any(|task| task.collector.as_ref() == Some(&user)).then_some(user),
    };
    let (list, whose, figures) = house.worklist.lock().await.at(&caller.desk, caller.today, whose).await?;
    let people = people(&list);
    let ours = || list.tasks.iter().filter(|task| whose.is_none() || task.collector == whose);
    let rows: Vec<&WorklistTask> = ours().filter(|task| asked.view.shows(task)).collect();
    let at = asked.at.as_deref();
    let chosen = rows.iter().find(|task| Some(task.account.as_str()) == at).or_else(|| rows.first()).copied();
    let preview = match chosen {
        Some(task) => Some(preview_of(&caller, &task.account).await?),
        None => None,
    };
    let main = html! {
        div.wl {
            div {
                div.head {
                    h1 { "Worklist" }
                    span.mut { (long_day(caller.today)) " · " (figures.done) " done, " (figures.left) " to go" }
                    @if caller.may(Action::Export) { (links("/export/worklist", &[("of", whose.as_deref().unwrap_or("all"))])) }
                    (chooser(&asked, whose.as_deref(), &people))
                }
                (strip_of(&figures))
                (tabs(&asked, whose.as_deref(), &ours().collect::<Vec<_>>()))
                (for_the_book(&list.book_tasks))
                (table(&rows, chosen, whose.is_none(), caller.today))
                @if rows.len() > ROWS {
                    p.sub.pad { "The first " (ROWS) " of " (rows.len()) ". Work these, or choose a narrower view." }
                }
                (keys())
            }
            aside.peek id="preview" aria-label="Selected account" aria-live="polite" { @if let Some(preview) = preview { (preview) } }
        }
    };
    Ok(frame::page(&caller, "/", "Worklist", &main))
}

/// Everybody who has a list, by name.
fn people(list: &Worklist) -> Vec<String> {
    let mut people: Vec<String> = list.tasks.iter().filter_map(|task| task.collector.clone()).collect();
    people.sort();
    people.dedup();
    people
}

/// The address of a view.
fn address(view: View, whose: Option<&str>) -> String {
    format!("/?view={}&of={}", view.code(), whose.unwrap_or("all"))
}

fn chooser(asked: &Asked, whose: Option<&str>, people: &[String]) -> Markup {
    html! {
        form.whose method="get" action="/" {
            input type="hidden" name="view" value=(asked.view.code());
            label.sr for="of" { "Whose list" }
            select id="of" name="of" data-submits {
                option value="all" selected[whose.is_none()] { "Everybody's list" }
                @for name in people { option value=(name) selected[whose == Some(name.as_str())] { (name) "’s list" } }
            }
            button.noscript type="submit" { "Show" }
        }
    }
}

fn strip_of(figures: &Strip) -> Markup {
    html! {
        @for sums in &figures.currencies {
            dl.kp {
                div { dt { "To collect" } dd { (money(sums.to_collect)) } }
                div { dt { "Past due" } dd { (money(sums.past_due)) small { "of " (money(sums.balance)) " owed" } } }
                div { dt { "Promised, not yet due" } dd { (money(sums.promised)) } }
                div { dt { "In dispute" } dd { (money(sums.disputed)) } }
                div { dt { "Committed today" } dd { (money(sums.committed_today)) } }
            }
        }
    }
}

fn tabs(asked: &Asked, whose: Option<&str>, tasks: &[&WorklistTask]) -> Markup {
    html! {
        nav.tabs aria-label="Saved views" {
            @for view in View::ALL {
                @let number = tasks.iter().filter(|task| view.shows(task)).count();
                a href=(address(view, whose)) aria-current=[(view == asked.view).then_some("page")] {
                    (view.name()) " " span.n { (number) }
                }
            }
        }
    }
}

fn for_the_book(tasks: &[BookTask]) -> Markup {
    html! { @for task in tasks { p.callout { "For the book: " (task.next_action) "." } } }
}

fn table(rows: &[&WorklistTask], chosen: Option<&WorklistTask>, shows_collector: bool, today: Date) -> Markup {
    if rows.is_empty() {
        return html! { p.empty { "Nothing to do here. " a.l href="/?view=all&of=all" { "See everybody's list" } } };
    }
    let is_chosen = |task: &WorklistTask| {
        chosen.is_some_and(|other| other.account == task.account && other.currency == task.currency)
    };
    html! {
        table.q id="worklist" {
            caption.sr { "Accounts to work, most urgent first" }
            thead { tr {
                th scope="col" { "Customer" } th scope="col" { "Why now" } th.num scope="col" { "To collect" }
                th scope="col" { "Aging" } th.num scope="col" { "Days late" } th scope="col" { "Next" }
            } }
            tbody {
                @for task in rows.iter().take(ROWS) {
                    @let path = account_path(&task.account);
                    tr.on[is_chosen(task)] data-account=(task.account) {
                        th scope="row" {
                            a.nm href=(path) data-row hx-get={ (path) "/preview" } hx-trigger="focus" hx-target="#preview" {
                                (task.name.as_deref().unwrap_or(&task.account))
                            }
                            small { (task.account) @if shows_collector { @if let Some(name) = &task.collector { " · " (name) } } }
                        }
                        td.why { (tag_of(&task.kind)) span.w title=(said(&task.reason, today)) { (said(&task.reason, today)) } }
                        td.num.cc {
                            span.b { (money(task.to_collect)) }
                            @if task.past_due != task.to_collect { small.d { "of " (money(task.past_due)) } }
                        }
                        td.hide {
                            (aging_bar(&task.aging.iter().map(|part| (part.bucket.clone(), part.amount)).collect::<Vec<_>>()))
                        }
                        td.num.hide { (task.oldest_days_past_due) }
                        td.nxc { span.nx { (said(&task.next_action, today)) } }
                    }
                }
            }
        }
        p.sr role="status" { (count(rows.len(), "account", "accounts")) }
    }
}

/// The keys of this page, below the table.
fn keys() -> Markup {
    html! {
        div.foot {
            @for (key, what) in [("J K", "move"), ("Enter", "open"), ("C", "call"), ("?", "all shortcuts")] {
                span { kbd { (key) } " " (what) }
            }
        }
    }
}
