//! Imports: which file gave which rows.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, date, entry};

/// An import that recorded something.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportView {
    /// Its entry: what `reverse --import` takes.
    #[serde(serialize_with = "json::entry")]
    pub import: EntryId,
    /// `invoices`, `payments` …
    pub kind: String,
    /// The source system.
    pub source: String,
    /// The file's name.
    pub file: String,
    /// The file's SHA-256 in hexadecimal.
    pub sha256: String,
    /// When it was recorded.
    #[serde(serialize_with = "json::instant")]
    pub started_at: i64,
    /// The business day of the command.
    pub day: Date,
    /// The entry that undid it.
    #[serde(serialize_with = "json::entry_or_null")]
    pub undone_by: Option<EntryId>,
}

const IMPORTS: &str = "
select import, kind, source, file, sha256, started_at, day, undone_by from import where book = $1 order by import";
const IMPORT: &str = "
select import, kind, source, file, sha256, started_at, day, undone_by from import where book = $1 and import = $2";

const IMPORTS_BEFORE: &str = "
select import, kind, source, file, sha256, started_at, day, undone_by from import
where book = $1 and import < $2 order by import desc limit $3";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[IMPORTS, IMPORT, IMPORTS_BEFORE];

type Columns = (i64, String, String, String, Vec<u8>, i64, i64, Option<i64>);

impl Reading {
    /// The imports, oldest first.
    pub async fn imports(&mut self) -> Result<Vec<ImportView>> {
        Ok(self.rows(IMPORTS, &[]).await?.into_iter().map(view).collect())
    }

    /// The newest imports, newest first: at most `most`, and where `before` is given those older than it.
    pub async fn imports_before(&mut self, before: Option<EntryId>, most: i64) -> Result<Vec<ImportView>> {
        let before = before.map_or(i64::MAX, |import| import.0);
        Ok(self.rows(IMPORTS_BEFORE, &[Bind::Int(before), Bind::Int(most)]).await?.into_iter().map(view).collect())
    }

    /// One import.
    pub async fn import(&mut self, import: EntryId) -> Result<Option<ImportView>> {
        Ok(self.row(IMPORT, &[entry(import)]).await?.map(view))
    }
}

fn view((import, kind, source, file, sha256, started_at, day, undone_by): Columns) -> ImportView {
    let sha256 = sha256.iter().map(|byte| format!("{byte:02x}")).collect();
    ImportView {
        import: EntryId(import),
        kind,
        source,
        file,
        sha256,
        started_at,
        day: date(day),
        undone_by: undone_by.map(EntryId),
    }
}
