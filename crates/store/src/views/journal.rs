//! The audit list: every row of the four journals, newest first, with who recorded it, when, by which command, and the seal
//! that covers it.
//!
//! Without a person or a command each journal is read backwards by its batches; with one, the batches of it are found first.
//! An account's rows are read backwards by the account. No page reads what lies beyond it.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::money::{Currency, Money};
use sqlx::FromRow;

use super::timeline::Journal;
use crate::fault::Result;
use crate::read::{Bind, Reading, currency, date};

/// Which rows of the journals are wanted. Empty texts choose everybody and every command.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JournalChoice {
    /// One journal; `None` is all four.
    pub journal: Option<Journal>,
    /// One account; `EntryId(0)` is the book itself.
    pub account: Option<EntryId>,
    /// Who recorded it.
    pub actor: String,
    /// By which command.
    pub command: String,
    /// Recorded at or after this instant, UTC microseconds.
    pub from: Option<i64>,
    /// Recorded before this instant, UTC microseconds.
    pub to: Option<i64>,
}

/// One row of a journal with its envelope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// The journal.
    pub journal: Journal,
    /// The entry.
    pub entry: EntryId,
    /// The customer number; `None` for the book itself.
    pub account: Option<String>,
    /// The journal's own kind.
    pub kind: String,
    /// What it is about.
    pub subject: Option<EntryId>,
    /// The amount, where the row has one.
    pub amount: Option<Money>,
    /// The business day it counts for.
    pub day: Date,
    /// The rest of the row, JSON.
    pub detail: String,
    /// The command.
    pub command: String,
    /// Who gave it.
    pub actor: String,
    /// The instant it was recorded, UTC microseconds.
    pub recorded_at: i64,
    /// The seal that covers it; `None` while it is not sealed.
    pub seal: Option<i64>,
}

#[derive(FromRow)]
struct Columns {
    entry: i64,
    code: Option<String>,
    kind: String,
    subject: Option<i64>,
    currency: Option<String>,
    amount: Option<i64>,
    day: i64,
    detail: String,
    command: String,
    actor: String,
    recorded_at: i64,
    seal: Option<i64>,
}

/// `j.book + 0` keeps to the batches instead of an index that begins with the book.
const LEDGER: &str = "
select j.entry, a.code, j.kind, j.item as subject, j.currency, j.amount, j.posting_day as day, j.detail,
    b.command, b.actor, b.recorded_at, s.seal
from ledger j
cross join batch b
left join account a on a.book = j.book and a.account = j.account
left join seal_member s on s.book = j.book and s.batch = j.batch
where j.batch >= $2 and j.batch <= $3 and j.entry < $4 and j.book + 0 = $1 and b.batch = j.batch
    and b.recorded_at >= $5 and b.recorded_at < $6
order by j.batch desc, j.entry desc
limit $7";
const ACTIVITY: &str = "
select j.entry, a.code, j.kind, j.subject, j.currency, j.amount, j.day, j.detail,
    b.command, b.actor, b.recorded_at, s.seal
from activity j
cross join batch b
left join account a on a.book = j.book and a.account = j.account
left join seal_member s on s.book = j.book and s.batch = j.batch
where j.batch >= $2 and j.batch <= $3 and j.entry < $4 and j.book + 0 = $1 and b.batch = j.batch
    and b.recorded_at >= $5 and b.recorded_at < $6
order by j.batch desc, j.entry desc
limit $7";
const DECISION: &str = "
select j.entry, a.code, j.action as kind, cast(null as bigint) as subject, j.currency, cast(null as bigint) as amount,
    j.day, j.detail, b.command, b.actor, b.recorded_at, s.seal
from decision j
cross join batch b
left join account a on a.book = j.book and a.account = j.account
left join seal_member s on s.book = j.book and s.batch = j.batch
where j.batch >= $2 and j.batch <= $3 and j.entry < $4 and j.book + 0 = $1 and b.batch = j.batch
    and b.recorded_at >= $5 and b.recorded_at < $6
order by j.batch desc, j.entry desc
limit $7";
const APPROVAL: &str = "
select j.entry, a.code, j.kind, j.request as subject, r.currency, r.amount, j.day, j.detail,
    b.command, b.actor, b.recorded_at, s.seal
from approval j
cross join batch b
left join account a on a.book = j.book and a.account = j.account
left join approval_request r on r.book = j.book and r.account = j.account and r.request = j.request
left join seal_member s on s.book = j.book and s.batch = j.batch
where j.batch >= $2 and j.batch <= $3 and j.entry < $4 and j.book + 0 = $1 and b.batch = j.batch
    and b.recorded_at >= $5 and b.recorded_at < $6
order by j.batch desc, j.entry desc
limit $7";

const LEDGER_OF: &str = "
select j.entry, a.code, j.kind, j.item as subject, j.currency, j.amount, j.posting_day as day, j.detail,
    b.command, b.actor, b.recorded_at, s.seal
from ledger j
cross join batch b
left join account a on a.book = j.book and a.account = j.account
left join seal_member s on s.book = j.book and s.batch = j.batch
where j.book = $1 and j.account = $2 and j.entry < $3 and b.batch = j.batch
    and b.recorded_at >= $4 and b.recorded_at < $5 and ($6 = '' or b.actor = $6) and ($7 = '' or b.command = $7)
order by j.entry desc
limit $8";
const ACTIVITY_OF: &str = "
select j.entry, a.code, j.kind, j.subject, j.currency, j.amount, j.day, j.detail,
    b.command, b.actor, b.recorded_at, s.seal
from activity j
cross join batch b
left join account a on a.book = j.book and a.account = j.account
left join seal_member s on s.book = j.book and s.batch = j.batch
where j.book = $1 and j.account = $2 and j.entry < $3 and b.batch = j.batch
    and b.recorded_at >= $4 and b.recorded_at < $5 and ($6 = '' or b.actor = $6) and ($7 = '' or b.command = $7)
order by j.entry desc
limit $8";
const DECISION_OF: &str = "
select j.entry, a.code, j.action as kind, cast(null as bigint) as subject, j.currency, cast(null as bigint) as amount,
    j.day, j.detail, b.command, b.actor, b.recorded_at, s.seal
from decision j
cross join batch b
left join account a on a.book = j.book and a.account = j.account
left join seal_member s on s.book = j.book and s.batch = j.batch
where j.book = $1 and j.account = $2 and j.entry < $3 and b.batch = j.batch
    and b.recorded_at >= $4 and b.recorded_at < $5 and ($6 = '' or b.actor = $6) and ($7 = '' or b.command = $7)
order by j.entry desc
limit $8";
const APPROVAL_OF: &str = "
select j.entry, a.code, j.kind, j.request as subject, r.currency, r.amount, j.day, j.detail,
    b.command, b.actor, b.recorded_at, s.seal
from approval j
cross join batch b
left join account a on a.book = j.book and a.account = j.account
left join approval_request r on r.book = j.book and r.account = j.account and r.request = j.request
left join seal_member s on s.book = j.book and s.batch = j.batch
where j.book = $1 and j.account = $2 and j.entry < $3 and b.batch = j.batch
    and b.recorded_at >= $4 and b.recorded_at < $5 and ($6 = '' or b.actor = $6) and ($7 = '' or b.command = $7)
order by j.entry desc
limit $8";

const FIRST_SINCE: &str = "
select batch from batch where book = $1 and recorded_at >= $2 order by recorded_at, batch limit 1";
const LAST_BEFORE: &str = "
select batch from batch where book = $1 and recorded_at < $2 order by recorded_at desc, batch desc limit 1";
const BATCHES_OF_ACTOR: &str = "
select batch from batch
where book = $1 and actor = $2 and batch between $3 and $4 and ($5 = '' or command = $5)
order by batch desc
limit $6";
const BATCHES_OF_COMMAND: &str = "
select batch from batch
where book = $1 and command = $2 and batch between $3 and $4
order by batch desc
limit $5";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[
    LEDGER,
    ACTIVITY,
    DECISION,
    APPROVAL,
    LEDGER_OF,
    ACTIVITY_OF,
    DECISION_OF,
    APPROVAL_OF,
    FIRST_SINCE,
    LAST_BEFORE,
    BATCHES_OF_ACTOR,
    BATCHES_OF_COMMAND,
];

/// Clocks of several servers disagree by less than this many batches: bounds of instants are widened by it, then compared.
const CLOCK_SLACK: i64 = 1000;
/// Batches of a person or a command that are looked up in one go.
const BATCHES: i64 = 64;

/// Where a page lies: its batches, the entry it ends before, and the instants it is within.
#[derive(Debug, Clone, Copy)]
struct Span {
    first: i64,
    last: i64,
    before: i64,
    from: i64,
    to: i64,
}

impl Reading {
    /// At most `limit` rows of the journals, the newest entry first, before the entry `before`.
    pub async fn journal(
        &mut self,
        choice: &JournalChoice,
        before: Option<EntryId>,
        limit: usize,
    ) -> Result<Vec<JournalEntry>> {
        let (from, to) = (choice.from.unwrap_or(i64::MIN), choice.to.unwrap_or(i64::MAX));
        let before = before.map_or(i64::MAX, |before| before.0);
        if let Some(account) = choice.account {
            return self.journal_of_account(choice, account, (before, from, to), limit).await;
        }
        let first: Option<(i64,)> = match choice.from {
            Some(from) => self.row(FIRST_SINCE, &[Bind::Int(from)]).await?,
            None => Some((CLOCK_SLACK,)),
        };
        let last: Option<(i64,)> = match choice.to {
            Some(to) => self.row(LAST_BEFORE, &[Bind::Int(to)]).await?,
            None => Some((EntryId(i64::MAX).batch(),)),
        };
        let (Some((first,)), Some((last,))) = (first, last) else { return Ok(Vec::new()) };
        let last = last.saturating_add(CLOCK_SLACK).min(EntryId(before).batch());
        let span = Span { first: first - CLOCK_SLACK, last, before, from, to };
        if choice.actor.is_empty() && choice.command.is_empty() {
            return self.journal_within(choice, span, limit).await;
        }
        let (mut rows, mut last) = (Vec::new(), span.last);
        while rows.len() < limit {
            let batches = self.batches_of(choice, span.first, last).await?;
            for batch in &batches {
                let one = Span { first: *batch, last: *batch, ..span };
                rows.extend(self.journal_within(choice, one, limit - rows.len()).await?);
                if rows.len() >= limit {
                    return Ok(rows);
                }
            }
            match batches.last() {
                Some(batch) => last = batch - 1,
                None => break,
            }
        }
        Ok(rows)
    }

    async fn batches_of(&mut self, choice: &JournalChoice, first: i64, last: i64) -> Result<Vec<i64>> {
        let (first, last, most) = (Bind::Int(first), Bind::Int(last), Bind::Int(BATCHES));
        let command = Bind::Text(&choice.command);
        let batches: Vec<(i64,)> = if choice.actor.is_empty() {
            self.rows(BATCHES_OF_COMMAND, &[command, first, last, most]).await?
        } else {
            self.rows(BATCHES_OF_ACTOR, &[Bind::Text(&choice.actor), first, last, command, most]).await?
        };
        Ok(batches.into_iter().map(|(batch,)| batch).collect())
    }

    async fn journal_within(&mut self, choice: &JournalChoice, span: Span, limit: usize) -> Result<Vec<JournalEntry>> {
        let numbers =
            [span.first, span.last, span.before, span.from, span.to, i64::try_from(limit).unwrap_or(i64::MAX)];
        let binds = numbers.map(Bind::Int);
        let statement = |journal| match journal {
            Journal::Ledger => LEDGER,
            Journal::Activity => ACTIVITY,
            Journal::Decision => DECISION,
            Journal::Approval => APPROVAL,
        };
        self.merged(choice, &binds, statement, limit).await
    }

    async fn journal_of_account(
        &mut self,
        choice: &JournalChoice,
        account: EntryId,
        (before, from, to): (i64, i64, i64),
        limit: usize,
    ) -> Result<Vec<JournalEntry>> {
        let most = i64::try_from(limit).unwrap_or(i64::MAX);
        let (actor, command) = (Bind::Text(&choice.actor), Bind::Text(&choice.command));
        let [account, before, from, to, most] = [account.0, before, from, to, most].map(Bind::Int);
        let statement = |journal| match journal {
            Journal::Ledger => LEDGER_OF,
            Journal::Activity => ACTIVITY_OF,
            Journal::Decision => DECISION_OF,
            Journal::Approval => APPROVAL_OF,
        };
        self.merged(choice, &[account, before, from, to, actor, command, most], statement, limit).await
    }

    /// The newest rows of the journals that are wanted.
    async fn merged(
        &mut self,
        choice: &JournalChoice,
        binds: &[Bind<'_>],
        statement: impl Fn(Journal) -> &'static str,
        limit: usize,
    ) -> Result<Vec<JournalEntry>> {
        let mut rows = Vec::new();
        for journal in Journal::ALL.into_iter().filter(|journal| choice.journal.is_none_or(|only| only == *journal)) {
            let found: Vec<Columns> = self.rows(statement(journal), binds).await?;
            for row in found {
                rows.push(journal_entry(journal, row)?);
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.entry));
        rows.truncate(limit);
        Ok(rows)
    }
}

fn journal_entry(journal: Journal, row: Columns) -> Result<JournalEntry> {
    let code: Option<Currency> = row.currency.as_deref().map(currency).transpose()?;
    Ok(JournalEntry {
        journal,
        entry: EntryId(row.entry),
        account: row.code,
        kind: row.kind,
        subject: row.subject.map(EntryId),
        amount: row.amount.zip(code).map(|(amount, code)| Money::new(amount, code)),
        day: date(row.day),
        detail: row.detail,
        command: row.command,
        actor: row.actor,
        recorded_at: row.recorded_at,
        seal: row.seal,
    })
}
