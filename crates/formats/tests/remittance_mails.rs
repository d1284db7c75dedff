//! Remittance advices as mails: which part of a mail is the advice, what a reply quotes and what one forwards, what is
//! attached, and which mails are none.

use std::fs;
use std::path::{Path, PathBuf};

use dunwell_formats::bank::{Limits, ReadOptions};
use dunwell_formats::currency::CurrencyCode;
use dunwell_formats::mail::{Mail, MailLimits, MailRefusal};
use dunwell_formats::remittance::advice_table::AdviceProfile;
use dunwell_formats::remittance::{AdviceFormat, RemittanceFile, detect, read, read_as};

fn options() -> ReadOptions {
    ReadOptions { currency: Some(CurrencyCode::USD), ..ReadOptions::default() }
}

fn of(mail: &str) -> RemittanceFile {
    assert_eq!(detect(mail.as_bytes()), Some(AdviceFormat::Mail), "{mail}");
    read(mail.as_bytes(), &AdviceProfile::plain(), &options())
}

/// Each advice as one line: what it pays, when, by which reference, who sent it; then its documents.
fn shown(file: &RemittanceFile) -> Vec<String> {
    let or = |said: Option<String>| said.unwrap_or_else(|| "-".to_owned());
    let advice = |advice: &dunwell_formats::remittance::RemittanceAdvice| {
        let lines = advice.lines.iter().map(|line| {
            let amount = line.paid.map(|minor| format!("={minor}")).unwrap_or_default();
            format!("{}{amount}", line.documents[0].number)
        });
        format!(
            "{} {} {} {} by {} | {}",
            or(advice.paid.map(|minor| minor.to_string())),
            or(advice.currency.map(|code| code.to_string())),
            or(advice.payment_day.map(|day| day.to_string())),
            or(advice.reference.clone()),
            or(advice.payer.name.clone().or_else(|| advice.sent_by.clone())),
            lines.collect::<Vec<_>>().join(" ")
        )
    };
    assert_eq!((&file.refused, &file.problems), (&None, &Vec::new()), "{file:#?}");
    file.advices.iter().map(advice).collect()
}

/// Headers of a mail of Jane's with this subject and these further headers.
fn head(subject: &str, more: &str) -> String {
    format!(
        "Return-Path: <jane@groc.example>\r\nFrom: \"Jane of Groc\" <jane@groc.example>\r\nTo: ar@ours.example\r\nSubject: {subject}\r\n\
         Message-ID: <a1@groc.example>\r\nDate: Wed, 4 Mar 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n{more}\r\n"
    )
}

/// A mail of plain text.
fn plain(subject: &str, text: &str) -> String {
    format!("{}\r\n{}", head(subject, "Content-Type: text/plain; charset=utf-8\r\n"), text.replace('\n', "\r\n"))
}

/// A mail of parts, each with its headers and its body.
fn parts(subject: &str, kind: &str, parts: &[(&str, &str)]) -> String {
    let mut mail = head(subject, &format!("Content-Type: multipart/{kind}; boundary=\"b0\"\r\n"));
    for (headers, body) in parts {
        mail.push_str(&format!("\r\n--b0\r\n{headers}\r\n\r\n{body}"));
    }
    mail + "\r\n--b0--\r\n"
}

const TABLE: &str = "<table><tr><th>Invoice</th><th>Amount paid</th></tr><tr><td>48129</td><td>970.00</td></tr>\
    <tr><td>48130</td><td>30.50</td></tr></table>";

#[test]
fn the_part_with_the_table_is_the_advice_in_whatever_it_is_encoded() {
    let html = "<html><body><p>Sehr geehrte Damen und Herren,<br>wir haben heute =FCberwiesen.<br>Zahlungsnummer: 4711</p>=\r\n\
        <table><tr><th>Rechnung</th><th>Skonto</th><th>Zahlbetrag</th><th>W=E4hrung</th></tr>\r\n\
        <tr><td>RE-2026-0117</td><td>20,00</td><td>=80 1.950,00</td><td>EUR</td></tr><tr><td>Summe</td><td></td><td>1.95=\r\n0,00</td></tr></table>";
    let flat = "Rechnung\r\nSkonto\r\nZahlbetrag\r\nRE-2026-0117\r\n20,00\r\n1.950,00";
    let mail = parts(
        "=?iso-8859-1?Q?Zahlungsavis_f=FCr_M=E4rz?=",
        "alternative",
        &[
            ("Content-Type: text/plain; charset=us-ascii", flat),
            ("Content-Type: text/html; charset=\"windows-1252\"\r\nContent-Transfer-Encoding: quoted-printable", html),
        ],
    );
    let file = of(&mail);
    assert_eq!(shown(&file), ["195000 EUR - 4711 by Jane of Groc | RE-2026-0117=195000"]);
    assert_eq!(
        (file.advices[0].lines[0].discount, file.version.as_str()),
        (Some(2_000), "mail, html remittance-plain")
    );
    assert_eq!(
        (file.id.as_deref(), file.advices[0].sent_as.as_deref()),
        (Some("a1@groc.example"), Some("a1@groc.example"))
    );
    // "We paid EUR 1,950.00 on 11 November 2026, ref PAY88 for INV 48129." in base64.
    let words = "V2UgcGFpZCBFVVIgMSw5NTAuMDAgb24gMTEgTm92ZW1iZXIgMjAyNiwgcmVmIFBBWTg4IGZvciBJ\r\nTlYgNDgxMjkuCg==";
    let kind = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n";
    let file = of(&format!("{}\r\n{words}\r\n", head("Payment", kind)));
    assert_eq!(shown(&file), ["195000 EUR 2026-11-11 PAY88 by Jane of Groc | 48129"]);
    let unnamed = plain("Remittance advice", "Check no: 551\nINV 48129 970.00")
        .replace("\"Jane of Groc\" <jane@groc.example>", "jane@groc.example");
    assert_eq!(shown(&of(&unnamed)), ["- USD - 551 by - | 48129=97000"], "an address is no name");
}

#[test]
fn what_a_reply_quotes_is_not_read_and_what_a_mail_forwards_is() {
    let own = "We paid EUR 970.00 on 4 March 2026 for INV 48129.\n\n";
    let table = [
        "> INV 11111 of EUR 5.00 is overdue",
        "On Tue, 3 Mar 2026 at 09:00, Ours <ar@ours.example> wrote:\nINV 11111 of EUR 5.00",
        "On Tue, 3 Mar 2026 at 09:00, Ours Receivables Department\n<ar@ours.example> wrote:\nINV 11111 of EUR 5.00",
        "Am 03.03.2026 um 09:00 schrieb Ours:\nINV 11111 of EUR 5.00",
        "-----Original Message-----\nFrom: Ours\nSent: Tuesday\nTo: Jane\nSubject: Reminder\n\nINV 11111 of EUR 5.00",
        "Von: Ours <ar@ours.example>\nGesendet: Dienstag, 3. März 2026\nAn: Jane\nBetreff: Mahnung\n\nINV 11111 of EUR 5.00",
        "-- \nJane, telephone 030 1234567\nHRB 99887",
    ];
    for quoted in table {
        assert_eq!(
            shown(&of(&plain("Re: Reminder", &format!("{own}{quoted}\n")))),
            ["97000 EUR 2026-03-04 - by Jane of Groc | 48129"],
            "{quoted}"
        );
    }
    let cited = format!(
        "<div>{own}</div><blockquote type=\"cite\"><p>INV 11111</p><blockquote>INV 22222</blockquote>INV 33333</blockquote><p>Jane</p>"
    );
    let mail = format!("{}\r\n{cited}", head("Re: Reminder", "Content-Type: text/html; charset=utf-8\r\n"));
    assert_eq!(shown(&of(&mail)), ["97000 EUR 2026-03-04 - by Jane of Groc | 48129"]);
    let forwarded = [
        (
            "Fwd: Payment",
            "For you.\n\n---------- Forwarded message ---------\nFrom: Tom of Beta <tom@beta.example>\nDate: Tue, 3 Mar 2026\nSubject: Payment\nTo: Jane\n\n",
        ),
        (
            "WG: Payment",
            "Von: Tom of Beta <tom@beta.example>\nGesendet: Dienstag, 3. März 2026 09:00\nAn: Jane\nBetreff: Payment\n\n",
        ),
        (
            "Payment",
            "Begin forwarded message:\n\n> From: Tom of Beta <tom@beta.example>\n> Subject: Payment\n> Date: 3 March 2026\n> To: Jane\n\n> ",
        ),
    ];
    for (subject, above) in forwarded {
        let mail = plain(subject, &format!("{above}{own}"));
        assert_eq!(shown(&of(&mail)), ["97000 EUR 2026-03-04 - by Tom of Beta | 48129"], "{above}");
    }
    let html = "<p>Begin forwarded message:</p><blockquote type=\"cite\"><div>From: Tom of Beta</div><div>Date: 3 March 2026</div>\
        <div>Subject: Payment</div><div>To: Jane</div><div>We have paid today.</div>".to_owned() + TABLE + "</blockquote>";
    let mail = format!("{}\r\n{html}", head("Fwd: Payment", "Content-Type: text/html; charset=utf-8\r\n"));
    assert_eq!(shown(&of(&mail)), ["- USD - - by Tom of Beta | 48129=97000 48130=3050"]);
}

#[test]
fn what_is_attached_goes_before_the_text_that_speaks_of_it() {
    let text = (
        "Content-Type: text/plain",
        "Please find our remittance advice attached.\r\nWe paid on 4 March 2026, ref PAY88, in full settlement of INV 48129.",
    );
    // "Rechnung;Zahlbetrag;Währung\n48129;970,00;EUR\n48130;30,50;EUR\n" in windows-1252 and base64.
    let csv = (
        "Content-Type: text/csv; charset=windows-1252; name=\"avis.csv\"\r\nContent-Transfer-Encoding: base64\r\n\
         Content-Disposition: attachment; filename=\"avis.csv\"",
        "UmVjaG51bmc7WmFobGJldHJhZztX5GhydW5nCjQ4MTI5Ozk3MCwwMDtFVVIKNDgxMzA7MzAsNTA7\r\nRVVSCg==",
    );
    let logo = ("Content-Type: image/png; name=logo.png\r\nContent-Transfer-Encoding: base64", "iVBORw0KGgo=");
    let signature = ("Content-Type: application/pgp-signature; name=signature.asc", "48131 5.00");
    let terms = ("Content-Type: application/pdf; name=terms.pdf\r\nContent-Transfer-Encoding: base64", "JVBERi0xLjcK");
    let file = of(&parts("Payment", "mixed", &[text, csv, logo, signature, terms]));
    assert_eq!(shown(&file), ["- EUR 2026-03-04 PAY88 by Jane of Groc | 48129=97000 48130=3050"]);
    assert!(file.advices[0].text.iter().any(|line| line.contains("in full settlement")), "{file:#?}");
    assert_eq!(
        file.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(),
        ["attachment_not_read"],
        "{file:#?}"
    );
    assert!(file.warnings[0].message.starts_with("terms.pdf is not read"), "{file:#?}");
    let remadv = (
        "Content-Type: application/octet-stream; name=remadv.edi",
        "UNB+UNOC:3+A+B+260304:0600+1'UNH+1+REMADV:D:96A:UN'BGM+481+R1'DOC+380+48129'MOA+12:5.00:EUR'UNT+5+1'UNZ+1+1'",
    );
    let file = of(&parts("Hello", "mixed", &[("Content-Type: text/plain", "Hello"), remadv]));
    assert_eq!(file.advices[0].lines[0].documents[0].number, "48129");
    assert!(file.version.starts_with("mail, edifact-remadv"), "{}", file.version);
    let within = plain("Payment", "We paid EUR 970.00 for INV 48129.")
        .replace("Jane of Groc", "Tom of Beta")
        .replace("a1@groc", "b2@beta");
    for kind in ["message/rfc822", "application/octet-stream; name=advice.eml"] {
        let inner = format!("Content-Type: {kind}");
        let file =
            of(&parts("See attached", "mixed", &[("Content-Type: text/plain", "See attached."), (&inner, &within)]));
        assert_eq!(shown(&file), ["97000 EUR - - by Tom of Beta | 48129"], "{kind}");
        assert_eq!(file.advices[0].sent_as.as_deref(), Some("b2@beta.example"), "{kind}");
    }
}

#[test]
fn mails_that_are_no_advice_or_cannot_be_read_say_why() {
    let why = |mail: &str| {
        let file = read_as(mail.as_bytes(), Some(AdviceFormat::Mail), &AdviceProfile::plain(), &options());
        assert!(file.advices.is_empty(), "{mail}: {file:#?}");
        let problem = file.problems.first().map(|problem| (problem.code, problem.message.clone()));
        file.refused.map(|why| (why.code(), why.to_string())).or(problem).expect("a refusal")
    };
    let html = |subject: &str, html: &str| format!("{}\r\n{html}", head(subject, "Content-Type: text/html\r\n"));
    let list = TABLE.replace("Amount paid", "Amount");
    let none = [
        plain("Spring sale", "Order 48129 now and save 20.00! Prices from 970.00. Call 0800 123456."),
        plain("Your receipt", "Thank you for your payment of USD 970.00 for invoice 48129, paid by check no. 551."),
        plain("Copies", "Please send us copies of INV 48129 970.00 and INV 48130 30.50."),
        plain("Dispute", "We have not paid INV 48129 of USD 970.00, for the goods were damaged."),
        plain("Remit", "Please send your remittance advice for INV 48129 970.00 to ar@seller.example"),
        plain("Re: Reminder", "It is on its way.\n\n> We paid EUR 970.00 for INV 48129"),
        html("Statement of account", &format!("<p>These are open:</p>{list}")),
        plain("Nothing", ""),
    ];
    for mail in &none {
        assert_eq!(why(mail).0, "no_advice", "{mail}");
    }
    let nested = |deep: usize| head("out", "Content-Type: message/rfc822\r\n").repeat(deep) + &plain("in", "x");
    let packed = |inner: &str| {
        parts(
            "Packed",
            "mixed",
            &[(
                "Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable",
                &inner.replace('=', "=3D"),
            )],
        )
    };
    let torn = "Content-Type: application/edi-x12; name=a.edi";
    let table = [
        (
            "not_readable",
            "several mails",
            format!("From a@b Wed Mar 4\n{}\n\nFrom c@d Wed Mar 4\n{}", plain("a", "x"), plain("b", "y")),
        ),
        (
            "not_readable",
            "several mails",
            format!("From a@b Wed Mar 4\r\n{}\r\n\r\nFrom c@d Wed Mar 4\r\n{}", plain("a", "x"), plain("b", "y")),
        ),
        ("not_readable", "no headers", String::new()),
        ("too_large", "of headers", head("Many", &"a: b\r\n".repeat(20_000)) + "\r\nx"),
        ("too_large", "of headers", head("Long", &format!("Cc: {}\r\n", "a@b,".repeat(400_000))) + "\r\nx"),
        ("too_large", "lines that part it", plain("Parts", &"--b\n\n".repeat(20_000))),
        (
            "encrypted",
            "save what it says",
            parts("Secret", "encrypted", &[("Content-Type: application/pgp-encrypted", "Version: 1")]),
        ),
        (
            "encrypted",
            "save what it says",
            format!(
                "{}\r\nAAAA",
                head("Secret", "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n")
            ),
        ),
        ("too_large", "more than 4 mails", nested(6)),
        ("too_large", "more than 4 mails", nested(20_000)),
        ("too_large", "more than 4 mails", packed(&nested(20_000))),
        ("too_large", "more than 500 parts", parts("Many", "mixed", &vec![("Content-Type: text/plain", "x"); 600])),
        ("attachment_refused", "a.edi", parts("820", "mixed", &[(torn, "ISA*00*          *00*          *ZZ*A")])),
    ];
    for (code, says, mail) in table {
        let why = why(&mail);
        assert!(why.0 == code && why.1.contains(says), "{code}: {why:?}");
    }
    let small = ReadOptions { limits: Limits { bytes: 100, ..Limits::STANDARD }, ..options() };
    let file = read(plain("Payment", &"x".repeat(200)).as_bytes(), &AdviceProfile::plain(), &small);
    assert_eq!(file.refused.map(|why| why.code()), Some("too_large"));
    let limits = MailLimits { decoded: 10, ..MailLimits::STANDARD };
    let long = dunwell_formats::mail::read(plain("Long", &"x".repeat(50)).as_bytes(), &limits);
    assert!(matches!(long, Err(MailRefusal::TooLarge(_))), "{long:?}");
    assert_eq!(detect(&[0xD0, 0xCF, 0x11, 0xE0, 0xA1]), None);
}

#[test]
fn what_stands_below_a_quote_counts_and_an_advice_is_no_quoted_mail() {
    let below = "On Mon, 2 Mar 2026 Accounts Receivable wrote:\n> Please pay INV 48111.\n> --\n> AR\n\n\
                 We paid USD 970.00 for INV 48129.";
    assert_eq!(shown(&of(&plain("Re: Statement", below))), ["97000 USD - - by Jane of Groc | 48129"]);
    let titled = "Remittance Advice\n\nFrom: ACME Corp\nTo: Your Company\nDate: 2026-03-04\n\n\
                  Invoice | Amount paid\n48129 | 970.00\n48130 | 30.50\n";
    let [advice] = &shown(&of(&plain("Payment", titled)))[..] else { panic!("one advice") };
    assert!(advice.ends_with("| 48129=97000 48130=3050"), "{advice}");
    let whole = "We paid USD 970.00 for INV 48129.\n\nFrom: AR <ar@ours.example>\nSent: Monday\nTo: Jane\nSubject: Statement\n\n\
                 Please pay INV 48111.";
    assert_eq!(shown(&of(&plain("Re: Statement", whole))), ["97000 USD - - by Jane of Groc | 48129"]);
}

#[test]
fn text_with_titles_is_no_mail_and_a_signed_mail_is_read() {
    let titles = "Date: 2026-03-04\nFrom: Groc\nPayment amount: 970.00\n\nInvoice,Amount\n48129,970.00\n";
    assert_eq!(detect(titles.as_bytes()), Some(AdviceFormat::Text));
    let least = "From: Jane of Groc <jane@groc.example>\nDate: Wed, 4 Mar 2026 10:00:00 +0000\nTo: ar@us.example\n\n\
                 We paid USD 970.00 for INV 48129.\n";
    assert_eq!(detect(least.as_bytes()), Some(AdviceFormat::Mail));
    let signed = parts(
        "Payment",
        "signed; protocol=\"application/pgp-signature\"",
        &[
            ("Content-Type: text/plain", "We paid USD 970.00 for INV 48129."),
            ("Content-Type: application/pgp-signature", "x"),
        ],
    );
    assert_eq!(shown(&of(&signed)), ["97000 USD - - by Jane of Groc | 48129"]);
    let boxed = format!("From jane@groc.example Wed Mar  4 10:00:00 2026\r\n{signed}");
    assert_eq!(shown(&of(&boxed)).len(), 1, "one mail out of a mailbox");
}

/// All files below a folder.
fn below(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        match entry.is_dir() {
            true => below(&entry, found),
            false => found.push(entry),
        }
    }
}

#[test]
fn of_all_real_mails_none_panics_and_none_becomes_an_advice() {
    let shared = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    if !shared.is_dir() {
        return;
    }
    let mut files = Vec::new();
    below(&shared.join("email"), &mut files);
    below(&shared.join("email_dsn"), &mut files);
    let (mut mails, mut named) = (0, 0);
    for path in files {
        let bytes = fs::read(&path).expect("a file");
        let file = read_as(&bytes, Some(AdviceFormat::Mail), &AdviceProfile::plain(), &options());
        assert!(file.refused.is_some() && file.advices.is_empty(), "{}: {file:#?}", path.display());
        if let Ok(Mail { message_id, subject, .. }) = dunwell_formats::mail::read(&bytes, &MailLimits::STANDARD) {
            mails += 1;
            named += usize::from(message_id.is_some() && !subject.is_empty());
        }
    }
    assert!(mails > 300 && named > 150, "{mails} mails, {named} with number and subject");
}
