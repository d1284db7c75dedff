//! What a row means: kinds and signs, due dates, settlements, disputes, corrections, accounts and the people at them.

use dunwell_rules::facts::AccountFacts;
use dunwell_store::facts::AccountChoice;
use dunwell_store::testing::on_each_database;

use super::{ImportKind, counts, day, desk, open_on, put, verified};
use crate::desk::Desk;

const HEADER: &str =
    "account,account_name,document,kind,document_date,due_date,amount,terms,settled_on,disputed,colour\n";

async fn invoices(desk: &Desk, rows: &str) -> [u64; 4] {
    let report = put(desk, ImportKind::Invoices, &format!("{HEADER}{rows}")).await;
    counts(&report)
}

async fn facts(desk: &Desk, account: &str, on: &str) -> AccountFacts {
    let mut reading = desk.book.read().await.unwrap();
    reading.facts(AccountChoice::Codes(&[account]), day(on)).await.unwrap().remove(0)
}

fn open(rows: &[(&str, &str, i64)]) -> Vec<(String, String, i64)> {
    rows.iter().map(|(account, document, open)| ((*account).into(), (*document).into(), *open)).collect()
}

#[test]
fn signs_and_kinds_follow_the_contract_and_nought_is_never_open() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let rows = "A,,I,invoice,2026-05-01,2026-05-31,8.850,,,,\nA,,N,invoice,2026-05-01,2026-05-31,-5.00,,,,\n\
                    A,,C1,credit_memo,2026-05-01,,7.00,,,,\nA,,C2,Credit Note,2026-05-01,,-6.00,,,,\n\
                    A,,Z,,2026-05-01,2026-05-31,0.00,,,,\nA,,M,Debit Memo,2026-05-01,2026-05-31,4.00,,,,\n";
        assert_eq!(invoices(&desk, rows).await, [6, 0, 0, 0]);
        let wanted = open(&[("A", "C1", -700), ("A", "C2", -600), ("A", "I", 885), ("A", "M", 400), ("A", "N", -500)]);
        assert_eq!(open_on(&desk, "2026-06-30").await, wanted);
        assert_eq!(invoices(&desk, rows).await, [0, 6, 0, 0]);
    });
}

#[test]
fn a_missing_due_date_comes_from_the_terms_of_the_row_or_of_the_account() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        put(&desk, ImportKind::Customers, "account,name,terms\nB,Bolt,net 14\n").await;
        let rows = "A,,I1,,2026-05-01,,100.00,2/10 net 30,,,\nA,,I2,,2026-05-01,,100.00,\"50% net 30, 50% net 60\",,,\n\
                    B,,I3,,2026-05-01,,100.00,,,,\nA,,I4,,2026-05-01,,100.00,,,,\n";
        assert_eq!(invoices(&desk, rows).await, [3, 0, 0, 1]);
        let a = facts(&desk, "A", "2026-05-02").await;
        let due: Vec<_> =
            a.lines.iter().map(|line| (line.document.as_str(), line.due_date.to_string(), line.open)).collect();
        let wanted = [("I1", "2026-05-31", 10_000), ("I2", "2026-05-31", 5_000), ("I2", "2026-06-30", 5_000)];
        assert_eq!(due, wanted.map(|(document, due, open)| (document, due.to_owned(), open)));
        assert_eq!(facts(&desk, "B", "2026-05-02").await.lines[0].due_date, day("2026-05-15"));
    });
}

#[test]
fn settled_on_settles_moves_and_clears() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let row = |settled: &str| format!("A,,I,,2026-05-01,2026-05-31,100.00,,{settled},,\n");
        assert_eq!(invoices(&desk, &row("")).await, [1, 0, 0, 0]);
        assert_eq!(invoices(&desk, &row("2026-05-10")).await, [0, 0, 1, 0]);
        assert_eq!(open_on(&desk, "2026-05-09").await, open(&[("A", "I", 10_000)]));
        assert!(open_on(&desk, "2026-05-10").await.is_empty());
        assert_eq!(invoices(&desk, &row("2026-05-10")).await, [0, 1, 0, 0]);
        assert_eq!(invoices(&desk, &row("")).await, [0, 0, 1, 0]);
        assert_eq!(open_on(&desk, "2026-06-30").await, open(&[("A", "I", 10_000)]));
        assert_eq!(invoices(&desk, &row("2026-05-12")).await, [0, 0, 1, 0]);
        assert!(open_on(&desk, "2026-06-30").await.is_empty());
        verified(&desk).await;
    });
}

#[test]
fn disputed_without_a_date_is_the_whole_open_amount_until_it_is_withdrawn() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let row = |disputed: &str| format!("A,,I,,2026-05-01,2026-05-31,100.00,,,{disputed},\n");
        invoices(&desk, &row("Yes")).await;
        let disputes = facts(&desk, "A", "2026-05-01").await.disputes;
        assert_eq!((disputes.len(), disputes[0].since, disputes[0].amount), (1, day("2026-05-01"), None));
        assert_eq!(disputes[0].reason, "unstated");
        assert_eq!(invoices(&desk, &row("No")).await, [0, 0, 1, 0]);
        assert!(facts(&desk, "A", "2026-06-30").await.disputes.is_empty());
        assert_eq!(invoices(&desk, &row("1")).await, [0, 0, 1, 0]);
        assert_eq!(facts(&desk, "A", "2026-06-30").await.disputes.len(), 1);
        verified(&desk).await;
    });
}

#[test]
fn a_changed_amount_keeps_applications_and_a_changed_field_is_revised() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let row = |amount: &str, due: &str| format!("A,,I,,2026-05-01,{due},{amount},,,,\n");
        invoices(&desk, &row("100.00", "2026-05-31")).await;
        put(&desk, ImportKind::Payments, "account,document,date,amount\nA,P,2026-05-05,80.00\n").await;
        put(&desk, ImportKind::Applications, "account,credit,debit,amount,date\nA,P,I,80.00,2026-05-06\n").await;
        assert_eq!(invoices(&desk, &row("150.00", "2026-05-31")).await, [0, 0, 1, 0]);
        assert_eq!(open_on(&desk, "2026-06-30").await, open(&[("A", "I", 7_000)]));
        assert_eq!(invoices(&desk, &row("50.00", "2026-05-31")).await, [0, 0, 1, 0]);
        assert_eq!(open_on(&desk, "2026-06-30").await, open(&[("A", "P", -3_000)]));
        assert_eq!(invoices(&desk, &row("50.00", "2026-05-31")).await, [0, 1, 0, 0]);
        assert_eq!(invoices(&desk, &row("50.00", "2026-06-15")).await, [0, 0, 1, 0]);
        verified(&desk).await;
    });
}

#[test]
fn an_unknown_account_is_made_and_another_spelling_is_an_alias() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        invoices(&desk, "A,Acme Inc.,I1,,2026-05-01,2026-05-31,1.00,,,,\nA,ACME,I2,,2026-05-01,2026-05-31,1.00,,,,\n")
            .await;
        let account = desk.book.read().await.unwrap().account("A").await.unwrap().unwrap();
        assert_eq!(
            (account.name.as_deref(), account.incomplete, account.aliases.as_slice()),
            (Some("Acme Inc."), true, &["ACME".to_owned()][..])
        );
        let master = "account,name,address,postal_code,city,country,parent,terms,vat_id\n\
                      CHILD,Child,1 Side St,,,US,A,,\nA,Acme Incorporated,1 Main St,10115,Berlin,DE,,net 30,DE1\n";
        assert_eq!(counts(&put(&desk, ImportKind::Customers, master).await), [1, 0, 1, 0]);
        assert_eq!(counts(&put(&desk, ImportKind::Customers, master).await), [0, 2, 0, 0]);
        let account = desk.book.read().await.unwrap().account("A").await.unwrap().unwrap();
        assert_eq!((account.name.as_deref(), account.incomplete), (Some("Acme Incorporated"), false));
        assert_eq!(account.address, ["1 Main St", "10115 Berlin"]);
        let child = desk.book.read().await.unwrap().account("CHILD").await.unwrap().unwrap();
        assert_eq!(child.parent.as_deref(), Some("A"));
        let circle = "account,name,parent\nA,Acme Incorporated,CHILD\n";
        assert_eq!(put(&desk, ImportKind::Customers, circle).await.rejects[0].code, "parent_cycle");
        verified(&desk).await;
    });
}

#[test]
fn contacts_notices_rates_and_control_totals_come_in_once() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        invoices(&desk, "A,Acme,I1,,2026-04-01,2026-05-01,100.00,,,,\n").await;
        for (kind, text, rows) in [
            (
                ImportKind::Contacts,
                "account,name,mail,role\nA,Ann,ann@acme.example,accounts_payable\nA,Bob,bob@acme.example,owner\n",
                2,
            ),
            (
                ImportKind::Notices,
                "account,step,date,document\nA,reminder,2026-05-10,I1\nA,second_reminder,2026-05-20,\n",
                2,
            ),
            (ImportKind::Rates, "from,to,date,rate,source\nEUR,USD,2026-05-01,1.0837,ECB\n", 1),
            (ImportKind::ControlTotals, "date,currency,amount\n2026-05-31,USD,100.00\n", 1),
        ] {
            let first = put(&desk, kind, text).await;
            assert_eq!(counts(&first), [rows, 0, 0, 0], "{kind:?}: {first:?}");
            let again = put(&desk, kind, text).await;
            assert_eq!(counts(&again), [0, rows, 0, 0], "{kind:?}: {again:?}");
        }
        let changed = "account,name,mail,role\nA,Ann Example,ann@acme.example,accounts_payable\n";
        assert_eq!(counts(&put(&desk, ImportKind::Contacts, changed).await), [0, 0, 1, 0]);
        let steps = facts(&desk, "A", "2026-06-30").await.steps;
        let steps: Vec<_> =
            steps.iter().map(|step| (step.step.as_str(), step.day.to_string(), step.open_items.len())).collect();
        assert_eq!(steps, [("reminder", "2026-05-10".to_owned(), 1), ("second_reminder", "2026-05-20".to_owned(), 1)]);
        verified(&desk).await;
    });
}

#[test]
fn an_erased_name_does_not_come_back_with_the_next_invoice() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        invoices(&desk, "A,Ann Person,I1,,2026-05-01,2026-05-31,1.00,,,,\n").await;
        let account = desk.book.read().await.unwrap().account("A").await.unwrap().unwrap();
        let mut recording = desk.record("erase", day("2026-06-01")).await.unwrap();
        recording.erase_account_people(account.entry, day("2026-06-01")).await.unwrap();
        recording.commit().await.unwrap();
        let again =
            "A,Ann Person,I1,,2026-05-01,2026-05-31,1.00,,,,\nA,Ann Person,I2,,2026-05-02,2026-05-31,1.00,,,,\n";
        assert_eq!(invoices(&desk, again).await, [1, 1, 0, 0]);
        let account = desk.book.read().await.unwrap().account("A").await.unwrap().unwrap();
        assert_eq!((account.name, account.aliases), (None, Vec::new()));
        verified(&desk).await;
    });
}
