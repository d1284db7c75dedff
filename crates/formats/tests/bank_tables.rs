//! Bank statements as tables: where amounts stand, how rows are ordered, and what shows that one is missing.

use dunwell_formats::bank::by_profile::{SHIPPED, StatementProfile};
use dunwell_formats::bank::{BalanceKind, BankFile, EntryStatus, Format, ReadOptions, read};

fn by(profile: &StatementProfile, text: &str) -> BankFile {
    let options = ReadOptions { profile: Some(Box::new(profile.clone())), ..ReadOptions::default() };
    read(text.as_bytes(), &options)
}

fn plain(text: &str) -> BankFile {
    let mut profile = StatementProfile::shipped("plain").unwrap();
    profile.currency = dunwell_formats::currency::CurrencyCode::parse("USD");
    by(&profile, text)
}

fn signed(file: &BankFile) -> Vec<i64> {
    file.entries().map(|entry| entry.signed()).collect()
}

fn code(file: &BankFile) -> &'static str {
    file.refused.as_ref().map_or("accepted", |why| why.code())
}

#[test]
fn amounts_stand_in_one_column_or_in_two_or_beside_their_side() {
    let table = [
        ("Date,Description,Amount\n2026-03-04,INV 1,10.50\n2026-03-05,Fee,-2\n", vec![1050, -200]),
        (
            "Date,Description,Debit,Credit\n2026-03-04,INV 1,,10.50\n2026-03-05,Fee,2.00,\n2026-03-06,Fee,-3.00,0.00\n",
            vec![1050, -200, -300],
        ),
        ("Date,Description,Amount,CR/DR\n2026-03-04,INV 1,10.50,CR\n2026-03-05,Fee,2.00,D\n", vec![1050, -200]),
        (
            "Date,Description,Money in,Money out\n2026-03-04,INV 1,\"1,010.50\",\n2026-03-05,Fee,,2.00\n",
            vec![101_050, -200],
        ),
    ];
    for (text, amounts) in table {
        let file = plain(text);
        assert_eq!(
            (code(&file), signed(&file), file.format),
            ("accepted", amounts, Some(Format::Csv)),
            "{text}: {file:?}"
        );
    }
    let card = StatementProfile::parse(
        "source = \"card\"\ncurrency = \"USD\"\nsign = \"debit_positive\"\n[columns]\nbooking_day = [\"Date\"]\namount = [\"Amount\"]\n",
    );
    assert_eq!(signed(&by(&card.unwrap(), "Date,Amount\n2026-03-04,5.00\n2026-03-05,-7.00\n")), [-500, 700]);
}

#[test]
fn titles_before_the_header_name_account_and_balances() {
    let text = "First Bank\nAccount number: 123 456 789\nCurrency,EUR\nOpening balance,100.00\nClosing balance,\"1,104.50\"\n\n\
        Date,Value date,Description,Payer,Amount\n04/03/2026,05/03/2026,INV 48129,Acme,\"1,010.50\"\n14/03/2026,14/03/2026,Fee,,-6.00\nTotal,,,,\"1,004.50\"\n";
    let file = plain(text);
    assert_eq!((code(&file), file.control_totals_ok(), signed(&file)), ("accepted", true, vec![101_050, -600]));
    let statement = &file.statements[0];
    assert_eq!(
        (statement.key.account.as_str(), statement.key.statement.as_str()),
        ("123456789", "2026-03-04/2026-03-14")
    );
    assert_eq!(statement.balance(BalanceKind::Closing).unwrap().amount, 110_450);
    let entry = &statement.entries[0];
    assert_eq!((entry.place.line, entry.currency.as_str()), (8, "EUR"));
    assert_eq!(entry.payment.counterparty.as_ref().unwrap().name.as_deref(), Some("Acme"));
    let one_lost = plain(&text.replace("04/03/2026,05/03/2026,INV 48129,Acme,\"1,010.50\"\n", ""));
    assert_eq!(one_lost.differing().map(|total| total.name).collect::<Vec<_>>(), ["closing_balance"]);
}

#[test]
fn running_balances_foot_from_either_end_and_show_a_missing_row() {
    let head = "Date,Description,Amount,Balance\n";
    let rows = ["2026-03-06,C,-3.00,17.00\n", "2026-03-05,B,10.00,20.00\n", "2026-03-04,A,5.00,10.00\n"];
    let newest_first = plain(&format!("{head}{}", rows.concat()));
    let oldest_first = plain(&format!("{head}{}{}{}", rows[2], rows[1], rows[0]));
    for file in [&newest_first, &oldest_first] {
        assert_eq!((file.control_totals_ok(), signed(file)), (true, vec![500, 1_000, -300]), "{file:?}");
        let balance = |kind| file.statements[0].balance(kind).unwrap().amount;
        assert_eq!((balance(BalanceKind::Opening), balance(BalanceKind::Closing)), (500, 1_700));
    }
    let gap = plain(&format!("{head}{}{}", rows[0], rows[2]));
    let wrong: Vec<String> =
        gap.differing().map(|total| format!("{} {}: {}", total.name, total.place, total.counted)).collect();
    assert_eq!(wrong, ["running_balance line 2: 7.00"]);
}

#[test]
fn a_row_that_cannot_be_read_refuses_the_file() {
    let head = "Date,Description,Amount\n2026-03-04,A,5.00\n";
    assert_eq!(code(&plain(&format!("{head}2026-03-05,B,five\n"))), "not_readable");
    assert_eq!(code(&plain(&format!("{head}2026-02-30,B,5\n"))), "not_readable");
    assert_eq!(code(&plain(&format!("{head}2026-03-05,B,5.001\n"))), "not_readable");
    assert_eq!(code(&plain(&format!("{head}2026-03-05,B,\n"))), "not_readable");
    assert_eq!(code(&plain(&format!("{head},B,\n"))), "accepted");
    assert_eq!(
        code(&plain("Date,Amount\n3/4/2026,1.00\n5/6/2026,1.00\n")),
        "not_readable",
        "nobody guesses the order of days"
    );
    assert_eq!(code(&plain("Name,Colour\nA,B\n")), "no_profile");
    assert_eq!(
        code(&read(head.as_bytes(), &ReadOptions { format: Some(Format::Csv), ..ReadOptions::default() })),
        "no_profile"
    );
    let profile = StatementProfile::shipped("plain").unwrap();
    assert_eq!(code(&by(&profile, head)), "not_readable", "no currency is named");
}

#[test]
fn the_german_export_reads_by_its_profile() {
    let text = "\"Auftragskonto\";\"Buchungstag\";\"Valutadatum\";\"Buchungstext\";\"Verwendungszweck\";\"Kundenreferenz (End-to-End)\";\
        \"Beguenstigter/Zahlungspflichtiger\";\"Kontonummer/IBAN\";\"BIC (SWIFT-Code)\";\"Betrag\";\"Waehrung\";\"Info\"\n\
        \"DE89370400440532013000\";\"04.03.26\";\"04.03.26\";\"GUTSCHRIFT\";\"Rechnung 48129\";\"NOTPROVIDED\";\"Nordlicht GmbH\";\
        \"NL91 ABNA 0417 1643 00\";\"ABNANL2A\";\"1.010,50\";\"EUR\";\"Umsatz gebucht\"\n\
        \"DE89370400440532013000\";\"05.03.26\";\"05.03.26\";\"LASTSCHRIFT\";\"Strom\";\"\";\"Stadtwerke\";\"\";\"\";\"-6,00\";\"EUR\";\"Umsatz vorgemerkt\"\n";
    let file = by(&StatementProfile::shipped("csv-camt").unwrap(), text);
    assert_eq!((code(&file), signed(&file)), ("accepted", vec![101_050, -600]));
    assert_eq!(file.statements[0].account.iban.as_deref(), Some("DE89370400440532013000"));
    let payment = &file.statements[0].entries[0].payment;
    assert_eq!(payment.counterparty.as_ref().unwrap().account.as_deref(), Some("NL91ABNA0417164300"));
    assert_eq!((payment.end_to_end.as_deref(), payment.text.as_slice()), (None, &["Rechnung 48129".to_owned()][..]));
    assert_eq!(file.statements[0].entries[1].status, EntryStatus::Pending);
}

#[test]
fn a_profile_says_what_is_wrong_with_it_and_where() {
    for (name, _) in SHIPPED {
        assert!(StatementProfile::shipped(name).is_some());
    }
    let error = |text: &str| StatementProfile::parse(text).unwrap_err();
    assert_eq!(
        error("source = \"a\"\n[columns]\nbooking_day = [\"D\"]\n").message,
        "no amounts: map amount, or credit and debit"
    );
    let wrong = error("source = \"a\"\ndecimal_mark = \";\"\n[columns]\nbooking_day = [\"D\"]\namount = [\"A\"]\n");
    assert_eq!((wrong.line, wrong.column), (2, 16));
    assert!(error("source = \"a\"\nsorce = 1\n[columns]\n").message.contains("sorce"));
}

#[test]
fn a_table_is_read_without_a_profile_where_exactly_one_that_ships_fits_it() {
    let auto = |text: &str| read(text.as_bytes(), &ReadOptions::default());
    let german = "Auftragskonto;Buchungstag;Valutadatum;Verwendungszweck;Betrag;Waehrung\n\
        DE89370400440532013000;04.03.26;04.03.26;Rechnung 48129;1.010,50;EUR\n";
    let english =
        "Account number: 123456\nCurrency,USD\n\nDate,Description,Paid in,Paid out\n2026-03-04,INV 1,10.50,\n";
    for (text, source, amounts) in [(german, "csv-camt", vec![101_050]), (english, "plain", vec![1050])] {
        let file = auto(text);
        assert_eq!((code(&file), file.version.as_str(), signed(&file)), ("accepted", source, amounts), "{file:?}");
    }
    let unfitting = [
        ("which account it is of", "Date,Description,Amount,Currency\n2026-03-04,INV 1,10.50,USD\n"),
        (
            "plain, does not know the columns 'Colour';",
            "Account,Date,Description,Amount,Colour,Currency\n1,2026-03-04,INV 1,10.50,red,USD\n",
        ),
        ("hold amounts", "Account,Date,Description,Paid in,Currency\n1,2026-03-04,INV 1,10.50,USD\n"),
        ("hold days", "Account,Description,Amount,Currency\n1,INV 1,10.50,USD\n"),
    ];
    for (why, text) in unfitting {
        let file = auto(text);
        let said = file.refused.as_ref().map(ToString::to_string).unwrap_or_default();
        assert_eq!((code(&file), said.contains(why)), ("no_profile", true), "{why}: {said}");
    }
    assert_eq!(code(&auto("Datum;Wer;Wieviel\n04.03.26;ACME;10,50\n")), "unknown_format");
}
