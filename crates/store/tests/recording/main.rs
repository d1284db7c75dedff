//! What a recording promises, on both databases: every operation, every refusal, and that the books foot afterwards.

mod agreements;
mod cash;
mod foot;
mod ledger;
mod live;
mod run;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::book::Book;
use dunwell_store::record::{NewAccount, NewApplication, NewItem, NewLine, Recording};
use dunwell_store::testing::command;

/// A day of 2025.
fn day(month: i8, day: i8) -> Date {
    Date::new(2025, month, day).expect("a day of the calendar")
}

/// A recording of that day.
async fn on(book: &Book, date: Date) -> Recording {
    book.record(&command("test", date)).await.expect("a recording")
}

fn account(code: &str) -> NewAccount {
    NewAccount {
        code: code.to_owned(),
        name: Some(format!("{code} Ltd")),
        source: "erp".to_owned(),
        ..NewAccount::default()
    }
}

/// Opens an account in a recording of its own.
async fn open(book: &Book, code: &str) -> EntryId {
    let mut recording = on(book, day(1, 1)).await;
    let made = recording.open_accounts(&[account(code)]).await.expect("an account");
    recording.commit().await.expect("a commit");
    made[0]
}

fn document(account: EntryId, kind: ItemKind, number: &str, amount: i64, date: Date, due: Date) -> NewItem {
    NewItem {
        account,
        kind,
        amount: Money::new(amount, Currency::USD),
        document: number.to_owned(),
        document_date: date,
        posting_date: date,
        value_date: date,
        lines: if kind.is_debit() { vec![NewLine { due, amount }] } else { Vec::new() },
        terms: None,
        discount: None,
        po_number: None,
        business_unit: None,
        custom: None,
        source: "erp".to_owned(),
        external_id: number.to_owned(),
    }
}

/// Posts documents in a recording of its own.
async fn post(book: &Book, rows: &[NewItem]) -> Vec<EntryId> {
    let mut recording = on(book, day(1, 1)).await;
    let made = recording.post_items(rows, &vec![7; rows.len()]).await.expect("posted items");
    recording.commit().await.expect("a commit");
    made
}

fn application(credit: EntryId, debit: EntryId, amount: i64, effective: Date) -> NewApplication {
    NewApplication { credit, debit, line: None, amount, effective }
}
