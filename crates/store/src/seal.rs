//! The chain over the journals. A seal takes in every committed batch that none has taken in yet, and covers the seal before
//! it: a batch that was edited, deleted, inserted or moved afterwards no longer fits.
//!
//! A recording never waits for a seal. On PostgreSQL a batch that is still under way when others are sealed joins a later one.

use sha2::{Digest, Sha256};
use sqlx::FromRow;

use crate::book::Book;
use crate::bulk::{self, Cell};
use crate::db::on_tx;
use crate::fault::Result;
use crate::record::tables;

/// What a seal took in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SealReport {
    /// The seal's number, from 1 without gaps; `None` when everything was sealed already.
    pub seal: Option<i64>,
    /// How many batches it took in.
    pub batches: i64,
}

/// A seal as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct SealRow {
    pub(crate) seal: i64,
    pub(crate) sealed_at: i64,
    pub(crate) last_recorded_at: i64,
    pub(crate) batches: i64,
    pub(crate) previous_sha256: Vec<u8>,
    pub(crate) sha256: Vec<u8>,
}

/// A batch in a seal.
#[derive(Debug, Clone, PartialEq, Eq, FromRow)]
pub(crate) struct Member {
    pub(crate) batch: i64,
    pub(crate) sha256: Vec<u8>,
}

impl SealRow {
    /// The hash the seal must have: the hash before it, its own figures, and its batches in order with their hashes.
    pub(crate) fn expected_sha256(&self, book: i64, members: &[Member]) -> Vec<u8> {
        let mut hash = Sha256::new();
        hash.update(&self.previous_sha256);
        for figure in [book, self.seal, self.sealed_at, self.last_recorded_at, self.batches] {
            hash.update(figure.to_be_bytes());
        }
        for member in members {
            hash.update(member.batch.to_be_bytes());
            hash.update(&member.sha256);
        }
        hash.finalize().to_vec()
    }
}

/// A batch without a seal: number, hash, instant.
type Unsealed = (i64, Vec<u8>, i64);

const LAST_SEAL: &str = "select seal, sealed_at, last_recorded_at, batches, previous_sha256, sha256 from seal \
     where book = $1 order by seal desc limit 1";
const UNSEALED: &str = "select b.batch, b.sha256, b.recorded_at from batch b where b.book = $1 \
     and not exists (select 1 from seal_member m where m.book = b.book and m.batch = b.batch) order by b.batch";

/// Every statement of this module.
#[cfg(test)]
pub(crate) const ALL: &[&str] = &[LAST_SEAL, UNSEALED];

/// How often a seal is tried when another process seals at the same moment.
const TRIES: usize = 8;

impl Book {
    /// Seals every committed batch of the book that is not sealed yet, in a transaction of its own. Two processes that seal at
    /// once make two seals, one after the other, or one.
    pub async fn seal(&self, sealed_at: i64) -> Result<SealReport> {
        let mut tried = 1;
        loop {
            match self.try_seal(sealed_at).await {
                Err(fault) if fault.is_retryable() && tried < TRIES => tried += 1,
                answer => return answer.map_err(|fault| fault.while_doing("sealing")),
            }
        }
    }

    async fn try_seal(&self, sealed_at: i64) -> Result<SealReport> {
        let mut tx = self.db.begin_write().await?;
        let (last, unsealed): (Option<SealRow>, Vec<Unsealed>) = on_tx!(&mut tx, c => (
            sqlx::query_as(LAST_SEAL).bind(self.id).fetch_optional(&mut *c).await?,
            sqlx::query_as(UNSEALED).bind(self.id).fetch_all(&mut *c).await?,
        ));
        if unsealed.is_empty() {
            return Ok(SealReport { seal: None, batches: 0 });
        }
        let recorded = unsealed.iter().map(|(_, _, recorded_at)| *recorded_at).fold(i64::MIN, i64::max);
        let members: Vec<Member> = unsealed.into_iter().map(|(batch, sha256, _)| Member { batch, sha256 }).collect();
        let mut row = SealRow {
            seal: last.as_ref().map_or(1, |last| last.seal + 1),
            sealed_at: last.as_ref().map_or(sealed_at, |last| last.sealed_at.max(sealed_at)),
            last_recorded_at: last.as_ref().map_or(recorded, |last| last.last_recorded_at.max(recorded)),
            batches: members.len() as i64,
            previous_sha256: last.map_or_else(|| vec![0; 32], |last| last.sha256),
            sha256: Vec::new(),
        };
        row.sha256 = row.expected_sha256(self.id, &members);
        let cells: [Cell<'_>; 7] = [
            self.id.into(),
            row.seal.into(),
            row.sealed_at.into(),
            row.last_recorded_at.into(),
            row.batches.into(),
            (&row.previous_sha256).into(),
            (&row.sha256).into(),
        ];
        bulk::insert(&mut tx, &tables::SEAL, &cells).await?;
        let cells: Vec<Cell<'_>> = members
            .iter()
            .zip(1..)
            .flat_map(|(member, place): (&Member, i64)| -> [Cell<'_>; 5] {
                [self.id.into(), member.batch.into(), row.seal.into(), place.into(), (&member.sha256).into()]
            })
            .collect();
        bulk::insert(&mut tx, &tables::SEAL_MEMBER, &cells).await?;
        tx.commit().await?;
        Ok(SealReport { seal: Some(row.seal), batches: row.batches })
    }
}
