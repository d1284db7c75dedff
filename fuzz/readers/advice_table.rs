#![no_main]

use dunwell_formats::bank::ReadOptions;
use dunwell_formats::remittance::advice_table::{AdviceProfile, read_file};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    dunwell_fuzz::advices(bytes, &read_file(bytes, &AdviceProfile::plain(), &ReadOptions::default()));
});
