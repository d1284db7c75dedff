//! How fast bank files are read on one core: `cargo run --release --package dunwell-formats --example bank_speed`.
//!
//! Makes a file of each format in memory, of about the given number of megabytes (default 64), and reads it three times;
//! the best counts. Prints megabytes (10^6 bytes) and entries a second of processor time, where the system tells it.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use dunwell_formats::bank::{ReadOptions, read};

fn main() {
    let megabytes = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(64_usize);
    measure("camt.053", &camt(megabytes * 1_000_000));
    measure("mt940", &mt940(megabytes * 1_000_000));
    measure("bai2", &bai2(megabytes * 1_000_000));
    measure("nacha", &nacha("CCD", megabytes * 1_000_000));
    measure("nacha 820", &nacha("CTX", megabytes * 1_000_000));
}

fn measure(name: &str, text: &str) {
    let (mut best, mut entries) = (f64::MAX, 0);
    for _ in 0..3 {
        let begun = (Instant::now(), processor_time());
        let file = read(text.as_bytes(), &ReadOptions::default());
        let spent = match (begun.1, processor_time()) {
            (Some(from), Some(to)) => to - from,
            _ => begun.0.elapsed(),
        };
        best = best.min(spent.as_secs_f64());
        assert_eq!((file.refused.as_ref(), file.problems.len(), file.control_totals_ok()), (None, 0, true), "{name}");
        entries = file.entries().count();
    }
    let megabytes = text.len() as f64 / 1e6;
    let rate = entries as f64 / best;
    println!("{name:10} {megabytes:7.1} MB {entries:9} entries {:7.1} MB/s {rate:10.0} entries/s", megabytes / best);
}

/// What this thread has had of the processor.
fn processor_time() -> Option<Duration> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    Some(Duration::from_nanos(text.split(' ').next()?.parse().ok()?))
}

/// Accounts of a thousand credits each, as US banks report ACH: references, a text, and a continuation of it.
fn bai2(bytes: usize) -> String {
    let mut text = String::from("01,BANK,US,260304,0600,1,,,2/\n02,US,021000021,1,260303,2400,USD,2/\n");
    let (mut accounts, mut records, mut total) = (0_u64, 0_u64, 0_u64);
    while text.len() < bytes {
        accounts += 1;
        let mut sum = 1_000_000;
        let _ = writeln!(text, "03,{accounts:010},USD,010,1000000,,/");
        for number in 0..1_000 {
            let amount = 10_000 + number * 7;
            sum += amount;
            let _ = writeln!(
                text,
                "16,142,{amount},Z,{number:09},,ACME CORP {number} DES:VENDOR PAY ID:{number:08} INV 48{number:03}/1, 2% OFF/\n\
                 88,EREF: E2E-{accounts}-{number}/"
            );
        }
        let _ = writeln!(text, "49,{sum},2002/");
        records += 2_002;
        total += sum;
    }
    let _ = writeln!(text, "98,{total},{accounts},{}/\n99,{total},1,{}/", records + 2, records + 4);
    text
}

/// Batches of a thousand credits each, with an addendum of text, or with an 820 over two of them.
fn nacha(class: &str, bytes: usize) -> String {
    let mut text = format!("{:<94}\n", "101 021000021 1210428822603040600A094101US BANK                OTHER BANK");
    let (mut batches, mut count, mut total) = (0_u64, 0_u64, 0_u64);
    let structured = class == "CTX";
    while text.len() < bytes {
        batches += 1;
        let head = format!("5220ACME CORP                           1512345678{class}VENDOR PAY");
        let _ = writeln!(text, "{head:<69}260305   112104288{batches:07}");
        let mut sum = 0;
        for number in 0..1_000_u64 {
            let amount = 10_000 + number * 7;
            sum += amount;
            let (trace, cents) = (batches * 1_000 + number, amount % 100);
            let name = if structured { format!("0002{:<18}", "US INC") } else { format!("{:<22}", "US INC") };
            let _ = writeln!(text, "622021000021{:<17}{amount:010}INV48{number:010}{name}  1{trace:015}", "471112345");
            let first = format!(
                "RMR*IV*48{number:03}**{}.{cents:02}*{}.{cents:02}*0\\DTM*003*20260201\\",
                amount / 100,
                amount / 100
            );
            let pieces = if structured {
                vec![first, "REF*PO*4500012345\\".to_owned()]
            } else {
                vec![format!("INV 48{number:03} LESS 2%")]
            };
            for (sequence, piece) in pieces.iter().enumerate() {
                let _ = writeln!(text, "705{piece:<80}{:04}{:07}", sequence + 1, trace % 10_000_000);
            }
        }
        let entries = if structured { 3_000 } else { 2_000 };
        count += entries;
        let hash = 2_100_002_u64 * 1_000;
        let control = format!("8220{entries:06}{hash:010}{:012}{sum:012}1512345678", 0);
        let _ = writeln!(text, "{control:<79}12104288{batches:07}");
        total += sum;
    }
    let hash = 2_100_002_u128 * 1_000 * u128::from(batches) % 10_000_000_000;
    let blocks = (count + 2 * batches + 2).div_ceil(10);
    let control = format!("9{batches:06}{blocks:06}{count:08}{hash:010}{:012}{total:012}", 0);
    let _ = writeln!(text, "{control:<94}");
    text
}

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

/// Statements of a thousand credits each, with the sub-fields of German banks.
fn mt940(bytes: usize) -> String {
    let mut text = String::new();
    let (mut statements, mut balance) = (0_u64, 0_u64);
    while text.len() < bytes {
        statements += 1;
        let opening = balance;
        let _ = write!(
            text,
            ":20:STARTUMS\r\n:25:37040044/532013000\r\n:28C:{statements:05}/001\r\n:60F:C260303EUR{opening},00\r\n"
        );
        for number in 0..1_000_u64 {
            balance += number + 1;
            let _ = write!(
                text,
                ":61:2603040304CR{},00NTRFNONREF//{statements:05}{number:08}\r\n:86:166?00GUTSCHRIFT?100399?20EREF+E2E-{statements}-{number}\
                 ?21SVWZ+Rechnung\r\n 48{number:03} abzgl. 2% Sk?22onto vom 01.02.2026?30ABNANL2A?31NL91ABNA0417164300?32Kunde {number} GmbH\r\n",
                number + 1
            );
        }
        let _ = write!(text, ":62F:C260304EUR{balance},00\r\n-\r\n");
    }
    text
}
