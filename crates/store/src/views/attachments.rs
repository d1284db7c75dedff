//! Papers attached to items, and their bytes.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use serde::Serialize;

use super::json;
use crate::fault::Result;
use crate::read::{Bind, Reading, date, entry};

/// A paper of an item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AttachmentView {
    /// Its entry.
    #[serde(serialize_with = "json::entry")]
    pub attachment: EntryId,
    /// The item's document number.
    pub document: String,
    /// `invoice`, `pod` or `other`.
    pub kind: String,
    /// The file's name; null where it is erased.
    pub file_name: Option<String>,
    /// The type of its content, as `application/pdf`.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// The day it was attached.
    pub added_on: Date,
    /// Whether its bytes are erased.
    pub erased: bool,
}

type Columns = (i64, String, String, Option<String>, String, i64, Vec<u8>, i64, i64);

const OF_ACCOUNT: &str = "
select a.attachment, i.document, a.kind, t.text, a.media_type, a.size, a.sha256, a.added_on,
    cast(case when f.bytes is null then 1 else 0 end as bigint)
from attachment a
join item i on i.book = a.book and i.account = a.account and i.item = a.item
left join note_text t on t.book = a.book and t.account = a.account and t.entry = a.attachment
left join attachment_file f on f.book = a.book and f.account = a.account and f.attachment = a.attachment
where a.book = $1 and a.account = $2 and a.removed_on is null
order by a.attachment";
const BYTES: &str = "
select f.bytes
from attachment a
join attachment_file f on f.book = a.book and f.account = a.account and f.attachment = a.attachment
where a.book = $1 and a.account = $2 and a.attachment = $3 and a.removed_on is null and f.bytes is not null";

const DOCUMENT: &str = "
select distinct a.code
from item i
join account a on a.book = i.book and a.account = i.account
where i.book = $1 and i.document = $2 and i.reversed_by is null
order by a.code
limit 2";

const OF_DOCUMENT: &str = "
select i.item
from account a
join item i on i.book = a.book and i.account = a.account
where a.book = $1 and a.code = $2 and i.document = $3 and i.reversed_by is null
limit 1";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(crate) const STATEMENTS: &[&str] = &[OF_ACCOUNT, BYTES, DOCUMENT, OF_DOCUMENT];

impl Reading {
    /// The papers of an account that are not taken off, oldest first.
    pub async fn attachments(&mut self, account: EntryId) -> Result<Vec<AttachmentView>> {
        let rows: Vec<Columns> = self.rows(OF_ACCOUNT, &[entry(account)]).await?;
        let view = |(attachment, document, kind, file_name, media_type, size, sha256, added_on, erased): Columns| {
            AttachmentView {
                attachment: EntryId(attachment),
                document,
                kind,
                file_name,
                media_type,
                size,
                sha256: sha256.iter().map(|byte| format!("{byte:02x}")).collect(),
                added_on: date(added_on),
                erased: erased != 0,
            }
        };
        Ok(rows.into_iter().map(view).collect())
    }

    /// The customer numbers of the accounts that have a document of that number: none, one, or two of several.
    pub async fn accounts_of_document(&mut self, document: &str) -> Result<Vec<String>> {
        let rows: Vec<(String,)> = self.rows(DOCUMENT, &[Bind::Text(document)]).await?;
        Ok(rows.into_iter().map(|(code,)| code).collect())
    }

    /// Whether the account of that customer number has a document of that number.
    pub async fn account_has_document(&mut self, code: &str, document: &str) -> Result<bool> {
        let row: Option<(i64,)> = self.row(OF_DOCUMENT, &[Bind::Text(code), Bind::Text(document)]).await?;
        Ok(row.is_some())
    }

    /// The bytes of a paper; `None` when there is none of that id there, or they are erased.
    pub async fn attachment_bytes(&mut self, account: EntryId, attachment: EntryId) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> = self.row(BYTES, &[entry(account), entry(attachment)]).await?;
        Ok(row.map(|(bytes,)| bytes))
    }
}
