//! OFX and QFX: files that others wrote, and what must be refused.

mod shared;

use dunwell_formats::bank::{BalanceKind, BankFile, EntryStatus, Format, ReadOptions, Side, read};

fn of(text: &str) -> BankFile {
    read(text.as_bytes(), &ReadOptions::default())
}

/// Name of the file, what refuses it, accounts, entries, their sum in minor units, ledger balance of the first account.
type Figures = (&'static str, Option<&'static str>, usize, usize, i64, Option<i64>);

const FILES: [Figures; 24] = [
    ("account_listing_aggregation.ofx", None, 0, 0, 0, None),
    ("anzcc.ofx", None, 1, 1, -550, Some(-12_345)),
    ("bank_medium.ofx", None, 1, 3, -34_527, Some(38_234)),
    ("bank_small.ofx", None, 0, 0, 0, None),
    ("checking.ofx", None, 1, 3, -5_950, Some(10_099)),
    ("error_message.ofx", Some("bank_error"), 0, 0, 0, None),
    ("fail_nice/date_missing.ofx", Some("not_readable"), 1, 0, 0, Some(0)),
    ("fail_nice/decimal_error.ofx", Some("not_readable"), 1, 0, 0, Some(0)),
    ("fail_nice/empty_balance.ofx", None, 1, 1, 12_000, None),
    ("fidelity-savings.ofx", None, 0, 0, 0, None),
    ("fidelity.ofx", None, 0, 0, 0, None),
    ("investment_401k.ofx", None, 0, 0, 0, None),
    ("investment_medium.ofx", None, 0, 0, 0, None),
    ("multiple_accounts.ofx", None, 2, 0, 0, Some(11_100)),
    ("multiple_accounts2.ofx", None, 2, 0, 0, Some(11_100)),
    ("ofx-v102-empty-tags.ofx", None, 1, 1, 1_234, None),
    ("signon_fail.ofx", Some("bank_error"), 0, 0, 0, None),
    ("signon_success.ofx", None, 0, 0, 0, None),
    ("signon_success_no_message.ofx", None, 0, 0, 0, None),
    ("suncorp.ofx", None, 1, 1, -1_685, Some(123_412)),
    ("td_ameritrade.ofx", None, 0, 0, 0, None),
    ("tiaacref.ofx", None, 0, 0, 0, None),
    ("vanguard.ofx", None, 0, 0, 0, None),
    ("vanguard401k.ofx", None, 0, 0, 0, None),
];

#[test]
fn every_file_is_read_or_refused_as_it_must_be() {
    let Some(folder) = shared::folder("bank_ofx/ofxparse") else { return };
    for (name, refusal, statements, entries, sum, balance) in FILES {
        let file = read(&std::fs::read(folder.join(name)).unwrap(), &ReadOptions::default());
        let ledger = file.statements.first().and_then(|first| first.balance(BalanceKind::Closing));
        let found = (
            file.refused.as_ref().map(|why| why.code()),
            file.statements.len(),
            file.entries().count(),
            file.entries().map(|entry| entry.signed()).sum::<i64>(),
            ledger.map(|balance| balance.amount),
        );
        assert_eq!(found, (refusal, statements, entries, sum, balance), "{name}: {file:#?}");
        assert_eq!(file.format, Some(Format::Ofx));
        let invests = file.warnings.iter().any(|problem| problem.code == "investment_statement");
        let expected = statements == 0 && refusal.is_none() && !name.starts_with("sign") && !name.starts_with("acc");
        assert_eq!(invests, expected && name != "bank_small.ofx", "{name}");
    }
}

/// A statement of one transaction.
fn statement(transaction: &str) -> String {
    format!(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nCHARSET:1252\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0\n<SEVERITY>INFO\n\
         </STATUS><FI><ORG>First Bank</FI></SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD\n<BANKACCTFROM>\n\
         <BANKID>121000248<ACCTID>123 456\n</BANKACCTFROM><BANKTRANLIST><DTSTART>20260301<DTEND>20260331\n{transaction}\n\
         </BANKTRANLIST><LEDGERBAL><BALAMT>100.00<DTASOF>20260331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )
}

#[test]
fn a_transaction_says_who_paid_for_what() {
    let file = of(&statement(
        "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260304120000[-5:EST]<DTAVAIL>20260305<TRNAMT>1234,50<FITID>F1<CHECKNUM>0<REFNUM>R9\
         <PAYEE><NAME>Acme &amp; Sons<ADDR1>1 Road<CITY>Town</PAYEE><BANKACCTTO><BANKID>9<ACCTID>77</BANKACCTTO><MEMO>INV 48129",
    ));
    assert_eq!((&file.refused, file.version.as_str(), file.sender.as_deref()), (&None, "102", Some("First Bank")));
    let key = &file.statements[0].key;
    assert_eq!((key.originator.as_str(), key.account.as_str()), ("121000248", "123456"));
    assert_eq!(key.statement, "2026-03-01/2026-03-31");
    let entry = file.entries().next().unwrap();
    assert_eq!((entry.amount, entry.side, entry.reference.as_deref()), (123_450, Side::Credit, Some("F1")));
    assert_eq!((entry.codes[0].meaning, entry.status), ("credit", EntryStatus::Booked));
    let payment = &entry.payment;
    let party = payment.counterparty.as_ref().unwrap();
    assert_eq!((party.name.as_deref(), party.account.as_deref()), (Some("Acme & Sons"), Some("77")));
    assert_eq!(party.address, ["1 Road", "Town"]);
    assert_eq!((payment.customer_reference.as_deref(), payment.text.as_slice()), (None, &["INV 48129".to_owned()][..]));
}

#[test]
fn an_empty_element_without_an_end_is_absent_and_hides_nothing_behind_it() {
    let empty = "<STMTTRN><TRNTYPE>\n<DTPOSTED>20260304<TRNAMT>5.00<FITID>1<CHECKNUM>\n<BRANCH>\n<PAYEE><NAME>Acme<ADDR1>\n<CITY>Town</PAYEE>\
        <MEMO>INV 48129</STMTTRN>";
    let file = of(&statement(empty)
        .replace("<ACCTID>", "<BRANCHID>\n<ACCTID>")
        .replace("20260301<DTEND>20260331", "<DTEND>20260330"));
    let entry = file.entries().next().unwrap();
    assert_eq!((&file.refused, entry.amount, entry.codes.as_slice()), (&None, 500, &[][..]));
    let (payment, party) = (&entry.payment, entry.payment.counterparty.as_ref().unwrap());
    assert_eq!((party.name.as_deref(), party.address.as_slice()), (Some("Acme"), &["Town".to_owned()][..]));
    assert_eq!((payment.customer_reference.as_deref(), payment.text.as_slice()), (None, &["INV 48129".to_owned()][..]));
    let key = &file.statements[0].key;
    assert_eq!((key.account.as_str(), key.statement.as_str()), ("123456", "2026-03-30"));
    // What is ended is an element of the bank's own, and what it holds is none of the transaction's.
    let own =
        empty.replace("<BRANCH>\n", "<BRANCH>\n<NAME>Downtown<MEMO>open late</BRANCH>").replace("<MEMO>INV 48129", "");
    let payment = of(&statement(&own)).entries().next().unwrap().payment.clone();
    assert_eq!(payment.text, ["Acme"]);
    let error = statement(empty).replace("<CODE>0\n<SEVERITY>INFO", "<CODE>\n<SEVERITY>ERROR");
    assert_eq!(of(&error).refused.map(|why| why.code()), Some("bank_error"));
}

#[test]
fn a_row_whose_amount_has_no_digit_is_passed_over_with_its_place() {
    let good = "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260304<TRNAMT>5.00<FITID>1</STMTTRN>\n";
    let row = |amount: &str| {
        of(&statement(&format!(
            "{good}{}",
            good.replace("5.00", &format!("{amount}</TRNAMT>")).replace("<FITID>1", "<FITID>0")
        )))
    };
    for amount in ["            .  ", "-", "- ,"] {
        let file = row(amount);
        let told: Vec<_> = file.warnings.iter().map(|warning| (warning.code, warning.place.line)).collect();
        assert_eq!((&file.refused, file.entries().count(), told.as_slice()), (&None, 1, &[("blank_amount", 13)][..]));
    }
    for amount in ["", "   ", "none", "$", ". 5 .", "x."] {
        let refused = row(amount).refused.map(|why| why.code());
        assert_eq!(refused, Some("not_readable"), "{amount}");
    }
}

#[test]
fn a_payee_that_is_a_plain_name_is_the_counterparty() {
    let good =
        "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260304<TRNAMT>5.00<FITID>1<PAYEE>Acme Ltda</PAYEE><MEMO>paid</STMTTRN>";
    let name = |transaction: &str| {
        let file = of(&statement(transaction));
        let payment = file.entries().next().unwrap().payment.clone();
        (payment.counterparty.and_then(|party| party.name).unwrap_or_default(), payment.text.concat())
    };
    assert_eq!(name(good), ("Acme Ltda".to_owned(), "paid".to_owned()));
    assert_eq!(name(&good.replace("</PAYEE>", "\n")), ("Acme Ltda".to_owned(), "paid".to_owned()));
    assert_eq!(name(&good.replace("<MEMO>", "<NAME>Acme<MEMO>")), ("Acme".to_owned(), "paid".to_owned()));
}

#[test]
fn names_are_told_in_any_case_and_may_have_attributes() {
    let good = statement("<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260304<TRNAMT>5.00<FITID>1<NAME>Acme</NAME></STMTTRN>");
    let small: Vec<String> = good
        .split('<')
        .map(|part| {
            part.split_once('>').map_or(part.to_owned(), |(name, rest)| format!("{}>{rest}", name.to_lowercase()))
        })
        .collect();
    let read = of(&good);
    let with_attributes = good.replace("<OFX>", "<OFX\nxmlns=\"urn:x\">").replace("<STMTTRN>", "<STMTTRN a=\"b\">");
    let root_alone = good.replace("OFX>", "ofx>");
    for text in [small.join("<"), with_attributes.replace("<NAME>", "<NAME a=\"b\">"), root_alone] {
        for text in [text.as_str(), text.split_once("\n\n").unwrap().1] {
            let file = of(text);
            assert_eq!((file.format, &file.refused), (Some(Format::Ofx), &None), "{text}");
            let entry = file.entries().next().unwrap();
            assert_eq!(entry.payment, read.entries().next().unwrap().payment, "{text}");
            assert_eq!(file.statements[0].key, read.statements[0].key);
        }
    }
    assert_eq!(
        of(&small.join("<").replace("<ofx>", "<!doctype a><ofx>")).refused.map(|why| why.code()),
        Some("doctype")
    );
}

#[test]
fn a_balance_without_an_amount_is_passed_over_with_a_warning() {
    let good = statement("<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260304<TRNAMT>-1.00<FITID>1</STMTTRN>");
    for empty in ["<BALAMT>\n", "<BALAMT> </BALAMT>", "<BALAMT/>", "<BALAMT>  . \n", ""] {
        let file = of(&good.replace("<BALAMT>100.00", empty));
        assert_eq!((&file.refused, file.entries().count()), (&None, 1), "{empty}");
        assert_eq!(file.statements[0].balances, []);
        assert_eq!(file.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(), ["empty_balance"]);
        assert_eq!(file.statements[0].as_of.map(|day| day.to_string()).as_deref(), Some("2026-03-31"));
    }
}

#[test]
fn what_cannot_be_read_whole_is_refused() {
    let code = |text: &str| of(text).refused.map_or("accepted", |why| why.code());
    let good = "<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>20260304<TRNAMT>-1.00<FITID>1</STMTTRN>";
    assert_eq!(code(&statement(good)), "accepted");
    assert_eq!(code(&statement(&good.replace("-1.00", "$1"))), "not_readable");
    assert_eq!(code(&statement(&good.replace("-1.00", "1.005"))), "not_readable");
    assert_eq!(code(&statement(&good.replace("20260304", "20260230"))), "not_readable");
    assert_eq!(code(&statement(&good.replace("<DTPOSTED>20260304", ""))), "not_readable");
    assert_eq!(code(&statement("<STMTTRN>cut out</STMTTRN>")), "not_readable");
    let whole = statement(good);
    assert_eq!(code(&whole[..whole.len() - 20]), "truncated");
    assert_eq!(code(&whole.replace("100.00", "none")), "not_readable");
    assert_eq!(code(&whole.replace("<OFX>", "<!DOCTYPE a><OFX>")), "doctype");
    assert_eq!(code(&whole.replace("<STMTTRN>", "<!DOCTYPE a>")), "doctype");
    assert_eq!(code(&whole.replace("<STMTTRN>", &"<A>".repeat(100_000))), "too_large");
    assert_eq!(code(&whole.replace("DEBIT", &"x".repeat(2_000_000))), "too_large");
    assert_eq!(code(&whole.replace("<FITID>1", &"<X>1".repeat(1_000))), "too_large");
    let mut options = ReadOptions { format: Some(Format::Ofx), ..ReadOptions::default() };
    assert_eq!(read(b"hello", &options).refused.map(|why| why.code()), Some("not_readable"));
    options.limits.entries = 0;
    assert_eq!(read(whole.as_bytes(), &options).refused.map(|why| why.code()), Some("too_large"));
    let error = whole.replace("<CODE>0\n<SEVERITY>INFO", "<CODE>2000\n<SEVERITY>ERROR\n<MESSAGE>no");
    assert_eq!(
        of(&error).refused.map(|why| why.to_string()).unwrap(),
        "the bank answered with an error: no (code 2000)"
    );
    let of_one_account = whole.replace(
        "<STMTTRNRS><STMTRS>",
        "<STMTTRNRS><STATUS><CODE>2003<SEVERITY>ERROR</STATUS></STMTTRNRS>\
         <STMTTRNRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><STMTRS>",
    );
    assert_eq!(code(&of_one_account), "bank_error");
}

#[test]
fn a_bank_that_ends_no_element_is_read_when_its_balance_stands_behind_the_transactions() {
    let one = "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260304<TRNAMT>7.00<FITID>1";
    let ended = statement(&format!("{one}{}", one.replace("<FITID>1", "<FITID>2")));
    let tags: Vec<&str> = ended.split('<').filter(|tag| !tag.starts_with('/')).collect();
    let bare = tags.join("<");
    let file = of(&bare);
    assert_eq!((&file.refused, file.entries().count()), (&None, 2));
    assert!(file.warnings.iter().any(|warning| warning.code == "no_end_tags"));
    let balance = file.statements[0].balance(BalanceKind::Closing).expect("a balance");
    assert_eq!((balance.amount, balance.day.map(|day| day.to_string())), (10_000, Some("2026-03-31".to_owned())));
    let cut = &bare[..bare.find("<LEDGERBAL").expect("a balance")];
    assert_eq!(of(cut).refused.map(|why| why.code()), Some("truncated"));
}
