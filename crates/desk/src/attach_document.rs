//! Attaching papers to items: copies of invoices, proofs of delivery, and what else a customer asks to see.
//!
//! What a file is, its bytes say and not its name: PDF, PNG and JPEG are taken, up to [`MOST_BYTES`].

use dunwell_rules::calendar::Date;
use dunwell_rules::rights::Action;
use dunwell_store::record::NewAttachment;
use dunwell_store::views::attachments::AttachmentView;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::desk::Desk;
use crate::paper_links::PaperLinks;
use crate::refusal::{Refusal, Result};
use crate::who::{account_of, entry_of, item_of};

/// The most bytes of a paper.
pub const MOST_BYTES: usize = 10 * 1024 * 1024;
/// The most characters of its name that are kept.
const NAME_LENGTH: usize = 120;

/// The kinds of papers.
pub const KINDS: [&str; 3] = ["invoice", "pod", "other"];

/// A file that somebody hands in.
#[derive(Debug, Clone)]
pub struct Paper {
    /// `invoice`, `pod` or `other`.
    pub kind: String,
    /// The file's name, as the machine it comes from calls it.
    pub file_name: String,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// What was recorded.
#[derive(Debug, Clone, Serialize)]
pub struct PaperKept {
    /// Customer number.
    pub account: String,
    /// The document it is attached to.
    pub document: String,
    /// The attachment.
    pub attachment: String,
    /// `attached` or `unchanged`.
    pub state: &'static str,
}

/// The papers of an account.
#[derive(Debug, Clone, Serialize)]
pub struct Attachments {
    /// Customer number.
    pub account: String,
    /// Oldest first.
    pub attachments: Vec<AttachmentView>,
    /// Where copies lie outside the book.
    pub links: PaperLinks,
}

/// Attaches a paper to the document of the account `code`; the same bytes as the same kind again are no change. Refused are
/// a kind that is none, a file that is empty or larger than [`MOST_BYTES`], and one that is no PDF, PNG or JPEG.
pub async fn attach_document(desk: &Desk, code: &str, document: &str, paper: &Paper, on: Date) -> Result<PaperKept> {
    desk.may(Action::AttachDocument)?;
    let refused = |what, value: &str, why: String| Refusal::BadValue { what, value: value.into(), why };
    if !KINDS.contains(&paper.kind.as_str()) {
        return Err(refused("kind", &paper.kind, format!("use one of {}", KINDS.join(", "))).into());
    }
    let name = plain_name(&paper.file_name);
    if paper.bytes.len() > MOST_BYTES {
        let why = format!("it has {} bytes; a paper may have {MOST_BYTES}", paper.bytes.len());
        return Err(refused("file", &name, why).into());
    }
    let media_type = media_type_of(&paper.bytes)
        .ok_or_else(|| refused("file", &name, "its content is no PDF, PNG or JPEG, whatever it is called".into()))?;
    let sha256 = Sha256::digest(&paper.bytes).into();
    desk.retrying(|| async {
        let mut recording = desk.record("attach", on).await?;
        let account = account_of(&mut recording, code).await?;
        let item = item_of(&mut recording, &account, document).await?.item;
        let row = NewAttachment {
            account: account.account,
            item,
            kind: paper.kind.clone(),
            file_name: name.clone(),
            media_type: media_type.into(),
            sha256,
            bytes: paper.bytes.clone(),
        };
        let (attachment, new) = recording.attach(&row).await?;
        recording.commit().await?;
        let state = if new { "attached" } else { "unchanged" };
        Ok(PaperKept { account: code.into(), document: document.into(), attachment: attachment.to_string(), state })
    })
    .await
}

/// Takes a paper off again; `false` when the account has none of that id. Its bytes are gone for good.
pub async fn detach_document(desk: &Desk, code: &str, attachment: &str, on: Date) -> Result<bool> {
    desk.may(Action::AttachDocument)?;
    let id = entry_of("attachment", attachment)?;
    desk.retrying(|| async {
        let mut recording = desk.record("detach", on).await?;
        let account = account_of(&mut recording, code).await?.account;
        let removed = recording.detach(account, id).await?;
        recording.commit().await?;
        Ok(removed)
    })
    .await
}

/// The papers of the account `code`.
pub async fn attachments(desk: &Desk, code: &str) -> Result<Attachments> {
    let mut reading = desk.book.read().await?;
    let account = reading.account(code).await?.ok_or_else(|| Refusal::UnknownAccount(code.into()))?;
    let attachments = reading.attachments(account.entry).await?;
    Ok(Attachments { account: account.account, attachments, links: PaperLinks::of(desk) })
}

/// One paper with its bytes; refused when the account has none of that id, or its bytes are erased.
pub async fn attached_file(desk: &Desk, code: &str, attachment: &str) -> Result<(AttachmentView, Vec<u8>)> {
    let id = entry_of("attachment", attachment)?;
    let mut reading = desk.book.read().await?;
    let account = reading.account(code).await?.ok_or_else(|| Refusal::UnknownAccount(code.into()))?;
    let found = reading.attachments(account.entry).await?.into_iter().find(|row| row.attachment == id);
    let bytes = reading.attachment_bytes(account.entry, id).await?;
    let gone = || Refusal::NotFound { what: "attachment", id: attachment.into() };
    Ok(found.zip(bytes).ok_or_else(gone)?)
}

/// What the first bytes say a file is; `None` for what is not taken.
fn media_type_of(bytes: &[u8]) -> Option<&'static str> {
    let kinds: [(&[u8], &str); 3] =
        [(b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg")];
    kinds.into_iter().find(|(begins, _)| bytes.starts_with(begins)).map(|(_, kind)| kind)
}

/// The last part of a path, without what could steer a terminal or a header, and not without end.
fn plain_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = last.chars().filter(|sign| !sign.is_control() && *sign != '"').take(NAME_LENGTH).collect();
    if plain.trim().is_empty() { "unnamed".into() } else { plain.trim().into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_is_its_bytes_say_and_not_its_name() {
        assert_eq!(media_type_of(b"%PDF-1.7 ..."), Some("application/pdf"));
        assert_eq!(media_type_of(b"\x89PNG\r\n\x1a\n..."), Some("image/png"));
        assert_eq!(media_type_of(b"\xff\xd8\xff\xe0"), Some("image/jpeg"));
        assert_eq!(media_type_of(b"<html><script>"), None);
        assert_eq!(media_type_of(b""), None);
    }

    #[test]
    fn a_name_loses_its_path_and_its_controls() {
        assert_eq!(plain_name("C:\\papers\\../INV 1.pdf"), "INV 1.pdf");
        assert_eq!(plain_name("a\r\nSet-Cookie: x\".pdf"), "aSet-Cookie: x.pdf");
        assert_eq!(plain_name("papers/"), "unnamed");
    }
}
