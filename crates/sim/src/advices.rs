//! Remittance advices that come apart from the money: the bank's file names the payer alone, or the number of its payment, and
//! the payer's own file says what is paid.

use std::fmt::Write;

use dunwell_desk::rules::calendar::{Date, add_days};
use dunwell_desk::rules::money::Money;

use crate::bank::{TrueReceipt, Wording};

/// One credit in so many that names its documents is advised apart.
const ONE_IN: usize = 6;
/// What payers hold back, by X12 data element 426, UN/EDIFACT data element 4465, and in words.
const REASONS: [(&str, &str, &str); 3] = [("06", "4", "shortage"), ("01", "5", "price"), ("04", "3", "damaged")];

/// A file of a payer that says what one credit pays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The day it arrives: a day before the money, the same day behind the bank's file, or a day later.
    pub day: Date,
    /// Whether it is there before the bank's file of its day.
    pub first: bool,
    /// A name for the file.
    pub name: String,
    /// The file: an 820, a REMADV, a table, or the HTML of a mail.
    pub bytes: Vec<u8>,
}

/// Takes the documents out of what some credits say and puts them into advices. One in five of these holds something back of
/// its first document, with a reason.
pub fn advised(credits: &mut [TrueReceipt]) -> Vec<Advice> {
    let plain = credits.iter_mut().filter(|credit| credit.wording == Wording::Documents && !credit.pays.is_empty());
    plain.step_by(ONE_IN).enumerate().map(|(number, credit)| advice(number, credit)).collect()
}

fn advice(number: usize, credit: &mut TrueReceipt) -> Advice {
    let trace = format!("TR{}", credit.reference.trim_start_matches("BNK"));
    credit.wording = Wording::Advised;
    credit.said = if number.is_multiple_of(2) { format!("EFT {trace}") } else { String::new() };
    if number.is_multiple_of(5) {
        hold_back(credit, REASONS[number / 5 % REASONS.len()].0);
    }
    let paid = Paid { credit, trace: &trace };
    let (name, bytes) = match (number % 4, credit.amount.currency.code()) {
        (0, "USD") => ("820.edi", paid.x12()),
        (0 | 1, _) => ("remadv.edi", paid.remadv()),
        (2, _) => ("csv", paid.table()),
        (_, _) => ("html", paid.mail()),
    };
    let (days, first) = [(-1, true), (0, false), (1, true)][number % 3];
    Advice { day: add_days(credit.day, days), first, name: format!("{trace}.{name}"), bytes: bytes.into_bytes() }
}

/// Holds a twentieth of the first document back.
fn hold_back(credit: &mut TrueReceipt, code: &'static str) {
    let Some((document, paid)) = credit.pays.iter_mut().next() else { return };
    let claim = *paid / 20;
    if claim > 0 {
        *paid -= claim;
        credit.amount.minor -= claim;
        credit.held_back = Some((document.clone(), claim, code));
    }
}

/// A credit as its payer tells of it.
struct Paid<'a> {
    credit: &'a TrueReceipt,
    trace: &'a str,
}

impl Paid<'_> {
    fn decimal(&self, minor: i64) -> String {
        Money::new(minor, self.credit.amount.currency).decimal()
    }

    /// Each document with what is paid and held back of it, and the place of the reason.
    fn lines(&self) -> impl Iterator<Item = (&str, i64, Option<(i64, usize)>)> {
        self.credit.pays.iter().map(|(document, paid)| {
            let held = self.credit.held_back.as_ref().filter(|held| held.0 == *document);
            let reason = held.map(|held| (held.1, REASONS.iter().position(|reason| reason.0 == held.2).unwrap_or(0)));
            (document.as_str(), *paid, reason)
        })
    }

    fn x12(&self) -> String {
        let (stamp, amount) = (self.credit.day.strftime("%Y%m%d"), self.decimal(self.credit.amount.minor));
        let mut segments = vec![
            format!("BPR*C*{amount}*C*ACH*CTX*01*111111111*DA*123*1512345678**01*121000248*DA*4000100*{stamp}"),
            format!("TRN*1*{}*1512345678", self.trace),
            format!("N1*PR*{}", self.credit.payer),
            "ENT*1".to_owned(),
        ];
        for (document, paid, held) in self.lines() {
            let gross = self.decimal(paid + held.map_or(0, |held| held.0));
            let mut line = format!("RMR*IV*{document}*PI*{}*{gross}", self.decimal(paid));
            if let Some((claim, reason)) = held {
                let _ = write!(line, "**{}*-{}", REASONS[reason].0, self.decimal(claim));
            }
            segments.push(line);
        }
        let isa = format!(
            "ISA*00*          *00*          *ZZ*PAYER          *ZZ*DUNWELL        *{}*0600*^*00501*000000001*0*P*:",
            self.credit.day.strftime("%y%m%d")
        );
        let head = [isa, format!("GS*RA*PAYER*DUNWELL*{stamp}*0600*1*X*005010"), "ST*820*0001".to_owned()];
        let tail = [format!("SE*{}*0001", segments.len() + 2), "GE*1*1".to_owned(), "IEA*1*000000001".to_owned()];
        head.into_iter().chain(segments).chain(tail).map(|segment| segment + "~\n").collect()
    }

    fn remadv(&self) -> String {
        let (day, amount) = (self.credit.day.strftime("%Y%m%d"), self.decimal(self.credit.amount.minor));
        let mut segments = vec![
            "UNH+1+REMADV:D:96A:UN:EAN004".to_owned(),
            "BGM+481+A1+9".to_owned(),
            format!("DTM+138:{day}:102"),
            format!("RFF+PQ:{}", self.trace),
            format!("NAD+PR+++{}", self.credit.payer.replace(['+', ':', '\'', '?'], " ")),
            format!("CUX+2:{}:11", self.credit.amount.currency),
        ];
        for (document, paid, held) in self.lines() {
            let gross = self.decimal(paid + held.map_or(0, |held| held.0));
            segments.extend([
                format!("DOC+380+{document}"),
                format!("MOA+9:{gross}"),
                format!("MOA+12:{}", self.decimal(paid)),
            ]);
            if let Some((claim, reason)) = held {
                segments.extend([format!("AJT+{}", REASONS[reason].1), format!("MOA+165:{}", self.decimal(claim))]);
            }
        }
        segments.extend(["UNS+S".to_owned(), format!("MOA+12:{amount}")]);
        segments.push(format!("UNT+{}+1", segments.len() + 1));
        let head = format!("UNB+UNOC:3+PAYER+DUNWELL+{}:0600+1'", self.credit.day.strftime("%y%m%d"));
        let message: String = segments.into_iter().map(|segment| segment + "'").collect();
        head + &message + "UNZ+1+1'"
    }

    fn table(&self) -> String {
        let mut text =
            String::from("Payment reference,Payer,Payment date,Currency,Invoice,Gross,Deduction,Reason,Net\n");
        for (document, paid, held) in self.lines() {
            let (claim, reason) = held.map_or((0, ""), |(claim, reason)| (claim, REASONS[reason].2));
            let (gross, claim, net) = (self.decimal(paid + claim), self.decimal(claim), self.decimal(paid));
            let (payer, day, currency) = (&self.credit.payer, self.credit.day, self.credit.amount.currency);
            let _ = writeln!(text, "{},{payer},{day},{currency},{document},{gross},{claim},{reason},{net}", self.trace);
        }
        text
    }

    fn mail(&self) -> String {
        let (payer, day) = (self.credit.payer.replace('&', "&amp;"), self.credit.day);
        let amount = self.decimal(self.credit.amount.minor);
        let mut text = format!(
            "<html><body><p>Payer: {payer}</p><p>Payment reference: {}</p><p>Payment date: {day}</p>\
             <p>Currency: {}</p><table><tr><th>Invoice</th><th>Gross</th><th>Deduction</th><th>Reason</th><th>Net</th></tr>",
            self.trace, self.credit.amount.currency,
        );
        for (document, paid, held) in self.lines() {
            let (claim, reason) = held.map_or((0, ""), |(claim, reason)| (claim, REASONS[reason].2));
            let (gross, claim, net) = (self.decimal(paid + claim), self.decimal(claim), self.decimal(paid));
            let _ = write!(
                text,
                "<tr><td>{document}</td><td>{gross}</td><td>{claim}</td><td>{reason}</td><td>{net}</td></tr>"
            );
        }
        let _ =
            write!(text, "<tr><td>Total</td><td></td><td></td><td></td><td>{amount}</td></tr></table></body></html>");
        text
    }
}
