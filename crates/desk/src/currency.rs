//! Which currency a person means when they name an account and an amount.

use dunwell_rules::calendar::Date;
use dunwell_rules::money::Currency;
use dunwell_store::read::AccountChoice;

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::who::currency_of;

/// The named currency, else the only one in which the account has anything open; refused when there are several.
pub async fn currency_for(desk: &Desk, code: &str, named: Option<&str>, on: Date) -> Result<Currency> {
    if let Some(named) = named {
        return currency_of(named);
    }
    let facts = desk.book.read().await?.facts(AccountChoice::Codes(&[code]), on).await?;
    match facts.as_slice() {
        [] => Err(Refusal::UnknownAccount(code.into()).into()),
        [only] => Ok(only.currency),
        several => Err(Refusal::CurrencyRequired {
            account: code.into(),
            currencies: several.iter().map(|facts| facts.currency.to_string()).collect(),
        }
        .into()),
    }
}
