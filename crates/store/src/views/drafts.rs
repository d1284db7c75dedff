//! Policies that wait for a second person, and what became of them.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Reading, date, entry};

/// A policy that was written and not put in force by its writer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DraftView {
    /// The entry that keeps it.
    #[serde(serialize_with = "json::entry")]
    pub draft: EntryId,
    /// The policy's name.
    pub name: String,
    /// The whole file.
    pub text: String,
    /// Who wrote it.
    pub drafted_by: String,
    /// The business day it was written on.
    pub drafted_on: Date,
    /// `waiting`, `activated` or `declined`.
    pub state: String,
    /// Who decided; null while it waits.
    pub decided_by: Option<String>,
}

const WAITING: &str = "
select draft, name, text, drafted_by, drafted_on, state, decided_by from policy_draft
where book = $1 and state = 'waiting' order by draft";
const DRAFT: &str = "
select draft, name, text, drafted_by, drafted_on, state, decided_by from policy_draft
where book = $1 and draft = $2";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[WAITING, DRAFT];

type Columns = (i64, String, String, String, i64, String, Option<String>);

impl Reading {
    /// The policies that wait, oldest first.
    pub async fn policy_drafts(&mut self) -> Result<Vec<DraftView>> {
        Ok(self.rows(WAITING, &[]).await?.into_iter().map(view).collect())
    }

    /// One draft, decided or not.
    pub async fn policy_draft(&mut self, draft: EntryId) -> Result<Option<DraftView>> {
        Ok(self.row(DRAFT, &[entry(draft)]).await?.map(view))
    }
}

fn view((draft, name, text, drafted_by, drafted_on, state, decided_by): Columns) -> DraftView {
    DraftView { draft: EntryId(draft), name, text, drafted_by, drafted_on: date(drafted_on), state, decided_by }
}
