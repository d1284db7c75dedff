//! How cash is spoken of on screens: what is asked, what speaks for a payer, which rule found a match, and what a bank told.

use dunwell_desk::cash::queue::QueueChoice;
use dunwell_desk::rules::money::{Currency, Money};
use dunwell_store::views::cash::{QueueOrder, ReceiptView};
use maud::{Markup, html};
use serde_json::Value;

use crate::answer::Problem;
use crate::export::address;
use crate::words::{money, spoken};

/// What is asked about a receipt, in a few words.
pub(crate) fn question(code: &str) -> String {
    let words = match code {
        "unknown_payer" => "Payer not known",
        "several_payers" => "Several may have paid",
        "ambiguous" => "Fits several ways",
        "nothing_fits" => "Fits nothing that is open",
        "short" => "Short payment",
        "overpaid" => "Paid too much",
        "unknown_reference" => "Names what is not open",
        "paid_before" => "Names what was paid before",
        "told_elsewhere" => "Perhaps told by another file",
        "advice_differs" => "Advice says otherwise",
        "remittance_undone" => "Its advice was undone",
        "words_undone" => "What explained it was undone",
        "replaced_by_bank" => "Bank told it again otherwise",
        "does_not_foot" => "Advice does not add up",
        "paid_in_full_of_disputed" => "Calls itself payment in full",
        other => return spoken(other),
    };
    words.to_owned()
}

/// The questions as tags.
pub(crate) fn tags(asked: &[String]) -> Markup {
    html! { span.chips { @for code in asked { span.tag.warn { (question(code)) } } } }
}

/// What speaks for a payer.
pub(crate) fn evidence(code: &str) -> String {
    let words = match code {
        "bank_account" => "the bank account",
        "name" => "the name",
        "name_like" => "a name like it",
        "customer_number" => "our customer number",
        "document" => "a document it names",
        "document_digits" => "the digits of a document",
        "purchase_order" => "its purchase order",
        "amount" => "the amount",
        "person" => "the word of a person",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

/// What a rule goes by.
pub(crate) fn rule(id: &str) -> &'static str {
    match id {
        "C-1" => "What the remittance advice names",
        "C-2" => "What the payer names",
        "C-3" => "One open line is that large",
        "C-4" => "One set of open lines adds up to it",
        "C-5" => "All that is owed",
        "C-6" => "All that is past due",
        "C-8" => "What the payer names in another currency",
        "C-10" => "The money behind a settlement that was imported",
        _ => "By a rule of the policy",
    }
}

/// What becomes of the rest of a line that is paid short.
pub(crate) fn shortfall(code: &str) -> String {
    let words = match code {
        "discount" => "a discount that the terms allow, written off",
        "unearned_discount" => "a discount taken too late, stays open",
        "disputed" => "disputed already, stays open",
        "tolerance" => "so little that it is written off",
        "bank_charge" => "what banks took off on the way, written off",
        "deduction" => "held back for a reason, disputed",
        "unexplained" => "nothing says why, stays open",
        other => return other.replace('_', " "),
    };
    words.to_owned()
}

/// Amounts of several currencies, one below the other.
pub(crate) fn amounts<'a>(list: impl IntoIterator<Item = &'a Money>) -> Markup {
    let mut list = list.into_iter().peekable();
    html! {
        @if list.peek().is_none() { "None" }
        @for amount in list { span.amt { (money(*amount)) } }
    }
}

/// Who paid, as the bank names them; where it has no field for that, what they wrote.
pub(crate) fn payer(receipt: &ReceiptView) -> Option<&str> {
    let words = receipt.words.as_ref()?;
    texts(words, "payer").into_iter().chain(texts(words, "text")).next()
}

/// The texts of a list of the bank's words.
fn texts<'a>(words: &'a Value, name: &str) -> Vec<&'a str> {
    words[name].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

/// What the bank told of the payer and what they wrote.
pub(crate) fn told(receipt: &ReceiptView) -> Markup {
    let Some(words) = &receipt.words else {
        return html! { p.in.mut { "The words of the payer are not kept any more." } };
    };
    let (payers, references, wrote) = (texts(words, "payer"), texts(words, "references"), texts(words, "text"));
    html! {
        dl.kv.in {
            @for name in &payers { dt { "Payer" } dd { (name) } }
            @if let Some(number) = words["payer_account"].as_str() { dt { "From bank account" } dd { (number) } }
            @for reference in &references { dt { "Reference" } dd { (reference) } }
            dt { "The bank calls it" } dd { (receipt.code) }
        }
        @if !wrote.is_empty() { div.in { h3 { "What they wrote" } @for text in &wrote { q { (text) } } } }
    }
}

/// The lines of the remittance that came with a receipt or was sent apart for it: of the first that has any.
pub(crate) fn remittance(receipt: &ReceiptView) -> Markup {
    let currency = receipt.amount.currency;
    // What came with the money itself goes before an advice that was sent apart.
    let mut lists =
        [&receipt.words, &receipt.remittance].into_iter().flatten().filter_map(|said| said["remittance"].as_array());
    let Some(lines) = lists.find(|lines| !lines.is_empty()) else {
        let none = if receipt.remittance.is_some() { "It names no document." } else { "None came for it." };
        return html! { p.in.mut { (none) } };
    };
    said_lines(lines, currency)
}

/// The lines of a remittance as a table.
pub(crate) fn said_lines(lines: &[Value], currency: Currency) -> Markup {
    html! {
        div.in.scroll {
            table.mini {
                caption.sr { "What the payer says it pays" }
                thead { tr { th scope="col" { "Document" } th.num scope="col" { "Paid" } th.num scope="col" { "Discount" } } }
                tbody { @for line in lines { (said_line(line, currency)) } }
            }
        }
    }
}

fn said_line(line: &Value, currency: Currency) -> Markup {
    let of = |value: &Value| value.as_i64().map(|minor| money(Money::new(minor, currency)));
    let held = line["held_back"].as_array().into_iter().flatten();
    html! {
        tr {
            th scope="row" {
                (line["document"].as_str().filter(|document| !document.is_empty()).unwrap_or("–"))
                @for part in held {
                    small {
                        "Held back " (of(&part[0]).unwrap_or_default()) ": "
                        (part[2].as_str().filter(|words| !words.is_empty()).or(part[1].as_str()).unwrap_or("no reason"))
                    }
                }
            }
            td.num { (of(&line["paid"]).unwrap_or_else(|| "–".into())) }
            td.num { (of(&line["discount"]).unwrap_or_else(|| "–".into())) }
        }
    }
}

/// The queue as an address chooses it.
pub(crate) fn choice<'a>(order: &str, question: &'a str) -> Result<QueueChoice<'a>, Problem> {
    let order = if order.is_empty() { QueueOrder::Age } else { QueueOrder::parse(order).ok_or(Problem::NotFound)? };
    Ok(QueueChoice { order, question })
}

/// The address of a receipt within a queue.
pub(crate) fn receipt_path(receipt: &impl std::fmt::Display, order: &str, question: &str) -> String {
    address(&format!("/cash/{receipt}"), &[("order", order), ("question", question)])
}
