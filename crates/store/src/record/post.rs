//! Posting documents, and settling what a source says is settled. New items are staged, so that a document which is posted
//! and settled in one recording is written once, in its final state.

use std::collections::HashMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{day_number, from_day_number};
use dunwell_rules::item::{ItemKind, RECEIVABLE, UNAPPLIED};
use dunwell_rules::money::{Currency, Money};
use serde::Serialize;
use sqlx::FromRow;

use super::ledger::Posting;
use super::rows::{ItemRow, NewItem};
use super::{Recording, json, tables};
use crate::book::refuse_nul;
use crate::bulk::Kind::{Int, Text};
use crate::bulk::{self, Cell, Keyed, fetch};
use crate::db::on_tx;
use crate::fault::{Fault, Result};

/// The largest amount of one document, minor units: sums over a book stay far inside 64 bits.
pub const MAX_AMOUNT: i64 = 1_000_000_000_000_000;

/// A posted item that is not written yet.
#[derive(Debug)]
pub(super) struct Staged {
    pub(super) entry: i64,
    pub(super) row: NewItem,
    pub(super) row_hash: i64,
    pub(super) import: Option<i64>,
    pub(super) posting_day: i64,
    pub(super) settlement: Option<i64>,
    pub(super) lines: Vec<StagedLine>,
}

#[derive(Debug, Clone, Copy)]
pub(super) struct StagedLine {
    pub(super) due_day: i64,
    pub(super) amount: i64,
    pub(super) open: i64,
    pub(super) closed: Option<Closed>,
}

/// The application of a settlement that closed a staged line.
#[derive(Debug, Clone, Copy)]
pub(super) struct Closed {
    pub(super) entry: i64,
    pub(super) day: i64,
    pub(super) credit: i64,
    pub(super) credit_posting_day: i64,
    pub(super) credit_document_day: i64,
}

/// What the journal keeps of an item, besides the columns of its entry: enough to rebuild item and lines.
#[derive(Debug, Serialize)]
pub(super) struct ItemDetail<'a> {
    document: &'a str,
    document_day: i64,
    row_hash: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    terms: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    discount: Option<(i64, i64)>,
    #[serde(skip_serializing_if = "Option::is_none")]
    po_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    business_unit: Option<&'a str>,
    /// Due day and amount of each due line of a debit.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines: Vec<(i64, i64)>,
    /// The debit a settlement was posted for.
    #[serde(skip_serializing_if = "Option::is_none")]
    settles: Option<i64>,
    /// The value day, where a revision may have moved it; an entry has it in a column.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) value_day: Option<i64>,
}

#[derive(Debug, FromRow)]
struct Found {
    item: i64,
    account: i64,
    kind: String,
    currency: String,
    amount: i64,
    open: i64,
    document: String,
    document_day: i64,
    posting_day: i64,
    value_day: i64,
    terms: Option<String>,
    source: String,
    external_id: String,
    row_hash: i64,
    settlement: Option<i64>,
    reversed_by: Option<i64>,
}

const BY_EXTERNAL: Keyed = Keyed {
    key: &[("book", Int), ("source", Text), ("external_id", Text)],
    statement: "select i.item, i.account, i.kind, i.currency, i.amount, (select cast(coalesce(sum(l.open), 0) as bigint) from line l \
           where l.book = i.book and l.account = i.account and l.item = i.item) as open, i.document, i.document_day, \
           i.posting_day, i.value_day, i.terms, i.source, i.external_id, i.row_hash, i.settlement, i.reversed_by \
           from key cross join item i \
           where i.book = key.book and i.source = key.source and i.external_id = key.external_id and i.reversed_by is null",
    lock: None,
};
const NAMED: Keyed = Keyed {
    key: &[("book", Int), ("source", Text), ("external_id", Text)],
    statement: "select i.external_id, i.account, i.item from key cross join item i \
        where i.book = key.book and i.source = key.source and i.external_id = key.external_id and i.reversed_by is null",
    lock: None,
};
const BY_DOCUMENT: &str = "select i.item, i.account, i.kind, i.currency, i.amount, \
     (select cast(coalesce(sum(l.open), 0) as bigint) from line l \
     where l.book = i.book and l.account = i.account and l.item = i.item) as open, i.document, i.document_day, \
     i.posting_day, i.value_day, i.terms, i.source, i.external_id, i.row_hash, i.settlement, i.reversed_by \
     from item i where i.book = $1 and i.document = $2 and i.account = $3 order by i.item";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[BY_DOCUMENT];
/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&BY_EXTERNAL, &NAMED];

impl Found {
    fn into_row(self) -> Result<ItemRow> {
        let damaged = || Fault::new(format!("item {} is damaged", EntryId(self.item)));
        let currency = Currency::parse(&self.currency).ok_or_else(damaged)?;
        Ok(ItemRow {
            kind: ItemKind::parse(&self.kind).ok_or_else(damaged)?,
            item: EntryId(self.item),
            account: EntryId(self.account),
            amount: Money::new(self.amount, currency),
            open: self.open.abs(),
            document: self.document,
            document_date: from_day_number(self.document_day),
            posting_date: from_day_number(self.posting_day),
            value_date: from_day_number(self.value_day),
            terms: self.terms,
            source: self.source,
            external_id: self.external_id,
            row_hash: self.row_hash,
            settlement: self.settlement.map(EntryId),
            reversed: self.reversed_by.is_some(),
        })
    }
}

/// What the journal keeps of an item.
pub(super) fn item_detail(row: &NewItem, row_hash: i64, settles: Option<i64>) -> ItemDetail<'_> {
    ItemDetail {
        document: &row.document,
        document_day: day_number(row.document_date),
        row_hash,
        terms: row.terms.as_deref(),
        discount: row.discount.map(|(day, amount)| (day_number(day), amount)),
        po_number: row.po_number.as_deref(),
        business_unit: row.business_unit.as_deref(),
        lines: row.lines.iter().map(|line| (day_number(line.due), line.amount)).collect(),
        settles,
        value_day: None,
    }
}

/// Refuses what no caller may ask for: the desk rejects such rows before.
pub(super) fn check(row: &NewItem) -> Result<()> {
    let texts = [&row.terms, &row.po_number, &row.business_unit, &row.custom];
    refuse_nul(&[&row.document, &row.source, &row.external_id])?;
    for text in texts.into_iter().flatten() {
        refuse_nul(&[text])?;
    }
    let amount = row.amount.minor;
    let lines: i64 = row.lines.iter().map(|line| line.amount.clamp(-MAX_AMOUNT, MAX_AMOUNT)).sum();
    let fits = if row.kind.is_debit() {
        !row.lines.is_empty() && lines == amount && row.lines.iter().all(|line| line.amount >= 0)
    } else {
        row.lines.is_empty()
    };
    if !fits || !(0..=MAX_AMOUNT).contains(&amount) {
        return Err(Fault::new(format!("document {}: amount and due lines do not fit", row.document)));
    }
    Ok(())
}

impl Recording {
    /// The items of a source by their external ids, reversed ones left out.
    pub async fn items_by_external(&mut self, source: &str, ids: &[&str]) -> Result<HashMap<String, ItemRow>> {
        let book = self.envelope.book;
        let keys: Vec<Cell<'_>> = ids.iter().flat_map(|id| [book.into(), source.into(), (*id).into()]).collect();
        let found: Vec<Found> = fetch(self.tx().await?, &BY_EXTERNAL, &keys).await?;
        found.into_iter().map(|row| Ok((row.external_id.clone(), row.into_row()?))).collect()
    }

    /// Account and item of a source's external ids, reversed ones left out.
    pub async fn items_named(&mut self, source: &str, ids: &[&str]) -> Result<HashMap<String, (EntryId, EntryId)>> {
        let book = self.envelope.book;
        let keys: Vec<Cell<'_>> = ids.iter().flat_map(|id| [book.into(), source.into(), (*id).into()]).collect();
        let found: Vec<(String, i64, i64)> = fetch(self.tx().await?, &NAMED, &keys).await?;
        Ok(found.into_iter().map(|(id, account, item)| (id, (EntryId(account), EntryId(item)))).collect())
    }

    /// The items of an account with this document number, in the order they were posted, reversed ones too.
    pub async fn items_by_document(&mut self, account: EntryId, document: &str) -> Result<Vec<ItemRow>> {
        let book = self.envelope.book;
        let tx = self.tx().await?;
        let found: Vec<Found> = on_tx!(tx, c => sqlx::query_as(BY_DOCUMENT)
            .bind(book).bind(document).bind(account.0).fetch_all(c).await?);
        found.into_iter().map(Found::into_row).collect()
    }

    /// Posts documents of accounts that are there; one hash of the source's row for each, compared at the next import.
    ///
    /// A (source, external id) that an item has which is not reversed is refused by the database; look it up before. Each is
    /// written with its lines; its posting day is moved to the first open day.
    pub async fn post_items(&mut self, rows: &[NewItem], row_hashes: &[i64]) -> Result<Vec<EntryId>> {
        if rows.len() != row_hashes.len() {
            return Err(Fault::new("one hash is needed for each item"));
        }
        for row in rows {
            check(row)?;
        }
        self.bump(rows.iter().map(|row| row.account.0)).await?;
        rows.iter().zip(row_hashes).map(|(row, hash)| self.stage(row.clone(), *hash, None, true).map(EntryId)).collect()
    }

    /// Journals an item and stages it. A settlement names the debit it settles; a credit that is not `open` was applied in
    /// full by the caller.
    pub(super) fn stage(&mut self, row: NewItem, row_hash: i64, settles: Option<i64>, open: bool) -> Result<i64> {
        let posting_day = self.open_day(day_number(row.posting_date));
        let (value_day, document_day) = (day_number(row.value_date), day_number(row.document_date));
        let amount = row.amount.minor;
        let debit = row.kind.is_debit();
        let contra = row.kind.contra();
        let detail = item_detail(&row, row_hash, settles);
        let entry = self.journal_posting(Posting {
            account: row.account.0,
            kind: row.kind.code(),
            item: None,
            line: 0,
            credit: None,
            currency: row.amount.currency.code(),
            sides: if debit { (RECEIVABLE, contra) } else { (contra, UNAPPLIED) },
            amount,
            posting_day,
            value_day,
            reverses: None,
            external: Some((&row.source, &row.external_id)),
            detail: json(&detail)?,
        })?;
        let change = self.summary(row.account.0, row.amount.currency.code());
        change.document(document_day);
        if row.kind.is_payment() {
            change.paid(value_day, amount);
        }
        let line = |due_day, amount, open| StagedLine { due_day, amount, open, closed: None };
        let lines: Vec<StagedLine> = if debit {
            row.lines.iter().map(|due| line(day_number(due.due), due.amount, due.amount)).collect()
        } else {
            vec![line(posting_day, -amount, if open { -amount } else { 0 })]
        };
        for line in &lines {
            change.line(debit, 0, line.open);
        }
        self.staged.push(Staged { entry, row, row_hash, import: self.import, posting_day, settlement: None, lines });
        Ok(entry)
    }

    /// Writes the staged items, their lines and what moved them already.
    pub(super) async fn write_staged(&mut self) -> Result<()> {
        let staged = std::mem::take(&mut self.staged);
        if staged.is_empty() {
            return Ok(());
        }
        let book = self.envelope.book;
        let (mut items, mut lines, mut movements) = (Vec::with_capacity(staged.len() * 22), Vec::new(), Vec::new());
        for item in &staged {
            items.extend_from_slice(&item.cells(book));
            for (place, line) in item.lines.iter().enumerate() {
                let number = place as i64 + 1;
                lines.extend_from_slice(&item.line_cells(book, number, line));
                if let Some(closed) = &line.closed {
                    movements.extend_from_slice(&item.movement_cells(book, number, line, closed));
                }
            }
        }
        bulk::insert(&mut self.tx, &tables::ITEM, &items).await?;
        bulk::insert(&mut self.tx, &tables::LINE, &lines).await?;
        bulk::insert(&mut self.tx, &tables::MOVEMENT, &movements).await?;
        Ok(())
    }
}

impl Staged {
    fn document_day(&self) -> i64 {
        day_number(self.row.document_date)
    }

    /// The row of the item table.
    fn cells(&self, book: i64) -> [Cell<'_>; 22] {
        let row = &self.row;
        [
            book.into(),
            row.account.0.into(),
            self.entry.into(),
            row.kind.code().into(),
            row.amount.currency.code().into(),
            (&row.document).into(),
            self.document_day().into(),
            self.posting_day.into(),
            day_number(row.value_date).into(),
            row.amount.minor.into(),
            (&row.terms).into(),
            row.discount.map(|(day, _)| day_number(day)).into(),
            row.discount.map(|(_, amount)| amount).into(),
            (&row.po_number).into(),
            (&row.business_unit).into(),
            (&row.custom).into(),
            (&row.source).into(),
            (&row.external_id).into(),
            self.row_hash.into(),
            self.import.into(),
            self.settlement.into(),
            Cell::Null,
        ]
    }

    fn line_cells(&self, book: i64, number: i64, line: &StagedLine) -> [Cell<'_>; 10] {
        [
            book.into(),
            self.row.account.0.into(),
            self.entry.into(),
            number.into(),
            self.row.amount.currency.code().into(),
            self.document_day().into(),
            self.posting_day.into(),
            line.due_day.into(),
            line.amount.into(),
            line.open.into(),
        ]
    }

    /// The movements of both sides of the application that closed a line.
    fn movement_cells(&self, book: i64, number: i64, line: &StagedLine, closed: &Closed) -> [Cell<'_>; 24] {
        let (account, currency): (i64, &str) = (self.row.account.0, self.row.amount.currency.code());
        [
            book.into(),
            account.into(),
            closed.entry.into(),
            self.entry.into(),
            number.into(),
            currency.into(),
            closed.day.into(),
            (-line.amount).into(),
            self.posting_day.into(),
            self.document_day().into(),
            line.due_day.into(),
            closed.credit.into(),
            book.into(),
            account.into(),
            closed.entry.into(),
            closed.credit.into(),
            1.into(),
            currency.into(),
            closed.day.into(),
            line.amount.into(),
            closed.credit_posting_day.into(),
            closed.credit_document_day.into(),
            closed.credit_posting_day.into(),
            self.entry.into(),
        ]
    }
}
