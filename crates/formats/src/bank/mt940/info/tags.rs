//! `/TAG/value/TAG/value`: the structured `:86:` of Dutch banks and of SWIFT (`/EREF/…/ORDP//NAME/…/REMI/…`).

use std::ops::Range;

use super::{Info, looks_like_iban};
use crate::bank::{Return, ReturnKind};
use crate::remittance::{DocumentKind, DocumentRef, RemittanceLine};

/// The tags that are known; any other is part of the value before it.
const TAGS: [&str; 46] = [
    "TRTP",
    "IBAN",
    "BIC",
    "NAME",
    "REMI",
    "EREF",
    "MARF",
    "CSID",
    "ORDP",
    "BENM",
    "ULTD",
    "ULTC",
    "ULTB",
    "ULTA",
    "ISDT",
    "RTRN",
    "RREF",
    "PREF",
    "SVCL",
    "PURP",
    "CNTP",
    "OCMT",
    "CHGS",
    "EXCH",
    "ADDR",
    "ID",
    "UDTR",
    "UCRD",
    "ACCR",
    "KREF",
    "INST",
    "TRCD",
    "VACC",
    "CREF",
    "IREF",
    "CDTRREF",
    "CDTRREFTP",
    "BO",
    "BI",
    "BN",
    "AC",
    "PBCD",
    "TXID",
    "TYPE",
    "BAI",
    "ACNO",
];

/// Reads the dialect; `false` where the text is not written in it.
pub(super) fn read(lines: &[&str], info: &mut Info<'_>) -> bool {
    let joined: String = lines.concat();
    let parts = split(&joined);
    let Some((first, _)) = parts.first() else { return false };
    if !joined.trim_start().starts_with(&format!("/{first}/")) {
        return false;
    }
    let breaks = breaks(lines);
    // Whose name, account and address follows: an ultimate party's until another party begins.
    let mut ultimate = false;
    for (tag, range) in parts {
        let value = joined[range.clone()].trim_matches('/').trim_end();
        match tag {
            "ORDP" | "BENM" => {
                ultimate = false;
                party(&cut(&joined, range, &breaks), info);
            }
            "ULTD" | "ULTC" | "ULTB" | "ULTA" | "UDTR" | "UCRD" => {
                ultimate = true;
                info.behind(unlabelled(value.split("//").next().unwrap_or("")));
            }
            "NAME" | "BO" | "BN" if ultimate => info.behind(value),
            "NAME" | "BO" | "BN" => info.name(value),
            "IBAN" | "AC" | "ACNO" => info.account(value),
            "BIC" | "BI" => info.bank(value),
            "CNTP" => counterparty(value, info),
            "ADDR" if !ultimate => info.party().address.push(value.trim().to_owned()),
            "ADDR" => info.reference("address", value),
            "ID" if !ultimate => info.id(value),
            "ID" => info.reference("id", value),
            "REMI" => remittance(value, info),
            "CDTRREF" | "CREF" | "ACCR" => creditor_reference(value, info),
            "EREF" => info.end_to_end(value),
            "MARF" => info.reference("mandate", value),
            "CSID" => info.reference("creditor_id", value),
            "PREF" => info.reference("payment_information", value),
            "KREF" => info.reference("customer", value),
            "RREF" => info.reference("return", value),
            "IREF" | "INST" => info.reference("instruction", value),
            "TXID" => info.reference("transaction", value),
            "TRTP" | "TYPE" => info.reference("booking_text", value),
            "PURP" => info.payment.purpose = Some(unlabelled(value).to_owned()).filter(|code| !code.is_empty()),
            "OCMT" => info.original(value),
            "EXCH" => info.rate(value),
            "CHGS" => info.charge(value.trim_start_matches(|mark: char| mark.is_ascii_digit() || mark == '/'), "CHGS"),
            "RTRN" => returned(value, info),
            _ => info.reference("other", value),
        }
    }
    true
}

/// Where the values of the tags stand.
fn split(text: &str) -> Vec<(&'static str, Range<usize>)> {
    let mut parts: Vec<(&str, Range<usize>)> = Vec::new();
    let mut begun: Option<(&'static str, usize)> = None;
    let mut from = 0;
    while let Some(at) = text.get(from..).and_then(|rest| rest.find('/')).map(|at| at + from) {
        let rest = &text[at + 1..];
        let end = rest.bytes().take(10).position(|byte| byte == b'/');
        let tag = end.and_then(|end| TAGS.into_iter().find(|tag| *tag == &rest[..end]));
        let Some(tag) = tag else {
            from = at + 1;
            continue;
        };
        let value_from = at + tag.len() + 2;
        if let Some((before, begins)) = begun.replace((tag, value_from)) {
            parts.push((before, begins.min(at)..at));
        }
        // The slash behind a tag may be the one before the next: `/BENM//NAME/`, but also `/BENM/NAME/`.
        from = value_from - 1;
    }
    parts.extend(begun.map(|(tag, begins)| (tag, begins..text.len())));
    parts
}

/// The length, in characters, from which a line is full and goes on in the next, within a word too.
const FULL: usize = 60;

/// Where lines end that are not full, in the text of all of them.
fn breaks(lines: &[&str]) -> Vec<usize> {
    let ends = lines.iter().scan(0, |end, line| {
        *end += line.len();
        Some((*end, line.chars().count() < FULL))
    });
    ends.filter(|(_, short)| *short).map(|(end, _)| end).collect()
}

/// The lines of a value, those that say nothing left out.
fn cut<'t>(text: &'t str, value: Range<usize>, breaks: &[usize]) -> Vec<&'t str> {
    let mut from = value.start;
    let first = breaks.partition_point(|end| *end < value.start);
    let ends = breaks[first..].iter().copied().take_while(|end| *end < value.end).chain([value.end]);
    let lines = ends.map(|end| text[std::mem::replace(&mut from, end)..end].trim());
    lines.filter(|line| !line.trim_matches('/').is_empty()).collect()
}

/// A party as SWIFT writes it: its account, if the first line is one; its name; then its address, or behind a slash what else
/// the bank tells of the payment.
fn party(lines: &[&str], info: &mut Info<'_>) {
    let mut lines = lines.iter().copied();
    let Some(mut first) = lines.next().map(unlabelled) else { return };
    let is_number = first.len() >= 5 && first.bytes().all(|byte| byte.is_ascii_digit());
    if is_number || looks_like_iban(first) {
        info.account(first);
        first = lines.next().map_or("", unlabelled);
    }
    info.name(first);
    for line in lines {
        match line.strip_prefix('/') {
            Some(text) if text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'/') => {
                info.reference("other", text)
            }
            Some(text) => info.text(text),
            None => info.party().address.push(line.to_owned()),
        }
    }
}

/// A value without the labels that some banks put before it (`/PURP/CD/SALA`, `/ORDP//NAME/`).
fn unlabelled(value: &str) -> &str {
    let value = value.trim_matches('/');
    value.strip_prefix("CD/").or_else(|| value.strip_prefix("PRTRY/")).unwrap_or(value).trim()
}

/// `account/bank/name/city`, as ING writes the counterparty.
fn counterparty(value: &str, info: &mut Info<'_>) {
    let mut parts = value.split('/');
    info.account(parts.next().unwrap_or(""));
    info.bank(parts.next().unwrap_or(""));
    info.name(parts.next().unwrap_or(""));
    let city = parts.next().unwrap_or("").trim();
    if !city.is_empty() {
        info.party().address.push(city.to_owned());
    }
}

/// Free text, or behind `USTD` and `STRD` what they say.
fn remittance(value: &str, info: &mut Info<'_>) {
    if let Some(text) = value.strip_prefix("USTD/") {
        return info.text(text.trim_matches('/'));
    }
    match value.strip_prefix("STRD/") {
        // `CUR/8838290221000026` or `ISO/RF18…`: who made the reference, and the reference.
        Some(text) => creditor_reference(text.split_once('/').map_or(text, |(_, reference)| reference), info),
        None => info.text(value),
    }
}

fn creditor_reference(value: &str, info: &mut Info<'_>) {
    let number = value.trim_matches('/').trim();
    if number.is_empty() {
        return;
    }
    let document =
        DocumentRef { kind: DocumentKind::CreditorReference, code: String::new(), number: number.to_owned() };
    info.payment.remittance.push(RemittanceLine { documents: vec![document], ..RemittanceLine::default() });
}

fn returned(value: &str, info: &mut Info<'_>) {
    let code = unlabelled(value).split('/').next().unwrap_or("").to_owned();
    info.payment.returned = Some(Box::new(Return {
        kind: ReturnKind::Return,
        meaning: crate::bank::camt::return_reason(&code),
        code,
        text: Vec::new(),
        original_reference: info.payment.end_to_end.clone(),
        original_bank: None,
        details: Vec::new(),
    }));
}
