//! Returns of a part of a receipt: a debit of nobody's, for just what went back, takes that much of the receipt out; what the
//! person or the rule takes off is open again, the rest of the receipt pays on. Whatever reverses or gives the receipt takes
//! the debit back first, and the return is asked about again: nothing of either is lost.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, from_day_number};
use dunwell_rules::cash::returns::PART_RULE;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};

use super::Recording;
use super::apply::Outcome;
use super::bank::BANK;
use super::rows::{NewApplication, NewItem, PostingRefusal};
use crate::db::on_tx;
use crate::fault::Result;

const STANDS: &str = "select e.account, e.item from bank_entry e \
     join item i on i.book = e.book and i.account = e.account and i.item = e.item \
     where e.book = $1 and e.entry = $2 and i.reversed_by is null";
/// The debit of a return: its external id begins with the return.
const OF_RETURN: &str = "select item, external_id from item where book = $1 and source = $2 and external_id >= $3 and external_id < $4 \
     and reversed_by is null order by item";
/// The debits that took parts off a receipt.
const OF_RECEIPT: &str = "select distinct p.item, p.external_id from movement m \
     join item p on p.book = m.book and p.account = m.account and p.item = m.other_item \
     where m.book = $1 and m.account = $2 and m.item = $3 and p.kind = 'returned_part' and p.reversed_by is null order by p.item";
/// The returns of an import that took a part of a receipt.
const OF_IMPORT: &str = "select r.entry from bank_return r join item p on p.book = r.book and p.source = $3 \
     and p.external_id >= 'returned_part#' || cast(r.entry as text) || '#' \
     and p.external_id < 'returned_part#' || cast(r.entry as text) || '$' and p.reversed_by is null \
     where r.book = $1 and r.import = $2 order by r.entry";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[STANDS, OF_RETURN, OF_RECEIPT, OF_IMPORT];

/// What a receipt pays of a document that a customer owes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PaidOf {
    /// The document.
    pub item: EntryId,
    /// What the receipt pays of it, over all its lines.
    pub amount: i64,
}

impl Recording {
    /// What a receipt that stands pays of what its customer owes, document by document; its account is locked until the recording ends. `None` where it
    /// does not stand.
    pub async fn paid_by(&mut self, receipt: EntryId) -> Result<Option<Vec<PaidOf>>> {
        let Some((_, item)) = self.standing(receipt).await? else { return Ok(None) };
        let working = self.load([item]).await?;
        let mut paid: Vec<PaidOf> = Vec::new();
        let Some(loaded) = working.items.get(&item) else { return Ok(None) };
        let active = self.active_applications(loaded).await?;
        let debits = self.load(active.iter().map(|entry| entry.item)).await?;
        let is_claim = |item: i64| {
            let kind = debits.items.get(&item).and_then(|debit| debit.head.kind().ok());
            kind.is_some_and(ItemKind::is_claim)
        };
        for entry in active.iter().filter(|entry| is_claim(entry.item)) {
            match paid.iter_mut().find(|paid| paid.item.0 == entry.item) {
                Some(paid) => paid.amount += entry.amount,
                None => paid.push(PaidOf { item: EntryId(entry.item), amount: entry.amount }),
            }
        }
        Ok(Some(paid))
    }

    /// Takes a part of a receipt back, on the day its return was booked: the receipt is taken off these documents, with what
    /// came with it there, and just the amount of the return leaves it. Refused where the return has a receipt already or the
    /// receipt does not stand (`already_reversed`), where one of the documents is not paid by it (`not_found`), and where less
    /// than the return is unapplied of it then (`over_applied`): nothing of that recording may be committed.
    pub async fn take_back_part(
        &mut self,
        taken_by: EntryId,
        receipt: EntryId,
        documents: &[EntryId],
    ) -> Result<Outcome<EntryId>> {
        let gone = Ok(Err(PostingRefusal::AlreadyReversed));
        let Some(of) = self.told_return(taken_by).await?.filter(|of| of.receipt.is_none()) else { return gone };
        let Some((account, item)) = self.standing(receipt).await? else { return gone };
        if self.part_of(taken_by).await?.is_some() {
            return gone;
        }
        let Some(currency) = Currency::parse(&of.currency) else { return Ok(Err(PostingRefusal::CurrencyMismatch)) };
        let moved = self.moved_last(EntryId(account), EntryId(item)).await?;
        let booked = from_day_number(of.booking_day);
        let day = moved.map_or(booked, |moved| booked.max(moved));
        if let Err(why) = self.take_off(item, documents, day).await? {
            return Ok(Err(why));
        }
        let amount = Money::new(of.amount, currency);
        let external_id = format!("returned_part#{}#{}", taken_by.0, receipt.0);
        let made = (ItemKind::ReturnedPart, amount);
        let debit = NewItem::made(EntryId(account), made, format!("BACK-{}", of.document), day, (BANK, external_id));
        let debit = self.post_items(&[debit], &[0]).await?.remove(0);
        let row = NewApplication { credit: EntryId(item), debit, line: None, amount: amount.minor, effective: day };
        if let Err(why) = self.apply(&[row]).await?.remove(0) {
            return Ok(Err(why));
        }
        let told =
            serde_json::json!({ "return": taken_by.0, "receipt": receipt.0, "item": debit.0, "rule": PART_RULE });
        self.journal_return("receipt_part_returned", (account, item), &of, told)?;
        self.ask_about_return(taken_by, &[], day).await?;
        Ok(Ok(debit))
    }

    /// Takes a receipt off these documents, whole.
    async fn take_off(&mut self, item: i64, documents: &[EntryId], day: Date) -> Result<Outcome<()>> {
        let working = self.load([item]).await?;
        let Some(loaded) = working.items.get(&item) else { return Ok(Err(PostingRefusal::NotFound)) };
        let active = self.active_applications(loaded).await?;
        drop(working);
        for document in documents {
            if !active.iter().any(|entry| entry.item == document.0) {
                return Ok(Err(PostingRefusal::NotFound));
            }
        }
        for entry in active.iter().filter(|entry| documents.contains(&EntryId(entry.item))) {
            if let Err(why) = self.unapply(EntryId(entry.entry), day).await? {
                return Ok(Err(why));
            }
        }
        Ok(Ok(()))
    }

    /// Account and item of a receipt that stands; its account is locked.
    async fn standing(&mut self, receipt: EntryId) -> Result<Option<(i64, i64)>> {
        let book = self.envelope.book;
        for locked in [false, true] {
            let found: Option<(i64, i64)> = on_tx!(self.tx().await?, c => sqlx::query_as(STANDS).bind(book)
                .bind(receipt.0).fetch_optional(c).await?);
            let Some((account, _)) = found else { return Ok(None) };
            if locked {
                return Ok(found);
            }
            self.lock(&BTreeSet::from([account])).await?;
        }
        Ok(None)
    }

    /// The debit by which a return took a part of a receipt, and that receipt.
    async fn part_of(&mut self, taken_by: EntryId) -> Result<Option<(EntryId, EntryId)>> {
        let book = self.envelope.book;
        // '$' follows '#'.
        let (from, to) = (format!("returned_part#{}#", taken_by.0), format!("returned_part#{}$", taken_by.0));
        let found: Vec<(i64, String)> = on_tx!(self.tx().await?, c => sqlx::query_as(OF_RETURN).bind(book).bind(BANK)
            .bind(&from).bind(&to).fetch_all(c).await?);
        Ok(found.first().and_then(|(item, id)| Some((EntryId(*item), places(id)?.1))))
    }

    /// Gives a part of a receipt back that a return took: it lies unapplied, and both are asked about. Answers the receipt;
    /// `None` where the return took no part.
    pub(super) async fn give_part_back(&mut self, taken_by: EntryId, on: Date) -> Result<Option<EntryId>> {
        let Some((debit, receipt)) = self.part_of(taken_by).await? else { return Ok(None) };
        if self.standing(receipt).await?.is_none() || self.reverse_own(debit, on).await?.is_err() {
            return Ok(None);
        }
        self.ask_about(receipt, &["not_returned"], on).await?;
        self.ask_about_return(taken_by, &["part_taken_off"], on).await?;
        Ok(Some(receipt))
    }

    /// Gives back what returns of an import took of receipts, before they are forgotten.
    pub(super) async fn give_parts_back(&mut self, import: EntryId, on: Date) -> Result<()> {
        let book = self.envelope.book;
        let returns: Vec<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(OF_IMPORT).bind(book).bind(import.0)
            .bind(BANK).fetch_all(c).await?);
        for taken_by in returns {
            self.give_part_back(EntryId(taken_by), on).await?;
        }
        Ok(())
    }

    /// Takes back what took parts off a receipt that is reversed or given; the returns are asked about again. `receipt` is its
    /// account and item.
    pub(super) async fn undo_returned_parts(&mut self, (account, item): (EntryId, EntryId), on: Date) -> Result<()> {
        let book = self.envelope.book;
        let found: Vec<(i64, String)> = on_tx!(self.tx().await?, c => sqlx::query_as(OF_RECEIPT).bind(book)
            .bind(account.0).bind(item.0).fetch_all(c).await?);
        for (debit, external_id) in found {
            let _reversed = self.reverse_own(EntryId(debit), on).await?;
            if let Some((taken_by, _)) = places(&external_id) {
                self.ask_about_return(taken_by, &["no_receipt"], on).await?;
            }
        }
        Ok(())
    }
}

/// The return and the receipt that an external id of a debit names.
pub(crate) fn places(external_id: &str) -> Option<(EntryId, EntryId)> {
    let (taken_by, receipt) = external_id.strip_prefix("returned_part#")?.split_once('#')?;
    Some((EntryId(taken_by.parse().ok()?), EntryId(receipt.parse().ok()?)))
}
