//! What interest is computed from: past-due lines with what was open of them day by day, and what was charged before.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::Currency;

use crate::fault::Result;
use crate::read::{Reading, currency, damaged, date, day, entry};

/// A due line and its open amount over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatedLine {
    /// The item.
    pub item: EntryId,
    /// The instalment, from 1.
    pub line: i64,
    /// Document number.
    pub document: String,
    /// The currency.
    pub currency: Currency,
    /// Due date.
    pub due: Date,
    /// From each of these days on, this much was open, minor units; oldest first. Days are value days.
    pub open: Vec<(Date, i64)>,
}

/// A charge proposed earlier, pending or approved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChargedBefore {
    /// The item.
    pub item: EntryId,
    /// The instalment.
    pub line: i64,
    /// The rule's name.
    pub rule: String,
    /// The amount, minor units.
    pub amount: i64,
}

/// Lines due before the day, of debits other than finance charges that were not reversed: no interest on interest.
const LINES: &str = "
select l.item, l.line, i.document, l.currency, l.due_day, i.value_day, l.amount
from line l
join item i on i.book = l.book and i.account = l.account and i.item = l.item
where l.book = $1 and l.account = $2 and l.amount > 0 and l.due_day < $3 and i.kind <> 'finance_charge'
    and i.reversed_by is null
order by l.due_day, l.item, l.line";
/// An entry names its batch: `entry / 2^20` (see `EntryId`), so the journal's batch index finds it on any account.
const CHANGES: &str = "
select m.item, m.line, g.value_day, m.delta
from movement m
join ledger g on g.batch = m.entry / 1048576 and g.entry = m.entry
where m.book = $1 and m.account = $2 and g.value_day <= $3
order by m.item, m.line, g.value_day, m.entry";
const CHARGES: &str = "
select r.amount, a.detail
from approval_request r
join approval a on a.book = r.book and a.account = r.account and a.entry = r.request
where r.book = $1 and r.account = $2 and r.subject = 'finance_charge' and r.state in ('pending', 'approved')
order by r.request";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[LINES, CHANGES, CHARGES];

impl Reading {
    /// Every line of an account that was due before the day, paid or not, with its open amounts up to the day.
    pub async fn dated_lines(&mut self, account: EntryId, on: Date) -> Result<Vec<DatedLine>> {
        let binds = [entry(account), day(on)];
        let changes: Vec<(i64, i64, i64, i64)> = self.rows(CHANGES, &binds).await?;
        let lines: Vec<(i64, i64, String, String, i64, i64, i64)> = self.rows(LINES, &binds).await?;
        lines
            .into_iter()
            .map(|(item, line, document, code, due, value_day, amount)| {
                let mut open = vec![(date(value_day), amount)];
                for (_, _, changed_on, delta) in changes.iter().filter(|change| (change.0, change.1) == (item, line)) {
                    let on = date((*changed_on).max(value_day));
                    let left = open.last().map_or(0, |(_, open)| *open) + delta;
                    match open.last_mut() {
                        Some(last) if last.0 == on => last.1 = left,
                        _ => open.push((on, left)),
                    }
                }
                let (item, currency, due) = (EntryId(item), currency(&code)?, date(due));
                Ok(DatedLine { item, line, document, currency, due, open })
            })
            .collect()
    }

    /// Charges of an account that were proposed and not declined.
    pub async fn charges_before(&mut self, account: EntryId) -> Result<Vec<ChargedBefore>> {
        let rows: Vec<(i64, String)> = self.rows(CHARGES, &[entry(account)]).await?;
        rows.into_iter()
            .map(|(amount, detail)| {
                let detail: serde_json::Value =
                    serde_json::from_str(&detail).map_err(|_| damaged("charge", &detail))?;
                let asked = &detail["asked"];
                let item = asked["item"].as_str().and_then(EntryId::parse);
                let (Some(item), Some(line), Some(rule)) = (item, asked["line"].as_i64(), asked["rule"].as_str())
                else {
                    return Err(damaged("charge", &detail.to_string()));
                };
                Ok(ChargedBefore { item, line, rule: rule.into(), amount })
            })
            .collect()
    }
}
