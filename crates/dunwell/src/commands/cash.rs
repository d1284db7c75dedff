//! Cash: bank files, the receipts a person is asked about, and what they say.

use dunwell_desk::cash::clear_exception::{ReceiptMatched, ReceiptStands, match_receipt, unmatch_receipt};
use dunwell_desk::cash::clear_return::{ReturnShown, cash_return, cash_returns};
use dunwell_desk::cash::exceptions::{CashException, ReceiptShown, cash_receipt_in, exceptions_of};
use dunwell_desk::cash::foot_statements::statements_asked;
use dunwell_desk::cash::import_bank_file::{BankFileReport, BankReport, BankRequest, import_bank_files};
use dunwell_desk::cash::paid_refunds::refund_payments_asked;
use dunwell_desk::cash::payer_marks::{PayerMarks, forget_payer, payer_marks};
use dunwell_desk::cash::queue::{CashFigures, QuestionCount, QueueChoice, UnappliedSum, bank_files, cash_figures};
use dunwell_desk::cash::set_lines::LinePaid;
use dunwell_desk::formats::bank::{BankProfile, Format, StatementProfile, by_profile};
use dunwell_desk::import::ImportFile;
use dunwell_desk::rules::money::Money;
use dunwell_store::views::bank_statements::BankStatementView;
use dunwell_store::views::cash::{BankFileView, QueueOrder};
use dunwell_store::views::payers::PayerMarkView;
use dunwell_store::views::refund_payments::RefundPaymentView;
use serde::Serialize;

use super::import::{Bar, named_format, nothing_kept, profile_text};
use super::{receipt, returns, set_aside};
use crate::cli::cash::{Exceptions, Match, Payers};
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
    let format = named_format(asked.format.as_deref(), "bank format", &Format::ALL, Format::name)?;
    let desk = desk(cli).await?;
    let on = asked.on.by_today(&desk)?;
    let accept_totals = asked.accept_totals.clone();
    let profile = asked.profile.as_deref().map(bank_profile).transpose()?;
    let bar = Bar::of_work(out, format!("{} bank files", files.len()));
    let (dry_run, strict) = (asked.dry_run, asked.strict);
    let request = BankRequest { format, profile, accept_totals, dry_run, strict, ..BankRequest::new(files, on) };
    let report = import_bank_files(&desk, &request).await?;
    bar.done();
    let refused = report.is_refused();
    out.answer(&report, |report| {
        report_words(report, nothing_kept(asked, refused && report.files.iter().all(|file| file.bank_file.is_none())))
    });
    Ok(!refused)
}

/// A shipped profile of banks by name, or a TOML file.
fn bank_profile(name: &str) -> Result<BankProfile, Failure> {
    if let Some(profile) = StatementProfile::shipped(name) {
        return Ok(BankProfile::Statement(profile));
    }
    let shipped: Vec<&str> = by_profile::SHIPPED.iter().map(|(name, _)| *name).collect();
    let text = profile_text(name, &shipped)?;
    BankProfile::parse(&text).map_err(|error| Failure::usage(format!("{name}, {error}")))
}

/// Amounts of several currencies in words.
pub(crate) fn money_list(amounts: &[Money]) -> String {
    let words: Vec<String> = amounts.iter().map(Money::to_string).collect();
    if words.is_empty() { "nothing".into() } else { words.join(" + ") }
}

fn report_words(report: &BankReport, kept_nothing: Option<&str>) -> String {
    let mut text = String::new();
    for file in &report.files {
        text.push_str(&file_words(file));
    }
    if let Some(words) = kept_nothing {
        return text + words;
    }
    text.push_str(&format!(
        "{} receipts, {}: {} applied ({}), {} with something on account, {} to be looked at\n",
        report.receipts,
        money_list(&report.received),
        report.applied,
        money_list(&report.applied_amount),
        report.on_account,
        report.exceptions,
    ));
    text.push_str(&sums_words(report));
    let asked = report.returns - report.taken_back.min(report.returns);
    if report.returns > 0 {
        text.push_str(&format!("{} went back: {} receipts taken back\n", report.returns, report.taken_back));
    }
    let more: u64 = report.files.iter().filter_map(|file| Some(file.outcome.as_ref()?.said_more)).sum();
    if more > 0 {
        text.push_str(&format!("{more} told before have more words now, and were looked at again\n"));
    }
    if report.refunds_confirmed + report.refunds_returned > 0 {
        let (paid, back) = (report.refunds_confirmed, report.refunds_returned);
        text.push_str(&format!("Of our refunds the bank paid {paid}, and {back} came back\n"));
    }
    if report.refunds_asked > 0 {
        text.push_str(&format!("{} payments do not fit the refund they name\n", report.refunds_asked));
    }
    if report.statements_asked > 0 {
        text.push_str(&format!("{} bank statements do not account for their balances\n", report.statements_asked));
    }
    if report.exceptions + asked + report.statements_asked + report.refunds_asked > 0 {
        text.push_str("`dunwell exceptions` shows them.\n");
    }
    text
}

/// What was applied by which rule, and what is asked how often.
pub(crate) fn sums_words(report: &BankReport) -> String {
    let plural = |count: u64| format!("{count} receipt{}", if count == 1 { "" } else { "s" });
    let applied = report
        .by_rule
        .iter()
        .map(|by| vec![format!("  {}", by.rule), by.name.to_owned(), plural(by.receipts), money_list(&by.applied)]);
    let asked = report
        .asked
        .iter()
        .map(|asked| vec!["  asked".to_owned(), asked.question.to_owned(), plural(asked.receipts), String::new()]);
    table(&applied.chain(asked).collect::<Vec<_>>(), &[])
}

fn file_words(file: &BankFileReport) -> String {
    let format = file.format.unwrap_or("no format that is read");
    let mut text = format!(
        "{}: {format}, {} statements, {} entries, credits {}, debits {}, {} told before{}\n",
        file.file,
        file.statements,
        file.entries,
        money_list(&file.credits),
        money_list(&file.debits),
        file.duplicate_entries,
        file.import.as_ref().map(|import| format!(" (import {import})")).unwrap_or_default(),
    );
    for problem in &file.problems {
        let place = place("refused", problem.line);
        text.push_str(&format!("  {place}{} ({})\n", problem.message, problem.code));
        if ["unknown_format", "no_profile"].contains(&problem.code) {
            text.push_str("  --profile names a profile, one that ships or a file of your own.\n");
        }
    }
    for warning in &file.warnings {
        text.push_str(&format!("  {}{} ({})\n", place("", warning.line), warning.message, warning.code));
    }
    text
}

/// What stands before what is said of a file: what became of it, and the line, where it is of one and not of the whole file.
pub(crate) fn place(word: &str, line: u64) -> String {
    match (word, line) {
        ("", 0) => String::new(),
        (word, 0) => format!("{word}: "),
        ("", line) => format!("line {line}: "),
        (word, line) => format!("{word}, line {line}: "),
    }
}

#[derive(Serialize)]
struct Listed {
    exceptions: Vec<CashException>,
    /// Where not one question is asked for: returns that found no receipt, or several.
    returns: Vec<ReturnShown>,
    /// Likewise: final bank statements that do not foot.
    bank_statements: Vec<BankStatementView>,
    /// Likewise: payments of refunds of ours that do not fit them.
    refund_payments: Vec<RefundPaymentView>,
}

#[derive(Serialize)]
struct One {
    exceptions: [ReceiptShown; 1],
}

/// `exceptions`.
pub(crate) async fn exceptions(cli: &Cli, out: Output, asked: &Exceptions) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    if let Some(receipt) = &asked.receipt {
        if returns::exception(&desk, out, receipt).await? {
            return Ok(());
        }
        let one = One {
            exceptions: [cash_receipt_in(&desk, receipt, asked.account.as_deref(), asked.currency.as_deref()).await?],
        };
        out.answer(&one, |one| receipt::shown_words(&one.exceptions[0]));
        return Ok(());
    }
    if asked.totals {
        out.answer(&cash_figures(&desk).await?, figures_words);
        return Ok(());
    }
    if asked.set_aside {
        let most = asked.limit.unwrap_or(LISTED).clamp(1, AT_MOST);
        return set_aside::list(&desk, out, asked.cursor.as_deref(), most).await;
    }
    let order = QueueOrder::parse(&asked.order)
        .ok_or_else(|| Failure::usage(format!("there is no order '{}'; there are age and amount", asked.order)))?;
    let choice = QueueChoice { order, question: asked.question.as_deref().unwrap_or_default() };
    let most = asked.limit.unwrap_or(LISTED).clamp(1, AT_MOST);
    let exceptions = exceptions_of(&desk, choice, most).await?;
    let mut listed =
        Listed { exceptions, returns: Vec::new(), bank_statements: Vec::new(), refund_payments: Vec::new() };
    if asked.question.is_none() {
        let most = i64::try_from(most).unwrap_or(0);
        listed.returns = cash_returns(&desk, None, most).await?;
        listed.bank_statements = statements_asked(&desk, None, most).await?;
        listed.refund_payments = refund_payments_asked(&desk, None, most).await?;
    }
    out.answer(&listed, |listed| {
        let returns = listed.returns.iter().map(returns::return_words);
        let statements = listed.bank_statements.iter().map(returns::statement_words);
        let payments = listed.refund_payments.iter().map(returns::payment_words);
        let besides: String = returns.chain(statements).chain(payments).collect();
        if listed.exceptions.is_empty() && !besides.is_empty() {
            besides
        } else {
            receipt::words(&listed.exceptions) + &besides
        }
    });
    Ok(())
}

fn figures_words(figures: &CashFigures) -> String {
    let mut rows = vec![vec!["asked about".to_owned(), figures.asked.to_string(), money_list(&figures.asked_amount)]];
    let question =
        |of: &QuestionCount| vec![format!("  {}", of.question), of.receipts.to_string(), money_list(&of.amount)];
    rows.extend(figures.questions.iter().map(question));
    rows.push(vec!["nobody's".into(), String::new(), money_list(&figures.unidentified)]);
    let unapplied =
        |sum: &UnappliedSum| vec!["unapplied".into(), format!("{} accounts", sum.accounts), sum.amount.to_string()];
    rows.extend(figures.unapplied.iter().map(unapplied));
    let mut text = table(&rows, &[1, 2]);
    if let Some(file) = &figures.bank_file {
        text.push_str(&format!("Data as of bank file of {} ({})\n", file.day, file.file));
    }
    text
}

/// `bank-files`.
pub(crate) async fn files(cli: &Cli, out: Output, limit: Option<usize>, cursor: Option<&str>) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    out.answer(&bank_files(&desk, cursor, limit).await?, |read| {
        if read.files.is_empty() {
            return "No bank file was handed in.".into();
        }
        read.files.iter().map(handed_in_words).collect()
    });
    Ok(())
}

/// A file of the history: when and by whom it was handed in, what it tells, and what came of it.
fn handed_in_words(file: &BankFileView) -> String {
    let told = &file.detail["file"];
    let text = |told: &serde_json::Value| told.as_str().unwrap_or_default().to_owned();
    let mut words = format!(
        "{}  {}, {} by {}: {}, {} entries, {}\n",
        file.bank_file,
        file.file,
        file.day,
        file.by,
        told["format"].as_str().unwrap_or("no format that is read"),
        told["entries"],
        state_words(file),
    );
    for account in told["accounts"].as_array().into_iter().flatten() {
        let days = match (account["from"].as_str(), account["to"].as_str()) {
            (Some(from), Some(to)) => format!(", {from} to {to}"),
            _ => String::new(),
        };
        words.push_str(&format!("  account {}{days}\n", text(&account["account"])));
    }
    for problem in told["problems"].as_array().into_iter().flatten() {
        words.push_str(&format!("  refused: {} ({})\n", text(&problem["message"]), text(&problem["code"])));
    }
    if let Some(why) = file.detail["accepted_because"].as_str() {
        words.push_str(&format!("  totals wrong, accepted: {why}\n"));
    }
    words.push_str(&format!("  SHA-256 {}\n", file.sha256));
    words
}

/// What came of a file, in words.
fn state_words(file: &BankFileView) -> String {
    let import = file.import.map(|import| format!(" (import {import})")).unwrap_or_default();
    let Some(outcome) = file.outcome.as_ref().filter(|_| file.state == "read") else {
        return format!("{}{import}", file.state.replace('_', " "));
    };
    let counted = [
        ("receipts", "new"),
        ("returns", "went back"),
        ("told_before", "told before"),
        ("said_more", "of them with more words"),
        ("refunds_confirmed", "refunds paid"),
        ("refunds_returned", "refunds came back"),
        ("refunds_asked", "payments that do not fit their refund"),
    ];
    let parts: Vec<String> = counted
        .iter()
        .filter_map(|(name, words)| outcome[*name].as_u64().filter(|count| *count > 0).map(|count| (count, words)))
        .map(|(count, words)| format!("{count} {words}"))
        .collect();
    match (parts.is_empty(), outcome.as_object().is_none_or(serde_json::Map::is_empty)) {
        (true, true) => format!("read{import}"),
        (true, false) => format!("nothing new{import}"),
        (false, _) => parts.join(", ") + &import,
    }
}

/// `match`.
pub(crate) async fn match_(cli: &Cli, out: Output, asked: &Match) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    if let Some(reason) = &asked.set_aside {
        return set_aside::set(&desk, out, asked, reason).await;
    }
    if asked.takes_back.is_some() || asked.seen.is_some() || cash_return(&desk, &asked.receipt).await?.is_some() {
        return returns::match_(&desk, out, asked).await;
    }
    let document = |text: &String| match text.rsplit_once('=') {
        Some((document, amount)) => (document.to_owned(), Some(amount.to_owned())),
        None => (text.clone(), None),
    };
    let said = ReceiptMatched {
        account: asked.account.clone(),
        documents: asked.documents.iter().map(document).collect(),
        lines: asked.lines.iter().map(|text| line_paid(text)).collect::<Result<_, _>>()?,
        proposal: asked.proposal.clone(),
        currency: asked.currency.clone(),
        rate: asked.rate.clone(),
        as_it_is: asked.as_it_is,
        on_account: asked.on_account,
        learn: asked.learn,
        version: None,
    };
    let stands = match_receipt(&desk, &asked.receipt, &said, asked.on.by_today(&desk)?).await?;
    out.answer(&stands, stands_words);
    Ok(())
}

/// `412.3/1=50.00:price`: the item and its instalment, the amount, and why the rest was held back.
fn line_paid(text: &str) -> Result<LinePaid, Failure> {
    let (rest, held_back) = match text.split_once(':') {
        Some((rest, reason)) => (rest, Some(reason.to_owned())),
        None => (text, None),
    };
    let (place, amount) = match rest.split_once('=') {
        Some((place, amount)) => (place, Some(amount.to_owned())),
        None => (rest, None),
    };
    let place = place.split_once('/').and_then(|(item, line)| Some((item.to_owned(), line.parse().ok()?)));
    let (item, line) = place.ok_or_else(|| {
        Failure::usage(format!("'{text}' is no line: write it as `exceptions RECEIPT` shows it, as 412.3/1=50.00"))
    })?;
    Ok(LinePaid { item, line, amount, held_back })
}

/// `unmatch`.
pub(crate) async fn unmatch(cli: &Cli, out: Output, receipt: &str, on: On) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    if returns::unmatch(&desk, out, receipt, on).await? {
        return Ok(());
    }
    let stands = unmatch_receipt(&desk, receipt, None, on.by_today(&desk)?).await?;
    out.answer(&stands, stands_words);
    Ok(())
}

fn stands_words(stands: &ReceiptStands) -> String {
    let whose = stands.account.as_deref().unwrap_or("nobody's");
    let learned = match stands.learned.len() {
        0 => String::new(),
        _ => format!(" The payer is known by {} from now on.", stands.learned.join(" and ")),
    };
    let exchanged = stands.exchanged.as_ref().map(super::exchange::words).unwrap_or_default();
    let reopened: Vec<String> =
        stands.reopened.iter().map(|line| format!("{} of {}", line.amount, line.document)).collect();
    let reopened = match reopened.is_empty() {
        true => String::new(),
        false => format!(" Open again: {}.", reopened.join(", ")),
    };
    let short: String = stands.short.iter().map(|short| format!(" {}", receipt::short_words(short))).collect();
    format!(
        "Receipt {} is {whose}: {} applied, {} not.{exchanged}{learned}{reopened}{short}",
        stands.receipt, stands.applied, stands.unapplied
    )
}

/// `payers`.
pub(crate) async fn payers(cli: &Cli, out: Output, asked: &Payers) -> Result<(), Failure> {
    let desk = desk(cli).await?;
    let known = match &asked.forget {
        Some(mark) => forget_payer(&desk, &asked.account, mark, asked.on.in_book(&desk)).await?,
        None => payer_marks(&desk, &asked.account).await?,
    };
    out.answer(&known, payers_words);
    Ok(())
}

fn payers_words(known: &PayerMarks) -> String {
    if known.marks.is_empty() {
        return format!("{} is known by nothing but its name and number.", known.account);
    }
    let row = |mark: &PayerMarkView| {
        let forgotten = mark.forgotten_on.map(|day| format!("forgotten on {day}")).unwrap_or_default();
        let by = mark.forgotten_by.as_ref().map(|by| format!(" by {by}")).unwrap_or_default();
        vec![
            mark.mark.to_string(),
            mark.kind.replace('_', " "),
            mark.value.clone().unwrap_or_else(|| "erased".into()),
            format!("by {} on {}", mark.learned_by, mark.learned_on),
            forgotten + &by,
        ]
    };
    table(&known.marks.iter().map(row).collect::<Vec<_>>(), &[])
}
