//! Finding what a person means: accounts by customer number, items by document number, entries by id, amounts by text.

use dunwell_rules::account::EntryId;
use dunwell_rules::money::{AmountError, Currency, Money, parse_amount};
use dunwell_store::record::{AccountRow, ItemRow, Recording};

use crate::refusal::{Refusal, Result};

/// The account of a customer number; refused when there is none.
pub async fn account_of(recording: &mut Recording, code: &str) -> Result<AccountRow> {
    let mut found = recording.accounts_by_code(&[code]).await?;
    Ok(found.remove(code).ok_or_else(|| Refusal::UnknownAccount(code.into()))?)
}

/// The account's item of a document number that is not reversed; the newest where several share it.
pub async fn item_of(recording: &mut Recording, account: &AccountRow, document: &str) -> Result<ItemRow> {
    let found = recording.items_by_document(account.account, document).await?;
    let newest = found.into_iter().max_by_key(|item| item.item.0);
    Ok(newest.ok_or_else(|| Refusal::UnknownItem { account: account.code.clone(), document: document.into() })?)
}

/// Reads an entry id, as `412.3`.
pub fn entry_of(what: &'static str, text: &str) -> Result<EntryId> {
    Ok(EntryId::parse(text).ok_or_else(|| Refusal::NotFound { what, id: text.into() })?)
}

/// Reads a currency code.
pub fn currency_of(code: &str) -> Result<Currency> {
    Ok(Currency::parse(code).ok_or_else(|| Refusal::BadValue {
        what: "currency",
        value: code.into(),
        why: "it is no ISO 4217 code".into(),
    })?)
}

/// Reads an amount above zero.
pub fn amount_of(text: &str, currency: Currency) -> Result<Money> {
    let plain = text.replace(',', "");
    let refused = |why: String| Refusal::BadValue { what: "amount", value: text.into(), why };
    let money = parse_amount(&plain, currency).map_err(|error| match error {
        AmountError::TooManyDecimals => refused(format!("{currency} has {} decimals", currency.exponent())),
        other => refused(other.to_string()),
    })?;
    if money.minor <= 0 {
        return Err(refused("it must be above zero".into()).into());
    }
    Ok(money)
}

/// Refuses (`not_found`) an id about which nothing was `done` because the book has nothing of that id; what was done before,
/// or is over, is another answer.
pub(crate) async fn known_or_done(
    recording: &mut Recording,
    what: &'static str,
    id: EntryId,
    done: bool,
) -> Result<()> {
    if done || recording.account_of_activity(id).await?.is_some() {
        return Ok(());
    }
    Err(Refusal::NotFound { what, id: id.to_string() }.into())
}
