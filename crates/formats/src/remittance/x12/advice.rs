//! The segments of one transaction set, taken up into an advice.

use super::codes::{document_kind, reason};
use super::segments::Segment;
use crate::amount::{Marks, parse_amount};
use crate::bank::{Limits, Party};
use crate::currency::CurrencyCode;
use crate::day::{DateFormat, Day, parse_day};
use crate::remittance::{Adjustment, DocumentKind, DocumentRef, RemittanceAdvice, RemittanceFile, RemittanceLine};

/// Of whom the segments behind an N1 speak.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Of {
    Payer,
    Payee,
    Other,
}

/// An advice at hand.
pub(super) struct Advice {
    pub(super) advice: RemittanceAdvice,
    currency: CurrencyCode,
    /// The line at hand; an ADX behind it belongs to it.
    line: Option<RemittanceLine>,
    /// What the entity at hand is known by (NM1), for its lines.
    entity: Option<DocumentRef>,
    of: Of,
    /// Whether an ADX stands last, so that a REF or an NTE behind it belongs to it.
    in_adjustment: bool,
}

impl Advice {
    pub(super) fn new(advice: RemittanceAdvice, currency: CurrencyCode) -> Self {
        Self { advice, currency, line: None, entity: None, of: Of::Other, in_adjustment: false }
    }

    /// The advice, its last line included.
    pub(super) fn finish(mut self) -> RemittanceAdvice {
        self.end_line();
        self.advice.currency = Some(self.currency);
        self.advice
    }

    /// Takes a segment between ST and SE.
    pub(super) fn take(&mut self, segment: &Segment, file: &mut RemittanceFile, limits: &Limits) {
        let adjusted = matches!(segment.id(), b"ADX") || self.in_adjustment && matches!(segment.id(), b"REF" | b"NTE");
        match segment.id() {
            b"BPR" => self.payment(segment, file, limits),
            b"TRN" => self.advice.reference = self.advice.reference.take().or_else(|| segment.text(2)),
            b"CUR" => {
                self.currency = segment.text(2).and_then(|code| CurrencyCode::parse(&code)).unwrap_or(self.currency)
            }
            b"N1" => self.party(segment),
            b"N3" | b"N4" => self.address(segment),
            b"ENT" => {
                self.end_line();
                self.entity = document(segment, 3, 4);
            }
            b"NM1" => self.entity = document(segment, 8, 9).or_else(|| self.entity.take()),
            b"RMR" => self.begin_line(segment, file, limits),
            b"ADX" => self.adjustment(segment, file, limits),
            b"REF" => self.reference(segment),
            b"DTM" => self.date(segment),
            b"NTE" => self.words(segment.text(2)),
            _ => {}
        }
        self.in_adjustment = adjusted;
    }

    fn payment(&mut self, segment: &Segment, file: &mut RemittanceFile, limits: &Limits) {
        self.advice.paid = self.amount(segment, 2, file, limits);
        if segment.element(3) == b"D" {
            self.advice.paid = self.advice.paid.map(|paid| -paid);
        }
        self.advice.method = segment.text(4);
        (self.advice.payer.bank, self.advice.payer.account) = (segment.text(7), segment.text(9));
        self.advice.payer.id = segment.text(10);
        (self.advice.payee.bank, self.advice.payee.account) = (segment.text(13), segment.text(15));
        self.advice.payment_day = segment.text(16).and_then(|text| day(&text));
    }

    fn party(&mut self, segment: &Segment) {
        self.of = match segment.element(1) {
            b"PR" | b"RM" => Of::Payer,
            b"PE" => Of::Payee,
            _ => Of::Other,
        };
        let (name, id) = (segment.text(2), segment.text(4));
        if let Some(party) = self.named() {
            party.name = party.name.take().or(name);
            party.id = id.or_else(|| party.id.take());
        }
    }

    fn named(&mut self) -> Option<&mut Party> {
        match self.of {
            Of::Payer => Some(&mut self.advice.payer),
            Of::Payee => Some(&mut self.advice.payee),
            Of::Other => None,
        }
    }

    fn address(&mut self, segment: &Segment) {
        let parts: Vec<String> = (1..=4).filter_map(|number| segment.text(number)).collect();
        if let Some(party) = self.named().filter(|party| party.address.len() < 8) {
            party.address.push(parts.join(", "));
        }
    }

    fn begin_line(&mut self, segment: &Segment, file: &mut RemittanceFile, limits: &Limits) {
        self.end_line();
        let mut line = RemittanceLine { place: segment.place, ..RemittanceLine::default() };
        line.documents.extend(document(segment, 1, 2));
        line.documents.extend(self.entity.clone());
        line.paid = self.amount(segment, 4, file, limits);
        line.due = self.amount(segment, 5, file, limits);
        line.discount = self.amount(segment, 6, file, limits).filter(|discount| *discount != 0);
        if let Some(amount) = self.amount(segment, 8, file, limits) {
            line.adjustments.push(adjustment(amount, segment.text(7).unwrap_or_default()));
        }
        self.line = Some(line);
    }

    /// Ends a line. RMR08 is signed by some payers as a deduction, by others as its effect: where only the other sign
    /// makes due, discount and adjustments come to what is paid, that one is meant.
    fn end_line(&mut self) {
        let Some(mut line) = self.line.take() else { return };
        if let (Some(paid), Some(due)) = (line.paid, line.due) {
            let adjusted: i128 = line.adjustments.iter().map(|adjustment| i128::from(adjustment.amount)).sum();
            let plain = i128::from(due) - i128::from(line.discount.unwrap_or(0));
            if plain + adjusted != i128::from(paid) && plain - adjusted == i128::from(paid) {
                line.adjustments.iter_mut().for_each(|adjustment| adjustment.amount = -adjustment.amount);
            }
        }
        self.advice.lines.push(line);
    }

    fn adjustment(&mut self, segment: &Segment, file: &mut RemittanceFile, limits: &Limits) {
        let Some(amount) = self.amount(segment, 1, file, limits) else { return };
        let mut adjustment = adjustment(amount, segment.text(2).unwrap_or_default());
        adjustment.document = document(segment, 3, 4);
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

    fn reference(&mut self, segment: &Segment) {
        let found = document(segment, 1, 2);
        let words = segment.text(3);
        if let Some(adjustment) = self.last_adjustment() {
            adjustment.document = adjustment.document.take().or(found);
            return;
        }
        match &mut self.line {
            Some(line) => line.documents.extend(found),
            None => self.advice.references.extend(found),
        }
        self.words(words);
    }

    fn date(&mut self, segment: &Segment) {
        let found = segment.text(2).and_then(|text| day(&text));
        match (&mut self.line, segment.element(1)) {
            (Some(line), b"003") => line.document_day = found,
            (None, b"097" | b"009" | b"035" | b"234") => {
                self.advice.payment_day = self.advice.payment_day.or(found);
            }
            (_, _) => self.words(segment.text(6).map(|period| format!("period {period}"))),
        }
    }

    fn words(&mut self, words: Option<String>) {
        let Some(words) = words else { return };
        if let Some(adjustment) = self.last_adjustment() {
            if !adjustment.text.is_empty() {
                adjustment.text.push(' ');
            }
            adjustment.text.push_str(&words);
            return;
        }
        match &mut self.line {
            Some(line) => line.text.push(words),
            None => self.advice.text.push(words),
        }
    }

    /// An amount in minor units; what is none is a problem.
    fn amount(&self, segment: &Segment, number: usize, file: &mut RemittanceFile, limits: &Limits) -> Option<i64> {
        let text = segment.text(number)?;
        let amount = parse_amount(&text, Marks { decimal: Some('.'), thousands: Some(',') }).ok();
        let minor = amount.and_then(|amount| amount.value.minor_units(self.currency.exponent()));
        if minor.is_none() {
            let id = String::from_utf8_lossy(segment.id()).into_owned();
            file.problem(limits, "bad_amount", segment.place, || {
                format!("{id}{number:02} {text:?} is no amount in {}", self.currency)
            });
        }
        minor
    }
}

/// A reference with its qualifier; `None` where there is no number.
fn document(segment: &Segment, qualifier: usize, number: usize) -> Option<DocumentRef> {
    let number = segment.text(number)?;
    let code = segment.text(qualifier).unwrap_or_default();
    let kind = if matches!(segment.id(), b"ENT" | b"NM1") { DocumentKind::Account } else { document_kind(&code) };
    Some(DocumentRef { kind, code, number })
}

fn adjustment(amount: i64, code: String) -> Adjustment {
    let meaning = reason(&code);
    Adjustment { amount, code, list: "x12", meaning, document: None, text: String::new() }
}

/// `CCYYMMDD`, or `YYMMDD` as old versions have it.
fn day(text: &str) -> Option<Day> {
    match text.len() {
        8 => parse_day(text, DateFormat::ISO).ok(),
        6 => {
            let number = |from: usize| text.get(from..from + 2)?.parse::<u32>().ok();
            let year = number(0)?;
            Day::new(if year >= 70 { 1900 + year } else { 2000 + year }, number(2)?, number(4)?).ok()
        }
        _ => None,
    }
}
