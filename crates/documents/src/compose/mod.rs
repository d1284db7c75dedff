//! Documents composed into sheets: what every document says in the same way.

mod letter;
mod notice;
mod statement;

pub(crate) use notice::notice_sheet;
pub(crate) use statement::statement_sheet;

use crate::model::{ContactPerson, Customer, Language, RemitMethod, Sender};
use crate::sheet::{Block, PayBlock, plain, strong};

/// The sender's name, or a visible placeholder.
fn sender_name(sender: &Sender, language: Language) -> String {
    if sender.legal_name.trim().is_empty() {
        return language.pick("[Sender missing]", "[Absender fehlt]").to_owned();
    }
    sender.legal_name.clone()
}

/// The sender's address and reach in at most a few lines.
fn sender_lines(sender: &Sender) -> Vec<String> {
    let mut lines = Vec::new();
    if !sender.address_lines.is_empty() {
        lines.push(sender.address_lines.join(", "));
    }
    let reach: Vec<&str> = [&sender.mail, &sender.phone].into_iter().flatten().map(String::as_str).collect();
    if !reach.is_empty() {
        lines.push(reach.join(" · "));
    }
    if !sender.registration_ids.is_empty() {
        lines.push(sender.registration_ids.join(" · "));
    }
    lines
}

/// The customer's name and address.
fn addressee(customer: &Customer, language: Language) -> Vec<String> {
    let mut lines = vec![customer.legal_name.clone()];
    if let Some(attention) = &customer.attention {
        lines.push(format!("{} {attention}", language.pick("Attn:", "z. Hd.")));
    }
    lines.extend(customer.address_lines.iter().cloned());
    lines
}

/// Whom to call and where, among the facts beside the address.
fn contact_facts(contact: Option<&ContactPerson>, sender: &Sender, language: Language) -> Vec<(String, String)> {
    let name = contact.map(|person| person.name.clone()).or_else(|| sender.contact.clone());
    let phone = contact.and_then(|person| person.phone.clone());
    let mail = contact.and_then(|person| person.mail.clone());
    let facts = [
        (language.pick("Your contact", "Ihr Kontakt"), name),
        (language.pick("Phone", "Telefon"), phone),
        (language.pick("Mail", "E-Mail"), mail),
    ];
    facts.into_iter().filter_map(|(label, value)| value.map(|value| (label.to_owned(), value))).collect()
}

/// One visible line for what is missing; nothing when nothing is.
fn missing_block(missing: &[String], language: Language) -> Option<Block> {
    if missing.is_empty() {
        return None;
    }
    let words: Vec<&str> = missing.iter().map(|word| missing_words(word, language)).collect();
    let text = format!(
        "{} {}. {}",
        language.pick("Still missing:", "Es fehlt noch:"),
        words.join(", "),
        language.pick("Complete it before this goes out.", "Bitte vor dem Versand ergänzen."),
    );
    Some(Block::Missing { text })
}

/// A word for what is missing, in words; a word we do not know is shown as it is.
fn missing_words(word: &str, language: Language) -> &str {
    let (en, de) = match word {
        "sender" => ("the sender's legal name and address", "Name und Anschrift des Absenders"),
        "contact" => ("the customer's contact", "Ansprechpartner beim Kunden"),
        "address" => ("the customer's postal address", "Postanschrift des Kunden"),
        "remit_to" => ("where to pay", "Zahlungsverbindung"),
        other => (other, other),
    };
    language.pick(en, de)
}

/// The pay box with the reference to quote; nothing when no way of paying is known.
fn pay_block(sender: &Sender, reference: &str, language: Language) -> Option<Block> {
    if sender.remit_to.is_empty() {
        return None;
    }
    let blocks = sender
        .remit_to
        .iter()
        .map(|way| {
            let (title, quote) = match way.method {
                RemitMethod::Ach => (language.pick("By ACH (fastest)", "Per ACH-Überweisung"), true),
                RemitMethod::BankTransfer => (language.pick("By bank transfer", "Per Überweisung"), true),
                RemitMethod::Check => (language.pick("By check", "Per Scheck"), true),
                RemitMethod::Online => (language.pick("Online", "Online"), false),
            };
            let mut lines: Vec<_> = way.lines.iter().map(|line| vec![plain(line)]).collect();
            if quote {
                lines.push(vec![plain(language.pick("Reference ", "Verwendungszweck ")), strong(reference)]);
            }
            PayBlock { title: title.to_owned(), lines }
        })
        .collect();
    let note = language.pick(
        "We never change bank details by email; call to verify.",
        "Wir ändern unsere Bankverbindung nie per E-Mail; bitte rufen Sie zur Sicherheit an.",
    );
    Some(Block::Pay { blocks, note: note.to_owned() })
}

/// Joins words as a sentence does: `a`, `a and b`, `a, b and c`.
fn joined(words: &[String], language: Language) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [rest @ .., last] => format!("{} {} {last}", rest.join(", "), language.pick("and", "und")),
    }
}
