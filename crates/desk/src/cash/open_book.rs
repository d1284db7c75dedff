//! What everybody owes in one currency, ready to be looked up: an index that may be kept and shared, and what a task made of it
//! since.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::{ClosedDocument, Owed, PayableLine, Source, reference_digits, reference_key};
use dunwell_rules::money::Currency;
use dunwell_store::fault::Result as StoreResult;
use dunwell_store::read::Reading;

use super::apply_receipt::Decided;
use super::told::Told;
use super::who_paid::{MIN_CODE, Payers, forget, note};

/// How many beginnings of document numbers are tried before digits that name nothing open.
const PREFIXES: usize = 3;

/// What everybody owes in one currency, by what a payer may name of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct OpenIndex {
    owed: BTreeMap<EntryId, Owed>,
    pub(super) documents: HashMap<String, Vec<EntryId>>,
    pub(super) digits: HashMap<String, Vec<EntryId>>,
    pub(super) orders: HashMap<String, Vec<EntryId>>,
    pub(super) amounts: HashMap<i64, Vec<EntryId>>,
    /// Whose an open credit is.
    credits: HashMap<EntryId, EntryId>,
    /// What stands before the digits of open documents (`INV-`), and at how many.
    prefixes: HashMap<String, usize>,
}

/// What everybody owes in one currency, less what was taken off since, and with the closed documents that were looked for.
pub(super) struct OpenBook {
    pub(super) index: Arc<OpenIndex>,
    /// Accounts that owe something else by now than the index says.
    moved: BTreeMap<EntryId, Owed>,
    /// Numbers that were looked for among the closed documents.
    looked_for: HashSet<String>,
}

/// By what a payer may name what an account owes.
struct Keys {
    documents: Vec<String>,
    orders: Vec<String>,
    amounts: Vec<i64>,
    prefixes: Vec<String>,
}

impl Keys {
    fn of(owed: &Owed) -> Self {
        let lines = owed.lines.iter().map(|line| &line.document);
        let documents: Vec<&String> = lines.chain(owed.credits.iter().map(|credit| &credit.document)).collect();
        let orders = owed.lines.iter().filter_map(|line| line.po_number.as_deref()).map(reference_key);
        let total: i64 = owed.lines.iter().map(|line| line.open).sum();
        let prefix = |document: &&String| document.trim_end_matches(|letter: char| letter.is_ascii_digit()).to_owned();
        Self {
            documents: documents.iter().map(|document| reference_key(document)).collect(),
            orders: orders.filter(|key| key.len() >= MIN_CODE).collect(),
            amounts: owed.lines.iter().map(|line| line.open).chain([total]).collect(),
            prefixes: documents.iter().map(prefix).collect(),
        }
    }
}

impl OpenIndex {
    pub(super) fn of(owed: BTreeMap<EntryId, Owed>) -> Self {
        let mut index = Self::default();
        for (account, owed) in owed {
            index.note(account, owed);
        }
        index
    }

    /// Takes in what some accounts owe now; one that is not among them owes nothing. What it answers then is what
    /// [`OpenIndex::of`] would of all of them.
    pub(super) fn revise(&mut self, accounts: &BTreeSet<EntryId>, mut now: BTreeMap<EntryId, Owed>) {
        for account in accounts {
            let now = now.remove(account);
            if self.owed.get(account) == now.as_ref() {
                continue;
            }
            self.forget(*account);
            if let Some(owed) = now {
                self.note(*account, owed);
            }
        }
    }

    fn note(&mut self, account: EntryId, owed: Owed) {
        let keys = Keys::of(&owed);
        for key in keys.documents {
            if let Some(digits) = reference_digits(&key) {
                note(&mut self.digits, digits.to_owned(), account);
            }
            note(&mut self.documents, key, account);
        }
        keys.orders.into_iter().for_each(|key| note(&mut self.orders, key, account));
        keys.amounts.into_iter().for_each(|amount| note(&mut self.amounts, amount, account));
        keys.prefixes.into_iter().for_each(|prefix| *self.prefixes.entry(prefix).or_default() += 1);
        self.credits.extend(owed.credits.iter().map(|credit| (credit.item, account)));
        self.owed.insert(account, owed);
    }

    fn forget(&mut self, account: EntryId) {
        let Some(owed) = self.owed.remove(&account) else { return };
        let keys = Keys::of(&owed);
        for key in &keys.documents {
            if let Some(digits) = reference_digits(key) {
                forget(&mut self.digits, digits, account);
            }
            forget(&mut self.documents, key, account);
        }
        keys.orders.iter().for_each(|key| forget(&mut self.orders, key, account));
        keys.amounts.iter().for_each(|amount| forget(&mut self.amounts, amount, account));
        for prefix in keys.prefixes {
            if let Some(often) = self.prefixes.get_mut(&prefix) {
                *often -= 1;
            }
            if self.prefixes.get(&prefix) == Some(&0) {
                self.prefixes.remove(&prefix);
            }
        }
        for credit in &owed.credits {
            // An item may have moved to another account that was taken in before.
            if self.credits.get(&credit.item) == Some(&account) {
                self.credits.remove(&credit.item);
            }
        }
    }

    /// What stands before the digits of most open documents.
    fn usual_prefixes(&self) -> Vec<&str> {
        let mut usual: Vec<(&str, usize)> = Vec::with_capacity(PREFIXES + 1);
        for (prefix, often) in &self.prefixes {
            let place = usual.partition_point(|(known, at)| (*at, prefix.as_str()) > (*often, *known));
            if place < PREFIXES {
                usual.insert(place, (prefix, *often));
                usual.truncate(PREFIXES);
            }
        }
        usual.into_iter().map(|(prefix, _)| prefix).collect()
    }
}

impl OpenBook {
    pub(super) fn of(index: Arc<OpenIndex>) -> Self {
        Self { index, moved: BTreeMap::new(), looked_for: HashSet::new() }
    }

    fn owed(&self, account: EntryId) -> Option<&Owed> {
        self.moved.get(&account).or_else(|| self.index.owed.get(&account))
    }

    /// What an account owes, to be changed here alone.
    fn owed_here(&mut self, account: EntryId) -> &mut Owed {
        let known = || self.index.owed.get(&account).cloned().unwrap_or_default();
        self.moved.entry(account).or_insert_with(known)
    }

    /// The topmost of those that have documents of these numbers open, each once.
    pub(super) fn heads_of<'a>(&self, documents: impl Iterator<Item = &'a str>, payers: &Payers) -> Vec<EntryId> {
        let mut heads: Vec<EntryId> = documents
            .flat_map(|document| {
                let key = reference_key(document);
                let digits = || reference_digits(&key).and_then(|digits| self.index.digits.get(digits));
                self.index.documents.get(&key).or_else(digits).into_iter().flatten()
            })
            .map(|account| payers.head(*account))
            .collect();
        heads.sort_unstable_by_key(|head| head.0);
        heads.dedup();
        heads
    }

    /// Looks for what payers name and is not open among the documents that are closed: they may be paid a second time.
    pub(super) async fn look_for_closed(
        &mut self,
        reading: &mut Reading,
        told: &[&Told],
        currency: Currency,
    ) -> StoreResult<()> {
        let prefixes = self.index.usual_prefixes();
        let mut wanted: Vec<String> = Vec::new();
        for told in told.iter().filter(|told| told.amount.currency == currency) {
            let numbers = told.words.references().into_iter().map(|written| written.number);
            for number in numbers.chain(told.words.documents().map(str::to_owned)) {
                let key = reference_key(&number);
                if self.index.documents.contains_key(&key) || !self.looked_for.insert(number.clone()) {
                    continue;
                }
                let digits = key.trim_start_matches(|letter: char| !letter.is_ascii_digit());
                if digits.bytes().all(|letter| letter.is_ascii_digit()) && !digits.is_empty() {
                    wanted.extend(prefixes.iter().map(|prefix| format!("{prefix}{digits}")));
                }
                wanted.push(number);
            }
        }
        wanted.sort_unstable();
        wanted.dedup();
        for (account, closed) in reading.closed_documents(&wanted, currency).await? {
            self.close(account, closed);
        }
        Ok(())
    }

    fn close(&mut self, account: EntryId, closed: ClosedDocument) {
        let owed = self.owed_here(account);
        if !owed.closed.contains(&closed) {
            owed.closed.push(closed);
        }
    }

    /// The closed documents that were looked for, of everybody.
    pub(super) fn closed(&self) -> impl Iterator<Item = &ClosedDocument> {
        self.moved.values().flat_map(|owed| &owed.closed)
    }

    /// What a family owes together, oldest due date first.
    pub(super) fn of_family(&self, family: &[EntryId]) -> Owed {
        let mut all = Owed::default();
        for member in family {
            if let Some(owed) = self.owed(*member) {
                all.lines.extend(owed.lines.iter().cloned());
                all.credits.extend(owed.credits.iter().cloned());
                all.closed.extend(owed.closed.iter().cloned());
            }
        }
        all.lines.sort_by_key(|line| (line.due_date, line.item.0, line.line));
        all
    }

    /// Takes off what a receipt of a day paid and what it used, so that the next one sees what is left.
    pub(super) fn take_off(&mut self, decided: &Decided, on: Date) {
        if let Some(settled) = &decided.settled {
            let owed = self.owed_here(settled.account);
            owed.closed
                .iter_mut()
                .filter(|closed| closed.settled == Some(*settled))
                .for_each(|closed| closed.settled = None);
        }
        let Some(found) = &decided.apply else { return };
        for allocation in &found.allocations {
            self.pay(allocation.account, allocation.item, allocation.line, allocation.amount, on);
            if let Source::Credit(credit) = allocation.from {
                self.use_credit(credit, allocation.amount);
            }
        }
        for short in found.short.iter().filter(|short| short.why.is_written_off()) {
            self.pay(short.account, short.item, short.line, short.amount, on);
        }
    }

    /// Takes off lines that a receipt of a day paid whole.
    pub(super) fn take_off_whole(&mut self, lines: &[PayableLine], on: Date) {
        for line in lines {
            self.pay(line.account, line.item, line.line, line.open, on);
        }
    }

    fn pay(&mut self, account: EntryId, item: EntryId, line: i64, amount: i64, on: Date) {
        if self.owed(account).is_none() {
            return;
        }
        let owed = self.owed_here(account);
        let Some(place) = owed.lines.iter().position(|open| (open.item, open.line) == (item, line)) else { return };
        owed.lines[place].open -= amount;
        if owed.lines[place].open > 0 {
            return;
        }
        let document = owed.lines.remove(place).document;
        if owed.lines.iter().all(|open| open.item != item) {
            self.close(account, ClosedDocument { account, item, document, amount, closed_on: on, settled: None });
        }
    }

    fn use_credit(&mut self, item: EntryId, amount: i64) {
        let Some(account) = self.index.credits.get(&item).copied() else { return };
        let owed = self.owed_here(account);
        for credit in owed.credits.iter_mut().filter(|credit| credit.item == item) {
            credit.unapplied -= amount;
        }
        owed.credits.retain(|credit| credit.unapplied > 0);
    }
}
