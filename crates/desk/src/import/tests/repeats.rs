//! Repeating, splitting, shuffling and cutting off imports changes nothing; undoing one takes all of it back.

use dunwell_store::testing::on_each_database;

use super::{ImportKind, canonical, counts, desk, open_on, put, request, run, verified};
use crate::import::{ImportRequest, reverse_import};

const HEADER: &str = "account,account_name,document,document_date,due_date,amount,settled_on,disputed,colour\n";

/// Forty rows of five accounts, some settled, some disputed, some credits.
fn rows() -> Vec<String> {
    (0..40)
        .map(|n| {
            let settled = if n % 3 == 0 { "2026-05-20" } else { "" };
            let (amount, settled) = if n % 7 == 1 { (-100 - n, "") } else { (1_000 + n, settled) };
            let disputed = if n % 5 == 0 { "yes" } else { "" };
            format!(
                "A{},Name {},D{n},2026-04-{:02},2026-05-{:02},{amount}.50,{settled},{disputed},red\n",
                n % 5,
                n % 5,
                n % 28 + 1,
                n % 28 + 1
            )
        })
        .collect()
}

fn text(rows: &[String]) -> String {
    format!("{HEADER}{}", rows.concat())
}

/// Open items on three days: what must be the same however the rows came in.
async fn picture(desk: &crate::desk::Desk) -> Vec<Vec<(String, String, i64)>> {
    let mut days = Vec::new();
    for on in ["2026-04-15", "2026-05-19", "2026-06-30"] {
        days.push(open_on(desk, on).await);
    }
    days
}

#[test]
fn the_same_file_twice_changes_nothing() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let text = text(&rows());
        let first = put(&desk, ImportKind::Invoices, &text).await;
        assert_eq!(counts(&first), [40, 0, 0, 0]);
        let before = picture(&desk).await;
        let again = put(&desk, ImportKind::Invoices, &text).await;
        assert_eq!((counts(&again), again.import, again.totals.len()), ([0, 40, 0, 0], None, 0));
        assert_eq!(picture(&desk).await, before);
        verified(&desk).await;
    });
}

#[test]
fn shuffled_halved_and_overlapping_files_give_the_same_book() {
    on_each_database(async |place| {
        let whole = desk(place).await;
        put(&whole, ImportKind::Invoices, &text(&rows())).await;
        let wanted = picture(&whole).await;
        let mut shuffled = rows();
        shuffled.sort_by_key(|row| row.bytes().map(u64::from).fold(7, |hash: u64, byte| hash.wrapping_mul(31) ^ byte));
        let (left, right) = (&rows()[..25], &rows()[15..]);
        let halves = [text(left), text(right)];
        for (name, texts, read) in [
            ("shuffled", vec![text(&shuffled)], [40, 0, 0, 0]),
            ("halves in one call", halves.to_vec(), [40, 10, 0, 0]),
            ("the last half first", vec![text(right), text(left)], [40, 10, 0, 0]),
        ] {
            let book = place.book(name).await;
            let desk = crate::desk::Desk::open(book, "desk", || 0).await.unwrap();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            let report = run(&desk, &request(ImportKind::Invoices, canonical(), &texts)).await;
            assert_eq!(counts(&report), read, "{name}");
            assert_eq!(picture(&desk).await, wanted, "{name}");
            verified(&desk).await;
        }
        // As a killed import leaves it: some rows are in, then the whole file is read again.
        let book = place.book("killed").await;
        let desk = crate::desk::Desk::open(book, "desk", || 0).await.unwrap();
        put(&desk, ImportKind::Invoices, &text(left)).await;
        assert_eq!(counts(&put(&desk, ImportKind::Invoices, &text(&rows())).await), [15, 25, 0, 0]);
        assert_eq!(picture(&desk).await, wanted);
    });
}

#[test]
fn repeated_lines_are_duplicates_and_contradicting_ones_are_rejected() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let row = "A,Acme,D,2026-04-01,2026-05-01,10.00,,,\n";
        let other = "A,Acme,D,2026-04-01,2026-05-01,12.00,,,\n";
        let text = format!("{HEADER}{row}{row}{other}{row}");
        let report = put(&desk, ImportKind::Invoices, &text).await;
        assert_eq!(counts(&report), [1, 2, 0, 1]);
        assert_eq!((report.rejects[0].code, report.rejects[0].line), ("conflicting_rows", 4));
        assert!(report.rejects[0].message.contains("line 2"));
        assert_eq!(counts(&put(&desk, ImportKind::Invoices, &text).await), [0, 3, 0, 1]);
        assert_eq!(open_on(&desk, "2026-06-30").await, [("A".into(), "D".into(), 1_000)]);
    });
}

#[test]
fn a_dry_run_says_what_would_happen_and_records_nothing() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        put(&desk, ImportKind::Invoices, &text(&rows()[..10])).await;
        let before = picture(&desk).await;
        let dry = ImportRequest { dry_run: true, ..request(ImportKind::Invoices, canonical(), &[&text(&rows())]) };
        let report = run(&desk, &dry).await;
        assert_eq!((counts(&report), report.import), ([30, 10, 0, 0], None));
        assert_eq!(picture(&desk).await, before);
        verified(&desk).await;
    });
}

#[test]
fn strict_keeps_nothing_when_one_row_is_rejected() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let bad = format!("{}A9,Nine,BAD,2026-04-01,2026-05-01,ten,,,\n", text(&rows()));
        let strict = |text: &str| ImportRequest { strict: true, ..request(ImportKind::Invoices, canonical(), &[text]) };
        let report = run(&desk, &strict(&bad)).await;
        assert_eq!((counts(&report), report.import.clone()), ([40, 0, 0, 1], None));
        assert_eq!(report.files[0].problems[0].code, "strict_nothing_kept");
        assert!(open_on(&desk, "2026-06-30").await.is_empty());
        let report = run(&desk, &strict(&text(&rows()))).await;
        assert!(report.import.is_some() && counts(&report) == [40, 0, 0, 0]);
        verified(&desk).await;
    });
}

#[test]
fn a_whole_import_is_undone_by_reversal_and_can_come_in_again() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let report = put(&desk, ImportKind::Invoices, &text(&rows())).await;
        let import = report.import.expect("it recorded something");
        let undone = reverse_import(&desk, &import, super::day("2026-06-30")).await.unwrap();
        assert!(undone.reversed > 0);
        assert!(open_on(&desk, "2026-06-30").await.is_empty());
        verified(&desk).await;
        assert_eq!(reverse_import(&desk, &import, super::day("2026-06-30")).await.unwrap().reversed, 0);
        assert_eq!(counts(&put(&desk, ImportKind::Invoices, &text(&rows())).await), [40, 0, 0, 0]);
        verified(&desk).await;
        let refused = reverse_import(&desk, "99.0", super::day("2026-06-30")).await.expect_err("no such import");
        assert!(matches!(refused, crate::Stop::Refused(crate::Refusal::NotFound { what: "import", .. })));
    });
}

#[test]
fn an_undone_correction_gives_the_invoice_back_as_it_was_with_its_payment() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let head = "account,document,document_date,due_date,amount,po_number\n";
        let first = format!("{head}A,I1,2026-04-01,2026-05-01,100.00,PO-1\nA,I2,2026-04-01,2026-05-01,50.00,PO-2\n");
        put(&desk, ImportKind::Invoices, &first).await;
        put(&desk, ImportKind::Payments, "account,document,date,amount\nA,P1,2026-05-05,30.00\n").await;
        put(&desk, ImportKind::Applications, "account,credit,debit,amount,date\nA,P1,I1,30.00,2026-05-06\n").await;
        let was = open_on(&desk, "2026-06-30").await;
        assert_eq!(was, [("A".into(), "I1".into(), 7_000), ("A".into(), "I2".into(), 5_000)]);
        let second = format!(
            "{head}A,I1,2026-04-01,2026-05-01,120.00,PO-1\nA,I2,2026-04-01,2026-05-31,50.00,PO-9\nA,I3,2026-04-02,2026-05-31,8.00,\n"
        );
        let report = put(&desk, ImportKind::Invoices, &second).await;
        assert_eq!(counts(&report), [1, 0, 2, 0]);
        assert_eq!(open_on(&desk, "2026-06-30").await[0].2, 9_000);
        let undone = reverse_import(&desk, &report.import.expect("an import"), super::day("2026-06-01")).await.unwrap();
        assert_eq!(undone.reversed, 3, "two corrections and one new invoice");
        assert_eq!(open_on(&desk, "2026-06-30").await, was);
        verified(&desk).await;
        assert_eq!(counts(&put(&desk, ImportKind::Invoices, &first).await), [0, 2, 0, 0], "as the first file said");
        assert_eq!(counts(&put(&desk, ImportKind::Invoices, &second).await), [1, 0, 2, 0], "it can come in again");
        verified(&desk).await;
    });
}

#[test]
fn a_later_correction_stays_when_an_earlier_import_is_undone() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let of = |amount: &str| {
            format!("account,document,document_date,due_date,amount\nA,I1,2026-04-01,2026-05-01,{amount}\n")
        };
        put(&desk, ImportKind::Invoices, &of("100.00")).await;
        let second = put(&desk, ImportKind::Invoices, &of("120.00")).await.import.expect("an import");
        put(&desk, ImportKind::Invoices, &of("130.00")).await;
        reverse_import(&desk, &second, super::day("2026-06-01")).await.unwrap();
        assert_eq!(open_on(&desk, "2026-06-30").await, [("A".into(), "I1".into(), 13_000)]);
        verified(&desk).await;
    });
}

#[test]
fn applications_that_come_again_in_any_file_are_applied_once() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let invoices = "account,document,document_date,due_date,amount\nA,I1,2026-04-01,2026-05-01,100.00\nA,I2,2026-04-01,2026-05-01,50.00\n";
        put(&desk, ImportKind::Invoices, invoices).await;
        let payments = "account,document,date,amount\nA,P1,2026-05-05,80.00\nA,P1,2026-05-05,80.00\n";
        assert_eq!(counts(&put(&desk, ImportKind::Payments, payments).await), [1, 1, 0, 0]);
        assert_eq!(counts(&put(&desk, ImportKind::Payments, payments).await), [0, 2, 0, 0]);
        let applied = "account,credit,debit,amount,date\nA,P1,I1,30.00,2026-05-06\nA,P1,I2,50.00,2026-05-07\nA,P1,I1,1.00,2026-05-07\n";
        let report = put(&desk, ImportKind::Applications, applied).await;
        assert_eq!(counts(&report), [2, 0, 0, 1], "{report:?}");
        assert_eq!(open_on(&desk, "2026-06-30").await, [("A".into(), "I1".into(), 7_000)]);
        assert_eq!(counts(&put(&desk, ImportKind::Applications, applied).await), [0, 2, 0, 1]);
        assert_eq!(open_on(&desk, "2026-06-30").await, [("A".into(), "I1".into(), 7_000)]);
        let more = "account,credit,debit,amount,date\nA,P2,I1,20.00,2026-05-09\nA,P1,I1,30.00,2026-05-06\n";
        put(&desk, ImportKind::Payments, "account,document,date,amount\nA,P2,2026-05-08,90.00\n").await;
        assert_eq!(counts(&put(&desk, ImportKind::Applications, more).await), [1, 1, 0, 0]);
        assert_eq!(
            open_on(&desk, "2026-06-30").await,
            [("A".into(), "I1".into(), 5_000), ("A".into(), "P2".into(), -7_000)]
        );
        let dearer = "account,document,document_date,due_date,amount\nA,I1,2026-04-01,2026-05-01,120.00\n";
        assert_eq!(counts(&put(&desk, ImportKind::Invoices, dearer).await), [0, 0, 1, 0]);
        assert_eq!(
            counts(&put(&desk, ImportKind::Applications, more).await),
            [0, 2, 0, 0],
            "an item entered again keeps them"
        );
        assert_eq!(
            open_on(&desk, "2026-06-30").await,
            [("A".into(), "I1".into(), 7_000), ("A".into(), "P2".into(), -7_000)]
        );
        verified(&desk).await;
    });
}
