//! Lines that a receipt pays and that are short: what is missing of each, and a person's reason for it. The rest of a line is
//! disputed then, and undone with what the receipt pays.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::dispute::DisputeReason;
use dunwell_rules::money::Money;
use dunwell_store::read::Reading;
use dunwell_store::record::{NewDispute, Received, Recording};
use dunwell_store::views::applied::AppliedView;
use dunwell_store::views::cash::ReceiptView;
use serde::Serialize;
use serde_json::{Value, json};

use super::clear_exception::ReceiptMatched;
use super::exceptions::{Look, OpenLine, ReceiptShown};
use super::set_lines::{LinePaid, no_reason};
use crate::desk::Desk;
use crate::refusal::{Refusal, Result};
use crate::who::{account_of, amount_of, entry_of};

/// What a receipt left short of a line it was set against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShortOf {
    /// The document number; the item's entry where nothing of it is open or paid by the receipt any more.
    pub document: String,
    /// What was missing when it was applied.
    pub amount: Money,
    /// What became of it, as a code.
    pub why: String,
}

/// A line that a receipt pays and that is not paid whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShortLine {
    /// The item.
    pub item: String,
    /// The instalment, from 1.
    pub line: i64,
    /// The customer number of the account that owes it.
    pub account: String,
    /// The document number.
    pub document: String,
    /// What the receipt pays of it.
    pub pays: Money,
    /// What is missing: all that is open of it.
    pub missing: Money,
    /// What of that is disputed already.
    pub disputed: Money,
}

impl ShortLine {
    /// What is missing and not disputed: what a reason is given for.
    pub fn unexplained(&self) -> Money {
        Money::new((self.missing.minor - self.disputed.minor).max(0), self.missing.currency)
    }
}

/// What became of what is missing on a line that a receipt pays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShortStands {
    /// The document number.
    pub document: String,
    /// What is missing.
    pub missing: Money,
    /// Why it is disputed now, as a code; null where it stays open as it was.
    pub reason: Option<&'static str>,
}

impl ReceiptShown {
    /// What was missing on the lines it was set against by a rule, as that was recorded; nothing once it is taken off them.
    pub fn short_of(&self) -> Vec<ShortOf> {
        let Some(because) = self.because.as_ref().filter(|_| !self.applied.is_empty()) else { return Vec::new() };
        let currency = self.exception.receipt.amount.currency;
        let short = because["short"].as_array().into_iter().flatten();
        let read = short.filter_map(|short| {
            let (item, amount) = (EntryId(short["item"].as_i64()?), short["amount"].as_i64()?);
            let paid = self.applied.iter().find(|paid| paid.item == item).map(|paid| &paid.document);
            let item = item.to_string();
            let open = || self.lines.iter().find(|line| line.item == item).map(|line| &line.document);
            let why = short["why"].as_str()?.to_owned();
            let document = paid.or_else(open).cloned();
            Some(ShortOf { document: document.unwrap_or(item), amount: Money::new(amount, currency), why })
        });
        read.collect()
    }
}

/// The lines of `applied` that are open still.
pub(super) fn short(applied: &[AppliedView], open: &[OpenLine]) -> Vec<ShortLine> {
    let line = |paid: &AppliedView| {
        let item = paid.item.to_string();
        let open = open.iter().find(|open| open.item == item && open.line == paid.line)?;
        Some(ShortLine {
            item,
            line: paid.line,
            account: open.account.clone(),
            document: paid.document.clone(),
            pays: paid.amount,
            missing: open.open,
            disputed: open.disputed,
        })
    };
    applied.iter().filter_map(line).collect()
}

/// The lines that a receipt pays (`applied`) and that are short.
pub(super) async fn of(
    reading: &mut Reading,
    receipt: &ReceiptView,
    applied: &[AppliedView],
) -> Result<Vec<ShortLine>> {
    if applied.is_empty() {
        return Ok(Vec::new());
    }
    let look = Look::of(reading, &[receipt.account_id], receipt.amount.currency).await?;
    Ok(short(applied, &look.lines(receipt.account_id, receipt.amount.currency)))
}

/// A line that is short, and why.
pub(super) type Reason = (ShortLine, DisputeReason);

/// Of the lines that a person names, those that the receipt pays already and for which only a reason is given, and the others:
/// those with a reason, and no amount while `left` of the receipt is none, or an amount of nothing.
pub(super) fn reasons(lines: &[LinePaid], short: &[ShortLine], left: i64) -> Result<(Vec<Reason>, Vec<LinePaid>)> {
    let (mut reasons, mut others): (Vec<Reason>, Vec<LinePaid>) = (Vec::new(), Vec::new());
    for said in lines {
        let currency = short.first().map(|short| short.missing.currency);
        let nothing = match (&said.amount, currency) {
            (None, _) => left == 0,
            (Some(amount), Some(currency)) => amount_of(amount, currency).is_ok_and(|amount| amount.is_zero()),
            (Some(_), None) => false,
        };
        let Some(reason) = said.held_back.as_deref().filter(|_| nothing) else {
            others.push(said.clone());
            continue;
        };
        let reason = DisputeReason::parse(reason).ok_or_else(|| no_reason(reason))?;
        let item = entry_of("item", &said.item)?.to_string();
        let found = short.iter().find(|short| short.item == item && short.line == said.line);
        let found = found.filter(|short| !short.unexplained().is_zero()).ok_or_else(|| not_short(said))?;
        if reasons.iter().all(|(known, _)| (&known.item, known.line) != (&found.item, found.line)) {
            reasons.push((found.clone(), reason));
        }
    }
    Ok((reasons, others))
}

fn not_short(said: &LinePaid) -> Refusal {
    let why = "the receipt pays nothing of it, or nothing is missing there that is not disputed: `exceptions` shows what is short";
    Refusal::BadValue { what: "line", value: format!("{}/{}", said.item, said.line), why: why.into() }
}

/// Disputes what is missing on lines that a receipt pays, each for its reason, and keeps why with what the receipt pays: it is
/// undone with that.
pub(super) async fn dispute(
    desk: &Desk,
    recording: &mut Recording,
    (found, received): (&ReceiptView, Received),
    reasons: &[Reason],
    on: Date,
) -> Result<()> {
    if reasons.is_empty() {
        return Ok(());
    }
    let because = desk.book.read().await?.why_applied(found.account_id, received.item).await?;
    let mut because = because.unwrap_or_else(|| json!({ "rule": "person", "confidence": 100, "payer": ["person"] }));
    let mut kept: Vec<Value> = because["short"].as_array().cloned().unwrap_or_default();
    for (short, reason) in reasons {
        let (item, amount) = (entry_of("item", &short.item)?, short.unexplained().minor);
        let account = account_of(recording, &short.account).await?.account;
        let row = NewDispute {
            account,
            item,
            line: Some(short.line),
            amount: Some(amount),
            since: on,
            reason: reason.code().into(),
        };
        recording.disputes(&[row]).await?;
        let asked = |kept: &Value| kept["why"] == "unexplained" || kept["why"] == "unearned_discount";
        kept.retain(|kept| !(kept["item"] == item.0 && kept["line"] == short.line && asked(kept)));
        kept.push(json!({ "item": item.0, "line": short.line, "amount": amount, "why": "deduction", "stated": reason.code() }));
    }
    because["short"] = Value::Array(kept);
    recording.explain_cash(found.account_id, received.item, on, &because)?;
    Ok(())
}

/// What becomes of what is missing: of the lines that were short, those left alone by what a person said since.
pub(super) fn stand(short: Vec<ShortLine>, reasons: &[Reason], said: &ReceiptMatched) -> Vec<ShortStands> {
    let paid = |short: &ShortLine| {
        said.proposal.is_some()
            || said.documents.iter().any(|(document, _)| *document == short.document)
            || said.lines.iter().any(|line| line.item == short.item && line.line == short.line)
    };
    let stands = |short: ShortLine| {
        let reason = reasons.iter().find(|(known, _)| (&known.item, known.line) == (&short.item, short.line));
        let reason = reason.map(|(_, reason)| reason.code());
        let open = reason.is_some() || !paid(&short);
        open.then_some(ShortStands { missing: short.missing, document: short.document, reason })
    };
    short.into_iter().filter_map(stands).collect()
}
