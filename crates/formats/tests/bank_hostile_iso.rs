//! camt, MT940, OFX and tables that nobody sends in good faith, made here: each reader answers, in time and within its
//! limits, and a changed amount never passes for the bank's.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use dunwell_formats::bank::{BankFile, Format, Limits, ReadOptions, StatementProfile, read};
use proptest::prelude::*;

const CAMT: &str = "<?xml version=\"1.0\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\"><BkToCstmrStmt><GrpHdr>\
    <MsgId>M</MsgId></GrpHdr><Stmt><Id>S</Id><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id><Ccy>EUR</Ccy></Acct>\n\
    <Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">10.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>\
    <Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">113.45</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>\n\
    <Ntry><Amt Ccy=\"EUR\">103.45</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-03-04</Dt></BookgDt>\
    <NtryDtls><TxDtls><Refs><EndToEndId>E</EndToEndId></Refs><RmtInf><Ustrd>INV 1</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n\
    </Stmt></BkToCstmrStmt></Document>\n";
const MT940: &str = ":20:S\n:25:37040044/532013000\n:28C:1/1\n:60F:C260303EUR10,00\n:61:2603040304CR103,45NTRFNONREF//B1\n\
    :86:166?00GUT?20EREF+E?21SVWZ+INV 1?32NAME\n:62F:C260304EUR113,45\n:64:C260304EUR113,45\n-\n";
const OFX: &str = "OFXHEADER:100\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>2</BANKACCTFROM>\n\
    <BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260304<TRNAMT>103.45<FITID>1<NAME>A &amp; B</STMTTRN></BANKTRANLIST>\
    <LEDGERBAL><BALAMT>1<DTASOF>20260304</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n";
const TABLE: &str = "Account,123456\nOpening balance,10.00\nClosing balance,110.45\nDate,Description,Amount,Balance,Currency\n2026-03-04,INV 1,103.45,113.45,USD\n2026-03-05,Fee,-3.00,110.45,USD\n";

fn options(format: Option<Format>) -> ReadOptions {
    static PLAIN: LazyLock<StatementProfile> = LazyLock::new(|| StatementProfile::shipped("plain").unwrap());
    ReadOptions { format, profile: Some(Box::new(PLAIN.clone())), ..ReadOptions::default() }
}

/// Reads in every format, told and untold, and holds what must hold of any answer.
fn every_reader(bytes: &[u8]) {
    for format in [Format::Camt053, Format::Mt940, Format::Ofx, Format::Csv].map(Some).into_iter().chain([None]) {
        let file = read(bytes, &options(format));
        let lines = bytes.len() as u64 + 1;
        for problem in file.problems.iter().chain(&file.warnings) {
            assert!(problem.place.line <= lines, "{problem}");
        }
        assert!(file.problems.len() <= Limits::STANDARD.problems + 1);
        for entry in file.entries() {
            assert!(entry.amount >= 0 && entry.sequence > 0);
            assert!(entry.batch.iter().all(|payment| payment.amount >= 0));
        }
        let _ = file.sums();
    }
}

fn answer(file: &BankFile) -> &'static str {
    file.refused.as_ref().map_or("accepted", |why| why.code())
}

/// Pieces that these readers care about.
fn tricky() -> impl Strategy<Value = Vec<u8>> {
    const PIECES: [&str; 40] = [
        "<Stmt>",
        "</Stmt>",
        "<Ntry>",
        "</Ntry>",
        "<TxDtls>",
        "</TxDtls>",
        "<NtryDtls>",
        "<BkToCstmrStmt>",
        "<Amt Ccy=\"EUR\">",
        "</Amt>",
        "<CdtDbtInd>",
        "CRDT",
        "<![CDATA[",
        "]]>",
        "<!--",
        "&amp;",
        "&#x0;",
        "<?x",
        "\n:20:",
        "\n:25:",
        "\n:28C:1/1",
        "\n:60F:C260303EUR1,",
        "\n:60M:",
        "\n:61:2603040304RC1,NTRFX//Y",
        "\n:86:",
        "?20",
        "/EREF/",
        "/REMI/",
        "\n:62M:D260304EUR1,",
        "\n-}",
        "{4:",
        "<OFX>",
        "<STMTRS>",
        "<STMTTRN>",
        "</STMTTRN>",
        "<TRNAMT>",
        "1,5",
        "\r",
        "\u{1}",
        ":",
    ];
    let piece = prop_oneof![
        8 => prop::sample::select(&PIECES[..]).prop_map(|piece| piece.as_bytes().to_vec()),
        1 => "[ -~]{0,6}".prop_map(String::into_bytes),
        1 => prop::collection::vec(any::<u8>(), 0..3),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn arbitrary_bytes_panic_no_reader(bytes in prop::collection::vec(any::<u8>(), 0..1500)) {
        every_reader(&bytes);
    }

    #[test]
    fn tricky_text_panics_no_reader(bytes in tricky()) {
        every_reader(&bytes);
    }

    #[test]
    fn damaged_files_panic_no_reader(
        which in 0..4_usize, at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>(),
        again in any::<prop::sample::Index>(),
    ) {
        let mut bytes = [CAMT, MT940, OFX, TABLE][which].as_bytes().to_vec();
        let place = at.index(bytes.len());
        bytes[place] = byte;
        every_reader(&bytes);
        let part = bytes[again.index(bytes.len())..].to_vec();
        bytes.truncate(cut.index(bytes.len()));
        every_reader(&bytes);
        bytes.extend(part);
        every_reader(&bytes);
    }

    #[test]
    fn a_changed_amount_is_never_taken_for_the_banks(which in 0..3_usize, digit in 0..5_usize, other in 0..10_u8) {
        // The amount of the entry, of which another digit is written.
        let (text, amount) = [(CAMT, ">103.45<"), (MT940, "R103,45N"), (TABLE, ",103.45,")][which];
        let from = text.find(amount).unwrap() + 1;
        let at = from + [0, 1, 2, 4, 5][digit];
        let mut bytes = text.as_bytes().to_vec();
        let changed = bytes[at] != b'0' + other;
        bytes[at] = b'0' + other;
        let file = read(&bytes, &options(None));
        prop_assert_eq!(answer(&file), "accepted");
        prop_assert_eq!(file.control_totals_ok(), !changed);
    }
}

#[test]
fn the_samples_are_whole() {
    for (text, entries) in [(CAMT, 1), (MT940, 1), (OFX, 1), (TABLE, 2)] {
        let file = read(text.as_bytes(), &options(None));
        assert_eq!(
            (answer(&file), file.control_totals_ok(), file.entries().count()),
            ("accepted", true, entries),
            "{text}"
        );
    }
}

/// Shapes that would take a careless reader hours or the whole memory, a megabyte or two each.
fn shapes() -> Vec<(&'static str, Vec<u8>)> {
    let n = 100_000;
    let camt = |inside: String| CAMT.replacen("<Ntry>", &format!("{inside}<Ntry>"), 1).into_bytes();
    let mt940 = |inside: String| MT940.replacen(":62F", &format!("{inside}:62F"), 1).into_bytes();
    let ofx = |inside: String| OFX.replacen("<STMTTRN>", &format!("{inside}<STMTTRN>"), 1).into_bytes();
    vec![
        ("deep elements", camt("<a>".repeat(n))),
        ("wide elements", camt("<a/>".repeat(2 * n))),
        ("many statements", CAMT.replacen("<Stmt>", &"<Stmt/>".repeat(2 * n), 1).into_bytes()),
        ("many entries", camt("<Ntry/>".repeat(2 * n))),
        ("many attributes", camt(format!("<a {}/>", "b=\"c\" ".repeat(n)))),
        ("many entities", camt(format!("<a>{}</a>", "&amp;".repeat(2 * n)))),
        ("an open comment", camt(format!("<!--{}", "-".repeat(8 * n)))),
        ("open character data", camt(format!("<![CDATA[{}", "]".repeat(8 * n)))),
        ("no lines", camt("\r".repeat(8 * n))),
        ("many tags of one entry", mt940(":86:/EREF/X\n".repeat(n))),
        ("slashes", mt940(format!(":86:{}\n", "/EREF/".repeat(n)))),
        ("question marks", mt940(format!(":86:166?20{}\n", "?2".repeat(4 * n)))),
        ("words", mt940(format!(":86:{}\n", "NAAM: IBAN: ".repeat(n / 2)))),
        ("many messages", ":20:A\n".repeat(2 * n).into_bytes()),
        ("many pages", ":20:A\n:25:1\n:28C:1\n:60M:C260304EUR0,\n:62M:C260304EUR0,\n".repeat(n / 4).into_bytes()),
        ("empty lines", mt940("\n".repeat(10 * n))),
        ("deep OFX", ofx("<A>".repeat(n))),
        ("less-than signs", ofx("<".repeat(10 * n))),
        ("ampersands", ofx(format!("<MEMO>{}", "&".repeat(10 * n)))),
        ("ends of nothing", ofx("</A>".repeat(2 * n))),
        ("commas", format!("{TABLE}{}", ",".repeat(10 * n)).into_bytes()),
        ("quotes", format!("{TABLE}{}", "\"".repeat(10 * n)).into_bytes()),
    ]
}

#[test]
fn hostile_shapes_are_answered_in_time() {
    for (name, bytes) in shapes() {
        let begun = Instant::now();
        let file = read(&bytes, &options(None));
        let spent = begun.elapsed();
        if std::env::var_os("SHOW").is_some() {
            eprintln!("{name}: {} kB, {spent:?}, {}", bytes.len() / 1000, answer(&file));
        }
        // Unoptimised and on a busy machine; what is quadratic takes minutes.
        assert!(spent < Duration::from_secs(20), "{name}: {spent:?}, {}", answer(&file));
    }
}

#[test]
fn what_exceeds_a_limit_is_refused_by_its_name() {
    let few = Limits { bytes: 3_000, record_bytes: 50, entries: 3, problems: 2 };
    let code = |text: &str| answer(&read(text.as_bytes(), &ReadOptions { limits: few, ..options(None) }));
    assert_eq!(code(&"x".repeat(4_000)), "too_large");
    assert_eq!(code(&CAMT.replace("INV 1", &"y".repeat(60))), "too_large");
    assert_eq!(code(&MT940.replace("INV 1", &"y".repeat(60))), "too_large");
    assert_eq!(code(&OFX.replace("A &amp; B", &"y".repeat(60))), "too_large");
    assert_eq!(code(&MT940.replace("-\n", &":20:A\n:25:1\n".repeat(4))), "too_large");
    assert_eq!(code(&OFX.replace("</STMTTRN>", &"</STMTTRN><STMTTRN>".repeat(4))), "too_large");
    assert_eq!(code(&TABLE.replace("2026-03-05", "2026-03-05,A,1,,\n2026-03-05,A,1,,\n2026-03-05")), "too_large");
    let bad = CAMT.replace("<Ntry>", &format!("{}<Ntry>", "<Ntry><CdtDbtInd>CRDT</CdtDbtInd></Ntry>".repeat(5)));
    let limits = Limits { problems: 2, ..Limits::STANDARD };
    let file = read(bad.as_bytes(), &ReadOptions { limits, ..options(None) });
    assert_eq!((file.problems.len(), file.problems[2].message.as_str()), (3, "3 more of these are not listed"));
}
