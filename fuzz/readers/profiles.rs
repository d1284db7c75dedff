#![no_main]

use dunwell_formats::bank::BankProfile;
use dunwell_formats::remittance::advice_table::AdviceProfile;

libfuzzer_sys::fuzz_target!(|text: &str| {
    let lines = text.matches('\n').count() + 1;
    let refused = [BankProfile::parse(text).err(), AdviceProfile::parse(text).err()];
    for why in refused.into_iter().flatten() {
        assert!((1..=lines).contains(&why.line) && why.column >= 1, "a place in the text: {why}");
    }
});
