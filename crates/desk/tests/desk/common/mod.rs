//! A desk at work on a fresh book, the rows it imports, and its book as a picture that two books can be compared by.

use std::sync::atomic::{AtomicI64, Ordering};

use dunwell_desk::cash::import_bank_file::{BankReport, BankRequest, import_bank_files};
use dunwell_desk::import::{ImportFile, ImportKind, ImportReport, ImportRequest, Listener, Profile, import};
use dunwell_desk::keep_book::{NewBook, make_book, open_book};
use dunwell_desk::rules::aging::DateBasis;
use dunwell_desk::rules::calendar::{Date, add_days};
use dunwell_desk::{Desk, Stop, look};
use dunwell_store::db::Db;
use dunwell_store::facts::AccountChoice;
use dunwell_store::read::{AgingBy, AgingQuestion, KnownAt};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha1::Sha1;

/// A clock that stands still: what is recorded twice is recorded at the same instant.
pub(crate) fn still() -> i64 {
    1_740_000_000_000_000
}

/// A clock that goes on by a second whenever it is read.
pub(crate) fn ticking() -> i64 {
    static NOW: AtomicI64 = AtomicI64::new(1_740_000_000_000_000);
    NOW.fetch_add(1_000_000, Ordering::Relaxed)
}

/// `done`, or the code of why not; a fault is none of them.
pub(crate) fn code<T>(answer: Result<T, Stop>) -> &'static str {
    match answer {
        Ok(_) => "done",
        Err(Stop::Refused(refusal)) => refusal.code(),
        Err(Stop::Fault(fault)) => panic!("a fault: {fault}"),
    }
}

/// A day written `2026-03-04`.
pub(crate) fn day(text: &str) -> Date {
    text.parse().expect("a test writes real days")
}

/// The days before a day.
pub(crate) fn before(on: Date, days: i64) -> Date {
    add_days(on, -days)
}

/// The house at work on a new book of that name: USD, every day a business day, the policy `standard`.
pub(crate) async fn new_desk(db: &Db, name: &str, clock: dunwell_desk::Clock) -> Desk {
    let new = NewBook {
        name: name.to_owned(),
        currency: "USD".to_owned(),
        time_zone: "UTC".to_owned(),
        calendar: "every-day".to_owned(),
        on: day("2024-01-01"),
    };
    let book = make_book(db, &new, clock).await.expect("a book can be made");
    Desk::open(book, "desk", clock).await.expect("the house is known")
}

/// A user at work on a book that is there already.
pub(crate) async fn desk_as(db: &Db, name: &str, user: &str, clock: dunwell_desk::Clock) -> Desk {
    let book = open_book(db, Some(name)).await.expect("the book opens");
    Desk::open(book, user, clock).await.expect("the user is known")
}

/// Imports one canonical text; the answer says what became of its rows. Only a fault fails.
pub(crate) async fn put(desk: &Desk, kind: ImportKind, text: &str, on: Date) -> ImportReport {
    try_put(desk, kind, text, on).await.expect("no fault")
}

/// The same, with the faults.
pub(crate) async fn try_put(
    desk: &Desk,
    kind: ImportKind,
    text: &str,
    on: Date,
) -> Result<ImportReport, dunwell_desk::Stop> {
    let profile = Profile::shipped("canonical").expect("it ships");
    let file = ImportFile::bytes("rows.csv", text.as_bytes().to_vec());
    import(desk, &ImportRequest::new(kind, vec![file], profile, on), Listener::default()).await
}

/// Reads one bank file, which is not refused.
pub(crate) async fn read_bank(desk: &Desk, file: &str, on: Date) -> BankReport {
    let report = try_read_bank(desk, file, on).await;
    assert!(!report.is_refused(), "{report:#?}");
    report
}

/// Reads one bank file, or refuses it.
pub(crate) async fn try_read_bank(desk: &Desk, file: &str, on: Date) -> BankReport {
    let files = vec![ImportFile::bytes("bank", file.as_bytes().to_vec())];
    let request = BankRequest::new(files, on);
    import_bank_files(desk, &request).await.expect("a report")
}

/// A report in BAI2 of one credit of 1,000.00 on 7 March 2025: its modifier (2 is final, 3 during the day), the bank's
/// reference, a text.
pub(crate) fn bai2_of_one(modifier: u8, bank: &str, text: &str) -> String {
    format!(
        "01,BANK,US,250307,0800,1,,,2/\n02,US,BANK,1,250307,,USD,{modifier}/\n03,770001,USD,,,,/\n\
         16,165,100000,0,{bank},,{text}\n49,100000,3/\n98,100000,1,5/\n99,100000,1,7/\n"
    )
}

/// The header of invoice rows.
pub(crate) const INVOICES: &str =
    "account,account_name,document,kind,document_date,due_date,currency,amount,settled_on,disputed\n";
/// The header of payment rows.
pub(crate) const PAYMENTS: &str = "account,document,date,currency,amount\n";

/// An amount of cents as a file has it.
pub(crate) fn cents(minor: i64) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

/// The aging of each account on a day, as JSON.
pub(crate) async fn aging(desk: &Desk, on: Date, known_at: Option<KnownAt>) -> Value {
    let question = AgingQuestion { on, known_at, by: AgingBy::Account, basis: DateBasis::Due, buckets: desk.buckets() };
    let mut reading = desk.book.read().await.expect("a snapshot");
    let view = reading.aging(&question).await.expect("an aging");
    serde_json::to_value(view).expect("an aging is plain data")
}

/// Leaves out what differs between two equal books: ids of entries.
pub(crate) fn without_ids(value: Value) -> Value {
    const IDS: [&str; 8] = ["entry", "item", "task", "notice", "request", "import", "id", "carries"];
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

/// What people see of the book on a day: aging, worklist, decisions, notices with their frozen text, requests.
pub(crate) async fn picture(desk: &Desk, on: Date) -> Value {
    let worklist = look::worklist::worklist(desk, None, on, None).await.expect("a worklist");
    let mut reading = desk.book.read().await.expect("a snapshot");
    let mut decisions = Vec::new();
    for name in reading.account_names().await.expect("names") {
        let of_account = reading.decisions_of(name.account, on).await.expect("decisions");
        for decision in of_account {
            let detail: Value = serde_json::from_str(&decision.detail).expect("a decision is JSON");
            decisions.push(json!([name.code, decision.action, decision.rule, decision.revision, detail]));
        }
    }
    let notices = reading.notices(on).await.expect("notices").into_iter().map(|notice| {
        let content = notice.content.as_deref().map(|text| serde_json::from_str::<Value>(text).expect("JSON"));
        json!([notice, content])
    });
    let notices: Vec<Value> = notices.collect();
    let requests = reading.requests("pending").await.expect("requests");
    without_ids(json!({
        "aging": aging(desk, on, None).await,
        "worklist": worklist,
        "decisions": decisions,
        "notices": notices,
        "requests": requests,
    }))
}

/// The documents with anything open on a day: account, document, open (credits below zero), in a fixed order.
pub(crate) async fn open_on(desk: &Desk, on: Date) -> Vec<(String, String, i64)> {
    let facts = desk.book.read().await.expect("a snapshot").facts(AccountChoice::All, on).await.expect("facts");
    let mut open = Vec::new();
    for account in &facts {
        open.extend(account.lines.iter().map(|line| (account.code.clone(), line.document.clone(), line.open)));
        open.extend(account.credits.iter().map(|c| (account.code.clone(), c.document.clone(), -c.unapplied)));
    }
    open.sort();
    open
}

/// Fails unless the book recomputed from its journals says what its tables say.
pub(crate) async fn verified(desk: &Desk) {
    let report = desk.book.verify().await.expect("no fault");
    let failed: Vec<_> = report.checks.iter().filter(|check| !check.ok).collect();
    assert!(report.ok, "{failed:#?}");
}

/// Fails unless the money of every currency is conserved on a day: what is open, aged and unapplied is what the control
/// totals say, and the accounts add up to the book.
pub(crate) async fn conserved(desk: &Desk, on: Date) {
    let view = aging(desk, on, None).await;
    for book in view["currencies"].as_array().expect("currencies") {
        let currency = &book["currency"];
        let control = minor(&book["control_balance"]);
        assert_eq!(minor(&book["balance"]), control, "balance and control of {currency} on {on}: {view:#}");
        let groups = view["accounts"].as_array().expect("accounts").iter();
        let parts = groups.flat_map(|group| group["currencies"].as_array().expect("currencies"));
        let accounts: i64 =
            parts.filter(|part| part["currency"] == *currency).map(|part| minor(&part["balance"])).sum();
        assert_eq!(accounts, control, "accounts and control of {currency} on {on}: {view:#}");
        let buckets: i64 = book["buckets"].as_array().expect("buckets").iter().map(|b| minor(&b["amount"])).sum();
        assert_eq!(buckets + minor(&book["unapplied"]), control, "buckets and control of {currency} on {on}: {view:#}");
    }
}

/// The cents of an amount in JSON.
pub(crate) fn minor(money: &Value) -> i64 {
    let text = money["amount"].as_str().unwrap_or_else(|| panic!("no amount: {money}"));
    text.replace('.', "").parse().expect("cents")
}

/// Fails with the first line in which two pictures differ.
pub(crate) fn assert_same(expected: &Value, found: &Value, what: &str) {
    let [a, b] = [expected, found].map(|value| serde_json::to_string_pretty(value).expect("JSON"));
    let lines = || a.lines().zip(b.lines()).enumerate();
    if let Some((number, (a, b))) = lines().find(|(_, (a, b))| a != b) {
        let before: Vec<&str> = lines().skip(number.saturating_sub(8)).take(8).map(|(_, (a, _))| a).collect();
        panic!("{what}, after\n{}\nexpected {a}\nfound    {b}", before.join("\n"));
    }
    assert_eq!(a.len(), b.len(), "{what}: one has more lines");
}

/// The code of an instant for a secret in base 32, computed apart from the product.
pub(crate) fn totp(secret_base32: &str, at: i64) -> String {
    let letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let bits: String = secret_base32
        .chars()
        .map(|letter| format!("{:05b}", letters.find(letter).expect("a letter of base 32")))
        .collect();
    let bytes: Vec<u8> = bits
        .as_bytes()
        .chunks_exact(8)
        .map(|byte| u8::from_str_radix(std::str::from_utf8(byte).expect("digits"), 2).expect("a byte"))
        .collect();
    let mut mac = Hmac::<Sha1>::new_from_slice(&bytes).expect("a key");
    mac.update(&(at / (30_000_000)).to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[at..at + 4].try_into().expect("four bytes")) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}
