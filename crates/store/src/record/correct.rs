//! Corrections: reversing what was posted, re-entering what a source changed.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::item::{ItemKind, RECEIVABLE, UNAPPLIED};

use super::apply::{Days, Entry, Outcome, ToApply};
use super::ledger::{Loaded, Posting, Working};
use super::rows::{NewItem, PostingRefusal, Revised};
use super::{Deed, Recording, json};
use crate::db::on_tx;
use crate::fault::{Fault, Result};

/// The applications of an item that are not reversed, from either side.
const ACTIVE: &str = "select g.entry, g.account, g.kind, g.item, g.line, g.credit_item, g.amount, g.posting_day, g.value_day, \
     g.source, g.external_id from movement m join ledger g on g.batch = m.entry / 1048576 and g.entry = m.entry \
     where m.book = $1 and m.account = $2 and m.item = $3 and g.kind = 'application' \
     and not exists (select 1 from ledger r where r.book = g.book and r.reverses = g.entry) order by g.entry";
const SET_REVERSED: &str = "update item set reversed_by = $4 where book = $1 and account = $2 and item = $3";
const FORGET_SETTLEMENT: &str =
    "update item set settlement = null where book = $1 and account = $2 and settlement = $3";
const MOVE_DISPUTES: &str =
    "update dispute set item = $4, line = null where book = $1 and account = $2 and item = $3 and closed_on is null";
const MOVE_STEPS: &str = "update step_item set item = $4 where book = $1 and account = $2 and item = $3";
const PROMISES: &str = "select promise, items from promise where book = $1 and account = $2 and items <> '[]'";
const SET_PROMISE_ITEMS: &str = "update promise set items = $4 where book = $1 and account = $2 and promise = $3";
const SET_FIELDS: &str = "update item set document = $4, document_day = $5, value_day = $6, terms = $7, discount_day = $8, \
     discount_amount = $9, po_number = $10, business_unit = $11, custom = $12, row_hash = $13 \
     where book = $1 and account = $2 and item = $3";
const SET_LINE_DAYS: &str = "update line set document_day = $5, due_day = $6 \
     where book = $1 and account = $2 and item = $3 and line = $4";
const SET_MOVEMENT_DAYS: &str = "update movement set document_day = $5, due_day = $6 \
     where book = $1 and account = $2 and item = $3 and line = $4";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[
    ACTIVE,
    SET_REVERSED,
    FORGET_SETTLEMENT,
    MOVE_DISPUTES,
    MOVE_STEPS,
    PROMISES,
    SET_PROMISE_ITEMS,
    SET_FIELDS,
    SET_LINE_DAYS,
    SET_MOVEMENT_DAYS,
];

impl Recording {
    /// Reverses an entry on a day: an application is taken back; an item is unapplied first, so that its counterparts stand
    /// on account or open again, then brought to zero, with the settlement a source's "settled on" posted for it.
    /// Answers every entry made. Refused when it is reversed already, or is a reversal itself (`not_found`).
    pub async fn reverse(&mut self, entry: EntryId, day: Date) -> Result<Outcome<Vec<EntryId>>> {
        let Some(found) = self.ledger_entry(entry).await? else { return Ok(Err(PostingRefusal::NotFound)) };
        if found.kind == "application" {
            return Ok(self.unapply(entry, day).await?.map(|made| vec![made]));
        }
        if ItemKind::parse(&found.kind).is_none() {
            return Ok(Err(PostingRefusal::NotFound));
        }
        let mut working = self.load([found.item]).await?;
        match working.items.get(&found.item) {
            None => return Ok(Err(PostingRefusal::NotFound)),
            Some(item) if item.reversed() => return Ok(Err(PostingRefusal::AlreadyReversed)),
            Some(item) if item.is_own() || item.is_of(&[ItemKind::Converted]) => {
                return Ok(Err(PostingRefusal::TakenBackWhole));
            }
            Some(_) => {}
        }
        let receipt = (EntryId(found.account), EntryId(found.item));
        let mut replaced = Vec::new();
        if found.kind == ItemKind::Receipt.code() {
            replaced = self.replaced_by(receipt, None).await?;
            self.undo_what_came_with(receipt, None, day, "payment_reversed").await?;
            self.undo_exchanges(EntryId(found.item), day).await?;
            self.undo_set_aside(EntryId(found.item), day).await?;
            self.undo_returned_parts(receipt, day).await?;
            working = self.load([found.item]).await?;
        }
        let made = self.reverse_with_settlement(&mut working, found.item, day_number(day)).await?;
        self.store(&mut working).await?;
        self.settle_again(receipt, &replaced, day).await?;
        Ok(Ok(made))
    }

    /// Reverses what the desk made for a refund, a write-off or a conversion, which [`Self::reverse`] refuses.
    pub(super) async fn reverse_own(&mut self, item: EntryId, day: Date) -> Result<Outcome<Vec<EntryId>>> {
        let mut working = self.load([item.0]).await?;
        match working.items.get(&item.0) {
            None => return Ok(Err(PostingRefusal::NotFound)),
            Some(item) if item.reversed() => return Ok(Err(PostingRefusal::AlreadyReversed)),
            Some(_) => {}
        }
        let made = self.reverse_loaded(&mut working, item.0, day_number(day)).await?;
        self.store(&mut working).await?;
        Ok(Ok(made))
    }

    /// Reverses an item, its settlement if it has one that stands, and what was written off of it: that is no credit of the
    /// customer's.
    async fn reverse_with_settlement(&mut self, working: &mut Working, item: i64, day: i64) -> Result<Vec<EntryId>> {
        let settlement = working.items[&item].head.settlement;
        let mut made = self.reverse_loaded(working, item, day).await?;
        // It was applied to this debit alone, and is unapplied now.
        let orphaned = |credit: &&Loaded| {
            (credit.is_nobodys_money() || credit.came_with_receipt()) && !credit.reversed() && credit.open() > 0
        };
        let written_off: Vec<i64> = working.items.values().filter(orphaned).map(|credit| credit.head.item).collect();
        for credit in written_off {
            made.extend(self.reverse_loaded(working, credit, day).await?);
        }
        if let Some(settlement) = settlement {
            self.load_into(working, [settlement]).await?;
            if working.items.get(&settlement).is_some_and(|credit| !credit.reversed()) {
                made.extend(self.reverse_loaded(working, settlement, day).await?);
            }
        }
        Ok(made)
    }

    /// Takes back every application of a loaded item, then brings its lines to zero.
    async fn reverse_loaded(&mut self, working: &mut Working, item: i64, day: i64) -> Result<Vec<EntryId>> {
        self.store(working).await?;
        let mut made = Vec::new();
        let active = self.active_applications(&working.items[&item]).await?;
        self.load_into(working, active.iter().flat_map(|entry| [entry.item, entry.credit_item])).await?;
        for entry in &active {
            made.push(self.unapply_loaded(working, entry, day).await?);
        }
        for place in 0..working.items[&item].lines.len() {
            self.touch_month(&working.items[&item], place, None).await?;
        }
        let loaded = &working.items[&item];
        let head = loaded.head.clone();
        let kind = head.kind()?;
        let value_day = day.max(head.posting_day);
        let posting_day = self.open_day(value_day);
        let sides = if loaded.debit { (kind.contra(), RECEIVABLE) } else { (UNAPPLIED, kind.contra()) };
        let entry = self.journal_posting(Posting {
            account: head.account,
            kind: "reversal",
            item: Some(item),
            line: 0,
            credit: None,
            currency: &head.currency,
            sides,
            amount: head.amount,
            posting_day,
            value_day,
            reverses: Some(item),
            external: None,
            detail: "{}".to_owned(),
        })?;
        if let Some(loaded) = working.items.get_mut(&item) {
            loaded.head.reversed_by = Some(entry);
        }
        for place in 0..working.items[&item].lines.len() {
            let open = working.items[&item].lines[place].open;
            self.shift(working, (item, place), -open, entry, posting_day, item);
        }
        self.summary(head.account, &head.currency).payments_reversed |= kind.is_payment();
        self.bump([head.account]).await?;
        let book = self.envelope.book;
        on_tx!(self.tx().await?, c => {
            sqlx::query(SET_REVERSED).bind(book).bind(head.account).bind(item).bind(entry).execute(&mut *c).await?;
            if kind == ItemKind::Settlement {
                sqlx::query(FORGET_SETTLEMENT).bind(book).bind(head.account).bind(item).execute(&mut *c).await?;
            }
        });
        made.push(EntryId(entry));
        Ok(made)
    }

    pub(super) async fn active_applications(&mut self, loaded: &Loaded) -> Result<Vec<Entry>> {
        let book = self.envelope.book;
        let (account, item) = (loaded.head.account, loaded.head.item);
        let tx = self.tx().await?;
        Ok(on_tx!(tx, c => sqlx::query_as(ACTIVE).bind(book).bind(account).bind(item).fetch_all(c).await?))
    }

    /// Takes in what a source changed of an item.
    ///
    /// Another amount, kind, currency, account or another split into due lines reverses the item and enters it again on the
    /// day, with its applications as far as they fit; the rest goes on account. Anything else, due days included, is a
    /// dated revision of the same item; its posting day never changes.
    pub async fn revise_item(&mut self, item: EntryId, new: &NewItem, row_hash: i64, day: Date) -> Result<Revised> {
        super::post::check(new)?;
        let mut working = self.load([item.0]).await?;
        let Some(old) = working.items.get(&item.0).cloned() else { return Ok(Revised::NotFound) };
        if old.reversed() {
            return Ok(Revised::AlreadyReversed);
        }
        let same = old.head.kind == new.kind.code()
            && old.head.currency == new.amount.currency.code()
            && old.head.account == new.account.0
            && old.head.amount == new.amount.minor
            && (!old.debit || same_split(&old, new));
        if same {
            self.revise_fields(&old, new, row_hash, day).await
        } else {
            self.reenter(&mut working, &old, new, row_hash, day).await
        }
    }

    async fn revise_fields(&mut self, old: &Loaded, new: &NewItem, row_hash: i64, day: Date) -> Result<Revised> {
        let (book, account, item) = (self.envelope.book, old.head.account, old.head.item);
        self.bump([account]).await?;
        let mut detail = super::post::item_detail(new, row_hash, None);
        detail.value_day = Some(day_number(new.value_date));
        let entry = self.journal_deed(Deed {
            account,
            kind: "item_revised",
            subject: Some(item),
            currency: Some(&old.head.currency),
            day: day_number(day),
            detail: json(&detail)?,
            ..Deed::default()
        })?;
        let document_day = day_number(new.document_date);
        for (at, due) in old.lines.iter().enumerate() {
            let place = usize::try_from(due.line - 1).unwrap_or_default();
            let due_day = new.lines.get(place).map_or(due.due_day, |line| day_number(line.due));
            self.move_due_day(old, at, due_day).await?;
            on_tx!(self.tx().await?, c => for statement in [SET_LINE_DAYS, SET_MOVEMENT_DAYS] {
                sqlx::query(statement).bind(book).bind(account).bind(item).bind(due.line).bind(document_day).bind(due_day)
                    .execute(&mut *c).await?;
            });
        }
        let discount = new.discount.map(|(day, amount)| (day_number(day), amount)).unzip();
        on_tx!(self.tx().await?, c => {
            sqlx::query(SET_FIELDS).bind(book).bind(account).bind(item).bind(&new.document).bind(document_day)
                .bind(day_number(new.value_date)).bind(&new.terms).bind(discount.0).bind(discount.1).bind(&new.po_number)
                .bind(&new.business_unit).bind(&new.custom).bind(row_hash).execute(&mut *c).await?;
        });
        let change = self.summary(account, &old.head.currency);
        change.documents_moved = true;
        change.payments_reversed |= new.kind.is_payment();
        Ok(Revised::Fields(EntryId(entry)))
    }

    /// Reverses an item and enters it again with its applications.
    async fn reenter(
        &mut self,
        working: &mut Working,
        old: &Loaded,
        new: &NewItem,
        row_hash: i64,
        day: Date,
    ) -> Result<Revised> {
        let item = old.head.item;
        let active = self.active_applications(old).await?;
        self.reverse_with_settlement(working, item, day_number(day)).await?;
        self.store(working).await?;
        let mut again = new.clone();
        again.posting_date = day;
        self.bump([new.account.0]).await?;
        let entered = self.stage(again, row_hash, None, true)?;
        self.load_into(working, [entered]).await?;
        let mut on_account = 0;
        let stands = |working: &Working, entry: &Entry| {
            let written_off = working.items.get(&entry.credit_item);
            Some(entry.credit_item) != old.head.settlement
                && written_off.is_none_or(|credit| !credit.is_nobodys_money())
        };
        for entry in &active {
            if !stands(working, entry) {
                continue;
            }
            let (credit, debit) = if old.debit { (entry.credit_item, entered) } else { (entered, entry.item) };
            let (Some(from), Some(to)) = (working.items.get(&credit), working.items.get(&debit)) else { continue };
            let part = entry.amount.min(from.open()).min(to.open());
            let posting = self.days(working, credit, debit, entry.value_day).posting;
            let days = Days { posting, value: entry.value_day };
            let asked = ToApply { credit, debit, line: None, amount: part, external: entry.external() };
            let refused = part > 0 && self.apply_loaded(working, asked, days).await?.is_err();
            on_account += if refused { entry.amount } else { entry.amount - part };
        }
        // What was written off for a receipt and does not fit any more is no credit of the customer's.
        let does_not_fit = |credit: &&Loaded| credit.came_with_receipt() && !credit.reversed() && credit.open() > 0;
        let misfits: Vec<i64> = working.items.values().filter(does_not_fit).map(|credit| credit.head.item).collect();
        for credit in misfits {
            self.reverse_loaded(working, credit, day_number(day)).await?;
        }
        self.store(working).await?;
        self.journal_deed(Deed {
            account: new.account.0,
            kind: "item_reentered",
            subject: Some(item),
            currency: Some(new.amount.currency.code()),
            amount: Some(new.amount.minor),
            day: day_number(day),
            detail: json(&serde_json::json!({ "became": entered, "on_account": on_account }))?,
            ..Deed::default()
        })?;
        if old.head.account == new.account.0 {
            self.follow(old.head.account, item, entered).await?;
        }
        let settlement_reversed = old.head.settlement.is_some();
        Ok(Revised::Reentered { item: EntryId(entered), on_account, settlement_reversed })
    }

    /// Disputes, ladder steps and promises that named the old item name the new one.
    async fn follow(&mut self, account: i64, old: i64, new: i64) -> Result<()> {
        let book = self.envelope.book;
        on_tx!(self.tx().await?, c => {
            for statement in [MOVE_DISPUTES, MOVE_STEPS] {
                sqlx::query(statement).bind(book).bind(account).bind(old).bind(new).execute(&mut *c).await?;
            }
            let promises: Vec<(i64, String)> =
                sqlx::query_as(PROMISES).bind(book).bind(account).fetch_all(&mut *c).await?;
            for (promise, items) in promises {
                let mut items: Vec<i64> = serde_json::from_str(&items).map_err(|_| Fault::new("a promise is damaged"))?;
                if !items.contains(&old) {
                    continue;
                }
                items.iter_mut().filter(|item| **item == old).for_each(|item| *item = new);
                sqlx::query(SET_PROMISE_ITEMS).bind(book).bind(account).bind(promise).bind(json(&items)?)
                    .execute(&mut *c).await?;
            }
        });
        Ok(())
    }
}

/// Whether the due lines carry the same amounts in the same order of lines.
fn same_split(old: &Loaded, new: &NewItem) -> bool {
    old.lines.len() == new.lines.len()
        && old.lines.iter().all(|line| {
            let place = usize::try_from(line.line - 1).unwrap_or(usize::MAX);
            new.lines.get(place).is_some_and(|due| due.amount == line.amount)
        })
}
