//! Aging exports: reconciled, posted, settled, never netted, and the same twice.

use dunwell_store::testing::on_each_database;

use super::{ImportFile, ImportKind, canonical, counts, day, desk, open_on, put, verified};
use crate::desk::Desk;
use crate::import::{AgingImportReport, AgingRequest, Listener, Missing, import_aging};

const HEADER: &str = "Posting Date,Party,Customer Name,Voucher Type,Voucher No,Due Date,Invoiced Amount,Paid Amount,Outstanding Amount,Currency\n";

fn request(rows: &str, missing: Missing) -> AgingRequest {
    let text = format!("{HEADER}{rows}");
    AgingRequest {
        file: ImportFile::bytes("aging.csv", text.into_bytes()),
        profile: canonical(),
        source: None,
        on: day("2026-06-30"),
        missing,
        dry_run: false,
        strict: false,
    }
}

async fn aging(desk: &Desk, request: &AgingRequest) -> AgingImportReport {
    let report = import_aging(desk, request, Listener::default()).await.expect("no fault");
    let import = &report.import;
    assert_eq!(import.read, import.accepted + import.duplicate + import.changed + import.rejected, "{report:?}");
    report
}

fn open(rows: &[(&str, &str, i64)]) -> Vec<(String, String, i64)> {
    rows.iter().map(|(account, document, open)| ((*account).into(), (*document).into(), *open)).collect()
}

const FIRST: &str = "2026-05-01,C1,Grün,Sales Invoice,S-1,2026-05-31,100.00,40.00,60.00,USD\n\
                     2026-05-02,C1,Grün,Sales Invoice,S-2,2026-06-01,50.00,0.00,50.00,USD\n\
                     2026-05-03,C1,Grün,Payment Entry,P-1,,0.00,0.00,-20.00,USD\n\
                     2026-05-04,C2,Blau,Sales Invoice,S-3,2026-06-03,10.00,0.00,10.00,USD\n\
                     Total,,,,,,160.00,40.00,100.00,\n";

#[test]
fn an_aging_posts_what_is_open_and_the_same_file_twice_changes_nothing() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let report = aging(&desk, &request(FIRST, Missing::Unknown)).await;
        assert_eq!(counts(&report.import), [4, 0, 0, 0], "{report:?}");
        assert_eq!(
            report.file_total.as_ref().map(|total| (total.amount.as_str(), total.currency.as_str())),
            Some(("100.00", "USD"))
        );
        assert_eq!(report.difference.as_ref().map(|left| left.amount.as_str()), Some("0.00"));
        let wanted = open(&[("C1", "P-1", -2_000), ("C1", "S-1", 6_000), ("C1", "S-2", 5_000), ("C2", "S-3", 1_000)]);
        assert_eq!(open_on(&desk, "2026-06-30").await, wanted);
        let again = aging(&desk, &request(FIRST, Missing::Paid)).await;
        assert_eq!((counts(&again.import), again.import.import, again.missing), ([0, 4, 0, 0], None, 0));
        assert_eq!(open_on(&desk, "2026-06-30").await, wanted);
        verified(&desk).await;
    });
}

#[test]
fn what_got_smaller_is_settled_and_used_credits_are_applied() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        aging(&desk, &request(FIRST, Missing::Unknown)).await;
        let second = "2026-05-01,C1,Grün,Sales Invoice,S-1,2026-05-31,100.00,75.00,25.00,USD\n\
                      2026-05-02,C1,Grün,Sales Invoice,S-2,2026-06-01,50.00,0.00,50.00,USD\n\
                      2026-05-03,C1,Grün,Payment Entry,P-1,,0.00,0.00,-5.00,USD\n\
                      Total,,,,,,150.00,75.00,70.00,\n";
        let report = aging(&desk, &request(second, Missing::Unknown)).await;
        assert_eq!((counts(&report.import), report.missing), ([0, 1, 2, 0], 1), "{report:?}");
        let left = [("C1", "P-1", -500), ("C1", "S-1", 2_500), ("C1", "S-2", 5_000), ("C2", "S-3", 1_000)];
        assert_eq!(open_on(&desk, "2026-06-30").await, open(&left));
        let report = aging(&desk, &request(second, Missing::Paid)).await;
        assert_eq!((counts(&report.import), report.missing), ([0, 3, 0, 0], 1));
        assert_eq!(open_on(&desk, "2026-06-30").await, open(&left[..3]));
        verified(&desk).await;
    });
}

#[test]
fn more_open_than_the_book_is_rejected_with_both_figures() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let text = "account,document,document_date,due_date,amount,settled_on\nC1,S-1,2026-05-01,2026-05-31,100.00,2026-06-01\n";
        let mut erpnext = super::request(ImportKind::Invoices, canonical(), &[text]);
        erpnext.source = Some("erpnext".into());
        super::run(&desk, &erpnext).await;
        let row =
            "2026-05-01,C1,Grün,Sales Invoice,S-1,2026-05-31,100.00,0.00,100.00,USD\nTotal,,,,,,100.00,0.00,100.00,\n";
        let report = aging(&desk, &request(row, Missing::Unknown)).await;
        assert_eq!(counts(&report.import), [0, 0, 0, 1]);
        let reject = &report.import.rejects[0];
        assert_eq!(reject.code, "open_higher");
        assert!(reject.message.contains("100.00 USD") && reject.message.contains("0.00 USD"), "{}", reject.message);
        assert!(open_on(&desk, "2026-06-30").await.is_empty());
    });
}

#[test]
fn a_file_that_does_not_reconcile_is_refused_whole_with_both_figures() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let text = FIRST.replace("40.00,100.00,", "40.00,101.00,");
        let report = aging(&desk, &request(&text, Missing::Unknown)).await;
        let problem = &report.import.files[0].problems[0];
        assert_eq!(problem.code, "total_mismatch");
        assert!(problem.message.contains("101.00") && problem.message.contains("100.00"), "{}", problem.message);
        assert_eq!(report.difference.as_ref().map(|left| left.amount.as_str()), Some("1.00"));
        assert_eq!((report.import.import.clone(), report.import.is_refused()), (None, true));
        assert!(open_on(&desk, "2026-06-30").await.is_empty());
    });
}

#[test]
fn a_dry_aging_records_nothing() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        put(&desk, ImportKind::Rates, "from,to,date,rate\nEUR,USD,2026-05-01,1.1\n").await;
        let report = aging(&desk, &AgingRequest { dry_run: true, ..request(FIRST, Missing::Paid) }).await;
        assert_eq!((counts(&report.import), report.import.import), ([4, 0, 0, 0], None));
        assert!(open_on(&desk, "2026-06-30").await.is_empty());
    });
}
