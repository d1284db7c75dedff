//! The outbox: notices of a day, with the frozen facts they are rendered from.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use serde::Serialize;

use super::json::{self, MoneyView};
use crate::fault::Result;
use crate::read::{Reading, currency, date, day, entry};

/// A notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoticeView {
    /// Its entry.
    #[serde(serialize_with = "json::entry")]
    pub notice: EntryId,
    /// The account's entry.
    #[serde(skip)]
    pub account_id: EntryId,
    /// The customer number.
    pub account: String,
    /// The customer's name.
    pub name: Option<String>,
    /// The day it belongs to.
    pub day: Date,
    /// The policy's step id.
    pub step: String,
    /// The climb, from 1.
    pub cycle: i64,
    /// Letter level, 1 to 4.
    pub level: i64,
    /// `mail`, `letter`.
    pub channels: Vec<String>,
    /// The amount asked for.
    pub amount: MoneyView,
    /// What the letter lacks.
    pub missing: Vec<String>,
    /// `planned`, `sent` or `withdrawn`.
    pub state: String,
    /// The day it came to that state.
    pub state_day: Date,
    /// The frozen facts, JSON; `None` when erased.
    #[serde(skip)]
    pub content: Option<String>,
}

const NOTICES_OF_DAY: &str = "
select n.notice, n.account, a.code, p.name, n.day, n.rung, n.cycle, n.level, n.channels, n.amount, n.currency, n.missing,
    n.state, n.state_day, c.content
from notice n
join account a on a.book = n.book and a.account = n.account
left join party p on p.book = n.book and p.account = n.account
left join notice_content c on c.book = n.book and c.account = n.account and c.notice = n.notice
where n.book = $1 and n.day = $2
order by a.code, n.currency, n.notice";
const NOTICES_OF_ACCOUNT: &str = "
select n.notice, n.account, a.code, p.name, n.day, n.rung, n.cycle, n.level, n.channels, n.amount, n.currency, n.missing,
    n.state, n.state_day, c.content
from notice n
join account a on a.book = n.book and a.account = n.account
left join party p on p.book = n.book and p.account = n.account
left join notice_content c on c.book = n.book and c.account = n.account and c.notice = n.notice
where n.book = $1 and n.account = $2
order by n.day, n.currency, n.notice";
const NOTICES_SENT: &str = "
select cast(count(*) as bigint) from notice where book = $1 and state <> 'withdrawn'";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[NOTICES_OF_DAY, NOTICES_OF_ACCOUNT, NOTICES_SENT];

type Columns =
    (i64, i64, String, Option<String>, i64, String, i64, i64, String, i64, String, String, String, i64, Option<String>);

impl Reading {
    /// The notices of a day, by customer number, then currency.
    pub async fn notices(&mut self, on: Date) -> Result<Vec<NoticeView>> {
        self.rows(NOTICES_OF_DAY, &[day(on)]).await?.into_iter().map(view).collect()
    }

    /// The notices of an account, oldest first.
    pub async fn notices_of(&mut self, account: EntryId) -> Result<Vec<NoticeView>> {
        self.rows(NOTICES_OF_ACCOUNT, &[entry(account)]).await?.into_iter().map(view).collect()
    }

    /// How many notices the book has made that were not withdrawn.
    pub async fn notices_made(&mut self) -> Result<i64> {
        let row: Option<(i64,)> = self.row(NOTICES_SENT, &[]).await?;
        Ok(row.map_or(0, |(count,)| count))
    }
}

fn view(
    (
        notice,
        account_id,
        account,
        name,
        day,
        step,
        cycle,
        level,
        channels,
        amount,
        code,
        missing,
        state,
        state_day,
        content,
    ): Columns,
) -> Result<NoticeView> {
    Ok(NoticeView {
        notice: EntryId(notice),
        account_id: EntryId(account_id),
        account,
        name,
        day: date(day),
        step,
        cycle,
        level,
        channels: words(&channels),
        amount: MoneyView::new(amount, currency(&code)?),
        missing: words(&missing),
        state,
        state_day: date(state_day),
        content,
    })
}

/// A list of words, kept as a JSON array or parted by commas.
fn words(text: &str) -> Vec<String> {
    let parted = || text.split(',').filter(|word| !word.is_empty()).map(Into::into).collect();
    serde_json::from_str(text).unwrap_or_else(|_| parted())
}
