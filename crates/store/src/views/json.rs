//! How money, entries and instants are written in JSON.

use dunwell_rules::account::EntryId;
use dunwell_rules::money::{Currency, Money};
use serde::{Serialize, Serializer};

/// An amount as a decimal string with its currency: `{"amount":"33864.01","currency":"USD"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MoneyView {
    /// The amount, with the currency's decimals and no thousands marks.
    pub amount: String,
    /// The three-letter code.
    pub currency: String,
}

impl MoneyView {
    /// `minor` units of `currency`.
    pub fn new(minor: i64, currency: Currency) -> Self {
        Self { amount: Money::new(minor, currency).decimal(), currency: currency.code().into() }
    }
}

impl From<Money> for MoneyView {
    fn from(money: Money) -> Self {
        Self::new(money.minor, money.currency)
    }
}

/// Writes an entry as `412.3`.
pub(crate) fn entry<S: Serializer>(entry: &EntryId, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(entry)
}

/// Writes an entry as `412.3`, or null.
pub(crate) fn entry_or_null<S: Serializer>(entry: &Option<EntryId>, to: S) -> Result<S::Ok, S::Error> {
    match entry {
        Some(entry) => to.collect_str(entry),
        None => to.serialize_none(),
    }
}

/// Writes a currency as its code.
pub(crate) fn currency<S: Serializer>(currency: &Currency, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(currency.code())
}

/// Writes a currency as its code, or null.
pub(crate) fn currency_or_null<S: Serializer>(currency: &Option<Currency>, to: S) -> Result<S::Ok, S::Error> {
    match currency {
        Some(currency) => to.serialize_str(currency.code()),
        None => to.serialize_none(),
    }
}

/// An instant in UTC microseconds as RFC 3339, for instance `2026-11-22T00:42:00Z`.
pub fn instant_text(micros: i64) -> String {
    jiff::Timestamp::from_microsecond(micros).map_or_else(|_| micros.to_string(), |instant| instant.to_string())
}

/// Writes an instant as RFC 3339.
pub(crate) fn instant<S: Serializer>(micros: &i64, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&instant_text(*micros))
}

/// Writes an instant as RFC 3339, or null.
pub(crate) fn instant_if_any<S: Serializer>(micros: &Option<i64>, to: S) -> Result<S::Ok, S::Error> {
    match micros {
        Some(micros) => instant(micros, to),
        None => to.serialize_none(),
    }
}
