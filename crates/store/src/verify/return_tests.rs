//! Receipts, returns and bank statements that were tampered with are found.

use dunwell_rules::account::EntryId;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};

use super::tests::execute;
use crate::example::{self, on};
use crate::record::{BANK, NewApplication, NewBankStatement, NewItem, NewReceipt, NewReturn};
use crate::testing::{command, on_each_database};

/// A corruption, and what undoes it.
const CORRUPTIONS: &[(&str, &str)] = &[
    ("update bank_entry set bank_account = '124'", "update bank_entry set bank_account = '123'"),
    (
        "update bank_entry set statement = null where bank_key = 'k1/1'",
        "update bank_entry set statement = \
        (select entry from bank_statement) where bank_key = 'k1/1'",
    ),
    ("update bank_entry set amount = amount + 1", "update bank_entry set amount = amount - 1"),
    ("update bank_return set amount = amount + 1", "update bank_return set amount = amount - 1"),
    (
        "update bank_return set reason = 'R02' where reason = 'R01'",
        "update bank_return set reason = 'R01' where reason = 'R02'",
    ),
    (
        "update bank_return set meaning = '.' where reason = 'R01'",
        "update bank_return set meaning = 'NSF' where reason = 'R01'",
    ),
    (
        "update bank_return set receipt = null where reason = 'R01'",
        "update bank_return set receipt = (select entry from bank_entry where bank_key = 'k1/1') where reason = 'R01'",
    ),
    (
        "update bank_return set asked = '' where asked <> ''",
        "update bank_return set asked = 'no_receipt' where asked_on is not null",
    ),
    (
        "update bank_return set asked_on = asked_on + 1 where asked <> ''",
        "update bank_return set asked_on = asked_on - 1 where asked <> ''",
    ),
    ("update bank_return set undone = 'contested'", "update bank_return set undone = 'returned'"),
    ("update bank_statement set closing = closing + 1", "update bank_statement set closing = closing - 1"),
    ("update bank_statement set difference = difference + 1", "update bank_statement set difference = difference - 1"),
    ("update bank_statement set unlisted = unlisted + 1", "update bank_statement set unlisted = unlisted - 1"),
    ("update bank_statement set seen = null", "update bank_statement set seen = difference"),
    ("update bank_statement set asked_on = 1", "update bank_statement set asked_on = null"),
    ("update receipt_words set import = 1", "update receipt_words set import = null"),
    (
        "update receipt_words set receipt = (select entry from bank_entry where bank_key = 'k2/1')",
        "update receipt_words set receipt = (select entry from bank_entry where bank_key = 'k1/1')",
    ),
    (
        "update note_text set text = text || ' ' where account = 0",
        "update note_text set text = trim(text) where account = 0",
    ),
];

fn receipt(account: EntryId, key: &str, amount: i64) -> NewReceipt {
    NewReceipt {
        account,
        key: key.into(),
        amount: Money::new(amount, Currency::USD),
        document: key.into(),
        booked_on: on(86),
        value_on: on(86),
        bank_account: "123".into(),
        code: "bai2 165".into(),
        words: "{}".into(),
        asked: Vec::new(),
    }
}

fn back(key: &str, reason: &str) -> NewReturn {
    NewReturn {
        key: key.into(),
        amount: Money::new(5_000, Currency::USD),
        document: key.into(),
        booked_on: on(88),
        value_on: on(88),
        bank_account: "123".into(),
        code: "bai2 555".into(),
        undone: "returned",
        reason: reason.into(),
        meaning: "NSF".into(),
        words: "{}".into(),
    }
}

#[test]
fn every_planted_corruption_of_a_return_or_a_bank_statement_is_found() {
    on_each_database(async |place| {
        let book = place.book("main").await;
        let example = example::record(&book).await;
        let mut recording = book.record(&command("import bank", on(90))).await.expect("a recording");
        let rows = [receipt(example.acme, "k1/1", 5_000), receipt(example.acme, "k2/1", 700)];
        let received = recording.receive(&rows).await.expect("received");
        recording.add_words(received[0].entry, "{}", on(86)).expect("told");
        let taken = recording.tell_return(&back("r1/1", "R01")).expect("told");
        let asked = recording.tell_return(&back("r2/1", "R03")).expect("told");
        assert!(recording.take_back(taken, received[0].entry).await.expect("no fault").is_some());
        assert!(recording.take_back(asked, received[0].entry).await.expect("no fault").is_none(), "once");
        recording.ask_about_return(asked, &["no_receipt"], on(90)).await.expect("asked");
        let row = NewBankStatement {
            bank_account: "123".into(),
            statement: "S1".into(),
            currency: Currency::USD,
            from: on(86),
            to: on(88),
            opening: 0,
            closing: 0,
            moved: 0,
        };
        let statement = recording.tell_bank_statement(&row).await.expect("told");
        recording.list_entries(statement, &["k1/1"], &["r1/1", "r2/1"]).await.expect("listed");
        let asked = recording.foot_statements("123", Currency::USD, (on(86), on(86)), on(90)).await.expect("footed");
        assert_eq!(asked, 1, "k2 is on no statement");
        assert!(recording.see_bank_statement(statement, "known", on(91)).await.expect("no fault"));
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

#[test]
fn what_takes_more_off_a_receipt_than_its_return_tells_is_found() {
    let told = 5_000;
    // What the debit is of, what of it is set against the receipt, and whether return and receipt are there.
    let cases = [
        ("as told", told, told, true, true),
        ("less than the return tells", 3_000, 3_000, true, true),
        ("the receipt keeps some of it", told, 4_000, true, true),
        ("no such return", told, told, false, true),
        ("no such receipt", told, told, true, false),
    ];
    on_each_database(async |place| {
        for (at, (what, amount, applied, is_told, stands)) in cases.into_iter().enumerate() {
            let book = place.book(&format!("book{at}")).await;
            let example = example::record(&book).await;
            let mut recording = book.record(&command("import bank", on(90))).await.expect("a recording");
            let received =
                recording.receive(&[receipt(example.acme, "k1/1", 9_000)]).await.expect("received").remove(0);
            let taken = recording.tell_return(&back("r1/1", "R01")).expect("told");
            let named = |entry: EntryId, there: bool| if there { entry.0 } else { entry.0 + 1_000 };
            let id = format!("returned_part#{}#{}", named(taken, is_told), named(received.entry, stands));
            let made = (ItemKind::ReturnedPart, Money::new(amount, Currency::USD));
            let debit = NewItem::made(example.acme, made, "BACK-1".into(), on(89), (BANK, id));
            let debit = recording.post_items(&[debit], &[0]).await.expect("no fault").remove(0);
            let row = NewApplication { credit: received.item, debit, line: None, amount: applied, effective: on(89) };
            recording.apply(&[row]).await.expect("no fault").remove(0).expect("applied");
            recording.commit().await.expect("committed");
            let report = book.verify().await.expect("a report");
            let parts = report.checks.iter().find(|check| check.id == "I21").map(|check| (check.ok, check.checked));
            assert_eq!(parts, Some((at == 0, 1)), "{what}");
        }
    });
}
