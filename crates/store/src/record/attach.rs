//! Papers attached to items: invoice copies, proofs of delivery, others. The journal keeps what they are and their hash.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;

use super::settle::hex;
use super::{Deed, Recording, json, tables};
use crate::bulk::Cell;
use crate::db::on_tx;
use crate::fault::Result;

const SAME: &str = "select attachment from attachment where book = $1 and account = $2 and item = $3 and kind = $4 \
     and sha256 = $5 and removed_on is null order by attachment limit 1";
const REMOVE: &str = "update attachment set removed_on = $4 \
     where book = $1 and account = $2 and attachment = $3 and removed_on is null";
const DROP_FILE: &str = "delete from attachment_file where book = $1 and account = $2 and attachment = $3";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[SAME, REMOVE, DROP_FILE];

/// A paper that is attached to an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttachment {
    /// The account.
    pub account: EntryId,
    /// The item.
    pub item: EntryId,
    /// `invoice`, `pod` or `other`.
    pub kind: String,
    /// The file's name; erasable.
    pub file_name: String,
    /// The type of its content, as `application/pdf`.
    pub media_type: String,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
    /// The bytes; erasable.
    pub bytes: Vec<u8>,
}

impl Recording {
    /// Attaches a paper to an item. The same bytes as the same kind on the same item are one paper: `false` when it is there.
    pub async fn attach(&mut self, row: &NewAttachment) -> Result<(EntryId, bool)> {
        let (book, day, account) = (self.envelope.book, self.envelope.day, row.account.0);
        self.lock(&BTreeSet::from([account])).await?;
        let known: Option<i64> = on_tx!(self.tx().await?, c => sqlx::query_scalar(SAME).bind(book).bind(account)
            .bind(row.item.0).bind(&row.kind).bind(row.sha256.to_vec()).fetch_optional(c).await?);
        if let Some(known) = known {
            return Ok((EntryId(known), false));
        }
        let size = i64::try_from(row.bytes.len()).unwrap_or(i64::MAX);
        let detail = serde_json::json!({ "kind": row.kind, "media_type": row.media_type, "size": size,
            "sha256": hex(&row.sha256) });
        let entry = self.journal_deed(Deed {
            account,
            kind: "attached",
            subject: Some(row.item.0),
            day,
            detail: json(&detail)?,
            words: Some(&row.file_name),
            ..Deed::default()
        })?;
        self.write_note(account, entry, Some(&row.file_name));
        let cells: [Cell<'_>; 10] = [
            book.into(),
            account.into(),
            entry.into(),
            row.item.0.into(),
            (&row.kind).into(),
            (&row.media_type).into(),
            size.into(),
            Cell::Blob(&row.sha256),
            day.into(),
            Cell::Null,
        ];
        self.put(&tables::ATTACHMENT, &cells);
        let file: [Cell<'_>; 4] = [book.into(), account.into(), entry.into(), Cell::Blob(&row.bytes)];
        self.put(&tables::ATTACHMENT_FILE, &file);
        Ok((EntryId(entry), true))
    }

    /// Takes a paper off its item; its bytes go, what it was stays in the journal. `false` when it is not there.
    pub async fn detach(&mut self, account: EntryId, attachment: EntryId) -> Result<bool> {
        let (book, day) = (self.envelope.book, self.envelope.day);
        self.lock(&BTreeSet::from([account.0])).await?;
        let removed = on_tx!(self.tx().await?, c => {
            let removed = sqlx::query(REMOVE).bind(book).bind(account.0).bind(attachment.0).bind(day)
                .execute(&mut *c).await?.rows_affected();
            sqlx::query(DROP_FILE).bind(book).bind(account.0).bind(attachment.0).execute(&mut *c).await?;
            removed
        });
        if removed == 0 {
            return Ok(false);
        }
        self.journal_deed(Deed {
            account: account.0,
            kind: "detached",
            subject: Some(attachment.0),
            day,
            ..Deed::default()
        })?;
        Ok(true)
    }
}
