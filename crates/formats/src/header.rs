//! Header names compared as people mean them.

/// A header name reduced to its letters and digits in lower case: `*Invoice No.`, `invoice_no` and `InvoiceNo` are one.
///
/// Letters of any script count; a number sign alone (`Invoice #`) does not.
pub fn header_key(name: &str) -> String {
    if name.is_ascii() {
        return name
            .bytes()
            .filter(u8::is_ascii_alphanumeric)
            .map(|byte| char::from(byte.to_ascii_lowercase()))
            .collect();
    }
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
