//! Seriousness and flags: the words of an assessment, each with the numbers that say so.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::assessment::{Assessment, Cite, Flag, FlagFound, Journal, Seriousness, SeriousnessFound};
use crate::calendar::days_between;
use crate::facts::{AccountFacts, LineFacts};
use crate::money::Money;
use crate::policy::{AssessmentPolicy, BookAmounts, SeriousnessPolicy};
use crate::trend::TrendWord;

/// How serious the delinquency is: a point for each band of amount and of age reached, and those of a worsening trend.
pub(crate) fn seriousness(account: &Assessment, policy: &SeriousnessPolicy, amounts: &BookAmounts) -> SeriousnessFound {
    let mut because = Vec::new();
    if account.past_due.is_zero() {
        return SeriousnessFound { word: Seriousness::None, points: 0, because };
    }
    let reached =
        |band: &String| amounts.read(band, account.currency).is_some_and(|b| account.collectible.minor >= b.minor);
    let mut points = 0i64;
    let mut give = |more: i64, text: String| {
        if more > 0 {
            points = points.saturating_add(more);
            because.push(text);
        }
    };
    let bands = policy.amount_bands.iter().filter(|band| reached(band)).map(|_| 1).sum();
    give(bands, format!("{} collectible: {bands} points", account.collectible));
    let oldest = account.oldest_collectible_days_past_due.unwrap_or(0);
    let bands = policy.age_bands_days.iter().filter(|band| oldest >= **band).map(|_| 1).sum();
    give(bands, format!("oldest collectible line {oldest} days past due: {bands} points"));
    if account.trend.word == TrendWord::Worsening {
        let more = policy.worsening_points;
        give(more, format!("payment trend worsening ({}): {more} points", account.trend.because));
    }
    let word = match points {
        points if points >= policy.critical_from => Seriousness::Critical,
        points if points >= policy.high_from => Seriousness::High,
        points if points >= policy.medium_from => Seriousness::Medium,
        _ => Seriousness::Low,
    };
    SeriousnessFound { word, points, because }
}

/// The flags that stand, in the order of [`Flag::ALL`].
pub(crate) fn flags(account: &Assessment, facts: &AccountFacts, policy: &AssessmentPolicy) -> Vec<FlagFound> {
    let look = |flag: Flag| {
        let (because, cites) = match flag {
            Flag::RoutinelyDelinquent => routinely_delinquent(account, policy)?,
            Flag::FirstTimeLate => first_time_late(account)?,
            Flag::NewAccount => new_account(facts, policy)?,
            Flag::StoppedPaying => stopped_paying(account, facts, policy)?,
            Flag::ShortPayer => short_payer(account, facts, policy)?,
        };
        Some(FlagFound { flag, because, cites })
    };
    Flag::ALL.into_iter().filter_map(look).collect()
}

fn past_due_cites(account: &Assessment) -> Vec<Cite> {
    account.line_cites(&|line| if line.is_past_due() { line.open } else { 0 })
}

fn routinely_delinquent(account: &Assessment, policy: &AssessmentPolicy) -> Option<(String, Vec<Cite>)> {
    let year = &account.trend.last_12;
    let often = i128::from(year.late_lines) * 100 >= i128::from(policy.routinely_late_percent) * i128::from(year.lines);
    let enough = year.lines >= policy.routinely_late_min_lines.max(1);
    (often && enough)
        .then(|| (format!("{} of {} lines closed in 12 months were late", year.late_lines, year.lines), Vec::new()))
}

fn first_time_late(account: &Assessment) -> Option<(String, Vec<Cite>)> {
    let year = &account.trend.last_12;
    (!account.past_due.is_zero() && year.lines > 0 && year.late_lines == 0).then(|| {
        (format!("none of {} lines closed in 12 months was late until now", year.lines), past_due_cites(account))
    })
}

fn new_account(facts: &AccountFacts, policy: &AssessmentPolicy) -> Option<(String, Vec<Cite>)> {
    let first = facts.first_document?;
    let days = days_between(first, facts.as_of);
    (days >= 0 && days <= policy.new_account_days).then(|| {
        let items = facts.lines.iter().filter(|line| line.document_date == first);
        let cites = items.map(|line| line_cite(line, facts)).collect();
        (format!("first document {first}, {days} days ago"), cites)
    })
}

fn stopped_paying(
    account: &Assessment,
    facts: &AccountFacts,
    policy: &AssessmentPolicy,
) -> Option<(String, Vec<Cite>)> {
    let last = facts.last_payment.as_ref()?;
    let days = days_between(last.day, facts.as_of);
    let late_enough = account.oldest_days_past_due? > 0;
    (late_enough && days > policy.stopped_paying_days).then(|| {
        let mut cites = past_due_cites(account);
        cites.push(Cite {
            journal: Journal::Ledger,
            entry: last.entry,
            document: last.document.clone(),
            amount: Money::new(last.amount.minor.saturating_neg(), last.amount.currency),
        });
        (format!("last payment {}, {days} days ago", last.day), cites)
    })
}

fn short_payer(account: &Assessment, facts: &AccountFacts, policy: &AssessmentPolicy) -> Option<(String, Vec<Cite>)> {
    let short = |line: &&LineFacts| line.open > 0 && line.open < line.amount && line.due_date < account.as_of;
    let cites: Vec<Cite> = facts.lines.iter().filter(short).map(|line| line_cite(line, facts)).collect();
    let count = i64::try_from(cites.len()).unwrap_or(i64::MAX);
    (count >= policy.short_payer_min_lines.max(1)).then(|| (format!("{count} past-due lines paid in part"), cites))
}

fn line_cite(line: &LineFacts, facts: &AccountFacts) -> Cite {
    let amount = Money::new(line.open, facts.currency);
    Cite { journal: Journal::Ledger, entry: line.item, document: line.document.clone(), amount }
}
