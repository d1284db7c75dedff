//! Cash application where something is missing, and an advice that comes after the money: what can be told, and what is asked.

mod payment;

use dunwell_rules::account::EntryId;
use dunwell_rules::cash::payer::{Candidate, Evidence};
use dunwell_rules::cash::{
    CashPolicy, Deduction, OpenCredit, Owed, PayableLine, Receipt, RemittanceLine, by_amounts, explain, near_enough,
    same_payment,
};
use dunwell_rules::dispute::DisputeReason;
use payment::{answer, credit, day, instalment, line, paid, receipt, told};

/// Three invoices, the last in three instalments, and two credits.
fn owed() -> Owed {
    Owed {
        lines: vec![
            line(1, "INV-48129", "2026-02-01", 123_456),
            line(3, "INV-48150", "2026-02-20", 30_000),
            line(2, "INV-48131", "2026-03-01", 200_000),
            instalment(3, 2, "INV-48150", "2026-03-20", 30_000),
            instalment(3, 3, "INV-48150", "2026-04-20", 30_000),
        ],
        credits: vec![credit(7, "CM-900", 5_000), credit(8, "CM-901", 1_700)],
        ..Owed::default()
    }
}

#[test]
fn what_one_thing_alone_explains_is_applied_and_the_rest_is_asked() {
    let mut book = owed();
    book.lines.push(line(9, "INV-48151", "2026-05-01", 3_200_000));
    book.credits.push(OpenCredit {
        item: EntryId(10),
        document: "CM-902".into(),
        unapplied: 1_000,
        ..book.credits[0].clone()
    });
    let cases: [(&str, Receipt, &str); 8] = [
        (
            "the first instalment, and the other document whole",
            receipt(153_456, &["48129", "48150"]),
            "C-2 1/1:123456 3/1:30000 rest 0",
        ),
        ("two instalments of it", receipt(183_456, &["48129", "48150"]), "C-2 1/1:123456 3/1:30000 3/2:30000 rest 0"),
        (
            "the first instalment, less a credit that is not named",
            receipt(148_456, &["48129", "48150"]),
            "C-2 1/1:123456 3/1:25000 credit 3/1:5000 rest 0",
        ),
        (
            "two of three credits",
            receipt(3_197_300, &["48151"]),
            "C-2 9/1:3197300 credit 9/1:1700 credit 9/1:1000 rest 0",
        ),
        ("a credit that is not named", receipt(195_000, &["48131"]), "C-2 2/1:195000 credit 2/1:5000 rest 0"),
        ("all credits", receipt(193_300, &["48131"]), "C-2 2/1:193300 credit 2/1:5000 credit 2/1:1700 rest 0"),
        (
            "one of the documents is left out",
            receipt(123_456, &["INV-48129", "INV-48131"]),
            "C-2 1/1:123456 short 2/1:200000 unexplained rest 0 ? short",
        ),
        ("some document is short, and nothing says which", receipt(320_000, &["48129", "48131"]), " ? short"),
    ];
    for (name, receipt, expected) in cases {
        assert_eq!(told(&answer(&receipt, &book)), expected, "{name}");
    }
}

#[test]
fn what_is_disputed_already_is_held_back_without_a_question() {
    let mut book = owed();
    book.lines[0].disputed = 8_450;
    let found = answer(&receipt(315_006, &["48129", "48131"]), &book);
    assert_eq!(told(&found), "C-2 1/1:115006 2/1:200000 short 1/1:8450 disputed rest 0");
    let other = answer(&receipt(315_007, &["48129", "48131"]), &book);
    assert_eq!(told(&other), " ? short", "a cent more is something else");
}

#[test]
fn what_the_payer_wrote_that_it_takes_is_told_line_by_line() {
    let mut two_percent = receipt(316_987, &["48129", "48131"]);
    two_percent.discount_bp = Some(200);
    assert_eq!(
        told(&answer(&two_percent, &owed())),
        "C-2 1/1:120987 2/1:196000 short 1/1:2469 unearned_discount short 2/1:4000 unearned_discount rest 0 ? short"
    );
    let mut earned = owed();
    earned.lines[0].discount = Some((day("2026-03-08"), 2_469));
    earned.lines[2].discount = Some((day("2026-03-08"), 4_000));
    assert_eq!(
        told(&answer(&two_percent, &earned)),
        "C-2 1/1:120987 2/1:196000 short 1/1:2469 discount short 2/1:4000 discount rest 0"
    );
    let mut freight = receipt(197_500, &["48131"]);
    freight.held_back = vec![Deduction { amount: 2_500, stated: "freight".into(), reason: DisputeReason::Unstated }];
    assert_eq!(told(&answer(&freight, &owed())), "C-2 2/1:197500 short 2/1:2500 deduction rest 0");
    let mut amounts = receipt(150_000, &["48129", "48131"]);
    amounts.stated = vec![paid("48129", 100_000), paid("48131", 50_000)];
    assert_eq!(
        told(&answer(&amounts, &owed())),
        "C-1 1/1:100000 2/1:50000 short 1/1:23456 unexplained short 2/1:150000 unexplained rest 0 ? short"
    );
    amounts.stated[1].paid = Some(50_001);
    assert_eq!(told(&answer(&amounts, &owed())), " ? short", "they do not come to the receipt");
}

#[test]
fn an_advice_that_pays_instalments_leaves_the_later_ones_as_they_are() {
    let mut first = receipt(30_000, &[]);
    first.remittance = vec![paid("48150", 30_000)];
    assert_eq!(told(&answer(&first, &owed())), "C-1 3/1:30000 rest 0");
    first.remittance = vec![paid("48150", 40_000)];
    first.amount = 40_000;
    assert_eq!(told(&answer(&first, &owed())), "C-1 3/1:30000 3/2:10000 short 3/2:20000 unexplained rest 0 ? short");
}

#[test]
fn all_that_is_due_by_a_day_is_paid_where_nothing_else_could_be_meant() {
    let many: Vec<PayableLine> = (0..45)
        .map(|n| {
            line(
                n + 1,
                &format!("R-{:04}", 1000 + n),
                if n < 20 { "2026-03-31" } else { "2026-04-30" },
                100_003 + n * 7_919,
            )
        })
        .collect();
    let due: i64 = many[..20].iter().map(|line| line.open).sum();
    let mut book = Owed { lines: many, ..Owed::default() };
    assert!(told(&answer(&receipt(due, &[]), &book)).starts_with("C-6 1/1:100003 2/1:"));
    assert_eq!(told(&answer(&receipt(due + 1, &[]), &book)), " ? nothing_fits");
    book.lines[30].open = book.lines[3].open;
    assert_eq!(told(&answer(&receipt(due, &[]), &book)), " ? nothing_fits", "a later one is as large as one of them");
}

#[test]
fn all_that_is_due_on_some_days_is_paid_and_a_later_instalment_is_no_twin_of_an_earlier() {
    let mut book = Owed {
        lines: vec![
            line(1, "R-1001", "2026-02-01", 310_011),
            line(2, "R-1002", "2026-03-02", 410_017),
            instalment(3, 1, "R-1003", "2026-03-02", 120_003),
            line(4, "R-1004", "2026-03-05", 520_029),
            line(5, "R-1005", "2026-03-20", 240_031),
            instalment(3, 2, "R-1003", "2026-04-02", 120_003),
        ],
        ..Owed::default()
    };
    let by_days = CashPolicy { order: vec![dunwell_rules::cash::CashRule::PastDue], ..CashPolicy::default() };
    let found = |amount, book: &Owed| told(&dunwell_rules::cash::apply(&receipt(amount, &[]), book, &by_days));
    assert_eq!(found(1_050_049, &book), "C-6 2/1:410017 3/1:120003 4/1:520029 rest 0", "of the second and the fifth");
    assert_eq!(found(530_020, &book), "C-6 2/1:410017 3/1:120003 rest 0", "of one day");
    book.lines[4].open = 520_029;
    assert_eq!(found(1_050_049, &book), " ? nothing_fits", "another is as large as one of them");
    assert_eq!(told(&answer(&receipt(120_003, &[]), &book)), "C-3 3/1:120003 rest 0", "the first of two equal ones");
}

#[test]
fn one_of_several_named_pays_the_others_less_their_discounts_too() {
    let mut book = owed();
    for (place, discount) in [(0, 2_469), (2, 4_000)] {
        book.lines[place].discount = Some((day("2026-03-08"), discount));
    }
    let found = answer(&receipt(316_987, &["48129"]), &book);
    assert_eq!(told(&found), "C-2 1/1:120987 2/1:196000 short 1/1:2469 discount short 2/1:4000 discount rest 0");
}

#[test]
fn an_advice_that_comes_after_the_money_explains_what_is_left() {
    let policy = CashPolicy::default();
    let short = |amount| Deduction { amount, stated: "06".into(), reason: DisputeReason::ShortShipment };
    let mut left = receipt(0, &[]);
    left.remittance = vec![RemittanceLine { deductions: vec![short(1_500)], ..paid("48131", 198_500) }];
    let mut book = owed();
    book.lines[2].open = 1_500;
    let applied = [("INV-48131".to_owned(), 198_500)];
    assert_eq!(told(&explain(&left, &applied, &book, &policy)), "C-1 short 2/1:1500 deduction rest 0");
    left.remittance[0].paid = Some(198_000);
    assert_eq!(told(&explain(&left, &applied, &book, &policy)), " ? advice_differs", "more was set against it");
    left.remittance = vec![paid("48129", 198_500)];
    assert_eq!(told(&explain(&left, &applied, &book, &policy)), " ? advice_differs", "it was set against another");
    let mut over = receipt(10_000, &[]);
    over.remittance = vec![paid("48131", 200_000), paid("48129", 10_000)];
    let applied = [("INV-48131".to_owned(), 200_000)];
    assert_eq!(
        told(&explain(&over, &applied, &owed(), &policy)),
        "C-1 1/1:10000 short 1/1:113456 unexplained rest 0 ? short"
    );
    over.remittance.pop();
    assert_eq!(told(&explain(&over, &applied, &owed(), &policy)), " ? does_not_foot");
}

#[test]
fn a_payment_is_known_by_its_reference_and_zeros_before_a_number_do_not_count() {
    let written = |text: &str| vec!["B1".to_owned(), text.to_owned()];
    for (reference, text, same) in [
        ("TRACE9", "trace-9", true),
        ("0001234", "1234", true),
        ("1234", "12345", false),
        ("12", "12", false),
        ("", "", false),
        ("00", "0", false),
    ] {
        assert_eq!(same_payment(reference, &written(text)), same, "{reference} in {text}");
    }
    assert!(
        near_enough(Some(day("2026-03-01")), day("2026-03-11"))
            && !near_enough(Some(day("2026-03-01")), day("2026-03-12"))
    );
    assert!(!near_enough(None, day("2026-03-11")));
}

#[test]
fn a_name_that_is_only_alike_is_enough_where_the_amounts_account_for_the_receipt() {
    let who = |id, evidence| Candidate { evidence: vec![evidence], ..Candidate::given(EntryId(id), EntryId(id)) };
    let policy = CashPolicy::default();
    let find = |amount, likely: &[Candidate]| {
        by_amounts(&receipt(amount, &[]), likely, |_| owed(), &policy)
            .map(|(who, answer)| (who.account.0, told(&answer)))
    };
    let alike = who(1, Evidence::NameLike);
    assert_eq!(find(123_456, std::slice::from_ref(&alike)), Some((1, "C-3 1/1:123456 rest 0".to_owned())));
    assert_eq!(find(123_457, std::slice::from_ref(&alike)), None, "nothing is that much");
    assert_eq!(find(123_456, &[alike, who(2, Evidence::NameLike)]), None, "two names are alike");
    assert_eq!(find(123_456, &[who(1, Evidence::Amount)]), None, "no name");
}

#[test]
fn what_banks_took_on_the_way_is_written_off_where_it_is_just_what_is_missing() {
    let charged = |amount, references: &[&str], charges| Receipt { charges, ..receipt(amount, references) };
    let cases: [(&str, Receipt, &str); 4] = [
        ("one document", charged(199_500, &["48131"], 500), "C-2 2/1:199500 short 2/1:500 bank_charge rest 0"),
        (
            "two documents: on the last",
            charged(322_956, &["48129", "48131"], 500),
            "C-2 1/1:123456 2/1:199500 short 2/1:500 bank_charge rest 0",
        ),
        (
            "more is missing than was charged",
            charged(199_000, &["48131"], 500),
            "C-2 2/1:199000 short 2/1:1000 unexplained rest 0 ? short",
        ),
        (
            "nothing was charged",
            receipt(199_500, &["48131"]),
            "C-2 2/1:199500 short 2/1:500 unexplained rest 0 ? short",
        ),
    ];
    for (case, receipt, expected) in cases {
        assert_eq!(told(&answer(&receipt, &Owed { credits: Vec::new(), ..owed() })), expected, "{case}");
    }
}
