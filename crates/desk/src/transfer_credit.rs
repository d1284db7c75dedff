//! Moving a credit that belongs to somebody else: by reversing it here and entering it there, dated, or for a bank's receipt by
//! giving it to the other account.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Money;
use dunwell_rules::rights::Action;
use dunwell_store::record::{BANK, ItemRow, NewItem, PostingRefusal, Received, Recording, Revised};
use serde::Serialize;

use crate::desk::Desk;
use crate::refunds::end::not_refunded;
use crate::refusal::{Refusal, Result, not_posted};
use crate::who::{account_of, amount_of, item_of};

/// A credit that was moved.
#[derive(Debug, Clone, Serialize)]
pub struct CreditMoved {
    /// The credit's document number, the same in both accounts.
    pub credit: String,
    /// Whose it was.
    pub from: String,
    /// Whose it is.
    pub to: String,
    /// What was moved.
    pub amount: Money,
    /// The credit as it stands in the other account.
    pub item: String,
}

/// Moves an unapplied credit of account `from`, or so much of it, to account `to` on the day `on`. What it was applied to stays
/// applied. Refused is more than is unapplied (`over_applied`), a debit and what the desk made itself (`wrong_side`), what
/// a refund pays back (`refund_lives`), and a part of a bank's receipt (`bad_value`): that is applied to the other account's documents instead.
pub async fn transfer_credit(
    desk: &Desk,
    from: &str,
    credit: &str,
    to: &str,
    amount: Option<&str>,
    on: Date,
) -> Result<CreditMoved> {
    desk.may(Action::Apply)?;
    desk.may(Action::Unapply)?;
    if from == to {
        let why = "name another account".into();
        return Err(Refusal::BadValue { what: "account", value: to.into(), why }.into());
    }
    desk.retrying(|| async {
        let mut recording = desk.record("transfer", on).await?;
        let here = account_of(&mut recording, from).await?;
        let there = account_of(&mut recording, to).await?;
        let item = item_of(&mut recording, &here, credit).await?;
        let unapplied = Money::new(item.open, item.amount.currency);
        let refused = |code: PostingRefusal| not_posted(code, &format!("{credit}, of which {unapplied} is unapplied"));
        if !matches!(item.kind, ItemKind::Receipt | ItemKind::CreditMemo | ItemKind::Adjustment) {
            return Err(refused(PostingRefusal::WrongSide).into());
        }
        let moved = match amount {
            Some(text) => amount_of(text, item.amount.currency)?,
            None => unapplied,
        };
        if moved.minor <= 0 || moved.minor > unapplied.minor {
            return Err(refused(PostingRefusal::OverApplied).into());
        }
        not_refunded(recording.live_refund(item.item).await?.as_ref())?;
        let made = match item.source == BANK && item.kind == ItemKind::Receipt {
            true => give(desk, &mut recording, &item, moved, (here.account, there.account), on).await?,
            false => enter(&mut recording, &item, moved, (here.account, there.account), on).await?,
        };
        let made = made.map_err(refused)?;
        recording.credit_transferred(here.account, made, there.account, moved, on)?;
        recording.commit().await?;
        Ok(CreditMoved {
            credit: credit.into(),
            from: from.into(),
            to: to.into(),
            amount: moved,
            item: made.to_string(),
        })
    })
    .await
}

/// What became of a move, or why it was refused.
type Moved = std::result::Result<EntryId, PostingRefusal>;

/// Gives a bank's receipt to the other account. Refused is a part of it: the bank told of it whole.
async fn give(
    desk: &Desk,
    recording: &mut Recording,
    item: &ItemRow,
    moved: Money,
    (here, there): (EntryId, EntryId),
    on: Date,
) -> Result<Moved> {
    if moved.minor != item.amount.minor {
        let open = Money::new(item.open, item.amount.currency);
        let why = if item.open == item.amount.minor {
            "a receipt is moved whole: leave the amount out, or apply a part of it to the other account's documents"
                .to_owned()
        } else {
            format!(
                "a receipt is moved whole, and {open} of its {} is unapplied: take it off what it pays first (`dunwell unmatch`, \
                 or `unapply`), or apply the rest to the other account's documents",
                item.amount
            )
        };
        return Err(Refusal::BadValue { what: "amount", value: moved.to_string(), why }.into());
    }
    let receipt = desk.book.read().await?.receipt_of_item(here, item.item).await?;
    let Some(receipt) = receipt else { return Ok(Err(PostingRefusal::NotFound)) };
    let received = Received { entry: receipt.receipt, item: item.item };
    let given = recording.give_receipt(received, there, on).await?;
    Ok(given.ok_or(PostingRefusal::AlreadyReversed))
}

/// Reverses the credit here, enters again what of it stays with what it was applied to, and enters the rest there.
async fn enter(
    recording: &mut Recording,
    item: &ItemRow,
    moved: Money,
    (here, there): (EntryId, EntryId),
    on: Date,
) -> Result<Moved> {
    let row = |account, amount, source: &str, external_id: String| {
        let made =
            NewItem::made(account, (item.kind, amount), item.document.clone(), item.value_date, (source, external_id));
        NewItem { posting_date: on.max(item.posting_date), ..made }
    };
    if moved.minor == item.amount.minor {
        if let Err(refused) = recording.reverse(item.item, on).await? {
            return Ok(Err(refused));
        }
    } else {
        let left = Money::new(item.amount.minor - moved.minor, moved.currency);
        let kept = row(here, left, &item.source, item.external_id.clone());
        let revised = recording.revise_item(item.item, &kept, item.row_hash, on).await?;
        if !matches!(revised, Revised::Reentered { on_account: 0, .. }) {
            return Ok(Err(PostingRefusal::OverApplied));
        }
    }
    let new = row(there, moved, "dunwell", format!("transfer/{}", item.item));
    Ok(Ok(recording.post_items(&[new], &[0]).await?.remove(0)))
}
