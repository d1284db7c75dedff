//! Receipts that are no customer's payment: a debit of nobody's, for all of it, takes the receipt out of the control balance. The
//! receipt stands, so that no file brings it again; whatever reverses or gives it takes the debit back first.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number, from_day_number};
use dunwell_rules::cash::set_aside::SetAsideReason;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Money;

use super::bank::{BANK, Received};
use super::rows::{NewApplication, NewItem, PostingRefusal};
use super::{BOOK_ACCOUNT, Deed, Recording, json};
use crate::db::on_tx;
use crate::fault::Result;

/// What a receipt is set aside by: the external id begins with the receipt's item.
const OF_RECEIPT: &str = "select item from item where book = $1 and source = $2 and external_id >= $3 and external_id < $4 \
     and reversed_by is null order by item";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[OF_RECEIPT];

impl Recording {
    /// Sets a receipt of nobody aside, whole, from a day on and never before it was posted. Refused when it does not stand as
    /// nobody's, or something of it is used.
    pub async fn set_aside(
        &mut self,
        received: Received,
        (document, amount): (&str, Money),
        (reason, words): (SetAsideReason, Option<&str>),
        on: Date,
    ) -> Result<std::result::Result<EntryId, PostingRefusal>> {
        let mut working = self.load([received.item.0]).await?;
        let posted_on = match working.items.get(&received.item.0) {
            Some(item) if item.reversed() || item.head.account != BOOK_ACCOUNT.0 => {
                return Ok(Err(PostingRefusal::AlreadyReversed));
            }
            Some(item) => from_day_number(item.head.posting_day),
            None => return Ok(Err(PostingRefusal::NotFound)),
        };
        self.store(&mut working).await?;
        let on = on.max(posted_on);
        let external_id = format!("set_aside#{}#{}", received.item.0, reason.code());
        let aside = (ItemKind::SetAside, amount);
        let item = NewItem::made(BOOK_ACCOUNT, aside, format!("ASIDE-{document}"), on, (BANK, external_id));
        let aside = self.post_items(&[item], &[0]).await?.remove(0);
        let row =
            NewApplication { credit: received.item, debit: aside, line: None, amount: amount.minor, effective: on };
        if let Err(moved) = self.apply(&[row]).await?.remove(0) {
            return Ok(Err(moved));
        }
        let detail = serde_json::json!({ "item": aside.0, "reason": reason.code() });
        let entry = self.journal_deed(Deed {
            kind: "receipt_set_aside",
            subject: Some(received.entry.0),
            currency: Some(amount.currency.code()),
            amount: Some(amount.minor),
            day: day_number(on),
            detail: json(&detail)?,
            words,
            ..Deed::default()
        })?;
        self.write_note(BOOK_ACCOUNT.0, entry, words);
        Ok(Ok(aside))
    }

    /// Takes back by what a receipt is set aside, where it is.
    pub(super) async fn undo_set_aside(&mut self, receipt: EntryId, on: Date) -> Result<()> {
        let book = self.envelope.book;
        // '$' follows '#'.
        let (from, to) = (format!("set_aside#{}#", receipt.0), format!("set_aside#{}$", receipt.0));
        let found: Vec<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(OF_RECEIPT).bind(book).bind(BANK)
            .bind(&from).bind(&to).fetch_all(c).await?);
        for item in found {
            let _reversed = self.reverse_own(EntryId(item), on).await?;
        }
        Ok(())
    }
}
