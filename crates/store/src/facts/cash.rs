//! What cash application looks at: who may have paid, and what everybody owes in a currency.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::cash::settled::SettledDocument;
use dunwell_rules::cash::{ClosedDocument, OpenCredit, Owed, PayableLine};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Currency;

use crate::bulk::Kind::{Int, Text};
use crate::bulk::{Cell, Keyed, fetch};
use crate::fault::Result;
use crate::read::{Bind, Reading, damaged, date};

const PAYERS: &str = "select a.account, a.code, a.parent from account a where a.book = $1 order by a.account";
const NAMES: &str = "
select account, name from party where book = $1 and name is not null
union all
select account, name from party_alias where book = $1
union all
select m.account, t.text from payer_mark m
join note_text t on t.book = m.book and t.account = m.account and t.entry = m.mark
where m.book = $1 and m.kind = 'name' and m.forgotten_on is null and t.text is not null
order by 1, 2";
const BANK_ACCOUNTS: &str = "
select m.account, t.text from payer_mark m
join note_text t on t.book = m.book and t.account = m.account and t.entry = m.mark
where m.book = $1 and m.kind = 'bank_account' and m.forgotten_on is null and t.text is not null
order by m.account, t.text";
const OPEN: &str = "
select l.account, l.item, l.line, l.open, l.due_day, i.document, i.po_number, i.kind, i.discount_day, i.discount_amount,
    i.amount
from line l
cross join item i
where l.book = $1 and l.account > 0 and l.currency = $2 and l.open <> 0
    and i.book = l.book and i.account = l.account and i.item = l.item
order by l.account, l.due_day, l.item, l.line";
const DISPUTED: &str = "
select account, item, line, amount from dispute where book = $1 and currency = $2 and closed_on is null";
/// The topmost account above one, and everybody under it; `union` ends at a circle, which the book refuses.
const FAMILY: &str = "
with recursive above (account, parent) as (
    select a.account, a.parent from account a where a.book = $1 and a.account = $2
    union
    select p.account, p.parent from above cross join account p where p.book = $1 and p.account = above.parent
), family (account) as (
    select account from above where parent is null
    union
    select c.account from family cross join account c where c.book = $1 and c.parent = family.account
)
select a.account, a.code, a.parent from family cross join account a
where a.book = $1 and a.account = family.account order by a.account";
const PAYERS_OF: Keyed = Keyed {
    key: &[("book", Int), ("account", Int)],
    statement: "select a.account, a.code, a.parent from key cross join account a \
        where a.book = key.book and a.account = key.account order by a.account",
    lock: None,
};
const NAMES_OF: Keyed = Keyed {
    key: &[("book", Int), ("account", Int)],
    statement: "select p.account, p.name from key cross join party p \
        where p.book = key.book and p.account = key.account and p.name is not null \
        union all \
        select a.account, a.name from key cross join party_alias a where a.book = key.book and a.account = key.account \
        union all \
        select m.account, t.text from key cross join payer_mark m cross join note_text t \
        where m.book = key.book and m.account = key.account and m.kind = 'name' and m.forgotten_on is null \
        and t.book = m.book and t.account = m.account and t.entry = m.mark and t.text is not null \
        order by 1, 2",
    lock: None,
};
const BANK_ACCOUNTS_OF: Keyed = Keyed {
    key: &[("book", Int), ("account", Int)],
    statement: "select m.account, t.text from key cross join payer_mark m cross join note_text t \
        where m.book = key.book and m.account = key.account and m.kind = 'bank_account' and m.forgotten_on is null \
        and t.book = m.book and t.account = m.account and t.entry = m.mark and t.text is not null \
        order by m.account, t.text",
    lock: None,
};
const OPEN_OF: Keyed = Keyed {
    key: &[("book", Int), ("account", Int), ("currency", Text)],
    statement: "select l.account, l.item, l.line, l.open, l.due_day, i.document, i.po_number, i.kind, i.discount_day, \
        i.discount_amount, i.amount from key cross join line l cross join item i \
        where l.book = key.book and l.account = key.account and l.currency = key.currency and l.open <> 0 \
        and i.book = l.book and i.account = l.account and i.item = l.item \
        order by l.account, l.due_day, l.item, l.line",
    lock: None,
};
const DISPUTED_OF: Keyed = Keyed {
    key: &[("book", Int), ("account", Int), ("currency", Text)],
    statement: "select d.account, d.item, d.line, d.amount from key cross join dispute d \
        where d.book = key.book and d.account = key.account and d.currency = key.currency and d.closed_on is null",
    lock: None,
};
/// `account + 0` keeps to the index of documents: by the accounts, every item of the book would be walked.
const CLOSED: Keyed = Keyed {
    key: &[("book", Int), ("document", Text), ("currency", Text)],
    statement: "select i.account, i.document, i.amount, cast(max(m.day) as bigint), i.item, s.amount from key cross join item i \
        cross join line l cross join movement m left join item s on s.book = i.book and s.account = i.account \
        and s.item = i.settlement and s.kind = 'settlement' and s.reversed_by is null \
        where i.book = key.book and i.document = key.document and i.currency = key.currency and i.account + 0 > 0 \
        and i.reversed_by is null and l.book = i.book and l.account = i.account and l.item = i.item \
        and m.book = l.book and m.account = l.account and m.item = l.item and m.line = l.line \
        group by i.account, i.item, i.document, i.amount, s.amount \
        having sum(case when l.open > 0 then 1 else 0 end) = 0 and min(l.amount) >= 0 order by i.account, i.item",
    lock: None,
};

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[PAYERS, NAMES, BANK_ACCOUNTS, OPEN, DISPUTED, FAMILY];
/// Every statement over keys here, likewise.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&PAYERS_OF, &NAMES_OF, &BANK_ACCOUNTS_OF, &OPEN_OF, &DISPUTED_OF, &CLOSED];

/// Somebody who may have paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PayerFacts {
    /// The account.
    pub account: EntryId,
    /// The customer number.
    pub code: String,
    /// Its parent, which may pay for it.
    pub parent: Option<EntryId>,
    /// Its name, its other spellings and the payer names that a person confirmed.
    pub names: Vec<String>,
    /// The bank accounts that a person confirmed.
    pub bank_accounts: Vec<String>,
}

type OpenRow = (i64, i64, i64, i64, i64, String, Option<String>, String, Option<i64>, Option<i64>, i64);

type DisputeRow = (i64, i64, Option<i64>, Option<i64>);

/// What is contested of an item: the line, else all of them; the amount, else all that is open.
type Contested = (Option<i64>, Option<i64>);

impl Reading {
    /// Everybody who may have paid, by account.
    pub async fn payers(&mut self) -> Result<Vec<PayerFacts>> {
        let accounts = self.rows(PAYERS, &[]).await?;
        let names = self.rows(NAMES, &[]).await?;
        Ok(payers(accounts, names, self.rows(BANK_ACCOUNTS, &[]).await?))
    }

    /// The same of some accounts; one that the book does not have is left out.
    pub async fn payers_of(&mut self, accounts: &[EntryId]) -> Result<Vec<PayerFacts>> {
        let book = self.book;
        let cells: Vec<Cell<'_>> = accounts.iter().flat_map(|account| [book.into(), account.0.into()]).collect();
        let accounts = fetch(&mut self.tx, &PAYERS_OF, &cells).await?;
        let names = fetch(&mut self.tx, &NAMES_OF, &cells).await?;
        Ok(payers(accounts, names, fetch(&mut self.tx, &BANK_ACCOUNTS_OF, &cells).await?))
    }

    /// What every account has open in a currency, whatever day it posted: cash is applied to what is there.
    pub async fn owed_in(&mut self, currency: Currency) -> Result<BTreeMap<EntryId, Owed>> {
        let code = [Bind::Text(currency.code())];
        let rows: Vec<OpenRow> = self.rows(OPEN, &code).await?;
        let disputes: Vec<DisputeRow> = self.rows(DISPUTED, &code).await?;
        owed(rows, disputes)
    }

    /// Those who pay together with an account, itself among them: numbers and parents alone, by account.
    pub async fn family_of(&mut self, account: EntryId) -> Result<Vec<PayerFacts>> {
        let rows: Vec<(i64, String, Option<i64>)> = self.rows(FAMILY, &[Bind::Int(account.0)]).await?;
        let payer = |(account, code, parent): (i64, String, Option<i64>)| PayerFacts {
            account: EntryId(account),
            code,
            parent: parent.map(EntryId),
            names: Vec::new(),
            bank_accounts: Vec::new(),
        };
        Ok(rows.into_iter().map(payer).collect())
    }

    /// What some accounts have open in a currency, whatever day it posted.
    pub async fn owed_of(&mut self, accounts: &[EntryId], currency: Currency) -> Result<BTreeMap<EntryId, Owed>> {
        let book = self.book;
        let key = |account: &EntryId| [book.into(), account.0.into(), currency.code().into()];
        let cells: Vec<Cell<'_>> = accounts.iter().flat_map(key).collect();
        let rows: Vec<OpenRow> = fetch(&mut self.tx, &OPEN_OF, &cells).await?;
        let disputes: Vec<DisputeRow> = fetch(&mut self.tx, &DISPUTED_OF, &cells).await?;
        owed(rows, disputes)
    }

    /// Debits of these document numbers in a currency of which nothing is open, each with its account.
    pub async fn closed_documents(
        &mut self,
        documents: &[String],
        currency: Currency,
    ) -> Result<Vec<(EntryId, ClosedDocument)>> {
        let book = self.book;
        let cells: Vec<Cell<'_>> =
            documents.iter().flat_map(|document| [book.into(), document.into(), currency.code().into()]).collect();
        let rows: Vec<(i64, String, i64, i64, i64, Option<i64>)> = fetch(&mut self.tx, &CLOSED, &cells).await?;
        let closed = |(account, document, amount, day, item, settled): (i64, String, i64, i64, i64, Option<i64>)| {
            let (account, item) = (EntryId(account), EntryId(item));
            let settled = settled.filter(|amount| *amount > 0);
            let settled = settled.map(|amount| SettledDocument { account, item, amount });
            (account, ClosedDocument { account, item, document, amount, closed_on: date(day), settled })
        };
        Ok(rows.into_iter().map(closed).collect())
    }
}

/// Accounts with the names and the bank accounts that each is known by.
fn payers(
    accounts: Vec<(i64, String, Option<i64>)>,
    names: Vec<(i64, String)>,
    numbers: Vec<(i64, String)>,
) -> Vec<PayerFacts> {
    let mut of: BTreeMap<i64, (Vec<String>, Vec<String>)> = BTreeMap::new();
    for (account, name) in names {
        of.entry(account).or_default().0.push(name);
    }
    for (account, number) in numbers {
        of.entry(account).or_default().1.push(number);
    }
    let payer = |(account, code, parent): (i64, String, Option<i64>)| {
        let (names, bank_accounts) = of.remove(&account).unwrap_or_default();
        PayerFacts { account: EntryId(account), code, parent: parent.map(EntryId), names, bank_accounts }
    };
    accounts.into_iter().map(payer).collect()
}

/// Open lines and credits by account, in the order of the rows.
fn owed(rows: Vec<OpenRow>, disputes: Vec<DisputeRow>) -> Result<BTreeMap<EntryId, Owed>> {
    let mut disputed: BTreeMap<(i64, i64), Vec<Contested>> = BTreeMap::new();
    for (account, item, line, amount) in disputes {
        disputed.entry((account, item)).or_default().push((line, amount));
    }
    let mut owed: BTreeMap<EntryId, Owed> = BTreeMap::new();
    for (account, item, line, open, due, document, po_number, kind, discount_day, discount, amount) in rows {
        let of = owed.entry(EntryId(account)).or_default();
        let kind = ItemKind::parse(&kind).ok_or_else(|| damaged("kind of item", &kind))?;
        if !kind.is_debit() {
            of.credits.push(OpenCredit { account: EntryId(account), item: EntryId(item), document, unapplied: -open });
            continue;
        }
        let contested = disputed.get(&(account, item)).into_iter().flatten();
        let contested = contested.filter(|(of_line, _)| of_line.is_none_or(|number| number == line));
        of.lines.push(PayableLine {
            account: EntryId(account),
            item: EntryId(item),
            line,
            document,
            po_number,
            kind,
            due_date: date(due),
            open,
            document_amount: amount,
            discount: discount_day.zip(discount).map(|(day, amount)| (date(day), amount)),
            disputed: contested.map(|(_, amount)| amount.unwrap_or(open).min(open)).max().unwrap_or(0),
        });
    }
    Ok(owed)
}
