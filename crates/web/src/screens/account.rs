//! One account: the whole page, and the preview beside the worklist. Both are made of the same parts.

use axum::extract::{Path, Query};
use dunwell_desk::attach_document::attachments;
use dunwell_desk::cash::payer_marks::payer_marks;
use dunwell_desk::look::account::{AccountView, CurrencyView};
use dunwell_desk::look::contacts::{Contacts, contacts};
use dunwell_desk::look::paying::{MonthPoint, Paying};
use dunwell_desk::look::timeline::{Timeline, TimelineEntry, timeline};
use dunwell_desk::look::whole::{WholeAccount, view_and_why, whole_account};
use dunwell_desk::look::why::Why;
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::take_account::Taken;
use dunwell_store::views::timeline::TimelineOf;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem, html_response};
use crate::caller::Caller;
use crate::frame;
use crate::screens::items::{items, items_few};
use crate::screens::{hand_over, payers, tasks};
use crate::words::{account_path, aging_bar, bucket_words, count, day_of, money, said, short_day, spoken};

/// Events that a preview shows.
const FEW_EVENTS: usize = 5;
/// Events of a page.
const EVENTS: usize = 40;

/// What is asked of an account's page.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// Which events: `all`, `calls`, `mail`, `money`, `decisions`, `notes`.
    events: Option<String>,
    /// The page of events.
    cursor: Option<String>,
}

/// `GET /accounts/CODE`.
pub(crate) async fn page(caller: Caller, Path(code): Path<String>, Query(asked): Query<Asked>) -> Answer {
    let (desk, today) = (&caller.desk, caller.today);
    let WholeAccount { view, why: because, paying, open } = whole_account(desk, &code, today).await?;
    let people = contacts(desk, &code).await?;
    let papers = attachments(desk, &code).await?;
    let known = payer_marks(desk, &code).await?;
    let taken = hand_over::at_work(&caller, &code).await?;
    let of = asked.events.as_deref().map_or(Some(TimelineOf::All), TimelineOf::parse).ok_or(Problem::NotFound)?;
    let events = timeline(desk, &code, of, asked.cursor.as_deref(), Some(EVENTS)).await?;
    let title = view.name.clone().unwrap_or_else(|| code.clone());
    let main = html! {
        div.acc {
            div.ttl {
                h1 { (title) }
                (tags(&view)) (hand_over::taken_tag(taken.as_ref(), &caller))
                div.r.noprint { (acts(&caller, &code, taken.as_ref())) }
            }
            p.mut { (meta(&view, &people, &paying)) }
            @for currency in &view.currencies { (figures(currency)) }
            div.two {
                div.stack {
                    (reason(&because, caller.today))
                    @for currency in &view.currencies { (aging(currency, &caller)) (items(&code, currency, &caller, &papers)) }
                    (history(&code, &events, &caller))
                }
                div.stack {
                    (tasks::card(&open, &caller))
                    (people_card(&people, &caller))
                    (paying_card(&paying, &caller))
                    (payers::card(&known, &caller))
                    @for other in &paying.currencies { (late_chart(&other.currency, &other.months)) }
                    (family(&paying))
                }
            }
        }
    };
    Ok(frame::page(&caller, "/accounts", &title, &main))
}

/// `GET /accounts/CODE/preview`: the fragment beside the worklist.
pub(crate) async fn preview(caller: Caller, Path(code): Path<String>) -> Answer {
    Ok(html_response(preview_of(&caller, &code).await?))
}

/// The preview of an account.
pub(crate) async fn preview_of(caller: &Caller, code: &str) -> Result<Markup, Problem> {
    let (view, because) = view_and_why(&caller.desk, code, caller.today).await?;
    let people = contacts(&caller.desk, code).await?;
    let taken = hand_over::at_work(caller, code).await?;
    let events = timeline(&caller.desk, code, TimelineOf::All, None, Some(FEW_EVENTS)).await?;
    Ok(html! {
        div.stack data-account=(code) {
            div {
                h2.big { a href={ (account_path(&code)) } { (view.name.as_deref().unwrap_or(code)) } }
                (tags(&view))
                p.sub { (code) @if let Some(collector) = &view.collector { " · " (collector) } (hand_over::taken_tag(taken.as_ref(), caller)) }
            }
            (reason(&because, caller.today))
            div.acts { (acts(caller, code, taken.as_ref())) }
            @for currency in &view.currencies { (items_few(currency)) }
            (people_few(&people))
            section aria-label="Last events" {
                h3 { "Last events" }
                (event_list(&events.entries, caller, None))
            }
        }
    })
}

/// What can be done with the account, by key.
fn acts(caller: &Caller, code: &str, taken: Option<&Taken>) -> Markup {
    let sheets = [
        (Action::Promise, "promise", "Promise", "p"),
        (Action::Dispute, "dispute", "Dispute", "d"),
        (Action::Note, "note", "Note", "n"),
        (Action::Snooze, "snooze", "Put off", "z"),
    ];
    html! {
        @if caller.may(Action::Log) {
            a.btn.pri href={ (account_path(&code)) "/call" } data-key="c" data-sheet { "Call " kbd { "C" } }
        }
        @for (action, sheet, name, key) in sheets {
            @if caller.may(action) {
                a.btn href={ (account_path(&code)) "/" (sheet) } data-key=(key) data-sheet { (name) " " kbd { (key.to_uppercase()) } }
            }
        }
        @if caller.may(Action::ReadDocuments) {
            a.btn href={ (account_path(&code)) "/statement" } data-key="s" { "Statement " kbd { "S" } }
        }
        (hand_over::take_button(taken, caller, code))
        @if caller.may(Action::Reassign) {
            a.btn href=(crate::export::address("/hand-over", &[("account", code)])) data-key="a" data-sheet { "Hand over " kbd { "A" } }
        }
        @if caller.may(Action::Hold) { a.btn href={ (account_path(&code)) "/hold" } data-sheet { "Stop contact" } }
    }
}

/// Words that say at a glance how it stands.
fn tags(view: &AccountView) -> Markup {
    let any = |of: fn(&CurrencyView) -> bool| view.currencies.iter().any(of);
    html! {
        span.chips {
            @if any(|of| of.past_due.minor > 0) { span.tag.warn { "Past due" } }
            @if any(|of| of.disputed.minor > 0) { span.tag.warn { "Disputed" } }
            @if any(|of| of.promised.minor > 0) { span.tag.info { "Promised" } }
            @if any(|of| of.unapplied.minor < 0) { span.tag { "Unapplied cash" } }
            @for flag in view.currencies.iter().flat_map(|of| &of.assessment.flags) {
                span.tag title=(flag.because) { (spoken(flag.flag.code())) }
            }
        }
    }
}

/// The kind of a task as a tag of the worklist.
pub(crate) fn tag_of(kind: &str) -> Markup {
    let (class, words) = match kind {
        "broken_promise" => ("bad", "Promise broken"),
        "approval_waiting" => ("info", "Signature"),
        "apply_cash" => ("ok", "Cash to apply"),
        "call" => ("warn", "Call due"),
        "dispute_follow_up" => ("warn", "Dispute"),
        "review_old_debt" => ("bad", "Old debt"),
        "ladder_done" => ("bad", "Ladder done"),
        other => return html! { span.tag { (spoken(other)) } },
    };
    html! { span class={ "tag " (class) } { (words) } }
}

/// A month given as `2026-11`, as `Nov 26`.
fn month_words(month: &str) -> String {
    day_of(&format!("{month}-01")).map_or_else(|| month.to_owned(), |day| day.strftime("%b %y").to_string())
}

fn meta(view: &AccountView, people: &Contacts, paying: &Paying) -> Markup {
    let time = people.contacts.iter().find_map(|row| row.local_time.as_deref());
    html! {
        (view.account)
        @if let Some(time) = time { " · now " (time) " there" }
        @if let Some(terms) = &paying.terms { " · " (terms) }
        @if let Some(collector) = &view.collector { " · Collector " (collector) }
        @if let Some(parent) = &paying.parent {
            " · Parent " a.l href={ (account_path(&parent.account)) } { (parent.name.as_deref().unwrap_or(&parent.account)) }
        }
    }
}

fn figures(of: &CurrencyView) -> Markup {
    let open = of.items.iter().filter(|item| item.open.minor > 0).count();
    let late = of.items.iter().filter(|item| item.open.minor > 0 && item.days_past_due > 0).count();
    html! {
        dl.card.figs {
            div { dt { "To collect now" } dd { (money(of.collectible)) small { "past due less disputed and promised" } } }
            div { dt { "Past due" } dd { (money(of.past_due)) small {
                (count(late, "item", "items"))
                @if let Some(days) = of.assessment.oldest_days_past_due { ", oldest " (days) " days" }
            } } }
            div { dt { "Balance" } dd { (money(of.balance)) small { (count(open, "open item", "open items")) } } }
            div { dt { "Disputed" } dd { (money(of.disputed)) } }
            div { dt { "Promised" } dd { (money(of.promised)) } }
            div { dt { "Unapplied cash" } dd { (money(of.unapplied)) } }
        }
    }
}

/// What the rules decided for today, why, and why nothing else.
fn reason(because: &Why, today: Date) -> Markup {
    let step = because.step.as_deref().map(spoken);
    let heading = match (because.decision.as_str(), step) {
        ("take", Some(step)) => format!("Today: {}", step.to_lowercase()),
        ("propose", Some(step)) => format!("Proposed: {}", step.to_lowercase()),
        _ => "Wait today".to_owned(),
    };
    html! {
        section.do aria-label="What to do and why" {
            h2 { (heading) @if !because.others.is_empty() { " (" (because.currency) ")" } }
            ul { @for reason in &because.reasons { li { (said(reason, today)) } } }
            p.sub {
                "Rule " code { (because.rule) } " of policy “" (because.policy) "”"
                @if !because.recorded { ", as the rules stand now" } "."
            }
            @if !because.not_chosen.is_empty() {
                details {
                    summary { "Why this and not the other" }
                    ul { @for other in &because.not_chosen { li { code { (other.rule) } " " (said(&other.because, today)) } } }
                }
            }
        }
    }
}

fn aging(of: &CurrencyView, caller: &Caller) -> Markup {
    let buckets: Vec<_> = of.aging.iter().map(|part| (part.bucket.clone(), part.amount)).collect();
    html! {
        section.card aria-label={ "Aging in " (of.currency) } {
            header { h2 { "Aging" } span.sub { "by due date, as of " (short_day(caller.today, caller.today)) } }
            div.in.age {
                (aging_bar(&buckets))
                dl {
                    @for (place, (bucket, amount)) in buckets.iter().enumerate() {
                        div { dt { span class={ "dot b" (place.min(5)) } {} (bucket_words(bucket)) } dd { (money(*amount)) } }
                    }
                }
            }
        }
    }
}

/// A day that a view gives as text, as it is shown.
pub(crate) fn day(text: Option<&str>, caller: &Caller) -> String {
    text.and_then(day_of).map(|day| short_day(day, caller.today)).unwrap_or_default()
}

fn people_card(people: &Contacts, caller: &Caller) -> Markup {
    let may = caller.may(Action::EditContact);
    html! {
        section.card aria-label="Contacts" {
            header {
                h2 { "Contacts" }
                @if may { a.l href={ (account_path(&people.account)) "/contacts/new" } data-sheet { "Add a person" } }
            }
            div.in { (people_list(people, usize::MAX, may)) }
        }
    }
}

fn people_few(people: &Contacts) -> Markup {
    html! { section aria-label="Contacts" { h3 { "Contacts" } (people_list(people, 2, false)) } }
}

fn people_list(people: &Contacts, most: usize, may_change: bool) -> Markup {
    html! {
        @if people.contacts.is_empty() { p.mut { "Nobody is known there." } }
        @for row in people.contacts.iter().take(most) {
            address.person {
                strong { (row.contact.name.as_deref().unwrap_or("No name")) }
                @if let Some(role) = &row.contact.role { ", " (role.replace('_', " ")) }
                @if row.contact.do_not_contact { " " span.tag.bad { "Do not contact" } }
                @if let Some(time) = &row.local_time { span.sub { " · now " (time) } }
                @if let Some(phone) = &row.contact.phone { br; a.l href={ "tel:" (phone.replace(' ', "")) } { (phone) } }
                @if let Some(mail) = &row.contact.mail { br; a.l href={ "mailto:" (mail) } { (mail) } }
                @if may_change {
                    br; a.l href={ (account_path(&people.account)) "/contacts/" (row.contact.contact) } data-sheet {
                        "Change" span.sr { " " (row.contact.name.as_deref().unwrap_or("this person")) }
                    }
                }
            }
        }
    }
}

/// Tenths as a number with one decimal.
fn tenths(value: i64) -> String {
    let sign = if value < 0 { "−" } else { "" };
    format!("{sign}{}.{}", value.abs() / 10, value.abs() % 10)
}

fn paying_card(paying: &Paying, caller: &Caller) -> Markup {
    let kept = &paying.promises;
    html! {
        section.card aria-label="How they pay" {
            header { h2 { "How they pay" } }
            div.in {
                dl.kv {
                    dt { "Contract terms" } dd { (paying.terms.as_deref().unwrap_or("not known")) }
                    @for of in &paying.currencies {
                        dt { "Days late on average" }
                        dd { (of.average_days_late_tenths.map_or("nothing paid yet".to_owned(), tenths)) " " span.sub { (of.currency) } }
                        @if let Some(days) = of.real_days_tenths { dt { "Real terms" } dd.b { (tenths(days)) " days" } }
                        @if let Some((day, amount)) = &of.last_payment { dt { "Last payment" } dd { (money(*amount)) ", " (self::day(Some(day), caller)) } }
                    }
                    dt { "Promises kept" } dd { (kept.kept) " of " (kept.made) @if kept.open > 0 { ", " (kept.open) " open" } }
                }
            }
        }
    }
}

/// Days late by month: bars with an axis, and the same figures as a table for whoever does not see them.
fn late_chart(currency: &str, months: &[MonthPoint]) -> Markup {
    let most = months.iter().filter_map(|month| month.days_late_tenths).max().unwrap_or(0).max(100);
    html! {
        section.card aria-label={ "Days late over 12 months in " (currency) } {
            header { h2 { "Days late, 12 months" } span.sub { (currency) } }
            div.in {
                svg.chart viewBox="0 0 264 84" role="img" aria-label="Average days late by month; the table below has the figures" {
                    text x="0" y="10" { (tenths(most)) }
                    text x="0" y="70" { "0" }
                    line.axis x1="24" y1="66" x2="264" y2="66" {}
                    @for (place, month) in months.iter().enumerate() {
                        @let late = month.days_late_tenths.unwrap_or(0).max(0);
                        @let height = late * 60 / most;
                        rect.late x=(24 + place * 20 + 3) y=(66 - height) width="14" height=(height) {}
                        @if place % 3 == 0 { text x=(24 + place * 20) y="80" { (month_words(&month.month)) } }
                    }
                }
                details {
                    summary { "Figures" }
                    table.mini {
                        thead { tr { th scope="col" { "Month" } th.num scope="col" { "Paid" } th.num scope="col" { "Days late" } } }
                        tbody { @for month in months { tr {
                            th scope="row" { (month_words(&month.month)) } td.num { (money(month.amount)) }
                            td.num { (month.days_late_tenths.map_or(String::new(), tenths)) }
                        } } }
                    }
                }
            }
        }
    }
}

fn family(paying: &Paying) -> Markup {
    html! {
        @if !paying.children.is_empty() {
            section.card aria-label="Accounts of the group" {
                header { h2 { "Group" } span.sub { (count(paying.children.len(), "account", "accounts")) @if paying.more_children { " shown" } } }
                div.in { dl.kv {
                    @for child in &paying.children {
                        dt { a.l href={ (account_path(&child.account)) } { (child.name.as_deref().unwrap_or(&child.account)) } }
                        dd { @for of in &child.balances { (money(of.balance)) " " } }
                    }
                } }
            }
        }
    }
}

fn history(code: &str, events: &Timeline, caller: &Caller) -> Markup {
    let kinds = [
        ("all", "All"),
        ("calls", "Calls"),
        ("mail", "Mail"),
        ("money", "Money"),
        ("decisions", "Decisions"),
        ("notes", "Notes"),
    ];
    html! {
        section.card id="timeline" aria-label="Timeline" {
            header {
                h2 { "Timeline" }
                nav.chips aria-label="Which events" {
                    @for (of, name) in kinds {
                        a.btn href={ (account_path(&code)) "?events=" (of) "#timeline" } aria-current=[(events.of == of).then_some("true")] { (name) }
                    }
                }
            }
            @if !events.pinned.is_empty() { div.in { h3 { "Pinned" } (event_list(&events.pinned, caller, Some(code))) } }
            div.in { (event_list(&events.entries, caller, Some(code))) }
            @if let Some(next) = &events.next_cursor {
                p.in { a.l href={ (account_path(&code)) "?events=" (events.of) "&cursor=" (next) "#timeline" } { "Earlier" } }
            }
        }
    }
}

/// What people pin: what they wrote down or agreed, not what the house recorded by itself.
fn can_be_pinned(entry: &TimelineEntry) -> bool {
    matches!(entry.of, "calls" | "notes" | "mail") || entry.pinned
}

/// Events, newest first; with a pin each where the account is named.
fn event_list(entries: &[TimelineEntry], caller: &Caller, pins_of: Option<&str>) -> Markup {
    html! {
        @if entries.is_empty() { p.mut { "Nothing yet." } }
        ul.ev {
            @for entry in entries {
                li {
                    time datetime=(entry.day) { (day(Some(&entry.day), caller)) }
                    span {
                        (said(&entry.words, caller.today))
                        @if let Some(text) = &entry.text { q { (text) } }
                        @if entry.actor != "desk" { span.sub { " " (entry.actor) } }
                    }
                    @if let Some(code) = pins_of && can_be_pinned(entry) {
                        (tasks::pin_button(caller, code, &entry.entry, entry.pinned))
                    }
                }
            }
        }
    }
}
