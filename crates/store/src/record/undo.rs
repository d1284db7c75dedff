//! Undoing a whole import: what it posted is reversed, and what it corrected is again as it was before.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number, from_day_number};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use sqlx::FromRow;

use super::kept::ToUndo;
use super::rows::{NewItem, NewLine, Revised};
use super::{Deed, Recording};
use crate::db::on_tx;
use crate::fault::{Fault, Result};
use crate::journal::ItemDetail;

const CORRECTIONS: &str = "select entry, kind, subject, detail from activity where batch >= $1 and book = $2 and import = $3 \
     and kind in ('item_reentered', 'item_revised') order by entry desc";
const POSTED: &str = "select g.account, g.kind, g.currency, g.amount, g.value_day, g.source, g.external_id, g.import, g.detail, i.custom \
     from ledger g join item i on i.book = g.book and i.account = g.account and i.item = g.entry \
     where g.batch = $1 and g.entry = $2 and g.book = $3";
const LAST_REVISION: &str = "select a.entry, a.detail from activity a join ledger g on g.batch = $3 and g.entry = $2 \
     where a.book = $1 and a.account = g.account and a.kind = 'item_revised' and a.subject = $2 and a.entry < $4 \
     order by a.entry desc limit 1";
const DISPUTES: &str =
    "select dispute, item from dispute where book = $1 and import = $2 and closed_on is null order by dispute";
const UNDO: &str = "update import set undone_by = $3 where book = $1 and import = $2 and undone_by is null";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[CORRECTIONS, POSTED, LAST_REVISION, DISPUTES, UNDO];

/// A correction that an import made.
#[derive(Debug, FromRow)]
struct Correction {
    entry: i64,
    kind: String,
    subject: i64,
    detail: String,
}

impl Correction {
    /// The item as it stands after the correction.
    fn became(&self) -> Result<i64> {
        if self.kind == "item_revised" {
            return Ok(self.subject);
        }
        let detail: Option<serde_json::Value> = serde_json::from_str(&self.detail).ok();
        let became = detail.and_then(|detail| detail.get("became").and_then(serde_json::Value::as_i64));
        became.ok_or_else(|| Fault::new(format!("entry {} is damaged", EntryId(self.entry))))
    }
}

/// An item as it was posted.
#[derive(Debug, FromRow)]
struct Posted {
    account: i64,
    kind: String,
    currency: String,
    amount: i64,
    value_day: i64,
    source: Option<String>,
    external_id: Option<String>,
    import: Option<i64>,
    detail: String,
    custom: Option<String>,
}

impl Recording {
    /// Undoes an import: what it corrected is as before, its items that are not reversed yet are reversed, its applications
    /// taken back, its disputes closed. What a later import corrected again stays, and so do accounts and people, and receipts
    /// that were given to another import before ([`Self::keep_told_elsewhere`]).
    /// Answers how many entries were undone; a second time it is 0.
    pub async fn reverse_import(&mut self, import: EntryId, day: Date) -> Result<u64> {
        let book = self.envelope.book;
        let batch = import.batch();
        let ToUndo { entries, paid, keeps } = self.entries_to_undo(import).await?;
        let (corrections, disputes): (Vec<Correction>, Vec<(i64, i64)>) = on_tx!(self.tx().await?, c => (
            sqlx::query_as(CORRECTIONS).bind(batch).bind(book).bind(import.0).fetch_all(&mut *c).await?,
            sqlx::query_as(DISPUTES).bind(book).bind(import.0).fetch_all(&mut *c).await?,
        ));
        let mut undone = self.undo_what_came_with_import(import, day).await?;
        let mut corrected = BTreeSet::new();
        for correction in &corrections {
            let before = self.posted(correction.subject).await?;
            // What the import had brought in itself is not given back: it goes with the rest of it.
            if let Some(before) = before.filter(|before| before.import != Some(import.0)) {
                let became = correction.became()?;
                corrected.insert(became);
                undone += u64::from(self.undo_correction(correction, before, became, day).await?);
            }
        }
        for entry in entries.into_iter().filter(|entry| !corrected.contains(entry)) {
            undone += u64::from(self.reverse(EntryId(entry), day).await?.is_ok());
        }
        undone += self.reverse_kept(import, day).await?;
        for (dispute, _) in disputes.into_iter().filter(|(_, item)| !paid.contains(item)) {
            undone += u64::from(self.close_dispute(EntryId(dispute), day, "import_undone").await?);
        }
        let reach = self.reach_of_import(import).await?;
        undone += self.forget_returns(import, day).await? + self.forget_bank_statements(import).await?;
        undone += self.forget_remittances(import, day).await? + self.forget_refund_payments(import).await?;
        undone += self.forget_words(import, day).await?;
        // Receipts that went back are reversed already, and were told all the same.
        if undone > 0 || keeps || !reach.is_empty() {
            self.let_remittances_wait(import).await?;
            self.forget_bank_entries(import).await?;
            self.foot_again(&reach, day).await?;
            let entry = self.journal_deed(Deed {
                kind: "import_undone",
                subject: Some(import.0),
                day: day_number(day),
                ..Deed::default()
            })?;
            on_tx!(self.tx().await?, c => sqlx::query(UNDO).bind(book).bind(import.0).bind(entry)
                .execute(c).await.map(|_| ())?);
        }
        Ok(undone)
    }

    /// Gives a corrected item back what it was before; `false` where something later has changed it again.
    async fn undo_correction(
        &mut self,
        correction: &Correction,
        before: Posted,
        became: i64,
        day: Date,
    ) -> Result<bool> {
        let newest = self.revision_before(became, i64::MAX).await?;
        if newest.is_some_and(|(entry, _)| entry != correction.entry) {
            return Ok(false);
        }
        let (item, row_hash) = self.item_before(correction, before).await?;
        let revised = self.revise_item(EntryId(became), &item, row_hash, day).await?;
        Ok(matches!(revised, Revised::Fields(_) | Revised::Reentered { .. }))
    }

    /// The item a correction changed, as the journals had it until then, and the hash of its source's row.
    async fn item_before(&mut self, correction: &Correction, posted: Posted) -> Result<(NewItem, i64)> {
        let item = correction.subject;
        let revision = self.revision_before(item, correction.entry).await?;
        let damaged = || Fault::new(format!("item {} is damaged", EntryId(item)));
        let detail = revision.map_or(posted.detail, |(_, detail)| detail);
        let detail: ItemDetail = serde_json::from_str(&detail).map_err(|_| damaged())?;
        let currency = Currency::parse(&posted.currency).ok_or_else(damaged)?;
        let before = NewItem {
            account: EntryId(posted.account),
            kind: ItemKind::parse(&posted.kind).ok_or_else(damaged)?,
            amount: Money::new(posted.amount, currency),
            document: detail.document,
            document_date: from_day_number(detail.document_day),
            posting_date: from_day_number(detail.document_day),
            value_date: from_day_number(detail.value_day.unwrap_or(posted.value_day)),
            lines: detail
                .lines
                .iter()
                .map(|(due, amount)| NewLine { due: from_day_number(*due), amount: *amount })
                .collect(),
            terms: detail.terms,
            discount: detail.discount.map(|(day, amount)| (from_day_number(day), amount)),
            po_number: detail.po_number,
            business_unit: detail.business_unit,
            custom: posted.custom,
            source: posted.source.ok_or_else(damaged)?,
            external_id: posted.external_id.ok_or_else(damaged)?,
        };
        Ok((before, detail.row_hash))
    }

    /// An item as it was posted, reversed or not.
    async fn posted(&mut self, item: i64) -> Result<Option<Posted>> {
        let book = self.envelope.book;
        let tx = self.tx().await?;
        Ok(on_tx!(tx, c => sqlx::query_as(POSTED)
            .bind(EntryId(item).batch()).bind(item).bind(book).fetch_optional(c).await?))
    }

    /// The newest revision of an item's fields before an entry: its entry, and what it says of the item.
    async fn revision_before(&mut self, item: i64, entry: i64) -> Result<Option<(i64, String)>> {
        let book = self.envelope.book;
        let tx = self.tx().await?;
        Ok(on_tx!(tx, c => sqlx::query_as(LAST_REVISION)
            .bind(book).bind(item).bind(EntryId(item).batch()).bind(entry).fetch_optional(c).await?))
    }
}
