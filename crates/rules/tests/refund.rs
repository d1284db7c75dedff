//! Refunds and write-offs: check digits, what is paid back, what is written off alone, how a refund stands.

use dunwell_rules::approval::{ApprovalLimit, ApprovalState, Role};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::policy::BookAmounts;
use dunwell_rules::refund::{
    PayeeError, PaymentKind, RefundEnd, RefundState, RefundableCredit, bic, iban, may_refund, refund_state,
    routing_number, us_account_number,
};
use dunwell_rules::write_off::{
    AskBecause, WriteOffAsked, WriteOffPolicy, WriteOffReason, WriteOffWay, recovered, write_off_way,
};

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

#[test]
fn a_bank_account_is_taken_only_when_its_check_digits_fit() {
    // Examples of the IBAN registry, blanks and small letters as people type them.
    for good in
        ["DE89 3704 0044 0532 0130 00", "gb29nwbk60161331926819", "FR1420041010050500013M02606", "NO9386011117947"]
    {
        assert!(iban(good).is_ok_and(|plain| !plain.contains(' ')), "{good}");
    }
    let refused = [
        ("DE89 3704 0044 0532 0130 01", PayeeError::IbanCheck),
        ("DE89 3704 0044 0532 0310 00", PayeeError::IbanCheck),
        ("DE89 3704 0044 0532 0130 0", PayeeError::IbanForm),
        ("ZZ89370400440532013000", PayeeError::IbanForm),
        ("DEX9370400440532013000", PayeeError::IbanForm),
        ("", PayeeError::IbanForm),
        ("DÉ893704004405320130", PayeeError::IbanForm),
    ];
    for (text, why) in refused {
        assert_eq!(iban(text), Err(why), "{text}");
    }
    for (text, fits) in
        [("021000021", true), ("121042882", true), ("021000022", false), ("000000000", false), ("2100002", false)]
    {
        assert_eq!(routing_number(text).is_ok(), fits, "{text}");
    }
    for (text, fits) in [("DEUTDEFF", true), ("deutdeff500", true), ("DEUTDEF", false), ("DEUT12FF", false)] {
        assert_eq!(bic(text).is_ok(), fits, "{text}");
    }
    for (text, fits) in [("4711-0815", true), ("", false), ("123456789012345678", false), ("47 11", false)] {
        assert_eq!(us_account_number(text).is_ok(), fits, "{text}");
    }
}

#[test]
fn only_what_is_the_customers_and_free_is_paid_back() {
    let credit = RefundableCredit {
        kind: ItemKind::CreditMemo,
        unapplied: usd(10_000),
        asked: 0,
        reversed: false,
        sanctioned: false,
    };
    let table = [
        (credit, usd(10_000), PaymentKind::NachaCcd, "done"),
        (credit, usd(10_001), PaymentKind::NachaCcd, "over_applied"),
        (RefundableCredit { asked: 4_000, ..credit }, usd(6_001), PaymentKind::NachaCcd, "over_applied"),
        (RefundableCredit { asked: 4_000, ..credit }, usd(6_000), PaymentKind::Pain001, "done"),
        (RefundableCredit { kind: ItemKind::Receipt, ..credit }, usd(1), PaymentKind::Pain001, "done"),
        (RefundableCredit { kind: ItemKind::WriteOff, ..credit }, usd(1), PaymentKind::Pain001, "not_refundable"),
        (RefundableCredit { kind: ItemKind::Settlement, ..credit }, usd(1), PaymentKind::Pain001, "not_refundable"),
        (RefundableCredit { kind: ItemKind::Invoice, ..credit }, usd(1), PaymentKind::Pain001, "not_refundable"),
        (RefundableCredit { reversed: true, ..credit }, usd(1), PaymentKind::Pain001, "already_reversed"),
        (RefundableCredit { sanctioned: true, ..credit }, usd(1), PaymentKind::Pain001, "sanctioned"),
    ];
    for (credit, amount, kind, expected) in table {
        let answer = may_refund(&credit, amount, kind).map_or_else(|refused| refused.code(), |()| "done");
        assert_eq!(answer, expected, "{credit:?} {amount}");
    }
    let euros = RefundableCredit { unapplied: Money::new(500, Currency::EUR), ..credit };
    let refused = may_refund(&euros, Money::new(500, Currency::EUR), PaymentKind::NachaCcd);
    assert_eq!(refused.map_err(|refused| refused.code()), Err("currency_mismatch"));
}

#[test]
fn a_refund_ends_only_as_it_may_from_where_it_stands() {
    use RefundEnd::{Cancelled, Confirmed, Returned};
    let states = [
        (refund_state(ApprovalState::Pending, false, None), "requested", [false, false, false]),
        (refund_state(ApprovalState::Declined, false, None), "not_signed", [false, false, false]),
        (refund_state(ApprovalState::Withdrawn, false, None), "not_signed", [false, false, false]),
        (refund_state(ApprovalState::Approved, false, None), "approved", [false, true, false]),
        (refund_state(ApprovalState::Approved, true, None), "filed", [true, true, true]),
        (refund_state(ApprovalState::Approved, true, Some(Confirmed)), "confirmed", [false, false, true]),
        (refund_state(ApprovalState::Approved, true, Some(Returned)), "returned", [false, false, false]),
        (refund_state(ApprovalState::Approved, false, Some(Cancelled)), "cancelled", [false, false, false]),
    ];
    for (state, word, may) in states {
        assert_eq!(state.code(), word);
        assert!(RefundState::CODES.contains(&word));
        assert_eq!([Confirmed, Cancelled, Returned].map(|end| state.may_end(end)), may, "{word}");
    }
    assert!(!Confirmed.gives_back() && Cancelled.gives_back() && Returned.gives_back());
}

#[test]
fn a_small_balance_is_written_off_alone_and_everything_else_by_two() {
    let policy = WriteOffPolicy { alone: vec![ApprovalLimit { role: Role::Collector, up_to: "25.00".into() }] };
    let asked = WriteOffAsked {
        amount: usd(2_500),
        open: usd(2_500),
        disputed: 0,
        beside: 0,
        role: Some(Role::Collector),
        reason: WriteOffReason::SmallBalance,
    };
    let ask = |because| Some(WriteOffWay::Ask(because));
    let above = ask(AskBecause::AboveLimit { limit: usd(2_500) });
    let table = [
        (asked, Some(WriteOffWay::Alone)),
        (WriteOffAsked { open: usd(2_501), amount: usd(2_501), ..asked }, above),
        // Nothing passes in pieces.
        (WriteOffAsked { beside: 1, ..asked }, above),
        (WriteOffAsked { role: Some(Role::Manager), ..asked }, ask(AskBecause::NoLimit)),
        (WriteOffAsked { role: None, ..asked }, ask(AskBecause::NoLimit)),
        (WriteOffAsked { reason: WriteOffReason::Insolvent, ..asked }, ask(AskBecause::Reason)),
        (WriteOffAsked { disputed: 1, ..asked }, ask(AskBecause::Disputed)),
        (WriteOffAsked { disputed: 500, amount: usd(2_000), ..asked }, Some(WriteOffWay::Alone)),
        (WriteOffAsked { amount: usd(2_501), ..asked }, None),
        (WriteOffAsked { amount: usd(0), ..asked }, None),
    ];
    for (asked, expected) in table {
        assert_eq!(write_off_way(&asked, &policy, &BookAmounts::same(Currency::USD)), expected, "{asked:?}");
    }
    // An amount in a currency without a rate is compared with nothing.
    let euros = WriteOffAsked { amount: Money::new(1, Currency::EUR), open: Money::new(1, Currency::EUR), ..asked };
    assert_eq!(write_off_way(&euros, &policy, &BookAmounts::same(Currency::USD)), ask(AskBecause::NoLimit));
    assert_eq!([recovered(100, 40), recovered(100, 140), recovered(0, 5), recovered(5, -1)], [40, 100, 0, 0]);
}
