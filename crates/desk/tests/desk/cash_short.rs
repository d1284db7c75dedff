//! A receipt that pays a line short: a person gives the reason, or leaves what is missing open.

use crate::cash::{bai2, book, code, open, read};
use crate::common::{day, verified};
use dunwell_desk::Desk;
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::exceptions::{ReceiptShown, cash_exceptions, cash_receipt};
use dunwell_desk::cash::set_lines::LinePaid;
use dunwell_desk::look::account::account;
use dunwell_desk::transfer_credit::transfer_credit;
use dunwell_store::testing::on_each_database;

const TODAY: &str = "2025-03-03";

/// The receipt, which pays 800.00 of the 900.00 that GROC's document has open.
async fn short(desk: &Desk) -> ReceiptShown {
    read(desk, &[bai2("250303", &[(80_000, "B1", "GROC INV 48129")], 0)], None, day(TODAY)).await;
    let asked = cash_exceptions(desk, None, 10).await.expect("exceptions");
    assert_eq!((asked.len(), asked[0].receipt.asked.as_slice()), (1, ["short".to_owned()].as_slice()));
    cash_receipt(desk, &asked[0].receipt.receipt.to_string(), None).await.expect("it is there")
}

async fn disputed(desk: &Desk) -> i64 {
    account(desk, "GROC", day(TODAY)).await.expect("an account").currencies[0].disputed.minor
}

#[test]
fn a_reason_disputes_what_is_missing_and_goes_with_what_the_receipt_pays() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let on = day(TODAY);
        let shown = short(&desk).await;
        let receipt = shown.exception.receipt.receipt.to_string();
        let [line] = &shown.short[..] else { panic!("{:?}", shown.short) };
        assert_eq!((line.document.as_str(), line.pays.minor, line.missing.minor), ("INV-48129", 80_000, 10_000));
        let matched = shown.matched.as_ref().expect("a rule applied it");
        assert!(!matched.by_hand && matched.on == on, "{matched:?}");
        let said = |item: &str, amount: Option<&str>, why: &str| ReceiptMatched {
            lines: vec![LinePaid {
                item: item.into(),
                line: line.line,
                amount: amount.map(str::to_owned),
                held_back: Some(why.into()),
            }],
            ..ReceiptMatched::default()
        };
        let other = cash_receipt(&desk, &receipt, None).await.expect("it is there").lines;
        let other = &other.iter().find(|line| line.document == "INV-48131").expect("it is open").item;
        for wrong in [said(&line.item, None, "because"), said(other, None, "price"), ReceiptMatched::default()] {
            assert_eq!(code(match_receipt(&desk, &receipt, &wrong, on).await), "bad_value", "{wrong:?}");
        }
        assert_eq!(
            (disputed(&desk).await, open(&desk, "GROC").await),
            (0, (20_000, 0)),
            "nothing of that was recorded"
        );

        let stands = match_receipt(&desk, &receipt, &said(&line.item, None, "price"), on).await.expect("a reason");
        assert_eq!((stands.applied.minor, stands.unapplied.minor), (80_000, 0));
        assert_eq!((stands.short[0].reason, stands.short[0].missing.minor), (Some("price"), 10_000));
        assert_eq!((disputed(&desk).await, open(&desk, "GROC").await), (10_000, (20_000, 0)));
        let after = cash_receipt(&desk, &receipt, None).await.expect("it is there");
        assert!(after.exception.receipt.asked.is_empty() && after.short[0].unexplained().is_zero(), "{after:?}");
        assert_eq!(after.short_of()[0].why, "deduction");
        assert_eq!(after.because.expect("kept")["rule"], "C-2", "the rule that applied it stays known");
        let again = match_receipt(&desk, &receipt, &said(&line.item, Some("0"), "price"), on).await;
        assert_eq!(code(again), "bad_value", "it is disputed already");
        verified(&desk).await;

        unmatch_receipt(&desk, &receipt, None, on).await.expect("taken back");
        assert_eq!((disputed(&desk).await, open(&desk, "GROC").await), (0, (100_000, 0)), "undone with what it pays");
        verified(&desk).await;
    });
}

#[test]
fn what_is_missing_is_left_open_by_a_plain_act() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        let shown = short(&desk).await;
        let receipt = shown.exception.receipt.receipt.to_string();
        let stays = ReceiptMatched { as_it_is: true, version: Some(shown.version), ..ReceiptMatched::default() };
        let both = ReceiptMatched { on_account: true, ..stays.clone() };
        assert_eq!(code(match_receipt(&desk, &receipt, &both, day(TODAY)).await), "bad_value");
        let stands = match_receipt(&desk, &receipt, &stays, day(TODAY)).await.expect("left as it is");
        assert_eq!((stands.short[0].reason, stands.short[0].document.as_str()), (None, "INV-48129"));
        assert!(cash_exceptions(&desk, None, 10).await.expect("exceptions").is_empty());
        assert_eq!((disputed(&desk).await, open(&desk, "GROC").await), (0, (20_000, 0)));
        verified(&desk).await;
    });
}

#[test]
fn a_receipt_of_which_a_part_is_applied_is_not_moved_and_the_refusal_says_what_to_do() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        read(&desk, &[bai2("250303", &[(95_000, "B1", "GROC INV 48129")], 0)], None, day(TODAY)).await;
        let moved = transfer_credit(&desk, "GROC", "B1", "BETA", None, day(TODAY)).await;
        let told = format!("{:?}", moved.expect_err("it pays something"));
        assert!(told.contains("50.00 USD of its 950.00 USD is unapplied") && told.contains("unmatch"), "{told}");
    });
}
