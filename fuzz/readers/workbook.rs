#![no_main]

use dunwell_formats::sheet::{SheetReader, read_workbook};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let _ = read_workbook(bytes);
    let _ = SheetReader::open(bytes, &["Customer"]);
});
