//! What is written: golden copies of text, HTML and CSV, and the data model as it is frozen. `UPDATE=1` records them anew.

use std::path::PathBuf;

use crate::common::{day, notice, statement};
use dunwell_documents::Renderer;
use dunwell_documents::model::{
    AgingBucket, ChargeTreatment, Language, NoticeCredit, NoticeDocument, PromisedItem, StatementDocument,
    StatementKind, StatementSection,
};
use dunwell_rules::item::ItemKind;

/// Compares with the golden copy of that name.
fn golden(name: &str, written: &str) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(name);
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, written).expect("the golden copy can be written");
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == written, "{name} differs from its golden copy; it now reads:\n{written}");
}

/// A parent's statement with a credit, a child and a partly disputed, partly paid line.
fn parent_statement(language: Language) -> StatementDocument {
    let mut parent = statement(language);
    let child_rows = parent.rows.split_off(7);
    let mut credit = parent.rows[0].clone();
    (credit.kind, credit.document, credit.po_number, credit.due) = (ItemKind::CreditMemo, "CM-77".into(), None, None);
    (credit.amount_minor, credit.paid_minor, credit.open_minor, credit.days_late) = (-50_000, -20_000, -30_000, 0);
    parent.rows.push(credit);
    (parent.rows[0].amount_minor, parent.rows[0].paid_minor) = (500_000, 74_654);
    parent.rows[2].disputed_minor = 100_000;
    parent.children = vec![StatementSection {
        account: "C-10401".into(),
        name: "Halvorsen Superior Branch".into(),
        opening_minor: 0,
        subtotal_minor: child_rows.iter().map(|row| row.open_minor).sum(),
        rows: child_rows,
    }];
    parent.figures.balance_minor -= 30_000;
    parent.figures.unapplied_minor = -30_000;
    parent.figures.disputed_minor += 100_000;
    parent.figures.pay_now_minor -= 130_000;
    parent.missing = vec!["contact".into()];
    parent
}

/// An activity statement: two invoices and a payment.
fn activity(language: Language) -> StatementDocument {
    let mut moved = statement(language);
    moved.rows.truncate(2);
    let mut payment = moved.rows[0].clone();
    (payment.kind, payment.document, payment.po_number, payment.due) =
        (ItemKind::Receipt, "ACH 991".into(), None, None);
    payment.amount_minor = -1_248_000;
    payment.date = day("2026-10-30");
    moved.rows.push(payment);
    let closing_minor = 1_000_000 + 425_346 + 937_719 - 1_248_000;
    moved.kind = StatementKind::Activity { from: day("2026-07-01"), opening_minor: 1_000_000, closing_minor };
    moved.figures.balance_minor = closing_minor;
    moved.aging = vec![AgingBucket { bucket: "1-30".into(), amount_minor: closing_minor }];
    moved
}

/// A final demand with a credit, a promise, an item asked in part and demanded late charges.
fn demanding(language: Language) -> NoticeDocument {
    let mut demand = notice(language, 4);
    demand.items[0].asked_minor -= 100_000;
    demand.promised = vec![PromisedItem {
        documents: vec!["48129".into()],
        amount_minor: 100_000,
        promised_for: day("2026-11-25"),
        planned: false,
    }];
    demand.credits = vec![NoticeCredit {
        kind: ItemKind::CreditMemo,
        document: "CM-77".into(),
        date: day("2026-09-01"),
        amount_minor: -30_000,
    }];
    demand.late_charges.as_mut().expect("level 4 has charges").treatment = ChargeTreatment::Demanded;
    demand.amount_minor = 3_386_401 - 100_000 - 30_000 + 49_085;
    demand.missing = vec!["address".into(), "remit_to".into()];
    demand.sender.remit_to.clear();
    demand
}

#[test]
fn statements_read_as_their_golden_copies() {
    let renderer = Renderer::new();
    for language in [Language::En, Language::De] {
        let code = language.code();
        for (name, document) in [
            ("statement", statement(language)),
            ("parent", parent_statement(language)),
            ("activity", activity(language)),
        ] {
            golden(&format!("{name}-{code}.txt"), &renderer.statement_text(&document).expect("it foots"));
        }
        golden(&format!("statement-{code}.html"), &renderer.statement_html(&statement(language)).expect("it foots"));
    }
    golden("parent.csv", &renderer.statement_csv(&parent_statement(Language::De)).expect("it foots"));
    golden("activity.csv", &renderer.statement_csv(&activity(Language::En)).expect("it foots"));
}

#[test]
fn notices_read_as_their_golden_copies() {
    let renderer = Renderer::new();
    for language in [Language::En, Language::De] {
        let code = language.code();
        for level in 1..=4 {
            let text = renderer.notice_text(&notice(language, level)).expect("it foots");
            golden(&format!("notice-{level}-{code}.txt"), &text);
        }
        golden(&format!("demanding-{code}.txt"), &renderer.notice_text(&demanding(language)).expect("it foots"));
        golden(&format!("notice-3-{code}.html"), &renderer.notice_html(&notice(language, 3)).expect("it foots"));
    }
}

#[test]
fn a_notice_threatens_and_offers_nothing_that_was_not_given() {
    let mut plain = notice(Language::En, 4);
    (plain.consequences, plain.late_charges, plain.plan_offered) = (Vec::new(), None, false);
    (plain.history, plain.broken_promises) = (Vec::new(), Vec::new());
    let text = Renderer::new().notice_text(&plain).expect("it foots");
    for word in
        ["agency", "legal", "suspend", "advance", "interest", "charges", "plan is possible", "We wrote", "You told us"]
    {
        assert!(!text.contains(word), "{word:?} in\n{text}");
    }
}

#[test]
fn html_escapes_what_it_is_given_and_names_its_language_and_headers() {
    let mut hostile = statement(Language::De);
    hostile.customer.legal_name = "<script>alert(1)</script>".into();
    hostile.rows[0].document = "\"><img src=x onerror=alert(1)>".into();
    let page = Renderer::new().statement_html(&hostile).expect("it foots");
    assert!(!page.contains("<script") && !page.contains("<img"));
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("<html lang=\"de\">") && page.contains("<th scope=\"col\""));
    assert!(page.contains("@page{size:A4"));
    assert!(!page.contains("http"), "nothing is fetched");
}

#[test]
fn csv_texts_cannot_become_formulas_and_numbers_stay_numbers() {
    let mut hostile = parent_statement(Language::En);
    // An apostrophe stands before every sign that could start a formula, wherever a table program may begin a cell.
    let hostile_texts = [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t'=1"),
        ("\r=1", "'\r'=1"),
        (" =1", " '=1"),
        ("a;=1", "a;'=1"),
    ];
    for (row, (text, _)) in hostile.rows.iter_mut().zip(hostile_texts) {
        row.po_number = Some(text.into());
        row.document = format!("{text}\"quoted\", and more");
    }
    let csv = Renderer::new().statement_csv(&hostile).expect("it foots");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let records: Vec<csv::StringRecord> = reader.records().map(|record| record.expect("well-formed")).collect();
    for (record, (_, safe)) in records.iter().zip(hostile_texts) {
        assert_eq!(&record[7], safe);
        assert_eq!(&record[6], format!("{safe}\"quoted\", and more"));
    }
    let credit = records.iter().find(|record| &record[5] == "credit_memo").expect("the credit has a line");
    assert_eq!((&credit[11], &credit[13]), ("-500.00", "-300.00"), "a number is no text");
}

#[test]
fn a_frozen_document_reads_back_the_same() {
    for language in [Language::En, Language::De] {
        let document = parent_statement(language);
        let frozen = serde_json::to_string(&document).expect("serialises");
        assert!(frozen.contains("\"as_of\":\"2026-11-20\"") && frozen.contains("\"kind\":\"credit_memo\""));
        assert_eq!(serde_json::from_str::<StatementDocument>(&frozen).expect("reads"), document);
        let document = demanding(language);
        let frozen = serde_json::to_string(&document).expect("serialises");
        assert_eq!(serde_json::from_str::<NoticeDocument>(&frozen).expect("reads"), document);
    }
}
