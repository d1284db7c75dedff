//! Values of OFX: days, amounts, and what the types of transactions mean.

use crate::amount::{Decimal, Marks, parse_amount};
use crate::bank::notes::digits;
use crate::day::Day;

/// The day of `YYYYMMDD`, with or without a time and a zone behind it. The bank's day is the day it writes.
pub(super) fn day(text: &str) -> Option<Day> {
    let bytes = text.trim().as_bytes().get(..8)?;
    Day::new(digits(&bytes[..4])?, digits(&bytes[4..6])?, digits(&bytes[6..8])?).ok()
}

/// An amount with a point or a comma as its decimal mark; OFX knows no thousands marks and no currency signs.
pub(super) fn amount(text: &str) -> Option<Decimal> {
    let marks = match (text.contains(','), text.contains('.')) {
        (true, false) => Marks::COMMA,
        (false, _) => Marks::POINT,
        (true, true) => Marks::DETECT,
    };
    parse_amount(text, marks).ok().filter(|amount| amount.sign.is_none()).map(|amount| amount.value)
}

/// Whether an amount is blanks and marks alone, without a letter or a digit of it.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|mark| mark.is_whitespace() || matches!(mark, '.' | ',' | '+' | '-'))
}

/// What a transaction type means; empty where it is not listed. Source: OFX 2.3, section 11.4.4.3.
pub(super) fn meaning(code: &str) -> &'static str {
    match code {
        "CREDIT" => "credit",
        "DEBIT" => "debit",
        "INT" => "interest",
        "DIV" => "dividend",
        "FEE" => "bank fee",
        "SRVCHG" => "service charge",
        "DEP" => "deposit",
        "ATM" => "cash machine",
        "POS" => "point of sale",
        "XFER" => "transfer",
        "CHECK" => "check",
        "PAYMENT" => "electronic payment",
        "CASH" => "cash withdrawal",
        "DIRECTDEP" => "direct deposit",
        "DIRECTDEBIT" => "direct debit by a merchant",
        "REPEATPMT" => "standing order",
        "HOLD" => "amount on hold",
        "OTHER" => "other",
        _ => "",
    }
}
