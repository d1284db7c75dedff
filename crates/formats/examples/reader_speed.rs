//! How fast the readers of bank files are on one core: `cargo run --release -p dunwell-formats --example reader_speed`.
//!
//! Makes a file of each format in memory, of about the given number of megabytes (default 64), and reads it three times;
//! the best counts. Prints megabytes (10^6 bytes) and entries a second.

use std::fmt::Write as _;
use std::time::Instant;

use dunwell_formats::bank::{ReadOptions, read};

/// A camt.053 as German and Dutch banks write it: one transaction an entry, parties, references and free text.
fn camt(bytes: usize) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\
         <BkToCstmrStmt><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-03-05T06:00:00Z</CreDtTm></GrpHdr><Stmt><Id>S1</Id>\
         <Acct><Id><IBAN>DE89370400440532013000</IBAN></Id><Ccy>EUR</Ccy></Acct>\n",
    );
    let mut number = 0_u32;
    while text.len() < bytes {
        number += 1;
        let _ = write!(
            text,
            "      <Ntry>\n        <NtryRef>{number}</NtryRef>\n        <Amt Ccy=\"EUR\">{}.{:02}</Amt>\n        \
             <CdtDbtInd>CRDT</CdtDbtInd>\n        <Sts><Cd>BOOK</Cd></Sts>\n        <BookgDt><Dt>2026-03-04</Dt></BookgDt>\n        \
             <ValDt><Dt>2026-03-04</Dt></ValDt>\n        <AcctSvcrRef>2026030412345{number}</AcctSvcrRef>\n        \
             <BkTxCd>\n          <Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn>\n        \
             </BkTxCd>\n        <NtryDtls>\n          <TxDtls>\n            <Refs>\n              \
             <EndToEndId>E2E-{number}</EndToEndId>\n              <TxId>TX{number}</TxId>\n            </Refs>\n            \
             <Amt Ccy=\"EUR\">{}.{:02}</Amt>\n            <CdtDbtInd>CRDT</CdtDbtInd>\n            <RltdPties>\n              \
             <Dbtr><Pty><Nm>Kunde {} GmbH &amp; Co. KG</Nm><PstlAdr><TwnNm>Hamburg</TwnNm><Ctry>DE</Ctry></PstlAdr></Pty></Dbtr>\n              \
             <DbtrAcct><Id><IBAN>NL91ABNA0417164300</IBAN></Id></DbtrAcct>\n            </RltdPties>\n            <RltdAgts>\n              \
             <DbtrAgt><FinInstnId><BICFI>ABNANL2A</BICFI></FinInstnId></DbtrAgt>\n            </RltdAgts>\n            <RmtInf>\n              \
             <Ustrd>Rechnung {} vom 01.02.2026 abzgl. 2% Skonto</Ustrd>\n            </RmtInf>\n          </TxDtls>\n        \
             </NtryDtls>\n      </Ntry>\n",
            number % 9_973,
            number % 100,
            number % 9_973,
            number % 100,
            number % 811,
            480_000 + number,
        );
    }
    text.push_str("</Stmt></BkToCstmrStmt></Document>\n");
    text
}

fn measure(name: &str, text: &str) {
    let mut best = f64::MAX;
    let mut entries = 0;
    for _ in 0..3 {
        let begun = Instant::now();
        let file = read(text.as_bytes(), &ReadOptions::default());
        best = best.min(begun.elapsed().as_secs_f64());
        assert_eq!((file.refused, file.problems.len()), (None, 0), "{name}");
        entries = file.statements.iter().map(|statement| statement.entries.len()).sum();
    }
    let megabytes = text.len() as f64 / 1e6;
    println!("{name:8} {megabytes:7.1} MB {entries:9} entries {:7.1} MB/s {:10.0} entries/s", megabytes / best, entries as f64 / best);
}

fn main() {
    let megabytes = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(64_usize);
    let bytes = megabytes * 1_000_000;
    measure("camt.053", &camt(bytes));
}
