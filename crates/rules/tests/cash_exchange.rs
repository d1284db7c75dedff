//! A receipt in another currency than what it pays: what it comes to, what is left between, and when that is too much.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::{
    CashPolicy, Exchange, ExchangeRefusal, Owed, PayableLine, Receipt, exchange, exchange_match,
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

/// Open lines in cents, what is named, and the lines that are proposed with how sure that is.
type Case = (&'static [i64], &'static [&'static str], Option<(&'static [i64], u8)>);

/// A receipt of 920.00 EUR, which is 997.00 USD.
#[test]
fn what_is_named_is_proposed_else_the_one_line_that_fits_else_all_of_it() {
    let cases: [Case; 7] = [
        (&[99_000, 50_000], &[], Some((&[1], 70))),
        (&[99_000, 99_900], &[], None),
        (&[99_000, 99_900], &["INV-10002"], Some((&[2], 90))),
        (&[99_000, 99_900], &["10001", "10002"], None),
        (&[60_000, 40_000], &["INV-10001 INV-10002"], Some((&[1, 2], 60))),
        (&[60_000, 40_000], &["10001", "10002"], Some((&[1, 2], 90))),
        (&[], &[], None),
    ];
    for (open, references, expected) in cases {
        let lines = (1..).zip(open).map(|(item, open)| line(item, &format!("INV-1000{item}"), *open)).collect();
        let receipt = Receipt {
            amount: 92_000,
            currency: Currency::EUR,
            value_date: Date::MIN,
            remittance: Vec::new(),
            references: references.iter().map(|text| (*text).into()).collect(),
            stated: Vec::new(),
            discount_bp: None,
            held_back: Vec::new(),
            text: String::new(),
        };
        let owed = Owed { lines, ..Owed::default() };
        let found = exchange_match(&receipt, &owed, &rate("EUR", "USD", 1_083_700_000), &CashPolicy::default());
        let found = found.map(|found| (found.lines.iter().map(|line| line.item.0).collect(), found.confidence));
        let expected = expected.map(|(items, sure)| (items.to_vec(), sure));
        assert_eq!(found, expected, "{open:?} {references:?}");
    }
}
