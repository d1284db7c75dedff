//! The worklist kept at hand by a server that shows it again and again: after a change only the accounts that the change
//! touched are read anew, so that the page does not grow slower with the book.
//!
//! It is a copy that can be thrown away at any time. What it answers is what [`super::worklist::worklist`] and
//! [`super::strip::strip`] answer.

use std::collections::BTreeMap;
use std::sync::Arc;

use dunwell_rules::account::EntryId;
use dunwell_rules::calendar::Date;
use dunwell_store::views::strip::{AccountSums, StripSums};

use crate::desk::Desk;
use crate::judge::Judge;
use crate::look::strip::{Strip, figures};
use crate::look::worklist::{FoundRow, Worklist, book_tasks, ranked, rows, rows_of, tasks_by_account};
use crate::put_policy_in_force::policy_in_force;
use crate::refusal::Result;
use crate::touched::Moment;

/// Touched accounts beyond which everything is read anew.
const MANY: usize = 2000;
/// Touched accounts up to which tasks are read account by account.
const FEW: usize = 64;

/// A day's worklist as it stood when somebody last asked for it.
#[derive(Debug, Default)]
pub struct KeptWorklist {
    kept: Option<Kept>,
}

#[derive(Debug)]
struct Kept {
    day: Date,
    moment: Moment,
    judge: Judge,
    rows: BTreeMap<EntryId, Vec<FoundRow>>,
    sums: BTreeMap<EntryId, Vec<AccountSums>>,
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
        let version = desk.book.read().await?.version().await?;
        let kept = match self.kept.take() {
            Some(kept) if kept.day == on && kept.moment.version.batches == version.batches => kept,
            Some(kept) if kept.day == on => caught_up(desk, kept).await?,
            _ => whole(desk, on).await?,
        };
        let kept = self.kept.insert(kept);
        let collector = whose(&kept.list);
        let figures = match kept.strips.get(&collector) {
            Some(figures) => Arc::clone(figures),
            None => {
                let figures = Arc::new(strip_of(desk, kept, collector.as_deref()).await?);
                kept.strips.insert(collector.clone(), Arc::clone(&figures));
                figures
            }
        };
        Ok((Arc::clone(&kept.list), collector, figures))
    }
}

/// Everything read anew. The version is read first: whatever is recorded after it is read again when somebody asks next.
async fn whole(desk: &Desk, on: Date) -> Result<Kept> {
    let mut reading = desk.book.read().await?;
    let moment = Moment::of(&mut reading).await?;
    // Who holds a reading must not wait for another, or many at once wait for ever.
    drop(reading);
    let judge = Judge::of(desk, policy_in_force(desk).await?.policy, on, false).await?;
    let mut reading = desk.book.read().await?;
    let open = reading.open_tasks(on).await?;
    let mut by_account: BTreeMap<EntryId, Vec<FoundRow>> = BTreeMap::new();
    for found in rows(&mut reading, &judge, &desk.buckets(), &open).await? {
        by_account.entry(found.row.account).or_default().push(found);
    }
    let mut sums: BTreeMap<EntryId, Vec<AccountSums>> = BTreeMap::new();
    for of_account in reading.strip_sums_of(EntryId(0), EntryId(i64::MAX), on).await? {
        sums.entry(of_account.account).or_default().push(of_account);
    }
    let book_tasks = book_tasks(&open);
    let list = Arc::new(ranked(by_account.values().flatten(), &judge, book_tasks));
    Ok(Kept { day: on, moment, judge, rows: by_account, sums, list, strips: BTreeMap::new() })
}

/// What changed since is read anew: everything where the book itself changed, else the accounts that were touched.
async fn caught_up(desk: &Desk, mut kept: Kept) -> Result<Kept> {
    let mut reading = desk.book.read().await?;
    let moment = Moment::of(&mut reading).await?;
    let touched = kept.moment.touched_until(&moment, &mut reading, MANY).await?;
    let Some(touched) = touched.filter(|touched| !touched.contains(&EntryId(0))) else {
        drop(reading);
        return whole(desk, kept.day).await;
    };
    let open = match touched.len() {
        0..=FEW => {
            let mut open = Vec::new();
            for account in &touched {
                open.extend(reading.open_tasks_of(*account, kept.day).await?);
            }
            open
        }
        _ => reading.open_tasks(kept.day).await?,
    };
    let queued = tasks_by_account(&mut reading, &open, kept.day).await?;
    for account in &touched {
        kept.rows.remove(account);
        kept.sums.remove(account);
    }
    let queued_of: Vec<EntryId> = touched.iter().copied().filter(|account| queued.contains_key(account)).collect();
    for found in rows_of(&mut reading, &kept.judge, &desk.buckets(), &queued, &queued_of).await? {
        kept.rows.entry(found.row.account).or_default().push(found);
    }
    for account in &touched {
        let sums = reading.strip_sums_of(*account, *account, kept.day).await?;
        kept.sums.insert(*account, sums);
    }
    let book_tasks = kept.list.book_tasks.clone();
    kept.list = Arc::new(ranked(kept.rows.values().flatten(), &kept.judge, book_tasks));
    kept.strips.clear();
    kept.moment = moment;
    Ok(kept)
}

/// The strip over the list of a collector, or of all, made of what is kept and of what was done today.
async fn strip_of(desk: &Desk, kept: &Kept, collector: Option<&str>) -> Result<Strip> {
    let mut by_currency: BTreeMap<&str, StripSums> = BTreeMap::new();
    let ours = |of: &&AccountSums| collector.is_none() || of.collector.as_deref() == collector;
    for of in kept.sums.values().flatten().filter(ours) {
        let nothing = StripSums::zero(of.sums.currency);
        by_currency.entry(of.sums.currency.code()).or_insert(nothing).add(&of.sums);
    }
    let sums: Vec<StripSums> = by_currency.into_values().collect();
    let left = kept.list.tasks.iter().filter(|task| collector.is_none() || task.collector.as_deref() == collector);
    let done = desk.book.read().await?.tasks_done(collector.unwrap_or_default(), kept.day).await?;
    Ok(figures(collector, left, &sums, done, kept.day))
}
