//! How a book stands: what was read last, what is sealed, what waits.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Reading, date};

/// The newest import that still counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastImport {
    /// Its entry.
    #[serde(serialize_with = "json::entry")]
    pub import: EntryId,
    /// `invoices`, `aging` …
    pub kind: String,
    /// Its business day.
    pub day: Date,
    /// When it was recorded, UTC microseconds, shown as RFC 3339.
    #[serde(serialize_with = "json::instant")]
    pub recorded_at: i64,
}

/// The chain over the journals, and what it does not cover yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SealTail {
    /// The newest seal; null before the first.
    pub seal: Option<i64>,
    /// When it was made.
    #[serde(serialize_with = "json::instant_if_any")]
    pub sealed_at: Option<i64>,
    /// Committed batches that no seal covers yet.
    pub unsealed_batches: i64,
}

const LAST_IMPORT: &str = "
select import, kind, day, started_at from import where book = $1 and undone_by is null order by import desc limit 1";
const LAST_SEAL: &str = "select seal, sealed_at from seal where book = $1 order by seal desc limit 1";
const UNSEALED: &str = "
select cast(count(*) as bigint) from batch b
where b.book = $1 and not exists (select 1 from seal_member m where m.book = b.book and m.batch = b.batch)";
const PENDING: &str = "
select cast(count(*) as bigint) from approval_request where book = $1 and state = 'pending'";
const USERS: &str = "select cast(count(*) as bigint) from app_user where book = $1";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[LAST_IMPORT, LAST_SEAL, UNSEALED, PENDING, USERS];

impl Reading {
    /// The newest import that was not undone.
    pub async fn last_import(&mut self) -> Result<Option<LastImport>> {
        let row: Option<(i64, String, i64, i64)> = self.row(LAST_IMPORT, &[]).await?;
        Ok(row.map(|(import, kind, day, recorded_at)| LastImport {
            import: EntryId(import),
            kind,
            day: date(day),
            recorded_at,
        }))
    }

    /// The newest seal, and how many batches it does not cover. It looks at every batch of the book.
    pub async fn seal_tail(&mut self) -> Result<SealTail> {
        let last: Option<(i64, i64)> = self.row(LAST_SEAL, &[]).await?;
        let unsealed: Option<(i64,)> = self.row(UNSEALED, &[]).await?;
        Ok(SealTail {
            seal: last.map(|(seal, _)| seal),
            sealed_at: last.map(|(_, sealed_at)| sealed_at),
            unsealed_batches: unsealed.map_or(0, |(count,)| count),
        })
    }

    /// How many requests wait for a second person.
    pub async fn pending_requests(&mut self) -> Result<i64> {
        let row: Option<(i64,)> = self.row(PENDING, &[]).await?;
        Ok(row.map_or(0, |(count,)| count))
    }

    /// How many people the book knows.
    pub async fn count_users(&mut self) -> Result<i64> {
        let row: Option<(i64,)> = self.row(USERS, &[]).await?;
        Ok(row.map_or(0, |(count,)| count))
    }
}
