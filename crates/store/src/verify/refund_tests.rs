//! Refunds, payment files and write-offs that were tampered with are found.

#![allow(clippy::inconsistent_digit_grouping, reason = "amounts are written as units and hundredths")]

use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::refund::{PaymentKind, RefundEnd};
use dunwell_rules::write_off::WriteOffReason;

use super::tests::execute;
use crate::example::{self, on};
use crate::record::{NewRefund, NewRefundFile, NewWriteOff};
use crate::testing::{command, on_each_database};

/// A corruption, and what undoes it.
const CORRUPTIONS: &[(&str, &str)] = &[
    ("update refund set amount = amount + 1", "update refund set amount = amount - 1"),
    ("update refund set credit_item = credit_item + 1", "update refund set credit_item = credit_item - 1"),
    ("update refund set item = item + 1", "update refund set item = item - 1"),
    ("update refund set file = file + 1", "update refund set file = file - 1"),
    ("update refund set ended = 'returned'", "update refund set ended = 'confirmed'"),
    ("update refund set ended_on = ended_on + 1", "update refund set ended_on = ended_on - 1"),
    ("update refund set kind = 'nacha'", "update refund set kind = 'pain.001'"),
    ("update refund_file set pays_on = pays_on + 1", "update refund_file set pays_on = pays_on - 1"),
    ("update refund_file set message_id = 'DW-2'", "update refund_file set message_id = 'DW-1'"),
    (
        "update note_text set text = text || ' ' where account = 0",
        "update note_text set text = trim(text) where account = 0",
    ),
    ("update write_off set amount = amount + 1", "update write_off set amount = amount - 1"),
    ("update write_off set recovered = recovered + 1", "update write_off set recovered = recovered - 1"),
    ("update write_off set reason = 'agreed'", "update write_off set reason = 'insolvent'"),
    ("update write_off set maker = 'somebody'", "update write_off set maker = 'desk'"),
    (
        "update write_off set credit_item = null",
        "update write_off set credit_item = (select max(item) from item where kind = 'write_off')",
    ),
    ("update write_off set taken_back_on = 1", "update write_off set taken_back_on = null"),
];

#[test]
fn every_planted_corruption_of_a_refund_or_write_off_is_found() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        let example = example::record(&book).await;
        let credit = example::item(example.acme, ItemKind::CreditMemo, "C-9", 90, &[], 70_00);
        let mut recording = book.record(&command("refund request", on(90))).await.expect("a recording");
        let credit = recording.post_items(&[credit], &[9]).await.expect("a credit")[0];
        let new = NewRefund {
            account: example.acme,
            credit,
            document: "C-9".into(),
            amount: Money::new(50_00, Currency::USD),
            kind: PaymentKind::Pain001,
            role: "approver".into(),
            payee: "{\"name\":\"ACME\",\"iban\":\"DE89370400440532013000\"}".into(),
        };
        let (refund, request) = recording.ask_refund("refund", &new).await.expect("asked");
        recording.commit().await.expect("committed");
        let mut recording = book
            .record(&crate::record::Command { actor: "mara".into(), ..command("approve", on(91)) })
            .await
            .expect("one");
        let row = recording.refund_of(example.acme, request).await.expect("no fault").expect("it");
        recording.post_refund(&row, on(91)).await.expect("no fault").expect("it fits");
        recording.approve(request, on(91), None, None).await.expect("signed");
        recording.commit().await.expect("committed");
        let mut recording = book.record(&command("refund file", on(92))).await.expect("a recording");
        let file = NewRefundFile {
            kind: PaymentKind::Pain001,
            message_id: "DW-1".into(),
            pays_on: on(92),
            sums: serde_json::json!([]),
            sha256: [3; 32],
            text: "<Document/>".into(),
            refunds: vec![(example.acme, refund)],
        };
        recording.keep_refund_file(&file, on(92)).await.expect("kept");
        let row = recording.refund(refund).await.expect("no fault").expect("it");
        recording.end_refund(&row, RefundEnd::Confirmed, on(93), None).await.expect("ended");
        let new = NewWriteOff {
            account: example.acme,
            item: example.first,
            document: "A-1".into(),
            amount: Money::new(30_00, Currency::USD),
            reason: WriteOffReason::Insolvent,
            tax_relief: true,
            maker: "desk".into(),
            request: None,
            batch: None,
            words: Some("bankrupt".into()),
        };
        let write_off = recording.write_off(&new, on(93)).await.expect("no fault").expect("it is open");
        let row = recording.written_off(write_off).await.expect("no fault").expect("it");
        recording.take_back_write_off(&row, 10_00, on(94), None).await.expect("no fault").expect("it stands");
        recording.commit().await.expect("committed");

        let report = book.verify().await.expect("a report");
        assert!(report.ok, "{:#?}", report.checks.iter().filter(|check| !check.ok).collect::<Vec<_>>());
        for (corrupt, mend) in CORRUPTIONS {
            assert!(execute(book.db(), corrupt).await.expect("it is planted") > 0, "{corrupt}");
            assert!(!book.verify().await.expect("a report").ok, "it is found: {corrupt}");
            execute(book.db(), mend).await.expect("it is mended");
        }
        assert!(book.verify().await.expect("a report").ok, "all is mended");
    });
}
