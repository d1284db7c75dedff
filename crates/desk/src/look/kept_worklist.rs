//! The worklist kept at hand by a server that shows it again and again: after a change only the accounts that the change
//! touched are read anew, so that the page does not grow slower with the book.
//!
//! It is a copy that can be thrown away at any time. What it answers is what [`super::worklist::worklist`] answers.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;

use crate::desk::Desk;
use crate::judge::Judge;
use crate::look::strip::{Strip, strip};
use crate::look::worklist::{FoundRow, Worklist, ranked, rows, rows_of, tasks_by_account};
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::Result;

/// The newest batches that are remembered: on a server that commits out of order a batch may become visible after a later
/// one. When none of them is known any more, everything is read anew.
const REMEMBERED: i64 = 64;
/// Touched accounts beyond which everything is read anew.
const MANY: usize = 500;

/// A day's worklist as it stood when somebody last asked for it.
#[derive(Debug, Default)]
pub struct KeptWorklist {
    kept: Option<Kept>,
}

#[derive(Debug)]
struct Kept {
    day: Date,
    seen: Vec<i64>,
    judge: Judge,
    rows: BTreeMap<EntryId, Vec<FoundRow>>,
    list: Arc<Worklist>,
    strips: BTreeMap<Option<String>, Arc<Strip>>,
}

impl KeptWorklist {
    /// The worklist of everybody on the day `on`, and the figures over that of `collector`.
    pub async fn at(
        &mut self,
        desk: &Desk,
        on: Date,
        whose: impl FnOnce(&Worklist) -> Option<String>,
    ) -> Result<(Arc<Worklist>, Option<String>, Arc<Strip>)> {
        let newest = desk.book.read().await?.newest_batches(REMEMBERED).await?;
        let kept = match self.kept.take() {
            Some(kept) if kept.day == on && kept.seen == newest => kept,
            Some(kept) if kept.day == on => caught_up(desk, kept, newest).await?,
            _ => whole(desk, on, newest).await?,
        };
        let kept = self.kept.insert(kept);
        let collector = whose(&kept.list);
        let figures = match kept.strips.get(&collector) {
            Some(figures) => Arc::clone(figures),
            None => {
                let mut own = Worklist::clone(&kept.list);
                own.tasks.retain(|task| collector.is_none() || task.collector == collector);
                let figures = Arc::new(strip(desk, collector.as_deref(), &own, on).await?);
                kept.strips.insert(collector.clone(), Arc::clone(&figures));
                figures
            }
        };
        Ok((Arc::clone(&kept.list), collector, figures))
    }
}

/// Everything read anew.
async fn whole(desk: &Desk, on: Date, seen: Vec<i64>) -> Result<Kept> {
    let judge = Judge::of(desk, policy_in_force(desk).await?.policy, on, false).await?;
    let mut reading = desk.book.read().await?;
    let open = reading.open_tasks(on).await?;
    let mut by_account: BTreeMap<EntryId, Vec<FoundRow>> = BTreeMap::new();
    for found in rows(&mut reading, &judge, &desk.buckets(), &open).await? {
        by_account.entry(found.row.account).or_default().push(found);
    }
    let list = Arc::new(ranked(by_account.values().flatten(), &judge, &open));
    Ok(Kept { day: on, seen, judge, rows: by_account, list, strips: BTreeMap::new() })
}

/// What changed since is read anew: everything where the book itself changed, else the accounts that were touched.
async fn caught_up(desk: &Desk, mut kept: Kept, newest: Vec<i64>) -> Result<Kept> {
    let mut reading = desk.book.read().await?;
    let fresh: Vec<i64> = newest.iter().copied().filter(|batch| !kept.seen.contains(batch)).collect();
    let mut touched = BTreeSet::new();
    if fresh.len() < newest.len() {
        for batch in fresh {
            touched.extend(reading.accounts_touched_by(batch).await?);
        }
    }
    if touched.is_empty() || touched.contains(&EntryId(0)) || touched.len() > MANY {
        drop(reading);
        return whole(desk, kept.day, newest).await;
    }
    let open = reading.open_tasks(kept.day).await?;
    let queued = tasks_by_account(&mut reading, &open, kept.day).await?;
    let touched: Vec<EntryId> = touched.into_iter().collect();
    for account in &touched {
        kept.rows.remove(account);
    }
    for found in rows_of(&mut reading, &kept.judge, &desk.buckets(), &queued, &touched).await? {
        kept.rows.entry(found.row.account).or_default().push(found);
    }
    kept.list = Arc::new(ranked(kept.rows.values().flatten(), &kept.judge, &open));
    kept.strips.clear();
    kept.seen = newest;
    Ok(kept)
}
