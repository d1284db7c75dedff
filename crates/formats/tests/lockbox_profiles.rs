//! Profiles of lockbox files: the examples of the reference read files, and what is wrong with one is said with its place.

use dunwell_formats::bank::{BankFile, BankProfile, Format, ReadOptions, read};
use proptest::prelude::*;

/// The examples of the reference page, in its order.
fn examples() -> Vec<BankProfile> {
    let page = include_str!("../../../docs/reference/bank-lockbox.md");
    let texts = page.split("```toml\n").skip(1).filter_map(|rest| rest.split("```").next());
    texts.map(|text| BankProfile::parse(text).unwrap_or_else(|why| panic!("{why}:\n{text}"))).collect()
}

fn by(profile: &BankProfile, text: &str) -> BankFile {
    read(text.as_bytes(), &ReadOptions::default().by(profile.clone()))
}

/// What checks pay: cents, check, payer; and of each document number, cents and discount.
fn told(file: &BankFile) -> Vec<String> {
    let lines = |entry: &dunwell_formats::bank::Entry| -> String {
        let lines = entry.payment.remittance.iter();
        lines.map(|line| format!("; {} {:?} {:?}", line.documents[0].number, line.paid, line.discount)).collect()
    };
    file.entries()
        .map(|entry| {
            let payer = entry.payment.counterparty.as_ref().and_then(|party| party.name.clone()).unwrap_or_default();
            let check = entry.payment.customer_reference.clone().unwrap_or_default();
            format!("{} {} {check} {payer}{}", entry.signed(), entry.currency, lines(entry))
        })
        .collect()
}

#[test]
fn the_columns_of_a_bank_are_read_by_its_profile() {
    let profile = &examples()[0];
    assert_eq!((profile.source(), profile.format()), ("west-lockbox", Some(Format::Lockbox)));
    let rows = [
        "100US COMPANYBANKORIGIN2603040600".to_owned(),
        "50010000012345260304US COMPANYBANKORIGIN".to_owned(),
        format!(
            "6001001{:010}{:9}{:10}{:9}{:20}{:12}{:010}",
            90_000, "021000021", "5788", "1077", "ACME CORP", "INV-1", 50_000
        ),
        format!("4001001 019{:12}{:010}{:08}{:12}{:010}{:08}", "INV-2", 30_000, 600, "INV-3", 10_000, 0),
        format!("70010000012345260304{:03}{:010}", 1, 90_000),
        format!("80010000012345260304{:04}{:010}", 1, 90_000),
        "9000007".to_owned(),
    ];
    let text: String = rows.iter().map(|row| format!("{row:<100}\n")).collect();
    let file = by(profile, &text);
    assert_eq!((&file.refused, &file.problems[..], file.control_totals_ok()), (&None, &[][..], true), "{file:?}");
    assert_eq!(
        told(&file),
        ["90000 USD 1077 ACME CORP; INV-1 Some(50000) None; INV-2 Some(30000) Some(600); INV-3 Some(10000) Some(0)"]
    );
    let without = read(text.as_bytes(), &ReadOptions { format: Some(Format::Lockbox), ..ReadOptions::default() });
    assert_ne!(told(&without), told(&file), "what most banks send is another thing");
}

#[test]
fn the_names_of_a_bank_are_read_by_its_profile() {
    let profile = &examples()[1];
    assert_eq!((profile.source(), profile.format()), ("nord-lockbox", Some(Format::LockboxCsv)));
    let text = "Postfach;Tag;Nr;Scheckbetrag;Schecknummer;Aussteller;Rechnung;Bezahlt;Skonto\n\
                77;04.03.2026;1;1.010,50;1077;Acme;INV-1;1.000,00;20,00\n\
                77;04.03.2026;1;1.010,50;1077;Acme;INV-2;10,50;\n\
                77;04.03.2026;2;5,00;1078;Beta;;;\n";
    let file = by(profile, text);
    assert_eq!((&file.refused, &file.problems[..]), (&None, &[][..]), "{file:?}");
    assert_eq!(
        told(&file),
        ["101050 EUR 1077 Acme; INV-1 Some(100000) Some(2000); INV-2 Some(1050) None", "500 EUR 1078 Beta"]
    );
    let key = &file.statements[0].key;
    assert_eq!(
        (key.originator.as_str(), key.account.as_str(), key.statement.as_str()),
        ("NORDBANK", "77", "2026-03-04")
    );
}

#[test]
fn a_mark_that_is_left_out_is_the_other_one() {
    let table = [
        ("thousands_mark = \".\"", "2.500", 250_000),
        ("thousands_mark = \".\"", "2.500,25", 250_025),
        ("thousands_mark = \",\"", "2,500.25", 250_025),
        ("decimal_mark = \",\"", "2.500,25", 250_025),
        ("decimal_mark = \".\"", "2,500.25", 250_025),
    ];
    for (marks, amount, minor) in table {
        let profile = format!("source = \"a\"\nformat = \"lockbox-csv\"\n{marks}\n");
        let file =
            by(&BankProfile::parse(&profile).unwrap(), &format!("Lockbox;Check Number;Check Amount\n1;7;{amount}\n"));
        let amounts: Vec<i64> = file.entries().map(|entry| entry.amount).collect();
        assert_eq!(amounts, [minor], "{marks} {amount}: {file:?}");
    }
}

#[test]
fn a_profile_of_a_source_alone_reads_the_names_that_most_banks_use() {
    let profile = BankProfile::parse("source = \"first\"\nformat = \"lockbox-csv\"\n").unwrap();
    let file = by(&profile, "Lockbox,Check Number,Check Amount,Invoice\n1,7,5.00,INV-1\n");
    assert_eq!(
        (told(&file), file.statements[0].key.originator.as_str()),
        (vec!["500 USD 7 ; INV-1 None None".to_owned()], "first")
    );
    let standard = BankProfile::parse("source = \"first\"\nformat = \"lockbox\"\n").unwrap();
    assert_eq!(standard.format(), Some(Format::Lockbox));
}

#[test]
fn what_is_wrong_with_a_profile_is_said_with_its_place() {
    let why = |text: &str| BankProfile::parse(text).map_or_else(|why| why.to_string(), |_| "read".to_owned());
    let lockbox = |rest: &str| why(&format!("source = \"a\"\nformat = \"lockbox\"\n{rest}"));
    let csv = |rest: &str| why(&format!("source = \"a\"\nformat = \"lockbox-csv\"\n{rest}"));
    let table = [
        (
            why("source = \"a\"\nformat = \"bai2\"\n"),
            "line 2, column 10: no profile is of the format 'bai2'; write lockbox",
        ),
        (why("format = \"lockbox\"\n"), "line 1, column 1: missing field `source`"),
        (lockbox("[check]\nrouting = [18, 26]\n"), "line 3, column 1: missing field `amount`"),
        (
            lockbox("[check]\namount = [8, 17]\npayer = [17, 20]\n"),
            "line 5, column 9: columns 17 to 20 are taken already, by 8 to 17",
        ),
        (lockbox("[check]\namount = [17, 8]\n"), "line 4, column 10: columns are from and to, between 8 and 80"),
        (lockbox("[check]\namount = [2, 8]\n"), "line 4, column 10: columns are from and to, between 8 and 80"),
        (lockbox("[overflow]\ndocuments = [{ number = [12, 81] }]\n"), "line 4, column 25: columns are from and to"),
        (lockbox("length = 0\n"), "line 3, column 10: records are between 9 and 1000 columns long"),
        (lockbox("lenght = 80\n"), "line 3, column 1: unknown field `lenght`"),
        (csv("[columns]\npayer = [\"P\"]\n"), "line 3, column 1: no amount of the check: map check_amount"),
        (csv("[columns]\nchek = [\"P\"]\n"), "line 4, column 1: unknown variant `chek`"),
        (csv("date_format = \"soon\"\n"), "line 3, column 15: 'soon' is no date format"),
        (csv("decimal_mark = \";\"\n"), "line 3, column 16: ';' is no such mark"),
        (csv("currency = \"US\"\n"), "line 3, column 12: 'US' is no ISO 4217 currency code"),
        (why("source = \"\"\nformat = \"lockbox-csv\"\n"), "line 1, column 10: the source needs a name"),
        // Of a table nothing is said.
        (why("source = \"a\"\n[columns]\nbooking_day = [\"D\"]\n"), "no amounts: map amount, or credit and debit"),
    ];
    for (told, expected) in table {
        assert!(told.contains(expected), "{told}\nexpected: {expected}");
    }
}

/// Pieces of profiles, put together in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("source = \"a\"\n".to_owned()),
        Just("format = \"lockbox\"\n".to_owned()),
        Just("format = \"lockbox-csv\"\n".to_owned()),
        Just("[check]\n".to_owned()),
        Just("[overflow]\n".to_owned()),
        Just("[columns]\ncheck_amount = [\"A\", \"\"]\n".to_owned()),
        Just("decimal_mark = \",\"\n".to_owned()),
        (0_usize..2_000).prop_map(|length| format!("length = {length}\n")),
        (any::<u64>(), 0_usize..120).prop_map(|(from, to)| format!("amount = [{from}, {to}]\n")),
        (0_usize..90, 0_usize..120).prop_map(|(from, to)| format!("amount = [{from}, {to}]\n")),
        (0_usize..90, 0_usize..90).prop_map(|(from, to)| format!("documents = [{{ number = [{from}, {to}] }}]\n")),
        "[ -~äß\n]{0,12}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_of_a_profile_panics_and_what_it_reads_panics_no_reader(text in pieces(), file in "[0-9A-Z ,;\n]{0,300}") {
        match BankProfile::parse(&text) {
            Ok(profile) => {
                by(&profile, &file);
                by(&profile, &format!("100US COMPANYBANKORIGIN2603040600\n5001001\n6{file}"));
            }
            Err(why) => prop_assert!(why.line > 0 && why.column > 0, "{}", why),
        }
    }
}
