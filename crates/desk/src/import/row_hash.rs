//! The content hash of a mapped row: the same row read again is known as a duplicate without comparing its fields.

/// FNV-1a over the fields of a row, each closed by a mark, so that two fields never run together. The same in every
/// version and on every machine, for the hashes are stored. It guards against nobody: it only finds changes.
#[derive(Debug, Clone, Copy)]
pub(super) struct RowHash(u64);

const OFFSET: u64 = 0xcbf2_9ce4_8422_2325;
const PRIME: u64 = 0x0000_0100_0000_01b3;
/// Not part of any UTF-8 text.
const FIELD_END: u8 = 0xff;

impl RowHash {
    pub(super) fn new() -> Self {
        Self(OFFSET)
    }

    /// Takes a text field.
    #[must_use]
    pub(super) fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes()).bytes(&[FIELD_END])
    }

    /// Takes an optional text; an absent one is not the same as an empty one.
    #[must_use]
    pub(super) fn optional(self, text: Option<&str>) -> Self {
        match text {
            Some(text) => self.bytes(&[FIELD_END]).text(text),
            None => self.text(""),
        }
    }

    /// Takes a whole number.
    #[must_use]
    pub(super) fn number(self, number: i64) -> Self {
        self.bytes(&number.to_le_bytes()).bytes(&[FIELD_END])
    }

    /// The hash, as it is stored.
    pub(super) fn finish(self) -> i64 {
        i64::from_le_bytes(self.0.to_le_bytes())
    }

    fn bytes(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(PRIME)))
    }
}

/// A 128-bit name of an identity, for recognising repeated rows of a file without keeping their texts.
pub(super) fn identity(text: &str) -> u128 {
    let forward = RowHash::new().text(text).0;
    let salted = RowHash::new().bytes(b"identity").text(text).0;
    (u128::from(forward) << 64) | u128::from(salted)
}
