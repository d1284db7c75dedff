//! An aging from what is kept open: one pass over the open lines, one over the movements after the day.

use std::collections::BTreeMap;

use dunwell_rules::aging::{Aging, BucketTotal, DateBasis};
use dunwell_rules::calendar::day_number;
use dunwell_rules::money::Currency;

use super::AgingQuestion;
use crate::fault::Result;
use crate::read::{Bind, Reading, currency as parse_currency};

/// Agings by account (0 where none is asked by account), then currency.
pub(super) type Agings = BTreeMap<(i64, String), Aging>;

/// Boundaries a statement takes at once; more buckets take more passes.
const AT_ONCE: usize = 5;

/// What is summed over open lines: credits, debits and their number; amounts due before each of the boundaries `$4` to `$8`,
/// and lines due before each.
macro_rules! sums_of_open {
    () => {
        "
    cast(coalesce(sum(l.open) filter (where l.open < 0), 0) as bigint),
    cast(coalesce(sum(l.open) filter (where l.open > 0), 0) as bigint),
    cast(count(*) filter (where l.open > 0) as bigint),
    cast(coalesce(sum(l.open) filter (where l.open > 0 and l.due_day < $4), 0) as bigint),
    cast(coalesce(sum(l.open) filter (where l.open > 0 and l.due_day < $5), 0) as bigint),
    cast(coalesce(sum(l.open) filter (where l.open > 0 and l.due_day < $6), 0) as bigint),
    cast(coalesce(sum(l.open) filter (where l.open > 0 and l.due_day < $7), 0) as bigint),
    cast(coalesce(sum(l.open) filter (where l.open > 0 and l.due_day < $8), 0) as bigint),
    cast(count(*) filter (where l.open > 0 and l.due_day < $4) as bigint),
    cast(count(*) filter (where l.open > 0 and l.due_day < $5) as bigint),
    cast(count(*) filter (where l.open > 0 and l.due_day < $6) as bigint),
    cast(count(*) filter (where l.open > 0 and l.due_day < $7) as bigint),
    cast(count(*) filter (where l.open > 0 and l.due_day < $8) as bigint)"
    };
}

/// `$2` the currency, `$3` the day.
const KEPT_OF_BOOK: &str = concat!(
    "
select cast(0 as bigint),",
    sums_of_open!(),
    "
from line l
where l.book = $1 and l.account > 0 and l.currency = $2 and l.open <> 0 and l.posting_day <= $3"
);

/// The same by account where `$10` is 1; due is the date that `$9` names: 0 due, 1 document, 2 posting.
const KEPT: &str = concat!(
    "
select l.unit,",
    sums_of_open!(),
    "
from (
    select l.account * $10 as unit, l.open,
        case cast($9 as bigint) when 0 then l.due_day when 1 then l.document_day else l.posting_day end as due_day
    from line l
    where l.book = $1 and l.account > 0 and l.currency = $2 and l.open <> 0 and l.posting_day <= $3
) l
group by l.unit"
);

/// What the movements after the day take back: `back` of a line's amount, and `was` less `is` of its being open at all.
const MOVED: &str = "
select l.unit,
    cast(coalesce(sum(l.back) filter (where l.amount < 0), 0) as bigint),
    cast(coalesce(sum(l.back) filter (where l.amount > 0), 0) as bigint),
    cast(sum(l.more) as bigint),
    cast(coalesce(sum(l.back) filter (where l.amount > 0 and l.day < $4), 0) as bigint),
    cast(coalesce(sum(l.back) filter (where l.amount > 0 and l.day < $5), 0) as bigint),
    cast(coalesce(sum(l.back) filter (where l.amount > 0 and l.day < $6), 0) as bigint),
    cast(coalesce(sum(l.back) filter (where l.amount > 0 and l.day < $7), 0) as bigint),
    cast(coalesce(sum(l.back) filter (where l.amount > 0 and l.day < $8), 0) as bigint),
    cast(coalesce(sum(l.more) filter (where l.day < $4), 0) as bigint),
    cast(coalesce(sum(l.more) filter (where l.day < $5), 0) as bigint),
    cast(coalesce(sum(l.more) filter (where l.day < $6), 0) as bigint),
    cast(coalesce(sum(l.more) filter (where l.day < $7), 0) as bigint),
    cast(coalesce(sum(l.more) filter (where l.day < $8), 0) as bigint)
from (
    select l.account * $10 as unit, l.amount, m.back,
        case cast($9 as bigint) when 0 then l.due_day when 1 then l.document_day else l.posting_day end as day,
        case when l.amount > 0 and l.open + m.back > 0 then 1 else 0 end
            - case when l.open > 0 then 1 else 0 end as more
    from (
        select +m.account as account, m.item, m.line, -sum(m.delta) as back
        from movement m
        where m.book = $1 and m.day > $3 and m.account + 0 > 0 and m.currency = $2 and m.posting_day <= $3
        group by +m.account, m.item, m.line
    ) m
    cross join line l
    where l.book = $1 and l.account = m.account and l.item = m.item and l.line = m.line
) l
group by l.unit";

const CURRENCIES: &str = "select distinct currency from control_day where book = $1 order by currency";
const UNIDENTIFIED: &str = "
select cast(coalesce((select sum(l.open) from line l
        where l.book = $1 and l.account = 0 and l.currency = $2 and l.posting_day <= $3), 0)
    - coalesce((select sum(m.delta) from movement m
        where m.book = $1 and m.account = 0 and m.currency = $2 and m.day > $3 and m.posting_day <= $3), 0) as bigint)";
const DISPUTED: &str = "
select d.account, d.currency, d.dispute, l.item, l.line, d.amount,
    cast(l.open - coalesce((select sum(m.delta) from movement m
        where m.book = l.book and m.account = l.account and m.item = l.item and m.line = l.line and m.day > $2), 0) as bigint)
from dispute d
join line l on l.book = d.book and l.account = d.account and l.item = d.item and (d.line is null or d.line = l.line)
where d.book = $1 and d.since <= $2 and (d.closed_on is null or d.closed_on > $2)
    and l.amount > 0 and l.posting_day <= $2
order by d.account, d.since, d.dispute, l.due_day, l.document_day, l.item, l.line";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[KEPT_OF_BOOK, KEPT, MOVED, CURRENCIES, UNIDENTIFIED, DISPUTED];

/// A group: unit, credits, debits, lines; amounts before each boundary; lines before each boundary.
type Sums = (i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64, i64);

/// The agings of the book, or of each account where `by_account`.
pub(super) async fn agings(reading: &mut Reading, question: &AgingQuestion, by_account: bool) -> Result<Agings> {
    let on = Bind::Int(day_number(question.on));
    let mut agings = Agings::new();
    let codes: Vec<(String,)> = reading.rows(CURRENCIES, &[]).await?;
    for (code,) in codes {
        let currency = parse_currency(&code)?;
        sum_currency(reading, question, by_account, currency, &mut agings).await?;
        if !by_account {
            let row: Option<(i64,)> = reading.row(UNIDENTIFIED, &[Bind::Text(&code), on]).await?;
            let book = agings.entry((0, code)).or_insert_with(|| Aging::new(currency, &question.buckets));
            book.add_unidentified(-row.map_or(0, |(amount,)| amount));
        }
    }
    add_disputed(reading, question, by_account, &mut agings).await?;
    Ok(agings)
}

/// Adds one currency, a few boundaries at a time: a bucket is what lies between two of them.
async fn sum_currency(
    reading: &mut Reading,
    question: &AgingQuestion,
    by_account: bool,
    currency: Currency,
    agings: &mut Agings,
) -> Result<()> {
    let (code, on) = (currency.code().to_owned(), day_number(question.on));
    let boundaries: Vec<i64> = [0]
        .into_iter()
        .chain(question.buckets.last_days().iter().map(|days| i64::from(*days)))
        .map(|days| on - days)
        .collect();
    let basis = match question.basis {
        DateBasis::Due => 0,
        DateBasis::Document => 1,
        DateBasis::Posting => 2,
    };
    let mut before: BTreeMap<i64, BucketTotal> = BTreeMap::new();
    for (pass, chunk) in boundaries.chunks(AT_ONCE).enumerate() {
        let mut binds = vec![Bind::Text(&code), Bind::Int(on)];
        binds.extend((0..AT_ONCE).map(|place| Bind::Int(chunk.get(place).copied().unwrap_or(i64::MIN))));
        let short = binds.len();
        binds.extend([Bind::Int(basis), Bind::Int(i64::from(by_account))]);
        let kept: Vec<Sums> = if by_account || question.basis != DateBasis::Due {
            reading.rows(KEPT, &binds).await?
        } else {
            reading.rows(KEPT_OF_BOOK, &binds[..short]).await?
        };
        let moved: Vec<Sums> = reading.rows(MOVED, &binds).await?;
        for sums in kept.into_iter().chain(moved) {
            let aging = agings.entry((sums.0, code.clone())).or_insert_with(|| Aging::new(currency, &question.buckets));
            let newest = before.entry(sums.0).or_default();
            if pass == 0 {
                aging.unapplied += sums.1;
                newest.amount += sums.2;
                newest.items += sums.3;
            }
            spread(aging, pass * AT_ONCE, chunk.len(), &sums);
        }
    }
    for (unit, total) in before {
        let aging = agings.get_mut(&(unit, code.clone())).expect("made with its total");
        difference(&mut aging.buckets, total);
    }
    Ok(())
}

/// Adds what lies before each boundary to the bucket that starts there; [`difference`] then parts them.
fn spread(aging: &mut Aging, first: usize, count: usize, sums: &Sums) {
    let amounts = [sums.4, sums.5, sums.6, sums.7, sums.8];
    let lines = [sums.9, sums.10, sums.11, sums.12, sums.13];
    for place in 0..count {
        let bucket = &mut aging.buckets[first + place + 1];
        bucket.amount += amounts[place];
        bucket.items += lines[place];
    }
}

/// Turns sums of everything before a boundary into sums between two: bucket 0 is `total` less what is before the first.
fn difference(buckets: &mut [BucketTotal], total: BucketTotal) {
    buckets[0] = total;
    for place in 0..buckets.len() - 1 {
        let older = buckets[place + 1];
        buckets[place].amount -= older.amount;
        buckets[place].items -= older.items;
    }
}

/// Adds the disputed part of the open lines, each dispute up to what is open and not yet disputed.
async fn add_disputed(
    reading: &mut Reading,
    question: &AgingQuestion,
    by_account: bool,
    agings: &mut Agings,
) -> Result<()> {
    type Row = (i64, String, i64, i64, i64, Option<i64>, i64);
    let rows: Vec<Row> = reading.rows(DISPUTED, &[Bind::Int(day_number(question.on))]).await?;
    let mut taken: BTreeMap<(i64, i64), i64> = BTreeMap::new();
    let mut current = (0, 0);
    for (account, code, dispute, item, line, amount, open) in rows {
        if current.0 != dispute {
            current = (dispute, amount.unwrap_or(i64::MAX));
        }
        let used = taken.entry((item, line)).or_default();
        let disputed = current.1.min(open.max(0) - *used).max(0);
        *used += disputed;
        current.1 -= disputed;
        let unit = if by_account { account } else { 0 };
        if let Some(aging) = agings.get_mut(&(unit, code)) {
            aging.disputed += disputed;
        }
    }
    Ok(())
}
