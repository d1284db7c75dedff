//! kill -9 at random points of an import, of a run, of a bank file's import, of an import of remittance advices and of a match,
//! on both databases; the same command again until it ends; then the book must be the one that nothing happened to: nothing
//! lost, nothing doubled, `verify` sound.
//!
//! `DUNWELL_KILLS` says how many kills of imports and runs over both databases, and as many of cash (default 200 each);
//! `DUNWELL_SEED` repeats a run.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use dunwell_desk::look::worklist::worklist;
use dunwell_desk::rules::aging::DateBasis;
use dunwell_desk::rules::calendar::{Date, add_days};
use dunwell_desk::{Desk, keep_book};
use dunwell_store::db::Db;
use dunwell_store::read::{AgingBy, AgingQuestion};
use dunwell_store::testing::{Copy, Original, Place, census};
use serde_json::{Value, json};
use tokio::process::Command;

const TODAY: &str = "2025-03-10";
/// Files of the import: each is a transaction of its own.
const FILES: usize = 12;
/// Rows of a file.
const ROWS: usize = 125;
/// Credits of the bank's file: a hundred are a transaction.
const CREDITS: usize = 320;
/// Kills over two commands and both databases.
const KILLS: u32 = 200;

/// A small generator of numbers (SplitMix64): the same seed, the same kills.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit.max(1)
    }
}

fn day(text: &str) -> Date {
    text.parse().expect("a test writes real days")
}

/// Invoices of 300 accounts: some settled, some disputed, some credit memos. `rough` is the book before its corrections:
/// other amounts, nothing disputed.
fn invoices(file: usize, rough: bool) -> String {
    let mut text =
        String::from("account,account_name,document,kind,document_date,due_date,currency,amount,settled_on,disputed\n");
    for row in 0..ROWS {
        let number = file * ROWS + row;
        let due = add_days(day(TODAY), -((number as i64 * 37) % 120) + 25);
        let (document, account) = (add_days(due, -30), number % 300);
        let amount = 2_000 + (number as i64 * 7_919) % 90_000 + if rough { 111 } else { 0 };
        let settled = if number.is_multiple_of(3) { add_days(document, 20).to_string() } else { String::new() };
        let disputed = if number % 11 == 5 && !rough { "yes" } else { "" };
        let (amount, kind) = (format!("{}.{:02}", amount / 100, amount % 100), number % 13);
        let end = if kind == 7 {
            format!("credit_memo,{document},,USD,{amount},,")
        } else {
            format!("invoice,{document},{due},USD,{amount},{settled},{disputed}")
        };
        writeln!(text, "A{account:03},Name {account},D{number},{end}").expect("a string takes what is written");
    }
    text
}

/// A folder of files, gone when it is dropped.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("dunwell-crash-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a temporary folder");
        Self(folder)
    }

    fn file(&self, name: &str, text: &str) -> String {
        let file = self.0.join(name);
        std::fs::write(&file, text).expect("a temporary file");
        file.display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// The product at work on a book.
fn dunwell(url: &str, arguments: &[String]) -> Command {
    let mut command = Command::new(Path::new(env!("CARGO_BIN_EXE_dunwell")));
    command.args(["--book", url, "--json"]).args(arguments);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

/// Runs a command to its end; it must be done.
async fn done(url: &str, arguments: &[String]) -> Duration {
    let began = Instant::now();
    let output = dunwell(url, arguments).output().await.expect("the product starts");
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?}: {said}");
    began.elapsed()
}

/// Starts a command and kills it after a while; `false` when it ended before, done.
async fn killed(url: &str, arguments: &[String], after: Duration) -> bool {
    let mut child = dunwell(url, arguments).spawn().expect("the product starts");
    match tokio::time::timeout(after, child.wait()).await {
        Ok(status) => {
            assert!(status.expect("a status").success(), "{arguments:?} ended by itself, and not well");
            false
        }
        Err(_) => {
            child.kill().await.expect("it is killed");
            true
        }
    }
}

/// Leaves out what differs between two equal books: the ids of entries.
fn without_ids(value: Value) -> Value {
    const IDS: [&str; 9] = ["entry", "item", "task", "notice", "request", "import", "id", "carries", "policy"];
    match value {
        Value::Object(fields) => {
            let kept = fields.into_iter().filter(|(key, value)| !IDS.contains(&key.as_str()) && !is_id(key, value));
            Value::Object(kept.map(|(key, value)| (key, without_ids(value))).collect())
        }
        Value::Array(list) => Value::Array(list.into_iter().map(without_ids).collect()),
        other => other,
    }
}

/// Whether a decision names its account by its entry, as `2.1`, where views name it by its customer number.
fn is_id(key: &str, value: &Value) -> bool {
    key == "account" && value.as_str().is_some_and(|text| text.contains('.'))
}

/// What a book holds: what people see of it on the day, and how many rows of each kind.
type Picture = (Value, BTreeMap<String, i64>);

/// The picture of a book, which must be sound.
async fn picture(copy: &Copy) -> Picture {
    let db = copy.open().await;
    let book = keep_book::open_book(&db, None).await.expect("the book opens");
    let desk = Desk::open(book, "desk", || 1_740_000_000_000_000).await.expect("the house is known");
    let report = desk.book.verify().await.expect("no fault");
    let failed: Vec<_> = report.checks.iter().filter(|check| !check.ok).collect();
    assert!(report.ok, "{failed:#?}");
    let on = day(TODAY);
    let list = worklist(&desk, None, on, None).await.expect("a worklist");
    let mut reading = desk.book.read().await.expect("a snapshot");
    let question =
        AgingQuestion { on, known_at: None, by: AgingBy::Account, basis: DateBasis::Due, buckets: desk.buckets() };
    let aging = reading.aging(&question).await.expect("an aging");
    let mut decisions = Vec::new();
    for back in 0..3 {
        for decision in reading.decisions_of_day(add_days(on, -back)).await.expect("decisions") {
            let detail: Value = serde_json::from_str(&decision.detail).expect("a decision is JSON");
            decisions.push(json!([back, decision.action, decision.rule, decision.revision, detail]));
        }
    }
    let notices = reading.notices(on).await.expect("notices").into_iter().map(|notice| {
        let content = notice.content.as_deref().map(|text| serde_json::from_str::<Value>(text).expect("JSON"));
        json!([notice, content])
    });
    let notices: Vec<Value> = notices.collect();
    let requests = reading.requests("pending").await.expect("requests");
    let mut asked: Vec<Value> = Vec::new();
    for receipt in reading.cash_exceptions(None, 1_000).await.expect("exceptions") {
        asked.push(json!([receipt.document, receipt.amount, receipt.account, receipt.asked, receipt.words]));
    }
    asked.sort_by_key(Value::to_string);
    let seen = json!({ "asked": asked, "aging": aging, "worklist": list, "decisions": decisions, "notices": notices, "requests": requests });
    drop(reading);
    let counted = census(&db).await;
    db.close().await;
    (without_ids(seen), counted)
}

/// Kills a command `kills` times, over as many books as that takes, and compares every book when the command has ended.
async fn crash(original: &Original, arguments: &[String], kills: u32, chance: &mut Chance) {
    let faultless = original.copy().await;
    let first = done(faultless.url(), arguments).await;
    let expected = picture(&faultless).await;
    let mut whole = first;
    let (mut killed_so_far, mut books) = (0, 0);
    while killed_so_far < kills {
        let copy = original.copy().await;
        let wanted = 1 + chance.below(10) as u32;
        let mut ended = false;
        for _ in 0..wanted.min(kills - killed_so_far) {
            let after = Duration::from_micros(chance.below(whole.as_micros() as u64));
            if !killed(copy.url(), arguments, after).await {
                ended = true;
                break;
            }
            killed_so_far += 1;
        }
        let took = done(copy.url(), arguments).await;
        // The machine may be busier or idler than at first: kills are to fall all over the command.
        whole = if ended { whole.min(took.max(first / 4)) } else { (whole + took) / 2 };
        let found = picture(&copy).await;
        assert_eq!(found.1, expected.1, "book {books}: rows lost or doubled");
        assert!(found.0 == expected.0, "book {books} differs:\n{}", first_difference(&expected.0, &found.0));
        books += 1;
    }
    eprintln!("{killed_so_far} kills over {books} books, {} ms without any", first.as_millis());
}

fn first_difference(expected: &Value, found: &Value) -> String {
    let [expected, found] = [expected, found].map(|value| serde_json::to_string_pretty(value).expect("JSON"));
    let pair = expected.lines().zip(found.lines()).find(|(a, b)| a != b);
    pair.map_or_else(|| "one has more lines".to_owned(), |(a, b)| format!("expected {a}\nfound    {b}"))
}

/// A book with corrections to come: some documents stand with other amounts.
async fn rough_book(place: Place, folder: &Folder) -> Original {
    let url = place.url().to_owned();
    let rough = folder.file("rough.csv", &invoices(3, true));
    done(&url, &["init".to_owned()]).await;
    done(&url, &["import", "invoices", &rough, "--on", TODAY].map(str::to_owned)).await;
    place.into_original().await
}

/// A book that ran two days before, so that the run catches up a day: several transactions of decisions.
async fn running_book(place: Place, files: &[String]) -> Original {
    let url = place.url().to_owned();
    done(&url, &["init".to_owned()]).await;
    let mut import = ["import", "invoices", "--on", TODAY].map(str::to_owned).to_vec();
    import.extend_from_slice(&files[..4]);
    done(&url, &import).await;
    done(&url, &["run", "--on", "2025-03-08"].map(str::to_owned)).await;
    place.into_original().await
}

/// A bank's file of the invoices' customers: whole amounts with the document named, parts of it, and payers nobody knows.
fn bank_file() -> String {
    let mut text = String::from("01,BANK,US,250307,0800,1,,,2/\n02,US,BANK,1,250307,,USD,2/\n03,770,USD,,,,/\n");
    let mut sum = 0;
    for row in 0..CREDITS {
        let amount = match row % 5 {
            0..=2 => 2_000 + (row as i64 * 7_919) % 90_000,
            3 => 700 + row as i64,
            _ => of_nobody(row),
        };
        let words = if row % 5 == 4 { "SOMEBODY".to_owned() } else { format!("NAME {} D{row}", row % 300) };
        writeln!(text, "16,165,{amount},0,PAY2503{row},,{words}").expect("a string takes what is written");
        sum += amount;
    }
    let records = CREDITS + 2;
    writeln!(text, "49,{sum},{records}/\n98,{sum},1,{}/\n99,{sum},1,{}/", records + 2, records + 4).expect("a string");
    text
}

/// What somebody paid whom the bank's file does not name.
fn of_nobody(row: usize) -> i64 {
    91_000 + row as i64
}

/// What the payers of the receipts that are nobody's say of them afterwards: an invoice, and another for the rest.
fn advices() -> String {
    let mut text = String::from("Payment reference,Invoice,Amount paid\n");
    for row in (0..CREDITS).filter(|row| row % 5 == 4) {
        let first = 2_000 + ((row as i64 + 400) * 7_919) % 90_000;
        for (number, amount) in [(row + 400, first), (row + 401, of_nobody(row) - first)] {
            writeln!(text, "PAY2503{row},D{number},{}.{:02}", amount / 100, amount % 100).expect("a string");
        }
    }
    text
}

/// A book that is owed what the bank's file pays.
async fn owed_book(place: Place, files: &[String]) -> Original {
    let url = place.url().to_owned();
    done(&url, &["init".to_owned()]).await;
    let mut import = ["import", "invoices", "--on", TODAY].map(str::to_owned).to_vec();
    import.extend_from_slice(&files[..6]);
    done(&url, &import).await;
    place.into_original().await
}

/// The same after the bank's file, and a receipt of it about which a person is asked.
async fn asked_book(place: Place, files: &[String], bank: &str) -> (Original, String) {
    let url = place.url().to_owned();
    let original = owed_book(place, files).await;
    done(&url, &["import", "bank", bank, "--on", TODAY].map(str::to_owned)).await;
    let output = dunwell(&url, &["exceptions".to_owned(), "--limit".to_owned(), "200".to_owned()]).output().await;
    let listed: Value = serde_json::from_slice(&output.expect("the product starts").stdout).expect("JSON");
    let asked = listed["exceptions"].as_array().expect("exceptions");
    let nobodys = asked.iter().find(|one| one["account"].is_null()).expect("somebody's");
    // Copies are made of the file alone: a program that has ended may have left what it wrote last in the log beside it.
    Db::connect(&url, false).await.expect("it opens").close().await;
    (original, nobodys["receipt"].as_str().expect("its entry").to_owned())
}

async fn places(postgres: bool) -> Option<[Place; 2]> {
    if !postgres {
        return Some([Place::sqlite().await, Place::sqlite().await]);
    }
    if let (Some(import), Some(run)) = (Place::postgres().await, Place::postgres().await) {
        return Some([import, run]);
    }
    assert!(std::env::var_os("CI").is_none(), "CI tests on PostgreSQL: DUNWELL_TEST_POSTGRES is not set");
    eprintln!("skipped on PostgreSQL: DUNWELL_TEST_POSTGRES is not set");
    None
}

/// Two books, in each of which a command is killed again and again: what they are made of, and how many calls are killed.
fn kill_all_over(postgres: bool, name: &str, kill: impl AsyncFn([Place; 2], &Folder, u32, &mut Chance)) {
    let kills: u32 = std::env::var("DUNWELL_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let seed: u64 = std::env::var("DUNWELL_SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(20_250_310);
    eprintln!("DUNWELL_SEED={seed} DUNWELL_KILLS={kills}");
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let Some(places) = places(postgres).await else { return };
        let folder = Folder::new(&format!("{name}-{}", if postgres { "postgres" } else { "sqlite" }));
        kill(places, &folder, kills, &mut Chance(seed)).await;
    });
}

/// Files of invoices in a folder.
fn invoice_files(folder: &Folder, files: usize) -> Vec<String> {
    (0..files).map(|file| folder.file(&format!("{file}.csv"), &invoices(file, false))).collect()
}

fn kill_import_and_run(postgres: bool) {
    kill_all_over(postgres, "run", async |[for_import, for_run], folder, kills, chance| {
        let files = invoice_files(folder, FILES);
        let mut import = ["import", "invoices", "--on", TODAY].map(str::to_owned).to_vec();
        import.extend(files.iter().cloned());
        crash(&rough_book(for_import, folder).await, &import, kills.div_ceil(4), chance).await;
        let run = ["run", "--on", TODAY].map(str::to_owned);
        crash(&running_book(for_run, &files).await, &run, kills.div_ceil(4), chance).await;
    });
}

fn kill_cash(postgres: bool) {
    kill_all_over(postgres, "cash", async |[for_bank, for_match], folder, kills, chance| {
        let files = invoice_files(folder, 6);
        let bank = folder.file("morning.bai", &bank_file());
        let import = ["import", "bank", &bank, "--on", TODAY].map(str::to_owned);
        crash(&owed_book(for_bank, &files).await, &import, kills.div_ceil(4), chance).await;
        let (original, receipt) = asked_book(for_match, &files, &bank).await;
        let told = folder.file("advices.csv", &advices());
        let explain = ["import", "remittance", &told, "--on", TODAY].map(str::to_owned);
        let faultless = original.copy().await;
        let output = dunwell(faultless.url(), &explain).output().await.expect("the product starts");
        let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        assert_eq!(
            (&report["advices"], &report["joined"]),
            (&64.into(), &64.into()),
            "each explains a receipt: {report}"
        );
        crash(&original, &explain, kills.div_ceil(8), chance).await;
        let matched = ["match", &receipt, "--account", "A001", "--on-account", "--on", TODAY].map(str::to_owned);
        crash(&original, &matched, kills.div_ceil(8), chance).await;
    });
}

#[test]
fn a_bank_file_advices_and_a_match_that_are_killed_and_done_again_make_the_same_book_on_sqlite() {
    kill_cash(false);
}

#[test]
fn a_bank_file_advices_and_a_match_that_are_killed_and_done_again_make_the_same_book_on_postgresql() {
    kill_cash(true);
}

#[test]
fn an_import_and_a_run_that_are_killed_and_done_again_make_the_same_book_on_sqlite() {
    kill_import_and_run(false);
}

#[test]
fn an_import_and_a_run_that_are_killed_and_done_again_make_the_same_book_on_postgresql() {
    kill_import_and_run(true);
}
