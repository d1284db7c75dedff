//! A transaction (`STMTTRN`) as an entry.

use std::borrow::Cow;

use super::values::{amount, day, is_blank, meaning};
use crate::bank::{BankCode, Entry, EntryStatus, Funds, Payment, Place, Side};
use crate::currency::CurrencyCode;

/// The leaves of a transaction, each with the element it stands in.
#[derive(Debug, Default)]
pub(super) struct Leaves<'s> {
    pub(super) place: Place,
    pub(super) leaves: Vec<(&'s str, &'s str, Cow<'s, str>)>,
}

impl Leaves<'_> {
    /// The value of a leaf in an element; `None` where it is missing or blank.
    fn get(&self, inside: &str, name: &str) -> Option<&str> {
        let found = self.leaves.iter().find(|(parent, known, _)| *parent == inside && *known == name);
        found.map(|(_, _, value)| &**value).filter(|value| !value.is_empty())
    }

    /// The value of a leaf of the transaction itself.
    fn own(&self, name: &str) -> Option<&str> {
        self.get("STMTTRN", name)
    }

    /// Whether its amount is marks without a digit: banks write the balance of a day so, and no money is in it.
    pub(super) fn moves_nothing(&self) -> bool {
        self.own("TRNAMT").is_some_and(is_blank)
    }
}

/// Reads a transaction; says in words what makes it unreadable.
pub(super) fn entry(leaves: &Leaves<'_>, account: Option<CurrencyCode>) -> Result<Entry, String> {
    let named = leaves.get("CURRENCY", "CURSYM").and_then(CurrencyCode::parse);
    let currency = named.or(account).ok_or("the transaction and its account name no currency")?;
    let text = leaves.own("TRNAMT").ok_or("the transaction has no amount")?;
    let value = amount(text).ok_or_else(|| format!("'{}' is no amount", shortened(text)))?;
    let minor = value.minor_units(currency.exponent()).and_then(i64::checked_abs);
    let minor =
        minor.ok_or_else(|| format!("'{}' has more decimals than {currency}, or is too large", shortened(text)))?;
    let posted = leaves.own("DTPOSTED").ok_or("the transaction has no date")?;
    let booking_day = day(posted).ok_or_else(|| format!("'{}' is no date", shortened(posted)))?;
    let kind = leaves.own("TRNTYPE").unwrap_or("").to_ascii_uppercase();
    let value_day = leaves.own("VALUEDATE").or_else(|| leaves.own("DTAVAIL")).and_then(day);
    let mut codes = Vec::new();
    if !kind.is_empty() {
        codes.push(BankCode { list: "ofx", meaning: meaning(&kind), code: kind.clone() });
    }
    Ok(Entry {
        place: leaves.place,
        sequence: 0,
        reference: leaves.own("FITID").map(str::to_owned),
        status: if kind == "HOLD" { EntryStatus::Pending } else { EntryStatus::Booked },
        amount: minor,
        currency,
        side: if value.is_negative() { Side::Debit } else { Side::Credit },
        reversal: leaves.own("CORRECTACTION") == Some("DELETE"),
        booking_day: Some(booking_day),
        value_day,
        codes,
        funds: leaves
            .own("DTAVAIL")
            .and_then(day)
            .map_or(Funds::Unstated, |day| Funds::From { day: Some(day), time: String::new() }),
        payment: payment(leaves),
        batch: Vec::new(),
    })
}

/// A text for a message: its first 40 characters.
fn shortened(text: &str) -> String {
    text.chars().take(40).collect()
}

fn payment(leaves: &Leaves<'_>) -> Payment {
    let own = |name: &str| leaves.own(name).map(str::to_owned);
    // A check number of noughts is how programs write none.
    let check = own("CHECKNUM").filter(|number| number.bytes().any(|byte| byte != b'0'));
    let mut payment =
        Payment { customer_reference: check.clone(), bank_reference: own("SRVRTID"), ..Payment::default() };
    payment.references.extend(check.map(|number| ("check", number)));
    for (name, tag) in [("reference", "REFNUM"), ("corrects", "CORRECTFITID"), ("sic", "SIC")] {
        payment.references.extend(own(tag).map(|text| (name, text)));
    }
    let name = leaves.get("PAYEE", "NAME").or_else(|| leaves.own("EXTDNAME")).or_else(|| leaves.own("NAME"));
    // Some banks write the payee as a plain name.
    let name = name.or_else(|| leaves.own("PAYEE"));
    let account = leaves.get("BANKACCTTO", "ACCTID").or_else(|| leaves.get("CCACCTTO", "ACCTID"));
    if name.is_some() || account.is_some() {
        let party = payment.counterparty.get_or_insert_default();
        party.name = name.map(str::to_owned);
        party.account = account.map(str::to_owned);
        party.bank = leaves.get("BANKACCTTO", "BANKID").map(str::to_owned);
        let lines = ["ADDR1", "ADDR2", "ADDR3", "CITY", "STATE", "POSTALCODE", "COUNTRY"];
        party.address = lines.into_iter().filter_map(|line| leaves.get("PAYEE", line)).map(str::to_owned).collect();
    }
    // Banks put what the payer wrote into the memo, and where there is none into the name.
    payment.text.extend(own("MEMO").or_else(|| name.map(str::to_owned)));
    let original = leaves.get("ORIGCURRENCY", "CURSYM").and_then(CurrencyCode::parse);
    if let Some((currency, rate)) = original.zip(leaves.get("ORIGCURRENCY", "CURRATE")) {
        // The amount was changed into the account's currency already, and the first one is not said.
        payment.references.push(("exchange_rate", format!("{rate} {currency}")));
    }
    payment
}
