//! Remittance advices as PDFs: the text of a page with its columns, what cannot be read, and PDFs attached to mails.

use std::fs;
use std::path::Path;

use dunwell_formats::bank::{ReadOptions, Refusal};
use dunwell_formats::currency::CurrencyCode;
use dunwell_formats::pdf::{PdfLimits, PdfRefusal, text};
use dunwell_formats::remittance::advice_table::AdviceProfile;
use dunwell_formats::remittance::{AdviceFormat, RemittanceFile, detect, read};

/// What is written on a page: places from the left and from the top, and words in Helvetica of 10 points.
type Page<'p> = &'p [(f64, f64, &'p str)];

/// A PDF of such pages, as a program writes it that knows nothing but Helvetica; `more` goes into the trailer.
fn pdf(pages: &[Page<'_>], more: &str) -> Vec<u8> {
    let kids: Vec<String> = (0..pages.len()).map(|at| format!("{} 0 R", 4 + 2 * at)).collect();
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Count {}/Kids[{}]>>", pages.len(), kids.join(" ")),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
    ];
    for (at, page) in pages.iter().enumerate() {
        let said = |(left, top, words): &(f64, f64, &str)| {
            let words = words.replace('\\', "\\\\").replace('(', "\\(").replace(')', "\\)");
            format!("BT /F1 10 Tf {left} {} Td ({words}) Tj ET\n", 800.0 - top)
        };
        let content: String = page.iter().map(said).collect();
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {} 0 R/Resources<</Font<</F1 3 0 R>>>>>>",
            5 + 2 * at
        ));
        objects.push(format!("<</Length {}>>\nstream\n{content}endstream", content.len()));
    }
    let mut file = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
    }
    let begins = file.len();
    let rows: String = places.iter().map(|place| format!("{place:010} 00000 n \n")).collect();
    let size = objects.len() + 1;
    file.push_str(&format!(
        "xref\n0 {size}\n0000000000 65535 f \n{rows}trailer\n<</Size {size}/Root 1 0 R{more}>>\nstartxref\n{begins}\n%%EOF\n"
    ));
    file.into_bytes()
}

const ADVICE: Page<'_> = &[
    (50.0, 30.0, "Groc Ltd"),
    (50.0, 60.0, "Remittance advice"),
    (50.0, 80.0, "Payment number: 4711"),
    (300.0, 80.0, "Payment date: 4 March 2026"),
    (50.0, 110.0, "Invoice"),
    (150.0, 110.0, "Invoice date"),
    (260.0, 110.0, "Gross"),
    (330.0, 110.0, "Discount"),
    (400.0, 110.0, "Amount paid"),
    (50.0, 125.0, "48129"),
    (150.0, 125.0, "2026-02-01"),
    (250.0, 125.0, "1,000.00"),
    (345.0, 125.0, "30.00"),
    (410.0, 125.0, "970.00"),
    (50.0, 140.0, "48130"),
    (150.0, 140.0, "2026-02-02"),
    (262.0, 140.0, "30.50"),
    (416.0, 140.0, "30.50"),
    (50.0, 170.0, "Total"),
    (404.0, 170.0, "1,000.50"),
    (50.0, 700.0, "Groc Ltd, 1 High Street"),
    (260.0, 700.0, "VAT 123456789"),
    (400.0, 700.0, "Account 1234 5678"),
    (280.0, 760.0, "1 / 1"),
];

fn options() -> ReadOptions {
    let pdf_text =
        |bytes: &[u8]| text(bytes, &PdfLimits::STANDARD).map_err(|why| Refusal::Encrypted { reason: why.to_string() });
    ReadOptions { currency: Some(CurrencyCode::USD), pdf_text: Some(pdf_text), ..ReadOptions::default() }
}

fn of(bytes: &[u8]) -> RemittanceFile {
    assert_eq!(detect(bytes), Some(AdviceFormat::Pdf));
    read(bytes, &AdviceProfile::plain(), &options())
}

#[test]
fn a_table_keeps_its_columns_and_its_empty_cells() {
    let file = of(&pdf(&[ADVICE], ""));
    assert_eq!((&file.refused, &file.problems), (&None, &Vec::new()), "{file:#?}");
    let advice = &file.advices[0];
    let lines: Vec<_> = advice
        .lines
        .iter()
        .map(|line| (line.documents[0].number.as_str(), line.due, line.discount, line.paid))
        .collect();
    let expected = [("48129", Some(100_000), Some(3_000), Some(97_000)), ("48130", Some(3_050), None, Some(3_050))];
    assert_eq!(lines, expected);
    assert_eq!((advice.paid, advice.reference.as_deref()), (Some(100_050), Some("4711")));
    assert_eq!(advice.payment_day.map(|day| day.to_string()).as_deref(), Some("2026-03-04"));
    assert_eq!((file.version.as_str(), file.controls[0].foots()), ("pdf remittance-plain", true));
}

#[test]
fn a_table_goes_on_over_pages_and_words_alone_are_read_where_they_speak_of_a_payment() {
    let head = &ADVICE[4..9];
    let second: Vec<(f64, f64, &str)> = head
        .iter()
        .copied()
        .chain([(50.0, 125.0, "48131"), (416.0, 125.0, "5.00"), (280.0, 760.0, "Page 2 of 2")])
        .collect();
    let file = of(&pdf(&[&ADVICE[..18], &second], ""));
    assert_eq!((&file.refused, &file.problems), (&None, &Vec::new()), "{file:#?}");
    assert_eq!(file.advices[0].lines.len(), 3, "{file:#?}");
    let words = of(&pdf(&[&[(50.0, 60.0, "We paid EUR 970.00 on 4 March 2026, ref PAY88, for INV 48129.")]], ""));
    assert_eq!(words.advices[0].paid, Some(97_000), "{words:#?}");
    let other = of(&pdf(&[&[(50.0, 60.0, "Order 48129 for EUR 970.00 is confirmed")]], ""));
    assert_eq!(other.refused.map(|why| why.code()), Some("no_advice"));
}

#[test]
fn what_has_no_text_or_is_broken_or_locked_or_too_much_is_refused_by_name() {
    let whole = pdf(&[ADVICE], "");
    let few = PdfLimits { letters: 50, ..PdfLimits::STANDARD };
    let locked = "/ID[<00><00>]/Encrypt<</Filter/Standard/V 2/R 3/Length 128/P -4\
        /O<2055c756c72e1ad702608e8196acad447ad32d17cff583235f6dd15fed7dab67>/U<0000000000000000000000000000000000000000000000000000000000000000>>>";
    let table: [(&str, Vec<u8>, PdfLimits, PdfRefusal); 6] = [
        ("a scan", pdf(&[&[] as Page<'_>], ""), PdfLimits::STANDARD, PdfRefusal::NoText),
        ("no PDF", b"%PDF-1.7 and nothing more".to_vec(), PdfLimits::STANDARD, PdfRefusal::Damaged),
        ("locked", pdf(&[ADVICE], locked), PdfLimits::STANDARD, PdfRefusal::Encrypted),
        ("letters", whole.clone(), few, PdfRefusal::TooLarge("more than 50 letters".into())),
        (
            "pages",
            pdf(&[&[] as Page<'_>; 4], ""),
            PdfLimits { pages: 3, ..few },
            PdfRefusal::TooLarge("4 pages, at most 3 are read".into()),
        ),
        (
            "bytes",
            vec![b'x'; 11],
            PdfLimits { bytes: 10, ..few },
            PdfRefusal::TooLarge("a PDF of 11 bytes, at most 10 are read".into()),
        ),
    ];
    for (name, bytes, limits, expected) in table {
        assert_eq!(text(&bytes, &limits), Err(expected), "{name}");
    }
    // Whatever is torn or changed: an answer, and no panic.
    for cut in (0..whole.len()).step_by(97) {
        let _ = text(&whole[..cut], &PdfLimits::STANDARD);
        let mut changed = whole.clone();
        changed[cut] ^= 0x15;
        let _ = text(&changed, &PdfLimits::STANDARD);
    }
    let none = read(&whole, &AdviceProfile::plain(), &ReadOptions::default());
    assert_eq!(none.refused.map(|why| why.code()), Some("not_readable"), "no program that reads PDFs");
}

#[test]
fn a_pdf_attached_to_a_mail_is_its_advice() {
    let page = String::from_utf8(pdf(&[ADVICE], "")).expect("text");
    let mail = format!(
        "From: Jane <jane@groc.example>\r\nSubject: Our payment\r\nMessage-ID: <a1@groc.example>\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b0\r\n\r\n--b0\r\nContent-Type: text/plain\r\n\r\nSee attached.\r\n\
         --b0\r\nContent-Type: application/pdf; name=advice.pdf\r\n\r\n{page}\r\n--b0--\r\n"
    );
    let file = read(mail.as_bytes(), &AdviceProfile::plain(), &options());
    assert_eq!((file.advices.len(), file.version.as_str()), (1, "mail, pdf remittance-plain"), "{file:#?}");
}

#[test]
fn a_real_pdf_reads_as_it_stands() {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data/email/mailparse_crate"));
    let Ok(bytes) = fs::read(shared.join("test_email_01_sample.pdf")) else { return };
    let said = text(&bytes, &PdfLimits::STANDARD).expect("a text");
    assert!(said.contains("A Simple PDF File"), "{said}");
    assert!(of(&bytes).refused.is_some(), "it is no advice");
}
