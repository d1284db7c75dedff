#![no_main]

use dunwell_formats::bank::ReadOptions;
use dunwell_formats::remittance::x12;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dunwell_fuzz::advices(bytes, &x12::read(bytes, &ReadOptions::default())));
