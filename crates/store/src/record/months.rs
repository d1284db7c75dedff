//! The payment trend's source: due lines closed by month, kept exact while lines close, reopen and are reversed.

use std::collections::BTreeMap;

use dunwell_rules::calendar::from_day_number;

use super::ledger::Loaded;
use super::{Recording, tables};
use crate::bulk::{self, Cell};
use crate::db::on_tx;
use crate::fault::Result;

/// A debit line that this recording touched, with what it counted for before.
#[derive(Debug)]
struct Touched {
    currency: String,
    due_day: i64,
    due_day_after: i64,
    amount: i64,
    before: Option<i64>,
    /// The newest application day, where every application that is not reversed is one of this recording.
    known: Option<i64>,
    exact: bool,
    open: i64,
    reversed: bool,
}

/// What this recording changes of one account's month.
#[derive(Debug, Default)]
struct Change {
    lines: i64,
    amount: i64,
    late_lines: i64,
    late_amount: i64,
    days_late: i64,
    amount_days_late: i64,
    longest: i64,
    removed: bool,
}

/// Everything this recording changes of the months.
#[derive(Debug, Default)]
pub(super) struct Months {
    touched: BTreeMap<(i64, i64, i64), Touched>,
    changes: BTreeMap<(i64, String, i64), Change>,
}

/// The month of a day: year * 12 + month - 1.
pub(crate) fn month_of(day: i64) -> i64 {
    let date = from_day_number(day);
    i64::from(date.year()) * 12 + i64::from(date.month()) - 1
}

impl Months {
    /// Counts a line closed on `day`, or takes it out again (`sign` -1).
    pub(super) fn count(&mut self, account: i64, currency: &str, due_day: i64, amount: i64, day: i64, sign: i64) {
        let late = (day - due_day).max(0);
        let change = self.changes.entry((account, currency.to_owned(), month_of(day))).or_default();
        change.lines += sign;
        change.amount += sign * amount;
        if late > 0 {
            change.late_lines += sign;
            change.late_amount += sign * amount;
            change.days_late += sign * late;
            change.amount_days_late += sign * amount.saturating_mul(late);
        }
        if sign > 0 {
            change.longest = change.longest.max(late);
        } else {
            change.removed = true;
        }
    }
}

/// The closing day of a line: the newest value day among its applications that are not reversed.
const CLOSED_ON: &str = "select max(g.value_day) from movement m \
     join ledger g on g.book = m.book and g.account = m.account and g.entry = m.entry \
     where m.book = $1 and m.account = $2 and m.item = $3 and m.line = $4 and g.kind = 'application' \
     and not exists (select 1 from ledger r where r.book = g.book and r.reverses = g.entry)";
/// Due day and closing day of every closed line of an account.
const CLOSED_LINES: &str = "select l.due_day, max(g.value_day) from line l \
     join item i on i.book = l.book and i.account = l.account and i.item = l.item and i.reversed_by is null and i.kind not in ('refund', 'exchanged', 'currency_gain', 'set_aside', 'returned_part') \
     join movement m on m.book = l.book and m.account = l.account and m.item = l.item and m.line = l.line \
     join ledger g on g.book = m.book and g.account = m.account and g.entry = m.entry and g.kind = 'application' \
     where l.book = $1 and l.account = $2 and l.currency = $3 and l.open = 0 and l.amount > 0 \
     and not exists (select 1 from ledger r where r.book = g.book and r.reverses = g.entry) \
     group by l.item, l.line, l.due_day";
const SET_LONGEST: &str =
    "update account_month set longest_days_late = $5 where book = $1 and account = $2 and currency = $3 and month = $4";
const DROP_EMPTY: &str =
    "delete from account_month where book = $1 and account = $2 and currency = $3 and month = $4 and lines = 0";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[CLOSED_ON, CLOSED_LINES, SET_LONGEST, DROP_EMPTY];

impl Recording {
    /// Says that a line of a debit is about to change, before anything about it is written. Call it once per change;
    /// `applied` is the day of a new application, `None` when one is reversed.
    pub(super) async fn touch_month(&mut self, loaded: &Loaded, place: usize, applied: Option<i64>) -> Result<()> {
        let line = &loaded.lines[place];
        // A refund is paid by us, a conversion is arithmetic: they say nothing of how the customer pays.
        if !loaded.head.kind()?.is_claim() || line.amount == 0 {
            return Ok(());
        }
        let key = (loaded.head.account, line.item, line.line);
        if !self.months.touched.contains_key(&key) {
            let before = match line.open {
                0 if !loaded.reversed() => self.closed_on(key).await?,
                _ => None,
            };
            let touched = Touched {
                currency: loaded.head.currency.clone(),
                due_day: line.due_day,
                due_day_after: line.due_day,
                amount: line.amount,
                before,
                known: None,
                exact: line.open == line.amount,
                open: line.open,
                reversed: loaded.reversed(),
            };
            self.months.touched.insert(key, touched);
        }
        let touched = self.months.touched.get_mut(&key).expect("it was just put there");
        match applied {
            Some(day) => touched.known = Some(touched.known.map_or(day, |known| known.max(day))),
            None => touched.exact = false,
        }
        Ok(())
    }

    /// Says what a touched line came to.
    pub(super) fn month_after(&mut self, loaded: &Loaded, place: usize) {
        let line = &loaded.lines[place];
        if let Some(touched) = self.months.touched.get_mut(&(loaded.head.account, line.item, line.line)) {
            touched.open = line.open;
            touched.reversed = loaded.reversed();
        }
    }

    /// Says that a line's due day was revised.
    pub(super) async fn move_due_day(&mut self, loaded: &Loaded, place: usize, due_day: i64) -> Result<()> {
        self.touch_month(loaded, place, None).await?;
        let line = &loaded.lines[place];
        if let Some(touched) = self.months.touched.get_mut(&(loaded.head.account, line.item, line.line)) {
            touched.due_day_after = due_day;
        }
        Ok(())
    }

    async fn closed_on(&mut self, (account, item, line): (i64, i64, i64)) -> Result<Option<i64>> {
        let book = self.envelope.book;
        let tx = self.tx().await?;
        Ok(on_tx!(tx, c => sqlx::query_scalar(CLOSED_ON)
            .bind(book).bind(account).bind(item).bind(line).fetch_one(c).await?))
    }

    /// Writes the months this recording changed.
    pub(super) async fn write_months(&mut self) -> Result<()> {
        for (key, touched) in std::mem::take(&mut self.months.touched) {
            let after = match (touched.open, touched.reversed) {
                (0, false) if touched.exact => touched.known,
                (0, false) => self.closed_on(key).await?,
                _ => None,
            };
            if after == touched.before && touched.due_day == touched.due_day_after {
                continue;
            }
            let months = &mut self.months;
            if let Some(day) = touched.before {
                months.count(key.0, &touched.currency, touched.due_day, touched.amount, day, -1);
            }
            if let Some(day) = after {
                months.count(key.0, &touched.currency, touched.due_day_after, touched.amount, day, 1);
            }
        }
        let changes = std::mem::take(&mut self.months.changes);
        let book = self.envelope.book;
        let mut cells: Vec<Cell<'_>> = Vec::with_capacity(changes.len() * 11);
        for ((account, currency, month), change) in &changes {
            let row: [Cell<'_>; 11] = [
                book.into(),
                (*account).into(),
                currency.into(),
                (*month).into(),
                change.lines.into(),
                change.amount.into(),
                change.late_lines.into(),
                change.late_amount.into(),
                change.days_late.into(),
                change.amount_days_late.into(),
                change.longest.into(),
            ];
            cells.extend_from_slice(&row);
        }
        bulk::insert(&mut self.tx, &tables::ACCOUNT_MONTH, &cells).await?;
        for ((account, currency, month), _) in changes.iter().filter(|(_, change)| change.removed) {
            self.recount_month(*account, currency, *month).await?;
        }
        Ok(())
    }

    /// Looks the longest delay of a month up again, after a line was taken out of it.
    async fn recount_month(&mut self, account: i64, currency: &str, month: i64) -> Result<()> {
        let book = self.envelope.book;
        on_tx!(&mut self.tx, c => {
            let closed: Vec<(i64, i64)> = sqlx::query_as(CLOSED_LINES)
                .bind(book).bind(account).bind(currency).fetch_all(&mut *c).await?;
            let in_month = closed.iter().filter(|(_, day)| month_of(*day) == month);
            let longest = in_month.map(|(due, day)| (day - due).max(0)).max().unwrap_or(0);
            sqlx::query(SET_LONGEST).bind(book).bind(account).bind(currency).bind(month).bind(longest)
                .execute(&mut *c).await?;
            sqlx::query(DROP_EMPTY).bind(book).bind(account).bind(currency).bind(month).execute(&mut *c).await?;
        });
        Ok(())
    }
}
