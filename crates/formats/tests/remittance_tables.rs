//! Remittance advices as payers send them: tables in files, in mails and in the text of a PDF, and words alone.

use dunwell_formats::bank::{Limits, ReadOptions};
use dunwell_formats::currency::CurrencyCode;
use dunwell_formats::remittance::advice_table::{AdviceProfile, read_file, read_html, read_text};
use dunwell_formats::remittance::{AdviceFormat, RemittanceAdvice, RemittanceFile, detect, read};
use proptest::prelude::*;

fn usd() -> ReadOptions {
    ReadOptions { currency: Some(CurrencyCode::USD), ..ReadOptions::default() }
}

/// The lines of an advice: number, paid, discount, what is held back.
fn lines(advice: &RemittanceAdvice) -> Vec<(&str, Option<i64>, i64, i64)> {
    let held =
        |line: &dunwell_formats::remittance::RemittanceLine| line.adjustments.iter().map(|held| held.amount).sum();
    advice
        .lines
        .iter()
        .map(|line| (line.documents[0].number.as_str(), line.paid, line.discount.unwrap_or(0), held(line)))
        .collect()
}

fn whole(file: &RemittanceFile) -> &RemittanceAdvice {
    assert_eq!((&file.refused, file.problems.len()), (&None, 0), "{file:?}");
    assert!(file.controls.iter().all(|total| total.foots()), "{:?}", file.controls);
    &file.advices[0]
}

#[test]
fn a_file_says_what_is_paid_on_each_document() {
    let text = "Remittance advice\nPayment number,P-77\nPayment date,2026-03-04\n\nInvoice #,Invoice date,Type,Gross amount,Discount,Deduction,Reason,Net amount,PO\n\
        48129,2026-02-01,Invoice,\"1,020.00\",20.00,30.00,DMG,970.00,PO5\nCN5,2026-02-02,Credit memo,5.00,,,,5.00,\nTotal,,,,,,,965.00,\n";
    let file = read_file(text.as_bytes(), &AdviceProfile::plain(), &usd());
    let advice = whole(&file);
    assert_eq!(lines(advice), [("48129", Some(97_000), 2_000, -3_000), ("CN5", Some(-500), 0, 0)]);
    assert_eq!((advice.paid, advice.reference.as_deref(), file.controls.len()), (Some(96_500), Some("P-77"), 1));
    assert_eq!(advice.payment_day.unwrap().to_string(), "2026-03-04");
    assert_eq!((advice.lines[0].due, advice.lines[0].adjustments[0].code.as_str()), (Some(102_000), "DMG"));
    assert_eq!(advice.lines[0].documents[1].number, "PO5");
    let short = read_file(text.replace("965.00", "960.00").as_bytes(), &AdviceProfile::plain(), &usd());
    assert!(!short.controls[0].foots() && !short.controls[0].binding, "an exception, no error");
}

#[test]
fn a_german_table_and_several_payments_in_one_are_read() {
    let text = "Zahlungsnummer;Rechnungsnummer;Rechnungsdatum;Bruttobetrag;Skonto;Zahlbetrag;Währung\n\
        1;RE-1;01.02.2026;1.000,00;20,00;980,00;EUR\n2;RE-2;13.02.2026;50,00;;50,00;EUR\n1;RE-3;14.02.2026;7,00;;7,00;EUR\n";
    let file = read_file(text.as_bytes(), &AdviceProfile::plain(), &ReadOptions::default());
    assert_eq!(lines(whole(&file)), [("RE-1", Some(98_000), 2_000, 0), ("RE-3", Some(700), 0, 0)]);
    assert_eq!(lines(&file.advices[1]), [("RE-2", Some(5_000), 0, 0)]);
    assert_eq!(file.advices[1].reference.as_deref(), Some("2"));
}

#[test]
fn a_mail_with_a_table_or_with_words_alone_is_read() {
    let html = "<html><style>td { Invoice }</style><body><p>Payment reference: W-9<br>Dear all,</p><table><tr><th>Invoice&nbsp;No</th><th>Amount paid</th>\
        </tr><tr><td><b>48129</b></td><td>&euro; 970.00</td></tr><tr><td>48130<td>30.50</tr><tr><td>Total</td><td>1,000.50</td></tr></table></body>";
    let file = read_html(html, &AdviceProfile::plain(), &ReadOptions::default());
    let advice = whole(&file);
    assert_eq!(lines(advice), [("48129", Some(97_000), 0, 0), ("48130", Some(3_050), 0, 0)]);
    assert_eq!(
        (advice.paid, advice.currency.unwrap().as_str(), advice.reference.as_deref()),
        (Some(100_050), "EUR", Some("W-9"))
    );
    let aligned = "We paid you today.\n\nInvoice        Date         Amount\n48129          02/14/2026    970.00\n48130          02/15/2026     30.50\n                Total:     1,000.50\n";
    assert_eq!(lines(whole(&read_text(aligned, &AdviceProfile::plain(), &usd()))).len(), 2);
    let words = "Hello,\nwe paid invoices 48129 970.00 and 48130 30.50 today.\nRegards";
    let file = read_text(words, &AdviceProfile::plain(), &usd());
    assert_eq!(lines(whole(&file)), [("48129", Some(97_000), 0, 0), ("48130", Some(3_050), 0, 0)]);
}

/// What words say of the payment: minor units, currency, day, reference, and the documents; `-` is not told.
fn payment(text: &str) -> String {
    let file = read_text(text, &AdviceProfile::plain(), &ReadOptions::default());
    let Some(advice) = file.advices.first() else { return "none".to_owned() };
    let or = |said: Option<String>| said.unwrap_or_else(|| "-".to_owned());
    let numbers: Vec<&str> = advice.lines.iter().map(|line| line.documents[0].number.as_str()).collect();
    let paid = or(advice.paid.map(|minor| minor.to_string()));
    let currency = or(advice.currency.map(|code| code.to_string()));
    let day = or(advice.payment_day.map(|day| day.to_string()));
    format!("{paid} {currency} {day} {} | {}", or(advice.reference.clone()), numbers.join(" "))
}

#[test]
fn the_sentences_of_a_mail_say_what_was_paid_when_and_by_which_reference() {
    let table = [
        ("We paid EUR 1,950.00 on 11 November 2026 ref PAY88 for INV 48129.", "195000 EUR 2026-11-11 PAY88 | 48129"),
        ("We paid €1,950.00 on Nov 11, 2026 (reference: 8812345)\nINV 48129", "195000 EUR 2026-11-11 8812345 | 48129"),
        ("Today, 2026-11-11, £ 7.50 was paid by check no. 10234. Invoice 48129", "750 GBP - 10234 | 48129"),
        (
            "We wired 1,950.00 USD on 11/13/2026, trace number 091000019-123, for invoice 48129",
            "195000 USD 2026-11-13 091000019-123 | 48129",
        ),
        (
            "On the 11th of November 2026 we transferred 5 USD.\nPayment ref PAY-9\n48129",
            "500 USD 2026-11-11 PAY-9 | 48129",
        ),
        (
            "Am 11.11.2026 haben wir 1.950,00 EUR für die Rechnung RE-2026-0117 überwiesen.\nZahlungsreferenz: Z-778",
            "195000 EUR 2026-11-11 Z-778 | RE-2026-0117",
        ),
        (
            "Wir haben am 11. November 2026 1.950,00 Euro überwiesen, Verwendungszweck 8812345: RE 48129",
            "195000 EUR 2026-11-11 8812345 | 48129",
        ),
        ("Unsere Zahlung vom 4. März 2026: EUR 7,00. Rechnung 48129", "700 EUR - - | 48129"),
        ("Zahlung über EUR 7,00 am 4. März 2026. Rechnung 48129 vom 02.02.2026", "700 EUR 2026-03-04 - | 48129"),
        (
            "Payment amount: EUR 7.00\nPayment date: 4 March 2026\nCheck no: 551\nPayer: Groc Ltd\nINV 48129",
            "700 EUR 2026-03-04 551 | 48129",
        ),
        ("Please note that EUR 7.00 was paid on 4 March 2026. INV 48129", "700 EUR 2026-03-04 - | 48129"),
        ("We paid invoices 48129 EUR 970.00 and 48130 EUR 30.50 on 4 March 2026", "- EUR 2026-03-04 - | 48129 48130"),
        ("We paid EUR 1,000.50 for 48129 EUR 970.00 and 48130 EUR 30.50", "100050 EUR - - | 48129 48130"),
        (
            "We paid invoice 48129 dated 2 October 2026 on 4 March 2026 less a discount of EUR 20.00",
            "- EUR 2026-03-04 - | 48129",
        ),
        // What may be read in two ways is not told.
        ("We paid EUR 7.00 on 3/4/2026 for INV 48129", "700 EUR - - | 48129"),
        ("We paid EUR 7.00 on 4 March 2026 and EUR 8.00 on 5 March 2026 for INV 48129", "- EUR - - | 48129"),
        ("We paid 7.00 for invoice 48129 and 8.00 for invoice 48130", "- - - - | 48129 48130"),
        ("We paid $7.00 for invoice 48129", "- - - - | 48129"),
        ("We paid EUR 7.00 (USD 8.00) for invoice 48129", "- - - - | 48129"),
        ("We paid EUR 7.00, ref 48129", "700 EUR - 48129 | 48129"),
        ("We paid EUR 7.00, ref INV48129", "700 EUR - - | 48129"),
        ("We paid EUR 7.00 for your ref 48129", "700 EUR - - | 48129"),
        ("Payment reference PAY88, trace 4711001. INV 48129", "- - - - | 48129"),
        ("We have not paid EUR 7.00 on 4 March 2026. INV 48129", "- EUR - - | 48129"),
        ("Please pay EUR 7.00 by wire on 4 March 2026. INV 48129", "- EUR - - | 48129"),
        ("We paid INV 48129.\n\n> Your invoice of EUR 7.00 was paid on 4 March 2026, ref PAY88", "- - - - | 48129"),
        ("We paid EUR 7.00 on 4 March 2026 ref PAY88", "none"),
    ];
    for (text, expected) in table {
        assert_eq!(payment(text), expected, "{text}");
    }
    let dollars = read_text("We paid $7.00 for invoice 48129", &AdviceProfile::plain(), &usd());
    assert_eq!((dollars.advices[0].paid, dollars.advices[0].currency), (Some(700), Some(CurrencyCode::USD)));
}

#[test]
fn of_several_amounts_behind_a_number_the_one_that_comes_to_the_payment_is_paid() {
    let table: [(&str, &[Option<i64>], bool); 4] = [
        (
            "We have paid USD 1,480.00.\n\nINV-2041 1,000.00 20.00 980.00\nINV-2044 500.00 0.00 500.00\n",
            &[Some(98_000), Some(50_000)],
            true,
        ),
        (
            "We have paid USD 1,500.00.\n\nINV-2041 1,000.00 20.00 980.00\nINV-2044 500.00\n",
            &[Some(100_000), Some(50_000)],
            true,
        ),
        (
            "We have paid USD 1,300.00.\n\nINV-2041 1,000.00 20.00 980.00\nINV-2044 500.00\n",
            &[None, Some(50_000)],
            false,
        ),
        ("We have paid USD 1,300.00.\n\nINV-2041 1,000.00\nINV-2044 500.00\n", &[Some(100_000), Some(50_000)], false),
    ];
    for (text, paid, foots) in table {
        let file = read(text.as_bytes(), &AdviceProfile::plain(), &usd());
        let lines: Vec<Option<i64>> = file.advices[0].lines.iter().map(|line| line.paid).collect();
        assert_eq!(lines, paid, "{text}");
        let [total] = &file.controls[..] else { panic!("one total: {file:?}") };
        assert_eq!((total.name, total.binding, total.foots()), ("advice_total", false, foots), "{text}");
    }
    for (text, paid) in [
        ("We have paid USD 1,050.00.\n\n48129 1,000.00 and 50.00 for 48130\n", [Some(100_000), None].as_slice()),
        ("We have paid USD 980.00.\n\nInvoice 48129 1,000.00 less discount 20.00\n", &[Some(100_000)]),
        ("We have paid USD 1,500.00.\n\nInvoice 48129 1,000.00\nInvoice 48130\n", &[Some(100_000), None]),
    ] {
        let file = read(text.as_bytes(), &AdviceProfile::plain(), &usd());
        let lines: Vec<Option<i64>> = file.advices[0].lines.iter().map(|line| line.paid).collect();
        assert_eq!((lines.as_slice(), file.controls.len()), (paid, 0), "{text}");
    }
    let plain = read(b"We paid USD 970.00 for INV 48129.", &AdviceProfile::plain(), &usd());
    assert_eq!((whole(&plain).lines.len(), plain.controls.len()), (1, 0), "a line without an amount is no difference");
}

#[test]
fn a_table_says_who_paid_and_when() {
    let plain = AdviceProfile::plain();
    let shown = |file: &RemittanceFile| -> Vec<String> {
        assert_eq!((&file.refused, file.problems.len()), (&None, 0), "{file:?}");
        let or = |said: Option<String>| said.unwrap_or_else(|| "-".to_owned());
        let shown = |advice: &RemittanceAdvice| {
            let day = or(advice.payment_day.map(|day| day.to_string()));
            let (payer, number) = (or(advice.payer.name.clone()), or(advice.reference.clone()));
            format!("{payer} {day} {number} {}", advice.lines_total())
        };
        file.advices.iter().map(shown).collect()
    };
    let rows = |text: &str| shown(&read_file(text.as_bytes(), &plain, &usd()));
    let table = [
        // One payment; its payer and day stand once.
        (
            "Payer,Payment date,Invoice,Amount\nGroc,2026-03-04,48129,5.00\n,,48130,6.00\n",
            vec!["Groc 2026-03-04 - 1100"],
        ),
        // Payments without a number are told apart by payer and day.
        (
            "Zahler;Zahldatum;Rechnung;Betrag\nGroc;04.03.2026;1;5,00\nBeta;04.03.2026;2;6,00\nBeta;05.03.2026;3;7,00\nGroc;04.03.2026;4;8,00\n",
            vec!["Groc 2026-03-04 - 1300", "Beta 2026-03-04 - 600", "Beta 2026-03-05 - 700"],
        ),
        // With one they are not, and what contradicts itself is not told.
        (
            "Payment no,Payment date,Payer,Invoice,Amount\nP1,2026-03-04,Groc,1,5.00\nP1,2026-03-05,Groc,2,6.00\nP2,,,3,7.00\n",
            vec!["Groc - P1 1100", "- - P2 700"],
        ),
        // A day that may be read in two ways is left out, but where the documents' days tell.
        ("Check date,Invoice,Amount\n3/4/2026,1,5.00\n", vec!["- - - 500"]),
        ("Check date,Invoice,Invoice date,Amount\n3/4/2026,1,2/14/2026,5.00\n", vec!["- 2026-03-04 - 500"]),
        ("Customer,Invoice,Amount\n10117,1,5.00\n", vec!["- - - 500"]),
    ];
    for (text, expected) in table {
        assert_eq!(rows(text), expected, "{text}");
    }
    let html = "<p>We paid $ 970.00 on 4 March 2026, ref PAY88.</p><table><tr><td>Invoice<td>Paid by<td>Amount</tr><tr><td>48129<td>Groc Ltd<td>970.00</tr></table>\
        <p>Kind regards,<br>Jane</p>";
    let file = read_html(html, &plain, &usd());
    assert_eq!((shown(&file), whole(&file).paid), (vec!["Groc Ltd 2026-03-04 PAY88 97000".to_owned()], Some(97_000)));
}

#[test]
fn the_format_is_told_from_the_bytes() {
    let plain = AdviceProfile::plain();
    let table = [
        ("Invoice,Amount\n48129,5.00\n", Some(AdviceFormat::Text)),
        ("we paid invoice 48129", Some(AdviceFormat::Text)),
        ("<html><body>paid <b>INV 48129</b></body></html>", Some(AdviceFormat::Html)),
        (
            "UNB+UNOC:3+A+B+260304:0600+1'UNH+1+REMADV:D:96A:UN'DOC+380+48129'MOA+12:5.00'UNT+4+1'UNZ+1+1'",
            Some(AdviceFormat::Edifact),
        ),
        ("\u{0}48129", None),
    ];
    for (text, format) in table {
        assert_eq!(detect(text.as_bytes()), format, "{text}");
        let file = read(text.as_bytes(), &plain, &usd());
        let numbers: Vec<&str> = file
            .advices
            .iter()
            .flat_map(|advice| &advice.lines)
            .map(|line| line.documents[0].number.as_str())
            .collect();
        assert_eq!(numbers, if format.is_some() { vec!["48129"] } else { vec![] }, "{text}");
    }
    assert_eq!(detect(b"ISA*00*"), Some(AdviceFormat::X12));
    assert_eq!(detect(b"%PDF-1.7 48129"), Some(AdviceFormat::Pdf));
    let mail = b"From: a@b\r\nSubject: c\r\nMIME-Version: 1.0\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.7 48129";
    assert_eq!(detect(mail), Some(AdviceFormat::Mail));
}

#[test]
fn what_cannot_be_read_is_told_or_refused() {
    let code = |file: RemittanceFile| file.refused.map_or("accepted", |why| why.code());
    let plain = AdviceProfile::plain();
    assert_eq!(code(read_text("Thank you very much", &plain, &usd())), "not_readable");
    assert_eq!(code(read_file(b"%PDF-1.7 ...", &plain, &usd())), "not_readable");
    assert_eq!(
        code(read_file(b"Invoice,Amount\n1,5.00\n", &plain, &ReadOptions::default())),
        "not_readable",
        "no currency"
    );
    assert_eq!(
        code(read_file(b"Invoice,Amount\nA1,1.000\n", &plain, &usd())),
        "not_readable",
        "a mark that may be either"
    );
    let bad = read_file(b"Invoice,Amount\nA1,five\n,7.00\nA2,5.00\n", &plain, &usd());
    assert_eq!(
        bad.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(),
        ["bad_amount", "no_amount", "no_document"]
    );
    let few = ReadOptions { limits: Limits { entries: 3, ..Limits::STANDARD }, ..usd() };
    assert_eq!(code(read_file("a,b\n".repeat(10).as_bytes(), &plain, &few)), "too_large");
}

#[test]
fn lines_below_a_subtotal_count_and_what_stands_below_the_total_does_not() {
    let text = "Invoice      Amount paid\n48129        970.00 EUR\nSubtotal     970.00 EUR\n48130        500.00 EUR\n\
                Total        1,470.00 EUR\nVAT 4711     DE 123456789\nRegister 12  Account 1234\n";
    let file = read(text.as_bytes(), &AdviceProfile::plain(), &ReadOptions::default());
    assert_eq!((&file.refused, &file.problems), (&None, &Vec::new()), "{file:#?}");
    let advice = &file.advices[0];
    assert_eq!((advice.lines.len(), advice.paid), (2, Some(147_000)), "{file:#?}");
    assert!(file.controls.iter().all(|total| total.foots()), "{file:#?}");
}

#[test]
fn a_profile_that_cannot_be_used_is_refused_with_its_line_and_column() {
    let of = |head: &str, columns: &str| format!("{head}\n[columns]\ndocument = [\"D\"]\n{columns}");
    let (named, paid) = ("source = \"a\"", "paid = [\"P\"]\n");
    assert!(AdviceProfile::parse(&of(named, paid)).is_ok());
    let table = [
        (of(named, ""), "line 2, column 1: a remittance needs the columns document, and paid or due"),
        (of("source = \" \"", paid), "line 1, column 10: the source needs a name"),
        (of("source = \"a\"\ndecimal_mark = \"x\"", paid), "line 2, column 16: 'x' is no such mark; use one of: .,"),
        (
            of("source = \"a\"\ndate_format = \"Q\"", paid),
            "line 2, column 15: 'Q' is no date format; write the order of year, month and day, as YYYY-MM-DD, M/D/YYYY or \
             DD.MM.YY",
        ),
        (
            of("source = \"a\"\ndecimal_mark = \",\"\nthousands_mark = \",\"", paid),
            "line 3, column 18: one mark cannot be decimal and thousands mark at once",
        ),
    ];
    for (text, why) in table {
        assert_eq!(AdviceProfile::parse(&text).unwrap_err().to_string(), why, "{text}");
    }
    let unknown = AdviceProfile::parse(&of(named, "payed = [\"P\"]\n")).unwrap_err();
    assert_eq!((unknown.line, unknown.column), (4, 1), "{unknown}");
}

proptest! {
    #[test]
    fn arbitrary_text_panics_nothing(noise in any::<String>(), html in "[<>/a-z&;= 0-9\"!-]{0,80}") {
        thread_local!(static PLAIN: AdviceProfile = AdviceProfile::plain());
        PLAIN.with(|plain| {
            for text in [format!("Invoice,Amount\n{noise}"), noise.clone(), format!("<table><tr><td>Invoice<td>Amount<tr>{html}")] {
                read_file(text.as_bytes(), plain, &usd());
                read_text(&text, plain, &usd());
                read_html(&text, plain, &usd());
            }
        });
    }
}
