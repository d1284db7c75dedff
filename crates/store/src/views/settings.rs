//! People, policies, rates, control totals and closed months of a book.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, RateFacts};
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date, day, entry};

/// A user: a name and a role.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UserView {
    /// The name that `--as` takes.
    pub name: String,
    /// The role's code.
    pub role: String,
    /// Who else made the way by which they set what they prove themselves with; null where nobody did.
    pub let_in_by: Option<String>,
    /// When they set it, for the first time.
    #[serde(serialize_with = "json::instant_if_any")]
    pub let_in_at: Option<i64>,
}

/// A policy as it was put in force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PolicyRow {
    /// The entry that put it in force.
    #[serde(serialize_with = "json::entry")]
    pub policy: EntryId,
    /// Its name.
    pub name: String,
    /// The whole file.
    pub text: String,
    /// From this day on.
    pub activated_on: Date,
}

/// A control figure of the ERP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ControlTotalView {
    /// The currency.
    #[serde(serialize_with = "json::currency")]
    pub currency: Currency,
    /// The day.
    pub day: Date,
    /// The ERP's balance.
    pub amount: json::MoneyView,
    /// Ours on that day, as known now.
    pub ours: json::MoneyView,
    /// Ours less the ERP's.
    pub difference: json::MoneyView,
    /// Where the figure came from.
    pub source: String,
}

const USERS: &str = "select u.name, u.role, c.let_in_by, c.let_in_at from app_user u \
     left join credential c on c.book = u.book and c.name = u.name where u.book = $1 order by u.name";
const USER: &str = "select role from app_user where book = $1 and name = $2";
const POLICY_IN_FORCE: &str = "
select policy, name, text, activated_on from policy where book = $1 order by policy desc limit 1";
const POLICY: &str = "select policy, name, text, activated_on from policy where book = $1 and policy = $2";
const RATES: &str = "
select from_currency, to_currency, day, rate_micros, source
from rate where book = $1 and day <= $2
order by from_currency, to_currency, day";
const CONTROL_TOTALS: &str = "
select t.currency, t.day, t.amount, t.source,
    cast(coalesce((select sum(c.amount) from control_day c
        where c.book = t.book and c.currency = t.currency and c.day <= t.day), 0) as bigint)
from control_total t where t.book = $1
order by t.day, t.currency";
const CLOSED_MONTH: &str = "select pack from closed_month where book = $1 and month = $2";
const CLOSED_MONTHS: &str = "select month from closed_month where book = $1 order by month";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[USERS, USER, POLICY_IN_FORCE, POLICY, RATES, CONTROL_TOTALS, CLOSED_MONTH, CLOSED_MONTHS];

/// Millionths, as rates are kept, to billionths, as rules take them.
const NANO_IN_MICRO: i64 = 1_000;

impl Reading {
    /// The users, by name.
    pub async fn users(&mut self) -> Result<Vec<UserView>> {
        type Row = (String, String, Option<String>, Option<i64>);
        let rows: Vec<Row> = self.rows(USERS, &[]).await?;
        let view = |(name, role, let_in_by, let_in_at)| UserView { name, role, let_in_by, let_in_at };
        Ok(rows.into_iter().map(view).collect())
    }

    /// The role of a user; `None` when the book knows no such user.
    pub async fn user(&mut self, name: &str) -> Result<Option<String>> {
        let row: Option<(String,)> = self.row(USER, &[Bind::Text(name)]).await?;
        Ok(row.map(|(role,)| role))
    }

    /// The policy put in force last.
    pub async fn policy_in_force(&mut self) -> Result<Option<PolicyRow>> {
        let row = self.row(POLICY_IN_FORCE, &[]).await?;
        Ok(row.map(policy_row))
    }

    /// A policy that is or was in force.
    pub async fn policy(&mut self, policy: EntryId) -> Result<Option<PolicyRow>> {
        let row = self.row(POLICY, &[entry(policy)]).await?;
        Ok(row.map(policy_row))
    }

    /// The rates known for days up to `on`, by pair, then day.
    pub async fn rates(&mut self, on: Date) -> Result<Vec<RateFacts>> {
        let rows: Vec<(String, String, i64, i64, String)> = self.rows(RATES, &[day(on)]).await?;
        rows.into_iter()
            .map(|(from, to, day, micros, source)| {
                let (from, to) = (currency(&from)?, currency(&to)?);
                Ok(RateFacts { from, to, day: date(day), rate_nano: micros.saturating_mul(NANO_IN_MICRO), source })
            })
            .collect()
    }

    /// The ERP's control figures beside ours, by day, then currency.
    pub async fn control_totals(&mut self) -> Result<Vec<ControlTotalView>> {
        let rows: Vec<(String, i64, i64, String, i64)> = self.rows(CONTROL_TOTALS, &[]).await?;
        rows.into_iter()
            .map(|(code, day, amount, source, ours)| {
                let currency = currency(&code)?;
                let money = |minor| json::MoneyView::new(minor, currency);
                let difference = money(ours.saturating_sub(amount));
                Ok(ControlTotalView {
                    currency,
                    day: date(day),
                    amount: money(amount),
                    ours: money(ours),
                    difference,
                    source,
                })
            })
            .collect()
    }

    /// The pack stored when the month was closed, JSON; `None` while it is open.
    pub async fn closed_month(&mut self, year: i16, month: i8) -> Result<Option<String>> {
        let number = i64::from(year) * 12 + i64::from(month) - 1;
        let row: Option<(String,)> = self.row(CLOSED_MONTH, &[Bind::Int(number)]).await?;
        Ok(row.map(|(pack,)| pack))
    }

    /// The closed months as (year, month), oldest first.
    pub async fn closed_months(&mut self) -> Result<Vec<(i64, i64)>> {
        let rows: Vec<(i64,)> = self.rows(CLOSED_MONTHS, &[]).await?;
        Ok(rows.into_iter().map(|(month,)| (month.div_euclid(12), month.rem_euclid(12) + 1)).collect())
    }
}

fn policy_row((policy, name, text, activated_on): (i64, String, String, i64)) -> PolicyRow {
    PolicyRow { policy: EntryId(policy), name, text, activated_on: date(activated_on) }
}
