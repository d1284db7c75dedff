//! Settlements: what a source says was settled, without the cash behind it.

use std::collections::HashMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};

use super::apply::{Applied, Days, Outcome, ToApply, application_posting};
use super::ledger::Loaded;
use super::post::Closed;
use super::rows::{NewApplication, NewItem, PostingRefusal};
use super::{Deed, Recording, json};
use crate::db::on_tx;
use crate::fault::{Fault, Result};

const SET_SETTLEMENT: &str = "update item set settlement = $4 where book = $1 and account = $2 and item = $3";

/// Where a receipt replaced a settlement.
const REPLACED: &str = "select detail from activity where book = $1 and account = $2 and kind = 'settlement_replaced' \
     and subject = $3 order by entry";
/// What a receipt pays now.
const PAYS: &str = "select distinct g.item from movement m join ledger g on g.batch = m.entry / 1048576 and g.entry = m.entry \
     where m.book = $1 and m.account = $2 and m.item = $3 and g.kind = 'application' and g.credit_item = $3 \
     and not exists (select 1 from ledger u where u.book = g.book and u.reverses = g.entry) order by g.item";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[SET_SETTLEMENT, REPLACED, PAYS];

/// A debit and the day its source says it was settled.
type Asked = (EntryId, Date);

/// The settlement of a debit: same source, an external id of its own.
fn settlement_row(debit: &NewItem, item: i64, amount: i64, day: Date) -> NewItem {
    let settled = (ItemKind::Settlement, Money::new(amount, debit.amount.currency));
    let id = (debit.source.as_str(), format!("{}:settlement", EntryId(item)));
    let made = NewItem::made(debit.account, settled, debit.document.clone(), day, id);
    NewItem { business_unit: debit.business_unit.clone(), ..made }
}

impl Recording {
    /// Settles debits: posts a settlement of what is open of each, on the day given, and applies it then, or on the item's
    /// posting day if that is later. Answers the settlements; a debit with nothing open gets none.
    pub async fn post_settlements(&mut self, rows: &[(EntryId, Date)]) -> Result<Vec<EntryId>> {
        let staged: HashMap<i64, usize> = self.staged.iter().enumerate().map(|(at, item)| (item.entry, at)).collect();
        let (new, old): (Vec<Asked>, Vec<Asked>) =
            rows.iter().copied().partition(|(item, _)| staged.contains_key(&item.0));
        let mut settlements = Vec::with_capacity(rows.len());
        for (item, day) in new {
            settlements.extend(self.settle_staged(staged[&item.0], day)?.map(EntryId));
        }
        settlements.extend(self.settle_written(old).await?);
        Ok(settlements)
    }

    /// How much a source's settlement of a document is that stands, minor units; nought where there is none.
    pub async fn settled_of(&mut self, item: EntryId) -> Result<i64> {
        let mut working = self.load([item.0]).await?;
        let Some(settlement) = working.items.get(&item.0).and_then(|debit| debit.head.settlement) else { return Ok(0) };
        self.load_into(&mut working, [settlement]).await?;
        let stands = working.items.get(&settlement).filter(|credit| !credit.reversed());
        Ok(stands.map_or(0, |credit| credit.head.amount))
    }

    /// Sets a receipt against a document in the place of the settlement that its source said, from a day on: that is reversed.
    /// `receipt` is its account and item. Refused where no settlement of just this amount stands, or the receipt has less.
    pub async fn replace_settlement(
        &mut self,
        (account, receipt): (EntryId, EntryId),
        item: EntryId,
        amount: i64,
        on: Date,
    ) -> Result<Outcome<()>> {
        let working = self.load([item.0]).await?;
        let Some(debit) = working.items.get(&item.0) else { return Ok(Err(PostingRefusal::NotFound)) };
        let currency = debit.head.currency.clone();
        let Some(settlement) = debit.head.settlement else { return Ok(Err(PostingRefusal::AlreadyReversed)) };
        if self.settled_of(item).await? != amount {
            return Ok(Err(PostingRefusal::OverApplied));
        }
        if let Err(refused) = self.reverse_own(EntryId(settlement), on).await? {
            return Ok(Err(refused));
        }
        let row = NewApplication { credit: receipt, debit: item, line: None, amount, effective: on };
        if let Err(refused) = self.apply(&[row]).await?.remove(0) {
            return Ok(Err(refused));
        }
        let detail = json(&serde_json::json!({ "item": item.0, "settlement": settlement }))?;
        self.journal_deed(Deed {
            account: account.0,
            kind: "settlement_replaced",
            subject: Some(receipt.0),
            currency: Some(&currency),
            amount: Some(amount),
            day: day_number(on),
            detail,
            ..Deed::default()
        })?;
        Ok(Ok(()))
    }

    /// The documents that a receipt pays in the place of a settlement: of all, or of one. Ask before it is taken off them.
    pub(super) async fn replaced_by(
        &mut self,
        (account, receipt): (EntryId, EntryId),
        only: Option<EntryId>,
    ) -> Result<Vec<EntryId>> {
        let book = self.envelope.book;
        let details: Vec<String> = on_tx!(self.tx().await?, c => sqlx::query_scalar(REPLACED).bind(book).bind(account.0)
            .bind(receipt.0).fetch_all(c).await?);
        if details.is_empty() {
            return Ok(Vec::new());
        }
        let item = |detail: &String| serde_json::from_str::<serde_json::Value>(detail).ok()?["item"].as_i64();
        let replaced: Vec<i64> = details.iter().filter_map(item).collect();
        let pays: Vec<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(PAYS).bind(book).bind(account.0)
            .bind(receipt.0).fetch_all(c).await?);
        let pays = pays.into_iter().filter(|item| replaced.contains(item)).map(EntryId);
        Ok(pays.filter(|item| only.is_none_or(|only| only == *item)).collect())
    }

    /// Documents whose receipt was taken off them are settled again, as their source says, from the day on which it was taken off.
    pub(super) async fn settle_again(
        &mut self,
        (account, receipt): (EntryId, EntryId),
        documents: &[EntryId],
        on: Date,
    ) -> Result<()> {
        if documents.is_empty() {
            return Ok(());
        }
        let day = self.moved_last(account, receipt).await?.map_or(on, |moved| moved.max(on));
        let rows: Vec<Asked> = documents.iter().map(|item| (*item, day)).collect();
        self.post_settlements(&rows).await?;
        Ok(())
    }

    /// Settles items that are written already.
    async fn settle_written(&mut self, rows: Vec<Asked>) -> Result<Vec<EntryId>> {
        let mut working = self.load(rows.iter().map(|(item, _)| item.0)).await?;
        let mut settled: Vec<(EntryId, i64, Date)> = Vec::new();
        for (item, day) in rows {
            let Some(loaded) = working.items.get(&item.0) else { continue };
            if loaded.debit
                && !loaded.reversed()
                && loaded.open() > 0
                && settled.iter().all(|(known, ..)| *known != item)
            {
                settled.push((item, self.settle_loaded(loaded, day)?, day));
            }
        }
        self.load_into(&mut working, settled.iter().map(|(_, credit, _)| *credit)).await?;
        let book = self.envelope.book;
        for (item, credit, day) in &settled {
            let debit = &working.items[&item.0];
            let (account, open) = (debit.head.account, debit.open());
            let days = self.days(&working, *credit, item.0, day_number(*day));
            let asked = ToApply { credit: *credit, debit: item.0, line: None, amount: open, external: None };
            if self.apply_loaded(&mut working, asked, days).await?.is_err() {
                return Err(Fault::new(format!("item {item} cannot be settled")));
            }
            on_tx!(&mut self.tx, c => sqlx::query(SET_SETTLEMENT).bind(book).bind(account).bind(item.0).bind(*credit)
                .execute(c).await.map(|_| ())?);
        }
        self.store(&mut working).await?;
        Ok(settled.into_iter().map(|(_, credit, _)| EntryId(credit)).collect())
    }

    /// Settles an item that is still staged: both are written closed.
    fn settle_staged(&mut self, at: usize, day: Date) -> Result<Option<i64>> {
        let debit = &self.staged[at];
        let open: i64 = debit.lines.iter().map(|line| line.open).sum();
        if !debit.row.kind.is_debit() || open == 0 {
            return Ok(None);
        }
        let (item, account, currency) = (debit.entry, debit.row.account.0, debit.row.amount.currency);
        let effective = day_number(day).max(debit.posting_day);
        let posting_day = self.open_day(effective);
        let credit = self.stage(settlement_row(&self.staged[at].row, item, open, day), 0, Some(item), false)?;
        let credit_posting_day = self.open_day(day_number(day));
        for place in 0..self.staged[at].lines.len() {
            let line = self.staged[at].lines[place];
            if line.open == 0 {
                continue;
            }
            let applied = Applied {
                debit: (account, item),
                line: place as i64 + 1,
                credit: (account, credit),
                amount: line.open,
                currency: currency.code(),
                days: Days { posting: posting_day, value: effective },
                external: None,
            };
            let entry = self.journal_posting(application_posting(&applied))?;
            let closed =
                Closed { entry, day: posting_day, credit, credit_posting_day, credit_document_day: day_number(day) };
            let staged = &mut self.staged[at].lines[place];
            (staged.open, staged.closed) = (0, Some(closed));
            self.summary(account, currency.code()).line(true, line.open, 0);
            self.months.count(account, currency.code(), line.due_day, line.amount, effective, 1);
        }
        self.staged[at].settlement = Some(credit);
        Ok(Some(credit))
    }

    /// Posts the settlement credit of an item that is written already; it is applied by the caller.
    fn settle_loaded(&mut self, debit: &Loaded, day: Date) -> Result<i64> {
        let head = &debit.head;
        let damaged = || Fault::new(format!("item {} is damaged", EntryId(head.item)));
        let currency = Currency::parse(&head.currency).ok_or_else(damaged)?;
        let settled = (ItemKind::Settlement, Money::new(debit.open(), currency));
        let id = (head.source.as_str(), format!("{}:settlement", EntryId(head.item)));
        let made = NewItem::made(EntryId(head.account), settled, head.document.clone(), day, id);
        let row = NewItem { business_unit: head.business_unit.clone(), ..made };
        self.stage(row, 0, Some(head.item), true)
    }
}
