//! A table of everything a row or a file is refused for, each with its stable code, line, column and value.

use dunwell_store::testing::on_each_database;

use super::{ImportKind, Profile, canonical, counts, desk, put, request, run};
use crate::import::{ImportFile, ImportRequest, Listener, import};

const INVOICES: &str = "account,document,document_date,due_date,amount,currency,kind,settled_on,disputed,terms\n";

/// A row of invoices (a good row stands before and behind it), and how it is refused.
const ROWS: [(&str, &str, &str, &str); 20] = [
    (",D,2026-01-01,2026-01-31,1.00,USD,,,,", "missing_value", "account", ""),
    ("A,,2026-01-01,2026-01-31,1.00,USD,,,,", "missing_value", "document", ""),
    ("A,D,,2026-01-31,1.00,USD,,,,", "missing_value", "document_date", ""),
    ("A,D,2026-01-01,2026-01-31,,USD,,,,", "missing_value", "amount", ""),
    ("A,D,2026-02-30,2026-03-31,1.00,USD,,,,", "bad_date", "document_date", "2026-02-30"),
    ("A,D,2026-01-01,soon,1.00,USD,,,,", "bad_date", "due_date", "soon"),
    ("A,D,2026-01-01,2026-01-31,ten,USD,,,,", "bad_amount", "amount", "ten"),
    ("A,D,2026-01-01,2026-01-31,--5.00,USD,,,,", "bad_amount", "amount", "--5.00"),
    ("A,D,2026-01-01,2026-01-31,100.001,USD,,,,", "too_many_decimals", "amount", "100.001"),
    ("A,D,2026-01-01,2026-01-31,1.5,JPY,,,,", "too_many_decimals", "amount", "1.5"),
    ("A,D,2026-01-01,2026-01-31,99999999999999999,USD,,,,", "amount_too_large", "amount", "99999999999999999"),
    ("A,D,2026-01-01,2026-01-31,1.00,XYZ,,,,", "unknown_currency", "currency", "XYZ"),
    ("A,D,2026-01-01,2026-01-31,€1.00,USD,,,,", "currency_conflict", "amount", "€1.00"),
    ("A,D,2026-01-01,2026-01-31,1.00,USD,payment,,,", "bad_kind", "kind", "payment"),
    ("A,D,2026-01-01,2026-01-31,1.00,USD,,,perhaps,", "bad_flag", "disputed", "perhaps"),
    ("A,D,2026-01-05,2026-01-31,1.00,USD,,2026-01-04,,", "settled_before_document", "settled_on", "2026-01-04"),
    ("A,D,2026-01-05,2026-01-31,-1.00,USD,,2026-01-06,,", "credit_settled", "settled_on", "2026-01-06"),
    ("A,D,2026-01-05,,1.00,USD,,,,when the moon is full", "bad_terms", "terms", "when the moon is full"),
    ("A,D,2026-01-05,,1.00,USD,,,,", "no_due_date", "due_date", ""),
    ("A,D,2026-01-05", "uneven_row", "", ""),
];

#[test]
fn each_bad_invoice_is_rejected_with_line_column_value_and_remedy_and_stops_no_other() {
    on_each_database(async |place| {
        for (place_of, (row, code, column, value)) in ROWS.iter().enumerate() {
            let book = place.book(&format!("book-{place_of}")).await;
            let desk = crate::desk::Desk::open(book, "desk", || 0).await.unwrap();
            let good = |document: &str| format!("A,{document},2026-01-01,2026-01-31,1.00,USD,,,,\n");
            let text = format!("{INVOICES}{}{row}\n{}", good("G1"), good("G2"));
            let report = put(&desk, ImportKind::Invoices, &text).await;
            assert_eq!(counts(&report), [2, 0, 0, 1], "{row}: {report:?}");
            let reject = &report.rejects[0];
            assert_eq!((reject.file.as_str(), reject.line), ("1.csv", 3), "{row}");
            assert_eq!((reject.code, reject.column.as_str(), reject.value.as_str()), (*code, *column, *value), "{row}");
            assert!(reject.message.contains(';'), "the message has no remedy: {}", reject.message);
            assert!(report.is_refused());
        }
    });
}

/// Other kinds: kind, text, code of its only reject.
const OTHERS: [(ImportKind, &str, &str); 17] = [
    (ImportKind::Payments, "account,document,date,amount\nNOBODY,P1,2026-01-01,5.00\n", "unknown_account"),
    (ImportKind::Payments, "account,document,date,amount\nA,P1,2026-01-01,-5.00\n", "payment_sign"),
    (ImportKind::Applications, "account,credit,debit,amount,date\nNOBODY,C,I1,5.00,2026-01-01\n", "unknown_account"),
    (ImportKind::Applications, "account,credit,debit,amount,date\nA,NONE,I1,5.00,2026-01-01\n", "unknown_document"),
    (ImportKind::Applications, "account,credit,debit,amount,date\nA,C,NONE,5.00,2026-01-01\n", "unknown_document"),
    (ImportKind::Applications, "account,credit,debit,amount,date\nA,C,I1,0.00,2026-01-01\n", "not_positive"),
    (ImportKind::Applications, "account,credit,debit,amount,date\nA,C,I1,500.00,2026-01-01\n", "over_applied"),
    (
        ImportKind::Applications,
        "account,credit,debit,amount,date,currency\nA,C,I1,1.00,2026-01-01,EUR\n",
        "currency_mismatch",
    ),
    (ImportKind::Applications, "account,credit,debit,amount,date,line\nA,C,I1,1.00,2026-01-01,x\n", "bad_word"),
    (ImportKind::Customers, "account,parent\nB,B\n", "parent_cycle"),
    (ImportKind::Customers, "account,parent\nB,NOBODY\n", "unknown_parent"),
    (ImportKind::Customers, "account,debtor_kind\nB,ghost\n", "bad_word"),
    (ImportKind::Customers, "account,terms\nB,whenever\n", "bad_terms"),
    (ImportKind::Contacts, "account,name,mail\nA,Ann,not a mail\n", "bad_word"),
    (ImportKind::Contacts, "account,name,mail\nA,,\n", "missing_value"),
    (ImportKind::Notices, "account,step,date,document\nA,reminder,2026-02-10,NONE\n", "unknown_document"),
    (ImportKind::Rates, "from,to,date,rate\nEUR,USD,2026-01-01,0\n", "not_positive"),
];

#[test]
fn each_bad_row_of_the_other_imports_is_rejected_by_code() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let text = "account,document,document_date,due_date,amount\nA,I1,2026-01-01,2026-01-31,100.00\nA,C,2026-01-01,,-40.00\n";
        put(&desk, ImportKind::Invoices, text).await;
        for (kind, text, code) in OTHERS {
            let report = put(&desk, kind, text).await;
            assert_eq!(counts(&report), [0, 0, 0, 1], "{text}: {report:?}");
            assert_eq!(report.rejects[0].code, code, "{text}: {:?}", report.rejects[0]);
            assert_eq!(report.import, None, "nothing was recorded: {text}");
        }
    });
}

/// Whole files: text, code.
const WHOLE: [(&str, &str); 6] = [
    ("", "not_readable"),
    ("%PDF-1.4 nothing\n", "not_readable"),
    ("who,what\nA,1\n", "missing_column"),
    ("account,document,amount\nA,D,1.00\n", "missing_column"),
    ("account,document,document_date,due_date,amount\nA,D,03/04/2026,04/05/2026,1.00\n", "ambiguous_date_order"),
    (
        "account,document,document_date,due_date,amount\n\
         A,D,31/01/2026,28/02/2026,1.00\nA,E,01/31/2026,02/28/2026,1.00\n",
        "ambiguous_date_order",
    ),
];

#[test]
fn a_file_that_cannot_be_understood_is_refused_whole() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        for (text, code) in WHOLE {
            let report = put(&desk, ImportKind::Invoices, text).await;
            assert_eq!((report.read, report.import.clone()), (0, None), "{text}");
            let problems: Vec<_> = report.files[0].problems.iter().map(|problem| problem.code).collect();
            assert_eq!(problems, [code], "{text}");
            assert!(report.is_refused());
        }
        let report = put(&desk, ImportKind::Invoices, WHOLE[3].0).await;
        let message = &report.files[0].problems[0].message;
        assert!(message.contains("document_date") && message.contains("'document', 'amount'"), "{message}");
        let report = put(&desk, ImportKind::Invoices, WHOLE[4].0).await;
        assert!(report.files[0].problems[0].message.contains("03/04/2026"), "the samples are shown");
        let strict = Profile::parse("source = \"x\"\n").unwrap();
        let text = "account,document,document_date,due_date,amount\nA,D,2026-01-01,2026-01-31,\"1,234\"\n";
        let report = run(&desk, &request(ImportKind::Invoices, strict, &[text])).await;
        assert_eq!(report.files[0].problems[0].code, "ambiguous_decimal_mark");
        let nowhere = ImportFile::path("/nowhere/at/all.csv");
        let gone = ImportRequest::new(ImportKind::Invoices, vec![nowhere], canonical(), super::day("2026-06-30"));
        assert_eq!(run(&desk, &gone).await.files[0].problems[0].code, "cannot_read");
    });
}

#[test]
fn the_rejects_file_has_every_reject_and_the_report_a_thousand() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let mut text = INVOICES.to_owned();
        for number in 0..1_200 {
            text.push_str(&format!("A,D{number},2026-01-01,2026-01-31,\"ten, \"\"or\"\" so\",USD,,,,\n"));
        }
        let mut out = Vec::new();
        let listener = Listener { progress: None, rejects: Some(&mut out) };
        let report = import(&desk, &request(ImportKind::Invoices, canonical(), &[&text]), listener).await.unwrap();
        assert_eq!((report.rejected, report.rejects.len()), (1_200, 1_000));
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.lines().count(), 1_201);
        assert!(
            out.starts_with("file,line,column,value,code,message\n1.csv,2,amount,\"ten, \"\"or\"\" so\",bad_amount,"),
            "{out}"
        );
    });
}

#[test]
fn the_report_has_the_shape_of_the_contract() {
    on_each_database(async |place| {
        let desk = desk(place).await;
        let text = format!("{INVOICES}A,D,2026-01-01,2026-01-31,1.00,USD,,,,\nA,E,2026-01-01,2026-01-31,x,USD,,,,\n");
        let report = put(&desk, ImportKind::Invoices, &text).await;
        let json = serde_json::to_value(&report).unwrap();
        let keys = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
        let mut all = keys(&json);
        all.sort();
        assert_eq!(
            all,
            ["accepted", "changed", "duplicate", "files", "import", "read", "rejected", "rejects", "totals"]
        );
        assert_eq!(json["totals"], serde_json::json!([{"currency": "USD", "amount": "1.00"}]));
        assert_eq!(json["files"], serde_json::json!([{"file": "1.csv", "problems": []}]));
        let mut reject = keys(&json["rejects"][0]);
        reject.sort();
        assert_eq!(reject, ["code", "column", "file", "line", "message", "value"]);
    });
}
