//! NACHA files: figures of real files, and what the format allows.

mod real;

use std::fmt::Write as _;

use dunwell_formats::bank::{
    BankFile, EntryStatus, Format, Limits, ReadOptions, Refusal, ReturnKind, Side, detect, read,
};
use dunwell_formats::currency::CurrencyCode;
use dunwell_formats::remittance::DocumentKind;
use real::shared;

fn nacha(text: &str) -> BankFile {
    read(text.as_bytes(), &ReadOptions::default())
}

/// A record: fields at their positions, from 1.
fn record(fields: &[(usize, &str)]) -> String {
    let mut record = vec![' '; 94];
    for (at, text) in fields {
        for (offset, letter) in text.chars().enumerate() {
            record[at - 1 + offset] = letter;
        }
    }
    record.into_iter().collect()
}

fn header() -> String {
    record(&[(1, "101 021000021"), (14, " 121042882"), (24, "2603040600A094101"), (41, "US BANK"), (64, "OTHER BANK")])
}

fn batch(class: &str) -> String {
    let fields = [
        (1, "5200ACME CORP"),
        (41, "1512345678"),
        (51, class),
        (54, "VENDOR PAY"),
        (70, "260305"),
        (79, "1"),
        (80, "12104288"),
        (88, "0000001"),
    ];
    record(&fields)
}

fn entry(code: &str, cents: u64, who: &str, trace: u64) -> String {
    let amount = format!("{cents:010}");
    let trace = format!("{trace:015}");
    record(&[
        (1, "6"),
        (2, code),
        (4, "021000021"),
        (13, "4711"),
        (30, &amount),
        (40, "INV77"),
        (55, who),
        (79, "1"),
        (80, &trace),
    ])
}

fn addenda05(text: &str, sequence: u64) -> String {
    record(&[(1, "705"), (4, text), (84, &format!("{sequence:04}")), (88, "0000001")])
}

/// A whole file of one batch, its controls as they must be.
fn with(class: &str, records: &[String]) -> String {
    let entries: Vec<&String> = records.iter().filter(|record| record.starts_with('6')).collect();
    let (mut debit, mut credit) = (0_u64, 0_u64);
    for entry in &entries {
        let amount: u64 = entry[29..39].parse().unwrap();
        *(if matches!(entry.as_bytes()[2], b'1'..=b'4') { &mut credit } else { &mut debit }) += amount;
    }
    let hash = entries.len() as u64 * 2_100_002 % 10_000_000_000;
    let (count, lines) = (records.len(), records.len() + 4);
    let control =
        record(&[(1, &format!("8200{count:06}{hash:010}{debit:012}{credit:012}1512345678")), (80, "121042880000001")]);
    let end = record(&[(1, &format!("9000001{:06}{count:08}{hash:010}{debit:012}{credit:012}", lines.div_ceil(10)))]);
    let mut file = String::new();
    for record in [header(), batch(class)].iter().chain(records).chain([&control, &end]) {
        writeln!(file, "{record}").unwrap();
    }
    for _ in 0..(10 - lines % 10) % 10 {
        writeln!(file, "{}", "9".repeat(94)).unwrap();
    }
    file
}

fn assert_whole(file: &BankFile) {
    assert_eq!((&file.refused, &file.problems[..], &file.warnings[..]), (&None, &[][..], &[][..]), "{file:#?}");
    assert!(file.controls.iter().all(|total| total.foots()), "{:#?}", file.controls);
}

#[test]
fn real_files_have_the_stated_figures() {
    let Some(expected) = shared("bank_ach/EXPECTED.tsv") else { return };
    let expected = String::from_utf8(expected).unwrap();
    let mut seen = 0;
    for row in expected.lines().skip(1) {
        let row: Vec<&str> = row.split('\t').collect();
        let path = row[0].replace("moov/examples/testdata", "moov/testdata").replace("moov/test/", "moov/");
        let bytes = shared(&format!("bank_ach/{path}")).unwrap();
        assert_eq!(detect(&bytes), Some(Format::Nacha), "{path}");
        let file = read(&bytes, &ReadOptions::default());
        assert_eq!((file.refused.as_ref(), &file.problems[..]), (None, &[][..]), "{path}");
        let class = &file.entries().next().unwrap().codes[1];
        assert_eq!(
            (format!("{}x{}", class.code, file.statements.len()).as_str(), class.meaning.is_empty()),
            (row[1], false)
        );
        let count = |name: &str| file.controls.iter().find(|total| total.name == name).unwrap();
        assert_eq!(file.entries().count().to_string(), row[2], "{path}");
        let records: i128 = row[2].parse::<i128>().unwrap() + row[3].parse::<i128>().unwrap();
        assert_eq!(count("file_entry_addenda_count").counted.digits, records, "{path}");
        assert_eq!(count("file_batch_count").stated.digits, row[6].parse().unwrap(), "{path}");
        // Files of accounting advices have longer amounts; the figures beside the files are by the common positions.
        if class.code != "ADV" {
            assert_eq!(count("file_total_debit").stated.digits, row[8].parse().unwrap(), "{path}");
            assert_eq!(count("file_total_credit").stated.digits, row[9].parse().unwrap(), "{path}");
        }
        let mut codes: Vec<String> = Vec::new();
        for returned in file.entries().filter_map(|entry| entry.payment.returned.as_ref()) {
            codes.extend(
                returned.details.iter().filter(|(name, _)| *name == "earlier_code").map(|(_, code)| code.clone()).rev(),
            );
            codes.push(returned.code.clone());
        }
        codes.sort();
        assert_eq!(codes.join(","), if row[5].is_empty() { row[4] } else { row[5] }, "{path}");
        let differing: Vec<String> = file.differing().map(ToString::to_string).collect();
        assert_eq!(differing, [""; 0], "{path}");
        seen += 1;
    }
    assert!(seen > 40);
}

#[test]
fn a_credit_comes_from_the_company() {
    let file = nacha(&with("PPD", &[entry("22", 12_345, "US INC", 121_042_880_000_001)]));
    assert_whole(&file);
    let statement = &file.statements[0];
    assert_eq!(
        (statement.key.originator.as_str(), statement.key.account.as_str(), statement.key.statement.as_str()),
        ("12104288 1512345678", "021000021", "2026-03-05 0000001")
    );
    let entry = &statement.entries[0];
    assert_eq!(
        (entry.side, entry.amount, entry.status, entry.reversal),
        (Side::Credit, 12_345, EntryStatus::Booked, false)
    );
    assert_eq!(entry.reference.as_deref(), Some("121042880000001"));
    let company = entry.payment.counterparty.as_ref().unwrap();
    assert_eq!((company.name.as_deref(), company.id.as_deref()), (Some("ACME CORP"), Some("1512345678")));
    assert_eq!(entry.payment.customer_reference.as_deref(), Some("INV77"));
    assert_eq!(entry.value_day.unwrap().to_string(), "2026-03-05");
}

#[test]
fn addenda_that_hold_x12_become_remittance_lines() {
    let edi = "ISA*00*          *00*          *ZZ*ACME           *ZZ*US             *260304*0600*U*00401*000000001*0*P*>\\\
               GS*RA*ACME*US*20260304*0600*1*X*004010\\ST*820*0001\\BPR*C*1480*C*ACH*CTX\\TRN*1*TR9\\\
               RMR*IV*INV-1**980*1000*20\\DTM*003*20260201\\RMR*IV*INV-2**500*510\\ADX*-10*04\\SE*8*0001\\GE*1*1\\IEA*1*000000001\\";
    let pieces: Vec<char> = edi.chars().collect();
    let pieces: Vec<String> = pieces.chunks(80).map(|piece| piece.iter().collect()).collect();
    let mut records = vec![record(&[
        (1, &entry("22", 148_000, "", 7)[..54]),
        (55, &format!("{:04}", pieces.len())),
        (59, "US INC"),
        (79, "1000000000000007"),
    ])];
    records.extend(pieces.iter().zip(1..).map(|(piece, number)| addenda05(piece, number)));
    let file = nacha(&with("CTX", &records));
    assert_whole(&file);
    let payment = &file.statements[0].entries[0].payment;
    let [first, second] = &payment.remittance[..] else { panic!("{payment:#?}") };
    assert_eq!(
        (first.paid, first.discount, first.documents[0].kind),
        (Some(98_000), Some(2_000), DocumentKind::Invoice)
    );
    assert_eq!((second.adjustments[0].amount, second.adjustments[0].meaning), (-1_000, "Item not accepted: damaged"));
    assert!(payment.references.contains(&("trace", "TR9".to_owned())));
    assert!(payment.references.contains(&("receiver", "US INC".to_owned())) && payment.text.is_empty());
    assert!(first.place.line >= 4 && first.place.column > 3);

    let text = with("CCD", &[entry("22", 500, "US INC", 1), addenda05("RMR*IV*4711**5.00*6.00*1\\", 1)]);
    let bare = read(text.as_bytes(), &ReadOptions { currency: CurrencyCode::parse("KWD"), ..ReadOptions::default() });
    assert_whole(&bare);
    assert_eq!(bare.statements[0].entries[0].payment.remittance[0].paid, Some(500));
    assert_eq!(bare.statements[0].entries[0].payment.remittance[0].documents[0].number, "4711");
    let words = nacha(&with("CCD", &[entry("22", 500, "US INC", 1), addenda05("INV 4711 LESS 2%", 1)]));
    assert_eq!(words.statements[0].entries[0].payment.text, ["INV 4711 LESS 2%"]);
}

#[test]
fn returns_and_changes_say_why_and_of_what() {
    let returned = |code: &str| {
        record(&[
            (1, "799"),
            (4, code),
            (7, "021000020000009"),
            (28, "02100002"),
            (36, "ACCOUNT HELD"),
            (80, "091012980000001"),
        ])
    };
    let change = record(&[(1, "798C01021000020000009"), (28, "02100002"), (36, "1918171614"), (80, "091012980000001")]);
    let dishonoured = record(&[
        (1, "799R68021000020000009"),
        (28, "02100002"),
        (39, "091012980000001060"),
        (57, "01"),
        (59, "LATE"),
        (80, "121042880000003"),
    ]);
    let contested = record(&[
        (1, "799R73021000020000009"),
        (28, "02100002"),
        (39, "091012980000001060"),
        (57, "01121042880000003061"),
        (77, "68"),
        (80, "091012980000002"),
    ]);
    let file = nacha(&with(
        "PPD",
        &[
            entry("26", 12_354, "DOE", 1),
            returned("R01"),
            entry("21", 4_565, "ROE", 2),
            returned("R03"),
            entry("21", 0, "ROE", 3),
            change,
            entry("26", 100, "DOE", 4),
            dishonoured,
            entry("26", 100, "DOE", 5),
            contested,
            entry("23", 0, "PRENOTE", 6),
        ],
    ));
    assert_whole(&file);
    let entries = &file.statements[0].entries;
    let told: Vec<_> = entries
        .iter()
        .filter_map(|entry| entry.payment.returned.as_ref())
        .map(|told| (told.kind, told.code.as_str()))
        .collect();
    use ReturnKind::{Contested, Dishonoured, NotificationOfChange, Return};
    assert_eq!(
        told,
        [(Return, "R01"), (Return, "R03"), (NotificationOfChange, "C01"), (Dishonoured, "R68"), (Contested, "R73")]
    );
    let first = entries[0].payment.returned.as_ref().unwrap();
    assert_eq!((first.meaning, first.original_reference.as_deref()), ("Insufficient funds", Some("021000020000009")));
    assert_eq!(
        (first.text.as_slice(), entries[0].reversal, entries[0].side),
        (&["ACCOUNT HELD".to_owned()][..], true, Side::Debit)
    );
    let doe = entries[0].payment.counterparty.as_ref().unwrap();
    assert_eq!((doe.name.as_deref(), doe.account.as_deref()), (Some("DOE"), Some("4711")));
    assert_eq!(entries[1].payment.counterparty.as_ref().unwrap().name.as_deref(), Some("ROE"));
    assert_eq!(entries[2].payment.returned.as_ref().unwrap().text, ["1918171614"]);
    assert!(entries[3].payment.returned.as_ref().unwrap().details.contains(&("return_reason", "01".to_owned())));
    let statuses: Vec<bool> = entries.iter().map(|entry| entry.status == EntryStatus::Information).collect();
    assert_eq!(statuses, [false, false, true, false, false, true]);
    assert_eq!(file.sums()[0].1, 4_565);
}

#[test]
fn lines_may_be_short_or_none_at_all() {
    let text = with("PPD", &[entry("22", 500, "CAFÉ ÜBER", 1), entry("27", 700, "B", 2)]);
    let plain = nacha(&text);
    assert_whole(&plain);
    let amounts = |file: &BankFile| {
        file.entries()
            .map(|entry| (entry.signed(), entry.payment.counterparty.clone().unwrap().name))
            .collect::<Vec<_>>()
    };
    assert_eq!(amounts(&plain), [(500, Some("ACME CORP".to_owned())), (-700, Some("B".to_owned()))]);
    assert!(plain.statements[0].entries[0].payment.references.contains(&("receiver", "CAFÉ ÜBER".to_owned())));
    let short: String = text.lines().map(|line| format!("{}\n", line.trim_end())).collect();
    let without_filling: String =
        text.lines().filter(|line| !line.starts_with("9999")).map(|line| format!("{line}\n")).collect();
    let latin: Vec<u8> = text.chars().map(|letter| u8::try_from(u32::from(letter)).unwrap()).collect();
    let several = [text.clone(), text.clone()].concat();
    for variant in [
        short,
        text.replace('\n', "\r\n"),
        text.replace('\n', "\r"),
        text.replace('\n', ""),
        format!("\u{FEFF}{text}"),
        without_filling,
        text.replace('\n', "   \n\n"),
    ] {
        let file = nacha(&variant);
        assert_whole(&file);
        assert_eq!(amounts(&file), amounts(&plain), "{variant}");
    }
    assert!(
        read(&latin, &ReadOptions::default()).statements[0].entries[0]
            .payment
            .references
            .contains(&("receiver", "CAFÉ ÜBER".to_owned()))
    );
    let twice = nacha(&several);
    assert_whole(&twice);
    assert_eq!(twice.statements[1].entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>(), [3, 4]);
}

#[test]
fn wrong_totals_bind_by_name_and_cut_files_are_refused() {
    let text = with("PPD", &[entry("22", 500, "A", 1)]);
    let file = nacha(&text.replace("0000000500INV77", "0000000501INV77").replace("604710210", "604710211"));
    let names: Vec<&str> = file.differing().map(|total| total.name).collect();
    assert_eq!(names, ["batch_total_credit", "file_total_credit"]);
    let file = nacha(&text.replace("622021000021", "622021000031").replace("820000000100", "820000000200"));
    let names: Vec<&str> = file.differing().map(|total| total.name).collect();
    assert_eq!(names, ["batch_entry_addenda_count", "batch_entry_hash", "file_entry_hash"]);
    let blocks = nacha(&text.replace("9000001000001", "9000001000007"));
    assert_eq!((blocks.differing().count(), blocks.warnings[0].code), (0, "file_block_count"));
    let code = |text: &str| nacha(text).refused.map(|refusal| refusal.code());
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((code(&lines[..3].join("\n")), code(&lines[..4].join("\n"))), (Some("truncated"), Some("truncated")));
    assert_eq!(code(&[lines[0], lines[2]].join("\n")), Some("not_readable"));
    assert_eq!(code(&[lines[0], "HELLO"].join("\n")), Some("not_readable"));
    let bad = nacha(&text.replace("0000000500INV77", "00000005X0INV77"));
    assert_eq!(bad.problems[0].code, "bad_amount");
}

#[test]
fn an_entry_hash_keeps_its_last_ten_digits() {
    let many: Vec<String> = (0..6_000).map(|trace| entry("22", 100, "A", trace)).collect();
    let file = nacha(&with("PPD", &many));
    assert_whole(&file);
    let hash = file.controls.iter().find(|total| total.name == "file_entry_hash").unwrap();
    assert_eq!(hash.stated.digits, 6_000 * 2_100_002 - 10_000_000_000);
}

#[test]
fn limits_are_refused_by_name() {
    let limit =
        |limits: Limits, text: &str| match read(text.as_bytes(), &ReadOptions { limits, ..ReadOptions::default() })
            .refused
        {
            Some(Refusal::TooLarge { limit }) => limit,
            other => panic!("{other:?}"),
        };
    let mut long = vec![entry("22", 500, "A", 1)];
    long.extend((0..20_000).map(|number| addenda05("X", number % 10_000)));
    assert!(limit(Limits::STANDARD, &with("CTX", &long)).contains("addenda"));
    let many: Vec<String> = (0..5).map(|trace| entry("22", 500, "A", trace)).collect();
    assert!(limit(Limits { entries: 5, ..Limits::STANDARD }, &with("PPD", &many)).contains("entries"));
}
