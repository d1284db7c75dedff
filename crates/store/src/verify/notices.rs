//! I10: no rung of a climb falls, and no step asks for what was disputed, promised or stayed.
//!
//! Each step is looked at as the book was known when it was decided: by what stands before it in the journals. Where that is
//! not certain the step is left alone: a decision that counted another number of changes of the account than stand before it
//! (a recording that began earlier was done later) or, on PostgreSQL, a signature on a day that brought other news of the
//! account. SQLite has one writer and numbers what it records in the order in which it is done.

use std::collections::BTreeMap;

use dunwell_rules::account::EntryId;
use dunwell_rules::money::Currency;
use dunwell_rules::policy::{NoticePolicy, Policy};
use serde_json::Value as Json;

use super::deeds::Deeds;
use super::journals::Journals;
use super::known::{Known, Moved};
use super::replay::{Movement, Replay};
use super::stored::Differences;
use crate::db::Tx;
use crate::fault::Result;
use crate::journal::{ActivityRow, JournalRow, LedgerRow};
use crate::read::Reading;

const LADDERS: &str = "select policy, text from policy where book = $1";

/// Every statement here, for the test that prepares them.
#[cfg(test)]
pub(super) const STATEMENTS: &[&str] = &[LADDERS];

/// A decision as far as its step needs it.
#[derive(Debug, Clone, Copy)]
struct Decided {
    batch: i64,
    version: i64,
    policy: i64,
}

/// A step that was made and not withdrawn.
#[derive(Debug)]
struct Standing {
    step: i64,
    currency: String,
    cycle: i64,
    rung: String,
}

/// The journals on the way through.
struct Way<'a> {
    journals: &'a Journals,
    /// Whether batches are numbered in the order in which they were done.
    in_order: bool,
    deeds: &'a Deeds,
    replay: &'a Replay,
    ladders: BTreeMap<i64, NoticePolicy>,
    /// What each entry moved.
    moves: BTreeMap<i64, Vec<Movement>>,
    accounts: BTreeMap<i64, Known>,
    decided: BTreeMap<(i64, &'a str), Decided>,
    standing: BTreeMap<i64, Vec<Standing>>,
    asked: Asked,
}

/// What was found of steps and notices.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Those looked at, and what is wrong with them.
    pub(super) found: Differences,
    /// How many of them were left alone, because what was known when they were decided is not certain.
    pub(super) left: i64,
}

/// Looks at every step and notice that the journals made.
pub(super) async fn asked(reading: &mut Reading, journals: &Journals, replay: &Replay, deeds: &Deeds) -> Result<Asked> {
    let texts: Vec<(i64, String)> = reading.rows(LADDERS, &[]).await?;
    let ladder = |(policy, text): (i64, String)| Some((policy, toml::from_str::<Policy>(&text).ok()?.notices));
    let mut moves: BTreeMap<i64, Vec<Movement>> = BTreeMap::new();
    for movement in &replay.movements {
        moves.entry(movement.entry).or_default().push(*movement);
    }
    let mut way = Way {
        journals,
        in_order: matches!(reading.tx, Tx::Sqlite(_)),
        deeds,
        replay,
        ladders: texts.into_iter().filter_map(ladder).collect(),
        moves,
        accounts: BTreeMap::new(),
        decided: BTreeMap::new(),
        standing: BTreeMap::new(),
        asked: Asked::default(),
    };
    for row in &journals.rows {
        match row {
            JournalRow::Ledger(row) => way.ledger(row),
            JournalRow::Activity(row) => way.activity(row),
            JournalRow::Decision(row) => {
                let decided = Decided { batch: row.batch, version: row.account_version, policy: row.policy };
                way.decided.insert((row.account, row.currency.as_str()), decided);
            }
            JournalRow::Approval(_) => {}
        }
    }
    Ok(way.asked)
}

impl Way<'_> {
    fn ledger(&mut self, row: &LedgerRow) {
        self.accounts.entry(row.account).or_default().post(row);
        for movement in self.moves.remove(&row.entry).unwrap_or_default() {
            let Some(item) = self.replay.items.get(&movement.item) else { continue };
            let payment = self.replay.items.get(&movement.other_item).filter(|other| other.kind.is_payment());
            self.accounts.entry(item.account).or_default().shift(Moved {
                entry: movement.entry,
                item: movement.item,
                line: movement.line,
                day: movement.day,
                value_day: row.value_day,
                delta: movement.delta,
                payment: payment.map(|_| movement.other_item),
            });
        }
    }

    fn activity(&mut self, row: &ActivityRow) {
        let Ok(detail) = serde_json::from_str::<Json>(&row.detail) else { return };
        match row.kind.as_str() {
            "step" => self.step(row, &detail),
            "step_withdrawn" => {
                if let Some(standing) = self.standing.get_mut(&row.account) {
                    standing.retain(|step| Some(step.step) != row.subject);
                }
            }
            "notice" => self.notice(row),
            _ => self.accounts.entry(row.account).or_default().take(row, &detail),
        }
    }

    fn step(&mut self, row: &ActivityRow, detail: &Json) {
        self.asked.found.checked += 1;
        let currency = row.currency.clone().unwrap_or_default();
        let decided = self.decided.get(&(row.account, currency.as_str())).copied();
        let Some(decided) = decided.filter(|decided| decided.batch == row.batch) else {
            self.asked.found.note(|| format!("step {}: no decision made it", EntryId(row.entry)));
            return;
        };
        let step = Standing {
            step: row.entry,
            currency,
            cycle: detail.get("cycle").and_then(Json::as_i64).unwrap_or_default(),
            rung: detail.get("rung").and_then(Json::as_str).unwrap_or_default().to_owned(),
        };
        if self.knew(row.account, row.batch, decided.version) {
            self.climbs(row.account, &step, decided.policy);
            self.allowed(row);
            self.carries(row, detail);
        } else {
            self.asked.left += 1;
        }
        self.standing.entry(row.account).or_default().push(step);
    }

    /// Whether as many changes of the account stand before a batch as its decision counted.
    fn knew(&self, account: i64, batch: i64, version: i64) -> bool {
        let before = self.deeds.versions.get(&account).map_or(0, |batches| batches.range(..batch).count());
        i64::try_from(before) == Ok(version)
    }

    /// Whether what stands before a batch is what was known of the account: it always is where batches are in order, and
    /// elsewhere where nothing else was recorded on its day, or as of a later one before it.
    fn quiet(&self, account: i64, batch: i64, day: i64) -> bool {
        let news = |other: &i64| {
            let on = self.journals.batches.get(other).map_or(day, |other| other.day);
            *other != batch && (on == day || on > day && *other < batch)
        };
        self.in_order || !self.deeds.versions.get(&account).is_some_and(|batches| batches.iter().any(news))
    }

    /// A step stands above every other of its cycle, on the ladder that it was decided by.
    fn climbs(&mut self, account: i64, step: &Standing, policy: i64) {
        let (Some(ladder), Some(known)) = (self.ladders.get(&policy), self.accounts.get(&account)) else { return };
        let ladder = ladder.for_account(&known.code, known.segment.as_deref());
        let Some(rung) = ladder.rung(&step.rung) else { return };
        let of_cycle = self.standing.get(&account).into_iter().flatten();
        let mut of_cycle = of_cycle.filter(|other| other.currency == step.currency && other.cycle == step.cycle);
        let above = of_cycle.find(|other| ladder.rung(&other.rung).is_some_and(|other| other >= rung));
        if let Some(above) = above {
            let (entry, cycle) = (EntryId(step.step), step.cycle);
            self.asked.found.note(|| {
                format!("step {entry}: {} in cycle {cycle}, which stood on {} already", step.rung, above.rung)
            });
        }
    }

    fn allowed(&mut self, row: &ActivityRow) {
        let hold = self.accounts.get(&row.account).and_then(|known| known.forbidden_on(row.day));
        if let Some(hold) = hold {
            self.asked.found.note(|| {
                format!(
                    "{} {}: made under {}",
                    row.kind,
                    EntryId(row.entry),
                    dunwell_rules::article::with_article(hold)
                )
            });
        }
    }

    fn free(&self, row: &ActivityRow) -> Option<BTreeMap<(i64, i64), i64>> {
        let currency = Currency::parse(row.currency.as_deref()?)?;
        Some(self.accounts.get(&row.account)?.free_on(row.account, currency, row.day))
    }

    /// A step carries of a line no more than was open, undisputed and not promised.
    fn carries(&mut self, row: &ActivityRow, detail: &Json) {
        let Some(free) = self.free(row) else { return };
        for carried in detail.get("items").and_then(Json::as_array).into_iter().flatten() {
            let parts: Vec<i64> = carried.as_array().into_iter().flatten().filter_map(Json::as_i64).collect();
            let [item, line, amount] = parts[..] else { continue };
            let most = free.get(&(item, line)).copied().unwrap_or(0);
            if amount > most {
                let (step, item) = (EntryId(row.entry), EntryId(item));
                self.asked.found.note(|| {
                    format!("step {step}: it asks for {amount} of line {line} of item {item}, where {most} was free")
                });
            }
        }
    }

    /// A notice asks for no more than was free. One that a signature made is decided anew on the day it is signed.
    fn notice(&mut self, row: &ActivityRow) {
        self.asked.found.checked += 1;
        let decided = self.decided.get(&(row.account, row.currency.as_deref().unwrap_or_default()));
        let signed = row.subject.is_none_or(|step| EntryId(step).batch() != row.batch);
        let known = match decided {
            _ if signed => self.quiet(row.account, row.batch, row.day),
            Some(decided) => decided.batch == row.batch && self.knew(row.account, row.batch, decided.version),
            None => false,
        };
        if !known {
            self.asked.left += 1;
            return;
        }
        let Some(free) = self.free(row) else { return };
        if signed {
            self.allowed(row);
        }
        let (amount, free) = (row.amount.unwrap_or(0), free.values().sum::<i64>());
        if amount > free {
            self.asked
                .found
                .note(|| format!("notice {}: it asks for {amount}, where {free} was free", EntryId(row.entry)));
        }
    }
}
