//! The statements behind the facts.

use std::ops::Range;

use dunwell_rules::calendar::Date;

/// Everything about the accounts from `$2` to `$3` on day `$4`, one kind of fact a branch. `$5` and `$6` bound the months.
///
/// One statement, because each costs a round trip: on the embedded file more than all its rows. Columns are shared by the
/// branches; `gather` names them. `m.account + 0` and `+m.account`
/// keep to the movements after the day instead of an account's history. A range is written as two comparisons, and joined
/// by `+l.account`: otherwise SQLite drops the upper end of the first table's range and reads on to the end of the table, or
/// gives the range to the second table and reads all of it for each row of the first.
pub(super) const FACTS: &str = "
select cast(1 as bigint) as tag, a.account as account, coalesce(a.currency, b.currency) as currency,
    s.version as a, b.last_bank_statement as b, cast(null as bigint) as c, cast(null as bigint) as d,
    cast(null as bigint) as e, cast(null as bigint) as f, cast(null as bigint) as g, cast(null as bigint) as h,
    a.code as s, a.segment as t, a.risk_class as u, a.debtor_kind as v, a.collector as w
from account a
cross join book b
cross join account_state s
where a.book = $1 and a.account >= $2 and a.account <= $3 and b.book = a.book and s.book = a.book and s.account = +a.account
union all
select 2, l.account, l.currency, l.item, l.line, l.open, l.amount, l.document_day, l.due_day, l.posting_day, i.value_day,
    i.document, i.kind, i.po_number, null, null
from line l
cross join item i
where l.book = $1 and l.account >= $2 and l.account <= $3 and l.open <> 0 and l.posting_day <= $4
    and i.book = l.book and i.account = +l.account and i.item = l.item
union all
select 3, l.account, l.currency, l.item, l.line, m.back, l.amount, l.document_day, l.due_day, l.posting_day, i.value_day,
    i.document, i.kind, i.po_number, null, null
from (
    select +m.account as account, m.item, m.line, cast(-sum(m.delta) as bigint) as back
    from movement m
    where m.book = $1 and m.day > $4 and m.account + 0 >= $2 and m.account + 0 <= $3 and m.posting_day <= $4
    group by +m.account, m.item, m.line
) m
cross join line l
cross join item i
where l.book = $1 and l.account = m.account and l.item = m.item and l.line = m.line
    and i.book = $1 and i.account = m.account and i.item = m.item
union all
select 4, d.account, d.currency, d.dispute, d.item, d.line, d.amount, d.since, null, null, null,
    d.reason, null, null, null, null
from dispute d
where d.book = $1 and d.account >= $2 and d.account <= $3 and d.since <= $4 and (d.closed_on is null or d.closed_on > $4)
union all
select 5, p.account, p.currency, p.promise, p.amount, p.made_on, p.promised_for, p.ended_on, null, null, null,
    p.items, null, null, null, null
from promise p
where p.book = $1 and p.account >= $2 and p.account <= $3 and p.made_on <= $4 and p.promised_for >= $4 - 366
union all
select 6, p.account, p.currency, p.promise, m.entry, m.item, m.line, m.delta, g.value_day, c.item, null,
    c.document, c.kind, null, null, null
from promise p
cross join movement m
cross join ledger g
cross join item c
where p.book = $1 and p.account >= $2 and p.account <= $3 and p.made_on <= $4 and p.promised_for >= $4 - 366
    and m.book = p.book and m.account = +p.account and m.currency = p.currency and m.day <= $4
    and g.book = m.book and g.account = +m.account and g.entry = m.entry and g.value_day >= p.made_on
    and c.book = g.book and c.account = g.credit_account and c.item = m.other_item and c.kind in ('receipt', 'settlement', 'converted')
union all
select 7, h.account, null, h.hold, h.since, h.until, null, null, null, null, null, h.kind, h.basis, null, null, null
from hold h
where h.book = $1 and h.account >= $2 and h.account <= $3 and h.since <= $4 and (h.until is null or h.until >= $4)
    and (h.released_on is null or h.released_on > $4)
union all
select 8, c.account, null, c.entry, c.day, n.step, null, null, null, null, null, c.channel, null, null, null, null
from contact_day c
left join notice n on n.book = c.book and n.account = +c.account and n.notice = c.notice
where c.book = $1 and c.account >= $2 and c.account <= $3 and c.day >= $4 - 91 and c.day <= $4
union all
select 9, s.account, s.currency, s.step, s.cycle, s.day, s.state_day, null, null, null, null,
    s.rung, s.how, s.state, null, null
from step s
where s.book = $1 and s.account >= $2 and s.account <= $3 and s.day <= $4
union all
select 10, l.account, l.currency, i.step, l.item, l.line, null, null, null, null, null, null, null, null, null, null
from line l
cross join step_item i
where l.book = $1 and l.account >= $2 and l.account <= $3 and l.open <> 0 and l.posting_day <= $4
    and i.book = l.book and i.account = +l.account and i.item = l.item and i.line = l.line
union all
select 10, m.account, m.currency, i.step, m.item, m.line, null, null, null, null, null, null, null, null, null, null
from movement m
cross join step_item i
where m.book = $1 and m.day > $4 and m.account + 0 >= $2 and m.account + 0 <= $3 and m.posting_day <= $4
    and i.book = m.book and i.account = +m.account and i.item = m.item and i.line = m.line
union all
select 11, m.account, m.currency, m.month, m.lines, m.amount, m.late_lines, m.late_amount, m.days_late,
    m.amount_days_late, m.longest_days_late, null, null, null, null, null
from account_month m
where m.book = $1 and m.account >= $2 and m.account <= $3 and m.month >= $5 and m.month < $6
union all
select 12, s.account, s.currency, s.first_document, s.last_payment_day, i.item, s.last_payment, null, null, null, null,
    i.document, null, null, null, null
from account_summary s
left join item i on i.book = s.book and i.account = +s.account and i.item = (
    select p.item
    from item p
    where p.book = s.book and p.account = s.account and p.currency = s.currency and p.kind in ('receipt', 'settlement', 'converted')
        and p.value_day = s.last_payment_day and p.reversed_by is null
    order by p.item desc limit 1
)
where s.book = $1 and s.account >= $2 and s.account <= $3";

/// The account of the customer number `$2`.
pub(super) const ACCOUNT_OF_CODE: &str = "select account from account where book = $1 and code = $2";

/// The last of the `$3` accounts after `$2`.
pub(super) const LAST_OF_PAGE: &str = "
select max(account) from (
    select account from account where book = $1 and account > $2 order by account limit $3
) page";

/// The newest bank statement read by the day `$2`.
pub(super) const BANK_STATEMENT_BY: &str = "
select max(day) from activity where book = $1 and account = 0 and kind = 'bank_statement' and day <= $2";

/// The payments of the accounts from `$2` to `$3` by the day `$4`, oldest first.
pub(super) const PAYMENTS_BY: &str = "
select account, currency, item, value_day, amount, document
from item
where book = $1 and account >= $2 and account <= $3 and kind in ('receipt', 'settlement', 'converted') and value_day <= $4
    and reversed_by is null
order by account, value_day, item";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[FACTS, ACCOUNT_OF_CODE, LAST_OF_PAGE, BANK_STATEMENT_BY, PAYMENTS_BY];

/// The 12 whole calendar months before the month of `day`, as months are stored: year * 12 + month - 1.
pub(super) fn months_before(day: Date) -> Range<i64> {
    let this = i64::from(day.year()) * 12 + i64::from(day.month()) - 1;
    this - 12..this
}
