//! The main job on a real file, through the binary, on both databases: import, aging, run, why, letters, statement, verify.
//!
//! The file is the public IBM set of late payments, read where it lies beside the project; without it these tests say so and
//! pass, except in CI, which has it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;

/// A folder with a book, and the binary at work in it.
struct Place {
    folder: tempfile::TempDir,
    book: String,
}

impl Place {
    fn new(book: &str) -> Self {
        Self { folder: tempfile::tempdir().expect("a temporary folder"), book: book.into() }
    }

    fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dunwell"));
        command.current_dir(self.folder.path()).env("DUNWELL_BOOK", &self.book).args(arguments);
        command.output().expect("the binary runs")
    }

    /// The JSON answer of a call that must succeed.
    fn json(&self, arguments: &[&str]) -> Value {
        let (code, value) = self.answer(arguments);
        assert_eq!(code, 0, "{arguments:?}: {value}");
        value
    }

    fn answer(&self, arguments: &[&str]) -> (i32, Value) {
        let output = self.run(&[arguments, &["--json"]].concat());
        let text = String::from_utf8_lossy(&output.stdout);
        let value = serde_json::from_str(&text)
            .unwrap_or_else(|_| panic!("{arguments:?}: {text}{}", String::from_utf8_lossy(&output.stderr)));
        (output.status.code().expect("no signal"), value)
    }
}

fn ibm() -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ar/ibm_late_payment_histories.csv");
    match path.exists() {
        true => Some(path),
        false if std::env::var_os("CI").is_some() => panic!("CI must have the real data at {}", path.display()),
        false => {
            eprintln!("skipped: there is no {}", path.display());
            None
        }
    }
}

/// The places to try: an embedded file, and a fresh book on PostgreSQL where a server is at hand.
fn places() -> Vec<Place> {
    let mut places = vec![Place::new("sqlite:dunwell.db")];
    if let Ok(server) = std::env::var("DUNWELL_TEST_POSTGRES") {
        let name = format!("acceptance-{}-{:?}", std::process::id(), std::thread::current().id());
        let name: String = name.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
        places.push(Place::new(&format!("{server}#{name}")));
    }
    places
}

/// The value without what may differ between two books: ids, instants, and the book's own name.
fn comparable(value: &Value) -> Value {
    match value {
        Value::Object(object) => object
            .iter()
            .filter(|(key, _)| {
                !["book", "import", "task", "entry", "item", "request", "version"].contains(&key.as_str())
            })
            .map(|(key, value)| (key.clone(), comparable(value)))
            .collect(),
        Value::Array(values) => values.iter().map(comparable).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_main_job_runs_on_a_real_file_and_both_databases_say_the_same() {
    let Some(file) = ibm() else { return };
    let file = file.to_str().expect("a plain path");
    let mut answers: Vec<Vec<Value>> = Vec::new();
    for place in places() {
        let mut said = vec![place.json(&["init"])];
        let import = ["import", "invoices", file, "--profile", "ibm-late-payments"];
        let first = place.json(&import);
        assert_eq!((&first["read"], &first["accepted"], &first["rejected"]), (&2466.into(), &2466.into(), &0.into()));
        assert_eq!(first["totals"][0]["amount"], "147703.18");
        let again = place.json(&import);
        assert_eq!((&again["accepted"], &again["duplicate"]), (&0.into(), &2466.into()));
        for (day, items, open, late_items, late) in [
            ("2012-12-31", 99, "5725.06", 13, "788.74"),
            ("2013-06-30", 84, "5119.85", 12, "835.56"),
            ("2013-12-31", 13, "761.90", 10, "555.65"),
        ] {
            let aging = place.json(&["aging", "--on", day]);
            check_aging(&aging, items, open, late_items, late);
            said.push(aging);
        }
        let run = place.json(&["run", "--on", "2013-06-30"]);
        assert_eq!(run["past_due_accounts"], 12);
        assert_eq!(run["decisions"]["take"], serde_json::json!({ "reminder": 3 }));
        assert_eq!((&run["decisions"]["wait"]["N-2"], &run["decisions"]["wait"]["N-6"]), (&8.into(), &1.into()));
        assert_eq!((&run["notices"], &run["approvals"]), (&3.into(), &0.into()));
        let repeat = place.json(&["run", "--on", "2013-06-30"]);
        assert_eq!((&repeat["accounts"], &repeat["notices"], &repeat["tasks"]), (&0.into(), &0.into(), &0.into()));
        let accounts = past_due_accounts(&place);
        assert_eq!(accounts.len(), 12);
        for account in &accounts {
            let why = place.json(&["why", account, "--on", "2013-06-30"]);
            assert_eq!(why["recorded"], true);
            assert!(!why["cites"].as_array().expect("a list").is_empty(), "{why}");
            said.push(why);
        }
        check_letters(&place);
        said.extend([run, repeat, place.json(&["worklist", "--on", "2013-06-30"])]);
        assert_eq!(place.json(&["verify"])["ok"], true);
        answers.push(said.iter().map(comparable).collect());
    }
    if let [sqlite, postgres] = answers.as_slice() {
        assert_eq!(sqlite, postgres);
    }
}

fn check_aging(aging: &Value, items: i64, open: &str, late_items: i64, late: &str) {
    let currency = &aging["currencies"][0];
    let buckets = currency["buckets"].as_array().expect("buckets");
    let count = |skip: usize| buckets.iter().skip(skip).map(|b| b["items"].as_i64().expect("a count")).sum::<i64>();
    assert_eq!((count(0), count(1)), (items, late_items));
    assert_eq!(currency["balance"]["amount"], open);
    assert_eq!(currency["control_balance"]["amount"], open);
    assert_eq!(buckets[1]["amount"]["amount"], late);
}

fn past_due_accounts(place: &Place) -> Vec<String> {
    let aging = place.json(&["aging", "--on", "2013-06-30", "--by", "account"]);
    let rows = aging["accounts"].as_array().expect("accounts").iter();
    rows.filter(|row| {
        let buckets = row["currencies"][0]["buckets"].as_array().expect("buckets");
        buckets.iter().skip(1).any(|bucket| bucket["amount"]["amount"] != "0.00")
    })
    .map(|row| row["account"].as_str().expect("a customer number").to_string())
    .collect()
}

fn check_letters(place: &Place) {
    let notices = place.json(&["notices", "--on", "2013-06-30", "-o", "letters"]);
    let notices = notices["notices"].as_array().expect("notices");
    assert_eq!(notices.len(), 3);
    for notice in notices {
        let file = place.folder.path().join(notice["file"].as_str().expect("a file"));
        let pdf = std::fs::read(&file).expect("the letter is written");
        assert!(pdf.starts_with(b"%PDF-"), "{}", file.display());
        let account = notice["account"].as_str().expect("an account");
        let totals = place.json(&["statement", account, "--on", "2013-06-30", "-o", "statement.txt"]);
        assert_eq!(totals["pay_now"]["amount"], notice["amount"]);
    }
}

#[test]
fn what_cannot_be_done_is_said_with_its_code_and_exit() {
    let place = Place::new("sqlite:dunwell.db");
    assert_eq!(place.answer(&["aging"]).0, 1, "no book yet is a fault that says how to make one");
    place.json(&["init"]);
    let refused: [(&[&str], i32, &str); 10] = [
        (&["init"], 3, "book_exists"),
        (&["run", "--as", "nobody"], 3, "unknown_user"),
        (&["why", "NOBODY"], 3, "unknown_account"),
        (&["aging", "--known-at", "2999-01-01T00:00:00Z"], 3, "not_sealed_yet"),
        (&["approve", "9.9"], 3, "not_found"),
        (&["user", "add", "ann", "--role", "king"], 3, "bad_value"),
        (&["aging", "--on", "2013-02-30"], 2, "usage"),
        (&["import", "invoices", "no-such-file.csv"], 1, "fault"),
        (&["import", "invoices", "x.csv", "--profile", "nobody"], 2, "usage"),
        (&["policy", "check", "no-such-policy.toml"], 1, "fault"),
    ];
    for (arguments, exit, code) in refused {
        let (status, value) = place.answer(arguments);
        assert_eq!((status, value["error"]["code"].as_str()), (exit, Some(code)), "{arguments:?}: {value}");
    }
}

#[test]
fn a_rejected_row_never_stops_the_others_and_strict_keeps_nothing() {
    let place = Place::new("sqlite:dunwell.db");
    place.json(&["init"]);
    let csv = "account,document,document_date,due_date,amount\nACME,1,2025-01-01,2025-01-31,100.00\n\
               ACME,2,2025-01-01,2025-02-30,50.00\nACME,3,2025-01-01,2025-01-31,7.001\n";
    std::fs::write(place.folder.path().join("invoices.csv"), csv).expect("a file");
    let (exit, strict) = place.answer(&["import", "invoices", "invoices.csv", "--strict"]);
    assert_eq!((exit, &strict["rejected"]), (3, &2.into()));
    assert_eq!(place.json(&["aging", "--on", "2025-03-01"])["currencies"].as_array().map(Vec::len), Some(0));
    let (exit, report) = place.answer(&["import", "invoices", "invoices.csv", "--rejects", "rejects.csv"]);
    assert_eq!((exit, &report["accepted"], &report["rejected"]), (3, &1.into(), &2.into()));
    let lines: Vec<i64> =
        report["rejects"].as_array().expect("rejects").iter().map(|r| r["line"].as_i64().expect("a line")).collect();
    assert_eq!(lines, [3, 4]);
    let rejects = std::fs::read_to_string(place.folder.path().join("rejects.csv")).expect("the rejects");
    assert_eq!(rejects.lines().count(), 3);
}

#[test]
fn policies_are_checked_compared_tried_and_put_in_force() {
    let place = Place::new("sqlite:dunwell.db");
    place.json(&["init"]);
    assert_eq!(place.json(&["policy", "check", "strict"])["problems"], serde_json::json!([]));
    assert!(!place.json(&["policy", "diff", "strict"])["changes"].as_array().expect("changes").is_empty());
    assert_eq!(place.json(&["policy", "diff", "standard"])["changes"], serde_json::json!([]));
    let csv = "account,document,document_date,due_date,amount\nACME,1,2025-01-01,2025-01-31,100.00\n";
    std::fs::write(place.folder.path().join("invoices.csv"), csv).expect("a file");
    place.json(&["import", "invoices", "invoices.csv"]);
    let changed = place.json(&["policy", "simulate", "strict", "--on", "2025-02-02"]);
    assert_eq!(changed["changed"][0]["account"], "ACME", "{changed}");
    place.json(&["policy", "activate", "strict"]);
    assert_eq!(place.json(&["policy", "diff", "strict"])["changes"], serde_json::json!([]));
    std::fs::write(place.folder.path().join("bad.toml"), "name = \"bad\"\n[notices]\nquiet = 7\n").expect("a file");
    let (exit, value) = place.answer(&["policy", "check", "bad.toml"]);
    assert_eq!((exit, &value["error"]["details"]["problems"][0]["line"]), (3, &3.into()), "{value}");
}

#[test]
fn late_interest_is_proposed_approved_and_never_charged_twice() {
    let place = Place::new("sqlite:dunwell.db");
    place.json(&["init", "--currency", "GBP"]);
    for (name, role) in [("ann", "collector"), ("maria", "manager")] {
        place.json(&["user", "add", name, "--role", role]);
    }
    let csv =
        "account,document,document_date,due_date,amount,settled_on\nACME,1,2025-01-01,2025-01-31,1000.00,2025-03-02\n";
    std::fs::write(place.folder.path().join("invoices.csv"), csv).expect("a file");
    place.json(&["import", "invoices", "invoices.csv"]);
    // 30 days late at 4.75 + 8 points: 1,000.00 x 12.75 % x 30/365 = 10.48, and 70.00 for a debt of 1,000.00.
    let propose = ["interest", "ACME", "--rule", "uk-lpa-1998", "--on", "2025-03-31", "--propose", "--as", "ann"];
    let charges = place.json(&propose);
    assert_eq!(charges["charges"][0]["interest"]["amount"], "10.48", "{charges}");
    assert_eq!(charges["charges"][0]["fixed_sum"]["amount"], "70.00");
    let request = charges["requests"][0].as_str().expect("a request").to_string();
    assert_eq!(place.json(&propose)["requests"], serde_json::json!([]), "proposed once");
    let (exit, refused) = place.answer(&["approve", &request, "--as", "ann"]);
    assert_eq!((exit, refused["error"]["code"].as_str()), (3, Some("role_cannot_approve")));
    place.json(&["approve", &request, "--as", "maria", "--on", "2025-04-01"]);
    assert_eq!(place.answer(&["approve", &request, "--as", "maria"]).1["error"]["code"], "already_decided");
    let aging = place.json(&["aging", "--on", "2025-04-01"]);
    assert_eq!(aging["currencies"][0]["balance"]["amount"], "80.48");
    assert_eq!(place.json(&["verify"])["ok"], true);
}

#[test]
fn accounts_are_assigned_by_the_policy_once_and_their_tasks_go_with_them() {
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies/standard.toml");
    let collectors = "[[assignment.collector]]\nname = \"maria\"\nsegment_in = [\"key\"]\n\n\
                      [[assignment.collector]]\nname = \"jon\"\nmax_accounts = 1\n";
    let policy = format!("{}\n{collectors}", std::fs::read_to_string(shipped).expect("it ships"));
    for place in places() {
        place.json(&["init"]);
        let write = |name: &str, text: &str| std::fs::write(place.folder.path().join(name), text).expect("a file");
        write("policy.toml", &policy);
        write("customers.csv", "account,segment\nACME,key\nBETA,\nCITY,\n");
        write("invoices.csv", "account,document,document_date,due_date,amount\nACME,1,2024-12-01,2024-12-15,100.00\n");
        place.json(&["import", "customers", "customers.csv"]);
        place.json(&["import", "invoices", "invoices.csv"]);
        let nobodys = serde_json::json!({ "assigned": [], "unassigned": ["ACME", "BETA", "CITY"], "load": [] });
        assert_eq!(place.json(&["assign"]), nobodys, "the policy names nobody");
        place.json(&["policy", "activate", "policy.toml"]);
        let planned = place.json(&["assign", "--dry-run"]);
        let expected = serde_json::json!({
            "assigned": [
                { "account": "ACME", "from": null, "to": "maria", "because": "meets the criteria of maria, who held 0 accounts" },
                { "account": "BETA", "from": null, "to": "jon", "because": "meets the criteria of jon, who held 0 accounts" },
            ],
            "unassigned": ["CITY"],
            "load": [{ "collector": "maria", "accounts": 1 }, { "collector": "jon", "accounts": 1 }],
        });
        assert_eq!(planned, expected);
        assert_eq!(place.json(&["assign"]), expected, "a dry run records nothing");
        assert_eq!(place.json(&["assign"])["assigned"], serde_json::json!([]), "a second one changes nothing");
        place.json(&["run", "--on", "2025-02-28"]);
        let list = place.json(&["worklist", "--on", "2025-02-28", "--collector", "maria"]);
        assert_eq!(list["tasks"][0]["account"], "ACME", "{list}");
        // The file comes again: a row that names nobody leaves the collector, one that names somebody wins.
        assert_eq!(place.json(&["import", "customers", "customers.csv"])["duplicate"], 3);
        write("changed.csv", "account,segment,collector\nACME,key,\nBETA,,ann\nCITY,,jon\n");
        let report = place.json(&["import", "customers", "changed.csv"]);
        assert_eq!((report["duplicate"].as_i64(), report["changed"].as_i64()), (Some(1), Some(2)), "{report}");
        let view = place.json(&["assign", "--dry-run"]);
        assert_eq!(view["assigned"][0]["from"], "ann", "{view}");
        let words = String::from_utf8(place.run(&["assign"]).stdout).expect("text");
        assert!(words.contains("BETA  ann  ->  nobody  every matching collector is full"), "{words}");
        assert_eq!(place.json(&["verify"])["ok"], true);
    }
}

#[test]
fn a_bank_statement_gives_the_book_a_feed_and_none_comes_from_the_future() {
    for place in places() {
        place.json(&["init"]);
        let csv = "account,document,document_date,due_date,amount\nACME,1,2025-01-01,2025-01-31,100.00\n";
        std::fs::write(place.folder.path().join("invoices.csv"), csv).expect("a file");
        place.json(&["import", "invoices", "invoices.csv"]);
        assert_eq!(place.json(&["run", "--on", "2025-02-10", "--dry-run"])["decisions"]["take"]["reminder"], 1);
        let read = place.json(&["bank-statement", "--on", "2025-02-03"]);
        assert_eq!(read, serde_json::json!({ "on": "2025-02-03", "state": "recorded" }));
        let older = place.json(&["bank-statement", "--on", "2025-02-02"]);
        assert_eq!(older, serde_json::json!({ "on": "2025-02-02", "state": "already_recorded" }));
        assert_eq!(place.json(&["run", "--on", "2025-02-10"])["decisions"]["wait"]["N-9"], 1);
        let (exit, refused) = place.answer(&["bank-statement", "--on", "9000-01-01"]);
        assert_eq!((exit, refused["error"]["code"].as_str()), (3, Some("day_in_future")), "{refused}");
        assert_eq!(refused["error"]["details"]["day"], "9000-01-01");
        // Whatever is recorded of money is refused by the same rule.
        std::fs::write(place.folder.path().join("bank.bai"), "").expect("a file");
        let of_money: [&[&str]; 8] = [
            &["import", "bank", "bank.bai"],
            &["match", "1.1", "--account", "ACME"],
            &["unmatch", "1.1"],
            &["apply", "ACME", "P", "1"],
            &["reverse", "1.1"],
            &["approve", "1.1"],
            &["refund", "cancel", "1.1"],
            &["refund", "request", "ACME", "1", "--payee", "Acme", "--iban", "DE89370400440532013000"],
        ];
        for arguments in of_money {
            let (exit, told) = place.answer(&[arguments, &["--on", "9000-01-01"]].concat());
            assert_eq!((exit, &told["error"]["message"]), (3, &refused["error"]["message"]), "{arguments:?}: {told}");
        }
        assert_eq!(place.json(&["verify"])["ok"], true);
    }
}

/// A statement of one account with one credit from a payer whom the bank names.
const MT940: &str = ":20:S1\n:25:12345678/1234567890\n:28C:1/1\n:60F:C250302USD0,00\n:61:2503030303C100,00NTRFNONREF//B2\n\
    :86:166?00CREDIT?20SAMPLE OF MARCH?30BANKDEFF?31DE89370400440532013000?32SOMEBODY LTD\n:62F:C250303USD100,00\n-\n";

#[test]
fn the_terminal_says_who_paid_what_they_wrote_and_whose_name_a_number_has() {
    for place in places() {
        place.json(&["init"]);
        let csv = "account,account_name,document,document_date,due_date,amount\n\
                   BETA,Beta Bakers,INV-1,2025-01-01,2025-01-31,100.00\n";
        std::fs::write(place.folder.path().join("invoices.csv"), csv).expect("a file");
        std::fs::write(place.folder.path().join("bank.sta"), MT940).expect("a file");
        place.json(&["import", "invoices", "invoices.csv"]);
        place.json(&["import", "bank", "bank.sta", "--on", "2025-03-03"]);
        let words = |arguments: &[&str]| String::from_utf8(place.run(arguments).stdout).expect("text");
        let listed = place.json(&["exceptions"]);
        let receipt = listed["exceptions"][0]["receipt"].as_str().unwrap_or_else(|| panic!("{listed}"));
        for told in [words(&["exceptions"]), words(&["exceptions", receipt])] {
            for part in [
                "paid by: SOMEBODY LTD, account DE89370400440532013000",
                "wrote: SAMPLE OF MARCH",
                "BETA (Beta Bakers)",
            ] {
                assert!(told.contains(part), "{part}: {told}");
            }
        }
        assert!(words(&["exceptions", receipt]).contains("Open at BETA (Beta Bakers):"));
    }
}

#[test]
fn figures_say_through_which_bank_file_payments_are_known() {
    for place in places() {
        place.json(&["init"]);
        let csv = "account,document,document_date,due_date,amount\nBETA,INV-1,2025-01-01,2025-01-31,100.00\n";
        std::fs::write(place.folder.path().join("invoices.csv"), csv).expect("a file");
        place.json(&["import", "invoices", "invoices.csv", "--on", "2025-03-10"]);
        let words = |arguments: &[&str]| String::from_utf8(place.run(arguments).stdout).expect("text");
        assert!(!words(&["account", "BETA"]).contains("bank file"), "a book without a bank feed says nothing of one");
        std::fs::write(place.folder.path().join("bank.sta"), MT940).expect("a file");
        place.json(&["import", "bank", "bank.sta", "--on", "2025-03-10"]);
        let commands: [&[&str]; 4] =
            [&["account", "BETA"], &["accounts"], &["worklist"], &["aging", "--on", "2025-03-10"]];
        for command in commands {
            let told = words(command);
            assert!(told.contains("Data as of bank file of 2025-03-03\n"), "{command:?}: {told}");
        }
        let status = place.json(&["status"]);
        assert_eq!(
            (&status["data_as_of"], &status["last_bank_statement"]),
            (&"2025-03-03".into(), &"2025-03-03".into())
        );
        place.json(&["statement", "BETA", "--on", "2025-03-10", "-o", "statement.txt"]);
        let statement = std::fs::read_to_string(place.folder.path().join("statement.txt")).expect("a statement");
        assert!(statement.contains("Payments after 3 March 2025 are not shown."), "{statement}");
    }
}

#[test]
fn a_flag_that_says_nothing_of_such_files_is_refused_and_strict_keeps_nothing() {
    let place = Place::new("sqlite:dunwell.db");
    place.json(&["init"]);
    std::fs::write(place.folder.path().join("bank.sta"), MT940).expect("a file");
    std::fs::write(place.folder.path().join("cut.sta"), &MT940[..MT940.len() - 40]).expect("a file");
    std::fs::write(place.folder.path().join("rows.csv"), "account,document\n").expect("a file");
    let wrong: [&[&str]; 6] = [
        &["import", "bank", "bank.sta", "--rejects", "out.csv"],
        &["import", "bank", "bank.sta", "--source", "erp"],
        &["import", "remittance", "bank.sta", "--missing", "paid"],
        &["import", "invoices", "rows.csv", "--accept-totals", "known"],
        &["import", "invoices", "rows.csv", "--format", "bai2"],
        &["import", "customers", "rows.csv", "--missing", "paid"],
    ];
    for arguments in wrong {
        let output = place.run(arguments);
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {told}");
        assert!(told.contains("leave it out here") && told.contains(arguments[3]), "{arguments:?}: {told}");
    }
    let (on, both) = ("2025-03-03", ["import", "bank", "bank.sta", "cut.sta", "--on", "2025-03-03"]);
    let (exit, strict) = place.answer(&[&both[..], &["--strict"]].concat());
    assert_eq!((exit, &strict["receipts"]), (3, &0.into()), "{strict}");
    assert_eq!(place.json(&["bank-files"])["files"].as_array().map(Vec::len), Some(0), "nothing is kept");
    let (exit, kept) = place.answer(&both);
    assert_eq!((exit, &kept["receipts"]), (3, &1.into()), "{kept}");
    let advice = |name: &str, payment: &str, invoice: &str| {
        let text = format!("Payment reference,Invoice,Amount paid\n{payment},{invoice},50.00\n");
        std::fs::write(place.folder.path().join(name), text).expect("a file");
    };
    advice("first.csv", "P-1", "INV-1");
    advice("other.csv", "P-2", "INV-2");
    advice("changed.csv", "P-1", "INV-9");
    place.json(&["import", "remittance", "first.csv", "--on", on]);
    let (exit, strict) = place.answer(&["import", "remittance", "other.csv", "changed.csv", "--strict", "--on", on]);
    assert_eq!((exit, &strict["advices"]), (3, &0.into()), "{strict}");
    assert_eq!(place.json(&["remittances"])["remittances"].as_array().map(Vec::len), Some(1), "the first alone");
    advice("one.csv", "P-3", "INV-1");
    advice("two.csv", "P-3", "INV-2");
    let (exit, strict) = place.answer(&["import", "remittance", "one.csv", "two.csv", "--strict", "--on", on]);
    assert_eq!((exit, &strict["advices"]), (3, &0.into()), "two files of one payment: {strict}");
    let alone = place.json(&["import", "bank", "bank.sta", "--strict", "--on", on]);
    assert_eq!(alone["files"][0]["duplicate_entries"], 1, "{alone}");
}
