//! EDIFACT REMADV: what a message says, and what is refused.

use dunwell_formats::bank::{Limits, ReadOptions};
use dunwell_formats::remittance::{DocumentKind, RemittanceFile, edifact};
use proptest::prelude::*;

const REMADV: &str = "UNA:+.? '\r\nUNB+UNOC:3+PAYER+US+260304:0600+REF1'\r\nUNH+1+REMADV:D:96A:UN:EAN004'\r\nBGM+481+A77+9'\r\n\
    DTM+137:20260303:102'\r\nDTM+138:20260304:102'\r\nRFF+PQ:TRACE9'\r\nFII+PB+NL91ABNA0417164300+ABNANL2A:25:5'\r\n\
    NAD+PR+4711::92++Acme ?+ Sons+1 Road+Town++1000+NL'\r\nNAD+PE+++Us Inc'\r\nCUX+2:EUR:11'\r\n\
    DOC+380+48129'\r\nMOA+9:1020.00'\r\nMOA+52:20.00'\r\nMOA+12:970.00'\r\nDTM+171:20260201:102'\r\nRFF+ON:PO5'\r\nAJT+3'\r\nMOA+165:30.00'\r\n\
    FTX+AAI+++pallet broken'\r\nDOC+381+CN5'\r\nMOA+12:5.00'\r\nUNS+S'\r\nMOA+12:965.00'\r\nUNT+23+1'\r\nUNZ+1+REF1'\r\n";

fn of(text: &str) -> RemittanceFile {
    edifact::read(text.as_bytes(), &ReadOptions::default())
}

#[test]
fn a_message_says_what_is_paid_on_which_document() {
    let file = of(REMADV);
    assert_eq!((&file.refused, file.problems.len()), (&None, 0));
    let totals: Vec<(&str, bool)> = file.controls.iter().map(|total| (total.name, total.foots())).collect();
    assert_eq!(totals, [("message_segment_count", true), ("advice_total", true), ("interchange_message_count", true)]);
    let advice = &file.advices[0];
    assert_eq!(
        (advice.reference.as_deref(), advice.paid, advice.currency.unwrap().as_str()),
        (Some("TRACE9"), Some(96_500), "EUR")
    );
    assert_eq!(advice.payment_day.unwrap().to_string(), "2026-03-04");
    assert_eq!(
        (advice.payer.name.as_deref(), advice.payer.account.as_deref()),
        (Some("Acme + Sons"), Some("NL91ABNA0417164300"))
    );
    let [invoice, credit] = &advice.lines[..] else { panic!("two lines") };
    assert_eq!((invoice.due, invoice.discount, invoice.paid), (Some(102_000), Some(2_000), Some(97_000)));
    assert_eq!(invoice.documents[1].kind, DocumentKind::PurchaseOrder);
    let held = &invoice.adjustments[0];
    assert_eq!((held.amount, held.meaning, held.text.as_str()), (-3_000, "damaged goods", "pallet broken"));
    assert_eq!((credit.documents[0].kind, credit.paid), (DocumentKind::CreditMemo, Some(-500)));
    assert_eq!((file.sender.as_deref(), file.version.as_str()), (Some("PAYER"), "edifact-remadv D96A"));
}

#[test]
fn other_marks_and_other_messages_are_seen_through_and_what_is_cut_off_is_refused() {
    let other = REMADV
        .replace("UNA:+.? '", "UNA|*,# ~")
        .replace("? ", "# ")
        .replace("?+", "+")
        .replace(['\''], "~")
        .replace('+', "*")
        .replace(':', "|");
    assert_eq!(of(&other.replace("* Sons", "Sons")).advices[0].lines.len(), 2);
    let foreign = of(&REMADV.replace("REMADV", "ORDERS"));
    assert_eq!((foreign.advices.len(), foreign.warnings[0].code), (0, "other_message"));
    let code = |text: &str| of(text).refused.map_or("accepted", |why| why.code());
    assert_eq!(code(&REMADV[..REMADV.len() - 20]), "truncated");
    assert_eq!(code(&REMADV.replace("UNZ+1+REF1'", "")), "truncated");
    assert_eq!(code("hello"), "not_readable");
    assert_eq!(code(&REMADV.replace("pallet", &"x".repeat(2_000_000))), "too_large");
    let few = ReadOptions { limits: Limits { entries: 5, ..Limits::STANDARD }, ..ReadOptions::default() };
    assert_eq!(edifact::read(REMADV.as_bytes(), &few).refused.map(|why| why.code()), Some("too_large"));
    assert_eq!(of(&REMADV.replace("970.00", "97x")).problems[0].code, "bad_amount");
    let wrong = of(&REMADV.replace("UNZ+1", "UNZ+2"));
    assert_eq!(wrong.controls.iter().filter(|total| total.binding && !total.foots()).count(), 1);
}

proptest! {
    #[test]
    fn damaged_messages_panic_nothing(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(), noise in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut bytes = REMADV.as_bytes().to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        edifact::read(&bytes, &ReadOptions::default());
        bytes.truncate(cut.index(bytes.len()));
        edifact::read(&bytes, &ReadOptions::default());
        edifact::read(&[b"UNB+".to_vec(), noise].concat(), &ReadOptions::default());
    }
}
