#![no_main]

use dunwell_formats::bank::Format;
use dunwell_fuzz::bank_file;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| bank_file(Some(Format::Mt940), bytes));
