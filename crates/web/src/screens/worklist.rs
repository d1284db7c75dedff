//! The worklist: saved views, the strip of figures, the ranked table, and the selected account beside it.

use std::collections::BTreeMap;

use axum::extract::{Query, State};
use dunwell_desk::look::strip::Strip;
use dunwell_desk::look::worklist::{BookTask, Worklist, WorklistTask};
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::take_account::{Taken, taken};
use dunwell_desk::who::amount_of;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::{address, links};
use crate::frame;
use crate::house::House;
use crate::screens::account::{preview_of, tag_of};
use crate::screens::{hand_over, views};
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
    /// Only what is late by so many days.
    #[serde(default)]
    days: String,
    /// Only where so much is to collect, in the currency of each.
    #[serde(default)]
    least: String,
}

impl Asked {
    /// The view as a query, without the place in it.
    fn query(&self, view: View, whose: Option<&str>) -> String {
        let parts = [
            ("view", view.code()),
            ("of", whose.unwrap_or("all")),
            ("days", self.days.trim()),
            ("least", self.least.trim()),
        ];
        address("", &parts).trim_start_matches('?').to_owned()
    }

    /// Whether the view is narrowed.
    fn is_narrow(&self) -> bool {
        !(self.days.trim().is_empty() && self.least.trim().is_empty())
    }

    /// The tasks that are late and large enough; refused where a bound is no number.
    fn narrowed<'a>(&self, tasks: impl Iterator<Item = &'a WorklistTask>) -> Result<Vec<&'a WorklistTask>, Problem> {
        let days = match self.days.trim() {
            "" => i64::MIN,
            text => text.parse().map_err(|_| Problem::Malformed("Days late are a whole number.".into()))?,
        };
        let mut kept = Vec::new();
        for task in tasks {
            let least = match self.least.trim() {
                "" => i64::MIN,
                text => amount_of(text, task.to_collect.currency)?.minor,
            };
            if task.oldest_days_past_due >= days && task.to_collect.minor >= least {
                kept.push(task);
            }
        }
        Ok(kept)
    }
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
    /// What was agreed for the day: calls to make again, documents to send, payments to look for.
    Due,
    /// What is disputed.
    Disputes,
    /// What waits for a signature.
    Signatures,
    /// What is past due, whatever there is to do.
    PastDue,
    /// Everything on the list.
    All,
}

impl View {
    const ALL: [Self; 7] =
        [Self::Today, Self::Broken, Self::Due, Self::Disputes, Self::Signatures, Self::PastDue, Self::All];

    fn code(self) -> &'static str {
        match self {
            Self::Today => "today",
            Self::Broken => "broken",
            Self::Due => "due",
            Self::Disputes => "disputes",
            Self::Signatures => "signatures",
            Self::PastDue => "past_due",
            Self::All => "all",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Broken => "Broken promises",
            Self::Due => "Due today",
            Self::Disputes => "Disputes",
            Self::Signatures => "Signatures",
            Self::PastDue => "All past due",
            Self::All => "All",
        }
    }

    fn shows(self, task: &WorklistTask) -> bool {
        match self {
            Self::Today => task.within_capacity,
            Self::Broken => task.kind == "broken_promise",
            Self::Due => matches!(task.kind.as_str(), "call_back" | "send_documents" | "check_payment"),
            Self::Disputes => task.kind == "dispute_follow_up",
            Self::Signatures => task.kind == "approval_waiting",
            Self::PastDue => task.past_due.minor > 0,
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
    let (list, whose, figures) = house.worklist_at(&caller.desk, caller.today, whose).await?;
    let people = people(&list);
    let ours = || list.tasks.iter().filter(|task| whose.is_none() || task.collector == whose);
    let narrow = asked.narrowed(ours())?;
    let rows: Vec<&WorklistTask> = narrow.iter().copied().filter(|task| asked.view.shows(task)).collect();
    let own = views::own(&caller, "worklist").await?;
    let query = asked.query(asked.view, whose.as_deref());
    let at_work = taken(&caller.desk).await?;
    let at_work: BTreeMap<&str, &Taken> = at_work.iter().map(|row| (row.account.as_str(), row)).collect();
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
                (tabs(&asked, whose.as_deref(), &narrow, views::tabs(&own, &query)))
                (narrower(&asked, whose.as_deref()))
                (views::keeper(&caller, "worklist", &query, &own))
                (for_the_book(&list.book_tasks))
                (with_ticked(&caller))
                (table(&rows, chosen, whose.is_none(), &at_work, &caller))
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

fn chooser(asked: &Asked, whose: Option<&str>, people: &[String]) -> Markup {
    html! {
        form.whose method="get" action="/" {
            input type="hidden" name="view" value=(asked.view.code());
            (bounds(asked))
            a.l href="/team" data-go="t" { "Team" }
            label.sr for="of" { "Whose list" }
            select id="of" name="of" data-submits {
                option value="all" selected[whose.is_none()] { "Everybody's list" }
                @for name in people { option value=(name) selected[whose == Some(name.as_str())] { (name) "’s list" } }
            }
            button.noscript type="submit" { "Show" }
        }
    }
}

/// The bounds of the view, for forms that keep them.
fn bounds(asked: &Asked) -> Markup {
    html! {
        @if !asked.days.is_empty() { input type="hidden" name="days" value=(asked.days); }
        @if !asked.least.is_empty() { input type="hidden" name="least" value=(asked.least); }
    }
}

/// The form that narrows the view by how late and how much.
fn narrower(asked: &Asked, whose: Option<&str>) -> Markup {
    html! {
        details.keep open[asked.is_narrow()] {
            summary { "Narrow" }
            form.inline method="get" action="/" {
                input type="hidden" name="view" value=(asked.view.code());
                input type="hidden" name="of" value=(whose.unwrap_or("all"));
                label for="days" { "Late by days" }
                input.short id="days" name="days" inputmode="numeric" value=(asked.days);
                label for="least" { "To collect at least" }
                input.short id="least" name="least" inputmode="decimal" value=(asked.least);
                button type="submit" { "Apply" }
                @if asked.is_narrow() {
                    a.l href={ "/?view=" (asked.view.code()) "&of=" (whose.unwrap_or("all")) } { "All of them" }
                }
            }
        }
    }
}

/// What a manager does with the rows that are ticked.
fn with_ticked(caller: &Caller) -> Markup {
    html! {
        @if caller.may(Action::Reassign) {
            form.chosen.noprint method="get" action="/hand-over" id="ticked" data-sheet {
                output.sub { "Tick rows to hand them over." }
                button type="submit" { "Hand over" }
            }
        }
    }
}

/// The box that ticks a row: its task, or where it has none of its own the account.
fn pick(task: &WorklistTask, caller: &Caller) -> Markup {
    let own = task.task.as_ref().filter(|_| task.kind != "approval_waiting");
    let (name, value) = own.map_or(("account", &task.account), |id| ("task", id));
    html! {
        @if caller.may(Action::Reassign) {
            label.pick { input type="checkbox" name=(name) value=(value) form="ticked" data-pick
                aria-label={ "Tick " (task.name.as_deref().unwrap_or(&task.account)) }; }
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

fn tabs(asked: &Asked, whose: Option<&str>, tasks: &[&WorklistTask], own: Markup) -> Markup {
    html! {
        nav.tabs aria-label="Saved views" {
            @for view in View::ALL {
                @let number = tasks.iter().filter(|task| view.shows(task)).count();
                a href={ "/?" (asked.query(view, whose)) } aria-current=[(view == asked.view).then_some("page")] {
                    (view.name()) " " span.n { (number) }
                }
            }
            (own)
        }
    }
}

fn for_the_book(tasks: &[BookTask]) -> Markup {
    html! { @for task in tasks { p.callout { "For the book: " (task.next_action) "." } } }
}

fn table(
    rows: &[&WorklistTask],
    chosen: Option<&WorklistTask>,
    shows_collector: bool,
    at_work: &BTreeMap<&str, &Taken>,
    caller: &Caller,
) -> Markup {
    let today: Date = caller.today;
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
                            (pick(task, caller))
                            a.nm href=(path) data-row hx-get={ (path) "/preview" } hx-trigger="focus" hx-target="#preview" {
                                (task.name.as_deref().unwrap_or(&task.account))
                            }
                            small { (task.account) @if shows_collector { @if let Some(name) = &task.collector { " · " (name) } } }
                            (hand_over::taken_tag(at_work.get(task.account.as_str()).copied(), caller))
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
