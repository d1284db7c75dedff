//! What a question about a receipt is about, in figures: the same before anything is applied and after.

mod payment;

use dunwell_rules::account::EntryId;
use dunwell_rules::cash::{
    CashPolicy, ClosedDocument, Owed, PayableLine, Question, Receipt, advice_footing, named_and_paid, overpayment,
    unknown_references,
};
use payment::{answer, credit, day, line, paid, receipt, told};

/// An invoice with an order, a credit and a document that is paid.
fn owed(open: i64) -> Owed {
    let first = PayableLine { po_number: Some("INV-7700".into()), ..line(1, "INV-4812", "2026-02-01", open) };
    let closed = ClosedDocument {
        account: EntryId(1),
        item: EntryId(40),
        document: "INV-4000".into(),
        amount: 31_000,
        closed_on: day("2026-01-15"),
        settled: None,
    };
    let lines = if open > 0 { vec![first] } else { Vec::new() };
    Owed { lines, credits: vec![credit(7, "INV-9000", 5000)], closed: vec![closed], ..Owed::default() }
}

fn set(amount: i64) -> Vec<(String, i64)> {
    vec![("INV-4812".into(), amount)]
}

#[test]
fn what_is_over_is_told_with_what_was_open_before_it_is_applied_and_after() {
    let named = receipt(100_000, &["INV 4812"]);
    let advised = Receipt { remittance: vec![paid("4812", 99_000), paid("?", 1_000)], ..receipt(100_000, &[]) };
    for (receipt, over) in [(&named, 10_000), (&advised, 9_000)] {
        for (applied, open) in [(Vec::new(), 90_000), (set(90_000), 0), (set(60_000), 30_000)] {
            let told = overpayment(receipt, &applied, &owed(open)).expect("too much");
            assert_eq!((told.documents.join(" ").as_str(), told.open, told.over), ("INV-4812", 90_000, over));
        }
        assert_eq!(overpayment(receipt, &[], &owed(100_000)), None, "no more than is open");
    }
    assert_eq!(overpayment(&receipt(500, &["RENT"]), &[], &owed(90_000)), None, "it names nothing");
}

#[test]
fn an_advice_comes_to_what_its_lines_say_whatever_of_it_is_applied() {
    let lines = vec![paid("INV-4812", 90_000), paid("INV-9000", -5_000), paid("INV-5555", 2_000)];
    let advised = Receipt { remittance: lines, ..receipt(80_000, &[]) };
    let policy = CashPolicy::default();
    for (applied, open) in [(Vec::new(), 90_000), (set(50_000), 40_000), (set(80_000), 10_000)] {
        let told = advice_footing(&advised, &applied, &owed(open), &policy).expect("an advice");
        assert_eq!((told.stated, told.came_in, told.difference()), (87_000, 80_000, 7_000), "{applied:?}");
    }
    assert_eq!(advice_footing(&advised, &[("INV-1".into(), 1)], &owed(1), &policy), None, "it contradicts what is set");
    assert_eq!(advice_footing(&receipt(1, &["INV-4812"]), &[], &owed(1), &policy), None, "there is none");
}

#[test]
fn the_proposal_of_an_advice_that_does_not_foot_is_no_surer_than_one_of_two() {
    let advised = Receipt { remittance: vec![paid("INV-4812", 90_000)], ..receipt(80_000, &[]) };
    let asked = answer(&advised, &owed(90_000));
    assert_eq!(asked.questions, [Question::DoesNotFoot { difference: 10_000 }]);
    assert_eq!((asked.apply.is_none(), asked.candidates[0].confidence), (true, 50));
    let foots = Receipt { amount: 90_000, ..advised };
    assert_eq!(answer(&foots, &owed(90_000)).apply.expect("applied").confidence, 100);
}

#[test]
fn documents_that_were_paid_before_are_told_but_for_what_the_receipt_itself_paid() {
    let told = |receipt: &Receipt, applied: &[(String, i64)]| {
        let owed = owed(90_000);
        named_and_paid(receipt, applied, &owed).iter().map(|closed| closed.document.clone()).collect::<Vec<_>>()
    };
    assert_eq!(told(&receipt(500, &["INV-4000"]), &[]), ["INV-4000"]);
    assert_eq!(told(&receipt(31_000, &["4000"]), &[]), ["INV-4000"]);
    assert_eq!(told(&receipt(500, &["4000"]), &[]), [""; 0], "by its digits alone, with another amount");
    let advised = Receipt { remittance: vec![paid("4000", 500)], ..receipt(500, &[]) };
    assert_eq!(told(&advised, &[]), ["INV-4000"]);
    assert_eq!(told(&advised, &[("INV-4000".into(), 500)]), [""; 0]);
}

#[test]
fn a_number_in_the_form_of_our_own_that_nobody_knows_is_asked_and_no_other() {
    let cases: [(&str, &str); 10] = [
        ("INV-5555", " ? unknown_reference"),
        ("inv 5555", " ? unknown_reference"),
        ("INV-55555", " ? nothing_fits"),
        ("5555", " ? nothing_fits"),
        ("PO-5555", " ? nothing_fits"),
        ("REF 5555", " ? nothing_fits"),
        ("INV-7700", "C-2 1/1:500 short 1/1:89500 unexplained rest 0 ? short"),
        ("INV-9000", " ? nothing_fits"),
        ("INV-4000", " ? paid_before"),
        ("INV-4812", "C-2 1/1:500 short 1/1:89500 unexplained rest 0 ? short"),
    ];
    for (written, expected) in cases {
        assert_eq!(told(&answer(&receipt(500, &[written]), &owed(90_000))), expected, "{written}");
    }
    let twice = receipt(500, &["INV-5555", "inv 5555", "INV-5556", "RENT"]);
    assert_eq!(unknown_references(&twice, &owed(90_000)), ["INV-5555", "INV-5556"]);
    let advised = Receipt { remittance: vec![paid("5555", 500)], ..receipt(500, &[]) };
    assert_eq!(unknown_references(&advised, &owed(90_000)), ["5555"], "an advice names documents and nothing else");
    assert_eq!(
        told(&answer(&receipt(90_000, &["INV-5555"]), &owed(90_000))),
        "C-3 1/1:90000 rest 0",
        "a slip of the pen"
    );
}
