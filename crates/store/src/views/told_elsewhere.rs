//! What files tell of the same days and amount as a receipt: perhaps the same money, under another name of our account.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Money;
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, date};

/// Receipts of one file, account and day that come to an amount together, or one of that amount.
const TOGETHER: &str = "
select g.entry, g.receipts, g.import, m.file, g.bank_account, g.booking_day, g.code
from (
    select min(entry) as entry, cast(count(*) as bigint) as receipts, import, bank_account, booking_day, min(code) as code
    from bank_entry
    where book = $1 and currency = $2 and booking_day between $4 and $5 and entry <> $6
    group by import, bank_account, booking_day
    having count(*) > 1 and sum(amount) = $3
    union all
    select entry, 1, import, bank_account, booking_day, code
    from bank_entry
    where book = $1 and currency = $2 and amount = $3 and booking_day between $4 and $5 and entry <> $6
) g
left join import m on m.book = $1 and m.import = g.import
order by g.booking_day, g.entry
limit 20";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[TOGETHER];

/// Receipts of a file that come to a receipt's amount, one or together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToldElsewhere {
    /// The first of them.
    #[serde(serialize_with = "json::entry")]
    pub receipt: EntryId,
    /// How many.
    pub receipts: i64,
    /// The import that told them; null where none did.
    #[serde(serialize_with = "json::entry_or_null")]
    pub import: Option<EntryId>,
    /// Its file.
    pub file: Option<String>,
    /// Our account, as that file names it; empty where it does not.
    pub bank_account: String,
    /// The day they were booked.
    pub booked_on: Date,
    /// What the bank calls them.
    pub code: String,
}

impl Reading {
    /// Receipts of one file that were booked within `days` of a receipt and come to its amount, one or together.
    pub async fn told_together(
        &mut self,
        receipt: EntryId,
        amount: Money,
        booked_on: Date,
        days: i64,
    ) -> Result<Vec<ToldElsewhere>> {
        type Columns = (i64, i64, Option<i64>, Option<String>, String, i64, String);
        let day = day_number(booked_on);
        let place = [
            Bind::Text(amount.currency.code()),
            Bind::Int(amount.minor),
            Bind::Int(day - days),
            Bind::Int(day + days),
            Bind::Int(receipt.0),
        ];
        let rows: Vec<Columns> = self.rows(TOGETHER, &place).await?;
        let told = |(receipt, receipts, import, file, bank_account, day, code): Columns| ToldElsewhere {
            receipt: EntryId(receipt),
            receipts,
            import: import.map(EntryId),
            file,
            bank_account,
            booked_on: date(day),
            code,
        };
        Ok(rows.into_iter().map(told).collect())
    }
}
