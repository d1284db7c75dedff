//! The sheets of an account by which a credit is paid back or moved to the account that it belongs to, and a debt is given up.
//! Above a limit of the role what is paid back or given up waits for a second person.

use axum::extract::{Path, Query};
use dunwell_desk::look::account::{ItemView, account};
use dunwell_desk::look::paying::Relative;
use dunwell_desk::look::whole::{WholeAccount, whole_account};
use dunwell_desk::refunds::ask::{Payee, RefundAsked, ask_refund, is_refundable};
use dunwell_desk::rules::money::Money;
use dunwell_desk::rules::write_off::WriteOffReason;
use dunwell_desk::transfer_credit::transfer_credit;
use dunwell_desk::write_offs::{ToWriteOff, write_off};
use maud::{Markup, html};
use serde::Deserialize;

use crate::answer::{Answer, Problem};
use crate::caller::Caller;
use crate::posted::Posted;
use crate::screens::agree::{Asking, Sheet, words_field};
use crate::words::{account_path, money, spoken};

/// What a sheet is opened with.
#[derive(Debug, Deserialize)]
pub(crate) struct Asked {
    /// The document chosen.
    document: Option<String>,
}

/// The documents to choose one from, each with what is open of it.
fn choice(label: &str, items: &[&ItemView], chosen: Option<&str>) -> Markup {
    html! {
        div.fld {
            label for="document" { (label) }
            select id="document" name="document" required {
                @for item in items {
                    @let open = Money::new(item.open.minor.abs(), item.open.currency);
                    option value=(item.document) selected[Some(item.document.as_str()) == chosen] { (item.document) ", " (money(open)) }
                }
            }
        }
    }
}

/// A field of a line of text.
fn line(name: &str, label: &str, hint: &str, needed: bool) -> Markup {
    html! {
        div.fld {
            label for=(name) { (label) }
            input id=(name) name=(name) required[needed] autocomplete="off" maxlength="140" aria-describedby={ (name) "-hint" };
            span.hint id={ (name) "-hint" } { (hint) }
        }
    }
}

/// `GET /accounts/CODE/refund`.
pub(crate) async fn refund(
    caller: Caller,
    asking: Asking,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let view = account(&caller.desk, &code, caller.today).await?;
    let items = view.currencies.iter().flat_map(|of| &of.items);
    let credits: Vec<&ItemView> = items.filter(|item| item.open.minor < 0 && is_refundable(&item.kind)).collect();
    let name = view.name.as_deref().unwrap_or(&code);
    let body = html! {
        @if credits.is_empty() { p.callout.flat { "There is no unapplied credit that could be paid back." } }
        div.g2 {
            (choice("Credit", &credits, asked.document.as_deref()))
            (line("amount", "Amount", "empty: all that is neither applied nor asked for", false))
        }
        div.fld {
            label for="payee" { "Paid to" }
            input id="payee" name="payee" required autocomplete="off" maxlength="70" value=(name) aria-describedby="payee-hint";
            span.hint id="payee-hint" { "the name that the bank account is held in" }
        }
        fieldset.fld {
            legend { "Bank account" }
            span.hint { "An IBAN, or a routing and account number at a US bank. Call a number you know before you trust a new account." }
            (line("iban", "IBAN", "", false))
            (line("bic", "BIC", "not needed within SEPA", false))
            div.g2 {
                (line("routing", "Routing number", "nine digits", false))
                (line("number", "Account number", "", false))
            }
            label.ck { input type="checkbox" name="savings" value="yes"; " It is a savings account" }
        }
        (line("text", "What the payee reads", "empty: the credit's number", false))
        p.sub { "A second person signs before anything is paid." }
    };
    Sheet { caller: &caller, asking: &asking, code: &code, heading: "Refund", name, button: "Ask for it" }.around(&body)
}

/// `POST /accounts/CODE/refund`.
pub(crate) async fn ask(Path(code): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let text = |name: &str| fields.text(name).map(str::to_owned);
            let payee = Payee {
                name: fields.needed("payee")?.into(),
                iban: text("iban"),
                bic: text("bic"),
                routing: text("routing"),
                number: text("number"),
                savings: fields.has("savings"),
                text: text("text"),
            };
            let asked = RefundAsked {
                account: code.clone(),
                credit: fields.needed("document")?.into(),
                amount: text("amount"),
                payee,
            };
            let refund = ask_refund(&desk, &asked, today).await?;
            Ok(format!("/refunds?done=asked#refund-{}", refund.refund))
        })
        .await
}

/// `GET /accounts/CODE/write-off`.
pub(crate) async fn give_up(
    caller: Caller,
    asking: Asking,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let view = account(&caller.desk, &code, caller.today).await?;
    let mut seen: Vec<&str> = Vec::new();
    let items = view.currencies.iter().flat_map(|of| &of.items).filter(|item| item.open.minor > 0);
    let debits: Vec<&ItemView> = items
        .filter(|item| {
            let first = !seen.contains(&item.item.as_str());
            seen.push(item.item.as_str());
            first
        })
        .collect();
    if debits.is_empty() {
        return Err(Problem::NotFound);
    }
    let name = view.name.as_deref().unwrap_or(&code);
    let body = html! {
        div.g2 {
            (choice("Document", &debits, asked.document.as_deref()))
            (line("amount", "Amount", "empty: all that is open", false))
        }
        div.fld {
            label for="reason" { "Why" }
            select id="reason" name="reason" {
                @for reason in WriteOffReason::ALL { option value=(reason.code()) { (spoken(reason.code())) } }
            }
        }
        label.ck { input type="checkbox" name="tax_relief" value="yes"; " Tax is claimed back with it (bad debt alone)" }
        (words_field("In your words", false))
        p.sub { "Small balances are written off at once, within the limit of your role. Everything else, and what is disputed, waits for a second person." }
    };
    Sheet { caller: &caller, asking: &asking, code: &code, heading: "Write off", name, button: "Write off" }
        .around(&body)
}

/// `POST /accounts/CODE/write-off`.
pub(crate) async fn write_it_off(Path(code): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let text = |name: &str| fields.text(name).map(str::to_owned);
            let asked = ToWriteOff {
                account: code.clone(),
                document: fields.needed("document")?.into(),
                amount: text("amount"),
                reason: text("reason"),
                tax_relief: fields.has("tax_relief"),
                words: text("text"),
            };
            let done = write_off(&desk, &asked, today, today).await?;
            Ok(match done.request {
                Some(request) => format!("/approvals?at={request}"),
                None => account_path(&code),
            })
        })
        .await
}

/// `GET /accounts/CODE/transfer`.
pub(crate) async fn transfer(
    caller: Caller,
    asking: Asking,
    Path(code): Path<String>,
    Query(asked): Query<Asked>,
) -> Answer {
    let WholeAccount { view, paying, .. } = whole_account(&caller.desk, &code, caller.today).await?;
    let items = view.currencies.iter().flat_map(|of| &of.items);
    let credits: Vec<&ItemView> = items.filter(|item| item.open.minor < 0 && is_refundable(&item.kind)).collect();
    let family: Vec<&Relative> = paying.parent.iter().chain(&paying.children).collect();
    let body = html! {
        @if credits.is_empty() { p.callout.flat { "There is no unapplied credit that could be moved." } }
        div.g2 {
            (choice("Credit", &credits, asked.document.as_deref()))
            (line("amount", "Amount", "empty: all that is unapplied", false))
        }
        div.fld {
            label for="account" { "Whose it becomes" }
            input id="account" name="account" required autocomplete="off" maxlength="100" list="relatives" aria-describedby="account-hint";
            span.hint id="account-hint" { "the customer number of the other account" }
            datalist id="relatives" {
                @for relative in family { option value=(relative.account) { (relative.name.as_deref().unwrap_or_default()) } }
            }
        }
        p.sub { "It is dated today on both accounts. What it is set against already stays so; a bank's receipt is moved whole." }
    };
    let name = view.name.as_deref().unwrap_or(&code);
    let (heading, button) = ("Move a credit", "Move it");
    Sheet { caller: &caller, asking: &asking, code: &code, heading, name, button }.around(&body)
}

/// `POST /accounts/CODE/transfer`.
pub(crate) async fn move_it(Path(code): Path<String>, posted: Posted) -> Answer {
    let today = posted.caller.today;
    posted
        .once(move |desk, fields| async move {
            let (credit, to) = (fields.needed("document")?, fields.needed("account")?);
            transfer_credit(&desk, &code, credit, to, fields.text("amount"), today).await?;
            Ok(fields.back(&account_path(&code)))
        })
        .await
}
