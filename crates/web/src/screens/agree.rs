//! What is agreed with a customer outside a call: promises, disputes, notes. Each is a sheet over the page, and without a
//! script a page of its own.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path, Query};
use axum::http::request::Parts;
use dunwell_desk::log_activity::{Happening, log_activity};
use dunwell_desk::look::account::{AccountView, CurrencyView, ItemView, account};
use dunwell_desk::look::contacts::contacts;
use dunwell_desk::open_dispute::{DisputeRaised, close_dispute, open_disputes};
use dunwell_desk::rules::calendar::{Date, add_days};
use dunwell_desk::rules::dispute::DisputeReason;
use dunwell_desk::rules::money::Money;
use dunwell_desk::take_promise::{PromiseGiven, take_promise};
use maud::{Markup, html};

use crate::answer::{Answer, Problem, html_response};
use crate::caller::Caller;
use crate::frame;
use crate::posted::{Fields, Posted, back_field, form_fields};
use crate::screens::call::who_said_so;
use crate::words::{account_path, money, spoken};

/// Days ahead that a promise is first offered for.
const PROMISED_WITHIN: i64 = 7;

/// What a sheet was asked for: the documents chosen on the account's page, and their currency.
pub(crate) type Chosen = Query<Vec<(String, String)>>;

/// How a sheet was asked for.
pub(crate) struct Asking {
    /// Its address, with all that it was opened with: the form goes there, and is shown again there when it is refused.
    pub(crate) address: String,
    /// Whether a script puts it over the page.
    pub(crate) over_a_page: bool,
}

impl<S: Sync> FromRequestParts<S> for Asking {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let address = parts.uri.path_and_query().map_or_else(String::new, ToString::to_string);
        Ok(Self { address, over_a_page: parts.headers.contains_key("hx-request") })
    }
}

/// A sheet: one form of an account, with what it is called and what its button says.
pub(crate) struct Sheet<'a> {
    /// Who asks.
    pub(crate) caller: &'a Caller,
    /// How it was asked for: its form goes where it came from.
    pub(crate) asking: &'a Asking,
    /// Customer number.
    pub(crate) code: &'a str,
    /// Its heading.
    pub(crate) heading: &'a str,
    /// Whose account it is.
    pub(crate) name: &'a str,
    /// What the button says.
    pub(crate) button: &'a str,
}

impl Sheet<'_> {
    /// The form around `body`: the fragment of a dialog, or a page.
    pub(crate) fn around(&self, body: &Markup) -> Answer {
        let home = account_path(&self.code);
        let form = html! {
            form.call method="post" action=(self.asking.address) {
                (form_fields(self.caller))
                (back_field(&home))
                header { div { h2 { (self.heading) } p.sub { (self.name) } } }
                div.body { (body) }
                footer {
                    a.btn href=(home) data-close { "Cancel " kbd { "Esc" } }
                    button.pri type="submit" { (self.button) " " kbd { "Ctrl Enter" } }
                }
            }
        };
        if self.asking.over_a_page {
            return Ok(html_response(form));
        }
        Ok(frame::page(
            self.caller,
            "/accounts",
            self.heading,
            &html! { div.alone { h1.sr { (self.heading) } (form) } },
        ))
    }
}

/// The currency a sheet is about: the one asked for, or the one with most to collect.
fn currency_of<'a>(view: &'a AccountView, asked: &[(String, String)]) -> Option<&'a CurrencyView> {
    let wanted = asked.iter().find(|(name, _)| name == "currency").map(|(_, value)| value.as_str());
    let chosen = documents_of(asked);
    let holds = |of: &&CurrencyView| of.items.iter().any(|item| chosen.contains(&item.document.as_str()));
    let named = view.currencies.iter().find(|of| Some(of.currency.as_str()) == wanted);
    let most = || view.currencies.iter().max_by_key(|of| of.collectible.minor);
    named.or_else(|| view.currencies.iter().find(holds)).or_else(most)
}

fn documents_of(asked: &[(String, String)]) -> Vec<&str> {
    asked.iter().filter(|(name, _)| name == "document").map(|(_, value)| value.as_str()).collect()
}

/// Lines that somebody owes, oldest due first.
fn owed(of: &CurrencyView) -> impl Iterator<Item = &ItemView> {
    of.items.iter().filter(|item| item.open.minor > 0)
}

/// What is open of the chosen documents; none where nothing is chosen.
fn sum_of(of: &CurrencyView, chosen: &[&str]) -> Option<Money> {
    let open: i64 = owed(of).filter(|item| chosen.contains(&item.document.as_str())).map(|item| item.open.minor).sum();
    (open > 0).then(|| Money::new(open, of.balance.currency))
}

/// Links to the same sheet in the account's other currencies.
fn other_currencies(view: &AccountView, of: &CurrencyView, action: &str) -> Markup {
    html! {
        @if view.currencies.len() > 1 {
            p.sub { "In " (of.currency) ". "
                @for other in view.currencies.iter().filter(|other| other.currency != of.currency) {
                    a.l href={ (action) "?currency=" (other.currency) } data-sheet { "In " (other.currency) } " "
                }
            }
        }
    }
}

/// The documents to choose from. One with several instalments stands once.
fn documents(of: &CurrencyView, chosen: &[&str], hint: &str) -> Markup {
    let mut seen = Vec::new();
    let lines: Vec<&ItemView> = owed(of)
        .filter(|item| {
            let first = !seen.contains(&item.item.as_str());
            seen.push(item.item.as_str());
            first
        })
        .collect();
    html! {
        fieldset.fld.docs {
            legend { "Documents " span.sub { (hint) } }
            @for item in lines {
                label.ck {
                    input type="checkbox" name="document" value=(item.document) checked[chosen.contains(&item.document.as_str())];
                    span { (item.document) span.sub { " " (money(item.open))
                        @if item.days_past_due > 0 { ", " (item.days_past_due) " days late" }
                        @if item.disputed.minor > 0 { ", disputed" } } }
                }
            }
        }
    }
}

fn amount_field(value: Option<Money>, hint: &str, needed: bool) -> Markup {
    html! {
        div.fld {
            label for="amount" { "Amount" }
            input id="amount" name="amount" inputmode="decimal" required[needed] aria-describedby="amount-hint"
                value=[value.map(|amount| amount.decimal())];
            span.hint id="amount-hint" { (hint) }
        }
    }
}

/// A date of the form, never before today.
pub(crate) fn date_field(name: &str, label: &str, first: Option<Date>, least: Date, hint: &str) -> Markup {
    html! {
        div.fld {
            label for=(name) { (label) }
            input id=(name) name=(name) type="date" min=(least) value=[first] aria-describedby={ (name) "-hint" };
            span.hint id={ (name) "-hint" } { (hint) }
        }
    }
}

/// A field of words; erasable like everything that people write.
pub(crate) fn words_field(label: &str, needed: bool) -> Markup {
    html! { div.fld { label for="text" { (label) } textarea id="text" name="text" maxlength="4000" required[needed] {} } }
}

/// `GET /accounts/CODE/promise`.
pub(crate) async fn promise(caller: Caller, asking: Asking, Path(code): Path<String>, asked: Chosen) -> Answer {
    let view = account(&caller.desk, &code, caller.today).await?;
    let people = contacts(&caller.desk, &code).await?;
    let action = format!("{}/promise", account_path(&code));
    let Some(of) = currency_of(&view, &asked.0) else { return Err(Problem::NotFound) };
    let chosen = documents_of(&asked.0);
    let sum = sum_of(of, &chosen).or((of.collectible.minor > 0).then_some(of.collectible));
    let day = add_days(caller.today, PROMISED_WITHIN);
    let likely = people.contacts.iter().find(|row| !row.contact.do_not_contact);
    let body = html! {
        (other_currencies(&view, of, &action))
        input type="hidden" name="currency" value=(of.currency);
        div.g2 {
            (amount_field(sum, &of.currency, true))
            (date_field("day", "In our bank by", Some(day), caller.today, "the day the money is to be here"))
        }
        (documents(of, &chosen, "none chosen: the oldest past due first"))
        (who_said_so(&people, likely))
        (words_field("What was said", false))
    };
    let name = view.name.as_deref().unwrap_or(&code);
    let heading = "Promise to pay";
    Sheet { caller: &caller, asking: &asking, code: &code, heading, name, button: "Save" }.around(&body)
}

/// `POST /accounts/CODE/promise`.
pub(crate) async fn take(Path(code): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let by = fields.day("day")?.ok_or_else(|| Problem::Malformed("A promise needs a date.".into()))?;
            let given = PromiseGiven {
                amount: fields.needed("amount")?.into(),
                currency: fields.text("currency").map(str::to_owned),
                by,
                documents: fields.every("document"),
                text: said(&desk, &code, &fields).await?,
            };
            take_promise(&desk, &code, &given, today).await?;
            Ok(fields.back(&account_path(&code)))
        })
        .await
}

/// The words of a promise, with the name of who gave it.
async fn said(desk: &dunwell_desk::Desk, code: &str, fields: &Fields) -> Result<Option<String>, Problem> {
    let words = fields.text("text");
    let Some(person) = fields.text("person") else { return Ok(words.map(str::to_owned)) };
    let people = contacts(desk, code).await?;
    let known = people.contacts.iter().find(|row| row.contact.contact.to_string() == person);
    let name = known.and_then(|row| row.contact.name.as_deref());
    Ok(match (name, words) {
        (Some(name), Some(words)) => Some(format!("{name}: {words}")),
        (name, words) => name.or(words).map(str::to_owned),
    })
}

/// `GET /accounts/CODE/dispute`.
pub(crate) async fn dispute(caller: Caller, asking: Asking, Path(code): Path<String>, asked: Chosen) -> Answer {
    let view = account(&caller.desk, &code, caller.today).await?;
    let action = format!("{}/dispute", account_path(&code));
    let Some(of) = currency_of(&view, &asked.0) else { return Err(Problem::NotFound) };
    let chosen = documents_of(&asked.0);
    let body = html! {
        (other_currencies(&view, of, &action))
        (documents(of, &chosen, "what they contest"))
        div.g2 {
            (amount_field(None, "empty: all that is open; a part only of one document", false))
            div.fld {
                label for="reason" { "What they say" }
                select id="reason" name="reason" {
                    @for reason in DisputeReason::ALL { option value=(reason.code()) { (spoken(reason.code())) } }
                }
            }
        }
        p.sub { "What is not disputed stays to be collected." }
    };
    let name = view.name.as_deref().unwrap_or(&code);
    Sheet { caller: &caller, asking: &asking, code: &code, heading: "Dispute", name, button: "Save" }.around(&body)
}

/// `POST /accounts/CODE/dispute`: one dispute a document, all of them or none.
pub(crate) async fn raise(Path(code): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let documents = fields.every("document");
            let amount = fields.text("amount").map(str::to_owned);
            if documents.is_empty() {
                return Err(Problem::Malformed("Choose what is disputed.".into()));
            }
            if documents.len() > 1 && amount.is_some() {
                return Err(Problem::Malformed("A part can be disputed of one document only; choose one.".into()));
            }
            let reason = fields.needed("reason")?;
            let raised: Vec<DisputeRaised> = documents
                .into_iter()
                .map(|document| DisputeRaised { document, line: None, amount: amount.clone(), reason: reason.into() })
                .collect();
            open_disputes(&desk, &code, &raised, today).await?;
            Ok(fields.back(&account_path(&code)))
        })
        .await
}

/// What a dispute is closed with.
const FOUND: [(&str, &str); 4] = [
    ("customer_wrong", "Not justified: it is owed"),
    ("settled", "Settled: the customer pays"),
    ("credited", "Justified: a credit is given"),
    ("withdrawn", "The customer withdrew it"),
];

/// `GET /accounts/CODE/disputes/ID`: closing a dispute.
pub(crate) async fn dispute_found(caller: Caller, asking: Asking, Path((code, id)): Path<(String, String)>) -> Answer {
    let open = dunwell_desk::look::open_work::open_work(&caller.desk, &code, caller.today).await?;
    let dispute = open.disputes.iter().find(|known| known.dispute == id).ok_or(Problem::NotFound)?;
    let amount = dispute.amount.map_or_else(|| "all that is open".to_owned(), money);
    let body = html! {
        p { (dispute.document) ", " (amount) ", " (spoken(&dispute.reason).to_lowercase()) ", since " (dispute.since) "." }
        fieldset.fld {
            legend { "What was found" }
            @for (place, (code, name)) in FOUND.iter().enumerate() {
                label.ck { input type="radio" name="outcome" value=(code) checked[place == 0]; span { (name) } }
            }
        }
    };
    let heading = "Close the dispute";
    Sheet { caller: &caller, asking: &asking, code: &code, heading, name: &code, button: "Close it" }.around(&body)
}

/// `POST /accounts/CODE/disputes/ID`.
pub(crate) async fn close(Path((code, id)): Path<(String, String)>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let outcome = fields.needed("outcome")?;
            if !FOUND.iter().any(|(code, _)| *code == outcome) {
                return Err(Problem::Malformed(format!("'{outcome}' is no outcome of a dispute.")));
            }
            if !dunwell_desk::look::open_work::open_work(&desk, &code, today)
                .await?
                .disputes
                .iter()
                .any(|of| of.dispute == id)
            {
                return Err(Problem::NotFound);
            }
            close_dispute(&desk, &id, outcome, today).await?;
            Ok(fields.back(&account_path(&code)))
        })
        .await
}

/// `GET /accounts/CODE/note`.
pub(crate) async fn note(caller: Caller, asking: Asking, Path(code): Path<String>) -> Answer {
    // Refused for a customer who is not there.
    contacts(&caller.desk, &code).await?;
    let body = html! {
        (words_field("Note", true))
        p.sub { "For colleagues. It is no contact with the customer, and is erased with the people of the account." }
    };
    Sheet { caller: &caller, asking: &asking, code: &code, heading: "Note", name: &code, button: "Save" }.around(&body)
}

/// `POST /accounts/CODE/note`.
pub(crate) async fn write(Path(code): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let text = Some(fields.needed("text")?.to_owned());
            log_activity(&desk, &code, &Happening { kind: "note".into(), outcome: None, text }, today).await?;
            Ok(fields.back(&account_path(&code)))
        })
        .await
}
