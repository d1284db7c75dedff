//! Receipts in words: who paid, what they wrote, what is asked, who may have paid and what it would pay there.

use dunwell_desk::cash::exceptions::{CashException, OpenLine, PossiblePayer, Proposal, ReceiptShown};
use dunwell_desk::cash::figures::{AdviceSum, AskedFigures, Overpaid};
use dunwell_desk::cash::queue::paid_in_full_means;
use dunwell_desk::cash::short_lines::{ShortLine, ShortStands};
use dunwell_desk::rules::money::Money;
use dunwell_store::views::applied::PaidByView;
use dunwell_store::views::cash::ReceiptView;
use dunwell_store::views::told_elsewhere::ToldElsewhere;
use serde_json::Value;

use crate::output::table;

/// Lines of an advice that are named; the others are counted.
const ADVISED: usize = 8;

/// One receipt with what it is set against, and the open lines that it may pay.
pub(crate) fn shown_words(shown: &ReceiptShown) -> String {
    let mut text = words(std::slice::from_ref(&shown.exception));
    for applied in &shown.applied {
        text.push_str(&format!("  applied: {} on {}\n", applied.amount, applied.document));
    }
    text.push_str(&why_words(shown));
    for short in shown.short_of() {
        text.push_str(&format!("  short: {} of {} ({})\n", short.amount, short.document, short.why.replace('_', " ")));
    }
    text.push_str(&shown.short.iter().map(open_words).collect::<String>());
    text.push_str(&super::exchange::shown_words(shown));
    text.push_str(&shown.told_elsewhere.iter().map(|told| elsewhere_words(told, shown)).collect::<String>());
    let Some(account) = shown.looked_at.as_ref().filter(|_| !shown.lines.is_empty()) else { return text };
    text.push_str(&format!("Open at {}:\n", named(account, name_of(shown, account))));
    let row = |line: &OpenLine| {
        vec![
            format!("  {}/{}", line.item, line.line),
            line.document.clone(),
            line.due.to_string(),
            line.open.to_string(),
        ]
    };
    text.push_str(&table(&shown.lines.iter().map(row).collect::<Vec<_>>(), &[3]));
    text
}

/// Which receipts of another file may be the same money.
fn elsewhere_words(told: &ToldElsewhere, shown: &ReceiptShown) -> String {
    let this = shown.exception.receipt.receipt;
    let which = match told.receipts {
        1 => format!("receipt {} of {} is", told.receipt, told.booked_on),
        many => format!("{many} receipts of {}, {} the first, are together", told.booked_on, told.receipt),
    };
    let file = told.file.as_ref().map(|file| format!(" ({file})")).unwrap_or_default();
    format!("  perhaps told before: {which} of this amount{file}; if so, `match {this} --set-aside told_twice`\n")
}

/// Who set it against what it pays, and by which rule, how sure, and what speaks for the payer.
fn why_words(shown: &ReceiptShown) -> String {
    let Some(matched) = &shown.matched else { return String::new() };
    let by = if matched.by_hand { "matched by" } else { "applied by rule, in the name of" };
    let mut text = format!("  {by} {} on {}", matched.by, matched.on);
    let Some(because) = &shown.because else { return text + ", line by line\n" };
    let word = |name: &str| because[name].as_str().unwrap_or_default();
    if word("rule").starts_with("C-") {
        text.push_str(&format!(": rule {}, {} %", word("rule"), because["confidence"]));
    }
    let payer = because["payer"].as_array().into_iter().flatten().filter_map(Value::as_str);
    let payer: Vec<String> = payer.map(|code| code.replace('_', " ")).collect();
    if !payer.is_empty() {
        text.push_str(&format!(", payer known by {}", payer.join(" and ")));
    }
    if !word("payer_rule").is_empty() {
        text.push_str(&format!(" ({})", word("payer_rule")));
    }
    text + "\n"
}

/// What is missing on a line that it pays, with the line's name for a reason.
fn open_words(short: &ShortLine) -> String {
    let disputed = (!short.disputed.is_zero()).then(|| format!(", {} of it disputed", short.disputed));
    let (item, line, missing, document) = (&short.item, short.line, short.missing, &short.document);
    format!("  missing: {missing} of {document} ({item}/{line}){}\n", disputed.unwrap_or_default())
}

/// What becomes of what is missing on a line.
pub(crate) fn short_words(short: &ShortStands) -> String {
    let (missing, document) = (short.missing, &short.document);
    match short.reason {
        Some(reason) => format!("{missing} of {document} is disputed: {}.", reason.replace('_', " ")),
        None => format!("{missing} of {document} stays open."),
    }
}

fn name_of<'a>(shown: &'a ReceiptShown, account: &str) -> Option<&'a str> {
    let payers = &shown.exception.payers;
    payers.iter().find(|payer| payer.account == account).and_then(|payer| payer.name.as_deref())
}

/// A customer number with the name beside it, where there is one.
fn named(account: &str, name: Option<&str>) -> String {
    name.map_or_else(|| account.to_owned(), |name| format!("{account} ({name})"))
}

/// Receipts with what is asked of them, and what each may pay.
pub(crate) fn words(exceptions: &[CashException]) -> String {
    if exceptions.is_empty() {
        return "No receipt is asked about.".into();
    }
    let mut text = String::new();
    for exception in exceptions {
        let receipt = &exception.receipt;
        let whose = receipt.account.as_deref().map(|code| named(code, receipt.name.as_deref()));
        let since = receipt.asked_on.map(|day| format!(" since {day}")).unwrap_or_default();
        text.push_str(&format!(
            "{}  {} came in on {}, {} not set, {}: {}{since}\n",
            receipt.receipt,
            receipt.amount,
            receipt.value_on,
            receipt.unapplied,
            whose.as_deref().unwrap_or("nobody's"),
            asked_words(receipt),
        ));
        text.push_str(&told_words(receipt));
        text.push_str(&figures_words(&exception.figures));
        if let Some(means) = paid_in_full_means(&receipt.asked) {
            text.push_str(&format!("  {means}\n"));
        }
        let rows: Vec<Vec<String>> = exception.payers.iter().flat_map(|payer| payer_rows(payer, receipt)).collect();
        text.push_str(&table(&rows, &[]));
    }
    text
}

/// What is asked of a receipt, in figures.
fn figures_words(figures: &AskedFigures) -> String {
    let mut text = String::new();
    for paid in &figures.paid_before {
        let by: Vec<String> = paid.paid_by.iter().map(paid_by_words).collect();
        let by = if by.is_empty() { String::new() } else { format!(": {}", by.join(", ")) };
        let (document, amount, day) = (&paid.document, paid.amount, paid.closed_on);
        text.push_str(&format!("  paid before: {document} of {amount}, nothing open since {day}{by}\n"));
    }
    if let Some(Overpaid { documents, open, over }) = &figures.overpaid {
        text.push_str(&format!("  too much: {over} over {open} that was open of {}\n", documents.join(", ")));
    }
    if let Some(AdviceSum { stated, came_in, difference }) = figures.does_not_foot {
        let more = if difference.minor > 0 { "more" } else { "less" };
        let difference = Money::new(difference.minor.abs(), difference.currency);
        text.push_str(&format!(
            "  advice: its lines come to {stated}, {difference} {more} than the {came_in} that came in\n"
        ));
    }
    if !figures.unknown_reference.is_empty() {
        text.push_str(&format!("  not known: {}\n", figures.unknown_reference.join(", ")));
    }
    text
}

/// What paid a document: how much, by which receipt or other credit, from which day.
fn paid_by_words(by: &PaidByView) -> String {
    let kind = by.kind.replace('_', " ");
    let what =
        by.receipt.map_or_else(|| format!("{kind} {}", by.document), |id| format!("receipt {id} ({})", by.document));
    format!("{} by {what} on {}", by.amount, by.on)
}

/// What is asked of a receipt; that it is set aside, where it is.
fn asked_words(receipt: &ReceiptView) -> String {
    match (&receipt.set_aside, receipt.asked.is_empty()) {
        (Some(reason), _) => format!("set aside ({reason})"),
        (None, true) => "nothing is asked".into(),
        (None, false) => receipt.asked.join(", "),
    }
}

/// Who paid, from which account, and what they wrote, as the bank told it.
fn told_words(receipt: &ReceiptView) -> String {
    let Some(words) = &receipt.words else { return "  the words of the payer are not kept any more\n".into() };
    let texts =
        |name: &str| -> Vec<&str> { words[name].as_array().into_iter().flatten().filter_map(Value::as_str).collect() };
    let account = words["payer_account"].as_str().map(|account| format!("account {account}"));
    let payer = texts("payer").into_iter().map(str::to_owned).chain(account).collect::<Vec<_>>().join(", ");
    let lines = [
        ("paid by", payer),
        ("wrote", texts("text").join(" / ")),
        ("reference", texts("references").join(", ")),
        ("advice", advice_words(receipt)),
    ];
    lines.iter().filter(|(_, told)| !told.is_empty()).map(|(what, told)| format!("  {what}: {told}\n")).collect()
}

/// What the payer says it pays, line by line: what came with the money, else the advice that was sent apart.
fn advice_words(receipt: &ReceiptView) -> String {
    let lists = [&receipt.words, &receipt.remittance];
    let mut lists = lists.into_iter().flatten().filter_map(|words| words["remittance"].as_array());
    let Some(lines) = lists.find(|lines| !lines.is_empty()) else { return String::new() };
    let money = |value: &Value| value.as_i64().map(|minor| Money::new(minor, receipt.amount.currency));
    let line = |line: &Value| {
        let mut words = line["document"].as_str().filter(|document| !document.is_empty()).unwrap_or("-").to_owned();
        if let Some(paid) = money(&line["paid"]) {
            words.push_str(&format!(" {paid}"));
        }
        if let Some(discount) = money(&line["discount"]) {
            words.push_str(&format!(" less discount {discount}"));
        }
        for held in line["held_back"].as_array().into_iter().flatten() {
            let why = held[2].as_str().filter(|words| !words.is_empty()).or(held[1].as_str()).unwrap_or_default();
            let amount = money(&held[0]).map(|amount| amount.to_string()).unwrap_or_default();
            words.push_str(&format!(" less {amount} {why}"));
        }
        words
    };
    let mut named: Vec<String> = lines.iter().take(ADVISED).map(line).collect();
    if lines.len() > ADVISED {
        named.push(format!("and {} more", lines.len() - ADVISED));
    }
    named.join(", ")
}

/// What a receipt would pay at somebody who may have paid it; nothing where it is theirs, and nothing is proposed.
fn payer_rows(payer: &PossiblePayer, receipt: &ReceiptView) -> Vec<Vec<String>> {
    let who = format!("  {}", named(&payer.account, payer.name.as_deref()));
    let evidence = payer.evidence.join(" ");
    if payer.proposals.is_empty() && receipt.account.as_ref() == Some(&payer.account) {
        return Vec::new();
    }
    if payer.proposals.is_empty() {
        return vec![vec![who, evidence, String::new(), String::new()]];
    }
    let row = |proposal: &Proposal| {
        let lines = proposal.lines.iter().map(|line| format!("{} {}", line.document, line.pays));
        let short = (!proposal.short.is_zero()).then(|| format!("short {}", proposal.short));
        let lines: Vec<String> = lines.chain(short).collect();
        let sure = format!("{} {} %", proposal.rule, proposal.confidence);
        vec![who.clone(), evidence.clone(), sure, lines.join(", "), proposal.proposal.clone()]
    };
    payer.proposals.iter().map(row).collect()
}
