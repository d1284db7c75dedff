//! Payment files: what is written is exactly the text beside this file (`UPDATE=1` records it anew), our own reader reads the
//! NACHA file back with its control totals, and what a bank would refuse is refused.

use std::path::Path;

use dunwell_formats::bank::{Format, ReadOptions, Side, read};
use dunwell_formats::day::Day;
use dunwell_formats::payment::{
    PayAccount, Payer, PaymentError, PaymentLine, PaymentOrder, WrittenAt, nacha, pain001, scheme_text,
};

fn day(year: u32, month: u32, day: u32) -> Day {
    Day::new(year, month, day).expect("a day")
}

fn iban(number: &str, bic: Option<&str>) -> PayAccount {
    PayAccount::Iban { iban: number.into(), bic: bic.map(str::to_owned) }
}

fn us(routing: &str, number: &str, savings: bool) -> PayAccount {
    PayAccount::Us { routing: routing.into(), number: number.into(), savings }
}

fn line(id: &str, amount: i64, currency: &str, payee: &str, account: PayAccount) -> PaymentLine {
    PaymentLine {
        end_to_end_id: id.into(),
        amount,
        currency: currency.into(),
        exponent: if currency == "JPY" { 0 } else { 2 },
        payee: payee.into(),
        account,
        text: format!("Refund of CM-{id}"),
    }
}

fn order(account: PayAccount, payments: Vec<PaymentLine>) -> PaymentOrder {
    PaymentOrder {
        message_id: "DW20261120-412.3".into(),
        written_at: WrittenAt { day: day(2026, 11, 20), hour: 9, minute: 5, second: 7 },
        pays_on: day(2026, 11, 23),
        payer: Payer {
            name: "Müller & Söhne GmbH".into(),
            account,
            company_id: "1512345678".into(),
            bank_name: "First Bank".into(),
        },
        payments,
    }
}

fn transfers() -> PaymentOrder {
    let payments = vec![
        line("RF12.1", 123_456, "EUR", "Größe & Co <KG>", iban("DE89370400440532013000", None)),
        line("RF12.4", 5_00, "EUR", "Café Zoë", iban("FR1420041010050500013M02606", Some("PSSTFRPPPAR"))),
        line("RF13.2", 70_000, "JPY", "Tokyo Ltd", iban("GB29NWBK60161331926819", Some("NWBKGB2L"))),
    ];
    order(iban("DE02120300000000202051", Some("BYLADEM1001")), payments)
}

fn credits() -> PaymentOrder {
    let payments = vec![
        line("RF12.1", 123_456, "USD", "Acme Corporation of Springfield", us("021000021", "4711-0815", false)),
        line("RF12.4", 5_00, "USD", "Beta Bakers", us("121042882", "123456789", true)),
    ];
    order(us("121042882", "998877", false), payments)
}

fn golden(name: &str, found: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/payments").join(name);
    if std::env::var_os("UPDATE").is_some() {
        return std::fs::write(&path, found).expect("the file is written");
    }
    let kept = std::fs::read_to_string(&path).expect("the golden file");
    assert_eq!(found, kept, "{name}; UPDATE=1 records it anew");
}

#[test]
fn a_credit_transfer_is_written_in_the_order_of_the_schema() {
    let text = pain001::write(&transfers()).expect("a file");
    golden("pain001.xml", &text);
    // The elements of pain.001.001.09 in the order of its sequences; each stands after the one before.
    let sequences = [
        &["<GrpHdr>", "<MsgId>", "<CreDtTm>", "<NbOfTxs>3<", "<CtrlSum>71239.56<", "<InitgPty>", "<PmtInf>"][..],
        &[
            "<PmtInfId>",
            "<PmtMtd>TRF<",
            "<NbOfTxs>2<",
            "<CtrlSum>1239.56<",
            "<PmtTpInf>",
            "<ReqdExctnDt>",
            "<Dbtr>",
            "<DbtrAcct>",
            "<DbtrAgt>",
            "<ChrgBr>SLEV<",
            "<CdtTrfTxInf>",
            "<PmtId>",
            "<Amt>",
            "<Cdtr>",
            "<CdtrAcct>",
            "<RmtInf>",
            "<CdtrAgt>",
            "<BICFI>PSSTFRPPPAR<",
            "<PmtInf>",
            "<NbOfTxs>1<",
            "<CtrlSum>70000.00<",
            "<ChrgBr>SHAR<",
            "Ccy=\"JPY\">70000<",
        ],
    ];
    for sequence in sequences {
        let mut at = 0;
        for element in sequence {
            let found = text[at..].find(element).unwrap_or_else(|| panic!("{element} stands after what is before it"));
            at += found + element.len();
        }
    }
    // Well-formed, and nothing of a name breaks out of its element.
    let mut reader = quick_xml::Reader::from_str(&text);
    let mut depth = 0;
    loop {
        match reader.read_event().expect("well-formed XML") {
            quick_xml::events::Event::Start(_) => depth += 1,
            quick_xml::events::Event::End(_) => depth -= 1,
            quick_xml::events::Event::Eof => break,
            _ => {}
        }
    }
    assert_eq!(depth, 0);
    assert!(text.contains("<Nm>Groesse + Co .KG.</Nm>"), "{text}");
    assert_eq!(text, pain001::write(&transfers()).expect("a file"), "the same order makes the same bytes");
}

#[test]
fn a_nacha_file_is_read_back_with_right_control_totals() {
    let text = nacha::write(&credits()).expect("a file");
    golden("ccd.ach", &text);
    assert!(text.lines().all(|record| record.len() == 94) && text.lines().count() == 10);
    let file = read(text.as_bytes(), &ReadOptions::default());
    assert_eq!(
        (file.format, file.refused.is_none(), file.differing().count()),
        (Some(Format::Nacha), true, 0),
        "{file:#?}"
    );
    assert!(file.problems.is_empty() && !file.controls.is_empty(), "{file:#?}");
    let entries: Vec<_> = file.statements.iter().flat_map(|statement| &statement.entries).collect();
    let seen: Vec<_> = entries.iter().map(|entry| (entry.amount, entry.side)).collect();
    assert_eq!(seen, [(123_456, Side::Credit), (5_00, Side::Credit)]);
    // Counts and sums are what was paid: one digit changed shows.
    let wrong = text.replacen("0000123456", "0000123457", 1);
    assert!(read(wrong.as_bytes(), &ReadOptions::default()).differing().count() > 0);
}

#[test]
fn what_a_bank_would_refuse_is_refused() {
    let own = || us("121042882", "998877", false);
    let pays = |line: PaymentLine| nacha::write(&order(own(), vec![line]));
    let good = || line("RF1.1", 100, "USD", "Acme", us("021000021", "1", false));
    assert!(pays(good()).is_ok());
    assert_eq!(nacha::write(&order(own(), Vec::new())), Err(PaymentError::Count));
    let refused = [
        (PaymentLine { currency: "EUR".into(), ..good() }, PaymentError::WrongCurrency("RF1.1".into())),
        (PaymentLine { amount: 0, ..good() }, PaymentError::DoesNotFit("RF1.1".into())),
        (PaymentLine { amount: 10_000_000_000, ..good() }, PaymentError::DoesNotFit("RF1.1".into())),
        (PaymentLine { payee: " ".into(), ..good() }, PaymentError::DoesNotFit("RF1.1".into())),
        (
            PaymentLine { account: us("021000021", "123456789012345678", false), ..good() },
            PaymentError::DoesNotFit("RF1.1".into()),
        ),
        (
            PaymentLine { account: iban("DE89370400440532013000", None), ..good() },
            PaymentError::WrongAccount("RF1.1".into()),
        ),
        (
            PaymentLine { end_to_end_id: "RF1234567890.1234".into(), ..good() },
            PaymentError::DoesNotFit("RF1234567890.1234".into()),
        ),
    ];
    for (line, why) in refused {
        assert_eq!(pays(line), Err(why));
    }
    let xml = pain001::write(&order(iban("DE02120300000000202051", None), vec![good()]));
    assert_eq!(xml, Err(PaymentError::WrongAccount("RF1.1".into())));
    assert_eq!(scheme_text("  a\u{0}b  ünïcödé 日本 ", 20), "a.b uenicoede ..");
}
