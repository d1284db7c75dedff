//! How long it takes to post and settle invoices in bulk: `cargo run --release --example import_speed -- BOOK-URL ROWS`.
//! CPU time is for the caller to read (`time`, or the server's own figures): this program reads no clock.

use dunwell_rules::calendar::from_day_number;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::book::{Book, Created, Opened};
use dunwell_store::db::Db;
use dunwell_store::fault::Fault;
use dunwell_store::record::{NewAccount, NewItem, NewLine};
use dunwell_store::testing::{command, settings};

/// Accounts the invoices are spread over.
const ACCOUNTS: usize = 10_000;
/// Rows of one transaction.
const BATCH: usize = 5_000;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fault> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "sqlite:import_speed.db".to_owned());
    let rows: usize = arguments.next().and_then(|rows| rows.parse().ok()).unwrap_or(100_000);
    let db = Db::connect(&url, true).await?;
    let book = match Book::create(&db, &settings("speed"), 0).await? {
        Created::Made(book) => book,
        Created::Exists(name) => match Book::open(&db, Some(&name)).await? {
            Opened::Book(book) => book,
            _ => return Err(Fault::new("the book is not there")),
        },
    };
    let first = from_day_number(18_000);
    let mut recording = book.record(&command("accounts", first)).await?;
    let accounts: Vec<NewAccount> = (0..ACCOUNTS)
        .map(|number| NewAccount {
            code: format!("A{number}"),
            name: Some(format!("Account {number}")),
            source: "erp".to_owned(),
            ..NewAccount::default()
        })
        .collect();
    let accounts = recording.open_accounts(&accounts).await?;
    recording.commit().await?;
    for start in (0..rows).step_by(BATCH) {
        let items: Vec<NewItem> = (start..rows.min(start + BATCH))
            .map(|number| {
                let issued = from_day_number(18_000 + (number * 700 / rows) as i64);
                let due = from_day_number(18_030 + (number * 700 / rows) as i64);
                let amount = 1_000 + (number * 7_919 % 900_000) as i64;
                NewItem {
                    account: accounts[number * 7_919 % ACCOUNTS],
                    kind: ItemKind::Invoice,
                    amount: Money::new(amount, Currency::USD),
                    document: format!("INV-{number}"),
                    document_date: issued,
                    posting_date: issued,
                    value_date: issued,
                    lines: vec![NewLine { due, amount }],
                    terms: Some("net 30".to_owned()),
                    discount: None,
                    po_number: None,
                    business_unit: None,
                    custom: None,
                    source: "erp".to_owned(),
                    external_id: format!("invoice:INV-{number}"),
                }
            })
            .collect();
        let mut recording = book.record(&command("import invoices", first)).await?;
        let ids: Vec<&str> = items.iter().map(|item| item.external_id.as_str()).collect();
        recording.items_by_external("erp", &ids).await?;
        let made = recording.post_items(&items, &vec![1; items.len()]).await?;
        let settled: Vec<_> = made
            .iter()
            .zip(&items)
            .enumerate()
            .filter(|(number, _)| number % 13 != 0)
            .map(|(number, (item, row))| {
                let late = (number % 40) as i64 - 10;
                (*item, from_day_number(dunwell_rules::calendar::day_number(row.lines[0].due) + late))
            })
            .collect();
        recording.post_settlements(&settled).await?;
        recording.commit().await?;
    }
    book.seal(1).await?;
    db.close().await;
    Ok(())
}
