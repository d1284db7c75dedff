#![no_main]

use dunwell_formats::remittance::references::read_references;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(read_references(&lines), read_references(&lines), "the same words read the same");
});
