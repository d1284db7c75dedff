//! One booking that several files tell of is one receipt, and two bookings that are alike are two.

use crate::common::{INVOICES, bai2_of_one, day, new_desk, put, read_bank, ticking, try_read_bank, verified};
use dunwell_desk::Desk;
use dunwell_desk::cash::exceptions::cash_exceptions;
use dunwell_desk::cash::import_bank_file::BankReport;
use dunwell_desk::import::ImportKind;
use dunwell_store::testing::on_each_database;

const TODAY: &str = "2025-03-10";

async fn read(desk: &Desk, file: &str) -> BankReport {
    read_bank(desk, file, day(TODAY)).await
}

/// A camt message of one credit of 1,000.00: its kind, the bank's reference, a text.
fn camt(kind: &str, bank: &str, text: &str) -> String {
    let (message, part) = match kind {
        "052" => ("BkToCstmrAcctRpt", "Rpt"),
        "053" => ("BkToCstmrStmt", "Stmt"),
        _ => ("BkToCstmrDbtCdtNtfctn", "Ntfctn"),
    };
    format!(
        "<?xml version=\"1.0\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.{kind}.001.08\"><{message}>\
         <GrpHdr><MsgId>{bank}</MsgId></GrpHdr><{part}><Id>{bank}</Id><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></Acct>\
         <Ntry><Amt Ccy=\"USD\">1000.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>2025-03-07</Dt></BookgDt>\
         <AcctSvcrRef>{bank}</AcctSvcrRef><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>Groc</Nm></Dbtr></RltdPties>\
         <RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry></{part}></{message}></Document>"
    )
}

/// An OFX statement of one credit of 1,000.00: its FITID and memo.
fn ofx(fitid: &str, memo: &str) -> String {
    format!(
        "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\nCOMPRESSION:NONE\n\
         OLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS>\
         <DTSERVER>20250307<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1><BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0\
         <SEVERITY>INFO</STATUS><STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>770001<ACCTTYPE>CHECKING</BANKACCTFROM>\
         <BANKTRANLIST><DTSTART>20250307<DTEND>20250307<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20250307<TRNAMT>1000.00\
         <FITID>{fitid}<NAME>Groc<MEMO>{memo}</STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    )
}

/// An MT942 of one credit of 1,000.00: the bank's reference and what the payer wrote.
fn mt942(bank: &str, text: &str) -> String {
    format!(
        ":20:R\r\n:25:10020030/1234567\r\n:28C:1/1\r\n:34F:USD0,\r\n:13D:2503071200+0100\r\n\
         :61:2503070307C1000,00NTRFNONREF//{bank}\r\n:86:{text}\r\n:90C:1USD1000,00\r\n-\r\n"
    )
}

#[test]
fn one_booking_is_one_receipt_and_two_that_are_alike_are_two() {
    let cases = [
        (
            "a report of the day and the final statement, numbered otherwise",
            bai2_of_one(3, "I1", "INV 1"),
            bai2_of_one(2, "F1", "INV 1"),
            1,
        ),
        ("a report without words", bai2_of_one(3, "I1", ""), bai2_of_one(2, "F1", "GROC INV 48129"), 1),
        (
            "a text that is cut off",
            bai2_of_one(3, "I1", "GROC INV 48129 LESS"),
            bai2_of_one(2, "F1", "GROC INV 48129 LESS 2%"),
            1,
        ),
        ("two reports of one day", bai2_of_one(2, "P1", "PAYMENT IN FULL"), bai2_of_one(2, "P2", "FULL AND FINAL"), 2),
        ("a notification and the statement", camt("054", "N1", "INV-48129"), camt("053", "S1", "INV-48129"), 1),
        (
            "a notification and the statement, with the bank's number",
            camt("054", "S1", "48129"),
            camt("053", "S1", "INV 48130"),
            1,
        ),
        ("two notifications", camt("054", "N1", "INV-48129"), camt("054", "N2", "INV-48130"), 2),
        ("two entries of a bank that numbers for ever", ofx("F1", "PAYMENT"), ofx("F2", "PAYMENT"), 2),
        ("one entry of such a bank, in other words", ofx("F1", "PAYMENT"), ofx("F1", "INVOICE PAYMENT"), 1),
        ("two reports during the day", mt942("R1", "INV 48129"), mt942("R2", "INV 48130"), 2),
    ];
    on_each_database(async |place| {
        for (number, (case, one, other, receipts)) in cases.iter().enumerate() {
            for (turn, files) in [[one, other], [other, one]].into_iter().enumerate() {
                let desk = new_desk(place.db(), &format!("case{number}{turn}"), ticking).await;
                let mut found = 0;
                for file in files.into_iter().chain(files) {
                    found += read(&desk, file).await.receipts;
                }
                assert_eq!(found, *receipts, "{case}, turn {turn}");
                let asked = cash_exceptions(&desk, None, 9).await.expect("exceptions");
                assert_eq!(asked.len() as u64, *receipts, "{case}: nothing else is asked");
                verified(&desk).await;
            }
        }
    });
}

#[test]
fn a_number_of_the_bank_s_own_names_no_customer_s_document() {
    on_each_database(async |place| {
        let desk = new_desk(place.db(), "main", ticking).await;
        let rows = format!("{INVOICES}QB1,Quilted Bear,1042,invoice,2025-01-05,2025-02-04,USD,800.00,,\n");
        put(&desk, ImportKind::Invoices, &rows, day(TODAY)).await;
        let report = read(&desk, &bai2_of_one(2, "1042", "DEPOSIT")).await;
        assert_eq!((report.receipts, report.applied), (1, 0), "{report:#?}");
        let asked = cash_exceptions(&desk, None, 9).await.expect("exceptions");
        assert_eq!((asked[0].receipt.asked.join(" "), asked[0].payers.len()), ("unknown_payer".to_owned(), 0));
    });
}

#[test]
fn a_day_to_come_is_told_and_an_amount_that_no_book_holds_refuses_the_file() {
    on_each_database(async |place| {
        let desk = new_desk(place.db(), "main", ticking).await;
        let report = read(&desk, &bai2_of_one(2, "P1", "PAYMENT").replace("250307", "260307")).await;
        let warnings: Vec<&str> = report.files[0].warnings.iter().map(|warning| warning.code).collect();
        assert!(warnings.contains(&"day_in_future"), "{report:#?}");
        let huge = camt("053", "S1", "INV 1").replace("1000.00", "100000000000000.00");
        let report = try_read_bank(&desk, &huge, day(TODAY)).await;
        assert_eq!(report.files[0].problems[0].code, "bad_amount", "{report:#?}");
        verified(&desk).await;
    });
}

#[test]
fn what_banks_took_of_one_payment_of_a_batch_is_written_off_for_it() {
    on_each_database(async |place| {
        let desk = new_desk(place.db(), "main", ticking).await;
        let rows = format!(
            "{INVOICES}ACME,Acme,INV-48129,invoice,2025-01-05,2025-02-04,USD,500.00,,\n\
             BETA,Beta,INV-48131,invoice,2025-01-05,2025-02-04,USD,300.00,,\n"
        );
        put(&desk, ImportKind::Invoices, &rows, day(TODAY)).await;
        let part = |amount: &str, more: &str, text: &str| {
            format!(
                "<TxDtls><AmtDtls><InstdAmt><Amt Ccy=\"USD\">500.00</Amt></InstdAmt><TxAmt><Amt Ccy=\"USD\">{amount}</Amt></TxAmt>\
                 </AmtDtls><Amt Ccy=\"USD\">{amount}</Amt><CdtDbtInd>CRDT</CdtDbtInd>{more}<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls>"
            )
        };
        let charged = "<Chrgs><Rcrd><Amt Ccy=\"USD\">5.00</Amt></Rcrd></Chrgs>";
        let parts =
            part("495.00", charged, "INV-48129") + &part("300.00", "", "INV-48131").replacen("500.00", "300.00", 1);
        let (whole, one) = (camt("053", "S1", "X"), "<TxDtls><RltdPties>");
        let (before, _) = whole.split_once(one).expect("a payment");
        let batch = format!("{before}{parts}</NtryDtls></Ntry></Stmt></BkToCstmrStmt></Document>")
            .replacen("1000.00", "795.00", 1);
        let report = read(&desk, &batch).await;
        assert_eq!((report.receipts, report.applied, report.exceptions), (2, 2, 0), "{report:#?}");
        verified(&desk).await;
    });
}

#[test]
fn amounts_that_no_payment_can_be_are_not_reckoned_with() {
    on_each_database(async |place| {
        let desk = new_desk(place.db(), "main", ticking).await;
        let rows = format!("{INVOICES}GROC,Groc,INV-48129,invoice,2025-01-05,2025-02-04,USD,1000.00,,\n");
        put(&desk, ImportKind::Invoices, &rows, day(TODAY)).await;
        let line = |document: &str| {
            format!(
                "<Strd><RfrdDocInf><Nb>{document}</Nb></RfrdDocInf><RfrdDocAmt><RmtdAmt Ccy=\"USD\">90000000000000000.00\
                 </RmtdAmt></RfrdDocAmt></Strd>"
            )
        };
        let lines = line("INV-48129") + &line("INV-48129");
        let file = camt("053", "S1", "X").replace("<Ustrd>X</Ustrd>", &lines);
        let report = read(&desk, &file).await;
        assert_eq!((report.receipts, report.applied), (1, 1), "the document is named: {report:#?}");
        verified(&desk).await;
    });
}
