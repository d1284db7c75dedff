//! Policies that are written and wait for a second person.

use dunwell_rules::account::EntryId;
use sha2::{Digest, Sha256};

use super::settle::hex;
use super::{Deed, Recording, json, tables};
use crate::book::refuse_nul;
use crate::bulk::Cell;
use crate::db::on_tx;
use crate::fault::Result;

const END: &str = "update policy_draft set state = $3, decided_by = $4 \
     where book = $1 and draft = $2 and state = 'waiting'";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[END];

impl Recording {
    /// Keeps a policy that `by` wrote until a second person decides; its entry is its id.
    pub fn draft_policy(&mut self, name: &str, text: &str, by: &str) -> Result<EntryId> {
        refuse_nul(&[name, text, by])?;
        let (book, day) = (self.envelope.book, self.envelope.day);
        let sha256 = Sha256::digest(text.as_bytes());
        let detail = serde_json::json!({ "name": name, "sha256": hex(&sha256), "by": by });
        let entry =
            self.journal_deed(Deed { kind: "policy_drafted", day, detail: json(&detail)?, ..Deed::default() })?;
        let cells: [Cell<'_>; 8] = [
            book.into(),
            entry.into(),
            name.into(),
            text.into(),
            Cell::Blob(&sha256),
            by.into(),
            day.into(),
            "waiting".into(),
        ];
        self.put(&tables::POLICY_DRAFT, &cells);
        Ok(EntryId(entry))
    }

    /// Ends a draft as `by` decided; `false` when there is none of that id that waits.
    pub async fn end_draft(&mut self, draft: EntryId, activated: bool, by: &str) -> Result<bool> {
        refuse_nul(&[by])?;
        let (book, day) = (self.envelope.book, self.envelope.day);
        let state = if activated { "activated" } else { "declined" };
        let ended = on_tx!(self.tx().await?, c => sqlx::query(END).bind(book).bind(draft.0).bind(state).bind(by)
            .execute(c).await?.rows_affected());
        if ended == 0 {
            return Ok(false);
        }
        let detail = json(&serde_json::json!({ "state": state, "by": by }))?;
        self.journal_deed(Deed { kind: "policy_draft_ended", subject: Some(draft.0), day, detail, ..Deed::default() })?;
        Ok(true)
    }
}
