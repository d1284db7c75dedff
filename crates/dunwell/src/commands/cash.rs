//! Cash: bank files, the receipts a person is asked about, and what they say.

use dunwell_desk::cash::clear_exception::{
    CashException, Proposal, ReceiptMatched, ReceiptStands, cash_exceptions, cash_receipt, match_receipt,
    unmatch_receipt,
};
use dunwell_desk::cash::import_bank_file::{BankFileReport, BankReport, BankRequest, import_bank_files};
use dunwell_desk::formats::bank::Format;
use dunwell_desk::import::ImportFile;
use dunwell_desk::rules::money::Money;
use serde::Serialize;

use crate::cli::cash::{Exceptions, Match};
use crate::cli::{Cli, Import, On};
use crate::output::{Failure, Output, table};
use crate::place::desk;

/// Exceptions listed when nobody says how many, and at most.
const LISTED: usize = 50;
const AT_MOST: usize = 200;

/// `import bank`: exit 3 when a file was refused.
pub(crate) async fn import_bank(
    cli: &Cli,
    out: Output,
    asked: &Import,
    files: Vec<ImportFile>,
) -> Result<bool, Failure> {
    let format = match asked.format.as_str() {
        "auto" => None,
        name => Some(Format::from_name(name).ok_or_else(|| {
            let names: Vec<&str> = Format::ALL.iter().map(|format| format.name()).collect();
            Failure::usage(format!("there is no bank format '{name}'; there are auto, {}", names.join(", ")))
        })?),
    };
    let desk = desk(cli).await?;
    let on = asked.on.in_book(&desk);
    let accept_totals = asked.accept_totals.clone();
    let request = BankRequest { files, format, accept_totals, on, dry_run: asked.dry_run };
    let report = import_bank_files(&desk, &request).await?;
    out.answer(&report, |report| report_words(report, asked.dry_run));
    Ok(!report.is_refused())
}

fn list(amounts: &[Money]) -> String {
    let words: Vec<String> = amounts.iter().map(Money::to_string).collect();
    if words.is_empty() { "nothing".into() } else { words.join(" + ") }
}

fn report_words(report: &BankReport, dry_run: bool) -> String {
    let mut text = String::new();
    for file in &report.files {
        text.push_str(&file_words(file));
    }
    if dry_run {
        text.push_str("Dry run, nothing kept.\n");
        return text;
    }
    text.push_str(&format!(
        "{} receipts, {}: {} applied ({}), {} with something on account, {} to be looked at\n",
        report.receipts,
        list(&report.received),
        report.applied,
        list(&report.applied_amount),
        report.on_account,
        report.exceptions,
    ));
    if report.exceptions > 0 {
        text.push_str("`dunwell exceptions` shows them.\n");
    }
    text
}

fn file_words(file: &BankFileReport) -> String {
    let format = file.format.unwrap_or("no format that is read");
    let mut text = format!(
        "{}: {format}, {} statements, {} entries, credits {}, debits {}, {} told before{}\n",
        file.file,
        file.statements,
        file.entries,
        list(&file.credits),
        list(&file.debits),
        file.duplicate_entries,
        file.import.as_ref().map(|import| format!(" (import {import})")).unwrap_or_default(),
    );
    for problem in &file.problems {
        text.push_str(&format!("  refused, line {}: {} ({})\n", problem.line, problem.message, problem.code));
    }
    for warning in &file.warnings {
        text.push_str(&format!("  line {}: {} ({})\n", warning.line, warning.message, warning.code));
    }
    text
}

#[derive(Serialize)]
struct Listed {
    exceptions: Vec<CashException>,
}

/// `exceptions`.
pub(crate) async fn exceptions(cli: &Cli, out: Output, asked: &Exceptions) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let exceptions = match &asked.receipt {
        Some(receipt) => vec![cash_receipt(&desk, receipt).await?],
        None => {
            let most = asked.limit.unwrap_or(LISTED).clamp(1, AT_MOST);
            cash_exceptions(&desk, None, i64::try_from(most).unwrap_or(200)).await?
        }
    };
    out.answer(&Listed { exceptions }, |listed| words(&listed.exceptions));
    Ok(())
}

fn words(exceptions: &[CashException]) -> String {
    if exceptions.is_empty() {
        return "No receipt is asked about.".into();
    }
    let mut text = String::new();
    for exception in exceptions {
        let receipt = &exception.receipt;
        let whose = receipt.account.as_deref().unwrap_or("nobody's");
        let since = receipt.asked_on.map(|day| format!(" since {day}")).unwrap_or_default();
        text.push_str(&format!(
            "{}  {} of {}, {whose}: {}{since}\n",
            receipt.receipt,
            receipt.unapplied,
            receipt.value_on,
            if receipt.asked.is_empty() { "nothing is asked".into() } else { receipt.asked.join(", ") },
        ));
        let rows: Vec<Vec<String>> = exception
            .payers
            .iter()
            .flat_map(|payer| {
                let evidence = payer.evidence.join(" ");
                let bare = vec![format!("  {}", payer.account), evidence.clone(), String::new(), String::new()];
                let row = move |proposal: &Proposal| {
                    let lines = proposal.lines.iter().map(|line| format!("{} {}", line.document, line.pays));
                    let lines: Vec<String> = lines.collect();
                    let sure = format!("{} {} %", proposal.rule, proposal.confidence);
                    vec![format!("  {}", payer.account), evidence.clone(), sure, lines.join(", ")]
                };
                if payer.proposals.is_empty() { vec![bare] } else { payer.proposals.iter().map(row).collect() }
            })
            .collect();
        text.push_str(&table(&rows, &[]));
    }
    text
}

/// `match`.
pub(crate) async fn match_(cli: &Cli, out: Output, asked: &Match) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let document = |text: &String| match text.rsplit_once('=') {
        Some((document, amount)) => (document.to_owned(), Some(amount.to_owned())),
        None => (text.clone(), None),
    };
    let said = ReceiptMatched {
        account: asked.account.clone(),
        documents: asked.documents.iter().map(document).collect(),
        on_account: asked.on_account,
        learn: asked.learn,
    };
    let stands = match_receipt(&desk, &asked.receipt, &said, asked.on.in_book(&desk)).await?;
    out.answer(&stands, stands_words);
    Ok(())
}

/// `unmatch`.
pub(crate) async fn unmatch(cli: &Cli, out: Output, receipt: &str, on: On) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let stands = unmatch_receipt(&desk, receipt, on.in_book(&desk)).await?;
    out.answer(&stands, stands_words);
    Ok(())
}

fn stands_words(stands: &ReceiptStands) -> String {
    let whose = stands.account.as_deref().unwrap_or("nobody's");
    let learned = match stands.learned.len() {
        0 => String::new(),
        _ => format!(" The payer is known by {} from now on.", stands.learned.join(" and ")),
    };
    format!("Receipt {} is {whose}: {} applied, {} not.{learned}", stands.receipt, stands.applied, stands.unapplied)
}
