//! Receipts that banks told: each once, of nobody until somebody says whose, and back again.

use dunwell_rules::account::EntryId;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::book::Book;
use dunwell_store::record::{BOOK_ACCOUNT, MarkKind, NewApplication, NewReceipt, Received};
use dunwell_store::testing::{Place, on_each_database};

use crate::foot::{one, rows};
use crate::{day, document, on, open, post};

fn receipt(account: EntryId, key: &str, amount: i64) -> NewReceipt {
    NewReceipt {
        account,
        key: key.to_owned(),
        amount: Money::new(amount, Currency::USD),
        document: format!("bank {key}"),
        booked_on: day(1, 5),
        value_on: day(1, 4),
        bank_account: "123456".to_owned(),
        code: "bai2 165".to_owned(),
        words: r#"{"payer":"GROC"}"#.to_owned(),
        asked: vec!["unknown_payer"],
    }
}

async fn receive(book: &Book, row: &NewReceipt) -> Received {
    let mut recording = on(book, day(1, 6)).await;
    let received = recording.receive(std::slice::from_ref(row)).await.expect("no fault").remove(0);
    recording.ask_about(received.entry, &["unknown_payer"], day(1, 6)).await.expect("no fault");
    recording.commit().await.expect("a commit");
    received
}

async fn sound(book: &Book) {
    let report = book.verify().await.expect("a report");
    assert!(report.ok, "{:#?}", report.checks.iter().filter(|check| !check.ok).collect::<Vec<_>>());
}

#[test]
fn cash_of_nobody_is_in_the_balance_and_moves_to_whom_it_is_given_and_back() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let invoice = post(&book, &[document(acme, ItemKind::Invoice, "INV-1", 10_000, day(1, 2), day(2, 1))]).await[0];
        let received = receive(&book, &receipt(BOOK_ACCOUNT, "k1", 10_000)).await;
        let unapplied = async || {
            one(&book, "select cast(coalesce(sum(open), 0) as bigint) from line where amount < 0 and account > 0").await
        };
        let unidentified =
            async || one(&book, "select cast(coalesce(sum(open), 0) as bigint) from line where account = 0").await;
        assert_eq!((unapplied().await, unidentified().await), (0, -10_000));
        sound(&book).await;

        let mut recording = on(&book, day(1, 7)).await;
        let item = recording.give_receipt(received, acme, day(1, 7)).await.expect("no fault").expect("it stands");
        let rows_of =
            [NewApplication { credit: item, debit: invoice, line: None, amount: 10_000, effective: day(1, 7) }];
        recording.apply(&rows_of).await.expect("no fault").remove(0).expect("an application");
        recording.ask_about(received.entry, &[], day(1, 7)).await.expect("no fault");
        recording.commit().await.expect("a commit");
        assert_eq!((unapplied().await, unidentified().await), (0, 0));
        assert_eq!(one(&book, "select cast(sum(open) as bigint) from line where amount > 0").await, 0);
        sound(&book).await;

        let mut recording = on(&book, day(1, 8)).await;
        assert_eq!(recording.give_receipt(received, acme, day(1, 8)).await.expect("no fault"), None, "it moved");
        drop(recording);
        let mut recording = on(&book, day(1, 8)).await;
        let stands = Received { item, ..received };
        let back = recording.give_receipt(stands, BOOK_ACCOUNT, day(1, 8)).await.expect("no fault").expect("it stands");
        recording.commit().await.expect("a commit");
        assert_ne!(back, item);
        assert_eq!((unapplied().await, unidentified().await), (0, -10_000));
        assert_eq!(
            one(&book, "select cast(sum(open) as bigint) from line where amount > 0").await,
            10_000,
            "open again"
        );
        sound(&book).await;
    });
}

#[test]
fn a_key_told_twice_is_one_receipt_until_its_import_is_undone() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let mut recording = on(&book, day(1, 6)).await;
        let import = recording.start_import("bank", "@bank", "monday.bai", [7; 32]).await.expect("an import");
        recording.within_import(import);
        recording.receive(&[receipt(BOOK_ACCOUNT, "k1", 500), receipt(BOOK_ACCOUNT, "k2", 500)]).await.expect("two");
        let file = recording.bank_file(&serde_json::json!({ "entries": 2 })).expect("a file");
        recording.bank_file_brings(file, import).await.expect("its import");
        recording.bank_file_read(file, &serde_json::json!({ "receipts": 2 })).await.expect("its outcome");
        recording.commit().await.expect("a commit");
        let mut recording = on(&book, day(1, 6)).await;
        let known = recording.bank_keys(&["k1", "k3"]).await.expect("no fault");
        assert_eq!(known.keys().collect::<Vec<_>>(), ["k1"]);
        let again = recording.receive(&[receipt(BOOK_ACCOUNT, "k1", 500)]).await;
        assert!(again.is_err() || recording.commit().await.is_err(), "a key is taken once");
        sound(&book).await;
        let mut recording = on(&book, day(1, 9)).await;
        assert_eq!(recording.reverse_import(import, day(1, 9)).await.expect("no fault"), 2);
        recording.commit().await.expect("a commit");
        assert_eq!(one(&book, "select count(*) from bank_entry").await, 0);
        let mut recording = on(&book, day(1, 9)).await;
        recording.receive(&[receipt(BOOK_ACCOUNT, "k1", 500)]).await.expect("it can come again");
        recording.commit().await.expect("a commit");
        sound(&book).await;
    });
}

#[test]
fn a_payer_is_learned_once_and_forgotten() {
    on_each_database(async |place: &Place| {
        let book = place.book("main").await;
        let acme = open(&book, "ACME").await;
        let mut recording = on(&book, day(1, 6)).await;
        let mark = recording.learn_payer(acme, MarkKind::BankAccount, "DE02120300000000202051").await.expect("learned");
        let again = recording.learn_payer(acme, MarkKind::BankAccount, "DE02120300000000202051").await.expect("known");
        assert_eq!(mark, again);
        recording.learn_payer(acme, MarkKind::Name, "ACME TRADING").await.expect("learned");
        recording.commit().await.expect("a commit");
        let payers = book.read().await.expect("a snapshot").payers().await.expect("payers");
        assert_eq!((payers[0].bank_accounts.len(), payers[0].names.len()), (1, 2), "{payers:?}");
        let mut recording = on(&book, day(1, 7)).await;
        assert!(recording.forget_payer(acme, mark).await.expect("no fault"));
        assert!(!recording.forget_payer(acme, mark).await.expect("no fault"), "it is forgotten");
        recording.commit().await.expect("a commit");
        let payers = book.read().await.expect("a snapshot").payers().await.expect("payers");
        assert_eq!(payers[0].bank_accounts.len(), 0);
        let marks: Vec<(i64,)> =
            rows(&book, "select forgotten_on from payer_mark where forgotten_on is not null").await;
        assert_eq!(marks.len(), 1);
        sound(&book).await;
    });
}
