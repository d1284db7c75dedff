//! Words by which a payer may mean to settle a dispute by paying less (accord and satisfaction, UCC 3-311).

use alloc::string::String;

/// Phrases that call a payment full payment, folded: lower case, single spaces, no punctuation.
const FULL_PAYMENT: &[&str] = &[
    "paid in full",
    "payment in full",
    "in full settlement",
    "in full satisfaction",
    "in full and final",
    "full and final",
    "full settlement",
    "final payment in full",
    "settled in full",
    "satisfaction in full",
    "accord and satisfaction",
    "complete settlement",
    "account settled",
    "settles the account",
    "final settlement",
    "endgultige zahlung",
    "endgültige zahlung",
    "zur vollständigen abgeltung",
    "abgeltung aller ansprüche",
    "abgeltung aller forderungen",
    "erledigt damit",
    "pour solde de tout compte",
    "solde de tout compte",
    "para saldar la cuenta",
    "pago total y definitivo",
    "finiquito",
    "a saldo e stralcio",
    "saldo e stralcio",
    "tegen finale kwijting",
    "finale kwijting",
];

/// Whether the payer calls the payment full payment, in English, German, French, Spanish, Italian or Dutch.
///
/// "Invoice 4711 in full" is no such phrase: a payer who pays one invoice whole says so too.
pub fn says_paid_in_full(text: &str) -> bool {
    let folded = fold(text);
    FULL_PAYMENT.iter().any(|phrase| contains_words(&folded, phrase))
}

/// Lower case, every run of what is no letter or digit a single space.
fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            folded.push(c);
        } else if !folded.ends_with(' ') {
            folded.push(' ');
        }
    }
    folded
}

/// Whether `phrase` stands in `text` from the beginning of a word to the end of one. Blanks within do not count: banks cut
/// what a payer wrote into lines of a fixed width, within words too.
fn contains_words(text: &str, phrase: &str) -> bool {
    let starts = text.char_indices().filter(|(at, c)| *c != ' ' && (*at == 0 || text[..*at].ends_with(' ')));
    starts.into_iter().any(|(at, _)| {
        let mut rest = text[at..].chars();
        let mut letters = phrase.chars().filter(|c| *c != ' ');
        letters.all(|letter| rest.find(|c| *c != ' ') == Some(letter)) && rest.next().is_none_or(|c| c == ' ')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_payment_is_known_by_its_phrases_and_not_by_its_words() {
        for text in [
            "PAID IN FULL",
            "cheque in full and final settlement.",
            "Full-and-final",
            "Pour solde de tout compte!",
            "CHEQUE 4711 PAYMENT IN F ULL SETTLEMENT",
        ] {
            assert!(says_paid_in_full(text), "{text}");
        }
        for text in ["INV 48129 in full", "full payment INV 48129", "unpaid in fullness", "partial payment", ""] {
            assert!(!says_paid_in_full(text), "{text}");
        }
    }
}
