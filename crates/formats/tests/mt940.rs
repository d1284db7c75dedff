//! MT940 and MT942: the figures and the golden JSON of files that others wrote, the dialects of `:86:`, and the hostile.

mod shared;

use dunwell_formats::amount::{Decimal, Marks, parse_amount};
use dunwell_formats::bank::{Balance, BalanceKind, BankFile, Entry, Format, ReadOptions, Side, Standing, read};
use serde_json::Value;

/// Files that the reader of the figures took for something else, each with what holds instead.
const DIFFERENT: [&str; 3] = [
    // It counts the reversals of credits (`RC`, 2 x 204.88) as credits; the balances prove them debits.
    "mt940_crate_wolph/mt940/full/betterplace/sepa_mt9401.sta",
    // It could not decode the file; here it is read as Windows-1252.
    "mt940_crate_wolph/mt940/special-cases/invalid_utf8.sta",
    // It read a currency `950` out of a balance that names none.
    "mt940_crate_wolph/mt942/special-cases/raphaelm.sta",
];

fn file(path: &std::path::Path) -> BankFile {
    read(&std::fs::read(path).unwrap(), &ReadOptions::default())
}

fn total(file: &BankFile) -> Decimal {
    file.entries().fold(Decimal::ZERO, |sum, entry| {
        sum.checked_add(Decimal { digits: entry.signed().into(), scale: entry.currency.exponent() }).unwrap()
    })
}

fn shown(balance: Option<&Balance>) -> String {
    let Some(balance) = balance else { return "None".to_owned() };
    let amount = Decimal { digits: balance.amount.into(), scale: balance.currency.exponent() };
    format!("{} {} @ {}", amount.normalised(), balance.currency, balance.day.unwrap())
}

/// The balance as the table states it: the last of its kind in the file.
fn stated(text: &str) -> String {
    let Some((amount, rest)) = text.split_once(' ') else { return text.to_owned() };
    format!("{} {rest}", parse_amount(amount, Marks::POINT).unwrap().value.normalised())
}

#[test]
fn every_file_reads_with_the_figures_stated_beside_it() {
    let Some(folder) = shared::folder("bank_mt940") else { return };
    let rows = shared::expected(&folder);
    let mut differing = Vec::new();
    for row in &rows {
        let read = file(&folder.join(&row[0]));
        let last = |kind| read.statements.iter().rev().find_map(|statement| statement.balance(kind));
        let found = [
            read.entries().count().to_string(),
            total(&read).normalised().to_string(),
            shown(last(BalanceKind::Opening)),
            shown(last(BalanceKind::Closing)),
        ];
        let figure =
            parse_amount(&row[2], Marks::POINT).map_or(row[2].clone(), |sum| sum.value.normalised().to_string());
        let expected = [row[1].clone(), figure, stated(&row[3]), stated(&row[4])];
        if found != expected && !DIFFERENT.contains(&row[0].as_str()) {
            differing.push(format!("{}: {found:?}, stated {expected:?}", row[0]));
        }
        if std::env::var_os("SHOW").is_some() {
            eprintln!("{} {:?} {:?} {:?} {:#?}", row[0], read.refused, read.problems, read.warnings, read);
            read.differing().for_each(|total| eprintln!("   {total}"));
        }
    }
    assert_eq!(differing, [] as [&str; 0]);
    assert_eq!(rows.len(), 38);
}

/// What the golden JSON has of a statement line, as text.
fn golden_line(line: &Value) -> [String; 6] {
    let text = |name: &str| line[name].as_str().unwrap_or("").trim().to_owned();
    let code = match &line["transaction_type_ident_code"] {
        Value::String(code) => code.clone(),
        other => other["NonStandard"].as_str().unwrap_or("").to_owned(),
    };
    let amount = parse_amount(&text("amount"), Marks::POINT).unwrap().value.normalised().to_string();
    let none = |reference: String| {
        if matches!(reference.as_str(), "NONREF" | "EREF" | "KREF+") { String::new() } else { reference }
    };
    [text("value_date"), text("entry_date"), amount, code, none(text("customer_ref")), none(text("bank_ref"))]
}

fn read_line(entry: &Entry) -> [String; 6] {
    let day = |day: Option<dunwell_formats::day::Day>| day.map_or(String::new(), |day| day.to_string());
    let amount = Decimal { digits: entry.amount.into(), scale: entry.currency.exponent() };
    let code = entry.codes.iter().find(|code| code.list == "swift").map_or("", |code| code.code.get(1..).unwrap_or(""));
    let reference = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        day(entry.value_day),
        day(entry.booking_day),
        amount.normalised().to_string(),
        code.to_owned(),
        reference(&entry.payment.customer_reference),
        reference(&entry.payment.bank_reference),
    ]
}

#[test]
fn what_the_figures_have_otherwise_is_proved_by_the_balances() {
    let Some(folder) = shared::folder("bank_mt940") else { return };
    let batch = file(&folder.join(DIFFERENT[0]));
    assert_eq!((batch.entries().count(), total(&batch).to_string()), (97, "-9269135.90".to_owned()));
    let with_reversals = batch.statements.iter().filter(|one| one.entries.iter().any(|entry| entry.reversal));
    let keys: Vec<_> = with_reversals.map(|one| format!("account {}", one.key.account)).collect();
    let foots =
        |key: &String| batch.controls.iter().filter(|total| total.of.starts_with(key)).all(|total| total.foots());
    assert!(!keys.is_empty() && keys.iter().all(foots), "{keys:?}");
    let latin = file(&folder.join(DIFFERENT[1]));
    assert_eq!((latin.entries().count(), latin.warnings[0].code), (7, "wrong_encoding"));
    let without_currency = file(&folder.join(DIFFERENT[2]));
    assert_eq!((without_currency.entries().count(), total(&without_currency).to_string()), (9, "95000.00".to_owned()));
    assert_eq!(without_currency.statements.len(), 2, "pages are joined");
}

#[test]
fn every_statement_line_is_that_of_the_golden_json() {
    let Some(folder) = shared::folder("bank_mt940/mt940_crate_wolph/mt940/full") else { return };
    let (mut files, mut lines, mut differing) = (0, 0, Vec::new());
    for bank in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
        for path in std::fs::read_dir(&bank).unwrap().map(|entry| entry.unwrap().path()) {
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let golden: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
            let statements = golden.as_array().unwrap().iter();
            let golden: Vec<_> =
                statements.flat_map(|one| one["statement_lines"].as_array().unwrap()).map(golden_line).collect();
            let read = file(&path.with_extension("sta"));
            let found: Vec<_> = read.entries().map(read_line).collect();
            files += 1;
            lines += golden.len();
            assert_eq!(found.len(), golden.len(), "{}", path.display());
            for (found, golden) in found.iter().zip(&golden).filter(|(found, golden)| found != golden) {
                differing.push(format!("{}: {found:?}, golden {golden:?}", path.display()));
            }
        }
    }
    assert_eq!(differing, [] as [&str; 0]);
    assert_eq!((files, lines), (20, 384));
}

/// One statement of one credit with what is told of it.
fn told(lines: &str) -> BankFile {
    let text = format!(
        ":20:S1\r\n:25:37040044/532013000\r\n:28C:00012/001\r\n:60F:C260303EUR10,00\r\n\
         :61:2603040304CR100,50NTRFNONREF//BANK1\r\n:86:{lines}\r\n:62F:C260304EUR110,50\r\n-\r\n"
    );
    read(text.as_bytes(), &ReadOptions::default())
}

/// Name, account, bank, end-to-end reference and text of the only entry.
fn payer(file: &BankFile) -> [String; 5] {
    assert_eq!((&file.refused, file.control_totals_ok(), file.problems.len()), (&None, true, 0), "{file:?}");
    let payment = &file.entries().next().unwrap().payment;
    let party = payment.counterparty.clone().unwrap_or_default();
    let [name, account, bank] = [party.name, party.account, party.bank].map(Option::unwrap_or_default);
    [name, account, bank, payment.end_to_end.clone().unwrap_or_default(), payment.text.join("|")]
}

#[test]
fn the_dialects_of_the_information_field_say_who_paid_for_what() {
    let table: [(&str, [&str; 5]); 11] = [
        (
            "166?00SEPA-GUTSCHRIFT?20EREF+E7 SVWZ+VERTR?21\r\n:KO:NR:401113172 APRIL A?22BWA+B SV?23WZ+MAI?32ANNA",
            ["ANNA", "", "", "E7", "VERTR:KO:NR:401113172 APRIL|MAI"],
        ),
        (
            "166?00GUTSCHRIFT?20EREF+INV-48129?21MREF+M7?22SVWZ+Rechnung 48129 abz?23ueglich Skonto?30ABNANL2A\r\n\
             ?31NL91ABNA0417164300?32Nordlicht Handelsgesell?33schaft mbH",
            [
                "Nordlicht Handelsgesellschaft mbH",
                "NL91ABNA0417164300",
                "ABNANL2A",
                "INV-48129",
                "Rechnung 48129 abzueglich Skonto",
            ],
        ),
        (
            "051?00UEBERWEISUNG?20RECHNUNG 48129?21VOM 1.2.?32MUELLER",
            ["MUELLER", "", "", "", "RECHNUNG 48129|VOM 1.2."],
        ),
        ("051?20ALGEMENE TUSSENREKENING 481?2129", ["", "", "", "", "ALGEMENE TUSSENREKENING 48129"]),
        ("020~00Przelew~20FAKTURA 48129~32FIRMA", ["FIRMA", "", "", "", "FAKTURA 48129"]),
        (
            "/TRTP/SEPA OVERBOEKING/IBAN/NL91ABNA0417164300/BIC/ABNANL2A/NAME/J. DE VRIES B.V./REMI/factuur 481\r\n29/EREF/NOTPROVIDED",
            ["J. DE VRIES B.V.", "NL91ABNA0417164300", "ABNANL2A", "", "factuur 48129"],
        ),
        (
            "/EREF/E7//CNTP/NL91ABNA0417164300/ABNANL2A/J DE VRIES/UTRECHT//REMI/USTD//factuur 48129/",
            ["J DE VRIES", "NL91ABNA0417164300", "ABNANL2A", "E7", "factuur 48129"],
        ),
        (
            "SEPA OVERBOEKING IBAN: NL91ABNA0417164300\r\nBIC: ABNANL2A NAAM: J DE VRIES\r\nOMSCHRIJVING: factuur 48129",
            [
                "J DE VRIES",
                "NL91ABNA0417164300",
                "ABNANL2A",
                "",
                "SEPA OVERBOEKING IBAN: NL91ABNA0417164300|BIC: ABNANL2A NAAM: J DE VRIES|OMSCHRIJVING: factuur 48129",
            ],
        ),
        (
            "GIRO AUS BANK AUFTRAGGEBER: JANE DOE MITTEILUNGEN: RECHNUNG 48129",
            ["JANE DOE", "", "", "", "GIRO AUS BANK AUFTRAGGEBER: JANE DOE MITTEILUNGEN: RECHNUNG 48129"],
        ),
        ("PAYMENT FROM ACME\r\nINV 48129", ["", "", "", "", "PAYMENT FROM ACME|INV 48129"]),
        ("PAYMENT FROM ACME\r\n-", ["", "", "", "", "PAYMENT FROM ACME|-"]),
    ];
    for (lines, expected) in table {
        assert_eq!(payer(&told(lines)), expected, "{lines}");
    }
}

#[test]
fn dialects_that_break_their_lines_say_who_paid_for_what() {
    let table: [(&str, [&str; 5]); 8] = [
        (
            "166\r\n?00GUTSCHRIFT\r\n?20INV-48129\r\n?30ABNANL2A\r\n?31NL91ABNA0417164300\r\n?32ACME BV",
            ["ACME BV", "NL91ABNA0417164300", "ABNANL2A", "", "INV-48129"],
        ),
        (
            "000+20Plata factura      +31RO49AAAA1B31007593840000\r\n+32ACME SRL+33/\r\n+23FACT 48129",
            ["ACME SRL", "RO49AAAA1B31007593840000", "", "", "Plata factura|FACT 48129"],
        ),
        (
            "166+00GUTSCHRIFT+20EREF+4711 SVWZ+48129 RECHNUNG+31NL91ABNA0417164300+32ACME",
            ["ACME", "NL91ABNA0417164300", "", "4711", "48129 RECHNUNG"],
        ),
        ("PLATA+20 INV 48129", ["", "", "", "", "PLATA+20 INV 48129"]),
        (
            "/ORDP/530500003804588\r\n/IVAN IVANOV\r\n/000//000\r\n/Plakane po faktura 48129",
            ["IVAN IVANOV", "530500003804588", "", "", "Plakane po faktura 48129"],
        ),
        ("/ORDP/ACME LTD\r\n12 HIGH STREET\r\nLONDON\r\n/REMI/INV 48129", ["ACME LTD", "", "", "", "INV 48129"]),
        (
            "/ORDP/THE ACME COMPANY OF EVERYTHING THAT CAN BE ORDERED BY MAIL AND\r\n SONS\r\n/REMI/INV 48129",
            ["THE ACME COMPANY OF EVERYTHING THAT CAN BE ORDERED BY MAIL AND SONS", "", "", "", "INV 48129"],
        ),
        ("/TYPE/INCOMING\r\n:86:/ORDP/ACME LTD\r\n:86:/REMI/INV 48129", ["ACME LTD", "", "", "", "INV 48129"]),
    ];
    for (lines, expected) in table {
        assert_eq!(payer(&told(lines)), expected, "{lines}");
    }
    let abroad = told("/ORDP/ACME LTD\r\n12 HIGH STREET\r\nLONDON");
    let party = abroad.entries().next().unwrap().payment.counterparty.clone().unwrap();
    assert_eq!(party.address, ["12 HIGH STREET", "LONDON"]);
}

#[test]
fn amounts_before_exchange_and_charges_are_told_once_and_what_stands_behind_them_is_text() {
    let line = ":61:2603040304CR100,50NTRFNONREF\r\n//BANK1\r\n/OCMT/USD120,00//CHGS/EUR5,00/";
    let text = format!(
        ":20:S1\r\n:25://37040044/532013000/EUR\r\n:28C:1\r\n:60F:C260303EUR10,00\r\n{line}\r\n\
         :86:/OCMT/USD120,00/\r\nPAYMENT OF INVOICES 48129\r\n/CHGS/EUR5,00\r\n:62F:C260304EUR110,50\r\n-\r\n"
    );
    let file = read(text.as_bytes(), &ReadOptions::default());
    assert_eq!((&file.refused, file.control_totals_ok(), file.problems.len()), (&None, true, 0), "{file:?}");
    let account = file.statements[0].account.clone();
    assert_eq!((account.bank.as_deref(), account.number.as_deref()), (Some("37040044"), Some("532013000")));
    let payment = &file.entries().next().unwrap().payment;
    assert_eq!(payment.bank_reference.as_deref(), Some("BANK1"));
    assert_eq!(
        payment.original.as_ref().map(|original| (original.amount, original.currency.as_str())),
        Some((12_000, "USD"))
    );
    assert_eq!(payment.charges.iter().map(|charge| charge.amount).collect::<Vec<_>>(), [500]);
    assert_eq!((payment.text.join("|").as_str(), payment.references.len()), ("PAYMENT OF INVOICES 48129", 0));
}

#[test]
fn what_stands_behind_an_amount_of_the_line_takes_nothing_from_the_information() {
    let text = ":20:S1\n:25:1/2\n:28C:1\n:60F:C260303EUR10,00\n:61:2603040304D5,00NRTINONREF\n/OCMT/EUR1.000,00/\n\
                :86:109?00RETOURE?20EREF+E7?32ACME?34903\n:62F:C260304EUR5,00\n-\n";
    let file = read(text.as_bytes(), &ReadOptions::default());
    let entry = file.entries().next().unwrap();
    let payment = &entry.payment;
    assert_eq!((entry.reversal, payment.end_to_end.as_deref()), (true, Some("E7")), "{payment:?}");
    assert!(payment.references.contains(&("supplementary", "EUR1.000,00".to_owned())), "{payment:?}");
}

#[test]
fn a_line_without_a_kind_keeps_its_references() {
    let read_line = |line: &str| {
        let text = format!(":20:A\n:25:1/2\n:28C:1\n:60F:C210330EUR0,00\n{line}\n:62F:C210331EUR50,00\n-");
        let file = read(text.as_bytes(), &ReadOptions::default());
        let entry = file.entries().next().unwrap_or_else(|| panic!("no entry: {file:?}")).clone();
        let payment = entry.payment;
        (entry.codes.len(), payment.customer_reference, payment.bank_reference)
    };
    assert_eq!(read_line(":61:2103310331CN50,00//19239782213"), (0, None, Some("19239782213".to_owned())));
    assert_eq!(read_line(":61:2103310331C50,00NONREF"), (0, None, None));
    assert_eq!(read_line(":61:2103310331C50,00NTRF4812//9"), (1, Some("4812".to_owned()), Some("9".to_owned())));
}

#[test]
fn what_fints_delivers_in_one_line_and_without_noughts_is_read() {
    let one_line = "@@:20:A@@:25:72090900/9876543219@@:28C:0/1@@:60F:C160420EUR1,00@@:61:160421C,02NMSCKREF+@@\
                    :86:166?00X?20INV@@?214812@@:62F:C160421EUR1,02@@-@@";
    let file = read(one_line.as_bytes(), &ReadOptions::default());
    assert_eq!((file.format, &file.refused, file.control_totals_ok()), (Some(Format::Mt940), &None, true), "{file:?}");
    let entry = file.entries().next().unwrap();
    assert_eq!((entry.amount, entry.payment.text.join("|").as_str()), (2, "INV|4812"));
    let report =
        ":20:A\n:25:7/9\n:28C:0\n:34F:EUR0,\n:13:1604202255\n:61:160421D0,02NMSCKREF+\n:90D:1EUR,02\n:90C:EUR,00\n-\n";
    let file = read(report.as_bytes(), &ReadOptions::default());
    assert_eq!((file.problems.len(), file.control_totals_ok(), file.controls.len()), (0, true, 4), "{file:?}");
}

#[test]
fn an_amount_with_marks_between_thousands_is_a_problem_and_not_another_amount() {
    let report = ":20:A\n:25:7/9\n:28C:0\n:34F:EUR0,\n:13D:2302091200+0000\n:61:2302090209C1.020,00NTRFNONREF\n-\n";
    let file = read(report.as_bytes(), &ReadOptions::default());
    let codes: Vec<&str> = file.problems.iter().map(|problem| problem.code).collect();
    assert_eq!((file.entries().count(), codes), (0, vec!["bad_statement_line"]));
}

#[test]
fn a_blank_may_stand_before_the_kind_of_a_line() {
    let text =
        ":20:A\n:25:1/2\n:28C:1\n:60F:C210330EUR0,00\n:61:2103310331C50,00 NTRFNONREF//21090\n:62F:C210331EUR50,00\n-";
    let file = read(text.as_bytes(), &ReadOptions::default());
    let entry = file.entries().next().unwrap();
    assert_eq!((entry.amount, entry.codes[0].code.as_str()), (5_000, "NTRF"));
}

#[test]
fn a_return_names_its_reason() {
    let dutch = told("/TRTP/SEPA/RTRN/MS03/EREF/E7/NAME/X");
    let returned = dutch.entries().next().unwrap().payment.returned.clone().unwrap();
    assert_eq!((returned.code.as_str(), returned.meaning), ("MS03", "no reason given by the bank"));
    let german = told("159?00RETOURE?20EREF+E7?21SVWZ+Konto erloschen?34903");
    let entry = german.entries().next().unwrap();
    assert_eq!((entry.payment.returned.as_ref().unwrap().code.as_str(), entry.reversal), ("903", true));
}

#[test]
fn envelopes_pages_and_years_are_seen_through() {
    let text = "{1:F01COBADEFFAXXX0000000000}{2:O9400600260104ABNANL2AXXXX00000000002601040600N}{4:\n:20:A\n:25:NL91ABNA0417164300EUR\n\
        :28C:1/1\n:60F:C251230EUR0,\n:61:2512310102C1,NTRFX\n:62M:C251231EUR1,\n-}{5:{CHK:1}}\n\
        {1:F01COBADEFFAXXX0000000000}{2:O9400600260104ABNANL2AXXXX00000000002601040600N}{4:\n:20:B\n:25:NL91ABNA0417164300EUR\n\
        :28C:1/2\n:60M:C251231EUR1,\n:61:2512310102RC0,40NTRFX\n:61:260102ED9,NTRFX\n:62F:C260102EUR0,60\n:64:C260102EUR0,60\n-}";
    let file = read(text.as_bytes(), &ReadOptions::default());
    assert_eq!((&file.refused, file.control_totals_ok(), file.controls.len()), (&None, true, 3));
    let [statement] = &file.statements[..] else { panic!("two pages are one statement") };
    assert_eq!(statement.key.originator, "ABNANL2A");
    assert_eq!(
        (statement.key.account.as_str(), statement.key.statement.as_str()),
        ("NL91ABNA0417164300", "2026-01-02 1/1")
    );
    let days: Vec<String> =
        statement.entries.iter().filter_map(|entry| entry.booking_day).map(|day| day.to_string()).collect();
    assert_eq!(days, ["2026-01-02", "2026-01-02"]);
    let signed: Vec<i64> = statement.entries.iter().map(Entry::signed).collect();
    assert_eq!(signed, [100, -40, -900]);
    assert_eq!(statement.entries[1].side, Side::Debit);
}

#[test]
fn a_report_during_the_day_checks_its_tallies() {
    let text = |sum: &str| {
        format!(
            ":20:R\n:25:123456789\n:28C:7\n:34F:EURD0,\n:13D:2603041230+0100\n:61:260304C5,00NTRFA\n:61:260304D2,00NTRFB\n:90D:1EUR2,\n:90C:1EUR{sum}\n-\n"
        )
    };
    let good = read(text("5,").as_bytes(), &ReadOptions::default());
    assert_eq!((good.format, good.statements[0].standing), (Some(Format::Mt942), Standing::Intraday));
    assert_eq!((good.statements[0].as_of_time.as_str(), good.control_totals_ok()), ("1230", true));
    let wrong = read(text("6,").as_bytes(), &ReadOptions::default());
    assert_eq!(wrong.differing().map(|total| total.name).collect::<Vec<_>>(), ["credit_sum"]);
}

#[test]
fn what_is_cut_off_wrong_or_hostile_is_refused_or_told() {
    let whole = ":20:S\n:25:1234567\n:28C:1\n:60F:C260303EUR0,\n:61:260304C1,NTRFX\n:62F:C260304EUR1,\n-\n";
    let code = |text: &str| read(text.as_bytes(), &ReadOptions::default()).refused.map(|why| why.code());
    assert_eq!(code(whole), None);
    assert_eq!(code(whole.split(":62F").next().unwrap()), Some("truncated"));
    assert_eq!(code(&format!("{whole}:86:{}", "x".repeat(2_000_000))), Some("too_large"));
    let long = whole.replace("NTRFX\n", &format!("NTRFX\n:86:{}\n", "y\n".repeat(1_000_000)));
    assert_eq!(code(&long), Some("too_large"));
    let bad = read(whole.replace("C1,NTRF", "X1,NTRF").as_bytes(), &ReadOptions::default());
    assert_eq!((bad.problems[0].code, bad.problems[0].place.line), ("bad_statement_line", 5));
    assert!(!bad.control_totals_ok(), "a line that is lost shows in the balance");
    let many = whole.replace(":61:260304C1,NTRFX\n", &":61:260304C1,NTRFX\n".repeat(50));
    let mut options = ReadOptions::default();
    options.limits.entries = 40;
    assert_eq!(read(many.as_bytes(), &options).refused.map(|why| why.code()), Some("too_large"));
}
