//! What stays of an import that is undone: receipts and returns that a final statement of another import lists too. The bank
//! told them there as well, so they are that import's from then on, with what they pay and what came with them.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Money;
use sqlx::FromRow;

use super::bank::BANK;
use super::{Deed, Recording, json};
use crate::db::on_tx;
use crate::fault::Result;
use crate::read::currency;

const LISTED: &str = "select e.entry, s.import, i.document, e.currency, e.amount from bank_entry e \
     join bank_statement s on s.book = e.book and s.entry = e.statement \
     join item i on i.book = e.book and i.account = e.account and i.item = e.item \
     where e.book = $1 and e.import = $2 and s.import is not null and s.import <> $2 order by e.entry";
const LISTED_RETURNS: &str = "select r.entry, s.import from bank_return r \
     join bank_statement s on s.book = r.book and s.entry = r.statement \
     where r.book = $1 and r.import = $2 and s.import is not null and s.import <> $2 order by r.entry";
const MOVE: [&str; 2] = [
    "update bank_entry set import = $3 where book = $1 and entry = $2",
    "update bank_return set import = $3 where book = $1 and entry = $2",
];
/// Receipts that an import posted and that are another's now.
const KEPT: &str = "select g.entry from ledger g \
     join bank_entry e on e.book = g.book and e.account = g.account and e.item = g.entry \
     where g.batch >= $1 and g.book = $2 and g.import = $3 and g.kind = 'receipt' and e.import <> $3 order by g.entry";
const ENTRIES: &str = "select entry, kind, item, credit_item, source, external_id from ledger \
     where batch >= $1 and book = $2 and import = $3 and kind not in ('unapplication', 'reversal') order by entry desc";
/// Receipts of an import that stand.
const STANDING: &str = "select e.item from bank_entry e \
     join item i on i.book = e.book and i.account = e.account and i.item = e.item \
     where e.book = $1 and e.import = $2 and i.reversed_by is null order by e.entry";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[LISTED, LISTED_RETURNS, MOVE[0], MOVE[1], KEPT, ENTRIES, STANDING];

/// A receipt that stays though the import that told it is undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceiptKept {
    /// Its entry.
    pub receipt: EntryId,
    /// What people call it.
    pub document: String,
    /// What came in.
    pub amount: Money,
    /// The import whose statement lists it, and of which it is now.
    pub import: EntryId,
}

#[derive(Debug, FromRow)]
struct Posted {
    entry: i64,
    kind: String,
    item: i64,
    credit_item: i64,
    source: Option<String>,
    external_id: Option<String>,
}

/// The entries of an import that are undone with it, the newest first, and the debits that receipts pay which stay.
pub(super) struct ToUndo {
    pub(super) entries: Vec<i64>,
    pub(super) paid: BTreeSet<i64>,
    pub(super) keeps: bool,
}

impl Recording {
    /// Gives receipts and returns of an import that is about to be undone to the import whose final statement lists them too;
    /// answers the receipts.
    pub async fn keep_told_elsewhere(&mut self, import: EntryId, on: Date) -> Result<Vec<ReceiptKept>> {
        type Listed = (i64, i64, String, String, i64);
        let book = self.envelope.book;
        let (receipts, returns): (Vec<Listed>, Vec<(i64, i64)>) = on_tx!(self.tx().await?, c => (
            sqlx::query_as(LISTED).bind(book).bind(import.0).fetch_all(&mut *c).await?,
            sqlx::query_as(LISTED_RETURNS).bind(book).bind(import.0).fetch_all(&mut *c).await?,
        ));
        let moved = receipts.iter().map(|row| ("receipt_kept", MOVE[0], row.0, row.1));
        let moved = moved.chain(returns.iter().map(|row| ("return_kept", MOVE[1], row.0, row.1)));
        for (kind, statement, entry, to) in moved {
            on_tx!(self.tx().await?, c => sqlx::query(statement).bind(book).bind(entry).bind(to)
                .execute(c).await.map(|_| ())?);
            let (subject, day) = (Some(entry), day_number(on));
            let detail = json(&serde_json::json!({ "import": to }))?;
            self.journal_deed(Deed { kind, subject, day, detail, ..Deed::default() })?;
        }
        let kept = |(receipt, to, document, code, minor): Listed| {
            let amount = Money::new(minor, currency(&code)?);
            Ok(ReceiptKept { receipt: EntryId(receipt), document, amount, import: EntryId(to) })
        };
        receipts.into_iter().map(kept).collect()
    }

    /// What of an import's entries is undone: all but the receipts that are another import's now, what they are set against, and
    /// what came with them.
    pub(super) async fn entries_to_undo(&mut self, import: EntryId) -> Result<ToUndo> {
        let (book, batch) = (self.envelope.book, import.batch());
        let (posted, kept): (Vec<Posted>, Vec<i64>) = on_tx!(self.tx().await?, c => (
            sqlx::query_as(ENTRIES).bind(batch).bind(book).bind(import.0).fetch_all(&mut *c).await?,
            sqlx::query_scalar(KEPT).bind(batch).bind(book).bind(import.0).fetch_all(&mut *c).await?,
        ));
        if kept.is_empty() {
            let entries = posted.into_iter().map(|row| row.entry).collect();
            return Ok(ToUndo { entries, paid: BTreeSet::new(), keeps: false });
        }
        let mut stays: BTreeSet<i64> = kept.into_iter().collect();
        // Discounts, small rests and conversions name their receipt in their external ids.
        let of_one = |row: &&Posted| {
            let receipt = row.external_id.as_deref().and_then(|id| id.split('#').nth(1)).and_then(EntryId::parse);
            row.source.as_deref() == Some(BANK) && receipt.is_some_and(|receipt| stays.contains(&receipt.0))
        };
        let came_with: Vec<i64> = posted.iter().filter(of_one).map(|row| row.entry).collect();
        stays.extend(came_with);
        let is_set = |row: &&Posted| row.kind == "application" && stays.contains(&row.credit_item);
        let paid: BTreeSet<i64> = posted.iter().filter(is_set).map(|row| row.item).collect();
        let own: BTreeSet<i64> = posted.iter().map(|row| row.entry).collect();
        let goes = |row: &&Posted| {
            let of_stays = stays.contains(&row.item) || stays.contains(&row.credit_item);
            // A credit of before that was taken together with a receipt that stays.
            let beside = row.kind == "application" && paid.contains(&row.item) && !own.contains(&row.credit_item);
            !of_stays && !beside
        };
        let entries = posted.iter().filter(goes).map(|row| row.entry).collect();
        Ok(ToUndo { entries, paid, keeps: true })
    }

    /// Reverses receipts of an import that another import posted and that became its own; answers how many.
    pub(super) async fn reverse_kept(&mut self, import: EntryId, day: Date) -> Result<u64> {
        let book = self.envelope.book;
        let standing: Vec<i64> = on_tx!(self.tx().await?, c =>
            sqlx::query_scalar(STANDING).bind(book).bind(import.0).fetch_all(c).await?);
        let mut reversed = 0;
        for item in standing {
            reversed += u64::from(self.reverse(EntryId(item), day).await?.is_ok());
        }
        Ok(reversed)
    }
}
