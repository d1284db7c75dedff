//! The day: the bank feed, who holds which account, the run, the worklist, one account, why, and the notices to send.

use std::path::Path;

use dunwell_desk::Desk;
use dunwell_desk::assign_accounts::{AssignReport, assign_accounts};
use dunwell_desk::daily_run::{RunReport, daily_run};
use dunwell_desk::documents::Renderer;
use dunwell_desk::documents::model::NoticeDocument;
use dunwell_desk::look;
use dunwell_desk::look::account::AccountView;
use dunwell_desk::look::why::Why;
use dunwell_desk::look::worklist::Worklist;
use dunwell_desk::read_bank_statement::read_bank_statement;
use dunwell_desk::rules::calendar::Date;
use serde::Serialize;

use crate::cli::{Cli, On};
use crate::output::{Failure, Output, table};
use crate::place::{as_of_bank_file, desk};

/// `run`.
pub(crate) async fn run(cli: &Cli, out: Output, on: On, dry_run: bool) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let report = daily_run(&desk, on.in_book(&desk), dry_run).await?;
    out.answer(&report, |report| run_words(report, dry_run));
    Ok(())
}

/// The report of a run in words.
pub(crate) fn run_words(report: &RunReport, dry_run: bool) -> String {
    if report.days.is_empty() {
        return format!("{} is no business day: nothing to do.", report.on);
    }
    let verb = if dry_run { "Would decide" } else { "Decided" };
    let mut rows = Vec::new();
    for (kind, counts) in
        [("take", &report.decisions.take), ("propose", &report.decisions.propose), ("wait", &report.decisions.wait)]
    {
        rows.extend(counts.iter().map(|(name, count)| vec![kind.to_string(), name.clone(), count.to_string()]));
    }
    let days = match report.days.as_slice() {
        [only] => only.clone(),
        [first, .., last] => format!("{first} to {last} ({} days)", report.days.len()),
        [] => String::new(),
    };
    let withdrawn = match report.withdrawn {
        0 => String::new(),
        1 => "\n1 request or task is withdrawn: nothing it asks for is open any more.".to_string(),
        many => format!("\n{many} requests and tasks are withdrawn: nothing they ask for is open any more."),
    };
    format!(
        "{verb} {} accounts for {days}; {} have something past due.\n{}{} notices, {} tasks, {} requests for approval.{withdrawn}",
        report.accounts,
        report.past_due_accounts,
        table(&rows, &[2]),
        report.notices,
        report.tasks,
        report.approvals,
    )
}

/// Rows of a list shown to a person at most; with `--json` there are all.
const SHOWN: usize = 50;

/// `assign`.
pub(crate) async fn assign(cli: &Cli, out: Output, on: On, dry_run: bool) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let report = assign_accounts(&desk, on.in_book(&desk), dry_run).await?;
    out.answer(&report, |report| assign_words(report, dry_run));
    Ok(())
}

fn assign_words(report: &AssignReport, dry_run: bool) -> String {
    let nobody = || "nobody".to_string();
    let changed = report.assigned.iter().take(SHOWN).map(|row| {
        let (from, to) = (row.from.clone().unwrap_or_else(nobody), row.to.clone().unwrap_or_else(nobody));
        vec![row.account.clone(), from, "->".into(), to, row.because.clone()]
    });
    let mut text = table(&changed.collect::<Vec<_>>(), &[]);
    if report.assigned.len() > SHOWN {
        text.push_str(&format!("and {} more; --json lists them all\n", report.assigned.len() - SHOWN));
    }
    let verb = if dry_run { "would change" } else { "changed" };
    text.push_str(&format!(
        "{} accounts {verb} hands; {} are nobody's.\n",
        report.assigned.len(),
        report.unassigned.len()
    ));
    let load =
        report.load.iter().map(|load| vec![load.collector.clone(), load.accounts.to_string(), "accounts".into()]);
    text.push_str(&table(&load.collect::<Vec<_>>(), &[1]));
    text
}

/// `bank-statement`.
pub(crate) async fn bank_statement(cli: &Cli, out: Output, on: On) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let read = read_bank_statement(&desk, on.in_book(&desk), On { day: None }.in_book(&desk)).await?;
    out.answer(&read, |read| match read.state {
        "recorded" => format!("The bank's statement of {} was read.", read.on),
        _ => format!("A bank statement of {} or later was read already.", read.on),
    });
    Ok(())
}

/// `worklist`.
pub(crate) async fn worklist(
    cli: &Cli,
    out: Output,
    collector: Option<&str>,
    on: On,
    limit: Option<usize>,
) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let list = look::worklist::worklist(&desk, collector, on.in_book(&desk), limit).await?;
    out.answer(&list, |list| worklist_words(out, list) + &as_of_bank_file(&desk));
    Ok(())
}

/// A worklist in words, one block a collector.
pub(crate) fn worklist_words(out: Output, list: &Worklist) -> String {
    let mut text = String::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut whose = None;
    for task in &list.tasks {
        let name = task.collector.clone().unwrap_or_else(|| "nobody's".into());
        if whose.as_ref() != Some(&name) {
            text.push_str(&table(&std::mem::take(&mut rows), &[0, 3, 4]));
            text.push_str(&format!("{}\n", out.heading(&format!("{name} · {}", list.on))));
            whose = Some(name);
        }
        let points: Vec<String> = task.points.iter().map(|p| format!("{} {:+}", p.rule, p.points)).collect();
        rows.push(vec![
            task.rank.to_string(),
            task.account.clone(),
            task.name.clone().unwrap_or_default(),
            task.to_collect.to_string(),
            format!("{} days", task.oldest_days_past_due),
            task.next_action.clone(),
            task.reason.clone(),
            format!("{} points: {}", task.total_points, points.join(", ")),
        ]);
    }
    text.push_str(&table(&rows, &[0, 3, 4]));
    for task in &list.book_tasks {
        text.push_str(&format!("For the book: {} (task {}).\n", task.next_action, task.task));
    }
    if text.is_empty() { format!("Nothing to do on {}.", list.on) } else { text }
}

/// `account`.
pub(crate) async fn account(cli: &Cli, out: Output, code: &str, on: On) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let view = look::account::account(&desk, code, on.in_book(&desk)).await?;
    out.answer(&view, |view| account_words(out, view) + &as_of_bank_file(&desk));
    Ok(())
}

fn account_words(out: Output, view: &AccountView) -> String {
    let name = view.name.as_deref().unwrap_or("(no name)");
    let mut text = format!("{}\n", out.heading(&format!("{} {name} · {}", view.account, view.on)));
    for currency in &view.currencies {
        let figures = [
            ("to collect", currency.collectible),
            ("past due", currency.past_due),
            ("balance", currency.balance),
            ("disputed", currency.disputed),
            ("promised", currency.promised),
            ("unapplied", currency.unapplied),
        ];
        let figures: Vec<_> = figures.map(|(what, money)| vec![what.to_string(), money.to_string()]).into();
        text.push_str(&table(&figures, &[1]));
        let mut rows = vec![["document", "kind", "date", "due", "days", "open", "disputed"].map(String::from).to_vec()];
        rows.extend(currency.items.iter().map(|item| {
            let due = item.due.clone().unwrap_or_default();
            let days = item.days_past_due.to_string();
            let (open, disputed) = (item.open.to_string(), item.disputed.to_string());
            vec![item.document.clone(), item.kind.clone(), item.date.clone(), due, days, open, disputed]
        }));
        text.push_str(&table(&rows, &[4, 5, 6]));
        let flags = currency.assessment.flags.iter().map(|flag| format!("{}: {}\n", flag.flag.code(), flag.because));
        text.extend(flags);
        let next = &currency.next_action;
        text.push_str(&format!(
            "{} {} ({}): {}\n",
            next.action,
            next.step.clone().unwrap_or_default(),
            next.rule,
            next.reasons.join("; ")
        ));
    }
    text
}

/// `why`.
pub(crate) async fn why(cli: &Cli, out: Output, code: &str, on: On) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let why = look::why::why(&desk, code, on.in_book(&desk)).await?;
    out.answer(&why, |why| why_words(out, why));
    Ok(())
}

fn why_words(out: Output, why: &Why) -> String {
    let step = why.step.as_ref().map(|step| format!(" {step}")).unwrap_or_default();
    let standing = if why.recorded { "recorded" } else { "not recorded" };
    let heading = format!("{} {} · {}: {}{step}", why.account, why.currency, why.on, why.decision);
    let mut text = format!("{} ({}, {standing})\n", out.heading(&heading), why.rule);
    for reason in &why.reasons {
        text.push_str(&format!("  {reason}\n"));
    }
    let cites = why.cites.iter().map(|cite| {
        vec!["  rests on".into(), cite.document.clone(), cite.amount.to_string(), format!("entry {}", cite.entry)]
    });
    text.push_str(&table(&cites.collect::<Vec<_>>(), &[2]));
    let others = why.not_chosen.iter().map(|other| vec![format!("  not {}", other.rule), other.because.clone()]);
    text.push_str(&table(&others.collect::<Vec<_>>(), &[]));
    for other in &why.others {
        text.push_str(&why_words(out, other));
    }
    text
}

/// One notice written to a folder.
#[derive(Debug, Serialize)]
pub(crate) struct WrittenNotice {
    account: String,
    step: String,
    amount: String,
    currency: String,
    missing: Vec<String>,
    state: String,
    file: Option<String>,
}

/// The notices of a day.
#[derive(Debug, Serialize)]
pub(crate) struct WrittenNotices {
    on: String,
    /// By account.
    pub(crate) notices: Vec<WrittenNotice>,
}

/// `notices`: renders the frozen notices of a day. A notice whose people were erased has no text left to print.
pub(crate) async fn notices(cli: &Cli, out: Output, on: On, directory: &Path) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let written = write_notices(&desk, on.in_book(&desk), directory).await?;
    out.answer(&written, |written| {
        let rows: Vec<_> = written
            .notices
            .iter()
            .map(|notice| {
                let file = notice.file.clone().unwrap_or_else(|| "erased".into());
                let amount = format!("{} {}", notice.amount, notice.currency);
                vec![notice.account.clone(), notice.step.clone(), amount, notice.state.clone(), file]
            })
            .collect();
        if rows.is_empty() { format!("No notices on {}.", written.on) } else { table(&rows, &[2]) }
    });
    Ok(())
}

/// Renders the notices of a day into a folder, one PDF each.
pub(crate) async fn write_notices(desk: &Desk, on: Date, directory: &Path) -> Result<WrittenNotices, Failure> {
    let frozen = desk.book.read().await?.notices(on).await?;
    std::fs::create_dir_all(directory).map_err(|error| Failure::io(directory.display(), &error))?;
    let renderer = Renderer::new();
    let mut written = WrittenNotices { on: on.to_string(), notices: Vec::new() };
    for notice in frozen {
        let document = notice.content.as_deref().map(serde_json::from_str::<NoticeDocument>).transpose();
        let document = document.map_err(|error| Failure::Fault(format!("notice {}: {error}", notice.notice)))?;
        let file = match &document {
            None => None,
            Some(document) => {
                let pdf = renderer.notice_pdf(document).map_err(|error| Failure::Fault(error.to_string()))?;
                let path = directory.join(format!("{}.pdf", file_name(&document.number)));
                std::fs::write(&path, pdf).map_err(|error| Failure::io(path.display(), &error))?;
                Some(path.display().to_string())
            }
        };
        written.notices.push(WrittenNotice {
            account: notice.account,
            step: notice.step,
            amount: notice.amount.amount,
            currency: notice.amount.currency,
            missing: notice.missing,
            state: notice.state,
            file,
        });
    }
    Ok(written)
}

/// A notice number as a file name: whatever could be a path becomes an underscore.
fn file_name(number: &str) -> String {
    number.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect()
}
