//! Finding what somebody has in hand: a customer number, a name, a document, an order or cheque number, an amount.
//!
//! Every question is a short walk along an index, whatever the book's size; none reads more rows than it may answer.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Currency;

use crate::bulk::Kind::Int;
use crate::bulk::{Cell, Keyed, fetch};
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, damaged, date};
use crate::words::words;

/// An account that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountFound {
    /// The account.
    pub account: EntryId,
    /// The customer number.
    pub code: String,
    /// The name; `None` when unknown or erased.
    pub name: Option<String>,
}

/// A document that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemFound {
    /// Its account.
    pub account: AccountFound,
    /// The item.
    pub item: EntryId,
    /// The kind.
    pub kind: ItemKind,
    /// The document number; a payment's reference or cheque number.
    pub document: String,
    /// The customer's purchase order.
    pub po_number: Option<String>,
    /// The currency of its amounts.
    pub currency: Currency,
    /// The original amount, at or above zero.
    pub amount_minor: i64,
    /// What was open (a credit: unapplied, below zero) on the day.
    pub open_minor: i64,
    /// The document date.
    pub day: Date,
}

/// After every text that begins with a prefix.
const LAST: char = '\u{10ffff}';

const BY_CODE: &str = "
select a.account, a.code, p.name
from account a
left join party p on p.book = a.book and p.account = a.account
where a.book = $1 and a.code >= $2 and a.code < $3
order by a.code
limit $4";
/// The first word leads; up to two more must begin words of the same account. An empty one is held by every word.
const BY_WORDS: &str = "
select a.account, a.code, p.name
from (
    select w.account, w.word
    from name_word w
    where w.book = $1 and w.word >= $2 and w.word < $3
        and exists (select 1 from name_word x
            where x.book = w.book and x.account = w.account and x.word >= $4 and x.word < $5)
        and exists (select 1 from name_word x
            where x.book = w.book and x.account = w.account and x.word >= $6 and x.word < $7)
    order by w.word, w.account
    limit $8
) f
cross join account a
left join party p on p.book = a.book and p.account = a.account
where a.book = $1 and a.account = f.account
order by f.word, a.account";
const BY_DOCUMENT: &str = "
select account, item
from item
where book = $1 and document >= $2 and document < $3
order by document, item desc
limit $4";
const BY_PO: &str = "
select account, item
from item
where book = $1 and po_number is not null and po_number >= $2 and po_number < $3
order by po_number, item desc
limit $4";
const BY_OPEN: &str = "
select account, item
from line
where book = $1 and open <> 0 and open = $2
order by item desc
limit $3";
const BY_AMOUNT: &str = "
select account, item
from item
where book = $1 and amount = $2
order by item desc
limit $3";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[BY_CODE, BY_WORDS, BY_DOCUMENT, BY_PO, BY_OPEN, BY_AMOUNT];

/// Items with their accounts, open as they stood on a day.
const ITEMS: Keyed = Keyed {
    key: &[("book", Int), ("account", Int), ("item", Int), ("day", Int)],
    statement: "select i.account, a.code, p.name, i.item, i.kind, i.document, i.po_number, i.currency, i.amount, \
        i.document_day, cast(coalesce((select sum(l.open) from line l \
            where l.book = i.book and l.account = i.account and l.item = i.item), 0) \
        - coalesce((select sum(m.delta) from movement m \
            where m.book = i.book and m.account = i.account and m.item = i.item and m.day > key.day), 0) as bigint) \
        from key cross join item i cross join account a \
        left join party p on p.book = a.book and p.account = a.account \
        where i.book = key.book and i.account = key.account and i.item = key.item and i.reversed_by is null \
        and i.posting_day <= key.day and a.book = i.book and a.account = i.account",
    lock: None,
};

/// Every statement over keys here, for the test that prepares them.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&ITEMS];

type ItemColumns = (i64, String, Option<String>, i64, String, String, Option<String>, String, i64, i64, i64);

impl Reading {
    /// Accounts whose customer number begins with a text, by number.
    pub async fn accounts_of_number(&mut self, begin: &str, limit: i64) -> Result<Vec<AccountFound>> {
        let end = end_of(begin);
        let rows = self.rows(BY_CODE, &[Bind::Text(begin), Bind::Text(&end), Bind::Int(limit)]).await?;
        Ok(rows.into_iter().map(account_found).collect())
    }

    /// Accounts of which a name or alias has words that begin with the words of a text, at most three of them: the longest.
    pub async fn accounts_of_name(&mut self, text: &str, limit: i64) -> Result<Vec<AccountFound>> {
        let mut asked: Vec<String> = words([text]).into_iter().collect();
        // The longest word is held by the fewest names, so it leads.
        asked.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
        asked.truncate(3);
        let Some(first) = asked.first().cloned() else { return Ok(Vec::new()) };
        asked.resize(3, first);
        let ends: Vec<String> = asked.iter().map(|word| end_of(word)).collect();
        let mut binds: Vec<Bind<'_>> =
            asked.iter().zip(&ends).flat_map(|(word, end)| [Bind::Text(word), Bind::Text(end)]).collect();
        binds.push(Bind::Int(limit));
        let rows: Vec<(i64, String, Option<String>)> = self.rows(BY_WORDS, &binds).await?;
        let mut found: Vec<AccountFound> = Vec::new();
        for account in rows.into_iter().map(account_found) {
            if !found.contains(&account) {
                found.push(account);
            }
        }
        Ok(found)
    }

    /// Documents whose number begins with a text, those that are it first. Reversed ones, and those posted after the day,
    /// are left out.
    pub async fn items_of_number(&mut self, begin: &str, on: Date, limit: i64) -> Result<Vec<ItemFound>> {
        let end = end_of(begin);
        self.items_found(BY_DOCUMENT, &[Bind::Text(begin), Bind::Text(&end), Bind::Int(limit)], on).await
    }

    /// Documents whose purchase order begins with a text, those that are it first.
    pub async fn items_of_order(&mut self, begin: &str, on: Date, limit: i64) -> Result<Vec<ItemFound>> {
        let end = end_of(begin);
        self.items_found(BY_PO, &[Bind::Text(begin), Bind::Text(&end), Bind::Int(limit)], on).await
    }

    /// Documents with a due line of which exactly so many minor units are open now, newest first; below zero for credits.
    pub async fn items_of_open(&mut self, minor: i64, on: Date, limit: i64) -> Result<Vec<ItemFound>> {
        self.items_found(BY_OPEN, &[Bind::Int(minor), Bind::Int(limit)], on).await
    }

    /// Documents of exactly so many minor units, newest first.
    pub async fn items_of_amount(&mut self, minor: i64, on: Date, limit: i64) -> Result<Vec<ItemFound>> {
        self.items_found(BY_AMOUNT, &[Bind::Int(minor), Bind::Int(limit)], on).await
    }

    /// The items that a statement finds, in its order.
    async fn items_found(&mut self, sql: &'static str, binds: &[Bind<'_>], on: Date) -> Result<Vec<ItemFound>> {
        let ids: Vec<(i64, i64)> = self.rows(sql, binds).await?;
        let (book, day) = (self.book, day_number(on));
        let keys: Vec<Cell<'_>> = ids
            .iter()
            .flat_map(|(account, item)| [book.into(), (*account).into(), (*item).into(), day.into()])
            .collect();
        let rows: Vec<ItemColumns> = fetch(&mut self.tx, &ITEMS, &keys).await?;
        let mut found = BTreeMap::new();
        for row in rows {
            found.insert((row.0, row.3), item_found(row)?);
        }
        Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
    }
}

/// The end of all texts that begin with `begin`.
fn end_of(begin: &str) -> String {
    format!("{begin}{LAST}")
}

fn account_found((account, code, name): (i64, String, Option<String>)) -> AccountFound {
    AccountFound { account: EntryId(account), code, name }
}

fn item_found(row: ItemColumns) -> Result<ItemFound> {
    let (account, code, name, item, kind, document, po_number, currency_code, amount_minor, day, open_minor) = row;
    Ok(ItemFound {
        account: AccountFound { account: EntryId(account), code, name },
        item: EntryId(item),
        kind: ItemKind::parse(&kind).ok_or_else(|| damaged("kind of item", &kind))?,
        document,
        po_number,
        currency: currency(&currency_code)?,
        amount_minor,
        open_minor,
        day: date(day),
    })
}
