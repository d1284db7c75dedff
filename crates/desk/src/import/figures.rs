//! Figures beside the ledger: dated currency rates, and the source's own AR control totals.

use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};
use dunwell_store::fault::Result;

use super::cells::Cells;
use super::column::Column;
use super::drive::{Rows, Session};
use super::report::{Code, Outcome, Refused};
use super::row_hash::RowHash;

/// Decimals a rate is kept with.
const RATE_DECIMALS: u32 = 6;

/// Imports currency rates; a newer figure for the same day and pair replaces the older.
pub(super) struct Rates {
    source: String,
}

impl Rates {
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.to_owned() }
    }
}

/// A rate as a row says it.
#[derive(Debug)]
pub(super) struct RateRow {
    from: Currency,
    to: Currency,
    day: Date,
    micros: i64,
    source: String,
    id: String,
    hash: i64,
}

/// A currency a row must name.
fn named_currency(cells: &Cells<'_>, column: Column) -> std::result::Result<Currency, Refused> {
    cells.required(column)?;
    match cells.currency(column)? {
        Some(currency) => Ok(currency),
        None => Err(cells.refuse(column, Code::MissingValue, "is empty; fill it")),
    }
}

impl Rows for Rates {
    type Row = RateRow;

    fn map(&mut self, cells: &Cells<'_>) -> std::result::Result<RateRow, Refused> {
        let (from, to) = (named_currency(cells, Column::FromCurrency)?, named_currency(cells, Column::ToCurrency)?);
        let day = cells.required_date(Column::Date)?;
        let rate = cells.decimal(Column::Rate)?;
        let micros = rate.minor_units(RATE_DECIMALS).ok_or_else(|| {
            cells.refuse(
                Column::Rate,
                Code::TooManyDecimals,
                "has more than six decimals; turn the pair round or round it",
            )
        })?;
        if micros <= 0 {
            return Err(cells.refuse(Column::Rate, Code::NotPositive, "must be above zero; mend it"));
        }
        let source = cells.owned(Column::RateSource)?.unwrap_or_else(|| self.source.clone());
        let id = format!("{from} {to} {day}");
        let hash = RowHash::new().number(micros).text(&source).finish();
        Ok(RateRow { from, to, day, micros, source, id, hash })
    }

    fn identity<'a>(&self, row: &'a RateRow) -> (&'a str, i64) {
        (&row.id, row.hash)
    }

    async fn record(&mut self, session: &mut Session, rows: &[(u64, RateRow)], outcome: &mut Outcome) -> Result<()> {
        let rates: Vec<_> =
            rows.iter().map(|(_, row)| (row.from, row.to, row.day, row.micros, row.source.clone())).collect();
        let put = session.recording.put_rates(&rates).await?;
        outcome.accepted += put;
        outcome.duplicate += (rates.len() as u64).saturating_sub(put);
        Ok(())
    }
}

/// Imports control totals; a newer figure for the same day and currency replaces the older.
pub(super) struct ControlTotals {
    source: String,
}

impl ControlTotals {
    pub(super) fn new(source: &str) -> Self {
        Self { source: source.to_owned() }
    }
}

/// A control total as a row says it.
#[derive(Debug)]
pub(super) struct ControlRow {
    day: Date,
    amount: Money,
    id: String,
    hash: i64,
}

impl Rows for ControlTotals {
    type Row = ControlRow;

    fn map(&mut self, cells: &Cells<'_>) -> std::result::Result<ControlRow, Refused> {
        let day = cells.required_date(Column::Date)?;
        let amount = cells.money(Column::Amount)?;
        let id = format!("{} {day}", amount.currency);
        let hash = RowHash::new().number(amount.minor).finish();
        Ok(ControlRow { day, amount, id, hash })
    }

    fn identity<'a>(&self, row: &'a ControlRow) -> (&'a str, i64) {
        (&row.id, row.hash)
    }

    async fn record(&mut self, session: &mut Session, rows: &[(u64, ControlRow)], outcome: &mut Outcome) -> Result<()> {
        let totals: Vec<_> =
            rows.iter().map(|(_, row)| (row.amount.currency, row.day, row.amount.minor, self.source.clone())).collect();
        let put = session.recording.put_control_totals(&totals).await?;
        outcome.accepted += put;
        outcome.duplicate += (totals.len() as u64).saturating_sub(put);
        Ok(())
    }
}
