//! What was touched since a copy of something in the book was made: for whoever keeps one and reads anew only what changed.

use std::collections::BTreeSet;

use dunwell_rules::account::EntryId;
use dunwell_store::read::Reading;
use dunwell_store::views::changes::BookVersion;

use crate::refusal::Result;

/// The newest batches that are remembered. Numbers of batches may become visible in another order than they count: what
/// changed since is known only where as many of the newest are new as were committed since. Otherwise everything is read
/// anew.
const REMEMBERED: i64 = 256;

/// A moment of a book: how often it was changed by then, and the newest batches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Moment {
    pub(crate) version: BookVersion,
    newest: Vec<i64>,
}

impl Moment {
    /// The moment of a reading.
    pub(crate) async fn of(reading: &mut Reading) -> Result<Self> {
        Ok(Self { version: reading.version().await?, newest: reading.newest_batches(REMEMBERED).await? })
    }

    /// The accounts of which something was recorded between this moment and the one of a reading; `EntryId(0)` is the book
    /// itself. `None` where that is not known, or they are more than `most`.
    pub(crate) async fn touched_until(
        &self,
        now: &Self,
        reading: &mut Reading,
        most: usize,
    ) -> Result<Option<BTreeSet<EntryId>>> {
        let fresh: Vec<i64> = now.newest.iter().copied().filter(|batch| !self.newest.contains(batch)).collect();
        if i64::try_from(fresh.len()) != Ok(now.version.batches - self.version.batches) {
            return Ok(None);
        }
        let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
        let mut touched = BTreeSet::new();
        for batch in fresh {
            touched.extend(reading.accounts_touched_by(batch, limit).await?);
            if touched.len() > most {
                return Ok(None);
            }
        }
        Ok(Some(touched))
    }
}
