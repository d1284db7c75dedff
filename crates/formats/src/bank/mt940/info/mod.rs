//! `:86:`, what the bank tells the account owner of an entry, in the dialects of banks.
//!
//! - [`subfields`]: `166?00GUTSCHRIFT?20SVWZ+…?32NAME` of German, Polish and Austrian banks (also with `>`, `~`, `^` or `+`);
//! - [`tags`]: `/TRTP/…/IBAN/…/NAME/…/REMI/…` of Dutch banks and of SWIFT;
//! - [`keywords`]: `NAAM: … OMSCHRIJVING: …`, `AUFTRAGGEBER: … MITTEILUNGEN: …` of older Dutch, Swiss and Polish formats;
//! - anything else is text, line by line.

mod keywords;
mod subfields;
mod tags;

use crate::bank::{BankCode, Charge, Original, Party, Payment};
use crate::currency::CurrencyCode;

use super::amounts::decimal;

/// What a reader of a dialect fills.
#[derive(Debug)]
pub(super) struct Info<'p> {
    /// The payment of the entry.
    pub(super) payment: &'p mut Payment,
    /// The codes of the entry.
    pub(super) codes: &'p mut Vec<BankCode>,
    /// How many charges of the payment were told before.
    pub(super) told: usize,
}

/// The most charges told before that another one is held against.
const MOST_TOLD: usize = 16;

/// Reads the lines of a `:86:` that belongs to an entry.
pub(super) fn read(lines: &[&str], info: &mut Info<'_>) {
    if !subfields::read(lines, info) && !tags::read(lines, info) {
        keywords::read(lines, info);
    }
}

/// Reads lines of tags that go on with what was said of an entry before; `false` where they are not written so.
pub(super) fn read_tags(lines: &[&str], info: &mut Info<'_>) -> bool {
    tags::read(lines, info)
}

/// Reads a line that states amounts before exchange and charges; `false` for any other.
pub(super) fn read_amounts(line: &str, info: &mut Info<'_>) -> bool {
    ["/OCMT/", "/CHGS/", "/EXCH/"].iter().any(|tag| line.starts_with(tag)) && tags::read(&[line], info)
}

impl Info<'_> {
    /// The counterparty, made when first needed.
    fn party(&mut self) -> &mut Party {
        self.payment.counterparty.get_or_insert_default()
    }

    fn name(&mut self, name: &str) {
        if !name.trim().is_empty() {
            self.party().name = Some(name.trim().to_owned());
        }
    }

    fn account(&mut self, account: &str) {
        let account: String = account.split_whitespace().collect();
        if !account.is_empty() {
            self.party().account = Some(account);
        }
    }

    fn bank(&mut self, bank: &str) {
        if !bank.trim().is_empty() {
            self.party().bank = Some(bank.trim().to_owned());
        }
    }

    fn id(&mut self, id: &str) {
        if !id.trim().is_empty() {
            self.party().id = Some(id.trim().to_owned());
        }
    }

    fn behind(&mut self, name: &str) {
        if !name.trim().is_empty() {
            self.payment.behind.get_or_insert_default().name = Some(name.trim().to_owned());
        }
    }

    fn text(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.payment.text.push(text.trim().to_owned());
        }
    }

    fn end_to_end(&mut self, reference: &str) {
        let reference = reference.trim();
        if !reference.is_empty() && !reference.eq_ignore_ascii_case("NOTPROVIDED") {
            self.payment.end_to_end = Some(reference.to_owned());
        }
    }

    fn reference(&mut self, name: &'static str, reference: &str) {
        let reference = reference.trim();
        if !reference.is_empty() && !reference.eq_ignore_ascii_case("NOTPROVIDED") {
            self.payment.references.push((name, reference.to_owned()));
        }
    }

    /// An amount with its currency in front (`EUR12,50`), as what the payment was before exchange and charges. What stands
    /// behind it, or is no amount, is text.
    fn original(&mut self, text: &str) {
        let Some((currency, amount, rest)) = currency_amount(text) else { return self.text(text) };
        let rate = self.payment.original.take().and_then(|known| known.rate);
        self.payment.original = Some(Box::new(Original { amount, currency, rate }));
        self.text(rest.trim_matches('/'));
    }

    /// The rate of exchange; kept with the original amount, else by its name.
    fn rate(&mut self, text: &str) {
        match &mut self.payment.original {
            Some(original) => original.rate = Some(text.trim().to_owned()),
            None => self.reference("exchange_rate", text),
        }
    }

    /// A charge with its currency in front, once where both the line and the information behind it tell it.
    fn charge(&mut self, text: &str, code: &str) {
        let Some((currency, amount, rest)) = currency_amount(text) else { return self.text(text) };
        let mut before = self.payment.charges.iter().take(self.told.min(MOST_TOLD));
        let told = before.any(|told| (told.amount, told.currency) == (amount, currency));
        if amount != 0 && !told {
            self.payment.charges.push(Charge { amount, currency, code: code.to_owned(), included: None });
        }
        self.text(rest.trim_matches('/'));
    }
}

/// `EUR12,50` or `EUR 12,50` in minor units, and what stands behind it.
fn currency_amount(text: &str) -> Option<(CurrencyCode, i64, &str)> {
    let text = text.trim();
    let currency = CurrencyCode::parse(text.get(..3)?)?;
    let (amount, rest) = decimal(text[3..].trim_start())?;
    Some((currency, amount.minor_units(currency.exponent())?, rest))
}

/// Whether a text has the shape of an IBAN: two letters, two digits, up to 30 letters and digits.
pub(in crate::bank) fn looks_like_iban(text: &str) -> bool {
    let bytes = text.as_bytes();
    (15..=34).contains(&bytes.len())
        && bytes[..2].iter().all(u8::is_ascii_uppercase)
        && bytes[2..4].iter().all(u8::is_ascii_digit)
        && bytes.iter().all(u8::is_ascii_alphanumeric)
}
