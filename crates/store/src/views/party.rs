//! Who letters and lists address: names, addresses and people of many accounts at once.

use std::collections::HashMap;

use dunwell_rules::account::EntryId;

use super::accounts::ContactView;
use crate::fault::Result;
use crate::read::{Bind, Reading};

/// An account as a letter addresses it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyRow {
    /// The customer number.
    pub code: String,
    /// The legal name; `None` when unknown or erased.
    pub name: Option<String>,
    /// The postal address, one line each.
    pub address: Vec<String>,
    /// The language of documents.
    pub language: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// The payment terms.
    pub terms: Option<String>,
    /// The people who are not erased, oldest entry first.
    pub contacts: Vec<ContactView>,
}

const PARTIES: &str = "
select a.account, a.code, p.name, p.address, a.language, a.country, a.terms
from account a left join party p on p.book = a.book and p.account = a.account
where a.book = $1 and a.account >= $2 and a.account <= $3";
const PEOPLE: &str = "
select account, contact, name, role, mail, phone, time_zone, language, channel, do_not_contact
from contact
where book = $1 and account >= $2 and account <= $3 and erased_on is null
order by account, contact";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[PARTIES, PEOPLE];

/// More accounts than this are read as one range of accounts instead of one by one.
const ONE_BY_ONE: usize = 8;

type PartyColumns = (i64, String, Option<String>, Option<String>, Option<String>, Option<String>, Option<String>);
type PeopleColumns = (
    i64,
    i64,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    Option<String>,
    i64,
);

impl Reading {
    /// The parties of accounts; an id that is no account of the book is left out.
    pub async fn parties(&mut self, accounts: &[EntryId]) -> Result<HashMap<EntryId, PartyRow>> {
        let mut ids: Vec<i64> = accounts.iter().map(|account| account.0).collect();
        ids.sort_unstable();
        ids.dedup();
        let ranges: Vec<(i64, i64)> = match (ids.first(), ids.last()) {
            (Some(low), Some(high)) if ids.len() > ONE_BY_ONE => vec![(*low, *high)],
            _ => ids.iter().map(|id| (*id, *id)).collect(),
        };
        let mut parties = HashMap::with_capacity(ids.len());
        for (low, high) in ranges {
            let binds = [Bind::Int(low), Bind::Int(high)];
            let rows: Vec<PartyColumns> = self.rows(PARTIES, &binds).await?;
            for (account, code, name, address, language, country, terms) in rows {
                if ids.binary_search(&account).is_ok() {
                    let address = super::accounts::address_lines(address.as_deref());
                    let party = PartyRow { code, name, address, language, country, terms, contacts: Vec::new() };
                    parties.insert(EntryId(account), party);
                }
            }
            let people: Vec<PeopleColumns> = self.rows(PEOPLE, &binds).await?;
            for (account, contact, name, role, mail, phone, time_zone, language, channel, quiet) in people {
                if let Some(party) = parties.get_mut(&EntryId(account)) {
                    let contact = EntryId(contact);
                    let do_not_contact = quiet != 0;
                    party.contacts.push(ContactView {
                        contact,
                        name,
                        role,
                        mail,
                        phone,
                        time_zone,
                        language,
                        channel,
                        do_not_contact,
                    });
                }
            }
        }
        Ok(parties)
    }
}
