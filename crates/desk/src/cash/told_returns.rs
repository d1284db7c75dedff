//! What a bank told of a booking that takes a receipt back, as the desk keeps it.

use std::collections::HashMap;

use dunwell_formats::bank::BankFile;
use dunwell_rules::cash::returns::{Effect, Returnable, Returned, Undone, effect};
use dunwell_rules::cash::told_again::Telling;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::read::ReturnableRow;
use dunwell_store::record::NewReturn;
use dunwell_store::views::returns::ReturnView;
use serde::{Deserialize, Serialize};

use super::foot_statements::final_statement;
use super::told::{
    Booking, Words, bookings, currency_of, date_of, debit_content, our_account, short, undone, words_of,
};

/// References by which a bank knows somebody or a standing order, not one payment.
const OF_PARTIES: [&str; 13] = [
    "mandate",
    "sic",
    "receiver",
    "receiver_id",
    "receiver_account",
    "company",
    "company_id",
    "originator",
    "originating_bank",
    "receiving_bank",
    "correspondent_bank",
    "exchange_rate",
    "additional",
];

/// The reason of a booking by which a bank deletes an entry that it told wrongly.
const DELETED: &str = "DELETE";

/// Whether a booking deletes an entry, and is no payment that came back.
pub(super) fn deletes(code: &str, reason: &str) -> bool {
    code.starts_with("ofx ") && reason == DELETED
}

/// What is said of a return; erasable. It is kept as JSON with it.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct ReturnWords {
    /// Whose payment came back, as the bank names them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    payer: Vec<String>,
    /// What names the payment.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    references: Vec<String>,
    /// The bank's own key of the entry that it deletes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    of_entry: Option<String>,
    /// What is said of it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    text: Vec<String>,
    /// What the payment may have been, in minor units: a bank may take something for its return.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    amounts: Vec<i64>,
}

/// A return as a file tells it.
#[derive(Debug, Clone)]
pub(super) struct ToldReturn {
    pub(super) told: NewReturn,
    /// The final statement that lists it.
    pub(super) statement: Option<String>,
}

/// The bookings of a file that take receipts back, in the file's order.
pub(super) fn returns(file: &BankFile) -> Vec<ToldReturn> {
    let mut equals: HashMap<String, u32> = HashMap::new();
    let takes_back = |booking: &Booking<'_>| match undone(booking) {
        Some((money_out, how)) if effect(money_out, how) == Effect::TakesBack => Some(how),
        _ => None,
    };
    let told = |booking: Booking<'_>| {
        let told = told(&booking, takes_back(&booking)?, &mut equals)?;
        Some(ToldReturn { told, statement: final_statement(booking.statement) })
    };
    bookings(file).filter_map(told).collect()
}

fn told(booking: &Booking<'_>, how: Undone, equals: &mut HashMap<String, u32>) -> Option<NewReturn> {
    let Booking { statement, entry, amount, payment, .. } = *booking;
    let currency = currency_of(entry.currency)?;
    let booked = booking.booked()?;
    let value = entry.value_day.unwrap_or(booked);
    if amount <= 0 {
        return None;
    }
    let code = entry.codes.first().map_or_else(String::new, |code| format!("{} {}", code.list, code.code));
    let said = payment.returned.as_deref();
    let of_code = entry.codes.first().map(|code| (code.code.clone(), code.meaning.to_owned()));
    let (reason, meaning) = match said.filter(|said| !said.code.is_empty()) {
        Some(said) => (said.code.clone(), said.meaning.to_owned()),
        None => of_code.unwrap_or_default(),
    };
    let all = words_of(payment);
    let references = references(booking);
    let deleted = booking.reversal && code.starts_with("ofx ");
    // Two that take back payments of one amount on one day are told apart by the payments.
    let of_entry = all.replaces.clone().filter(|_| deleted);
    let original = said.and_then(|said| said.original_reference.as_deref());
    let kind = [Some(code.as_str()), Some(reason.as_str()), of_entry.as_deref(), original].into_iter().flatten();
    let kind = kind.collect::<Vec<_>>().join(" ");
    let content = debit_content(statement, &[booked, value], (amount, currency), &kind, payment, &all);
    let (reason, meaning) = match deleted {
        true => (DELETED.to_owned(), "the bank deleted the entry".to_owned()),
        false => (reason, meaning),
    };
    let number = equals.entry(content.clone()).or_default();
    *number += 1;
    let Words { payer, text, .. } = all;
    let text = said.into_iter().flat_map(|said| said.text.clone()).chain(text).collect();
    let document = references.iter().find(|reference| !reference.trim().is_empty());
    let document = document.map_or_else(|| format!("RETURN {value} {}", &content[..8]), |text| short(text));
    let words = ReturnWords { payer, references, of_entry, text, amounts: amounts(booking, currency) };
    Some(NewReturn {
        key: format!("{content}/{number}"),
        amount: Money::new(amount, currency),
        document,
        booked_on: date_of(booked)?,
        value_on: date_of(value)?,
        bank_account: our_account(statement).to_owned(),
        code,
        undone: how.code(),
        reason,
        meaning,
        words: serde_json::to_string(&words).unwrap_or_default(),
    })
}

/// What names the payment that came back: the original's own references first.
fn references(booking: &Booking<'_>) -> Vec<String> {
    let payment = booking.payment;
    let said = payment.returned.as_deref();
    let original = said.and_then(|said| said.original_reference.clone());
    let details = said.into_iter().flat_map(|said| &said.details).filter(|(name, _)| name.ends_with("_trace"));
    let own = [&payment.end_to_end, &payment.customer_reference, &payment.bank_reference];
    let named = payment.references.iter().filter(|(name, _)| !OF_PARTIES.contains(name));
    let all = original.into_iter().chain(own.into_iter().flatten().cloned());
    let mut references: Vec<String> = Vec::new();
    for reference in all.chain(details.chain(named).map(|(_, text)| text.clone())) {
        if !references.contains(&reference) {
            references.push(reference);
        }
    }
    references
}

/// What the payment may have been: the entry's amount, the amount before what banks took for the return.
fn amounts(booking: &Booking<'_>, currency: Currency) -> Vec<i64> {
    let (amount, payment) = (booking.amount, booking.payment);
    let original = payment.original.as_ref().filter(|original| currency_of(original.currency) == Some(currency));
    let taken: i64 = payment
        .charges
        .iter()
        .filter(|charge| currency_of(charge.currency) == Some(currency))
        .fold(0, |sum: i64, charge| sum.saturating_add(charge.amount));
    let mut amounts = vec![amount];
    for other in original.map(|original| original.amount).into_iter().chain([amount.saturating_sub(taken)]) {
        if other > 0 && other <= amount && !amounts.contains(&other) {
            amounts.push(other);
        }
    }
    amounts
}

/// A return as the rule looks at it; without references where its words are erased.
pub(super) fn returned(told: &ReturnView) -> Returned {
    let words = told.words.clone().and_then(|words| serde_json::from_value(words).ok());
    of(told.amount, told.booked_on, account_of(&told.code, &told.bank_account), words.unwrap_or_default())
}

/// The same of one that was just told.
pub(super) fn just_returned(told: &NewReturn) -> Returned {
    let words = serde_json::from_str(&told.words).unwrap_or_default();
    of(told.amount, told.booked_on, account_of(&told.code, &told.bank_account), words)
}

/// Our account as other files of the bank name it; empty for NACHA, whose files name the bank by its routing number and not the
/// account, so that the trace number alone has to find a receipt that a statement told.
fn account_of(code: &str, bank_account: &str) -> String {
    if code.starts_with("nacha") { String::new() } else { bank_account.to_owned() }
}

fn of(amount: Money, booked_on: dunwell_rules::calendar::Date, bank_account: String, words: ReturnWords) -> Returned {
    let mut amounts = words.amounts;
    if !amounts.contains(&amount.minor) {
        amounts.push(amount.minor);
    }
    let (of_entry, references) = (words.of_entry, words.references);
    Returned { amounts, currency: amount.currency, booked_on, bank_account, of_entry, references }
}

/// A receipt as the rule looks at it.
pub(super) fn returnable(row: ReturnableRow) -> Returnable {
    let words: Words = row.words.as_deref().and_then(|words| serde_json::from_str(words).ok()).unwrap_or_default();
    let content = match &row.words {
        Some(_) => format!("{:?}", Telling { bank: Vec::new(), ..words.telling("") }),
        None => row.key,
    };
    Returnable {
        receipt: row.receipt,
        content,
        amount: row.amount.minor,
        currency: row.amount.currency,
        booked_on: row.booked_on,
        bank_account: row.bank_account,
        entry: words.entry.clone(),
        references: words.references.into_iter().chain(words.bank).chain(words.entry).chain([row.document]).collect(),
        taken_back_on: row.taken_back_on,
    }
}
