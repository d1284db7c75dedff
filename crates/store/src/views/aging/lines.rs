//! The lines behind a total of an aging, a page at a time: by account, then due date.
//!
//! A page walks the open lines in the order of their index and stops when it is full; for a past day it takes in the lines
//! that were closed since. What was closed long ago is never read.

use dunwell_rules::account::EntryId;
use dunwell_rules::aging::{Buckets, DateBasis};
use dunwell_rules::calendar::{Date, day_number};
use dunwell_rules::money::Currency;
use serde::Serialize;

use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date};
use crate::views::json::{self, MoneyView};

/// Which lines of an aging are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinesOf {
    /// Open debits of the bucket in this place.
    Bucket(usize),
    /// Credits on account.
    Unapplied,
    /// Cash of no account yet.
    Unidentified,
    /// All that the balance is made of.
    Balance,
}

impl LinesOf {
    /// Reads the code of a bucket, or `unapplied`, `unidentified`, `balance`; `None` when there is no such total.
    pub fn parse(code: &str, buckets: &Buckets, basis: DateBasis) -> Option<Self> {
        Some(match code {
            "unapplied" => Self::Unapplied,
            "unidentified" => Self::Unidentified,
            "balance" => Self::Balance,
            code => Self::Bucket(buckets.codes(basis).iter().position(|known| known == code)?),
        })
    }
}

/// The lines asked for. Empty texts choose every collector and unit; `-` is none.
#[derive(Debug, Clone)]
pub struct LinesQuestion {
    /// The day.
    pub on: Date,
    /// The total they make up.
    pub of: LinesOf,
    /// Its currency.
    pub currency: Currency,
    /// The date ages are counted from.
    pub basis: DateBasis,
    /// The buckets.
    pub buckets: Buckets,
    /// Only of this account.
    pub account: Option<EntryId>,
    /// Only of accounts of this collector.
    pub collector: String,
    /// Only of accounts of this business unit.
    pub unit: String,
}

/// A place in the list: the account, the due day, the item and the line before the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LinePlace {
    account: i64,
    due_day: i64,
    item: i64,
    line: i64,
}

impl LinePlace {
    /// Before the first line.
    const START: Self = Self { account: -1, due_day: 0, item: 0, line: 0 };

    /// Reads what [`Self::text`] wrote; `None` when it is no place.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('_').map(|part| part.parse().ok());
        let mut part = || parts.next().flatten();
        let place = Self { account: part()?, due_day: part()?, item: part()?, line: part()? };
        (text.split('_').count() == 4).then_some(place)
    }

    /// The place as a cursor.
    pub fn text(self) -> String {
        format!("{}_{}_{}_{}", self.account, self.due_day, self.item, self.line)
    }
}

/// One line of an aging.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgedLine {
    /// Where it stands.
    #[serde(skip)]
    pub place: LinePlace,
    /// The customer number; null for cash of no account.
    pub account: Option<String>,
    /// The customer's name.
    pub name: Option<String>,
    /// The item.
    #[serde(serialize_with = "json::entry")]
    pub item: EntryId,
    /// The instalment, from 1.
    pub line: i64,
    /// The document number.
    pub document: String,
    /// The kind, as a code.
    pub kind: String,
    /// The document date.
    pub document_date: Date,
    /// The posting date.
    pub posting_date: Date,
    /// The due date.
    pub due_date: Date,
    /// Its age on the day by the date asked for, in days; below 1 when it has none yet.
    pub days: i64,
    /// The original amount, signed.
    pub amount: MoneyView,
    /// What was open on the day, signed.
    pub open: MoneyView,
}

/// `+ 0` keeps to the movements of a line, or to those after the day, instead of an index that begins with the other.
///
/// `$4` names the date of ages (0 due, 1 document, 2 posting), which lies in `$5` to `$6`; `$7` is 1 for debits, -1 for
/// credits, 0 for both; `$8` to `$9` are the accounts; after the place `$12` to `$15`.
const LINES: &str = "
select l.account, a.code, p.name, l.item, l.line, i.document, i.kind, l.document_day, l.posting_day, l.due_day, l.amount, l.open
from (
    select l.book, l.account, l.item, l.line, l.document_day, l.posting_day, l.due_day, l.amount,
        cast(l.open - coalesce((select sum(m.delta) from movement m
            where m.book = l.book and m.account = l.account and m.item = l.item and m.line = l.line and m.day + 0 > $3), 0)
            as bigint) as open
    from line l
    where l.book = $1 and l.currency = $2 and l.open <> 0 and l.posting_day <= $3 and l.account >= $12
    union all
    select l.book, l.account, l.item, l.line, l.document_day, l.posting_day, l.due_day, l.amount,
        cast(-m.delta as bigint) as open
    from (
        select +m.account as account, m.item, m.line, sum(m.delta) as delta
        from movement m
        where m.book = $1 and m.day > $3 and m.currency = $2 and m.posting_day <= $3 and m.account + 0 >= $12
        group by +m.account, m.item, m.line
    ) m
    cross join line l
    where l.book = $1 and l.account = m.account and l.item = m.item and l.line = m.line and l.open = 0
) l
join item i on i.book = l.book and i.account = l.account and i.item = l.item
left join account a on a.book = l.book and a.account = l.account
left join party p on p.book = l.book and p.account = l.account
where l.account between $8 and $9
    and case cast($4 as bigint) when 0 then l.due_day when 1 then l.document_day else l.posting_day end between $5 and $6
    and l.open <> 0 and ($7 = 0 or $7 > 0 and l.open > 0 or $7 < 0 and l.open < 0)
    and ($10 = '' or a.collector = $10 or $10 = '-' and a.collector is null)
    and ($11 = '' or a.business_unit = $11 or $11 = '-' and a.business_unit is null)
    and (l.account > $12 or l.account = $12 and (l.due_day > $13
        or l.due_day = $13 and (l.item > $14 or l.item = $14 and l.line > $15)))
order by l.account, l.due_day, l.item, l.line
limit $16";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LINES];

type Columns = (i64, Option<String>, Option<String>, i64, i64, String, String, i64, i64, i64, i64, i64);

impl Reading {
    /// At most `limit` lines of a total after a place.
    pub async fn aging_lines(
        &mut self,
        question: &LinesQuestion,
        after: Option<LinePlace>,
        limit: i64,
    ) -> Result<Vec<AgedLine>> {
        let on = day_number(question.on);
        let (first_day, last_day) = days(question, on);
        let sign = match question.of {
            LinesOf::Bucket(_) => 1,
            LinesOf::Unapplied | LinesOf::Unidentified => -1,
            LinesOf::Balance => 0,
        };
        let grouped = !(question.collector.is_empty() && question.unit.is_empty());
        let (first, last) = match (question.account, &question.of) {
            (Some(account), _) => (account.0, account.0),
            (None, LinesOf::Unidentified) => (0, 0),
            (None, LinesOf::Balance) if !grouped => (0, i64::MAX),
            (None, _) => (1, i64::MAX),
        };
        let after = after.unwrap_or(LinePlace::START);
        let basis = match question.basis {
            DateBasis::Due => 0,
            DateBasis::Document => 1,
            DateBasis::Posting => 2,
        };
        let numbers = [after.account, after.due_day, after.item, after.line, limit];
        let mut binds = vec![Bind::Text(question.currency.code()), Bind::Int(on), Bind::Int(basis)];
        binds.extend([first_day, last_day, sign, first, last].map(Bind::Int));
        binds.extend([Bind::Text(&question.collector), Bind::Text(&question.unit)]);
        binds.extend(numbers.map(Bind::Int));
        let rows: Vec<Columns> = self.rows(LINES, &binds).await?;
        rows.into_iter().map(|row| aged(row, question, on)).collect()
    }
}

/// The first and the last day that the date of ages may be.
fn days(question: &LinesQuestion, on: i64) -> (i64, i64) {
    let LinesOf::Bucket(place) = question.of else { return (i64::MIN, i64::MAX) };
    let last_days = question.buckets.last_days();
    let back = |days: u32| on - i64::from(days);
    match place {
        0 => (on, i64::MAX),
        place => {
            let newest = if place == 1 { on - 1 } else { last_days.get(place - 2).map_or(on, |days| back(*days) - 1) };
            (last_days.get(place - 1).map_or(i64::MIN, |days| back(*days)), newest)
        }
    }
}

fn aged(row: Columns, question: &LinesQuestion, on: i64) -> Result<AgedLine> {
    let (account, code, name, item, line, document, kind, document_day, posting_day, due_day, amount, open) = row;
    let currency = currency(question.currency.code())?;
    let from = match question.basis {
        DateBasis::Due => due_day,
        DateBasis::Document => document_day,
        DateBasis::Posting => posting_day,
    };
    Ok(AgedLine {
        place: LinePlace { account, due_day, item, line },
        account: code,
        name,
        item: EntryId(item),
        line,
        document,
        kind,
        document_date: date(document_day),
        posting_date: date(posting_day),
        due_date: date(due_day),
        days: on - from,
        amount: MoneyView::new(amount, currency),
        open: MoneyView::new(open, currency),
    })
}
