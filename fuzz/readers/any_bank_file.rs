#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dunwell_fuzz::bank_file(None, bytes));
