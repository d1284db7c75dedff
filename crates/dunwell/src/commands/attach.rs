//! Papers attached to documents.

use dunwell_desk::Refusal;
use dunwell_desk::attach_document::{MOST_BYTES, Paper, attach_document, detach_document};
use dunwell_desk::attach_folder::{FileTaken, FilesTaken, NamePattern, attach_by_name, may_attach};
use serde_json::json;

use crate::cli::Cli;
use crate::cli::look::{Attach, AttachFolder};
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

/// `attach-folder`: exit 3 when a file was left alone.
pub(crate) async fn attach_folder(cli: &Cli, out: Output, asked: &AttachFolder) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let on = asked.on.in_book(&desk);
    may_attach(&desk, &asked.kind)?;
    let pattern = NamePattern::parse(&asked.pattern)?;
    let unreadable = |error: std::io::Error| Failure::io(asked.folder.display(), &error);
    let entries = std::fs::read_dir(&asked.folder).map_err(unreadable)?.collect::<Result<Vec<_>, _>>();
    let mut paths: Vec<_> = entries.map_err(unreadable)?.into_iter().map(|entry| entry.path()).collect();
    paths.retain(|path| path.is_file());
    paths.sort();
    let mut taken = FilesTaken::default();
    for path in paths {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let size = path.metadata().map_or(0, |metadata| metadata.len());
        if size > MOST_BYTES as u64 {
            let message = format!("it has {size} bytes; a paper may have {MOST_BYTES}");
            taken.add(FileTaken { file: name, state: "refused", account: None, document: None, message });
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|error| Failure::io(path.display(), &error))?;
        let paper = Paper { kind: asked.kind.clone(), file_name: name, bytes };
        taken.add(attach_by_name(&desk, &pattern, &paper, asked.dry_run, on).await?);
    }
    let clean = taken.left == 0;
    out.answer(&taken, |taken| folder_words(taken, asked.dry_run));
    if clean { Ok(()) } else { Err(Failure::Said(3)) }
}

fn folder_words(taken: &FilesTaken, dry_run: bool) -> String {
    let begin = if dry_run { "Nothing kept: " } else { "" };
    let mut text =
        format!("{begin}{} attached, {} there already, {} left alone.\n", taken.attached, taken.unchanged, taken.left);
    let left = taken.files.iter().filter(|file| !file.message.is_empty());
    let rows: Vec<Vec<String>> =
        left.map(|file| vec![file.file.clone(), file.state.replace('_', " "), file.message.clone()]).collect();
    text.push_str(&table(&rows, &[]));
    text
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
