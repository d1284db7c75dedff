#![no_main]

use dunwell_formats::bank::ReadOptions;
use dunwell_formats::remittance::advice_table::AdviceProfile;
use dunwell_formats::remittance::{AdviceFormat, read_as};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let (profile, options) = (AdviceProfile::plain(), ReadOptions::default());
    dunwell_fuzz::mails(&read_as(bytes, Some(AdviceFormat::Mail), &profile, &options));
});
