//! A credit that lies on an account, whatever it came by: the lines it may pay, to be ticked until it is used up. What a bank
//! told of is looked at as a receipt.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect};
use dunwell_desk::cash::apply_credit::{CreditShown, apply_credit, credit_shown};
use dunwell_desk::rules::rights::Action;
use maud::{Markup, html};

use crate::answer::Answer;
use crate::assets::CASH;
use crate::caller::Caller;
use crate::export::address;
use crate::frame;
use crate::posted::{Posted, form_fields};
use crate::screens::receipt_form::{lines, lines_of};
use crate::words::{account_path, money, short_day, spoken};

/// `GET /accounts/CODE/credits/ID`.
pub(crate) async fn page(caller: Caller, Path((code, id)): Path<(String, String)>) -> Answer {
    let shown = credit_shown(&caller.desk, &code, &id).await?;
    if let Some(receipt) = &shown.receipt {
        return Ok(Redirect::to(&address(&format!("/cash/{receipt}"), &[("account", &code)])).into_response());
    }
    Ok(frame::page(&caller, "/accounts", "Credit", &whole(&caller, &shown)))
}

fn whole(caller: &Caller, shown: &CreditShown) -> Markup {
    let place = (shown.account.as_str(), shown.unapplied.currency);
    html! {
        div.acc.receipt {
            div.ttl {
                h1 { (money(shown.unapplied)) " " span.mut { "of " (shown.document) ", unapplied" } }
                div.r { a.btn href=(account_path(&shown.account)) { (shown.name.as_deref().unwrap_or(&shown.account)) } }
            }
            p.mut { (spoken(shown.kind)) " of " (short_day(shown.date, caller.today)) }
            @if caller.may(Action::Apply) && !shown.unapplied.is_zero() {
                form.stack id="match" method="post" action={ (account_path(&shown.account)) "/credits/" (shown.item) }
                    data-left=(shown.unapplied.minor) data-currency=(shown.unapplied.currency) data-exponent=(shown.unapplied.currency.exponent()) {
                    (form_fields(caller))
                    input type="hidden" name="version" value=(shown.version);
                    div.card.settle {
                        output.b id="difference" { "Not set against anything: " (money(shown.unapplied)) }
                        div.acts { button.pri type="submit" data-key="m" { "Match what is ticked " kbd { "M" } } }
                        p.hint { "What is left over stays on the account." }
                    }
                    (lines(caller, &shown.lines, place, true))
                }
            } @else { (lines(caller, &shown.lines, place, false)) }
        }
        script type="module" src=(CASH.address) {}
    }
}

/// `POST /accounts/CODE/credits/ID`.
pub(crate) async fn match_it(Path((code, id)): Path<(String, String)>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(async move |desk, sent| {
            apply_credit(&desk, &code, &id, &lines_of(&sent), sent.text("version"), today).await?;
            Ok(account_path(&code))
        })
        .await
}
