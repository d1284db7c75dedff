//! Currency codes and how many decimals their minor unit has.
//!
//! For readers of formats whose amounts imply their decimals (BAI2: `1000` is ten dollars, but a thousand yen). Absent on
//! purpose: names, and whether a code is in use.

use core::fmt;

/// Three letters that name a currency, as ISO 4217 writes them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CurrencyCode([u8; 3]);

impl CurrencyCode {
    /// The US dollar: what BAI2, NACHA and X12 mean where they name none.
    pub const USD: Self = Self(*b"USD");

    /// A code of three ASCII letters, in either case, blanks around it ignored; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let letters: [u8; 3] = text.trim().as_bytes().try_into().ok()?;
        letters.iter().all(u8::is_ascii_alphabetic).then(|| Self(letters.map(|letter| letter.to_ascii_uppercase())))
    }

    /// The code in capitals.
    pub fn as_str(&self) -> &str {
        core::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// How many decimals the minor unit has, by ISO 4217: 2 unless listed otherwise.
    pub fn exponent(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG" | b"RWF" | b"UGX"
            | b"UYI" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            b"CLF" | b"UYW" => 4,
            _ => 2,
        }
    }
}

impl fmt::Display for CurrencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for CurrencyCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_three_letters_and_knows_its_decimals() {
        let exponent = |text: &str| CurrencyCode::parse(text).map(CurrencyCode::exponent);
        assert_eq!(
            (exponent(" usd "), exponent("JPY"), exponent("KWD"), exponent("CLF")),
            (Some(2), Some(0), Some(3), Some(4))
        );
        assert_eq!((exponent("US"), exponent("U$D"), exponent("ÜSD")), (None, None, None));
    }
}
