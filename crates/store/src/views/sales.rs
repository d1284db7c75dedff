//! Net credit sales of a period: the denominator of DSO.

use dunwell_rules::calendar::Date;
use dunwell_rules::money::Currency;

use crate::fault::Result;
use crate::read::{Reading, currency, day};

/// What was sold on credit in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CreditSales {
    /// The currency.
    pub currency: Currency,
    /// Invoices and debit memos less credit memos, tax as booked, minor units.
    pub net_minor: i64,
}

/// A reversed document counts on the day it posted and is taken back on the day of its reversal.
const CREDIT_SALES: &str = "
select g.currency,
    cast(coalesce(sum(case
        when g.credit = 'sales' and g.debit = 'receivable' then g.amount
        when g.debit = 'sales' and g.credit = 'receivable' then -g.amount
        when g.debit = 'sales' and g.credit = 'unapplied' then -g.amount
        when g.credit = 'sales' and g.debit = 'unapplied' then g.amount
        else 0 end), 0) as bigint)
from ledger g
join account a on a.book = g.book and a.account = g.account and a.intercompany = 0
where g.book = $1 and g.posting_day between $2 and $3 and (g.debit = 'sales' or g.credit = 'sales')
group by g.currency
order by g.currency";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[CREDIT_SALES];

impl Reading {
    /// Net credit sales posted from `first` to `last`, both included, by currency; intercompany accounts left out
    /// (`domain.md` 1.14).
    pub async fn credit_sales(&mut self, first: Date, last: Date) -> Result<Vec<CreditSales>> {
        let rows: Vec<(String, i64)> = self.rows(CREDIT_SALES, &[day(first), day(last)]).await?;
        rows.into_iter().map(|(code, net_minor)| Ok(CreditSales { currency: currency(&code)?, net_minor })).collect()
    }
}
