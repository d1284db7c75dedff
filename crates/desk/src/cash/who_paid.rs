//! Looks for the payer of a receipt among all accounts: by bank account, by name, by the documents and customer numbers
//! named, by the amount. What it finds are clues; `rules::cash::payer` weighs them.

use std::collections::{BTreeMap, HashMap, HashSet};

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::cash::payer::{Clue, Evidence, Likeness, all_words, likeness, name_words};
use dunwell_rules::cash::{ClosedDocument, Owed, Shortfall, Source, reference_digits, reference_key};
use dunwell_rules::money::Currency;
use dunwell_store::fault::Result as StoreResult;
use dunwell_store::read::{PayerFacts, Reading};

use super::apply_receipt::Decided;
use super::told::{Told, Words};

/// More accounts than this with one amount or one first word tell nothing.
const TELLING: usize = 8;
/// The most words of a name that is looked for in a text.
const LONGEST_NAME: usize = 8;
/// The shortest customer number that is looked for in what a payer wrote.
const MIN_CODE: usize = 4;
/// How many beginnings of document numbers are tried before digits that name nothing open.
const PREFIXES: usize = 3;

/// Everybody who may have paid, ready to be looked up.
pub(super) struct Payers {
    heads: HashMap<EntryId, EntryId>,
    families: HashMap<EntryId, Vec<EntryId>>,
    codes: HashMap<String, EntryId>,
    code_of: HashMap<EntryId, String>,
    bank_accounts: HashMap<String, Vec<EntryId>>,
    names: HashMap<Vec<String>, Vec<EntryId>>,
    whole_names: HashMap<EntryId, Vec<Vec<String>>>,
    first_words: HashMap<String, Vec<(EntryId, Vec<String>)>>,
}

/// What everybody owes in one currency, ready to be looked up.
#[derive(Default)]
pub(super) struct OpenBook {
    pub(super) owed: BTreeMap<EntryId, Owed>,
    documents: HashMap<String, Vec<EntryId>>,
    digits: HashMap<String, Vec<EntryId>>,
    orders: HashMap<String, Vec<EntryId>>,
    amounts: HashMap<i64, Vec<EntryId>>,
    /// Whose an open credit is.
    credits: HashMap<EntryId, EntryId>,
    /// What stands before the digits of open documents (`INV-`), and at how many.
    prefixes: HashMap<String, usize>,
    /// Numbers that were looked for among the closed documents.
    looked_for: HashSet<String>,
}

impl Payers {
    pub(super) fn of(payers: Vec<PayerFacts>) -> Self {
        let parents: HashMap<EntryId, EntryId> =
            payers.iter().filter_map(|payer| Some((payer.account, payer.parent?))).collect();
        let mut all = Self {
            heads: HashMap::new(),
            families: HashMap::new(),
            codes: HashMap::new(),
            code_of: HashMap::new(),
            bank_accounts: HashMap::new(),
            names: HashMap::new(),
            whole_names: HashMap::new(),
            first_words: HashMap::new(),
        };
        for payer in payers {
            let account = payer.account;
            let head = head_of(account, &parents);
            all.heads.insert(account, head);
            all.families.entry(head).or_default().push(account);
            all.codes.insert(reference_key(&payer.code), account);
            all.code_of.insert(account, payer.code.clone());
            for number in &payer.bank_accounts {
                note(&mut all.bank_accounts, reference_key(number), account);
            }
            for name in &payer.names {
                let words = name_words(name);
                if let Some(first) = words.first() {
                    all.first_words.entry(first.clone()).or_default().push((account, words.clone()));
                    note(&mut all.names, words, account);
                    all.whole_names.entry(account).or_default().push(all_words(name));
                }
            }
        }
        all
    }

    /// The account and those that pay together with it, the account first.
    pub(super) fn family(&self, account: EntryId) -> Vec<EntryId> {
        let mut family = self.families.get(&self.head(account)).cloned().unwrap_or_default();
        family.sort_by_key(|member| (*member != account, member.0));
        family
    }

    /// The customer number of an account.
    pub(super) fn code(&self, account: EntryId) -> &str {
        self.code_of.get(&account).map_or("", String::as_str)
    }

    /// The topmost of those that pay together.
    pub(super) fn head(&self, account: EntryId) -> EntryId {
        self.heads.get(&account).copied().unwrap_or(account)
    }

    /// What speaks for whom.
    pub(super) fn clues(&self, told: &Told, book: &OpenBook) -> Vec<Clue> {
        let mut clues = Clues { payers: self, found: Vec::new() };
        if let Some(number) = &told.words.payer_account {
            clues.add(self.bank_accounts.get(&reference_key(number)), Evidence::BankAccount);
        }
        clues.names(&told.words);
        clues.names_in_text(&told.words);
        for written in told.words.references() {
            let key = reference_key(&written.number);
            if key.len() >= MIN_CODE {
                clues.add(self.codes.get(&key).map(std::slice::from_ref), Evidence::CustomerNumber);
            }
            match book.documents.get(&key) {
                Some(accounts) if written.stands => clues.add(Some(accounts), Evidence::Document),
                // What only lies in a range that is written may be another's.
                Some(accounts) => clues.add(Some(accounts), Evidence::DocumentDigits),
                None => {
                    let digits = reference_digits(&key).and_then(|digits| book.digits.get(digits));
                    clues.add(digits.filter(|accounts| accounts.len() <= TELLING), Evidence::DocumentDigits);
                }
            }
            clues.add(book.orders.get(&key), Evidence::PurchaseOrder);
        }
        let amount = book.amounts.get(&told.amount.minor).filter(|accounts| accounts.len() <= TELLING);
        clues.add(amount, Evidence::Amount);
        clues.found
    }
}

struct Clues<'a> {
    payers: &'a Payers,
    found: Vec<Clue>,
}

impl Clues<'_> {
    fn add<'b>(&mut self, accounts: Option<impl IntoIterator<Item = &'b EntryId>>, evidence: Evidence) {
        for account in accounts.into_iter().flatten() {
            let clue = Clue { account: *account, head: self.payers.head(*account), evidence };
            if !self.found.contains(&clue) {
                self.found.push(clue);
            }
        }
    }

    /// Whole names of accounts in what was written: some banks have no field of their own for the payer. The longest name
    /// that stands at a place is meant; one of several words tells as much as the payer's name, a single word less.
    fn names_in_text(&mut self, told: &Words) {
        let words: Vec<String> = told.text.iter().flat_map(|text| name_words(text)).collect();
        let mut place = 0;
        while place < words.len() {
            let longest = (1..=LONGEST_NAME.min(words.len() - place)).rev().find_map(|length| {
                let name = &words[place..place + length];
                Some((length, self.payers.names.get(name)?))
            });
            let Some((length, accounts)) = longest else {
                place += 1;
                continue;
            };
            let letters: usize = words[place..place + length].iter().map(String::len).sum();
            match (length, letters) {
                (2.., 8..) => self.add(Some(&self.told_apart(accounts, told)), Evidence::Name),
                (_, MIN_CODE..) => self.add(Some(accounts), Evidence::NameLike),
                _ => {}
            }
            place += length;
        }
    }

    /// Of several accounts of one name those whose legal form is written too, where there are any.
    fn told_apart(&self, accounts: &[EntryId], told: &Words) -> Vec<EntryId> {
        if accounts.len() == 1 {
            return accounts.to_vec();
        }
        let written: Vec<Vec<String>> = told.payer.iter().chain(&told.text).map(|text| all_words(text)).collect();
        let stands =
            |name: &Vec<String>| written.iter().any(|words| words.windows(name.len()).any(|part| part == name));
        let whole = |account: &EntryId| self.payers.whole_names.get(account).into_iter().flatten();
        let mut apart: Vec<EntryId> = accounts.iter().filter(|account| whole(account).any(stands)).copied().collect();
        apart.sort_unstable_by_key(|account| account.0);
        if apart.is_empty() { accounts.to_vec() } else { apart }
    }

    fn names(&mut self, told: &Words) {
        for name in &told.payer {
            let words = name_words(name);
            let same = self.payers.names.get(&words);
            self.add(same.map(|accounts| self.told_apart(accounts, told)).as_ref(), Evidence::Name);
            let Some(near) = words.first().and_then(|first| self.payers.first_words.get(first)) else { continue };
            if same.is_none() && near.len() <= TELLING {
                let alike = near.iter().filter(|(_, other)| likeness(&words, other) == Some(Likeness::Like));
                let alike: Vec<EntryId> = alike.map(|(account, _)| *account).collect();
                self.add(Some(&alike), Evidence::NameLike);
            }
        }
    }
}

impl OpenBook {
    pub(super) fn of(owed: BTreeMap<EntryId, Owed>) -> Self {
        let mut book = Self { owed, ..Self::default() };
        for (account, owed) in &book.owed {
            let documents = owed.lines.iter().map(|line| &line.document);
            for document in documents.chain(owed.credits.iter().map(|credit| &credit.document)) {
                let key = reference_key(document);
                if let Some(digits) = reference_digits(&key) {
                    note(&mut book.digits, digits.to_owned(), *account);
                }
                note(&mut book.documents, key, *account);
                let prefix = document.trim_end_matches(|letter: char| letter.is_ascii_digit());
                *book.prefixes.entry(prefix.to_owned()).or_default() += 1;
            }
            book.credits.extend(owed.credits.iter().map(|credit| (credit.item, *account)));
            for line in &owed.lines {
                note(&mut book.amounts, line.open, *account);
                let order = line.po_number.as_deref().map(reference_key).filter(|key| key.len() >= MIN_CODE);
                order.into_iter().for_each(|key| note(&mut book.orders, key, *account));
            }
            let total: i64 = owed.lines.iter().map(|line| line.open).sum();
            note(&mut book.amounts, total, *account);
        }
        book
    }

    /// The topmost of those that have documents of these numbers open, each once.
    pub(super) fn heads_of<'a>(&self, documents: impl Iterator<Item = &'a str>, payers: &Payers) -> Vec<EntryId> {
        let mut heads: Vec<EntryId> = documents
            .flat_map(|document| {
                let key = reference_key(document);
                let digits = || reference_digits(&key).and_then(|digits| self.digits.get(digits));
                self.documents.get(&key).or_else(digits).into_iter().flatten()
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
        let mut prefixes: Vec<(&String, &usize)> = self.prefixes.iter().collect();
        prefixes.sort_unstable_by_key(|(prefix, often)| (std::cmp::Reverse(**often), *prefix));
        let prefixes: Vec<String> = prefixes.into_iter().take(PREFIXES).map(|(prefix, _)| prefix.clone()).collect();
        let mut wanted: Vec<String> = Vec::new();
        for told in told.iter().filter(|told| told.amount.currency == currency) {
            let numbers = told.words.references().into_iter().map(|written| written.number);
            for number in numbers.chain(told.words.documents().map(str::to_owned)) {
                let key = reference_key(&number);
                if self.documents.contains_key(&key) || !self.looked_for.insert(number.clone()) {
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
        let owed = self.owed.entry(account).or_default();
        if !owed.closed.contains(&closed) {
            owed.closed.push(closed);
        }
    }

    /// What a family owes together, oldest due date first.
    pub(super) fn of_family(&self, family: &[EntryId]) -> Owed {
        let mut all = Owed::default();
        for member in family {
            if let Some(owed) = self.owed.get(member) {
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
        let Some(found) = &decided.apply else { return };
        for allocation in &found.allocations {
            self.pay(allocation.account, allocation.item, allocation.line, allocation.amount, on);
            if let Source::Credit(credit) = allocation.from {
                self.use_credit(credit, allocation.amount);
            }
        }
        for short in found.short.iter().filter(|short| matches!(short.why, Shortfall::Discount | Shortfall::Tolerance))
        {
            self.pay(short.account, short.item, short.line, short.amount, on);
        }
    }

    fn pay(&mut self, account: EntryId, item: EntryId, line: i64, amount: i64, on: Date) {
        let Some(owed) = self.owed.get_mut(&account) else { return };
        let Some(place) = owed.lines.iter().position(|open| (open.item, open.line) == (item, line)) else { return };
        owed.lines[place].open -= amount;
        if owed.lines[place].open > 0 {
            return;
        }
        let document = owed.lines.remove(place).document;
        if owed.lines.iter().all(|open| open.item != item) {
            self.close(account, ClosedDocument { document, amount, closed_on: on });
        }
    }

    fn use_credit(&mut self, item: EntryId, amount: i64) {
        let Some(owed) = self.credits.get(&item).and_then(|account| self.owed.get_mut(account)) else { return };
        for credit in owed.credits.iter_mut().filter(|credit| credit.item == item) {
            credit.unapplied -= amount;
        }
        owed.credits.retain(|credit| credit.unapplied > 0);
    }
}

fn note<K: std::hash::Hash + Eq>(map: &mut HashMap<K, Vec<EntryId>>, key: K, account: EntryId) {
    let accounts = map.entry(key).or_default();
    if accounts.last() != Some(&account) {
        accounts.push(account);
    }
}

/// The topmost parent; a circle of parents, which the book refuses, would end at its start.
fn head_of(account: EntryId, parents: &HashMap<EntryId, EntryId>) -> EntryId {
    let mut head = account;
    for _ in 0..parents.len() {
        match parents.get(&head) {
            Some(parent) if *parent != account => head = *parent,
            _ => break,
        }
    }
    head
}
