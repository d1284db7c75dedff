//! The outbox: notices of a day, with the frozen facts they are rendered from.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use serde::Serialize;
use sqlx::FromRow;

use super::json::{self, MoneyView};
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date, day, entry};

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
    /// `planned`, `held`, `sent` or `withdrawn`.
    pub state: String,
    /// The day it came to that state; of a held one, the day it was planned.
    pub state_day: Date,
    /// Why it is held back; null while it is not, and where the words are erased.
    pub held_because: Option<String>,
    /// The frozen facts, JSON; `None` when erased.
    #[serde(skip)]
    pub content: Option<String>,
}

const NOTICES_OF_DAY: &str = "
select n.notice, n.account, a.code, p.name, n.day, n.rung, n.cycle, n.level, n.channels, n.amount, n.currency, n.missing,
    case when n.held_by is not null and n.state = 'planned' then 'held' else n.state end as state, n.state_day,
    t.text as held_because, c.content
from notice n
join account a on a.book = n.book and a.account = n.account
left join party p on p.book = n.book and p.account = n.account
left join note_text t on t.book = n.book and t.account = n.account and t.entry = n.held_by
left join notice_content c on c.book = n.book and c.account = n.account and c.notice = n.notice
where n.book = $1 and n.day = $2
order by a.code, n.currency, n.notice";
const NOTICES_OF_ACCOUNT: &str = "
select n.notice, n.account, a.code, p.name, n.day, n.rung, n.cycle, n.level, n.channels, n.amount, n.currency, n.missing,
    case when n.held_by is not null and n.state = 'planned' then 'held' else n.state end as state, n.state_day,
    t.text as held_because, c.content
from notice n
join account a on a.book = n.book and a.account = n.account
left join party p on p.book = n.book and p.account = n.account
left join note_text t on t.book = n.book and t.account = n.account and t.entry = n.held_by
left join notice_content c on c.book = n.book and c.account = n.account and c.notice = n.notice
where n.book = $1 and n.account = $2
order by n.day, n.currency, n.notice";
const NOTICE: &str = "
select n.notice, n.account, a.code, p.name, n.day, n.rung, n.cycle, n.level, n.channels, n.amount, n.currency, n.missing,
    case when n.held_by is not null and n.state = 'planned' then 'held' else n.state end as state, n.state_day,
    t.text as held_because, c.content
from notice n
join account a on a.book = n.book and a.account = n.account
left join party p on p.book = n.book and p.account = n.account
left join note_text t on t.book = n.book and t.account = n.account and t.entry = n.held_by
left join notice_content c on c.book = n.book and c.account = n.account and c.notice = n.notice
where n.book = $1 and n.account = $2 and n.notice = $3";
const ACCOUNT_OF_NOTICE: &str = "select account from activity where batch = $2 and entry = $3 and book = $1";
const PAGE_OF_DAY: &str = "
select n.notice, n.account, a.code, p.name, n.day, n.rung, n.cycle, n.level, n.channels, n.amount, n.currency, n.missing,
    case when n.held_by is not null and n.state = 'planned' then 'held' else n.state end as state, n.state_day,
    t.text as held_because, cast(null as text) as content
from notice n
join account a on a.book = n.book and a.account = n.account
left join party p on p.book = n.book and p.account = n.account
left join note_text t on t.book = n.book and t.account = n.account and t.entry = n.held_by
where n.book = $1 and n.day = $2 and n.notice > $3
order by n.notice
limit $4";
const PAGE_OF_ACCOUNT: &str = "
select n.notice, n.account, a.code, p.name, n.day, n.rung, n.cycle, n.level, n.channels, n.amount, n.currency, n.missing,
    case when n.held_by is not null and n.state = 'planned' then 'held' else n.state end as state, n.state_day,
    t.text as held_because, cast(null as text) as content
from notice n
join account a on a.book = n.book and a.account = n.account
left join party p on p.book = n.book and p.account = n.account
left join note_text t on t.book = n.book and t.account = n.account and t.entry = n.held_by
where n.book = $1 and n.account = $2 and n.day <= $3 and (n.day < $3 or n.notice < $4)
order by n.day desc, n.notice desc
limit $5";
const NOTICES_SENT: &str = "
select cast(count(*) as bigint) from notice where book = $1 and state <> 'withdrawn'";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] =
    &[NOTICES_OF_DAY, NOTICES_OF_ACCOUNT, NOTICE, ACCOUNT_OF_NOTICE, PAGE_OF_DAY, PAGE_OF_ACCOUNT, NOTICES_SENT];

#[derive(FromRow)]
struct Columns {
    notice: i64,
    account: i64,
    code: String,
    name: Option<String>,
    day: i64,
    rung: String,
    cycle: i64,
    level: i64,
    channels: String,
    amount: i64,
    currency: String,
    missing: String,
    state: String,
    state_day: i64,
    held_because: Option<String>,
    content: Option<String>,
}

impl Reading {
    /// The notices of a day, by customer number, then currency.
    pub async fn notices(&mut self, on: Date) -> Result<Vec<NoticeView>> {
        self.notice_views(NOTICES_OF_DAY, &[day(on)]).await
    }

    /// The notices of an account, oldest first.
    pub async fn notices_of(&mut self, account: EntryId) -> Result<Vec<NoticeView>> {
        self.notice_views(NOTICES_OF_ACCOUNT, &[entry(account)]).await
    }

    /// One notice.
    pub async fn notice(&mut self, notice: EntryId) -> Result<Option<NoticeView>> {
        let account: Option<(i64,)> = self.row(ACCOUNT_OF_NOTICE, &[Bind::Int(notice.batch()), entry(notice)]).await?;
        let Some((account,)) = account else { return Ok(None) };
        Ok(self.notice_views(NOTICE, &[Bind::Int(account), entry(notice)]).await?.into_iter().next())
    }

    /// At most `limit` notices of a day after the notice `after`, in the order they were made, without their content.
    pub async fn notice_page(&mut self, on: Date, after: Option<EntryId>, limit: i64) -> Result<Vec<NoticeView>> {
        let after = Bind::Int(after.map_or(0, |after| after.0));
        self.notice_views(PAGE_OF_DAY, &[day(on), after, Bind::Int(limit)]).await
    }

    /// At most `limit` notices of an account, newest first, before one of a day, without their content.
    pub async fn notice_page_of(
        &mut self,
        account: EntryId,
        before: Option<(Date, EntryId)>,
        limit: i64,
    ) -> Result<Vec<NoticeView>> {
        let (on, last) =
            before.map_or((Bind::Int(i64::from(i32::MAX)), Bind::Int(i64::MAX)), |(on, last)| (day(on), entry(last)));
        self.notice_views(PAGE_OF_ACCOUNT, &[entry(account), on, last, Bind::Int(limit)]).await
    }

    /// How many notices the book has made that were not withdrawn.
    pub async fn notices_made(&mut self) -> Result<i64> {
        let row: Option<(i64,)> = self.row(NOTICES_SENT, &[]).await?;
        Ok(row.map_or(0, |(count,)| count))
    }

    async fn notice_views(&mut self, sql: &'static str, binds: &[Bind<'_>]) -> Result<Vec<NoticeView>> {
        let rows: Vec<Columns> = self.rows(sql, binds).await?;
        rows.into_iter().map(view).collect()
    }
}

fn view(row: Columns) -> Result<NoticeView> {
    Ok(NoticeView {
        notice: EntryId(row.notice),
        account_id: EntryId(row.account),
        account: row.code,
        name: row.name,
        day: date(row.day),
        step: row.rung,
        cycle: row.cycle,
        level: row.level,
        channels: words(&row.channels),
        amount: MoneyView::new(row.amount, currency(&row.currency)?),
        missing: words(&row.missing),
        held_because: row.held_because.filter(|_| row.state == "held"),
        state: row.state,
        state_day: date(row.state_day),
        content: row.content,
    })
}

/// A list of words, kept as a JSON array or parted by commas.
fn words(text: &str) -> Vec<String> {
    let parted = || text.split(',').filter(|word| !word.is_empty()).map(Into::into).collect();
    serde_json::from_str(text).unwrap_or_else(|_| parted())
}
