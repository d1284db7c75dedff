//! A receipt in another currency than what it pays: what it comes to, what is left between, and when that is too much.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::{
    CashPolicy, Exchange, ExchangeRefusal, Owed, PayableLine, Receipt, exchange, exchange_matches, is_near,
    pays_abroad_by_itself,
};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money, RateFacts};

fn rate(from: &str, to: &str, rate_nano: i64) -> RateFacts {
    let currency = |code| Currency::parse(code).expect("a currency");
    RateFacts { from: currency(from), to: currency(to), day: Date::MIN, rate_nano, source: "ECB".into() }
}

fn money(text: &str) -> Money {
    let (minor, code) = text.split_once(' ').expect("an amount and a currency");
    Money::new(minor.parse().expect("minor units"), Currency::parse(code).expect("a currency"))
}

/// Minor units: what is left of the receipt, what it pays, the rate, whether a rest is kept; what it gives, gets, what is between.
#[test]
fn a_receipt_gives_what_comes_to_what_it_pays_and_the_difference_is_named() {
    let ecb = rate("EUR", "USD", 1_083_700_000);
    let turned = rate("USD", "EUR", 922_764_603);
    let yen = rate("USD", "JPY", 149_500_000_000);
    let cases = [
        ("92000 EUR", "99700 USD", &ecb, false, Some(("92000 EUR", "99700 USD", 0))),
        ("92000 EUR", "100000 USD", &ecb, false, Some(("92000 EUR", "99700 USD", 300))),
        ("92000 EUR", "99000 USD", &ecb, false, Some(("92000 EUR", "99700 USD", -700))),
        ("92000 EUR", "98000 USD", &ecb, false, None),
        ("92000 EUR", "101000 USD", &ecb, false, None),
        ("200000 EUR", "100000 USD", &ecb, true, Some(("92276 EUR", "100000 USD", 0))),
        ("200000 EUR", "100000 USD", &ecb, false, None),
        ("92000 EUR", "99700 USD", &turned, false, Some(("92000 EUR", "99700 USD", 0))),
        ("10000 USD", "14950 JPY", &yen, false, Some(("10000 USD", "14950 JPY", 0))),
        ("14950 JPY", "10000 USD", &yen, false, Some(("14950 JPY", "10000 USD", 0))),
        ("1 USD", "1 JPY", &yen, false, Some(("1 USD", "1 JPY", 0))),
        ("0 EUR", "100 USD", &ecb, false, None),
        ("100 EUR", "0 USD", &ecb, true, None),
        ("92000 GBP", "99700 USD", &ecb, false, None),
    ];
    for (left, pays, rate, keeps, expected) in cases {
        let found = exchange(money(left), money(pays), rate, &CashPolicy::default(), keeps).ok();
        let expected =
            expected.map(|(gives, gets, difference)| Exchange { gives: money(gives), gets: money(gets), difference });
        assert_eq!(found, expected, "{left} on {pays}, keeps {keeps}");
    }
    let refused = exchange(money("92000 EUR"), money("98000 USD"), &ecb, &CashPolicy::default(), false);
    let (gets, pays, allowed) = (money("99700 USD"), money("98000 USD"), money("980 USD"));
    assert_eq!(refused, Err(ExchangeRefusal::TooFar { gets, pays, allowed }));
}

fn line(item: i64, document: &str, open: i64) -> PayableLine {
    PayableLine {
        account: EntryId(1),
        item: EntryId(item),
        line: 1,
        document: document.into(),
        po_number: None,
        kind: ItemKind::Invoice,
        due_date: Date::MIN,
        open,
        document_amount: open,
        discount: None,
        disputed: 0,
    }
}

/// Open lines in cents, what is named, and the lines of each proposal with how sure that is.
type Case = (&'static [i64], &'static [&'static str], &'static [(&'static [i64], u8)]);

fn euros(references: &[&str]) -> Receipt {
    Receipt {
        amount: 92_000,
        currency: Currency::EUR,
        value_date: Date::MIN,
        remittance: Vec::new(),
        references: references.iter().map(|text| (*text).into()).collect(),
        stated: Vec::new(),
        discount_bp: None,
        held_back: Vec::new(),
        charges: 0,
        text: String::new(),
    }
}

fn owing(open: &[i64]) -> Owed {
    let lines = (1..).zip(open).map(|(item, open)| line(item, &format!("INV-1000{item}"), *open)).collect();
    Owed { lines, ..Owed::default() }
}

/// A receipt of 920.00 EUR, which is 997.00 USD.
#[test]
fn what_is_named_is_proposed_else_all_that_fits_the_nearest_first() {
    let cases: [Case; 9] = [
        (&[99_000, 50_000], &[], &[(&[1], 70)]),
        (&[99_000, 99_900], &[], &[(&[2], 50), (&[1], 50)]),
        (&[99_000, 99_900, 99_800], &[], &[(&[3], 33), (&[2], 33), (&[1], 33)]),
        (&[99_000, 99_900], &["INV-10002"], &[(&[2], 90)]),
        (&[99_000, 99_900], &["10001", "10002"], &[]),
        (&[60_000, 40_000], &["INV-10001 INV-10002"], &[(&[1, 2], 60)]),
        (&[60_000, 40_000], &["10001", "10002"], &[(&[1, 2], 90)]),
        (&[99_700, 100], &[], &[(&[1], 50), (&[1, 2], 50)]),
        (&[], &[], &[]),
    ];
    for (open, references, expected) in cases {
        let rate = rate("EUR", "USD", 1_083_700_000);
        let found = exchange_matches(&euros(references), &owing(open), &rate, &CashPolicy::default());
        let found: Vec<(Vec<i64>, u8)> = found
            .into_iter()
            .map(|found| (found.lines.iter().map(|line| line.item.0).collect(), found.confidence))
            .collect();
        let expected: Vec<(Vec<i64>, u8)> = expected.iter().map(|(items, sure)| (items.to_vec(), *sure)).collect();
        assert_eq!(found, expected, "{open:?} {references:?}");
    }
}

#[test]
fn only_what_is_named_and_undisputed_pays_by_itself_and_only_where_the_policy_says_so() {
    let by_itself = |references: &[&str], disputed: i64, apply_named_currency: bool| {
        let policy = CashPolicy { apply_named_currency, ..CashPolicy::default() };
        let mut owed = owing(&[99_900, 5]);
        owed.lines[0].disputed = disputed;
        let found = exchange_matches(&euros(references), &owed, &rate("EUR", "USD", 1_083_700_000), &policy);
        found.first().map(|found| pays_abroad_by_itself(found, &policy))
    };
    assert_eq!(by_itself(&["INV-10001"], 0, true), Some(true));
    assert_eq!(by_itself(&["INV-10001"], 0, false), Some(false));
    assert_eq!(by_itself(&["INV-10001"], 1, true), Some(false));
    assert_eq!(by_itself(&[], 0, true), Some(false));
}

#[test]
fn a_stated_rate_is_near_the_dated_one_in_either_direction() {
    let policy = CashPolicy::default();
    // 10 % of 1.0000, and of 1 / 0.8 = 1.25.
    let cases = [
        (1_100_000_000, rate("EUR", "USD", 1_000_000_000), true),
        (1_100_000_001, rate("EUR", "USD", 1_000_000_000), false),
        (899_999_999, rate("EUR", "USD", 1_000_000_000), false),
        (1_375_000_000, rate("USD", "EUR", 800_000_000), true),
        (1_375_000_001, rate("USD", "EUR", 800_000_000), false),
    ];
    for (stated, dated, near) in cases {
        assert_eq!(is_near(&rate("EUR", "USD", stated), &dated, &policy), near, "{stated}");
    }
}
