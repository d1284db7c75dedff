#![no_main]

use dunwell_formats::aging_export::{AgingOptions, read_aging};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    read_aging(bytes, &AgingOptions::default());
});
