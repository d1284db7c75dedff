//! What the PDFs are: tagged, whole, on the right paper, the same bytes for the same document.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{notice, row, statement};
use dunwell_documents::Renderer;
use dunwell_documents::model::{Language, Paper};

/// Keeps a PDF where a person can look at it.
fn keep(name: &str, pdf: &[u8]) -> PathBuf {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, pdf).expect("the build's temporary folder can be written");
    path
}

/// The text of a PDF as poppler reads it, lines in layout; `None` where poppler is not installed.
fn text_of(path: &Path) -> Option<String> {
    let read = Command::new("pdftotext").arg("-layout").arg(path).arg("-").output();
    let Ok(read) = read else {
        eprintln!("pdftotext is not installed: the text of {} is not checked", path.display());
        return None;
    };
    assert!(read.status.success(), "pdftotext refuses {}", path.display());
    Some(String::from_utf8(read.stdout).expect("pdftotext writes UTF-8"))
}

/// Text with every run of white space as one space.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether the bytes of a file hold these.
fn holds(pdf: &[u8], needle: &str) -> bool {
    pdf.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// Pages of a file: the count in its page tree.
fn pages(pdf: &[u8]) -> usize {
    let text = String::from_utf8_lossy(pdf);
    let tree = text.find("/Type/Pages").expect("a page tree");
    let count = text[tree..].find("/Count ").expect("a count") + tree + "/Count ".len();
    text[count..].chars().take_while(char::is_ascii_digit).collect::<String>().parse().expect("a number")
}

#[test]
fn a_statement_is_one_tagged_page_in_the_customers_language() {
    let renderer = Renderer::new();
    for language in [Language::En, Language::De] {
        let pdf = renderer.statement_pdf(&statement(language)).expect("it foots");
        assert!(pdf.starts_with(b"%PDF-1.7"));
        for mark in ["/MarkInfo<</Marked true", "/StructTreeRoot", "<pdfuaid:part>1</pdfuaid:part>", "D:20261120"] {
            assert!(holds(&pdf, mark), "{mark} is missing");
        }
        assert!(holds(&pdf, &format!("/Lang({})", language.code())));
        assert!(holds(&pdf, "/MediaBox[0 0 595.2756 841.8898]"), "A4");
        assert_eq!(pages(&pdf), 1);
        let Some(text) = text_of(&keep(&format!("statement-{}.pdf", language.code()), &pdf)) else { continue };
        let text = squeezed(&text);
        let expected = match language {
            Language::En => [
                "Attn: Accounts payable, Dana Whitfield",
                "Please pay now",
                "$33,864.01",
                "24 Jul 2026 Invoice 48129",
                "Page 1 of 1",
            ],
            Language::De => [
                "Müller & Söhne Schiffsausrüstung KG",
                "Jetzt zu zahlen",
                "33.864,01 €",
                "24.07.2026 Rechnung 48129",
                "Seite 1 von 1",
            ],
        };
        for words in expected {
            assert!(text.contains(words), "{words:?} is not in\n{text}");
        }
    }
}

#[test]
fn a_formal_notice_and_a_final_demand_are_one_page_each() {
    let renderer = Renderer::new();
    for (language, level, amount) in [(Language::En, 3, "$33,864.01"), (Language::De, 4, "33.864,01 €")] {
        let pdf = renderer.notice_pdf(&notice(language, level)).expect("it foots");
        assert_eq!(pages(&pdf), 1, "level {level}");
        let Some(text) = text_of(&keep(&format!("notice-{level}-{}.pdf", language.code()), &pdf)) else { continue };
        assert!(squeezed(&text).contains(amount), "level {level}:\n{text}");
    }
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    let mut letter = statement(Language::En);
    letter.paper = Paper::Letter;
    let first = Renderer::new().statement_pdf(&letter).expect("it foots");
    let other = Renderer::new();
    other.notice_pdf(&notice(Language::De, 2)).expect("it foots");
    assert_eq!(first, other.statement_pdf(&letter).expect("it foots"));
    assert!(holds(&first, "/MediaBox[0 0 612 792]"), "US letter");
    keep("statement-letter.pdf", &first);
}

#[test]
fn three_hundred_rows_repeat_their_header_on_every_page() {
    let mut long = statement(Language::En);
    long.rows =
        (0..300).map(|at| row(&format!("9{at:04}"), Some("PO-1"), "2026-10-04", "2026-12-03", 10_000)).collect();
    long.aging.truncate(1);
    long.aging[0].amount_minor = 3_000_000;
    let figures = &mut long.figures;
    (figures.balance_minor, figures.past_due_minor, figures.disputed_minor, figures.pay_now_minor) =
        (3_000_000, 0, 0, 0);
    let pdf = Renderer::new().statement_pdf(&long).expect("it foots");
    let pages = pages(&pdf);
    assert!((6..=14).contains(&pages), "{pages} pages");
    let Some(text) = text_of(&keep("statement-300.pdf", &pdf)) else { return };
    let headed = |page: &str| !page.contains("Invoice 9") || page.contains("Days late");
    assert!(text.split('\u{c}').all(headed), "a header on every page that has rows");
    assert!(text.contains(&format!("Page 2 of {pages}")) && text.contains(&format!("Page {pages} of {pages}")));
    assert!((0..300).all(|at| text.contains(&format!("9{at:04}"))), "every row is there");
}

#[test]
fn hostile_and_endless_texts_are_printed_as_they_are_and_stay_on_the_page() {
    let mut hostile = statement(Language::En);
    hostile.customer.legal_name = "#panic(\"boom\") *Bold* $x$ @ref <label> \\ // [c] = Heading".into();
    hostile.customer.address_lines = vec!["#include \"/etc/passwd\"".into(), "\u{202e}\u{0}\u{7}abc مرحبا 漢字".into()];
    hostile.rows[0].po_number = Some("123456789012345678901234567890".into());
    hostile.rows[2].document = "INV-2026-0000481".into();
    hostile.rows[1].document = "W".repeat(120);
    hostile.sender.legal_name =
        "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft".into();
    hostile.account = "#set page(width: 1pt)".into();
    let pdf = Renderer::new().statement_pdf(&hostile).expect("data is never markup");
    assert!(pages(&pdf) <= 2);
    let path = keep("statement-hostile.pdf", &pdf);
    let Some(text) = text_of(&path) else { return };
    assert!(text.contains("INV-2026-0000481"), "a number that fits carries no hidden marks:\n{text}");
    assert!(text.contains("abc") && !text.contains('\u{202e}'), "what reverses text is left out");
    assert!(squeezed(&text).contains("#panic(\"boom\") *Bold* $x$ @ref <label>"), "{text}");
    let boxes = Command::new("pdftotext").arg("-bbox").arg(&path).arg("-").output().expect("poppler is there");
    let boxes = String::from_utf8_lossy(&boxes.stdout).into_owned();
    let right_edges = boxes.split("xMax=\"").skip(1).filter_map(|rest| rest.split('"').next()?.parse::<f64>().ok());
    let furthest = right_edges.fold(0.0, f64::max);
    assert!(furthest > 500.0 && furthest <= 595.3 - 42.0, "text reaches {furthest} pt, past the right margin");
}

#[test]
fn enormous_amounts_and_what_is_missing_stay_on_the_page() {
    let mut huge = statement(Language::De);
    huge.rows.truncate(2);
    for row in &mut huge.rows {
        (row.amount_minor, row.open_minor, row.disputed_minor) =
            (4_000_000_000_000_000_000, 4_000_000_000_000_000_000, 0);
    }
    let both = 8_000_000_000_000_000_000;
    let figures = &mut huge.figures;
    (figures.balance_minor, figures.past_due_minor, figures.disputed_minor, figures.pay_now_minor) =
        (both, both, 0, both);
    huge.aging.truncate(2);
    (huge.aging[0].amount_minor, huge.aging[1].amount_minor) = (0, both);
    huge.missing = vec!["sender".into(), "address".into(), "contact".into(), "remit_to".into()];
    huge.sender = Default::default();
    huge.customer.address_lines.clear();
    huge.your_contact = None;
    let pdf = Renderer::new().statement_pdf(&huge).expect("it foots");
    assert_eq!(pages(&pdf), 1);
    let Some(text) = text_of(&keep("statement-huge.pdf", &pdf)) else { return };
    let text = squeezed(&text);
    for words in ["[Absender fehlt]", "Es fehlt noch: Name und Anschrift des Absenders, Postanschrift des Kunden"] {
        assert!(text.contains(words), "{words:?} is not in\n{text}");
    }
}
