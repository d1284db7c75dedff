//! What receipts were turned into to pay in another currency: the rate, both amounts and the difference.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money, RateFacts, decimal};
use serde::Serialize;
use serde_json::Value;

use super::applied::AppliedView;
use crate::fault::{Fault, Result};
use crate::read::{Reading, currency, date, entry};

/// A currency rate as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RateView {
    /// The currency one unit of which is priced.
    pub from: String,
    /// The currency of the price.
    pub to: String,
    /// Units of `to` for one unit of `from`, a plain decimal.
    pub rate: String,
    /// The day it is of.
    pub day: Date,
    /// Who published it, or stated it.
    pub source: String,
}

impl RateView {
    /// A rate as it is shown.
    pub fn of(rate: &RateFacts) -> Self {
        let digits = decimal(rate.rate_nano, 9);
        let shown = digits.trim_end_matches('0').trim_end_matches('.').to_owned();
        let (from, to) = (rate.from.to_string(), rate.to.to_string());
        Self { from, to, rate: shown, day: rate.day, source: rate.source.clone() }
    }
}

impl std::fmt::Display for RateView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "1 {} = {} {}, {} of {}", self.from, self.rate, self.to, self.source, self.day)
    }
}

/// What of a receipt was turned into another currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ExchangeView {
    /// What was taken of the receipt.
    pub gives: Money,
    /// What it came to.
    pub gets: Money,
    /// What it paid less what it came to: above zero a currency loss, below it a gain.
    pub difference: Money,
    /// The rate.
    pub rate: RateView,
    /// The business day it was done on.
    pub on: Date,
    /// What it paid, the difference left out.
    pub pays: Vec<AppliedView>,
}

const EXCHANGES: &str = "
select day, detail from activity where book = $1 and account = $2 and kind = 'exchanged' and subject = $3 order by entry";
const OPEN_CURRENCIES: &str = "
select distinct currency from line where book = $1 and account = $2 and open > 0 order by currency";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[EXCHANGES, OPEN_CURRENCIES];

impl Reading {
    /// What the receipt that stands as an item of an account was turned into, oldest first.
    pub async fn exchanges_of(&mut self, account: EntryId, item: EntryId) -> Result<Vec<ExchangeView>> {
        let rows: Vec<(i64, String)> = self.rows(EXCHANGES, &[entry(account), entry(item)]).await?;
        let mut exchanges = Vec::with_capacity(rows.len());
        for (day, detail) in rows {
            let damaged = || Fault::new(format!("a conversion of receipt item {item} is damaged"));
            let detail: Value = serde_json::from_str(&detail).map_err(|_| damaged())?;
            let number = |name: &str| detail[name].as_i64().ok_or_else(damaged);
            let code = |name: &str| currency(detail[name].as_str().unwrap_or_default());
            let rate = RateFacts {
                from: code("rate_from")?,
                to: code("rate_to")?,
                day: date(number("rate_day")?),
                rate_nano: number("rate_nano")?,
                source: detail["rate_source"].as_str().unwrap_or_default().to_owned(),
            };
            let (gives, gets) = (code("gives_currency")?, code("gets_currency")?);
            let pays = self.applied_of(account, EntryId(number("got_item")?)).await?;
            exchanges.push(ExchangeView {
                gives: Money::new(number("gives")?, gives),
                gets: Money::new(number("gets")?, gets),
                difference: Money::new(number("difference")?, gets),
                rate: RateView::of(&rate),
                on: date(day),
                pays,
            });
        }
        Ok(exchanges)
    }

    /// The currencies in which an account owes anything.
    pub async fn open_currencies(&mut self, account: EntryId) -> Result<Vec<Currency>> {
        let rows: Vec<(String,)> = self.rows(OPEN_CURRENCIES, &[entry(account)]).await?;
        rows.into_iter().map(|(code,)| currency(&code)).collect()
    }
}
