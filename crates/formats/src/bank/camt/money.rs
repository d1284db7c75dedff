//! Amounts of an XML message: a decimal with a point and a currency attribute.

use super::tree::Node;
use crate::amount::{Decimal, Marks, parse_amount};
use crate::bank::Side;
use crate::currency::CurrencyCode;

/// An amount as written, in minor units of its currency, never below nought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Money {
    /// Minor units.
    pub(super) minor: i64,
    /// The currency.
    pub(super) currency: CurrencyCode,
    /// Whether it was written below nought, which the standard forbids: its side is the other one.
    pub(super) negative: bool,
}

/// Reads an amount; without a currency attribute it is in `otherwise`. Refuses in words.
pub(super) fn money(node: Node<'_, '_>, otherwise: Option<CurrencyCode>) -> Result<Money, String> {
    let (value, currency) = written(node, otherwise)?;
    whole(node, value.minor_units(currency.exponent()), currency)
}

/// Reads a balance, as [`money`], and says whether it was exact: some banks add balances as binary fractions.
pub(super) fn balance(node: Node<'_, '_>, otherwise: Option<CurrencyCode>) -> Result<(Money, bool), String> {
    let (value, currency) = written(node, otherwise)?;
    let exact = value.minor_units(currency.exponent()).is_some();
    Ok((whole(node, value.near_minor_units(currency.exponent()), currency)?, exact))
}

fn written(node: Node<'_, '_>, otherwise: Option<CurrencyCode>) -> Result<(Decimal, CurrencyCode), String> {
    let named = node.currency().map(|code| CurrencyCode::parse(code).ok_or_else(|| format!("'{code}' is no currency")));
    let currency = named.transpose()?.or(otherwise).ok_or("the amount has no currency")?;
    let text = node.text();
    let amount = parse_amount(text, Marks::POINT).map_err(|error| format!("'{}': {error}", shortened(text)))?;
    Ok((amount.value, currency))
}

fn whole(node: Node<'_, '_>, minor: Option<i64>, currency: CurrencyCode) -> Result<Money, String> {
    let refused = || format!("'{}' has more decimals than {currency}, or is too large", shortened(node.text()));
    let minor = minor.ok_or_else(refused)?;
    Ok(Money { minor: minor.checked_abs().ok_or("the amount is too large")?, currency, negative: minor < 0 })
}

/// The amount at the end of a path, where it is there and can be read.
pub(super) fn money_at(node: Node<'_, '_>, path: &[&str], otherwise: Option<CurrencyCode>) -> Option<Money> {
    node.find(path).and_then(|amount| money(amount, otherwise).ok())
}

/// What a `CdtDbtInd` says; `None` where it is missing or says neither.
pub(super) fn side(node: Node<'_, '_>) -> Option<Side> {
    match node.text_at(&["CdtDbtInd"]) {
        Some("CRDT") => Some(Side::Credit),
        Some("DBIT") => Some(Side::Debit),
        _ => None,
    }
}

/// The other side.
pub(super) fn other(side: Side) -> Side {
    match side {
        Side::Credit => Side::Debit,
        Side::Debit => Side::Credit,
    }
}

/// A text for a message: its first 40 characters.
pub(super) fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}
