//! Cash application: a receipt, what is owed, and what becomes of it.

mod payment;

use dunwell_rules::account::EntryId;
use dunwell_rules::cash::payer::{Clue, Evidence, Likeness, Payer, likeness, name_words, payer, sure_of};
use dunwell_rules::cash::{
    CashPolicy, CashRule, ClosedDocument, Deduction, Owed, PayableLine, Question, Receipt, RemittanceLine, Source,
    advice_footing, apply, explain, overpayment,
};
use dunwell_rules::dispute::DisputeReason;
use payment::{answer, credit, day, line, paid, receipt, told};
use proptest::prelude::*;

/// Three invoices of different sizes, the first two past due on 2026-03-10.
fn owed() -> Owed {
    Owed {
        lines: vec![
            line(1, "INV-48129", "2026-02-01", 123_456),
            line(2, "INV-48131", "2026-03-01", 200_000),
            line(3, "INV-48150", "2026-04-01", 77_700),
        ],
        credits: vec![credit(7, "CM-900", 5000)],
        closed: vec![ClosedDocument {
            account: EntryId(1),
            item: EntryId(40),
            document: "INV-40000".into(),
            amount: 31_000,
            closed_on: day("2026-01-15"),
            settled: None,
        }],
        ..Owed::default()
    }
}

#[test]
fn what_the_payer_wrote_decides_before_any_amount_does() {
    let cases: [(Receipt, &str); 9] = [
        (receipt(123_456, &["48129"]), "C-2 1/1:123456 rest 0"),
        (receipt(323_456, &["INV 48129", "48131"]), "C-2 1/1:123456 2/1:200000 rest 0"),
        (receipt(50_000, &["48131"]), "C-2 2/1:50000 short 2/1:150000 unexplained rest 0 ? short"),
        (receipt(210_000, &["48131"]), "C-2 2/1:200000 rest 10000 ? overpaid"),
        (receipt(199_950, &["48131"]), "C-2 2/1:199950 short 2/1:50 tolerance rest 0"),
        (receipt(300_000, &["48129", "48131"]), " ? short"),
        (receipt(31_000, &["INV-40000"]), " ? paid_before"),
        (receipt(123_456, &["A 2026-03 RENT"]), "C-3 1/1:123456 rest 0"),
        (receipt(500, &["nothing"]), " ? nothing_fits"),
    ];
    for (receipt, expected) in cases {
        assert_eq!(told(&answer(&receipt, &owed())), expected, "{} {:?}", receipt.amount, receipt.references);
    }
}

#[test]
fn one_of_many_named_pays_the_others_too_when_the_rest_is_exactly_theirs() {
    let named_first = receipt(123_456 + 77_700, &["48129"]);
    assert_eq!(told(&answer(&named_first, &owed())), "C-2 1/1:123456 3/1:77700 rest 0");
    let slip = answer(&receipt(77_700, &["48129"]), &owed());
    assert_eq!((told(&slip).as_str(), slip.candidates.len()), (" ? ambiguous", 2), "another invoice is exactly that");
}

#[test]
fn a_payment_of_a_document_that_is_part_paid_is_told_from_its_first_payment() {
    // INV-1 came to 1,000.00 and 400.00 of it are paid; INV-2 is whole.
    let part_paid = PayableLine { document_amount: 100_000, ..line(1, "INV-10001", "2026-02-01", 60_000) };
    let book = |other: i64| Owed {
        lines: vec![
            part_paid.clone(),
            line(2, "INV-10002", "2026-02-05", other),
            line(3, "INV-10003", "2026-04-01", 5),
        ],
        ..Owed::default()
    };
    let (named, both) = (&["INV-10001"][..], &["INV-10001", "INV-10002"][..]);
    let cases: [(i64, &[&str], i64, &str, &str); 12] = [
        (60_000, named, 40_000, "C-2 1/1:60000 rest 0", "what is open"),
        (60_050, named, 40_000, "C-2 1/1:60000 rest 50", "a tolerance over"),
        (20_000, named, 30_000, "C-2 1/1:20000 short 1/1:40000 unexplained rest 0 ? short", "another part"),
        (40_000, named, 30_000, "C-2 1/1:40000 short 1/1:20000 unexplained rest 0 ? short", "the first part again"),
        (40_000, named, 40_000, " ? ambiguous", "another document is exactly that"),
        (100_000, named, 30_000, "C-2 1/1:60000 rest 40000 ? overpaid", "the whole again"),
        (100_000, named, 40_000, "C-2 1/1:60000 rest 40000 ? overpaid", "though another is as large as what is over"),
        (90_000, named, 30_000, "C-2 1/1:60000 2/1:30000 rest 0", "one of two named, and both are paid"),
        (130_000, both, 30_000, "C-2 1/1:60000 2/1:30000 rest 40000 ? overpaid", "both whole"),
        (90_000, both, 30_000, "C-2 1/1:60000 2/1:30000 rest 0", "both as they are"),
        (100_000, &[], 40_000, " ? ambiguous", "nothing named: the two, or the whole again"),
        (90_000, &[], 30_000, "C-4 1/1:60000 2/1:30000 rest 0", "nothing named, and no document was as large"),
    ];
    for (amount, references, other, expected, why) in cases {
        // Nothing is past due, so that only C-1 to C-4 speak.
        let receipt = Receipt { value_date: day("2026-01-15"), ..receipt(amount, references) };
        let policy = CashPolicy { subset_chance: 1, ..CashPolicy::default() };
        assert_eq!(told(&apply(&receipt, &book(other), &policy)), expected, "{amount}: {why}");
    }
    let advice = Receipt { remittance: vec![paid("INV-10001", 100_000)], ..receipt(100_000, &[]) };
    assert_eq!(told(&answer(&advice, &book(40_000))), "C-1 1/1:60000 rest 40000 ? overpaid", "an advice says the same");
}

#[test]
fn a_purchase_order_names_the_one_document_that_has_it() {
    let mut book = owed();
    (book.lines[0].po_number, book.lines[1].po_number) = (Some("PO-7711".into()), Some("PO-7711".into()));
    book.lines[2].po_number = Some("PO-594766".into());
    assert_eq!(told(&answer(&receipt(77_700, &["PO-594766"]), &book)), "C-2 3/1:77700 rest 0");
    assert_eq!(
        told(&answer(&receipt(77_000, &["po 594766"]), &book)),
        "C-2 3/1:77000 short 3/1:700 unexplained rest 0 ? short"
    );
    assert_eq!(told(&answer(&receipt(50_000, &["PO-7711"]), &book)), " ? nothing_fits", "two documents have it");
}

#[test]
fn several_documents_paid_short_are_proposed_together_with_the_shortfall_on_one() {
    let asked = answer(&receipt(300_000, &["48129", "48131"]), &owed());
    assert_eq!(asked.questions, [Question::Short { amount: 23_456 }], "what is missing, not what lies on account");
    let proposed = |answer: &dunwell_rules::cash::Answer| -> Vec<String> {
        answer
            .candidates
            .iter()
            .map(|found| {
                let alone = dunwell_rules::cash::Answer {
                    apply: Some(found.clone()),
                    questions: Vec::new(),
                    candidates: Vec::new(),
                };
                told(&alone)
            })
            .collect()
    };
    let (youngest, oldest) = (
        "C-2 1/1:123456 2/1:176544 short 2/1:23456 unexplained rest 0",
        "C-2 1/1:100000 2/1:200000 short 1/1:23456 unexplained rest 0",
    );
    assert_eq!(proposed(&asked), [youngest, oldest], "the oldest are paid first");
    let mut says = receipt(300_000, &["48129", "48131"]);
    says.stated = vec![paid("48129", 100_000)];
    assert_eq!(proposed(&answer(&says, &owed())), [oldest, youngest], "what the payer wrote goes first");
    let much = answer(&receipt(1_000, &["48129", "48150"]), &owed());
    assert_eq!(proposed(&much), ["C-2 1/1:1000 short 1/1:122456 unexplained short 3/1:77700 unexplained rest 0"]);
}

#[test]
fn the_lines_of_the_account_that_paid_go_before_those_of_its_family() {
    let mut book = owed();
    book.lines.push(PayableLine { account: EntryId(2), ..line(4, "INV-50000", "2026-02-01", 123_456) });
    assert_eq!(told(&answer(&receipt(123_456, &[]), &book)), " ? ambiguous");
    for (payer, expected) in [(1, "C-3 1/1:123456 rest 0"), (2, "C-3 4/1:123456 rest 0")] {
        let known = Owed { payer: vec![EntryId(payer)], ..book.clone() };
        assert_eq!(told(&answer(&receipt(123_456, &[]), &known)), expected);
        assert_eq!(told(&answer(&receipt(77_700, &[]), &known)), "C-3 3/1:77700 rest 0", "of whoever it is");
    }
}

#[test]
fn too_much_for_a_document_that_is_not_due_while_others_are_late_is_asked_before_it_is_applied() {
    let asked = answer(&receipt(90_000, &["48150"]), &owed());
    assert_eq!((told(&asked).as_str(), asked.candidates.len()), (" ? overpaid", 1));
}

#[test]
fn amounts_alone_decide_only_when_one_answer_fits() {
    let cases = [
        (201_156, "C-4 1/1:123456 3/1:77700 rest 0"),
        (401_156, "C-4 1/1:123456 2/1:200000 3/1:77700 rest 0"),
        (396_156, "C-5 1/1:123456 2/1:200000 3/1:72700 credit 3/1:5000 rest 0"),
        (323_456, "C-4 1/1:123456 2/1:200000 rest 0"),
    ];
    for (amount, expected) in cases {
        assert_eq!(told(&answer(&receipt(amount, &[]), &owed())), expected, "{amount}");
    }
    let past_due_first = CashPolicy { order: vec![CashRule::PastDue, CashRule::ExactSubset], ..CashPolicy::default() };
    let found = apply(&receipt(323_456, &[]), &owed(), &past_due_first);
    assert_eq!(told(&found), "C-6 1/1:123456 2/1:200000 rest 0");
}

#[test]
fn two_equal_invoices_are_asked_about_unless_one_is_all_that_is_past_due() {
    let twins = |second_due| Owed {
        lines: vec![line(1, "R-1001", "2026-02-01", 10_000), line(2, "R-1002", second_due, 10_000)],
        ..Owed::default()
    };
    let asked = answer(&receipt(10_000, &[]), &twins("2026-03-01"));
    assert_eq!((told(&asked).as_str(), asked.candidates.len()), (" ? ambiguous", 2));
    assert_eq!(told(&answer(&receipt(10_000, &[]), &twins("2026-05-01"))), "C-6 1/1:10000 rest 0");
}

#[test]
fn a_set_that_chance_could_have_made_is_asked_about() {
    let small: Vec<PayableLine> = (1..=9).map(|n| line(n, &format!("S-{n:04}"), "2026-05-01", 1 << n)).collect();
    let found = answer(&receipt((1 << 3) + (1 << 5), &[]), &Owed { lines: small, ..Owed::default() });
    assert_eq!((told(&found).as_str(), found.candidates.len()), (" ? ambiguous", 1), "40 cents out of nine lines");
}

#[test]
fn a_discount_is_granted_inside_its_terms_and_asked_about_outside() {
    let mut inside = owed();
    inside.lines[1].discount = Some((day("2026-03-08"), 4000));
    let mut outside = owed();
    outside.lines[1].discount = Some((day("2026-03-01"), 4000));
    let by_text = receipt(196_000, &["48131"]);
    assert_eq!(
        told(&answer(&by_text, &inside)),
        "C-2 2/1:196000 short 2/1:4000 discount rest 0",
        "two days late is grace"
    );
    assert_eq!(told(&answer(&by_text, &outside)), "C-2 2/1:196000 short 2/1:4000 unearned_discount rest 0 ? short");
    assert_eq!(told(&answer(&receipt(196_000, &[]), &inside)), "C-3 2/1:196000 short 2/1:4000 discount rest 0");
    assert_eq!(told(&answer(&receipt(196_000, &[]), &outside)), " ? nothing_fits");
}

#[test]
fn a_remittance_advice_pays_line_by_line_with_its_reasons() {
    let mut payment = receipt(310_006, &[]);
    let short = Deduction { amount: 8450, stated: "SHORT SHIP".into(), reason: DisputeReason::ShortShipment };
    payment.remittance = vec![
        RemittanceLine { deductions: vec![short], ..paid("INV-48129", 115_006) },
        paid("48131", 200_000),
        paid("CM-900", -5000),
    ];
    assert_eq!(
        told(&answer(&payment, &owed())),
        "C-1 1/1:115006 2/1:195000 credit 2/1:5000 short 1/1:8450 deduction rest 0"
    );
    let mut unknown = receipt(210_000, &[]);
    unknown.remittance = vec![paid("48131", 200_000), paid("X-1", 10_000)];
    assert_eq!(told(&answer(&unknown, &owed())), "C-1 2/1:200000 rest 10000 ? unknown_reference");
    let mut wrong = receipt(210_000, &[]);
    wrong.remittance = vec![paid("48131", 200_000)];
    let asked = answer(&wrong, &owed());
    assert_eq!((told(&asked).as_str(), asked.candidates.len()), (" ? does_not_foot", 1));
}

#[test]
fn full_payment_of_a_disputed_invoice_is_held_for_a_person() {
    let mut disputed = owed();
    disputed.lines[1].disputed = 10_000;
    let mut paid = receipt(190_000, &["48131"]);
    paid.text = "Cheque 100, INV 48131 paid in full".into();
    let asked = answer(&paid, &disputed);
    assert_eq!((told(&asked).as_str(), asked.candidates.len()), (" ? paid_in_full_of_disputed", 1));
    assert!(answer(&paid, &owed()).apply.is_some(), "nothing is disputed");
    paid.text = "INV 48131".into();
    assert!(answer(&paid, &disputed).apply.is_some(), "it is not called full payment");
}

#[test]
fn the_payer_is_known_by_something_strong_or_by_two_weak_things() {
    use Evidence::{Amount, BankAccount, Document, DocumentDigits, Name, NameLike};
    let clue = |account: i64, head: i64, evidence| Clue { account: EntryId(account), head: EntryId(head), evidence };
    let known = |clues: &[Clue]| match payer(clues) {
        Payer::Known(candidate) => format!("known {}", candidate.account.0),
        Payer::Several(all) => format!("several {}", all.len()),
        Payer::Unknown(all) => format!("unknown {}", all.len()),
    };
    let cases: [(&[Clue], &str); 12] = [
        (&[], "unknown 0"),
        (&[clue(1, 1, Name)], "known 1"),
        (&[clue(1, 1, NameLike)], "unknown 1"),
        (&[clue(1, 1, NameLike), clue(1, 1, Amount)], "known 1"),
        (&[clue(1, 1, Name), clue(2, 2, Name)], "several 2"),
        (&[clue(1, 1, Name), clue(2, 2, Name), clue(2, 2, DocumentDigits)], "known 2"),
        (&[clue(1, 1, Name), clue(1, 1, Amount), clue(2, 2, Name), clue(2, 2, DocumentDigits)], "several 2"),
        (&[clue(1, 1, Name), clue(2, 2, Document)], "several 2"),
        (&[clue(1, 1, Name), clue(2, 2, Document), clue(2, 2, Amount)], "known 2"),
        (&[clue(1, 1, BankAccount), clue(2, 2, NameLike), clue(2, 2, Amount)], "known 1"),
        (&[clue(2, 9, Document), clue(3, 9, Document)], "known 9"),
        (&[clue(1, 1, DocumentDigits), clue(2, 2, Amount)], "unknown 2"),
    ];
    for (clues, expected) in cases {
        assert_eq!(known(clues), expected, "{clues:?}");
    }
}

#[test]
fn somebody_who_pays_for_others_is_told_by_the_documents_and_asked_about_without() {
    use Evidence::{Amount, BankAccount, Document, DocumentDigits, Name};
    let clue = |account: i64, evidence| Clue { account: EntryId(account), head: EntryId(account), evidence };
    let whose = |clues: &[Clue]| match payer(clues) {
        Payer::Known(who) => format!("{} {}", who.account.0, who.rule.id()),
        Payer::Several(_) => "several".into(),
        Payer::Unknown(_) => "unknown".into(),
    };
    let third_party = [clue(1, BankAccount), clue(2, BankAccount)];
    let cases: [(&str, &[Clue], &str); 6] = [
        ("its own", &[clue(1, Name), clue(1, Document)], "1 W-1"),
        ("a third party names one's invoice", &[&third_party[..], &[clue(2, Document)]].concat(), "2 W-2"),
        ("by its digits", &[&third_party[..], &[clue(1, DocumentDigits)]].concat(), "1 W-2"),
        ("invoices of two", &[&third_party[..], &[clue(1, Document), clue(2, Document)]].concat(), "several"),
        ("none", &third_party, "several"),
        ("one customer pays another's", &[clue(1, Name), clue(2, Document), clue(2, Amount)], "2 W-2"),
    ];
    for (name, clues, expected) in cases {
        assert_eq!(whose(clues), expected, "{name}");
    }
}

#[test]
fn a_match_is_no_surer_than_its_payer() {
    use Evidence::{Amount, BankAccount, Document, DocumentDigits, Name, NameLike, PurchaseOrder};
    let cases: [(&[Evidence], usize, u8); 9] = [
        (&[], 1, 100),
        (&[Amount, BankAccount], 1, 100),
        (&[Amount, Document], 1, 99),
        (&[Name], 1, 97),
        (&[NameLike, Amount], 1, 90),
        (&[DocumentDigits], 1, 80),
        (&[PurchaseOrder], 2, 50),
        (&[NameLike], 1, 60),
        (&[Amount], 5, 20),
    ];
    for (evidence, of, expected) in cases {
        assert_eq!(sure_of(evidence, of), expected, "{evidence:?} of {of}");
    }
}

#[test]
fn names_are_compared_by_their_words() {
    let alike = |one: &str, other: &str| likeness(&name_words(one), &name_words(other));
    for (one, other, expected) in [
        ("Müller GmbH & Co. KG", "MUELLER", Some(Likeness::Same)),
        ("The Larder, Inc.", "LARDER INC", Some(Likeness::Same)),
        ("GROC foundation", "GROC", Some(Likeness::Like)),
        ("HARRINGTON LOGISTICS SERV", "Harrington Logistics Services Ltd", Some(Likeness::Like)),
        ("AB", "ABLE BAKERS", None),
        ("ACE", "ACE TOOLS", None),
        ("Globex", "Initech", None),
        ("GmbH", "GmbH", None),
    ] {
        assert_eq!(alike(one, other), expected, "{one} / {other}");
    }
}

proptest! {
    /// Whatever amounts a payer states, there is an answer, and what no payment can be is as if it were not said.
    #[test]
    fn no_stated_amount_is_too_large_to_be_looked_at(
        said in prop::collection::vec((any::<i64>(), any::<i64>(), any::<i64>()), 1..5),
        by_text in any::<bool>(),
        unpaid in any::<bool>(),
    ) {
        let lines = (1..4).map(|n| line(n, &format!("INV-{n:05}"), "2026-03-01", 1_000)).collect();
        let owed = Owed { lines, ..Owed::default() };
        let mut receipt = receipt(1_000, &[]);
        let of = |(n, (amount, discount, held)): (usize, &(i64, i64, i64))| RemittanceLine {
            paid: (!unpaid).then_some(*amount),
            discount: *discount,
            deductions: vec![Deduction { amount: *held, stated: "01".into(), reason: DisputeReason::Price }],
            ..paid(&format!("INV-{:05}", n + 1), 0)
        };
        let stated: Vec<RemittanceLine> = said.iter().enumerate().map(of).collect();
        receipt.held_back = stated.iter().flat_map(|line| line.deductions.clone()).collect();
        (receipt.charges, receipt.discount_bp) = (said[0].0, Some(said[0].1));
        if by_text { receipt.stated = stated } else { receipt.remittance = stated }
        let most = 1_000_000_000_000_000;
        let seen = receipt.within(most);
        let sum: u128 = seen.remittance.iter().chain(&seen.stated).filter_map(|line| line.paid).map(|paid| u128::from(paid.unsigned_abs())).sum();
        prop_assert!(sum <= most.unsigned_abs().into());
        prop_assert!(!seen.references.is_empty() || sum > 0 || unpaid, "the documents are named");
        let set = [("INV-00001".to_owned(), 400)];
        let _answers = (answer(&seen, &owed), explain(&seen, &set, &owed, &CashPolicy::default()));
        let _figures = (overpayment(&seen, &set, &owed), advice_footing(&seen, &set, &owed, &CashPolicy::default()));
    }

    /// Whatever is owed and paid: no line gets more than is open, the receipt and the credits give no more than they have,
    /// and what is applied and what stays on account is the receipt.
    #[test]
    fn money_is_conserved(
        opens in prop::collection::vec(1i64..5_000, 0..12),
        lines_paid in prop::collection::vec((0usize..14, -900i64..6_000), 0..6),
        amount in 1i64..20_000,
        unapplied in 0i64..500,
        by_text in any::<bool>(),
    ) {
        let lines = opens.iter().enumerate().map(|(n, open)| line(n as i64 + 1, &format!("INV-{:05}", n + 1), "2026-03-01", *open)).collect();
        let credits = if unapplied > 0 { vec![credit(99, "INV-00013", unapplied)] } else { Vec::new() };
        let owed = Owed { lines, credits, ..Owed::default() };
        let mut receipt = receipt(amount, &[]);
        let documents: Vec<String> = lines_paid.iter().map(|(n, _)| format!("INV-{:05}", n + 1)).collect();
        if by_text {
            receipt.references = documents;
        } else {
            receipt.remittance = documents.iter().zip(&lines_paid).map(|(document, (_, amount))| paid(document, *amount)).collect();
            receipt.amount = lines_paid.iter().map(|(_, amount)| amount).sum::<i64>().max(1);
        }
        let answer = answer(&receipt, &owed);
        for found in answer.apply.iter().chain(&answer.candidates) {
            for line in &owed.lines {
                let got: i64 = found.allocations.iter().filter(|a| a.item == line.item).map(|a| a.amount).sum();
                let short: i64 = found.short.iter().filter(|s| s.item == line.item).map(|s| s.amount).sum();
                prop_assert!(got + short <= line.open, "{found:?}");
            }
            let of_credit: i64 = found.allocations.iter().filter(|a| a.from != Source::Receipt).map(|a| a.amount).sum();
            prop_assert!(of_credit <= unapplied, "{found:?}");
            prop_assert!(found.allocations.iter().all(|a| a.amount > 0));
            prop_assert!(found.on_account >= 0);
            prop_assert_eq!(found.applied() + found.on_account, receipt.amount);
        }
    }
}
