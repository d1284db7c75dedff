//! How fast BAI2 and NACHA files are read on one core: `cargo run --release --package dunwell-formats --example bank_speed`.
//!
//! Makes a file of each format in memory, of about the given number of megabytes (default 64), and reads it three times;
//! the best counts. Prints megabytes (10^6 bytes) and entries a second of processor time, where the system tells it.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use dunwell_formats::bank::{ReadOptions, read};

fn main() {
    let megabytes = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(64_usize);
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
