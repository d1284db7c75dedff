//! The segments of one REMADV message, taken up into an advice.

use super::segments::Segment;
use crate::amount::{Marks, parse_amount};
use crate::bank::{Limits, Party};
use crate::currency::CurrencyCode;
use crate::day::{DateFormat, Day, parse_day};
use crate::remittance::{Adjustment, DocumentKind, DocumentRef, RemittanceAdvice, RemittanceFile, RemittanceLine};

/// A message at hand.
#[derive(Debug)]
pub(super) struct Message {
    advice: RemittanceAdvice,
    currency: CurrencyCode,
    line: Option<RemittanceLine>,
    /// Whether an AJT stands last, so that a MOA, a RFF or a FTX behind it belongs to it.
    in_adjustment: bool,
}

impl Message {
    /// A message that begins.
    pub(super) fn begun(segment: &Segment, currency: CurrencyCode) -> Self {
        let advice = RemittanceAdvice { place: segment.place, ..RemittanceAdvice::default() };
        Self { advice, currency, line: None, in_adjustment: false }
    }

    /// The advice, its last line included.
    pub(super) fn finish(mut self) -> RemittanceAdvice {
        self.end_line();
        self.advice.currency = Some(self.currency);
        self.advice
    }

    /// Takes a segment between UNH and UNT.
    pub(super) fn take(&mut self, segment: &Segment, file: &mut RemittanceFile, limits: &Limits) {
        let adjusting = match segment.tag() {
            "AJT" => true,
            "MOA" | "RFF" | "FTX" | "DTM" => self.in_adjustment,
            _ => false,
        };
        match segment.tag() {
            "BGM" => self.advice.references.extend(document(DocumentKind::Other, "", segment.text(2, 0))),
            "DTM" => self.date(segment),
            "RFF" => self.reference(segment),
            "FII" => self.institution(segment),
            "NAD" => self.party(segment),
            "PAI" => self.advice.method = segment.text(1, 2).or_else(|| segment.text(1, 0)),
            "CUX" => self.currency = CurrencyCode::parse(segment.at(1, 1)).unwrap_or(self.currency),
            "DOC" => self.begin_line(segment),
            "AJT" => self.adjustment(segment),
            "MOA" => self.amount(segment, file, limits),
            "FTX" => self.words(segment),
            // The summary: amounts are the message's again.
            "UNS" => self.end_line(),
            _ => {}
        }
        self.in_adjustment = adjusting;
    }

    fn date(&mut self, segment: &Segment) {
        let day = day(segment.at(1, 1), segment.at(1, 2));
        match (segment.at(1, 0), &mut self.line) {
            ("137" | "171" | "3" | "310", Some(line)) => line.document_day = line.document_day.or(day),
            ("138" | "140" | "203" | "209", None) => self.advice.payment_day = self.advice.payment_day.or(day),
            (_, _) => {}
        }
    }

    fn reference(&mut self, segment: &Segment) {
        let (code, number) = (segment.at(1, 0), segment.text(1, 1));
        if let Some(adjustment) = self.last_adjustment() {
            adjustment.document = adjustment.document.take().or(document(kind_of_reference(code), code, number));
            return;
        }
        match &mut self.line {
            Some(line) => line.documents.extend(document(kind_of_reference(code), code, number)),
            None if matches!(code, "PQ" | "AEK" | "TN" | "CK" | "ACK") => {
                self.advice.reference = self.advice.reference.take().or(number);
            }
            None => self.advice.references.extend(document(kind_of_reference(code), code, number)),
        }
    }

    /// An account and its bank: of the payer (`OR`, `PB`, `PR`) or of the payee (`BF`, `BB`, `PE`).
    fn institution(&mut self, segment: &Segment) {
        let party = match segment.at(1, 0) {
            "OR" | "PB" | "PR" | "PL" | "BY" => &mut self.advice.payer,
            "BF" | "BB" | "PE" | "SU" | "RB" => &mut self.advice.payee,
            _ => return,
        };
        party.account = segment.text(2, 0).or_else(|| party.account.take());
        party.bank = segment.text(3, 0).or_else(|| segment.text(3, 3)).or_else(|| party.bank.take());
        party.name = party.name.take().or_else(|| segment.text(2, 1));
    }

    fn party(&mut self, segment: &Segment) {
        let party: &mut Party = match segment.at(1, 0) {
            "PR" | "PL" | "BY" | "IV" | "OY" => &mut self.advice.payer,
            "PE" | "SU" | "SE" => &mut self.advice.payee,
            _ => return,
        };
        party.id = party.id.take().or_else(|| segment.text(2, 0));
        let words = |element| Some(segment.all(element).collect::<Vec<_>>().join(" ")).filter(|text| !text.is_empty());
        // The name stands structured in C080 or, with the whole address, unstructured in C058.
        party.name = words(4).or_else(|| segment.text(3, 0)).or_else(|| party.name.take());
        party.address = (5..=9).filter_map(words).collect();
    }

    fn begin_line(&mut self, segment: &Segment) {
        self.end_line();
        let code = segment.at(1, 0);
        let documents = document(kind_of_document(code), code, segment.text(2, 0)).into_iter().collect();
        self.line = Some(RemittanceLine { place: segment.place, documents, ..RemittanceLine::default() });
    }

    /// Ends a line. Amounts of a credit note are written without a sign: they lower the payment.
    fn end_line(&mut self) {
        let Some(mut line) = self.line.take() else { return };
        if line.documents.first().is_some_and(|first| first.kind == DocumentKind::CreditMemo) {
            for amount in [&mut line.paid, &mut line.due].into_iter().flatten().filter(|amount| **amount > 0) {
                *amount = -*amount;
            }
        }
        // Without a remitted amount what is due less the discount is paid.
        if line.paid.is_none() {
            let less = line.due.and_then(|due| due.checked_sub(line.discount.unwrap_or(0)));
            let adjusted = line.adjustments.iter().try_fold(0_i64, |sum, each| sum.checked_add(each.amount));
            line.paid = less.zip(adjusted).and_then(|(less, adjusted)| less.checked_add(adjusted));
        }
        settle_signs(&mut line);
        self.advice.lines.push(line);
    }

    fn adjustment(&mut self, segment: &Segment) {
        let code = segment.at(1, 0);
        let adjustment = Adjustment {
            amount: 0,
            code: code.to_owned(),
            list: "edifact",
            meaning: reason(code),
            document: None,
            text: segment.text(2, 0).unwrap_or_default(),
        };
        match &mut self.line {
            Some(line) => line.adjustments.push(adjustment),
            None => self.advice.adjustments.push(adjustment),
        }
    }

    fn last_adjustment(&mut self) -> Option<&mut Adjustment> {
        let adjustments = match &mut self.line {
            Some(line) => &mut line.adjustments,
            None => &mut self.advice.adjustments,
        };
        adjustments.last_mut().filter(|_| self.in_adjustment)
    }

    fn amount(&mut self, segment: &Segment, file: &mut RemittanceFile, limits: &Limits) {
        let text = segment.at(1, 1);
        let currency = CurrencyCode::parse(segment.at(1, 2));
        let currency = currency.unwrap_or(self.currency);
        let marks = if text.contains(',') { Marks::COMMA } else { Marks::POINT };
        let minor = parse_amount(text, marks).ok().and_then(|amount| amount.value.minor_units(currency.exponent()));
        let Some(minor) = minor else {
            file.problem(limits, "bad_amount", segment.place, || {
                format!("'{}' is no amount in {currency}", text.chars().take(40).collect::<String>())
            });
            return;
        };
        if let Some(adjustment) = self.last_adjustment() {
            adjustment.amount = if minor > 0 { -minor } else { minor };
            return;
        }
        match (segment.at(1, 0), &mut self.line) {
            ("12" | "11", Some(line)) => line.paid = Some(minor),
            ("9" | "77" | "39" | "98", Some(line)) => line.due = line.due.or(Some(minor)),
            ("52" | "53" | "138" | "21", Some(line)) => {
                line.discount = Some(line.discount.unwrap_or(0).saturating_add(minor.saturating_abs()));
            }
            ("165" | "5", Some(line)) => {
                let lowered = -minor.saturating_abs();
                line.adjustments.push(Adjustment {
                    amount: lowered,
                    code: String::new(),
                    list: "",
                    meaning: "",
                    document: None,
                    text: String::new(),
                });
            }
            ("12" | "9" | "86" | "128" | "11", None) => {
                self.currency = currency;
                self.advice.paid = Some(minor);
            }
            (_, _) => {}
        }
    }

    fn words(&mut self, segment: &Segment) {
        let words = segment.all(4).collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            return;
        }
        if let Some(adjustment) = self.last_adjustment() {
            adjustment.text.push_str(if adjustment.text.is_empty() { "" } else { " " });
            adjustment.text.push_str(&words);
            return;
        }
        match &mut self.line {
            Some(line) => line.text.push(words),
            None => self.advice.text.push(words),
        }
    }
}

/// Adjustments are written without a sign and mostly lower the payment; where only raising it comes to what is paid, they
/// raise it.
fn settle_signs(line: &mut RemittanceLine) {
    let (Some(paid), Some(due)) = (line.paid, line.due) else { return };
    let adjusted: i128 = line.adjustments.iter().map(|each| i128::from(each.amount)).sum();
    let plain = i128::from(due) - i128::from(line.discount.unwrap_or(0));
    if plain + adjusted != i128::from(paid) && plain - adjusted == i128::from(paid) {
        line.adjustments.iter_mut().for_each(|each| each.amount = -each.amount);
    }
}

fn document(kind: DocumentKind, code: &str, number: Option<String>) -> Option<DocumentRef> {
    number.map(|number| DocumentRef { kind, code: code.to_owned(), number })
}

/// The kind of a document by its code (data element 1001).
fn kind_of_document(code: &str) -> DocumentKind {
    match code {
        "380" | "325" | "326" | "384" | "386" | "389" | "393" | "395" | "82" => DocumentKind::Invoice,
        "381" | "261" | "262" | "296" | "308" | "83" => DocumentKind::CreditMemo,
        "383" | "84" => DocumentKind::DebitMemo,
        _ => DocumentKind::Other,
    }
}

/// The kind of a reference by its qualifier (data element 1153).
fn kind_of_reference(code: &str) -> DocumentKind {
    match code {
        "IV" | "OI" => DocumentKind::Invoice,
        "CD" | "CN" => DocumentKind::CreditMemo,
        "DL" => DocumentKind::DebitMemo,
        "ON" | "PO" => DocumentKind::PurchaseOrder,
        "CT" => DocumentKind::Contract,
        "AAK" | "DQ" | "BM" => DocumentKind::Shipment,
        "IT" | "ADE" | "AVA" => DocumentKind::Account,
        "AFO" | "PQR" => DocumentKind::CreditorReference,
        _ => DocumentKind::Other,
    }
}

/// What an adjustment reason means (data element 4465); empty where it is not listed.
fn reason(code: &str) -> &'static str {
    match code {
        "1" => "agreed settlement",
        "2" => "below specification goods",
        "3" => "damaged goods",
        "4" => "short delivery",
        "5" => "price query",
        "6" => "proof of delivery required",
        "7" => "payment on account",
        "8" => "returnable container charge included",
        "9" => "invoice error",
        "10" => "costs for draft",
        "11" => "bank charges",
        "12" => "agent commission",
        "13" => "counter claim",
        "14" => "wrong delivery",
        "15" => "goods returned to agent",
        "16" => "goods partly returned",
        "17" => "transport damage",
        "18" => "goods on consignment",
        "19" => "trade discount",
        "20" => "deduction for late delivery",
        "21" => "advertising costs",
        "22" => "customs duties",
        "23" => "telephone and postal costs",
        "24" => "repair costs",
        "25" => "attorney fees",
        "26" => "taxes",
        "27" => "reclaimed deduction",
        _ => "",
    }
}

/// A day in the format that its code names: `102` CCYYMMDD, `101` YYMMDD; with a time behind it in others.
fn day(text: &str, format: &str) -> Option<Day> {
    if !text.is_ascii() {
        return None;
    }
    let text = match format {
        "101" => format!("20{}", text.get(..6)?),
        _ => text.get(..8)?.to_owned(),
    };
    parse_day(&text, DateFormat::ISO).ok()
}
