//! Late interest and fees: computed per due line, day by day, from dated rates, and put before a manager as charges.
//!
//! What an item earned is charged whether or not its principal is paid meanwhile; what was proposed before is not proposed
//! again: a charge covers the days after the last one.

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_rules::interest::{
    AgreedRate, ContractRate, InterestCharge, InterestRule, OpenAmount, StatutoryPack, late_interest,
};
use dunwell_rules::item::ItemKind;
use dunwell_rules::money::{Currency, Money};
use dunwell_rules::rights::Action;
use dunwell_store::record::{NewItem, NewRequest, Recording, RequestRow};
use dunwell_store::views::interest::{ChargedBefore, DatedLine};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::desk::Desk;
use crate::refusal::{Refusal, Result};

/// What a request for a charge is called in the approval journal.
pub const SUBJECT: &str = "finance_charge";
/// The source of items the desk itself makes.
const SOURCE: &str = "dunwell";

/// The rule interest is charged by, as a person names it.
#[derive(Debug, Clone)]
pub struct RuleAsked {
    /// `uk-lpa-1998`, `de-bgb-288`, `ie-late-payments` or `contract`.
    pub name: String,
    /// Contract: the yearly rate in basis points.
    pub annual_rate_bp: Option<u32>,
    /// Contract: the clause that agrees it.
    pub clause: Option<String>,
}

/// Late charges of an account.
#[derive(Debug, Clone, Serialize)]
pub struct LateCharges {
    /// Customer number.
    pub account: String,
    /// Interest runs through this day.
    pub on: String,
    /// The rule.
    pub rule: String,
    /// The law or clause it rests on.
    pub citation: String,
    /// One charge a due line, oldest due first.
    pub charges: Vec<LateCharge>,
    /// Requests made, when the charges were proposed.
    pub requests: Vec<String>,
}

/// The charge of one due line.
#[derive(Debug, Clone, Serialize)]
pub struct LateCharge {
    /// The item.
    pub item: String,
    /// The instalment, from 1.
    pub line: i64,
    /// Document number.
    pub document: String,
    /// Due date.
    pub due: String,
    /// Interest from the day after the due date through the day asked.
    pub interest: Money,
    /// The fixed sum, where the law gives one.
    pub fixed_sum: Option<Money>,
    /// What was proposed before, of both.
    pub proposed_before: Money,
    /// What is left to propose.
    pub to_propose: Money,
    /// How each day was charged.
    pub segments: Vec<ChargeSegment>,
}

/// Days charged at one rate on one principal.
#[derive(Debug, Clone, Serialize)]
pub struct ChargeSegment {
    /// First day.
    pub from: String,
    /// Last day.
    pub to: String,
    /// Days, both included.
    pub days: i64,
    /// The principal.
    pub principal: Money,
    /// The yearly rate in basis points.
    pub rate_bp: i64,
    /// The interest of these days; the segments add up to the whole.
    pub interest: Money,
    /// Where the reference rate comes from; null for a contract rate.
    pub source: Option<String>,
}

/// The late charges of account `code` through the day `on`; with `propose` what is left is put before a manager.
pub async fn charge_interest(
    desk: &Desk,
    code: &str,
    asked: &RuleAsked,
    propose: bool,
    on: Date,
) -> Result<LateCharges> {
    let contract = contract_of(asked)?;
    let rule = rule_of(asked, contract.as_ref())?;
    desk.retrying(|| async {
        let mut recording = match propose {
            true => {
                desk.may(Action::ProposeInterest)?;
                Some(desk.record("interest", on).await?)
            }
            false => None,
        };
        let mut reading = desk.book.read().await?;
        let account = reading.account(code).await?;
        let account = account.ok_or_else(|| Refusal::UnknownAccount(code.into()))?.entry;
        if let Some(recording) = &mut recording {
            // Two proposals at once must not both see the same days as not yet charged.
            recording.lock_account(account).await?;
            reading = desk.book.read().await?;
        }
        let before = reading.charges_before(account).await?;
        let mut charges = Vec::new();
        for line in reading.dated_lines(account, on).await? {
            charges.extend(charge_of(&line, rule, &asked.name, &before, on)?);
        }
        let mut requests = Vec::new();
        if let Some(mut recording) = recording {
            for charge in charges.iter().filter(|charge| charge.to_propose.minor > 0) {
                requests.push(propose_one(&mut recording, account, &asked.name, charge, on).await?.to_string());
            }
            recording.commit().await?;
        }
        Ok(LateCharges {
            account: code.into(),
            on: on.to_string(),
            rule: asked.name.clone(),
            citation: citation(rule),
            charges,
            requests,
        })
    })
    .await
}

fn contract_of(asked: &RuleAsked) -> Result<Option<ContractRate>> {
    if asked.name != "contract" {
        return Ok(None);
    }
    match (asked.annual_rate_bp, &asked.clause) {
        (Some(rate), Some(clause)) => Ok(Some(ContractRate { rate: AgreedRate::Annual(rate), clause: clause.clone() })),
        _ => Err(Refusal::BadValue {
            what: "rule",
            value: asked.name.clone(),
            why: "a contract rate needs the yearly rate and the clause that agrees it".into(),
        }
        .into()),
    }
}

fn rule_of<'a>(asked: &RuleAsked, contract: Option<&'a ContractRate>) -> Result<InterestRule<'a>> {
    if let Some(contract) = contract {
        return Ok(InterestRule::Contract(contract));
    }
    let pack = StatutoryPack::named(&asked.name).ok_or_else(|| Refusal::BadValue {
        what: "rule",
        value: asked.name.clone(),
        why: format!("use one of {} or contract", StatutoryPack::NAMES.join(", ")),
    })?;
    Ok(InterestRule::Statutory(pack))
}

fn citation(rule: InterestRule<'_>) -> String {
    match rule {
        InterestRule::Statutory(pack) => format!("{}, {}", pack.citation.title, pack.citation.url),
        InterestRule::Contract(contract) => contract.clause.clone(),
    }
}

/// The charge of one line; `None` where nothing is charged, or the law's fixed sums are of another currency.
fn charge_of(
    line: &DatedLine,
    rule: InterestRule<'_>,
    name: &str,
    before: &[ChargedBefore],
    on: Date,
) -> Result<Option<LateCharge>> {
    let open: Vec<OpenAmount> = line.open.iter().map(|(day, open)| OpenAmount { day: *day, open: *open }).collect();
    let charge = late_interest(rule, line.currency, line.due, &open, on).map_err(|error| Refusal::BadValue {
        what: "rule",
        value: name.into(),
        why: format!("{} of {}: {error}", line.document, line.due),
    })?;
    let fixed_sum = charge.fixed_sum.filter(|sum| sum.currency == line.currency);
    let whole = charge.interest.minor + fixed_sum.map_or(0, |sum| sum.minor);
    let same = |b: &&ChargedBefore| b.item == line.item && b.line == line.line && b.rule == name;
    let proposed: i64 = before.iter().filter(same).map(|before| before.amount).sum();
    if whole == 0 {
        return Ok(None);
    }
    let money = |minor| Money::new(minor, line.currency);
    Ok(Some(LateCharge {
        item: line.item.to_string(),
        line: line.line,
        document: line.document.clone(),
        due: line.due.to_string(),
        interest: charge.interest,
        fixed_sum,
        proposed_before: money(proposed),
        to_propose: money((whole - proposed).max(0)),
        segments: segments(&charge, line.currency),
    }))
}

fn segments(charge: &InterestCharge, currency: Currency) -> Vec<ChargeSegment> {
    let view = |segment: &dunwell_rules::interest::InterestSegment| ChargeSegment {
        from: segment.from.to_string(),
        to: segment.to.to_string(),
        days: segment.days,
        principal: Money::new(segment.principal, currency),
        rate_bp: segment.rate_bp,
        interest: Money::new(segment.charged, currency),
        source: segment.reference.map(|rate| format!("{}, {}", rate.source.title, rate.source.url)),
    };
    charge.segments.iter().map(view).collect()
}

async fn propose_one(
    recording: &mut Recording,
    account: EntryId,
    rule: &str,
    charge: &LateCharge,
    on: Date,
) -> Result<EntryId> {
    let detail = json!({
        "rule": rule,
        "item": charge.item,
        "line": charge.line,
        "document": charge.document,
        "through": on.to_string(),
        "segments": charge.segments,
    })
    .to_string();
    let request = NewRequest {
        account,
        subject: SUBJECT.into(),
        amount: charge.to_propose,
        role: "manager".into(),
        request_sha256: Sha256::digest(format!("{account}|{}|{detail}", charge.to_propose)).into(),
        detail,
    };
    Ok(recording.propose(&request).await?)
}

/// Posts an approved charge as an item of its own, due on the day of the approval.
pub async fn post_approved(recording: &mut Recording, row: &RequestRow, on: Date) -> Result<()> {
    let refused = || Refusal::NotFound { what: "charge", id: row.request.to_string() };
    let detail: serde_json::Value = serde_json::from_str(&row.detail).map_err(|_| refused())?;
    let (amount, currency) = (row.amount.ok_or_else(refused)?, row.currency.ok_or_else(refused)?);
    let document = detail["asked"]["document"].as_str().ok_or_else(refused)?;
    let through = detail["asked"]["through"].as_str().ok_or_else(refused)?;
    let charge = (ItemKind::FinanceCharge, Money::new(amount, currency));
    let external_id = format!("finance_charge/{}", row.request);
    let item = NewItem::made(row.account, charge, format!("FC-{document}-{through}"), on, (SOURCE, external_id));
    recording.post_items(&[item], &[0]).await?;
    Ok(())
}
