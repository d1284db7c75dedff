//! Posting, settling, applying, reversing, revising.

use dunwell_rules::account::EntryId;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::db::Db;
use dunwell_store::record::{NewLine, PostingRefusal, Revised};
use dunwell_store::testing::{Place, on_each_database};

use crate::foot::{assert_foots, one, rows};
use crate::{account, application, day, document, on, open, post};

#[test]
fn what_is_posted_and_settled_in_one_recording_is_written_closed() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let mut recording = on(&book, day(1, 5)).await;
        let invoice = document(acme, ItemKind::Invoice, "INV-1", 10_000, day(1, 5), day(2, 4));
        let items = recording.post_items(&[invoice], &[1]).await.expect("posted");
        let settled = recording.post_settlements(&[(items[0], day(2, 14))]).await.expect("settled");
        assert_eq!(settled.len(), 1);
        let found = recording.items_by_external("erp", &["INV-1", "INV-2"]).await.expect("found");
        assert_eq!(found.len(), 1);
        assert_eq!((found["INV-1"].open, found["INV-1"].settlement), (0, Some(settled[0])));
        recording.commit().await.expect("a commit");
        assert_foots(&book).await;
        assert_eq!(one(&book, "select longest_days_late from account_month").await, 10);
        assert_eq!(one(&book, "select version from account_state").await, 2, "one change a recording");
        let mut recording = on(&book, day(2, 15)).await;
        assert!(recording.post_settlements(&[(items[0], day(2, 15))]).await.expect("nothing").is_empty());
        assert_eq!(recording.commit().await.expect("no trace"), 0);
    });
}

#[test]
fn an_item_that_was_posted_before_is_settled_on_its_posting_day_at_the_earliest() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let mut invoice = document(acme, ItemKind::Invoice, "INV-1", 10_000, day(1, 5), day(2, 4));
        invoice.posting_date = day(1, 20);
        invoice.lines = vec![NewLine { due: day(2, 4), amount: 4_000 }, NewLine { due: day(3, 4), amount: 6_000 }];
        let items = post(&book, &[invoice]).await;
        let mut recording = on(&book, day(2, 1)).await;
        let settled = recording.post_settlements(&[(items[0], day(1, 10))]).await.expect("settled");
        assert_eq!(settled.len(), 1);
        recording.commit().await.expect("a commit");
        assert_foots(&book).await;
        let days: Vec<(i64, i64)> =
            rows(&book, "select min(value_day), max(value_day) from ledger where kind = 'application'").await;
        let posted = dunwell_rules::calendar::day_number(day(1, 20));
        assert_eq!(days, [(posted, posted)]);
        let mut recording = on(&book, day(3, 1)).await;
        recording.reverse(settled[0], day(3, 1)).await.expect("no fault").expect("reversed");
        let found = recording.items_by_external("erp", &["INV-1"]).await.expect("found");
        assert_eq!((found["INV-1"].open, found["INV-1"].settlement), (10_000, None), "clearing settled_on reopens");
        recording.commit().await.expect("a commit");
        assert_foots(&book).await;
    });
}

#[test]
fn a_receipt_is_applied_oldest_due_line_first_and_never_beyond_what_is_open() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let mut invoice = document(acme, ItemKind::Invoice, "INV-1", 10_000, day(1, 5), day(2, 4));
        invoice.lines = vec![NewLine { due: day(3, 4), amount: 4_000 }, NewLine { due: day(2, 4), amount: 6_000 }];
        let mut euros = document(acme, ItemKind::Invoice, "INV-2", 500, day(1, 5), day(2, 4));
        euros.amount = Money::new(500, Currency::EUR);
        let receipt = document(acme, ItemKind::Receipt, "PAY-1", 9_000, day(2, 1), day(2, 1));
        let made = post(&book, &[invoice, euros, receipt]).await;
        let (debit, foreign, credit) = (made[0], made[1], made[2]);
        let mut recording = on(&book, day(2, 2)).await;
        let mut refused = async |credit, debit, amount, line| {
            let mut row = application(credit, debit, amount, day(2, 2));
            row.line = line;
            recording.apply(&[row]).await.expect("no fault").remove(0).expect_err("refused")
        };
        assert_eq!(refused(credit, debit, 9_001, None).await, PostingRefusal::OverApplied);
        assert_eq!(refused(credit, debit, 6_001, Some(2)).await, PostingRefusal::OverApplied);
        assert_eq!(refused(credit, debit, 0, None).await, PostingRefusal::OverApplied);
        assert_eq!(refused(credit, foreign, 100, None).await, PostingRefusal::CurrencyMismatch);
        assert_eq!(refused(debit, credit, 100, None).await, PostingRefusal::WrongSide);
        assert_eq!(refused(credit, debit, 100, Some(3)).await, PostingRefusal::NotFound);
        assert_eq!(refused(credit, EntryId(99), 100, None).await, PostingRefusal::NotFound);
        let rows_of = [application(credit, debit, 8_000, day(1, 10)), application(credit, debit, 2_000, day(2, 2))];
        let outcomes = recording.apply(&rows_of).await.expect("no fault");
        assert_eq!(outcomes[0].as_ref().map(Vec::len), Ok(2));
        assert_eq!(outcomes[1], Err(PostingRefusal::OverApplied), "what is left of the receipt is 1,000");
        recording.commit().await.expect("a commit");
        assert_foots(&book).await;
        let lines: Vec<(i64, i64)> =
            rows(&book, "select line, open from line where currency = 'USD' and amount > 0 order by line").await;
        assert_eq!(lines, [(1, 2_000), (2, 0)]);
        let earliest = one(&book, "select min(value_day) from ledger where kind = 'application'").await;
        assert_eq!(earliest, dunwell_rules::calendar::day_number(day(2, 1)), "never before the credit posted");
        let application_of_line = outcomes[0].as_ref().expect("applied")[0];
        let mut recording = on(&book, day(2, 20)).await;
        recording.unapply(application_of_line, day(2, 20)).await.expect("no fault").expect("taken back");
        let again = recording.unapply(application_of_line, day(2, 20)).await.expect("no fault");
        assert_eq!(again, Err(PostingRefusal::AlreadyReversed));
        assert_eq!(recording.unapply(debit, day(2, 20)).await.expect("no fault"), Err(PostingRefusal::NotFound));
        recording.commit().await.expect("a commit");
        assert_foots(&book).await;
        assert_eq!(one(&book, "select count(*) from account_month").await, 0);
    });
}

#[test]
fn reversing_an_item_puts_its_credit_on_account_and_its_settlement_away() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let made = post(
            &book,
            &[
                document(acme, ItemKind::Invoice, "INV-1", 10_000, day(1, 5), day(2, 4)),
                document(acme, ItemKind::Receipt, "PAY-1", 4_000, day(2, 1), day(2, 1)),
            ],
        )
        .await;
        let mut recording = on(&book, day(2, 10)).await;
        recording.apply(&[application(made[1], made[0], 4_000, day(2, 10))]).await.expect("applied");
        recording.post_settlements(&[(made[0], day(2, 10))]).await.expect("settled");
        recording.commit().await.expect("a commit");
        assert_foots(&book).await;
        let mut recording = on(&book, day(3, 1)).await;
        let entries = recording.reverse(made[0], day(3, 1)).await.expect("no fault").expect("reversed");
        assert_eq!(entries.len(), 4, "two applications, the item, the settlement");
        let again = recording.reverse(made[0], day(3, 1)).await.expect("no fault");
        assert_eq!(again, Err(PostingRefusal::AlreadyReversed));
        assert_eq!(recording.reverse(entries[0], day(3, 1)).await.expect("no fault"), Err(PostingRefusal::NotFound));
        let refused = recording.apply(&[application(made[1], made[0], 1, day(3, 1))]).await.expect("no fault");
        assert_eq!(refused, [Err(PostingRefusal::AlreadyReversed)]);
        let reposted = document(acme, ItemKind::Invoice, "INV-1", 10_000, day(1, 5), day(2, 4));
        recording.post_items(&[reposted], &[1]).await.expect("the external id is free again");
        recording.commit().await.expect("a commit");
        assert_foots(&book).await;
        assert_eq!(one(&book, "select unapplied from account_summary").await, -4_000);
    });
}

#[test]
fn a_changed_amount_enters_the_item_again_with_its_applications() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let made = post(
            &book,
            &[
                document(acme, ItemKind::Invoice, "INV-1", 10_000, day(1, 5), day(2, 4)),
                document(acme, ItemKind::Receipt, "PAY-1", 9_000, day(2, 1), day(2, 1)),
            ],
        )
        .await;
        let mut recording = on(&book, day(2, 2)).await;
        recording.apply(&[application(made[1], made[0], 9_000, day(2, 2))]).await.expect("applied");
        recording.commit().await.expect("a commit");
        let mut recording = on(&book, day(2, 20)).await;
        let changed = document(acme, ItemKind::Invoice, "INV-1", 8_500, day(1, 5), day(2, 4));
        let revised = recording.revise_item(made[0], &changed, 8, day(2, 20)).await.expect("no fault");
        let Revised::Reentered { item, on_account, settlement_reversed } = revised else { panic!("{revised:?}") };
        assert_eq!((on_account, settlement_reversed), (500, false));
        let gone = recording.revise_item(made[0], &changed, 8, day(2, 20)).await.expect("no fault");
        assert_eq!(gone, Revised::AlreadyReversed);
        recording.commit().await.expect("a commit");
        assert_foots(&book).await;
        let mut recording = on(&book, day(2, 21)).await;
        let mut later = document(acme, ItemKind::Invoice, "INV-1", 8_500, day(1, 4), day(1, 30));
        later.po_number = Some("PO-9".to_owned());
        let revised = recording.revise_item(item, &later, 9, day(2, 21)).await.expect("no fault");
        assert!(matches!(revised, Revised::Fields(_)), "{revised:?}");
        recording.commit().await.expect("a commit");
        assert_foots(&book).await;
        assert_eq!(one(&book, "select longest_days_late from account_month").await, 3, "2 February after 30 January");
    });
}

#[test]
fn an_import_is_undone_as_a_whole_and_once() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let mut recording = on(&book, day(1, 5)).await;
        let import = recording.start_import("invoices", "erp", "a.csv", [1; 32]).await.expect("an import");
        let acme = recording.open_accounts(&[account("ACME")]).await.expect("an account")[0];
        let rows_of = [
            document(acme, ItemKind::Invoice, "INV-1", 10_000, day(1, 5), day(2, 4)),
            document(acme, ItemKind::Invoice, "INV-2", 5_000, day(1, 5), day(2, 4)),
        ];
        let items = recording.post_items(&rows_of, &[1, 2]).await.expect("posted");
        recording.post_settlements(&[(items[1], day(1, 20))]).await.expect("settled");
        recording.commit().await.expect("a commit");
        let mut recording = on(&book, day(2, 1)).await;
        assert!(recording.reverse_import(import, day(2, 1)).await.expect("undone") >= 3);
        recording.commit().await.expect("a commit");
        assert_foots(&book).await;
        assert_eq!(one(&book, "select count(*) from line where open <> 0").await, 0);
        let mut recording = on(&book, day(2, 1)).await;
        assert_eq!(recording.reverse_import(import, day(2, 1)).await.expect("nothing"), 0);
    });
}

#[test]
fn a_fact_of_a_closed_month_posts_on_the_first_open_day_and_keeps_its_value_day() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let mut recording = on(&book, day(3, 5)).await;
        assert!(recording.close_month(2025, 2, "{}").await.expect("closed"));
        assert!(!recording.close_month(2025, 2, "{}").await.expect("closed already"));
        recording.commit().await.expect("a commit");
        post(&book, &[document(acme, ItemKind::Invoice, "INV-1", 100, day(2, 10), day(3, 1))]).await;
        let days: Vec<(i64, i64)> = rows(&book, "select posting_day, value_day from item").await;
        let number = dunwell_rules::calendar::day_number;
        assert_eq!(days, [(number(day(3, 1)), number(day(2, 10)))]);
        assert_foots(&book).await;
    });
}

#[test]
fn an_external_id_is_posted_once() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let invoice = document(acme, ItemKind::Invoice, "INV-1", 100, day(1, 5), day(2, 4));
        post(&book, std::slice::from_ref(&invoice)).await;
        let mut recording = on(&book, day(1, 6)).await;
        recording.post_items(&[invoice], &[1]).await.expect("staged");
        assert!(recording.commit().await.is_err());
        assert_eq!(one(&book, "select count(*) from item").await, 1);
    });
}

#[test]
fn a_dropped_recording_leaves_no_trace() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let mut recording = on(&book, day(1, 6)).await;
        recording.open_accounts(&[account("ACME")]).await.expect("an account");
        drop(recording);
        assert_eq!(one(&book, "select count(*) from account").await, 0);
        assert_eq!(one(&book, "select count(*) from activity").await, 0);
    });
}

#[test]
fn journals_take_no_update_and_no_delete() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        post(&book, &[document(acme, ItemKind::Invoice, "INV-1", 100, day(1, 5), day(2, 4))]).await;
        book.seal(1).await.expect("sealed");
        for sql in [
            "update ledger set amount = 1",
            "delete from ledger",
            "update activity set day = 1",
            "delete from activity",
            "update batch set rows = 1",
            "delete from batch",
            "update seal set batches = 1",
            "delete from seal_member",
        ] {
            let answer = match book.db() {
                dunwell_store::db::Db::Sqlite { writer, .. } => sqlx::query(sql).execute(writer).await.map(|_| ()),
                dunwell_store::db::Db::Pg(pool) => sqlx::query(sql).execute(pool).await.map(|_| ()),
            };
            let message = answer.expect_err(sql).to_string();
            assert!(message.contains("append-only"), "{sql}: {message}");
        }
    });
}

#[test]
fn two_writers_at_once_never_over_apply() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let mut rows_of = vec![document(acme, ItemKind::Receipt, "PAY-1", 1_000, day(1, 5), day(1, 5))];
        for number in 0..8 {
            rows_of.push(document(acme, ItemKind::Invoice, &format!("INV-{number}"), 300, day(1, 5), day(2, 4)));
        }
        let made = post(&book, &rows_of).await;
        let tasks: Vec<_> = made[1..]
            .iter()
            .map(|debit| {
                let (book, row) = (book.clone(), application(made[0], *debit, 300, day(1, 6)));
                tokio::spawn(async move {
                    for _ in 0..20 {
                        let mut recording = on(&book, day(1, 6)).await;
                        match recording.apply(&[row]).await {
                            Ok(outcomes) => match recording.commit().await {
                                Ok(_) => return outcomes[0].is_ok(),
                                Err(fault) => assert!(fault.is_retryable(), "{fault}"),
                            },
                            Err(fault) => assert!(fault.is_retryable(), "{fault}"),
                        }
                    }
                    panic!("no way through in 20 tries");
                })
            })
            .collect();
        let mut applied = 0;
        for task in tasks {
            applied += u64::from(task.await.expect("a writer"));
        }
        assert_eq!(applied, 3, "1,000 pays three invoices of 300");
        assert_foots(&book).await;
    });
}

#[test]
fn a_line_that_changed_between_reading_and_writing_is_not_written_over() {
    on_each_database(async |place: &Place| {
        // SQLite has one writer: nobody comes between.
        let Db::Pg(pool) = place.db() else { return };
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let receipt = document(acme, ItemKind::Receipt, "PAY-1", 500, day(1, 5), day(1, 5));
        let invoice = document(acme, ItemKind::Invoice, "INV-1", 300, day(1, 5), day(2, 4));
        let made = post(&book, &[receipt, invoice]).await;
        let mut recording = on(&book, day(1, 6)).await;
        let mut at_hand = recording.take_up([(acme, made[0]), (acme, made[1])]).await.expect("taken up");
        let by_hand = "update line set open = 200 where amount = 300";
        let changed = sqlx::query(by_hand).execute(pool).await.expect("a hand at the database takes no locks");
        assert_eq!(changed.rows_affected(), 1);
        let row = application(made[0], made[1], 100, day(1, 6));
        let applied = recording.apply_imported(&mut at_hand, &[row], "erp", &["A-1"]).await;
        assert!(applied.is_err_and(|fault| fault.is_retryable()));
        drop(recording);
        assert_eq!(one(&book, "select open from line where amount = 300").await, 200);
    });
}

#[test]
fn the_seal_takes_in_every_batch_once_in_a_chain_without_gaps() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        open(&book, "A").await;
        open(&book, "B").await;
        let first = book.seal(10).await.expect("sealed");
        assert_eq!((first.seal, first.batches), (Some(1), 2));
        assert_eq!(book.seal(11).await.expect("nothing").seal, None);
        open(&book, "C").await;
        let (left, right) = tokio::join!(book.seal(12), book.seal(12));
        let seals = [left.expect("sealed").seal, right.expect("sealed").seal];
        assert!(seals.contains(&Some(2)) && seals.contains(&None), "{seals:?}");
        let chain: Vec<(i64, i64)> = rows(
            &book,
            "select count(*), count(distinct m.batch) from seal s join seal_member m on m.book = s.book and m.seal = s.seal \
             left join seal p on p.book = s.book and p.seal = s.seal - 1 where s.seal = 1 or p.sha256 = s.previous_sha256",
        )
        .await;
        assert_eq!(chain, [(3, 3)]);
    });
}

#[test]
fn a_line_that_closes_again_within_one_recording_counts_by_what_stands() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let rows_of = [
            document(acme, ItemKind::Invoice, "INV-1", 100, day(1, 5), day(2, 4)),
            document(acme, ItemKind::Receipt, "PAY-1", 100, day(1, 5), day(1, 5)),
        ];
        let made = post(&book, &rows_of).await;
        let mut recording = on(&book, day(3, 20)).await;
        let late = recording.apply(&[application(made[1], made[0], 100, day(3, 20))]).await.expect("applied");
        let late = late[0].as_ref().expect("applied")[0];
        recording.unapply(late, day(3, 20)).await.expect("no fault").expect("taken back");
        recording.apply(&[application(made[1], made[0], 100, day(2, 10))]).await.expect("applied");
        recording.commit().await.expect("a commit");
        assert_foots(&book).await;
        assert_eq!(one(&book, "select longest_days_late from account_month").await, 6);
    });
}

#[test]
fn text_with_a_nul_is_refused_before_anything_is_written() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let mut recording = on(&book, day(1, 5)).await;
        let invoice = document(acme, ItemKind::Invoice, "INV\u{0}1", 100, day(1, 5), day(2, 4));
        assert!(recording.post_items(&[invoice], &[1]).await.is_err());
        assert!(recording.open_accounts(&[account("A\u{0}")]).await.is_err());
        assert!(recording.add_user("a\u{0}", "manager").await.is_err());
    });
}
