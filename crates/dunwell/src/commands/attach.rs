//! Papers attached to documents.

use dunwell_desk::Refusal;
use dunwell_desk::attach_document::{Paper, attach_document, detach_document};
use serde_json::json;

use crate::cli::Cli;
use crate::cli::look::Attach;
use crate::output::{Failure, Output, table};
use crate::place::desk;

/// `attach`.
pub(crate) async fn attach(cli: &Cli, out: Output, asked: &Attach) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let on = asked.on.in_book(&desk);
    let Some(path) = asked.file.as_ref().filter(|_| !asked.off) else {
        if !detach_document(&desk, &asked.account, &asked.document, on).await? {
            return Err(Refusal::NotFound { what: "attachment", id: asked.document.clone() }.into());
        }
        let answer = json!({ "account": asked.account, "attachment": asked.document, "state": "removed" });
        out.answer(&answer, |_| format!("Attachment {} of {} is taken off.", asked.document, asked.account));
        return Ok(());
    };
    let bytes = std::fs::read(path).map_err(|error| Failure::io(path.display(), &error))?;
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let paper = Paper { kind: asked.kind.clone(), file_name, bytes };
    let kept = attach_document(&desk, &asked.account, &asked.document, &paper, on).await?;
    out.answer(&kept, |kept| format!("{} of {}: {} {}.", kept.document, kept.account, kept.state, kept.attachment));
    Ok(())
}

/// `attachments`.
pub(crate) async fn attachments(cli: &Cli, out: Output, account: &str) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let papers = dunwell_desk::attach_document::attachments(&desk, account).await?;
    out.answer(&papers, |papers| {
        let row = |paper: &dunwell_store::views::attachments::AttachmentView| {
            let name = paper.file_name.clone().unwrap_or_else(|| "erased".into());
            vec![
                paper.attachment.to_string(),
                paper.document.clone(),
                paper.kind.clone(),
                name,
                paper.size.to_string(),
                paper.added_on.to_string(),
            ]
        };
        let rows: Vec<Vec<String>> = papers.attachments.iter().map(row).collect();
        if rows.is_empty() { format!("No papers at {}.", papers.account) } else { table(&rows, &[4]) }
    });
    Ok(())
}
