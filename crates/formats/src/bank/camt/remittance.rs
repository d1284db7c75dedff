//! What a transaction says it is for (`RmtInf`): free text, and structured lines with documents, amounts and references.

use super::codes;
use super::money::{money, money_at, side};
use super::payment::present;
use super::tree::Node;
use crate::bank::notes::iso_day;
use crate::bank::{Payment, Side};
use crate::currency::CurrencyCode;
use crate::remittance::{Adjustment, DocumentKind, DocumentRef, RemittanceLine};

/// Reads free text into the payment's text, and each structured block into a line.
pub(super) fn remittance(info: Node<'_, '_>, currency: CurrencyCode, payment: &mut Payment) {
    payment.text.extend(info.all("Ustrd").map(|line| line.text().to_owned()).filter(|line| !line.is_empty()));
    for block in info.all("Strd") {
        let line = structured(block, currency);
        if line != RemittanceLine::default() {
            payment.remittance.push(line);
        }
    }
}

/// One structured block.
fn structured(block: Node<'_, '_>, currency: CurrencyCode) -> RemittanceLine {
    let mut line = RemittanceLine::default();
    for document in block.all("RfrdDocInf") {
        let (reference, day) = referred(document);
        line.documents.extend(reference);
        line.document_day = line.document_day.or(day);
    }
    // Version 1 names the day beside the document.
    line.document_day = line.document_day.or_else(|| block.text_at(&["RfrdDocRltdDt"]).and_then(iso_day));
    line.documents.extend(block.child("CdtrRefInf").and_then(creditor_reference));
    let credit = line.documents.first().is_some_and(|first| first.kind == DocumentKind::CreditMemo);
    for amounts in block.all("RfrdDocAmt") {
        self::amounts(amounts, currency, credit, &mut line);
    }
    settle_signs(&mut line);
    line.text.extend(block.all("AddtlRmtInf").map(|more| more.text().to_owned()).filter(|more| !more.is_empty()));
    line
}

/// A document that is referred to, and its day.
fn referred(node: Node<'_, '_>) -> (Option<DocumentRef>, Option<crate::day::Day>) {
    const CODES: [&[&str]; 4] =
        [&["Tp", "CdOrPrtry", "Cd"], &["Tp", "CdOrPrtry", "Prtry"], &["RfrdDocTp", "Cd"], &["RfrdDocTp", "Prtry"]];
    let code = CODES.into_iter().find_map(|path| node.text_at(path)).unwrap_or("");
    let number = node.text_at(&["Nb"]).or_else(|| node.text_at(&["RfrdDocNb"])).and_then(present);
    let day = node.text_at(&["RltdDt", "Dt"]).or_else(|| node.text_at(&["RltdDt"])).and_then(iso_day);
    // A document without a code is an invoice: that is what payers pay.
    let kind = if code.is_empty() { DocumentKind::Invoice } else { codes::document(code) };
    (number.map(|number| DocumentRef { kind, code: code.to_owned(), number }), day)
}

/// The reference by which the creditor asked to be paid.
fn creditor_reference(node: Node<'_, '_>) -> Option<DocumentRef> {
    const CODES: [&[&str]; 4] =
        [&["Tp", "CdOrPrtry", "Cd"], &["Tp", "CdOrPrtry", "Prtry"], &["CdtrRefTp", "Cd"], &["CdtrRefTp", "Prtry"]];
    let code = CODES.into_iter().find_map(|path| node.text_at(path)).unwrap_or("");
    let number = node.text_at(&["Ref"]).or_else(|| node.text_at(&["CdtrRef"])).and_then(present)?;
    Some(DocumentRef { kind: DocumentKind::CreditorReference, code: code.to_owned(), number })
}

/// The amounts of a document. An amount in another currency is kept as words.
fn amounts(node: Node<'_, '_>, currency: CurrencyCode, credit: bool, line: &mut RemittanceLine) {
    let signed = |minor: i64| if credit { -minor } else { minor };
    for each in node.children() {
        let inner = if each.child("Amt").is_some() { each.child("Amt") } else { Some(each) };
        let Some(Ok(read)) = inner.map(|amount| money(amount, Some(currency))) else { continue };
        if read.currency != currency {
            line.text.push(format!("{} {} {}", each.name(), read.currency, inner.map_or("", Node::text)));
            continue;
        }
        let minor = if read.negative { -read.minor } else { read.minor };
        match amount_kind(each) {
            "DuePyblAmt" => line.due = Some(signed(minor)),
            "RmtdAmt" => line.paid = Some(signed(minor)),
            "DscntApldAmt" => line.discount = Some(line.discount.unwrap_or(0).saturating_add(minor)),
            "CdtNoteAmt" if credit => line.paid = line.paid.or(Some(-minor)),
            "CdtNoteAmt" => line.adjustments.push(adjustment(-minor, "CdtNoteAmt", "credit note", None)),
            "AdjstmntAmtAndRsn" => {
                let raises = side(each) == Some(Side::Debit);
                let code = each.text_at(&["Rsn"]).unwrap_or("");
                let text = each.string_at(&["AddtlInf"]);
                line.adjustments.push(adjustment(if raises { minor } else { -minor }, code, "", text));
            }
            _ => {}
        }
    }
}

/// What an amount is: its element's name, or since version 11 of the messages the name that its type would have had.
fn amount_kind<'t>(node: Node<'t, '_>) -> &'t str {
    if node.name() != "RmtAmtAndTp" {
        return node.name();
    }
    match node.text_at(&["Tp", "Cd"]).unwrap_or("") {
        "DUPA" => "DuePyblAmt",
        "APDS" | "STDS" | "TMDS" | "DISC" => "DscntApldAmt",
        "CITY" | "CNTY" | "LOCL" | "PROV" | "STAT" | "TAXA" => "TaxAmt",
        code if code.starts_with("CN") || code.starts_with("CR") || code.starts_with("CD") => "CdtNoteAmt",
        _ => "RmtdAmt",
    }
}

fn adjustment(amount: i64, code: &str, meaning: &'static str, text: Option<String>) -> Adjustment {
    // The message has no list of its own: two digits are what banks take over from an 820.
    let of_x12 = code.len() == 2 && code.bytes().all(|digit| digit.is_ascii_digit());
    let list = if of_x12 { "x12" } else { "" };
    Adjustment { amount, code: code.to_owned(), list, meaning, document: None, text: text.unwrap_or_default() }
}

/// The standard does not say which indicator lowers the amount, and banks do both: where due, discount and remitted amount
/// tell, they decide; otherwise a credit lowers it.
fn settle_signs(line: &mut RemittanceLine) {
    let (Some(due), Some(paid)) = (line.due, line.paid) else { return };
    let sum = line.adjustments.iter().try_fold(0_i64, |sum, each| sum.checked_add(each.amount));
    let wanted = paid.checked_sub(due).and_then(|gap| gap.checked_add(line.discount.unwrap_or(0)));
    let (Some(sum), Some(wanted)) = (sum, wanted) else { return };
    if sum != 0 && wanted == -sum {
        for each in &mut line.adjustments {
            each.amount = -each.amount;
        }
    }
}

/// What a transaction without an amount of its own pays by its structured lines.
pub(super) fn remitted(details: Node<'_, '_>, currency: CurrencyCode) -> Option<i64> {
    let mut sum = None;
    for block in details.child("RmtInf")?.all("Strd") {
        let amounts = block.child("RfrdDocAmt")?;
        let typed = amounts.children().find(|each| each.name() == "RmtAmtAndTp" && amount_kind(*each) == "RmtdAmt");
        let amount =
            money_at(amounts, &["RmtdAmt"], Some(currency)).or_else(|| money_at(typed?, &["Amt"], Some(currency)))?;
        if amount.currency != currency {
            return None;
        }
        sum = Some(sum.unwrap_or(0_i64).checked_add(amount.minor)?);
    }
    sum
}
