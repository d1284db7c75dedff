//! References as payers write them: what each text names.

use dunwell_formats::remittance::DocumentKind;
use dunwell_formats::remittance::references::{How, MAX_REFERENCES, read_references};
use proptest::prelude::*;

/// The numbers of a text, each with what was said of it: `c` credit memo, `p` order, `a` account, `r` creditor reference;
/// `~` of a range, `/` shortened; the amount behind `=`.
fn shown(text: &str) -> String {
    let read = read_references(&text.split('\n').collect::<Vec<_>>());
    let references = read.references.iter().map(|each| {
        let kind = match each.kind {
            DocumentKind::CreditMemo => "c:",
            DocumentKind::PurchaseOrder => "p:",
            DocumentKind::Account => "a:",
            DocumentKind::CreditorReference => "r:",
            _ => "",
        };
        let how = match each.how {
            How::Written => "",
            How::InRange => "~",
            How::Shortened => "/",
        };
        let amount = each.amount.map_or(String::new(), |amount| format!("={amount}"));
        format!("{kind}{}{how}{amount}", each.number)
    });
    let mut parts: Vec<String> = references.collect();
    parts.extend(read.discount_percent.map(|percent| format!("{percent}%")));
    parts.extend(read.deductions.iter().map(|(amount, words)| format!("-{amount} {words}").trim().to_owned()));
    parts.join(" ")
}

#[test]
fn what_payers_write_names_what_they_mean() {
    let table = [
        ("INV 48129, 48131 less 2%", "48129 48131 2%"),
        ("INV48129", "48129"),
        ("Inv.#48129", "48129"),
        ("Invoice No. 48129 and 48130", "48129 48130"),
        ("invoices 48129,48130,48131", "48129 48130 48131"),
        ("48129/48130/48131", "48129 48130 48131"),
        ("48129/30/31", "48129/ 48130/ 48131/ 48129/30/31"),
        ("INV 48129-48131", "48129~ 48130~ 48131~ 48129-48131"),
        ("INV 48129-31", "48129~ 48130~ 48131~ 48129-31"),
        ("48129 to 48131", "48129~ 48130~ 48131~"),
        ("Rechnungen 48129 bis 48131", "48129~ 48130~ 48131~"),
        ("RE-2026-0117", "RE-2026-0117"),
        ("Rechnung Nr. RE-2026-0117 vom 01.02.2026", "RE-2026-0117"),
        ("A0998-A1001", "A0998~ A0999~ A1000~ A1001~ A0998-A1001"),
        ("Faktura FV/0099/02/2017", "FV/0099/02/2017"),
        ("facture 48129 du 01/02/2026", "48129"),
        ("factuur 48129, -6,00", "48129=-6.00"),
        ("48129 1,020.00 48131 500.00", "48129=1020.00 48131=500.00"),
        ("INV 48129 EUR 1.020,00; 48131 EUR 500,00", "48129=1020.00 48131=500.00"),
        ("INV 48129 & CN 551", "48129 c:551"),
        ("PO 4500012345 INV 48129", "p:4500012345 48129"),
        ("Kundennr. 10117 Rechnung 48129 abzgl. 3% Skonto", "a:10117 48129 3%"),
        ("INV 48129 less 25.00 freight", "48129 -25.00 freight"),
        ("INV 48129 less freight 25.00", "48129 -25.00 freight"),
        ("Inv 48129 -2%", "48129 2%"),
        ("2 % Skonto 48129", "48129 2%"),
        ("RF18 5390 0754 7034", "r:RF18539007547034"),
        ("RF18539007547034 thanks", "r:RF18539007547034"),
        ("IBAN NL91ABNA0417164300 INV 48129", "48129"),
        ("Payment March 2026", ""),
        ("paid 2026-03-04 by 3/4/26", ""),
        ("bill 7", "7"),
        ("7 boxes", ""),
        ("INV 48129\n48130", "48129 48130"),
        ("48133-48129", "48133-48129"),
        ("10000-99999", "10000-99999"),
    ];
    for (text, expected) in table {
        assert_eq!(shown(text), expected, "{text}");
    }
}

#[test]
fn a_flood_of_numbers_is_cut_off() {
    let flood: String = (0..100_000).map(|number| format!("{} ", 1_000_000 + number)).collect();
    assert_eq!(read_references(&[flood]).references.len(), MAX_REFERENCES);
    let ranges: String =
        (0..5_000).map(|number| format!("{}-{} ", 10_000 + number * 300, 10_150 + number * 300)).collect();
    assert_eq!(read_references(&[ranges]).references.len(), MAX_REFERENCES);
}

proptest! {
    #[test]
    fn arbitrary_text_panics_nothing(text in any::<String>(), near in "[0-9A-Za-z ,./&%#–-]{0,60}") {
        for text in [text, near] {
            for reference in read_references(&[&text]).references {
                prop_assert!(!reference.number.is_empty());
            }
        }
    }
}
