//! Remittance advices: reading files of them, and those that wait for their receipt.

use dunwell_desk::cash::clear_remittance::{dismiss_remittance, join_remittance, release_remittance};
use dunwell_desk::cash::import_remittance::{
    RemittanceFileReport, RemittanceReport, RemittanceRequest, import_remittances, waiting_remittances,
};
use dunwell_desk::formats::remittance::AdviceFormat;
use dunwell_desk::formats::remittance::advice_table::AdviceProfile;
use dunwell_desk::import::ImportFile;
use dunwell_store::views::remittances::RemittanceView;

use super::cash::{money_list as list, place};
use super::import::{Bar, named_format, nothing_kept, profile_text};
use crate::cli::cash::Remittance;
use crate::cli::{Cli, Import};
use crate::output::{Failure, Output, table};
use crate::place::desk;

/// The shipped profile of tables.
const PLAIN: &str = "remittance-plain";

/// `import remittance`: exit 3 when a file or an advice of one was refused.
pub(crate) async fn import_remittance(
    cli: &Cli,
    out: Output,
    asked: &Import,
    files: Vec<ImportFile>,
) -> Result<bool, Failure> {
    let format =
        named_format(asked.format.as_deref(), "format of remittance advices", &AdviceFormat::ALL, AdviceFormat::name)?;
    let profile = match asked.profile.as_deref() {
        None | Some(PLAIN) => None,
        Some(name) => {
            let text = profile_text(name, &[PLAIN])?;
            Some(AdviceProfile::parse(&text).map_err(|error| Failure::usage(format!("{name}, {error}")))?)
        }
    };
    let desk = desk(cli).await?;
    let on = asked.on.by_today(&desk)?;
    let bar = Bar::of_work(out, format!("{} files of remittance", files.len()));
    let accept_totals = asked.accept_totals.clone();
    let (dry_run, strict) = (asked.dry_run, asked.strict);
    let request =
        RemittanceRequest { format, profile, accept_totals, dry_run, strict, ..RemittanceRequest::new(files, on) };
    let report = import_remittances(&desk, &request).await?;
    bar.done();
    // Somebody may have kept another version of an advice between the look at the files and their keeping.
    let refused = report.is_refused();
    let kept = report.advices > 0;
    out.answer(&report, |report| report_words(report, nothing_kept(asked, refused && !kept)));
    Ok(!refused)
}

fn report_words(report: &RemittanceReport, kept_nothing: Option<&str>) -> String {
    let mut text: String = report.files.iter().map(file_words).collect();
    if let Some(words) = kept_nothing {
        return text + words;
    }
    text.push_str(&format!(
        "{} kept; {} belong to a receipt, {} applied ({}), {} to be looked at; {} wait for theirs\n",
        advices(report.advices),
        report.joined,
        report.applied,
        list(&report.applied_amount),
        report.exceptions,
        report.waiting,
    ));
    if report.waiting > 0 {
        text.push_str("`dunwell remittances` shows them.\n");
    }
    text
}

fn advices(count: impl std::fmt::Display) -> String {
    let count = count.to_string();
    if count == "1" { "1 advice".into() } else { format!("{count} advices") }
}

fn file_words(file: &RemittanceFileReport) -> String {
    let format = if file.format.is_empty() { "no format that is read" } else { &file.format };
    let mut text = format!(
        "{}: {format}, {} of {}, {}, {} told before{}\n",
        file.file,
        advices(file.advices),
        list(&file.amounts),
        if file.lines == 1 { "1 line".to_owned() } else { format!("{} lines", file.lines) },
        file.duplicate_advices,
        file.import.as_ref().map(|import| format!(" (import {import})")).unwrap_or_default(),
    );
    for (word, problems) in [("refused", &file.problems), ("not kept", &file.rejected), ("", &file.warnings)] {
        for problem in problems {
            let place = place(word, problem.line);
            text.push_str(&format!("  {place}{} ({})\n", problem.message, problem.code));
        }
    }
    text
}

/// `remittances`.
pub(crate) async fn remittances(cli: &Cli, out: Output, limit: Option<usize>) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let listed = waiting_remittances(&desk, None, limit).await?;
    out.answer(&listed, |listed| words(&listed.remittances));
    Ok(())
}

/// `remittance …`.
pub(crate) async fn remittance(cli: &Cli, out: Output, asked: &Remittance) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let view = match asked {
        Remittance::Join { advice, receipt, on } => {
            join_remittance(&desk, advice, receipt, on.by_today(&desk)?).await?
        }
        Remittance::Dismiss { advice, reason, on } => {
            dismiss_remittance(&desk, advice, reason, on.by_today(&desk)?).await?
        }
        Remittance::Release { advice, on } => release_remittance(&desk, advice, on.by_today(&desk)?).await?,
    };
    out.answer(&view, |view| {
        let state = match (view.receipt, view.dismissed_on) {
            (Some(receipt), _) => format!("explains receipt {receipt}"),
            (None, Some(day)) => format!("was dismissed on {day}"),
            (None, None) => "waits for its receipt".to_owned(),
        };
        format!("Advice {} of {} {state}.", view.advice, view.amount)
    });
    Ok(())
}

fn words(waiting: &[RemittanceView]) -> String {
    if waiting.is_empty() {
        return "No remittance advice waits for its receipt.\n".into();
    }
    let rows: Vec<Vec<String>> = waiting
        .iter()
        .map(|advice| {
            let word =
                |name: &str| advice.words.as_ref().and_then(|words| words.get(name)).and_then(|list| list.as_array());
            let payer = word("payer").and_then(|names| names.first()).and_then(|name| name.as_str()).unwrap_or("");
            let paid_on = advice.paid_on.map(|day| format!("paid {day}")).unwrap_or_default();
            let lines = word("remittance").map_or(0, Vec::len);
            vec![
                advice.advice.to_string(),
                advice.amount.to_string(),
                advice.reference.clone(),
                payer.to_owned(),
                paid_on,
                format!("{lines} lines"),
                format!("read {}, {}", advice.day, advice.file.as_deref().unwrap_or("")),
            ]
        })
        .collect();
    table(&rows, &[1])
}
