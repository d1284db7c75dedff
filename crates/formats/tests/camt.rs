//! camt.052 to camt.054: the figures of files that others wrote, and what the versions and the hostile must come to.

mod shared;

use dunwell_formats::amount::{Decimal, Marks, parse_amount};
use dunwell_formats::bank::{BankFile, Format, Payment, ReadOptions, Side, read};

fn sum(file: &BankFile, side: Side) -> Decimal {
    let entries = file.entries().filter(|entry| entry.side == side);
    entries.fold(Decimal::ZERO, |sum, entry| {
        let amount = Decimal { digits: entry.amount.into(), scale: entry.currency.exponent() };
        sum.checked_add(amount).unwrap()
    })
}

#[test]
fn every_file_reads_with_the_figures_stated_beside_it() {
    let Some(folder) = shared::folder("bank_camt") else { return };
    let rows = shared::expected(&folder);
    for row in &rows {
        let bytes = std::fs::read(folder.join("genkgo").join(&row[0])).unwrap();
        let file = read(&bytes, &ReadOptions::default());
        let entries: Vec<_> = file.entries().collect();
        let figure = |text: &str| parse_amount(text, Marks::POINT).unwrap().value.normalised();
        let read = (
            file.version.clone(),
            file.statements.len(),
            entries.len(),
            sum(&file, Side::Credit).normalised(),
            sum(&file, Side::Debit).normalised(),
        );
        let stated = (
            row[1].clone(),
            row[2].parse::<usize>().unwrap(),
            row[3].parse::<usize>().unwrap(),
            figure(&row[5]),
            figure(&row[6]),
        );
        assert_eq!(read, stated, "{}", row[0]);
        assert_eq!(file.problems, [], "{}", row[0]);
        let refused = file.refused.as_ref().map(|refused| refused.code());
        assert_eq!(refused, (row[2] == "0").then_some("bank_error"), "{}", row[0]);
        if std::env::var_os("SHOW").is_some() {
            eprintln!("{}: {:#?}", row[0], file);
        }
    }
    assert_eq!(rows.len(), 26);
}

#[test]
fn the_format_is_told_from_the_first_elements() {
    assert_eq!(dunwell_formats::bank::detect(b"<x:Document><x:BkToCstmrStmt>"), Some(Format::Camt053));
    assert_eq!(dunwell_formats::bank::detect(b"BkToCstmrStmt"), None);
}

/// A statement of one account around what is given, in a version and with a prefix of the bank's choice.
fn message(version: &str, inside: &str) -> String {
    let (root, part) = match version.get(..8) {
        Some("camt.052") => ("BkToCstmrAcctRpt", "Rpt"),
        Some("camt.054") => ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
        _ => ("BkToCstmrStmt", "Stmt"),
    };
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:{version}\">\n<{root}>\
         <GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-05T06:00:00Z</CreDtTm></GrpHdr><{part}><Id>S1</Id>\
         <CreDtTm>2026-03-05T06:00:00Z</CreDtTm><Acct><Id><IBAN>DE89 3704 0044 0532 0130 00</IBAN></Id><Ccy>EUR</Ccy>\
         <Svcr><FinInstnId><BICFI>COBADEFFXXX</BICFI></FinInstnId></Svcr></Acct>\n{inside}\n</{part}></{root}></Document>"
    )
}

fn balance(code: &str, amount: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>\
         <Dt><Dt>2026-03-04</Dt></Dt></Bal>"
    )
}

fn entry(amount: &str, side: &str, inside: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><Dt>2026-03-04</Dt></BookgDt><ValDt><Dt>2026-03-04</Dt></ValDt>{inside}</Ntry>\n"
    )
}

fn of(text: &str) -> BankFile {
    read(text.as_bytes(), &ReadOptions::default())
}

fn refusal(bytes: &[u8]) -> &'static str {
    read(bytes, &ReadOptions::default()).refused.map_or("accepted", |refused| refused.code())
}

#[test]
fn a_statement_foots_and_one_without_an_entry_is_refused_by_the_name_of_its_totals() {
    let summary = "<TxsSummry><TtlNtries><NbOfNtries>2</NbOfNtries><Sum>150.5</Sum><TtlNetNtry><Amt>49.50</Amt>\
        <CdtDbtInd>CRDT</CdtDbtInd></TtlNetNtry></TtlNtries><TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>100</Sum>\
        </TtlCdtNtries></TxsSummry>";
    let (credit, debit) = (entry("100.00", "CRDT", ""), entry("50.50", "DBIT", ""));
    let head = [balance("PRCD", "10.00"), balance("CLBD", "59.50"), summary.to_owned()].concat();
    let whole = of(&message("camt.053.001.13", &format!("{head}{credit}{debit}")));
    assert_eq!((whole.controls.len(), whole.control_totals_ok()), (6, true), "{:?}", whole.controls);
    let one_lost = of(&message("camt.053.001.13", &format!("{head}{credit}")));
    let wrong: Vec<String> = one_lost.differing().map(|total| format!("{} {}", total.name, total.counted)).collect();
    assert_eq!(
        wrong,
        ["total_entries_count 1", "total_entries_sum 100.00", "total_net 100.00", "closing_balance 110.00"]
    );
    assert_eq!(one_lost.entries().count(), 1);
}

#[test]
fn balances_with_the_noise_of_binary_fractions_are_rounded_and_others_are_not() {
    let statement = |opening: &str, amount: &str| {
        let head = [balance("PRCD", opening), balance("CLBD", "101.960000000017")].concat();
        of(&message("camt.053.001.08", &format!("{head}{}", entry(amount, "CRDT", ""))))
    };
    let noisy = statement("94.0100000000021", "7.95");
    assert_eq!(
        (noisy.control_totals_ok(), noisy.problems.len(), noisy.statements[0].balances[1].amount),
        (true, 0, 10_196)
    );
    assert_eq!(noisy.warnings.iter().map(|warning| warning.code).collect::<Vec<_>>(), ["inexact_balance"; 2]);
    let finer = statement("94.0101", "7.95");
    assert_eq!(finer.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["bad_balance"]);
    let entries = statement("94.01", "7.9500000000001");
    assert_eq!(entries.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["bad_amount"]);
}

#[test]
fn the_day_of_a_statement_is_that_of_its_closing_balance() {
    let day = |balances: &[String]| {
        let file = of(&message("camt.053.001.08", &balances.concat()));
        file.statements[0].as_of.map(|day| day.to_string()).unwrap_or_default()
    };
    let later = balance("CLAV", "7.00").replace("2026-03-04", "2026-03-06");
    let undated = balance("CLBD", "7.00").replace("<Dt><Dt>2026-03-04</Dt></Dt>", "");
    assert_eq!(day(&[balance("CLBD", "7.00"), later.clone()]), "2026-03-04");
    assert_eq!(day(&[later.clone(), balance("ITBD", "7.00")]), "2026-03-04");
    assert_eq!(day(&[undated, later]), "2026-03-06", "the closing balance says no day");
    assert_eq!(day(&[balance("OPBD", "7.00")]), "2026-03-05", "the day the statement was made");
}

#[test]
fn days_are_read_in_the_basic_form_too() {
    let file = of(&message("camt.053.001.08", &entry("7.95", "CRDT", "").replace("2026-03-04", "20260304")));
    let days: Vec<_> = file.entries().map(|entry| entry.booking_day.map(|day| day.to_string())).collect();
    assert_eq!((days, file.problems.len()), (vec![Some("2026-03-04".to_owned())], 0));
}

#[test]
fn prefixes_wrappers_and_several_messages_are_seen_through() {
    let inside = [balance("OPBD", "0"), balance("CLBD", "7.00"), entry("7.00", "CRDT", "")].concat();
    let plain = message("camt.053.001.08", &inside);
    let body = plain.split_once('\n').unwrap().1;
    let prefixed = body.replace("</", "</b:").replace('<', "<b:").replace("<b:/b:", "</b:");
    let prefixed = prefixed.replace("xmlns=", "xmlns:b=");
    let wrapped = format!("<e:Envelope xmlns:e=\"urn:e\"><e:Header/>{prefixed}{body}</e:Envelope>");
    let file = of(&wrapped);
    assert_eq!(file.refused, None);
    assert_eq!((file.statements.len(), file.version.as_str(), file.controls.len()), (2, "camt.053.001.08", 2));
    let first = &file.statements[0];
    assert_eq!((first.key.originator.as_str(), first.key.account.as_str()), ("COBADEFFXXX", "DE89370400440532013000"));
    let numbers: Vec<u32> = file.entries().map(|entry| entry.sequence).collect();
    assert_eq!(numbers, [1, 2], "two blocks of one key are numbered through");
}

#[test]
fn a_payment_says_who_paid_what_less_which_discount() {
    let details = "<NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId><TxId>T9</TxId><MndtId>M7</MndtId></Refs>\
        <Amt Ccy=\"EUR\">970.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><RltdPties><Dbtr><Pty><Nm>Nordlicht &amp; Söhne</Nm></Pty></Dbtr>\
        <DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct><UltmtDbtr><Pty><Nm>Tochter AG</Nm></Pty></UltmtDbtr>\
        <Cdtr><Pty><Nm>We</Nm></Pty></Cdtr></RltdPties><RltdAgts><DbtrAgt><FinInstnId><BICFI>ABNANL2A</BICFI></FinInstnId>\
        </DbtrAgt></RltdAgts><Purp><Cd>GDDS</Cd></Purp><RmtInf><Ustrd>INV 48129</Ustrd><Strd><RfrdDocInf><Tp><CdOrPrtry>\
        <Cd>CINV</Cd></CdOrPrtry></Tp><Nb>48129</Nb><RltdDt><Dt>2026-02-01</Dt></RltdDt></RfrdDocInf><RfrdDocAmt>\
        <DuePyblAmt Ccy=\"EUR\">1020.00</DuePyblAmt><DscntApldAmt><Amt Ccy=\"EUR\">20.00</Amt></DscntApldAmt>\
        <AdjstmntAmtAndRsn><Amt Ccy=\"EUR\">30.00</Amt><CdtDbtInd>DBIT</CdtDbtInd><Rsn>DMG</Rsn><AddtlInf>pallet</AddtlInf>\
        </AdjstmntAmtAndRsn><RmtdAmt Ccy=\"EUR\">970.00</RmtdAmt></RfrdDocAmt></Strd><Strd><RfrdDocInf><Tp><CdOrPrtry>\
        <Cd>CREN</Cd></CdOrPrtry></Tp><Nb>CN5</Nb></RfrdDocInf><RfrdDocAmt><CdtNoteAmt Ccy=\"EUR\">5.00</CdtNoteAmt>\
        </RfrdDocAmt></Strd></RmtInf></TxDtls></NtryDtls>";
    let charges = "<Chrgs><Rcrd><Amt Ccy=\"EUR\">1.50</Amt><CdtDbtInd>DBIT</CdtDbtInd><ChrgInclInd>true</ChrgInclInd>\
        <Br>SHAR</Br></Rcrd></Chrgs>";
    let file = of(&message("camt.053.001.08", &entry("970.00", "CRDT", &format!("{charges}{details}"))));
    let entry = file.entries().next().unwrap();
    assert!(entry.batch.is_empty(), "the only transaction is the entry");
    let payment = &entry.payment;
    let payer = payment.counterparty.as_ref().unwrap();
    assert_eq!(payer.name.as_deref(), Some("Nordlicht & Söhne"));
    assert_eq!((payer.account.as_deref(), payer.bank.as_deref()), (Some("NL91ABNA0417164300"), Some("ABNANL2A")));
    assert_eq!(payment.behind.as_ref().unwrap().name.as_deref(), Some("Tochter AG"));
    assert_eq!(payment.end_to_end, None);
    assert_eq!(payment.references, [("transaction", "T9".to_owned()), ("mandate", "M7".to_owned())]);
    assert_eq!((payment.text.as_slice(), payment.purpose.as_deref()), (&["INV 48129".to_owned()][..], Some("GDDS")));
    let line = &payment.remittance[0];
    assert_eq!((line.due, line.discount, line.paid), (Some(102_000), Some(2_000), Some(97_000)));
    assert_eq!(line.adjustments[0].amount, -3_000, "what due and paid say decides the sign");
    assert_eq!((line.documents[0].number.as_str(), line.place), ("48129", payment.remittance[1].place));
    assert_eq!(payment.remittance[1].paid, Some(-500));
    assert_eq!((payment.charges[0].amount, payment.charges[0].code.as_str()), (150, "SHAR"));
}

#[test]
fn a_reference_that_says_there_is_none_is_none() {
    let inside = |none: &str| {
        format!(
            "<NtryRef>{none}</NtryRef><AcctSvcrRef>{none}</AcctSvcrRef><NtryDtls><Btch><MsgId>{none}</MsgId><PmtInfId>{none}</PmtInfId>\
             </Btch><TxDtls><Refs><AcctSvcrRef>{none}</AcctSvcrRef><EndToEndId>{none}</EndToEndId><MndtId>{none}</MndtId><Prtry><Tp>OTHR\
             </Tp><Ref>{none}</Ref></Prtry></Refs><RmtInf><Strd><RfrdDocInf><Nb>{none}</Nb></RfrdDocInf><CdtrRefInf><Ref>{none}</Ref></CdtrRefInf>\
             </Strd></RmtInf></TxDtls></NtryDtls>"
        )
    };
    for none in ["NONREF", "NOTPROVIDED", "NotProvided", ""] {
        let file = of(&message("camt.053.001.02", &entry("3.00", "CRDT", &inside(none))));
        let entry = file.entries().next().unwrap();
        assert_eq!((&entry.reference, &entry.payment), (&None, &Payment::default()), "{none}");
    }
    let said = of(&message("camt.053.001.02", &entry("3.00", "CRDT", &inside("NONREF-1"))));
    let read = said.entries().next().unwrap();
    let payment = &read.payment;
    assert_eq!((read.reference.as_deref(), payment.bank_reference.as_deref()), (Some("NONREF-1"), Some("NONREF-1")));
    assert_eq!(payment.references.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["mandate", "proprietary"]);
    assert_eq!(payment.remittance[0].documents.len(), 2);
    // What the transaction says stands where the entry says none.
    let own = inside("B7").replacen("<AcctSvcrRef>B7", "<AcctSvcrRef>NONREF", 1);
    let file = of(&message("camt.053.001.02", &entry("3.00", "CRDT", &own)));
    assert_eq!(file.entries().next().unwrap().payment.bank_reference.as_deref(), Some("B7"));
}

#[test]
fn what_comes_back_names_its_reason_and_the_other_party() {
    let details = "<NtryDtls><TxDtls><Refs><EndToEndId>E7</EndToEndId></Refs><RltdPties><Dbtr><Nm>Debtor Ltd</Nm></Dbtr>\
        <DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct><Cdtr><Nm>We</Nm></Cdtr></RltdPties><RtrInf><Rsn><Cd>MD06</Cd>\
        </Rsn><AddtlInf>refund</AddtlInf></RtrInf></TxDtls></NtryDtls>";
    let file = of(&message("camt.054.001.04", &entry("60.00", "DBIT", &format!("<RvslInd>true</RvslInd>{details}"))));
    let entry = file.entries().next().unwrap();
    assert_eq!((entry.side, entry.reversal, entry.signed()), (Side::Debit, true, -6_000));
    let returned = entry.payment.returned.as_ref().unwrap();
    assert_eq!((returned.code.as_str(), returned.meaning), ("MD06", "refund requested by the debtor"));
    assert_eq!(returned.original_reference.as_deref(), Some("E7"));
    assert_eq!(entry.payment.counterparty.as_ref().unwrap().name.as_deref(), Some("Debtor Ltd"));
}

#[test]
fn what_comes_back_with_a_charge_is_one_return_of_what_was_first_sent() {
    const CHARGE: &str = "<Chrgs><Amt Ccy=\"EUR\">3.00</Amt></Chrgs>";
    const RETURN: &str = "<RtrInf><Rsn><Cd>MS03</Cd></Rsn></RtrInf>";
    let of_one = |amount: &str, side: &str, beside: &str, number: &str, inside: &str| {
        let details = format!(
            "{beside}<NtryDtls><Btch><NbOfTxs>{number}</NbOfTxs></Btch><TxDtls><Refs><EndToEndId>E7</EndToEndId></Refs><AmtDtls>\
             <InstdAmt><Amt Ccy=\"EUR\">50.00</Amt></InstdAmt></AmtDtls>{inside}</TxDtls></NtryDtls>"
        );
        let file = of(&message("camt.053.001.02", &entry(amount, side, &details)));
        let codes: Vec<_> = file.warnings.iter().map(|warning| warning.code).collect();
        let read = file.entries().next().unwrap();
        let sent = read.payment.original.as_ref().map(|sent| (sent.amount, sent.rate.is_some()));
        assert_eq!(read.reversal, read.payment.returned.is_some());
        (read.batch.len(), read.payment.returned.is_some(), sent, read.payment.charges.len(), codes.len())
    };
    let (returned, both) = (RETURN.to_owned(), format!("{CHARGE}{RETURN}"));
    let given_back = CHARGE.replace("</Amt>", "</Amt><CdtDbtInd>CRDT</CdtDbtInd>");
    let sent = Some((5_000, false));
    for (amount, side, beside, number, inside, expected) in [
        ("53.00", "DBIT", "", "1", &both, (0, true, sent, 1, 0)),
        ("53.00", "DBIT", CHARGE, "1", &returned, (0, true, sent, 1, 0)),
        ("53.00", "DBIT", CHARGE, "1", &both, (0, true, sent, 1, 0)),
        // The bank does not say what it took, or not all of it.
        ("53.00", "DBIT", "", "1", &returned, (0, true, sent, 0, 1)),
        ("54.00", "DBIT", "", "1", &both, (0, true, sent, 1, 1)),
        // One of two that came back.
        ("103.00", "DBIT", "", "2", &both, (1, false, None, 0, 1)),
        // What did not come back, with its charge, less it, and with a gap that nothing explains.
        ("53.00", "DBIT", "", "1", &CHARGE.to_owned(), (0, false, sent, 1, 0)),
        ("47.00", "CRDT", "", "1", &CHARGE.to_owned(), (0, false, sent, 1, 0)),
        ("53.00", "CRDT", "", "1", &given_back, (0, false, sent, 1, 0)),
        ("48.00", "CRDT", "", "1", &CHARGE.to_owned(), (0, false, None, 1, 0)),
        ("47.00", "CRDT", "", "1", &String::new(), (0, false, None, 0, 1)),
        ("54.00", "DBIT", "", "1", &CHARGE.to_owned(), (1, false, None, 0, 1)),
        ("50.00", "DBIT", "", "1", &both, (0, true, None, 1, 0)),
    ] {
        assert_eq!(
            of_one(amount, side, beside, number, inside),
            expected,
            "{amount} {side} {number} {beside} {inside}"
        );
    }
}

#[test]
fn a_batch_keeps_every_payment_and_an_entry_without_amount_is_a_problem() {
    let one = |amount: &str| format!("<TxDtls><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd></TxDtls>");
    let batch = format!("<NtryDtls><Btch><NbOfTxs>2</NbOfTxs></Btch>{}{}</NtryDtls>", one("1.00"), one("2.00"));
    let broken = "<Ntry><CdtDbtInd>CRDT</CdtDbtInd></Ntry>";
    let file = of(&message("camt.054.001.02", &format!("{}{broken}", entry("3.00", "CRDT", &batch))));
    let amounts: Vec<i64> = file.entries().flat_map(|entry| &entry.batch).map(|payment| payment.amount).collect();
    assert_eq!(amounts, [100, 200]);
    assert_eq!(file.problems.iter().map(|problem| problem.code).collect::<Vec<_>>(), ["bad_amount"]);
    assert_eq!(file.problems[0].place.line, 5);
    assert!(file.control_totals_ok() && file.controls.len() == 1);
}

#[test]
fn what_is_hostile_or_cut_off_is_refused_by_name_and_in_bounds() {
    let whole = message("camt.053.001.02", &entry("3.00", "CRDT", ""));
    let doctype = whole.replacen("\n<Document", "\n<!DOCTYPE a [<!ENTITY b \"c\">]><Document", 1);
    assert_eq!(refusal(doctype.as_bytes()), "doctype");
    let cut = &whole[..whole.len() - 30];
    let file = of(cut);
    assert_eq!((file.refused.as_ref().map(|why| why.code()), file.entries().count()), (Some("truncated"), 1));
    let deep = whole.replacen("<Ntry>", &"<a>".repeat(100_000), 1);
    assert_eq!(refusal(deep.as_bytes()), "too_large");
    let wide = whole.replacen("</Ntry>", &format!("{}</Ntry>", "<a/>".repeat(200_000)), 1);
    assert_eq!(refusal(wide.as_bytes()), "too_large");
    let long = whole.replacen("BOOK", &"x".repeat(2_000_000), 1);
    assert_eq!(refusal(long.as_bytes()), "too_large");
    assert_eq!(refusal(whole.replacen("BOOK", "&unknown;", 1).as_bytes()), "not_readable");
    assert_eq!(refusal(whole.replacen("</Ntry>", "</Stmt>", 1).as_bytes()), "not_readable");
    assert_eq!(refusal(message("camt.053.001.02", "").replace("Stmt>", "Other>").as_bytes()), "not_readable");
}

#[test]
fn other_encodings_are_read_and_lies_about_them_are_told() {
    let whole = message("camt.053.001.02", &entry("3.00", "CRDT", "<AddtlNtryInf>M\u{fc}ller</AddtlNtryInf>"));
    let latin: Vec<u8> = whole.chars().map(|letter| letter as u8).collect();
    let declared = whole.replacen("UTF-8", "ISO-8859-1", 1);
    let declared: Vec<u8> = declared.chars().map(|letter| letter as u8).collect();
    let utf16: Vec<u8> = [0xFEFF].into_iter().chain(whole.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    for (bytes, warnings) in [(whole.into_bytes(), 0), (latin, 1), (declared, 0), (utf16, 0)] {
        let file = read(&bytes, &ReadOptions::default());
        assert_eq!(file.entries().next().unwrap().payment.text, ["M\u{fc}ller"]);
        assert_eq!(file.warnings.len(), warnings, "{:?}", file.warnings);
    }
}

/// An archive of files.
fn zipped(members: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in members {
        archive.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[test]
fn an_archive_is_read_as_one_file_and_a_bomb_is_not() {
    let file = |id: &str| message("camt.053.001.02", &entry("3.00", "CRDT", "")).replace("S1", id);
    let (first, second) = (file("A"), file("B"));
    let both = zipped(&[("b.xml", second.as_bytes()), ("a.xml", first.as_bytes())]);
    let read_both = read(&both, &ReadOptions::default());
    let ids: Vec<_> = read_both.statements.iter().filter_map(|statement| statement.id.as_deref()).collect();
    assert_eq!((read_both.refused, ids.as_slice()), (None, &["A", "B"][..]));
    assert_eq!(dunwell_formats::bank::detect(&both), Some(Format::Camt053));
    assert_eq!(refusal(&zipped(&[("a.zip", &both)])), "archive");
    let mut options = ReadOptions::default();
    options.limits.bytes = 1024 * 1024;
    let bomb = zipped(&[("a.xml", &vec![b' '; 8 * 1024 * 1024])]);
    assert!(bomb.len() < 100_000);
    let why = read(&bomb, &options).refused.map(|why| why.to_string());
    assert_eq!(why.as_deref(), Some("archive: it unpacks to more than 1048576 bytes"));
    assert_eq!(refusal(&both[..both.len() / 2]), "archive");
}

#[test]
fn what_is_no_statement_in_an_archive_is_named_and_not_read() {
    let first = message("camt.053.001.02", &entry("3.00", "CRDT", ""));
    let foreign: [(&str, &[u8]); 6] = [
        ("README.txt", b"hello"),
        ("__MACOSX/._a.xml", b"\0\x05\x16\x07"),
        (".DS_Store", b"\0\0\0\x01Bud1"),
        ("statement.pdf", b"%PDF-1.7 \0 48129"),
        ("note.docx", b"PK\x03\x04[Content_Types].xml word/document.xml"),
        ("empty.xml", b""),
    ];
    let all: Vec<_> = foreign.iter().copied().chain([("z.xml", first.as_bytes())]).collect();
    let file = read(&zipped(&all), &ReadOptions::default());
    assert_eq!((&file.refused, file.entries().count(), file.warnings.len()), (&None, 1, foreign.len()), "{file:?}");
    for (name, _) in foreign {
        assert_eq!(
            file.warnings.iter().filter(|note| note.code == "not_read" && note.message.contains(name)).count(),
            1
        );
    }
    assert_eq!(dunwell_formats::bank::detect(&zipped(&all)), Some(Format::Camt053));
    // Nothing of a bank in it, a bank file that is broken, an archive within: all of it is refused, by name.
    let why = |members: &[(&str, &[u8])]| {
        let file = read(&zipped(members), &ReadOptions::default());
        file.refused.map_or_else(|| "accepted".to_owned(), |why| format!("{}: {why}", why.code()))
    };
    assert_eq!(
        why(&foreign[..4]),
        "archive: archive: no bank file in it: '.DS_Store', '__MACOSX/._a.xml', 'README.txt', 'statement.pdf'"
    );
    let broken = &first.as_bytes()[..first.len() / 2];
    let told = why(&[("a.xml", first.as_bytes()), ("b.xml", broken), ("readme", b"hello")]);
    assert!(told.starts_with("archive: archive: 'b.xml': "), "{told}");
    let doctype = first.replace("<Document", "<!DOCTYPE a><Document");
    assert!(why(&[("a.xml", first.as_bytes()), ("b.xml", doctype.as_bytes())]).contains("'b.xml'"));
    assert!(
        why(&[("a.xml", first.as_bytes()), ("b.zip", &zipped(&[("c.xml", first.as_bytes())]))]).contains("'b.zip'")
    );
    let table = b"Booking date;Amount;Surprise\n2026-03-04;1,00;x\n";
    assert!(
        why(&[("a.xml", first.as_bytes()), ("b.csv", table)]).contains("'b.csv'"),
        "a bank's table that none knows"
    );
}

#[test]
fn every_version_of_every_message_is_told_and_read() {
    for family in ["camt.052", "camt.053", "camt.054"] {
        for version in 1..=14 {
            let version = format!("{family}.001.{version:02}");
            let file = of(&message(&version, &entry("3.00", "CRDT", "")));
            assert_eq!((file.version.as_str(), file.format.unwrap().name()), (version.as_str(), family));
            assert_eq!((&file.refused, file.entries().count(), file.warnings.len()), (&None, 1, 0));
        }
    }
    let future = of(&message("camt.053.001.99", &entry("3.00", "CRDT", "")));
    assert_eq!((future.entries().count(), future.warnings[0].code), (1, "unknown_version"));
}

#[test]
fn the_latest_versions_type_the_amounts_of_a_document() {
    let details = "<NtryDtls><TxDtls><RmtInf><Strd><RfrdDocInf><Nb>48129</Nb></RfrdDocInf><RfrdDocAmt><RmtAmtAndTp><Tp><Cd>DUPA</Cd></Tp>\
        <Amt Ccy=\"EUR\">4.00</Amt></RmtAmtAndTp><RmtAmtAndTp><Tp><Cd>STDS</Cd></Tp><Amt Ccy=\"EUR\">1.00</Amt></RmtAmtAndTp>\
        <RmtAmtAndTp><Tp><Prtry>REMITTED</Prtry></Tp><Amt Ccy=\"EUR\">3.00</Amt></RmtAmtAndTp></RfrdDocAmt></Strd></RmtInf></TxDtls>\
        </NtryDtls>";
    let file = of(&message("camt.053.001.14", &entry("3.00", "CRDT", details)));
    let line = &file.entries().next().unwrap().payment.remittance[0];
    assert_eq!((line.due, line.discount, line.paid), (Some(400), Some(100), Some(300)));
}

#[test]
fn a_payment_in_another_currency_keeps_the_amount_first_sent() {
    let instructed = "<AmtDtls><InstdAmt><Amt Ccy=\"USD\">4.00</Amt></InstdAmt><CntrValAmt><Amt Ccy=\"EUR\">3.00</Amt><CcyXchg><SrcCcy>USD\
        </SrcCcy><TrgtCcy>EUR</TrgtCcy><XchgRate>0.75</XchgRate></CcyXchg></CntrValAmt></AmtDtls>";
    let plain = "<Amt Ccy=\"USD\">4.00</Amt><RltdPties><DbtrAcct><Id><Othr><Id>77</Id></Othr></Id><Nm>Holder</Nm></DbtrAcct></RltdPties>";
    for (details, rate) in [(instructed, Some("0.75 USD to EUR")), (plain, None)] {
        let details = format!("<NtryDtls><TxDtls>{details}</TxDtls></NtryDtls>");
        let file = of(&message("camt.053.001.08", &entry("3.00", "CRDT", &details)));
        let read = file.entries().next().unwrap();
        let original = read.payment.original.as_ref().unwrap();
        assert_eq!((original.amount, original.currency.as_str(), original.rate.as_deref()), (400, "USD", rate));
        assert_eq!((read.amount, read.currency.as_str(), read.batch.len()), (300, "EUR", 0));
    }
}

#[test]
fn the_first_version_had_its_own_names() {
    let details = "<Btch><NbOfTxs>1</NbOfTxs></Btch><TxDtls><AmtDtls><TxAmt><Amt Ccy=\"EUR\">3.00</Amt></TxAmt></AmtDtls><RltdPties><Dbtr>\
        <Nm>Payer</Nm><Id><OrgId><PrtryId><Id>77</Id></PrtryId></OrgId></Id></Dbtr><DbtrAcct><Id><BBAN>123 4</BBAN></Id></DbtrAcct>\
        </RltdPties><RmtInf><Strd><RfrdDocInf><RfrdDocTp><Cd>CINV</Cd></RfrdDocTp><RfrdDocNb>48129</RfrdDocNb></RfrdDocInf>\
        <RfrdDocRltdDt>2026-02-01</RfrdDocRltdDt><RfrdDocAmt><DuePyblAmt Ccy=\"EUR\">4.00</DuePyblAmt></RfrdDocAmt><RfrdDocAmt>\
        <RmtdAmt Ccy=\"EUR\">3.00</RmtdAmt></RfrdDocAmt><CdtrRefInf><CdtrRef>R1</CdtrRef></CdtrRefInf></Strd></RmtInf></TxDtls>";
    let text = message("camt.053.001.01", &entry("3.00", "CRDT", details)).replace("BkToCstmrStmt", "BkToCstmrStmtV01");
    let file = of(&text);
    let payment = &file.entries().next().unwrap().payment;
    let payer = payment.counterparty.as_ref().unwrap();
    assert_eq!(
        (payer.name.as_deref(), payer.id.as_deref(), payer.account.as_deref()),
        (Some("Payer"), Some("77"), Some("1234"))
    );
    let line = &payment.remittance[0];
    assert_eq!(
        (line.due, line.paid, line.document_day.unwrap().to_string()),
        (Some(400), Some(300), "2026-02-01".to_owned())
    );
    let numbers: Vec<&str> = line.documents.iter().map(|document| document.number.as_str()).collect();
    assert_eq!(numbers, ["48129", "R1"]);
}

#[test]
fn a_workbook_beside_statements_in_an_archive_is_read_as_one_or_named() {
    let first = message("camt.053.001.02", &entry("3.00", "CRDT", ""));
    // A workbook of an aging, which no bank sends; packed, and put in as it is.
    let aging = std::fs::read(format!("{}/tests/aging/quickbooks.xlsx", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let stored = {
        use std::io::Write as _;
        let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        let as_it_is = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for (name, content) in [("a.xml", first.as_bytes()), ("Aging.xlsx", &aging)] {
            archive.start_file(name, as_it_is).unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap().into_inner()
    };
    for archive in [zipped(&[("a.xml", first.as_bytes()), ("Aging.xlsx", &aging)]), stored] {
        let file = read(&archive, &ReadOptions::default());
        let told: Vec<_> =
            file.warnings.iter().map(|note| (note.code, note.message.contains("'Aging.xlsx'"))).collect();
        assert_eq!((&file.refused, file.entries().count(), told.as_slice()), (&None, 1, &[("not_read", true)][..]));
        assert_eq!(dunwell_formats::bank::detect(&archive), Some(Format::Camt053));
    }
    // What it unpacks to counts with the rest.
    let mut options = ReadOptions::default();
    options.limits.bytes = aging.len() + first.len() + 1_000;
    let why = read(&zipped(&[("a.xml", first.as_bytes()), ("Aging.xlsx", &aging)]), &options).refused;
    assert!(
        why.as_ref().is_some_and(|why| why.to_string().contains("'Aging.xlsx': the workbook is too large")),
        "{why:?}"
    );
}
