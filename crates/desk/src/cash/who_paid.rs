//! Looks for the payer of a receipt among all accounts: by bank account, by name, by the documents and customer numbers
//! named, by the amount. What it finds are clues; `rules::cash::payer` weighs them.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

use dunwell_rules::account::EntryId;
use dunwell_rules::cash::payer::{Clue, Evidence, Likeness, all_words, likeness, name_words};
use dunwell_rules::cash::{reference_digits, reference_key};
use dunwell_store::read::PayerFacts;

use super::open_book::OpenBook;
use super::told::{Told, Words};

/// More accounts than this with one amount or one first word tell nothing.
const TELLING: usize = 8;
/// The most words of a name that is looked for in a text.
const LONGEST_NAME: usize = 8;
/// The shortest customer number that is looked for in what a payer wrote.
pub(super) const MIN_CODE: usize = 4;

/// Everybody who may have paid, ready to be looked up.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Payers {
    facts: BTreeMap<EntryId, PayerFacts>,
    heads: HashMap<EntryId, EntryId>,
    families: HashMap<EntryId, Vec<EntryId>>,
    codes: HashMap<String, EntryId>,
    code_of: HashMap<EntryId, String>,
    bank_accounts: HashMap<String, Vec<EntryId>>,
    names: HashMap<Vec<String>, Vec<EntryId>>,
    whole_names: HashMap<EntryId, Vec<Vec<String>>>,
    first_words: HashMap<String, Vec<(EntryId, Vec<String>)>>,
}

impl Payers {
    pub(super) fn of(payers: Vec<PayerFacts>) -> Self {
        let parents: HashMap<EntryId, EntryId> =
            payers.iter().filter_map(|payer| Some((payer.account, payer.parent?))).collect();
        let mut all = Self::default();
        for payer in payers {
            let account = payer.account;
            let head = head_of(account, &parents);
            all.heads.insert(account, head);
            all.families.entry(head).or_default().push(account);
            all.codes.insert(reference_key(&payer.code), account);
            all.code_of.insert(account, payer.code.clone());
            all.name(payer);
        }
        all
    }

    /// Takes in what is known now of some accounts; nothing is known of one that is gone. What it answers then is what
    /// [`Payers::of`] would of all of them.
    pub(super) fn revise(&mut self, accounts: &BTreeSet<EntryId>, now: Vec<PayerFacts>) {
        let mut now: BTreeMap<EntryId, PayerFacts> = now.into_iter().map(|payer| (payer.account, payer)).collect();
        let moved = |account: &EntryId| match (self.facts.get(account), now.get(account)) {
            (None, None) => false,
            (Some(old), Some(new)) => (&old.code, old.parent) != (&new.code, new.parent),
            (None, Some(_)) | (Some(_), None) => true,
        };
        // Numbers and parents are seldom changed, and reach further than their account.
        if accounts.iter().any(moved) {
            let mut all = std::mem::take(&mut self.facts);
            all.retain(|account, _| !accounts.contains(account));
            all.append(&mut now);
            *self = Self::of(all.into_values().collect());
            return;
        }
        for payer in now.into_values().filter(|payer| self.facts.get(&payer.account) != Some(payer)).collect::<Vec<_>>()
        {
            self.forget_names(payer.account);
            self.name(payer);
        }
    }

    /// By what an account is known, its number aside.
    fn name(&mut self, payer: PayerFacts) {
        let account = payer.account;
        for number in &payer.bank_accounts {
            note(&mut self.bank_accounts, reference_key(number), account);
        }
        for name in &payer.names {
            let words = name_words(name);
            if let Some(first) = words.first() {
                let near = self.first_words.entry(first.clone()).or_default();
                let place = near.partition_point(|(known, _)| *known <= account);
                near.insert(place, (account, words.clone()));
                note(&mut self.names, words, account);
                self.whole_names.entry(account).or_default().push(all_words(name));
            }
        }
        self.facts.insert(account, payer);
    }

    fn forget_names(&mut self, account: EntryId) {
        let Some(payer) = self.facts.remove(&account) else { return };
        for number in &payer.bank_accounts {
            forget(&mut self.bank_accounts, &reference_key(number), account);
        }
        for name in &payer.names {
            let words = name_words(name);
            if let Some(first) = words.first()
                && let Some(near) = self.first_words.get_mut(first)
            {
                near.retain(|(known, _)| *known != account);
                if near.is_empty() {
                    self.first_words.remove(first);
                }
            }
            forget(&mut self.names, &words, account);
        }
        self.whole_names.remove(&account);
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
            match book.index.documents.get(&key) {
                Some(accounts) if written.stands => clues.add(Some(accounts), Evidence::Document),
                // What only lies in a range that is written may be another's.
                Some(accounts) => clues.add(Some(accounts), Evidence::DocumentDigits),
                None => {
                    let digits = reference_digits(&key).and_then(|digits| book.index.digits.get(digits));
                    clues.add(digits.filter(|accounts| accounts.len() <= TELLING), Evidence::DocumentDigits);
                }
            }
            clues.add(book.index.orders.get(&key), Evidence::PurchaseOrder);
        }
        let amount = book.index.amounts.get(&told.amount.minor).filter(|accounts| accounts.len() <= TELLING);
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

/// Notes an account under a key, once and in the order of accounts.
pub(super) fn note<K: Hash + Eq>(map: &mut HashMap<K, Vec<EntryId>>, key: K, account: EntryId) {
    let accounts = map.entry(key).or_default();
    if let Err(place) = accounts.binary_search(&account) {
        accounts.insert(place, account);
    }
}

/// Takes an account from under a key.
pub(super) fn forget<K, Q>(map: &mut HashMap<K, Vec<EntryId>>, key: &Q, account: EntryId)
where
    K: Hash + Eq + Borrow<Q>,
    Q: Hash + Eq + ?Sized,
{
    let Some(accounts) = map.get_mut(key) else { return };
    accounts.retain(|known| *known != account);
    if accounts.is_empty() {
        map.remove(key);
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
