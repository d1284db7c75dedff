//! Words with a colon in running text (`NAAM: …`, `AUFTRAGGEBER: …`), and text without any.
//!
//! The text is kept whole, line by line: what the words name is taken from it, never away from it, for a word may also be
//! what a payer wrote.

use super::{Info, looks_like_iban};

/// What a word announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Name,
    Account,
    Bank,
    EndToEnd,
    Mandate,
    CreditorId,
    Purpose,
    Other,
}

/// The words of Dutch, Swiss (in three languages) and Polish banks. Longer ones stand before those they begin with.
const WORDS: [(&str, Role); 34] = [
    ("IBAN:", Role::Account),
    ("BIC:", Role::Bank),
    ("NAAM:", Role::Name),
    ("OMSCHRIJVING:", Role::Purpose),
    ("KENMERK:", Role::EndToEnd),
    ("MACHTIGING:", Role::Mandate),
    ("INCASSANT:", Role::CreditorId),
    ("VOOR:", Role::Other),
    ("REK:", Role::Account),
    ("AUFTRAGGEBER:", Role::Name),
    ("ABSENDER:", Role::Name),
    ("MITTEILUNGEN:", Role::Purpose),
    ("REFERENZEN:", Role::EndToEnd),
    ("SENDER REFERENZ:", Role::EndToEnd),
    ("DONNEUR D'ORDRE:", Role::Name),
    ("EXPÉDITEUR:", Role::Name),
    ("COMMUNICATIONS:", Role::Purpose),
    ("RÉFÉRENCES:", Role::EndToEnd),
    ("REFERENCES:", Role::EndToEnd),
    ("ORDINANTE:", Role::Name),
    ("MITTENTE:", Role::Name),
    ("COMUNICAZIONI:", Role::Purpose),
    ("RIFERIMENTI:", Role::EndToEnd),
    ("ORDERING PARTY:", Role::Name),
    ("MESSAGES:", Role::Purpose),
    ("Z RACH.:", Role::Account),
    ("NA RACH.:", Role::Account),
    ("OD:", Role::Name),
    ("DLA:", Role::Name),
    ("TYT.:", Role::Purpose),
    ("TNR:", Role::Other),
    ("ID IPH:", Role::Other),
    ("EREF:", Role::EndToEnd),
    ("MREF:", Role::Mandate),
];

/// Reads the text.
pub(super) fn read(lines: &[&str], info: &mut Info<'_>) {
    let joined = lines.join("\n");
    let found = find(&joined);
    // One word alone may be what a payer wrote; two are a format.
    if found.len() > 1 {
        take(&joined, &found, info);
    }
    lines.iter().for_each(|line| info.text(line));
}

/// Words with where their values begin and where they stand.
fn find(text: &str) -> Vec<(Role, usize, usize)> {
    let mut found: Vec<(Role, usize, usize)> = Vec::new();
    for (word, role) in WORDS {
        for (at, _) in text.match_indices(word) {
            let before = text[..at].chars().next_back();
            if before.is_none_or(|mark| mark.is_whitespace() || matches!(mark, '/' | ';' | ',')) {
                found.push((role, at, at + word.len()));
            }
        }
    }
    found.sort_by_key(|(_, at, _)| *at);
    found
}

fn take(text: &str, found: &[(Role, usize, usize)], info: &mut Info<'_>) {
    let ends = found.iter().skip(1).map(|(_, at, _)| *at).chain([text.len()]);
    for ((role, _, from), to) in found.iter().zip(ends) {
        let value = text.get(*from..to).unwrap_or("");
        // A line that breaks within a value breaks between words or within one: nobody can tell, and a blank is read.
        let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
        let value = value.trim_matches(|mark: char| matches!(mark, '/' | ';' | ',' | ' '));
        match role {
            Role::Name if info.party().name.is_none() => info.name(value),
            Role::Account if info.party().account.is_none() => account(value, info),
            Role::Bank => info.bank(value),
            Role::EndToEnd if info.payment.end_to_end.is_none() => info.end_to_end(value),
            Role::Mandate => info.reference("mandate", value),
            Role::CreditorId => info.reference("creditor_id", value),
            Role::Other => info.reference("other", value),
            Role::Purpose | Role::Name | Role::Account | Role::EndToEnd => {}
        }
    }
    if info.payment.counterparty.as_deref().is_some_and(|party| *party == crate::bank::Party::default()) {
        info.payment.counterparty = None;
    }
}

/// An account: the first word, where it looks like one, or the digits of a Polish number that are written in groups.
fn account(value: &str, info: &mut Info<'_>) {
    let first = value.split(' ').next().unwrap_or("");
    let digits: String = value.split_whitespace().collect();
    if looks_like_iban(first) || (first.len() >= 6 && first.bytes().all(|byte| byte.is_ascii_digit())) {
        info.account(first);
    } else if digits.len() >= 6 && digits.len() <= 34 && digits.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        info.account(&digits);
    }
}
