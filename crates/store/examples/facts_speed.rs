//! How long the facts of one account take, in process: `cargo run --release --example facts_speed -- BOOK-URL DAY QUESTIONS`.
//! Prints the median and the 99th percentile in microseconds, over accounts taken from the whole book.

use std::time::Instant;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_store::book::{Book, Opened};
use dunwell_store::db::Db;
use dunwell_store::fault::Fault;
use dunwell_store::read::AccountChoice;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Fault> {
    let mut arguments = std::env::args().skip(1);
    let url = arguments.next().unwrap_or_else(|| "sqlite:dunwell.db".to_owned());
    let day: Date = arguments.next().and_then(|day| day.parse().ok()).expect("a day as YYYY-MM-DD");
    let questions: usize = arguments.next().and_then(|count| count.parse().ok()).unwrap_or(5_000);
    let db = Db::connect(&url, false).await?;
    let Opened::Book(book) = Book::open(&db, None).await? else {
        return Err(Fault::new("there is not one book there"));
    };
    let mut reading = book.read().await?;
    let accounts: Vec<EntryId> =
        reading.facts(AccountChoice::All, day).await?.into_iter().map(|facts| facts.account).collect();
    let mut took = Vec::with_capacity(questions);
    for question in 0..questions {
        // A stride that is prime to most sizes visits accounts far apart.
        let account = accounts[question * 7_919 % accounts.len()];
        let began = Instant::now();
        let facts = reading.facts(AccountChoice::Ids(&[account]), day).await?;
        took.push(began.elapsed().as_micros());
        assert!(!facts.is_empty());
    }
    took.sort_unstable();
    println!("{{\"p50_us\":{},\"p99_us\":{}}}", took[questions / 2], took[questions * 99 / 100]);
    db.close().await;
    Ok(())
}
