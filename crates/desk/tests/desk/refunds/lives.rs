//! A credit is not taken away from under a refund that is just being asked for.

use std::time::Duration;

use dunwell_desk::Desk;
use dunwell_desk::apply_cash::reverse;
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::exceptions::{cash_exceptions, cash_receipt};
use dunwell_desk::import::reverse_import;
use dunwell_desk::rules::refund::PaymentKind;
use dunwell_store::record::NewRefund;
use dunwell_store::testing::on_each_database;

use super::{Arc, Barrier, TODAY, at_once, bank, book, by_iban, camt, code, who};
use crate::common::{conserved, day, verified};

#[test]
fn a_refund_that_is_asked_for_meanwhile_keeps_its_credit() {
    on_each_database(async |place| {
        let db = place.db();
        let desk = book(db).await;
        let (cleo, on) = (who(db, "cleo").await, day(TODAY));
        let report = bank(&desk, &camt("X-1", "CRDT", "B-7")).await;
        let import = report.files[0].import.clone().expect("an import");
        let found = cash_exceptions(&desk, None, 9).await.expect("a list").remove(0).receipt;
        let receipt = found.receipt.to_string();
        let whole = ReceiptMatched { account: Some("ACME".into()), on_account: true, ..Default::default() };
        match_receipt(&desk, &receipt, &whole, on).await.expect("it is ACME's");
        let credit = cash_receipt(&desk, &receipt, None).await.expect("it").exception.receipt;

        // Somebody asks for a refund, and has not committed yet.
        let mut asking = cleo.record("refund request", on).await.expect("a recording");
        asking.lock_account(credit.account_id).await.expect("locked");
        let new = NewRefund {
            account: credit.account_id,
            credit: credit.item,
            document: credit.document.clone(),
            amount: credit.amount,
            kind: PaymentKind::Pain001,
            role: "approver".into(),
            payee: serde_json::to_string(&by_iban()).expect("plain text"),
        };
        asking.ask_refund("refund", &new).await.expect("asked");
        let start = Arc::new(Barrier::new(4));
        let (item, taken, undone) = (credit.item.to_string(), receipt.clone(), import);
        let hands = [
            at_once(place.url(), "mara", &start, async move |desk: Desk| {
                code(unmatch_receipt(&desk, &taken, None, on).await)
            }),
            at_once(place.url(), "mara", &start, async move |desk: Desk| code(reverse(&desk, &item, on).await)),
            at_once(place.url(), "mara", &start, async move |desk: Desk| {
                code(reverse_import(&desk, &undone, on).await)
            }),
        ];
        start.wait();
        tokio::time::sleep(Duration::from_millis(500)).await;
        asking.commit().await.expect("a commit");
        let ended = hands.map(|hand| hand.join().expect("no panic"));
        assert_eq!(ended, ["refund_lives"; 3]);
        conserved(&desk, on).await;
        verified(&desk).await;
    });
}
