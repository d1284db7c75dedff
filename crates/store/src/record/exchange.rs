//! A receipt that pays in another currency: what of it is turned into that currency, and the difference that leaves.
//!
//! Each currency is conserved by itself. In the receipt's currency a debit of its own kind takes off what is given; in the other
//! a credit of its own kind comes in, at the rate, and pays the lines. What it falls short of them is a currency loss, a credit
//! that closes the rest; what it is beyond them is a currency gain, a debit that takes it off. All of them come and go with
//! the receipt.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::cash::Exchange;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Money, RateFacts};

use super::bank::BANK;
use super::rows::{NewApplication, NewItem, PostingRefusal};
use super::{Deed, Recording, json};
use crate::db::on_tx;
use crate::fault::Result;

/// What a receipt was turned into: the external ids begin with the receipt's item.
const OF_RECEIPT: &str = "select item from item where book = $1 and source = $2 and external_id >= $3 and external_id < $4 \
     and reversed_by is null order by item";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[OF_RECEIPT];

/// A conversion to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewExchange {
    /// Whose the receipt is.
    pub account: EntryId,
    /// The receipt, as the item as which it stands.
    pub receipt: EntryId,
    /// Its document number.
    pub document: String,
    /// The day it counts for.
    pub value_on: Date,
    /// How much of it comes to how much.
    pub exchange: Exchange,
    /// The rate, with its day and who published or stated it.
    pub rate: RateFacts,
    /// What is paid: items, lines where one is meant, and minor units of the other currency; together what is got and the
    /// difference.
    pub pays: Vec<(EntryId, Option<i64>, i64)>,
}

impl Recording {
    /// Turns so much of a receipt into another currency and pays with it. `Err` says that what it was to pay is not open like
    /// that any more.
    pub async fn exchange(
        &mut self,
        new: &NewExchange,
        on: Date,
    ) -> Result<std::result::Result<EntryId, PostingRefusal>> {
        let Exchange { gives, gets, difference } = new.exchange;
        let place = EntryId::new(self.envelope.batch, self.envelope.rows);
        let item = |kind: ItemKind, amount: Money| new.item(kind, amount, place, on);
        let mut items = vec![item(ItemKind::Exchanged, gives), item(ItemKind::Converted, gets)];
        if difference != 0 {
            let kind = if difference > 0 { ItemKind::CurrencyLoss } else { ItemKind::CurrencyGain };
            items.push(item(kind, Money::new(difference.abs(), gets.currency)));
        }
        let posted = self.post_items(&items, &vec![0; items.len()]).await?;
        let (given, got, apart) = (posted[0], posted[1], posted.get(2).copied());
        let row = |credit, debit, line, amount| NewApplication { credit, debit, line, amount, effective: on };
        let mut rows = vec![row(new.receipt, given, None, gives.minor)];
        let mut left = gets.minor;
        for (debit, line, amount) in &new.pays {
            let part = left.min(*amount);
            left -= part;
            if part > 0 {
                rows.push(row(got, *debit, *line, part));
            }
            if let Some(loss) = apart.filter(|_| part < *amount) {
                rows.push(row(loss, *debit, *line, amount - part));
            }
        }
        if let Some(gain) = apart.filter(|_| difference < 0) {
            rows.push(row(got, gain, None, left));
        }
        for outcome in self.apply(&rows).await? {
            if let Err(moved) = outcome {
                return Ok(Err(moved));
            }
        }
        self.journal_exchange(new, (given, got, apart), on).map(Ok)
    }

    fn journal_exchange(
        &mut self,
        new: &NewExchange,
        (given, got, apart): (EntryId, EntryId, Option<EntryId>),
        on: Date,
    ) -> Result<EntryId> {
        let (rate, Exchange { gives, gets, difference }) = (&new.rate, new.exchange);
        let detail = serde_json::json!({ "given_item": given.0, "got_item": got.0, "difference_item": apart.map(|item| item.0),
            "gives": gives.minor, "gives_currency": gives.currency.code(), "gets": gets.minor,
            "gets_currency": gets.currency.code(), "difference": difference, "rate_nano": rate.rate_nano,
            "rate_from": rate.from.code(), "rate_to": rate.to.code(), "rate_day": day_number(rate.day),
            "rate_source": rate.source });
        let entry = self.journal_deed(Deed {
            account: new.account.0,
            kind: "exchanged",
            subject: Some(new.receipt.0),
            currency: Some(gives.currency.code()),
            amount: Some(gives.minor),
            day: day_number(on),
            detail: json(&detail)?,
            ..Deed::default()
        })?;
        Ok(EntryId(entry))
    }

    /// Takes back all that a receipt was turned into: what that paid is open again, and the receipt is set against nothing.
    pub(super) async fn undo_exchanges(&mut self, receipt: EntryId, on: Date) -> Result<()> {
        let book = self.envelope.book;
        // '$' follows '#'.
        let (from, to) = (format!("exchange#{receipt}#"), format!("exchange#{receipt}$"));
        let found: Vec<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(OF_RECEIPT).bind(book).bind(BANK)
            .bind(&from).bind(&to).fetch_all(c).await?);
        for item in found {
            // One that went with the debit it closed is reversed already.
            let _reversed = self.reverse_own(EntryId(item), on).await?;
        }
        Ok(())
    }
}

impl NewExchange {
    /// One of the items of the conversion.
    fn item(&self, kind: ItemKind, amount: Money, place: EntryId, on: Date) -> NewItem {
        let external_id = format!("exchange#{}#{place}#{}", self.receipt, kind.code());
        let made =
            NewItem::made(self.account, (kind, amount), format!("FX-{}", self.document), on, (BANK, external_id));
        NewItem { document_date: self.value_on, value_date: self.value_on, ..made }
    }
}
