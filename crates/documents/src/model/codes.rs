//! How nouns of the rules are written in frozen documents: by their codes.

/// A currency as its ISO 4217 code.
pub(crate) mod currency {
    use dunwell_rules::money::Currency;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(currency: &Currency, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(currency.code())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Currency, D::Error> {
        let code = String::deserialize(from)?;
        Currency::parse(&code).ok_or_else(|| D::Error::custom(format!("unknown currency {code:?}")))
    }
}

/// An item kind as its code, for instance `credit_memo`.
pub(crate) mod item_kind {
    use dunwell_rules::item::ItemKind;
    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub(crate) fn serialize<S: Serializer>(kind: &ItemKind, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(kind.code())
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<ItemKind, D::Error> {
        let code = String::deserialize(from)?;
        ItemKind::parse(&code).ok_or_else(|| D::Error::custom(format!("unknown item kind {code:?}")))
    }
}
