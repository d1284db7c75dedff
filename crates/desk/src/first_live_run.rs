//! The first live run: the first day after going live on which notices are made. It makes at most so many, the largest
//! amounts first, unless opening steps told the book what its customers had been sent (domain 1.18).

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_rules::approval::Role;
use dunwell_rules::calendar::Date;
use dunwell_rules::decision::NextAction;
use dunwell_rules::facts::AccountFacts;
use dunwell_rules::live_start::{AskingLetter, LiveDay};
use dunwell_rules::money::{Currency, Money, convert, parse_amount};
use dunwell_store::book::Mode;
use dunwell_store::fault::Fault;
use dunwell_store::read::{AccountChoice, Reading};
use dunwell_store::record::{BOOK_ACCOUNT, NewRequest, Recording};
use dunwell_store::views::json::MoneyView;
use dunwell_store::views::notices::NoticeView;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::desk::Desk;
use crate::judge::Judge;
use crate::refusal::Result;

/// What the request for a signature under the first live run is called in the approval journal.
pub const SUBJECT: &str = "first_live_run";
/// Accounts looked at in one statement.
const PAGE: i64 = 500;

/// What going live means for the judge's day, with the places of the first live run given.
pub async fn live_day(desk: &Desk, judge: &Judge) -> Result<LiveDay> {
    if desk.settings().mode == Mode::Rehearsal {
        return Ok(LiveDay::Ordinary);
    }
    let mut reading = desk.book.read().await?;
    let since = reading.since_live(judge.day).await?;
    let mut day = LiveDay::of(since, judge.policy.notices.first_live_run_max_notices, judge.catch_up);
    if day.has_places() {
        day.give_places(letters(&mut reading, judge).await?);
    }
    Ok(day)
}

/// Every letter that the judge's day would still make, if nothing held it back.
async fn letters(reading: &mut Reading, judge: &Judge) -> Result<Vec<AskingLetter>> {
    let mut letters = Vec::new();
    let mut after = EntryId(0);
    loop {
        let facts = reading.facts(AccountChoice::After { account: after, limit: PAGE }, judge.day).await?;
        let Some(last) = facts.last() else { return Ok(letters) };
        after = last.account;
        letters.extend(facts.iter().filter_map(|facts| letter_of(judge, facts)));
    }
}

/// What an account's letter of the day would ask for; `None` when it gets none, or the day has made its step already.
fn letter_of(judge: &Judge, facts: &AccountFacts) -> Option<AskingLetter> {
    if judge.made_today(facts).is_some() {
        return None;
    }
    let decision = judge.decide(facts, &judge.assess(facts)).decision;
    let NextAction::Take(step) = &decision.action else { return None };
    step.letter?;
    let collectible = in_book_currency(judge, decision.inputs.collectible);
    Some(AskingLetter { account: facts.account, code: facts.code.clone(), currency: facts.currency, collectible })
}

/// An amount in minor units of the book's currency at the dated rate; `None` where there is no rate.
fn in_book_currency(judge: &Judge, amount: Money) -> Option<i64> {
    if amount.currency == judge.currency {
        return Some(amount.minor);
    }
    let rate = judge.amounts(amount.currency).rate?;
    convert(amount, &rate).ok().map(|own| own.minor)
}

/// Puts the notices that the first live run made before a manager: one request of the book, bound to those notices. What
/// was asked before is not asked again. Answers whether a request was made.
///
/// The amount is in the book's currency; a notice in a currency without a rate is not in it.
pub async fn ask_for_signature(desk: &Desk, judge: &Judge, recording: &mut Recording) -> Result<bool> {
    let LiveDay::First { .. } = judge.live else { return Ok(false) };
    let mut reading = desk.book.read().await?;
    let asked = asked_before(&mut reading).await?;
    let mut notices = reading.notices(judge.day).await?;
    notices.retain(|notice| notice.state == "planned" && !asked.contains(&notice.notice.to_string()));
    ask(judge, recording, &notices, judge.day).await
}

/// Puts what an expired request asked for before a manager again, as far as it still waits to be sent. `detail` is what the
/// journal keeps of that request. Answers whether a request was made.
pub(crate) async fn ask_again(desk: &Desk, judge: &Judge, recording: &mut Recording, detail: &str) -> Result<bool> {
    let detail = parsed(detail)?;
    let asked = asked_in(&detail);
    let day: Date = detail["asked"]["day"].as_str().and_then(|day| day.parse().ok()).unwrap_or(judge.day);
    let mut notices = desk.book.read().await?.notices(day).await?;
    notices.retain(|notice| notice.state == "planned" && asked.contains(&notice.notice.to_string()));
    ask(judge, recording, &notices, day).await
}

async fn ask(judge: &Judge, recording: &mut Recording, notices: &[NoticeView], day: Date) -> Result<bool> {
    if notices.is_empty() {
        return Ok(false);
    }
    let mut hash = Sha256::new();
    let mut total: i64 = 0;
    for notice in notices {
        let amount = format!("{} {}", notice.amount.amount, notice.amount.currency);
        hash.update(format!("{}|{}|{}|{}|{amount}\n", notice.notice, notice.account, notice.step, notice.day));
        total = total.saturating_add(asked_for(&notice.amount).and_then(|a| in_book_currency(judge, a)).unwrap_or(0));
    }
    let ids: Vec<String> = notices.iter().map(|notice| notice.notice.to_string()).collect();
    let request = NewRequest {
        account: BOOK_ACCOUNT,
        subject: SUBJECT.into(),
        amount: Money::new(total, judge.currency),
        role: Role::Manager.code().into(),
        request_sha256: hash.finalize().into(),
        detail: json!({ "day": day.to_string(), "notices": ids }).to_string(),
    };
    recording.propose(&request).await?;
    Ok(true)
}

fn asked_for(amount: &MoneyView) -> Option<Money> {
    parse_amount(&amount.amount, Currency::parse(&amount.currency)?).ok()
}

/// The notices that a manager has been asked about.
async fn asked_before(reading: &mut Reading) -> Result<BTreeSet<String>> {
    let mut asked = BTreeSet::new();
    for detail in reading.asked_of_book(SUBJECT).await? {
        asked.extend(asked_in(&parsed(&detail)?));
    }
    Ok(asked)
}

fn parsed(detail: &str) -> Result<Value> {
    Ok(serde_json::from_str(detail).map_err(|error| Fault::new(format!("a request: {error}")))?)
}

fn asked_in(detail: &Value) -> BTreeSet<String> {
    let ids = detail["asked"]["notices"].as_array().into_iter().flatten();
    ids.filter_map(Value::as_str).map(str::to_string).collect()
}
