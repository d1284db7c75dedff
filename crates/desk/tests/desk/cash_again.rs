//! The same money told again and again, and the same receipts in many hands at once: a bank's files in any order, any number
//! of times, overlapping and cut off, make one book; many clients that apply and take back never apply too much.
//!
//! `DUNWELL_REPLAYS` says how many sequences of files are played; without it there are few, for each is a book.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::{Arc, Barrier};

use crate::common::{
    INVOICES, aging, assert_same, cents, conserved, day, desk_as, new_desk, open_on, put, still, ticking, verified,
    without_ids,
};
use crate::remittance::x12;
use dunwell_desk::cash::clear_exception::{ReceiptMatched, match_receipt, unmatch_receipt};
use dunwell_desk::cash::exceptions::cash_exceptions;
use dunwell_desk::cash::import_bank_file::{BankRequest, import_bank_files};
use dunwell_desk::cash::import_remittance::{RemittanceRequest, import_remittances};
use dunwell_desk::import::{ImportFile, ImportKind};
use dunwell_desk::rules::account::EntryId;
use dunwell_desk::{Desk, Stop};
use dunwell_store::db::Db;
use dunwell_store::testing::{Original, Place, census, on_each_database};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

const TODAY: &str = "2025-03-10";
/// The two days of the bank's files.
const DAYS: [&str; 2] = ["250306", "250307"];
/// Credits of an account on a day.
const CREDITS: usize = 8;
/// Sequences where nobody says how many.
const REPLAYS: u32 = 120;

/// One of the bank's files: both accounts of a day or one, as far as the day had come, and how much of it arrived.
#[derive(Debug, Clone)]
struct Delivery {
    day: usize,
    /// 0 and 1 are accounts, 2 is both.
    account: usize,
    /// Credits booked so far: with all of them the file is the final one.
    so_far: usize,
    /// Thousandths of the file before its trailer that arrive; `None` is the whole.
    cut: Option<usize>,
    times: usize,
}

fn delivery() -> impl Strategy<Value = Delivery> {
    let cut = prop_oneof![3 => Just(None), 1 => (0_usize..1_000).prop_map(Some)];
    (0_usize..2, 0_usize..3, 1..=CREDITS, cut, 1_usize..=5).prop_map(|(day, account, so_far, cut, times)| Delivery {
        day,
        account,
        so_far,
        cut,
        times,
    })
}

/// Some files of the days and at the end of neither: every final file at least once, each as often as it says, in any order.
fn sequence() -> impl Strategy<Value = Vec<Delivery>> {
    proptest::collection::vec(delivery(), 0..7)
        .prop_flat_map(|some| {
            let finals = [0, 1].map(|day| Delivery { day, account: 2, so_far: CREDITS, cut: None, times: 1 });
            let all: Vec<Delivery> =
                some.into_iter().chain(finals).flat_map(|one| vec![one.clone(); one.times]).collect();
            Just(all).prop_shuffle()
        })
        .prop_map(|all| all)
}

/// What the bank books on an account on a day, in its order: named documents, exact amounts without a word, payers nobody
/// knows, and equal credits, of which there are two. Cents and what the payer wrote.
fn credits(day: usize, account: usize) -> Vec<(i64, String)> {
    let of = day * 2 + account;
    let named = |number: usize| (invoice_cents(of * 3 + number), format!("CUSTOMER I{:03}", of * 3 + number));
    let unknown = || (511, "COFFEE MONEY".to_owned());
    let silent = (70_000 + of as i64, format!("SILENT PARTNERS {}", ["EAST", "WEST", "NORTH", "SOUTH"][of]));
    let part = (invoice_cents(of * 3 + 2) / 2, format!("PART I{:03}", of * 3 + 2));
    let advised = (advised_cents(of), format!("EFT {}", trace(of)));
    vec![named(0), unknown(), silent, named(1), advised, unknown(), part, (99, "NOBODY".to_owned())]
}

/// What a customer pays whose advice comes by itself, and the number of its payment.
fn advised_cents(of: usize) -> i64 {
    25_000 + of as i64 * 7
}

fn trace(of: usize) -> String {
    format!("TRACE77{of}")
}

/// The advice of one of these payments: a document in full and one less a claim.
fn advice(of: usize) -> Vec<u8> {
    let lines = [
        format!("RMR*IV*M{of}*PI*200*200"),
        format!("RMR*IV*N{of}*PI*{}*60**06*-{}", cents(advised_cents(of) - 20_000), cents(26_000 - advised_cents(of))),
    ];
    x12(&trace(of), &cents(advised_cents(of)), &lines.each_ref().map(String::as_str)).into_bytes()
}

/// What arrives: a file of the bank, or one of the four advices.
#[derive(Debug, Clone)]
enum Arrival {
    Bank(Delivery),
    Advice(usize),
}

/// A sequence of bank files with every advice in it, once or more often.
fn with_advices() -> impl Strategy<Value = Vec<Arrival>> {
    (sequence(), proptest::collection::vec(0_usize..4, 0..5)).prop_flat_map(|(files, again)| {
        let advices = (0..4).chain(again).map(Arrival::Advice);
        Just(files.into_iter().map(Arrival::Bank).chain(advices).collect::<Vec<_>>()).prop_shuffle()
    })
}

fn invoice_cents(number: usize) -> i64 {
    10_000 + number as i64 * 371
}

/// A file in BAI2. A report during the day numbers its entries otherwise than the final one does.
fn file(delivery: &Delivery) -> Vec<u8> {
    let day = DAYS[delivery.day];
    let is_final = delivery.so_far == CREDITS;
    let mut text = format!("01,BANK,US,{day},0800,1,,,2/\n02,US,BANK,1,{day},,USD,{}/\n", if is_final { 2 } else { 3 });
    let (mut total, mut records, mut accounts) = (0, 2, 0);
    for account in (0..2).filter(|account| [*account, 2].contains(&delivery.account)) {
        let booked = &credits(delivery.day, account)[..delivery.so_far];
        writeln!(text, "03,77000{account},USD,,,,/").expect("a string");
        for (place, (amount, words)) in booked.iter().enumerate() {
            let reference = if is_final { format!("F{place}") } else { format!("I{day}{account}{place}") };
            writeln!(text, "16,165,{amount},0,{reference},,{words}").expect("a string");
        }
        let sum: i64 = booked.iter().map(|(amount, _)| amount).sum();
        writeln!(text, "49,{sum},{}/", booked.len() + 2).expect("a string");
        (total, records, accounts) = (total + sum, records + booked.len() + 2, accounts + 1);
    }
    writeln!(text, "98,{total},{accounts},{records}/\n99,{total},1,{}/", records + 2).expect("a string");
    // What is cut off lacks the file's trailer at least.
    let trailer = text.rfind("99,").unwrap_or(text.len());
    let length = delivery.cut.map_or(text.len(), |thousandths| trailer * thousandths / 1_000);
    text.as_bytes()[..length].to_vec()
}

/// Twelve invoices of three customers, and four that pay without a word.
async fn owing(place: Place) -> Original {
    let desk = new_desk(place.db(), "main", ticking).await;
    let mut rows = String::from(INVOICES);
    for number in 0..12 {
        let (account, amount) = (number % 3, cents(invoice_cents(number)));
        let row = format!("C{account},Customer {account},I{number:03},invoice,2025-01-10,2025-02-09,USD,{amount},,\n");
        rows.push_str(&row);
    }
    for (of, name) in ["East", "West", "North", "South"].into_iter().enumerate() {
        let amount = cents(70_000 + of as i64);
        writeln!(rows, "S{of},Silent Partners {name},J{of},invoice,2025-01-10,2025-02-09,USD,{amount},,")
            .expect("text");
        writeln!(rows, "D{of},Dunbar {name},M{of},invoice,2025-01-10,2025-02-09,USD,200.00,,").expect("text");
        writeln!(rows, "D{of},Dunbar {name},N{of},invoice,2025-01-11,2025-02-10,USD,60.00,,").expect("text");
        writeln!(rows, "S{of},Silent Partners {name},K{of},invoice,2025-01-11,2025-02-10,USD,12.00,,").expect("text");
    }
    put(&desk, ImportKind::Invoices, &rows, day("2025-03-01")).await;
    place.into_original().await
}

/// What a book holds after its files: balances, what is open, what is asked, and how many rows of each kind.
pub(crate) async fn seen(desk: &Desk, db: &Db) -> Value {
    let mut asked: Vec<Value> = Vec::new();
    for exception in cash_exceptions(desk, None, 200).await.expect("exceptions") {
        let receipt = exception.receipt;
        let words = receipt.words.map(|words| words["text"].clone());
        asked.push(json!([receipt.amount, receipt.booked_on, receipt.account, receipt.asked, words]));
    }
    asked.sort_by_key(Value::to_string);
    let invoices = open_on(desk, day(TODAY)).await;
    let invoices: Vec<_> =
        invoices.into_iter().filter(|(_, document, _)| document.starts_with(['I', 'J', 'K', 'M', 'N'])).collect();
    json!({
        "aging": without_ids(aging(desk, day(TODAY), None).await),
        "open": invoices,
        "asked": asked,
        "rows": census(db).await,
    })
}

async fn play(original: &Original, sequence: &[Arrival]) -> Value {
    let copy = original.copy().await;
    let db = copy.open().await;
    let desk = desk_as(&db, "main", "desk", ticking).await;
    for arrival in sequence {
        match arrival {
            Arrival::Bank(delivery) => {
                let files = vec![ImportFile::bytes("bank.bai", file(delivery))];
                let request = BankRequest::new(files, day(TODAY));
                let report = import_bank_files(&desk, &request).await.expect("a report");
                assert_eq!(report.is_refused(), delivery.cut.is_some(), "{delivery:?} {report:#?}");
            }
            Arrival::Advice(of) => {
                let files = vec![ImportFile::bytes("advice", advice(*of))];
                let request = RemittanceRequest::new(files, day(TODAY));
                let report = import_remittances(&desk, &request).await.expect("a report");
                assert!(!report.is_refused(), "{report:#?}");
            }
        }
    }
    verified(&desk).await;
    let seen = seen(&desk, &db).await;
    db.close().await;
    seen
}

/// Plays as many sequences as are asked for: each must leave the book that `first` leaves.
fn replay(
    replays: u32,
    first: &[Arrival],
    sequences: impl Strategy<Value = Vec<Arrival>>,
    seen: fn(Value) -> Value,
) -> Value {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    let original = runtime.block_on(async { owing(Place::sqlite().await).await });
    let expected = seen(runtime.block_on(play(&original, first)));
    let config =
        ProptestConfig { failure_persistence: None, max_shrink_iters: 60, ..ProptestConfig::with_cases(replays) };
    let outcome = TestRunner::new(config).run(&sequences, |sequence| {
        let found = seen(runtime.block_on(play(&original, &sequence)));
        assert_same(&expected, &found, "the files in another order");
        Ok(())
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
    eprintln!("{replays} sequences of files");
    expected
}

fn replays() -> u32 {
    std::env::var("DUNWELL_REPLAYS").ok().and_then(|text| text.parse().ok()).unwrap_or(REPLAYS)
}

/// Both days as the bank closes them.
fn finals() -> Vec<Arrival> {
    let whole = |day| Delivery { day, account: 2, so_far: CREDITS, cut: None, times: 1 };
    [0, 1].map(|day| Arrival::Bank(whole(day))).to_vec()
}

#[test]
fn a_bank_s_files_in_any_order_again_overlapping_and_cut_off_make_the_same_book() {
    let files = sequence().prop_map(|files| files.into_iter().map(Arrival::Bank).collect::<Vec<_>>());
    let expected = replay(replays(), &finals(), files, |seen| seen);
    assert_eq!(expected["rows"]["item receipt"], json!(4 * CREDITS), "{expected:#}");
    assert_eq!(expected["rows"]["ledger application"], json!(4 * 4), "three named and one exact an account and day");
}

#[test]
fn advices_among_the_files_explain_their_receipts_whichever_comes_first_and_however_often() {
    let last: Vec<Arrival> = finals().into_iter().chain((0..4).map(Arrival::Advice)).collect();
    // A receipt that is asked about first and explained later is moved from nobody to its customer: the journal tells it.
    let without_journal = |mut seen: Value| {
        if let Some(rows) = seen["rows"].as_object_mut() {
            rows.retain(|kind, _| !kind.starts_with("ledger "));
        }
        seen
    };
    let expected = replay(replays().div_ceil(4), &last, with_advices(), without_journal);
    let rows = &expected["rows"];
    assert_eq!(
        (&rows["item receipt"], &rows["dispute short_shipment"]),
        (&json!(4 * CREDITS), &json!(4)),
        "{expected:#}"
    );
    let open = expected["open"].as_array().expect("documents");
    let of =
        |first: char| open.iter().filter(|row| row[1].as_str().is_some_and(|name| name.starts_with(first))).count();
    assert_eq!((of('M'), of('N')), (0, 4), "{expected:#}");
}

/// A client with connections of its own, as a process has: it applies and takes back; answers how often each was done.
fn client(
    place: &Place,
    number: usize,
    receipts: Arc<Vec<EntryId>>,
    start: Arc<Barrier>,
) -> std::thread::JoinHandle<[u32; 3]> {
    let url = place.url().to_owned();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async {
            let db = Db::connect(&url, false).await.expect("another process connects");
            let desk = desk_as(&db, "main", "desk", still).await;
            start.wait();
            let mut done = [0; 3];
            for turn in 0..TURNS {
                let receipt = receipts[(number + turn) % receipts.len()].to_string();
                let answer = if (number + turn).is_multiple_of(4) {
                    unmatch_receipt(&desk, &receipt, None, day(TODAY)).await
                } else {
                    let said = ReceiptMatched {
                        account: Some("ACME".into()),
                        documents: vec![(format!("I{}", (number + turn / 3) % 3), Some("31.00".into()))],
                        on_account: true,
                        ..ReceiptMatched::default()
                    };
                    match_receipt(&desk, &receipt, &said, day(TODAY)).await
                };
                match answer {
                    Ok(_) => done[usize::from((number + turn).is_multiple_of(4))] += 1,
                    Err(Stop::Refused(_)) => done[2] += 1,
                    Err(Stop::Fault(fault)) => panic!("client {number}: {fault}"),
                }
            }
            db.close().await;
            done
        })
    })
}

/// Clients of the race, and what each does in turn.
const CLIENTS: usize = 64;
const TURNS: usize = 6;

#[test]
fn sixty_four_clients_that_match_and_unmatch_the_same_receipts_never_apply_too_much() {
    on_each_database(async |place| {
        let desk = new_desk(place.db(), "main", still).await;
        let mut rows = String::from(INVOICES);
        for number in 0..3 {
            writeln!(rows, "ACME,Acme,I{number},invoice,2025-01-05,2025-02-04,USD,100.00,,").expect("text");
        }
        put(&desk, ImportKind::Invoices, &rows, day(TODAY)).await;
        let told = "01,BANK,US,250307,0800,1,,,2/\n02,US,BANK,1,250307,,USD,2/\n03,770,USD,,,,/\n\
                    16,165,8000,0,A,,WHO\n16,165,8001,0,B,,WHO\n16,165,8002,0,C,,WHO\n\
                    49,24003,5/\n98,24003,1,7/\n99,24003,1,9/\n";
        let files = vec![ImportFile::bytes("bank.bai", told.as_bytes().to_vec())];
        let request = BankRequest::new(files, day(TODAY));
        assert_eq!(import_bank_files(&desk, &request).await.expect("a report").receipts, 3);
        let receipts = cash_exceptions(&desk, None, 10).await.expect("exceptions");
        let receipts: Arc<Vec<EntryId>> = Arc::new(receipts.iter().map(|asked| asked.receipt.receipt).collect());

        let start = Arc::new(Barrier::new(CLIENTS));
        let clients: Vec<_> =
            (0..CLIENTS).map(|number| client(place, number, Arc::clone(&receipts), Arc::clone(&start))).collect();
        let mut done = [0; 3];
        for client in clients {
            for (sum, count) in done.iter_mut().zip(client.join().expect("no panic")) {
                *sum += count;
            }
        }
        eprintln!("applied {}, taken back {}, refused {} times", done[0], done[1], done[2]);
        assert!(done.iter().all(|count| *count > 0), "each happened: {done:?}");

        let mut reading = desk.book.read().await.expect("a snapshot");
        let (mut of_documents, mut applied) = (BTreeMap::<String, i64>::new(), 0);
        for receipt in receipts.iter() {
            let receipt = reading.receipt(*receipt).await.expect("no fault").expect("it is there");
            let lines = reading.applied_of(receipt.account_id, receipt.item).await.expect("applications");
            let of_receipt: i64 = lines.iter().map(|line| line.amount.minor).sum();
            assert_eq!(of_receipt + receipt.unapplied.minor, receipt.amount.minor, "nothing too much of {receipt:?}");
            assert!(receipt.unapplied.minor >= 0, "{receipt:?}");
            lines.into_iter().for_each(|line| *of_documents.entry(line.document).or_default() += line.amount.minor);
            applied += of_receipt;
        }
        drop(reading);
        assert!(of_documents.values().all(|paid| *paid <= 10_000), "{of_documents:?}");
        let owed = open_on(&desk, day(TODAY)).await;
        let owed: i64 = owed.iter().filter(|(_, document, _)| document.starts_with('I')).map(|row| row.2).sum();
        assert_eq!(owed, 30_000 - applied, "what is applied is off what is owed");
        verified(&desk).await;
        for receipt in receipts.iter() {
            let said = ReceiptMatched { account: Some("ACME".into()), on_account: true, ..ReceiptMatched::default() };
            match_receipt(&desk, &receipt.to_string(), &said, day(TODAY)).await.expect("everybody has gone home");
        }
        conserved(&desk, day(TODAY)).await;
        verified(&desk).await;
    });
}
