//! What a person does about a return that found no receipt, or several: say which receipt it takes back, say that it takes
//! none of ours, or take it off a receipt again.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::returns::{Returnable, likely, likely_whole_of, paid_by_part};
use dunwell_rules::rights::Action;
use dunwell_store::read::Reading;
use dunwell_store::record::PostingRefusal;
use dunwell_store::views::applied::AppliedView;
use dunwell_store::views::cash::ReceiptView;
use dunwell_store::views::returns::ReturnView;
use serde::Serialize;

use super::told_returns::{returnable, returned};
use crate::desk::Desk;
use crate::look::page;
use crate::refunds::end::not_refunded;
use crate::refusal::{Refusal, Result};
use crate::who::entry_of;
use crate::withdraw_moot::withdraw_what_it_made_moot;

/// A return, with the receipts that it may take back.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnShown {
    /// The return.
    #[serde(flatten)]
    pub told: ReturnView,
    /// Receipts of its amount that stand, the likeliest first, and then larger ones of which it may be a part; none where it has
    /// taken one back.
    pub likely: Vec<ReceiptView>,
}

/// The returns about which a person is asked, the longest asked first, each with what it may take back: at most `most` after
/// the one given (day, return).
pub async fn cash_returns(desk: &Desk, after: Option<(Date, EntryId)>, most: i64) -> Result<Vec<ReturnShown>> {
    desk.may(Action::ReadAccounts)?;
    let mut reading = desk.book.read().await?;
    let mut shown = Vec::new();
    for told in reading.returns_asked(after, most).await? {
        shown.push(show(&mut reading, told).await?);
    }
    Ok(shown)
}

/// A page of returns.
#[derive(Debug, Clone, Serialize)]
pub struct ReturnsAsked {
    /// The returns, in the order of the list that was asked for.
    pub returns: Vec<ReturnShown>,
    /// What the next page is asked for with; null on the last.
    pub next_cursor: Option<String>,
}

/// A page of the returns about which a person is asked, the longest asked first; an unknown cursor is refused.
pub async fn returns_page(desk: &Desk, cursor: Option<&str>, limit: Option<usize>) -> Result<ReturnsAsked> {
    let (size, after) = (page::size(limit)?, page::day_and_entry(cursor)?);
    let rows = cash_returns(desk, after, i64::try_from(size + 1).unwrap_or(i64::MAX)).await?;
    let cursor = |shown: &ReturnShown| page::after_day(shown.told.asked_on.unwrap_or(Date::MIN), shown.told.entry);
    let (returns, next_cursor) = page::cut(rows, size, cursor);
    Ok(ReturnsAsked { returns, next_cursor })
}

/// A page of the returns that took a receipt back, the newest first; an unknown cursor is refused.
pub async fn returns_settled(desk: &Desk, cursor: Option<&str>, limit: Option<usize>) -> Result<ReturnsAsked> {
    desk.may(Action::ReadAccounts)?;
    let (size, before) = (page::size(limit)?, page::entry(cursor)?);
    let most = i64::try_from(size + 1).unwrap_or(i64::MAX);
    let rows = desk.book.read().await?.returns_settled(before, most).await?;
    let shown = rows.into_iter().map(|told| ReturnShown { told, likely: Vec::new() }).collect();
    let (returns, next_cursor) = page::cut(shown, size, |shown: &ReturnShown| shown.told.entry.to_string());
    Ok(ReturnsAsked { returns, next_cursor })
}

/// One return with what it may take back; `None` when the entry is no return.
pub async fn cash_return(desk: &Desk, entry: &str) -> Result<Option<ReturnShown>> {
    desk.may(Action::ReadAccounts)?;
    let Some(entry) = EntryId::parse(entry) else { return Ok(None) };
    let mut reading = desk.book.read().await?;
    let Some(told) = reading.bank_return(entry).await? else { return Ok(None) };
    Ok(Some(show(&mut reading, told).await?))
}

/// The return that took a receipt back; `None` when none did.
pub async fn return_of_receipt(desk: &Desk, receipt: EntryId) -> Result<Option<ReturnView>> {
    desk.may(Action::ReadAccounts)?;
    Ok(desk.book.read().await?.return_of(receipt).await?)
}

async fn show(reading: &mut Reading, told: ReturnView) -> Result<ReturnShown> {
    let mut shown = ReturnShown { told, likely: Vec::new() };
    if shown.told.receipt.is_some() {
        return Ok(shown);
    }
    let asked = returned(&shown.told);
    let rows = reading.returnable(asked.currency, &asked.amounts, asked.booked_on).await?;
    let receipts: Vec<Returnable> = rows.into_iter().map(returnable).collect();
    let rows = reading.larger_receipts(shown.told.amount, asked.booked_on, &asked.references).await?;
    let larger: Vec<Returnable> = rows.into_iter().map(returnable).collect();
    for receipt in likely(&asked, &receipts).into_iter().chain(likely_whole_of(&asked, &larger)) {
        shown.likely.extend(reading.receipt(receipt).await?);
    }
    Ok(shown)
}

/// Takes back a receipt, on the day its return was booked: it is reversed, what it paid is open again with its due dates, and
/// what was written off or disputed for it is undone. Refused is a receipt of another amount (`bad_value`), but for what the bank
/// says it took for the return.
pub async fn match_return(desk: &Desk, entry: &str, receipt: &str, on: Date) -> Result<ReturnShown> {
    match_return_of(desk, entry, receipt, &[], on).await
}

/// The same of a return that may be a part of the receipt: it is taken off these documents, by number or item, which are open
/// again, and just the amount of the return leaves it; what is left of them lies on account. Without documents it is taken
/// from what the receipt has unapplied, else off the only document on which it pays just that much. Refused (`bad_value`) are
/// a document that the receipt does not pay, documents of less than the return, and documents where the whole receipt goes.
pub async fn match_return_of(
    desk: &Desk,
    entry: &str,
    receipt: &str,
    documents: &[String],
    on: Date,
) -> Result<ReturnShown> {
    desk.may(Action::Unapply)?;
    let (id, of) = (entry_of("return", entry)?, entry_of("receipt", receipt)?);
    desk.retrying(|| async {
        let mut reading = desk.book.read().await?;
        let told = reading.bank_return(id).await?.ok_or_else(|| unknown("return", entry))?;
        let found = reading.receipt(of).await?.ok_or_else(|| unknown("receipt", receipt))?;
        drop(reading);
        if told.part {
            let message = format!("return {entry} has a receipt");
            return Err(Refusal::Posting { code: PostingRefusal::AlreadyReversed, message }.into());
        }
        if found.amount.currency != told.amount.currency {
            return Err(no_part(&told, &found).into());
        }
        if found.amount.minor > told.amount.minor {
            return take_part(desk, (&told, &found), documents, on).await;
        }
        if let Some(document) = documents.first() {
            return Err(whole(document, &found).into());
        }
        if !returned(&told).amounts.contains(&found.amount.minor) {
            return Err(too_small(&told, &found).into());
        }
        let mut recording = desk.record("match return", on).await?;
        if recording.take_back(id, of).await?.is_none() {
            let message = format!("receipt {receipt} went back already, or return {entry} has a receipt");
            return Err(Refusal::Posting { code: PostingRefusal::AlreadyReversed, message }.into());
        }
        recording.commit().await?;
        Ok(())
    })
    .await?;
    shown(desk, entry).await
}

/// Takes a part of a receipt back, off the documents that a person names.
async fn take_part(
    desk: &Desk,
    (told, found): (&ReturnView, &ReceiptView),
    documents: &[String],
    on: Date,
) -> Result<()> {
    let mut reading = desk.book.read().await?;
    let applied = reading.applied_of(found.account_id, found.item).await?;
    drop(reading);
    let mut recording = desk.record("match return", on).await?;
    not_refunded(recording.live_refund(found.item).await?.as_ref())?;
    let paid = recording.paid_by(found.receipt).await?.unwrap_or_default();
    let paid: Vec<(EntryId, i64)> = paid.into_iter().map(|paid| (paid.item, paid.amount)).collect();
    let mut named: Vec<EntryId> = Vec::new();
    for document in documents {
        let line = applied.iter().find(|line| line.document == *document || line.item.to_string() == *document);
        let item = line.map(|line| line.item).filter(|item| paid.iter().any(|(paid, _)| paid == item));
        let item = item.ok_or_else(|| not_paid(document, found))?;
        if !named.contains(&item) {
            named.push(item);
        }
    }
    if named.is_empty() && found.unapplied.minor < told.amount.minor {
        named.extend(paid_by_part(told.amount.minor, &paid));
    }
    let freed: i64 = paid.iter().filter(|(item, _)| named.contains(item)).map(|(_, amount)| amount).sum();
    if freed.saturating_add(found.unapplied.minor) < told.amount.minor {
        return Err(say_which(told, found, &applied).into());
    }
    if let Err(code) = recording.take_back_part(told.entry, found.receipt, &named).await? {
        let message = format!("return {} took nothing off receipt {}: look at both again", told.entry, found.receipt);
        return Err(Refusal::Posting { code, message }.into());
    }
    withdraw_what_it_made_moot(&mut recording, on).await?;
    recording.commit().await?;
    Ok(())
}

/// Says why nothing is to be done about a return: it takes no receipt of ours back, or what it takes back was dealt with by
/// hand.
pub async fn see_return(desk: &Desk, entry: &str, because: &str, on: Date) -> Result<ReturnShown> {
    desk.may(Action::Unapply)?;
    let id = entry_of("return", entry)?;
    if because.trim().is_empty() {
        let why = "say why nothing is to be done".into();
        return Err(Refusal::BadValue { what: "reason", value: String::new(), why }.into());
    }
    desk.retrying(|| async {
        let mut recording = desk.record("see return", on).await?;
        recording.see_return(id, because.trim(), on).await?;
        recording.commit().await?;
        Ok(())
    })
    .await?;
    shown(desk, entry).await
}

/// Takes a return off the receipt that it took back, on the day `on`: the receipt stands again where it was, set against
/// nothing, and a person is asked about both.
pub async fn unmatch_return(desk: &Desk, entry: &str, on: Date) -> Result<ReturnShown> {
    desk.may(Action::Unapply)?;
    let id = entry_of("return", entry)?;
    desk.retrying(|| async {
        let mut recording = desk.record("unmatch return", on).await?;
        recording.give_back(id, on).await?;
        recording.commit().await?;
        Ok(())
    })
    .await?;
    shown(desk, entry).await
}

async fn shown(desk: &Desk, entry: &str) -> Result<ReturnShown> {
    Ok(cash_return(desk, entry).await?.ok_or_else(|| unknown("return", entry))?)
}

fn unknown(what: &'static str, id: &str) -> Refusal {
    Refusal::NotFound { what, id: id.to_owned() }
}

fn too_small(told: &ReturnView, found: &ReceiptView) -> Refusal {
    let why = format!(
        "the receipt is {}, and {} went back: that is more than the receipt and what the bank says it took for the return",
        found.amount, told.amount
    );
    Refusal::BadValue { what: "receipt", value: found.receipt.to_string(), why }
}

fn whole(document: &str, found: &ReceiptView) -> Refusal {
    let why = format!("the whole receipt {} went back: name no document", found.receipt);
    Refusal::BadValue { what: "document", value: document.to_owned(), why }
}

fn not_paid(document: &str, found: &ReceiptView) -> Refusal {
    let why = format!("receipt {} does not pay it", found.receipt);
    Refusal::BadValue { what: "document", value: document.to_owned(), why }
}

fn say_which(told: &ReturnView, found: &ReceiptView, applied: &[AppliedView]) -> Refusal {
    let lines: Vec<String> = applied.iter().map(|line| format!("{} {}", line.document, line.amount)).collect();
    let why = format!(
        "{} of receipt {} went back: name documents of as much that it pays ({}); {} of it is unapplied",
        told.amount,
        found.receipt,
        lines.join(", "),
        found.unapplied
    );
    Refusal::BadValue { what: "document", value: String::new(), why }
}

fn no_part(told: &ReturnView, found: &ReceiptView) -> Refusal {
    let why = format!("the receipt is {}, and {} went back", found.amount, told.amount);
    Refusal::BadValue { what: "receipt", value: found.receipt.to_string(), why }
}
