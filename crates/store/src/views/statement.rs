//! What a statement of account shows: the open items of a day, or the movements between two days.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::Currency;

use crate::fault::Result;
use crate::read::{Bind, Reading, currency as parse_currency, damaged, date, day, entry};

/// One posting on an account, for a statement of activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ActivityLine {
    /// The item posted, or taken back.
    pub item: EntryId,
    /// Its kind.
    pub kind: ItemKind,
    /// Its document number.
    pub document: String,
    /// The document date.
    pub document_date: Date,
    /// The day it posted.
    pub day: Date,
    /// The purchase order.
    pub po_number: Option<String>,
    /// The change of the balance, signed, minor units.
    pub amount_minor: i64,
    /// Whether it takes an earlier posting back.
    pub reversal: bool,
}

const CURRENCIES: &str = "
select currency from account_summary where book = $1 and account = $2 order by currency";
const POSTED: &str = "
select i.item, i.kind, i.document, i.document_day, i.posting_day, i.po_number,
    cast(sum(l.amount) as bigint), cast(0 as bigint)
from item i
join line l on l.book = i.book and l.account = i.account and l.item = i.item
where i.book = $1 and i.account = $2 and i.currency = $3 and i.posting_day between $4 and $5
group by i.item, i.kind, i.document, i.document_day, i.posting_day, i.po_number
union all
select i.item, i.kind, i.document, i.document_day, m.day, i.po_number, cast(sum(m.delta) as bigint), cast(1 as bigint)
from movement m
join item i on i.book = m.book and i.account = m.account and i.item = m.item
where m.book = $1 and m.account = $2 and m.currency = $3 and m.day between $4 and $5 and m.other_item = m.item
group by i.item, i.kind, i.document, i.document_day, m.day, i.po_number
order by 5, 1, 8";
const BALANCE_BEFORE: &str = "
select cast(coalesce((select sum(l.amount) from line l
        where l.book = $1 and l.account = $2 and l.currency = $3 and l.posting_day < $4), 0)
    + coalesce((select sum(m.delta) from movement m
        where m.book = $1 and m.account = $2 and m.currency = $3 and m.day < $4 and m.other_item = m.item), 0) as bigint)";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[CURRENCIES, POSTED, BALANCE_BEFORE];

type Columns = (i64, String, String, i64, i64, Option<String>, i64, i64);

impl Reading {
    /// The currencies an account was ever billed in, by code.
    pub async fn currencies_of(&mut self, account: EntryId) -> Result<Vec<Currency>> {
        let rows: Vec<(String,)> = self.rows(CURRENCIES, &[entry(account)]).await?;
        rows.iter().map(|(code,)| parse_currency(code)).collect()
    }

    /// What posted on an account from `first` to `last`, both included, by day, then item. Applications change no balance
    /// and are absent; a reversal is there with its sign turned.
    pub async fn activity(
        &mut self,
        account: EntryId,
        currency: Currency,
        first: Date,
        last: Date,
    ) -> Result<Vec<ActivityLine>> {
        let binds = [entry(account), Bind::Text(currency.code()), day(first), day(last)];
        let rows: Vec<Columns> = self.rows(POSTED, &binds).await?;
        rows.into_iter()
            .map(|(item, kind, document, document_day, day, po_number, amount_minor, reversal)| {
                Ok(ActivityLine {
                    item: EntryId(item),
                    kind: ItemKind::parse(&kind).ok_or_else(|| damaged("kind of item", &kind))?,
                    document,
                    document_date: date(document_day),
                    day: date(day),
                    po_number,
                    amount_minor,
                    reversal: reversal != 0,
                })
            })
            .collect()
    }

    /// The balance of an account at the start of a day, signed, minor units.
    pub async fn balance_before(&mut self, account: EntryId, currency: Currency, first: Date) -> Result<i64> {
        let binds = [entry(account), Bind::Text(currency.code()), day(first)];
        let row: Option<(i64,)> = self.row(BALANCE_BEFORE, &binds).await?;
        Ok(row.map_or(0, |(balance,)| balance))
    }
}
