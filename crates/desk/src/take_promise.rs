//! Taking a promise to pay: who said what, how much, by when, for which items.

use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use dunwell_store::record::NewPromise;
use serde::Serialize;

use crate::currency::currency_for;
use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::who::{account_of, amount_of, item_of};

/// A promise as a person gives it.
#[derive(Debug, Clone)]
pub struct PromiseGiven {
    /// The amount as typed.
    pub amount: String,
    /// The currency, where the account has several.
    pub currency: Option<String>,
    /// The day the money is to be in our bank.
    pub by: Date,
    /// Documents covered; empty is the oldest past due first.
    pub documents: Vec<String>,
    /// Who said it, and how it will be paid; erasable.
    pub text: Option<String>,
}

/// What was recorded.
#[derive(Debug, Clone, Serialize)]
pub struct PromiseTaken {
    /// The promise.
    pub promise: String,
    /// Customer number.
    pub account: String,
    /// The amount.
    pub amount: dunwell_rules::money::Money,
    /// The day the money is to be in our bank.
    pub by: String,
    /// Documents covered.
    pub items: Vec<String>,
}

/// Records a promise given on the day `on`. It counts as a contact, and stops notices for the amount promised only.
pub async fn take_promise(desk: &Desk, code: &str, given: &PromiseGiven, on: Date) -> Result<PromiseTaken> {
    desk.may(Action::Promise)?;
    if given.by < on {
        let why = format!("it lies before {on}, the day the promise is given");
        return Err(Refusal::BadValue { what: "date", value: given.by.to_string(), why }.into());
    }
    desk.retrying(|| async {
        let currency = currency_for(desk, code, given.currency.as_deref(), on).await?;
        let amount = amount_of(&given.amount, currency)?;
        let mut recording = desk.record("promise", on).await?;
        let account = account_of(&mut recording, code).await?;
        let mut items = Vec::new();
        for document in &given.documents {
            items.push(item_of(&mut recording, &account, document).await?.item);
        }
        let row = NewPromise {
            account: account.account,
            amount,
            made_on: on,
            promised_for: given.by,
            items,
            words: given.text.clone(),
        };
        let promise = recording.promise(&row).await?;
        recording.commit().await?;
        Ok(PromiseTaken {
            promise: promise.to_string(),
            account: code.into(),
            amount,
            by: given.by.to_string(),
            items: given.documents.clone(),
        })
    })
    .await
}
