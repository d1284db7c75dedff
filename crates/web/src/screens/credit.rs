//! A credit that lies on an account, whatever it came by: the lines it may pay, to be ticked until it is used up, its own or
//! somebody else's. What a bank told of is looked at as a receipt, until what is left of it is to pay somebody else's.

use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect};
use dunwell_desk::cash::apply_credit::{CreditShown, apply_credit, credit_shown};
use dunwell_desk::rules::rights::Action;
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::Answer;
use crate::assets::CASH;
use crate::caller::Caller;
use crate::export::address;
use crate::frame;
use crate::gate::percent;
use crate::posted::{Posted, form_fields};
use crate::screens::receipt::payers_found;
use crate::screens::receipt_form::{lines, lines_of};
use crate::words::{account_path, money, short_day, spoken};

/// What is asked of the page.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    /// Whose lines are looked at; empty for its own.
    of: Option<String>,
    /// A text by which somebody else is looked for.
    #[serde(default)]
    find: String,
}

/// `GET /accounts/CODE/credits/ID`.
pub(crate) async fn page(
    caller: Caller,
    Path((code, id)): Path<(String, String)>,
    Query(asked): Query<Asked>,
) -> Answer {
    let found = payers_found(&caller, &asked.find).await?;
    let of = match (&asked.of, &found[..]) {
        (Some(of), _) if !of.is_empty() => Some(of.as_str()),
        (_, [(only, _)]) => Some(only.as_str()),
        _ => None,
    };
    let shown = credit_shown(&caller.desk, &code, &id, of).await?;
    if let Some(receipt) = shown.receipt.as_ref().filter(|_| asked.of.is_none()) {
        return Ok(Redirect::to(&address(&format!("/cash/{receipt}"), &[("account", &code)])).into_response());
    }
    Ok(frame::page(&caller, "/accounts", "Credit", &whole(&caller, &shown, &asked, &found)))
}

fn whole(caller: &Caller, shown: &CreditShown, asked: &Asked, found: &[(String, Option<String>)]) -> Markup {
    let place = (shown.account.as_str(), shown.unapplied.currency);
    html! {
        div.acc.receipt {
            div.ttl {
                h1 { (money(shown.unapplied)) " " span.mut { "of " (shown.document) ", unapplied" } }
                div.r { a.btn href=(account_path(&shown.account)) { (shown.name.as_deref().unwrap_or(&shown.account)) } }
            }
            p.mut { (spoken(shown.kind)) " of " (short_day(shown.date, caller.today)) }
            (somebody_else(shown, asked, found))
            @if caller.may(Action::Apply) && !shown.unapplied.is_zero() {
                form.stack id="match" method="post" action=(looked_at(shown, asked))
                    data-left=(shown.unapplied.minor) data-currency=(shown.unapplied.currency) data-exponent=(shown.unapplied.currency.exponent()) {
                    (form_fields(caller))
                    input type="hidden" name="version" value=(shown.version);
                    @if let Some(of) = &shown.of { input type="hidden" name="of" value=(of); }
                    div.card.settle {
                        output.b id="difference" { "Not set against anything: " (money(shown.unapplied)) }
                        div.acts { button.pri type="submit" data-key="m" { "Match what is ticked " kbd { "M" } } }
                        @if let Some(of) = &shown.of {
                            p.hint { "It pays what " (of) " has open. What is left over stays with " (shown.account) "." }
                        } @else { p.hint { "What is left over stays on the account." } }
                    }
                    (lines(caller, &shown.lines, place, true))
                }
            } @else { (lines(caller, &shown.lines, place, false)) }
        }
        script type="module" src=(CASH.address) {}
    }
}

/// The page as it is looked at: what is refused is shown there again.
fn looked_at(shown: &CreditShown, asked: &Asked) -> String {
    let path = format!("{}/credits/{}", account_path(&shown.account), shown.item);
    match (&shown.of, &asked.of) {
        (None, None) => path,
        (of, _) => format!("{path}?of={}", percent(of.as_deref().unwrap_or_default())),
    }
}

/// Whose lines are looked at, and a box to look for somebody else: a payment may be for several who have nothing to do with
/// each other.
fn somebody_else(shown: &CreditShown, asked: &Asked, found: &[(String, Option<String>)]) -> Markup {
    let path = format!("{}/credits/{}", account_path(&shown.account), shown.item);
    html! {
        section.card aria-labelledby="whose" {
            header {
                h2 id="whose" { @match &shown.of { Some(of) => { "What " (of) " has open" }, None => { "What it may pay" } } }
                @if shown.of.is_some() { a.l href={ (path) "?of=" } { "What " (shown.account) " has open" } }
            }
            @if found.len() > 1 { ul.payers { @for (code, name) in found {
                li { a.nm href=(address(&path, &[("of", code)])) { (name.as_deref().unwrap_or(code)) } span.sub { (code) } }
            } } }
            form.inline.in method="get" action=(path) role="search" aria-label="Look for whom it pays" {
                input type="hidden" name="of" value="";
                label for="find" data-key="f" { "It pays somebody else " kbd { "F" } }
                input.find id="find" name="find" type="search" value=(asked.find) placeholder="Name, number, document or amount" autocomplete="off";
                button type="submit" { "Look" }
                @if !asked.find.is_empty() && found.is_empty() { span.mut role="status" { "Nobody found for “" (asked.find) "”." } }
            }
        }
    }
}

/// `POST /accounts/CODE/credits/ID`.
pub(crate) async fn match_it(Path((code, id)): Path<(String, String)>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, sent| {
            let paid = (sent.text("of"), &lines_of(&sent)[..]);
            apply_credit(&desk, &code, &id, paid, sent.text("version"), today).await?;
            Ok(account_path(&code))
        })
        .await
}
