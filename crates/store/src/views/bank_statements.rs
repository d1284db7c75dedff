//! Final bank statements that do not foot, and the balances of those beside one.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::{Currency, Money};
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date, entry};

/// A final statement of a bank, and whether it accounts for its balances.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BankStatementView {
    /// Its entry, by which `match` takes it.
    #[serde(rename = "bank_statement", serialize_with = "json::entry")]
    pub entry: EntryId,
    /// Our account, as the bank names it.
    pub bank_account: String,
    /// By what the bank knows it.
    pub statement: String,
    /// The first day it covers.
    pub from: Date,
    /// The last day it covers.
    pub to: Date,
    /// The booked balance at the beginning.
    pub opening: Money,
    /// The booked balance at the end.
    pub closing: Money,
    /// What its entries come to.
    pub moved: Money,
    /// What other files told for its days, and no final statement lists.
    pub unlisted: Money,
    /// What the closing balance is above all of that; nought where it foots.
    pub difference: Money,
    /// The day since which a person is asked; null when it foots, or was seen.
    pub asked_on: Option<Date>,
}

type Columns = (i64, String, String, String, i64, i64, i64, i64, i64, i64, i64, Option<i64>);

/// One statement a row; the order is the caller's.
macro_rules! statements {
    ($which:literal) => {
        concat!(
            "select s.entry, s.bank_account, s.statement, s.currency, s.from_day, s.to_day, s.opening, s.closing, s.moved, \
             s.unlisted, s.difference, s.asked_on from bank_statement s where s.book = $1 ",
            $which
        )
    };
}

const STATEMENT: &str = statements!("and s.entry = $2");
const ASKED: &str = statements!(
    "and s.asked_on is not null and (s.asked_on > $2 or s.asked_on = $2 and s.entry > $3) \
     order by s.asked_on, s.entry limit $4"
);
/// The closing balances from the last day before a statement that has any, up to its own last day; not its own.
const CLOSINGS: &str = "
select s.closing from bank_statement s
where s.book = $1 and s.bank_account = $2 and s.currency = $3 and s.entry <> $6 and s.to_day <= $5 and s.to_day >= (
    select max(b.to_day) from bank_statement b
    where b.book = $1 and b.bank_account = $2 and b.currency = $3 and b.to_day < $4)
order by s.entry";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[STATEMENT, ASKED, CLOSINGS];

impl Reading {
    /// A statement by its entry.
    pub async fn bank_statement_told(&mut self, id: EntryId) -> Result<Option<BankStatementView>> {
        self.row(STATEMENT, &[entry(id)]).await?.map(view).transpose()
    }

    /// Statements that do not foot, the longest asked first: at most `most` after the one given (day, statement).
    pub async fn bank_statements_asked(
        &mut self,
        after: Option<(Date, EntryId)>,
        most: i64,
    ) -> Result<Vec<BankStatementView>> {
        let (day, id) = after.map_or((i64::MIN, 0), |(day, id)| (day_number(day), id.0));
        let rows: Vec<Columns> = self.rows(ASKED, &[Bind::Int(day), Bind::Int(id), Bind::Int(most)]).await?;
        rows.into_iter().map(view).collect()
    }

    /// With what the statements before one closed: those of the last day before its first that has any, and those that end
    /// within its days. Empty for the first statement of an account.
    pub async fn closings_before(&mut self, of: &BankStatementView) -> Result<Vec<i64>> {
        let binds = [
            Bind::Text(&of.bank_account),
            Bind::Text(of.opening.currency.code()),
            Bind::Int(day_number(of.from)),
            Bind::Int(day_number(of.to)),
            entry(of.entry),
        ];
        let rows: Vec<(i64,)> = self.rows(CLOSINGS, &binds).await?;
        Ok(rows.into_iter().map(|(closing,)| closing).collect())
    }
}

fn view(row: Columns) -> Result<BankStatementView> {
    let (id, bank_account, statement, code, from, to, opening, closing, moved, unlisted, difference, asked_on) = row;
    let of: Currency = currency(&code)?;
    let money = |minor| Money::new(minor, of);
    Ok(BankStatementView {
        entry: EntryId(id),
        bank_account,
        statement,
        from: date(from),
        to: date(to),
        opening: money(opening),
        closing: money(closing),
        moved: money(moved),
        unlisted: money(unlisted),
        difference: money(difference),
        asked_on: asked_on.map(date),
    })
}
