//! Postings and what they move: items loaded under their accounts' locks, changed in memory by a list of movements, and
//! written back on the condition that nobody else changed them.

use std::collections::{BTreeMap, BTreeSet};

use dunwell_rules::account::EntryId;
use dunwell_rules::item::ItemKind;
use sqlx::FromRow;

use super::bank::BANK;
use super::{Recording, tables};
use crate::book::refuse_nul;
use crate::bulk::Kind::{Int, Text};
use crate::bulk::{Cell, Keyed, change, fetch};
use crate::fault::{Fault, Result};
use crate::journal::{JournalRow, LedgerRow};

/// A ledger entry to write.
#[derive(Debug)]
pub(super) struct Posting<'a> {
    /// Account of the debit side, or of the item.
    pub(super) account: i64,
    /// An item kind, `application`, `unapplication` or `reversal`.
    pub(super) kind: &'a str,
    /// The item it is about; `None` makes it the item's own entry.
    pub(super) item: Option<i64>,
    /// The due line; 0 is the whole item.
    pub(super) line: i64,
    /// Account and item of the credit; `None` repeats account and item.
    pub(super) credit: Option<(i64, i64)>,
    /// Currency code.
    pub(super) currency: &'a str,
    /// The ledger account debited, then the one credited.
    pub(super) sides: (&'a str, &'a str),
    /// Minor units, above or equal to zero.
    pub(super) amount: i64,
    /// The day it posts on, already moved out of closed months.
    pub(super) posting_day: i64,
    /// The day it counts for.
    pub(super) value_day: i64,
    /// The entry it reverses.
    pub(super) reverses: Option<i64>,
    /// Source and external id, of items.
    pub(super) external: Option<(&'a str, &'a str)>,
    /// JSON.
    pub(super) detail: String,
}

/// An item as the ledger needs it.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Head {
    pub(super) item: i64,
    pub(super) account: i64,
    pub(super) kind: String,
    pub(super) currency: String,
    pub(super) amount: i64,
    pub(super) document: String,
    pub(super) document_day: i64,
    pub(super) posting_day: i64,
    pub(super) business_unit: Option<String>,
    pub(super) source: String,
    pub(super) settlement: Option<i64>,
    pub(super) reversed_by: Option<i64>,
}

impl Head {
    /// The item's kind.
    pub(super) fn kind(&self) -> Result<ItemKind> {
        ItemKind::parse(&self.kind)
            .ok_or_else(|| Fault::new(format!("item {}: unknown kind {}", EntryId(self.item), self.kind)))
    }
}

/// A due line, or a credit's only line, as it is and as it was read.
#[derive(Debug, Clone, FromRow)]
pub(super) struct Line {
    pub(super) item: i64,
    pub(super) line: i64,
    pub(super) due_day: i64,
    pub(super) amount: i64,
    pub(super) open: i64,
    pub(super) was: i64,
    /// The newest day on which its open amount moved; 0 where it never did.
    pub(super) last_moved: i64,
}

/// An item with its lines, oldest due first.
#[derive(Debug, Clone)]
pub(super) struct Loaded {
    pub(super) head: Head,
    pub(super) debit: bool,
    pub(super) lines: Vec<Line>,
}

impl Loaded {
    /// What is open (a debit) or unapplied (a credit), above or equal to zero.
    pub(super) fn open(&self) -> i64 {
        self.lines.iter().map(|line| line.open.abs()).sum()
    }

    /// Whether the desk made it for a refund, a write-off or a conversion: it is taken back as a whole, by its own command.
    pub(super) fn is_own(&self) -> bool {
        self.is_of(&[ItemKind::Refund, ItemKind::WriteOff, ItemKind::Exchanged])
            || self.is_of(&[ItemKind::CurrencyGain, ItemKind::CurrencyLoss, ItemKind::SetAside, ItemKind::ReturnedPart])
    }

    /// Whether it was given up, or is what a rate made of it: a credit of nobody's, which stands only while its debit does.
    pub(super) fn is_nobodys_money(&self) -> bool {
        self.is_of(&[ItemKind::WriteOff, ItemKind::CurrencyLoss])
    }

    /// Whether a bank told of it.
    pub(super) fn is_bank_receipt(&self) -> bool {
        self.is_of(&[ItemKind::Receipt]) && self.head.source == BANK
    }

    /// Whether it is a discount or a small rest that was written off for a receipt: nobody's money either, which stands only while
    /// the receipt pays the line it closes.
    pub(super) fn came_with_receipt(&self) -> bool {
        self.is_of(&[ItemKind::Adjustment]) && self.head.source == BANK
    }

    /// Whether it is one of these kinds.
    pub(super) fn is_of(&self, kinds: &[ItemKind]) -> bool {
        kinds.iter().any(|kind| self.head.kind == kind.code())
    }

    /// Whether the item has been reversed.
    pub(super) fn reversed(&self) -> bool {
        self.head.reversed_by.is_some()
    }
}

/// One change of a line's open amount.
#[derive(Debug)]
pub(super) struct Movement {
    pub(super) item: i64,
    pub(super) line: i64,
    pub(super) entry: i64,
    pub(super) day: i64,
    pub(super) delta: i64,
    pub(super) other_item: i64,
}

/// Items under lock, and what is done to them.
#[derive(Debug, Default)]
pub(super) struct Working {
    pub(super) items: BTreeMap<i64, Loaded>,
    pub(super) movements: Vec<Movement>,
}

const HEAD: Keyed = Keyed {
    key: &[("book", Int), ("account", Int), ("item", Int)],
    statement: "select i.item, i.account, i.kind, i.currency, i.amount, i.document, i.document_day, i.posting_day, \
        i.business_unit, i.source, i.settlement, i.reversed_by from key cross join item i \
        where i.book = key.book and i.account = key.account and i.item = key.item",
    lock: None,
};
/// The day is reckoned with, or SQLite looks for the newest day of the line among all movements of the book, newest first.
const LINES: Keyed = Keyed {
    key: &[("book", Int), ("account", Int), ("item", Int)],
    statement: "select l.item, l.line, l.due_day, l.amount, l.open, l.open as was, \
        coalesce((select max(m.day + 0) from movement m where m.book = l.book and m.account = l.account and m.item = l.item \
        and m.line = l.line), 0) as last_moved from key cross join line l \
        where l.book = key.book and l.account = key.account and l.item = key.item order by l.item, l.due_day, l.line",
    lock: None,
};
const ACCOUNTS: Keyed = Keyed {
    key: &[("book", Int), ("batch", Int), ("entry", Int)],
    statement: "select g.entry, g.account from key cross join ledger g \
        where g.batch = key.batch and g.entry = key.entry and g.book = key.book",
    lock: None,
};
const LOCK: Keyed = Keyed {
    key: &[("book", Int), ("account", Int)],
    statement: "select s.account, s.version from key cross join account_state s \
        where s.book = key.book and s.account = key.account order by s.account",
    lock: Some("s"),
};
const LOCK_USER: Keyed = Keyed {
    key: &[("book", Int), ("name", Text)],
    statement: "select u.name from key cross join app_user u where u.book = key.book and u.name = key.name",
    lock: Some("u"),
};
const MOVE_LINES: Keyed = Keyed {
    key: &[("book", Int), ("account", Int), ("item", Int), ("line", Int), ("delta", Int), ("was", Int)],
    statement: "update line set open = line.open + key.delta from key \
        where line.book = key.book and line.account = key.account and line.item = key.item and line.line = key.line \
        and line.open = key.was and (line.amount >= 0 and line.open + key.delta between 0 and line.amount \
        or line.amount < 0 and line.open + key.delta between line.amount and 0)",
    lock: None,
};

/// Every statement over keys of this module.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&HEAD, &LINES, &ACCOUNTS, &LOCK, &LOCK_USER, &MOVE_LINES];

impl Recording {
    /// Journals a posting and takes it into the control totals; answers its entry.
    pub(super) fn journal_posting(&mut self, posting: Posting<'_>) -> Result<i64> {
        let (source, external_id) = posting.external.unzip();
        refuse_nul(&[&posting.detail, source.unwrap_or_default(), external_id.unwrap_or_default()])?;
        self.control(posting.currency, posting.posting_day, posting.sides.0, posting.sides.1, posting.amount);
        let entry = self.next_entry()?;
        let item = posting.item.unwrap_or(entry);
        let (credit_account, credit_item) = posting.credit.unwrap_or((posting.account, item));
        let row = LedgerRow {
            book: self.envelope.book,
            account: posting.account,
            entry,
            batch: self.envelope.batch,
            kind: posting.kind.to_owned(),
            item,
            line: posting.line,
            credit_account,
            credit_item,
            currency: posting.currency.to_owned(),
            debit: posting.sides.0.to_owned(),
            credit: posting.sides.1.to_owned(),
            amount: posting.amount,
            posting_day: posting.posting_day,
            value_day: posting.value_day,
            reverses: posting.reverses,
            source: source.map(str::to_owned),
            external_id: external_id.map(str::to_owned),
            import: self.import,
            detail: posting.detail,
        };
        self.push(JournalRow::Ledger(row));
        Ok(entry)
    }

    /// Locks accounts in ascending order until the recording ends (on SQLite the recording has the file already).
    /// Answers the version of each.
    pub(super) async fn lock(&mut self, accounts: &BTreeSet<i64>) -> Result<BTreeMap<i64, i64>> {
        let book = self.envelope.book;
        let keys: Vec<Cell<'_>> = accounts.iter().flat_map(|account| [book.into(), (*account).into()]).collect();
        let found: Vec<(i64, i64)> = fetch(self.tx().await?, &LOCK, &keys).await?;
        Ok(found.into_iter().collect())
    }

    /// Lets a user record one thing at a time until the recording ends, where what counts together is of no one account (on
    /// SQLite the recording has the file already). Ask before any account is locked.
    pub async fn lock_user(&mut self, name: &str) -> Result<()> {
        let book = self.envelope.book;
        let _: Vec<(String,)> = fetch(self.tx().await?, &LOCK_USER, &[book.into(), name.into()]).await?;
        Ok(())
    }

    /// Locks the accounts of items and loads the items. Ids that are no item of the book are left out.
    pub(super) async fn load(&mut self, items: impl IntoIterator<Item = i64>) -> Result<Working> {
        let mut working = Working::default();
        self.load_into(&mut working, items).await?;
        Ok(working)
    }

    /// The same, for items that turn out to be needed later.
    pub(super) async fn load_into(
        &mut self,
        working: &mut Working,
        items: impl IntoIterator<Item = i64>,
    ) -> Result<()> {
        let wanted: BTreeSet<i64> = items.into_iter().filter(|item| !working.items.contains_key(item)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let found = self.accounts_of_entries(&wanted).await?;
        self.load_of(working, found.into_iter().map(|(item, account)| (account, item)).collect()).await
    }

    /// Locks accounts and loads items of theirs: pairs of account and item, none of them loaded yet.
    pub(super) async fn load_of(&mut self, working: &mut Working, wanted: BTreeSet<(i64, i64)>) -> Result<()> {
        self.lock(&wanted.iter().map(|(account, _)| *account).collect()).await?;
        let book = self.envelope.book;
        let keys: Vec<Cell<'_>> =
            wanted.iter().flat_map(|(account, item)| [book.into(), (*account).into(), (*item).into()]).collect();
        let heads: Vec<Head> = fetch(&mut self.tx, &HEAD, &keys).await?;
        let lines: Vec<Line> = fetch(&mut self.tx, &LINES, &keys).await?;
        for head in heads {
            let debit = head.kind()?.is_debit();
            working.items.insert(head.item, Loaded { head, debit, lines: Vec::new() });
        }
        for line in lines {
            if let Some(loaded) = working.items.get_mut(&line.item) {
                loaded.lines.push(line);
            }
        }
        Ok(())
    }

    /// The accounts of ledger entries of the book.
    pub(super) async fn accounts_of_entries(&mut self, entries: &BTreeSet<i64>) -> Result<Vec<(i64, i64)>> {
        let book = self.envelope.book;
        let key = |entry: &i64| [book.into(), EntryId(*entry).batch().into(), (*entry).into()];
        let keys: Vec<Cell<'_>> = entries.iter().flat_map(key).collect();
        fetch(self.tx().await?, &ACCOUNTS, &keys).await
    }

    /// Writes what was done to loaded items: their lines, the movements, summaries, months, and the accounts' versions.
    pub(super) async fn store(&mut self, working: &mut Working) -> Result<()> {
        let movements = std::mem::take(&mut working.movements);
        if movements.is_empty() {
            return Ok(());
        }
        self.bump(movements.iter().map(|movement| working.items[&movement.item].head.account)).await?;
        self.flush().await?;
        let book = self.envelope.book;
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(movements.len() * 12);
        for movement in &movements {
            let loaded = &working.items[&movement.item];
            let due_day = loaded.lines.iter().find(|line| line.line == movement.line).map_or(0, |line| line.due_day);
            let row: [Cell<'_>; 12] = [
                book.into(),
                loaded.head.account.into(),
                movement.entry.into(),
                movement.item.into(),
                movement.line.into(),
                (&loaded.head.currency).into(),
                movement.day.into(),
                movement.delta.into(),
                loaded.head.posting_day.into(),
                loaded.head.document_day.into(),
                due_day.into(),
                movement.other_item.into(),
            ];
            cells.extend_from_slice(&row);
        }
        self.put_now(&tables::MOVEMENT, &cells).await?;
        let mut moved: Vec<Cell<'_>> = Vec::new();
        for loaded in working.items.values_mut() {
            for line in loaded.lines.iter_mut().filter(|line| line.open != line.was) {
                let (account, delta) = (loaded.head.account, line.open - line.was);
                let key: [Cell<'_>; 6] =
                    [book.into(), account.into(), line.item.into(), line.line.into(), delta.into(), line.was.into()];
                moved.extend_from_slice(&key);
                let change = self.summary(account, &loaded.head.currency);
                change.line(loaded.debit, line.was, line.open);
                line.was = line.open;
            }
        }
        let written = change(&mut self.tx, &MOVE_LINES, &moved).await?;
        if written != (moved.len() / MOVE_LINES.key.len()) as u64 {
            return Err(Fault::contended("a line was changed by another writer"));
        }
        Ok(())
    }
}
