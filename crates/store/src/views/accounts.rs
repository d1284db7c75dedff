//! Accounts and their people, and every item of an account as it stood on a day.

use dunwell_rules::account::{DebtorKind, EntryId};
use dunwell_rules::assignment::AssignableAccount;
use dunwell_rules::calendar::Date;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Currency;
use serde::Serialize;
use sqlx::FromRow;

use super::json::{self, MoneyView};
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, damaged, date, day, entry};

/// An account with its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccountView {
    /// The entry that opened it.
    #[serde(serialize_with = "json::entry")]
    pub entry: EntryId,
    /// The customer number.
    pub account: String,
    /// The name; null when unknown or erased.
    pub name: Option<String>,
    /// Other spellings, by bytes.
    pub aliases: Vec<String>,
    /// The postal address, one line each.
    pub address: Vec<String>,
    /// The parent's customer number.
    pub parent: Option<String>,
    /// The segment.
    pub segment: Option<String>,
    /// The risk class.
    pub risk_class: Option<String>,
    /// The language of documents.
    pub language: Option<String>,
    /// The usual currency.
    #[serde(serialize_with = "json::currency_or_null")]
    pub currency: Option<Currency>,
    /// The payment terms.
    pub terms: Option<String>,
    /// The collector.
    pub collector: Option<String>,
    /// What the debtor is in law, as a code.
    #[serde(serialize_with = "debtor_kind")]
    pub debtor_kind: DebtorKind,
    /// The business unit.
    pub business_unit: Option<String>,
    /// The country.
    pub country: Option<String>,
    /// Whether it stays out of metrics.
    pub intercompany: bool,
    /// Whether master data is missing.
    pub incomplete: bool,
    /// Registration ids, JSON.
    pub registration: Option<String>,
}

fn debtor_kind<S: serde::Serializer>(kind: &DebtorKind, to: S) -> std::result::Result<S::Ok, S::Error> {
    to.serialize_str(kind.code())
}

/// A person at a customer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContactView {
    /// The entry that made it.
    #[serde(serialize_with = "json::entry")]
    pub contact: EntryId,
    /// The name.
    pub name: Option<String>,
    /// The role.
    pub role: Option<String>,
    /// The mail address.
    pub mail: Option<String>,
    /// The telephone number.
    pub phone: Option<String>,
    /// The time zone.
    pub time_zone: Option<String>,
    /// The language.
    pub language: Option<String>,
    /// The preferred channel.
    pub channel: Option<String>,
    /// Asked not to be contacted.
    pub do_not_contact: bool,
}

/// One due line, or one credit, of an account as it stood on a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ItemView {
    /// The item.
    #[serde(serialize_with = "json::entry")]
    pub entry: EntryId,
    /// The instalment, from 1.
    pub line: i64,
    /// The document number.
    pub document: String,
    /// The kind, as a code.
    pub kind: String,
    /// The document date.
    pub document_date: Date,
    /// The posting date.
    pub posting_date: Date,
    /// The due date.
    pub due_date: Date,
    /// The purchase order.
    pub po_number: Option<String>,
    /// The original amount, signed.
    pub amount: MoneyView,
    /// What is open on the day, signed.
    pub open: MoneyView,
    /// What of it is disputed on the day.
    pub disputed: MoneyView,
    /// The original amount in minor units, signed.
    #[serde(skip)]
    pub amount_minor: i64,
    /// The open amount in minor units, signed.
    #[serde(skip)]
    pub open_minor: i64,
    /// The disputed amount in minor units.
    #[serde(skip)]
    pub disputed_minor: i64,
    /// The currency.
    #[serde(skip)]
    pub currency: Currency,
}

/// What a document number or an external id names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemHead {
    /// The account it belongs to.
    pub account: EntryId,
    /// The item.
    pub item: EntryId,
    /// The kind.
    pub kind: ItemKind,
    /// The document number.
    pub document: String,
    /// The currency.
    pub currency: Currency,
    /// What is open of it now, signed, minor units.
    pub open_minor: i64,
    /// The document date.
    pub document_date: Date,
}

#[derive(FromRow)]
struct AccountColumns {
    account: i64,
    code: String,
    name: Option<String>,
    address: Option<String>,
    parent_code: Option<String>,
    segment: Option<String>,
    risk_class: Option<String>,
    language: Option<String>,
    currency: Option<String>,
    terms: Option<String>,
    collector: Option<String>,
    debtor_kind: String,
    business_unit: Option<String>,
    country: Option<String>,
    intercompany: i64,
    incomplete: i64,
    registration: Option<String>,
}

#[derive(FromRow)]
struct ItemColumns {
    item: i64,
    line: i64,
    document: String,
    kind: String,
    currency: String,
    document_day: i64,
    posting_day: i64,
    due_day: i64,
    po_number: Option<String>,
    amount: i64,
    open: i64,
}

const ACCOUNT_BY_CODE: &str = "
select a.account, a.code, p.name, p.address, up.code as parent_code, a.segment, a.risk_class, a.language, a.currency,
    a.terms, a.collector, a.debtor_kind, a.business_unit, a.country, a.intercompany, a.incomplete, a.registration
from account a
left join party p on p.book = a.book and p.account = a.account
left join account up on up.book = a.book and up.account = a.parent
where a.book = $1 and a.code = $2";
const ACCOUNT_BY_ID: &str = "
select a.account, a.code, p.name, p.address, up.code as parent_code, a.segment, a.risk_class, a.language, a.currency,
    a.terms, a.collector, a.debtor_kind, a.business_unit, a.country, a.intercompany, a.incomplete, a.registration
from account a
left join party p on p.book = a.book and p.account = a.account
left join account up on up.book = a.book and up.account = a.parent
where a.book = $1 and a.account = $2";
const ALIASES: &str = "select name from party_alias where book = $1 and account = $2 order by name";
const CHILDREN: &str = "select account, code from account where book = $1 and parent = $2 order by code";
const NAMES: &str = "
select a.account, a.code, p.name, a.collector
from account a left join party p on p.book = a.book and p.account = a.account
where a.book = $1
order by a.account";
const ASSIGNABLE: &str =
    "select account, code, segment, risk_class, collector from account where book = $1 order by account";
const CONTACTS: &str = "
select contact, name, role, mail, phone, time_zone, language, channel, do_not_contact
from contact
where book = $1 and account = $2 and erased_on is null
order by contact";
const OPEN_ITEMS: &str = "
select l.item, l.line, i.document, i.kind, l.currency, l.document_day, l.posting_day, l.due_day, i.po_number, l.amount,
    cast(l.open - coalesce((select sum(m.delta) from movement m
        where m.book = l.book and m.account = l.account and m.item = l.item and m.line = l.line and m.day > $3), 0) as bigint)
        as open
from line l
join item i on i.book = l.book and i.account = l.account and i.item = l.item
where l.book = $1 and l.account = $2 and l.posting_day <= $3
order by l.currency, l.due_day, l.document_day, l.item, l.line";
const DISPUTES: &str = "
select item, line, amount
from dispute
where book = $1 and account = $2 and since <= $3 and (closed_on is null or closed_on > $3)
order by since, dispute";
const ITEMS_OF_DOCUMENT: &str = "
select i.account, i.item, i.kind, i.document, i.currency, i.document_day,
    cast(coalesce((select sum(l.open) from line l
        where l.book = i.book and l.account = i.account and l.item = i.item), 0) as bigint)
from item i
where i.book = $1 and i.account = $2 and i.document = $3 and i.reversed_by is null
order by i.item";
const ITEM: &str = "
select i.account, i.item, i.kind, i.document, i.currency, i.document_day,
    cast(coalesce((select sum(l.open) from line l
        where l.book = i.book and l.account = i.account and l.item = i.item), 0) as bigint)
from item i
where i.book = $1 and i.account = $2 and i.item = $3";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    ACCOUNT_BY_CODE,
    ACCOUNT_BY_ID,
    ALIASES,
    ASSIGNABLE,
    CHILDREN,
    NAMES,
    CONTACTS,
    OPEN_ITEMS,
    DISPUTES,
    ITEMS_OF_DOCUMENT,
    ITEM,
];

/// An account's number, name and collector, for lists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountName {
    /// The account.
    pub account: EntryId,
    /// The customer number.
    pub code: String,
    /// The name.
    pub name: Option<String>,
    /// The collector.
    pub collector: Option<String>,
}

type HeadColumns = (i64, i64, String, String, String, i64, i64);

impl Reading {
    /// The account of a customer number.
    pub async fn account(&mut self, code: &str) -> Result<Option<AccountView>> {
        let row: Option<AccountColumns> = self.row(ACCOUNT_BY_CODE, &[Bind::Text(code)]).await?;
        self.account_view(row).await
    }

    /// The account of an entry.
    pub async fn account_by_id(&mut self, account: EntryId) -> Result<Option<AccountView>> {
        let row: Option<AccountColumns> = self.row(ACCOUNT_BY_ID, &[entry(account)]).await?;
        self.account_view(row).await
    }

    async fn account_view(&mut self, row: Option<AccountColumns>) -> Result<Option<AccountView>> {
        let Some(row) = row else { return Ok(None) };
        let aliases: Vec<(String,)> = self.rows(ALIASES, &[Bind::Int(row.account)]).await?;
        let debtor_kind =
            DebtorKind::parse(&row.debtor_kind).ok_or_else(|| damaged("kind of debtor", &row.debtor_kind))?;
        Ok(Some(AccountView {
            entry: EntryId(row.account),
            account: row.code,
            name: row.name,
            aliases: aliases.into_iter().map(|(name,)| name).collect(),
            address: address_lines(row.address.as_deref()),
            parent: row.parent_code,
            segment: row.segment,
            risk_class: row.risk_class,
            language: row.language,
            currency: row.currency.as_deref().map(currency).transpose()?,
            terms: row.terms,
            collector: row.collector,
            debtor_kind,
            business_unit: row.business_unit,
            country: row.country,
            intercompany: row.intercompany != 0,
            incomplete: row.incomplete != 0,
            registration: row.registration,
        }))
    }

    /// The children of an account as (account, customer number), by number.
    pub async fn children(&mut self, account: EntryId) -> Result<Vec<(EntryId, String)>> {
        let rows: Vec<(i64, String)> = self.rows(CHILDREN, &[entry(account)]).await?;
        Ok(rows.into_iter().map(|(account, code)| (EntryId(account), code)).collect())
    }

    /// Number, name and collector of every account, in the order the accounts were opened.
    pub async fn account_names(&mut self) -> Result<Vec<AccountName>> {
        let rows: Vec<(i64, String, Option<String>, Option<String>)> = self.rows(NAMES, &[]).await?;
        Ok(rows
            .into_iter()
            .map(|(account, code, name, collector)| AccountName { account: EntryId(account), code, name, collector })
            .collect())
    }

    /// Every account as assignment looks at it, in the order the accounts were opened.
    pub async fn assignable_accounts(&mut self) -> Result<Vec<AssignableAccount>> {
        type Row = (i64, String, Option<String>, Option<String>, Option<String>);
        let rows: Vec<Row> = self.rows(ASSIGNABLE, &[]).await?;
        let view = |(account, code, segment, risk_class, collector): Row| AssignableAccount {
            account: EntryId(account),
            code,
            segment,
            risk_class,
            collector,
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// The people of an account who are not erased, oldest entry first.
    pub async fn contacts(&mut self, account: EntryId) -> Result<Vec<ContactView>> {
        type Row = (
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
        let rows: Vec<Row> = self.rows(CONTACTS, &[entry(account)]).await?;
        Ok(rows
            .into_iter()
            .map(|(contact, name, role, mail, phone, time_zone, language, channel, quiet)| ContactView {
                contact: EntryId(contact),
                name,
                role,
                mail,
                phone,
                time_zone,
                language,
                channel,
                do_not_contact: quiet != 0,
            })
            .collect())
    }

    /// What was open of an account on `on`: debit lines and credits, by currency, due date, document date, item, line.
    pub async fn open_items(&mut self, account: EntryId, on: Date) -> Result<Vec<ItemView>> {
        let binds = [entry(account), day(on)];
        let rows: Vec<ItemColumns> = self.rows(OPEN_ITEMS, &binds).await?;
        let disputes: Vec<(i64, Option<i64>, Option<i64>)> = self.rows(DISPUTES, &binds).await?;
        let mut items = Vec::new();
        for row in rows.into_iter().filter(|row| row.open != 0) {
            let currency = currency(&row.currency)?;
            items.push(ItemView {
                entry: EntryId(row.item),
                line: row.line,
                document: row.document,
                kind: row.kind,
                document_date: date(row.document_day),
                posting_date: date(row.posting_day),
                due_date: date(row.due_day),
                po_number: row.po_number,
                amount: MoneyView::new(row.amount, currency),
                open: MoneyView::new(row.open, currency),
                disputed: MoneyView::new(0, currency),
                amount_minor: row.amount,
                open_minor: row.open,
                disputed_minor: 0,
                currency,
            });
        }
        for (item, line, amount) in disputes {
            let mut left = amount.unwrap_or(i64::MAX);
            let contested = |view: &&mut ItemView| view.entry.0 == item && line.is_none_or(|line| line == view.line);
            for view in items.iter_mut().filter(contested) {
                let taken = left.min(view.open_minor.max(0) - view.disputed_minor).max(0);
                left -= taken;
                view.disputed_minor += taken;
                view.disputed = MoneyView::new(view.disputed_minor, view.currency);
            }
        }
        Ok(items)
    }

    /// The items of an account that carry a document number and are not reversed, oldest first.
    pub async fn items_of_document(&mut self, account: EntryId, document: &str) -> Result<Vec<ItemHead>> {
        let rows: Vec<HeadColumns> = self.rows(ITEMS_OF_DOCUMENT, &[entry(account), Bind::Text(document)]).await?;
        rows.into_iter().map(head).collect()
    }

    /// One item of an account.
    pub async fn item(&mut self, account: EntryId, item: EntryId) -> Result<Option<ItemHead>> {
        let row: Option<HeadColumns> = self.row(ITEM, &[entry(account), entry(item)]).await?;
        row.map(head).transpose()
    }
}

fn head((account, item, kind, document, code, document_day, open): HeadColumns) -> Result<ItemHead> {
    Ok(ItemHead {
        account: EntryId(account),
        item: EntryId(item),
        kind: ItemKind::parse(&kind).ok_or_else(|| damaged("kind of item", &kind))?,
        document,
        currency: currency(&code)?,
        open_minor: open,
        document_date: date(document_day),
    })
}

/// An address is kept as its lines.
pub(super) fn address_lines(text: Option<&str>) -> Vec<String> {
    text.map_or_else(Vec::new, |text| text.lines().map(Into::into).collect())
}
