#![no_main]

use dunwell_formats::bank::ReadOptions;
use dunwell_formats::remittance::advice_table::{AdviceProfile, read_html, read_text};

libfuzzer_sys::fuzz_target!(|text: &str| {
    let (profile, options) = (AdviceProfile::plain(), ReadOptions::default());
    dunwell_fuzz::advices(text.as_bytes(), &read_html(text, &profile, &options));
    dunwell_fuzz::advices(text.as_bytes(), &read_text(text, &profile, &options));
});
