//! Document numbers as payers write them: `INV-0048129`, `48129`, `inv 48129`.

use alloc::string::String;

/// How a written reference names a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum NamedAs {
    /// By its digits alone, at least four of them, whatever letters stand before; leading zeros do not count.
    Digits,
    /// By the same letters and digits, whatever stands between them.
    Whole,
}

/// The fewest digits by which a document is known without its letters.
const MIN_DIGITS: usize = 4;

/// Letters in capitals and digits; all else is left out.
pub fn reference_key(written: &str) -> String {
    written.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// Whether a written reference names a document, and how. Both are given as written.
pub fn same_document(written: &str, document: &str) -> Option<NamedAs> {
    same_key(&reference_key(written), &reference_key(document))
}

/// The same of what [`reference_key`] leaves of both.
pub(super) fn same_key(written: &str, document: &str) -> Option<NamedAs> {
    if written.is_empty() {
        return None;
    }
    if written == document {
        return Some(NamedAs::Whole);
    }
    let (ours, theirs) = (reference_digits(document)?, reference_digits(written)?);
    let letters_agree = {
        let (a, b) = (letters_before(written), letters_before(document));
        a.is_empty() || b.is_empty() || a == b || is_word_for_document(a)
    };
    (ours == theirs && letters_agree).then_some(NamedAs::Digits)
}

/// The digits a document number ends in, without leading zeros; `None` for fewer than four, or with digits before letters.
pub fn reference_digits(key: &str) -> Option<&str> {
    let letters = key.trim_end_matches(|c: char| c.is_ascii_digit());
    if letters.chars().any(|c| c.is_ascii_digit()) {
        return None;
    }
    let digits = &key[letters.len()..];
    let kept = digits.trim_start_matches('0');
    (digits.len() >= MIN_DIGITS && !kept.is_empty()).then_some(kept)
}

fn letters_before(key: &str) -> &str {
    key.trim_end_matches(|c: char| c.is_ascii_digit())
}

/// Whether a written reference has the shape of a document number: the same letters, at least one, before as many digits, at
/// least four. Both are given as written.
pub(super) fn same_shape(written: &str, document: &str) -> bool {
    let (written, document) = (reference_key(written), reference_key(document));
    let (ours, theirs) = (letters_before(&document), letters_before(&written));
    ours == theirs
        && ours.chars().any(char::is_alphabetic)
        && written.len() == document.len()
        && document.len() - ours.len() >= MIN_DIGITS
}

/// Words that payers put before any invoice number.
fn is_word_for_document(letters: &str) -> bool {
    [
        "INV",
        "INVOICE",
        "INVNO",
        "NO",
        "NR",
        "RE",
        "RG",
        "RECHNUNG",
        "RECHNUNGSNR",
        "FACT",
        "FACTURE",
        "FRA",
        "FATTURA",
        "FT",
        "REF",
    ]
    .contains(&letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_known_by_its_whole_number_or_by_its_digits() {
        let cases = [
            ("INV-48129", "INV-48129", Some(NamedAs::Whole)),
            ("inv 48129", "INV-48129", Some(NamedAs::Whole)),
            ("48129", "INV-48129", Some(NamedAs::Digits)),
            ("0048129", "INV-48129", Some(NamedAs::Digits)),
            ("Rechnung 48129", "INV-48129", Some(NamedAs::Digits)),
            ("PO-48129", "INV-48129", None),
            ("129", "INV-129", None),
            ("2026-48129", "48129", None),
            ("48128", "INV-48129", None),
            ("48129", "2026A48129", None),
            ("", "INV-1", None),
            ("--", "", None),
        ];
        for (written, document, expected) in cases {
            assert_eq!(same_document(written, document), expected, "{written} for {document}");
        }
    }
}
