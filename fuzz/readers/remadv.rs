#![no_main]

use dunwell_formats::bank::ReadOptions;
use dunwell_formats::remittance::edifact;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| dunwell_fuzz::advices(
    bytes,
    &edifact::read(bytes, &ReadOptions::default())
));
