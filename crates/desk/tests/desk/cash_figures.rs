//! What is asked about a receipt is told in figures, and an account's history says by which rule a receipt was applied.

use crate::cash::{bai2, book, read};
use crate::common::{INVOICES, day, put, verified};
use crate::remittance::{told, x12};
use dunwell_desk::Desk;
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt};
use dunwell_desk::cash::exceptions::{CashException, cash_exceptions, cash_receipt};
use dunwell_desk::import::ImportKind;
use dunwell_desk::look::timeline::timeline;
use dunwell_store::testing::on_each_database;
use dunwell_store::views::timeline::TimelineOf;

const TODAY: &str = "2025-03-03";

/// The one receipt that is asked this, as the list tells it; the look at it alone tells the same figures.
async fn asked(desk: &Desk, question: &str) -> CashException {
    let asked = cash_exceptions(desk, None, 20).await.expect("exceptions");
    let mut asked: Vec<_> = asked.into_iter().filter(|asked| asked.receipt.asked == [question]).collect();
    assert_eq!(asked.len(), 1, "{question}");
    let listed = asked.remove(0);
    let shown = cash_receipt(desk, &listed.receipt.receipt.to_string(), None).await.expect("it is there");
    assert_eq!(shown.exception.figures, listed.figures);
    listed
}

#[test]
fn what_was_paid_before_and_what_is_over_is_told() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        read(&desk, &[bai2("250303", &[(90_000, "B1", "GROC INV 48129")], 0)], None, day(TODAY)).await;
        let twin = "GROC,Groc,INV-48999,invoice,2025-01-10,2025-02-09,USD,900.00,,\n";
        put(&desk, ImportKind::Invoices, &format!("{INVOICES}{twin}"), day(TODAY)).await;
        let more = [(90_000, "B2", "GROC INV 48129"), (40_000, "B3", "LARD INV-60001")];
        read(&desk, &[bai2("250304", &more, 0)], None, day("2025-03-04")).await;

        let twice = asked(&desk, "paid_before").await;
        let [paid] = &twice.figures.paid_before[..] else { panic!("{:?}", twice.figures) };
        assert_eq!((paid.document.as_str(), paid.amount.minor, paid.closed_on), ("INV-48129", 90_000, day(TODAY)));
        let first = desk.book.read().await.expect("a reading").receipts_called("B1").await.expect("B1")[0].receipt;
        let [by] = &paid.paid_by[..] else { panic!("{:?}", paid.paid_by) };
        assert_eq!((by.receipt, by.document.as_str(), by.kind.as_str()), (Some(first), "B1", "receipt"));
        assert_eq!((by.on, by.amount.minor), (day(TODAY), 90_000));

        let over = asked(&desk, "overpaid").await.figures.overpaid.expect("too much");
        assert_eq!((over.documents, over.open.minor, over.over.minor), (vec!["INV-60001".into()], 33_333, 6_667));
        verified(&desk).await;
    });
}

#[test]
fn an_advice_that_does_not_foot_tells_its_sum_and_is_proposed_no_surer_than_one_of_two() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        told(&desk, &[x12("TRACE9", "985", &["RMR*IV*INV-48129*PI*900*900", "RMR*IV*INV-48131*PI*100*100"])]).await;
        read(&desk, &[bai2("250303", &[(98_500, "B1", "TRACE9")], 0)], None, day(TODAY)).await;
        let apart = asked(&desk, "does_not_foot").await;
        let sum = apart.figures.does_not_foot.expect("an advice");
        assert_eq!((sum.stated.minor, sum.came_in.minor, sum.difference.minor), (100_000, 98_500, 1_500));
        let proposals: Vec<_> = apart.payers[0].proposals.iter().map(|found| (found.rule, found.confidence)).collect();
        assert_eq!(proposals, [("C-1", 50)]);
    });
}

#[test]
fn the_history_of_an_account_says_which_rule_applied_a_receipt_and_of_no_person_that_it_was_one() {
    on_each_database(async |place| {
        let desk = book(place.db()).await;
        read(&desk, &[bai2("250228", &[(5_000, "B0", "GROC TRACE9")], 0)], None, day("2025-02-28")).await;
        let first = asked(&desk, "unknown_payer").await.receipt.receipt.to_string();
        let said = ReceiptMatched { account: Some("GROC".into()), on_account: true, ..ReceiptMatched::default() };
        match_receipt(&desk, &first, &said, day("2025-02-28")).await.expect("on account");
        told(&desk, &[x12("TRACE9", "50", &["RMR*IV*INV-48131*PI*50*100"])]).await;
        let paid = [(90_000, "B1", "GROC INV 48129"), (33_333, "B2", "LARD"), (10_000, "B3", "SOMEBODY")];
        read(&desk, &[bai2("250303", &paid, 0)], None, day(TODAY)).await;
        let by_hand = asked(&desk, "unknown_payer").await;
        let said = ReceiptMatched { account: Some("BETA".into()), ..ReceiptMatched::default() };
        match_receipt(&desk, &by_hand.receipt.receipt.to_string(), &said, day("2025-03-04")).await.expect("taken");
        let words = async |code: &str| {
            let page = timeline(&desk, code, TimelineOf::Money, None, None).await.expect("a page");
            page.entries
                .into_iter()
                .map(|entry| entry.words)
                .filter(|words| words.contains("applied"))
                .collect::<Vec<_>>()
        };
        let by_rule = [
            "Payment B1 900.00 USD, applied to INV-48129 by C-2 references",
            "B0: 50.00 USD applied to INV-48131 by C-1 remittance lines",
        ];
        assert_eq!(words("GROC").await, by_rule);
        assert_eq!(words("LARD").await, ["Payment B2 333.33 USD, applied to INV-60001 by C-3 exact item"]);
        assert_eq!(words("BETA").await, ["Payment B3 100.00 USD, applied to INV-50001"]);
    });
}
