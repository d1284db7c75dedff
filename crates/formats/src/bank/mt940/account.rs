//! `:25:`, the account: an IBAN, or a bank and a number, in the ways that banks write them.

use super::info::looks_like_iban;
use crate::bank::BankAccount;
use crate::currency::CurrencyCode;

/// Reads the account: `BANK/NUMBER`, `BIC/NUMBER/CUR`, `NUMBER`, an IBAN; a currency at its end is cut off where it is the
/// statement's (`1291.99.348EUR`).
pub(super) fn account(text: &str) -> (BankAccount, Option<CurrencyCode>) {
    let compact: String = text.split_whitespace().collect();
    // Some begin with the slashes that in other fields announce an account (`//BANK/NUMBER/EUR`).
    let mut parts: Vec<&str> = compact.split('/').filter(|part| !part.is_empty()).collect();
    let named = parts.last().copied().filter(|last| parts.len() > 1 && last.len() == 3).and_then(CurrencyCode::parse);
    if named.is_some() {
        parts.pop();
    }
    let (bank, number) = match parts[..] {
        [bank, number] => (Some(bank.to_owned()), number.to_owned()),
        _ => (None, parts.join("/")),
    };
    let mut account = BankAccount { bank, ..BankAccount::default() };
    if looks_like_iban(&number) {
        account.iban = Some(number);
    } else if !number.is_empty() {
        account.number = Some(number);
    }
    (account, named)
}

/// Cuts the statement's currency off the end of the number.
pub(super) fn without_currency(account: &mut BankAccount, currency: CurrencyCode) {
    for number in [&mut account.iban, &mut account.number].into_iter().flatten() {
        if let Some(rest) = number.strip_suffix(currency.as_str()).filter(|rest| rest.len() >= 5) {
            *number = rest.to_owned();
        }
    }
}
