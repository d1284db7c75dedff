//! The accounts an import touches, looked up once for a batch and remembered for the next.

use std::collections::{HashMap, HashSet};

use dunwell_rules::account::EntryId;
use dunwell_store::fault::Result;
use dunwell_store::record::NewAccount;
use dunwell_store::record::Recording;

use super::drive::Session;

/// An account as an import needs it.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) account: EntryId,
    /// Payment terms, canonical text.
    pub(super) terms: Option<String>,
    /// Spellings of the name that need not be offered again; `None` where the account has no name: it may have been
    /// erased, and a file must not bring it back.
    names: Option<HashSet<String>>,
}

/// The accounts met so far.
#[derive(Debug, Default)]
pub(super) struct Accounts {
    known: HashMap<String, Known>,
}

impl Accounts {
    /// Forgets everything: the transaction that made some of it was rolled back.
    pub(super) fn forget(&mut self) {
        self.known.clear();
    }

    /// Looks up those of the codes that are not known yet, in one query.
    pub(super) async fn look_up<'a>(
        &mut self,
        recording: &mut Recording,
        codes: impl Iterator<Item = &'a str>,
    ) -> Result<()> {
        let wanted: HashSet<&str> = codes.filter(|code| !self.known.contains_key(*code)).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let wanted: Vec<&str> = wanted.into_iter().collect();
        for (code, row) in recording.accounts_by_code(&wanted).await? {
            let names = row.name.map(|name| HashSet::from([name]));
            self.known.insert(code, Known { account: row.account, terms: row.terms, names });
        }
        Ok(())
    }

    /// The account of a code, when it was looked up and is there.
    pub(super) fn get(&self, code: &str) -> Option<&Known> {
        self.known.get(code)
    }

    /// Opens the accounts of (code, name) that are not there, flagged incomplete, in the order given; of several
    /// spellings
    /// the first is the name.
    pub(super) async fn open_missing<'a>(
        &mut self,
        session: &mut Session,
        source: &str,
        wanted: impl Iterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<()> {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let mut new: Vec<NewAccount> = Vec::new();
        for (code, name) in wanted.filter(|(code, _)| !self.known.contains_key(*code)) {
            let place = *places.entry(code).or_insert_with(|| {
                let row = NewAccount {
                    code: code.to_owned(),
                    incomplete: true,
                    source: source.to_owned(),
                    ..NewAccount::default()
                };
                new.push(row);
                new.len() - 1
            });
            if new[place].name.is_none() {
                new[place].name = name.map(str::to_owned);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        session.begin_import().await?;
        let opened = session.recording.open_accounts(&new).await?;
        for (row, account) in new.into_iter().zip(opened) {
            let names = Some(row.name.into_iter().collect());
            self.known.insert(row.code, Known { account, terms: None, names });
        }
        Ok(())
    }

    /// Keeps other spellings of the names as aliases; an existing name is never overwritten.
    pub(super) async fn keep_spellings<'a>(
        &mut self,
        recording: &mut Recording,
        spelled: impl Iterator<Item = (&'a str, Option<&'a str>)>,
    ) -> Result<()> {
        for (code, name) in spelled {
            let (Some(name), Some(known)) = (name, self.known.get_mut(code)) else { continue };
            let Some(names) = &mut known.names else { continue };
            if names.contains(name) {
                continue;
            }
            names.insert(name.to_owned());
            let account = known.account;
            recording.add_alias(account, name).await?;
        }
        Ok(())
    }
}
