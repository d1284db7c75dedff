//! What people set apart: notes on top of a timeline, and notices held back before they leave.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::{Date, day_number};

use super::{Deed, Recording, tables};
use crate::bulk::Cell;
use crate::db::on_tx;
use crate::fault::Result;

/// Notes an account may have on top of its timeline.
pub const MOST_PINS: i64 = 20;

const PINS: &str = "select cast(count(*) as bigint) from pin where book = $1 and account = $2";
const PINNED: &str = "select entry from pin where book = $1 and account = $2 and entry = $3";
const DROP_PIN: &str = "delete from pin where book = $1 and account = $2 and entry = $3";
const HOLD_NOTICE: &str = "update notice set held_by = $4 \
     where book = $1 and account = $2 and notice = $3 and state = 'planned' and held_by is null";
const RELEASE_NOTICE: &str = "update notice set held_by = null \
     where book = $1 and account = $2 and notice = $3 and state = 'planned' and held_by is not null";

const NOTICE_STATE: &str = "select case when held_by is not null and state = 'planned' then 'held' else state end \
     from notice where book = $1 and account = $2 and notice = $3";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[PINS, PINNED, DROP_PIN, HOLD_NOTICE, RELEASE_NOTICE, NOTICE_STATE];

/// What became of a wish to pin an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pinned {
    /// It is on top from now on.
    Pinned,
    /// It was on top already; nothing was recorded.
    Already,
    /// The account has no such activity.
    NotFound,
    /// The account has [`MOST_PINS`] already.
    Full,
}

impl Recording {
    /// Puts an activity of an account on top of its timeline.
    pub async fn pin(&mut self, account: EntryId, entry: EntryId) -> Result<Pinned> {
        let (book, day) = (self.envelope.book, self.envelope.day);
        if self.account_of_activity(entry).await? != Some(account.0) {
            return Ok(Pinned::NotFound);
        }
        self.lock(&BTreeSet::from([account.0])).await?;
        let (pins, pinned): (i64, Option<i64>) = on_tx!(self.tx().await?, c => (
            sqlx::query_scalar(PINS).bind(book).bind(account.0).fetch_one(&mut *c).await?,
            sqlx::query_scalar(PINNED).bind(book).bind(account.0).bind(entry.0).fetch_optional(&mut *c).await?,
        ));
        match (pinned, pins) {
            (Some(_), _) => return Ok(Pinned::Already),
            (None, pins) if pins >= MOST_PINS => return Ok(Pinned::Full),
            (None, _) => {}
        }
        let cells: [Cell<'_>; 4] = [book.into(), account.0.into(), entry.0.into(), day.into()];
        self.put(&tables::PIN, &cells);
        self.journal_deed(Deed { account: account.0, kind: "pinned", subject: Some(entry.0), day, ..Deed::default() })?;
        Ok(Pinned::Pinned)
    }

    /// Takes an entry from the top of its account's timeline; `false` when it is not there.
    pub async fn unpin(&mut self, account: EntryId, entry: EntryId) -> Result<bool> {
        let (book, day) = (self.envelope.book, self.envelope.day);
        self.lock(&BTreeSet::from([account.0])).await?;
        let dropped = on_tx!(self.tx().await?, c => sqlx::query(DROP_PIN)
            .bind(book).bind(account.0).bind(entry.0).execute(c).await?.rows_affected());
        if dropped == 0 {
            return Ok(false);
        }
        self.journal_deed(Deed {
            account: account.0,
            kind: "unpinned",
            subject: Some(entry.0),
            day,
            ..Deed::default()
        })?;
        Ok(true)
    }

    /// Holds a planned notice back, with a reason; `false` when there is none of that id that is planned and free to go.
    ///
    /// Its step stays where it is: the account is not told again, and the ladder waits until the notice is released.
    pub async fn hold_notice(&mut self, notice: EntryId, day: Date, reason: &str) -> Result<bool> {
        self.set_held(notice, day, Some(reason)).await
    }

    /// Lets a held notice go; `false` when there is none of that id that is planned and held.
    pub async fn release_notice(&mut self, notice: EntryId, day: Date) -> Result<bool> {
        self.set_held(notice, day, None).await
    }

    /// The state of a notice as this recording sees it: `planned`, `held`, `sent` or `withdrawn`. `None` when there is none
    /// of that id.
    pub async fn notice_state(&mut self, notice: EntryId) -> Result<Option<String>> {
        let book = self.envelope.book;
        let Some(account) = self.account_of_activity(notice).await? else { return Ok(None) };
        Ok(on_tx!(self.tx().await?, c => sqlx::query_scalar(NOTICE_STATE).bind(book).bind(account).bind(notice.0)
            .fetch_optional(c).await?))
    }

    async fn set_held(&mut self, notice: EntryId, day: Date, reason: Option<&str>) -> Result<bool> {
        let book = self.envelope.book;
        let Some(account) = self.account_of_activity(notice).await? else { return Ok(false) };
        self.lock(&BTreeSet::from([account])).await?;
        let by = EntryId::new(self.envelope.batch, self.envelope.rows).0;
        let changed = on_tx!(self.tx().await?, c => {
            let statement = if reason.is_some() { HOLD_NOTICE } else { RELEASE_NOTICE };
            let query = sqlx::query(statement).bind(book).bind(account).bind(notice.0);
            let query = if reason.is_some() { query.bind(by) } else { query };
            query.execute(c).await?.rows_affected()
        });
        if changed == 0 {
            return Ok(false);
        }
        let entry = self.journal_deed(Deed {
            account,
            kind: if reason.is_some() { "notice_held" } else { "notice_released" },
            subject: Some(notice.0),
            day: day_number(day),
            words: reason,
            ..Deed::default()
        })?;
        self.write_note(account, entry, reason);
        Ok(true)
    }
}
