//! Time-based codes (RFC 6238): HMAC-SHA-1, 30 seconds, six digits; the step before and the step after are good as well.

use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;

/// One step, in microseconds.
const STEP: i64 = 30_000_000;

/// The step whose code this is, at most one away from now; `None` when it is none of them.
pub(super) fn step_of(secret: &[u8], given: &str, now: i64) -> Option<i64> {
    let given: String = given.chars().filter(|character| !character.is_whitespace()).collect();
    let this = now.div_euclid(STEP);
    [this, this - 1, this + 1].into_iter().find(|step| !secret.is_empty() && code(secret, *step) == given)
}

/// The code of a step.
pub(super) fn code(secret: &[u8], step: i64) -> String {
    let mut mac = Hmac::<Sha1>::new_from_slice(secret).expect("an HMAC key has any length");
    mac.update(&step.to_be_bytes());
    let hash = mac.finalize().into_bytes();
    let at = usize::from(hash[19] & 0x0f);
    let number = u32::from_be_bytes([hash[at], hash[at + 1], hash[at + 2], hash[at + 3]]) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// Bytes in base 32 (RFC 4648), as people type them into an authenticator; without padding.
pub(super) fn base32(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut text = String::new();
    for chunk in bytes.chunks(5) {
        let mut five = [0_u8; 8];
        five[3..3 + chunk.len()].copy_from_slice(chunk);
        let bits = u64::from_be_bytes(five);
        let letters = (chunk.len() * 8).div_ceil(5);
        for place in 0..letters {
            let letter = (bits >> (35 - 5 * place)) & 31;
            text.push(char::from(LETTERS[letter as usize]));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{base32, code, step_of};

    #[test]
    fn codes_are_those_of_the_standard() {
        // RFC 6238, appendix B, SHA-1; the last six of eight digits.
        let secret = b"12345678901234567890";
        for (seconds, expected) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(code(secret, seconds / 30), expected, "at {seconds}");
        }
    }

    #[test]
    fn a_code_is_good_one_step_early_and_one_step_late() {
        let secret = b"12345678901234567890";
        let now = 1_111_111_111_000_000;
        assert_eq!(step_of(secret, "050 471", now), Some(1_111_111_111 / 30));
        assert_eq!(step_of(secret, "050471", now + 30_000_000), Some(1_111_111_111 / 30));
        assert_eq!(step_of(secret, "050471", now - 30_000_000), Some(1_111_111_111 / 30));
        assert_eq!(step_of(secret, "050471", now + 90_000_000), None);
        assert_eq!(step_of(secret, "", now), None);
        assert_eq!(step_of(b"", "050471", now), None);
    }

    #[test]
    fn base_32_is_that_of_the_standard() {
        // RFC 4648, section 10, without padding.
        for (bytes, expected) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(bytes.as_bytes()), expected);
        }
    }
}
