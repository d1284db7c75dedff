//! Lockbox files: what a bank took out of the post box, and what it pays.

use dunwell_formats::bank::lockbox::{LineSpans, LockboxLayout};
use dunwell_formats::bank::{BankFile, Format, Limits, ReadOptions, Refusal, detect, read};

fn lockbox(text: &str) -> BankFile {
    read(text.as_bytes(), &ReadOptions::default())
}

fn csv(text: &str) -> BankFile {
    read(text.as_bytes(), &ReadOptions { format: Some(Format::LockboxCsv), ..ReadOptions::default() })
}

fn wrong(file: &BankFile) -> Vec<&str> {
    file.differing().map(|total| total.name).collect()
}

/// A record: fields at their columns, from 1.
fn record(fields: &[(usize, &str)]) -> String {
    let mut record = vec![b' '; 80];
    for (at, text) in fields {
        record[at - 1..at - 1 + text.len()].copy_from_slice(text.as_bytes());
    }
    String::from_utf8(record).unwrap() + "\n"
}

/// A transmission of two batches, three checks and two overflows.
fn file() -> String {
    [
        record(&[(1, "100"), (4, "US COMPANY"), (14, "BANKORIGIN"), (24, "2603040600")]),
        record(&[(1, "2"), (2, "US COMPANY"), (12, "BANKORIGIN"), (32, "4000800001")]),
        record(&[(1, "5001000"), (8, "0012345260304"), (21, "US COMPANY"), (31, "BANKORIGIN")]),
        record(&[(1, "6001001"), (8, "0000010000"), (18, "021000021"), (27, "      5788"), (37, "000001077")]),
        record(&[(1, "40010016010"), (12, "INV-1     0000006000"), (32, "INV-2     0000004000")]),
        record(&[
            (1, "6001002"),
            (8, "0000025050"),
            (18, "021000021"),
            (27, "      5789"),
            (37, "000001078"),
            (46, "ACME"),
        ]),
        record(&[(1, "40010026019"), (12, "PAYS FOR MARCH")]),
        record(&[(1, "7001000"), (8, "0012345260304"), (21, "0020000035050")]),
        record(&[(1, "5002000"), (8, "0012345260304"), (21, "US COMPANY"), (31, "BANKORIGIN")]),
        record(&[(1, "6002001"), (8, "0000009950"), (18, "021000021"), (27, "      5790"), (37, "000001079")]),
        record(&[(1, "7002000"), (8, "0012345260304"), (21, "0010000009950")]),
        record(&[(1, "8000000"), (8, "0012345260304"), (21, "00030000045000")]),
        record(&[(1, "9000013")]),
    ]
    .concat()
}

#[test]
fn checks_come_with_payer_documents_and_totals() {
    let text = file();
    assert_eq!(detect(text.as_bytes()), Some(Format::Lockbox));
    let file = lockbox(&text);
    assert_eq!(
        (&file.refused, &file.problems[..], &file.warnings[..], wrong(&file)),
        (&None, &[][..], &[][..], vec![])
    );
    assert_eq!((file.statements.len(), file.controls.len()), (1, 7), "{file:#?}");
    let statement = &file.statements[0];
    let key = (statement.key.originator.as_str(), statement.key.account.as_str(), statement.key.statement.as_str());
    assert_eq!(key, ("BANKORIGIN", "0012345", "2026-03-04"));
    let told: Vec<_> = statement
        .entries
        .iter()
        .map(|entry| (entry.sequence, entry.signed(), entry.reference.as_deref().unwrap()))
        .collect();
    assert_eq!(told, [(1, 10_000, "001-001"), (2, 25_050, "001-002"), (3, 9_950, "002-001")]);
    let first = &statement.entries[0].payment;
    let payer = first.counterparty.as_ref().unwrap();
    assert_eq!((payer.bank.as_deref(), payer.account.as_deref()), (Some("021000021"), Some("5788")));
    assert_eq!(first.customer_reference.as_deref(), Some("000001077"));
    let lines: Vec<_> = first.remittance.iter().map(|line| (line.documents[0].number.as_str(), line.paid)).collect();
    assert_eq!(lines, [("INV-1", Some(6_000)), ("INV-2", Some(4_000))]);
    assert_eq!(statement.entries[1].payment.text, ["ACME", "PAYS FOR MARCH"]);
    for variant in [
        text.replace('\n', ""),
        text.replace('\n', "\r\n"),
        text.lines().map(|line| format!("{}\n", line.trim_end())).collect(),
    ] {
        assert_eq!(lockbox(&variant).entries().count(), 3, "{variant}");
    }
}

#[test]
fn a_bank_s_own_columns_are_a_layout() {
    let text = file();
    let layout = LockboxLayout {
        in_check: vec![LineSpans { number: (46, 55), amount: None, discount: None }],
        payer: Some((27, 36)),
        account: None,
        ..LockboxLayout::standard()
    };
    let file = read(text.as_bytes(), &ReadOptions { lockbox: Some(layout), ..ReadOptions::default() });
    let payment = &file.statements[0].entries[1].payment;
    assert_eq!((payment.remittance[0].documents[0].number.as_str(), payment.remittance[0].paid), ("ACME", None));
    let wide = text.replace("021000021      5788000001077 ", "0021000021      5788000001077");
    let payer = lockbox(&wide).statements[0].entries[0].payment.counterparty.clone().unwrap();
    assert_eq!((payer.bank.as_deref(), payer.account.as_deref()), (Some("0021000021"), Some("5788")));
    let absurd = LockboxLayout { amount: (0, 0), check: Some((9, 3)), length: 0, ..LockboxLayout::standard() };
    assert!(read(text.as_bytes(), &ReadOptions { lockbox: Some(absurd), ..ReadOptions::default() }).refused.is_some());
}

#[test]
fn wrong_totals_bind_and_cut_files_are_refused() {
    let text = file();
    let file = lockbox(&text.replace("0000035050", "0000035051").replace("9000013", "9000014"));
    assert_eq!((wrong(&file), file.warnings[0].code), (vec!["batch_total"], "file_record_count"));
    let lost = lockbox(
        &text.lines().filter(|line| !line.starts_with("6002001")).map(|line| format!("{line}\n")).collect::<String>(),
    );
    assert_eq!(wrong(&lost), ["batch_total", "lockbox_total"]);
    let code = |text: &str| {
        read(text.as_bytes(), &ReadOptions { format: Some(Format::Lockbox), ..ReadOptions::default() })
            .refused
            .map(|refusal| refusal.code())
    };
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((code(&lines[..5].join("\n")), code(&lines[..12].join("\n"))), (Some("truncated"), None));
    assert_eq!(
        (code(""), code(lines[3]), code(&[lines[0], lines[4]].join("\n"))),
        (Some("not_readable"), Some("not_readable"), Some("not_readable"))
    );
    let few = ReadOptions { limits: Limits { entries: 2, ..Limits::STANDARD }, ..ReadOptions::default() };
    assert!(matches!(read(text.as_bytes(), &few).refused, Some(Refusal::TooLarge { .. })));
}

#[test]
fn rows_of_a_csv_that_name_one_check_are_one_check() {
    let file = csv(
        "Lockbox #,Deposit Date,Batch,Item,Check Number,Check Amount,RT Number,Account,Remitter,Invoice Number,Invoice Amount,Discount\n\
                    12345,3/4/2026,1,1,1077,\"1,000.00\",021000021,4711,ACME,INV-1,600.00,\n\
                    12345,3/4/2026,1,1,1077,\"1,000.00\",021000021,4711,ACME,INV-2,400.00,8.00\n\
                    12345,3/4/2026,1,2,1078,250.50,021000021,4712,DOE,,,\n\
                    12345,3/5/2026,1,1,1079,99.5X,021000021,4712,DOE,,,\n\
                    ,,,,,,,,,,,\n\
                    12345,20260305,1,2,1080,-5.00,021000021,4712,DOE,INV-9,x,\n",
    );
    assert_eq!(file.refused, None);
    let problems: Vec<_> = file.problems.iter().map(|problem| (problem.code, problem.place.line)).collect();
    assert_eq!(problems, [("bad_amount", 5), ("bad_amount", 7)]);
    assert_eq!(file.warnings[0].code, "no_control_total");
    let told: Vec<_> =
        file.statements.iter().map(|statement| (statement.key.statement.as_str(), statement.entries.len())).collect();
    assert_eq!(told, [("2026-03-04", 2), ("2026-03-05", 1)]);
    let first = &file.statements[0].entries[0];
    assert_eq!(
        (first.amount, first.payment.remittance.len(), first.payment.remittance[1].discount),
        (100_000, 2, Some(800))
    );
    assert_eq!(
        (first.payment.counterparty.as_ref().unwrap().name.as_deref(), first.reference.as_deref()),
        (Some("ACME"), Some("1-1"))
    );
    assert_eq!(file.statements[1].entries[0].signed(), -500);
    let unnumbered = csv("Lockbox,Check Amount,Invoice\n1,5.00,INV-1\n1,5.00,INV-2\n");
    assert_eq!(unnumbered.entries().map(|entry| entry.payment.remittance.len()).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(csv("Name,Place\nA,B\n").refused.map(|refusal| refusal.code()), Some("not_readable"));
    assert_eq!(csv("Invoice Number,Customer\nA,B\n").refused.map(|refusal| refusal.code()), Some("no_profile"));
}
