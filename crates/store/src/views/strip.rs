//! The figures over a worklist: what a collector's accounts owe on a day, what was promised and contested, what was done.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Currency;

use crate::fault::Result;
use crate::read::{Bind, Reading, currency};

/// Sums over the accounts of one collector, or of the book, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StripSums {
    /// The currency.
    pub currency: Currency,
    /// Everything open on the day, less unapplied credits.
    pub balance_minor: i64,
    /// Open debits due before the day.
    pub past_due_minor: i64,
    /// What is contested of what is open.
    pub disputed_minor: i64,
    /// Promises for the day or later, as they were given.
    pub promised_minor: i64,
    /// Promises given on the day.
    pub committed_minor: i64,
}

impl StripSums {
    /// Nothing in a currency.
    pub fn zero(currency: Currency) -> Self {
        let (balance_minor, past_due_minor, disputed_minor) = (0, 0, 0);
        Self { currency, balance_minor, past_due_minor, disputed_minor, promised_minor: 0, committed_minor: 0 }
    }

    /// Adds sums in the same currency.
    pub fn add(&mut self, other: &Self) {
        debug_assert_eq!(self.currency, other.currency, "sums are added by currency");
        self.balance_minor += other.balance_minor;
        self.past_due_minor += other.past_due_minor;
        self.disputed_minor += other.disputed_minor;
        self.promised_minor += other.promised_minor;
        self.committed_minor += other.committed_minor;
    }
}

/// The sums of one account in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountSums {
    /// The account.
    pub account: EntryId,
    /// Whose it is.
    pub collector: Option<String>,
    /// Its sums.
    pub sums: StripSums,
}

/// What is open now, and what moved after the day taken back; what is contested; promises. `$3` is nobody in particular.
const SUMS: &str = "
select o.currency, cast(sum(o.balance) as bigint), cast(sum(o.past_due) as bigint), cast(sum(o.disputed) as bigint),
    cast(sum(o.promised) as bigint), cast(sum(o.committed) as bigint)
from (
    select l.currency, l.open as balance, case when l.open > 0 and l.due_day < $2 then l.open else 0 end as past_due,
        0 as disputed, 0 as promised, 0 as committed
    from account a
    cross join line l
    where a.book = $1 and ($3 = '' or a.collector = $3)
        and l.book = a.book and l.account = a.account and l.open <> 0 and l.posting_day <= $2
    union all
    select l.currency, -m.delta, case when l.amount > 0 and l.due_day < $2 then -m.delta else 0 end, 0, 0, 0
    from movement m
    cross join account a
    cross join line l
    where m.book = $1 and m.day > $2 and m.posting_day <= $2
        and a.book = m.book and a.account = m.account and ($3 = '' or a.collector = $3)
        and l.book = m.book and l.account = m.account and l.item = m.item and l.line = m.line
    union all
    select c.currency, 0, 0, case when c.amount < c.open then c.amount else c.open end, 0, 0
    from (
        select d.currency, d.account, d.item, sum(coalesce(d.amount, d.open)) as amount, max(d.open) as open
        from (
            select x.currency, x.account, x.item, x.amount, (
                select coalesce(sum(l.open), 0) from line l
                where l.book = x.book and l.account = x.account and l.item = x.item and (x.line is null or l.line = x.line)
            ) - (
                select coalesce(sum(m.delta), 0) from movement m
                where m.book = x.book and m.account = x.account and m.item = x.item and m.day + 0 > $2
                    and (x.line is null or m.line = x.line)
            ) as open
            from dispute x
            cross join account a
            where x.book + 0 = $1 and x.closed_on is null and x.since <= $2
                and a.book = x.book and a.account = x.account and ($3 = '' or a.collector = $3)
            union all
            select x.currency, x.account, x.item, x.amount, (
                select coalesce(sum(l.open), 0) from line l
                where l.book = x.book and l.account = x.account and l.item = x.item and (x.line is null or l.line = x.line)
            ) - (
                select coalesce(sum(m.delta), 0) from movement m
                where m.book = x.book and m.account = x.account and m.item = x.item and m.day + 0 > $2
                    and (x.line is null or m.line = x.line)
            ) as open
            from dispute x
            cross join account a
            where x.book = $1 and x.closed_on > $2 and x.since <= $2
                and a.book = x.book and a.account = x.account and ($3 = '' or a.collector = $3)
        ) d
        group by d.currency, d.account, d.item
    ) c
    union all
    select p.currency, 0, 0, 0, p.amount, 0
    from promise p
    cross join account a
    where p.book = $1 and p.promised_for >= $2 and p.made_on <= $2 and (p.ended_on is null or p.ended_on > $2)
        and a.book = p.book and a.account = p.account and ($3 = '' or a.collector = $3)
    union all
    select p.currency, 0, 0, 0, 0, p.amount
    from promise p
    cross join account a
    where p.book + 0 = $1 and p.made_on = $2 and (p.ended_on is null or p.ended_on > $2)
        and a.book = p.book and a.account = p.account and ($3 = '' or a.collector = $3)
) o
group by o.currency
order by o.currency";
/// The same for each of the accounts from `$3` to `$4`, for whoever keeps them: one account is read again when it changes.
const SUMS_OF_ACCOUNTS: &str = "
select o.account, a.collector, o.currency, cast(sum(o.balance) as bigint), cast(sum(o.past_due) as bigint),
    cast(sum(o.disputed) as bigint), cast(sum(o.promised) as bigint), cast(sum(o.committed) as bigint)
from (
    select l.account, l.currency, l.open as balance, case when l.open > 0 and l.due_day < $2 then l.open else 0 end as past_due,
        0 as disputed, 0 as promised, 0 as committed
    from line l
    where l.book = $1 and l.account >= $3 and l.account <= $4 and l.open <> 0 and l.posting_day <= $2
    union all
    select l.account, l.currency, -m.delta, case when l.amount > 0 and l.due_day < $2 then -m.delta else 0 end, 0, 0, 0
    from movement m
    cross join line l
    where m.book = $1 and m.day > $2 and m.account + 0 >= $3 and m.account + 0 <= $4 and m.posting_day <= $2
        and l.book = m.book and l.account = +m.account and l.item = m.item and l.line = m.line
    union all
    select c.account, c.currency, 0, 0, case when c.amount < c.open then c.amount else c.open end, 0, 0
    from (
        select d.currency, d.account, d.item, sum(coalesce(d.amount, d.open)) as amount, max(d.open) as open
        from (
            select x.currency, x.account, x.item, x.amount, (
                select coalesce(sum(l.open), 0) from line l
                where l.book = x.book and l.account = x.account and l.item = x.item and (x.line is null or l.line = x.line)
            ) - (
                select coalesce(sum(m.delta), 0) from movement m
                where m.book = x.book and m.account = x.account and m.item = x.item and m.day + 0 > $2
                    and (x.line is null or m.line = x.line)
            ) as open
            from dispute x
            where x.book = $1 and x.account >= $3 and x.account <= $4 and x.since <= $2
                and (x.closed_on is null or x.closed_on > $2)
        ) d
        group by d.currency, d.account, d.item
    ) c
    union all
    select p.account, p.currency, 0, 0, 0, case when p.promised_for >= $2 then p.amount else 0 end,
        case when p.made_on = $2 then p.amount else 0 end
    from promise p
    where p.book = $1 and p.account >= $3 and p.account <= $4 and p.made_on <= $2
        and (p.promised_for >= $2 or p.made_on = $2) and (p.ended_on is null or p.ended_on > $2)
) o
cross join account a
where a.book = $1 and a.account = +o.account
group by o.account, a.collector, o.currency
order by o.account, o.currency";
const DONE: &str = "
select cast(count(*) as bigint)
from task t
left join account a on a.book = t.book and a.account = t.account
where t.book + 0 = $1 and t.closed_on = $2 and t.outcome <> 'withdrawn'
    and ($3 = '' or coalesce(t.collector, a.collector) = $3)";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[SUMS, SUMS_OF_ACCOUNTS, DONE];

impl Reading {
    /// Sums over the accounts of a collector on a day, of all accounts where `collector` is empty; by currency.
    ///
    /// What is contested is counted on what was open, at most once a document.
    pub async fn strip_sums(&mut self, collector: &str, on: Date) -> Result<Vec<StripSums>> {
        let binds = [Bind::Int(day_number(on)), Bind::Text(collector)];
        let rows: Vec<(String, i64, i64, i64, i64, i64)> = self.rows(SUMS, &binds).await?;
        let sums = |(code, balance, past_due, disputed, promised, committed): (String, i64, i64, i64, i64, i64)| {
            Ok(StripSums {
                currency: currency(&code)?,
                balance_minor: balance,
                past_due_minor: past_due,
                disputed_minor: disputed,
                promised_minor: promised,
                committed_minor: committed,
            })
        };
        rows.into_iter().map(sums).collect()
    }

    /// The same sums of each of the accounts from `first` to `last`, with the account and its collector.
    pub async fn strip_sums_of(&mut self, first: EntryId, last: EntryId, on: Date) -> Result<Vec<AccountSums>> {
        type Row = (i64, Option<String>, String, i64, i64, i64, i64, i64);
        let binds = [Bind::Int(day_number(on)), Bind::Int(first.0), Bind::Int(last.0)];
        let rows: Vec<Row> = self.rows(SUMS_OF_ACCOUNTS, &binds).await?;
        let sums = |(account, collector, code, balance, past_due, disputed, promised, committed): Row| {
            let sums = StripSums {
                currency: currency(&code)?,
                balance_minor: balance,
                past_due_minor: past_due,
                disputed_minor: disputed,
                promised_minor: promised,
                committed_minor: committed,
            };
            Ok(AccountSums { account: EntryId(account), collector, sums })
        };
        rows.into_iter().map(sums).collect()
    }

    /// How many tasks of a collector, or of all, were closed on a day by a person's work.
    pub async fn tasks_done(&mut self, collector: &str, on: Date) -> Result<i64> {
        let row: Option<(i64,)> = self.row(DONE, &[Bind::Int(day_number(on)), Bind::Text(collector)]).await?;
        Ok(row.map_or(0, |(count,)| count))
    }
}
