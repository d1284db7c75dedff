//! A credit that lies on an account, whatever it came by: looked at beside the lines it may pay, and set against those that a
//! person names: of its account, of those that this pays for, or of another customer whom it pays for this once.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Money;
use dunwell_rules::rights::Action;
use dunwell_store::read::Reading;
use serde::Serialize;
use serde_json::json;

use super::exceptions::{Look, OpenLine};
use super::set_lines::{LinePaid, Setting};
use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::version::{unchanged, version_of};
use crate::who::entry_of;
use crate::withdraw_moot::withdraw_what_it_made_moot;

/// A credit of an account with the lines it may be set against.
#[derive(Debug, Clone, Serialize)]
pub struct CreditShown {
    /// The customer number.
    pub account: String,
    /// The name; null when unknown or erased.
    pub name: Option<String>,
    /// The item.
    pub item: String,
    /// Its document number.
    pub document: String,
    /// What kind of credit it is.
    pub kind: &'static str,
    /// Its document date.
    pub date: Date,
    /// What of it is set against nothing.
    pub unapplied: Money,
    /// The receipt as which a bank told of it; null where it came another way.
    pub receipt: Option<String>,
    /// Whose lines are looked at; null where they are the account's own and of those it pays for.
    pub of: Option<String>,
    /// What is open there in its currency, oldest due date first.
    pub lines: Vec<OpenLine>,
    /// The version that a match must name.
    pub version: String,
}

/// What became of a credit.
#[derive(Debug, Clone, Serialize)]
pub struct CreditStands {
    /// The item.
    pub item: String,
    /// What was set against lines now.
    pub applied: Money,
    /// What is set against nothing.
    pub unapplied: Money,
}

/// A credit of the account `code` by its item, beside the lines of `of`; `None` is the account itself. Refused where the
/// account has no such credit.
pub async fn credit_shown(desk: &Desk, code: &str, item: &str, of: Option<&str>) -> Result<CreditShown> {
    desk.may(Action::ReadAccounts)?;
    let (_, shown) = credit_of(&mut desk.book.read().await?, code, item, of).await?;
    Ok(shown)
}

/// Answers as well who owes the lines.
async fn credit_of(
    reading: &mut Reading,
    code: &str,
    item: &str,
    of: Option<&str>,
) -> Result<((EntryId, String), CreditShown)> {
    let account = reading.account(code).await?.ok_or_else(|| Refusal::UnknownAccount(code.into()))?;
    let owing = match of {
        Some(other) => reading.account(other).await?.ok_or_else(|| Refusal::UnknownAccount(other.into()))?,
        None => account.clone(),
    };
    let id = entry_of("credit", item)?;
    let found = reading.item(account.entry, id).await?.filter(|head| !head.kind.is_debit());
    let head = found.ok_or_else(|| Refusal::NotFound { what: "credit", id: item.into() })?;
    let look = Look::of(reading, &[owing.entry], head.currency).await?;
    let receipt = reading.receipt_of_item(account.entry, id).await?;
    let unapplied = Money::new(-head.open_minor, head.currency);
    let shown = CreditShown {
        account: account.account,
        name: account.name,
        item: id.to_string(),
        document: head.document,
        kind: head.kind.code(),
        date: head.document_date,
        unapplied,
        receipt: receipt.map(|receipt| receipt.receipt.to_string()),
        of: (owing.entry != account.entry).then(|| owing.account.clone()),
        lines: look.lines(owing.entry, head.currency),
        version: version_of(&json!([id.0, unapplied.minor])),
    };
    Ok(((owing.entry, owing.account), shown))
}

/// Sets a credit of the account `code` against the lines named, on the day `on`: of the account `of`, or its own; what is left
/// of it stays where it is. `version` is the one that was looked at; `None` does not ask.
pub async fn apply_credit(
    desk: &Desk,
    code: &str,
    item: &str,
    (of, lines): (Option<&str>, &[LinePaid]),
    version: Option<&str>,
    on: Date,
) -> Result<CreditStands> {
    desk.may(Action::Apply)?;
    if lines.is_empty() {
        let why = "name at least one line that it pays".into();
        return Err(Refusal::BadValue { what: "lines", value: String::new(), why }.into());
    }
    desk.retrying(|| async {
        let ((owing, owed_by), shown) = credit_of(&mut desk.book.read().await?, code, item, of).await?;
        unchanged("credit", &shown, &shown.version, version)?;
        let mut recording = desk.record("apply", on).await?;
        let (left, currency) = (shown.unapplied.minor, shown.unapplied.currency);
        let credit = entry_of("credit", item)?;
        let mut setting = Setting { named: shown.document, credit, currency, left, on };
        setting.lines(desk, &mut recording, (owing, &owed_by), lines).await?;
        withdraw_what_it_made_moot(&mut recording, on).await?;
        recording.commit().await?;
        let (applied, unapplied) = (setting.money(left - setting.left), setting.money(setting.left));
        Ok(CreditStands { item: shown.item, applied, unapplied })
    })
    .await
}
