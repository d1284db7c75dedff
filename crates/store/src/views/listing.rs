//! Lists of accounts, a page at a time: who they are, in the order of their numbers or names, and the figures of one page.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Currency;
use sqlx::FromRow;

use super::accounts::address_lines;
use crate::bulk::Kind::Int;
use crate::bulk::{Cell, Keyed, fetch};
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date};

/// The order of a list of accounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListOrder {
    /// By customer number.
    #[default]
    Number,
    /// By name in lower case, then by the account's entry; accounts without a name come first.
    Name,
}

impl ListOrder {
    /// The word used in addresses, JSON and on the command line.
    pub fn code(self) -> &'static str {
        match self {
            Self::Number => "number",
            Self::Name => "name",
        }
    }

    /// Reads the word; `None` when it is neither.
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Number, Self::Name].into_iter().find(|order| order.code() == code)
    }
}

/// Which accounts a list holds. Empty texts and unset flags choose every account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListChoice {
    /// The collector who holds them; `-` is nobody.
    pub collector: String,
    /// The segment.
    pub segment: String,
    /// The risk class.
    pub risk_class: String,
    /// What the number, or a word of a name, begins with.
    pub text: String,
    /// Only with something past due on the day.
    pub past_due: bool,
    /// Only with an open dispute on the day.
    pub disputed: bool,
    /// Only with unapplied credits on the day.
    pub unapplied: bool,
    /// Only with a promise made by the day that may still run.
    pub promised: bool,
    /// Only with a stop in force on the day.
    pub stopped: bool,
    /// Only with master data missing.
    pub incomplete: bool,
}

/// An account of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedAccount {
    /// The account.
    pub account: EntryId,
    /// The customer number.
    pub code: String,
    /// The name; `None` when unknown or erased.
    pub name: Option<String>,
    /// The postal address, one line each.
    pub address: Vec<String>,
    /// The country.
    pub country: Option<String>,
    /// The collector.
    pub collector: Option<String>,
    /// The segment.
    pub segment: Option<String>,
    /// The risk class.
    pub risk_class: Option<String>,
    /// The day of the last contact by the day asked.
    pub last_contact: Option<Date>,
    /// Whether a dispute was open on the day.
    pub disputed: bool,
    /// Whether a promise may have run on the day: exactly is for the rules to say.
    pub promised: bool,
    /// Whether a stop was in force on the day.
    pub stopped: bool,
    /// Whether master data is missing.
    pub incomplete: bool,
}

/// What is open of an account in one currency on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OpenSums {
    /// The account.
    pub account: EntryId,
    /// The currency.
    pub currency: Currency,
    /// Open debits.
    pub debits_minor: i64,
    /// Open debits due before the day.
    pub past_due_minor: i64,
    /// The oldest due date of those.
    pub oldest_due: Option<Date>,
    /// Credits not applied, at or below zero.
    pub unapplied_minor: i64,
}

#[derive(FromRow)]
struct Columns {
    account: i64,
    code: String,
    name: Option<String>,
    address: Option<String>,
    country: Option<String>,
    collector: Option<String>,
    segment: Option<String>,
    risk_class: Option<String>,
    last_contact: Option<i64>,
    disputed: i64,
    promised: i64,
    stopped: i64,
    incomplete: i64,
}

/// Rare conditions are lists of accounts that are made once, not asked of every account.
const BY_NUMBER: &str = "
select a.account, a.code, p.name, p.address, a.country, a.collector, a.segment, a.risk_class,
    (select max(c.day) from contact_day c where c.book = a.book and c.account = a.account and c.day <= $4) as last_contact,
    cast(case when exists (select 1 from dispute d where d.book = a.book and d.account = a.account and d.since <= $4
        and (d.closed_on is null or d.closed_on > $4)) then 1 else 0 end as bigint) as disputed,
    cast(case when exists (select 1 from promise m where m.book = a.book and m.account = a.account and m.made_on <= $4
        and m.promised_for + 0 >= $4 - 366) then 1 else 0 end as bigint) as promised,
    cast(case when exists (select 1 from hold h where h.book = a.book and h.account = a.account and h.since <= $4
        and (h.until is null or h.until >= $4) and (h.released_on is null or h.released_on > $4)) then 1 else 0 end
        as bigint) as stopped,
    a.incomplete
from account a cross join party p
where a.book = $1 and p.book = $1 and p.account = a.account and a.code >= $2 and (a.code > $2 or a.account > $3)
    and ($5 = '' or a.collector = $5 or $5 = '-' and a.collector is null)
    and ($6 = '' or a.segment = $6)
    and ($7 = '' or a.risk_class = $7)
    and ($8 = '' or a.code >= $8 and a.code < $9 or a.account in (select w.account from name_word w
        where w.book = $1 and w.word >= $10 and w.word < $11))
    and ($12 = 0 or exists (select 1 from line l where l.book = a.book and l.account = a.account and l.open <> 0
        and l.open > 0 and l.due_day < $4 and l.posting_day <= $4))
    and ($13 = 0 or a.account in (select l.account from line l
        where l.book + 0 = $1 and l.open <> 0 and l.open < 0 and l.posting_day <= $4))
    and ($14 = 0 or a.account in (select d.account from dispute d
            where d.book + 0 = $1 and d.closed_on is null and d.since <= $4)
        or a.account in (select d.account from dispute d
            where d.book = $1 and d.closed_on is not null and d.closed_on > $4 and d.since <= $4))
    and ($15 = 0 or a.account in (select m.account from promise m
        where m.book = $1 and m.promised_for >= $4 - 31 and m.made_on <= $4 and (m.ended_on is null or m.ended_on > $4)))
    and ($16 = 0 or a.account in (select h.account from hold h
        where h.book = $1 and h.since <= $4 and (h.until is null or h.until >= $4)
            and (h.released_on is null or h.released_on > $4)))
    and ($17 = 0 or a.incomplete <> 0)
order by a.code
limit $18";
const BY_NAME: &str = "
select a.account, a.code, p.name, p.address, a.country, a.collector, a.segment, a.risk_class,
    (select max(c.day) from contact_day c where c.book = a.book and c.account = a.account and c.day <= $4) as last_contact,
    cast(case when exists (select 1 from dispute d where d.book = a.book and d.account = a.account and d.since <= $4
        and (d.closed_on is null or d.closed_on > $4)) then 1 else 0 end as bigint) as disputed,
    cast(case when exists (select 1 from promise m where m.book = a.book and m.account = a.account and m.made_on <= $4
        and m.promised_for + 0 >= $4 - 366) then 1 else 0 end as bigint) as promised,
    cast(case when exists (select 1 from hold h where h.book = a.book and h.account = a.account and h.since <= $4
        and (h.until is null or h.until >= $4) and (h.released_on is null or h.released_on > $4)) then 1 else 0 end
        as bigint) as stopped,
    a.incomplete
from party p cross join account a
where a.book = $1 and p.book = $1 and p.account = a.account and p.search_name >= $2 and (p.search_name > $2 or p.account > $3)
    and ($5 = '' or a.collector = $5 or $5 = '-' and a.collector is null)
    and ($6 = '' or a.segment = $6)
    and ($7 = '' or a.risk_class = $7)
    and ($8 = '' or a.code >= $8 and a.code < $9 or a.account in (select w.account from name_word w
        where w.book = $1 and w.word >= $10 and w.word < $11))
    and ($12 = 0 or exists (select 1 from line l where l.book = a.book and l.account = a.account and l.open <> 0
        and l.open > 0 and l.due_day < $4 and l.posting_day <= $4))
    and ($13 = 0 or a.account in (select l.account from line l
        where l.book + 0 = $1 and l.open <> 0 and l.open < 0 and l.posting_day <= $4))
    and ($14 = 0 or a.account in (select d.account from dispute d
            where d.book + 0 = $1 and d.closed_on is null and d.since <= $4)
        or a.account in (select d.account from dispute d
            where d.book = $1 and d.closed_on is not null and d.closed_on > $4 and d.since <= $4))
    and ($15 = 0 or a.account in (select m.account from promise m
        where m.book = $1 and m.promised_for >= $4 - 31 and m.made_on <= $4 and (m.ended_on is null or m.ended_on > $4)))
    and ($16 = 0 or a.account in (select h.account from hold h
        where h.book = $1 and h.since <= $4 and (h.until is null or h.until >= $4)
            and (h.released_on is null or h.released_on > $4)))
    and ($17 = 0 or a.incomplete <> 0)
order by p.search_name, p.account
limit $18";
const SORTED_BY: &str = "
select a.code, p.search_name
from account a
cross join party p
where a.book = $1 and a.account = $2 and p.book = a.book and p.account = a.account";
const MOVED_AFTER: &str = "select day from movement where book = $1 and day > $2 order by day desc limit 1";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[BY_NUMBER, BY_NAME, SORTED_BY, MOVED_AFTER];

/// What is open now and was posted by the day.
const OPEN: Keyed = Keyed {
    key: &[("book", Int), ("account", Int), ("day", Int)],
    statement: "select o.account, o.currency, \
        cast(sum(case when o.side > 0 then o.open else 0 end) as bigint), \
        cast(sum(case when o.side > 0 and o.due_day < o.day then o.open else 0 end) as bigint), \
        min(case when o.side > 0 and o.due_day < o.day and o.open <> 0 then o.due_day end), \
        cast(sum(case when o.side < 0 then o.open else 0 end) as bigint) \
        from ( \
            select l.account, l.currency, l.due_day, key.day, l.open, l.amount as side \
            from key cross join line l \
            where l.book = key.book and l.account = key.account and l.open <> 0 and l.posting_day <= key.day \
        ) o group by o.account, o.currency order by o.account, o.currency",
    lock: None,
};

/// Every statement over keys here, for the test that prepares them.
#[cfg(test)]
pub(crate) const KEYED: &[&Keyed] = &[&OPEN];

impl Reading {
    /// At most `limit` accounts of a choice after the account `after`, in an order.
    ///
    /// What is past due and unapplied is chosen by what is open now. That is right for the day unless something
    /// [moved after it](Self::moved_after): then leave these two unset and look at the accounts' facts.
    pub async fn list_accounts(
        &mut self,
        choice: &ListChoice,
        order: ListOrder,
        after: Option<EntryId>,
        on: Date,
        limit: i64,
    ) -> Result<Vec<ListedAccount>> {
        let mut place = (String::new(), -1);
        if let Some(after) = after {
            let sorted: Option<(String, String)> = self.row(SORTED_BY, &[Bind::Int(after.0)]).await?;
            let Some((code, name)) = sorted else { return Ok(Vec::new()) };
            place = (if order == ListOrder::Number { code } else { name }, after.0);
        }
        let flag = |set: bool| Bind::Int(i64::from(set));
        let (number_end, word) = (format!("{}\u{10ffff}", choice.text), choice.text.to_lowercase());
        let word_end = format!("{word}\u{10ffff}");
        let binds = [
            Bind::Text(&place.0),
            Bind::Int(place.1),
            Bind::Int(day_number(on)),
            Bind::Text(&choice.collector),
            Bind::Text(&choice.segment),
            Bind::Text(&choice.risk_class),
            Bind::Text(&choice.text),
            Bind::Text(&number_end),
            Bind::Text(&word),
            Bind::Text(&word_end),
            flag(choice.past_due),
            flag(choice.unapplied),
            flag(choice.disputed),
            flag(choice.promised),
            flag(choice.stopped),
            flag(choice.incomplete),
            Bind::Int(limit),
        ];
        let statement = match order {
            ListOrder::Number => BY_NUMBER,
            ListOrder::Name => BY_NAME,
        };
        let rows: Vec<Columns> = self.rows(statement, &binds).await?;
        Ok(rows.into_iter().map(listed).collect())
    }

    /// What was open of accounts on a day, by account, then currency; right as long as nothing
    /// [moved after the day](Self::moved_after).
    pub async fn open_sums(&mut self, accounts: &[EntryId], on: Date) -> Result<BTreeMap<EntryId, Vec<OpenSums>>> {
        let (book, day) = (self.book, day_number(on));
        let keys: Vec<Cell<'_>> =
            accounts.iter().flat_map(|account| [book.into(), account.0.into(), day.into()]).collect();
        let rows: Vec<(i64, String, i64, i64, Option<i64>, i64)> = fetch(&mut self.tx, &OPEN, &keys).await?;
        let mut sums: BTreeMap<EntryId, Vec<OpenSums>> = BTreeMap::new();
        for (account, code, debits_minor, past_due_minor, oldest_due, unapplied_minor) in rows {
            let account = EntryId(account);
            sums.entry(account).or_default().push(OpenSums {
                account,
                currency: currency(&code)?,
                debits_minor,
                past_due_minor,
                oldest_due: oldest_due.map(date),
                unapplied_minor,
            });
        }
        Ok(sums)
    }

    /// Whether anything was applied, taken back or reversed for a day after `on`: then what is open now is not what was open.
    pub async fn moved_after(&mut self, on: Date) -> Result<bool> {
        let later: Option<(i64,)> = self.row(MOVED_AFTER, &[Bind::Int(day_number(on))]).await?;
        Ok(later.is_some())
    }
}

fn listed(row: Columns) -> ListedAccount {
    ListedAccount {
        account: EntryId(row.account),
        code: row.code,
        name: row.name,
        address: address_lines(row.address.as_deref()),
        country: row.country,
        collector: row.collector,
        segment: row.segment,
        risk_class: row.risk_class,
        last_contact: row.last_contact.map(date),
        disputed: row.disputed != 0,
        promised: row.promised != 0,
        stopped: row.stopped != 0,
        incomplete: row.incomplete != 0,
    }
}
