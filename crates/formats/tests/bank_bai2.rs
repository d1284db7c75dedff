//! BAI2 files as banks send them: figures of real files, and what the format allows.

mod real;

use dunwell_formats::bank::{
    BalanceKind, BankFile, EntryStatus, Format, Funds, FundsPart, Limits, ReadOptions, Refusal, ReturnKind, Side,
    Standing, detect, read,
};
use dunwell_formats::currency::CurrencyCode;
use real::shared;

fn bai2(text: &str) -> BankFile {
    read(text.as_bytes(), &ReadOptions::default())
}

/// A file of one group and one account with these lines in it, whose totals foot.
fn with(account: &str, lines: &str, total: i64) -> BankFile {
    let records = 2 + lines.lines().count();
    bai2(&format!(
        "01,BANK,US,260304,0600,1,,,2/\n02,US,BANK,1,260303,2400,,2/\n{account}\n{lines}\n49,{total},{records}/\n\
         98,{total},1,{}/\n99,{total},1,{}/\n",
        records + 2,
        records + 4
    ))
}

/// Names of the wrong totals that bind, and of those that only warn.
fn wrong(file: &BankFile) -> (Vec<&str>, Vec<&str>) {
    let binding = file.differing().map(|total| total.name).collect();
    (binding, file.controls.iter().filter(|total| !total.binding && !total.foots()).map(|total| total.name).collect())
}

#[test]
fn real_files_have_the_stated_figures() {
    // File, statements, entries, sum of the entries' amounts, the file's own total, wrong binding totals.
    let files = [
        ("sample1.txt", 2, 17, 640_000, 1_280_000, 0),
        ("sample2.txt", 5, 4, 30_950_000, 345_450_000, 0),
        ("sample3.txt", 15, 26, 99_131, 2_508_440, 0),
        ("sample4-continuations-newline-delimited.txt", 5, 17, 31_949_786, 13_060_195_162, 3),
        ("sample5-issue113.txt", 5, 20, 3_830_414_636, 13_060_195_162, 3),
        ("spec-section3.txt", 1, 1, 1_500_000, 72_000_000, 0),
        ("production-omitted-currency-status.txt", 1, 0, 0, 0, 0),
        ("production-spaces.txt", 1, 0, 0, 500_000, 0),
        ("production-utf8-bom.txt", 1, 0, 0, 500_000, 0),
    ];
    for (name, statements, entries, amounts, total, wrong_totals) in files {
        let Some(bytes) = shared(&format!("bank_bai2/moov/{name}")) else { return };
        assert_eq!(detect(&bytes), Some(Format::Bai2), "{name}");
        let file = read(&bytes, &ReadOptions::default());
        assert_eq!((file.refused.as_ref(), &file.problems[..]), (None, &[][..]), "{name}");
        assert_eq!((file.statements.len(), file.entries().count()), (statements, entries), "{name}");
        assert_eq!(file.entries().map(|entry| entry.amount).sum::<i64>(), amounts, "{name}");
        let stated = file.controls.iter().find(|control| control.name == "file_control_total").unwrap();
        assert_eq!(stated.stated.digits, total, "{name}");
        let totals: Vec<String> = file.differing().map(ToString::to_string).collect();
        assert_eq!(totals.len(), wrong_totals, "{name}: {totals:#?}");
        let counts: Vec<&str> = wrong(&file).1;
        assert_eq!(counts.contains(&"file_record_count"), wrong_totals > 0, "{name}: {counts:?}");
    }
}

#[test]
fn what_is_no_bai2_file_is_refused() {
    if let Some(bytes) = shared("bank_bai2/moov/errors/sample-parseError.txt") {
        assert_eq!(read(&bytes, &ReadOptions::default()).refused, Some(Refusal::UnknownFormat));
        let told = ReadOptions { format: Some(Format::Bai2), ..ReadOptions::default() };
        assert!(matches!(read(&bytes, &told).refused, Some(Refusal::NotReadable { .. })));
    }
    let code = |text: &str| bai2(text).refused.map(|refusal| refusal.code());
    assert_eq!(code("01,A,B,260304,0600,1,,,1/\n99,0,0,2/"), Some("not_readable"));
    assert_eq!(code("01,A,B,260304,0600,1,,,2/\n02,,A,1,260303,,,/\n98,0,0,2/\n"), Some("truncated"));
    assert_eq!(code("01,A,B,260304,0600,1,,,2/\n02,,A,1,260303,,,/\n03,1,,/\n16,165,100,,,,X\n"), Some("truncated"));
    assert_eq!(code("01,A,B,260304,0600,1,,,2/\n16,165,100,,,,X/\n"), Some("not_readable"));
    assert_eq!(code("01,A,B,260304,0600,1,,,2/\nhello\n"), Some("not_readable"));
    let undated = bai2("01,A,B,260304,0600,1,,,2/\n02,,A,1,,,,/\n98,0,0,2/\n99,0,1,4/\n");
    assert_eq!((undated.refused, undated.problems[0].code), (None, "no_as_of_date"));
}

#[test]
fn the_specification_s_example_is_understood() {
    let Some(bytes) = shared("bank_bai2/moov/spec-section3.txt") else { return };
    // The format says what an omitted currency is; the caller's is for formats that do not.
    let file = read(&bytes, &ReadOptions { currency: CurrencyCode::parse("KWD"), ..ReadOptions::default() });
    let statement = &file.statements[0];
    assert_eq!(
        (statement.key.originator.as_str(), statement.key.account.as_str(), statement.key.statement.as_str()),
        ("122099999", "0975312468", "2004-06-20")
    );
    assert_eq!((statement.standing, statement.currency.unwrap().as_str()), (Standing::Final, "USD"));
    assert_eq!(statement.balance(BalanceKind::Opening).unwrap().amount, 500_000);
    assert_eq!((statement.summaries[0].amount, statement.summaries[0].count), (Some(70_000_000), Some(4)));
    let entry = &statement.entries[0];
    assert_eq!((entry.side, entry.amount, &entry.funds), (Side::Credit, 1_500_000, &Funds::NextDay));
    assert_eq!((entry.codes[0].code.as_str(), entry.codes[0].meaning), ("165", "Preauthorized ACH credit"));
    assert_eq!(entry.payment.bank_reference.as_deref(), Some("DD1620"));
    assert_eq!(entry.payment.text, ["DEALER PAYMENTS"]);
}

#[test]
fn texts_keep_their_commas_and_slashes_and_continuations() {
    let file = with(
        "03,4711,USD,,,,/",
        "16,165,100,Z,B/1,C1,INV 48129, 48131/48132 09/16,22/\n88,http://x/y, and 16,5 kg of 7/88,1/\n88,/\n16,475,250,V,260305,1200,,1077/",
        350,
    );
    assert_eq!((wrong(&file), file.problems.len(), file.warnings.len()), ((vec![], vec![]), 0, 0), "{file:#?}");
    let entries = &file.statements[0].entries;
    assert_eq!(entries[0].payment.text, ["INV 48129, 48131/48132 09/16,22", "http://x/y, and 16,5 kg of 7/88,1"]);
    assert_eq!(entries[0].payment.bank_reference.as_deref(), Some("B/1"));
    assert_eq!((entries[1].side, entries[1].sequence), (Side::Debit, 2));
    assert_eq!(entries[1].value_day.unwrap().to_string(), "2026-03-05");
    assert_eq!((entries[1].place.line, entries[0].place.line), (7, 4));
}

#[test]
fn records_may_share_a_line_or_be_all_in_one() {
    let rows = [
        "01,BANK,US,260304,0600,1,,,2/",
        "02,US,BANK,1,260303,2400,,2/",
        "03,1,,010,100,,,015,300/",
        "88,,/",
        "16,165,200,S,50,50,100,,,A/B PAYS 1/2/",
        "88,NEXT/",
        "49,600,5/",
        "98,600,1,7/",
        "99,600,1,9/",
    ];
    let whole = bai2(&rows.join("\n"));
    assert_eq!((wrong(&whole), whole.refused.is_none()), ((vec![], vec![]), true), "{whole:#?}");
    assert_eq!(whole.statements[0].entries[0].payment.text, ["A/B PAYS 1/2", "NEXT"]);
    let parts =
        vec![FundsPart { days: 0, amount: 50 }, FundsPart { days: 1, amount: 50 }, FundsPart { days: 2, amount: 100 }];
    assert_eq!(whole.statements[0].entries[0].funds, Funds::Parts(parts));
    assert_eq!(whole.statements[0].balance(BalanceKind::Closing).unwrap().amount, 300);
    let places = |mut file: BankFile| {
        for statement in &mut file.statements {
            statement.place = Default::default();
            statement.balances.iter_mut().for_each(|balance| balance.place = Default::default());
            statement.entries.iter_mut().for_each(|entry| entry.place = Default::default());
        }
        file.statements
    };
    let plain = places(whole);
    for ending in [" ", "\r", "\r\n", "\n\n", "   \t"] {
        assert_eq!(places(bai2(&rows.join(ending))), plain, "{ending:?}");
    }
    let bom: Vec<u8> = rows.join("\r\n").encode_utf16().fold(vec![0xFF, 0xFE], |mut bytes, unit| {
        bytes.extend(unit.to_le_bytes());
        bytes
    });
    assert_eq!(places(read(&bom, &ReadOptions::default())), plain);
    let fixed: String = rows.map(|row| format!("{row:<80}")).concat().replace("0600,1,,,2/  ", "0600,1,80,,2/");
    assert_eq!(places(bai2(&fixed)), plain);
}

#[test]
fn one_account_in_several_blocks_is_numbered_through() {
    let block = "03,1,,/\n16,165,100,,,,A/\n16,165,100,,,,A/\n49,200,4/\n";
    let other = "03,2,JPY,/\n16,165,100,,,,A/\n49,100,3/\n";
    let file = bai2(&format!(
        "01,BANK,US,260304,0600,1,,,2/\n02,US,BANK,1,260303,2400,,2/\n{block}{other}{block}98,500,3,13/\n99,500,1,15/"
    ));
    assert_eq!((wrong(&file), file.warnings.len()), ((vec![], vec![]), 0), "{file:#?}");
    let numbers = |at: usize| file.statements[at].entries.iter().map(|entry| entry.sequence).collect::<Vec<_>>();
    assert_eq!((numbers(0), numbers(1), numbers(2)), (vec![1, 2], vec![1], vec![3, 4]));
    assert_eq!(file.statements[0].key, file.statements[2].key);
    assert_eq!(file.statements[1].entries[0].currency.as_str(), "JPY");
}

#[test]
fn wrong_sums_bind_and_wrong_counts_warn_each_by_name() {
    let file = bai2(
        "01,BANK,US,260304,0600,1,,,2/\n02,US,BANK,4,260303,2400,,2/\n03,1,,010,100,,/\n16,165,100,,,,A/\n49,201,9/\n98,200,2,4/\n99,300,1,8/",
    );
    assert_eq!(
        wrong(&file),
        (
            vec!["account_control_total", "group_control_total", "file_control_total"],
            vec!["account_record_count", "group_account_count", "group_record_count", "file_record_count"]
        )
    );
    let codes: Vec<&str> = file.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!(codes, wrong(&file).1);
    assert_eq!(
        (file.refused, file.statements[0].standing, file.statements[0].entries.len()),
        (None, Standing::Test, 1)
    );
}

#[test]
fn a_blank_total_stands_for_nothing_and_only_for_that() {
    let text = |entry: &str, records: usize| {
        format!(
            "01,BANK,US,260304,0600,1,,,2/\n02,US,BANK,1,260303,2400,,2/\n03,1,/\n{entry}49,,{records}/\n98,0,1,{}/\n99,0,1,{}/",
            records + 2,
            records + 4
        )
    };
    let nothing = bai2(&text("", 2));
    assert_eq!(nothing.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(), ["control_total_missing"]);
    assert!(nothing.problems.is_empty() && nothing.refused.is_none());
    let something = bai2(&text("16,165,100,,,,A/\n", 3));
    assert_eq!(something.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["control_total_missing"]);
}

#[test]
fn what_a_code_means_decides_the_side_and_what_is_wrong_is_said() {
    let file = with(
        "03,4711,USD,/",
        "16,555,100,,,,RETURNED R01 NSF/\n16,890,,,,,NOTE/\n16,945,70,,,,OWN CREDIT/\n16,16X,5,,,,BAD/\n16,165,1.00,,,,BAD/\n16,165,-30,,,,TAKEN BACK/\n16,165,9,D,2,0,4,1,5,B,C,TWO PARTS/",
        154,
    );
    assert_eq!(wrong(&file), (vec![], vec![]), "{file:#?}");
    let problems: Vec<(&str, u64)> = file.problems.iter().map(|problem| (problem.code, problem.place.line)).collect();
    assert_eq!(problems, [("bad_type_code", 7), ("bad_amount", 8)]);
    let entries = &file.statements[0].entries;
    assert_eq!((entries[0].side, entries[0].reversal), (Side::Debit, true));
    let returned = entries[0].payment.returned.as_ref().unwrap();
    assert_eq!((returned.kind, returned.code.as_str()), (ReturnKind::Return, "R01"));
    assert_eq!((entries[1].status, entries[2].side), (EntryStatus::Information, Side::Credit));
    assert_eq!((entries[5].side, entries[5].amount), (Side::Debit, 30));
    assert_eq!(entries[6].payment.text, ["TWO PARTS"]);
}

#[test]
fn remittance_that_the_bank_put_into_the_text_is_read_as_in_addenda() {
    let edi = "16,142,150000,,R1,,ACME CORP DES:PAYMENT PMT INFO:RMR*IV*INV-77**1000.00\\RMR*IV*INV\n\
               88,-78**500.00*520.00*20.00\\ TRACE 99";
    let file = with("03,4711,USD,/", edi, 150_000);
    assert_eq!((wrong(&file), file.problems.len(), file.warnings.len()), ((vec![], vec![]), 0, 0), "{file:#?}");
    let payment = &file.entries().next().unwrap().payment;
    let lines: Vec<(&str, Option<i64>, i64)> = payment
        .remittance
        .iter()
        .map(|line| (line.documents[0].number.as_str(), line.paid, line.discount.unwrap_or(0)))
        .collect();
    assert_eq!(lines, [("INV-77", Some(100_000), 0), ("INV-78", Some(50_000), 2_000)]);
    assert_eq!(payment.text, ["ACME CORP DES:PAYMENT PMT INFO:", "TRACE 99"]);
    // What is not read as a line stays text.
    let twice = "16,142,150000,,,,PMT INFO:RMR*IV*48129**1000.00\\PMT INFO:RMR*IV*48130**500.00\\";
    let file = with("03,4711,USD,/", twice, 150_000);
    let payment = &file.entries().next().unwrap().payment;
    assert!(payment.text[0].contains("48130**500.00"), "{payment:?}");
    // Amounts within EDI are dollars; a word that ends like a segment begins is none.
    for (account, text) in [("03,4711,EUR,/", edi), ("03,4711,USD,/", "16,142,150000,,R1,,ACME FORMR*IV*77**1\\")] {
        let file = with(account, text, 150_000);
        let payment = &file.entries().next().unwrap().payment;
        assert!(payment.remittance.is_empty() && payment.text[0].contains("MR*IV*"), "{payment:?}");
    }
}

#[test]
fn version_3_is_read_with_a_warning_and_a_code_without_a_side_takes_nothing_from_the_others() {
    let text = "01,A,B,260304,0600,1,,,3/\n02,,A,1,260303,,,/\n03,1,,/\n16,165,100,,,,X/\n16,710,40,,,,Y/\n\
                49,140,4/\n98,140,1,6/\n99,140,1,8/\n";
    let file = bai2(text);
    let warnings: Vec<&str> = file.warnings.iter().map(|warning| warning.code).collect();
    assert_eq!((&file.refused, file.problems.len(), warnings), (&None, 0, vec!["version_3", "type_code_without_side"]));
    let statuses: Vec<EntryStatus> = file.entries().map(|entry| entry.status).collect();
    assert_eq!((file.version.as_str(), statuses), ("3", vec![EntryStatus::Booked, EntryStatus::Information]));
}

#[test]
fn limits_are_refused_by_name() {
    let limit =
        |limits: Limits, text: String| match read(text.as_bytes(), &ReadOptions { limits, ..ReadOptions::default() })
            .refused
        {
            Some(Refusal::TooLarge { limit }) => limit,
            other => panic!("{other:?}"),
        };
    let head = "01,BANK,US,260304,0600,1,,,2/\n02,US,BANK,1,260303,2400,,2/\n03,1,,/\n";
    let long = format!("{head}16,165,1,,,,{}", "x".repeat(2_000_000));
    assert!(limit(Limits::STANDARD, long).contains("record"));
    let many = format!("{head}16,165,1,,,,{}", "\n88,x".repeat(300_000));
    assert!(limit(Limits::STANDARD, many).contains("record"));
    let few = Limits { entries: 3, ..Limits::STANDARD };
    assert!(limit(few, format!("{head}{}", "16,165,1,,,,x/\n".repeat(3))).contains("entries"));
    let small = Limits { bytes: 20, ..Limits::STANDARD };
    assert!(limit(small, head.to_owned()).contains("bytes"));
}
