//! Undoing a whole import by reversal: nothing is deleted, every entry of it gets its opposite.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Money;
use dunwell_rules::rights::Action;
use dunwell_store::record::ReceiptKept;
use serde::Serialize;

use crate::desk::Desk;
use crate::refunds::end::not_refunded;
use crate::refusal::{Refusal, Result};

/// What was undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undone {
    /// The import.
    pub import: String,
    /// How many of its entries were reversed; 0 when it was undone before.
    pub reversed: u64,
    /// The day the reversals post on.
    pub on: String,
    /// Receipts that stay: a final statement of another import lists them too, and they are its own now.
    pub stays: Vec<ReceiptStays>,
}

/// A receipt that stays though the file that told it first is undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReceiptStays {
    /// The receipt.
    pub receipt: String,
    /// What people call it.
    pub document: String,
    /// What came in.
    pub amount: Money,
    /// The import whose statement lists it.
    pub import: String,
}

/// Reverses every entry of an import on the day `on`, and gives what it corrected back what it was; refused when the book has
/// no such import, and (`refund_lives`) while a refund of a credit that it brought is not called off. A second call reverses nothing: an entry is reversed once.
/// A bank's receipt that a final statement of another import lists stays, with what it pays.
pub async fn reverse_import(desk: &Desk, import: &str, on: Date) -> Result<Undone> {
    desk.may(Action::UndoImport)?;
    let not_found = || Refusal::NotFound { what: "import", id: import.to_owned() };
    let id: EntryId = EntryId::parse(import).ok_or_else(not_found)?;
    let known = desk.book.read().await?.import(id).await?;
    if known.ok_or_else(not_found)?.undone_by.is_some() {
        return Ok(Undone { import: import.to_owned(), reversed: 0, on: on.to_string(), stays: Vec::new() });
    }
    if let Some(receipt) = desk.book.read().await?.remittance_applied_elsewhere(id).await? {
        return Err(explains(import, receipt).into());
    }
    desk.retrying(|| async {
        let mut recording = desk.record("reverse import", on).await?;
        not_refunded(recording.live_refund_of_import(id).await?.as_ref())?;
        let kept = recording.keep_told_elsewhere(id, on).await?;
        let reversed = recording.reverse_import(id, on).await?;
        recording.commit().await?;
        let stays = kept.into_iter().map(stays).collect();
        Ok(Undone { import: import.to_owned(), reversed, on: on.to_string(), stays })
    })
    .await
}

fn stays(kept: ReceiptKept) -> ReceiptStays {
    let (receipt, import) = (kept.receipt.to_string(), kept.import.to_string());
    ReceiptStays { receipt, document: kept.document, amount: kept.amount, import }
}

/// An advice of the import explains a receipt that was set against what it pays when the bank's file came.
fn explains(import: &str, receipt: EntryId) -> Refusal {
    let why = format!("receipt {receipt} is applied by what an advice of it says; `dunwell unmatch {receipt}` first");
    Refusal::BadValue { what: "import", value: import.to_owned(), why }
}
