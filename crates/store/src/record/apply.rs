//! Setting credits against due lines, and taking that back.

use std::collections::HashSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::item::{RECEIVABLE, UNAPPLIED};
use dunwell_rules::money::{Currency, Money};
use sqlx::FromRow;

use super::Recording;
use super::ledger::{Loaded, Movement, Posting, Working};
use super::rows::{NewApplication, PostingRefusal};
use crate::bulk::Kind::{Int, Text};
use crate::bulk::{Cell, Keyed, fetch};
use crate::db::on_tx;
use crate::fault::Result;

/// What a posting was asked for, or why not.
pub(super) type Outcome<T> = std::result::Result<T, PostingRefusal>;

/// The day a posting posts on, and the day it counts for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    pub(super) posting: i64,
    pub(super) value: i64,
}

/// An application to journal: account and item of each side.
#[derive(Debug)]
pub(super) struct Applied<'a> {
    pub(super) debit: (i64, i64),
    pub(super) line: i64,
    pub(super) credit: (i64, i64),
    pub(super) amount: i64,
    pub(super) currency: &'a str,
    pub(super) days: Days,
    /// Source and external id, where it was imported.
    pub(super) external: Option<(&'a str, &'a str)>,
}

/// Loaded items to apply to each other; no line spreads over the open ones.
#[derive(Debug, Clone, Copy)]
pub(super) struct ToApply<'a> {
    pub(super) credit: i64,
    pub(super) debit: i64,
    pub(super) line: Option<i64>,
    pub(super) amount: i64,
    /// Source and external id, where it is imported.
    pub(super) external: Option<(&'a str, &'a str)>,
}

/// The ledger entry of an application: unapplied falls, receivable falls.
pub(super) fn application_posting<'a>(applied: &Applied<'a>) -> Posting<'a> {
    Posting {
        account: applied.debit.0,
        kind: "application",
        item: Some(applied.debit.1),
        line: applied.line,
        credit: Some(applied.credit),
        currency: applied.currency,
        sides: (UNAPPLIED, RECEIVABLE),
        amount: applied.amount,
        posting_day: applied.days.posting,
        value_day: applied.days.value,
        reverses: None,
        external: applied.external,
        detail: "{}".to_owned(),
    }
}

/// Items under their accounts' locks, to be looked at before they are applied to each other ([`Recording::take_up`]).
#[derive(Debug, Default)]
pub struct AtHand(Working);

impl AtHand {
    /// An item that was taken up.
    pub fn item(&self, item: EntryId) -> Option<ItemAtHand<'_>> {
        let loaded = self.0.items.get(&item.0)?;
        let currency = Currency::parse(&loaded.head.currency)?;
        Some(ItemAtHand { item, document: &loaded.head.document, open: Money::new(loaded.open(), currency) })
    }
}

/// What an application needs to know of one of its sides.
#[derive(Debug, Clone, Copy)]
pub struct ItemAtHand<'a> {
    /// The item.
    pub item: EntryId,
    /// Its document number.
    pub document: &'a str,
    /// What is open (a debit) or unapplied (a credit), at or above zero.
    pub open: Money,
}

/// A ledger entry as a reversal needs it.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Entry {
    pub(super) entry: i64,
    pub(super) account: i64,
    pub(super) kind: String,
    pub(super) item: i64,
    pub(super) line: i64,
    pub(super) credit_item: i64,
    pub(super) amount: i64,
    pub(super) posting_day: i64,
    pub(super) value_day: i64,
    pub(super) source: Option<String>,
    pub(super) external_id: Option<String>,
}

impl Entry {
    /// Source and external id of an imported application.
    pub(super) fn external(&self) -> Option<(&str, &str)> {
        self.source.as_deref().zip(self.external_id.as_deref())
    }
}

const ENTRY: &str = "select entry, account, kind, item, line, credit_item, amount, posting_day, value_day, source, \
     external_id from ledger \
     where batch = $1 and entry = $2 and book = $3";
const MOVED_AFTER: &str = "select day, delta from movement where book = $1 and account = $2 and item = $3 and line = $4 \
     and day > $5";
const IS_REVERSED: &str = "select count(*) from ledger where book = $1 and reverses = $2";

const IMPORTED: Keyed = Keyed {
    key: &[("book", Int), ("source", Text), ("external_id", Text)],
    statement: "select g.external_id from key cross join ledger g \
        where g.book = key.book and g.source = key.source and g.external_id = key.external_id and g.kind = 'application' \
        and not exists (select 1 from ledger r where r.book = g.book and r.reverses = g.entry)",
    lock: None,
};

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[ENTRY, MOVED_AFTER, IS_REVERSED];
/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&IMPORTED];

impl Recording {
    /// Sets credits against due lines; each answers one entry for each line it reached, or why it was refused. A refused one
    /// leaves no trace, the others stand. No credit and no line is ever over-applied, whoever else applies at the same time.
    pub async fn apply(&mut self, rows: &[NewApplication]) -> Result<Vec<Outcome<Vec<EntryId>>>> {
        let mut working = self.load(rows.iter().flat_map(|row| [row.credit.0, row.debit.0])).await?;
        self.apply_rows(&mut working, rows, None).await
    }

    /// Locks accounts until the recording ends, and takes up items of theirs: pairs of account and item.
    pub async fn take_up(&mut self, items: impl IntoIterator<Item = (EntryId, EntryId)>) -> Result<AtHand> {
        let mut working = Working::default();
        let wanted = items.into_iter().map(|(account, item)| (account.0, item.0)).collect();
        self.load_of(&mut working, wanted).await?;
        Ok(AtHand(working))
    }

    /// Applies items taken up as a source says: each row carries its id in the source, so that it is known when it comes again
    /// ([`Self::applications_known`]).
    ///
    /// Panics when there is not one id a row: the caller's bug.
    pub async fn apply_imported(
        &mut self,
        at_hand: &mut AtHand,
        rows: &[NewApplication],
        source: &str,
        ids: &[&str],
    ) -> Result<Vec<Outcome<Vec<EntryId>>>> {
        assert_eq!(rows.len(), ids.len(), "one id for each application");
        self.apply_rows(&mut at_hand.0, rows, Some((source, ids))).await
    }

    /// Which of these ids of a source are applied, and not taken back. The accounts stay locked until the recording ends, so
    /// that nobody else applies the same rows meanwhile.
    pub async fn applications_known(
        &mut self,
        accounts: &[EntryId],
        source: &str,
        ids: &[&str],
    ) -> Result<HashSet<String>> {
        self.lock(&accounts.iter().map(|account| account.0).collect()).await?;
        let book = self.envelope.book;
        let keys: Vec<Cell<'_>> = ids.iter().flat_map(|id| [book.into(), source.into(), (*id).into()]).collect();
        let found: Vec<(String,)> = fetch(self.tx().await?, &IMPORTED, &keys).await?;
        Ok(found.into_iter().map(|(id,)| id).collect())
    }

    async fn apply_rows(
        &mut self,
        working: &mut Working,
        rows: &[NewApplication],
        imported: Option<(&str, &[&str])>,
    ) -> Result<Vec<Outcome<Vec<EntryId>>>> {
        let mut outcomes = Vec::with_capacity(rows.len());
        for (place, row) in rows.iter().enumerate() {
            let days = self.days(working, row.credit.0, row.debit.0, day_number(row.effective));
            let external = imported.map(|(source, ids)| (source, ids[place]));
            let asked =
                ToApply { credit: row.credit.0, debit: row.debit.0, line: row.line, amount: row.amount, external };
            outcomes.push(self.apply_loaded(working, asked, days).await?);
        }
        self.store(working).await?;
        Ok(outcomes)
    }

    /// Takes an application back from a day on, never before it was applied; where it is a bank's receipt's, what was written off
    /// or disputed of the line for it is undone too. Refused when it is taken back already, and what came with a receipt or
    /// the desk made itself alone (`taken_back_whole`).
    pub async fn unapply(&mut self, application: EntryId, effective: Date) -> Result<Outcome<EntryId>> {
        let Some(entry) = self.ledger_entry(application).await?.filter(|entry| entry.kind == "application") else {
            return Ok(Err(PostingRefusal::NotFound));
        };
        let mut working = self.load([entry.item, entry.credit_item]).await?;
        if [entry.item, entry.credit_item].iter().any(|item| working.items.get(item).is_some_and(Loaded::is_own)) {
            return Ok(Err(PostingRefusal::TakenBackWhole));
        }
        if self.is_reversed(entry.entry).await? {
            return Ok(Err(PostingRefusal::AlreadyReversed));
        }
        let credit = working.items.get(&entry.credit_item);
        if credit.is_some_and(Loaded::came_with_receipt) {
            return Ok(Err(PostingRefusal::TakenBackWhole));
        }
        let (mut replaced, mut of) = (Vec::new(), (EntryId(0), EntryId(0)));
        if let Some(account) = credit.filter(|credit| credit.is_bank_receipt()).map(|credit| credit.head.account) {
            let receipt = (EntryId(account), EntryId(entry.credit_item));
            let line = Some((EntryId(entry.item), entry.line));
            replaced = self.replaced_by(receipt, Some(EntryId(entry.item))).await?;
            of = receipt;
            self.undo_what_came_with(receipt, line, effective, "payment_taken_back").await?;
            working = self.load([entry.item, entry.credit_item]).await?;
        }
        let made = self.unapply_loaded(&mut working, &entry, day_number(effective)).await?;
        self.store(&mut working).await?;
        self.settle_again(of, &replaced, effective).await?;
        Ok(Ok(made))
    }

    /// The days of an application: never before either item's posting day, and posted in an open month.
    pub(super) fn days(&self, working: &Working, credit: i64, debit: i64, effective: i64) -> Days {
        let posted = [credit, debit].into_iter().filter_map(|item| working.items.get(&item));
        let value = posted.map(|item| item.head.posting_day).fold(effective, i64::max);
        Days { posting: self.open_day(value), value }
    }

    /// Applies loaded items to each other; `line` `None` spreads over the open lines, oldest due first.
    pub(super) async fn apply_loaded(
        &mut self,
        working: &mut Working,
        asked: ToApply<'_>,
        days: Days,
    ) -> Result<Outcome<Vec<EntryId>>> {
        let ToApply { credit, debit, line, amount, external } = asked;
        let places = match places(working, credit, debit, line, amount) {
            Ok(places) => places,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let days = self.fitting(working, (credit, debit), &places, days).await?;
        let mut entries = Vec::with_capacity(places.len());
        for (place, part) in places {
            self.touch_month(&working.items[&debit], place, Some(days.value)).await?;
            let to = &working.items[&debit];
            let (account, currency, number) = (to.head.account, to.head.currency.clone(), to.lines[place].line);
            let applied = Applied {
                debit: (account, debit),
                line: number,
                credit: (working.items[&credit].head.account, credit),
                amount: part,
                currency: &currency,
                days,
                external,
            };
            let entry = self.journal_posting(application_posting(&applied))?;
            self.shift(working, (debit, place), -part, entry, days.posting, credit);
            self.shift(working, (credit, 0), part, entry, days.posting, debit);
            entries.push(EntryId(entry));
        }
        Ok(Ok(entries))
    }

    /// The days from which on both sides have that much, on every day until now: what was paid and taken back later is not
    /// paid twice on the days between. Days on which nothing moved since are the days asked for.
    async fn fitting(
        &mut self,
        working: &Working,
        (credit, debit): (i64, i64),
        places: &[(usize, i64)],
        days: Days,
    ) -> Result<Days> {
        let amount = places.iter().map(|(_, part)| part).sum();
        let mut fit = days.posting;
        for (item, place, part) in
            places.iter().map(|(place, part)| (debit, *place, *part)).chain([(credit, 0, amount)])
        {
            let (head, line) = (&working.items[&item].head, &working.items[&item].lines[place]);
            if line.last_moved <= days.posting {
                continue;
            }
            let (book, account, number) = (self.envelope.book, head.account, line.line);
            let mut moved: Vec<(i64, i64)> = on_tx!(self.tx().await?, c => sqlx::query_as(MOVED_AFTER)
                .bind(book).bind(account).bind(item).bind(number).bind(days.posting).fetch_all(c).await?);
            let pending = working.movements.iter().filter(|movement| (movement.item, movement.line) == (item, number));
            moved.extend(pending.map(|movement| (movement.day, movement.delta)).filter(|(day, _)| *day > days.posting));
            fit = fit.max(fits_from(line.open.abs(), line.amount.signum(), part, moved, days.posting));
        }
        let value = if fit > days.posting { days.value.max(fit) } else { days.value };
        Ok(Days { posting: self.open_day(fit), value })
    }

    /// Takes back an application between loaded items.
    pub(super) async fn unapply_loaded(&mut self, working: &mut Working, entry: &Entry, day: i64) -> Result<EntryId> {
        let (debit, credit) = (entry.item, entry.credit_item);
        let place = working.items[&debit].lines.iter().position(|line| line.line == entry.line).unwrap_or(0);
        self.touch_month(&working.items[&debit], place, None).await?;
        let value_day = day.max(entry.value_day).max(entry.posting_day);
        let posting_day = self.open_day(value_day);
        let currency = working.items[&debit].head.currency.clone();
        let made = self.journal_posting(Posting {
            account: entry.account,
            kind: "unapplication",
            item: Some(debit),
            line: entry.line,
            credit: Some((working.items[&credit].head.account, credit)),
            currency: &currency,
            sides: (RECEIVABLE, UNAPPLIED),
            amount: entry.amount,
            posting_day,
            value_day,
            reverses: Some(entry.entry),
            external: None,
            detail: "{}".to_owned(),
        })?;
        self.shift(working, (debit, place), entry.amount, made, posting_day, credit);
        self.shift(working, (credit, 0), -entry.amount, made, posting_day, debit);
        Ok(EntryId(made))
    }

    /// Moves the open amount of a loaded line.
    pub(super) fn shift(
        &mut self,
        working: &mut Working,
        (item, place): (i64, usize),
        delta: i64,
        entry: i64,
        day: i64,
        other_item: i64,
    ) {
        let Some(loaded) = working.items.get_mut(&item) else { return };
        let line = &mut loaded.lines[place];
        line.open += delta;
        if delta != 0 {
            line.last_moved = line.last_moved.max(day);
            working.movements.push(Movement { item, line: line.line, entry, day, delta, other_item });
        }
        self.month_after(loaded, place);
    }

    /// A ledger entry of the book.
    pub(super) async fn ledger_entry(&mut self, entry: EntryId) -> Result<Option<Entry>> {
        let book = self.envelope.book;
        let tx = self.tx().await?;
        Ok(on_tx!(tx, c => sqlx::query_as(ENTRY)
            .bind(entry.batch()).bind(entry.0).bind(book).fetch_optional(c).await?))
    }

    /// Whether an entry is reversed. Ask with the accounts locked.
    pub(super) async fn is_reversed(&mut self, entry: i64) -> Result<bool> {
        let book = self.envelope.book;
        let tx = self.tx().await?;
        let count: i64 = on_tx!(tx, c => sqlx::query_scalar(IS_REVERSED).bind(book).bind(entry).fetch_one(c).await?);
        Ok(count > 0)
    }
}

/// The first day, not before `from`, after which `part` was open on every day. `moved` has the days after `from` with what the
/// line's signed open amount changed by; `open` is what is open now, `sign` that of the line.
fn fits_from(open: i64, sign: i64, part: i64, mut moved: Vec<(i64, i64)>, from: i64) -> i64 {
    moved.sort_unstable_by_key(|(day, _)| std::cmp::Reverse(*day));
    let mut before = open;
    for (place, (day, delta)) in moved.iter().enumerate() {
        before -= delta * sign;
        let is_first_of_day = moved.get(place + 1).is_none_or(|(earlier, _)| earlier != day);
        if is_first_of_day && before < part {
            return *day;
        }
    }
    from
}

/// Which lines of the debit take how much, or why none may.
fn places(working: &Working, credit: i64, debit: i64, line: Option<i64>, amount: i64) -> Outcome<Vec<(usize, i64)>> {
    let (Some(from), Some(to)) = (working.items.get(&credit), working.items.get(&debit)) else {
        return Err(PostingRefusal::NotFound);
    };
    if from.debit || !to.debit {
        return Err(PostingRefusal::WrongSide);
    }
    if from.reversed() || to.reversed() {
        return Err(PostingRefusal::AlreadyReversed);
    }
    if from.head.currency != to.head.currency {
        return Err(PostingRefusal::CurrencyMismatch);
    }
    if line.is_some_and(|number| to.lines.iter().all(|line| line.line != number)) {
        return Err(PostingRefusal::NotFound);
    }
    if amount <= 0 || amount > from.open() {
        return Err(PostingRefusal::OverApplied);
    }
    let mut rest = amount;
    let mut places = Vec::new();
    for (place, due) in to.lines.iter().enumerate().filter(|(_, due)| line.is_none_or(|number| due.line == number)) {
        let part = due.open.min(rest);
        if part > 0 {
            places.push((place, part));
            rest -= part;
        }
    }
    if rest > 0 { Err(PostingRefusal::OverApplied) } else { Ok(places) }
}

#[cfg(test)]
mod tests {
    use super::fits_from;

    /// Movements of an invoice line of 100 after day 10, what is open now, how much is to be paid, from which day that fits.
    type Case = (&'static [(i64, i64)], i64, i64, i64);

    #[test]
    fn a_part_fits_from_the_first_day_after_which_it_was_always_open() {
        let cases: [Case; 8] = [
            (&[], 100, 100, 10),
            (&[(12, -100), (15, 100)], 100, 100, 15),
            (&[(15, 100), (12, -100)], 100, 100, 15),
            (&[(12, -60), (15, 60)], 100, 40, 10),
            (&[(12, -60), (15, 60)], 100, 41, 15),
            (&[(12, -100), (12, 100)], 100, 100, 10),
            (&[(12, -100), (15, 100), (17, -30), (20, 30)], 100, 80, 20),
            (&[(12, -100), (15, 100), (17, -30)], 70, 70, 15),
        ];
        for (moved, open, part, from) in cases {
            assert_eq!(fits_from(open, 1, part, moved.to_vec(), 10), from, "{moved:?}, {open} open, {part} asked");
            let credit: Vec<_> = moved.iter().map(|(day, delta)| (*day, -delta)).collect();
            assert_eq!(fits_from(open, -1, part, credit, 10), from, "the same of a credit");
        }
    }
}
