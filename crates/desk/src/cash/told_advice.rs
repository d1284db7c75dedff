//! What a payer said of a payment, as the desk keeps it: by what an advice is known whatever file tells of it, and its lines.

use std::collections::HashMap;

use dunwell_formats::remittance::{RemittanceAdvice, RemittanceFile};
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::payer::all_words;
use dunwell_rules::cash::reference_key;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::record::{MAX_AMOUNT, NewRemittance};
use sha2::{Digest, Sha256};

use super::told::{SaidLine, Words, currency_of, date_of};
use crate::import::FileProblem;

/// The advices of a file, each once, and what of it cannot be kept.
pub(super) struct Advices {
    /// Each with its line in the file.
    pub(super) told: Vec<(u64, NewRemittance)>,
    /// How often an advice stood in the file once more.
    pub(super) repeated: u64,
    /// Advices that say no amount, or none that can be kept.
    pub(super) rejected: Vec<FileProblem>,
}

/// The advices of a file in its order; amounts without a currency are in the book's.
pub(super) fn advices(file: &RemittanceFile, base: Currency) -> Advices {
    let mut all = Advices { told: Vec::new(), repeated: 0, rejected: Vec::new() };
    let mut known: HashMap<String, usize> = HashMap::new();
    for advice in &file.advices {
        match told(advice, base) {
            Ok(row) => match known.get(&row.key).map(|at| &all.told[*at].1) {
                Some(first) if first.content == row.content => all.repeated += 1,
                Some(_) => all.rejected.push(differs(advice.place.line, &row)),
                None => {
                    known.insert(row.key.clone(), all.told.len());
                    all.told.push((advice.place.line, row));
                }
            },
            Err(message) => {
                all.rejected.push(FileProblem { code: "no_amount", line: advice.place.line, message: message.into() });
            }
        }
    }
    all
}

/// The problem of an advice of which another version was told before.
pub(super) fn differs(line: u64, row: &NewRemittance) -> FileProblem {
    let message = format!(
        "the advice {} of {} was told before with other lines, which stay; undo that import to take these",
        row.reference, row.amount
    );
    FileProblem { code: "advice_changed", line, message }
}

fn told(advice: &RemittanceAdvice, base: Currency) -> Result<NewRemittance, &'static str> {
    let currency = advice.currency.map_or(Some(base), currency_of).ok_or("the currency is none that is known")?;
    let said = advice.paid.is_some() || advice.lines.iter().any(|line| line.paid.is_some());
    let total = advice.paid.map_or_else(|| advice.lines_total(), i128::from);
    let minor = i64::try_from(total).ok().filter(|_| said);
    let minor = minor.ok_or("the advice says no amount, so its receipt cannot be found")?;
    if minor < 0 {
        return Err("the advice takes money back: no receipt comes by it");
    }
    if minor > MAX_AMOUNT {
        return Err("the advice pays more than a book can hold");
    }
    let lines = advice.lines.iter().map(SaidLine::of_advice);
    let words = Words {
        payer: advice
            .payer
            .name
            .iter()
            .chain(advice.sent_by.iter().filter(|_| advice.payer.name.is_none()))
            .cloned()
            .collect(),
        payer_account: advice.payer.account.clone(),
        references: advice.references.iter().map(|document| document.number.clone()).collect(),
        text: advice.text.clone(),
        remittance: lines.chain(advice.adjustments.iter().map(SaidLine::of_adjustment)).collect(),
        ..Words::default()
    };
    let reference = reference_key(advice.reference.as_deref().unwrap_or_default());
    let paid_on = advice.payment_day.and_then(date_of);
    let content = hash([serde_json::to_string(&words.remittance).unwrap_or_default().as_str()]);
    let amount = Money::new(minor, currency);
    let key = key(advice, &reference, paid_on, amount, &content);
    let words = serde_json::to_string(&words).unwrap_or_default();
    Ok(NewRemittance { key, amount, reference, paid_on, content, words })
}

/// Payer, reference, day and amount; where no reference is given, the lines as well, and where no day is, the mail by which
/// they came: the same words in another mail are of another payment. Who sent a mail is no part of it: several may.
fn key(advice: &RemittanceAdvice, reference: &str, paid_on: Option<Date>, amount: Money, content: &str) -> String {
    let payer = advice.payer.id.clone().or_else(|| advice.payer.name.as_deref().map(|name| all_words(name).concat()));
    let day = paid_on.map(|day| day.to_string()).unwrap_or_default();
    let lines = if reference.is_empty() { content } else { "" };
    let mail = advice.sent_as.as_deref().filter(|_| reference.is_empty() && paid_on.is_none());
    let (payer, minor) = (payer.unwrap_or_default(), amount.minor.to_string());
    let known = [payer.as_str(), reference, &day, &minor, amount.currency.code(), lines];
    match mail {
        Some(mail) => hash([known[0], known[1], known[2], known[3], known[4], known[5], mail]),
        None => hash(known),
    }
}

fn hash<const N: usize>(parts: [&str; N]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hash.finalize()[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}
