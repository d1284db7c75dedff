//! Closing a month: its pack (aging, control balance, metrics) is stored, and facts that arrive later post in the open period.

use dunwell_rules::aging::DateBasis;
use dunwell_rules::calendar::{Date, add_days};
use dunwell_rules::metrics::{best_possible_dso, collection_effectiveness, dso};
use dunwell_rules::rights::Action;
use dunwell_store::read::{AgingBy, AgingQuestion, Reading};
use serde_json::{Value, json};

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};

/// The years whose months can be closed, as the book keeps them.
const YEARS: std::ops::RangeInclusive<i16> = 1900..=9000;

/// Closes a month given as `2026-10` and answers its pack; refused when it is closed already or not over on the clock's day.
pub async fn close_month(desk: &Desk, month: &str) -> Result<Value> {
    desk.may(Action::CloseMonth)?;
    let (first, last) = days_of(month)?;
    let today = desk.clock_day();
    if last >= today {
        return Err(Refusal::Month(format!("{month} is not over; it can be closed from {}", add_days(last, 1))).into());
    }
    let pack = pack_of(desk, &mut desk.book.read().await?, month, first, last).await?;
    let text = pack.to_string();
    desk.retrying(|| async {
        let mut recording = desk.record("close", last).await?;
        if !recording.close_month(first.year(), first.month(), &text).await? {
            return Err(Refusal::Month(format!("{month} is closed already")).into());
        }
        recording.commit().await?;
        Ok(())
    })
    .await?;
    Ok(pack)
}

fn days_of(month: &str) -> Result<(Date, Date)> {
    let refused = || Refusal::BadValue { what: "month", value: month.into(), why: "write it as 2026-10".into() };
    let first: Date = format!("{month}-01").parse().map_err(|_| refused())?;
    if !YEARS.contains(&first.year()) {
        return Err(refused().into());
    }
    Ok((first, first.last_of_month()))
}

async fn pack_of(desk: &Desk, reading: &mut Reading, month: &str, first: Date, last: Date) -> Result<Value> {
    let question =
        |on| AgingQuestion { on, known_at: None, by: AgingBy::Book, basis: DateBasis::Due, buckets: desk.buckets() };
    let closing = reading.aging(&question(last)).await?;
    let opening = reading.aging(&question(add_days(first, -1))).await?;
    let sales = reading.credit_sales(first, last).await?;
    let days = i64::from(last.day());
    let metrics = closing.currencies.iter().map(|currency| {
        let sold = sales.iter().find(|sold| sold.currency.code() == currency.currency).map_or(0, |sold| sold.net_minor);
        let before = opening.currencies.iter().find(|other| other.currency == currency.currency);
        let open = currency.aged_minor();
        let (current, begin) = (currency.not_due_minor(), before.map_or(0, |before| before.aged_minor()));
        json!({
            "currency": currency.currency,
            "metrics": [
                measure(&dso(open, sold, days)),
                measure(&best_possible_dso(current, sold, days)),
                measure(&collection_effectiveness(begin, sold, 1, open, current)),
            ],
        })
    });
    Ok(json!({
        "month": month,
        "on": last.to_string(),
        "metrics": metrics.collect::<Vec<_>>(),
        "aging": serde_json::to_value(&closing).expect("views are plain data"),
    }))
}

/// A metric as JSON: its value in the unit's hundredths as a decimal, or why it is not defined.
fn measure(measure: &dunwell_rules::metrics::Measure) -> Value {
    let inputs: serde_json::Map<String, Value> =
        measure.inputs.iter().map(|(name, value)| ((*name).to_string(), json!(value))).collect();
    let (value, defined) = match measure.hundredths {
        Ok(hundredths) => (json!(dunwell_rules::money::decimal(hundredths, 2)), true),
        Err(_) => (Value::Null, false),
    };
    json!({
        "name": measure.name,
        "value": value,
        "unit": measure.unit.code(),
        "defined": defined,
        "formula": measure.formula,
        "inputs": inputs,
    })
}
