//! PDFs at the command line: read by a process of its own, with limits.

mod common;

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use common::{call, done};
use serde_json::json;

/// A PDF of one page with these words in Helvetica, each at its place from the left and from the foot of the page.
fn pdf(words: &[(u32, u32, &str)]) -> Vec<u8> {
    let content: String =
        words.iter().map(|(left, up, words)| format!("BT /F1 10 Tf {left} {up} Td ({words}) Tj ET\n")).collect();
    let font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>";
    format!(
        "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n\
         3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>\nendobj\n\
         4 0 obj\n<</Length {}>>\nstream\n{content}endstream\nendobj\n5 0 obj\n{font}\nendobj\ntrailer\n<</Root 1 0 R>>\n",
        content.len()
    )
    .into_bytes()
}

/// What the worker answers to these bytes.
fn worker(bytes: &[u8]) -> String {
    let mut child = Command::new(env!("CARGO_BIN_EXE_dunwell"))
        .arg("read-pdf")
        .env_clear()
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program");
    child.stdin.take().expect("its input").write_all(bytes).expect("the bytes");
    let answer = child.wait_with_output().expect("an answer");
    assert!(answer.status.success() && answer.stderr.is_empty(), "{answer:?}");
    String::from_utf8(answer.stdout).expect("text")
}

#[test]
fn an_advice_is_read_from_a_pdf_and_a_scan_is_refused_by_name() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path();
    done(folder, &["init"]);
    let advice = pdf(&[
        (50, 780, "Remittance advice"),
        (50, 760, "Payer: Groc Ltd"),
        (50, 740, "Payment number: 4711"),
        (50, 700, "Invoice"),
        (150, 700, "Gross"),
        (230, 700, "Discount"),
        (320, 700, "Amount paid"),
        (50, 685, "48129"),
        (145, 685, "1,000.00"),
        (240, 685, "30.00"),
        (330, 685, "970.00"),
        (50, 670, "48130"),
        (155, 670, "30.50"),
        (336, 670, "30.50"),
        (50, 650, "Total"),
        (325, 650, "1,000.50"),
    ]);
    fs::write(folder.join("advice.pdf"), &advice).expect("a file");
    let report = done(folder, &["import", "remittance", "advice.pdf", "--on", "2025-03-03"]);
    let file = &report["files"][0];
    assert_eq!(
        (&report["advices"], &file["lines"], &file["format"]),
        (&json!(1), &json!(2), &json!("pdf remittance-plain"))
    );
    assert_eq!(file["amounts"], json!([{ "amount": "1000.50", "currency": "USD" }]));
    let waiting = done(folder, &["remittances"]);
    let words = &waiting["remittances"][0]["words"];
    assert_eq!(
        (&words["payer"], &words["remittance"][0]["discount"]),
        (&json!(["Groc Ltd"]), &json!(3000)),
        "{waiting}"
    );

    fs::write(folder.join("scan.pdf"), pdf(&[])).expect("a file");
    fs::write(folder.join("torn.pdf"), b"%PDF-1.4 and nothing more").expect("a file");
    let (exit, report) = call(folder, &["import", "remittance", "scan.pdf", "torn.pdf", "--on", "2025-03-03"]);
    let why = |at: usize| report["files"][at]["problems"][0]["message"].as_str().expect("a reason").to_owned();
    assert_eq!(exit, 3, "{report}");
    assert!(why(0).contains("only pictures") && why(1).contains("damaged"), "{report}");
}

#[test]
fn the_worker_reads_a_statement_of_ours_and_answers_whatever_it_is_given() {
    let place = tempfile::tempdir().expect("a folder");
    let folder = place.path();
    done(folder, &["init"]);
    let rows = "account,account_name,document,kind,document_date,due_date,currency,amount\n\
                GROC,Groc Limited,INV-48129,invoice,2025-01-10,2025-02-09,USD,900.00\n";
    fs::write(folder.join("book.csv"), rows).expect("a file");
    done(folder, &["import", "invoices", "book.csv"]);
    done(folder, &["statement", "GROC", "--on", "2025-03-03", "-o", "statement.pdf"]);
    let said = worker(&fs::read(folder.join("statement.pdf")).expect("a PDF"));
    assert!(said.starts_with("text\n"), "{said}");
    let line = said.lines().find(|line| line.contains("INV-48129")).expect("a line of the document");
    assert!(line.split('\t').any(|cell| cell.contains("900.00")), "its amount is a cell beside it: {said}");
    assert!(worker(b"%PDF-1.7").starts_with("not_readable\n"));
    assert!(worker(b"").starts_with("not_readable\n"));
}
