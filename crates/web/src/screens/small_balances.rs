//! Small balances of all accounts: looked at, given up together by one confirmation, and the batches of that, each to be taken back
//! whole.

use axum::extract::{Path, Query};
use dunwell_desk::rules::money::Money;
use dunwell_desk::rules::rights::Action;
use dunwell_desk::write_off_small::{
    MOST, SmallAsked, SmallBatchList, SmallItem, SmallReport, small_batches, take_back_small, write_off_small,
};
use dunwell_desk::{Desk, Refusal};
use dunwell_store::views::small_balances::SmallBatchView;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::export::address;
use crate::frame;
use crate::posted::{Posted, form_fields};
use crate::screens::agree::words_field;
use crate::screens::cash::tabs;
use crate::shown_again::filled;
use crate::words::{account_path, count, money, short_day};

/// The address of the page.
const PATH: &str = "/write-offs/small";

/// What is looked for; the address holds all of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    below: String,
    older_than_days: String,
    currency: String,
    /// The page of batches.
    cursor: String,
    /// What was just done.
    done: String,
}

impl Asked {
    fn query(&self) -> [(&'static str, &str); 3] {
        [("below", &self.below), ("older_than_days", &self.older_than_days), ("currency", &self.currency)]
    }

    /// The address by which a form of this page is sent and the page shown again.
    fn sends(&self, path: &str) -> String {
        address(path, &[&self.query()[..], &[("cursor", self.cursor.as_str())]].concat())
    }

    fn small(&self) -> Result<SmallAsked, Problem> {
        let days = self.older_than_days.trim();
        let why = "write a whole number of days, 0 or more".to_owned();
        let bad = || Refusal::BadValue { what: "older_than_days", value: days.into(), why };
        let days = if days.is_empty() { None } else { Some(days.parse::<u32>().map_err(|_| bad())?) };
        let currency = Some(self.currency.trim().to_uppercase()).filter(|code| !code.is_empty());
        Ok(SmallAsked {
            below: self.below.clone(),
            older_than_days: days.map(i64::from),
            currency,
            ..SmallAsked::default()
        })
    }
}

/// `GET /write-offs/small`. A look that is refused is shown again as it was typed.
pub(crate) async fn page(caller: Caller, Query(asked): Query<Asked>) -> Answer {
    if asked.below.is_empty() || !caller.may(Action::WriteOff) {
        return shown(&caller, &asked, None).await;
    }
    match looked_at(&caller, &asked).await {
        Ok(report) => shown(&caller, &asked, Some(&report)).await,
        Err(problem) => {
            let Some(why) = problem.of_form() else { return Err(problem) };
            let sent = asked.query().map(|(name, value)| (name.to_owned(), value.to_owned()));
            let page = shown(&caller, &asked, None).await?;
            filled(page, PATH, &sent, &why, problem.status()).await.ok_or(problem)
        }
    }
}

async fn looked_at(caller: &Caller, asked: &Asked) -> Result<SmallReport, Problem> {
    Ok(write_off_small(&caller.desk, &asked.small()?, caller.today, caller.today).await?)
}

async fn shown(caller: &Caller, asked: &Asked, report: Option<&SmallReport>) -> Answer {
    let cursor = Some(asked.cursor.as_str()).filter(|cursor| !cursor.is_empty());
    let batches = small_batches(&caller.desk, cursor, None).await?;
    let main = html! {
        div.head { h1 { "Cash" } span.mut { "Small balances of all customers, given up together" } }
        (tabs(PATH))
        @if caller.may(Action::WriteOff) { (look(caller, asked)) }
        div.acc {
            (told(&asked.done))
            @if let Some(report) = report { (preview(caller, asked, report)) }
            (table(caller, asked, &batches))
        }
    };
    Ok(frame::page(caller, "/cash", "Small balances", &main))
}

/// What was done, in words.
fn told(done: &str) -> Markup {
    let words = match done {
        "written" => "Written off. The batch stands first below.",
        "asked" => "It waits for a second person's signature.",
        "none" => "Nothing of it was open any more.",
        "back" => "Taken back: what of it still stood is open again.",
        _ => return html! {},
    };
    html! { p.done.told role="status" { (words) } }
}

fn look(caller: &Caller, asked: &Asked) -> Markup {
    let own = caller.desk.settings().currency.to_string();
    let currency = if asked.currency.is_empty() { &own } else { &asked.currency };
    html! {
        form.filters method="get" action=(PATH) aria-label="Choose small balances" {
            div.fld {
                label for="below" { "Open is less than" }
                input id="below" name="below" inputmode="decimal" required autocomplete="off" value=(asked.below);
            }
            div.fld {
                label for="older_than_days" { "Due at least so many days ago" }
                input id="older_than_days" name="older_than_days" inputmode="numeric" autocomplete="off" placeholder="0" value=(asked.older_than_days);
            }
            div.fld {
                label for="currency" { "Currency" }
                input id="currency" name="currency" autocomplete="off" maxlength="3" value=(currency);
            }
            button type="submit" { "Look" }
        }
    }
}

/// What would be given up, by account, and the form that does it.
fn preview(caller: &Caller, asked: &Asked, report: &SmallReport) -> Markup {
    let items = report.items.len();
    html! {
        section.card aria-labelledby="small" {
            header {
                h2 id="small" { (count(items, "small balance", "small balances")) ", " (money(report.total)) }
                span.sub { "of " (count(report.accounts, "customer", "customers")) }
            }
            @if items == 0 {
                p.in { "Nothing like that is open. What is disputed, not due so long, or of a customer with money on account is left out." }
            } @else {
                @if items > MOST {
                    p.in { "At most " (MOST) " are written off at once: name a smaller amount, or older ones." }
                } @else { (confirm(caller, asked, report)) }
                (by_account(&report.items))
            }
        }
    }
}

fn confirm(caller: &Caller, asked: &Asked, report: &SmallReport) -> Markup {
    let because = because(report);
    html! {
        form.in.stack method="post" action=(asked.sends(PATH)) {
            (form_fields(caller))
            input type="hidden" name="version" value=(report.version);
            (words_field("In your words", false))
            @if let Some(because) = &because { p { "A second person signs before anything is written off: " (because) "." } }
            @else { p { "Your role may do this alone. All of it can be taken back together." } }
            div.acts {
                button.pri type="submit" {
                    @if because.is_some() { "Ask for a signature under " (money(report.total)) } @else { "Write off " (money(report.total)) }
                }
            }
        }
    }
}

/// Why a second person is asked; none where the role may alone.
fn because(report: &SmallReport) -> Option<String> {
    let because = report.asked_because?;
    let Some(limit) = report.limit else {
        return Some(if because == "no_limit" {
            "your role writes nothing off alone in this currency".into()
        } else {
            because.replace('_', " ")
        });
    };
    let (limit, total) = (money(limit), money(report.total));
    Some(if report.beside.minor > 0 {
        format!("{total} and the {} you wrote off lately are above your limit of {limit}", money(report.beside))
    } else {
        format!("{total} are above your limit of {limit}")
    })
}

/// Small balances by account; of more than one batch may hold, the first.
pub(crate) fn by_account(items: &[SmallItem]) -> Markup {
    let shown = &items[..items.len().min(MOST)];
    html! {
        div.scroll tabindex="0" role="region" aria-label="Small balances by customer, scrolls sideways" { table.t {
            thead { tr { th scope="col" { "Customer" } th scope="col" { "Documents" } th.num scope="col" { "Open" } } }
            tbody { @for of in shown.chunk_by(|one, next| one.account == next.account) {
                @if let Some(first) = of.first() {
                    @let sum = of.iter().map(|item| item.amount.minor).fold(0, i64::saturating_add);
                    tr {
                        th scope="row" { a.nm href=(account_path(&first.account)) { (first.account) } }
                        td { @for (place, item) in of.iter().enumerate() { @if place > 0 { ", " } (item.document) " " (money(item.amount)) } }
                        td.num.b { (money(Money::new(sum, first.amount.currency))) }
                    }
                }
            } }
        } }
        @if items.len() > shown.len() { p.sub.in { "The first " (MOST) " of " (items.len()) "." } }
    }
}

fn table(caller: &Caller, asked: &Asked, list: &SmallBatchList) -> Markup {
    html! {
        section.card.page aria-label="Batches" {
            header { h2 { "Written off together" } }
            @if list.batches.is_empty() { p.empty { "No small balances were written off together." } }
            @else { div.scroll tabindex="0" role="region" aria-label="Batches, scrolls sideways" { table.t {
                thead { tr {
                    th scope="col" { "Written off" } th scope="col" { "Which" } th.num scope="col" { "Documents" } th.num scope="col" { "Amount" }
                    th.num scope="col" { "Stands" } th scope="col" { "By" } th scope="col" { "Take back" }
                } }
                tbody { @for batch in &list.batches { (row(caller, asked, batch)) } }
            } } }
            @if let Some(next) = &list.next_cursor {
                p.pad { a.l href=(address(PATH, &[("cursor", next)])) { "Older" } }
            }
        }
    }
}

fn row(caller: &Caller, asked: &Asked, batch: &SmallBatchView) -> Markup {
    let (day, why) = (short_day(batch.made_on, caller.today), format!("why-{}", batch.batch));
    html! {
        tr id={ "batch-" (batch.batch) } {
            th.nw scope="row" { (day) small { "batch " (batch.batch) } }
            td { "below " (money(batch.below)) @if batch.older_than_days > 0 { small { "due " (batch.older_than_days) " days or longer" } } }
            td.num { (batch.items) small { "of " (count(usize::try_from(batch.accounts).unwrap_or(0), "customer", "customers")) } }
            td.num { (money(batch.total)) }
            td.num.b { (money(batch.stands)) @if batch.standing < batch.items { small { (batch.standing) " of " (batch.items) } } }
            td { (batch.maker) @if let Some(name) = &batch.signed_by { small { "signed by " (name) } } }
            td {
                @if batch.stands.is_zero() { span.mut { "Nothing of it stands" } }
                @else if caller.may(Action::WriteOff) {
                    details {
                        summary { "It was a mistake" span.sr { ": batch of " (day) ", " (money(batch.total)) } }
                        form.acts method="post" action=(asked.sends(&format!("{PATH}/{}/take-back", batch.batch))) {
                            (form_fields(caller))
                            label.sr for=(why) { "Why" }
                            input id=(why) name="reason" placeholder="Why" required autocomplete="off" maxlength="400";
                            button type="submit" { "Take all of it back" span.sr { ", " (money(batch.stands)) } }
                        }
                    }
                }
            }
        }
    }
}

/// `POST /write-offs/small`: what was looked at, as long as nothing of it moved.
pub(crate) async fn write_off(Query(asked): Query<Asked>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk: Desk, fields| async move {
            let small = SmallAsked {
                commit: true,
                version: Some(fields.needed("version")?.to_owned()),
                words: fields.text("text").map(str::to_owned),
                ..asked.small()?
            };
            let done = write_off_small(&desk, &small, today, today).await?;
            Ok(match (&done.request, &done.batch) {
                (Some(request), _) => format!("/approvals?at={request}"),
                (None, Some(batch)) => format!("{PATH}?done=written#batch-{batch}"),
                (None, None) => format!("{PATH}?done=none"),
            })
        })
        .await
}

/// `POST /write-offs/small/ID/take-back`.
pub(crate) async fn take_back(Path(id): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let back = take_back_small(&desk, &id, fields.needed("reason")?, today).await?;
            let done = if back.items > 0 { "back" } else { "none" };
            Ok(format!("{PATH}?done={done}#batch-{id}"))
        })
        .await
}
