//! The call sheet: what to say, what to ask for, and the one form that records a contact with everything agreed in it.

use axum::extract::Path;
use dunwell_desk::look::account::{CurrencyView, account};
use dunwell_desk::look::contacts::{ContactRow, Contacts, contacts};
use dunwell_desk::look::why::why;
use dunwell_desk::record_call::{CallMade, CallResult, record_call};
use dunwell_desk::rules::calendar::Date;
use dunwell_desk::rules::promise::PromiseState;
use dunwell_desk::take_account::{let_go, taken};
use maud::{Markup, html};

use crate::answer::{Answer, Problem, html_response};
use crate::caller::Caller;
use crate::frame;
use crate::posted::{Fields, Posted, back_field, form_fields};
use crate::screens::agree::Asking;
use crate::words::{account_path, first_by, money, said, short_day, spoken};

/// `GET /accounts/CODE/call`: the sheet as a page, or as the fragment of a dialog.
pub(crate) async fn sheet(caller: Caller, asking: Asking, Path(code): Path<String>) -> Answer {
    let form = form(&caller, &code).await?;
    if asking.over_a_page {
        return Ok(html_response(form));
    }
    Ok(frame::page(&caller, "/accounts", "Call", &html! { div.alone { h1.sr { "Call" } (form) } }))
}

/// The outcomes by their key: the code, and how it is called.
const OUTCOMES: [(&str, &str); 8] = [
    ("promise", "Promise to pay"),
    ("dispute", "Dispute"),
    ("call_back", "Will call back"),
    ("voicemail", "Voicemail"),
    ("wrong_contact", "Wrong contact"),
    ("documents", "Asked for documents"),
    ("payment_sent", "Payment already sent"),
    ("refused", "Refused"),
];

async fn form(caller: &Caller, code: &str) -> Result<Markup, Problem> {
    let view = account(&caller.desk, code, caller.today).await?;
    let at_work = taken(&caller.desk).await?.into_iter().find(|row| row.account == code);
    let another = at_work.as_ref().filter(|row| row.state == "taken_by_another");
    // The script takes the account while the sheet is open, and lets it go when the sheet is left without saving, unless it
    // was taken before. To look writes nothing: without a script the account is taken by its own button alone.
    let takes = another.is_none().then(|| format!("{}/take", account_path(&code)));
    let lets_go = at_work.is_none().then_some(takes.as_deref()).flatten();
    let because = why(&caller.desk, code, caller.today).await?;
    let people = contacts(&caller.desk, code).await?;
    let person = people.contacts.iter().find(|row| !row.contact.do_not_contact);
    let who = person.and_then(|row| row.contact.name.as_deref());
    let phone = person.and_then(|row| row.contact.phone.as_deref());
    let name = view.name.as_deref().unwrap_or(code);
    let own = caller.desk.settings().currency;
    let of = view.currencies.iter().max_by_key(|of| first_by(of.collectible, own));
    Ok(html! {
        form.call method="post" action={ (account_path(&code)) "/call" } data-takes=[takes.as_deref()] data-lets-go=[lets_go] {
            (form_fields(caller))
            (back_field("/"))
            header {
                div {
                    h2.big { "Call " (who.unwrap_or(name)) }
                    p.sub {
                        (name)
                        @if let Some(time) = person.and_then(|row| row.local_time.as_deref()) { " · now " (time) " there" }
                    }
                }
                @if let Some(phone) = phone { a.btn href={ "tel:" (phone.replace(' ', "")) } { (phone) } }
                @else { span.tag.warn { "No number known" } }
            }
            div.body {
                @if let Some(another) = another {
                    p.callout.flat { (another.taken_by.as_deref().unwrap_or_default()) " is at work on this account." }
                }
                @if let Some(of) = of {
                    section.do aria-label="What to say" {
                        h3 { "Open with" }
                        p { "“" (opening(of, caller.today)) "”" }
                        ul {
                            li { "Ask for " (money(of.collectible)) "." }
                            @for reason in &because.reasons { li { (said(reason, caller.today)) } }
                            @if of.disputed.minor > 0 { li { (money(of.disputed)) " is disputed: leave it out." } }
                        }
                    }
                    (outcomes())
                    (agreed(caller, of))
                    (documents(of))
                } @else { (outcomes()) }
                (who_said_so(&people, person))
                div.fld { label for="text" { "Note" } textarea id="text" name="text" maxlength="4000" {} }
            }
            footer {
                a.btn href={ (account_path(&code)) } data-close { "Cancel " kbd { "Esc" } }
                button.pri type="submit" { "Save and next " kbd { "Ctrl Enter" } }
            }
        }
    })
}

/// The first sentence of the call.
fn opening(of: &CurrencyView, today: Date) -> String {
    let broken = of
        .assessment
        .promises
        .iter()
        .rev()
        .find(|promise| matches!(promise.state, PromiseState::Broken | PromiseState::PartiallyKept));
    match (broken, of.assessment.oldest_days_past_due) {
        (Some(promise), _) => {
            let day = short_day(promise.promised_for, today);
            format!("You planned {} for {day} and it has not arrived.", money(promise.amount))
        }
        (None, Some(days)) => {
            format!("I am calling about {}, the oldest of it due {} days ago.", money(of.collectible), days)
        }
        (None, None) => "I am calling about your account.".to_owned(),
    }
}

/// The people of the account to choose from; nobody has to be chosen.
pub(crate) fn who_said_so(people: &Contacts, likely: Option<&ContactRow>) -> Markup {
    if people.contacts.is_empty() {
        return html! {};
    }
    html! {
        div.fld {
            label for="person" { "Who said so" }
            select id="person" name="person" {
                option value="" { "Not noted" }
                @for row in &people.contacts {
                    option value=(row.contact.contact) selected[likely.is_some_and(|of| of.contact.contact == row.contact.contact)] {
                        (row.contact.name.as_deref().unwrap_or("No name"))
                        @if let Some(role) = &row.contact.role { ", " (role.replace('_', " ")) }
                    }
                }
            }
        }
    }
}

fn outcomes() -> Markup {
    html! {
        fieldset.outs {
            legend { "Outcome" }
            @for (place, (code, name)) in OUTCOMES.iter().enumerate() {
                label { input type="radio" name="outcome" value=(code) checked[place == 0]; (name) kbd { (place + 1) } }
            }
        }
    }
}

/// What a promise, a dispute or a follow-up needs; the style shows what belongs to the outcome.
fn agreed(caller: &Caller, of: &CurrencyView) -> Markup {
    html! {
        input type="hidden" name="currency" value=(of.currency);
        div.g2.agreed {
            div.fld.for-amount {
                label for="amount" { "Amount" }
                input id="amount" name="amount" inputmode="decimal" value=(of.collectible.decimal());
                span.hint { (of.currency) ", promised or disputed" }
            }
            div.fld.for-day {
                label for="day" { "Date" }
                input id="day" name="day" type="date" min=(caller.today);
                span.hint { "in our bank; or to call back, or to look for the money" }
            }
            div.fld.for-dispute {
                label for="reason" { "Reason of a dispute" }
                select id="reason" name="reason" {
                    @for reason in dunwell_desk::rules::dispute::DisputeReason::ALL {
                        option value=(reason.code()) { (spoken(reason.code())) }
                    }
                }
            }
        }
    }
}

fn documents(of: &CurrencyView) -> Markup {
    html! {
        details.fld.for-lines {
            summary { "Documents " span.sub { "none chosen: the oldest past due first" } }
            @for item in of.items.iter().filter(|item| item.open.minor > 0) {
                label.ck {
                    input type="checkbox" name="document" value=(item.document);
                    " " (item.document) span.sub { " " (money(item.open)) @if item.days_past_due > 0 { ", " (item.days_past_due) " days late" } }
                }
            }
        }
    }
}

/// `POST /accounts/CODE/call`.
pub(crate) async fn save(Path(code): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            record_call(&desk, &code, &call_of(&fields)?, today).await?;
            let_go(&desk, &code).await?;
            Ok(fields.back("/"))
        })
        .await
}

fn call_of(fields: &Fields) -> Result<CallMade, Problem> {
    let day = || fields.day("day")?.ok_or_else(|| Problem::Malformed("This outcome needs a date.".into()));
    let result = match fields.needed("outcome")? {
        "promise" => CallResult::Promise {
            amount: fields.needed("amount")?.into(),
            by: day()?,
            documents: fields.every("document"),
        },
        "dispute" => {
            let [document] = &fields.every("document")[..] else {
                return Err(Problem::Malformed("Choose the one document that is disputed.".into()));
            };
            let amount = fields.text("amount").map(str::to_owned);
            CallResult::Dispute { document: document.clone(), amount, reason: fields.needed("reason")?.into() }
        }
        "call_back" => CallResult::CallBack { on: day()? },
        "payment_sent" => CallResult::PaymentSent { look_on: day()? },
        "voicemail" => CallResult::Voicemail,
        "wrong_contact" => CallResult::WrongContact,
        "documents" => CallResult::AskedForDocuments,
        "refused" => CallResult::Refused,
        other => return Err(Problem::Malformed(format!("'{other}' is no outcome of a call."))),
    };
    let text = fields.text("text").map(str::to_owned);
    let person = fields.text("person").map(str::to_owned);
    Ok(CallMade { currency: fields.text("currency").map(str::to_owned), result, text, person })
}
